"""What mud contributes: tonnes of an element, its share of a demand, and what makes the spread of a product."""

from collections.abc import Mapping
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ops_data.errors import ModelError
from ops_data.units import PPM
from twin.models.limits import FloatArray, not_negative, positive, refuse_where

Mask = NDArray[np.bool_]

PLACE: Final = "contribution"
FISCAL_YEAR_STARTS: Final = 4  # month; Japan's fiscal year runs from 1 April to 31 March
STILL: Final = 1e-10  # relative spread of a product below which it does not vary; rounding makes 1e-14
WRITE_SHARE: Final = "0.41 is 41 %"


def element_t(
    mud_t: ArrayLike, solids_share: ArrayLike, grade_ppm: ArrayLike, element_share: ArrayLike, recovery_share: ArrayLike
) -> FloatArray:
    """Return the mass of one element in product made of mud.

    Parameters
    ----------
    mud_t : mud M [t], wet or dry as ``solids_share`` says, 0 or above, any shape.
    solids_share : dry solids per mud s [1], 0 to 1; 1 for dry tonnes, 0.35 to 0.45 for mud as it lies.
    grade_ppm : rare earths and yttrium in dry solids g [ppm], as element, 0 to a million.
    element_share : of the element in them f [1], 0 to 1; 1: all of them.
    recovery_share : of the whole chain from mud to product R [1], 0 to 1: mining, beneficiation, leach, separation.

    Returns
    -------
    Element [t], broadcast shape: Q = M s g f R.

    Raises
    ------
    ModelError : a value out of range.

    Notes
    -----
    A grade of dry solids may not be multiplied with wet tonnes: ``solids_share`` stands between them.

    Examples
    --------
    350 t/d for 300 days at the ministry's grade, wet and dry:

    >>> element_t(350 * 300, [0.41, 1.0], 2652, 0.195, 0.70).round(1).tolist()
    [15.6, 38.0]
    """
    M = not_negative(PLACE, "mud [t]", mud_t, "no mud is 0")
    g = not_negative(PLACE, "grade [ppm]", grade_ppm, "barren mud is 0")
    refuse_where(g * PPM > 1.0, PLACE, "grade [ppm]", g, "must be at most a million", "2,652 is 0.27 %")
    s = _share("solids share [1]", solids_share)
    f = _share("element share [1]", element_share)
    return np.asarray(M * s * g * PPM * f * _share("recovery [1]", recovery_share))


def share_of(supply_t: ArrayLike, demand_t: ArrayLike) -> FloatArray:
    """Return supply over demand [1]; not a number where one of them is not known.

    Parameters
    ----------
    supply_t : what is supplied [t], 0 or above, any shape; not a number: not known.
    demand_t : what is wanted in the same time [t], above 0, or not a number: no figure.

    Examples
    --------
    >>> share_of(250.0, [1250.0, float("nan")]).tolist()
    [0.2, nan]
    """
    supply = np.asarray(supply_t, np.float64)
    refuse_where(supply < 0.0, PLACE, "supply [t]", supply, "must be 0 or above", "none is 0")
    demand = np.asarray(demand_t, np.float64)
    refuse_where(demand <= 0.0, PLACE, "demand [t]", demand, "must be above 0", "write not a number for no figure")
    return np.asarray(supply / demand)


def demand_behind(part_t: ArrayLike, share: ArrayLike) -> FloatArray:
    """Return the demand [t] of which a part is a share: part / share.

    Parameters
    ----------
    part_t : the part [t], 0 or above, any shape.
    share : what it is of the whole [1], above 0 to 1.

    Examples
    --------
    Half of the Lacq plant is told to be a fifth of what Japan will need (JOGMEC 2025):

    >>> demand_behind([250.0, 45.0], 0.2).round(6).tolist()
    [1250.0, 225.0]
    """
    part = not_negative(PLACE, "part [t]", part_t, "none is 0")
    whole = positive(PLACE, "share of demand [1]", share, "0.2 is a fifth")
    return np.asarray(part / _share("share of demand [1]", whole))


def tonnes_for_share(
    share: ArrayLike,
    demand_t: ArrayLike,
    days: ArrayLike,
    solids_share: ArrayLike,
    grade_ppm: ArrayLike,
    element_share: ArrayLike,
    recovery_share: ArrayLike,
) -> FloatArray:
    """Return the mud per operating day that covers a share of a year's demand: :func:`element_t` solved for the mud.

    Parameters
    ----------
    share : of the demand that is to be covered [1], 0 to 1, any shape.
    demand_t : of the element in a year [t], 0 or above.
    days : operating days of the year [d], above 0.
    solids_share, grade_ppm, element_share, recovery_share : as in :func:`element_t`, all above 0.

    Returns
    -------
    Mud [t/d], broadcast shape; wet or dry as ``solids_share`` says.

    Raises
    ------
    ModelError : a value out of range.

    Examples
    --------
    A quarter of Japan's neodymium from the richest layer, in dry tonnes:

    >>> round(float(tonnes_for_share(0.25, 4200.0, 300.0, 1.0, 5000.0, 0.195, 0.75)))
    4786
    """
    wanted = _share("share of demand [1]", share) * not_negative(PLACE, "demand [t]", demand_t, "none is 0")
    d = positive(PLACE, "operating days [d]", days, "a year of weeks is 30")
    yielded = positive(
        PLACE, "element per mud [t/t]", element_t(1.0, solids_share, grade_ppm, element_share, recovery_share),
        "barren mud covers nothing",
    )  # fmt: skip
    return np.asarray(wanted / (d * yielded))


