"""One draw from the mud to the market (truth: derived; the parts it is made of, and what must follow from less)."""

import math
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from ops_data.elements import oxide_factor
from ops_data.supply_names import SECTORS, SUPPLY_ELEMENTS
from ops_data.units import DAYS_PER_YEAR
from tests.twin import supply_runs_by_hand as by_hand
from tests.twin.supply.made_chain import GRADE_PPM, RECOVERY, SHARE, SOLIDS, TARGET_T_D, made_chain
from twin.indicators.supply import YEARS
from twin.indicators.supply_registry import SUPPLY_FUNCTIONS, outcomes
from twin.supply.chain import Chain
from twin.supply.network import closure, purchases_t
from twin.supply.network_structure import OXIDE
from twin.supply.project_inputs import CHAIN

EXACT = 1e-9


@cache
def chain(*sets: str) -> Chain:
    """Return a made-up draw at central values, told for the years of a study."""
    case = by_hand.case(*sets)
    return replace(made_chain(case, case.central, case.choices), years=YEARS)


@cache
def told(*sets: str) -> dict[tuple[str, str, str], float]:
    """Return every indicator of that draw."""
    return {(name, item, period): value for name, item, period, value in outcomes(chain(*sets))}


def mud_sold_t(one: Chain, year: int) -> float:
    """Return what plants and sectors in Japan take of the mud in a year, over all elements [t]."""
    mud = one.structure.number("japan_mud")
    return float(purchases_t(one.network(year))[OXIDE, mud].sum())


def test_the_mud_read_at_its_rate_is_target_times_factors_times_days() -> None:
    """Derived: 350 t/d wet, 41 % solids, 2,652 ppm, 70 % recovered, for the operating days of the case."""
    one = chain()
    days = one.values["contribution.operating_days_d"]
    by_hand_t = [TARGET_T_D * SOLIDS * GRADE_PPM * 1e-6 * SHARE[name] * RECOVERY * days for name in SUPPLY_ELEMENTS]
    assert one.mud_t("run_rate").tolist() == pytest.approx(by_hand_t)
    assert one.mud_t("extrapolation").tolist() == pytest.approx([10.0 * mass for mass in by_hand_t])
    assert one.mud_t("none").tolist() == [0.0] * 8


def test_a_contribution_is_told_as_campaign_rate_and_extrapolation_and_on_both_bases() -> None:
    """Derived: never only the last; the dry reading has 1 / 0.41 of the wet one."""
    found = told()
    for element in SUPPLY_ELEMENTS:
        for reading in ("campaign", "achieved_rate", "run_rate", "extrapolation"):
            wet, dry = (found["contribution_oxide_t", f"{reading} {basis} {element}", ""] for basis in ("wet", "dry"))
            assert 0.0 < wet < dry
            assert dry * SOLIDS == pytest.approx(wet)
            as_element = found["contribution_element_t", f"{reading} wet {element}", ""]
            assert as_element * oxide_factor(element) == pytest.approx(wet)


def test_there_is_no_demand_figure_for_gadolinium_and_lutetium_so_tonnes_and_no_share() -> None:
    """Derived: the tables have no figure of them; all others have one of today."""
    shares = {item.split()[-1] for name, item, _ in told() if name == "contribution_share_current"}
    assert shares == set(SUPPLY_ELEMENTS) - {"Gd", "Lu"}
    assert {item.split()[-1] for name, item, _ in told() if name == "contribution_share_future"} == {"Dy", "Tb"}
    for element in ("Gd", "Lu"):
        assert told()["contribution_element_t", f"run_rate wet {element}", ""] > 0.0
        assert told()["contribution_value_usd", f"run_rate wet {element}", ""] > 0.0
        assert not [key for key in told() if key[0] == "demand_t" and key[1].split()[0] == element]
        assert not [
            key for key in told() if key[0] == "lost_service_t" and key[1].split()[-1] == element and told()[key]
        ]


def test_shares_are_the_tonnes_over_the_figure_of_demand() -> None:
    """Derived: Dy at its rate over the central figure, which is the demand of the base year too."""
    tonnes = told()["contribution_element_t", "run_rate wet Dy", ""]
    figure = chain().values["demand_figures.Dy.current"]
    assert told()["contribution_share_current", "run_rate wet Dy", ""] == pytest.approx(tonnes / figure)
    assert told()["demand_t", "Dy", "2024"] == pytest.approx(figure)


