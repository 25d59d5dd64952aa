"""Every table of a supply study beside its indicators: from the draws, and from the study at central values."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import ArrayLike

from ops_data.columns import TableData
from ops_data.supply_names import SECTORS, SUPPLY_ELEMENTS
from twin.indicators.summary import SHARES, Spread
from twin.indicators.supply_shock import target_output
from twin.supply import kpis, logistics
from twin.supply.chain import PRICE_WORLDS, Chain
from twin.supply.contribution import assumed, drivers
from twin.supply.project import LINES
from twin.supply.shock import normalised, printed_chances
from twin.supply.shock_case import started
from twin.supply_central import (
    closure_table,
    conflict_table,
    cut_table,
    dependency_table,
    flow_table,
    input_table,
    lever_table,
    note_table,
    published_table,
    replay_table,
)
from twin.supply_columns import columns
from twin.supply_money import criteria_table, support_table, trap_table
from twin.supply_regions import region_table
from twin.supply_study import SupplyJob, mud_output

if TYPE_CHECKING:
    import pandas as pd

    from ops_data.customs_records import CustomsRecords

FLOWS: Final = {
    "demand_t": "demand", "stock_in_use_t": "stock", "end_of_life_t": "end_of_life", "recycled_t": "recycled",
}  # fmt: skip
ALL: Final = "all"
CHECKED_DRAWS: Final = 20  # whose balances are added up again, after the central one
ACCOUNT_DRAWS: Final = 100  # that give the range of the accounts


def study_tables(
    job: SupplyJob,
    draws: int,
    spreads: Sequence[Spread],
    outcomes: "pd.DataFrame",
    records: "CustomsRecords | None",
) -> dict[str, TableData]:
    """Return every table of a study but ``outcomes``, ``indicators`` and the monthly series.

    Parameters
    ----------
    job, draws : the study and how many draws it has.
    spreads : its indicators over the draws.
    outcomes : its indicators draw by draw.
    records : a person's own shipments; None: lead times are told of the simulated ones.
    """
    central = job.central()
    ends = {(one.name, one.item, one.period): (one.low, one.high) for one in spreads}
    checked = [central, *(job.chain(number) for number in range(min(draws, CHECKED_DRAWS)))]
    return {
        "supply_drivers": driver_table(job, draws),
        "supply_demand": demand_table(spreads),
        "supply_flows": flow_table(central),
        "supply_dependency": dependency_table(central, ends),
        "supply_cuts": cut_table(central),
        "supply_replays": replay_table(central),
        "supply_logistics": logistics_table(checked, records),
        "supply_weights": weight_table(central),
        "supply_kpis": kpi_table(central, outcomes, draws),
        "supply_conflicts": conflict_table(central),
        "supply_levers": lever_table(central),
        "supply_supports": support_table(central),
        "supply_investment_trap": trap_table(central),
        "supply_criteria": criteria_table(central),
        "supply_regions": region_table(central),
        "supply_cash_flow": account_table(job, central, min(draws, ACCOUNT_DRAWS)),
        "supply_prices": price_table(spreads),
        "supply_published": published_table(central),
        "supply_inputs": input_table(job.case.quantities),
        "supply_notes": note_table(central),
        "supply_closure": closure_table(checked),
    }


def driver_table(job: SupplyJob, draws: int) -> TableData:
    """Return what makes the spread of a year's share of demand at the target; no row of what has no spread."""
    who, first = job.background, job.chain(0)
    rows = [who.replicate(number) for number in range(draws)]
    values = [job.case.drawn(who.seed, number) for number in range(draws)]
    prices = {name: np.array(price) for name, price in first.stated_prices_usd_kg.items()}
    against = assumed(values, job.case.tables.demand, prices, np.array([one["finance.jpy_per_usd"] for one in values]))
    found = drivers([mud_output(run, rows) for run in who.bases.values()], against)
    return columns("supply_drivers", [asdict(row) for row in found if np.isfinite(row.share)])


def demand_table(spreads: Sequence[Spread]) -> TableData:
    """Return demand, stocks in use, end of life and recycling by element, sector and year, over the draws."""
    rows = []
    for one in spreads:
        element, _, sector = one.item.partition(" ")
        if one.name in FLOWS and element in (*SUPPLY_ELEMENTS, ALL) and sector in ("", *SECTORS):
            rows.append({
                "element": element, "sector": sector or ALL, "year": int(one.period), "flow": FLOWS[one.name],
                "value": one.value, "low": one.low, "high": one.high, "unit": one.unit,
            })  # fmt: skip
    return columns("supply_demand", rows)


