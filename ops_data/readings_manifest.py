"""The manifest of sealed readings: which file is a day's, and what is in it.

<store>/readings/days.json                    the manifest, replaced in one step
<store>/readings/<UTC day>.<version>.parquet  the readings of one day, as sealed that time; never changed

A reader takes the files that the manifest names and no others: a file being written, or an older version of a day, is
not looked at. The manifest is not called as that of a run is, so that a store does not take the folder for a run.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from ops_data.errors import StoreError
from ops_data.files import sync_folder, told, write_whole
from ops_data.manifest import canonical_json, json_sha256

FORMAT: Final = 1
FOLDER: Final = "readings"
DAYS: Final = "days.json"
_KEPT: Final = 4  # parsed manifests a process remembers


@dataclass(frozen=True)
class TagDay:
    """What a day holds of one tag; times are the first and the last."""

    rows: int
    first_utc: int
    last_utc: int
    sources: tuple[str, ...]


@dataclass(frozen=True)
class DayFile:
    """The current file of one day; ``sealed`` is when it was sealed, ISO 8601 UTC, times are None in an empty day."""

    file: str
    version: int
    rows: int
    bytes: int
    sha256: str
    first_utc: int | None
    last_utc: int | None
    sealed: str
    tags: Mapping[str, TagDay]


@dataclass(frozen=True)
class Days:
    """A manifest as read: ISO day → its file, in order of days, and the hash of the whole."""

    days: Mapping[str, DayFile]
    sha256: str


NONE_YET: Final = Days({}, "")


def file_name(day: str, version: int) -> str:
    """Return the name of a version of a day's file."""
    return f"{day}.{version}.parquet"


def read_days(folder: Path) -> Days | None:
    """Read and check the manifest in a folder; None if there is none. What was parsed is remembered by its bytes.

    Raises
    ------
    StoreError
        It cannot be read, breaks the format, was changed by hand, or a newer version wrote it.
    """
    path = folder / DAYS
    with told(path, "read the manifest"):
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            return None
    return _parsed(path, data)


@lru_cache(maxsize=_KEPT)
def _parsed(path: Path, data: bytes) -> Days:
    try:
        document = json.loads(data)
        newer = document["format"] > FORMAT
        body = {key: value for key, value in document.items() if key != "sha256"}
        sound = json_sha256(body) == document["sha256"]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _damaged(path, "it is not a manifest in JSON") from error
    if newer:
        raise StoreError(
            f"{path}: key 'format' is {document['format']}, written by a newer version; "
            f"this one reads up to {FORMAT}: upgrade the software"
        )
    if not sound:
        raise _damaged(path, "its own SHA-256 does not fit")
    try:
        days = {str(date.fromisoformat(day)): _day_file(entry) for day, entry in sorted(document["days"].items())}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _damaged(path, f"a key is missing or of the wrong kind ({error})") from error
    for day, entry in days.items():
        if entry.file != file_name(day, entry.version):
            raise _damaged(path, f"the file of {day} may not be '{entry.file}'")
    return Days(days, str(document["sha256"]))


def _day_file(entry: Mapping[str, Any]) -> DayFile:
    tags = {
        tag: TagDay(int(rows), int(first), int(last), tuple(str(one) for one in sources))
        for tag, (rows, first, last, sources) in entry["tags"].items()
    }
    return DayFile(**{**entry, "tags": tags})


def write_days(folder: Path, days: Mapping[str, DayFile]) -> None:
    """Replace the manifest in a folder in one step; when this returns it survives a crash."""
    body = {"format": FORMAT, "days": {day: _plain(entry) for day, entry in days.items()}}
    document = {**body, "sha256": json_sha256(body)}
    write_whole(folder / DAYS, (canonical_json(document) + "\n").encode())
    sync_folder(folder)


def _plain(entry: DayFile) -> dict[str, Any]:
    tags = {tag: [one.rows, one.first_utc, one.last_utc, list(one.sources)] for tag, one in entry.tags.items()}
    return {**asdict(entry), "tags": tags}


def _damaged(path: Path, rule: str) -> StoreError:
    remedy = "restore the folder from a copy, or remove it and seal its days again"
    return StoreError(f"{path}: the manifest of the readings is damaged: {rule}; {remedy}")
