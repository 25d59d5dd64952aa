"""``twin environment --external``: one member's source terms and current in the hands of another particle model."""

import math
import shutil
import tempfile
import time
from argparse import Namespace
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ops_data.errors import FailedError, ModelError, UsageError
from twin.commands.output import document, note

if TYPE_CHECKING:
    from ops_data.artefacts import Artefact
    from ops_data.sealed import Run
    from twin.environment.external import ExternalCase, ExternalResult, Program
    from twin.environment.member import Member
    from twin.environment_view import StudyView
    from twin.models.plume import Field

ALONE = ("python", "replicate", "particles", "step", "keep")  # options that mean nothing without --external
NOT_BESIDE = ("csv", "figure")


@dataclass(frozen=True, eq=False)
class Compared:
    """One member's plumes near the bed by two models.

    Attributes
    ----------
    case : what both were given.
    ours, ours_s : the field of this project, and how long it took [s].
    theirs : what the other model found.
    density_kg_m3 : dry density of the deposit.
    left_out : releases that float far above the bed; neither model has them.
    """

    case: "ExternalCase"
    ours: "Field"
    ours_s: float
    theirs: "ExternalResult"
    density_kg_m3: float
    left_out: int


def check_external(options: Namespace) -> None:
    """Refuse, before any work, options that do not go together; UsageError."""
    if options.external is None:
        for name in ALONE:
            if getattr(options, name) is not None:
                raise UsageError(f"--{name}: it belongs to --external; add --external parcels or --external opendrift")
        return
    if options.python is None:
        raise UsageError(
            f"--external {options.external}: --python is needed: the interpreter in which {options.external} is "
            "installed, such as a virtual environment's bin/python"
        )
    for name in NOT_BESIDE:
        if getattr(options, name) is not None:
            raise UsageError(f"--{name}: it shows the study, --external a comparison; ask for one at a time")
    if shutil.which(Path(options.python).expanduser()) is None:
        raise UsageError(
            f"--python {options.python}: there is no such program; name the interpreter in which {options.external} "
            "is installed, such as a virtual environment's bin/python"
        )
    if options.keep is not None and Path(options.keep).expanduser().exists():
        raise UsageError(f"--keep {options.keep}: it is there already; name a folder that is not")


def answer_external(options: Namespace, run: "Run", sealed: "Artefact") -> None:
    """Run one member of a study with another model and tell how the two agree."""
    from twin.commands import environment_external_text as text
    from twin.environment_view import StudyView

    view = StudyView(sealed)
    number = _replicate(view, options.replicate)
    found = _compared(options, run, view, number)
    if options.json:
        document(text.as_document(view, number, found))
    else:
        text.print_comparison(view, number, found)
    if options.keep is not None:
        note(f"exchanged files kept in {options.keep}")


def _replicate(view: "StudyView", asked: int | None) -> int:
    """Return the replicate that is handed over: the one asked for, or that with the median of the released mass."""
    from twin.commands.environment_job import median_member

    if asked is None:
        median = median_member(view.closure)
        if median is None:
            raise FailedError(
                f"study '{view.artefact.artefact_id}': no member releases sediment; there is nothing to hand over"
            )
        return median
    numbers = view.closure["replicate"].to_numpy()
    if asked not in numbers:
        there = f"{numbers.min()} to {numbers.max()}"
        raise UsageError(f"--replicate {asked}: the study has {there}; name one of these or raise --members")
    return asked


def _compared(options: Namespace, run: "Run", view: "StudyView", number: int) -> Compared:
    from twin.commands.environment_job import members_job

    job, _ = members_job(run, view.scenario, [number])
    begin = time.perf_counter()
    one = job.member(number)
    ours_s = time.perf_counter() - begin
    case = _case(view, one, job.seed, options.particles, options.step)
    there = len(case.releases.start_s)
    note(f"replicate {number}: {there} releases go to {options.external}; this may take minutes")
    theirs = _handed_over(options.external, Path(options.python).expanduser(), case, options.keep)
    density = one.values["plume.deposit_density_kg_m3"]
    return Compared(case, one.bed, ours_s, theirs, density, len(one.passive.afar) - there)


def _case(view: "StudyView", one: "Member", seed: int, particles: int | None, step_s: int | None) -> "ExternalCase":
    """Return the passive releases near the bed as another model is given them; FailedError where there is none."""
    from twin.commands.review_options import PARTICLES, STEP_S
    from twin.environment.external import ExternalCase
    from twin.environment.water import bottom_water

    low = one.passive.releases.take(~one.passive.afar)
    if one.current is None or not len(low.start_s):
        raise FailedError(
            f"replicate {one.replicate}: it releases no sediment near the bed; there is nothing to hand over: name "
            "another --replicate"
        )
    begin_s = int(one.current.time_s[0])
    return ExternalCase(
        releases=low,
        water=bottom_water(view.scenario, one.values, float(low.height_m.max())),
        current=one.current,
        grid=view.grid,
        latitude_deg=view.site.latitude_deg,
        longitude_deg=view.site.longitude_deg,
        until_s=begin_s + math.floor(one.bed.span_s),
        step_s=float(STEP_S if step_s is None else step_s),
        particles=PARTICLES if particles is None else particles,
        seed=seed,
    )


def _handed_over(program: "Program", python: Path, case: "ExternalCase", keep: str | None) -> "ExternalResult":
    """Run the other model in a folder that goes away, unless it is to be kept or the program failed in it."""
    from ops_data.files import remove_tree, told
    from twin.environment.external import run_external

    if keep is not None:
        kept = Path(keep).expanduser()
        with told(kept, "make the folder"):
            kept.mkdir(parents=True)
        return run_external(program, python, case, kept)
    folder = Path(tempfile.mkdtemp(prefix=f"twin-{program}-"))
    with ExitStack() as stack:
        stack.callback(remove_tree, folder)
        try:
            return run_external(program, python, case, folder)
        except ModelError:
            raise
        except FailedError:  # its message sends the reader to the folder
            stack.pop_all()
            raise
