"""Page Forecast skill: how good archived forecasts of a measured campaign were, and what each of them knew."""

from datetime import UTC, datetime
from typing import Final

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from dash import html
from dash.development.base_component import Component

from dashboards import components
from dashboards.figures.skill import (
    ByLead,
    Said,
    bias_figure,
    coverage_figure,
    loss_figure,
    place_figure,
    said_figure,
)
from dashboards.measured import AS_OF, CAMPAIGN, asked, controls, iso, known
from dashboards.measured_archive import archived, origin_s
from dashboards.page import Control, Drawn, Page, Panel, View
from dashboards.pages.measured_shared import (
    basis_name,
    commands,
    day_minute,
    looked_back,
    nothing_measured,
    origin_words,
)
from dashboards.pages.skill_scores import (
    Scored,
    biases,
    coverages,
    leads_of,
    losses,
    places,
    same_origins,
    scored,
)
from ops_data.artefacts import Artefact
from twin.forecast_scores import SCORED
from twin.measured_results import FORECAST, LEADS, known_at_s

SERIES_KEY, LEAD = "series", "lead"
UNITS: Final = {"lifted_dry_t": "t", "island_dry_t": "t", "mining_h": "h"}
KNOWN: Final = (CAMPAIGN, AS_OF)
USUAL_LEAD: Final = 7
FEW: Final = 10  # forecasts: fewer say little
PARTS: Final = (5, 10)  # of the histogram: with few and with many forecasts
MANY: Final = 50
MOST_LISTED: Final = 60


def _controls(view: View) -> list[Control]:
    series = tuple((one, view.words(f"measured.series.{one}")) for one in SCORED)
    leads = tuple((str(lead), view.text("lead_option", {"n": str(lead)})) for lead in LEADS)
    return [*controls(view), Control(SERIES_KEY, series, SCORED[0]), Control(LEAD, leads, str(USUAL_LEAD))]


def _nothing(view: View, found: list[Scored]) -> Drawn | None:
    """Return what stands where nothing can be scored, and why; None where something can."""
    if known(view.data, asked(view)).logged is None:
        return nothing_measured(view)
    if not found:
        return Drawn(components.nothing(view.words, view.words("measured.no_forecast"), [commands(view, 1)]))
    if not leads_of(found, view.value(SERIES_KEY)):
        fill = {"n": str(len(found)), "origin": origin_words(view.words, found[0].sealed)}
        return Drawn(components.nothing(view.words, view.text("nothing.too_early", fill)))
    return None


def _frame(groups: list[ByLead], value: str, unit: str) -> pd.DataFrame:
    return pd.DataFrame(
        [
            (one.kind, lead, number, count, *([one.low[place], one.high[place]] if one.low else []))
            for one in groups
            for place, (lead, number, count) in enumerate(zip(one.leads_d, one.value, one.count, strict=True))
        ],
        columns=["forecast", "lead_d", f"{value}_{unit}", "forecasts",
                 *(["wilson_low_percent", "wilson_high_percent"] if groups[0].low else [])],
    )  # fmt: skip


def _drawn(
    view: View, found: list[Scored], figure: go.Figure, rows: pd.DataFrame, unit: str, alt: str, more: str = ""
) -> Drawn:
    """Return a panel of scores with what all of them must say: how few they are, and up to when was measured."""
    count = len({one.origin_s for one in found if one.scores})
    notes = [more] if more else []
    notes += [view.text("note.few", {"n": str(count)})] if count < FEW else []
    if not same_origins(found, view.value(SERIES_KEY)):
        notes.append(view.text("note.other_origins"))
    return Drawn(figure, rows, unit, alt, " ".join(notes), basis_name(view), until=known(view.data, asked(view)).until)


def draw_loss(view: View) -> Drawn:
    """Draw the mean loss by lead against persistence and the plan."""
    found, series = scored(view), view.value(SERIES_KEY)
    none = _nothing(view, found)
    if none is not None:
        return none
    groups, leads, unit = losses(found, series), leads_of(found, series), UNITS[series]
    by_kind = {one.kind: one for one in groups}
    alt = view.text("alt.loss", {"leads": ", ".join(map(str, leads))})
    ours, steady = by_kind.get("calibrated"), by_kind["persistence"]
    more = ""
    if ours is not None and USUAL_LEAD in ours.leads_d:
        lost = ours.value[list(ours.leads_d).index(USUAL_LEAD)]
        other = steady.value[list(steady.leads_d).index(USUAL_LEAD)]
        fill = {"lead": str(USUAL_LEAD), "loss": view.words.number(lost), "steady": view.words.number(other)}
        key = "note.better" if lost < other else "note.worse"
        gain = abs(1.0 - lost / other) if other > 0.0 else 0.0
        more = view.text(key, fill | {"unit": unit, "gain": f"{100.0 * gain:.0f}"})
    figure = loss_figure(groups, leads, unit, view.words)
    return _drawn(view, found, figure, _frame(groups, "crps", unit), unit, alt, more)


