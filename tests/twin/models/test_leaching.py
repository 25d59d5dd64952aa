"""Laws of the leach: limit cases and shapes (truth: derived, by hand; published levels are in tests/published)."""

import numpy as np
import pytest

from ops_data.elements import ATOMIC_MASS_G_MOL, CONSTITUENTS, ELEMENTS
from ops_data.errors import ModelError
from twin.models.composition import SEA_SALT, element_shares
from twin.models.leach_tank import Feed, Oxides, tanks_in_series
from twin.models.leaching import (
    MOLAR_KG,
    PROTONS_PER_PHOSPHORUS,
    SALT_EQ_PER_KG,
    approach,
    falls_out,
    host_extents,
    protons_of,
    protons_used_mol,
    rate_at,
    sulfate_loss,
)
from twin.models.reprecipitation import double_sulfate_weights, fallen_out_kg

AT = {name: place for place, name in enumerate(CONSTITUENTS)}
REY = slice(0, len(ELEMENTS))


def test_many_tanks_come_to_a_batch_and_one_tank_to_the_closed_form() -> None:
    """Derived: (1 + kt/N)^-N tends to exp(-kt); one tank has kt/(1 + kt)."""
    assert float(approach(1.0, 5.0, 1e7)) == pytest.approx(float(approach(1.0, 5.0)), rel=1e-6)
    assert float(approach(0.6, 10.0, 1)) == pytest.approx(6.0 / 7.0, rel=1e-12)
    assert approach(0.0, 10.0, 3) == 0.0
    assert approach(3.0, 0.0) == 0.0


def test_a_vector_of_states_gives_what_each_state_gives() -> None:
    """Derived: vector equals scalar."""
    rng = np.random.default_rng(4)
    k, t, n, warm = rng.uniform(0, 3, 50), rng.uniform(0, 60, 50), rng.integers(1, 9, 50), rng.uniform(0, 100, 50)
    each = [float(approach(a, b, c)) for a, b, c in zip(k, t, n, strict=True)]
    np.testing.assert_array_equal(approach(k, t, n), each)
    np.testing.assert_array_equal(
        rate_at(k, warm, 11.0), [float(rate_at(a, b, 11.0)) for a, b in zip(k, warm, strict=True)]
    )
    acid = rng.uniform(0.01, 5, 50)
    lost = falls_out(acid, warm, 0.01, 0.002)
    np.testing.assert_array_equal(lost, [float(falls_out(a, b, 0.01, 0.002)) for a, b in zip(acid, warm, strict=True)])
    late = sulfate_loss(0.2, 0.1, t, n)
    np.testing.assert_array_equal(late, [float(sulfate_loss(0.2, 0.1, a, b)) for a, b in zip(t, n, strict=True)])


def test_hosts_give_up_what_sums_to_the_stated_total_whatever_the_shares() -> None:
    """Derived: identity f . x = X, every x between 0 and 1, over random totals and shares."""
    rng = np.random.default_rng(5)
    f = rng.dirichlet([0.5, 0.5, 0.5], 2000)
    f[:6] = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [0.5, 0.5, 0], [0, 0.5, 0.5], [0.5, 0, 0.5]])
    total, apatite, oxide = rng.uniform(0, 1, (3, 2000))
    total[6:9] = [0.0, 1.0, 0.5]
    x = host_extents(total, f[:, 0], f[:, 1], apatite, oxide)
    assert x.min() >= 0.0
    assert x.max() <= 1.0
    np.testing.assert_allclose((f * x).sum(axis=1), total, atol=1e-12)


def test_where_the_matrix_can_make_up_the_difference_phosphate_keeps_its_own_extent() -> None:
    """Derived, by hand: (0.93 - 0.873 * 0.97)/0.127."""
    np.testing.assert_allclose(host_extents(0.93, 0.873, 0.0, 0.97, 0.02)[[0, 2]], [0.97, (0.93 - 0.84681) / 0.127])


def test_heat_quickens_by_the_activation_energy() -> None:
    """Derived: exp(11000/8.314 (1/298.15 - 1/333.15)); nothing at 25 C."""
    assert rate_at(0.8, 25.0, 11.0) == 0.8
    assert float(rate_at(1.0, 60.0, 11.0)) == pytest.approx(np.exp(11_000 / 8.314462618 * (1 / 298.15 - 1 / 333.15)))


