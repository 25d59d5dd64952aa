"""The sea that a run was played in, laid out anew from scenario, seed and replicate number, and the limits of work."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from dashboards.page import View
from dashboards.pages.operations_intervals import Floats, Ints
from dashboards.pages.operations_span import Span, campaign_span, replicates
from ops_data.units import HOURS_PER_DAY, SECONDS_PER_HOUR
from twin.operations.campaign import weather_of
from twin.operations.laws import Luck
from twin.operations.weather import build_sea
from twin.run import identity
from twin.scenario import Scenario, draw_parameters

LIMITS: Final = ("string", "mining", "transfer", "shuttle_unload")
SHOWN: Final = ("string", "mining", "hang_off")  # as lines over the waves
MOST_SEAS: Final = 40  # replicates whose seas one panel lays out, in a quarter of a second; it tells how many
MOST_HOURS: Final = 400_000  # of their seas, where a campaign lasts for years
WIND: Final = "limits.wind_m_s"


@dataclass(frozen=True, eq=False)
class SeaOf:
    """The sea of one replicate and the limits it was played with; hours of shape (hours,).

    Attributes
    ----------
    origin_s : UTC second at which hour 0 begins.
    hs_m, wind_m_s : significant wave height [m] and wind at 10 m [m/s] of each hour, storms included.
    storm_near : whether a tropical cyclone is inside the radius of alerts, or its swell lasts.
    limits_m : significant wave height above which work stops, by name of the limit.
    wind_limit_m_s : wind above which all work stops.
    """

    origin_s: int
    hs_m: NDArray[np.float32]
    wind_m_s: NDArray[np.float32]
    storm_near: NDArray[np.bool_]
    limits_m: dict[str, float]
    wind_limit_m_s: float

    @property
    def start_s(self) -> Ints:
        """When each hour begins [UTC s]."""
        hours: Ints = self.origin_s + np.arange(len(self.hs_m), dtype=np.int64) * SECONDS_PER_HOUR
        return hours

    def open(self, name: str) -> NDArray[np.bool_]:
        """Tell of each hour whether neither wave nor wind is above a limit."""
        waves = self.hs_m <= np.float32(self.limits_m[name])
        return np.asarray(waves & (self.wind_m_s <= np.float32(self.wind_limit_m_s)))


def limit_key(scenario: Scenario, name: str) -> str:
    """Return the quantity that holds a limit; that of the transfer depends on how cargo is handed over."""
    if name != "transfer":
        return f"limits.{name}_hs_m"
    side = scenario.transfer.method == "side_by_side"
    return "limits.transfer_side_by_side_hs_m" if side else "limits.transfer_hose_hs_m"


def limits_used(scenario: Scenario) -> tuple[str, ...]:
    """Return the limits that work of the campaign meets: without a transfer none of shuttles."""
    return LIMITS if scenario.transfer.method != "none" else LIMITS[:2]


def sea_of(view: View, replicate: int) -> SeaOf:
    """Return the sea of a replicate, as it was when the run was made."""
    return view.data.derived(view.run, ("operations sea", replicate), lambda: lay_out(view, replicate))


def lay_out(view: View, replicate: int) -> SeaOf:
    """Return the sea of a replicate, made now."""
    who, scenario = view.run.manifest.identity, view.scenario
    mode: Literal["fixed", "drawn"] = "fixed" if who.parameters == "fixed" else "drawn"
    values = draw_parameters(scenario, who.seed, replicate, mode)
    settings = weather_of(Luck(scenario, values, who.seed, replicate))
    sea = build_sea(settings, who.seed, replicate, scenario.start_s, scenario.end_s)
    names = dict.fromkeys((*SHOWN, *limits_used(scenario)))
    limits_m = {name: values[limit_key(scenario, name)] for name in names}
    return SeaOf(sea.origin_s, sea.hs_m, sea.wind_m_s, sea.storm_near, limits_m, values[WIND])


def made_alike(view: View) -> bool:
    """Say whether software and weather records are those that the run was made with, so that its sea is the same."""
    who, scenario = view.run.manifest.identity, view.scenario
    mode: Literal["fixed", "drawn"] = "fixed" if who.parameters == "fixed" else "drawn"

    def now() -> str:
        return identity(scenario, who.seed, len(replicates(view)), mode).code_version

    return view.data.derived(view.run, "operations version", now) == who.code_version


def closed(of: SeaOf, name: str, begin_s: int, end_s: int) -> tuple[Ints, Ints]:
    """Return when a limit is closed within a time: begins and ends [UTC s]."""
    return stretches(~of.open(name), of.origin_s, begin_s, end_s)


def stretches(yes: NDArray[np.bool_], origin_s: int, begin_s: int, end_s: int) -> tuple[Ints, Ints]:
    """Return the stretches of hours that are so, cut to a time: begins and ends [UTC s].

    Examples
    --------
    >>> begins, ends = stretches(np.array([False, True, True, False, True]), 0, 0, 15_000)
    >>> begins.tolist(), ends.tolist()
    ([3600, 14400], [10800, 15000])
    """
    edges = np.flatnonzero(np.diff(np.r_[0, yes.astype(np.int8), 0]))
    begins, ends = (np.clip(origin_s + edges[at::2] * SECONDS_PER_HOUR, begin_s, end_s) for at in (0, 1))
    seen = ends > begins
    return begins[seen], ends[seen]


@dataclass(frozen=True, eq=False)
class OpenHours:
    """How much of each month limits are open, over replicates.

    Attributes
    ----------
    limits : names.
    share : shape (replicates, months that the campaign touches, limits), 0 to 1.
    """

    limits: tuple[str, ...]
    share: Floats


def open_hours(view: View) -> OpenHours:
    """Return the share of hours in which the limits are open; of many or long replicates the first ones."""
    whole, limits = campaign_span(view.scenario), limits_used(view.scenario)
    months = whole.months()

    def make() -> OpenHours:
        numbers = replicates(view)
        most = min(MOST_SEAS, max(1, MOST_HOURS // (whole.days * HOURS_PER_DAY)))
        return OpenHours(limits, np.array([share_open(lay_out(view, one), limits, months) for one in numbers[:most]]))

    return view.data.derived(view.run, "operations open hours", make)


def share_open(of: SeaOf, limits: Sequence[str], months: Sequence[Span]) -> Floats:
    """Return the share of the hours of each month in which each limit is open, shape (months, limits)."""
    found = np.empty((len(months), len(limits)))
    for at, name in enumerate(limits):
        sums = np.concatenate([[0], np.cumsum(of.open(name))])
        for month, one in enumerate(months):
            hours = (np.array([one.begin_s, one.end_s]) - of.origin_s) // SECONDS_PER_HOUR
            begin, end = np.clip(hours, 0, len(sums) - 1)
            found[month, at] = (sums[end] - sums[begin]) / max(1, end - begin)
    return found
