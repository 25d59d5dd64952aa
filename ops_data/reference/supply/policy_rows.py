"""Tables of policy: named items and where each lives, targets, contradictions, levers, published figures and notes."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ops_data.errors import FailedError, did_you_mean
from ops_data.reference.rows import CsvRow, Parameter
from ops_data.reference.supply.reading import Rules, read_quantities, read_table

ITEM: Final = re.compile(r"00(0-\d\d|1-\d\d|2-\d\d|3-\d\d|4-(\d\d|K\d|S\d|F\d|C\d))")
# of the run, the contribution, what moves it, finance, display, context; held against it; one number of it
SCOPES: Final = ("TWIN", "CORE", "SCEN", "FIN", "DASH", "CTX", "VALID", "PARAM")
KINDS: Final = (
    "quantity", "row", "table", "function", "setting", "lever", "kpi", "conflict", "scenario", "indicator", "output",
    "note",
)  # fmt: skip
SEPARATOR: Final = ";"
SENSES: Final = ("at_least", "at_most")
CLOCKS: Final = ("calendar", "plan")
CHANGES: Final = ("to", "times", "add", "setting")
DIRECTIONS: Final = ("up", "down")
BASE: Final = "@base"  # ending of an output taken in the base year
MARK: Final = "@"  # before the key of another target: its line in the year
YEARS: Final = "@years"  # stands for the years since the start of the plan
ANY: Final = (-1e18, 1e18)


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """One named item of the plans and articles the study answers to, and where it lives here.

    ``scopes`` are its tags, ``where`` one or more references ``kind:name``, both separated by semicolons. An item is
    context only where its one tag is ``CTX``.
    """

    key: str
    text: str
    scopes: str
    where: str
    note: str

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags of the item."""
        return tuple(self.scopes.split(SEPARATOR))

    @property
    def references(self) -> tuple[tuple[str, str], ...]:
        """Kind and name of everything that stands for the item."""
        pairs = (one.split(":", 1) for one in self.where.split(SEPARATOR))
        return tuple((kind, name) for kind, name in pairs)


@dataclass(frozen=True, slots=True)
class OutputRow:
    """One named result that targets, levers and published figures are held against.

    ``by_year`` is yes where the result belongs to a calendar year, no where to the study as a whole.
    """

    key: str
    title: str
    title_ja: str
    by_year: str
    unit: str
    definition: str


@dataclass(frozen=True, slots=True)
class KpiRow:
    """One target line of a roadmap.

    ``function`` is the formula in ``twin.supply.kpis``; ``outputs`` are what it is given, in order: names of outputs
    (ending in ``@base``: of the base year), keys of quantities, ``@years`` since the start of the plan, or ``@`` and
    the key of another target, for its line. ``targets`` are year and number pairs; on the clock ``plan`` the years
    count from the start of the plan.
    """

    key: str
    kpi: str
    title: str
    title_ja: str
    function: str
    item: str
    outputs: str
    unit: str
    sense: str
    clock: str
    targets: str
    source: str
    confidence: str
    note: str

    @property
    def given(self) -> tuple[str, ...]:
        """What the formula is given, in order."""
        return tuple(self.outputs.split(SEPARATOR))

    @property
    def line(self) -> tuple[tuple[float, float], ...]:
        """Year and target of the points of the target line."""
        return _line(self.targets)


@dataclass(frozen=True, slots=True)
class ConflictRow:
    """One comparison of targets or claims with each other or with data.

    ``function`` is the comparison in ``twin.supply.comparisons``; ``inputs`` are the keys of the numbers it is given,
    in order; ``ids`` the named items it concerns.
    """

    key: str
    ids: str
    statement: str
    statement_ja: str
    function: str
    inputs: str
    unit: str
    source: str
    confidence: str
    note: str

    @property
    def given(self) -> tuple[str, ...]:
        """Keys of what the comparison is given, in order."""
        return tuple(self.inputs.split(SEPARATOR))


