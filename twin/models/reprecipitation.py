"""What falls out of leach liquor again: rare-earth phosphate, sodium double sulfate and calcium sulfate."""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ops_data.elements import CONSTITUENTS, ELEMENTS
from twin.models.composition import element_shares
from twin.models.leaching import MOLAR_KG
from twin.models.limits import not_negative, positive, refuse_where

Floats = NDArray[np.float64]

TESTED_PPM: Final = 5_000.0  # grade of the mud by which the loss in sulfuric acid is stated
MOST_SODIUM: Final = 2.0  # times the sodium of reference, above which the loss grows no further
_LIGHT, _MIDDLE = ("La", "Ce", "Pr", "Nd", "Sm"), ("Eu", "Gd", "Tb", "Dy")  # hardly and somewhat soluble; others well
_AT: Final = {name: place for place, name in enumerate(CONSTITUENTS)}
_REY: Final = slice(0, len(ELEMENTS))


def double_sulfate_weights() -> Floats:
    """Return how much each rare earth takes part in double sulfate, shape (15,); 1 on the mean of mud without cerium.

    Notes
    -----
    Weights 1 of La to Sm, one half of Eu to Dy, 0 of Ho to Lu and Y before scaling: a rule of thumb of the rare-earth
    industry, which parts light from heavy elements by it. An assumption here.

    Examples
    --------
    >>> weights = dict(zip(ELEMENTS, double_sulfate_weights().round(2).tolist(), strict=True))
    >>> weights["Nd"], weights["Dy"], weights["Y"]
    (1.78, 0.89, 0.0)
    """
    plain = np.array([1.0 if name in _LIGHT else 0.5 if name in _MIDDLE else 0.0 for name in ELEMENTS])
    counted = element_shares(TESTED_PPM) * [name != "Ce" for name in ELEMENTS]
    found: Floats = plain * counted.sum() / (counted @ plain)
    return found


def fallen_out_kg(
    dissolved_kg: ArrayLike,
    litres: ArrayLike,
    phosphate_share: ArrayLike,
    sulfate_share: ArrayLike,
    double_share: float,
    sodium_reference_mol_l: float,
    gypsum_mol_l: float,
) -> Floats:
    """Return the mass that falls out of a liquor.

    Parameters
    ----------
    dissolved_kg : masses in the liquor [kg], 0 or more, shape (n, len(CONSTITUENTS)).
    litres : liquid [L], 0 or more, shape (n,).
    phosphate_share, sulfate_share : of the rare earths, what falls out of strong or hot acid and what falls out of
        sulfuric acid [1], 0 to 1, scalar or (n,).
    double_share : part of the latter that is double sulfate at the sodium of reference [1]; the rest is phosphate.
    sodium_reference_mol_l : that sodium [mol/L], above 0.
    gypsum_mol_l : calcium the liquor keeps [mol/L]; infinite: no calcium sulfate falls out.

    Returns
    -------
    Masses [kg], at most those dissolved, shape (n, len(CONSTITUENTS)).

    Notes
    -----
    Each mole of rare earth takes one of phosphorus (LnPO4) or one of sodium and two of sulfate (NaLn(SO4)2) along;
    where these are short, less falls out. Double sulfate grows in proportion to sodium up to twice the reference.
    Calcium above what the liquor keeps takes as much sulfate (CaSO4). The water of these solids is left out.

    References
    ----------
    Takaya et al. (2015), Geochem. J. 49, 637-652, names the three solids; stoichiometry: derived.

    Examples
    --------
    >>> liquor = np.zeros((1, len(CONSTITUENTS)))
    >>> liquor[0, [_AT["Nd"], _AT["P"]]] = 144.24, 30.974
    >>> fallen = fallen_out_kg(liquor, [1e4], 0.1, 0.0, 0.5, 0.04, np.inf)
    >>> fallen[0, [_AT["Nd"], _AT["P"]]].round(3).tolist()
    [14.424, 3.097]
    """
    there = not_negative("leach", "dissolved mass [kg]", dissolved_kg, "correct the lot")
    moles = there / MOLAR_KG
    volume = not_negative("leach", "liquid [L]", litres, "correct the lot")
    phosphate, sulfate = (
        not_negative("leach", name, value, "correct the share")[..., np.newaxis]
        for name, value in (("phosphate share [1]", phosphate_share), ("sulfate share [1]", sulfate_share))
    )
    refuse_where(phosphate > 1.0, "leach", "phosphate share [1]", phosphate, "must be at most 1", "correct the share")
    refuse_where(sulfate > 1.0, "leach", "sulfate share [1]", sulfate, "must be at most 1", "correct the share")
    reference = positive("leach", "sodium of reference [mol/L]", sodium_reference_mol_l, "correct the parameter")
    sodium = _per(moles[:, _AT["Na"]], volume * reference)
    twofold = sulfate * double_share * np.minimum(sodium, MOST_SODIUM)[:, np.newaxis] * double_sulfate_weights()
    single = phosphate + sulfate * (1.0 - double_share)
    over = np.maximum(twofold + single, 1.0)
    single_mol, twofold_mol = moles[:, _REY] * single / over, moles[:, _REY] * twofold / over
    single_mol = single_mol * _enough(moles[:, _AT["P"]], single_mol.sum(axis=1))
    twofold_mol = twofold_mol * _enough(
        np.minimum(moles[:, _AT["Na"]], moles[:, _AT["S"]] / 2.0), twofold_mol.sum(axis=1)
    )
    found = np.zeros_like(moles)
    found[:, _REY] = single_mol + twofold_mol
    found[:, _AT["P"]] = single_mol.sum(axis=1)
    found[:, _AT["Na"]] = twofold_mol.sum(axis=1)
    found[:, _AT["S"]] = 2.0 * twofold_mol.sum(axis=1)
    if np.isfinite(gypsum_mol_l):
        calcium = np.maximum(moles[:, _AT["Ca"]] - gypsum_mol_l * volume, 0.0)
        calcium = np.minimum(calcium, np.maximum(moles[:, _AT["S"]] - found[:, _AT["S"]], 0.0))
        found[:, _AT["Ca"]] += calcium
        found[:, _AT["S"]] += calcium
    fallen: Floats = np.minimum(found * MOLAR_KG, there)
    return fallen


def _per(amount: Floats, of: Floats) -> Floats:
    """Return a ratio, 0 where there is nothing to compare with."""
    return np.divide(amount, of, out=np.zeros_like(amount), where=of > 0.0)


def _enough(there: Floats, wanted: Floats) -> Floats:
    """Return what of the wanted can be had, 1 where there is enough, shape (n, 1)."""
    return np.divide(there, wanted, out=np.ones_like(there), where=wanted > there)[:, np.newaxis]
