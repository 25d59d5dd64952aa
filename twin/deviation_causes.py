"""Candidate causes of a deviation: named, each with what the log and the readings say for it, and nothing else.

A rule looks at one thing that was measured and gives its candidate a strength: 1 where it points clearly to it, less
where it only allows it, nothing where it was not measured. Strengths are assumptions; told are shares of their sum.
What no rule explains is always left over under its own name.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from ops_data.reference.sensor_rows import sensors
from ops_data.units import SECONDS_PER_HOUR
from twin.calibration.limits import SEA_TAG, WHY
from twin.deviation_found import NOT_EXPLAINED, Cause, Deviation
from twin.deviation_lost import FAILURES, FAR_SD, SEA_WEEKS, WEATHER, errors_off, failures, limit_key, sea_waits
from twin.deviation_output import OUTPUT, lost_hours
from twin.deviation_week import Week
from twin.deviation_work import FLOW, HEAD, LIFT, SHIFT, SOLIDS, STRINGS, STROKE, TOOL, factors
from twin.forecast_view import ForecastDays
from twin.operations import codes as c

CLEAR, LIKELY, POSSIBLE, LEFT = 1.0, 0.5, 0.2, 0.1  # assumption: strengths of evidence
SURE: Final = 0.01  # chance below which another comparison is off too
FINE: Final = 0.1  # chance above which another comparison is as expected
LEARNING: Final = 1.1  # learning factor from which on a crew is still learning
SAME_SHARE: Final = 0.05  # two steps that are off by as much, to a twentieth
HIGHER_M: Final = 0.3  # assumption: mean sea so much higher is noticed on deck
DRIFT: Final = 3.0  # errors of its mean by which a densitometer is off in clear water


@dataclass(frozen=True)
class Look:
    """What a rule looks at: the days, the deviation, every comparison by subject and asset, the forecast."""

    week: Week
    one: Deviation
    every: Mapping[tuple[str, str], Deviation]
    forecast: ForecastDays | None

    def other(self, subject: str) -> Deviation | None:
        """Return another comparison of the same asset; None where the days did not allow it."""
        return self.every.get((self.one.asset, subject))

    def state(self, subject: str) -> int | None:
        """Return whether another comparison is off: 1 above, -1 below, 0 as expected; None: not known or in doubt."""
        found = self.other(subject)
        if found is None or SURE <= found.p_value <= FINE:
            return None
        return found.sign if found.p_value < SURE else 0


def with_causes(week: Week, one: Deviation, every: Sequence[Deviation], forecast: ForecastDays | None) -> Deviation:
    """Return a deviation with its candidate causes, the likeliest first; weights sum to 1."""
    look = Look(week, one, {(other.asset, other.subject): other for other in every}, forecast)
    found = sorted(RULES[one.subject](look), key=lambda cause: -cause.weight)
    said = "something that neither log nor readings show" if found else "log and readings point to no cause"
    found.append(Cause(NOT_EXPLAINED, said, LEFT))
    whole = sum(cause.weight for cause in found)
    return replace(one, causes=tuple(replace(cause, weight=cause.weight / whole) for cause in found))


def _told(found: Deviation) -> str:
    return f"{found.subject} {found.measured:.3g} {found.unit}, expected {found.expected:.3g}"


def _slow_work(look: Look) -> Iterator[Cause]:
    """Yield causes of tool time or shift that takes longer or shorter."""
    week, one = look.week, look.one
    longer = one.sign > 0
    other = look.other(SHIFT if one.subject == TOOL else TOOL)
    both = look.state(SHIFT if one.subject == TOOL else TOOL)
    if other is not None and both == one.sign:
        name = "crew slower than planned" if longer else "crew faster than planned"
        yield Cause(name, f"the other part of the cycle is off the same way: {_told(other)}", CLEAR)
    elif one.subject == TOOL:
        yield from _mud(look, other)
    jobs = week.done(one.asset, "shift" if one.subject == SHIFT else "insert")
    factor = float(np.median(factors(week, jobs).mean(axis=1))) if jobs else 1.0
    if longer and factor > LEARNING:
        said = (
            f"insertions {jobs[0].number + 1} to {jobs[-1].number + 1} still take {factor:.2f} times the practised time"
        )
        yield Cause("crew still learning", said, LIKELY)
    crew_h = sum(week.hours(vessel, cause="crew_change") for vessel in week.vessels if vessel.name == one.asset)
    if longer and crew_h > 0.0:
        yield Cause("new crew", f"a crew change took {crew_h:.1f} h in these days", POSSIBLE)
    if longer:
        yield from _sea(look)


def _mud(look: Look, shift: Deviation | None) -> Iterator[Cause]:
    """Yield what the mud or the tool's drive say: both steps of the tool off by as much, or one alone."""
    week, one = look.week, look.one
    ratios = {step: _pace(week, one.asset, step) for step in ("insert", "disaggregate")}
    insert, breaking = ratios["insert"], ratios["disaggregate"]
    usual = "" if shift is None else f"; {_told(shift)}"
    longer = one.sign > 0
    if insert is None or breaking is None:
        return
    if abs(insert / breaking - 1.0) <= SAME_SHARE:
        name = "stiffer mud" if longer else "softer mud"
        said = f"insertion is off by {100 * (insert - 1):+.0f} %, disaggregation alike by {100 * (breaking - 1):+.0f} %"
        yield Cause(name, said + usual, CLEAR)
        if longer:
            yield Cause(
                "worn tool", "both steps of the tool take longer alike, which a worn tool shows as well", LIKELY
            )
    elif breaking > insert:
        said = f"disaggregation is off by {100 * (breaking - 1):+.0f} %, insertion by {100 * (insert - 1):+.0f} %"
        yield Cause("disaggregation drive worn" if longer else "softer mud", said + usual, CLEAR)
    else:
        said = f"insertion is off by {100 * (insert - 1):+.0f} %, disaggregation by {100 * (breaking - 1):+.0f} %"
        yield Cause("stiffer crust" if longer else "softer mud", said + usual, CLEAR)


