"""Whatever a run or a supply study holds is said in words (truth: derived; rows of small ones, played here)."""

import re
from functools import cache

import pandas as pd
import pytest

from ops_data.reference.indicator_rows import indicator_rows
from ops_data.reference.item_kinds import ITEM_KINDS
from ops_data.reference.japanese import item_title, kinds, known
from ops_data.supply_tables import SUPPLY_TABLES
from ops_data.tables import to_arrow
from tests.twin import supply_runs_by_hand as by_hand
from twin.indicators.replicate import replicate_tables
from twin.operations.campaign import simulate
from twin.scenario import draw_parameters, load_scenario
from twin.supply_rows import study_tables

CODE = re.compile("[a-z_]{3,}")  # what no Japanese line holds: symbols are shorter, abbreviations are capitals
WHOLE_CHAIN = (
    'processing.steps=["dewater", "beneficiate", "leach", "solid_liquid", "purify", "calcine", "separate"]',
    'processing.separation="own_circuit"', "processing.extrapolate=true", 'processing.acid="sulfuric"',
    'processing.reductant="hydrogen_peroxide"', 'processing.purification="neutralise"',
)  # fmt: skip
CHAINS = ((), ('processing.steps=["dewater"]',), WHOLE_CHAIN, ("mining.vessels=2",))
KIND_OF_COLUMN = {
    "intervals": {"asset": "asset", "activity": "activity", "state": "state", "cause": "cause"},
    "lots": {"kind": "lot_kind", "stage": "stage", "from_asset": "asset", "to_asset": "asset"},
    "ledger": {"step": "step", "item": "ledger_item", "unit": "unit"},
    "balance": {"constituent": "element", "source": "place", "target": "place", "kind": "balance_kind"},
    "daily": {"name": "series"},
    "outcomes": {"name": "indicator"},
}
KIND_OF_SUPPLY = {
    "supply_drivers": {"basis": "basis", "element": "element", "factor": "factor"},
    "supply_demand": {"element": "supply_element", "sector": "supply_sector", "flow": "supply_flow", "unit": "unit"},
    "supply_flows": {
        "element": "supply_element", "stage": "supply_stage", "seller": "supply_origin", "buyer": "buyer",
    },
    "supply_dependency": {
        "element": "supply_element", "stage": "supply_stage", "basis": "dependency_basis", "measure": "measure",
    },
    "supply_cuts": {"element": "supply_element", "rerouting": "rerouting"},
    "supply_replays": {"scenario": "shock_scenario", "role": "replay_role", "unit": "unit"},
    "supply_logistics": {"origin": "data_origin", "scenario": "shock_scenario", "panel": "panel"},
    "supply_weights": {"scenario": "shock_scenario"},
    "supply_kpis": {"kpi": "kpi", "met": "met", "unit": "unit"},
    "supply_conflicts": {"conflict": "conflict", "verdict": "verdict", "unit": "unit"},
    "supply_levers": {"lever": "lever", "output": "output", "direction": "direction", "as_stated": "met"},
    "supply_supports": {"project": "project", "world": "world", "support": "support"},
    "supply_investment_trap": {"element": "element", "invests": "met"},
    "supply_criteria": {"output": "output", "reading": "mud_reading", "better": "direction"},
    "supply_regions": {"origin": "supply_origin"},
    "supply_cash_flow": {"project": "project", "world": "world", "line": "cash_line", "unit": "unit"},
    "supply_prices": {"element": "element", "world": "world", "unit": "unit"},
    "supply_published": {"topic": "topic", "unit": "unit"},
    "supply_inputs": {"unit": "unit", "law": "law", "confidence": "confidence"},
    "supply_notes": {"key": "note", "confidence": "confidence"},
    "supply_closure": {"balance": "balance_check"},
    "supply_shock_months": {"scenario": "shock_scenario", "series": "shock_series"},
}  # fmt: skip


@cache
def replicate(sets: tuple[str, ...]) -> dict[str, pd.DataFrame]:
    """Return the tables of one replicate of the pilot."""
    plan = load_scenario("pilot-2027", sets)
    values = draw_parameters(plan, 7, 0, "drawn")
    rows = replicate_tables(plan, values, 0, simulate(plan, 7, 0))
    return {name: to_arrow(name, table).to_pandas() for name, table in rows.items()}


@cache
def study() -> dict[str, pd.DataFrame]:
    """Return the tables of one draw of a supply study of made-up runs: every scenario, rule and project."""
    job = by_hand.job(
        'supply.scenarios=["S1", "S2", "S3", "S4", "R2010", "R2025"]', "supply.shock_months=3",
        'supply.rules=["strict_priority", "pro_rata", "minimum_shares", "linear_programme"]',
        scale=by_hand.numbers(by_hand.SPREAD, "dry"),
    )  # fmt: skip
    drawn = {name: frame(table) for name, table in job.play(0, 0).items()}
    told = study_tables(job, 1, [], drawn["outcomes"], None)
    return drawn | {name: frame(table) for name, table in told.items()}


