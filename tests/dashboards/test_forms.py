"""The form of a scenario, without a page (truth: the declarations of the settings; the rest derived by hand)."""

import math
from datetime import UTC, date, datetime
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.forms import (
    GROUP_OF,
    MOST_CHANGES,
    Complaint,
    Draft,
    Field,
    all_fields,
    draft_of_request,
    draft_values,
    is_changed,
    number_complaint,
    number_toml,
    read_draft,
    read_number,
    read_typed,
    replicates_of,
    seed_of,
    sets_of,
    text_of,
    toml_of,
)
from dashboards.state import MOST_KEYS, PageState, query, read_state
from dashboards.words import read_words
from ops_data.jobs import RUN
from ops_data.reference.japanese import known
from twin.request_rules import FILE_SETTINGS, MOST_SEED, check_request
from twin.scenario import load_scenario, setting_keys
from twin.scenario_file import HEADINGS, packaged_names

OF = {one.key: one for one in all_fields()}


def test_every_setting_of_a_scenario_has_a_field_and_those_that_name_files_are_named_as_such() -> None:
    settings = [key for key in setting_keys() if key not in HEADINGS]
    assert list(OF) == settings
    assert {one.key for one in all_fields() if one.kind == "file"} == set(FILE_SETTINGS)
    assert [one.key for one in all_fields() if one.kind == "text"] == []


def test_bounds_units_and_choices_are_those_that_the_settings_declare() -> None:
    """Declared in twin/settings.py and vessels.csv."""
    assert (OF["mining.vessels"].kind, OF["mining.vessels"].low, OF["mining.vessels"].high) == ("whole", 1, 50)
    target = OF["campaign.target_t_d"]
    assert (target.kind, target.unit, target.low, target.high) == ("number", "t/d", 0.001, 1e6)
    assert OF["transfer.method"].choices == ("hose", "side_by_side", "none")
    assert OF["mining.vessel"].choices == ("chikyu", "lift-ship-20000")
    assert OF["processing.steps"].kind == "choices" and "leach" in OF["processing.steps"].choices
    assert (OF["environment.within_km"].kind, OF["environment.within_km"].high) == ("numbers", 1e6)
    assert {OF[key].kind for key in ("campaign.start", "campaign.end")} == {"instant"}
    assert (OF["campaign.target_by"].kind, OF["failures.enabled"].kind) == ("days", "yes_no")


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_every_setting_every_section_and_every_choice_is_called_something_in_both_languages(lang: str) -> None:
    missing = [one.key for one in all_fields() if not known("setting", one.key)]
    missing += [one.section for one in all_fields() if not known("setting_section", one.section)]
    for one in all_fields():
        missing += [
            f"{one.key}={choice}"
            for choice in one.choices
            if not known("setting_choice", f"{one.key}={choice}") and not known("vessel", choice)
        ]
    assert missing == []


@pytest.mark.parametrize("name", packaged_names())
def test_what_the_fields_show_of_a_packaged_scenario_gives_that_scenario_again(name: str) -> None:
    scenario = load_scenario(name)
    sealed = scenario.model_dump(mode="json")
    sets = []
    for one in all_fields():
        section, _, key = one.key.partition(".")
        text = text_of(one, sealed[section][key])
        assert not is_changed(one, text, text)
        if one.kind != "file":
            sets.append(f"{one.key}={toml_of(read_typed(one, text))}")
    assert load_scenario(name, sets).hash == scenario.hash


