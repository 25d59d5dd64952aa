"""The steps of puffs over a grid: concentration in the layer at the end of every time step, and how long it lasts.

Plain Python that numba compiles (see ``compiled``); ``puffs`` calls it and says what it does.
"""

import math
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from twin.models.plume import Floats, Ints
from twin.models.puff_records import Rows, Shares

ROOT_2: Final = math.sqrt(2.0)
ROOT_2_PI: Final = math.sqrt(2.0 * math.pi)
ABOVE, LONGEST, RUN, LAST = 0, 1, 2, 3  # what is counted per cell and level

Counts: TypeAlias = NDArray[np.int32]


class Tally(NamedTuple):
    """What the time steps leave behind.

    Attributes
    ----------
    now_kg_m3 : concentration of the moment, shape (rows, columns); zero between moments.
    highest_kg_m3 : highest so far, same shape.
    steps : per cell and level, side by side in memory: steps above it, most of them in one run, those of the present
        run, the last of them; shape (rows, columns, levels, 4).
    """

    now_kg_m3: Floats
    highest_kg_m3: Floats
    steps: Counts


def piece(ages: Floats, age: float) -> int:
    """Return the number of the piece between two ages that holds an age; the last one beyond them."""
    low, high = 0, len(ages) - 1
    while high - low > 1:
        middle = (low + high) // 2
        if ages[middle] <= age:
            low = middle
        else:
            high = middle
    return low


def later(ages: Floats, age: float, known: int) -> int:
    """Return what `piece` does, from the piece of an earlier age on."""
    found = known
    while found < len(ages) - 2 and ages[found + 1] <= age:
        found += 1
    return found


def stays(ages: Floats, held: Floats, kind: int, at: Ints, puff: int, young: float, old: float) -> float:
    """Return time in the layer between two ages, per kilogram per second; ``at`` keeps their pieces per puff [s]."""
    i, j = later(ages, young, at[puff, 0]), later(ages, old, at[puff, 1])
    at[puff, 0], at[puff, 1] = i, j
    return between(ages, held, kind, j, old) - between(ages, held, kind, i, young)


def between(ages: Floats, values: Floats, kind: int, i: int, age: float) -> float:
    """Return the value at an age in a piece, linear between its ends."""
    part = (age - ages[i]) / (ages[i + 1] - ages[i])
    return float(values[kind, i] + part * (values[kind, i + 1] - values[kind, i]))


def bell(out: Floats, count: int, edge_m: float, cell_m: float, centre_m: float, sigma_m: float) -> None:
    """Write the share of a normal distribution in each of some neighbouring cells; the first begins at an edge.

    Narrow ones by differences of erf; from a cell of width on by the density in the middle of each cell with the
    variance of a cell added, which is its mean over the cell to 2e-4 of the peak.
    """
    if sigma_m < cell_m:
        scale = 1.0 / (ROOT_2 * sigma_m)
        before = math.erf((edge_m - centre_m) * scale)
        for i in range(count):
            after = math.erf((edge_m + (i + 1) * cell_m - centre_m) * scale)
            out[i] = 0.5 * (after - before)
            before = after
        return
    variance = sigma_m * sigma_m + cell_m * cell_m / 12.0
    peak = cell_m / (ROOT_2_PI * math.sqrt(variance))
    middle = min(max(int((centre_m - edge_m) / cell_m), 0), count - 1)
    offset = edge_m + (middle + 0.5) * cell_m - centre_m
    value = peak * math.exp(-0.5 * offset * offset / variance)
    bend = math.exp(-cell_m * cell_m / variance)
    up = math.exp(-(offset + 0.5 * cell_m) * cell_m / variance)
    down = math.exp((offset - 0.5 * cell_m) * cell_m / variance)
    out[middle] = value
    here = value
    for i in range(middle + 1, count):
        here *= up
        up *= bend
        out[i] = here
    here = value
    for i in range(middle - 1, -1, -1):
        here *= down
        down *= bend
        out[i] = here


def lay(field: Floats, row: int, first: int, weights: Floats, skip: int, count: int, factor: float) -> None:
    """Add a run of weights times a factor to a row of a field from a column on, the first weights skipped.

    Unsigned places never count from the end, which lets the compiler take several at once.
    """
    line = np.uint64(row)
    for j in range(count):
        field[line, np.uint64(first + j)] += factor * weights[np.uint64(skip + j)]


def raise_to(highest: Floats, now: Floats, row: int, first: int, count: int, level: float) -> int:
    """Raise the highest values of a row to those of now where these are higher; return how many reach a level."""
    line = np.uint64(row)
    over = 0
    for j in range(count):
        place = np.uint64(first + j)
        value = now[line, place]
        highest[line, place] = value if value > highest[line, place] else highest[line, place]
        over += value >= level
    return over


