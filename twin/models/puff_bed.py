"""Where puffs leave their grains and where they stay in the layer on the mean: sums over moments of release and ages.

Plain Python that numba compiles (see ``compiled``); ``puffs`` calls it and says what it does.
"""

import math
from typing import Any, Final

import numpy as np

from twin.models.plume import Floats
from twin.models.puff_kernel import ROOT_2, bell, lay, piece
from twin.models.puff_records import Rows, Shares

REACH: Final = 4.0  # standard deviations a puff is laid out to; what lies further on the grid is laid in proportion
WIDEN: Final = 0.2  # variance of the path within one puff per its variance, at most, along moments and along ages
MOMENTS_S: Final = 14_400.0  # moments put into one puff: a third of the tide at most
AGES_S: Final = 43_200.0  # ages put into one puff, by four places: a tide at most
PLACES: Final = 0.5 * np.polynomial.legendre.leggauss(4)[0]
WEIGHTS: Final = 0.5 * np.polynomial.legendre.leggauss(4)[1]
NODE: Final = 0.5 / math.sqrt(3.0)  # places of the two-point Gauss rule from the middle, in lengths


def place(tables: Shares, height: Floats, area: Floats, rates: Floats, age: float) -> tuple[float, float]:
    """Return a share and its integral over age at an age, weighted by the rates of the classes [kg/s], [kg]."""
    i = piece(tables.age_s, age)
    width = tables.age_s[i + 1] - tables.age_s[i]
    past = age - tables.age_s[i]
    value = total = 0.0
    for c in range(len(rates)):
        slope = (height[c, i + 1] - height[c, i]) / width
        value += rates[c] * (height[c, i] + slope * past)
        total += rates[c] * (area[c, i] + height[c, i] * past + 0.5 * slope * past * past)
    return value, total


def upto(
    tables: Shares, height: Floats, area: Floats, rates: Floats, begin: float, end: float, age: float, last: float
) -> float:
    """Return the integral of a share at an age, or at the end of the window if that is earlier, over moments."""
    full = min(end, last - age)
    found = 0.0
    if full > begin:
        found = (full - begin) * place(tables, height, area, rates, age)[0]
    cut = max(begin, last - age)
    if cut < end:
        found += place(tables, height, area, rates, last - cut)[1] - place(tables, height, area, rates, last - end)[1]
    return found


def gone(path: Floats, step_s: float, time: float) -> tuple[float, float]:
    """Return how far water has gone east and north at a time, linear between time steps."""
    last = path.shape[1] - 1
    i = min(int(time / step_s), last - 1)
    part = min(time / step_s - i, 1.0)
    return path[0, i] + part * (path[0, i + 1] - path[0, i]), path[1, i] + part * (path[1, i + 1] - path[1, i])


def outside(low: float, high: float, centre: float, sigma: float) -> float:
    """Return the share of a normal distribution outside two bounds."""
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
    inside_x = 1.0 - outside(0.0, frame["columns"] * cell, x, sx)
    inside_y = 1.0 - outside(0.0, frame["rows"] * cell, y, sy)
    total_x = total_y = 0.0
    for j in range(right - left):
        total_x += across[j]
    for i in range(high - low):
        total_y += along[i]
    if total_x <= 0.0 or total_y <= 0.0:
        return mass
    scale = inside_x * inside_y / (total_x * total_y)
    for row in range(low, high):
        here = along[row - low] * scale
        lay(bed, row, left, across, 0, right - left, here * mass)
        lay(mean, row, left, across, 0, right - left, here * stay)
    return mass * left_grid(frame, x, y, sx, sy)


def settle(
    releases: Rows, rates: Floats, tables: Shares, path: Floats, frames: Rows, edges: Floats, bed: Floats, mean: Floats
) -> float:
    """Add all releases to bed [kg] and layer [kg s] per cell; return the mass on the bed beyond the grid [kg].

    ``edges``: ages [s] between which grains are laid out together unless the path is longer than the puff is wide.
    """
    frame = frames[0]
    across, along = np.empty(bed.shape[1]), np.empty(bed.shape[0])
    todo = np.empty((256, 4))
    beyond = 0.0
    for number in range(len(releases)):
        release, rate = releases[number], rates[number]
        kind = release["kind"]
        bed_share, bed_s = tables.bed[kind], tables.bed_s[kind]
        layer_s, layer_s2 = tables.layer_s[kind], tables.layer_s2[kind]
        last = frame["end_s"]
        for edge in range(len(edges) - 1):
            todo[0] = release["begin_s"], release["end_s"], edges[edge], edges[edge + 1]
            count = 1
            while count:
                count -= 1
                begin, end, young, old = todo[count]
                mass = upto(tables, bed_share, bed_s, rate, begin, end, old, last)
                mass -= upto(tables, bed_share, bed_s, rate, begin, end, young, last)
                stay = upto(tables, layer_s, layer_s2, rate, begin, end, old, last)
                stay -= upto(tables, layer_s, layer_s2, rate, begin, end, young, last)
                if mass <= 0.0 and stay <= 0.0:
                    continue
                x, y, by_moment, by_age, total_x, total_y = offsets(path, frame, begin, end, young, old)
                wide = release["spread_m2"] + frame["growth_m2_s"] * 0.5 * (young + old)
                room = WIDEN * (wide + frame["cell_m"] ** 2 / 12.0)
                if by_moment > room or end - begin > MOMENTS_S:
                    todo[count] = begin, 0.5 * (begin + end), young, old
                    todo[count + 1] = 0.5 * (begin + end), end, young, old
                    count += 2
                elif by_age > room or old - young > AGES_S:
                    todo[count] = begin, end, young, 0.5 * (young + old)
                    todo[count + 1] = begin, end, 0.5 * (young + old), old
                    count += 2
                else:
                    least = 1e-12 * frame["cell_m"] ** 2
                    sx, sy = math.sqrt(max(wide + total_x, least)), math.sqrt(max(wide + total_y, least))
                    x += release["x_m"] - frame["west_m"]
                    y += release["y_m"] - frame["south_m"]
                    beyond += lay_out(frame, mass, stay, x, y, sx, sy, bed, mean, across, along)
    return beyond