def _pace(week: Week, vessel: str, step: str) -> float | None:
    """Return the hours of a step over what the median member expects; None where none was finished."""
    jobs = week.done(vessel, step)
    if not jobs:
        return None
    central = week.values("mining.cycle_h") * week.values(f"mining.{step}_share")
    expected = np.median(factors(week, jobs).mean(axis=1) * central)
    return float(np.mean([job.worked_s for job in jobs]) / SECONDS_PER_HOUR / expected)


def _sea(look: Look) -> Iterator[Cause]:
    told = look.week.mean(SEA_TAG)
    if told is not None and told[0] > told[1] + HIGHER_M:
        yield Cause("sea", f"mean wave height {told[0]:.1f} m, {told[1]:.1f} m before", POSSIBLE)


def _lifted(look: Look) -> Iterator[Cause]:
    """Yield causes of lifting, flow, solids and pressure that are off: what is off together tells which."""
    less = look.one.sign < 0
    solids, flow, head, rate = (look.state(name) for name in (SOLIDS, FLOW, HEAD, LIFT))
    both = [found for name in (LIFT, SOLIDS) if (found := look.other(name)) is not None]
    words = "; ".join(_told(found) for found in both)
    if solids in (-1, 1) and rate == solids:
        name = "slurry thinner than expected" if less else "slurry denser than expected"
        yield Cause(name, f"the log and the densitometer agree: {words}", CLEAR)
    elif (solids in (-1, 1) and rate == 0) or (rate in (-1, 1) and solids == 0 and flow == 0):
        yield Cause("sensor drift", f"log and densitometer contradict one another: {words}", LIKELY)
    elif solids in (-1, 1):
        name = "slurry thinner than expected" if less else "slurry denser than expected"
        yield Cause(name, f"the densitometer says so, the log does not contradict it: {words}", LIKELY)
    yield from _drift(look)
    pumped, pressed = look.other(FLOW), look.other(HEAD)
    if pumped is not None and flow == -1 and pressed is not None and head == 1:
        yield Cause("pipe partly blocked", f"less flows under more pressure: {_told(pumped)}; {_told(pressed)}", CLEAR)
    elif pumped is not None and flow == -1 and pressed is not None:
        yield Cause("pump wear", f"less flows without more pressure: {_told(pumped)}; {_told(pressed)}", CLEAR)
    elif pumped is not None and flow == -1:
        said = f"{_told(pumped)}; the pressure, which would tell the two apart, is not measured"
        yield Cause("pump wear", said, LIKELY)
        yield Cause("pipe partly blocked", said, LIKELY)
    elif pumped is not None and flow == 1:
        yield Cause("pumped harder than planned", _told(pumped), LIKELY)
    elif pressed is not None and head == 1:
        yield Cause("pipe partly blocked", f"{_told(pressed)} at the flow that was expected", LIKELY)


