"""What the ground of a scenario holds, what the tool reaches of it, and how many holes it takes."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from ops_data.elements import ELEMENTS, oxide_name
from ops_data.errors import UsageError
from ops_data.units import HOURS_PER_DAY, KG_PER_TONNE, M2_PER_HECTARE, M2_PER_KM2, PPM
from twin.models import grade_field, mine_plan, mud
from twin.models.grade_profile import accumulated, levelled, profile_of, window_mean
from twin.models.tonnage import InPlace, in_place, years_of_supply
from twin.resource import (
    Blocks,
    blocks,
    check,
    field_law,
    field_seed,
    hole_grades,
    known,
    layer_edges,
    pattern,
    reference_shares,
)
from twin.scenario import Scenario, draw_parameters

Floats = NDArray[np.float64]
Mode = Literal["fixed", "drawn"]

SPREAD_BLOCKS: Final = 20  # most blocks along a side when many fields are drawn: the mean of the area needs no more
COLUMN_STEPS: Final = 2_000  # steps in which the column at the site is summed
DEMAND: Final = "demand."
DEMAND_END: Final = "_oxide_t_y"


@dataclass(frozen=True, eq=False)
class Ground:
    """One draw of the ground of an area.

    Attributes
    ----------
    grid : the blocks; one block in the uniform model.
    edges_m : depths that part the layers [m], shape (L + 1,).
    peak_depth_m : depth of the peak in each block [m], shape (n,).
    grade_ppm : ΣREY per dry solids by block and layer [mass ppm], shape (n, L).
    """

    grid: Blocks
    edges_m: Floats
    peak_depth_m: Floats
    grade_ppm: Floats

    @property
    def block_mean_ppm(self) -> Floats:
        """Mean grade of each block over the depth."""
        found: Floats = self.grade_ppm @ np.diff(self.edges_m) / (self.edges_m[-1] - self.edges_m[0])
        return found


@dataclass(frozen=True)
class Spread:
    """A number over many draws: mean, and the values that 10, 50 and 90 % of the draws do not exceed."""

    mean: float
    p10: float
    p50: float
    p90: float


@dataclass(frozen=True)
class LayerSpread:
    """Grade of one layer at the site over draws."""

    top_m: float
    bottom_m: float
    grade_ppm: Spread


@dataclass(frozen=True)
class Supply:
    """For how many years the area would meet a demand that stays what it is."""

    oxide: str
    demand_t_y: float
    source: str
    years: Spread


@dataclass(frozen=True)
class Estimate:
    """What an area holds, over draws of what is not known; the last three fields are of the site, not of the area."""

    area_km2: float
    depth_m: float
    draws: int
    mean_ppm: Spread
    wet_t: Spread
    dry_t: Spread
    rey_t: Spread
    reo_t: Spread
    oxide_t: Mapping[str, Spread]
    supply: tuple[Supply, ...]
    hole_ppm: Spread
    peak_beyond_stroke_share: float
    site_layers: tuple[LayerSpread, ...]


@dataclass(frozen=True, eq=False)
class SiteColumn:
    """The mud at the site from the sea bed down.

    Attributes
    ----------
    depth_m : depths in small steps, from 0 to the whole thickness [m].
    summed_ppm_m : grade summed from the sea bed to each depth [ppm m].
    layer_peak_m : depth of the enriched layer's peak, which may lie below the mud described [m].
    layer_base_m : depth at which the enriched layer ends, two standard deviations below its peak [m].
    """

    depth_m: Floats
    summed_ppm_m: Floats
    layer_peak_m: float
    layer_base_m: float

    def mean_ppm(self, top_m: float, bottom_m: float) -> float:
        """Return the mean grade between two depths [mass ppm]."""
        top, bottom = np.interp([top_m, bottom_m], self.depth_m, self.summed_ppm_m)
        return float(bottom - top) / (bottom_m - top_m)


@dataclass(frozen=True)
class Reach:
    """What the tool's stroke takes of a column.

    Attributes
    ----------
    stroke_m, bore_m : of the tool [m].
    grade_ppm, column_ppm : mean grade over the stroke, and over the whole mud [mass ppm].
    peak_ppm, peak_depth_m : highest grade within the mud and its depth [mass ppm, m].
    layer_peak_m, layer_base_m : depths of the enriched layer's peak and of its end, whether in the mud or below [m].
    rey_share : share of the column's rare earths that lies within the stroke [1].
    best_stroke_m, best_grade_ppm : the stroke with the highest mean grade [m, mass ppm].
    """

    stroke_m: float
    bore_m: float
    grade_ppm: float
    column_ppm: float
    peak_ppm: float
    peak_depth_m: float
    layer_peak_m: float
    layer_base_m: float
    rey_share: float
    best_stroke_m: float
    best_grade_ppm: float


@dataclass(frozen=True)
class MineSummary:
    """What the mine plan makes of the ground, at the values of the column at the site.

    Attributes
    ----------
    spacing_m : distance of hole centres [m].
    holes_per_ha : holes on a hectare, obstacles taken off.
    pattern_share, areal_recovery : ground that the pattern takes, and with obstacles taken off [1].
    wet_t, dry_t, rey_kg : what one hole yields, overlap taken off [t, t, kg].
    holes_per_day : holes a day that meet the target [1/d].
    hours_per_hole : time for one hole at the target without any break [h].
    days_per_ha : days for which a hectare meets the target [d].
    """

    spacing_m: float
    holes_per_ha: float
    pattern_share: float
    areal_recovery: float
    wet_t: float
    dry_t: float
    rey_kg: float
    holes_per_day: float
    hours_per_hole: float
    days_per_ha: float


def ground(
    scenario: Scenario, values: Mapping[str, float], seed: int, replicate: int, area_km2: float, depth_m: float,
    most_blocks: int | None = None,
) -> Ground:  # fmt: skip
    """Return the ground of an area round the site as a replicate of a campaign finds it.

    Parameters
    ----------
    scenario, values, seed, replicate : as in :func:`twin.resource.hole_grades`.
    area_km2 : area, a square round the site.
    depth_m : depth below the sea bed that counts, at most ``resource.mud_thickness_m``.
    most_blocks : most blocks along a side; None: as many as ``resource.block_km`` gives.

    Notes
    -----
    Blocks: the grade of a block is that of its centre, in each layer the exact mean of the profile times the layer's
    factor. Uniform: one block with the profile.
    """
    check(values)
    deep_enough = dict(values) | {"resource.mud_thickness_m": max(values["resource.mud_thickness_m"], depth_m)}
    shape, edges = profile_of(values), layer_edges(deep_enough)
    cut = grade_field.cut_edges(edges, depth_m)
    side = math.sqrt(area_km2)
    if scenario.resource.model == "uniform":
        layers = window_mean(shape, cut[:-1], cut[1:])[np.newaxis]
        return Ground(blocks(area_km2, side), cut, np.array([values["resource.peak_depth_m"]]), layers)
    wanted_km = values["resource.block_km"] if most_blocks is None else side / most_blocks
    grid = blocks(area_km2, max(wanted_km, values["resource.block_km"]))
    field = grade_field.simulate(
        grid.x_km, grid.y_km, field_law(values), shape, edges, field_seed(scenario, seed, replicate),
        known(scenario, values, shape), len(cut) - 1,
    )  # fmt: skip
    return Ground(grid, cut, field.peak_depth_m, grade_field.window_grades(shape, field, edges, depth_m))


def default_area_km2(scenario: Scenario) -> float:
    """Return the area of the whole model: all blocks, or one block where the site's profile stands for the ground."""
    key = "resource.area_km2" if scenario.resource.model == "blocks" else "resource.block_km"
    value = scenario.quantities[key].value
    return value if scenario.resource.model == "blocks" else value**2


