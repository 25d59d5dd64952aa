"""Precipitation of rare earths as oxalates: yield from the dose, and three rules for the dose that do not agree."""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from ops_data.elements import ATOMIC_MASS_G_MOL
from twin.models.limits import FloatArray, not_negative, positive, refuse_where

OXALIC_ACID_G_MOL: Final = (
    2 * ATOMIC_MASS_G_MOL["C"] + 2 * ATOMIC_MASS_G_MOL["H"] + 4 * ATOMIC_MASS_G_MOL["O"]
)  # H2C2O4, without its water
DIHYDRATE_G_MOL: Final = OXALIC_ACID_G_MOL + 4 * ATOMIC_MASS_G_MOL["H"] + 2 * ATOMIC_MASS_G_MOL["O"]  # as it is sold
_PLACE: Final = "oxalate"


def oxalate_yield(dose_g_l: ArrayLike, curve_dose_g_l: ArrayLike, exponent: ArrayLike) -> FloatArray:
    """Return which share of a dissolved constituent oxalic acid precipitates.

    Parameters
    ----------
    dose_g_l : oxalic acid fed, without its water of crystals, D [g per L of liquor], 0 or more, any shape.
    curve_dose_g_l : E of the constituent [g/L], above 0; rows of ``oxalate.csv``.
    exponent : n of the constituent [-], above 0.

    Returns
    -------
    Share precipitated X [-], broadcast shape, 0 to 1.

    Notes
    -----
    X = exp(-(E/D)^n), X(0) = 0. Fitted by others to equilibrium results for a sulfuric coal-refuse liquor at pH 1.5
    that holds 0.4 g/L Al and 0.7 g/L Fe, which bind oxalate too. It knows nothing of pH, of the rare earths' own
    concentration and of time: a rich liquor can need more than the curve says (see :func:`oxalate_for`).

    References
    ----------
    prommis 1.1.0, prommis/precipitate/precipitate_reactions.py and precipitator_isotherm.py.

    Examples
    --------
    Neodymium and dysprosium at 6 g/L:

    >>> oxalate_yield(6.0, [1.0103, 4.8608], [2.419137, 4.73106]).round(4).tolist()
    [0.9867, 0.6912]
    """
    dose = not_negative(_PLACE, "dose [g/L]", dose_g_l, "no acid is 0")
    E = positive(_PLACE, "curve dose [g/L]", curve_dose_g_l, "correct the row of oxalate.csv")
    n = positive(_PLACE, "exponent [-]", exponent, "correct the row of oxalate.csv")
    with np.errstate(divide="ignore", over="ignore"):
        return np.asarray(np.exp(-((E / dose) ** n)))


def dose_for_yield(share: ArrayLike, curve_dose_g_l: ArrayLike, exponent: ArrayLike) -> FloatArray:
    """Return the dose at which a share of a constituent is precipitated: the curve the other way round.

    Parameters
    ----------
    share : X wanted [-], 0 or more and below 1, any shape.
    curve_dose_g_l, exponent : E [g/L] and n [-] of the constituent, above 0.

    Returns
    -------
    Oxalic acid, without its water of crystals [g per L of liquor], broadcast shape.

    Notes
    -----
    D = E/(-ln X)^(1/n); see :func:`oxalate_yield` for validity.

    Examples
    --------
    >>> dose_for_yield(0.99, [1.0103, 4.8608], [2.419137, 4.73106]).round(1).tolist()
    [6.8, 12.9]
    """
    X = not_negative(_PLACE, "share precipitated [-]", share, "none is 0")
    refuse_where(X >= 1.0, _PLACE, "share precipitated [-]", X, "must be below 1", "no dose precipitates all")
    E = positive(_PLACE, "curve dose [g/L]", curve_dose_g_l, "correct the row of oxalate.csv")
    n = positive(_PLACE, "exponent [-]", exponent, "correct the row of oxalate.csv")
    with np.errstate(divide="ignore"):
        return np.asarray(E / (-np.log(X)) ** (1.0 / n))