def test_money_is_told_in_dollars_and_in_yen_at_the_stated_rate() -> None:
    """Derived: one parameter between the two."""
    yen_per_dollar = chain().values["finance.jpy_per_usd"]
    for (name, item, period), value in told().items():
        if name == "contribution_value_usd":
            assert told()["contribution_value_jpy", item, period] == pytest.approx(value * yen_per_dollar)


def test_another_rate_of_exchange_moves_yen_and_not_dollars() -> None:
    """Derived: 100 yen to the dollar."""
    key = ("run_rate wet all", "")
    found = told("finance.jpy_per_usd=100")
    assert found["contribution_value_jpy", *key] == pytest.approx(100.0 * found["contribution_value_usd", *key])
    assert found["contribution_value_usd", *key] == pytest.approx(told()["contribution_value_usd", *key])


def test_the_network_counts_on_the_mud_from_its_first_year_and_only_as_it_is_read() -> None:
    """Derived: none, a year at the target, ten times that; before 2028 nothing."""
    assert [mud_sold_t(chain(), year) for year in (2024, 2027)] == [0.0, 0.0]
    none, rate, large = (chain(f'supply.mud_reading="{name}"') for name in ("none", "run_rate", "extrapolation"))
    known = [name not in ("Gd", "Lu") for name in SUPPLY_ELEMENTS]
    assert mud_sold_t(none, 2030) == 0.0
    assert mud_sold_t(rate, 2030) == pytest.approx(float(rate.mud_t("run_rate")[known].sum()), rel=1e-6)
    assert mud_sold_t(rate, 2030) < mud_sold_t(large, 2030) <= float(large.mud_t("extrapolation").sum())
    assert mud_sold_t(chain("supply.mud_from_year=2031"), 2030) == 0.0


def test_a_reading_asked_for_by_name_is_that_of_the_settings() -> None:
    """Derived: two ways to the same network and the same shock."""
    by_name, by_settings = chain().network(2030, "none"), chain('supply.mud_reading="none"').network(2030)
    np.testing.assert_array_equal(by_name.handed_t, by_settings.handed_t)
    played = [one.outcomes for one in (chain().shock("S3", "none"), chain('supply.mud_reading="none"').shock("S3"))]
    for rule in played[0]:
        np.testing.assert_array_equal(played[0][rule].fill, played[1][rule].fill)


def test_more_mud_never_loses_more_in_an_embargo() -> None:
    """Derived: the same luck with more supply at home; sector-days under every rule, and what they are worth."""
    found = told()
    for rule in chain().choices.rules:
        none, rate, large = (
            found["mud_in_embargo_sector_days", f"{reading} {rule}", ""]
            for reading in ("none", "run_rate", "extrapolation")
        )
        assert large <= rate + 1e-6 <= none + 2e-6
        assert large < 0.99 * none
        values, plays = chain().values, [chain().shock("S3", reading) for reading in ("none", "extrapolation")]
        shares = np.array([values[f"shock.loss_share_{sector}"] for sector in SECTORS])
        spared_d = np.subtract(*(shares @ (1.0 - play.outcomes[rule].fill).sum(axis=1) for play in plays))
        for study, yearly_jpy in (("NRI", 2.6e12), ("Mizuho", 0.0088 * 2.6e12 / 0.0043), ("Daiwa", 7e12)):
            worth = found["mud_worth_in_embargo_jpy", f"extrapolation {rule} {study}", ""]
            assert worth == pytest.approx(spared_d * yearly_jpy / DAYS_PER_YEAR)


def test_without_mud_the_three_readings_are_one() -> None:
    """Derived: no operating day; an embargo loses the same however the mud is read."""
    found = told("contribution.operating_days_d=0")
    for rule in chain().choices.rules:
        lost = {
            found["mud_in_embargo_sector_days", f"{one} {rule}", ""] for one in ("none", "run_rate", "extrapolation")
        }
        assert len(lost) == 1
        assert found["mud_worth_in_embargo_jpy", f"run_rate {rule} NRI", ""] == 0.0


def test_every_shock_is_told_under_every_rule_that_was_chosen() -> None:
    """Derived: six scenarios, two rules as packaged and four when asked for."""
    every = ("linear_programme", "minimum_shares", "pro_rata", "strict_priority")
    asked = 'supply.rules=["linear_programme", "minimum_shares", "pro_rata", "strict_priority"]'
    for sets, rules in (((), ("strict_priority", "pro_rata")), ((asked, 'supply.scenarios=["S3"]'), every)):
        for name in ("fill_rate", "line_down_days", "lost_sector_days", "stops_within_year", "lost_service_t"):
            pairs = {tuple(item.split()[:2]) for one, item, _ in told(*sets) if one == name}
            assert pairs == {(scenario, rule) for scenario in chain(*sets).choices.scenarios for rule in rules}


