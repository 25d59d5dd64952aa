"""Panels of the page Live on what deviates and what was decided: alarms that are acknowledged here, and decisions."""

import time
from typing import Any, Final

import pandas as pd
from dash import MATCH, Dash, Input, Output, State, dcc, html, no_update, set_props
from dash.development.base_component import Component

from dashboards import components
from dashboards.callbacks import guarded
from dashboards.data import Data
from dashboards.measured import asked, instant, iso, known, version
from dashboards.page import Drawn, View
from dashboards.pages.live_expected import asset_words, subject_words
from dashboards.pages.measured_shared import BESIDE, basis_name, next_day, when_words
from dashboards.people import current_user
from dashboards.roles import allowed
from dashboards.state import read_state
from dashboards.words import Words, read_words
from ops_data.alarm_book import Alarm, acknowledge, alarms, last_look_utc
from ops_data.errors import TwinError

ACKNOWLEDGE: Final = "do:acknowledge"
BUTTON, NOTE, CARD, TICK, VERSION = "live-acknowledge", "live-note", "live-alarm", "live-tick", "live-version"
PLACE: Final = {"at": "live"}
LOOKS_MS: Final = 60_000  # how often the page asks whether something is new
MOST_OVER: Final = 10  # alarms that are over and are still listed
MOST_LETTERS: Final = 500  # of a note
LOOKS: Final = {"alarm": "wrong", "warning": "note", "notice": "plain"}


def draw_alarms(view: View) -> Drawn:
    """Draw the alarms: what stands, with a place to acknowledge it, and below a fold what is over."""
    one = asked(view)
    found = alarms(view.data.folder, one.as_of_s, one.campaign)
    look_s = last_look_utc(view.data.folder, one.campaign)
    if not found:
        if look_s is None or one.as_of_s is not None:
            command = html.Code(f"twin alarms --at {next_day(known(view.data, one))} --scenario {one.campaign}")
            remedy = [html.P([command, " ", view.text("alarms.command")])] if one.as_of_s is None else []
            return Drawn(components.nothing(view.words, view.text("alarms.never"), remedy))
        fill = {"when": view.words.instant(instant(look_s))}
        return Drawn(components.message("plain", view.text("alarms.none"), view.text("alarms.looked", fill)))
    standing = [alarm for alarm in found if alarm.state != "over"]
    standing.sort(key=lambda alarm: (alarm.state != "open", -list(LOOKS)[::-1].index(alarm.severity), -alarm.last_utc))
    over = [alarm for alarm in found if alarm.state == "over"]
    may = one.as_of_s is None and allowed(view.user, ACKNOWLEDGE)
    parts: list[Component] = [
        html.Div(alarm_card(alarm, view.words, may), id={"part": CARD, "alarm": alarm.alarm_id}) for alarm in standing
    ]
    if not standing:
        parts.append(components.message("plain", view.text("alarms.none"), view.text("alarms.all_over")))
    if over:
        head = html.Summary(view.text("alarms.over", {"n": str(len(over))}))
        parts.append(html.Details([head, *(html.Div(alarm_card(own, view.words, False)) for own in over[:MOST_OVER])]))
    note = "" if look_s is None or one.as_of_s else view.text("alarms.looked", {"when": when_words(view.words, look_s)})
    return Drawn(parts, _alarm_rows(found), note=note, source=basis_name(view))


