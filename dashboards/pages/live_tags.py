"""Panels of the page Live on how far what is shown can be trusted: age of each sensor, quality of each indicator."""

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboards import components
from dashboards.measured import Known, TagNow, asked, counted_from_s, instant, iso, known, qualities
from dashboards.page import Drawn, View
from dashboards.pages.measured_shared import aged, basis_name, nothing_measured
from dashboards.pages.operations_readings import named, unit_of
from ops_data.reference.japanese import title
from ops_data.reference.sensor_rows import sensors
from ops_data.units import SECONDS_PER_HOUR
from twin.operations.campaign import roles_of

SITE = ("site", "seabed")  # who carries sensors beside the assets of a campaign


def draw_tags(view: View) -> Drawn:
    """Draw the last reading of each sensor, how old it is, and which sensors say nothing."""
    one = asked(view)
    found = known(view.data, one)
    if not found.tags:
        return nothing_measured(view)
    at_s = counted_from_s(found, one)
    say = view.text
    head = [say(f"tags.{key}") for key in ("sensor", "value", "age", "state", "flagged", "when")]
    rows = [_row(view, tag, at_s) for tag in found.tags]
    table = pd.DataFrame(rows, columns=head)
    parts: list[Component] = [components.table(table, head[1:], say("tags.caption"))]
    silent = _silent(found)
    if silent:
        names = view.words("measured.comma").join(title("sensor", tag, view.state.lang) for tag in silent)
        parts.append(html.P(say("tags.silent", {"names": names}), className="remark"))
    frame = pd.DataFrame(
        [
            {
                "tag": tag.tag, "last_time_utc": iso(tag.time_s), "received_utc": iso(tag.received_s),
                "value": tag.value, "unit": unit_of(tag.tag), "quality": tag.quality,
                "age_h": (at_s - tag.time_s) / SECONDS_PER_HOUR,
                "stale": is_stale(tag, at_s), "readings_14_days": tag.rows, "flagged_14_days": tag.flagged,
            }
            for tag in found.tags
        ]
    )  # fmt: skip
    late = sum(is_stale(tag, at_s) for tag in found.tags)
    note = say("note.tags", {"late": str(late), "count": str(len(found.tags))})
    until = iso(max(tag.time_s for tag in found.tags))
    return Drawn(parts, frame, note=note, until=until, source=basis_name(view))


def _row(view: View, tag: TagNow, at_s: int) -> tuple[str, ...]:
    words, lang = view.words, view.state.lang
    unit = unit_of(tag.tag)
    shown = title("unit", unit, lang) if unit in ("t", "m3", "m3/h", "kg/m3", "deg", "t/d") else unit
    flagged = "0" if not tag.flagged else f"{tag.flagged:,} ({words.percent(tag.flagged / tag.rows)})"
    state = view.text("tags.stale" if is_stale(tag, at_s) else "tags.fresh")
    if tag.quality != "good":
        state = f"{state}{words('measured.comma')}{title('reading_quality', tag.quality, lang)}"
    return (
        named(tag.tag, words), f"{words.number(tag.value)} {shown}", aged(words, at_s - tag.time_s),
        state, flagged, words.instant(instant(tag.time_s)),
    )  # fmt: skip


def is_stale(tag: TagNow, at_s: int) -> bool:
    """Say whether a sensor has been silent for longer than its gap allows; one that is in no register is not judged."""
    row = sensors().get(tag.tag)
    return row is not None and at_s - tag.time_s > row.gap_after_s


def _silent(found: Known) -> list[str]:
    """Return the sensors of the campaign's assets and of the site that say nothing."""
    carriers = (*SITE, *roles_of(found.scenario))
    heard = {tag.tag for tag in found.tags}
    return [tag for tag, row in sensors().items() if row.asset in carriers and tag not in heard]


def draw_quality(view: View) -> Drawn:
    """Draw the quality index of each indicator with its parts."""
    one = asked(view)
    found = qualities(view.data, one)
    if not found:
        return nothing_measured(view)
    say = view.text
    names = ("data_age", "completeness", "calibration_age", "forecast_skill", "extrapolation")
    head = [say("quality.indicator"), say("quality.index"), *(say(f"quality.{name}") for name in names)]
    rows, weak = [], []
    for quality in found:
        scores = {part.name: part.score for part in quality.parts}
        shown = view.words(f"measured.series.{quality.indicator}")
        cells = (_out_of_100(scores[name]) if name in scores else "–" for name in names)
        rows.append((shown, _out_of_100(quality.index), *cells))
        colon = view.words("measured.colon")
        head_of = f"{shown}{colon}{say(f'quality.{quality.weakest.name}')} {_out_of_100(quality.weakest.score)}{colon}"
        weak.append(html.Li([head_of, html.Span(quality.weakest.said, lang="en")]))
    parts: list[Component] = [
        components.table(pd.DataFrame(rows, columns=head), head[1:], say("quality.caption")),
        html.Details([html.Summary(say("quality.weakest")), html.Ul(weak)]),
    ]
    frame = pd.DataFrame(
        [
            {"indicator": quality.indicator, "index": quality.index, "part": part.name, "score": part.score,
             "said": part.said}
            for quality in found
            for part in quality.parts
        ]
    )  # fmt: skip
    return Drawn(parts, frame, say("quality.unit"), until=known(view.data, one).until, source=basis_name(view))


def _out_of_100(score: float) -> str:
    return f"{100.0 * score:.0f}"
