"""Beneficiation of lots: balances of any lot (derived), hosts by hand (derived), what it must save (derived)."""

from dataclasses import replace

import numpy as np
import pytest

from ops_data.elements import CONSTITUENTS, ELEMENTS
from ops_data.errors import ModelError
from ops_data.reference import parameters as reference
from ops_data.reference.composition_rows import composition
from tests.twin.processing.made_up_lots import all_kinds, difference, every_part, random_lots
from twin.processing.beneficiate import (
    CLASSIFIERS,
    CONCENTRATE,
    CYCLONES,
    TAILINGS,
    Beneficiation,
    apatite_share,
    beneficiate,
    parameters,
    saving_needed,
)
from twin.processing.lot import APATITE, AT, MATRIX, REY, Lot, balance_error, take
from twin.processing.received import hosts, received, solids_kg

VALUES = {key: row.value for key, row in reference().items()}
BANK = parameters(VALUES)
NO_CE = [place for place, name in enumerate(ELEMENTS) if name != "Ce"]


def mud(grade_ppm: float, dry_t: float = 100.0) -> Lot:
    """Return cake of a grade as the plant receives it."""
    shares = np.array([row.percent for row in composition().values()])
    where = hosts(VALUES)
    kg = solids_kg([dry_t], [grade_ppm], shares / shares.sum(), where)
    water_t = dry_t * 0.45 / 0.55
    return received([2.4 * dry_t], [dry_t], [water_t], [0.035 * water_t], kg, where)


def random_bank(seed: int) -> Beneficiation:
    luck = np.random.default_rng(seed)
    return Beneficiation(
        apatite_recovery=luck.choice([0.0, 1.0, luck.uniform()]),
        matrix_recovery=luck.choice([0.0, 1.0, luck.uniform()]),
        bypass=luck.choice([0.0, 1.0, luck.uniform()]),
        solids_volume_fraction=luck.uniform(0.001, 0.3),
        tailings_water_fraction=luck.uniform(0.0, 0.95),
        pump_kwh_m3=luck.uniform(0.0, 1.0),
        grain_density_t_m3=luck.uniform(1.5, 4.0),
        water_density_t_m3=luck.uniform(0.95, 1.3),
    )


@pytest.mark.parametrize("seed", range(60))
def test_every_balance_closes_for_any_lot_and_any_bank(seed: int) -> None:
    """Derived: conservation; random and odd lots, parameters over all their range and at its ends."""
    fed = all_kinds(seed)
    done = beneficiate(fed, random_bank(seed))
    assert balance_error(fed, done) <= 1e-9
    for part in every_part(done).values():
        assert np.all(part.content_kg >= 0.0)
        assert np.all(part.salt_t <= part.water_t * (1.0 + 1e-12))
    assert all(np.all(amount >= 0.0) for amount in done.utilities.values())


def test_lots_in_one_batch_fare_as_one_by_one() -> None:
    """Derived: vector equals scalar."""
    fed = all_kinds(7, 40)
    done = beneficiate(fed, BANK)
    for i in range(len(fed)):
        alone = beneficiate(take(fed, np.array([i])), BANK)
        for name, part in every_part(done).items():
            assert difference(take(part, np.array([i])), every_part(alone)[name]) <= 1e-14
        for name, amount in done.utilities.items():
            assert amount[i] == pytest.approx(alone.utilities[name][0], rel=1e-12)


def test_mud_of_the_reference_grade_gets_the_stated_recovery_and_nearly_the_stated_upgrade() -> None:
    """Derived: the pair that is asked for comes out; phosphate weighs a little more in lots, so 3 % on the pull."""
    fed = mud(VALUES["beneficiate.reference_grade_ppm"])
    done = beneficiate(fed, BANK)
    got, had = (part.solid_kg[0, REY][NO_CE].sum() for part in (done.product, fed))
    assert got / had == pytest.approx(0.70, abs=1e-6)
    assert done.product.dry_t[0] / fed.dry_t[0] == pytest.approx(0.35, rel=0.03)


