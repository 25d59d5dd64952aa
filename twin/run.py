"""What a run is, and how some of its replicates are played: the unit of work of every worker."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Final, Literal, TypeAlias

import numpy as np

import ops_data
import twin
from ops_data.columns import Coded, ColumnData, TableData
from ops_data.errors import ModelError, SimulationError
from ops_data.manifest import RunIdentity
from ops_data.observations import HERE, SEA_RECORDS, STORM_TRACKS
from twin.design import Design
from twin.indicators.processed import Processed, processed
from twin.indicators.record import read_replicate
from twin.indicators.replicate import outcome_columns, replicate_tables
from twin.operations.campaign import Played, play_campaign, tables_of
from twin.operations.laws import Luck
from twin.scenario import Scenario, draw_parameters

Parameters: TypeAlias = Literal["fixed", "drawn"]
WriteTables: TypeAlias = Callable[[int, int, Mapping[str, TableData]], None]
DISTRIBUTION: Final = "minamitorishima-twin"
UNPLAYED: Final = "unplayed"  # outcome of a design's case that cannot be played; its item says why
_COMMAND_LINE: Final = ("commands", "__main__.py")  # what only talks to people changes no row


@dataclass(frozen=True)
class Job:
    """What a worker needs to play replicates of a run; small, and it can be pickled.

    Attributes
    ----------
    scenario_json : the resolved scenario, as `Scenario.to_json` writes it.
    seed : seed of the ensemble, 0 or more.
    parameters : central values as stated, or drawn once per replicate.
    design : rows of values to play instead of either; numbers then count its cases, and only outcomes are kept.
    """

    scenario_json: str
    seed: int
    parameters: Parameters
    design: Design | None = None

    def part(self, numbers: range) -> "Job":
        """Return what a worker needs to play some successive replicates, or cases, of the job."""
        return self if self.design is None else replace(self, design=self.design.part(numbers))

    def play(self, first: int, last: int) -> dict[str, TableData]:
        """Play replicates `first` to `last`, both included, and return their tables, rows in replicate order.

        The tables are those of `twin.indicators.replicate.replicate_tables`; of a design's cases, ``outcomes`` alone.
        """
        scenario = scenario_of(self.scenario_json)
        numbers = range(first, last + 1)
        pieces: list[Mapping[str, TableData]]
        if self.design is None:
            pieces = [_played(scenario, self, number) for number in numbers]
        else:
            pieces = [{"outcomes": _case(scenario, self.seed, self.design, number)} for number in numbers]
        return {name: joined([piece[name] for piece in pieces]) for name in pieces[0]}

    def processed(self, number: int) -> Processed:
        """Play one replicate and return it as the indicators read it."""
        scenario = scenario_of(self.scenario_json)
        values = draw_parameters(scenario, self.seed, number, self.parameters)
        played = _campaign(scenario, values, self.seed, number)
        return processed(read_replicate(scenario, values, played), played)


def identity(scenario: Scenario, seed: int, replicates: int, parameters: Parameters) -> RunIdentity:
    """Return what defines the rows of a run of replicates 0 … `replicates` - 1; the same identity, the same rows."""
    return RunIdentity(
        scenario=scenario.name,
        scenario_sha256=scenario.hash,
        seed=seed,
        first_replicate=0,
        last_replicate=replicates - 1,
        parameters=parameters,
        detail=scenario.campaign.detail,
        mass_basis=scenario.campaign.mass_basis,
        code_version=software_version(scenario),
    )


def software_version(scenario: Scenario) -> str:
    """Return what makes the rows of a scenario: version, hash of code and reference rows, hash of weather records."""
    data = observations_sha256(scenario)
    return f"{version(DISTRIBUTION)}+code.{code_sha256()[:12]}{f'.data.{data[:12]}' if data else ''}"


def code_sha256(commands: bool = False) -> str:
    """Return the SHA-256 of everything that can change a row: our sources, and reference rows.

    Parameters
    ----------
    commands : with the command line, which decides what a study holds and changes no row of a run.
    """
    twin_folder, data_folder = Path(twin.__file__).parent, Path(ops_data.__file__).parent
    found = {p.relative_to(twin_folder.parent): p for p in twin_folder.rglob("*.py")}
    found = {name: path for name, path in found.items() if commands or name.parts[1] not in _COMMAND_LINE}
    sources = [*data_folder.rglob("*.py"), *(data_folder / "reference").rglob("*.csv")]
    found |= {p.relative_to(data_folder.parent): p for p in sources}
    digest = hashlib.sha256()
    for name in sorted(found):
        digest.update(f"{name.as_posix()}\0".encode())
        digest.update(hashlib.sha256(found[name].read_bytes()).digest())
    return digest.hexdigest()


def observations_sha256(scenario: Scenario) -> str:
    """Return the SHA-256 of the sea record, storm tracks and cores a scenario reads; empty when it reads none.

    A person's own file may change under the same name; another content is another run. A file that is not there is
    left to its reader, who says so.
    """
    named: list[tuple[str, Mapping[str, str]]] = []
    if scenario.weather.kind != "calm":
        named.append((scenario.weather.record, SEA_RECORDS))
        if scenario.storms.kind == "resampled":
            named.append((scenario.storms.tracks, STORM_TRACKS))
    if scenario.resource.cores:
        named.append((scenario.resource.cores, {}))
    if not named:
        return ""
    paths = [HERE / packaged[name] if name in packaged else Path(name) for name, packaged in named]
    digest = hashlib.sha256()
    for path in paths:
        digest.update(hashlib.sha256(path.read_bytes()).digest() if path.is_file() else b"absent")
    return digest.hexdigest()


@lru_cache(maxsize=2)
def scenario_of(text: str) -> Scenario:
    """Return the scenario of a canonical JSON text, read once by each worker."""
    return Scenario.from_json(text)


def _played(scenario: Scenario, job: Job, replicate: int) -> Mapping[str, TableData]:
    values = draw_parameters(scenario, job.seed, replicate, job.parameters)
    return replicate_tables(scenario, values, replicate, _campaign(scenario, values, job.seed, replicate))


def _campaign(scenario: Scenario, values: Mapping[str, float], seed: int, replicate: int) -> Played:
    luck = Luck(scenario, values, seed, replicate)
    return play_campaign(luck, tables_of(luck), None, scenario.end_s, compiled=True)


def _case(scenario: Scenario, seed: int, design: Design, number: int) -> TableData:
    """Return the outcomes of one case of a design; of one that cannot be played, why not."""
    row, replicate = design.case(number)
    values = design.values(scenario, row)
    try:
        played = _campaign(scenario, values, seed, replicate)
    except (ModelError, SimulationError) as error:
        one = np.zeros(1, dtype=np.int32)
        words = {"name": UNPLAYED, "item": str(error), "period": ""}
        texts: TableData = {name: Coded(one, (word,)) for name, word in words.items()}
        return {"replicate": one + number, "value": np.ones(1), **texts}
    return outcome_columns(number, processed(read_replicate(scenario, values, played), played))


def joined(pieces: Sequence[TableData]) -> dict[str, ColumnData]:
    """Return the rows of several pieces of one table as one piece, column by column.

    Examples
    --------
    >>> first, second = Coded(np.array([0]), ("lift",)), Coded(np.array([1]), ("shift", "lift"))
    >>> column = joined([{"activity": first}, {"activity": second}])["activity"]
    >>> column.words()
    ['lift', 'lift']
    """
    return {name: _joined_column([piece[name] for piece in pieces]) for name in pieces[0]}


def _joined_column(parts: Sequence[ColumnData]) -> ColumnData:
    coded = [part for part in parts if isinstance(part, Coded)]
    if len(coded) != len(parts):
        return np.concatenate([np.asarray(part) for part in parts])
    names = coded[0].names
    if all(part.names == names for part in coded):
        return Coded(np.concatenate([part.codes for part in coded]), names)
    place = {word: number for number, word in enumerate(dict.fromkeys(w for part in coded for w in part.names))}
    codes = [np.array([place[word] for word in part.names], dtype=np.int32)[part.codes] for part in coded]
    return Coded(np.concatenate(codes), tuple(place))
