"""A measured campaign as pages read it: what its log, its readings and its archive said at an instant.

What is read is kept until one of the files it came from changes. Nothing here writes.
"""

import hashlib
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final, TypeVar

import numpy as np
import pandas as pd

from dashboards.data import Data
from dashboards.measured_archive import Asked, archived, calibration, campaigns, forecast, origin_s, scenario_of, stats
from dashboards.page import Control, View
from dashboards.words import JST
from ops_data.alarm_book import BOOK as ALARMS
from ops_data.artefacts import FOLDER as ARTEFACTS
from ops_data.artefacts import Artefact
from ops_data.decision_log import BOOK as DECISIONS
from ops_data.ingest import buffer, log_book
from ops_data.ingest.log_book import entries
from ops_data.ingest.sealing import all_readings
from ops_data.manifest import MANIFEST
from ops_data.readings_manifest import DAYS, FOLDER
from ops_data.units import SECONDS_PER_DAY, SECONDS_PER_MINUTE
from twin.campaign_log import CampaignLog
from twin.deviation import comparisons, deviations
from twin.deviation_basis import calibration_before, forecast_before
from twin.deviation_found import Deviation
from twin.forecast import Floats
from twin.forecast_scores import Score, score
from twin.forecast_view import measured_days
from twin.logged import Logged, campaign_log, series_of
from twin.measured_results import (
    CALIBRATION,
    FORECAST,
    LEADS,
    basis_id,
    mean_scores,
)  # fmt: skip
from twin.measured_state import as_logged, measured_state
from twin.operations.inferred import Note
from twin.operations.standing import Standing, stocks_in_units
from twin.quality_index import NEEDS, Quality, quality_of
from twin.scenario import Scenario

CAMPAIGN, AS_OF, NOW = "campaign", "as_of", "now"
WINDOW_S: Final = 14 * SECONDS_PER_DAY  # of readings that the state and the list of sensors rest on
MOST_DAYS: Final = 400  # that can be chosen to look back to
LAST_D: Final = 7  # days that are compared with what was expected, as for 'twin alarms'
SEED, REPLICATE = 1, 0  # of what is drawn where a log does not say it, as for 'twin state'
Found = TypeVar("Found")


@dataclass(frozen=True)
class TagNow:
    """The last reading of a sensor.

    Attributes
    ----------
    tag : its name.
    time_s, received_s : UTC seconds at which it was read and had come.
    value : in the unit of the register.
    quality : word of the ``reading_quality`` terms.
    rows, flagged : readings within `WINDOW_S`, and those of them that are not good.
    """

    tag: str
    time_s: int
    received_s: int
    value: float
    quality: str
    rows: int
    flagged: int


@dataclass(frozen=True, eq=False)
class Known:
    """What was known of a campaign.

    Attributes
    ----------
    scenario : the campaign as planned.
    logged : the log, with the readings of the last `WINDOW_S` only; None where nothing is logged.
    tags : last reading of each sensor that has one.
    reach_s : UTC second up to which log and readings reach; 0 where there are none.
    """

    scenario: Scenario
    logged: Logged | None
    tags: tuple[TagNow, ...]
    reach_s: int

    @property
    def until(self) -> str:
        """Up to when the log reaches, ISO 8601 UTC; empty where there is none."""
        return "" if self.logged is None else iso(self.logged.log.until_s)


@dataclass(frozen=True, eq=False)
class StateNow:
    """Where the assets stand, what the island holds, and what of it was inferred."""

    standings: tuple[Standing, ...]
    stocks: Mapping[str, float]
    notes: tuple[Note, ...]


def second(text: str) -> int | None:
    """Return the UTC second of an instant, or of the beginning of a day in Japan; None for any other text.

    Examples
    --------
    >>> second("1970-01-02"), second("1970-01-02T00:00:00Z"), second("soon")
    (54000, 86400, None)
    """
    try:
        if len(text) == len("1970-01-01"):
            return int(datetime.combine(date.fromisoformat(text), datetime.min.time(), JST).timestamp())
        when = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        return None
    return int(when.timestamp()) if when.tzinfo is not None and 1970 <= when.year < 9_000 else None


def controls(view: View) -> list[Control]:
    """Return the choice of the campaign and of the instant to look back to, as every page of measured data has them."""
    names = campaigns(view.data)
    first = names[0]
    typed = view.state.values.get(CAMPAIGN, "")
    days = back_days(view.data, typed if typed in names else first)
    options = [(NOW, view.words("measured.now")), *((day, f"{day} 00:00 JST") for day in reversed(days))]
    exact = view.state.values.get(AS_OF, "")
    if exact not in days and second(exact) is not None:
        options.append((exact, view.words.instant(instant(second(exact) or 0))))
    return [Control(CAMPAIGN, tuple((one, one) for one in names), first), Control(AS_OF, tuple(options), NOW)]


