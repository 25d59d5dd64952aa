"""Ground, carbon, recovery, heat and metals against the tables of the facts (truth: said test by test)."""

import pytest

from ops_data.reference import parameters
from ops_data.reference.fauna_rows import recovery_clocks
from twin.models.discharge import above_baseline, diluted_excess
from twin.models.mine_plan import areal_recovery, holes_per_km2
from twin.models.seabed import carbon_dioxide_bound_t, cut_area_m2, organic_carbon_t, oxygen_bound_t


def test_a_tonne_of_mud_takes_a_quarter_of_a_square_metre_and_a_dry_tonne_0_6() -> None:
    """Derived: facts 2.1, bore and stroke of 3 m, 11.7 t dry or 28.6 t wet per insertion."""
    area_m2 = float(cut_area_m2(1, 3.0))
    assert area_m2 / 28.6 == pytest.approx(0.247, abs=5e-4)
    assert area_m2 / 11.7 == pytest.approx(0.604, abs=5e-4)


@pytest.mark.parametrize(("stroke_m", "per_dry_m2"), [(1, 1.82), (3, 0.61), (10, 0.18)])
def test_deeper_cuts_take_less_ground(stroke_m: float, per_dry_m2: float) -> None:
    """Derived: facts 2.1, 0.55 t of dry solids per m3."""
    volume_m3 = float(cut_area_m2(1, 3.0)) * stroke_m
    assert float(cut_area_m2(1, 3.0)) / (0.55 * volume_m3) == pytest.approx(per_dry_m2, abs=0.005)


@pytest.mark.parametrize(("holes_a_day", "cut_m2"), [(12.2, 87), (30, 212)])
def test_the_ground_of_a_day_at_the_target(holes_a_day: float, cut_m2: float) -> None:
    """Derived: facts 1.2 and 0, 85-212 m2 a day, and 0.022-0.053 km2 in 250 days."""
    assert float(cut_area_m2(holes_a_day, 3.0)) == pytest.approx(cut_m2, rel=0.02)
    assert 0.021 < float(cut_area_m2(250 * holes_a_day, 3.0)) / 1e6 < 0.0535


def test_ground_of_the_mine_plan_times_its_recovery_is_the_ground_of_the_holes() -> None:
    """Derived: holes apart do not overlap."""
    worked_m2 = 1e6 / holes_per_km2(3.45, 0.05)
    assert worked_m2 * areal_recovery(3.45, 3.0, 0.05) == pytest.approx(float(cut_area_m2(1, 3.0)))


def test_carbon_of_a_day_and_its_bounds() -> None:
    """Derived: facts 2.1: 0.14-1.05 t of carbon, 0.5-3.9 t of CO2, 0.4-2.8 t of oxygen at 143-350 t dry a day."""
    carbon_t = organic_carbon_t([143.0, 350.0], [0.1, 0.3])
    assert carbon_t.round(2).tolist() == [0.14, 1.05]
    assert carbon_dioxide_bound_t(carbon_t).tolist() == pytest.approx([0.5, 3.9], abs=0.06)
    assert oxygen_bound_t(carbon_t).tolist() == pytest.approx([0.4, 2.8], abs=0.05)


def test_even_the_bound_of_carbon_dioxide_is_about_3_per_cent_of_that_of_the_ship_or_less() -> None:
    """Derived: facts 2.1 and 2.3."""
    fuel_t_d = 38.0
    bound_t = float(carbon_dioxide_bound_t(organic_carbon_t(350.0, 0.3)))
    assert bound_t / (fuel_t_d * parameters()["fuel.co2_t_per_t"].value) < 0.035


def test_recovery_clocks_are_ranges_that_hold_what_the_studies_found() -> None:
    """Published: JET 2 y for meiofauna; DISCOL half back after 26 y; microbes above 50 y; reactive layer centuries."""
    clocks = recovery_clocks()
    assert clocks["meiofauna"].low_y <= 2.0 <= clocks["meiofauna"].high_y
    assert (clocks["macro_megafauna"].high_y, clocks["macro_megafauna"].open_ended) == (26.0, True)
    assert (clocks["microbial_function"].low_y, clocks["microbial_function"].open_ended) == (50.0, True)
    assert clocks["removed_layer"].low_y >= 100.0
    assert clocks["mixed_layer"].low_y <= 1.0 <= clocks["mixed_layer"].high_y
    assert all(clock.low_y < clock.high_y for clock in clocks.values())


def test_ten_kelvin_diluted_200_times_are_a_twentieth() -> None:
    """Published: dilution of Munoz-Royo et al. 2021; derived: facts 2.4."""
    assert float(diluted_excess(10.0, 200.0)) == pytest.approx(0.05)


def test_copper_of_pore_water_is_within_the_natural_range_once_diluted() -> None:
    """Published: Paul et al. 2021, bottom water 4-44 and pore water 3-96 nmol/L."""
    assert 4.0 < float(above_baseline(96.0, 4.0, 200.0)) < 44.0
    rows = parameters()
    assert (rows["metal.cu_bottom_nmol_l"].low, rows["metal.cu_bottom_nmol_l"].high) == (4, 44)
    assert (rows["metal.cu_return_nmol_l"].low, rows["metal.cu_return_nmol_l"].high) == (3, 96)