def frame(table: object) -> pd.DataFrame:
    assert isinstance(table, dict)
    return pd.DataFrame({name: by_hand.plain(column) for name, column in table.items()})


def unknown(tables: dict[str, pd.DataFrame], wanted: dict[str, dict[str, str]]) -> list[tuple[str, str, str]]:
    """Return table, column and name of whatever has no term."""
    return [
        (table, column, name)
        for table, columns in wanted.items()
        for column, kind in columns.items()
        for name in sorted(set(tables[table][column].astype(str)))
        if name and not known(kind, name)
    ]


@pytest.mark.parametrize("sets", CHAINS)
def test_every_name_in_the_tables_of_a_run_has_a_term(sets: tuple[str, ...]) -> None:
    tables = replicate(sets)
    assert all(len(tables[name]) for name in KIND_OF_COLUMN)
    assert unknown(tables, KIND_OF_COLUMN) == []


def test_every_name_in_the_tables_of_a_supply_study_has_a_term() -> None:
    assert set(KIND_OF_SUPPLY) == {table.name for table in SUPPLY_TABLES}
    assert unknown(study(), KIND_OF_SUPPLY) == []


def items(tables: dict[str, pd.DataFrame]) -> set[tuple[str, str]]:
    """Return name and item of every outcome."""
    rows = tables["outcomes"][["name", "item"]].astype(str)
    return set(rows.itertuples(index=False, name=None))


@pytest.mark.parametrize("sets", CHAINS)
def test_every_item_of_a_run_is_said_in_words(sets: tuple[str, ...]) -> None:
    for name, item in items(replicate(sets)):
        assert not CODE.search(item_title(name, item, "ja")), (name, item)
        assert "_" not in item_title(name, item, "en"), (name, item)


def test_every_item_of_a_supply_study_is_said_in_words() -> None:
    told = items(study())
    told |= {("supply_kpis", item) for item in study()["supply_kpis"]["item"]}
    told |= {("supply_cuts", nodes) for nodes in study()["supply_cuts"]["nodes"]}
    told |= {("supply_logistics", item) for item in study()["supply_logistics"]["item"]}
    told |= {("supply_shock_months", item) for item in study()["supply_shock_months"]["item"]}
    assert len(told) > 1_000
    for name, item in told:
        assert not CODE.search(item_title(name, item, "ja")), (name, item)
        assert "_" not in item_title(name, item, "en"), (name, item)


@pytest.mark.parametrize(
    ("name", "item", "en", "ja"),
    [
        ("lifted_wet_t", "", "", ""),
        ("contribution_oxide_t", "campaign wet Nd", "Campaign, wet, neodymium", "操業、湿重量、ネオジム"),
        ("supply_t", "all metal", "All eight elements, metal and alloy", "8元素の合計、金属・合金"),
        ("mud_insurance_jpy", "run_rate pro_rata Daiwa",
         "A year of mud at the target rate, pro rata, Daiwa Institute of Research",
         "目標の速さで1年分の泥がある場合、一律按分、大和総研"),
        ("plume_area_km2", "10 mg/L", "10 mg/L", "10 mg/L"),
        ("plume_area_km2", "return water 0.1 mg/L", "Return water, 0.1 mg/L", "余水の層、0.1 mg/L"),
        ("deposit_area_km2", "0.1 mm", "0.1 mm", "0.1 mm"),
        ("deposited_share", "within 5 km", "Within 5 km", "5 km 以内"),
        ("held_target_3d", "2027-02-28", "2027-02-28", "2027-02-28"),
        ("noise_source_db", "lift", "Lift pumps", "揚泥ポンプ"),
        ("energy_mwh", "lift", "Lifting slurry", "スラリーの揚泥"),
        ("oxide_kg", "Nd", "Neodymium", "ネオジム"),
        ("product_kg", "Nd", "Neodymium oxide", "酸化ネオジム"),
        ("clusters_working", "2 of 3", "At least 2 of 3 clusters", "3拠点のうち 2 拠点以上"),
        ("supply_cuts", "australia ore, us ore", "Australia, ore and concentrate; United States, ore and concentrate",
         "オーストラリア、鉱石・精鉱\uff1b米国、鉱石・精鉱"),
    ],
)  # fmt: skip
def test_an_item_is_said_word_by_word_and_numbers_stay(name: str, item: str, en: str, ja: str) -> None:
    assert item_title(name, item, "en") == en
    assert item_title(name, item, "ja") == ja


def test_items_are_looked_up_in_kinds_that_there_are() -> None:
    assert {kind for of_kinds in ITEM_KINDS.values() for kind in of_kinds} <= set(kinds())
    tables = {table.name for table in SUPPLY_TABLES}
    assert set(ITEM_KINDS) <= set(indicator_rows()) | tables
