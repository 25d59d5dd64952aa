"""Dewatering closure (case P16 of the processing facts, beside V21 of the resource facts)."""

import pytest

from twin.models.dewatering import volume_per_dry_m3_t
from twin.models.separation import cake_solids_volume_share, volume_cut

CUTS = {10: (87, 89, 90, 91), 15: (80, 83, 85, 87), 20: (73, 76, 79, 81), 25: (64, 69, 73, 76), 40: (36, 44, 51, 57)}


def test_p16_a_slurry_of_20_percent_pressed_to_65_loses_four_fifths_of_its_volume() -> None:
    """Derived in the facts: grains 2.65, brine 1.028; 4.27 to 0.90 m3 per dry tonne, 79 %; 1 point."""
    slurry, cake = volume_per_dry_m3_t([0.20, 0.65], 2.65, 1.028)
    assert float(slurry) == pytest.approx(4.27, abs=0.01)
    assert float(cake) == pytest.approx(0.90, abs=0.01)
    assert 100.0 * float(1.0 - cake / slurry) == pytest.approx(79.0, abs=1.0)


@pytest.mark.parametrize("feed_percent", CUTS)
def test_p16_the_published_cut_of_80_percent_fits_a_slurry_and_no_mud_in_place(feed_percent: int) -> None:
    """Derived in the facts: cuts from 10-40 % to 55-70 % solids; 1 point."""
    slurry = volume_per_dry_m3_t(feed_percent / 100.0, 2.65, 1.028)
    cakes = volume_per_dry_m3_t([0.55, 0.60, 0.65, 0.70], 2.65, 1.028)
    assert 100.0 * (1.0 - cakes / slurry) == pytest.approx(CUTS[feed_percent], abs=1.0)


def test_p16_volume_per_dry_tonne_of_slurries() -> None:
    """Derived in the facts: 10 to 40 % solids; half the last digit."""
    found = volume_per_dry_m3_t([0.10, 0.15, 0.20, 0.25, 0.40], 2.65, 1.028)
    assert found == pytest.approx([9.13, 5.89, 4.27, 3.30, 1.84], abs=0.005)


def test_cake_of_60_percent_solids_carries_23_kg_of_salt_per_dry_tonne() -> None:
    """Derived in the facts: 0.67 t of brine per dry tonne; here 35 g of salt per kg of brine."""
    assert pytest.approx(23.0, abs=0.5) == 0.40 / 0.60 * 35.0


def test_both_ways_to_count_volume_agree() -> None:
    """Derived: volume shares of solids and volumes per dry tonne are the same balance."""
    cake = cake_solids_volume_share(0.45, 2.5, 1.025)
    feed = cake_solids_volume_share(0.85, 2.5, 1.025)
    volumes = volume_per_dry_m3_t([0.15, 0.55], 2.5, 1.025)
    assert float(volume_cut(feed, cake)) == pytest.approx(float(1.0 - volumes[1] / volumes[0]), rel=1e-12)
