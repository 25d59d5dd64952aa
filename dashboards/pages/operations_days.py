"""Daily series of a run as arrays over replicates and days, and what is made of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

import numpy as np

from dashboards.page import View
from dashboards.pages.operations_intervals import Floats
from dashboards.pages.operations_span import Span, campaign_span, replicates
from twin.indicators.categories import CATEGORIES
from twin.indicators.summary import SHARES

if TYPE_CHECKING:
    import pandas as pd

MEANS: Final = {"day": 1, "week": 7, "month": 30}  # days that a trailing mean is of
LIFTED: Final = {"wet": "lifted_wet_t", "dry": "lifted_dry_t"}
NAMES: Final = (*LIFTED.values(), *(f"{name}_h" for name in CATEGORIES))


@dataclass(frozen=True, eq=False)
class Days:
    """Daily series of a run.

    Attributes
    ----------
    table : a column for each series, a row for each day of the calendar of each replicate.
    replicates : how many.
    """

    table: "pd.DataFrame"
    replicates: int

    def of(self, name: str) -> Floats:
        """Return a series, shape (replicates, days of the calendar)."""
        found: Floats = self.table[name].to_numpy().reshape(self.replicates, -1)
        return found


def read_days(frame: "pd.DataFrame", names: Sequence[str], whole: Span, numbers: range) -> "pd.DataFrame":
    """Return the table of `Days`; a day without a row is nought, a row after the calendar is left out.

    Parameters
    ----------
    frame : the table daily, text columns as categories.
    names : of the series.
    whole : days of the calendar.
    numbers : of the replicates.
    """
    import pandas as pd

    name, day = frame["name"].astype("category").cat, frame["date"].astype("category").cat
    place = {one: at for at, one in enumerate(names)}
    of_name = np.array([place.get(str(one), -1) for one in name.categories], dtype=np.int64)
    of_day = np.array([(date.fromisoformat(str(one)) - whole.first).days for one in day.categories], dtype=np.int64)
    at_name, at_day = of_name[name.codes.to_numpy()], of_day[day.codes.to_numpy()]
    kept = np.flatnonzero((at_name >= 0) & (at_day >= 0) & (at_day < whole.days))
    replicate = frame["replicate"].to_numpy(np.int64)[kept] - numbers.start
    rows = len(numbers) * whole.days
    cell = at_name[kept] * rows + replicate * whole.days + at_day[kept]
    values = np.bincount(cell, weights=frame["value"].to_numpy(np.float64)[kept], minlength=len(names) * rows)
    return pd.DataFrame(dict(zip(names, values.reshape(len(names), rows), strict=True)))


def days_of(view: View) -> Days:
    """Return the mud lifted, wet and dry, and the hours of the mining vessels by category of time."""
    numbers = replicates(view)

    def make() -> "pd.DataFrame":
        return read_days(view.data.table(view.run, "daily"), NAMES, campaign_span(view.scenario), numbers)

    return Days(view.data.derived(view.run, "operations days", make), len(numbers))


def trailing_mean(values: Floats, days: int) -> Floats:
    """Return the mean of each day and those before it, so many in all, fewer at the start; days along the last axis.

    Examples
    --------
    >>> trailing_mean(np.array([6.0, 0.0, 0.0, 3.0]), 3).tolist()
    [6.0, 3.0, 2.0, 1.0]
    """
    sums = np.cumsum(values, axis=-1)
    before = np.zeros_like(sums)
    before[..., days:] = sums[..., :-days]
    found: Floats = (sums - before) / np.minimum(np.arange(1, values.shape[-1] + 1), days)
    return found


def spread(values: Floats) -> Floats:
    """Return P10, P50 and P90 over the first axis, shape (3, ...), by linear interpolation between order statistics."""
    found: Floats = np.quantile(values, SHARES, axis=0)
    return found


def summed(values: Floats, parts: Sequence[slice]) -> Floats:
    """Return the sums of parts of the last axis, shape (..., parts)."""
    return np.stack([values[..., part].sum(axis=-1) for part in parts], axis=-1)
