"""Tonnage, mud properties, separation and cost: limits and balances (derived by hand)."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.models.finance import straight_line_depreciation, unit_cost
from twin.models.mud_properties import porosity, shear_strength, solids_mass_share
from twin.models.separation import cake_solids_volume_share, two_products, volume_cut
from twin.models.tonnage import in_place, years_of_supply


def test_what_is_in_place_is_the_sum_of_its_places_and_layers() -> None:
    """Derived by hand: two places, two layers of 1 and 3 m, 1 km2 each."""
    found = in_place([[1_000.0, 500.0], [3_000.0, 100.0]], [1.0, 3.0], 2.0, 0.5, 1.35)
    assert (found.dry_t, found.wet_t) == pytest.approx((4e6, 10.8e6))
    assert found.rey_t == pytest.approx(0.5 * (1_000 + 3 * 500 + 3_000 + 3 * 100))
    assert found.mean_ppm == pytest.approx(found.rey_t / 4.0)
    assert found.oxides_t.shape == (15,)
    assert 1.19 <= found.reo_t / found.rey_t <= 1.21


def test_places_may_be_left_out_for_one_column() -> None:
    """Derived: vector equals scalar."""
    one, two = (
        in_place([900.0, 400.0], [1.0, 1.0], 1.0, 0.55, 1.35),
        in_place([[900.0, 400.0]], [1.0, 1.0], 1.0, 0.55, 1.35),
    )
    assert one.reo_t == two.reo_t
    assert years_of_supply([10.0, 20.0], 5.0).tolist() == [2.0, 4.0]


@given(st.floats(0.0, 1e6), st.floats(0.0, 2e4), st.floats(1.01, 50.0), st.floats(0.0, 1.0))
def test_two_products_hold_what_the_feed_held(feed_t: float, ppm: float, enrichment: float, recovery: float) -> None:
    split = two_products(feed_t, ppm, enrichment, recovery)
    assert split.concentrate_t + split.tailings_t == pytest.approx(feed_t)
    held = split.concentrate_t * split.concentrate_ppm + split.tailings_t * split.tailings_ppm
    assert float(held) == pytest.approx(feed_t * ppm, rel=1e-9)


def test_separation_takes_arrays() -> None:
    """Derived: vector equals scalar."""
    many = two_products([100.0, 50.0], 2_000.0, [2.6, 1.3], 0.8)
    assert many.concentrate_t[0] == float(two_products(100.0, 2_000.0, 2.6, 0.8).concentrate_t)
    assert volume_cut([0.05, 0.1], 0.33).shape == (2,)


def test_a_cake_without_water_is_all_solids_and_a_feed_as_thick_as_the_cake_does_not_shrink() -> None:
    assert float(cake_solids_volume_share(0.0, 2.5, 1.025)) == 1.0
    assert float(volume_cut(0.33, 0.33)) == 0.0


def test_porosity_and_solids_follow_from_the_densities() -> None:
    """Derived: 0.78 and 0.41 (facts: 0.75-0.80, 0.35-0.45); no solids, all pores."""
    assert porosity([0.55, 0.0], 2.5).tolist() == pytest.approx([0.78, 1.0])
    assert float(solids_mass_share(0.55, 1.35)) == pytest.approx(0.407, abs=1e-3)


def test_strength_rises_in_a_straight_line() -> None:
    assert shear_strength(np.array([0.0, 1.0, 10.0]), 3.0, 2.0).tolist() == [3.0, 5.0, 23.0]


def test_depreciation_and_unit_cost_are_plain_divisions() -> None:
    assert straight_line_depreciation([100.0, 200.0], 10.0, 20.0).tolist() == [8.0, 18.0]
    assert float(unit_cost(10.0, 4.0)) == 2.5
