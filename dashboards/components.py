"""Parts that every page is put together from: panels with their foot, figures, tables, messages, controls."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go
from dash import dcc, html
from dash.development.base_component import Component

from dashboards.page import Control, Drawn, Panel, View
from dashboards.state import listed, query
from dashboards.words import Words
from ops_data.errors import TwinError

BUTTONS: Final = ["zoom2d", "pan2d", "zoomIn2d", "zoomOut2d", "resetScale2d"]
GRAPH_CONFIG: Final[Any] = {
    "responsive": True,
    "displaylogo": False,
    "showSendToCloud": False,  # plotly would offer to send the figure to a cloud of its maker
    "topojsonURL": "/assets/topojson/",
    "modeBarButtons": [BUTTONS],
    "scrollZoom": False,
    "doubleClick": "reset",
}
LIVE: Final[dict[str, Any]] = {"aria-live": "polite"}
PATHS: Final = re.compile(r"(?<![\w.…/:])/(?:[^/\s:;,'\"]+/)+[^/\s:;,'\"]+")
FILES: Final = (".json", ".parquet", ".nc", ".sqlite", ".csv", ".toml")
MOST_LETTERS: Final = 1_500  # of a message
MOST_TABLE_ROWS: Final = 200  # of a plain table; longer ones are grids or downloads


def named(label: str, more: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the attributes of a part that is named for those who do not see it."""
    return {"aria-label": label, **(more or {})}


def graph(figure: go.Figure, alt: str, graph_id: str | dict[str, str] = "") -> Component:
    """Return a figure with the text that stands for it; the only way a page draws one.

    Parameters
    ----------
    figure : what is drawn.
    alt : what it shows, in one or two sentences.
    graph_id : its id where a callback needs one.
    """
    own: dict[str, Any] = {"id": graph_id} if graph_id else {}
    drawn = dcc.Graph(figure=figure, config=GRAPH_CONFIG, className="graph", **own)
    return html.Div(drawn, className="figure", role="figure", **named(alt))


def message(kind: str, title: str, text: str = "", remedy: Sequence[Component] = ()) -> Component:
    """Return a message in place of what cannot be shown.

    Parameters
    ----------
    kind : ``nothing`` (there are no data), ``wrong`` (an error), ``note`` (by the way).
    title, text : what it says.
    remedy : links or buttons that help.
    """
    parts: list[Component] = [html.Strong(title, className="message-title")]
    if text:
        parts.append(html.P(text))
    return html.Div([*parts, *remedy], className=f"message {kind}", role="alert" if kind == "wrong" else "note")


def nothing(words: Words, text: str, remedy: Sequence[Component] = ()) -> Component:
    """Return the message that there are no data, which is not zero."""
    return message("nothing", words("common.no_data"), text, remedy)


def without_folders(text: str) -> str:
    """Return a message without the folders of this machine: of a path its last part is left, of a file also its folder.

    Examples
    --------
    >>> without_folders("run 'a': not in store /srv/twin/runs; see /srv/twin/runs/a-1/daily.parquet: damaged")
    "run 'a': not in store …/runs; see …/a-1/daily.parquet: damaged"
    """
    return PATHS.sub(_shortened, text)[:MOST_LETTERS]


def _shortened(path: re.Match[str]) -> str:
    parts = path[0].split("/")
    kept = 2 if parts[-1].endswith(FILES) else 1
    return "/".join(["…", *parts[-kept:]])


def went_wrong(words: Words, error: TwinError) -> Component:
    """Return an error of the tree as people read it: what kind it is in their language, then its own line."""
    kind = type(error).__name__
    key = f"common.error.{kind}"
    return message("wrong", words(key if words.has(key) else "common.error.TwinError"), without_folders(str(error)))


def table(frame: pd.DataFrame, numbers: Sequence[str] = (), caption: str = "") -> Component:
    """Return a plain table of texts; columns named in `numbers` stand at the right."""
    sides = ["number" if name in numbers else "" for name in frame.columns]
    head = html.Tr(
        [html.Th(name, className=side, scope="col") for name, side in zip(frame.columns, sides, strict=True)]
    )
    rows = [
        html.Tr([html.Td(str(cell), className=side) for cell, side in zip(row, sides, strict=True)])
        for row in frame.head(MOST_TABLE_ROWS).itertuples(index=False, name=None)
    ]
    top = [html.Caption(caption)] if caption else []
    whole = html.Table([*top, html.Thead(head), html.Tbody(rows)])
    return html.Div(whole, className="table", tabIndex=0, role="region", **named(caption or str(frame.columns[0])))


def definition(term: str, meaning: str) -> Component:
    """Return a word with its meaning below a fold."""
    return html.Details([html.Summary(term), html.P(meaning)], className="definition")


def number_card(title: str, value: str, below: str) -> Component:
    """Return one number that stands out, with its range and unit below."""
    parts = [
        html.P(title, className="card-title"),
        html.P(value, className="card-value"),
        html.P(below, className="card-below"),
    ]
    return html.Div(parts, className="card")


