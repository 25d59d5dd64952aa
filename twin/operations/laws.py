"""Draws of one replicate, turned into whole seconds, grams and litres before any stretch is played."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ops_data.units import GRAMS_PER_TONNE, LITRES_PER_M3, SECONDS_PER_HOUR
from twin.assets import vessel_number
from twin.lift_system import OperatingPoint, circuit
from twin.models.learning import learning_factors
from twin.models.mud import Stroke, pore_water_density, stroke
from twin.models.reliability import weibull_lives
from twin.models.streams import uniforms
from twin.operations import codes as c
from twin.operations.program import Component, Ints
from twin.quantities import event_draws
from twin.resource import hole_shares
from twin.scenario import Scenario

BLOCKAGE = "riser_blockage"  # the component row whose hazard depends on where the lift system works
CLASSES = {"in_place": c.IN_PLACE, "rov": c.ROV, "string_trip": c.STRING_TRIP, "port": c.IN_PORT}


def seconds(hours: NDArray[np.float64]) -> Ints:
    """Return hours as whole seconds, at least 1."""
    return np.maximum(1, np.rint(hours * SECONDS_PER_HOUR)).astype(np.int64)


@dataclass(frozen=True)
class Luck:
    """Where the draws of one replicate come from, and the central values they scatter round.

    A draw is a function of seed, replicate, stream, owner and ordinal; asking for more draws changes none.
    """

    scenario: Scenario
    values: Mapping[str, float]
    seed: int
    replicate: int

    @cached_property
    def lift(self) -> OperatingPoint | None:
        """Where this replicate's lift system works; None when the scenario states the lift's duration itself."""
        settings = self.scenario.lift
        if settings.system == "stated":
            return None
        return circuit(self.values, settings, self.scenario.site.latitude_deg).operating_point()

    @property
    def solids_fraction(self) -> float:
        """Solids by volume in the lifted slurry: as the lift system delivers it, or as stated."""
        return self.lift.solids_fraction if self.lift else self.values["slurry.solids_volume_fraction"]

    @property
    def pipe_l(self) -> int:
        """Slurry in the full pipe [l]: of the lift system (gas takes room), or its whole volume."""
        v = self.values
        whole_m3 = np.pi / 4.0 * v["riser.bore_m"] ** 2 * v["site.water_depth_m"]
        return round((self.lift.pipe_m3 if self.lift else whole_m3) * LITRES_PER_M3)

    @cached_property
    def flow_l_h(self) -> int:
        """Slurry up the pipe while an insertion is lifted [l/h]: of the lift system, or what the duration implies."""
        if self.lift:
            return round(self.lift.flow_m3_h * LITRES_PER_M3)
        return round(float(self.typical_stroke().slurry_m3) / self.typical_insertion_h()["lift"] * LITRES_PER_M3)

    def typical_stroke(self) -> Stroke:
        """Return what one stroke lifts at the central extraction of this replicate; scalars."""
        return self._strokes(np.array(self.values["tool.extraction_fraction"]))

    def typical_insertion_h(self) -> dict[str, float]:
        """Return the hours of the steps of one insertion at central values, the crew practised."""
        v, shares = self.values, self._tool_shares()
        tool_h = float(self._tool_h(v["mining.cycle_h"], v["mining.shift_h"]))
        if self.lift:
            lift_h = float(self.typical_stroke().slurry_m3) / self.lift.flow_m3_h
        else:
            lift_h = tool_h * (1.0 - sum(shares.values()))
        steps = {name: tool_h * share for name, share in shares.items()}
        return steps | {"lift": lift_h, "shift": v["mining.shift_h"]}

    def hours(self, key: str, owner: str, count: int) -> NDArray[np.float64]:
        """Return event draws of a quantity in its own unit; without an event law, one constant."""
        quantity = self.scenario.quantities[key]
        if quantity.event_law == "none":
            return np.array([self.values[key]])
        u = uniforms(self.seed, self.replicate, "event", f"{owner}/{key}", count)
        return event_draws(quantity, self.values[key], u)

    def durations(self, key: str, owner: str, count: int, factor: float = 1.0) -> Ints:
        """Return event draws of a duration in hours as whole seconds, times a factor."""
        return seconds(self.hours(key, owner, count) * factor)

    def _tool_h(self, cycle_h: ArrayLike, shift_h: ArrayLike) -> NDArray[np.float64]:
        """Return the cycle without the shift [h]: at least a tenth of it where the cycle includes the shift."""
        cycle, shift = np.asarray(cycle_h, dtype=np.float64), np.asarray(shift_h, dtype=np.float64)
        return np.maximum(cycle - shift, 0.1 * cycle) if self.scenario.mining.cycle_includes_shift else cycle

    def _tool_shares(self) -> dict[str, float]:
        return {name: self.values[f"mining.{name}_share"] for name in ("insert", "disaggregate")}

    def insertion(self, owner: str, count: int) -> dict[str, Ints]:
        """Return the durations [s] of the steps of insertion 0, 1, … count-1.

        The tool's steps take their shares of the cycle of the reference row (without the shift, where it includes it),
        longer while the crew is learning. The lift takes what its slurry needs at the flow of the lift system; where
        that is not modelled it takes the rest of the cycle.
        """
        v, shares = self.values, self._tool_shares()
        cycle_h = np.broadcast_to(self.hours("mining.cycle_h", owner, count), count)
        shift_h = np.broadcast_to(self.hours("mining.shift_h", owner, count), count)
        tool_h = self._tool_h(cycle_h, shift_h)
        factor = learning_factors(count, v["learning.first_factor"], v["learning.rate"])
        steps = {name: seconds(tool_h * factor * share) for name, share in shares.items()}
        if self.lift:
            lift_h = self._lifted(owner, count).slurry_m3 / self.lift.flow_m3_h
        else:
            lift_h = tool_h * factor * (1.0 - sum(shares.values()))
        return steps | {"lift": seconds(lift_h), "shift": seconds(shift_h * factor)}

    def clearing(self, owner: str, count: int) -> dict[str, Ints]:
        """Return the durations [s] of flushing the pipe and of circulating it anew, of the lift system or stated."""
        if self.lift:
            return {"flush": seconds(np.array([self.lift.flush_s]) / SECONDS_PER_HOUR),
                    "circulate": seconds(np.array([self.lift.transit_s]) / SECONDS_PER_HOUR)}  # fmt: skip
        stated = {"flush": "string.flush_h", "circulate": "string.restart_h"}
        return {law: self.durations(key, owner, count) for law, key in stated.items()}

    def masses(self, owner: str, count: int) -> Ints:
        """Return slurry [l], dry solids [g] and water [g] of lift 0, 1, … count-1, one after the other."""
        lifted = self._lifted(owner, count)
        columns = (
            lifted.slurry_m3 * LITRES_PER_M3,
            lifted.dry_t * GRAMS_PER_TONNE,
            lifted.water_t * GRAMS_PER_TONNE,
        )
        return np.rint(np.column_stack(columns)).astype(np.int64).ravel()

    def _lifted(self, owner: str, count: int) -> Stroke:
        """Return what strokes 0, 1, … count-1 lift: less where holes overlap, for a hole is mined once."""
        extraction = np.broadcast_to(self.hours("tool.extraction_fraction", owner, count), count)
        if self.values["mine.spacing_bores"] < 1.0:
            vessels, first = self.scenario.mining.vessels, vessel_number(self.scenario.mining.vessel, owner)
            fresh = hole_shares(self.scenario, self.values, self.seed, self.replicate, count * vessels)
            extraction = extraction * fresh[first::vessels]
        return self._strokes(extraction)

    def _strokes(self, extraction_fraction: NDArray[np.float64]) -> Stroke:
        v, central = self.values, self.scenario.quantities
        water_t_m3 = pore_water_density(
            central["mud.bulk_density_t_m3"].value,
            central["mud.dry_bulk_density_t_m3"].value,
            central["mud.grain_density_t_m3"].value,
        )
        return stroke(
            v["tool.bore_m"],
            v["tool.stroke_m"],
            extraction_fraction,
            v["mud.dry_bulk_density_t_m3"],
            v["mud.grain_density_t_m3"],
            water_t_m3,
            self.solids_fraction,
        )

    def largest_lift_l(self) -> int:
        """Return the most slurry that one lift can bring [l]."""
        quantity, key = self.scenario.quantities["tool.extraction_fraction"], "tool.extraction_fraction"
        most = event_draws(quantity, self.values[key], np.array([np.nextafter(1.0, 0.0)]))
        return int(np.ceil(self._strokes(most).slurry_m3[0] * LITRES_PER_M3))

    def wet_per_dry(self) -> float:
        """Return in-situ mud per dry solids of this replicate [t/t]."""
        one = self._strokes(np.ones(1))
        return float(one.wet_t[0] / one.dry_t[0])

    def string_losses(self, owner: str, count: int) -> Ints:
        """Return 1 for every emergency disconnect that loses the string, else 0."""
        u = uniforms(self.seed, self.replicate, "string_loss", owner, count)
        return (u < self.values["emergency.string_loss_probability"]).astype(np.int64)

    def components(self, kind: str, owner: str, count: int) -> list[Component]:
        """Return what may fail on an asset of a kind, with `count` draws each; none when failures are off."""
        if not self.scenario.failures.enabled:
            return []
        found = []
        for name, row in self.scenario.components.items():
            if row.asset_kind != kind:
                continue
            u = uniforms(self.seed, self.replicate, "life", f"{owner}/{name}", count)
            shape = row.weibull_shape if row.life_law == "weibull" else 1.0
            escalates = uniforms(self.seed, self.replicate, "escalation", f"{owner}/{name}", count)
            mtbf_h = self.values[f"components.{name}.mtbf_h"]
            if name == BLOCKAGE and self.lift:
                mtbf_h /= self.lift.blockage_factor
            repairs = np.broadcast_to(self.durations(f"components.{name}.repair_h", owner, count), count)
            found.append(
                Component(
                    name,
                    frozenset(row.wears_during),
                    seconds(weibull_lives(mtbf_h, shape, u)),
                    repairs,
                    (escalates < row.escalation_probability).astype(np.int64),
                    CLASSES[row.repair_class],
                    row.spares,
                    round(row.resupply_h * SECONDS_PER_HOUR) if row.spares else 0,
                )
            )
        return found
