"""Which uncertain numbers go with an outcome, judged by the replicates of one run alone.

Each replicate drew every uncertain number anew, so a number that drives an outcome is ranked as the outcome is. With
few replicates and many numbers some will seem so by chance: a number is told only when its rank correlation is beyond
what the largest of all would reach by chance (5 %, Bonferroni).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import stdtrit

from dashboards.data import SealedRun
from dashboards.page import View
from twin.environment_choices import PLUME_ONLY
from twin.indicators.record import Floats
from twin.quantities import draw_quantities

if TYPE_CHECKING:
    import pandas as pd

FEWEST: Final = 12  # replicates: a third then holds four
LEVEL: Final = 0.05
THIRD: Final = 3


@dataclass(frozen=True)
class Driver:
    """One quantity and an outcome.

    Attributes
    ----------
    key : the quantity.
    correlation : Spearman's rank correlation over the replicates.
    low_mean, high_mean : mean outcome of the third of the replicates with the lowest and the highest values.
    low_end, high_end : highest value of the low third, lowest value of the high third.
    """

    key: str
    correlation: float
    low_mean: float
    high_mean: float
    low_end: float
    high_end: float


@dataclass(frozen=True)
class Drivers:
    """What the replicates of a run say of one outcome.

    Attributes
    ----------
    found : quantities beyond chance, strongest first.
    tested : quantities that were drawn.
    alone : quantities beyond the 95 % limit of a single test; about one in twenty of all is, by chance.
    limit : rank correlation that the largest of all reaches by chance in 5 % of cases at most.
    replicates : with a value of the outcome.
    mean : of the outcome.
    """

    found: tuple[Driver, ...]
    tested: int
    alone: int
    limit: float
    replicates: int
    mean: float


def ranks(columns: Floats) -> Floats:
    """Return the rank of each value within its column, the mean rank where several are the same.

    Examples
    --------
    >>> ranks(np.array([[3.0], [1.0], [1.0]])).ravel().tolist()
    [3.0, 1.5, 1.5]
    """
    import pandas as pd

    return pd.DataFrame(columns).rank().to_numpy(np.float64)


def rank_correlations(values: Floats, draws: Floats) -> Floats:
    """Return Spearman's rank correlation of an outcome with each column of draws; 0 for a column without spread.

    Parameters
    ----------
    values : of the outcome, shape (replicates,).
    draws : shape (replicates, quantities).

    Examples
    --------
    >>> rank_correlations(np.array([1.0, 2.0, 9.0]), np.array([[1.0, 5.0], [2.0, 4.0], [3.0, 3.0]])).tolist()
    [1.0, -1.0]
    """
    outcome, columns = ranks(values[:, None])[:, 0], ranks(draws)
    outcome, columns = outcome - outcome.mean(), columns - columns.mean(axis=0)
    size = np.sqrt((outcome @ outcome) * (columns * columns).sum(axis=0))
    found: Floats = np.divide(outcome @ columns, size, out=np.zeros(columns.shape[1]), where=size > 0.0)
    return found


def limit_of(replicates: int, level: float) -> float:
    """Return the size of a rank correlation that chance exceeds with a probability, by Student's t.

    Parameters
    ----------
    replicates : 3 or more.
    level : two-sided probability.

    Notes
    -----
    t = r sqrt((n − 2) / (1 − r²)) follows Student's law with n − 2 degrees of freedom, nearly, when nothing is related.

    Examples
    --------
    The usual table has 0.361 for 30 pairs at 5 %:

    >>> round(limit_of(30, 0.05), 3)
    0.361
    """
    t = float(stdtrit(replicates - 2, 1.0 - level / 2.0))
    return t / float(np.sqrt(replicates - 2 + t * t))


def drivers(values: Floats, draws: Floats, keys: Sequence[str]) -> Drivers:
    """Return the quantities that an outcome hangs on beyond chance.

    Parameters
    ----------
    values : of the outcome, shape (replicates,), NaN where it has none.
    draws : value of each quantity, shape (replicates, quantities).
    keys : of the quantities.
    """
    kept = np.isfinite(values)
    outcome, drawn = values[kept], draws[kept]
    count = len(outcome)
    if count < FEWEST or not keys or np.ptp(outcome) == 0.0:
        return Drivers((), len(keys), 0, 1.0, count, float(outcome.mean()) if count else float("nan"))
    correlations = rank_correlations(outcome, drawn)
    limit = limit_of(count, LEVEL / len(keys))
    strongest = np.argsort(-np.abs(correlations))
    found = [
        _driver(keys[place], float(correlations[place]), outcome, drawn[:, place])
        for place in strongest
        if abs(correlations[place]) > limit
    ]
    alone = int(np.count_nonzero(np.abs(correlations) > limit_of(count, LEVEL)))
    return Drivers(tuple(found), len(keys), alone, limit, count, float(outcome.mean()))


def _driver(key: str, correlation: float, outcome: Floats, drawn: Floats) -> Driver:
    order, third = np.argsort(drawn, kind="stable"), len(drawn) // THIRD
    low, high = order[:third], order[-third:]
    return Driver(
        key=key,
        correlation=correlation,
        low_mean=float(outcome[low].mean()),
        high_mean=float(outcome[high].mean()),
        low_end=float(drawn[low].max()),
        high_end=float(drawn[high].min()),
    )


def draws_of(view: View, run: SealedRun) -> "pd.DataFrame":
    """Return the uncertain numbers of a run, replicate by replicate, drawn again as they were when it was played.

    Returns
    -------
    One column per quantity that can change a campaign, in its unit; no column where nothing was drawn.
    """
    return view.data.derived(run, "draws", lambda: _draws(view, run))


def _draws(view: View, run: SealedRun) -> "pd.DataFrame":
    import pandas as pd

    scenario, who = view.data.scenario(run), run.manifest.identity
    numbers = range(who.first_replicate, who.last_replicate + 1)
    if who.parameters != "drawn" or scenario.campaign.variability == "central":
        return pd.DataFrame(index=numbers)
    keys = [key for key in scenario.ignorance.keys if not key.startswith(PLUME_ONLY)]
    drawn = [draw_quantities(scenario.ignorance, who.seed, number) for number in numbers]
    return pd.DataFrame([[one[key] for key in keys] for one in drawn], columns=keys, index=numbers)


def values_of(view: View, run: SealedRun, name: str, item: str) -> Floats:
    """Return an outcome of a run replicate by replicate, NaN where it has no value."""
    who, rows = run.manifest.identity, view.data.outcomes(run)
    rows = rows[(rows["name"] == name) & (rows["item"] == item) & (rows["period"] == "")]
    values = np.full(who.last_replicate - who.first_replicate + 1, np.nan)
    values[rows["replicate"].to_numpy() - who.first_replicate] = rows["value"].to_numpy(np.float64)
    return values
