"""Stocks along a chain of stages, day by day: arrivals, plants that fill the next stock, allocation, a state reserve.

Plain Python that numba compiles (see ``compiled``). A *place* is an element at a stage where sectors take it up.
"""

from typing import Final, NamedTuple

import numpy as np

from twin.models.allocation_kernel import MINIMUM, PRO_RATA, SHARING, share_out
from twin.models.compiled import compiled
from twin.models.limits import FloatArray
from twin.models.queueing import Ints

SHORT: Final = 1e-12  # of a sector's need; less than this is rounding


class Chain(NamedTuple):
    """What goes in.

    Attributes
    ----------
    arrivals_t : arrivals of each day, shape (days, stages, elements) [t].
    need_t : usual need of a day, shape (sectors, places) [t].
    stage_of, element_of : of each place, shape (places,).
    demand : demand of a sector over the usual, shape (days, sectors) [1].
    content : content of an element over the usual, shape (days, elements) [1].
    plan_t, most_t : usual and largest output of the plants from one stage to the next, shape (stages - 1, elements)
        [t/d].
    yields : output over input of the plants, shape (stages - 1,) [1].
    target_t : stock that plants keep up, shape (stages, elements) [t].
    smoothing_d : days in which a plant closes the gap of the stock behind it.
    stock_t : stock at first, shape (stages, elements) [t].
    reserve_t : state reserve at first, shape (categories, elements) [t], held at ``reserve_stage``.
    release_d, refill_d : first day of release, and of refilling; the number of days or more: never.
    category_of : category whose reserve a sector may use, shape (sectors,).
    order, weight, least : priority, weights and minimum shares of the allocation rules, shape (sectors,).
    bundle_of : places that a sector needs together have one number, shape (places,), from 0.
    bundles : how many bundles there are.
    """

    arrivals_t: FloatArray
    need_t: FloatArray
    stage_of: Ints
    element_of: Ints
    demand: FloatArray
    content: FloatArray
    plan_t: FloatArray
    most_t: FloatArray
    yields: FloatArray
    target_t: FloatArray
    smoothing_d: float
    stock_t: FloatArray
    reserve_t: FloatArray
    reserve_stage: int
    release_d: int
    refill_d: int
    category_of: Ints
    order: Ints
    weight: FloatArray
    least: FloatArray
    bundle_of: Ints
    bundles: int


class Tally(NamedTuple):
    """What comes out of every day, at its end.

    Attributes
    ----------
    stock_t : shape (days, stages, elements) [t].
    used_t, made_t : input and output of the plants, shape (days, stages - 1, elements) [t].
    taken_t : taken by sectors from the stocks, shape (days, places) [t].
    reserve_t : shape (days, categories, elements) [t].
    released_t : out of the reserve, before plants' losses, same shape [t].
    handed_t : what sectors got of the released, shape (days, places) [t].
    refilled_t : from the stock into the reserve, shape (days, elements) [t].
    fill : share of its need of the day a sector got, shape (days, sectors, bundles) [1].
    """

    stock_t: FloatArray
    used_t: FloatArray
    made_t: FloatArray
    taken_t: FloatArray
    reserve_t: FloatArray
    released_t: FloatArray
    handed_t: FloatArray
    refilled_t: FloatArray
    fill: FloatArray


def follow(rule: int, chain: Chain, tally: Tally) -> None:
    """Follow the stocks through all days."""
    days, sectors, places = chain.arrivals_t.shape[0], chain.need_t.shape[0], chain.need_t.shape[1]
    stock, reserve = chain.stock_t.copy(), chain.reserve_t.copy()
    need, left, headroom = np.empty((sectors, places)), np.empty(places), np.empty(stock.shape[1])
    top, direct, usual = np.ones(sectors), np.zeros(stock.shape), chain.need_t.sum(axis=0)
    worth = worked_up(chain)
    for t in range(days):
        for p in range(places):
            asked, e = 0.0, chain.element_of[p]
            for k in range(sectors):
                need[k, p] = chain.need_t[k, p] * chain.demand[t, k] * chain.content[t, e]
                asked += need[k, p]
            direct[chain.stage_of[p], e] = asked
        run_plants(rule, t, chain, tally, direct, usual, stock, headroom)
        for p in range(places):
            left[p] = stock[chain.stage_of[p], chain.element_of[p]]
        served = True
        for bundle in range(chain.bundles):
            part = masked(need, chain.bundle_of, bundle) if chain.bundles > 1 else need
            fill = tally.fill[t, :, bundle]
            top[:] = 1.0
            share_out(rule, part, left, chain.order, chain.weight, chain.least, top, fill)
            if t >= chain.release_d and fill.min() < 1.0:
                release(rule, t, chain, tally, fill, part, left, reserve, headroom, worth)
            served = served and fill.min() >= 1.0 - SHORT
        for p in range(places):
            s, e = chain.stage_of[p], chain.element_of[p]
            tally.taken_t[t, p] = stock[s, e] - left[p]
            stock[s, e] = left[p]
        if served and t >= chain.refill_d:
            refill(t, chain, tally, stock, reserve)
        tally.stock_t[t] = stock
        tally.reserve_t[t] = reserve


