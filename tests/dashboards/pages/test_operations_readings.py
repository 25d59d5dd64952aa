"""The readings of the page Operations: what an address asks for, what a zoom asks for, and that the two agree."""

import json
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from dash import html
from flask import Flask
from werkzeug.test import TestResponse

from dashboards.data import Data
from dashboards.page import View
from dashboards.pages.operations_readings import (
    Asked,
    add_readings,
    asked,
    draw_readings,
    named,
    reached,
    tags_of,
    unit_of,
    whole,
    written,
    zoomed,
)
from dashboards.people import User, set_current_user
from dashboards.state import PageState
from dashboards.words import read_words
from ops_data.columns import Coded, TableData
from ops_data.readings import TagSummary, open_readings, seal_day
from tests.dashboards.signing import application

Ask = Callable[..., TestResponse]
BEGIN = 1_799_107_200  # 2027-01-05 00:00 UTC
DAY_S = 86_400
TAGS = {name: TagSummary(name, 2, BEGIN, BEGIN + DAY_S - 1, ("a",)) for name in ("flow", "head")}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store with a day of one sensor, every minute, its value the minute; one reading is flagged."""
    folder = tmp_path_factory.mktemp("readings")
    minutes = np.arange(1_440)
    flags = np.zeros(1_440, dtype=np.int8)
    flags[7] = 1
    rows: TableData = {
        "source": Coded(np.zeros(1_440, dtype=np.int8), ("scada",)),
        "tag": Coded(np.zeros(1_440, dtype=np.int8), ("flow",)),
        "time_utc": BEGIN + 60 * minutes,
        "value": minutes.astype(np.float64),
        "quality": Coded(flags, ("good", "stuck")),
        "received_utc": BEGIN + 60 * minutes,
        "seq": minutes,
    }
    seal_day(folder, date(2027, 1, 5), rows)
    return folder


def test_without_a_word_in_the_address_all_of_the_first_sensor_is_asked_for() -> None:
    assert asked({}, TAGS) == (Asked("flow", BEGIN, BEGIN + DAY_S), [])


def test_what_an_address_says_is_asked_for_and_written_again() -> None:
    values = {"tag": "head", "since": "2027-01-05T06:00:00Z", "until": "2027-01-05T12:30:01Z"}
    one, wrong = asked(values, TAGS)
    assert (one, wrong) == (Asked("head", BEGIN + 21_600, BEGIN + 45_001), [])
    assert written(one, TAGS) == values
    assert written(whole(TAGS["head"]), TAGS) == {"tag": "head", "since": "", "until": ""}


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"tag": "nothing"}, ["tag"]),
        ({"since": "yesterday"}, ["since"]),
        ({"until": "9999-01-01T00:00:00Z"}, ["until"]),
        ({"since": "2027-01-05T06:00:00Z", "until": "2027-01-05T06:00:00Z"}, ["since", "until"]),
        ({"since": "2027-01-05T07:00:00Z", "until": "2027-01-05T06:00:00Z"}, ["since", "until"]),
    ],
)
def test_what_an_address_cannot_mean_is_named_and_all_is_shown(values: dict[str, str], wrong: list[str]) -> None:
    assert asked(values, TAGS) == (whole(TAGS["flow"]), wrong)


@pytest.mark.parametrize(
    ("relayout", "expected"),
    [
        ({"xaxis.range[0]": "2027-01-05 01:00:00.4", "xaxis.range[1]": "2027-01-05 02:00:00.4"}, (3_600, 7_201)),
        ({"xaxis.range": ["2027-01-05", "2027-01-05 00:10"]}, (0, 600)),
        ({"xaxis.range[0]": BEGIN * 1e3, "xaxis.range[1]": BEGIN * 1e3 + 1.0}, (0, 10)),
        ({"xaxis.autorange": True}, (0, DAY_S)),
    ],
)
def test_a_zoom_asks_for_whole_seconds_of_what_it_shows(relayout: dict[str, object], expected: tuple[int, int]) -> None:
    begin, end = expected
    assert zoomed(relayout, Asked("flow", BEGIN, BEGIN + 5_000), TAGS) == Asked("flow", BEGIN + begin, BEGIN + end)


@pytest.mark.parametrize("relayout", [{"autosize": True}, {}, {"xaxis.range[0]": "x", "xaxis.range[1]": "y"}])
def test_another_layout_asks_for_nothing(relayout: dict[str, object]) -> None:
    assert zoomed(relayout, whole(TAGS["flow"]), TAGS) is None


def test_the_last_hour_is_that_of_the_sensor() -> None:
    one = Asked("flow", BEGIN, BEGIN + 100)
    assert reached("hour", one, TAGS) == Asked("flow", BEGIN + DAY_S - 3_600, BEGIN + DAY_S)
    assert reached("week", one, TAGS) == reached("all", one, TAGS) == whole(TAGS["flow"])


def view_of_store(store: Path, values: dict[str, str]) -> View:
    return View(PageState("operations", "en", "", values), User("a", frozenset({"viewer"})), Data(str(store)))


def test_the_panel_shows_the_range_of_the_address_and_its_readings_as_data(store: Path) -> None:
    values = {"since": "2027-01-05T00:05:00Z", "until": "2027-01-05T00:10:00Z"}
    found = draw_readings(view_of_store(store, values))
    assert found.rows is not None
    assert found.rows["value"].tolist() == [5.0, 6.0, 7.0, 8.0, 9.0]
    assert found.rows["quality"].tolist() == ["good", "good", "stuck", "good", "good"]
    assert found.rows["time_utc"].iloc[0] == "2027-01-05 00:05:00Z"
    assert found.rows["time_jst"].iloc[0] == "2027-01-05 09:05:00"
    assert "5 readings" in str(found.body)


def test_what_the_address_cannot_mean_is_told_on_the_panel(store: Path) -> None:
    assert "Not understood in the address: tag" in str(draw_readings(view_of_store(store, {"tag": "none"})).body)


def test_a_store_without_readings_has_no_tags(tmp_path: Path) -> None:
    assert tags_of(open_readings(tmp_path)) == {}


@pytest.fixture(scope="module")
def ask(store: Path) -> Ask:
    """Return what sends the callback what a browser would: what was touched, its value, the query of the address."""
    server = Flask("readings")
    server.before_request(lambda: set_current_user(User("anna", frozenset({"viewer"}))))
    app = application("readings", server)
    app.layout = html.Div()
    add_readings(app, Data(str(store)))
    client = server.test_client()

    def own(part: str, more: Mapping[str, str] | None = None) -> dict[str, str]:
        return {"part": part, "at": "operations", **(more or {})}

    def post(touched: str, value: object, search: str, shown: str = "") -> TestResponse:
        reaches = [{"id": own("readings-reach", {"reach": name}), "property": "n_clicks"} for name in ("hour", "all")]
        body = {
            "output": next(iter(app.callback_map)),
            "outputs": [
                {"id": own(part), "property": prop}
                for part, prop in (
                    ("readings-graph", "figure"),
                    ("readings-told", "children"),
                    ("readings-tag", "value"),
                    ("readings-shown", "data"),
                )
            ],
            "inputs": [
                {
                    "id": own("readings-graph"),
                    "property": "relayoutData",
                    "value": value if touched == "graph" else None,
                },
                {"id": own("readings-tag"), "property": "value", "value": "flow"},
                [{**one, "value": 1} for one in reaches],
                {"id": "url", "property": "search", "value": search},
            ],
            "state": [
                {"id": "url", "property": "pathname", "value": "/operations"},
                {"id": own("readings-shown"), "property": "data", "value": shown},
            ],
            "changedPropIds": {
                "graph": [f"{json.dumps(own('readings-graph'), sort_keys=True, separators=(',', ':'))}.relayoutData"],
                "reach": [
                    json.dumps(own("readings-reach", {"reach": str(value)}), sort_keys=True, separators=(",", ":"))
                    + ".n_clicks"
                ],
                "url": ["url.search"],
            }[touched],
        }
        return client.post("/_dash-update-component", json=body)

    return post


def test_a_zoom_sends_the_line_of_its_range_and_writes_the_address(ask: Ask) -> None:
    zoom = {"xaxis.range[0]": "2027-01-05 00:05", "xaxis.range[1]": "2027-01-05 00:10"}
    answer = ask("graph", zoom, "?run=a&lang=en").get_json()
    found = answer["response"]
    assert found['{"at":"operations","part":"readings-shown"}']["data"] == f"flow {BEGIN + 300} {BEGIN + 600}"
    (search,) = [one["search"] for name, one in answer["sideUpdate"].items() if name == "url"]
    assert "since=2027-01-05T00%3A05%3A00Z" in search and "run=a" in search
    changed = found['{"at":"operations","part":"readings-graph"}']["figure"]["operations"]
    paths = [one["location"] for one in changed]
    assert ["data"] in paths and ["layout", "xaxis"] in paths


def test_the_last_hour_is_sent_when_its_button_is_pressed(ask: Ask) -> None:
    found = ask("reach", "hour", "?lang=ja").get_json()["response"]
    end = BEGIN + 1_439 * 60 + 1
    assert found['{"at":"operations","part":"readings-shown"}']["data"] == f"flow {end - 3_600} {end}"


def test_what_is_shown_already_is_not_sent_again(ask: Ask) -> None:
    shown = f"flow {BEGIN + 300} {BEGIN + 600}"
    answer = ask("url", None, "?since=2027-01-05T00:05:00Z&until=2027-01-05T00:10:00Z", shown)
    assert not answer.get_json()["response"]


def test_an_address_gone_back_to_is_drawn_again(ask: Ask) -> None:
    shown = f"flow {BEGIN + 300} {BEGIN + 600}"
    found = ask("url", None, "?lang=en", shown).get_json()["response"]
    assert found['{"at":"operations","part":"readings-shown"}']["data"] == whole_key()


def whole_key() -> str:
    """Return the mark of all of the day."""
    return f"flow {BEGIN} {BEGIN + 1_439 * 60 + 1}"


def test_a_sensor_of_the_register_is_named_in_the_persons_language_with_its_unit() -> None:
    assert named("chikyu.lift.flow", read_words("ja")) == "船上のスラリー流量 (chikyu.lift.flow)"
    assert named("chikyu.lift.flow", read_words("en")) == "Slurry flow at the deck (chikyu.lift.flow)"
    assert unit_of("chikyu.lift.flow") == "m3/h"
    assert (named("own.sensor", read_words("ja")), unit_of("own.sensor")) == ("own.sensor", "")
