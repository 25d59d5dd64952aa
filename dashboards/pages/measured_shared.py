"""What the pages of measured data share: the box where nothing is measured yet, ages, origins, and the look back."""

from dataclasses import replace

import numpy as np
from dash import html
from dash.development.base_component import Component

from dashboards import components
from dashboards.measured import AS_OF, NOW, Known, asked, instant, known
from dashboards.measured_archive import origin_s
from dashboards.page import Drawn, View
from dashboards.state import address
from dashboards.words import Words
from ops_data.artefacts import Artefact
from ops_data.units import JST_OFFSET_S, SECONDS_PER_DAY, SECONDS_PER_HOUR, SECONDS_PER_MINUTE
from twin.measured_results import basis_id

BESIDE = {"display": "flex", "flexWrap": "wrap", "gap": "4px 10px", "alignItems": "center"}  # a label and its field
CALIBRATED = "calibrated"  # values of a forecast that are learnt from the log
COMMANDS = (
    "twin ingest night.csv shift-log.xlsx",
    "twin calibrate --at {day} --scenario {campaign}",
    "twin forecast --from {day} --scenario {campaign}",
)


def nothing_measured(view: View) -> Drawn:
    """Return what stands where nothing was measured: why, and what to do."""
    one = asked(view)
    fill = {"campaign": one.campaign}
    if one.as_of_s is not None:
        return Drawn(components.nothing(view.words, view.words("measured.nothing_then", fill), [to_now(view)]))
    return Drawn(components.nothing(view.words, view.words("measured.nothing", fill), [commands(view)]))


def commands(view: View, first: int = 0) -> Component:
    """Return the commands that bring measured data, or what is made of them, in their order."""
    one = asked(view)
    day = next_day(known(view.data, one))
    lines = [line.format(day=day, campaign=one.campaign) for line in COMMANDS[first:]]
    keys = ("ingest", "calibrate", "forecast")[first:]
    return html.Ul(
        [html.Li([html.Code(line), " ", view.words(f"measured.{key}")]) for line, key in zip(lines, keys, strict=True)]
    )


def next_day(found: Known) -> str:
    """Return the day in Japan, ISO 8601, at whose beginning all that is logged was over: to ask a command for."""
    reach_s = found.reach_s or found.scenario.start_s
    return f"{instant(reach_s + JST_OFFSET_S + SECONDS_PER_DAY - 1):%Y-%m-%d}"


def basis_name(view: View) -> str:
    """Return the name under which what rests on the measured campaign is kept: what panels of it name below."""
    return basis_id(asked(view).campaign)


def to_now(view: View) -> Component:
    """Return a link to the same page as known now."""
    values = {key: value for key, value in view.state.values.items() if key != AS_OF}
    return components.link(view.words("measured.to_now"), address(replace(view.state, values=values)))


def looked_back(view: View) -> list[Component]:
    """Return the word that what is shown is what was known then; nothing where it is what is known now."""
    if view.value(AS_OF) == NOW:
        return []
    when = view.words.instant(instant(asked(view).as_of_s or 0))
    title = view.words("measured.back", {"when": when})
    return [components.message("note", title, view.words("measured.back_text"), [to_now(view)])]


def aged(words: Words, seconds: float) -> str:
    """Return how long ago something was, in words.

    Parameters
    ----------
    seconds : 0 or more; what is not yet over counts as now.
    """
    if seconds < 2 * SECONDS_PER_MINUTE:
        return words("common.age.now")
    for key, unit_s, most_s in (
        ("minutes", SECONDS_PER_MINUTE, 2 * SECONDS_PER_HOUR),
        ("hours", SECONDS_PER_HOUR, 2 * SECONDS_PER_DAY),
    ):
        if seconds < most_s:
            return words(f"common.age.{key}", {"n": f"{seconds / unit_s:.0f}"})
    return words("common.age.days", {"n": f"{seconds / SECONDS_PER_DAY:,.1f}"})


def day_minute(second_s: int) -> str:
    """Return a UTC second in Japan's time, as 2027-02-15 09:00."""
    return str(np.datetime64(second_s + JST_OFFSET_S, "s")).replace("T", " ")[:16]


def when_words(words: Words, second_s: int) -> str:
    """Return a UTC second as people read it."""
    return words.instant(instant(second_s))


def origin_words(words: Words, sealed: Artefact) -> str:
    """Return the instant up to which the log was told for a calibration or a forecast."""
    return words.instant(instant(origin_s(sealed)))


def newest_of(there: list[Artefact]) -> Artefact:
    """Return the forecast with the latest origin; of several one with calibrated values, of these the last made."""
    return max(
        there,
        key=lambda one: (origin_s(one), one.identity.choices["values"] == CALIBRATED, one.created),
    )