def masked(need: FloatArray, bundle_of: Ints, bundle: int) -> FloatArray:
    """Return the needs of one bundle, 0 elsewhere."""
    part = need.copy()
    for p in range(len(bundle_of)):
        if bundle_of[p] != bundle:
            part[:, p] = 0.0
    return part


def worked_up(chain: Chain) -> FloatArray:
    """Return what arrives at each place of a tonne of reserve, 0 at a place before the stage of the reserve."""
    worth = np.zeros(len(chain.stage_of))
    for p in range(len(worth)):
        if chain.stage_of[p] >= chain.reserve_stage:
            worth[p] = 1.0
            for s in range(chain.reserve_stage, chain.stage_of[p]):
                worth[p] *= chain.yields[s]
    return worth


def run_plants(
    rule: int, t: int, chain: Chain, tally: Tally, direct: FloatArray, usual: FloatArray, stock: FloatArray,
    headroom: FloatArray,
) -> None:  # fmt: skip
    """Add the arrivals of a day and run the plants, from ore on; ``headroom``: what reserve they could still work up.

    A plant makes what it usually makes, in proportion to the day's demand, and part of what the stock behind it lacks.
    Where its feed does not go round, sectors that take the same material (``direct``) have a share of it in proportion,
    except under strict priority and the programme, where plants come first.
    """
    stages, elements = stock.shape
    for e in range(elements):
        before, today = 0.0, 0.0
        for p in range(len(usual)):
            if chain.element_of[p] == e:
                before += usual[p]
                today += direct[chain.stage_of[p], e]
        pace = today / before if before > 0.0 else 0.0
        headroom[e] = np.inf
        stock[0, e] += chain.arrivals_t[t, 0, e]
        for s in range(stages - 1):
            gap = (chain.target_t[s + 1, e] - stock[s + 1, e]) / chain.smoothing_d
            out = min(max(pace * chain.plan_t[s, e] + gap, 0.0), chain.most_t[s, e])
            feed, there = out / chain.yields[s], stock[s, e]
            rival = direct[s, e] if rule in (PRO_RATA, MINIMUM) else 0.0
            if feed + rival > there:
                feed = there * feed / (feed + rival)
            stock[s, e] = max(there - feed, 0.0)
            stock[s + 1, e] += feed * chain.yields[s] + chain.arrivals_t[t, s + 1, e]
            tally.used_t[t, s, e], tally.made_t[t, s, e] = feed, feed * chain.yields[s]
            if s >= chain.reserve_stage:
                headroom[e] = min(headroom[e] * chain.yields[s], chain.most_t[s, e] - feed * chain.yields[s])


def release(
    rule: int, t: int, chain: Chain, tally: Tally, fill: FloatArray, need: FloatArray, left: FloatArray,
    reserve: FloatArray, headroom: FloatArray, worth: FloatArray,
) -> None:  # fmt: skip
    """Let the reserve of each category make up for what its sectors lack; what is worked up may not exceed headroom."""
    sectors, places = need.shape
    top, lacking = np.empty(sectors), np.zeros(places)
    done = np.zeros(reserve.shape[0], np.bool_)
    for first in chain.order:
        c = chain.category_of[first]
        if done[c]:
            continue
        done[c] = True
        short = 0.0
        for k in range(sectors):
            top[k] = 1.0 if chain.category_of[k] == c else fill[k]
            short = max(short, top[k] - fill[k])
        if short <= SHORT:
            continue
        for p in range(places):
            lacking[p] = -left[p]
            for k in range(sectors):
                lacking[p] += (top[k] - fill[k]) * need[k, p]
            lacking[p] = max(lacking[p], 0.0) if worth[p] > 0.0 else 0.0
        extra = offered(chain, lacking, reserve[c], headroom, worth)
        pool = left + extra
        before = pool.copy()
        share_out(rule, need, pool, chain.order, chain.weight, chain.least, top, fill)
        for p in range(places):
            got = before[p] - pool[p]
            own = min(got, left[p])
            left[p] -= own
            handed = min(got - own, extra[p])
            if handed > 0.0:
                e = chain.element_of[p]
                out = min(handed / worth[p], reserve[c, e])
                tally.handed_t[t, p] += handed
                tally.released_t[t, c, e] += out
                reserve[c, e] -= out
                if chain.stage_of[p] > chain.reserve_stage:
                    headroom[e] = max(headroom[e] - handed, 0.0)


