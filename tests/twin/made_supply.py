"""A supply study made by hand: every table with the declared columns, numbers near those of the facts."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from ops_data.artefacts import Artefact
from ops_data.supply_names import SECTORS, STAGES
from ops_data.supply_tables import SUPPLY_TABLES
from tests.twin.made_contribution import DEMAND_T, contribution, full_scale, spread
from twin.supply_case import load_case
from twin.supply_view import SupplyView

NAN = math.nan
SCENARIOS = {"S1": 0.99, "S2": 0.8, "S3": 0.35, "S4": 0.7}
RULES = ("strict_priority", "pro_rata")
CHOICES = load_case().choices.model_dump(mode="json") | {"scenarios": list(SCENARIOS)}
ENDLESS = ("S2", "S4")  # demand is not met again: within the time followed, or while the shock goes on
INDICATOR_COLUMNS = ("name", "item", "period", "value", "low", "high", "unit")


def shock_and_money() -> list[tuple[Any, ...]]:
    rows = []
    for scenario, fill in SCENARIOS.items():
        for rule in RULES:
            key = f"{scenario} {rule}"
            for place, sector in enumerate(SECTORS):
                met = min(1.0, fill + 0.1 * (place in (0, 6, 7)) * (rule == "strict_priority"))
                for name, less in (("fill_rate", 1.0), ("fill_rate_in_shock", 0.9), ("worst_month_fill", 0.6)):
                    low, high = less * met * 0.8, min(1.0, less * met * 1.1)
                    rows.append((name, f"{key} {sector}", "", less * met, low, high, "1"))
                rows.append(spread("line_down_days", f"{key} {sector}", round(400 * (1.0 - met)), "d"))
            if scenario != "S1":  # there no draw stops: the study has no row
                rows.append(("survive_days", key, "", 103.0, 60.0, math.inf, "d"))
            if scenario not in ENDLESS:
                rows.append(spread("recover_days", key, 0.0 if scenario == "S1" else 210.0, "d"))
            rows.append(spread("lost_sector_days", key, round(3000 * (1.0 - fill)), "d"))
            rows.append(spread("lost_service_t", f"{key} Dy", 400 * (1.0 - fill), "t"))
        still = float(scenario == "S4")
        rows.append(("shock_still_on", scenario, "", still, still, still, "probability"))
        rows += [spread("cover_days", f"{scenario} {element}", 85.7, "d") for element in ("Nd", "Dy")]
    for rule in RULES:
        for reading, lost in (("none", 1_950.0), ("run_rate", 1_948.0), ("extrapolation", 1_930.0)):
            rows.append(("mud_in_embargo_sector_days", f"{reading} {rule}", "", lost, lost, lost, "d"))
            if reading != "none":
                for study, cost in (("NRI", 8e8), ("Mizuho", 16e8), ("Daiwa", 22e8)):
                    item = f"{reading} {rule} {study}"
                    rows.append(spread("mud_worth_in_embargo_jpy", item, (1_950.0 - lost) * cost, "JPY"))
    for project in ("pilot", "3500"):
        rows.append(spread("oxide_cost_jpy_kg", project, 23_500.0, "JPY/kg"))
        rows.append(spread("oxide_cost_jpy_kg", f"{project} Dy", 61_000.0, "JPY/kg"))
        for world, npv in (("china", -3e11), ("ex_china", 9e10)):
            key = f"{project} {world}"
            rows.append(("project_loses_money", key, "", 0.98 if npv < 0.0 else 0.2, 0.1, 1.0, "probability"))
            rows += [spread(f"project_{name}", key, 1.5, "1") for name in ("llcr", "price_factor", "valley_years")]
            rows.append(spread("project_public_cost_jpy", key, 5e10, "JPY"))
            rows.append(("project_npv_jpy", key, "", npv, npv - 1e11, npv + 1e11, "JPY"))
            rows.append(("project_irr", f"{key} ordinary", "", 0.06 if npv > 0 else NAN, NAN, 0.12, "1/yr"))
            rows += [spread("project_dscr", f"{key} {kind}", 1.3, "1") for kind in ("total", "contracted")]
    rows += [spread("price_usd_kg", f"{world} Dy", 250.0, "USD/kg") for world in ("china", "ex_china")]
    rows += full_scale()
    rows += [("china_share", f"heavy {stage} mass direct", "", 0.9, 0.85, 0.95, "1") for stage in STAGES]
    return rows


def made_rows() -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of each table, in the order of its columns."""
    factors = {
        "mass basis": 0.5,
        "grade": 0.29,
        "operating days": 0.13,
        "demand": 0.04,
        "recovery": 0.03,
        "element share": 0.01,
    }
    elements, sectors = ("Nd", "Dy"), SECTORS[:4]
    return {
        "supply_drivers": [
            (basis, element, factor, share)
            for basis in ("both", "wet", "dry")
            for element in elements
            for factor, share in factors.items()
        ],
        "supply_demand": [
            (element, sector, year, flow, total * (1.02 ** (year - 2024)), 0.8 * total, 1.2 * total, "t")
            for element, whole in (("Nd", 4_200.0), ("Dy", 500.0))
            for year in range(2015, 2041, 5)
            for sector, total in [*((s, whole / 4) for s in sectors), ("all", whole)]
            for flow in ("demand", "recycled")
        ]
        + [(element, "all", 2024, "demand", t, 0.8 * t, 1.2 * t, "t") for element, t in DEMAND_T.items()],
        "supply_flows": [
            ("Dy", 2024, "separated_oxide", "china", "japan", 450.0),
            ("Dy", 2024, "metal", "vietnam", "japan", 30.0),
        ],
        "supply_dependency": [
            (name, stage, basis, year, "china_share", share, share - 0.1, min(1.0, share + 0.1), "1", "")
            for name, share in (("Nd", 0.55), ("Dy", 0.95), ("light", 0.5), ("heavy", 0.97), ("all", 0.7))
            for stage in STAGES
            for year in (2024, 2030)
            for basis in ("mass direct", "mass origin-adjusted", "value direct", "value origin-adjusted")
        ]
        + [("Dy", "metal", "mass direct", 2024, "hhi", 8490.0, 8000.0, 9000.0, "1", "")],
        "supply_cuts": [
            ("Dy", 2024, "none", 0.5, 1, "china separated_oxide", 0.93, ""),
            ("Dy", 2024, "open capacity", 1.0, 2, "china separated_oxide, vietnam metal", 1.0, ""),
            ("Gd", 2024, "none", 0.5, -1, "", 0.0, "no demand figure"),
        ],
        "supply_shock_months": [
            (
                replicate,
                scenario,
                rule,
                "fill_rate",
                sector,
                month,
                min(1.0, 1.0 if month < 3 else fill + 0.03 * replicate + 0.01 * month),
            )
            for replicate in range(5)
            for scenario, fill in SCENARIOS.items()
            for rule in RULES
            for sector in SECTORS
            for month in range(24)
        ],
        "supply_replays": [
            (
                "R2025",
                "2025-05-31",
                "magnet exports in the lowest month",
                "calibration",
                0.25,
                0.2,
                0.3,
                0.22,
                "share",
                "China customs",
                "",
            ),
            (
                "R2025",
                "2025-12-31",
                "Chinese magnets a month",
                "comparator",
                260.0,
                226.0,
                305.0,
                316.0,
                "t",
                "China customs",
                "",
            ),
            ("R2025", "2025-04-30", "flow of magnets", "computed", NAN, NAN, NAN, 0.22, "share", "computed here", ""),
        ],
        "supply_logistics": [
            ("simulated", scenario, panel, item, f"2027-{month:02d}", 45.0 + month, 90.0 + month, 12)
            for scenario in SCENARIOS
            for item in ("all", "Dy")
            for month in range(4, 13)
            for panel in ("licence delay", "shipping time", "customs lead time", "licence backlog")
        ],
        "supply_weights": [
            ("S1", "Managed Detente", 0.30, 0.35, 0.316, 0.316, 0.35),
            ("S2", "Gradual Escalation", 0.4, 0.4, 0.421, 0.421, 0.4),
            ("S3", "Shock Embargo", 0.15, 0.15, 0.158, 0.158, 0.15),
            ("S4", "Structural Dual-System", 0.1, 0.1, 0.105, 0.105, 0.1),
        ],
        "supply_kpis": [
            ("004-K1", "Dependency on China", "heavy", 2031, 0.2, 0.9, 0.8, 0.95, "1", 0.7, "no", ""),
            ("004-K1", "Dependency on China", "heavy", 2028, 0.3, 0.9, 0.8, 0.95, "1", 0.6, "no", ""),
            (
                "004-K2",
                "More separation at home",
                "",
                2031,
                7000.0,
                60.0,
                20.0,
                100.0,
                "t/yr",
                -6940.0,
                "no",
                "exceeds demand",
            ),
            ("004-K7", "Stockpile", "Dy", 2031, 90.0, 120.0, 100.0, 150.0, "d", 30.0, "yes", ""),
            (
                "004-K6",
                "Engineers trained",
                "",
                2031,
                1000.0,
                NAN,
                NAN,
                NAN,
                "1",
                NAN,
                "not computed",
                "counted, not modelled",
            ),
        ],
        "supply_conflicts": [
            (
                "K2-K3",
                "Magnet output needs more oxide than separation adds",
                15_000.0,
                7_000.0,
                "t/yr",
                "conflict",
                "",
                "derived here",
            ),
            ("K6", "Engineers a year and in five years", 1000.0, 1000.0, "1", "consistent", "", "derived here"),
            ("001", "Japan as largest consumer", NAN, NAN, "1", "note", "China consumes most", "derived here"),
        ],
        "supply_levers": [
            (
                "stockpiling",
                "Larger national stock",
                "Cabinet Office, METI",
                "shock.stock_days_d",
                60.0,
                120.0,
                2026,
                3.0,
                2e10,
                "cover_days_dy",
                "up",
                85.7,
                171.4,
                "d",
                "yes",
                "",
            ),
            (
                "price_floor",
                "Floor price",
                "METI, JOGMEC",
                "supply.price_floor",
                0.0,
                1.0,
                2027,
                1.0,
                NAN,
                "npv_3500_jpy",
                "up",
                -3e11,
                -2.5e11,
                "JPY",
                "yes",
                "",
            ),
        ],
        "supply_supports": [("two_node_chain", "china", "grant", 0.02, 0.05, 1e10, 9e9)],
        "supply_investment_trap": [("Nd", 2011, 120.0, 62.0, "yes", 40.0, -10.0)],
        "supply_criteria": [("fill_rate[S3 pro_rata defence]", "run_rate", 0.8, 0.81, "1", "up")],
        "supply_regions": [("china", "China", 3.0, 3.0, 270.0, 0.685, 44_000.0, 5.0, 0.7, "China–Japan")],
        "supply_cash_flow": [
            (
                project,
                world,
                year,
                line,
                value * (year > 0) + (line == "capex") * (year == 0) * -2.6e11,
                NAN,
                NAN,
                "JPY",
            )
            for project in ("pilot", "3500")
            for world, revenue in (("china", 2.4e10), ("ex_china", 8e10))
            for year in range(21)
            for line, value in (
                ("revenue", revenue),
                ("opex", -4.5e10),
                ("tax", -0.1 * revenue),
                ("capex", 0.0),
                ("free_cash_so_far", 0.9 * revenue - 4.5e10 - (year == 0) * 2.6e11),
            )
        ],
        "supply_prices": [
            (element, world, year, price, 0.7 * price, 1.5 * price, "USD/kg")
            for element, base in (("Nd", 62.0), ("Dy", 250.0))
            for world, price in (("china", base), ("ex_china", 2.5 * base))
            for year in range(2027, 2048)
        ],
        "supply_published": [
            (
                "cost of the mud",
                "METI and JOGMEC 2016",
                "yearly cost at 3,500 t/d",
                63.0,
                63.0,
                63.0,
                "JPY bn/yr",
                61.0,
                "METI and JOGMEC, report on sea-bed resources, 2016",
                "M",
                "residue not counted",
            )
        ],
        "supply_inputs": [
            (
                "demand.dy_current_t",
                500.0,
                350.0,
                660.0,
                "t",
                "triangular",
                "reference",
                "derived from magnet output",
                "D",
                "",
            ),
            (
                "demand.tb_current_t",
                90.0,
                60.0,
                120.0,
                "t",
                "triangular",
                "--set",
                "assumption: from memory: no source found",
                "A",
                "",
            ),
        ],
        "supply_notes": [
            (
                "licences_2025",
                "2025-04-04",
                "China puts seven elements under licence.",
                "Reuters, report of April 2025",
                "H",
            )
        ],
        "supply_closure": [("network", 640, 3e-16), ("stocks of the shock", 8, 2e-13)],
    }


