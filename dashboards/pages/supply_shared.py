"""What the panels of the page Supply chain share: the study, its tables, numbers and sums as people read them."""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final, TypeVar

import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from dashboards import components
from dashboards.figures.supply_parts import cells_of as cells_of
from dashboards.figures.supply_paths import YEN
from dashboards.page import Drawn, View
from ops_data.reference.japanese import known, title
from ops_data.units import KG_PER_TONNE, PERCENT
from twin.indicators.summary import Spread
from twin.supply_view import SupplyView
from twin.supply_words import UNKNOWN, brief

Found = TypeVar("Found")
Draw = Callable[[View, SupplyView], Drawn]
LEAST_T: Final = 0.1  # smaller masses are told in kg
MARK_UP: Final = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~])")  # which a backslash before it makes plain
ADDRESS: Final = re.compile(r"(?<=:)(?=//)")  # where what would become a link is parted
LINE_END: Final = re.compile(r"(?<=[–\uff5e/])|(?=[(\uff08\uff5e])")  # where a line of numbers could end, and must not
FIRM_SPACE: Final = "\u00a0"
JOINED: Final = "\u2060"
PARTED: Final = "\u200b"
LARGE: Final = 1_000.0
THOUSAND: Final = 1e3
MILLION: Final = 1e6


def of_study(draw: Draw) -> Callable[[View], Drawn]:
    """Return what draws a panel of the newest study of the run, or says that the run has none.

    Parameters
    ----------
    draw : draws it, given view and study.
    """

    def drawn(view: View) -> Drawn:
        study = view.data.supply(view.run)
        if study is None:
            return Drawn(components.nothing(view.words, view.text("nothing.study")))
        found = draw(view, study)
        return replace(found, source=study.artefact_id, sealed=study.artefact.created)

    return drawn


def rows_of(view: View, study: SupplyView, name: str) -> pd.DataFrame:
    """Return a table of the study, kept; the frame is shared: change a copy."""
    return kept(view, study, name, lambda: study.table(name))


def kept(view: View, study: SupplyView, what: str, make: Callable[[], Found]) -> Found:
    """Return what is worked out from a study, made now if it is not kept."""
    return view.data.memory.get(("supply", study.artefact_id, study.artefact.manifest["sha256"], what), make)


def spread(study: SupplyView, name: str, item: str = "", period: str = "") -> Spread | None:
    """Return P10, P50 and P90 of an indicator; None where the study has none."""
    return study.spreads.get((name, item, period))


def nothing(view: View, key: str) -> Drawn:
    """Return a panel that has no data, and why."""
    return Drawn(components.nothing(view.words, view.text(f"nothing.{key}")))


def short(view: View, value: float, never: str = "") -> str:
    """Return a number with two significant digits; a word for what never comes, a dash for what is not known."""
    if math.isnan(value):
        return UNKNOWN
    if math.isinf(value):
        return never or view.text("never")
    return brief(value)


def ranged(view: View, cells: Sequence[float], unit: str = "", never: str = "", as_printed: bool = False) -> str:
    """Return P50, P10 and P90 in a few letters; the median alone where there is no range.

    Parameters
    ----------
    view : of the page.
    cells : P50, P10, P90.
    unit : stands after the median.
    never : stands for what never comes.
    as_printed : the numbers are somebody's own: large ones keep all their digits.
    """
    value, low, high = cells
    told = [short(view, one if as_printed else _rounded(one), never) for one in cells]
    after = f" {unit}" if unit else ""
    if not math.isfinite(value) or low == high or told[0] == told[1] == told[2] or UNKNOWN in told[1:]:
        return told[0] + (after if math.isfinite(value) else "")
    fill = dict(zip(("value", "low", "high"), told, strict=True)) | {"unit": after}
    return view.text("range" if min(value, low) >= 0.0 else "range_below_nought", fill)


def _rounded(value: float) -> float:
    """Return a large number with three significant digits: a range tells no more."""
    return float(f"{value:.3g}") if math.isfinite(value) and abs(value) >= LARGE else value


def spread_words(view: View, one: Spread | None, scale: float = 1.0, unit: str = "", never: str = "") -> str:
    """Return an indicator times a scale with its range; a dash where there is none."""
    if one is None:
        return UNKNOWN
    return ranged(view, [scale * end for end in (one.value, one.low, one.high)], unit, never)


