"""Replayed events: what was published of them beside what the replay gives."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

import numpy as np

from ops_data.reference.supply.shock_rows import ReplayRow
from ops_data.supply_names import STAGES
from ops_data.units import DAYS_PER_YEAR
from twin.models.limits import FloatArray
from twin.supply.shock import ShockResult, shock
from twin.supply.shock_case import CHINA, DOMESTIC, ShockCase, started
from twin.supply.shock_trades import HOME, LICENSED

MAGNET: Final = STAGES.index("magnet")
TOLD_MONTHS: Final = 12
PLAYS: Final = 10
BACK_D: Final = 14  # days over which shipments are averaged to say that they are back
MARCH_2011: Final = "2011-03"


@dataclass(frozen=True, slots=True)
class Replayed:
    """One figure of a replayed event; the columns of the table of replays."""

    scenario: str
    date: str
    what: str
    role: str
    observed: float
    low: float
    high: float
    computed: float
    unit: str
    source: str
    note: str


@dataclass(frozen=True, eq=False)
class Replay:
    """A replay that was played.

    Attributes
    ----------
    case, results : what it was played on, and what came of it, each time with other luck and all else the same.
    start : its first day.
    in_magnets : rare earths in magnets by mass [1].
    """

    case: ShockCase
    results: tuple[ShockResult, ...]
    start: date
    in_magnets: float

    def months(self) -> dict[str, tuple[float, float]]:
        """Return the calendar months by name: first day and the day after the last, from the first day of the case."""
        found: dict[str, tuple[float, float]] = {}
        for day in range(self.case.days):
            name = (self.start + timedelta(days=day)).isoformat()[:7]
            found[name] = (found.get(name, (float(day), 0.0))[0], day + 1.0)
        return found

    def from_china(self, stage: int | None = None) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """Return what each trade usually brings of China's goods [t/d as element], 0 for others, shape (trades,)."""
        trades = self.results[0].consignments.trades
        return np.array([
            float(one.t_d.sum()) if one.origin == CHINA and stage in (None, one.stage) else 0.0 for one in trades
        ])  # fmt: skip

    def sent_t(self, usual_t_d: FloatArray, first: float, last: float) -> float:
        """Return what leaves by right from one day to before another, mean [t]; what leaks is left out."""
        sent = []
        for rows in (result.consignments for result in self.results):
            part = np.where(rows.leaked, 0.0, self.spread(rows.shipped_d, first, last))
            sent.append(float((rows.amount_d * usual_t_d[rows.trade]) @ part))
        return float(np.mean(sent))

    def spread(self, day: FloatArray, first: float, last: float) -> FloatArray:
        """Return the part of each consignment that passes from one day to before another [1].

        A consignment stands for the goods of an order's interval: it counts from its day over as many days, else months
        of five orders would look larger than those of four.
        """
        interval = self.case.values["shock.order_interval_d"]
        ends = np.minimum(day + interval, last)
        inside: FloatArray = np.nan_to_num(np.clip(ends - np.maximum(day, first), 0.0, interval) / interval, nan=0.0)
        return inside

    def flow(self, usual_t_d: FloatArray, first: float, last: float) -> float:
        """Return the same over the usual [1]; nan without any."""
        usual = float(usual_t_d.sum()) * (last - first)
        return self.sent_t(usual_t_d, first, last) / usual if usual > 0.0 else math.nan

    def flows(self, stage: int | None = None) -> dict[str, float]:
        """Return China's flow over the usual in the first calendar months [1]."""
        usual, told = self.from_china(stage), list(self.months().items())[:TOLD_MONTHS]
        return {name: self.flow(usual, first, last) for name, (first, last) in told}

    def imports_t_d(self, month: str) -> float:
        """Return what clears customs a day in a calendar month, from abroad, mean [t/d]; nan if not followed."""
        if month not in self.months():
            return math.nan
        first, last = self.months()[month]
        came = []
        for rows in (result.consignments for result in self.results):
            usual = np.array([0.0 if one.kind == HOME else float(one.t_d.sum()) for one in rows.trades])
            came.append(float((rows.amount_d * usual[rows.trade]) @ self.spread(rows.cleared_d, first, last)))
        return float(np.mean(came)) / (last - first)