def test_every_number_of_every_packaged_scenario_belongs_to_a_group_that_has_a_name() -> None:
    keys = {key for name in packaged_names() for key in load_scenario(name).quantities}
    assert sorted({key for key in keys if key.partition(".")[0] not in GROUP_OF}) == []
    for lang in ("en", "ja"):
        assert all(read_words(lang).has(f"plan.group.{group}") for group in GROUP_OF.values())


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("mining.vessels", " \uff13 ", 3),
        ("mining.vessels", "3.0", 3),
        ("campaign.target_t_d", "1,200.5", 1200.5),
        ("campaign.target_t_d", "5e2", 500.0),
        ("campaign.start", "2027-01-08T09:00+09:00", datetime(2027, 1, 8, tzinfo=UTC)),
        ("campaign.start", "2027-01-08 00:00Z", datetime(2027, 1, 8, tzinfo=UTC)),
        ("campaign.target_by", "2027-02-28,2027-03-31", (date(2027, 2, 28), date(2027, 3, 31))),
        ("campaign.target_by", "[]", ()),
        ("processing.steps", "leach, dewater", ("dewater", "leach")),
        ("processing.steps", '["dewater"]', ("dewater",)),
        ("environment.within_km", "1, 2.5", (1.0, 2.5)),
        ("failures.enabled", "false", False),
        ("transfer.method", '"none"', "none"),
    ],
)
def test_what_is_typed_is_read_in_full_width_with_commas_and_in_any_time_zone(
    key: str, text: str, value: object
) -> None:
    """By hand; steps are kept in the order in which they can follow one another."""
    assert read_typed(OF[key], text) == value


@pytest.mark.parametrize(
    ("key", "text", "complaint"),
    [
        ("mining.vessels", "99", Complaint("range", {"low": "1", "high": "50", "unit": ""})),
        ("campaign.target_t_d", "0", Complaint("range", {"low": "0.001", "high": "1,000,000", "unit": " t/d"})),
        ("mining.vessels", "two", Complaint("number", {"text": "two"})),
        ("mining.vessels", "nan", Complaint("number", {"text": "nan"})),
        ("mining.vessels", "2.5", Complaint("whole", {"text": "2.5"})),
        ("campaign.start", "8 January", Complaint("instant", {"text": "8 January"})),
        ("campaign.start", "0001-01-01T00:00+09:00", Complaint("years", {"text": "0001-01-01T00:00+09:00"})),
        ("campaign.start", "9999-12-31T23:59-09:00", Complaint("years", {"text": "9999-12-31T23:59-09:00"})),
        ("campaign.start", "2027-01-08T09:00", Complaint("zone", {"text": "2027-01-08T09:00"})),
        ("campaign.target_by", "2027-02-30", Complaint("days", {"text": "2027-02-30"})),
        ("transfer.method", "rope", Complaint("choice", {"text": "rope", "choices": "hose, side_by_side, none"})),
        ("failures.enabled", "maybe", Complaint("choice", {"text": "maybe", "choices": "true, false"})),
        ("environment.within_km", "1, x", Complaint("number", {"text": "x"})),
        ("weather.record", "/etc/passwd", Complaint("file")),
    ],
)
def test_what_cannot_be_taken_is_complained_about_with_what_is_allowed(
    key: str, text: str, complaint: Complaint
) -> None:
    assert read_typed(OF[key], text) == complaint


def test_every_complaint_can_be_said_in_both_languages() -> None:
    fill = dict.fromkeys(("text", "low", "high", "unit", "choices", "key", "rule", "n", "most"), "x")
    for lang in ("en", "ja"):
        words = read_words(lang)
        for key in (
            "number",
            "whole",
            "range",
            "choice",
            "instant",
            "zone",
            "years",
            "days",
            "file",
            "unknown",
            "rule",
        ):
            assert words(f"plan.said.{key}", fill)


def test_a_setting_is_changed_by_another_value_not_by_another_way_to_write_it() -> None:
    start = OF["campaign.start"]
    assert not is_changed(start, "2027-01-08T00:00Z", "2027-01-08T09:00+09:00")
    assert is_changed(start, "2027-01-08T01:00Z", "2027-01-08T09:00+09:00")
    assert not is_changed(OF["mining.vessels"], "", "1")
    assert is_changed(OF["mining.vessels"], "abc", "1")


