"""Page Calibration: what the log of a measured campaign says about the numbers of its scenario, and what it cannot."""

import math
from typing import Final

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboards import components
from dashboards.figures.calibration import Learnt, Step, history_figure, learnt_figure
from dashboards.measured import AS_OF, CAMPAIGN, asked, asked_by, controls, iso
from dashboards.measured_archive import archived, calibration, origin_s
from dashboards.page import Control, Drawn, Page, Panel, View
from dashboards.pages.measured_shared import commands, day_minute, looked_back, nothing_measured, origin_words
from ops_data.artefacts import Artefact
from ops_data.reference.japanese import known as is_known
from ops_data.reference.japanese import title
from twin.calibration.result import Calibration, Number, Three
from twin.measured_results import CALIBRATION

WHICH, SHOWN, NUMBER, NEWEST, NONE = "calibration", "shown", "number", "newest", "none"
SHOWN_ALL, SHOWN_KNOWN, SHOWN_UNKNOWN = "all", "identified", "unknown"
KNOWN: Final = (CAMPAIGN, AS_OF)
ODD: Final = 0.01  # as 'twin calibrate': a check with a smaller chance says that the model does not fit
DOUBTFUL: Final = 0.05
MOST_STEPS: Final = 120  # calibrations that the history shows


def _controls(view: View) -> list[Control]:
    made = controls(view)
    one = asked_by(view, made)
    there = archived(view.data, one, CALIBRATION)
    last, numbers = view.words("measured.none_yet"), list[Number]()
    if there:
        last = view.text("newest", {"name": _called(view, there[-1])})
        found = calibration(view.data, there[-1])
        numbers = sorted((*found.numbers, *found.products), key=lambda one: -one.contraction)
    options = [(sealed.artefact_id, _called(view, sealed)) for sealed in reversed(there)]
    shown = tuple((key, view.text(f"shown.{key}")) for key in (SHOWN_KNOWN, SHOWN_UNKNOWN, SHOWN_ALL))
    named = [(_slug(one.key), number_title(view, one.key)) for one in numbers] or [(NONE, last)]
    return [
        *made,
        Control(WHICH, ((NEWEST, last), *options), NEWEST),
        Control(SHOWN, shown, SHOWN_KNOWN),
        Control(NUMBER, tuple(named), named[0][0]),
    ]


def _called(view: View, sealed: Artefact) -> str:
    members = view.text("members", {"n": f"{sealed.identity.choices['members']:,}"})
    return f"{day_minute(origin_s(sealed))} JST · {members}"


def _slug(key: str) -> str:
    """Return a key as an address holds it."""
    return key.replace(",", ";")


def chosen(view: View) -> Artefact | None:
    """Return the calibration that is chosen; None where there is none."""
    there = archived(view.data, asked(view), CALIBRATION)
    name = view.value(WHICH)
    return next((one for one in there if one.artefact_id == name), there[-1]) if there else None


def none_yet(view: View) -> Drawn:
    """Return what stands where nothing was calibrated: why, and what to do."""
    from dashboards.measured import known

    if known(view.data, asked(view)).logged is None:
        return nothing_measured(view)
    return Drawn(components.nothing(view.words, view.words("measured.no_calibration"), [commands(view, 1)]))


def number_title(view: View, key: str) -> str:
    """Return what a number or a product is called."""
    if is_known("parameter", key):
        return title("parameter", key, view.state.lang)
    return _word(view, "product", key)


def _word(view: View, kind: str, name: str) -> str:
    """Return the word of a name that a calibration gives in English, as it is where the pages have none."""
    return view.text(f"{kind}.{name}") if view.words.has(f"calibration.{kind}.{name}") else name


def unit_title(view: View, unit: str) -> str:
    """Return a unit as people read it; nothing for a pure number."""
    if unit == "1":
        return ""
    return title("unit", unit, view.state.lang) if is_known("unit", unit) else unit


def _ranged(view: View, points: Three, unit: str = "1") -> str:
    low, middle, high = (view.words.number(point) for point in points)
    told = view.text("ranged", {"low": low, "middle": middle, "high": high})
    return f"{told} {unit_title(view, unit)}".strip()


def _reason(view: View, found: Calibration, one: Number) -> str | Component:
    """Return why a number is identified or not, in the words of the page where they are known."""
    fill = {"gone": _gone(view, one), "left": view.words.percent(min(1.0, 1.0 - one.contraction))}
    if one.identified:
        return view.text("reason.identified", fill)
    if one.key not in found.draws and one in found.numbers:
        return view.text("reason.no_data")
    return view.text("reason.left", fill)


def _gone(view: View, one: Number) -> str:
    """Return the share of the variance that the data removed; none where they left it as wide, up to the draws."""
    return view.words.percent(max(0.0, one.contraction))


