"""Stirred leach tanks with rates by acid and conversion: the form fitted to coal refuse in sulfuric acid.

It is here to be compared with published runs of that form and for rates measured on mud one day; the rate constants of
coal refuse do not describe mud, whose leach follows ``leaching``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ops_data.errors import ModelError
from twin.models.limits import not_negative, positive
from twin.models.roots import increasing_root

Floats = NDArray[np.float64]

WATER_G_MOL: Final = 18.0  # as the published runs count it
BISULFATE_MOL_L: Final = 10**-1.99  # second dissociation of sulfuric acid, dilute, 25 C
MOST_ROUNDS: Final = 100
SETTLED: Final = 1e-12  # relative change of flows from round to round


@dataclass(frozen=True, slots=True, eq=False)
class Oxides:
    """The oxides that react, each of shape (m,).

    Attributes
    ----------
    molar_g : mass of a mole [g/mol].
    protons : taken per mole of oxide [1]; half as many molecules of water form.
    rate_mol_kg_h : rate constant B [mol/(kg h)], 0 or above.
    acid_order : order in acid A [1], 0 or above.
    """

    molar_g: Floats
    protons: Floats
    rate_mol_kg_h: Floats
    acid_order: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Feed:
    """What flows into the first tank.

    Attributes
    ----------
    solid_kg_h : dry solids [kg/h], above 0.
    shares : mass of each oxide per mass of solids [1], above 0, shape (m,).
    solid_density_kg_l : of the grains [kg/L], above 0.
    liquid_l_h : liquid [L/h], above 0.
    proton_mol_l : all protons of the acid, bisulfate included [mol/L], above 0.
    sulfate_mol_l : all sulfate [mol/L], 0 or above; 0 is an acid that dissociates wholly.
    """

    solid_kg_h: float
    shares: Floats
    solid_density_kg_l: float
    liquid_l_h: float
    proton_mol_l: float
    sulfate_mol_l: float


@dataclass(frozen=True, slots=True, eq=False)
class Tank:
    """What leaves a tank: conversion of each oxide since the feed [1], shape (m,); free acid [mol/L]; liquid [L/h]."""

    conversion: Floats
    free_mol_l: float
    liquid_l_h: float


def tanks_in_series(feed: Feed, oxides: Oxides, volumes_l: Sequence[float]) -> list[Tank]:
    """Return the steady state of stirred tanks that solids and liquid pass in the same direction.

    Parameters
    ----------
    feed : solids and acid of the first tank.
    oxides : what reacts, m of them.
    volumes_l : volume of each tank [L], above 0.

    Raises
    ------
    ModelError : a value is out of its range, or a tank does not settle, naming the tank.

    Notes
    -----
    Each oxide dissolves at eps B [H]^A (1 - X)^(2/3) mol/(L h), eps the mass of solids per volume of slurry that
    leaves [kg/L], X its conversion, [H] the free acid with HSO4 = H + SO4 in equilibrium. For given acid the
    conversions are roots of cubics; the acid is the one root of the proton balance, found in a bracket; the flows that
    set eps, which the conversions hardly change, are repeated until they stand still.

    References
    ----------
    Rate form: prommis 1.1.0, prommis/leaching/leach_reactions.py, fitted to Honaker et al., DE-FE0027035.

    Examples
    --------
    One oxide of calcium, order one: more tanks of the same volume in all dissolve more.

    >>> lime = Oxides(np.array([56.08]), np.array([2.0]), np.array([1.0]), np.array([1.0]))
    >>> slurry = Feed(20.0, np.array([0.003]), 2.4, 200.0, 0.1, 0.05)
    >>> one, two = (tanks_in_series(slurry, lime, volumes)[-1] for volumes in ([400.0], [200.0, 200.0]))
    >>> round(float(one.conversion[0]), 3), round(float(two.conversion[0]), 3)
    (0.739, 0.827)
    """
    place = "leach tank"
    solid, density, liquid, acid = (
        float(positive(place, name, value, "correct the feed"))
        for name, value in (
            ("solids [kg/h]", feed.solid_kg_h),
            ("density [kg/L]", feed.solid_density_kg_l),
            ("liquid [L/h]", feed.liquid_l_h),
            ("acid [mol/L]", feed.proton_mol_l),
        )
    )
    sulfate = float(not_negative(place, "sulfate [mol/L]", feed.sulfate_mol_l, "correct the feed"))
    shares = positive(place, "share of an oxide [1]", feed.shares, "leave out what is not there")
    not_negative(place, "rate constant [mol/(kg h)]", oxides.rate_mol_kg_h, "correct the constant")
    not_negative(place, "order in acid [1]", oxides.acid_order, "correct the constant")
    inflow = _Flow(solid, density, solid * 1e3 * shares / oxides.molar_g, liquid, acid * liquid, sulfate * liquid)
    found: list[Tank] = []
    X = np.zeros(len(shares))
    for number, volume in enumerate(volumes_l, start=1):
        size = float(positive(place, "volume [L]", volume, "correct the tank"))
        tank = _one_tank(inflow, oxides, size, X, found[-1].liquid_l_h if found else liquid, number)
        found.append(tank)
        X = tank.conversion
    return found


@dataclass(frozen=True, slots=True, eq=False)
class _Flow:
    """The feed in moles: oxides [mol/h], liquid [L/h], protons and sulfate [mol/h]."""

    solid_kg_h: float
    density_kg_l: float
    oxide_mol_h: Floats
    liquid_l_h: float
    proton_mol_h: float
    sulfate_mol_h: float


def _one_tank(feed: _Flow, oxides: Oxides, volume_l: float, before: Floats, liquid_l_h: float, number: int) -> Tank:
    """Return a tank fed by one of the conversions ``before``; all balances run from the first feed."""
    X, free, flow = before, 0.0, liquid_l_h
    for _ in range(MOST_ROUNDS):
        dissolved = feed.oxide_mol_h * X
        solid = feed.solid_kg_h - float(dissolved @ oxides.molar_g) / 1e3
        pulp = solid / (solid / feed.density_kg_l + flow)
        scale = volume_l * pulp * oxides.rate_mol_kg_h / feed.oxide_mol_h
        free = _free_acid(feed, oxides, scale, before, flow, number)
        X = _conversion(scale * free**oxides.acid_order, before)
        water_mol_h = float((feed.oxide_mol_h * X) @ oxides.protons) / 2.0
        following = feed.liquid_l_h + water_mol_h * WATER_G_MOL / 1e3
        left = feed.solid_kg_h - float((feed.oxide_mol_h * X) @ oxides.molar_g) / 1e3
        if abs(following - flow) <= SETTLED * flow and abs(left - solid) <= SETTLED * solid:
            return Tank(X, free, following)
        flow = following
    raise ModelError(
        f"leach tank {number}: flows still change after {MOST_ROUNDS} rounds; reactions must be small beside the "
        "liquid: check volumes, rates and the solids fed"
    )


def _free_acid(feed: _Flow, oxides: Oxides, scale: Floats, before: Floats, flow_l_h: float, number: int) -> float:
    """Return the free acid [mol/L] at which protons used, free and in bisulfate add up to those fed."""
    held = feed.sulfate_mol_h / flow_l_h
    fed = feed.proton_mol_h / flow_l_h

    def surplus(free: Floats) -> tuple[Floats, Floats]:
        h = free[..., np.newaxis]
        order = oxides.acid_order
        c = scale * h**order
        X = _conversion(c, before)
        y = np.cbrt(1.0 - X)
        slope_c = np.where(h > 0.0, c * order / np.where(h > 0.0, h, 1.0), 0.0)
        rise = y**2 / (1.0 + np.divide(2.0 * c, 3.0 * y, out=np.zeros_like(y), where=y > 0.0)) * slope_c
        per_l = feed.oxide_mol_h * oxides.protons / flow_l_h
        bound = held * free / (free + BISULFATE_MOL_L)
        value = free + bound + (per_l * X).sum(axis=-1) - fed
        return value, 1.0 + held * BISULFATE_MOL_L / (free + BISULFATE_MOL_L) ** 2 + (per_l * rise).sum(axis=-1)

    found = increasing_root(surplus, np.zeros(1), np.array([fed]), lambda _: f"leach tank {number}: free acid [mol/L]")
    return float(found[0])


def _conversion(c: Floats, before: Floats) -> Floats:
    """Return X with X - X0 = c (1 - X)^(2/3), c 0 or above, by Newton's steps on y = (1 - X)^(1/3) from above.

    The cubic y^3 + c y^2 - (1 - X0) is convex and rising for y > 0, so the steps fall to its root and never pass it.
    """
    rest = 1.0 - before
    y = np.broadcast_to(np.cbrt(rest), np.broadcast_shapes(c.shape, rest.shape)).copy()
    for _ in range(MOST_ROUNDS):
        slope = y * (3.0 * y + 2.0 * c)
        step = np.divide(y**3 + c * y**2 - rest, slope, out=np.zeros_like(y), where=slope > 0.0)
        y = y - step
        if np.all(np.abs(step) <= 1e-14 * (1.0 + np.abs(y))):
            return np.asarray(1.0 - y**3)
    raise ModelError("leach tank: conversion did not settle; rate and order must be finite: check the rate constants")