def add(
    frames: Rows, mass_kg: float, x_m: float, y_m: float, xx_m2: float, yy_m2: float, now: Floats, span: Ints,
    across: Floats, along: Floats,
) -> bool:  # fmt: skip
    """Add a puff to the concentration of a moment where it is not thin; say whether it is thin all over.

    Its place counts from the corner of the grid; ``span``: per row of the grid the columns touched, first and end.
    """
    frame = frames[0]
    cell, columns, rows = frame["cell_m"], frame["columns"], frame["rows"]
    ex, ey = math.sqrt(xx_m2 + cell * cell / 12.0), math.sqrt(yy_m2 + cell * cell / 12.0)
    ratio = mass_kg / (2.0 * math.pi * ex * ey * frame["thickness_m"] * frame["thin_kg_m3"])
    if ratio <= 1.0:
        return True
    reach = math.sqrt(2.0 * math.log(ratio))
    left = max(math.floor((x_m - reach * ex) / cell), 0)
    right = min(math.floor((x_m + reach * ex) / cell) + 1, columns)
    low = max(math.floor((y_m - reach * ey) / cell), 0)
    high = min(math.floor((y_m + reach * ey) / cell) + 1, rows)
    if left >= right or low >= high:
        return False
    sx, sy = max(math.sqrt(xx_m2), 1e-6 * cell), max(math.sqrt(yy_m2), 1e-6 * cell)
    bell(across, right - left, left * cell, cell, x_m, sx)
    bell(along, high - low, low * cell, cell, y_m, sy)
    peak = mass_kg / (frame["thickness_m"] * cell * cell)
    thin = frame["thin_kg_m3"]
    middle = min(max(math.floor(x_m / cell), left), right - 1)
    begin, end = middle, middle + 1
    for row in range(low, high):
        factor = peak * along[row - low]
        if factor * across[middle - left] < thin:
            continue
        while factor * across[begin - left] < thin:
            begin += 1
        while begin > left and factor * across[begin - 1 - left] >= thin:
            begin -= 1
        while factor * across[end - 1 - left] < thin:
            end -= 1
        while end < right and factor * across[end - left] >= thin:
            end += 1
        lay(now, row, begin, across, begin - left, end - begin, factor)
        span[row, 0] = min(span[row, 0], begin)
        span[row, 1] = max(span[row, 1], end)
    return False


def note(tally: Tally, levels: Floats, step: int, row: int, begin: int, end: int) -> None:
    """Take the concentrations of one row of the grid into its maxima and its times above the levels; clear the row."""
    if raise_to(tally.highest_kg_m3, tally.now_kg_m3, row, begin, end - begin, levels[0]):
        for j in range(begin, end):
            if tally.now_kg_m3[row, j] >= levels[0]:
                count(tally, levels, step, row, j)
    tally.now_kg_m3[row, begin:end] = 0.0


def count(tally: Tally, levels: Floats, step: int, row: int, column: int) -> None:
    """Count a cell that is above the lowest level at a step."""
    value = tally.now_kg_m3[row, column]
    for level in range(len(levels)):
        if value < levels[level]:
            break
        run = tally.steps[row, column, level, RUN] + 1
        if tally.steps[row, column, level, LAST] != step - 1:
            run = 1
        tally.steps[row, column, level, RUN] = run
        tally.steps[row, column, level, LAST] = step
        tally.steps[row, column, level, ABOVE] += 1
        if run > tally.steps[row, column, level, LONGEST]:
            tally.steps[row, column, level, LONGEST] = run


def track(
    puffs: Rows,
    releases: Rows,
    tables: Shares,
    path: Floats,
    frames: Rows,
    levels: Floats,
    tally: Tally,
) -> None:
    """Play all time steps: puffs in the order of their first step; path (2, steps + 1); levels increasing."""
    frame = frames[0]
    rows, columns = tally.now_kg_m3.shape
    span = np.zeros((rows, 2), dtype=np.int64)
    at = np.zeros((len(puffs), 2), dtype=np.int64)
    across, along = np.empty(columns), np.empty(rows)
    active = np.empty(len(puffs), dtype=np.int64)
    ages, held, now = tables.age_s, tables.layer_s, tally.now_kg_m3
    number = upcoming = 0
    for step in range(1, frame["steps"] + 1):
        while upcoming < len(puffs) and puffs[upcoming]["first"] <= step:
            active[number] = upcoming
            number += 1
            upcoming += 1
        if number == 0:
            continue
        span[:, 0], span[:, 1] = columns, 0
        time = step * frame["step_s"]
        east, north = path[0, step] - frame["west_m"], path[1, step] - frame["south_m"]
        kept = 0
        for a in range(number):
            puff = puffs[active[a]]
            if puff["until"] <= step:
                continue
            release = releases[puff["release"]]
            kind, rate, spread = release["kind"], release["rate_kg_s"], release["spread_m2"]
            young, old = time - puff["end_s"], time - puff["begin_s"]
            mass = rate * stays(ages, held, kind, at, active[a], young, old)
            wide = spread + frame["growth_m2_s"] * 0.5 * (young + old)
            x, y, xx, yy = puff["x_m"] + east, puff["y_m"] + north, puff["xx_m2"] + wide, puff["yy_m2"] + wide
            if add(frames, mass, x, y, xx, yy, now, span, across, along):
                most = rate * (old - young) * tables.to_come[kind, at[active[a], 0]]
                if most <= 2.0 * math.pi * wide * frame["thickness_m"] * frame["thin_kg_m3"]:
                    continue
            active[kept] = active[a]
            kept += 1
        number = kept
        for row in range(rows):
            if span[row, 0] < span[row, 1]:
                note(tally, levels, step, row, span[row, 0], span[row, 1])
