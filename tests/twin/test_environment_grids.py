"""Maps over all members (truth: derived; numpy on members made up by hand)."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ops_data.grids import GridVariable
from twin.environment_grids import (
    AFAR_WORDS,
    BED_WORDS,
    NOT_A_RULE,
    MapOf,
    Slices,
    axes,
    closed_form_variables,
    ensemble_variables,
    member_variables,
)
from twin.models.plume import Field
from twin.scenario import load_scenario

Arrays = NDArray[Any]
PLAN = load_scenario("calm", ["environment.concentration_levels_mg_l=[0.1, 1]", "environment.deposit_levels_mm=[2]"])
MEMBERS, ROWS, COLUMNS = 7, 3, 4
RANDOM = np.random.default_rng(11)
HIGHEST = RANDOM.lognormal(-8.0, 2.0, (MEMBERS, ROWS, COLUMNS)).astype(np.float32)  # kg/m3
THICK = RANDOM.lognormal(-6.5, 1.0, (MEMBERS, ROWS, COLUMNS)).astype(np.float32)  # m
SECONDS = RANDOM.integers(0, 90_000, (MEMBERS, 2, ROWS, COLUMNS), dtype=np.int32)
STACKS: dict[str, Arrays] = {
    "max_concentration": HIGHEST,
    "mean_concentration": HIGHEST / 3.0,
    "above_time": SECONDS,
    "longest_time": SECONDS // 2,
    "deposit_thickness": THICK,
}
AFAR = {f"return_{name}": values for name, values in STACKS.items() if name != "deposit_thickness"}


def reader(stack: Arrays) -> MapOf:
    """Return how to read a member's map of a stack."""
    return lambda number: stack[number]


def readers(stacks: dict[str, Arrays]) -> dict[str, Callable[[int], Arrays]]:
    """Return how to read every map."""
    return {name: reader(stack) for name, stack in stacks.items()}


def told(stacks: dict[str, Arrays] = STACKS, members: int = MEMBERS) -> dict[str, GridVariable]:
    """Return the maps over all members by name."""
    return {one.name: one for one in ensemble_variables(PLAN, readers(stacks), members)}


def values(one: GridVariable) -> Arrays:
    """Return the values of a map."""
    return np.asarray(one.values)


@pytest.mark.parametrize(("name", "stack"), [("max_concentration", HIGHEST), ("deposit_thickness", THICK)])
def test_percentiles_mean_and_highest_are_those_of_numpy(name: str, stack: Arrays) -> None:
    found = told()
    exact = stack.astype(np.float64)
    assert values(found[f"{name}_p50"]) == pytest.approx(np.percentile(exact, 50.0, axis=0), rel=1e-6)
    assert values(found[f"{name}_p90"]) == pytest.approx(np.percentile(exact, 90.0, axis=0), rel=1e-6)
    assert values(found[f"{name}_mean"]) == pytest.approx(exact.mean(axis=0), rel=1e-6)
    assert (values(found[f"{name}_highest"]) == stack.max(axis=0)).all()


def test_probabilities_are_the_share_of_members_strictly_above_each_level() -> None:
    found = told()
    shares = [(HIGHEST.astype(np.float64) > level).mean(axis=0) for level in (1e-4, 1e-3)]
    assert values(found["exceedance_probability"]) == pytest.approx(np.stack(shares), abs=1e-7)
    assert found["exceedance_probability"].dims == ("concentration_level", "y", "x")
    assert values(found["deposit_probability"]) == pytest.approx((THICK > 2e-3).mean(axis=0)[np.newaxis], abs=1e-7)
    assert found["deposit_probability"].dims == ("deposit_level", "y", "x")


def test_a_cell_at_the_level_is_not_above_it() -> None:
    flat = np.full((2, 1, 1), 0.5**10, dtype=np.float32)  # a number that single precision holds exactly
    at = load_scenario("calm", [f"environment.concentration_levels_mg_l=[{1e3 * 0.5**10!r}]"])
    stacks = {name: np.zeros((2, 1, 1, 1) if name.endswith("time") else (2, 1, 1)) for name in STACKS}
    found = ensemble_variables(at, readers({**stacks, "max_concentration": flat}), 2)
    (share,) = (one for one in found if one.name == "exceedance_probability")
    assert not values(share).any()


