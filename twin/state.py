"""States of a campaign as files: cut out of a run, written, checked and read back, so that a forecast can start there.

A state holds everything a replicate needs to go on: one whole number vector per asset (`twin.operations.codes`), the
stocks, and who waits for whom. It fits the code that wrote it and no other: a file of another version is refused.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias, cast

import numpy as np

from ops_data.errors import FailedError, UsageError
from ops_data.files import told
from ops_data.manifest import Manifest, canonical_json, json_sha256
from twin.operations import codes as c
from twin.operations.campaign import State, play_campaign, tables_of
from twin.operations.laws import Luck
from twin.operations.program import Ints
from twin.operations.standing import Standing, standings
from twin.operations.world import Stocks
from twin.run import software_version
from twin.scenario import Scenario, draw_parameters

FORMAT: Final = 1
REMEDY: Final = "make the file again with 'twin state'"
Parameters: TypeAlias = Literal["fixed", "drawn"]
Begins: TypeAlias = Mapping[str, Ints]  # asset → UTC seconds


@dataclass(frozen=True)
class CampaignState:
    """Where one replicate of a campaign stands.

    Attributes
    ----------
    scenario : the campaign.
    seed, replicate, parameters : whose luck it goes on with.
    origin : ``simulated``: cut out of a run; ``measured``: inferred from measurements.
    run_id : run it was cut out of; empty for none.
    state : where it stands.
    """

    scenario: Scenario
    seed: int
    replicate: int
    parameters: Parameters
    origin: str
    run_id: str
    state: State

    @property
    def luck(self) -> Luck:
        """The draws of the replicate."""
        values = draw_parameters(self.scenario, self.seed, self.replicate, self.parameters)
        return Luck(self.scenario, values, self.seed, self.replicate)

    def standings(self) -> list[Standing]:
        """Return how each asset stands, in words."""
        return standings(self.luck, tables_of(self.luck), self.state)


def cut(manifest: Manifest, replicate: int, time_s: int, kept: Callable[[], Begins | None]) -> CampaignState:
    """Return where a replicate of a sealed run stood at a second, by playing it up to there.

    Parameters
    ----------
    manifest : of the sealed run.
    replicate : one of its replicates.
    time_s : UTC second, from the campaign's start to before its end.
    kept : gives the seconds at which the intervals of the replicate that had ended by then began, by asset; None where
        the run kept no intervals. Asked only when another version of the software made the run.

    Raises
    ------
    UsageError
        The run has no such replicate, or the campaign does not cover the time.
    FailedError
        Another version of the software made the run, and played again it does not give the rows of the run.
    """
    who, run_id = manifest.identity, manifest.run_id
    scenario = Scenario.from_json(canonical_json(manifest.scenario))
    if not who.first_replicate <= replicate <= who.last_replicate:
        held = f"{who.first_replicate} to {who.last_replicate}"
        raise UsageError(f"--replicate {replicate}: run '{run_id}' holds {held}; choose one of them")
    if not scenario.start_s < time_s < scenario.end_s:
        span = f"{_iso(scenario.start_s)} to {_iso(scenario.end_s)}"
        raise UsageError(f"--at {_iso(time_s)}: the campaign of run '{run_id}' lasts from {span}; choose a time in it")
    parameters = cast(Parameters, who.parameters)
    luck = Luck(scenario, draw_parameters(scenario, who.seed, replicate, parameters), who.seed, replicate)
    played = play_campaign(luck, tables_of(luck), None, time_s, True)
    if who.code_version != software_version(scenario) and not _same_rows(kept(), played.rows):
        raise FailedError(
            f"run '{run_id}': another version of the software or of the weather records made it, and played again "
            "it gives other rows; make the run again with 'twin run'"
        )
    return CampaignState(scenario, who.seed, replicate, parameters, who.origin, run_id, played.state)


def _same_rows(kept: Begins | None, rows: Mapping[str, Ints]) -> bool:
    if kept is None:
        return False
    nothing = np.zeros(0, np.int64)
    return all(np.array_equal(kept.get(name, nothing), found[:, c.R_START]) for name, found in rows.items())


def to_text(found: CampaignState) -> str:
    """Return a state as the text of a file."""
    return canonical_json(to_document(found)) + "\n"


def read_state(path: Path) -> CampaignState:
    """Return the state in a file.

    Raises
    ------
    FailedError
        The file cannot be read, is no state, was changed, or fits another version of the software.
    """
    with told(path, "read the state"):
        data = path.read_bytes()
    try:
        document = json.loads(data)
    except ValueError as error:
        raise FailedError(f"{path}: it is not JSON ({error}); {REMEDY}") from error
    return from_document(document, str(path))


def to_document(found: CampaignState) -> dict[str, Any]:
    """Return a state as what JSON holds, with the hash of all of it."""
    body = {
        "format": FORMAT,
        "kind": "state",
        "software": software_version(found.scenario),
        "scenario": found.scenario.model_dump(mode="json"),
        "seed": found.seed,
        "replicate": found.replicate,
        "parameters": found.parameters,
        "origin": found.origin,
        "run_id": found.run_id,
        "state": json.loads(json.dumps(asdict(found.state))),
    }
    return {**body, "sha256": json_sha256(body)}


def from_document(document: object, place: str) -> CampaignState:
    """Return the state that a document holds; `place` names it in errors (see `read_state`)."""
    if not isinstance(document, Mapping) or document.get("kind") != "state":
        raise FailedError(f"{place}: it is not a state of a campaign; {REMEDY}")
    if document.get("format") != FORMAT:
        raise FailedError(f"{place}: key 'format' is {document.get('format')}, this version reads {FORMAT}; {REMEDY}")
    body = {key: value for key, value in document.items() if key != "sha256"}
    if document.get("sha256") != json_sha256(body):
        raise FailedError(f"{place}: its own SHA-256 does not fit, so it was changed; {REMEDY}")
    scenario = Scenario.from_json(canonical_json(document["scenario"]))
    if document["software"] != software_version(scenario):
        raise FailedError(f"{place}: another version of the software wrote it; {REMEDY}")
    return CampaignState(
        scenario, document["seed"], document["replicate"], document["parameters"], document["origin"],
        document["run_id"], _state(document["state"]),
    )  # fmt: skip


def _state(told_state: Mapping[str, Any]) -> State:
    assets = {name: tuple(vector) for name, vector in told_state["assets"].items()}
    stocks = {one.name: told_state["stocks"][one.name] for one in fields(Stocks)}
    return State(
        told_state["time_s"], assets, stocks, told_state["partner"], told_state["called"],
        tuple(told_state["berthed"]), tuple(told_state["gone"]),
    )  # fmt: skip


def _iso(time_s: int) -> str:
    return datetime.fromtimestamp(time_s, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
