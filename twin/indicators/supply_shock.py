"""Indicators of a supply study that say what a shock does, what a project earns and what oxides cost, draw by draw."""

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Final

import numpy as np

from ops_data.supply_names import SECTORS, SUPPLY_ELEMENTS
from ops_data.units import KG_PER_TONNE
from twin.indicators.supply import Told, by_group, known
from twin.supply.chain import NO_MUD, PRICE_WORLDS, Chain
from twin.supply.incentives import loss_by_cause
from twin.supply.kpis import WHOLE_STUDY, needed
from twin.supply.outputs import EMBARGO, output
from twin.supply.price_worlds import WORLDS
from twin.supply.project import RETURNS, ProjectResult
from twin.supply.shock import Outcome, weighted
from twin.supply.shock_worth import losses_jpy_d, stop_days
from twin.supply.stock_finance import avoided_loss_jpy

STOP_COST: Final = "finance.shortfall_cost_jpy_d"  # of a day of a full stop
READINGS: Final = (NO_MUD, "run_rate", "extrapolation")
PRICE_YEARS: Final = (2026, 2027, 2028, 2029, 2030, 2031, 2035, 2040)
COVERS: Final = ("total", "contracted")


def _outcomes(one: Chain) -> Iterator[tuple[str, Outcome]]:
    """Yield ``<scenario> <rule>`` and what came of it."""
    for scenario in one.choices.scenarios:
        for rule, outcome in one.shock(scenario).outcomes.items():
            yield f"{scenario} {rule}", outcome


def _by_sector(one: Chain, measure: str) -> Told:
    return known({
        (f"{told} {sector}", ""): float(getattr(outcome.measures, measure)[s])
        for told, outcome in _outcomes(one)
        for s, sector in enumerate(SECTORS)
    })  # fmt: skip


def fill_rate(one: Chain) -> Told:
    """Return what each sector gets over what it needs, mean over all days followed [1]."""
    return _by_sector(one, "fill_rate")


def fill_rate_in_shock(one: Chain) -> Told:
    """Return what each sector gets over what it needs, mean while the shock lasts [1]."""
    return _by_sector(one, "fill_in_shock")


def worst_month_fill(one: Chain) -> Told:
    """Return what each sector gets over what it needs in its worst month [1]."""
    return _by_sector(one, "worst_month_fill")


def line_down_days(one: Chain) -> Told:
    """Return days on which the lines of each sector stop [d]."""
    return _by_sector(one, "line_down_d")


def survive_days(one: Chain) -> Told:
    """Return days until the first sector's lines stop [d]; left out where none does."""
    return _in_time({told: outcome.measures.survive_any_d for told, outcome in _outcomes(one)})


def recover_days(one: Chain) -> Told:
    """Return days from the end of a shock until every sector is served again [d]; left out where that never comes."""
    return _in_time({told: outcome.measures.recover_d for told, outcome in _outcomes(one)})


def shock_still_on(one: Chain) -> Told:
    """Return whether a shock has not ended by the last day that is followed: 1 or 0."""
    return {
        (scenario, ""): float(next(iter(one.shock(scenario).outcomes.values())).measures.still_on)
        for scenario in one.choices.scenarios
    }


def _in_time(found: dict[str, float]) -> Told:
    return {(told, ""): days for told, days in found.items() if math.isfinite(days)}


def stops_within_year(one: Chain) -> Told:
    """Return whether a sector's lines stop within the stated horizon: 1 or 0."""
    horizon = one.values["policy.shortfall_horizon_d"]
    return {(told, ""): float(outcome.measures.survive_any_d <= horizon) for told, outcome in _outcomes(one)}


def lost_service_t(one: Chain) -> Told:
    """Return what was needed and not given, by element or group [t]."""
    return known({
        (f"{told} {item}", ""): value
        for told, outcome in _outcomes(one)
        for item, value in by_group(outcome.measures.lost_t).items()
    })  # fmt: skip


def lost_sector_days(one: Chain) -> Told:
    """Return the sum over sectors and days of what is not filled [sector-days]."""
    return {(told, ""): outcome.measures.lost_sector_d for told, outcome in _outcomes(one)}


