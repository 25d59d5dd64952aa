"""``twin run --both-bases``: wet and dry reading of the target, paired and side by side (derived)."""

import json
from pathlib import Path

import pytest

from ops_data.store import open_store
from twin.__main__ import main
from twin.commands.bases import other_basis
from twin.scenario import load_scenario


def test_both_readings_are_two_linked_runs_of_the_same_mud(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["run", "calm", "--replicates", "2", "--both-bases", "--store", str(tmp_path)]
    assert main([*words, "--json"]) == 0
    both = json.loads(capsys.readouterr().out)["bases"]
    wet, dry = both["wet"]["indicators"], both["dry"]["indicators"]
    assert (both["wet"]["mass_basis"], both["dry"]["mass_basis"]) == ("wet", "dry")
    for same in ("lifted_wet_t", "lifted_dry_t", "oxide_kg[Nd]", "oxide_kg[Dy]", "recovery[Nd]"):
        assert wet[same] == dry[same]
    asked = [read["oxide_at_target_kg_d[Nd]"]["p50"] for read in (wet, dry)]
    assert asked[1] / asked[0] == pytest.approx(1.35 / 0.55)
    store = open_store(str(tmp_path))
    assert store.open(both["dry"]["run_id"]).manifest.linked == (both["wet"]["run_id"],)
    assert store.open("latest").run_id == both["wet"]["run_id"]

    assert main(words) == 0
    text = capsys.readouterr().out
    assert "read as wet" in text and "read as dry" in text and "never averaged" in text
    assert both["dry"]["run_id"] in text


def test_the_other_basis_is_the_other_word_and_another_scenario() -> None:
    wet = load_scenario("pilot-2027")
    assert wet.hash
    dry = other_basis(wet)
    assert (dry.campaign.mass_basis, other_basis(dry).campaign.mass_basis) == ("dry", "wet")
    assert dry.hash != wet.hash == other_basis(dry).hash
