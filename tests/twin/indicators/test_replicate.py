"""A replicate as rows of the store (truth: derived; conservation on simulated campaigns)."""

from datetime import datetime, timedelta

import numpy as np
import pytest

from ops_data.columns import Coded
from ops_data.tables import to_arrow
from tests.twin.indicators.made_up import Line, doing, mud_of, mud_of_doing, played, rows_from, scenario
from twin.indicators import phases, production
from twin.indicators.plume import OF_MAPS
from twin.indicators.record import read_replicate
from twin.indicators.registry import FUNCTIONS, outcomes
from twin.indicators.replicate import calendar_rows, replicate_tables
from twin.operations.campaign import simulate
from twin.scenario import draw_parameters, load_scenario

NEVER = {
    "ramp_days",
    "on_site_day",
    "string_down_day",
    "first_mud_day",
    "last_lift_day",
    "cost_per_dry_t_jpy",
    "mean_grade_ppm",
    "energy_per_dry_t_kwh",
    "first_oxide_day",
    "last_oxide_day",
    "oxide_at_target_kg_d",
    "product_purity",
    "recovery",
    "step_recovery",
    "processing_cost_per_dry_t_jpy",
    "chain_cost_per_wet_t_jpy",
    "chain_cost_per_oxide_kg_jpy",
    "beneficiation_must_save_jpy",
    "reagent_per_oxide_kg",
    "activity_bq_g",
    "seabed_m2_per_wet_t",
    "seabed_m2_per_dry_t",
    "air_co2_per_dry_t",
}


@pytest.mark.parametrize("name", ["pilot-2027", "storm-season", "connection-test-2026"])
def test_the_tables_of_a_replicate_are_as_declared_and_its_mass_is_conserved(name: str) -> None:
    plan = load_scenario(name)
    for number in range(5):
        values, what = draw_parameters(plan, 3, number, "drawn"), simulate(plan, 3, number)
        tables = {key: to_arrow(key, table) for key, table in replicate_tables(plan, values, number, what).items()}
        assert set(tables) == {"intervals", "lots", "ledger", "balance", "daily", "outcomes"}
        one = read_replicate(plan, values, what)
        lifted = production.lifted_dry_t(one)
        rows = tables["intervals"].to_pandas()
        assert rows.loc[rows["activity"] == "lift", "dry_t"].sum() == pytest.approx(lifted)
        dumped = rows.loc[rows["activity"] == "disconnect", "dry_t"].sum()
        assert dumped == pytest.approx(sum(production.lost_dry_t(one)[way] for way in ("pipe", "unfinished_lift")))
        lost = production.lost_dry_t(one)
        arrived = production.delivered_dry_t(one) + production.landed_dry_t(one) + production.waiting_dry_t(one)
        assert arrived + lost["filtrate"] + lost["pipe"] == pytest.approx(lifted, abs=1e-5)


def test_intervals_come_by_asset_in_rank_order_and_tile_the_calendar() -> None:
    plan = load_scenario("calm")
    values, what = draw_parameters(plan, 1, 0, "drawn"), simulate(plan, 1, 0)
    rows = to_arrow("intervals", replicate_tables(plan, values, 0, what)["intervals"]).to_pandas()
    assert list(rows["asset"].astype(str).unique()) == ["chikyu", "shuttle-1", "shuttle-2", "island", "carrier-1"]
    for _, own in rows.groupby("asset", observed=True):
        ends = own["start_utc"] + own["duration_s"]
        assert own["start_utc"].iloc[0] == plan.start_s
        assert ends.iloc[-1] == plan.end_s
        assert (own["start_utc"].to_numpy()[1:] == ends.to_numpy()[:-1]).all()


def test_every_lift_names_the_first_parcel_that_leaves_the_hold_after_it() -> None:
    plan = load_scenario("calm")
    values, what = draw_parameters(plan, 1, 0, "drawn"), simulate(plan, 1, 0)
    tables = {key: to_arrow(key, table).to_pandas() for key, table in replicate_tables(plan, values, 0, what).items()}
    rows, lots = tables["intervals"], tables["lots"].set_index("lot_id")
    lifts = rows[(rows["activity"] == "lift") & (rows["dry_t"] > 0)]
    assert (rows.loc[~rows.index.isin(lifts.index), "batch_id"] == -1).all()
    parcels = lots[lots["stage"].isin(["transfer", "landed"])]
    assert set(parcels["batch_id"]) == set(parcels.index)
    for lift in lifts.itertuples():
        end_s = lift.start_utc + lift.duration_s
        later = parcels[parcels["time_utc"] >= end_s]
        assert lift.batch_id == later.index[0]
    assert lifts["batch_id"].iloc[-1] == parcels.index[-1]  # the last mud comes home in the hold


