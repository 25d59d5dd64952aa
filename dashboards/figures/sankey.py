"""Picture of an element balance: bands from the sea bed down to oxides, as wide as the mass that goes, losses aside."""

import textwrap
from html import escape
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from dashboards.figures.ranges import told
from dashboards.figures.sankey_layout import Band, Layout, Place, Way, layout
from dashboards.theme import BLUE, GREEN, GREY, INK, ORANGE, PURPLE, faint, laid_out
from dashboards.words import Words
from ops_data.reference.japanese import title

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

COLOURS: Final = {"flow": BLUE, "product": GREEN, "loss": ORANGE, "held": GREY, "reagent": PURPLE}
OF_PLACES: Final = 0.5  # opacity
OF_BANDS: Final = 0.25
BAR: Final = 0.42  # height of a place; rows are 1 apart
ROW_PX: Final = 46  # from row to row, more where many ways end
LINE_PX: Final = 15
SIDE_PX: Final = 146  # right of the bands, for the names of what ends
SIDE_LETTERS: Final = {"en": 19, "ja": 9}
TOP_PX: Final = 44
HEAD_PX: Final = 56
BOTTOM_PX: Final = 14
KEYS_IN_A_LINE: Final = 3
CURVE: Final = np.linspace(0.0, 1.0, 13)
FREE: Final[dict[str, Any]] = {"showarrow": False, "align": "left"}


def sankey_figure(rows: "pd.DataFrame", element: str, words: Words) -> "go.Figure":
    """Return the balance of one element as bands.

    Parameters
    ----------
    rows : one row per way: source, target, kind (a key of `COLOURS`), low_kg, mass_kg, high_kg (P10, P50, P90 over
        replicates), mean_kg; as `twin.balance.frame` gives them. Without rows the picture says so.
    element : whose balance it is.
    words : language.

    Returns
    -------
    One trace per way, named "source → target" and as wide as the mean mass, which adds up in every place as medians
    need not; then the places. What ends is named at the right, with its share of what left the sea bed.
    """
    import plotly.graph_objects as go

    named = (rows[name].astype(str) for name in ("source", "target", "kind"))
    masses = rows["mean_kg"].tolist()
    ways = [Way(source, target, kind, kg) for source, target, kind, kg in zip(*named, masses, strict=True)]
    drawn = layout(ways)
    bed_kg = sum(one.mass_kg for one in drawn.places if one.row == 0 and one.kind == "flow")
    said = [_said(one, bed_kg, words) for one in drawn.places]
    beside = [_beside(drawn, said, row, words) for row in range(drawn.rows)]
    hovers = _hovers(rows, words)
    figure = go.Figure([_band(band, hover) for band, hover in zip(drawn.bands, hovers, strict=True)])
    figure.add_trace(_places(drawn, said, words))
    texts = [_within(one, text) for one, text in zip(drawn.places, said, strict=True) if one.kind == "flow"]
    texts += [_beside_row(lines, -row) for row, lines in enumerate(beside) if lines]
    figure.update_layout(annotations=[*texts, _keys(rows, element, words)])
    _lay_out(figure, drawn.rows, [len(lines) for lines in beside])
    return figure


def headed(figure: "go.Figure", head: str, element: str, words: Words) -> "go.Figure":
    """Give the figure a title, for a page that holds nothing else."""
    below = words("processing.sankey.below", {"element": element})
    figure.update_layout(
        title={"text": f"{escape(head, quote=False)}<br><sup>{below}</sup>", "x": 0.01, "y": 0.98, "yanchor": "top"},
        height=figure.layout.height + HEAD_PX,
        margin={"t": TOP_PX + HEAD_PX},
    )
    return figure


def _said(one: Place, bed_kg: float, words: Words) -> str:
    name = title("place", one.name, words.lang)
    return f"{name} {words.percent(one.mass_kg / bed_kg)}" if bed_kg else name


def _band(band: Band, hover: str) -> "go.Scatter":
    """Return one band: straight down at both ends."""
    import plotly.graph_objects as go

    bend = CURVE * CURVE * (3.0 - 2.0 * CURVE)
    left = band.from_left + (band.to_left - band.from_left) * bend
    down = -(band.from_row + BAR / 2.0 + (band.to_row - band.from_row - BAR) * CURVE)
    return go.Scatter(
        x=np.concatenate([left, (left + band.width)[::-1]]), y=np.concatenate([down, down[::-1]]),
        mode="lines", line={"width": 0.5, "color": faint(COLOURS[band.way.kind], OF_PLACES)}, fill="toself",
        fillcolor=faint(COLOURS[band.way.kind], OF_BANDS), hoveron="fills", text=hover, hoverinfo="text",
        name=f"{band.way.source} → {band.way.target}".replace("\n", " "), showlegend=False,
    )  # fmt: skip


