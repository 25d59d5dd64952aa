"""What may be changed when a sealed run is asked where its sediment goes (truth: derived)."""

from pathlib import Path
from typing import Any

import pytest

from ops_data.columns import Coded, ColumnData
from ops_data.errors import FailedError, ScenarioError
from twin.environment_choices import PLUME_ONLY, with_choices
from twin.run import Job
from twin.scenario import Scenario, load_scenario

PLAN = load_scenario("calm")
SEALED: dict[str, Any] = PLAN.model_dump(mode="json")
CAMPAIGN = r"a sealed run keeps its campaign: only environmental settings and plume quantities change here"
SIDE = "a side of the maps has 10 to 2,000 cells"


def chosen(*sets: str) -> Scenario:
    """Return the sealed scenario with choices of one's own."""
    return with_choices(SEALED, "calm-12345678", sets)


def test_without_a_choice_the_scenario_is_that_of_the_run() -> None:
    assert chosen() == PLAN
    assert chosen().hash == PLAN.hash


def test_settings_and_plume_quantities_change_and_nothing_else_does() -> None:
    found = chosen("environment.grid_km=4", 'environment.bed_rule="first_touch"', "plume.kz_m2_s=0.002")
    assert (found.environment.grid_km, found.environment.bed_rule) == (4.0, "first_touch")
    assert found.quantities["plume.kz_m2_s"].value == 0.002
    usual = {**found.quantities, "plume.kz_m2_s": PLAN.quantities["plume.kz_m2_s"]}
    back = found.model_copy(update={"environment": PLAN.environment, "quantities": usual})
    assert back.model_dump() == PLAN.model_dump()
    assert found.hash != PLAN.hash
    assert PLAN.model_dump(mode="json") == SEALED


def test_the_later_of_two_choices_counts() -> None:
    assert chosen("environment.grid_km=4", "environment.grid_km=6").environment.grid_km == 6.0


def test_a_choice_equal_to_the_run_is_the_run_itself() -> None:
    assert chosen(f"environment.cell_m={PLAN.environment.cell_m:g}").hash == PLAN.hash


@pytest.mark.parametrize("key", sorted(key for key in PLAN.quantities if key.startswith(PLUME_ONLY)))
def test_every_plume_quantity_can_be_chosen_within_its_range(key: str) -> None:
    quantity = PLAN.quantities[key]
    assert chosen(f"{key}={quantity.value!r}").quantities[key].value == quantity.value


def words(values: ColumnData) -> list[Any]:
    """Return a column as plain values."""
    return values.words() if isinstance(values, Coded) else list(values)


def test_no_plume_quantity_changes_a_row_or_an_indicator_of_a_run() -> None:
    """What may be chosen after sealing must not be read by the campaign: every one is changed, nothing else moves."""
    plan = load_scenario("calm", ['environment.return_water="mid_water"'])
    ends = {key: one.low if one.low != one.value else one.high for key, one in plan.quantities.items()}
    moved = [key for key in plan.quantities if key.startswith(PLUME_ONLY) and ends[key] != plan.quantities[key].value]
    assert len(moved) > 20
    sets = [f"{key}={ends[key]!r}" for key in moved]
    other = with_choices(plan.model_dump(mode="json"), "calm-12345678", sets)
    one, two = (Job(each.to_json(), 1, "fixed").play(0, 0) for each in (plan, other))
    for name in ("intervals", "lots", "outcomes"):
        for column, values in one[name].items():
            assert words(values) == words(two[name][column]), (name, column)


@pytest.mark.parametrize(
    ("sets", "says"),
    [
        (["environment.grid=3"], r"key 'environment\.grid': unknown; .*did you mean 'environment\.grid_km'"),
        (["plume.kz=1"], r"key 'plume\.kz': unknown; .*did you mean 'plume\.kz_m2_s'"),
        (["bed_rule=flux"], r"key 'bed_rule': unknown"),
        (["mining.vessels=2"], rf"key 'mining\.vessels': it is a value of the campaign; {CAMPAIGN}; make another run"),
        (["tool.bore_m=2"], CAMPAIGN),
        (["seabed.loss_share=0.5"], CAMPAIGN),
        (["site.latitude_deg=3"], CAMPAIGN),
        (["environment.grid_km=1000"], rf"2e\+04 cells of 50 m on 1000 km found; {SIDE}"),
        (["environment.cell_m=10000"], rf"2 cells of 10000 m on 20 km found; {SIDE}"),
        (["environment.grid_km=0.05"], r"key 'environment\.grid_km': 0\.05 found; at least 0\.1"),
        (["environment.concentration_levels_mg_l=[10, 1]"], r"\[10, 1\] found; each is above the one before; sort"),
        (["environment.deposit_levels_mm=[1, 1]"], r"key 'environment\.deposit_levels_mm': \[1, 1\] found"),
        (["environment.within_km=[5, 1]"], r"key 'environment\.within_km': \[5, 1\] found"),
        (["environment.deposit_levels_mm=[0, 1]"], r"key 'environment\.deposit_levels_mm': 0 found"),
        (["environment.deposit_levels_mm=[]"], r"key 'environment\.deposit_levels_mm': \[\] found"),
        (["environment.return_water=deep"], r"one of none, mid_water, near_bed, depth; did you mean 'depth'"),
        (['environment.return_water="depth"', "environment.return_depth_m=6000"], r"6000 m found; .*sea bed at 5600 m"),
        (["environment.step_s=601.5"], r"601\.5 found; a whole number is needed"),
        (["environment.grid_km=nan"], r"key 'environment\.grid_km'"),
        (["plume.kz_m2_s=-1"], r"key 'plume\.kz_m2_s': -1 found; allowed 0 to 1 m2/s"),
        (["plume.kz_m2_s=abc"], r"a number in m2/s is needed"),
        (["plume.settling_1_mm_s=-0.1"], r"-0\.1 found; allowed 1e-06 to 1000 mm/s"),
        (['environment.current="record"'], 'a record is named with current = "record", and only then'),
        (["environment.zones=nowhere.geojson"], r'"nowhere\.geojson" found; a file that is there is needed'),
        (["grid_km"], "the form is key=value"),
    ],
)  # fmt: skip
def test_a_choice_that_breaks_a_rule_is_refused_in_one_line(sets: list[str], says: str) -> None:
    with pytest.raises(ScenarioError, match=says) as caught:
        chosen(*sets)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("--set")


def test_a_record_is_named_together_with_its_use(tmp_path: Path) -> None:
    path = tmp_path / "mooring.csv"
    path.write_text("time,u_m_s,v_m_s\n")
    found = chosen('environment.current="record"', f'environment.current_record="{path}"')
    assert found.environment.current_record == str(path)
    with pytest.raises(ScenarioError, match="give both, or neither"):
        chosen(f'environment.current_record="{path}"')


def test_a_run_of_an_older_version_is_refused_with_what_to_do() -> None:
    old = {name: part for name, part in SEALED.items() if name != "environment"}
    with pytest.raises(FailedError, match=r"run 'calm-1': it has no environmental settings.*make the run again"):
        with_choices(old, "calm-1", [])
