"""``twin export``: one folder that a reader can re-check without this software."""

from argparse import Namespace
from pathlib import Path
from typing import Final

from ops_data.errors import UsageError
from twin.commands.environment import own_choices
from twin.commands.environment_made import study_of
from twin.commands.output import document
from twin.commands.review_options import REVIEW
from twin.commands.run import INTERRUPTED
from twin.commands.runs import opened
from twin.commands.supply_options import STATEMENT

OF_REVIEW: Final = ("current", "zones", "members")
OF_STATEMENT: Final = ("case", "tables", "customs", "draws", "no_scale_up")


def export(options: Namespace) -> int:
    """Obey ``twin export``."""
    foreign, other = (OF_STATEMENT, STATEMENT) if options.what == REVIEW else (OF_REVIEW, REVIEW)
    for name in foreign:
        if getattr(options, name):
            option = f"--{name.replace('_', '-')}"
            raise UsageError(f"{option}: it belongs to 'twin export {other}'; leave it out of {options.what}")
    if options.what == REVIEW:
        return _environmental_review(options)
    from twin.commands.supply_statement import supply_statement

    return supply_statement(options)


def _environmental_review(options: Namespace) -> int:
    from ops_data.export.package import building, check_target

    target = Path(options.out).expanduser()
    check_target(target)
    store = opened(options)
    run = store.open(options.run)
    sealed = study_of(store.folder, run, own_choices(options), options.members, options.workers, options.json)
    if sealed is None:
        return INTERRUPTED
    from twin.commands.review_package import ReviewPackage
    from twin.environment_view import StudyView

    package = ReviewPackage(run, StudyView(sealed))
    with building(target) as folder:
        told = package.write(folder)
    if options.json:
        document({"package": str(options.out), "run_id": run.run_id, "study_id": sealed.artefact_id, "numbers": told})
    else:
        print(f"{options.out}: review package of run {run.run_id}, {told} numbers that recheck.py rebuilds")
        print(f"  twin verify {options.out}      checks every file, and rebuilds every number")
        print("  python recheck.py              does the latter in the folder, with numpy, pandas and xarray alone")
    return 0
