"""The place of the overview for what is measured: where the campaign stands, and what comes, in two sentences."""

from contextlib import suppress

from dash.development.base_component import Component

from dashboards import components
from dashboards.measured import counted_from_s, days_done, instant, known
from dashboards.measured_archive import Asked, archived, campaigns, forecast, origin_s
from dashboards.page import View
from dashboards.pages.measured_shared import aged, newest_of
from dashboards.state import address, at_page
from ops_data.errors import TwinError
from twin.forecast import SERIES
from twin.measured_results import FORECAST


def measured(view: View) -> Component:
    """Return what is measured of the newest campaign and what was forecast of it, or that nothing is measured."""
    try:
        return _measured(view)
    except TwinError as error:
        return components.went_wrong(view.words, error)


def has_log(view: View) -> bool:
    """Say whether a campaign is logged: what comes next is then a forecast from where it stands."""
    with suppress(TwinError):  # the place itself says what is wrong
        return known(view.data, Asked(campaigns(view.data)[0], None)).logged is not None
    return False


def _measured(view: View) -> Component:
    one = Asked(campaigns(view.data)[0], None)
    found, done = known(view.data, one), days_done(view.data, one)
    there = components.link(view.text("live.to_live"), address(at_page(view.state, "live")))
    if found.logged is None or done is None:
        readings = view.data.readings()
        if readings is None:
            return components.nothing(view.words, view.text("live.no_data"), [there])
        days = sorted(readings.days)
        fill = {"days": str(len(days)), "first": days[0], "last": days[-1]}
        return components.message("note", view.text("live.readings"), view.text("live.readings_text", fill), [there])
    until_s = found.logged.log.until_s
    number = view.words.number
    fill = {
        "campaign": one.campaign,
        "when": view.words.instant(instant(until_s)),
        "age": aged(view.words, counted_from_s(found, one) - until_s),
        "wet": number(float(done[1][SERIES.index("lifted_wet_t")].sum())),
        "dry": number(float(done[1][SERIES.index("lifted_dry_t")].sum())),
    }
    title = view.text("live.measured", {"campaign": one.campaign})
    text = f"{view.text('live.measured_text', fill)} {_outlook(view, one)}"
    return components.message("note", title, text, [there])


def _outlook(view: View, one: Asked) -> str:
    """Return what the newest forecast says of its last day."""
    there = archived(view.data, one, FORECAST)
    if not there:
        return view.text("live.no_forecast")
    sealed = newest_of(there)
    found, _ = forecast(view.data, sealed)
    low, middle, high = (view.words.number(float(points[-1])) for points in found.fan(found.basis))
    fill = {
        "origin": view.words.instant(instant(origin_s(sealed))),
        "day": found.days[-1],
        "low": low,
        "middle": middle,
        "high": high,
        "basis": view.text("live.basis_wet" if found.wet_basis else "live.basis_dry"),
        "target": view.words.number(found.target_t_d),
        "chance": view.words.percent(float(found.reached()[-1])),
    }
    return view.text("live.forecast_text", fill)
