"""``twin compare``: what other runs do differently on the same weather and luck, or how two packages differ."""

import math
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from ops_data.errors import UsageError
from twin.changes import changed, shortened
from twin.commands.output import console, document, paragraph, plain_table
from twin.commands.runs import opened
from twin.commands.summary import MAIN, scaled
from twin.commands.verify import package_folder

if TYPE_CHECKING:
    from rich.console import Console

    from ops_data.sealed import Run
    from twin.indicators.comparison import Difference, RunOutcomes


def compare(options: Namespace) -> int:
    """Obey ``twin compare``."""
    if len(options.runs) < 2:
        raise UsageError(
            f"'twin compare {options.runs[0]}': one run found; a comparison needs two or more; name another"
        )
    folders = [package_folder(name) for name in options.runs]
    if any(folders):
        return _compare_packages(options, folders)
    store = opened(options)
    opened_runs = [store.open(name) for name in options.runs]
    first, *others = map(_outcomes, opened_runs)
    changes = {run.run_id: changed(run.manifest.scenario) for run in opened_runs}
    from twin.indicators.comparison import compare as differences_of
    from twin.indicators.comparison import comparison_notes

    out = console()
    documents = []
    for place, other in enumerate(others):
        differences, notes = differences_of(first, other), comparison_notes(first, other)
        if options.json:
            found = [_finite(asdict(one)) for one in differences]
            pair = {"first": first.run_id, "second": other.run_id}
            told = {run_id: changes[run_id] for run_id in pair.values()}
            documents.append({**pair, "changed": told, "notes": notes, "differences": found})
            continue
        if place:
            out.print()
        notes += [
            f"{name}: changed {shortened(changes[name])}." for name in (first.run_id, other.run_id) if changes[name]
        ]
        _print_comparison(out, first.run_id, other.run_id, differences, notes)
    if options.json:
        document({"comparisons": documents})
    return 0


def _compare_packages(options: Namespace, folders: Sequence[Path | None]) -> int:
    """Tell what differs between two review packages; exit code 1 when something does."""
    from ops_data.export.compare import compare as differences_of

    odd = next((name for name, folder in zip(options.runs, folders, strict=True) if folder is None), None)
    if odd is not None:
        raise UsageError(f"'{odd}': it is no review package, the other one is; give two packages, or runs alone")
    if len(folders) != 2:
        raise UsageError(f"{len(folders)} review packages found; two are compared; leave the others out")
    first, second = (folder for folder in folders if folder is not None)
    found = differences_of(first, second)
    if options.json:
        document({"first": options.runs[0], "second": options.runs[1], "differences": found})
    elif found:
        for line in found:
            print(line)
    else:
        print("the two packages are the same")
    return 1 if found else 0


def _outcomes(run: "Run") -> "RunOutcomes":
    from twin.indicators.comparison import RunOutcomes

    who = run.manifest.identity
    return RunOutcomes(run.run_id, who.seed, who.parameters, who.mass_basis, run.table("outcomes"))


def _finite(fields: dict[str, object]) -> dict[str, object]:
    """Return the fields with None in place of what is not a finite number."""
    return {k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in fields.items()}


def _print_comparison(
    out: "Console", first: str, second: str, differences: "list[Difference]", notes: list[str]
) -> None:
    from ops_data.reference.indicator_rows import indicator_rows

    by_key = {(one.name, one.item): one for one in differences if not one.period}
    out.print(f"{second} minus {first}", style="bold")
    numbers = ("first", "second", "difference", "± 95 %")
    table = plain_table("", *numbers, "unit", right=numbers)
    for name, item, title in MAIN:
        one = by_key.get((name, item))
        if one is not None and one.pairs:
            table.add_row(title or indicator_rows()[name].title, *_cells(one))
    out.print(table)
    out.print()
    for line in (
        *notes,
        "Means over replicates that have the same weather and luck in both runs; a difference smaller than its "
        "uncertainty (95 % interval) may be chance.",
    ):
        paragraph(out, line)


def _cells(one: "Difference") -> tuple[str, str, str, str, str]:
    from twin.indicators.words import number

    scale, unit = scaled(one.unit)
    half = "?" if math.isnan(one.high_95) else number((one.high_95 - one.mean) / scale)
    sign = "+" if one.mean > 0 else ""
    return number(one.first / scale), number(one.second / scale), f"{sign}{number(one.mean / scale)}", half, unit
