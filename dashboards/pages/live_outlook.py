"""Panels of the page Live on what was forecast beside what is measured."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd
from dash import html

from dashboards import components
from dashboards.figures.live import Fan, Measured, chance_figure, daily_figure, total_figure
from dashboards.measured import asked, days_done, known
from dashboards.measured_archive import Asked, archived, forecast, origin_s, scenario_of
from dashboards.page import Control, Drawn, View
from dashboards.pages.measured_shared import commands, day_minute, newest_of, nothing_measured, origin_words
from ops_data.artefacts import Artefact
from ops_data.reference.japanese import title
from twin.forecast import SERIES, Floats, day_name
from twin.forecast_view import QUANTILES, ForecastDays
from twin.measured_results import FORECAST

FORECAST_KEY, BASIS, NEWEST = "forecast", "basis", "newest"
LIFTED: Final = {"wet": "lifted_wet_t", "dry": "lifted_dry_t"}


def outlook_controls(view: View, one: Asked) -> list[Control]:
    """Return the choice of the forecast and of the mass basis."""
    lang, there = view.state.lang, archived(view.data, one, FORECAST)
    options = [(sealed.artefact_id, called(view, sealed)) for sealed in reversed(there)]
    name = view.text("newest", {"name": called(view, newest_of(there))}) if there else view.words("measured.none_yet")
    wet = scenario_of(view.data, one.campaign).campaign.mass_basis == "wet"
    bases = tuple((basis, title("basis", basis, lang)) for basis in LIFTED)
    return [
        Control(FORECAST_KEY, ((NEWEST, name), *options), NEWEST),
        Control(BASIS, bases, "wet" if wet else "dry"),
    ]


def called(view: View, sealed: Artefact) -> str:
    """Return what a forecast is called: its origin in Japan's time, and whose values it has."""
    values = view.words(f"measured.values.{sealed.identity.choices['values']}")
    return f"{day_minute(origin_s(sealed))} JST · {values}"


def chosen_forecast(view: View) -> Artefact | None:
    """Return the forecast that is chosen; None where there is none."""
    there = archived(view.data, asked(view), FORECAST)
    if not there:
        return None
    name = view.value(FORECAST_KEY)
    return next((one for one in there if one.artefact_id == name), newest_of(there))


def basis_of(view: View) -> str:
    """Return the series of mud lifted on the basis that is chosen."""
    return LIFTED[view.value(BASIS)]


def draw_total(view: View) -> Drawn:
    """Draw sums since the campaign's start, measured and forecast."""
    done = days_done(view.data, asked(view))
    if done is None:
        return nothing_measured(view)
    series, (first, values) = basis_of(view), done
    sums = np.cumsum(values[SERIES.index(series)])
    measured = Measured([day_name(first + place) for place in range(len(sums))], sums.tolist())
    rows = [{"date_jst": day, "measured_t": value} for day, value in zip(measured.days, sums.tolist(), strict=True)]
    sealed, fan, start, origin = chosen_forecast(view), None, 0.0, ""
    if sealed is not None:
        found, _ = forecast(view.data, sealed)
        start = float(found.before[SERIES.index(series)])
        fan, origin = _fan(found, found.fan(series)), _origin(sealed)
        rows = _joined(rows, fan)
    unit = _unit(view)
    alt = view.text("alt.total", {"value": f"{view.words.number(float(sums[-1]))} {unit}", "day": measured.days[-1]})
    if fan is not None:
        ends = {name: view.words.number(line[-1]) for name, line in _named(fan).items()}
        alt = f"{alt} {view.text('alt.total_forecast', ends | {'unit': unit, 'day': fan.days[-1]})}"
    figure = total_figure(measured, start, fan, origin, unit, view.words)
    return _drawn(view, figure, pd.DataFrame(rows), unit, alt, sealed)


def draw_daily(view: View) -> Drawn:
    """Draw single days, measured and forecast, against the target."""
    one = asked(view)
    done = days_done(view.data, one)
    if done is None:
        return nothing_measured(view)
    series, (first, values) = basis_of(view), done
    own = values[SERIES.index(series)]
    measured = Measured([day_name(first + place) for place in range(len(own))], own.tolist())
    rows = [{"date_jst": day, "measured_t": value} for day, value in zip(measured.days, own.tolist(), strict=True)]
    sealed, fan, origin = chosen_forecast(view), None, ""
    if sealed is not None:
        found, _ = forecast(view.data, sealed)
        fan, origin = _fan(found, np.quantile(found.of(series), QUANTILES, axis=0)), _origin(sealed)
        rows = _joined(rows, fan)
    campaign = scenario_of(view.data, one.campaign).campaign
    counted = title("basis", campaign.mass_basis, view.state.lang)
    fill = {"value": view.words.number(campaign.target_t_d), "basis": counted}
    unit = view.text(f"unit.{view.value(BASIS)}_day")
    best = {"best": view.words.number(float(own.max(initial=0.0))), "unit": unit, "target": fill["value"]}
    target = (campaign.target_t_d, view.text("figure.target", fill))
    figure = daily_figure(measured, fan, origin, target, unit, view.words)
    note = "" if LIFTED[campaign.mass_basis] == series else view.text("note.other_basis", fill)
    drawn = _drawn(view, figure, pd.DataFrame(rows), unit, view.text("alt.daily", best), sealed)
    return replace(drawn, note=" ".join(part for part in (drawn.note, note) if part))


