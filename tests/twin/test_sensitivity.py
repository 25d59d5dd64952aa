"""Sensitivity against closed forms, through the path the command takes: design, evaluation, analysis."""

from collections.abc import Callable, Mapping

import numpy as np
import pytest
from numpy.typing import NDArray

from ops_data.errors import FailedError
from twin.design import Design
from twin.sensitivity import (
    Effect,
    Effort,
    Sensitivity,
    block_means,
    morris_design,
    rank_ranges,
    sensitivity,
    sobol_design,
    strongest,
)

Floats = NDArray[np.float64]
A, B = 7.0, 0.1


def ishigami(quantiles: Floats) -> Floats:
    """Return sin x1 + A sin² x2 + B x3⁴ sin x1, each x uniform on [-π, π]; a fourth factor does nothing."""
    x1, x2, x3 = (np.pi * (2.0 * quantiles[:, place] - 1.0) for place in range(3))
    return np.asarray(np.sin(x1) + A * np.sin(x2) ** 2 + B * x3**4 * np.sin(x1))


def analysed(
    functions: Mapping[str, Callable[[Floats], Floats]], factors: int, effort: Effort, luck: float = 0.0
) -> Sensitivity:
    """Analyse closed forms of all factors; replicates differ by a constant that all rows share."""
    keys = [f"x{number + 1}" for number in range(factors)]

    def evaluate(design: Design) -> Mapping[str, Floats]:
        whole = np.full((design.rows, factors), 0.5)
        whole[:, [keys.index(key) for key in design.keys]] = design.quantiles
        shift = luck * np.arange(design.replicates)
        return {name: function(whole)[:, None] + shift for name, function in functions.items()}

    found = sensitivity(keys, effort, evaluate)
    assert found is not None
    return found


def test_ishigami_gives_its_analytic_shares() -> None:
    """Published: Ishigami and Homma 1990 (ISUMA), variances in closed form for a = 7 and b = 0.1."""
    whole = A**2 / 8 + B * np.pi**4 / 5 + B**2 * np.pi**8 / 18 + 0.5
    alone = np.array([0.5 * (1 + B * np.pi**4 / 5) ** 2, A**2 / 8, 0.0, 0.0]) / whole
    together = B**2 * np.pi**8 * (1 / 18 - 1 / 50) / whole
    found = analysed({"y": ishigami}, 4, Effort(trajectories=40, top=4, samples=4096, replicates=2), luck=100.0)
    assert found.shares.keys == tuple(effect.key for effect in found.rankings[0].effects if effect.mu_star > 0.0)
    shares = {share.key: share for share in found.rankings[0].shares}
    for place, key in enumerate(("x1", "x2", "x3")):
        total = alone[place] + (together if key != "x2" else 0.0)
        assert shares[key].first == pytest.approx(alone[place], abs=0.02), key
        assert shares[key].total == pytest.approx(total, abs=0.02), key
        assert abs(shares[key].first - alone[place]) <= 2.0 * shares[key].first_95 + 1e-3, key
        assert abs(shares[key].total - total) <= 2.0 * shares[key].total_95 + 1e-3, key
    assert [share.key for share in found.rankings[0].shares] == ["x1", "x2", "x3"]


def test_screening_leaves_out_what_does_nothing() -> None:
    found = analysed({"y": ishigami}, 4, Effort(trajectories=20, top=4, samples=8, replicates=1))
    assert {effect.key: effect.mu_star for effect in found.rankings[0].effects}["x4"] == 0.0
    assert "x4" not in found.shares.keys


def test_morris_on_a_linear_function_is_exact() -> None:
    """Derived: a trajectory moves a quantile by 0.5, so mu is half the slope."""
    slopes = np.array([4.0, -3.0, 2.0, 0.5, 0.0])
    found = analysed({"y": lambda u: u @ slopes}, 5, Effort(trajectories=4, top=5, samples=64, replicates=3), luck=7.0)
    effects = {effect.key: effect for effect in found.rankings[0].effects}
    for number, slope in enumerate(slopes):
        effect = effects[f"x{number + 1}"]
        assert effect.mu == pytest.approx(0.5 * slope, abs=1e-12)
        assert effect.mu_star == pytest.approx(0.5 * abs(slope), abs=1e-12)
        assert effect.sigma == pytest.approx(0.0, abs=1e-12)
    assert [effect.ranks for effect in found.rankings[0].effects] == [(1, 1), (2, 2), (3, 3), (4, 4), (5, 5)]


