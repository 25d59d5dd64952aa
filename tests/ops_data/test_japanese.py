"""Terms in both languages: every declared name has them, and they are written as people write.

Truth: the declarations in code and data (derived), and the words that reports already use.
"""

import csv
import re
import tomllib
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest
from pydantic import BaseModel

from ops_data import schemas
from ops_data.elements import CONSTITUENTS, ELEMENTS
from ops_data.environment_tables import RELEASE_KINDS
from ops_data.errors import FailedError, UnknownNameError
from ops_data.reference import components, parameters, vessels
from ops_data.reference.fauna_rows import recovery_clocks
from ops_data.reference.indicator_rows import indicator_rows
from ops_data.reference.japanese import (
    COLUMNS,
    FILE,
    LANGUAGES,
    SHARED,
    STAR,
    SUPPLY,
    Term,
    explanation,
    kinds,
    known,
    read_terms,
    term,
    terms,
    title,
)
from ops_data.reference.noise_group_rows import noise_groups
from ops_data.reference.rows import ASSET_KINDS, CONFIDENCES, EVENT_LAWS, LAWS, LIFE_LAWS, REPAIR_CLASSES
from ops_data.reference.supply.tables import read_tables
from ops_data.supply_names import BASES, GROUPS, SECTORS, STAGES
from twin.indicators import air, balance_rows, categories, composition, cost, events, noise, usage
from twin.indicators.stocks import ON_THE_WAY
from twin.operations.loads import USES
from twin.processing import accounts, beneficiate, calcine, dewater, leach, ledger, plants, purify, solid_liquid
from twin.processing.oxides import PRODUCTS
from twin.scenario import Scenario, json_schema, load_scenario
from twin.scenario_file import packaged_names
from twin.settings import STEPS
from twin.supply_settings import Supply
from twin.supply_words import COSTS, PROJECTS, READINGS, RULES

JAPANESE = re.compile("[ぁ-んァ-ヶ一-龠]")
FULL_WIDTH = re.compile("[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\u3000]")  # digits, letters, space
POLITE = re.compile("です|ます。|ください")
# kinds in which a title may be the same in both languages
SYMBOLS = ("unit",)
# titles that only say where the star of a name goes, or that are symbols in both
FORMS = {("stage", "oxide *"), ("place", "oxide *"), ("kpi_item", "Nd and Pr")}
# what the report calls without saying which level or water is meant, as its tables do; here a title stands alone
SAID_LONGER = {"island_discharge_mg_l", "plume_furthest_km", "deposit_furthest_km"}
STEP_STAGES = (
    dewater.CAKE, dewater.RETURN_WATER, beneficiate.CONCENTRATE, beneficiate.TAILINGS, leach.SLURRY, leach.OFF_GAS,
    solid_liquid.LIQUOR, solid_liquid.RESIDUE, purify.OXALATE, purify.HYDROXIDE_CAKE, purify.THORIUM_BLEED,
    purify.SPENT_LIQUOR, calcine.MIXED_OXIDE, calcine.DUST, "toll_residue", "circuit_residue", "circuit_effluent",
)  # fmt: skip
OXIDES = tuple(f"oxide {product}" for product in PRODUCTS)
SERIES = (
    "lifted_wet_t", "lifted_dry_t", "hold_dry_t", "mining_fuel_t", *ON_THE_WAY, *plants.STOCKS,
    *(f"{name}_h" for name in categories.CATEGORIES),
    *(f"{use}_mwh" for use in USES),
    *(f"oxide_{name.lower()}_kg" for name in ELEMENTS),
)  # fmt: skip
PLACES = (
    balance_rows.SEA_BED, *balance_rows.PLACES.values(), *balance_rows.LOST_BY.values(), accounts.REAGENTS,
    accounts.RECOVERED, accounts.BRINE, *accounts.STEP_PLACES.values(), *map(accounts.plain, STEP_STAGES),
)  # fmt: skip


def allowed(table: str, column: str) -> tuple[str, ...]:
    """Return the words a column of a table may hold."""
    return next(one.allowed for one in schemas.table(table).columns if one.name == column)


