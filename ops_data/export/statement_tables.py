"""Tables of the folder of a supply statement beside those of the study: the spread of shocks, and the sources."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from ops_data.columns import TableData
from ops_data.supply_tables import CONFIDENCE, HIGH, LOW, RULE, SCENARIO, SOURCE, VALUE
from ops_data.table_records import NO_UNIT, Column, Table

if TYPE_CHECKING:
    import pandas as pd

SHOCK_KEYS: Final = ("scenario", "rule", "series", "item", "month")
SHARES: Final = (0.5, 0.1, 0.9)
SOURCED: Final = ("supply_inputs", "supply_published", "supply_notes")

SHOCK_SPREAD: Final = Table(
    "supply_shock_spread",
    "monthly mean of one series of a shock over all draws",
    (
        SCENARIO, RULE,
        Column("series", "text", NO_UNIT, "fill_rate of a sector, cover_days or surviving_share of an element"),
        Column("item", "text", NO_UNIT, "sector or element"),
        Column("month", "int32", NO_UNIT, "months since the shock began, 0 or more"),
        VALUE, LOW, HIGH,
        Column("draws", "int32", NO_UNIT, "draws that have a value"),
    ),
)  # fmt: skip
SOURCES: Final = Table(
    "sources",
    "a source, and how many figures rest on it",
    (
        SOURCE, CONFIDENCE,
        Column("table", "text", NO_UNIT, "table whose figures rest on it"),
        Column("figures", "int32", NO_UNIT, "how many"),
        Column("first", "text", NO_UNIT, "the first of them"),
    ),
)  # fmt: skip


def percentiles(values: Sequence[float] | np.ndarray) -> tuple[float, float, float]:
    """Return P50, P10 and P90 by linear interpolation; infinite values count as beyond any other.

    Examples
    --------
    >>> percentiles([1.0, 2.0, 3.0, 4.0, float("inf")])
    (3.0, 1.4, inf)
    """
    ordered = np.sort(np.asarray(values, dtype=np.float64))
    found = []
    for share in SHARES:
        place = share * (len(ordered) - 1)
        low, high = float(ordered[int(np.floor(place))]), float(ordered[int(np.ceil(place))])
        between = np.isfinite(high) and high > low
        found.append(low + float(place - np.floor(place)) * (high - low) if between else high)
    return found[0], found[1], found[2]


def shock_spread(months: "pd.DataFrame") -> TableData:
    """Return P50, P10 and P90 of every month of the table ``supply_shock_months``, in the order of first row."""
    told: dict[str, list[object]] = {name: [] for name in (*SHOCK_KEYS, "value", "low", "high", "draws")}
    for keys, values in months.groupby(list(SHOCK_KEYS), sort=False, observed=True)["value"]:
        known = values.dropna().to_numpy(np.float64)
        spread = percentiles(known) if len(known) else (np.nan, np.nan, np.nan)
        for name, value in zip(told, (*keys, *spread, len(known)), strict=True):
            told[name].append(value)
    texts = {name: [str(word) for word in told[name]] for name in ("scenario", "rule", "series", "item")}
    numbers = {name: np.array(told[name], dtype=np.float64) for name in ("value", "low", "high")}
    whole = {name: np.array(told[name], dtype=np.int32) for name in ("month", "draws")}
    return {**texts, **numbers, **whole}


def source_rows(tables: "dict[str, pd.DataFrame]") -> TableData:
    """Return every source with its grade, by table, how many figures rest on it and the first of them."""
    rows: list[tuple[str, str, str, int, str]] = []
    for name in SOURCED:
        if name in tables:
            frame = tables[name]
            label = "key" if "key" in frame else "quantity"
            for (source, grade), held in frame.groupby(["source", "confidence"], sort=True, observed=True):
                rows.append((str(source), str(grade), name, len(held), str(held[label].iloc[0])))
    source, grade, table, figures, first = zip(*rows, strict=True) if rows else ((), (), (), (), ())
    return {"source": source, "confidence": grade, "table": table, "figures": np.array(figures, dtype=np.int32),
            "first": first}  # fmt: skip
