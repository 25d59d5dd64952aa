"""Tables of prices and of capital: what oxides were quoted at, and what projects cost and who owns them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ops_data.elements import ELEMENTS
from ops_data.errors import FailedError
from ops_data.reference.rows import CsvRow
from ops_data.reference.supply.reading import Rules, check_sums, read_table
from ops_data.units import KG_PER_TONNE

NDPR: Final = "NdPr"  # the mixed oxide, as it is quoted
QUOTED: Final = (*ELEMENTS, NDPR)
QUOTE_UNITS: Final = ("USD/kg", "CNY/t")
TAX: Final = ("in", "out")
PERIODS: Final = ("annual_average", "year_end", "spot")
MARKETS: Final = ("china", "china_fob", "europe", "world")
BASKETS: Final = ("", "peak_2011", "usgs_2024", "china_2026_02", "ex_china_2026_02")
PROJECTS: Final = ("pilot", "3500", "two_node_chain")
EQUITY: Final = "equity"
CLASSES: Final = ("agency", "trading", "local")
MINED: Final = ("pilot", "3500")  # projects whose running cost holds day rates of ships
CHARTERED: Final = "chartered_share"
NEEDED: Final = ("investment_jpy", "renewal_jpy_yr", "years", "first_year")  # items every project has


@dataclass(frozen=True, slots=True)
class PriceRow:
    """One quote of an oxide: as printed, with its unit, tax and market.

    ``basket`` names the set of prices it belongs to, empty for none.
    """

    key: str
    element: str
    year: int
    date: str
    quoted: float
    quoted_low: float
    quoted_high: float
    quoted_unit: str
    vat: str
    period: str
    market: str
    basket: str
    source: str
    confidence: str
    note: str


@dataclass(frozen=True, slots=True)
class CapitalRow:
    """One number of a project, or the share of one class of its equity."""

    key: str
    project: str
    item: str
    title: str
    value: float
    low: float
    high: float
    unit: str
    source: str
    confidence: str
    note: str


@dataclass(frozen=True)
class FinanceTables:
    """Quotes by key, and numbers of projects by ``<project>_<item>``."""

    prices: Mapping[str, PriceRow]
    capital: Mapping[str, CapitalRow]


def read_finance(own: Path | None = None) -> FinanceTables:
    """Return the tables of finance, checked wholly.

    Parameters
    ----------
    own : folder of a person's own tables; a file of the same name there takes the place of the packaged one.

    Raises
    ------
    FailedError : a header, a cell or a rule is broken, a project lacks an item, or shares of equity do not sum to one.
    """
    words = {
        "element": QUOTED, "quoted_unit": QUOTE_UNITS, "vat": TAX, "period": PERIODS, "market": MARKETS,
        "basket": BASKETS,
    }  # fmt: skip
    prices = read_table("prices", PriceRow, Rules(words, {"year": (1990.0, 2100.0)}, _quote), own)
    rules = Rules({"project": (*PROJECTS, EQUITY)}, check=_capital)
    capital = read_table("capital", CapitalRow, rules, own)
    tables = FinanceTables(prices, capital)
    _whole(tables)
    return tables


def _quote(row: CsvRow) -> None:
    row.ordered(("quoted_low", "quoted", "quoted_high"))
    if row.number("quoted_low") <= 0.0:
        raise row.fail(f"quoted_low {row.cells['quoted_low']}", "above zero", "correct the cell")


def _capital(row: CsvRow) -> None:
    wanted = f"{row.cells['project']}_{row.cells['item']}"
    if row.cells["key"] != wanted:
        raise row.fail(f"item '{row.cells['item']}'", "the key is project_item", f"write the key {wanted}")
    if row.cells["unit"] == "share" and row.number("high") > 1.0:
        raise row.fail(f"high {row.cells['high']}", "0 to 1", "correct the cell")


def _whole(tables: FinanceTables) -> None:
    """Refuse tables in which a project or a class of equity is incomplete."""
    needed = [f"{project}_{item}" for project in PROJECTS for item in NEEDED]
    needed += [f"{project}_{CHARTERED}" for project in MINED]
    needed += [f"{EQUITY}_{name}_share" for name in CLASSES]
    for key in needed:
        if key not in tables.capital:
            raise FailedError(f"capital.csv: no row '{key}' found; every project has its items; add the row")
    shares = {key: row.value for key, row in tables.capital.items() if row.project == EQUITY}
    check_sums("capital.csv", {EQUITY: shares})


def usd_kg(row: PriceRow, cny_per_usd: float, vat: float) -> float:
    """Return the middle of a quote without value-added tax [USD/kg oxide].

    Parameters
    ----------
    row : the quote.
    cny_per_usd : yuan per dollar, above 0.
    vat : rate of the tax in quotes marked as with tax [1], 0 or more.

    Examples
    --------
    >>> row = read_finance().prices["Dy.2026_02_china"]
    >>> round(usd_kg(row, 6.95, 0.13), 1)
    182.7
    """
    price = row.quoted if row.quoted_unit == "USD/kg" else row.quoted / KG_PER_TONNE / cny_per_usd
    return price / (1.0 + vat) if row.vat == "in" else price


def price_set(tables: FinanceTables, basket: str, cny_per_usd: float, vat: float) -> dict[str, float]:
    """Return the prices of one set by element [USD/kg oxide, without tax]; a quote of mixed oxide is Nd and Pr.

    Parameters
    ----------
    basket : one of `BASKETS` but the empty one.
    cny_per_usd, vat : as in :func:`usd_kg`.

    Raises
    ------
    FailedError : no quote belongs to the set.

    Examples
    --------
    >>> prices = price_set(read_finance(), "usgs_2024", 6.95, 0.13)
    >>> prices["Nd"], prices["Dy"], prices["Tb"]
    (56.0, 260.0, 810.0)
    """
    found: dict[str, float] = {}
    for row in tables.prices.values():
        if basket and row.basket == basket:
            price = usd_kg(row, cny_per_usd, vat)
            for element in ("Nd", "Pr") if row.element == NDPR else (row.element,):
                found[element] = price
    if not found:
        raise FailedError(f"prices.csv: no quote of the set '{basket}'; one of {', '.join(BASKETS[1:])} is needed")
    return found
