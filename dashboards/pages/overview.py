"""Overview, one honest story page: what, when, how sure, in plain words; what is assumed; where measured data go."""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboards import components
from dashboards.data import Data
from dashboards.figures.overview import (
    Milestone,
    Place,
    after,
    map_figure,
    milestones_figure,
    time_figure,
)
from dashboards.page import Control, Drawn, Page, Panel, View
from dashboards.pages.overview_measured import has_log, measured
from dashboards.pages.overview_words import answers, spread_of, supply_answers
from dashboards.state import address, at_page
from dashboards.weekly import add_weekly_download, weekly_address
from dashboards.words import JST
from ops_data.reference.glossary_rows import glossary
from ops_data.reference.japanese import title
from ops_data.reference.rows import ASSUMPTION
from twin.changes import as_packaged
from twin.weekly import weeks_of

MILESTONES: Final = (
    "on_site_day", "string_down_day", "first_mud_day", "last_lift_day", "home_day", "first_oxide_day", "last_oxide_day",
)  # fmt: skip
TELLING: Final = (  # assumptions that a result hangs on most
    "mining.cycle_h", "mining.shift_h", "learning.first_factor", "resource.peak_depth_m", "riser.flow_m3_h",
    "slurry.solids_volume_fraction", "limits.string_hs_m", "limits.mining_hs_m", "emergency.string_loss_probability",
    "cost.mining_vessel_day_jpy",
)  # fmt: skip
ISLAND: Final = (24.29, 153.98)  # Minamitorishima, as in the scenarios
SHIMIZU: Final = (35.0, 138.5)  # home port, as in the source of site.home_distance_km
MARGIN_D: Final = 20.0  # days that the picture goes on after the last thing that happens
OFF: Final = "off_hire"


