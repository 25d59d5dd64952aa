"""Draws of a supply study of made-up runs (truth: derived; numbers chosen by hand, and the same draws played again)."""

import pickle
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from ops_data.columns import TableData
from ops_data.elements import oxide_factor
from ops_data.parts import PartWriter, read_part, sound_parts
from ops_data.supply_names import SUPPLY_ELEMENTS
from tests.twin import supply_runs_by_hand as by_hand
from tests.twin.supply_runs_by_hand import NOTHING, SPREAD, STRANDED, Made, element_t_yr, job
from twin.ensemble import play_ensemble
from twin.supply_study import SupplyJob, middle_output, mud_output, mud_projects

FEW = ('supply.scenarios=["S3"]', "supply.shock_months=12")


@cache
def played(first: int, last: int) -> Mapping[str, TableData]:
    """Return the rows of some draws of the made-up study."""
    return job(*FEW).play(first, last)


@cache
def outcomes(study: SupplyJob, draws: int) -> pd.DataFrame:
    """Return the indicators of the first draws of a study."""
    return frame(study.play(0, draws - 1)["outcomes"])


def frame(columns: TableData) -> pd.DataFrame:
    return pd.DataFrame({name: by_hand.plain(column) for name, column in columns.items()})


def value(rows: pd.DataFrame, draw: int, name: str, item: str) -> float:
    """Return an indicator of a draw over the whole study."""
    here = (rows["replicate"] == draw) & (rows["name"] == name) & (rows["item"] == item) & (rows["period"] == "")
    (found,) = rows[here]["value"]
    return float(found)


def test_draws_are_the_same_again_and_more_of_them_change_none() -> None:
    """Derived: draw 1 alone, in three and in five."""
    three, five = frame(played(0, 2)["outcomes"]), frame(played(0, 4)["outcomes"])
    pd.testing.assert_frame_equal(three, five[five["replicate"] <= 2].reset_index(drop=True))
    alone = frame(job(*FEW).play(1, 1)["outcomes"])
    pd.testing.assert_frame_equal(alone, three[three["replicate"] == 1].reset_index(drop=True))
    months = frame(played(0, 4)["supply_shock_months"])
    pd.testing.assert_frame_equal(
        frame(played(0, 2)["supply_shock_months"]), months[months["replicate"] <= 2].reset_index(drop=True)
    )


@pytest.mark.parametrize("workers", [1, 2])
def test_the_number_of_workers_changes_no_row(tmp_path: Path, workers: int) -> None:
    """Derived: parts written by one or two against the draws played here in one piece."""
    writer = PartWriter(tmp_path)
    play_ensemble(job(*FEW), range(5), writer.write, workers=workers)
    for name in ("outcomes", "supply_shock_months"):
        parts = [read_part(tmp_path, part, name) for part in sound_parts(tmp_path)]
        together = pa.concat_tables(parts).unify_dictionaries().to_pandas()
        for column, whole in played(0, 4)[name].items():
            assert together[column].tolist() == by_hand.plain(whole), column


def test_a_study_can_be_sent_to_a_worker() -> None:
    """Derived: what comes out of a pickle plays the same."""
    again = pickle.loads(pickle.dumps(job(*FEW)))
    assert by_hand.same(again.play(0, 0)["outcomes"], job(*FEW).play(0, 0)["outcomes"])
    assert again.part(range(3)) is again


def test_draws_take_the_replicates_in_turn_and_both_bases_the_same_one() -> None:
    """Derived: three replicates; draw 4 takes number 1 again; a day at the target over its numbers."""
    study = job(*FEW)
    assert [study.background.replicate(draw) for draw in range(5)] == [0, 1, 2, 0, 1]
    for draw in range(4):
        one, made = study.chain(draw), SPREAD[draw % 3]
        days = one.values["contribution.operating_days_d"]
        for basis in ("wet", "dry"):
            found = value(frame(played(0, 4)["outcomes"]), draw, "contribution_element_t", f"run_rate {basis} Dy")
            assert found == pytest.approx(element_t_yr(made, "Dy", days, basis))


