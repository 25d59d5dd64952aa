"""The emission ledger of a package: played again, and only if it says what was sealed (truth: derived)."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ops_data.errors import FailedError
from ops_data.store import open_store
from tests.twin.reviews import REPLICATES, SEED, Made, made
from twin.__main__ import main
from twin.indicators.emission_ledger import emission_ledger
from twin.review_emissions import emission_rows
from twin.run import Job
from twin.scenario import Scenario

GASES = ("co2", "ch4", "n2o", "nox", "so2", "co2e", "co2e_well_to_wake")


@pytest.fixture(scope="module")
def review(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Return the run and its package."""
    return made(tmp_path_factory)


@pytest.fixture(scope="module")
def outcomes(review: Made) -> pd.DataFrame:
    """Return the indicators of the run, as they were sealed."""
    return review.run.table("outcomes")


def job(review: Made) -> Job:
    """Return what the run was played from."""
    return Job(Scenario.from_json(json.dumps(review.run.manifest.scenario)).to_json(), SEED, "drawn")


def sealed(outcomes: pd.DataFrame, name: str, item: str) -> list[float]:
    """Return an indicator of the run, replicate by replicate."""
    rows = outcomes[(outcomes["name"] == name) & (outcomes["item"] == item)].sort_values("replicate")
    assert rows["replicate"].tolist() == list(range(REPLICATES))
    found: list[float] = rows["value"].tolist()
    return found


def test_the_rows_of_the_ledger_add_up_to_the_sealed_indicators(review: Made, outcomes: pd.DataFrame) -> None:
    sums = review.table("emissions").groupby("replicate").sum(numeric_only=True)
    np.testing.assert_allclose(sums["fuel_t"], sealed(outcomes, "fuel_t", "total"), rtol=1e-9)
    for gas in GASES:
        np.testing.assert_allclose(sums[f"{gas}_t"], sealed(outcomes, "air_emissions_t", gas), rtol=1e-9)


def test_the_summary_adds_the_ledger_up_to_the_same_fuel(review: Made) -> None:
    for added, sealed_one in (("fuel_t[ledger]", "fuel_t[total]"), ("co2_t[ledger]", "co2_t")):
        for name in ("value", "low", "high"):
            assert review.summary[added][name] == pytest.approx(review.summary[sealed_one][name], rel=1e-9)


def test_each_row_burns_something_while_its_asset_does_one_thing(review: Made) -> None:
    rows = review.table("emissions")
    assert rows["fuel_t"].min() > 0.0
    ends = rows["start_utc"] + rows["duration_s"]
    for _, one in rows.assign(end=ends).groupby(["replicate", "asset"]):
        assert (one["start_utc"].to_numpy()[1:] >= one["end"].to_numpy()[:-1]).all()
    assert rows["asset"].nunique() >= 4


def test_some_replicates_alone_have_their_own_rows(review: Made, outcomes: pd.DataFrame) -> None:
    found = emission_rows(job(review), [3], review.run.run_id, outcomes)
    rows = review.table("emissions")
    np.testing.assert_array_equal(np.asarray(found["fuel_t"]), rows[rows["replicate"] == 3]["fuel_t"])


def test_a_run_that_another_version_made_is_refused_with_both_numbers(review: Made, outcomes: pd.DataFrame) -> None:
    other = outcomes.copy()
    fuel = (other["name"] == "fuel_t") & (other["item"] == "total") & (other["replicate"] == 1)
    was = float(other.loc[fuel, "value"].iloc[0])
    other.loc[fuel, "value"] = was * (1.0 + 1e-6)
    emission_rows(job(review), [0], "a-run", other)
    other_t = was * (1.0 + 1e-6)
    with pytest.raises(FailedError) as caught:
        emission_rows(job(review), [0, 1], "a-run", other)
    assert str(caught.value) == (
        f"run 'a-run': replicate 1 burns {was:.6g} t of fuel when played again, {other_t:.6g} t were sealed; "
        "another version made the run: make it again, then export it"
    )


def test_such_a_run_is_not_exported_and_nothing_is_left(
    review: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """This version burns a hundredth more than the one that sealed the run."""

    def thirstier(number: int, one: object) -> object:
        found = dict(emission_ledger(number, one))  # type: ignore[arg-type]  # passed on as it comes
        return found | {"fuel_t": 1.01 * np.asarray(found["fuel_t"])}

    monkeypatch.setattr("twin.review_emissions.emission_ledger", thirstier)
    capsys.readouterr()
    assert review.export(tmp_path / "review") == 1
    out, lines = capsys.readouterr()
    told = lines.splitlines()[-1]
    assert (out, list(tmp_path.iterdir())) == ("", [])
    assert told.startswith(f"twin: run '{review.run.run_id}': replicate 0 burns ")
    assert told.endswith(" were sealed; another version made the run: make it again, then export it")
    assert main(["verify", open_store(review.store).open("latest").run_id, "--store", str(review.store)]) == 0