def test_an_effect_is_never_larger_than_what_the_outcome_spans() -> None:
    """Derived: a step in the middle changes by its height on every move, and by no more."""
    found = analysed({"y": lambda u: np.where(u[:, 0] > 0.5, 1.0, 0.0)}, 2, Effort(trajectories=8, top=1, samples=8))
    effect = found.rankings[0].effects[0]
    assert (effect.key, effect.mu, effect.mu_star, effect.sigma) == ("x1", *(pytest.approx(x) for x in (1.0, 1.0, 0.0)))


def test_a_linear_function_shares_its_variance_by_squared_slopes() -> None:
    """Derived: independent uniform factors have shares a²/Σa², first and total alike, and mean Σa/2."""
    slopes = np.array([3.0, 2.0, 1.0])
    found = analysed({"y": lambda u: u @ slopes}, 3, Effort(trajectories=4, top=3, samples=2048, replicates=2), 10.0)
    (ranking,) = found.rankings
    wanted = slopes**2 / (slopes**2).sum()
    assert [share.first for share in ranking.shares] == pytest.approx(wanted, abs=0.01)
    assert [share.total for share in ranking.shares] == pytest.approx(wanted, abs=0.01)
    assert ranking.mean == pytest.approx(slopes.sum() / 2.0 + 5.0, abs=0.01)
    assert ranking.spread == pytest.approx(float(np.sqrt((slopes**2).sum() / 12.0)), rel=0.02)
    assert ranking.luck == pytest.approx(10.0 / np.sqrt(2.0))  # two replicates ten apart
    assert ranking.agreeing == 2


def test_levels_are_the_middles_of_four_equally_probable_classes() -> None:
    design = morris_design(["a", "b", "c"], Effort(trajectories=50))
    assert np.unique(design.quantiles).tolist() == [0.125, 0.375, 0.625, 0.875]
    steps = np.diff(design.quantiles.reshape(50, 4, 3), axis=1)
    assert (np.count_nonzero(steps, axis=2) == 1).all()  # one quantity at a time
    assert set(np.abs(steps[steps != 0.0]).tolist()) == {0.5}


def test_designs_hang_on_the_seed_and_on_nothing_else() -> None:
    keys = ["a", "b", "c"]
    for build in (morris_design, sobol_design):
        same = [build(keys, Effort(seed=seed)).sha256 for seed in (0, 0, 1, 2**63 - 1)]
        assert same[0] == same[1]
        assert len(set(same)) == 3


def test_intervals_are_the_same_each_time_even_with_seed_0() -> None:
    effort = Effort(trajectories=5, top=3, samples=16, replicates=1, seed=0)
    assert analysed({"y": ishigami}, 3, effort).rankings == analysed({"y": ishigami}, 3, effort).rankings


def test_each_outcome_sends_its_strongest_quantities_on() -> None:
    """Derived: two outcomes on disjoint quantities of very different size; the first of each is chosen."""
    functions = {"large": lambda u: 1e6 * u[:, 0] + 1e3 * u[:, 1], "small": lambda u: u[:, 2] + 0.9 * u[:, 3]}
    found = analysed(functions, 5, Effort(trajectories=4, top=3, samples=8, replicates=1))
    assert set(found.shares.keys) == {"x1", "x3", "x4"}


def test_the_strongest_are_chosen_by_what_they_are_to_their_outcome() -> None:
    def effect(key: str, size: float) -> Effect:
        return Effect(key, size, size, 0.0, 0.0, (1, 1))

    one = [effect("a", 100.0), effect("b", 40.0), effect("c", 0.0)]
    other = [effect("b", 0.1), effect("c", 0.3)]
    assert strongest([one, other], 9) == ["a", "c", "b"]
    assert strongest([one, other], 2) == ["a", "c"]
    assert strongest([(), ()], 2) == []


