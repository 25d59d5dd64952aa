"""Panels of the page *Compare* that say which uncertain numbers an outcome of the baseline hangs on."""

import math
from dataclasses import asdict
from typing import Any, Final

import numpy as np
import pandas as pd
from dash import html

from dashboards import components
from dashboards.data import SensitivityStudy
from dashboards.figures.tornado import Bar, ShareBar, shares, tornado
from dashboards.page import Drawn, View
from dashboards.pages.compare_drivers import FEWEST, Driver, Drivers, draws_of, drivers, values_of
from dashboards.pages.compare_pairs import Scale, label_of, scale_of
from dashboards.pages.compare_panels import outcome_of
from dashboards.pages.plan_form import unit_of
from ops_data.reference.japanese import known, title
from twin.changes import words_for
from twin.design import Design
from twin.indicators.record import Floats
from twin.outcome_names import Outcome
from twin.outcome_names import values_of as study_values
from twin.sensitivity import Effect, Share, morris_effects, sobol_shares

MOST_BARS: Final = 12
BLOCK_ROWS: Final = {"morris": 1, "sobol": 2}  # rows of a block of a design that no quantity has of its own


def _called(key: str, lang: str) -> str:
    return f"{_titled(key, lang)} · {key}"


def _titled(key: str, lang: str) -> str:
    return title("parameter", key, lang) if known("parameter", key) else key


def draw_drivers(view: View) -> Drawn:
    """Draw which uncertain numbers the outcome goes with, over the replicates of the baseline."""
    name, item = outcome_of(view.value("outcome"))
    label = label_of(name, item, "", view.state.lang)
    drawn = draws_of(view, view.run)
    if not len(drawn.columns):
        return Drawn(components.nothing(view.words, view.text("nothing.fixed")))
    keys = [str(key) for key in drawn.columns]

    def told() -> Drivers:
        return drivers(values_of(view, view.run, name, item), drawn.to_numpy(np.float64), keys)

    found = view.data.derived(view.run, ("drivers", name, item), told)
    fill = {"name": label, "n": str(found.replicates), "fewest": str(FEWEST), "tested": str(found.tested)}
    if found.replicates < FEWEST:
        return Drawn(components.nothing(view.words, view.text("nothing.few", fill)))
    fill |= {"limit": f"{found.limit:.2f}", "alone": str(found.alone), "chance": f"{0.05 * found.tested:.0f}"}
    fill |= {"found": str(len(found.found))}
    if not found.found:
        return Drawn(components.nothing(view.words, view.text("nothing.chance", fill)))
    scale = scale_of(view, name)
    bars = [_bar(view, one, scale) for one in found.found[:MOST_BARS]]
    axis = f"{view.text('axis_mean', {'name': label})} [{scale.unit}]" if scale.unit else label
    figure = tornado(bars, found.mean * scale.factor, axis, view.words)
    rows = pd.DataFrame([asdict(one) for one in found.found])
    alt = view.text("alt_drivers", fill | {"first": _called(found.found[0].key, view.state.lang), "said": bars[0].said})
    return Drawn(figure, rows=rows, unit=scale.unit or "–", alt=alt, note=view.text("drivers_note", fill))


def _bar(view: View, one: Driver, scale: Scale) -> Bar:
    words, quantity = view.words, view.scenario.quantities[one.key]
    unit = unit_of(quantity.unit, view.state.lang)
    low, high = one.low_mean * scale.factor, one.high_mean * scale.factor
    fill = {
        "name": _called(one.key, view.state.lang), "low": words.number(low), "high": words.number(high),
        "low_end": words.number(one.low_end), "high_end": words.number(one.high_end), "key_unit": unit and f" {unit}",
        "unit": scale.unit and f" {scale.unit}", "correlation": f"{one.correlation:+.2f}",
    }  # fmt: skip
    return Bar(_titled(one.key, view.state.lang), low, high, view.text("bar_said", fill))


