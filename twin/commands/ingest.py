"""``twin ingest``: measured readings into the store, with every row accounted for."""

import csv
import json
import sys
import time
from argparse import Namespace
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from ops_data.errors import UsageError
from twin.commands.ingest_mqtt import check_options, ingest_messages
from twin.commands.output import document, note

if TYPE_CHECKING:
    from ops_data.ingest.buffer import RefusedRow
    from ops_data.ingest.ingesting import FileReport, Setting
    from ops_data.ingest.log_book import RefusedEntry
    from ops_data.ingest.log_ingest import LogReport
    from ops_data.ingest.sealing import SealedDay

SAID_EVERY_S = 5.0
TAKEN = ("done", "known")
WHOLE_AGAIN = "its last row is half written; drop it again when it is whole"


def ingest(options: Namespace) -> int:
    """Obey ``twin ingest``; 1 when a file could not be read to its end."""
    if options.rejected is not None:
        return _rejected(options)
    check_options(options)
    if not options.paths and not options.seal and options.watch is None and options.mqtt is None:
        raise UsageError(
            "no file is named; give the files to ingest, or --watch, --seal or --rejected, or a broker with --mqtt"
        )
    from ops_data.store import folder_of

    store = folder_of(options.store)
    if options.mqtt is not None:
        return ingest_messages(options, store, _setting(options))
    if options.watch is not None:
        return _watch(options, store)
    setting = _setting(options)
    reports = read_files(store, options.paths, setting) if options.paths else []
    sealed = _sealed(store, setting) if options.seal else []
    if options.json:
        document({"files": [asdict(one) for one in reports], "sealed": [asdict(day) for day in sealed]})
    else:
        from twin.commands.ingest_text import print_answer

        print_answer(reports, sealed, options.seal)
    return 0 if all(one.state in TAKEN for one in reports) else 1


def _sealed(store: Path, setting: "Setting") -> "list[SealedDay]":
    from ops_data.ingest.sealing import seal_days

    return seal_days(store, setting.received_utc, setting.register)


def _watch(options: Namespace, store: Path) -> int:
    """Ingest every whole file that comes into a folder, until interrupted; a line or a report for each."""
    from ops_data.ingest.drop_folder import DropFolder, watch
    from twin.commands.ingest_text import print_answer

    if options.paths:
        raise UsageError("--watch: it takes what comes into the folder; leave out the files")
    if options.received is not None:
        raise UsageError("--received: a file that comes into a watched folder is received then; leave it out")
    _setting(options)  # a mapping that breaks a rule is told at once

    def take(path: Path) -> str:
        setting = _setting(options)
        report = read_files(store, [str(path)], setting)[0]
        sealed = _sealed(store, setting) if options.seal else []
        if options.json:
            print(json.dumps({"file": asdict(report), "sealed": [asdict(day) for day in sealed]}), flush=True)
        else:
            print_answer([report], sealed, options.seal)
            sys.stdout.flush()
        return "" if report.state in TAKEN else report.error or WHOLE_AGAIN

    note(f"watching {options.watch}; interrupt with Ctrl-C")
    for one in watch(DropFolder(Path(options.watch).expanduser(), take, options.settle)):
        note(f"{one.name}: {one.reason or f'put into {one.path}'}")
    return 0


def _setting(options: Namespace) -> "Setting":
    from ops_data.ingest.ingesting import Setting
    from ops_data.ingest.mapping import Mapping_, read_mapping
    from ops_data.reference.sensor_rows import sensors

    mapping = read_mapping(Path(options.mapping).expanduser()) if options.mapping else Mapping_()
    chosen = mapping.with_choices(options.source, options.assume_register_units)
    received_utc = int(time.time()) if options.received is None else options.received
    return Setting(chosen, sensors(), received_utc)


def read_files(store: Path, paths: list[str], setting: "Setting") -> "list[FileReport | LogReport]":
    """Ingest the files one after the other, saying now and then how far a long one has come."""
    from ops_data.ingest.buffer import closing, open_buffer
    from ops_data.ingest.ingesting import ingest_file
    from ops_data.ingest.log_ingest import ingest_log, is_shift_log

    reports: list[FileReport | LogReport] = []
    with closing(open_buffer(store)) as buffer:
        for path in paths:
            file, said = Path(path).expanduser(), time.monotonic()
            if file.is_file() and is_shift_log(file, setting.mapping):
                reports.append(ingest_log(store, file, setting.mapping, setting.received_utc))
                continue

            def heard(rows: int, path: str = path) -> None:
                nonlocal said
                if time.monotonic() - said > SAID_EVERY_S:
                    said = time.monotonic()
                    note(f"{path}: {rows:,} rows so far")

            reports.append(ingest_file(buffer, file, setting, heard))
    return reports


def _rejected(options: Namespace) -> int:
    """Print the refused rows as CSV, or with ``--json`` as one document."""
    from ops_data.ingest.buffer import closing, existing_buffer
    from ops_data.store import folder_of

    if options.paths or options.seal or options.watch is not None or options.mqtt is not None:
        raise UsageError("--rejected: it prints what was refused before and ingests nothing; name one file after it")
    buffer = existing_buffer(folder_of(options.store))
    with nullcontext() if buffer is None else closing(buffer):
        rows: list[RefusedRow | RefusedEntry] = []
        if buffer is not None:
            rows += buffer.refused(options.rejected or None)
        rows += _refused_of_logs(folder_of(options.store), options.rejected or None)
        if options.json:
            document({"rejected": [asdict(row) for row in rows]})
            return 0
        table = csv.writer(sys.stdout, lineterminator="\n")
        table.writerow(("file", "row", "reason", "text"))
        table.writerows((row.file, row.row, row.reason, row.text) for row in rows)
    return 0


def _refused_of_logs(store: Path, file: str | None) -> "list[RefusedEntry]":
    """Return the refused rows of the logs of work, of one file or of all."""
    from ops_data.ingest.log_book import refused_entries

    return [row for row in refused_entries(store) if file is None or row.file == file]
