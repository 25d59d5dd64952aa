"""How good archived forecasts were, once the days they were about are measured."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np

from twin.campaign_log import CampaignLog
from twin.forecast import SERIES, day_start_s
from twin.forecast_view import ForecastDays, measured_days
from twin.models.scores import crps_ensemble

SCORED: Final = ("lifted_dry_t", "island_dry_t", "mining_h")
RANGE: Final = (0.05, 0.95)


@dataclass(frozen=True)
class Score:
    """One forecast of one sum at the end of one day, against what was measured.

    Attributes
    ----------
    series : of `SERIES`; scored is its sum from the beginning of the day in which the forecast starts.
    lead_d : days after that day.
    observed, median, low, high : what was measured; median and 90 % range of the forecast.
    crps : continuous ranked probability score of the ensemble, in the unit of the series; fair: as of endless members,
        so that ensembles of different sizes compare. It may fall below 0.
    persistence : absolute error of the forecast that the last days go on.
    """

    series: str
    lead_d: int
    observed: float
    median: float
    low: float
    high: float
    crps: float
    persistence: float

    @property
    def inside(self) -> bool:
        """Whether the 90 % range holds what was measured."""
        return self.low <= self.observed <= self.high

    @property
    def bias(self) -> float:
        """Median less what was measured."""
        return self.median - self.observed

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return asdict(self) | {"inside": self.inside, "bias": self.bias}


def score(
    forecast: ForecastDays, steady: Mapping[str, Sequence[float]], now: CampaignLog, leads: Sequence[int]
) -> list[Score]:
    """Return the scores of a forecast for the leads whose day is over by the end of a later log.

    Parameters
    ----------
    forecast : members by day.
    steady : forecast of persistence, see `forecast_view.persistence`.
    now : the log as known now.
    leads : days after the one in which the forecast starts, each within it.
    """
    first, measured = measured_days(now)
    start = forecast.first_day - first
    found = []
    for lead in leads:
        last = forecast.first_day + lead
        if lead >= forecast.values.shape[2] or day_start_s(last + 1) > now.until_s:
            continue
        for series in SCORED:
            row = SERIES.index(series)
            observed = float(measured[row, start : start + lead + 1].sum())
            sums = forecast.of(series)[:, : lead + 1].sum(axis=1)
            low, high = np.quantile(sums, RANGE)
            goes_on = float(steady[series][lead] - forecast.before[row])
            found.append(
                Score(
                    series, lead, observed, float(np.median(sums)), float(low), float(high),
                    float(crps_ensemble(sums, observed, fair=True)), abs(goes_on - observed),
                )
            )  # fmt: skip
    return found
