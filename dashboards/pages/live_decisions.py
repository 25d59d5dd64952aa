"""Panel of the page Live on decisions: the last ones, and a place to record one with its ground."""

from typing import Any, Final

import pandas as pd
from dash import MATCH, Dash, Input, Output, State, dcc, html, no_update, set_props
from dash.development.base_component import Component

from dashboards import components
from dashboards.callbacks import guarded
from dashboards.data import Data
from dashboards.measured import asked, counted_from_s, iso, known
from dashboards.measured_archive import Asked, archived, campaigns
from dashboards.page import Drawn, View
from dashboards.pages.live_outlook import chosen_forecast
from dashboards.pages.measured_shared import BESIDE, when_words
from dashboards.people import current_user
from dashboards.roles import allowed
from dashboards.state import read_state
from dashboards.words import Words, read_words
from ops_data.decision_log import Decision, decisions, record_decision
from ops_data.errors import TwinError, UsageError
from twin.measured_results import FORECAST

DECIDE: Final = "do:decide"
FIELDS: Final = ("what", "set", "advised")
PLACE: Final = {"at": "live"}
BUTTON, TOLD, BASIS = "live-decide", "live-decided", "live-basis"
MOST_DECISIONS: Final = 10
MOST_LETTERS: Final = 500  # of one field


def draw_decisions(view: View) -> Drawn:
    """Draw the last decisions: when, who, what, on what advice, and what was set; and a place to record one."""
    found = decisions(view.data.folder, asked(view).as_of_s)
    form = _form(view) if asked(view).as_of_s is None and allowed(view.user, DECIDE) else []
    if not found:
        command = html.P([html.Code('twin decisions --record "…" --by …'), " ", view.text("decisions.command")])
        return Drawn([components.nothing(view.words, view.text("decisions.none"), [command]), *form], None)
    rows = pd.DataFrame(
        [
            {
                "number": one.number, "decided_utc": iso(one.decided_utc), "by": one.by, "what": one.what,
                "advised": one.advised, "basis": one.basis, "set_points": "; ".join(_set_points(one)),
                "withdrawn_utc": "" if one.withdrawn_utc is None else iso(one.withdrawn_utc),
                "withdrawn_by": one.withdrawn_by, "withdrawn_note": one.withdrawn_note,
            }
            for one in found
        ]
    )  # fmt: skip
    note = view.text("decisions.more", {"n": f"{len(found):,}"}) if len(found) > MOST_DECISIONS else ""
    return Drawn([*form, *(_decision(view.words, one) for one in found[:MOST_DECISIONS])], rows, note=note)


def _decision(words: Words, one: Decision) -> Component:
    fill = {"number": str(one.number), "when": when_words(words, one.decided_utc), "by": one.by}
    parts: list[Component] = [
        html.P(words("live.decisions.head", fill), className="remark"),
        html.P(html.Strong(one.what)),
    ]
    if one.set_points:
        parts.append(html.P(words("live.decisions.set", {"points": "; ".join(_set_points(one))})))
    if one.advised:
        parts.append(html.P(words("live.decisions.advised", {"advised": one.advised})))
    if one.basis:
        parts.append(html.P([words("live.decisions.basis"), " ", html.Code(one.basis)]))
    if one.withdrawn_utc is not None:
        gone = {"when": when_words(words, one.withdrawn_utc), "by": one.withdrawn_by, "note": one.withdrawn_note}
        parts.append(html.P(words("live.decisions.withdrawn", gone)))
    return html.Div(parts, className="message plain", role="note")


def _set_points(one: Decision) -> list[str]:
    return [f"{key} = {value}" for key, value in one.set_points.items()]


def _form(view: View) -> list[Component]:
    """Return the fields of a decision that is to be recorded; it rests on the forecast that is looked at."""
    sealed = chosen_forecast(view)
    fields = [
        html.Label(
            [view.text(f"decide.{key}"), dcc.Input(id=_part(key), type="text", value="", maxLength=MOST_LETTERS)],
            style=BESIDE,
        )
        for key in FIELDS
    ]
    basis = "" if sealed is None else sealed.artefact_id
    rests = html.P(view.text("decide.basis", {"basis": basis or "–"}), className="remark")
    press = html.Button(view.text("decide.button"), id={"part": BUTTON, **PLACE}, className="plain", type="button")
    told = html.Div(id={"part": TOLD, **PLACE}, role="status")
    held = dcc.Store(id={"part": BASIS, **PLACE}, data={"campaign": asked(view).campaign, "basis": basis})
    parts = [
        html.Summary(view.text("decide.open")),
        html.Div([*fields, rests, html.Div(press), told], className="field"),
    ]
    return [html.Details([*parts, held])]


def _part(key: str) -> dict[str, str]:
    return {"part": f"live-decide-{key}", **PLACE}


def set_points(typed: str) -> dict[str, str]:
    """Return set-points from a text; UsageError where it cannot be read.

    Examples
    --------
    >>> set_points("flow = 98 m3/h; depth=5600 m")
    {'flow': '98 m3/h', 'depth': '5600 m'}
    """
    found = {}
    for part in (part.strip() for part in typed.split(";")):
        key, sign, value = (piece.strip() for piece in part.partition("="))
        if part and not (key and sign and value):
            raise UsageError(f"set-points '{part[:60]}': not NAME = VALUE; write them so, with semicolons between")
        if part:
            found[key] = value
    return found


def add_decision_callbacks(app: Dash, data: Data) -> None:
    """Add the callback that records a decision."""
    own = {"at": MATCH}

    @guarded(
        app,
        DECIDE,
        Output({"part": TOLD, **own}, "children"),
        Input({"part": BUTTON, **own}, "n_clicks"),
        *(State({"part": f"live-decide-{key}", **own}, "value") for key in FIELDS),
        State({"part": BASIS, **own}, "data"),
        State("url", "search"),
        initially=False,
    )
    def decide(clicks: int | None, what: Any, points: Any, advised: Any, held: Any, search: str | None) -> Any:
        """Record a decision of the person who asks, with the forecast that was looked at as its ground."""
        if not clicks:
            return no_update
        words = read_words(read_state("/live", search or "").lang)
        typed = [text.strip()[:MOST_LETTERS] if isinstance(text, str) else "" for text in (what, points, advised)]
        try:
            one, basis = _ground(data, held)
            if not typed[0]:
                return [components.message("wrong", words("live.decide.empty"))]
            now_s = counted_from_s(known(data, one), one)
            who = current_user().name
            done = record_decision(data.folder, who, typed[0], now_s, typed[2], basis, set_points(typed[1]))
        except TwinError as error:
            return [components.went_wrong(words, error)]
        set_props("again", {"data": done.number})
        return [components.message("plain", words("live.decide.done", {"number": str(done.number)}))]


def _ground(data: Data, held: Any) -> tuple[Asked, str]:
    """Return campaign and forecast that a form says it was made for; only what there is is believed."""
    told = held if isinstance(held, dict) else {}
    names = campaigns(data)
    one = Asked(told["campaign"] if told.get("campaign") in names else names[0], None)
    there = {sealed.artefact_id for sealed in archived(data, one, FORECAST)}
    return one, str(told["basis"]) if told.get("basis") in there else ""
