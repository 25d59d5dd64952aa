"""Panels of the page Live on what is known: the campaign in numbers, where each asset stands, how old its log is."""

import time
from collections.abc import Sequence
from dataclasses import asdict
from typing import Final

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboards import components
from dashboards.measured import Known, asked, counted_from_s, days_done, instant, iso, known, state
from dashboards.measured_archive import Asked, forecast
from dashboards.page import Drawn, View
from dashboards.pages.live_outlook import basis_of, chosen_forecast
from dashboards.pages.live_tags import is_stale
from dashboards.pages.measured_shared import aged, basis_name, nothing_measured, origin_words
from dashboards.pages.operations_span import asset_title
from ops_data.alarm_book import alarms
from ops_data.reference.japanese import title
from ops_data.units import SECONDS_PER_DAY, SECONDS_PER_HOUR
from twin.forecast import SERIES
from twin.logged import OLD_S
from twin.operations.inferred import Note
from twin.operations.standing import Standing

WEEK_D: Final = 7
WIDE_CARDS: Final = {"gridTemplateColumns": "repeat(auto-fit, minmax(min(100%, 220px), 1fr))"}


def draw_now(view: View) -> Drawn:
    """Draw the campaign in a few numbers."""
    one = asked(view)
    found, done = known(view.data, one), days_done(view.data, one)
    if found.logged is None or done is None:
        return nothing_measured(view)
    say, words, number = view.text, view.words, view.words.number
    series = basis_of(view)
    lifted, dry = (done[1][SERIES.index(name)] for name in (series, "lifted_dry_t"))
    basis = title("basis", "wet" if series == "lifted_wet_t" else "dry", words.lang)
    week = float(lifted[-WEEK_D:].mean())
    target = found.scenario.campaign.target_t_d
    until_s = found.logged.log.until_s
    cards = [
        components.number_card(
            say("card.reach"), aged(words, counted_from_s(found, one) - until_s), words.instant(instant(until_s))
        ),
        components.number_card(
            say("card.lifted"), f"{number(float(lifted.sum()))} t",
            say("card.lifted_below", {"basis": basis, "dry": number(float(dry.sum()))}),
        ),
        components.number_card(
            say("card.week", {"days": str(min(WEEK_D, len(lifted)))}), f"{number(week)} t/d",
            say("card.week_below", {"target": number(target), "best": number(float(lifted.max(initial=0.0)))}),
        ),
        _outlook_card(view),
        _alarm_card(view, one),
    ]  # fmt: skip
    rows = pd.DataFrame(
        [
            ("log_until_utc", iso(until_s), ""),
            ("lifted", float(lifted.sum()), f"t {series.split('_')[1]}"),
            ("lifted_dry", float(dry.sum()), "t dry"),
            ("mean_last_7_days", week, "t/d"),
            ("best_day", float(lifted.max(initial=0.0)), "t/d"),
            ("target", target, "t/d"),
        ],
        columns=["what", "value", "unit"],
    )
    note = say("note.now")
    if one.as_of_s is None and found.reach_s > time.time():
        note = f"{note} {say('note.ahead')}"
    return Drawn(html.Div(cards, className="cards"), rows, until=found.until, note=note, source=basis_name(view))


def _outlook_card(view: View) -> Component:
    sealed = chosen_forecast(view)
    if sealed is None:
        return components.number_card(
            view.text("card.chance"), view.words("common.no_value"), view.text("card.chance_none")
        )
    found, _ = forecast(view.data, sealed)
    chance = float(found.reached()[-1])
    below = view.text("card.chance_below", {"day": found.days[-1], "origin": origin_words(view.words, sealed)})
    return components.number_card(view.text("card.chance"), view.words.percent(chance), below)


def _alarm_card(view: View, one: Asked) -> Component:
    found = [alarm for alarm in alarms(view.data.folder, one.as_of_s, one.campaign) if alarm.state != "over"]
    seen = sum(alarm.state == "acknowledged" for alarm in found)
    below = view.text("card.alarms_below", {"seen": str(seen)}) if found else view.text("card.alarms_none")
    return components.number_card(view.text("card.alarms"), str(len(found)), below)


def draw_state(view: View) -> Drawn:
    """Draw where each asset stands at the end of the log, and what of it nobody measured."""
    one = asked(view)
    found, where = known(view.data, one), state(view.data, one)
    if found.logged is None or where is None:
        return nothing_measured(view)
    at_s = found.logged.log.until_s
    cards = [_asset(view, standing, found, one) for standing in where.standings]
    stocks = {name: view.words.number(value) for name, value in where.stocks.items()}
    parts: list[Component] = [
        html.Div(cards, className="cards", style=WIDE_CARDS),
        html.P(view.text("state.island", stocks)),
        *_inferred(view, where.notes),
    ]
    rows = pd.DataFrame(
        [
            {name: value for name, value in asdict(standing).items() if name not in ("wear", "crew_due_utc")}
            | {
                "since_utc": iso(standing.since_utc),
                "log_until_utc": iso(found.logged.heard_s[standing.name])
                if standing.name in found.logged.heard_s
                else "",
            }
            for standing in where.standings
        ]
    )
    note = view.text("note.state", {"when": view.words.instant(instant(at_s))})
    return Drawn(parts, rows, until=found.until, note=note, source=basis_name(view))


