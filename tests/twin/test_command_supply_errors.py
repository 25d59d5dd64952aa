"""Mistakes with ``twin supply``: each is one line with the exit code of its kind, and leaves nothing half-made."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ops_data.artefacts import of_run
from ops_data.customs_records import HEADER
from ops_data.reference.supply.reading import HERE
from ops_data.store import open_store
from tests.twin.studies import left
from tests.twin.supply_calls import FEW, RUN, SMALL, call, play, study

KILLED_ON = """
import os, signal, sys
from twin.__main__ import main
def watch(event, details):
    if event == "open" and str(details[0]).endswith(sys.argv[1]):
        os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(watch)
sys.exit(main(sys.argv[2:]))
"""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return a store with a calm run and its pair."""
    place = str(tmp_path_factory.mktemp("mistakes") / "store")
    play(place, RUN, "--both-bases", replicates=1)
    return place


def mistake(capsys: pytest.CaptureFixture[str], store: str, code: int, *words: str, run: str = RUN) -> str:
    """Run the command with a mistake; return the one line it says on standard error."""
    before, runs = left(store), len(open_store(store).runs())
    text, notes = call(capsys, store, *words, run=run, code=code)
    assert text == ""
    (line,) = notes.splitlines()
    assert line.startswith("twin: ")
    assert (left(store), len(open_store(store).runs())) == (before, runs)
    return line.removeprefix("twin: ")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--set", "supply.rule=3"), "--set: key 'supply.rule': unknown; keys are fixed; did you mean 'supply.rules'?"),
        (
            ("--set", 'supply.rules=["pro_rata"]'),
            "two or more rules are needed: a shock is never shown under one alone",
        ),
        (("--set", 'supply.rules=["pro_rata", "pro_rata"]'), '"pro_rata" twice found; each is named once'),
        (("--set", "supply.weights=most"), '"most" found; one of low, middle, high, none'),
        (("--set", "supply.shock_months=-1"), "-1 found; at least 1; choose a value in this range"),
        (("--set", "finance.jpy_per_usd=nan"), "nan found; a finite number is needed; write for example 150"),
        (("--set", "mining.cycle_h=2"), "section 'mining': unknown; sections and keys are fixed"),
        (("--case", "nowhere.toml"), "--case nowhere.toml: no such file; a TOML file is needed; check the path"),
        (("--draws", "0"), "--draws: '0' found; a whole number from 1 to 100,000 is needed; give for example 200"),
        (("--show", "shocks"), "did you mean 'shock'?"),
        (("--figure", "supply.png"), "let its name end in .html"),
        (("--json", "--csv", "-"), "standard output holds the JSON document already"),
    ],
)
def test_what_can_be_mended_by_typing_ends_with_two(
    store: str, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], says: str
) -> None:
    assert says in mistake(capsys, store, 2, *words)


def test_a_run_or_scenario_that_nobody_knows_is_told(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert mistake(capsys, store, 2, run="nobody").startswith("run 'nobody': not in store")
    assert "no such scenario file" in mistake(capsys, store, 2, run="nowhere.toml")


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("feed.csv", "", "", "feed.csv: no table of this name; did you mean 'feeds.csv'?"),
        ("nodes.csv", "key,origin", "name,origin", "nodes.csv:1: header 'name,origin"),
        ("sector_shares.csv", "Nd.ev,Nd,ev,0.25", "Nd.ev,Nd,ev,0.26", "sector_shares.csv: 'Nd': shares sum to 1.01"),
        ("demand_figures.csv", "Nd.current,Nd,", "Nd.current,Ndd,", "element 'Ndd' found; one of Nd, Pr, Dy"),
        ("feeds.csv", ",vietnam,", ",vietnan,", "'vietnan' found"),
        ("nodes.csv", "light,running,80000", "light,running,-80000", "value -80000 found; 0 or more; correct the cell"),
        ("shock_scenarios.csv", "scenario,0.3,0.35", "scenario,0.3,1.35", "key 'S1': printed_high 1.35 found; 0 to 1"),
        ("quantities_shock.csv", "shock.minimum_share,", "shock.share,", "no row 'shock.minimum_share' found"),
    ],
)
def test_a_bad_table_ends_with_one(
    store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, old: str, new: str, says: str
) -> None:
    text = (HERE / name).read_text(encoding="utf-8").replace(old, new, 1) if old else ""
    (tmp_path / name).write_text(text, encoding="utf-8")
    line = mistake(capsys, store, 1, "--tables", str(tmp_path))
    assert says in line
    assert name in line


def test_a_folder_of_tables_that_is_not_there_ends_with_one(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert mistake(capsys, store, 1, "--tables", "nowhere").startswith("nowhere: no such folder; a folder of tables")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "mine.csv"),
        ("shipment,hs_code\nA-1,2846.90\n", "mine.csv"),
        (",".join(HEADER).replace("shipped", "sent") + "\n", "shipped"),
    ],
)
def test_records_without_the_right_header_end_with_one(
    store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, says: str
) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(text, encoding="utf-8")
    assert says in mistake(capsys, store, 1, "--customs", str(path))
    assert "nowhere.csv" in mistake(capsys, store, 1, "--customs", str(tmp_path / "nowhere.csv"))


def test_a_study_that_is_killed_leaves_nothing_under_its_name_and_is_made_by_the_next_call(
    store: str, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Derived: SIGKILL when a table of the finished draws is written."""
    words = ["supply", RUN, "--store", store, "--workers", "1", *SMALL, *FEW, "--json"]
    command = [sys.executable, "-c", KILLED_ON, "supply_flows.parquet", *words]
    done = subprocess.run(command, cwd=root, env={**os.environ}, capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL
    assert done.stdout == ""
    run_id = open_store(store).open(RUN).run_id
    assert of_run(Path(store), run_id, "supply") == []
    assert [name for name in left(store) if not name.startswith(".")] == []
    made = study(capsys, store, *FEW)
    assert {name for name in left(store) if not name.endswith(".lock")} == {made.artefact_id}
    assert made.table("supply_closure")["worst"].max() < 1e-9