DECLARED: dict[str, Iterable[str]] = {
    "indicator": indicator_rows(),
    "indicator_group": {row.group for row in indicator_rows().values()},
    "activity": schemas.ACTIVITIES,
    "state": schemas.STATES,
    "cause": schemas.CAUSES,
    "category": categories.CATEGORIES,
    "calendar": ("productive", "planned", "lost", "off_hire"),
    "asset_kind": ASSET_KINDS,
    "use": USES,
    "trip": events.TRIP_CAUSES,
    "cost": ("mobilisation", *cost._DAY_RATES, "fuel", "total"),
    "product": PRODUCTS,
    "step": (*STEPS, usage.ISLAND),
    "ledger_item": (*(item.rpartition("_")[0] for item in ledger.ITEMS), usage.ISLAND_POWER),
    "element": CONSTITUENTS,
    "basis": (*BASES, "both"),
    "origin": allowed("runs", "origin"),
    "parameters_mode": allowed("runs", "parameters"),
    "lot_kind": allowed("lots", "kind"),
    "balance_kind": allowed("balance", "kind"),
    "release": RELEASE_KINDS,
    "series": SERIES,
    "stage": (*composition.RANK, *STEP_STAGES, "oxide *"),
    "place": (*PLACES, "held: *", "oxide *"),
    "confidence": CONFIDENCES,
    "law": {*LAWS, *EVENT_LAWS, *LIFE_LAWS},
    "repair_class": REPAIR_CLASSES,
    "component": components(),
    "vessel": vessels(),
    "scenario": packaged_names(),
    "gas": air.GASES,
    "fauna": recovery_clocks(),
    "hearing_group": noise_groups(),
    "noise_source": (*noise.MACHINES, noise.POSITIONING),
    "role": ("viewer", "reviewer", "planner", "operator", "admin"),
    "job_kind": ("run", "environment", "supply", "environmental-review", "supply-statement"),
    "job_state": ("submitted", "running", "sealed", "failed", "cancelled"),
    "supply_sector": (*SECTORS, "all"),
    "supply_stage": STAGES,
    "supply_element": (*GROUPS, "all"),
    "dependency_basis": allowed("supply_dependency", "basis"),
    "panel": allowed("supply_logistics", "panel"),
    "data_origin": allowed("supply_logistics", "origin"),
    "met": allowed("supply_kpis", "met"),
    "verdict": allowed("supply_conflicts", "verdict"),
    "direction": allowed("supply_levers", "direction"),
    "rerouting": allowed("supply_cuts", "rerouting"),
    "reading": READINGS,
    "rule": RULES,
    "project": PROJECTS,
    "running_cost": COSTS,
    "kpi": {row.kpi for row in read_tables().policy.kpis.values()},
    "lever": read_tables().policy.levers,
    "conflict": read_tables().policy.conflicts,
    "output": read_tables().policy.outputs,
    "supply_origin": read_tables().network.origins,
    "shock_scenario": read_tables().shock.shock_scenarios,
    "route": {row.route for row in read_tables().shock.routes.values()},
    "owner": {owner for row in read_tables().policy.levers.values() for owner in row.owners.split(";")},
}


@pytest.mark.parametrize("kind", DECLARED)
def test_a_kind_has_every_name_that_is_declared_and_no_other(kind: str) -> None:
    assert set(terms(kind)) == set(DECLARED[kind])


def sections() -> dict[str, type[BaseModel]]:
    """Return the sections of settings, of a scenario and of a supply study."""
    found = {name: field.annotation for name, field in Scenario.model_fields.items()}
    own = {name: kind for name, kind in found.items() if isinstance(kind, type) and issubclass(kind, BaseModel)}
    return {**own, "supply": Supply}


def fields() -> Iterator[tuple[str, Any]]:
    """Yield dotted key and type of every setting."""
    for section, model in sections().items():
        for name, field in model.model_fields.items():
            yield f"{section}.{name}", field.annotation


def literals(kind: Any) -> Iterator[str]:
    """Yield the words of a Literal, or of one inside a tuple."""
    if get_origin(kind) is Literal:
        yield from get_args(kind)
    for part in get_args(kind):
        yield from literals(part)


