"""Toll treatment (truth: derived, from conservation and by hand)."""

import numpy as np
import pytest

from ops_data.elements import ELEMENTS
from ops_data.errors import ModelError
from tests.twin.processing.made_up_lots import all_kinds, difference, every_part
from tests.twin.processing.mixed_oxides import VALUES, mud_kg, oxide
from twin.processing.lot import AT, CLOSED, OXIDE_FACTOR, REY, balance_error, empty, take
from twin.processing.oxides import PRODUCTS, purity, reo_kg
from twin.processing.toll import Terms, terms, toll

USUAL = Terms(0.95, 0.995, 1.0)
LITTLE = {"Nd": 1e-12, "Dy": 1e-12}


@pytest.mark.parametrize("seed", range(6))
def test_feed_is_products_and_losses_whatever_the_lots_and_the_terms(seed: int) -> None:
    rng = np.random.default_rng(seed)
    for edge in (rng.uniform(), 0.0, 1.0):
        granted = Terms(rng.choice([edge, rng.uniform()]), rng.uniform(0.01, 1.0), rng.choice([edge, rng.uniform()]))
        fed = all_kinds(seed)
        done = toll(fed, granted)
        assert balance_error(fed, done) <= CLOSED
        for part in every_part(done).values():
            assert part.content_kg.min() >= 0.0 and part.dry_t.min() >= 0.0


def test_a_batch_gives_what_its_lots_give_one_by_one() -> None:
    fed = all_kinds(3, 20)
    together = toll(fed, USUAL)
    for place in range(len(fed)):
        alone = toll(take(fed, np.array([place])), USUAL)
        for name, part in every_part(together).items():
            assert difference(take(part, np.array([place])), every_part(alone)[name]) <= 1e-12


def test_products_hold_what_is_granted_and_the_rest_is_residue() -> None:
    """By hand: 95 % of each element in the product of its name, which is 99.5 % pure."""
    fed = oxide(mud_kg())
    done = toll(fed, USUAL)
    for name, elements in PRODUCTS.items():
        for element in elements if name != "NdPr" else ():
            own = done.products[name].total_kg[0, AT[element]]
            assert own == pytest.approx(0.95 * fed.total_kg[0, AT[element]])
        if elements != ("Pr", "Nd"):
            assert purity(name, done.products[name])[0] >= 0.995 - 1e-12
    for name in ("Nd", "SEG", "heavy"):  # small neighbours of others cannot fill what they would be allowed
        assert purity(name, done.products[name])[0] == pytest.approx(0.995)
    residue_kg = reo_kg(done.losses["toll_residue"])[0]
    assert 0.04 < residue_kg / reo_kg(fed)[0] < 0.05  # 5 % less what went into products as impurity


def test_the_impurity_of_a_product_is_of_the_elements_next_to_it() -> None:
    dysprosium = toll(oxide(mud_kg()), USUAL).products["Dy"].total_kg[0, REY]
    assert {name for name, mass in zip(ELEMENTS, dysprosium, strict=True) if mass > 0.0} == {"Tb", "Dy", "Ho"}


def test_a_product_is_purer_than_granted_where_there_is_nothing_beside_it() -> None:
    alone = toll(oxide({"Nd": 100.0}), USUAL)
    assert purity("Nd", alone.product)[0] == 1.0
    whole = toll(oxide(mud_kg()), Terms(1.0, 0.995, 1.0))
    assert purity("Nd", whole.product)[0] == 1.0  # nobody loses what could come into it
    assert reo_kg(whole.losses["toll_residue"])[0] == pytest.approx(0.0, abs=1e-9)


def test_neighbours_that_claim_more_than_is_left_share_it() -> None:
    """Terms of little purity and much recovery: impurities cannot exceed what other owners lose."""
    fed = oxide(mud_kg())
    done = toll(fed, Terms(0.99, 0.5, 0.5))
    sold = sum(part.total_kg[0, REY] for part in done.products.values())
    assert (sold <= fed.total_kg[0, REY] * (1.0 + 1e-12)).all()


def test_nothing_comes_back_of_nothing_or_without_recovery() -> None:
    for fed, granted in ((empty(2), USUAL), (oxide(mud_kg(), LITTLE), Terms(0.0, 0.995, 1.0))):
        done = toll(fed, granted)
        assert not any(part.total_kg.any() for part in done.products.values())
        np.testing.assert_allclose(done.losses["toll_residue"].total_kg, fed.total_kg)


@pytest.mark.parametrize("split", [0.0, 0.3, 1.0])
def test_praseodymium_and_neodymium_come_as_one_oxide_or_two_as_asked(split: float) -> None:
    fed = oxide(mud_kg())
    products = toll(fed, Terms(0.95, 0.995, split)).products
    for element in ("Pr", "Nd"):
        back = 0.95 * fed.total_kg[0, AT[element]]
        assert products["NdPr"].total_kg[0, AT[element]] == pytest.approx((1.0 - split) * back, abs=1e-9)
        own = products[element].total_kg[0, AT[element]]
        assert own == pytest.approx(split * back, abs=1e-9)


def test_the_fee_is_due_on_all_rare_earths_given_as_oxides() -> None:
    mud = mud_kg(500.0)
    oxides_kg = sum(mass * OXIDE_FACTOR[AT[name]] for name, mass in mud.items())
    assert toll(oxide({**mud, "Ca": 50.0}), USUAL).utilities["toll_kg"][0] == pytest.approx(oxides_kg)


def test_tracers_and_water_stay_with_the_residue() -> None:
    fed = all_kinds(9, 50)
    done = toll(fed, USUAL)
    for part in done.products.values():
        assert not part.total_kg[:, len(ELEMENTS) :].any() and not part.water_t.any()
    np.testing.assert_allclose(done.losses["toll_residue"].water_t, fed.water_t)


@pytest.mark.parametrize("key", ["toll.recovery", "toll.purity", "separation.ndpr_split_share"])
@pytest.mark.parametrize("value", [-0.01, 1.01, float("nan")])
def test_terms_out_of_range_are_named(key: str, value: float) -> None:
    with pytest.raises(ModelError, match=key.replace(".", r"\.")):
        terms({**VALUES, key: value})


def test_a_product_of_no_purity_is_refused() -> None:
    with pytest.raises(ModelError, match=r"'toll\.purity' is 0"):
        terms({**VALUES, "toll.purity": 0.0})
