"""Shocks to a made-up country (truth: derived: closed forms without logistics, order of outcomes, conservation)."""

from dataclasses import replace

import numpy as np
import pytest

from ops_data.errors import FailedError, UsageError
from ops_data.supply_names import SECTORS, SUPPLY_ELEMENTS
from tests.twin.supply.shock_cases import (
    EVEN,
    PRIORITY,
    UPTAKE,
    YIELDS,
    case,
    demand,
    scenario_changes,
    sources,
)
from twin.models.allocation import RULES
from twin.supply.shock import as_oxide, normalised, shock, weighted
from twin.supply.shock_case import CATEGORIES, ShockChoices, Source, balanced, central_values, plan, stage_supply
from twin.supply.shock_paths import BEFORE_D, regime

STOP = {
    "flow_controlled": 0.0, "flow_others": 0.0, "duration_d": 90.0, "recovery_d": 0.0, "leakage": 0.0,
    "competing_offtake": 0.0,
}  # fmt: skip
DIRECT = {"shock.third_country_share": 0.0}
ND, DY, GD = SUPPLY_ELEMENTS.index("Nd"), SUPPLY_ELEMENTS.index("Dy"), SUPPLY_ELEMENTS.index("Gd")


def test_without_a_shock_everybody_is_served_and_no_stock_changes() -> None:
    """Derived: full flow, no logistics, no responses: every day is like the one before."""
    nothing = scenario_changes("S1", {"flow_controlled": 1.0, "flow_others": 1.0, "competing_offtake": 0.0})
    result = shock(case("S1", choices=EVEN, changes=nothing))
    for outcome in result.outcomes.values():
        assert np.abs(outcome.fill - 1.0).max() < 1e-12
        assert outcome.measures.survive_any_d == np.inf
        assert outcome.measures.lost_sector_d == pytest.approx(0.0, abs=1e-9)
        start = result.chain.stock_t
        assert np.abs(outcome.tally.stock_t - start).max() < 1e-9 * start.max()
    assert np.nanmax(np.abs(result.surviving - 1.0)) < 1e-12


def test_drawn_consignments_without_a_shock_serve_everybody_too() -> None:
    """Derived: weekly lumps, licences and ships move stocks, and stocks are there for that."""
    nothing = scenario_changes("S1", {"flow_controlled": 1.0, "flow_others": 1.0, "licence_delay_wd": 30.0})
    result = shock(case("S1", changes=nothing))
    assert min(np.nanmin(one.fill) for one in result.outcomes.values()) == 1.0
    assert 0.9 < np.nanmean(result.surviving[:, DY]) < 1.15


def test_the_first_shortage_of_a_stop_is_what_its_stocks_last() -> None:
    """Derived: Dy at hand as oxide over what is missing of it; nothing is released, plants are quick and wide."""
    wide = {"shock.spare_line_share": 10.0, "shock.smoothing_d": 1.0, **DIRECT, **scenario_changes("S3", STOP)}
    choices = ShockChoices(release="none", logistics="none", responses="none")
    result = shock(case("S3", choices=choices, changes=wide))
    stock = as_oxide(result.chain.stock_t, np.array(YIELDS)).sum(axis=0)
    missing = 1.0 - result.surviving[0]
    whole = demand()[:8].sum(axis=0) / (YIELDS[2] * YIELDS[3]) + demand()[8]
    lasts = np.nanmin(np.where(whole > 0.0, stock / np.maximum(missing * whole, 1e-12), np.nan)[[0, 1, 2, 4]])
    first = np.nanmin(result.outcomes["pro_rata"].measures.survive_d[:8])
    assert lasts - 1.0 <= first <= lasts + 20.0


def test_flow_and_leakage_come_through_as_the_scenario_says() -> None:
    """Derived: China sells 85 % of Dy directly: with a flow of 5 % and a leak of 20 % of the cut, 24 % of that come."""
    changes = scenario_changes("S3", {**STOP, "flow_controlled": 0.05, "leakage": 0.2}) | DIRECT
    played = case("S3", choices=EVEN, changes=changes)
    china = tuple(source for source in played.sources if source.origin == "china")
    part = as_oxide(stage_supply(china), played.yields).sum(axis=0)[DY]
    whole = as_oxide(stage_supply(played.sources), played.yields).sum(axis=0)[DY]
    result = shock(played)
    assert result.surviving[:90, DY] == pytest.approx(1.0 - 0.76 * part / whole)
    assert result.surviving[91:, DY] == pytest.approx(1.0)


