"""Air emissions against published factors (truth: *published*, IMO, IPCC, EU; *derived* where facts 2.3 sum them)."""

from collections.abc import Mapping

import pytest

from ops_data.reference import parameters
from twin.indicators.air import factors_of
from twin.models.air_emissions import emissions_t


@pytest.fixture(scope="module")
def values() -> Mapping[str, float]:
    """Return the stated value of every reference row."""
    return {key: row.value for key, row in parameters().items()}


def test_v20_a_tonne_of_gas_oil_gives_3_206_t_of_carbon_dioxide(values: Mapping[str, float]) -> None:
    """Published: IMO MEPC.364(79), section 2.2.1."""
    assert float(emissions_t(1.0, 0.0, factors_of(values)).co2) == 3.206


def test_methane_and_nitrous_oxide_are_those_of_the_third_imo_study(values: Mapping[str, float]) -> None:
    """Published: Third IMO GHG Study 2014, per tonne of gas oil."""
    one = emissions_t(1.0, 0.0, factors_of(values))
    assert (float(one.ch4), float(one.n2o)) == pytest.approx((6e-5, 1.6e-4))


def test_equivalents_are_3_25_t_at_the_funnel_and_3_87_t_from_the_well(values: Mapping[str, float]) -> None:
    """Derived: facts 2.3; 14.4 g/MJ of FuelEU annex II is 0.61 t/t."""
    one = emissions_t(1.0, 0.0, factors_of(values))
    assert float(one.co2e) == pytest.approx(3.25, abs=0.005)
    assert float(one.co2e_well_to_wake) == pytest.approx(3.87, abs=0.01)
    assert float(one.co2e_well_to_wake - one.co2e) == pytest.approx(0.61, abs=0.006)


def test_sulfur_of_0_1_and_0_5_per_cent_gives_2_and_10_kg_of_sulfur_dioxide() -> None:
    """Derived: facts 2.3, 0.02 t of SO2 per t of fuel and per cent."""
    rows = {key: row.value for key, row in parameters().items()}
    given = [float(emissions_t(1.0, 0.0, factors_of(rows | {"air.sulfur_percent": s})).so2) for s in (0.1, 0.5)]
    assert given == pytest.approx([0.002, 0.010])


def test_38_to_58_t_a_day_are_122_to_186_t_of_carbon_dioxide(values: Mapping[str, float]) -> None:
    """Derived: facts 2.3, and per tonne of dry solids at 143 and 350 t/d."""
    co2 = emissions_t([38.0, 58.0], 0.0, factors_of(values)).co2
    assert co2.round().tolist() == [122, 186]
    assert (co2 / 143.0).round(2).tolist() == [0.85, 1.3]
    assert (co2 / 350.0).round(2).tolist() == [0.35, 0.53]


def test_nitrogen_oxides_of_tier_ii_engines(values: Mapping[str, float]) -> None:
    """Published: MARPOL Annex VI regulation 13, 44 n^-0.23 g/kWh at 500 rpm is the stated 10.5."""
    assert values["air.nox_g_kwh"] == pytest.approx(44.0 * 500.0**-0.23, abs=0.1)
    one = emissions_t(0.2, 1_000.0, factors_of(values))
    assert float(one.nox) * 1e3 == pytest.approx(10.5)