def test_richer_mud_gives_more_concentrate_at_a_lower_upgrade() -> None:
    """Derived: shares of the hosts are fixed, rich mud has more of the rich one."""
    pulls = [float(beneficiate(mud(ppm), BANK).product.dry_t[0]) for ppm in (500.0, 1_000.0, 2_650.0, 5_000.0)]
    assert pulls == sorted(pulls)


def test_manganese_oxide_and_with_it_cerium_stay_with_the_clay() -> None:
    """Derived: cerium sits in manganese oxide, which goes as the matrix does."""
    fed = mud(2_650.0)
    done = beneficiate(fed, BANK)
    kept = done.product.solid_kg[0] / np.maximum(fed.solid_kg[0], 1e-9)
    assert kept[AT["Mn"]] == pytest.approx(BANK.matrix_recovery)
    assert kept[AT["P"]] == pytest.approx(BANK.apatite_recovery)
    assert kept[AT["Ce"]] < kept[AT["Nd"]]


def test_a_bank_that_takes_all_leaves_water_only() -> None:
    """Derived: limit case."""
    fed = random_lots(5, 20)
    tailings = beneficiate(fed, replace(BANK, apatite_recovery=1.0, matrix_recovery=1.0)).losses[TAILINGS]
    assert not np.any(tailings.dry_t) and not np.any(tailings.solid_kg)


def test_water_is_made_up_for_what_leaves_and_the_rest_goes_round() -> None:
    """Derived by hand: 100 t at 3 % by volume and 2.5 t/m3 need 1,293 t of water, a tenth goes with the concentrate."""
    done = beneficiate(mud(2_650.0), BANK)
    circuit_t = 100.0 / 2.5 * 0.97 / 0.03
    concentrate, tailings = done.products[CONCENTRATE], done.losses[TAILINGS]
    assert concentrate.water_t == pytest.approx([0.1 * circuit_t])
    assert tailings.water_t == pytest.approx(tailings.dry_t)
    into = 100.0 * 0.45 / 0.55 + done.utilities["fresh_water_t"]
    assert concentrate.water_t + tailings.water_t == pytest.approx(into)
    assert concentrate.salt_t / concentrate.water_t == pytest.approx(tailings.salt_t / tailings.water_t)
    assert done.utilities["power_kwh"] == pytest.approx([(40.0 + circuit_t) * 200.0 / 0.6 / 3_600.0])


def test_a_thin_slurry_is_not_diluted() -> None:
    """Derived: at 100 times its solids in water the slurry is under 3 % by volume; tailings take the surplus."""
    fed = random_lots(9, 20)
    thin = replace(fed, water_t=100.0 * fed.dry_t, salt_t=3.5 * fed.dry_t)
    done = beneficiate(thin, BANK)
    assert not np.any(done.utilities["fresh_water_t"])
    assert done.product.water_t == pytest.approx(10.0 * fed.dry_t)


def test_cyclones_of_the_stated_geometry_take_the_coarse_host() -> None:
    """Plausibility, sizes are assumptions: phosphate goes down, clay with the bypass and its own coarse part."""
    bank = parameters(VALUES, CYCLONES)
    assert 0.9 < bank.apatite_recovery <= 1.0
    assert bank.bypass < bank.matrix_recovery < 0.4
    assert 0.05 < bank.bypass < 0.15


def test_a_finer_cut_takes_more_of_both_hosts() -> None:
    """Derived: the partition falls with the cut size at every grain size."""
    fine, coarse = (parameters(VALUES | {"beneficiate.cut_factor": factor}, CYCLONES) for factor in (0.5, 2.0))
    assert fine.apatite_recovery > coarse.apatite_recovery
    assert fine.matrix_recovery > coarse.matrix_recovery


