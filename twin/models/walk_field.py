"""What walking grains leave on a grid, step by step: the kernels of the particle model. Plain functions to compile.

Currents and horizontal mixing do not depend on height, so a grain's place is its release, plus the way of the current,
plus a normal offset of variance 2 Kh t that is drawn only when the grain is seen: in the layer, on the bed or at the end.
"""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from twin.models.random_numbers import normal, stream, uniform
from twin.models.walk_kernel import LEVELS, SINK, sink, strides

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
States = NDArray[np.uint64]
NOWHERE: Final = -1


def begin(
    numbers: Ints,
    share: Floats,
    spread_m: Floats,
    seed: np.uint64,
    state: States,
    offset_m: Floats,
) -> None:
    """Give every grain its stream, its moment within the release (in place of its share of it) and its first offset."""
    for p in range(len(numbers)):
        s = stream(seed, numbers[p])
        u, s = uniform(s)
        share[p] += u
        offset_m[0, p], s = normal(s)
        offset_m[1, p], s = normal(s)
        offset_m[0, p] *= spread_m[p]
        offset_m[1, p] *= spread_m[p]
        state[p] = s


def drift(p: int, until_s: float, kh_m2_s: float, state: States, seen_s: Floats, offset_m: Floats) -> None:
    """Draw how far horizontal mixing has moved a grain since it was last seen."""
    sigma = math.sqrt(2.0 * kh_m2_s * (until_s - seen_s[p]))
    if sigma > 0.0:
        dx, s = normal(state[p])
        dy, s = normal(s)
        offset_m[0, p] += sigma * dx
        offset_m[1, p] += sigma * dy
        state[p] = s
    seen_s[p] = until_s


def cell_of(x_m: float, y_m: float, west_m: float, south_m: float, cell_m: float, columns: int, rows: int) -> int:
    """Return the number of the cell at a place, row by row from the south-west; -1 beyond the grid."""
    column = math.floor((x_m - west_m) / cell_m)
    row = math.floor((y_m - south_m) / cell_m)
    if column < 0 or row < 0 or column >= columns or row >= rows:
        return NOWHERE
    return int(row * columns + column)


def tally(
    step: int,
    touched: Ints,
    count: int,
    loaded: Floats,
    volume_m3: float,
    levels: Floats,
    peak: Floats,
    total: Floats,
    above: Ints,
    run: Ints,
    longest: Ints,
    last: Ints,
    entered: Ints,
) -> None:
    """Add one sample to the maxima, sums and times above levels of the touched cells, and empty the cells again."""
    for k in range(count):
        cell = touched[k]
        found = loaded[cell] / volume_m3
        loaded[cell] = 0.0
        peak[cell] = max(peak[cell], found)
        total[cell] += found
        for n in range(len(levels)):
            if found > levels[n]:
                if last[n, cell] == step - 1:
                    run[n, cell] += 1
                else:
                    run[n, cell] = 1
                    entered[n] += 1
                last[n, cell] = step
                above[n, cell] += 1
                longest[n, cell] = max(longest[n, cell], run[n, cell])


def track(
    steps: int,
    step_s: float,
    substep_s: Floats,
    water: Floats,
    first_touch: bool,
    box: Floats,
    size: Ints,
    way_m: Floats,
    levels: Floats,
    settling_m_s: Floats,
    kind: Ints,
    born_s: Floats,
    anchor_m: Floats,
    mass_kg: Floats,
    height_m: Floats,
    settled_s: Floats,
    state: States,
    seen_s: Floats,
    offset_m: Floats,
    peak: Floats,
    total: Floats,
    above: Ints,
    longest: Ints,
    entered: Ints,
    suspended: Floats,
) -> None:
    """Walk all grains, in order of birth, through the samples of a window and fill the fields.

    `water` is Kz, Kh, lid; `box` is west, south, cell side, layer bottom, layer top; `size` is columns, rows; `way_m` is
    where the current has carried to at each sample. Times count from the window's begin.
    """
    tables = np.empty((len(settling_m_s), 3, LEVELS))
    for c in range(len(settling_m_s)):
        tables[c] = strides(settling_m_s[c], water[0], substep_s[c])
    cells = size[0] * size[1]
    loaded, touched = np.zeros(cells), np.empty(cells, np.int64)
    run, last = np.zeros((len(levels), cells), np.int64), np.full((len(levels), cells), -2)
    active, afloat, coming = np.empty(len(kind), np.int64), 0, 0
    volume_m3 = box[2] * box[2] * (box[4] - box[3])
    for k in range(steps):
        end = (k + 1) * step_s
        while coming < len(kind) and born_s[coming] < end:
            active[afloat] = coming
            afloat += 1
            coming += 1
        kept, count = 0, 0
        for a in range(afloat):
            p = active[a]
            c, start = kind[p], max(k * step_s, born_s[p])
            height_m[p], when, state[p] = sink(
                height_m[p], settling_m_s[c], water[0], water[2], first_touch, substep_s[c], tables[c], end - start, state[p]
            )  # fmt: skip
            if when >= 0.0:
                settled_s[p] = start + when
                drift(p, settled_s[p], water[1], state, seen_s, offset_m)
                continue
            active[kept] = p
            kept += 1
            suspended[k] += mass_kg[p]
            if box[3] <= height_m[p] < box[4]:
                drift(p, end, water[1], state, seen_s, offset_m)
                x, y = anchor_m[0, p] + offset_m[0, p], anchor_m[1, p] + offset_m[1, p]
                cell = cell_of(x + way_m[0, k + 1], y + way_m[1, k + 1], box[0], box[1], box[2], size[0], size[1])
                if cell != NOWHERE:
                    if loaded[cell] == 0.0:
                        touched[count] = cell
                        count += 1
                    loaded[cell] += mass_kg[p]
        afloat = kept
        tally(k, touched, count, loaded, volume_m3, levels, peak, total, above, run, longest, last, entered)
    for a in range(afloat):
        drift(active[a], steps * step_s, water[1], state, seen_s, offset_m)


TRACK: Final = (*SINK, begin, drift, cell_of, tally, track)
