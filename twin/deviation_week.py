"""What is compared: the last days of a log, and members of what is believed, each with its values and its laws."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from ops_data.errors import FailedError, ModelError
from ops_data.units import SECONDS_PER_DAY, SECONDS_PER_HOUR
from twin.calibration.jobs import Job, VesselRows, jobs_of, rows_of
from twin.campaign_log import CampaignLog
from twin.operations import codes as c
from twin.operations.campaign import roles_of
from twin.operations.laws import Luck
from twin.scenario import Scenario, draw_parameters

Floats = NDArray[np.float64]

MEMBERS: Final = 200
LEAST_MEMBERS: Final = 50
SEED: Final = 0  # of what is not calibrated: the same comparison gives the same chances
GRID: Final = (np.arange(19) + 0.5) / 19  # quantiles of each member when their ranges are put together
SILVERMAN: Final = 1.06  # of the bandwidth of a density estimate (Silverman 1986, eq. 3.28)


def members_of(scenario: Scenario, draws: Mapping[str, Floats], count: int = MEMBERS) -> list[Luck]:
    """Return members of what is believed: calibrated draws, where there are none the plan's ranges.

    Members whose lift system cannot work are left out: they could not have lifted what was lifted.

    Parameters
    ----------
    draws : joint draws by key, shape (n,) each; may be empty.
    count : members tried.

    Raises
    ------
    FailedError
        Hardly any member's lift system works.
    """
    found: list[Luck] = []
    refused = ""
    for number in range(count):
        values = draw_parameters(scenario, SEED, number, "drawn")
        values |= {key: float(own[number % len(own)]) for key, own in draws.items()}
        luck = Luck(scenario, values, SEED, number)
        try:
            works = luck.lift is not None or scenario.lift.system == "stated"
        except ModelError as error:
            refused, works = str(error), False
        if works:
            found.append(luck)
    if len(found) < min(LEAST_MEMBERS, count):
        raise FailedError(f"deviations: the lift system works in {len(found)} of {count} members; the last: {refused}")
    return found


@dataclass(frozen=True, eq=False)
class Expected:
    """What members expect of one number: normal each, with their own mean and error.

    Attributes
    ----------
    mean, sd : of each member, shape (members,); sd above 0.
    """

    mean: Floats
    sd: Floats

    @cached_property
    def width(self) -> Floats:
        """Error of each member with the bandwidth that fills the gaps between members, shape (members,)."""
        gap = SILVERMAN * float(self.mean.std()) * len(self.mean) ** -0.2
        return np.asarray(np.hypot(self.sd, gap))

    def points(self) -> tuple[float, float, float]:
        """Return the 5 %, 50 % and 95 % points."""
        low, middle, high = np.quantile(self.mean + np.multiply.outer(ndtri(GRID), self.width), (0.05, 0.5, 0.95))
        return float(low), float(middle), float(high)

    def p_value(self, measured: float) -> float:
        """Return the chance of a number at least so far off, two-sided.

        Examples
        --------
        >>> round(Expected(np.zeros(100), np.ones(100)).p_value(1.96), 3)
        0.05
        """
        z = (measured - self.mean) / self.width
        return float(min(1.0, 2.0 * min(ndtr(z).mean(), ndtr(-z).mean())))


@dataclass(frozen=True, eq=False)
class Week:
    """The last days of a log, and members of what is believed.

    Attributes
    ----------
    log : what is known.
    days : how many of its last days are looked at.
    members : see `members_of`.
    """

    log: CampaignLog
    days: int
    members: list[Luck]

    @property
    def end_s(self) -> int:
        """UTC second at which it ends: that of the log."""
        return self.log.until_s

    @property
    def begin_s(self) -> int:
        """UTC second at which it begins, not before the campaign."""
        return max(self.log.scenario.start_s, self.end_s - self.days * SECONDS_PER_DAY)

    @cached_property
    def vessels(self) -> list[VesselRows]:
        """Rows of the mining vessels, from the start of the campaign."""
        return [rows_of(self.log, name) for name, role in roles_of(self.log.scenario).items() if role == "mining"]

    @cached_property
    def jobs(self) -> Mapping[str, Mapping[str, list[Job]]]:
        """Steps of insertions by vessel and kind, from the start of the campaign."""
        return {vessel.name: jobs_of(vessel) for vessel in self.vessels}

    def done(self, vessel: str, step: str) -> list[Job]:
        """Return the steps of a kind that were finished in these days."""
        return [job for job in self.jobs[vessel][step] if job.done and self.begin_s <= job.last_s <= self.end_s]

    def values(self, key: str) -> Floats:
        """Return a number of each member, shape (members,)."""
        return np.array([luck.values[key] for luck in self.members])

    def hours(self, vessel: VesselRows, activity: str = "", state: int | None = None, cause: str = "") -> float:
        """Return the hours of these days of an activity, a state and a cause; what is not given is any."""
        chosen = np.ones(len(vessel.activity), bool)
        if activity:
            chosen &= np.array([one == activity for one in vessel.activity], bool)
        if state is not None:
            chosen &= vessel.state == state
        if cause:
            chosen &= vessel.cause == c.CAUSE[cause]
        inside = np.minimum(vessel.end_s, self.end_s) - np.maximum(vessel.start_s, self.begin_s)
        return float(np.maximum(inside, 0)[chosen].sum() / SECONDS_PER_HOUR)

    def mean(self, tag: str) -> tuple[float, float] | None:
        """Return the means of a tag in these days and before; None where one of the two has no reading."""
        series = self.log.measured.get(tag)
        if series is None:
            return None
        now = series.between(self.begin_s, self.end_s).value
        before = series.between(self.log.scenario.start_s, self.begin_s).value
        return (float(now.mean()), float(before.mean())) if len(now) and len(before) else None
