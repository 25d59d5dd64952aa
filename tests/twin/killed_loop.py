"""Kills forecasts at random moments: python -m tests.twin.killed_loop STORE MOMENTS ORIGIN; prints how many it killed.

All is imported before a child is forked, and nothing computed, so that moments fall on work and not on imports.
"""

import importlib
import os
import random
import signal
import sys
import time
from pathlib import Path

os.environ["OPENBLAS_NUM_THREADS"] = "1"
USED = (
    "ops_data.artefacts", "ops_data.ingest.log_book", "ops_data.ingest.sealing", "ops_data.parts", "ops_data.tables",
    "twin.calibration.calibrating", "twin.calibration.scenario_text", "twin.commands.forecast", "twin.ensemble",
    "twin.forecast_view", "twin.logged", "twin.measured_results",
)  # fmt: skip


def forecast(store: Path, origin: str, seed: int) -> int:
    """Start a child that calibrates and forecasts; return its process id."""
    child = os.fork()
    if child:
        return child
    from twin.__main__ import main

    sys.stdout = sys.stderr = Path(os.devnull).open("w")  # noqa: SIM115  closed with the process
    words = ["forecast", "--store", str(store), "--from", origin, "--seed", str(seed)]
    os._exit(main([*words, "--days", "10", "--members", "6", "--workers", "1", "--json"]))


def play(store: Path, moments: int, origin: str) -> int:
    """Kill as many children as there are moments; return how many were still at work."""
    for name in USED:
        importlib.import_module(name)
    begin = time.monotonic()
    assert os.waitpid(forecast(store, origin, 10_000), 0)[1] == 0
    whole_s, at_work, chance = time.monotonic() - begin, 0, random.Random(moments)
    for number in range(moments):
        child = forecast(store, origin, 10_001 + number)
        time.sleep(chance.uniform(0.0, whole_s))
        os.kill(child, signal.SIGKILL)
        at_work += os.WIFSIGNALED(os.waitpid(child, 0)[1])
        sealed = [path for path in (store / "artefacts").iterdir() if not path.name.startswith(".")]
        assert all((path / "manifest.json").is_file() for path in sealed)
    return at_work


if __name__ == "__main__":
    print(play(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))
