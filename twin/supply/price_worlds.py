"""Prices of oxides in three worlds: held at their means, as inside China, and as outside China under a regime.

Inside China logarithms of prices return to a mean, scatter together and leap now and then. Outside, a premium comes
on top whose mean the regime sets. All start at the quotes of a named date.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ops_data.errors import FailedError, did_you_mean
from ops_data.reference.supply.finance_rows import FinanceTables, price_set
from ops_data.supply_names import LIGHT, SUPPLY_ELEMENTS
from twin.models.price_contracts import depth_price
from twin.models.price_process import leaps, mix, ou_paths
from twin.models.streams import generator

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Values = Mapping[str, float]

WORLDS: Final = ("flat", "china", "ex_china")
REGIMES: Final = ("none", "S1", "S2", "S3", "S4")
STEPS: Final = 12  # of a year, over which its price is averaged
CHINA_NOW: Final = "china_2026_02"
OUTSIDE_NOW: Final = "ex_china_2026_02"
CORRELATED: Final = ("Nd", "Dy", "Tb")  # whose correlations are fitted; the others follow one of them
FOLLOWS: Final[Mapping[str, tuple[str, str]]] = {
    "Pr": ("Nd", "nd_pr_correlation"),
    "Sm": ("Dy", "dy_small_correlation"),
    "Gd": ("Dy", "dy_small_correlation"),
    "Lu": ("Dy", "dy_small_correlation"),
    "Y": ("Dy", "dy_small_correlation"),
}


def per_element(values: Values, name: str) -> Floats:
    """Return a quantity of finance of each element, ``finance.<element>_<name>``, shape (8,).

    Examples
    --------
    >>> per_element({f"finance.{element.lower()}_sigma": 0.4 for element in SUPPLY_ELEMENTS}, "sigma").tolist()[:2]
    [0.4, 0.4]
    """
    return np.array([values[f"finance.{element.lower()}_{name}"] for element in SUPPLY_ELEMENTS])


def light_or_heavy(light: float) -> Floats:
    """Return a number for Nd and Pr and 1 for the six others, shape (8,).

    Examples
    --------
    >>> light_or_heavy(0.4).tolist()
    [0.4, 0.4, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]
    """
    return np.array([light if element in LIGHT else 1.0 for element in SUPPLY_ELEMENTS])


def current_prices(values: Values, tables: FinanceTables, basket: str) -> Floats:
    """Return the quotes of a set for the eight elements [USD/kg oxide, without tax], shape (8,).

    Raises
    ------
    FailedError : the set lacks one of the elements.
    """
    found = price_set(tables, basket, values["finance.cny_per_usd"], values["finance.china_vat"])
    missing = [element for element in SUPPLY_ELEMENTS if element not in found]
    if missing:
        raise FailedError(
            f"prices.csv: no quote of {', '.join(missing)} in the set '{basket}'; paths of prices start there; add it"
        )
    return np.array([found[element] for element in SUPPLY_ELEMENTS])


def price_paths(
    values: Values, tables: FinanceTables, world: str, years: Ints, regime: str, seed: int, draw: int
) -> Floats:
    """Return annual mean prices of the eight oxides [USD/kg oxide, without tax], shape (8, years).

    Parameters
    ----------
    values, tables : quantities of the draw by key, and the quotes.
    world : one of `WORLDS`; flat: the long-run means of China, every year the same, nothing is random.
    years : calendar years, the year of the starting quotes or later, ascending, shape (n,).
    regime : one of `REGIMES`, sets the long-run premium outside China; none: it fades.
    seed, draw : choose the random numbers; they are the same in all worlds and regimes.

    Raises
    ------
    FailedError : the world or regime is not known, or a year is before the quotes.

    Notes
    -----
    Monthly steps of the exact process, averaged over each year, so the spread of annual means is that of the fit: the
    spread of the process is the fitted one times ``finance.averaging_correction``. Leaps take their part out of mean
    and spread of the fit, which has them in it, so neither is counted twice. ln p outside = ln p inside + premium; the
    premium starts at the quotes of the day and returns to the mean of the regime, one random number for all elements,
    its size for Nd and Pr ``finance.light_premium_share`` of that of the others. Without spread and leaps
    (``finance.<element>_sigma``, ``finance.premium_sigma`` and ``finance.jump_rate_per_year`` at 0) the paths are the
    exponential return to the means.
    """
    start_year, steps = _steps(tables, world, regime, years)
    means = per_element(values, "mean_usd_kg")
    if world == "flat":
        return np.repeat(means[:, np.newaxis], len(years), axis=1)
    now = current_prices(values, tables, CHINA_NOW)
    logs = _inside(values, now, means, steps, seed, draw)
    if world == "ex_china":
        common = generator(seed, draw, "price", "premium").standard_normal(steps)
        logs = logs + _premium(values, current_prices(values, tables, OUTSIDE_NOW) / now, regime, common)
    return _annual(logs, years, start_year)


def middle_paths(values: Values, tables: FinanceTables, world: str, years: Ints, regime: str) -> Floats:
    """Return prices that return to their means without spread and leaps [USD/kg oxide], shape (8, years).

    Parameters
    ----------
    values, tables, world, years, regime : as in :func:`price_paths`, and refused as there.

    Notes
    -----
    p = exp(ln m + (ln p0 - ln m) e^(-κt)), averaged over each year: near the median of :func:`price_paths`.
    """
    start_year, steps = _steps(tables, world, regime, years)
    means = per_element(values, "mean_usd_kg")
    if world == "flat":
        return np.repeat(means[:, np.newaxis], len(years), axis=1)
    now = current_prices(values, tables, CHINA_NOW)
    still = np.zeros((len(means), steps))
    logs = ou_paths(np.log(now), np.log(means), per_element(values, "reversion_per_year"), 0.0, still, 1.0 / STEPS)
    if world == "ex_china":
        logs = logs + _premium(values, current_prices(values, tables, OUTSIDE_NOW) / now, regime, np.zeros(steps))
    return _annual(logs, years, start_year)


def _goal(values: Values, regime: str) -> float:
    return 0.0 if regime == "none" else values[f"finance.premium_{regime.lower()}_log"]


def _steps(tables: FinanceTables, world: str, regime: str, years: Ints) -> tuple[int, int]:
    """Return the year of the starting quotes, and how many steps reach to the end of the last year."""
    _known(world, regime)
    start_year = max(row.year for row in tables.prices.values() if row.basket == CHINA_NOW)
    if len(years) == 0 or int(years[0]) < start_year:
        raise FailedError(
            f"price paths: years from {years[:1].tolist()} asked; quotes are of {start_year}; begin then or later"
        )
    return start_year, STEPS * (int(years[-1]) - start_year + 1)


def _annual(logs: Floats, years: Ints, start_year: int) -> Floats:
    """Return means of the price over the asked years, shape (8, years)."""
    annual = np.exp(logs).reshape(len(SUPPLY_ELEMENTS), -1, STEPS).mean(axis=2)
    return np.asarray(annual[:, np.asarray(years) - start_year], np.float64)


def _known(world: str, regime: str) -> None:
    for word, allowed, what in ((world, WORLDS, "price world"), (regime, REGIMES, "regime")):
        if word not in allowed:
            raise FailedError(f"price paths: {what} '{word}' is not known; {did_you_mean(word, allowed)}")


def _inside(values: Values, now: Floats, means: Floats, steps: int, seed: int, draw: int) -> Floats:
    """Return logarithms of prices inside China at the end of each step, shape (8, steps)."""
    reversion = per_element(values, "reversion_per_year")
    sigma = per_element(values, "sigma") * values["finance.averaging_correction"]
    random = generator(seed, draw, "price", "leaps")
    rate, size = values["finance.jump_rate_per_year"], values["finance.jump_log_mean"]
    spread = values["finance.jump_log_spread"]
    leap = leaps(rate, size, spread, random.random(steps), random.standard_normal(steps), 1.0 / STEPS)
    share = light_or_heavy(values["finance.light_jump_share"])
    own = np.sqrt(np.maximum(sigma**2 - rate * (size**2 + spread**2) * share**2, 0.0))
    mean = np.log(means) - rate * size * share / reversion
    normals = _normals(values, steps, seed, draw)
    return ou_paths(np.log(now), mean, reversion, own, normals, 1.0 / STEPS, share[:, np.newaxis] * leap)


def _normals(values: Values, steps: int, seed: int, draw: int) -> Floats:
    """Return correlated standard normal numbers of the elements, shape (8, steps)."""
    free = {element: generator(seed, draw, "price", element).standard_normal(steps) for element in SUPPLY_ELEMENTS}
    nd_dy, nd_tb, dy_tb = (values[f"finance.{pair}_correlation"] for pair in ("nd_dy", "nd_tb", "dy_tb"))
    matrix = [[1.0, nd_dy, nd_tb], [nd_dy, 1.0, dy_tb], [nd_tb, dy_tb, 1.0]]
    lead = dict(zip(CORRELATED, mix(matrix, np.array([free[element] for element in CORRELATED])), strict=True))
    for element, (leader, name) in FOLLOWS.items():
        rho = values[f"finance.{name}"]
        lead[element] = rho * lead[leader] + np.sqrt(1.0 - rho**2) * free[element]
    return np.array([lead[element] for element in SUPPLY_ELEMENTS])


def _premium(values: Values, ratio: Floats, regime: str, common: Floats) -> Floats:
    """Return logarithms of prices outside over inside China at the end of each step, shape (8, steps)."""
    share = light_or_heavy(values["finance.light_premium_share"])
    normals = np.repeat(common[np.newaxis], len(share), axis=0)
    reversion = np.log(2.0) / values["finance.premium_half_life_years"]
    sigma = share * values["finance.premium_sigma"]
    return ou_paths(np.log(ratio), _goal(values, regime) * share, reversion, sigma, normals, 1.0 / STEPS)


def prices_after_sales(values: Values, prices: Floats, china: Floats, sales_t: Floats) -> Floats:
    """Return what the seller gets once its own sales have weighed on thin markets [USD/kg], shape (8, n).

    Parameters
    ----------
    values : quantities by key.
    prices : without those sales [USD/kg oxide], shape (8, n).
    china : prices inside China in the same draw [USD/kg oxide], shape (8, n), below which no price falls: buyers there
        would take the oxide. Where they are above ``prices`` nothing changes.
    sales_t : sold a year [t oxide], shape (8, n).

    Notes
    -----
    :func:`twin.models.price_contracts.depth_price` up to ``finance.market_cap_share`` of the market; what is sold
    beyond gets the price inside China. In the world of China prices there is no premium to lose.
    """
    market = per_element(values, "market_t")[:, np.newaxis]
    cap_t = values["finance.market_cap_share"] * market
    weighed_t = np.minimum(sales_t, cap_t)
    least = np.minimum(china, prices)
    fallen = depth_price(
        prices, weighed_t, market, values["finance.market_free_share"], values["finance.market_elasticity"], least
    )
    beyond = np.divide(sales_t - weighed_t, sales_t, out=np.zeros_like(fallen), where=sales_t > 0.0)
    return np.asarray((1.0 - beyond) * fallen + beyond * least, np.float64)
