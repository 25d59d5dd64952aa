"""The rows of the table ``ledger``: what every step used to process every lot, with cost and emission."""

import numpy as np

from ops_data.columns import TableData
from twin.indicators.lot_rows import coded
from twin.indicators.processed import Processed
from twin.indicators.record import Floats


def ledger_columns(replicate: int, one: Processed) -> TableData:
    """Return the rows of the table ``ledger``: one for every step, item and lot of which any was used."""
    kept = [(row, np.flatnonzero(row.entry.amount)) for row in one.used]
    count = [len(at) for _, at in kept]

    def column(name: str) -> Floats:
        parts = [getattr(row.entry, name)[at] for row, at in kept]
        return np.concatenate([np.zeros(0), *parts])

    def words(name: str) -> list[str]:
        return [getattr(row.entry, name) for (row, _), n in zip(kept, count, strict=True) for _ in range(n)]

    none = np.zeros(0, dtype=np.int64)
    return {
        "replicate": np.full(sum(count), replicate, dtype=np.int32),
        "lot_id": np.concatenate([none, *(row.lot_id[at] for row, at in kept)]).astype(np.int32),
        "time_utc": np.concatenate([none, *(row.time_s[at] for row, at in kept)]),
        "step": coded(words("step")),
        "item": coded(words("item")),
        "amount": column("amount"),
        "unit": coded(words("unit")),
        "cost_jpy": column("cost_usd") * one.values["cost.jpy_per_usd"],
        "co2e_kg": column("co2e_kg"),
    }
