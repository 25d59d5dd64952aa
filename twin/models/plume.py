"""Records that every plume model takes and gives: releases, water, grid, field. SI units; z is metres above the bed.

East (x) and north (y) count from the site's origin, the first place of the mine plan. A *class* is a settling class;
class arrays are in the order of `Water.settling_m_s`. A *layer* is a slice of water between two heights in which
concentration is told, as the mean over its thickness.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Bools: TypeAlias = NDArray[np.bool_]
BedRule: TypeAlias = Literal["flux", "first_touch"]


@dataclass(frozen=True, eq=False)
class Releases:
    """Sediment given to the water, one row per release.

    Attributes
    ----------
    start_s : begin, Unix UTC second, shape (n,).
    duration_s : how long it lasts [s], above 0, shape (n,).
    x_m, y_m : where, east and north of the site's origin [m], shape (n,).
    height_m : height above the bed at which it becomes passive [m], shape (n,).
    spread_m : standard deviation of its horizontal extent when it becomes passive [m], 0 or above, shape (n,).
    rate_kg_s : dry mass given off per settling class [kg/s], shape (n, classes).
    """

    start_s: Ints
    duration_s: Floats
    x_m: Floats
    y_m: Floats
    height_m: Floats
    spread_m: Floats
    rate_kg_s: Floats

    @property
    def mass_kg(self) -> Floats:
        """Dry mass of each release by class [kg], shape (n, classes)."""
        found: Floats = self.rate_kg_s * self.duration_s[:, np.newaxis]
        return found

    def take(self, rows: Bools | Ints) -> "Releases":
        """Return some of the releases."""
        return Releases(
            self.start_s[rows],
            self.duration_s[rows],
            self.x_m[rows],
            self.y_m[rows],
            self.height_m[rows],
            self.spread_m[rows],
            self.rate_kg_s[rows],
        )


@dataclass(frozen=True, eq=False)
class Water:
    """How the water near the bed carries, mixes and lets settle.

    Attributes
    ----------
    settling_m_s : settling velocity of each class [m/s], above 0, shape (classes,).
    kz_m2_s : vertical diffusivity [m2/s], 0 or above.
    kh_m2_s : horizontal diffusivity [m2/s], 0 or above.
    lid_m : height at which mixing ends: a reflecting lid [m]; infinity for none.
    bed : what the bed does. ``flux``: grains reflect from the bed while they diffuse and stay there when they settle
        on it, so that deposition is settling velocity times concentration at the bed; ``first_touch``: a grain stays
        where it first touches the bed.
    """

    settling_m_s: Floats
    kz_m2_s: float
    kh_m2_s: float
    lid_m: float
    bed: BedRule


@dataclass(frozen=True, eq=False)
class Current:
    """Current that is the same all over the grid, between given times linear.

    Attributes
    ----------
    time_s : Unix UTC seconds, increasing, shape (n,), n at least 2.
    u_m_s, v_m_s : towards east and towards north [m/s], shape (n,).
    """

    time_s: Ints
    u_m_s: Floats
    v_m_s: Floats


@dataclass(frozen=True)
class Grid:
    """A horizontal grid of square cells; fields are arrays of shape (rows, columns), row 0 in the south.

    Attributes
    ----------
    west_m, south_m : south-west corner, east and north of the site's origin [m].
    cell_m : side of a cell [m], above 0.
    columns, rows : how many cells.
    """

    west_m: float
    south_m: float
    cell_m: float
    columns: int
    rows: int

    @property
    def shape(self) -> tuple[int, int]:
        """Shape of a field."""
        return self.rows, self.columns

    @property
    def cell_m2(self) -> float:
        """Area of a cell [m2]."""
        return self.cell_m**2

    @cached_property
    def x_m(self) -> Floats:
        """Centres of the columns [m]."""
        return np.asarray(self.west_m + self.cell_m * (np.arange(self.columns) + 0.5), dtype=np.float64)

    @cached_property
    def y_m(self) -> Floats:
        """Centres of the rows [m]."""
        return np.asarray(self.south_m + self.cell_m * (np.arange(self.rows) + 0.5), dtype=np.float64)


@dataclass(frozen=True)
class Layer:
    """A slice of water in which concentration is told, the mean over its thickness: heights above the bed [m]."""

    bottom_m: float
    top_m: float

    @property
    def thickness_m(self) -> float:
        """Thickness [m]."""
        return self.top_m - self.bottom_m


@dataclass(frozen=True, eq=False)
class Field:
    """What a plume leaves on a grid, above background.

    Attributes
    ----------
    max_kg_m3 : highest concentration in the layer at any time, shape (rows, columns); nan from a model that has none.
    mean_kg_m3 : mean concentration in the layer over ``span_s``, same shape.
    above_s : seconds above each level, shape (levels, rows, columns); nan from a model that has none.
    longest_s : longest unbroken time above each level [s], same shape.
    deposit_kg_m2 : dry mass on the bed when all has ended, shape (rows, columns).
    suspended_kg : mass in suspension at ``times_s``, shape (times,).
    times_s : Unix UTC seconds of that series, shape (times,).
    span_s : time the means are taken over [s].
    released_kg, deposited_kg, beyond_kg, afloat_kg : dry mass given off; on the bed within the grid; on the bed or
        afloat beyond the grid; still afloat over the grid at the end [kg]. The first is the sum of the others.
    """

    max_kg_m3: Floats
    mean_kg_m3: Floats
    above_s: Floats
    longest_s: Floats
    deposit_kg_m2: Floats
    suspended_kg: Floats
    times_s: Ints
    span_s: float
    released_kg: float
    deposited_kg: float
    beyond_kg: float
    afloat_kg: float
