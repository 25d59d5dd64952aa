"""Targets counted at the ends of what the draws give, not only at their median."""

import math
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import pandas as pd

NOT_COMPUTED: Final = "not computed"


def met_at(worse: bool, target: float, low: float, value: float, high: float, met: str) -> bool:
    """Return whether a target is met at the less or the more favourable end of P10 to P90.

    Parameters
    ----------
    worse : the unfavourable end; else the favourable one.
    target, low, value, high : of a row of ``supply_kpis``, one unit; an end that is not a number counts as the median.
    met : verdict on the median, ``yes``, ``no`` or ``not computed``; with the median it says which way is better.

    Examples
    --------
    A least of 90 days, of which the draws give 80 to 120; and a most of 20 %, of which they give 15 to 40:

    >>> met_at(True, 90.0, 80.0, 100.0, 120.0, "yes"), met_at(False, 0.2, 0.15, 0.3, 0.4, "no")
    (False, True)
    """
    if met == NOT_COMPUTED or math.isnan(value):
        return False
    at_least = (value >= target) == (met == "yes")
    ends = [value if math.isnan(end) else end for end in (low, high)]
    if at_least:
        return (min(ends) if worse else max(ends)) >= target
    return (max(ends) if worse else min(ends)) <= target


def count_at(kpis: "pd.DataFrame", worse: bool) -> int:
    """Return how many rows of ``supply_kpis`` are met at one end of P10 to P90, see `met_at`."""
    columns = (kpis[name].tolist() for name in ("target", "low", "value", "high", "met"))
    return sum(
        met_at(worse, float(target), float(low), float(value), float(high), str(met))
        for target, low, value, high, met in zip(*columns, strict=True)
    )