def import_dependence(domestic_t: ArrayLike, secondary_t: ArrayLike, apparent_use_t: ArrayLike) -> FloatArray:
    """Return the import dependence [1]: 1 less domestic primary and secondary supply over apparent use.

    Parameters
    ----------
    domestic_t, secondary_t : mined and recycled at home [t], 0 or above, any shape.
    apparent_use_t : use [t], above 0.

    Returns
    -------
    Dependence [1], at most 1; below 0 where more is made than used.

    Examples
    --------
    >>> import_dependence([0.0, 1050.0], 0.0, 4200.0).tolist()
    [1.0, 0.75]
    """
    domestic = not_negative(PLACE, "domestic supply [t]", domestic_t, "none is 0")
    secondary = not_negative(PLACE, "secondary supply [t]", secondary_t, "none is 0")
    use = positive(PLACE, "apparent use [t]", apparent_use_t, "a market that is used at all")
    return np.asarray(1.0 - (domestic + secondary) / use)


def net_import_reliance(
    imports_t: ArrayLike, exports_t: ArrayLike, stock_release_t: ArrayLike, apparent_use_t: ArrayLike
) -> FloatArray:
    """Return the net import reliance [1]: imports less exports plus what stocks gave, over apparent use.

    Parameters
    ----------
    imports_t, exports_t : across the border in a year [t], 0 or above, any shape.
    stock_release_t : taken out of stocks [t]; put in: negative.
    apparent_use_t : use [t], above 0.

    References
    ----------
    U.S. Geological Survey, Mineral Commodity Summaries, appendix on definitions.

    Examples
    --------
    >>> round(float(net_import_reliance(100.0, 20.0, -5.0, 100.0)), 6)
    0.75
    """
    net = not_negative(PLACE, "imports [t]", imports_t, "none is 0") - not_negative(
        PLACE, "exports [t]", exports_t, "none is 0"
    )
    use = positive(PLACE, "apparent use [t]", apparent_use_t, "a market that is used at all")
    return np.asarray((net + np.asarray(stock_release_t, np.float64)) / use)


def variance_shares(factors: Mapping[str, ArrayLike], mask: Mask | None = None) -> dict[str, float]:
    """Return how much of the variance of the logarithm of a product each factor makes.

    Parameters
    ----------
    factors : name → draws of the factor, above 0, shapes that broadcast to (n,); a divisor enters as its reciprocal.
    mask : draws that count, shape (n,); nothing: all.

    Returns
    -------
    Name → share [1]. They sum to 1; one may be below 0 where a factor works against the others. All not a number if the
    product does not vary.

    Raises
    ------
    ModelError : a factor is 0, negative or not finite, there are none, or fewer than two draws count.

    Notes
    -----
    ln P = Σ ln f_k, so var(ln P) = Σ cov(ln f_k, ln P): the share is cov(ln f_k, ln P) / var(ln P), exact for any
    dependence between factors. Of independent factors it is var(ln f_k) / var(ln P), and equals the first-order Sobol
    index of the logarithm.

    Examples
    --------
    >>> shares = variance_shares({"grade": [1.0, 2.0, 1.0, 2.0], "days": [1.0, 1.0, 4.0, 4.0], "fixed": 3.0})
    >>> {name: round(share, 6) for name, share in shares.items()}
    {'grade': 0.2, 'days': 0.8, 'fixed': 0.0}
    """
    if not factors:
        raise ModelError(f"{PLACE}: no factor to share a variance out to; one or more are needed: name them")
    logs = np.stack(
        np.broadcast_arrays(
            *(np.log(positive(PLACE, f"factor {name}", draws, "leave it out")) for name, draws in factors.items())
        )
    ).reshape(len(factors), -1)
    kept = logs if mask is None else logs[:, mask]
    if kept.shape[1] < 2:
        raise ModelError(f"{PLACE}: {kept.shape[1]} draws to take a variance of; two or more are needed: draw more")
    centred = kept - kept.mean(axis=1, keepdims=True)
    product = centred.sum(axis=0)
    spread = float(product @ product)
    shares = centred @ product / spread if spread > STILL**2 * len(product) else np.full(len(factors), np.nan)
    return dict(zip(factors, shares.tolist(), strict=True))


def fiscal_year(day: date) -> int:
    """Return the Japanese fiscal year of a date: it is named after the calendar year in which it starts, on 1 April.

    Examples
    --------
    >>> fiscal_year(date(2027, 2, 1)), fiscal_year(date(2027, 4, 1))
    (2026, 2027)
    """
    return day.year - (day.month < FISCAL_YEAR_STARTS)


def _share(name: str, values: ArrayLike) -> FloatArray:
    array = not_negative(PLACE, name, values, WRITE_SHARE)
    refuse_where(array > 1.0, PLACE, name, array, "must be at most 1", WRITE_SHARE)
    return array
