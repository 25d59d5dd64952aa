"""The maps of a plume study as one page: pickers for level and view, the maps, contact with zones."""

import math
from collections.abc import Sequence
from html import escape
from typing import Final

from dashboards.figures.environment import (
    FAINT,
    INK,
    ZONE_LINES,
    PlumeMaps,
    View,
    plume_figures,
    plume_view,
    whole_view,
)
from ops_data.units import METRES_PER_KM
from twin.environment.zone_check import PlacedZone, ZoneContact

LEVELS: Final = "screening level, not a rule"
HEADINGS: Final = {
    "highest": "Highest concentration (mg/L)",
    "hours": "Hours above",
    "concentration_probability": "Probability (%) of more than",
    "deposit": "Deposit (mm)",
    "deposit_probability": "Probability (%) of more than",
}
PICKED: Final = {"hours": "water", "concentration_probability": "water", "deposit_probability": "bed"}
KIND_WORDS: Final = {"PRZ": "preservation reference zone", "IRZ": "impact reference zone", "other": "other zone"}
DASHES: Final = {"solid": "solid", "dash": "dashed", "dot": "dotted"}
STYLE: Final = f"""
body {{ margin: 0 auto; max-width: 1400px; padding: 12px 16px 32px; color: {INK};
  font: 15px/1.45 system-ui, "Segoe UI", "Helvetica Neue", Arial, sans-serif; }}
h1 {{ font-size: 22px; margin: 8px 0 4px; }}
h2 {{ font-size: 16px; margin: 12px 0 0; }}
p, small {{ color: {FAINT}; }}
p {{ margin: 4px 0; }}
.pickers {{ display: flex; flex-wrap: wrap; gap: 6px 24px; padding: 10px 0; position: sticky; top: 0; z-index: 2;
  background: white; border-bottom: 1px solid #e3e8ee; }}
select {{ font: inherit; padding: 3px 6px; max-width: 100%; }}
.maps, .cards {{ display: grid; gap: 8px 24px; grid-template-columns: minmax(0, 1fr); }}
.cards {{ grid-template-columns: repeat(auto-fill, minmax(min(100%, 330px), 1fr)); gap: 16px 32px; margin-top: 8px; }}
@media (min-width: 860px) {{ .maps {{ grid-template-columns: repeat(2, minmax(0, 1fr)); }} }}
.plot {{ height: min(560px, 118vw); }}
.key {{ display: inline-block; margin-right: 16px; color: {INK}; }}
.line {{ display: inline-block; width: 26px; margin-right: 6px; vertical-align: middle; }}
.dot {{ display: inline-block; width: 6px; height: 6px; margin-right: 6px; border: 1px solid {INK};
  border-radius: 50%; }}
table {{ border-collapse: collapse; margin-top: 4px; width: 100%; }}
th, td {{ text-align: left; white-space: nowrap; padding: 3px 12px 3px 0; border-bottom: 1px solid #e3e8ee; }}
td.number, th.number {{ text-align: right; padding-right: 0; font-variant-numeric: tabular-nums; }}
"""
BUTTONS: Final = ["zoom2d", "pan2d", "zoomIn2d", "zoomOut2d", "resetScale2d", "toImage"]
CONFIG: Final = {"responsive": True, "displaylogo": False, "modeBarButtons": [BUTTONS]}
SCRIPT: Final = """
function pick(select) {
  const chosen = select.selectedIndex, words = select.options[chosen].text;
  for (const section of document.querySelectorAll("section[data-picker='" + select.id + "']")) {
    section.querySelector(".level").textContent = words;
    const traces = [...Array(2 * select.length).keys()];  // a map for each level, then a remark for each
    const visible = traces.map(trace => trace % select.length === chosen);
    Plotly.restyle(section.querySelector(".js-plotly-plot"), {visible}, traces);
  }
}
function look(select) {
  const [west, east, south, north] = JSON.parse(select.value);
  for (const plot of document.querySelectorAll(".js-plotly-plot"))
    Plotly.relayout(plot, {"xaxis.range": [west, east], "yaxis.range": [south, north]});
}
"""


