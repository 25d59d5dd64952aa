"""The vertical random walk of one grain: diffuse, reflect at bed and lid, settle, deposit. Plain functions to compile.

Near the bed and the lid a grain moves by the step it is given. Where neither can be reached it strides 2, 4, 8 … steps
at once, which changes nothing: diffusion and settling without walls are exact at any step.
"""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from twin.models.random_numbers import NUMBERS, exponential, normal, stream, uniform

Floats = NDArray[np.float64]

LEVELS: Final = 16  # strides of up to 2^15 steps
_REACH: Final = 6.0  # standard deviations beyond which a wall is out of reach (1e-9 of all strides get there)
_SURELY_NOT: Final = -40.0  # exponent below which a crossing is not worth a random number
AFLOAT: Final = -1.0


def strides(settling_m_s: float, kz_m2_s: float, step_s: float) -> Floats:
    """Return three rows by level: standard deviation of a stride, its least height above the bed, its reach upwards."""
    found = np.empty((3, LEVELS))
    for level in range(LEVELS):
        time_s = step_s * 2.0**level
        sigma = math.sqrt(2.0 * kz_m2_s * time_s)
        found[0, level] = sigma
        found[1, level] = settling_m_s * time_s + _REACH * sigma
        found[2, level] = _REACH * sigma
    return found


def folded(z: float, lid_m: float) -> float:
    """Return a height reflected at the bed and at the lid until it lies between them."""
    while z < 0.0 or z > lid_m:
        z = -z if z < 0.0 else 2.0 * lid_m - z
    return z


def crossing_share(start_m: float, end_m: float, variance_m2: float, state: np.uint64) -> tuple[float, np.uint64]:
    """Return when, as a share of a step, a Brownian bridge that touches the bed does so first, and the next state.

    Notes
    -----
    The first passage of a bridge from a above the bed to b on either side is T y/(1 + y), y inverse Gaussian with mean
    a/|b| and shape a²/variance, drawn as by Michael, Schucany and Haas (1976).
    """
    a, b = start_m, max(abs(end_m), 1e-12 * start_m)
    if variance_m2 <= 0.0:
        return a / (a + b), state
    mean = a / b
    draw, state = normal(state)
    w = 0.5 * draw * draw * variance_m2 / (a * b)
    y = mean / (1.0 + w + math.sqrt(w * (2.0 + w)))
    u, state = uniform(state)
    if u * (mean + y) > mean:
        y = mean * mean / y
    return y / (1.0 + y), state


def small_step(
    z: float,
    settling_m_s: float,
    sigma: float,
    lid_m: float,
    first_touch: bool,
    step_s: float,
    state: np.uint64,
) -> tuple[float, float, np.uint64]:
    """Return the height after a step, how far into the step it settled (below 0: it did not), and the next state."""
    draw, state = normal(state)
    fall = settling_m_s * step_s
    if not first_touch:
        mixed = folded(z + sigma * draw, lid_m)
        if mixed > fall:
            return mixed - fall, AFLOAT, state
        return 0.0, mixed / settling_m_s, state
    moved = z + sigma * draw
    end = (2.0 * lid_m - moved if moved > lid_m else moved) - fall
    touches = end <= 0.0
    variance = sigma * sigma
    if not touches and variance > 0.0:
        exponent = -2.0 * z * end / variance
        if exponent > _SURELY_NOT:
            u, state = uniform(state)
            touches = u < exponential(exponent)
    if not touches:
        return end, AFLOAT, state
    if z <= 0.0:
        return 0.0, 0.0, state
    share, state = crossing_share(z, end, variance, state)
    return 0.0, share * step_s, state


def sink(
    z: float,
    settling_m_s: float,
    kz_m2_s: float,
    lid_m: float,
    first_touch: bool,
    step_s: float,
    table: Floats,
    duration_s: float,
    state: np.uint64,
) -> tuple[float, float, np.uint64]:
    """Return the height after a time, when in it the grain settled (below 0: it did not), and the next state."""
    left = int(duration_s / step_s)
    odd = duration_s - left * step_s
    if odd > 0.0:
        sigma = math.sqrt(2.0 * kz_m2_s * odd)
        z, settled, state = small_step(z, settling_m_s, sigma, lid_m, first_touch, odd, state)
        if settled >= 0.0:
            return z, settled, state
    level = 0
    while left > 0:
        level = stride_level(z, lid_m, table, left, level)
        if level > 0:
            draw, state = normal(state)
            z += table[0, level] * draw - settling_m_s * step_s * (1 << level)
        else:
            z, settled, state = small_step(z, settling_m_s, table[0, 0], lid_m, first_touch, step_s, state)
            if settled >= 0.0:
                return z, duration_s - left * step_s + settled, state
        left -= 1 << level
    return z, AFLOAT, state


def stride_level(z: float, lid_m: float, table: Floats, left: int, level: int) -> int:
    """Return how often the step may be doubled: no wall within reach, not beyond the steps left, at most once more."""
    while level > 0 and (z <= table[1, level] or lid_m - z <= table[2, level] or left < (1 << level)):
        level -= 1
    up = level + 1
    if up < LEVELS and z > table[1, up] and lid_m - z > table[2, up] and left >= (1 << up):
        return up
    return level


def column(
    settling_m_s: float,
    kz_m2_s: float,
    lid_m: float,
    first_touch: bool,
    steps_s: Floats,
    height_m: float,
    bottom_m: float,
    top_m: float,
    ages_s: Floats,
    particles: int,
    seed: np.uint64,
    first: int,
    counts: Floats,
) -> None:
    """Add up, by age, what the grains of one class do.

    `steps_s` has the time step on the way to each age; `counts` takes grains in the layer, grains that settle on the
    way to the age, heights of those afloat.
    """
    tables = np.empty((len(ages_s), 3, LEVELS))
    for k in range(len(ages_s)):
        tables[k] = strides(settling_m_s, kz_m2_s, steps_s[k])
    for particle in range(particles):
        state = stream(seed, first + particle)
        z, age = height_m, 0.0
        for k in range(len(ages_s)):
            wait, age = ages_s[k] - age, ages_s[k]
            z, when, state = sink(z, settling_m_s, kz_m2_s, lid_m, first_touch, steps_s[k], tables[k], wait, state)
            if when >= 0.0:
                counts[1, k] += 1.0
                break
            counts[2, k] += z
            if bottom_m <= z < top_m:
                counts[0, k] += 1.0


SINK: Final = (*NUMBERS, strides, folded, crossing_share, small_step, stride_level, sink)
COLUMN: Final = (*SINK, column)
