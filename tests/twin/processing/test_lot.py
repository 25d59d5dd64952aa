"""Lots: mixing, splitting and assaying (derived: conservation, hand sums), and what bad input says."""

import numpy as np
import pytest

from ops_data.elements import CONSTITUENTS
from ops_data.errors import ModelError
from tests.twin.processing.made_up_lots import all_kinds, difference, random_lots
from twin.processing.lot import (
    APATITE,
    AT,
    PHASES,
    SOLID,
    Stepped,
    assay_ppm,
    balance_error,
    concentration_g_l,
    dissolve,
    empty,
    less,
    lot,
    mix,
    oxides_t,
    pool,
    precipitate,
    rare_earths_kg,
    reagent_stream,
    split,
    take,
)

FULL = np.ones((1, len(PHASES), len(CONSTITUENTS)))


def test_a_split_and_its_rest_mix_to_what_was_split() -> None:
    batch = all_kinds(1)
    luck = np.random.default_rng(2)
    taken, left = split(batch, luck.uniform(0, 1, len(batch)), luck.uniform(0, 1, len(batch)))
    assert difference(mix([taken, left]), batch) < 1e-15
    assert balance_error(batch, Stepped({"taken": taken}, {"left": left})) < 1e-12


def test_all_and_nothing_can_be_taken() -> None:
    batch = random_lots(3, 20)
    everything, nothing = split(batch, 1.0, 1.0)
    assert difference(everything, batch) == 0.0
    assert not nothing.total_kg.any() and not nothing.dry_t.any()


def test_lots_of_a_group_are_summed_and_a_group_may_be_empty() -> None:
    batch = random_lots(4, 5)
    found = pool(batch, np.array([0, 2, 0, 2, 2]), 3)
    np.testing.assert_allclose(found.dry_t, [batch.dry_t[[0, 2]].sum(), 0.0, batch.dry_t[[1, 3, 4]].sum()])
    np.testing.assert_allclose(found.total_kg[2], batch.total_kg[[1, 3, 4]].sum(axis=0))


def test_what_dissolves_and_falls_out_again_is_conserved_and_weighs_as_oxide() -> None:
    batch = random_lots(5, 50)
    moved = batch.content_kg[:, SOLID] * 0.3
    liquor = dissolve(batch, moved)
    np.testing.assert_allclose(liquor.dry_t, batch.dry_t - oxides_t(moved.sum(axis=1)))
    np.testing.assert_allclose(liquor.solids_t, batch.solids_t)
    np.testing.assert_allclose(liquor.total_kg, batch.total_kg)
    back = precipitate(liquor, moved.sum(axis=1))
    np.testing.assert_allclose(back.dry_t, batch.dry_t)
    np.testing.assert_allclose(back.dissolved_kg, batch.dissolved_kg, rtol=1e-9, atol=1e-12)


def test_an_assay_is_the_grade_on_dry_solids_and_none_without_solids() -> None:
    one = lot([25.0], [10.0], [15.0], [0.5], FULL * 2.0)
    assert assay_ppm(one, "Nd").tolist() == [1_000.0]
    assert np.isnan(assay_ppm(empty(1), "Nd")).all()


def test_concentration_is_per_litre_of_water() -> None:
    one = lot([0.0], [0.0], [2.0], [0.0], FULL * 4.0)
    assert concentration_g_l(one)[0, AT["Dy"]] == pytest.approx(2.0)
    assert not concentration_g_l(empty(1)).any()


def test_reagents_bring_their_atoms_and_water() -> None:
    """Derived: 36.458 g HCl hold 35.45 g of chlorine, 98.072 g H2SO4 32.06 g of sulfur, 39.997 g NaOH 22.99."""
    used = {
        "hcl_kg": np.array([36.458]), "h2so4_kg": np.array([98.072]), "naoh_kg": np.array([39.997]),
        "power_kwh": np.array([7.0]), "fresh_water_t": np.array([3.0]),
    }  # fmt: skip
    brought = reagent_stream(used, 1)
    at = [AT["Cl"], AT["S"], AT["Na"]]
    np.testing.assert_allclose(brought.total_kg[0, at], [35.45, 32.06, 22.99], rtol=1e-4)
    assert brought.total_kg.sum() == pytest.approx(90.5, abs=1e-3)
    assert brought.water_t.tolist() == [3.0]


