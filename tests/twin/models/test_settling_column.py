"""One settling class over height, without and under a lid: limits and an independent numerical column (derived)."""

import math

import numpy as np
import pytest

from ops_data.errors import ModelError
from tests.twin.models.settling_by_steps import still_up
from twin.models import settling_column as column
from twin.models import settling_layer
from twin.models.plume import BedRule, Layer, Water

RULES: tuple[BedRule, BedRule] = ("flux", "first_touch")
AGES = np.array([10.0, 1e3, 1e4, 1e5, 1e6])


@pytest.mark.parametrize("bed", RULES)
def test_what_is_up_and_what_is_down_make_one(bed: BedRule) -> None:
    """Derived: to 1e-14 of the release, over settling velocities from 1 um/s to 10 cm/s."""
    settling = np.geomspace(1e-6, 0.1, 11)[:, np.newaxis]
    up = column.share_above(0.0, AGES, 3.0, settling, 1e-3, bed)
    down = column.deposited_share(AGES, 3.0, settling, 1e-3, bed)
    assert up + down == pytest.approx(np.ones((11, 5)), abs=1e-14)


@pytest.mark.parametrize("bed", RULES)
def test_the_concentration_adds_up_to_the_share_above(bed: BedRule) -> None:
    """Derived: Simpson's rule over 200 m."""
    z = np.linspace(2.0, 202.0, 40_001)
    weight = np.full(z.size, 2.0)
    weight[1::2], weight[[0, -1]] = 4.0, 1.0
    for age in (1e3, 1e4, 1e5):
        here = column.concentration_per_m(z, age, 5.0, 3e-4, 1e-3, bed)
        assert here @ weight * 0.005 / 3.0 == pytest.approx(
            column.share_above(2.0, age, 5.0, 3e-4, 1e-3, bed), abs=1e-9
        )


@pytest.mark.parametrize("bed", RULES)
def test_the_rate_of_deposition_is_the_growth_of_the_deposit(bed: BedRule) -> None:
    """Derived: central differences."""
    ages, step = np.array([3e3, 1e4, 4e4]), 1.0
    deposit = [column.deposited_share(ages + side, 5.0, 3e-4, 1e-3, bed) for side in (-step, step)]
    rate = (deposit[1] - deposit[0]) / (2.0 * step)
    assert column.deposition_per_s(ages, 5.0, 3e-4, 1e-3, bed) == pytest.approx(rate, rel=1e-5)


@pytest.mark.parametrize("bed", RULES)
def test_without_mixing_grains_fall_like_stones(bed: BedRule) -> None:
    up = column.share_above([0.0, 2.9, 3.1, 0.0], [1999.0, 2e3, 2e3, 5001.0], 5.0, 1e-3, 0.0, bed)
    assert up.tolist() == [1.0, 1.0, 0.0, 0.0]
    assert column.deposited_share([0.0, 4999.0, 5001.0], 5.0, 1e-3, 0.0, bed).tolist() == [0.0, 0.0, 1.0]


def test_grains_on_the_bed_stay_at_first_touch_and_leave_it_again_under_the_flux_rule() -> None:
    assert column.deposited_share(0.0, 0.0, 1e-3, 1e-3, "first_touch") == 1.0
    assert column.deposited_share(0.0, 0.0, 1e-3, 1e-3, "flux") == 0.0


@pytest.mark.parametrize("bed", RULES)
def test_nothing_overflows_or_turns_negative_however_fast_grains_fall(bed: BedRule) -> None:
    """The printed product of exp and erfc overflows beyond ws (z + H)/K = 700; here it is 5e6."""
    for settling in (1e-9, 1e-3, 1.0):
        for kz in (1e-9, 1e-3, 1.0):
            z, age = np.meshgrid(np.linspace(0.0, 5e3, 60), np.geomspace(1e-3, 1e9, 60))
            found = column.concentration_per_m(z, age, 5.0, settling, kz, bed)
            assert np.all(np.isfinite(found)) and np.all(found >= 0.0)
            shares = column.share_above(z, age, 5.0, settling, kz, bed)
            assert np.all(np.diff(shares, axis=1) <= 1e-12) and np.all((shares >= 0.0) & (shares <= 1.0))


