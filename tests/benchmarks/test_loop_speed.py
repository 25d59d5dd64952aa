"""How long the daily loop takes; run by 'make bench'. Times are printed, not asserted.

Target: calibration and a forecast of 500 members for 30 days under 30 s on two cores, from the store to the answer.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from twin.rehearsal.days import begin_of, days_of
from twin.rehearsal.truth import Truth
from twin.scenario import load_scenario

pytestmark = pytest.mark.benchmark
DAYS = 60


def twin(*words: str) -> float:
    """Run the command as a person does; return the wall time [s]."""
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-m", "twin", *words], check=True, capture_output=True)
    return time.perf_counter() - begin


def test_the_daily_loop(tmp_path: Path) -> None:
    store = ["--store", str(tmp_path / "store")]
    told_s = twin("rehearse", "pilot-2027", *store, "--days", str(DAYS), "--every", "366")
    last = days_of(Truth.drawn(load_scenario("pilot-2027"), 1))[DAYS - 1]
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(begin_of(last) + 86_400))
    load = os.getloadavg()[0]
    print(f"\n{DAYS} days of files written and taken in: {told_s:.1f} s; load {load:.1f}")
    for name, words in (
        ("state", ["state", "--at", at]),
        ("calibrate, 1,000 draws", ["calibrate", "--at", at]),
        ("calibrate and forecast, 500 members, 30 days", ["forecast", "--from", at, "--seed", "2"]),
        ("scores", ["forecast", "--from", at, "--scores"]),
    ):
        print(f"{name}: {twin(*words, *store):.1f} s")
