"""What easing a constraint gives: the eased run less the run as it was, replicate by replicate on the same luck."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from twin.bottleneck_rows import lifted_by_day
from twin.easing import TOGETHER, Easing
from twin.indicators.comparison import Difference, difference
from twin.indicators.record import Floats

if TYPE_CHECKING:
    import pandas as pd

WHOLE_GRAMS: Final = 6  # decimals of a tonne: what is below is the order of a sum


@dataclass(frozen=True, eq=False)
class Gain:
    """What one easing gives over a campaign.

    Attributes
    ----------
    easing : what was eased.
    run_id : the sealed run in which it was.
    total_t : mud on deck over the campaign [t on the mass basis], eased less not eased, paired by replicate.
    day_t : mean of the same by day [t], shape (days,).
    """

    easing: Easing
    run_id: str
    total_t: Difference
    day_t: Floats


def gain(easing: Easing, run_id: str, before: "pd.DataFrame", after: "pd.DataFrame", mass_basis: str) -> Gain:
    """Return what an easing gives.

    Parameters
    ----------
    easing, run_id : what was eased, and in which run.
    before, after : rows of the table ``daily`` of the same replicates, not eased and eased.
    mass_basis : wet or dry.
    """
    (_, first_t), (_, second_t) = (lifted_by_day(rows, mass_basis) for rows in (before, after))
    first, second = (np.round(day_t.sum(axis=1), WHOLE_GRAMS) for day_t in (first_t, second_t))
    total_t = difference(f"lifted_{mass_basis}_t", "", "", first, second, "")
    return Gain(easing, run_id, total_t, np.mean(second_t - first_t, axis=0))


def ranked(gains: Sequence[Gain]) -> list[Gain]:
    """Return the gains of single easings, the largest mean first."""
    return sorted((one for one in gains if one.easing.constraint != TOGETHER), key=lambda one: -one.total_t.mean)
