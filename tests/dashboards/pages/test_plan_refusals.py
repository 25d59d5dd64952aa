"""What the page *Plan a run* refuses or drops of bodies and addresses made by hand (truth: the rules of requests)."""

import json

import pytest

from dashboards.forms import Draft
from dashboards.pages.plan_check import field_of, judge
from dashboards.words import read_words
from tests.dashboards.attacking import Attacked
from tests.dashboards.pages.test_plan import held, served

__all__ = ["served"]
EN = read_words("en")


def test_a_scenario_that_is_not_packaged_is_refused_and_no_other_played(served: Attacked) -> None:
    before = len(served.asked_for())
    answer = json.dumps(served.call("submit", held(base="nowhere"), "planner").get_json())
    assert len(served.asked_for()) == before
    assert "Not submitted" in answer and "no packaged scenario 'nowhere'" in answer


@pytest.mark.parametrize(
    ("sent", "kept"), [("job-0123456789ab", "job-0123456789ab"), ("job-0123456789ab\n", ""), ("<b>me</b>", "")]
)
def test_only_the_id_of_a_job_is_kept_as_what_a_request_was_copied_from(sent: str, kept: str, served: Attacked) -> None:
    body = held(replicates=str(10 + len(sent)))
    body["plan-held.data"]["from"] = sent
    assert served.call("submit", body, "planner", "carol").status_code == 200
    assert served.asked_for()[0].cloned_from == kept


@pytest.mark.parametrize("name", ["submit", "check"])
def test_half_a_letter_in_a_title_is_told_of(name: str, served: Attacked) -> None:
    """A browser sends whole letters only; a body made by hand may hold half of a pair."""
    before = len(served.asked_for())
    answer = served.call(name, {**held(), "plan-title.value": "a\ud800b"}, "planner")
    assert answer.status_code == 200 and len(served.asked_for()) == before
    assert ("Not submitted" if name == "submit" else "a broken letter found") in json.dumps(answer.get_json())


@pytest.mark.parametrize(
    ("key", "text", "said"),
    [
        ("campaign.start", "0001-01-01T00:00+09:00", "outside the years 1 to 9999"),
        ("campaign.start", "9999-12-31T23:59-09:00", "outside the years 1 to 9999"),
        ("site.water_depth_m", "9" * 400, "a finite number is needed"),
    ],
)
def test_a_value_that_no_clock_and_no_number_holds_is_complained_about_at_its_field(
    key: str, text: str, said: str
) -> None:
    verdict = judge(Draft("pilot-2027", {key: text}), EN)
    assert said in verdict.said[key] and verdict.checked is None


def test_names_that_are_no_settings_are_not_kept() -> None:
    """Names come from addresses: a kept answer for each would fill the memory of a server."""
    assert field_of("mining.vessels") is not None and field_of("no.such") is None
    assert not hasattr(field_of, "cache_info")
