"""Driver of Parcels 4, run by another interpreter as ``python drive_parcels.py FOLDER``; it imports nothing of ours.

Reads case.json, particles.csv and current.csv in the folder, writes result.nc there. Exit code 3: Parcels is missing.
"""

import importlib
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

PACKAGE_MISSING = 3
HALF_WIDTH_M = 1e6  # of the sea that Parcels is told of; no particle gets that far


def drift_and_walk(particles: Any, fieldset: Any) -> None:
    """Move with the current and sideways at random, as long as the particle is not on the bed."""
    afloat = particles.settled < 0.5
    u, v = fieldset.UV[particles]
    reach = np.sqrt(2.0 * fieldset.kh_m2_s * particles.dt)
    particles.dx += afloat * (u * particles.dt + reach * np.random.normal(size=afloat.shape))
    particles.dy += afloat * (v * particles.dt + reach * np.random.normal(size=afloat.shape))


def settle(particles: Any, fieldset: Any) -> None:
    """Diffuse, reflect at bed and lid, settle, deposit; with first touch the bed does not reflect."""
    afloat = particles.settled < 0.5
    height = particles.height + np.sqrt(2.0 * fieldset.kz_m2_s * particles.dt) * np.random.normal(size=afloat.shape)
    if fieldset.bed_reflects:
        height = np.abs(height)
    height = np.where(height > fieldset.lid_m, 2.0 * fieldset.lid_m - height, height)
    height = height - particles.settling * particles.dt
    particles.height = np.where(afloat, np.maximum(height, 0.0), particles.height)
    particles.settled = np.where(afloat & (height <= 0.0), 1.0, particles.settled)


def sea(parcels: Any, case: dict[str, Any], current: Any) -> Any:
    """Return a flat sea in metres whose current is that of the file everywhere."""
    generated = importlib.import_module("parcels._datasets.structured.generated")
    times = current[:, 0].astype("datetime64[s]").astype("datetime64[ns]")
    data = generated.simple_UV_dataset(n_times=len(times), nz=2, ny=2, nx=2, mesh="flat")
    data = data.assign_coords(time=(["time"], times, {"axis": "T"}))
    data = data.assign_coords(lat=(["YG"], [-HALF_WIDTH_M, HALF_WIDTH_M]), lon=(["XG"], [-HALF_WIDTH_M, HALF_WIDTH_M]))
    for name, column in (("U", 1), ("V", 2)):
        data[name].values[:] = current[:, column, np.newaxis, np.newaxis, np.newaxis]
    fieldset = parcels.FieldSet.from_sgrid_conventions(data, mesh="flat")
    lid_m = case["lid_m"] if case["lid_m"] is not None else np.inf
    constants = {"kz_m2_s": case["kz_m2_s"], "kh_m2_s": case["kh_m2_s"], "lid_m": lid_m}
    for name, value in (*constants.items(), ("bed_reflects", case["bed"] == "flux")):
        fieldset.add_context(name, value)
    return fieldset


def main(folder: Path) -> int:
    """Run the case of a folder; return the exit code."""
    try:
        parcels, xarray = importlib.import_module("parcels"), importlib.import_module("xarray")
    except ImportError as error:
        print(error, file=sys.stderr)
        return PACKAGE_MISSING
    case = json.loads((folder / "case.json").read_text(encoding="utf-8"))
    particles, current = (
        np.loadtxt(folder / name, delimiter=",", skiprows=1, ndmin=2) for name in ("particles.csv", "current.csv")
    )
    start_s, x_m, y_m, height_m, settling_m_s, _ = particles.T
    np.random.seed(case["seed"])
    kind = parcels.Particle
    for name in ("height", "settling", "settled"):
        kind = kind.add_variable(parcels.Variable(name, dtype=np.float64))
    moved = parcels.ParticleSet(
        sea(parcels, case, current), pclass=kind, t=start_s.astype("datetime64[s]"), x=x_m, y=y_m,
        z=np.zeros(len(x_m)), height=height_m, settling=settling_m_s, settled=np.zeros(len(x_m)),
    )  # fmt: skip
    end = np.datetime64(case["until_s"], "s")
    moved.execute([drift_and_walk, settle], dt=float(case["step_s"]), endtime=end, verbose_progress=False)
    order = np.argsort(moved.particle_id)
    found = {"x_m": moved.x, "y_m": moved.y, "height_m": moved.height, "settled": moved.settled}
    data = {name: ("particle", np.asarray(values, dtype=np.float64)[order]) for name, values in found.items()}
    xarray.Dataset(data, attrs={"version": parcels.__version__}).to_netcdf(folder / "result.nc")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
