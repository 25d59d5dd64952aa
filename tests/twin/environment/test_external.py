"""The exchange with another particle model: what is written, run and read back; how failures are told.

Truth: *derived* by hand, with a stand-in for the other model's interpreter; *published* = facts case V8 (bed rules),
computed semi-analytically, for what the driver brings to Parcels.
"""

import csv
import json
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, get_args

import numpy as np
import pytest

from ops_data.errors import FailedError, ModelError, UsageError
from twin.environment import drive_opendrift, drive_parcels
from twin.environment.external import ExternalCase, Program, run_external, sample_particles
from twin.models.plume import Current, Grid, Releases, Water

PROGRAMS: tuple[Program, ...] = get_args(Program)
START_S = 1_767_225_600
RELEASES = Releases(
    start_s=np.array([START_S, START_S + 7_200]),
    duration_s=np.array([3_600.0, 1_800.0]),
    x_m=np.array([0.0, 100.0]),
    y_m=np.array([0.0, 50.0]),
    height_m=np.array([5.0, 2.0]),
    spread_m=np.array([0.0, 3.0]),
    rate_kg_s=np.array([[0.01, 0.03], [0.0, 0.02]]),
)
WATER = Water(np.array([1e-4, 1e-3]), 1e-3, 0.1, np.inf, "flux")
CURRENT = Current(np.array([START_S, START_S + 86_400]), np.array([0.05, 0.05]), np.zeros(2))
GRID = Grid(-200.0, -200.0, 100.0, 8, 4)
CASE = ExternalCase(RELEASES, WATER, CURRENT, GRID, 24.3, 153.98, START_S + 86_400, 60.0, 1_000, 1)
EASTWARDS = """
import sys, pathlib, numpy as np, xarray
folder = pathlib.Path(sys.argv[3])
rows = np.loadtxt(folder / "particles.csv", delimiter=",", skiprows=1)
fast = rows[:, 4] > 5e-4
data = {"x_m": rows[:, 1] + np.where(fast, 50.0, 9_000.0), "y_m": rows[:, 2]}
data.update(height_m=1.0 - fast, settled=1.0 * fast)
found = {name: ("particle", values) for name, values in data.items()}
"""
WRITES = 'xarray.Dataset(found, attrs={"version": "1.2"}).to_netcdf(folder / "result.nc")\n'


def stand_in(folder: Path, text: str) -> Path:
    """Return a program in the place of an interpreter; it gets -I, the driver and the folder."""
    path = folder / "python"
    path.write_text(f"#!{sys.executable}\n{text}", encoding="utf-8")
    path.chmod(0o755)
    return path


def test_particles_carry_the_mass_of_each_release_and_class_in_its_time_and_place() -> None:
    """Derived: masses 36, 108 and 36 kg share 1,000 particles as 200, 600 and 200."""
    particles = sample_particles(RELEASES, WATER, 1_000, seed=7)
    assert len(particles.mass_kg) == 1_000
    first, fine = particles.start_s < START_S + 7_200, particles.settling_m_s < 5e-4
    for chosen, count, mass in ((first & fine, 200, 36.0), (first & ~fine, 600, 108.0), (~first & ~fine, 200, 36.0)):
        assert chosen.sum() == count and particles.mass_kg[chosen].sum() == pytest.approx(mass, rel=1e-12)
    assert not (~first & fine).any()
    assert np.all(particles.x_m[first] == 0.0) and np.all(particles.height_m[first] == 5.0)
    assert np.std(particles.x_m[~first]) == pytest.approx(3.0, rel=0.2)
    slots = (particles.start_s[first & fine] - START_S) // (3_600 // 200)
    assert np.array_equal(slots, np.arange(200))
    again = sample_particles(RELEASES, WATER, 1_000, seed=7)
    assert np.array_equal(again.x_m, particles.x_m)


