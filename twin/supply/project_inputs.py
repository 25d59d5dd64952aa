"""What a project is fed with: output, running cost and prices by year, for the mud and for a template beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ops_data.errors import FailedError
from ops_data.supply_names import SUPPLY_ELEMENTS
from ops_data.units import KG_PER_TONNE

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Values = Mapping[str, float]

MUD_PROJECTS: Final = ("pilot", "3500")
CHAIN: Final = "two_node_chain"
CHAIN_ELEMENTS: Final = ("Nd", "Pr", "Dy", "Tb")


@dataclass(frozen=True, eq=False)
class ProjectInputs:
    """A project of n years of operation; year 0, before the first of them, is the investment.

    Attributes
    ----------
    name : of the project.
    years : calendar years of operation, ascending, shape (n,).
    sales_t : oxide made for sale [t/a], in the order of `SUPPLY_ELEMENTS`, shape (8, n).
    other_t, other_jpy : oxides of other elements [t/a] and what they and other by-products earn [JPY/a], shape (n,).
    opex_jpy : running cost, sea and land [JPY/a], shape (n,).
    investment_jpy, renewal_jpy_yr : spent in year 0 [JPY], and each year after [JPY/a].
    prices_usd_kg : market prices [USD/kg oxide], shape (8, n).
    china_usd_kg : prices inside China in the same draw, below which own sales push no price, shape (8, n).
    feed_share : bought feed, as share of the revenue at market prices [1].
    force_majeure : years in which buyers need not take, shape (n,).
    depth : whether own sales weigh on thin markets; false: they never do.
    """

    name: str
    years: Ints
    sales_t: Floats
    other_t: Floats
    other_jpy: Floats
    opex_jpy: Floats
    investment_jpy: float
    renewal_jpy_yr: float
    prices_usd_kg: Floats
    china_usd_kg: Floats
    feed_share: float
    force_majeure: NDArray[np.bool_]
    depth: bool

    def __post_init__(self) -> None:
        """Refuse arrays that do not fit the years, and what is negative or no number; FailedError."""
        n = len(self.years)
        table, row = (len(SUPPLY_ELEMENTS), n), (n,)
        wanted = {
            "sales_t": table, "prices_usd_kg": table, "china_usd_kg": table,
            "other_t": row, "other_jpy": row, "opex_jpy": row, "force_majeure": row,
        }  # fmt: skip
        for name, shape in wanted.items():
            found = getattr(self, name)
            if found.shape != shape or n == 0:
                raise FailedError(
                    f"project {self.name}: {name} of shape {found.shape}; {shape} for {n} years; give each year one"
                )
            if name not in ("other_jpy", "force_majeure") and not (np.isfinite(found) & (found >= 0.0)).all():
                raise FailedError(f"project {self.name}: {name} holds a number below 0 or none; 0 or more; correct it")

    @property
    def output_kg(self) -> Floats:
        """All oxides made [kg/a], shape (n,)."""
        found: Floats = KG_PER_TONNE * (self.sales_t.sum(axis=0) + self.other_t)
        return found


def operation_years(values: Values, name: str) -> Ints:
    """Return the calendar years of operation of a project: ``capital.<name>_years`` rounded, one at least.

    Examples
    --------
    >>> operation_years({"capital.pilot_first_year": 2028, "capital.pilot_years": 2.6}, "pilot").tolist()
    [2028, 2029, 2030]
    """
    count = max(round(values[f"capital.{name}_years"]), 1)
    return round(values[f"capital.{name}_first_year"]) + np.arange(count, dtype=np.int64)


def mud_inputs(
    values: Values,
    name: str,
    oxide_t_yr: Floats,
    other_t_yr: float,
    other_jpy_yr: float,
    opex_jpy_yr: float,
    prices_usd_kg: Floats,
    china_usd_kg: Floats,
) -> ProjectInputs:
    """Return a project of mining the mud at an even rate.

    Parameters
    ----------
    values : quantities by key.
    name : one of `MUD_PROJECTS`.
    oxide_t_yr : oxide a year [t/a], in the order of `SUPPLY_ELEMENTS`, shape (8,).
    other_t_yr, other_jpy_yr : of other elements, tonnes a year and what they earn.
    opex_jpy_yr : running cost a year by the ledgers of a run [JPY/a].
    prices_usd_kg, china_usd_kg : market prices in the years of :func:`operation_years` [USD/kg oxide], shape (8, n).

    Notes
    -----
    ``capital.<name>_chartered_share`` of investment and renewals is left out: ships and gear whose day rates, with the
    capital in them, are in the running cost already.
    """
    years = operation_years(values, name)
    n = len(years)
    owned = 1.0 - values[f"capital.{name}_chartered_share"]
    return ProjectInputs(
        name=name,
        years=years,
        sales_t=np.repeat(np.asarray(oxide_t_yr, np.float64)[:, np.newaxis], n, axis=1),
        other_t=np.full(n, other_t_yr),
        other_jpy=np.full(n, other_jpy_yr),
        opex_jpy=np.full(n, opex_jpy_yr),
        investment_jpy=owned * values[f"capital.{name}_investment_jpy"],
        renewal_jpy_yr=owned * values[f"capital.{name}_renewal_jpy_yr"],
        prices_usd_kg=prices_usd_kg,
        china_usd_kg=china_usd_kg,
        feed_share=0.0,
        force_majeure=np.zeros(n, np.bool_),
        depth=True,
    )


def chain_inputs(values: Values, prices_usd_kg: Floats, china_usd_kg: Floats) -> ProjectInputs:
    """Return the template of separation in Australia and metal making in Japan, on bought feed.

    Parameters
    ----------
    values, prices_usd_kg, china_usd_kg : as in :func:`mud_inputs`, prices of oxide.

    Notes
    -----
    Sold is metal, counted as the oxide in it at ``capital.two_node_chain_metal_margin`` times the price of the oxide;
    the feed is paid at ``capital.two_node_chain_feed_share`` of the oxide's price.
    """
    years = operation_years(values, CHAIN)
    n = len(years)
    oxide_t = np.array([
        values[f"capital.{CHAIN}_{element.lower()}_t"] if element in CHAIN_ELEMENTS else 0.0
        for element in SUPPLY_ELEMENTS
    ])  # fmt: skip
    margin = values[f"capital.{CHAIN}_metal_margin"]
    cost_jpy = values[f"capital.{CHAIN}_cost_jpy_kg"] * KG_PER_TONNE * float(oxide_t.sum())
    return ProjectInputs(
        name=CHAIN,
        years=years,
        sales_t=np.repeat(oxide_t[:, np.newaxis], n, axis=1),
        other_t=np.zeros(n),
        other_jpy=np.zeros(n),
        opex_jpy=np.full(n, cost_jpy),
        investment_jpy=values[f"capital.{CHAIN}_investment_jpy"],
        renewal_jpy_yr=values[f"capital.{CHAIN}_renewal_jpy_yr"],
        prices_usd_kg=margin * prices_usd_kg,
        china_usd_kg=margin * china_usd_kg,
        feed_share=values[f"capital.{CHAIN}_feed_share"] / margin,
        force_majeure=np.zeros(n, np.bool_),
        depth=True,
    )
