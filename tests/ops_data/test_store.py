"""Sealed runs: the same rows give the same bytes, and what was sealed is read, found and checked.

Truth: derived; rows made by hand or by `made_up_runs` and compared with what comes back.
"""

import json
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ops_data import tables
from ops_data.columns import Coded
from ops_data.errors import StoreError, UnknownNameError
from ops_data.manifest import MANIFEST, RunIdentity, json_sha256
from ops_data.sealed import Run, verify
from ops_data.store import open_store
from ops_data.tables import read_parquet, to_arrow, write_parquet
from tests.ops_data.made_up_runs import (
    LAST,
    SCENARIO,
    identity,
    interval_log,
    make,
    part_tables,
    replicate_rows,
    seal,
    words_of,
)

RUN_ID = identity().run_id


def test_a_run_id_names_the_scenario_and_changes_with_everything_that_defines_the_run() -> None:
    assert RUN_ID.startswith("pilot-2027-")
    assert len(RUN_ID) == len("pilot-2027-") + 8
    others = {identity(seed=8).run_id, identity(last_replicate=6).run_id, identity(scenario="パイロット/2").run_id}
    assert len({RUN_ID, *others}) == 4
    assert identity(scenario="パイロット/2").run_id.startswith("2-")
    assert identity().run_id == RUN_ID


def test_a_word_that_identity_does_not_know_is_refused() -> None:
    with pytest.raises(StoreError) as caught:
        RunIdentity("calm", "0" * 64, 1, 0, 9, "fixd", "intervals", "wet", "0.1.0")
    assert str(caught.value) == "run identity: parameters may not be 'fixd'; did you mean 'fixed'?"


