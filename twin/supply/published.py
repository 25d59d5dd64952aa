"""Published figures beside what is computed here; none is picked."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ops_data.reference.supply.policy_rows import PolicyTables
from twin.supply.kpis import WHOLE_STUDY

AT: Final = "@"  # between an output and the year in which a comparison reads it


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


def asked(tables: PolicyTables, values: Mapping[str, float]) -> frozenset[tuple[str, int]]:
    """Return what published figures and comparisons are held against: output and year; year 0: of the whole study.

    Parameters
    ----------
    tables : of policy.
    values : numbers of the study, with ``policy.compared_year``, for which outputs enter the comparisons.
    """
    places = {(row.output, row.year or WHOLE_STUDY) for row in tables.published.values() if row.output}
    year = round(values["policy.compared_year"])
    for row in tables.conflicts.values():
        dated = [name.rpartition(AT) for name in row.given if name.rpartition(AT)[0] in tables.outputs]
        places |= {(name, int(when)) for name, _, when in dated}
        named = [name for name in row.given if name in tables.outputs]
        places |= {(name, year if tables.outputs[name].by_year == "yes" else WHOLE_STUDY) for name in named}
    return frozenset(places)


def beside(tables: PolicyTables, outputs: Mapping[tuple[str, int], float]) -> list[Published]:
    """Return every published figure with what is computed here.

    Parameters
    ----------
    tables : of policy.
    outputs : by name and year, see `asked`, in the unit that ``outputs.csv`` declares, which is that of the figure.

    Examples
    --------
    >>> from ops_data.reference.supply.policy_rows import read_policy
    >>> rows = beside(read_policy(), {("mud_t[Dy]", 0): 2.6})
    >>> [(row.value, row.computed) for row in rows if row.quantity.startswith("dysprosium spared")]
    [(5.0, 2.6)]
    """
    return [
        Published(
            row.topic, row.study, row.quantity, row.value, row.low, row.high, row.unit,
            outputs.get((row.output, row.year or WHOLE_STUDY), math.nan), row.source, row.confidence, row.note,
        )
        for row in tables.published.values()
    ]  # fmt: skip