def asked(view: View) -> Asked:
    """Return which campaign a view shows, as known when."""
    return _asked(view.chosen)


def asked_by(view: View, made: Sequence[Control]) -> Asked:
    """Return which campaign an address asks for, from the controls that are made for it."""
    return _asked({one.key: one.chosen(view.state.values.get(one.key))[0] for one in made})


def _asked(chosen: Mapping[str, str]) -> Asked:
    return Asked(chosen[CAMPAIGN], None if chosen[AS_OF] == NOW else second(chosen[AS_OF]))


def instant(second_s: float) -> datetime:
    """Return a UTC second as an instant."""
    return datetime.fromtimestamp(second_s, UTC)


def iso(second_s: int) -> str:
    """Return a UTC second as 2027-02-14T00:00:00Z."""
    return f"{instant(second_s):%Y-%m-%dT%H:%M:%SZ}"


def back_days(data: Data, campaign: str) -> list[str]:
    """Return the days in Japan, ISO 8601, at whose beginning something was known of a campaign that changed since."""
    scenario = scenario_of(data, campaign)

    def read() -> list[str]:
        kept = entries(data.folder, scenario.start_s, scenario.end_s)
        if not kept:
            return []
        last = instant(max(max(one.entry.end_utc, one.received_utc) for one in kept)).astimezone(JST).date()
        first = instant(min(one.entry.start_utc for one in kept)).astimezone(JST).date()
        count = min((last - first).days + 1, MOST_DAYS)
        return [(first + timedelta(days=at + 1)).isoformat() for at in range(count)]

    return _kept(data, ("days", campaign, scenario.hash), read)


def known(data: Data, one: Asked) -> Known:
    """Return what was known of a campaign; FailedError where the log is of another one."""
    scenario = scenario_of(data, one.campaign)

    def read() -> Known:
        asked_s = scenario.end_s if one.as_of_s is None else min(one.as_of_s, scenario.end_s)
        kept = entries(data.folder, scenario.start_s, asked_s, one.as_of_s)
        begun = any(scenario.start_s <= own.entry.start_utc < asked_s for own in kept)
        ends = [min(own.entry.end_utc, asked_s) for own in kept]
        until_s = max(ends, default=asked_s)
        frame = all_readings(data.folder, None, until_s - WINDOW_S, asked_s, one.as_of_s).to_pandas()
        logged = campaign_log(scenario, kept, frame, asked_s) if begun else None
        tags = _tags(frame)
        reach_s = max([*ends, *(tag.time_s for tag in tags)], default=0)
        return Known(scenario, logged, tags, reach_s)

    return _kept(data, ("known", one, scenario.hash), read)


@dataclass(frozen=True, eq=False)
class Looked:
    """The last days of a log against what was expected of them.

    Attributes
    ----------
    compared : everything that they allow to compare, each with its own chance.
    deviating : what is further off than the chance of so many comparisons explains, with candidate causes.
    calibration : what the expectation rests on; None: on the plan.
    is_before : whether that calibration was told nothing of these days.
    """

    compared: tuple[Deviation, ...]
    deviating: tuple[Deviation, ...]
    calibration: Artefact | None
    is_before: bool


def counted_from_s(found: Known, one: Asked) -> int:
    """Return the UTC second from which ages count: that asked for, else the present, or the end of data ahead of it."""
    return one.as_of_s if one.as_of_s is not None else max(int(datetime.now(UTC).timestamp()), found.reach_s)


def state(data: Data, one: Asked) -> StateNow | None:
    """Return where the assets of a campaign stand at the end of its log; None where nothing is logged."""
    found = known(data, one)
    if found.logged is None:
        return None
    logged = found.logged

    def read() -> StateNow:
        where, notes = measured_state(logged.log, SEED, REPLICATE)
        said = dict.fromkeys((*logged.notes, *notes))
        return StateNow(
            tuple(as_logged(logged.log, where.standings())), stocks_in_units(where.state.stocks), tuple(said)
        )

    return _kept(data, ("state", one, found.scenario.hash), read)


def whole_log(data: Data, one: Asked) -> CampaignLog | None:
    """Return the log of a campaign with all its readings; None where nothing is logged."""
    found = known(data, one)
    if found.logged is None:
        return None
    log, scenario = found.logged.log, found.scenario

    def read() -> CampaignLog:
        frame = all_readings(data.folder, None, scenario.start_s, log.until_s, one.as_of_s).to_pandas()
        return replace(log, measured=series_of(frame, log.until_s))

    return _kept(data, ("whole", one, scenario.hash), read)


