"""Neither workers nor order nor interruptions leave a trace in the rows of an ensemble (truth: derived)."""

import shutil
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from ops_data.columns import Coded, TableData
from ops_data.errors import SimulationError, StoreError
from ops_data.observations import HERE, SEA_RECORDS
from ops_data.store import open_store
from ops_data.writer import RunWriter
from tests.twin.bad_writers import dies, refuses
from twin.ensemble import CHUNK_REPLICATES, Plan, plan, play_ensemble
from twin.run import Job, WriteTables, code_sha256, identity, joined, observations_sha256
from twin.scenario import Scenario, load_scenario

SCENARIO = load_scenario("pilot-2027")
JOB = Job(SCENARIO.to_json(), 7, "drawn")
REPLICATES = 23


def begin(store: Path, scenario: Scenario = SCENARIO, replicates: int = REPLICATES) -> RunWriter:
    return open_store(store, create=True).begin(identity(scenario, JOB.seed, replicates, JOB.parameters))


def seal(writer: RunWriter) -> dict[str, str]:
    """Seal a run without indicators; return table → SHA-256."""
    run = writer.seal(SCENARIO.model_dump(mode="json"), {}, 0.0)
    return {name: entry.sha256 for name, entry in run.manifest.tables.items()}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    with begin(tmp_path_factory.mktemp("undisturbed")) as writer:
        play_ensemble(JOB, writer.missing(), writer.parts.write)
        return seal(writer)


def test_an_ensemble_keeps_every_table_of_its_replicates(undisturbed: dict[str, str]) -> None:
    assert set(undisturbed) == {"intervals", "lots", "ledger", "balance", "daily", "outcomes"}


def test_two_workers_give_the_hashes_of_one(tmp_path: Path, undisturbed: dict[str, str]) -> None:
    done: list[int] = []
    with begin(tmp_path) as writer:
        play_ensemble(JOB, writer.missing(), writer.parts.write, workers=2, on_done=done.append, pool_worth_s=0.0)
        assert sum(done) == REPLICATES
        assert seal(writer) == undisturbed


def test_the_order_of_replicates_leaves_no_trace(tmp_path: Path, undisturbed: dict[str, str]) -> None:
    with begin(tmp_path) as writer:
        play_ensemble(JOB, writer.missing()[::-1], writer.parts.write)
        assert seal(writer) == undisturbed


def test_the_size_of_chunks_leaves_no_trace(tmp_path: Path, undisturbed: dict[str, str]) -> None:
    with begin(tmp_path) as writer:
        for first, last in ((0, 0), (1, 11), (12, 22)):
            writer.parts.write(first, last, JOB.play(first, last))
        assert seal(writer) == undisturbed


@pytest.mark.parametrize("workers", [1, 2])
def test_an_ensemble_that_is_stopped_keeps_what_is_finished_and_goes_on(
    workers: int, tmp_path: Path, undisturbed: dict[str, str]
) -> None:
    done: list[int] = []
    go: dict[str, Callable[[int], None]] = {"on_done": done.append}
    with begin(tmp_path) as writer:
        write = writer.parts.write
        play_ensemble(JOB, writer.missing(), write, workers=workers, **go, stop=lambda: len(done) > 2, pool_worth_s=0.0)
        assert 2 < sum(done) < REPLICATES
        assert len(writer.missing()) == REPLICATES - sum(done)
    with begin(tmp_path) as writer:
        assert 0 not in writer.missing()
        play_ensemble(JOB, writer.missing(), writer.parts.write)
        assert seal(writer) == undisturbed


def test_a_stop_before_the_start_plays_nothing(tmp_path: Path) -> None:
    with begin(tmp_path) as writer:
        play_ensemble(JOB, writer.missing(), writer.parts.write, stop=lambda: True)
        assert len(writer.missing()) == REPLICATES


def test_a_killed_worker_is_one_line_and_loses_nothing_finished(tmp_path: Path, undisturbed: dict[str, str]) -> None:
    with begin(tmp_path) as writer:
        write: WriteTables = partial(dies, writer.parts.write)
        with pytest.raises(SimulationError) as caught:
            play_ensemble(JOB, writer.missing(), write, workers=2, pool_worth_s=0.0)
        assert str(caught.value) == (
            "a worker process was killed, perhaps for lack of memory; finished replicates are kept: "
            "repeat the command, with fewer --workers if memory is short"
        )
        assert {0, 1}.isdisjoint(writer.missing())
    with begin(tmp_path) as writer:
        play_ensemble(JOB, writer.missing(), writer.parts.write)
        assert seal(writer) == undisturbed


