"""What the report of a package says is what its tables say (truth: derived; the tables of the package, read again)."""

from itertools import groupby
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ops_data.export.report_data import ReportData
from ops_data.export.report_text import words
from tests.twin.reviews import AFAR, AT_SITE, REPLICATES, Made, made
from twin.environment.field_comparison import Comparison
from twin.environment.verification import Case
from twin.environment_choices import with_choices
from twin.review_numbers import numbers, told_outcomes
from twin.review_report import ON_PAGE, Material, input_rows, report_data
from twin.scenario import Scenario, load_scenario

CASE = Case("V1", "a case", 1.0, 1.0, 1e-3, "1", "a source")
STUDY = Comparison(
    id="V15", study="a study", quantity="a thing", unit="1", field_value=2.0, model_value=3.0, ratio=1.5,
    rule="within a factor 2", agrees=True, inputs="", remark="as it is", source="a source",
)  # fmt: skip


@pytest.fixture(scope="module")
def review(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Return the run and its package."""
    return made(tmp_path_factory)


@pytest.fixture(scope="module")
def data(review: Made) -> ReportData:
    """Return what the report says, with one case and one field study."""
    outcomes = told_outcomes(review.run.table("outcomes"), review.study, range(REPLICATES))
    told = numbers(review.study, outcomes, review.table("emissions"))
    given = Material(review.run.manifest, review.study, told, outcomes, [CASE], [STUDY], "0.1.0+code.x", "0" * 64)
    return report_data(given, [("summary.csv", "summary")])


def columns(rows: Any, *names: str) -> list[tuple[Any, ...]]:
    """Return some fields of records."""
    return [tuple(getattr(row, name) for name in names) for row in rows]


def test_each_number_of_the_page_is_its_row_of_the_summary(review: Made, data: ReportData) -> None:
    for row in data.summary:
        low, value, high = (float(review.summary[row.id][name]) for name in ("low", "value", "high"))
        assert (row.value, row.unit) == (value, review.summary[row.id]["unit"]), row.id
        assert (row.low, row.high) == (None if np.isnan(low) else low, None if np.isnan(high) else high), row.id
    assert {row.name for row in data.summary} <= ON_PAGE
    assert {"lifted_dry_t", "released_t", "exceedance", "zone_contact", "plume_residual"} <= {
        r.name for r in data.summary
    }


def test_the_threshold_table_is_that_of_the_package_with_the_rows_of_a_level_together(
    review: Made, data: ReportData
) -> None:
    table = review.table("thresholds")
    names = ("quantity", "layer", "level", "metric", "low", "value", "high", "probability")
    told = pd.DataFrame(columns(data.thresholds, *names), columns=list(names))
    pd.testing.assert_frame_equal(told, table[list(names)], check_dtype=False)
    keys = columns(data.thresholds, "quantity", "layer", "level")
    assert [key for key, _ in groupby(keys)] == list(dict.fromkeys(keys))
    assert len(dict.fromkeys(keys)) == 9


def test_a_zone_tells_in_how_many_members_each_level_was_exceeded(review: Made, data: ReportData) -> None:
    contacts = review.table("contacts").fillna({"layer": ""})
    assert [zone for zone, *_ in columns(data.zones, "zone")] == [AT_SITE] * 9 + [AFAR] * 9
    for row in data.zones:
        of = contacts[(contacts["zone"] == row.zone) & (contacts["quantity"] == row.quantity)]
        of = of[of["layer"] == row.layer]
        assert row.touched == int((of["highest"] > row.level).sum())
        assert (row.kind, row.members) == ({AT_SITE: "IRZ", AFAR: "PRZ"}[row.zone], REPLICATES)
        assert row.touched / row.members <= row.at_most <= 1.0
    assert any(row.touched for row in data.zones)


def test_the_balance_tells_every_term_of_the_closure_and_what_is_left(review: Made, data: ReportData) -> None:
    closure = review.table("closure")
    terms = {(row.section, row.name): row for row in data.closure}
    residual = terms.pop(("plume", "residual_share"))
    assert {name for _, name in terms} == set(closure) - {"replicate", "stirred_up_t"}
    for (_, name), row in terms.items():
        spread = np.quantile(closure[name], [0.1, 0.5, 0.9])
        assert (row.low, row.value, row.high) == pytest.approx(tuple(spread), abs=1e-12), name
    assert residual.value < 1e-12


def test_proxies_have_their_group_their_source_and_thresholds_where_there_are_some(data: ReportData) -> None:
    assert {row.group for row in data.proxies} == {
        "seabed", "recovery", "noise", "air", "light", "water", "stewardship"
    }  # fmt: skip
    assert [row.name for row in data.proxies if not row.source] == []
    disturbed = [row for row in data.proxies if row.detail.startswith("disturbance")]
    assert {row.threshold for row in disturbed} == {"120 dB"}
    assert {row.name for row in data.proxies if row.threshold} == {"noise_range_km"}
    heard = {row.detail: row.threshold for row in data.proxies if " TTS" in row.detail or " injury" in row.detail}
    assert (heard["LF TTS"], heard["LF injury"]) == ("177 dB SEL", "197 dB SEL")
    assert [heard[item] != heard[item.removesuffix(" 15 lg R")] for item in heard] == [False] * 20


def test_every_name_has_a_word_in_both_languages(data: ReportData) -> None:
    for language in ("en", "ja"):
        said = words(language)
        rows = [columns(part, "name") for part in (data.summary, data.closure, data.proxies, data.facts)]
        names = {str(name) for part in rows for (name,) in part} | {row.metric for row in data.thresholds}
        assert [name for name in sorted(names) if not said.name(name)] == []


def test_the_report_bears_the_run_its_sealing_time_and_the_members(review: Made, data: ReportData) -> None:
    manifest = review.run.manifest
    assert (data.run_id, data.seed, data.members, data.lifting) == (manifest.run_id, 1, REPLICATES, True)
    assert data.sealed.isoformat()[:19] == manifest.created[:19]
    facts = dict(columns(data.facts, "name", "value"))
    assert (facts["site"], facts["grid"]) == ("23.20° N, 154.90° E", "16 km × 16 km, 200 m")
    assert (facts["levels_concentration"], facts["levels_deposit"]) == ("0.1, 1, 10 mg/L", "0.1, 1, 10 mm")
    assert facts["return_water"] == "mid_water"


def test_what_a_person_stated_is_marked_as_given_and_as_an_assumption(review: Made) -> None:
    sets = ["plume.kh_m2_s=2"]
    scenario = with_choices(review.run.manifest.scenario, review.run.run_id, sets)
    rows = pd.DataFrame(input_rows(scenario)).set_index("key")
    stated = rows.loc[["plume.kh_m2_s"], ["value", "low", "high", "confidence", "origin"]]
    assert stated.to_numpy().tolist() == [[2.0, 2.0, 2.0, "A", "--set"]]
    assert set(rows["origin"]) == {"reference", "--set"}
    assert rows.index.is_monotonic_increasing
    assert len(rows) == len(scenario.quantities)


def test_inputs_of_the_report_are_those_its_numbers_depend_on(data: ReportData) -> None:
    keys = [row.key for row in data.assumptions]
    assert keys == sorted(keys)
    assert {key.split(".")[0] for key in keys} == {
        "plume", "current", "near_field", "discharge", "seabed", "noise", "air", "light", "metal"
    }  # fmt: skip
    assert {row.given for row in data.assumptions} == {False}
    assert all(len(row.source) > 20 for row in data.assumptions)


def test_cases_and_field_studies_are_told_as_they_are(data: ReportData) -> None:
    (case,), (study,) = data.verification, data.comparison
    assert (case.id, case.expected, case.found, case.tolerance, case.passed) == ("V1", 1.0, 1.0, "0.001", True)
    assert (study.field, study.model, study.ratio, study.within) == (2.0, 3.0, 1.5, True)
    assert study.remark == "within a factor 2; as it is"


def test_every_number_of_a_packaged_scenario_has_a_source() -> None:
    scenario: Scenario = load_scenario("calm")
    rows = pd.DataFrame(input_rows(scenario))
    assert rows["source"].str.len().min() > 20
    assert set(rows["confidence"]) <= set("HMLDA")
