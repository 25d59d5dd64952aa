"""Panels of the page *Compare*: which runs, what they do differently, their ranges side by side, mud over time."""

import math
from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any, Final

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboards import components
from dashboards.figures.compare import Interval, Path, Row, Spread, forest, paths, side_by_side
from dashboards.page import Drawn, View
from dashboards.pages.compare_pairs import (
    LETTERS,
    Against,
    ValueChange,
    against,
    baseline_name,
    changes_between,
    daily_paths,
    label_of,
    plan_address,
    remarks,
    scale_of,
    spread_of,
)
from dashboards.pages.plan_form import shown_value
from dashboards.roles import allowed
from ops_data.reference.indicator_rows import PROBABILITY, indicator_row
from ops_data.reference.japanese import known, title
from ops_data.units import PERCENT
from twin.indicators.comparison import Difference

MOST_ROWS: Final = 18  # of a forest plot
MOST_CHANGES: Final = 12
WHOLE: Final = ("", "total")  # items that stand for the whole
Key = tuple[str, str, str]  # indicator, item, period
SERIES: Final = {"wet": "lifted_wet_t", "dry": "lifted_dry_t"}


def outcome_of(value: str) -> tuple[str, str]:
    """Return indicator and item of a choice of the control *outcome*, written ``name`` or ``name[item]``."""
    name, _, item = value.removesuffix("]").partition("[")
    return name, item


def _none_chosen(view: View) -> Drawn:
    """Return what the list of runs says where none was chosen: it hangs on the store, so it is not kept."""
    text = view.text("nothing.no_other" if len(view.data.runs()) > 1 else "nothing.one_run")
    plan = components.link(view.words("plan.title"), f"/plan?lang={view.state.lang}", {"className": "button"})
    return Drawn(components.nothing(view.words, text, [plan] if _may_plan(view) else []))


def _may_plan(view: View) -> bool:
    return allowed(view.user, "page:plan")


def draw_runs(view: View) -> Drawn:
    """Draw the list of runs: what each is, and what was changed in it against the baseline."""
    others = against(view)
    if not others:
        return _none_chosen(view)
    base, lang = view.run.manifest, view.state.lang
    parts: list[Component] = [html.P([html.Strong(baseline_name(view)), " ", _who(view, base)])]
    rows: list[dict[str, Any]] = []
    for one in others:
        found = changes_between(base.scenario, one.run.manifest.scenario, lang)
        parts.append(html.H3(one.name))
        parts.append(html.P(_who(view, one.run.manifest), className="hint"))
        parts.append(_changes(view, found))
        if one.trouble:
            parts.append(_unpaired(view, one))
        rows += [_change_row(one, change) for change in found] or [{"run": one.run.run_id}]
    columns = ["run", "key", "baseline", "value", "unit"]
    return Drawn(parts, rows=pd.DataFrame(rows, columns=columns), note=" ".join(remarks(view, others)))


def _who(view: View, manifest: Any) -> str:
    who = manifest.identity
    lang = view.state.lang
    scenario = title("scenario", who.scenario, lang) if known("scenario", who.scenario) else who.scenario
    return view.text(
        "who",
        {
            "scenario": scenario,
            "count": str(who.last_replicate - who.first_replicate + 1),
            "seed": str(who.seed),
            "parameters": title("parameters_mode", who.parameters, lang).lower(),
            "basis": title("basis", who.mass_basis, lang).lower(),
        },
    )


def _changes(view: View, found: Sequence[ValueChange]) -> Component:
    if not found:
        return html.P(view.text("same_inputs"))
    lines = []
    for one in found[:MOST_CHANGES]:
        before, after = (shown_value(one.key, text, view.words) for text in (one.before, one.after))
        to = f"{before} → {after}{f' {one.unit}' if one.unit else ''}"
        lines.append(html.Li([one.label, " ", html.Code(one.key), f": {to}"]))
    if len(found) > MOST_CHANGES:
        lines.append(html.Li(view.text("more_changes", {"n": str(len(found) - MOST_CHANGES)})))
    return html.Ul(lines, className="changes")


def _change_row(one: Against, change: ValueChange) -> dict[str, str]:
    return {
        "run": one.run.run_id, "key": change.key, "baseline": change.before, "value": change.after, "unit": change.unit,
    }  # fmt: skip


def _unpaired(view: View, one: Against) -> Component:
    """Return why a run cannot be paired with the baseline, and the way to one that can."""
    own, other = view.run.manifest.identity, one.run.manifest.identity
    key = "unpaired_seed" if own.seed != other.seed else "unpaired_replicates"
    fill = {"letter": one.letter, "own": str(own.seed), "other": str(other.seed)}
    there = plan_address(view, one.run, own.seed, own.last_replicate + 1)
    way = [components.link(view.text("play_again", fill), there)] if there and _may_plan(view) else []
    return components.message("note", view.text("unpaired", fill), view.text(key, fill), way)


