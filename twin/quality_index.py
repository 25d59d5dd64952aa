"""How far an indicator of a measured campaign can be trusted now: five parts from 0 to 1, and the weakest of them.

The index is the lowest part, not a mean: an indicator that rests on stale data is not mended by a good forecast, and a
mean would hide just the part that somebody has to see to. Each part says in words what it rests on. The bounds of the
formulas are assumptions; each states its reason where it stands.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

import numpy as np

from ops_data.errors import UnknownNameError, did_you_mean
from ops_data.reference.sensor_rows import sensors
from ops_data.units import SECONDS_PER_DAY, SECONDS_PER_HOUR
from twin.campaign_log import CampaignLog, Series
from twin.operations import codes as c
from twin.operations.campaign import roles_of
from twin.operations.inferred import activity_of

PartName: TypeAlias = Literal["data_age", "completeness", "calibration_age", "forecast_skill", "extrapolation"]

GAPS: Final = 3  # assumption: after three gaps in a row nobody takes the last reading for the present
LOG_INTERVAL_S: Final = SECONDS_PER_DAY  # assumption: shift logs are handed in once a day
LOG_GAP_S: Final = 2 * SECONDS_PER_DAY  # assumption: two days without one, and somebody has forgotten it
WINDOW_DAYS: Final = 7  # of completeness: the window in which deviations are looked for
FRESH_D: Final = 7  # assumption: a calibration is repeated weekly, so up to a week it is as good as new
STALE_D: Final = 28  # assumption: after four missed weeks crew, wear and season are others
LEADS_SCORED: Final = (1, 3, 7)  # days; later leads come too late to correct a course


@dataclass(frozen=True)
class Part:
    """One part of a quality index: from 0, worthless, to 1, as good as it gets, and why in one sentence."""

    name: PartName
    score: float
    said: str


@dataclass(frozen=True)
class Quality:
    """The quality of one indicator: the lowest of its parts, and the parts."""

    indicator: str
    index: float
    parts: tuple[Part, ...]

    @property
    def weakest(self) -> Part:
        """The part that makes the index."""
        return min(self.parts, key=lambda part: part.score)


@dataclass(frozen=True)
class Needs:
    """What an indicator rests on.

    Attributes
    ----------
    roles : of the assets whose log it needs.
    tags : sensors that it is checked with, those of the mining vessel without its name; "" none.
    scored : series of forecasts whose skill counts; "" where no forecast of it is scored.
    """

    roles: tuple[str, ...]
    tags: tuple[str, ...] = ()
    scored: str = ""


NEEDS: Final[Mapping[str, Needs]] = {
    "lifted_dry_t": Needs(("mining",), (".lift.flow", ".lift.density"), "lifted_dry_t"),
    "lifted_wet_t": Needs(("mining",), (".lift.flow", ".lift.density"), "lifted_dry_t"),
    "island_dry_t": Needs(("mining", "shuttle", "island"), (".hold.volume", "island.tank.volume"), "island_dry_t"),
    "delivered_dry_t": Needs(("island", "carrier"), ("island.cake.stock",)),
    "mining_h": Needs(("mining",), (), "mining_h"),
    "weather_h": Needs(("mining",), ("site.sea.hs", "site.wind.speed")),
    "failure_h": Needs(("mining",)),
}


def falling(value: float, good: float, worthless: float) -> float:
    """Return 1 up to `good`, 0 from `worthless` on, and the straight line between.

    Examples
    --------
    >>> falling(5.0, 10.0, 20.0), falling(15.0, 10.0, 20.0), falling(30.0, 10.0, 20.0)
    (1.0, 0.5, 0.0)
    """
    return float(np.clip((worthless - value) / (worthless - good), 0.0, 1.0))


def data_age(ages_s: Mapping[str, tuple[float, float, float]]) -> Part:
    """Return how old the data are: 1 up to the interval at which they come, 0 from `GAPS` gaps on; the oldest counts.

    Parameters
    ----------
    ages_s : by source: age of its last datum, its interval and the silence that is a gap [s].

    Examples
    --------
    >>> data_age({"log": (86_400.0, 86_400.0, 172_800.0)}).score
    1.0
    """
    if not ages_s:
        return Part("data_age", 0.0, "nothing is measured of it")
    scores = {name: falling(age, good, GAPS * gap) for name, (age, good, gap) in ages_s.items()}
    oldest = min(scores, key=lambda name: (scores[name], -ages_s[name][0]))
    return Part("data_age", scores[oldest], f"the last of {oldest} is {ages_s[oldest][0] / SECONDS_PER_HOUR:.1f} h old")


def completeness(shares: Mapping[str, float]) -> Part:
    """Return which share of the window is covered by data: of the log and of each sensor; the lowest counts.

    A reading covers the time until the silence after it would be a gap, so that a sensor whose readings are kept less
    often than it takes them loses nothing, and a log covers the time of its entries.

    Parameters
    ----------
    shares : covered share of the last `WINDOW_DAYS` by source, 0 to 1.
    """
    if not shares:
        return Part("completeness", 0.0, "nothing is measured of it")
    worst = min(shares, key=lambda name: shares[name])
    said = f"{worst} covers {100 * shares[worst]:.0f} % of the last {WINDOW_DAYS} days"
    return Part("completeness", float(np.clip(shares[worst], 0.0, 1.0)), said)


def calibration_age(age_s: float | None) -> Part:
    """Return how fresh the calibration is: 1 up to `FRESH_D`, 0 from `STALE_D` on or without any.

    Examples
    --------
    >>> calibration_age(17.5 * 86_400).score
    0.5
    """
    if age_s is None:
        return Part("calibration_age", 0.0, "nothing was calibrated yet: the numbers are those of the plan")
    age_d = age_s / SECONDS_PER_DAY
    return Part("calibration_age", falling(age_d, FRESH_D, STALE_D), f"the calibration is {age_d:.1f} d old")


def forecast_skill(crps: float, persistence: float, forecasts: int) -> Part:
    """Return how good forecasts were: (1 + skill) / 2 with skill = 1 - CRPS / loss of persistence.

    So 1 is perfect, a half as good as 'the last seven days go on', 0 twice its loss or more: a forecast that loses to
    persistence is worse than none, and persistence itself needs no model.

    Parameters
    ----------
    crps, persistence : mean losses in the same unit.
    forecasts : how many were scored.

    Examples
    --------
    >>> forecast_skill(5.0, 10.0, 12).score, forecast_skill(10.0, 10.0, 12).score
    (0.75, 0.5)
    """
    if forecasts == 0:
        return Part("forecast_skill", 0.0, "no forecast of it was scored yet")
    skill = 1.0 - crps / persistence if persistence > 0.0 else float(crps == 0.0)
    said = f"{forecasts} scored forecasts lose {100 * (1.0 - skill):.0f} % of what persistence loses"
    return Part("forecast_skill", float(np.clip(0.5 * (1.0 + skill), 0.0, 1.0)), said)


def extrapolation(states: Mapping[str, tuple[float, float, float]]) -> Part:
    """Return how far the present lies outside what was calibrated with: 1 inside, 0 a whole range outside.

    Beyond the data a law holds only if it is right, which the data did not show; as far outside as they are wide it is
    a guess. The state that is furthest outside counts.

    Parameters
    ----------
    states : by what it is: present value, least and greatest value that the calibration has seen.

    Examples
    --------
    >>> extrapolation({"sea [m]": (5.0, 0.0, 4.0)}).score
    0.75
    """
    if not states:
        return Part("extrapolation", 0.0, "nothing was calibrated: everything is extrapolated from the plan")
    scores = {
        name: falling(max(low - value, value - high), 0.0, max(high - low, 1e-9))
        for name, (value, low, high) in states.items()
    }
    worst = min(scores, key=lambda name: scores[name])
    value, low, high = states[worst]
    inside = "inside" if scores[worst] == 1.0 else "outside"
    said = f"{worst} {value:.3g} is {inside} the {low:.3g} to {high:.3g} of the calibration"
    return Part("extrapolation", scores[worst], said)


def joined(indicator: str, parts: Sequence[Part]) -> Quality:
    """Return the quality that parts make: the lowest counts."""
    return Quality(indicator, min((part.score for part in parts), default=0.0), tuple(parts))


def quality_of(
    indicator: str, log: CampaignLog, asked_s: int, calibrated_s: int | None, scores: Sequence[Mapping[str, Any]]
) -> Quality:
    """Return the quality of a series of a measured campaign.

    Parameters
    ----------
    indicator : of `NEEDS`.
    log : what is known.
    asked_s : UTC second for which it is asked, not before the end of the log.
    calibrated_s : UTC second up to which the newest calibration was told the log; None: there is none.
    scores : rows of `twin.measured_results.mean_scores`; those of calibrated forecasts of the series count.

    Raises
    ------
    UnknownNameError
        The indicator is none of `NEEDS`.
    """
    if indicator not in NEEDS:
        raise UnknownNameError(f"quality index: indicator '{indicator}' not known; {did_you_mean(indicator, NEEDS)}")
    needs = NEEDS[indicator]
    assets = [name for name, role in roles_of(log.scenario).items() if role in needs.roles]
    series = {
        tag: log.measured[tag] for tag in _tags(log, needs) if tag in log.measured and len(log.measured[tag].time_s)
    }
    begin_s = max(log.scenario.start_s, asked_s - WINDOW_DAYS * SECONDS_PER_DAY)
    ages, shares = _log_ages(log, assets, asked_s), _log_shares(log, assets, begin_s, asked_s)
    for tag, one in series.items():
        row = sensors()[tag]
        ages[tag] = (float(asked_s - one.time_s[-1]), float(row.interval_s), float(row.gap_after_s))
        shares[tag] = covered(one, row.gap_after_s, begin_s, asked_s)
    parts = [
        data_age(ages),
        completeness(shares),
        calibration_age(None if calibrated_s is None else float(asked_s - calibrated_s)),
        extrapolation({} if calibrated_s is None else _states(log, series, assets, calibrated_s)),
    ]
    if needs.scored:
        parts.insert(3, _skill(needs.scored, scores))
    return joined(indicator, parts)


def covered(series: Series, gap_after_s: int, begin_s: int, end_s: int) -> float:
    """Return the share of a span in which the last reading was no older than a gap.

    Examples
    --------
    Readings at 0 and 50 s, a gap after 20 s: of 100 s, 20 and 20 are covered.

    >>> covered(Series(np.array([0, 50]), np.zeros(2)), 20, 0, 100)
    0.4
    """
    if end_s <= begin_s:
        return 1.0
    from_s = np.maximum(series.time_s, begin_s)
    to_s = np.minimum(np.append(series.time_s[1:], end_s), series.time_s + gap_after_s)
    return float(np.maximum(np.minimum(to_s, end_s) - from_s, 0).sum() / (end_s - begin_s))


def _tags(log: CampaignLog, needs: Needs) -> list[str]:
    vessels = [name for name, role in roles_of(log.scenario).items() if role == "mining"]
    return [
        name for tag in needs.tags for name in ([v + tag for v in vessels] if tag.startswith(".") else [tag])
        if name in sensors()
    ]  # fmt: skip


def _log_ages(log: CampaignLog, assets: Sequence[str], asked_s: int) -> dict[str, tuple[float, float, float]]:
    found = {}
    for name in assets:
        rows = log.rows.get(name)
        last_s = log.scenario.start_s if rows is None or not len(rows) else min(int(rows[-1, c.R_END]), log.until_s)
        found[f"the log of {name}"] = (float(asked_s - last_s), float(LOG_INTERVAL_S), float(LOG_GAP_S))
    return found


def _log_shares(log: CampaignLog, assets: Sequence[str], begin_s: int, end_s: int) -> dict[str, float]:
    """Return the logged share of a span up to the log's end; what is not handed in yet is old, not missing."""
    end_s = min(end_s, log.until_s)
    found = {}
    for name in assets:
        rows = log.rows.get(name, np.zeros((0, c.ROW_FIELDS), np.int64))
        told_s = np.minimum(rows[:, c.R_END], end_s) - np.maximum(rows[:, c.R_START], begin_s)
        share = float(np.maximum(told_s, 0).sum() / (end_s - begin_s)) if end_s > begin_s else 1.0
        found[f"the log of {name}"] = min(share, 1.0)
    return found


