"""Buttons that ask for something to be made (truth: the table of roles, the rules of requests)."""

from collections.abc import Callable
from pathlib import Path

import pytest

from dashboards.data import Data
from dashboards.offers import OFFERS, Wanted, ask_for, job_of, package_offer, run_offer, study_offer, told_job
from dashboards.page import View
from dashboards.people import ROLES, User
from dashboards.roles import MATRIX
from dashboards.state import PageState
from dashboards.words import read_words
from ops_data.errors import UnknownNameError, UsageError
from ops_data.jobs import SEALED, open_queue
from tests.dashboards.pages.test_plan import parts_of, texts_of
from tests.dashboards.stores import base_run

ANNA, BOB = User("anna", frozenset({"planner"})), User("bob", frozenset({"planner"}))


@pytest.mark.parametrize("role", ROLES)
def test_who_has_the_right_gets_a_button_and_the_others_words(role: str, view_of: Callable[..., View]) -> None:
    view = view_of("overview", role=role)
    shown = {
        "run": run_offer(view),
        "study": study_offer(view, "environment"),
        "package": package_offer(view, "supply-statement"),
    }
    for what, offer in shown.items():
        buttons = [one for one in parts_of(offer) if type(one).__name__ == "Button"]
        assert bool(buttons) is (role in MATRIX[OFFERS[what][0]]), what
        assert len(texts_of(offer)) > 40


@pytest.mark.parametrize("kind", ["environment", "supply", "environmental-review", "supply-statement"])
def test_every_kind_has_words_in_both_languages(kind: str, view_of: Callable[..., View]) -> None:
    for lang in ("en", "ja"):
        make = study_offer if kind in ("environment", "supply") else package_offer
        assert read_words("ja" if lang == "ja" else "en")(f"plan.offer.{kind}_button") in texts_of(
            make(view_of("overview", lang=lang), kind)
        )


def test_the_default_run_is_offered_with_forty_replicates(tmp_path: Path) -> None:
    job = ask_for(Data(str(tmp_path)), Wanted("run", ""), ANNA)
    assert (job.scenario, job.request["replicates"], job.submitted_by) == ("pilot-2027", 40, "anna")


def test_what_is_under_way_is_not_asked_for_twice_and_is_found_again(small_store: Path, tmp_path: Path) -> None:
    """A study of a sealed run is one thing for all: the second person is shown the job of the first."""
    data, run = Data(str(tmp_path)), base_run(small_store)
    (tmp_path / run).symlink_to(small_store / run)
    wanted = Wanted("supply", run)
    assert job_of(data.queue(), wanted, "", data) is None
    job = ask_for(data, wanted, ANNA)
    assert ask_for(data, wanted, BOB).job_id == job.job_id and job_of(data.queue(), wanted, "", data) == job
    queue = open_queue(tmp_path)
    words = read_words("en")
    shown = texts_of(told_job(queue, job, words, PageState("supply", "en", run, {})))
    assert "Asked for by anna" in shown and "place 1 in the queue" in shown and "No worker is running" in shown
    claimed = queue.claim("w", 60.0)
    assert claimed is not None and queue.finish(claimed, SEALED, f"{run}-supply-00000000")
    assert job_of(data.queue(), wanted, "", data) is None
    done = job_of(data.queue(), wanted, job.job_id, data)
    assert done is not None
    assert "Show the study" in texts_of(told_job(queue, done, words, PageState("supply", "en", run, {})))
    assert ask_for(data, wanted, BOB).job_id != job.job_id


def test_a_study_of_a_run_that_is_not_there_is_refused(tmp_path: Path) -> None:
    data = Data(str(tmp_path))
    with pytest.raises(UnknownNameError, match="pilot-2027-00000000"):
        ask_for(data, Wanted("supply", "pilot-2027-00000000"), ANNA)
    with pytest.raises(UsageError, match="whole id of a sealed run"):
        ask_for(data, Wanted("environment", "../../etc"), ANNA)
    assert data.queue().jobs() == []