def test_replicates_without_a_value_are_left_out_of_the_whole_block() -> None:
    """Derived: by hand. In the first block the second replicate lacks a value, in the second block both do."""
    values = np.array([[1.0, 9.0], [3.0, np.nan], [np.nan, 5.0], [6.0, np.nan], [2.0, 4.0], [6.0, 6.0]])
    blocks, means = block_means(values, 2)
    assert blocks == [0, 2]
    assert means.tolist() == [[1.0, 3.0], [3.0, 6.0]]


def test_rows_without_a_value_cost_their_block_and_are_counted() -> None:
    def partly(u: Floats) -> Floats:
        return np.where(u[:, 0] > 0.8, np.nan, u @ np.array([0.0, 2.0]))

    found = analysed({"y": partly}, 2, Effort(trajectories=40, top=2, samples=256, replicates=2))
    (ranking,) = found.rankings
    assert 2 <= ranking.used[0] < ranking.blocks[0] == 40
    effects = {effect.key: effect.mu_star for effect in ranking.effects}
    assert effects == {"x1": pytest.approx(0.0, abs=1e-12), "x2": pytest.approx(1.0, abs=1e-12)}
    assert found.shares.keys == ("x2",)


def test_an_outcome_that_never_has_a_value_is_told_so_and_stops_no_other() -> None:
    functions = {"y": ishigami, "never": lambda u: np.full(len(u), np.nan), "fixed": lambda u: np.full(len(u), 3.0)}
    found = analysed(functions, 3, Effort(trajectories=4, top=3, samples=8, replicates=1))
    y, never, fixed = found.rankings
    assert y.effects
    assert (never.effects, never.shares, never.used) == ((), (), (0, 0))
    assert (fixed.effects, fixed.shares, fixed.agreeing) == ((), (), 0)


def test_if_nothing_varies_at_all_the_error_says_so() -> None:
    with pytest.raises(FailedError, match=r"^sensitivity: none of the outcomes y varies with any of the 3 quantities"):
        analysed({"y": lambda u: np.full(len(u), 3.0)}, 3, Effort(trajectories=4, samples=8, replicates=1))


def test_ranks_that_overlap_are_not_resolved() -> None:
    """Derived: by hand; an interval that is not known overlaps everything."""
    assert rank_ranges([9.0, 5.0, 4.0, 1.0], [1.0, 1.0, 1.0, 0.5]) == [(1, 1), (2, 3), (2, 3), (4, 4)]
    assert rank_ranges([9.0, 5.0], [np.nan, 0.1]) == [(1, 2), (1, 2)]
    assert rank_ranges([0.0, 0.0], [0.0, 0.0]) == [(1, 2), (1, 2)]


def test_replicates_that_would_rank_otherwise_are_counted() -> None:
    """Derived: each of two replicates sees one quantity only, so neither agrees on more than its own."""

    def evaluate(design: Design) -> Mapping[str, Floats]:
        whole = np.zeros((design.rows, 2))
        whole[:, [("x1", "x2").index(key) for key in design.keys]] = design.quantiles
        return {"y": whole * np.array([3.0, 1.0])}

    found = sensitivity(["x1", "x2"], Effort(trajectories=4, top=2, samples=64, replicates=2), evaluate)
    assert found is not None
    assert found.rankings[0].shares[0].key == "x1"
    assert found.rankings[0].agreeing == 1


@pytest.mark.parametrize("stage", [1, 2])
def test_a_stop_in_either_stage_ends_the_study(stage: int) -> None:
    asked: list[str] = []

    def evaluate(design: Design) -> Mapping[str, Floats] | None:
        asked.append(design.method)
        return None if len(asked) == stage else {"y": ishigami(design.quantiles)[:, None]}

    assert sensitivity(["x1", "x2", "x3"], Effort(trajectories=4, top=3, samples=8, replicates=1), evaluate) is None
    assert asked == ["morris", "sobol"][:stage]
