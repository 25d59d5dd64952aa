"""What the oxides in mud are paid, and what a step that throws some of them away must therefore save."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from twin.models.classification import BreakEven
from twin.processing import beneficiate
from twin.processing.ledger import entries, oxide_value_usd, total
from twin.processing.lot import Floats, Lot
from twin.processing.refinery import Refined, Values
from twin.settings import Processing

TOLL: Final = "toll"


def payable_share(values: Values, separation: str) -> float:
    """Return the share of the price of oxides that is paid [1]: a toll plant's terms, or all of one's own.

    Examples
    --------
    >>> payable_share({"toll.payability": 0.75}, "toll"), payable_share({"toll.payability": 0.75}, "own_circuit")
    (0.75, 1.0)
    """
    return values["toll.payability"] if separation == TOLL else 1.0


def paid_usd_kg(received: Lot, products: Mapping[str, Lot], values: Values, payable: float) -> Floats:
    """Return what a kilogram of each constituent in mud is paid after all losses [USD/kg], shape (constituents,).

    Parameters
    ----------
    received : n lots of mud.
    products : product → lots that all of it became.
    values : key → value, of the keys ``price.oxide_``.
    payable : share of the price that is paid [1], 0 to 1.

    Notes
    -----
    The value of a product is shared out by the mass of what is in it.
    """
    received_kg = received.solid_kg.sum(axis=0)
    paid_usd = np.zeros_like(received_kg)
    for name, lots in products.items():
        masses_kg = lots.total_kg.sum(axis=0)
        value_usd = float(oxide_value_usd({name: lots}, values, payable)[name].sum())
        if masses_kg.any():
            paid_usd += value_usd * masses_kg / masses_kg.sum()
    found: Floats = np.divide(paid_usd, received_kg, out=np.zeros_like(paid_usd), where=received_kg > 0.0)
    return found


def beneficiation_saving(refined: Refined, values: Values, words: Processing) -> BreakEven | None:
    """Return what beneficiation must save to pay; None without separated oxides or without mud.

    Parameters
    ----------
    refined : what the plants made of mud.
    values, words : the scenario's quantity values by key, and its settings of processing.

    Notes
    -----
    The step as the scenario states it, on the mud received, whether the chain has the step or not. It must make up for
    the value of the oxides lost with its tailings and for its own running cost; dumping its tailings is left out, for
    the same solids would be dumped after the leach.
    """
    mud = refined.received
    if refined.separation is None or not mud.dry_t.any():
        return None
    done = beneficiate.beneficiate(mud, beneficiate.parameters(values, words.classifier))
    running = [entry for entry in entries("beneficiate", done, values) if entry.item != "residue"]
    cost_usd = total(running)[0]
    payable = payable_share(values, words.separation)
    paid = paid_usd_kg(mud, refined.separation.made.products, values, payable)
    return beneficiate.saving_needed(mud, done, paid, cost_usd)
