"""A small review package of made-up maps and tables, for tests; run as a process it builds one and dies on the way.

python -m tests.ops_data.export.made_up_package build TARGET   build it whole
python -m tests.ops_data.export.made_up_package kill FOLDER    build it in FOLDER/<step>/out, killed at that step
"""

import importlib
import math
import os
import signal
import sys
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from ops_data.environment_tables import DRAWN
from ops_data.export.crate import CrateAbout, CrateFile, write_crate
from ops_data.export.package import MANIFEST, add_recheck, building
from ops_data.export.tables import SUMMARY, write_table
from ops_data.grids import About, Axis, GridVariable, Site, write_grid
from ops_data.schemas import OUTCOMES
from ops_data.table_records import Column, Table
from ops_data.vectors import Features, contours, points, write_geopackage, write_geoparquet
from twin.indicators.statistics import wilson_interval

STEPS = ("open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "shutil.rmtree")
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
    "where the dry mass that a replicate released went",
    (
        Column("replicate", "int32", "-", "member of the ensemble"),
        Column("released_t", "float64", "t", "given to the water"),
        Column("deposited_t", "float64", "t", "on the bed within the grid"),
        Column("beyond_t", "float64", "t", "beyond the grid"),
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
            GridVariable("max_concentration", of_member, list(peaks), "kg m-3", "highest concentration", SPM, highest),
            GridVariable("above_time", ("member", "concentration_level", *on_map), hours, "s", "time above the level"),
            GridVariable("deposit_thickness", of_member, peaks * 0.4, "m", "thickness of the deposit"),
        ],
    )
    chance = np.stack([np.mean(peaks > level, axis=0) for level in LEVELS])
    write_grid(
        folder / "maps.nc",
        ABOUT,
        SITE,
        X_M,
        Y_M,
        [LEVEL],
        [
            GridVariable("max_concentration", on_map, peaks.max(axis=0), "kg m-3", "highest concentration", SPM),
            GridVariable(
                "exceedance_probability",
                ("concentration_level", *on_map),
                chance.astype(np.float32),
                "1",
                "share of members",
            ),
            GridVariable("mean_thickness", on_map, peaks.mean(axis=0) * 0.4, "m", "mean thickness of the deposit"),
            GridVariable("p90_thickness", on_map, (peaks[2] * 0.8 + peaks[1] * 0.2) * 0.4, "m", "P90 of thickness"),
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
    """Return the numbers of the summary.

    By hand: member m has a bell of 2 (m + 1) mg/L, 100 m wide, on cells of 50 m. Above 1 mg/L are the cells with
    i² + j² up to 4 ln(2 (m + 1)) = 2.8, 5.5, 7.2: 9, 21 and 21 of them, the furthest from the nearer hole at (1, 1) and
    (2, 1) cells. Above that level they are for one hour. The middle cell holds 0.5 (m + 1) of (m + 1) t released.
    """
    near, far = math.sqrt(2.0) * 0.05, math.sqrt(5.0) * 0.05
    low, high = wilson_interval(2, 3, 0.8)
    levelled = "variable=max_concentration; level=0.001"
    found: dict[str, list[Any]] = {name: [] for name in ("id", "value", "low", "high", "unit", "file", "rule")}
    for row in (
        "lifted   |20|12|28|t|tables/outcomes.csv|percentile; column=value; where.name=lifted_t",
        "never    |inf|inf|inf|h|tables/outcomes.csv|percentile; column=value; where.name=never_h",
        "sum      |60|nan|nan|t|tables/outcomes.csv|sum; column=value; where.name=lifted_t; where.item=",
        "released |2000|1200|2800|kg|tables/closure.csv|sum; column=released_t; by=replicate; scale=1000",
        "rows     |6|nan|nan|1|tables/outcomes.csv|count",
        "left     |25|nan|nan|%|tables/closure.csv|ratio; column=beyond_t; per=released_t; scale=100",
        "one      |4|nan|nan|m|tables/holes.csv|value; column=y_m; where.hole=1",
        f"chance  |{2 / 3!r}|{low!r}|{high!r}|1|tables/outcomes.csv|probability; column=value; above=10; "
        "where.name=lifted_t; confidence=0.8",
        "at least |1|nan|nan|1|tables/outcomes.csv|probability; column=value; at_least=10; where.name=lifted_t",
        "closes   |0|nan|nan|1|tables/closure.csv|residual; total=released_t; parts=deposited_t,beyond_t",
        "peak     |4|2.4|5.6|mg L-1|grids/members.nc|metric; name=maximum; variable=max_concentration; scale=1000",
        f"area    |0.0525|0.0285|0.0525|km2|grids/members.nc|metric; name=area_km2; {levelled}",
        f"far     |{far!r}|{0.8 * near + 0.2 * far!r}|{far!r}|km|grids/members.nc|metric; name=furthest_km; {levelled}"
        "; holes=tables/holes.csv",
        "longest  |1|1|1|h|grids/members.nc|metric; name=longest_h; variable=above_time; level=0.001",
        f"times   |{0.0525 / 24!r}|{0.0285 / 24!r}|{0.0525 / 24!r}|km2 d|grids/members.nc|metric; "
        "name=area_time_km2_d; variable=above_time; level=0.001",
        "near     |50|50|50|%|grids/members.nc|metric; name=mass_within_t; variable=deposit_thickness; within_km=0.01; "
        "holes=tables/holes.csv; factor=tables/drawn.csv; key=plume.deposit_density_kg_m3; "
        "released=tables/closure.csv; scale=100",
        "highest  |0|nan|nan|1|grids/maps.nc|map; of=grids/members.nc; variable=max_concentration; reduce=max",
        "mean map |0|nan|nan|1|grids/maps.nc|map; of=grids/members.nc; variable=mean_thickness; "
        "from=deposit_thickness; reduce=mean",
        "p90 map  |0|nan|nan|1|grids/maps.nc|map; of=grids/members.nc; variable=p90_thickness; "
        "from=deposit_thickness; reduce=p90",
        "exceeded |0|nan|nan|1|grids/maps.nc|map; of=grids/members.nc; variable=exceedance_probability; "
        "reduce=probability; from=max_concentration; level=0.001",
    ):
        for name, word in zip(found, row.split("|"), strict=True):
            found[name].append(float(word) if name in ("value", "low", "high") else word.strip())
    return found | {"section": ["plume"] * len(found["id"]), "item": ["made up"] * len(found["id"])}


def write_tables(folder: Path) -> None:
    """Write the tables, the summary at the root."""
    tables = folder / "tables"
    tables.mkdir()
    twice = [0, 1, 2, 0, 1, 2]
    outcomes: dict[str, Any] = {
        "replicate": np.array(twice, dtype=np.int32),
        "name": ["lifted_t"] * 3 + ["never_h"] * 3,
        "item": [""] * 6,
        "period": [""] * 6,
        "value": np.array([10.0, 20.0, 30.0, np.inf, np.inf, np.inf]),
    }
    write_table(tables, OUTCOMES, outcomes)
    released = np.array([1.0, 2.0, 3.0])
    closure = {
        "replicate": np.arange(MEMBERS, dtype=np.int32),
        "released_t": released,
        "deposited_t": 0.75 * released,
        "beyond_t": 0.25 * released,
    }
    write_table(tables, CLOSURE, closure)
    holes = {"hole": np.array([0, 1], dtype=np.int32), "x_m": np.array([0.0, 3.0]), "y_m": np.array([0.0, 4.0])}
    write_table(tables, HOLES, holes)
    drawn: dict[str, Any] = {
        "replicate": np.arange(MEMBERS, dtype=np.int32),
        "key": ["plume.deposit_density_kg_m3"] * MEMBERS,
        "value": np.full(MEMBERS, 250.0),
    }
    write_table(tables, DRAWN, drawn)
    write_table(folder, SUMMARY, summary_rows())


def describe(folder: Path) -> None:
    """Write the metadata of the crate."""
    kinds = {".csv": "text/csv", ".json": "application/json", ".nc": "application/netcdf", ".py": "text/x-python"}
    files = [
        CrateFile(path.relative_to(folder).as_posix(), "made up", kinds.get(path.suffix, "application/octet-stream"))
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    ]
    about = CrateAbout(
        name="Environmental review of a made-up run",
        description="Made up for a test.",
        run_id=ABOUT.run_id,
        created=SEALED,
        licence_url="https://creativecommons.org/licenses/by/4.0/",
        licence_name="CC BY 4.0",
        software_name="minamitorishima-twin",
        software_version="0.1.0",
        software_url="https://example.org/minamitorishima-twin",
        author_name="Made-up Office",
        author_url="https://example.org/office",
        command="twin export environmental-review made-up-0123abcd --out review",
        inputs=("tables/holes.csv",),
    )
    write_crate(folder, about, files, later=[CrateFile(MANIFEST, "hash of every file", "text/plain")])


def build(target: Path) -> None:
    """Build the package."""
    with building(target) as folder:
        write_tables(folder)
        (folder / "grids").mkdir()
        write_maps(folder / "grids")
        (folder / "vectors").mkdir()
        for layer in shapes():
            write_geoparquet(folder / "vectors" / f"{layer.name}.parquet", layer, SITE)
        write_geopackage(folder / "vectors" / "review.gpkg", shapes(), SITE, SEALED)
        add_recheck(folder)
        describe(folder)


def build_tables_only(target: Path) -> None:
    """Build a package of one table: all that has to do with names and disks, in little time."""
    with building(target) as folder:
        (folder / "tables").mkdir()
        write_table(folder / "tables", SUMMARY, summary_rows())
        add_recheck(folder)


def kill_at_each_step(folder: Path) -> None:
    """Build once per step that touches the disk, the process killed just before that step."""
    importlib.import_module("pandas")  # which would else be loaded in every child
    step = 0
    while True:
        place = folder / f"{step:03d}"
        place.mkdir()
        child = os.fork()
        if not child:
            left = [step]

            def count(event: str, details: tuple[Any, ...], left: list[int] = left, place: Path = place) -> None:
                if event in STEPS and str(place) in str(details[0]):
                    if not left[0]:
                        os.kill(os.getpid(), signal.SIGKILL)
                    left[0] -= 1

            sys.addaudithook(count)
            build_tables_only(place / "out")
            os._exit(0)
        if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0:
            return
        step += 1


if __name__ == "__main__":
    {"build": build, "kill": kill_at_each_step}[sys.argv[1]](Path(sys.argv[2]))
