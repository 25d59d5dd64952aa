"""Demand of Japan for rare earths: published figures, sectors, and how the sectors share each element."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ops_data.elements import ELEMENTS, oxide_factor
from ops_data.errors import FailedError, did_you_mean
from ops_data.reference.rows import CsvRow, Parameter
from ops_data.reference.supply.reading import Rules, check_sums, path_of, read_quantities, read_table
from ops_data.supply_names import SECTORS, SUPPLY_ELEMENTS

SCOPES: Final = ("current", "future", "history")
FIGURE_BASES: Final = ("element", "oxide", "product")
FIGURE_ELEMENTS: Final = (*SUPPLY_ELEMENTS, "Ce", "NdPr", "all", "magnet")  # the last four are shown, not modelled
UPTAKE_STAGES: Final = ("separated_oxide", "magnet")
GLOBAL_SECTORS: Final = (*SECTORS, "other")
UNIT_SHARES: Final = (0.0, 1.0)


@dataclass(frozen=True, slots=True)
class DemandFigure:
    """A published or derived figure of use: range, unit, and what its tonnes are tonnes of.

    Scope ``current`` and ``future`` enter the study, at most one of each per element; ``history`` is shown beside it.
    Basis ``product`` is the weight of goods traded, counted as element.
    """

    key: str
    element: str
    year: int
    scope: str
    value: float
    low: float
    high: float
    unit: str
    basis: str
    source: str
    confidence: str
    note: str

    def element_t(self, tonnes: float) -> float:
        """Return tonnes of this figure as tonnes of element.

        Examples
        --------
        >>> row = DemandFigure("Dy.future", "Dy", 2030, "future", 1250, 1111, 1435, "t/y", "oxide", "a", "D", "")
        >>> round(row.element_t(row.value), 1)
        1089.2
        """
        return tonnes / oxide_factor(self.element) if self.basis == "oxide" else tonnes


@dataclass(frozen=True, slots=True)
class Sector:
    """A sector of demand.

    ``priority`` 1 is served first. Below ``line_stop_fill`` of what it needs its lines stop. ``recyclable``,
    ``thrifting`` and ``magnet_free`` are the share of its goods to which magnet recycling, the thrifting of dysprosium
    and terbium, and designs without magnets can apply [1].
    """

    key: str
    title: str
    title_ja: str
    uptake_stage: str
    priority: int
    line_stop_fill: float
    recyclable: float
    thrifting: float
    magnet_free: float
    source: str
    confidence: str
    note: str


@dataclass(frozen=True, slots=True)
class SectorShare:
    """Share of Japan's use of one element that one sector takes."""

    key: str
    element: str
    sector: str
    value: float
    low: float
    high: float
    unit: str
    source: str
    confidence: str
    note: str


@dataclass(frozen=True, slots=True)
class GlobalShare:
    """Share of the world's neodymium magnets that one sector takes."""

    key: str
    sector: str
    value: float
    low: float
    high: float
    unit: str
    source: str
    confidence: str
    note: str


@dataclass(frozen=True, slots=True)
class DemandTables:
    """The tables of demand by the names of their files, and the quantities of demand and of the contribution."""

    demand_figures: Mapping[str, DemandFigure]
    sectors: Mapping[str, Sector]
    sector_shares: Mapping[str, SectorShare]
    global_shares: Mapping[str, GlobalShare]
    quantities_demand: Mapping[str, Parameter]
    quantities_contribution: Mapping[str, Parameter]


def read_demand(own: Path | None = None) -> DemandTables:
    """Return the tables of demand, checked as a whole.

    Parameters
    ----------
    own : folder of a person's own tables; a file of the same name takes the place of the packaged one.

    Raises
    ------
    FailedError
        A cell breaks a rule, an element or sector is unknown or missing, shares do not sum to 1, a scope of an element
        or a priority comes twice; one line with file, row, value, rule and remedy.

    Examples
    --------
    >>> tables = read_demand()
    >>> tables.demand_figures["Dy.current"].value, tables.sectors["defence"].priority
    (500.0, 1)
    """
    shares = {"value": UNIT_SHARES, "low": UNIT_SHARES, "high": UNIT_SHARES}
    words = {"element": SUPPLY_ELEMENTS, "sector": SECTORS, "unit": ("share",)}
    figures = read_table(
        "demand_figures",
        DemandFigure,
        Rules(
            {"element": FIGURE_ELEMENTS, "scope": SCOPES, "basis": FIGURE_BASES, "unit": ("t/y", "t")},
            {"year": (1950.0, 2100.0)},
            _check_figure,
        ),
        own,
    )
    tables = DemandTables(
        figures,
        _read_sectors(own),
        read_table("sector_shares", SectorShare, Rules(words, shares, _check_share), own),
        read_table(
            "global_shares", GlobalShare, Rules({"sector": GLOBAL_SECTORS, "unit": ("share",)}, shares, _keyed), own
        ),
        read_quantities("demand", own),
        read_quantities("contribution", own),
    )
    _check_scopes(tables, own)
    _check_shares(tables, own)
    _check_quantities(tables, own)
    return tables


