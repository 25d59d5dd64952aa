"""Panels of the page Operations on the use of time: by use with its range over replicates, and month by month."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from dashboards import components
from dashboards.figures.operations import months_figure, use_figure
from dashboards.page import Drawn, View
from dashboards.pages.operations_days import days_of, summed
from dashboards.pages.operations_gantt import no_intervals, no_span
from dashboards.pages.operations_intervals import (
    COLUMNS,
    GROUPS,
    KINDS,
    Floats,
    Intervals,
    group_of_kind,
    hours,
    kind,
    kind_of_category,
    read_intervals,
)
from dashboards.pages.operations_span import (
    FLEET,
    INTERVALS,
    ISO_MONTH,
    Span,
    asset_title,
    campaign_span,
    chosen_span,
    cut_to_calendar,
    keeps_intervals,
    mining_names,
    percent_tenths,
    replicates,
)
from ops_data.reference.japanese import known, title
from ops_data.units import HOURS_PER_DAY, PERCENT
from twin.indicators.categories import CATEGORIES

FEW_DAYS: Final = 7  # up to which hours are shown, not days
LEAST_SAID: Final = 0.1  # of hours or days
_CATEGORY_KINDS: Final = {name: kind_of_category(name) for name in CATEGORIES}


@dataclass(frozen=True, eq=False)
class Use:
    """Hours of an asset, or of all mining vessels together.

    Attributes
    ----------
    items : what time was used for: categories of time, of other assets than mining vessels activities and causes.
    kinds : kind of time of each.
    values_h : shape (replicates, months, items).
    """

    items: tuple[str, ...]
    kinds: tuple[str, ...]
    values_h: Floats


def use_of(view: View, span: Span) -> Use | None:
    """Return the hours of the chosen asset in each month of a span; None where the run kept no intervals for it."""
    asset, months = view.value("asset"), span.months()
    if asset == FLEET:
        days, whole = days_of(view), campaign_span(view.scenario)
        parts = [one.places(whole) for one in months]
        values_h = np.stack([summed(days.of(f"{name}_h"), parts) for name in CATEGORIES], axis=-1)
        return Use(tuple(_CATEGORY_KINDS), tuple(_CATEGORY_KINDS.values()), values_h)
    if not keeps_intervals(view):
        return None
    frame = view.data.table(view.run, INTERVALS, COLUMNS)
    rows = read_intervals(frame[frame["asset"] == asset], mining_names(view.scenario))
    kind_of = kinds_of_items(rows) if asset not in mining_names(view.scenario) else _CATEGORY_KINDS
    numbers, (begin_s, end_s) = replicates(view), cut_to_calendar(span, view.scenario)
    edges = [begin_s, *(one.begin_s for one in months[1:]), end_s]
    items = tuple(kind_of)
    values_h = hours(rows, rows.items(items), len(items), numbers.start, len(numbers), edges)
    return Use(items, tuple(kind_of.values()), values_h)


def kinds_of_items(rows: Intervals) -> dict[str, str]:
    """Return what intervals of another asset than a mining vessel can count as, with the kind of time it is."""
    done = {name: kind(name, "none", False) for name in rows.activities}
    return done | {name: kind("", name, False) for name in rows.causes if name != "none"}


def _label(view: View, name: str) -> str:
    mining = (FLEET, *mining_names(view.scenario))
    of_kind = "category" if view.value("asset") in mining else "cause" if known("cause", name) else "activity"
    return title(of_kind, name, view.state.lang)


def draw_use(view: View) -> Drawn:
    """Draw how the time of an asset was used, with its range over replicates."""
    span = chosen_span(view)
    if span is None:
        return no_span(view)
    found = use_of(view, span)
    if found is None:
        return no_intervals(view)
    rows = use_rows(found)
    if rows.empty:
        return Drawn(components.nothing(view.words, view.text("nothing.no_hours")))
    per = 1 if span.days <= FEW_DAYS else HOURS_PER_DAY
    unit = view.text("hours" if per == 1 else "days")
    shown = rows.assign(mean=rows["mean_h"] / per, p10=rows["p10_h"] / per, p90=rows["p90_h"] / per)
    shown["label"] = [_label(view, name) for name in rows["item"]]
    share = [view.words.percent(part) for part in rows["share_of_calendar"]]
    shown["said"] = [f"{_brief(mean)} ({part})" for mean, part in zip(shown["mean"], share, strict=True)]
    groups = rows.groupby("group")["mean_h"].sum().reindex(GROUPS, fill_value=0.0)
    parts = percent_tenths(groups.tolist())
    fill = {
        "asset": _asset(view),
        "calendar": f"{rows['mean_h'].sum() / HOURS_PER_DAY:,.0f}",
        "largest": _largest_loss(view, shown),
        **{name: f"{part:.1f}" for name, part in zip(GROUPS, parts, strict=True)},
    }
    data = rows.drop(columns="kind")
    data.insert(0, "asset", view.value("asset"))
    figure = use_figure(shown, unit, view.words)
    return Drawn(figure, data, unit, view.text("use.alt", fill), view.text("use.sum", fill))


def _brief(value: float) -> str:
    return f"{value:,.1f}" if value >= LEAST_SAID else f"< {LEAST_SAID}"


def use_rows(found: Use) -> pd.DataFrame:
    """Return what time was used for: columns group, item, kind, mean_h, p10_h, p90_h, share_of_calendar.

    Uses without an hour in any replicate are left out; the others stand by group, the longest first.
    """
    values_h = found.values_h.sum(axis=1)
    low_h, high_h = np.quantile(values_h, [0.1, 0.9], axis=0)
    groups = [group_of_kind(one) for one in found.kinds]
    rows = pd.DataFrame({"group": groups, "item": found.items, "kind": found.kinds})
    rows = rows.assign(mean_h=values_h.mean(axis=0), p10_h=low_h, p90_h=high_h)
    rows["share_of_calendar"] = rows["mean_h"] / max(rows["mean_h"].sum(), 1e-9)
    order = np.lexsort((-rows["mean_h"].to_numpy(), np.array([GROUPS.index(one) for one in groups])))
    return rows.iloc[[at for at in order if values_h[:, at].any()]].reset_index(drop=True)


def _asset(view: View) -> str:
    name, vessels = view.value("asset"), view.scenario.mining.vessels
    if name == FLEET:
        return view.text("fleet") if vessels == 1 else view.text("vessels", {"n": str(vessels)})
    return asset_title(name, view.state.lang)


def _largest_loss(view: View, shown: pd.DataFrame) -> str:
    lost = shown[shown["group"] == "lost"]
    if lost.empty:
        return view.text("use.nothing_lost")
    first = lost.iloc[0]
    return view.text("use.largest", {"label": str(first["label"]), "mean": str(first["said"])})


def draw_months(view: View) -> Drawn:
    """Draw how the time of an asset was used month by month."""
    span = chosen_span(view)
    if span is None:
        return no_span(view)
    found = use_of(view, span)
    if found is None:
        return no_intervals(view)
    months = [one.first.isoformat()[:ISO_MONTH] for one in span.months()]
    data = month_rows(found, months)
    if data.empty:
        return Drawn(components.nothing(view.words, view.text("nothing.no_hours")))
    shares, hover = {}, {}
    for name, rows in data.groupby("kind_of_time", sort=False):
        shares[str(name)], hover[str(name)] = rows["share_percent"].tolist(), _month_hover(view, str(name), rows)
    figure = months_figure(months, shares, hover, view.words)
    data.insert(0, "asset", view.value("asset"))
    productive = np.array(shares.get("productive", [0.0] * len(months)))
    best = int(productive.argmax())
    fill = {"asset": _asset(view), "month": months[best], "share": f"{productive[best]:.0f}"}
    return Drawn(figure, data, "%", view.text("months.alt", fill), view.text("months.cut", fill))


def month_rows(found: Use, months: Sequence[str]) -> pd.DataFrame:
    """Return how each month was used: columns month_jst, kind_of_time, share_percent, mean_h, p10_h, p90_h."""
    of_kind = np.zeros((*found.values_h.shape[:2], len(KINDS)))
    for at, one in enumerate(found.kinds):
        of_kind[:, :, KINDS.index(one)] += found.values_h[:, :, at]
    mean_h = of_kind.mean(axis=0)
    low_h, high_h = np.quantile(of_kind, [0.1, 0.9], axis=0)
    share = mean_h / np.maximum(mean_h.sum(axis=1, keepdims=True), 1e-9) / PERCENT
    used = [at for at in range(len(KINDS)) if mean_h[:, at].any()]
    cells = [(month, at) for at in used for month in range(len(months))]
    return pd.DataFrame(
        {
            "month_jst": [months[month] for month, _ in cells],
            "kind_of_time": [KINDS[at] for _, at in cells],
            "share_percent": [share[cell] for cell in cells],
            "mean_h": [mean_h[cell] for cell in cells],
            "p10_h": [low_h[cell] for cell in cells],
            "p90_h": [high_h[cell] for cell in cells],
        }
    )


def _month_hover(view: View, name: str, rows: pd.DataFrame) -> list[str]:
    told = view.text(f"kind.{name}")
    cells = rows[["month_jst", "share_percent", "mean_h", "p10_h", "p90_h"]].itertuples(index=False, name=None)
    return [
        f"{month} · {told}<br>"
        + view.text(
            "hover.month",
            {"share": f"{part:.1f}", "mean": f"{mean:,.0f}", "low": f"{low:,.0f}", "high": f"{high:,.0f}"},
        )
        for month, part, mean, low, high in cells
    ]
