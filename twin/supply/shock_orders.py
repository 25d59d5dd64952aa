"""Orders of a shock: those that sail freely within a quota, and those that wait for a licence (SimPy)."""

import math
from collections import defaultdict
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import simpy

from ops_data.supply_names import STAGES
from twin.models.limits import FloatArray
from twin.models.quota_flow import Quota, quota_flow
from twin.models.streams import generator
from twin.supply.licence import Desk
from twin.supply.shock_case import ShockCase, inputs_of
from twin.supply.shock_paths import BEFORE_D, Regime
from twin.supply.shock_trades import FREE, HOME, LICENSED, OPEN, THIRD_CONTROLLED, THIRD_OTHER, Trade
from twin.supply.transit import Route, customs_days, transit_days

BUCKET_D: Final = 30.0  # days of quota that can be saved up
WIDTH: Final = 8  # columns of a book
NOT: Final = math.nan

Process = Generator[simpy.Event, object, None]
Entry = tuple[float, float, float, float, float, float, float, float]


class Book(NamedTuple):
    """Consignments as they are written down: number of the trade, amount [days of its usual flow], day applied,
    decided, shipped, landed, cleared, and 1 if leaked.

    Attributes
    ----------
    licensed : one entry each.
    blocks : many at once, shape (n, WIDTH).
    """

    licensed: list[Entry]
    blocks: list[FloatArray]


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """What all processes of a case know.

    Attributes
    ----------
    env, case, rules : clock, case, what the scenario does on each day.
    given : numbers of the scenario.
    step_d : days between orders.
    orders : how many times orders are placed.
    most_owed_d : most that is ever ordered again, in days of the usual flow: what all stocks hold.
    review_wd : median review of one filing on each day [working days]; 0: no licence is needed. The delay a scenario
        states runs from the first filing to the last decision, so it is split over the filings an order needs.
    approval, general : share of files approved, and under a general licence, on each day. Entry i of all is day
        i - BEFORE_D.
    level, total : largest flow under licence on each day over the usual, and its sum over the days before.
    """

    env: simpy.Environment
    case: ShockCase
    rules: Regime
    given: dict[str, float]
    step_d: int
    orders: int
    most_owed_d: float
    review_wd: list[float]
    approval: list[float]
    general: list[float]
    level: list[float]
    total: list[float]


def scene_of(env: simpy.Environment, case: ShockCase, rules: Regime) -> Scene:
    """Return the scene of a case."""
    values, given = case.values, inputs_of(case)
    step = max(1, round(values["shock.order_interval_d"]))
    owed = sum(values[f"shock.private_{stage}_days"] for stage in STAGES) + values["shock.working_stock_d"]
    owed += values["shock.reserve_mobility_days"]
    day = np.arange(-BEFORE_D, case.days)
    outside = np.where(day < rules.start_d, given["licence_before_wd"], given["licence_after_wd"])
    level = ceilings(rules, LICENSED, given["catch_up"])
    approval = np.where(rules.acute, given["approval"], values["shock.usual_approval"])
    whole = np.where(rules.acute, given["licence_delay_wd"], outside)
    return Scene(
        env, case, rules, given, step, math.ceil((BEFORE_D + case.days) / step), owed,
        (whole / filings(approval, tries_of(values))).tolist(),
        approval.tolist(),
        np.where(rules.acute, given["general_licence"], values["shock.usual_general_licence"]).tolist(),
        level.tolist(),
        np.concatenate(([0.0], np.cumsum(level))).tolist(),
    )  # fmt: skip


def tries_of(values: Mapping[str, float]) -> int:
    """Return how often an order is filed before it is given up, 1 or more."""
    return max(1, round(values["shock.licence_tries"]))


def filings(approval: FloatArray, tries: int) -> FloatArray:
    """Return how often an order is filed on average.

    Examples
    --------
    Three tries, half of them approved: 1 + 1/2 + 1/4:

    >>> filings(np.array([0.5, 1.0]), 3).tolist()
    [1.75, 1.0]
    """
    refused: FloatArray = 1.0 - approval
    return np.asarray(sum(refused**n for n in range(tries)))


def _lead(scene: Scene, trade: Trade, way: Route) -> tuple[FloatArray, FloatArray]:
    """Return days at sea and in customs of every order of a trade, shape (orders,)."""
    case, values = scene.case, scene.case.values
    at_sea = transit_days(case.seed, case.draw, trade.name, scene.orders, way)
    median, spread = values["shock.customs_d"], values["shock.customs_spread"]
    return at_sea, customs_days(case.seed, case.draw, trade.name, scene.orders, median, spread)


def _route_share(trade: Trade, way: Route) -> float:
    """Return what a route can carry over the usual flow of a trade."""
    return float(way.most_t_d / trade.t_d.sum())


