"""What lost days cost, and how stocks add up to the published norm (truth: derived by hand; published where said)."""

from dataclasses import replace

import numpy as np
import pytest

from ops_data.supply_names import SECTORS, SUPPLY_ELEMENTS
from tests.twin.supply.made_chain import made_chain
from tests.twin.supply.shock_cases import EVEN, case, demand, scenario_changes
from twin.supply.outputs import output
from twin.supply.shock import as_oxide, firm_stock_t, shock
from twin.supply.shock_case import Source, balanced
from twin.supply.shock_worth import STUDIES, loss_shares, losses_jpy_d, stop_days
from twin.supply_case import load_case

CASE = load_case()
DY = SUPPLY_ELEMENTS.index("Dy")
STATE_D, FIRMS_D = 42.0, 18.0


def test_the_published_losses_are_those_of_a_year_per_day() -> None:
    """Published: NRI 2.6 tn yen a year and 0.43 % of GDP; Mizuho 0.88 % of GDP; Daiwa 7 tn (press, January 2026)."""
    found = losses_jpy_d(CASE.tables.policy.published)
    assert list(found) == list(STUDIES)
    assert [365.25 * loss / 1e12 for loss in found.values()] == pytest.approx([2.6, 5.32, 7.0], abs=0.005)


def test_a_day_without_vehicles_costs_more_than_one_without_phosphors() -> None:
    """Derived: shares sum to one, vehicles bear more than half, and each day counts by its sector."""
    shares = dict(zip(SECTORS, loss_shares(CASE.central), strict=True))
    assert sum(shares.values()) == pytest.approx(1.0)
    assert shares["ev"] + shares["automotive"] > 0.5 > 0.05 > shares["phosphors"]
    measures = shock(case("S3")).outcomes["pro_rata"].measures
    by_hand = sum(shares[name] * days for name, days in zip(SECTORS, measures.lost_days, strict=True))
    assert stop_days(CASE.central, measures) == pytest.approx(by_hand)
    assert measures.lost_days.sum() == pytest.approx(measures.lost_sector_d)


def test_a_sector_without_demand_bears_no_share() -> None:
    """Derived: the others are brought to one."""
    days = np.ones(len(SECTORS))
    days[-1] = np.nan
    shares = loss_shares(CASE.central, days)
    assert shares[-1] == 0.0
    assert shares.sum() == pytest.approx(1.0)


def test_state_and_firms_together_hold_the_norm_and_no_more() -> None:
    """Published: 60 days in all, 42 of the state and 18 of firms (Sankei, Argus); working stock is no part of it."""
    values = CASE.central
    stages = ("ore", "mixed_oxide", "separated_oxide", "metal", "magnet")
    assert sum(values[f"shock.private_{stage}_days"] for stage in stages) == FIRMS_D
    categories = ("mobility", "industry", "energy", "critical", "materials")
    assert {values[f"shock.reserve_{name}_days"] for name in categories} == {STATE_D}
    assert values["shock.reserve_heavy_factor"] == 1.0
    chain = made_chain(CASE, values, CASE.choices)
    for element in ("light", "Dy", "Tb"):
        year = CASE.choices.shock_start.year
        days = output(chain, f"stockpile_t[{element}]", year) / output(chain, f"demand_t[{element}]", year) * 365.25
        assert STATE_D < days <= STATE_D + FIRMS_D + 1.0  # yields


def test_sixty_days_and_65_percent_from_china_last_92_days() -> None:
    """Derived (algebra, V27): 60/0.65; every element comes as oxide and is used as oxide, so stocks add up."""
    uptake = ("separated_oxide",) * len(SECTORS)
    played = case("S3", choices=EVEN)
    usual = np.nan_to_num(demand()).sum(axis=0)
    bought = (Source("china", "separated_oxide", 0.65 * usual), Source("recycling", "separated_oxide", 0.35 * usual))
    sources, _ = balanced(bought, demand(), played.yields, uptake)
    stop = {"flow_controlled": 0.0, "flow_others": 0.0, "leakage": 0.0, "recovery_d": 0.0, "duration_d": 180.0}
    norm = {"shock.private_separated_oxide_days": FIRMS_D, "shock.working_stock_d": 0.0}
    values = {**played.values, **scenario_changes("S3", stop), **norm}
    result = shock(replace(played, values=values, sources=sources, uptake=uptake))
    cover = result.outcomes["pro_rata"].measures.cover_start_d
    assert cover[DY] == pytest.approx(92.3, abs=0.05)


def test_working_stock_is_days_of_demand_in_all_stages_together() -> None:
    """Derived: every tonne that is used comes in once, so days of what comes in are days of demand."""
    days = 10.0
    with_it, without = (case("S1", changes={"shock.working_stock_d": value}) for value in (days, 0.0))
    held = [as_oxide(shock(one).chain.target_t, one.yields).sum(axis=0)[DY] for one in (with_it, without)]
    supplied = as_oxide(
        np.array([sum(s.t_d for s in with_it.sources if s.stage == stage) + np.zeros(8)
                  for stage in ("ore", "mixed_oxide", "separated_oxide", "metal", "magnet")]), with_it.yields
    ).sum(axis=0)[DY]  # fmt: skip
    assert held[0] - held[1] == pytest.approx(days * supplied)
    assert as_oxide(firm_stock_t(without), without.yields).sum(axis=0)[DY] == pytest.approx(held[1])
