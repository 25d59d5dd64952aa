"""What a person asks of the plants. Truth: derived, by conservation or by adding up again."""

from collections.abc import Sequence

import numpy as np
import pytest

from ops_data.elements import ELEMENTS
from twin import plant_service as service
from twin.plant_feed import Feed, feed
from twin.processing.lot import OXIDE_FACTOR, REY
from twin.processing.refinery import Refined
from twin.processing_rules import step_problems
from twin.scenario import Scenario, load_scenario

CHAINS = (
    (),
    ("processing.acid=sulfuric",),
    ("processing.purification=neutralise", "processing.reductant=hydrogen_peroxide"),
    ("processing.classifier=cyclones", "processing.washing=counter_current"),
    ('processing.steps=["dewater","beneficiate","leach","solid_liquid","purify","calcine","separate"]',),
    ('processing.steps=["leach","solid_liquid","purify"]',),
    ("transfer.method=none", "shuttles.count=0", "carriers.count=0"),
)


def played(*sets: str, mass_t: float = 1_000.0) -> tuple[Scenario, dict[str, float], Feed, Refined]:
    """Return the pilot with overrides, its stated values, a parcel, and what its plants make of that."""
    scenario = load_scenario("pilot-2027", sets)
    fed = feed(scenario, mass_t, "dry", None, None)
    values = {key: quantity.value for key, quantity in scenario.quantities.items()}
    return scenario, values, fed, service.made_of(scenario, fed)


@pytest.mark.parametrize("sets", CHAINS)
def test_what_is_recovered_and_what_is_lost_is_all_that_was_fed(sets: Sequence[str]) -> None:
    refined = played(*sets)[-1]
    lost = service.losses(refined)
    recovered = service.watched(service.chain_recovery(refined))
    for name in service.WATCHED:
        assert recovered[name] + sum(loss.share[name] for loss in lost) == pytest.approx(1.0, abs=1e-8)
    sizes = [sum(loss.share.values()) for loss in lost]
    assert sizes == sorted(sizes, reverse=True)


@pytest.mark.parametrize("sets", CHAINS[:5])
def test_recoveries_of_the_steps_multiply_to_that_of_the_chain(sets: Sequence[str]) -> None:
    """Derived: up to the little that crystals and cakes carry in their water."""
    _, values, _, refined = played(*sets)
    steps = service.steps_done(refined, values)
    product = np.prod([step.recovery for step in steps], axis=0)
    assert product == pytest.approx(service.chain_recovery(refined), rel=1e-3)
    assert all(0.0 <= step.recovery_all <= 1.0 for step in steps)


def test_cost_and_gases_are_amounts_times_price_and_emission() -> None:
    _, values, fed, refined = played()
    for step in service.steps_done(refined, values):
        usd = sum(float(row.amount[0]) * values[f"price.{row.item}_usd_{row.unit}"] for row in step.ledger)
        co2e = sum(float(row.amount[0]) * values[f"emission.{row.item}_kg_{row.unit}"] for row in step.ledger)
        assert step.cost_usd_t == pytest.approx(usd / fed.dry_t)
        assert step.co2e_kg_t == pytest.approx(co2e / fed.dry_t)


def test_a_tenth_of_the_mud_gives_a_tenth_of_the_oxide_at_the_same_cost_per_tonne() -> None:
    found = []
    for mass_t in (1_000.0, 100.0):
        _, values, _, refined = played(mass_t=mass_t)
        used_usd = [step.cost_usd_t for step in service.steps_done(refined, values)]
        found.append((service.oxide_kg(refined) / mass_t, used_usd, service.chain_recovery(refined)))
    for one, other in zip(*found, strict=True):
        assert one == pytest.approx(other, rel=1e-9)


def test_products_hold_the_oxides_counted_by_element() -> None:
    """Derived: product mass times purity, summed, is the oxide of all elements in products named after them."""
    scenario, values, _, refined = played()
    products = service.products(refined, values, scenario.processing.separation)
    pure = sum(product.mass_kg * product.purity for product in products if product.purity is not None)
    assert pure == pytest.approx(service.oxide_kg(refined).sum(), rel=1e-12)
    chain = service.chain_recovery(refined) * refined.received.total_kg[0, REY] * OXIDE_FACTOR[REY]
    assert service.oxide_kg(refined) == pytest.approx(chain)
    price = values["price.oxide_dy_usd_kg"] * values["toll.payability"]
    dysprosium = next(product for product in products if product.name == "Dy")
    assert dysprosium.value_usd == pytest.approx(dysprosium.mass_kg * price)
    assert service.value_usd(refined, values, "own_circuit") == pytest.approx(
        service.value_usd(refined, values, "toll") / values["toll.payability"]
    )


def test_a_chain_without_steps_or_separation_has_no_oxides() -> None:
    for sets in (("processing.steps=[]",), CHAINS[5]):
        scenario, values, _, refined = played(*sets)
        assert service.products(refined, values, scenario.processing.separation) == []
        assert not service.oxide_kg(refined).any()
        assert service.circuits(refined, values, scenario.processing) == []
    stored = played("processing.steps=[]")[-1]
    assert service.chain_recovery(stored).tolist() == [1.0] * len(ELEMENTS)
    assert (service.losses(stored), service.heaps(stored), service.days(stored)) == ([], [], (None, None))


def test_a_parcel_is_as_long_in_the_plant_as_capacity_says() -> None:
    """Derived: 1,000 t at 150 t/d and 3 d of lag; what the kilns give in it at 1,000 kg/d, and 60 d of toll."""
    refined = played()[-1]
    mixed, separate = service.days(refined)
    assert mixed == pytest.approx(1_000.0 / 150.0 + 3.0, abs=1e-4)
    assert refined.batches is not None
    assert separate == pytest.approx(mixed + refined.batches.reo_kg.sum() / 1_000.0 + 60.0, abs=1e-4)


def test_toggling_beneficiation_puts_it_where_it_belongs_and_twice_changes_nothing() -> None:
    scenario = load_scenario("pilot-2027")
    once = service.toggled(scenario)
    assert "beneficiate" in once.processing.steps
    assert step_problems(once.processing.steps) == []
    assert service.toggled(once).processing.steps == scenario.processing.steps


def test_residue_and_mixed_oxide_are_weighed_by_their_activity() -> None:
    """Derived: 1 ppm U and 1 ppm Th are 0.0124 and 0.0041 Bq/g."""
    heaps = {heap.name: heap for heap in service.heaps(played()[-1])}
    assert {"residue", "mixed oxide"} <= set(heaps)
    assert heaps["residue"].exempt
    rich = {heap.name: heap for heap in service.heaps(played("tracer.th_ppm=200", "host.th_apatite_share=0")[-1])}
    assert rich["residue"].activity_bq_g > heaps["residue"].activity_bq_g + 0.5


def test_hydrogen_fluoride_follows_the_share_released() -> None:
    one, two = (service.fluoride_kg(played(f"leach.hf_release_share={share}")[-1])["leach"] for share in (0.01, 0.02))
    assert two == pytest.approx(2.0 * one)
    assert "leach" not in service.fluoride_kg(played("leach.hf_release_share=0")[-1])