def ceilings(rules: Regime, kind: int, catch_up: float) -> FloatArray:
    """Return the largest flow of a kind on each day over the usual; an unhampered one can make up for losses."""
    path = {
        LICENSED: rules.controlled,
        OPEN: rules.others,
        THIRD_CONTROLLED: rules.third_controlled,
        THIRD_OTHER: rules.third_others,
        FREE: 1.0 - rules.competing,
    }.get(kind, np.ones(len(rules.others)))
    return np.where(path >= 1.0, 1.0 + catch_up, path)


@dataclass(frozen=True, slots=True, eq=False)
class Sailings:
    """Trades that need no licence.

    Attributes
    ----------
    number : of each trade, shape (n,).
    ceiling : largest flow over the usual at each order, shape (orders, n).
    most : what the routes can carry over the usual, shape (n,).
    at_sea_d, customs_d : shape (orders, n).
    foreign, leaks, makes_up : 1 where it buys ahead; leaks; orders again what was lost; shape (n,).
    """

    number: FloatArray
    ceiling: FloatArray
    most: FloatArray
    at_sea_d: FloatArray
    customs_d: FloatArray
    foreign: FloatArray
    leaks: FloatArray
    makes_up: FloatArray

    @staticmethod
    def of(scene: Scene, found: tuple[Trade, ...], ways: list[Route | None], free: list[int]) -> "Sailings":
        """Return the trades of the given numbers."""
        kinds = np.array([found[n].kind for n in free])
        at = np.minimum(np.arange(scene.orders) * scene.step_d, len(scene.rules.others) - 1)
        catch_up = scene.given["catch_up"]
        open_ways = [(found[n], way) for n in free if (way := ways[n]) is not None]
        leads = [_lead(scene, trade, way) for trade, way in open_ways]
        return Sailings(
            np.array(free, np.float64),
            np.array([ceilings(scene.rules, int(kind), catch_up)[at] for kind in kinds]).T.copy(),
            np.array([_route_share(trade, way) for trade, way in open_ways]),
            np.array([at_sea for at_sea, _ in leads]).T.copy(),
            np.array([customs for _, customs in leads]).T.copy(),
            np.where(kinds == HOME, 0.0, 1.0),
            np.where(kinds == OPEN, scene.given["leakage"], 0.0),
            np.isin(kinds, (OPEN, THIRD_CONTROLLED, THIRD_OTHER)).astype(np.float64),
        )


def sailings(scene: Scene, fleet: Sailings, book: Book) -> None:
    """Ship what needs no licence, every few days, within quota and the capacity of its route."""
    values, step = scene.case.values, float(scene.step_d)
    at = np.minimum(np.arange(scene.orders) * scene.step_d, len(scene.rules.ahead) - 1)
    again = step * scene.given["catch_up"]
    shipped, leaked = quota_flow(
        Quota(
            fleet.ceiling, scene.rules.ahead[at], fleet.foreign, fleet.leaks, fleet.makes_up, fleet.most, step, again,
            BUCKET_D, scene.most_owed_d,
        )
    )  # fmt: skip
    book.blocks.append(_block(scene, fleet, shipped, 0.0, 0.0))
    book.blocks.append(_block(scene, fleet, leaked, float(round(values["shock.leak_extra_d"])), 1.0))


def _block(scene: Scene, fleet: Sailings, amount: FloatArray, extra_d: float, leaked: float) -> FloatArray:
    """Return what was shipped or leaked, order by order, as rows of a book."""
    block = np.empty((*amount.shape, WIDTH))
    now = (np.arange(scene.orders) * float(scene.step_d) - BEFORE_D)[:, np.newaxis]
    landed = now + fleet.at_sea_d + extra_d
    block[..., 0], block[..., 1], block[..., 2], block[..., 3] = fleet.number, amount, now, NOT
    block[..., 4], block[..., 5], block[..., 6], block[..., 7] = now, landed, landed + fleet.customs_d, leaked
    return block[amount > 0.0]


class Exports:
    """A trade under licence: what it still owes, the quota it has saved, and its luck, order by order."""

    def __init__(self, scene: Scene, number: int, trade: Trade, way: Route) -> None:
        case = scene.case
        values = case.values
        self.number = float(number)
        self.owed_d = 0.0
        self.most = _route_share(trade, way)
        tries = tries_of(values)
        random = generator(case.seed, case.draw, "licence", trade.name)
        self.verdicts: list[list[float]] = random.random((scene.orders, tries + 1)).tolist()
        spread = values["shock.licence_spread"]
        self.length: list[list[float]] = np.exp(spread * random.standard_normal((scene.orders, tries))).tolist()
        at_sea, customs = _lead(scene, trade, way)
        self.at_sea_d: list[float] = at_sea.tolist()
        self.customs_d: list[float] = customs.tolist()
        self.level, self.total = scene.level, scene.total
        self.saved_d, self.saved_at = BUCKET_D * self.level[0], 0

    def within_quota(self, wanted_d: float, day: int, ahead_d: float) -> float:
        """Return how much of an amount may leave on a day, and take it from the quota."""
        at = min(day + BEFORE_D, len(self.level) - 1)
        self.saved_d = min(self.saved_d + self.total[at] - self.total[self.saved_at], BUCKET_D * self.level[at])
        self.saved_at = at
        shipped = min(wanted_d, self.saved_d + ahead_d)
        self.saved_d = max(self.saved_d - shipped, 0.0)
        return float(shipped)


