"""A process that keeps files of entries in a log book one after another, to be killed while it does.

Says on standard output the number of each file once it is kept. Run: python -m tests.ops_data.ingest.log_writer STORE
SOURCE FILES
"""

import sys
from pathlib import Path

from ops_data.ingest.log_book import record
from ops_data.ingest.log_entries import LogEntry, ShiftLog
from ops_data.ingest.rows import Refused

ENTRIES = 40


def file_of(source: str, number: int) -> ShiftLog:
    """Return file ``number`` of a source: an hour of minutes' work after those of the file before."""
    start = number * ENTRIES * 60
    entries = [
        LogEntry("chikyu", "lift", "working", "none", start + 60 * at, 60, at, dry_t=0.5, row=at + 2)
        for at in range(ENTRIES)
    ]
    return ShiftLog(source, tuple(entries), (Refused(99, f"made up {number}", ""),), ())


def main(store: Path, source: str, files: int) -> None:
    """Keep the files and say so."""
    for number in range(files):
        record(store, file_of(source, number), f"{source}-{number}.csv", f"{source}{number}", "", 1_000 + number)
        print(number, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
