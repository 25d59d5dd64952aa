"""Who gets the cash of a project: insurance, senior debt, reserve, mezzanine, ordinary equity, subordinated agency."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from twin.models.finance import Floats
from twin.models.limits import not_negative


@dataclass(frozen=True, slots=True)
class Owners:
    """Who owns the equity.

    Attributes
    ----------
    ordinary : class → share of the equity of those who are paid first, all alike.
    agency_share : share of the subordinated agency [1]; with the others it sums to 1.
    ordinary_hurdle, agency_hurdle : yearly return each gets on its money before the rest is shared by ownership [1/a].
    """

    ordinary: Mapping[str, float]
    agency_share: float
    ordinary_hurdle: float
    agency_hurdle: float


@dataclass(frozen=True, eq=False)
class Waterfall:
    """Where the cash of each year goes, shape (n,), one currency.

    Attributes
    ----------
    premium, senior, mezzanine : paid to the insurer, to senior lenders and to mezzanine lenders.
    reserve : put into the reserve; negative: taken out of it.
    agency, ordinary : paid to the two kinds of equity, 0 or more.
    support : what owners put in because there was no cash for running cost or debt, 0 or more.
    guarantee : what the guarantor paid to senior lenders, 0 or more; it is part of ``senior``.
    unpaid_senior : senior service of the year left unpaid after all that; it is owed on with interest.
    reserve_balance, mezzanine_balance : at the end of each year.
    """

    premium: Floats
    senior: Floats
    reserve: Floats
    mezzanine: Floats
    agency: Floats
    ordinary: Floats
    support: Floats
    guarantee: Floats
    unpaid_senior: Floats
    reserve_balance: Floats
    mezzanine_balance: Floats

    def gap(self, cash: ArrayLike) -> Floats:
        """Return uses less sources of each year: zero but for rounding, shape (n,)."""
        uses = self.premium + self.senior + self.reserve + self.mezzanine + self.agency + self.ordinary
        found: Floats = uses - np.asarray(cash, np.float64) - self.support - self.guarantee
        return found


@dataclass(frozen=True, eq=False)
class Claims:
    """What is due, shape (n,), one currency.

    Attributes
    ----------
    premium, senior : due each year, 0 or more.
    senior_rate : interest on senior service that stays unpaid [1/a].
    reserve_target : wanted at the end of each year, 0 or more.
    guarantee_share : of unpaid senior service that a guarantor pays [1], 0 to 1.
    mezzanine, mezzanine_rate, mezzanine_years : sum lent, interest [1/a] and years of level payment [a]; what is not
        paid is added to what is owed, and paid from later cash.
    """

    premium: Floats
    senior: Floats
    senior_rate: float
    reserve_target: Floats
    guarantee_share: float
    mezzanine: float
    mezzanine_rate: float
    mezzanine_years: int


def waterfall(cash: ArrayLike, claims: Claims, owners: Owners, equity: float) -> Waterfall:
    """Return where the cash of each year goes.

    Parameters
    ----------
    cash : available for debt service, after running cost and tax, shape (n,); may be negative.
    claims : what is due.
    owners : who owns the equity.
    equity : put in before the first year by all owners together, same currency, 0 or more.

    Notes
    -----
    Order: premium, senior service with old arrears, reserve up to its target, mezzanine, ordinary equity until it has
    its money with the hurdle, agency equity until it has its own, then all by ownership. A year that lacks cash first
    draws the reserve; then a guarantor pays its share of the service of the year that is missing, the rest is owed on
    with interest, outside the guarantee. Where even running cost and premium are not met, ordinary owners put in the
    difference (support), which counts as money of theirs: lenders have no claim on it. A project that never earns is
    not given up: the loss shows. What a reserve holds in the last year is let go. Every year uses equal cash, support
    and guarantee.

    Examples
    --------
    >>> none = np.zeros(1)
    >>> owners = Owners({"trading": 0.35, "local": 0.5}, 0.15, 0.0, 0.0)
    >>> paid = waterfall([120.0], Claims(none, none, 0.0, none, 0.0, 0.0, 0.0, 1), owners, 100.0)
    >>> paid.ordinary.round(9).tolist(), paid.agency.round(9).tolist()
    ([102.0], [18.0])
    """
    given = np.asarray(cash, np.float64)
    n = len(given)
    not_negative("waterfall", "senior service", claims.senior, "count what is paid out")
    flows = {name: np.zeros(n) for name in Waterfall.__dataclass_fields__}
    level = _level(claims)
    arrears, reserve, mezzanine = 0.0, 0.0, claims.mezzanine
    first, second = equity * (1.0 - owners.agency_share), equity * owners.agency_share
    for year in range(n):
        premium = float(claims.premium[year])
        target = 0.0 if year == n - 1 else float(claims.reserve_target[year])
        free = float(given[year]) + reserve - premium
        support = max(-free, 0.0)
        free += support
        old = arrears * (1.0 + claims.senior_rate)
        due = float(claims.senior[year]) + old
        own = min(free, due)
        guarantee = claims.guarantee_share * (due - max(own, old))
        free -= own
        kept = min(free, target)
        free -= kept
        owed = mezzanine * (1.0 + claims.mezzanine_rate)
        wanted = owed if year + 1 >= claims.mezzanine_years else min(owed, level + owed - _plan(claims, level, year))
        paid = min(free, max(wanted, 0.0))
        free -= paid
        first, second = (first + support) * (1.0 + owners.ordinary_hurdle), second * (1.0 + owners.agency_hurdle)
        ordinary, agency = _shared(free, first, second, owners.agency_share)
        values = (
            premium, own + guarantee, kept - reserve, paid, agency, ordinary, support, guarantee,
            due - own - guarantee, kept, owed - paid,
        )  # fmt: skip
        for name, value in zip(flows, values, strict=True):
            flows[name][year] = value
        arrears, reserve, mezzanine = due - own - guarantee, kept, owed - paid
        first, second = max(first - ordinary, 0.0), max(second - agency, 0.0)
    return Waterfall(*flows.values())


def _level(claims: Claims) -> float:
    """Return the level payment of the mezzanine."""
    if claims.mezzanine == 0.0:
        return 0.0
    rate, years = claims.mezzanine_rate, claims.mezzanine_years
    return claims.mezzanine * (rate / (1.0 - (1.0 + rate) ** -years) if rate else 1.0 / years)


def _plan(claims: Claims, level: float, year: int) -> float:
    """Return what would be owed on the mezzanine before the payment of a year if all had been paid on time."""
    rate = claims.mezzanine_rate
    growth = (1.0 + rate) ** year
    paid = level * ((growth - 1.0) / rate if rate else year)
    return (claims.mezzanine * growth - paid) * (1.0 + rate)


def _shared(free: float, first: float, second: float, agency_share: float) -> tuple[float, float]:
    """Return what ordinary and agency equity get of free cash: hurdles in order, then by ownership."""
    ordinary = min(free, first)
    agency = min(free - ordinary, second)
    rest = free - ordinary - agency
    return ordinary + rest * (1.0 - agency_share), agency + rest * agency_share


def class_flows(paid: Waterfall, owners: Owners, equity: float) -> dict[str, Floats]:
    """Return the flows of each class of equity from the investment on, shape (n + 1,): money in is negative.

    Parameters
    ----------
    paid : the waterfall.
    owners, equity : as given to :func:`waterfall`.

    Notes
    -----
    Ordinary classes share support and pay-out by what they own among themselves, so their rates of return are alike.
    """
    whole = 1.0 - owners.agency_share
    found = {}
    for name, share in owners.ordinary.items():
        part = share / whole if whole > 0.0 else 0.0
        found[name] = np.concatenate([[-equity * share], part * (paid.ordinary - paid.support)])
    found["agency"] = np.concatenate([[-equity * owners.agency_share], paid.agency])
    return found


def closure(cash: ArrayLike, paid: Waterfall) -> float:
    """Return the largest gap of uses and sources over the largest of the cash flows [1]."""
    given = np.asarray(cash, np.float64)
    parts: Sequence[Floats] = (given, paid.senior, paid.support, paid.guarantee, paid.ordinary)
    scale = max(float(np.abs(part).max(initial=0.0)) for part in parts)
    return float(np.abs(paid.gap(given)).max(initial=0.0)) / scale if scale else 0.0
