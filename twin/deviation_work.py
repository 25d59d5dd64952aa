"""Durations, rates, concentration and pressure of the last days against what members of what is believed expect."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from ops_data.reference.sensor_rows import sensors
from ops_data.units import GRAMS_PER_TONNE, KG_PER_TONNE, LITRES_PER_M3, SECONDS_PER_HOUR, SECONDS_PER_MINUTE
from twin.calibration.jobs import Job
from twin.calibration.lift import GRAIN, SYSTEMATIC, readings_in
from twin.calibration.prior import ratio_law
from twin.calibration.strings import KEYS as STRING_KEYS
from twin.calibration.strings import trips
from twin.calibration.strokes import EVENTS, POWERS
from twin.deviation_found import Deviation, Kind
from twin.deviation_week import Expected, Floats, Week
from twin.lift_system import stated_pore_water_t_m3
from twin.models.learning import learning_factors

LEAST: Final = 3  # of a thing before its mean is compared
LEAST_READINGS: Final = 12
LOGGED: Final = 1e-3  # assumption: what a log says is right to a thousandth, its rounding
RATE: Final = 0.005  # assumption: weighed tonnes over hours, as in `twin.calibration.lift`
PRESSURE: Final = 0.1  # assumption: friction laws of slurries hold to about a tenth
BAR_PER_MPA: Final = 10.0
TOOL, SHIFT, STROKE = "insertion and disaggregation", "shift to the next hole", "dry solids of a lift"
LIFT, FLOW, SOLIDS, HEAD = "lifting", "slurry flow", "solids by volume", "pressure at the head of the string"
STRINGS: Final = {"run_string": "running a joint", "recover_string": "recovering a joint"}


def compared_work(week: Week) -> Iterator[Deviation]:
    """Yield every comparison of work that the days allow, whether it deviates or not."""
    for vessel in week.jobs:
        yield from _insertions(week, vessel)
        yield from _lifts(week, vessel)
        yield from _readings(week, vessel)
    yield from _strings(week)


def compared(
    week: Week, kind: Kind, asset: str, subject: str, measured: float, expected: Expected, unit: str
) -> Deviation:
    """Return one comparison over the whole of the days."""
    points = expected.points()
    return Deviation(
        kind, asset, subject, week.begin_s, week.end_s, measured, *points, unit, expected.p_value(measured)
    )


def factors(week: Week, jobs: list[Job]) -> Floats:
    """Return how much longer than practised each job takes, by member, shape (members, jobs)."""
    number = np.array([job.number for job in jobs])
    most = int(number.max()) + 1
    first, rate = week.values("learning.first_factor"), week.values("learning.rate")
    return np.array([learning_factors(most, a, r)[number] for a, r in zip(first, rate, strict=True)])


def _insertions(week: Week, vessel: str) -> Iterator[Deviation]:
    """Yield tool time and shift: mean hours of those finished in the days.

    Hours are the central value times the learning factor times a draw of the event law; their sum is taken as normal.
    Insertion and disaggregation are shares of one draw, so they are compared together.
    """
    quantities = week.log.scenario.quantities
    cycle, shift = ratio_law(quantities["mining.cycle_h"]), ratio_law(quantities["mining.shift_h"])
    cycle_h, shift_h = week.values("mining.cycle_h"), week.values("mining.shift_h")
    steps = ["insert", "disaggregate"]
    share = sum(week.values(f"mining.{step}_share") for step in steps)
    if week.log.scenario.lift.system == "stated":
        steps, share = [*steps, "lift"], np.ones(len(week.members))
    own = [{job.number: job for job in week.done(vessel, step)} for step in steps]
    whole = [n for n in own[0] if all(n in other for other in own[1:])]
    mean_h, variance = cycle_h * cycle.mean, cycle_h**2 * cycle.variance
    if week.log.scenario.mining.cycle_includes_shift:
        mean_h = np.maximum(mean_h - shift_h * shift.mean, 0.1 * mean_h)
        variance = variance + shift_h**2 * shift.variance
    if len(whole) >= LEAST:
        hours = np.mean([sum(each[n].worked_s for each in own) for n in whole]) / SECONDS_PER_HOUR
        expected = _mean_of(factors(week, [own[0][n] for n in whole]), share * mean_h, share**2 * variance)
        yield compared(week, "duration", vessel, TOOL, float(hours), expected, "h")
    shifts = week.done(vessel, "shift")
    if len(shifts) >= LEAST:
        hours = np.mean([job.worked_s for job in shifts]) / SECONDS_PER_HOUR
        expected = _mean_of(factors(week, shifts), shift_h * shift.mean, shift_h**2 * shift.variance)
        yield compared(week, "duration", vessel, SHIFT, float(hours), expected, "h")


def _mean_of(factor: Floats, mean: Floats, variance: Floats) -> Expected:
    """Return the mean of draws, each times its factor; shapes (members, n) and (members,)."""
    n = factor.shape[1]
    middle = factor.mean(axis=1) * mean
    sd = np.sqrt((factor**2).sum(axis=1) * variance) / n
    return Expected(middle, np.hypot(sd, LOGGED * middle))


def _lifts(week: Week, vessel: str) -> Iterator[Deviation]:
    """Yield dry solids of a lift, and dry solids an hour where the lift system is modelled."""
    done = week.done(vessel, "lift")
    if len(done) < LEAST:
        return
    scenario = week.log.scenario
    dry_t = np.array([job.dry_g for job in done]) / GRAMS_PER_TONNE
    law = ratio_law(scenario.quantities[EVENTS])
    if scenario.quantities["mine.spacing_bores"].low >= 1.0:
        stroke_t = np.pi / 4.0 * np.prod([week.values(key) ** power for key, power in POWERS.items()], axis=0)
        sd = np.hypot(stroke_t * np.sqrt(law.variance / len(done)), LOGGED * stroke_t)
        yield compared(week, "rate", vessel, STROKE, float(dry_t.mean()), Expected(stroke_t * law.mean, sd), "t")
    points = [luck.lift for luck in week.members]
    rates = np.array([point.dry_t_h for point in points if point is not None])
    if len(rates) == len(points):
        measured = float(dry_t.sum()) / (sum(job.worked_s for job in done) / SECONDS_PER_HOUR)
        yield compared(week, "rate", vessel, LIFT, measured, Expected(rates, RATE * rates), "t/h")


def _readings(week: Week, vessel: str) -> Iterator[Deviation]:
    """Yield what instruments at the deck said while lifts were worked on."""
    spans = [
        (max(begin_s, week.begin_s), end_s)
        for job in week.jobs[vessel]["lift"]
        for begin_s, end_s in job.spans
        if end_s > week.begin_s
    ]
    flow_m3_h = np.array([luck.flow_l_h for luck in week.members]) / LITRES_PER_M3
    told = _mean(week, f"{vessel}.lift.flow", spans, SYSTEMATIC["flow"])
    if told is not None and week.log.scenario.lift.system != "stated":
        yield compared(week, "rate", vessel, FLOW, told[0], _with_error(flow_m3_h, told[1]), "m3/h")
    told = _mean(week, f"{vessel}.lift.density", spans, SYSTEMATIC["density"])
    if told is not None:
        yield solids(week, vessel, *told)
    points = [luck.lift for luck in week.members]
    told = _mean(week, f"{vessel}.lift.pressure", spans, 0.0)
    pressures = np.array([BAR_PER_MPA * point.pressure_mpa for point in points if point is not None])
    if told is not None and len(pressures) and week.log.scenario.lift.system == "surface_pumps":
        expected = Expected(pressures, np.hypot(PRESSURE * pressures, told[1]))
        yield compared(week, "pressure", vessel, HEAD, told[0], expected, "bar")


def _mean(week: Week, tag: str, spans: list[tuple[int, int]], systematic: float) -> tuple[float, float] | None:
    series = week.log.measured.get(tag)
    if series is None or tag not in sensors():
        return None
    found = readings_in(series, tag, spans, systematic)
    return None if found is None or found.count < LEAST_READINGS else (found.middle, found.sd)


def _with_error(mean: Floats, sd: float) -> Expected:
    return Expected(mean, np.full(len(mean), sd))


def solids(week: Week, vessel: str, density_kg_m3: float, sd_kg_m3: float) -> Deviation:
    """Return the comparison of a mean density at the deck, told as solids by volume [%].

    Each member's density is that of its grains and of the stated pore water, as `twin.calibration.lift` has it; the
    solids follow from a density with the median member's grains.
    """
    stated = {key: quantity.value for key, quantity in week.log.scenario.quantities.items()}
    water = KG_PER_TONNE * stated_pore_water_t_m3(stated)
    excess = KG_PER_TONNE * week.values(GRAIN) - water
    share = np.array([luck.solids_fraction for luck in week.members])
    per_percent = float(np.median(excess)) / 100.0  # kg/m3
    expected = Expected(share * excess / per_percent, np.full(len(share), sd_kg_m3 / per_percent))
    measured = (density_kg_m3 - water) / per_percent
    return compared(week, "concentration", vessel, SOLIDS, measured, expected, "%")


def _strings(week: Week) -> Iterator[Deviation]:
    """Yield minutes of a joint, running and recovering; see `twin.calibration.strings`."""
    for vessel in week.vessels:
        told = [
            one for one in trips(week.log, vessel) if one.whole and one.first_s >= week.begin_s and one.worked_s > 0
        ]
        for activity, key in STRING_KEYS.items():
            own = [one for one in told if one.activity == activity]
            joints = np.array([one.joints for one in own])
            if joints.sum() < LEAST:
                continue
            law, central = ratio_law(week.log.scenario.quantities[key]), week.values(key)
            minutes = sum(one.worked_s for one in own) / SECONDS_PER_MINUTE / joints.sum()
            errors = np.sqrt(np.sum([one.joints_sd**2 for one in own])) / joints.sum()
            mean = SECONDS_PER_HOUR / SECONDS_PER_MINUTE * central * law.mean
            relative = np.sqrt(law.variance / joints.sum() / law.mean**2 + errors**2 + LOGGED**2)
            expected = Expected(mean, mean * relative)
            yield compared(week, "duration", vessel.name, STRINGS[activity], float(minutes), expected, "min")
