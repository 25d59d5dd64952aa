"""How long stocks last. V27 is algebra and V28 a regression helper: neither is a published result."""

import numpy as np
import pytest

from ops_data.errors import ModelError
from twin.models.stock_cover import cover_days, shock_with_ramps


def test_cover_is_stock_over_what_is_missing() -> None:
    """Derived (algebra, V27): 60 d at 65 % -> 92.3 d; at 100 % -> 60 d; 180 d at 72 % -> 250 d."""
    found = cover_days([60.0, 60.0, 180.0], 1.0, [0.35, 0.0, 0.28])
    assert found.round(1).tolist() == [92.3, 60.0, 250.0]


def test_a_little_mud_lengthens_cover_a_little() -> None:
    """Derived (algebra): 70 % dependence, 60 d of stock; 0, 1, 3 and 10 % of demand from the mud."""
    found = cover_days(60.0, 1.0, 0.3 + np.array([0.0, 0.01, 0.03, 0.1]))
    assert found.round(1).tolist() == [85.7, 87.0, 89.6, 100.0]


@pytest.mark.parametrize(("stock_d", "dry", "shortfall"), [(60.0, 103.0, 37.8), (120.0, 214.0, 29.6)])
def test_a_stock_runs_dry_while_demand_and_supply_react(stock_d: float, dry: float, shortfall: float) -> None:
    """Recorded (regression only, V28: our own prototype): 60 % cut, ramps of 10 and 4 % a year, 730 days."""
    found = shock_with_ramps(stock_d, 0.6, 0.1, 0.04, 730)
    assert found.dry_day == dry
    assert round(100.0 * found.mean_shortfall, 1) == shortfall


def test_the_day_a_stock_runs_dry_solves_the_quadratic() -> None:
    """Derived: c t - (a + b) t²/2 = S in the closed form."""
    c, ramp, stock = 0.6, 0.14 / 365.25, 60.0
    closed = (c - np.sqrt(c * c - 2.0 * ramp * stock)) / ramp
    assert shock_with_ramps(stock, c, 0.1, 0.04, 730).dry_day == int(closed)


def test_a_stock_that_outlasts_the_shock_is_never_dry() -> None:
    """Derived: the ramps close the gap first."""
    found = shock_with_ramps(400.0, 0.1, 0.1, 0.1, 730)
    assert found.dry_day == np.inf
    assert found.mean_shortfall == 0.0
    assert found.stock_d[-1] == pytest.approx(400.0 - 0.1 * 0.5 * 365.25 / 2.0, abs=0.01)


def test_negative_stocks_and_cuts_of_more_than_all_are_refused() -> None:
    """Derived: the rules of the inputs."""
    with pytest.raises(ModelError, match=r"stock \[t\] is -1"):
        cover_days(-1.0, 1.0, 0.0)
    with pytest.raises(ModelError, match=r"cut \[1\] is 1.5"):
        shock_with_ramps(60.0, 1.5, 0.1, 0.0, 10)
    with pytest.raises(ModelError, match=r"ramp \[1/yr\] is -0.1"):
        shock_with_ramps(60.0, 0.5, -0.1, 0.0, 10)
