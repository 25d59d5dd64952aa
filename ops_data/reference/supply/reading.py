"""Read the tables of the supply chain: packaged ones, or a person's own of the same name and columns."""

import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final, TypeVar, get_args, get_origin, get_type_hints

from ops_data.errors import FailedError, did_you_mean
from ops_data.reference.rows import CsvRow, Parameter, collect, read_parameters

HERE: Final = Path(__file__).parent
RANGE: Final = ("low", "value", "high")  # columns of a row that is uncertain
SUFFIX: Final = ".csv"
TOLERANCE: Final = 1e-6  # of shares that sum to one
Row = TypeVar("Row")


@dataclass(frozen=True)
class Rules:
    """What must hold in a table.

    Attributes
    ----------
    words : column → the words it may hold.
    bounds : column → smallest and largest number; a column without bounds holds 0 or more.
    check : a further check of a row, which raises with `CsvRow.fail`.
    """

    words: Mapping[str, Sequence[str]] = field(default_factory=dict)
    bounds: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    check: Callable[[CsvRow], None] | None = None


def read_table(name: str, record: type[Row], rules: Rules, own: Path | None = None) -> dict[str, Row]:
    """Return the rows of a table by key, in file order.

    Parameters
    ----------
    name : of the file, without ``.csv``.
    record : frozen dataclass whose fields are the columns, text, float, int or float or nothing; the first is the key.
    rules : what must hold.
    own : folder of a person's own tables; a file of this name there takes the place of the packaged one.

    Raises
    ------
    FailedError
        The header, a cell or a rule is broken; one line with file, line, key, value, rule and remedy.
    """
    hints = get_type_hints(record)
    names = [one.name for one in fields(record)]  # type: ignore[arg-type]

    def build(row: CsvRow) -> Row:
        cells = {column: _cell(row, column, hints[column], rules) for column in names}
        if set(RANGE) <= set(names):
            row.ordered(RANGE)
        if "source" in names:
            row.source()
        if rules.check is not None:
            rules.check(row)
        return record(**cells)

    return collect(path_of(f"{name}.csv", own), record, build)


def _cell(row: CsvRow, column: str, kind: Any, rules: Rules) -> Any:
    optional = get_origin(kind) is types.UnionType and types.NoneType in get_args(kind)
    if optional and not row.cells[column]:
        return None
    plain = next(one for one in get_args(kind) if one is not types.NoneType) if optional else kind
    if plain is str:
        return row.word(column, rules.words[column]) if column in rules.words else row.cells[column]
    value = row.number(column)
    low, high = rules.bounds.get(column, (0.0, float("inf")))
    if not low <= value <= high:
        allowed = f"{low:g} to {high:g}" if high < float("inf") else f"{low:g} or more"
        raise row.fail(f"{column} {row.cells[column]}", allowed, "correct the cell")
    if plain is int:
        if value != int(value):
            raise row.fail(f"{column} {row.cells[column]}", "a whole number", "correct the cell")
        return int(value)
    return value


def read_quantities(name: str, own: Path | None = None) -> dict[str, Parameter]:
    """Return the quantities of a topic by key: columns as in ``parameters.csv``, file ``quantities_<name>.csv``."""
    return read_parameters(path_of(f"quantities_{name}.csv", own))


def read_topic(name: str, own: Path | None) -> dict[str, Parameter]:
    """Return the same, and refuse a file of a person's own in which a number of the packaged one is missing."""
    found = read_quantities(name, own)
    for key in read_quantities(name):
        if key not in found:
            raise FailedError(
                f"quantities_{name}.csv: no row '{key}' found; every number of the packaged file is needed; add it"
            )
    return found


def path_of(name: str, own: Path | None) -> Path:
    """Return a person's own file of this name if there is one, else the packaged one."""
    mine = own / name if own is not None else None
    return mine if mine is not None and mine.is_file() else HERE / name


def check_own(own: Path) -> None:
    """Refuse a folder that is not there, or that holds a table this software does not know or cannot read.

    Raises
    ------
    FailedError
        Also where there is no table in it: none of it would be used.
    """
    if not own.is_dir():
        raise FailedError(f"{own}: no such folder; a folder of tables is needed; check the path")
    known = sorted(path.name for path in HERE.glob("*.csv"))
    mine = sorted(path for path in own.iterdir() if path.suffix.lower() == SUFFIX)
    if not mine:
        raise FailedError(
            f"{own}: no table in it; files named as those in {HERE} are needed; copy one of them and change it"
        )
    for path in mine:
        if path.name not in known:
            raise FailedError(f"{path}: no table of this name; {did_you_mean(path.name, known)}")
        _check_text(path)


def _check_text(path: Path) -> None:
    """Refuse what cannot be opened, or is not plain UTF-8."""
    try:
        begin = path.read_bytes()
        begin.decode()
    except OSError as error:
        raise FailedError(f"{path}: cannot be read: {error.strerror}; a CSV file is needed; check it") from None
    except UnicodeDecodeError:
        raise FailedError(f"{path}: not UTF-8 text; a table is UTF-8; save it as CSV UTF-8") from None


def check_sums(file: str, shares: Mapping[str, Mapping[str, float]]) -> None:
    """Refuse shares that do not sum to one; FailedError naming file, group, sum and keys.

    Parameters
    ----------
    file : name of the file, for the message.
    shares : group → row key → share.
    """
    for group, parts in shares.items():
        total = sum(parts.values())
        if abs(total - 1.0) > TOLERANCE:
            raise FailedError(
                f"{file}: '{group}': shares sum to {total:.6g}; they sum to 1; correct {', '.join(sorted(parts))}"
            )


def uncertain(table: str, rows: Mapping[str, Any]) -> dict[str, Parameter]:
    """Return the rows of a table that have a range as quantities, by ``<table>.<key>``.

    Each row has key, value, low, high, unit, source, confidence and note. It is drawn from a triangular law where its
    range has a width. A row in the unit ``share`` stays within 0 and 1.
    """
    found = {}
    for key, row in rows.items():
        least, most = min(0.0, row.low), 1.0 if row.unit == "share" else max(1e12, row.high)
        law = "triangular" if row.low < row.high else "fixed"
        found[f"{table}.{key}"] = Parameter(
            f"{table}.{key}", row.value, row.low, row.high, law, "none", None, None, least, most,
            row.unit, row.source, row.confidence, row.note,
        )  # fmt: skip
    return found
