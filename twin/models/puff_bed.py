"""Where puffs leave their grains and where they stay in the layer on the mean: sums over moments of release and ages.

Plain Python that numba compiles (see ``compiled``); ``puffs`` calls it and says what it does.
"""

import math
from typing import Any, Final

import numpy as np

from twin.models.plume import Floats
from twin.models.puff_kernel import ROOT_2, bell, between, later, lay, piece
from twin.models.puff_records import Rows, Shares

REACH: Final = 3.0  # standard deviations a puff is laid out to; what lies further on the grid is laid in proportion
WIDEN: Final = 0.2  # variance of the path within one puff per its variance, at most, along moments and along ages
MOMENTS_S: Final = 14_400.0  # moments put into one puff: a third of the tide at most
AGES_S: Final = 43_200.0  # ages put into one puff, by four places: a tide at most
PLACES: Final = 0.5 * np.polynomial.legendre.leggauss(4)[0]
WEIGHTS: Final = 0.5 * np.polynomial.legendre.leggauss(4)[1]
MOMENTS, AGES = 1, 2  # along which a span is halved
NODE: Final = 0.5 / math.sqrt(3.0)  # places of the two-point Gauss rule from the middle, in lengths


def grown(ages: Floats, share: Floats, area: Floats, kind: int, i: int, age: float) -> float:
    """Return the integral of a share over age up to an age in a piece."""
    past = age - ages[i]
    bend = 0.5 * (share[kind, i + 1] - share[kind, i]) / (ages[i + 1] - ages[i])
    return float(area[kind, i] + past * (share[kind, i] + bend * past))


def upto(
    ages: Floats, share: Floats, area: Floats, kind: int, begin: float, end: float, age: float, last: float
) -> float:
    """Return the integral over moments of a share at an age, or at the end of the window where that comes first."""
    found = 0.0
    full = min(end, last - age)
    if full > begin:
        found = (full - begin) * between(ages, share, kind, piece(ages, age), age)
    cut = max(begin, last - age)
    if cut < end:
        found += grown(ages, share, area, kind, piece(ages, last - cut), last - cut)
        found -= grown(ages, share, area, kind, piece(ages, last - end), last - end)
    return found


def during(
    tables: Shares, kind: int, begin: float, end: float, young: float, old: float, last: float
) -> tuple[float, float]:
    """Return what comes to the bed [s], and stays in the layer [s2], between two ages of moments, per kg/s."""
    ages, bed, layer = tables.age_s, tables.bed, tables.layer_s
    if end + old > last:
        return (
            upto(ages, bed, tables.bed_s, kind, begin, end, old, last)
            - upto(ages, bed, tables.bed_s, kind, begin, end, young, last),
            upto(ages, layer, tables.layer_s2, kind, begin, end, old, last)
            - upto(ages, layer, tables.layer_s2, kind, begin, end, young, last),
        )
    i, j = piece(ages, young), piece(ages, old)
    span = end - begin
    return (
        span * (between(ages, bed, kind, j, old) - between(ages, bed, kind, i, young)),
        span * (between(ages, layer, kind, j, old) - between(ages, layer, kind, i, young)),
    )


def gone(path: Floats, step_s: float, time: float) -> tuple[float, float]:
    """Return how far water has gone east and north at a time, linear between time steps."""
    last = path.shape[1] - 1
    i = min(int(time / step_s), last - 1)
    part = min(time / step_s - i, 1.0)
    return path[0, i] + part * (path[0, i + 1] - path[0, i]), path[1, i] + part * (path[1, i + 1] - path[1, i])


def outside(low: float, high: float, centre: float, sigma: float) -> float:
    """Return the share of a normal distribution outside two bounds; nothing from nine standard deviations on."""
    if min(centre - low, high - centre) > 9.0 * sigma:
        return 0.0
    return 0.5 * (math.erfc((centre - low) / (ROOT_2 * sigma)) + math.erfc((high - centre) / (ROOT_2 * sigma)))


def left_grid(frame: Any, x: float, y: float, sx: float, sy: float) -> float:
    """Return the share of a puff beyond the grid."""
    east = frame["columns"] * frame["cell_m"]
    north = frame["rows"] * frame["cell_m"]
    off = outside(0.0, east, x, sx)
    return off + (1.0 - off) * outside(0.0, north, y, sy)


