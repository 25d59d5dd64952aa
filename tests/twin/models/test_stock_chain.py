"""Stocks, plants, allocation and reserve day by day (truth: derived, by hand and by conservation)."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ops_data.units import DAYS_PER_YEAR
from twin.models.allocation import RULE_NUMBERS, RULES
from twin.models.limits import FloatArray
from twin.models.stock_chain import Chain, empty_tally, follow, followed, worst_gap
from twin.models.stock_cover import shock_with_ramps

STRICT, PRO_RATA = RULE_NUMBERS["strict_priority"], RULE_NUMBERS["pro_rata"]


def one_stage(arrivals_t: FloatArray, demand: FloatArray, stock_t: float, need: tuple[float, ...] = (1.0,)) -> Chain:
    """Return a chain of one stage and element."""
    days, sectors = len(arrivals_t), len(need)
    return Chain(
        arrivals_t.reshape(days, 1, 1), np.array(need).reshape(sectors, 1), np.zeros(1, np.int64),
        np.zeros(1, np.int64), np.repeat(demand[:, np.newaxis], sectors, axis=1), np.ones((days, 1)),
        np.zeros((0, 1)), np.zeros((0, 1)), np.zeros(0), np.zeros((1, 1)), 14.0, np.array([[stock_t]]),
        np.zeros((1, 1)), 0, days, days, np.zeros(sectors, np.int64), np.arange(sectors), np.ones(sectors),
        np.zeros(sectors), np.zeros(1, np.int64), 1,
    )  # fmt: skip


@pytest.mark.parametrize(("stock_d", "shortfall"), [(60.0, 37.8), (120.0, 29.6)])
def test_the_simplest_chain_is_the_stock_with_ramps(stock_d: float, shortfall: float) -> None:
    """Derived: one stage against the direct sum, and recorded (V28, regression only): the mean shortfall."""
    at_yr = np.asarray((np.arange(730) + 0.5) / DAYS_PER_YEAR, np.float64)
    chain = one_stage(np.asarray(0.4 + 0.04 * at_yr), np.asarray(1.0 - 0.1 * at_yr), stock_d)
    tally = followed(PRO_RATA, chain)
    direct = shock_with_ramps(stock_d, 0.6, 0.1, 0.04, 730)
    missing = (1.0 - tally.fill[:, 0, 0]) * chain.demand[:, 0]
    assert np.abs(missing - direct.shortfall).max() < 1e-12
    assert np.abs(tally.stock_t[:, 0, 0] - direct.stock_d).max() < 1e-10
    assert round(100.0 * missing.mean(), 1) == shortfall


def test_a_total_stop_lasts_as_long_as_the_closed_form_says() -> None:
    """Derived (algebra, V27): 60 d of stock, 65 % lost -> 92.3 d: short on day 92 for the first time."""
    tally = followed(STRICT, one_stage(np.full(200, 0.35), np.ones(200), 60.0))
    assert int(np.argmax(tally.fill[:, 0, 0] < 1.0)) == 92


def test_priority_decides_who_is_served_from_a_stream() -> None:
    """Derived: by hand; 1.2 t a day for needs of 1 and 1."""
    chain = one_stage(np.full(5, 1.2), np.ones(5), 0.0, (1.0, 1.0))
    assert followed(STRICT, chain).fill[:, :, 0].round(12).tolist() == [[1.0, 0.2]] * 5
    assert followed(PRO_RATA, chain).fill[:, :, 0].round(12).tolist() == [[0.6, 0.6]] * 5


def two_stages(days: int, arrivals: float, reserve: tuple[float, ...]) -> Chain:
    """Return metal made of oxide at a yield of 0.5; two sectors take 1 t each; 4 t of oxide a day are usual."""
    flow = np.zeros((days, 2, 1))
    flow[:, 0] = arrivals
    kept = np.array(reserve).reshape(-1, 1)
    category = np.array([0, 1], np.int64) if len(reserve) == 2 else np.zeros(2, np.int64)
    return Chain(
        flow, np.ones((2, 1)), np.ones(1, np.int64), np.zeros(1, np.int64), np.ones((days, 2)), np.ones((days, 1)),
        np.full((1, 1), 2.0), np.full((1, 1), 2.5), np.array([0.5]), np.zeros((2, 1)), 14.0, np.zeros((2, 1)),
        kept, 0, 2, days, category, np.arange(2), np.array([2.0, 1.0]), np.zeros(2), np.zeros(1, np.int64), 1,
    )  # fmt: skip


def test_a_ring_fenced_reserve_serves_only_its_own() -> None:
    """Derived: by hand. Nothing arrives; from day 2 on the second category has 3 t, so 1.5 t of metal."""
    tally = followed(STRICT, two_stages(6, 0.0, (0.0, 3.0)))
    assert tally.fill[:, :, 0].tolist() == [[0, 0], [0, 0], [0, 1], [0, 0.5], [0, 0], [0, 0]]
    assert tally.released_t[:, 1, 0].tolist() == [0, 0, 2, 1, 0, 0]
    assert tally.handed_t[:, 0].tolist() == [0, 0, 1, 0.5, 0, 0]


def test_a_pooled_reserve_follows_the_rule() -> None:
    """Derived: by hand; the pool of 3 t serves the first sector first, or both alike."""
    assert followed(STRICT, two_stages(4, 0.0, (3.0,))).fill[2:, :, 0].tolist() == [[1.0, 0.5], [0.0, 0.0]]
    assert followed(PRO_RATA, two_stages(4, 0.0, (3.0,))).fill[2:, :, 0].tolist() == [[0.75, 0.75], [0.0, 0.0]]


def test_plants_can_work_up_no_more_reserve_than_they_have_left() -> None:
    """Derived: by hand; the plants make 2.5 t at most."""
    chain = two_stages(4, 0.0, (100.0,))
    tight = chain._replace(most_t=np.full((1, 1), 1.5))
    assert followed(PRO_RATA, tight).fill[2:, :, 0].tolist() == [[0.75, 0.75], [0.75, 0.75]]
    assert followed(PRO_RATA, chain).fill[2:, :, 0].tolist() == [[1.0, 1.0], [1.0, 1.0]]


def test_usual_flows_leave_everything_as_it_is() -> None:
    """Derived: 4 t of oxide a day make the 2 t of metal that are used; no stock changes."""
    chain = two_stages(50, 4.0, (10.0,))._replace(stock_t=np.array([[40.0], [20.0]]))
    chain = chain._replace(target_t=chain.stock_t)
    tally = followed(PRO_RATA, chain)
    assert (tally.fill == 1.0).all()
    assert np.abs(tally.stock_t - chain.stock_t).max() == 0.0
    assert (tally.reserve_t == 10.0).all()


def test_a_surplus_after_the_shock_goes_back_into_the_reserve() -> None:
    """Derived: by hand; 6 t arrive and the plants take up to 5; the rest refills the reserve up to where it began."""
    chain = two_stages(30, 6.0, (10.0,))._replace(refill_d=5, release_d=0)
    flow = chain.arrivals_t.copy()
    flow[:3] = 0.0
    tally = followed(PRO_RATA, chain._replace(arrivals_t=flow))
    assert tally.reserve_t[2, 0, 0] == 0.0
    assert tally.reserve_t[-1, 0, 0] == pytest.approx(10.0)
    assert tally.refilled_t[:5].sum() == 0.0


@st.composite
def chains(draw: st.DrawFn) -> Chain:
    """Return a chain of three stages, two elements and four sectors with any flows and stocks."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    days, stages, elements, sectors = 40, 3, 2, 4
    stage_of, element_of = np.array([1, 1, 2, 2]), np.array([0, 1, 0, 1])
    need = random.random((sectors, 4)) * (random.random((sectors, 4)) < 0.6)
    categories = draw(st.sampled_from((1, 2)))
    alone = draw(st.booleans())
    return Chain(
        random.random((days, stages, elements)) * draw(st.floats(0.0, 3.0)), need, stage_of, element_of,
        random.random((days, sectors)), random.random((days, elements)), random.random((stages - 1, elements)),
        2.0 * random.random((stages - 1, elements)), 0.3 + 0.7 * random.random(stages - 1),
        5.0 * random.random((stages, elements)), draw(st.floats(1.0, 20.0)), 5.0 * random.random((stages, elements)),
        5.0 * random.random((categories, elements)), draw(st.integers(0, 2)), draw(st.integers(0, 40)),
        draw(st.integers(0, 40)), random.integers(0, categories, sectors), random.permutation(sectors),
        0.1 + random.random(sectors), 0.3 * random.random(sectors),
        element_of.copy() if alone else np.zeros(4, np.int64), 2 if alone else 1,
    )  # fmt: skip


