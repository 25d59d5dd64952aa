"""Durations of insertions and the learning curve: cycle, shift and learning, jointly."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from ops_data.units import SECONDS_PER_HOUR
from twin.calibration.block import Block, Check, kolmogorov_p, nothing, span
from twin.calibration.jobs import Job
from twin.calibration.prior import Floats, columns, open_keys, ratio_law
from twin.models.compiled import compiled
from twin.models.event_ratio import (
    REACH,
    STEP,
    RatioLaw,
    learned_total,
    log_density,
    log_survival,
    table_points,
)
from twin.models.tempered_sampler import sample
from twin.scenario import Scenario

NAME: Final = "insertions"
KEYS: Final = ("mining.cycle_h", "mining.shift_h", "learning.first_factor", "learning.rate")
LEAST_TOOL_SHARE: Final = 0.1  # of a cycle that includes the shift: as `twin.operations.laws` has it
CHECKED: Final = 20  # members whose residuals are averaged


@dataclass(frozen=True, eq=False)
class Durations:
    """Durations of one law, each with its number in the order of practice.

    Attributes
    ----------
    hours, number : of what was finished, shape (n,); numbers from 1.
    open_hours, open_number : of what lasts longer than the hours, shape (k,).
    """

    hours: Floats
    number: Floats
    open_hours: Floats
    open_number: Floats


@dataclass(frozen=True, eq=False)
class InsertionData:
    """What a log says about insertions: the tool's hours (the cycle of the reference row) and those of shifts."""

    tool: Durations
    shift: Durations
    first_s: int
    last_s: int


def insertion_data(scenario: Scenario, jobs: Mapping[str, dict[str, list[Job]]]) -> InsertionData | None:
    """Return the durations of a log's insertions; None where there are none.

    Steps of one insertion take shares of one cycle, so they say the same number: it is read from all that were
    finished, added up over their shares. A step broken off or under way says that its number is larger.
    """
    shares = {name: scenario.quantities[f"mining.{name}_share"].value for name in ("insert", "disaggregate")}
    if scenario.lift.system == "stated":
        shares["lift"] = 1.0 - sum(shares.values())
    tool: list[tuple[float, int, bool]] = []
    shift: list[tuple[float, int, bool]] = []
    times: list[int] = []
    for own in jobs.values():
        shifts = {job.number: (job.worked_s / SECONDS_PER_HOUR, job.done) for job in own["shift"]}
        shift += [(hours, number + 1, done) for number, (hours, done) in shifts.items()]
        for number in range(max(len(own[step]) for step in shares)):
            told = _tool(number, own, shares)
            if told is None:
                continue
            hours, done = told
            if scenario.mining.cycle_includes_shift:
                if not done or not shifts.get(number, (0.0, False))[1]:
                    continue
                whole_h = hours + shifts[number][0]
                hours = whole_h if hours > LEAST_TOOL_SHARE * whole_h else hours / LEAST_TOOL_SHARE
            tool.append((hours, number + 1, done))
        times += [time for step in ("shift", *shares) for job in own[step] for time in (job.first_s, job.last_s)]
    if not times:
        return None
    return InsertionData(_durations(tool), _durations(shift), min(times), max(times))


def _tool(number: int, own: Mapping[str, list[Job]], shares: Mapping[str, float]) -> tuple[float, bool] | None:
    """Return the tool's hours of one insertion and whether they are the whole; None where nothing is told."""
    steps = [(own[step][number], share) for step, share in shares.items() if number < len(own[step])]
    whole = [(job.worked_s, share) for job, share in steps if job.done]
    if whole:
        return sum(w for w, _ in whole) / sum(s for _, s in whole) / SECONDS_PER_HOUR, True
    longest = max((job.worked_s / share for job, share in steps), default=0.0)
    return (longest / SECONDS_PER_HOUR, False) if longest > 0.0 else None