def draw_study(view: View) -> Drawn:
    """Draw the ranks of a sensitivity study of the baseline's scenario."""
    found = {str(study.manifest["identity"]["method"]): study for study in reversed(view.data.sensitivity(view.run))}
    scenario = words_for(view.run.manifest.scenario) or view.run.manifest.identity.scenario
    command = f"twin sensitivity {scenario}"
    if not found:
        return Drawn(components.nothing(view.words, view.text("nothing.no_study"), [html.Code(command)]))
    name, item = outcome_of(view.value("outcome"))
    told = _told(view, found, Outcome(name, item))
    if told is None:
        return Drawn(components.nothing(view.words, view.text("nothing.not_in_study")))
    effects, totals = told
    label, scale = label_of(name, item, "", view.state.lang), scale_of(view, name)
    sized = {one.key: one for one in effects}
    kept = [one for one in totals if one.total > 0.0][:MOST_BARS]
    newest = max(found.values(), key=lambda study: str(study.manifest["created"]))
    shown: dict[str, Any] = {"source": newest.study_id, "sealed": str(newest.manifest["created"])}
    rows = _study_rows(effects, totals)
    if not kept:
        return Drawn(components.nothing(view.words, view.text("nothing.no_share")), rows=rows, **shown)
    bars = [_share_bar(view, one, sized.get(one.key), scale) for one in kept]
    unclear = [one for one in kept if one.ranks[0] < one.ranks[1]]
    first = view.text("study_first" if kept[0].ranks == (1, 1) else "study_unsure", {"name": bars[0].label})
    note = " ".join([first, view.text("study_note", {"unclear": str(len(unclear)), "quantities": str(len(effects))})])
    alt = view.text("alt_study", {"name": label, "first": bars[0].label, "share": f"{100.0 * kept[0].total:.0f}"})
    return Drawn(shares(bars, view.words), rows=rows, unit="%", alt=alt, note=note, **shown)


def _share_bar(view: View, one: Share, effect: Effect | None, scale: Scale) -> ShareBar:
    label, said = _titled(one.key, view.state.lang), _share_said(view, one, effect, scale)
    return ShareBar(label, one.total, one.total_95, one.first, one.first_95, said)


def _share_said(view: View, one: Share, effect: Effect | None, scale: Scale) -> str:
    ranks = str(one.ranks[0]) if one.ranks[0] == one.ranks[1] else f"{one.ranks[0]}–{one.ranks[1]}"
    fill = {"name": _called(one.key, view.state.lang), "rank": ranks}
    fill |= {key: f"{100.0 * getattr(one, key):.0f}" for key in ("total", "total_95", "first", "first_95")}
    size = effect.mu_star * scale.factor if effect is not None else math.nan
    fill |= {"effect": view.words.number(size), "unit": scale.unit and f" {scale.unit}"}
    return view.text("share_said", fill)


def _study_rows(effects: tuple[Effect, ...], totals: tuple[Share, ...]) -> pd.DataFrame:
    of = {one.key: one for one in totals}
    rows = []
    for one in effects:
        share = of.get(one.key)
        row: dict[str, Any] = {"key": one.key, "mu": one.mu, "mu_star": one.mu_star, "mu_star_95": one.half_95}
        for name in ("first", "first_95", "total", "total_95"):
            row[name] = getattr(share, name) if share is not None else math.nan
        rows.append(row)
    return pd.DataFrame(rows, columns=["key", "mu", "mu_star", "mu_star_95", "first", "first_95", "total", "total_95"])


def _told(
    view: View, found: dict[str, SensitivityStudy], outcome: Outcome
) -> tuple[tuple[Effect, ...], tuple[Share, ...]] | None:
    """Return effects and shares of an outcome, kept by study; None when the studies do not have it."""
    ids = tuple(study.study_id for study in found.values())

    def analysed() -> tuple[tuple[Effect, ...], tuple[Share, ...]] | None:
        effects: tuple[Effect, ...] = ()
        totals: tuple[Share, ...] = ()
        for method, study in found.items():
            design, values = _read(study, outcome)
            if not np.isfinite(values).any():
                return None
            seed = int(study.manifest["identity"]["seed"])
            if method == "morris":
                effects = morris_effects(design, values, seed)[0]
            elif method == "sobol":
                totals = sobol_shares(design, values, seed)[0]
        return effects, totals

    return view.data.derived(view.run, ("ranks", ids, outcome.label), analysed)


def _read(study: SensitivityStudy, outcome: Outcome) -> tuple[Design, Floats]:
    """Return the design of a sealed study, and an outcome of it, shape (rows, replicates)."""
    told, frame = study.manifest["identity"], study.design()
    keys = tuple(str(key) for key in frame.loc[frame["row"] == 0, "key"])
    rows, replicates = int(told["rows"]), int(told["replicates"])
    quantiles = frame["quantile"].to_numpy(np.float64).reshape(rows, len(keys))
    method = str(told["method"])
    design = Design(method, keys, quantiles, len(keys) + BLOCK_ROWS.get(method, 1), replicates)
    values = study_values(study.outcomes(), [outcome], rows * replicates)[outcome.label]
    return design, values.reshape(rows, replicates)
