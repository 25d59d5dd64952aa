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
    [(name, np.float64) for name in ("begin_s", "end_s", "x_m", "y_m", "spread_m2", "rate_kg_s")] + [("kind", np.int64)]
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
    """What one kilogram does as it ages; all but ``age_s`` of shape (kinds, ages), a kind being a mixture at a height.

    Attributes
    ----------
    age_s : ages, increasing from 0 [s], shape (ages,).
    layer_s : time it has spent in the layer by that age, on the mean [s].
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


def shares(columns: Sequence[Column], mixtures: Floats) -> Shares:
    """Return the tables of kinds of grains.

    Parameters
    ----------
    columns : what classes do at the height of each kind, all of the same ages; at least one.
    mixtures : share of each class in the kind's mass [1], shape (kinds, classes).

    Notes
    -----
    The share in the layer is taken as linear between ages. Time in the layer and share on the bed are then read
    linearly between ages, their integrals quadratically, so that every kilogram of a release is counted once.

    Examples
    --------
    Half of the grains leave a layer, and settle, within 100 s; half stay:

    >>> up, down = np.array([[1, 0, 0], [1, 1, 1]]), np.array([[0, 1, 1], [0, 0, 0]])
    >>> found = shares([Column(np.array([0.0, 100.0, 200.0]), up, down)], np.array([[0.5, 0.5]]))
    >>> found.layer_s.tolist(), found.bed_s.tolist(), found.to_come.tolist()
    ([[0.0, 75.0, 125.0]], [[0.0, 25.0, 75.0]], [[0.75, 0.5, 0.0]])
    """
    age_s = columns[0].age_s
    layer, bed = (
        np.array([mixture @ values for mixture, values in zip(mixtures, of, strict=True)])
        for of in ([column.in_layer for column in columns], [column.deposited for column in columns])
    )
    span = np.diff(age_s)
    layer_s = _integral(layer, span)
    mean = np.pad(np.diff(layer_s) / span, ((0, 0), (0, 1)))
    to_come = np.ascontiguousarray(np.maximum.accumulate(mean[:, ::-1], axis=1)[:, ::-1])
    return Shares(age_s, layer_s, _integral(layer_s, span), bed, _integral(bed, span), to_come)


def _integral(share: Floats, span_s: Floats) -> Floats:
    return np.pad(np.cumsum(0.5 * span_s * (share[:, 1:] + share[:, :-1]), axis=1), ((0, 0), (1, 0)))


def kinds(releases: Releases) -> tuple[Ints, Ints]:
    """Return the kind of each release, and of each kind a release that is of it: one height and one mixture of classes.

    Mixtures that differ by less than 1e-13 are one.
    """
    total = releases.rate_kg_s.sum(axis=1, keepdims=True)
    mixture = np.divide(releases.rate_kg_s, total, out=np.zeros_like(releases.rate_kg_s), where=total > 0.0)
    keys = np.column_stack([releases.height_m, mixture.round(13)])
    _, first, own = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    return own.reshape(-1).astype(np.int64), first.astype(np.int64)


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


def release_rows(releases: Releases, own: Ints, begin_s: int) -> Rows:
    """Return releases as rows; ``own`` says of which kind each is."""
    rows = np.zeros(len(releases.start_s), dtype=RELEASE_ROW)
    rows["begin_s"] = releases.start_s - begin_s
    rows["end_s"] = rows["begin_s"] + releases.duration_s
    rows["x_m"], rows["y_m"] = releases.x_m, releases.y_m
    rows["spread_m2"] = releases.spread_m**2
    rows["rate_kg_s"] = releases.rate_kg_s.sum(axis=1)
    rows["kind"] = own
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
