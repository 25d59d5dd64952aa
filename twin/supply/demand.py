"""Demand by sector as stocks in use: what is bought, what is in use, what comes to its end, what is recovered.

The only place of flodym. Its inflow convention is pinned here: what is bought in a year counts as bought at its end
(``inflow_at="end"``), the convention of the published test vectors; flodym's own default would differ.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import gamma
from typing import Final

import numpy as np
from flodym import (
    Dimension,
    DimensionSet,
    FixedLifetime,
    InflowDrivenDSM,
    LogNormalLifetime,
    NormalLifetime,
    StockArray,
    StockDrivenDSM,
    WeibullLifetime,
)
from flodym.lifetime_models import LifetimeModel
from flodym.stocks import DynamicStockModel
from numpy.typing import ArrayLike, NDArray

from ops_data.errors import ModelError, did_you_mean
from ops_data.reference.supply.demand_rows import DemandTables
from ops_data.supply_names import SECTORS
from twin.models.limits import not_negative
from twin.supply.demand_paths import (
    BASE_YEAR,
    Floats,
    Ints,
    Values,
    by_sector,
    content,
    figures_t,
    goods_in_use,
    process_loop,
    ramp,
    recovered_imports_t,
    recovered_share,
    shares,
)

INFLOW_AT: Final = "end"
LAWS: Final = ("weibull", "lognormal", "normal", "fixed")
FIRST_YEAR: Final = 1960  # goods in use grow from here to their path over the years below, when none held rare earths
FILLING_YEARS: Final = 25.0
FEWEST_YEARS: Final = 3  # flodym finds the length of a year between three of them
YEARS: Final = np.arange(1990, 2051)
FLOW_NAMES: Final = ("demand", "domestic_inflow", "stock", "end_of_life", "recycled")


@dataclass(frozen=True, slots=True, eq=False)
class Stocks:
    """A stock and its flows.

    Attributes
    ----------
    inflow, outflow : in each year [unit of the stock per year], shape (years, ...).
    stock : at the end of each year, shape (years, ...).
    outflow_by_cohort : what of the inflow of each year leaves in each year, shape (years, cohorts, ...).
    """

    inflow: Floats
    outflow: Floats
    stock: Floats
    outflow_by_cohort: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """Demand of Japan's makers and what becomes of it, as element, not a number where an element has no figure.

    Attributes
    ----------
    years : calendar years, shape (years,).
    demand_t : what makers take in a year, net of the swarf that returns to them [t], shape (sectors, elements, years).
    domestic_inflow_t : what of it goes into goods used in Japan [t/y], same shape.
    stock_t : in goods in use in Japan at the end of the year [t], same shape.
    end_of_life_t : in goods that come to their end in Japan [t/y], same shape.
    recycled_t : what of that comes back as material [t/y], same shape.
    swarf_t : what goes round between makers and recyclers of swarf [t/y], same shape; not part of ``demand_t``.
    recycled_imports_t : recovered from magnets brought to Japan at their end [t/y], shape (elements, years).
    """

    years: Ints
    demand_t: Floats
    domestic_inflow_t: Floats
    stock_t: Floats
    end_of_life_t: Floats
    recycled_t: Floats
    swarf_t: Floats
    recycled_imports_t: Floats

    def flows(self) -> dict[str, Floats]:
        """Return the arrays of shape (sectors, elements, years) by the names of the table of demand."""
        arrays = (self.demand_t, self.domestic_inflow_t, self.stock_t, self.end_of_life_t, self.recycled_t)
        return dict(zip(FLOW_NAMES, arrays, strict=True))


class _Weibull(WeibullLifetime):
    """The Weibull law by its formula; the general routine of SciPy takes ten times as long."""

    def _survival_by_cohort(self, ages: NDArray[np.float64], i_c: int | slice) -> NDArray[np.float64]:
        scale, shape = self._scaled_prms["weibull_scale"], self._scaled_prms["weibull_shape"]
        return np.asarray(np.exp(-((ages / scale[i_c, ...]) ** shape[i_c, ...])))


def stock_driven(stock_t: ArrayLike, lifetime_years: ArrayLike, shape: ArrayLike, law: str = "weibull") -> Stocks:
    """Return what must be bought each year to hold a given stock, and what comes to its end.

    Parameters
    ----------
    stock_t : stock at the end of each year, any unit, 0 or above, shape (years,) or (years, n), three years or more.
    lifetime_years : mean life [a], above 0, scalar or shape (n,).
    shape : of a Weibull law its shape [1]; of ``lognormal`` and ``normal`` the standard deviation [a]; above 0.
    law : ``weibull``, ``lognormal``, ``normal`` or ``fixed`` (a good leaves the moment it is as old as its life).

    Raises
    ------
    ModelError : a stock is negative, a life or a shape not above 0, the law unknown, there are fewer than three years,
        or the stock falls faster than goods wear out.

    Notes
    -----
    I(t) = [S(t) - Σ_{c<t} I(c) sf(t-c)] / sf(0); O = I - ΔS. Before the first year there is nothing.

    References
    ----------
    Müller (2006), Ecol. Econ. 59, 142-156 (stock-driven flows); solved by flodym.

    Examples
    --------
    A stock of ten goods that last two years, bought in the first year and again two years later:

    >>> stock_driven([10.0, 10.0, 10.0, 10.0], 2.0, 1.0, "fixed").inflow.tolist()
    [10.0, 0.0, 10.0, 0.0]
    """
    stock = _yearly("stock", stock_t)
    dims = _dims(stock)
    model = StockDrivenDSM(
        dims=dims,
        stock=StockArray(dims=dims, values=stock.copy()),
        lifetime_model=_of(stock, lifetime_years, shape, law),
    )
    found = _computed(model)
    if (found.inflow < -1e-9 * np.abs(stock).max()).any():
        at = int(np.argwhere(found.inflow < -1e-9 * np.abs(stock).max())[0][0])
        raise ModelError(
            f"stock in use: inflow of year {at} is {found.inflow[at].min():g}; it must be 0 or above: "
            "let the stock fall more slowly or the goods wear out sooner"
        )
    return found


def inflow_driven(inflow_t: ArrayLike, lifetime_years: ArrayLike, shape: ArrayLike, law: str = "weibull") -> Stocks:
    """Return the stock that a given inflow builds up, and what comes to its end; parameters as `stock_driven`.

    Examples
    --------
    >>> inflow_driven([1.0, 2.0, 3.0], 2.0, 1.0, "fixed").stock.tolist()
    [1.0, 3.0, 5.0]
    """
    inflow = _yearly("inflow", inflow_t)
    dims = _dims(inflow)
    model = InflowDrivenDSM(
        dims=dims,
        inflow=StockArray(dims=dims, values=inflow.copy()),
        lifetime_model=_of(inflow, lifetime_years, shape, law),
    )
    return _computed(model)


def demand(values: Values, tables: DemandTables, years: Ints = YEARS) -> Demand:
    """Return demand, stocks in use, end of life and recycling of every sector and element.

    Parameters
    ----------
    values : of a draw: the quantities ``demand.``, and the figures and sector shares of ``tables``.
    tables : of demand.
    years : calendar years one after the other, from 1961 on, shape (years,).

    Raises
    ------
    ModelError : the years have gaps or begin too early, or goods in use fall faster than they wear out.

    Notes
    -----
    Of each sector the goods in use follow a path (`goods_in_use`); what is bought new, I(t), is solved stock-driven.
    Makers' demand is D(t) = D(2024) × I(t)/I(2024) × content(t), with D(2024) the figure of current demand × the
    sector's share: exports keep their share in what is made. Of it ``1 - process loss`` is in goods, of which the
    domestic share stays in use; every vintage leaves with the content it was made with.
    """
    _check_years(years)
    all_years = np.arange(FIRST_YEAR, max(int(years[-1]), BASE_YEAR) + 1)
    lives, forms = by_sector(values, "lifetime_years"), by_sector(values, "lifetime_shape")
    path = goods_in_use(
        all_years, by_sector(values, "past_growth_per_year"), by_sector(values, "growth_per_year"),
        values["demand.growth_settling_years"],
    )  # fmt: skip
    filled = ramp(all_years, FIRST_YEAR - 1.0, FILLING_YEARS)[:, np.newaxis]
    bought = stock_driven(path * filled, lives, forms).inflow
    base = BASE_YEAR - FIRST_YEAR
    made = (bought / bought[base])[:, :, np.newaxis] * content(all_years, values, tables)
    figures = np.array(list(figures_t(values, tables, "current").values()))
    known = np.isfinite(figures)
    wanted = made * np.where(known, figures, 0.0) * shares(values, tables)
    in_goods = (1.0 - values["demand.process_loss_share"]) * by_sector(values, "domestic_share")
    held = wanted * in_goods[:, np.newaxis]
    stock, ended = _in_use(held, _lifetime(held.shape[0], tuple(lives.tolist()), tuple(forms.tolist()), "weibull"))
    takes = np.array([tables.sectors[sector].recyclable for sector in SECTORS])
    back = ended * recovered_share(all_years, values)[:, np.newaxis, np.newaxis] * takes[:, np.newaxis]
    _, swarf = process_loop(wanted, values["demand.swarf_share"] * values["demand.swarf_return_share"])
    rows = years - FIRST_YEAR

    def told(array: Floats) -> Floats:
        return np.where(known[:, np.newaxis], array[rows].transpose(1, 2, 0), np.nan)

    return Demand(
        years, told(wanted), told(held), told(stock), told(ended), told(back), told(swarf),
        recovered_imports_t(years, values),
    )  # fmt: skip


def demand_in(found: Demand, year: int) -> Floats:
    """Return the demand of a year [t], as element, shape (sectors, elements); ModelError outside its years."""
    return _of_year(found, found.demand_t, year)


def recycled_in(found: Demand, year: int) -> Floats:
    """Return what a year brings back from end of life, with magnets brought from abroad [t], shape (elements,).

    An element without a figure of demand has only what comes from abroad.
    """
    domestic = np.nansum(_of_year(found, found.recycled_t, year), axis=0)
    return np.asarray(domestic + found.recycled_imports_t[:, year - int(found.years[0])])


def closure(found: Demand) -> float:
    """Return the largest gap of inflow less outflow less change of stock, over the largest stock of its kind [1]."""
    change = np.diff(found.stock_t, axis=-1)
    gap = found.domestic_inflow_t[..., 1:] - found.end_of_life_t[..., 1:] - change
    size = np.maximum(found.stock_t.max(axis=-1), 1e-300)
    known = np.isfinite(size)
    return float((np.abs(gap).max(axis=-1)[known] / size[known]).max(initial=0.0))


def _in_use(inflow: Floats, life: LifetimeModel) -> tuple[Floats, Floats]:
    """Return stock and outflow of an inflow of shape (years, sectors, elements) from survival and leaving by vintage.

    The two come from two tables, so that the balance between them is a check.
    """
    by_sector_first = inflow.transpose(1, 0, 2)
    stock = np.matmul(life.sf.transpose(2, 0, 1), by_sector_first)
    ended = np.matmul(life.pdf.transpose(2, 0, 1), by_sector_first)
    return stock.transpose(1, 0, 2), ended.transpose(1, 0, 2)


def _of_year(found: Demand, array: Floats, year: int) -> Floats:
    first, last = int(found.years[0]), int(found.years[-1])
    if not first <= year <= last:
        raise ModelError(f"demand: year {year} was not computed; {first} to {last} were: ask for one of them")
    return np.asarray(array[:, :, year - first])


def _check_years(years: Ints) -> None:
    if len(years) == 0 or (np.diff(years) != 1).any() or years[0] <= FIRST_YEAR:
        told = f"{years[0]} to {years[-1]}, {len(years)} of them" if len(years) else "none"
        raise ModelError(f"demand: years {told}; one after the other from {FIRST_YEAR + 1} on: fill the gaps")


def _yearly(name: str, numbers: ArrayLike) -> Floats:
    array = not_negative("stock in use", name, numbers, "none is 0")
    if array.ndim not in (1, 2) or array.shape[0] < FEWEST_YEARS:
        raise ModelError(
            f"stock in use: {name} has shape {array.shape}; it must hold {FEWEST_YEARS} years or more, and goods in "
            "columns: add years"
        )
    return array


def _dims(array: Floats) -> DimensionSet:
    return _dimensions(array.shape[0], array.shape[1] if array.ndim > 1 else 0)


@lru_cache(maxsize=32)
def _dimensions(years: int, columns: int) -> DimensionSet:
    parts = [Dimension(name="year", letter="t", items=list(range(years)), dtype=int)]
    if columns:
        parts.append(Dimension(name="good", letter="g", items=list(range(columns)), dtype=int))
    return DimensionSet(dim_list=parts)


def _of(array: Floats, lifetime_years: ArrayLike, shape: ArrayLike, law: str) -> LifetimeModel:
    columns = array.shape[1] if array.ndim > 1 else 1
    lives = np.broadcast_to(np.asarray(lifetime_years, np.float64), (columns,))
    forms = np.broadcast_to(np.asarray(shape, np.float64), (columns,))
    if law not in LAWS:
        raise ModelError(f"lifetime: law '{law}' is not known; {did_you_mean(law, LAWS)}")
    for name, numbers in (("mean life [a]", lives), ("shape", forms)):
        if not (np.isfinite(numbers) & (numbers > 0.0)).all():
            raise ModelError(f"lifetime: {name} is {numbers.min():g}; it must be above 0: correct it")
    return _lifetime(array.shape[0], tuple(lives.tolist()), tuple(forms.tolist()), law, flat=array.ndim == 1)


@lru_cache(maxsize=16)
def _lifetime(
    years: int, lives: tuple[float, ...], forms: tuple[float, ...], law: str, flat: bool = False
) -> LifetimeModel:
    """Return the table of survival of goods, kept because the draws of a study often share it."""
    dims = _dimensions(years, 0 if flat else len(lives))
    size = (years,) if flat else (years, len(lives))
    mean, form = np.broadcast_to(lives, size).copy(), np.broadcast_to(forms, size).copy()
    if flat:
        mean, form = np.full(size, lives[0]), np.full(size, forms[0])
    if law == "fixed":
        return FixedLifetime(dims=dims, inflow_at=INFLOW_AT, mean=mean)
    if law == "normal":
        return NormalLifetime(dims=dims, inflow_at=INFLOW_AT, mean=mean, std=form)
    if law == "lognormal":
        return LogNormalLifetime(dims=dims, inflow_at=INFLOW_AT, mean=mean, std=form)
    scale = mean / np.array([gamma(1.0 + 1.0 / one) for one in form.ravel()]).reshape(size)
    return _Weibull(dims=dims, inflow_at=INFLOW_AT, weibull_scale=scale, weibull_shape=form)


def _computed(model: DynamicStockModel) -> Stocks:
    model.compute()  # type: ignore[no-untyped-call]
    assert model.inflow is not None and model.outflow is not None and model.stock is not None
    return Stocks(
        np.asarray(model.inflow.values), np.asarray(model.outflow.values), np.asarray(model.stock.values),
        np.asarray(model.get_outflow_by_cohort()),
    )  # fmt: skip