def draw_coverage(view: View) -> Drawn:
    """Draw how often the 90 % range held what came."""
    found, series = scored(view), view.value(SERIES_KEY)
    none = _nothing(view, found)
    if none is not None:
        return none
    groups, leads = coverages(found, series), leads_of(found, series)
    first = groups[0]
    fill = {"share": f"{first.value[0]:.0f}", "lead": str(first.leads_d[0]), "n": str(first.count[0])}
    figure = coverage_figure(groups, leads, view.words)
    return _drawn(view, found, figure, _frame(groups, "inside_90", "percent"), "%", view.text("alt.coverage", fill))


def draw_bias(view: View) -> Drawn:
    """Draw the mean bias by lead."""
    found, series = scored(view), view.value(SERIES_KEY)
    none = _nothing(view, found)
    if none is not None:
        return none
    groups, leads, unit = biases(found, series), leads_of(found, series), UNITS[series]
    first = groups[0]
    fill = {"bias": view.words.number(first.value[-1]), "unit": unit, "lead": str(first.leads_d[-1])}
    figure = bias_figure(groups, leads, unit, view.words)
    return _drawn(view, found, figure, _frame(groups, "bias", unit), unit, view.text("alt.bias", fill))


def draw_places(view: View) -> Drawn:
    """Draw where what came lay among the members."""
    found, series, lead = scored(view), view.value(SERIES_KEY), int(view.value(LEAD))
    none = _nothing(view, found)
    if none is not None:
        return none
    where = places(view, found, series, lead)
    if not where:
        return Drawn(components.nothing(view.words, view.text("nothing.lead", {"lead": str(lead)})))
    parts = PARTS[len(where) >= MANY]
    counts = np.histogram([place for _, place in where], bins=parts, range=(0.0, 1.0))[0].tolist()
    rows = pd.DataFrame(
        [(one.sealed.artefact_id, iso(one.origin_s), lead, place) for one, place in where],
        columns=["forecast", "origin_utc", "lead_d", "place_among_members"],
    )
    alt = view.text("alt.places", {"n": str(len(where)), "lead": str(lead)})
    figure = place_figure(counts, len(where) / parts, view.words)
    return _drawn(view, found, figure, rows, view.text("unit.forecasts"), alt, view.text("note.places"))


def draw_table(view: View) -> Drawn:
    """Draw the scores in numbers."""
    found = scored(view)
    none = _nothing(view, found)
    if none is not None:
        return none
    series = view.value(SERIES_KEY)
    head = [view.text(f"table.{key}") for key in ("forecast", "lead", "count", "crps", "inside", "bias")]
    number, rows, unit = view.words.number, [], UNITS[series]
    covered = {(one.kind, lead): share for one in coverages(found, series) for lead, share in _pairs(one)}
    off = {(one.kind, lead): bias for one in biases(found, series) for lead, bias in _pairs(one)}
    for one in losses(found, series):
        for lead, loss, count in zip(one.leads_d, one.value, one.count, strict=True):
            key = (one.kind, lead)
            inside = f"{covered[key]:.0f} %" if key in covered else "–"
            bias = f"{number(off[key])} {unit}" if key in off else "–"
            name = view.words(f"measured.short.{one.kind}")
            after = view.text("lead_option", {"n": str(lead)})
            rows.append((name, after, str(count), f"{number(loss)} {unit}", inside, bias))
    table = components.table(pd.DataFrame(rows, columns=head), head[1:], view.words(f"measured.series.{series}"))
    frame = _frame(losses(found, series), "crps", unit)
    keys = list(zip(frame["forecast"], frame["lead_d"], strict=True))
    frame["inside_90_percent"] = [covered.get(key) for key in keys]
    frame[f"bias_{unit}"] = [off.get(key) for key in keys]
    until = known(view.data, asked(view)).until
    return Drawn(table, frame, unit, source=basis_name(view), until=until)


def _pairs(one: ByLead) -> list[tuple[int, float]]:
    return list(zip(one.leads_d, one.value, strict=True))


