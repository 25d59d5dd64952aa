"""Picture of an element balance: ribbons from the sea bed to oxides and losses, as wide as the mass that goes."""

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

# Okabe and Ito's colours, which people with any kind of colour blindness tell apart; words stand beside each anyway
COLOURS: Final = {
    "flow": "#0072b2",
    "product": "#009e73",
    "loss": "#d55e00",
    "held": "#8c8c8c",
    "reagent": "#cc79a7",
}
MEANING: Final = {
    "flow": "goes on",
    "product": "product",
    "loss": "lost",
    "held": "held at the end",
    "reagent": "reagent",
}
OPACITY: Final = 0.45  # of ribbons; places are opaque
ROW_PX: Final = 34  # height per place
LEAST_PX: Final = 520
HOVER: Final = (
    "%{source.label} → %{target.label}<br>%{customdata[0]}: P50 %{customdata[2]:,.4g} kg"
    "<br>P10 %{customdata[1]:,.4g} kg, P90 %{customdata[3]:,.4g} kg<br>mean %{customdata[4]:,.4g} kg<extra></extra>"
)


def sankey_figure(rows: "pd.DataFrame", element: str, head: str) -> "go.Figure":
    """Return a Sankey figure of the balance of one element.

    Parameters
    ----------
    rows : one row per way: source, target, kind (a key of `COLOURS`), low_kg, mass_kg, high_kg (P10, P50, P90 over
        replicates), mean_kg; as `twin.balance.frame` gives them. Without rows the picture says so.
    element : whose balance it is.
    head : title.

    Returns
    -------
    Ribbons as wide as the mean mass, which adds up; a button changes to the median. A place has the colour of what
    ends there.

    Notes
    -----
    Medians need not add up in a place, means do.
    """
    import plotly.graph_objects as go

    places = list(dict.fromkeys([*rows["source"], *rows["target"]]))
    number = {name: at for at, name in enumerate(places)}
    kinds = list(rows["kind"])
    ends = _kinds_of_places(rows)
    sankey = go.Sankey(
        arrangement="snap",
        textfont={"size": 10},
        valueformat=",.4g",
        valuesuffix=" kg",
        node={
            "label": places,
            "color": [COLOURS[ends[name]] for name in places],
            "pad": 18,
            "thickness": 14,
            "align": "left",
        },
        link={
            "source": [number[name] for name in rows["source"]],
            "target": [number[name] for name in rows["target"]],
            "value": rows["mean_kg"].tolist(),
            "color": [_faint(COLOURS[kind]) for kind in kinds],
            "customdata": _told(rows),
            "hovertemplate": HOVER,
        },
    )
    figure = go.Figure(sankey)
    figure.update_layout(
        title={"text": f"{head}<br><sup>{element} from the sea bed to oxide [kg, as element]</sup>", "x": 0.01},
        template="plotly_white",
        height=max(LEAST_PX, ROW_PX * len(places)),
        margin={"l": 20, "r": 20, "t": 110, "b": 60},
        annotations=_words(sorted(set(kinds), key=list(COLOURS).index), element),
        updatemenus=[_buttons(rows)] if len(rows) else [],
    )
    return figure


def _kinds_of_places(rows: "pd.DataFrame") -> dict[str, str]:
    """Return for each place the kind of what ends there; "reagent" where reagents begin, "flow" between the ends."""
    found = dict(zip(rows["target"], rows["kind"], strict=True)) | dict.fromkeys(rows["source"], "flow")
    begins = set(rows["source"]) - set(rows["target"])
    brought = set(rows.loc[rows["kind"] == "reagent", "source"]) & begins
    return found | dict.fromkeys(brought, "reagent")


def _told(rows: "pd.DataFrame") -> list[list[Any]]:
    figures = zip(rows["kind"], rows["low_kg"], rows["mass_kg"], rows["high_kg"], rows["mean_kg"], strict=True)
    return [[MEANING[kind], *values] for kind, *values in figures]


def _buttons(rows: "pd.DataFrame") -> dict[str, Any]:
    ways = (("mean: adds up", "mean_kg"), ("median of each way", "mass_kg"))
    return {
        "type": "buttons",
        "direction": "right",
        "x": 1.0,
        "xanchor": "right",
        "y": 1.0,
        "yanchor": "bottom",
        "pad": {"b": 12},
        "buttons": [
            {"label": label, "method": "restyle", "args": [{"link.value": [rows[column].tolist()]}]}
            for label, column in ways
        ],
    }


def _words(kinds: list[str], element: str) -> list[dict[str, Any]]:
    """Return one line under the picture: what each colour means, or that there is nothing."""
    keys = " &nbsp; ".join(f'<span style="color:{COLOURS[kind]}">■</span> {MEANING[kind]}' for kind in kinds)
    text = keys or f"no {element} leaves the sea bed in any replicate"
    place = {"x": 0.0, "y": 0.0, "xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "top", "yshift": -14}
    return [{"text": text, "showarrow": False, **place}]


def _faint(colour: str) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},{OPACITY})"
