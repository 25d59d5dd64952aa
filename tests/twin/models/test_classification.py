"""Sorting by size: limits, balances and inversions (derived)."""

import numpy as np
import pytest

from ops_data.errors import ModelError
from twin.models.classification import (
    bin_shares,
    break_even,
    host_recoveries,
    lynch_rao_efficiency,
    rosin_rammler_efficiency,
    rosin_rammler_passing,
    sieve_balance,
    to_underflow,
)

EDGES_UM = np.geomspace(0.05, 1_000.0, 121)


def test_63_percent_of_the_grains_are_finer_than_the_size_named_so() -> None:
    assert rosin_rammler_passing([10.0, 0.0, 1e6], 10.0, 1.7) == pytest.approx([1.0 - np.exp(-1.0), 0.0, 1.0])


def test_bins_hold_all_grains() -> None:
    """Derived: shares sum to 1 whatever lies beyond the edges."""
    for size, exponent in ((0.001, 0.5), (3.1, 0.73), (63.0, 2.0), (1e5, 3.0)):
        shares = bin_shares(EDGES_UM, size, exponent)
        assert np.all(shares >= 0.0)
        assert shares.sum() == pytest.approx(1.0, rel=1e-14)


def test_efficiencies_rise_from_nothing_to_all_and_never_leave_0_to_1() -> None:
    """Derived: random sharpness, sizes over twelve decades; no overflow."""
    luck = np.random.default_rng(4)
    x = np.geomspace(1e-6, 1e6, 400)
    for form in (rosin_rammler_efficiency, lynch_rao_efficiency):
        for sharp in luck.uniform(0.2, 20.0, 100):
            found = form(x, sharp)
            assert np.all((found >= 0.0) & (found <= 1.0))
            assert np.all(np.diff(found) >= -1e-15)
            assert float(form(1.0, sharp)) == pytest.approx(0.5, rel=1e-12)
            assert float(form(0.0, sharp)) == 0.0


def test_lynch_and_rao_is_written_as_its_formula_where_that_can_be_worked_out() -> None:
    """Derived: the plain form, sizes where no exponential overflows."""
    x, alpha = np.meshgrid(np.linspace(0.0, 5.0, 51), np.linspace(0.5, 8.0, 16))
    plain = (np.exp(alpha * x) - 1.0) / (np.exp(alpha * x) + np.exp(alpha) - 2.0)
    assert lynch_rao_efficiency(x, alpha) == pytest.approx(plain, rel=1e-12)


def test_everything_bypasses_a_plain_splitter() -> None:
    assert to_underflow([0.0, 0.3, 1.0], 1.0).tolist() == [1.0, 1.0, 1.0]
    assert to_underflow([0.0, 0.3, 1.0], 0.0).tolist() == [0.0, 0.3, 1.0]


def test_a_sieve_that_takes_all_leaves_the_grade_as_it_was() -> None:
    """Derived: random bins; recovery = upgrade x pull down to each."""
    luck = np.random.default_rng(6)
    for _ in range(200):
        balance = sieve_balance(luck.uniform(0.1, 1.0, 7), luck.uniform(0.0, 1.0, 7))
        assert (balance.pull[-1], balance.recovery[-1], balance.upgrade[-1]) == pytest.approx((1.0, 1.0, 1.0))
        assert balance.recovery == pytest.approx(balance.upgrade * balance.pull, rel=1e-14)


def test_hosts_give_back_the_upgrade_and_recovery_they_were_asked_for() -> None:
    """Derived: inversion over several hundred random pairs; where hosts cannot, the recovery alone is kept."""
    luck = np.random.default_rng(8)
    a = luck.uniform(0.01, 0.4, 500)
    s = a + (1.0 - a) * luck.uniform(0.05, 1.0, 500)
    recovery, upgrade = luck.uniform(0.0, 1.0, 500), luck.uniform(1.0, 6.0, 500)
    host, rest = host_recoveries(upgrade, recovery, s, a)
    assert np.all((host >= rest) & (rest >= 0.0) & (host <= 1.0))
    assert s * host + (1.0 - s) * rest == pytest.approx(recovery, abs=1e-12)
    pull = a * host + (1.0 - a) * rest
    within = (rest > 1e-9) & (host < 1.0 - 1e-9)
    assert 100 < within.sum() < 450
    assert (recovery / upgrade)[within] == pytest.approx(pull[within], abs=1e-12)
    assert np.all(pull >= recovery / upgrade - 1e-12)


def test_no_upgrade_takes_the_same_of_both_hosts() -> None:
    assert [float(part) for part in host_recoveries(1.0, 0.4, 0.8, 0.1)] == pytest.approx([0.4, 0.4])
    assert [float(part) for part in host_recoveries(50.0, 1.0, 1.0, 0.1)] == pytest.approx([1.0, 0.0])
    assert [float(part) for part in host_recoveries(2.0, 0.0, 0.8, 0.1)] == [0.0, 0.0]


def test_a_step_that_loses_nothing_must_save_nothing() -> None:
    step = break_even([0.0, 500.0], 0.5, 1.0)
    assert step.needed_usd_t_discarded.tolist() == [0.0, 0.0]
    assert np.isnan(step.needed_value_share[0]) and step.needed_value_share[1] == 0.0


def test_a_step_breaks_even_where_savings_equal_losses_and_costs() -> None:
    """Derived: money of a tonne of feed with and without the step, several hundred random cases."""
    luck = np.random.default_rng(2)
    value, pull, kept = luck.uniform(1.0, 1e3, 300), luck.uniform(0.0, 0.95, 300), luck.uniform(0.0, 1.0, 300)
    downstream = break_even(value, pull, kept, 3.0).needed_usd_t_discarded
    assert kept * value - 3.0 - pull * downstream == pytest.approx(value - downstream, abs=1e-9)


def test_values_out_of_range_are_refused_by_name() -> None:
    with pytest.raises(ModelError, match=r"upgrade .* must be 1 or above"):
        host_recoveries(0.5, 0.7, 0.8, 0.1)
    with pytest.raises(ModelError, match=r"host share .* must exceed"):
        host_recoveries(2.0, 0.7, 0.1, 0.1)
    with pytest.raises(ModelError, match=r"bypass .* must be at most 1"):
        to_underflow(0.5, 1.1)
    with pytest.raises(ModelError, match=r"pull .* must be below 1"):
        break_even(1.0, 1.0, 0.5)
    with pytest.raises(ModelError, match=r"edge .* must exceed the one before"):
        bin_shares([1.0, 1.0], 3.0, 1.0)
    with pytest.raises(ModelError, match="sum of valuable"):
        sieve_balance([1.0], [0.0])
