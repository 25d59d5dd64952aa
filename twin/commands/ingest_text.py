"""What ``twin ingest`` tells people of files and days."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from ops_data.ingest.log_ingest import LogReport
from twin.commands.output import console, paragraph

MOST_ODD: Final = 5

if TYPE_CHECKING:
    from rich.console import Console

    from ops_data.ingest.coverage import TagFacts
    from ops_data.ingest.ingesting import FileReport
    from ops_data.ingest.sealing import SealedDay


def print_answer(reports: "list[FileReport | LogReport]", sealed: "list[SealedDay]", asked: bool) -> None:
    """Print what became of files, and of days where sealing was asked for."""
    out = console()
    for number, report in enumerate(reports):
        if number:
            out.print()
        if isinstance(report, LogReport):
            _print_log(out, report)
        else:
            _print_file(out, report)
    if asked:
        days = "; ".join(_day_words(day) for day in sealed)
        paragraph(out, f"sealed: {days}" if sealed else "sealed: no day is over that has new readings")


def _print_log(out: "Console", report: LogReport) -> None:
    done = report.recorded
    if report.error:
        paragraph(out, report.error)
        return
    if done.known_as:
        paragraph(out, f"{report.file}: the same bytes as {done.known_as}; nothing was read again")
        return
    out.print(f"{report.file}: log of work, source {report.source}", soft_wrap=True, style="bold")
    paragraph(out, "  " + ", ".join(f"{count:,} {word}" for word, count in log_counts(report).items()))
    odd = [*done.findings, *done.overlaps]
    for finding in odd[:MOST_ODD]:
        paragraph(out, f"  {finding.told()}")
    if len(odd) > MOST_ODD:
        paragraph(out, f"  and {len(odd) - MOST_ODD:,} more of that kind; --json lists them all")
    if report.first_refused:
        out.print("  first refused rows:")
        for row in report.first_refused:
            paragraph(out, f"row {row.row}: {row.reason}", 4, "    ")


def log_counts(report: LogReport) -> dict[str, int]:
    """Return how many entries of a log were what; what is none is left out, but for those that are new."""
    done = report.recorded
    told = {name.replace("_", " "): value for name, value in vars(done).items() if isinstance(value, int)}
    return {name: value for name, value in told.items() if value or name == "new"}


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
