"""Closed forms of transport: limits and conservation (derived); their tables are among the published cases."""

import numpy as np
import pytest

from ops_data.errors import ModelError
from twin.models import advection_diffusion as transport
from twin.models.settling_column import deposited_share


def test_a_front_does_not_overflow_where_its_exponential_does() -> None:
    """Derived: U x/D = 1e6; half of the boundary's value stands just ahead of U t."""
    found = transport.ogata_banks([1e3, 1e4, 1e5], 1e6, 1e-2, 1e-4)
    assert found[0] == 1.0 and found[2] == 0.0
    assert found[1] == pytest.approx(0.5, abs=0.02)


def test_a_puff_has_unit_mass_and_moves_with_the_current() -> None:
    """Derived: summed over boxes of a tenth of the spreads."""
    k, t, speed = (1.0, 0.5, 1e-3), 7200.0, 0.05
    sd = np.sqrt(2.0 * np.array(k) * t)
    steps = np.linspace(-6.0, 6.0, 121)
    x, y, z = speed * t + sd[0] * steps, sd[1] * steps, sd[2] * steps
    found = transport.instantaneous_point(x[:, None, None], y[:, None], z, t, speed, k)
    volume = 0.1**3 * sd.prod()
    assert found.sum() * volume == pytest.approx(1.0, rel=1e-6)
    assert (found.sum(axis=(1, 2)) @ x) * volume == pytest.approx(speed * t, rel=1e-6)


def test_puffs_without_end_make_the_continuous_point() -> None:
    """Derived: the integral of the puffs over time."""
    times = np.geomspace(1.0, 1e7, 40_001)
    puffs = transport.instantaneous_point(100.0, 5.0, -3.0, times, 0.05, (0.1, 0.1, 0.1))
    found = np.trapezoid(puffs, times)
    assert transport.continuous_point(100.0, 5.0, -3.0, 0.05, 0.1) == pytest.approx(found, rel=1e-4)


def test_first_passage_is_the_deposit_of_the_first_touch_rule() -> None:
    """Derived: two ways to write one law, over six decades of ws h/K."""
    ages, settling = np.geomspace(1e2, 1e7, 50), np.geomspace(1e-6, 1e-1, 6)[:, np.newaxis]
    found = transport.first_passage_share(ages, 5.0, settling, 1e-3)
    assert found == pytest.approx(deposited_share(ages, 5.0, settling, 1e-3, "first_touch"), abs=1e-14)


def test_mean_and_scatter_of_first_passage_are_those_of_its_law() -> None:
    """Derived: moments by the trapezoidal rule."""
    t = np.linspace(1.0, 2e5, 200_001)
    up = 1.0 - transport.first_passage_share(t, 5.0, 1e-3, 1e-3)
    mean_s, sd_s = transport.first_passage_s(5.0, 1e-3, 1e-3)
    assert mean_s == pytest.approx(np.trapezoid(up, t) + 1.0, rel=1e-4)
    assert sd_s**2 == pytest.approx(2.0 * np.trapezoid(t * up, t) - mean_s**2, rel=1e-3)


def test_a_mixed_layer_loses_63_percent_over_its_length() -> None:
    assert transport.well_mixed_deposited_share(0.035 * 65.0 / 5e-5, 0.035, 65.0, 5e-5) == pytest.approx(
        0.632, abs=5e-4
    )


def test_vectors_give_what_single_values_give() -> None:
    x = np.array([1.0, 10.0, 100.0])
    assert transport.ogata_banks(x, 3e3, 0.01, 0.1).tolist() == [
        float(transport.ogata_banks(one, 3e3, 0.01, 0.1)) for one in x
    ]


def test_what_has_no_meaning_is_refused() -> None:
    with pytest.raises(ModelError, match="first passage: settling velocity"):
        transport.first_passage_share(1.0, 5.0, 0.0, 1e-3)
    with pytest.raises(ModelError, match="at the point itself"):
        transport.continuous_point(0.0, 0.0, 0.0, 0.05, 0.1)
    with pytest.raises(ModelError, match="away from the boundary"):
        transport.ogata_banks(1.0, 1.0, -0.1, 0.1)
