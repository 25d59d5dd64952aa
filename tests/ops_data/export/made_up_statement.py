"""A supply study's tables made up for tests: small, every table with rows, nothing computed by a model.

Percentiles are those of the made-up draws, and sums that must come out do, so that `twin verify` has something to add.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd

from ops_data.export.report_data import FileRow
from ops_data.export.statement_data import ALL, READINGS, STATEMENT_TABLES, StatementData
from ops_data.supply_names import BASES, SECTORS, STAGES, SUPPLY_ELEMENTS
from tests.ops_data.export.made_up_beside import drivers, money_beside

DRAWS = 40
SEALED = datetime(2026, 9, 20, 4, 5, 6, tzinfo=UTC)
TARGET_T_D = 350.0
EXTRAPOLATION_T_D = 3500.0
JPY_PER_USD = 150.0
RUN_RATE_T = {"Nd": 15.6, "Pr": 3.7, "Dy": 3.4, "Tb": 0.6, "Sm": 3.6, "Gd": 3.9, "Lu": 0.4, "Y": 22.0}
DEMAND_T = {"Nd": 4200.0, "Pr": 1100.0, "Dy": 500.0, "Tb": 90.0, "Sm": 80.0, "Y": 1010.0}  # none of Gd and Lu
FUTURE_T = {"Dy": 1250.0, "Tb": 225.0}
OXIDE = 1.16
PRICE_USD_KG = {"Nd": 98.0, "Pr": 98.0, "Dy": 830.0, "Tb": 3600.0, "Sm": 15.0, "Gd": 40.0, "Lu": 800.0, "Y": 425.0}
RULES = ("strict_priority", "pro_rata")
SHOCKS = ("S1", "S2", "S3", "S4", "R2010", "R2025")
DEPTH = {"S1": 0.02, "S2": 0.2, "S3": 0.6, "S4": 0.35, "R2010": 0.4, "R2025": 0.5}
ENDLESS = ("S2", "S4")  # S4 goes on, S2 is over and not recovered from
SHOCK_MONTHS = 24
SOURCE = "USGS, Mineral Commodity Summaries, 2025"
ASSUMED = "assumption: from memory: no Japanese figure found"
Row = dict[str, Any]


def frame(name: str, rows: list[Row]) -> pd.DataFrame:
    """Return rows as a frame with the declared columns, in their order; notes and sources may be left out."""
    columns = [column.name for column in STATEMENT_TABLES[name].columns]
    return pd.DataFrame([{column: row.get(column, "") for column in columns} for row in rows], columns=columns)


def draws() -> dict[tuple[str, str, str], tuple[str, Any]]:
    """Return unit and one value per draw of every indicator."""
    rng = np.random.default_rng(7)
    found: dict[tuple[str, str, str], tuple[str, Any]] = {}
    luck = np.exp(rng.normal(0.0, 0.5, DRAWS))
    for basis, size in zip(BASES, (1.0, 2.4), strict=True):
        total: dict[str, Any] = dict.fromkeys(READINGS, 0.0)
        for element, middle in RUN_RATE_T.items():
            run_rate = middle * size * luck
            campaign = np.where(np.arange(DRAWS) < 3, 0.0, run_rate * 0.06)
            tonnes = {"campaign": campaign, "achieved_rate": 0.8 * run_rate, "run_rate": run_rate,
                      "extrapolation": run_rate * EXTRAPOLATION_T_D / TARGET_T_D}  # fmt: skip
            for reading, values in tonnes.items():
                total[reading] = total[reading] + values
                found |= _contribution(reading, basis, element, values)
        for reading, values in total.items():
            found["contribution_element_t", f"{reading} {basis} {ALL}", ""] = ("t", values)
    return found | _other_draws(rng, luck)


def _contribution(reading: str, basis: str, element: str, values: Any) -> dict[tuple[str, str, str], tuple[str, Any]]:
    item = f"{reading} {basis} {element}"
    usd = values * OXIDE * 1000.0 * PRICE_USD_KG[element]
    found = {
        ("contribution_element_t", item, ""): ("t", values),
        ("contribution_oxide_t", item, ""): ("t", values * OXIDE),
        ("contribution_share_current", item, ""): ("1", values / DEMAND_T.get(element, np.nan)),
        ("contribution_share_future", item, ""): ("1", values / FUTURE_T.get(element, np.nan)),
        ("contribution_value_usd", item, ""): ("USD", usd),
        ("contribution_value_jpy", item, ""): ("JPY", usd * JPY_PER_USD),
    }
    if reading == "campaign":
        for period, part in (("2027", 0.9), ("2028", 0.1), ("FY2026", 0.7), ("FY2027", 0.3)):
            found["contribution_element_t", item, period] = ("t", values * part)
    return found


def _other_draws(rng: Any, luck: Any) -> dict[tuple[str, str, str], tuple[str, Any]]:
    found: dict[tuple[str, str, str], tuple[str, Any]] = {}
    noise = rng.uniform(0.9, 1.1, DRAWS)
    for place, element in enumerate((*SUPPLY_ELEMENTS, "light", "heavy")):
        for stage, low in zip(STAGES, (0.3, 0.4, 0.55, 0.3, 0.2), strict=True):
            found["china_share", f"{element} {stage} mass direct", ""] = (
                "1",
                np.clip((low + place / 20) * noise, 0, 1),
            )
    for shock, depth in DEPTH.items():
        for rule in RULES:
            for place, sector in enumerate((*SECTORS, ALL)):
                hit = depth * (1.0 if rule == "pro_rata" else place / 5.0)
                fill = np.clip(1.0 - hit * noise, 0.0, 1.0)
                found["fill_rate", f"{shock} {rule} {sector}", ""] = ("1", fill)
                found["fill_rate_in_shock", f"{shock} {rule} {sector}", ""] = ("1", fill)
                found["worst_month_fill", f"{shock} {rule} {sector}", ""] = ("1", 0.9 * fill)
                found["line_down_days", f"{shock} {rule} {sector}", ""] = ("d", np.round(400 * (1 - fill)))
            never = np.full(DRAWS, np.inf)
            found["survive_days", f"{shock} {rule}", ""] = ("d", never if depth < 0.1 else np.round(60 / depth * noise))
            recovered = never if shock in ENDLESS else np.round(300 * depth * noise)
            found["recover_days", f"{shock} {rule}", ""] = ("d", recovered)
            found["lost_sector_days", f"{shock} {rule}", ""] = ("d", 2000 * depth * noise)
            for element in SUPPLY_ELEMENTS:
                lost = depth * DEMAND_T.get(element, 0.0) * noise
                found["lost_service_t", f"{shock} {rule} {element}", ""] = ("t", lost)
        found["shock_still_on", shock, ""] = ("1", np.full(DRAWS, float(shock == "S4")))
        for element in SUPPLY_ELEMENTS:
            found["cover_days", f"{shock} {element}", ""] = ("d", 60 / max(depth, 0.01) * noise)
    for rule in RULES:
        for reading, spared in (("none", 0.0), ("run_rate", 3.0), ("extrapolation", 30.0)):
            found["mud_in_embargo_sector_days", f"{reading} {rule}", ""] = ("d", (1200.0 - spared) * noise)
            if spared:
                found["mud_worth_in_embargo_jpy", f"{reading} {rule}", ""] = ("JPY", spared * 8e8 * noise)
    found |= _full_scale(luck)
    for project, size in (("pilot", -20e9), ("3500", -40e9)):
        found["oxide_cost_jpy_kg", project, ""] = ("JPY/kg", (60000 if project == "pilot" else 19000) / luck)
        for world, factor in (("china", 1.0), ("ex_china", -0.6)):
            found["project_npv_jpy", f"{project} {world}", ""] = ("JPY", size * factor * noise * 5)
            for who in ("ordinary", "agency"):
                rate = np.where(luck < 0.8, np.nan, 0.04 * luck)
                found["project_irr", f"{project} {world} {who}", ""] = ("1", rate)
            for cover in ("total", "contracted"):
                if project == "3500":
                    found["project_dscr", f"{project} {world} {cover}", ""] = ("1", 1.2 * noise)
    return found


def _full_scale(luck: Any) -> dict[tuple[str, str, str], tuple[str, Any]]:
    """Return the run at full scale, why the pilot gives so little, and short figures told beside."""
    found: dict[tuple[str, str, str], tuple[str, Any]] = {}
    for element, middle in RUN_RATE_T.items():
        tonnes = _contribution("full_scale_run", "dry", element, 60.0 * middle * luck)
        found |= {key: told for key, told in tonnes.items() if key[0] != "contribution_share_future"}
    for run, ppm in (("wet", 600.0), ("dry", 600.0), ("scale", 2200.0)):
        found["mud_grade_ppm", run, ""] = ("ppm", ppm * luck)
        found["mud_recovery", f"{run} Nd", ""] = ("1", 0.7 + 0.0 * luck)
        found["mud_days", run, ""] = ("d", 230.0 + 0.0 * luck)
        found["mud_dry_t", run, ""] = ("t", 100.0 * ppm * luck)
    for project, oxide_t in (("pilot", 8.0), ("3500", 1100.0)):
        found["project_oxide_t", project, ""] = ("t", oxide_t * luck)
        for cost in ("vessels", "total"):
            found["project_cost_jpy_yr", f"{project} {cost}", ""] = ("JPY/y", 3e10 * luck)
    for year in ("2024", "2030"):
        found["end_of_life_recycling_rate", "Nd", year] = ("1", 0.05 * luck)
        found["stage_cover", "heavy separated_oxide", year] = ("1", 0.4 * luck)
    found["mud_needed_t_d", "Nd stated", ""] = ("t/d", 4790.0 * luck)
    found["earliest_year", "mine", ""] = ("a", 2038.0 + 0.0 * luck)
    found["clusters_working", "2 of 3", ""] = ("1", 0.97 + 0.0 * luck)
    for rule in RULES:
        found["weighted_lost_sector_days", rule, ""] = ("d", 440.0 * luck)
        found["mud_insurance_jpy", f"run_rate {rule} NRI", ""] = ("JPY", 9e8 * luck)
    return found


def spreads(values: Any) -> tuple[float, float, float]:
    """Return P10, P50 and P90, infinity above every number; nan where there is a nan."""
    if np.isnan(values).any() or not np.isfinite(values).all():
        kept = np.sort(values[~np.isnan(values)])
        if not len(kept):
            return np.nan, np.nan, np.nan
        if np.isinf(kept).any():
            return np.inf, np.inf, np.inf
        values = kept
    low, middle, high = np.quantile(values, (0.1, 0.5, 0.9)).tolist()
    return low, middle, high


def indicators() -> pd.DataFrame:
    """Return P10, P50 and P90 of every indicator."""
    rows = []
    for (name, item, period), (unit, values) in draws().items():
        low, middle, high = spreads(values)
        rows.append({"name": name, "item": item, "period": period, "value": middle, "low": low, "high": high,
                     "unit": unit})  # fmt: skip
    return frame("indicators", rows)


def outcomes() -> pd.DataFrame:
    """Return every indicator of every draw; a draw without a number has no row."""
    rows = [
        {"replicate": draw, "name": name, "item": item, "period": period, "value": value}
        for (name, item, period), (_, values) in draws().items()
        for draw, value in enumerate(values.tolist())
        if value == value
    ]
    return frame("outcomes", rows).astype({"replicate": "int32"})


def _ranged(value: float, unit: str, spread: float = 0.2) -> Row:
    low, high = sorted((value * (1 - spread), value * (1 + spread)))
    return {"value": value, "low": low, "high": high, "unit": unit}


def _chain() -> dict[str, list[Row]]:
    """Return demand, flows, dependency and cuts."""
    demand = [
        {"element": element, "sector": sector, "year": year, "flow": "demand",
         **_ranged(DEMAND_T[element] / (9 if sector != ALL else 1) * (1 + 0.02 * (year - 2024)), "t/yr")}
        for element in DEMAND_T for sector in (*SECTORS, ALL) for year in range(2024, 2041)
    ]  # fmt: skip
    demand += [
        {"element": element, "sector": ALL, "year": year, "flow": flow, **_ranged(DEMAND_T[element] * size, unit)}
        for element in DEMAND_T for flow, size, unit in (("stock", 8.0, "t"), ("end_of_life", 0.6, "t/yr"),
                                                         ("recycled", 0.05, "t/yr"))
        for year in range(2024, 2041)
    ]  # fmt: skip
    dependency = [
        {"element": element, "stage": stage, "basis": basis, "year": year, "measure": measure,
         **_ranged(value * (0.7 if year == 2030 else 1.0), "1")}
        for element in ("light", "heavy", *SUPPLY_ELEMENTS) for stage in STAGES
        for basis in ("mass direct", "mass origin-adjusted", "value direct", "value origin-adjusted")
        for year in (2024, 2030)
        for measure, value in (("china_share", 0.63), ("hhi", 4924.0), ("hhi_without_mud", 4950.0), ("evenness", 0.6),
                               ("import_dependence", 0.97), ("largest_share", 0.63), ("eu_supply_risk", 2.4))
    ]  # fmt: skip
    cuts = [
        {"element": element, "year": 2030, "rerouting": "none", "asked_share": asked, "size": size,
         "nodes": nodes, "lost_share": lost, "note": "" if size > 0 else "no set stops that much"}
        for element in ("Nd", "Dy")
        for asked, size, nodes, lost in ((0.25, 1, "china metal", 0.41), (0.5, 2, "china metal, vietnam metal", 0.83),
                                         (1.0, -1, "", 0.9))
    ]  # fmt: skip
    cuts += [
        {"element": element, "year": 2030, "rerouting": "none", "asked_share": asked, "size": -1, "nodes": "",
         "lost_share": 0.0, "note": "no demand figure"} for element in ("Gd", "Lu") for asked in (0.25, 1.0)
    ]  # fmt: skip
    flows = [{"element": "Nd", "year": 2024, "stage": "metal", "seller": "china", "buyer": "japan", "mass_t": 1800.0}]
    regions = [
        {"origin": "china", "title": "China", "availability_rank": np.nan, "readiness_rank": np.nan, "mine_kt": 270.0,
         "mine_share": 0.685, "reserves_kt": 44000.0, "governance": 5.4, "supply_share": 0.2, "route": "open"}
    ]  # fmt: skip
    return {
        "supply_regions": regions,
        "supply_demand": demand,
        "supply_dependency": dependency,
        "supply_cuts": cuts,
        "supply_flows": flows,
    }


def _shock_tables() -> dict[str, list[Row]]:
    printed = {"S1": (0.30, 0.35), "S2": (0.40, 0.40), "S3": (0.15, 0.15), "S4": (0.10, 0.10)}
    sums = [sum(pair[end] for pair in printed.values()) for end in (0, 1)]
    middle = sum(0.5 * (low + high) for low, high in printed.values())
    weights = [
        {"scenario": name, "title": name, "printed_low": low, "printed_high": high,
         "weight": 0.5 * (low + high) / middle, "weight_low_end": low / sums[0], "weight_high_end": high / sums[1]}
        for name, (low, high) in printed.items()
    ]  # fmt: skip
    weights.append({"scenario": "R2010", "title": "Replay of 2010", **dict.fromkeys(
        ("printed_low", "printed_high", "weight", "weight_low_end", "weight_high_end"), np.nan)})  # fmt: skip
    rng = np.random.default_rng(3)
    months = [
        {"replicate": draw, "scenario": shock, "rule": rule, "series": "fill_rate", "item": "ev", "month": month,
         "value": float(np.clip(1.0 - depth * rng.uniform(0.8, 1.2) * (month > 2) * np.exp(-(month - 3) / 12), 0, 1))}
        for draw in range(6) for shock, depth in DEPTH.items() for rule in RULES for month in range(24)
    ]  # fmt: skip
    lead = [
        {"origin": origin, "scenario": shock, "panel": panel, "item": item, "month": f"2027-{month:02d}",
         "median": 40.0 + month, "p95": 90.0 + month, "count": 12}
        for origin, shock in (("simulated", "S2"), ("own records", ""))
        for panel, item in (("licence delay", "Dy"), ("shipping time", "china–japan"), ("customs lead time", "2846.90"))
        for month in range(4, 9)
    ]  # fmt: skip
    replays = [
        {"scenario": "R2010", "date": "2010-11-20", "what": "days of the halt", "role": "input", "observed": 60.0,
         "low": 50.0, "high": 65.0, "computed": 65.0, "unit": "d", "source": SOURCE},
        {"scenario": "R2025", "date": "2025-05-31", "what": "sectors that stop", "role": "computed", "observed": np.nan,
         "low": np.nan, "high": np.nan, "computed": 2.0, "unit": "1"},
    ]  # fmt: skip
    return {
        "supply_replays": replays,
        "supply_weights": weights,
        "supply_shock_months": months,
        "supply_logistics": lead,
    }


def _policy_tables() -> dict[str, list[Row]]:
    kpis = [
        {"kpi": kpi, "title": title, "item": item, "year": year, "target": target, **_ranged(value, unit),
         "gap": value - target, "met": "no" if value > target else "yes", "note": note}
        for kpi, title, item, year, target, value, unit, note in (
            ("004-K1", "China dependency", "Nd", 2027, 0.3, 0.61, "share", "Starts from data, not the 50 % stated."),
            ("004-K1", "China dependency", "Nd", 2030, 0.2, 0.19, "share", ""),
            ("004-K2", "Domestic separation", ALL, 2030, 7000.0, 900.0, "t/yr", ""),
        )
    ]  # fmt: skip
    kpis.append({"kpi": "004-K6", "title": "Engineers", "item": ALL, "year": 2030, "target": 1000.0, "value": np.nan,
                 "low": np.nan, "high": np.nan, "unit": "persons", "gap": np.nan, "met": "not computed"})  # fmt: skip
    conflicts = [
        {"conflict": "K2-K3", "statement": "Separation planned against oxide that the planned magnets need",
         "left": 7000.0, "right": 15000.0, "unit": "t/yr", "verdict": "conflict",
         "note": "Magnets of 30–40 kt need twice the oxide.", "source": SOURCE},
    ]  # fmt: skip
    levers = [
        {"lever": "recycling", "title": "Collection and recycling of magnets", "owners": "METI, MOE, municipalities",
         "parameter": "demand.collection_share", "from_value": 0.1, "to_value": 0.25, "start_year": 2027,
         "ramp_years": 3.0, "cost_jpy": cost, "output": "recycled_t[Nd]", "direction": "up", "without": 60.0,
         "with_lever": 150.0, "unit": "t/yr", "as_stated": "yes", "note": note}
        for cost, note in ((5.2e10, "Fifteen points in three years."), (np.nan, ""))
    ]  # fmt: skip
    return {"supply_kpis": kpis, "supply_conflicts": conflicts, "supply_levers": levers}


def _money_tables() -> dict[str, list[Row]]:
    cash = [
        {"project": project, "world": world, "year": year, "line": line, **_ranged(value, "JPY")}
        for project in ("pilot", "3500") for world in ("china", "ex_china") for year in range(21)
        for line, value in (("revenue", 23.7e9 * (year > 0)), ("opex", -63e9 * (year > 0)),
                            ("capex", -262.2e9 * (year == 0)), ("cfads", -39.3e9 * (year > 0)))
    ]  # fmt: skip
    prices = [
        {"element": element, "world": world, "year": year, **_ranged(price * size, "USD/kg", 0.4)}
        for element, price in PRICE_USD_KG.items() for world, size in (("china", 0.4), ("ex_china", 1.0))
        for year in range(2027, 2048)
    ]  # fmt: skip
    return {
        "supply_cash_flow": cash, "supply_prices": prices, **money_beside(),
    }  # fmt: skip


def _sources() -> dict[str, list[Row]]:
    published = [
        {"topic": topic, "study": study, "quantity": quantity, **_ranged(value, unit, 0.05), "computed": computed,
         "source": SOURCE, "confidence": "M", "note": "Read in a newspaper's report."}
        for topic, study, quantity, value, unit, computed in (
            ("dependency", "METI 2024", "share of metals from China", 0.63, "share", 0.61),
            ("dependency", "Trade statistics 2024", "share of HS 2805 by value", 0.296, "share", np.nan),
            ("economics", "METI and JOGMEC 2016", "yearly result at mean prices, 3,500 t/d", -39e9, "JPY", -31e9),
            ("economics", "Kato 2025", "profitable at all prices of 20 years", np.nan, "1", np.nan),
            ("loss", "NRI", "loss of output in three months", 6.6e11, "JPY", np.nan),
        )
    ]  # fmt: skip
    inputs = [
        {"key": key, **_ranged(value, unit), "law": law, "origin": origin, "source": source, "confidence": grade,
         "note": note}
        for key, value, unit, law, origin, source, grade, note in (
            ("demand.nd_current_t", 4200.0, "t/yr", "triangular", "reference", SOURCE, "D", "Split from didymium."),
            ("demand.collection_share", 0.1, "1", "fixed", "--set", ASSUMED, "A", ""),
            ("shock.licence_delay_d", 45.0, "d", "lognormal", "reference", SOURCE, "H", ""),
            ("sector_shares.Nd.industrial_motors", 0.18, "share", "triangular", "reference", ASSUMED, "A", ""),
        )
    ]  # fmt: skip
    notes = [{"key": "senkaku", "date": "2010-09-21", "text": "Shipments to Japan stopped without an announcement.",
              "source": "Reuters, Rare earths, 2010", "confidence": "H"}]  # fmt: skip
    closure = [
        {"balance": "demand", "places": 72, "worst": 3.1e-15},
        {"balance": "network", "places": 40, "worst": 0.0},
    ]
    return {"supply_published": published, "supply_inputs": inputs, "supply_notes": notes, "supply_closure": closure}


def tables() -> dict[str, pd.DataFrame]:
    """Return every table of a statement."""
    told = {"supply_drivers": drivers(), **_chain(), **_shock_tables(), **_policy_tables(), **_money_tables(),
            **_sources()}  # fmt: skip
    made = {"indicators": indicators(), "outcomes": outcomes(), **{name: frame(name, told[name]) for name in told}}
    for name, rows in made.items():
        whole = {column.name: column.type for column in STATEMENT_TABLES[name].columns if column.type != "text"}
        made[name] = rows.astype(whole)
    return made


JAPANESE: Mapping[str, str] = {
    "China dependency": "中国依存度", "Domestic separation": "国内の分離能力", "China": "中国", "Vietnam": "ベトナム",
    "recycled neodymium": "再資源化 Nd", "Engineers": "技術者数",
    "Collection and recycling of magnets": "磁石の回収と再資源化",
    "Starts from data, not the 50 % stated.": "記述の 50 % ではなくデータから始める。",
}  # fmt: skip


def statement_data() -> StatementData:
    """Return all that a made-up statement says."""
    return StatementData(
        title="Pilot campaign 2027",
        description="350 t/d for three weeks.",
        study_id="supply-0123abcd",
        run_ids={"wet": "pilot-wet-11112222", "dry": "pilot-dry-33334444"},
        target_t_d=dict.fromkeys(BASES, TARGET_T_D),
        extrapolation_t_d=EXTRAPOLATION_T_D,
        jpy_per_usd=JPY_PER_USD,
        seed=1,
        draws=DRAWS,
        sealed=SEALED,
        version="0.9.0",
        lock_sha256="ab" * 32,
        tables=tables(),
        titles={"china": "China", "vietnam": "Vietnam", "recycled_t[Nd]": "recycled neodymium"},
        japanese=JAPANESE,
        files=(FileRow("supply_statement.xlsx", "workbook"), FileRow("tables/supply_demand.csv", "demand")),
        notes=("The record of customs is a person's own.",),
        shock_months=SHOCK_MONTHS,
    )
