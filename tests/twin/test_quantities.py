"""Draws of quantities against closed forms; truth is derived unless a test says otherwise."""

import time

import numpy as np
import pytest

from ops_data.reference import parameters
from twin.models.streams import uniforms
from twin.quantities import Quantity, draw_quantities, event_draws, from_parameter, ignorance, lognormal, triangular
from twin.scenario import draw_parameters, load_scenario

U = (np.arange(200_000) + 0.5) / 200_000  # a regular grid: means are quadratures


def quantity(**changes: object) -> Quantity:
    base = from_parameter(parameters()["mining.cycle_h"]).model_dump() | {
        "key": "t.x_h", "value": 2.0, "low": 1.0, "high": 4.0, "law": "triangular",
        "event_law": "triangular", "event_low": 1.0, "event_high": 4.0, "minimum": 0.0, "maximum": 100.0,
    }  # fmt: skip
    return Quantity.model_validate(base | changes)


def test_triangular_draws_have_the_closed_mean_and_variance() -> None:
    """Derived: mean (a+b+c)/3, variance (a2+b2+c2-ab-ac-bc)/18."""
    a, c, b = 1.0, 2.0, 4.0
    drawn = triangular(np.array(a), np.array(c), np.array(b), U)
    assert drawn.mean() == pytest.approx((a + b + c) / 3, rel=1e-6)
    assert drawn.var() == pytest.approx((a * a + b * b + c * c - a * b - a * c - b * c) / 18, rel=1e-5)


@pytest.mark.parametrize("mode", [1.0, 4.0])
def test_a_triangle_may_have_its_mode_at_an_end(mode: float) -> None:
    drawn = triangular(np.array(1.0), np.array(mode), np.array(4.0), U)
    assert drawn.mean() == pytest.approx((1.0 + 4.0 + mode) / 3, rel=1e-6)
    assert drawn.min() >= 1.0
    assert drawn.max() <= 4.0


def test_a_triangle_without_width_is_its_value() -> None:
    assert triangular(np.array(2.0), np.array(2.0), np.array(2.0), np.array([0.0, 0.7])).tolist() == [2.0, 2.0]


def test_lognormal_has_its_bounds_as_5_and_95_percent_points() -> None:
    found = lognormal(np.array(2.0), np.array(18.0), np.array([0.05, 0.5, 0.95]))
    assert found == pytest.approx([2.0, 6.0, 18.0], rel=1e-12)


def test_exponential_events_have_the_central_value_as_mean() -> None:
    q = quantity(event_law="exponential", event_low=None, event_high=None)
    assert event_draws(q, 3.0, U).mean() == pytest.approx(3.0, rel=1e-3)


def test_event_bounds_scale_with_the_drawn_central_value() -> None:
    drawn = event_draws(quantity(), 3.0, np.array([0.0, 1.0 / 3.0, 1.0]))
    assert drawn == pytest.approx([1.5, 3.0, 6.0])


def test_events_keep_the_shape_of_the_draws_and_stay_in_the_allowed_range() -> None:
    drawn = event_draws(quantity(maximum=2.5), 2.0, U[:100].reshape(4, 25))
    assert drawn.shape == (4, 25)
    assert drawn.max() <= 2.5


def test_an_event_law_of_none_gives_the_central_value() -> None:
    assert event_draws(quantity(event_law="none"), 2.5, U[:3]).tolist() == [2.5, 2.5, 2.5]


def test_a_uniform_law_draws_between_low_and_high() -> None:
    q = quantity(law="uniform")
    u = uniforms(7, 3, "parameter", "t.x_h", 1)[0]
    assert draw_quantities(ignorance({q.key: q}), 7, 3)["t.x_h"] == 1.0 + u * 3.0


def test_a_lognormal_law_is_drawn_from_its_bounds() -> None:
    q = quantity(law="lognormal")
    u = uniforms(7, 3, "parameter", "t.x_h", 1)
    assert draw_quantities(ignorance({q.key: q}), 7, 3)["t.x_h"] == pytest.approx(
        float(lognormal(np.array([1.0]), np.array([4.0]), u)[0])
    )


def test_another_quantity_changes_no_other_draw() -> None:
    one, two = quantity(), quantity(key="t.y_h")
    alone = draw_quantities(ignorance({one.key: one}), 1, 5)
    together = draw_quantities(ignorance({two.key: two, one.key: one}), 1, 5)
    assert together[one.key] == alone[one.key] != together[two.key]


def test_fixed_laws_are_shown_with_a_range_and_not_drawn() -> None:
    q = quantity(law="fixed")
    assert draw_quantities(ignorance({q.key: q}), 1, 5) == {"t.x_h": 2.0}


def test_drawn_parameters_stay_in_range_and_differ_between_replicates() -> None:
    scenario = load_scenario("pilot-2027")
    first, second = (draw_parameters(scenario, 1, replicate, "drawn") for replicate in (0, 1))
    for key, q in scenario.quantities.items():
        assert q.low <= first[key] <= q.high or q.law in ("lognormal", "fixed"), key
    assert sum(first[key] != second[key] for key in first) == len(scenario.ignorance.keys) > 50


def test_fixed_parameters_are_the_stated_values() -> None:
    scenario = load_scenario("pilot-2027")
    assert draw_parameters(scenario, 1, 0, "fixed") == {key: q.value for key, q in scenario.quantities.items()}


def test_the_calm_world_has_central_values_even_when_parameters_are_drawn() -> None:
    scenario = load_scenario("calm")
    assert draw_parameters(scenario, 1, 0, "drawn") == draw_parameters(scenario, 2, 9, "fixed")
    assert {q.event_law for q in scenario.quantities.values()} == {"none"}


def test_a_value_set_by_hand_is_not_drawn_and_moves_no_other_value() -> None:
    plain = draw_parameters(load_scenario("pilot-2027"), 1, 4, "drawn")
    changed = draw_parameters(load_scenario("pilot-2027", ["mining.shift_h=1"]), 1, 4, "drawn")
    assert changed["mining.shift_h"] == 1.0
    assert {key for key in plain if plain[key] != changed[key]} == {"mining.shift_h"}


def test_drawing_one_replicate_takes_about_a_millisecond() -> None:
    """Recorded: 0.6-1 ms on two shared cores; the limit is ten times that, for a loaded machine."""
    scenario = load_scenario("pilot-2027")
    draw_parameters(scenario, 1, 0, "drawn")
    best = min(_seconds(scenario, replicate) for replicate in range(20))
    assert best < 0.01


def _seconds(scenario: object, replicate: int) -> float:
    begin = time.perf_counter()
    draw_parameters(scenario, 1, replicate, "drawn")  # type: ignore[arg-type]
    return time.perf_counter() - begin
