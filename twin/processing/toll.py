"""Toll treatment: another company separates the mixed oxide and gives back oxides of stated recovery and purity."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from ops_data.elements import ELEMENTS
from ops_data.errors import ModelError
from twin.processing.lot import OXIDE_FACTOR, REY, Floats, Lot, Stepped, share
from twin.processing.oxides import PRODUCTS, named, oxide_lots, reo_kg, rest

SERIES: Final = (
    "La",
    "Ce",
    "Pr",
    "Nd",
    "Sm",
    "Eu",
    "Gd",
    "Tb",
    "Dy",
    "Ho",
    "Y",
    "Er",
    "Tm",
    "Yb",
    "Lu",
)  # as extracted


@dataclass(frozen=True, slots=True)
class Terms:
    """What a toll contract grants.

    Attributes
    ----------
    recovery_share : of every rare earth given, what comes back as a product named after it [1].
    purity_share : oxides a product is named after, per all oxides in it [1].
    ndpr_split_share : of praseodymium and neodymium, what is asked for as two oxides, not as one mixed [1].
    """

    recovery_share: float
    purity_share: float
    ndpr_split_share: float


def terms(values: Mapping[str, float]) -> Terms:
    """Return the terms from a scenario's quantities; ModelError names a share that is not between 0 and 1."""
    names = ("toll.recovery", "toll.purity", "separation.ndpr_split_share")
    recovery, pure, split = (float(share(name, values[name])) for name in names)
    if pure == 0.0:
        raise ModelError("'toll.purity' is 0; a product holds some of what it is named after; raise it")
    return Terms(recovery, pure, split)


def toll(batch: Lot, granted: Terms) -> Stepped:
    """Return the oxides a toll treatment gives back for lots of mixed oxide.

    Parameters
    ----------
    batch : n lots of mixed rare-earth oxide or oxalate, given away whole.
    granted : recovery, purity and how Nd and Pr are asked for.

    Returns
    -------
    Products by name (see ``PRODUCTS``), the loss ``toll_residue`` (rare earths not given back, all tracers, water) and
    the utility ``toll_kg``: rare earths given, as oxides.

    Notes
    -----
    Product k gets the recovery r of its own elements. Its impurity is oxide of the elements next to it in the
    extraction series, out of the 1 - r that the owner of those elements does not get: O_k (1 - p)/p for purity p. Where
    less than that is there (a feed of one element, r near 1), the product is purer than granted.

    Examples
    --------
    >>> from twin.processing.lot import lot
    >>> mixed = lot([1.0], [0.03], [0.0], [0.0], np.ones((1, 5, 26)))
    >>> done = toll(mixed, Terms(0.95, 0.995, 1.0))
    >>> done.product.total_kg[0, :5].round(3).tolist(), done.utilities["toll_kg"].round(1).tolist()
    ([0.0, 0.0, 0.012, 4.75, 0.012], [87.7])
    """
    given_kg = batch.total_kg[:, REY]
    own, pool = given_kg * granted.recovery_share, given_kg * (1.0 - granted.recovery_share)
    shares = {"NdPr": 1.0 - granted.ndpr_split_share, "Nd": granted.ndpr_split_share, "Pr": granted.ndpr_split_share}
    mains = {name: own * named(name) * shares.get(name, 1.0) for name in PRODUCTS}
    claims = {name: _foreign(name, main, pool, granted.purity_share) for name, main in mains.items()}
    claimed: Floats = np.sum(list(claims.values()), axis=0)
    granted_part = np.divide(pool, claimed, out=np.ones_like(pool), where=claimed > pool)
    products = {name: oxide_lots(_all(mains[name] + claims[name] * granted_part), batch) for name in PRODUCTS}
    return Stepped(products, {"toll_residue": rest(batch, products.values())}, {"toll_kg": reo_kg(batch)})


def _foreign(name: str, main_kg: Floats, pool_kg: Floats, purity: float) -> Floats:
    """Return what a product would take of its neighbours' elements [kg] to be no purer than granted, shape (n, 15)."""
    places = [SERIES.index(element) for element in PRODUCTS[name]]
    beside = {place + step for place in places for step in (-1, 1)} - set(places)
    near = np.array([float(SERIES.index(element) in beside) for element in ELEMENTS])
    oxides = pool_kg * near * OXIDE_FACTOR[REY]
    there = oxides.sum(axis=1, keepdims=True)
    wanted = (main_kg @ OXIDE_FACTOR[REY])[:, np.newaxis] * (1.0 - purity) / purity
    part = np.divide(np.minimum(wanted, there), there, out=np.zeros_like(there), where=there > 0.0)
    found: Floats = pool_kg * near * part
    return found


def _all(rare_earths_kg: Floats) -> Floats:
    """Return masses of the rare earths [kg] as masses of all constituents, those of tracers zero."""
    return np.pad(rare_earths_kg, ((0, 0), (0, len(OXIDE_FACTOR) - len(ELEMENTS))))
