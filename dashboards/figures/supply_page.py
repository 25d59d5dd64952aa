"""A supply study as one page: a section for each picture, with a picker where it has several views."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Final

from dashboards.figures.environment_page import BUTTONS, STYLE
from dashboards.figures.supply import contribution_figure, drivers_figure
from dashboards.figures.supply_origins import SHARE, demand_figure, dependency_figure
from dashboards.figures.supply_parts import cells_of, views
from dashboards.figures.supply_paths import (
    OWN,
    cash_flow_figure,
    lead_times_figure,
    price_figure,
    records_figure,
    shock_figure,
)
from dashboards.figures.supply_targets import kpi_figure
from dashboards.words import Words, read_words
from twin.supply_sentences import demand_now_t, extrapolated_sentence, how_sure, runs_sentence
from twin.supply_view import SupplyView
from twin.supply_words import figure, told_in

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

CONFIG: Final = {"responsive": True, "displaylogo": False, "modeBarButtons": [BUTTONS], "displayModeBar": False}
OWN_STYLE: Final = f"""{STYLE}
body {{ max-width: 980px; }}
section {{ margin-top: 26px; border-top: 1px solid #e3e8ee; padding-top: 6px; }}
label {{ display: inline-block; margin: 6px 0; max-width: 100%; }}
select {{ max-width: 100%; }}
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


@dataclass(frozen=True)
class _Section:
    """One section: its name, heading, text, what its views are called, whether it has rows, and its picture."""

    name: str
    heading: str
    text: str
    picked: str
    rows: int
    draw: "Callable[[], go.Figure]"


def supply_page(view: SupplyView) -> str:
    """Return one page that needs nothing else; on a narrow screen its pictures are as wide as the screen.

    Parameters
    ----------
    view : the study. A section whose table has no rows says so.
    """
    from plotly.offline import get_plotlyjs

    title = f"{view.title}: what the mud is to Japan’s supply"
    sections = "\n".join(_section(one) for one in _sections(view, read_words("en")))
    notes = "\n".join(f"<p>{escape(line)}</p>" for line in (runs_sentence(view), extrapolated_sentence(view)))
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title><style>{OWN_STYLE}</style><script>{get_plotlyjs()}</script></head><body>
<h1>{escape(title)}</h1>
{notes}
{sections}
{_conflicts(view.table("supply_conflicts"))}
{_cautions(list(how_sure(view)))}
<script>{SCRIPT}</script></body></html>
"""


def _sections(view: SupplyView, words: Words) -> list[_Section]:
    """Return the sections in their order."""
    names = ("drivers", "demand", "dependency", "shock_months", "cash_flow", "prices", "kpis", "logistics")
    tables = {name: view.table(f"supply_{name}") for name in names}
    months, shares, given = tables["shock_months"], tables["dependency"], view.table("indicators")
    months = months[months["series"] == "fill_rate"]
    shares = shares[shares["measure"] == SHARE]
    given = given[given["name"] == "contribution_element_t"]
    counted = sorted({(int(year), str(basis)) for year, basis in cells_of(shares, "year", "basis")})
    times = tables["logistics"]
    own = times[times["origin"] == OWN]
    told = [_Section("records", "Your own records", RECORDS, "", len(own), lambda: records_figure(own, words))]
    return [
        _Section("contribution", "What the mud contributes", CONTRIBUTION, "", len(given),
                 lambda: contribution_figure(given, demand_now_t(view), words)),
        _Section("drivers", "What the spread comes from", DRIVERS, "", len(tables["drivers"]),
                 lambda: drivers_figure(tables["drivers"], words)),
        _Section("demand", "Japan’s demand by sector", DEMAND, "element", len(tables["demand"]),
                 lambda: demand_figure(tables["demand"], words)),
        _Section("dependency", "Share that comes from China", DEPENDENCY, "basis", len(shares),
                 lambda: dependency_figure(shares, words, [(basis, year) for year, basis in counted])),
        _Section("shock", "A shock month by month", SHOCK, "sector", len(months),
                 lambda: shock_figure(months, view.table("supply_weights"), words)),
        _Section("cash", "Cash of the projects", CASH, "project", len(tables["cash_flow"]),
                 lambda: cash_flow_figure(tables["cash_flow"], words)),
        _Section("prices", "Price worlds", PRICES, "element", len(tables["prices"]),
                 lambda: price_figure(tables["prices"], words)),
        _Section("kpis", "Targets of published roadmaps", KPIS, "", len(tables["kpis"]),
                 lambda: kpi_figure(tables["kpis"], words)),
        _Section("logistics", "Licences, sea and customs", LOGISTICS, "", len(times) - len(own),
                 lambda: lead_times_figure(times, words)),
        *(told if len(own) else []),
    ]  # fmt: skip


CONTRIBUTION: Final = (
    "Tonnes of element, not of oxide: dot P50, bar P10 to P90, on an axis of powers of ten. The same target read as "
    "wet and as dry tonnes, in two runs. The pilot's mud times a number is arithmetic; the run at full scale is "
    "another simulation, with other gear, on its own basis."
)
DRIVERS: Final = (
    "Shares of the variance of the logarithm of a year at the target rate, over present demand where known."
)
DEMAND: Final = "Medians over the draws. Elements without a published demand figure are not drawn."
DEPENDENCY: Final = (
    "By element or group and stage, medians. Direct: the country of the last step, as customs count. Origin-adjusted: "
    "what passed through China at that stage or any earlier one. There is no single number."
)
SHOCK: Final = "Line: median of the draws; band: P10 to P90. Every shock is shown under each rule of sharing out."
CASH: Final = "Before financing. Medians of each line by year, constant money; medians need not add up."
PRICES: Final = "Line: median; band: P10 to P90 of the draws."
KPIS: Final = "In the last year of each target line. Dashed: the target. Whether more or less is wanted depends on it."
LOGISTICS: Final = (
    "Medians by month since the shock began, told in the month in which a time ended. Simulated, not live."
)
RECORDS: Final = "From the file that was given, told in the month in which a time ended."


def _section(one: _Section) -> str:
    head = f'<section id="{one.name}"><h2>{one.heading}</h2><p>{one.text}</p>'
    if not one.rows:
        return f"{head}<p><b>This study has none.</b></p></section>"
    drawn = one.draw()
    plot = drawn.to_html(
        full_html=False, include_plotlyjs=False, div_id=f"plot-{one.name}", default_width="100%", config=CONFIG,
        default_height=f"{drawn.layout.height}px",
    )  # fmt: skip
    told = views(drawn)
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
        f" <small>{escape(_sides(one['left'], one['right'], one['unit']))}</small></li>"
        for one in rows
    )
    return f"{head}<ul>{lines}</ul></section>" if rows else f"{head}<p><b>This study has none.</b></p></section>"


def _sides(left: float, right: float, unit: str) -> str:
    """Return what is compared; nothing where nothing is known."""
    (first, words), (second, _) = told_in(left, unit), told_in(right, unit)
    return "" if math.isnan(left) and math.isnan(right) else f"{figure(first)} against {figure(second)} {words}"


def _cautions(cautions: Sequence[str]) -> str:
    lines = "".join(f"<li>{escape(line)}</li>" for line in cautions)
    return f'<section id="cautions"><h2>How sure</h2><ul>{lines}</ul></section>'