def _drift(look: Look) -> Iterator[Cause]:
    """Yield a drift of the densitometer where it is off in the clear water between lifts as well."""
    week, tag = look.week, f"{look.one.asset}.lift.density"
    series = week.log.measured.get(tag)
    if series is None or look.one.subject not in (SOLIDS, LIFT):
        return
    ends = np.array([span for job in week.jobs[look.one.asset]["lift"] for span in job.spans]).reshape(-1, 2)
    at = np.searchsorted(ends[:, 0], series.time_s, side="right") - 1
    lifting = (at >= 0) & (series.time_s < ends[np.maximum(at, 0), 1]) if len(ends) else np.zeros(len(at), bool)
    now = series.time_s >= week.begin_s
    clear, before = series.value[~lifting & now], series.value[~lifting & ~now]
    if not len(clear) or not len(before):
        return
    off = float(clear.mean() - before.mean())
    error = float(sensors()[tag].error(clear.mean())) * np.sqrt(1.0 / len(clear) + 1.0 / len(before))
    if np.sign(off) == look.one.sign and abs(off) > DRIFT * error + 1.0:
        said = f"in clear water between lifts it reads {clear.mean():.1f} kg/m3, {before.mean():.1f} before"
        yield Cause("sensor drift", said, 1.5 * CLEAR)


def _stroke(look: Look) -> Iterator[Cause]:
    """Yield causes of lifts that bring more or less: the filling of the tool, which nothing else measures."""
    less = look.one.sign < 0
    short = [job for job in look.week.jobs[look.one.asset]["lift"] if not job.done and job.last_s >= look.week.begin_s]
    if less and short:
        yield Cause("lifts broken off", f"{len(short)} lifts of these days were not finished", POSSIBLE)
    name = "mud leaves the tool" if less else "fuller tool"
    flow = "" if (found := look.other(SOLIDS)) is None else f"; {_told(found)}"
    yield Cause(name, f"each lift brings {look.one.measured:.3g} t, expected {look.one.expected:.3g} t{flow}", LIKELY)


def _string(look: Look) -> Iterator[Cause]:
    """Yield causes of joints that take longer or shorter."""
    if look.one.sign > 0:
        yield from _sea(look)
    other = next((look.other(name) for name in STRINGS.values() if name != look.one.subject), None)
    words = "" if other is None else f"; {_told(other)}"
    name = "joints handled slower" if look.one.sign > 0 else "joints handled faster"
    yield Cause(name, f"{_told(look.one)}{words}", LIKELY)


