"""Washing of leached solids: what of the dissolved leaves with the residue."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from twin.models.limits import not_negative, refuse_where

Floats = NDArray[np.float64]


def entrained_t(solids_t: ArrayLike, water_fraction: ArrayLike) -> Floats:
    """Return the liquor that drained solids hold.

    Parameters
    ----------
    solids_t : dry solids [t], 0 or above, any shape.
    water_fraction : liquor by mass of the wet solids w [1], 0 to below 1.

    Returns
    -------
    Liquor [t], broadcast shape: solids times w/(1 - w).

    Examples
    --------
    >>> float(entrained_t(1.0, 0.45).round(3))
    0.818
    """
    solids = not_negative("wash", "solids [t]", solids_t, "correct the lot")
    w = _share("water fraction [1]", water_fraction)
    refuse_where(w >= 1.0, "wash", "water fraction [1]", w, "must be below 1", "0.45 is 45 %")
    return np.asarray(solids * w / (1.0 - w))


def counter_current_loss(
    feed_liquid: ArrayLike, underflow_liquid: ArrayLike, wash_liquid: ArrayLike, stages: ArrayLike
) -> Floats:
    """Return the soluble loss of counter-current decantation.

    Parameters
    ----------
    feed_liquid : liquor with the slurry fed to the first stage F, 0 or above, any shape and unit of volume or mass.
    underflow_liquid : liquor that the thickened solids of each stage take along U, 0 to F, same unit.
    wash_liquid : fresh water fed to the last stage W, 0 or above, same unit.
    stages : ideal stages N [1], 1 or more; need not be whole (real stages times efficiency).

    Returns
    -------
    Share of the dissolved that leaves with the last underflow [1], 0 to 1, broadcast shape; 0 without feed.

    Notes
    -----
    Each stage mixes wholly and thickens to the same U. The stages after the first leave, of what they are fed with the
    solids, r = 1/(1 + R + … + R^(N-1)) with R = W/U, and give the rest back to the first; so
    loss = U r/(F + W - U + U r). One stage: U/(F + W), a wash with all the water at once; no water: U/F.

    References
    ----------
    McCabe, Smith and Harriott (2005), Unit Operations of Chemical Engineering, 7th ed., ch. 20 (leaching at constant
    underflow); here with the first stage fed otherwise than the rest: derived.

    Examples
    --------
    >>> counter_current_loss(10.0, 0.82, 1.23, [1, 2, 4, 7]).round(4).tolist()
    [0.073, 0.0305, 0.0096, 0.0024]
    """
    F, U, W = (
        not_negative("wash", name, value, "correct the stream")
        for name, value in (("feed", feed_liquid), ("underflow", underflow_liquid), ("wash", wash_liquid))
    )
    N = np.asarray(stages, np.float64)
    refuse_where(~(np.isfinite(N) & (N >= 1.0)), "wash", "stages [1]", N, "must be 1 or more", "one stage is the least")
    refuse_where(U > F * (1.0 + 1e-12), "wash", "underflow", U, "must be at most the feed", "thicken before washing")
    R = np.divide(W, U, out=np.zeros(np.broadcast_shapes(W.shape, U.shape)), where=U > 0.0)
    left = U * _not_washed(R, N)
    whole = F + W - U + left
    return np.asarray(
        np.divide(left, whole, out=np.zeros(np.broadcast_shapes(left.shape, whole.shape)), where=whole > 0.0)
    )


def displacement_loss(
    feed_liquid: ArrayLike, cake_liquid: ArrayLike, wash_ratio: ArrayLike, efficiency: ArrayLike
) -> Floats:
    """Return the soluble loss of a filter cake washed by displacement.

    Parameters
    ----------
    feed_liquid : liquor with the slurry fed to the filter F, 0 or above, any shape.
    cake_liquid : liquor that the cake holds U, 0 to F, same unit.
    wash_ratio : wash water per liquor in the cake n [1], 0 or above.
    efficiency : share of the solute that a first volume of wash water takes out E [1], 0 to 1.

    Returns
    -------
    Share of the dissolved that leaves with the cake [1], 0 to 1, broadcast shape; 0 without feed.

    Notes
    -----
    U/F (1 - E)^n: a cake forms from liquor as fed, each volume of water takes the same share of what is left.
    Ideal displacement has E = 1, a cake that mixes wholly 1 - 1/e = 0.63. Cracks make it worse.

    References
    ----------
    Form after Dahlstrom as in handbooks of filtration (from memory).

    Examples
    --------
    >>> displacement_loss(10.0, 0.82, [0.0, 1.0, 2.0], 0.7).round(4).tolist()
    [0.082, 0.0246, 0.0074]
    """
    F = not_negative("wash", "feed", feed_liquid, "correct the stream")
    U = not_negative("wash", "liquor in the cake", cake_liquid, "correct the stream")
    n = not_negative("wash", "wash ratio [1]", wash_ratio, "no wash is 0")
    E = _share("efficiency [1]", efficiency)
    refuse_where(
        U > F * (1.0 + 1e-12), "wash", "liquor in the cake", U, "must be at most the feed", "check the streams"
    )
    held = np.divide(U, F, out=np.zeros(np.broadcast_shapes(U.shape, F.shape)), where=F > 0.0)
    return np.asarray(held * (1.0 - E) ** n)


def _not_washed(R: Floats, N: Floats) -> Floats:
    """Return (R - 1)/(R^N - 1), which is 1/N at R = 1 and 1 at R = 0."""
    R, N = np.broadcast_arrays(R, N)
    with np.errstate(over="ignore"):
        log = np.log(np.where(R > 0.0, R, 1.0))
        near = np.abs(log) < 1e-8
        sums = np.expm1(N * np.where(near, 1.0, log)) / np.expm1(np.where(near, 1.0, log))
    return np.where(R > 0.0, 1.0 / np.where(near, N, sums), 1.0)


def _share(name: str, value: ArrayLike) -> Floats:
    found = not_negative("wash", name, value, "correct the share")
    refuse_where(found > 1.0, "wash", name, found, "must be at most 1", "0.45 is 45 %")
    return found
