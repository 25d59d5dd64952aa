"""Grade of the mud against the profile of the ground: of many numbers only the mean over the stroke is identified."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from ops_data.reference.sensor_rows import sensors
from twin.calibration.block import Block, Check, nothing, span
from twin.calibration.prior import Floats, columns, open_keys
from twin.campaign_log import CampaignLog
from twin.models.grade_profile import GradeProfile, window_mean
from twin.models.tempered_sampler import sample
from twin.scenario import Scenario

NAME: Final = "grade"
PRODUCT: Final = "mean grade over the stroke [ppm]"
STROKE: Final = "tool.stroke_m"
KEYS: Final = tuple(
    f"resource.{name}"
    for name in (
        "background_ppm", "tail_ppm", "tail_above_m", "tail_below_m", "peak_ppm", "peak_depth_m", "peak_width_m",
        "cover_m", "cover_ppm",
    )
)  # fmt: skip
SYSTEMATIC: Final = 0.02  # assumption: an X-ray instrument on board is off by 2 % as a whole, however many samples
NOTE: Final = "only the mean grade over the stroke is identified; the draws are joint"


@dataclass(frozen=True)
class Grades:
    """Mean of the readings of the grade [ppm], its error, how many, and when."""

    mean_ppm: float
    sd_ppm: float
    count: int
    first_s: int
    last_s: int


def grade_data(log: CampaignLog, vessels: list[str]) -> Grades | None:
    """Return the mean of the readings of the grade; None where there are none."""
    for vessel in vessels:
        tag = f"{vessel}.grade.rey"
        series = log.measured.get(tag)
        if series is not None and len(series.value):
            error = sensors()[tag].error(series.value)
            mean = float(series.value.mean())
            noise = float(np.sqrt(np.mean(error**2) / len(error)))
            ends = int(series.time_s[0]), int(series.time_s[-1])
            return Grades(mean, float(np.hypot(noise, SYSTEMATIC * mean)), len(error), *ends)
    return None


def calibrate_grade(
    scenario: Scenario, told: Grades | None, strokes_m: Floats, random: np.random.Generator
) -> tuple[Block, np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """Return what readings say of the profile, and which member of the strokes each of its members goes with.

    Parameters
    ----------
    strokes_m : stroke of each member, from what lifts say; the grade weights them anew.
    """
    members = len(strokes_m)
    same = np.arange(members)
    keys = open_keys(scenario, KEYS)
    if told is None or not keys:
        return nothing(NAME, keys, "the log has no reading of the grade"), same
    if scenario.resource.model != "uniform":
        why = "places differ (resource.model blocks): the grade of one place hardly says what that of the area is"
        return nothing(NAME, keys, why), same
    start = np.column_stack([random.random((members, len(keys))), strokes_m, same])

    def mean_ppm(x: Floats) -> Floats:
        return window_mean(profiles(scenario, keys, x), 0.0, x[:, -2])

    def log_likelihood(x: Floats) -> Floats:
        return np.asarray(-0.5 * ((told.mean_ppm - mean_ppm(x)) / told.sd_ppm) ** 2)

    found = sample(start, len(keys), log_likelihood, random)
    after = mean_ppm(found.members)
    off = (told.mean_ppm - float(np.median(after))) / float(np.hypot(told.sd_ppm, after.std()))
    check = Check(NAME, "mean of the readings against the law", told.count, float(np.exp(-0.5 * off**2)),
                  int(abs(off) > 5.0))  # fmt: skip
    values = columns(scenario, KEYS, keys, found.members)
    block = Block(
        NAME,
        f"{told.count} readings of the grade {span(told.first_s, told.last_s)}",
        {key: values[key] for key in keys},
        notes=dict.fromkeys(keys, NOTE),
        checks=(check,),
        products={PRODUCT: (mean_ppm(start), after)},
    )
    return block, found.members[:, -1].astype(np.int64)


def profiles(scenario: Scenario, keys: list[str], x: Floats) -> GradeProfile:
    """Return the profiles of members whose quantiles are given."""
    values = columns(scenario, KEYS, keys, x)
    return GradeProfile(*(values[key] for key in KEYS))