@pytest.mark.parametrize("bed", RULES)
def test_deposits_grow_with_time_also_where_settling_is_all(bed: BedRule) -> None:
    ages = np.geomspace(1.0, 1e9, 2000)
    for settling in (5e-5, 1e-3, 5e-3, 0.1):
        found = column.deposited_share(ages, 3.0, settling, 1e-4, bed)
        assert np.all(np.diff(found) >= -1e-13) and found[-1] == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("settling", "release", "top", "age"),
    [(5e-5, 5.0, 20.0, 1.2e6), (1e-4, 19.9, 20.0, 1e5), (1e-3, 5.0, 20.0, 8e3), (5e-4, 3.0, 65.0, 2e4)],
)
@pytest.mark.parametrize("bed", RULES)
def test_the_layer_under_a_lid_is_the_numerical_column(
    bed: BedRule, settling: float, release: float, top: float, age: float
) -> None:
    """Derived: finite volumes and Crank-Nicolson steps; 0.001 of the release."""
    z, mass = still_up(settling, 1e-3, release, top, age, bed)
    for bottom in (0.0, 0.2 * top):
        found = settling_layer.share_above(bottom, [age], release, settling, 1e-3, top, bed)
        assert found[0] == pytest.approx(mass[z > bottom].sum(), abs=1e-3)


@pytest.mark.parametrize("bed", RULES)
def test_the_numerical_column_agrees_without_a_lid(bed: BedRule) -> None:
    """Derived: the same numerical column, its top far away."""
    _, mass = still_up(3e-4, 1e-3, 5.0, 100.0, 2e4, bed)
    assert column.deposited_share(2e4, 5.0, 3e-4, 1e-3, bed) == pytest.approx(1.0 - mass.sum(), abs=1e-3)


@pytest.mark.parametrize("bed", RULES)
def test_a_lid_is_not_felt_before_the_cloud_reaches_it_and_then_keeps_grains_down(bed: BedRule) -> None:
    """Derived: where the open column is left for the series the two agree."""
    ages = np.geomspace(1e2, 3e6, 400)
    capped = settling_layer.share_above(0.0, ages, 3.0, 5e-5, 1e-3, 30.0, bed)
    open_water = settling_layer.share_above(0.0, ages, 3.0, 5e-5, 1e-3, math.inf, bed)
    assert np.all(capped <= open_water + 1e-12) and capped[-1] < 0.5 * open_water[-1]
    joint = np.searchsorted(ages, ((30.0 - 3.0) / 6.0) ** 2 / 4e-3)
    assert capped[joint : joint + 3] == pytest.approx(open_water[joint : joint + 3], abs=1e-12)


def test_a_layer_that_mixes_fast_empties_at_the_rate_of_a_settling_basin() -> None:
    """Derived: exp(-ws t/h) when ws h/K is far below 1; 1 % here."""
    ages = np.array([1e4, 5e4, 2e5])
    found = settling_layer.share_above(0.0, ages, 5.0, 1e-4, 1.0, 20.0, "flux")
    assert found == pytest.approx(np.exp(-1e-4 * ages / 20.0), rel=0.01)


def test_classes_of_a_water_come_row_by_row() -> None:
    water = Water(np.array([1e-4, 5e-3]), 1e-3, 0.1, 65.0, "flux")
    afloat, down = settling_layer.shares(AGES, 3.0, Layer(1.0, 5.0), water)
    for row, settling in enumerate((1e-4, 5e-3)):
        both = [settling_layer.share_above(z, AGES, 3.0, settling, 1e-3, 65.0, "flux") for z in (1.0, 5.0)]
        assert afloat[row].tolist() == (both[0] - both[1]).tolist()
        assert down[row].tolist() == settling_layer.deposited_share(AGES, 3.0, settling, 1e-3, 65.0, "flux").tolist()
    assert np.all(afloat + down <= 1.0 + 1e-12)


def test_vectors_give_what_single_values_give() -> None:
    z = np.array([0.0, 1.0, 7.0])
    for found in (column.share_above, column.concentration_per_m):
        assert found(z, 2e3, 3.0, 1e-3, 1e-3, "flux").tolist() == [
            float(found(one, 2e3, 3.0, 1e-3, 1e-3, "flux")) for one in z
        ]


def test_what_has_no_meaning_is_refused_in_one_line() -> None:
    with pytest.raises(ModelError, match=r"settling velocity \[m/s\] is -0.001; it must be 0 or above"):
        column.deposited_share(1.0, 3.0, -1e-3, 1e-3, "flux")
    with pytest.raises(ModelError, match="use share_above"):
        column.concentration_per_m(0.0, 1.0, 3.0, 1e-3, 0.0, "flux")
    with pytest.raises(ModelError, match="raise the lid"):
        settling_layer.share_above(0.0, [1.0], 30.0, 1e-3, 1e-3, 20.0, "flux")