def test_an_error_in_a_worker_arrives_as_it_was_raised(tmp_path: Path) -> None:
    with begin(tmp_path) as writer:
        write: WriteTables = partial(refuses, writer.parts.write)
        with pytest.raises(StoreError, match=r"^here: the disk is full; free some space$"):
            play_ensemble(JOB, writer.missing(), write, workers=2, pool_worth_s=0.0)
        assert {0, 1}.isdisjoint(writer.missing())


def test_detail_daily_keeps_no_interval_log() -> None:
    scenario = load_scenario("pilot-2027", ["campaign.detail=daily"])
    whole = JOB.play(3, 4)
    tables = Job(scenario.to_json(), JOB.seed, "drawn").play(3, 4)
    assert set(whole) - set(tables) == {"intervals"}
    assert np.array_equal(np.asarray(tables["outcomes"]["value"]), np.asarray(whole["outcomes"]["value"]))


def taken(todo: Plan, size: int) -> list[range]:
    found = []
    while (chunk := todo.take(size)) is not None:
        found.append(chunk)
    return found


def test_chunks_hold_successive_replicates_only() -> None:
    """Derived: by hand, with a gap that an interrupted run left."""
    assert taken(plan([0, 1, 2, 3, 4, 9, 10, 12]), 3) == [range(3), range(3, 5), range(9, 11), range(12, 13)]


@pytest.mark.parametrize(
    ("left", "workers", "replicate_s", "size"),
    [
        (200, 2, 0.01, CHUNK_REPLICATES),  # a part holds no more
        (200, 2, 0.05, 5),  # a quarter of a second
        (200, 2, 1.0, 1),
        (12, 2, 0.01, 3),  # both workers busy to the end
        (1, 2, 0.01, 1),
    ],
)
def test_chunks_are_short_and_keep_all_workers_busy(left: int, workers: int, replicate_s: float, size: int) -> None:
    """Derived: by hand from the four bounds."""
    todo = plan(range(left))
    todo.note(4, 4 * replicate_s)
    assert todo.chunk_size(workers) == size


def test_pieces_whose_words_have_other_numbers_are_joined_by_word() -> None:
    """Derived: by hand."""
    pieces: list[TableData] = [
        {"asset": Coded(np.array([0, 1]), ("a", "b")), "value": np.array([1.0, 2.0])},
        {"asset": Coded(np.array([1, 0, 0]), ("b", "c")), "value": np.array([3.0, 4.0, 5.0])},
        {"asset": Coded(np.array([], dtype=np.int64), ("",)), "value": np.array([])},
    ]
    whole = joined(pieces)
    assert isinstance(whole["asset"], Coded)
    assert whole["asset"].words() == ["a", "b", "c", "b", "b"]
    assert np.asarray(whole["value"]).tolist() == [1.0, 2.0, 3.0, 4.0, 5.0]


def test_everything_that_changes_a_row_changes_the_identity(tmp_path: Path) -> None:
    own = tmp_path / "sea.parquet"
    shutil.copy(HERE / SEA_RECORDS["era5-41N-125W"], own)

    def name(sets: Sequence[str] = (), seed: int = 1, replicates: int = 5, fixed: bool = False) -> str:
        return identity(load_scenario("pilot-2027", sets), seed, replicates, "fixed" if fixed else "drawn").run_id

    own_record = [f"weather.record='{own}'"]
    names = [
        name(),
        name(seed=2),
        name(replicates=6),
        name(fixed=True),
        name(["shuttles.count=3"]),
        name(["campaign.detail=daily"]),
        name(own_record),
    ]
    assert len(set(names)) == len(names)
    assert name() == names[0]
    own.write_bytes(own.read_bytes() + b" ")
    assert name(own_record) != names[-1]


def test_the_code_version_names_package_sources_and_observations() -> None:
    version = identity(SCENARIO, 1, 1, "drawn").code_version
    assert version.endswith(f"+code.{code_sha256()[:12]}.data.{observations_sha256(SCENARIO)[:12]}")
    calm = identity(load_scenario("calm"), 1, 1, "drawn").code_version
    assert calm.endswith(f"+code.{code_sha256()[:12]}")
