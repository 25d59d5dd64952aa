"""How a separation plant is laid out: cuts between neighbours, each with its stages and its flows."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from ops_data.elements import ELEMENTS
from twin.models.stage_theory import fenske_stages, ideal_stages, least_wash
from twin.processing.lot import Floats
from twin.processing.oxides import PRODUCTS, named

# the elements in the order in which PC88A and D2EHPA take them
SERIES: Final = ("La", "Ce", "Pr", "Nd", "Sm", "Eu", "Gd", "Tb", "Dy", "Ho", "Y", "Er", "Tm", "Yb", "Lu")
TRACE: Final = 0.25  # of the impurity allowed: less of a group needs no circuit, less of an element is no key


@dataclass(frozen=True, slots=True)
class Aim:
    """What a cut is to reach.

    Attributes
    ----------
    purity : of the products next to the cut, moles of their own per all [1], above 0 and below 1.
    recovery : of those products [1], above 0 and below 1.
    least_beta : separation factor of the keys below which no circuit is built [1], above 1.
    wash_factor : scrub per least scrub [1], above 1.
    most_stages : extraction and scrub stages a circuit may have; a cut that needs more misses its aim.
    """

    purity: float
    recovery: float
    least_beta: float
    wash_factor: float
    most_stages: int


@dataclass(frozen=True, slots=True)
class Design:
    """A circuit laid out for one cut; amounts per mol of rare earths fed.

    Attributes
    ----------
    cut : name, as "Nd/Sm".
    lighter, heavier : the key elements on both sides that were found in the feed.
    beta : their separation factor [1].
    heavy_share : of the feed, what is to be extracted [mol/mol].
    light_in_extract, heavy_in_raffinate : the impurity of both ends that is aimed at [mol/mol].
    least_stages : ideal stages at total reflux [1].
    least_wash_mol, wash_mol : metal in the scrub liquor, at least and as chosen [mol/mol].
    extraction_stages, scrub_stages : ideal stages at that scrub, at least 1 each.
    """

    cut: str
    lighter: str
    heavier: str
    beta: float
    heavy_share: float
    light_in_extract: float
    heavy_in_raffinate: float
    least_stages: float
    least_wash_mol: float
    wash_mol: float
    extraction_stages: int
    scrub_stages: int

    @property
    def extracted_mol(self) -> float:
        """Metal that leaves with the loaded solvent [mol/mol]."""
        return self.heavy_share - self.heavy_in_raffinate + self.light_in_extract


def heavy_side(cut: str) -> Floats:
    """Return which elements a cut sends to the extract, 1 or 0, shape (15,).

    Examples
    --------
    >>> [e for e, heavy in zip(ELEMENTS, heavy_side("Ho/Y"), strict=True) if heavy]
    ['Er', 'Tm', 'Yb', 'Lu', 'Y']
    """
    heavier = cut.partition("/")[2]
    return np.array([float(SERIES.index(element) >= SERIES.index(heavier)) for element in ELEMENTS])


def design(cut: str, feed_mol: Floats, log_d: Floats, aim: Aim) -> Design | None:
    """Return a circuit for a cut, or None where none is built: next to nothing on one side, or keys too much alike.

    Parameters
    ----------
    cut : two neighbours of ``SERIES``, "lighter/heavier".
    feed_mol : rare earths fed [mol, any amount], shape (15,).
    log_d : log10 D of the rare earths at one pH, shape (15,).
    aim : purity, recovery and scrub.

    Returns
    -------
    Stages and flows per mol fed.

    Notes
    -----
    Both groups are treated as their neighbouring keys, which errs to more stages. Fenske's number of stages for the
    split aimed at; the least scrub of a clean split, W = 1/(β - 1) mol per mol fed whatever the feed is, times the
    factor chosen; ideal stages at constant mixed extraction and that scrub, shared out in proportion where a circuit
    may not have so many. What strays is of the product next to the cut and goes into the one beyond it, be they small:
    it is half of what the recovery of the one or the purity of the other allows, for a product between two cuts suffers
    from both.

    References
    ----------
    See :mod:`twin.models.stage_theory`.

    Examples
    --------
    >>> feed = np.array([float(e in ("Pr", "Nd")) * (4.0 if e == "Nd" else 1.0) for e in ELEMENTS])
    >>> steps = np.array([0.33 * SERIES.index(e) for e in ELEMENTS])
    >>> found = design("Pr/Nd", feed, steps, Aim(0.999, 0.999, 1.1, 1.2, 99))
    >>> round(found.least_wash_mol, 3), round(found.least_stages, 1)
    (0.879, 21.8)
    """
    total = float(feed_mol.sum())
    share, heavy = feed_mol / total if total > 0.0 else feed_mol, heavy_side(cut)
    heavy_share = float(share @ heavy)
    light_share = float(share @ (1.0 - heavy))
    trace = TRACE * (1.0 - aim.purity)
    if min(heavy_share, light_share) <= trace:
        return None
    lighter = _key([e for e in SERIES if not heavy[ELEMENTS.index(e)]][::-1], share, trace)
    heavier = _key([e for e in SERIES if heavy[ELEMENTS.index(e)]], share, trace)
    beta = float(10.0 ** (log_d[ELEMENTS.index(heavier)] - log_d[ELEMENTS.index(lighter)]))
    if beta < aim.least_beta:
        return None
    next_heavy = float(share @ (heavy * _same_product(heavier)))
    next_light = float(share @ ((1.0 - heavy) * _same_product(lighter)))
    in_extract = 0.5 * min((1.0 - aim.recovery) * next_light, (1.0 - aim.purity) * next_heavy)
    in_raffinate = 0.5 * min((1.0 - aim.recovery) * next_heavy, (1.0 - aim.purity) * next_light)
    extracted = heavy_share - in_raffinate + in_extract
    purities = (light_share - in_extract) / (1.0 - extracted), 1.0 - in_extract / extracted
    fenske, least = float(fenske_stages(beta, *purities)), float(least_wash(beta))
    wash = aim.wash_factor * least
    extraction, scrub = ideal_stages(beta, heavy_share, in_raffinate, in_extract, wash)
    stages = _within(aim.most_stages, int(extraction), int(scrub))
    return Design(cut, lighter, heavier, beta, heavy_share, in_extract, in_raffinate, fenske, least, wash, *stages)


def _key(candidates: list[str], share: Floats, trace: float) -> str:
    """Return the candidate nearest to the cut that is no trace, else the most abundant one."""
    for element in candidates:
        if share[ELEMENTS.index(element)] > trace:
            return element
    return max(candidates, key=lambda element: float(share[ELEMENTS.index(element)]))


def _same_product(element: str) -> Floats:
    """Return which elements are sold with one, 1 or 0, shape (15,)."""
    return named(next(product for product, elements in PRODUCTS.items() if element in elements))


def _within(most: int, extraction: int, scrub: int) -> tuple[int, int]:
    """Return stages of extraction and scrub, at most so many in all, shared out as the ideal ones are."""
    total = extraction + scrub
    if total <= most:
        return extraction, scrub
    kept = min(max(round(most * extraction / total), 1), most - 1)
    return kept, most - kept
