"""A sealed environmental study, read back: what its pages, its summary and the review package are made of."""

import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from ops_data.artefacts import Artefact
from ops_data.grids import Site, at_edge, read_grid
from ops_data.reference.indicator_rows import indicator_row
from ops_data.units import KG_M3_PER_MG_L, METRES_PER_MM
from ops_data.zones import read_zones
from twin.environment.water import grid_of
from twin.environment.zone_check import PlacedZone, Quantity, ZoneContact, place_zones, zone_contacts
from twin.indicators.plume import LAYER_WORDS
from twin.indicators.record import Floats
from twin.indicators.statistics import percentiles
from twin.indicators.summary import PLUME, SHARES, SURROUNDINGS, Spread, read_spreads
from twin.models.plume import Grid
from twin.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

ZONES: Final = "zones.parquet"
MAX: Final = "max_concentration_p50"  # a map that every layer has


@dataclass(frozen=True)
class StudyView:
    """A sealed study and what can be read from it."""

    artefact: Artefact

    @cached_property
    def scenario(self) -> Scenario:
        """The scenario with the settings of the study."""
        return Scenario.from_json(json.dumps(self.artefact.scenario))

    @cached_property
    def members(self) -> int:
        """How many replicates it has."""
        return int(self.artefact.identity.choices["members"])

    @cached_property
    def grid(self) -> Grid:
        """Grid of its maps."""
        return grid_of(self.scenario)

    @cached_property
    def site(self) -> Site:
        """Where its maps lie."""
        place, depth_m = self.scenario.site, self.scenario.quantities["site.water_depth_m"].value
        return Site(place.latitude_deg, place.longitude_deg, depth_m)

    @cached_property
    def maps(self) -> "xr.Dataset":
        """Maps over all members."""
        return read_grid(self.artefact.file("maps.nc"))

    @cached_property
    def closure(self) -> "pd.DataFrame":
        """Where the sediment came from and went, one row per member."""
        return self.artefact.table("closure")

    @cached_property
    def releases(self) -> "pd.DataFrame":
        """Every release of every member."""
        return self.artefact.table("releases")

    @cached_property
    def spreads(self) -> list[Spread]:
        """Its indicators over all members."""
        return [one for one in self._told if indicator_row(one.name).group == PLUME]

    @cached_property
    def own_surroundings(self) -> list[Spread]:
        """The run's other proxies with the settings of the study; none where these are the run's own."""
        return [one for one in self._told if indicator_row(one.name).group == SURROUNDINGS]

    @cached_property
    def _told(self) -> list[Spread]:
        return read_spreads(self.artefact.table("indicators"))

    @cached_property
    def outcomes(self) -> "pd.DataFrame":
        """Its indicators, member by member."""
        return self.artefact.table("outcomes").astype({"name": str, "item": str, "period": str})

    @cached_property
    def layers(self) -> list[tuple[str, str]]:
        """Begin of map names and of items, of every layer it tells concentration in: at the bed first."""
        return [(prefix, words.strip()) for prefix, words in LAYER_WORDS.items() if f"{prefix}{MAX}" in self.maps]

    def spread(self, name: str, item: str = "") -> Spread | None:
        """Return one indicator, None where no member has it."""
        found = [one for one in self.spreads if (one.name, one.item) == (name, item)]
        return found[0] if found else None

    @cached_property
    def holes_m(self) -> tuple[Floats, Floats]:
        """East and north of the different holes of all members [m]."""
        places = self.releases[["x_m", "y_m"]].drop_duplicates()
        return places["x_m"].to_numpy(np.float64), places["y_m"].to_numpy(np.float64)

    @cached_property
    def zones(self) -> tuple[PlacedZone, ...]:
        """The zones it was asked about, on its grid."""
        if ZONES not in self.artefact.manifest["files"]:
            return ()
        return place_zones(
            read_zones(self.artefact.file(ZONES)), self.grid, self.site.latitude_deg, self.site.longitude_deg
        )

    @cached_property
    def contacts(self) -> list[ZoneContact]:
        """How often each level is exceeded in each zone: concentration first, then deposit."""
        chosen = self.scenario.environment
        table = self.artefact.table("contacts")
        told: list[ZoneContact] = []
        asked: list[tuple[Quantity, str, tuple[float, ...]]] = [
            ("concentration", words, chosen.concentration_levels_mg_l) for _, words in self.layers
        ]
        asked.append(("deposit", "", chosen.deposit_levels_mm))
        for quantity, layer, levels in asked if self.zones else ():
            rows = table[(table["quantity"] == quantity) & (table["layer"] == layer)]
            highest = [rows[rows["zone"] == zone.name].sort_values("replicate")["highest"] for zone in self.zones]
            peaks = np.column_stack([one.to_numpy() for one in highest])
            told += zone_contacts(self.zones, quantity, levels, peaks, layer)
        return told

    def sums(self) -> dict[str, Floats]:
        """Return P10, P50 and P90 over members of every column of the closure, shape (3,) each."""
        numbers = self.closure.drop(columns="replicate")
        return {str(name): percentiles(numbers[name].to_numpy(np.float64), SHARES) for name in numbers}

    @cached_property
    def residual(self) -> float:
        """Largest relative difference between what was released and where it went, over members."""
        table = self.closure
        went = table["near_field_t"] + table["deposited_t"] + table["beyond_t"] + table["afloat_t"]
        total = table["released_t"].to_numpy(np.float64)
        error = np.abs(total - went.to_numpy(np.float64))
        return float(np.divide(error, total, out=np.zeros_like(error), where=total > 0.0).max(initial=0.0))

    @cached_property
    def cut_off(self) -> int:
        """How many members have a plume or a deposit above the lowest level at the edge of the maps."""
        chosen, held = self.scenario.environment, self.artefact.file("members.nc")
        least = chosen.concentration_levels_mg_l[0] * KG_M3_PER_MG_L
        asked = {f"{prefix}max_concentration": least for prefix, _ in self.layers}
        asked["deposit_thickness"] = chosen.deposit_levels_mm[0] * METRES_PER_MM
        return sum(
            any(flags) for flags in zip(*(at_edge(held, name, level) for name, level in asked.items()), strict=True)
        )

    def exceeded(self, quantity: Quantity, layer: str = "") -> list[tuple[float, float]]:
        """Return for each level the share of members in which any cell (of a layer: "" at the bed) is above it."""
        chosen = self.scenario.environment
        if quantity == "concentration":
            name, levels, unit = "plume_area_km2", chosen.concentration_levels_mg_l, "mg/L"
        else:
            name, levels, unit = "deposit_area_km2", chosen.deposit_levels_mm, "mm"
        rows = self.outcomes[self.outcomes["name"] == name]
        return [
            (
                level,
                float((rows[rows["item"] == f"{layer} {level:g} {unit}".strip()]["value"] > 0.0).sum()) / self.members,
            )
            for level in levels
        ]