def draw_said(view: View) -> Drawn:
    """Draw for each forecast its range at a lead, and what came."""
    found, series, lead = scored(view), view.value(SERIES_KEY), int(view.value(LEAD))
    none = _nothing(view, found)
    if none is not None:
        return none
    own = [(one, score) for one in found if (score := one.of(series, lead)) is not None]
    if not own:
        return Drawn(components.nothing(view.words, view.text("nothing.lead", {"lead": str(lead)})))
    said = [
        Said(one.values, day_minute(one.origin_s).replace(" ", "T") + ":00", score.low, score.median, score.high,
             score.observed)
        for one, score in own
    ]  # fmt: skip
    rows = pd.DataFrame(
        [
            (one.sealed.artefact_id, iso(one.origin_s), one.values, lead, score.low, score.median, score.high,
             score.observed, score.inside, score.crps, score.persistence)
            for one, score in own
        ],
        columns=["forecast", "origin_utc", "values", "lead_d", "p05", "p50", "p95", "measured", "inside_90", "crps",
                 "persistence_error"],
    )  # fmt: skip
    unit = UNITS[series]
    inside = sum(score.inside for _, score in own)
    alt = view.text("alt.said", {"n": str(len(own)), "lead": str(lead), "inside": str(inside)})
    return _drawn(view, found, said_figure(said, unit, view.words), rows, unit, alt, view.text("note.said"))


def draw_archive(view: View) -> Drawn:
    """Draw the archive: each forecast with what was available when it was issued, and which leads are scored."""
    there = archived(view.data, asked(view), FORECAST)
    if not there:
        if known(view.data, asked(view)).logged is None:
            return nothing_measured(view)
        return Drawn(components.nothing(view.words, view.words("measured.no_forecast"), [commands(view, 1)]))
    leads = {one.sealed.artefact_id: sorted({score.lead_d for score in one.scores}) for one in scored(view)}
    head = [view.text(f"archive.{key}") for key in ("origin", "issued", "values", "size", "had", "scored", "name")]
    shown = there[::-1][:MOST_LISTED]
    table = pd.DataFrame([_listed(view, one, leads.get(one.artefact_id)) for one in shown], columns=head)
    rows = pd.DataFrame(
        [
            {
                "forecast": one.artefact_id, "origin_utc": iso(origin_s(one)), "issued_utc": one.created,
                "log_sha256": one.identity.run_sha256,
                **{key: str(value) for key, value in one.identity.choices.items()},
                "scored_leads_d": " ".join(map(str, leads.get(one.artefact_id, []))),
                "notes": "; ".join(one.notes),
            }
            for one in there[::-1]
        ]
    )  # fmt: skip
    listed = components.table(table, [*head[:4], *head[5:]], view.text("archive.caption"))
    parts: list[Component] = [html.Div(listed, className="wordy")]
    if len(there) > MOST_LISTED:
        parts.append(html.P(view.text("archive.more", {"n": f"{len(there):,}"}), className="remark"))
    return Drawn(
        parts, rows, note=view.text("note.archive"), source=basis_name(view), until=known(view.data, asked(view)).until
    )


def _listed(view: View, one: Artefact, leads: list[int] | None) -> tuple[str, ...]:
    """Return one forecast of the archive as its row."""
    choices, say = one.identity.choices, view.text
    had = [say("had.log", {"origin": f"{day_minute(origin_s(one))} JST"})]
    as_of_s = known_at_s(one)
    if as_of_s is not None:
        had.append(say("had.as_of", {"when": f"{day_minute(as_of_s)} JST"}))
    had.append(say("had.storm" if choices["storm"] else "had.no_storm"))
    had.append(say("had.sea" if choices["sea_forecast_sha256"] else "had.no_sea"))
    if choices["calibration"]:
        had.append(say("had.calibration", {"name": str(choices["calibration"]).rsplit("-", 1)[-1]}))
    of_the_log = len(one.notes) - (as_of_s is not None)
    if of_the_log:
        had.append(say("had.notes", {"n": str(of_the_log)}))
    size = say("archive.size_of", {"members": f"{choices['members']:,}", "days": str(choices["days"])})
    told = say("archive.replaced") if leads is None else ", ".join(map(str, leads)) or say("archive.none_scored")
    when = f"{datetime.fromisoformat(one.created).astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return (
        f"{day_minute(origin_s(one))} JST", when, view.words(f"measured.short.{choices['values']}"), size,
        view.words("measured.comma").join(had), told, one.artefact_id.rsplit("-", 1)[-1],
    )  # fmt: skip


def _head(view: View) -> list[Component]:
    return looked_back(view)


PAGE = Page(
    "skill",
    (
        Panel("loss", draw_loss, (*KNOWN, SERIES_KEY), of_run=False, live=True),
        Panel("said", draw_said, (*KNOWN, SERIES_KEY, LEAD), of_run=False, live=True),
        Panel("coverage", draw_coverage, (*KNOWN, SERIES_KEY), of_run=False, live=True),
        Panel("bias", draw_bias, (*KNOWN, SERIES_KEY), of_run=False, live=True),
        Panel("places", draw_places, (*KNOWN, SERIES_KEY, LEAD), of_run=False, live=True),
        Panel("table", draw_table, (*KNOWN, SERIES_KEY), of_run=False, live=True),
        Panel("archive", draw_archive, KNOWN, of_run=False, wide=True, live=True),
    ),
    _controls,
    _head,
    needs_run=False,
)
