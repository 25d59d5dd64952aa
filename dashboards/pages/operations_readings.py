"""Panel of the page Operations on sealed sensor readings: a line that is asked for anew as one zooms.

What is shown stands in the address (`tag`, `since`, `until`); the parts of the panel and the address follow each other
in one callback, which sends the thinned line of the new range alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from dash import ALL, MATCH, Dash, Input, Output, Patch, State, ctx, dcc, html, no_update, set_props
from dash.development.base_component import Component

from dashboards import components
from dashboards.callbacks import guarded
from dashboards.data import Data
from dashboards.figures.readings import readings_figure
from dashboards.page import Drawn, View
from dashboards.pages.operations_span import between, iso
from dashboards.people import current_user
from dashboards.state import query, read_state, with_values
from dashboards.words import Words, read_words
from ops_data.errors import TwinError
from ops_data.readings import GOOD, Readings, Series, TagSummary
from ops_data.reference.japanese import terms, title
from ops_data.reference.sensor_rows import sensors
from ops_data.units import JST_OFFSET_S, SECONDS_PER_DAY, SECONDS_PER_HOUR

TAG, SINCE, UNTIL = "tag", "since", "until"
GRAPH, TOLD, SHOWN, PICKER, REACH = (
    "readings-graph", "readings-told", "readings-shown", "readings-tag", "readings-reach",
)  # fmt: skip
LABEL: Final = "label-readings-tag"
PLACE: Final = {"at": "operations"}  # the parts stand on one page: by a pattern they are not missed on others
REACHES_S: Final[Mapping[str, int]] = {
    "hour": SECONDS_PER_HOUR, "day": SECONDS_PER_DAY, "week": 7 * SECONDS_PER_DAY, "all": 0,
}  # fmt: skip
BESIDE: Final = {"display": "flex", "flexWrap": "wrap", "gap": "6px 14px", "alignItems": "flex-end"}
YEARS: Final = range(1970, 2200)  # that an address may mean
LEAST_S: Final = 10  # of a range: less cannot be zoomed to
MS_PER_S: Final = 1e3
VERSION: Final = 12  # digits of the hash of the manifest that people read


@dataclass(frozen=True)
class Asked:
    """What of the readings is asked for: a tag, and a range of UTC seconds without its end."""

    tag: str
    begin_s: int
    end_s: int

    @property
    def key(self) -> str:
        """The same for the same."""
        return f"{self.tag} {self.begin_s} {self.end_s}"


def asked(values: Mapping[str, str], tags: Mapping[str, TagSummary]) -> tuple[Asked, list[str]]:
    """Return what an address asks for, the whole range of the first tag by default, and keys it cannot mean."""
    wrong = []
    tag = values.get(TAG, next(iter(tags)))
    if tag not in tags:
        tag, wrong = next(iter(tags)), [TAG]
    found = whole(tags[tag])
    limits = []
    for key, default in ((SINCE, found.begin_s), (UNTIL, found.end_s)):
        second = read_second(values.get(key, ""))
        wrong += [key] if second is None and key in values else []
        limits.append(default if second is None else second)
    if limits[1] - limits[0] < LEAST_S:
        return found, wrong or [SINCE, UNTIL]
    return Asked(tag, *limits), wrong


def whole(tag: TagSummary) -> Asked:
    """Return the whole range of a tag."""
    return Asked(tag.tag, tag.first_utc, max(tag.last_utc + 1, tag.first_utc + LEAST_S))


def read_second(text: str) -> int | None:
    """Return the UTC second of an instant as an address writes it; None for any other text.

    Examples
    --------
    >>> read_second("1970-01-02T00:00:01Z"), read_second("yesterday")
    (86401, None)
    """
    second = _second(text)
    return None if second is None else int(second)


def _second(text: str) -> float | None:
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    if when.year not in YEARS:
        return None
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()


def written(one: Asked, tags: Mapping[str, TagSummary]) -> dict[str, str]:
    """Return what an address says of a range; nothing of a whole one."""
    if one == whole(tags[one.tag]):
        return {TAG: one.tag, SINCE: "", UNTIL: ""}
    texts = [f"{datetime.fromtimestamp(second, UTC):%Y-%m-%dT%H:%M:%SZ}" for second in (one.begin_s, one.end_s)]
    return {TAG: one.tag, SINCE: texts[0], UNTIL: texts[1]}


def zoomed(relayout: Mapping[str, Any], one: Asked, tags: Mapping[str, TagSummary]) -> Asked | None:
    """Return the range that a zoom asks for; None where the figure was laid out anew for another reason."""
    if relayout.get("xaxis.autorange"):
        return whole(tags[one.tag])
    ends = relayout.get("xaxis.range") or [relayout.get(f"xaxis.range[{at}]") for at in (0, 1)]
    seconds = [second for second in map(_axis_second, ends) if second is not None]
    if len(seconds) != 2:
        return None
    begin_s, end_s = int(np.floor(seconds[0])), int(np.ceil(seconds[1]))
    return Asked(one.tag, begin_s, max(end_s, begin_s + LEAST_S))


def _axis_second(end: Any) -> float | None:
    if isinstance(end, int | float):
        return end / MS_PER_S
    return _second(end) if isinstance(end, str) else None


def reached(reach: str, one: Asked, tags: Mapping[str, TagSummary]) -> Asked:
    """Return the last hour, day or week of a tag, or all of it."""
    found = whole(tags[one.tag])
    length_s = REACHES_S.get(reach, 0)
    return Asked(one.tag, max(found.begin_s, found.end_s - length_s), found.end_s) if length_s else found


def tags_of(readings: Readings | None) -> dict[str, TagSummary]:
    """Return the tags that have readings, by name."""
    return {} if readings is None else {one.tag: one for one in readings.tags() if one.rows}


def draw_readings(view: View) -> Drawn:
    """Draw the readings of a sensor, with what chooses sensor and range."""
    readings = view.data.readings()
    tags = tags_of(readings)
    if readings is None or not tags:
        return Drawn(components.nothing(view.words, view.text("nothing.readings")))
    one, wrong = asked(view.state.values, tags)
    series = readings.series(one.tag, one.begin_s, one.end_s)
    lang = view.words
    picker = dcc.Dropdown(
        id={"part": PICKER, **PLACE}, value=one.tag,
        options=[{"value": tag, "label": named(tag, lang)} for tag in tags],
        clearable=False, searchable=len(tags) > 8, className="picker", labels=components.picker_words(lang),
    )  # fmt: skip
    reaches = [
        html.Button(
            view.text(f"readings.{reach}"),
            id={"part": REACH, "reach": reach, **PLACE},
            className="plain",
            type="button",
        )
        for reach in REACHES_S
    ]
    controls: list[Component] = [
        html.Div([html.Span(view.text("control.tag"), className="label", id=LABEL), picker], className="control"),
        html.Div(reaches, role="group", style=BESIDE, **components.named(view.text("readings.reach"))),
    ]
    body = [
        html.Div(controls, style=BESIDE),
        components.graph(_figure(series, one, lang), view.text("readings.alt"), {"part": GRAPH, **PLACE}),
        html.Div(_told(readings, series, wrong, lang), id={"part": TOLD, **PLACE}, role="status"),
        dcc.Store(id={"part": SHOWN, **PLACE}, data=one.key),
    ]
    return Drawn(body, _rows(series), unit_of(one.tag) or lang("operations.readings.unit"))


def named(tag: str, words: Words) -> str:
    """Return what a sensor is called: its title and its tag; a tag that is not in the register alone."""
    return f"{title('sensor', tag, words.lang)} ({tag})" if tag in sensors() else tag


def unit_of(tag: str) -> str:
    """Return the unit of a sensor's readings; empty where the register does not have it."""
    return sensors()[tag].unit if tag in sensors() else ""