def lay_out(
    frame: Any, mass: float, stay: float, x: float, y: float, sx: float, sy: float, bed: Floats, mean: Floats,
    across: Floats, along: Floats,
) -> float:  # fmt: skip
    """Add a puff to bed and layer, cell by cell; return the mass that lies beyond the grid."""
    cell = frame["cell_m"]
    left = max(math.floor((x - REACH * sx) / cell), 0)
    right = min(math.floor((x + REACH * sx) / cell) + 1, frame["columns"])
    low = max(math.floor((y - REACH * sy) / cell), 0)
    high = min(math.floor((y + REACH * sy) / cell) + 1, frame["rows"])
    if left >= right or low >= high:
        return mass
    bell(across, right - left, left * cell, cell, x, sx)
    bell(along, high - low, low * cell, cell, y, sy)
    off_x = outside(0.0, frame["columns"] * cell, x, sx)
    off_y = outside(0.0, frame["rows"] * cell, y, sy)
    total_x = total_y = 0.0
    for j in range(right - left):
        total_x += across[j]
    for i in range(high - low):
        total_y += along[i]
    if total_x <= 0.0 or total_y <= 0.0:
        return mass
    scale = (1.0 - off_x) * (1.0 - off_y) / (total_x * total_y)
    for row in range(low, high):
        here = along[row - low] * scale
        lay(bed, row, left, across, 0, right - left, here * mass)
        lay(mean, row, left, across, 0, right - left, here * stay)
    return mass * (off_x + (1.0 - off_x) * off_y)


def settle(
    releases: Rows, tables: Shares, path: Floats, frames: Rows, edges: Floats, bed: Floats, mean: Floats
) -> float:
    """Add all releases to bed [kg] and layer [kg s] per cell; return the mass on the bed beyond the grid [kg].

    ``edges``: ages [s] between which grains are laid out together unless the path is longer than the puff is wide.
    """
    frame = frames[0]
    last = frame["end_s"]
    across, along = np.empty(bed.shape[1]), np.empty(bed.shape[0])
    todo = np.empty((256, 4))
    beyond = 0.0
    for number in range(len(releases)):
        release = releases[number]
        kind, rate, begin, end = release["kind"], release["rate_kg_s"], release["begin_s"], release["end_s"]
        for edge in range(len(edges) - 1):
            mass, stay = during(tables, kind, begin, end, edges[edge], edges[edge + 1], last)
            if mass <= 0.0 and stay <= 0.0:
                continue
            todo[0] = begin, end, edges[edge], edges[edge + 1]
            count = 1
            while count:
                count -= 1
                split, x, y, sx, sy = offsets(path, frame, release["spread_m2"], todo[count])
                if split:
                    halve(todo, count, split == AGES)
                    count += 2
                    continue
                a, b, young, old = todo[count]
                mass, stay = during(tables, kind, a, b, young, old, last)
                x += release["x_m"] - frame["west_m"]
                y += release["y_m"] - frame["south_m"]
                beyond += lay_out(frame, rate * mass, rate * stay, x, y, sx, sy, bed, mean, across, along)
    return beyond


def halve(todo: Floats, row: int, ages: bool) -> None:
    """Replace a span of moments and ages by its halves, in this row and the next."""
    low, high = (2, 3) if ages else (0, 1)
    middle = 0.5 * (todo[row, low] + todo[row, high])
    todo[row + 1] = todo[row]
    todo[row, high] = middle
    todo[row + 1, low] = middle