def test_a_cut_reaches_third_countries_later_and_by_its_share() -> None:
    """Derived: half of Vietnam's metal is of Chinese feed; with a full reach all of that half stops after the lag."""
    changes = scenario_changes("S3", STOP) | {"shock.third_country_share": 1.0, "shock.third_country_lag_d": 20.0}
    with_reach = shock(case("S3", choices=EVEN, changes=changes)).surviving
    without = shock(case("S3", choices=EVEN, changes=changes | DIRECT)).surviving
    assert (with_reach[:20] == without[:20])[:, [ND, DY]].all()
    assert (with_reach[25:90, ND] < without[25:90, ND] - 0.05).all()


def test_every_rule_sees_the_same_consignments_and_two_runs_are_the_same() -> None:
    """Derived: one stream; the same seed and draw; another draw has other luck."""
    first = shock(case("S2", rules=RULES))
    again = shock(case("S2", rules=("pro_rata",)))
    assert first.consignments.cleared_d.tobytes() == again.consignments.cleared_d.tobytes()
    assert first.outcomes["pro_rata"].fill.tobytes() == again.outcomes["pro_rata"].fill.tobytes()
    other = shock(case("S2", draw=1, rules=("pro_rata",)))
    assert other.outcomes["pro_rata"].fill.tobytes() != again.outcomes["pro_rata"].fill.tobytes()
    assert list(first.outcomes) == list(RULES)


@pytest.mark.parametrize("scenario", ["S1", "S2", "S3", "S4", "R2010", "R2025"])
def test_balances_close_and_nothing_is_handed_out_twice(scenario: str) -> None:
    """Derived: conservation to 1e-9 under all rules; what sectors got is their fill times their need."""
    result = shock(case(scenario, rules=RULES))
    chain = result.chain
    need = chain.need_t * chain.demand[:, :, np.newaxis] * chain.content[:, np.newaxis, chain.element_of]
    for outcome in result.outcomes.values():
        assert outcome.closure < 1e-9
        got = (outcome.tally.fill[:, :, :1] * need).sum(axis=1)
        assert np.abs(got - outcome.tally.taken_t - outcome.tally.handed_t).max() < 1e-9
        assert np.nanmax(outcome.fill) <= 1.0


def test_an_embargo_is_worse_than_escalation_is_worse_than_detente() -> None:
    """Derived: the depth of what the scenarios let out, over the first half-year."""
    fills = {name: shock(case(name)).outcomes["pro_rata"].fill[:, :180].mean() for name in ("S1", "S2", "S3")}
    assert fills["S3"] < fills["S2"] < fills["S1"] <= 1.0


def test_priority_shelters_defence_and_leaves_the_last_with_less() -> None:
    """Derived: the rules themselves."""
    outcomes = shock(case("S3")).outcomes
    strict, even = outcomes["strict_priority"].measures, outcomes["pro_rata"].measures
    defence, air = SECTORS.index("defence"), SECTORS.index("air_conditioning")
    assert strict.fill_rate[defence] >= even.fill_rate[defence]
    assert strict.fill_rate[air] < even.fill_rate[air]
    assert strict.fill_rate[defence] > strict.fill_rate[air]


def test_a_stop_recovers_and_a_divided_market_does_not() -> None:
    """Derived: S3 ends, S4 has no end."""
    assert 0.0 < shock(case("S3")).outcomes["pro_rata"].measures.recover_d < 365.0
    assert shock(case("S4")).outcomes["pro_rata"].measures.recover_d == np.inf
    assert shock(case("S1")).outcomes["pro_rata"].measures.recover_d == 0.0


def test_reserves_help_and_a_ring_fence_moves_the_help() -> None:
    """Derived: with a release fewer sector-days are lost; the pool and the fences hold the same tonnes."""
    kept = shock(case("S3", choices=ShockChoices(ring_fence="by_category")))
    pool = shock(case("S3", choices=ShockChoices(ring_fence="none")))
    none = shock(case("S3", choices=ShockChoices(release="none")))
    lost = {name: one.outcomes["pro_rata"].measures.lost_sector_d for name, one in (("kept", kept), ("none", none))}
    assert lost["kept"] < lost["none"]
    assert kept.chain.reserve_t.sum(axis=0) == pytest.approx(pool.chain.reserve_t.sum(axis=0))
    assert (none.outcomes["pro_rata"].tally.released_t == 0.0).all()
    assert kept.chain.reserve_t.shape[0] == len(CATEGORIES)
    assert pool.outcomes["strict_priority"].fill.tobytes() != kept.outcomes["strict_priority"].fill.tobytes()


