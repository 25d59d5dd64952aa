"""A small store with everything a page can show, made once for all processes of a test run."""

import os
import subprocess
import sys
from pathlib import Path

from ops_data.files import Lock

DONE = "made"
COMMANDS = (
    "run pilot-2027 --replicates 6 --seed 1 --both-bases",
    "environment pilot-2027 --members 6",
    "supply pilot-2027 --draws 4 --no-scale-up",
    "run calm --replicates 1 --seed 1",
    "run pilot-2027 --replicates 6 --seed 1 --set shuttles.count=3",
)


def twin(words: str, store: Path) -> subprocess.CompletedProcess[str]:
    """Run the command on a store."""
    line = [sys.executable, "-m", "twin", *words.split(), "--store", str(store)]
    return subprocess.run(line, capture_output=True, text=True, timeout=300, check=False)


def make_store(folder: Path) -> Path:
    """Return the store in a folder, made now by the first who asks; the others wait for it."""
    store, done = folder / "runs", folder / DONE
    folder.mkdir(parents=True, exist_ok=True)
    with Lock(folder / ".lock", wait=True):
        if not done.exists():
            for words in COMMANDS:
                found = twin(words, store)
                assert found.returncode == 0, f"{words}: {found.stderr}"
            done.write_text(str(os.getpid()))
    return store


def base_run(store: Path) -> str:
    """Return the id of the run that has the studies."""
    (study,) = (store / "artefacts").glob("pilot-2027-*-supply-*")
    return study.name.rsplit("-supply-", 1)[0]