def test_a_campaign_of_a_draw_is_that_of_its_replicate_by_year_too() -> None:
    """Derived: 5,000 t wet at 40 %, 2,500 ppm, 90 % landed and 70 % sold; nine tenths of it in 2027."""
    rows = frame(played(0, 2)["outcomes"])
    oxide_t = 5_000.0 * 0.4 * 2.5e-3 * 0.195 * 0.9 * 0.7 * oxide_factor("Nd")
    assert value(rows, 0, "contribution_oxide_t", "campaign wet Nd") == pytest.approx(oxide_t)
    here = (rows["replicate"] == 0) & (rows["name"] == "contribution_oxide_t") & (rows["item"] == "campaign wet Nd")
    by_period = dict(zip(rows[here]["period"], rows[here]["value"], strict=True))
    parts = {"": 1.0, "2026": 0.1, "2027": 0.9, "FY2026": 0.6, "FY2027": 0.4}
    assert by_period == pytest.approx({period: share * oxide_t for period, share in parts.items()})


def test_campaign_rates_and_extrapolation_stand_side_by_side_on_both_bases() -> None:
    """Derived: the extrapolation is ten times the year at the target, and never stands alone."""
    rows = frame(played(0, 2)["outcomes"])
    items = set(rows[rows["name"] == "contribution_element_t"]["item"])
    readings = ("campaign", "achieved_rate", "run_rate", "extrapolation")
    assert items == {f"{r} {b} {e}" for r in readings for b in ("wet", "dry") for e in (*SUPPLY_ELEMENTS, "all")}
    for draw in range(3):
        rate, large = (
            value(rows, draw, "contribution_oxide_t", f"{reading} wet Nd") for reading in ("run_rate", "extrapolation")
        )
        assert large == pytest.approx(10.0 * rate)


def test_shocks_by_month_have_every_sector_under_every_rule() -> None:
    """Derived: twelve months; fills lie in 0 to 1 and do not depend on the rule before they are handed out."""
    months = frame(played(0, 2)["supply_shock_months"])
    fills = months[months["series"] == "fill_rate"]
    assert set(fills["rule"]) == {"strict_priority", "pro_rata"}
    assert fills.groupby(["replicate", "rule"])["item"].nunique().tolist() == [9] * 6
    assert sorted(set(fills["month"])) == list(range(12))
    assert fills["value"].between(0.0, 1.0 + 1e-9).all()
    assert set(months[months["series"] == "surviving_share"]["rule"]) == {""}
    assert np.isfinite(months["value"]).all()


def test_the_central_draw_takes_values_as_stated_and_the_middle_of_the_replicates() -> None:
    """Derived: the median of three chosen numbers."""
    study = job(*FEW)
    one = study.central()
    assert one.values == study.case.central
    wet = one.mud["wet"]
    assert [float(wet.solids_share[0]), float(wet.grade_ppm[0])] == pytest.approx([0.4, 2_500.0])
    rates = [element_t_yr(made, "Nd", 1.0) for made in SPREAD]
    assert float(wet.at_target_kg_d["Nd"][0]) == pytest.approx(sorted(rates)[1] * 1e3 * oxide_factor("Nd"))
    assert one.lifted_t_d == pytest.approx(200.0)


def test_the_middle_leaves_out_replicates_that_lift_nothing_where_they_have_no_number() -> None:
    """Derived: two of three lift nothing; their campaigns count as zero, and their grades do not exist."""
    middle = middle_output(by_hand.numbers([NOTHING, Made(), NOTHING]))
    assert float(middle.campaign_kg["Nd"][0]) == 0.0
    assert float(middle.grade_ppm[0]) == pytest.approx(2_500.0)
    nothing = middle_output(by_hand.numbers([NOTHING]))
    assert (float(nothing.grade_ppm[0]), float(nothing.at_target_kg_d["Nd"][0])) == (0.0, 0.0)


def test_what_a_replicate_made_keeps_its_factors() -> None:
    """Derived: what arrives and is sold is one factor of the four."""
    made = mud_output(by_hand.numbers([Made()]), [0])
    assert float(made.recovery_share["Dy"][0]) == pytest.approx(0.95 * 0.7)
    parts = 350.0 * 0.4 * 2.5 * 0.042 * 0.95 * 0.7 * oxide_factor("Dy")
    assert float(made.at_target_kg_d["Dy"][0]) == pytest.approx(parts)


