"""What separation sells: the oxides by name, the elements each is named after, and how pure it came out."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from ops_data.elements import ELEMENTS
from ops_data.errors import ModelError, did_you_mean
from twin.processing.lot import OXIDE_FACTOR, PRECIPITATE, REY, Floats, Lot, empty, mix

# product → the elements it is named after, in the order in which acidic extractants take them
PRODUCTS: Final[Mapping[str, tuple[str, ...]]] = {
    "Nd": ("Nd",),
    "Pr": ("Pr",),
    "NdPr": ("Pr", "Nd"),
    "Dy": ("Dy",),
    "Tb": ("Tb",),
    "Y": ("Y",),
    "SEG": ("Sm", "Eu", "Gd"),
    "LaCe": ("La", "Ce"),
    "heavy": ("Ho", "Er", "Tm", "Yb", "Lu"),
}


def named(product: str) -> Floats:
    """Return which rare earths a product is named after, 1 or 0, shape (15,); ModelError for an unknown product.

    Examples
    --------
    >>> named("NdPr").sum().tolist()
    2.0
    """
    if product not in PRODUCTS:
        raise ModelError(f"'{product}' is no product of separation; {did_you_mean(product, PRODUCTS)}")
    return np.array([float(element in PRODUCTS[product]) for element in ELEMENTS])


def purity(product: str, lots: Lot) -> Floats:
    """Return the purity of a product: oxides of the elements it is named after per all oxides in it.

    Parameters
    ----------
    product : a name of ``PRODUCTS``.
    lots : n lots of it.

    Returns
    -------
    Mass share [1], shape (n,); nan for a lot that holds nothing.

    Notes
    -----
    All rare earths and all tracers count, each as its oxide of trade.

    Examples
    --------
    >>> from twin.processing.lot import AT
    >>> lots = oxide_lots(np.eye(26)[[AT["Dy"]]] * 995.0 + np.eye(26)[[AT["Ho"]]] * 5.0, empty(1))
    >>> purity("Dy", lots).round(4).tolist()
    [0.995]
    """
    oxides = lots.total_kg * OXIDE_FACTOR
    whole = oxides.sum(axis=1)
    nothing = np.full(len(lots), np.nan)
    found: Floats = np.divide(oxides[:, REY] @ named(product), whole, out=nothing, where=whole > 0.0)
    return found


def oxide_lots(mass_kg: Floats, source: Lot) -> Lot:
    """Return lots of oxide that hold given masses, taken out of lots that went into separation.

    Parameters
    ----------
    mass_kg : constituents of the oxide [kg], shape (n, constituents), at most what the source holds.
    source : the n lots they come from.

    Notes
    -----
    The solids of the source, dry or dissolved, and the mud they stand for are shared out by mass of oxides; a product
    is dry and has no salt.
    """
    held = source.total_kg @ OXIDE_FACTOR
    taken = np.divide(mass_kg @ OXIDE_FACTOR, held, out=np.zeros_like(held), where=held > 0.0)
    lots = empty(len(source))
    content = lots.content_kg
    content[:, PRECIPITATE] = mass_kg
    return replace(lots, wet_t=source.wet_t * taken, dry_t=source.solids_t * taken, content_kg=content)


def rest(source: Lot, products: Iterable[Lot]) -> Lot:
    """Return what is left of lots once products are taken out: every phase gives in proportion, the water stays.

    Parameters
    ----------
    source : n lots that went into separation.
    products : lots of :func:`oxide_lots` out of them.
    """
    made = mix([empty(len(source)), *products])
    before = source.total_kg
    kept = np.divide(before - made.total_kg, before, out=np.ones_like(before), where=before > 0.0)
    solids = source.solids_t
    dry = np.divide(solids - made.dry_t, solids, out=np.ones_like(solids), where=solids > 0.0)
    return replace(
        source,
        wet_t=np.maximum(source.wet_t - made.wet_t, 0.0),
        dry_t=source.dry_t * np.maximum(dry, 0.0),
        dissolved_t=source.dissolved_t * np.maximum(dry, 0.0),
        content_kg=source.content_kg * np.maximum(kept, 0.0)[:, np.newaxis, :],
    )


def reo_kg(lots: Lot) -> Floats:
    """Return all rare earths of lots as oxides of trade [kg], shape (n,).

    Examples
    --------
    >>> reo_kg(empty(2)).tolist()
    [0.0, 0.0]
    """
    found: Floats = lots.total_kg[:, REY] @ OXIDE_FACTOR[REY]
    return found
