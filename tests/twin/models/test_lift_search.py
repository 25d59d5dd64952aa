"""The crew's search against cases that one can solve by hand (derived)."""

from collections.abc import Callable

import numpy as np
import pytest

from twin.models.lift_search import FURTHEST, LIMITS, Found, Use, headroom, search
from twin.models.limits import FloatArray

NO_LEAST = 1e-6


def use_of(drive: str, need: Callable[[FloatArray, FloatArray], FloatArray]) -> Use:
    """Return a circuit in which only one limit of the drive grows, and nothing settles."""

    def use(flow: FloatArray, fraction: FloatArray) -> FloatArray:
        rows = [np.zeros(np.broadcast_shapes(flow.shape, fraction.shape)) for _ in LIMITS]
        rows[LIMITS.index(drive)] = need(flow, fraction)
        return np.stack(rows)

    return use


def found(use: Use, target: float = 0.05, trip: float = 0.09, least: float = NO_LEAST, limit: float = 1.0) -> Found:
    return search(use, lambda fraction: np.full(np.shape(fraction), least), limit, target, trip)


def test_without_a_need_the_crew_takes_full_flow_at_its_target() -> None:
    one = found(use_of("pressure", lambda q, c: 0 * q * c))
    assert (one.flow_m3_s, one.solids_fraction, one.binding) == (1.0, 0.05, "flow")


def test_a_target_above_the_trip_limit_is_cut_to_it() -> None:
    one = found(use_of("pressure", lambda q, c: 0 * q * c), target=0.12)
    assert (one.flow_m3_s, one.solids_fraction, one.binding) == (1.0, 0.09, "concentration")


def test_a_head_that_is_too_high_thins_the_slurry_at_full_flow() -> None:
    """Derived: need 25 C whatever the flow: C = 0.04."""
    one = found(use_of("pressure", lambda q, c: 25.0 * c + 0 * q))
    assert one.flow_m3_s == pytest.approx(1.0)
    assert one.solids_fraction == pytest.approx(0.04, rel=1e-6)
    assert one.binding == "pressure"


def test_power_that_is_short_slows_the_flow_and_keeps_the_concentration() -> None:
    """Derived: power q (1 + 20 C) = 1: q C = C/(1 + 20 C) grows with C, so C stays and q = 1/(1 + 20 * 0.05)."""
    one = found(use_of("power", lambda q, c: q * (1.0 + 20.0 * c)))
    assert one.solids_fraction == pytest.approx(0.05, rel=2e-3)
    assert one.flow_m3_s * one.solids_fraction == pytest.approx(0.025, rel=2e-4)
    assert one.binding == "power"


def test_a_pump_curve_is_met_at_its_best_flow() -> None:
    """Derived: C = 0.05 (1 - q^2) makes q C largest at q = 1/sqrt(3)."""
    one = found(use_of("pump curve", lambda q, c: c / 0.05 + q**2), target=0.08)
    assert one.flow_m3_s == pytest.approx(1.0 / np.sqrt(3.0), rel=0.02)
    assert one.flow_m3_s * one.solids_fraction == pytest.approx(0.05 * 2.0 / 3.0 / np.sqrt(3.0), rel=1e-4)
    assert one.binding == "pump curve"


def test_where_slower_flow_would_carry_more_the_least_velocity_binds() -> None:
    """Derived: as for power, but the flow may not fall below 0.8: 0.8 (1 + 20 C) = 1."""
    one = found(use_of("power", lambda q, c: q * (1.0 + 20.0 * c)), least=0.8)
    assert one.flow_m3_s == pytest.approx(0.8, rel=1e-3)
    assert one.solids_fraction == pytest.approx(0.0125, rel=5e-3)
    assert one.binding == "minimum velocity"


@pytest.mark.parametrize("steepness", [0.5, 1.0, 2.0, 3.0])
def test_what_is_found_exceeds_no_limit(steepness: float) -> None:
    """Derived: a need that bends, so that the straight line between two points of the search overshoots."""

    def need(flow: FloatArray, fraction: FloatArray) -> FloatArray:
        return flow**2 / 3.0 + (fraction / 0.045) ** steepness

    one = found(use_of("pressure", need))
    assert 1.0 - 1e-4 < float(need(np.array(one.flow_m3_s), np.array(one.solids_fraction))) <= 1.0


def test_the_least_velocity_is_kept_where_thinning_raises_it() -> None:
    """Derived: slip hindered as (1 - C)^2.4; power that only the least flow allows."""

    def least(fraction: FloatArray) -> FloatArray:
        return 0.8 * (1.0 - np.asarray(fraction)) ** 2.4

    one = search(use_of("power", lambda q, c: q**1.5 * (1.0 + (20.0 * c) ** 2)), least, 1.0, 0.05, 0.09)
    flow, fraction = np.array(one.flow_m3_s), np.array(one.solids_fraction)
    assert float(flow) >= float(least(fraction)) * (1.0 - 1e-9)
    assert float(flow**1.5 * (1.0 + (20.0 * fraction) ** 2)) <= 1.0


def test_headroom_is_the_factor_at_which_a_limit_of_the_drive_is_met() -> None:
    """Derived: q^2/4 + 5 C = 1 from q = 1, C = 0.05: q = sqrt(3), or C = 0.15, cut to the trip limit 0.09."""
    use = use_of("pressure", lambda q, c: q**2 / 4.0 + 5.0 * c)
    assert headroom(use, 1.0, 0.05, 0.09) == pytest.approx((np.sqrt(3.0), 1.8), rel=1e-4)
    assert headroom(use, 1.0, 0.05, 0.2)[1] == pytest.approx(3.0, rel=1e-4)
    assert headroom(use, 1.0, 0.15, 0.2) == pytest.approx((1.0, 1.0))


def test_headroom_of_a_flow_that_nothing_limits_ends_at_the_furthest_factor() -> None:
    assert headroom(use_of("power", lambda q, c: 0 * q * c), 1.0, 0.05, 0.05) == (FURTHEST, 1.0)


def test_a_flow_limit_below_the_least_flow_allows_nothing() -> None:
    one = found(use_of("power", lambda q, c: 0 * q * c), least=2.0)
    assert (one.allowed, one.binding) == (False, "minimum velocity")


def test_a_drive_too_weak_for_clear_water_allows_nothing_and_is_named() -> None:
    one = found(use_of("power", lambda q, c: 5.0 + q + c))
    assert (one.allowed, one.binding) == (False, "power")
    assert one.flow_m3_s == pytest.approx(NO_LEAST)
