"""``twin runs``, ``show`` and ``describe``: what is in the store, and what its tables mean."""

import sys
from argparse import Namespace
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from ops_data.errors import FailedError, StoreError, UnknownNameError, UsageError
from twin.changes import as_packaged, changed, shortened
from twin.commands.output import console, document, note, paragraph, plain_table, tell_warnings
from twin.commands.summary import print_summary, replicate_count, run_document

if TYPE_CHECKING:
    from ops_data.catalogue import RunRow
    from ops_data.manifest import RunIdentity
    from ops_data.sealed import Run
    from ops_data.store import Store


def opened(options: Namespace) -> "Store":
    """Return the store that the options name."""
    from ops_data.store import open_store

    tell_warnings()
    return open_store(options.store)


def runs(options: Namespace) -> int:
    """Obey ``twin runs``."""
    store = opened(options)
    rows, unfinished = store.runs(), store.unfinished()
    own = [row for row in rows if not row.linked]
    changes = [changed_in(store, row) for row in rows]
    if options.json:
        listed = [asdict(row) | {"changed": texts} for row, texts in zip(rows, changes, strict=True)]
        document({"runs": listed, "unfinished": [_named(one) for one in unfinished]})
        return 0
    out = console()
    if not rows:
        out.print(f"No sealed run in {store.folder}; make one with 'twin run'.", soft_wrap=True)
    else:
        table = plain_table("run", "played", "seed", "parameters", "basis", "sealed (UTC)", right=("played", "seed"))
        table.columns[0].overflow = "fold"  # an id is there to be copied
        for row in own:
            when = row.created[:16].replace("T", " ")
            table.add_row(row.run_id, f"{row.replicates:,}", str(row.seed), row.parameters, row.mass_basis, when)
        out.print(table)
    if len(own) < len(rows):
        out.print(f"\n{len(rows) - len(own)} more were made to be read with one of these; --json lists them too.")
    if any(texts for row, texts in zip(rows, changes, strict=True) if not row.linked):
        out.print("\nChanged against the packaged scenario:")
        for row, texts in zip(rows, changes, strict=True):
            if texts and not row.linked:
                paragraph(out, f"{row.run_id}: {shortened(texts)}", indent=4, mark="  -")
    if unfinished:
        out.print("\nNot finished; the command that began one goes on with it:")
        for one in unfinished:
            out.print(f"  {one.run_id}  ({replicate_count(one):,} replicates, seed {one.seed})", soft_wrap=True)
    return 0


def changed_in(store: "Store", row: "RunRow") -> list[str]:
    """Return the changes of a listed run; a run whose manifest cannot be read has none to tell."""
    if as_packaged(row.scenario, row.scenario_sha256):
        return []
    try:
        return changed(store.open(row.run_id).manifest.scenario)
    except StoreError:
        return []


def _named(identity: "RunIdentity") -> dict[str, object]:
    return {"run_id": identity.run_id, **asdict(identity)}


def show(options: Namespace) -> int:
    """Obey ``twin show``."""
    if options.replicate is not None and options.csv is None:
        raise UsageError("--replicate: it chooses the calendar that --csv writes; give --csv FILE too")
    run = opened(options).open(options.run)
    if options.csv is not None:
        _write_calendar(run, options.csv, options.replicate or 0)
    elif options.json:
        document(run_document(run))
    else:
        print_summary(run, options.store)
    return 0


def _write_calendar(run: "Run", file: str, replicate: int) -> None:
    from ops_data.files import write_whole
    from twin.indicators.replicate import calendar_rows

    who = run.manifest.identity
    if not who.first_replicate <= replicate <= who.last_replicate:
        known = f"{who.first_replicate} to {who.last_replicate}"
        raise UnknownNameError(
            f"--replicate {replicate}: run '{run.run_id}' has replicates {known}; choose one of them"
        )
    rows = calendar_rows(run.table("intervals", replicates=[replicate]), replicate)
    text: str = rows.to_csv(index=False, lineterminator="\n")
    if file == "-":
        sys.stdout.write(text)
        return
    path = Path(file).expanduser()
    if path.exists() and not path.is_file():
        raise UsageError(f"--csv {file}: it is not a plain file; name a file, or '-' for standard output")
    try:
        write_whole(path, text.encode())
    except OSError as error:
        raise FailedError(f"--csv {file}: cannot be written: {error.strerror or error}; name another file") from error
    note(f"{len(rows):,} intervals of replicate {replicate} written to {file}")


def describe(options: Namespace) -> int:
    """Obey ``twin describe``."""
    from ops_data import schemas

    tables = list(schemas.TABLES.values()) if options.table is None else [schemas.table(options.table)]
    if options.json:
        found = [asdict(table) for table in tables]
        document(found if options.table is None else found[0])
        return 0
    out = console()
    for table in tables:
        out.print(table.name, style="bold")
        paragraph(out, table.row, indent=4)
        if options.table is None:
            continue
        for column in table.columns:
            unit = "" if column.unit == schemas.NO_UNIT else f" [{column.unit}]"
            paragraph(out, f"{column.name}: {column.type}{unit}; {column.description}", indent=4, mark="  -")
        for column in table.columns:
            if column.allowed:
                out.print()
                paragraph(out, f"{column.name} is one of: {', '.join(column.allowed)}")
    return 0
