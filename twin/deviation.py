"""Deviations: what was measured in the last days against what is expected, with named candidate causes.

Everything that the days allow is compared: durations of steps, rates, concentration, pressure, time lost to the sea,
failures, output. Expected is what calibrated draws and the scenario's own laws say; without a calibration, what the
plan's ranges say, which is wide. So many comparisons find something by chance: a deviation is told only where Holm's
correction for all of them leaves a chance below `LEVEL`, which keeps weeks in which anything is told without reason
at or below `FALSE_PER_WEEK`, even if somebody looks every day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ops_data.alarm_book import Severity
from twin.campaign_log import CampaignLog
from twin.deviation_causes import with_causes
from twin.deviation_found import Cause, Deviation
from twin.deviation_lost import compared_failures, compared_sea
from twin.deviation_output import compared_output
from twin.deviation_week import Week, members_of
from twin.deviation_work import compared_work
from twin.forecast_view import ForecastDays

FALSE_PER_WEEK: Final = 0.05  # weeks of a right model in which anything is told, at most
LOOKS_PER_WEEK: Final = 7
LEVEL: Final = FALSE_PER_WEEK / LOOKS_PER_WEEK  # of one look: chances of a week's looks add up at most
WARNING_FROM, ALARM_FROM = 0.1, 0.25  # assumption: a tenth off is worth a word at the meeting, a quarter an answer


def deviations(
    log: CampaignLog, draws: Mapping[str, NDArray[np.float64]], days: int = 7, forecast: ForecastDays | None = None
) -> list[Deviation]:
    """Return what deviates in the last days of a log, the most surprising first.

    Parameters
    ----------
    log : what is known; its end is the end of the days.
    draws : joint draws of a calibration by key, shape (n,) each; empty: the plan's ranges are what is expected. Draws
        that have learnt from the days themselves find less: give those of a calibration before them.
    days : how many.
    forecast : archived forecast whose first day lies within them; None: output is not compared.

    Returns
    -------
    Deviations whose ``p_value``, corrected for all comparisons, is below `LEVEL`.
    """
    return deviating(Week(log, days, members_of(log.scenario, draws)), forecast)


def deviating(week: Week, forecast: ForecastDays | None = None) -> list[Deviation]:
    """Return what deviates in days that are compared with given members; see `deviations`."""
    every = compared(week, forecast)
    corrected = holm([one.p_value for one in every])
    told = [replace(one, p_value=p) for one, p in zip(every, corrected, strict=True) if p < LEVEL]
    return [with_causes(week, one, every, forecast) for one in sorted(told, key=lambda one: one.p_value)]


def comparisons(
    log: CampaignLog, draws: Mapping[str, NDArray[np.float64]], days: int = 7, forecast: ForecastDays | None = None
) -> list[Deviation]:
    """Return everything that the last days of a log allow to compare, without causes and without correction."""
    return compared(Week(log, days, members_of(log.scenario, draws)), forecast)


def compared(week: Week, forecast: ForecastDays | None) -> list[Deviation]:
    """Return every comparison that the days allow, each with its own chance."""
    return [
        *compared_work(week), *compared_sea(week), *compared_failures(week), *compared_output(week, forecast)
    ]  # fmt: skip


def holm(p_values: Sequence[float]) -> list[float]:
    """Return chances corrected for how many there are, so that the chance of any error is the level.

    References
    ----------
    Holm (1979), Scandinavian Journal of Statistics 6, 65-70.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    order = np.argsort(p_values)
    n = len(order)
    found = np.empty(n)
    found[order] = np.minimum(1.0, np.maximum.accumulate(np.asarray(p_values)[order] * np.arange(n, 0, -1)))
    return [float(one) for one in found]


def severity_of(deviation: Deviation) -> Severity:
    """Return how bad a deviation is: by how far it is off, as a share of what was expected.

    Time lost counts as a share of the days. How sure it is says the chance; small things can be very sure.
    """
    off = abs(deviation.measured - deviation.expected)
    hours = (deviation.end_s - deviation.begin_s) / 3_600
    whole = hours if deviation.kind == "time_lost" else abs(deviation.expected)
    share = off / whole if whole > 0.0 else np.inf
    return "alarm" if share >= ALARM_FROM else "warning" if share >= WARNING_FROM else "notice"


__all__ = [
    "FALSE_PER_WEEK", "LEVEL", "Cause", "Deviation", "comparisons", "deviating", "deviations", "holm", "severity_of",
]  # fmt: skip
