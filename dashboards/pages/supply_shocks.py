"""Panels of shocks: demand met month by month, days lost, how long stocks last, what the mud is worth, lead times."""

import math
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import pandas as pd

from dashboards import components
from dashboards.figures.supply_paths import (
    OWN,
    YEN,
    lead_times_figure,
    records_figure,
    scenario_title,
    shock_figure,
)
from dashboards.figures.supply_stocks import cover_figure
from dashboards.page import Drawn, View
from dashboards.pages.supply_shared import (
    cells_of,
    heads,
    kept,
    listed,
    long_rows,
    nothing,
    ranged,
    rows_of,
    short,
    spread,
    spread_words,
    yen_words,
)
from ops_data.reference.japanese import title
from ops_data.supply_names import STAGES, SUPPLY_ELEMENTS
from ops_data.units import PERCENT
from twin.indicators.summary import Spread
from twin.supply.shock_case import CATEGORIES
from twin.supply_view import SupplyView
from twin.supply_words import UNKNOWN

TIMES: Final = ("survive_days", "recover_days", "lost_sector_days")
SECTOR_MEASURES: Final = ("fill_rate_in_shock", "worst_month_fill", "line_down_days")
EMBARGO: Final = ("none", "run_rate", "extrapolation")
WORTH: Final = ("mud_worth_in_embargo_jpy", "mud_insurance_jpy")
QUANTILES: Final = (0.1, 0.5, 0.9)
LOSSES: Final = ("NRI", "Mizuho", "Daiwa")


def _scenarios(study: SupplyView) -> list[str]:
    return [str(name) for name in study.choices["scenarios"]]


def _rules(study: SupplyView) -> list[str]:
    return [str(name) for name in study.choices["rules"]]


def _names(view: View, study: SupplyView) -> dict[str, str]:
    titles = dict(cells_of(rows_of(view, study, "supply_weights"), "scenario", "title"))
    return {name: scenario_title(name, str(titles.get(name, "")), view.state.lang) for name in _scenarios(study)}


def shock(view: View, study: SupplyView) -> Drawn:
    """Draw how far the chosen sector is supplied month by month in each scenario, under each rule."""
    months = kept(view, study, "months", lambda: study.artefact.table("supply_shock_months"))
    sector = view.value("sector")
    own = months[(months["series"] == "fill_rate") & (months["item"] == sector)]
    if not len(own):
        return nothing(view, "sector")
    keys = ["scenario", "rule", "item", "month"]
    spreads = own.groupby(keys, observed=True)["value"].quantile(np.array(QUANTILES)).unstack().reset_index()
    spreads.columns = pd.Index([*keys, "p10_share_met", "p50_share_met", "p90_share_met"])
    worst = spreads.sort_values("p50_share_met", kind="stable").iloc[0]
    fill = {
        "sector": title("supply_sector", sector, view.state.lang),
        "share": view.words.percent(float(worst["p50_share_met"])),
        "scenario": str(worst["scenario"]),
        "month": str(worst["month"]),
    }
    figure = shock_figure(own, rows_of(view, study, "supply_weights"), view.words, [sector])
    return Drawn(figure, spreads, "%", view.text("alt.shock", fill), view.text("note.shock"))


def shock_table(view: View, study: SupplyView) -> Drawn:
    """Draw the scenarios side by side: the chosen sector at its worst, days lost in all sectors, stop and recovery."""
    sector, lines = view.value("sector"), []
    names = _names(view, study)
    for scenario in _scenarios(study):
        still = spread(study, "shock_still_on", scenario)
        goes_on = view.text("goes_on") if still is not None and still.value > 0.5 else view.text("not_within")
        for rule in _rules(study):
            key = f"{scenario} {rule}"
            met, worst, down = (spread(study, name, f"{key} {sector}") for name in SECTOR_MEASURES)
            survive, recover, lost = (spread(study, name, key) for name in TIMES)
            if met is None and lost is None:
                continue
            lines.append((
                view.text("pair", {"first": names[scenario], "second": title("rule", rule, view.state.lang)}),
                spread_words(view, met, 1.0 / PERCENT, "%"), spread_words(view, worst, 1.0 / PERCENT, "%"),
                spread_words(view, down), spread_words(view, lost),
                view.text("never_stops") if survive is None else spread_words(view, survive, never="∞"),
                goes_on if recover is None or math.isinf(recover.value) else spread_words(view, recover, never="∞"),
            ))  # fmt: skip
    if not lines:
        return nothing(view, "rows")
    head = heads(view, "scenario", "met", "worst", "down", "lost_days", "survive", "recover")
    fill = {"sector": title("supply_sector", sector, view.state.lang)}
    shown = listed(lines, head, head[1:], view.text("caption.shock", fill))
    rows = long_rows(
        rows_of(view, study, "indicators"), (*SECTOR_MEASURES, *TIMES, "shock_still_on"), ("scenario", "rule", "sector")
    )
    return Drawn(shown, rows, note=view.text("note.shock_table", {"months": str(study.choices["shock_months"])}))


def cover(view: View, study: SupplyView) -> Drawn:
    """Draw how many days stocks of each element last in each scenario, and the days of stock by sector."""
    days = [
        (scenario, element, found)
        for scenario in _scenarios(study)
        for element in SUPPLY_ELEMENTS
        if (found := spread(study, "cover_days", f"{scenario} {element}")) is not None
    ]
    if not days:
        return nothing(view, "rows")
    table = pd.DataFrame(
        [(scenario, element, one.low, one.value, one.high) for scenario, element, one in days],
        columns=["scenario", "element", "p10_days", "p50_days", "p90_days"],
    )
    known = table[table["p50_days"].map(math.isfinite)]
    least = (known if len(known) else table).sort_values("p50_days").iloc[0]
    fill = {name: str(least[name]) for name in ("scenario", "element")}
    alt = view.text("alt.cover", fill | {"days": short(view, float(least["p50_days"]), "∞")})
    never = sorted({f"{scenario} {element}" for scenario, element, one in days if math.isinf(one.value)})
    note = view.text("note.cover")
    if never:
        note += view.text("sentence_space") + view.text("note.endless", {"which": view.text("comma").join(never)})
    return Drawn(cover_figure(table, view.words), table, view.text("unit.days"), alt, note)