def _waits(look: Look) -> Iterator[Cause]:
    """Yield causes of waits for the sea that the measured sea does not explain, or of work above a limit."""
    longer = replace(look.week, days=SEA_WEEKS * look.week.days)
    early: list[tuple[float, str]] = []
    late: list[tuple[float, str]] = []
    for (vessel, limit), (waits, works) in sea_waits(longer).items():
        if vessel != look.one.asset:
            continue
        limit_m = float(np.median(longer.values(limit_key(limit))))
        for runs, sign, found, words in ((waits, 1, early, "waited"), (works, -1, late, "worked")):
            bad = errors_off(runs, limit_m, sign) > FAR_SD
            if bad.any():
                level = float(np.median(runs.level_m[bad]))
                times = "once" if bad.sum() == 1 else f"{int(bad.sum())} times"
                said = f"{times} {words} for {WHY[limit]} at {level:.1f} m, limit {limit_m:.1f} m"
                found.append((float(runs.hours[bad].sum()), said))
    if early:
        said = "; ".join(words for _, words in sorted(early, reverse=True))
        yield Cause("conservative limit", said, CLEAR)
    if late:
        said = "; ".join(words.replace(" for ", " on ") for _, words in sorted(late, reverse=True))
        yield Cause("limit stretched", said, CLEAR)
    if early and late:
        yield Cause("sensor drift", "waits below the limit and work above it: the wave height may be wrong", LIKELY)
    if early and SEA_WIND not in look.week.log.measured:
        yield Cause("wind", "the wind, which may have closed those hours, is not measured", POSSIBLE)


SEA_WIND: Final = "site.wind.speed"


def _failed(look: Look) -> Iterator[Cause]:
    """Yield causes of more or fewer failures: which kind of asset they are of, and the sea."""
    longer = look.one.sign > 0
    name = "parts fail more often than planned" if longer else "parts fail less often than planned"
    told = sorted(failures(look.week), key=lambda one: float(np.median(one.expected)) - one.count)
    words = ", ".join(f"{one.role} {one.count} (expected {np.median(one.expected):.1f})" for one in told)
    yield Cause(name, f"failures by kind of asset: {words}", CLEAR)
    if longer:
        yield from _sea(look)


def _output(look: Look) -> Iterator[Cause]:
    """Yield causes of an output off the forecast: hours lost to each cause beyond the forecast, and what is off."""
    less = look.one.sign < 0
    week = look.week
    if look.forecast is not None:
        names = {"weather_h": "sea", "failure_h": "failures and repairs"}
        for series, (measured_h, expected_h) in lost_hours(week, look.forecast).items():
            off_h = measured_h - expected_h
            if series in names and (off_h > 0) == less and abs(off_h) > 1.0:
                said = f"{measured_h:.0f} h lost, {expected_h:.0f} h in the median of the forecast"
                hours = (look.one.end_s - look.one.begin_s) / SECONDS_PER_HOUR
                yield Cause(names[series], said, min(CLEAR, 4.0 * abs(off_h) / hours))
    lost = {"no shuttle": (c.WAITING, "shuttle"), "spare missing": (c.WAITING, "failure")}
    for name, (state, cause) in lost.items():
        waited_h = sum(week.hours(vessel, state=state, cause=cause) for vessel in week.vessels)
        if less and waited_h > 0.0:
            share = waited_h / ((week.end_s - week.begin_s) / SECONDS_PER_HOUR)
            yield Cause(name, f"{waited_h:.0f} h waited for it in these days", min(CLEAR, 4.0 * share))
    for subject, name in ((TOOL, "longer cycle"), (SHIFT, "longer shifts"), (LIFT, "slower lifting")):
        found = look.other(subject)
        if found is not None and found.p_value < SURE and (found.sign < 0) == (less == (subject == LIFT)):
            told = name if less else name.replace("longer", "shorter").replace("slower", "faster")
            yield Cause(told, _told(found), LIKELY)


RULES: Final = {
    TOOL: _slow_work, SHIFT: _slow_work, LIFT: _lifted, FLOW: _lifted, SOLIDS: _lifted, HEAD: _lifted, STROKE: _stroke,
    **dict.fromkeys(STRINGS.values(), _string), WEATHER: _waits, FAILURES: _failed, OUTPUT: _output,
}  # fmt: skip
