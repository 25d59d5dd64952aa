"""A bank of hydrocyclones: inversions, trends and volume balance (derived)."""

import numpy as np
import pytest

from ops_data.errors import ModelError
from twin.models.hydrocyclone import (
    Geometry,
    cut_size_m,
    cyclones_needed,
    flow_m3_s,
    flow_split,
    pressure_drop_pa,
    sharpness,
    water_to_underflow,
)

SMALL = Geometry(0.05, 0.05 / 7, 0.01, 0.005, 0.25)


def test_pressure_and_flow_are_inverse() -> None:
    pressure = np.geomspace(1e4, 1e6, 30)
    assert pressure_drop_pa(SMALL, flow_m3_s(SMALL, pressure, 0.03), 0.03) == pytest.approx(pressure, rel=1e-12)


def test_trends_are_those_every_plant_knows() -> None:
    """Derived from the signs of the exponents: more flow, heavier grains, thinner slurry cut finer."""
    flow = flow_m3_s(SMALL, [100e3, 200e3], 0.03)
    cut = cut_size_m(SMALL, flow, 0.03, 3_100.0, 1_000.0)
    assert cut[1] < cut[0]
    assert float(cut_size_m(SMALL, flow[0], 0.03, 2_500.0, 1_000.0)) > cut[0]
    assert float(cut_size_m(SMALL, flow[0], 0.06, 3_100.0, 1_000.0)) > cut[0]
    assert float(cut_size_m(SMALL, flow[0], 0.03, 3_100.0, 1_000.0, factor=2.0)) == pytest.approx(2.0 * cut[0])


def test_a_wider_apex_sends_more_to_the_underflow_and_blurs_the_cut() -> None:
    wide = Geometry(0.05, 0.05 / 7, 0.01, 0.008, 0.25)
    narrow_split, wide_split = (float(flow_split(one, 200e3, 0.03, 1_040.0)) for one in (SMALL, wide))
    assert wide_split > narrow_split
    assert float(sharpness(SMALL, 5e-4, 0.4)) < float(sharpness(SMALL, 5e-4, 0.1))


def test_water_and_solids_fill_the_underflow() -> None:
    """Derived: volumes add up over several hundred random states."""
    luck = np.random.default_rng(3)
    phi, sorted_share = luck.uniform(0.0, 0.2, 400), luck.uniform(0.0, 1.0, 400)
    volume = phi * sorted_share + (1.0 - phi * sorted_share) * luck.uniform(1e-6, 1.0, 400)
    water = water_to_underflow(volume, phi, sorted_share)
    assert (1.0 - phi) * water + phi * (water + (1.0 - water) * sorted_share) == pytest.approx(volume, abs=1e-12)
    assert float(water_to_underflow(0.2, 0.0, 0.5)) == 0.2


def test_an_apex_too_narrow_for_its_solids_ropes_and_is_refused() -> None:
    with pytest.raises(ModelError, match="apex ropes: widen the apex or dilute the feed"):
        water_to_underflow(0.05, 0.2, 0.5)


def test_whole_cyclones_are_counted() -> None:
    assert cyclones_needed([1.0, 1.01, 0.3], [0.1, 0.1, 0.1]).tolist() == [10.0, 11.0, 3.0]


def test_vectors_give_what_single_values_give() -> None:
    flows = np.array([1e-4, 5e-4, 2e-3])
    for form in (pressure_drop_pa, sharpness):
        assert form(SMALL, flows, 0.1).tolist() == pytest.approx(
            [float(form(SMALL, one, 0.1)) for one in flows], rel=1e-15
        )


def test_values_out_of_range_are_refused_by_name() -> None:
    with pytest.raises(ModelError, match="inlet_m is 0"):
        Geometry(0.05, 0.0, 0.01, 0.005, 0.25)
    with pytest.raises(ModelError, match="must exceed the liquid's"):
        cut_size_m(SMALL, 5e-4, 0.03, 900.0, 1_000.0)
    with pytest.raises(ModelError, match=r"solids volume fraction .* must be below 1"):
        pressure_drop_pa(SMALL, 5e-4, 3.0)
    with pytest.raises(ModelError, match="flow"):
        sharpness(SMALL, float("nan"), 0.1)
