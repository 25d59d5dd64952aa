"""What the plumes of a replicate move in: classes, mixing, grid and layer, from settings and values of a scenario."""

import math
from collections.abc import Mapping
from typing import Final

import numpy as np

from ops_data.units import METRES_PER_KM, METRES_PER_MM
from twin.models.limits import positive
from twin.models.plume import Floats, Grid, Layer, Water
from twin.models.streams import generator
from twin.scenario import Scenario

CLASSES: Final = 4
LID_ABOVE: Final = 2.0  # of the highest release: the lid is never nearer


def class_shares(values: Mapping[str, float], seed: int, replicate: int, drawn: bool) -> Floats:
    """Return the share of the sediment's mass in each settling class [1], shape (4,), summing to 1.

    Parameters
    ----------
    values : quantity values of the replicate by key, of them ``plume.share_1`` … and ``plume.share_certainty``.
    seed, replicate : choose the draw.
    drawn : draw them together (Dirichlet law round the stated shares), or take them as stated.

    Raises
    ------
    ModelError : no share is above 0.

    Examples
    --------
    >>> stated = {f"plume.share_{number}": share for number, share in enumerate((1.0, 2.0, 1.0, 0.0), 1)}
    >>> class_shares(stated, 1, 0, drawn=False).tolist()
    [0.25, 0.5, 0.25, 0.0]
    """
    stated = np.array([values[f"plume.share_{number}"] for number in range(1, CLASSES + 1)])
    total = positive("settling classes", "sum of plume.share_1 to plume.share_4", stated.sum(), "raise one of them")
    mean: Floats = stated / total
    if not drawn:
        return mean
    weight = values["plume.share_certainty"] * mean
    chosen = generator(seed, replicate, "settling", "shares").standard_gamma(weight)
    return np.asarray(chosen / chosen.sum()) if chosen.sum() > 0.0 else mean


def settling_m_s(values: Mapping[str, float]) -> Floats:
    """Return the settling velocity of each class [m/s], shape (4,); ModelError where one is not above 0."""
    stated = [values[f"plume.settling_{number}_mm_s"] * METRES_PER_MM for number in range(1, CLASSES + 1)]
    return positive("settling classes", "plume.settling_1_mm_s to _4_mm_s [m/s]", stated, "a grain that sinks has one")


def bottom_water(scenario: Scenario, values: Mapping[str, float], highest_m: float) -> Water:
    """Return the water near the bed; its lid is well above the highest release [m], where the closed form is good."""
    return Water(
        settling_m_s=settling_m_s(values),
        kz_m2_s=values["plume.kz_m2_s"],
        kh_m2_s=values["plume.kh_m2_s"],
        lid_m=max(values["plume.mixed_layer_m"], LID_ABOVE * highest_m),
        bed=scenario.environment.bed_rule,
    )


def mid_water(scenario: Scenario, values: Mapping[str, float]) -> Water:
    """Return the water round an outlet far above the bed: weak mixing, no lid."""
    return Water(
        settling_m_s=settling_m_s(values),
        kz_m2_s=values["discharge.kz_m2_s"],
        kh_m2_s=values["plume.kh_m2_s"],
        lid_m=math.inf,
        bed=scenario.environment.bed_rule,
    )


def grid_of(scenario: Scenario) -> Grid:
    """Return the grid of the maps, centred on the first place of the mine plan."""
    chosen = scenario.environment
    cells = max(1, round(chosen.grid_km * METRES_PER_KM / chosen.cell_m))
    corner_m = -0.5 * cells * chosen.cell_m
    return Grid(west_m=corner_m, south_m=corner_m, cell_m=chosen.cell_m, columns=cells, rows=cells)


def bed_layer(scenario: Scenario) -> Layer:
    """Return the layer at the bed in which concentration is told."""
    return Layer(0.0, scenario.environment.bed_layer_m)
