"""``twin export``: one folder that a reviewer can re-check without this software."""

from argparse import Namespace
from pathlib import Path

from twin.commands.environment import own_choices
from twin.commands.environment_made import study_of
from twin.commands.output import document
from twin.commands.run import INTERRUPTED
from twin.commands.runs import opened


def export(options: Namespace) -> int:
    """Obey ``twin export environmental-review``."""
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
