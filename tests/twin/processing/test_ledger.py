"""The ledger (truth: derived by hand; a sum of rows is the whole)."""

from dataclasses import replace

import numpy as np
import pytest

from ops_data.errors import ModelError
from ops_data.reference import parameters as reference
from tests.twin.processing.random_liquors import liquors
from twin.processing import ledger
from twin.processing.lot import APATITE, AT, DISSOLVED, PRECIPITATE, Stepped, empty
from twin.processing.purify import parameters, purify

VALUES = {key: row.value for key, row in reference().items()}


def test_every_item_has_a_price_and_an_emission_and_no_price_lacks_an_item() -> None:
    items = [name.rpartition("_") for name in ledger.ITEMS]
    assert {f"price.{item}_usd_{unit}" for item, _, unit in items} == {
        key for key in VALUES if key.startswith("price.") and not key.startswith("price.oxide_")
    }
    assert {f"emission.{item}_kg_{unit}" for item, _, unit in items} == {
        key for key in VALUES if key.startswith("emission.")
    }


def test_rows_of_a_step_re_add_to_amount_times_price_and_name_all_it_used() -> None:
    done = purify(liquors(30, 8), parameters(VALUES))
    rows = ledger.entries("purify", done, VALUES)
    by_item = {f"{row.item}_{row.unit}": row for row in rows}
    assert set(done.utilities) | {"residue_t", "effluent_t"} == set(by_item)
    cost = sum(
        float(amount.sum()) * VALUES[f"price.{name.rpartition('_')[0]}_usd_{name.rpartition('_')[2]}"]
        for name, amount in done.utilities.items()
    )
    thrown = float(sum(by_item[name].cost_usd.sum() for name in ("residue_t", "effluent_t")))
    assert ledger.total(rows)[0] == pytest.approx(cost + thrown, rel=1e-12)


def test_acid_given_back_is_a_credit() -> None:
    done = Stepped({"liquor": empty(1)}, {}, {"hcl_kg": np.array([-100.0])})
    (row,) = ledger.entries("purify", done, VALUES)
    assert row.cost_usd.tolist() == [-25.0]
    assert row.co2e_kg.round(9).tolist() == [-110.0]


def test_dumped_solids_and_treated_water_are_counted_and_gas_and_dust_are_not() -> None:
    solid = replace(empty(1), dry_t=np.ones(1), water_t=np.full(1, 2.0))
    losses = {"residue": solid, "spent_liquor": solid, "dust": solid, "off_gas": solid, "return_water": solid}
    rows = ledger.entries("leach", Stepped({"x": empty(1)}, losses), VALUES)
    assert {row.item: row.amount.tolist() for row in rows} == {"residue": [2.0], "effluent": [2.0]}


def test_what_the_ledger_does_not_know_is_named() -> None:
    with pytest.raises(ModelError, match="step leach: 'hcl_t' is nothing the ledger knows; did you mean 'hcl_kg'"):
        ledger.entries("leach", Stepped({"x": empty(1)}, {}, {"hcl_t": np.ones(1)}), VALUES)


def test_oxides_are_worth_their_mass_as_oxide_times_price_and_payability() -> None:
    """Derived: 100 kg Nd are 116.64 kg Nd2O3."""
    lots = empty(1)
    lots.content_kg[0, PRECIPITATE, AT["Nd"]] = 100.0
    value = ledger.oxide_value_usd({"Nd": lots}, VALUES, 0.9)["Nd"]
    assert float(value[0]) == pytest.approx(116.64 * 78.0 * 0.9, rel=1e-4)


def test_mud_is_exempt_and_a_solid_with_a_thousand_ppm_thorium_is_not() -> None:
    """Derived: U 3 ppm, Th 10 ppm in a tonne of dry mud; 1,000 ppm of Th-232 are 4.1 Bq/g."""
    lots = replace(empty(3), dry_t=np.array([1.0, 1.0, 0.0]))
    lots.content_kg[0, APATITE, [AT["U"], AT["Th"]]] = 0.003, 0.010
    lots.content_kg[1, APATITE, AT["Th"]] = 1.0
    found, exempt = ledger.activity(lots)
    assert found.round(2).tolist() == [0.08, 4.06, 0.0]
    assert exempt.tolist() == [1.0, 0.0, 1.0]


def test_fluorine_in_the_gas_is_counted_as_hydrogen_fluoride() -> None:
    gas = empty(1)
    gas.content_kg[0, DISSOLVED, AT["F"]] = 18.998
    done = Stepped({"slurry": empty(1)}, {"off_gas": gas})
    assert ledger.fluoride_released_kg(done).round(3).tolist() == [20.006]
