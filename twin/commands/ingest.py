"""``twin ingest``: measured readings into the store, with every row accounted for."""

import csv
import sys
import time
from argparse import Namespace
from contextlib import nullcontext
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ops_data.errors import UsageError
from twin.commands.output import console, document, note, paragraph

if TYPE_CHECKING:
    from rich.console import Console

    from ops_data.ingest.coverage import TagFacts
    from ops_data.ingest.ingesting import FileReport, Setting
    from ops_data.ingest.sealing import SealedDay

SAID_EVERY_S = 5.0


def ingest(options: Namespace) -> int:
    """Obey ``twin ingest``; 1 when a file could not be read to its end."""
    if options.rejected is not None:
        return _rejected(options)
    if not options.paths and not options.seal:
        raise UsageError("no file is named; give the files to ingest, or --seal, or --rejected")
    from ops_data.ingest.sealing import seal_days
    from ops_data.store import folder_of

    store, setting = folder_of(options.store), _setting(options)
    reports = _read(store, options.paths, setting) if options.paths else []
    sealed = seal_days(store, setting.received_utc, setting.register) if options.seal else []
    if options.json:
        document({"files": [asdict(one) for one in reports], "sealed": [asdict(day) for day in sealed]})
    else:
        _print(reports, sealed, options.seal)
    return 0 if all(one.state in ("done", "known") for one in reports) else 1


def _setting(options: Namespace) -> "Setting":
    from ops_data.ingest.ingesting import Setting
    from ops_data.ingest.mapping import Mapping_, read_mapping
    from ops_data.reference.sensor_rows import sensors

    mapping = read_mapping(Path(options.mapping).expanduser()) if options.mapping else Mapping_()
    chosen = mapping.with_choices(options.source, options.assume_register_units)
    return Setting(chosen, sensors(), _received(options.received))


def _received(text: str | None) -> int:
    """Return when the files became available; UsageError for what is no time with a zone."""
    if text is None:
        return int(time.time())
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"--received '{text}': not a time; give for example 2027-01-05T06:00:00Z") from error
    if found.tzinfo is None:
        raise UsageError(f"--received '{text}': no zone in it; give for example 2027-01-05T06:00:00+09:00")
    return int(found.timestamp())


def _read(store: Path, paths: list[str], setting: "Setting") -> "list[FileReport]":
    """Ingest the files one after the other, saying now and then how far a long one has come."""
    from ops_data.ingest.buffer import closing, open_buffer
    from ops_data.ingest.ingesting import ingest_file

    reports = []
    with closing(open_buffer(store)) as buffer:
        for path in paths:
            said = time.monotonic()

            def heard(rows: int, path: str = path) -> None:
                nonlocal said
                if time.monotonic() - said > SAID_EVERY_S:
                    said = time.monotonic()
                    note(f"{path}: {rows:,} rows so far")

            reports.append(ingest_file(buffer, Path(path).expanduser(), setting, heard))
    return reports


def _rejected(options: Namespace) -> int:
    """Print the refused rows as CSV, or with ``--json`` as one document."""
    from ops_data.ingest.buffer import closing, existing_buffer
    from ops_data.store import folder_of

    if options.paths or options.seal:
        raise UsageError("--rejected: it prints what was refused before and ingests nothing; name one file after it")
    buffer = existing_buffer(folder_of(options.store))
    with nullcontext() if buffer is None else closing(buffer):
        rows = [] if buffer is None else buffer.refused(options.rejected or None)
        if options.json:
            document({"rejected": [asdict(row) for row in rows]})
            return 0
        table = csv.writer(sys.stdout, lineterminator="\n")
        table.writerow(("file", "row", "reason", "text"))
        table.writerows((row.file, row.row, row.reason, row.text) for row in rows)
    return 0


def _print(reports: "list[FileReport]", sealed: "list[SealedDay]", asked: bool) -> None:
    out = console()
    for number, report in enumerate(reports):
        if number:
            out.print()
        _print_file(out, report)
    if asked:
        days = "; ".join(_day_words(day) for day in sealed)
        paragraph(out, f"sealed: {days}" if sealed else "sealed: no day is over that has new readings")


def _day_words(day: "SealedDay") -> str:
    flags = "".join(f", {count:,} {word}" for word, count in day.flags.items())
    return f"{day.day} ({day.rows:,} readings, {day.added:,} new{flags})"


def _print_file(out: "Console", report: "FileReport") -> None:
    counts = report.counts
    if report.state == "known":
        when = datetime.fromtimestamp(report.received_utc, UTC).strftime("%Y-%m-%d %H:%M UTC")
        paragraph(out, f"{report.file}: the same bytes as {report.same_as}, received {when}; nothing was read again")
        return
    if report.error:
        paragraph(out, report.error, indent=0)
        if not counts.read:
            return
    out.print(f"{report.file}: {report.format}, source {report.source}", soft_wrap=True, style="bold")
    if report.state == "cut off":
        paragraph(out, "  cut off: its last row is half written; ingest it again when it is whole")
    words = [f"{counts.read:,} rows", f"{counts.accepted:,} accepted"]
    words += [
        f"{found:,} {word}"
        for word, found in (
            ("duplicates", counts.duplicate), ("conflicting", counts.conflicting), ("refused", counts.refused),
            ("late", counts.late), ("out of order", counts.out_of_order),
        )
        if found
    ]  # fmt: skip
    paragraph(out, "  " + ", ".join(words))
    if counts.flags:
        paragraph(out, "  flagged and kept: " + ", ".join(f"{found:,} {word}" for word, found in counts.flags.items()))
    for tag in report.tags:
        out.print(f"  {_tag_line(tag)}", soft_wrap=True)
    if report.first_refused:
        out.print("  first refused rows:")
        for row in report.first_refused:
            paragraph(out, f"row {row.row}: {row.reason}", 4, "    ")
        paragraph(out, f"all of them: twin ingest --rejected {report.file}", 2, "  ")


def _tag_line(tag: "TagFacts") -> str:
    first, last = (
        datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S") for at in (tag.first_utc, tag.last_utc)
    )
    gaps = ""
    if tag.gaps:
        gaps = f"; {tag.gaps:,} gaps, {tag.silent_s:,} s silent, longest {tag.longest_gap_s:,} s"
    return f"{tag.tag}: {tag.rows:,} rows, {first} to {last} UTC{gaps}"