def replayed(case: ShockCase, in_magnets: float, plays: int = PLAYS) -> list[Replayed]:
    """Return every published figure of a replay with what is computed beside it, then China's flow month by month.

    Parameters
    ----------
    case : of a replay.
    in_magnets : rare earths in magnets by mass [1], above 0.
    plays : how often it is played with other luck, 1 or more; told are means.

    Notes
    -----
    Flows are by mass of the eight elements: of China's magnets where the replayed event is one of magnets, else of all
    its goods. An input is only read back; a calibration was tuned to; a comparator was neither.
    """
    start = started(case.tables, case.scenario, case.start)
    results = tuple(shock(replace(case, draw=number, rules=case.rules[:1])) for number in range(plays))
    replay = Replay(case, results, start, in_magnets)
    own = [row for row in case.tables.replays.values() if row.scenario == case.scenario]
    found = [
        Replayed(
            row.scenario, row.date, row.what, row.role, row.value, row.low, row.high,
            _MEASURES[row.measure](replay, row), row.unit, row.source, row.note,
        )
        for row in own
    ]  # fmt: skip
    stage = MAGNET if any(row.measure == "magnet_trough" for row in own) else None
    goods = "goods" if stage is None else "magnets"
    months = replay.months()
    for name, share in replay.flows(stage).items():
        last = (start + timedelta(days=months[name][1] - 1.0)).isoformat()
        what = f"flow of China's {goods} to Japan in the month over the usual"
        found.append(
            Replayed(
                case.scenario, last, what, "computed", math.nan, math.nan, math.nan, share, "share", "computed here", ""
            )
        )
    return found


def _none(one: Replay, row: ReplayRow) -> float:
    return math.nan


def _flow_in_shock(one: Replay, row: ReplayRow) -> float:
    return one.flow(one.from_china(), one.results[0].start_d, min(one.results[0].end_d, one.case.days))


def _days_of_cut(one: Replay, row: ReplayRow) -> float:
    usual = one.from_china()
    for day in range(round(one.results[0].start_d), one.case.days - BACK_D):
        if one.flow(usual, day, day + BACK_D) > 0.5:
            return day + 0.5 * BACK_D - one.results[0].start_d
    return math.inf


def _imports_over_march_2011(one: Replay, row: ReplayRow) -> float:
    base = one.imports_t_d(MARCH_2011)
    return one.imports_t_d(row.date[:7]) / base if base > 0.0 else math.nan


def _china_share(one: Replay, row: ReplayRow) -> float:
    bought = dict.fromkeys((CHINA, ""), 0.0)
    for source in one.case.sources:
        if source.origin not in DOMESTIC:
            bought[CHINA if source.origin == CHINA else ""] += float(source.t_d.sum())
    total = sum(bought.values())
    return bought[CHINA] / total if total > 0.0 else math.nan


def _demand_fall(one: Replay, row: ReplayRow) -> float:
    """Return how far the need a year after the start lies below the usual, by mass of all elements."""
    need = np.nan_to_num(np.asarray(one.case.demand_t_d, np.float64))
    day = min(round(one.results[0].start_d + DAYS_PER_YEAR), one.case.days - 1)
    today = (need * one.results[0].chain.demand[day][:, np.newaxis] * one.results[0].chain.content[day]).sum()
    return 1.0 - float(today) / float(need.sum())


def _elements_held_up(one: Replay, row: ReplayRow) -> float:
    trades = [one.t_d for one in one.results[0].consignments.trades if one.kind == LICENSED and one.stage != MAGNET]
    return float((np.sum(trades, axis=0) > 0.0).sum()) if trades else 0.0


def _magnet_trough(one: Replay, row: ReplayRow) -> float:
    return min(one.flows(MAGNET).values())


def _magnet_trough_month(one: Replay, row: ReplayRow) -> float:
    flows = list(one.flows(MAGNET).values())
    return float(flows.index(min(flows)))


def _flow_over_month_before(one: Replay, row: ReplayRow) -> float:
    month = row.date[:7]
    flows = one.flows()
    before = (date.fromisoformat(f"{month}-01") - timedelta(days=1)).isoformat()[:7]
    return flows[month] / flows[before] if {month, before} <= set(flows) and flows[before] > 0.0 else math.nan


def _magnets_t(one: Replay, row: ReplayRow) -> float:
    """Return what China ships in the month as magnets, gross [t]."""
    months = one.months()
    if row.date[:7] not in months:
        return math.nan
    return one.sent_t(one.from_china(MAGNET), *months[row.date[:7]]) / one.in_magnets


def _magnets_mean_t(one: Replay, row: ReplayRow) -> float:
    """Return the mean of the four months up to that of the row."""
    named = list(one.months())
    last = named.index(row.date[:7]) if row.date[:7] in named else -1
    if last < 3:
        return math.nan
    return float(np.mean([_magnets_t(one, replace(row, date=f"{name}-01")) for name in named[last - 3 : last + 1]]))


_MEASURES: Final[Mapping[str, Callable[[Replay, ReplayRow], float]]] = {
    "none": _none,
    "flow_in_shock": _flow_in_shock,
    "days_of_cut": _days_of_cut,
    "imports_over_march_2011": _imports_over_march_2011,
    "china_share": _china_share,
    "demand_fall": _demand_fall,
    "elements_held_up": _elements_held_up,
    "magnet_trough": _magnet_trough,
    "magnet_trough_month": _magnet_trough_month,
    "flow_over_month_before": _flow_over_month_before,
    "magnets_t": _magnets_t,
    "magnets_mean_t": _magnets_mean_t,
}
