"""Published figures beside what is computed here; none is picked."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from ops_data.reference.supply.policy_rows import PolicyTables


@dataclass(frozen=True, slots=True)
class Published:
    """One published figure; the fields are the columns of ``supply_published``.

    ``computed`` is not a number where nothing comparable is computed.
    """

    topic: str
    study: str
    quantity: str
    value: float
    low: float
    high: float
    unit: str
    computed: float
    source: str
    confidence: str
    note: str


def asked(tables: PolicyTables) -> frozenset[str]:
    """Return the outputs that published figures and comparisons are held against, by name."""
    named = {row.output for row in tables.published.values() if row.output}
    named |= {name for row in tables.conflicts.values() for name in row.given if name in tables.outputs}
    return frozenset(named)


def beside(tables: PolicyTables, outputs: Mapping[str, float]) -> list[Published]:
    """Return every published figure with what is computed here.

    Parameters
    ----------
    tables : of policy.
    outputs : computed outputs by name, see `asked`, in the unit that ``outputs.csv`` declares, which is that of the
        figure.

    Examples
    --------
    >>> from ops_data.reference.supply.policy_rows import read_policy
    >>> rows = beside(read_policy(), {"mud_t[Dy]": 2.6})
    >>> [(row.value, row.computed) for row in rows if row.quantity.startswith("dysprosium spared")]
    [(5.0, 2.6)]
    """
    return [
        Published(
            row.topic, row.study, row.quantity, row.value, row.low, row.high, row.unit,
            outputs.get(row.output, math.nan), row.source, row.confidence, row.note,
        )
        for row in tables.published.values()
    ]  # fmt: skip
