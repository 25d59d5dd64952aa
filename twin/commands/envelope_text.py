"""What ``twin envelope`` says: text for people, one JSON document, the grid as CSV."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from ops_data.units import HOURS_PER_DAY, SECONDS_PER_HOUR, SECONDS_PER_MINUTE
from twin.commands.output import console, paragraph, plain_table
from twin.lift_service import BASES, MET, Insertion, Need, Spread, Swing
from twin.lift_system import LiftCircuit, OperatingPoint
from twin.models.lift_point import Envelope
from twin.models.lift_search import FURTHEST, LIMITS
from twin.parameters_table import number
from twin.scenario import Scenario

if TYPE_CHECKING:
    from rich.console import Console

SYSTEMS: Final = {"surface_pumps": "pumps on deck", "subsea_pump": "subsea pump", "air_lift": "air lift"}
FAMILIES: Final = {
    "herschel_bulkley": "Herschel-Bulkley",
    "power_law": "power law",
    "wilson_thomas": "Wilson-Thomas",
    "darby_melson": "Darby-Melson",
}
LETTERS: Final = dict(zip(LIMITS, "fcpwuv", strict=True))
COARSE: Final = 6  # flows and concentrations shown as text
QUANTILES: Final = (10, 50, 90)
FLUSH_FIRST: Final = "needs the pipe flushed before every stop longer than the gel takes"
FALSE_TRUE: Final = ("false", "true")


@dataclass(frozen=True, eq=False)
class Answer:
    """All that the verb found out; ``system`` is what is shown, also where the scenario states its durations.

    ``headroom`` has the factors by which flow alone and concentration alone may rise.
    """

    scenario: Scenario
    system: str
    values: Mapping[str, float]
    lift: LiftCircuit
    point: OperatingPoint
    headroom: tuple[float, float]
    insertion: Insertion
    needs: Sequence[Need]
    swing: Swing
    spread: Spread | None
    grid: Envelope

    @property
    def basis(self) -> str:
        """The basis of the scenario's target, wet or dry."""
        return self.scenario.campaign.mass_basis


def target_lines(answer: Answer) -> dict[str, float]:
    """Return the dry solids per hour [t/h] that give the target when lifting all day, wet and dry, by name."""
    vessel_t_d = answer.needs[0].target_t_d
    who = " per vessel" if answer.scenario.mining.vessels > 1 else ""
    per_dry = {"wet": answer.lift.mud.wet_per_dry, "dry": 1.0}
    return {
        f"{vessel_t_d:,.0f} t/d {basis}{who}, lifting all day": vessel_t_d / HOURS_PER_DAY / per_dry[basis]
        for basis in BASES
    }


def grid_lines(grid: Envelope) -> str:
    """Return every point of the grid as CSV, concentrations outermost."""
    columns: dict[str, NDArray[Any]] = {
        "solids_fraction": np.broadcast_to(grid.solids_fraction[:, None], grid.dry_t_h.shape),
        "flow_m3_h": np.broadcast_to(grid.flow_m3_h, grid.dry_t_h.shape),
        "velocity_m_s": grid.velocity_m_s,
        "dry_t_h": grid.dry_t_h,
        "wet_t_h": grid.wet_t_h,
        "pressure_mpa": grid.pressure_mpa,
        "power_mw": grid.power_mw,
    }
    columns |= {f"margin_{limit.replace(' ', '_')}": grid.margin[at] for at, limit in enumerate(LIMITS)}
    numbers = np.column_stack([column.ravel() for column in columns.values()])
    words = zip(grid.limiting.ravel().tolist(), grid.feasible.ravel().tolist(), strict=True)
    lines = [",".join((*columns, "limiting", "feasible"))]
    for row, (limit, feasible) in zip(numbers.tolist(), words, strict=True):
        cells = [f"{value:.6g}" if math.isfinite(value) else "" for value in row]
        lines.append(",".join((*cells, LIMITS[limit], FALSE_TRUE[feasible])))
    return "\n".join(lines) + "\n"


