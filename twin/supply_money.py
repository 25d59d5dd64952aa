"""Tables of a supply study on money at central values: what each support adds, the investment trap, criteria."""

import math
from dataclasses import replace
from typing import Any, Final

from ops_data.columns import TableData
from ops_data.supply_names import SUPPLY_ELEMENTS
from twin.supply.chain import NO_MUD, PRICE_WORLDS, Chain
from twin.supply.criteria import BETTER, composite, panel
from twin.supply.incentives import gains
from twin.supply.outputs import output
from twin.supply.stock_finance import investment_trap, price_record
from twin.supply_columns import columns

TRAPPED: Final = ("Nd", "Dy")  # elements whose recorded prices the rule is played through
SHARE: Final = "share_current[Dy]"  # of the reading that is held against none
READINGS: Final = ("run_rate", "extrapolation")


def support_table(one: Chain) -> TableData:
    """Return what each support alone adds to each project in each price world."""
    rows: list[dict[str, Any]] = []
    for name in one.project_names:
        for world in PRICE_WORLDS:
            for support, gain in gains(one.values, one.choices, one.project_inputs(name, world)).items():
                rows.append({
                    "project": name, "world": world, "support": support, "irr_gain": gain.irr,
                    "equity_irr_gain": gain.equity_irr, "npv_gain_jpy": gain.npv_jpy,
                    "public_cost_jpy": gain.public_jpy,
                })  # fmt: skip
    return columns("supply_supports", rows)


def trap_table(one: Chain) -> TableData:
    """Return what becomes of investing whenever the trailing price lies above the mean of the record."""
    rows: list[dict[str, Any]] = []
    for element in TRAPPED:
        years, prices = price_record(one.values, one.tables.finance, element)
        cost = float(prices.mean())
        kept, trap = investment_trap(one.values, one.tables.finance, element, cost, int(years[0]), int(years[-1]))
        decided = {int(at): place for place, at in enumerate(trap.decided)}
        for at, year in enumerate(kept.tolist()):
            place = decided.get(at)
            rows.append({
                "element": element, "year": year, "price_usd_kg": float(prices[at]), "cost_usd_kg": cost,
                "invests": "no" if place is None else "yes",
                "expected_usd_kg": math.nan if place is None else float(trap.expected[place]),
                "realised_usd_kg": math.nan if place is None else float(trap.realised[place]),
            })  # fmt: skip
    return columns("supply_investment_trap", rows)


def criteria_table(one: Chain) -> TableData:
    """Return the criteria without the mud and with each reading of it, side by side."""
    year, units = one.choices.mud_from_year, one.tables.policy.outputs
    without = _criteria(one, NO_MUD, year)
    rows: list[dict[str, Any]] = []
    for reading in READINGS:
        for found in panel(without, _criteria(one, reading, year)):
            rows.append({
                "output": found.output, "reading": reading, "without": found.without, "with_mud": found.with_choice,
                "unit": units[found.output].unit, "better": found.better,
            })  # fmt: skip
        if one.choices.criteria_weights:
            weights = dict(zip(BETTER, one.choices.criteria_weights, strict=True))
            rows.append({
                "output": "composite", "reading": reading, "without": 0.0,
                "with_mud": composite(panel(without, _criteria(one, reading, year)), weights), "unit": "1",
                "better": "up",
            })  # fmt: skip
    return columns("supply_criteria", rows)


def _criteria(one: Chain, reading: str, year: int) -> dict[str, float]:
    read = replace(one, choices=one.choices.model_copy(update={"mud_reading": reading}), _kept={})
    found = {name: output(read, name, year) for name in BETTER}
    dy = SUPPLY_ELEMENTS.index("Dy")
    return found | {SHARE: float(one.mud_t(reading)[dy] / one.assumed.current_t["Dy"][0])}
