"""``twin supply`` as a person uses it, on small sealed runs (truth: derived; rows of the run, numpy over draws)."""

import csv
import hashlib
import io
import json
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import twin.commands.supply_made as supply_made
import twin.commands.supply_runs as supply_runs
from ops_data.artefacts import Artefact, of_run
from ops_data.customs_records import HEADER
from ops_data.errors import StoreError
from ops_data.store import open_store
from ops_data.supply_names import SUPPLY_ELEMENTS
from ops_data.supply_tables import SUPPLY_TABLES
from tests.twin.studies import left
from tests.twin.supply_calls import DRAWS, FEW, RUN, answer, asked_run, call, linked, play, study
from twin.__main__ import main
from twin.commands.supply_options import PARTS
from twin.indicators.supply_registry import SUPPLY_FUNCTIONS
from twin.supply_runs import FACTORS, run_numbers

NEVER = "pilot-2027"
CLOSES = 1e-9
NOT_A_NUMBER = re.compile(r"\bnan\b")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return a store with a calm run without its pair, and one that never lifts."""
    place = str(tmp_path_factory.mktemp("supply") / "store")
    play(place, RUN)
    play(place, NEVER, "--set", "limits.setup_hs_m=0.1", "--both-bases")
    return place


@pytest.fixture
def sealed(store: str, capsys: pytest.CaptureFixture[str]) -> Artefact:
    """Return the study of the calm run."""
    return study(capsys, store)


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_pair_on_the_other_basis_is_played_and_linked(
    store: str, sealed: Artefact, capsys: pytest.CaptureFixture[str]
) -> None:
    told = answer(capsys, store)
    asked, pair = told["run_ids"]["wet"], told["run_ids"]["dry"]
    assert asked_run(told) == asked
    assert linked(store, pair) == (asked,)
    runs = {name: open_store(store).open(name).manifest.identity for name in (asked, pair)}
    assert [one.mass_basis for one in runs.values()] == ["wet", "dry"]
    assert len({(one.seed, one.first_replicate, one.last_replicate, one.scenario) for one in runs.values()}) == 1
    assert open_store(store).open(RUN).run_id == asked  # the pair is not the newest run of its scenario


def test_a_year_at_the_target_is_that_of_the_run_on_both_bases(store: str, sealed: Artefact) -> None:
    """Derived: oxide of a day at the target, as the run tells it, times the operating days of each draw."""
    rows = sealed.table("outcomes")
    for basis, name in sealed.identity.choices["runs"].items():
        outcomes = open_store(store).open(name).table("outcomes")
        here = (outcomes["name"] == "oxide_at_target_kg_d") & (outcomes["item"] == "Nd")
        a_day_t = outcomes[here].sort_values("replicate")["value"].to_numpy() / 1e3
        told = rows[(rows["name"] == "contribution_oxide_t") & (rows["item"] == f"run_rate {basis} Nd")]
        days = told["value"].to_numpy() / a_day_t[told["replicate"].to_numpy() % len(a_day_t)]
        assert ((days >= 100.0) & (days <= 330.0)).all()
        if basis == "wet":
            of_wet = days
    assert days == pytest.approx(of_wet)  # the draws of both bases are paired


def test_what_is_read_off_a_sealed_run_multiplies_to_its_oxide(store: str, sealed: Artefact) -> None:
    """Derived: the factors of each replicate, and the years of its campaign, against the run's own tables."""
    for name in sealed.identity.choices["runs"].values():
        run = open_store(store).open(name)
        found = run_numbers(run.manifest, run.table("outcomes"), run.table("daily"))
        solids_kg = found.target_t_d * found.solids * found.kept * 1e3
        product = (solids_kg * found.grade_ppm / 1e6)[:, np.newaxis] * found.element_share * found.recovery * FACTORS
        assert product == pytest.approx(found.at_target_kg_d, rel=1e-9)
        assert ((found.kept > 0.0) & (found.kept <= 1.0) & (found.recovery.max(axis=1) < 1.0)).all()
        for kind in ("calendar", "fiscal"):
            whole = np.sum([kg for (one, _), kg in found.by_year.items() if one == kind], axis=0)
            assert whole == pytest.approx(found.oxide_kg, rel=1e-9)