def draw_summary(view: View) -> Drawn:
    """Draw what was calibrated, and what each part of it rests on."""
    sealed = chosen(view)
    if sealed is None:
        return none_yet(view)
    found = calibration(view.data, sealed)
    known = sum(one.identified for one in found.numbers)
    odd = sum(one.p_value < ODD or bool(one.excluded) for one in found.checks)
    say = view.text
    cards = [
        components.number_card(say("card.known"), f"{known}", say("card.known_below", {"n": str(len(found.numbers))})),
        components.number_card(say("card.products"), str(len(found.products)), say("card.products_below")),
        components.number_card(say("card.odd"), str(odd), say("card.odd_below", {"n": str(len(found.checks))})),
        components.number_card(say("card.members"), f"{found.members:,}", say("card.members_below")),
    ]
    head = [say(f"used.{key}") for key in ("block", "known", "data")]
    rows = []
    for used in found.used:
        own = [one for one in found.numbers if one.key in used.keys]
        count = say("used.of", {"known": str(sum(one.identified for one in own)), "n": str(len(own))})
        rows.append((_word(view, "block", used.block), count, used.data))
    table = components.table(pd.DataFrame(rows, columns=head), [head[1]], say("used.caption"))
    frame = pd.DataFrame(
        [(used.block, used.data, key) for used in found.used for key in used.keys], columns=["block", "data", "key"]
    )
    note = say("note.summary", {"origin": origin_words(view.words, sealed), "seed": str(found.seed)})
    return Drawn([html.Div(cards, className="cards"), table], frame, "", "", note, sealed.artefact_id, sealed.created,
                 iso(found.origin_s))  # fmt: skip


def _numbers(view: View, found: Calibration) -> list[Number]:
    """Return the numbers that are chosen to be shown, those with the most learnt first."""
    which = view.value(SHOWN)
    every = sorted((*found.numbers, *found.products), key=lambda one: -one.contraction)
    return [one for one in every if which == SHOWN_ALL or one.identified is (which == SHOWN_KNOWN)]


def draw_ranges(view: View) -> Drawn:
    """Draw each number as planned and as learnt, side by side."""
    sealed = chosen(view)
    if sealed is None:
        return none_yet(view)
    found = calibration(view.data, sealed)
    shown = _numbers(view, found)
    if not shown:
        return Drawn(components.nothing(view.words, view.text(f"nothing.{view.value(SHOWN)}")))
    rows = [_learnt(view, found, one) for one in shown]
    first = shown[0]
    fill = {
        "n": str(len(shown)), "first": number_title(view, first.key), "prior": _ranged(view, first.prior),
        "posterior": _ranged(view, first.posterior), "unit": unit_title(view, first.unit),
    }  # fmt: skip
    return Drawn(
        learnt_figure(rows, view.words), _frame(found, shown), view.text("unit.own"), view.text("alt.ranges", fill),
        view.text("note.ranges"), sealed.artefact_id, sealed.created, iso(found.origin_s),
    )  # fmt: skip


def _learnt(view: View, found: Calibration, one: Number) -> Learnt:
    name, unit = number_title(view, one.key), unit_title(view, one.unit)
    fill = {"prior": _ranged(view, one.prior), "posterior": _ranged(view, one.posterior), "unit": unit}
    lines = [f"<b>{components.plain(name)}</b>", components.plain(one.key), view.text("figure.prior_hover", fill),
             view.text("figure.posterior_hover", fill), str(_reason(view, found, one))]  # fmt: skip
    return Learnt(name, view.text("figure.told", fill), one.prior, one.posterior, one.identified, "<br>".join(lines))


def _frame(found: Calibration, shown: list[Number]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            (one.key, one.unit, one.block, *one.prior, *one.posterior, 100.0 * one.contraction, one.identified,
             one.reason, one.note)
            for one in shown
        ],
        columns=["key", "unit", "block", "planned_p05", "planned_p50", "planned_p95", "learnt_p05", "learnt_p50",
                 "learnt_p95", "variance_removed_percent", "identified", "reason", "note"],
    )  # fmt: skip


def draw_numbers(view: View) -> Drawn:
    """Draw the same as a table, with why each number is identified or not."""
    sealed = chosen(view)
    if sealed is None:
        return none_yet(view)
    found = calibration(view.data, sealed)
    shown = _numbers(view, found)
    if not shown:
        return Drawn(components.nothing(view.words, view.text(f"nothing.{view.value(SHOWN)}")))
    head = [view.text(f"numbers.{key}") for key in ("number", "planned", "learnt", "gone", "why")]
    rows = [
        (
            number_title(view, one.key), _ranged(view, one.prior, one.unit),
            _ranged(view, one.posterior, one.unit), _gone(view, one), str(_reason(view, found, one)),
        )
        for one in shown
    ]  # fmt: skip
    table = html.Div(
        components.table(pd.DataFrame(rows, columns=head), head[1:4], view.text("numbers.caption")), className="wordy"
    )
    notes = dict.fromkeys(one.note for one in shown if one.note)
    missing = dict.fromkeys(one.reason for one in shown if one.key not in found.draws and one in found.numbers)
    said = [*missing, *notes]
    parts: list[Component] = [table]
    if said:
        items = [html.Li(html.Span(text, lang="en")) for text in said]
        parts.append(html.Details([html.Summary(view.text("numbers.notes")), html.Ul(items)]))
    return Drawn(parts, _frame(found, shown), "", "", "", sealed.artefact_id, sealed.created, iso(found.origin_s))


