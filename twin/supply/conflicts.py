"""Targets and claims that contradict each other or the data, each shown with both numbers and a verdict."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from ops_data.errors import FailedError, did_you_mean
from ops_data.reference.supply.policy_rows import ConflictRow, PolicyTables
from twin.supply.comparisons import COMPARISONS
from twin.supply.finding import Finding
from twin.supply.kpis import WHOLE_STUDY
from twin.supply.published import AT


@dataclass(frozen=True, slots=True)
class ConflictResult:
    """One comparison; the fields are the columns of ``supply_conflicts``."""

    conflict: str
    statement: str
    left: float
    right: float
    unit: str
    verdict: str
    note: str
    source: str


def figures(
    tables: PolicyTables, values: Mapping[str, float], outputs: Mapping[tuple[str, int], float]
) -> dict[str, float]:
    """Return every number that a comparison may be given, by name.

    Parameters
    ----------
    tables : of policy. Published figures stand at their published value, ``published.<key>``, with ``:low`` and
        ``:high`` for the ends of their range; targets at the last point of their line, ``kpis.<key>``; full strength of
        a lever of numbers, ``levers.<key>``.
    values : numbers of the study by key, with ``policy.compared_year``.
    outputs : computed outputs by name and year, 0: of the whole study; those of the year compared stand under their
        name, those of any year under ``name@year``. What is not given is not a number.
    """
    counted = (WHOLE_STUDY, round(values["policy.compared_year"]))
    given = [name for row in tables.conflicts.values() for name in row.given]
    dated = [name for name in given if name.rpartition(AT)[0] in tables.outputs]
    found = dict.fromkeys([*tables.outputs, *dated], math.nan) | dict(values)
    found |= {name: value for (name, year), value in outputs.items() if year in counted}
    found |= {f"{name}{AT}{year}": value for (name, year), value in outputs.items() if year != WHOLE_STUDY}
    for key, row in tables.published.items():
        found[f"published.{key}"] = row.value
        found[f"published.{key}:low"], found[f"published.{key}:high"] = row.low, row.high
    found |= {f"levers.{key}": float(row.full) for key, row in tables.levers.items() if row.change != "setting"}
    return found | {f"kpis.{key}": row.line[-1][1] for key, row in tables.kpis.items()}


def check(
    tables: PolicyTables, values: Mapping[str, float], outputs: Mapping[tuple[str, int], float]
) -> list[ConflictResult]:
    """Return every comparison with its two numbers and its verdict.

    Parameters
    ----------
    tables, values, outputs : as for `figures`.

    Raises
    ------
    FailedError
        A row of ``conflicts.csv`` names a comparison or a number that does not exist.
    """
    known = figures(tables, values, outputs)
    results = []
    for row in tables.conflicts.values():
        found = _finding(row, known)
        results.append(
            ConflictResult(
                row.key, row.statement, found.left, found.right, row.unit, found.verdict, row.note, row.source
            )
        )
    return results


def _finding(row: ConflictRow, known: Mapping[str, float]) -> Finding:
    if row.function not in COMPARISONS:
        raise FailedError(
            f"conflicts.csv: key '{row.key}': function '{row.function}' found; a comparison of twin.supply.comparisons "
            f"is needed; {did_you_mean(row.function, COMPARISONS)}"
        )
    names = [] if row.inputs == "none" else row.given
    for name in names:
        if name not in known:
            raise FailedError(
                f"conflicts.csv: key '{row.key}': input '{name}' found; a number, target or output of the study is "
                f"needed; {did_you_mean(name, known)}"
            )
    return COMPARISONS[row.function](*(known[name] for name in names))
