"""What walking grains leave on a grid, step by step: the kernels of the particle model. Plain functions to compile.

Currents and horizontal mixing do not depend on height, so a grain's place is its release, plus the way of the current,
plus a normal offset of variance 2 Kh t that is drawn only when it is seen: in the layer, on the bed or at the end.
"""

import math
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from twin.models.random_numbers import normal, stream, uniform
from twin.models.walk_kernel import SINK, sink

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
States = NDArray[np.uint64]


class Setting(NamedTuple):
    """In what grains walk: steps of the samples and, by class, within them; water; layer; grid; the current's way."""

    steps: int
    step_s: float
    substep_s: Floats
    settling_m_s: Floats
    kz_m2_s: float
    kh_m2_s: float
    lid_m: float
    first_touch: bool
    bottom_m: float
    top_m: float
    west_m: float
    south_m: float
    cell_m: float
    columns: int
    rows: int
    way_m: Floats  # (2, steps + 1)
    levels: Floats


class Grains(NamedTuple):
    """Grains in the order of their births; times count from the window's begin, the anchor is where no current was."""

    kind: Ints
    born_s: Floats
    mass_kg: Floats
    anchor_m: Floats  # (2, grains)
    offset_m: Floats  # (2, grains)
    height_m: Floats
    seen_s: Floats
    settled_s: Floats  # below 0 while afloat
    state: States


class Tallies(NamedTuple):
    """What has been counted: by cell, by level and cell, by level, by sample; and the cells of the running step."""

    peak: Floats
    total: Floats
    above: Ints
    longest: Ints
    run: Ints
    last: Ints
    suspended_kg: Floats
    loaded_kg: Floats
    touched: Ints


def begin(numbers: Ints, share: Floats, spread_m: Floats, seed: np.uint64, state: States, offset_m: Floats) -> None:
    """Give every grain its stream, its moment within the release (added to its share of it) and its first offset."""
    for p in range(len(numbers)):
        s = stream(seed, numbers[p])
        u, s = uniform(s)
        share[p] += u
        dx, s = normal(s)
        dy, s = normal(s)
        offset_m[0, p] = spread_m[p] * dx
        offset_m[1, p] = spread_m[p] * dy
        state[p] = s


def drift(
    p: int, until_s: float, kh_m2_s: float, state: States, seen_s: Floats, offset_m: Floats
) -> tuple[float, float]:
    """Draw how far horizontal mixing has moved a grain since it was last seen; return its offset."""
    sigma = math.sqrt(2.0 * kh_m2_s * (until_s - seen_s[p]))
    if sigma > 0.0:
        dx, s = normal(state[p])
        dy, s = normal(s)
        offset_m[0, p] += sigma * dx
        offset_m[1, p] += sigma * dy
        state[p] = s
    seen_s[p] = until_s
    return offset_m[0, p], offset_m[1, p]


def advance(setting: Setting, grains: Grains, tallies: Tallies, k: int, active: Ints, afloat: int) -> tuple[int, int]:
    """Move the active grains to the end of step k and weigh those in the layer; return how many are afloat, cells."""
    begin, end = k * setting.step_s, (k + 1) * setting.step_s
    substep_s, settling_m_s, kh_m2_s = setting.substep_s, setting.settling_m_s, setting.kh_m2_s
    state, seen_s, offset_m, height_m = grains.state, grains.seen_s, grains.offset_m, grains.height_m
    kind, born_s, mass_kg, anchor_m = grains.kind, grains.born_s, grains.mass_kg, grains.anchor_m
    loaded_kg, touched = tallies.loaded_kg, tallies.touched
    east, north = setting.way_m[0, k + 1] - setting.west_m, setting.way_m[1, k + 1] - setting.south_m
    kept, count, suspended_kg = 0, 0, 0.0
    for a in range(afloat):
        p = active[a]
        c, start = kind[p], max(begin, born_s[p])
        z, when, state[p] = sink(
            height_m[p], settling_m_s[c], setting.kz_m2_s, setting.lid_m, setting.first_touch,
            substep_s[c], end - start, state[p],
        )  # fmt: skip
        height_m[p] = z
        if when >= 0.0:
            grains.settled_s[p] = start + when
            drift(p, start + when, kh_m2_s, state, seen_s, offset_m)
            continue
        active[kept] = p
        kept += 1
        suspended_kg += mass_kg[p]
        if setting.bottom_m <= z < setting.top_m:
            dx, dy = drift(p, end, kh_m2_s, state, seen_s, offset_m)
            column = math.floor((anchor_m[0, p] + dx + east) / setting.cell_m)
            row = math.floor((anchor_m[1, p] + dy + north) / setting.cell_m)
            if 0 <= column < setting.columns and 0 <= row < setting.rows:
                cell = row * setting.columns + column
                if loaded_kg[cell] == 0.0:
                    touched[count] = cell
                    count += 1
                loaded_kg[cell] += mass_kg[p]
    tallies.suspended_kg[k] = suspended_kg
    return kept, count


def tally(setting: Setting, tallies: Tallies, k: int, count: int) -> None:
    """Add a sample to the maxima, sums and times above levels of the touched cells, and empty the cells again."""
    volume_m3 = setting.cell_m * setting.cell_m * (setting.top_m - setting.bottom_m)
    for at in range(count):
        cell = tallies.touched[at]
        found = tallies.loaded_kg[cell] / volume_m3
        tallies.loaded_kg[cell] = 0.0
        tallies.peak[cell] = max(tallies.peak[cell], found)
        tallies.total[cell] += found
        for n in range(len(setting.levels)):
            if found >= setting.levels[n]:
                if tallies.last[n, cell] == k - 1:
                    tallies.run[n, cell] += 1
                else:
                    tallies.run[n, cell] = 1
                tallies.last[n, cell] = k
                tallies.above[n, cell] += 1
                tallies.longest[n, cell] = max(tallies.longest[n, cell], tallies.run[n, cell])


def track(setting: Setting, grains: Grains, tallies: Tallies) -> None:
    """Walk all grains through the samples of the window."""
    everyone = len(grains.kind)
    active, afloat, coming = np.empty(everyone, np.int64), 0, 0
    for k in range(setting.steps):
        while coming < everyone and grains.born_s[coming] < (k + 1) * setting.step_s:
            active[afloat] = coming
            afloat += 1
            coming += 1
        afloat, count = advance(setting, grains, tallies, k, active, afloat)
        tally(setting, tallies, k, count)
    for a in range(afloat):
        drift(
            active[a], setting.steps * setting.step_s, setting.kh_m2_s, grains.state, grains.seen_s, grains.offset_m
        )  # fmt: skip


TRACK: Final = (*SINK, begin, drift, advance, tally, track)