def test_the_study_has_every_declared_table_and_its_balances_close(sealed: Artefact) -> None:
    for table in SUPPLY_TABLES:
        assert list(sealed.table(table.name)), table.name
    closure = sealed.table("supply_closure")
    assert closure["worst"].max() < CLOSES
    assert closure["places"].sum() > 100
    outcomes = sealed.table("outcomes")
    assert np.isfinite(outcomes["value"]).all()
    assert sorted(set(outcomes["replicate"])) == list(range(DRAWS))
    assert set(outcomes["name"]) <= set(SUPPLY_FUNCTIONS)


def test_the_document_tells_campaign_rate_extrapolation_bases_and_two_rules(
    store: str, sealed: Artefact, capsys: pytest.CaptureFixture[str]
) -> None:
    told = answer(capsys, store)
    indicators = told["indicators"]
    for reading in ("campaign", "achieved_rate", "run_rate", "extrapolation"):
        for basis in ("wet", "dry"):
            for element in SUPPLY_ELEMENTS:
                one = indicators[f"contribution_element_t[{reading} {basis} {element}]"]
                assert 0.0 < one["p10"] <= one["p50"] <= one["p90"]
                has_share = f"contribution_share_current[{reading} {basis} {element}]" in indicators
                assert has_share == (element not in ("Gd", "Lu"))
    for scenario in told["choices"]["scenarios"]:
        rules = {key.split()[1] for key in indicators if key.startswith(f"fill_rate[{scenario} ")}
        assert rules == {"strict_priority", "pro_rata"}
    assert (told["draws"], told["seed"]) == (DRAWS, 1)


def test_the_same_study_is_found_again_and_another_choice_makes_another(
    store: str, sealed: Artefact, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in sealed.folder.iterdir()}
    _, notes = call(capsys, store)
    assert f"study {sealed.artefact_id} was sealed before and is used again" in notes
    assert {path.name: path.stat().st_mtime_ns for path in sealed.folder.iterdir()} == before
    others = [study(capsys, store, *FEW), study(capsys, store, *FEW, "--set", "finance.jpy_per_usd=100")]
    assert len({sealed.artefact_id, *(one.artefact_id for one in others)}) == 3


