"""Pulsed releases in a current that changes with time, without the noise of grains along the horizontal.

Current and horizontal mixing are the same at all heights, so where the grains of a release are along the horizontal
does not depend on how they walk in the vertical: they lie in normal distributions about the path of the water, and only
the vertical is sampled (`random_walk.vertical_walk`). What `random_walk` finds with endless grains, this finds at once.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np

from twin.models import puff_bed, puff_kernel
from twin.models.compiled import compiled
from twin.models.currents import travelled
from twin.models.plume import Current, Field, Floats, Grid, Layer, Releases, Water
from twin.models.puff_records import Shares, frame_row, in_order, release_rows, shares
from twin.models.puff_tree import puffs
from twin.models.random_walk import Vertical, vertical_walk

THIN_SHARE: Final = 0.01  # of the lowest level: what a puff adds to a cell below it is left out of the concentration
EARLY_S: Final = 7_200.0  # ages until then are 60 s apart, later ones grow
AGE_GROWTH: Final = 1.05
LAID_GROWTH: Final = 1.3  # ages laid out on the bed together grow by this; less where the path bends or is long
SERIES_S: Final = 3_600.0  # time between the values of the mass in suspension

_KERNEL: Final = (
    puff_kernel.piece,
    puff_kernel.later,
    puff_kernel.stays,
    puff_kernel.may_come,
    puff_kernel.bell,
    puff_kernel.lay,
    puff_kernel.raise_to,
    puff_kernel.add,
    puff_kernel.count,
    puff_kernel.note,
    puff_kernel.track,
    puff_bed.place,
    puff_bed.upto,
    puff_bed.gone,
    puff_bed.outside,
    puff_bed.left_grid,
    puff_bed.lay_out,
    puff_bed.during,
    puff_bed.went,
    puff_bed.offsets,
    puff_bed.halve,
    puff_bed.settle,
    puff_bed.float_mass,
    puff_bed.afloat,
    puff_bed.suspended,
)


def puff_field(
    releases: Releases,
    water: Water,
    current: Current,
    grid: Grid,
    layer: Layer,
    levels_kg_m3: Floats,
    particles: int,
    seed: int,
    step_s: float = 600.0,
) -> Field:
    """Return what releases leave on a grid."""
    ages = ages_s(float(current.time_s[-1] - current.time_s[0]))
    verticals = {
        float(height): vertical_walk(water, float(height), layer, ages, particles, seed)
        for height in np.unique(releases.height_m)
    }
    return carried(releases, verticals, water, current, grid, layer, levels_kg_m3, step_s)


def ages_s(span_s: float) -> Floats:
    """Return ages from 0 to at least a span at which the vertical is told: 60 s apart, after two hours growing by 5 %.

    Examples
    --------
    >>> ages_s(8000.0)[[0, 1, 2, -3, -2, -1]].round().tolist()
    [0.0, 60.0, 120.0, 7200.0, 7560.0, 8000.0]
    """
    early = np.arange(0.0, EARLY_S + 1.0, 60.0)
    later = max(0, int(np.ceil(np.log(max(span_s, 1.0) / EARLY_S) / np.log(AGE_GROWTH))))
    return np.concatenate([early, EARLY_S * AGE_GROWTH ** np.arange(1.0, later + 1.0)])


def carried(
    releases: Releases,
    verticals: Mapping[float, Vertical],
    water: Water,
    current: Current,
    grid: Grid,
    layer: Layer,
    levels_kg_m3: Floats,
    step_s: float = 600.0,
    thin_share: float = THIN_SHARE,
) -> Field:
    """Return what releases leave on a grid when what their grains do in the vertical is given."""
    heights = np.array(sorted(verticals))
    steps = int((current.time_s[-1] - current.time_s[0]) / step_s)
    order = np.argsort(levels_kg_m3)
    levels = np.asarray(levels_kg_m3, dtype=np.float64)[order]
    known = in_order(releases)
    begin = int(current.time_s[0])
    rows = release_rows(known, np.searchsorted(heights, known.height_m).astype(np.int64), begin)
    frame = frame_row(grid, layer, water, (steps * step_s, step_s), thin_share * float(levels[0]))
    tables = _tables([verticals[float(height)] for height in heights], steps * step_s)
    path = np.stack(travelled(current, begin + step_s * np.arange(steps + 1.0)))
    kernel = compiled(_KERNEL)

    tally = puff_kernel.Tally(
        np.zeros(grid.shape),
        np.zeros(grid.shape),
        np.zeros((*grid.shape, len(levels), 4), dtype=np.int32),
        np.zeros(len(levels), dtype=np.int64),
    )
    tally.steps[..., puff_kernel.LAST] = -1
    parts = puffs(rows, current, frame)
    rates = np.ascontiguousarray(known.rate_kg_s)
    kernel["track"](parts, rows, rates, tables, path, frame, levels, tally)

    bed, stay = np.zeros(grid.shape), np.zeros(grid.shape)
    edges = _edges(steps * step_s)
    beyond = kernel["settle"](rows, rates, tables, path, frame, edges, bed, stay)
    over, away = kernel["afloat"](parts, rows, rates, tables, path, frame)
    times = np.arange(0.0, steps * step_s + 1.0, SERIES_S)
    suspended = np.zeros(len(times))
    kernel["suspended"](rows, rates, tables, SERIES_S, suspended)

    mean = stay / (grid.cell_m2 * layer.thickness_m * steps * step_s)
    back = np.argsort(order)
    counts = np.moveaxis(tally.steps, (2, 3), (0, 1))
    return Field(
        max_kg_m3=np.maximum(tally.highest_kg_m3, mean),
        mean_kg_m3=mean,
        above_s=step_s * counts[back, puff_kernel.ABOVE],
        longest_s=step_s * counts[back, puff_kernel.LONGEST],
        entered_m3=grid.cell_m2 * layer.thickness_m * tally.entered[back],
        deposit_kg_m2=bed / grid.cell_m2,
        suspended_kg=suspended,
        times_s=begin + times.astype(np.int64),
        span_s=steps * step_s,
        released_kg=float(known.mass_kg.sum()),
        deposited_kg=float(bed.sum()),
        beyond_kg=beyond + away,
        afloat_kg=over,
    )


def _tables(verticals: list[Vertical], span_s: float) -> Shares:
    return shares(verticals[0].age_s, [v.in_layer for v in verticals], [v.deposited for v in verticals])


def _edges(span_s: float) -> Floats:
    count = int(np.ceil(np.log(max(span_s, 61.0) / 60.0) / np.log(LAID_GROWTH)))
    return np.concatenate([[0.0], 60.0 * LAID_GROWTH ** np.arange(count + 1.0)])
