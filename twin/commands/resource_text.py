"""The answer of ``twin resource``: text for people, and a JSON document."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from twin.commands.output import console, paragraph, plain_table
from twin.indicators.words import percent
from twin.models.mud_properties import porosity, shear_strength, solids_mass_share
from twin.resource_estimate import Estimate, MineSummary, Reach, SiteColumn, Spread

if TYPE_CHECKING:
    from rich.console import Console

    from ops_data.cores import Core
    from twin.scenario import Scenario

MILLION: Final = 1e6
THOUSAND: Final = 1e3
SHOWN_OXIDES: Final = ("Nd2O3", "Tb4O7", "Dy2O3", "Y2O3")
BAR: Final = 28  # letters of the longest bar
NEAR_PEAK_M: Final = 0.01  # a stroke that ends this near ends at the peak: grades are known in steps of 5 mm
MODELS: Final = {
    "uniform": "one profile everywhere (resource.model uniform)",
    "blocks": "peak depth and grade vary from place to place (resource.model blocks)",
}


@dataclass(frozen=True, eq=False)
class Answer:
    """Everything the verb tells; ``values`` are those of the column at the site."""

    scenario: "Scenario"
    replicate: int
    held: Estimate
    column: SiteColumn
    reached: Reach
    plan: MineSummary
    cores: "tuple[Core, ...]"
    values: Mapping[str, float]


def windows(answer: Answer) -> list[tuple[float, float, float]]:
    """Return top, bottom and mean grade of the column at the site, metre by metre."""
    thickness = answer.values["resource.mud_thickness_m"]
    edges = [*np.arange(0.0, thickness * (1.0 - 1e-9), max(1.0, thickness / 10.0)).tolist(), thickness]
    return [(top, bottom, answer.column.mean_ppm(top, bottom)) for top, bottom in pairwise(edges)]


def as_document(answer: Answer) -> dict[str, Any]:
    """Return everything as one JSON document."""
    v = answer.values
    return {
        "scenario": answer.scenario.name,
        "model": answer.scenario.resource.model,
        "cores": [{"core_id": core.name, "x_km": core.x_km, "y_km": core.y_km} for core in answer.cores],
        "in_place": asdict(answer.held),
        "profile": [{"top_m": top, "bottom_m": bottom, "grade_ppm": ppm} for top, bottom, ppm in windows(answer)],
        "stroke": asdict(answer.reached),
        "mine_plan": asdict(answer.plan),
        "mud": {
            "bulk_density_t_m3": v["mud.bulk_density_t_m3"],
            "dry_bulk_density_t_m3": v["mud.dry_bulk_density_t_m3"],
            "grain_density_t_m3": v["mud.grain_density_t_m3"],
            "porosity": _porosity(answer),
            "solids_mass_share": _solids(answer),
            "shear_strength_at_stroke_kpa": _strength_kpa(answer, v["tool.stroke_m"]),
            "clay_share": v["mud.clay_share"],
            "coarse_share": v["mud.coarse_share"],
        },
    }


def print_answer(answer: Answer) -> None:
    """Print the answer for people."""
    out = console()
    out.print(f"{answer.scenario.title}: the mud", style="bold")
    paragraph(out, f"Ground: {MODELS[answer.scenario.resource.model]}{_about_cores(answer)}.")
    _print_held(out, answer.held)
    _print_profile(out, answer)
    _print_reach(out, answer)
    _print_plan(out, answer)


def _about_cores(answer: Answer) -> str:
    if not answer.cores:
        return "; no cores"
    dense = [core.dry_density_t_m3 for core in answer.cores if core.dry_density_t_m3 is not None]
    text = f"; honours {len(answer.cores)} core{'s' if len(answer.cores) > 1 else ''}"
    if dense:
        stated = answer.scenario.quantities["mud.dry_bulk_density_t_m3"].value
        text += (
            f", whose dry density is {np.mean(dense):.2f} t/m3 on average ({stated:g} is used: "
            "mud.dry_bulk_density_t_m3)"
        )
    return text


def _print_held(out: "Console", held: Estimate) -> None:
    out.print(
        f"\nIn place: {held.area_km2:,.4g} km2, 0–{held.depth_m:g} m, {held.draws} draws of what is not known",
        style="bold",
    )
    table = plain_table("", "mean", "P10", "P50", "P90", right=("mean", "P10", "P50", "P90"))
    table.add_row("mean grade (ppm ΣREY)", *_cells(held.mean_ppm, 1.0))
    for label, values in (("mud, wet (Mt)", held.wet_t), ("dry solids (Mt)", held.dry_t)):
        table.add_row(label, *_cells(values, MILLION))
    for label, values in (("rare earths, element (kt)", held.rey_t), ("oxides, all fifteen (kt)", held.reo_t)):
        table.add_row(label, *_cells(values, THOUSAND))
    for name in SHOWN_OXIDES:
        table.add_row(f"  {name} (kt)", *_cells(held.oxide_t[name], THOUSAND))
    out.print(table)
    if held.supply:
        out.print("\nYears of supply, if all were recovered and demand stayed that of the mid-2010s", style="bold")
        years = plain_table("", "t/y", "mean", "P10", "P50", "P90", right=("t/y", "mean", "P10", "P50", "P90"))
        for one in held.supply:
            years.add_row(one.oxide, f"{one.demand_t_y:,.0f}", *_cells(one.years, 1.0))
        out.print(years)


def _cells(values: Spread, unit: float) -> list[str]:
    return [_three(value / unit) for value in (values.mean, values.p10, values.p50, values.p90)]


def _three(value: float) -> str:
    """Return a number with three significant digits, or all its whole ones."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:#.3g}"


