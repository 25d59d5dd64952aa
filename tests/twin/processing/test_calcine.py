"""Calcination (truth: derived, from conservation and by hand)."""

import numpy as np
import pytest

from ops_data.errors import ModelError
from tests.twin.processing.random_liquors import liquors
from twin.processing.calcine import Calcination, calcine, parameters
from twin.processing.lot import AT, CLOSED, balance_error, take


def test_feed_is_products_and_losses_whatever_the_lots_and_parameters() -> None:
    rng = np.random.default_rng(5)
    for trial in range(30):
        fed = liquors(40, trial)
        assert balance_error(fed, calcine(fed, Calcination(rng.uniform(), rng.uniform(0.0, 5.0)))) <= CLOSED


def test_a_batch_gives_what_its_lots_give_one_by_one() -> None:
    fed, kiln = liquors(12, 2), Calcination(0.99, 2.0)
    together = calcine(fed, kiln)
    for place in range(len(fed)):
        alone = calcine(take(fed, np.array([place])), kiln)
        np.testing.assert_allclose(alone.product.content_kg[0], together.product.content_kg[place], rtol=1e-12)


def test_the_oxide_is_dry_and_all_halides_leave_with_the_gas() -> None:
    fed = liquors(20, 1)
    done = calcine(fed, Calcination(0.99, 2.0))
    assert not done.product.water_t.any()
    assert not done.product.total_kg[:, [AT["F"], AT["Cl"]]].any()
    np.testing.assert_allclose(done.losses["off_gas"].water_t, fed.water_t)


def test_a_yield_of_all_makes_no_dust_and_of_nothing_only_dust() -> None:
    fed = liquors(10, 6)
    assert not calcine(fed, Calcination(1.0, 2.0)).losses["dust"].total_kg.any()
    assert not calcine(fed, Calcination(0.0, 2.0)).product.total_kg.any()


def test_a_parameter_out_of_range_is_named() -> None:
    with pytest.raises(ModelError, match=r"calcine\.yield_share"):
        parameters({"calcine.yield_share": 1.2, "calcine.heat_kwh_kg": 2.0})
    with pytest.raises(ModelError, match=r"calcine\.heat_kwh_kg"):
        parameters({"calcine.yield_share": 0.99, "calcine.heat_kwh_kg": -2.0})
