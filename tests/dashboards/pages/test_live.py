"""Page Live over a rehearsal (truth: what the rehearsal played, the archive itself, the alarm book)."""

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from dashboards.app import make_app
from dashboards.data import Data
from dashboards.frame import Frame
from dashboards.measured import SEED, back_days, known, looked, second, version, whole_log
from dashboards.measured_archive import Asked, archived, calibration, campaigns, forecast, origin_s
from dashboards.page import View
from dashboards.pages import live
from dashboards.pages.live_alarms import subject
from dashboards.pages.live_expected import asset_words
from dashboards.pages.live_tags import is_stale
from dashboards.people import ROLES
from dashboards.roles import MATRIX
from dashboards.settings import Settings
from dashboards.state import PageState
from ops_data.alarm_book import alarms
from ops_data.decision_log import decisions
from tests.dashboards.attacking import Attacked
from tests.dashboards.measured import CAMPAIGN, DAY_S, DAYS, LOOKED_S, panel_of, rows_of_panel, text_of, truth
from twin import deviation_lost as lost
from twin import deviation_work as work
from twin.deviation import comparisons
from twin.deviation_basis import forecast_before
from twin.deviation_output import OUTPUT
from twin.forecast import day_start_s
from twin.measured_results import FORECAST
from twin.operations import codes as c
from twin.rehearsal.days import begin_of, days_of
from twin.rehearsal.truth import known as known_truth

ViewOf = Callable[..., View]
PANELS = [panel.name for panel in live.PAGE.panels]
CARD = '{"alarm":["MATCH"],"part":"live-%s"}.%s'
UNTIL_S = begin_of(days_of(truth())[DAYS - 1]) + DAY_S
BACK = "2027-02-01"  # 00:00 JST: after the forecasts of 2027-01-30


drawn, rows_of = partial(panel_of, live.PAGE), partial(rows_of_panel, live.PAGE)


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("name", PANELS)
def test_every_panel_is_drawn_with_its_data_in_both_languages(measured_view: ViewOf, name: str, lang: str) -> None:
    found = drawn(measured_view("live", lang=lang), name)
    assert found.rows is not None and len(found.rows)
    assert "message wrong" not in text_of(found) or name == "alarms"
    assert "{" not in found.alt + found.note


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("name", PANELS)
def test_without_measurements_each_panel_says_so_and_what_to_do(empty_view: ViewOf, name: str, lang: str) -> None:
    found = drawn(empty_view("live", lang), name)
    assert found.rows is None
    assert "message nothing" in text_of(found)
    assert "twin " in text_of(found), "a command that helps"


def test_what_is_lifted_is_what_was_lifted(measured_view: ViewOf) -> None:
    told = known_truth(truth(), UNTIL_S)
    rows = told.rows["chikyu"]
    lifts = rows[rows[:, c.R_CODE] % c.STATE_UNIT == c.ACTIVITY["lift"]]
    dry_t = float(lifts[lifts[:, c.R_END] <= UNTIL_S, c.R_DRY_G].sum()) / 1e6
    shown = rows_of(measured_view("live"), "now").set_index("what")["value"]
    assert float(shown["lifted_dry"]) == pytest.approx(dry_t, rel=1e-6)
    total = rows_of(measured_view("live", {"basis": "dry"}), "total").dropna(subset=["measured_t"])
    assert total["measured_t"].iloc[-1] == pytest.approx(dry_t, rel=1e-6)
    daily = rows_of(measured_view("live", {"basis": "dry"}), "daily")["measured_t"].dropna()
    assert daily.sum() == pytest.approx(dry_t, rel=1e-6)


def test_the_fan_is_that_of_the_chosen_forecast_and_measured_goes_on_beyond_its_origin(measured_view: ViewOf) -> None:
    data = measured_view("live").data
    for sealed in archived(data, Asked(CAMPAIGN, None), FORECAST):
        found, _ = forecast(data, sealed)
        view = measured_view("live", {"forecast": sealed.artefact_id, "basis": "wet"})
        rows = rows_of(view, "total").set_index("date_jst")
        fan = found.fan("lifted_wet_t")
        names = ["forecast_p10_t", "forecast_p50_t", "forecast_p90_t"]
        assert pytest.approx(fan) == rows.loc[found.days, names].to_numpy().T
        assert drawn(view, "total").source == sealed.artefact_id
        first = rows.index.get_loc(found.days[0])
        before = rows["measured_t"].iloc[:first].max()
        assert before <= fan[0].min() + 1e-6
    oldest = archived(data, Asked(CAMPAIGN, None), FORECAST)[0]
    rows = rows_of(measured_view("live", {"forecast": oldest.artefact_id}), "total")
    assert rows.dropna()["date_jst"].nunique() == 9, "measured beside the whole of the oldest forecast"


