"""Rows and tables the puff kernels read: releases, puffs, frame, and what a release keeps afloat at each age.

Inside the kernels time counts in seconds from the begin of the current.
"""

from collections.abc import Sequence
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


def shares(age_s: Floats, in_layer: Sequence[Floats], deposited: Sequence[Floats]) -> Shares:
    """Return the tables of grains released at some heights.

    Parameters
    ----------
    age_s : ages, increasing from 0 [s], shape (ages,).
    in_layer, deposited : per height the share in the layer and the share on the bed [1], shape (classes, ages).

    Notes
    -----
    Both are taken as linear between ages. Time in the layer and share on the bed are then read linearly between ages,
    their integrals quadratically, so that every kilogram of a release is counted once.

    Examples
    --------
    Grains that leave a layer, and settle, within 100 s:

    >>> found = shares(np.array([0.0, 100.0, 200.0]), [np.array([[1.0, 0.0, 0.0]])], [np.array([[0.0, 1.0, 1.0]])])
    >>> found.layer_s.tolist(), found.bed_s.tolist(), found.to_come.tolist()
    ([[[0.0, 50.0, 50.0]]], [[[0.0, 50.0, 150.0]]], [[[0.5, 0.0, 0.0]]])
    """
    layer, bed, span = np.array(in_layer), np.array(deposited), np.diff(age_s)
    layer_s = _summed(0.5 * span * (layer[..., 1:] + layer[..., :-1]))
    bed_s = _summed(0.5 * span * (bed[..., 1:] + bed[..., :-1]))
    layer_s2 = _summed(0.5 * span * (layer_s[..., 1:] + layer_s[..., :-1]))
    mean = np.diff(layer_s, append=layer_s[..., -1:]) / np.append(span, 1.0)
    to_come = np.maximum.accumulate(mean[..., ::-1], axis=-1)[..., ::-1].copy()
    return Shares(age_s, layer_s, layer_s2, bed, bed_s, to_come)


def _summed(pieces: Floats) -> Floats:
    found: Floats = np.concatenate([np.zeros((*pieces.shape[:-1], 1)), np.cumsum(pieces, axis=-1)], axis=-1)
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


def frame_row(grid: Grid, layer: Layer, water: Water, span: tuple[float, float], thin_kg_m3: float) -> Rows:
    """Return what holds for all puffs as an array of one row; ``span``: length of the window and of a step [s]."""
    row = np.zeros(1, dtype=FRAME_ROW)
    row["west_m"], row["south_m"], row["cell_m"] = grid.west_m, grid.south_m, grid.cell_m
    row["columns"], row["rows"] = grid.columns, grid.rows
    row["end_s"], row["step_s"] = span
    row["steps"] = int(span[0] / span[1])
    row["growth_m2_s"] = 2.0 * water.kh_m2_s
    row["thickness_m"] = layer.thickness_m
    row["thin_kg_m3"] = thin_kg_m3
    return row