def test_every_pair_in_the_drawn_range_can_be_had() -> None:
    """Derived: no draw of upgrade, recovery and hosts stops a run; the recovery is kept."""
    luck = np.random.default_rng(1)
    rows = reference()
    keys = ("beneficiate.upgrade", "beneficiate.recovery", "host.ree_apatite_share", "host.apatite_rey_ppm")
    for _ in range(300):
        drawn = {key: luck.uniform(rows[key].low, rows[key].high) for key in keys}
        bank = parameters(VALUES | drawn)
        share = drawn["host.ree_apatite_share"]
        got = share * bank.apatite_recovery + (1.0 - share) * bank.matrix_recovery
        assert got == pytest.approx(drawn["beneficiate.recovery"], abs=1e-12)
        assert bank.apatite_recovery >= bank.matrix_recovery


def test_what_the_step_must_save_is_the_value_of_the_metal_it_loses() -> None:
    """Derived by hand: one metal, all in phosphate, 50 kg at 60 USD in 100 t, a fifth lost; tailings are 70 t."""
    fed = mud(2_650.0)
    content_kg = np.zeros_like(fed.content_kg)
    content_kg[0, APATITE, AT["Nd"]] = 50.0
    content_kg[0, MATRIX, AT["Fe"]] = 5_000.0
    fed = replace(fed, content_kg=content_kg)
    done = beneficiate(fed, replace(BANK, apatite_recovery=0.8, matrix_recovery=0.3))
    price = np.zeros(len(CONSTITUENTS))
    price[AT["Nd"]] = 60.0
    step = saving_needed(fed, done, price, cost_usd=100.0)
    assert float(step.lost_usd_t) == pytest.approx(6.0)
    tailings = float(done.losses[TAILINGS].dry_t[0])
    assert float(step.needed_usd_t_discarded) * tailings == pytest.approx(600.0 + 100.0)
    assert float(step.needed_value_share) == pytest.approx(700.0 / 3_000.0)


def test_the_default_step_must_save_three_tenths_of_the_value_of_the_metal() -> None:
    """Published facts' chain check: beneficiation at a recovery of 0.70 costs 30 % of the metal (without cerium)."""
    price = np.zeros(len(CONSTITUENTS))
    price[AT["Nd"]], price[AT["Dy"]] = 60.0, 250.0
    fed = mud(2_650.0)
    assert float(saving_needed(fed, beneficiate(fed, BANK), price).needed_value_share) == pytest.approx(0.30, abs=1e-6)


def test_a_batch_without_mud_needs_no_beneficiation() -> None:
    fed = mud(2_650.0, 0.0)
    with pytest.raises(ModelError, match="dry solids fed"):
        saving_needed(fed, beneficiate(fed, BANK), np.zeros(len(CONSTITUENTS)))


@pytest.mark.parametrize(
    ("key", "value", "rule"),
    [
        ("beneficiate.recovery", 1.2, "a share lies between 0 and 1"),
        ("beneficiate.bypass", float("nan"), "a share lies between 0 and 1"),
        ("beneficiate.tailings_water_fraction", 1.0, "must be below 1"),
        ("beneficiate.solids_volume_fraction", 0.0, "must be above 0"),
        ("beneficiate.pressure_kpa", -1.0, "must be above 0"),
    ],
)
def test_a_parameter_out_of_range_is_refused_with_its_name_and_rule(key: str, value: float, rule: str) -> None:
    for classifier in CLASSIFIERS:
        with pytest.raises(ModelError, match=rule) as caught:
            parameters(VALUES | {key: value}, classifier)
        assert key in str(caught.value)


def test_an_unknown_classifier_is_refused_with_the_words_there_are() -> None:
    with pytest.raises(ModelError, match="did you mean 'cyclones'"):
        parameters(VALUES, "cyclone")


def test_phosphate_in_reference_mud_is_its_rare_earths_over_those_of_the_grains() -> None:
    assert apatite_share(VALUES) == pytest.approx(2_650.0 * 0.873 / 20_000.0)
    with pytest.raises(ModelError, match="phosphate in reference mud"):
        apatite_share(VALUES | {"beneficiate.reference_grade_ppm": 40_000.0})