def test_a_number_of_ones_own_is_held_within_its_allowed_range_and_may_have_a_unit_or_a_range() -> None:
    """The cycle of an insertion is allowed from 0.05 to 48 h (parameters.csv)."""
    cycle = load_scenario("pilot-2027").quantities["mining.cycle_h"]
    assert number_complaint(cycle, "49") == Complaint("range", {"low": "0.05", "high": "48", "unit": " h"})
    assert number_complaint(cycle, "2") is None and number_complaint(cycle, "{value = 2, low = 1, high = 3}") is None
    typed = ("\uff12", "2.50", "150 km", "{value = 2}")
    assert [number_toml(text) for text in typed] == ["2", "2.5", "150 km", "{value = 2}"]


@pytest.mark.parametrize(("text", "value"), [("1,000", 1000.0), ("1,00", None), ("\u22122", -2.0), ("", None)])
def test_numbers_are_read_as_people_write_them(text: str, value: float | None) -> None:
    assert read_number(text) == value


texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30).filter(lambda text: text.strip())


@given(st.dictionaries(st.sampled_from(["mining.vessels", "mining.cycle_h", "foo.bar"]), texts), texts)
def test_a_draft_that_went_through_an_address_is_the_same_right_or_wrong(sets: dict[str, str], called: str) -> None:
    draft = Draft("calm", sets, "40", "7", "fixed", called, "job-1")
    state = read_state("/plan", query(PageState("plan", "ja", "", draft_values(draft))))
    assert read_draft(state.values) == draft and state.lang == "ja"


def test_what_is_as_usual_is_left_out_of_the_address() -> None:
    assert draft_values(Draft("calm")) == {"base": "calm"}
    assert read_draft({}) == Draft(packaged_names()[0])


def test_as_many_changes_as_are_allowed_fit_into_an_address() -> None:
    sets = {f"a.k{number:02}": "1" for number in range(MOST_CHANGES)}
    draft = Draft("calm", sets, "40", "7", "fixed", "t", "job-1")
    whole = {**draft_values(draft), "job": "job-2", "run": "r", "lang": "en"}
    assert len(whole) <= MOST_KEYS
    assert read_draft(read_state("/plan", "?" + urlencode(whole)).values).sets == sets


def test_a_clone_of_a_request_gives_the_same_run() -> None:
    sets = ["campaign.target_t_d=400", "mining.cycle_h=2.5", 'processing.steps=["dewater", "leach"]']
    request = {"scenario": "pilot-2027", "sets": sets, "replicates": 9, "seed": 3, "parameters": "fixed"}
    draft = draft_of_request(request, "mine", "job-1")
    assert (draft.title, draft.cloned_from, draft.replicates) == ("mine", "job-1", "9")
    again = {"scenario": draft.base, "sets": sets_of(draft.sets), "replicates": 9, "seed": 3, "parameters": "fixed"}
    assert check_request(RUN, again).run_id == check_request(RUN, request).run_id


@pytest.mark.parametrize(
    ("text", "value"),
    [("1", 1), ("1000", 1000), ("0", None), ("1001", None), ("many", None), ("1.5", None), ("\uff14\uff10", 40)],
)
def test_replicates_are_a_whole_number_within_limits(text: str, value: int | None) -> None:
    found = replicates_of(Draft("calm", replicates=text))
    assert found == value if value is not None else isinstance(found, Complaint)


def test_a_seed_keeps_all_its_digits() -> None:
    """A floating-point number would keep sixteen of the nineteen."""
    assert seed_of(Draft("calm", seed=str(MOST_SEED))) == MOST_SEED
    assert isinstance(seed_of(Draft("calm", seed=str(MOST_SEED + 1))), Complaint)
    assert isinstance(seed_of(Draft("calm", seed="-1")), Complaint)
    assert isinstance(seed_of(Draft("calm", seed="9" * 5_000)), Complaint)
    assert seed_of(Draft("calm", seed="0" * 5_000 + "7")) == 7


def test_a_field_without_bounds_takes_any_finite_number() -> None:
    assert read_typed(Field("a.b", "number"), "-1e9") == -1e9
    assert math.isinf(Field("a.b", "number").high)
