"""``twin resource``: what the ground holds, what the tool reaches of it, how many holes it takes."""

from argparse import Namespace
from typing import TYPE_CHECKING, Literal, cast

from twin.commands.files import STANDARD_OUTPUT, check_outputs, write_text
from twin.commands.output import document

if TYPE_CHECKING:
    import pandas as pd

    from twin.resource_estimate import Estimate, Ground
    from twin.scenario import Scenario


def resource(options: Namespace) -> int:
    """Obey ``twin resource``."""
    from twin import resource_estimate as r
    from twin.commands import resource_text as text
    from twin.resource import cores_of
    from twin.scenario import draw_parameters, load_scenario

    check_outputs(options)
    scenario = load_scenario(options.scenario, options.sets)
    mode = cast(Literal["fixed", "drawn"], options.parameters)
    stated = {key: quantity.value for key, quantity in scenario.quantities.items()}
    depth_m = stated["resource.mud_thickness_m"] if options.depth_m is None else options.depth_m
    area_km2 = r.default_area_km2(scenario) if options.area_km2 is None else options.area_km2
    r.check_depth(scenario, depth_m)
    uniform = scenario.resource.model == "uniform"
    values = stated if uniform else draw_parameters(scenario, options.seed, options.replicate, mode)
    held = r.estimate(scenario, area_km2, depth_m, options.seed, options.draws, mode)
    if options.csv is not None or options.figure is not None:
        found = r.ground(scenario, values, options.seed, options.replicate, area_km2, depth_m)
        if options.figure is not None:
            write_text("--figure", options.figure, _picture(scenario, values, options, found, held))
        if options.csv is not None:
            lines: str = blocks_frame(scenario, values, found).to_csv(index=False, lineterminator="\n")
            if options.csv == STANDARD_OUTPUT:
                print(lines, end="")
                return 0
            write_text("--csv", options.csv, lines)
    column = r.site_column(scenario, values, options.seed, options.replicate)
    reached = r.reach(column, values["tool.stroke_m"], values["tool.bore_m"])
    plan = r.mine_summary(scenario, values, reached.grade_ppm)
    cores = cores_of(scenario, stated)
    answer = text.Answer(scenario, options.replicate, held, column, reached, plan, cores, values)
    if options.json:
        document(text.as_document(answer))
    else:
        text.print_answer(answer)
    return 0


def blocks_frame(scenario: "Scenario", values: dict[str, float], found: "Ground") -> "pd.DataFrame":
    """Return one row per block and layer: place, depths, grade, dry solids and rare earths in place."""
    import numpy as np
    import pandas as pd

    from ops_data.units import M2_PER_KM2, PPM

    places, layers = found.grade_ppm.shape
    length_m = np.diff(found.edges_m)
    dry_t = found.grid.block_km**2 * M2_PER_KM2 * length_m * values["mud.dry_bulk_density_t_m3"]
    return pd.DataFrame(
        {
            "block": np.repeat(np.arange(places), layers),
            "x_km": np.repeat(found.grid.x_km, layers),
            "y_km": np.repeat(found.grid.y_km, layers),
            "block_km": found.grid.block_km,
            "water_depth_m": scenario.quantities["site.water_depth_m"].value,
            "peak_depth_m": np.repeat(found.peak_depth_m, layers),
            "block_mean_ppm": np.repeat(found.block_mean_ppm, layers),
            "top_m": np.tile(found.edges_m[:-1], places),
            "bottom_m": np.tile(found.edges_m[1:], places),
            "grade_ppm": found.grade_ppm.ravel(),
            "dry_t": np.tile(dry_t, places),
            "rey_t": (found.grade_ppm * dry_t * PPM).ravel(),
        }
    )


def _picture(
    scenario: "Scenario", values: dict[str, float], options: Namespace, found: "Ground", held: "Estimate"
) -> str:
    import numpy as np

    from dashboards.figures.resource import resource_figure
    from twin.resource import cores_of

    luck = f"field of replicate {options.replicate}, seed {options.seed}"
    what = "stated values" if scenario.resource.model == "uniform" else f"{luck}, parameters {options.parameters}"
    layers = [one.grade_ppm for one in held.site_layers]
    low, high = np.array([one.p10 for one in layers]), np.array([one.p90 for one in layers])
    figure = resource_figure(
        found.grid.x_km, found.grid.y_km, found.block_mean_ppm,
        found.edges_m, found.grade_ppm, found.grid.site, values["tool.stroke_m"],
        [(core.name, core.x_km, core.y_km) for core in cores_of(scenario, values)],
        (low, high),
        f"{scenario.title}: the mud ({what})",
    )  # fmt: skip
    html: str = figure.to_html(include_plotlyjs=True)
    return html