def _places(drawn: Layout, said: list[str], words: Words) -> "go.Bar":
    import plotly.graph_objects as go

    kinds = [one.kind for one in drawn.places]
    hover = words("processing.sankey.place", {"place": "%{customdata[0]}", "mass": "%{customdata[1]}"})
    return go.Bar(
        orientation="h",
        base=[one.left for one in drawn.places],
        x=[one.width for one in drawn.places],
        y=[-one.row for one in drawn.places],
        width=BAR,
        marker={
            "color": [faint(COLOURS[kind], OF_PLACES) for kind in kinds],
            "line": {"color": [COLOURS[kind] for kind in kinds], "width": 1},
        },
        customdata=[[text, words.number(one.mass_kg)] for one, text in zip(drawn.places, said, strict=True)],
        hovertemplate=f"{hover}<extra></extra>",
        name="places",
        showlegend=False,
    )


def _hovers(rows: "pd.DataFrame", words: Words) -> list[str]:
    names = {"low_kg": "low", "mass_kg": "value", "high_kg": "high", "mean_kg": "mean"}
    found = []
    for row in rows.to_dict("records"):
        fill = told(words, {name: row[column] for column, name in names.items()})
        fill |= {end: title("place", str(row[end]), words.lang) for end in ("source", "target")}
        fill["kind"] = title("balance_kind", str(row["kind"]), words.lang)
        found.append(words("processing.sankey.way", fill))
    return found


def _beside(drawn: Layout, said: list[str], row: int, words: Words) -> list[str]:
    """Return the lines beside a row: what ends or comes in there, largest first."""
    found: list[str] = []
    for one, text in zip(drawn.places, said, strict=True):
        if one.row == row and one.kind != "flow":
            first, *others = _wrapped(text, words)
            mark = f'<span style="color:{COLOURS[one.kind]}">■</span>'
            found += [f"{mark} {first}", *(f"&nbsp;&nbsp;&nbsp;{line}" for line in others)]
    return found


def _wrapped(text: str, words: Words) -> list[str]:
    """Return a text in lines that fit beside the bands; a percentage is not parted from its sign."""
    whole = text.replace(" %", "\u00a0%")
    most = SIDE_LETTERS[words.lang]
    if words.lang == "en" or len(whole) <= most + len("1 %"):  # digits are half as wide
        return textwrap.wrap(whole, most + (len("1 %") if words.lang == "ja" else 0))
    name, _, share = whole.partition(" ")
    return [*textwrap.wrap(name, most), share]


def _within(one: Place, text: str) -> dict[str, Any]:
    place = {"x": one.left, "y": -one.row, "xanchor": "left", "yanchor": "middle", "xshift": 2}
    return FREE | place | {"text": text, "font": {"size": 12, "color": INK}}


def _beside_row(lines: list[str], y: float) -> dict[str, Any]:
    place = {"xref": "paper", "x": 1.0, "xanchor": "left", "xshift": 4, "y": y + BAR / 2.0, "yanchor": "top"}
    return FREE | place | {"yshift": 4, "text": "<br>".join(lines), "font": {"size": 11.5, "color": INK}}


def _keys(rows: "pd.DataFrame", element: str, words: Words) -> dict[str, Any]:
    """Return what each colour means, above the picture, or that there is nothing."""
    kinds = [kind for kind in COLOURS if kind in set(rows["kind"])]
    keys = [f'<span style="color:{COLOURS[kind]}">■</span> {title("balance_kind", kind, words.lang)}' for kind in kinds]
    parts = [" &nbsp; ".join(keys[at : at + KEYS_IN_A_LINE]) for at in range(0, len(keys), KEYS_IN_A_LINE)]
    text = "<br>".join(parts) or words("processing.sankey.nothing", {"element": element})
    place = {"xref": "paper", "yref": "paper", "x": 0.0, "xanchor": "left", "y": 1.0, "yanchor": "bottom", "yshift": 6}
    return FREE | place | {"text": text}


def _lay_out(figure: "go.Figure", rows: int, beside: list[int]) -> None:
    """Give each row the height that the lines beside it need."""
    row_px = max([ROW_PX, *(LINE_PX * count + 4 for count in beside[:-1])])
    below_px = max(BOTTOM_PX, LINE_PX * (beside[-1] if beside else 0) - row_px // 2 + 8)
    laid_out(figure, round(TOP_PX + row_px * max(rows, 1) + below_px))
    figure.update_layout(
        margin={"l": 6, "r": SIDE_PX, "t": TOP_PX, "b": below_px},
        xaxis={"visible": False, "range": [-0.005, 1.005], "fixedrange": True},
        yaxis={"visible": False, "range": [-rows + 0.5 + BAR / 4.0, BAR / 2.0 + 0.02], "fixedrange": True},
        bargap=0.0, barmode="overlay", dragmode=False,
    )  # fmt: skip