def frames() -> dict[str, pd.DataFrame]:
    """Return every table of the study as a frame."""
    rows = made_rows()
    found = {
        table.name: frame_of(rows[table.name], [column.name for column in table.columns]) for table in SUPPLY_TABLES
    }
    return found | {"indicators": frame_of([*contribution(), *shock_and_money()], INDICATOR_COLUMNS)}  # fmt: skip


def frame_of(rows: Sequence[tuple[Any, ...]], columns: Sequence[str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(columns))


class MadeArtefact(Artefact):
    """An artefact whose tables are in memory."""

    tables: dict[str, pd.DataFrame]

    def table(self, name: str) -> pd.DataFrame:
        """Return the rows of one of its tables."""
        return self.tables[name]


def made_view(tables: dict[str, pd.DataFrame] | None = None) -> SupplyView:
    """Return a view of the study made by hand, or of other tables."""
    runs = {"wet": "pilot-2027-1a2b3c4d", "dry": "pilot-2027-5e6f7a8b"}
    identity = {
        "kind": "supply", "run_id": runs["wet"], "run_sha256": "0", "code_version": "0",
        "choices": {"draws": 1000, "seed": 7, "runs": runs, "basis": "wet"},
    }  # fmt: skip
    scenario = {
        "title": "Pilot campaign 2027", "campaign_years": 0.334, "changes": ["finance.jpy_per_usd = 150 JPY/USD"],
        "supply": CHOICES,
        "quantities": {"finance.jpy_per_usd": {"value": 150.0}},
    }  # fmt: skip
    manifest = {"identity": identity, "scenario": scenario, "notes": ["mine.csv (UTF-8): 12 lines, 11 accepted."]}
    artefact = MadeArtefact(Path("store/artefacts/pilot-2027-1a2b3c4d-supply-0f0f0f0f"), manifest)
    object.__setattr__(artefact, "tables", frames() if tables is None else tables)
    return SupplyView(artefact)