def offsets(
    path: Floats, frame: Any, begin: float, end: float, young: float, old: float
) -> tuple[float, float, float, float, float, float]:
    """Return the mean path of grains of some moments and ages, and its variances, by Gauss's rule.

    East and north [m]; the larger axis' variance along moments and along ages; variance of all, east and north [m2].
    """
    step, last = frame["step_s"], frame["end_s"]
    mean_x = mean_y = all_x = all_y = over_x = over_y = 0.0
    apart_x = apart_y = 0.0
    for j in range(4):
        age = 0.5 * (young + old) + PLACES[j] * (old - young)
        x, y = np.empty(2), np.empty(2)
        for i in range(2):
            moment = 0.5 * (begin + end) + (2 * i - 1) * NODE * (end - begin)
            from_x, from_y = gone(path, step, moment)
            to_x, to_y = gone(path, step, min(moment + age, last))
            x[i], y[i] = to_x - from_x, to_y - from_y
        here_x, here_y = 0.5 * (x[0] + x[1]), 0.5 * (y[0] + y[1])
        mean_x += WEIGHTS[j] * here_x
        mean_y += WEIGHTS[j] * here_y
        over_x += WEIGHTS[j] * here_x * here_x
        over_y += WEIGHTS[j] * here_y * here_y
        apart_x += WEIGHTS[j] * 0.25 * (x[1] - x[0]) ** 2
        apart_y += WEIGHTS[j] * 0.25 * (y[1] - y[0]) ** 2
    ages_x, ages_y = max(over_x - mean_x * mean_x, 0.0), max(over_y - mean_y * mean_y, 0.0)
    return mean_x, mean_y, max(apart_x, apart_y), max(ages_x, ages_y), apart_x + ages_x, apart_y + ages_y


def afloat(
    puffs: Rows, releases: Rows, rates: Floats, tables: Shares, path: Floats, frames: Rows
) -> tuple[float, float]:
    """Return mass afloat over the grid and beyond it at the end of the window [kg]."""
    frame = frames[0]
    over = beyond = 0.0
    last, steps = frame["end_s"], frame["steps"]
    for number in range(len(puffs)):
        puff = puffs[number]
        if puff["until"] <= steps:
            continue
        release = releases[puff["release"]]
        mass = float_mass(tables, rates[puff["release"]], release["kind"], last - puff["end_s"], last - puff["begin_s"])
        age = last - 0.5 * (puff["begin_s"] + puff["end_s"])
        wide = release["spread_m2"] + frame["growth_m2_s"] * age + 1e-12 * frame["cell_m"] ** 2
        sx, sy = math.sqrt(wide + puff["xx_m2"]), math.sqrt(wide + puff["yy_m2"])
        x, y = puff["x_m"] + path[0, steps] - frame["west_m"], puff["y_m"] + path[1, steps] - frame["south_m"]
        away = left_grid(frame, x, y, sx, sy)
        over += (1.0 - away) * mass
        beyond += away * mass
    return over, beyond


def float_mass(tables: Shares, rates: Floats, kind: int, young: float, old: float) -> float:
    """Return mass afloat of what was given off between two ages ago [kg]."""
    found = 0.0
    bed, bed_s = tables.bed[kind], tables.bed_s[kind]
    for c in range(len(rates)):
        found += rates[c] * (old - young)
    return found - place(tables, bed, bed_s, rates, old)[1] + place(tables, bed, bed_s, rates, young)[1]


def suspended(releases: Rows, rates: Floats, tables: Shares, times: Floats, out: Floats) -> None:
    """Write the mass afloat anywhere at some times [kg]."""
    for number in range(len(releases)):
        release = releases[number]
        for i in range(len(times)):
            begin, end = release["begin_s"], min(release["end_s"], times[i])
            if end > begin:
                out[i] += float_mass(tables, rates[number], release["kind"], times[i] - end, times[i] - begin)
