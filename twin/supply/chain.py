"""One draw of a supply study, from the mud to the market: each part is worked out when it is first asked for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from ops_data.reference.supply.finance_rows import price_set
from ops_data.reference.supply.tables import SupplyTables
from ops_data.supply_names import SECTORS, SUPPLY_ELEMENTS
from ops_data.units import DAYS_PER_YEAR
from twin.models.streams import generator
from twin.supply.contribution import Assumed, Contribution, MudOutput, ScaleRun, assumed, contributions, full_scale
from twin.supply.demand import Demand, demand, demand_in, recycled_in
from twin.supply.demand_checks import project_orders_t
from twin.supply.dependency import Dependency, dependency
from twin.supply.network import Network, network
from twin.supply.network_structure import Structure
from twin.supply.price_worlds import WORLDS, middle_paths, price_paths
from twin.supply.project import ProjectResult, project
from twin.supply.project_inputs import CHAIN, ProjectInputs, chain_inputs, mud_inputs, operation_years
from twin.supply.shock import ShockResult, normalised, printed_chances, shock
from twin.supply.shock_case import ShockCase, ShockChoices, balanced, started
from twin.supply.shock_sources import needs_t_d, sources_of
from twin.supply_settings import Supply

Floats = NDArray[np.float64]
Made = TypeVar("Made")
NO_MUD: Final = "none"
PRICE_WORLDS: Final = ("china", "ex_china")
PILOT: Final = "pilot"
FULL_SCALE: Final = "3500"


@dataclass(frozen=True)
class MudProject:
    """A year of mining by the ledgers of a run, in one of its replicates.

    Attributes
    ----------
    oxide_t_yr : oxide a year by element, shape (8,) [t/a].
    other_t_yr, other_usd_yr : oxides of other elements, and what they earn.
    opex_jpy_yr : marine campaign and plants [JPY/a].
    toll_share : what a toll plant keeps of the value, 0 with a plant of one's own [1].
    cost_jpy_yr : what the running cost is paid for → its part of it [JPY/a].
    """

    oxide_t_yr: NDArray[np.float64]
    other_t_yr: float
    other_usd_yr: float
    opex_jpy_yr: float
    toll_share: float
    cost_jpy_yr: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Chain:
    """One draw of a supply study.

    Attributes
    ----------
    values : numbers of the draw by key.
    tables, structure : tables, and those of the network as arrays.
    choices : settings.
    mud : basis → what one replicate of the run made of its mud.
    basis : of the run that was asked for; the network and shocks count on the mud as it reads its target.
    projects : ``pilot`` and ``3500`` → a year of mining; what there is no run of is left out.
    lifted_t_d : mud lifted on a lifting day [t/d], as the run reads its target.
    planned : the same as ``projects`` in the middle of the runs, which a project is planned with.
    seed, draw : of the study.
    years : calendar years for which the network is told.
    scale : what one replicate of the run at full scale made; None: there is none.
    central : prices without spread and leaps; the draw as a whole is meant to be the middle.
    """

    values: Mapping[str, float]
    tables: SupplyTables
    structure: Structure
    choices: Supply
    mud: Mapping[str, MudOutput]
    basis: str
    projects: Mapping[str, MudProject]
    lifted_t_d: float
    planned: Mapping[str, MudProject]
    seed: int
    draw: int
    years: tuple[int, ...] = ()
    scale: ScaleRun | None = None
    central: bool = False
    _kept: dict[tuple[object, ...], object] = field(default_factory=dict)

    @property
    def demand(self) -> Demand:
        """Demand, stocks in use and recycling of every year."""
        return self._once(("demand",), lambda: demand(self.values, self.tables.demand))

    @cached_property
    def stated_prices_usd_kg(self) -> dict[str, float]:
        """Quotes at which a contribution is valued [USD/kg oxide], by element."""
        values = self.values
        vat = values["finance.china_vat"]
        return price_set(self.tables.finance, self.choices.price_set, values["finance.cny_per_usd"], vat)

    @cached_property
    def assumed(self) -> Assumed:
        """What contributions are held against."""
        prices = {element: np.array([price]) for element, price in self.stated_prices_usd_kg.items()}
        return assumed([self.values], self.tables.demand, prices, self.values["finance.jpy_per_usd"])

    @property
    def contributions(self) -> tuple[Contribution, ...]:
        """Every reading of what the mud gives, on both bases."""
        return self._once(("contributions",), self._contributions)

    def _contributions(self) -> tuple[Contribution, ...]:
        rate = self.choices.extrapolation_t_d
        found = tuple(one for made in self.mud.values() for one in contributions(made, self.assumed, rate))
        return found if self.scale is None else found + full_scale(self.scale, self.assumed)

    def mud_t(self, reading: str) -> Floats:
        """Return what a reading of the mud gives a year on the basis of the run [t], as element, shape (8,)."""
        if reading == NO_MUD:
            return np.zeros(len(SUPPLY_ELEMENTS))
        found = {
            one.element: float(one.element_t[0])
            for one in self.contributions
            if one.reading == reading and one.basis == self.basis and not one.period
        }
        tonnes: Floats = np.nan_to_num(np.array([found[element] for element in SUPPLY_ELEMENTS]))
        return tonnes

    def network(self, year: int, reading: str | None = None) -> Network:
        """Return who serves Japan in a year.

        Parameters
        ----------
        year : calendar year.
        reading : of the mud it counts on from its first year on; None: that of the settings.
        """
        chosen = self.choices.mud_reading if reading is None else reading
        return self._once(("network", year, chosen), lambda: self._network(year, chosen))

    def _network(self, year: int, reading: str) -> Network:
        mud_t = self.mud_t(reading if year >= self.choices.mud_from_year else NO_MUD)
        found = self.demand
        return network(self.values, self.structure, year, demand_in(found, year), mud_t, recycled_in(found, year))

    def dependency(self, year: int) -> Dependency:
        """Return where Japan's supply comes from in a year."""
        prices = self.stated_prices_usd_kg
        return self._once(("dependency", year), lambda: dependency(self.values, self.network(year), prices))

    def shock(self, scenario: str, reading: str | None = None) -> ShockResult:
        """Return what a scenario does under every rule of the settings.

        Parameters
        ----------
        scenario : key of a scenario or a replay.
        reading : of the mud it counts on; None: that of the settings.
        """
        chosen = self.choices.mud_reading if reading is None else reading
        return self._once(("shock", scenario, chosen), lambda: shock(self.shock_case(scenario, chosen)))

    def shock_case(self, scenario: str, reading: str) -> ShockCase:
        """Return what a scenario is played on: supply and demand of the year in which it begins."""
        start = started(self.tables.shock, scenario, self.choices.shock_start)
        served = self.network(start.year, reading)
        sectors = [self.tables.demand.sectors[sector] for sector in SECTORS]
        uptake = tuple(row.uptake_stage for row in sectors)
        need = needs_t_d(served, demand_in(self.demand, start.year))
        sources, _ = balanced(sources_of(served), need, served.yields[1:], uptake)
        choices = ShockChoices(release=self.choices.release, ring_fence=self.choices.ring_fence)
        return ShockCase(
            scenario, self.seed, self.draw, start, self.shock_days, self.values, self.tables.shock, need, sources,
            served.yields[1:], uptake, tuple(row.priority for row in sectors),
            np.array([row.line_stop_fill for row in sectors]), self.choices.rules, choices,
            frozenset(self.choices.closed_routes), frozenset(self.choices.opened_routes), self._lumps(),
        )  # fmt: skip

    def _lumps(self) -> Floats | None:
        """Return what wind takes of its usual need on each day when it orders by project; None: all is even."""
        if self.choices.wind_orders == "even":
            return None
        found = np.ones((self.shock_days, len(SECTORS)))
        luck = generator(self.seed, self.draw, "orders", "wind")
        found[:, SECTORS.index("wind")] = project_orders_t(DAYS_PER_YEAR, self.values, self.shock_days, luck)
        return found

    @property
    def weights(self) -> dict[str, float]:
        """Chances of the scenarios, brought to a sum of one; empty if none are used or a scenario is not played."""
        printed = printed_chances(self.tables.shock)
        if self.choices.weights == "none" or not set(printed) <= set(self.choices.scenarios):
            return {}
        return normalised(printed, self.choices.weights)

    @property
    def shock_days(self) -> int:
        """Days a shock is followed."""
        return round(self.choices.shock_months * DAYS_PER_YEAR / 12.0)

    @property
    def project_names(self) -> tuple[str, ...]:
        """Projects that can be worked out: those of the mud, and the template beside them."""
        return (*self.projects, CHAIN)

    def prices_usd_kg(self, world: str, years: NDArray[np.int64]) -> Floats:
        """Return prices of a world [USD/kg oxide], shape (8, years)."""
        values, tables, regime = self.values, self.tables.finance, self.choices.price_regime
        if self.central:
            return middle_paths(values, tables, world, years, regime)
        return price_paths(values, tables, world, years, regime, self.seed, self.draw)

    def project(self, name: str, world: str) -> ProjectResult:
        """Return the accounts of a project in a price world."""
        inputs = self.project_inputs
        return self._once(("project", name, world), lambda: project(self.values, self.choices, inputs(name, world)))

    def project_inputs(self, name: str, world: str) -> ProjectInputs:
        """Return what a project is fed with in a price world."""
        years = operation_years(self.values, name)
        prices, china = self.prices_usd_kg(world, years), self.prices_usd_kg("china", years)
        if name == CHAIN:
            return chain_inputs(self.values, prices, china)
        made = self.projects[name]
        rate = self.values["finance.jpy_per_usd"]
        found = mud_inputs(
            self.values, name, made.oxide_t_yr, made.other_t_yr, made.other_usd_yr * rate, made.opex_jpy_yr,
            prices, china,
        )  # fmt: skip
        return replace(found, feed_share=made.toll_share)

    def project_plan(self, name: str) -> ProjectInputs:
        """Return what a project counts on: the means of China's prices, and the middle of its output over the draws."""
        planned = replace(self, central=True, projects=self.planned)
        return planned.project_inputs(name, WORLDS[0])

    def _once(self, key: tuple[object, ...], make: Callable[[], Made]) -> Made:
        """Return what was made under a key before, or make it."""
        if key not in self._kept:
            self._kept[key] = make()
        found: Made = self._kept[key]  # type: ignore[assignment]
        return found
