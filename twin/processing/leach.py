"""Leach: a cake and dilute acid become a slurry of residue and liquor; some of what dissolved falls out again."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from ops_data.elements import ATOMIC_MASS_G_MOL, CONSTITUENTS, ELEMENTS
from ops_data.errors import ModelError, did_you_mean
from ops_data.units import GRAMS_PER_KG, KG_PER_TONNE, LITRES_PER_M3
from twin.models.leaching import (
    MOLAR_KG,
    REFERENCE_C,
    SALT_EQ_PER_KG,
    approach,
    falls_out,
    host_extents,
    protons_of,
    protons_used_mol,
    rate_at,
    sulfate_loss,
)
from twin.models.limits import not_negative, positive
from twin.models.reprecipitation import fallen_out_kg
from twin.processing.lot import (
    APATITE,
    AT,
    DISSOLVED,
    MANGANESE_OXIDE,
    MATRIX,
    PRECIPITATE,
    REY,
    SOLID,
    Floats,
    Lot,
    Stepped,
    dissolve,
    empty,
    less,
    oxides_t,
    share,
)

SLURRY: Final = "slurry"
OFF_GAS: Final = "off_gas"
REDUCTANTS: Final = ("none", "hydrogen_peroxide")
LOSSES: Final = ("loss_per_doubling", "loss_per_10_k")
WATER_KWH_T_K: Final = 1.163  # heat of water, 4.187 kJ/(kg K)
_M: Final = ATOMIC_MASS_G_MOL
ACID_KG_MOL: Final = {
    "hydrochloric": (_M["H"] + _M["Cl"]) / GRAMS_PER_KG,
    "sulfuric": (2 * _M["H"] + _M["S"] + 4 * _M["O"]) / GRAMS_PER_KG,
}
ACID_UTILITY: Final = {"hydrochloric": "hcl_kg", "sulfuric": "h2so4_kg"}
WATER_KG_MOL: Final = (2 * _M["H"] + _M["O"]) / GRAMS_PER_KG
GYPSUM_WATER: Final = 2  # molecules of water in CaSO4 2 H2O
PEROXIDE_KG_MOL: Final = 2 * (_M["H"] + _M["O"]) / GRAMS_PER_KG
_GROUPS: Final = {
    "la": ("La",), "ce": ("Ce",), "middle": ("Pr", "Nd", "Sm", "Eu", "Gd"),
    "heavy": ("Tb", "Dy", "Ho", "Er", "Tm", "Yb", "Lu", "Y"),
}  # fmt: skip
_GROUP_OF: Final = {element: group for group, members in _GROUPS.items() for element in members}


@dataclass(frozen=True, slots=True, eq=False)
class Leaching:
    """How the leach works.

    Attributes
    ----------
    acid, reductant : "hydrochloric" or "sulfuric"; one of ``REDUCTANTS``.
    acid_mol_l : acid in all the liquid before it reacts, at least [mol/L], above 0.
    acid_most_ratio : strongest acid over that, for lots that take more [1], 1 or above.
    free_proton_mol_l : protons such lots shall have left in the liquor [mol/L].
    liquid_solid_l_kg : liquid per dry solids [L/kg], above 0.
    temperature_c, time_min : of the leach [C], [min].
    extents : share of each solid phase and constituent that dissolves with acid enough [1], shape (phases - 1,
        constituents).
    loss_per_doubling, loss_per_10_k : of dissolved rare earths, what falls out of strong and of hot acid [1].
    sulfate_loss : the same of sulfuric acid in the time given [1], 0 to 1.
    double_share : part of the latter that is double sulfate at the sodium of reference [1].
    sodium_reference_mol_l : that sodium [mol/L], above 0.
    gypsum_mol_l : calcium that the liquor keeps [mol/L]; infinite in hydrochloric acid.
    hf_release : of dissolved fluorine, what leaves as gas [1].
    peroxide_excess : peroxide fed per mole needed [1], 1 or above.
    power_kwh_t : electricity per dry solids fed [kWh/t].
    heat_efficiency : heat of the liquid per heat of fuel [1], above 0 to 1.
    """

    acid: str
    reductant: str
    acid_mol_l: float
    acid_most_ratio: float
    free_proton_mol_l: float
    liquid_solid_l_kg: float
    temperature_c: float
    time_min: float
    extents: Floats
    loss_per_doubling: float
    loss_per_10_k: float
    sulfate_loss: float
    double_share: float
    sodium_reference_mol_l: float
    gypsum_mol_l: float
    hf_release: float
    peroxide_excess: float
    power_kwh_t: float
    heat_efficiency: float


def parameters(values: Mapping[str, float], acid: str = "hydrochloric", reductant: str = "none") -> Leaching:
    """Return the parameters of the step from a scenario's quantities.

    Parameters
    ----------
    values : key → value; of the keys of ``leach.`` and of ``host.ree_apatite_share``, ``host.ce_apatite_share`` and
        ``host.ce_manganese_share``.
    acid : "hydrochloric" or "sulfuric".
    reductant : "none" or "hydrogen_peroxide".

    Raises
    ------
    ModelError : a value is out of its range or a word is unknown, naming it.
    """
    protons_of(acid)
    if reductant not in REDUCTANTS:
        raise ModelError(f"leach: 'reductant' is '{reductant}'; {did_you_mean(reductant, REDUCTANTS)}")
    fed = "leach.acid_mol_l" if acid == "hydrochloric" else "leach.sulfuric_mol_l"
    acid_mol_l, liquid, sodium, efficiency = (
        float(positive("leach", f"'{key}'", values[key], "correct the parameter"))
        for key in (fed, "leach.liquid_solid_l_kg", "leach.sodium_reference_mol_l", "leach.heat_efficiency")
    )
    gypsum, power, peroxide, left, doubling, warmth = (
        float(not_negative("leach", f"'leach.{name}'", values[f"leach.{name}"], "correct the parameter"))
        for name in ("gypsum_mol_l", "power_kwh_t", "peroxide_excess", "free_proton_mol_l", *LOSSES)
    )
    time = values["leach.time_min" if acid == "hydrochloric" else "leach.sulfuric_time_min"]
    tanks = values["leach.tanks"]
    falls = rate_at(
        values["leach.sulfate_rate_per_min"], values["leach.temperature_c"], values["leach.sulfate_activation_kj_mol"]
    )
    warmer = float(falls / values["leach.sulfate_rate_per_min"])
    lost = sulfate_loss(values["leach.sulfate_loss"], values["leach.sulfate_rate_per_min"], warmer * time, tanks)
    most = not_negative("leach", "'leach.acid_most_ratio' less 1", values["leach.acid_most_ratio"] - 1.0, "raise it")
    return Leaching(
        acid=acid,
        reductant=reductant,
        acid_mol_l=acid_mol_l,
        acid_most_ratio=1.0 + float(most),
        free_proton_mol_l=left,
        liquid_solid_l_kg=liquid,
        temperature_c=values["leach.temperature_c"],
        time_min=time,
        extents=_extents(values, reductant, time),
        loss_per_doubling=doubling,
        loss_per_10_k=warmth,
        sulfate_loss=float(lost) if acid == "sulfuric" else 0.0,
        double_share=float(share("leach.double_sulfate_share", values["leach.double_sulfate_share"])),
        sodium_reference_mol_l=sodium,
        gypsum_mol_l=gypsum if acid == "sulfuric" else np.inf,
        hf_release=float(share("leach.hf_release_share", values["leach.hf_release_share"])),
        peroxide_excess=peroxide,
        power_kwh_t=power,
        heat_efficiency=float(share("leach.heat_efficiency", efficiency)),
    )


def _extents(values: Mapping[str, float], reductant: str, time_min: float) -> Floats:
    """Return the share of each solid phase and constituent that dissolves in the time given, acid being enough."""
    found = np.zeros((DISSOLVED, len(CONSTITUENTS)))
    phosphate = float(share("leach.extent_apatite", values["leach.extent_apatite"]))
    cold = float(share("leach.extent_manganese", values["leach.extent_manganese"]))
    reduced = float(share("leach.extent_manganese_reduced", values["leach.extent_manganese_reduced"]))
    oxide = cold if reductant == "none" else reduced
    found[[APATITE, PRECIPITATE]] = phosphate
    found[MANGANESE_OXIDE] = oxide
    for name in ("Ca", "Na", "S", "U", "Th"):
        found[MATRIX, AT[name]] = share(f"leach.{name.lower()}_extent", values[f"leach.{name.lower()}_extent"])
    for name in ("Fe", "Al"):
        found[:, AT[name]] = share(f"leach.{name.lower()}_extent", values[f"leach.{name.lower()}_extent"])
    of_groups = {name: share(f"leach.recovery_{name}", values[f"leach.recovery_{name}"]) for name in _GROUPS}
    total = np.array([of_groups[_GROUP_OF[element]] for element in ELEMENTS])
    cerium = np.array([element == "Ce" for element in ELEMENTS])
    in_apatite = np.where(cerium, values["host.ce_apatite_share"], values["host.ree_apatite_share"])
    in_oxide = np.where(cerium, np.minimum(values["host.ce_manganese_share"], 1.0 - in_apatite), 0.0)
    by_host = host_extents(total, in_apatite, in_oxide, phosphate, cold)
    if reductant != "none":
        by_host[:, 1] = np.maximum(oxide, by_host[:, 1])
    found[APATITE, REY], found[MANGANESE_OXIDE, REY], found[MATRIX, REY] = by_host.T
    rate = rate_at(values["leach.rate_per_min"], values["leach.temperature_c"], values["leach.activation_kj_mol"])
    return found * approach(rate, time_min, values["leach.tanks"])


def free_protons_mol(batch: Lot) -> Floats:
    """Return the strong acid that is free in the liquor [mol of protons], shape (n,), 0 or above.

    Notes
    -----
    What anions hold and counted cations do not: charge balance of all that is dissolved, less what magnesium and
    potassium of the sea salt (not counted among constituents) make up for. Phosphoric and hydrofluoric acid count as
    not dissociated, bisulfate as having given its proton: it is what titration to about pH 2-3 finds, not the pH.
    """
    protons = -protons_used_mol(batch.dissolved_kg) - SALT_EQ_PER_KG * batch.salt_t * KG_PER_TONNE
    found: Floats = np.maximum(protons, 0.0)
    return found


def free_acid_mol_l(batch: Lot, acid: str) -> Floats:
    """Return the free acid in the liquor [mol of that acid per litre of water], shape (n,); 0 without water.

    Parameters
    ----------
    batch : n lots.
    acid : "hydrochloric" (one proton each) or "sulfuric" (two).

    Examples
    --------
    >>> liquor = replace(empty(1), water_t=np.array([1.0]))
    >>> liquor.content_kg[0, DISSOLVED, AT["Cl"]] = 0.5 * 35.45
    >>> free_acid_mol_l(liquor, "hydrochloric").round(9).tolist()
    [0.5]
    """
    litres = batch.water_t * LITRES_PER_M3
    moles = free_protons_mol(batch) / protons_of(acid)
    return np.divide(moles, litres, out=np.zeros_like(moles), where=litres > 0.0)


def leach(cake: Lot, plant: Leaching) -> Stepped:
    """Return the slurry that a batch of cake and dilute acid become.

    Parameters
    ----------
    cake : n lots.
    plant : parameters of the step.

    Returns
    -------
    Product ``slurry``, loss ``off_gas`` (hydrogen fluoride); utilities ``hcl_kg`` or ``h2so4_kg``, ``fresh_water_t``,
    ``power_kwh``, ``heat_kwh``, with the reductant ``hydrogen_peroxide_kg`` and in sulfuric acid ``residue_t`` (sulfate
    and crystal water in the residue, which its dry solids do not count), each (n,).

    Notes
    -----
    Fresh water fills up to the liquid per solids; the acid makes all that liquid as strong as stated, one cubic metre
    counting as one tonne, and stronger for lots that would not keep the free protons stated, up to the ratio stated. A
    lot without solids is given no acid. Each host gives up its share of each constituent;
    dissolving takes protons by charge (:func:`twin.models.leaching.protons_used_mol`). Where all that would take more
    acid than is there, all shares fall in proportion, so that acid used is at most acid fed; that carbonate would
    react first is not counted. Rare earths that fall out again take phosphate along, or sodium and sulfate; sulfuric
    liquor drops calcium it cannot keep. The phosphates that fall out of liquor short of acid (above pH 1) are not
    counted here: look at :func:`free_acid_mol_l`. Water of the reactions is left out.
    """
    solids = cake.dry_t > 0.0
    liquid_t = np.where(solids, np.maximum(cake.dry_t * plant.liquid_solid_l_kg, cake.water_t), cake.water_t)
    wanted_kg = cake.content_kg[:, SOLID] * plant.extents
    acid_mol_l = _strength(cake, liquid_t, wanted_kg, plant)
    acid_mol = np.where(solids, acid_mol_l * liquid_t * LITRES_PER_M3, 0.0)
    there_mol = acid_mol * protons_of(plant.acid) + free_protons_mol(cake)
    moved_kg = wanted_kg * _acid_enough(wanted_kg, there_mol)[:, np.newaxis, np.newaxis]
    slurry = _acidified(dissolve(cake, moved_kg), liquid_t, acid_mol, plant.acid)
    fallen_kg = fallen_out_kg(
        slurry.dissolved_kg,
        liquid_t * LITRES_PER_M3,
        falls_out(acid_mol_l, plant.temperature_c, plant.loss_per_doubling, plant.loss_per_10_k),
        plant.sulfate_loss,
        plant.double_share,
        plant.sodium_reference_mol_l,
        plant.gypsum_mol_l,
    )
    slurry = _fallen(slurry, fallen_kg)
    gas = _gas(slurry, plant.hf_release)
    warmer = max(plant.temperature_c - REFERENCE_C, 0.0)
    utilities = {
        ACID_UTILITY[plant.acid]: acid_mol * ACID_KG_MOL[plant.acid],
        "fresh_water_t": liquid_t - cake.water_t,
        "power_kwh": plant.power_kwh_t * cake.dry_t,
        "heat_kwh": np.where(solids, liquid_t * warmer * WATER_KWH_T_K / plant.heat_efficiency, 0.0),
    }
    if plant.acid == "sulfuric":
        utilities["residue_t"] = _sulfate_t(fallen_kg)
    if plant.reductant == "hydrogen_peroxide":
        manganese_mol = moved_kg[:, MANGANESE_OXIDE, AT["Mn"]] / MOLAR_KG[AT["Mn"]]
        utilities["hydrogen_peroxide_kg"] = plant.peroxide_excess * manganese_mol * PEROXIDE_KG_MOL
    return Stepped({SLURRY: less(slurry, gas)}, {OFF_GAS: gas}, utilities)


def _acid_enough(wanted_kg: Floats, there_mol: Floats) -> Floats:
    """Return the part of what would dissolve that the protons there are enough for, shape (n,)."""
    needed_mol = protons_used_mol(wanted_kg.sum(axis=1))
    return np.divide(there_mol, needed_mol, out=np.ones_like(there_mol), where=needed_mol > there_mol)


def _acidified(batch: Lot, water_t: Floats, acid_mol: Floats, acid: str) -> Lot:
    """Return the batch with the water and the anions of the acid in it."""
    anion = "Cl" if acid == "hydrochloric" else "S"
    content = batch.content_kg.copy()
    content[:, DISSOLVED, AT[anion]] += acid_mol * MOLAR_KG[AT[anion]]
    return replace(batch, water_t=water_t, content_kg=content)


def _gas(slurry: Lot, release: float) -> Lot:
    """Return the fluorine that leaves as hydrogen fluoride."""
    gas = empty(len(slurry))
    gas.content_kg[:, DISSOLVED, AT["F"]] = slurry.dissolved_kg[:, AT["F"]] * release
    of_solids_t = np.minimum(gas.dissolved_kg[:, AT["F"]] / KG_PER_TONNE, slurry.dissolved_t)
    return replace(gas, dissolved_t=of_solids_t)


def _strength(cake: Lot, liquid_t: Floats, wanted_kg: Floats, plant: Leaching) -> Floats:
    """Return the acid that lots are given [mol/L], shape (n,)."""
    litres = liquid_t * LITRES_PER_M3
    short_mol = protons_used_mol(wanted_kg.sum(axis=1)) - free_protons_mol(cake)
    needed = np.divide(short_mol, litres, out=np.zeros_like(litres), where=litres > 0.0) + plant.free_proton_mol_l
    most = plant.acid_mol_l * plant.acid_most_ratio
    return np.clip(needed / protons_of(plant.acid), plant.acid_mol_l, most)


def _fallen(slurry: Lot, fallen_kg: Floats) -> Lot:
    """Return the slurry with what falls out as solids; only what came out of solids counts as dry mass again."""
    content = slurry.content_kg.copy()
    content[:, DISSOLVED] -= fallen_kg
    content[:, PRECIPITATE] += fallen_kg
    of_solids = fallen_kg.copy()
    of_solids[:, [AT["Na"], AT["S"]]] = 0.0
    back_t = np.minimum(oxides_t(of_solids), slurry.dissolved_t)
    return replace(slurry, dry_t=slurry.dry_t + back_t, dissolved_t=slurry.dissolved_t - back_t, content_kg=content)


def _sulfate_t(fallen_kg: Floats) -> Floats:
    """Return sulfate as SO3, sodium as Na2O and the crystal water of gypsum in what falls out [t], shape (n,)."""
    brought = np.zeros_like(fallen_kg)
    brought[:, [AT["Na"], AT["S"]]] = fallen_kg[:, [AT["Na"], AT["S"]]]
    water_kg = GYPSUM_WATER * fallen_kg[:, AT["Ca"]] / MOLAR_KG[AT["Ca"]] * WATER_KG_MOL
    found: Floats = oxides_t(brought) + water_kg / KG_PER_TONNE
    return found
