"""A supply statement's folder made up for tests, in which what can be added up does add up, and how it is spoilt."""

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ops_data.export.package import verify, write_manifest
from ops_data.export.statement_check import STATEMENT, table_lines
from ops_data.export.statement_check_base import BY_HASH, OK
from ops_data.export.statement_check_workbook import WORKBOOK
from ops_data.export.statement_data import STATEMENT_TABLES
from ops_data.export.statement_tables import SHOCK_SPREAD, SOURCES, shock_spread, source_rows
from ops_data.export.tables import write_table
from ops_data.export.workbook import Sheet, write_workbook
from ops_data.reference.supply.policy_rows import read_policy
from ops_data.table_records import Table
from tests.ops_data.export.made_up_statement import (
    DRAWS,
    EXTRAPOLATION_T_D,
    JPY_PER_USD,
    SEALED,
    TARGET_T_D,
    frame,
    spreads,
    tables,
)
from twin.indicators.statistics import wilson_interval

Change = Callable[[pd.DataFrame], pd.DataFrame]
Row = dict[str, Any]
Made = Mapping[str, pd.DataFrame]
TABLES: Mapping[str, Table] = {**STATEMENT_TABLES, SHOCK_SPREAD.name: SHOCK_SPREAD, SOURCES.name: SOURCES}
ABOUT = {
    "target_t_d": dict.fromkeys(("wet", "dry"), TARGET_T_D), "extrapolation_t_d": EXTRAPOLATION_T_D, "draws": DRAWS,
    "jpy_per_usd": JPY_PER_USD, "settings": {"weights": "middle"},
}  # fmt: skip
GIVEN: Mapping[tuple[str, str, str], tuple[str, float]] = {  # what the draws of the tables added here lie about
    ("demand_t", "Nd", "2024"): ("t", 4200.0),
    ("demand_t", "Nd ev", "2024"): ("t", 700.0),
    ("price_usd_kg", "china Nd", "2027"): ("USD/kg", 90.0),
    ("china_share", "Nd separated_oxide mass direct", "2024"): ("1", 0.7),
    ("target_output", "china_share[all separated_oxide mass direct]", "2026"): ("unit of the output", 0.6),
}
POLICY = read_policy()


