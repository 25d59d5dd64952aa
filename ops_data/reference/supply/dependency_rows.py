"""Published shares of China and concentrations, and what may be computed beside them."""

from dataclasses import dataclass
from typing import Final

from ops_data.reference.rows import CsvRow
from ops_data.reference.supply.reading import Rules
from ops_data.supply_names import GROUPS, STAGES, SUPPLY_ELEMENTS

YEARS: Final = (1990.0, 2100.0)
LAST_YEAR: Final = 2050  # for which a network can be worked out: the last of the demand
MEASURES: Final = (  # of dependency
    "china_share",
    "china_import_share",
    "china_ore_share",
    "use_china_step_share",
    "largest_share",
    "hhi",
    "hhi_without_mud",
    "hhi_change",
    "evenness",
    "import_dependence",
    "eu_supply_risk",
)
MEASURED: Final = ("mass direct", "mass origin-adjusted", "value direct", "value origin-adjusted")
OF_IMPORTS: Final = ("all", "mass direct", "china_import_share")  # what is computed of carbonate, oxide and metal


@dataclass(frozen=True, slots=True)
class DependencyFigureRow:
    """A published figure on dependency or concentration, shown beside what is computed and never used for it.

    ``item`` and ``measure`` say what is computed that it may be held against; both are empty where nothing is.
    """

    key: str
    study: str
    what: str
    stage: str
    basis: str
    year: int
    item: str
    measure: str
    value: float
    low: float
    high: float
    unit: str
    source: str
    confidence: str
    note: str


def figure_rules() -> Rules:
    """Return what must hold in dependency_figures.csv."""
    items = ("", "all", *GROUPS, *SUPPLY_ELEMENTS)
    words = {"stage": (*STAGES, "all"), "item": items, "measure": ("", *MEASURES)}
    return Rules(words=words, bounds={"year": YEARS}, check=_check_figure)


def _check_figure(row: CsvRow) -> None:
    cells = row.cells
    if bool(cells["item"]) != bool(cells["measure"]):
        raise row.fail("an item or a measure alone", "both, or neither where nothing is computed", "fill or empty both")
    if not cells["item"]:
        return
    if cells["basis"] not in MEASURED:
        raise row.fail(f"basis '{cells['basis']}'", f"one of {', '.join(MEASURED)}", "correct it, or empty the item")
    if cells["stage"] == "all" and (cells["item"], cells["basis"], cells["measure"]) != OF_IMPORTS:
        raise row.fail("an item at all stages", f"only {', '.join(OF_IMPORTS)} is computed", "name one stage")
    if row.number("year") > LAST_YEAR:
        raise row.fail(f"year {cells['year']}", f"{LAST_YEAR} or before where something is computed", "empty the item")
