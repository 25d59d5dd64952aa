"""Every named item of the plans and articles has a place in the project, and every place that is named exists."""

import importlib
import re
from collections import Counter
from dataclasses import fields
from pathlib import Path

import pytest

from ops_data import supply_tables
from ops_data.reference.indicator_rows import indicator_rows
from ops_data.reference.supply import reading
from ops_data.reference.supply.policy_rows import read_policy
from twin.supply_case import SupplyCase, load_case
from twin.supply_settings import Supply

SEEDS = {"000": 19, "001": 10, "002": 13, "003": 12, "004": 53}
TAGS = {
    "CORE": {"000": 6, "001": 0, "002": 5, "003": 4, "004": 11},
    "SCEN": {"000": 8, "001": 4, "002": 4, "003": 5, "004": 20},
    "FIN": {"000": 0, "001": 1, "002": 1, "003": 1, "004": 15},
    "TWIN": {"000": 3, "001": 0, "002": 1, "003": 0, "004": 0},
    "DASH": {"000": 2, "001": 0, "002": 1, "003": 1, "004": 4},
}
CONTEXT_ONLY = {"000": 1, "001": 5, "002": 2, "003": 0, "004": 4}
COVERAGE = read_policy().coverage
PACKAGES = ("ops_data", "twin", "dashboards")


def rows_of(case: SupplyCase) -> set[str]:
    tables = case.tables
    topics = (tables.demand, tables.network, tables.shock, tables.finance, tables.policy)
    return {f"{table.name}.{key}" for topic in topics for table in fields(topic) for key in getattr(topic, table.name)}


@pytest.fixture(scope="module")
def known() -> dict[str, set[str]]:
    """Names that a reference of each kind may lead to; functions are imported instead."""
    case = load_case()
    policy = case.tables.policy
    return {
        "quantity": set(case.quantities),
        "row": rows_of(case),
        "table": {path.stem for path in reading.HERE.glob("*.csv")} | {one.name for one in supply_tables.SUPPLY_TABLES},
        "setting": {f"supply.{name}" for name in Supply.model_fields},
        "lever": set(policy.levers),
        "kpi": {row.kpi for row in policy.kpis.values()},
        "conflict": set(policy.conflicts),
        "scenario": set(case.tables.shock.shock_scenarios),
        "indicator": set(indicator_rows()),
        "output": set(policy.outputs),
        "note": set(policy.notes),
    }


def is_function(name: str) -> bool:
    module, attribute = name.rsplit(".", 1)
    return callable(getattr(importlib.import_module(module), attribute, None))


def by_seed(tag: str) -> dict[str, int]:
    found = Counter(row.key[:3] for row in COVERAGE.values() if tag in row.tags)
    return {seed: found[seed] for seed in SEEDS}


def test_each_of_the_107_named_items_has_one_row() -> None:
    """Published: the count of named items by source document."""
    assert dict(Counter(key[:3] for key in COVERAGE)) == SEEDS
    assert len(COVERAGE) == 107


@pytest.mark.parametrize("tag", TAGS)
def test_the_items_carry_their_tags(tag: str) -> None:
    """Published: the count of tags by source document; one item may carry several."""
    assert by_seed(tag) == TAGS[tag]


def test_twelve_items_are_context_only() -> None:
    """Published: the count of context items by source document."""
    found = Counter(row.key[:3] for row in COVERAGE.values() if row.tags == ("CTX",))
    assert {seed: found[seed] for seed in SEEDS} == CONTEXT_ONLY


def test_only_context_is_no_more_than_a_note() -> None:
    """Derived: an item that is more than context names something that computes or moves it."""
    noted = [row.key for row in COVERAGE.values() if {kind for kind, _ in row.references} == {"note"}]
    assert [key for key in noted if COVERAGE[key].tags != ("CTX",)] == []


@pytest.mark.parametrize("item", COVERAGE)
def test_every_place_that_is_named_exists(item: str, known: dict[str, set[str]]) -> None:
    """Derived: each reference is looked up; functions are imported."""
    lost = [
        f"{kind}:{name}"
        for kind, name in COVERAGE[item].references
        if not (is_function(name) if kind == "function" else name in known[kind])
    ]
    assert lost == []


def test_every_lever_target_and_comparison_belongs_to_named_items() -> None:
    """Derived: nothing is checked or moved that no item asks for."""
    policy = read_policy()
    asked = {(row.key, one) for row in policy.levers.values() for one in row.ids.split(";")}
    asked |= {(row.key, one) for row in policy.conflicts.values() for one in row.ids.split(";")}
    asked |= {(row.key, row.kpi) for row in policy.kpis.values()}
    assert sorted((key, item) for key, item in asked if item not in COVERAGE) == []


def test_every_target_of_the_roadmap_is_checked() -> None:
    """Published: the targets named in the documents."""
    named = {"004-02", "002-02", "002-04", "002-06", "002-07", "002-08", "000-08"} | {f"004-K{n}" for n in range(1, 8)}
    assert named <= {row.kpi for row in read_policy().kpis.values()}


def test_every_function_that_is_named_is_used_by_the_project_itself(root: Path) -> None:
    """Derived: a name in our own code beside its definition; what only tests call covers nothing."""
    texts = [path.read_text(encoding="utf-8") for name in PACKAGES for path in (root / name).rglob("*.py")]
    for row in COVERAGE.values():
        for kind, name in row.references:
            if kind == "function":
                short = name.rpartition(".")[2]
                uses = sum(len(re.findall(rf"(?<!def )(?<!class )(?<!>>> )\b{short}\b", text)) for text in texts)
                assert uses, f"{row.key}: {name}"
