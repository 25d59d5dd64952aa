"""An environmental study of a sealed run: what it is, and how some of its members are played."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ops_data.artefacts import ArtefactIdentity
from ops_data.manifest import Manifest
from ops_data.reference.indicator_rows import indicator_row
from twin.environment.member import Member, Study, member
from twin.environment.zone_check import PlacedZone
from twin.environment_rows import MemberRows, member_rows
from twin.indicators.outcome_rows import outcome_rows
from twin.indicators.registry import outcomes
from twin.indicators.summary import SURROUNDINGS
from twin.models.plume import Current
from twin.run import DISTRIBUTION, Job, Parameters, code_sha256, joined, scenario_of
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
    surroundings : whether the run's other proxies are worked out anew, for the study has other settings than the run.
    """

    scenario_json: str
    seed: int
    parameters: Parameters
    record: Current | None
    zones: tuple[PlacedZone, ...]
    rows: "Mapping[int, tuple[pd.DataFrame, pd.DataFrame]]"
    surroundings: bool = False

    def part(self, numbers: range) -> "MembersJob":
        """Return what a worker needs to play some successive members of the job."""
        kept = {number: self.rows[number] for number in numbers}
        return replace(self, rows=kept)

    def play(self, first: int, last: int) -> list[MemberRows]:
        """Play members `first` to `last`, both included."""
        return [self._rows(number) for number in range(first, last + 1)]

    def _rows(self, number: int) -> MemberRows:
        found = member_rows(scenario_of(self.scenario_json), self.member(number), self.zones)
        if not self.surroundings:
            return found
        one = Job(self.scenario_json, self.seed, self.parameters).processed(number)
        told = [row for row in outcomes(one) if indicator_row(row[0]).group == SURROUNDINGS]
        both = joined([found.tables["outcomes"], outcome_rows(number, told)])
        return replace(found, tables={**found.tables, "outcomes": both})

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
    code = f"{version(DISTRIBUTION)}+code.{code_sha256(commands=True)[:12]}"
    return ArtefactIdentity(KIND, run.run_id, run.sha256, choices, code)
