"""Paired comparison (truth: derived, synthetic outcomes with a known difference)."""

import math

import numpy as np
import pandas as pd
import pytest

from ops_data.errors import UsageError
from twin.indicators.comparison import Difference, RunOutcomes, compare, comparison_notes

N = 400


def run(run_id: str, values: dict[str, np.ndarray], basis: str = "wet", seed: int = 1, first: int = 0) -> RunOutcomes:
    """Return a run with these values per replicate; NaN leaves the row out."""
    parts = [
        pd.DataFrame({"replicate": first + np.arange(len(v)), "name": name, "item": "", "period": "", "value": v})
        for name, v in values.items()
    ]
    return RunOutcomes(run_id, seed, "drawn", basis, pd.concat(parts).dropna(subset="value"))


def one(first: RunOutcomes, second: RunOutcomes, name: str) -> Difference:
    """Return the difference of one indicator."""
    (found,) = [row for row in compare(first, second) if row.name == name]
    return found


def test_common_luck_cancels_and_the_known_difference_is_found() -> None:
    """Derived: 5 t more on luck of 100 t spread and own noise of 1 t: standard error about 1 / sqrt(400)."""
    rng = np.random.default_rng(1)
    luck = rng.normal(1_000.0, 100.0, N)
    found = one(
        run("a", {"lifted_wet_t": luck}),
        run("b", {"lifted_wet_t": luck + 5.0 + rng.normal(0.0, 1.0, N)}),
        "lifted_wet_t",
    )
    assert found.pairs == N
    assert found.low_95 < 5.0 < found.high_95
    assert found.standard_error == pytest.approx(0.05, rel=0.15)
    assert found.p10 == pytest.approx(5.0 - 1.2816, abs=0.3)
    assert found.p90 == pytest.approx(5.0 + 1.2816, abs=0.3)
    assert found.correlation > 0.999
    assert found.mean == pytest.approx(found.second - found.first)


def test_a_small_comparison_is_the_paired_t_test_done_by_hand() -> None:
    """Derived: differences 1, 2, 3: mean 2, standard error 1/sqrt(3), t(2) is 1.8856 at 80 % and 4.3027 at 95 %."""
    base = np.array([10.0, 30.0, 20.0])
    found = one(run("a", {"home_day": base}), run("b", {"home_day": base + np.array([1.0, 2.0, 3.0])}), "home_day")
    error = 1.0 / math.sqrt(3.0)
    assert (found.mean, found.p50) == (2.0, 2.0)
    assert found.standard_error == pytest.approx(error)
    assert found.high_80 == pytest.approx(2.0 + 1.8856 * error, rel=1e-4)
    assert found.low_95 == pytest.approx(2.0 - 4.3027 * error, rel=1e-4)


def test_replicates_in_which_only_one_run_has_a_value_are_counted_and_not_paired() -> None:
    first = run("a", {"home_day": np.array([10.0, np.nan, 20.0, np.nan]), "lifted_wet_t": np.ones(4)})
    second = run("b", {"home_day": np.array([11.0, 50.0, np.nan, np.nan]), "lifted_wet_t": np.ones(4)})
    found = one(first, second, "home_day")
    assert (found.pairs, found.only_first, found.only_second, found.mean) == (1, 1, 1, 1.0)
    assert math.isnan(found.standard_error)


def test_equal_values_have_no_correlation_and_no_difference() -> None:
    ones = {"lifted_wet_t": np.ones(5)}
    found = one(run("a", ones), run("b", ones), "lifted_wet_t")
    assert (found.mean, found.standard_error) == (0.0, 0.0)
    assert math.isnan(found.correlation)


def test_only_common_replicates_are_compared_and_the_reader_is_told() -> None:
    first, second = run("a", {"lifted_wet_t": np.zeros(10)}), run("b", {"lifted_wet_t": np.ones(10)}, first=6)
    assert one(first, second, "lifted_wet_t").pairs == 4
    assert comparison_notes(first, second) == ["Compared on 4 common replicates of 10 and 10."]


def test_differing_bases_label_what_is_read_on_the_basis_and_nothing_else() -> None:
    values = {"lifted_wet_t": np.ones(3), "best_day_t": np.ones(3)}
    first, second = run("a", values), run("b", values, basis="dry")
    assert one(first, second, "best_day_t").note == (
        "read on different mass bases: wet in the first run, dry in the second"
    )
    assert one(first, second, "lifted_wet_t").note == ""
    assert comparison_notes(first, second)[0].startswith("The target and every number on the mass basis are read on")


def test_runs_of_different_seeds_are_refused_in_one_line_with_the_remedy() -> None:
    values = {"lifted_wet_t": np.ones(3)}
    with pytest.raises(UsageError) as caught:
        compare(run("a", values), run("b", values, seed=2))
    assert str(caught.value) == (
        "runs 'a' and 'b': seeds 1 and 2 found; a comparison is paired by replicate and needs one seed; "
        "run one of them again with the other's --seed"
    )


def test_runs_without_a_common_replicate_are_refused() -> None:
    values = {"lifted_wet_t": np.ones(3)}
    with pytest.raises(UsageError, match="no replicate in common"):
        compare(run("a", values), run("b", values, first=3))
