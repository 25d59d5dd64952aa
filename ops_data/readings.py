"""Sealed sensor readings: which tags there are, and the readings of one of them in a range of time.

`seal_day` writes them (`ops_data.readings_sealing`); what names their files is in `ops_data.readings_manifest`.
"""

import hashlib
import os
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

import duckdb
import numpy as np

from ops_data.errors import StoreError, UnknownNameError, UsageError, did_you_mean
from ops_data.files import told
from ops_data.readings_lines import Times, Values, flagged, line
from ops_data.readings_manifest import FOLDER, DayFile, read_days
from ops_data.readings_sealing import seal_day as seal_day

GOOD: Final = "good"  # the quality of a reading that nothing speaks against
POINTS: Final = 2_000
_CHECKED: Final = 4_096  # files whose hash a process remembers
_ROWS: Final = (
    "FROM read_parquet($files, hive_partitioning=false) WHERE tag = $tag AND time_utc >= $begin AND time_utc < $end"
)


@dataclass(frozen=True)
class TagSummary:
    """What is sealed of one tag: rows, first and last time, and the sources they came from."""

    tag: str
    rows: int
    first_utc: int
    last_utc: int
    sources: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Series:
    """The readings of one tag in a range of time.

    Attributes
    ----------
    tag, begin_utc, end_utc : what was asked for; the end is not included.
    time_utc, value : the line through the good readings; one whose value is NaN is a break: a gap, a missing value.
    rows : readings found, of any quality, before thinning.
    thinned : whether the line has fewer points than there are good readings.
    flagged_time_utc, flagged_value, flagged_quality : readings of another quality, not part of the line; of many, some.
    flags : rows found of each of those qualities.
    """

    tag: str
    begin_utc: int
    end_utc: int
    time_utc: Times
    value: Values
    rows: int
    thinned: bool
    flagged_time_utc: Times
    flagged_value: Values
    flagged_quality: tuple[str, ...]
    flags: Mapping[str, int]


@dataclass(frozen=True, eq=False)
class Readings:
    """The sealed readings of a store as the manifest told when they were opened; later sealings do not show in it.

    Attributes
    ----------
    folder : where they are.
    days : ISO day (UTC) → its file.
    sha256 : hash of the manifest; another one after each sealing.
    """

    folder: Path
    days: Mapping[str, DayFile]
    sha256: str

    def tags(self) -> list[TagSummary]:
        """Return what is sealed of each tag, by name; read from the manifest alone."""
        parts: dict[str, list[Any]] = {}
        for day in self.days.values():
            for tag, part in day.tags.items():
                parts.setdefault(tag, []).append(part)
        return [
            TagSummary(
                tag,
                sum(part.rows for part in found),
                min(part.first_utc for part in found),
                max(part.last_utc for part in found),
                tuple(sorted({source for part in found for source in part.sources})),
            )
            for tag, found in sorted(parts.items())
        ]

    def series(self, tag: str, begin_utc: int, end_utc: int, points: int = POINTS) -> Series:
        """Return the readings of one tag in a range of time, thinned to what a screen can show.

        Only the files of days that hold the tag in the range are opened, and of those only the row groups. The size of
        each file is checked every time, its SHA-256 once per process as long as size, time of change and inode stay:
        hashing all of it at each zoom would take longer than the query.

        Parameters
        ----------
        tag : name of the sensor.
        begin_utc, end_utc : range, the end not included.
        points : most points of the line; see `ops_data.readings_lines.line` for what a thinned line keeps.

        Raises
        ------
        UnknownNameError
            No such tag was sealed.
        UsageError
            The range ends before it begins.
        StoreError
            A file is missing or damaged.
        """
        if end_utc < begin_utc:
            raise UsageError(f"time range: it ends at {end_utc}, before it begins at {begin_utc}; swap them")
        if not any(tag in day.tags for day in self.days.values()):
            known = {name for day in self.days.values() for name in day.tags}
            remedy = did_you_mean(tag, known) if known else "no readings are sealed yet"
            raise UnknownNameError(f"{self.folder}: no tag '{tag}'; {remedy}")
        files = [self._whole(day) for day in self.days.values() if _overlaps(day, tag, begin_utc, end_utc)]
        asked = {"files": files, "tag": tag, "begin": begin_utc, "end": end_utc}
        found = self._rows(f"time_utc, value, quality = '{GOOD}' AS good", asked)
        times, values, good = found["time_utc"], found["value"], found["good"]
        flags = {} if good.all() else self._rows("quality", asked, f" AND quality <> '{GOOD}'")
        quality: list[str] = flags["quality"].tolist() if flags else []
        drawn = line(times, values, good, points)
        marked = flagged(times[~good], values[~good], quality, points)
        return Series(
            tag=tag,
            begin_utc=begin_utc,
            end_utc=end_utc,
            time_utc=drawn.time_utc,
            value=drawn.value,
            rows=len(times),
            thinned=drawn.thinned,
            flagged_time_utc=times[~good][marked],
            flagged_value=values[~good][marked],
            flagged_quality=tuple(quality[place] for place in marked),
            flags=dict(sorted(Counter(quality).items())),
        )

    def _rows(self, columns: str, asked: Mapping[str, Any], more: str = "") -> Mapping[str, np.ndarray[Any, Any]]:
        """Return some columns of the rows asked for, in order of time: as they lie in the files, day after day."""
        if not asked["files"]:
            return {"time_utc": np.empty(0, np.int64), "value": np.empty(0), "good": np.empty(0, bool)}
        try:
            with _engine(os.getpid()).cursor() as cursor:
                found: Mapping[str, Any] = cursor.execute(f"SELECT {columns} {_ROWS}{more}", asked).fetchnumpy()
        except duckdb.Error as error:
            reason = str(error).splitlines()[0]
            raise StoreError(f"{self.folder}: the readings cannot be read: {reason}; repeat the command") from error
        return found

    def _whole(self, day: DayFile) -> str:
        """Return the name of a day's file as DuckDB takes it, after checking that the file is as sealed."""
        path = self.folder / day.file
        remedy = "restore it from a copy, or seal its day again"
        if not path.exists():
            raise StoreError(f"{path}: the readings cannot be read: it is missing; {remedy}")
        with told(path, "read the readings"):
            state = path.stat()
            sound = state.st_size == day.bytes and day.sha256 == _sha256(
                path, state.st_size, state.st_mtime_ns, state.st_ino
            )
        if not sound:
            raise StoreError(f"{path}: the readings cannot be read: it is damaged; {remedy}")
        return re.sub(r"[*?\[]", r"[\g<0>]", str(path))  # else a folder 'a*' would stand for 'ab' too


def open_readings(store: Path) -> Readings | None:
    """Return the sealed readings of a store, None if it has none; StoreError if the manifest is damaged or newer."""
    found = read_days(store / FOLDER)
    return None if found is None else Readings(store / FOLDER, found.days, found.sha256)


def _overlaps(day: DayFile, tag: str, begin_utc: int, end_utc: int) -> bool:
    part = day.tags.get(tag)
    return part is not None and part.first_utc < end_utc and part.last_utc >= begin_utc


@lru_cache(maxsize=_CHECKED)
def _sha256(path: Path, _size: int, _changed_ns: int, _inode: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@cache
def _engine(_process: int) -> duckdb.DuckDBPyConnection:
    """Return the database in memory that this process asks with; it fetches nothing from elsewhere.

    A forked child gets its own and never lets the one of its parent go: closing it would wait for threads that the fork
    left behind.
    """
    return duckdb.connect(
        ":memory:",
        config={
            "preserve_insertion_order": True,
            "temp_directory": "",
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        },
    )
