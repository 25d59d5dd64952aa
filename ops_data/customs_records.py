"""Read a person's own records of shipments through licence, sea and customs: good lines kept, bad ones listed.

One shipment a line, every line judged alone: a line is accepted or rejected with the field, the rule and the remedy,
and the two together are all the lines of the file. Only a file that cannot be read at all is refused: another header,
another separator, an unknown encoding. UTF-8, with or without its mark, and Shift_JIS (code page 932) are read.
"""

import csv
import io
import math
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Final

from ops_data.elements import ELEMENTS
from ops_data.errors import ObservationError, did_you_mean
from ops_data.reference.supply.network_rows import OriginRow, read_network

DATES: Final = ("licence_applied", "licence_decided", "shipped", "arrived", "cleared")  # in the order they come
HEADER: Final = ("shipment_id", "hs_code", "origin", "element", "mass_kg", *DATES)
HS_TITLES: Final = {
    "2805.30": "rare-earth metals, scandium and yttrium",
    "2846.10": "cerium compounds",
    "2846.90": "other rare-earth compounds",
    "8505.11": "permanent magnets of metal",
}
WHOLE: Final = "all"  # a shipment of several elements
EARLIEST: Final = date(1990, 1, 1)
ENCODINGS: Final = {"utf-8-sig": "UTF-8", "cp932": "Shift_JIS"}
SEPARATORS: Final = {";": "';'", "\t": "a tab"}
_HS: Final = re.compile(r"(\d{4})(?:[. ](\d{1,2})|(\d{2}))(?:[.\- ]?\d{1,4})*")
_NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_MARKED: Final = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")  # with thousands marks
_DAY: Final = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})")  # as a Japanese spreadsheet writes it


@dataclass(frozen=True, slots=True)
class Shipment:
    """One accepted line; a date that is not known yet, or never was, is None.

    Attributes
    ----------
    line : line of the file, 1 for the header.
    shipment_id : a person's own name of it, unique.
    hs_code : six digits with a point, a key of `HS_TITLES`.
    origin : where it was sent from, a known origin.
    element : chemical symbol, or ``all`` for several.
    mass_kg : net mass of the goods, not of the element [kg], above 0.
    licence_applied, licence_decided : of the export licence.
    shipped, arrived, cleared : left the port of export, reached Japan, was let in by customs.
    """

    line: int
    shipment_id: str
    hs_code: str
    origin: str
    element: str
    mass_kg: float
    licence_applied: date | None
    licence_decided: date | None
    shipped: date | None
    arrived: date | None
    cleared: date | None


@dataclass(frozen=True, slots=True)
class Rejected:
    """One line that is left out: the first field that breaks a rule, what it holds, the rule, the remedy, the line."""

    line: int
    field: str
    value: str
    rule: str
    remedy: str
    text: str

    def words(self, file: str) -> str:
        """Return it as one line for people."""
        return f"{file}:{self.line}: {self.field} '{self.value}': {self.rule}; {self.remedy}"


@dataclass(frozen=True)
class CustomsRecords:
    """What was read from one file.

    Attributes
    ----------
    name : file name.
    encoding : "UTF-8" or "Shift_JIS".
    lines : lines with something on them, without the header; as many as accepted and rejected together.
    accepted, rejected : in file order.
    """

    name: str
    encoding: str
    lines: int
    accepted: tuple[Shipment, ...]
    rejected: tuple[Rejected, ...]

    def told(self) -> str:
        """Return in one sentence what became of the lines."""
        kept, lost = len(self.accepted), len(self.rejected)
        return f"{self.name} ({self.encoding}): {self.lines} lines, {kept} accepted, {lost} rejected."


class _BadCellError(Exception):
    """A cell breaks a rule; caught where the line is judged."""

    def __init__(self, field: str, value: str, rule: str, remedy: str) -> None:
        super().__init__(field)
        self.cells = (field, value, rule, remedy)