def mass_words(view: View, one: Spread | None) -> str:
    """Return a mass in t, a small one in kg, with its range."""
    if one is None:
        return UNKNOWN
    small = abs(one.value) < LEAST_T
    return spread_words(view, one, KG_PER_TONNE if small else 1.0, "kg" if small else "t")


def mass_short(view: View, one: Spread) -> str:
    """Return the median of a mass alone, in t, a small one in kg."""
    small = abs(one.value) < LEAST_T
    return f"{short(view, one.value * (KG_PER_TONNE if small else 1.0))} {'kg' if small else 't'}"


def share_words(view: View, one: Spread | None) -> str:
    """Return a share as per cent with its range; words where there is no figure to hold it against."""
    if one is None or math.isnan(one.value):
        return view.text("no_demand_figure")
    return spread_words(view, one, 1.0 / PERCENT, "%")


def yen_words(view: View, one: Spread | None, unit: str = "") -> str:
    """Return a sum of yen in the large unit of the language, with its range."""
    return spread_words(view, one, 1.0 / YEN[view.state.lang], unit)


def told(view: View, value: float, unit: str) -> tuple[float, str]:
    """Return a number and its unit as people tell them: shares in per cent, yen in the large unit of the language."""
    if unit == "share":
        return value / PERCENT, "%"
    if unit in ("1/y", "1/a"):
        return value / PERCENT, view.text("unit.percent_a_year")
    if unit.startswith("JPY") and unit != "JPY/kg":
        large = view.text("unit.yen" if unit == "JPY" else "unit.yen_a_year")
        return value / YEN[view.state.lang], large
    if unit == "1":
        return value, ""
    return value, title("unit", unit, view.state.lang) if known("unit", unit) else unit


def told_words(view: View, value: float, unit: str) -> str:
    """Return a number with its unit."""
    number, words = told(view, value, unit)
    return f"{short(view, number)} {words}".strip() if math.isfinite(value) else UNKNOWN


def element_name(view: View, element: str) -> str:
    """Return the name of an element with its symbol."""
    return view.text("named_element", {"name": title("element", element, view.state.lang), "symbol": element})


def listed(
    rows: Sequence[Sequence[str]], head: Sequence[str], numbers: Sequence[str] = (), caption: str = ""
) -> Component:
    """Return a plain table as one part of the page, so that many rows cost the browser no more than one.

    Parameters
    ----------
    rows : texts; nothing in them is read as a mark-up.
    head : of the columns.
    numbers : those of them that stand at the right, in one line.
    caption : stands above the table.
    """
    right = [name in numbers for name in head]
    lines = [" | ".join(_cell(cell, side) for cell, side in zip(row, right, strict=True)) for row in (head, *rows)]
    rule = "|".join("---:" if side else ":---" for side in right)
    shown = dcc.Markdown("\n".join(f"|{line}|" for line in (lines[0], rule, *lines[1:])))
    top = [html.P(caption, className="remark")] if caption else []
    named = components.named(caption or head[0])
    table = html.Div(shown, className="table", tabIndex=0, role="region", style={"wordBreak": "keep-all"}, **named)
    return html.Div([*top, table])


def _cell(cell: str, right: bool) -> str:
    text = ADDRESS.sub(PARTED, " ".join(cell.split()))
    if right:
        text = LINE_END.sub(JOINED, text).replace(" ", FIRM_SPACE)
    return MARK_UP.sub(r"\\\1", text)


def once(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """Return rows whose first cell is told only where it differs from the one above."""
    before = ["", *(row[0] for row in rows)]
    return [["" if row[0] == last else row[0], *row[1:]] for row, last in zip(rows, before, strict=False)]


def heads(view: View, *names: str) -> list[str]:
    """Return the heads of columns."""
    return [view.text(f"column.{name}") for name in names]


def long_rows(table: pd.DataFrame, names: Sequence[str], parts: Sequence[str]) -> pd.DataFrame:
    """Return rows of indicators with the words of their items in columns of their own, for a download."""
    kept = table[table["name"].isin(list(names))]
    split = kept["item"].str.split(" ", expand=True).reindex(columns=range(len(parts)))
    split.columns = pd.Index(list(parts))
    rest = kept[["name", "period", "value", "low", "high", "unit"]]
    named = {"name": "indicator", "value": "p50", "low": "p10", "high": "p90"}
    return pd.concat([split, rest.rename(columns=named)], axis=1).reset_index(drop=True)
