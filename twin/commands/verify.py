"""``twin verify``: whether a sealed run, or a review package, still is what was sealed."""

from argparse import Namespace
from pathlib import Path

from twin.commands.output import document, note
from twin.commands.runs import opened


def verify(options: Namespace) -> int:
    """Obey ``twin verify``; exit code 1 when something is wrong."""
    folder = package_folder(options.run)
    return _verify_run(options) if folder is None else _verify_package(options, folder)


def package_folder(name: str) -> Path | None:
    """Return the folder of the review package that a word names; None if it names none, and so perhaps a run."""
    from ops_data.export.package import MANIFEST

    folder = Path(name).expanduser()
    return folder if (folder / MANIFEST).is_file() else None


def _verify_package(options: Namespace, folder: Path) -> int:
    from ops_data.export.package import verify as checked
    from ops_data.export.statement_check_base import BY_HASH

    found = checked(folder)
    problems = list(found.problems)
    if options.json:
        told = {"sound": not problems, "files": found.files, "numbers": found.numbers, "problems": problems}
        document({"package": folder.name, **told, "recheck": list(found.recheck)})
    elif problems:
        for problem in problems:
            print(problem)
        note(f"package '{options.run}': {len(problems)} {'problem' if len(problems) == 1 else 'problems'} found")
    else:
        print(f"{options.run} is sound: {found.files} files as sealed, {found.numbers:,} numbers rebuilt from them")
        for line in found.recheck:
            if line.startswith(BY_HASH):
                print(f"  not added up again: {line.removeprefix(BY_HASH).strip()}")
    return 1 if problems else 0


def _verify_run(options: Namespace) -> int:
    from ops_data.sealed import verify as problems_of

    run = opened(options).open(options.run)
    problems = problems_of(run)
    if options.json:
        document({"run_id": run.run_id, "sound": not problems, "problems": problems})
    elif problems:
        for problem in problems:
            print(problem)
        note(f"run '{run.run_id}': {len(problems)} {'problem' if len(problems) == 1 else 'problems'} found")
    else:
        rows = sum(table.rows for table in run.manifest.tables.values())
        print(f"{run.run_id} is sound: {len(run.manifest.tables)} tables, {rows:,} rows as sealed")
    return 1 if problems else 0
