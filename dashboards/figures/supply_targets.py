"""Picture of targets: what is computed over what a roadmap asks for."""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import plotly.graph_objects as go

from dashboards.figures.supply_parts import HOVER, bars, lines_of, plain, said
from dashboards.theme import FAINT, GREEN, INK, ORANGE, laid_out
from dashboards.words import Words
from ops_data.reference.japanese import item_title, known, title
from twin.supply_words import told_in

if TYPE_CHECKING:
    import pandas as pd

LEAST_RATIO: Final = 1e-3  # of computed to target; smaller ones stand at the edge
HEAD_PX: Final = 24  # of a target: the line of its name
LINE_PX: Final = 15  # of a line of words
ITEM_PX: Final = 15  # of one dot
ITEM_LETTERS: Final = 60  # of the name of a dot in a line
ENDS: Final = ("value", "low", "high")
NOT_COMPUTED: Final = "not computed"


def last_of_each(kpis: "pd.DataFrame") -> "pd.DataFrame":
    """Return the rows of the table of targets of the last year of each target line, by target and item."""
    rows = kpis.sort_values("year", kind="stable").drop_duplicates(["kpi", "item"], keep="last")
    return rows.sort_values(["kpi", "item"], ignore_index=True)


def kpi_title(kpi: str, english: str, lang: str) -> str:
    """Return what a target is called; a person's own keeps the words of its table."""
    return title("kpi", kpi, lang) if known("kpi", kpi) else english


def kpi_figure(kpis: "pd.DataFrame", words: Words, named: bool = True) -> go.Figure:
    """Return each target against what is computed, in the last year of its target line, as computed over target.

    Parameters
    ----------
    kpis : rows of the table of targets; rows that are not computed, or whose target is zero, are left out.
    words : texts by key.
    named : whether the item of each dot is written above it; else only the pointer tells it.

    Returns
    -------
    A dot for the median and a bar from P10 to P90, green where the target is met, orange where it is not; the line in
    the middle is the target. Anything under a thousandth of its target stands at the edge.
    """
    rows = last_of_each(kpis[(kpis["met"] != NOT_COMPUTED) & (kpis["target"] > 0.0)])
    items = [lines_of(_item(one, words), words, ITEM_LETTERS) if named else "" for one in rows.to_dict("records")]
    heads, places, height = _places(rows, items, words)
    figure = go.Figure()
    for met, colour, symbol in (("yes", GREEN, "circle"), ("no", ORANGE, "diamond")):
        part = rows[rows["met"] == met]
        ratios = [_ratios(one) for one in part.to_dict("records")]
        low, middle, high = ([one[end] for one in ratios] for end in (1, 0, 2))
        dots = go.Scatter(
            x=middle, y=[places[int(str(place))] for place in part.index], mode="markers",
            name=title("met", met, words.lang), marker={"color": colour, "size": 10, "symbol": symbol},
            error_x=bars(low, middle, high, colour), hovertemplate=HOVER,
            text=[_kpi_words(one, words) for one in part.to_dict("records")],
        )  # fmt: skip
        figure.add_trace(dots)
    for y, called in heads:
        _write(figure, y, f"<b>{called}</b>", 12, INK)
    for y, item in zip(places, items, strict=True):
        if item:
            _write(figure, y - (ITEM_PX + _lines_px(item)) / 2, item, 11, FAINT)
    figure.add_vline(x=1.0, line={"color": INK, "width": 1.5, "dash": "dash"})
    figure.update_xaxes(
        type="log", title_text=words("supply.axis.ratio"), range=[math.log10(LEAST_RATIO) - 0.35, 2.3],
        tickvals=[1e-3, 1e-2, 1e-1, 1.0, 10.0, 100.0], ticktext=["≤ 1/1000", "1/100", "1/10", "1", "10", "100"],
    )  # fmt: skip
    figure.update_yaxes(visible=False, range=[height, 0])
    laid_out(figure, height + 110)
    return figure.update_layout(margin={"l": 16})


def _places(
    rows: "pd.DataFrame", items: Sequence[str], words: Words
) -> tuple[list[tuple[float, str]], list[float], int]:
    """Return where names stand and what they are, where dots stand, in pixels from the top, and how high all are."""
    heads: list[tuple[float, str]] = []
    places: list[float] = []
    height, last = 0, ""
    for one, item in zip(rows.to_dict("records"), items, strict=True):
        if one["kpi"] != last:
            last = one["kpi"]
            called = lines_of(f"{plain(kpi_title(last, one['title'], words.lang))} ({one['year']})", words)
            head_px = HEAD_PX - LINE_PX + _lines_px(called)
            height += head_px
            heads.append((height - head_px / 2, called))
        height += ITEM_PX + _lines_px(item)
        places.append(height - ITEM_PX / 2)
    return heads, places, height + 6


def _lines_px(text: str) -> int:
    return LINE_PX * (text.count("<br>") + 1) if text else 0


def _write(figure: go.Figure, y: float, text: str, size: int, colour: str) -> None:
    figure.add_annotation(
        x=0.0, xref="paper", y=y, text=text, showarrow=False, xanchor="left", yanchor="middle", align="left",
        font={"size": size, "color": colour}, bgcolor="rgba(255, 255, 255, 0.85)", borderpad=0,
    )  # fmt: skip


def _ratios(one: Mapping[Any, Any]) -> list[float]:
    """Return P50, P10 and P90 over the target; an end that is not known is at the middle."""
    ends = [one[name] if math.isfinite(one[name]) else one["value"] for name in ENDS]
    return [max(LEAST_RATIO, end / one["target"]) for end in ends]


def _item(one: Mapping[Any, Any], words: Words) -> str:
    return plain(item_title("supply_kpis", str(one["item"]), words.lang))


def _kpi_words(one: Mapping[Any, Any], words: Words) -> str:
    shown = told_in(0.0, str(one["unit"]))[1]
    unit = title("unit", shown, words.lang) if known("unit", shown) else shown
    target, *ends = (told_in(float(one[name]), str(one["unit"]))[0] for name in ("target", *ENDS))
    fill = {"target": words.number(target), "unit": unit, "year": str(one["year"])}
    head = plain(kpi_title(one["kpi"], one["title"], words.lang))
    item = _item(one, words)
    lines = [head, item, words("supply.hover.target", fill), said(words("supply.computed"), ends, unit, words)]
    return "<br>".join(line for line in lines if line)
