"""From the hole to the oxide in a replicate (derived: balances re-added from the rows; hand-made dates)."""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from ops_data.elements import CONSTITUENTS, ELEMENTS, oxide_factor
from ops_data.supply_names import SUPPLY_ELEMENTS
from ops_data.tables import to_arrow
from ops_data.units import GRAMS_PER_TONNE
from tests.twin.indicators.made_up import mud_of
from twin.indicators import oxides, refining
from twin.indicators.processed import Processed
from twin.indicators.replicate import replicate_tables
from twin.indicators.usage import pressings, slurry_pressed
from twin.operations.campaign import simulate
from twin.processing.dewater import dewater, parameters
from twin.processing.lot import REY
from twin.processing.oxides import reo_kg
from twin.scenario import draw_parameters, load_scenario

CLOSES = 1e-9  # relative error of the balance of a whole chain
SCENARIOS = ("pilot-2027", "storm-season", "connection-test-2026", "calm")


@cache
def mud(name: str, number: int, *sets: str) -> Processed:
    """Return what became of the mud of a replicate."""
    plan = load_scenario(name, sets)
    return mud_of(plan, number, simulate(plan, 3, number), seed=3)


@cache
def tables(name: str, number: int, *sets: str) -> dict[str, pd.DataFrame]:
    """Return the tables of that replicate."""
    plan = load_scenario(name, sets)
    values = draw_parameters(plan, 3, number, "drawn")
    rows = replicate_tables(plan, values, number, simulate(plan, 3, number))
    return {key: to_arrow(key, table).to_pandas() for key, table in rows.items()}


@pytest.mark.parametrize("name", SCENARIOS)
@pytest.mark.parametrize("number", [0, 1, 2])
def test_every_place_of_the_chain_gives_what_it_gets_of_every_element(name: str, number: int) -> None:
    rows = tables(name, number)["balance"]
    into = rows.groupby(["target", "constituent"], observed=True)["mass_kg"].sum()
    out = rows.groupby(["source", "constituent"], observed=True)["mass_kg"].sum()
    inner = set(rows["source"].astype(str)) - {"sea bed", "reagents", "sea water in the mud"}
    lifted = rows[rows["source"] == "sea bed"].groupby("constituent", observed=True)["mass_kg"].sum()
    assert inner or lifted.sum() == 0.0
    for place in inner:
        got, gave = into.loc[place], out.loc[place]
        assert set(gave.index) <= set(got.index), place
        np.testing.assert_allclose(gave.reindex(got.index, fill_value=0.0), got, rtol=1e-8, atol=1e-9, err_msg=place)


@pytest.mark.parametrize("name", SCENARIOS)
def test_what_left_the_sea_bed_is_sold_lost_or_held_of_every_element(name: str) -> None:
    """What comes in from outside (reagents, sea water) counts on the same side as the sea bed."""
    rows = tables(name, 0)["balance"]
    sources = {"sea bed", "reagents", "sea water in the mud"}
    into = rows[rows["source"].isin(sources)].groupby("constituent", observed=False)["mass_kg"].sum()
    ends = rows["kind"].isin(["product", "loss", "held"]) | (rows["target"] == "recovered acid")
    out = rows[ends].groupby("constituent", observed=False)["mass_kg"].sum()
    np.testing.assert_allclose(out.to_numpy(), into.to_numpy(), rtol=CLOSES)


def test_mud_that_no_step_takes_is_held_on_the_mainland() -> None:
    rows = tables("calm", 0, "processing.steps=[]")["balance"]
    held = rows[(rows["kind"] == "held") & (rows["target"] == "held: mainland")]
    delivered = rows[(rows["source"] == "carriers") & (rows["constituent"] == "Nd")]["mass_kg"].sum()
    landed = rows[(rows["source"] == "mining vessels") & (rows["target"] == "mainland") & (rows["constituent"] == "Nd")]
    total = delivered + landed["mass_kg"].sum()
    assert held[held["constituent"] == "Nd"]["mass_kg"].sum() == pytest.approx(total)
    assert total > 0.0


@pytest.mark.parametrize("end", ["leach", "solid_liquid", "purify", "calcine"])
def test_a_chain_that_ends_early_closes_and_makes_no_oxide(end: str) -> None:
    steps = ["dewater", "leach", "solid_liquid", "purify", "calcine"]
    words = ",".join(f'"{name}"' for name in steps[: steps.index(end) + 1])
    one = mud("calm", 0, f"processing.steps=[{words}]")
    assert oxides.oxide_kg(one) == {} and oxides.last_oxide_day(one) is None
    assert (oxides.mixed_oxide_kg(one) is not None) == (end == "calcine")
    rows = tables("calm", 0, f"processing.steps=[{words}]")["balance"]
    nd = rows[rows["constituent"] == "Nd"]
    ends = nd["kind"].isin(["product", "loss", "held"])
    assert nd[ends]["mass_kg"].sum() == pytest.approx(nd[nd["source"] == "sea bed"]["mass_kg"].sum(), rel=CLOSES)