@dataclass(frozen=True, slots=True)
class LeverRow:
    """One lever of policy or of a firm.

    ``parameter`` is the value or the setting it moves; ``change`` how: ``to`` the full-strength value, ``times`` it,
    ``add`` it, or a ``setting`` that takes the word ``full``. ``output`` moves in ``direction`` at full strength, as
    judged in ``year``; where ``given`` names another lever, that one is pulled both without and with this one.
    """

    key: str
    title: str
    title_ja: str
    owners: str
    parameter: str
    change: str
    full: str
    start_year: int
    ramp_years: float
    cost_jpy: float | None
    output: str
    direction: str
    year: int
    given: str
    ids: str
    source: str
    confidence: str
    note: str


@dataclass(frozen=True, slots=True)
class PublishedRow:
    """One published figure.

    ``output`` names what is computed here beside it, empty where nothing is comparable; ``year`` is the calendar year
    it is computed for, of outputs that belong to one.
    """

    key: str
    topic: str
    study: str
    quantity: str
    value: float
    low: float
    high: float
    unit: str
    output: str
    year: int | None
    source: str
    confidence: str
    note: str


@dataclass(frozen=True, slots=True)
class NoteRow:
    """One dated event or statement told as context, in English and Japanese."""

    key: str
    date: str
    text: str
    text_ja: str
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class PolicyTables:
    """Every table of policy by key; the fields are named as their files."""

    coverage: Mapping[str, CoverageRow]
    outputs: Mapping[str, OutputRow]
    kpis: Mapping[str, KpiRow]
    conflicts: Mapping[str, ConflictRow]
    levers: Mapping[str, LeverRow]
    published: Mapping[str, PublishedRow]
    notes: Mapping[str, NoteRow]
    quantities_policy: Mapping[str, Parameter]


def _line(text: str) -> tuple[tuple[float, float], ...]:
    points = [one.split(":") for one in text.split(SEPARATOR)]
    return tuple((float(year), float(target)) for year, target in points)


def _filled(row: CsvRow, columns: Sequence[str]) -> None:
    for column in columns:
        if not row.cells[column].strip():
            raise row.fail(f"no {column}", "every row has one", "write it")


def _check_coverage(row: CsvRow) -> None:
    _filled(row, ("text", "scopes", "where"))
    if not ITEM.fullmatch(row.cells["key"]):
        raise row.fail(f"key {row.cells['key']}", "items are numbered like 004-K1", "correct the key")
    for tag in row.cells["scopes"].split(SEPARATOR):
        if tag not in SCOPES:
            raise row.fail(f"scope '{tag}'", f"one of {', '.join(SCOPES)}", did_you_mean(tag, SCOPES))
    references = row.cells["where"].split(SEPARATOR)
    for reference in references:
        kind, mark, name = reference.partition(":")
        if kind not in KINDS or not mark or not name:
            raise row.fail(f"where '{reference}'", "references are kind:name", did_you_mean(kind, KINDS))
    if all(reference.startswith("note:") for reference in references) and row.cells["scopes"] != "CTX":
        raise row.fail("only a note", "an item that is more than context is more than a note", "name what computes it")


def _check_kpi(row: CsvRow) -> None:
    _filled(row, ("kpi", "title", "title_ja", "function", "item", "outputs", "unit", "note"))
    try:
        years = [year for year, _ in _line(row.cells["targets"])]
    except ValueError:
        years = []
    if not years or years != sorted(set(years)):
        raise row.fail(f"targets '{row.cells['targets']}'", "pairs year:number, years rising", "as in 2028:0.25")


def _check_lever(row: CsvRow) -> None:
    _filled(row, ("title", "title_ja", "owners", "parameter", "output", "ids"))
    if row.cells["change"] != "setting":
        row.number("full")
    _filled(row, ("full",))
    if row.number("year") < row.number("start_year") + row.number("ramp_years"):
        raise row.fail(
            f"year {row.cells['year']}", "a lever is judged at full strength", "start earlier or judge later"
        )
    items = row.cells["ids"].split(SEPARATOR)
    wrong = [one for one in items if not ITEM.fullmatch(one)]
    if wrong:
        raise row.fail(f"ids '{wrong[0]}'", "items are numbered like 004-23", "correct the cell")


