"""The form of the page *Plan a run*: what it is played on, settings by section, numbers that a person picks."""

import json
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any, Final

from dash import dcc, html
from dash.development.base_component import Component

from dashboards.components import named, picker_words
from dashboards.forms import GROUP_OF, GROUPS, PARAMETERS, Draft, Field, all_fields, toml_of
from dashboards.pages.plan_check import base_scenario, base_texts, field_of
from dashboards.words import Words
from ops_data.reference.japanese import explanation, known, title
from twin.parameters_table import number
from twin.quantities import Quantity
from twin.scenario_file import packaged_names

SET, SAID, DROP = "plan-set", "plan-said", "plan-drop"
EVERY_GROUP: Final = "all"
LIVE: Final[Mapping[str, Any]] = {"aria-live": "polite"}  # read out when it changes
LISTED: Final = ("choice", "choices", "yes_no")


def id_of(part: str, key: str) -> dict[str, str]:
    """Return the id of a part of the form that belongs to a field."""
    return {"part": part, "key": key}


def unit_of(unit: str, lang: str) -> str:
    """Return a unit as people read it, empty where there is none."""
    if unit == "1":
        return ""
    return title("unit", unit, lang) if known("unit", unit) else unit


def form(draft: Draft, words: Words) -> list[Component]:
    """Return the whole form for a draft."""
    sections = [
        _section(section, list(fields), draft, words)
        for section, fields in groupby(all_fields(), lambda one: one.section)
    ]
    return [
        *_of_run(draft, words),
        html.H3(words("plan.settings")),
        html.P(words("plan.settings_lead"), className="remark"),
        *sections,
        html.H3(words("plan.numbers")),
        html.P(words("plan.numbers_lead"), className="remark"),
        *_finder(draft, words),
        html.Div([number_row(key, draft, words) for key in draft.sets if field_of(key) is None], id="plan-numbers"),
    ]


def _of_run(draft: Draft, words: Words) -> list[Component]:
    lang = words.lang
    bases = [{"value": name, "label": title("scenario", name, lang)} for name in packaged_names()]
    modes = [{"value": mode, "label": title("parameters_mode", mode, lang)} for mode in PARAMETERS]
    told = explanation("scenario", draft.base, lang) if known("scenario", draft.base) else ""
    fields = {
        "replicates": _input("plan-replicates", draft.replicates),
        "seed": _input("plan-seed", draft.seed),
        "parameters": _picker("plan-parameters", modes, draft.parameters, words),
        "title": _input("plan-title", draft.title),
    }
    return [
        _field(words("plan.field.base"), _picker("plan-base", bases, draft.base, words), told),
        html.Div(
            [_field(words(f"plan.field.{key}"), one, words(f"plan.hint.{key}"), key) for key, one in fields.items()],
            className="form-grid",
        ),
    ]


def _field(label: str, put_in: Component, hint: str, said: str = "") -> Component:
    """Return a labelled field; `said` is the key under which complaints about it stand below."""
    below = [html.Span(hint, className="hint")] if hint else []
    place = [html.Div(id=id_of(SAID, said), className="said", **LIVE)] if said else []
    head = html.Label(label, htmlFor=_dom_id(put_in.id))  # type: ignore[attr-defined]  # each of ours has one
    return html.Div([head, put_in, *below, *place], className="field")


def _dom_id(part_id: str | dict[str, str]) -> str:
    """Return the id that a part has in the page, as Dash writes it."""
    return part_id if isinstance(part_id, str) else json.dumps(part_id, sort_keys=True, separators=(",", ":"))


def _input(part_id: str | dict[str, str], value: str, placeholder: str = "") -> Component:
    """Return a text field; numbers too are typed as text, so that what is wrong is not lost."""
    return dcc.Input(id=part_id, value=value, type="text", debounce=True, placeholder=placeholder)


