"""Named outputs of a supply study by year: what targets are checked with and levers are judged by."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from ops_data.elements import oxide_factor
from ops_data.errors import ModelError, did_you_mean
from ops_data.supply_names import BASES, SUPPLY_ELEMENTS
from ops_data.units import KG_PER_TONNE
from twin.indicators.supply import MASS_DIRECT, by_group
from twin.indicators.supply_registry import SUPPLY_FUNCTIONS
from twin.indicators.supply_shock import EMBARGO, stockpile_t
from twin.supply.chain import PRICE_WORLDS, Chain
from twin.supply.price_worlds import WORLDS
from twin.supply.stock_finance import recycling, stock_finance

NAME: Final = re.compile(r"([a-z_0-9]+)(?:\[(.+)\])?")
OF_FIRST_BASIS: Final = ("import_dependence", "hhi", "largest_share")  # told by mass, direct, where no basis is named
RECYCLED: Final = ("Nd", "Pr", "Dy", "Tb")
SCENARIO: Final = re.compile(r"S[1-4]|R\d{4}")


@dataclass(frozen=True)
class Headline:
    """The outputs of one draw, worked out when they are asked for."""

    chain: Chain

    def __call__(self, output: str, year: int) -> float:
        """Return an output of a year; not a number where there is none.

        Parameters
        ----------
        output : name, with the item in brackets.
        year : calendar year; outputs of the whole study do not heed it.

        Raises
        ------
        ModelError
            There is no output of that name.
        """
        name, item = split_name(output)
        if name in SUPPLY_FUNCTIONS:
            return self._indicator(name, item, year)
        if name not in OWN:
            raise ModelError(f"output '{output}' is not known; {did_you_mean(name, [*OWN, *SUPPLY_FUNCTIONS])}")
        return OWN[name](self.chain, item)

    def _indicator(self, name: str, item: str, year: int) -> float:
        named = SCENARIO.findall(item)
        allowed = self.chain.choices.scenarios
        some = tuple(one for one in allowed if one in named) or (EMBARGO if EMBARGO in allowed else allowed[0],)
        full = full_item(name, item)
        found = SUPPLY_FUNCTIONS[name](self.chain.narrowed((year,), some))
        return found.get((full, str(year)), found.get((full, ""), math.nan))


def split_name(output: str) -> tuple[str, str]:
    """Return name and item of an output.

    Examples
    --------
    >>> split_name("hhi[light metal]"), split_name("mud_t_d")
    (('hhi', 'light metal'), ('mud_t_d', ''))
    """
    parts = NAME.fullmatch(output)
    return (parts[1], parts[2] or "") if parts else (output, "")


def full_item(name: str, item: str) -> str:
    """Return the item of an indicator, with the first basis where an output names none.

    Examples
    --------
    >>> full_item("hhi", "light metal"), full_item("demand_t", "Nd")
    ('light metal mass direct', 'Nd')
    """
    return f"{item} {MASS_DIRECT}" if name in OF_FIRST_BASIS else item


def _reading(one: Chain, reading: str, column: str) -> dict[str, float]:
    """Return a column of a reading on the basis of the run, by element."""
    return {
        row.element: float(getattr(row, column)[0])
        for row in one.contributions
        if row.reading == reading and row.basis == one.basis and not row.period
    }


def mud_t(one: Chain, item: str) -> float:
    """Return what the mud gives a year at the target, mean of the two mass bases [t element]."""
    sums = []
    for basis in BASES:
        rows = [row for row in one.contributions if (row.reading, row.basis, row.period) == ("run_rate", basis, "")]
        tonnes = {row.element: float(row.element_t[0]) for row in rows}
        sums.append(by_group(np.array([tonnes[element] for element in SUPPLY_ELEMENTS]))[item])
    return float(np.mean(sums))


def magnet_share(one: Chain, item: str) -> float:
    """Return the share of some sectors in the world's use of magnets."""
    return sum(one.values[f"global_shares.{sector}"] for sector in item.split())