def oxalate_for(cation_mol_l: ArrayLike, charge: ArrayLike) -> FloatArray:
    """Return the oxalate that precipitated cations hold.

    Parameters
    ----------
    cation_mol_l : cations precipitated [mol/L, or any other amount], 0 or more, shape (..., k).
    charge : their charge z [-], 0 or more, shape (k,); 3 for rare earths.

    Returns
    -------
    Oxalate [mol/L, or the same amount], shape (...).

    Notes
    -----
    z/2 mol per mol: M2(C2O4)3 for rare earths, CaC2O4, Th(C2O4)2. As many protons as charges go back to the liquor.

    Examples
    --------
    The acid for one kilogram of Nd2O3, as it is sold [kg]:

    >>> mol = 2 / (2 * 144.24 + 3 * 15.999)
    >>> round(float(oxalate_for([mol], [3.0])) * DIHYDRATE_G_MOL, 2)
    1.12
    """
    cations = not_negative(_PLACE, "cations [mol/L]", cation_mol_l, "none is 0")
    z = not_negative(_PLACE, "charge [-]", charge, "count cations only")
    return np.asarray((cations * z).sum(axis=-1) / 2.0)


def stoichiometric_dose_g_l(cation_mol_l: ArrayLike, charge: ArrayLike, excess: ArrayLike = 1.25) -> FloatArray:
    """Return the dose of the rule "stoichiometric for rare earths and calcium, with an excess".

    Parameters
    ----------
    cation_mol_l : cations dissolved that count (rare earths and Ca) [mol/L], 0 or more, shape (..., k).
    charge : their charge [-], shape (k,).
    excess : factor on the stoichiometric amount [-], above 0.

    Returns
    -------
    Oxalic acid, without its water of crystals [g per L of liquor], shape (...).

    References
    ----------
    Factor 1.25 with calcium counted: Qi (2018) as used in the REEPS model (2024).

    Examples
    --------
    Liquor of phosphate with 0.12 mol/L of calcium and 2 mmol/L of rare earths:

    >>> float(stoichiometric_dose_g_l([0.002, 0.12], [3.0, 2.0]).round(1))
    13.8
    """
    factor = positive(_PLACE, "excess [-]", excess, "1.25 is usual")
    return np.asarray(oxalate_for(cation_mol_l, charge) * factor * OXALIC_ACID_G_MOL)


def efficiency_dose_g_l(rare_earth_mol_l: ArrayLike, efficiency: ArrayLike = 0.6) -> FloatArray:
    """Return the dose of the rule "a share of the acid ends in rare-earth oxalate".

    Parameters
    ----------
    rare_earth_mol_l : all rare earths dissolved [mol/L], 0 or more, any shape.
    efficiency : share of the acid that ends in rare-earth oxalate [-], above 0, at most 1.

    Returns
    -------
    Oxalic acid, without its water of crystals [g per L of liquor], broadcast shape.

    Notes
    -----
    1.5 mol per mol of rare earths over the efficiency. Seen on ion-adsorption clays: liquors with little calcium, iron
    and phosphate; here the low end.

    References
    ----------
    Efficiency of about 60 %: solution chemistry of oxalate in clay leachates (abstract, acnpsearch 55132185).

    Examples
    --------
    >>> float(efficiency_dose_g_l(0.002).round(2))
    0.45
    """
    earths = not_negative(_PLACE, "rare earths [mol/L]", rare_earth_mol_l, "none is 0")
    eta = positive(_PLACE, "efficiency [-]", efficiency, "0.6 is usual")
    refuse_where(eta > 1.0, _PLACE, "efficiency [-]", eta, "must be at most 1", "0.6 is usual")
    return np.asarray(1.5 * earths / eta * OXALIC_ACID_G_MOL)
