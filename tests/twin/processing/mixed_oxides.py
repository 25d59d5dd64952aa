"""Mixed oxide for tests of separation: what the mud becomes, odd batches, and plants by stated values."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from ops_data.elements import ELEMENTS
from ops_data.reference import parameters
from twin.models.composition import element_shares
from twin.processing.lot import AT, OXIDE_FACTOR, PHASES, PRECIPITATE, Lot, lot
from twin.processing.own_circuit import Plant, plant

VALUES: Final[Mapping[str, float]] = {key: row.value for key, row in parameters().items()}
CERIUM_LEACHED: Final = 0.2  # of what other rare earths are: most cerium stays in manganese oxide

LIGHT: Final = {"La": 20.0, "Pr": 6.0, "Nd": 25.0, "Sm": 5.0}
YTTRIUM: Final = {"Y": 70.0, "Dy": 30.0}


def mud_kg(total_kg: float = 1_000.0) -> dict[str, float]:
    """Return rare earths [kg] in the proportions of leached mud of 2,650 ppm, without tracers."""
    shares = dict(zip(ELEMENTS, element_shares(2_650.0).tolist(), strict=True))
    shares["Ce"] *= CERIUM_LEACHED
    whole = sum(shares.values())
    return {name: total_kg * share / whole for name, share in shares.items()}


def oxide(*batches: Mapping[str, float]) -> Lot:
    """Return dry lots of oxide that hold constituents given by name [kg]."""
    content_kg = np.zeros((len(batches), len(PHASES), len(AT)))
    for row, batch in enumerate(batches):
        for name, mass_kg in batch.items():
            content_kg[row, PRECIPITATE, AT[name]] = mass_kg
    dry_t = content_kg[:, PRECIPITATE] @ OXIDE_FACTOR / 1e3
    none = np.zeros(len(batches))
    return lot(400.0 * dry_t, dry_t, none, none, content_kg)


def owned(extractant: str = "pc88a", extrapolate: bool = True, changed: Mapping[str, float] | None = None) -> Plant:
    """Return an own plant by stated values, with some of them changed."""
    return plant({**VALUES, **(changed or {})}, extractant, extrapolate)
