"""Concentration, flow and grain density of what is lifted, from readings at the deck and from durations of lifts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from ops_data.reference.sensor_rows import sensors
from ops_data.units import GRAMS_PER_TONNE, KG_PER_TONNE, SECONDS_PER_HOUR
from twin.calibration.block import Block, Check, day, mining_vessels, nothing, span
from twin.calibration.jobs import Job, is_weighed
from twin.calibration.prior import Floats, columns, open_keys
from twin.campaign_log import CampaignLog, Series
from twin.lift_system import stated_pore_water_t_m3
from twin.models.tempered_sampler import sample
from twin.scenario import Scenario

NAME: Final = "lift"
FLOW, FRACTION, GRAIN = "riser.flow_m3_h", "slurry.solids_volume_fraction", "mud.grain_density_t_m3"
TAGS: Final = {"flow": "{vessel}.lift.flow", "density": "{vessel}.lift.density"}
RATE: Final = "dry solids over hours of lifts"
# assumption: white noise averages out over thousands of readings, what a meter is off as a whole does not: half a
# percent of a flow meter and of weighed tonnes, one part in a thousand of a densitometer, as their makers state
SYSTEMATIC: Final = {"flow": 0.005, "density": 0.001, RATE: 0.005}
NOTE: Final = (
    "the crew is taken to lift at the flow and concentration it is allowed, as in nearly all draws of the lift system"
)


MEDIAN_ERROR: Final = float(np.sqrt(np.pi / 2.0))  # of a median of normal readings, over that of their mean


@dataclass(frozen=True)
class Reading:
    """The median of what was measured, its error, and of how many readings."""

    middle: float
    sd: float
    count: int


def readings_in(series: Series, tag: str, spans: list[tuple[int, int]], systematic: float) -> Reading | None:
    """Return the median of the readings taken inside spans of time; None where there are none.

    A clock that is a minute off puts readings of no flow among those of lifts: a median does not see them.
    """
    if not spans:
        return None
    order = np.array(sorted(spans), dtype=np.int64)
    at = np.searchsorted(order[:, 0], series.time_s, side="right") - 1
    inside = (at >= 0) & (series.time_s < order[np.maximum(at, 0), 1])
    values = series.value[inside]
    if not len(values):
        return None
    error = sensors()[tag].error(values)
    middle = float(np.median(values))
    sd = float(MEDIAN_ERROR * np.median(error) / np.sqrt(len(values)))
    return Reading(middle, float(np.hypot(sd, systematic * abs(middle))), len(values))


def lift_data(log: CampaignLog, jobs: Mapping[str, dict[str, list[Job]]]) -> dict[str, Reading]:
    """Return what was measured of lifts: readings at the deck and, for a modelled lift, tonnes an hour."""
    found: dict[str, Reading] = {}
    rates: list[float] = []
    for vessel, own in jobs.items():
        spans = [one for job in own["lift"] for one in job.spans]
        for what, pattern in TAGS.items():
            series = log.measured.get(pattern.format(vessel=vessel))
            tag = pattern.format(vessel=vessel)
            told = readings_in(series, tag, spans, SYSTEMATIC[what]) if series is not None else None
            if told is not None:
                found[what] = told
        weighed = [job for job in own["lift"] if job.done and is_weighed(log, vessel, job)]
        rates += [job.dry_g / GRAMS_PER_TONNE / (job.worked_s / SECONDS_PER_HOUR) for job in weighed]
    if rates and log.scenario.lift.system != "stated":
        mean = float(np.median(rates))
        found[RATE] = Reading(mean, SYSTEMATIC[RATE] * mean, len(rates))
    return found


def expected(scenario: Scenario, values: Mapping[str, Floats]) -> dict[str, Floats]:
    """Return what readings show of members: flow [m3/h], density [kg/m3], dry solids over hours [t/h].

    The density is that of the masses and volumes that `Luck.masses` gives: grains and pore water of the stated mud.
    """
    stated = {key: quantity.value for key, quantity in scenario.quantities.items()}
    water, share, grain = stated_pore_water_t_m3(stated), values[FRACTION], values[GRAIN]
    return {
        "flow": values[FLOW],
        "density": KG_PER_TONNE * (share * grain + (1.0 - share) * water),
        RATE: grain * share * values[FLOW],
    }


def calibrate_lift(log: CampaignLog, told: Mapping[str, Reading], members: int, random: np.random.Generator) -> Block:
    """Return what readings and durations say of flow, concentration and grain density, jointly."""
    scenario = log.scenario
    modelled = scenario.lift.system != "stated"
    names = (FLOW, FRACTION, GRAIN) if modelled else (FRACTION, GRAIN)
    keys = open_keys(scenario, names)
    used_of = {what: one for what, one in told.items() if modelled or what == "density"}
    if not keys or not used_of:
        return nothing(NAME, keys, "the log has no reading of flow or density in a lift and no lift of known mass")

    def log_likelihood(u: Floats) -> Floats:
        shown = expected(scenario, columns(scenario, (FLOW, FRACTION, GRAIN), keys, u))
        off = [(one.middle - shown[what]) / one.sd for what, one in used_of.items()]
        return np.asarray(-0.5 * np.sum(np.square(off), axis=0))

    found = sample(random.random((members, len(keys))), len(keys), log_likelihood, random)
    values = columns(scenario, (FLOW, FRACTION, GRAIN), keys, found.members)
    shown = expected(scenario, values)
    checks = []
    for what, one in used_of.items():
        off = (one.middle - float(np.median(shown[what]))) / float(np.hypot(one.sd, shown[what].std()))
        p = float(np.exp(-0.5 * off**2))
        checks.append(Check(NAME, f"mean of {what} against the law", one.count, p, int(abs(off) > 5.0)))
    words = ", ".join(
        f"{one.count} {'lifts' if what == RATE else f'readings of {what}'}" for what, one in used_of.items()
    )
    ends = [one for tag in TAGS.values() for one in _ends(log, tag)]
    when = f" {span(min(ends), max(ends))}" if ends else f" until {day(log.until_s)}"
    return Block(NAME, f"{words}{when}", {key: values[key] for key in keys},
                 notes=dict.fromkeys(keys, NOTE) if modelled else {}, checks=tuple(checks))  # fmt: skip


def _ends(log: CampaignLog, pattern: str) -> list[int]:
    """Return the seconds of the first and the last reading of a tag of the mining vessels."""
    series = [log.measured.get(pattern.format(vessel=vessel)) for vessel in mining_vessels(log.scenario)]
    return [int(one.time_s[i]) for one in series if one is not None and len(one.time_s) for i in (0, -1)]
