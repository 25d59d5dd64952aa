"""The step "separate": mixed rare-earth oxide → separate oxides, by toll treatment or in an own extraction plant."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ops_data.errors import ModelError, did_you_mean
from twin.processing.lot import Lot, Stepped
from twin.processing.own_circuit import Plant, own_circuit, plant
from twin.processing.toll import Terms, terms, toll

ROUTES: Final = ("toll", "own_circuit")
EXTRACTANTS: Final = ("pc88a", "d2ehpa")


@dataclass(frozen=True, slots=True)
class Separation:
    """How mixed oxide is separated.

    Attributes
    ----------
    route : one of ``ROUTES``.
    toll_terms : what a toll treatment grants.
    owned : the plant of an own circuit.
    """

    route: str
    toll_terms: Terms
    owned: Plant


def parameters(values: Mapping[str, float], *, separation: str, extractant: str, extrapolate: bool) -> Separation:
    """Return the parameters of the step from a scenario's quantities and settings; ModelError names what is wrong."""
    for name, word, words in (("separation", separation, ROUTES), ("extractant", extractant, EXTRACTANTS)):
        if word not in words:
            raise ModelError(f"'{name}' is '{word}'; {' or '.join(words)} is needed; {did_you_mean(word, words)}")
    return Separation(separation, terms(values), plant(values, extractant, extrapolate))


def separate(batch: Lot, plan: Separation) -> Stepped:
    """Return the oxides made of separation batches, what is lost and what was used; each lot is one batch.

    Products are named in ``oxides.PRODUCTS``.
    """
    if plan.route == "toll":
        return toll(batch, plan.toll_terms)
    return own_circuit(batch, plan.owned)
