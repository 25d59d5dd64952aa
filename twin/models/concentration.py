"""How concentrated a supply is: Herfindahl–Hirschman index, evenness, largest share, supply risk of the EU type."""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from twin.models.limits import FloatArray, not_negative, refuse_where

PERCENT: Final = 100.0
AMOUNT: Final = "count what is supplied; nothing is 0"


def shares(amounts: ArrayLike) -> FloatArray:
    """Return amounts as shares of their sum along the first axis.

    Parameters
    ----------
    amounts : by supplier, any unit, 0 or more, shape (n, ...).

    Returns
    -------
    Shares of 1, same shape; not a number where nothing is supplied.

    Examples
    --------
    >>> shares([3.0, 1.0]).tolist()
    [0.75, 0.25]
    """
    found = not_negative("concentration", "amount", amounts, AMOUNT)
    total = found.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(total > 0.0, found / np.where(total > 0.0, total, 1.0), np.nan)


def hhi(amounts: ArrayLike) -> FloatArray:
    """Return the Herfindahl–Hirschman index, 0 to 10,000.

    Parameters
    ----------
    amounts : by supplier, any unit, 0 or more, shape (n, ...).

    Notes
    -----
    Σ (100 s_i)², with shares s_i of the suppliers; 10,000 is one supplier alone. Not a number where nothing is
    supplied.

    References
    ----------
    Herfindahl (1950), thesis, Columbia University; Hirschman (1964), American Economic Review 54, 761.

    Examples
    --------
    >>> round(float(hhi([30, 30, 20, 20])), 6)
    2600.0
    """
    found: FloatArray = np.square(PERCENT * shares(amounts)).sum(axis=0)
    return found


def largest_share(amounts: ArrayLike) -> FloatArray:
    """Return the share of the largest supplier, shape as ``amounts`` without its first axis.

    Examples
    --------
    >>> float(largest_share([1.0, 3.0]))
    0.75
    """
    found: FloatArray = shares(amounts).max(axis=0)
    return found


def evenness(amounts: ArrayLike) -> FloatArray:
    """Return Shannon's evenness: 0 one supplier alone, 1 all alike.

    Parameters
    ----------
    amounts : by supplier, any unit, 0 or more, shape (n, ...).

    Notes
    -----
    -Σ s ln s / ln n over the n suppliers that supply anything; with one supplier 0 by definition.

    References
    ----------
    Pielou (1966), Journal of Theoretical Biology 13, 131-144.

    Examples
    --------
    >>> float(evenness([1.0, 1.0, 0.0])), float(evenness([2.0, 0.0]))
    (1.0, 0.0)
    """
    part = shares(amounts)
    there = part > 0.0
    entropy = -(part * np.log(np.where(there, part, 1.0))).sum(axis=0)
    count = there.sum(axis=0)
    found: FloatArray = np.where(count > 1, entropy / np.log(np.maximum(count, 2)), np.where(count == 1, 0.0, np.nan))
    return found


def governance_hhi(amounts: ArrayLike, governance: ArrayLike, trade: ArrayLike = 1.0) -> FloatArray:
    """Return the concentration weighted by governance, 0 to 10 × ``trade``.

    Parameters
    ----------
    amounts : by supplier, any unit, 0 or more, shape (n, ...).
    governance : by supplier, 0 (best) to 10 (worst), shape (n,).
    trade : parameter for restrictions and treaties [-], a number or shape (n,).

    Notes
    -----
    Σ s_i² WGI_i t_i with shares of 1 (not of 100).

    Examples
    --------
    >>> float(governance_hhi([1.0, 1.0], [5.0, 1.0]))
    1.5
    """
    weight = np.broadcast_to(
        np.asarray(governance, np.float64) * np.asarray(trade, np.float64), (np.shape(amounts)[0],)
    )
    refuse_where(
        ~((weight >= 0.0) & (weight < np.inf)), "supply risk", "governance", weight, "must be 0 or above", "scale it"
    )
    found: FloatArray = np.einsum("i...,i->...", np.square(shares(amounts)), weight)
    return found


def supply_risk(
    world: ArrayLike,
    sourcing: ArrayLike,
    import_reliance: ArrayLike,
    recycled_share: ArrayLike,
    substitution: ArrayLike,
) -> FloatArray:
    """Return a supply risk of the EU type, 0 to 10 as a rule.

    Parameters
    ----------
    world : governance-weighted concentration of the world's supply, see :func:`governance_hhi`.
    sourcing : the same of where the country buys.
    import_reliance : IR, 0 to 1.
    recycled_share : input from material at end of life, EoL-RIR, 0 to 1.
    substitution : index of substitution SI, 0 (easy) to 1 (none).

    Notes
    -----
    SR = [world IR/2 + sourcing (1 - IR/2)] (1 - EoL-RIR) SI. The form of the EU's revised method of 2017 as commonly
    printed; the project has not checked it against the text of the method, so it is offered as an index to compare
    stages and years with, never as the EU's own figure.

    References
    ----------
    European Commission (2017), Methodology for establishing the EU list of critical raw materials.

    Examples
    --------
    >>> float(supply_risk(4.0, 2.0, 1.0, 0.0, 1.0))
    3.0
    """
    reliance = np.clip(np.asarray(import_reliance, np.float64), 0.0, 1.0)
    mixed = np.asarray(world, np.float64) * reliance / 2 + np.asarray(sourcing, np.float64) * (1.0 - reliance / 2)
    found: FloatArray = mixed * (1.0 - np.asarray(recycled_share, np.float64)) * np.asarray(substitution, np.float64)
    return found
