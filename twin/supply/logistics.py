"""Lead times by month, of simulated consignments or of a person's own records: licence, sea, customs, and the queue."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ops_data.columns import TableData
from ops_data.customs_records import CustomsRecords
from ops_data.supply_names import STAGES, SUPPLY_ELEMENTS, group_of
from twin.supply.shock_stream import Consignments
from twin.supply.shock_trades import HOME, LICENSED, Trade

Days = NDArray[np.datetime64]
Floats = NDArray[np.float64]
SIMULATED: Final = "simulated"
OWN: Final = "own records"
LICENCE: Final = "licence delay"
SHIPPING: Final = "shipping time"
CUSTOMS: Final = "customs lead time"
BACKLOG: Final = "licence backlog"
EVERY: Final = "all"
NEVER: Final = np.datetime64("NaT", "D")
HIGH_PERCENTILE: Final = 95.0  # exceeded by one in twenty
HS_OF_STAGE: Final = {  # heading under which a stage is traded, for the items of the customs panel
    "mixed_oxide": "2846.90",
    "separated_oxide": "2846.90",
    "metal": "2805.30",
    "magnet": "8505.11",
}


@dataclass(frozen=True, eq=False)
class Tracked:
    """Tracked and the days they passed each point; n of them.

    Attributes
    ----------
    name, element, route, product : text of each, n long; a route is an origin where only that is known, a product a
        code of the harmonised system.
    applied, decided : of the export licence, shape (n,), days as datetime64; not-a-time where it has not happened, or
        was not needed.
    shipped, arrived, cleared : left, reached Japan, was let in by customs, likewise.
    """

    name: Sequence[str]
    element: Sequence[str]
    route: Sequence[str]
    product: Sequence[str]
    applied: Days
    decided: Days
    shipped: Days
    arrived: Days
    cleared: Days


@dataclass(frozen=True, slots=True)
class PanelRow:
    """One lead time in one month; the columns of the table of logistics.

    Attributes
    ----------
    origin : "simulated" or "own records".
    scenario : which one was simulated; empty for records.
    panel, item : what is timed, and of which element, route or product; ``all`` of them.
    month : in which it ended, such as "2027-04"; of a backlog, the month it stood in.
    median, p95 : calendar days; of a backlog, applications that wait, over the days of the month.
    count : how many ended; of a backlog, how many wait at the end of the month (in a mean draw).
    """

    origin: str
    scenario: str
    panel: str
    item: str
    month: str
    median: float
    p95: float
    count: int


@dataclass(frozen=True, slots=True)
class Expected:
    """When a consignment under way is expected, from how long others took that took longer than it has already.

    Attributes
    ----------
    name, route : which one.
    shipped : day it left.
    under_way_d : days since [d].
    arrives, at_the_latest : median, and what one in twenty exceeds; None where none took longer.
    based_on : how many arrivals that rests on.
    """

    name: str
    route: str
    shipped: date
    under_way_d: int
    arrives: date | None
    at_the_latest: date | None
    based_on: int


def from_records(records: CustomsRecords) -> Tracked:
    """Return accepted shipments as consignments; the route is the origin, the product its code."""
    rows = records.accepted
    return Tracked(
        [one.shipment_id for one in rows], [one.element for one in rows],
        [one.origin for one in rows], [one.hs_code for one in rows],
        _days([one.licence_applied for one in rows]), _days([one.licence_decided for one in rows]),
        _days([one.shipped for one in rows]), _days([one.arrived for one in rows]),
        _days([one.cleared for one in rows]),
    )  # fmt: skip


def from_stream(found: Consignments, start: date, name: str = "") -> Tracked:
    """Return simulated consignments with their days as dates; what is made in Japan is left out.

    Parameters
    ----------
    found : of one play of a shock.
    start : day 0 of the play.
    name : begins the name of each; of one draw among several.

    Notes
    -----
    The element is that of the trade, or its group where it holds several, or ``all``. A trade without a name of its
    route has its origin there. Products are the headings that stages are traded under. What leaves without a decision,
    under a general licence or where no licence is needed, was never applied for. What leaks round the rules has the
    licence of the consignment it comes from, which is timed there, once.
    """
    kept = np.flatnonzero(np.array([trade.kind != HOME for trade in found.trades], dtype=np.bool_)[found.trade])
    which = found.trade[kept].tolist()
    routes = [way or trade.origin for way, trade in zip(found.route_of, found.trades, strict=True)]
    elements = [_contents(trade) for trade in found.trades]
    products = [HS_OF_STAGE.get(STAGES[trade.stage], EVERY) for trade in found.trades]
    days = (found.applied_d, found.decided_d, found.shipped_d, found.arrived_d, found.cleared_d)
    licensed = np.array([found.trades[n].kind == LICENSED for n in which], dtype=np.bool_)
    waits = licensed & ~np.isfinite(found.shipped_d[kept])  # what left without a decision needed none
    asked = (waits | np.isfinite(found.decided_d[kept])) & ~found.leaked[kept]
    applied, decided, *others = (days_from(start, one[kept]) for one in days)
    return Tracked(
        [f"{name}{place}" for place in kept.tolist()], [elements[n] for n in which], [routes[n] for n in which],
        [products[n] for n in which], np.where(asked, applied, NEVER), np.where(asked, decided, NEVER), *others,
    )  # fmt: skip


def joined(parts: Sequence[Tracked]) -> Tracked:
    """Return consignments of several plays, or of several files, as one."""
    texts = ("name", "element", "route", "product")
    days = ("applied", "decided", "shipped", "arrived", "cleared")
    name, element, route, product = ([word for part in parts for word in getattr(part, text)] for text in texts)
    dates = (np.concatenate([_days([]), *(getattr(part, day) for part in parts)]) for day in days)
    return Tracked(name, element, route, product, *dates)


def _contents(trade: Trade) -> str:
    """Return the one element that a trade holds, or the group of all, or ``all``."""
    held = [element for element, flow in zip(SUPPLY_ELEMENTS, trade.t_d.tolist(), strict=True) if flow > 0.0]
    groups = {group_of(element) for element in held}
    if len(held) == 1:
        return held[0]
    return groups.pop() if len(groups) == 1 else EVERY


def days_from(start: date, day: Floats) -> Days:
    """Return days counted from a start as dates; a fraction of a day counts to the day it lies in.

    Parameters
    ----------
    start : day 0.
    day : shape (n,) [d]; not a finite number where it has not happened.

    Examples
    --------
    >>> days_from(date(2027, 4, 1), np.array([0.0, 30.9, np.nan])).tolist()
    [datetime.date(2027, 4, 1), datetime.date(2027, 5, 1), None]
    """
    known = np.isfinite(day)
    whole = np.floor(np.where(known, day, 0.0)).astype("timedelta64[D]")
    found: Days = np.where(known, np.datetime64(start, "D") + whole, NEVER)
    return found


def panels(
    consignments: Tracked, origin: str, scenario: str, first: date, last: date, draws: int = 1
) -> list[PanelRow]:
    """Return the four panels month by month.

    Parameters
    ----------
    consignments : those of all draws together, or a person's own.
    origin : `SIMULATED` or `OWN`; every row carries it.
    scenario : which one was simulated; empty for records.
    first, last : days between which months are told, both counted.
    draws : among how many draws the consignments are; a backlog is the mean of them.

    Notes
    -----
    A time is told in the month in which it ends, so that months already told do not change as more becomes known; what
    has not ended is in the backlog. Months in which nothing ended have no row. Days are calendar days.
    """
    every = consignments
    timed = (
        (LICENCE, every.element, every.applied, every.decided),
        (SHIPPING, every.route, every.shipped, every.arrived),
        (CUSTOMS, every.product, every.arrived, every.cleared),
    )
    rows: list[PanelRow] = []
    for panel, items, begun, ended in timed:
        within = ~np.isnat(begun) & ~np.isnat(ended) & (ended >= np.datetime64(first)) & (ended <= np.datetime64(last))
        for item, mask in _by_item(items, within):
            rows += _timed(origin, scenario, panel, item, begun[mask], ended[mask])
    asked = ~np.isnat(every.applied)
    for item, mask in _by_item(every.element, asked):
        rows += _waiting(origin, scenario, item, every.applied[mask], every.decided[mask], first, last, draws)
    return rows


def expected_arrivals(consignments: Tracked, as_of: date) -> list[Expected]:
    """Return when each consignment that has left and not arrived is expected, the longest under way first.

    Notes
    -----
    Of its route's past transits only those longer than it has been under way already can still be its own; the median
    and the ninety-fifth per cent of these are counted from the day it left. Each is rounded up to a whole day.
    """
    every = consignments
    routes = np.array(every.route, dtype=object)
    arrived = ~np.isnat(every.shipped) & ~np.isnat(every.arrived) & (every.arrived <= np.datetime64(as_of))
    under_way = ~np.isnat(every.shipped) & ~arrived & (every.shipped <= np.datetime64(as_of))
    took_d = _between(every.shipped, every.arrived)
    found = []
    for place in np.flatnonzero(under_way).tolist():
        left: date = every.shipped[place].item()
        since_d = (as_of - left).days
        alike = took_d[arrived & (routes == routes[place])]
        longer = alike[alike > since_d]
        ends = [_after(left, float(np.percentile(longer, share))) if len(longer) else None for share in (50.0, 95.0)]
        found.append(Expected(every.name[place], every.route[place], left, since_d, ends[0], ends[1], len(longer)))
    return sorted(found, key=lambda one: (-one.under_way_d, one.name))


def panel_columns(rows: Sequence[PanelRow]) -> TableData:
    """Return rows as the columns of the table of logistics."""
    texts = {
        name: [str(getattr(one, name)) for one in rows] for name in ("origin", "scenario", "panel", "item", "month")
    }
    numbers = {name: np.array([getattr(one, name) for one in rows], dtype=np.float64) for name in ("median", "p95")}
    return {**texts, **numbers, "count": np.array([one.count for one in rows], dtype=np.int32)}


def _days(days: Sequence[date | None]) -> Days:
    return np.array(days, dtype="datetime64[D]")


def _between(begun: Days, ended: Days) -> Floats:
    """Return days from one to the other, nan where either has not happened."""
    both = ~np.isnat(begun) & ~np.isnat(ended)
    took: Floats = np.full(len(begun), np.nan)
    took[both] = (ended[both] - begun[both]).astype(np.float64)
    return took


def _after(left: date, days: float) -> date:
    found: date = (np.datetime64(left, "D") + np.timedelta64(int(np.ceil(days)), "D")).item()
    return found


def _by_item(items: Sequence[str], within: NDArray[np.bool_]) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """Yield all together, then each item there is in the order of the alphabet."""
    if not within.any():
        return
    yield EVERY, within
    names = np.array(items, dtype=object)
    for name in sorted(set(names[within].tolist()) - {EVERY}):
        yield name, within & (names == name)


def _timed(origin: str, scenario: str, panel: str, item: str, begun: Days, ended: Days) -> Iterator[PanelRow]:
    took_d = _between(begun, ended)
    months = ended.astype("datetime64[M]")
    for month in np.unique(months):
        of_month = took_d[months == month]
        middle, high = np.percentile(of_month, (50.0, HIGH_PERCENTILE)).tolist()
        yield PanelRow(origin, scenario, panel, item, str(month), middle, high, len(of_month))


def _waiting(
    origin: str, scenario: str, item: str, applied: Days, decided: Days, first: date, last: date, draws: int
) -> Iterator[PanelRow]:
    """Yield the queue of applications day by day, summed up by month: applied on or before a day, not decided on it."""
    begin = max(first, applied.min().item())
    if begin > last:
        return
    days = np.arange(np.datetime64(begin, "D"), np.datetime64(last, "D") + np.timedelta64(1, "D"))
    came = np.searchsorted(np.sort(applied), days, side="right")
    went = np.searchsorted(np.sort(decided[~np.isnat(decided)]), days, side="right")
    waits = (came - went) / draws
    months = days.astype("datetime64[M]")
    for month in np.unique(months):
        of_month = waits[months == month]
        middle, high = np.percentile(of_month, (50.0, HIGH_PERCENTILE)).tolist()
        yield PanelRow(origin, scenario, BACKLOG, item, str(month), middle, high, round(float(of_month[-1])))