def control(page: str, one: Control, value: str, words: Words) -> Component:
    """Return a labelled control; what it holds goes into the address (`assets/twin.js`)."""
    name = {"part": "control", "key": one.key}
    label = (
        words(f"{page}.control.{one.key}")
        if words.has(f"{page}.control.{one.key}")
        else words(f"common.control.{one.key}")
    )
    held: Any = listed(value) if one.several else value
    picker = dcc.Dropdown(
        id=name,
        options=[{"value": value, "label": shown} for value, shown in one.options],
        value=held,
        multi=one.several,
        clearable=one.several,
        searchable=len(one.options) > 8,
        className="picker",
        labels=picker_words(words),
    )  # fmt: skip
    return html.Div([html.Span(label, className="label"), picker], className="control")


def picker_words(words: Words) -> Any:
    """Return the words of a list to choose from."""
    keys = (
        "select_all",
        "deselect_all",
        "selected_count",
        "search",
        "clear_search",
        "clear_selection",
        "no_options_found",
    )
    return {key: words(f"common.picker.{key}") for key in keys}


def panel_shell(view: View, page: str, one: Panel, want: str) -> Component:
    """Return a panel before it is drawn: title, how to read it, downloads, and a place for what it shows."""
    words, name = view.words, {"page": page, "panel": one.name}
    head: list[Component] = [html.H2(words(f"{page}.panel.{one.name}"))]
    if words.has(f"{page}.help.{one.name}"):
        ask = html.Summary("?", **named(words("common.how_to_read")))
        head.append(html.Details([ask, html.P(words(f"{page}.help.{one.name}"))], className="help"))
    picture = named(words("common.png"), {"data-file": f"{page}-{one.name}"})
    rows = named(
        words("common.csv"), {"id": name | {"part": "csv"}, "href": csv_address(view, page, one), "download": ""}
    )
    tools = html.Div(
        [html.Button("PNG", className="png", type="button", **picture), html.A("CSV", className="csv", **rows)],
        className="tools",
    )
    body = html.Div(
        html.P(words("common.drawing"), className="drawing"),
        id=name | {"part": "body"},
        className="body",
        **LIVE,
    )
    shell = [html.Div([*head, tools], className="panel-head"), body, dcc.Store(id=name | {"part": "want"}, data=want)]
    return html.Section(shell, className=f"panel{' wide' if one.wide else ''}", id=f"panel-{one.name}")


def csv_address(view: View, page: str, one: Panel) -> str:
    """Return where the data of a panel are downloaded."""
    return f"/download/csv/{page}/{one.name}{query(view.state)}"


def panel_body(view: View, one: Panel, drawn: Drawn) -> list[Component]:
    """Return what a panel shows and the line below it: unit, times, run, age, origin."""
    if isinstance(drawn.body, go.Figure):
        shown: list[Component] = [graph(drawn.body, drawn.alt)]
    elif isinstance(drawn.body, Component):
        shown = [drawn.body]
    else:
        shown = list(drawn.body)
    if drawn.rows is None:
        shown.append(html.Span(className="no-rows", hidden=True))  # takes the link to a CSV away
    if drawn.note:
        shown.append(html.P(drawn.note, className="remark"))
    return [*shown, foot(view, one, drawn)]


def foot(view: View, one: Panel, drawn: Drawn) -> Component:
    """Return the line below a panel."""
    words, parts = view.words, list[Component]()
    if drawn.unit:
        parts.append(html.Span(words("common.unit", {"unit": drawn.unit})))
    parts.append(html.Span(words("common.zone")))
    sealed = drawn.sealed
    if one.of_run:
        who = view.run.manifest
        sealed = sealed or who.created
        parts.append(html.Span([words("common.run"), " ", html.Code(drawn.source or who.run_id)]))
        parts.append(html.Span(words(f"common.origin.{who.identity.origin}")))
    elif drawn.source:
        parts.append(html.Code(drawn.source))
    for key, instant in (("until", drawn.until), ("sealed", sealed)):
        if instant:
            parts.append(_dated(words, key, datetime.fromisoformat(instant)))
    return html.Div(parts, className="foot")


def _dated(words: Words, key: str, when: datetime) -> Component:
    """Return an instant with how long ago it is; without that where it lies ahead, as in a rehearsal."""
    shown: list[Any] = [words(f"common.{key}", {"when": words.instant(when)})]
    if when <= datetime.now(UTC):
        shown += [" ", html.Time(dateTime=when.isoformat(), className="age")]
    return html.Span(shown)


def plain(text: str) -> str:
    """Return a text that plotly, which reads a little HTML, shows as it is."""
    return escape(text, quote=False)


def link(text: "str | Sequence[str | Component]", href: str, more: Mapping[str, str] | None = None) -> Component:
    """Return a link within the dashboard, followed without loading the page anew (`assets/twin.js`)."""
    attributes: dict[str, Any] = {"data-nav": "in", **(more or {})}
    return html.A(text if isinstance(text, str) else list(text), href=href, **attributes)
