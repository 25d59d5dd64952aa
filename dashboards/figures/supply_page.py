"""A supply study as one page: a section for each picture, with a picker where it has several views."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Final

from dashboards.figures.environment_page import BUTTONS, STYLE
from dashboards.figures.supply import (
    contribution_figure,
    demand_figure,
    dependency_figure,
    drivers_figure,
    kpi_figure,
    logistics_figure,
    views,
)
from dashboards.figures.supply_paths import cash_flow_figure, price_figure, shock_figure
from twin.indicators.words import number

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

CONFIG: Final = {"responsive": True, "displaylogo": False, "modeBarButtons": [BUTTONS], "displayModeBar": False}
OWN_STYLE: Final = f"""{STYLE}
body {{ max-width: 980px; }}
section {{ margin-top: 26px; border-top: 1px solid #e3e8ee; padding-top: 6px; }}
label {{ display: inline-block; margin: 6px 0; }}
.verdict {{ display: inline-block; border-radius: 3px; padding: 0 6px; margin-right: 6px; color: white;
  font-size: 13px; }}
.conflict {{ background: #b34700; }} .consistent {{ background: #007a5a; }} .note {{ background: #5b6b7a; }}
li {{ margin: 4px 0; }}
"""
SCRIPT: Final = """
function pick(select) {
  const plot = select.closest("section").querySelector(".js-plotly-plot");
  Plotly.restyle(plot, {visible: plot.data.map(trace => !trace.meta || trace.meta === select.value)});
}
"""


@dataclass(frozen=True, eq=False)
class SupplyPictures:
    """What the page shows; frames are tables of the study, with or without rows.

    Attributes
    ----------
    title : of the page.
    notes : sentences below it: runs, draws, what the readings mean.
    demand_t : present demand of Japan by element [t/yr].
    indicators, drivers, demand, dependency, shock_months, weights, cash_flow, prices, kpis, conflicts, logistics :
        rows of the tables of these names.
    cautions : what a reader must know, at the end.
    """

    title: str
    notes: Sequence[str]
    demand_t: Mapping[str, float]
    indicators: "pd.DataFrame"
    drivers: "pd.DataFrame"
    demand: "pd.DataFrame"
    dependency: "pd.DataFrame"
    shock_months: "pd.DataFrame"
    weights: "pd.DataFrame"
    cash_flow: "pd.DataFrame"
    prices: "pd.DataFrame"
    kpis: "pd.DataFrame"
    conflicts: "pd.DataFrame"
    logistics: "pd.DataFrame"
    cautions: Sequence[str]


@dataclass(frozen=True)
class _Section:
    """One section: its name, heading, text, what its views are called, whether it has rows, and its picture."""

    name: str
    heading: str
    text: str
    picked: str
    rows: int
    draw: "Callable[[], go.Figure]"


def supply_page(pictures: SupplyPictures) -> str:
    """Return one page that needs nothing else; on a narrow screen its pictures are as wide as the screen.

    Parameters
    ----------
    pictures : what to draw. A section whose table has no rows says so.
    """
    from plotly.offline import get_plotlyjs

    sections = "\n".join(_section(one) for one in _sections(pictures))
    notes = "\n".join(f"<p>{escape(line)}</p>" for line in pictures.notes)
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(pictures.title)}</title><style>{OWN_STYLE}</style><script>{get_plotlyjs()}</script></head><body>
<h1>{escape(pictures.title)}</h1>
{notes}
{sections}
{_conflicts(pictures.conflicts)}
{_cautions(pictures.cautions)}
<script>{SCRIPT}</script></body></html>
"""


def _sections(seen: SupplyPictures) -> list[_Section]:
    """Return the sections in their order."""
    fill = seen.shock_months[seen.shock_months["series"] == "fill_rate"]
    shares = seen.dependency[seen.dependency["measure"] == "china_share"]
    given = seen.indicators[seen.indicators["name"] == "contribution_element_t"]
    return [
        _Section("contribution", "What the mud contributes", CONTRIBUTION, "", len(given),
                 lambda: contribution_figure(seen.indicators, seen.demand_t)),
        _Section("drivers", "What the spread comes from", DRIVERS, "mass basis", len(seen.drivers),
                 lambda: drivers_figure(seen.drivers)),
        _Section("demand", "Japan’s demand by sector", DEMAND, "element", len(seen.demand),
                 lambda: demand_figure(seen.demand)),
        _Section("dependency", "Share that comes from China", DEPENDENCY, "basis", len(shares),
                 lambda: dependency_figure(seen.dependency)),
        _Section("shock", "A shock month by month", SHOCK, "sector", len(fill),
                 lambda: shock_figure(fill, seen.weights)),
        _Section("cash", "Cash of the projects", CASH, "project", len(seen.cash_flow),
                 lambda: cash_flow_figure(seen.cash_flow)),
        _Section("prices", "Price worlds", PRICES, "element", len(seen.prices), lambda: price_figure(seen.prices)),
        _Section("kpis", "Targets of published roadmaps", KPIS, "", len(seen.kpis), lambda: kpi_figure(seen.kpis)),
        _Section("logistics", "Licences, sea and customs", LOGISTICS, "source", len(seen.logistics),
                 lambda: logistics_figure(seen.logistics)),
    ]  # fmt: skip


CONTRIBUTION: Final = (
    "Tonnes of element, not of oxide: dot P50, bar P10 to P90, on an axis of powers of ten. The same target read as "
    "wet and as dry tonnes, in two runs. The last panel is an extrapolation and says nothing of what was simulated."
)
DRIVERS: Final = (
    "Shares of the variance of the logarithm of a year at the target rate, over present demand where known."
)
DEMAND: Final = "Medians over the draws. Elements without a published demand figure are not drawn."
DEPENDENCY: Final = (
    "By element or group and stage, medians. Direct: who sold it. Origin-adjusted: where its ore was mined and its "
    "steps were done. There is no single number."
)
SHOCK: Final = "Line: median of the draws; band: P10 to P90. Every shock is shown under each rule of sharing out."
CASH: Final = "Medians of each line by year, nominal; medians need not add up."
PRICES: Final = "Line: median; band: P10 to P90 of the draws."
KPIS: Final = "In the last year of each target line. Dashed: the target. Whether more or less is wanted depends on it."
LOGISTICS: Final = (
    "Told in the month in which a time ended. Simulated unless the source says own records; no live data are shown."
)


def _section(one: _Section) -> str:
    head = f'<section id="{one.name}"><h2>{one.heading}</h2><p>{one.text}</p>'
    if not one.rows:
        return f"{head}<p><b>This study has none.</b></p></section>"
    figure = one.draw()
    plot = figure.to_html(
        full_html=False, include_plotlyjs=False, div_id=f"plot-{one.name}", default_width="100%", config=CONFIG,
        default_height=f"{figure.layout.height}px",
    )  # fmt: skip
    told = views(figure)
    picker = ""
    if len(told) > 1:
        options = "".join(f'<option value="{escape(name)}">{escape(name)}</option>' for name in told)
        picker = f'<label>{one.picked} <select onchange="pick(this)">{options}</select></label>'
    return f"{head}{picker}{plot}</section>"


def _conflicts(conflicts: "pd.DataFrame") -> str:
    """Return the claims that were held against each other or the data, contradictions first."""
    head = '<section id="conflicts"><h2>Targets and claims against each other</h2>'
    order = {"conflict": 0, "consistent": 1, "note": 2}
    rows = sorted(conflicts.to_dict("records"), key=lambda one: order[one["verdict"]])
    lines = "".join(
        f'<li><span class="verdict {one["verdict"]}">{one["verdict"]}</span>{escape(one["statement"])}'
        f" <small>{number(one['left'], '–')} against {number(one['right'], '–')} {escape(one['unit'])}</small></li>"
        for one in rows
    )
    return f"{head}<ul>{lines}</ul></section>" if rows else f"{head}<p><b>This study has none.</b></p></section>"


def _cautions(cautions: Sequence[str]) -> str:
    lines = "".join(f"<li>{escape(line)}</li>" for line in cautions)
    return f'<section id="cautions"><h2>How sure</h2><ul>{lines}</ul></section>'
