"""Dewatering of lots: balances of any lot (derived), rules of the cake by hand (derived)."""

from dataclasses import replace

import numpy as np
import pytest

from ops_data.errors import ModelError
from ops_data.reference import parameters as reference
from tests.twin.processing.made_up_lots import all_kinds, difference, every_part, random_lots
from twin.models.dewatering import wash_residual
from twin.processing.dewater import CAKE, RETURN_WATER, Dewatering, dewater, parameters, return_solids_mg_l
from twin.processing.lot import AT, DISSOLVED, Lot, balance_error, empty, take

VALUES = {key: row.value for key, row in reference().items()}
PLANT = parameters(VALUES)


def slurry(dry_t: float, water_t: float, salt_t: float = 0.0) -> Lot:
    return replace(
        empty(1), wet_t=2.4 * np.array([dry_t]), dry_t=np.array([dry_t]), water_t=np.array([water_t]),
        salt_t=np.array([salt_t]),
    )  # fmt: skip


def random_plant(seed: int) -> Dewatering:
    luck = np.random.default_rng(seed)
    return Dewatering(
        solids_capture=luck.choice([0.0, 1.0, luck.uniform()]),
        cake_water_fraction=luck.choice([0.0, 0.99, luck.uniform(0.0, 0.99)]),
        wash_ratio=luck.choice([0.0, luck.uniform(0.0, 20.0)]),
        wash_cells=luck.uniform(1.0, 50.0),
        flocculant_kg_t=luck.uniform(0.0, 5.0),
        energy_kwh_m3=luck.uniform(0.0, 10.0),
        grain_density_t_m3=luck.uniform(1.5, 4.0),
        water_density_t_m3=luck.uniform(0.95, 1.3),
    )


@pytest.mark.parametrize("seed", range(60))
def test_every_balance_closes_for_any_lot_and_any_plant(seed: int) -> None:
    """Derived: conservation; random and odd lots, parameters over all their range and at its ends."""
    fed, plant = all_kinds(seed), random_plant(seed)
    done = dewater(fed, plant)
    assert balance_error(fed, done) <= 1e-9
    for part in every_part(done).values():
        assert np.all(part.content_kg >= 0.0)
        assert np.all(part.salt_t <= part.water_t * (1.0 + 1e-12))
    assert all(np.all(amount >= 0.0) for amount in done.utilities.values())


def test_lots_in_one_batch_fare_as_one_by_one() -> None:
    """Derived: vector equals scalar."""
    fed, plant = all_kinds(7, 40), replace(PLANT, wash_ratio=0.7)
    done = dewater(fed, plant)
    for i in range(len(fed)):
        alone = dewater(take(fed, np.array([i])), plant)
        for name, part in every_part(done).items():
            assert difference(take(part, np.array([i])), every_part(alone)[name]) <= 1e-14
        assert {name: amount[i] for name, amount in done.utilities.items()} == {
            name: amount[0] for name, amount in alone.utilities.items()
        }


def test_the_return_water_takes_what_the_plant_does_not_capture() -> None:
    """Derived by hand: 100 t of solids, 1,900 t of water, 2 % lost, cake of 45 % water."""
    done = dewater(slurry(100.0, 1_900.0, 66.5), PLANT)
    cake, away = done.products[CAKE], done.losses[RETURN_WATER]
    assert away.dry_t == pytest.approx([2.0])
    assert cake.water_t == pytest.approx([98.0 * 0.45 / 0.55])
    assert cake.salt_t / cake.water_t == pytest.approx([0.035])
    assert away.wet_t == pytest.approx([0.02 * 240.0])
    m3 = 100.0 / 2.5 + 1_900.0 / 1.025
    assert done.utilities["power_kwh"] == pytest.approx([2.24 * m3])
    assert done.utilities["flocculant_kg"] == pytest.approx([30.0])
    assert return_solids_mg_l(done, PLANT) == pytest.approx(2.0e6 / (away.water_t / 1.025))


def test_a_lot_no_wetter_than_cake_passes_unpressed() -> None:
    """Derived: no water to take away, so no return water that could carry solids, and nothing used."""
    fed = random_lots(3, 50)
    dry = replace(fed, water_t=fed.dry_t * np.linspace(0.0, 0.45 / 0.55, 50))
    dry = replace(dry, salt_t=0.035 * dry.water_t)
    done = dewater(dry, replace(PLANT, wash_ratio=1.0))
    assert difference(done.product, dry) == 0.0
    assert all(not np.any(amount) for amount in done.utilities.values())
    assert not np.any(done.losses[RETURN_WATER].total_kg)


def test_the_cake_never_holds_more_water_than_was_fed() -> None:
    for seed in range(20):
        fed = all_kinds(seed)
        assert np.all(dewater(fed, random_plant(seed)).product.water_t <= fed.water_t * (1.0 + 1e-12))


def test_a_wash_takes_salt_out_and_leaves_the_water() -> None:
    """Derived: one mixed vessel and one volume of water leave 1/e of the salt; the water of the cake is the same."""
    fed = random_lots(11, 30)
    fed = replace(fed, water_t=fed.dry_t * 9.0, salt_t=fed.dry_t * 0.3)
    dirty = dewater(fed, PLANT).product
    done = dewater(fed, replace(PLANT, wash_ratio=1.0, wash_cells=1.0))
    assert done.product.salt_t == pytest.approx(dirty.salt_t * np.exp(-1.0))
    assert done.product.water_t == pytest.approx(dirty.water_t)
    assert done.utilities["fresh_water_t"] == pytest.approx(dirty.water_t)
    sodium = np.s_[:, DISSOLVED, AT["Na"]]
    assert done.product.content_kg[sodium] == pytest.approx(dirty.content_kg[sodium] * float(wash_residual(1.0, 1.0)))


def test_all_captured_and_a_bone_dry_cake_part_solids_from_water() -> None:
    """Derived: limit case."""
    done = dewater(random_lots(5, 20), replace(PLANT, solids_capture=1.0, cake_water_fraction=0.0))
    assert not np.any(done.losses[RETURN_WATER].dry_t)
    assert not np.any(done.product.water_t)


@pytest.mark.parametrize(
    ("key", "value", "rule"),
    [
        ("island.solids_capture", 1.2, "a share lies between 0 and 1"),
        ("island.cake_water_fraction", 1.0, "must be 0 to 0.99"),
        ("island.cake_water_fraction", float("nan"), "must be 0 to 0.99"),
        ("dewater.wash_ratio", -1.0, "must be 0 or above"),
        ("dewater.wash_cells", 0.5, "must be 1 or more"),
        ("dewater.energy_kwh_m3", float("nan"), "must be 0 or above"),
        ("mud.grain_density_t_m3", 0.0, "must be above 0"),
    ],
)
def test_a_parameter_out_of_range_is_refused_with_its_name_and_rule(key: str, value: float, rule: str) -> None:
    with pytest.raises(ModelError, match=rule) as caught:
        parameters(VALUES | {key: value})
    assert key in str(caught.value)