def _figure(series: Series, one: Asked, words: Words) -> go.Figure:
    flags = {name: term.title[words.lang] for name, term in terms("reading_quality").items()}
    called = title("sensor", one.tag, words.lang) if one.tag in sensors() else one.tag
    figure = readings_figure(series, called, unit_of(one.tag), words, flags)
    return figure.update_yaxes(fixedrange=True)


def _told(readings: Readings, series: Series, wrong: list[str], words: Words) -> list[Component]:
    """Return what is said below the line: how many readings of when, of which version, and what was not understood."""
    when = between(np.array([series.begin_utc]), np.array([series.end_utc]))[0].replace("<br>", " · ")
    fill = {"rows": f"{series.rows:,}", "when": when, "version": readings.sha256[:VERSION]}
    parts: list[Component] = [html.P(words("operations.readings.told", fill), className="remark")]
    if wrong:
        keys = ", ".join(wrong)
        parts.append(components.message("note", words("operations.readings.not_understood", {"keys": keys})))
    return parts


def _rows(series: Series) -> pd.DataFrame:
    """Return the readings that are drawn, the breaks of the line left out."""
    good = np.isfinite(series.value)
    time_s = np.concatenate([series.time_utc[good], series.flagged_time_utc])
    order = np.argsort(time_s, kind="stable")
    quality = np.array([*[GOOD] * int(good.sum()), *series.flagged_quality], dtype=object)
    return pd.DataFrame(
        {
            "tag": series.tag,
            "time_utc": [f"{text}Z" for text in iso(time_s[order], 0, "s")],
            "time_jst": iso(time_s[order], JST_OFFSET_S, "s"),
            "value": np.concatenate([series.value[good], series.flagged_value])[order],
            "unit": unit_of(series.tag),
            "quality": quality[order],
        }
    )