def read_customs(
    path: Path, origins: Mapping[str, OriginRow] | Collection[str] | None = None, today: date | None = None
) -> CustomsRecords:
    """Read and judge one file of shipments.

    Parameters
    ----------
    path : a CSV whose columns are `HEADER`, in any order; dates as 2027-04-01 or 2027/4/1, blank where there is none.
    origins : origins that are known, None: those of the packaged network; their titles in English and Japanese count
        too; capitals, spaces and hyphens make no difference.
    today : last day a record can be of; None: today.

    Raises
    ------
    ObservationError
        No such file, not text in UTF-8 or Shift_JIS, another separator, a column missing, doubled or unknown, or no
        line below the header.

    Notes
    -----
    A line is rejected for the first of: another number of cells, no or a repeated shipment_id (the first accepted line
    keeps it), an unknown code, origin or element, a mass that is not above 0, a date that is no date, later than
    ``today`` or before 1990, or earlier than a date that comes before it. A cell may not hold a line break.
    """
    text, encoding = _decoded(path)
    head, *lines = re.split(r"\r\n|\r|\n", text)
    columns = _columns(path, head)
    known = _names(read_network().origins if origins is None else origins)
    latest = date.today() if today is None else today
    accepted: dict[str, Shipment] = {}
    rejected: list[Rejected] = []
    for number, line in enumerate(lines, start=2):
        if not line.strip():
            continue
        try:
            one = _shipment(number, _cells(line, columns), known, latest)
            if one.shipment_id in accepted:
                first = accepted[one.shipment_id].line
                rule = f"it stands on line {first} already; every shipment has one line"
                raise _BadCellError("shipment_id", one.shipment_id, rule, "delete one of them, or name it apart")
            accepted[one.shipment_id] = one
        except _BadCellError as found:
            rejected.append(Rejected(number, *found.cells, line))
    count = len(accepted) + len(rejected)
    if not count:
        raise ObservationError(f"{path}: no line below the header; one line per shipment is needed; add them")
    return CustomsRecords(path.name, encoding, count, tuple(accepted.values()), tuple(rejected))


def rejected_csv(records: CustomsRecords) -> str:
    """Return the rejected lines as CSV: line, field, value, rule, remedy, and the line as it was."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["line", "field", "value", "rule", "remedy", "text"])
    writer.writerows([one.line, one.field, one.value, one.rule, one.remedy, one.text] for one in records.rejected)
    return out.getvalue()


def _decoded(path: Path) -> tuple[str, str]:
    """Return the text of a file and the name of its encoding."""
    if not path.is_file():
        raise ObservationError(f"{path}: no such file; give the path of a CSV of shipments that exists")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ObservationError(f"{path}: cannot be read: {error.strerror or error}; check its permissions") from error
    if b"\0" not in data:
        for codec, name in ENCODINGS.items():
            try:
                return data.decode(codec), name
            except UnicodeDecodeError:
                continue
    raise ObservationError(f"{path}: not text in UTF-8 or Shift_JIS; a CSV is needed; export it as CSV UTF-8")


def _columns(path: Path, head: str) -> list[str]:
    """Return the columns of the header in the file's order; raise unless they are those of `HEADER`."""
    try:
        found = [cell.strip().lower() for cell in _parted(head)]
    except csv.Error:
        found = [head.strip()]
    for mark, name in SEPARATORS.items():
        if len(found) == 1 and mark in head:
            raise ObservationError(
                f"{path}:1: the columns are parted by {name}; the separator must be a comma; export it again so"
            )
    place, columns = f"{path}:1: header", ",".join(HEADER)
    for name in found:
        if name not in HEADER:
            raise ObservationError(f"{place}: column '{name}' is not known; {did_you_mean(name, HEADER)}")
        if found.count(name) > 1:
            raise ObservationError(f"{place}: column '{name}' stands twice; each stands once; delete or rename one")
    missing = [name for name in HEADER if name not in found]
    if missing:
        raise ObservationError(f"{place}: column '{missing[0]}' is missing; the columns are {columns}; add it")
    return found


def _parted(line: str) -> list[str]:
    return next(csv.reader([line], strict=True), [])


def _cells(line: str, columns: list[str]) -> dict[str, str]:
    """Return the cells of a line by column."""
    try:
        cells = [cell.strip() for cell in _parted(line)]
    except csv.Error as error:
        rule = "a quotation mark that opens a cell also closes it, on the same line"
        raise _BadCellError("line", str(error), rule, "correct the quotation marks") from error
    if len(cells) != len(columns):
        rule = f"a line has {len(columns)} cells"
        raise _BadCellError("line", f"{len(cells)} cells", rule, "add or remove commas, quote cells that hold one")
    return dict(zip(columns, cells, strict=True))