def cost_gap_usd_kg(one: Chain, item: str) -> float:
    """Return the levelised cost of oxide less what its basket fetches in China, long-run means [USD/kg]."""
    made = one.projects.get(item)
    if made is None:
        return math.nan
    prices = one.prices_usd_kg(WORLDS[0], np.array([one.choices.mud_from_year], dtype=np.int64))[:, 0]
    kg = KG_PER_TONNE * (float(made.oxide_t_yr.sum()) + made.other_t_yr)
    worth = KG_PER_TONNE * float(made.oxide_t_yr @ prices) + made.other_usd_yr
    return oxide_cost_usd_kg(one, item) - worth / kg if kg > 0.0 else math.nan


def oxide_cost_usd_kg(one: Chain, item: str) -> float:
    """Return the levelised cost of oxide at the stated exchange rate, all oxides by mass [USD/kg]."""
    if item not in one.project_names:
        return math.nan
    return one.project(item, PRICE_WORLDS[0]).lco_jpy_per_kg["all"] / one.values["finance.jpy_per_usd"]


def valley_years(one: Chain, item: str) -> float:
    """Return years with cumulative free cash flow below zero, prices outside China [a]."""
    return float(one.project(item, PRICE_WORLDS[1]).valley.years)


def recycler_margin_usd_kg(one: Chain, _item: str) -> float:
    """Return what a recycler of magnets earns per kg of oxide at long-run prices, by their mix in a magnet [USD/kg]."""
    held = np.array([one.values.get(f"demand.magnet_{name.lower()}_share", 0.0) for name in SUPPLY_ELEMENTS])
    kept = np.where([name in RECYCLED for name in SUPPLY_ELEMENTS], held, 0.0)
    prices = one.prices_usd_kg(WORLDS[0], np.array([one.choices.mud_from_year], dtype=np.int64))[:, 0]
    price = float(kept @ prices / kept.sum())
    return float(np.asarray(recycling(one.values, price).margin))


def stock_loan_jpy(one: Chain, _item: str) -> float:
    """Return the loan against the stocks in Japan at the start of a shock, long-run prices [JPY]."""
    held = stockpile_t(one)
    kg = np.array([
        held.get((name, ""), 0.0) * KG_PER_TONNE * oxide_factor(name) for name in SUPPLY_ELEMENTS
    ])  # fmt: skip
    prices = one.prices_usd_kg(WORLDS[0], np.array([one.choices.mud_from_year], dtype=np.int64))
    return float(stock_finance(one.values, kg, prices).limit_jpy.sum())


OWN: Final[Mapping[str, Callable[[Chain, str], float]]] = {
    "mud_t": mud_t,
    "mud_t_d": lambda one, _item: one.lifted_t_d,
    "share_current": lambda one, item: _reading(one, "run_rate", "share_current")[item],
    "share_future": lambda one, item: _reading(one, "run_rate", "share_future")[item],
    "extrapolation_share": lambda one, item: _reading(one, "extrapolation", "share_current")[item],
    "magnet_share": magnet_share,
    "cost_gap_usd_kg": cost_gap_usd_kg,
    "oxide_cost_usd_kg": oxide_cost_usd_kg,
    "valley_years": valley_years,
    "shortfall_probability": lambda one, item: Headline(one)(f"stops_within_year[{item} {one.choices.rules[0]}]", 0),
    "recycler_margin_usd_kg": recycler_margin_usd_kg,
    "stock_loan_jpy": stock_loan_jpy,
}


def headline_of(chain: Chain) -> dict[tuple[str, int], float]:
    """Return every output of one draw, of the years it is told for; year 0: of the whole study."""
    outputs = chain.tables.policy.outputs
    asked = Headline(chain)
    found = {}
    for name, row in outputs.items():
        for year in chain.years if row.by_year == "yes" else (0,):
            found[name, year] = asked(name, year)
    return found
