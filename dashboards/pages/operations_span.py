"""The days that the page Operations shows, and what it takes from a run by name: replicates and assets."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from dashboards.page import View
from ops_data.reference.japanese import known, title
from ops_data.units import JST_OFFSET_S, SECONDS_PER_DAY
from twin.assets import vessel_name
from twin.scenario import Scenario
from twin.weekly import span

MOST_DAYS: Final = 400  # of a campaign whose single days can be chosen; of a longer one months can
MS_PER_S: Final = 1e3
EPOCH: Final = date(1970, 1, 1)
INTERVALS: Final = "intervals"
FLEET: Final = "mining"  # all mining vessels together
ISO_MONTH: Final = 7  # letters of a month


@dataclass(frozen=True)
class Span:
    """Calendar days in Japan, the last one included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def begin_s(self) -> int:
        """Midnight in Japan at which it begins [UTC s]."""
        return (self.first - EPOCH).days * SECONDS_PER_DAY - JST_OFFSET_S

    @property
    def end_s(self) -> int:
        """Midnight in Japan at which it ends [UTC s]."""
        return self.begin_s + self.days * SECONDS_PER_DAY

    def places(self, campaign: "Span") -> slice:
        """Return where its days stand in a series with one value for each day of the campaign."""
        return slice((self.first - campaign.first).days, (self.last - campaign.first).days + 1)

    def dates(self) -> list[str]:
        """Return its days, ISO 8601."""
        return [(self.first + timedelta(days=at)).isoformat() for at in range(self.days)]

    def months(self) -> list["Span"]:
        """Return its parts by calendar month."""
        firsts = [self.first]
        while (after := next_month(firsts[-1])) <= self.last:
            firsts.append(after)
        lasts = [*(day - timedelta(days=1) for day in firsts[1:]), self.last]
        return [Span(first, last) for first, last in zip(firsts, lasts, strict=True)]


def next_month(day: date) -> date:
    """Return the first day of the month after that of a day."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def campaign_span(scenario: Scenario) -> Span:
    """Return the days that the calendar of a scenario touches."""
    return Span(*span(scenario))


def first_days(whole: Span) -> list[str]:
    """Return the days from which can be shown: each of them, or of a long campaign the first of each month."""
    return whole.dates() if whole.days <= MOST_DAYS else [one.first.isoformat() for one in whole.months()]


def last_days(whole: Span) -> list[str]:
    """Return the days up to which can be shown: each of them, or of a long campaign the last of each month."""
    return whole.dates() if whole.days <= MOST_DAYS else [one.last.isoformat() for one in whole.months()]


def chosen_span(view: View) -> Span | None:
    """Return the days that the controls choose; None where they end before they begin."""
    first, last = (date.fromisoformat(view.value(key)) for key in ("from", "to"))
    return Span(first, last) if first <= last else None


def cut_to_calendar(chosen: Span, scenario: Scenario) -> tuple[int, int]:
    """Return the seconds of a span that the calendar of a scenario holds: its first and last day are cut."""
    return max(chosen.begin_s, scenario.start_s), min(chosen.end_s, scenario.end_s)


def mining_names(scenario: Scenario) -> tuple[str, ...]:
    """Return the names of the mining vessels."""
    return tuple(vessel_name(scenario.mining.vessel, at) for at in range(scenario.mining.vessels))


def keeps_intervals(view: View) -> bool:
    """Say whether the run kept its interval log."""
    return INTERVALS in view.run.manifest.tables


def asset_names(view: View) -> tuple[str, ...]:
    """Return the assets of a run in the order of its rows; none where it kept no intervals."""
    if not keeps_intervals(view):
        return ()
    first = view.run.manifest.identity.first_replicate
    return view.data.derived(
        view.run, "operations assets", lambda: tuple(map(str, view.data.calendar(view.run, first)["asset"].unique()))
    )


def asset_title(name: str, lang: str) -> str:
    """Return what an asset is called; a person's own name stays as it is."""
    return title("asset", name, lang) if known("asset", name) else name


def replicates(view: View) -> range:
    """Return the replicates of the run."""
    who = view.run.manifest.identity
    return range(who.first_replicate, who.last_replicate + 1)


def chosen_replicate(view: View) -> int:
    """Return the replicate that is looked at."""
    return int(view.value("replicate"))


def japan_ms(time_s: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return instants as a date axis in Japan standard time counts them [ms]."""
    return np.asarray((time_s + JST_OFFSET_S) * MS_PER_S)


def iso(time_s: NDArray[np.int64], offset_s: int = 0, unit: Literal["m", "s"] = "m") -> list[str]:
    """Return instants as ``2027-02-05 09:00``, in UTC or a number of seconds ahead of it, to the minute or second."""
    texts = np.datetime_as_string((time_s + offset_s).astype("datetime64[s]"), unit=unit)
    return [text.replace("T", " ") for text in texts.tolist()]


def between(begin_s: NDArray[np.int64], end_s: NDArray[np.int64]) -> list[str]:
    """Return from when to when in Japan's time and, on a second line of a hover, in UTC."""
    texts = [iso(one, offset) for offset in (JST_OFFSET_S, 0) for one in (begin_s, end_s)]
    return [f"{a} – {b} JST<br>{c} – {d} UTC" for a, b, c, d in zip(*texts, strict=True)]


def percent_tenths(parts: Sequence[float]) -> list[float]:
    """Return parts of a whole in per cent, to a tenth, so that what people read adds up to 100.0.

    Examples
    --------
    >>> percent_tenths([1.0, 1.0, 1.0])
    [33.4, 33.3, 33.3]
    """
    exact = np.asarray(parts, dtype=np.float64) / sum(parts) * 1_000.0
    whole = np.floor(exact)
    for place in np.argsort(whole - exact, kind="stable")[: round(1_000.0 - whole.sum())]:
        whole[place] += 1.0
    return [float(one) / 10.0 for one in whole]