def _shipment(line: int, cells: dict[str, str], origins: dict[str, str], today: date) -> Shipment:
    if not cells["shipment_id"]:
        raise _BadCellError("shipment_id", "", "every shipment has a name", "write one that no other line has")
    hs_code = _hs_code(cells["hs_code"])
    origin = origins.get(_plain(cells["origin"]))
    if origin is None:
        remedy = did_you_mean(_plain(cells["origin"]), origins.values())
        raise _BadCellError("origin", cells["origin"], "it is not a known origin", remedy)
    element = _element(cells["element"])
    mass_kg = _mass_kg(cells["mass_kg"])
    days = {name: _day(name, cells[name], today) for name in DATES}
    _check_order(days)
    return Shipment(
        line, cells["shipment_id"], hs_code, origin, element, mass_kg, days["licence_applied"],
        days["licence_decided"], days["shipped"], days["arrived"], days["cleared"],
    )  # fmt: skip


def _names(origins: Mapping[str, OriginRow] | Collection[str]) -> dict[str, str]:
    """Return every way an origin may be written → its name."""
    found = {_plain(name): name for name in origins}
    if isinstance(origins, Mapping):
        found |= {_plain(title): key for key, row in origins.items() for title in (row.title_en, row.title_ja)}
    return found


def _plain(name: str) -> str:
    return re.sub(r"[\s\-/]+", "_", name.strip().lower())


def _hs_code(text: str) -> str:
    """Return the first six digits of a code; a spreadsheet makes 2846.9 of 2846.90, longer national codes are cut."""
    match = _HS.fullmatch(text)
    code = f"{match[1]}.{match[2] or match[3]:0<2}" if match else ""
    if code not in HS_TITLES:
        rule = f"it is none of {', '.join(HS_TITLES)}"
        raise _BadCellError("hs_code", text, rule, "correct the code, or leave out goods that are no rare earths")
    return code


def _element(text: str) -> str:
    found = next((name for name in (*ELEMENTS, WHOLE) if name.lower() == text.lower()), None)
    if found is None:
        remedy = f"write a symbol such as Nd or Dy, or '{WHOLE}' for several"
        raise _BadCellError("element", text, "it is not the symbol of a rare earth", remedy)
    return found


def _mass_kg(text: str) -> float:
    plain = text.replace(",", "") if _MARKED.fullmatch(text) else text
    mass_kg = float(plain) if _NUMBER.fullmatch(plain) else math.nan
    if not math.isfinite(mass_kg):
        raise _BadCellError("mass_kg", text, "it is not a number", "write digits in kg, for example 1,250.5")
    if mass_kg <= 0.0:
        raise _BadCellError("mass_kg", text, "a mass is above 0", "correct it")
    return mass_kg


def _day(name: str, text: str, today: date) -> date | None:
    """Return a day, None for a blank cell."""
    if not text:
        return None
    parts = _DAY.fullmatch(text)
    try:
        day = date(*(int(part) for part in parts.groups())) if parts else date.fromisoformat(text)
    except ValueError:
        remedy = "write it as 2027-04-01 or 2027/4/1, or leave it blank"
        raise _BadCellError(name, text, "it is not a date", remedy) from None
    if day > today:
        raise _BadCellError(name, text, f"it is later than {today}", "correct it, or leave it blank until it happens")
    if day < EARLIEST:
        raise _BadCellError(name, text, f"it is before {EARLIEST}", "correct the year")
    return day


def _check_order(days: dict[str, date | None]) -> None:
    """Refuse a day that is earlier than one which comes before it in the order of `DATES`."""
    given = [(name, day) for name, day in days.items() if day is not None]
    for (before, earlier), (name, day) in pairwise(given):
        if day < earlier:
            rule = f"it is earlier than {before} {earlier}"
            raise _BadCellError(name, str(day), rule, f"dates follow {', '.join(DATES)}; correct one of the two")
