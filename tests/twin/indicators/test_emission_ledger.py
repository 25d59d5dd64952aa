"""Air emissions of a campaign, and the ledger that adds up to them (truth: derived, known hours; sums re-added)."""

from functools import cache

import numpy as np
import pytest

from ops_data.columns import Coded
from tests.twin.indicators.made_up import PLANT, doing
from twin.indicators.air import GASES, air_co2_per_dry_t, air_emissions_t
from twin.indicators.cost import co2_t, fuel_t
from twin.indicators.emission_ledger import emission_ledger
from twin.indicators.energy import energy_mwh
from twin.indicators.ledger import vessel_ledger
from twin.indicators.load_pieces import pieces
from twin.indicators.record import KINDS, Replicate, read_replicate
from twin.operations.campaign import simulate
from twin.scenario import draw_parameters, load_scenario

SCENARIOS = ("pilot-2027", "storm-season", "connection-test-2026")


@cache
def campaign(name: str, number: int) -> Replicate:
    """Return a simulated campaign."""
    plan = load_scenario(name)
    return read_replicate(plan, draw_parameters(plan, 5, number, "drawn"), simulate(plan, 5, number))


def test_emissions_of_ten_hours_of_passage_by_hand() -> None:
    """Derived: 18 MW at the stated 200 g/kWh are 36 t of fuel."""
    one = doing(("transit_out", "working", "none", 10))
    found = air_emissions_t(one)
    assert found["co2"] == pytest.approx(36.0 * 3.206)
    assert (found["ch4"], found["n2o"]) == pytest.approx((36.0 * 6e-5, 36.0 * 1.6e-4))
    assert found["nox"] == pytest.approx(180_000.0 * 10.5e-6)
    assert found["so2"] == pytest.approx(36.0 * 0.002)
    assert found["co2e"] == pytest.approx(found["co2"] + 28.0 * found["ch4"] + 265.0 * found["n2o"])
    assert found["co2e_well_to_wake"] == pytest.approx(found["co2e"] + 36.0 * 42.7 * 14.4e-3)
    assert air_co2_per_dry_t(one) is None


def test_the_row_of_that_passage_says_the_same() -> None:
    one = doing(("transit_out", "working", "none", 10))
    rows = emission_ledger(7, one)
    assert np.asarray(rows["fuel_t"]).tolist() == pytest.approx([36.0])
    assert np.asarray(rows["energy_kwh"]).tolist() == pytest.approx([180_000.0])
    assert np.asarray(rows["replicate"]).tolist() == [7]
    assert np.asarray(rows["duration_s"]).tolist() == [36_000]
    assert np.asarray(rows["start_utc"]).tolist() == [one.start_s]
    activity = rows["activity"]
    assert isinstance(activity, Coded)
    assert activity.words() == ["transit_out"]


def test_emissions_per_dry_tonne_are_emissions_over_what_was_lifted() -> None:
    one = doing(*[("lift", "working", "none", 2.0)] * 3)
    found = air_co2_per_dry_t(one)
    assert found is not None
    assert found["co2"] == pytest.approx(co2_t(one) / 30.0)
    assert set(found) == {"co2", "co2e", "co2e_well_to_wake"}


@pytest.mark.parametrize("name", SCENARIOS)
@pytest.mark.parametrize("number", [0, 1])
def test_rows_add_up_to_the_fuel_of_every_kind_of_asset_and_to_every_gas(name: str, number: int) -> None:
    one = campaign(name, number)
    rows = emission_ledger(number, one)
    asset, fuel = rows["asset"], np.asarray(rows["fuel_t"])
    assert isinstance(asset, Coded)
    burnt, words = fuel_t(one), np.array(asset.words())
    for kind in KINDS:
        assert float(fuel[np.isin(words, one.names[kind])].sum()) == pytest.approx(burnt[kind], rel=1e-12, abs=1e-9)
    for gas, mass_t in air_emissions_t(one).items():
        assert float(np.asarray(rows[f"{gas}_t"]).sum()) == pytest.approx(mass_t, rel=1e-12), gas
    assert float(np.asarray(rows["co2_t"]).sum()) == pytest.approx(co2_t(one))


@pytest.mark.parametrize("name", SCENARIOS)
def test_rows_of_the_mining_vessel_add_up_to_its_energy_and_pieces_to_its_ledger(name: str) -> None:
    one = campaign(name, 0)
    rows = emission_ledger(0, one)
    asset = rows["asset"]
    assert isinstance(asset, Coded)
    own = np.isin(np.array(asset.words()), one.names["mining"])
    assert float(np.asarray(rows["energy_kwh"])[own].sum()) == pytest.approx(energy_mwh(one)["total"] * 1e3)
    cut = pieces(one.mining[0], one.demand)
    ledger = vessel_ledger(one.mining[0], one.demand, one.first_day, one.n_days)
    assert float(cut.fuel_t.sum()) == pytest.approx(float(ledger.fuel_t.sum()), rel=1e-12)
    assert float(cut.load_mw.max()) == ledger.peak_mw


def test_every_row_burns_something_and_has_its_gases_in_proportion() -> None:
    rows = emission_ledger(0, campaign("pilot-2027", 0))
    fuel = np.asarray(rows["fuel_t"])
    assert (fuel > 0.0).all()
    assert np.asarray(rows["co2_t"]).tolist() == pytest.approx((fuel * 3.206).tolist())
    assert {f"{gas}_t" for gas in GASES} <= set(rows)


def test_engines_of_the_other_ships_are_taken_to_burn_what_the_mining_vessel_burns_at_best() -> None:
    """Derived: fuel over specific consumption."""
    one = campaign("pilot-2027", 0)
    rows = emission_ledger(0, one)
    asset = rows["asset"]
    assert isinstance(asset, Coded)
    other = ~np.isin(np.array(asset.words()), one.names["mining"])
    expected = np.asarray(rows["fuel_t"])[other] * 1e6 / one.values["power.fuel_g_kwh"]
    assert np.asarray(rows["energy_kwh"])[other].tolist() == pytest.approx(expected.tolist())
    assert PLANT.fuel_g_kwh == 200.0


def test_a_campaign_that_never_sails_has_an_empty_ledger() -> None:
    one = doing(("off_hire", "idle", "none", 1.0))
    assert len(np.asarray(emission_ledger(0, one)["fuel_t"])) == 0
    assert set(air_emissions_t(one).values()) == {0.0}