def drawn() -> tuple[list[Row], list[Row]]:
    """Return rows of indicators and outcomes that tables of the statement show again, and one chance."""
    luck = np.random.default_rng(11).uniform(0.9, 1.1, DRAWS)
    every = {key: (unit, middle * luck) for key, (unit, middle) in GIVEN.items()}
    told: list[Row] = []
    for (name, item, period), (unit, values) in every.items():
        low, middle, high = spreads(values)
        told.append({"name": name, "item": item, "period": period, "value": middle, "low": low, "high": high,
                     "unit": unit})  # fmt: skip
    every["project_loses_money", "pilot china", ""] = ("probability", np.arange(DRAWS) % 4.0 == 0.0)
    low, high = wilson_interval(DRAWS // 4, DRAWS, 0.8)
    told.append({"name": "project_loses_money", "item": "pilot china", "period": "", "value": 0.25, "low": low,
                 "high": high, "unit": "probability"})  # fmt: skip
    outcomes = [
        {"replicate": draw, "name": name, "item": item, "period": period, "value": float(value)}
        for (name, item, period), (_, values) in every.items() for draw, value in enumerate(values)
    ]  # fmt: skip
    return told, outcomes


def chain() -> tuple[list[Row], list[Row]]:
    """Return flows of one element that balance, and what follows from them by hand."""
    flows = [
        {"element": "Nd", "year": 2024, "stage": stage, "seller": seller, "buyer": buyer, "mass_t": mass}
        for stage, seller, buyer, mass in (
            ("ore", "china", "china", 100.0), ("ore", "china", "loss", 20.0),
            ("mixed_oxide", "china", "china", 80.0), ("mixed_oxide", "china", "loss", 4.0),
            ("separated_oxide", "china", "japan", 76.0), ("separated_oxide", "japan_mud", "japan", 24.0),
            ("mixed_oxide", "japan_mud", "japan_mud", 24.0 / 0.95), ("mixed_oxide", "japan_mud", "loss", 24.0 / 19.0),
            ("ore", "japan_mud", "japan_mud", 30.0 / 0.95), ("ore", "japan_mud", "loss", 6.0 / 0.95),
            ("separated_oxide", "japan", "loss", 7.0), ("metal", "japan", "japan", 93.0),
            ("metal", "japan", "loss", 9.3), ("magnet", "japan", "japan_use", 83.7),
        )
    ]  # fmt: skip
    by_hand = {"china_share": 0.76, "largest_share": 0.76, "import_dependence": 0.76, "hhi": 6352.0,
               "hhi_without_mud": 10000.0, "hhi_change": -3648.0}  # fmt: skip
    dependency = [
        {"element": "Nd", "stage": "separated_oxide", "basis": "mass direct", "year": 2024, "measure": measure,
         "value": value, "low": np.nan, "high": np.nan, "unit": "1"}
        for measure, value in by_hand.items()
    ]  # fmt: skip
    return flows, dependency


def shown(told: list[Row]) -> dict[str, list[Row]]:
    """Return tables that show draws, and targets and conflicts as this software has them."""
    spread = [{name: row[name] for name in ("value", "low", "high")} for row in told]
    flows, dependency = chain()
    dependency[0] |= {"low": spread[3]["low"], "high": spread[3]["high"]}
    target, clash = POLICY.kpis["004-K1-1"], POLICY.conflicts["baseline"]
    demand = {"element": "Nd", "year": 2024, "flow": "demand", "unit": "t"}
    claims = [POLICY.published[name.split(".")[1].split(":")[0]] for name in clash.given]
    return {
        "supply_flows": flows,
        "supply_dependency": dependency,
        "supply_demand": [demand | {"sector": "all"} | spread[0], demand | {"sector": "ev"} | spread[1]],
        "supply_prices": [{"element": "Nd", "world": "china", "year": 2027, "unit": "USD/kg"} | spread[2]],
        "supply_kpis": [{"kpi": target.kpi, "title": target.title, "item": target.item, "year": 2026, "target": 0.5,
                         "unit": target.unit, "gap": spread[4]["value"] - 0.5, "met": "no", "note": target.note}
                        | spread[4]],
        "supply_conflicts": [{"conflict": clash.key, "statement": clash.statement, "left": claims[0].value,
                              "right": claims[1].low, "unit": clash.unit, "verdict": "conflict", "note": clash.note,
                              "source": clash.source}],
        "supply_published": [{name: getattr(row, name) for name in ("topic", "study", "quantity", "value", "low",
                              "high", "unit", "source", "confidence", "note")} | {"computed": 0.6}
                             for row in claims],
    }  # fmt: skip


def study() -> dict[str, pd.DataFrame]:
    """Return every table of a made-up study in which what can be added up does add up."""
    made = tables()
    told, outcomes = drawn()
    for name, rows in (("indicators", told), ("outcomes", outcomes)):
        keys = {(row["name"], row["item"], row["period"]) for row in rows}
        other = [key not in keys for key in made[name][["name", "item", "period"]].itertuples(index=False, name=None)]
        made[name] = pd.concat([made[name][other], frame(name, rows)], ignore_index=True)
    for name, rows in shown(told).items():
        made[name] = frame(name, rows)
    for name, frame_of in made.items():
        whole = {column.name: column.type for column in TABLES[name].columns if column.type != "text"}
        made[name] = frame_of.astype(whole)
    made[SHOCK_SPREAD.name] = pd.DataFrame(dict(shock_spread(made["supply_shock_months"])))
    made[SOURCES.name] = pd.DataFrame(dict(source_rows(made)))
    return made


def put(folder: Path, table: Table, rows: pd.DataFrame) -> None:
    """Write a table into a folder."""
    data = {str(name): rows[name].tolist() if rows[name].dtype.kind not in "iuf" else rows[name].to_numpy()
            for name in rows}  # fmt: skip
    write_table(folder / "tables", table, data, marked=True)


def bind(folder: Path, made: Made) -> None:
    """Write the workbook of tables."""
    sheets = [Sheet(TABLES[name], rows) for name, rows in made.items() if not TABLES[name].by_replicate]
    write_workbook(folder / WORKBOOK, "Supply statement", [("made", "up")], sheets, SEALED)


def wrong(folder: Path) -> list[str]:
    """Return what is found wrong in a folder whose hashes are made to fit."""
    write_manifest(folder)
    return [line.removeprefix(f"{folder}: ") for line in verify(folder).problems]


def spoilt(sound: Path, place: Path, made: Made, name: str, change: Change) -> list[str]:
    """Return what is found wrong when a table is changed in all its three forms."""
    copy = Path(shutil.copytree(sound, place / "copy"))
    changed = {**made, name: change(made[name].copy())}
    put(copy, TABLES[name], changed[name])
    bind(copy, changed)
    return wrong(copy)


def found_wrong(made: Made, name: str, change: Change) -> list[str]:
    """Return what is found wrong in the tables alone when one of them is changed."""
    lines = table_lines({**made, name: change(made[name].copy())}, ABOUT)
    return [line for line in lines if not line.startswith((OK, BY_HASH))]


def with_cell(column: str, value: Any, where: tuple[str, Any] | None = None) -> Change:
    """Return a change of the first row that fits; a number given as a function is applied to the old one."""

    def change(rows: pd.DataFrame) -> pd.DataFrame:
        at = rows.index[0] if where is None else rows.index[rows[where[0]] == where[1]][0]
        rows.loc[at, column] = value(rows.loc[at, column]) if callable(value) else value
        return rows

    return change


def slightly(number: float) -> float:
    """Return a number that differs in the seventh digit."""
    return number * (1.0 + 1e-6)


def write(folder: Path, made: Made) -> Path:
    """Write a whole folder and return it."""
    (folder / "tables").mkdir(parents=True)
    for name, rows in made.items():
        put(folder, TABLES[name], rows)
    bind(folder, made)
    (folder / STATEMENT).write_text(json.dumps(ABOUT))
    write_manifest(folder)
    return folder


def of_draw(name: str, item: str, change: Callable[[float], float], draw: int = 9) -> Change:
    """Return a change of one draw of one contribution."""

    def changed(rows: pd.DataFrame) -> pd.DataFrame:
        fits = (rows["name"] == name) & (rows["item"] == item) & (rows["period"] == "") & (rows["replicate"] == draw)
        rows.loc[fits, "value"] = change(rows.loc[fits, "value"].iloc[0])
        return rows

    return changed


def never_lifted(made: Made) -> dict[str, pd.DataFrame]:
    """Return a study of a run that never lifts: what it gives is 0, and there is no rate at the target."""
    changed = dict(made)
    for name in ("indicators", "outcomes"):
        rows = made[name][~made[name]["item"].str.contains("^(?:run_rate|extrapolation) (?:wet|dry) ")]
        rows = rows.reset_index(drop=True)
        nothing = rows["item"].str.contains("^(?:campaign|achieved_rate) (?:wet|dry) ")
        for column in {"value", "low", "high"} & set(rows):
            rows.loc[nothing & rows[column].notna(), column] = 0.0
        changed[name] = rows
    return changed
