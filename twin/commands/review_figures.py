"""The pictures of a review report, drawn in one language."""

from typing import TYPE_CHECKING

import numpy as np

from ops_data.export.report_data import ReportData
from ops_data.export.report_text import Words
from ops_data.units import KG_M3_PER_MG_L, METRES_PER_MM, SECONDS_PER_HOUR
from twin.environment_rows import AFAR
from twin.environment_view import StudyView

if TYPE_CHECKING:
    from twin.indicators.record import Floats


def figures(view: StudyView, data: ReportData, words: Words) -> dict[str, bytes]:
    """Return the pictures by name, as SVG; without a release, those that need none."""
    from dashboards.figures import review, review_maps

    chosen = view.scenario.environment
    east, north = view.holes_m
    zones = tuple(review_maps.ZoneOutline(zone.name, zone.kind, zone.outlines_m) for zone in view.zones)
    scene = review_maps.Scene(view.grid, east, north, zones)

    def of(name: str, scale: float) -> "Floats":
        return view.maps[name].to_numpy().astype(np.float64) / scale

    drawn = {
        "noise": review.noise_chart([row for row in data.proxies if row.name == "noise_range_km"], words),
        "emissions": review.emission_chart([row for row in data.proxies if row.name == "air_emissions_t"], words),
    }
    if view.releases.empty:
        return drawn
    thin, thick = chosen.concentration_levels_mg_l, chosen.deposit_levels_mm
    above_h = of("above_time_mean", SECONDS_PER_HOUR)
    if len(view.layers) > 1:
        highest = of(f"{AFAR}max_concentration_p90", KG_M3_PER_MG_L)
        shares = of(f"{AFAR}exceedance_probability", 1.0)
        drawn["return_max"] = review_maps.level_map(scene, highest, thin, "concentration", words)
        drawn["return_exceedance"] = review_maps.level_panels(
            scene, shares, thin, "concentration", "probability", words
        )
    return drawn | {
        "site": review_maps.site_map(scene, words),
        "concentration_max": review_maps.level_map(
            scene, of("max_concentration_p90", KG_M3_PER_MG_L), thin, "concentration", words
        ),
        "concentration_hours": review_maps.level_panels(scene, above_h, thin, "concentration", "hours", words),
        "concentration_exceedance": review_maps.level_panels(
            scene, of("exceedance_probability", 1.0), thin, "concentration", "probability", words
        ),
        "deposit": review_maps.level_map(scene, of("deposit_thickness_p90", METRES_PER_MM), thick, "deposit", words),
        "deposit_exceedance": review_maps.level_panels(
            scene, of("deposit_probability", 1.0), thick, "deposit", "probability", words
        ),
        "thresholds": review.threshold_chart(data.thresholds, words),
    }
