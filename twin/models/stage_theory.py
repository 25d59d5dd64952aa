"""Stages and flows of counter-current separation in closed form: what bounds a circuit and lays it out.

Amounts are moles per mole of metal fed unless said otherwise; the heavy one of two metals is the one extracted first.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ops_data.elements import ATOMIC_MASS_G_MOL
from ops_data.units import GRAMS_PER_KG
from twin.models.limits import not_negative, positive, refuse_where

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

PLACE: Final = "stage theory"
ROUNDING: Final = 1e-9  # of a stage: a count that is whole but for rounding stays whole
EQUIVALENTS: Final = 3.0  # protons that one mol of a rare earth sets free
BASE_KG_MOL: Final = sum(ATOMIC_MASS_G_MOL[atom] for atom in ("Na", "O", "H")) / GRAMS_PER_KG
ACID_KG_MOL: Final = sum(ATOMIC_MASS_G_MOL[atom] for atom in ("H", "Cl")) / GRAMS_PER_KG


def kremser_unextracted(factor: ArrayLike, stages: ArrayLike) -> Floats:
    """Return the share of a metal that N counter-current stages leave in the liquor, at constant distribution.

    Parameters
    ----------
    factor : extraction factor D V/L [-], solvent V over liquor L; 0 or more, any shape.
    stages : N [-], 0 or more; broadcast with ``factor``.

    Returns
    -------
    Share unextracted [1], broadcast shape.

    Notes
    -----
    (E - 1)/(E^(N+1) - 1) = 1/(1 + E + ... + E^N); 1/(N + 1) at E = 1. For fresh solvent, ideal stages and a D that does
    not change along the train: a trace whose extraction moves neither acidity nor free extractant.

    References
    ----------
    Kremser (1930), Natl. Petroleum News 22, 43-49; Souders and Brown (1932), Ind. Eng. Chem. 24, 519-522.

    Examples
    --------
    >>> kremser_unextracted([2.0, 1.0, 0.5], [5, 10, 5]).round(7).tolist()
    [0.015873, 0.0909091, 0.5079365]
    """
    E = not_negative(PLACE, "extraction factor [-]", factor, "D times solvent per liquor")
    N = not_negative(PLACE, "stages [-]", stages, "count them")
    E, N = np.broadcast_arrays(E, N)
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        z = np.log(E)
        left = np.where(z == 0.0, 1.0 / (N + 1.0), np.expm1(z) / np.expm1((N + 1.0) * z))
        large = np.exp(-N * z) * (1.0 - 1.0 / E)  # where E^(N+1) has no number
    return np.where(np.abs((N + 1.0) * z) < 500.0, left, np.where(E > 1.0, large, 1.0 - E))[()]


def fenske_stages(beta: ArrayLike, purity_light: ArrayLike, purity_heavy: ArrayLike) -> Floats:
    """Return the ideal stages below which no flows separate two metals so well.

    Parameters
    ----------
    beta : separation factor [-], above 1, any shape.
    purity_light, purity_heavy : share of the wanted one at either end [mol/mol], between 0 and 1; broadcast.

    Returns
    -------
    Stages [-], broadcast shape; 0 or less if the ends differ by nothing.

    Notes
    -----
    ln[(P_A/(1 - P_A)) (P_B/(1 - P_B))]/ln β, the count at total reflux.

    References
    ----------
    Fenske (1932), Ind. Eng. Chem. 24, 482-485.

    Examples
    --------
    >>> fenske_stages([2.14, 1.5], [0.99, 0.999], [0.99, 0.999]).round(1).tolist()
    [12.1, 34.1]
    """
    b, light, heavy = _separation(beta), _between("light", purity_light), _between("heavy", purity_heavy)
    return (np.log(light / (1.0 - light)) + np.log(heavy / (1.0 - heavy))) / np.log(b)


def least_wash(beta: ArrayLike) -> Floats:
    """Return the least metal in the scrub liquor for a clean split of an aqueous feed, whatever it is made of.

    Parameters
    ----------
    beta : separation factor [-], above 1, any shape.

    Returns
    -------
    Metal in scrub liquor [mol/mol].

    Notes
    -----
    W_min = 1/(β - 1). With constant mixed extraction the solvent carries as much metal in every stage: the circuit is a
    binary distillation with solvent for vapour and the feed a boiling liquid. See :func:`pinch_wash`.

    References
    ----------
    Derived; Cheng et al. (2014), Adv. Mater. Phys. Chem. 4, 325-333 (doi 10.4236/ampc.2014.412030), for the cascade.

    Examples
    --------
    >>> least_wash([1.5, 2.14]).round(3).tolist()
    [2.0, 0.877]
    """
    return 1.0 / (_separation(beta) - 1.0)


def least_solvent(beta: ArrayLike, heavy_share: ArrayLike) -> Floats:
    """Return the least metal that the solvent must carry for a clean split of an aqueous feed.

    Parameters
    ----------
    beta : separation factor [-], above 1, any shape.
    heavy_share : of the feed, what is to be extracted [mol/mol], 0 to 1; broadcast.

    Returns
    -------
    Metal in solvent [mol/mol].

    Notes
    -----
    S_min = f + 1/(β - 1): what is extracted for good and what scrubs, see :func:`least_wash`.

    Examples
    --------
    >>> round(float(least_solvent(1.5, 0.8)), 12)
    2.8
    """
    share = not_negative(PLACE, "heavy share of the feed [mol/mol]", heavy_share, "moles per mole fed")
    refuse_where(share > 1.0, PLACE, "heavy share of the feed [mol/mol]", share, "must be at most 1", "a share")
    return share + least_wash(beta)


def pinch_wash(
    beta: ArrayLike, heavy_share: ArrayLike, heavy_in_raffinate: ArrayLike, light_in_extract: ArrayLike
) -> Floats:
    """Return the metal in the scrub liquor at which a split of stated sharpness takes stages without end.

    Parameters
    ----------
    beta : separation factor [-], above 1, any shape.
    heavy_share : of the feed, which is aqueous [mol/mol], between 0 and 1.
    heavy_in_raffinate, light_in_extract : what goes to the wrong end [mol/mol]; 0 or more, less than is fed. Broadcast.

    Returns
    -------
    Metal in scrub liquor [mol/mol]; 0 where one stage is sharp enough.

    Notes
    -----
    W = E (y_E - y_F)/(y_F - f), E what is extracted, y_E its heavy share, y_F = β f/(1 + (β - 1) f) the solvent at
    equilibrium with the feed: lines of equilibrium and operation meet there. Becomes :func:`least_wash` for a clean
    split.

    Examples
    --------
    Nothing at the wrong end, then 0.1 % of each product:

    >>> pinch_wash(1.5, 0.8, [0.0, 0.0002], [0.0, 0.0008]).round(4).tolist()
    [2.0, 1.9875]
    """
    b, share, lost, taken = _ends(beta, heavy_share, heavy_in_raffinate, light_in_extract)
    extracted = share - lost + taken
    at_feed = b * share / (1.0 + (b - 1.0) * share)
    return np.maximum((share - lost - extracted * at_feed) / (at_feed - share), 0.0)


def ideal_stages(
    beta: ArrayLike,
    heavy_share: ArrayLike,
    heavy_in_raffinate: ArrayLike,
    light_in_extract: ArrayLike,
    wash_mol: ArrayLike,
) -> tuple[Integers, Integers]:
    """Return the ideal stages of extraction and of scrub that split two metals at constant mixed extraction.

    Parameters
    ----------
    beta : separation factor [-], above 1, any shape.
    heavy_share : of the feed, which is aqueous [mol/mol], between 0 and 1.
    heavy_in_raffinate, light_in_extract : what goes to the wrong end [mol/mol]; above 0, less than is fed.
    wash_mol : metal in the scrub liquor [mol/mol], above :func:`pinch_wash`. All broadcast.

    Returns
    -------
    Whole stages of extraction and of scrub, at least 1 each, broadcast shape.

    Notes
    -----
    x and y, share of the heavy one in liquor and solvent, are at equilibrium: y = β x/(1 + (β - 1) x). With E
    extracted, R = 1 - E and S = E + W: from the raffinate up (W + 1) x' = R x_R + S y; above the feed
    W x' = S y - E y_E. The feed enters where x passes its own share. One stage is a Möbius map of x with two fixed
    points p < x < q, so that (x - p)/(q - x) grows by the same factor in each: the count is a logarithm.

    References
    ----------
    Smoker (1938), Trans. AIChE 34, 165-172 (closed form in distillation); Cheng et al. (2014), doi
    10.4236/ampc.2014.412030 (constant mixed extraction).

    Examples
    --------
    Nd from Pr with PC88A, 1.2 times the least wash, half an impurity of 0.1 % at each end:

    >>> [int(n) for n in ideal_stages(2.14, 0.8, 0.0002, 0.0008, 1.2 / 1.14)]
    [16, 23]
    """
    b, share, lost, taken = _ends(beta, heavy_share, heavy_in_raffinate, light_in_extract)
    positive(PLACE, "heavy in raffinate [mol/mol]", lost, "a clean split takes stages without end")
    positive(PLACE, "light in extract [mol/mol]", taken, "a clean split takes stages without end")
    wash = positive(PLACE, "wash [mol/mol]", wash_mol, "it exceeds the least wash")
    least = pinch_wash(b, share, lost, taken)
    b, share, lost, taken, wash, least = np.broadcast_arrays(b, share, lost, taken, wash, least)
    refuse_where(wash <= least, PLACE, "wash [mol/mol]", wash, "must exceed the least of this split", "wash more")
    extracted = share - lost + taken
    solvent, leaving, loaded = extracted + wash, lost / (1.0 - extracted), 1.0 - taken / extracted
    to_feed = _section(b, solvent / (wash + 1.0), lost / (wash + 1.0))
    extraction = np.maximum(np.ceil(to_feed.stages(leaving, share) - ROUNDING), 1.0)
    top = to_feed.after(leaving, extraction - 1.0)
    scrubbed = _section(b, solvent / wash, -extracted * loaded / wash)
    scrub = np.maximum(np.ceil(scrubbed.stages(top, loaded / (b - (b - 1.0) * loaded)) - ROUNDING), 1.0)
    return extraction.astype(np.int64)[()], scrub.astype(np.int64)[()]


def reagent_floor(solvent_mol: ArrayLike, oxide_kg_mol: ArrayLike) -> tuple[Floats, Floats]:
    """Return the base and the acid that a circuit needs at least.

    Parameters
    ----------
    solvent_mol : metal that the solvent carries [mol/mol], 0 or more; see :func:`least_solvent`.
    oxide_kg_mol : oxide per mole of metal [kg/mol], above 0; broadcast.

    Returns
    -------
    NaOH and HCl per oxide fed [kg/kg].

    Notes
    -----
    Three equivalents of base load the solvent with one mole, three of acid take it off again; acid in excess, which
    strips and leaves with the products, comes on top.

    Examples
    --------
    >>> [round(float(kg), 3) for kg in reagent_floor(1.0, 0.16824)]
    [0.713, 0.65]
    """
    carried = not_negative(PLACE, "metal in solvent [mol/mol]", solvent_mol, "moles per mole fed")
    oxide = positive(PLACE, "oxide [kg/mol]", oxide_kg_mol, "mass of oxide per mole of metal")
    moles = EQUIVALENTS * carried / oxide
    return moles * BASE_KG_MOL, moles * ACID_KG_MOL


@dataclass(frozen=True, eq=False)
class _Section:
    """Fixed points of a section's map of x, and ln of what one stage multiplies (x - low)/(high - x) by."""

    low: Floats
    high: Floats
    log_growth: Floats

    def stages(self, start: Floats, end: Floats) -> Floats:
        """Return how many stages lead from one x to another."""
        odds = (end - self.low) / (self.high - end) * ((self.high - start) / (start - self.low))
        count: Floats = np.log(odds) / self.log_growth
        return count

    def after(self, start: Floats, stages: Floats) -> Floats:
        """Return x after so many stages."""
        odds = (start - self.low) / (self.high - start) * np.exp(stages * self.log_growth)
        reached: Floats = (self.low + odds * self.high) / (1.0 + odds)
        return reached