def stocks(view: View, study: SupplyView) -> Drawn:
    """Draw the days of stock that stand behind each sector: reserve of the state, stocks of firms, working stock."""
    quantities = study.quantities
    lines, rows = [], []
    for category, sectors in CATEGORIES.items():
        state = quantities[f"shock.reserve_{category}_days"]
        names = view.text("comma").join(title("supply_sector", sector, view.state.lang) for sector in sectors)
        lines.append((names, ranged(view, [state[end] for end in ("value", "low", "high")])))
        rows += [(sector, "state reserve", *(state[end] for end in ("value", "low", "high"))) for sector in sectors]
    for key, name in _private(view):
        one = quantities[key]
        if one["high"] > 0.0:
            lines.append((name, ranged(view, [one[end] for end in ("value", "low", "high")])))
            rows.append(("all", key, *(one[end] for end in ("value", "low", "high"))))
    head = heads(view, "stock", "days")
    factor = quantities["shock.reserve_heavy_factor"]
    fill = {
        "factor": ranged(view, [factor[end] for end in ("value", "low", "high")]),
        "delay": ranged(view, [quantities["shock.release_delay_d"][end] for end in ("value", "low", "high")]),
    }
    shown = listed(lines, head, head[1:], view.text("caption.stocks"))
    table = pd.DataFrame(rows, columns=["sector", "stock", "days", "low", "high"])
    return Drawn(shown, table, view.text("unit.days"), note=view.text("note.stocks", fill))


def _private(view: View) -> Iterator[tuple[str, str]]:
    for stage in STAGES:
        name = title("supply_stage", stage, view.state.lang)
        yield f"shock.private_{stage}_days", view.text("stock_of_firms", {"stage": name})
    yield "shock.working_stock_d", view.text("working_stock")


def worth(view: View, study: SupplyView) -> Drawn:
    """Draw what the mud spares in an embargo, and over all scenarios weighed by their chance."""
    lines: list[Sequence[str]] = []
    for rule in _rules(study):
        for reading in EMBARGO:
            lost = spread(study, "mud_in_embargo_sector_days", f"{reading} {rule}")
            if lost is None:
                continue
            spared = [[spread(study, name, f"{reading} {rule} {loss}") for loss in LOSSES] for name in WORTH]
            told = [_least_and_most(view, found) for found in spared]
            names = {"first": title("mud_reading", reading, view.state.lang)}
            names["second"] = title("rule", rule, view.state.lang)
            lines.append((view.text("pair", names), spread_words(view, lost), *told))
    if not lines:
        return nothing(view, "rows")
    yen = view.text("unit.yen")
    head = heads(view, "mud", "lost_days")
    head += [view.text(f"column.{name}", {"unit": yen}) for name in ("spared", "insured")]
    shown = listed(lines, head, head[1:], view.text("caption.worth"))
    rows = long_rows(
        rows_of(view, study, "indicators"), ("mud_in_embargo_sector_days", *WORTH), ("mud", "rule", "loss_published_by")
    )
    cost = spread(study, "project_cost_jpy_yr", "pilot total")
    note = view.text("note.worth")
    if cost is not None:
        note += view.text("sentence_space") + view.text("note.cost", {"cost": yen_words(view, cost, yen)})
    return Drawn(shown, rows, note=f"{note}{view.text('sentence_space')}{_weights(view, study)}")


def _least_and_most(view: View, found: Sequence[Spread | None]) -> str:
    """Return the medians at the lowest and the highest of the published losses."""
    values = sorted(one.value / YEN[view.state.lang] for one in found if one is not None)
    ends = [short(view, value) for value in (values[0], values[-1])] if values else []
    return view.text("from_to", {"low": ends[0], "high": ends[1]}) if ends else UNKNOWN


def _weights(view: View, study: SupplyView) -> str:
    table = rows_of(view, study, "supply_weights")
    told = table[table["weight"].notna()]
    parts = [
        f"{name} {view.words.percent(weight)}" for name, weight in zip(told["scenario"], told["weight"], strict=True)
    ]
    return view.text("note.weights", {"parts": view.text("comma").join(parts)}) if parts else ""


def lead_times(view: View, study: SupplyView) -> Drawn:
    """Draw licence delay, backlog, shipping and customs, simulated and of a person's own records."""
    table = rows_of(view, study, "supply_logistics")
    if not len(table):
        return nothing(view, "lead_times")
    own = table[table["origin"] == OWN]
    worst = table[(table["panel"] == "licence delay") & (table["item"] == "all")].sort_values("median")
    alt = view.text("alt.lead_times")
    if len(worst):
        last = worst.iloc[-1]
        fill = {"days": view.words.number(float(last["median"])), "who": str(last["scenario"] or last["origin"])}
        alt += view.text("sentence_space") + view.text("alt.licence", fill)
    if not len(own):
        return Drawn(lead_times_figure(table, view.words), table, alt=alt, note=view.text("note.lead_times"))
    body = [
        components.graph(records_figure(table, view.words), view.text("alt.records")),
        components.graph(lead_times_figure(table, view.words), alt),
    ]
    return Drawn(body, table, alt=alt, note=view.text("note.records"))