def offered(
    chain: Chain, lacking: FloatArray, reserve: FloatArray, headroom: FloatArray, worth: FloatArray
) -> FloatArray:
    """Return what a reserve can add at each place: no more than lacks there, and in proportion if it is not enough."""
    extra, whole = np.zeros(len(lacking)), np.zeros(len(reserve))
    for p in range(len(lacking)):
        if lacking[p] > 0.0:
            whole[chain.element_of[p]] += lacking[p] / worth[p]
    for p in range(len(lacking)):
        e = chain.element_of[p]
        if lacking[p] > 0.0:
            extra[p] = lacking[p] * min(1.0, reserve[e] / whole[e])
            if chain.stage_of[p] > chain.reserve_stage:
                extra[p] = min(extra[p], max(headroom[e], 0.0))
    return extra


def refill(t: int, chain: Chain, tally: Tally, stock: FloatArray, reserve: FloatArray) -> None:
    """Put stock above its target back into the reserve, to each category in proportion to what it lacks."""
    for e in range(stock.shape[1]):
        lacking = 0.0
        for c in range(reserve.shape[0]):
            lacking += max(chain.reserve_t[c, e] - reserve[c, e], 0.0)
        surplus = stock[chain.reserve_stage, e] - chain.target_t[chain.reserve_stage, e]
        moved = min(surplus, lacking)
        if moved > 0.0:
            for c in range(reserve.shape[0]):
                reserve[c, e] += moved * max(chain.reserve_t[c, e] - reserve[c, e], 0.0) / lacking
            stock[chain.reserve_stage, e] -= moved
            tally.refilled_t[t, e] = moved


CHAIN: Final = (*SHARING, masked, worked_up, run_plants, offered, release, refill, follow)


def empty_tally(chain: Chain) -> Tally:
    """Return a tally of the right shapes, all zero."""
    days, stages, elements = chain.arrivals_t.shape
    sectors, places = chain.need_t.shape
    categories = chain.reserve_t.shape[0]
    return Tally(
        np.zeros((days, stages, elements)),
        np.zeros((days, stages - 1, elements)),
        np.zeros((days, stages - 1, elements)),
        np.zeros((days, places)),
        np.zeros((days, categories, elements)),
        np.zeros((days, categories, elements)),
        np.zeros((days, places)),
        np.zeros((days, elements)),
        np.zeros((days, sectors, chain.bundles)),
    )


def followed(rule: int, chain: Chain) -> Tally:
    """Return what the days of a chain leave under an allocation rule (see :class:`Chain`, :class:`Tally`).

    Parameters
    ----------
    rule : number of the rule, as in ``allocation.RULE_NUMBERS``.
    chain : what goes in; amounts 0 or above, yields above 0.

    Notes
    -----
    In a day: arrivals; plants from ore to magnet, each from the stock before it, what it makes being there the same
    day; allocation of what is in stock; then, from ``release_d`` on, the reserve of each category for what its sectors
    still lack, in the order of their priority. Reserve is worked up the day it is released, within what the plants have
    left; the wait is in ``release_d``.
    """
    tally = empty_tally(chain)
    compiled(CHAIN)["follow"](rule, chain, tally)
    return tally


def worst_gap(chain: Chain, tally: Tally) -> float:
    """Return the largest gap of the daily balances of all stages and reserves, over the largest stock of each element.

    Notes
    -----
    Added up again from what was written down. Stage: end = start + arrivals + made - used - taken - refilled. Reserve:
    end = start - released + refilled.
    """
    return float(compiled(BALANCE)["largest_gap"](chain, tally))


def largest_gap(chain: Chain, tally: Tally) -> float:
    """Return what :func:`worst_gap` does."""
    days, stages, elements = tally.stock_t.shape
    worst = 0.0
    for e in range(elements):
        scale, gap = 0.0, 0.0
        for t in range(days):
            for s in range(stages):
                before = chain.stock_t[s, e] if t == 0 else tally.stock_t[t - 1, s, e]
                due = before + chain.arrivals_t[t, s, e]
                due += tally.made_t[t, s - 1, e] if s > 0 else 0.0
                due -= tally.used_t[t, s, e] if s < stages - 1 else 0.0
                due -= tally.refilled_t[t, e] if s == chain.reserve_stage else 0.0
                for p in range(len(chain.stage_of)):
                    if chain.stage_of[p] == s and chain.element_of[p] == e:
                        due -= tally.taken_t[t, p]
                gap = max(gap, abs(due - tally.stock_t[t, s, e]))
                scale = max(scale, before, chain.arrivals_t[t, s, e])
            kept = tally.refilled_t[t, e]
            for c in range(tally.reserve_t.shape[1]):
                kept += chain.reserve_t[c, e] if t == 0 else tally.reserve_t[t - 1, c, e]
                scale = max(scale, chain.reserve_t[c, e])
                kept -= tally.released_t[t, c, e] + tally.reserve_t[t, c, e]
            gap = max(gap, abs(kept))
        if scale > 0.0:
            worst = max(worst, gap / scale)
    return worst


BALANCE: Final = (largest_gap,)
