"""What contracts pay: two designs of a price floor, take-or-pay with make-up and force majeure, thin markets."""

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from twin.models.finance import Floats
from twin.models.limits import not_negative, positive


@dataclass(frozen=True, eq=False)
class Floored:
    """What a floor does to earnings, any currency, shape of the price.

    Attributes
    ----------
    received : all that the seller keeps.
    topped_up : paid to the seller above the market price, by the state or the buyer it backs, 0 or more.
    given_back : of the market price, what the seller hands over, 0 or more.
    """

    received: Floats
    topped_up: Floats
    given_back: Floats


def two_way_floor(price: ArrayLike, quantity: ArrayLike, floor: ArrayLike, upside_share: float) -> Floored:
    """Return earnings under a floor that the state pays up to, with a share of the excess going to the state.

    Parameters
    ----------
    price, floor : per unit, same currency, 0 or more, broadcast; floor 0: none, and nothing is given back.
    quantity : units sold, 0 or more, broadcast.
    upside_share : share of the excess over the floor that the state takes [1], 0 to 1.

    Notes
    -----
    received = q (p + max(F - p, 0) - u max(p - F, 0)).

    References
    ----------
    MP Materials (2025), agreement with the US Department of Defense, 10 July 2025: 110 USD/kg over ten years.

    Examples
    --------
    >>> paid = two_way_floor([60.0, 160.0], 1.0, 110.0, 0.3)
    >>> paid.received.tolist(), paid.topped_up.tolist(), paid.given_back.tolist()
    ([110.0, 145.0], [50.0, 0.0], [0.0, 15.0])
    """
    p, q, F = _priced(price, quantity, floor)
    up = np.where(F > 0.0, np.maximum(F - p, 0.0), 0.0) * q
    back = np.where(F > 0.0, upside_share * np.maximum(p - F, 0.0), 0.0) * q
    return Floored(p * q + up - back, up, back)


def shared_upside_floor(
    price: ArrayLike, quantity: ArrayLike, floor: ArrayLike, threshold: ArrayLike, share: float, cap: float
) -> Floored:
    """Return earnings under a floor price with a rebate on what exceeds a threshold, capped for each year.

    Parameters
    ----------
    price, quantity, floor : as in :func:`two_way_floor`; shape (elements, years) or (years,).
    threshold : price above which the buyer gets a part back; below the floor nothing is.
    share : of the excess over the threshold that goes back [1], 0 to 1.
    cap : most that goes back in a year, currency, 0 or more, all elements together.

    Notes
    -----
    price = max(F, p); rebate of a year = min(share · Σ max(p - threshold, 0) q, cap), shared out in proportion. The
    rebate applies where there is a floor.

    References
    ----------
    Lynas Rare Earths (2026), agreement with JARE, 10 March 2026: floor 110, 30 per cent above 150 USD/kg, at most
    10 million USD a year.

    Examples
    --------
    >>> shared_upside_floor([60.0, 250.0], 1.0, 110.0, 150.0, 0.3, 20.0).received.tolist()
    [110.0, 230.0]
    """
    p, q, F = _priced(price, quantity, floor)
    up = np.where(F > 0.0, np.maximum(F - p, 0.0), 0.0) * q
    wanted = np.where(F > 0.0, share * np.maximum(p - np.asarray(threshold, np.float64), 0.0), 0.0) * q
    year = wanted.sum(axis=0) if wanted.ndim > 1 else wanted
    scale = np.minimum(1.0, np.divide(cap, year, out=np.ones_like(year), where=year > 0.0))
    back = wanted * scale
    return Floored(p * q + up - back, up, back)


def _priced(price: ArrayLike, quantity: ArrayLike, floor: ArrayLike) -> tuple[Floats, Floats, Floats]:
    p = not_negative("price floor", "price", price, "leave out what is not sold")
    q = not_negative("price floor", "quantity", quantity, "count what is sold")
    F = not_negative("price floor", "floor", floor, "0: none")
    p, q, F = np.broadcast_arrays(p, q, F)
    return p, q, F


@dataclass(frozen=True, eq=False)
class Taken:
    """What a take-or-pay contract does year by year, units of quantity, shape (n,).

    Attributes
    ----------
    paid : quantity paid for: taken, or not taken and owed.
    taken : handed over, free make-up among it.
    make_up : handed over free of charge, paid in an earlier year.
    shortfall : paid and not taken.
    free : left to be sold elsewhere, what a buyer's right has lapsed on among it.
    bank : paid, not yet taken and held for the buyer, at the end of the year.
    """

    paid: Floats
    taken: Floats
    make_up: Floats
    shortfall: Floats
    free: Floats
    bank: Floats

    def gap(self, available: ArrayLike) -> float:
        """Return the largest gap of available + held = taken + free + held later, any year."""
        before = np.concatenate([[0.0], self.bank[:-1]])
        gap = np.asarray(available, np.float64) + before - self.taken - self.free - self.bank
        return float(np.abs(gap).max(initial=0.0))