class Order(NamedTuple):
    """One order of a trade under licence: its number, amount [days of usual flow], what of it is bought ahead, day."""

    trade: Exports
    number: int
    amount_d: float
    ahead_d: float
    applied: float


class Office:
    """Where orders under licence are placed, filed, decided and shipped; ``desk`` None: no licence is ever needed."""

    def __init__(self, scene: Scene, desk: Desk[Order] | None, exports: list[Exports], book: Book) -> None:
        self.scene, self.desk, self.exports, self.book = scene, desk, exports, book
        self.filed: dict[Order, int] = {}  # orders at the desk or on the way back to it → refusals so far
        self.again: defaultdict[int, list[Order]] = defaultdict(list)

    def days(self) -> Process:
        """Go through the days: orders every few days, files that come back, decisions, ships."""
        scene, desk, last = self.scene, self.desk, self.scene.case.days
        for day in range(-BEFORE_D, last):
            number, off = divmod(day + BEFORE_D, scene.step_d)
            if not off:
                self.place(day, number)
            if desk is not None:
                for order in self.again.pop(day, []):
                    self.hand_in(day, order, desk)
                for order in desk.work(day):
                    self.decide(day, order, desk)
            yield scene.env.timeout(1)

    def place(self, day: int, number: int) -> None:
        """Place the orders of all trades under licence; what was lost is ordered again bit by bit."""
        scene, step = self.scene, float(self.scene.step_d)
        again = step * scene.given["catch_up"]
        at = day + BEFORE_D
        ahead_d = step * float(scene.rules.ahead[at])
        for trade in self.exports:
            usual = min(step + ahead_d, trade.most * step)
            extra = min(trade.owed_d, again, trade.most * step - usual)
            trade.owed_d -= extra
            order = Order(trade, number, usual + extra, ahead_d, float(day))
            if self.desk is None or scene.review_wd[at] == 0.0 or trade.verdicts[number][-1] < scene.general[at]:
                ship(scene, order, NOT, self.book)
            else:
                self.filed[order] = 0
                self.hand_in(day, order, self.desk)

    def hand_in(self, day: int, order: Order, desk: Desk[Order]) -> None:
        """File an order, the first time or again."""
        length = order.trade.length[order.number][self.filed[order]]
        desk.hand_in(day, order, self.scene.review_wd[day + BEFORE_D] * length)

    def decide(self, day: int, order: Order, desk: Desk[Order]) -> None:
        """Ship an order that is approved; file one that is refused again, or give it up."""
        scene, trade, tried = self.scene, order.trade, self.filed[order]
        if trade.verdicts[order.number][tried] < scene.approval[day + BEFORE_D]:
            del self.filed[order]
            ship(scene, order, float(day), self.book)
        elif tried + 1 < desk.terms.tries:
            self.filed[order] = tried + 1
            self.again[day + desk.terms.refile_d].append(order)
        else:
            del self.filed[order]
            trade.owed_d = min(trade.owed_d + order.amount_d, scene.most_owed_d)
            self.note(order, float(day))

    def note(self, order: Order, decided: float) -> None:
        """Write down an order that is not shipped: given up, or not decided to the end."""
        row = (order.trade.number, order.amount_d, order.applied, decided, NOT, NOT, NOT, 0.0)
        self.book.licensed.append(row)

    def close(self) -> None:
        """Write down what is still at the desk."""
        for order in self.filed:
            self.note(order, NOT)


def ship(scene: Scene, order: Order, decided: float, book: Book) -> None:
    """Ship what the quota lets out of an order today; days at sea and in customs were drawn with it."""
    trade, n = order.trade, order.number
    left = float(scene.env.now)
    shipped = trade.within_quota(order.amount_d, int(left), order.ahead_d)
    cut = order.amount_d - shipped
    leaked = scene.given["leakage"] * min(cut, float(scene.step_d))
    trade.owed_d = min(trade.owed_d + cut - leaked, scene.most_owed_d)
    landed = left + trade.at_sea_d[n]
    cleared = landed + trade.customs_d[n]
    book.licensed.append((trade.number, shipped, order.applied, decided, left, landed, cleared, 0.0))
    if leaked > 0.0:
        more = round(scene.case.values["shock.leak_extra_d"])
        book.licensed.append((trade.number, leaked, order.applied, decided, left, landed + more, cleared + more, 1.0))