def as_document(answer: Answer) -> dict[str, Any]:
    """Return the answer as one JSON document."""
    scenario, spread = answer.scenario, answer.spread
    coarse = _coarse(answer)
    return {
        "scenario": scenario.name,
        "lift_system": answer.system,
        "stated": scenario.lift.system == "stated",
        "rheology": scenario.lift.rheology,
        "turbulence": scenario.lift.turbulence,
        "operating_point": asdict(answer.point),
        "headroom": dict(zip(("flow_factor", "concentration_factor"), answer.headroom, strict=True)),
        "pressures": [asdict(place) for place in answer.lift.pressures(answer.point)],
        "insertion": asdict(answer.insertion),
        "needs": [asdict(need) for need in answer.needs],
        "static_head": asdict(answer.swing),
        "spread": None if spread is None else _spread_document(spread),
        "grid": {
            "solids_fraction": coarse.solids_fraction.tolist(),
            "flow_m3_h": coarse.flow_m3_h.tolist(),
            "dry_t_h": coarse.dry_t_h.tolist(),
            "wet_t_h": coarse.wet_t_h.tolist(),
            "limiting": [[LIMITS[at] for at in row] for row in coarse.limiting.tolist()],
            "feasible": coarse.feasible.tolist(),
        },
    }


def _spread_document(spread: Spread) -> dict[str, Any]:
    def quantiles(values: NDArray[np.float64]) -> dict[str, float]:
        return {f"p{q}": float(np.percentile(values, q)) for q in QUANTILES} if len(values) else {}

    return {
        "draws": spread.draws,
        "dry_t_h": quantiles(spread.dry_t_h),
        "wet_t_h": quantiles(spread.wet_t_h),
        "pressure_mpa": quantiles(spread.pressure_mpa),
        "power_mw": quantiles(spread.power_mw),
        "binding_share": {limit: count / spread.draws for limit, count in spread.binding.items()},
        "none_allowed_share": spread.none_allowed / spread.draws,
        "no_restart_share": spread.no_restart / spread.draws,
    }


def _coarse(answer: Answer) -> Envelope:
    """Return the envelope on few flows and concentrations that hit the operating point and the grid's ends."""
    grid, point = answer.grid, answer.point
    shares = np.arange(1, COARSE + 1) / 4.0
    flows = point.flow_m3_h * shares
    top = float(grid.solids_fraction[-1])
    step = max(round(top / (COARSE - 1), 2), 0.01)
    fractions = np.unique(np.append(np.arange(step, top, step), point.solids_fraction).round(9))
    return answer.lift.envelope(fractions, flows)


def print_answer(answer: Answer) -> None:
    """Print the answer for people."""
    out = console()
    lift, scenario = scenario_words(answer), answer.scenario
    out.print(f"Lift of {scenario.name}", style="bold")
    paragraph(out, lift, indent=2)
    if scenario.lift.system == "stated":
        paragraph(
            out,
            'The scenario states how long its lifts take (lift.system = "stated"), so a run of it uses none of this; '
            "shown is what pumps on deck would do.",
            indent=2,
        )
    out.print()
    _print_point(out, answer)
    _print_limits(out, answer)
    _print_pressures(out, answer)
    _print_needs(out, answer)
    _print_grid(out, answer)
    if answer.spread is not None:
        _print_spread(out, answer.spread, answer.basis)
    paragraph(out, "Every number behind this: 'twin parameters SCENARIO --filter KEY' with riser, pump, slurry, lift …")


def scenario_words(answer: Answer) -> str:
    """Return drive, pipe and models in a line."""
    pipes, lift = answer.lift.pipes, answer.scenario.lift
    return (
        f"{SYSTEMS[answer.system]}, bore {pipes.bore_m:g} m, {pipes.length_m:,.0f} m deep; flow law "
        f"{FAMILIES[lift.rheology]}, turbulence {FAMILIES[lift.turbulence]}"
    )


