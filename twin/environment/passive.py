"""The near field of a replicate: what of its releases drifts on as passive plumes, from which height, of what grains.

Stirred-up mud and the content of the pipe are dense: most settles near the hole. Return water sinks or rises to its
level and is thinned on the way; where it reaches the bed, what is left of its density decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from ops_data.units import KG_PER_TONNE
from twin.environment.releases import RETURN_WATER, Sources
from twin.environment.water import settling_m_s
from twin.models.cross_flow import (
    buoyancy_flux_m4_s3,
    dilution,
    excess_density_kg_m3,
    plume_radius_m,
    rise_or_fall_m,
)
from twin.models.near_field import passive_share
from twin.models.plume import Bools, Floats, Releases
from twin.scenario import Scenario

SPREAD_OF_RADIUS: Final = 0.5  # standard deviation of a round plume over its radius
SLOWEST_M_S: Final = 0.01  # current below which a plume is not bent over and the law of its rise does not hold
NEAR_BED_M: Final = 200.0  # return water that floats lower than this is told with the layer at the bed


@dataclass(frozen=True, eq=False)
class Passive:
    """Releases after the near field.

    Attributes
    ----------
    sources : what the operations gave off.
    near_kg : of each, what settled near the hole by a dense flow [kg], shape (n,).
    releases : the rest, per settling class; same rows.
    afar : which of them float far above the bed, shape (n,).
    grounded : which of them are return water that reached the bed, shape (n,).
    """

    sources: Sources
    near_kg: Floats
    releases: Releases
    afar: Bools
    grounded: Bools


@dataclass(frozen=True, eq=False)
class _Way:
    """What becomes of return water on its way, one row per release of it: level [m], spread [m], dilution [1]."""

    height_m: Floats
    spread_m: Floats
    dilution: Floats


def passive_releases(
    scenario: Scenario, values: Mapping[str, float], given: Sources, shares: Floats, speed_m_s: float
) -> Passive:
    """Return what the near field leaves to drift.

    Parameters
    ----------
    scenario, values : settings, and quantity values of the replicate by key.
    given : its source terms, n rows.
    shares : of the settling classes in the mud [1], shape (classes,).
    speed_m_s : mean speed of the current near the bed.

    Notes
    -----
    Dense flows keep what settles fast: of a release of which a share drifts on, the finest grains do, class by class
    until the share is full. So does a filter: the solids of return water are the finest of the mud, as many as the
    press lets through.
    """
    chosen = scenario.environment
    returned = given.kind == RETURN_WATER
    height_m = given.height_m.copy()
    spread_m = np.full(len(height_m), values["plume.source_spread_m"])
    concentration = given.concentration_kg_m3.copy()
    if chosen.discharge_plume == "cross_flow" and returned.any():
        way = _way(values, given, returned, speed_m_s)
        height_m[returned] = way.height_m
        spread_m[returned] = np.maximum(spread_m[returned], way.spread_m)
        concentration[returned] /= way.dilution
    grounded = returned & (height_m <= 0.0)
    height_m[grounded] = values["plume.source_height_m"]
    share = np.ones(len(height_m))
    if chosen.near_field == "partition":
        dense = ~returned | grounded
        share[dense] = passive_share(
            concentration[dense],
            values["near_field.passive_share"],
            values["near_field.clear_kg_m3"],
            values["near_field.dense_kg_m3"],
        )
    speeds = settling_m_s(values)
    grains = np.tile(shares, (len(share), 1))
    let_through = 1.0 - values["island.solids_capture"]
    if let_through > 0.0:
        grains[returned] = finest(np.array([let_through]), shares[np.newaxis, :], speeds) / let_through
    drifting_kg = given.mass_kg[:, np.newaxis] * finest(share, grains, speeds)
    releases = Releases(
        start_s=given.start_s,
        duration_s=given.duration_s.astype(np.float64),
        x_m=given.x_m,
        y_m=given.y_m,
        height_m=height_m,
        spread_m=spread_m,
        rate_kg_s=drifting_kg / given.duration_s[:, np.newaxis],
    )
    afar = returned & (height_m > max(values["plume.mixed_layer_m"], NEAR_BED_M))
    return Passive(given, given.mass_kg * (1.0 - share), releases, afar, grounded)


def finest(share: Floats, grains: Floats, settling: Floats) -> Floats:
    """Return the classes of the finest part of some mixtures: the slowest first, until the share is full.

    Parameters
    ----------
    share : part of each mixture [1], 0 to 1, shape (n,).
    grains : class shares of each mixture, summing to 1, shape (n, classes).
    settling : settling velocity of each class, shape (classes,).

    Returns
    -------
    Share of the whole mixture by class [1], shape (n, classes); rows sum to ``share``.

    Examples
    --------
    >>> mud = np.array([[0.2, 0.5, 0.3]])
    >>> finest(np.array([0.4]), mud, np.array([1e-4, 1e-3, 1e-2])).round(3).tolist()
    [[0.2, 0.2, 0.0]]
    """
    order = np.argsort(settling, kind="stable")
    sorted_grains = grains[:, order]
    filled = np.cumsum(sorted_grains, axis=1) - sorted_grains
    taken = np.clip(share[:, np.newaxis] - filled, 0.0, sorted_grains)
    found = np.empty_like(taken)
    found[:, order] = np.where(share[:, np.newaxis] >= 1.0, sorted_grains, taken)
    return found


def _way(values: Mapping[str, float], given: Sources, returned: Bools, speed_m_s: float) -> _Way:
    """Return how return water rises or falls; one height for all of it, weighed by mass.

    Where it would fall farther than to the bed, spread and dilution are those of the fall that there is.
    """
    outlet_m = given.height_m[returned]
    near_bed = bool((outlet_m <= max(values["plume.mixed_layer_m"], NEAR_BED_M)).all())
    place = "near_bed" if near_bed else "mid_water"
    speed = max(speed_m_s * (1.0 if near_bed else values["discharge.current_ratio"]), SLOWEST_M_S)
    water_kg_m3 = values["dewater.water_density_t_m3"] * KG_PER_TONNE
    grain_kg_m3 = values["mud.grain_density_t_m3"] * KG_PER_TONNE
    solids_kg_m3 = given.concentration_kg_m3[returned]
    carrier_kg_m3 = water_kg_m3 + values["discharge.excess_density_kg_m3"]
    excess_kg_m3 = excess_density_kg_m3(carrier_kg_m3, solids_kg_m3, grain_kg_m3, water_kg_m3)
    flow_m3_s = given.water_kg[returned] / water_kg_m3 / given.duration_s[returned]
    flux = buoyancy_flux_m4_s3(flow_m3_s, excess_kg_m3, water_kg_m3)
    each_m = rise_or_fall_m(flux, speed, values[f"discharge.stratification_{place}_per_s"])
    weight = given.mass_kg[returned]
    mean_m = np.average(each_m, weights=weight) if weight.sum() > 0.0 else each_m.mean()
    rise_m = np.full(len(each_m), float(mean_m))
    moved_m = np.maximum(rise_m, -outlet_m)
    entrainment = values["discharge.entrainment"]
    return _Way(
        height_m=outlet_m + rise_m,
        spread_m=SPREAD_OF_RADIUS * plume_radius_m(moved_m, entrainment),
        dilution=dilution(moved_m, speed, flow_m3_s, entrainment),
    )
