"""Sea limits as they were kept: in which measured seas an operation was worked and in which it waited."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from scipy.special import ndtr

from ops_data.reference.sensor_rows import sensors
from ops_data.units import HOURS_PER_DAY, SECONDS_PER_HOUR
from twin.calibration.block import Block, Check, nothing, span
from twin.calibration.jobs import VesselRows
from twin.calibration.prior import Floats, Prior, grid_posterior, open_keys, prior_of
from twin.campaign_log import CampaignLog
from twin.models.kalman import LinearGaussian, kalman_filter, kalman_smoother
from twin.operations import codes as c
from twin.scenario import Scenario

NAME: Final = "sea limits"
SEA_TAG: Final = "site.sea.hs"
OUTSIDE: Final = 1e-3  # of hours in which something else decided than the sea
LEAST_DRIFT: Final = 0.005  # of the logarithm of the sea from hour to hour
LEAST_SEA_M: Final = 0.1  # less is calm
BROAD: Final = 1.0  # what is known of the logarithm of the sea before its first reading
JUMP_SD: Final = 3.0
TOO_SURE: Final = 1.2  # errors of the smoothed sea over what the random walk says, on simulated seas 1.1 to 1.2
NEAR_SD: Final = 2.0  # errors below its limit from which on the wind may have closed an hour
WRONG_SD: Final = 4.0  # errors beyond the limit from which on an hour is said to contradict it
AHEAD_H: Final = 1  # steps of an insertion last an hour or less, so a forecast is asked for this hour and the next
WIND_TAG: Final = "site.wind.speed"
BY_WIND: Final = 0.3  # assumption: chance that hard wind, not the sea, let the string go where nobody measured the wind
FAR_SD: Final = 6.0  # hours so many errors away from the prior's range say nothing and are left out
OPERATIONS: Final = {
    "set_up": "setup", "run_string": "string", "recover_string": "string", "reconnect": "string",
    "land_string": "mining", "restart": "mining", "relocate": "mining", "shift": "mining", "insert": "mining",
    "disaggregate": "mining", "lift": "mining", "repair": "rov",
}  # fmt: skip
PAUSING: Final = frozenset({"set_up", "reconnect", "land_string", "restart", "relocate", "repair"})
OBSERVED: Final = frozenset({"run_string", "recover_string"})  # whole joints, judged by the sea as it is
LETS_GO: Final = frozenset({"disconnect", "reconnect"})  # of the string, or not fast to it yet
SEA_CAUSES: Final = frozenset(c.CAUSE[word] for word in ("weather", "storm", "emergency"))
WHY: Final = {
    "setup": "set-up", "string": "running and recovering the string", "mining": "mining", "hang_off": "hanging on",
    "transfer_hose": "the hose", "transfer_side_by_side": "lying side by side", "rov": "the work vehicle",
}  # fmt: skip


@dataclass
class Hours:
    """Hours since 1970 in which a limit was seen open, and closed.

    ``refused`` holds, for each wait for a whole window, the hours in which the forecast was asked, each with how old it
    was [h].
    """

    open: set[int] = field(default_factory=set)
    closed: set[int] = field(default_factory=set)
    refused: list[dict[int, float]] = field(default_factory=list)


def hours_of(log: CampaignLog, vessel: VesselRows, told: defaultdict[str, Hours]) -> None:
    """Add the hours in which a mining vessel kept to or waited for a limit, by the limit's name.

    Work says that the sea was below the limit, but for what was begun in a window that closed (over the limit); a wait
    says that it was above where the sea of the hour decides. Steps that need a whole window wait for the forecast: it
    is asked when the wait begins and when a new one comes, and refuses a sea that is or soon will be too high. The hour
    before they go on is sure where no new forecast came with it.
    """
    issue_s = round(log.scenario.quantities["weather.issue_interval_h"].value * SECONDS_PER_HOUR)
    transfer = "transfer_side_by_side" if log.scenario.transfer.method == "side_by_side" else "transfer_hose"
    out = _string_out(vessel)
    for number, activity in enumerate(vessel.activity):
        begin_s, end_s = int(vessel.start_s[number]), int(vessel.end_s[number])
        waits, working = vessel.state[number] == c.WAITING, vessel.state[number] in (c.WORKING, c.REPAIRING)
        by_sea = waits and int(vessel.cause[number]) in SEA_CAUSES
        whole = range(begin_s // SECONDS_PER_HOUR, -(-end_s // SECONDS_PER_HOUR))
        if out[number]:
            told["hang_off"].open.update(whole)
        if activity == "disconnect" and working:
            told["hang_off"].closed.add(whole[0])
        if activity == "hang_off" and waits and int(vessel.cause[number]) == c.C_EMERGENCY:
            told["hang_off"].closed.update(whole)
        limit = transfer if activity == "offload" else OPERATIONS.get(activity)
        if limit is None or (activity == "repair" and not _by_vehicle(vessel, number)):
            continue
        if working:
            over = int(vessel.rows[number, c.R_OVER_S]) > 0
            told[limit].open.update(whole[:1] if over else whole)
        elif by_sea:
            closed = told[limit].closed
            if activity in PAUSING or (activity == "offload" and _pumping(vessel, number)):
                closed.update(whole)
            elif activity in OBSERVED:
                closed.update(hour for hour in whole if hour * SECONDS_PER_HOUR >= begin_s)
            else:
                told[limit].refused.append(_asked(begin_s, end_s, issue_s))
                if _goes_on(vessel, number) and end_s % SECONDS_PER_HOUR == 0 and _no_news(log, end_s, issue_s):
                    closed.add(end_s // SECONDS_PER_HOUR - 1)


def _string_out(vessel: VesselRows) -> list[bool]:
    """Say of each row whether the string hung from the ship all the while, so that the sea was below its limit."""
    found, out = [], False
    for number, activity in enumerate(vessel.activity):
        riding = activity == "hang_off" and int(vessel.cause[number]) == c.C_EMERGENCY
        working = vessel.state[number] == c.WORKING
        if activity in LETS_GO or activity == "recover_string":
            out = False
        found.append(out and not riding)
        if working and activity in ("run_string", "land_string", "insert", "disaggregate", "lift"):
            out = True
    return found


def _by_vehicle(vessel: VesselRows, number: int) -> bool:
    """Say whether a repair waited for the sea before or after a row: then the work vehicle does it."""
    return any(
        0 <= other < len(vessel.activity)
        and vessel.activity[other] == "repair"
        and vessel.state[other] == c.WAITING
        and int(vessel.cause[other]) in SEA_CAUSES
        for other in (number - 1, number, number + 1)
    )


def _pumping(vessel: VesselRows, number: int) -> bool:
    """Say whether a wait in offloading came after work on it, so that the shuttle was moored."""
    return number > 0 and vessel.activity[number - 1] == "offload" and vessel.state[number - 1] == c.WORKING


def _goes_on(vessel: VesselRows, number: int) -> bool:
    """Say whether the work that was waited for begins when a wait ends."""
    following = number + 1
    return (
        following < len(vessel.activity)
        and vessel.activity[following] == vessel.activity[number]
        and vessel.state[following] == c.WORKING
        and vessel.start_s[following] == vessel.end_s[number]
    )


def _asked(begin_s: int, end_s: int, issue_s: int) -> dict[int, float]:
    """Return the hours of a wait in which a forecast was asked, with its age [h]: at the beginning and when it came."""
    issues = range(-(-begin_s // issue_s) * issue_s, end_s, issue_s)
    return {begin_s // SECONDS_PER_HOUR: begin_s % issue_s / SECONDS_PER_HOUR} | {
        time_s // SECONDS_PER_HOUR: 0.0 for time_s in issues
    }


def _no_news(log: CampaignLog, time_s: int, issue_s: int) -> bool:
    return log.scenario.weather.foresight != "forecast" or time_s % issue_s != 0


@dataclass(frozen=True)
class HourlySea:
    """Significant wave height by hour since 1970: mean of what the readings say [m] and its error."""

    mean_m: Mapping[int, float]
    sd_m: Mapping[int, float]

    def extremes(self, hours: set[int], sign: int) -> Floats:
        """Return mean and error of the highest (sign 1) or lowest (-1) hour of each run of hours, shape (n, 2).

        The others of a run say hardly more, and their errors are much the same.
        """
        told = sorted(hour for hour in hours if hour in self.mean_m)
        runs = np.split(np.array(told, dtype=np.int64), np.flatnonzero(np.diff(told) > 1) + 1) if told else []
        chosen = [max(run.tolist(), key=lambda hour: sign * self.mean_m[hour]) for run in runs]
        return np.array([(self.mean_m[hour], self.sd_m[hour]) for hour in chosen]).reshape(-1, 2)

    def ahead(self, asked: Mapping[int, float], spread_h: float) -> tuple[float, float] | None:
        """Return the lowest sea that a forecast refused in one wait, and its error; None where it was not measured.

        What counts is the highest of the hour and the next `AHEAD_H`, with the forecast's own error of `spread_h` of
        the sea for each hour of its age.
        """
        told = []
        for hour, age_h in asked.items():
            window = [one for one in range(hour, hour + AHEAD_H + 1) if one in self.mean_m]
            if window:
                top = max(window, key=lambda one: self.mean_m[one])
                level = self.mean_m[top]
                told.append((level, float(np.hypot(self.sd_m[top], spread_h * (age_h + top - hour + 1) * level))))
        return min(told) if told else None


def hourly_sea(log: CampaignLog) -> HourlySea | None:
    """Return the measured sea by hour; None where nobody measured it.

    Notes
    -----
    The logarithm of the sea drifts as a random walk, whose step is what the readings scatter from hour to hour beyond
    their own error in the whole log; where they jump (three errors off) the sea may too. The exact smoother of that
    takes neighbouring hours for help. An hour whose readings it does not meet to three errors counts by itself.
    """
    series = log.measured.get(SEA_TAG)
    if series is None or not len(series.time_s):
        return None
    hours, at, count = np.unique(series.time_s // SECONDS_PER_HOUR, return_inverse=True, return_counts=True)
    mean = np.maximum(np.bincount(at, series.value) / count, LEAST_SEA_M)
    sd = sensors()[SEA_TAG].error(mean) / np.sqrt(count) / mean
    whole = hours - hours[0]
    seen, noise = np.full(int(whole[-1]) + 1, np.nan), np.ones(int(whole[-1]) + 1)
    seen[whole], noise[whole] = np.log(mean), sd**2
    one, stack = np.eye(1), (slice(None), np.newaxis, np.newaxis)
    model = LinearGaussian(one, _drift(seen, noise)[stack], one, noise[stack], seen[:1], BROAD**2 * one)
    smooth = kalman_smoother(model, kalman_filter(model, seen))
    level, error = smooth.mean[whole, 0], np.sqrt(smooth.covariance[whole, 0, 0])
    alone = np.abs(level - seen[whole]) > JUMP_SD * sd
    level, error = np.where(alone, mean, np.exp(level)), np.where(alone, sd, TOO_SURE * error)
    error = error * level
    keys = hours.tolist()
    return HourlySea(dict(zip(keys, level.tolist(), strict=True)), dict(zip(keys, error.tolist(), strict=True)))


def calibrate_limits(
    log: CampaignLog, vessels: list[VesselRows], members: int, random: np.random.Generator
) -> Iterator[Block]:
    """Yield what is said of each sea limit.

    Notes
    -----
    A reading h ± s of an hour worked has the likelihood Φ((L - h) / s) of the limit L, one waited Φ((h - L) / s); one
    run of hours in a thousand may be decided by something else. Of each run of hours the highest that was worked and
    the lowest that was waited count; runs are taken as independent.
    """
    scenario = log.scenario
    keys = open_keys(scenario, [f"limits.{name}_hs_m" for name in WHY if _has(scenario, name)])
    sea = hourly_sea(log)
    told: defaultdict[str, Hours] = defaultdict(Hours)
    for vessel in vessels:
        hours_of(log, vessel, told)
    windy = windy_hours(log)
    spread_h = scenario.quantities["weather.forecast_error_24h"].value / HOURS_PER_DAY
    for key in keys:
        name = key.removeprefix("limits.").removesuffix("_hs_m")
        block = f"{NAME}, {WHY[name]}"
        if sea is None:
            yield nothing(block, [key], f"the log has no readings of {SEA_TAG}")
            continue
        outside = BY_WIND if name == "hang_off" and windy is None else OUTSIDE
        told[name].closed -= windy or set()
        evidence = _evidence(told[name], sea, spread_h)
        yield _calibrate(block, prior_of(scenario, key), evidence, outside, members, random)


def _has(scenario: Scenario, name: str) -> bool:
    """Say whether a scenario keeps to a limit at all."""
    wanted = {"hose": "transfer_hose", "side_by_side": "transfer_side_by_side"}.get(scenario.transfer.method, "")
    return not name.startswith("transfer") or name == wanted


def _drift(seen: Floats, noise: Floats) -> Floats:
    """Return the variance of the sea's step into each hour: of the whole log, but for a jump that of its own.

    Parameters
    ----------
    seen, noise : logarithm of the reading of each hour, NaN for none, and its variance, shape (T,).
    """
    squared, error = np.diff(seen, prepend=np.nan) ** 2, noise + np.roll(noise, 1)
    known = np.isfinite(squared)
    if not known.any():
        return np.full(len(seen), BROAD**2)
    usual = max(float(np.average((squared - error)[known], weights=1.0 / error[known] ** 2)), LEAST_DRIFT**2)
    jumps = known & (squared > JUMP_SD**2 * (usual + error))
    return np.asarray(np.where(jumps, np.where(known, squared, 0.0), usual))


def windy_hours(log: CampaignLog) -> set[int] | None:
    """Return the hours since 1970 in which the wind was near its limit or above; None where nobody measured it."""
    series = log.measured.get(WIND_TAG)
    if series is None or not len(series.time_s):
        return None
    limit = log.scenario.quantities["limits.wind_m_s"].value
    windy = series.value > limit - NEAR_SD * sensors()[WIND_TAG].error(series.value)
    return set((series.time_s[windy] // SECONDS_PER_HOUR).tolist())


@dataclass(frozen=True, eq=False)
class Evidence:
    """Seas in which a limit was open and closed: mean and error [m], shape (n, 2); and the data in words."""

    opened: Floats
    closed: Floats
    words: str


def _evidence(hours: Hours, sea: HourlySea, spread_h: float) -> Evidence:
    both = hours.open & hours.closed  # worked in one part, waited in another: the sea was near the limit
    refused = [one for one in (sea.ahead(asked, spread_h) for asked in hours.refused) if one is not None]
    closed = [sea.extremes(hours.closed - both, -1), np.array(refused).reshape(-1, 2)]
    waited = hours.closed | {hour for asked in hours.refused for hour in asked}
    worked, waits = (len(one & sea.mean_m.keys()) for one in (hours.open, waited))
    times = sorted((hours.open | waited) & sea.mean_m.keys())
    when = f" {span(times[0] * SECONDS_PER_HOUR, times[-1] * SECONDS_PER_HOUR)}" if times else ""
    return Evidence(
        sea.extremes(hours.open - both, 1), np.concatenate(closed), f"{worked} hours worked and {waits} waited{when}"
    )


def _calibrate(
    block: str, prior: Prior, told: Evidence, outside: float, members: int, random: np.random.Generator
) -> Block:
    opened, closed = told.opened, told.closed
    if not len(opened) + len(closed):
        return nothing(block, [prior.key], "no hour of a measured sea in which it was worked or waited for")
    low, high = prior.values(np.array([0.0, 1.0]))
    near_open = opened[opened[:, 0] + FAR_SD * opened[:, 1] > low]
    near_closed = closed[closed[:, 0] - FAR_SD * closed[:, 1] < high]

    def log_likelihood(u: Floats) -> Floats:
        limit = prior.values(u)[:, np.newaxis]
        below = ndtr((limit - near_open[:, 0]) / near_open[:, 1])
        above = ndtr((near_closed[:, 0] - limit) / near_closed[:, 1])
        total = np.log((1.0 - OUTSIDE) * below + 0.5 * OUTSIDE).sum(axis=1)
        return np.asarray(total + np.log((1.0 - outside) * above + 0.5 * outside).sum(axis=1))

    draws = prior.values(grid_posterior(log_likelihood).draws(members, random))
    limit = float(np.median(draws))
    wrong = np.concatenate([(opened[:, 0] - limit) / opened[:, 1], (limit - closed[:, 0]) / closed[:, 1]])
    p = min(1.0, float(len(wrong) * ndtr(-wrong.max())))
    notes = {} if len(near_closed) else {prior.key: "nobody was seen waiting near it: it is known from below only"}
    check = Check(block, "runs of hours on the wrong side", len(wrong), p, int((wrong > WRONG_SD).sum()))
    return Block(block, told.words, {prior.key: draws}, notes=notes, checks=(check,))
