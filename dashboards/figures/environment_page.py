"""The maps of a plume study as one page: pickers for level and view, the maps, contact with zones."""

import math
from collections.abc import Sequence
from html import escape
from typing import Final

from dashboards.figures.environment import keys, plume_figures
from dashboards.figures.environment_layers import BY_LEVEL, OF_WHAT, Atlas, Quantity, View, beyond
from dashboards.theme import FAINT, INK
from dashboards.words import Words
from ops_data.reference.japanese import title as term
from twin.environment.zone_check import PlacedZone, ZoneContact

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


def environment_page(drawn: Atlas, title: str, note: str, words: Words) -> str:
    """Return one page that needs nothing else: the maps beside each other, or below each other on a narrow screen.

    Parameters
    ----------
    drawn : all maps.
    title, note : above the page; the note is one or two sentences.
    words : language.
    """
    from plotly.offline import get_plotlyjs

    plots = {
        name: figure.to_html(
            full_html=False, include_plotlyjs=False, div_id=f"map-{name}", default_height="100%", config=CONFIG,
        )
        for name, figure in plume_figures(drawn, words).items()
    }  # fmt: skip
    sections = "\n".join(_section(drawn, name, plot, words) for name, plot in plots.items())
    of_members = {"statistic": drawn.statistic, "count": str(drawn.members)}
    return f"""<!DOCTYPE html>
<html lang="{words.lang}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title><style>{STYLE}</style><script>{get_plotlyjs()}</script></head><body>
<h1>{escape(title)}</h1>
<p>{escape(note)}</p>
<p>{words("environment.map.statistic", of_members)} {words("environment.not_a_rule")}</p>
{_pickers(drawn, words)}
<p>{_keys(drawn, words)}</p>
<div class="maps">
{sections}
</div>
{_contacts(drawn, words)}
<script>{SCRIPT}</script></body></html>
"""


def _section(drawn: Atlas, name: Quantity, plot: str, words: Words) -> str:
    heading, of_what = words(f"environment.heading.{name}"), OF_WHAT[name]
    if name not in BY_LEVEL:
        return f'<section><h2>{heading}</h2><div class="plot">{plot}</div></section>'
    levels = _levels(drawn, of_what, words)
    level = f'<span class="level">{levels[0] if levels else "–"}</span>'
    head = f"<h2>{heading} {level} <small>{words('environment.screening')}</small></h2>"
    return f'<section data-picker="{of_what}">{head}<div class="plot">{plot}</div></section>'


def _levels(drawn: Atlas, of_what: str, words: Words) -> list[str]:
    return [words(f"environment.level.{of_what}", {"level": f"{level:g}"}) for level in drawn.levels[of_what]]


def _pickers(drawn: Atlas, words: Words) -> str:
    parts = []
    for of_what in drawn.levels:
        options = "".join(f"<option>{level}</option>" for level in _levels(drawn, of_what, words))
        label = words(f"environment.control.{of_what}")
        parts.append(f'<label>{label} <select id="{of_what}" onchange="pick(this)">{options}</select></label>')
    views = (("plume", drawn.near), ("grid", drawn.whole))
    seen = "".join(
        f'<option value="{_corners(view)}">{words(f"environment.look.{name}")}</option>' for name, view in views
    )
    label = words("environment.control.look")
    parts.append(f'<label>{label} <select id="view" onchange="look(this)">{seen}</select></label>')
    return f'<div class="pickers">{"".join(parts)}</div>'


def _corners(view: View) -> str:
    return f"[{view.west:.4f}, {view.east:.4f}, {view.south:.4f}, {view.north:.4f}]"


def _keys(drawn: Atlas, words: Words) -> str:
    """Return what dots and lines mean, and which zones the first view leaves out."""
    parts = [f'<span class="key"><span class="dot"></span>{words("environment.map.hole")}</span>']
    for colour, dash, name in keys(list(dict.fromkeys(zone.kind for zone in drawn.zones))):
        said = words("environment.map.levels") if name == "level" else term("zone_kind", name, words.lang)
        width = 1 if name == "level" else 2
        parts.append(f'<span class="key">{_line(colour, DASHES[dash], width)}{said}</span>')
    out = [escape(name) for name in beyond(drawn.zones, drawn.near)]
    said = words("environment.map.beyond", {"zones": ", ".join(out)})
    return " ".join(parts) + (f"<br>{said}" if out else "")


def _line(colour: str, dash: str, width: int) -> str:
    return f'<span class="line" style="border-top: {width}px {dash} {colour}"></span>'


def _contacts(drawn: Atlas, words: Words) -> str:
    """Return a card for each zone."""
    head = f"<h2>{words('environment.panel.zones')}</h2>"
    if not drawn.zones:
        return f"{head}<p>{words('environment.nothing.zones')}</p>"
    cards = "\n".join(
        _card(zone, [one for one in drawn.contacts if one.zone == zone.name], words) for zone in drawn.zones
    )
    return f'{head}<p>{words("environment.zones.touched_means")}</p><div class="cards">{cards}</div>'


def _card(zone: PlacedZone, contacts: Sequence[ZoneContact], words: Words) -> str:
    rows = "".join(_row(one, words) for one in contacts)
    more, touched, probability = (
        words(f"environment.zones.{name}") for name in ("more_than", "touched", "probability")
    )
    head = f'<tr><th>{more}</th><th>{touched}</th><th class="number">{probability}</th></tr>'
    kind = term("zone_kind", zone.kind, words.lang)
    return f"<div><b>{escape(zone.name)}</b> <small>{kind}</small><table>{head}{rows}</table></div>"


def _row(one: ZoneContact, words: Words) -> str:
    what = words(f"environment.level.{one.quantity}", {"level": f"{one.level:g}"})
    share = "–" if math.isnan(one.probability) else f"{one.probability:.1%}"
    at_most = words("environment.zones.up_to", {"share": f"{one.at_most:.1%}"})
    touched = f"<b>{words('environment.yes')}</b>" if one.touches else words("environment.no")
    return f'<tr><td>{what}</td><td>{touched}</td><td class="number">{share} <small>{at_most}</small></td></tr>'
