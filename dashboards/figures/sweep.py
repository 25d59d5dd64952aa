"""A sweep as a picture: lines with bands for one key, heat maps for two or three."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from twin.indicators.words import number

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

MOST_KEYS: Final = 3
PANEL_PX: Final = 230
GAP_PX: Final = 110  # below a panel: its axis, and the title of the next one
TITLE_PX: Final = 22  # from the top of the page, as the next two
LEGEND_PX: Final = 96
TOP_PX: Final = 160
COLOUR, BAND = "#1f6091", "rgba(31, 96, 145, 0.2)"


def sweep_figure(frame: "pd.DataFrame", keys: Sequence[tuple[str, bool]], title: str) -> "go.Figure":
    """Return a figure of a sweep.

    Parameters
    ----------
    frame : one row per outcome and point: a column per key, outcome, title, unit, p10, p50, p90, difference,
        standard_error; infinite where something never happened.
    keys : one to `MOST_KEYS` of (swept key, whether its values are words).
    title : above the figure.

    Returns
    -------
    A panel per outcome. One key: P50 with a band from P10 to P90 (of words: markers with bars). Two keys: a heat map of
    P50. Three: a heat map for every value of the third. The panels stand in one column and are as wide as the window.
    """
    from plotly.subplots import make_subplots

    panels = [rows for _, rows in frame.groupby("outcome", sort=False)]
    names = [key for key, _ in keys]
    thirds = list(dict.fromkeys(frame[names[2]])) if len(names) == MOST_KEYS else [""]
    asked = [f"<br>{names[2]} = {_short(third)}" if third else "" for third in thirds]
    gap = GAP_PX + (TITLE_PX if any(asked) else 0)
    count = len(panels) * len(thirds)
    inside = PANEL_PX * count + gap * (count - 1)
    height = TOP_PX + inside + GAP_PX
    figure = make_subplots(
        rows=count, cols=1, vertical_spacing=gap / inside,
        subplot_titles=[f"{_named(rows)}{said}" for rows in panels for said in asked],
    )  # fmt: skip
    for place, rows in enumerate(panels):
        if len(names) == 1:
            _line(figure, rows, names[0], keys[0][1], place + 1)
            continue
        for row, third in enumerate(thirds, start=1 + place * len(thirds)):
            part = rows[rows[names[2]] == third] if third else rows
            top = 1.0 - (row - 1) * (PANEL_PX + gap) / inside
            figure.update_layout({f"coloraxis{row}": _colours(rows, top, PANEL_PX / inside)})
            _heat_map(figure, part, names[0], names[1], row)
    figure.update_layout(
        title={"text": title, "x": 0.02, "yref": "container", "y": 1.0 - TITLE_PX / height, "yanchor": "top"},
        template="plotly_white", height=height, autosize=True,
        margin={"l": 90, "r": 120 if len(names) > 1 else 30, "t": TOP_PX, "b": GAP_PX},
        modebar={"orientation": "v"},
        legend={"orientation": "h", "x": 0, "y": 1.0 - LEGEND_PX / height, "yref": "container", "yanchor": "top"},
    )  # fmt: skip
    return figure


def _named(rows: "pd.DataFrame") -> str:
    unit = rows["unit"].iloc[0]
    return f"{rows['title'].iloc[0]} [{unit}]" if unit else str(rows["title"].iloc[0])


def _short(value: object) -> str:
    """Return a value as it stands on an axis: dates without seconds and zone."""
    text = str(value)
    return text[:10] if len(text) >= 19 and text[4:5] == "-" and "T" in text else text


def _drawn(values: "pd.Series[float]") -> list[float | None]:
    return [float(value) if math.isfinite(value) else None for value in values]


def _line(figure: "go.Figure", rows: "pd.DataFrame", key: str, words: bool, row: int) -> None:
    """Add P50 and its band (or bars) of one outcome."""
    import plotly.graph_objects as go

    x = rows[key] if words or rows[key].str.contains("T").any() else rows[key].astype(float)
    ordered = rows.assign(x=x) if words else rows.assign(x=x).sort_values("x")
    low, middle, high = (_drawn(ordered[name]) for name in ("p10", "p50", "p90"))
    shared: dict[str, Any] = {"x": ordered["x"].tolist(), "showlegend": row == 1}
    if words:
        up = [b - a if a is not None and b is not None else None for a, b in zip(middle, high, strict=True)]
        down = [a - b if a is not None and b is not None else None for a, b in zip(middle, low, strict=True)]
        bars = {"array": up, "arrayminus": down, "symmetric": False, "thickness": 1.5}
        dots = go.Scatter(shared, y=middle, mode="markers", name="P50, bar P10 to P90", error_y=bars)
        figure.add_trace(dots.update(marker={"color": COLOUR, "size": 9}, legendgroup="dots"), row=row, col=1)
    else:
        for place, (x_band, y_band) in enumerate(_bands(shared["x"], low, high)):
            told = {"x": x_band, "y": y_band, "showlegend": row == 1 and place == 0}
            band = go.Scatter(told, mode="lines", line={"width": 0}, fill="toself", fillcolor=BAND, hoverinfo="skip")
            figure.add_trace(band.update(name="P10 to P90", legendgroup="band"), row=row, col=1)
        line = go.Scatter(shared, y=middle, mode="lines+markers", line={"color": COLOUR}, name="P50")
        figure.add_trace(line.update(legendgroup="line"), row=row, col=1)
    figure.update_xaxes(title_text=key, row=row, col=1, **({"type": "category"} if words else {}))
    figure.update_yaxes(title_text=rows["unit"].iloc[0], rangemode="tozero", row=row, col=1)


def _bands(
    x: Sequence[Any], low: Sequence[float | None], high: Sequence[float | None]
) -> list[tuple[list[Any], list[float | None]]]:
    """Return the outline of the band of every stretch in which both ends are finite.

    Examples
    --------
    >>> _bands([1, 2, 3, 4], [0.0, 0.1, 0.2, 0.3], [1.0, 1.1, None, 1.3])
    [([1, 2, 2, 1], [0.0, 0.1, 1.1, 1.0])]
    """
    stretches: list[list[int]] = [[]]
    for place, ends in enumerate(zip(low, high, strict=True)):
        if None in ends:
            stretches.append([])
        else:
            stretches[-1].append(place)
    return [
        ([x[i] for i in (*there, *there[::-1])], [low[i] for i in there] + [high[i] for i in there[::-1]])
        for there in stretches
        if len(there) > 1
    ]


def _colours(rows: "pd.DataFrame", top: float, height: float) -> dict[str, Any]:
    """Return the colour axis of one outcome, its bar beside a panel."""
    whole = [value for value in _drawn(rows["p50"]) if value is not None]
    bar = {"y": top, "yanchor": "top", "len": height, "title": "P50", "thickness": 14, "tickformat": ",~r"}
    return {"colorscale": "Viridis", "cmin": min(whole, default=0.0), "cmax": max(whole, default=1.0), "colorbar": bar}


def _heat_map(figure: "go.Figure", rows: "pd.DataFrame", across: str, up: str, row: int) -> None:
    """Add a heat map of P50 over two keys; hovering shows P10, P90 and the difference to the first point."""
    import plotly.graph_objects as go

    x, y = (list(dict.fromkeys(rows[key])) for key in (across, up))
    cells = {(one[across], one[up]): one for one in rows.to_dict("records")}
    ordered = [[cells[one, other] for one in x] for other in y]
    found = go.Heatmap(
        x=[_short(value) for value in x],
        y=[_short(value) for value in y],
        z=[[cell["p50"] if math.isfinite(cell["p50"]) else None for cell in line] for line in ordered],
        text=[[number(cell["p50"]) for cell in line] for line in ordered],
        texttemplate="%{text}",
        customdata=[[_hover(cell) for cell in line] for line in ordered],
        hovertemplate=f"{across} %{{x}}<br>{up} %{{y}}<br>%{{customdata}}<extra></extra>",
        coloraxis=f"coloraxis{row}",
    )
    figure.add_trace(found, row=row, col=1)
    for (one, other), cell in cells.items():
        if not math.isfinite(cell["p50"]):
            figure.add_annotation(x=x.index(one), y=y.index(other), text="never", showarrow=False, row=row, col=1)
    for update, title, values in ((figure.update_xaxes, across, x), (figure.update_yaxes, up, y)):
        words = [_short(value) for value in values]
        order = {"categoryorder": "array", "categoryarray": words, "range": [-0.5, len(words) - 0.5]}
        update(order, title_text=title, type="category", row=row, col=1)


def _hover(cell: dict[Any, Any]) -> str:
    return (
        f"P50 {number(cell['p50'])} {cell['unit']} (P10 {number(cell['p10'])}, P90 {number(cell['p90'])})<br>"
        f"against the first point {'+' if cell['difference'] > 0 else ''}{number(cell['difference'], '?')} "
        f"± {number(cell['standard_error'], '?')}"
    )