def test_every_section_setting_and_choice_of_a_scenario_or_a_supply_study_is_named() -> None:
    assert set(terms("setting_section")) == set(sections())
    assert set(terms("setting")) == {key for key, _ in fields()}
    choices = {f"{key}={word}" for key, kind in fields() for word in literals(kind)}
    assert [choice for choice in choices if not known("setting_choice", choice)] == []
    assert set(terms("setting_choice")) <= choices


def test_choices_that_another_kind_names_are_not_written_twice() -> None:
    shared = [name for name in terms("setting_choice") if name.partition("=")[0] in SHARED]
    assert shared == ["supply.price_regime=none"]
    assert title("setting_choice", "processing.steps=leach", "ja") == title("step", "leach", "ja")


def test_every_quantity_of_a_scenario_has_a_title_of_its_own() -> None:
    quantities = load_scenario("pilot-2027").quantities
    assert set(parameters()) <= set(quantities)
    assert [key for key in quantities if not known("parameter", key)] == []
    assert {name for name in terms("parameter") if STAR not in name} <= set(quantities)
    for lang in LANGUAGES:
        titles = [title("parameter", key, lang) for key in quantities]
        assert len(set(titles)) == len(titles), lang


def test_every_unit_has_its_sign_in_both_languages() -> None:
    used = {row.unit for row in indicator_rows().values()} | {row.unit for row in parameters().values()}
    used |= {*units_in(json_schema()), *units_in(Supply.model_json_schema()), *ledger.UNITS}
    for path in SUPPLY.glob("*.csv"):
        with path.open(newline="", encoding="utf-8-sig") as file:
            used |= {row["unit"] for row in csv.DictReader(file) if "unit" in row}
    assert set(terms("unit")) == used


def units_in(schema: Any) -> Iterator[str]:
    """Yield the units that a JSON schema names."""
    for key, value in schema.items() if isinstance(schema, dict) else ():
        if key == "unit" and isinstance(value, str):
            yield value
        yield from units_in(value)
    for one in schema if isinstance(schema, list) else ():
        yield from units_in(one)


def every_term() -> list[Term]:
    """Return all terms but the tables' own texts, which the tests of those tables read."""
    return [one for kind in kinds() if kind not in ("note", "conflict", "output") for one in terms(kind).values()]


def test_titles_are_japanese_in_japanese_and_begin_with_a_capital_in_english() -> None:
    for one in every_term():
        place, en, ja = (one.kind, one.name), one.title["en"], one.title["ja"]
        if one.kind in SYMBOLS or place in FORMS:
            continue
        assert JAPANESE.search(ja), place
        assert en != ja and not JAPANESE.search(en), place
        assert en[0].isupper() or en[0] in "0123456789*" or en.startswith("pH"), place


def test_cells_have_no_stray_space_no_full_width_letter_and_no_polite_form() -> None:
    cells = FILE.read_text(encoding="utf-8").splitlines()
    assert [line for line in cells if FULL_WIDTH.search(line) or POLITE.search(line)] == []
    for one in every_term():
        for said in chain(one.title.values(), one.text.values()):
            assert said == said.strip() and "  " not in said, (one.kind, one.name)


def test_explanations_are_whole_sentences_in_both_languages() -> None:
    for one in every_term():
        en, ja = one.text["en"], one.text["ja"]
        place = (one.kind, one.name)
        assert bool(en) == bool(ja) or one.kind == "setting", place
        assert not ja or (ja.endswith("。") and JAPANESE.search(ja)), place
        assert not en or en.endswith((".", ")")), place


def test_names_of_one_kind_are_told_apart() -> None:
    """Choices need differ only within their setting, and two names of the ship's day are one thing by intent."""
    for kind in kinds():
        for lang in LANGUAGES:
            told: dict[tuple[str, str], str] = {}
            for name, one in terms(kind).items():
                setting = name.partition("=")[0] if kind == "setting_choice" else ""
                same = told.setdefault((setting, one.title[lang]), name)
                assert same == name or kind in ("unit", "mud_reading"), (kind, name, same)


