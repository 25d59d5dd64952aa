"""Purification (truth: derived, from conservation, stoichiometry and limit cases by hand)."""

from collections.abc import Mapping
from dataclasses import fields, replace

import numpy as np
import pytest

from ops_data.errors import ModelError
from ops_data.reference import parameters as reference
from tests.twin.processing.random_liquors import liquors
from twin.models.leaching import MOLAR_KG
from twin.processing.leach import free_protons_mol
from twin.processing.ledger import activity
from twin.processing.lot import AT, CLOSED, DISSOLVED, REY, Lot, Stepped, balance_error, empty, take
from twin.processing.purify import (
    ROUTES,
    Purification,
    dose_rules_g_l,
    liquor_ph,
    oxalic_kg_per_kg_oxide,
    parameters,
    purify,
)

VALUES = {key: row.value for key, row in reference().items() if key.startswith("purify.")}


def changed_plan(changed: Mapping[str, float], route: str = "direct", acid: str = "hydrochloric") -> Purification:
    """Return the stated parameters, changed; the filter keeps all oxalate unless told otherwise."""
    values = VALUES | {"purify.yield_share": 1.0} | {f"purify.{name}": value for name, value in changed.items()}
    return parameters(values, purification=route, acid=acid)


def plan(route: str = "direct", **changed: float) -> Purification:
    return changed_plan(changed, route)


def liquor(**mol_l: float) -> Lot:
    """Return a tonne of liquor of given concentrations."""
    found = replace(empty(1), water_t=np.ones(1), dissolved_t=np.full(1, 0.1))
    for name, amount in mol_l.items():
        found.content_kg[0, DISSOLVED, AT[name]] = amount * 1_000.0 * MOLAR_KG[AT[name]]
    return found


def of_phosphate(free_mol_l: float = 0.2) -> Lot:
    """Return liquor of the phosphate titration with an amount of free hydrochloric acid."""
    salts = {"Ca": 0.12, "Fe": 0.005, "Al": 0.010, "Nd": 5e-4, "Dy": 7e-5}
    charge = 2 * salts["Ca"] + 3 * (salts["Fe"] + salts["Al"] + salts["Nd"] + salts["Dy"])
    return liquor(**salts, P=0.07, Cl=charge + free_mol_l)


def share(part: Lot, whole: Lot, name: str) -> float:
    return float(part.total_kg[0, AT[name]] / whole.total_kg[0, AT[name]])


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("acid", ["hydrochloric", "sulfuric"])
def test_feed_and_reagents_are_products_and_losses_whatever_the_lots_and_parameters(route: str, acid: str) -> None:
    rng = np.random.default_rng(4)
    table = reference()
    for trial in range(30):
        drawn = {key.removeprefix("purify."): rng.uniform(table[key].low, table[key].high) for key in VALUES}
        extreme = {} if trial else {"acid_recycle_share": 1.0, "trap_share": 1.0, "wash_residual": 1.0}
        fed = liquors(40, trial)
        done = purify(fed, changed_plan(drawn | extreme, route, acid))
        assert balance_error(fed, done) <= CLOSED
        for part in (*done.products.values(), *done.losses.values()):
            assert all((getattr(part, one.name) >= 0.0).all() for one in fields(Lot))


@pytest.mark.parametrize("route", ROUTES)
def test_a_batch_gives_what_its_lots_give_one_by_one(route: str) -> None:
    fed, settings = liquors(12, 7), plan(route)
    together = purify(fed, settings)
    for place in range(len(fed)):
        alone = purify(take(fed, np.array([place])), settings)
        for name, part in {**together.products, **together.losses}.items():
            there = {**alone.products, **alone.losses}[name]
            np.testing.assert_allclose(there.content_kg[0], part.content_kg[place], rtol=1e-12, atol=1e-15)
        for name, amount in together.utilities.items():
            np.testing.assert_allclose(alone.utilities[name][0], amount[place], rtol=1e-12, atol=1e-12)


def test_direct_oxalate_keeps_the_rare_earths_that_neutralising_phosphate_liquor_drops() -> None:
    """Derived from the published titration: at pH 2.0 with phosphorus 0.6 % of Nd and a tenth of Dy are left."""
    fed = of_phosphate()
    acid = purify(fed, plan("direct", trap_share=1.0))
    base = purify(fed, plan("neutralise", trap_share=1.0, neutralise_ph=1.98))
    assert share(acid.product, fed, "Nd") == pytest.approx(0.9961, abs=1e-4)
    assert share(acid.losses["hydroxide_cake"], fed, "Nd") == 0.0
    assert share(base.losses["hydroxide_cake"], fed, "Nd") > 0.99
    assert 0.85 < share(base.losses["hydroxide_cake"], fed, "Dy") < 0.95
    assert share(base.losses["hydroxide_cake"], fed, "Fe") == pytest.approx(0.80, abs=0.02)


