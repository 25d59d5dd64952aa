"""Separation of grains by size: distributions, partition curves with bypass, balances of a feed with two hosts.

The underflow of a hydrocyclone is the coarse product; here it is the concentrate, for the host of the rare earths is
coarser than the clay around it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from twin.models.limits import FloatArray, not_negative, positive, refuse_where

_SHARE = "0.1 is 10 %"


def rosin_rammler_passing(size_um: ArrayLike, size_63_um: ArrayLike, exponent: ArrayLike) -> FloatArray:
    """Return the mass share of grains finer than a size.

    Parameters
    ----------
    size_um : size d [um], 0 or above, any shape.
    size_63_um : size that 63.2 % are finer than, d' [um], above 0.
    exponent : uniformity n [1], above 0; 0.7 is a wide, 3 a narrow distribution.

    Returns
    -------
    Share finer [1], broadcast shape.

    Notes
    -----
    1 - exp(-(d/d')^n).

    References
    ----------
    Rosin and Rammler (1933), J. Inst. Fuel 7, 29-36.

    Examples
    --------
    >>> rosin_rammler_passing([0.0, 4.0, 20.0], 3.1, 0.73).round(2).tolist()
    [0.0, 0.7, 0.98]
    """
    place = "Rosin-Rammler"
    d = not_negative(place, "size [um]", size_um, "a size is a length")
    scale = positive(place, "size of 63 % passing [um]", size_63_um, "clay has 1 to 10")
    n = positive(place, "exponent [1]", exponent, "0.7 to 3 are usual")
    return np.asarray(-np.expm1(-((d / scale) ** n)))


def bin_shares(edges_um: ArrayLike, size_63_um: float, exponent: float) -> FloatArray:
    """Return the mass shares of a Rosin-Rammler distribution in bins of size.

    Parameters
    ----------
    edges_um : ascending edges of k bins [um], shape (k + 1,).
    size_63_um, exponent : see :func:`rosin_rammler_passing`.

    Returns
    -------
    Shares [1], shape (k,), sum 1: what is finer than the first or coarser than the last edge is in the end bins.

    Examples
    --------
    >>> bin_shares([1.0, 4.0, 20.0, 100.0], 3.1, 0.73).round(2).tolist()
    [0.7, 0.28, 0.02]
    """
    edges = np.asarray(edges_um, np.float64)
    refuse_where(np.diff(edges) <= 0.0, "size bins", "edge [um]", edges[1:], "must exceed the one before", "sort them")
    passing = rosin_rammler_passing(edges, size_63_um, exponent)
    passing[0], passing[-1] = 0.0, 1.0
    return np.diff(passing)


def rosin_rammler_efficiency(size_ratio: ArrayLike, sharpness: ArrayLike) -> FloatArray:
    """Return the share of grains that are sorted into the coarse product, by Plitt's form of the partition curve.

    Parameters
    ----------
    size_ratio : size over corrected cut size d/d50c [1], 0 or above, any shape.
    sharpness : m [1], above 0; 1.5 to 3.5 is usual.

    Returns
    -------
    Corrected efficiency E_r [1], broadcast shape.

    Notes
    -----
    E_r = 1 - exp(-ln 2 (d/d50c)^m); 0 at size 0, one half at the cut.

    References
    ----------
    Plitt (1976), CIM Bull. 69 (776), 114-123; Reid (1971), Can. Metall. Q. 10, 73-83.

    Examples
    --------
    >>> rosin_rammler_efficiency([0.0, 1.0, 2.0], 2.0).round(4).tolist()
    [0.0, 0.5, 0.9375]
    """
    x = not_negative("partition curve", "size ratio [1]", size_ratio, "a size is a length")
    m = positive("partition curve", "sharpness [1]", sharpness, "1.5 to 3.5 is usual")
    return np.asarray(-np.expm1(-np.log(2.0) * x**m))


def lynch_rao_efficiency(size_ratio: ArrayLike, sharpness: ArrayLike) -> FloatArray:
    """Return the share of grains that are sorted into the coarse product, by the form of Lynch and Rao.

    Parameters
    ----------
    size_ratio : size over corrected cut size x = d/d50c [1], 0 or above, any shape.
    sharpness : alpha [1], above 0; 2 to 6 is usual.

    Returns
    -------
    Corrected efficiency E_r [1], broadcast shape.

    Notes
    -----
    E_r = (e^(alpha x) - 1)/(e^(alpha x) + e^alpha - 2), written with falling exponentials so that no size overflows.
    0 at size 0, one half at the cut.

    References
    ----------
    Lynch and Rao (1975), 11th Int. Miner. Process. Congr., Cagliari, 245-269.

    Examples
    --------
    >>> lynch_rao_efficiency([0.0, 0.5, 1.0, 1.5, 1e6], 3.0).round(6).tolist()
    [0.0, 0.154281, 0.5, 0.82345, 1.0]
    """
    x = not_negative("partition curve", "size ratio [1]", size_ratio, "a size is a length")
    alpha = positive("partition curve", "sharpness [1]", sharpness, "2 to 6 is usual")
    x, alpha = np.broadcast_arrays(x, alpha)
    top = -np.expm1(-alpha * x)
    # above the cut both are divided by e^(alpha x), below it by e^alpha: no exponent is positive
    coarse = 1.0 + np.exp(np.minimum(alpha * (1.0 - x), 0.0)) - 2.0 * np.exp(-alpha * x)
    fine = np.exp(np.minimum(alpha * (x - 1.0), 0.0))
    return np.asarray(
        np.where(x >= 1.0, top / np.where(x >= 1.0, coarse, 1.0), fine * top / (fine + 1.0 - 2.0 * np.exp(-alpha)))
    )


def to_underflow(efficiency: ArrayLike, bypass: ArrayLike) -> FloatArray:
    """Return the share of grains that leave in the underflow, sorted or not.

    Parameters
    ----------
    efficiency : corrected efficiency E_r [1], 0 to 1, any shape.
    bypass : share of the feed that leaves with the water of the underflow unsorted, R_f [1], 0 to 1.

    Returns
    -------
    Actual efficiency E [1], broadcast shape.

    Notes
    -----
    E = R_f + (1 - R_f) E_r. The bypass caps the upgrade whatever the sharpness.

    References
    ----------
    Kelsall (1953), Chem. Eng. Sci. 2, 254-272.

    Examples
    --------
    >>> to_underflow([0.0, 0.5, 1.0], 0.1).round(9).tolist()
    [0.1, 0.55, 1.0]
    """
    found = _share("partition curve", "efficiency [1]", efficiency)
    R_f = _share("partition curve", "bypass [1]", bypass)
    return np.asarray(R_f + (1.0 - R_f) * found)


@dataclass(frozen=True, eq=False)
class SieveBalance:
    """What the coarse part of a sieved feed holds, down to each size.

    Attributes
    ----------
    feed_grade : of the whole, in the unit of the grades.
    pull : cumulative share of the mass [1], shape (k,).
    recovery : cumulative share of the valuable [1], shape (k,).
    upgrade : grade of that part over that of the feed [1], shape (k,).
    """

    feed_grade: float
    pull: FloatArray
    recovery: FloatArray
    upgrade: FloatArray


def sieve_balance(mass: ArrayLike, grade: ArrayLike, efficiency: ArrayLike = 1.0) -> SieveBalance:
    """Return the balance of a sieved feed, coarse first, as an ideal cut at each size would split it.

    Parameters
    ----------
    mass : mass by bin, coarse first, any unit, 0 or above, shape (k,).
    grade : grade by bin, any unit, 0 or above, shape (k,).
    efficiency : share of each bin that is taken [1]; 1 takes whole bins.

    Notes
    -----
    recovery = upgrade x pull holds down to each size; the last entry is what all bins together give.

    Examples
    --------
    >>> coarse = sieve_balance([1.0, 3.0], [6.0, 2.0])
    >>> coarse.feed_grade, coarse.pull.tolist(), coarse.recovery.tolist(), coarse.upgrade.tolist()
    (3.0, [0.25, 1.0], [0.5, 1.0], [2.0, 1.0])
    """
    fed = not_negative("sieve balance", "mass", mass, "an empty bin has 0")
    valuable = fed * not_negative("sieve balance", "grade", grade, "a bin without any has 0")
    for name, whole in (("mass", fed.sum()), ("valuable", valuable.sum())):
        positive("sieve balance", f"sum of {name}", whole, "give at least one bin that holds some")
    taken = _share("sieve balance", "efficiency [1]", efficiency)
    pull = np.cumsum(fed * taken) / fed.sum()
    recovery = np.cumsum(valuable * taken) / valuable.sum()
    upgrade = np.divide(recovery, pull, out=np.zeros_like(pull), where=pull > 0.0)
    return SieveBalance(float(valuable.sum() / fed.sum()), pull, recovery, upgrade)


def host_recoveries(
    upgrade: ArrayLike, recovery: ArrayLike, host_share: ArrayLike, host_mass_share: ArrayLike
) -> tuple[FloatArray, FloatArray]:
    """Return which shares of host and of the rest a separator must take to reach a stated upgrade and recovery.

    Parameters
    ----------
    upgrade : grade of the concentrate over that of the feed U [1], 1 or above, any shape.
    recovery : share of the valuable that the concentrate holds R [1], 0 to 1.
    host_share : share of the valuable that sits in the host s [1], above the host's share of the mass, to 1.
    host_mass_share : share of the solids that is host a [1], 0 or above.

    Returns
    -------
    Shares of host and of the rest that go to the concentrate [1], broadcast shape.

    Notes
    -----
    s x + (1 - s) y = R and a x + (1 - a) y = R/U give x - y = D = (R - R/U)/(s - a), x = R + (1 - s) D, y = R - s D.
    Where that would take more than all host or less than nothing of the rest, D is cut back: the recovery is kept and
    the upgrade is what the hosts allow.

    Examples
    --------
    The default pair in mud with 10 % of host; then an upgrade that no separator of these hosts can give:

    >>> [round(float(part), 3) for part in host_recoveries(2.0, 0.70, 0.873, 0.10)]
    [0.758, 0.305]
    >>> [round(float(part), 3) for part in host_recoveries(20.0, 0.70, 0.873, 0.10)]
    [0.802, 0.0]
    """
    place = "two-host separation"
    U = positive(place, "upgrade [1]", upgrade, "1 leaves the grade as it is")
    refuse_where(U < 1.0, place, "upgrade [1]", U, "must be 1 or above", "swap concentrate and tailings")
    R = _share(place, "recovery [1]", recovery)
    s, a = _share(place, "host share [1]", host_share), _share(place, "host mass share [1]", host_mass_share)
    rule = "must exceed the host's share of the mass, or the host is no richer than the feed"
    refuse_where(s <= a, place, "host share [1]", s, rule, "check grades of feed and host")
    most = np.minimum(R / s, np.divide(1.0 - R, 1.0 - s, out=np.ones(np.broadcast(R, s).shape), where=s < 1.0))
    difference = np.minimum((R - R / U) / (s - a), most)
    host, rest = R + (1.0 - s) * difference, R - s * difference
    return np.clip(host, 0.0, 1.0), np.clip(rest, 0.0, 1.0)


@dataclass(frozen=True, eq=False)
class BreakEven:
    """What a separator costs in metal and must save elsewhere.

    Attributes
    ----------
    lost_usd_t : value of the metal lost with the tailings, per tonne of feed [USD/t].
    discarded_share : tailings per feed [1]: what is no longer shipped, leached and filtered.
    needed_usd_t_discarded : what each tonne of tailings must have cost downstream for the step to pay [USD/t].
    needed_value_share : the same per tonne of feed, over the value of the feed's metal [1].
    """

    lost_usd_t: FloatArray
    discarded_share: FloatArray
    needed_usd_t_discarded: FloatArray
    needed_value_share: FloatArray


def break_even(value_usd_t: ArrayLike, pull: ArrayLike, recovery: ArrayLike, cost_usd_t: ArrayLike = 0.0) -> BreakEven:
    """Return what a separator with a mass pull and a recovery must save per tonne of feed to pay.

    Parameters
    ----------
    value_usd_t : what the metal of a tonne of feed would be paid, without the separator, V [USD/t], 0 or above.
    pull : concentrate per feed c [1], 0 to below 1.
    recovery : share of that value in the concentrate R [1], 0 to 1.
    cost_usd_t : what running the separator costs per tonne of feed k [USD/t], 0 or above.

    Returns
    -------
    Each value in broadcast shape.

    Notes
    -----
    Lost: (1 - R) V. To pay, (1 - c) times the downstream cost per tonne of feed must reach (1 - R) V + k. Only costs
    that fall with the mass treated count as saved; acid for the phosphate itself goes with the host, not with the mass.

    Examples
    --------
    Metal worth 500 USD/t, the default pull and recovery: three tenths of the value are lost, so shipping and treating
    a tonne must cost 231 USD.

    >>> step = break_even(500.0, 0.35, 0.70)
    >>> [round(float(x), 2) for x in (step.lost_usd_t, step.needed_usd_t_discarded, step.needed_value_share)]
    [150.0, 230.77, 0.3]
    """
    place = "break-even"
    V = not_negative(place, "value [USD/t]", value_usd_t, "worthless feed has 0")
    k = not_negative(place, "cost [USD/t]", cost_usd_t, "no cost is 0")
    c, R = _share(place, "pull [1]", pull), _share(place, "recovery [1]", recovery)
    refuse_where(c >= 1.0, place, "pull [1]", c, "must be below 1", "a step that discards nothing saves nothing")
    V, k, c, R = np.broadcast_arrays(V, k, c, R)
    lost = (1.0 - R) * V
    relative = np.divide(lost + k, V, out=np.full(V.shape, np.nan), where=V > 0.0)
    return BreakEven(lost, 1.0 - c, (lost + k) / (1.0 - c), relative)


def _share(place: str, name: str, values: ArrayLike) -> FloatArray:
    found = not_negative(place, name, values, _SHARE)
    refuse_where(found > 1.0, place, name, found, "must be at most 1", _SHARE)
    return found
