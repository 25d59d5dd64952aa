"""Constraints eased one at a time (truth: derived; the same draw of each replicate times one factor)."""

import numpy as np
import pandas as pd
import pytest

from ops_data.errors import ScenarioError
from twin.bottleneck_gains import gain, ranked
from twin.bottleneck_pieces import CONSTRAINTS
from twin.easing import TOGETHER, Easing, eased, easings, together
from twin.indicators.record import read_replicate
from twin.operations.campaign import simulate
from twin.operations.laws import Luck
from twin.quantities import event_draws
from twin.scenario import Scenario, draw_parameters, load_scenario


def named(scenario: Scenario) -> dict[str, Easing]:
    return {one.constraint: one for one in easings(scenario)}


def lifted_t(scenario: Scenario) -> float:
    """Return the mud of the one replicate of a scenario with stated values [t]."""
    values = draw_parameters(scenario, 1, 0, "fixed")
    one = read_replicate(scenario, values, simulate(scenario, 1, 0, parameters="fixed"))
    return float(one.day_t.sum())


@pytest.mark.parametrize(
    ("constraint", "factors"),
    [
        ("tool cycle", {"mining.cycle_h": 0.5, "mining.shift_h": 0.5}),
        ("pump", {"riser.flow_m3_h": 2.0, "pump.pressure_limit_mpa": 100.0 / 12.0, "pump.power_limit_mw": 10.0}),
        ("hold", {"mining.hold_m3": 10.0}),
        ("transfer", {"transfer.hose_rate_m3_h": 10.0}),
        ("dewatering", {"island.dewatering_rate_t_h": 10.0}),
        ("string", {"string.run_joint_h": 0.5, "string.recover_joint_h": 0.5}),
    ],
)
def test_an_eased_quantity_is_each_replicates_own_draw_times_the_factor(
    constraint: str, factors: dict[str, float]
) -> None:
    pilot = load_scenario("pilot-2027")
    easy = eased(pilot, named(pilot)[constraint])
    for replicate in range(5):
        before, after = (draw_parameters(plan, 3, replicate, "drawn") for plan in (pilot, easy))
        for key, factor in factors.items():
            assert after[key] == pytest.approx(factor * before[key], rel=1e-12)
        others = {key: value for key, value in before.items() if key not in easy_keys(pilot, easy)}
        assert {key: after[key] for key in others} == others


def easy_keys(before: Scenario, after: Scenario) -> set[str]:
    """Return the quantities that differ."""
    return {key for key in before.quantities if before.quantities[key] != after.quantities[key]}


def test_the_spread_of_single_events_moves_with_the_eased_value() -> None:
    pilot = load_scenario("pilot-2027")
    easy = eased(pilot, named(pilot)["transfer"])
    u = np.linspace(0.0, 0.99, 9)
    before, after = (plan.quantities["transfer.mooring_h"] for plan in (pilot, easy))
    assert event_draws(after, 0.2, u) == pytest.approx(event_draws(before, 2.0, u) / 10.0)


def test_a_quantity_is_eased_no_further_than_its_whole_range_stays_allowed() -> None:
    """Derived: the pressure of pumps may be 100 MPa at most and is drawn up to 12 MPa; see also the case above."""
    plan = load_scenario("pilot-2027", ["transfer.hose_rate_m3_h=9000"])
    assert eased(plan, named(plan)["transfer"]).quantities["transfer.hose_rate_m3_h"].value == 20_000.0


def test_every_easing_of_every_packaged_campaign_is_a_valid_scenario_of_another_name() -> None:
    for name in ("pilot-2027", "dry-basis", "calm", "scale-up-3500", "connection-test-2026", "storm-season"):
        plan = load_scenario(name)
        found = easings(plan)
        assert {one.constraint for one in found} <= set(CONSTRAINTS)
        easy = [eased(plan, one) for one in [*found, together(found)]]
        assert len({one.name for one in easy} | {plan.name}) == len(easy) + 1
        assert {one.campaign.detail for one in easy} == {"daily"}
        assert Scenario.from_json(easy[-1].to_json()) == easy[-1]


def test_what_is_not_there_is_not_eased() -> None:
    alone = load_scenario("calm", ["transfer.method=none", "shuttles.count=0", "carriers.count=0"])
    assert not {"shuttle", "transfer", "dewatering", "pump", "weather", "storm", "failure"} & set(named(alone))
    assert {"weather", "storm", "failure"} <= set(named(load_scenario("pilot-2027")))


