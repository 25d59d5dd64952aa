"""Sediment as grains that walk at random: pulsed releases in a current that changes with time."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from twin.models.compiled import compiled
from twin.models.currents import travelled
from twin.models.limits import not_negative, positive, refuse_where
from twin.models.plume import Current, Field, Floats, Grid, Ints, Layer, Releases, Water
from twin.models.walk_field import TRACK, Grains, Setting, Tallies
from twin.models.walk_inputs import (
    PLACE,
    SHORTEST_S,
    check_counts,
    check_releases,
    check_water,
    near_wall_step_s,
    window,
)
from twin.models.walk_kernel import AFLOAT, COLUMN

STEP_PER_AGE: Final = 0.02  # a step on the way to an age is at most this share of it


@dataclass(frozen=True, eq=False)
class Vertical:
    """How a release spreads over the height, by settling class.

    Attributes
    ----------
    age_s : time since the release [s], shape (ages,).
    in_layer : share of the class's mass afloat in the layer [1], shape (classes, ages).
    deposited : share on the bed [1], same shape; never falls with age.
    height_m : mean height of what is still afloat [m], same shape; 0 where nothing is.
    """

    age_s: Floats
    in_layer: Floats
    deposited: Floats
    height_m: Floats


def vertical_walk(
    water: Water,
    height_m: float,
    layer: Layer,
    ages_s: Floats,
    particles: int,
    seed: int,
    step_s: float = 600.0,
) -> Vertical:
    """Return where grains released at one height are at given ages, by a random walk in the vertical.

    Parameters
    ----------
    water : how grains settle and are mixed.
    height_m : where they are released, above the bed and not above the lid [m].
    layer : slice of water in which they are counted.
    ages_s : increasing times since the release, 0 or above [s], shape (ages,).
    particles : grains per class, 1 or more; the standard error of a share p is √(p (1 - p)/particles).
    seed : key of the grains' streams, 0 to 2^64 - 1 (see `random_numbers.key`).
    step_s : longest time step near bed and lid [s], above 0.

    Returns
    -------
    Shares by class and age; afloat and deposited add up to 1 exactly, as grains are counted.

    Raises
    ------
    ModelError
        A settling velocity, diffusivity, height or age is out of range.

    Notes
    -----
    Each step: z + √(2 Kz Δt) N(0, 1); reflect at bed and lid; less ws Δt; a grain at or below the bed stays there. With
    the bed rule ``first_touch`` a grain that ends above the bed has touched it with probability exp(-z z'/(Kz Δt)), and
    the moment of the touch is drawn, so no step is too long for it. Kz does not change with height; grains do not
    interact, break or join.

    References
    ----------
    Visser, A. W. (1997): Using random walk models to simulate the vertical distribution of particles in a turbulent
    water column. Mar. Ecol. Prog. Ser. 158, 275-281.

    Examples
    --------
    Without mixing grains fall as stones do, 1 mm/s:

    >>> water = Water(np.array([1e-3]), 0.0, 0.0, np.inf, "flux")
    >>> found = vertical_walk(water, 5.0, Layer(0.0, 3.0), np.array([0.0, 4000.0, 6000.0]), 10, 1)
    >>> found.in_layer[0].tolist(), found.deposited[0].tolist(), found.height_m[0].round(6).tolist()
    ([0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [5.0, 1.0, 0.0])
    """
    check_water(water, np.asarray(height_m))
    check_counts(layer, particles, step_s)
    ages = not_negative(PLACE, "age [s]", ages_s, "the release is at age 0")
    refuse_where(np.diff(ages) <= 0.0, PLACE, "step of ages [s]", np.diff(ages), "must be above 0", "sort the ages")
    early = np.maximum(SHORTEST_S, STEP_PER_AGE * ages)
    counts = np.zeros((len(water.settling_m_s), 3, len(ages)))
    walk = compiled(COLUMN)["column"]
    for row, ws in enumerate(water.settling_m_s.tolist()):
        walk(
            ws, water.kz_m2_s, water.lid_m, water.bed == "first_touch",
            np.minimum(early, near_wall_step_s(ws, water, height_m, step_s)), height_m, layer.bottom_m, layer.top_m,
            ages, particles, np.uint64(seed), row * particles, counts[row],
        )  # fmt: skip
    in_layer, on_bed = counts[:, 0], counts[:, 1].cumsum(axis=1)
    afloat = particles - on_bed
    mean = np.divide(counts[:, 2], afloat, out=np.zeros_like(afloat), where=afloat > 0.0)
    return Vertical(ages, in_layer / particles, on_bed / particles, mean)


@dataclass(frozen=True, eq=False)
class Walk:
    """What a walk of grains ends with; rows are grains in the order of their births.

    Attributes
    ----------
    field : what they leave on the grid.
    x_m, y_m : where each grain is at the end, east and north of the site's origin [m], shape (grains,).
    settled_s : when it came to the bed, Unix UTC second; nan for one still afloat, shape (grains,).
    release, settling_class : where it comes from, shape (grains,).
    mass_kg : dry mass it stands for [kg], shape (grains,).
    """

    field: Field
    x_m: Floats
    y_m: Floats
    settled_s: Floats
    release: Ints
    settling_class: Ints
    mass_kg: Floats


def random_walk(
    releases: Releases,
    water: Water,
    current: Current,
    grid: Grid,
    layer: Layer,
    levels_kg_m3: Floats,
    particles: int,
    seed: int,
    step_s: float = 600.0,
    substep_s: float = 60.0,
) -> Walk:
    """Return what releases leave on a grid, by a random walk of grains in three dimensions.

    Parameters
    ----------
    releases : sediment given to the water; each must lie within the time of the current.
    water : how grains settle and are mixed.
    current : carries all grains alike; its first and last time are the window of the walk.
    grid, layer : where concentration is told.
    levels_kg_m3 : concentrations above background whose exceedance is counted [kg/m3], above 0, shape (levels,).
    particles : grains per release and class, 1 or more.
    seed : key of the grains' streams, 0 to 2^64 - 1 (see `random_numbers.key`).
    step_s : time between samples of the concentration [s], at most the window; the window ends with the last whole one.
    substep_s : longest time step near bed and lid [s], above 0.

    Returns
    -------
    Fields and the grains themselves. A cell that holds the mass m has the concentration m/(cell area × thickness).

    Raises
    ------
    ModelError
        A value is out of range, or a release outside the window.

    Notes
    -----
    In the vertical as `vertical_walk`. Along the horizontal a grain goes with the integral of the current and spreads
    with variance 2 Kh t, both exact at any step as neither depends on height. Grains of a release are born evenly over
    its duration. Settled grains leave the walk. A grain beyond the grid may come back. Concentrations are those of a
    cell: with few grains the highest is too high, as one grain in a cell is the least that is seen; the mean and the
    deposit have no such bias. Grains do not interact, and none is raised from the bed.

    Examples
    --------
    Still water without mixing: 1 kg comes down where it was let go, after 5,000 s.

    >>> one, rate = np.ones(1), np.full((1, 1), 1 / 600)
    >>> pulse = Releases(np.array([0]), 600.0 * one, 5.0 * one, 5.0 * one, 5.0 * one, 0.0 * one, rate)
    >>> sea = Water(np.array([1e-3]), 0.0, 0.0, np.inf, "flux")
    >>> rest = Current(np.array([0, 9000]), np.zeros(2), np.zeros(2))
    >>> found = random_walk(pulse, sea, rest, Grid(0.0, 0.0, 10.0, 2, 1), Layer(0.0, 3.0), np.array([1e-3]), 50, 1)
    >>> found.field.deposit_kg_m2.round(6).tolist(), round(float(found.field.max_kg_m3.max()), 6)
    ([[0.01, 0.0]], 0.003333)
    """
    begin_s, steps = window(releases, current, step_s)
    check_water(water, releases.height_m)
    check_releases(releases, water)
    check_counts(layer, particles, substep_s)
    levels = positive(PLACE, "level [kg/m3]", levels_kg_m3, "1 mg/L is 0.001 kg/m3")
    grains, release = _grains(releases, particles, seed, current)
    times: Floats = np.asarray(begin_s + step_s * np.arange(steps + 1), dtype=np.float64)
    substeps = [
        near_wall_step_s(ws, water, releases.height_m.min(initial=np.inf), substep_s) for ws in water.settling_m_s
    ]
    setting = Setting(
        steps, float(step_s), np.array(substeps), water.settling_m_s, float(water.kz_m2_s), float(water.kh_m2_s),
        float(water.lid_m), water.bed == "first_touch", float(layer.bottom_m), float(layer.top_m),
        float(grid.west_m), float(grid.south_m), float(grid.cell_m), grid.columns, grid.rows,
        np.stack(travelled(current, times)), levels,
    )  # fmt: skip
    tallies = _empty(setting)
    compiled(TRACK)["track"](setting, grains, tallies)
    afloat = grains.settled_s == AFLOAT
    seen = np.where(afloat, steps * step_s, grains.settled_s)
    way = np.stack(travelled(current, begin_s + seen))
    x, y = grains.anchor_m + grains.offset_m + way
    return Walk(
        _field(setting, grid, grains, tallies, (x, y), float(releases.mass_kg.sum()), times),
        x, y, np.where(afloat, np.nan, begin_s + grains.settled_s), release, grains.kind, grains.mass_kg,
    )  # fmt: skip


def _grains(releases: Releases, particles: int, seed: int, current: Current) -> tuple[Grains, Ints]:
    """Return the grains of all releases in the order of their births, and from which release each comes."""
    mass_kg = releases.mass_kg
    given = np.nonzero(mass_kg > 0.0)
    release, kind = np.repeat(given[0], particles), np.repeat(given[1], particles)
    each = np.arange(len(release)) % particles
    share = each.astype(np.float64)
    numbers = (release * mass_kg.shape[1] + kind) * particles + each
    state, offset_m = np.empty(len(release), np.uint64), np.empty((2, len(release)))
    compiled(TRACK)["begin"](numbers, share, releases.spread_m[release], np.uint64(seed), state, offset_m)
    begin_s = int(current.time_s[0])
    born_s = (releases.start_s - begin_s)[release] + releases.duration_s[release] * share / particles
    order = np.argsort(born_s, kind="stable")
    release, kind, born_s = release[order], kind[order], born_s[order]
    anchor = np.stack([releases.x_m[release], releases.y_m[release]]) - np.stack(travelled(current, begin_s + born_s))
    grains = Grains(
        kind=kind,
        born_s=born_s,
        mass_kg=mass_kg[release, kind] / particles,
        anchor_m=anchor,
        offset_m=np.ascontiguousarray(offset_m[:, order]),
        height_m=releases.height_m[release].astype(np.float64),
        seen_s=born_s.copy(),
        settled_s=np.full(len(release), AFLOAT),
        state=state[order],
    )
    return grains, release


def _empty(setting: Setting) -> Tallies:
    cells, levels = setting.columns * setting.rows, len(setting.levels)
    return Tallies(
        peak=np.zeros(cells),
        total=np.zeros(cells),
        above=np.zeros((levels, cells), np.int64),
        longest=np.zeros((levels, cells), np.int64),
        run=np.zeros((levels, cells), np.int64),
        last=np.full((levels, cells), -2),
        suspended_kg=np.zeros(setting.steps),
        loaded_kg=np.zeros(cells),
        touched=np.empty(cells, np.int64),
    )


def _field(
    setting: Setting,
    grid: Grid,
    grains: Grains,
    tallies: Tallies,
    place_m: tuple[Floats, Floats],
    released_kg: float,
    times: Floats,
) -> Field:
    """Return the fields; masses on the bed, beyond and afloat are added up from the grains."""
    column = np.floor((place_m[0] - grid.west_m) / grid.cell_m)
    row = np.floor((place_m[1] - grid.south_m) / grid.cell_m)
    inside = (column >= 0) & (row >= 0) & (column < grid.columns) & (row < grid.rows)
    on_bed = grains.settled_s != AFLOAT
    laid = inside & on_bed
    cell = (row[laid] * grid.columns + column[laid]).astype(np.int64)
    deposit = np.bincount(cell, grains.mass_kg[laid], grid.columns * grid.rows)
    by_level = (len(setting.levels), *grid.shape)
    above_s, longest_s = setting.step_s * np.stack([tallies.above, tallies.longest]).astype(np.float64)
    return Field(
        max_kg_m3=tallies.peak.reshape(grid.shape),
        mean_kg_m3=tallies.total.reshape(grid.shape) / setting.steps,
        above_s=above_s.reshape(by_level),
        longest_s=longest_s.reshape(by_level),
        deposit_kg_m2=deposit.reshape(grid.shape) / grid.cell_m2,
        suspended_kg=tallies.suspended_kg,
        times_s=np.rint(times[1:]).astype(np.int64),
        span_s=setting.steps * setting.step_s,
        released_kg=released_kg,
        deposited_kg=float(grains.mass_kg[laid].sum()),
        beyond_kg=float(grains.mass_kg[~inside].sum()),
        afloat_kg=float(grains.mass_kg[inside & ~on_bed].sum()),
    )
