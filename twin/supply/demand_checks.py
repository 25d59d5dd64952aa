"""Demand held against what is published and against magnets counted from below; wind demand that comes in lumps."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ops_data.errors import ModelError
from ops_data.reference.supply.demand_rows import DemandTables
from ops_data.supply_names import LIGHT, SECTORS, SUPPLY_ELEMENTS
from ops_data.units import DAYS_PER_YEAR, KG_PER_TONNE
from twin.supply.demand import Demand, demand_in, recycled_in
from twin.supply.demand_paths import BASE_YEAR, Floats, Values

COUNTED: Final = ("ev", "air_conditioning", "wind")  # sectors whose goods are counted by number
COMPARED: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "Dy.imports_2008": ("demand", ("Dy",)),
    "Dy.domestic_input_2008": ("domestic_inflow", ("Dy",)),
    "Dy.stock_2008": ("stock", ("Dy",)),
    "NdPr.2024": ("demand", ("Nd", "Pr")),
    "Y.2017": ("demand", ("Y",)),
    "Nd.waste_2050": ("end_of_life", ("Nd",)),
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """A published figure and what the model gives for it [unit of the figure]; ``inside`` says it is in the range."""

    key: str
    flow: str
    year: int
    published: float
    low: float
    high: float
    computed: float

    @property
    def inside(self) -> bool:
        """Whether the computed value lies within the published range."""
        return self.low <= self.computed <= self.high


def comparisons(found: Demand, tables: DemandTables) -> tuple[Comparison, ...]:
    """Return the published figures of history that the model also gives, side by side; none is picked.

    The figures of dysprosium of 2008 set ``demand.uptake_start_year`` and ``demand.uptake_full_year``: their agreement
    is a calibration. Years outside ``found`` are left out.
    """
    rows, flows = [], found.flows()
    for key, (flow, elements) in COMPARED.items():
        figure = tables.demand_figures.get(key)
        if figure is None or not found.years[0] <= figure.year <= found.years[-1]:
            continue
        at = [SUPPLY_ELEMENTS.index(element) for element in elements]
        computed = float(flows[flow][:, at, figure.year - int(found.years[0])].sum())
        rows.append(Comparison(key, flow, figure.year, figure.value, figure.low, figure.high, computed))
    return tuple(rows)


def recycling_rates(found: Demand, year: int) -> tuple[Floats, Floats]:
    """Return the end-of-life recycling rate and the recycling input rate of a year [1], shape (elements,) each.

    Notes
    -----
    The first is recycled over end of life in Japan; the second is all that is recycled, magnets from abroad included,
    over makers' demand. Not a number for an element without a demand figure. The two are never one number: goods that
    come to their end were sold years ago, when demand was another, and half of them abroad.
    """
    demand_t = demand_in(found, year).sum(axis=0)
    at = year - int(found.years[0])
    ended = found.end_of_life_t[:, :, at].sum(axis=0)
    back = found.recycled_t[:, :, at].sum(axis=0)
    rate = np.divide(back, ended, out=np.full_like(ended, np.nan), where=ended > 0.0)
    return np.asarray(rate), np.asarray(recycled_in(found, year) / demand_t)


def magnets_from_below_t(values: Values) -> dict[str, float]:
    """Return the magnets in the goods Japan makes in a year, by number of goods × magnet per good [t/y], by sector.

    Examples
    --------
    >>> from ops_data.reference.supply.demand_rows import read_demand
    >>> values = {key: row.value for key, row in read_demand().quantities_demand.items()}
    >>> {sector: round(tonnes) for sector, tonnes in magnets_from_below_t(values).items()}
    {'ev': 3850, 'air_conditioning': 760, 'wind': 400}
    """
    return {
        sector: values[f"demand.{sector}_units_per_year"] * values[f"demand.{sector}_magnet_kg_per_unit"] / KG_PER_TONNE
        for sector in COUNTED
    }


def magnets_from_above_t(found: Demand, values: Values) -> dict[str, float]:
    """Return the magnets that the demand of 2024 is enough for [t/y], by sector that is also counted from below.

    Notes
    -----
    (Nd + Pr) × (1 - process loss) / (Nd and Pr in a magnet). The difference to :func:`magnets_from_below_t` is the
    error of the sector shares, and magnets sold abroad.
    """
    at = BASE_YEAR - int(found.years[0])
    light = [SUPPLY_ELEMENTS.index(element) for element in LIGHT]
    held = sum(values[f"demand.magnet_{element.lower()}_share"] for element in LIGHT)
    in_goods = (1.0 - values["demand.process_loss_share"]) / held
    demand_t = found.demand_t[:, light, at].sum(axis=1) * in_goods
    return {sector: float(demand_t[SECTORS.index(sector)]) for sector in COUNTED}


def project_orders_t(yearly_t: float, values: Values, days: int, generator: np.random.Generator) -> Floats:
    """Return the demand of each day where it comes in orders of whole wind projects, shape (days,).

    Parameters
    ----------
    yearly_t : mean demand of the sector [t/y], 0 or above.
    values : of a draw; ``demand.wind_units_per_year`` and ``demand.wind_project_mw`` give the orders of a year.
    days : how many, 1 or more.
    generator : of the draw; the same one gives the same orders.

    Raises
    ------
    ModelError : no megawatts are added in a year, or no days are asked for.

    Notes
    -----
    Orders come at random (Poisson) at the rate of megawatts a year over megawatts of a project, each of the same
    size, so that the mean is ``yearly_t``. The sibling without lumps is ``yearly_t`` / days of a year on every day.
    """
    rate = values["demand.wind_units_per_year"] / values["demand.wind_project_mw"]
    if rate <= 0.0 or days < 1:
        raise ModelError(f"wind orders: {rate:g} a year over {days} days; both must be above 0: correct the quantities")
    orders: NDArray[np.int64] = generator.poisson(rate / DAYS_PER_YEAR, days)
    return np.asarray(orders * (yearly_t / rate))
