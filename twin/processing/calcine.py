"""Calcination: a wet cake of rare-earth oxalates becomes dry mixed oxide."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from ops_data.units import KG_PER_TONNE
from twin.models.limits import not_negative
from twin.processing.lot import AT, DISSOLVED, PRECIPITATE, Lot, Stepped, empty, less, oxides_t, share, split

MIXED_OXIDE: Final = "mixed_oxide"
DUST: Final = "dust"
OFF_GAS: Final = "off_gas"
_VOLATILE: Final = (AT["F"], AT["Cl"])


@dataclass(frozen=True, slots=True)
class Calcination:
    """How the kiln works.

    Attributes
    ----------
    yield_share : solids that are packed as oxide [1], 0 to 1; the rest is dust.
    heat_kwh_kg : fuel burnt per mass of oxide made [kWh/kg], 0 or more.
    """

    yield_share: float
    heat_kwh_kg: float


def parameters(values: Mapping[str, float]) -> Calcination:
    """Return the parameters of the step from a scenario's quantities; ModelError names a value out of range.

    Parameters
    ----------
    values : key → value, of ``calcine.yield_share`` and ``calcine.heat_kwh_kg``.
    """
    key = "calcine.heat_kwh_kg"
    return Calcination(
        yield_share=float(share("calcine.yield_share", values["calcine.yield_share"])),
        heat_kwh_kg=float(not_negative("calcine", f"'{key}'", values[key], "correct the parameter")),
    )


def calcine(cake: Lot, kiln: Calcination) -> Stepped:
    """Return the mixed oxide of a batch of cake.

    Parameters
    ----------
    cake : n lots.
    kiln : parameters of the step.

    Returns
    -------
    Product ``mixed_oxide`` (no water); losses ``off_gas`` (the water; fluorine and chlorine of the cake, as hydrogen
    halides) and ``dust``; utility ``heat_kwh``, shape (n,).

    Notes
    -----
    Everything else that the cake's water held stays as a solid with the oxide. All chlorine and fluorine are counted
    as gas: the high end, for sodium chloride partly stays. Carbon of the oxalate is not counted; the mass of solids is
    that of the oxides of trade, which calcination at 800-1,000 °C in air gives.

    Examples
    --------
    >>> lots = replace(empty(1), dry_t=np.array([1.0]), water_t=np.array([1.5]))
    >>> done = calcine(lots, Calcination(0.99, 2.0))
    >>> round(float(done.product.dry_t[0]), 2), float(done.product.water_t[0]), done.utilities["heat_kwh"].tolist()
    (0.99, 0.0, [2000.0])
    """
    gas = _gas(cake)
    dried = _dried(less(cake, gas))
    oxide, dust = split(dried, kiln.yield_share, kiln.yield_share)
    return Stepped(
        {MIXED_OXIDE: oxide},
        {OFF_GAS: gas, DUST: dust},
        {"heat_kwh": kiln.heat_kwh_kg * dried.dry_t * KG_PER_TONNE},
    )


def _gas(cake: Lot) -> Lot:
    """Return the water and the halides that leave with the gas, of solids and water alike."""
    gas = empty(len(cake))
    for place in _VOLATILE:
        gas.content_kg[:, :, place] = cake.content_kg[:, :, place]
    of_dry = np.minimum(oxides_t(gas.solid_kg), cake.dry_t)
    of_dissolved = np.minimum(oxides_t(gas.dissolved_kg), cake.dissolved_t)
    return replace(gas, water_t=cake.water_t, dry_t=of_dry, dissolved_t=of_dissolved)


def _dried(cake: Lot) -> Lot:
    """Return the cake with all that was dissolved as solid, its salt among it."""
    content = cake.content_kg.copy()
    content[:, PRECIPITATE] += content[:, DISSOLVED]
    content[:, DISSOLVED] = 0.0
    nothing = np.zeros(len(cake))
    return replace(cake, dry_t=cake.solids_t, dissolved_t=nothing, content_kg=content)
