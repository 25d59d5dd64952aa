"""Named random draws (truth: numpy's own Philox, one generator per name)."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from twin.models.streams import first_uniforms, uniforms

NAMES = st.lists(st.text(max_size=12), max_size=20)


@given(seed=st.integers(-(2**63), 2**64), replicate=st.integers(0, 10**6), stream=st.text(max_size=8), owners=NAMES)
def test_first_draws_of_many_owners_are_those_of_their_own_generators(
    seed: int, replicate: int, stream: str, owners: list[str]
) -> None:
    alone = [uniforms(seed, replicate, stream, owner, 1)[0] for owner in owners]
    assert first_uniforms(seed, replicate, stream, owners).tolist() == alone


def test_a_longer_request_begins_with_the_shorter_one() -> None:
    long = uniforms(1, 2, "duration", "chikyu/shift", 50)
    np.testing.assert_array_equal(long[:7], uniforms(1, 2, "duration", "chikyu/shift", 7))
    assert len(np.unique(long)) == 50
