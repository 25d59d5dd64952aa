"""Filtration of a batch press: closed forms and limits (derived)."""

import numpy as np
import pytest

from ops_data.errors import ModelError
from twin.models.filtration import (
    best_filtrate_m,
    cake_per_filtrate_kg_m3,
    filter_area_m2,
    filtrate_m,
    forming_time_s,
    press_rate_kg_m2_h,
    specific_resistance_m_kg,
)

CLAY = (6e5, 1e13, 300.0, 1e10, 1e-3)  # pressure, resistance, cake per filtrate, cloth, viscosity; made up


def test_time_and_filtrate_are_inverse() -> None:
    """Derived: from seconds to weeks, with and without a cloth."""
    t = np.geomspace(1e-3, 1e7, 100)
    for cloth in (0.0, 1e10, 1e14):
        state = (*CLAY[:3], cloth, CLAY[4])
        assert forming_time_s(filtrate_m(t, *state), *state) == pytest.approx(t, rel=1e-12)


def test_filtrate_grows_as_the_law_of_the_rate_says() -> None:
    """Derived: dv/dt = P/(mu (alpha c v + R_m)), by steps against the closed form."""
    pressure, alpha, c, cloth, mu = CLAY
    v, dt = 0.0, 0.05
    for _ in range(20_000):
        middle = v + 0.5 * dt * pressure / (mu * (alpha * c * v + cloth))
        v += dt * pressure / (mu * (alpha * c * middle + cloth))
    assert v == pytest.approx(float(filtrate_m(1_000.0, *CLAY)), rel=1e-4)


def test_solids_and_water_of_the_slurry_are_in_cake_and_filtrate() -> None:
    """Derived: balance of 1 kg of slurry."""
    x, w, rho = 0.15, 0.45, 1_025.0
    c = float(cake_per_filtrate_kg_m3(x, w, rho))
    filtrate_kg = x / c * rho
    assert filtrate_kg + x / (1.0 - w) == pytest.approx(1.0)
    assert float(cake_per_filtrate_kg_m3(0.0, w, rho)) == 0.0


def test_pressure_does_not_help_where_the_cake_is_fully_compressible() -> None:
    """Derived: alpha ~ P^n, time ~ P^(n - 1)."""
    for n, ratio in ((0.0, 0.25), (0.5, 0.5), (1.0, 1.0)):
        times = [
            float(forming_time_s(0.02, p, specific_resistance_m_kg(p, 1e13, 1e5, n), 300.0, 0.0, 1e-3))
            for p in (2e5, 8e5)
        ]
        assert times[1] / times[0] == pytest.approx(ratio)


def test_the_best_cycle_filters_more_than_its_neighbours() -> None:
    """Derived: a maximum of cake over time, with a cloth too."""
    pressure, alpha, c, _, mu = CLAY
    best = float(best_filtrate_m(1_800.0, pressure, alpha, c, mu))
    rates = [float(press_rate_kg_m2_h(v, c, forming_time_s(v, *CLAY), 1_800.0)) for v in (0.9 * best, best, 1.1 * best)]
    assert rates[1] > max(rates[0], rates[2])


def test_area_rises_with_the_flow_and_the_time_the_press_stands() -> None:
    assert float(filter_area_m2(0.0, 10.0)) == 0.0
    assert filter_area_m2([10.0, 20.0], 10.0, 0.5).tolist() == [2_000.0, 4_000.0]


def test_vectors_give_what_single_values_give() -> None:
    v = np.array([0.0, 0.01, 0.1])
    assert forming_time_s(v, *CLAY).tolist() == [float(forming_time_s(one, *CLAY)) for one in v]
    assert filtrate_m(v, *CLAY).tolist() == [float(filtrate_m(one, *CLAY)) for one in v]


def test_values_out_of_range_are_refused_by_name() -> None:
    with pytest.raises(ModelError, match="must be below that of the cake"):
        cake_per_filtrate_kg_m3(0.6, 0.45, 1_025.0)
    with pytest.raises(ModelError, match="pressure"):
        forming_time_s(0.01, 0.0, 1e13, 300.0, 0.0, 1e-3)
    with pytest.raises(ModelError, match="availability"):
        filter_area_m2(10.0, 10.0, 1.5)
    with pytest.raises(ModelError, match="cycle"):
        press_rate_kg_m2_h(0.01, 300.0, 0.0, 0.0)
