"""How long an environmental study of a campaign takes, and how much memory (derived: measured here)."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

MEMBERS = 200
LIMIT_S = 60.0
LIMIT_BYTES = 2e9
PEAK = "import resource, sys; sys.stderr.write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))"
MEASURED = f"""
import subprocess, sys
code = subprocess.run([sys.executable, "-m", "twin", *sys.argv[1:]], stdout=subprocess.DEVNULL).returncode
{PEAK}
sys.exit(code)
"""


@pytest.mark.benchmark
def test_maps_of_200_members_of_a_campaign_take_less_than_a_minute_and_two_gigabytes(tmp_path: Path) -> None:
    """400 x 400 cells of 50 m, four classes, pulses in a turning current; the whole command, files written."""
    store = ["--store", str(tmp_path)]
    words = ["run", "pilot-2027", "--replicates", str(MEMBERS), "--seed", "1", *store]
    subprocess.run([sys.executable, "-m", "twin", *words], check=True, capture_output=True)
    warm = ["environment", "latest", "--members", "2", "--json", *store]
    subprocess.run([sys.executable, "-m", "twin", *warm], check=True, capture_output=True)
    begin = time.perf_counter()
    command = [sys.executable, "-c", MEASURED, "environment", "latest", *store, "--json"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    wall_s = time.perf_counter() - begin
    peak_bytes = int(done.stderr.split()[-1]) * 1024
    grids = sum(path.stat().st_size for path in tmp_path.glob("artefacts/*/members.nc"))
    print(json.dumps({"members": MEMBERS, "wall_s": round(wall_s, 1), "peak_gb": peak_bytes / 1e9, "grids": grids}))
    assert wall_s < LIMIT_S
    assert peak_bytes < LIMIT_BYTES