def take_or_pay(
    available: ArrayLike,
    called: ArrayLike,
    contracted: ArrayLike,
    share: float,
    make_up_years: int,
    force_majeure: NDArray[np.bool_] | None = None,
) -> Taken:
    """Return what is handed over, paid and owed under a contract.

    Parameters
    ----------
    available : output the seller can deliver, 0 or more, shape (n,).
    called : what the buyer calls off, 0 or more, shape (n,) or scalar.
    contracted : annual contract quantity, 0 or more, shape (n,) or scalar.
    share : of it that is paid, taken or not [1], 0 to 1; 0: no take-or-pay.
    make_up_years : years in which what was paid and not taken can be taken free, 0 or more; then it lapses.
    force_majeure : years in which the duty to take is suspended, shape (n,); None: no such year.

    Notes
    -----
    Duty of a year: min(share · contracted, available), 0 under force majeure. A shortfall of the call is paid and kept
    for the buyer; calls above the duty are met first from what is kept, oldest first, free of charge. Calls beyond the
    contract are not met. What is kept at the end lapses. Each year available + kept = taken + sold elsewhere + kept.

    Examples
    --------
    >>> paid = take_or_pay([10.0, 10.0], [4.0, 10.0], 10.0, 0.8, 5)
    >>> paid.paid.tolist(), paid.make_up.tolist(), paid.bank.tolist()
    ([8.0, 8.0], [0.0, 2.0], [4.0, 0.0])
    """
    made = not_negative("take-or-pay", "available", available, "count what can be delivered")
    n = len(made)
    call = np.broadcast_to(not_negative("take-or-pay", "called", called, "no call is 0"), n)
    whole = np.broadcast_to(not_negative("take-or-pay", "contracted", contracted, "no contract is 0"), n)
    stopped = np.zeros(n, np.bool_) if force_majeure is None else force_majeure
    paid, taken, make_up, shortfall, free, bank = (np.zeros(n) for _ in range(6))
    held: deque[tuple[int, float]] = deque()
    for year in range(n):
        lapsed = 0.0
        while held and year - held[0][0] > make_up_years:
            lapsed += held.popleft()[1]
        duty = 0.0 if stopped[year] else min(share * float(whole[year]), float(made[year]))
        wanted = min(float(call[year]), float(whole[year]))
        make_up[year] = _drawn(held, max(wanted - duty, 0.0))
        fresh = min(wanted - make_up[year], float(made[year]))
        shortfall[year] = max(duty - fresh, 0.0)
        if shortfall[year] > 0.0:
            held.append((year, float(shortfall[year])))
        paid[year] = fresh + shortfall[year]
        taken[year] = fresh + make_up[year]
        if year == n - 1:
            lapsed += sum(amount for _, amount in held)
            held.clear()
        free[year] = float(made[year]) - fresh - shortfall[year] + lapsed
        bank[year] = sum(amount for _, amount in held)
    return Taken(paid, taken, make_up, shortfall, free, bank)


def _drawn(held: deque[tuple[int, float]], wanted: float) -> float:
    """Take an amount out of what is held, oldest first, and return how much there was."""
    drawn = 0.0
    while held and drawn < wanted:
        year, amount = held.popleft()
        part = min(amount, wanted - drawn)
        drawn += part
        if amount > part:
            held.appendleft((year, amount - part))
    return drawn


def depth_price(
    price: ArrayLike, sales: ArrayLike, market: ArrayLike, free_share: float, elasticity: float, least: ArrayLike = 0.0
) -> Floats:
    """Return the price of an oxide after one seller's sales have weighed on a thin market.

    Parameters
    ----------
    price : without those sales, per unit, 0 or more.
    sales, market : of the seller and taken up by the market, per year, same unit, 0 or more and above 0.
    free_share : of the market that the seller sells without moving the price [1], 0 or more.
    elasticity : of demand, absolute [1], above 0.
    least : price below which buyers elsewhere step in, per unit; no higher than ``price`` where it binds.

    Notes
    -----
    Constant elasticity: p = p0 ((1 + max(q/M, f)) / (1 + f))^(-1/ε), so the price stays up to q = f M and falls
    steadily beyond; never below ``least``, nor above p0. An unlimited market (M = inf) leaves the price as it is.

    Examples
    --------
    >>> depth_price(100.0, [0.0, 5.0, 110.0], 100.0, 0.05, 1.0).round(6).tolist()
    [100.0, 100.0, 50.0]
    """
    p = not_negative("market depth", "price", price, "leave out what is not sold")
    q = not_negative("market depth", "sales", sales, "count what is sold")
    M = np.asarray(market, np.float64)
    positive("market depth", "elasticity [1]", elasticity, "demand answers to price")
    share = np.maximum(q / M, free_share)
    fallen = p * ((1.0 + share) / (1.0 + free_share)) ** (-1.0 / elasticity)
    return np.asarray(np.minimum(np.maximum(fallen, np.asarray(least, np.float64)), p), np.float64)
