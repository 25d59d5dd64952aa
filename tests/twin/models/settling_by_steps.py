"""An independent column of settling grains: finite volumes and Crank-Nicolson steps, as slow as it is plain."""

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_banded

from twin.models.plume import BedRule

Floats = NDArray[np.float64]


def still_up(
    settling_m_s: float,
    kz_m2_s: float,
    release_m: float,
    top_m: float,
    age_s: float,
    bed: BedRule,
    cells: int = 1500,
    steps: int = 1500,
) -> tuple[Floats, Floats]:
    """Return heights [m] and the mass in each of the cells between bed and a reflecting top."""
    dz = top_m / cells
    mass = np.zeros(cells)
    cell, past = divmod(release_m / dz - 0.5, 1.0)  # between the middles of two cells
    mass[int(cell)] = 1.0 - past
    mass[min(int(cell) + 1, cells - 1)] += past
    from_above = 0.5 * settling_m_s + kz_m2_s / dz  # flux down through a face: this times the upper concentration …
    from_below = 0.5 * settling_m_s - kz_m2_s / dz  # … and this times the lower one
    upper, middle, lower = np.zeros(cells), np.zeros(cells), np.zeros(cells)
    upper[1:], lower[:-1] = from_above / dz, -from_below / dz
    middle[1:] -= from_above / dz
    middle[:-1] += from_below / dz
    middle[0] -= (settling_m_s if bed == "flux" else 2.0 * kz_m2_s / dz) / dz
    times = np.concatenate([[0.0], np.geomspace(1e-5 * age_s, age_s, steps)])
    for step in np.diff(times):
        half = 0.5 * step
        right = mass + half * middle * mass
        right[:-1] += half * upper[1:] * mass[1:]
        right[1:] += half * lower[:-1] * mass[:-1]
        mass = solve_banded((1, 1), np.vstack([-half * upper, 1.0 - half * middle, -half * lower]), right)
    return dz * (np.arange(cells, dtype=np.float64) + 0.5), mass
