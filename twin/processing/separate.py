"""The step "separate": mixed rare-earth oxide → separate oxides, by toll treatment or in an own extraction plant."""

from collections.abc import Mapping
from typing import TypeAlias

from ops_data.errors import ModelError, did_you_mean
from ops_data.reference.extraction_rows import EXTRACTANTS
from twin.processing.lot import Lot, Stepped
from twin.processing.own_circuit import Plant, own_circuit, plant
from twin.processing.plants import SEPARATIONS
from twin.processing.toll import Terms, terms, toll

Separation: TypeAlias = Terms | Plant  # what a toll treatment grants, or a plant of one's own


def parameters(values: Mapping[str, float], *, separation: str, extractant: str, extrapolate: bool) -> Separation:
    """Return the parameters of the step from a scenario's quantities and settings; ModelError names what is wrong."""
    for name, word, words in (("separation", separation, SEPARATIONS), ("extractant", extractant, EXTRACTANTS)):
        if word not in words:
            raise ModelError(f"'{name}' is '{word}'; {' or '.join(words)} is needed; {did_you_mean(word, words)}")
    return terms(values) if separation == "toll" else plant(values, extractant, extrapolate)


def separate(batch: Lot, plan: Separation) -> Stepped:
    """Return the oxides made of separation batches, what is lost and what was used; each lot is one batch.

    Products are named in ``oxides.PRODUCTS``.
    """
    return toll(batch, plan) if isinstance(plan, Terms) else own_circuit(batch, plan)
