"""What a ranking says in words (truth: derived, by hand)."""

from collections.abc import Sequence

import pytest

from twin.commands.sensitivity_report import notes_of
from twin.sensitivity import Effect, Ranking, Share


def ranking(shares: Sequence[tuple[float, tuple[int, int]]]) -> Ranking:
    """Return a ranking of x1, x2, … with these total shares and ranks."""
    keys = [f"x{number + 1}" for number in range(len(shares))]
    told = tuple(Share(key, total, 0.1, total, 0.1, ranks) for key, (total, ranks) in zip(keys, shares, strict=True))
    effects = tuple(Effect(share.key, share.total, share.total, 0.1, 0.0, share.ranks) for share in told)
    return Ranking("lifted_wet_t", effects, told, (4, 8), (4, 8), 1.0, 1.0, 1.0, 2)


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        ([(0.8, (1, 1)), (0.2, (2, 2))], []),
        (
            [(0.8, (1, 1)), (0.3, (2, 3)), (0.2, (2, 3))],
            [
                "First is x1. NOT resolved: the order of 2 others, their 95 % intervals overlap; "
                "four times --samples halve them."
            ],
        ),
        (
            [(0.8, (1, 1)), (0.3, (2, 2)), (0.05, (3, 4)), (0.0, (3, 4))],
            [
                "First is x1. NOT resolved: whether x3 matters at all: its 95 % interval reaches zero; "
                "four times --samples halve it."
            ],
        ),
        (
            [(0.9, (1, 2)), (0.0, (1, 2))],
            ["NOT resolved: whether x1 matters at all: its 95 % interval reaches zero; four times --samples halve it."],
        ),
        (
            [(0.2, (1, 5))] * 5,
            [
                "NOT resolved: which is first, x1 or x2 or x3 or x4 or 1 other: their 95 % intervals overlap; "
                "four times --samples halve them."
            ],
        ),
    ],
)
def test_ranks_that_are_not_resolved_are_said_in_words(
    shares: Sequence[tuple[float, tuple[int, int]]], said: Sequence[str]
) -> None:
    assert notes_of(ranking(shares), len(shares), 2) == said