def test_words_that_two_kinds_share_are_the_same() -> None:
    for lang in LANGUAGES:
        for name in categories.CATEGORIES:
            assert title("series", f"{name}_h", lang) == title("category", name, lang)
        for use in USES:
            assert title("series", f"{use}_mwh", lang) == title("use", use, lang)
        for step, place in accounts.STEP_PLACES.items():
            assert title("place", place, lang) == title("step", step, lang)
        for stage in STEP_STAGES:
            assert title("place", accounts.plain(stage), lang) == title("stage", stage, lang)
        for product in set(PRODUCTS) & set(ELEMENTS):
            assert title("series", f"oxide_{product.lower()}_kg", lang) == title("product", product, lang)


def report_words(name: str, root: Path) -> dict[str, Any]:
    """Return the Japanese words of a report."""
    return tomllib.loads((root / "ops_data" / "export" / "text" / f"{name}.toml").read_text(encoding="utf-8"))


def test_pages_and_the_review_report_call_an_indicator_the_same(root: Path) -> None:
    names = report_words("ja", root)["names"]
    same = [name for name in terms("indicator") if name in names and name not in SAID_LONGER]
    assert len(same) > 30
    assert {name: title("indicator", name, "ja") for name in same} == {name: names[name] for name in same}


@pytest.mark.parametrize(
    ("kind", "section"),
    [
        ("supply_sector", "sectors"), ("supply_stage", "stages"), ("supply_flow", "flows"), ("rule", "rules"),
        ("project", "projects"), ("support", "supports"), ("dependency_basis", "bases"), ("factor", "factors"),
        ("panel", "panels"), ("topic", "topics"), ("met", "met"), ("verdict", "verdicts"), ("direction", "directions"),
        ("running_cost", "costs"), ("plant_kind", "plants"), ("mud_reading", "mud_readings"), ("replay_role", "roles"),
        ("data_origin", "sources"), ("balance_check", "balances"),
    ],
)  # fmt: skip
def test_pages_and_the_supply_statement_use_the_same_words(kind: str, section: str, root: Path) -> None:
    words = report_words("statement_ja", root)[section]
    assert {str(name): title(kind, str(name), "ja") for name in words} == words


def test_known_names_have_terms_and_others_are_refused_with_the_closest() -> None:
    assert title("cause", "weather", "ja") == "荒天"
    assert explanation("setting", "lift.system", "en", "What drives the flow.") == "What drives the flow."
    assert explanation("activity", "evade", "en") == "Sail clear of a storm."
    assert title("period", "FY2027", "ja") == "2027年度" and not known("period", "2027")
    assert title("asset", "shuttle-2", "en") == "Shuttle 2" and title("asset", "chikyu", "ja") == "ちきゅう"
    assert not known("scenario", "my-own-plan")
    with pytest.raises(UnknownNameError, match="no activity 'lfit' among the terms; did you mean 'lift'"):
        title("activity", "lfit", "ja")
    with pytest.raises(UnknownNameError, match="no kind of terms 'activty'; did you mean 'activity'"):
        term("activty", "lift")
    with pytest.raises(UnknownNameError, match="no language 'fr'"):
        title("activity", "lift", "fr")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("x,a,A,,,", r"terms.csv:2: name 'a': a title too few"),
        ("x,,A,あ,,", r"terms.csv:2: name '': empty or repeated"),
        ("x,a,A,あ,Only English.,", r"terms.csv:2: name 'a': a text in one language"),
        ("x,a,A,あ", r"terms.csv:2: name 'a': 4 cells found; 6 per line"),
        ("indicator,a,Twice,あ,,", r"terms.csv:2: name 'a': a title too few or too many"),
    ],
)
def test_a_broken_row_is_refused_by_file_line_and_name(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "terms.csv"
    path.write_text(f"{','.join(COLUMNS)}\n{line}\n", encoding="utf-8")
    with pytest.raises(FailedError, match=message):
        read_terms(path)


def test_a_file_with_other_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "terms.csv"
    path.write_text("kind,name,ja\n", encoding="utf-8")
    with pytest.raises(FailedError, match=r"terms.csv:1: header 'kind,name,ja' found"):
        read_terms(path)
