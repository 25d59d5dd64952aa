"""The forecast of a campaign under way: an ensemble that starts from the state at the end of its log.

Each member goes on from the same log with its own values, its own luck and its own sea; the sea begins with today's.
What was done on the first day before the log ends is counted with it, so that a day is a day. Days are those of Japan.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ops_data.columns import Coded, TableData
from ops_data.errors import FailedError
from ops_data.manifest import canonical_json
from ops_data.observations.record_files import stamp
from ops_data.units import GRAMS_PER_TONNE, JST_OFFSET_S, SECONDS_PER_DAY, SECONDS_PER_HOUR
from twin.campaign_log import CampaignLog
from twin.measured_state import gauges
from twin.operations import codes as c
from twin.operations.campaign import play_campaign, roles_of, tables_of
from twin.operations.inference import infer
from twin.operations.laws import Luck
from twin.operations.program import Ints
from twin.operations.weather_now import SeaNow
from twin.operations.world import Lot
from twin.scenario import Scenario, draw_parameters

Floats: TypeAlias = NDArray[np.float64]
SERIES: Final = (
    "lifted_dry_t", "lifted_wet_t", "island_dry_t", "delivered_dry_t", "mining_h", "weather_h", "failure_h",
)  # fmt: skip
MINING: Final = tuple(c.ACTIVITY[name] for name in ("shift", "insert", "disaggregate", "lift"))
WEATHER: Final = tuple(c.CAUSE[name] for name in ("weather", "storm"))
STAGES: Final = {"island": "island_dry_t", "delivered": "delivered_dry_t", "landed": "delivered_dry_t"}


def jst_day_of(time_s: int) -> int:
    """Return the number of the JST calendar day of a UTC second, from 1970-01-01."""
    return (time_s + JST_OFFSET_S) // SECONDS_PER_DAY


def day_start_s(day: int) -> int:
    """Return the UTC second at which a JST day begins."""
    return day * SECONDS_PER_DAY - JST_OFFSET_S


def day_name(day: int) -> str:
    """Return a JST day in ISO 8601.

    Examples
    --------
    >>> day_name(jst_day_of(1_800_000_000))
    '2027-01-15'
    """
    return (date(1970, 1, 1) + timedelta(days=day)).isoformat()


def daily(
    rows: Mapping[str, Ints], lots: Sequence[Lot], roles: Mapping[str, str], wet_per_dry: float, first: int, days: int
) -> Floats:
    """Return what was done each JST day.

    Parameters
    ----------
    rows, lots : what was done and handed over.
    roles : role of each asset.
    wet_per_dry : in-situ mud per dry solids [t/t].
    first, days : first JST day and how many.

    Returns
    -------
    Values of `SERIES`, shape (series, days). Hours are vessel-hours of all mining vessels; a lift counts on the day on
    which it ends.
    """
    found = dict.fromkeys(SERIES, np.zeros(days))
    own = [rows[name] for name, role in roles.items() if role == "mining" and name in rows]
    vessel = np.concatenate(own) if own else np.zeros((0, c.ROW_FIELDS), np.int64)
    activity, cause = vessel[:, c.R_CODE] % c.STATE_UNIT, vessel[:, c.R_CODE] // c.CAUSE_UNIT
    state = vessel[:, c.R_CODE] % c.CAUSE_UNIT // c.STATE_UNIT
    lifts = activity == c.ACTIVITY["lift"]
    lifted_t = _per_day(vessel[lifts, c.R_END], vessel[lifts, c.R_DRY_G] / GRAMS_PER_TONNE, first, days)
    found["lifted_dry_t"], found["lifted_wet_t"] = lifted_t, lifted_t * wet_per_dry
    for stage, series in STAGES.items():
        some = [lot for lot in lots if lot.stage == stage]
        time_s = np.array([lot.time_s for lot in some], np.int64)
        found[series] = found[series] + _per_day(
            time_s, np.array([lot.dry_g / GRAMS_PER_TONNE for lot in some]), first, days
        )
    working = (state == c.WORKING) & np.isin(activity, MINING)
    for series, chosen in (
        ("mining_h", working),
        ("weather_h", np.isin(cause, WEATHER)),
        ("failure_h", (state == c.REPAIRING) | (cause == c.C_FAILURE)),
    ):
        found[series] = _hours(vessel[chosen], first, days)
    return np.array([found[name] for name in SERIES])


def _per_day(time_s: Ints, amount: Floats, first: int, days: int) -> Floats:
    day = (time_s + JST_OFFSET_S) // SECONDS_PER_DAY - first
    inside = (day >= 0) & (day < days)
    return np.bincount(day[inside], weights=amount[inside], minlength=days).astype(np.float64)


def _hours(rows: Ints, first: int, days: int) -> Floats:
    """Return the hours of rows on each day."""
    edges = day_start_s(first) + SECONDS_PER_DAY * np.arange(days + 1)
    order = np.sort(rows[:, c.R_START]), np.sort(rows[:, c.R_END])
    # Seconds of all rows before an edge: of begun rows since their start, less of ended rows since their end.
    sums = [np.concatenate([[0], np.cumsum(times)]) for times in order]
    counts = [np.searchsorted(times, edges) for times in order]
    begun, ended = (count * edges - total[count] for count, total in zip(counts, sums, strict=True))
    return np.asarray(np.diff(begun - ended) / SECONDS_PER_HOUR, dtype=np.float64)


def central_wet_per_dry(scenario: Scenario) -> float:
    """Return the in-situ mud per dry solids at the scenario's central values [t/t]: the basis of what is measured.

    A log in tonnes of mud is turned into dry solids with it, so the mud told of a measured day is the mud logged.
    """
    return Luck(scenario, draw_parameters(scenario, 0, 0, "fixed"), 0, 0).wet_per_dry()


@dataclass(frozen=True, eq=False)
class ForecastJob:
    """What the members of a forecast need; it can be pickled, and is playable as an ensemble.

    Attributes
    ----------
    scenario : the campaign as planned.
    log : what is known of it; its end is the origin.
    now : what is known of the sea.
    draws : calibrated values by key, one per member, shape (members,); empty: every value is drawn from its row.
    seed : of values, luck and sea; the member is the replicate.
    days : whole JST days after the one in which the log ends.
    """

    scenario: Scenario
    log: CampaignLog
    now: SeaNow
    draws: Mapping[str, Floats]
    seed: int
    days: int

    def __post_init__(self) -> None:
        """Check that there is something to forecast."""
        if self.log.until_s >= self.scenario.end_s:
            raise FailedError(
                f"forecast from {stamp(self.log.until_s)}: the campaign of scenario '{self.scenario.name}' ends "
                f"{stamp(self.scenario.end_s)}; ask from an earlier instant"
            )

    @property
    def first_day(self) -> int:
        """JST day in which the log ends."""
        return jst_day_of(self.log.until_s)

    @property
    def until_s(self) -> int:
        """UTC second up to which members are played."""
        return min(self.scenario.end_s, day_start_s(self.first_day + 1 + self.days))

    def part(self, numbers: range) -> "ForecastJob":
        """Return what a worker needs: all of it."""
        return self

    def luck(self, member: int) -> Luck:
        """Return values and draws of a member."""
        values = draw_parameters(self.scenario, self.seed, member, "drawn")
        values |= {key: float(own[member % len(own)]) for key, own in self.draws.items()}
        return Luck(self.scenario, values, self.seed, member)

    def member(self, number: int) -> Floats:
        """Return the days of one member, shape (series, days + 1), the day in which the log ends first."""
        luck = self.luck(number)
        sea = tables_of(luck, self.now)
        start = infer(luck, self.log.rows, self.log.lots, self.log.until_s, gauges(self.log, luck), sea).state
        played = play_campaign(luck, sea, start, self.until_s, True)
        roles, first, days = roles_of(self.scenario), self.first_day, self.days + 1
        after = daily(played.rows, played.lots, roles, played.wet_per_dry, first, days)
        return after + daily(self.log.rows, self.log.lots, roles, central_wet_per_dry(self.scenario), first, days)

    def play(self, first: int, last: int) -> TableData:
        """Return the rows of the ``daily`` table of successive members."""
        values = np.array([self.member(number) for number in range(first, last + 1)])
        members, series, days = values.shape
        count = members * series * days
        place = np.arange(count)
        names = tuple(day_name(self.first_day + day) for day in range(days))
        return {
            "replicate": (first + place // (series * days)).astype(np.int32),
            "date": Coded((place % days).astype(np.int32), names),
            "name": Coded((place // days % series).astype(np.int32), SERIES),
            "value": values.reshape(count),
        }


def sea_now(log: CampaignLog) -> SeaNow:
    """Return what a log says of the sea at its end."""
    none = np.zeros(0, np.int64), np.zeros(0)
    hs, wind = (
        (log.measured[tag].time_s, log.measured[tag].value) if tag in log.measured else none
        for tag in ("site.sea.hs", "site.wind.speed")
    )
    return SeaNow(log.until_s, *hs, *wind)


def lean(log: CampaignLog) -> CampaignLog:
    """Return a log with the last readings only: what members need, and all that is sent to a worker."""
    last = {tag: one.between(log.until_s - SECONDS_PER_DAY, log.until_s) for tag, one in log.measured.items()}
    return replace(log, measured={tag: one for tag, one in last.items() if len(one.time_s)})


def log_sha256(log: CampaignLog) -> str:
    """Return the hash of everything that a log says; equal for equal knowledge."""
    whole = hashlib.sha256(canonical_json([log.until_s, [list(lot) for lot in log.lots]]).encode())
    for name, rows in sorted(log.rows.items()):
        whole.update(name.encode() + np.ascontiguousarray(rows).tobytes())
    for tag, one in sorted(log.measured.items()):
        whole.update(tag.encode() + one.time_s.tobytes() + one.value.tobytes())
    return whole.hexdigest()