def _section(beta: Floats, m: Floats, c: Floats) -> _Section:
    """Return the section in which one stage makes m y + c of x, y at equilibrium with x."""
    a, b = beta - 1.0, 1.0 - c * (beta - 1.0) - m * beta
    root = np.sqrt(b * b + 4.0 * a * c)
    far = np.where(b < 0.0, root - b, -root - b)  # free of cancellation
    one, other = far / (2.0 * a), -2.0 * c / far
    low, high = np.minimum(one, other), np.maximum(one, other)
    return _Section(low, high, np.log1p(a * high) - np.log1p(a * low))


def _separation(beta: ArrayLike) -> Floats:
    b = positive(PLACE, "separation factor [-]", beta, "heavy over light")
    refuse_where(b <= 1.0, PLACE, "separation factor [-]", b, "must exceed 1", "name the heavier first")
    return b


def _between(name: str, purity: ArrayLike) -> Floats:
    p = positive(PLACE, f"purity of the {name} end [mol/mol]", purity, "a share")
    refuse_where(p >= 1.0, PLACE, f"purity of the {name} end [mol/mol]", p, "must be below 1", "none is whole")
    return p


def _ends(beta: ArrayLike, share: ArrayLike, lost: ArrayLike, taken: ArrayLike) -> tuple[Floats, ...]:
    b = _separation(beta)
    f = positive(PLACE, "heavy share of the feed [mol/mol]", share, "moles per mole fed")
    refuse_where(f >= 1.0, PLACE, "heavy share of the feed [mol/mol]", f, "must be below 1", "nothing is to separate")
    low = not_negative(PLACE, "heavy in raffinate [mol/mol]", lost, "moles per mole fed")
    refuse_where(low >= f, PLACE, "heavy in raffinate [mol/mol]", low, "must be less than is fed", "aim higher")
    high = not_negative(PLACE, "light in extract [mol/mol]", taken, "moles per mole fed")
    refuse_where(high >= 1.0 - f, PLACE, "light in extract [mol/mol]", high, "must be less than is fed", "aim higher")
    return b, f, low, high
