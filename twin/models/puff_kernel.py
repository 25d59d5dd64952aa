"""The steps of puffs over a grid: concentration in the layer at the end of every time step, and how long it lasts.

Plain Python that numba compiles (see ``compiled``); ``puffs`` calls it and says what it does.
"""

import math
from typing import Any, Final

import numpy as np

from twin.models.plume import Floats, Ints
from twin.models.puff_records import Rows, Shares

ROOT_2: Final = math.sqrt(2.0)
ROOT_2_PI: Final = math.sqrt(2.0 * math.pi)


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


def stays(tables: Shares, rates: Floats, kind: int, young_s: float, old_s: float) -> float:
    """Return mass in the layer of what was given off between two ages ago [kg], rates per class [kg/s]."""
    i, j = piece(tables.age_s, young_s), piece(tables.age_s, old_s)
    a = (young_s - tables.age_s[i]) / (tables.age_s[i + 1] - tables.age_s[i])
    b = (old_s - tables.age_s[j]) / (tables.age_s[j + 1] - tables.age_s[j])
    found = 0.0
    for c in range(len(rates)):
        held = tables.layer_s[kind, c]
        later = held[j] + b * (held[j + 1] - held[j])
        found += rates[c] * (later - held[i] - a * (held[i + 1] - held[i]))
    return found


def may_come(tables: Shares, rates: Floats, kind: int, young_s: float, old_s: float) -> float:
    """Return a bound of the mass in the layer at any later time [kg]."""
    i = piece(tables.age_s, young_s)
    found = 0.0
    for c in range(len(rates)):
        found += rates[c] * tables.to_come[kind, c, i]
    return found * (old_s - young_s)


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


def lay(
    line: Floats,
    weights: Floats,
    first: int,
    begin: int,
    end: int,
    factor: float,
) -> None:
    """Add a row of a puff to a row of the grid, columns begin … end - 1; the weights begin at column ``first``."""
    for j in range(begin, end):
        line[j] += factor * weights[j - first]


def add(
    puff: Any,
    mass_kg: float,
    age_s: float,
    spread_m2: float,
    frame: Any,
    at: Floats,
    now: Floats,
    span: Ints,
    across: Floats,
    along: Floats,
) -> bool:
    """Add a puff to the concentration of a moment where it is not thin; say whether it is thin all over.

    ``at``: how far water has gone east and north; ``span``: per row of the grid the columns touched, first and end.
    """
    cell, west, south = frame["cell_m"], frame["west_m"], frame["south_m"]
    wide = spread_m2 + frame["growth_m2_s"] * age_s
    sx, sy = math.sqrt(wide + puff["xx_m2"]), math.sqrt(wide + puff["yy_m2"])
    ex, ey = math.sqrt(sx * sx + cell * cell / 12.0), math.sqrt(sy * sy + cell * cell / 12.0)
    ratio = mass_kg / (2.0 * math.pi * ex * ey * frame["thickness_m"] * frame["thin_kg_m3"])
    if ratio <= 1.0:
        return True
    reach = math.sqrt(2.0 * math.log(ratio))
    x, y = puff["x_m"] + at[0] - west, puff["y_m"] + at[1] - south
    left = max(math.floor((x - reach * ex) / cell), 0)
    right = min(math.floor((x + reach * ex) / cell) + 1, frame["columns"])
    low = max(math.floor((y - reach * ey) / cell), 0)
    high = min(math.floor((y + reach * ey) / cell) + 1, frame["rows"])
    if left >= right or low >= high:
        return False
    sx, sy = max(sx, 1e-6 * cell), max(sy, 1e-6 * cell)
    bell(across, right - left, left * cell, cell, x, sx)
    bell(along, high - low, low * cell, cell, y, sy)
    peak = mass_kg / (frame["thickness_m"] * cell * cell)
    for row in range(low, high):
        begin, end = left, right
        if sx >= cell and sy >= cell:
            off = ((row + 0.5) * cell - y) / ey
            half = math.sqrt(max(reach * reach - off * off, 0.0)) * ex
            begin = max(math.floor((x - half) / cell), left)
            end = min(math.floor((x + half) / cell) + 1, right)
        if begin < end:
            lay(now[row], across, left, begin, end, peak * along[row - low])
            span[row, 0] = min(span[row, 0], begin)
            span[row, 1] = max(span[row, 1], end)
    return False


def note(
    line: Floats,
    begin: int,
    end: int,
    step: int,
    levels: Floats,
    highest: Floats,
    above: Ints,
    longest: Ints,
    entered: Ints,
    run: Ints,
    seen: Ints,
) -> None:
    """Take the concentrations of one row of the grid into its maxima and its times above the levels; clear the row."""
    lowest = levels[0]
    over = 0
    for j in range(begin, end):
        value = line[j]
        highest[j] = max(highest[j], value)
        over += value >= lowest
    if over:
        for j in range(begin, end):
            value = line[j]
            if value < lowest:
                continue
            for level in range(len(levels)):
                if value < levels[level]:
                    break
                if seen[level, j] == step - 1:
                    run[level, j] += 1
                else:
                    run[level, j] = 1
                    entered[level] += 1
                seen[level, j] = step
                above[level, j] += 1
                longest[level, j] = max(longest[level, j], run[level, j])
    for j in range(begin, end):
        line[j] = 0.0


def track(
    puffs: Rows,
    releases: Rows,
    rates: Floats,
    tables: Shares,
    path: Floats,
    frames: Rows,
    levels: Floats,
    highest: Floats,
    above: Ints,
    longest: Ints,
    entered: Ints,
) -> None:
    """Play all time steps: puffs in the order of their first step, path (2, steps + 1), results (rows, …, columns)."""
    frame = frames[0]
    rows, columns = highest.shape
    now = np.zeros((rows, columns))
    span = np.zeros((rows, 2), dtype=np.int64)
    run = np.zeros(above.shape, dtype=np.int64)
    seen = np.full(above.shape, -1, dtype=np.int64)
    across, along = np.empty(columns), np.empty(rows)
    active = np.empty(len(puffs), dtype=np.int64)
    count = upcoming = 0
    for step in range(1, frame["steps"] + 1):
        while upcoming < len(puffs) and puffs[upcoming]["first"] <= step:
            active[count] = upcoming
            count += 1
            upcoming += 1
        if count == 0:
            continue
        span[:, 0], span[:, 1] = columns, 0
        time = step * frame["step_s"]
        at = path[:, step]
        kept = 0
        for number in range(count):
            puff = puffs[active[number]]
            if puff["until"] <= step:
                continue
            release = releases[puff["release"]]
            rate, kind = rates[puff["release"]], release["kind"]
            young, old = time - puff["end_s"], time - puff["begin_s"]
            mass = stays(tables, rate, kind, young, old)
            age, spread = 0.5 * (young + old), release["spread_m2"]
            if add(puff, mass, age, spread, frame, at, now, span, across, along):
                bound = may_come(tables, rate, kind, young, old)
                wide = 2.0 * math.pi * (spread + frame["growth_m2_s"] * age) * frame["thickness_m"]
                if bound <= wide * frame["thin_kg_m3"]:
                    continue
            active[kept] = active[number]
            kept += 1
        count = kept
        for row in range(rows):
            if span[row, 0] < span[row, 1]:
                note(
                    now[row],
                    span[row, 0],
                    span[row, 1],
                    step,
                    levels,
                    highest[row],
                    above[row],
                    longest[row],
                    entered,
                    run[row],
                    seen[row],
                )
