"""Closed forms of stage theory: limits, stepping by hand, refusals (derived). Published cases: test_extraction.py."""

import numpy as np
import pytest

from ops_data.errors import ModelError
from twin.models.stage_theory import (
    fenske_stages,
    ideal_stages,
    kremser_unextracted,
    least_solvent,
    least_wash,
    pinch_wash,
    reagent_floor,
)


def stepped(
    beta: float, heavy_share: float, heavy_in_raffinate: float, light_in_extract: float, wash_mol: float
) -> tuple[int, int]:
    """Return stages of extraction and of scrub counted one by one between equilibrium and operating lines."""
    extracted = heavy_share - heavy_in_raffinate + light_in_extract
    solvent, loaded = extracted + wash_mol, 1.0 - light_in_extract / extracted
    x = leaving = heavy_in_raffinate / (1.0 - extracted)
    extraction = scrub = 0
    while extraction == 0 or x < heavy_share:
        y = beta * x / (1.0 + (beta - 1.0) * x)
        x = ((1.0 - extracted) * leaving + solvent * y) / (wash_mol + 1.0)
        extraction += 1
    while scrub == 0 or y < loaded:
        x = (solvent * y - extracted * loaded) / wash_mol
        y = beta * x / (1.0 + (beta - 1.0) * x)
        scrub += 1
    return extraction, scrub


def test_kremser_is_what_stage_balances_give() -> None:
    """Derived: 1/(1 + E + ... + E^N), 500 random trains."""
    rng = np.random.default_rng(1)
    factor, stages = 10.0 ** rng.uniform(-3.0, 3.0, 500), rng.integers(0, 30, 500)
    by_hand = [1.0 / sum(E**n for n in range(N + 1)) for E, N in zip(factor, stages, strict=True)]
    assert kremser_unextracted(factor, stages) == pytest.approx(by_hand, rel=1e-9)


def test_kremser_at_its_limits() -> None:
    """Derived: no stage, no extraction, a factor of 1 and next to it, trains too long for a power to have a number."""
    assert float(kremser_unextracted(3.0, 0)) == 1.0
    assert float(kremser_unextracted(0.0, 7)) == 1.0
    near = kremser_unextracted([1.0 - 1e-9, 1.0, 1.0 + 1e-9], 9)
    assert near == pytest.approx([0.1, 0.1, 0.1], rel=1e-7)
    long = kremser_unextracted([2.0, 0.25], 5_000)
    assert long == pytest.approx([0.0, 0.75], abs=1e-12)
    assert float(kremser_unextracted(2.0, 900)) == pytest.approx(0.5 * 2.0**-900, rel=1e-9)


def test_fenske_adds_a_stage_for_each_separation_factor_gained() -> None:
    """Derived: β times the odds is one stage more; half and half at both ends is none."""
    assert float(fenske_stages(2.0, 0.5, 0.5)) == pytest.approx(0.0, abs=1e-12)
    assert float(fenske_stages(3.0, 0.75, 0.5)) == pytest.approx(1.0, rel=1e-12)
    assert float(fenske_stages(3.0, 0.9, 0.75)) == pytest.approx(3.0, rel=1e-12)


def test_a_clean_split_needs_the_least_wash_whatever_is_fed() -> None:
    """Derived: the pinch of a clean split is 1/(β - 1) for every feed; the solvent carries the extract too."""
    beta, share = np.meshgrid(1.0 + np.geomspace(0.01, 100.0, 40), np.linspace(0.01, 0.99, 30))
    assert pinch_wash(beta, share, 0.0, 0.0) == pytest.approx(least_wash(beta), rel=1e-9)
    assert least_solvent(beta, share) - share == pytest.approx(least_wash(beta), rel=1e-12)


def test_a_split_less_sharp_needs_less_wash_and_one_that_is_no_split_none() -> None:
    """Derived: the pinch falls with what goes to the wrong end, down to 0 where one stage is enough."""
    lost = np.linspace(0.0, 0.29, 30)
    found = pinch_wash(1.5, 0.3, lost, 2.0 * lost)
    assert np.all(np.diff(found) <= 0.0)
    assert found[-1] == 0.0


