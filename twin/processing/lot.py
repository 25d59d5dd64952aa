"""A batch of lots: what parcels of mud, liquor and product hold, and how they are mixed, split, assayed and checked.

A batch holds n lots at once and every step works on all of them. Content is kept by *phase*, for a step treats the
hosts differently: what sits in fish-bone phosphate, in manganese oxide, in the rest of the solids ("matrix"), in a
solid made on the way ("precipitate") or in the water ("dissolved", sea salt included).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ops_data.elements import ATOMIC_MASS_G_MOL, CONSTITUENT_OXIDE_FACTORS, CONSTITUENTS, ELEMENTS
from ops_data.errors import ModelError, did_you_mean
from ops_data.units import GRAMS_PER_KG, KG_PER_TONNE, PPM

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PHASES: Final = ("apatite", "manganese_oxide", "matrix", "precipitate", "dissolved")
APATITE, MANGANESE_OXIDE, MATRIX, PRECIPITATE, DISSOLVED = range(len(PHASES))
SOLID: Final = slice(APATITE, DISSOLVED)  # all phases but the dissolved one
AT: Final[Mapping[str, int]] = {name: place for place, name in enumerate(CONSTITUENTS)}
REY: Final = slice(0, len(ELEMENTS))  # the fifteen rare earths among the constituents
OXIDE_FACTOR: Final = np.array(CONSTITUENT_OXIDE_FACTORS)

CLOSED: Final = 1e-9  # relative error up to which a balance counts as closed

_M = ATOMIC_MASS_G_MOL
# constituents that a reagent brings, kg per kg; other reagents bring none of those that are counted
REAGENT_CONTENT: Final[Mapping[str, Mapping[str, float]]] = {
    "hcl_kg": {"Cl": _M["Cl"] / (_M["H"] + _M["Cl"])},
    "h2so4_kg": {"S": _M["S"] / (2 * _M["H"] + _M["S"] + 4 * _M["O"])},
    "naoh_kg": {"Na": _M["Na"] / (_M["Na"] + _M["O"] + _M["H"])},
}
WATER: Final = "fresh_water_t"  # the utility that brings water


@dataclass(frozen=True, eq=False)
class Lot:
    """A batch of n lots.

    Attributes
    ----------
    wet_t : in-situ mud that the solids came as [t], shape (n,).
    dry_t : salt-free solids [t], shape (n,).
    dissolved_t : what was solid and is now dissolved in the water, as oxides [t], shape (n,); no sea salt, no reagents.
    water_t : water with its sea salt [t], shape (n,).
    salt_t : sea salt in that water [t], shape (n,).
    content_kg : mass by phase and constituent [kg], shape (n, len(PHASES), len(CONSTITUENTS)).
    """

    wet_t: Floats
    dry_t: Floats
    dissolved_t: Floats
    water_t: Floats
    salt_t: Floats
    content_kg: Floats

    def __len__(self) -> int:
        return len(self.dry_t)

    @property
    def solids_t(self) -> Floats:
        """Dry solids and what of them is dissolved [t], shape (n,)."""
        return self.dry_t + self.dissolved_t

    @property
    def total_kg(self) -> Floats:
        """Mass of each constituent over all phases [kg], shape (n, len(CONSTITUENTS))."""
        total: Floats = self.content_kg.sum(axis=1)
        return total

    @property
    def solid_kg(self) -> Floats:
        """Mass of each constituent in solids [kg], shape (n, len(CONSTITUENTS))."""
        total: Floats = self.content_kg[:, SOLID].sum(axis=1)
        return total

    @property
    def dissolved_kg(self) -> Floats:
        """Mass of each constituent in the water [kg], shape (n, len(CONSTITUENTS))."""
        return self.content_kg[:, DISSOLVED]


@dataclass(frozen=True, eq=False)
class Stepped:
    """What a step makes of a batch: products, losses and what it used.

    Attributes
    ----------
    products : name → lots; the first is what the next step takes.
    losses : name → lots that leave the chain.
    utilities : name with unit → amount per lot, shape (n,); a negative amount is a credit (acid given back).
    """

    products: Mapping[str, Lot]
    losses: Mapping[str, Lot]
    utilities: Mapping[str, Floats] = field(default_factory=dict)

    @property
    def product(self) -> Lot:
        """What the next step takes."""
        return next(iter(self.products.values()))


def lot(
    wet_t: ArrayLike, dry_t: ArrayLike, water_t: ArrayLike, salt_t: ArrayLike, content_kg: ArrayLike, where: str = "lot"
) -> Lot:
    """Return a batch of lots of mud, checked; nothing of their solids is dissolved yet.

    Parameters
    ----------
    wet_t, dry_t, water_t, salt_t : masses [t], 0 or more, shape (n,).
    content_kg : masses by phase and constituent [kg], 0 or more, shape (n, phases, constituents).
    where : what an error message calls it.

    Raises
    ------
    ModelError : a mass is negative or not finite, or shapes do not agree; the message names field and lot.
    """
    given = {"wet_t": wet_t, "dry_t": dry_t, "water_t": water_t, "salt_t": salt_t, "content_kg": content_kg}
    arrays = {name: np.asarray(values, np.float64) for name, values in given.items()}
    lots = len(arrays["dry_t"]) if arrays["dry_t"].ndim else 0
    shapes = dict.fromkeys(arrays, (lots,)) | {"content_kg": (lots, len(PHASES), len(CONSTITUENTS))}
    for name, values in arrays.items():
        if values.shape != shapes[name]:
            raise ModelError(
                f"{where}: '{name}' has shape {values.shape}; {shapes[name]} is needed; give one entry per lot"
            )
        bad = np.argwhere(~(np.isfinite(values) & (values >= 0.0)))
        if len(bad):
            raise ModelError(_bad_mass(where, name, values, tuple(bad[0].tolist())))
    return Lot(dissolved_t=np.zeros(lots), **arrays)


def _bad_mass(where: str, name: str, values: Floats, place: tuple[int, ...]) -> str:
    unit = "kg" if name == "content_kg" else "t"
    named = f" of {CONSTITUENTS[place[2]]} in phase {PHASES[place[1]]}" if len(place) == 3 else ""
    return (
        f"{where}: '{name}'{named} of lot {place[0]} is {values[place]:g} {unit}; "
        "a mass is a finite number, 0 or more; correct the lot that was given"
    )


def empty(lots: int) -> Lot:
    """Return a batch of lots that hold nothing."""
    zero = np.zeros(lots)
    return Lot(zero, zero, zero, zero, zero, np.zeros((lots, len(PHASES), len(CONSTITUENTS))))


def mix(parts: Sequence[Lot]) -> Lot:
    """Return the sum of batches of equal length, lot by lot; ModelError if there are none or lengths differ."""
    if len({len(part) for part in parts}) != 1:
        lengths = ", ".join(str(len(part)) for part in parts) or "none"
        raise ModelError(f"mix: batches of {lengths} lots; one length is needed; mix batches lot by lot")
    names = [one.name for one in fields(Lot)]
    return Lot(**{name: np.sum([getattr(part, name) for part in parts], axis=0) for name in names})


def pool(batch: Lot, group: Ints, groups: int) -> Lot:
    """Return lots mixed into fewer: the sum of those with the same number of ``group`` (0 to ``groups`` - 1)."""
    found = {}
    for one in fields(Lot):
        values = getattr(batch, one.name)
        found[one.name] = np.zeros((groups, *values.shape[1:]))
        np.add.at(found[one.name], group, values)
    return Lot(**found)


def take(batch: Lot, which: Ints | NDArray[np.bool_]) -> Lot:
    """Return some lots of a batch, by number or by mask."""
    return Lot(**{one.name: getattr(batch, one.name)[which] for one in fields(Lot)})


def split(batch: Lot, solids: ArrayLike, water: ArrayLike, by_phase: ArrayLike | None = None) -> tuple[Lot, Lot]:
    """Return what goes with a share of the solids and a share of the water, and the rest.

    Parameters
    ----------
    batch : n lots.
    solids : share of the dry solids (and of the in-situ mud they came as) [1], 0 to 1, scalar or (n,).
    water : share of the water, its salt and all that is dissolved in it [1], 0 to 1, scalar or (n,).
    by_phase : share of each constituent in the solid phases [1], broadcast to (n, phases - 1, constituents); None: that
        of the solids.

    Raises
    ------
    ModelError : a share is not between 0 and 1.

    Notes
    -----
    The rest is what was fed less what was taken, so both sum to the feed up to rounding.

    Examples
    --------
    >>> one = lot([2.0], [1.0], [4.0], [0.1], np.ones((1, len(PHASES), len(CONSTITUENTS))))
    >>> cake, water = split(one, 0.98, 0.2)
    >>> cake.dry_t.tolist(), water.water_t.round(9).tolist(), cake.total_kg[0, 0].round(9).tolist()
    ([0.98], [3.2], 4.12)
    """
    of_solids = np.broadcast_to(share("solids", solids), batch.dry_t.shape)
    of_water = np.broadcast_to(share("water", water), batch.dry_t.shape)
    of_phase = of_solids[:, np.newaxis, np.newaxis] if by_phase is None else share("by_phase", by_phase)
    content = np.empty_like(batch.content_kg)
    content[:, SOLID] = batch.content_kg[:, SOLID] * of_phase
    content[:, DISSOLVED] = batch.content_kg[:, DISSOLVED] * of_water[:, np.newaxis]
    taken = Lot(
        wet_t=batch.wet_t * of_solids,
        dry_t=batch.dry_t * of_solids,
        dissolved_t=batch.dissolved_t * of_water,
        water_t=batch.water_t * of_water,
        salt_t=batch.salt_t * of_water,
        content_kg=content,
    )
    return taken, less(batch, taken)


def less(batch: Lot, taken: Lot) -> Lot:
    """Return what is left of a batch; rounding below zero counts as nothing left."""
    names = [one.name for one in fields(Lot)]
    return Lot(**{name: np.maximum(getattr(batch, name) - getattr(taken, name), 0.0) for name in names})


def share(name: str, value: ArrayLike) -> Floats:
    """Return a share as an array; ModelError, naming it, unless all of it lies between 0 and 1."""
    found = np.asarray(value, np.float64)
    bad = found[~((found >= 0.0) & (found <= 1.0))]
    if bad.size:
        raise ModelError(f"'{name}' is {bad.flat[0]:g}; a share lies between 0 and 1; correct the parameter")
    return found


def assay_ppm(batch: Lot, constituent: str) -> Floats:
    """Return the grade of a constituent, all phases, per dry solids [mass ppm], shape (n,); nan for a lot without any.

    Raises
    ------
    ModelError : the constituent is not one of those that lots carry.
    """
    if constituent not in AT:
        raise ModelError(f"'{constituent}' is no constituent of a lot; {did_you_mean(constituent, CONSTITUENTS)}")
    mass_kg = batch.total_kg[:, AT[constituent]]
    none = np.full(len(batch), np.nan)
    found: Floats = np.divide(mass_kg / KG_PER_TONNE / PPM, batch.dry_t, out=none, where=batch.dry_t > 0.0)
    return found


def rare_earths_kg(mass_t: ArrayLike, mass_basis: str, grade_ppm: ArrayLike, grade_basis: str) -> Floats:
    """Return rare earths in mud [kg, as elements] from its mass and its grade, both on one basis.

    Parameters
    ----------
    mass_t : mud [t], 0 or more.
    grade_ppm : ΣREY per mass of the same basis [mass ppm], 0 to 1,000,000.
    mass_basis, grade_basis : "wet" (in-situ mud) or "dry" (salt-free solids).

    Raises
    ------
    ModelError : the bases differ or are unknown, or a number is out of its range.

    Examples
    --------
    >>> float(rare_earths_kg(100.0, "dry", 2_000.0, "dry"))
    200.0
    """
    for name, basis in (("mass_basis", mass_basis), ("grade_basis", grade_basis)):
        if basis not in ("wet", "dry"):
            raise ModelError(f"'{name}' is '{basis}'; wet or dry is needed; say how the number was measured")
    if mass_basis != grade_basis:
        raise ModelError(
            f"'grade_basis' is {grade_basis} and 'mass_basis' is {mass_basis}: a {grade_basis} grade times "
            f"{mass_basis} tonnes is no mass; give both on one basis"
        )
    mass, grade = np.asarray(mass_t, np.float64), np.asarray(grade_ppm, np.float64)
    for name, found, most in (("mass_t", mass, np.inf), ("grade_ppm", grade, 1.0 / PPM)):
        if not np.all((found >= 0.0) & (found <= most) & np.isfinite(found)):
            raise ModelError(f"'{name}' is {found.tolist()}; 0 to {most:g} is needed; correct the number")
    kilograms: Floats = mass * KG_PER_TONNE * grade * PPM
    return kilograms


def dissolve(batch: Lot, moved_kg: Floats) -> Lot:
    """Return the batch with mass moved from solid phases into the water.

    Parameters
    ----------
    moved_kg : mass that dissolves [kg], shape (n, phases - 1, constituents), each at most what the phase holds.

    Notes
    -----
    The solids lose the mass of the oxides that held what dissolves (at most all of their mass).
    """
    content = batch.content_kg.copy()
    content[:, SOLID] -= moved_kg
    content[:, DISSOLVED] += moved_kg.sum(axis=1)
    moved_t = np.minimum(oxides_t(moved_kg.sum(axis=1)), batch.dry_t)
    return replace(batch, dry_t=batch.dry_t - moved_t, dissolved_t=batch.dissolved_t + moved_t, content_kg=content)


def precipitate(batch: Lot, moved_kg: Floats) -> Lot:
    """Return the batch with dissolved mass made solid: ``moved_kg`` [kg], at most what is there.

    The solids gain the mass of the oxides that hold it (at most what is dissolved of former solids).
    """
    content = batch.content_kg.copy()
    content[:, DISSOLVED] -= moved_kg
    content[:, PRECIPITATE] += moved_kg
    moved_t = np.minimum(oxides_t(moved_kg), batch.dissolved_t)
    return replace(batch, dry_t=batch.dry_t + moved_t, dissolved_t=batch.dissolved_t - moved_t, content_kg=content)


def oxides_t(mass_kg: Floats) -> Floats:
    """Return the mass of oxides [t] that holds masses of constituents [kg], summed over the last axis."""
    found: Floats = mass_kg @ OXIDE_FACTOR / KG_PER_TONNE
    return found


def reagent_stream(utilities: Mapping[str, Floats], lots: int) -> Lot:
    """Return what reagents and water bring into a step: constituents [kg], dissolved, and water [t]."""
    stream = empty(lots)
    content, water_t = stream.content_kg, stream.water_t.copy()
    for name, amount in utilities.items():
        if name == WATER:
            water_t += amount
        for constituent, per_kg in REAGENT_CONTENT.get(name, {}).items():
            content[:, DISSOLVED, AT[constituent]] += amount * per_kg
    return replace(stream, water_t=water_t, content_kg=content)


def balance_error(fed: Lot, done: Stepped) -> float:
    """Return the largest relative error of a step's balance: feed and reagents against products and losses.

    Notes
    -----
    For wet_t, solids (dry_t with dissolved_t), water_t, salt_t and each constituent: |in - out| / max(in, out), with
    credits (negative reagents) counted as going out. Zero when both sides are nothing.
    """
    credits = {name: np.minimum(amount, 0.0) for name, amount in done.utilities.items()}
    charges = {name: np.maximum(amount, 0.0) for name, amount in done.utilities.items()}
    back, given = reagent_stream(credits, len(fed)), reagent_stream(charges, len(fed))
    out = [*done.products.values(), *done.losses.values()]
    worst = 0.0
    for name in ("wet_t", "solids_t", "water_t", "salt_t", "total_kg"):
        into: Floats = getattr(fed, name) + getattr(given, name)
        came: Floats = np.sum([getattr(part, name) for part in out], axis=0) - getattr(back, name)
        scale = np.maximum(np.abs(into), np.abs(came))
        error = np.divide(np.abs(into - came), scale, out=np.zeros_like(scale), where=scale > 0.0)
        worst = max(worst, float(error.max(initial=0.0)))
    return worst


def concentration_g_l(batch: Lot, water_density_t_m3: float = 1.0) -> Floats:
    """Return what is dissolved, per volume of water [g/L], shape (n, constituents); 0 in a lot without water."""
    litres = batch.water_t / water_density_t_m3 * KG_PER_TONNE
    per_l = batch.dissolved_kg * GRAMS_PER_KG
    return np.divide(per_l, litres[:, np.newaxis], out=np.zeros_like(per_l), where=litres[:, np.newaxis] > 0.0)
