"""The mud a scenario mines: the grade of every hole, and what is known of the ground around the site."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ops_data.cores import Core, read_cores
from ops_data.elements import ELEMENTS
from ops_data.errors import ModelError
from ops_data.units import METRES_PER_KM
from twin.models import grade_field, mine_plan
from twin.models.core_fit import known_places
from twin.models.grade_profile import GradeProfile, profile_of, window_mean
from twin.models.streams import generator, uniforms
from twin.scenario import Scenario

Floats = NDArray[np.float64]

ORDER: Final[mine_plan.Order] = "rows"
SEEDS: Final = 2**32  # GSTools takes whole numbers below this


@dataclass(frozen=True, eq=False)
class Blocks:
    """The square area round the site, cut into equal square blocks.

    Attributes
    ----------
    side_km : side of the area; ``per_side`` blocks along it.
    x_km, y_km : centres of the blocks east and north of the site, shape (per_side²,), west to east, then northwards.
    """

    side_km: float
    per_side: int
    x_km: Floats
    y_km: Floats

    @property
    def block_km(self) -> float:
        """Side of a block."""
        return self.side_km / self.per_side

    @property
    def site(self) -> int:
        """Number of the block in which the first hole is made: that with the site in it or at its south-west corner."""
        return self.per_side // 2 * (self.per_side + 1)


def blocks(area_km2: float, block_km: float) -> Blocks:
    """Return the block grid of an area, its blocks as near to the wanted size as whole numbers allow.

    Examples
    --------
    >>> grid = blocks(2500.0, 10.0)
    >>> grid.per_side, grid.block_km, grid.x_km[:5].tolist()
    (5, 10.0, [-20.0, -10.0, 0.0, 10.0, 20.0])
    """
    side = math.sqrt(area_km2)
    per_side = max(1, round(side / block_km))
    centres = (np.arange(per_side) + 0.5) * (side / per_side) - 0.5 * side
    x, y = np.meshgrid(centres, centres)
    return Blocks(side, per_side, x.ravel(), y.ravel())


def check(values: Mapping[str, float]) -> None:
    """Raise ModelError if values that no scenario allows let the tool reach beyond the mud."""
    stroke, thickness = values["tool.stroke_m"], values["resource.mud_thickness_m"]
    if stroke > thickness:
        raise ModelError(
            f"mud: tool.stroke_m is {stroke:.4g} m; it stays within resource.mud_thickness_m {thickness:g}, the mud "
            "whose grade is described: shorten the stroke, or state a thicker mud"
        )


def field_law(values: Mapping[str, float]) -> grade_field.FieldLaw:
    """Return how places differ, from the values of a replicate."""
    return grade_field.FieldLaw(
        peak_shallow_m=values["resource.block_peak_shallow_m"],
        peak_deep_m=values["resource.block_peak_deep_m"],
        mean_ppm=values["resource.block_mean_ppm"],
        mean_cv=values["resource.block_cv"],
        correlation_km=values["resource.correlation_km"],
        mean_peak_correlation=values["resource.mean_peak_correlation"],
        layer_sd=values["resource.layer_sd"],
        layer_correlation_m=values["resource.layer_correlation_m"],
    )


def layer_edges(values: Mapping[str, float]) -> Floats:
    """Return the depths that part the layers of the mud [m]."""
    return grade_field.layer_edges(values["resource.layer_m"], values["resource.mud_thickness_m"])


def pattern(values: Mapping[str, float], order: mine_plan.Order = ORDER) -> mine_plan.Pattern:
    """Return how the holes of a scenario are laid out."""
    bore = values["tool.bore_m"]
    return mine_plan.Pattern(
        spacing_m=values["mine.spacing_bores"] * bore,
        bore_m=bore,
        order=order,
        row_m=values["mine.row_m"],
        obstacle_share=values["mine.obstacle_share"],
        obstacle_patch_m=values["mine.obstacle_patch_m"],
    )


@cache
def _cores(path: str, latitude_deg: float, longitude_deg: float, half_side_km: float, mud_m: float) -> tuple[Core, ...]:
    return read_cores(Path(path), latitude_deg, longitude_deg, half_side_km, mud_m)


def cores_of(scenario: Scenario, values: Mapping[str, float]) -> tuple[Core, ...]:
    """Return the scenario's cores, none if it names no file; CoreError if the file breaks a rule."""
    if not scenario.resource.cores:
        return ()
    half_side_km = 0.5 * math.sqrt(values["resource.area_km2"])
    site, mud_m = scenario.site, values["resource.mud_thickness_m"]
    return _cores(scenario.resource.cores, site.latitude_deg, site.longitude_deg, half_side_km, mud_m)


