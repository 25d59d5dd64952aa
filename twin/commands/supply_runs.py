"""The runs a supply study rests on: the run asked for, its pair on the other mass basis, and one at full scale."""

import json
from argparse import Namespace
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from ops_data.errors import FailedError, UnknownNameError
from twin.commands.bases import other_basis
from twin.commands.eased_runs import mode_of
from twin.commands.output import note
from twin.commands.run import Playing, sealed_run
from twin.commands.summary import replicate_count

if TYPE_CHECKING:
    from ops_data.sealed import Run
    from ops_data.store import Store
    from twin.scenario import Scenario

SCALE_UP: Final = "scale-up-3500"
SCALE_REPLICATES: Final = 20  # ten years each: the spread of a year is small against that of the grade
REPLICATES: Final = 200


@dataclass(frozen=True)
class StudyRuns:
    """Sealed runs: one per basis, on the same weather and luck, and one at full scale (None: not asked for)."""

    asked: "Run"
    by_basis: "dict[str, Run]"
    scale: "Run | None"

    @property
    def hashes(self) -> dict[str, str]:
        """Run id → hash, of every run."""
        runs = [*self.by_basis.values(), *([self.scale] if self.scale else [])]
        return {run.run_id: run.manifest.sha256 for run in runs}


def study_runs(options: Namespace, store: "Store") -> StudyRuns | None:
    """Return the runs of a study, playing those that are missing; None when a stop was asked for.

    Raises
    ------
    UnknownNameError
        Neither a run of the store nor a scenario has that name.
    FailedError
        The pair on the other basis is not there, and this version would not make it the same.
    """
    asked = _asked(options, store)
    if asked is None:
        return None
    scenario = _scenario(asked)
    basis, other = scenario.campaign.mass_basis, other_basis(scenario)
    pair = _pair(options, store, asked, other)
    if pair is None:
        return None
    scale: Run | None = None
    if not options.no_scale_up:
        scale = _at_scale(options, store, asked)
        if scale is None:
            return None
    return StudyRuns(asked, {basis: asked, other.campaign.mass_basis: pair}, scale)


def _pair(options: Namespace, store: "Store", asked: "Run", other: "Scenario") -> "Run | None":
    """Return the run on the other basis: sealed before by the software that made the run asked for, or played now."""
    from twin.run import identity

    who, mode = asked.manifest.identity, mode_of(asked)
    count = replicate_count(who)
    now = identity(other, who.seed, count, mode)
    found = store.find(replace(now, code_version=who.code_version))
    if found is not None:
        return found
    if now.code_version != who.code_version:
        raise FailedError(
            f"run '{asked.run_id}': its pair on the other mass basis is not in the store, and another version of this "
            f"software or of its data made it; make both again with 'twin run {who.scenario} --both-bases'"
        )
    return sealed_run(store, other, Playing(who.seed, count, mode, options.workers, options.json), (asked.run_id,))


def _at_scale(options: Namespace, store: "Store", asked: "Run") -> "Run | None":
    from twin.scenario import load_scenario

    how = Playing(asked.manifest.identity.seed, SCALE_REPLICATES, "drawn", options.workers, options.json)
    return sealed_run(store, load_scenario(SCALE_UP), how, (asked.run_id,))


def _asked(options: Namespace, store: "Store") -> "Run | None":
    """Return the run that was asked for; a scenario that was not run yet is run now."""
    try:
        return store.open(options.run)
    except UnknownNameError:
        from twin.scenario import load_scenario
        from twin.scenario_file import packaged_names

        if options.run not in packaged_names() and not options.run.endswith(".toml"):
            raise
        scenario = load_scenario(options.run)
        note(f"no run of {options.run} in the store yet: it is played now")
        return sealed_run(store, scenario, Playing(1, REPLICATES, "drawn", options.workers, options.json))


def _scenario(run: "Run") -> "Scenario":
    from twin.scenario import Scenario

    return Scenario.from_json(json.dumps(run.manifest.scenario))
