"""Rows and tables the puff kernels read: releases, puffs, frame, and what a release keeps afloat at each age.

Inside the kernels time counts in seconds from the begin of the current.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from twin.models.plume import Floats, Grid, Ints, Layer, Releases, Water

Rows = NDArray[Any]  # rows of one of the layouts below

RELEASE_ROW: Final = np.dtype(
    [(name, np.float64) for name in ("begin_s", "end_s", "x_m", "y_m", "spread_m2")] + [("kind", np.int64)]
)
PUFF_ROW: Final = np.dtype(
    [(name, np.int64) for name in ("first", "until", "release")]
    + [(name, np.float64) for name in ("begin_s", "end_s", "x_m", "y_m", "xx_m2", "yy_m2")]
)
FRAME_ROW: Final = np.dtype(
    [(name, np.float64) for name in ("west_m", "south_m", "cell_m", "step_s", "growth_m2_s", "thickness_m")]
    + [(name, np.float64) for name in ("end_s", "thin_kg_m3")]
    + [(name, np.int64) for name in ("columns", "rows", "steps")]
)


@dataclass(frozen=True, eq=False)
class Column:
    """What grains released at one height do as they age, by settling class.

    Attributes
    ----------
    age_s : time since the release, increasing from 0 [s], shape (ages,).
    in_layer : share of the class's mass afloat in the layer [1], shape (classes, ages).
    deposited : share on the bed [1], same shape; never falls with age.
    """

    age_s: Floats
    in_layer: Floats
    deposited: Floats


class Shares(NamedTuple):
    """What one kilogram of a class does as it ages, per height of release; all but ``age_s`` (heights, classes, ages).

    Attributes
    ----------
    age_s : ages, increasing from 0 [s], shape (ages,).
    layer_s : time a grain has spent in the layer by that age [s].
    layer_s2 : integral of it over age [s2].
    bed : share on the bed [1].
    bed_s : integral of it over age [s].
    to_come : largest mean share in the layer between that age and any later one [1].
    """

    age_s: Floats
    layer_s: Floats
    layer_s2: Floats
    bed: Floats
    bed_s: Floats
    to_come: Floats


def shares(columns: Sequence[Column]) -> Shares:
    """Return the tables of grains released at some heights, one column each, all of the same ages.

    Notes
    -----
    The share in the layer is taken as linear between ages. Time in the layer and share on the bed are then read
    linearly between ages, their integrals quadratically, so that every kilogram of a release is counted once.

    Examples
    --------
    Grains that leave a layer, and settle, within 100 s:

    >>> ages, up, down = np.array([0.0, 100.0, 200.0]), np.array([[1.0, 0.0, 0.0]]), np.array([[0.0, 1.0, 1.0]])
    >>> found = shares([Column(ages, up, down)])
    >>> found.layer_s.tolist(), found.bed_s.tolist(), found.to_come.tolist()
    ([[[0.0, 50.0, 50.0]]], [[[0.0, 50.0, 150.0]]], [[[0.5, 0.0, 0.0]]])
    """
    age_s = columns[0].age_s
    layer, bed = np.array([c.in_layer for c in columns]), np.array([c.deposited for c in columns])
    span = np.diff(age_s)
    layer_s = _integral(layer, span)
    mean = np.append(np.diff(layer_s) / span, np.zeros((*layer.shape[:2], 1)), axis=2)
    to_come = np.maximum.accumulate(mean[..., ::-1], axis=2)[..., ::-1].copy()
    return Shares(age_s, layer_s, _integral(layer_s, span), bed, _integral(bed, span), to_come)


def _integral(share: Floats, span_s: Floats) -> Floats:
    pieces = 0.5 * span_s * (share[..., 1:] + share[..., :-1])
    found: Floats = np.concatenate([np.zeros((*share.shape[:2], 1)), np.cumsum(pieces, axis=2)], axis=2)
    return found


def in_order(releases: Releases) -> Releases:
    """Return releases in an order that depends on what they are only, so that sums of them do too."""
    keys = (
        *releases.rate_kg_s.T,
        releases.spread_m,
        releases.height_m,
        releases.y_m,
        releases.x_m,
        releases.duration_s,
        releases.start_s,
    )
    return releases.take(np.lexsort(keys))


def release_rows(releases: Releases, kinds: Ints, begin_s: int) -> Rows:
    """Return releases as rows; ``kinds`` says at which of the heights of the tables each begins."""
    rows = np.zeros(len(releases.start_s), dtype=RELEASE_ROW)
    rows["begin_s"] = releases.start_s - begin_s
    rows["end_s"] = rows["begin_s"] + releases.duration_s
    rows["x_m"], rows["y_m"] = releases.x_m, releases.y_m
    rows["spread_m2"] = releases.spread_m**2
    rows["kind"] = kinds
    return rows


def frame_row(grid: Grid, layer: Layer, water: Water, steps: tuple[int, float], thin_kg_m3: float) -> Rows:
    """Return what holds for all puffs as an array of one row; ``steps``: how many, and how long each is [s]."""
    row = np.zeros(1, dtype=FRAME_ROW)
    row["west_m"], row["south_m"], row["cell_m"] = grid.west_m, grid.south_m, grid.cell_m
    row["columns"], row["rows"] = grid.columns, grid.rows
    row["steps"], row["step_s"] = steps
    row["end_s"] = steps[0] * steps[1]
    row["growth_m2_s"] = 2.0 * water.kh_m2_s
    row["thickness_m"] = layer.thickness_m
    row["thin_kg_m3"] = thin_kg_m3
    return row
