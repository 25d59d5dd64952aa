"""Hand the source terms of a run to another particle model in a process of its own, and read its deposit back.

The other model (OpenDrift or Parcels) stays where it is installed: the person names its interpreter. What passes
between the two is a folder of files: the particles, the current, the settings; and a NetCDF file of where they ended.
"""

import json
import math
import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias

import numpy as np

from ops_data.errors import FailedError, ModelError, UsageError
from twin.environment.drive_opendrift import PACKAGE_MISSING
from twin.models.plume import Bools, Current, Floats, Grid, Ints, Releases, Water

Program: TypeAlias = Literal["parcels", "opendrift"]

DRIVERS: Final[dict[Program, str]] = {"parcels": "drive_parcels.py", "opendrift": "drive_opendrift.py"}
COLUMNS: Final = ("start_s", "x_m", "y_m", "height_m", "settling_m_s", "mass_kg")
FOUND: Final = ("x_m", "y_m", "height_m", "settled")
LAST_LINES: Final = 200  # letters of what a failed program said last
HOUR_S: Final = 3_600.0


@dataclass(frozen=True, eq=False)
class ExternalCase:
    """What another model is asked.

    Attributes
    ----------
    releases, water, current, grid : as for the project's own models; the current covers first release to ``until_s``.
    latitude_deg, longitude_deg : the site, origin of the grid.
    until_s : Unix UTC second at which the run ends.
    step_s : time step of advection [s].
    particles : how many, shared among releases and classes by mass.
    seed : of the particles' places and of the other model.
    """

    releases: Releases
    water: Water
    current: Current
    grid: Grid
    latitude_deg: float
    longitude_deg: float
    until_s: int
    step_s: float
    particles: int
    seed: int


@dataclass(frozen=True, eq=False)
class Particles:
    """Particles that stand for the mass of the releases, one row each."""

    start_s: Ints
    x_m: Floats
    y_m: Floats
    height_m: Floats
    settling_m_s: Floats
    mass_kg: Floats


@dataclass(frozen=True, eq=False)
class ExternalResult:
    """Where the particles ended.

    Attributes
    ----------
    program, version : what ran.
    wall_s : how long it took, its start included.
    x_m, y_m, height_m : last place of each particle.
    mass_kg : its dry mass.
    settled : whether it lies on the bed.
    deposit_kg_m2 : dry mass on the bed, shape of the grid.
    released_kg, deposited_kg, beyond_kg, afloat_kg : as in `plume.Field`: the first is the sum of the others.
    """

    program: Program
    version: str
    wall_s: float
    x_m: Floats
    y_m: Floats
    height_m: Floats
    mass_kg: Floats
    settled: Bools
    deposit_kg_m2: Floats
    released_kg: float
    deposited_kg: float
    beyond_kg: float
    afloat_kg: float


def run_external(
    program: Program, python: Path, case: ExternalCase, folder: Path, timeout_s: float = HOUR_S
) -> ExternalResult:
    """Run a case with another particle model.

    Parameters
    ----------
    program : ``parcels`` (version 4) or ``opendrift``.
    python : interpreter that has it installed.
    case : what to run.
    folder : where the exchanged files are written; made if it is not there, files of the same names are replaced.
    timeout_s : how long it may take [s].

    Raises
    ------
    UsageError
        There is no such interpreter, or it has no such package.
    ModelError
        A case that the program cannot answer: too short a current, releases after the end, a bed rule it has not.
    FailedError
        The program fails, takes too long, or leaves no sound result.

    Notes
    -----
    OpenDrift's bed is the flux rule, its particles are released at the first step after their time, and a particle
    drifts with the current for the whole step in which it settles: run-outs are long by about a step. Its sediment
    settles only while vertical mixing is on and has no sideways mixing of its own; the driver sees to both. With
    Parcels the driver brings the settling, in the order of this project's random walk.
    """
    _check(program, case)
    particles = sample_particles(case.releases, case.water, case.particles, case.seed)
    if not len(particles.mass_kg):
        return _result(program, "", 0.0, case, particles, np.empty((len(FOUND), 0)))
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder, case, particles)
    (folder / "result.nc").unlink(missing_ok=True)
    begin = time.perf_counter()
    _run(program, python, folder, timeout_s)
    wall_s = time.perf_counter() - begin
    version, found = _read(program, folder / "result.nc", len(particles.mass_kg))
    return _result(program, version, wall_s, case, particles, found)


def _check(program: Program, case: ExternalCase) -> None:
    """Raise where the program could not answer the case."""
    if program == "opendrift" and case.water.bed != "flux":
        raise ModelError(f"opendrift: bed rule is '{case.water.bed}'; its bed is the flux rule: use that, or parcels")
    releases = case.releases
    if not len(releases.start_s):
        return
    first_s, last_s = int(releases.start_s.min()), float((releases.start_s + releases.duration_s).max())
    if last_s > case.until_s:
        raise ModelError(
            f"{program}: the run ends {last_s - case.until_s:g} s before the last release does; every release must end "
            "within it: run for longer"
        )
    if case.current.time_s[0] > first_s or case.current.time_s[-1] < case.until_s:
        raise ModelError(
            f"{program}: the current does not cover the time from the first release to the end; it must: give a "
            "longer one"
        )


