"""Prices of the three worlds (truth: *derived* from the process they follow, or a limit with a known answer)."""

import numpy as np
import pytest

from ops_data.errors import FailedError, ModelError
from ops_data.supply_names import SUPPLY_ELEMENTS
from tests.twin.supply.finance_values import central, tables
from twin.models.price_process import ou_moments, ou_paths
from twin.models.streams import generator
from twin.supply.price_worlds import (
    CHINA_NOW,
    REGIMES,
    current_prices,
    middle_paths,
    per_element,
    price_paths,
    prices_after_sales,
)

YEARS = np.arange(2026, 2046)
STILL = {f"finance.{element.lower()}_sigma": 0.0 for element in SUPPLY_ELEMENTS} | {
    "finance.jump_rate_per_year": 0.0,
    "finance.premium_sigma": 0.0,
}


def paths(world: str, regime: str, values: dict[str, float], draws: int = 400) -> np.ndarray:
    return np.array([price_paths(values, tables(), world, YEARS, regime, 3, draw) for draw in range(draws)])


def test_many_steps_have_the_moments_of_the_closed_form() -> None:
    """Derived: mean and variance of the process after two years, by 4,000 paths; three standard errors."""
    normals = generator(1, 0, "test", "moments").standard_normal((4000, 24))
    end = ou_paths(np.log(123.0), np.log(62.0), 0.57, 0.42, normals, 1.0 / 12.0)[:, -1]
    centre, variance = ou_moments(float(np.log(123.0)), float(np.log(62.0)), 0.57, 0.42, 2.0)
    assert end.mean() == pytest.approx(centre, abs=3.0 * np.sqrt(variance / 4000))
    assert end.var() == pytest.approx(variance, rel=3.0 * np.sqrt(2.0 / 4000))


def test_the_flat_world_stays_at_the_means() -> None:
    flat = price_paths(central(), tables(), "flat", YEARS, "none", 1, 0)
    assert (flat == per_element(central(), "mean_usd_kg")[:, np.newaxis]).all()


@pytest.mark.parametrize(("world", "regime"), [("china", "none"), ("ex_china", "S2"), ("ex_china", "none")])
def test_without_spread_and_leaps_every_draw_is_the_middle_path(world: str, regime: str) -> None:
    values = central() | STILL
    middle = middle_paths(values, tables(), world, YEARS, regime)
    assert paths(world, regime, values, 3) == pytest.approx(np.repeat(middle[np.newaxis], 3, axis=0))


def test_the_middle_path_leaves_the_quotes_and_reaches_the_means() -> None:
    """Derived: between the quote and the mean at first, at the mean after nineteen years."""
    middle = middle_paths(central(), tables(), "china", YEARS, "none")
    now, means = current_prices(central(), tables(), CHINA_NOW), per_element(central(), "mean_usd_kg")
    low, high = np.minimum(now, means), np.maximum(now, means)
    inside = (middle[:, 0] > 0.999 * low) & (middle[:, 0] < 1.001 * high)
    assert inside.all()
    assert middle[:, -1] == pytest.approx(means, rel=0.01)


def test_leaps_leave_mean_and_spread_of_logarithms_as_fitted() -> None:
    """Derived: in the long run the logarithm has the fitted mean and a variance of (1.22 σ)²/2κ less the averaging."""
    values = central() | {"finance.jump_rate_per_year": 0.3}
    logs = np.log(paths("china", "none", values)[:, 0, -1])
    sigma = 1.22 * values["finance.nd_sigma"]
    spread = np.sqrt(sigma**2 / (2.0 * values["finance.nd_reversion_per_year"]))
    assert logs.mean() == pytest.approx(np.log(values["finance.nd_mean_usd_kg"]), abs=0.12)
    assert 0.8 * spread < logs.std() < 1.05 * spread