def _picker(
    part_id: str | dict[str, str], options: Sequence[Mapping[str, str]], value: str | list[str], words: Words
) -> Component:
    several = isinstance(value, list)
    return dcc.Dropdown(
        id=part_id,
        options=list(options),
        value=value,
        multi=several,
        clearable=several,
        searchable=len(options) > 8,
        className="picker",
        labels=picker_words(words),
    )


def _section(section: str, fields: Sequence[Field], draft: Draft, words: Words) -> Component:
    changed = any(one.key in draft.sets for one in fields)
    head = html.Summary(
        [title("setting_section", section, words.lang), html.Span(f" ({len(fields)})", className="hint")]
    )
    rows = [_setting(one, draft, words) for one in fields]
    return html.Details([head, html.Div(rows, className="form-grid")], open=changed, className="form-section")


def _setting(one: Field, draft: Draft, words: Words) -> Component:
    lang, base = words.lang, base_texts(draft.base)[one.key]
    label = title("setting", one.key, lang)
    text = draft.sets.get(one.key, base)
    meaning = explanation("setting", one.key, lang, one.text)
    if one.kind == "file":
        return _file(one, label, meaning, base, draft, words)
    if one.kind in LISTED:
        put_in = _picker(id_of(SET, one.key), _options(one, text, words), _chosen(one, text), words)
    else:
        put_in = _input(id_of(SET, one.key), text, base)
    unit = unit_of(one.unit, lang)
    limits = ""
    if one.kind in ("number", "whole", "numbers"):
        limits = words("plan.allowed", {"low": number(one.low), "high": number(one.high), "unit": unit and f" {unit}"})
    elif one.kind in ("instant", "days"):
        limits = words(f"plan.hint.{one.kind}")
    head = f"{label} [{unit}]" if unit else label
    return _field(head, put_in, " ".join(part for part in (meaning, limits) if part), one.key)


def _file(one: Field, label: str, meaning: str, base: str, draft: Draft, words: Words) -> Component:
    """Return a setting that names a file: shown, and not to be changed through a browser."""
    parts: list[Component] = [
        html.Span(label, className="label"),
        html.Div(html.Code(base or words("plan.no_file"))),
        html.Span(f"{meaning} {words('plan.file_setting')}", className="hint"),
    ]
    if one.key in draft.sets:
        parts += [html.Div(id=id_of(SAID, one.key), className="said"), _drop(one.key, label, words)]
        parts.append(dcc.Input(id=id_of(SET, one.key), value=draft.sets[one.key], type="hidden"))
    return html.Div(parts, className="field")


def _options(one: Field, text: str, words: Words) -> list[dict[str, str]]:
    """Return what can be chosen; a typed choice that is none is kept among them, to be seen and complained about."""
    if one.kind == "yes_no":
        options = [{"value": value, "label": words(f"plan.{value}")} for value in ("true", "false")]
    else:
        options = [{"value": value, "label": _choice_title(one.key, value, words.lang)} for value in one.choices]
    known_values = {option["value"] for option in options}
    strange = [part for part in _listed(text) if part not in known_values] if one.kind == "choices" else []
    if one.kind != "choices" and text not in known_values:
        strange = [text]
    return options + [{"value": part, "label": part} for part in strange]


def _choice_title(key: str, value: str, lang: str) -> str:
    name = f"{key}={value}"
    if known("setting_choice", name):
        return title("setting_choice", name, lang)
    return title("vessel", value, lang) if known("vessel", value) else value


def shown_value(key: str, text: str, words: Words) -> str:
    """Return what a field holds as people read it: choices by what they are called."""
    one = field_of(key)
    if one is None or one.kind not in LISTED:
        return text
    if one.kind == "yes_no" and text in ("true", "false"):
        return words(f"plan.{text}")
    parts = _listed(text) if one.kind == "choices" else [text]
    return ", ".join(_choice_title(key, part, words.lang) for part in parts) or text


def _chosen(one: Field, text: str) -> str | list[str]:
    return _listed(text) if one.kind == "choices" else text