def environment_page(maps: PlumeMaps) -> str:
    """Return one page that needs nothing else: the maps beside each other, or below each other on a narrow screen.

    Parameters
    ----------
    maps : what to draw.
    """
    from plotly.offline import get_plotlyjs

    figures = plume_figures(maps)
    plots = {
        name: figure.to_html(
            full_html=False, include_plotlyjs=False, div_id=f"map-{name}", default_height="100%", config=CONFIG,
        )
        for name, figure in figures.items()
    }  # fmt: skip
    sections = "\n".join(_section(maps, name, plot) for name, plot in plots.items())
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(maps.title)}</title><style>{STYLE}</style><script>{get_plotlyjs()}</script></head><body>
<h1>{escape(maps.title)}</h1>
<p>{escape(maps.note)}</p>
<p>Above background. {_members(maps)} Every level here is a <b>{LEVELS}</b>.</p>
{_pickers(maps)}
<p>{_keys(maps)}</p>
<div class="maps">
{sections}
</div>
{_contacts(maps)}
<script>{SCRIPT}</script></body></html>
"""


def _members(maps: PlumeMaps) -> str:
    count = f"{maps.members} member" + "s" * (maps.members != 1)
    return f"Highest concentration and deposit: {escape(maps.statistic)} of {count}, cell by cell; hours: their mean."


def _section(maps: PlumeMaps, name: str, plot: str) -> str:
    picker = PICKED.get(name)
    if picker is None:
        return f'<section><h2>{HEADINGS[name]}</h2><div class="plot">{plot}</div></section>'
    levels = _levels(maps, picker)
    level = f'<span class="level">{levels[0] if levels else "–"}</span>'
    head = f"<h2>{HEADINGS[name]} {level} <small>{LEVELS}</small></h2>"
    return f'<section data-picker="{picker}">{head}<div class="plot">{plot}</div></section>'


def _levels(maps: PlumeMaps, picker: str) -> list[str]:
    if picker == "water":
        return [f"{level:g} mg/L" for level in maps.concentration_levels_mg_l]
    return [f"{level:g} mm deposit" for level in maps.deposit_levels_mm]


def _pickers(maps: PlumeMaps) -> str:
    views = [("holes and plume", plume_view(maps)), ("whole grid, with zones", whole_view(maps))]
    water, bed = ("".join(f"<option>{level}</option>" for level in _levels(maps, name)) for name in ("water", "bed"))
    seen = "".join(f'<option value="{_corners(view)}">{name}</option>' for name, view in views)
    return (
        '<div class="pickers">'
        f'<label>concentration <select id="water" onchange="pick(this)">{water}</select></label>'
        f'<label>deposit <select id="bed" onchange="pick(this)">{bed}</select></label>'
        f'<label>view <select id="view" onchange="look(this)">{seen}</select></label>'
        "</div>"
    )


def _corners(view: View) -> str:
    return f"[{view.west:.4f}, {view.east:.4f}, {view.south:.4f}, {view.north:.4f}]"


def _keys(maps: PlumeMaps) -> str:
    """Return what dots and lines mean, and which zones the first view leaves out."""
    keys = ['<span class="key"><span class="dot"></span>holes</span>']
    keys.append(f'<span class="key">{_line(INK, "solid", 1)}screening levels</span>')
    for kind in dict.fromkeys(zone.kind for zone in maps.zones):
        colour, dash = ZONE_LINES[kind]
        keys.append(f'<span class="key">{_line(colour, DASHES[dash], 2)}{KIND_WORDS[kind]}</span>')
    view, beyond = plume_view(maps), []
    for zone in maps.zones:
        x_km, y_km = (value / METRES_PER_KM for value in zone.outlines_m[0].T)
        out = x_km.min() > view.east or x_km.max() < view.west or y_km.min() > view.north or y_km.max() < view.south
        beyond += [escape(zone.name)] * bool(out)
    said = f"<br>Beyond the view of holes and plume: {', '.join(beyond)}." if beyond else ""
    return " ".join(keys) + said


def _line(colour: str, dash: str, width: int) -> str:
    return f'<span class="line" style="border-top: {width}px {dash} {colour}"></span>'


def _contacts(maps: PlumeMaps) -> str:
    """Return a card for each zone."""
    if not maps.zones:
        return "<h2>Contact with zones</h2><p>No zones were given.</p>"
    cards = "\n".join(_card(zone, [one for one in maps.contacts if one.zone == zone.name]) for zone in maps.zones)
    told = (
        "Touched: in at least one member, the level is exceeded somewhere in the zone. Beside the share of the members "
        "stands the probability that so few members cannot rule out (at 95 %)."
    )
    return f'<h2>Contact with zones</h2><p>{told}</p><div class="cards">{cards}</div>'


def _card(zone: PlacedZone, contacts: Sequence[ZoneContact]) -> str:
    rows = "".join(_row(one) for one in contacts)
    head = '<tr><th>more than</th><th>touched</th><th class="number">probability</th></tr>'
    return f"<div><b>{escape(zone.name)}</b> <small>{KIND_WORDS[zone.kind]}</small><table>{head}{rows}</table></div>"


def _row(one: ZoneContact) -> str:
    what = f"{one.level:g} {one.unit}{' deposit' if one.quantity == 'deposit' else ''}"
    share = "–" if math.isnan(one.probability) else f"{one.probability:.1%}"
    return (
        f"<tr><td>{what}</td><td>{'<b>yes</b>' if one.touches else 'no'}</td>"
        f'<td class="number">{share} <small>up to {one.at_most:.1%}</small></td></tr>'
    )