def _durations(told: list[tuple[float, int, bool]]) -> Durations:
    done = np.array([(h, n) for h, n, whole in told if whole and h > 0.0], dtype=np.float64).reshape(-1, 2)
    left = np.array([(h, n) for h, n, whole in told if not whole and h > 0.0], dtype=np.float64).reshape(-1, 2)
    return Durations(done[:, 0], done[:, 1], left[:, 0], left[:, 1])


def calibrate_insertions(
    scenario: Scenario, data: InsertionData | None, members: int, random: np.random.Generator
) -> Block:
    """Return what a log says about cycle, shift and learning.

    Notes
    -----
    Hours over (central hours times learning factor) follow the event law of the row, as in `Luck.insertion`. What is
    broken off or under way counts with the chance to last longer.
    """
    keys = open_keys(scenario, KEYS)
    if data is None or len(data.tool.hours) + len(data.shift.hours) + len(data.shift.open_hours) == 0 or not keys:
        return nothing(NAME, keys, "the log has no step of an insertion")
    laws = {key: ratio_law(scenario.quantities[key]) for key in KEYS[:2]}
    terms = [
        term
        for key, durations in ((KEYS[0], data.tool), (KEYS[1], data.shift))
        for term in _terms(key, durations, laws[key])
    ]

    def log_likelihood(u: Floats) -> Floats:
        values = _logs(columns(scenario, KEYS, keys, u))
        total = np.zeros(len(u))
        for term in terms:
            total += term(values)
        return total

    found = sample(random.random((members, len(keys))), len(keys), log_likelihood, random)
    values = columns(scenario, KEYS, keys, found.members)
    many, shifts = len(data.tool.hours), len(data.shift.hours)
    used = f"{many} insertions and {shifts} shifts {span(data.first_s, data.last_s)}"
    checks = tuple(
        check
        for key, durations, words in (
            (KEYS[0], data.tool, "insertion and disaggregation"),
            (KEYS[1], data.shift, "shift"),
        )
        for check in _check(key, durations, laws[key], values, words)
    )
    return Block(NAME, used, {key: values[key] for key in keys}, checks=checks)


def _logs(values: Mapping[str, Floats]) -> dict[str, Floats]:
    logs = {key: np.log(values[key]) for key in KEYS[:3]}
    return logs | {"exponent": np.log2(values["learning.rate"])}


def _terms(key: str, data: Durations, law: RatioLaw) -> list[Callable[[Mapping[str, Floats]], Floats]]:
    """Return the parts of the log-likelihood that durations of one row make."""
    total: Callable[..., Any] = compiled((learned_total,))["learned_total"]
    points = table_points()
    parts = (
        (data.hours, data.number, log_density(law, points)),
        (data.open_hours, data.open_number, log_survival(law, points)),
    )

    def term(hours: Floats, number: Floats, table: Floats) -> Callable[[Mapping[str, Floats]], Floats]:
        log_x, log_n = np.log(hours), np.log(number)
        return lambda logs: np.asarray(
            total(log_x, log_n, logs[key], logs["learning.first_factor"], logs["exponent"], table, REACH, STEP)
        )

    return [term(hours, number, table) for hours, number, table in parts if len(hours)]


def _check(key: str, data: Durations, law: RatioLaw, values: Mapping[str, Floats], words: str) -> list[Check]:
    """Return whether the durations lie in the calibrated law as its own draws would."""
    if not len(data.hours):
        return []
    logs = _logs(values)
    some = np.linspace(0, len(logs["exponent"]) - 1, CHECKED).astype(int)
    learning = logs["learning.first_factor"][some, np.newaxis] + logs["exponent"][some, np.newaxis] * np.log(
        data.number
    )
    z = np.log(data.hours) - logs[key][some, np.newaxis] - np.maximum(learning, 0.0)
    p = float(np.mean([kolmogorov_p(law.chance_below(one)) for one in z]))
    excluded = int(np.sum(np.median(law.density(z), axis=0) <= 0.0))
    return [Check(NAME, f"durations of {words} over their central value", len(data.hours), p, excluded)]