def _which(answer: Answer) -> str:
    """Return whose values the column at the site and the mine plan have."""
    if answer.scenario.resource.model == "uniform":
        return "stated values"
    return f"field and values of replicate {answer.replicate}"


def _print_profile(out: "Console", answer: Answer) -> None:
    out.print(f"\nProfile at the site ({_which(answer)})", style="bold")
    rows = windows(answer)
    highest = max(ppm for _, _, ppm in rows)
    table = plain_table("depth (m)", "ppm", "", "", right=("ppm",))
    for top, bottom, ppm in rows:
        taken = min(answer.reached.stroke_m, bottom) - top
        mark = "" if taken <= 0 else "stroke" if taken >= bottom - top else f"stroke to {answer.reached.stroke_m:.2g} m"
        table.add_row(f"{top:g}–{bottom:g}", f"{ppm:,.0f}", "█" * max(1, round(BAR * ppm / highest)), mark)
    out.print(table)


def _print_reach(out: "Console", answer: Answer) -> None:
    r, held = answer.reached, answer.held
    out.print("\nWhat the tool reaches", style="bold")
    text = (
        f"The stroke of {r.stroke_m:.2f} m takes mud of {r.grade_ppm:,.0f} ppm on average (0–{r.stroke_m:.2f} m), "
        f"{percent(r.rey_share)} of the rare earths of the column. {_about_peak(r, answer)}"
    )
    paragraph(out, text)
    paragraph(
        out,
        f"Over the draws, the mud of one hole has {_three(held.hole_ppm.mean)} ppm (P10 {_three(held.hole_ppm.p10)}, "
        f"P90 {_three(held.hole_ppm.p90)}); in {percent(held.peak_beyond_stroke_share)} of them the peak lies below "
        "the stroke.",
    )
    paragraph(
        out,
        f"The mud: porosity {_porosity(answer):.2f}, {percent(_solids(answer))} solids by mass, undrained strength "
        f"{_strength_kpa(answer, 0.0):.1f} kPa at the sea bed, {_strength_kpa(answer, r.stroke_m):.1f} kPa at the end "
        "of the stroke.",
    )


def _about_peak(r: Reach, answer: Answer) -> str:
    """Return where the peak lies, whether the stroke reaches it, and which stroke would do best."""
    thickness = answer.values["resource.mud_thickness_m"]
    if r.layer_peak_m > thickness:
        return (
            f"The peak, {r.layer_peak_m:.1f} m down, lies below the {thickness:g} m of mud described "
            "(resource.mud_thickness_m): the tool does not reach it, and no stroke within the mud does."
        )
    text = f"The peak has {r.peak_ppm:,.0f} ppm and lies {r.peak_depth_m:.1f} m down. "
    above_m = r.peak_depth_m - r.stroke_m
    if above_m > NEAR_PEAK_M:
        gap = f"{above_m:.1f}" if above_m >= 1.0 else f"{above_m:.2f}"
        text += f"The tool is too short for the peak: it ends {gap} m above it. "
    elif r.stroke_m < r.layer_base_m:
        text += f"The tool is too short for the whole layer, which goes on to {r.layer_base_m:.1f} m. "
    else:
        text += "The tool takes the whole layer. "
    return text + f"The highest mean, {r.best_grade_ppm:,.0f} ppm, would come with a stroke of {r.best_stroke_m:.1f} m."


def _print_plan(out: "Console", answer: Answer) -> None:
    p, basis = answer.plan, answer.scenario.campaign.mass_basis
    target = answer.scenario.campaign.target_t_d
    out.print(f"\nMine plan ({_which(answer)})", style="bold")
    paragraph(
        out,
        f"Holes of {answer.values['tool.bore_m']:.3g} m, {p.spacing_m:.2f} m apart on a hexagonal "
        f"grid, take {percent(p.pattern_share)} of the ground, {percent(p.areal_recovery)} with obstacles: "
        f"{p.holes_per_ha:,.0f} holes on a hectare. With the depth of the stroke that is "
        f"{percent(p.areal_recovery * answer.reached.rey_share)} of the rare earths in place.",
    )
    paragraph(
        out,
        f"One hole yields {p.wet_t:.1f} t of mud, {p.dry_t:.1f} t of it dry, with {p.rey_kg:,.3g} kg of rare earths. "
        f"The target of {target:g} t/d {basis} needs {p.holes_per_day:.1f} holes a day, one every "
        f"{p.hours_per_hole:.2f} h; a hectare lasts {p.days_per_ha:.0f} days.",
    )


def _porosity(answer: Answer) -> float:
    v = answer.values
    return float(porosity(v["mud.dry_bulk_density_t_m3"], v["mud.grain_density_t_m3"]))


def _solids(answer: Answer) -> float:
    v = answer.values
    return float(solids_mass_share(v["mud.dry_bulk_density_t_m3"], v["mud.bulk_density_t_m3"]))


def _strength_kpa(answer: Answer, depth_m: float) -> float:
    v = answer.values
    return float(shear_strength(depth_m, v["mud.shear_strength_kpa"], v["mud.shear_strength_gradient_kpa_m"]))
