"""Value of the oxides in mud. Truth: derived; what is paid for a parcel is paid for what was in it."""

import numpy as np
import pytest

from twin.plant_feed import feed
from twin.plant_service import made_of, value_usd
from twin.processing import beneficiate
from twin.processing.ledger import entries, total
from twin.processing.valuation import beneficiation_saving, paid_usd_kg, payable_share
from twin.scenario import load_scenario


def test_the_price_of_mud_by_constituent_adds_up_to_that_of_its_oxides() -> None:
    scenario = load_scenario("pilot-2027")
    values = {key: quantity.value for key, quantity in scenario.quantities.items()}
    refined = made_of(scenario, feed(scenario, 1_000.0, "dry", None, None))
    assert refined.separation is not None
    paid = paid_usd_kg(refined.received, refined.separation.made.products, values, payable_share(values, "toll"))
    assert float(paid @ refined.received.solid_kg[0]) == pytest.approx(value_usd(refined, values, "toll"))


def test_beneficiation_must_save_what_its_tailings_are_worth_and_what_it_costs() -> None:
    """Derived: by hand from the tailings of the step and its own ledger; tailings are dumped in any case."""
    scenario = load_scenario("pilot-2027")
    values = {key: quantity.value for key, quantity in scenario.quantities.items()}
    refined = made_of(scenario, feed(scenario, 1_000.0, "dry", None, None))
    needed = beneficiation_saving(refined, values, scenario.processing)
    assert needed is not None
    assert refined.separation is not None
    done = beneficiate.beneficiate(refined.received, beneficiate.parameters(values))
    paid = paid_usd_kg(refined.received, refined.separation.made.products, values, 0.75)
    tailings = done.losses["tailings"]
    lost_usd = float(paid @ tailings.solid_kg[0])
    cost_usd = total([entry for entry in entries("beneficiate", done, values) if entry.item != "residue"])[0]
    assert values["toll.payability"] == 0.75
    assert float(needed.lost_usd_t) == pytest.approx(lost_usd / 1_000.0)
    assert float(needed.needed_usd_t_discarded) == pytest.approx((lost_usd + cost_usd) / float(tailings.dry_t[0]))


def test_without_separate_oxides_or_mud_nothing_is_to_be_saved() -> None:
    scenario = load_scenario("pilot-2027", ['processing.steps=["leach"]'])
    values = {key: quantity.value for key, quantity in scenario.quantities.items()}
    refined = made_of(scenario, feed(scenario, 1.0, "dry", None, None))
    assert beneficiation_saving(refined, values, scenario.processing) is None
    assert np.isfinite(payable_share(values, "own_circuit"))