def test_annual_means_change_together_as_the_quotes_did() -> None:
    """Derived: correlation of yearly log changes of the fit, Nd-Tb .95 and Nd-Dy .68, within sampling error."""
    values = central() | {"finance.jump_rate_per_year": 0.0}
    changes = np.diff(np.log(paths("china", "none", values)), axis=2)
    at = [SUPPLY_ELEMENTS.index(element) for element in ("Nd", "Dy", "Tb")]
    found = np.corrcoef(changes[:, at].transpose(1, 0, 2).reshape(3, -1))
    assert found[0, 1] == pytest.approx(0.68, abs=0.04)
    assert found[0, 2] == pytest.approx(0.95, abs=0.03)


def test_worlds_share_their_luck_and_draws_do_not() -> None:
    """Derived: with a still premium the ratio of the worlds is the same in every draw."""
    values = central() | {"finance.premium_sigma": 0.0}
    inside, outside = paths("china", "none", values, 2), paths("ex_china", "S1", values, 2)
    assert (outside / inside)[0, :, -1] == pytest.approx((outside / inside)[1, :, -1])
    assert not np.allclose(inside[0], inside[1])
    assert (paths("china", "none", values, 1)[0] == inside[0]).all()


def test_a_harder_regime_has_dearer_oxides_and_heavy_ones_most() -> None:
    """Derived: the order of the premium in the scenarios; S4 lies between S1 and S2."""
    ends = [middle_paths(central(), tables(), "ex_china", YEARS, regime)[2, -1] for regime in REGIMES]
    none, s1, s2, s3, s4 = ends
    assert none < s1 < s4 < s2 < s3
    inside = middle_paths(central(), tables(), "china", YEARS, "S3")[:, -1]
    premium = middle_paths(central(), tables(), "ex_china", YEARS, "S3")[:, -1] / inside
    assert premium[0] < premium[2] == pytest.approx(np.exp(1.35))
    assert middle_paths(central(), tables(), "ex_china", YEARS, "none")[:, -1] == pytest.approx(inside)


@pytest.mark.parametrize(
    ("world", "regime", "years", "words"),
    [
        ("chino", "none", [2030], "did you mean 'china'"),
        ("china", "S5", [2030], "regime 'S5'"),
        ("china", "none", [2020, 2030], "quotes are of 2026"),
        ("china", "none", [], "quotes are of 2026"),
    ],
)
def test_an_unknown_world_regime_or_year_is_refused(world: str, regime: str, years: list[int], words: str) -> None:
    with pytest.raises(FailedError, match=words):
        price_paths(central(), tables(), world, np.array(years, np.int64), regime, 1, 0)


def test_correlations_that_no_prices_can_have_are_refused() -> None:
    with pytest.raises(ModelError, match="correlations"):
        price_paths(central() | {"finance.nd_dy_correlation": -0.9}, tables(), "china", YEARS, "none", 1, 0)


def test_own_sales_push_thin_metals_towards_the_price_in_china_and_no_further() -> None:
    """Derived: nothing sold, no change; 5 % of the market free; far more than the market brings China's price."""
    values = central()
    outside = np.array([190.0, 185.0, 960.0, 4000.0, 30.0, 120.0, 1200.0, 425.0])[:, np.newaxis]
    inside = current_prices(values, tables(), CHINA_NOW)[:, np.newaxis]
    market = per_element(values, "market_t")[:, np.newaxis]
    assert prices_after_sales(values, outside, inside, 0.0 * market) == pytest.approx(outside)
    assert prices_after_sales(values, outside, inside, 0.05 * market) == pytest.approx(outside)
    some = prices_after_sales(values, outside, inside, 0.1 * market)
    assert ((some < outside) & (some > inside)).all()
    assert prices_after_sales(values, outside, inside, 1e6 * market) == pytest.approx(inside, rel=1e-3)


def test_in_the_world_of_china_own_sales_move_nothing() -> None:
    inside = current_prices(central(), tables(), CHINA_NOW)[:, np.newaxis]
    assert prices_after_sales(central(), inside, inside, np.full((8, 1), 1e5)) == pytest.approx(inside)
