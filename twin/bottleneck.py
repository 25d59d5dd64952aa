"""What holds a day of lifting back: every hour of a mining vessel is charged to what it was spent on.

The target asks every hour of every vessel for the same mass. An hour in which no mud is mined falls short by all of it
and is charged to what it was spent on; the hours of mining fall short by what they asked for and did not bring, charged
to the steps of the insertion by the time they took. The sum is target less mud on deck, whatever the day was like. The
largest charge is the day's *binding constraint*. Each rule is stated in docs/bottleneck.md.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ops_data.units import JST_OFFSET_S, SECONDS_PER_DAY, SECONDS_PER_HOUR
from twin.bottleneck_pieces import CONSTRAINTS, MINING, Circumstances, pieces_of
from twin.indicators.record import Floats, Rows, jst_day
from twin.lift_system import circuit
from twin.operations.campaign import shuttle_load_l
from twin.operations.laws import Luck
from twin.operations.yard import full_hold_l, latest_departure_s
from twin.scenario import Scenario

MET: Final = "target met"
OUTCOMES: Final = (*CONSTRAINTS, MET)  # what a day may be bound by
EPOCH: Final = date(1970, 1, 1)
OF_BINDING: Final = {  # what the operating point of the lift runs into → constraint of the lift's hours; flow: below
    "pressure": "pump",
    "power": "pump",
    "pump curve": "pump",
    "minimum velocity": "pump",
    "concentration": "concentration",
}


@dataclass(frozen=True, eq=False)
class Calendar:
    """The days (Japan standard time) of a campaign, and what the target asks of each.

    Attributes
    ----------
    first_day : number of the first day, counted from 1970-01-01.
    target_t : target of each day [t]; of a day that the campaign touches in part, that part. Shape (days,).
    per_vessel_hour_t : what the target asks of one hour of one mining vessel [t].
    """

    first_day: int
    target_t: Floats
    per_vessel_hour_t: float

    @property
    def dates(self) -> list[str]:
        """The days in ISO 8601."""
        return [(EPOCH + timedelta(days=self.first_day + day)).isoformat() for day in range(len(self.target_t))]


@dataclass(frozen=True, eq=False)
class Explained:
    """Why the days of a run lifted less than the target, over its replicates.

    Attributes
    ----------
    calendar : the days.
    replicates : how many were read.
    lifted_t : mean mud on deck [t on the mass basis], shape (days,).
    short_t : mean charge [t], shape (days, constraints).
    bound : replicates bound by each of `OUTCOMES`, shape (days, outcomes); a row sums to `replicates`.
    """

    calendar: Calendar
    replicates: int
    lifted_t: Floats
    short_t: Floats
    bound: NDArray[np.int64]

    @property
    def share(self) -> Floats:
        """Share of replicates bound by each of `OUTCOMES`, shape (days, outcomes)."""
        return self.bound / self.replicates

    @property
    def gap_t(self) -> Floats:
        """Target less mean mud on deck [t], shape (days,); below zero on a day above the target."""
        return self.calendar.target_t - self.lifted_t


def calendar_of(scenario: Scenario) -> Calendar:
    """Return the days of a campaign and their targets.

    Examples
    --------
    A day of which the campaign has fifteen hours asks for 15/24 of the target:

    >>> from twin.scenario import load_scenario
    >>> calendar_of(load_scenario("pilot-2027")).target_t[:2].tolist()
    [218.75, 350.0]
    """
    first_day = (scenario.start_s + JST_OFFSET_S) // SECONDS_PER_DAY
    last_day = (scenario.end_s - 1 + JST_OFFSET_S) // SECONDS_PER_DAY
    begin_s = np.arange(first_day, last_day + 1) * SECONDS_PER_DAY - JST_OFFSET_S
    covered_s = np.minimum(begin_s + SECONDS_PER_DAY, scenario.end_s) - np.maximum(begin_s, scenario.start_s)
    target_t = scenario.campaign.target_t_d
    hourly_t = target_t * SECONDS_PER_HOUR / SECONDS_PER_DAY / scenario.mining.vessels
    return Calendar(first_day, covered_s * (target_t / SECONDS_PER_DAY), hourly_t)


def _lift_constraint(luck: Luck) -> str:
    """Return what the hours of the lift are charged to.

    Flow and the concentration that the crew aims at limit tonnes alike: where both are met, the one counts that could
    be raised further before the lift's next limit.
    """
    if luck.lift is None:
        return "tool cycle"
    if luck.lift.binding != "flow":
        return OF_BINDING[luck.lift.binding]
    made = circuit(luck.values, luck.scenario.lift, luck.scenario.site.latitude_deg)
    flow_factor, concentration_factor = made.headroom(luck.lift)
    return "concentration" if concentration_factor > flow_factor else "pump"


def circumstances(luck: Luck) -> Circumstances:
    """Return what the pieces of a replicate's hours hang on besides its rows."""
    s, v = luck.scenario, luck.values
    own_hold = s.transfer.method == "none" or full_hold_l(luck) < shuttle_load_l(luck)
    return Circumstances(
        lift=_lift_constraint(luck),
        lift_learns=luck.lift is None,
        first_factor=v["learning.first_factor"],
        learning_rate=v["learning.rate"],
        held="hold" if own_hold else "shuttle",
        departure_s=latest_departure_s(luck),
    )