def test_the_island_presses_as_the_step_says() -> None:
    """The campaign splits slurry in whole grams by the parameters that the step takes."""
    for name, number in (("pilot-2027", 0), ("calm", 0)):
        one = mud(name, number)
        pressed = pressings(one.parcels)
        done = dewater(slurry_pressed(one.parcels, pressed), parameters(one.values))
        cakes = [one.parcels[cake] for cake, _ in pressed]
        assert cakes
        dry_t = np.array([cake.dry_g for cake in cakes]) / GRAMS_PER_TONNE
        water_t = np.array([cake.water_g for cake in cakes]) / GRAMS_PER_TONNE
        np.testing.assert_allclose(done.product.dry_t, dry_t, rtol=2e-6, atol=1e-5)
        np.testing.assert_allclose(done.product.water_t, water_t, rtol=2e-6, atol=1e-5)
        assert done.utilities["power_kwh"].min() > 0.0


def of_stage(lots: pd.DataFrame, stage: str, column: str) -> float:
    """Return a column of lots summed over those of a stage."""
    return float(lots.loc[(lots["stage"] == stage).to_numpy(), column].sum())


def test_washing_on_the_island_moves_salt_from_the_cake_to_the_return_water() -> None:
    dirty, clean = (tables("calm", 0, f"dewater.wash_ratio={ratio}")["lots"] for ratio in (0, 2))
    assert of_stage(clean, "cake", "salt_t") < 0.2 * of_stage(dirty, "cake", "salt_t")
    both = [of_stage(lots, "cake", "salt_t") + of_stage(lots, "filtrate", "salt_t") for lots in (dirty, clean)]
    assert both[1] == pytest.approx(both[0])
    assert of_stage(clean, "filtrate", "water_t") > of_stage(dirty, "filtrate", "water_t")
    washed = tables("calm", 0, "dewater.wash_ratio=2")["ledger"]
    assert (washed.loc[(washed["item"] == "fresh_water").to_numpy(), "step"] == "island_dewater").any()


def test_lots_of_the_plants_sum_to_the_mud_they_were_made_of() -> None:
    """Products and losses of lots against mud received, for rare earths: no reagent brings any."""
    lots = tables("pilot-2027", 0)["lots"]
    received = lots[lots["stage"].isin(["delivered", "landed"])]
    ends = lots[lots["from_asset"].isin(["hydromet plant", "separation plant"]) & (lots["stage"] != "mixed_oxide")]
    for name in ELEMENTS:
        assert ends[f"{name}_kg"].sum() == pytest.approx(received[f"{name}_kg"].sum(), rel=CLOSES)
    assert ends["wet_t"].sum() == pytest.approx(received["wet_t"].sum(), rel=CLOSES)
    solids = (ends["dry_t"] + ends["dissolved_t"]).sum()
    assert solids == pytest.approx(received["dry_t"].sum(), rel=CLOSES)
    assert set(lots["lot_id"]) == set(range(len(lots)))


def test_the_ledger_adds_up_to_the_indicators() -> None:
    one, rows = mud("pilot-2027", 0), tables("pilot-2027", 0)["ledger"]
    assert rows["cost_jpy"].sum() == pytest.approx(refining.processing_cost_jpy(one)["total"])
    assert rows["co2e_kg"].sum() == pytest.approx(refining.processing_co2e_t(one)["total"] * 1e3)
    for item, kilograms in refining.reagent_kg(one).items():
        assert rows[rows["item"] == item]["amount"].sum() == pytest.approx(kilograms)
    residue = rows[rows["item"] == "residue"]["amount"].sum()
    assert residue == pytest.approx(refining.residue_dry_t(one)) and residue > 0.0
    lots = tables("pilot-2027", 0)["lots"].set_index("lot_id")
    known = rows["lot_id"][rows["lot_id"] >= 0]
    assert set(lots.loc[known, "stage"].astype(str)) <= {"delivered", "landed", "cake"}


def test_recoveries_of_the_steps_multiply_to_that_of_the_chain() -> None:
    one = mud("calm", 0)
    steps = oxides.step_recovery(one)
    received = one.refined.received.total_kg[:, REY].sum(axis=0)
    for at, name in enumerate(ELEMENTS):
        product = np.prod([share for key, share in steps.items() if key.endswith(f" {name}")])
        whole = oxides.oxide_kg(one)[name] / (received[at] * oxide_factor(name))
        assert product == pytest.approx(whole, rel=0.02), name
        assert 0.0 < whole < 1.0


