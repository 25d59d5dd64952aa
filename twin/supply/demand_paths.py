"""Paths of demand over the years: goods in use, what new goods hold, what is recovered; plain formulas, no stocks."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ops_data.reference.supply.demand_rows import DemandTables, figure_of
from ops_data.supply_names import SECTORS, SUPPLY_ELEMENTS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Values = Mapping[str, float]

BASE_YEAR: Final = 2024  # demand of this year is the figure of current demand
RAMP_END: Final = 2040  # year for which the share of goods without rare-earth magnets is stated
THRIFTED: Final = ("Dy", "Tb")


def goods_in_use(years: Ints, past_growth: Floats, growth: Floats, settling_years: float) -> Floats:
    """Return the goods in use of each sector over those of 2024.

    Parameters
    ----------
    years : calendar years, shape (years,).
    past_growth : logarithmic growth before 2024 p [1/y], shape (sectors,).
    growth : logarithmic growth long after 2024 g [1/y], shape (sectors,).
    settling_years : time constant τ with which growth goes from p to g [a], above 0.

    Returns
    -------
    Index [1], above 0, 1 in 2024, shape (years, sectors).

    Notes
    -----
    Before 2024 exp(p Δ), Δ in years from 2024; after it exp(g Δ + (p - g) τ (1 - exp(-Δ/τ))), a Gompertz path on a
    trend: the rate itself has no step, so neither has what is bought new.

    Examples
    --------
    >>> goods_in_use(np.array([2023, 2024, 2034]), np.array([0.1]), np.array([0.0]), 10.0).round(4).ravel().tolist()
    [0.9048, 1.0, 1.8816]
    """
    past = np.minimum(years - BASE_YEAR, 0)[:, np.newaxis]
    later = np.maximum(years - BASE_YEAR, 0)[:, np.newaxis]
    settled = settling_years * -np.expm1(-later / settling_years)
    return np.asarray(np.exp(past_growth * past + growth * later + (past_growth - growth) * settled))


def ramp(years: Ints, start_year: float, ramp_years: float) -> Floats:
    """Return a ramp from 0 at the start of a programme to 1 when it has reached its full size, shape (years,).

    Parameters
    ----------
    years : calendar years.
    start_year : last year in which it is 0 if it takes time; first year of 1 if ``ramp_years`` is 0.
    ramp_years : how long it takes [a], 0 or above.

    Examples
    --------
    >>> ramp(np.array([2026, 2027, 2028, 2030, 2031]), 2027.0, 3.0).round(3).tolist()
    [0.0, 0.0, 0.333, 1.0, 1.0]
    >>> ramp(np.array([2026, 2027]), 2027.0, 0.0).tolist()
    [0.0, 1.0]
    """
    if ramp_years <= 0.0:
        return np.asarray(years >= start_year, np.float64)
    return np.asarray(np.clip((years - start_year) / ramp_years, 0.0, 1.0))


def dysprosium_per_magnet(years: Ints, values: Values) -> Floats:
    """Return dysprosium, and terbium, in a new magnet over that of 2024, shape (years,).

    Notes
    -----
    ``demand.dy_past_ratio`` until ``demand.dy_past_years`` before 2024, from there geometrically to 1 in 2024, then
    falling by ``demand.dy_thrift_per_year`` (logarithmic) down to ``demand.dy_thrift_floor``. A rate of 0 is no
    thrifting, a ratio of 1 none in the past.

    Examples
    --------
    >>> values = {"demand.dy_past_ratio": 2.0, "demand.dy_past_years": 10.0, "demand.dy_thrift_per_year": 0.0693,
    ...           "demand.dy_thrift_floor": 0.4}
    >>> dysprosium_per_magnet(np.array([2000, 2014, 2024, 2034, 2050]), values).round(2).tolist()
    [2.0, 2.0, 1.0, 0.5, 0.4]
    """
    before = np.clip((BASE_YEAR - years) / values["demand.dy_past_years"], 0.0, 1.0)
    after = np.maximum(years - BASE_YEAR, 0)
    thrifted = np.exp(-values["demand.dy_thrift_per_year"] * after)
    floor = min(values["demand.dy_thrift_floor"], 1.0)
    return np.asarray(values["demand.dy_past_ratio"] ** before * np.maximum(thrifted, floor))


def content(years: Ints, values: Values, tables: DemandTables) -> Floats:
    """Return what new goods of each year hold of each element, over 2024.

    Returns
    -------
    Index [1], 0 or above, 1 in 2024, shape (years, sectors, elements).

    Notes
    -----
    Uptake of rare earths × (1 - share of new goods without rare-earth magnets) × dysprosium and terbium per magnet,
    the last two as far as they can apply to the sector (``magnet_free`` and ``thrifting`` of ``sectors.csv``).
    """
    first, full = values["demand.uptake_start_year"], values["demand.uptake_full_year"]
    start = values["demand.magnet_free_start_year"]
    free = values["demand.magnet_free_share_2040"] * ramp(years, start, RAMP_END - start)
    rows = [tables.sectors[sector] for sector in SECTORS]
    kept = 1.0 - np.outer(free, [row.magnet_free for row in rows])
    changed = np.outer(dysprosium_per_magnet(years, values) - 1.0, [row.thrifting for row in rows])
    thrifted = np.array([element in THRIFTED for element in SUPPLY_ELEMENTS], np.float64)
    held: Floats = ramp(years, first, full - first)[:, np.newaxis] * kept
    return np.asarray(held[:, :, np.newaxis] * (1.0 + changed[:, :, np.newaxis] * thrifted))


def recovered_share(years: Ints, values: Values) -> Floats:
    """Return the share of magnets at end of life that comes back as material, shape (years,).

    Notes
    -----
    Collection × dismantling × yield, plus ``demand.recovery_gain_share`` by its ramp, at most 1. In 2024 and before
    only the first.

    Examples
    --------
    >>> values = {"demand.collection_share": 0.5, "demand.dismantling_share": 0.5, "demand.recycling_yield": 0.8,
    ...           "demand.recovery_gain_share": 0.15, "demand.recovery_gain_start_year": 2027.0,
    ...           "demand.recovery_gain_ramp_years": 3.0}
    >>> recovered_share(np.array([2024, 2028, 2040]), values).round(3).tolist()
    [0.2, 0.25, 0.35]
    """
    today = values["demand.collection_share"] * values["demand.dismantling_share"] * values["demand.recycling_yield"]
    grown = ramp(years, values["demand.recovery_gain_start_year"], values["demand.recovery_gain_ramp_years"])
    return np.minimum(today + values["demand.recovery_gain_share"] * grown, 1.0)


def recovered_imports_t(years: Ints, values: Values) -> Floats:
    """Return the element recovered from magnets that come to Japan at end of life [t], shape (elements, years).

    Notes
    -----
    ``demand.eol_imports_t`` by its ramp × element in a magnet × yield: they come collected and taken out of goods.
    """
    held = [values.get(f"demand.magnet_{element.lower()}_share", 0.0) for element in SUPPLY_ELEMENTS]
    grown = ramp(years, values["demand.eol_imports_start_year"], values["demand.eol_imports_ramp_years"])
    return np.outer(held, values["demand.eol_imports_t"] * grown * values["demand.recycling_yield"])


def process_loop(product_t: Floats, return_share: Floats | float) -> tuple[Floats, Floats]:
    """Return what passes a process, and what of it goes round, when a share of its output returns to its input.

    Parameters
    ----------
    product_t : what leaves the process for good D [t], 0 or above, any shape.
    return_share : share of the output that returns α [1], 0 to below 1.

    Returns
    -------
    Throughput b = D / (1 - α) and return d = α D / (1 - α) [t], broadcast shape; primary input equals D.

    Examples
    --------
    >>> through, back = process_loop(np.array([30.0]), 0.25)
    >>> through.tolist(), back.tolist()
    ([40.0], [10.0])
    """
    through = np.asarray(product_t / (1.0 - np.asarray(return_share, np.float64)))
    return through, np.asarray(through - product_t)


def figures_t(values: Values, tables: DemandTables, scope: str) -> dict[str, float]:
    """Return the demand of each element as tonnes of element a year; not a number where there is no figure.

    Parameters
    ----------
    values : of a draw; a figure has the key ``demand_figures.<key of its row>``, on the basis of its row.
    tables : of demand.
    scope : ``current`` or ``future``.

    Examples
    --------
    >>> from ops_data.reference.supply.demand_rows import read_demand
    >>> tables = read_demand()
    >>> found = figures_t({f"demand_figures.{key}": row.value for key, row in tables.demand_figures.items()},
    ...                   tables, "current")
    >>> found["Dy"], found["Lu"]
    (500.0, nan)
    """
    rows = ((element, figure_of(tables, element, scope)) for element in SUPPLY_ELEMENTS)
    return {
        element: np.nan if row is None else row.element_t(values[f"demand_figures.{row.key}"]) for element, row in rows
    }


def shares(values: Values, tables: DemandTables) -> Floats:
    """Return the share of each sector in the use of each element, brought to a sum of 1, shape (sectors, elements).

    Elements that have no rows are 0 throughout.
    """
    found = np.zeros((len(SECTORS), len(SUPPLY_ELEMENTS)))
    for key, row in tables.sector_shares.items():
        found[SECTORS.index(row.sector), SUPPLY_ELEMENTS.index(row.element)] = values[f"sector_shares.{key}"]
    total = found.sum(axis=0)
    return np.asarray(np.divide(found, total, out=np.zeros_like(found), where=total > 0.0))


def by_sector(values: Values, name: str, sectors: Sequence[str] = SECTORS) -> Floats:
    """Return one quantity of every sector, ``demand.<sector>_<name>``, shape (sectors,).

    Examples
    --------
    >>> by_sector({"demand.ev_growth_per_year": 0.02}, "growth_per_year", ("ev",)).tolist()
    [0.02]
    """
    return np.array([values[f"demand.{sector}_{name}"] for sector in sectors])
