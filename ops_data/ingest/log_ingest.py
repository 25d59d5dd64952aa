"""Files of shift logs and daily reports into the log book of a store."""

import hashlib
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Final

from ops_data.errors import ObservationError
from ops_data.ingest.log_book import Recorded, record
from ops_data.ingest.mapping import Mapping_
from ops_data.ingest.rows import Refused
from ops_data.ingest.shift_log import STRICT, read_shift_log
from ops_data.ingest.shift_log_mapping import FORMAT
from ops_data.ingest.shift_log_sheets import WORKBOOKS
from ops_data.manifest import json_sha256

REASONS: Final = 5  # refused rows that a report shows of a file
_HEAD_LETTERS: Final = 4_096


@dataclass(frozen=True)
class LogReport:
    """What became of one file of entries.

    Attributes
    ----------
    state : done; known (the same bytes were recorded before, see ``recorded``); failed (it cannot be read as a whole,
        ``error`` says why).
    first_refused : the first refused rows.
    """

    file: str
    state: str
    source: str = ""
    recorded: Recorded = field(default_factory=Recorded)
    first_refused: tuple[Refused, ...] = ()
    error: str = ""


def is_shift_log(path: Path, mapping: Mapping_) -> bool:
    """Say whether a file is a log of work: by its mapping, as a workbook, or by the headings of the strict format."""
    if mapping.format:
        return mapping.format == FORMAT
    if path.suffix.lower() in WORKBOOKS:
        return True
    try:
        with path.open(encoding="utf-8-sig") as file:
            heading = file.readline(_HEAD_LETTERS)
    except (OSError, UnicodeDecodeError):  # told by whoever reads it
        return False
    return set(STRICT) <= {name.strip().strip('"') for name in heading.split(mapping.delimiter or ",")}


def ingest_log(store: Path, path: Path, mapping: Mapping_, received_utc: int) -> LogReport:
    """Record one file of entries; what cannot be read of it is in the report, never raised. Durable when it returns.

    Raises
    ------
    StoreError
        The log book cannot be used.
    UsageError
        The mapping breaks a rule.
    """
    report = LogReport(str(path), "failed")
    try:
        log = read_shift_log(path, mapping)
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    except ObservationError as error:
        return replace(report, error=str(error))
    except OSError as error:
        return replace(report, error=f"{path}: cannot be read: {error.strerror or error}; ingest it again")
    done = record(store, log, str(path), sha256, json_sha256(asdict(mapping)), received_utc)
    state = "known" if done.known_as else "done"
    return LogReport(str(path), state, log.source, done, log.refused[:REASONS])