def draw_chance(view: View) -> Drawn:
    """Draw the chance that the target is reached on at least one day, by date."""
    sealed = chosen_forecast(view)
    if sealed is None:
        return no_forecast(view)
    found, _ = forecast(view.data, sealed)
    lines = {view.words(f"measured.values.{sealed.identity.choices['values']}"): (found.days, found.reached().tolist())}
    other = _sibling(view, sealed)
    if other is not None:
        its, _ = forecast(view.data, other)
        name = view.words(f"measured.values.{other.identity.choices['values']}")
        lines[name] = (its.days, its.reached().tolist())
    rows = pd.DataFrame(
        [
            {"date_jst": day, "values": name, "chance_percent": 100.0 * chance}
            for name, (days, chances) in lines.items()
            for day, chance in zip(days, chances, strict=True)
        ]
    )
    basis = title("basis", "wet" if found.wet_basis else "dry", view.state.lang)
    fill = {
        "target": view.words.number(found.target_t_d), "basis": basis, "day": found.days[-1],
        "chance": view.words.percent(float(found.reached()[-1])), "members": f"{found.values.shape[0]:,}",
    }  # fmt: skip
    note = view.text("note.reached_before" if found.reached_before else "note.chance", fill)
    until = known(view.data, asked(view)).until
    return Drawn(
        chance_figure(lines, view.words), rows, "%", view.text("alt.chance", fill), note, sealed.artefact_id,
        sealed.created, until,
    )  # fmt: skip


def no_forecast(view: View) -> Drawn:
    """Return what stands where there is no forecast: why, and what to do."""
    if days_done(view.data, asked(view)) is None:
        return nothing_measured(view)
    return Drawn(components.nothing(view.words, view.words("measured.no_forecast"), [commands(view, 1)]))


def _sibling(view: View, sealed: Artefact) -> Artefact | None:
    """Return the last forecast from the same origin with the other values."""
    own = sealed.identity.choices["values"]
    same = [
        one
        for one in archived(view.data, asked(view), FORECAST)
        if origin_s(one) == origin_s(sealed) and one.identity.choices["values"] != own
    ]
    return same[-1] if same else None


def _drawn(view: View, figure: Any, rows: pd.DataFrame, unit: str, alt: str, sealed: Artefact | None) -> Drawn:
    until = known(view.data, asked(view)).until
    if sealed is None:
        missing = components.message(
            "note", view.words("measured.no_forecast_title"), view.words("measured.no_forecast"), [commands(view, 1)]
        )
        return Drawn([components.graph(figure, alt), missing], rows, unit, alt, until=until)
    fill = {"origin": origin_words(view.words, sealed), "members": f"{sealed.identity.choices['members']:,}"}
    fill["values"] = view.words(f"measured.values.{sealed.identity.choices['values']}")
    note = view.text("note.forecast", fill)
    return Drawn(html.Div(components.graph(figure, alt)), rows, unit, alt, note, sealed.artefact_id, sealed.created,
                 until)  # fmt: skip


def _fan(found: ForecastDays, lines: Floats) -> Fan:
    low, middle, high = (np.asarray(line).tolist() for line in lines)
    return Fan(found.days, low, middle, high)


def _named(fan: Fan) -> Mapping[str, Any]:
    return {"low": fan.low, "middle": fan.middle, "high": fan.high}


def _joined(rows: list[dict[str, Any]], fan: Fan) -> list[dict[str, Any]]:
    """Return rows of measured days with the points of a forecast beside them, and after them where it goes on."""
    by_day: dict[str, dict[str, Any]] = {row["date_jst"]: dict(row) for row in rows}
    for day, low, middle, high in zip(fan.days, fan.low, fan.middle, fan.high, strict=True):
        by_day.setdefault(day, {"date_jst": day, "measured_t": None})
        by_day[day] |= {"forecast_p10_t": low, "forecast_p50_t": middle, "forecast_p90_t": high}
    return list(by_day.values())


def _origin(sealed: Artefact) -> str:
    return day_minute(origin_s(sealed)).replace(" ", "T") + ":00"


def _unit(view: View) -> str:
    return view.text(f"unit.{view.value(BASIS)}")
