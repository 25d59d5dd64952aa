"""What kind of day each was, exactly: up, degraded, weather or down, from what was lifted and which hours were lost.

A chain of four regimes (`twin.models.hidden_markov`); three readings a day: dry solids lifted over those of the best
day, and the shares of its hours lost to the sea and to failures. Their laws are stated, the chances from day to
day are learnt: a Dirichlet prior and the days themselves, by expectation maximisation.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln

from ops_data.units import HOURS_PER_DAY
from twin.campaign_log import CampaignLog
from twin.forecast import SERIES, day_name, jst_day_of
from twin.forecast_view import measured_days
from twin.models.hidden_markov import (
    filter_regimes,
    smooth_regimes,
    stationary,
    transition_posterior,
)
from twin.operations.campaign import roles_of

Floats = NDArray[np.float64]

REGIMES: Final = ("up", "degraded", "weather", "down")
READINGS: Final = ("lifted", "weather", "failure")
# assumption: mean share by regime (row) and reading (column): an up day lifts four fifths of the best day and loses
# little; a degraded one half of that with time lost here and there; a day of weather or of repair lifts nearly nothing
MEANS: Final = np.array([[0.8, 0.03, 0.03], [0.4, 0.1, 0.15], [0.1, 0.7, 0.03], [0.1, 0.05, 0.7]])
# assumption: how many days' worth of certainty the means have: the spread of a share is sqrt(m (1 - m) / (n + 1))
CERTAINTY: Final = 4.0
NEVER, ALWAYS = 0.01, 0.99  # a share of exactly 0 or 1 is taken as this far from it: hours are logged to minutes
STAYS, CHANGES = 6.0, 1.0  # assumption: prior days' worth of staying in a regime, and of changing to each other
ROUNDS: Final = 20  # of expectation maximisation; the chances change by less than a thousandth after ten
BEST: Final = 0.95  # quantile of the days' tonnage that stands for the best day


@dataclass(frozen=True, eq=False)
class Regimes:
    """Chances of the regimes of each day.

    Attributes
    ----------
    first_day : JST day of the first, see `twin.forecast.jst_day_of`.
    then : chances as known at the end of each day, shape (days, regimes).
    now : chances given all days, shape (days, regimes).
    transition : mean chances from regime (row) to regime (column), shape (regimes, regimes).
    readings : `READINGS` of each day as shares, shape (days, readings).
    """

    first_day: int
    then: Floats
    now: Floats
    transition: Floats
    readings: Floats

    @property
    def days(self) -> list[str]:
        """JST days, ISO 8601."""
        return [day_name(self.first_day + place) for place in range(len(self.now))]

    @property
    def likeliest(self) -> list[str]:
        """Likeliest regime of each day given all days."""
        return [REGIMES[place] for place in self.now.argmax(axis=1).tolist()]


def log_emission(readings: Floats) -> Floats:
    """Return the log density of each day's readings in each regime, shape (days, regimes).

    Parameters
    ----------
    readings : shares of 0 to 1, shape (days, readings); a day of NaN has none.

    Notes
    -----
    Each share follows a beta law with the mean of its regime and the certainty `CERTAINTY`, independent of the others.

    Examples
    --------
    A day of storm is likeliest of weather:

    >>> REGIMES[int(log_emission(np.array([[0.0, 0.9, 0.0]])).argmax())]
    'weather'
    """
    share = np.clip(readings, NEVER, ALWAYS)[:, np.newaxis, :]
    a, b = CERTAINTY * MEANS, CERTAINTY * (1.0 - MEANS)
    density = (a - 1.0) * np.log(share) + (b - 1.0) * np.log1p(-share) - betaln(a, b)
    return np.asarray(np.nan_to_num(density.sum(axis=2), nan=0.0))


def regimes_of(readings: Floats, first_day: int) -> Regimes:
    """Return the chances of the regimes of days.

    Parameters
    ----------
    readings : shares, shape (days, readings), at least one day.
    first_day : JST day of the first.
    """
    emission = log_emission(readings)
    prior = np.full((len(REGIMES), len(REGIMES)), CHANGES) + (STAYS - CHANGES) * np.eye(len(REGIMES))
    transition = prior / prior.sum(axis=1, keepdims=True)
    for _ in range(ROUNDS):
        filtered = filter_regimes(emission, transition, stationary(transition))
        smoothed = smooth_regimes(filtered, transition)
        transition = np.asarray(transition_posterior(prior, smoothed.transitions).mean)
    filtered = filter_regimes(emission, transition, stationary(transition))
    smoothed = smooth_regimes(filtered, transition)
    return Regimes(first_day, filtered.probability, smoothed.probability, transition, readings)


def regimes(log: CampaignLog) -> Regimes | None:
    """Return the chances of the regimes of the days of a log on which mining vessels were at work or held up.

    Days run from the first on which anything was lifted to the last whole day; None where there is none. Without a
    lift nobody knows what a good day is.
    """
    first, measured = measured_days(log)
    whole = measured[:, : jst_day_of(log.until_s) - first]
    tonnes = whole[SERIES.index("lifted_dry_t")]
    some = np.flatnonzero(tonnes > 0.0)
    if not len(some):
        return None
    begin = int(some[0])
    vessels = sum(role == "mining" for role in roles_of(log.scenario).values())
    best_t = float(np.quantile(tonnes[tonnes > 0.0], BEST))
    hours = [whole[SERIES.index(name)] / (vessels * HOURS_PER_DAY) for name in ("weather_h", "failure_h")]
    return regimes_of(np.clip(np.array([tonnes / best_t, *hours])[:, begin:].T, 0.0, 1.0), first + begin)
