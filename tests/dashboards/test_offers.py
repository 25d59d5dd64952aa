"""Buttons that ask for something to be made (truth: the table of roles, the rules of requests)."""

from collections.abc import Callable
from pathlib import Path

import pytest

from dashboards.data import Data
from dashboards.offers import (
    OFFERS,
    PACKAGE_KINDS,
    Wanted,
    ask_for,
    job_of,
    package_offer,
    run_offer,
    study_offer,
    told_job,
)
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
    assert job is not None
    assert (job.scenario, job.request["replicates"], job.submitted_by) == ("pilot-2027", 40, "anna")


def test_each_person_has_one_job_and_is_told_of_the_others(small_store: Path, tmp_path: Path) -> None:
    """Two people who ask for the same have two jobs (ops_data/jobs.py); a second press makes no second."""
    data, run = Data(str(tmp_path)), base_run(small_store)
    (tmp_path / run).symlink_to(small_store / run)
    wanted, words, state = Wanted("supply", run), read_words("en"), PageState("supply", "en", run, {})
    queue = open_queue(tmp_path)
    assert job_of(queue, wanted, "", data, ANNA) is None
    job = ask_for(data, wanted, ANNA)
    assert job is not None and ask_for(data, wanted, ANNA) == job == job_of(queue, wanted, "", data, ANNA)
    shown = texts_of(told_job(queue, job, words, state, ANNA))
    assert "Asked for by anna" in shown and "place 1 in the queue" in shown and "No worker is running" in shown
    assert job_of(queue, wanted, "", data, BOB) == job
    assert "A request of yours gets a job of its own" in texts_of(told_job(queue, job, words, state, BOB))
    second = ask_for(data, wanted, BOB)
    assert second is not None and second.job_id != job.job_id and second.submitted_by == "bob"
    assert job_of(queue, wanted, job.job_id, data, BOB) == second
    assert "anna has asked for the same" in texts_of(told_job(queue, second, words, state, BOB))
    claimed = queue.claim("w", 60.0)
    assert claimed is not None and queue.finish(claimed, SEALED, f"{run}-supply-00000000")
    done = job_of(queue, wanted, job.job_id, data, ANNA)
    assert done is not None and done.job_id == job.job_id
    assert "Show the study" in texts_of(told_job(queue, done, words, state, ANNA))


@pytest.mark.parametrize("kind", PACKAGE_KINDS)
@pytest.mark.parametrize("role", ["reviewer", "operator"])
def test_a_package_without_its_study_takes_the_right_to_make_studies(
    kind: str, role: str, small_store: Path, tmp_path: Path
) -> None:
    data, run = Data(str(tmp_path)), base_run(small_store)
    (tmp_path / run).symlink_to(small_store / run)
    wanted, rosa = Wanted(kind, run), User("rosa", frozenset({role}))
    assert ask_for(data, wanted, rosa) is None and data.queue().jobs() == []
    assert ask_for(data, wanted, ANNA) is not None
    shown = package_offer(View(PageState("supply", "en", run, {}), rosa, data), kind)
    assert not any(type(one).__name__ == "Button" for one in parts_of(shown))
    assert "A planner must make that first" in texts_of(shown)


def test_a_study_of_a_run_that_is_not_there_is_refused(tmp_path: Path) -> None:
    data = Data(str(tmp_path))
    with pytest.raises(UnknownNameError, match="pilot-2027-00000000"):
        ask_for(data, Wanted("supply", "pilot-2027-00000000"), ANNA)
    with pytest.raises(UsageError, match="whole id of a sealed run"):
        ask_for(data, Wanted("environment", "../../etc"), ANNA)
    assert data.queue().jobs() == []
