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

MOST: Final = 15  # strides of up to 2^15 steps
_ROOTS: Final = np.sqrt(2.0 ** np.arange(MOST + 2))
_REACH: Final = 6.0  # standard deviations beyond which a wall is out of reach (1e-9 of all strides get there)
_SURELY_NOT: Final = -40.0  # exponent below which a crossing is not worth a random number
AFLOAT: Final = -1.0


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
    sigma, fall = math.sqrt(2.0 * kz_m2_s * step_s), settling_m_s * step_s
    level = 0
    while left > 0:
        level = stride_level(z, lid_m, sigma, fall, left, level)
        if level > 0:
            draw, state = normal(state)
            z += sigma * _ROOTS[level] * draw - fall * (1 << level)
        else:
            z, settled, state = small_step(z, settling_m_s, sigma, lid_m, first_touch, step_s, state)
            if settled >= 0.0:
                return z, duration_s - left * step_s + settled, state
        left -= 1 << level
    return z, AFLOAT, state


def free(z: float, lid_m: float, sigma: float, fall: float, level: int) -> bool:
    """Say whether neither bed nor lid can be reached in 2^level steps."""
    reach = float(_REACH * sigma * _ROOTS[level])
    return z - fall * (1 << level) > reach and lid_m - z > reach


def stride_level(z: float, lid_m: float, sigma: float, fall: float, left: int, level: int) -> int:
    """Return how often the step may be doubled: no wall within reach, not beyond the steps left, at most once more."""
    while level > 0 and (left < (1 << level) or not free(z, lid_m, sigma, fall, level)):
        level -= 1
    if level < MOST and left >= (2 << level) and free(z, lid_m, sigma, fall, level + 1):
        return level + 1
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
    for particle in range(particles):
        state = stream(seed, first + particle)
        z, age = height_m, 0.0
        for k in range(len(ages_s)):
            wait, age = ages_s[k] - age, ages_s[k]
            z, when, state = sink(z, settling_m_s, kz_m2_s, lid_m, first_touch, steps_s[k], wait, state)
            if when >= 0.0:
                counts[1, k] += 1.0
                break
            counts[2, k] += z
            if bottom_m <= z < top_m:
                counts[0, k] += 1.0


SINK: Final = (*NUMBERS, folded, crossing_share, small_step, free, stride_level, sink)
COLUMN: Final = (*SINK, column)