def alarm_card(alarm: Alarm, words: Words, may: bool) -> list[Component]:
    """Return one alarm: how bad, of what, what was found, since when; and who acknowledged it or a place to."""
    head = words("live.alarms.head", {
        "severity": words(f"live.severity.{alarm.severity}"), "of": subject(alarm.key, words),
        "state": words(f"live.alarm_state.{alarm.state}"),
    })  # fmt: skip
    since = {
        "id": alarm.alarm_id,
        "first": when_words(words, alarm.first_utc),
        "last": when_words(words, alarm.last_utc),
    }
    parts: list[Component] = [
        html.Strong(head, className="message-title"),
        html.P(alarm.said, lang="en"),
        html.P(words("live.alarms.since", since), className="remark"),
    ]
    if alarm.acknowledged_utc is not None:
        fill = {"by": alarm.acknowledged_by, "when": when_words(words, alarm.acknowledged_utc), "note": alarm.note}
        parts.append(html.P(words("live.alarms.acknowledged", fill)))
    if may and alarm.state == "open":
        name = words("live.alarms.note", {"id": alarm.alarm_id})
        field = dcc.Input(id={"part": NOTE, "alarm": alarm.alarm_id}, type="text", value="", maxLength=MOST_LETTERS)
        press = html.Button(
            words("live.alarms.button"), id={"part": BUTTON, "alarm": alarm.alarm_id}, className="plain", type="button",
            **components.named(words("live.alarms.button_of", {"id": alarm.alarm_id})),
        )  # fmt: skip
        parts.append(html.Div([html.Label([name, field], style=BESIDE), html.Div(press)], className="field"))
    kind = LOOKS[alarm.severity] if alarm.state == "open" else "plain"
    return [html.Div(parts, className=f"message {kind}", role="note")]


def subject(key: str, words: Words) -> str:
    """Return what an alarm is about, from the key ``kind/asset/subject`` of its deviation."""
    parts = key.split("/", 2)
    if len(parts) < 3:
        return key
    kind, asset, of = parts
    kind = words(f"live.deviation.{kind}") if words.has(f"live.deviation.{kind}") else kind
    return words("measured.comma").join([kind, asset_words(asset, words), subject_words(of, words)])


def _alarm_rows(found: list[Alarm]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "alarm": one.alarm_id, "key": one.key, "severity": one.severity, "state": one.state, "said": one.said,
                "first_utc": iso(one.first_utc), "last_utc": iso(one.last_utc),
                "acknowledged_utc": "" if one.acknowledged_utc is None else iso(one.acknowledged_utc),
                "acknowledged_by": one.acknowledged_by, "note": one.note,
                "over_utc": "" if one.over_utc is None else iso(one.over_utc),
            }
            for one in found
        ]
    )  # fmt: skip


def refresher(data: Data) -> list[Component]:
    """Return the parts by which the page asks whether something is new."""
    return [
        dcc.Interval(id={"part": TICK, **PLACE}, interval=LOOKS_MS),
        dcc.Store(id={"part": VERSION, **PLACE}, data=version(data)),
    ]


def add_alarm_callbacks(app: Dash, data: Data) -> None:
    """Add the callbacks that acknowledge an alarm, and that draw the page anew when something new has come."""

    @guarded(
        app,
        ACKNOWLEDGE,
        Output({"part": CARD, "alarm": MATCH}, "children"),
        Input({"part": BUTTON, "alarm": MATCH}, "n_clicks"),
        State({"part": BUTTON, "alarm": MATCH}, "id"),
        State({"part": NOTE, "alarm": MATCH}, "value"),
        State("url", "search"),
        initially=False,
    )
    def acknowledge_alarm(clicks: int | None, pressed: Any, note: Any, search: str | None) -> Any:
        """Record that somebody has seen an alarm, with why it may stand."""
        if not clicks:
            return no_update
        words = read_words(read_state("/live", search or "").lang)
        name = str(pressed["alarm"])
        standing = {one.alarm_id: one for one in alarms(data.folder)}
        try:
            found = standing.get(name)
            now_s = int(time.time()) if found is None else max(int(time.time()), found.last_utc)
            typed = note.strip()[:MOST_LETTERS] if isinstance(note, str) else ""
            if found is not None and not typed:
                missing = components.message("wrong", words("live.alarms.why"))
                return [missing, *alarm_card(found, words, True)]
            done = acknowledge(data.folder, name, current_user().name, typed, now_s)
        except TwinError as error:
            return [components.went_wrong(words, error)]
        return alarm_card(done, words, False)

    @guarded(
        app,
        "do:panel",
        Output({"part": VERSION, "at": MATCH}, "data"),
        Input({"part": TICK, "at": MATCH}, "n_intervals"),
        State({"part": VERSION, "at": MATCH}, "data"),
        initially=False,
    )
    def look_for_news(_ticks: int | None, seen: str | None) -> Any:
        """Have the page drawn anew when something was measured, sealed, found or decided since."""
        now = version(data)
        if now == seen:
            return no_update
        set_props("again", {"data": time.time()})
        return now