def test_the_chance_of_the_target_is_that_of_the_archive_with_the_plan_beside_it(measured_view: ViewOf) -> None:
    view = measured_view("live")
    one = archived(view.data, Asked(CAMPAIGN, None), FORECAST)[0]
    shown = rows_of(measured_view("live", {"forecast": one.artefact_id}), "chance")
    found, _ = forecast(view.data, one)
    assert shown["values"].nunique() == 2
    own = shown[shown["values"] == shown["values"].iloc[0]]
    assert own["chance_percent"].to_numpy() == pytest.approx(100.0 * found.reached())


def test_the_state_is_that_of_the_rehearsal(measured_view: ViewOf) -> None:
    rows = rows_of(measured_view("live"), "state").set_index("name")
    told = known_truth(truth(), UNTIL_S)
    assert set(rows.index) == set(told.rows)
    for name, own in told.rows.items():
        word = c.ACTIVITIES[int(own[-1, c.R_CODE]) % c.STATE_UNIT]
        cut = int(own[-1, c.R_END]) == UNTIL_S  # where a row ends just there, the next has begun
        assert rows.loc[name, "activity"] == word or cut, name
    lifts = told.rows["chikyu"]
    assert rows.loc["chikyu", "holes"] == int((lifts[:, c.R_CODE] % c.STATE_UNIT == c.ACTIVITY["lift"]).sum())


def test_what_is_looked_back_to_knows_nothing_of_later(measured_view: ViewOf) -> None:
    view, back_s = measured_view("live", {"as_of": BACK}), second(BACK)
    assert back_s is not None
    assert drawn(view, "now").until <= "2027-01-31T15:00:00Z"
    total = rows_of(view, "total")
    assert total.dropna(subset=["measured_t"])["date_jst"].max() <= BACK
    there = archived(view.data, Asked(CAMPAIGN, back_s), FORECAST)
    assert len(there) == 2 and all(origin_s(one) <= back_s for one in there)
    assert rows_of(view, "tags")["received_utc"].max() <= "2027-01-31T15:00:00Z"
    for name in ("alarms", "decisions"):
        found = drawn(view, name)
        assert found.rows is None and "message nothing" in text_of(found)
    assert [one for one in live.PAGE.head(view) if "As known on 2027-01-31 15:00 UTC" in str(one)]


def test_an_alarm_is_shown_as_it_stood_then(measured_view: ViewOf) -> None:
    now, before = (rows_of(measured_view("live", values), "alarms") for values in ({}, {"as_of": "2027-02-14"}))
    assert list(now["state"]) == ["open", "over"]
    assert list(before["state"]) == ["open", "open"]


def test_late_sensors_are_marked(measured_view: ViewOf) -> None:
    """Derived: by the gaps of the register, by hand."""
    fresh = rows_of(measured_view("live"), "tags")
    assert set(fresh.loc[fresh["stale"], "tag"]) == {"chikyu.grade.rey"}, "without a lift there is nothing to sample"
    assert fresh.loc[~fresh["stale"], "age_h"].max() < 24.0
    tag = known(measured_view("live").data, Asked(CAMPAIGN, None)).tags[0]
    assert tag.tag == "chikyu.fuel.stock"  # a gap after four hours
    assert not is_stale(tag, tag.time_s + 14_400) and is_stale(tag, tag.time_s + 14_401)
    exact = measured_view("live", {"as_of": "2027-02-17T00:30:00Z"})
    late = rows_of(exact, "tags").set_index("tag")["stale"]
    assert late["chikyu.lift.flow"] and late["site.sea.hs"], "the files of the last day come an hour after its end"


def test_the_quality_of_each_indicator_is_its_weakest_part(measured_view: ViewOf) -> None:
    rows = rows_of(measured_view("live"), "quality")
    for _, own in rows.groupby("indicator"):
        assert own["index"].iloc[0] == own["score"].min()
    assert {"data_age", "completeness", "calibration_age", "forecast_skill", "extrapolation"} == set(rows["part"])