def hours_by_day(mining: Sequence[Rows], shuttles: Sequence[Rows], about: Circumstances, calendar: Calendar) -> Floats:
    """Return the hours of all mining vessels by day and constraint, shape (days, constraints)."""
    days, kinds = len(calendar.target_t), len(CONSTRAINTS)
    cells = np.zeros(days * kinds)
    for rows in mining:
        for piece in pieces_of(rows, shuttles, about):
            first = jst_day(piece.start_s)
            touched = jst_day(piece.end_s - 1) - first + 1
            which = np.repeat(np.arange(len(touched)), touched)
            day = first[which] + np.arange(len(which)) - np.repeat(np.cumsum(touched) - touched, touched)
            midnight_s = day * SECONDS_PER_DAY - JST_OFFSET_S
            length_s = np.minimum(piece.end_s[which], midnight_s + SECONDS_PER_DAY)
            length_s = length_s - np.maximum(piece.start_s[which], midnight_s)
            place = (day - calendar.first_day) * kinds + piece.what[which]
            cells += np.bincount(place, weights=length_s * piece.share[which], minlength=len(cells))
    return cells.reshape(days, kinds) / SECONDS_PER_HOUR


def charges(hours: Floats, lifted_t: Floats, per_vessel_hour_t: float) -> Floats:
    """Return by how much each constraint leaves a day short of the target [t], shape (days, constraints).

    Parameters
    ----------
    hours : of all mining vessels by day and constraint, shape (days, constraints).
    lifted_t : mud on deck [t], shape (days,).
    per_vessel_hour_t : what the target asks of one hour of one vessel [t].

    Notes
    -----
    With a the mass asked of an hour, h_k the hours of constraint k, M the kinds of mining hours, H their sum and m the
    mud on deck: charge_k = a h_k outside M, and max(0, a H − m) h_k / H within. Unless mining outruns the target
    (m > a H), the charges of a day sum to its target less m.

    Examples
    --------
    A day of 350 t asks 14.58 t of an hour. Six hours in a storm and eighteen of the tool that bring 200 t:

    >>> spent = {"tool cycle": 18.0, "storm": 6.0}
    >>> hours = np.array([[spent.get(name, 0.0) for name in CONSTRAINTS]])
    >>> found = charges(hours, np.array([200.0]), 350.0 / 24.0)[0]
    >>> {name: float(short_t) for name, short_t in zip(CONSTRAINTS, found) if short_t}
    {'tool cycle': 62.5, 'storm': 87.5}
    """
    mining_h = hours[:, MINING].sum(axis=1)
    missing_t = np.maximum(0.0, per_vessel_hour_t * mining_h - lifted_t)
    found = per_vessel_hour_t * hours
    pace = np.divide(missing_t, mining_h, out=np.zeros(len(mining_h)), where=mining_h > 0.0)
    found[:, MINING] = hours[:, MINING] * pace[:, np.newaxis]
    return found


def binding(charged_t: Floats, lifted_t: Floats, target_t: Floats) -> NDArray[np.int64]:
    """Return what binds each day, a number of `OUTCOMES`: the largest charge (the first of equals), or the target met.

    Parameters
    ----------
    charged_t : from `charges`, shape (days, constraints).
    lifted_t, target_t : mud on deck and what was asked for [t], shape (days,).
    """
    met = lifted_t >= target_t
    return np.where(met, OUTCOMES.index(MET), np.argmax(charged_t, axis=1))


def explain(scenario: Scenario, replicates: Iterable[tuple[Luck, Sequence[Rows], Sequence[Rows], Floats]]) -> Explained:
    """Return what bound each day of a campaign.

    Parameters
    ----------
    scenario : the campaign.
    replicates : for each one its luck, the rows of its mining vessels and of its shuttles, and its mud on deck per day
        [t on the mass basis], shape (days,).
    """
    calendar = calendar_of(scenario)
    days = len(calendar.target_t)
    lifted_t, short_t = np.zeros(days), np.zeros((days, len(CONSTRAINTS)))
    bound = np.zeros((days, len(OUTCOMES)), dtype=np.int64)
    count = 0
    for luck, mining, shuttles, day_t in replicates:
        hours = hours_by_day(mining, shuttles, circumstances(luck), calendar)
        charged = charges(hours, day_t, calendar.per_vessel_hour_t)
        bound[np.arange(days), binding(charged, day_t, calendar.target_t)] += 1
        lifted_t += day_t
        short_t += charged
        count += 1
    return Explained(calendar, count, lifted_t / count, short_t / count, bound)


def spells(explained: Explained) -> list[Mapping[str, float | int | str]]:
    """Return runs of days that most replicates give to the same constraint, for people.

    Returns
    -------
    Per run: from and to (ISO dates), days, bound_by (an outcome), share (mean over its days), lifted_t_d and gap_t_d
    (means).
    """
    leading = np.argmax(explained.bound, axis=1)
    starts = np.flatnonzero(np.diff(leading, prepend=-1))
    dates, share = explained.calendar.dates, explained.share
    found: list[Mapping[str, float | int | str]] = []
    for first, after in zip(starts.tolist(), [*starts[1:].tolist(), len(leading)], strict=True):
        of_days = slice(first, after)
        found.append(
            {
                "from": dates[first],
                "to": dates[after - 1],
                "days": after - first,
                "bound_by": OUTCOMES[leading[first]],
                "share": float(share[of_days, leading[first]].mean()),
                "lifted_t_d": float(explained.lifted_t[of_days].mean()),
                "gap_t_d": float(explained.gap_t[of_days].mean()),
            }
        )
    return found