def check_depth(scenario: Scenario, depth_m: float) -> None:
    """Raise UsageError if an estimate is asked for deeper than the mud that is described."""
    thickness = scenario.quantities["resource.mud_thickness_m"].value
    if depth_m > thickness:
        raise UsageError(
            f"--depth-m {depth_m:g}: the mud is described to {thickness:g} m; ask for less, or state a thicker mud "
            "with --set resource.mud_thickness_m=…"
        )


def spread(values: Sequence[float]) -> Spread:
    """Return mean, P10, P50 and P90 of some numbers."""
    p10, p50, p90 = (float(value) for value in np.quantile(values, [0.1, 0.5, 0.9]))
    return Spread(float(np.mean(values)), p10, p50, p90)


def holdings(found: Ground, area_km2: float, values: Mapping[str, float]) -> InPlace:
    """Return what a drawn ground holds in place."""
    return in_place(
        found.grade_ppm, np.diff(found.edges_m), area_km2,
        values["mud.dry_bulk_density_t_m3"], values["mud.bulk_density_t_m3"], reference_shares(values),
    )  # fmt: skip


def estimate(scenario: Scenario, area_km2: float, depth_m: float, seed: int, draws: int, mode: Mode) -> Estimate:
    """Return what an area holds, over draws of the uncertain parameters (mode drawn) and of the field.

    Parameters
    ----------
    scenario : its model, its quantities and their ranges.
    area_km2, depth_m : what counts [km2, m].
    seed, draws : draw n takes the luck of replicate n of a campaign with this seed.
    mode : ``fixed`` takes parameters as stated, so that only the field differs between draws.
    """
    stroke_m = scenario.quantities["tool.stroke_m"].value
    held: list[InPlace] = []
    hole_ppm: list[float] = []
    site_ppm: list[Floats] = []
    beyond = 0
    for draw in range(draws):
        values = draw_parameters(scenario, seed, draw, mode)
        found = ground(scenario, values, seed, draw, area_km2, depth_m, SPREAD_BLOCKS)
        held.append(holdings(found, area_km2, values))
        site_ppm.append(found.grade_ppm[found.grid.site])
        hole_ppm.append(float(hole_grades(scenario, values, seed, draw, 1)[0]))
        beyond += bool(found.peak_depth_m[found.grid.site] > stroke_m)
    oxides = np.array([one.oxides_t for one in held])
    by_oxide = {oxide_name(element): spread(oxides[:, at].tolist()) for at, element in enumerate(ELEMENTS)}
    return Estimate(
        area_km2, depth_m, draws,
        mean_ppm=spread([one.mean_ppm for one in held]),
        wet_t=spread([one.wet_t for one in held]),
        dry_t=spread([one.dry_t for one in held]),
        rey_t=spread([one.rey_t for one in held]),
        reo_t=spread([one.reo_t for one in held]),
        oxide_t=by_oxide,
        supply=_supply(scenario, oxides),
        hole_ppm=spread(hole_ppm),
        peak_beyond_stroke_share=beyond / draws,
        site_layers=_layers(found.edges_m, np.array(site_ppm)),
    )  # fmt: skip