def test_allocation_hands_out_no_more_than_is_needed_and_its_stocks_close() -> None:
    """Derived: fills lie in 0 to 1; what is lost is what was needed less what was given."""
    one = chain()
    for scenario in one.choices.scenarios:
        case = one.shock_case(scenario, "run_rate")
        needed_t = np.nan_to_num(case.demand_t_d).sum(axis=0) * case.days
        for outcome in one.shock(scenario).outcomes.values():
            fill = outcome.fill[np.isfinite(outcome.fill)]
            assert (fill >= -EXACT).all()
            assert (fill <= 1.0 + EXACT).all()
            assert outcome.closure < EXACT
            assert (outcome.measures.lost_t <= needed_t * (1.0 + EXACT)).all()


def test_every_balance_of_the_draw_closes() -> None:
    """Derived: networks of all years and accounts of all projects in both price worlds."""
    one = chain()
    assert max(closure(one.network(year)) for year in YEARS) < EXACT
    gaps = [one.project(name, world).closure for name in one.project_names for world in ("china", "ex_china")]
    assert max(gaps) < EXACT


def test_the_first_part_asked_for_is_kept() -> None:
    """Derived: what is slow is worked out once."""
    one = chain()
    assert one.shock("S3") is one.shock("S3")
    assert one.network(2030) is one.network(2030, "run_rate")


def test_a_draw_told_for_one_scenario_has_no_other_and_no_embargo() -> None:
    """Derived: only what is chosen is told."""
    found = told('supply.scenarios=["S1"]')
    assert {item.split()[0] for name, item, _ in found if name == "fill_rate"} == {"S1"}
    assert not {"mud_in_embargo_sector_days", "mud_worth_in_embargo_jpy"} & {name for name, _, _ in found}


def test_a_replay_begins_on_the_day_of_its_event_and_a_scenario_on_the_day_asked_for() -> None:
    """Published: 21 September 2010 and 4 April 2025 (facts B6); derived: the day of the settings."""
    one = chain("supply.shock_start=2029-07-01")
    assert [str(one.shock_case(name, "none").start) for name in ("S3", "R2010", "R2025")] == [
        "2029-07-01",
        "2010-09-21",
        "2025-04-04",
    ]


@pytest.mark.parametrize(
    "sets",
    [
        (),
        ("supply.shock_start=2010-01-01",),
        ("supply.shock_start=2050-12-31",),
        ("supply.shock_months=1", 'supply.scenarios=["R2010"]'),
        ('supply.mud_reading="extrapolation"', "supply.extrapolation_t_d=1000000"),
        ("contribution.operating_days_d=0", 'supply.price_set="peak_2011"', 'supply.price_regime="none"'),
        ('supply.weights="none"', 'supply.release="none"', 'supply.ring_fence="none"', 'supply.allocation="mass"'),
        ('supply.price_floor="two_way"', "supply.take_or_pay=true", "supply.subsidy=true", "supply.tax_credit=true"),
    ],
    ids=lambda sets: " ".join(sets) or "packaged",
)
def test_every_told_value_is_a_finite_number_whatever_is_chosen(sets: tuple[str, ...]) -> None:
    """Derived: what is not known is left out, never told as nan or without end; every name is in the registry."""
    found = told(*sets)
    assert [key for key, value in found.items() if not math.isfinite(value)] == []
    assert {name for name, _, _ in found} <= set(SUPPLY_FUNCTIONS)
    assert len(found) > 5_000


def test_each_tonne_is_in_one_group_and_all_groups_make_the_whole() -> None:
    """Derived: light and heavy."""
    found = told()
    for year in YEARS:
        parts = [found["demand_t", group, str(year)] for group in ("light", "heavy")]
        assert sum(parts) == pytest.approx(found["demand_t", "all", str(year)])
        elements = [
            found[key] for key in found if key[0] == "demand_t" and key[1] in SUPPLY_ELEMENTS and key[2] == str(year)
        ]
        assert sum(elements) == pytest.approx(found["demand_t", "all", str(year)])


def test_without_a_run_at_full_scale_only_its_accounts_are_missing() -> None:
    """Derived: the pilot and the template beside it remain."""
    one = chain()
    alone = replace(one, projects={"pilot": one.projects["pilot"]}, _kept={})
    assert alone.project_names == ("pilot", CHAIN)
    projects = {item.split()[0] for name, item, _, _ in outcomes(alone) if name == "project_npv_jpy"}
    assert projects == {"pilot", CHAIN}