def test_oxide_by_day_sums_to_the_oxide_made_and_dates_lie_after_the_mud_arrived() -> None:
    one, daily = mud("pilot-2027", 0), tables("pilot-2027", 0)["daily"]
    made = oxides.oxide_kg(one)
    for name in ("Nd", "Dy", "Y"):
        rows = daily[daily["name"] == f"oxide_{name.lower()}_kg"]
        assert rows["value"].sum() == pytest.approx(made[name])
    last = one.campaign.start_s + (oxides.last_oxide_day(one) or 0.0) * 86_400
    arrived = [one.parcels[at].time_s for at in one.arrived]
    values = one.values
    assert last >= max(arrived) + (values["plant.lag_d"] + values["toll.lag_d"]) * 86_400
    assert str(rows["date"].iloc[-1]) == str(pd.Timestamp(last, unit="s", tz="UTC").tz_convert("Asia/Tokyo").date())


def test_stocks_follow_the_mud_from_ship_to_oxide_and_end_empty_when_all_is_delivered() -> None:
    daily = tables("calm", 0)["daily"]
    series = {str(name): own.set_index("date")["value"] for name, own in daily.groupby("name", observed=True)}
    names = ("shuttle_dry_t", "island_slurry_dry_t", "cake_dry_t", "plant_stock_dry_t", "separation_reo_kg")
    days = sorted(set(daily["date"].astype(str)))
    for name in names:
        values = series[name]
        assert (values > 0.0).all()
        assert str(values.index[-1]) < days[-1], name  # empty at the end: no row
    made = series["oxide_made_kg"]
    assert made.is_monotonic_increasing
    one = mud("calm", 0)
    separation = one.refined.separation
    assert separation is not None
    assert made.iloc[-1] == pytest.approx(
        sum(reo_kg(lots).sum() for lots in separation.made.products.values()), rel=1e-6
    )


def test_the_target_read_as_dry_asks_for_more_oxide_a_day_and_changes_nothing_that_was_made() -> None:
    wet, dry = (mud("pilot-2027", 0, f'campaign.mass_basis="{basis}"') for basis in ("wet", "dry"))
    assert oxides.oxide_kg(wet) == oxides.oxide_kg(dry)
    for name in SUPPLY_ELEMENTS:
        asked = [oxides.oxide_at_target_kg_d(one)[name] for one in (wet, dry)]
        assert asked[1] / asked[0] == pytest.approx(wet.campaign.wet_per_dry)


def test_oxide_at_the_target_is_the_target_times_what_the_mud_gave() -> None:
    """Derived: 350 t wet of mud of the replicate, pressed, refined at its own recovery."""
    one = mud("calm", 0)
    dry_t = 350.0 / one.campaign.wet_per_dry * one.values["island.solids_capture"]
    expected = dry_t * oxides.oxide_kg(one)["Nd"] / oxides.received_dry_t(one)
    assert oxides.oxide_at_target_kg_d(one)["Nd"] == pytest.approx(expected)


def test_beneficiation_must_save_the_value_it_loses_and_its_own_cost() -> None:
    one = mud("calm", 0)
    needed = refining.beneficiation_must_save_jpy(one)
    value = refining.oxide_value_jpy(one)["total"] / oxides.received_dry_t(one)
    assert 0.2 * value < needed["fed"] < 0.45 * value  # three tenths of the value, and pumping
    assert needed["left_out"] > needed["fed"]


def test_constituents_of_the_balance_are_those_of_lots() -> None:
    rows = tables("calm", 0)["balance"]
    assert set(rows["constituent"].astype(str)) <= set(CONSTITUENTS)
    assert (rows["mass_kg"] > 0.0).all()


@pytest.mark.parametrize("number", [0, 1, 2, 3])
def test_cake_of_the_island_is_not_pressed_again_on_land(number: int) -> None:
    """The campaign rounds the water of cake to parts per million; that makes no slurry of it."""
    one = mud("pilot-2027", number)
    if not one.refined.steps:
        return
    first = one.refined.steps[0]
    cakes = np.array([one.parcels[at].stage == "delivered" for at in one.arrived], dtype=bool)
    assert first.step == "dewater"
    assert not first.made.losses["return_water"].dry_t[cakes].any()
    assert not first.made.utilities["power_kwh"][cakes].any()


def test_a_mixed_oxide_is_told_only_where_one_is_made() -> None:
    one = mud("calm", 0, 'processing.steps=["leach","solid_liquid"]')
    assert oxides.mixed_oxide_kg(one) is None
    names = set(tables("calm", 0, 'processing.steps=["leach","solid_liquid"]')["daily"]["name"].astype(str))
    assert "plant_stock_dry_t" in names and not {"mixed_oxide_reo_kg", "oxide_made_kg"} & names