def test_a_shock_is_told_while_it_lasts_and_in_its_worst_month() -> None:
    """Derived: the days of the shock alone; a mean of all days hides a short one; months of 30.4 days."""
    result = shock(case("S3"))
    outcome = result.outcomes["pro_rata"]
    measures, last = outcome.measures, int(result.end_d)
    assert measures.fill_in_shock == pytest.approx(outcome.fill[:, :last].mean(axis=1))
    months = [outcome.fill[:, round(n * 30.4375 + 0.49) : round((n + 1) * 30.4375 + 0.49)] for n in range(24)]
    assert measures.worst_month_fill == pytest.approx(np.min([month.mean(axis=1) for month in months], axis=0))
    ev = SECTORS.index("ev")
    assert measures.worst_month_fill[ev] < measures.fill_in_shock[ev] < measures.fill_rate[ev]
    assert not measures.still_on
    assert shock(case("S4")).outcomes["pro_rata"].measures.still_on


HELP = [
    ("shock.substitution_per_year", 0.0, 0.1), ("shock.new_supply_per_year", 0.0, 0.06),
    ("shock.heavy_thrift_per_year", 0.0, 0.1), ("shock.ab_share", 0.0, 0.5), ("shock.private_metal_days", 10.0, 60.0),
    ("shock.reserve_mobility_days", 0.0, 90.0), ("shock.recycling_per_year", 0.0, 0.05),
    ("shock.elasticity", 0.0, -0.3), ("shock_inputs.S3.leakage", 0.0, 0.3),
    ("shock_inputs.S3.preemptive", 0.0, 0.5), ("shock_inputs.S3.preemptive", -0.3, 0.0),
    ("shock_inputs.S3.flow_controlled", 0.0, 0.3),
    ("shock.release_delay_d", 120.0, 7.0), ("shock.response_lag_d", 180.0, 0.0),
    ("shock_inputs.S3.competing_offtake", 0.5, 0.0), ("shock_inputs.S3.duration_d", 300.0, 120.0),
]  # fmt: skip


@pytest.mark.parametrize(("key", "less", "more"), HELP)
def test_each_response_lowers_what_is_lost(key: str, less: float, more: float) -> None:
    """Derived: the direction each number works in."""
    lost = [
        shock(case("S3", changes={key: value}, rules=("pro_rata",))).outcomes["pro_rata"].measures.lost_sector_d
        for value in (less, more)
    ]
    assert lost[1] < lost[0]


def test_a_general_licence_and_more_approvals_let_more_through() -> None:
    """Derived: files that wait less and are refused less."""
    for name, less, more in (("approval", 0.3, 0.9), ("general_licence", 0.0, 0.6), ("licence_delay_wd", 120.0, 20.0)):
        came = [
            np.nanmean(shock(case("S2", changes=scenario_changes("S2", {name: value}))).surviving[:365, DY])
            for value in (less, more)
        ]
        assert came[1] > came[0], name


def test_elements_shared_out_alone_do_not_hold_each_other_up() -> None:
    """Derived: without complementarity neodymium is lost only as far as neodymium lacks."""
    together = shock(case("S3")).outcomes["pro_rata"]
    alone = shock(case("S3", choices=ShockChoices(complementary=False))).outcomes["pro_rata"]
    assert alone.measures.lost_t[ND] < together.measures.lost_t[ND]
    assert np.nanmean(alone.fill) > np.nanmean(together.fill)
    assert alone.closure < 1e-9


def test_a_closed_route_stops_its_origin_or_takes_the_next_one() -> None:
    """Derived: Malaysia has one route, France two."""
    usual, shut = shock(case("S1")), shock(case("S1", closed_routes=frozenset({"Kuantan–Japan"})))
    assert np.nanmean(shut.surviving[:, ND]) < np.nanmean(usual.surviving[:, ND]) - 0.1
    names = shut.consignments.route_of
    assert names[[t.origin for t in shut.consignments.trades].index("malaysia")] == ""


def test_an_element_without_a_figure_is_left_out() -> None:
    """Derived: Gd has no demand figure."""
    result = shock(case("S3"))
    assert np.isnan(result.surviving[:, GD]).all()
    measures = result.outcomes["pro_rata"].measures
    assert np.isnan(measures.cover_start_d[GD])
    assert measures.lost_t[GD] == 0.0