def offsets(path: Floats, frame: Any, spread_m2: float, span: Floats) -> tuple[int, float, float, float, float]:
    """Return whether to halve a span of moments and ages, the mean path of its grains and their standard deviations.

    Means and variances by Gauss's rule, two moments and four ages; east and north [m].
    """
    step, last = frame["step_s"], frame["end_s"]
    begin, end, young, old = span
    low, high = 0.5 * (begin + end) - NODE * (end - begin), 0.5 * (begin + end) + NODE * (end - begin)
    low_from, high_from = gone(path, step, low), gone(path, step, high)
    mean_x = mean_y = square_x = square_y = apart_x = apart_y = 0.0
    for j in range(4):
        age = 0.5 * (young + old) + PLACES[j] * (old - young)
        low_to, high_to = gone(path, step, min(low + age, last)), gone(path, step, min(high + age, last))
        low_x, low_y = low_to[0] - low_from[0], low_to[1] - low_from[1]
        high_x, high_y = high_to[0] - high_from[0], high_to[1] - high_from[1]
        x, y = 0.5 * (low_x + high_x), 0.5 * (low_y + high_y)
        mean_x += WEIGHTS[j] * x
        mean_y += WEIGHTS[j] * y
        square_x += WEIGHTS[j] * x * x
        square_y += WEIGHTS[j] * y * y
        apart_x += WEIGHTS[j] * 0.25 * (high_x - low_x) ** 2
        apart_y += WEIGHTS[j] * 0.25 * (high_y - low_y) ** 2
    ages_x, ages_y = max(square_x - mean_x * mean_x, 0.0), max(square_y - mean_y * mean_y, 0.0)
    wide = spread_m2 + frame["growth_m2_s"] * 0.5 * (young + old)
    room = WIDEN * (wide + frame["cell_m"] ** 2 / 12.0)
    split = 0
    if max(apart_x, apart_y) > room or end - begin > MOMENTS_S:
        split = MOMENTS
    elif max(ages_x, ages_y) > room or old - young > AGES_S:
        split = AGES
    least = wide + 1e-12 * frame["cell_m"] ** 2
    return split, mean_x, mean_y, math.sqrt(least + apart_x + ages_x), math.sqrt(least + apart_y + ages_y)


def afloat(puffs: Rows, releases: Rows, tables: Shares, path: Floats, frames: Rows) -> tuple[float, float]:
    """Return mass afloat over the grid and beyond it at the end of the window [kg]."""
    frame = frames[0]
    over = beyond = 0.0
    last, steps = frame["end_s"], frame["steps"]
    for number in range(len(puffs)):
        puff = puffs[number]
        if puff["until"] <= steps:
            continue
        release = releases[puff["release"]]
        young, old = last - puff["end_s"], last - puff["begin_s"]
        i, j = piece(tables.age_s, young), piece(tables.age_s, old)
        mass = release["rate_kg_s"] * float_time(
            tables.age_s, tables.bed, tables.bed_s, release["kind"], i, j, young, old
        )
        wide = release["spread_m2"] + frame["growth_m2_s"] * 0.5 * (young + old) + 1e-12 * frame["cell_m"] ** 2
        sx, sy = math.sqrt(wide + puff["xx_m2"]), math.sqrt(wide + puff["yy_m2"])
        x, y = puff["x_m"] + path[0, steps] - frame["west_m"], puff["y_m"] + path[1, steps] - frame["south_m"]
        away = left_grid(frame, x, y, sx, sy)
        over += (1.0 - away) * mass
        beyond += away * mass
    return over, beyond


def float_time(ages: Floats, bed: Floats, bed_s: Floats, kind: int, i: int, j: int, young: float, old: float) -> float:
    """Return what is afloat of what was given off between two ages, in pieces i and j, ago, per kg/s [s]."""
    return old - young - grown(ages, bed, bed_s, kind, j, old) + grown(ages, bed, bed_s, kind, i, young)


def suspended(releases: Rows, tables: Shares, every_s: float, out: Floats) -> None:
    """Add the mass afloat anywhere at times that follow each other from the begin of the window [kg]."""
    ages, bed, bed_s = tables.age_s, tables.bed, tables.bed_s
    for number in range(len(releases)):
        release = releases[number]
        begin, end, kind, rate = release["begin_s"], release["end_s"], release["kind"], release["rate_kg_s"]
        i = j = 0
        for k in range(math.floor(begin / every_s) + 1, len(out)):
            time = k * every_s
            young, old = time - min(end, time), time - begin
            i, j = later(ages, young, i), later(ages, old, j)
            out[k] += rate * float_time(ages, bed, bed_s, kind, i, j, young, old)