def _layers(edges_m: Floats, site_ppm: Floats) -> tuple[LayerSpread, ...]:
    """Return the spread of each layer from its grades, shape (draws, layers)."""
    return tuple(
        LayerSpread(float(top), float(bottom), spread(grades.tolist()))
        for top, bottom, grades in zip(edges_m[:-1], edges_m[1:], site_ppm.T, strict=True)
    )


def _supply(scenario: Scenario, oxides_t: Floats) -> tuple[Supply, ...]:
    """Return years of supply for each oxide whose demand stands in a row ``demand.<element>_oxide_t_y``."""
    found = []
    for at, element in enumerate(ELEMENTS):
        row = scenario.quantities.get(f"{DEMAND}{element.lower()}{DEMAND_END}")
        if row is not None:
            years = spread(years_of_supply(oxides_t[:, at], row.value).tolist())
            found.append(Supply(oxide_name(element), row.value, row.source, years))
    return tuple(found)


def site_column(scenario: Scenario, values: Mapping[str, float], seed: int, replicate: int) -> SiteColumn:
    """Return the column at the site: the stated profile, or that of the site's block in a replicate's field."""
    shape, edges = profile_of(values), layer_edges(values)
    thickness = float(edges[-1])
    depths = np.linspace(0.0, thickness, COLUMN_STEPS + 1)
    base = 2.0 * values["resource.peak_width_m"]
    if scenario.resource.model == "uniform":
        peak_m = values["resource.peak_depth_m"]
        return SiteColumn(depths, accumulated(shape, depths), peak_m, peak_m + base)
    grid = blocks(values["resource.area_km2"], values["resource.block_km"])
    at = slice(grid.site, grid.site + 1)
    field = grade_field.simulate(
        grid.x_km[at], grid.y_km[at], field_law(values), shape, edges,
        field_seed(scenario, seed, replicate), known(scenario, values, shape),
    )  # fmt: skip
    peak_m = float(field.peak_depth_m[0])
    local = levelled(replace(shape, peak_depth_m=peak_m), field.mean_ppm[0], thickness)
    middles = 0.5 * (depths[1:] + depths[:-1])
    factor = field.layer_factor[0, np.searchsorted(edges, middles) - 1]
    summed = np.cumsum(np.diff(accumulated(local, depths)) * factor)
    return SiteColumn(depths, np.concatenate([[0.0], summed]), peak_m, peak_m + base)


