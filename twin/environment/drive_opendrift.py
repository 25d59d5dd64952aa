"""Driver of OpenDrift, run by another interpreter as ``python drive_opendrift.py FOLDER``; it imports nothing of ours.

Reads case.json, particles.csv and current.csv in the folder, writes result.nc there. Exit code 3: OpenDrift is missing.
"""

import importlib
import json
import math
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

PACKAGE_MISSING = 3
DEEPEST_M = 6_000.0  # of the sea, where no lid is asked for
INNER_STEP_S = 60.0
NEVER_M_S = 3.0  # highest current that OpenDrift knows to bring deposits up again


def model(case: dict[str, Any], depth_m: float, readers: Any) -> Any:
    """Return OpenDrift's sediment model with settling and with sideways mixing, in a sea as deep as the lid is high.

    Settling is part of its vertical mixing, which must be on; its sediment has no sideways mixing unless the variable
    is named. Its surface reflects, so it serves as the lid.
    """
    sediment = importlib.import_module("opendrift.models.sedimentdrift").SedimentDrift
    variables = {**sediment.required_variables, "horizontal_diffusivity": {"fallback": 0}}
    drift = type("SedimentWithDiffusion", (sediment,), {"required_variables": variables})(loglevel=50)
    constants = {"land_binary_mask": 0, "x_wind": 0, "y_wind": 0, "sea_floor_depth_below_sea_level": depth_m}
    for name, value in {**constants, "horizontal_diffusivity": case["kh_m2_s"]}.items():
        drift.set_config(f"environment:constant:{name}", value)
    drift.set_config("environment:fallback:ocean_vertical_diffusivity", case["kz_m2_s"])
    drift.set_config("drift:vertical_mixing", True)
    drift.set_config("vertical_mixing:diffusivitymodel", "constant")
    drift.set_config("vertical_mixing:timestep", min(INNER_STEP_S, case["step_s"]))
    drift.set_config("vertical_mixing:resuspension_threshold", NEVER_M_S)
    drift.add_reader(readers)
    return drift


def clock(time_s: float) -> datetime:
    """Return a Unix second as the time without zone that OpenDrift wants."""
    return datetime(1970, 1, 1) + timedelta(seconds=float(time_s))


def reader(case: dict[str, Any], first_s: float, current: Any) -> Any:
    """Return the current at the middle of each step: OpenDrift takes the nearest value and does not interpolate."""
    series = importlib.import_module("opendrift.readers.reader_timeseries")
    begins_s = np.arange(first_s, case["until_s"] + 2.0 * case["step_s"], case["step_s"])
    u, v = (np.interp(begins_s + case["step_s"] / 2.0, current[:, 0], current[:, at]) for at in (1, 2))
    times = [clock(begin_s) for begin_s in begins_s]
    return series.Reader({"time": times, "x_sea_water_velocity": u, "y_sea_water_velocity": v})


def main(folder: Path) -> int:
    """Run the case of a folder; return the exit code.

    OpenDrift runs on to the next time of output, so the run is a whole number of steps and has one output, at its end.
    """
    try:
        opendrift, xarray = importlib.import_module("opendrift"), importlib.import_module("xarray")
        pyproj = importlib.import_module("pyproj")
    except ImportError as error:
        print(error, file=sys.stderr)
        return PACKAGE_MISSING
    case = json.loads((folder / "case.json").read_text(encoding="utf-8"))
    particles, current = (
        np.loadtxt(folder / name, delimiter=",", skiprows=1, ndmin=2) for name in ("particles.csv", "current.csv")
    )
    start_s, x_m, y_m, height_m, settling_m_s, _ = particles.T
    plane = pyproj.Proj(proj="aeqd", lat_0=case["latitude_deg"], lon_0=case["longitude_deg"], datum="WGS84")
    longitude_deg, latitude_deg = plane(x_m, y_m, inverse=True)
    depth_m = case["lid_m"] if case["lid_m"] is not None else DEEPEST_M
    first_s = float(start_s.min())
    np.random.seed(case["seed"])
    drift = model(case, depth_m, reader(case, first_s, current))
    drift.seed_elements(
        lon=longitude_deg, lat=latitude_deg, z=height_m - depth_m, radius=0, number=len(x_m),
        time=[clock(begin_s) for begin_s in start_s], terminal_velocity=-settling_m_s,
    )  # fmt: skip
    steps, step = math.ceil((case["until_s"] - first_s) / case["step_s"]), timedelta(seconds=case["step_s"])
    drift.run(duration=steps * step, time_step=step, time_step_output=steps * step)
    groups = [drift.elements, drift.elements_deactivated, drift.elements_scheduled]
    number, lon, lat, z, moving = (
        np.concatenate([np.atleast_1d(getattr(group, name)) for group in groups if len(group)])
        for name in ("ID", "lon", "lat", "z", "moving")
    )
    order = np.argsort(number)
    x_found_m, y_found_m = plane(lon[order], lat[order])
    settled = (moving[order] == 0).astype(np.float64)
    found = {"x_m": x_found_m, "y_m": y_found_m, "height_m": z[order] + depth_m, "settled": settled}
    data = {name: ("particle", np.asarray(values, dtype=np.float64)) for name, values in found.items()}
    xarray.Dataset(data, attrs={"version": opendrift.__version__}).to_netcdf(folder / "result.nc")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
