"""Pulsed releases in a current that changes with time, without the noise of grains along the horizontal.

Current and horizontal mixing are the same at all heights, so where the grains of a release are along the horizontal
does not depend on how they walk in the vertical: they lie in normal distributions about the path of the water, and only
the shares in the layer and on the bed at each age remain to be known. What `random_walk` finds with endless grains is
found here at once: from columns that `walked` samples, or that `solved` takes from the closed form.
"""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

import numpy as np

from twin.models import puff_bed, puff_kernel, settling_layer
from twin.models.compiled import compiled
from twin.models.currents import travelled
from twin.models.limits import positive, refuse_where
from twin.models.plume import Current, Field, Floats, Grid, Ints, Layer, Releases, Water
from twin.models.puff_records import Column, Shares, frame_row, in_order, kinds, release_rows, shares
from twin.models.puff_tree import puffs
from twin.models.random_walk import vertical_walk
from twin.models.walk_inputs import check_counts, check_releases, check_water, window

PLACE: Final = "puffs"
THIN_SHARE: Final = 0.01  # of the lowest level: what a puff adds to a cell below it is left out of the concentration
EARLY_S: Final = 7_200.0  # ages until then are EARLY_STEP_S apart, later ones grow by AGE_GROWTH
EARLY_STEP_S: Final = 60.0
AGE_GROWTH: Final = 1.05
LAID_GROWTH: Final = 1.3  # ages laid out on the bed together grow by this, where the path is short enough
SERIES_S: Final = 3_600.0  # time between values of the mass in suspension

Columns: TypeAlias = Mapping[float, Column]  # by height of release [m]

