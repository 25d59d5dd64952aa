"""Indicators of an environmental study: how far, how wide, how long and how thick, for one member's maps.

Items are screening levels ("0.1 mg/L"); those of return water far above the bed begin with "return water". *Above*
means strictly above, and everything is above background. A screening level is not a rule.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

import twin.models.plume_metrics as metrics
from ops_data.columns import TableData
from ops_data.units import KG_M3_PER_MG_L, KG_PER_TONNE, METRES_PER_KM, METRES_PER_MM
from twin.indicators.outcome_rows import outcome_rows
from twin.models.plume import Field, Floats, Grid

LAYER_WORDS: Final = {"": "", "return_": "return water "}  # begin of map names → begin of items


@dataclass(frozen=True, eq=False)
class Mapped:
    """What the indicators of one member are calculated from.

    Attributes
    ----------
    replicate : its number.
    grid : of the maps.
    concentration_levels_mg_l, deposit_levels_mm : screening levels.
    within_km : distances within which the deposited share is told.
    x_m, y_m : where sediment was released [m], shape (n,).
    maps : name → array, as they are kept on disk.
    fields : by begin of the map names, the fields they were made of.
    released_t : dry solids released.
    density_kg_m3 : dry density of the deposit.
    """

    replicate: int
    grid: Grid
    concentration_levels_mg_l: tuple[float, ...]
    deposit_levels_mm: tuple[float, ...]
    within_km: tuple[float, ...]
    x_m: Floats
    y_m: Floats
    maps: Mapping[str, NDArray[Any]]
    fields: Mapping[str, Field]
    released_t: float
    density_kg_m3: float

    def levels(self) -> Iterator[tuple[str, str, int, float]]:
        """Return item, begin of the map names, number and kg/m3 of each concentration level in each layer."""
        for prefix in self.fields:
            for number, level in enumerate(self.concentration_levels_mg_l):
                yield f"{LAYER_WORDS[prefix]}{level:g} mg/L", prefix, number, level * KG_M3_PER_MG_L

    def above(self, prefix: str, level_kg_m3: float) -> NDArray[np.bool_]:
        """Tell where the highest concentration is above a level."""
        found: NDArray[np.bool_] = self.maps[f"{prefix}max_concentration"].astype(np.float64) > level_kg_m3
        return found

    def covered(self) -> Iterator[tuple[str, NDArray[np.bool_]]]:
        """Return item and cells of each thickness level."""
        thickness_m = self.maps["deposit_thickness"].astype(np.float64)
        for level in self.deposit_levels_mm:
            yield f"{level:g} mm", thickness_m > level * METRES_PER_MM


def sediment_released_t(one: Mapped) -> float:
    """Return dry solids given to the water [t]."""
    return one.released_t


def plume_highest_mg_l(one: Mapped) -> dict[str, float]:
    """Return the highest concentration of any cell and step [mg/L], by layer."""
    return {
        LAYER_WORDS[prefix].strip() or "sea bed": float(one.maps[f"{prefix}max_concentration"].max()) / KG_M3_PER_MG_L
        for prefix in one.fields
    }


def plume_furthest_km(one: Mapped) -> dict[str, float]:
    """Return the distance of the furthest cell that was ever above a level from the nearest release [km]."""
    return {
        item: metrics.furthest_km(one.above(prefix, level), one.grid, one.x_m, one.y_m)
        for item, prefix, _, level in one.levels()
    }


def plume_area_km2(one: Mapped) -> dict[str, float]:
    """Return the area that was ever above a level [km2]."""
    return {item: metrics.area_km2(one.above(prefix, level), one.grid) for item, prefix, _, level in one.levels()}


def plume_area_time_km2_d(one: Mapped) -> dict[str, float]:
    """Return area times the time it was above a level [km2 d]."""
    return {
        item: metrics.area_time_km2_d(one.maps[f"{prefix}above_time"][number], one.grid)
        for item, prefix, number, _ in one.levels()
    }


def plume_longest_hours(one: Mapped) -> dict[str, float]:
    """Return the longest unbroken time that any cell was above a level [h]."""
    return {
        item: metrics.longest_h(one.maps[f"{prefix}longest_time"][number]) for item, prefix, number, _ in one.levels()
    }


def suspended_highest_t(one: Mapped) -> float:
    """Return the most sediment that was in suspension at any hour [t]."""
    series = [field.suspended_kg for field in one.fields.values() if len(field.suspended_kg)]  # of the same hours
    return float(np.sum(series, axis=0).max(initial=0.0)) / KG_PER_TONNE


def suspended_mean_t(one: Mapped) -> float:
    """Return the mean mass in suspension from the first release to the end of the study [t]."""
    means = (float(field.suspended_kg.mean()) if len(field.suspended_kg) else 0.0 for field in one.fields.values())
    return sum(means) / KG_PER_TONNE


def deposit_thickest_mm(one: Mapped) -> float:
    """Return the thickness of the thickest cell of the deposit [mm]."""
    return float(one.maps["deposit_thickness"].max()) / METRES_PER_MM


def deposit_furthest_km(one: Mapped) -> dict[str, float]:
    """Return the distance of the furthest cell thicker than a level from the nearest release [km]."""
    return {item: metrics.furthest_km(cells, one.grid, one.x_m, one.y_m) for item, cells in one.covered()}


def deposit_area_km2(one: Mapped) -> dict[str, float]:
    """Return the area thicker than a level [km2]."""
    return {item: metrics.area_km2(cells, one.grid) for item, cells in one.covered()}


def deposited_share(one: Mapped) -> dict[str, float] | None:
    """Return the share of the released mass that settled within a distance of the releases [1].

    Only of distances up to half of the side of the maps: a wider circle would lie beyond them.
    """
    if not one.released_t:
        return None
    deposit_kg_m2 = one.maps["deposit_thickness"].astype(np.float64) * one.density_kg_m3
    released_kg = one.released_t * KG_PER_TONNE
    away_m = metrics.nearest_m(one.grid, one.x_m, one.y_m)
    return {
        f"within {far:g} km": metrics.share_within(deposit_kg_m2, one.grid, away_m, far, released_kg)
        for far in one.within_km
        if far * METRES_PER_KM <= -one.grid.west_m
    }


OF_MAPS: Final[tuple[Callable[[Mapped], float | dict[str, float] | None], ...]] = (
    sediment_released_t,
    plume_highest_mg_l,
    plume_furthest_km,
    plume_area_km2,
    plume_area_time_km2_d,
    plume_longest_hours,
    suspended_highest_t,
    suspended_mean_t,
    deposit_thickest_mm,
    deposit_furthest_km,
    deposit_area_km2,
    deposited_share,
)


def plume_outcomes(one: Mapped) -> TableData:
    """Return the value of every indicator of a member's maps as rows of the table ``outcomes``."""
    found: list[tuple[str, str, float]] = []
    for function in OF_MAPS:
        value = function(one)
        if isinstance(value, dict):
            found += [(function.__name__, item, number) for item, number in value.items()]
        elif value is not None:
            found.append((function.__name__, "", value))
    return outcome_rows(one.replicate, found)
