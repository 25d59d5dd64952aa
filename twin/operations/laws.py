"""Draws of one replicate, turned into whole seconds, grams and litres before any stretch is played."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ops_data.units import GRAMS_PER_TONNE, LITRES_PER_M3, SECONDS_PER_HOUR
from twin.models.learning import learning_factors
from twin.models.mud import Stroke, pore_water_density, stroke
from twin.models.reliability import weibull_lives
from twin.models.streams import uniforms
from twin.operations import codes as c
from twin.operations.program import Component, Ints
from twin.quantities import event_draws
from twin.scenario import Scenario

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

    def insertion(self, owner: str, count: int) -> dict[str, Ints]:
        """Return the durations [s] of the steps of insertion 0, 1, … count-1, learning included.

        The cycle of the reference row is split by its shares; when the scenario says that the cycle includes the shift,
        the other steps share what is left of it (at least a tenth).
        """
        v = self.values
        cycle_h = np.broadcast_to(self.hours("mining.cycle_h", owner, count), count)
        shift_h = np.broadcast_to(self.hours("mining.shift_h", owner, count), count)
        if self.scenario.mining.cycle_includes_shift:
            cycle_h = np.maximum(cycle_h - shift_h, 0.1 * cycle_h)
        factor = learning_factors(count, v["learning.first_factor"], v["learning.rate"])
        shares = {"insert": v["mining.insert_share"], "disaggregate": v["mining.disaggregate_share"]}
        shares["lift"] = 1.0 - sum(shares.values())
        steps = {name: seconds(cycle_h * factor * share) for name, share in shares.items()}
        return steps | {"shift": seconds(shift_h * factor)}

    def masses(self, owner: str, count: int) -> Ints:
        """Return slurry [l], dry solids [g] and water [g] of lift 0, 1, … count-1, one after the other."""
        lifted = self._strokes(np.broadcast_to(self.hours("tool.extraction_fraction", owner, count), count))
        columns = (
            lifted.slurry_m3 * LITRES_PER_M3,
            lifted.dry_t * GRAMS_PER_TONNE,
            lifted.water_t * GRAMS_PER_TONNE,
        )
        return np.rint(np.column_stack(columns)).astype(np.int64).ravel()

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
            v["slurry.solids_volume_fraction"],
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
            repairs = np.broadcast_to(self.durations(f"components.{name}.repair_h", owner, count), count)
            found.append(
                Component(
                    name,
                    frozenset(row.wears_during),
                    seconds(weibull_lives(self.values[f"components.{name}.mtbf_h"], shape, u)),
                    repairs,
                    (escalates < row.escalation_probability).astype(np.int64),
                    CLASSES[row.repair_class],
                    row.spares,
                    round(row.resupply_h * SECONDS_PER_HOUR) if row.spares else 0,
                )
            )
        return found
