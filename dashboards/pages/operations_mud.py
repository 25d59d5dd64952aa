"""Panels of the page Operations on mud: what comes on deck per day, and what has come so far."""

import numpy as np
import pandas as pd

from dashboards.figures.operations import fan_figure
from dashboards.page import Drawn, View
from dashboards.pages.operations_days import LIFTED, MEANS, days_of, spread, trailing_mean
from dashboards.pages.operations_gantt import no_span
from dashboards.pages.operations_intervals import Floats
from dashboards.pages.operations_span import Span, campaign_span, chosen_replicate, chosen_span, replicates
from ops_data.reference.japanese import title


def draw_ramp(view: View) -> Drawn:
    """Draw mud on deck per day, or its mean of seven days, against the target."""
    span = chosen_span(view)
    if span is None:
        return no_span(view)
    basis, campaign = view.value("basis"), view.scenario.campaign
    mean_of = MEANS[view.value("smooth")]
    values = trailing_mean(days_of(view).of(LIFTED[basis]), mean_of)[:, span.places(campaign_span(view.scenario))]
    fan, own = spread(values), values[chosen_replicate(view) - replicates(view).start]
    said = {"target": view.words.number(campaign.target_t_d), "basis": basis_name(view, campaign.mass_basis)}
    on_basis = basis == campaign.mass_basis
    target = (campaign.target_t_d, view.text("ramp.target", said)) if on_basis else None
    axis = view.text("axis.mud" if mean_of == 1 else "axis.mean", {"basis": basis_name(view, basis), "n": str(mean_of)})
    figure = fan_figure(span.dates(), fan, own, _replicate(view), axis, target, view.words)
    best = int(fan[1].argmax())
    fill = {
        "basis": basis_name(view, basis),
        "best": view.words.number(float(fan[1, best])),
        "low": view.words.number(float(fan[0, best])),
        "high": view.words.number(float(fan[2, best])),
        "day": span.dates()[best],
        "share": view.words.percent(float(np.mean(values.max(axis=1) >= campaign.target_t_d))),
    }
    alt = view.text("ramp.alt_target" if on_basis else "ramp.alt", fill | said)
    notes = [view.text("ramp.on_target", fill | said) if on_basis else view.text("ramp.off_target", fill | said)]
    rows = _rows(span, fan, own, f"{basis}_t_d{'' if mean_of == 1 else f'_mean_of_{mean_of}_days'}")
    return Drawn(figure, rows, "t/d", alt, " ".join([*notes, *_one(view)]))


def draw_mud(view: View) -> Drawn:
    """Draw the mud that came on deck since departure."""
    span = chosen_span(view)
    if span is None:
        return no_span(view)
    basis = view.value("basis")
    values = np.cumsum(days_of(view).of(LIFTED[basis]), axis=1)[:, span.places(campaign_span(view.scenario))]
    fan, own = spread(values), values[chosen_replicate(view) - replicates(view).start]
    axis = view.text("axis.total", {"basis": basis_name(view, basis)})
    figure = fan_figure(span.dates(), fan, own, _replicate(view), axis, None, view.words)
    fill = {
        "basis": basis_name(view, basis),
        "day": span.last.isoformat(),
        "spread": view.words.spread(float(fan[0, -1]), float(fan[1, -1]), float(fan[2, -1]), "t"),
        "none": view.words.percent(float(np.mean(values[:, -1] <= 0.0))),
    }
    note = view.text("mud.none", fill) if (values[:, -1] <= 0.0).any() else ""
    return Drawn(figure, _rows(span, fan, own, f"{basis}_t_so_far"), "t", view.text("mud.alt", fill), note)


def basis_name(view: View, basis: str) -> str:
    """Return what a mass basis is called within a line."""
    name = title("basis", basis, view.state.lang)
    return name[0].lower() + name[1:]


def _replicate(view: View) -> str:
    return view.text("one", {"replicate": view.value("replicate")})


def _one(view: View) -> list[str]:
    return [view.text("one_replicate")] if len(replicates(view)) == 1 else []


def _rows(span: Span, fan: Floats, own: Floats, name: str) -> pd.DataFrame:
    columns = {f"{share}_{name}": values for share, values in zip(("p10", "p50", "p90"), fan, strict=True)}
    return pd.DataFrame({"date_jst": span.dates(), **columns, f"chosen_replicate_{name}": own})
