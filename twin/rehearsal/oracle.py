"""Rehearsals in memory: do the ranges hold the truth, and does a forecast that has learnt beat one that has not?

A rehearsal draws a hidden campaign from the prior, shows the loop what log book and sensors would have said some days
after the first mud came on deck, lets it calibrate and forecast, and compares with what the hidden campaign did next.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Final, TypeVar

import numpy as np

from ops_data.files import write_whole
from ops_data.manifest import canonical_json
from ops_data.units import SECONDS_PER_DAY
from twin.calibration.calibrating import MEMBERS, calibrate
from twin.campaign_log import CampaignLog
from twin.forecast import SERIES, Floats, ForecastJob, daily, lean, sea_now
from twin.forecast_view import measured_days, persistence
from twin.models.scores import crps_ensemble
from twin.operations import codes as c
from twin.operations.campaign import roles_of
from twin.operations.laws import Luck
from twin.rehearsal.truth import Truth, known
from twin.scenario import Scenario, draw_parameters

Filled = TypeVar("Filled", "Learnt", "Came")
SERIES_SCORED: Final = ("lifted_dry_t", "mining_h")
RANGE: Final = (0.05, 0.95)
PACE_DRAWS: Final = 200  # of the prior, for the spread of the pace
LEAST_SPREAD: Final = 1e-6  # of the log of the pace: below it the rows state the pace, and no truth is far from it


@dataclass(frozen=True)
class Learnt:
    """One calibrated number against the hidden truth: whether its 90 % range holds it, its rank, what was learnt."""

    key: str
    inside: bool
    rank: float
    contraction: float


@dataclass(frozen=True)
class Came:
    """One sum forecast at one lead: losses of the calibrated and the planned ensemble, and of persistence."""

    series: str
    lead_d: int
    observed: float
    calibrated: float
    planned: float
    persistence: float
    inside: bool


@dataclass(frozen=True)
class Rehearsed:
    """One rehearsal at one origin.

    Attributes
    ----------
    seed, origin_s : of the truth; where the log ended.
    pace_off : how far the truth's pace lies from that of the prior, in the prior's standard deviations: log of dry
        solids per hour of an undisturbed insertion; 0 where the prior has no spread.
    learnt, came : parameters and forecasts.
    """

    seed: int
    origin_s: int
    pace_off: float
    learnt: tuple[Learnt, ...]
    came: tuple[Came, ...]


def pace_t_h(luck: Luck) -> float:
    """Return the dry solids per hour of an undisturbed insertion, the crew practised [t/h]."""
    return float(luck.typical_stroke().dry_t) / sum(luck.typical_insertion_h().values())


def pace_of_prior(scenario: Scenario) -> tuple[float, float]:
    """Return mean and standard deviation of the log of the pace over the prior."""
    paces = [
        np.log(pace_t_h(Luck(scenario, draw_parameters(scenario, 0, number, "drawn"), 0, number)))
        for number in range(PACE_DRAWS)
    ]
    return float(np.mean(paces)), float(np.std(paces))


def pace_off(log_pace: float, prior_pace: tuple[float, float]) -> float:
    """Return how far a log pace lies from the prior's mean in its standard deviations; 0 where it has no spread.

    Examples
    --------
    >>> pace_off(1.5, (1.0, 0.25)), pace_off(1.5, (1.5, 1e-16))
    (2.0, 0.0)
    """
    mean, spread = prior_pace
    return float((log_pace - mean) / spread) if spread > LEAST_SPREAD else 0.0


def first_lift_s(truth: Truth) -> int | None:
    """Return the UTC second at which the first mud came on deck; None if none ever did."""
    ends = [
        int(rows[found, c.R_END][0])
        for rows in truth.played.rows.values()
        if (found := (rows[:, c.R_CODE] % c.STATE_UNIT == c.ACTIVITY["lift"]) & (rows[:, c.R_DRY_G] > 0)).any()
    ]
    return min(ends) if ends else None


def rehearse(
    scenario: Scenario, seed: int, after_d: int, leads: Sequence[int], members: int, prior_pace: tuple[float, float]
) -> Rehearsed | None:
    """Play one rehearsal in memory; None where its truth lifts nothing or ends before the last lead.

    Parameters
    ----------
    scenario : the campaign as planned.
    seed : of the truth; forecasts use the same seed, whose streams the truth never draws from.
    after_d : days after the first mud on deck at which the log ends.
    leads : days of the forecast at which it is scored.
    members : of each forecast.
    prior_pace : from `pace_of_prior`.
    """
    truth = Truth.drawn(scenario, seed)
    first_s = first_lift_s(truth)
    if first_s is None:
        return None
    origin_s = first_s + after_d * SECONDS_PER_DAY
    if origin_s + (max(leads) + 2) * SECONDS_PER_DAY > scenario.end_s:
        return None
    log = known(truth, origin_s)
    calibration = calibrate(log, seed, max(MEMBERS, members))
    learnt = tuple(
        Learnt(
            key,
            bool(np.quantile(draws, RANGE[0]) <= truth.values[key] <= np.quantile(draws, RANGE[1])),
            float((draws < truth.values[key]).mean()),
            calibration.number(key).contraction,
        )
        for key, draws in sorted(calibration.draws.items())
    )
    jobs = {
        name: ForecastJob(scenario, lean(log), sea_now(log), draws, seed, max(leads))
        for name, draws in (("calibrated", calibration.draws), ("planned", {}))
    }
    came = _came(
        truth, {name: _members(job, members) for name, job in jobs.items()}, jobs["planned"], sorted(set(leads))
    )
    return Rehearsed(seed, origin_s, pace_off(np.log(pace_t_h(truth.luck)), prior_pace), learnt, came)


def _members(job: ForecastJob, members: int) -> Floats:
    return np.array([job.member(number) for number in range(members)])


def _came(truth: Truth, ensembles: Mapping[str, Floats], job: ForecastJob, leads: Sequence[int]) -> tuple[Came, ...]:
    """Score the ensembles against what the truth did."""
    log, days = known(truth, job.log.until_s), job.days + 1
    wet = truth.played.wet_per_dry
    true = daily(truth.played.rows, truth.played.lots, roles_of(truth.scenario), wet, job.first_day, days)
    steady, so_far = persistence(log, job.days), _measured_before(log, job.first_day)
    found = []
    for series in SERIES_SCORED:
        row = SERIES.index(series)
        for lead in leads:
            observed = float(true[row, : lead + 1].sum())
            sums = {name: own[:, row, : lead + 1].sum(axis=1) for name, own in ensembles.items()}
            low, high = np.quantile(sums["calibrated"], RANGE)
            losses = {name: float(crps_ensemble(own, observed, fair=True)) for name, own in sums.items()}
            goes_on = abs(float(steady[series][lead] - so_far[row]) - observed)
            inside = bool(low - 1e-9 <= observed <= high + 1e-9)
            found.append(Came(series, lead, observed, losses["calibrated"], losses["planned"], goes_on, inside))
    return tuple(found)


def _measured_before(log: CampaignLog, first_day: int) -> Floats:
    first, measured = measured_days(log)
    return np.asarray(measured[:, : first_day - first].sum(axis=1))


@dataclass(frozen=True)
class RehearsalsJob:
    """Many rehearsals of a scenario; playable as an ensemble, and can be pickled.

    Attributes
    ----------
    scenario_json : the campaign as planned.
    seed : of the first one; they count on.
    after_d, leads, members : see `rehearse`.
    prior_pace : from `pace_of_prior`.
    """

    scenario_json: str
    seed: int
    after_d: int
    leads: tuple[int, ...]
    members: int
    prior_pace: tuple[float, float]

    def part(self, numbers: range) -> "RehearsalsJob":
        """Return what a worker needs: all of it."""
        return self

    def play(self, first: int, last: int) -> list[Rehearsed]:
        """Return rehearsals `first` to `last`, those left out whose truth lifts nothing in time."""
        scenario = Scenario.from_json(self.scenario_json)
        played = [
            rehearse(scenario, self.seed + number, self.after_d, self.leads, self.members, self.prior_pace)
            for number in range(first, last + 1)
        ]
        return [one for one in played if one is not None]


@dataclass(frozen=True)
class RehearsalsWriter:
    """Writes what was played into a folder, a file a chunk; it can be pickled."""

    folder: Path

    def __call__(self, first: int, last: int, played: list[Rehearsed], /) -> None:
        """Write some rehearsals, whole or not at all."""
        text = canonical_json([asdict(one) for one in played])
        write_whole(self.folder / f"{first:08d}-{last:08d}.json", text.encode())


def read_rehearsals(folder: Path) -> list[Rehearsed]:
    """Return the rehearsals in a folder, in order of their number."""
    told = [one for path in sorted(folder.glob("*.json")) for one in json.loads(path.read_text(encoding="utf-8"))]
    return [
        Rehearsed(
            one["seed"], one["origin_s"], one["pace_off"],
            tuple(_filled(Learnt, own) for own in one["learnt"]), tuple(_filled(Came, own) for own in one["came"]),
        )
        for one in told
    ]  # fmt: skip


def _filled(kind: type[Filled], told: Mapping[str, Any]) -> Filled:
    return kind(*(told[one.name] for one in fields(kind)))
