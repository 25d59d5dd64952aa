"""What the plants made of what they received: recovery step by step, and every stream from place to place."""

from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np

from twin.processing.lot import OXIDE_FACTOR, REY, Floats, Lot, reagent_stream
from twin.processing.oxides import named
from twin.processing.received import salt_kg
from twin.processing.refinery import Done, Refined
from twin.settings import Step

MAINLAND, REAGENTS, RECOVERED = "mainland", "reagents", "recovered acid"
BRINE: Final = "sea water in the mud"
STEP_PLACES: Final[Mapping[Step, str]] = {
    "dewater": "land dewatering", "beneficiate": "beneficiation", "leach": "leach", "solid_liquid": "washing",
    "purify": "purification", "calcine": "calcination", "separate": "separation",
}  # fmt: skip


class Stream(NamedTuple):
    """Mass of every constituent that went from one place to another [kg], shape (len(CONSTITUENTS),)."""

    source: str
    target: str
    kind: str
    mass_kg: Floats


def sold_kg(products: Mapping[str, Lot]) -> Floats:
    """Return the oxide of each element in products that are named after it [kg], shape (lots, len(ELEMENTS)).

    An element that fouls another's product is not sold as its own.
    """
    found = [lots.total_kg[:, REY] * OXIDE_FACTOR[REY] * named(product) for product, lots in products.items()]
    return np.asarray(np.sum(found, axis=0))


def recovered_kg(done: Done) -> tuple[Floats, Floats]:
    """Return the rare earths fed to a step and those of them that it recovers [kg], all lots, shape (15,) each.

    Notes
    -----
    Leaching recovers what is dissolved when it ends; solid-liquid separation, of that, what goes on with the liquor;
    separation what is in products named after the element; every other step what is in its product. So the recoveries
    of a chain multiply to that of the whole, up to what a liquor's solids or a product's water carry.
    """
    fed = (done.fed.dissolved_kg if done.step == "solid_liquid" else done.fed.total_kg)[:, REY].sum(axis=0)
    if done.step == "separate":
        return fed, sold_kg(done.made.products).sum(axis=0) / OXIDE_FACTOR[REY]
    product = done.made.product
    return fed, (product.dissolved_kg if done.step == "leach" else product.total_kg)[:, REY].sum(axis=0)


def plant_streams(refined: Refined) -> list[Stream]:
    """Return where the mass of every constituent went once it was on the mainland, sea salt and reagents with it.

    Notes
    -----
    What enters a place leaves it or is held in it, constituent by constituent.
    """
    received = refined.received
    arrived = received.total_kg.sum(axis=0)
    found = [Stream(BRINE, MAINLAND, "reagent", salt_kg(received.salt_t).sum(axis=0))]
    if not refined.done:
        return [*found, Stream(MAINLAND, f"held: {MAINLAND}", "held", arrived)]
    found.append(Stream(MAINLAND, STEP_PLACES[refined.done[0].step], "flow", arrived))
    onward = [STEP_PLACES[step.step] for step in refined.done[1:]]
    for step, target in zip(refined.done, [*onward, ""], strict=True):
        found += _of_step(step, target)
    return found


def _of_step(step: Done, onward: str) -> list[Stream]:
    """Return what a step was fed with beside its lots, and what became of all; ``onward`` takes its first product."""
    here = STEP_PLACES[step.step]
    found: list[Stream] = []
    for sign, source, target in ((1.0, REAGENTS, here), (-1.0, here, RECOVERED)):
        part = {name: np.maximum(sign * amount, 0.0) for name, amount in step.made.utilities.items()}
        mass_kg = reagent_stream(part, len(step.fed)).total_kg.sum(axis=0)
        found.append(Stream(source, target, "reagent", mass_kg))
    for place, (name, lots) in enumerate(step.made.products.items()):
        leaves = f"oxide {name}" if step.step == "separate" else plain(name)
        target, kind = (onward, "flow") if onward and place == 0 else (leaves, "product")
        found.append(Stream(here, target, kind, lots.total_kg.sum(axis=0)))
    for name, lots in step.made.losses.items():
        found.append(Stream(here, plain(name), "loss", lots.total_kg.sum(axis=0)))
    return found


def plain(name: str) -> str:
    """Return a name in the chain as people write it.

    Examples
    --------
    >>> plain("hydroxide_cake")
    'hydroxide cake'
    """
    return name.replace("_", " ")
