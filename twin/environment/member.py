"""One member of an environmental study: the plumes of one replicate of a run, from its rows to maps."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from ops_data.errors import ModelError
from ops_data.units import KG_M3_PER_MG_L, METRES_PER_KM, SECONDS_PER_DAY
from twin.environment.current import current_of, mean_speed_m_s
from twin.environment.passive import Passive, passive_releases
from twin.environment.releases import Closure, Sources, sources
from twin.environment.water import bed_layer, bottom_water, class_shares, grid_of, mid_water
from twin.models.near_field import radial_deposit_kg_m2
from twin.models.plume import Current, Field, Floats, Grid, Layer, Releases, Water
from twin.models.puffs import puff_field, solved, walked
from twin.models.random_numbers import key
from twin.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

PARTICLES: Final = 5_000  # per settling class and height of release, where grains walk


@dataclass(frozen=True, eq=False)
class Plume:
    """The field of some releases, and the layer its concentration is told in."""

    field: Field
    layer: Layer


@dataclass(frozen=True, eq=False)
class Member:
    """The plumes of one replicate.

    Attributes
    ----------
    replicate : its number in the run.
    values : quantity values by key.
    shares : of the settling classes [1].
    passive, closure : its source terms, and what they must add up to.
    current : what carried the plumes near the bed; None without a release.
    bed : field in the layer at the bed.
    afar : field in the layer of return water, None without any far above the bed.
    near_kg_m2 : deposit of the near field, shape of the grid.
    near_beyond_kg : what of it lies beyond the grid.
    """

    replicate: int
    values: Mapping[str, float]
    shares: Floats
    passive: Passive
    closure: Closure
    current: Current | None
    bed: Field
    afar: Plume | None
    near_kg_m2: Floats
    near_beyond_kg: float

    @property
    def deposit_kg_m2(self) -> Floats:
        """Dry mass on the bed, near field and all plumes [kg/m2], shape of the grid."""
        found = self.near_kg_m2 + self.bed.deposit_kg_m2
        return found if self.afar is None else found + self.afar.field.deposit_kg_m2


@dataclass(frozen=True, eq=False)
class Study:
    """What all members share.

    Attributes
    ----------
    scenario : the campaign, with the environmental settings of the study.
    seed : of the run.
    drawn : whether uncertain parameters are drawn.
    record : a person's own current record, None where none is used.
    """

    scenario: Scenario
    seed: int
    drawn: bool
    record: Current | None


def member(
    study: Study, values: Mapping[str, float], replicate: int, intervals: "pd.DataFrame", lots: "pd.DataFrame"
) -> Member:
    """Return the plumes of one replicate.

    Parameters
    ----------
    study : what all members share.
    values : quantity values of the replicate by key.
    replicate : its number.
    intervals, lots : its rows in the run, see :func:`twin.environment.releases.sources`.
    """
    scenario, seed = study.scenario, study.seed
    given, closure = sources(scenario, values, seed, replicate, intervals, lots)
    shares = class_shares(values, seed, replicate, study.drawn)
    grid = grid_of(scenario)
    if not len(given.kind):
        none = _nothing(scenario, grid)
        passive = passive_releases(scenario, values, given, shares, 0.0)
        return Member(replicate, values, shares, passive, closure, None, none, None, none.deposit_kg_m2, 0.0)
    _check_on_grid(given, grid)
    start_s = int(given.start_s.min())
    end_s = int((given.start_s + given.duration_s).max()) + round(values["plume.follow_d"] * SECONDS_PER_DAY)
    current = current_of(scenario, values, seed, replicate, start_s, end_s, study.record)
    passive = passive_releases(scenario, values, given, shares, mean_speed_m_s(current))
    length_m = values["near_field.deposit_length_m"]
    near_kg_m2, beyond_kg = radial_deposit_kg_m2(passive.near_kg, given.x_m, given.y_m, length_m, grid)
    low, high = passive.releases.take(~passive.afar), passive.releases.take(passive.afar)
    bed_water = bottom_water(scenario, values, float(low.height_m.max(initial=0.0)))
    bed = _field(scenario, low, bed_water, current, bed_layer(scenario), key(seed, replicate, "sea bed"))
    afar = None
    if len(high.start_s):
        layer = _layer_of(high, values["discharge.layer_m"])
        faster = _times(current, values["discharge.current_ratio"])
        grains = key(seed, replicate, "return water")
        afar = Plume(_field(scenario, high, mid_water(scenario, values), faster, layer, grains), layer)
    return Member(replicate, values, shares, passive, closure, current, bed, afar, near_kg_m2, beyond_kg)


def _check_on_grid(given: Sources, grid: Grid) -> None:
    """Refuse holes off the grid; ModelError names the side that would hold them."""
    reach_m = float(np.maximum(np.abs(given.x_m), np.abs(given.y_m)).max())
    if reach_m > -grid.west_m:
        raise ModelError(
            f"maps: environment.grid_km is {-2.0 * grid.west_m / METRES_PER_KM:g}; a hole lies {reach_m:,.0f} m from "
            f"the first one, off the grid: set it to {math.ceil(4.0 * reach_m / METRES_PER_KM):g} or more"
        )


def _nothing(scenario: Scenario, grid: Grid) -> Field:
    levels = len(scenario.environment.concentration_levels_mg_l)
    flat, stack = np.zeros(grid.shape), np.zeros((levels, *grid.shape))
    none = np.zeros(0)
    return Field(flat, flat, stack, stack, flat, none, none.astype(np.int64), 0.0, 0.0, 0.0, 0.0, 0.0)


def _field(scenario: Scenario, releases: Releases, water: Water, current: Current, layer: Layer, grains: int) -> Field:
    chosen = scenario.environment
    if not len(releases.start_s):
        return _nothing(scenario, grid_of(scenario))
    levels_kg_m3 = np.array(chosen.concentration_levels_mg_l) * KG_M3_PER_MG_L
    if chosen.vertical == "walked":
        columns = walked(releases, water, layer, current, PARTICLES, grains)
    else:
        columns = solved(releases, water, layer, current)
    return puff_field(releases, water, current, grid_of(scenario), layer, levels_kg_m3, columns, float(chosen.step_s))


def _layer_of(releases: Releases, thickness_m: float) -> Layer:
    middle = float(releases.height_m[0])
    return Layer(max(0.0, middle - 0.5 * thickness_m), middle + 0.5 * thickness_m)


def _times(current: Current, factor: float) -> Current:
    return replace(current, u_m_s=factor * current.u_m_s, v_m_s=factor * current.v_m_s)