@st.composite
def splits(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    """Draw parts that cover all replicates in any order, perhaps overlapping."""
    cuts = sorted(draw(st.sets(st.integers(1, LAST))))
    parts = list(zip([0, *cuts], [*(cut - 1 for cut in cuts), LAST], strict=True))
    for _ in range(draw(st.integers(0, 2))):
        first = draw(st.integers(0, LAST))
        parts.append((first, draw(st.integers(first, LAST))))
    return tuple(draw(st.permutations(parts)))


@settings(max_examples=40)
@given(parts=splits())
def test_bytes_do_not_depend_on_how_replicates_were_split_and_ordered(parts: tuple[tuple[int, int], ...]) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(tables, "BLOCK_ROWS", 50)  # several blocks, none of which ends where a replicate does
        whole = make(Path(folder) / "whole", ((0, LAST),))
        with open_store(Path(folder) / "split", create=True).begin(identity()) as writer:
            for first, last in parts:
                writer.parts.write(first, last, part_tables(first, last))
            split = seal(writer)
        assert split.manifest.sha256 == whole.manifest.sha256
        for entry in whole.manifest.tables.values():
            assert (split.folder / entry.file).read_bytes() == (whole.folder / entry.file).read_bytes()


def test_rows_come_back_as_they_were_written(tmp_path: Path) -> None:
    run = make(tmp_path)
    frame = run.table("intervals")
    log = part_tables(0, LAST)["intervals"]
    for name, column in log.items():
        found = frame[name].to_list()
        assert found == (words_of(column) if isinstance(column, Coded) else np.asarray(column).tolist()), name
    assert len(frame) == sum(replicate_rows(number) for number in range(LAST + 1))
    assert isinstance(frame["activity"].dtype, pd.CategoricalDtype)


def test_columns_and_replicates_can_be_chosen(tmp_path: Path) -> None:
    frame = make(tmp_path).table("intervals", columns=["dry_t", "activity"], replicates=[1, 4])
    expected = np.concatenate([np.asarray(interval_log(replicate_rows(n), n)["dry_t"]) for n in (1, 4)])
    assert list(frame.columns) == ["dry_t", "activity"]
    assert frame["dry_t"].to_list() == expected.tolist()


def test_finished_rows_can_be_read_before_the_seal_in_replicate_order(tmp_path: Path) -> None:
    with open_store(tmp_path).begin(identity()) as writer:
        writer.parts.write(3, 4, part_tables(3, 4))
        writer.parts.write(0, 3, part_tables(0, 3))
        numbers = [number for piece in writer.read("daily") for number in piece.column("replicate").to_pylist()]
        assert numbers == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
        assert writer.missing() == [5]


def test_the_manifest_tells_scenario_seed_versions_rows_and_hashes(tmp_path: Path) -> None:
    run = make(tmp_path)
    document = json.loads((run.folder / MANIFEST).read_text(encoding="utf-8"))
    assert document["scenario"] == SCENARIO
    assert document["identity"]["seed"] == 7
    assert {"python", "numpy", "pandas", "pyarrow", "numba"} <= set(document["versions"])
    assert {name: entry["rows"] for name, entry in document["tables"].items()} == {
        "daily": 12,
        "indicators": 2,
        "intervals": 369,
    }
    assert document["wall_s"] == 1.25


def test_a_run_is_found_by_identity_id_beginning_scenario_and_latest(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    assert store.find(identity()) is None
    first = make(tmp_path)
    with store.begin(identity(seed=8)) as writer:
        writer.parts.write(0, LAST, part_tables(0, LAST))
        second = seal(writer)
    assert store.find(identity()) == first
    for name, expected in (
        (first.run_id, first),
        (first.run_id[:-3], first),
        ("latest", second),
        ("pilot-2027", second),
    ):
        assert store.open(name) == expected, name


def test_an_unknown_or_ambiguous_run_is_told_with_a_remedy(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    with pytest.raises(UnknownNameError) as caught:
        store.open("latest")
    assert str(caught.value) == f"run 'latest': store {tmp_path} holds no run yet; make one with 'twin run'"
    make(tmp_path)
    with store.begin(identity(seed=8)) as writer:
        writer.parts.write(0, LAST, part_tables(0, LAST))
        seal(writer)
    with pytest.raises(UnknownNameError) as caught:
        store.open("pilot-2072")
    assert str(caught.value) == f"run 'pilot-2072': not in store {tmp_path}; did you mean 'pilot-2027'?"
    with pytest.raises(UnknownNameError, match=r"^run 'pilot': 2 runs begin so; give more of one: pilot-2027-"):
        store.open("pilot")


def test_an_unknown_table_or_column_of_a_run_is_told_with_a_remedy(tmp_path: Path) -> None:
    run = make(tmp_path)
    with pytest.raises(UnknownNameError) as caught:
        run.table("interval")
    assert str(caught.value) == (
        f"run '{RUN_ID}' has no table 'interval' (it was kept with detail 'intervals'); did you mean 'intervals'?"
    )
    with pytest.raises(UnknownNameError, match=r"^table 'daily': no column 'vale'; did you mean 'value'\?$"):
        run.table("daily", columns=["vale"])


def damage(path: Path, place: int) -> None:
    """Flip one bit of a file."""
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)


def test_a_flipped_bit_anywhere_in_a_table_is_found_by_verify_and_never_read_as_a_value(tmp_path: Path) -> None:
    run = make(tmp_path)
    path = run.folder / "intervals.parquet"
    whole, expected = path.read_bytes(), run.table("intervals")
    for place in range(0, len(whole), 41):
        damage(path, place)
        assert verify(run) == [f"{path}: SHA-256 differs from the sealed one"], place
        with pytest.raises(StoreError) as caught:
            run.table("intervals")
        assert str(caught.value) == (
            f"{path}: the table cannot be read: it is damaged; see 'twin verify {RUN_ID}', "
            "then restore it from a copy, or remove the folder and rerun"
        )
        path.write_bytes(whole)
    assert verify(run) == []
    assert run.table("intervals").equals(expected)


def test_a_truncated_and_a_missing_table_are_told(tmp_path: Path) -> None:
    run = make(tmp_path)
    path = run.folder / "daily.parquet"
    size = path.stat().st_size
    path.write_bytes(path.read_bytes()[:-10])
    assert verify(run) == [f"{path}: {size - 10} bytes found, {size} sealed"]
    with pytest.raises(StoreError, match=r"daily\.parquet: the table cannot be read: it is damaged"):
        run.table("daily")
    path.unlink()
    assert verify(run) == [f"{path}: cannot be read: No such file or directory"]
    with pytest.raises(StoreError, match=r"daily\.parquet: the table cannot be read: it is missing"):
        run.arrow("daily")


def test_a_file_that_was_slipped_in_is_told(tmp_path: Path) -> None:
    run = make(tmp_path)
    (run.folder / "notes.txt").write_text("hello")
    assert verify(run) == [f"{run.folder / 'notes.txt'}: not named in the manifest"]


def rewrite(run: Run, old: str, new: str) -> None:
    """Replace a piece of text in the manifest."""
    path = run.folder / MANIFEST
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_run_of_a_newer_version_is_refused_with_the_remedy(tmp_path: Path) -> None:
    rewrite(make(tmp_path), '"format": 1', '"format": 2')
    with pytest.raises(StoreError) as caught:
        open_store(tmp_path).open(RUN_ID)
    assert str(caught.value) == (
        f"{tmp_path / RUN_ID / MANIFEST}: key 'format' is 2, written by a newer version; "
        "this one reads up to 1: upgrade the software"
    )


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ('"seed": 7', '"seed": 9', "its own SHA-256 does not fit"),
        ('"bore_m": 3.0', '"bore_m": 4.0', "its own SHA-256 does not fit"),
        ('"identity": {', '"identity": {"shape": 1,', "a key is missing or of the wrong kind"),
        ('"mass_basis": "wet"', '"mass_basis": "moist"', "a key is missing or of the wrong kind"),
        ('"format": 1', '"format": "one"', "it is not a manifest in JSON"),
        ("{", "", "it is not a manifest in JSON"),
    ],
)
def test_a_damaged_manifest_is_told_by_open_and_by_verify(tmp_path: Path, old: str, new: str, rule: str) -> None:
    run = make(tmp_path)
    rewrite(run, old, new)
    with pytest.raises(StoreError) as caught:
        open_store(tmp_path).open(RUN_ID)
    message = str(caught.value)
    assert message.startswith(f"{run.folder / MANIFEST}: the manifest is damaged: {rule}")
    assert message.endswith("; restore the folder from a copy, or remove it and rerun")
    assert "\n" not in message
    assert verify(run) == [message]