_KERNEL: Final = (
    puff_kernel.piece,
    puff_kernel.later,
    puff_kernel.between,
    puff_kernel.stays,
    puff_kernel.bell,
    puff_kernel.lay,
    puff_kernel.add,
    puff_kernel.raise_to,
    puff_kernel.count,
    puff_kernel.note,
    puff_kernel.track,
    puff_bed.grown,
    puff_bed.upto,
    puff_bed.during,
    puff_bed.gone,
    puff_bed.outside,
    puff_bed.left_grid,
    puff_bed.lay_out,
    puff_bed.offsets,
    puff_bed.halve,
    puff_bed.settle,
    puff_bed.float_time,
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
    columns: Columns,
    step_s: float = 600.0,
    thin_share: float = THIN_SHARE,
) -> Field:
    """Return what releases leave on a grid.

    Parameters
    ----------
    releases : sediment given to the water, in any order; each must lie within the time of the current.
    water : how grains settle and are mixed.
    current : carries all grains alike; its first and last time are the window.
    grid, layer : where concentration is told.
    levels_kg_m3 : concentrations above background whose exceedance is counted [kg/m3], above 0, shape (levels,).
    columns : what grains do in the vertical, for every height of release (`solved` or `walked`).
    step_s : time between samples of the concentration [s], at most the window; the window ends with the last whole one.
    thin_share : what a puff adds to a cell below this share of the lowest level is left out of the concentration [1],
        above 0, below 1.

    Returns
    -------
    Fields; the concentration of a cell is its mean over the cell and the layer at the end of each step. Mass in
    suspension is told every hour.

    Raises
    ------
    ModelError
        A value is out of range, a release lies outside the window, or columns lack a height or end too soon.

    Notes
    -----
    Grains of age τ lie in a normal distribution of variance spread² + 2 Kh τ about x₀ + X(t) - X(t - τ), X the path of
    the water; their mass in the layer and on the bed is rate × time × share(τ), classes summed. Approximations:

    * Releases are cut at the time steps; pieces become one puff, with the variance of its piece of the path, once that
      is at most a fifth of the puff's own. Deposit and mean sum over moments and ages in the same way (Gauss's rule).
      Against pieces ten times finer, a campaign of 90 days differs by 0.4 % rms in deposit and mean, 1 % in maxima.
    * A step is a sample: what rises and falls within it is not seen, and a time above a level is a number of steps.
    * Additions below ``thin_share`` of the lowest level are left out of maxima and times, not of mean, deposit and
      masses. At 0.01 that took 0.4 % of the time above 0.1 mg/L away in that campaign, 0.04 % above 1 mg/L. Where it
      leaves nothing, the maximum is given as the mean, which is its lower bound.
    * Cells wider than a puff flatten it: a maximum is that of the mean over a cell.
    * The path of the water is taken straight within a step where the deposit is laid out.

    Without horizontal mixing puffs never grow wider than their path and none can be joined: that is slow.

    Masses on the bed within the grid (cell by cell), beyond it and afloat (by the tails of the distributions) are
    summed apart; together they are the mass released to 1e-12. Releases are sorted first: their order changes no bit.

    References
    ----------
    Csanady, G. T. (1973): Turbulent Diffusion in the Environment. Reidel. Casella, G., Robert, C. P. (1996):
    Rao-Blackwellisation of sampling schemes. Biometrika 83, 81-94.

    Examples
    --------
    A tonne in still water: it comes down around the place where it was let go, and 41 % is afloat after a day.

    >>> one, rate = np.ones(1), np.full((1, 1), 1000.0 / 3600.0)
    >>> pulse = Releases(np.array([0]), 3600.0 * one, 0.0 * one, 0.0 * one, 3.0 * one, 10.0 * one, rate)
    >>> sea = Water(np.array([1e-4]), 1e-3, 0.1, 20.0, "flux")
    >>> rest = Current(np.array([0, 86_400]), np.zeros(2), np.zeros(2))
    >>> layer, grid = Layer(0.0, 5.0), Grid(-500.0, -500.0, 100.0, 10, 10)
    >>> found = puff_field(pulse, sea, rest, grid, layer, np.array([1e-3]), solved(pulse, sea, layer, rest))
    >>> round(found.deposited_kg), round(found.afloat_kg), round(float(found.longest_s.max()) / 3600)
    (591, 409, 9)
    """
    begin_s, steps = window(releases, current, step_s)
    check_water(water, releases.height_m)
    check_releases(releases, water)
    check_counts(layer, 1, step_s)
    order = np.argsort(positive(PLACE, "level [kg/m3]", levels_kg_m3, "1 mg/L is 0.001 kg/m3"))
    levels = np.asarray(levels_kg_m3, dtype=np.float64)[order]
    thin = positive(PLACE, "share that is thin [1]", thin_share, "0.01 is common")
    refuse_where(thin >= 1.0, PLACE, "share that is thin [1]", thin, "must be below 1", "0.01 is common")
    positive(PLACE, "side of a cell [m]", grid.cell_m, "50 m is common")
    span_s = steps * step_s
    known = in_order(releases)
    tables, own = _tables(columns, known, span_s)
    rows = release_rows(known, own, begin_s)
    frame = frame_row(grid, layer, water, (steps, step_s), float(thin * levels[0]))
    path = np.stack(travelled(current, begin_s + step_s * np.arange(steps + 1.0)))
    parts = puffs(rows, current, frame)
    kernel = compiled(_KERNEL)

    tally = _empty(grid, len(levels))
    kernel["track"](parts, rows, tables, path, frame, levels, tally)
    bed, stay = np.zeros(grid.shape), np.zeros(grid.shape)
    laid_beyond = kernel["settle"](rows, tables, path, frame, _edges(span_s), bed, stay)
    afloat, afloat_beyond = kernel["afloat"](parts, rows, tables, path, frame)
    suspended = np.zeros(int(span_s // SERIES_S) + 1)
    kernel["suspended"](rows, tables, SERIES_S, suspended)

    layer_m3 = grid.cell_m2 * layer.thickness_m
    mean = stay / (layer_m3 * span_s)
    counts = np.moveaxis(tally.steps, (2, 3), (0, 1))[np.argsort(order)].astype(np.float64)
    return Field(
        max_kg_m3=np.maximum(tally.highest_kg_m3, mean),
        mean_kg_m3=mean,
        above_s=step_s * counts[:, puff_kernel.ABOVE],
        longest_s=step_s * counts[:, puff_kernel.LONGEST],
        deposit_kg_m2=bed / grid.cell_m2,
        suspended_kg=suspended,
        times_s=begin_s + int(SERIES_S) * np.arange(len(suspended)),
        span_s=span_s,
        released_kg=float(known.mass_kg.sum()),
        deposited_kg=float(bed.sum()),
        beyond_kg=laid_beyond + afloat_beyond,
        afloat_kg=afloat,
    )


def solved(releases: Releases, water: Water, layer: Layer, current: Current) -> dict[float, Column]:
    """Return what grains do in the vertical by the closed form: no noise, some ms a height.

    Parameters
    ----------
    releases : their heights count.
    water, layer : as in :func:`puff_field`.
    current : its time is how old grains can become.

    Notes
    -----
    See :mod:`twin.models.settling_layer`: constant diffusivity, both bed rules, the lid.
    """

    def column(height_m: float, ages: Floats) -> Column:
        in_layer, deposited = settling_layer.shares(ages, height_m, layer, water)
        return Column(ages, in_layer, np.maximum.accumulate(deposited, axis=1))

    return _by_height(releases, current, column)


def walked(
    releases: Releases, water: Water, layer: Layer, current: Current, particles: int, seed: int
) -> dict[float, Column]:
    """Return what grains do in the vertical by a random walk; see `random_walk.vertical_walk`.

    Parameters
    ----------
    releases, water, layer, current : as in :func:`solved`.
    particles : grains per class and height, 1 or more.
    seed : key of the grains' streams, the same for all heights.
    """

    def column(height_m: float, ages: Floats) -> Column:
        walk = vertical_walk(water, height_m, layer, ages, particles, seed)
        return Column(walk.age_s, walk.in_layer, walk.deposited)

    return _by_height(releases, current, column)


def ages_s(span_s: float) -> Floats:
    """Return ages from 0 to at least a span: 60 s apart, after two hours growing by 5 %.

    Examples
    --------
    >>> ages_s(8000.0)[[0, 1, 2, -5, -4, -3, -2, -1]].round().tolist()
    [0.0, 60.0, 120.0, 7140.0, 7200.0, 7560.0, 7938.0, 8335.0]
    """
    early = np.arange(0.0, EARLY_S + 1.0, EARLY_STEP_S)
    later = max(0, int(np.ceil(np.log(max(span_s, 1.0) / EARLY_S) / np.log(AGE_GROWTH))))
    return np.concatenate([early, EARLY_S * AGE_GROWTH ** np.arange(1.0, later + 1.0)])


def _by_height(releases: Releases, current: Current, column: Callable[[float, Floats], Column]) -> dict[float, Column]:
    ages = ages_s(float(current.time_s[-1] - current.time_s[0]))
    return {height: column(height, ages) for height in np.unique(releases.height_m).tolist()}


def _tables(columns: Columns, releases: Releases, span_s: float) -> tuple[Shares, Ints]:
    """Return what grains of each kind of release do, and of which kind each release is."""
    own, first = kinds(releases)
    heights = releases.height_m[first]
    lacking = np.array([height not in columns for height in heights.tolist()], dtype=np.bool_)
    refuse_where(
        lacking, PLACE, "release height [m]", heights, "must have a column", "make the columns of all releases"
    )
    used = [columns[height] for height in heights.tolist()]
    mixtures = releases.rate_kg_s[first]
    if not used:
        mixtures = np.zeros((1, releases.rate_kg_s.shape[1]))
        used = [Column(np.array([0.0, span_s]), np.zeros((mixtures.shape[1], 2)), np.zeros((mixtures.shape[1], 2)))]
    ages = used[0].age_s
    differ = np.array([not np.array_equal(column.age_s, ages) for column in used])
    refuse_where(
        differ, PLACE, "ages of columns at height [m]", heights, "must be those of the first", "make them together"
    )
    refuse_where(
        ages[-1] < span_s, PLACE, "last age of a column [s]", ages[-1], f"must be at least {span_s:g}", "lengthen it"
    )
    total = mixtures.sum(axis=1, keepdims=True)
    return shares(used, np.divide(mixtures, total, out=np.zeros_like(mixtures), where=total > 0.0)), own


def _empty(grid: Grid, levels: int) -> puff_kernel.Tally:
    tally = puff_kernel.Tally(
        now_kg_m3=np.zeros(grid.shape),
        highest_kg_m3=np.zeros(grid.shape),
        steps=np.zeros((*grid.shape, levels, 4), dtype=np.int32),
    )
    tally.steps[..., puff_kernel.LAST] = -1
    return tally


def _edges(span_s: float) -> Floats:
    """Return ages between which grains are laid out together, from 0 to at least a span."""
    count = int(np.ceil(np.log(max(span_s / EARLY_STEP_S, 1.0)) / np.log(LAID_GROWTH)))
    return np.concatenate([[0.0], EARLY_STEP_S * LAID_GROWTH ** np.arange(count + 1.0)])