def test_pure_apatite_takes_ten_thirds_of_a_proton_per_phosphorus() -> None:
    """Published stoichiometry: Ca5(PO4)3F + 10 H; 4.5 % P2O5 takes 77 kg HCl per t (facts: 78 from 6 % CaO)."""
    solids = np.zeros(len(CONSTITUENTS))
    solids[[AT["Ca"], AT["P"], AT["F"]]] = [5 * 40.078, 3 * 30.974, 18.998]
    assert float(protons_used_mol(solids)) / 3_000 == pytest.approx(PROTONS_PER_PHOSPHORUS, rel=1e-12)
    p2o5 = 45.0 / 141.943 * 2 * PROTONS_PER_PHOSPHORUS
    assert p2o5 * 36.458 == pytest.approx(77.0, abs=0.5)


def test_oxides_take_as_many_protons_as_their_cation_has_charges() -> None:
    """Derived: Nd2O3 + 6 H, MnO2 (reduced) 2, ThO2 4, UO3 2."""
    for name, each in (("Nd", 3), ("Fe", 3), ("Al", 3), ("Mn", 2), ("Th", 4), ("U", 2), ("Na", 1), ("P", 0), ("F", 0)):
        one = np.zeros(len(CONSTITUENTS))
        one[AT[name]] = MOLAR_KG[AT[name]]
        assert float(protons_used_mol(one)) == pytest.approx(each)


def test_sea_salt_holds_3_2_equivalents_per_kg_of_uncounted_magnesium_and_potassium() -> None:
    """Published: Millero et al. 2008, per kg of salt 1.502 mol Mg, 0.290 K, 0.003 Sr, less 0.089 eq of weak and Br."""
    sea = {"Mg": 0.0528171 * 2, "K": 0.0102077, "Sr": 0.0000907 * 2}
    other = {"HCO3": 0.0017177, "Br": 0.0008421, "CO3": 2 * 0.0002389, "B(OH)4": 0.0001008, "OH": 0.0000079}
    published = (sum(sea.values()) - sum(other.values())) / 0.03516504
    assert published == pytest.approx(SALT_EQ_PER_KG, rel=2e-3)
    assert set(SEA_SALT) >= {"Na", "Cl", "Ca", "S"}


def test_an_unknown_acid_is_named_with_those_that_are_known() -> None:
    with pytest.raises(ModelError, match="'acid' is 'sulphuric'; did you mean 'sulfuric'"):
        protons_of("sulphuric")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: approach(-1.0, 5.0), r"rate \[1/min\] is -1"),
        (lambda: approach(1.0, 5.0, 0.5), r"tanks \[1\] is 0.5"),
        (lambda: rate_at(1.0, 120.0, 11.0), r"temperature \[C\] is 120"),
        (lambda: falls_out(0.0, 25.0, 0.0, 0.0), r"acid \[mol/L\] is 0"),
        (lambda: host_extents(1.2, 0.5, 0.0, 1.0, 0.0), r"total \[1\] is 1.2"),
        (lambda: host_extents(0.5, 0.7, 0.7, 1.0, 0.0), r"host shares \[1\] is 1.4"),
        (lambda: sulfate_loss(0.1, 0.0, 5.0), "rate of the loss"),
        (lambda: fallen_out_kg(-np.ones((1, 26)), [1.0], 0.1, 0.0, 0.5, 0.04, np.inf), "dissolved mass"),
    ],
)
def test_what_is_out_of_range_is_named_with_value_and_rule(call: object, message: str) -> None:
    assert callable(call)
    with pytest.raises(ModelError, match=message):
        call()