def reach(column: SiteColumn, stroke_m: float, bore_m: float) -> Reach:
    """Return what a tool's stroke takes of the column at the site."""
    depths, thickness = column.depth_m, float(column.depth_m[-1])
    grades, means = np.diff(column.summed_ppm_m) / np.diff(depths), column.summed_ppm_m[1:] / depths[1:]
    top, best = int(np.argmax(grades)), int(np.argmax(means))
    return Reach(
        stroke_m=stroke_m,
        bore_m=bore_m,
        grade_ppm=column.mean_ppm(0.0, stroke_m),
        column_ppm=column.mean_ppm(0.0, thickness),
        peak_ppm=float(grades[top]),
        peak_depth_m=float(depths[top : top + 2].mean()),
        layer_peak_m=column.layer_peak_m,
        layer_base_m=column.layer_base_m,
        rey_share=column.mean_ppm(0.0, stroke_m) * stroke_m / float(column.summed_ppm_m[-1]),
        best_stroke_m=float(depths[best + 1]),
        best_grade_ppm=float(means[best]),
    )


def mine_summary(scenario: Scenario, values: Mapping[str, float], grade_ppm: float) -> MineSummary:
    """Return what the mine plan makes of a column of some grade: holes, recovery, days of a hectare at the target."""
    layout = pattern(values)
    basis = scenario.campaign.mass_basis
    share = 1.0 - 3.0 * mine_plan.lens_share(layout.spacing_m, layout.bore_m)
    water = mud.pore_water_density(
        values["mud.bulk_density_t_m3"], values["mud.dry_bulk_density_t_m3"], values["mud.grain_density_t_m3"]
    )
    one = mud.stroke(
        layout.bore_m, values["tool.stroke_m"], values["tool.extraction_fraction"] * share,
        values["mud.dry_bulk_density_t_m3"], values["mud.grain_density_t_m3"], water,
        values["slurry.solids_volume_fraction"],
    )  # fmt: skip
    per_hole = float(one.wet_t if basis == "wet" else one.dry_t)
    per_day = scenario.campaign.target_t_d / per_hole
    per_ha = mine_plan.holes_per_km2(layout.spacing_m, layout.obstacle_share) * M2_PER_HECTARE / M2_PER_KM2
    return MineSummary(
        spacing_m=layout.spacing_m,
        holes_per_ha=per_ha,
        pattern_share=mine_plan.areal_recovery(layout.spacing_m, layout.bore_m),
        areal_recovery=mine_plan.areal_recovery(layout.spacing_m, layout.bore_m, layout.obstacle_share),
        wet_t=float(one.wet_t),
        dry_t=float(one.dry_t),
        rey_kg=float(one.dry_t) * KG_PER_TONNE * grade_ppm * PPM,
        holes_per_day=per_day,
        hours_per_hole=HOURS_PER_DAY / per_day,
        days_per_ha=per_ha / per_day,
    )