def test_a_small_release_keeps_at_least_one_particle() -> None:
    uneven = replace(RELEASES, rate_kg_s=np.array([[1.0, 0.0], [0.0, 1e-9]]))
    particles = sample_particles(uneven, WATER, 100, seed=1)
    assert len(particles.mass_kg) == 101
    assert particles.mass_kg.sum() == pytest.approx(float(uneven.mass_kg.sum()), rel=1e-12)


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_case_goes_out_as_files_and_the_deposit_comes_back_on_the_grid(tmp_path: Path, program: Program) -> None:
    """Derived: the stand-in lays the coarse class 50 m further east and carries the fine one 9 km away."""
    folder = tmp_path / "exchange"
    found = run_external(program, stand_in(tmp_path, EASTWARDS + WRITES), CASE, folder)
    assert (found.program, found.version) == (program, "1.2")
    assert found.released_kg == pytest.approx(180.0)
    assert found.deposited_kg == pytest.approx(144.0) and found.beyond_kg == pytest.approx(36.0)
    assert found.afloat_kg == 0.0
    assert found.deposit_kg_m2[2, 2] * GRID.cell_m2 == pytest.approx(108.0)
    assert found.settled.sum() == 800
    with (folder / "particles.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert sum(float(row["mass_kg"]) for row in rows) == pytest.approx(180.0)
    settings = json.loads((folder / "case.json").read_text(encoding="utf-8"))
    assert settings["lid_m"] is None and settings["bed"] == "flux" and settings["until_s"] == CASE.until_s


def test_without_releases_nothing_is_run_and_nothing_lies_on_the_bed(tmp_path: Path) -> None:
    nothing = replace(CASE, releases=RELEASES.take(np.zeros(2, dtype=np.bool_)))
    found = run_external("parcels", tmp_path / "nowhere", nothing, tmp_path)
    assert (found.released_kg, found.deposited_kg, found.beyond_kg, found.afloat_kg) == (0.0, 0.0, 0.0, 0.0)
    assert not found.deposit_kg_m2.any() and len(found.x_m) == 0


def test_a_missing_interpreter_and_a_missing_package_say_what_to_name_or_install(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        run_external("parcels", tmp_path / "nowhere", CASE, tmp_path)
    assert str(caught.value) == (
        f"--python {tmp_path / 'nowhere'}: cannot be started (No such file or directory); name the interpreter in "
        "which parcels is installed, such as a virtual environment's bin/python"
    )
    for program in PROGRAMS:
        with pytest.raises(UsageError) as caught:
            run_external(program, Path(sys.executable), CASE, tmp_path)
        assert str(caught.value) == (
            f"--python {sys.executable}: has no {program} (No module named '{program}'); install it there with: "
            f"pip install {program}"
        )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "import sys\nsys.exit('the sea\\nis dry')",
            r"^parcels: ended with code 1 \(the sea is dry\); its files are in ",
        ),
        ("pass", r"^parcels: wrote no result\.nc; it must: "),
        (EASTWARDS + "(folder / 'result.nc').write_text('x')", r"^parcels: .*result\.nc cannot be read \("),
        (
            EASTWARDS + "del found['settled']\n" + WRITES,
            r"cannot be read \(.*settled.*\); it holds x_m, y_m, height_m, settled",
        ),
        (
            EASTWARDS + "data['x_m'][:3] = np.nan\n" + WRITES,
            r"^parcels: 997 of 1000 particles have a place at the end; none may vanish: ",
        ),
        ("import time\ntime.sleep(60)", r"^parcels: no result after 1 s; it was ended; "),
    ],
)
def test_a_program_that_fails_is_told_in_one_line(tmp_path: Path, text: str, expected: str) -> None:
    with pytest.raises(FailedError, match=expected) as caught:
        run_external("parcels", stand_in(tmp_path, text), CASE, tmp_path, timeout_s=1.0 if "sleep" in text else 60.0)
    assert "\n" not in str(caught.value)


def test_a_case_the_program_cannot_answer_is_refused(tmp_path: Path) -> None:
    touch = replace(CASE, water=replace(WATER, bed="first_touch"))
    with pytest.raises(ModelError, match=r"^opendrift: bed rule is 'first_touch'; its bed is the flux rule: use that"):
        run_external("opendrift", tmp_path / "nowhere", touch, tmp_path)
    with pytest.raises(ModelError, match=r"^parcels: the run ends 1800 s before the last release does; "):
        run_external("parcels", tmp_path / "nowhere", replace(CASE, until_s=START_S + 7_200), tmp_path)
    short = replace(CASE, current=Current(np.array([START_S, START_S + 3_600]), np.zeros(2), np.zeros(2)))
    with pytest.raises(ModelError, match=r"^parcels: the current does not cover the time from the first release"):
        run_external("parcels", tmp_path / "nowhere", short, tmp_path)


def walked(until: float) -> float:
    """Return the share that the driver of Parcels lays on the bed within a multiple of height / settling velocity."""
    height_m, settling_m_s, kz_m2_s, count, step_s = 5.0, 1e-4, 1e-3, 20_000, 60.0
    np.random.seed(3)
    particles = SimpleNamespace(
        height=np.full(count, height_m), settling=np.full(count, settling_m_s), settled=np.zeros(count), dt=step_s
    )
    sea = SimpleNamespace(kz_m2_s=kz_m2_s, lid_m=np.inf, bed_reflects=True)
    for _ in range(round(until * height_m / settling_m_s / step_s)):
        drive_parcels.settle(particles, sea)
    return float(particles.settled.mean())


@pytest.mark.parametrize(("until", "share"), [(0.25, 0.0941), (0.5, 0.2101), (1.0, 0.3758)])
def test_what_parcels_is_given_follows_the_flux_rule(until: float, share: float) -> None:
    """Published: V8 at a Peclet number of 0.5; the facts' own walk in this order gives 0.0933, 0.2089, 0.3740."""
    assert walked(until) == pytest.approx(share, abs=0.01)


def test_opendrift_is_given_the_current_at_the_middle_of_each_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """Derived: 0 to 1 m/s in an hour; the first of six steps of ten minutes has 1/12."""
    given: dict[str, Any] = {}
    module = SimpleNamespace(Reader=given.update)
    monkeypatch.setitem(sys.modules, "opendrift.readers.reader_timeseries", module)
    monkeypatch.setitem(sys.modules, "opendrift", SimpleNamespace())
    monkeypatch.setitem(sys.modules, "opendrift.readers", SimpleNamespace())
    current = np.array([[0.0, 0.0, 0.0], [3_600.0, 1.0, -1.0]])
    drive_opendrift.reader({"until_s": 3_600, "step_s": 600.0}, 0.0, current)
    assert given["x_sea_water_velocity"][:6] == pytest.approx((np.arange(6) + 0.5) / 6.0)
    assert given["y_sea_water_velocity"][0] == pytest.approx(-1.0 / 12.0)
    assert given["time"][1].isoformat() == "1970-01-01T00:10:00"
