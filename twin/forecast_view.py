"""A forecast for people and for scores: sums from the campaign's start, ranges, and chances of reaching targets."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from twin.campaign_log import CampaignLog
from twin.forecast import SERIES, Floats, central_wet_per_dry, daily, day_name, day_start_s, jst_day_of
from twin.operations.campaign import roles_of

if TYPE_CHECKING:
    import pandas as pd

QUANTILES: Final = (0.1, 0.5, 0.9)
KNOWN: Final = "known.json"  # file of a sealed forecast: what was known at its origin


@dataclass(frozen=True, eq=False)
class ForecastDays:
    """The members of a forecast, day by day.

    Attributes
    ----------
    first_day : JST day in which the log ends; its values hold what was measured of that day.
    values : of `SERIES`, shape (members, series, days).
    before : sums of `SERIES` over the days before, shape (series,).
    target_t_d, wet_basis : target of the campaign, and whether it counts mud in situ.
    reached_before : the target was reached on a day before.
    """

    first_day: int
    values: Floats
    before: Floats
    target_t_d: float
    wet_basis: bool
    reached_before: bool

    @property
    def basis(self) -> str:
        """Series in which the target counts."""
        return "lifted_wet_t" if self.wet_basis else "lifted_dry_t"

    @property
    def days(self) -> list[str]:
        """JST days, ISO 8601."""
        return [day_name(self.first_day + place) for place in range(self.values.shape[2])]

    def of(self, series: str) -> Floats:
        """Return one series, shape (members, days)."""
        return np.asarray(self.values[:, SERIES.index(series)])

    def total(self, series: str) -> Floats:
        """Return one series summed since the campaign's start, at the end of each day, shape (members, days)."""
        return np.asarray(self.before[SERIES.index(series)] + np.cumsum(self.of(series), axis=1))

    def fan(self, series: str) -> Floats:
        """Return the 10, 50 and 90 % points of the sum at the end of each day, shape (3, days)."""
        return np.asarray(np.quantile(self.total(series), QUANTILES, axis=0))

    def reached(self) -> Floats:
        """Return the chance that the target was reached on at least one day, by the end of each day, shape (days,)."""
        if self.reached_before:
            return np.ones(self.values.shape[2])
        hit = self.of(self.basis) >= self.target_t_d
        return np.asarray(np.maximum.accumulate(hit, axis=1).mean(axis=0))

    def chance_of_total(self, series: str, amount: float) -> Floats:
        """Return the chance that a sum is at least an amount by the end of each day, shape (days,)."""
        return np.asarray((self.total(series) >= amount).mean(axis=0))


def measured_days(log: CampaignLog) -> tuple[int, Floats]:
    """Return the first JST day of a campaign and what was done on each day until the log ends, shape (series, days).

    The wet mass is that of the scenario's central densities.
    """
    scenario = log.scenario
    first = jst_day_of(scenario.start_s)
    days = jst_day_of(max(log.until_s - 1, scenario.start_s)) - first + 1
    return first, daily(log.rows, log.lots, roles_of(scenario), central_wet_per_dry(scenario), first, days)


def known_then(log: CampaignLog, days: int) -> dict[str, Any]:
    """Return what is kept with a forecast of what was known at its origin, as JSON values."""
    first_day = jst_day_of(log.until_s)
    first, measured = measured_days(log)
    before = measured[:, : first_day - first]
    wet = log.scenario.campaign.mass_basis == "wet"
    target_t_d = log.scenario.campaign.target_t_d
    row = before[SERIES.index("lifted_wet_t" if wet else "lifted_dry_t")]
    return {
        "origin_utc": log.until_s,
        "first_day": first_day,
        "before": dict(zip(SERIES, before.sum(axis=1).tolist(), strict=True)),
        "persistence": {name: own.tolist() for name, own in persistence(log, days).items()},
        "target_t_d": target_t_d,
        "wet_basis": wet,
        "reached_before": bool((row >= target_t_d).any()),
    }


def days_of(known: Mapping[str, Any], frame: "pd.DataFrame") -> ForecastDays:
    """Return a forecast as days from what was known then and the rows of its ``daily`` table."""
    before = np.array([known["before"][name] for name in SERIES])
    return ForecastDays(
        known["first_day"], values_of(frame), before, known["target_t_d"], known["wet_basis"], known["reached_before"]
    )


def values_of(frame: "pd.DataFrame") -> Floats:
    """Return the values of a ``daily`` table of a forecast, shape (members, series, days)."""
    members, days = frame["replicate"].nunique(), frame["date"].nunique()
    return frame["value"].to_numpy(np.float64).reshape(members, len(SERIES), days)


def persistence(log: CampaignLog, days: int, window: int = 7) -> Mapping[str, Floats]:
    """Return the forecast that things go on as on the last days: sums since the campaign's start, at each day's end.

    Parameters
    ----------
    log : what is known; its end is the origin.
    days : whole JST days after the one in which the log ends.
    window : whole days before that one whose mean goes on; fewer where there are fewer.

    Returns
    -------
    Values by series, shape (days + 1,).
    """
    first, measured = measured_days(log)
    today = jst_day_of(log.until_s) - first
    whole = measured[:, max(0, today - window) : today]
    rate = whole.mean(axis=1) if whole.shape[1] else np.zeros(len(SERIES))
    so_far = measured.sum(axis=1)
    left_d = (day_start_s(first + today + 1) - log.until_s) / 86_400
    return {name: so_far[i] + rate[i] * (left_d + np.arange(days + 1)) for i, name in enumerate(SERIES)}