def draw_checks(view: View) -> Drawn:
    """Draw whether the data look as the calibrated laws say."""
    sealed = chosen(view)
    if sealed is None:
        return none_yet(view)
    found = calibration(view.data, sealed)
    head = [view.text(f"checks.{key}") for key in ("block", "what", "data", "chance", "excluded", "verdict")]
    rows = [
        (
            _word(view, "block", one.block), _checked(view, one.what), f"{one.data:,}", _chance(view, one.p_value),
            str(one.excluded) if one.excluded else "0", view.text(f"verdict.{verdict(one.p_value, one.excluded)}"),
        )
        for one in found.checks
    ]  # fmt: skip
    table = html.Div(
        components.table(pd.DataFrame(rows, columns=head), head[2:], view.text("checks.caption")), className="wordy"
    )
    frame = pd.DataFrame(
        [(one.block, one.what, one.data, one.p_value, one.excluded) for one in found.checks],
        columns=["block", "what", "data", "p_value", "excluded_by_the_law"],
    )
    return Drawn(table, frame, "", "", view.text("note.checks"), sealed.artefact_id, sealed.created,
                 iso(found.origin_s))  # fmt: skip


def _checked(view: View, what: str) -> str:
    """Return what was compared; a number in it stands in the text."""
    head, _, rest = what.partition(" where ")
    if head == "failures" and rest.endswith(" are expected"):
        return view.text("check.failures", {"n": rest.removesuffix(" are expected")})
    return _word(view, "check", what)


def _chance(view: View, p_value: float) -> str:
    return "–" if math.isnan(p_value) else view.words.percent(p_value)


def verdict(p_value: float, excluded: int) -> str:
    """Return whether a check says that the model fits.

    Examples
    --------
    >>> verdict(0.5, 0), verdict(0.03, 0), verdict(0.001, 0), verdict(0.5, 2), verdict(float("nan"), 0)
    ('fits', 'doubtful', 'odd', 'odd', 'untested')
    """
    if excluded or p_value < ODD:
        return "odd"
    if math.isnan(p_value):
        return "untested"
    return "doubtful" if p_value < DOUBTFUL else "fits"


def draw_history(view: View) -> Drawn:
    """Draw how one number was learnt, calibration after calibration."""
    sealed = chosen(view)
    if sealed is None:
        return none_yet(view)
    there = archived(view.data, asked(view), CALIBRATION)[-MOST_STEPS:]
    key = view.value(NUMBER)
    found = [(one, number) for one in there for number in _own(view, one) if _slug(number.key) == key]
    by_origin = {origin_s(one): (one, number) for one, number in found}  # of one origin the last made
    steps = [
        Step(day_minute(second).replace(" ", "T") + ":00", number.posterior, number.identified)
        for second, (_, number) in sorted(by_origin.items())
    ]
    if not steps:
        return Drawn(components.nothing(view.words, view.text("nothing.history")))
    last = by_origin[max(by_origin)][1]
    unit = unit_title(view, last.unit)
    rows = pd.DataFrame(
        [
            (one.artefact_id, iso(second), *number.prior, *number.posterior, number.unit, 100.0 * number.contraction)
            for second, (one, number) in sorted(by_origin.items())
        ],
        columns=["calibration", "origin_utc", "planned_p05", "planned_p50", "planned_p95", "learnt_p05", "learnt_p50",
                 "learnt_p95", "unit", "variance_removed_percent"],
    )  # fmt: skip
    name = number_title(view, last.key)
    fill = {"name": name, "n": str(len(steps)), "unit": unit, "value": _ranged(view, last.posterior)}
    axis = view.text("figure.number_axis", {"unit": unit or view.text("unit.pure")})
    return Drawn(
        history_figure(steps, last.prior, axis, view.words), rows, unit or view.text("unit.pure"),
        view.text("alt.history", fill), view.text("note.history", fill), by_origin[max(by_origin)][0].artefact_id,
        by_origin[max(by_origin)][0].created, iso(max(by_origin)),
    )  # fmt: skip


def _own(view: View, sealed: Artefact) -> tuple[Number, ...]:
    found = calibration(view.data, sealed)
    return (*found.numbers, *found.products)


def _head(view: View) -> list[Component]:
    return looked_back(view)


PAGE = Page(
    "calibration",
    (
        Panel("summary", draw_summary, (*KNOWN, WHICH), of_run=False, wide=True, live=True),
        Panel("learnt", draw_ranges, (*KNOWN, WHICH, SHOWN), of_run=False, live=True),
        Panel("history", draw_history, (*KNOWN, NUMBER), of_run=False, live=True),
        Panel("checks", draw_checks, (*KNOWN, WHICH), of_run=False, wide=True, live=True),
        Panel("numbers", draw_numbers, (*KNOWN, WHICH, SHOWN), of_run=False, wide=True, live=True),
    ),
    _controls,
    _head,
    needs_run=False,
)
