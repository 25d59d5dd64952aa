"""The water column: profile, hydrostatics, viscosity, interpolation, refusals."""

from typing import Any

import gsw
import numpy as np
import pytest

from ops_data.errors import ModelError
from ops_data.reference import parameters
from twin.models.seawater import SeawaterColumn, column, viscosity

PROFILE: dict[str, Any] = {
    "surface_temperature_c": 27.0,
    "bottom_temperature_c": 1.5,
    "surface_salinity_g_kg": 35.17,
    "bottom_salinity_g_kg": 34.87,
    "thermocline_m": 500.0,
}


def site() -> SeawaterColumn:
    """Return the column of the site in most tests here."""
    return column(23.2, 5600.0, **PROFILE)


def test_the_profile_meets_both_ends_and_falls_between() -> None:
    """Derived: the stated values at surface and sea bed."""
    sea = site()
    assert (sea.depth_m[0], sea.depth_m[-1]) == (0.0, 5600.0)
    assert np.diff(sea.depth_m).max() <= 25.0
    assert (sea.temperature_c[0], sea.temperature_c[-1]) == pytest.approx((27.0, 1.5))
    assert (sea.salinity_g_kg[0], sea.salinity_g_kg[-1]) == pytest.approx((35.17, 34.87))
    for falling in (-sea.temperature_c, sea.density_kg_m3, sea.pressure_pa, sea.viscosity_pa_s):
        assert (np.diff(falling) >= 0.0).all()


def test_the_weight_of_the_column_is_the_pressure_at_its_foot() -> None:
    """Derived: rho g H; the library's pressure is that of a standard ocean, so to 0.1 %."""
    sea = site()
    gravity = gsw.grav(23.2, 2800.0)
    weight = float(sea.mean().density_kg_m3) * gravity * 5600.0
    assert weight == pytest.approx(float(sea.pressure_pa[-1]), rel=1e-3)


def test_pressure_grows_towards_the_poles() -> None:
    """Derived: gravity does, by 0.5 % from equator to pole."""
    equator, pole = (float(column(latitude, 5600.0, **PROFILE).pressure_pa[-1]) for latitude in (0.0, -90.0))
    assert pole / equator == pytest.approx(1.0053, abs=3e-4)


def test_interpolation_is_good_to_two_in_ten_thousand() -> None:
    """Derived: a column whose table has points where the other has none."""
    sea, offset = site(), np.array([12.5, 37.5, 112.5, 512.5, 1012.5, 4987.5])
    fine = sea.at(offset)
    for depth, density, mu, sound in zip(
        offset, fine.density_kg_m3, fine.viscosity_pa_s, fine.sound_speed_m_s, strict=True
    ):
        above = float(np.expm1((depth - 5600.0) / 500.0) * np.exp(-depth / 500.0) / np.expm1(-5600.0 / 500.0))
        t, s, p = 1.5 + 25.5 * above, 34.87 + 0.30 * above, gsw.p_from_z(-depth, 23.2)
        ct = gsw.CT_from_t(s, t, p)
        assert density == pytest.approx(float(gsw.rho(s, ct, p)), rel=2e-4)
        assert sound == pytest.approx(float(gsw.sound_speed(s, ct, p)), rel=2e-4)
        assert mu == pytest.approx(float(viscosity(t, s)), rel=2e-4)


def test_one_depth_gives_what_many_give_and_the_mean_is_one_number() -> None:
    """Derived: element by element; a column of one temperature has it as its mean."""
    sea = site()
    many = sea.at([0.0, 1000.0, 5600.0])
    single = sea.at(1000.0)
    assert single.density_kg_m3.shape == ()
    assert float(single.density_kg_m3) == many.density_kg_m3[1]
    flat = column(23.2, 100.0, **(PROFILE | {"surface_temperature_c": 10.0, "bottom_temperature_c": 10.0})).mean()
    assert float(flat.temperature_c) == pytest.approx(10.0)
    assert float(flat.depth_m) == pytest.approx(50.0)
    assert float(viscosity([1.5, 20.0], 35.0)[1]) == float(viscosity(20.0, 35.0))


