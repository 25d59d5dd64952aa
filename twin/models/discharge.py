"""What return water brings with it, once it is diluted: heat and metals."""

import numpy as np
from numpy.typing import ArrayLike

from twin.models.limits import FloatArray, not_negative, positive, refuse_where


def diluted_excess(excess: ArrayLike, dilution: ArrayLike) -> FloatArray:
    """Return what is left of an excess over the sea around after mixing: of temperature, a metal, or solids.

    Parameters
    ----------
    excess : value of the discharge less that of the sea around, any unit and sign, any shape.
    dilution : volumes of mixture per volume of discharge S [1], 1 or above.

    Returns
    -------
    Excess of the mixture, excess/S, in the unit given, broadcast shape.

    Notes
    -----
    Conservative mixing at constant density and heat capacity: nothing reacts, sorbs, settles or warms up on the way.
    Metals that sorb on grains leave the water, others may be set free from them, so the dissolved value is an estimate
    to an order of magnitude.

    Examples
    --------
    10 K diluted 200 times (a commercial discharge of nodule mining):

    >>> float(diluted_excess(10.0, 200.0))
    0.05
    """
    S = positive("dilution", "dilution [1]", dilution, "undiluted is 1")
    refuse_where(S < 1.0, "dilution", "dilution [1]", S, "must be at least 1", "undiluted is 1")
    return np.asarray(np.asarray(excess, dtype=np.float64) / S)


def above_baseline(discharge: ArrayLike, baseline: ArrayLike, dilution: ArrayLike) -> FloatArray:
    """Return the concentration of a mixture of discharge and sea water.

    Parameters
    ----------
    discharge, baseline : concentration in the discharge and in the sea around, one unit, 0 or above, any shape.
    dilution : volumes of mixture per volume of discharge S [1], 1 or above.

    Returns
    -------
    baseline + (discharge - baseline)/S, in the unit given, broadcast shape.

    Examples
    --------
    Copper of pore water, 96 nmol/L, in bottom water of 4 nmol/L, at the outlet and 200 times diluted:

    >>> above_baseline(96.0, 4.0, [1.0, 200.0]).round(2).tolist()
    [96.0, 4.46]
    """
    there = not_negative("dilution", "baseline", baseline, "none is 0")
    here = not_negative("dilution", "discharge", discharge, "none is 0")
    return there + diluted_excess(here - there, dilution)
