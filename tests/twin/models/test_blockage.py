"""The factor on the blockage hazard; all truth is derived: the law itself is an assumption."""

import numpy as np
import pytest

from ops_data.errors import ModelError
from twin.models.blockage import BlockageLaw

LAW = BlockageLaw(
    velocity_ratio=2.9,
    concentration_margin=0.44,
    velocity_exponent=1.0,
    concentration_exponent=2.0,
    greatest_factor=5.0,
)


def test_the_factor_is_one_at_the_reference_margins() -> None:
    assert float(LAW.factor(2.9, 0.44)) == 1.0


def test_each_margin_raises_the_factor_by_its_own_exponent() -> None:
    assert float(LAW.factor(1.45, 0.44)) == pytest.approx(2.0)
    assert float(LAW.factor(2.9, 0.22)) == pytest.approx(4.0)


def test_the_factor_never_falls_as_a_margin_shrinks() -> None:
    slower = LAW.factor(np.linspace(10.0, 1.0, 50), 0.3)
    thicker = LAW.factor(2.0, np.linspace(0.9, 0.0, 50))
    assert (np.diff(slower) >= 0.0).all()
    assert (np.diff(thicker) >= 0.0).all()


def test_the_factor_stays_between_its_greatest_value_and_the_inverse() -> None:
    assert float(LAW.factor(0.01, 0.0)) == 5.0
    assert float(LAW.factor(np.inf, 1.0)) == 0.2


def test_a_velocity_that_is_not_above_zero_is_refused() -> None:
    with pytest.raises(ModelError, match="velocity ratio"):
        LAW.factor(0.0, 0.4)