def _print_point(out: "Console", answer: Answer) -> None:
    point = answer.point
    out.print("Where it works", style="bold")
    paragraph(
        out,
        f"{point.flow_m3_h:.0f} m3/h at {100 * point.solids_fraction:.1f} % solids, {point.velocity_m_s:.2f} m/s: "
        f"{point.dry_t_h:.1f} t/h dry or {point.wet_t_h:.1f} t/h wet while it lifts. More would first meet the limit "
        f"of {point.binding}. {headroom_words(*answer.headroom)}",
        indent=2,
    )
    paragraph(
        out,
        f"Pressure {point.pressure_mpa:.2f} MPa: head of the solids {point.static_mpa:.2f}, friction up "
        f"{point.friction_up_mpa:.2f}, friction down {point.friction_down_mpa:.2f}, tool {point.tool_mpa:.2f}. "
        f"Electrical power {point.power_mw:.2f} MW, {1000 * point.power_mw / point.dry_t_h:.0f} kWh/t dry."
        if answer.system != "air_lift"
        else f"Compressors deliver at {point.pressure_mpa:.1f} MPa and draw {point.power_mw:.2f} MW, "
        f"{1000 * point.power_mw / point.dry_t_h:.0f} kWh/t dry. The solids weigh {point.static_mpa:.2f} MPa, "
        f"friction of the slurry is {point.friction_up_mpa:.2f} MPa.",
        indent=2,
    )
    paragraph(
        out,
        f"Between lifts clear water circulates at the same flow for {point.circulation_mw:.2f} MW.",
        indent=2,
    )
    paragraph(
        out,
        f"The pipe holds {point.pipe_m3:.0f} m3 with {point.pipe_dry_t:.1f} t dry; transit "
        f"{point.transit_s / SECONDS_PER_MINUTE:.0f} min, flush {point.flush_s / SECONDS_PER_HOUR:.1f} h. A full pipe "
        f"at rest takes {point.restart_mpa:.1f} MPa to start, {point.gel_mpa:.1f} of them for the gel. A stop at once "
        f"surges by {point.surge_mpa:.1f} MPa, one slower than {point.reflection_s:.1f} s by less. Blockage is "
        f"{point.blockage_factor:.1f} times as likely as the base hazard.",
        indent=2,
    )
    out.print()


def headroom_words(flow_factor: float, concentration_factor: float) -> str:
    """Return in a sentence by how much flow alone and solids alone could rise."""
    flow = f"{flow_factor:.1f} times" if flow_factor < FURTHEST else f"more than {FURTHEST:.0f} times"
    return (
        f"Alone, flow could rise to {flow} and solids to {concentration_factor:.1f} times what they are before another "
        "limit is met."
    )


def _print_limits(out: "Console", answer: Answer) -> None:
    point, lift = answer.point, answer.lift
    curve = f"{point.pressure_mpa / point.use['pump curve']:.1f} MPa at this flow"
    if answer.system == "air_lift":
        curve = f"{number(answer.values['airlift.capacity_m3_h'])} m3/h of free air"
    allowed = {
        "flow": f"{lift.rules.flow_limit_m3_s * SECONDS_PER_HOUR:.0f} m3/h",
        "concentration": f"{100 * lift.rules.trip_fraction:.1f} % trips",
        "pressure": f"{point.pressure_mpa / point.use['pressure']:.1f} MPa",
        "power": f"{point.power_mw / point.use['power']:.2f} MW",
        "pump curve": curve,
        "minimum velocity": f"{point.least_velocity_m_s:.2f} m/s carries the coarse grains",
    }
    table = plain_table("  Limit", "used", "of what is allowed", right=("used",))
    for limit in LIMITS:
        table.add_row(f"  {limit}", f"{100 * point.use[limit]:.0f} %", allowed[limit])
    at_rest = f"{point.restart_mpa / point.restart_use:.1f} MPa at rest"
    if answer.system == "air_lift":
        at_rest = f"{answer.values['airlift.pressure_limit_mpa']:.1f} MPa when air first enters"
    table.add_row("  start of a full pipe", f"{100 * point.restart_use:.0f} %", at_rest)
    out.print(table)
    if point.restart_use > 1.0:
        paragraph(out, f"A full pipe at rest cannot be started: the lift {FLUSH_FIRST}.", indent=2)
    out.print()


def _print_pressures(out: "Console", answer: Answer) -> None:
    headings = ("  Along the circuit", "depth m", "MPa", "above the sea, MPa")
    table = plain_table(*headings, right=headings[1:])
    for place in answer.lift.pressures(answer.point):
        cells = (f"{place.depth_m:,.0f}", f"{place.pressure_mpa:.2f}", f"{place.above_sea_mpa:+.2f}")
        table.add_row(f"  {place.place}", *cells)
    out.print(table)
    if answer.system == "surface_pumps":
        paragraph(
            out,
            "Pumps on deck put the whole tool above the pressure of the sea: its closure must hold that, which soft "
            "mud round the rim cannot. How the real tool closes is not published.",
            indent=2,
        )
    out.print()


