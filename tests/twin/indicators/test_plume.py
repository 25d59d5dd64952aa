"""Indicators of the maps of one member (truth: derived; a map of nine cells, counted by hand)."""

from dataclasses import replace

import numpy as np
import pytest

import twin.indicators.plume as plume
from ops_data.columns import Coded
from ops_data.reference.indicator_rows import indicator_rows
from twin.indicators.plume import Mapped
from twin.models.plume import Field, Floats, Grid

GRID = Grid(-1_500.0, -1_500.0, 1_000.0, 3, 3)  # cells of a square kilometre
DAY_S = 86_400
HERE = np.zeros(1)


def field(suspended_kg: tuple[float, ...]) -> Field:
    """Return a field of which only series and sums are asked."""
    flat, stack = np.zeros(GRID.shape), np.zeros((2, *GRID.shape))
    series = np.array(suspended_kg)
    hours = 3_600 * np.arange(len(series))
    return Field(flat, flat, stack, stack, flat, series, hours, 3_600.0, 0.0, 0.0, 0.0, 0.0)


def spot(*values: tuple[int, int, float]) -> Floats:
    """Return a map with some values, by row and column."""
    found = np.zeros(GRID.shape)
    for row, column, value in values:
        found[row, column] = value
    return found


def layer_maps(prefix: str) -> dict[str, Floats]:
    """Return maps of a layer: 0.5 mg/L in the middle and at a corner, above 0.1 mg/L for a day and for half a day."""
    seconds = np.stack([spot((1, 1, DAY_S), (0, 0, DAY_S / 2)), np.zeros(GRID.shape)])
    return {
        f"{prefix}max_concentration": spot((1, 1, 5e-4), (0, 0, 2e-4)),
        f"{prefix}mean_concentration": spot((1, 1, 1e-4)),
        f"{prefix}above_time": seconds,
        f"{prefix}longest_time": seconds / 2,
    }


ONE = Mapped(
    replicate=7,
    grid=GRID,
    concentration_levels_mg_l=(0.1, 1.0),
    deposit_levels_mm=(0.1, 1.0),
    within_km=(0.5, 1.2),
    x_m=HERE,
    y_m=HERE,
    maps=layer_maps("") | {"deposit_thickness": spot((1, 1, 2e-3), (1, 2, 5e-4))},
    fields={"": field((1_000.0, 3_000.0, 2_000.0))},
    released_t=1_000.0,
    density_kg_m3=250.0,
)
BOTH = replace(
    ONE,
    maps={**ONE.maps, **layer_maps("return_")},
    fields={**ONE.fields, "return_": field((9_000.0, 0.0, 3_000.0))},
)


def test_levels_are_told_by_their_number_and_unit() -> None:
    assert plume.plume_area_km2(ONE) == {"0.1 mg/L": 2.0, "1 mg/L": 0.0}
    assert plume.deposit_area_km2(ONE) == {"0.1 mm": 2.0, "1 mm": 1.0}


def test_distance_is_that_of_the_furthest_cell_above_the_level() -> None:
    """By hand: the corner lies 1 km west and 1 km south of the hole; the second deposit 1 km east of it."""
    assert plume.plume_furthest_km(ONE) == pytest.approx({"0.1 mg/L": 2.0**0.5, "1 mg/L": 0.0})
    assert plume.deposit_furthest_km(ONE) == pytest.approx({"0.1 mm": 1.0, "1 mm": 0.0})


def test_time_above_a_level_is_told_over_the_area_and_at_its_longest() -> None:
    assert plume.plume_area_time_km2_d(ONE) == pytest.approx({"0.1 mg/L": 1.5, "1 mg/L": 0.0})
    assert plume.plume_longest_hours(ONE) == pytest.approx({"0.1 mg/L": 12.0, "1 mg/L": 0.0})


def test_highest_values_are_in_the_unit_of_the_levels() -> None:
    assert plume.plume_highest_mg_l(ONE) == pytest.approx({"sea bed": 0.5})
    assert plume.deposit_thickest_mm(ONE) == pytest.approx(2.0)


def test_the_deposited_share_is_of_all_that_was_released() -> None:
    """By hand: 2 mm and 0.5 mm of 250 kg/m3 on a square kilometre each are 500 t and 125 t of 1,000 t."""
    assert plume.deposited_share(ONE) == pytest.approx({"within 0.5 km": 0.5, "within 1.2 km": 0.625})
    assert plume.deposited_share(replace(ONE, within_km=(0.5, 2.0))) == pytest.approx({"within 0.5 km": 0.5})
    assert plume.deposited_share(replace(ONE, released_t=0.0)) is None


def test_return_water_has_items_of_its_own_and_the_deposit_is_one() -> None:
    assert list(plume.plume_area_km2(BOTH)) == ["0.1 mg/L", "1 mg/L", "return water 0.1 mg/L", "return water 1 mg/L"]
    assert plume.plume_highest_mg_l(BOTH) == pytest.approx({"sea bed": 0.5, "return water": 0.5})
    assert plume.deposit_area_km2(BOTH) == plume.deposit_area_km2(ONE)


def test_suspended_mass_is_that_of_all_layers_in_the_same_hour() -> None:
    """By hand: 1 + 9, 3 + 0 and 2 + 3 t; 12 t at different hours were never afloat together."""
    assert plume.suspended_highest_t(ONE) == 3.0
    assert plume.suspended_highest_t(BOTH) == 10.0
    assert plume.suspended_mean_t(BOTH) == pytest.approx(18.0 / 3.0)


def test_a_layer_without_releases_adds_nothing_in_suspension() -> None:
    empty = replace(ONE, fields={"": field(())})
    assert (plume.suspended_highest_t(empty), plume.suspended_mean_t(empty)) == (0.0, 0.0)
    with_return = replace(BOTH, fields={"": field(()), "return_": BOTH.fields["return_"]})
    assert plume.suspended_highest_t(with_return) == 9.0


def test_above_is_strictly_above() -> None:
    """A cell exactly at the level is not above it."""
    at = replace(ONE, concentration_levels_mg_l=(0.2, 0.5), deposit_levels_mm=(2.0,))
    assert plume.plume_area_km2(at) == {"0.2 mg/L": 1.0, "0.5 mg/L": 0.0}
    assert plume.deposit_area_km2(at) == {"2 mm": 0.0}


def test_maps_of_zeros_are_zeros_in_every_indicator_and_no_share() -> None:
    nothing = replace(
        ONE,
        maps={name: np.zeros_like(values) for name, values in ONE.maps.items()},
        fields={"": field(())},
        x_m=np.zeros(0),
        y_m=np.zeros(0),
        released_t=0.0,
    )
    table = plume.plume_outcomes(nothing)
    values = np.asarray(table["value"])
    assert not values.any()
    assert len(values) == len(np.asarray(table["replicate"])) > 10


def test_the_rows_bear_every_indicator_in_the_order_of_the_reference() -> None:
    table = plume.plume_outcomes(BOTH)
    told = table["name"]
    assert isinstance(told, Coded)
    names = list(dict.fromkeys(told.words()))
    known = [name for name, row in indicator_rows().items() if row.group == "plume"]
    assert names == known == [function.__name__ for function in plume.OF_MAPS]
    assert set(np.asarray(table["replicate"]).tolist()) == {7}