def test_ideal_stages_are_those_that_stepping_counts() -> None:
    """Derived: 800 random splits, one by one, in one call."""
    rng = np.random.default_rng(2)
    beta, share = 1.0 + 10.0 ** rng.uniform(-1.3, 1.5, 800), rng.uniform(0.002, 0.998, 800)
    lost, taken = share * 10.0 ** rng.uniform(-6.0, -0.4, 800), (1.0 - share) * 10.0 ** rng.uniform(-6.0, -0.4, 800)
    wash = least_wash(beta) * rng.uniform(1.02, 5.0, 800)
    extraction, scrub = ideal_stages(beta, share, lost, taken, wash)
    cases = np.column_stack([beta, share, lost, taken, wash]).tolist()
    by_hand = [stepped(*case) for case in cases]
    assert list(zip(extraction.tolist(), scrub.tolist(), strict=True)) == by_hand
    assert [tuple(int(n) for n in ideal_stages(*case)) for case in cases[:50]] == by_hand[:50]


def test_stages_fall_with_the_wash_towards_fenskes_floor() -> None:
    """Derived: never fewer than at total reflux, one more at most (each section is rounded up) with much wash."""
    factor = np.geomspace(1.01, 1e4, 60)
    extraction, scrub = ideal_stages(2.14, 0.8, 0.0002, 0.0008, factor * least_wash(2.14))
    total, floor = extraction + scrub, float(fenske_stages(2.14, 0.999, 0.999))
    assert np.all(np.diff(total) <= 0)
    assert floor <= total[-1] <= floor + 2.0


def test_reagents_are_three_equivalents_each_way() -> None:
    """Derived: 3 mol of 39.997 g and of 36.461 g per mol of metal in the solvent."""
    base, acid = reagent_floor([0.0, 2.0], 0.2)
    assert base == pytest.approx([0.0, 30.0 * 0.039997], rel=1e-5)
    assert acid == pytest.approx([0.0, 30.0 * 0.036461], rel=1e-4)


def test_vectors_give_what_single_values_give() -> None:
    beta, purity = np.array([1.3, 2.0, 9.0]), np.array([0.9, 0.99, 0.999])
    assert fenske_stages(beta, purity, 0.9).tolist() == [
        float(fenske_stages(b, p, 0.9)) for b, p in zip(beta, purity, strict=True)
    ]
    assert pinch_wash(beta, 0.4, 0.01, 0.02).tolist() == [float(pinch_wash(b, 0.4, 0.01, 0.02)) for b in beta]
    assert kremser_unextracted(beta, 4).tolist() == [float(kremser_unextracted(b, 4)) for b in beta]


def test_values_out_of_range_are_refused_by_name() -> None:
    with pytest.raises(ModelError, match=r"separation factor \[-\] is 1; it must exceed 1"):
        least_wash(1.0)
    with pytest.raises(ModelError, match="extraction factor"):
        kremser_unextracted(-1.0, 3)
    with pytest.raises(ModelError, match=r"purity of the heavy end .* must be below 1"):
        fenske_stages(2.0, 0.9, 1.0)
    with pytest.raises(ModelError, match=r"heavy share .* must be at most 1"):
        least_solvent(2.0, 1.5)
    with pytest.raises(ModelError, match=r"heavy share .* must be below 1"):
        pinch_wash(2.0, 1.0, 0.0, 0.0)
    with pytest.raises(ModelError, match=r"heavy in raffinate .* must be less than is fed"):
        pinch_wash(2.0, 0.5, 0.5, 0.0)
    with pytest.raises(ModelError, match=r"light in extract .* is 0"):
        ideal_stages(2.0, 0.5, 0.001, 0.0, 2.0)
    with pytest.raises(ModelError, match=r"wash .* is 0.9; it must exceed the least of this split"):
        ideal_stages(2.0, 0.5, 0.001, 0.001, 0.9)
    with pytest.raises(ModelError, match="oxide"):
        reagent_floor(1.0, 0.0)