def _print_needs(out: "Console", answer: Answer) -> None:
    one, need, swing = answer.insertion, answer.needs[0], answer.swing
    vessels = answer.scenario.mining.vessels
    who = f" by each of {vessels} vessels" if vessels > 1 else ""
    out.print(f"What {need.target_t_d:,.0f} t/d{who} asks", style="bold")
    paragraph(
        out,
        f"One insertion: {one.wet_t:.1f} t wet, {one.dry_t:.1f} t dry, {one.slurry_m3:.0f} m3 of slurry; tool "
        f"{one.tool_h:.2f} h (insert, disaggregate, shift), then lift {one.lift_h:.2f} h: one per {one.cycle_h:.2f} h. "
        "Practised crew, no weather, no failures.",
        indent=2,
    )
    headings = ("  Basis", "uptime", "insertions/d", "one per", "tool t/d", "lift t/d", "both t/d", "binds")
    table = plain_table(*headings, right=headings[1:-1])
    for row in answer.needs:
        table.add_row(
            f"  {row.basis}",
            f"{100 * row.uptime:.0f} %",
            f"{row.insertions_d:.1f}",
            f"{row.cycle_h:.2f} h",
            f"{row.tool_t_d:,.0f}",
            f"{row.lift_t_d:,.0f}",
            f"{row.both_t_d:,.0f}",
            "nothing" if row.binding == MET else row.binding,
        )
    out.print(table)
    paragraph(
        out,
        "Tool: without time to lift. Lift: without a pause. Both: in turn, as in a run. Binds: which of the two gives "
        "less alone, where both together fall short.",
        indent=2,
    )
    paragraph(
        out,
        f"One insertion fills {100 * swing.filled_share:.0f} % of the pipe. With water between insertions the head of "
        f"the solids swings from {swing.least_mpa:.1f} to {swing.most_mpa:.1f} MPa; a full pipe has "
        f"{swing.full_mpa:.1f} MPa.",
        indent=2,
    )
    out.print()


def _print_grid(out: "Console", answer: Answer) -> None:
    grid = _coarse(answer)
    shown = grid.wet_t_h if answer.basis == "wet" else grid.dry_t_h
    used = sorted({int(at) for at in grid.limiting[~grid.feasible]})
    key = ", ".join(f"{LETTERS[LIMITS[at]]} {LIMITS[at]}" for at in used)
    out.print(f"t/h {answer.basis} by solids and flow (m3/h){f'; not allowed: {key}' if key else ''}", style="bold")
    headings = [f"{flow:.0f}  " for flow in grid.flow_m3_h]
    table = plain_table("", *headings, right=headings)
    for row, fraction in enumerate(grid.solids_fraction):
        cells = [
            f"{value:.1f} {' ' if allowed else LETTERS[LIMITS[at]]}"
            for value, at, allowed in zip(shown[row], grid.limiting[row], grid.feasible[row], strict=True)
        ]
        table.add_row(f"  {100 * fraction:.1f} %", *cells)
    out.print(table)
    out.print()


def _percent(count: int, total: int) -> str:
    share = 100 * count / total
    return f"{share:.0f} %" if share >= 1.0 else "under 1 %"


def _print_spread(out: "Console", spread: Spread, basis: str) -> None:
    out.print(f"How sure: {spread.draws} drawn parameter sets", style="bold")
    if not len(spread.dry_t_h):
        paragraph(out, "In none of them any flow is allowed.", indent=2)
        return
    table = plain_table("", "P10", "P50", "P90", right=("P10", "P50", "P90"))
    rows = {f"  t/h {basis}": spread.wet_t_h if basis == "wet" else spread.dry_t_h}
    rows |= {"  pressure, MPa": spread.pressure_mpa, "  power, MW": spread.power_mw}
    for name, values in rows.items():
        table.add_row(name, *(f"{np.percentile(values, q):.3g}" for q in QUANTILES))
    out.print(table)
    shares = sorted(spread.binding.items(), key=lambda item: -item[1])
    words = [f"{limit} in {_percent(count, spread.draws)}" for limit, count in shares]
    words += [f"no flow allowed in {_percent(spread.none_allowed, spread.draws)}"] if spread.none_allowed else []
    paragraph(out, f"Bound by {', '.join(words)}.", indent=2)
    stuck = f"cannot be started in {_percent(spread.no_restart, spread.draws)}: it {FLUSH_FIRST}"
    paragraph(
        out,
        f"A full pipe at rest {stuck if spread.no_restart else 'can be started in every one that lifts'}.",
        indent=2,
    )
    out.print()
