"""Values of indicators as rows of the table ``outcomes``."""

from collections.abc import Sequence

import numpy as np

from ops_data.columns import Coded, TableData
from twin.indicators.lot_rows import coded


def outcome_rows(replicate: int, told: Sequence[tuple[str, str, float]]) -> TableData:
    """Return (name, item, value) of one replicate as rows of the table ``outcomes``."""
    return {
        "replicate": np.full(len(told), replicate, dtype=np.int32),
        "name": coded([name for name, _, _ in told]),
        "item": coded([item for _, item, _ in told]),
        "period": Coded(np.zeros(len(told), dtype=np.int32), ("",)),
        "value": np.array([value for _, _, value in told], dtype=np.float64),
    }