def add_readings(app: Dash, data: Data) -> None:
    """Add the callback that keeps line, sensor and address the same."""
    own = {"at": MATCH}

    @guarded(
        app,
        "do:panel",
        Output({"part": GRAPH, **own}, "figure"),
        Output({"part": TOLD, **own}, "children"),
        Output({"part": PICKER, **own}, "value"),
        Output({"part": SHOWN, **own}, "data"),
        Input({"part": GRAPH, **own}, "relayoutData"),
        Input({"part": PICKER, **own}, "value"),
        Input({"part": REACH, "reach": ALL, **own}, "n_clicks"),
        Input("url", "search"),
        State("url", "pathname"),
        State({"part": SHOWN, **own}, "data"),
    )
    def follow(
        relayout: Mapping[str, Any] | None,
        tag: str | None,
        _clicks: Any,
        search: str | None,
        path: str | None,
        shown: str,
    ) -> tuple[Any, ...]:
        """Draw what was zoomed to, chosen or typed; nothing where it is shown already."""
        state = read_state(path or "/", search or "")
        words, unchanged = read_words(state.lang), (no_update,) * 4
        try:
            readings = View(state, current_user(), data).data.readings()
            tags = tags_of(readings)
            if readings is None or not tags:
                return unchanged
            one, wrong = asked(state.values, tags)
            wanted = _wanted(ctx.triggered_id, one, tags, relayout or {}, {**state.values, TAG: tag or one.tag})
            if wanted.key == shown and not wrong:
                return unchanged
            series = readings.series(wanted.tag, wanted.begin_s, wanted.end_s)
        except TwinError as error:
            return no_update, [components.went_wrong(words, error)], no_update, no_update
        search_then = query(with_values(state, written(wanted, tags)))
        if search_then != query(state):
            set_props("url", {"search": search_then})
        told = _told(readings, series, wrong, words)
        return _patched(_figure(series, wanted, words)), told, wanted.tag, wanted.key


def _wanted(
    triggered: Any, one: Asked, tags: Mapping[str, TagSummary], relayout: Mapping[str, Any], picked: Mapping[str, str]
) -> Asked:
    """Return what is to be shown after something was touched: what the address asks for where that was nothing else."""
    part = triggered.get("part") if isinstance(triggered, dict) else ""
    if part == GRAPH:
        return zoomed(relayout, one, tags) or one
    if part == PICKER:
        return asked(picked, tags)[0]
    return reached(str(triggered["reach"]), one, tags) if part == REACH else one


def _patched(figure: go.Figure) -> Patch:
    """Return the change of a figure: lines and marks, range, titles and notes; the rest of it stays."""
    whole_figure = figure.to_plotly_json()
    layout, change = whole_figure["layout"], Patch()
    change["data"] = whole_figure["data"]
    change["layout"]["annotations"] = layout.get("annotations", [])
    change["layout"]["showlegend"] = layout.get("showlegend", True)
    change["layout"]["xaxis"] = layout["xaxis"]
    change["layout"]["yaxis"] = layout["yaxis"]
    return change