def test_without_phosphate_neutralising_drops_iron_and_keeps_rare_earths() -> None:
    """Derived from the published titration without phosphorus: at pH 4 less than 10 % of iron is left, Nd all.

    The table holds Nd at 0.4 % less, for neutralising adds water.
    """
    fed = liquor(Cl=0.30, Ca=0.12, Fe=0.005, Al=0.010, Nd=5e-4, Dy=7e-5)
    done = purify(fed, plan("neutralise", trap_share=1.0, neutralise_ph=4.0))
    assert share(done.losses["hydroxide_cake"], fed, "Fe") > 0.9
    assert share(done.losses["hydroxide_cake"], fed, "Nd") < 0.01


def test_supersaturated_liquor_that_is_filtered_at_once_loses_nothing_to_phosphate() -> None:
    done = purify(of_phosphate(), plan("neutralise", trap_share=0.0))
    assert float(done.losses["hydroxide_cake"].dry_t[0]) == 0.0


def test_soda_and_acid_bring_the_liquor_to_its_ph_by_charge() -> None:
    """Derived: 0.2 mol/L free is 0.1 too much for pH 1, 0.05 too little; a tonne holds a thousand litres."""
    quiet = {"oxalic_dose_g_l": 0.0, "neutralised_share": 0.0, "oxalate_ph": 1.0, "trap_share": 0.0}
    strong = purify(liquor(Cl=0.2), changed_plan(quiet))
    assert float(strong.utilities["naoh_kg"][0]) == pytest.approx(100.0 * 0.039997, rel=1e-9)
    assert float(free_protons_mol(strong.losses["spent_liquor"])[0]) == pytest.approx(100.0, rel=1e-9)
    weak = purify(liquor(Cl=0.05), changed_plan(quiet))
    assert float(weak.utilities["naoh_kg"][0]) == 0.0
    assert float(weak.utilities["hcl_kg"][0]) == pytest.approx(50.0 * 0.036458, rel=1e-9)


def test_the_route_that_feeds_no_acid_filters_weak_liquor_at_its_own_ph() -> None:
    low = plan("neutralise", neutralise_ph=0.5)
    assert liquor_ph(liquor(Cl=0.05), low).round(6).tolist() == [round(-np.log10(0.05), 6)]
    assert liquor_ph(liquor(Cl=0.0), low).tolist() == [2.0]


def test_precipitating_oxalate_gives_three_protons_per_rare_earth_back_and_recycling_credits_them() -> None:
    """Derived: 0.01 mol/L Nd, all but exp(...) of it precipitated, at 0.1 mol/L free acid kept."""
    fed = liquor(Nd=0.01, Cl=0.03 + 0.1)
    shares = {"trap_share": 0.0, "neutralised_share": 0.0, "acid_recycle_share": 0.5, "wash_residual": 0.0}
    done = purify(fed, changed_plan(shares | {"oxalate_ph": 1.0}))
    precipitated = share(done.product, fed, "Nd") * 10.0
    assert float(done.utilities["hcl_kg"][0]) == pytest.approx(-0.5 * (100.0 + 3.0 * precipitated) * 0.036458, rel=1e-6)


def test_all_acid_given_back_leaves_none_free() -> None:
    fed = of_phosphate()
    done = purify(fed, plan(acid_recycle_share=1.0, neutralised_share=0.0))
    assert float(free_protons_mol(done.losses["spent_liquor"])[0]) == pytest.approx(0.0, abs=1e-9)


def test_too_little_oxalic_acid_precipitates_no_more_than_it_holds() -> None:
    """Derived: 5 g/L holds 0.0555 mol/L of oxalate, enough for 0.037 mol/L of Nd, of which 0.1 are there."""
    fed = liquor(Nd=0.1, Cl=0.5)
    done = purify(fed, plan(oxalic_dose_g_l=5.0, trap_share=0.0, wash_residual=0.0))
    assert share(done.product, fed, "Nd") == pytest.approx(5.0 / 90.034 / 1.5 / 0.1, rel=1e-6)


def test_more_oxalic_acid_gives_more_dysprosium_and_costs_in_proportion() -> None:
    fed = of_phosphate()
    runs = [purify(fed, plan(oxalic_dose_g_l=dose)) for dose in (3.0, 6.0, 12.0)]
    yields = [share(run.product, fed, "Dy") for run in runs]
    assert yields == pytest.approx([0.0001, 0.6912, 0.9862], abs=1e-3)
    fed_kg = [float(run.utilities["oxalic_acid_kg"][0]) for run in runs]
    assert fed_kg == pytest.approx([3.0 * 126.064 / 90.034 * k for k in (1, 2, 4)], rel=1e-3)


def test_the_three_dose_rules_are_shown_beside_one_another() -> None:
    """Derived: 1.25 (0.12 + 1.5 * 0.00057) 90.034; 1.5 * 0.00057 / 0.6 * 90.034."""
    rules = dose_rules_g_l(of_phosphate(), plan())
    assert {name: round(float(dose[0]), 3) for name, dose in rules.items()} == {
        "curve": 10.0,
        "stoichiometric": round(1.25 * (0.12 + 1.5 * 0.00057) * 90.034, 3),
        "efficiency": round(1.5 * 0.00057 / 0.6 * 90.034, 3),
    }