def cover_days(one: Chain) -> Told:
    """Return how long stocks last at the supply left while a shock lasts, by element [d]; endless ones are left out.

    ``light`` is the shorter of Nd and Pr.
    """
    found: dict[tuple[str, str], float] = {}
    for scenario in one.choices.scenarios:
        days = next(iter(one.shock(scenario).outcomes.values())).measures.cover_start_d
        by_name = dict(zip(SUPPLY_ELEMENTS, days.tolist(), strict=True))
        by_name["light"] = min(by_name["Nd"], by_name["Pr"])
        found |= {(f"{scenario} {name}", ""): value for name, value in by_name.items() if math.isfinite(value)}
    return found


def licence_delay_d(one: Chain) -> Told:
    """Return the median time from application to decision over the consignments of a shock [d]."""
    found: dict[tuple[str, str], float] = {}
    for scenario in one.choices.scenarios:
        sent = one.shock(scenario).consignments
        delay = (sent.decided_d - sent.applied_d)[np.isfinite(sent.decided_d)]
        if delay.size:
            found[scenario, ""] = float(np.median(delay))
    return found


def mud_in_embargo_sector_days(one: Chain) -> Told:
    """Return sector-days lost in an embargo without the mud, with a year at its target, and at the larger rate."""
    if EMBARGO not in one.choices.scenarios:
        return {}
    return {
        (f"{reading} {rule}", ""): outcome.measures.lost_sector_d
        for reading in READINGS
        for rule, outcome in one.shock(EMBARGO, reading).outcomes.items()
    }


def mud_worth_in_embargo_jpy(one: Chain) -> Told:
    """Return the cost of the stop days that the mud spares in one embargo, by published loss [JPY], chance aside."""
    if EMBARGO not in one.choices.scenarios:
        return {}
    return _spared(one, {EMBARGO: 1.0})


def _spared(one: Chain, weights: Mapping[str, float]) -> Told:
    """Return the expected loss that the mud spares, by reading, rule and study of the loss of a full stop [JPY]."""
    costs = losses_jpy_d(one.tables.policy.published)

    def lost(reading: str, rule: str) -> list[float]:
        return [stop_days(one.values, one.shock(name, reading).outcomes[rule].measures) for name in weights]

    return {
        (f"{reading} {rule} {study}", ""): avoided_loss_jpy(
            {**one.values, STOP_COST: cost}, list(weights.values()), lost(NO_MUD, rule), lost(reading, rule)
        )
        for reading in READINGS[1:]
        for rule in one.choices.rules
        for study, cost in costs.items()
    }


def weighted_lost_sector_days(one: Chain) -> Told:
    """Return sector-days lost, weighed by the chances of the scenarios, by allocation rule; nothing without weights."""
    weights = one.weights
    if not weights:
        return {}
    return {
        (rule, ""): float(
            weighted(
                {name: np.array(one.shock(name).outcomes[rule].measures.lost_sector_d) for name in weights}, weights
            )
        )
        for rule in one.choices.rules
    }


def mud_insurance_jpy(one: Chain) -> Told:
    """Return the expected loss that the mud spares over one shock of unknown kind [JPY]; nothing without weights."""
    weights = one.weights
    return _spared(one, weights) if weights else {}


def _projects(one: Chain) -> Iterator[tuple[str, ProjectResult]]:
    for name in one.project_names:
        for world in PRICE_WORLDS:
            yield f"{name} {world}", one.project(name, world)


def project_npv_jpy(one: Chain) -> Told:
    """Return the present value of each project after tax, before financing [JPY]."""
    return {(told, ""): found.npv_jpy for told, found in _projects(one)}


def project_npv_operation_jpy(one: Chain) -> Told:
    """Return the same with the investment left out as sunk [JPY]."""
    return {(told, ""): found.npv_operation_jpy for told, found in _projects(one)}


def project_irr(one: Chain) -> Told:
    """Return the yearly return of each who puts money in [1/a]; left out where there is none."""
    return known({
        (f"{told} {who}", ""): found.irr[who] for told, found in _projects(one) for who in RETURNS
    })  # fmt: skip


def project_loses_money(one: Chain) -> Told:
    """Return whether the present value of a project is below zero: 1 or 0."""
    return {(told, ""): float(found.npv_jpy < 0.0) for told, found in _projects(one)}


def project_dscr(one: Chain) -> Told:
    """Return the lowest cover of debt service, from all cash and from contracts alone [1]; left out without debt."""
    return known({
        (f"{told} {which}", ""): value
        for told, found in _projects(one)
        for which, value in zip(COVERS, (found.dscr_min, found.dscr_contracted_min), strict=True)
    })  # fmt: skip