def test_daily_series_sum_to_the_campaign_and_the_hold_is_never_below_zero() -> None:
    plan = load_scenario("calm")
    values, what = draw_parameters(plan, 1, 0, "drawn"), simulate(plan, 1, 0)
    daily = to_arrow("daily", replicate_tables(plan, values, 0, what)["daily"]).to_pandas()
    by_name = {str(name): own for name, own in daily.groupby("name", observed=True)}
    one = read_replicate(plan, values, what)
    assert by_name["lifted_wet_t"]["value"].sum() == pytest.approx(production.lifted_wet_t(one))
    assert by_name["lifted_dry_t"]["date"].astype(str).tolist()[0] == "2027-01-08"
    assert by_name["lifted_dry_t"]["date"].astype(str).tolist()[-1] == "2027-05-10"
    hold = by_name["hold_dry_t"]["value"].to_numpy()
    assert hold.min() >= -1e-9
    assert hold[-1] == pytest.approx(0.0, abs=1e-9)
    assert 0.0 < hold.max() <= 4_000 / 93.3 * 11.67
    hours = sum(own["value"].sum() for name, own in by_name.items() if name.endswith("_h"))
    assert hours == pytest.approx(122 * 24)


def test_without_interval_detail_no_intervals_are_kept() -> None:
    plan = load_scenario("calm", ['campaign.detail="daily"'])
    tables = replicate_tables(plan, draw_parameters(plan, 1, 0, "drawn"), 0, simulate(plan, 1, 0))
    assert set(tables) == {"lots", "ledger", "balance", "daily", "outcomes"}


def test_what_never_happened_has_no_row_and_what_is_counted_has_a_zero() -> None:
    """Derived: a vessel that stays in port."""
    found = {name for name, _, _ in outcomes(mud_of_doing(("port_call", "working", "none", 24)))}
    assert set(FUNCTIONS) - found - {function.__name__ for function in OF_MAPS} == NEVER
    assert phases.mud_by_horizon(doing(("port_call", "working", "none", 24))) == 0.0


def test_every_outcome_is_a_finite_number() -> None:
    plan = load_scenario("pilot-2027")
    for number in range(20):
        found = outcomes(mud_of(plan, number, simulate(plan, 5, number), seed=5))
        assert np.isfinite([value for _, _, value in found]).all()


def test_a_replicate_without_lots_has_empty_columns() -> None:
    plan = scenario()
    rows = rows_from(plan.start_s, [("transit_out", "working", "none", 120)], plan.end_s)
    tables = replicate_tables(plan, draw_parameters(plan, 1, 0, "fixed"), 4, played(plan, rows))
    assert to_arrow("lots", tables["lots"]).num_rows == 0
    assert isinstance(tables["intervals"]["asset"], Coded)
    assert np.asarray(tables["intervals"]["replicate"]).tolist() == [4, 4]


def test_a_calendar_says_when_in_utc_and_in_japan() -> None:
    lines: list[Line] = [("transit_out", "working", "none", 120), ("lift", "working", "none", 1.5)]
    plan = scenario()
    rows = rows_from(plan.start_s, lines, plan.end_s)
    tables = replicate_tables(plan, draw_parameters(plan, 1, 0, "fixed"), 2, played(plan, rows))
    read_back = to_arrow("intervals", tables["intervals"]).to_pandas()
    calendar = calendar_rows(read_back, 2)
    assert len(calendar_rows(read_back, 3)) == 0
    lift = calendar.iloc[1]
    assert (lift["asset"], lift["activity"], lift["hours"], lift["dry_t"]) == ("chikyu", "lift", 1.5, 10.0)
    assert lift["start_utc"] == "2027-01-13T00:00:00Z"
    assert lift["start_jst"] == "2027-01-13T09:00:00+09:00"
    assert datetime.fromisoformat(lift["end_jst"]) - datetime.fromisoformat(lift["start_utc"]) == timedelta(hours=1.5)
    assert calendar["hole"].isna().all()
    assert calendar.to_csv(index=False).startswith("asset,start_utc,end_utc,start_jst,end_jst,hours,activity")
