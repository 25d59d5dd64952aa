"""The store as pages read it (truth: what is kept is what is there, and nothing that is gone)."""

import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from dashboards.data import Data
from dashboards.memory import BYTES_PER_MB, CACHE_MB, Memory, weight
from ops_data.errors import StoreError, UnknownNameError
from tests.dashboards.stores import base_run


@pytest.fixture
def copied(small_store: Path, tmp_path: Path) -> Path:
    return shutil.copytree(small_store, tmp_path / "runs")


def test_runs_of_their_own_come_first_newest_first(small_store: Path) -> None:
    rows = Data(str(small_store)).runs()
    own = [bool(one.linked) for one in rows]
    assert own == sorted(own)
    created = [one.created for one in rows if not one.linked]
    assert created == sorted(created, reverse=True)


def test_a_run_that_was_removed_while_it_was_looked_at_is_told_of(copied: Path) -> None:
    data = Data(str(copied))
    run = data.run(base_run(copied))
    assert len(data.table(run, "indicators"))
    shutil.rmtree(copied / run.run_id)
    asks: list[Callable[[], object]] = [
        lambda: data.table(run, "indicators"),
        lambda: data.outcomes(run),
        lambda: data.daily(run, ["x"]),
    ]
    for ask in asks:
        with pytest.raises(StoreError, match="removed"):
            ask()


def test_a_new_store_is_made_and_holds_no_run(tmp_path: Path) -> None:
    data = Data(str(tmp_path / "new"))
    assert data.runs() == []
    with pytest.raises(UnknownNameError, match="holds no run yet"):
        data.run("")


def test_series_are_read_by_name(small_store: Path) -> None:
    data = Data(str(small_store))
    run = data.run(base_run(small_store))
    whole = run.table("daily")
    found = data.daily(run, ["lifted_wet_t"])
    assert set(found["name"]) == {"lifted_wet_t"}
    assert found["value"].sum() == pytest.approx(whole.loc[whole["name"] == "lifted_wet_t", "value"].sum())


def test_the_newest_study_of_a_run_is_found(small_store: Path) -> None:
    data = Data(str(small_store))
    run = data.run(base_run(small_store))
    environment, supply = data.environment(run), data.supply(run)
    assert environment is not None and environment.artefact.identity.run_id == run.run_id
    assert supply is not None and supply.artefact.identity.run_id == run.run_id
    assert data.environment(data.run("calm")) is None


def test_memory_keeps_within_its_limit_and_drops_what_was_used_least() -> None:
    """Derived: frames of a tenth of the limit."""
    memory, made = Memory(), []
    rows = CACHE_MB * BYTES_PER_MB // 10 // 8

    def frame(number: int) -> pd.DataFrame:
        made.append(number)
        return pd.DataFrame({"value": range(rows)}, dtype="float64")

    for number in range(20):
        memory.get(number, lambda number=number: frame(number))  # type: ignore[misc]
    assert memory.kept.currsize <= CACHE_MB * BYTES_PER_MB
    memory.get(19, lambda: frame(19))
    memory.get(0, lambda: frame(0))
    assert made == [*range(20), 0]


def test_what_is_heavier_than_all_of_the_memory_is_not_kept() -> None:
    memory = Memory()
    heavy = bytes(CACHE_MB * BYTES_PER_MB + 1)
    assert memory.get("heavy", lambda: heavy) is heavy
    assert len(memory.kept) == 0
    assert weight(heavy) > CACHE_MB * BYTES_PER_MB


def test_threads_share_one_store_and_one_queue(small_store: Path) -> None:
    data, found = Data(str(small_store)), []

    def ask() -> None:
        run = data.run(base_run(small_store))
        found.append((len(data.table(run, "indicators")), id(data.queue())))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1


def test_what_many_ask_for_at_once_is_made_once() -> None:
    memory, made = Memory(), []
    begin = threading.Barrier(6)

    def slow() -> str:
        made.append(threading.get_ident())
        gate.wait(0.2)
        return "found"

    def ask() -> None:
        begin.wait()
        assert memory.get("key", slow) == "found"

    gate = threading.Event()
    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1


def test_what_cannot_be_made_is_not_kept() -> None:
    memory = Memory()

    def fail() -> str:
        raise StoreError("gone")

    for _ in range(2):
        with pytest.raises(StoreError, match="gone"):
            memory.get("key", fail)
    assert memory.get("key", lambda: "found") == "found"
    assert memory.making == {}
