"""Choices of purification. Truth: derived by hand, or from the step itself asked another way."""

import pytest

from twin import plant_choices as choices
from twin.models.leaching import MOLAR_KG
from twin.models.precipitation import OXALIC_ACID_G_MOL
from twin.plant_feed import feed
from twin.plant_service import WATCHED, made_of
from twin.processing.accounts import recovered_kg
from twin.processing.lot import AT, REY
from twin.processing.refinery import Done
from twin.scenario import Scenario, load_scenario

DRY_T = 1_000.0


def purified(*sets: str) -> tuple[Done, dict[str, float], Scenario]:
    """Return the step of purification of the pilot with overrides, its stated values, and the scenario."""
    scenario = load_scenario("pilot-2027", sets)
    done = choices.purification(made_of(scenario, feed(scenario, DRY_T, "dry", None, None)))
    assert done is not None
    return done, {key: quantity.value for key, quantity in scenario.quantities.items()}, scenario


def test_a_chain_that_ends_before_it_has_no_purification() -> None:
    scenario = load_scenario("pilot-2027", ['processing.steps=["leach","solid_liquid"]'])
    assert choices.purification(made_of(scenario, feed(scenario, DRY_T, "dry", None, None))) is None


def test_the_dose_in_use_is_what_the_step_takes_and_recovers() -> None:
    done, values, scenario = purified()
    used, *others = choices.doses(done, DRY_T, values, scenario.processing)
    assert (used.used, [dose.used for dose in others]) == (True, [False, False])
    assert used.dose_g_l == values["purify.oxalic_dose_g_l"]
    assert used.acid_kg_t == pytest.approx(float(done.made.utilities["oxalic_acid_kg"][0]) / DRY_T)
    fed_kg, kept_kg = recovered_kg(done)
    for name in WATCHED:
        assert used.recovery[name] == pytest.approx(kept_kg[AT[name]] / fed_kg[AT[name]])


def test_the_rule_of_sixty_per_cent_counts_rare_earths_only() -> None:
    """Derived: 1.5 mol of oxalic acid per mol of rare earths, over 0.6."""
    done, values, scenario = purified()
    rule = {dose.rule: dose for dose in choices.doses(done, DRY_T, values, scenario.processing)}["efficiency"]
    mol = float((done.fed.dissolved_kg[0, REY] / MOLAR_KG[REY]).sum())
    litres = float(done.fed.water_t[0]) * 1_000.0
    assert rule.dose_g_l == pytest.approx(1.5 * mol / litres / 0.6 * OXALIC_ACID_G_MOL)
    assert rule.acid_kg_kg == pytest.approx(2.14, abs=0.1)


def test_more_acid_never_recovers_less() -> None:
    done, values, scenario = purified()
    found = sorted(choices.doses(done, DRY_T, values, scenario.processing), key=lambda dose: dose.dose_g_l)
    for name in WATCHED:
        assert sorted(dose.recovery[name] for dose in found) == [dose.recovery[name] for dose in found]


@pytest.mark.parametrize("route", ["direct", "neutralise"])
def test_the_trap_closes_as_the_ph_rises_and_only_with_phosphate(route: str) -> None:
    done, values, scenario = purified(f"processing.purification={route}")
    points = choices.trap(done, values, scenario.processing)
    assert [point.of_step for point in points].count(True) == 1
    for name in WATCHED:
        left = [point.left[name] for point in points]
        assert left == sorted(left, reverse=True)
        assert all(point.left[name] <= point.left_without[name] for point in points)
    assert points[-1].left["Nd"] < 1e-3
    assert points[-1].left_without["Nd"] > 0.99
    key = "purify.oxalate_ph" if route == "direct" else "purify.neutralise_ph"
    assert next(point.ph for point in points if point.of_step) == values[key]


def test_the_route_that_raises_the_ph_loses_its_share_of_the_trap() -> None:
    """Derived: what falls at the pH of the route, times how far the step goes to equilibrium; oxalate loses more."""
    done, values, scenario = purified("purify.trap_share=0.4")
    routes = {route.name: route for route in choices.routes(done, DRY_T, values, scenario.processing)}
    assert (routes["direct"].chosen, routes["neutralise"].chosen) == (True, False)
    points = choices.trap(done, values | {"purify.oxalate_ph": 3.5}, scenario.processing)
    left = next(point.left for point in points if point.ph == routes["neutralise"].ph)
    for name in WATCHED:
        trapped = 0.4 * (1.0 - left[name])
        lost = 1.0 - routes["neutralise"].recovery[name]
        assert trapped <= lost <= trapped + 0.06
        assert routes["direct"].recovery[name] > routes["neutralise"].recovery[name]


def test_the_phosphorus_of_the_liquor_is_told_in_moles() -> None:
    done, _, _ = purified()
    litres = float(done.fed.water_t[0]) * 1_000.0
    mol = float(done.fed.dissolved_kg[0, AT["P"]]) / 0.030974
    assert choices.phosphorus_mol_l(done) == pytest.approx(mol / litres)