def test_thorium_that_is_bled_off_is_not_in_the_cake() -> None:
    fed = replace(of_phosphate())
    fed.content_kg[0, DISSOLVED, AT["Th"]] = 0.001
    done = purify(fed, plan(thorium_bleed_share=0.9))
    assert share(done.losses["thorium_bleed"], fed, "Th") == pytest.approx(0.9)
    assert share(done.product, fed, "Th") < 0.1


def test_spent_liquor_of_phosphate_is_neutralised_by_what_apatite_took_to_dissolve() -> None:
    """Derived: Ca5(PO4)3F took 10 H; three H3PO4 and HF take ten OH to give it back."""
    fed = liquor(Ca=0.05, P=0.03, F=0.01, Cl=0.1 + 10**-0.7)
    done = purify(fed, plan(oxalic_dose_g_l=0.0, trap_share=0.0))
    free = 1_000.0 * 10**-0.7
    assert float(done.utilities["naoh_kg"][0]) == pytest.approx((free + 100.0) * 0.039997, rel=1e-6)
    spent = done.losses["spent_liquor"]
    assert spent.dissolved_kg[0, [AT["Ca"], AT["P"], AT["F"]]].round(9).tolist() == [0.0, 0.0, 0.0]


def test_liquor_without_anything_gives_nothing_and_uses_nothing() -> None:
    done: Stepped = purify(empty(3), plan())
    assert all(not amount.any() for amount in done.utilities.values())
    assert not done.product.content_kg.any()
    assert np.isnan(oxalic_kg_per_kg_oxide(done)).all()


def test_solids_left_in_the_liquor_are_filtered_off_before_oxalate() -> None:
    fed = liquors(20, 11)
    done = purify(fed, plan())
    np.testing.assert_allclose(done.losses["hydroxide_cake"].wet_t, fed.wet_t)
    assert (done.product.content_kg[:, 0, REY] == 0.0).all()


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"trap_share": 1.1}, "purify.trap_share"),
        ({"dose_factor": 0.0}, "purify.dose_factor"),
        ({"oxalic_dose_g_l": -1.0}, "purify.oxalic_dose_g_l"),
        ({"oxalic_dose_g_l": np.nan}, "purify.oxalic_dose_g_l"),
        ({"oxalate_ph": 6.0}, "purify.oxalate_ph"),
    ],
)
def test_a_parameter_out_of_range_is_named(changed: dict[str, float], named: str) -> None:
    with pytest.raises(ModelError, match=named):
        changed_plan(changed)


def test_an_unknown_word_is_named() -> None:
    with pytest.raises(ModelError, match="did you mean 'neutralise'"):
        plan("neutralize")
    with pytest.raises(ModelError, match="sulfuric"):
        changed_plan({}, acid="sulfurous")


def test_what_the_filter_does_not_keep_leaves_with_the_spent_liquor() -> None:
    """Derived: the yield's share of what falls, whatever falls."""
    fed = of_phosphate()
    whole, part = purify(fed, plan()), purify(fed, plan(yield_share=0.9))
    for name in ("Nd", "Dy", "Ca"):
        in_solids = [done.product.solid_kg[0, AT[name]] for done in (whole, part)]
        assert in_solids[1] == pytest.approx(0.9 * in_solids[0], rel=1e-6)
    assert share(part.losses["spent_liquor"], fed, "Nd") > 0.09


def test_calcium_goes_with_oxalate_first_and_phosphate_without_partner_stays_dissolved() -> None:
    """Derived: 0.12 mol/L Ca less carry-over, 0.111 mol/L oxalate; Fe and Al hold phosphate one to one."""
    fed = of_phosphate()
    spent = purify(fed, plan(wash_residual=0.0)).losses["spent_liquor"]
    mol = spent.dissolved_kg[0] / MOLAR_KG / 1_000.0
    solid = spent.solid_kg[0] / MOLAR_KG / 1_000.0
    assert mol[AT["Ca"]] == pytest.approx(0.0, abs=1e-9)
    held = solid[AT["Fe"]] + solid[AT["Al"]] + solid[AT["Ca"]] / 1.5
    assert 0.010 < solid[AT["P"]] < held
    assert mol[AT["P"]] > 0.04
    rich = purify(liquor(Ca=0.4, P=0.07, Nd=5e-4, Cl=1.0), plan(wash_residual=0.0)).losses["spent_liquor"]
    assert rich.dissolved_kg[0, AT["P"]] == pytest.approx(0.0, abs=1e-9)


def test_bled_thorium_is_a_solid_and_most_active() -> None:
    bleed = purify(liquor(Ca=0.1, Th=1e-5, Nd=5e-4, Cl=0.6), plan()).losses["thorium_bleed"]
    assert bleed.dry_t[0] > 0.0 and not bleed.dissolved_kg.any()
    bq_g, exempt = activity(bleed)
    assert bq_g[0] == pytest.approx(4_060.0 / 1.1379, rel=0.01) and not exempt[0]
