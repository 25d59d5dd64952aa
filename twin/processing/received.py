"""Mud as the plants receive it: constituents by host, and the sea salt in its water."""

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from ops_data.elements import CONSTITUENTS
from ops_data.units import GRAMS_PER_KG, KG_PER_TONNE, PERCENT, PPM
from twin.models.composition import SEA_SALT, Hosts, element_shares, phosphate
from twin.processing.lot import (
    APATITE,
    AT,
    DISSOLVED,
    MANGANESE_OXIDE,
    MATRIX,
    PHASES,
    REY,
    Floats,
    Lot,
    lot,
    rare_earths_kg,
)

SALT_CONTENT: Final = np.array([SEA_SALT.get(name, 0.0) for name in CONSTITUENTS])
_PERCENT: Final = {"Fe": "fe", "Al": "al", "Ca": "ca_matrix", "S": "s", "Mn": "mn", "Na": "na"}
_PPM: Final = {"U": "u", "Th": "th"}


def hosts(values: Mapping[str, float]) -> Hosts:
    """Return where constituents sit, from quantity values by key."""
    matrix = {name: values[f"tracer.{key}_percent"] * PERCENT for name, key in _PERCENT.items()}
    matrix |= {name: values[f"tracer.{key}_ppm"] * PPM for name, key in _PPM.items()}
    return Hosts(
        ree_apatite=values["host.ree_apatite_share"],
        ce_apatite=values["host.ce_apatite_share"],
        ce_manganese=min(values["host.ce_manganese_share"], 1.0 - values["host.ce_apatite_share"]),
        fe_manganese=values["host.fe_manganese_share"],
        u_apatite=values["host.u_apatite_share"],
        th_apatite=values["host.th_apatite_share"],
        apatite_rey_ppm=values["host.apatite_rey_ppm"],
        apatite_p=values["host.apatite_p_percent"] * PERCENT,
        matrix=matrix,
    )


def solids_kg(dry_t: ArrayLike, grade_ppm: ArrayLike, reference: ArrayLike, where: Hosts) -> Floats:
    """Return the mass of each constituent in dry solids of a grade [kg], shape (n, len(CONSTITUENTS)).

    Parameters
    ----------
    dry_t : dry solids [t], 0 or more, shape (n,).
    grade_ppm : ΣREY per dry solids [mass ppm], shape (n,).
    reference : shares of the rare earths in poor mud, in the order of ``ELEMENTS``.
    where : the hosts.
    """
    dry, grade = np.atleast_1d(np.asarray(dry_t, np.float64)), np.asarray(grade_ppm, np.float64)
    found = np.zeros((len(dry), len(CONSTITUENTS)))
    found[:, REY] = rare_earths_kg(dry, "dry", grade, "dry")[:, np.newaxis] * element_shares(grade, reference)
    for name, per_kg in where.matrix.items():
        found[:, AT[name]] = dry * KG_PER_TONNE * per_kg
    for name, per_solids in phosphate(grade, where).items():
        found[:, AT[name]] += dry * KG_PER_TONNE * per_solids
    return found


def salt_kg(salt_t: ArrayLike) -> Floats:
    """Return the mass of each constituent in sea salt [kg], shape (n, len(CONSTITUENTS))."""
    found: Floats = np.multiply.outer(np.asarray(salt_t, np.float64) * KG_PER_TONNE, SALT_CONTENT)
    return found


def sea_salt_t(water_t: ArrayLike, values: Mapping[str, float]) -> Floats:
    """Return the sea salt in water of the slurry [t]: water of the sea bed, as mud and circulation bring it."""
    found: Floats = np.asarray(water_t, np.float64) * values["water.bottom_salinity_g_kg"] / GRAMS_PER_KG
    return found


def received(
    wet_t: ArrayLike, dry_t: ArrayLike, water_t: ArrayLike, salt_t: ArrayLike, content_kg: Floats, where: Hosts
) -> Lot:
    """Return a batch of lots of mud with its constituents by host.

    Parameters
    ----------
    wet_t, dry_t, water_t, salt_t : masses [t], shape (n,); the salt is part of the water.
    content_kg : mass of each constituent in the solids [kg], shape (n, len(CONSTITUENTS)).
    where : the hosts.

    Notes
    -----
    All phosphorus and fluorine are phosphate; calcium is phosphate up to five atoms per three of phosphorus. Manganese
    is manganese oxide. What no host claims is in the matrix. The water holds sea salt.
    """
    shares = np.zeros((len(PHASES), len(CONSTITUENTS)))
    shares[APATITE, REY] = where.ree_apatite
    shares[APATITE, [AT["Ce"], AT["U"], AT["Th"]]] = where.ce_apatite, where.u_apatite, where.th_apatite
    shares[APATITE, [AT["P"], AT["F"]]] = 1.0
    shares[MANGANESE_OXIDE, [AT["Ce"], AT["Fe"], AT["Mn"]]] = where.ce_manganese, where.fe_manganese, 1.0
    content = content_kg[:, np.newaxis, :] * shares
    of_phosphate = phosphate(where.apatite_rey_ppm / where.ree_apatite, where)  # per kg of phosphate, all of it
    with_phosphorus = content_kg[:, AT["P"]] * float(of_phosphate["Ca"] / of_phosphate["P"])
    content[:, APATITE, AT["Ca"]] = np.minimum(content_kg[:, AT["Ca"]], with_phosphorus)
    content[:, MATRIX] = np.maximum(content_kg - content.sum(axis=1), 0.0)
    content[:, DISSOLVED] = salt_kg(salt_t)
    return lot(wet_t, dry_t, water_t, salt_t, content, where="mud received")