def test_sources_are_brought_to_the_demand_and_plants_make_the_rest() -> None:
    """Derived: what arrives and what plants make meets the need at each stage."""
    played = case("S1")
    made, supply = plan(played), stage_supply(played.sources)
    assert supply[4, DY] + made[3, DY] == pytest.approx(demand()[:8, DY].sum())
    assert supply[3, DY] + made[2, DY] == pytest.approx(made[3, DY] / YIELDS[3])
    doubled = tuple(replace(source, t_d=2.0 * source.t_d) for source in sources())
    scaled, factor = balanced(doubled, demand(), np.array(YIELDS), UPTAKE)
    assert factor[DY] == pytest.approx(0.5)
    assert stage_supply(scaled)[:, DY] == pytest.approx(supply[:, DY])


def test_too_many_magnets_are_cut_back_and_oxide_is_raised() -> None:
    """Derived: by hand; 10 t/d of magnets offered, a need of 1 t/d of magnets and 1 t/d of oxide."""
    need = np.zeros((9, 8))
    need[0, DY], need[8, DY] = 1.0, 1.0
    one = np.zeros(8)
    one[DY] = 1.0
    offered = (Source("china", "magnet", 10.0 * one), Source("malaysia", "separated_oxide", 0.1 * one))
    scaled, _ = balanced(offered, need, np.array(YIELDS), UPTAKE)
    assert [source.t_d[DY] for source in scaled] == pytest.approx([1.0, 1.0])


def test_cases_that_cannot_be_played_say_why() -> None:
    """Derived: the rules of a case."""
    with pytest.raises(UsageError, match=r"scenario 'S5' found; .*allowed: R2010"):
        shock(case("S5"))
    with pytest.raises(UsageError, match="did you mean 'pro_rata'"):
        shock(case("S1", rules=("prorata",)))
    bad = (Source("china", "metals", np.ones(8)),)
    with pytest.raises(FailedError, match="did you mean 'metal'"):
        shock(case("S1", bought=bad))
    with pytest.raises(FailedError, match="usual supply of Nd misses usual demand by"):
        shock(case("S1", bought=sources()[1:]))
    with pytest.raises(FailedError, match="Dy is in demand and no source"):
        balanced((), demand() * (np.arange(8) == DY), np.array(YIELDS), UPTAKE)
    with pytest.raises(FailedError, match=r"\(8, 9\)|8 uptake stages found; 9 are needed"):
        shock(replace(case("S1"), uptake=UPTAKE[:8]))
    negative = (replace(sources()[0], t_d=-sources()[0].t_d),)
    with pytest.raises(FailedError, match=r"source 'china' magnet: flow \[t/d\] is -"):
        shock(case("S1", bought=negative))


def test_paths_start_end_decline_and_recover_on_the_day() -> None:
    """Derived: S3 from day 10 for 20 days, back over 10 days; S4 falls by 0.2 a year down to its floor."""
    changes = scenario_changes(
        "S3", {"start_day": 10.0, "duration_d": 20.0, "recovery_d": 10.0, "flow_controlled": 0.1}
    )
    flow = regime(case("S3", changes=changes)).controlled[BEFORE_D:]
    assert flow[[9, 10, 29]].tolist() == [1.0, 0.1, 0.1]
    assert flow[[30, 34, 39]] == pytest.approx([0.19, 0.55, 1.0])
    long = regime(case("S4", days=2200)).controlled[BEFORE_D:]
    assert long[[365, 730]] == pytest.approx([0.8, 0.6], abs=1e-3)
    assert long[-1] == 0.2


def test_weights_sum_to_one_at_every_end_and_none_weighs_nothing() -> None:
    """Derived: arithmetic."""
    rows = case("S1").tables.shock_scenarios.values()
    printed = {
        row.key: (row.printed_low, row.printed_high)
        for row in rows
        if row.printed_low is not None and row.printed_high is not None
    }
    for end in ("low", "middle", "high"):
        assert sum(normalised(printed, end).values()) == pytest.approx(1.0)
    assert all(np.isnan(weight) for weight in normalised(printed, "none").values())
    results = {name: np.array([float(n), np.inf if name == "S4" else 0.0]) for n, name in enumerate(printed)}
    middle = normalised(printed, "middle")
    assert weighted(results, middle)[0] == pytest.approx(middle["S2"] + 2.0 * middle["S3"] + 3.0 * middle["S4"])
    assert weighted(results, middle)[1] == np.inf


def test_every_number_of_the_shocks_has_a_name_a_draw_can_use() -> None:
    """Derived: the names of rows."""
    values = central_values(case("S1").tables)
    assert {"shock_inputs.S2.flow_controlled", "shock.release_delay_d", "routes.china_direct"} <= set(values)
    assert len(PRIORITY) == len(SECTORS)