def qualities(data: Data, one: Asked) -> list[Quality]:
    """Return the quality index of each indicator of a campaign; none where nothing is logged."""
    found = known(data, one)
    if found.logged is None:
        return []
    log, scenario = found.logged.log, found.scenario
    asked_s = max(counted_from_s(found, one), log.until_s)
    calibrated = [origin_s(sealed) for sealed in archived(data, one, CALIBRATION)]
    sealed = archived(data, one, FORECAST)

    def read() -> list[Quality]:
        whole = whole_log(data, one) or log
        means = mean_scores(sealed, {own.artefact_id: scores(data, one, own) for own in sealed})
        last_s = max(calibrated, default=None)
        return [quality_of(name, whole, asked_s, last_s, means) for name in NEEDS]

    names = tuple(own.artefact_id for own in sealed)
    minute = asked_s // SECONDS_PER_MINUTE  # ages go on by themselves
    return _kept(data, ("quality", one, scenario.hash, names, tuple(calibrated), minute), read)


def looked(data: Data, one: Asked) -> Looked | None:
    """Return the last days of a campaign against what was expected of them; None where nothing is logged."""
    log = whole_log(data, one)
    if log is None:
        return None
    there, forecasts = archived(data, one, CALIBRATION), archived(data, one, FORECAST)
    basis, ahead = calibration_before(there, log, LAST_D), forecast_before(forecasts, log, LAST_D)

    def read() -> Looked:
        draws = {} if basis is None else calibration(data, basis).draws
        days = None if ahead is None else forecast(data, ahead)[0]
        before = basis is not None and origin_s(basis) <= log.until_s - LAST_D * SECONDS_PER_DAY
        every = tuple(comparisons(log, draws, LAST_D, days))
        return Looked(every, tuple(deviations(log, draws, LAST_D, days)), basis, before)

    names = tuple("" if own is None else own.artefact_id for own in (basis, ahead))
    return _kept(data, ("looked", one, log.scenario.hash, names), read)


def version(data: Data) -> str:
    """Return a text that changes when something was measured, sealed, found, acknowledged or decided."""
    names = [f"{book.name}{end}" for book in (ALARMS, DECISIONS) for end in ("", "-wal")]
    paths = [*_sources(data), *(data.folder / FOLDER / name for name in names)]
    paths += sorted((data.folder / ARTEFACTS).glob(f"[!.]*{basis_id('')}-*/{MANIFEST}"))
    return hashlib.sha256(repr(stats(paths)).encode()).hexdigest()[:16]


def days_done(data: Data, one: Asked) -> tuple[int, Floats] | None:
    """Return the first JST day and what was done on each, see `measured_days`; None where nothing is logged."""
    found = known(data, one)
    if found.logged is None:
        return None
    log = found.logged.log
    return _kept(data, ("done", one, found.scenario.hash), lambda: measured_days(log))


def scores(data: Data, one: Asked, sealed: Artefact) -> list[Score]:
    """Return the scores of an archived forecast for the leads that are over; none where nothing is logged."""
    found = known(data, one)
    if found.logged is None:
        return []
    log = found.logged.log

    def read() -> list[Score]:
        days, then = forecast(data, sealed)
        return score(days, then["persistence"], log, LEADS)

    return _kept(data, ("scores", one, sealed.artefact_id, found.scenario.hash), read)


def _tags(frame: "pd.DataFrame") -> tuple[TagNow, ...]:
    """Return the last reading of each tag of a table of readings, sorted by tag and time."""
    found = []
    for tag, own in frame.groupby("tag", observed=True, sort=True):
        last, good = own.iloc[-1], (own["quality"] == "good").to_numpy(bool)
        found.append(
            TagNow(
                str(tag), int(last["time_utc"]), int(last["received_utc"]), float(last["value"]), str(last["quality"]),
                len(own), int(np.count_nonzero(~good)),
            )
        )  # fmt: skip
    return tuple(found)


def _kept(data: Data, key: Hashable, make: Callable[[], Found]) -> Found:
    """Return what is worked out from log book and readings, made anew when their files have changed."""
    return data.memory.get(("measured", key, stats(_sources(data))), make)


def _sources(data: Data) -> list[Path]:
    """Return the files that log book and readings are read from; not each of them is there."""
    folder = data.folder / FOLDER
    names = [f"{name}{end}" for name in (log_book.NAME, buffer.NAME) for end in ("", "-wal")]
    return [folder / name for name in (*names, DAYS)]