def test_who_has_the_right_is_offered_to_acknowledge_and_never_when_looking_back(measured_view: ViewOf) -> None:
    for role in ROLES:
        offered = "live-acknowledge" in text_of(drawn(measured_view("live", role=role), "alarms"))
        assert offered is (role in MATRIX["do:acknowledge"]), role
    assert "live-acknowledge" not in text_of(drawn(measured_view("live", {"as_of": "2027-02-14"}), "alarms"))


def test_an_alarm_is_acknowledged_by_hand_only_with_the_right_and_a_reason(
    measured_store: Path, tmp_path: Path
) -> None:
    store = tmp_path / "runs"
    shutil.copytree(measured_store, store)
    groups = {role: (role,) for role in ROLES}
    proxy = ("127.0.0.1",)
    settings = Settings(str(store), sign_in="proxy", proxy_addresses=proxy, role_groups=groups, default_role="")
    served, before = Attacked(make_app(settings), store), version(Data(str(store)))
    standing = next(one for one in alarms(store) if one.state == "open")

    def press(role: str, note: Any) -> tuple[int, str]:
        wild = {"alarm": standing.alarm_id}
        body = {
            CARD % ("acknowledge", "n_clicks"): [(wild, 1)],
            CARD % ("acknowledge", "id"): [(wild, {"part": "live-acknowledge", **wild})],
            CARD % ("note", "value"): [(wild, note)],
        }
        answer = served.call("acknowledge_alarm", body, role, "hanako")
        return answer.status_code, answer.get_data(as_text=True)

    assert press("viewer", "seen")[0] == press("reviewer", "seen")[0] == 403
    for note in ("", "   ", None, {"a": 1}):
        code, shown = press("operator", note)
        assert code == 200 and "Say why it may stand" in shown
    assert all(one.acknowledged_by == "" for one in alarms(store)) and version(Data(str(store))) == before
    code, shown = press("operator", "the front passes tonight")
    found = next(one for one in alarms(store) if one.alarm_id == standing.alarm_id)
    assert (code, found.state, found.acknowledged_by, found.note) == (
        200, "acknowledged", "hanako", "the front passes tonight",
    )  # fmt: skip
    assert found.acknowledged_utc is not None and found.acknowledged_utc >= LOOKED_S
    assert "live-acknowledge" not in shown and version(Data(str(store))) != before


def test_the_campaign_is_that_of_the_archive_and_days_back_are_those_of_the_log(measured_view: ViewOf) -> None:
    data = measured_view("live").data
    assert campaigns(data)[0] == CAMPAIGN and {"calm", "storm-season"} <= set(campaigns(data))
    days = back_days(data, CAMPAIGN)
    assert (days[0], days[-1]) == ("2027-01-09", "2027-02-18")
    state = PageState("live", "en", "", {"as_of": "yesterday", "campaign": "../x"})
    frame = Frame(data, {"live": live.PAGE})
    view, _, remarks = frame.view(state, measured_view("live").user)
    assert (view.value("as_of"), view.value("campaign"), len(remarks)) == ("now", CAMPAIGN, 2)


def test_an_instant_is_read_as_the_command_line_reads_it() -> None:
    """Derived: a day is its beginning in Japan."""
    assert second("2027-02-10") == day_start_s(int(np.datetime64("2027-02-10").astype(int)))
    assert second("2027-02-10T00:00:00Z") == 1_802_217_600
    assert [second(text) for text in ("", "soon", "2027-02-10T00:00:00", "9999-12-31T00:00:00Z")] == [None] * 4
    assert SEED == 1


def test_the_subject_of_an_alarm_is_said_in_words(measured_view: ViewOf) -> None:
    words = measured_view("live").words
    assert subject("duration/chikyu/shift", words) == "duration, Chikyu, Shift"
    assert subject("odd", words) == "odd"
    assert subject("kind/who/what", words) == "kind, who, what"


def test_the_overview_tells_of_the_measured_campaign(measured_view: ViewOf, empty_view: ViewOf) -> None:
    from dashboards.pages.overview_measured import has_log, measured

    view = measured_view("live")
    told = str(measured(View(PageState("overview", "en", "", {}), view.user, view.data)))
    assert "Campaign pilot-2027 is measured" in told and "chance of 350 t/d" in told
    nothing = empty_view("live")
    bare = View(PageState("overview", "en", "", {}), nothing.user, nothing.data)
    assert "No measured data" in str(measured(bare)) and not has_log(bare)