def figure_of(tables: DemandTables, element: str, scope: str) -> DemandFigure | None:
    """Return the figure of an element in a scope, ``current`` or ``future``; None: there is none, and none is made up.

    Examples
    --------
    >>> figure_of(read_demand(), "Lu", "current") is None
    True
    """
    rows = tables.demand_figures.values()
    return next((row for row in rows if (row.element, row.scope) == (element, scope)), None)


def _read_sectors(own: Path | None) -> dict[str, Sector]:
    names = ("line_stop_fill", "recyclable", "thrifting", "magnet_free")
    bounds = {"priority": (1.0, float(len(SECTORS)))} | dict.fromkeys(names, UNIT_SHARES)
    rules = Rules({"key": SECTORS, "uptake_stage": UPTAKE_STAGES}, bounds)
    found = read_table("sectors", Sector, rules, own)
    file = path_of("sectors.csv", own).name
    missing = [sector for sector in SECTORS if sector not in found]
    if missing:
        raise FailedError(f"{file}: no row '{missing[0]}'; every sector has one; add it")
    taken: dict[int, str] = {}
    for key, row in found.items():
        if row.priority in taken:
            raise FailedError(
                f"{file}: key '{key}': priority {row.priority} found; '{taken[row.priority]}' has it; give each its own"
            )
        taken[row.priority] = key
    return {sector: found[sector] for sector in SECTORS}


def _check_figure(row: CsvRow) -> None:
    if row.cells["scope"] == "history":
        if row.cells["basis"] == "oxide" and row.cells["element"] not in ELEMENTS:
            raise row.fail("basis 'oxide'", "only single elements have an oxide", "write product")
        return
    row.word("element", SUPPLY_ELEMENTS)
    row.word("unit", ("t/y",))
    if row.number("low") <= 0.0:
        raise row.fail(f"low {row.cells['low']}", "demand is above zero", "leave the row out where no figure exists")


def _check_share(row: CsvRow) -> None:
    wanted = f"{row.cells['element']}.{row.cells['sector']}"
    if row.cells["key"] != wanted:
        raise row.fail(f"key '{row.cells['key']}'", "element and sector joined by a point", f"write {wanted}")


def _keyed(row: CsvRow) -> None:
    if row.cells["key"] != row.cells["sector"]:
        raise row.fail(f"key '{row.cells['key']}'", "the key is the sector", f"write {row.cells['sector']}")


def _check_scopes(tables: DemandTables, own: Path | None) -> None:
    file = path_of("demand_figures.csv", own).name
    seen: dict[tuple[str, str], str] = {}
    for key, row in tables.demand_figures.items():
        place = (row.element, row.scope)
        if row.scope != "history" and place in seen:
            raise FailedError(
                f"{file}: key '{key}': a second {row.scope} figure of {row.element} after '{seen[place]}'; "
                "at most one of each; make one of them history"
            )
        seen[place] = key


def _check_shares(tables: DemandTables, own: Path | None) -> None:
    file = path_of("sector_shares.csv", own).name
    split: dict[str, dict[str, float]] = {}
    for key, row in tables.sector_shares.items():
        split.setdefault(row.element, {})[key] = row.value
    check_sums(file, split)
    check_sums(
        path_of("global_shares.csv", own).name, {"world": {key: row.value for key, row in tables.global_shares.items()}}
    )
    for element in SUPPLY_ELEMENTS:
        if figure_of(tables, element, "current") is not None and element not in split:
            raise FailedError(
                f"{file}: no row of {element}, which has a figure of current demand; add the share of each sector"
            )


def _check_quantities(tables: DemandTables, own: Path | None) -> None:
    for name, mine in (("demand", tables.quantities_demand), ("contribution", tables.quantities_contribution)):
        file, packaged = path_of(f"quantities_{name}.csv", own).name, read_quantities(name)
        for key in mine:
            if key not in packaged:
                raise FailedError(f"{file}: key '{key}': no such quantity; {did_you_mean(key, packaged)}")
        missing = [key for key in packaged if key not in mine]
        if missing:
            raise FailedError(f"{file}: no row '{missing[0]}'; every quantity has one; copy it from the packaged file")