def test_a_year_of_a_project_is_its_campaign_over_and_over() -> None:
    """Derived: 73 days are a fifth of a year (365.25 days)."""
    scale = by_hand.numbers([Made(wet_t=50_000.0)])
    background = by_hand.background([Made(), Made(wet_t=1_000.0)], scale)
    pilot = mud_projects(background, 0)["pilot"]
    run, per_year = background.bases["wet"], 365.25 / 73.0
    assert pilot.oxide_t_yr.tolist() == pytest.approx((run.oxide_kg[0] / 1e3 * per_year).tolist())
    assert pilot.opex_jpy_yr == pytest.approx(5e9 * per_year)
    assert [pilot.other_t_yr, pilot.other_usd_yr] == pytest.approx([0.3 * per_year, 2_600.0 * per_year])
    assert pilot.toll_share == pytest.approx(0.4)
    large = mud_projects(background, 7)["3500"]  # whose run has one replicate
    assert large.oxide_t_yr.tolist() == pytest.approx((scale.oxide_kg[0] / 1e3 * per_year).tolist())
    middle = mud_projects(background, None)["pilot"]
    assert middle.oxide_t_yr.tolist() == pytest.approx((np.median(run.oxide_kg, axis=0) / 1e3 * per_year).tolist())
    assert list(mud_projects(by_hand.background(), 0)) == ["pilot"]


def test_a_run_at_full_scale_is_a_reading_of_its_own_with_its_grade_days_and_dry_mud() -> None:
    """Derived: 50,000 t of wet mud in 73 days at 40 % solids and 2,500 ppm; five such campaigns a year."""
    scale = by_hand.numbers([Made(wet_t=50_000.0)], "dry")
    rows, per_year = outcomes(job(*FEW, scale=scale), 1), 365.25 / 73.0
    oxide_t = float(scale.oxide_kg[0, 0]) / 1e3 * per_year
    assert value(rows, 0, "contribution_oxide_t", "full_scale_run dry Nd") == pytest.approx(oxide_t)
    assert value(rows, 0, "mud_grade_ppm", "scale") == pytest.approx(2_500.0)
    assert value(rows, 0, "mud_days", "scale") == pytest.approx(20.0 * per_year)
    assert value(rows, 0, "mud_dry_t", "scale") == pytest.approx(20_000.0 * per_year)
    assert value(rows, 0, "project_cost_jpy_yr", "3500 total") == pytest.approx(5e9 * per_year)
    without = outcomes(job(*FEW), 1)
    assert not without["item"].str.startswith(("full_scale_run", "3500")).any()


@pytest.mark.parametrize("made", [NOTHING, STRANDED], ids=["lifts nothing", "lands nothing"])
def test_a_run_without_oxide_is_told_as_zero_and_has_no_rate(made: Made) -> None:
    """Derived: campaigns and what they reach are zero; a year at a target that was never held is not known."""
    rows = outcomes(job(*FEW, replicates=(made, made)), 2)
    assert np.isfinite(rows["value"]).all()
    told = rows[rows["name"].str.startswith("contribution_")]
    assert not told["value"].any()
    assert {item.split()[0] for item in told["item"]} == {"campaign", "achieved_rate"}
    for rule in ("strict_priority", "pro_rata"):
        lost = [
            value(rows, 0, "mud_in_embargo_sector_days", f"{r} {rule}") for r in ("none", "run_rate", "extrapolation")
        ]
        assert lost[0] == lost[1] == lost[2]
        assert value(rows, 0, "mud_worth_in_embargo_jpy", f"extrapolation {rule} Daiwa") == 0.0
    assert not len(rows[(rows["name"] == "oxide_cost_jpy_kg") & rows["item"].str.startswith("pilot")])
    assert value(rows, 0, "project_loses_money", "pilot china") == 1.0


def test_a_draw_whose_replicate_lifts_nothing_leaves_the_other_draws_theirs() -> None:
    """Derived: replicates in turn; draw 1 has no rate, draws 0 and 2 have."""
    rows = outcomes(job(*FEW, replicates=(Made(), NOTHING)), 3)
    rates = rows[(rows["name"] == "contribution_oxide_t") & (rows["item"] == "run_rate wet Nd")]
    assert rates["replicate"].tolist() == [0, 2]
    assert (rates["value"] > 0.0).all()
    assert value(rows, 1, "contribution_oxide_t", "campaign wet Nd") == 0.0
