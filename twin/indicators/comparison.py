"""Two runs on the same luck: what the second does differently, replicate by replicate."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import stdtrit

from ops_data.errors import UsageError
from ops_data.reference.indicator_rows import indicator_row
from twin.indicators.record import Floats
from twin.indicators.registry import ON_BASIS
from twin.indicators.statistics import percentiles
from twin.indicators.summary import SHARES

if TYPE_CHECKING:
    import pandas as pd

KEYS: Final = ("name", "item", "period")


ROUNDING: Final = 1e-12  # relative difference below which two sums of the same numbers are the same


@dataclass(frozen=True, eq=False)
class RunOutcomes:
    """One run to compare: its name, what its luck hangs on, its mass basis and its rows of ``outcomes``."""

    run_id: str
    seed: int
    parameters: str
    mass_basis: str
    outcomes: "pd.DataFrame"


@dataclass(frozen=True, slots=True)
class Difference:
    """Second run minus first for one indicator, over the replicates in which both have a value.

    Attributes
    ----------
    pairs : replicates compared.
    only_first, only_second : common replicates in which only that run has a value ("never" in the other).
    first, second : means over the pairs.
    mean, standard_error : of the paired differences; the error is NaN with fewer than two pairs.
    low_80, high_80, low_95, high_95 : Student intervals of the mean difference.
    p10, p50, p90 : percentiles of the paired differences.
    correlation : between the two runs over the pairs; NaN where one of them does not vary.
    note : says that the two numbers are read on different mass bases; else empty.
    """

    name: str
    item: str
    period: str
    unit: str
    pairs: int
    only_first: int
    only_second: int
    first: float
    second: float
    mean: float
    standard_error: float
    low_80: float
    high_80: float
    low_95: float
    high_95: float
    p10: float
    p50: float
    p90: float
    correlation: float
    note: str


def compare(first: RunOutcomes, second: RunOutcomes) -> list[Difference]:
    """Return second minus first for every indicator both runs have, paired by replicate.

    Raises
    ------
    UsageError
        The runs have different seeds or no common replicate: without the same luck the difference would drown in it.
    """
    common = common_replicates(first, second)
    tables = [_table(run, common) for run in (first, second)]
    both = tables[0].index.intersection(tables[1].index, sort=False)
    note = basis_note(first, second)
    left, right = (table.loc[both].to_numpy(np.float64) for table in tables)
    return [
        difference(name, item, period, left[row], right[row], note if name in ON_BASIS else "")
        for row, (name, item, period) in enumerate(both)
    ]


def common_replicates(first: RunOutcomes, second: RunOutcomes) -> list[int]:
    """Return the replicates that both runs have; UsageError when they cannot be paired."""
    if first.seed != second.seed:
        raise UsageError(
            f"runs '{first.run_id}' and '{second.run_id}': seeds {first.seed} and {second.seed} found; a comparison is "
            "paired by replicate and needs one seed; run one of them again with the other's --seed"
        )
    common = sorted(set(first.outcomes["replicate"]) & set(second.outcomes["replicate"]))
    if not common:
        raise UsageError(
            f"runs '{first.run_id}' and '{second.run_id}': no replicate in common; a comparison is paired by "
            "replicate; run one of them again with the other's replicates"
        )
    return common


def _table(run: RunOutcomes, common: list[int]) -> "pd.DataFrame":
    rows = run.outcomes[run.outcomes["replicate"].isin(common)].astype(dict.fromkeys(KEYS, "str"))
    order = rows[list(KEYS)].drop_duplicates()
    wide = rows.pivot(index=list(KEYS), columns="replicate", values="value").reindex(columns=common)
    return wide.reindex(list(order.itertuples(index=False, name=None)))


def basis_note(first: RunOutcomes, second: RunOutcomes) -> str:
    """Return a label for numbers that the two runs read on different mass bases; empty when they agree."""
    if first.mass_basis == second.mass_basis:
        return ""
    return f"read on different mass bases: {first.mass_basis} in the first run, {second.mass_basis} in the second"


def comparison_notes(first: RunOutcomes, second: RunOutcomes) -> list[str]:
    """Return what a reader of the comparison should know: replicates left out, differing bases or parameters."""
    notes = []
    common = len(common_replicates(first, second))
    counts = [run.outcomes["replicate"].nunique() for run in (first, second)]
    if counts != [common, common]:
        notes.append(f"Compared on {common} common replicates of {counts[0]} and {counts[1]}.")
    if first.mass_basis != second.mass_basis:
        notes.append(f"The target and every number on the mass basis are {basis_note(first, second)}.")
    if first.parameters != second.parameters:
        notes.append(f"Parameters are {first.parameters} in the first run and {second.parameters} in the second.")
    return notes


def difference(name: str, item: str, period: str, first: Floats, second: Floats, note: str) -> Difference:
    """Return the difference of one indicator; the arrays pair by place and hold NaN where a run has no value."""
    has_first, has_second = np.isfinite(first), np.isfinite(second)
    kept = has_first & has_second
    a, b = first[kept], second[kept]
    n = len(a)
    gap = np.where(np.abs(b - a) <= ROUNDING * np.maximum(np.abs(a), np.abs(b)), 0.0, b - a)
    mean = float(gap.mean()) if n else np.nan
    error = float(gap.std(ddof=1) / np.sqrt(n)) if n > 1 else np.nan
    half_80, half_95 = (float(stdtrit(n - 1, 0.5 + level / 2.0)) * error if n > 1 else np.nan for level in (0.8, 0.95))
    p10, p50, p90 = percentiles(gap, SHARES).tolist() if n else (np.nan,) * 3
    varies = n > 1 and np.ptp(a) > 0.0 and np.ptp(b) > 0.0
    return Difference(
        name=name,
        item=item,
        period=period,
        unit=indicator_row(name).unit,
        pairs=n,
        only_first=int(np.count_nonzero(has_first & ~has_second)),
        only_second=int(np.count_nonzero(has_second & ~has_first)),
        first=float(a.mean()) if n else np.nan,
        second=float(b.mean()) if n else np.nan,
        mean=mean,
        standard_error=error,
        low_80=mean - half_80,
        high_80=mean + half_80,
        low_95=mean - half_95,
        high_95=mean + half_95,
        p10=p10,
        p50=p50,
        p90=p90,
        correlation=float(np.corrcoef(a, b)[0, 1]) if varies else np.nan,
        note=note,
    )