def test_means_of_time_and_of_concentration_are_over_all_members() -> None:
    found = told()
    assert values(found["above_time_mean"]) == pytest.approx(SECONDS.mean(axis=0), rel=1e-6)
    assert values(found["mean_concentration_mean"]) == pytest.approx(HIGHEST.mean(axis=0, dtype=float) / 3.0, rel=1e-5)
    assert found["above_time_mean"].units == "s"


def test_return_water_has_maps_of_its_own_only_where_a_member_has_some() -> None:
    assert not [name for name in told() if name.startswith("return_")]
    found = told(STACKS | AFAR)
    assert values(found["return_exceedance_probability"]).tolist() == values(found["exceedance_probability"]).tolist()
    assert AFAR_WORDS in found["return_max_concentration_p90"].long_name
    assert BED_WORDS in found["max_concentration_p90"].long_name
    assert "return_deposit_probability" not in found


def test_one_member_is_its_own_median_and_its_own_mean() -> None:
    found = told({name: stack[:1] for name, stack in STACKS.items()}, 1)
    for key in ("p50", "p90", "mean", "highest"):
        assert (values(found[f"deposit_thickness_{key}"]) == THICK[0]).all()
    assert set(values(found["exceedance_probability"]).ravel().tolist()) <= {0.0, 1.0}


def test_every_probability_says_that_its_levels_are_no_rule() -> None:
    for one in told(STACKS | AFAR).values():
        assert (NOT_A_RULE in one.long_name) == one.name.endswith("probability")
    assert all(NOT_A_RULE in axis.long_name for axis in axes(PLAN))


def test_levels_stand_as_axes_in_the_units_of_the_maps_and_members_by_their_number() -> None:
    concentration, deposit = axes(PLAN)
    assert np.asarray(concentration.values) == pytest.approx([1e-4, 1e-3])
    assert np.asarray(deposit.values) == pytest.approx([2e-3])
    member, *rest = axes(PLAN, [3, 4, 5])
    assert (np.asarray(member.values).tolist(), len(rest)) == ([3, 4, 5], 2)


def test_maps_of_members_are_read_one_at_a_time_and_only_when_asked_for() -> None:
    asked: list[int] = []

    def read(number: int) -> Arrays:
        asked.append(number)
        return np.asarray(THICK[number])

    (one,) = member_variables({"deposit_thickness": read}, MEMBERS)
    assert asked == []
    assert isinstance(one.values, Slices)
    assert (one.values[4] == THICK[4]).all()
    assert asked == [4]
    assert len(one.values) == len(list(one.values)) == MEMBERS
    with pytest.raises(IndexError):
        one.values[MEMBERS]


def test_maps_of_members_have_a_dimension_of_levels_where_they_count_time() -> None:
    found = {one.name: one.dims for one in member_variables(readers(STACKS | AFAR), MEMBERS)}
    assert found["max_concentration"] == ("member", "y", "x")
    assert found["return_longest_time"] == ("member", "concentration_level", "y", "x")
    assert set(found) == set(STACKS | AFAR)


def test_the_closed_form_is_told_as_what_it_is() -> None:
    flat = np.full((ROWS, COLUMNS), 2.0)
    stack, none = np.zeros((1, ROWS, COLUMNS)), np.zeros(0)
    times = none.astype(np.int64)
    field = Field(flat, flat, stack, stack, flat, none, times, 1.0, 0.0, 0.0, 0.0, 0.0)
    mean, deposit = closed_form_variables(field, 250.0, 5)
    assert (values(mean) == 2.0).all()
    assert values(deposit) == pytest.approx(2.0 / 250.0)
    assert (mean.units, deposit.units) == ("kg m-3", "m")
    assert "replicate 5" in str(mean.attrs["comment"])
