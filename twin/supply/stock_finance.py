"""Finance beside a project: stock lent against, recyclers' margins, the worth of avoided loss, the investment trap."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ops_data.errors import FailedError
from ops_data.reference.supply.finance_rows import FinanceTables, usd_kg
from twin.models.inventory_finance import (
    borrow_limit,
    break_even_rebate,
    carrying_cost,
    insurance_value,
    margin_calls,
    recycler_margin,
)
from twin.models.investment_rule import Trap, invest_by_trailing_price
from twin.supply.price_worlds import Floats, Ints, Values

RECORDED = ("annual_average", "year_end")  # the first that a year has is taken


@dataclass(frozen=True, eq=False)
class StockFinance:
    """A stock lent against, by element.

    Attributes
    ----------
    value_jpy, limit_jpy : worth and most that is lent at the first price [JPY], shape (8,).
    own_jpy : what the owner must pay for himself [JPY], shape (8,).
    carrying_jpy_yr : interest and storage in each year [JPY/a], shape (8, years).
    calls_jpy : margin calls in each year [JPY], shape (8, years).
    """

    value_jpy: Floats
    limit_jpy: Floats
    own_jpy: Floats
    carrying_jpy_yr: Floats
    calls_jpy: Floats


def stock_finance(values: Values, stock_kg: Floats, prices_usd_kg: Floats) -> StockFinance:
    """Return what it takes to hold a stock with money lent against it.

    Parameters
    ----------
    values : quantities by key.
    stock_kg : oxide held throughout, by element [kg], shape (8,).
    prices_usd_kg : year by year [USD/kg oxide], shape (8, years).
    """
    jpy = values["finance.jpy_per_usd"] * prices_usd_kg
    haircut, trigger = values["finance.stock_haircut"], values["finance.margin_trigger"]
    value = stock_kg * jpy[:, 0]
    limit = borrow_limit(stock_kg, jpy[:, 0], haircut)
    calls = [margin_calls(float(held), path, haircut, trigger).call for held, path in zip(stock_kg, jpy, strict=True)]
    carrying = carrying_cost(stock_kg[:, np.newaxis], jpy, values["finance.repo_rate"], values["finance.storage_share"])
    return StockFinance(value, limit, value - limit, carrying, np.array(calls))


@dataclass(frozen=True, eq=False)
class Recycling:
    """What a recycler of old magnets earns per kg of oxide, and the rebate that breaks even [USD/kg]."""

    margin: Floats
    rebate: Floats


def recycling(values: Values, price_usd_kg: ArrayLike) -> Recycling:
    """Return a recycler's margin without rebate, and the rebate at which it is zero.

    Parameters
    ----------
    values : quantities by key.
    price_usd_kg : of the oxide got from the magnets [USD/kg], any shape.
    """
    share, cost = values["finance.recycling_payable_share"], values["finance.recycling_cost_usd_kg"]
    return Recycling(recycler_margin(price_usd_kg, share, 0.0, cost), break_even_rebate(price_usd_kg, share, cost))


def avoided_loss_jpy(
    values: Values, weights: ArrayLike, lost_days_without: ArrayLike, lost_days_with: ArrayLike
) -> float:
    """Return the expected loss that a measure avoids [JPY].

    Parameters
    ----------
    values : quantities by key; a day of full stop costs ``finance.shortfall_cost_jpy_d``.
    weights : probability of each scenario [1], shape (n,).
    lost_days_without, lost_days_with : days equal to a full stop in each scenario [d], shape (n,).
    """
    return insurance_value(weights, lost_days_without, lost_days_with, values["finance.shortfall_cost_jpy_d"])


def price_record(values: Values, tables: FinanceTables, element: str) -> tuple[Ints, Floats]:
    """Return the recorded yearly prices of an oxide: years ascending, and prices [USD/kg, without tax].

    Parameters
    ----------
    values : quantities by key, for quotes in yuan or with tax.
    tables : the quotes.
    element : one of the eight.

    Raises
    ------
    FailedError : there is no yearly price of the element.

    Notes
    -----
    The average of a year where there is one, else its end.
    """
    found: dict[int, float] = {}
    for period in RECORDED:
        for row in tables.prices.values():
            if row.element == element and row.period == period and row.year not in found:
                found[row.year] = usd_kg(row, values["finance.cny_per_usd"], values["finance.china_vat"])
    if not found:
        raise FailedError(f"prices.csv: no yearly price of '{element}'; a record of prices is needed; add its rows")
    years = sorted(found)
    return np.array(years, np.int64), np.array([found[year] for year in years])


def investment_trap(
    values: Values, tables: FinanceTables, element: str, cost_usd_kg: float, first: int, last: int
) -> tuple[Ints, Trap]:
    """Return the years of a record, and what became of investing whenever the trailing price was above a cost.

    Parameters
    ----------
    values, tables, element : as in :func:`price_record`.
    cost_usd_kg : levelised cost [USD/kg oxide], above 0.
    first, last : years of the record that are played, both included.

    Raises
    ------
    FailedError : the record has a gap between the two years.
    """
    years, prices = price_record(values, tables, element)
    kept = (years >= first) & (years <= last)
    if int(kept.sum()) != last - first + 1:
        raise FailedError(
            f"prices.csv: '{element}' has {int(kept.sum())} yearly prices from {first} to {last}; "
            f"{last - first + 1} are needed; add the rows or choose other years"
        )
    window, lead = round(values["finance.trailing_years"]), round(values["finance.lead_years"])
    return years[kept], invest_by_trailing_price(prices[kept], cost_usd_kg, window, lead)