def project_llcr(one: Chain) -> Told:
    """Return the cash of the loan's life over the loan [1]; left out without debt."""
    return known({(told, ""): found.llcr for told, found in _projects(one)})


def project_valley_years(one: Chain) -> Told:
    """Return years with cumulative free cash flow below zero [a]."""
    return {(told, ""): float(found.valley.years) for told, found in _projects(one)}


def project_public_cost_jpy(one: Chain) -> Told:
    """Return the present value of what the public pays for a project [JPY]."""
    return {(told, ""): found.public_cost_jpy for told, found in _projects(one)}


def project_price_factor(one: Chain) -> Told:
    """Return by what all prices must be multiplied for a project to break even before tax [1]."""
    return known({(told, ""): found.break_even_price_factor for told, found in _projects(one)})


def revenue_gap_jpy(one: Chain) -> Told:
    """Return by how much revenue over the life misses the plan, by cause: price or volume [JPY]."""
    found: dict[tuple[str, str], float] = {}
    for name in one.project_names:
        for world in PRICE_WORLDS:
            split = loss_by_cause(one.values, one.project_plan(name), one.project_inputs(name, world))
            found[f"{name} {world} price", ""] = float(split.price.sum())
            found[f"{name} {world} volume", ""] = float(split.volume.sum())
    return found


def project_cost_jpy_yr(one: Chain) -> Told:
    """Return the running cost of a year of mining by what it is paid for, and in total [JPY/a]."""
    found: dict[tuple[str, str], float] = {}
    for name, made in one.projects.items():
        found |= {(f"{name} {group}", ""): value for group, value in made.cost_jpy_yr.items()}
        found[f"{name} total", ""] = made.opex_jpy_yr
    return found


def project_oxide_t(one: Chain) -> Told:
    """Return the oxide of all rare earths that a project makes in a year, mean of its life [t/a]."""
    return {
        (name, ""): float(one.project_inputs(name, PRICE_WORLDS[0]).output_kg.mean()) / KG_PER_TONNE
        for name in one.project_names
    }


def oxide_cost_jpy_kg(one: Chain) -> Told:
    """Return the levelised cost of a kilogram of oxide, of all and by element [JPY/kg]; left out where none is made."""
    found: dict[tuple[str, str], float] = {}
    for name in one.project_names:
        costs = one.project(name, PRICE_WORLDS[0]).lco_jpy_per_kg
        found |= {(name if item == "all" else f"{name} {item}", ""): value for item, value in costs.items()}
    return known(found)


def price_usd_kg(one: Chain) -> Told:
    """Return prices of oxides by world and element [USD/kg]."""
    years = np.array(PRICE_YEARS, dtype=np.int64)
    return {
        (f"{world} {element}", str(year)): float(value)
        for world in WORLDS
        for element, row in zip(SUPPLY_ELEMENTS, one.prices_usd_kg(world, years), strict=True)
        for year, value in zip(PRICE_YEARS, row, strict=True)
    }


def target_output(one: Chain) -> Told:
    """Return every output that targets are checked with, in its own unit; of a year, or of the whole study."""
    places = sorted(needed(one.tables.policy, one.values))
    return known({
        (name, str(year) if year != WHOLE_STUDY else ""): output(one, name, year) for name, year in places
    })  # fmt: skip


OF_SHOCKS: Final[tuple[Callable[[Chain], Told], ...]] = (
    fill_rate,
    fill_rate_in_shock,
    worst_month_fill,
    line_down_days,
    survive_days,
    recover_days,
    shock_still_on,
    stops_within_year,
    lost_service_t,
    lost_sector_days,
    cover_days,
    licence_delay_d,
    mud_in_embargo_sector_days,
    mud_worth_in_embargo_jpy,
    weighted_lost_sector_days,
    mud_insurance_jpy,
    project_npv_jpy,
    project_npv_operation_jpy,
    project_loses_money,
    project_irr,
    project_dscr,
    project_llcr,
    project_valley_years,
    project_public_cost_jpy,
    project_price_factor,
    revenue_gap_jpy,
    project_cost_jpy_yr,
    project_oxide_t,
    oxide_cost_jpy_kg,
    price_usd_kg,
    target_output,
)