def _controls(view: View) -> list[Control]:
    weeks = [week.label for week in weeks_of(view.scenario)]
    return [Control("week", tuple((one, one) for one in weeks), weeks[len(weeks) // 2])]


def _head(view: View) -> list[Component]:
    spreads = spread_of(view)
    cards = []
    for name, item, scale, unit in (
        ("lifted_wet_t", "", 1.0, "t"),
        ("lifted_per_lifting_day_t", "", 1.0, "t/d"),
        ("oxide_kg", "Nd", 1.0, "kg"),
        ("oxide_kg", "Dy", 1.0, "kg"),
        ("marine_cost_jpy", "total", 1e-9, view.text("billion_jpy")),
    ):
        one = spreads.get((name, item, ""))
        if one is None:
            continue
        low, value, high = (view.words.number(scale * number) for number in (one.low, one.value, one.high))
        below = view.text("card_below", {"unit": unit, "low": low, "high": high})
        cards.append(components.number_card(view.text(f"card.{name}{item}"), value, below))
    scenario = view.scenario
    named = title("scenario", scenario.name, view.state.lang) if _packaged(view) else scenario.title
    who = view.run.manifest.identity
    head: list[Component | str] = [html.Strong(named), " · ", html.Code(view.run.run_id)]
    if _packaged(view) and not as_packaged(who.scenario, who.scenario_sha256):
        there = components.link(view.text("changed"), address(at_page(view.state, "runs")))
        head += [" · ", html.Strong(there)]
    return [html.P(head), html.Div(cards, className="cards")]


def _packaged(view: View) -> bool:
    from ops_data.reference.japanese import known

    return known("scenario", view.scenario.name)


def _story(view: View) -> Drawn:
    told = answers(view)
    parts: list[Component] = []
    for heading, lines in told:
        parts += [html.H3(heading), *(html.P(line) for line in lines)]
    rows = pd.DataFrame([(heading, line) for heading, lines in told for line in lines], columns=["question", "answer"])
    return Drawn(parts, rows)


def _live(view: View) -> Drawn:
    week = view.value("week")
    say = view.text
    parts: list[Component] = [
        html.H3(say("live.now")),
        measured(view),
        html.H3(say("live.week", {"week": week})),
        html.P(say("live.week_text")),
        html.P(
            [
                html.A(say(f"live.pdf_{lang}"), href=weekly_address(view, week, lang), className="button", download="")
                for lang in ("en", "ja")
            ]
        ),
    ]
    if not has_log(view):
        there = components.link(say("live.to_operations"), address(at_page(view.state, "operations")))
        parts += [html.H3(say("live.next")), html.P(say("live.next_text")), there]
    return Drawn(parts, None)


def _when(view: View) -> Drawn:
    spreads = spread_of(view)
    start = view.scenario.campaign.start.astimezone(JST)
    outcomes, count = view.data.outcomes(view.run), view.run.manifest.identity
    replicates = count.last_replicate - count.first_replicate + 1
    found, rows = [], []
    for name in MILESTONES:
        one = spreads.get((name, "", ""))
        if one is None:
            continue
        share = float((outcomes["name"] == name).sum()) / replicates
        low, middle, high = (after(start, day) for day in (one.low, one.value, one.high))
        found.append(Milestone(title("indicator", name, view.state.lang), low, middle, high, share))
        rows.append((name, _iso(low), _iso(middle), _iso(high), share))
    last = [when for one in found for when in (one.low, one.middle, one.high) if when is not None]
    if not last:
        return Drawn(components.nothing(view.words, view.text("nothing_happens")))
    end = max(*last, view.scenario.campaign.end) + timedelta(days=MARGIN_D)
    frame = pd.DataFrame(rows, columns=["event", "p10_jst", "p50_jst", "p90_jst", "share_of_replicates"])
    return Drawn(
        milestones_figure(found, end, view.words),
        frame,
        view.text("unit_date"),
        view.text("alt.when", {"count": str(len(found))}),
        view.text("note.when"),
    )


def _iso(when: datetime | None) -> str:
    return "" if when is None else when.isoformat(timespec="minutes")


def _time(view: View) -> Drawn:
    outcomes = view.data.outcomes(view.run)
    rows = outcomes[(outcomes["name"] == "time_use") & (outcomes["item"] != OFF)]
    means = rows.groupby("item", sort=False)["value"].mean()
    total = float(means.sum())
    if not total > 0.0:
        return Drawn(components.nothing(view.words, view.text("nothing_happens")))
    shares = [
        (str(item), title("category", str(item), view.state.lang), float(value) / total)
        for item, value in means.items()
        if value > 0.0
    ]
    frame = pd.DataFrame([(item, share) for item, _, share in shares], columns=["category", "share_of_time_away"])
    first = max(shares, key=lambda one: one[2])
    alt = view.text("alt.time", {"first": first[1], "share": view.words.percent(first[2])})
    return Drawn(time_figure(shares, view.words), frame, "%", alt)


def _where(view: View) -> Drawn:
    site = view.scenario.site
    depth = view.scenario.quantities["site.water_depth_m"]
    found = [
        Place(view.text("place.site"), site.latitude_deg, site.longitude_deg, "site"),
        Place(view.text("place.island"), *ISLAND, "island"),
        Place(view.text("place.port"), *SHIMIZU, "port"),
    ]
    frame = pd.DataFrame(
        [(one.title, one.latitude_deg, one.longitude_deg) for one in found],
        columns=["place", "latitude_deg", "longitude_deg"],
    )
    fill = {name: view.words.number(value) for name, value in (("low", depth.low or 0.0), ("high", depth.high or 0.0))}
    return Drawn(
        map_figure(found), frame, view.text("unit_degrees"), view.text("alt.where"), view.text("note.where", fill)
    )


def _assumed(view: View) -> Drawn:
    quantities = view.scenario.quantities
    assumed = [one for one in quantities.values() if one.source.startswith(ASSUMPTION)]
    shown = [quantities[key] for key in TELLING if key in quantities and quantities[key].source.startswith(ASSUMPTION)]
    say = view.text
    rows = [
        (
            title("parameter", one.key, view.state.lang),
            view.words.number(one.value),
            _range(view, one.low, one.high),
            one.unit,
        )
        for one in shown
    ]
    head = [say("assumed.what"), say("assumed.value"), say("assumed.range"), say("assumed.unit")]
    table = pd.DataFrame(rows, columns=head)
    fill = {
        "count": str(len(assumed)),
        "all": str(len(quantities)),
        "share": view.words.percent(len(assumed) / len(quantities)),
    }
    parts: list[Component] = [
        html.P(say("assumed.sentence", fill)),
        components.table(table, head[1:3], say("assumed.caption")),
        components.link(say("assumed.to_runs"), address(at_page(view.state, "runs"))),
    ]
    frame = pd.DataFrame(
        [(one.key, one.value, one.low, one.high, one.unit, one.confidence, one.source) for one in assumed],
        columns=["key", "value", "low", "high", "unit", "confidence", "source"],
    )
    return Drawn(parts, frame)


def _range(view: View, low: float | None, high: float | None) -> str:
    if low is None or high is None or math.isclose(low, high):
        return "–"
    return f"{view.words.number(low)}–{view.words.number(high)}"


def _supply(view: View) -> Drawn:
    study = view.data.supply(view.run)
    if study is None:
        there = components.link(view.text("to_supply"), address(at_page(view.state, "supply")))
        return Drawn(components.nothing(view.words, view.text("no_supply"), [there]))
    table = supply_answers(view, study)
    head = list(table.columns)
    parts: list[Component] = [
        components.table(table, head[1:], view.text("supply_caption")),
        components.link(view.text("to_supply"), address(at_page(view.state, "supply"))),
    ]
    return Drawn(
        parts, table, source=study.artefact.artefact_id, sealed=study.artefact.created, note=view.text("note.supply")
    )


def _words(view: View) -> Drawn:
    rows = [(one.en, one.meaning_en) if view.state.lang == "en" else (one.ja, one.meaning_ja) for one in glossary()]
    parts: Sequence[Component] = [components.definition(term, meaning) for term, meaning in rows]
    return Drawn(html.Div(list(parts), className="definitions"), pd.DataFrame(rows, columns=["term", "meaning"]))


def _add_callbacks(app: object, data: Data) -> None:
    add_weekly_download(app.server, data)  # type: ignore[attr-defined]


PAGE = Page(
    "overview",
    (
        Panel("story", _story),
        Panel("live", _live, ("week",), live=True),
        Panel("when", _when),
        Panel("time", _time),
        Panel("supply", _supply),
        Panel("where", _where),
        Panel("assumed", _assumed, wide=True),
        Panel("words", _words, wide=True, of_run=False),
    ),
    _controls,
    _head,
    add_callbacks=_add_callbacks,
)