def _in_group(view: View, found: Sequence[Difference]) -> list[Difference]:
    return [one for one in found if one.pairs and indicator_row(one.name).group == view.value("group")]


def _is_same(one: Difference) -> bool:
    return one.mean == 0.0 and (math.isnan(one.standard_error) or one.standard_error == 0.0)


def draw_forest(view: View) -> Drawn:
    """Draw differences of a group of indicators relative to the baseline."""
    others = [one for one in against(view) if one.differences is not None]
    if not others:
        return _nothing_paired(view)
    table: dict[Key, list[tuple[int, Difference]]] = {}
    for one in others:
        for found in _in_group(view, one.differences or []):
            place = LETTERS.index(one.letter)
            table.setdefault((found.name, found.item, found.period), []).append((place, found))
    same = [key for key, found in table.items() if all(_is_same(one) for _, one in found)]
    shown = {key: found for key, found in table.items() if key not in same and all(map(_has_percent, found))}
    if not shown:
        key = "nothing.same" if same else "nothing.no_percent"
        return Drawn(components.nothing(view.words, view.text(key)))
    kept = _most_telling(shown)
    lang, called = view.state.lang, [baseline_name(view), *[one.name for one in against(view)]]
    rows = [Row(label_of(*key, lang), tuple(_interval(view, *one) for one in found)) for key, found in kept.items()]
    figure = forest(rows, called, view.text("axis_percent"))
    other = len(table) - len(same) - len(shown)
    left = {"same": str(len(same)), "more": str(len(shown) - len(kept)), "other": str(other)}
    percent, largest = max(((_percent(one), key) for key, found in kept.items() for _, one in found), key=_size)
    alt = {"n": str(len(rows)), "name": label_of(*largest, lang), "percent": f"{percent:+.1f}"}
    csv = _difference_rows(others, lambda found: (found.name, found.item, found.period) in shown)
    note = " ".join([view.text("forest_note", left), *remarks(view, others)])
    return Drawn(figure, rows=csv, unit="%", alt=view.text("alt_forest", alt), note=note)


def _size(found: tuple[float, Key]) -> float:
    return abs(found[0])


def _has_percent(pair: tuple[int, Difference]) -> bool:
    one = pair[1]
    return one.first != 0.0 and math.isfinite(one.low_95) and indicator_row(one.name).unit != PROBABILITY


def _most_telling(
    shown: dict[Key, list[tuple[int, Difference]]],
) -> dict[Key, list[tuple[int, Difference]]]:
    """Return the rows that stand out most from chance, in their order."""

    def size(key: Key) -> float:
        return max(abs(one.mean) / one.standard_error if one.standard_error else math.inf for _, one in shown[key])

    kept = set(sorted(shown, key=lambda key: (key[1] not in WHOLE, -size(key)))[:MOST_ROWS])
    return {key: found for key, found in shown.items() if key in kept}


def _percent(one: Difference) -> float:
    return one.mean / abs(one.first) / PERCENT


def _interval(view: View, run: int, one: Difference) -> Interval:
    factor = 1.0 / abs(one.first) / PERCENT
    ends = (one.mean, one.low_80, one.high_80, one.low_95, one.high_95)
    scaled = [end * factor for end in ends]
    scale = scale_of(view, one.name)
    fill = {
        "letter": LETTERS[run],
        "mean": f"{scaled[0]:+.1f}", "low": f"{scaled[3]:+.1f}", "high": f"{scaled[4]:+.1f}",
        "value": _signed(view, one.mean * scale.factor), "unit": scale.unit, "pairs": str(one.pairs),
    }  # fmt: skip
    return Interval(run, view.text("forest_hover", fill), *scaled)


def _signed(view: View, value: float) -> str:
    return ("+" if value > 0.0 else "") + view.words.number(value)


def _nothing_paired(view: View) -> Drawn:
    key = "nothing.unpaired" if against(view) else "nothing.none"
    return Drawn(components.nothing(view.words, view.text(key)))


def _difference_rows(others: Sequence[Against], wanted: Any) -> pd.DataFrame:
    """Return the rows of a download: every number of the wanted differences, in the unit of the indicator."""
    rows = [
        {"run": one.run.run_id, **asdict(found)} for one in others for found in one.differences or [] if wanted(found)
    ]
    return pd.DataFrame(rows, columns=["run", *(part.name for part in fields(Difference))])


