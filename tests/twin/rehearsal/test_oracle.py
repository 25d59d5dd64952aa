"""Many rehearsals and what they say of the loop (truth: sums by hand; hidden campaigns)."""

import json
from pathlib import Path

import pytest

from ops_data.manifest import canonical_json
from twin.rehearsal.oracle import (
    Came,
    Learnt,
    RehearsalsJob,
    RehearsalsWriter,
    Rehearsed,
    pace_of_prior,
    pace_off,
    read_rehearsals,
    rehearse,
)
from twin.rehearsal.oracle_summary import as_document, gained, held
from twin.rehearsal.truth import Truth, hidden_seed
from twin.scenario import draw_parameters, load_scenario


def came(calibrated: float, planned: float, persistence: float, inside: bool = True) -> Came:
    return Came("lifted_dry_t", 7, 100.0, calibrated, planned, persistence, inside)


def one(number: int, pace_off: float, inside: bool, losses: tuple[float, float, float]) -> Rehearsed:
    learnt = (Learnt("a", inside, 0.5, 0.9), Learnt("b", True, 0.2, 0.05))
    return Rehearsed(number, 0, pace_off, learnt, (came(*losses, inside),))


FOUND = [
    one(0, 0.2, True, (8.0, 10.0, 20.0)),
    one(1, -1.5, True, (4.0, 12.0, 16.0)),
    one(2, 1.2, False, (6.0, 8.0, 9.0)),
    one(3, -0.9, True, (2.0, 2.0, 3.0)),
]


def test_coverage_by_hand() -> None:
    """Number a is held 3 times of 4, b always; of what was learnt of, only a counts."""
    shares = {found.key: (found.inside, found.count) for found in held(FOUND)}
    assert shares == {"a": (3, 4), "b": (4, 4), "all": (7, 8)}
    assert {found.key: found.count for found in held(FOUND, 0.2)} == {"a": 4, "all": 4}
    (a, *_) = held(FOUND)
    assert a.low < 0.75 < a.high and a.contraction == pytest.approx(0.9)


def test_gains_by_hand() -> None:
    """Of all: 20 of 32 lost, a gain of 3/8; of the two far ones 10 of 20, a half."""
    rows = {found.which: found for found in gained(FOUND)}
    assert (rows["all"].count, rows["all"].planned, rows["far"].count) == (4, 8.0, 2)
    assert rows["all"].gain == pytest.approx(0.375)
    assert rows["far"].gain == pytest.approx(0.5)
    assert rows["all"].against_persistence < 0.0 and rows["all"].inside == 0.75


def test_what_lost_nothing_has_no_gain_and_is_still_json() -> None:
    none = [one(number, 0.0, True, (0.0, 0.0, 1.0)) for number in range(3)]
    told = as_document(none)
    assert told["gained"][0]["gain"] is None
    assert json.loads(canonical_json(told))["rehearsals"] == 3


def test_a_loss_of_next_to_nothing_leaves_nothing_to_gain() -> None:
    """What came is 100; a planned loss of 0.05 is below a thousandth of it."""
    (row,) = gained([one(number, 0.0, True, (3.0, 0.05, 1.0)) for number in range(3)])
    assert row.gain is None and row.gain_error is None and row.planned == pytest.approx(0.05)


def test_no_truth_is_far_from_a_stated_pace() -> None:
    assert pace_off(2.0, (1.0, 1e-15)) == 0.0
    assert pace_off(2.0, (1.0, 0.5)) == 2.0


def test_rehearsals_are_written_and_read_back(tmp_path: Path) -> None:
    RehearsalsWriter(tmp_path)(0, 1, FOUND[:2])
    RehearsalsWriter(tmp_path)(2, 3, FOUND[2:])
    assert read_rehearsals(tmp_path) == FOUND


def test_a_truth_shares_no_draw_with_a_forecast() -> None:
    scenario = load_scenario("pilot-2027")
    truth = Truth.drawn(scenario, 3)
    assert hidden_seed(3) < 0
    drawn = [key for key, quantity in scenario.quantities.items() if quantity.law != "fixed"]
    forecast = draw_parameters(scenario, 3, 0, "drawn")
    assert sum(truth.values[key] == forecast[key] for key in drawn) <= 3  # rounding to a bound may meet


def test_a_rehearsal_in_memory_is_the_same_each_time_and_in_any_chunk() -> None:
    """Small, in a calm sea: what was learnt halves the loss at least, over four hidden campaigns."""
    scenario = load_scenario("calm", ('campaign.variability="drawn"',))
    pace = pace_of_prior(scenario)
    job = RehearsalsJob(scenario.to_json(), 100, 10, (3, 7), 12, pace)
    played = job.play(0, 3)
    assert job.part(range(2)).play(1, 1) == [played[1]]
    assert rehearse(scenario, 101, 10, (3, 7), 12, pace) == played[1]
    losses = [(found.calibrated, found.planned) for single in played for found in single.came]
    assert sum(own for own, _ in losses) < 0.5 * sum(other for _, other in losses)
    inside = [learnt.inside for single in played for learnt in single.learnt]
    assert sum(inside) / len(inside) > 0.75


def test_a_campaign_that_ends_too_soon_is_left_out() -> None:
    scenario = load_scenario("calm")
    assert rehearse(scenario, 1, 200, (7,), 4, pace_of_prior(scenario)) is None
