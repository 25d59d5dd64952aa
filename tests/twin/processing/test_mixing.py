"""Well-mixed pools (derived: by hand, and conservation of every constituent)."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.processing.mixing import Feed, Move, mixed

T = 10**6


def feed(*rows: tuple[int, float, float]) -> Feed:
    """Return a feed of (second, tonnes, kg of one constituent)."""
    times, tonnes, kilograms = zip(*rows, strict=True)
    return Feed(np.array(times), (np.array(tonnes) * T).astype(np.int64), np.array(kilograms)[:, np.newaxis])


def test_a_parcel_has_the_mean_grade_of_what_entered_before_it_and_not_of_what_came_later() -> None:
    moves = [Move(10, 0, "hold", "shuttle", 10 * T, 0), Move(30, 0, "hold", "shuttle", 20 * T, 1)]
    found = mixed({"hold": feed((0, 10, 10), (10, 10, 30), (20, 10, 70))}, moves, 2, 1).lots_kg
    np.testing.assert_allclose(found[:, 0], [20.0, 20.0 + 70.0])  # (10+30)/2 ; the rest and the third


def test_moves_of_one_second_go_in_the_order_of_their_rank() -> None:
    moves = [Move(5, 1, "tank", "plant", T, 1), Move(5, 0, "shuttle", "tank", T, 0)]
    found = mixed({"shuttle": feed((0, 1, 7))}, moves, 2, 1).lots_kg
    np.testing.assert_allclose(found[:, 0], [7.0, 7.0])


def test_a_pool_without_content_gives_none() -> None:
    assert mixed({}, [Move(0, 0, "a", "b", T, 0)], 1, 2).lots_kg.tolist() == [[0.0, 0.0]]


@given(
    st.lists(st.tuples(st.integers(1, 100), st.floats(0.0, 5.0)), min_size=1, max_size=20),
    st.lists(st.floats(0.01, 0.99), min_size=1, max_size=10),
)
def test_what_leaves_and_what_stays_is_what_entered(entered: list[tuple[int, float]], shares: list[float]) -> None:
    dry = np.array([grams for grams, _ in entered], dtype=np.int64) * T
    kilograms = np.array([kg for _, kg in entered])[:, np.newaxis]
    left, moves = int(dry.sum()), []
    for n, share in enumerate([*shares, 1.0]):
        part = left if share == 1.0 else int(left * share)
        moves.append(Move(len(entered) + n, 0, "hold", "out", part, n))
        left -= part
    found = mixed({"hold": Feed(np.arange(len(entered)), dry, kilograms)}, moves, len(moves), 1).lots_kg
    assert found.sum() == pytest.approx(kilograms.sum(), rel=1e-9, abs=1e-12)
