"""``twin decisions``: what was advised, what somebody decided, and what is to be set on the asset."""

import time
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ops_data.errors import UsageError
from ops_data.store import folder_of
from twin.commands.alarms import jst, utc, when
from twin.commands.files import STANDARD_OUTPUT, check_file, write_text
from twin.commands.output import console, document, paragraph, plain_table

if TYPE_CHECKING:
    from ops_data.decision_log import Decision


def decisions(options: Namespace) -> int:
    """Obey ``twin decisions``."""
    from ops_data import decision_log

    store = folder_of(options.store)
    check_file("--export", options.export)
    if options.record is not None and options.withdraw is not None:
        raise UsageError("--record, --withdraw: two decisions at once; give one of them, then the other")
    now_s = int(time.time())
    done: Decision | None = None
    if options.record is not None:
        points = set_points(options.set_points)
        done = decision_log.record_decision(
            store, options.by, options.record, now_s, options.advised, options.basis, points
        )
    elif options.withdraw is not None:
        done = decision_log.withdraw_decision(store, options.withdraw, options.by, options.note, now_s)
    else:
        _nothing_left_over(options)
    known = decision_log.decisions(store, options.as_of)
    if options.export is not None:
        text = decision_log.to_csv(known)
        if options.export == STANDARD_OUTPUT:
            print(text, end="")
            return 0
        write_text("--export", options.export, text)
    if options.json:
        document({"decisions": [as_document(one) for one in ([done] if done else known)]})
    elif done is not None:
        _print_one(done)
    else:
        print_decisions(known)
    return 0


def set_points(texts: Sequence[str]) -> dict[str, str]:
    """Return set-points by name; UsageError for one without a value, or given twice."""
    found: dict[str, str] = {}
    for text in texts:
        key, sign, value = (part.strip() for part in text.partition("="))
        if not (key and sign and value):
            raise UsageError(f"--set-point '{text}': a name and a value are needed; give KEY=VALUE with its unit")
        if key in found:
            raise UsageError(f"--set-point '{text}': '{key}' is given twice; give each once")
        found[key] = value
    return found


def as_document(one: "Decision") -> dict[str, Any]:
    """Return a decision as JSON values, instants in UTC and Japan time."""
    told = asdict(one) | {"set_points": dict(one.set_points)}
    for name in ("decided_utc", "withdrawn_utc"):
        second = told[name]
        told[name] = None if second is None else utc(second)
        told[name.replace("_utc", "_jst")] = None if second is None else jst(second)
    return told


def print_decisions(known: "Sequence[Decision]") -> None:
    """Print decisions for people, and the set-points that hold."""
    from ops_data.decision_log import standing_set_points

    out = console()
    out.print(f"{len(known)} decisions", style="bold")
    for one in known:
        out.print()
        _print_one(one)
    standing = standing_set_points(known)
    if standing:
        out.print()
        out.print("Set-points that hold; a person carries them out, the twin never does", style="bold")
        table = plain_table("set-point", "value", "decision", right=("decision",))
        for key, decision in standing.items():
            table.add_row(key, decision.set_points[key], str(decision.number))
        out.print(table)


def _print_one(one: "Decision") -> None:
    out = console()
    out.print(f"{one.number}. {one.what}", style="bold", soft_wrap=True)
    paragraph(out, f"Decided by {one.by}, {when(one.decided_utc)}.", 3, "   ")
    if one.advised:
        paragraph(out, f"Advised: {one.advised}", 3, "   ")
    if one.basis:
        paragraph(out, f"Rests on {one.basis}.", 3, "   ")
    for key, value in one.set_points.items():
        paragraph(out, f"{key} = {value}", 5, "   - ")
    if one.withdrawn_utc is not None:
        paragraph(out, f"Withdrawn by {one.withdrawn_by}, {when(one.withdrawn_utc)}: {one.withdrawn_note}", 3, "   ")


def _nothing_left_over(options: Namespace) -> None:
    """Raise where something is said about a decision that is neither recorded nor withdrawn."""
    for name in ("by", "advised", "basis", "note", "set_points"):
        if getattr(options, name):
            option = "--set-point" if name == "set_points" else f"--{name}"
            raise UsageError(f"{option}: it says something of a decision; give --record WHAT or --withdraw NUMBER")
