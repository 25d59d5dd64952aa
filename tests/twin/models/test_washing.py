"""Washing of residue: closed forms against stage-by-stage balances (truth: derived)."""

import numpy as np
import pytest

from ops_data.errors import ModelError
from twin.models.washing import counter_current_loss, displacement_loss, entrained_t


def by_stages(feed: float, underflow: float, wash: float, stages: int) -> float:
    """Return the loss by solving the balance of every stage: what comes in leaves at the stage's concentration."""
    matrix, b = np.zeros((stages, stages)), np.zeros(stages)
    for n in range(stages):
        matrix[n, n] = underflow + wash if n else feed + wash
        if n:
            matrix[n, n - 1] = -underflow
        else:
            b[n] = feed
        if n + 1 < stages:
            matrix[n, n + 1] = -wash
    return float(np.linalg.solve(matrix, b)[-1] * underflow / feed)


def test_the_closed_form_of_counter_current_washing_is_the_balance_of_its_stages() -> None:
    rng = np.random.default_rng(7)
    for stages in range(1, 9):
        feed = rng.uniform(1.0, 20.0, 40)
        underflow = feed * rng.uniform(0.02, 1.0, 40)
        wash = underflow * np.append(rng.uniform(0.0, 4.0, 38), [1.0, 0.0])
        expected = [by_stages(f, u, w, stages) for f, u, w in zip(feed, underflow, wash, strict=True)]
        found = counter_current_loss(feed, underflow, wash, stages)
        np.testing.assert_allclose(found, expected, rtol=1e-9)
        each = [float(counter_current_loss(f, u, w, stages)) for f, u, w in zip(feed, underflow, wash, strict=True)]
        np.testing.assert_array_equal(found, each)


def test_one_stage_is_a_dilution_and_no_water_is_no_wash() -> None:
    """Derived, by hand: 0.82/(10 + 1.23) and 0.82/10."""
    assert float(counter_current_loss(10.0, 0.82, 1.23, 1)) == pytest.approx(0.82 / 11.23, rel=1e-12)
    assert float(counter_current_loss(10.0, 0.82, 0.0, 5)) == pytest.approx(0.082, rel=1e-12)
    assert float(displacement_loss(10.0, 0.82, 0.0, 0.7)) == pytest.approx(0.082, rel=1e-12)


def test_near_a_wash_ratio_of_one_the_form_is_continuous() -> None:
    losses = counter_current_loss(10.0, 1.0, [1 - 1e-7, 1 - 1e-10, 1.0, 1 + 1e-10, 1 + 1e-7], 5)
    np.testing.assert_allclose(losses, losses[2], rtol=1e-6)


def test_more_stages_and_more_water_lose_less_and_flood_loses_nothing() -> None:
    stages = counter_current_loss(10.0, 0.82, 1.23, [1, 1.7, 2, 3.4, 5, 9])
    water = counter_current_loss(10.0, 0.82, [0.0, 0.5, 1.0, 2.0, 5.0], 3)
    assert np.all(np.diff(stages) < 0.0)
    assert np.all(np.diff(water) < 0.0)
    assert counter_current_loss(10.0, 1e-6, 1e3, 200) < 1e-12
    assert displacement_loss(10.0, 0.82, 1.0, 1.0) == 0.0


def test_without_feed_nothing_is_lost() -> None:
    assert counter_current_loss(0.0, 0.0, 0.0, 3) == 0.0
    assert displacement_loss(0.0, 0.0, 2.0, 0.5) == 0.0
    assert entrained_t(0.0, 0.5) == 0.0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: counter_current_loss(1.0, 2.0, 0.0, 2), "underflow is 2"),
        (lambda: counter_current_loss(1.0, 0.5, 0.0, 0.5), r"stages \[1\] is 0.5"),
        (lambda: counter_current_loss(1.0, 0.5, float("nan"), 2), "wash is nan"),
        (lambda: displacement_loss(1.0, 0.5, 1.0, 1.5), r"efficiency \[1\] is 1.5"),
        (lambda: entrained_t(1.0, 1.0), r"water fraction \[1\] is 1"),
    ],
)
def test_what_is_out_of_range_is_named_with_value_and_rule(call: object, message: str) -> None:
    assert callable(call)
    with pytest.raises(ModelError, match=message):
        call()
