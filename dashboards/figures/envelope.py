"""Picture of an operating envelope: what a lift system gives at each flow and concentration, and what forbids it."""

from collections.abc import Mapping
from typing import Final

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from twin.models.lift_point import Envelope, OperatingPoint
from twin.models.lift_search import LIMITS

COLOURS: Final = {  # what the crew sets dark, what the drive holds red, what the grains ask green
    "flow": "#252525",
    "concentration": "#6a3d9a",
    "pressure": "#b2182b",
    "power": "#e08214",
    "pump curve": "#8c510a",
    "minimum velocity": "#1b7837",
}
TARGETS: Final = ("dash", "dot", "dashdot", "longdash")
FORBIDDEN: Final = "rgba(110, 110, 110, 0.45)"
SHADED: Final = 1.3  # greatest shade over the most that is allowed
SHADES: Final = ((0.0, "#f7fbff"), (0.35, "#c6dbef"), (0.7, "#6baed6"), (1.0, "#2171b5"))


def envelope_figure(
    envelope: Envelope, point: OperatingPoint, head: str, mass_basis: str, targets: Mapping[str, float]
) -> go.Figure:
    """Return throughput over flow and concentration, the limits as lines, what is forbidden in grey.

    Parameters
    ----------
    envelope : grid of concentrations and flows, at least two of each.
    point : where the crew works.
    head : title.
    mass_basis : wet or dry; basis of the shading.
    targets : dry solids per hour [t/h] by name; each drawn as the line on which lifting all day gives it.
    """
    figure = go.Figure()
    _add_throughput(figure, envelope, mass_basis)
    _add_forbidden(figure, envelope)
    for limit, margin in zip(LIMITS, envelope.margin, strict=True):
        _add_line(figure, envelope, margin, 0.0, f"limit: {limit}", {"color": COLOURS[limit], "width": 2.5})
    for (name, dry_t_h), dash in zip(targets.items(), TARGETS, strict=False):
        _add_line(figure, envelope, envelope.dry_t_h, dry_t_h, name, {"color": "#08306b", "width": 1.5, "dash": dash})
    _add_point(figure, point, mass_basis)
    _add_axes(figure, envelope)
    figure.update_layout(
        title={"text": head, "x": 0.01},
        template="plotly_white",
        height=680,
        margin={"l": 80, "r": 20, "t": 120, "b": 70},
        legend={"x": 1.13, "y": 1.0, "yanchor": "top", "title": {"text": "grey: not allowed"}},
    )
    return figure


def _over(envelope: Envelope, trace: go.Contour) -> go.Contour:
    """Return a trace laid over the grid."""
    return trace.update(x=envelope.flow_m3_h, y=100.0 * envelope.solids_fraction)


def _add_throughput(figure: go.Figure, envelope: Envelope, mass_basis: str) -> None:
    shown = envelope.wet_t_h if mass_basis == "wet" else envelope.dry_t_h
    words = np.array(LIMITS, dtype=object)[envelope.limiting]
    state = np.where(envelope.feasible, "allowed, nearest limit: ", "not allowed: ")
    most = float(np.max(shown, where=envelope.feasible, initial=0.0)) or float(shown.max())
    contour = go.Contour(
        z=shown,
        customdata=np.dstack((envelope.velocity_m_s, envelope.pressure_mpa, envelope.power_mw, state + words)),
        colorscale=[list(shade) for shade in SHADES],
        line={"width": 0.5, "color": "#ffffff"},
        zmin=0.0,
        zmax=SHADED * most,
        ncontours=20,
        colorbar={"title": {"text": f"t/h {mass_basis}", "side": "right"}, "x": 1.01, "thickness": 16},
        hovertemplate="%{x:.0f} m3/h at %{y:.1f} %: %{z:.1f} t/h<br>%{customdata[0]:.2f} m/s, "
        "%{customdata[1]:.1f} MPa, %{customdata[2]:.2f} MW<br>%{customdata[3]}<extra></extra>",
    )
    figure.add_trace(_over(envelope, contour))


def _add_forbidden(figure: go.Figure, envelope: Envelope) -> None:
    contour = go.Contour(
        z=np.clip(envelope.margin.min(axis=0), -10.0, 1.0),
        contours={"type": "constraint", "operation": ">", "value": 0.0},  # plotly fills where it does not hold
        fillcolor=FORBIDDEN,
        line={"width": 0},
        showlegend=False,
        hoverinfo="skip",
    )
    figure.add_trace(_over(envelope, contour))


def _add_line(
    figure: go.Figure, envelope: Envelope, values: NDArray[np.float64], level: float, name: str, line: dict[str, object]
) -> None:
    """Draw where values cross a level; a level that the grid does not reach is left out, legend and all."""
    finite = np.clip(values, -10.0, 1e6)
    if not finite.min() < level < finite.max():
        return
    contour = go.Contour(
        z=finite,
        contours={"start": level, "end": level, "size": 1.0, "coloring": "none"},
        line=line,
        name=name,
        showlegend=True,
        showscale=False,
        hoverinfo="skip",
    )
    figure.add_trace(_over(envelope, contour))


def _add_point(figure: go.Figure, point: OperatingPoint, mass_basis: str) -> None:
    given_t_h = point.wet_t_h if mass_basis == "wet" else point.dry_t_h
    figure.add_trace(
        go.Scatter(
            x=[point.flow_m3_h],
            y=[100.0 * point.solids_fraction],
            mode="markers",
            name=f"operating point:<br>{given_t_h:.1f} t/h {mass_basis},<br>bound by {point.binding}",
            marker={"symbol": "star", "size": 18, "color": "#ffd92f", "line": {"color": "#000000", "width": 1.5}},
            hovertemplate="operating point: %{x:.0f} m3/h at %{y:.1f} %<extra></extra>",
        )
    )


def _add_axes(figure: go.Figure, envelope: Envelope) -> None:
    """Name the axes, and show along the top the velocity that belongs to each flow."""
    span = [float(envelope.flow_m3_h[0]), float(envelope.flow_m3_h[-1])]
    per_flow = float(envelope.velocity_m_s[0, 0] / envelope.flow_m3_h[0])
    figure.add_trace(go.Scatter(x=[span[0] * per_flow], y=[None], xaxis="x2", showlegend=False, hoverinfo="skip"))
    figure.update_layout(
        xaxis={"title": {"text": "slurry flow (m3/h)"}, "range": span},
        xaxis2={
            "title": {"text": "velocity in the riser (m/s)"},
            "overlaying": "x",
            "tickmode": "auto",
            "side": "top",
            "range": [span[0] * per_flow, span[1] * per_flow],
            "showgrid": False,
        },
        yaxis={
            "title": {"text": "solids in the slurry (% by volume)"},
            "range": [100.0 * float(envelope.solids_fraction[0]), 100.0 * float(envelope.solids_fraction[-1])],
        },
    )
