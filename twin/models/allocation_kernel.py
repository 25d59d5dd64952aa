"""Rules that share out what there is among sectors that each need several materials together.

Plain Python that numba compiles (see ``compiled``); ``allocation`` and ``stock_chain`` call it and say what it does.

``need``: per sector and material [t]; ``left``: what there is of each material [t], taken from in place; ``fill``:
share of its need each sector has been given [1], raised in place, never above ``top``.
"""

import math
from typing import Final

import numpy as np

from twin.models.limits import FloatArray
from twin.models.queueing import Ints

STRICT, PRO_RATA, MINIMUM, PROGRAMME = 0, 1, 2, 3
MOST_PIVOTS: Final = 500
TINY: Final = 1e-12


def take(need: FloatArray, left: FloatArray, fill: FloatArray, sector: int, part: float) -> None:
    """Give a sector a part of its need."""
    fill[sector] += part
    for p in range(need.shape[1]):
        left[p] = max(left[p] - part * need[sector, p], 0.0)


def reach(need: FloatArray, left: FloatArray, sector: int, most: float) -> float:
    """Return the largest part of a sector's need that there is, at most ``most``."""
    part = most
    for p in range(need.shape[1]):
        if need[sector, p] > 0.0:
            part = min(part, left[p] / need[sector, p])
    return part


def strict(need: FloatArray, left: FloatArray, order: Ints, top: FloatArray, fill: FloatArray) -> None:
    """Serve the sectors one after the other."""
    for sector in order:
        part = reach(need, left, sector, top[sector] - fill[sector])
        if part > 0.0:
            take(need, left, fill, sector, part)


def raise_together(need: FloatArray, left: FloatArray, speed: FloatArray, top: FloatArray, fill: FloatArray) -> None:
    """Raise all fills at their speeds until each sector is at its top or lacks a material."""
    sectors, materials = need.shape
    going = np.zeros(sectors, np.bool_)
    for k in range(sectors):
        going[k] = speed[k] > 0.0 and fill[k] < top[k]
    for _ in range(sectors + materials):
        step, full, empty = math.inf, -1, -1
        for k in range(sectors):
            if going[k] and (top[k] - fill[k]) / speed[k] < step:
                step, full = (top[k] - fill[k]) / speed[k], k
        if full < 0:
            return
        for p in range(materials):
            rate = 0.0
            for k in range(sectors):
                if going[k]:
                    rate += speed[k] * need[k, p]
            if rate > 0.0 and left[p] / rate < step:
                step, full, empty = left[p] / rate, -1, p
        for k in range(sectors):
            if going[k]:
                take(need, left, fill, k, speed[k] * step)
        if empty >= 0:
            left[empty] = 0.0
            for k in range(sectors):
                going[k] = going[k] and need[k, empty] == 0.0
        else:
            fill[full], going[full] = top[full], False


def programme(need: FloatArray, left: FloatArray, weight: FloatArray, top: FloatArray, fill: FloatArray) -> None:
    """Raise fills so that their weighted sum is largest: simplex method, smallest-index rule, no cycles."""
    sectors, materials = need.shape
    table = np.zeros((materials + sectors + 1, sectors + 1))
    rows = materials + sectors
    for p in range(materials):
        whole = 0.0
        for k in range(sectors):
            whole += need[k, p]
        if whole > 0.0:
            for k in range(sectors):
                table[p, k] = need[k, p] / whole
            table[p, sectors] = left[p] / whole
    for k in range(sectors):
        table[materials + k, k] = 1.0
        table[materials + k, sectors] = max(top[k] - fill[k], 0.0)
        table[rows, k] = -weight[k]
    free, basic = np.arange(sectors), np.arange(sectors, sectors + rows)
    for _ in range(MOST_PIVOTS):
        if not pivot(table, free, basic):
            break
    part = np.zeros(sectors)
    for row in range(rows):
        if basic[row] < sectors:
            part[basic[row]] = max(table[row, sectors], 0.0)
    for k in range(sectors):
        part[k] = reach(need, left, k, part[k])
        take(need, left, fill, k, part[k])
        if fill[k] > top[k] - TINY:
            fill[k] = top[k]


def pivot(table: FloatArray, free: Ints, basic: Ints) -> bool:
    """Change one variable of a condensed simplex table; False: it is at its best."""
    rows, columns = table.shape[0] - 1, table.shape[1] - 1
    enter, leave = -1, -1
    for j in range(columns):
        if table[rows, j] < -TINY and (enter < 0 or free[j] < free[enter]):
            enter = j
    if enter < 0:
        return False
    least = math.inf
    for i in range(rows):
        if table[i, enter] > TINY:
            ratio = table[i, columns] / table[i, enter]
            if ratio < least or (ratio == least and basic[i] < basic[leave]):
                least, leave = ratio, i
    if leave < 0:
        return False
    at = table[leave, enter]
    for j in range(columns + 1):
        if j != enter:
            table[leave, j] /= at
    for i in range(rows + 1):
        if i != leave and table[i, enter] != 0.0:
            by = table[i, enter]
            for j in range(columns + 1):
                if j != enter:
                    table[i, j] -= by * table[leave, j]
            table[i, enter] = -by / at
    table[leave, enter] = 1.0 / at
    free[enter], basic[leave] = basic[leave], free[enter]
    return True


def enough(need: FloatArray, left: FloatArray, top: FloatArray, fill: FloatArray) -> bool:
    """Serve every sector wholly if there is enough; False: nothing is done."""
    sectors, materials = need.shape
    for p in range(materials):
        asked = 0.0
        for k in range(sectors):
            asked += (top[k] - fill[k]) * need[k, p]
        if asked > left[p]:
            return False
    for k in range(sectors):
        take(need, left, fill, k, top[k] - fill[k])
        fill[k] = top[k]
    return True


def share_out(
    rule: int, need: FloatArray, left: FloatArray, order: Ints, weight: FloatArray, least: FloatArray,
    top: FloatArray, fill: FloatArray,
) -> None:  # fmt: skip
    """Share out by a rule; ``least``: shares every sector gets first under the rule of minimum shares."""
    if enough(need, left, top, fill):
        return
    if rule == STRICT:
        strict(need, left, order, top, fill)
    elif rule == PRO_RATA:
        raise_together(need, left, np.ones(len(top)), top, fill)
    elif rule == MINIMUM:
        raise_together(need, left, least, np.minimum(least, top), fill)
        raise_together(need, left, weight, top, fill)
    else:
        programme(need, left, weight, top, fill)


SHARING: Final = (take, reach, strict, raise_together, pivot, programme, enough, share_out)
