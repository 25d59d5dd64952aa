"""What a plant of the future counts for: its start and ramp, the chance that it stands, and k of n sites."""

import math

import numpy as np
from numpy.typing import ArrayLike

from ops_data.errors import ModelError
from twin.models.limits import FloatArray, not_negative, positive


def available_share(
    year: ArrayLike, start_year: ArrayLike, delay_years: ArrayLike, ramp_years: ArrayLike
) -> FloatArray:
    """Return the part of its capacity a plant has in a year, 0 to 1.

    Parameters
    ----------
    year : calendar year asked for.
    start_year : first year of deliveries as planned.
    delay_years : how late it starts [a], 0 or more.
    ramp_years : from the start to the full capacity [a], above 0; 1: full in the first year.

    Notes
    -----
    A straight line: min(1, (year - start - delay + 1) / ramp), not below 0.

    Examples
    --------
    >>> available_share([2026, 2027, 2028, 2029], 2027, 0.0, 2.0).tolist()
    [0.0, 0.5, 1.0, 1.0]
    """
    delay = not_negative("capacity", "delay [a]", delay_years, "a plant that starts early has an earlier start_year")
    ramp = positive("capacity", "ramp [a]", ramp_years, "write 1 for a plant that is full in its first year")
    since = np.asarray(year, np.float64) - np.asarray(start_year, np.float64) - delay + 1.0
    return np.clip(since / ramp, 0.0, 1.0)


def success_by(hazard_per_year: ArrayLike, years: ArrayLike) -> FloatArray:
    """Return the chance that a project has not failed by a time, 0 to 1.

    Parameters
    ----------
    hazard_per_year : chance of failure per year while it stands [1/a], 0 or more.
    years : time since its start [a], 0 or more.

    Notes
    -----
    exp(-h t), a constant hazard; the chance to have failed is 1 - exp(-h t).

    Examples
    --------
    >>> float(success_by(0.0, 30.0)), round(float(success_by(0.1, 10.0)), 4)
    (1.0, 0.3679)
    """
    hazard = not_negative("capacity", "hazard [1/a]", hazard_per_year, "a project that cannot fail has 0")
    time = not_negative("capacity", "time [a]", years, "before the start nothing can fail: 0")
    return np.exp(-hazard * time)


def k_of_n(availability: float, sites: int, needed: int) -> float:
    """Return the chance that at least some of several like, independent sites work.

    Parameters
    ----------
    availability : chance that one site works, 0 to 1.
    sites : how many there are, 1 or more.
    needed : how many must work, 0 to ``sites``.

    Raises
    ------
    ModelError : a number out of these ranges.

    Notes
    -----
    Σ_{k=needed}^{n} C(n, k) a^k (1 - a)^{n-k}.

    Examples
    --------
    >>> round(k_of_n(0.9, 3, 2), 6)
    0.972
    """
    if not 0.0 <= availability <= 1.0:
        raise ModelError(f"sites: availability is {availability:g}; it must be 0 to 1: correct it")
    if not 0 <= needed <= sites:
        raise ModelError(f"sites: {needed} of {sites} needed; 0 to all can be: correct the number")
    return sum(
        math.comb(sites, up) * availability**up * (1.0 - availability) ** (sites - up)
        for up in range(needed, sites + 1)
    )
