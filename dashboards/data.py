"""The store as pages read it: sealed runs and studies, kept in memory while they are used, never believed to be there.

Sealed tables never change, so what was read and worked out is kept (`dashboards.memory`). Whether a run is still there
is asked every time: one that was removed while it is looked at is told of, not shown from memory.
"""

import json
import os
import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from dashboards.memory import Memory
from ops_data import artefacts, studies
from ops_data.catalogue import RunRow as RunRow
from ops_data.errors import StoreError, UnknownNameError
from ops_data.files import told
from ops_data.jobs import Queue, open_queue
from ops_data.manifest import MANIFEST
from ops_data.readings import Readings, open_readings
from ops_data.sealed import Run
from ops_data.sealed import verify as verify
from ops_data.store import LATEST, Store, folder_of, open_store
from twin.environment_view import StudyView
from twin.scenario import Scenario
from twin.supply_view import SupplyView

QUEUE_URL: Final = "TWIN_QUEUE"  # as for 'twin worker'
FRESH_S: Final = 1.0  # how old the list of runs may be
SealedRun = Run
SensitivityStudy = studies.Study
Found = TypeVar("Found")


@dataclass(frozen=True, eq=False)
class Data:
    """One store, read for pages.

    Attributes
    ----------
    location : folder of the store.
    memory : what this process keeps of it.
    """

    location: str
    memory: Memory = field(default_factory=Memory)
    _opened: dict[str, tuple[float, Store, tuple[RunRow, ...]]] = field(default_factory=dict)
    _queue: dict[str, Queue] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """Folder of the store."""
        return self.store().folder

    def store(self) -> Store:
        """Return the store, its list of runs at most `FRESH_S` old."""
        return self._fresh()[1]

    def _fresh(self) -> tuple[float, Store, tuple[RunRow, ...]]:
        now = time.monotonic()
        found = self._opened.get(self.location)
        if found is None or now - found[0] > FRESH_S:
            store = open_store(self.location, create=found is None and not folder_of(self.location).exists())
            found = (now, store, tuple(store.runs()[::-1]))
            self._opened[self.location] = found
        return found

    def runs(self) -> list[RunRow]:
        """Return the sealed runs, newest first; runs that were made to be read with another come after all others."""
        rows = self._fresh()[2]
        return [one for one in rows if not one.linked] + [one for one in rows if one.linked]

    def run(self, name: str) -> SealedRun:
        """Return a sealed run by its id, or the newest for an empty name.

        Raises
        ------
        UnknownNameError
            There is no such run, or none at all.
        StoreError
            Its manifest is damaged or of a newer version.
        """
        _, store, rows = self._fresh()
        path = store.folder / name / MANIFEST
        if name not in {one.run_id for one in rows} or not path.exists():
            return store.open(name or LATEST)
        with told(path, "read the manifest"):
            found = path.stat()
        return self.memory.get(("run", name, found.st_mtime_ns, found.st_size), lambda: store.open(name))

    def table(self, run: SealedRun, name: str, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Return a table of a run, text columns as categories; the frame is shared: change a copy."""
        self._still_there(run)
        key = ("table", run.manifest.sha256, name, None if columns is None else tuple(columns))
        return self.memory.get(key, lambda: run.table(name, columns))

    def calendar(self, run: SealedRun, replicate: int) -> pd.DataFrame:
        """Return the intervals of one replicate; UnknownNameError where the run kept none."""
        self._still_there(run)
        key = ("calendar", run.manifest.sha256, replicate)
        return self.memory.get(key, lambda: run.table("intervals", replicates=[replicate]))

    def daily(self, run: SealedRun, names: Sequence[str]) -> pd.DataFrame:
        """Return series of a run: columns replicate, date, name, value."""
        self._still_there(run)
        key = ("daily", run.manifest.sha256, tuple(names))

        def read() -> pd.DataFrame:
            rows = run.arrow("daily")
            kept = rows.filter(pc.is_in(rows.column("name").cast(pa.string()), pa.array(list(names))))
            frame: pd.DataFrame = kept.to_pandas()
            return frame.astype({"name": "str", "date": "str"})

        return self.memory.get(key, read)

    def outcomes(self, run: SealedRun) -> pd.DataFrame:
        """Return the indicators of a run replicate by replicate, text columns as text."""
        return self.derived(
            run,
            "outcomes",
            lambda: self.table(run, "outcomes").astype({"name": "str", "item": "str", "period": "str"}),
        )

    def scenario(self, run: SealedRun) -> Scenario:
        """Return the scenario of a run."""
        from ops_data.manifest import canonical_json

        return self.derived(run, "scenario", lambda: Scenario.from_json(canonical_json(run.manifest.scenario)))

    def derived(self, run: SealedRun, what: Hashable, make: Callable[[], Found]) -> Found:
        """Return what is worked out from a run, kept under a name of its own."""
        self._still_there(run)
        return self.memory.get(("derived", run.manifest.sha256, what), make)

    def environment(self, run: SealedRun) -> StudyView | None:
        """Return the newest environmental study of a run, None if there is none."""
        return self._newest_study(run, "environment", StudyView)

    def supply(self, run: SealedRun) -> SupplyView | None:
        """Return the newest supply study of a run, None if there is none."""
        return self._newest_study(run, "supply", SupplyView)

    def _newest_study(self, run: SealedRun, kind: str, view: Callable[[artefacts.Artefact], Found]) -> Found | None:
        """Return the newest study, opened anew whenever a manifest of one has come, gone or changed."""
        folders = (self.folder / artefacts.FOLDER).glob(f"{run.run_id}-{kind}-*/{MANIFEST}")
        with told(self.folder / artefacts.FOLDER, "read the studies"):
            stats = sorted((str(path), path.stat()) for path in folders)
            there = tuple((path, found.st_mtime_ns, found.st_size) for path, found in stats)

        def read() -> Found | None:
            sealed = artefacts.of_run(self.folder, run.run_id, kind)
            return view(sealed[-1]) if sealed else None

        return self.memory.get(("study", there), read) if there else None

    def queue(self) -> Queue:
        """Return the queue of requests, opened once for all threads of this process."""
        with self.memory.lock:
            if "queue" not in self._queue or not self._queue["queue"].is_there:
                self._queue["queue"] = open_queue(self.store().folder, os.environ.get(QUEUE_URL))
            return self._queue["queue"]

    def readings(self) -> Readings | None:
        """Return the sealed sensor readings, None if the store has none."""
        return open_readings(self.folder)

    @property
    def packages(self) -> Path:
        """Folder of the packages that were made of runs; it need not be there yet."""
        return self.folder / artefacts.PACKAGES

    def sensitivity(self, run: SealedRun) -> list[SensitivityStudy]:
        """Return the sealed designs of sensitivity studies of a run's scenario, newest first."""
        found = []
        for path in (self.folder / studies.FOLDER).glob(f"[!.]*/{MANIFEST}"):
            try:
                identity = studies.StudyIdentity(**json.loads(path.read_bytes())["identity"])
            except (OSError, ValueError, KeyError, TypeError):
                raise StoreError(
                    f"study '{path.parent.name}': its manifest cannot be read; remove its folder and repeat the command"
                ) from None
            study = studies.find(self.folder, identity)
            if study is not None and identity.scenario_sha256 == run.manifest.identity.scenario_sha256:
                found.append(study)
        return sorted(found, key=lambda study: str(study.manifest["created"]), reverse=True)

    def _still_there(self, run: SealedRun) -> None:
        if not (run.folder / MANIFEST).exists():
            raise StoreError(
                f"run '{run.run_id}': it was removed from store {self.location} while it was looked at; choose another"
            )


def choices_of(runs: Sequence[RunRow]) -> Mapping[str, RunRow]:
    """Return runs by their id, in their order."""
    return {one.run_id: one for one in runs}


def newest(runs: Sequence[RunRow]) -> RunRow:
    """Return the newest run of its own; UnknownNameError when there is none."""
    own = [one for one in runs if not one.linked]
    if not own:
        raise UnknownNameError("store: it holds no run yet; make one on the page 'Plan a run' or with 'twin run'")
    return own[0]