def _asset(view: View, one: Standing, found: Known, asked_for: Asked) -> Component:
    """Return one asset: what it does, for how long, where it is and what it holds, and how old its log is."""
    words, say, lang = view.words, view.text, view.state.lang
    assert found.logged is not None
    at_s = found.logged.log.until_s
    doing = title("activity", one.activity, lang)
    how = title("state", one.state, lang)
    if one.cause != "none":
        how = say("state.because", {"state": how, "cause": title("cause", one.cause, lang)})
    since = {"for": lasted(view, at_s - one.since_utc), "when": _short(view, one.since_utc)}
    lasting = say("state.since" if at_s > one.since_utc else "state.begun", since)
    lines = [f"{how}{words('measured.comma')}{lasting}", *_where(view, one, at_s), *_gauge(view, one, found)]
    heard_s = found.logged.heard_s.get(one.name)
    old: Component
    if heard_s is None:
        old = html.P(say("state.unheard"), className="card-below stale")
    else:
        age_s = counted_from_s(found, asked_for) - heard_s
        late = at_s - heard_s > OLD_S
        told = say("state.heard", {"when": _short(view, heard_s), "age": aged(words, age_s)})
        old = html.P(
            [html.Strong(say("state.stale")), " ", told] if late else told,
            className=f"card-below{' stale' if late else ''}",
        )
    parts = [html.P(asset_title(one.name, lang), className="card-title"), html.P(doing, className="card-value small")]
    return html.Div([*parts, *(html.P(line, className="card-below") for line in lines), old], className="card")


def _where(view: View, one: Standing, at_s: int) -> list[str]:
    say, number = view.text, view.words.number
    held = {"volume": number(one.hold_m3), "dry": number(one.hold_dry_t)}
    if one.role != "mining":
        return [say("state.holds", held)] if one.hold_m3 or one.hold_dry_t else [say("state.empty")]
    string = say("state.string", {"depth": number(one.depth_m)}) if one.depth_m else say("state.no_string")
    parts = [say(f"place.{one.place}"), string]
    parts += [say("state.landed")] if one.landed else []
    parts += [say("state.coupled")] if one.coupled else []
    lines = [view.words("measured.comma").join(parts), say("state.holes", {"holes": f"{one.holes:,}"})]
    lines.append(say("state.holds", held) if one.hold_m3 else say("state.empty"))
    due = ""
    if one.crew_due_utc is not None and one.place != "home":
        left_d = (one.crew_due_utc - at_s) / SECONDS_PER_DAY
        due = say("state.crew_due" if left_d > 0 else "state.crew_late", {"days": f"{abs(left_d):.1f}"})
    fuel = say("state.fuel", {"fuel": number(one.fuel_t or 0.0)})
    return [*lines, view.words("measured.comma").join([fuel, due]) if due else fuel]


def _gauge(view: View, one: Standing, found: Known) -> list[str]:
    """Return what the gauge of an asset's hold says; nothing where it has none, or one that is late."""
    tag = next((tag for tag in found.tags if tag.tag == f"{one.name}.hold.volume"), None)
    if tag is None or found.logged is None or is_stale(tag, found.logged.log.until_s):
        return []
    fill = {"volume": view.words.number(tag.value), "when": _short(view, tag.time_s)}
    return [view.text("state.gauge", fill)]


def _inferred(view: View, notes: Sequence[Note]) -> list[Component]:
    if not notes:
        return [html.P(view.text("state.all_said"), className="remark")]
    lang = view.state.lang
    items = []
    for note in notes:
        what = view.text(f"inferred.{note.what}") if view.words.has(f"live.inferred.{note.what}") else note.what
        head = f"{asset_title(note.asset, lang)}{view.words('measured.comma')}{what}{view.words('measured.colon')}"
        items.append(html.Li([head, html.Span(note.how, lang="en")]))
    return [html.H3(view.text("state.inferred")), html.Ul(items)]


def lasted(view: View, seconds: float) -> str:
    """Return a length of time in hours, or in days where it is long."""
    hours = seconds / SECONDS_PER_HOUR
    key = "hours" if hours < 48.0 else "days"
    return view.words(f"measured.{key}", {"n": f"{hours:.1f}" if key == "hours" else f"{hours / 24.0:.1f}"})


def _short(view: View, second_s: int) -> str:
    return view.words.instant(instant(second_s))