@pytest.mark.parametrize(
    ("temperature", "salinity", "expected", "tolerance"),
    [
        (20.0, 0.0, 1.0016e-3, 0.002),  # IAPWS: pure water at 20 degC
        (25.0, 0.0, 0.8900e-3, 0.003),  # IAPWS: pure water at 25 degC
        (25.0, 40.0, 0.96541e-3, 0.015),  # check value of Millero 1974
    ],
)
def test_viscosity_has_published_values(temperature: float, salinity: float, expected: float, tolerance: float) -> None:
    """Published: IAPWS 2008 for pure water, the check value of Millero (1974) for salt water; the fit claims 1.5 %."""
    assert float(viscosity(temperature, salinity)) == pytest.approx(expected, rel=tolerance)


def test_bottom_water_is_as_viscous_as_the_reference_results_take_it() -> None:
    """Reference results: 1.75 mPa s; the fit at surface pressure gives 1.81, within the stated 5 %."""
    assert float(viscosity(1.5, 34.87)) == pytest.approx(1.75e-3, rel=0.05)


def test_the_reference_rows_make_a_column() -> None:
    """Derived: the rows in the order of the arguments; 57.1 MPa at the site."""
    rows = {key: row.value for key, row in parameters().items()}
    sea = column(
        23.2,
        rows["site.water_depth_m"],
        surface_temperature_c=rows["water.surface_temperature_c"],
        bottom_temperature_c=rows["water.bottom_temperature_c"],
        surface_salinity_g_kg=rows["water.surface_salinity_g_kg"],
        bottom_salinity_g_kg=rows["water.bottom_salinity_g_kg"],
        thermocline_m=rows["water.thermocline_m"],
    )
    assert float(sea.pressure_pa[-1]) == pytest.approx(57.1e6, rel=1e-3)


@pytest.mark.parametrize(
    ("latitude", "depth", "change", "message"),
    [
        (95.0, 5600.0, {}, r"latitude \[deg\] is 95; it must be -90 to 90"),
        (23.2, 0.0, {}, r"depth \[m\] is 0; it must be above 0"),
        (23.2, 5600.0, {"thermocline_m": 0.0}, r"thermocline \[m\] is 0; it must be above 0"),
        (23.2, 5600.0, {"bottom_temperature_c": -9.0}, r"temperature \[degC\] is .* it must be -2 to 40"),
        (23.2, 5600.0, {"surface_salinity_g_kg": -1.0}, r"salinity \[g/kg\] is -1 at state 0; it must be 0 to 42"),
        (
            23.2,
            5600.0,
            {"surface_salinity_g_kg": 350.0},
            r"salinity \[g/kg\] is 350 at state 0; it must be 0 to 42",
        ),
    ],
)
def test_impossible_columns_are_refused(latitude: float, depth: float, change: dict[str, float], message: str) -> None:
    with pytest.raises(ModelError, match=message):
        column(latitude, depth, **(PROFILE | change))


def test_viscosity_ends_where_its_fit_ends() -> None:
    with pytest.raises(ModelError, match=r"temperature \[degC\] is 200; it must be -2 to 180"):
        viscosity(200.0, 35.0)
    with pytest.raises(ModelError, match=r"salinity \[g/kg\] is 151; it must be at most 150"):
        viscosity(20.0, 151.0)


def test_depths_outside_the_table_are_refused() -> None:
    with pytest.raises(ModelError, match=r"depth \[m\] is 6000 at state 1; it must be at most 5600, the end of the"):
        site().at([5600.0, 6000.0])
    with pytest.raises(ModelError, match=r"depth \[m\] is -1; it must be 0 or above: count it downwards"):
        site().at(-1.0)
