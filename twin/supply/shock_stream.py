"""Consignments under way to Japan in a shock: orders, licences, quota, leakage, ships, customs (SimPy)."""

import math
from dataclasses import dataclass

import numpy as np
import simpy

from ops_data.supply_names import STAGES, SUPPLY_ELEMENTS
from twin.models.limits import FloatArray
from twin.models.queueing import Ints
from twin.supply.licence import WEEK, WORKING_DAYS, Desk, Terms, calendar_of
from twin.supply.shock_case import ShockCase, inputs_of
from twin.supply.shock_orders import WIDTH, Book, Exports, Office, Order, Sailings, sailings, scene_of, tries_of
from twin.supply.shock_paths import BEFORE_D, Regime
from twin.supply.shock_trades import FREE, HOME, LICENSED, OPEN, THIRD_CONTROLLED, THIRD_OTHER, Trade, trades
from twin.supply.transit import route_of, routes


@dataclass(frozen=True, slots=True, eq=False)
class Consignments:
    """What was ordered, one row per consignment, in the order of application.

    Attributes
    ----------
    trade : number of its trade in ``trades``, shape (n,).
    amount_d : what it holds, in days of the usual flow of its trade, shape (n,).
    applied_d, decided_d, shipped_d, arrived_d, cleared_d : days from the start of the case; nan: not, or no licence
        needed, shape (n,).
    leaked : whether it came through a third country round the rules, shape (n,).
    trades : the trades.
    route_of : route of each trade; empty: all routes closed.
    """

    trade: Ints
    amount_d: FloatArray
    applied_d: FloatArray
    decided_d: FloatArray
    shipped_d: FloatArray
    arrived_d: FloatArray
    cleared_d: FloatArray
    leaked: np.ndarray[tuple[int], np.dtype[np.bool_]]
    trades: tuple[Trade, ...]
    route_of: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Stream:
    """What reaches Japan.

    Attributes
    ----------
    arrivals_t : cleared on each day, shape (days, 5 stages, 8 elements) [t].
    early_t : bought ahead and cleared before day 0, shape (5, 8) [t].
    consignments : every consignment; none where logistics are left out.
    """

    arrivals_t: FloatArray
    early_t: FloatArray
    consignments: Consignments


def even_stream(case: ShockCase, rules: Regime) -> Stream:
    """Return arrivals without orders, licences, ships and customs: the usual flow times what is let out or leaks."""
    given, found = inputs_of(case), trades(case)
    leak = given["leakage"]
    factor = {
        LICENSED: rules.controlled + leak * (1.0 - rules.controlled),
        OPEN: rules.others + leak * (1.0 - rules.others),
        THIRD_CONTROLLED: rules.third_controlled,
        THIRD_OTHER: rules.third_others,
        FREE: 1.0 - rules.competing,
    }
    arrivals = np.zeros((case.days, len(STAGES), len(SUPPLY_ELEMENTS)))
    early = np.zeros(arrivals.shape[1:])
    for trade in found:
        part = factor.get(trade.kind, np.ones(BEFORE_D + case.days))[BEFORE_D:]
        arrivals[:, trade.stage] += part[:, np.newaxis] * trade.t_d
        if trade.kind != HOME:
            early[trade.stage] += rules.ahead[:BEFORE_D].sum() * trade.t_d
    return Stream(arrivals, early, rows_of(Book([], []), found, ()))


def drawn_stream(case: ShockCase, rules: Regime) -> Stream:
    """Return arrivals of consignments that are ordered, licensed, shipped and cleared one by one."""
    found = trades(case)
    known = routes(case.tables.routes, case.values, case.closed_routes, case.opened_routes)
    ways = [route_of(trade.origin, known) for trade in found]
    env = simpy.Environment(initial_time=-BEFORE_D)
    scene = scene_of(env, case, rules)
    book = Book([], [])
    free = [n for n, trade in enumerate(found) if trade.kind != LICENSED and ways[n] is not None]
    bound = [n for n, trade in enumerate(found) if trade.kind == LICENSED and ways[n] is not None]
    if free:
        sailings(scene, Sailings.of(scene, found, ways, free), book)
    exports = [Exports(scene, n, found[n], way) for n in bound if (way := ways[n]) is not None]
    calendar = calendar_of(case.start, -BEFORE_D, case.days)
    desk: Desk[Order] | None = Desk(_terms(case, len(bound)), calendar) if any(scene.review_wd) else None
    office = Office(scene, desk, exports, book)
    env.process(office.days())
    env.run(until=case.days)
    office.close()
    rows = rows_of(book, found, tuple("" if way is None else way.name for way in ways))
    return Stream(*arrived(case, rules, rows), rows)


def arrived(case: ShockCase, rules: Regime, rows: Consignments) -> tuple[FloatArray, FloatArray]:
    """Return what is cleared on each day, shape (days, 5, 8) [t], and what was bought ahead and came before day 0."""
    flows = np.array([trade.t_d for trade in rows.trades]).reshape(-1, len(SUPPLY_ELEMENTS))
    stages = np.array([trade.stage for trade in rows.trades], np.int64)
    there = np.isfinite(rows.cleared_d)
    day = np.where(there, rows.cleared_d, -1.0).astype(np.int64)
    inside = there & (day >= 0) & (day < case.days)
    amounts = np.zeros((case.days, len(flows)))
    np.add.at(amounts, (day[inside], rows.trade[inside]), rows.amount_d[inside])
    arrivals = np.zeros((case.days, len(STAGES), flows.shape[1]))
    for stage in range(len(STAGES)):
        arrivals[:, stage] = amounts[:, stages == stage] @ flows[stages == stage]
    early = np.zeros(arrivals.shape[1:])
    ordered = np.clip(np.nan_to_num(rows.applied_d) + BEFORE_D, 0, len(rules.ahead) - 1).astype(np.int64)
    part = rules.ahead[ordered] / (1.0 + rules.ahead[ordered])
    for n in np.flatnonzero(there & (rows.cleared_d < 0.0) & (part != 0.0)):
        if rows.trades[rows.trade[n]].kind != HOME:
            early[stages[rows.trade[n]]] += part[n] * rows.amount_d[n] * flows[rows.trade[n]]
    return arrivals, early


def rows_of(book: Book, found: tuple[Trade, ...], names: tuple[str, ...]) -> Consignments:
    """Return the consignments of a book, in the order of application."""
    rows = np.array(book.licensed, np.float64).reshape(-1, WIDTH)
    if book.blocks:
        rows = np.concatenate((rows, *book.blocks))
    rows = rows[rows[:, 1] > 0.0]
    rows = rows[np.argsort(rows[:, 2], kind="stable")]
    trade, amount, applied, decided, shipped, landed, cleared, leaked = rows.T
    return Consignments(
        trade.astype(np.int64), amount, applied, decided, shipped, landed, cleared, leaked > 0.0, found, names
    )


def _terms(case: ShockCase, files: int) -> Terms:
    values = case.values
    effort_wd = values["shock.examiner_effort_wd"]
    a_day = files * (1.0 - values["shock.usual_general_licence"]) / values["shock.order_interval_d"]
    busy = a_day * effort_wd * WEEK / WORKING_DAYS
    staff = max(1, math.ceil(values["shock.examiner_capacity_ratio"] * busy))
    return Terms(staff, effort_wd, values["shock.licence_limit_wd"], round(values["shock.refile_d"]), tries_of(values))