def test_the_slurry_at_the_trip_limit_is_each_replicates_own_limit() -> None:
    pilot = load_scenario("pilot-2027")
    easy = eased(pilot, named(pilot)["concentration"])
    for replicate in range(5):
        values = draw_parameters(easy, 3, replicate, "drawn")
        point = Luck(easy, values, 3, replicate).lift
        assert point is not None
        assert point.solids_fraction <= values["slurry.max_solids_fraction"]
        if point.binding == "concentration":
            assert point.solids_fraction == values["slurry.max_solids_fraction"]


def test_an_easing_that_breaks_a_rule_of_scenarios_says_which() -> None:
    pilot = load_scenario("pilot-2027")
    with pytest.raises(ScenarioError, match=r"easing hold: --set: key 'mining.hold_m3'.*one insertion makes"):
        eased(pilot, Easing("hold", "a smaller hold", ("mining.hold_m3=10",)))
    with pytest.raises(ScenarioError, match=r"--set: key 'mining.hold_m3': 0 found; allowed 1 to 1e\+06 m3"):
        eased(pilot, Easing("hold", "no hold", ("mining.hold_m3=0",)))


@pytest.mark.parametrize(
    ("sets", "constraint"),
    [
        ((), "tool cycle"),
        ((), "learning"),
        ((), "transfer"),
        ((), "crew change"),
        ((), "string"),
        ((), "set-up"),
        (("shuttles.count=1", "shuttle.sail_h=300"), "shuttle"),
        (("shuttles.count=1", "mining.hold_m3=200", "shuttle.sail_h=30"), "hold"),
        (("island.dewatering_rate_t_h=0.3", "island.slurry_tank_m3=2000", "mining.hold_m3=2100"), "dewatering"),
        (("lift.system=surface_pumps",), "pump"),
        (("lift.system=surface_pumps",), "concentration"),
    ],
)
def test_easing_what_binds_a_calm_campaign_brings_more_mud(sets: tuple[str, ...], constraint: str) -> None:
    plan = load_scenario("calm", sets)
    assert lifted_t(eased(plan, named(plan)[constraint])) > lifted_t(plan)


def test_easing_what_does_not_bind_a_calm_campaign_changes_nothing() -> None:
    plan = load_scenario("calm")
    for constraint in ("hold", "shuttle", "dewatering", "bunkering"):
        assert lifted_t(eased(plan, named(plan)[constraint])) == lifted_t(plan)


# --- gains of made-up runs --------------------------------------------------------------------------------------------


def daily(*by_replicate: tuple[float, ...]) -> pd.DataFrame:
    """Return rows of the table daily: wet mud of two days for each replicate, another series between them."""
    rows = []
    for replicate, days in enumerate(by_replicate):
        rows += [(replicate, "lifted_wet_t", value) for value in days]
        rows += [(replicate, "hold_dry_t", 7.0) for _ in days]
    return pd.DataFrame(rows, columns=["replicate", "name", "value"]).astype({"name": "category"})


def test_a_gain_is_the_mean_of_paired_differences_with_its_standard_error() -> None:
    """Derived: differences 30, 10 and 20 have the mean 20 and the standard error 10 / sqrt(3)."""
    before = daily((100.0, 0.0), (50.0, 10.0), (0.0, 0.0))
    after = daily((110.0, 20.0), (50.0, 20.0), (20.0, 0.0))
    found = gain(Easing("hold", "ten times", ()), "some-run", before, after, "wet")
    assert (found.total_t.pairs, found.total_t.mean) == (3, 20.0)
    assert found.total_t.standard_error == pytest.approx(10.0 / 3.0**0.5)
    assert found.day_t.tolist() == [10.0, 10.0]


def test_gains_are_ranked_by_their_mean_without_all_together() -> None:
    nothing = daily((0.0, 0.0))
    found = [
        gain(Easing(name, "", ()), "run", nothing, daily((value, 0.0)), "wet")
        for name, value in (("hold", 1.0), ("weather", 3.0), (TOGETHER, 9.0), ("storm", -2.0))
    ]
    assert [one.easing.constraint for one in ranked(found)] == ["weather", "hold", "storm"]