def test_a_manifest_moved_to_another_folder_is_told(tmp_path: Path) -> None:
    make(tmp_path).folder.rename(tmp_path / "elsewhere")
    with pytest.raises(StoreError, match=f"damaged: it is the manifest of run '{RUN_ID}'"):
        open_store(tmp_path).open("elsewhere")


def test_another_scenario_than_the_begun_one_is_not_sealed(tmp_path: Path) -> None:
    with open_store(tmp_path).begin(identity()) as writer:
        writer.parts.write(0, LAST, part_tables(0, LAST))
        with pytest.raises(StoreError, match="the scenario is not the one the run was begun with"):
            writer.seal({"name": "calm"}, {}, wall_s=0.0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"drt_t": np.zeros(4)}, "table 'intervals': column 'drt_t' is not declared; did you mean 'dry_t'?"),
        ({"hole": np.zeros(4)}, "table 'intervals': column 'hole' holds int32, found float64; convert it"),
        (
            {"duration_s": np.full(4, 2**40)},
            "table 'intervals': column 'duration_s' holds int32, found a value beyond it",
        ),
        (
            {"cause": Coded(np.zeros(4, dtype=np.int8), ("wether",))},
            "table 'intervals': column 'cause' may not hold 'wether'; did you mean 'weather'? "
            "(or declare it in ops_data/schemas.py)",
        ),
        (
            {"asset": Coded(np.full(4, 3), ("chikyu",))},
            "table 'intervals': column 'asset' has codes beyond its 1 names; codes count from 0",
        ),
        (
            {"replicate": np.array([0, 1, 0, 1])},
            "table 'intervals': replicates must rise from 0 to 1; sort the rows by replicate",
        ),
        (
            {"replicate": np.array([0, 1, 1, 2])},
            "table 'intervals': replicates must rise from 0 to 1; sort the rows by replicate",
        ),
    ],
)
def test_rows_that_break_the_declaration_are_refused(tmp_path: Path, change: dict[str, Coded], message: str) -> None:
    with open_store(tmp_path).begin(identity()) as writer:
        with pytest.raises(StoreError) as caught:
            writer.parts.write(0, 1, {"intervals": {**interval_log(4), **change}})
        assert str(caught.value) == message
        assert list(writer.parts.folder.iterdir()) == []


def test_missing_and_unequal_columns_are_refused() -> None:
    log = interval_log(4)
    with pytest.raises(StoreError, match=r"^table 'intervals': column 'dry_t' is missing; give every declared column$"):
        to_arrow("intervals", {name: column for name, column in log.items() if name != "dry_t"})
    with pytest.raises(StoreError, match=r"columns differ in length .*dry_t 3.*; give one value per row$"):
        to_arrow("intervals", {**log, "dry_t": np.zeros(3)})


def test_an_interval_takes_at_most_eight_bytes_on_disk(tmp_path: Path) -> None:
    rows = 60_000
    count, size, _ = write_parquet(tmp_path / "log.parquet", "intervals", [to_arrow("intervals", interval_log(rows))])
    assert count == rows
    assert size / rows <= 8.0
    assert read_parquet(pa.py_buffer((tmp_path / "log.parquet").read_bytes())).equals(
        to_arrow("intervals", interval_log(rows))
    )


@pytest.mark.benchmark
def test_writing_58_000_intervals_takes_about_ten_milliseconds(tmp_path: Path) -> None:
    log, walls_s = interval_log(58_000), []
    for number in range(20):
        before_s = time.perf_counter()
        _, size, _ = write_parquet(tmp_path / f"{number}.parquet", "intervals", [to_arrow("intervals", log)])
        walls_s.append(time.perf_counter() - before_s)
    print(f"58,000 intervals: best {min(walls_s) * 1e3:.1f} ms, {size / 58_000:.2f} bytes each")
    assert min(walls_s) < 0.015


def test_the_hash_of_a_scenario_does_not_depend_on_the_order_of_its_keys() -> None:
    assert json_sha256({"a": 1, "b": {"d": 2.5, "c": "泥"}}) == json_sha256({"b": {"c": "泥", "d": 2.5}, "a": 1})