def _skill(series: str, scores: Sequence[Mapping[str, Any]]) -> Part:
    own = [
        one for one in scores
        if one["series"] == series and one["values"] == "calibrated" and one["lead_d"] in LEADS_SCORED
    ]  # fmt: skip
    if not own:
        return forecast_skill(0.0, 0.0, 0)
    crps, steady = (float(np.mean([one[name] for one in own])) for name in ("crps", "persistence"))
    return forecast_skill(crps, steady, max(int(one["forecasts"]) for one in own))


def _states(
    log: CampaignLog, series: Mapping[str, Series], assets: Sequence[str], calibrated_s: int
) -> dict[str, tuple[float, float, float]]:
    """Return what of the last day can lie outside of what was calibrated with: means of sensors, and practice."""
    found = {}
    for tag, one in series.items():
        before = one.between(log.scenario.start_s, calibrated_s).value
        now = one.between(log.until_s - SECONDS_PER_DAY, log.until_s).value
        if len(before) and len(now):
            told = f"{sensors()[tag].title.lower()} [{sensors()[tag].unit}]"
            found[told] = (float(now.mean()), float(before.min()), float(before.max()))
    for name in assets:
        rows = log.rows.get(name, np.zeros((0, c.ROW_FIELDS), np.int64))
        lifts_s = rows[activity_of(rows) == c.ACTIVITY["lift"], c.R_END]
        seen = float((lifts_s <= calibrated_s).sum())
        if seen:
            found[f"number of lifts of {name}"] = (float(len(lifts_s)), 0.0, seen)
    return found
