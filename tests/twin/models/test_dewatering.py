"""Volume, cake and wash of dewatered mud: limits and closed forms (derived)."""

import numpy as np
import pytest
from scipy.stats import poisson

from ops_data.errors import ModelError
from twin.models.dewatering import cake_water_t, solids_mg_l, volume_per_dry_m3_t, wash_residual


def test_solids_alone_have_the_volume_of_their_grains() -> None:
    assert float(volume_per_dry_m3_t(1.0, 2.5, 1.025)) == pytest.approx(0.4)


def test_a_cake_holds_the_lesser_of_what_it_can_and_what_there_is() -> None:
    """Derived by hand, with no solids, no water and a cake that holds none."""
    found = cake_water_t([10.0, 10.0, 0.0, 10.0, 10.0], [90.0, 5.0, 9.0, 0.0, 9.0], [0.5, 0.5, 0.5, 0.5, 0.0])
    assert found.tolist() == [10.0, 5.0, 0.0, 0.0, 0.0]


def test_a_wash_lies_between_a_mixed_vessel_and_a_plug() -> None:
    """Derived: exp(-n) for one cell, max(0, 1 - n) for many, falling with both in between."""
    n = np.linspace(0.0, 3.0, 61)
    mixed, few, many, plug = (wash_residual(n, cells) for cells in (1.0, 4.0, 40.0, 1e6))
    assert mixed == pytest.approx(np.exp(-n))
    assert plug == pytest.approx(np.maximum(0.0, 1.0 - n), abs=1e-3)
    assert np.all(np.diff(few) < 0.0)
    assert np.all(mixed[1:] > few[1:]) and np.all(few[1:] > many[1:])


@pytest.mark.parametrize("cells", [1, 2, 3, 7, 25])
def test_the_wash_is_the_mean_of_its_cells(cells: int) -> None:
    """Derived: the cells one by one, each with the share P(Poisson(nN) < i) of its liquor."""
    for n in (0.1, 0.8, 1.0, 1.7, 4.0):
        one_by_one = np.mean([poisson.cdf(i - 1, n * cells) for i in range(1, cells + 1)])
        assert float(wash_residual(n, cells)) == pytest.approx(one_by_one, rel=1e-9)


def test_cells_between_whole_numbers_give_residuals_between_theirs() -> None:
    low, between, high = wash_residual(1.2, [4.0, 3.5, 3.0])
    assert low < between < high


def test_what_is_washed_out_never_exceeds_what_the_water_carries_away() -> None:
    """Derived: filtrate is at most as strong as the liquor it pushes out, so 1 - residual <= n."""
    n, cells = np.meshgrid(np.linspace(0.0, 1.0, 50), np.geomspace(1.0, 1e4, 50))
    assert np.all(1.0 - wash_residual(n, cells) <= n + 1e-12)


def test_vectors_give_what_single_values_give() -> None:
    x = np.array([0.05, 0.2, 0.7])
    assert volume_per_dry_m3_t(x, 2.5, 1.025).tolist() == [float(volume_per_dry_m3_t(one, 2.5, 1.025)) for one in x]
    assert wash_residual(x, 3.0).tolist() == [float(wash_residual(one, 3.0)) for one in x]
    assert solids_mg_l(x, 1.0, 1.0).tolist() == [float(solids_mg_l(one, 1.0, 1.0)) for one in x]


def test_return_water_that_is_not_there_has_no_solids_in_it() -> None:
    assert solids_mg_l([0.0, 1.0], [0.0, 0.0], 1.0).tolist() == [0.0, 0.0]


def test_values_out_of_range_are_refused_by_name() -> None:
    with pytest.raises(ModelError, match=r"solids mass share .* must be at most 1"):
        volume_per_dry_m3_t(20.0, 2.5, 1.025)
    with pytest.raises(ModelError, match=r"water fraction .* must be below 1"):
        cake_water_t(1.0, 1.0, 1.0)
    with pytest.raises(ModelError, match=r"cells .* must be 1 or more"):
        wash_residual(1.0, 0.5)
    with pytest.raises(ModelError, match="wash ratio"):
        wash_residual(float("nan"), 1.0)