def draw_differences(view: View) -> Drawn:
    """Draw the table of paired differences of a group of indicators."""
    chosen = against(view)
    others = [one for one in chosen if one.differences is not None]
    if not others:
        return _nothing_paired(view)
    lines, same = [], 0
    for one in others:
        for found in _in_group(view, one.differences or []):
            if _is_same(found):
                same += 1
                continue
            lines.append(_line(view, one, found, len(others) > 1))
    if not lines:
        return Drawn(components.nothing(view.words, view.text("nothing.same")))
    frame = pd.DataFrame(lines)
    left = {view.text("column.indicator"), view.text("column.run"), view.text("column.unit")}
    body = components.table(frame, [name for name in frame.columns if name not in left], view.text("table_caption"))
    csv = _difference_rows(others, lambda found: bool(_in_group(view, [found])))
    note = [view.text("table_note", {"same": str(same)}), *remarks(view, others)]
    if len(lines) > components.MOST_TABLE_ROWS:
        note.append(view.text("table_cut", {"n": str(len(lines)), "most": str(components.MOST_TABLE_ROWS)}))
    return Drawn(body, rows=csv, note=" ".join(note))


def _line(view: View, one: Against, found: Difference, several: bool) -> dict[str, str]:
    scale, words = scale_of(view, found.name), view.words
    value = {
        name: getattr(found, name) * scale.factor
        for name in ("first", "second", "mean", "low_95", "high_95", "p10", "p90")
    }
    low, high = (words.number(value[name]) for name in ("low_95", "high_95"))
    missing = found.only_first + found.only_second
    pairs = str(found.pairs) + (f" (−{missing})" if missing else "")
    return {
        view.text("column.indicator"): label_of(found.name, found.item, found.period, view.state.lang),
        **({view.text("column.run"): one.letter} if several else {}),
        view.text("column.unit"): scale.unit or "–",
        view.text("column.difference"): _signed(view, value["mean"]),
        view.text("column.interval"): "–" if math.isnan(value["low_95"]) else f"{low} … {high}",
        view.text("column.baseline"): words.number(value["first"]),
        view.text("column.value"): words.number(value["second"]),
        view.text("column.pairs_range"): f"{words.number(value['p10'])} … {words.number(value['p90'])}",
        view.text("column.pairs"): pairs,
    }


def draw_side(view: View) -> Drawn:
    """Draw one outcome of every run side by side, paired or not."""
    others = against(view)
    name, item = outcome_of(view.value("outcome"))
    scale, words = scale_of(view, name), view.words
    runs = [(baseline_name(view), view.run), *[(one.name, one.run) for one in others]]
    spreads, rows = [], []
    for place, (called, run) in enumerate(runs):
        low, middle, high = (float(value) for value in spread_of(view, run, name, item))
        scaled = [value * scale.factor for value in (low, middle, high)]
        said = f"{LETTERS[place]}: {words.spread(scaled[0], scaled[1], scaled[2], scale.unit)}"
        spreads.append(Spread(place, called, said, *[value if math.isfinite(value) else None for value in scaled]))
        rows.append(
            {
                "run": run.run_id,
                "name": name,
                "item": item,
                "unit": indicator_row(name).unit,
                "p10": low,
                "p50": middle,
                "p90": high,
            }
        )
    label = label_of(name, item, "", view.state.lang)
    unpaired = [one.letter for one in others if one.trouble]
    note = [view.text("side_note"), *remarks(view, others)]
    note += [view.text("side_unpaired", {"runs": ", ".join(unpaired)})] if unpaired else []
    figure = side_by_side(spreads, f"{label} [{scale.unit}]" if scale.unit else label)
    alt = view.text("alt_side", {"name": label, "said": "; ".join(one.said for one in spreads)})
    return Drawn(figure, rows=pd.DataFrame(rows), unit=scale.unit or "–", alt=alt, note=" ".join(note))


def draw_paths(view: View) -> Drawn:
    """Draw what has come up by the end of each day, for every run."""
    others = against(view)
    basis = view.run.manifest.identity.mass_basis
    series, lang = SERIES[basis], view.state.lang
    runs = [(baseline_name(view), view.run), *[(one.name, one.run) for one in others]]
    found = [Path(place, called, daily_paths(view, run, series)) for place, (called, run) in enumerate(runs)]
    starts = {one.frame["date"].iloc[0] for one in found if len(one.frame)}
    label = label_of(series, "", "", lang)
    figure = paths(found, len(starts) == 1, f"{label} [{scale_of(view, series).unit}]", view.words)
    csv = pd.concat([one.frame.assign(run=run.run_id) for one, (_, run) in zip(found, runs, strict=True)])
    ends = "; ".join(
        f"{one.name}: {view.words.number(float(one.frame['p50'].iloc[-1]))}" for one in found if len(one.frame)
    )
    alt = view.text("alt_paths", {"name": label, "said": ends})
    columns = ["run", "day", "date", "p10", "p50", "p90"]
    return Drawn(
        figure, rows=csv[columns], unit="t", alt=alt, note=" ".join([view.text("paths_note"), *remarks(view, others)])
    )
