"""Field studies that the plume models are held against: what was found, and what of each study the models are given.

One row is a number of one study: ``field`` rows were found in the field (or by the study's own model, where the row
says so), ``input`` rows are what a model is started with. Field rows carry the rule by which a model agrees.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from ops_data.errors import FailedError
from ops_data.reference.rows import CsvRow, collect

FILE: Final = Path(__file__).with_name("field_studies.csv")
ROLES: Final = ("field", "input")
RULES: Final = ("factor", "at_least", "at_most", "none")


@dataclass(frozen=True, slots=True)
class FieldStudyRow:
    """One number of one study.

    ``rule`` says when a model agrees: ``factor``, if it is within this factor of the value either way; ``at_least`` and
    ``at_most``, if it is no less or no more than ``factor`` itself, in the unit of the row; ``none`` for inputs.
    """

    key: str
    case: str
    role: str
    study: str
    quantity: str
    value: float
    unit: str
    rule: str
    factor: float
    source: str
    confidence: str
    note: str


def read_field_studies(path: Path) -> dict[str, FieldStudyRow]:
    """Return the rows of a file of field studies by key.

    Raises
    ------
    FailedError
        The header, a word or a number breaks a rule, or a case has inputs only; one line with file, key and rule.
    """
    rows = collect(path, FieldStudyRow, _row)
    for case in {row.case for row in rows.values()}:
        if not any(row.role == "field" for row in rows.values() if row.case == case):
            raise FailedError(f"{path.name}: case {case} has no field row; a case has one or more; add it")
    return rows


def _row(row: CsvRow) -> FieldStudyRow:
    role, rule = row.word("role", ROLES), row.word("rule", RULES)
    if (rule == "none") != (role == "input"):
        raise row.fail(f"rule {rule} of an {role} row", "field rows have a rule and inputs have none", "align the two")
    if rule == "factor" and row.number("factor") < 1.0:
        raise row.fail(f"factor {row.cells['factor']}", "a factor is 1 or more", "2 is half to twice")
    for column in ("case", "study", "quantity", "unit", "note"):
        if not row.cells[column]:
            raise row.fail(f"no {column}", "every row has one", "write it")
    return FieldStudyRow(
        row.cells["key"], row.cells["case"], role, row.cells["study"], row.cells["quantity"], row.number("value"),
        row.cells["unit"], rule, row.number("factor"), row.source(), row.cells["confidence"], row.cells["note"],
    )  # fmt: skip


@cache
def field_studies() -> dict[str, FieldStudyRow]:
    """Return the packaged rows by key; treat the dictionary as read-only.

    Examples
    --------
    >>> row = field_studies()["v16.ratio_500"]
    >>> row.value, row.rule, row.factor
    (0.143, 'factor', 3.0)
    """
    return read_field_studies(FILE)
