"""Grids of scenarios and the table of what changes (truth: derived, by hand)."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from ops_data.errors import UsageError
from twin.indicators.comparison import RunOutcomes
from twin.outcome_names import Outcome
from twin.scenario import load_scenario
from twin.sweep import MOST_POINTS, Axis, Grid, grid, read_axis, table

SCENARIO = load_scenario("pilot-2027")


def axis(text: str) -> Axis:
    return read_axis(text, SCENARIO)


@pytest.mark.parametrize(
    ("text", "kind", "values"),
    [
        ("limits.mining_hs_m=2:3:5", "number", ("2.0", "2.25", "2.5", "2.75", "3.0")),
        ("limits.mining_hs_m=0.1:0.5:5", "number", ("0.1", "0.2", "0.3", "0.4", "0.5")),
        ("mining.cycle_h=2:1:3", "number", ("2.0", "1.5", "1.0")),
        ("mining.cycle_h = 1.8 , 1.2", "number", ("1.8", "1.2")),
        ("site.latitude_deg=-1e1:1e1:3", "number", ("-10.0", "0.0", "10.0")),
        ("shuttles.count=1:4:4", "whole", ("1", "2", "3", "4")),
        ("shuttles.count=1:9:3", "whole", ("1", "5", "9")),
        ("storms.policy=ride_out,hang_off", "word", ("ride_out", "hang_off")),
        ("failures.enabled=true,false", "word", ("true", "false")),
        ("campaign.end=2027-05-10,2027-05-20", "date", ("2027-05-10T09:00:00+09:00", "2027-05-20T09:00:00+09:00")),
    ],
)
def test_an_axis_has_the_values_that_were_written(text: str, kind: str, values: tuple[str, ...]) -> None:
    found = axis(text)
    assert (found.kind, found.values) == (kind, values)


def test_dates_without_a_time_take_that_of_the_scenario_and_steps_of_whole_days() -> None:
    found = axis("start=2027-01-01:2027-03-15:4")
    assert found.key == "campaign.start"
    assert found.values == tuple(f"2027-{day}T09:00:00+09:00" for day in ("01-01", "01-25", "02-19", "03-15"))
    assert found.labels == ("2027-01-01", "2027-01-25", "2027-02-19", "2027-03-15")


def test_dates_with_a_time_are_kept_to_the_second_and_shown_in_japan_time() -> None:
    found = axis("campaign.start=2027-01-01T00:00Z:2027-01-02T00:00:00+00:00:3")
    assert found.values == ("2027-01-01T09:00:00+09:00", "2027-01-01T21:00:00+09:00", "2027-01-02T09:00:00+09:00")
    assert found.labels == ("2027-01-01 09:00", "2027-01-01 21:00", "2027-01-02 09:00")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("shuttles.count", "sweep 'shuttles.count': no key and values found; write key=a:b:n"),
        ("=1:2:3", "sweep '=1:2:3': no key and values found"),
        (
            "shuttle.count=1:4:4",
            "sweep key 'shuttle.count': unknown; keys are those of --set; did you mean 'shuttles.count'?",
        ),
        ("stat=2027-01-01,2027-01-02", "sweep key 'stat': unknown; keys are those of --set; did you mean 'start'?"),
        ("name=a,b", "sweep key 'name': unknown"),
        (
            "campaign.target_by=2027-02-28,2027-03-31",
            "sweep key 'campaign.target_by': it is a list; a sweep takes numbers",
        ),
        (
            "shuttles.count=1:4",
            "sweep 'shuttles.count=1:4': '1:4' not understood; write key=a:b:n (n values from a to b)",
        ),
        (
            "shuttles.count=1:4:5",
            "sweep 'shuttles.count=1:4:5': 'shuttles.count' would be 1.75; it takes whole numbers",
        ),
        ("shuttles.count=1.5,2", "sweep 'shuttles.count=1.5,2': 'shuttles.count' would be 1.5; it takes whole numbers"),
        ("shuttles.count=1:4:x", "sweep 'shuttles.count=1:4:x': 'x' values asked for; a whole number from 2 is needed"),
        ("shuttles.count=1:4:1", "sweep 'shuttles.count=1:4:1': '1' values asked for; a whole number from 2 is needed"),
        (
            "mining.cycle_h=1:2:1000000",
            "sweep 'mining.cycle_h=1:2:1000000': 1,000,000 values; at most 400 points are swept",
        ),
        ("mining.cycle_h=a:b:3", "sweep 'mining.cycle_h=a:b:3': 'a' is no number"),
        ("mining.cycle_h=nan,1", "sweep 'mining.cycle_h=nan,1': 'nan' is no number"),
        ("mining.cycle_h=1,,2", "sweep 'mining.cycle_h=1,,2': an empty value found"),
        ("mining.cycle_h=1,1.0", "sweep 'mining.cycle_h=1,1.0': a value stands in it twice"),
        ("mining.cycle_h=1:1:3", "sweep 'mining.cycle_h=1:1:3': a value stands in it twice"),
        (
            "mining.cycle_h=2",
            "sweep 'mining.cycle_h=2': one value found; a sweep needs two or more; fix it with --set mini",
        ),
        ("mining.cycle_h={value=1},2", "sweep 'mining.cycle_h={value=1},2': a list or table found"),
        ("storms.policy=[ride_out,hang_off]", "sweep 'storms.policy=[ride_out,hang_off]': a list or table found"),
        ("storms.policy=a:b:2", "sweep 'storms.policy=a:b:2': words have no range from a to b; list them"),
        ("start=2027-01-01:2027-13-01:3", "sweep 'start=2027-01-01:2027-13-01:3': '2027-13-01' is no date"),
        (
            "start=tomorrow,2027-01-01",
            "sweep 'start=tomorrow,2027-01-01': 'tomorrow' is no date; write dates like 2027-01-08",
        ),
        ("start=2027-01-01:2027-02-01:1", "sweep 'start=2027-01-01:2027-02-01:1': '1' values asked for"),
    ],
)
def test_a_wrong_axis_is_one_line_with_a_remedy(text: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        axis(text)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_a_grid_has_every_combination_the_last_key_changing_fastest() -> None:
    found = grid("pilot-2027", [], ["shuttles.count=1,2", "limits.mining_hs_m=2,3"])
    assert [point.values for point in found.points] == [("1", "2.0"), ("1", "3.0"), ("2", "2.0"), ("2", "3.0")]
    last = found.points[-1].scenario
    assert last.shuttles.count == 2
    assert (last.quantities["limits.mining_hs_m"].value, last.quantities["limits.mining_hs_m"].law) == (3.0, "fixed")
    assert found.notes == ()


def test_a_point_is_the_scenario_that_set_would_give_and_so_the_same_run() -> None:
    sets = ["carriers.count=2"]
    found = grid("pilot-2027", sets, ["shuttles.count=1,3"])
    assert found.points[1].scenario.hash == load_scenario("pilot-2027", [*sets, "shuttles.count=3"]).hash


def test_a_lift_whose_duration_is_stated_has_no_circuit_to_check() -> None:
    found = grid("pilot-2027", ["lift.system=stated"], ["riser.flow_m3_h=10:100:4"])
    assert [point.name for point in found.points][:2] == ["riser.flow_m3_h=10", "riser.flow_m3_h=40"]


def test_a_moved_start_moves_the_whole_campaign_and_says_so() -> None:
    found = grid("pilot-2027", [], ["start=2027-01-18,2027-03-08"])
    for point, days in zip(found.points, (10, 59), strict=True):
        for name in ("start", "charter_end", "end"):
            moved = getattr(point.scenario.campaign, name) - getattr(SCENARIO.campaign, name)
            assert moved == pd.Timedelta(days=days), name
    assert [len(point.scenario.campaign.target_by) for point in found.points] == [2, 1]
    assert found.notes == (
        "With the start, campaign.charter_end and campaign.end move by as many days: the campaign keeps its length.",
        "Target dates stay where they are; where the moved campaign does not span them they are left out: 2027-02-28.",
    )


def test_an_end_that_is_swept_too_does_not_move_with_the_start() -> None:
    texts = ["start=2027-01-08,2027-01-18", "campaign.end=2027-05-20,2027-05-30"]
    found = grid("pilot-2027", [], texts)
    last = found.points[-1].scenario.campaign
    assert last.end.isoformat() == "2027-05-30T00:00:00+00:00"
    assert last.charter_end - SCENARIO.campaign.charter_end == pd.Timedelta(days=10)
    assert found.notes[0].startswith("With the start, campaign.charter_end move")


@pytest.mark.parametrize(
    ("sets", "texts", "message"),
    [
        ([], ["shuttles.count=1,2", "shuttles.count=3,4"], "sweep key 'shuttles.count': given twice"),
        (
            [],
            ["start=2027-01-08,2027-01-09", "campaign.start=2027-01-08,2027-01-09"],
            "sweep key 'campaign.start': given twice",
        ),
        (["shuttles.count=2"], ["shuttles.count=3,4"], "sweep key 'shuttles.count': given by --set too"),
        (
            [],
            ["mining.cycle_h=1:2:30", "tool.bore_m=2:3:30"],
            f"sweep: 30 × 30 = 900 points; at most {MOST_POINTS} are swept",
        ),
        ([], ["shuttles.count=0,1"], "point shuttles.count=0: --set: key 'shuttles.count': 0 shuttles found"),
        (
            [],
            ["shuttles.count=1,2", "storms.policy=hang_off,hang_of"],
            "point shuttles.count=1, storms.policy=hang_of: --set: key 'storms.policy'",
        ),
        (
            [],
            ["limits.mining_hs_m=1:61:3"],
            "point limits.mining_hs_m=31: --set: key 'limits.mining_hs_m': 31 found; allowed 0.1 to 30 m",
        ),
        (
            [],
            ["campaign.charter_end=2027-01-01,2027-04-12"],
            "point campaign.charter_end=2027-01-01: --set: key 'campaign.charter_end'",
        ),
        (
            [],
            ["riser.flow_m3_h=10:100:4"],
            "point riser.flow_m3_h=10: scenario 'pilot-2027', at its stated values: lift circuit",
        ),
        (
            [],
            ["slurry.max_solids_fraction=0.1:0.3:3"],
            "point slurry.max_solids_fraction=0.3: scenario 'pilot-2027', at its stated values: lift system",
        ),
    ],
)
def test_a_wrong_grid_names_the_key_or_the_point(sets: Sequence[str], texts: Sequence[str], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        grid("pilot-2027", sets, texts)
    assert str(caught.value).startswith(message)


def made_up(run_id: str, values: Sequence[float], basis: str = "wet") -> RunOutcomes:
    """Return a run with one outcome; NaN: never."""
    rows = [(number, value) for number, value in enumerate(values) if np.isfinite(value)]
    columns = {"replicate": [n for n, _ in rows], "value": [v for _, v in rows], "name": "lifted_wet_t", "item": ""}
    return RunOutcomes(run_id, 1, "drawn", basis, pd.DataFrame(columns | {"period": ""}))


def test_the_table_pairs_every_point_with_the_first() -> None:
    """Derived: by hand; differences 1, 2, 3 have mean 2 and standard error 1/√3."""
    found = grid("pilot-2027", [], ["shuttles.count=1,2"])
    runs = [made_up("one", [10.0, 20.0, 30.0]), made_up("two", [11.0, 22.0, 33.0])]
    rows = table(found, runs, [Outcome("lifted_wet_t", "")], 3).to_dict("records")
    assert [row["shuttles.count"] for row in rows] == ["1", "2"]
    assert [row["run_id"] for row in rows] == ["one", "two"]
    first, second = rows
    assert (first["p50"], first["difference"], first["standard_error"]) == (20.0, 0.0, 0.0)
    assert (second["p10"], second["p50"], second["p90"]) == pytest.approx((13.2, 22.0, 30.8))
    assert (second["mean"], second["difference"], second["pairs"]) == (22.0, 2.0, 3)
    assert second["standard_error"] == pytest.approx(1.0 / np.sqrt(3.0))


def test_what_never_happened_counts_as_beyond_everything_and_does_not_pair() -> None:
    found = grid("pilot-2027", [], ["shuttles.count=1,2"])
    runs = [made_up("one", [10.0, 20.0, 30.0]), made_up("two", [11.0, np.nan, np.nan])]
    row = table(found, runs, [Outcome("lifted_wet_t", "")], 3).to_dict("records")[1]
    assert (row["p90"], row["pairs"], row["difference"]) == (np.inf, 1, 1.0)
    assert np.isnan(row["standard_error"])


def test_numbers_on_other_mass_bases_are_labelled() -> None:
    found = Grid(
        (Axis("campaign.mass_basis", "word", ("wet", "dry"), ("wet", "dry")),),
        grid("pilot-2027", [], ["campaign.mass_basis=wet,dry"]).points,
        (),
    )
    runs = [made_up("one", [1.0, 2.0]), made_up("two", [1.0, 2.0], "dry")]
    frame = table(found, runs, [Outcome("lifted_wet_t", ""), Outcome("best_day_t", "")], 2)
    notes = dict(zip(frame["outcome"], frame["note"], strict=True))
    assert notes["lifted_wet_t"] == ""
    assert notes["best_day_t"] == "read on different mass bases: wet in the first run, dry in the second"