def test_what_falls_out_is_at_most_there_and_has_the_stated_make_up() -> None:
    """Derived: P:Ln 1, Na:Ln 1, S:(Ln, Ca) by NaLn(SO4)2 and CaSO4, over random liquors."""
    rng = np.random.default_rng(6)
    liquor = rng.lognormal(0.0, 3.0, (800, len(CONSTITUENTS))) * rng.integers(0, 2, (800, len(CONSTITUENTS)))
    litres = rng.lognormal(3.0, 3.0, 800)
    litres[:50] = 0.0
    fallen = fallen_out_kg(liquor, litres, rng.uniform(0, 1, 800), rng.uniform(0, 1, 800), 0.5, 0.046, 0.02)
    assert fallen.min() >= 0.0
    assert np.all(fallen <= liquor)
    moles = fallen / MOLAR_KG
    rare, p, na, s, ca = moles[:, REY].sum(axis=1), *(moles[:, AT[name]] for name in ("P", "Na", "S", "Ca"))
    np.testing.assert_allclose(rare, p + na, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(s, 2.0 * na + ca, rtol=1e-9, atol=1e-12)


def test_without_phosphate_sodium_or_sulfate_nothing_falls_out() -> None:
    """Derived."""
    liquor = np.zeros((1, len(CONSTITUENTS)))
    liquor[0, REY] = 1.0
    assert fallen_out_kg(liquor, [100.0], 0.5, 0.5, 0.5, 0.046, 0.02).sum() == 0.0


def test_the_loss_of_a_mud_by_its_mean_is_the_stated_loss_at_the_sodium_of_reference() -> None:
    """Derived: weights of double sulfate are one on the mean of mud without cerium; a washed cake loses less."""
    shares = element_shares(5_000.0)
    no_ce = np.array([name != "Ce" for name in ELEMENTS])
    assert (shares * double_sulfate_weights())[no_ce].sum() == pytest.approx(shares[no_ce].sum(), rel=1e-12)
    liquor = np.zeros((2, len(CONSTITUENTS)))
    liquor[:, REY] = shares
    liquor[:, [AT["P"], AT["S"]]] = 50.0
    liquor[:, AT["Na"]] = [1_000.0 * 0.046 * ATOMIC_MASS_G_MOL["Na"] / 1e3, 0.0]
    fallen = fallen_out_kg(liquor, [1_000.0, 1_000.0], 0.0, 0.145, 0.5, 0.046, np.inf)
    lost = fallen[:, REY][:, no_ce].sum(axis=1) / shares[no_ce].sum()
    np.testing.assert_allclose(lost, [0.145, 0.0725], rtol=1e-9)


def test_light_elements_are_lost_to_double_sulfate_more_than_heavy_ones() -> None:
    """Assumption of the model, by the practice of the industry: Nd more than Dy, Y not at all."""
    weights = dict(zip(ELEMENTS, double_sulfate_weights(), strict=True))
    assert weights["Nd"] > weights["Dy"] > weights["Y"] == 0.0


def test_a_tank_without_rate_dissolves_nothing_and_a_huge_one_dissolves_all_that_acid_allows() -> None:
    """Derived: limits of volume; 1 mol/h of CaO against 4 and against 1 mol/h of protons."""
    one = Oxides(np.array([56.077]), np.array([2.0]), np.array([1.0]), np.array([1.0]))
    shares, solid = np.array([0.056077]), 1.0
    plenty, short = (Feed(solid, shares, 2.5, 100.0, acid, 0.0) for acid in (0.04, 0.01))
    still = Oxides(one.molar_g, one.protons, np.array([0.0]), one.acid_order)
    assert tanks_in_series(plenty, still, [10.0])[0].conversion[0] == 0.0
    assert tanks_in_series(plenty, one, [1e9])[0].conversion[0] == pytest.approx(1.0, abs=1e-4)
    exhausted = tanks_in_series(short, one, [1e9])[0]
    assert exhausted.conversion[0] == pytest.approx(0.5, abs=1e-4)
    assert exhausted.free_mol_l < 1e-5


def test_conversion_grows_along_a_train_and_acid_falls() -> None:
    """Derived: monotonic."""
    one = Oxides(np.array([56.077, 159.69]), np.array([2.0, 6.0]), np.array([0.5, 0.01]), np.array([0.5, 1.2]))
    train = tanks_in_series(Feed(10.0, np.array([0.02, 0.05]), 2.5, 100.0, 0.2, 0.1), one, [20.0] * 6)
    assert np.all(np.diff([tank.conversion for tank in train], axis=0) > 0.0)
    assert np.all(np.diff([tank.free_mol_l for tank in train]) < 0.0)


def test_a_tank_that_cannot_settle_is_named() -> None:
    """Derived: order 0 in acid goes on without any, so no acid balances it."""
    one = Oxides(np.array([56.077]), np.array([2.0]), np.array([1e6]), np.array([0.0]))
    with pytest.raises(ModelError, match="leach tank 1: free acid"):
        tanks_in_series(Feed(10.0, np.array([0.5]), 2.5, 10.0, 0.01, 0.0), one, [100.0])
    with pytest.raises(ModelError, match=r"volume \[L\] is 0"):
        tanks_in_series(Feed(10.0, np.array([0.5]), 2.5, 10.0, 0.01, 0.0), one, [0.0])