def _check_filled(*columns: str) -> Rules:
    return Rules(check=lambda row: _filled(row, columns))


def read_policy(own: Path | None = None) -> PolicyTables:
    """Return the tables of policy, a person's own file in the place of the packaged one where there is one.

    Parameters
    ----------
    own : folder of a person's own tables.

    Raises
    ------
    FailedError
        A header, cell or rule is broken, or a row names an output that no row of ``outputs.csv`` declares; one line
        with file, line, key, rule and remedy.

    Examples
    --------
    >>> tables = read_policy()
    >>> tables.kpis["004-K6"].line
    ((0.0, 0.0), (5.0, 1000.0))
    """
    tables = PolicyTables(
        coverage=read_table("coverage", CoverageRow, Rules(check=_check_coverage), own),
        outputs=read_table(
            "outputs",
            OutputRow,
            Rules(
                {"by_year": ("yes", "no")}, check=lambda row: _filled(row, ("title", "title_ja", "unit", "definition"))
            ),
            own,
        ),
        kpis=read_table("kpis", KpiRow, Rules({"sense": SENSES, "clock": CLOCKS}, check=_check_kpi), own),
        conflicts=read_table(
            "conflicts",
            ConflictRow,
            _check_filled("ids", "statement", "statement_ja", "function", "inputs", "unit"),
            own,
        ),
        levers=read_table(
            "levers",
            LeverRow,
            Rules(
                {"change": CHANGES, "direction": DIRECTIONS},
                {"start_year": (1990, 2100), "year": (1990, 2100)},
                _check_lever,
            ),
            own,
        ),
        published=read_table(
            "published",
            PublishedRow,
            Rules(
                bounds={"value": ANY, "low": ANY, "high": ANY},
                check=lambda row: _filled(row, ("topic", "study", "unit")),
            ),
            own,
        ),
        notes=read_table("notes", NoteRow, _check_filled("date", "text", "text_ja"), own),
        quantities_policy=read_quantities("policy", own),
    )
    _check_outputs(tables)
    for lever in tables.levers.values():
        if lever.given and lever.given not in tables.levers:
            remedy = did_you_mean(lever.given, tables.levers)
            raise FailedError(f"levers.csv: key '{lever.key}': given '{lever.given}' found; it names a lever; {remedy}")
    return tables


def _check_outputs(tables: PolicyTables) -> None:
    asked = [("levers.csv", row.key, row.output) for row in tables.levers.values()]
    asked += [("published.csv", row.key, row.output) for row in tables.published.values() if row.output]
    for kpi in tables.kpis.values():
        plain = [name.removesuffix(BASE) for name in kpi.given if not name.startswith(MARK)]
        asked += [("kpis.csv", kpi.key, name) for name in plain if name not in tables.quantities_policy]
        for name in kpi.given:
            if name.startswith(MARK) and name != YEARS and name.removeprefix(MARK) not in tables.kpis:
                remedy = did_you_mean(name.removeprefix(MARK), tables.kpis)
                raise FailedError(
                    f"kpis.csv: key '{kpi.key}': '{name}' found; @ goes before a key of a target; {remedy}"
                )
    for file, key, name in asked:
        if name not in tables.outputs:
            remedy = did_you_mean(name, tables.outputs)
            raise FailedError(f"{file}: key '{key}': output '{name}' found; outputs.csv declares outputs; {remedy}")
    for row in tables.published.values():
        dated = bool(row.output) and tables.outputs[row.output].by_year == "yes"
        if dated != (row.year is not None):
            raise FailedError(
                f"published.csv: key '{row.key}': year '{'' if row.year is None else row.year}' found; outputs of a "
                "year have one and others none; fill or empty the cell"
            )
