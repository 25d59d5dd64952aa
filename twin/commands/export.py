"""``twin export``: a folder that a reader can re-check without this software, or a summary of a week to print."""

from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ops_data.errors import UsageError
from twin.commands.environment import own_choices
from twin.commands.environment_made import study_of
from twin.commands.output import document
from twin.commands.progress import begin_stage
from twin.commands.review_options import REVIEW
from twin.commands.run import INTERRUPTED
from twin.commands.runs import opened
from twin.commands.supply_options import STATEMENT
from twin.commands.weekly_options import WEEKLY

if TYPE_CHECKING:
    from ops_data.artefacts import Artefact
    from ops_data.sealed import Run

OWNERS: Final[Mapping[str, tuple[str, ...]]] = {  # option → the exports that it belongs to
    "sets": (REVIEW, STATEMENT),
    **dict.fromkeys(("current", "zones", "members"), (REVIEW,)),
    **dict.fromkeys(("case", "tables", "customs", "draws", "no_scale_up"), (STATEMENT,)),
    **dict.fromkeys(("week", "lang"), (WEEKLY,)),
}


def export(options: Namespace) -> int:
    """Obey ``twin export``."""
    for name, owners in OWNERS.items():
        if getattr(options, name) and options.what not in owners:
            option = "--set" if name == "sets" else f"--{name.replace('_', '-')}"
            belongs = " and ".join(f"'twin export {owner}'" for owner in owners)
            raise UsageError(f"{option}: it belongs to {belongs}; leave it out of {options.what}")
    if options.what == REVIEW:
        return _environmental_review(options)
    if options.what == WEEKLY:
        from twin.commands.weekly_summary import weekly_summary

        return weekly_summary(options)
    from twin.commands.supply_statement import supply_statement

    return supply_statement(options)


def _environmental_review(options: Namespace) -> int:
    from ops_data.export.package import check_target

    target = Path(options.out).expanduser()
    check_target(target)
    store = opened(options)
    run = store.open(options.run)
    sealed = study_of(store.folder, run, own_choices(options), options.members, options.workers, options.json)
    if sealed is None:
        return INTERRUPTED
    told = write_review(run, sealed, target)
    if options.json:
        document({"package": str(options.out), "run_id": run.run_id, "study_id": sealed.artefact_id, "numbers": told})
    else:
        print(f"{options.out}: review package of run {run.run_id}, {told} numbers that recheck.py rebuilds")
        print(f"  twin verify {options.out}      checks every file, and rebuilds every number")
        print("  python recheck.py              does the latter in the folder, with numpy, pandas and xarray alone")
    return 0


def write_review(run: "Run", study: "Artefact", target: Path) -> int:
    """Write the review package of a sealed run and its study into a new folder; return how many numbers it tells."""
    from ops_data.export.package import building
    from twin.commands.review_package import ReviewPackage
    from twin.environment_view import StudyView

    begin_stage("writing")
    package = ReviewPackage(run, StudyView(study))
    with building(target) as folder:
        return package.write(folder)
