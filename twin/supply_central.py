"""Tables of a supply study that are told at central values: network, cuts, dependency, levers, conflicts, balances."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Final

from ops_data.columns import TableData
from ops_data.supply_names import SUPPLY_ELEMENTS
from twin.quantities import Quantity
from twin.supply import conflicts, levers, network, published
from twin.supply.chain import PRICE_WORLDS, Chain
from twin.supply.demand import closure as demand_closure
from twin.supply.demand_checks import comparisons
from twin.supply.dependency import NO_DEMAND, beside, dependency_rows
from twin.supply.network_cuts import cuts, rerouted_cuts
from twin.supply.outputs import output
from twin.supply.shock_replays import replayed
from twin.supply_columns import columns
from twin.supply_settings import Supply

CUT_YEARS: Final = (2024, 2030)
NO_REROUTING: Final = "none"
NO_SET: Final = "no set stops that much"
OPEN: Final = "open capacity"


def flow_table(one: Chain) -> TableData:
    """Return who hands what to whom in each year."""
    names = ("element", "year", "stage", "seller", "buyer", "mass_t")
    rows = [row for year in one.years for row in network.flow_rows(one.network(year))]
    return columns("supply_flows", [dict(zip(names, row, strict=True)) for row in rows])


def dependency_table(one: Chain, spread: Mapping[tuple[str, str, str], tuple[float, float]]) -> TableData:
    """Return every measure of every year, with P10 and P90 where the draws tell it.

    Parameters
    ----------
    one : at central values.
    spread : (name, item, period) of an indicator → P10 and P90.
    """
    rows = []
    for year in one.years:
        for item, stage, basis, when, measure, value, unit, note in dependency_rows(one.dependency(year)):
            low, high = spread.get((measure, f"{item} {stage} {basis}", str(when)), (math.nan, math.nan))
            rows.append({
                "element": item, "stage": stage, "basis": basis, "year": when, "measure": measure, "value": value,
                "low": low, "high": high, "unit": unit, "note": note,
            })  # fmt: skip
    return columns("supply_dependency", rows)


def cut_table(one: Chain) -> TableData:
    """Return the smallest sets of nodes abroad without which supply stops, by element.

    Where there is no set the note says whether there is a flow at all.
    """
    rows = []
    for year in CUT_YEARS:
        served = one.network(year)
        for element, known in zip(SUPPLY_ELEMENTS, served.known.tolist(), strict=True):
            for rerouting, found in ((NO_REROUTING, cuts), (OPEN, rerouted_cuts)):
                for cut in found(served, element):
                    why = "" if cut.size >= 0 else NO_SET if known else NO_DEMAND
                    rows.append({**asdict(cut), "rerouting": rerouting, "nodes": ", ".join(cut.nodes), "note": why})
    return columns("supply_cuts", rows)


def lever_table(one: Chain) -> TableData:
    """Return what each lever does at full strength, one at a time, at central values."""
    policy = one.tables.policy
    units = {name: row.unit for name, row in policy.outputs.items()}

    def study(values: Mapping[str, float], choices: Supply) -> levers.Output:
        changed = replace(one, values=values, choices=choices, _kept={})
        return lambda name, year: output(changed, name, year)

    found = levers.effects(policy.levers, units, one.values, one.choices, study)
    return columns("supply_levers", [asdict(row) for row in found])


def conflict_table(one: Chain) -> TableData:
    """Return targets and claims that contradict each other or the data."""
    found = conflicts.check(one.tables.policy, one.values, _compared(one))
    return columns("supply_conflicts", [asdict(row) for row in found])


def _compared(one: Chain) -> dict[tuple[str, int], float]:
    """Return the outputs that published figures and claims are held against."""
    asked = published.asked(one.tables.policy, one.values)
    return {(name, year): output(one, name, year) for name, year in asked}


def published_table(one: Chain) -> TableData:
    """Return published figures beside what is computed here, none picked."""
    rows = [asdict(row) for row in published.beside(one.tables.policy, _compared(one))]
    rows += [asdict(row) for row in beside(one.tables.network.dependency_figures, one.dependency)]
    figures = one.tables.demand.demand_figures
    for found in comparisons(one.demand, one.tables.demand):
        figure = figures[found.key]
        rows.append({
            "topic": "demand", "study": figure.source.split(",")[0],
            "quantity": f"{found.key}, {found.flow}, {found.year}",
            "value": found.published, "low": found.low, "high": found.high, "unit": figure.unit,
            "computed": found.computed, "source": figure.source, "confidence": figure.confidence, "note": figure.note,
        })  # fmt: skip
    return columns("supply_published", rows)


def replay_table(one: Chain) -> TableData:
    """Return what was published of the replayed events beside what the replays give."""
    rows, in_magnets = [], one.values["policy.rare_earth_in_magnet_share"]
    for scenario in one.choices.scenarios:
        if one.tables.shock.shock_scenarios[scenario].kind == "replay":
            case = one.shock_case(scenario, one.choices.mud_reading)
            rows += [asdict(row) for row in replayed(case, in_magnets)]
    return columns("supply_replays", rows)


def input_table(quantities: Mapping[str, Quantity]) -> TableData:
    """Return every number the study rests on."""
    return columns("supply_inputs", [one.model_dump() for one in quantities.values()])


def note_table(one: Chain) -> TableData:
    """Return dated events and statements that are told as context."""
    return columns("supply_notes", [asdict(row) for row in one.tables.policy.notes.values()])


def closure_table(draws: Sequence[Chain]) -> TableData:
    """Return every balance that was added up again over some draws: places checked, and the worst gap."""
    found: dict[str, list[float]] = {}
    for one in draws:
        for name, gap in _gaps(one):
            found.setdefault(name, []).append(gap)
    rows = [{"balance": name, "places": len(gaps), "worst": max(gaps)} for name, gaps in found.items()]
    return columns("supply_closure", rows)


def _gaps(one: Chain) -> Iterator[tuple[str, float]]:
    yield "demand: inflow, outflow and stock of every sector, element and year", demand_closure(one.demand)
    for year in one.years:
        yield "network: every node of a year", network.closure(one.network(year))
    for scenario in one.choices.scenarios:
        for outcome in one.shock(scenario).outcomes.values():
            yield "shock: stocks of every stage, element and day", outcome.closure
    for name in one.project_names:
        for world in PRICE_WORLDS:
            yield "project: sources and uses, waterfall, contract volumes", one.project(name, world).closure
