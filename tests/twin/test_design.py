"""Designs: a case of a row is what a drawn replicate would be at the same quantiles; truth is derived."""

import numpy as np
import pytest
from numpy.typing import NDArray

from ops_data.columns import Coded, TableData
from ops_data.errors import ModelError
from twin.design import Design
from twin.models.streams import uniforms
from twin.operations.campaign import tables_of
from twin.operations.laws import Luck
from twin.operations.program import SeaTables
from twin.quantities import draw_quantities
from twin.run import UNPLAYED, Job
from twin.scenario import load_scenario

SCENARIO = load_scenario("pilot-2027", ["campaign.detail=daily"])
KEYS = SCENARIO.ignorance.keys
SEED = 5


def quantiles(replicate: int) -> NDArray[np.float64]:
    """Return the quantiles at which a drawn replicate takes every uncertain quantity, shape (1, keys)."""
    return np.array([[uniforms(SEED, replicate, "parameter", key, 1)[0] for key in KEYS]])


def values(outcomes: TableData, replicate: int) -> dict[tuple[str, str], float]:
    """Return (name, item) → value of one replicate or case."""
    words = [column.words() for name in ("name", "item") if isinstance(column := outcomes[name], Coded)]
    rows = zip(np.asarray(outcomes["replicate"]), *words, np.asarray(outcomes["value"]), strict=True)
    return {(name, item): float(value) for number, name, item, value in rows if number == replicate}


def test_a_row_has_the_values_that_a_replicate_draws_at_the_same_quantiles() -> None:
    design = Design("morris", KEYS, quantiles(3), 1, 1)
    assert design.values(SCENARIO, 0) == draw_quantities(SCENARIO.ignorance, SEED, 3)


def test_quantities_outside_a_design_keep_their_stated_value() -> None:
    few = ("mining.cycle_h", "tool.bore_m")
    found = Design("sobol", few, np.array([[0.9, 0.1]]), 1, 1).values(SCENARIO, 0)
    assert {key for key, value in found.items() if value != SCENARIO.quantities[key].value} == set(few)


def test_a_key_finds_its_own_quantile_whatever_the_order_of_keys() -> None:
    one = Design("sobol", ("tool.bore_m", "mining.cycle_h"), np.array([[0.1, 0.9]]), 1, 1)
    other = Design("sobol", ("mining.cycle_h", "tool.bore_m"), np.array([[0.9, 0.1]]), 1, 1)
    assert one.values(SCENARIO, 0) == other.values(SCENARIO, 0)


def test_a_case_gives_the_outcomes_of_the_drawn_replicate_of_the_same_number() -> None:
    """The strongest statement that a design plays what a run plays: case (row 0, replicate 2) is replicate 2 drawn."""
    design = Design("morris", KEYS, quantiles(2), 1, 4)
    case = Job(SCENARIO.to_json(), SEED, "fixed", design).play(2, 2)
    drawn = Job(SCENARIO.to_json(), SEED, "drawn").play(2, 2)
    assert set(case) == {"outcomes"}
    assert values(case["outcomes"], 2) == values(drawn["outcomes"], 2)


def test_cases_count_replicates_within_rows() -> None:
    design = Design("morris", ("mining.cycle_h",), np.array([[0.1], [0.5], [0.9]]), 3, 4)
    assert (design.rows, design.cases) == (3, 12)
    assert [design.case(number) for number in (0, 3, 4, 11)] == [(0, 0), (0, 3), (1, 0), (2, 3)]


def test_every_row_meets_the_same_weather_and_luck() -> None:
    """Two equal rows have equal outcomes, replicate by replicate; two replicates of a row differ."""
    design = Design("morris", ("mining.cycle_h",), np.array([[0.3], [0.3]]), 2, 2)
    outcomes = Job(SCENARIO.to_json(), SEED, "fixed", design).play(0, 3)["outcomes"]
    first, second, third, fourth = (values(outcomes, number) for number in range(4))
    assert (first, second) == (third, fourth)
    assert first != second


def test_a_worker_is_sent_the_rows_it_plays_and_no_others() -> None:
    design = Design("morris", ("mining.cycle_h",), np.linspace(0.1, 0.9, 6)[:, None], 3, 2)
    job = Job(SCENARIO.to_json(), SEED, "fixed", design)
    part = job.part(range(5, 9))
    assert part.design is not None
    assert (part.design.rows, part.design.first_row) == (3, 2)
    whole, sent = (one.play(5, 8)["outcomes"] for one in (job, part))
    assert [values(whole, number) for number in range(5, 9)] == [values(sent, number) for number in range(5, 9)]
    drawn = Job(SCENARIO.to_json(), SEED, "drawn")
    assert drawn.part(range(3)) is drawn


@pytest.mark.parametrize(
    "other",
    [
        Design("sobol", ("a", "b"), np.zeros((4, 2)), 2, 3),
        Design("morris", ("b", "a"), np.zeros((4, 2)), 2, 3),
        Design("morris", ("a", "b"), np.full((4, 2), 1e-12), 2, 3),
        Design("morris", ("a", "b"), np.zeros((6, 2)), 2, 3),
        Design("morris", ("a", "b"), np.zeros((4, 2)), 4, 3),
        Design("morris", ("a", "b"), np.zeros((4, 2)), 2, 4),
    ],
)
def test_everything_that_changes_a_case_changes_the_hash(other: Design) -> None:
    same = [Design("morris", ("a", "b"), np.zeros((4, 2)), 2, 3).sha256 for _ in range(2)]
    assert same[0] == same[1] != other.sha256


def test_a_case_that_cannot_be_played_says_why_and_the_others_are_played(monkeypatch: pytest.MonkeyPatch) -> None:
    design = Design("morris", ("mining.cycle_h",), np.array([[0.2], [0.8]]), 2, 1)
    stated = SCENARIO.quantities["mining.cycle_h"].value

    def refuses(luck: Luck) -> SeaTables:
        if luck.values["mining.cycle_h"] > stated:
            raise ModelError("riser: no root between 0 and 1 m/s; lower the yield stress")
        return tables_of(luck)

    monkeypatch.setattr("twin.run.tables_of", refuses)
    outcomes = Job(SCENARIO.to_json(), SEED, "fixed", design).play(0, 1)["outcomes"]
    assert ("lifted_wet_t", "") in values(outcomes, 0)
    assert values(outcomes, 1) == {(UNPLAYED, "riser: no root between 0 and 1 m/s; lower the yield stress"): 1.0}