@settings(max_examples=60)
@given(chains(), st.sampled_from(RULES))
def test_every_stage_balances_and_nothing_falls_below_nothing(chain: Chain, rule: str) -> None:
    """Derived: conservation on every day, at every stage and in the reserve, to 1e-9; fills between 0 and 1."""
    tally = followed(RULE_NUMBERS[rule], chain)
    assert worst_gap(chain, tally) < 1e-9
    assert min(part.min() for part in tally) >= -1e-12
    assert tally.fill.max() <= 1.0 + 1e-12
    need = chain.need_t * chain.demand[:, :, np.newaxis] * chain.content[:, np.newaxis, chain.element_of]
    given_t = np.zeros((len(need), need.shape[2]))
    for p in range(need.shape[2]):
        given_t[:, p] = (tally.fill[:, :, chain.bundle_of[p]] * need[:, :, p]).sum(axis=1)
    assert np.abs(given_t - tally.taken_t - tally.handed_t).max() < 1e-9
    assert (tally.handed_t.sum() <= tally.released_t.sum() + 1e-9) or chain.reserve_stage == 2
    assert (
        tally.released_t.sum(axis=(0, 1)) <= chain.reserve_t.sum(axis=0) + tally.refilled_t.sum(axis=0) + 1e-9
    ).all()


@settings(max_examples=8)
@given(chains(), st.sampled_from(RULES))
def test_plain_and_compiled_days_give_the_same_bits(chain: Chain, rule: str) -> None:
    """Derived: the compiled code is the plain code."""
    short = chain._replace(arrivals_t=chain.arrivals_t[:10])
    plain = empty_tally(short)
    follow(RULE_NUMBERS[rule], short, plain)
    for mine, other in zip(plain, followed(RULE_NUMBERS[rule], short), strict=True):
        assert np.abs(mine - other).max() <= 1e-12
