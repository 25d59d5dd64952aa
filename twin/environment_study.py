"""An environmental study of a sealed run: what it is, and how some of its members are played."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ops_data.artefacts import ArtefactIdentity
from ops_data.manifest import Manifest
from twin.environment.member import Member, Study, member
from twin.environment.zone_check import PlacedZone
from twin.environment_rows import MemberRows, member_rows
from twin.models.plume import Current
from twin.run import DISTRIBUTION, Parameters, code_sha256, scenario_of
from twin.scenario import Scenario, draw_parameters

if TYPE_CHECKING:
    import pandas as pd

KIND: Final = "environment"
MOST_MEMBERS: Final = 200  # unless asked for


@dataclass(frozen=True)
class MembersJob:
    """What a worker needs to play members of a study; it can be pickled.

    Attributes
    ----------
    scenario_json : the resolved scenario with the study's settings.
    seed, parameters : of the run.
    record : a person's own current record, None where none is used.
    zones : zones on the grid.
    rows : intervals and lots of the members, by replicate.
    """

    scenario_json: str
    seed: int
    parameters: Parameters
    record: Current | None
    zones: tuple[PlacedZone, ...]
    rows: "Mapping[int, tuple[pd.DataFrame, pd.DataFrame]]"

    def part(self, numbers: range) -> "MembersJob":
        """Return what a worker needs to play some successive members of the job."""
        kept = {number: self.rows[number] for number in numbers}
        return MembersJob(self.scenario_json, self.seed, self.parameters, self.record, self.zones, kept)

    def play(self, first: int, last: int) -> list[MemberRows]:
        """Play members `first` to `last`, both included."""
        scenario = scenario_of(self.scenario_json)
        return [member_rows(scenario, self.member(number), self.zones) for number in range(first, last + 1)]

    def member(self, number: int) -> Member:
        """Return the plumes of one member."""
        scenario = scenario_of(self.scenario_json)
        study = Study(scenario, self.seed, self.parameters == "drawn", self.record)
        values = draw_parameters(scenario, self.seed, number, self.parameters)
        return member(study, values, number, *self.rows[number])


def identity(run: Manifest, scenario: Scenario, members: int) -> ArtefactIdentity:
    """Return what defines a study: the run, the environmental settings, a person's own files, how many members."""
    chosen = scenario.environment
    files = {
        name: hashlib.sha256(Path(path).expanduser().read_bytes()).hexdigest()
        for name, path in (("current_record", chosen.current_record), ("zones", chosen.zones))
        if path
    }
    choices: dict[str, Any] = {"scenario_sha256": scenario.hash, "members": members, "files": files}
    code = f"{version(DISTRIBUTION)}+code.{code_sha256()[:12]}"
    return ArtefactIdentity(KIND, run.run_id, run.sha256, choices, code)
