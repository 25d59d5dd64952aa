"""The lift circuit at a flow and a concentration: pressure at each point, power, and how much of each limit is used.

Three drives: pumps on deck that push sea water down the outer pipe of a double pipe and slurry up the inner one
(closed circuit), a pump near the tool that takes slurry and pushes it up, and an air lift. Steady state, one
concentration along the pipe; :mod:`twin.models.transients` has what happens in between.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.constants import atm

from ops_data.errors import ModelError
from ops_data.units import KG_PER_TONNE, SECONDS_PER_HOUR
from twin.models import pipe_turbulent, transients
from twin.models.airlift import AirLift, Column
from twin.models.blockage import BlockageLaw
from twin.models.circuit_parts import Mud, Pipes, Rules, Water, static_head
from twin.models.lift_point import CircuitState, Envelope, OperatingPoint, PressurePoint
from twin.models.lift_search import LIMITS, MINIMUM_VELOCITY, ROUNDING, at_full_flow, headroom, search
from twin.models.limits import FloatArray, positive
from twin.models.pipe_turbulent import Turbulence
from twin.models.pumps import Duty, Pump
from twin.models.settling import GRAVITY_M_S2

MEGA = 1e6


@dataclass(frozen=True)
class DeckPumps:
    """Pumps on deck that push water down the annulus; the closed circuit carries the slurry up."""

    pump: Pump


@dataclass(frozen=True)
class SubseaPump:
    """A slurry pump in the riser, ``height_m`` above the tool; water enters at the tool from the sea."""

    pump: Pump
    height_m: float


Drive = DeckPumps | SubseaPump | AirLift
KEYS = {DeckPumps: "pump", SubseaPump: "subsea_pump", AirLift: "airlift"}  # section of the scenario


@dataclass(frozen=True, eq=False)
class LiftCircuit:
    """A lift system: pipes, mud, water, drive and the crew's rules; the tool takes ``tool_pa`` [Pa] at any flow.

    Notes
    -----
    Needed pressure = static head + friction up + friction down + tool; friction up is the larger of laminar and
    turbulent. The head of clear water cancels between the legs, or between the riser and the sea outside.
    """

    pipes: Pipes
    mud: Mud
    water: Water
    drive: Drive
    rules: Rules
    tool_pa: float
    turbulence: Turbulence
    blockage: BlockageLaw

    def least_flow_m3_s(self, solids_fraction: ArrayLike) -> FloatArray:
        """Return the least flow that carries the coarse grains safely [m3/s], any shape of concentration."""
        slip = self.mud.slip_m_s(np.asarray(solids_fraction, dtype=np.float64))
        return np.asarray(self.rules.velocity_margin * slip * self.pipes.area_m2)

    def down_pa(self, flow_m3_s: ArrayLike) -> FloatArray:
        """Return the friction of the water going down the annulus [Pa]; 0 for drives without a down leg.

        Notes
        -----
        As much water goes down as slurry comes up: the closed tool stays full. Newtonian friction at the hydraulic
        diameter of the annulus, which is right to some 5 % in turbulent flow.
        """
        flow = np.asarray(flow_m3_s, dtype=np.float64)
        if not isinstance(self.drive, DeckPumps):
            return np.zeros_like(flow)
        pipes, water = self.pipes, self.water
        tau_w = pipe_turbulent.newtonian(
            flow / pipes.annulus_m2, pipes.gap_m, water.density_kg_m3, water.viscosity_pa_s, pipes.roughness_m
        )
        return np.asarray(4.0 * tau_w / pipes.gap_m * pipes.length_m)

    def state(self, flow_m3_s: ArrayLike, solids_fraction: ArrayLike) -> CircuitState:
        """Return the circuit at flows and concentrations.

        Parameters
        ----------
        flow_m3_s : slurry up the riser [m3/s], above 0.
        solids_fraction : delivered solids by volume [-], 0 to below packing; the two broadcast.

        Raises
        ------
        ModelError : for a flow or concentration no formula can answer, naming it.
        """
        given = positive("lift circuit", "flow [m3/s]", flow_m3_s, "slurry that stands lifts nothing")
        flow, fraction = np.broadcast_arrays(given, np.asarray(solids_fraction, dtype=np.float64))
        pipes = self.pipes
        velocity = flow / pipes.area_m2
        law = self.mud.flow_law(fraction)
        excess = self.mud.excess_kg_m3(fraction, velocity, self.water.density_kg_m3)
        density = self.water.density_kg_m3 + excess
        gradient = pipe_turbulent.friction_gradient(
            velocity, pipes.bore_m, law, density, self.turbulence, pipes.roughness_m
        )
        static, up = static_head(excess[..., None], pipes.length_m), gradient * pipes.length_m
        down = np.broadcast_to(self.down_pa(given), flow.shape)
        duty = self._duty(flow, density, gradient, static + up + down + self.tool_pa)
        parts = {
            "flow": flow / self.rules.flow_limit_m3_s,
            "concentration": fraction / self.rules.trip_fraction,
            "pressure": duty.pressure_use,
            "power": duty.power_use,
            "pump curve": duty.curve_use,
            "minimum velocity": self.least_flow_m3_s(fraction) / flow,
        }
        use = np.stack([parts[limit] for limit in LIMITS])
        return CircuitState(flow, fraction, velocity, density, static, up, down, duty, use)

    def _duty(self, flow: FloatArray, density: FloatArray, gradient: FloatArray, rise_pa: FloatArray) -> Duty:
        """Return what the drive shows: a pump adds ``rise_pa``; air lifts a column of that density and friction."""
        if isinstance(self.drive, AirLift):
            return self.drive.duty(self._air_column(flow, density, gradient, self.drive))
        return self.drive.pump.duty(flow, rise_pa)

    def _air_column(self, flow: FloatArray, density: FloatArray, gradient: FloatArray, air: AirLift) -> Column:
        """Return what an air lift has to raise; below the inlet the sea pushes slurry alone."""
        pipes = self.pipes
        height = pipes.length_m * air.inlet_share
        below = (density * GRAVITY_M_S2 + gradient) * (pipes.length_m - height)
        inlet = self.water.bottom_pa - self.tool_pa - below
        return Column(flow, pipes.area_m2, density, gradient, inlet, height, air.separator_pa, self.water.temperature_k)

    def operating_point(self) -> OperatingPoint:
        """Return where the crew runs the lift: see :func:`twin.models.lift_search.search`.

        Raises
        ------
        ModelError : when no flow is allowed at any concentration; it names the limit that forbids it.
        """
        limit, target, trip = self.rules.flow_limit_m3_s, self.rules.target_fraction, self.rules.trip_fraction
        full = self.state(limit, min(target, trip))
        if np.all(full.use <= ROUNDING):  # the usual case costs one state and no search
            return self._point(at_full_flow(target, trip), full)
        found = search(lambda flow, share: self.state(flow, share).use, self.least_flow_m3_s, limit, target, trip)
        state = self.state(found.flow_m3_s, found.solids_fraction)
        if not found.allowed:
            raise ModelError(self._nothing_allowed(found.binding, state))
        return self._point(found.binding, state)

    def headroom(self, point: OperatingPoint) -> tuple[float, float]:
        """Return by what factor flow alone, and concentration alone, may rise from an operating point.

        Returns
        -------
        The greatest factors that no limit forbids but the crew's own: flow is taken beyond its limit (at most to
        sixteen times), concentration beyond the target up to the trip limit. 1 where a limit is met already.
        """
        flow = point.flow_m3_h / SECONDS_PER_HOUR
        return headroom(lambda q, c: self.state(q, c).use, flow, point.solids_fraction, self.rules.trip_fraction)

    def _circulation_w(self, state: CircuitState) -> float:
        """Return the electrical power [W] while clear sea water circulates at the flow of a state.

        Notes
        -----
        Friction of water in both legs and the tool, no head of solids; an air lift raises a column of water. Never more
        than while slurry is lifted: the crew would rather slow the water down.
        """
        pipes, water = self.pipes, self.water
        tau_w = pipe_turbulent.newtonian(
            state.velocity_m_s, pipes.bore_m, water.density_kg_m3, water.viscosity_pa_s, pipes.roughness_m
        )
        gradient = np.asarray(4.0 * tau_w / pipes.bore_m)
        rise = gradient * pipes.length_m + state.down_pa + self.tool_pa
        duty = self._duty(state.flow_m3_s, np.full_like(state.flow_m3_s, water.density_kg_m3), gradient, rise)
        return min(float(duty.power_w), float(state.duty.power_w))

    def _restart_use(self, restart_pa: float, gel_pa: float, density_kg_m3: float) -> float:
        """Return how much of what the drive gives at rest it takes to start a full pipe [-]; above 1 it does not."""
        if not isinstance(self.drive, AirLift):
            return restart_pa / self.drive.pump.at_rest_pa
        height = self.pipes.length_m * self.drive.inlet_share
        over_inlet = density_kg_m3 * GRAVITY_M_S2 * height + gel_pa * self.drive.inlet_share
        return self.drive.restart_use(over_inlet, height, self.water.temperature_k)

    def _point(self, binding: str, state: CircuitState) -> OperatingPoint:
        pipes, mud, rules = self.pipes, self.mud, self.rules
        flow, fraction, velocity = (float(v) for v in (state.flow_m3_s, state.solids_fraction, state.velocity_m_s))
        use = dict(zip(LIMITS, state.use.tolist(), strict=True))
        dry_t_m3 = fraction * mud.solids_kg_m3 / KG_PER_TONNE
        dry_t_h = flow * SECONDS_PER_HOUR * dry_t_m3
        transit = self._transit_s(state)
        yield_pa = float(mud.flow_law(np.asarray(fraction)).yield_pa)
        gel = float(transients.gel_pressure(mud.gel_factor * yield_pa, pipes.length_m, pipes.bore_m))
        restart = float(state.static_pa) + gel + self.tool_pa
        pipe_m3 = flow * transit
        surge = transients.joukowsky(state.density_kg_m3, pipes.wave_speed_m_s, velocity)
        factor = self.blockage.factor(1.0 / use["minimum velocity"], 1.0 - use["concentration"])
        return OperatingPoint(
            flow_m3_h=flow * SECONDS_PER_HOUR,
            solids_fraction=fraction,
            binding=binding,
            use=use,
            dry_t_h=dry_t_h,
            wet_t_h=dry_t_h * mud.wet_per_dry,
            pressure_mpa=float(state.duty.pressure_pa) / MEGA,
            power_mw=float(state.duty.power_w) / MEGA,
            circulation_mw=self._circulation_w(state) / MEGA,
            velocity_m_s=velocity,
            least_velocity_m_s=use["minimum velocity"] * velocity,
            static_mpa=float(state.static_pa) / MEGA,
            friction_up_mpa=float(state.up_pa) / MEGA,
            friction_down_mpa=float(state.down_pa) / MEGA,
            tool_mpa=self.tool_pa / MEGA,
            pipe_m3=pipe_m3,
            pipe_dry_t=pipe_m3 * dry_t_m3,
            transit_s=transit,
            flush_s=rules.flush_volumes * transit,
            gel_mpa=gel / MEGA,
            restart_mpa=restart / MEGA,
            restart_use=self._restart_use(restart, gel, float(state.density_kg_m3)),
            surge_mpa=float(surge) / MEGA,
            reflection_s=float(transients.reflection_s(pipes.length_m, pipes.wave_speed_m_s)),
            blockage_factor=float(factor),
        )

    def _transit_s(self, state: CircuitState) -> float:
        """Return the time of the slurry from the tool to the deck [s]; gas makes it faster."""
        if not isinstance(self.drive, AirLift):
            return float(transients.transit_s(self.pipes.volume_m3, state.flow_m3_s))
        gradient = state.up_pa / self.pipes.length_m
        column = self._air_column(state.flow_m3_s, state.density_kg_m3, gradient, self.drive)
        air = state.duty.curve_use * self.drive.capacity_kg_s(self.water.temperature_k)
        _, above_s = column.climb(air)
        return float((self.pipes.length_m - column.height_m) / state.velocity_m_s + above_s)

    def _nothing_allowed(self, binding: str, state: CircuitState) -> str:
        key, flow = KEYS[type(self.drive)], float(state.flow_m3_s) * SECONDS_PER_HOUR
        if binding == "minimum velocity":
            least = float(state.use[MINIMUM_VELOCITY] * state.velocity_m_s)
            return (
                f"lift circuit: riser.flow_m3_h {flow:g} m3/h is {float(state.velocity_m_s):.2f} m/s in a bore of "
                f"{self.pipes.bore_m:g} m; coarse grains need {least:.2f} m/s: raise the flow, narrow riser.bore_m, or "
                "screen finer (slurry.coarse_diameter_mm)"
            )
        most = {
            "pressure": f"{key}.pressure_limit_mpa",
            "power": f"{key}.power_limit_mw",
            "pump curve": "airlift.capacity_m3_h" if key == "airlift" else f"{key}.shutoff_mpa",
        }[binding]
        need = float(state.use[LIMITS.index(binding)])
        if not np.isfinite(need):
            most = "airlift.capacity_m3_h" if key == "airlift" else f"{key}.free_flow_m3_h"
        asks = f"{need:.3g} times" if np.isfinite(need) else "far more than"
        remedy = ", put the inlet deeper (airlift.inlet_share)" if key == "airlift" else ""
        return (
            f"lift circuit: even a slurry of {float(state.solids_fraction):.2%} solids, at {flow:.0f} m3/h where it is "
            f"easiest, asks {asks} what {most} allows; raise that{remedy} or widen riser.bore_m"
        )

    def pressures(self, point: OperatingPoint) -> list[PressurePoint]:
        """Return the pressure at each point of the circuit in the order of the flow, at an operating point.

        Notes
        -----
        The excess over the sea at the same depth is what pipe, tool closure and pump casing have to hold; the deck is
        at one atmosphere and the sea level. With an air lift the riser is below the pressure of the sea.
        """
        depth, sea = self.pipes.length_m, (self.water.bottom_pa - atm) / MEGA
        up = point.static_mpa + point.friction_up_mpa

        def at(place: str, share: float, above: float) -> PressurePoint:
            return PressurePoint(place, depth * share, atm / MEGA + sea * share + above, above)

        if isinstance(self.drive, DeckPumps):
            return [
                at("pump outlet on deck", 0.0, point.pressure_mpa),
                at("foot of the down leg", 1.0, point.tool_mpa + up),
                at("tool outlet", 1.0, up),
                at("half way up the riser", 0.5, 0.5 * up),
                at("top of the riser", 0.0, 0.0),
            ]
        if isinstance(self.drive, SubseaPump):
            share = 1.0 - self.drive.height_m / depth
            suction = -point.tool_mpa - up * (1.0 - share)
            return [
                at("sea at the tool", 1.0, 0.0),
                at("pump inlet", share, suction),
                at("pump outlet", share, suction + point.pressure_mpa),
                at("half way up the riser", 0.5, 0.5 * up),
                at("top of the riser", 0.0, 0.0),
            ]
        share = self.drive.inlet_share
        return [
            at("sea at the tool", 1.0, 0.0),
            at("tool outlet", 1.0, -point.tool_mpa),
            at("riser at the air inlet", share, -point.tool_mpa - up * (1.0 - share)),
            PressurePoint("compressor outlet on deck", 0.0, point.pressure_mpa, point.pressure_mpa - atm / MEGA),
            at("separator", 0.0, (self.drive.separator_pa - atm) / MEGA),
        ]

    def envelope(self, solids_fraction: ArrayLike, flow_m3_h: ArrayLike) -> Envelope:
        """Return what the circuit does over a grid of concentrations and flows.

        Parameters
        ----------
        solids_fraction : solids by volume [-], shape (m,), from above 0 to below packing.
        flow_m3_h : slurry [m3/h], shape (n,), above 0.
        """
        fractions, flows = (np.atleast_1d(np.asarray(v, dtype=np.float64)) for v in (solids_fraction, flow_m3_h))
        state = self.state(flows / SECONDS_PER_HOUR, fractions[:, None])
        dry = flows * fractions[:, None] * self.mud.solids_kg_m3 / KG_PER_TONNE
        return Envelope(
            solids_fraction=fractions,
            flow_m3_h=flows,
            dry_t_h=dry,
            wet_t_h=dry * self.mud.wet_per_dry,
            velocity_m_s=state.velocity_m_s,
            pressure_mpa=state.duty.pressure_pa / MEGA,
            power_mw=state.duty.power_w / MEGA,
            margin=1.0 - state.use,
            limiting=np.argmax(state.use, axis=0),
            feasible=np.all(state.use <= ROUNDING, axis=0),
        )
