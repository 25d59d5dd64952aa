"""What must hold between the environmental settings of a scenario."""

from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from twin.scenario import Scenario

MOST_CELLS: Final = 2_000  # along a side of the maps: four million cells
FEWEST_CELLS: Final = 10
LEAST: Final = {"concentration_levels_mg_l": 0.01, "deposit_levels_mm": 0.001}

Words = tuple[tuple[str, ...], str, str, str]  # keys that may be to blame, found, rule, remedy


def environment_problems(scenario: "Scenario") -> list[Words]:
    """Return (keys, found, rule, remedy) of every broken rule between the environmental settings of a scenario."""
    chosen = scenario.environment
    broken: list[Words] = []
    cells = chosen.grid_km * 1_000.0 / chosen.cell_m
    if not FEWEST_CELLS <= cells <= MOST_CELLS:
        rule = f"a side of the maps has {FEWEST_CELLS} to {MOST_CELLS:,} cells"
        found = f"{cells:,.3g} cells of {chosen.cell_m:g} m on {chosen.grid_km:g} km found"
        keys = ("environment.cell_m", "environment.grid_km")
        broken.append((keys, found, rule, "choose larger or smaller cells"))
    for name in ("concentration_levels_mg_l", "deposit_levels_mm", "within_km"):
        levels = getattr(chosen, name)
        if any(after <= before for before, after in pairwise(levels)):
            told = ", ".join(f"{level:g}" for level in levels)
            broken.append(((f"environment.{name}",), f"[{told}] found", "each is above the one before", "sort them"))
    for name, least in LEAST.items():
        levels = getattr(chosen, name)
        if levels[0] < least:
            rule = f"a level is {least:g} or more, for maps are kept in steps of a tenth of that and less"
            broken.append(((f"environment.{name}",), f"{levels[0]:g} found", rule, "leave the smallest out"))
    depth_m = scenario.quantities["site.water_depth_m"].value
    if chosen.return_water == "depth" and chosen.return_depth_m >= depth_m:
        keys = ("environment.return_depth_m", "site.water_depth_m")
        rule = f"the outlet lies above the sea bed at {depth_m:g} m"
        broken.append((keys, f"{chosen.return_depth_m:g} m found", rule, 'give less, or return_water = "near_bed"'))
    if (chosen.current == "record") != bool(chosen.current_record):
        key, rule = "environment.current_record", 'a record is named with current = "record", and only then'
        found = f'"{chosen.current_record}" with current = "{chosen.current}" found'
        broken.append(((key, "environment.current"), found, rule, "give both, or neither"))
    clear, dense = (scenario.quantities[f"near_field.{name}_kg_m3"].value for name in ("clear", "dense"))
    if clear >= dense:
        found, rule = f"{clear:g} and {dense:g} kg/m3 found", "the clear threshold lies below the dense one"
        broken.append((("near_field.clear_kg_m3", "near_field.dense_kg_m3"), found, rule, "move one of the two"))
    for name in ("current_record", "zones"):
        path = getattr(chosen, name)
        if path and not Path(path).expanduser().is_file():
            found = f'"{path}" found'
            broken.append(((f"environment.{name}",), found, "a file that is there is needed", "check the path"))
    return broken