def price_table(spreads: Sequence[Spread]) -> TableData:
    """Return prices by element, world and year, over the draws."""
    rows = []
    for one in spreads:
        if one.name == "price_usd_kg":
            world, _, element = one.item.partition(" ")
            rows.append({
                "element": element, "world": world, "year": int(one.period), "value": one.value, "low": one.low,
                "high": one.high, "unit": one.unit,
            })  # fmt: skip
    return columns("supply_prices", rows)


def weight_table(one: Chain) -> TableData:
    """Return the probabilities of the scenarios as printed, and brought to a sum of one."""
    printed = printed_chances(one.tables.shock)
    used, low, high = (normalised(printed, end) for end in (one.choices.weights, "low", "high"))
    rows = [
        {
            "scenario": key, "title": one.tables.shock.shock_scenarios[key].title, "printed_low": ends[0],
            "printed_high": ends[1], "weight": used[key], "weight_low_end": low[key], "weight_high_end": high[key],
        }
        for key, ends in printed.items()
    ]  # fmt: skip
    return columns("supply_weights", rows)


def kpi_table(one: Chain, outcomes: "pd.DataFrame", draws: int) -> TableData:
    """Return every target of every year against what is computed, over the draws."""
    found = kpis.check(one.tables.policy, one.values, _outputs(outcomes, draws))
    return columns("supply_kpis", [asdict(row) for row in found])


def _outputs(outcomes: "pd.DataFrame", draws: int) -> dict[tuple[str, int], ArrayLike]:
    """Return the outputs that targets are checked with, over the draws, by name and year; year 0: the whole study.

    Draws in which there is none hold no number, so that outputs of the same draw stay side by side.
    """
    told = outcomes[outcomes["name"].astype("str") == target_output.__name__]
    found: dict[tuple[str, int], ArrayLike] = {}
    for (item, period), rows in told.groupby(["item", "period"], observed=True):
        values = np.full(draws, np.nan)
        values[rows["replicate"].to_numpy()] = rows["value"].to_numpy()
        found[str(item), int(str(period) or kpis.WHOLE_STUDY)] = values
    return found


def account_table(job: SupplyJob, central: Chain, draws: int) -> TableData:
    """Return the accounts of every project in every price world: the median, and the range over some draws."""
    chains = [job.chain(number) for number in range(draws)]
    rows: list[dict[str, Any]] = []
    for name in central.project_names:
        for world in PRICE_WORLDS:
            played = [one.project(name, world).lines for one in chains]
            for line in LINES:
                low, middle, high = np.quantile(np.array([lines[line] for lines in played]), SHARES, axis=0)
                rows += [
                    {
                        "project": name, "world": world, "year": year, "line": line, "value": middle[year],
                        "low": low[year], "high": high[year], "unit": "JPY",
                    }
                    for year in range(len(middle))
                ]  # fmt: skip
    return columns("supply_cash_flow", rows)


def logistics_table(draws: Sequence[Chain], records: "CustomsRecords | None") -> TableData:
    """Return lead times month by month: of a person's own shipments, and of simulated ones."""
    found: list[logistics.PanelRow] = []
    if records is not None and records.accepted:
        own = logistics.from_records(records)
        found += logistics.panels(own, logistics.OWN, "", *_span(own))
    one = draws[0]
    for scenario in one.choices.scenarios:
        begin = started(one.tables.shock, scenario, one.choices.shock_start)
        together = logistics.joined(
            [logistics.from_stream(chain.shock(scenario).consignments, begin, str(chain.draw)) for chain in draws]
        )
        end = begin + timedelta(days=one.shock_days - 1)
        found += logistics.panels(together, logistics.SIMULATED, scenario, begin, end, len(draws))
    return logistics.panel_columns(found)


def _span(own: logistics.Tracked) -> tuple[date, date]:
    """Return the first and the last day on which anything happened."""
    days = np.concatenate([own.applied, own.decided, own.shipped, own.arrived, own.cleared])
    some = days[~np.isnat(days)]
    first, last = some.min().item(), some.max().item()
    return first, last