def test_figures_have_words_that_stand_for_them(measured_view: ViewOf) -> None:
    for name in ("total", "daily", "chance"):
        found = drawn(measured_view("live"), name)
        if isinstance(found.body, go.Figure):
            assert len(found.alt) > 30
        assert found.source and found.sealed and found.until


def test_the_last_days_are_compared_as_the_alarms_do(measured_view: ViewOf) -> None:
    view = measured_view("live")
    found = looked(view.data, Asked(CAMPAIGN, None))
    log = whole_log(view.data, Asked(CAMPAIGN, None))
    assert found is not None and log is not None and found.calibration is not None
    draws = calibration(view.data, found.calibration).draws
    days = forecast_before(archived(view.data, Asked(CAMPAIGN, None), FORECAST), log, 7)
    every = comparisons(log, draws, 7, None if days is None else forecast(view.data, days)[0])
    rows = rows_of(view, "expected")
    assert list(rows["measured"]) == [one.measured for one in every]
    assert origin_s(found.calibration) <= log.until_s - 7 * DAY_S and found.is_before
    deviating = {one.key for one in found.deviating}
    assert list(rows["deviates"]) == [one.key in deviating for one in every]


def test_each_comparison_has_words_in_both_languages(measured_view: ViewOf) -> None:
    for lang in ("en", "ja"):
        words = measured_view("live", lang=lang).words
        named = [work.TOOL, work.SHIFT, work.STROKE, work.LIFT, work.FLOW, work.SOLIDS, work.HEAD]
        named += [*work.STRINGS.values(), lost.FAILURES, lost.WEATHER, OUTPUT]
        assert all(words.has(f"live.subject.{name}") for name in named)
        assert asset_words("fleet", words) != "fleet" and asset_words("mining", words) != "mining"


def test_a_decision_is_recorded_by_hand_only_with_the_right_and_with_what_it_rests_on(
    measured_store: Path, tmp_path: Path
) -> None:
    store = tmp_path / "runs"
    shutil.copytree(measured_store, store)
    proxy, groups = ("127.0.0.1",), {role: (role,) for role in ROLES}
    settings = Settings(str(store), sign_in="proxy", proxy_addresses=proxy, role_groups=groups, default_role="")
    served, own = Attacked(make_app(settings), store), {"at": "live"}
    basis = archived(Data(str(store)), Asked(CAMPAIGN, None), FORECAST)[-1].artefact_id

    def press(role: str, what: Any, points: Any = "", held: Any = None) -> tuple[int, str]:
        typed = {"what": what, "set": points, "advised": "twin compare"}
        body = {f'{{"at":["MATCH"],"part":"live-decide-{key}"}}.value': [(own, value)] for key, value in typed.items()}
        body['{"at":["MATCH"],"part":"live-decide"}.n_clicks'] = [(own, 1)]
        body['{"at":["MATCH"],"part":"live-basis"}.data'] = [(own, held)]
        answer = served.call("decide", body, role, "hanako")
        return answer.status_code, answer.get_data(as_text=True)

    before = len(decisions(store))
    assert press("viewer", "stop")[0] == press("reviewer", "stop")[0] == 403
    assert "Say what is decided" in press("operator", "  ")[1]
    assert "not NAME = VALUE" in press("operator", "slow down", "flow")[1]
    assert len(decisions(store)) == before
    held = {"campaign": CAMPAIGN, "basis": basis}
    assert "is recorded" in press("operator", "slow down", "flow = 80 m3/h; ", held)[1]
    done = decisions(store)[0]
    assert (done.by, done.what, done.basis, dict(done.set_points)) == (
        "hanako", "slow down", basis, {"flow": "80 m3/h"},
    )  # fmt: skip
    assert press("admin", "go on", "", {"campaign": "../x", "basis": "made-up"})[0] == 200
    assert decisions(store)[0].basis == "", "a ground that is not in the archive is not believed"
    assert len(decisions(store)) == before + 2


def test_only_who_has_the_right_is_offered_to_decide_and_never_when_looking_back(measured_view: ViewOf) -> None:
    for role in ROLES:
        offered = "live-decide" in text_of(drawn(measured_view("live", role=role), "decisions"))
        assert offered is (role in MATRIX["do:decide"]), role
    assert "live-decide" not in text_of(drawn(measured_view("live", {"as_of": "2027-02-16"}), "decisions"))