def test_a_balance_counts_reagents_and_credits_and_shows_what_is_missing() -> None:
    fed = random_lots(6, 3)
    used = {"hcl_kg": np.array([10.0, -2.0, 0.0])}
    made = mix([fed, reagent_stream(used, 3)])
    assert balance_error(fed, Stepped({"made": made}, {}, used)) < 1e-12
    assert balance_error(fed, Stepped({"made": fed}, {}, used)) > 1e-9
    lost = take(fed, np.array([0, 1, 1]))
    assert balance_error(fed, Stepped({"made": lost}, {})) > 0.1


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("dry_t", -1.0, "'dry_t' of lot 0 is -1 t; a mass is a finite number, 0 or more"),
        ("water_t", np.nan, "'water_t' of lot 0 is nan t"),
        ("wet_t", np.inf, "'wet_t' of lot 0 is inf t"),
        ("salt_t", -0.5, "'salt_t' of lot 0"),
    ],
)
def test_a_negative_or_missing_mass_is_refused_with_field_lot_and_value(field: str, value: float, said: str) -> None:
    masses = {"wet_t": [2.0], "dry_t": [1.0], "water_t": [1.0], "salt_t": [0.0], "content_kg": FULL}
    with pytest.raises(ModelError, match=said):
        lot(**{**masses, field: [value]}, where="cake")  # type: ignore[arg-type]


def test_a_bad_content_names_constituent_phase_and_lot() -> None:
    content = np.concatenate([FULL, FULL])
    content[1, APATITE, AT["Dy"]] = -3.0
    with pytest.raises(ModelError, match="'content_kg' of Dy in phase apatite of lot 1 is -3 kg"):
        lot([1.0, 1.0], [1.0, 1.0], [1.0, 1.0], [0.0, 0.0], content)


def test_shapes_that_do_not_agree_are_refused() -> None:
    with pytest.raises(ModelError, match=r"'water_t' has shape \(2,\); \(1,\) is needed"):
        lot([1.0], [1.0], [1.0, 2.0], [0.0], FULL)
    with pytest.raises(ModelError, match="batches of 1, 2 lots; one length is needed"):
        mix([empty(1), empty(2)])


@pytest.mark.parametrize("share", [1.2, -0.1, np.nan])
def test_a_share_beyond_one_is_refused(share: float) -> None:
    with pytest.raises(ModelError, match=r"'solids' is .*; a share lies between 0 and 1"):
        split(empty(1), share, 0.5)


def test_an_element_that_lots_lack_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(ModelError, match="'Pm' is no constituent of a lot; "):
        assay_ppm(empty(1), "Pm")


def test_a_dry_grade_times_wet_tonnes_is_refused_and_one_basis_is_a_product() -> None:
    """Derived: resource V8's feed, 100 t dry at 2,000 ppm hold 200 kg."""
    assert rare_earths_kg([100.0], "dry", 2_000.0, "dry").tolist() == [200.0]
    with pytest.raises(ModelError, match="'grade_basis' is dry and 'mass_basis' is wet"):
        rare_earths_kg([100.0], "wet", 2_000.0, "dry")
    with pytest.raises(ModelError, match="'mass_basis' is 'moist'; wet or dry is needed"):
        rare_earths_kg([100.0], "moist", 2_000.0, "dry")
    with pytest.raises(ModelError, match="'grade_ppm' is 2000000"):
        rare_earths_kg([100.0], "dry", 2e6, "dry")


def test_what_is_left_is_never_below_nothing() -> None:
    batch = random_lots(7, 3)
    over = mix([batch, take(batch, np.arange(3))])
    assert not less(batch, over).total_kg.any()
