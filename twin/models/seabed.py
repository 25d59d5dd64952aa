"""What mining does to the sea bed itself: ground taken, organic carbon moved, and how long recovery takes."""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from ops_data.units import PERCENT
from twin.models.limits import FloatArray, not_negative, positive, refuse_where

CARBON_G_MOL: Final = 12.011  # IUPAC 2021
OXYGEN_G_MOL: Final = 15.999
CO2_PER_CARBON: Final = (CARBON_G_MOL + 2.0 * OXYGEN_G_MOL) / CARBON_G_MOL
O2_PER_CARBON: Final = 2.0 * OXYGEN_G_MOL / CARBON_G_MOL


def cut_area_m2(holes: ArrayLike, bore_m: ArrayLike) -> FloatArray:
    """Return the ground that holes apart from one another take.

    Parameters
    ----------
    holes : how many, 0 or more, any shape.
    bore_m : diameter D [m], above 0.

    Returns
    -------
    Area n pi D^2/4 [m2], broadcast shape: walls stand, nothing slides in. Of holes that overlap see
    `mine_plan.areal_recovery`.

    Examples
    --------
    A hole of 3 m, 11.7 t of dry solids or 28.6 t of mud deep, and what that is per tonne:

    >>> area = float(cut_area_m2(1, 3.0))
    >>> round(area, 2), round(area / 11.7, 3), round(area / 28.6, 3)
    (7.07, 0.604, 0.247)
    """
    n = not_negative("ground taken", "holes [1]", holes, "no holes are 0")
    D = positive("ground taken", "bore [m]", bore_m, "give the diameter of a hole")
    return np.asarray(n * np.pi / 4.0 * D**2)


def organic_carbon_t(dry_t: ArrayLike, carbon_percent: ArrayLike) -> FloatArray:
    """Return the organic carbon in dry solids.

    Parameters
    ----------
    dry_t : dry solids [t], 0 or above, any shape.
    carbon_percent : organic carbon in them [% by mass], 0 to 100; pelagic clay has 0.1 to 0.3.

    Returns
    -------
    Organic carbon [t], broadcast shape.

    Examples
    --------
    >>> organic_carbon_t([143.0, 350.0], [0.1, 0.3]).round(3).tolist()
    [0.143, 1.05]
    """
    place = "organic carbon"
    share = not_negative(place, "carbon [%]", carbon_percent, "0.2 is 0.2 % by mass")
    refuse_where(share > 100.0, place, "carbon [%]", share, "must be at most 100", "0.2 is 0.2 % by mass")
    return np.asarray(not_negative(place, "dry solids [t]", dry_t, "nothing is 0") * share * PERCENT)


def carbon_dioxide_bound_t(carbon_t: ArrayLike) -> FloatArray:
    """Return the carbon dioxide that organic carbon becomes if all of it is oxidised [t]: an upper bound.

    Notes
    -----
    C + O2 = CO2: 3.66 t per t. Most of the carbon of pelagic clay is hard to oxidise, so that the truth lies far
    below; even the bound is a few per cent of what the ships emit. It is told for completeness, not as a climate term.

    Examples
    --------
    >>> carbon_dioxide_bound_t([0.14, 1.05]).round(2).tolist()
    [0.51, 3.85]
    """
    return not_negative("organic carbon", "carbon [t]", carbon_t, "nothing is 0") * CO2_PER_CARBON


def oxygen_bound_t(carbon_t: ArrayLike) -> FloatArray:
    """Return the oxygen that organic carbon takes if all of it is oxidised [t]: an upper bound.

    Notes
    -----
    C + O2 = CO2: 2.66 t per t; nitrification is not counted.

    Examples
    --------
    >>> oxygen_bound_t([0.14, 1.05]).round(1).tolist()
    [0.4, 2.8]
    """
    return not_negative("organic carbon", "carbon [t]", carbon_t, "nothing is 0") * O2_PER_CARBON


def recovery_y(low_y: ArrayLike, high_y: ArrayLike, position: ArrayLike) -> FloatArray:
    """Return a time of recovery within its range.

    Parameters
    ----------
    low_y, high_y : ends of the range [years], above 0, low not above high, any shape.
    position : place within it p [1], 0 at the low end, 1 at the high end.

    Returns
    -------
    low^(1 - p) high^p [years], broadcast shape: even on a logarithmic scale, as orders of magnitude are known.

    Examples
    --------
    >>> recovery_y([1.0, 3.0, 100.0], [3.0, 27.0, 1000.0], 0.5).round(1).tolist()
    [1.7, 9.0, 316.2]
    """
    place = "recovery"
    low = positive(place, "low end [years]", low_y, "recovery takes time")
    high = positive(place, "high end [years]", high_y, "recovery takes time")
    refuse_where(high < low, place, "high end [years]", high, "must not be below the low end", "order the ends")
    p = not_negative(place, "position [1]", position, "0 is the low end")
    refuse_where(p > 1.0, place, "position [1]", p, "must be at most 1", "1 is the high end")
    return np.asarray(low * (high / low) ** p)
