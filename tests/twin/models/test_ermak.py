"""Ermak's plume: limits, closure and errors (derived); its table is among the published cases."""

import math

import numpy as np
import pytest

from ops_data.errors import ModelError
from twin.models.ermak import (
    Source,
    bed_flux_kg_m2_s,
    concentration_kg_m3,
    deposited_share,
    layer_mean_kg_m3,
)
from twin.models.plume import BedRule, Layer, Water

MUD = Water(np.array([5e-5, 2e-4, 1e-3, 5e-3]), 1e-3, 0.1, math.inf, "flux")
SOURCE = Source(np.array([0.2, 0.4, 0.3, 0.1]), 3.0, 5.0, 0.035)


def one_class(bed: BedRule = "flux", settling_m_s: float = 1e-3) -> Water:
    return Water(np.array([settling_m_s]), 1e-3, 0.1, math.inf, bed)


def test_classes_add_up() -> None:
    x, y = np.linspace(-50.0, 5e3, 40)[:, np.newaxis], np.linspace(-200.0, 200.0, 9)
    alone = sum(
        concentration_kg_m3(x, y, 1.0, Source(np.array([rate]), 3.0, 5.0, 0.035), one_class(settling_m_s=settling))
        for rate, settling in zip(SOURCE.rate_kg_s, MUD.settling_m_s, strict=True)
    )
    assert concentration_kg_m3(x, y, 1.0, SOURCE, MUD) == pytest.approx(alone, rel=1e-12)


def test_upstream_there_is_nothing() -> None:
    assert concentration_kg_m3([-100.0, 0.0], 0.0, 0.0, SOURCE, MUD).tolist() == [0.0, 0.0]
    assert bed_flux_kg_m2_s([-100.0, 0.0], 0.0, SOURCE, MUD).tolist() == [0.0, 0.0]
    assert deposited_share([-100.0, 0.0], SOURCE, MUD).tolist() == [0.0, 0.0]


@pytest.mark.parametrize("bed", ["flux", "first_touch"])
def test_the_flux_to_the_bed_sums_to_the_share_deposited(bed: BedRule) -> None:
    """Derived: 1e-3 of the release, by the trapezoidal rule over x and y."""
    water, source = one_class(bed, 5e-4), Source(np.array([0.1]), 3.0, 5.0, 0.035)
    x, y = np.linspace(0.0, 2e3, 2001), np.linspace(-500.0, 500.0, 201)
    flux = bed_flux_kg_m2_s(x[:, np.newaxis], y, source, water)
    along = np.asarray(np.trapezoid(flux, y, axis=1))
    reached = np.concatenate([[0.0], np.cumsum(0.5 * np.diff(x) * (along[1:] + along[:-1]))]) / 0.1
    assert reached == pytest.approx(deposited_share(x, source, water), abs=1e-3)


def test_what_is_afloat_and_what_is_down_is_what_was_released() -> None:
    """Derived: flux of mass through planes across the current, over y and z, plus the deposit up to there; 1e-3."""
    y, z = np.linspace(-600.0, 600.0, 121), np.linspace(0.0, 120.0, 481)
    for x in (100.0, 1000.0, 5000.0):
        plane = concentration_kg_m3(x, y[:, np.newaxis], z, SOURCE, MUD)
        through = 0.035 * np.trapezoid(np.trapezoid(plane, z, axis=1), y)
        assert through + deposited_share(x, SOURCE, MUD) == pytest.approx(1.0, abs=1e-3)


def test_the_mean_over_a_layer_is_that_of_its_points() -> None:
    """Derived: trapezoidal rule over height."""
    z = np.linspace(1.0, 5.0, 401)
    points = concentration_kg_m3(800.0, 30.0, z, SOURCE, MUD)
    found = layer_mean_kg_m3(800.0, 30.0, Layer(1.0, 5.0), SOURCE, MUD)
    assert found == pytest.approx(np.trapezoid(points, z) / 4.0, rel=1e-5)


def test_a_lid_keeps_fine_mud_nearer() -> None:
    capped = Water(MUD.settling_m_s, 1e-3, 0.1, 20.0, "flux")
    assert deposited_share(20e3, SOURCE, capped) > deposited_share(20e3, SOURCE, MUD) + 0.005
    assert layer_mean_kg_m3(200.0, 0.0, Layer(0.0, 5.0), SOURCE, capped) == pytest.approx(
        layer_mean_kg_m3(200.0, 0.0, Layer(0.0, 5.0), SOURCE, MUD), rel=1e-12
    )


def test_a_column_and_a_row_give_what_full_arrays_give() -> None:
    x, y = np.meshgrid(np.linspace(10.0, 3e3, 30), np.linspace(-100.0, 100.0, 7), indexing="ij")
    full = concentration_kg_m3(x, y, np.zeros_like(x), SOURCE, MUD)
    assert full.tolist() == concentration_kg_m3(x[:, :1], y[0], 0.0, SOURCE, MUD).tolist()
    assert full[3, 2] == concentration_kg_m3(x[3, 2], y[3, 2], 0.0, SOURCE, MUD)


@pytest.mark.parametrize(
    ("source", "water", "what"),
    [
        (Source(np.ones(4), 3.0, 5.0, 0.0), MUD, "still water has no plume"),
        (Source(np.ones(3), 3.0, 5.0, 0.03), MUD, "as many as in the water"),
        (Source(-np.ones(4), 3.0, 5.0, 0.03), MUD, "a sink is no source"),
        (Source(np.ones(4), -3.0, 5.0, 0.03), MUD, "release height"),
        (Source(np.ones(1), 3.0, 5.0, 0.03), one_class(settling_m_s=-1e-3), "settling velocity"),
        (Source(np.ones(1), 3.0, 0.0, 0.03), Water(np.array([1e-3]), 1e-3, 0.0, math.inf, "flux"), "nothing mixes"),
    ],
)
def test_what_has_no_meaning_is_refused(source: Source, water: Water, what: str) -> None:
    with pytest.raises(ModelError, match=what):
        concentration_kg_m3(100.0, 0.0, 0.0, source, water)
