"""Short tables of a made-up supply study: what drives the spread, supports, the investment trap, criteria."""

from typing import Any

import numpy as np

from ops_data.supply_names import SUPPLY_ELEMENTS

Row = dict[str, Any]


def drivers() -> list[Row]:
    """Return shares that sum to one."""
    shares = {"mass basis": 0.5, "grade": 0.29, "operating days": 0.13, "recovery": 0.05, "element share": 0.03}
    alone = {"grade": 0.58, "operating days": 0.26, "recovery": 0.1, "element share": 0.06}
    return [
        {"basis": basis, "element": element, "factor": factor, "share": share}
        for basis, of in (("both", shares), ("wet", alone), ("dry", alone))
        for element in SUPPLY_ELEMENTS
        for factor, share in of.items()
    ]


def money_beside() -> dict[str, list[Row]]:
    """Return what supports add, what investing by past prices met, and criteria."""
    supports = [
        {"project": "3500", "world": "china", "support": "subsidy", "irr_gain": np.nan, "equity_irr_gain": np.nan,
         "npv_gain_jpy": 2.2e10, "public_cost_jpy": 1.9e10}
    ]  # fmt: skip
    trap = [
        {"element": "Nd", "year": year, "price_usd_kg": 60.0, "cost_usd_kg": 75.0, "invests": invests,
         "expected_usd_kg": seen, "realised_usd_kg": -0.5 * seen}
        for year, invests, seen in ((2011, "no", np.nan), (2012, "yes", 61.0), (2013, "yes", 11.0))
    ]  # fmt: skip
    criteria = [
        {"output": "recycled_t[Nd]", "reading": "extrapolation", "without": 0.0, "with_mud": 12.0, "unit": "t/y",
         "better": "up"}
    ]  # fmt: skip
    return {"supply_supports": supports, "supply_investment_trap": trap, "supply_criteria": criteria}
