"""Contributions of a supply study made by hand, and the run at full scale beside them."""

import math
from typing import Any

from ops_data.supply_names import SUPPLY_ELEMENTS

NAN = math.nan
WET_T = dict(zip(SUPPLY_ELEMENTS, (12.6, 3.1, 2.8, 0.5, 2.6, 2.7, 0.35, 18.0), strict=True))  # a year at the target
DEMAND_T = {"Nd": 4_200.0, "Pr": 1_100.0, "Dy": 500.0, "Tb": 90.0, "Sm": 80.0, "Y": 1_010.0}
FUTURE_T = {"Dy": 1_250.0, "Tb": 225.0}
READINGS = {"campaign": 0.07, "achieved_rate": 0.6, "run_rate": 1.0, "extrapolation": 10.0}


def spread(name: str, item: str, value: float, unit: str, period: str = "") -> tuple[Any, ...]:
    """Return an indicator whose P10 and P90 are half and twice its median."""
    return (name, item, period, value, value * 0.5, value * 2.0, unit)


def contribution() -> list[tuple[Any, ...]]:
    rows = []
    for reading, factor in READINGS.items():
        for basis, times in (("wet", 1.0), ("dry", 2.5)):
            for element in (*SUPPLY_ELEMENTS, "all"):
                item, year_t = f"{reading} {basis} {element}", WET_T.get(element, 66.0) * factor * times
                rows.append(spread("contribution_element_t", item, year_t, "t"))
                rows.append(spread("contribution_oxide_t", item, 1.16 * year_t, "t"))
                rows.append(spread("contribution_value_usd", item, 80e3 * year_t, "USD"))
                rows.append(spread("contribution_value_jpy", item, 12e6 * year_t, "JPY"))
                if element != "all":
                    now, then = DEMAND_T.get(element, NAN), FUTURE_T.get(element, NAN)
                    rows.append(spread("contribution_share_current", item, year_t / now, "1"))
                    rows.append(spread("contribution_share_future", item, year_t / then, "1"))
                if reading == "campaign":
                    rows += [
                        spread("contribution_oxide_t", item, 1.16 * year_t, "t", when) for when in ("2027", "FY2026")
                    ]
    return rows  # fmt: skip


def full_scale() -> list[tuple[Any, ...]]:
    """Return a run at full scale that lifts richer mud than the pilot, and a year of cost of both."""
    rows = [
        spread(f"contribution_{name}", f"full_scale_run dry {element}", 180.0, "t")
        for name in ("element_t", "oxide_t")
        for element in (*SUPPLY_ELEMENTS, "all")
    ]
    for run, ppm, days in (("wet", 600.0, 230.0), ("dry", 600.0, 230.0), ("scale", 2_200.0, 290.0)):
        rows += [spread("mud_grade_ppm", run, ppm, "ppm"), spread("mud_days", run, days, "d")]
        rows += [spread("mud_dry_t", run, 100.0 * ppm, "t"), ("mud_recovery", f"{run} Nd", "", 0.7, 0.6, 0.8, "1")]
    for project, oxide_t in (("pilot", 8.0), ("3500", 1_100.0)):
        rows.append(spread("project_oxide_t", project, oxide_t, "t"))
        rows += [spread("project_cost_jpy_yr", f"{project} {item}", 3e10, "JPY/y") for item in ("vessels", "total")]
        for world in ("china", "ex_china"):
            rows.append(spread("project_npv_operation_jpy", f"{project} {world}", 5e10, "JPY"))
            rows += [spread("revenue_gap_jpy", f"{project} {world} {why}", 1e9, "JPY") for why in ("price", "volume")]
    for element in ("Nd", "Dy"):
        rows += [spread("mud_needed_t_d", f"{element} {kind}", 4_790.0, "t/d") for kind in ("stated", "wet", "dry")]
        rows += [("end_of_life_recycling_rate", element, "2030", 0.05, 0.02, 0.1, "1")]
    rows += [("stage_cover", "heavy separated_oxide", "2030", 0.4, 0.2, 0.6, "1")]
    rows += [("earliest_year", "separation", "", 2029.0, 2028.0, 2030.0, "a")]
    rows += [("clusters_working", "2 of 3", "", 0.97, 0.9, 1.0, "1")]
    return rows
