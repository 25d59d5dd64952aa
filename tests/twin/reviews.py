"""A small run and its review package, made once for all tests; run as a process it exports and is killed on the way.

python -m tests.twin.reviews STORE PLACE    export into PLACE/review, killed at one of `MOMENTS` after the other, then
                                            whole; and into PLACE/undisturbed
"""

import importlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

import pandas as pd
import pytest

from ops_data.artefacts import of_run
from ops_data.files import Lock, remove_tree
from ops_data.sealed import Run
from ops_data.store import open_store
from twin.__main__ import main
from twin.environment_view import StudyView

REPLICATES: Final = 5  # with seed 1 three lift, one of them loses the content of its pipe, and two never get to it
SEED: Final = 1
RETURN_WATER: Final = 'environment.return_water="mid_water"'
COARSE: Final = ("environment.grid_km=16", "environment.cell_m=200")
AT_SITE: Final = "Site"
AFAR: Final = "North 北; 50 %"  # with what separates and quotes the words of a rule
SIDE_DEG: Final = 0.02
NORTH_DEG: Final = {AT_SITE: 0.0, AFAR: 6.0 / 110.8}  # from the site; a degree of latitude has 110.8 km there
SITE_DEG: Final = (154.9, 23.2)
MOMENTS: Final = (  # ends of paths: of the study, of the package, and the name of the package itself
    "maps/000000.npz", "tables/releases.csv", "report/report_ja.pdf", "manifest-sha256.txt", "/review",
)  # fmt: skip
HEAVY: Final = ("pandas", "twin.commands.review_package", "twin.environment_study", "ops_data.grids", "geopandas")
TOUCHES: Final = ("open", "os.mkdir", "os.rename")


@dataclass(frozen=True)
class Made:
    """A sealed run of a store, and the review package of it."""

    place: Path

    @property
    def store(self) -> Path:
        """Folder of the runs."""
        return self.place / "store"

    @property
    def package(self) -> Path:
        """Folder of the review package."""
        return self.place / "review"

    @cached_property
    def run(self) -> Run:
        """The sealed run."""
        return open_store(self.store).open("latest")

    @cached_property
    def study(self) -> StudyView:
        """The study that the package was made of."""
        choices = json.loads((self.package / "inputs" / "run.json").read_text(encoding="utf-8"))["study"]
        found = [one for one in of_run(self.store, self.run.run_id, "environment") if one.identity.choices == choices]
        return StudyView(found[-1])

    @cached_property
    def summary(self) -> dict[str, dict[str, Any]]:
        """Rows of the summary by their ids."""
        return rows_of(self.package)

    def table(self, name: str) -> pd.DataFrame:
        """Return the rows of a table of the package."""
        return read_csv(self.package / "tables" / f"{name}.csv")

    def words(self, *more: str) -> list[str]:
        """Return the words that ask for the study of the package."""
        sets = [word for text in COARSE for word in ("--set", text)]
        zones = str(self.place / "zones.geojson")
        return [self.run.run_id, "--store", str(self.store), "--zones", zones, "--workers", "1", *sets, *more]

    def export(self, target: Path, *more: str) -> int:
        """Export the run in this process; return the exit code."""
        return main(["export", "environmental-review", *self.words("--out", str(target), *more)])


def rows_of(package: Path) -> dict[str, dict[str, Any]]:
    """Return the rows of the summary of a package by their ids, which are never used twice."""
    rows = read_csv(package / "summary.csv")
    assert rows["id"].is_unique
    return {str(row["id"]): {str(name): value for name, value in row.items()} for row in rows.to_dict("records")}


def read_csv(path: Path) -> pd.DataFrame:
    """Return a CSV file of a package; words stay words."""
    return pd.read_csv(path, keep_default_na=False, na_values={"value": [""], "low": [""], "high": [""]})


def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Return the run and its package, made by whichever process of the tests asks first."""
    base = tmp_path_factory.getbasetemp()
    place = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "reviewed"
    place.mkdir(exist_ok=True)
    found = Made(place)
    with Lock(place.with_suffix(".lock"), wait=True):
        if not found.package.exists():
            remove_tree(found.store)
            write_zones(place / "zones.geojson")
            campaign(found.store, "--replicates", str(REPLICATES), "--seed", str(SEED))
            assert found.export(found.package) == 0
    return found


def campaign(store: Path, *more: str) -> None:
    """Play and seal a run whose return water goes back to the sea."""
    assert main(["run", "pilot-2027", "--store", str(store), "--workers", "1", "--set", RETURN_WATER, *more]) == 0


def write_zones(path: Path) -> None:
    """Write one zone round the site, and one 6 km north of it."""
    features = []
    for name, kind in ((AT_SITE, "IRZ"), (AFAR, "PRZ")):
        (x, y), half = (SITE_DEG[0], SITE_DEG[1] + NORTH_DEG[name]), SIDE_DEG / 2.0
        ring = [[x + half * a, y + half * b] for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))]
        shape = {"type": "Polygon", "coordinates": [ring]}
        features.append({"type": "Feature", "properties": {"name": name, "kind": kind}, "geometry": shape})
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Return name → bytes of every file."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def in_process(root: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a process of its own."""
    settings = {**os.environ, **environment}
    return subprocess.run([sys.executable, *words], cwd=root, env=settings, capture_output=True, text=True, check=False)


def kill_at_each_moment(store: Path, place: Path) -> None:
    """Export again and again into one place, without pictures; print how each ended and what is in the place then."""
    for name in HEAVY:  # which would else be loaded in every child
        importlib.import_module(name)
    words = ["export", "environmental-review", "latest", "--store", str(store), "--workers", "1", "--json"]
    words += [word for text in COARSE for word in ("--set", text)]
    for moment in (*MOMENTS, ""):
        code = _forked([*words, "--out", str(place / "review")], moment)
        shown = [path.name for path in place.iterdir() if not path.name.startswith(".")]
        print(json.dumps([moment, code, shown]), flush=True)
    print(json.dumps(["undisturbed", _forked([*words, "--out", str(place / "undisturbed")], ""), []]), flush=True)


def _forked(words: Sequence[str], moment: str) -> int:
    """Return how a child ends that obeys some words and is killed before it touches a path that ends in ``moment``."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    def watch(event: str, details: tuple[Any, ...]) -> None:
        if event in TOUCHES and any(str(detail).endswith(moment) for detail in details[:2]):
            os.kill(os.getpid(), signal.SIGKILL)

    if moment:
        sys.addaudithook(watch)
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    with (
        patch("twin.commands.review_figures.figures", lambda *_: {}),
        patch("ops_data.export.report.report_pdf", lambda *_: b"%PDF"),
        patch("twin.environment.verification.cases", list),
    ):
        os._exit(main(words))


if __name__ == "__main__":
    kill_at_each_moment(Path(sys.argv[1]), Path(sys.argv[2]))
