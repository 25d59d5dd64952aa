"""Panel of the page Live on the last days: everything that the log allows to compare, against what was expected."""

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboards import components
from dashboards.figures.live_expected import Compared, expected_figure
from dashboards.measured import LAST_D, asked, iso, known, looked
from dashboards.page import Drawn, View
from dashboards.pages.measured_shared import basis_name, nothing_measured, origin_words
from dashboards.pages.operations_span import asset_title
from dashboards.words import Words
from ops_data.reference.japanese import known as is_known
from ops_data.reference.japanese import title
from twin.deviation_found import Deviation


def draw_expected(view: View) -> Drawn:
    """Draw what was measured in the last days upon what was expected of them."""
    one = asked(view)
    found = looked(view.data, one)
    if found is None:
        return nothing_measured(view)
    days = str(LAST_D)
    if not found.compared:
        return Drawn(components.nothing(view.words, view.text("expected.nothing", {"days": days})))
    odd = {deviation.key: deviation for deviation in found.deviating}
    rows = [_compared(view, odd.get(each.key, each), each.key in odd) for each in found.compared]
    rows.sort(key=lambda row: not row.deviates)
    basis = found.calibration
    key = "expected.plan" if basis is None else "expected.calibrated" if found.is_before else "expected.same_days"
    note = view.text(key, {"days": days, "origin": "" if basis is None else origin_words(view.words, basis)})
    alt = view.text("alt.expected", {"n": str(len(rows)), "odd": str(len(odd)), "days": days})
    parts: list[Component] = [components.graph(expected_figure(rows, view.words), alt)]
    for deviation in found.deviating:
        parts.append(_causes(view, deviation))
    frame = pd.DataFrame(
        [
            (each.kind, each.asset, each.subject, iso(each.begin_s), iso(each.end_s), each.measured, each.low,
             each.expected, each.high, each.unit, each.p_value, each.key in odd)
            for each in found.compared
        ],
        columns=["kind", "asset", "subject", "begin_utc", "end_utc", "measured", "expected_p05", "expected_p50",
                 "expected_p95", "unit", "chance", "deviates"],
    )  # fmt: skip
    source = basis_name(view) if basis is None else basis.artefact_id
    sealed = "" if basis is None else basis.created
    return Drawn(parts, frame, view.text("unit.own"), alt, note, source, sealed, known(view.data, one).until)


def subject_words(subject: str, words: Words) -> str:
    """Return what a deviation is about, as it is where the pages have no words for it."""
    if words.has(f"live.subject.{subject}"):
        return words(f"live.subject.{subject}")
    found = (title(kind, subject, words.lang) for kind in ("activity", "cause", "series") if is_known(kind, subject))
    return next(found, subject)


def asset_words(asset: str, words: Words) -> str:
    """Return what an asset, a kind of assets or all of them are called."""
    if asset == "fleet":
        return words("live.expected.fleet")
    kind = is_known("asset_kind", asset)
    return title("asset_kind", asset, words.lang) if kind else asset_title(asset, words.lang)


def _compared(view: View, each: Deviation, deviates: bool) -> Compared:
    words = view.words
    label = f"{subject_words(each.subject, words)}{words('measured.comma')}{asset_words(each.asset, words)}"
    unit = title("unit", each.unit, words.lang) if is_known("unit", each.unit) else each.unit
    if each.unit == "failures":
        unit = view.text("unit.failures")
    fill = {
        name: words.number(value)
        for name, value in (
            ("measured", each.measured), ("low", each.low), ("middle", each.expected), ("high", each.high),
        )
    } | {"unit": unit, "chance": words.percent(each.p_value)}  # fmt: skip
    hover = [f"<b>{components.plain(label)}</b>", view.text("expected.told", fill), view.text("expected.chance", fill)]
    expected = (each.low, each.expected, each.high)
    return Compared(label, view.text("expected.told", fill), expected, each.measured, deviates, "<br>".join(hover))


def _causes(view: View, each: Deviation) -> Component:
    """Return a deviation with its candidate causes and their evidence."""
    words = view.words
    head = f"{subject_words(each.subject, words)}{words('measured.comma')}{asset_words(each.asset, words)}"
    items = [
        html.Li(html.Span(f"{cause.name} ({words.percent(cause.weight)}): {cause.evidence}", lang="en"))
        for cause in each.causes
    ]
    return html.Details([html.Summary(view.text("expected.causes", {"of": head})), html.Ul(items)], open=True)