def test_the_number_of_workers_leaves_no_trace(
    store: str, sealed: Artefact, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Derived: the same study in a copy of the store with two workers; hashes of every table."""
    twin_store = tmp_path / "copy"
    shutil.copytree(store, twin_store, ignore=shutil.ignore_patterns("artefacts"))
    again = study(capsys, str(twin_store), workers=2)
    assert again.artefact_id == sealed.artefact_id
    assert hashes(again) == hashes(sealed)
    assert len(hashes(sealed)) > len(SUPPLY_TABLES)


def hashes(one: Artefact) -> dict[str, str]:
    """Return file → hash of the tables of a study."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in one.folder.glob("*.parquet")}


def test_more_draws_change_none_of_the_first(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    few = study(capsys, store, *FEW).table("outcomes")
    more = study(capsys, store, *FEW, "--draws", "5", "--no-scale-up").table("outcomes")
    first = more[more["replicate"] < DRAWS].reset_index(drop=True)
    assert first["value"].tolist() == few["value"].tolist()
    assert [first[name].tolist() for name in ("name", "item", "period")] == [
        few[name].tolist() for name in ("name", "item", "period")
    ]


@pytest.mark.parametrize("part", PARTS)
def test_every_part_is_told_as_text_csv_and_json(
    store: str, sealed: Artefact, capsys: pytest.CaptureFixture[str], part: str
) -> None:
    text, notes = call(capsys, store, "--show", part)
    assert len(text.splitlines()) > 5
    assert NOT_A_NUMBER.search(text) is None
    assert "Traceback" not in notes
    rows = rows_of(call(capsys, store, "--show", part, "--csv", "-")[0])
    told = answer(capsys, store, "--show", part)
    assert len(rows) == len(told[part]) > 0
    assert list(rows[0]) == list(told[part][0])


def test_the_short_answer_is_plain_and_80_letters_wide(
    store: str, sealed: Artefact, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    text, _ = call(capsys, store)
    prose = [line for line in text.splitlines() if store not in line and "twin " not in line]
    assert [line for line in prose if len(line) > 80 or line != line.rstrip()] == []
    flat = " ".join(text.split())
    for words in ("wet basis", "dry basis", "S3,", "priority", "pro", "rata", "How sure", "no demand figure"):
        assert words in flat


def test_csv_and_figure_are_written_as_asked(
    store: str, sealed: Artefact, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table, page = tmp_path / "supply.csv", tmp_path / "supply.html"
    _, notes = call(capsys, store, "--csv", str(table), "--figure", str(page))
    assert f"figure written to {page}" in notes
    assert "plotly" in page.read_text(encoding="utf-8")
    rows = {(row["name"], row["item"], row["period"]): row for row in rows_of(table.read_text(encoding="utf-8"))}
    indicators = answer(capsys, store)["indicators"]
    assert len(rows) == len(indicators)
    one = rows["contribution_oxide_t", "run_rate wet Dy", ""]
    assert float(one["p90"]) == indicators["contribution_oxide_t[run_rate wet Dy]"]["p90"]
    assert call(capsys, store, "--csv", "-")[0] == table.read_text(encoding="utf-8")


def test_the_words_that_ask_again_ask_for_the_same_study(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    text, _ = call(capsys, store, *FEW)
    (line,) = {line.strip() for line in text.splitlines() if line.strip().endswith("--show PART")}
    for word in ("--set", "supply.shock_months=6", f"--draws {DRAWS}", "--no-scale-up", f"--store {store}"):
        assert word in line


CUSTOMS = (
    ",".join(HEADER),
    "A-1,2846.90,china,Dy,500,2025-05-01,2025-06-10,2025-06-12,2025-06-22,2025-06-25",
    "A-1,2846.90,china,Dy,500,2025-05-01,2025-06-10,2025-06-12,2025-06-22,2025-06-25",
    "A-2,2846.90,china,Dy,-5,,,2025-06-12,2025-06-22,2025-06-25",
    "A-3,2846.90,atlantis,Dy,5,,,2025-06-12,2025-06-22,2025-06-25",
    "A-4,2846.90,china,Dy,5,,,2999-06-12,,",
    "A-5,8505.11,vietnam,Nd,40,,,2025-06-12,2025-06-20,2025-06-21",
)


def test_own_shipments_are_read_and_what_is_refused_is_listed(
    store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Derived: six lines, of which a duplicate, a mass below zero, an unknown origin and a later day are left out."""
    path = tmp_path / "mine.csv"
    path.write_text("\n".join(CUSTOMS) + "\n", encoding="utf-8")
    made = study(capsys, store, *FEW, "--customs", str(path))
    told, *refused = made.notes[:5]
    assert "6 lines" in told
    assert len(refused) == 4
    for words, note in zip(("A-1", "-5", "atlantis", "2999"), refused, strict=True):
        assert note.startswith("mine.csv:")
        assert words in note
    rows = made.table("supply_logistics")
    own = rows[rows["origin"] == "own records"]
    assert own[(own["panel"] == "shipping time") & (own["item"] == "all")]["count"].sum() == 2
    assert "simulated" in set(rows["origin"])
    text, _ = call(capsys, store, *FEW, "--customs", str(path), "--show", "logistics")
    assert "own records" in text
    assert study(capsys, store, *FEW, "--customs", str(path)).artefact_id == made.artefact_id
    assert study(capsys, store, *FEW).artefact_id != made.artefact_id
    told_too = answer(capsys, store, *FEW, "--customs", str(path))["notes"]
    assert told_too[-len(made.notes) :] == list(made.notes)


def test_a_run_that_never_lifts_gives_honest_zeros(
    store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "nothing.html"
    text, notes = call(capsys, store, "--figure", str(page), run=NEVER)
    assert "gives 0 kg of Nd and 0 kg of Dy" in " ".join(text.split())
    assert NOT_A_NUMBER.search(text) is None
    assert "Traceback" not in notes
    assert page.stat().st_size > 1_000
    told = answer(capsys, store, run=NEVER)
    given = {key: one for key, one in told["indicators"].items() if key.startswith("contribution_")}
    assert {number for one in given.values() for name, number in one.items() if name != "unit"} == {0.0}
    assert not [key for key in given if "run_rate" in key or "extrapolation" in key]
    assert told["drivers"] == []
    assert max(row["worst"] for row in told["closure"]) < CLOSES
    for part in ("contribution", "network", "shock", "finance"):
        assert NOT_A_NUMBER.search(call(capsys, store, "--show", part, run=NEVER)[0]) is None


def test_a_scenario_without_a_run_is_played_with_its_pair(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supply_runs, "REPLICATES", 2)
    place = str(tmp_path / "store")
    told = json.loads(call(capsys, place, *FEW, "--json", run="connection-test-2026")[0])
    runs = open_store(place).runs()
    assert {row.run_id for row in runs} == set(told["run_ids"].values())
    assert linked(place, told["run_ids"]["dry"]) == (told["run_ids"]["wet"],)
    assert told["indicators"]["contribution_oxide_t[campaign wet Nd]"]["p50"] >= 0.0


def test_a_run_at_full_scale_is_played_once_and_brings_its_accounts(
    store: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Derived: one replicate of ten years in the place of twenty."""
    monkeypatch.setattr(supply_runs, "SCALE_REPLICATES", 1)
    told = answer(capsys, store, *FEW, "--draws", "2")
    assert linked(store, told["run_ids"]["scale"]) == (told["run_ids"]["wet"],)
    indicators = told["indicators"]
    assert indicators["project_npv_jpy[3500 china]"]["p50"] != indicators["project_npv_jpy[pilot china]"]["p50"]
    assert 0.0 < indicators["oxide_cost_jpy_kg[3500]"]["p50"] < indicators["oxide_cost_jpy_kg[pilot]"]["p50"]
    again = answer(capsys, store, *FEW, "--draws", "1")
    assert again["run_ids"] == told["run_ids"]


def test_a_study_that_cannot_be_written_leaves_nothing(
    store: str, sealed: Artefact, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = left(store)

    def refuses(*_arguments: object) -> None:
        raise StoreError("supply_flows: the disk is full")

    monkeypatch.setattr(supply_made.Making, "_write", refuses)
    _, notes = call(capsys, store, *FEW, "--set", "supply.shock_months=3", code=1)
    assert notes == "twin: supply_flows: the disk is full\n"
    assert left(store) == before


def test_a_request_to_stop_ends_with_130_and_leaves_nothing(
    store: str, sealed: Artefact, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = left(store)

    @contextmanager
    def asked() -> Iterator[Callable[[], bool]]:
        calls = iter([False] * 2)
        yield lambda: next(calls, True)

    monkeypatch.setattr(supply_made, "asked_to_stop", asked)
    text, notes = call(capsys, store, *FEW, "--set", "supply.shock_months=4", code=130)
    assert text == ""
    assert "interrupted: nothing of the study is kept; repeat the command" in notes
    assert left(store) == before


def test_a_pair_that_other_software_made_is_asked_for_again(
    store: str, sealed: Artefact, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Derived: the calm run without its pair, and a version that would not make the same rows."""
    place = str(tmp_path / "store")
    play(place, RUN, replicates=1)
    monkeypatch.setattr("twin.run.code_sha256", lambda **_: "0" * 64)
    _, notes = call(capsys, place, *FEW, code=1)
    assert notes.startswith(
        f"twin: run '{open_store(place).open(RUN).run_id}': its pair on the other mass basis is not"
    )
    assert notes.endswith("make both again with 'twin run calm --both-bases'\n")
    assert of_run(Path(place), open_store(place).open(RUN).run_id, "supply") == []


@pytest.mark.heavy
def test_a_statement_of_the_study_can_be_exported_and_verified(
    store: str, sealed: Artefact, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = exported(store, RUN, tmp_path / "full", capsys)
    assert (told["study_id"], told["runs"]) == (sealed.artefact_id, dict(sealed.identity.choices["runs"]))
    assert main(["verify", str(tmp_path / "full")]) == 0
    assert "is sound" in capsys.readouterr().out
    assert len([path for path in (tmp_path / "full").rglob("*.pdf") if path.stat().st_size > 10_000]) == 2


def test_a_statement_of_a_run_that_never_lifts_can_be_exported(
    store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Derived: what is set is composed of the empty study; the setting itself is left out, for it takes seconds."""
    composed: list[str] = []

    def not_set(sheets: Any, _words: Any) -> bytes:
        composed.append(str(sheets).replace("\\n", " "))
        return b"%PDF"

    monkeypatch.setattr("ops_data.export.statement.set_pdf", not_set)
    told = exported(store, NEVER, tmp_path / "empty", capsys)
    assert told["tables"] >= len(SUPPLY_TABLES)
    assert [NOT_A_NUMBER.search(text) for text in composed] == [None, None]


def exported(store: str, run: str, target: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Export the statement of a run; return the document that tells of it."""
    capsys.readouterr()
    words = ["--store", store, "--workers", "1", "--draws", str(DRAWS), "--no-scale-up", "--json"]
    assert main(["export", "supply-statement", run, "--out", str(target), *words]) == 0
    return json.loads(capsys.readouterr().out)
