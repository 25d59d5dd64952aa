"""Distribution laws: values by hand, slopes by difference, limits (derived)."""

from collections.abc import Mapping
from typing import Final

import numpy as np
import pytest

from ops_data.errors import ModelError
from twin.models.distribution import LN10, Law, dosage_law, linear_law, log10_d, power_law

LAWS: Final[Mapping[str, Law]] = {
    "pc88a with sodium": power_law([-4.08, -0.39, -2.0], [3, 3, 1], [3, 3, 1], 0.5, [0.473, 0.473, 0.0]),
    "d2ehpa": power_law([-1.9853, 1.5909, 2.1942], 3.0, 2.38),
    "bench": linear_law([0.8569, 1.1924], [-1.9035, -1.2654]),
    "dosage": dosage_law(
        [0.31183, 1.70783, 0.0], [0.03763, 0.06443, 0.0], [-1.62, -2.42, 0.0], [-0.38, -0.025, 0.0],
        [np.nan, np.nan, 0.1496], 33.0,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LAWS)
def test_slopes_are_those_of_the_law(name: str) -> None:
    """Derived: central differences at 300 random states."""
    law, rng, step = LAWS[name], np.random.default_rng(3), 1e-5
    ph, log_free = rng.uniform(-0.5, 3.0, 300), rng.uniform(-2.0, 0.0, 300)
    _value, by_ph, by_free = law(ph, 10.0**log_free)
    across = (law(ph + step, 10.0**log_free)[0] - law(ph - step, 10.0**log_free)[0]) / (2.0 * step)
    along = (law(ph, 10.0 ** (log_free + step))[0] - law(ph, 10.0 ** (log_free - step))[0]) / (2.0 * step)
    assert by_ph == pytest.approx(across, abs=1e-7)
    assert by_free == pytest.approx(along, abs=1e-7)


@pytest.mark.parametrize("name", LAWS)
def test_vectors_give_what_single_values_give(name: str) -> None:
    ph, free = np.meshgrid([0.1, 1.0, 2.3], [0.02, 0.4])
    found = log10_d(LAWS[name], ph, free)
    assert found.shape[:2] == (2, 3)
    one_by_one = [[log10_d(LAWS[name], ph[i, j], free[i, j]).tolist() for j in range(3)] for i in range(2)]
    assert found.tolist() == one_by_one


def test_a_power_law_is_its_constant_at_ph_0_and_the_reference() -> None:
    """Derived: neither pH nor activity nor extractant count there."""
    law = power_law([-3.1, 0.4], [3.0, 2.0], [3.0, 2.38], 0.3, [0.473, 0.0])
    assert log10_d(law, 0.0, 0.3).tolist() == [-3.1, 0.4]


def test_separation_factors_do_not_know_the_ph_where_slopes_are_alike() -> None:
    """Derived: a difference of constants, at any pH and extractant."""
    ph, free = np.meshgrid(np.linspace(-1.0, 3.0, 9), np.geomspace(0.001, 1.0, 5))
    found = log10_d(power_law([-3.0776, -0.3905], activity=0.473), ph, free)
    assert 10.0 ** (found[..., 1] - found[..., 0]) == pytest.approx(10.0 ** (3.0776 - 0.3905), rel=1e-12)


def test_activity_weakens_what_more_extractant_adds() -> None:
    """Derived by hand: log10 y = -A sqrt C; from 0.25 to 1 mol/L is A (1 - 0.5) per order less."""
    ideal, real = (log10_d(power_law([0.0], activity=A), 0.0, [0.25, 1.0])[:, 0] for A in (0.0, 0.473))
    assert ideal[1] - ideal[0] == pytest.approx(3.0 * np.log10(4.0), rel=1e-12)
    assert real[1] - real[0] == pytest.approx(3.0 * np.log10(4.0) - 3.0 * 0.473 * 0.5, rel=1e-12)


def test_sodium_buffers_the_solvent() -> None:
    """Derived: [Na]org/[Na]aq = K C/[H+], a tenfold K C at one pH more."""
    law = power_law([-2.0], 1.0, 1.0)
    assert log10_d(law, [0.0, 1.0], 0.5).ravel() == pytest.approx([-2.0, -1.0], rel=1e-12)
    assert float(log10_d(law, 0.0, 0.05)[0]) == pytest.approx(-3.0, rel=1e-12)


def test_a_bench_fit_knows_no_extractant() -> None:
    law = linear_law([0.8569], [-1.9035])
    assert log10_d(law, 1.0, [1e-6, 1.0]).ravel().tolist() == pytest.approx([0.8569 - 1.9035] * 2)
    assert np.all(law(1.0, 0.5)[2] == 0.0)


def test_a_dosage_law_by_hand_and_its_constants() -> None:
    """Derived by hand: 10 volume per cent free, pH 2: (0.3 + 0.04 × 10) 2 - 1.6 - 0.4 log10 10 = -0.6."""
    law = dosage_law([0.3, 0.0], [0.04, 0.0], [-1.6, 0.0], [-0.4, 0.0], [np.nan, 0.05], 33.0)
    assert log10_d(law, 2.0, 10.0 / 33.0) == pytest.approx([-0.6, np.log10(0.05)], rel=1e-12)
    _value, by_ph, by_free = law(2.0, 10.0 / 33.0)
    assert by_ph == pytest.approx([0.7, 0.0], rel=1e-12)
    assert by_free == pytest.approx([0.04 * 10.0 * LN10 * 2.0 - 0.4, 0.0], rel=1e-12)


def test_values_out_of_range_are_refused_by_name() -> None:
    with pytest.raises(ModelError, match=r"free extractant \[mol/L\] is 0"):
        log10_d(LAWS["bench"], 1.0, 0.0)
    with pytest.raises(ModelError, match="reference concentration"):
        power_law([0.0], reference_mol_l=0.0)
    with pytest.raises(ModelError, match="dosage per concentration"):
        dosage_law([0.0], [0.0], [0.0], [0.0], [1.0], -1.0)
