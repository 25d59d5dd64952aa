"""A small review package of made-up maps and tables, for tests; run as a process it builds one and dies on the way.

python -m tests.ops_data.export.made_up_package TARGET STEPS   end without a word after STEPS calls of the system
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from ops_data.export.crate import CrateAbout, CrateFile, write_crate
from ops_data.export.package import MANIFEST, RECHECK, add_recheck, building
from ops_data.export.tables import SUMMARY, write_table
from ops_data.grids import About, Axis, GridVariable, Site, write_grid
from ops_data.schemas import OUTCOMES, Column, Table
from ops_data.vectors import Features, contours, points, write_geopackage, write_geoparquet

SEALED = "2027-02-01T00:00:00Z"
SITE = Site(24.3, 153.98, 5600.0)
ABOUT = About(
    title="Plume maps of a made-up run",
    summary="Highest concentration, time above levels and deposit of three members.",
    run_id="made-up-0123abcd",
    code_version="0.1.0",
    seed=7,
    created=SEALED,
    starts="2027-01-01T00:00:00Z",
    ends="2027-01-31T00:00:00Z",
)
X_M = np.arange(-200.0, 201.0, 50.0)
Y_M = np.arange(-150.0, 151.0, 50.0)
LEVELS = np.array([1e-4, 1e-3, 1e-2])
MEMBERS = 3
SPM = "mass_concentration_of_suspended_matter_in_sea_water"
CLOSURE = Table(
    "closure",
    "where the dry mass that a member released went",
    (
        Column("member", "int32", "-", "member of the ensemble"),
        Column("released_kg", "float64", "kg", "given to the water"),
        Column("deposited_kg", "float64", "kg", "on the bed within the grid"),
        Column("beyond_kg", "float64", "kg", "beyond the grid"),
    ),
)
HOLES = Table(
    "holes",
    "a hole, east and north of the site",
    (
        Column("hole", "int32", "-", "number of the hole"),
        Column("x_m", "float64", "m", "east of the site"),
        Column("y_m", "float64", "m", "north of the site"),
    ),
)
MEMBER = Axis("member", np.arange(MEMBERS, dtype=np.int32), "1", "member of the ensemble", "realization")
LEVEL = Axis("concentration_level", LEVELS, "kg m-3", "screening level, not a rule: concentration above background")


def plume(member: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return a member's highest concentration [kg/m3]: a bell that is stronger with each member."""
    x, y = np.meshgrid(X_M, Y_M)
    return np.asarray(2e-3 * (member + 1) * np.exp(-(x**2 + y**2) / 100.0**2))


def write_maps(folder: Path) -> None:
    """Write members.nc and maps.nc."""
    peaks = np.stack([plume(member) for member in range(MEMBERS)])
    hours = np.stack([[3600.0 * (plume(member) >= level) for level in LEVELS] for member in range(MEMBERS)])
    on_map, of_member = ("y", "x"), ("member", "y", "x")
    highest = {"cell_methods": "time: maximum"}
    write_grid(
        folder / "members.nc",
        ABOUT,
        SITE,
        X_M,
        Y_M,
        [MEMBER, LEVEL],
        [
            GridVariable(
                "max_concentration", of_member, list(peaks), "kg m-3", "highest concentration", SPM, highest
            ),
            GridVariable("above_time", ("member", "concentration_level", *on_map), hours, "s", "time above the level"),
            GridVariable("deposit_mass", of_member, peaks * 100.0, "kg m-2", "dry mass on the bed"),
        ],
    )
    chance = np.stack([np.mean(peaks >= level, axis=0) for level in LEVELS])
    write_grid(
        folder / "maps.nc",
        ABOUT,
        SITE,
        X_M,
        Y_M,
        [LEVEL],
        [
            GridVariable("max_concentration", on_map, peaks.max(axis=0), "kg m-3", "highest concentration", SPM),
            GridVariable("exceedance_probability", ("concentration_level", *on_map), chance, "1", "share of members"),
        ],
    )


def shapes() -> list[Features]:
    """Return outlines, holes, and a zone."""
    zone = shapely.box(153.99, 24.30, 154.01, 24.32)
    return [
        contours("concentration", plume(2), X_M, Y_M, LEVELS.tolist(), "kg m-3"),
        points("holes", np.array([0.0, 3.0]), np.array([0.0, 0.0]), {"hole": np.array([0, 1], dtype=np.int32)}),
        Features("zones", "MultiPolygon", [zone], {"zone": ["North"], "kind": ["PRZ"]}, lonlat=True),
    ]


def summary_rows() -> dict[str, Any]:
    """Return the numbers of the summary; the truth of each is in test_recheck.py."""
    members = "grids/members.nc"
    of_maps = "map; of=grids/members.nc; variable"
    rows = [
        ("lifted", 20.0, 12.0, 28.0, "t", "tables/outcomes.csv", "percentile; column=value; where.name=lifted_t"),
        ("never", np.inf, np.inf, np.inf, "h", "tables/outcomes.csv", "percentile; column=value; where.name=never_h"),
        ("all_lifted", 60.0, None, None, "t", "tables/outcomes.csv", "sum; column=value; where.name=lifted_t"),
        (
            "each_released",
            2.0,
            1.2,
            2.8,
            "t",
            "tables/closure.csv",
            "sum; column=released_kg; by=member; scale=0.001",
        ),
        ("rows", 6.0, None, None, "1", "tables/outcomes.csv", "count"),
        ("left", 25.0, None, None, "%", "tables/closure.csv", "ratio; column=beyond_kg; per=released_kg; scale=100"),
        ("one", 4.0, None, None, "m", "tables/holes.csv", "value; column=y_m; where.hole=1"),
        (
            "contact",
            2.0 / 3.0,
            0.2974,
            0.9049,
            "1",
            "tables/outcomes.csv",
            "probability; column=value; above=15; where.name=lifted_t; confidence=0.8",
        ),
        (
            "closes",
            0.0,
            None,
            None,
            "1",
            "tables/closure.csv",
            "residual; total=released_kg; parts=deposited_kg,beyond_kg",
        ),
        ("peak", 4.0, 2.4, 5.6, "mg L-1", members, "metric; name=maximum; variable=max_concentration; scale=1000"),
        ("area", 0.0225, 0.0145, 0.0305, "km2", members, "metric; name=area_km2; variable=max_concentration; level=0.001"),
    ]
    rows += [
        (f"map_{name}", 0.0, None, None, "1", "grids/maps.nc", f"{of_maps}={name}; reduce={how}")
        for name, how in (
            ("max_concentration", "max"),
            ("exceedance_probability", "probability; from=max_concentration; level=0.001"),
        )
    ]
    names = ("id", "value", "low", "high", "unit", "file", "rule")
    found: dict[str, Any] = {name: [row[place] for row in rows] for place, name in enumerate(names)}
    for name in ("value", "low", "high"):
        found[name] = np.array([np.nan if number is None else number for number in found[name]])
    return found | {"section": ["plume"] * len(rows), "item": ["made up"] * len(rows)}