def sample_particles(releases: Releases, water: Water, count: int, seed: int) -> Particles:
    """Return particles that stand for the releases: as many per release and class as their mass asks, at least one.

    Parameters
    ----------
    releases, water : what is given off, and the settling velocity of its classes.
    count : how many particles there are to be, about.
    seed : of places and times within a release.

    Notes
    -----
    Within a release each particle has a time slot of its own, so that the rate is kept even with few of them; their
    masses add up to that of the release.
    """
    masses = releases.mass_kg
    row, settling_class = np.nonzero(masses > 0.0)
    shared = masses[row, settling_class]
    each = np.maximum(1, np.rint(count * shared / max(float(shared.sum()), math.ulp(0.0)))).astype(np.int64)
    owner = np.repeat(np.arange(len(row)), each)
    turn = np.arange(len(owner)) - np.repeat(np.cumsum(each) - each, each)
    random = np.random.default_rng(seed)
    at, (east, north) = random.random(len(owner)), random.standard_normal((2, len(owner)))
    source = row[owner]
    after_s = releases.duration_s[source] * (turn + at) / each[owner]
    return Particles(
        releases.start_s[source] + np.floor(after_s).astype(np.int64),
        releases.x_m[source] + releases.spread_m[source] * east,
        releases.y_m[source] + releases.spread_m[source] * north,
        releases.height_m[source],
        water.settling_m_s[settling_class[owner]],
        (shared / each)[owner],
    )


def _write(folder: Path, case: ExternalCase, particles: Particles) -> None:
    rows = np.column_stack([getattr(particles, name) for name in COLUMNS])
    _write_table(folder / "particles.csv", COLUMNS, rows)
    current = case.current
    series = np.column_stack([current.time_s, current.u_m_s, current.v_m_s])
    _write_table(folder / "current.csv", ("time_s", "u_m_s", "v_m_s"), series)
    water = case.water
    settings = {
        "until_s": case.until_s, "step_s": case.step_s, "seed": case.seed, "bed": water.bed,
        "kz_m2_s": water.kz_m2_s, "kh_m2_s": water.kh_m2_s,
        "lid_m": water.lid_m if math.isfinite(water.lid_m) else None,
        "latitude_deg": case.latitude_deg, "longitude_deg": case.longitude_deg,
    }  # fmt: skip
    (folder / "case.json").write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")


def _write_table(path: Path, columns: tuple[str, ...], rows: Floats) -> None:
    np.savetxt(path, rows, fmt="%.17g", delimiter=",", header=",".join(columns), comments="", encoding="utf-8")


def _run(program: Program, python: Path, folder: Path, timeout_s: float) -> None:
    """Run the driver; the other interpreter sees nothing of this one's packages."""
    command = [str(python), "-I", str(Path(__file__).with_name(DRIVERS[program])), str(folder.resolve())]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    try:
        ended = subprocess.run(command, capture_output=True, text=True, timeout=timeout_s, env=clean, check=False)
    except OSError as error:
        raise UsageError(
            f"--python {python}: cannot be started ({error.strerror}); name the interpreter in which {program} is "
            "installed, such as a virtual environment's bin/python"
        ) from error
    except subprocess.TimeoutExpired as error:
        raise FailedError(
            f"{program}: no result after {timeout_s:g} s; it was ended; ask for fewer particles or a longer step"
        ) from error
    said = " ".join(ended.stderr.split())[-LAST_LINES:]
    if ended.returncode == PACKAGE_MISSING:
        raise UsageError(f"--python {python}: has no {program} ({said}); install it there with: pip install {program}")
    if ended.returncode:
        raise FailedError(
            f"{program}: ended with code {ended.returncode} ({said or 'without a word'}); its files are in {folder}: "
            "run its driver there to see more"
        )


def _read(program: Program, path: Path, count: int) -> tuple[str, Floats]:
    """Return the program's version, and place and state of each particle, shape (4, particles)."""
    import xarray

    if not path.is_file():
        raise FailedError(f"{program}: wrote no {path.name}; it must: run its driver in {path.parent} to see why")
    try:
        with xarray.open_dataset(path) as data:
            found = np.array([data[name].values for name in FOUND], dtype=np.float64)
            version = str(data.attrs.get("version", "unknown"))
    except (OSError, ValueError, KeyError) as error:
        first = str(error).splitlines()[0]
        raise FailedError(f"{program}: {path} cannot be read ({first}); it holds {', '.join(FOUND)}") from error
    if found.shape[1] != count or not np.isfinite(found).all():
        kept = int(np.isfinite(found).all(axis=0).sum())
        raise FailedError(
            f"{program}: {kept} of {count} particles have a place at the end; none may vanish: check the files in "
            f"{path.parent}"
        )
    return version, found


def _result(
    program: Program, version: str, wall_s: float, case: ExternalCase, particles: Particles, found: Floats
) -> ExternalResult:
    x_m, y_m, height_m, state = found
    grid, mass_kg, settled = case.grid, particles.mass_kg, state > 0.5
    column = np.floor((x_m - grid.west_m) / grid.cell_m).astype(np.int64)
    row = np.floor((y_m - grid.south_m) / grid.cell_m).astype(np.int64)
    within = (column >= 0) & (column < grid.columns) & (row >= 0) & (row < grid.rows)
    lies = within & settled
    deposit = np.zeros(grid.shape)
    np.add.at(deposit, (row[lies], column[lies]), mass_kg[lies] / grid.cell_m2)
    return ExternalResult(
        program, version, wall_s, x_m, y_m, height_m, mass_kg, settled, deposit,
        released_kg=float(case.releases.mass_kg.sum()),
        deposited_kg=float(deposit.sum() * grid.cell_m2),
        beyond_kg=float(mass_kg[~within].sum()),
        afloat_kg=float(mass_kg[within & ~settled].sum()),
    )  # fmt: skip