def known(scenario: Scenario, values: Mapping[str, float], shape: GradeProfile) -> grade_field.KnownPlaces | None:
    """Return what the scenario's cores say about the field, None without cores."""
    found = cores_of(scenario, values)
    if not found:
        return None
    x, y = np.array([core.x_km for core in found]), np.array([core.y_km for core in found])
    pieces = [(core.top_m, core.bottom_m, core.rey_ppm) for core in found]
    return known_places(x, y, pieces, shape, values["resource.mud_thickness_m"])


def field_seed(scenario: Scenario, seed: int, replicate: int) -> int | None:
    """Return the number that chooses the field of a replicate; None where everything takes its central value."""
    if scenario.campaign.variability == "central":
        return None
    return int(generator(seed, replicate, "grade_field", "site").integers(SEEDS))


def hole_grades(scenario: Scenario, values: Mapping[str, float], seed: int, replicate: int, count: int) -> Floats:
    """Return the grade of the mud that each hole of a campaign yields over the tool's stroke.

    Parameters
    ----------
    scenario : its ``resource.model`` says whether places differ.
    values : one value per quantity key, those of the replicate.
    seed, replicate : choose the field, the obstacles and the scatter of holes.
    count : how many holes, in the order in which they are mined; a longer request begins with the shorter one.

    Returns
    -------
    ΣREY per dry solids [mass ppm], shape (count,).

    Notes
    -----
    Uniform: the profile's mean from the sea bed to the end of the stroke, the same for all. Blocks: the replicate's
    field in the block a hole lies in, with the hole's own scatter of level and peak depth; only the blocks that the
    holes touch are simulated. Locations of a campaign lie less than 1 km apart, far below the correlation length, so
    all holes are laid out as one field of holes that starts at the site.

    Raises
    ------
    ScenarioError, CoreError
        See :func:`check` and :func:`ops_data.cores.read_cores`.
    ModelError
        The area is mined out before the last hole.
    """
    check(values)
    shape, stroke = profile_of(values), values["tool.stroke_m"]
    if scenario.resource.model == "uniform" or count == 0:
        return np.full(count, float(window_mean(shape, 0.0, stroke)))
    grid = blocks(values["resource.area_km2"], values["resource.block_km"])
    inside = _block_of_holes(grid, mine_plan.plan(pattern(values), count, seed, replicate))
    touched, at = np.unique(inside, return_inverse=True)
    edges = layer_edges(values)
    cut = grade_field.cut_edges(edges, stroke)
    field = grade_field.simulate(
        grid.x_km[touched], grid.y_km[touched], field_law(values), shape, edges,
        field_seed(scenario, seed, replicate), known(scenario, values, shape), len(cut) - 1,
    )  # fmt: skip
    level, shift_m = _hole_scatter(scenario, values, seed, replicate, count)
    holes = grade_field.GradeField(
        peak_depth_m=field.peak_depth_m[at] + shift_m,
        mean_ppm=field.mean_ppm[at],
        layer_factor=field.layer_factor[at],
    )
    return level * grade_field.stroke_grades(shape, holes, edges, stroke)


def _block_of_holes(grid: Blocks, holes: mine_plan.MinePlan) -> NDArray[np.int64]:
    column, row = (
        np.floor((metres / METRES_PER_KM + 0.5 * grid.side_km) / grid.block_km).astype(np.int64)
        for metres in (holes.x_m, holes.y_m)
    )
    within = (np.minimum(column, row) >= 0) & (np.maximum(column, row) < grid.per_side)
    if not within.all():
        raise ModelError(
            f"mine plan: hole {int(np.argmin(within))} of {len(within)} lies beyond the area of "
            f"{grid.side_km**2:g} km2; a hole is mined once; enlarge resource.area_km2 or end the campaign earlier"
        )
    found: NDArray[np.int64] = row * grid.per_side + column
    return found


def _hole_scatter(
    scenario: Scenario, values: Mapping[str, float], seed: int, replicate: int, count: int
) -> tuple[Floats, Floats]:
    """Return the factor on the grade and the shift of the peak depth [m] of each hole."""
    from scipy.special import ndtri

    if scenario.campaign.variability == "central":
        return np.ones(count), np.zeros(count)
    scores = [ndtri(uniforms(seed, replicate, "hole", name, count)) for name in ("level", "peak")]
    sd = values["resource.hole_sd"]
    return np.exp(sd * scores[0] - 0.5 * sd**2), values["resource.hole_peak_sd_m"] * scores[1]


def hole_shares(scenario: Scenario, values: Mapping[str, float], seed: int, replicate: int, count: int) -> Floats:
    """Return the share of each hole's cylinder that no earlier hole has taken, shape (count,); 1 without overlap."""
    check(values)
    return mine_plan.plan(pattern(values), count, seed, replicate).fresh


def reference_shares(values: Mapping[str, float]) -> Floats:
    """Return the shares of the elements in poor mud of a replicate [%], shape (15,), for ``element_shares``."""
    return np.array([values[f"composition.{element.lower()}_percent"] for element in ELEMENTS])