def _listed(text: str) -> list[str]:
    return [part.strip(" \"'") for part in text.strip("[]").split(",") if part.strip()]


def typed_text(value: Any) -> str:
    """Return what a field holds as the text of a draft; several choices are joined, none of them is said so."""
    if isinstance(value, list):
        return ", ".join(map(typed_text, value)) or "[]"
    text = "" if value is None else str(value)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # half a letter cannot go into an address


def _finder(draft: Draft, words: Words) -> list[Component]:
    groups = [{"value": EVERY_GROUP, "label": words("plan.every_group")}]
    groups += [{"value": group, "label": words(f"plan.group.{group}")} for group in GROUPS]
    add = dcc.Dropdown(
        id="plan-add",
        options=number_options(draft.base, EVERY_GROUP, words.lang),
        value=None,
        placeholder=words("plan.add_number"),
        className="picker wide-picker",
        maxHeight=320,
        labels=picker_words(words),
    )
    return [
        html.Div(
            [
                _field(words("plan.field.group"), _picker("plan-group", groups, EVERY_GROUP, words), ""),
                _field(words("plan.field.add"), add, ""),
            ],
            className="form-grid",
        )
    ]


def number_options(base: str, group: str, lang: str) -> list[dict[str, str]]:
    """Return the quantities of a scenario that a list offers: by what they are called, key and unit."""
    found = []
    for key, quantity in base_scenario(base).quantities.items():
        if group in (EVERY_GROUP, GROUP_OF.get(key.partition(".")[0])):
            unit = unit_of(quantity.unit, lang)
            label = f"{title('parameter', key, lang)} · {key}"
            found.append({"value": key, "label": f"{label} [{unit}]" if unit else label})
    return found


def number_row(key: str, draft: Draft, words: Words) -> Component:
    """Return the row of one quantity: its own value, the base scenario's, ranges, and why it is what it is."""
    quantity = base_scenario(draft.base).quantities.get(key)
    label = title("parameter", key, words.lang) if known("parameter", key) else key
    unit = unit_of(quantity.unit, words.lang) if quantity is not None else ""
    placeholder = toml_of(quantity.value) if quantity is not None else ""
    part_id = id_of(SET, key)
    parts = [
        html.Label([f"{label} [{unit}]" if unit else label, " ", html.Code(key)], htmlFor=_dom_id(part_id)),
        html.Div(
            [_input(part_id, draft.sets.get(key, ""), placeholder), _drop(key, label, words)],
            className="number-input",
        ),
        *(_of_quantity(quantity, unit, words) if quantity is not None else []),
        html.Div(id=id_of(SAID, key), className="said", **LIVE),
    ]
    return html.Div(parts, className="field number-row", id=id_of("plan-row", key))


def _drop(key: str, label: str, words: Words) -> Component:
    name = named(words("plan.drop_one", {"name": label}))
    return html.Button(words("plan.drop"), id=id_of(DROP, key), className="plain", type="button", **name)


def _of_quantity(quantity: Quantity, unit: str, words: Words) -> list[Component]:
    lang, after = words.lang, unit and f" {unit}"
    fill = {"value": number(quantity.value), "low": number(quantity.low), "high": number(quantity.high), "unit": after}
    drawn = quantity.law != "fixed" and quantity.low < quantity.high
    told = words("plan.base_drawn" if drawn else "plan.base_fixed", fill | {"law": title("law", quantity.law, lang)})
    limits = {"low": number(quantity.minimum), "high": number(quantity.maximum), "unit": after}
    why = [
        html.Summary(words("plan.why")),
        html.P(words("plan.confidence", {"confidence": title("confidence", quantity.confidence, lang)})),
        html.P(words("plan.source", {"source": quantity.source}), lang="en"),
        html.P(quantity.note, lang="en"),
    ]
    return [
        html.Span(f"{told} {words('plan.allowed', limits)}", className="hint"),
        html.Details(why, className="why"),
    ]
