"""Purification: from the liquor of the leach to a cake of rare-earth oxalates, and what the liquor then costs."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from ops_data.elements import ATOMIC_MASS_G_MOL, CONSTITUENTS
from ops_data.errors import ModelError, did_you_mean
from ops_data.reference.oxalate_rows import oxalate
from ops_data.reference.titration_rows import SOLUTES, titration
from ops_data.units import GRAMS_PER_KG, KG_PER_TONNE, LITRES_PER_M3
from twin.models.leaching import CHARGE, MOLAR_KG, SALT_EQ_PER_KG, protons_of, protons_used_mol
from twin.models.limits import not_negative, refuse_where
from twin.models.phosphate import left_in_solution, solubility
from twin.models.precipitation import (
    DIHYDRATE_G_MOL,
    OXALIC_ACID_G_MOL,
    efficiency_dose_g_l,
    oxalate_for,
    oxalate_yield,
    stoichiometric_dose_g_l,
)
from twin.processing.leach import ACID_KG_MOL, ACID_UTILITY, free_protons_mol
from twin.processing.lot import (
    AT,
    DISSOLVED,
    OXIDE_FACTOR,
    REY,
    Floats,
    Lot,
    Stepped,
    empty,
    less,
    oxides_t,
    precipitate,
    share,
    split,
)

OXALATE: Final = "oxalate"
HYDROXIDE_CAKE: Final = "hydroxide_cake"
THORIUM_BLEED: Final = "thorium_bleed"
SPENT_LIQUOR: Final = "spent_liquor"
ROUTES: Final = ("direct", "neutralise")
ANION: Final = {"hydrochloric": "Cl", "sulfuric": "S"}
NAOH_KG_MOL: Final = sum(ATOMIC_MASS_G_MOL[atom] for atom in ("Na", "O", "H")) / GRAMS_PER_KG
BUFFERED_PH: Final = 2.0  # of a phosphate liquor without free strong acid; pK1 of H3PO4 is 2.15
ACID_CONSTANTS_MOL_L: Final = {"P": 10**-2.15, "F": 10**-3.17}  # first dissociation of H3PO4, HF at 25 °C

_CURVES: Final = oxalate()
_E: Final = np.array([_CURVES[name].dose_g_l if name in _CURVES else 1.0 for name in CONSTITUENTS])
_N: Final = np.array([_CURVES[name].exponent if name in _CURVES else 1.0 for name in CONSTITUENTS])
_FALLS: Final = np.array([name in _CURVES for name in CONSTITUENTS])
# yttrium is not in the table: as holmium, whose ion has its size
_SOLUTE: Final = np.array(
    [SOLUTES.index("Ho" if name == "Y" else name) for name in (*CONSTITUENTS[REY], *SOLUTES[14:])]
)
_TRAPPED: Final = np.array([AT[name] for name in (*CONSTITUENTS[REY], *SOLUTES[14:])])
# base that neutralising takes besides free acid [mol/mol]: hydroxides of metals, calcium phosphate and fluoride
_BASE: Final = np.where(np.isin(CONSTITUENTS, ("Ca", "Mn", "Na")), 0.0, np.maximum(CHARGE, 0.0))
_BASE[[AT["P"], AT["F"]]] = 3.0, 1.0
STAYING_BASE: Final = 1.9  # NaOH per phosphorus that stays dissolved at about pH 8, mostly as HPO4
_SLUDGE: Final = _BASE > 0.0


@dataclass(frozen=True, slots=True)
class Purification:
    """How the liquor is purified.

    Attributes
    ----------
    route : "direct" (oxalate from the acid liquor) or "neutralise" (iron, aluminium and thorium dropped first).
    acid : "hydrochloric" or "sulfuric": which acid is in the liquor.
    ph : pH the liquor is brought to before it is filtered and oxalic acid is fed [-].
    trap_share : how far phosphates and hydroxides come to equilibrium before they are filtered off [1], 0 to 1.
    oxalic_dose_g_l : oxalic acid, without its water of crystals, per liquor [g/L], 0 or more.
    dose_factor : factor on the dose that the yield curves ask for [1], above 0.
    yield_share : of what falls, what the filter keeps [1], 0 to 1.
    iron_carry_share, calcium_carry_share : of iron and calcium, what precipitates with the rare earths [1], 0 to 1.
    thorium_bleed_share : thorium taken out of the liquor before oxalate [1], 0 to 1.
    acid_recycle_share : of the acid free after oxalate, what goes back to the leach [1], 0 to 1.
    neutralised_share : of the spent liquor, what is neutralised with NaOH [1], 0 to 1.
    cake_water_t_t : water held in filter cakes, per solids counted as oxides [t/t], 0 or more.
    wash_residual : mother liquor left in that water after washing [1], 0 to 1.
    wash_water_t_t : fresh water for washing, per solids counted as oxides [t/t], 0 or more.
    power_kwh_m3 : stirring, filtering, pumping per liquor [kWh/m3], 0 or more.
    """

    route: str
    acid: str
    ph: float
    trap_share: float
    oxalic_dose_g_l: float
    dose_factor: float
    yield_share: float
    iron_carry_share: float
    calcium_carry_share: float
    thorium_bleed_share: float
    acid_recycle_share: float
    neutralised_share: float
    cake_water_t_t: float
    wash_residual: float
    wash_water_t_t: float
    power_kwh_m3: float


def parameters(
    values: Mapping[str, float], *, purification: str = "direct", acid: str = "hydrochloric"
) -> Purification:
    """Return the parameters of the step from a scenario's quantities and settings.

    Parameters
    ----------
    values : key → value, of the keys of ``purify.``.
    purification : one of ``ROUTES``.
    acid : "hydrochloric" or "sulfuric".

    Raises
    ------
    ModelError : a word is unknown or a value out of its range, naming it.
    """
    if purification not in ROUTES:
        raise ModelError(f"'purification' is '{purification}'; {did_you_mean(purification, ROUTES)}")
    protons_of(acid)  # refuses an unknown word
    shares = (
        "trap_share", "yield_share", "iron_carry_share", "calcium_carry_share", "thorium_bleed_share",
        "acid_recycle_share", "neutralised_share", "wash_residual",
    )  # fmt: skip
    amounts = ("oxalic_dose_g_l", "dose_factor", "cake_water_t_t", "wash_water_t_t", "power_kwh_m3")
    found = {name: float(share(f"purify.{name}", values[f"purify.{name}"])) for name in shares}
    for name in amounts:
        found[name] = float(not_negative("purify", f"'purify.{name}'", values[f"purify.{name}"], "correct it"))
    factor = np.asarray(found["dose_factor"])
    refuse_where(factor <= 0.0, "purify", "'purify.dose_factor'", factor, "must be above 0", "1 is the published curve")
    key = "purify.oxalate_ph" if purification == "direct" else "purify.neutralise_ph"
    ph, last = np.asarray(values[key], np.float64), float(titration().ph[-1])
    refuse_where(~((ph >= 0.0) & (ph <= last)), "purify", f"'{key}'", ph, f"must lie between 0 and {last:g}", "set it")
    return Purification(route=purification, acid=acid, ph=float(ph), **found)


def purify(liquor: Lot, plan: Purification) -> Stepped:
    """Return rare-earth oxalates of a batch of liquor.

    Parameters
    ----------
    liquor : n lots.
    plan : parameters of the step.

    Returns
    -------
    Product ``oxalate``; losses ``hydroxide_cake``, ``thorium_bleed``, ``spent_liquor``; utilities ``naoh_kg``,
    ``oxalic_acid_kg`` (dihydrate), ``hcl_kg`` or ``h2so4_kg`` (fed less given back), ``fresh_water_t``, ``power_kwh``.

    Notes
    -----
    1. NaOH, or on the direct route acid, brings the liquor to its pH. What phosphate and hydroxide drop there
       (:func:`trapped_kg`), with all solids that the liquor still holds, is filtered off as the hydroxide cake.
    2. Part of the thorium is bled off (ion exchange or an amine; its reagents and its rare earths are not counted).
    3. Oxalic acid precipitates each constituent by its curve, iron and calcium by stated shares (the published curves
       and splits of these two contradict each other); where the dose holds less oxalate than that takes, all
       fall back in proportion. Precipitating gives z protons per cation of charge z back to the liquor. The filter
       keeps the yield's share of it; fines leave with the spent liquor.
    4. Of the acid free then, a share is given back; the rest, phosphoric and hydrofluoric acid, excess oxalic acid
       and the metals left take NaOH up to about pH 8 and leave with the spent liquor, what is insoluble as sludge:
       calcium goes to oxalate first, and phosphate without calcium, iron or aluminium stays dissolved.

    Oxalate itself is not counted (lots hold no carbon), nor the water of reagents; a cubic metre of liquor is a tonne.
    """
    adjusted, naoh_mol, fed_kg = _adjusted(liquor, plan)
    hydroxides, clear, wash_t = _filtered(adjusted, plan)
    bleed = _thorium(clear, plan.thorium_bleed_share)
    mother = less(clear, bleed)
    bleed = precipitate(bleed, bleed.dissolved_kg)
    fallen_kg, spare_mol = _oxalate_kg(mother, plan)
    cake, spent, more_wash_t = _filtered(precipitate(mother, fallen_kg), plan, plan.yield_share)
    spent, back_kg = _acid_back(spent, plan)
    litres = mother.water_t * LITRES_PER_M3
    spent, more_naoh_mol = _neutralised(spent, spare_mol, plan.neutralised_share)
    utilities = {
        "naoh_kg": (naoh_mol + more_naoh_mol) * NAOH_KG_MOL,
        "oxalic_acid_kg": plan.oxalic_dose_g_l * litres * (DIHYDRATE_G_MOL / OXALIC_ACID_G_MOL) / KG_PER_TONNE,
        ACID_UTILITY[plan.acid]: fed_kg - back_kg,
        "fresh_water_t": wash_t + more_wash_t,
        "power_kwh": plan.power_kwh_m3 * liquor.water_t,
    }
    losses = {HYDROXIDE_CAKE: hydroxides, THORIUM_BLEED: bleed, SPENT_LIQUOR: spent}
    return Stepped({OXALATE: cake}, losses, utilities)


def liquor_ph(liquor: Lot, plan: Purification) -> Floats:
    """Return the pH at which the liquor is filtered, shape (n,).

    Notes
    -----
    That of the plan; on the route "neutralise", which feeds no acid, its own if that is higher: -log10 of the free
    strong acid, but at most 2, where phosphoric acid takes over.
    """
    if plan.route == "direct":
        return np.full(len(liquor), plan.ph)
    litres = liquor.water_t * LITRES_PER_M3
    strong = np.divide(free_protons_mol(liquor), litres, out=np.zeros_like(litres), where=litres > 0.0)
    found: Floats = np.maximum(-np.log10(np.maximum(strong, 10.0**-BUFFERED_PH)), plan.ph)
    return found


def trapped_kg(liquor: Lot, ph: Floats, trap_share: float) -> Floats:
    """Return what phosphate and hydroxide drop of a liquor [kg], shape (n, constituents).

    Parameters
    ----------
    liquor : n lots.
    ph : pH they are brought to [-], shape (n,), at most 4.5.
    trap_share : how far equilibrium is reached [1], 0 to 1.

    Notes
    -----
    Equilibria of ``phosphate_titration.csv``. Yttrium as holmium; thorium at most as soluble as neodymium, for the
    database behind the table has no solid phosphate of it. Each atom that falls takes one atom of phosphorus along,
    as far as there is some. More than 1 mol/L of phosphorus counts as 1.
    """
    table = titration()
    mol_l = _mol_l(liquor)
    phosphorus = np.minimum(mol_l[:, AT["P"]], table.phosphorus_mol_kg[-1])
    soluble = solubility(ph, phosphorus, table.ph, table.phosphorus_mol_kg, table.log_solubility)[:, _SOLUTE]
    soluble[:, -1] = np.minimum(soluble[:, -1], soluble[:, AT["Nd"]])
    found = np.zeros_like(mol_l)
    found[:, _TRAPPED] = (1.0 - left_in_solution(mol_l[:, _TRAPPED], soluble)) * trap_share
    trapped = liquor.dissolved_kg * found
    bound = (trapped[:, _TRAPPED] / MOLAR_KG[_TRAPPED]).sum(axis=1) * MOLAR_KG[AT["P"]]
    trapped[:, AT["P"]] = np.minimum(bound, liquor.dissolved_kg[:, AT["P"]])
    return trapped


def dose_rules_g_l(liquor: Lot, plan: Purification) -> dict[str, Floats]:
    """Return the oxalic acid [g/L of liquor, without its water] that three rules ask for: rule → shape (n,).

    Notes
    -----
    ``curve``: the plan's dose, whose yields the curves say; ``stoichiometric``: 1.25 times what rare earths and calcium
    hold; ``efficiency``: 60 % of the acid ends in rare-earth oxalate. In liquor of phosphate they differ by a factor
    of ten and more, for the last one comes from liquors without calcium.
    """
    mol_l = _mol_l(liquor)
    counted = [*range(REY.stop), AT["Ca"]]
    return {
        "curve": np.full(len(liquor), plan.oxalic_dose_g_l),
        "stoichiometric": stoichiometric_dose_g_l(mol_l[:, counted], CHARGE[counted]),
        "efficiency": efficiency_dose_g_l(mol_l[:, REY].sum(axis=1)),
    }


def _adjusted(liquor: Lot, plan: Purification) -> tuple[Lot, Floats, Floats]:
    """Return the liquor at its pH with what is insoluble there as precipitate, the NaOH [mol] and the acid [kg] fed."""
    ph = liquor_ph(liquor, plan)
    fallen = precipitate(liquor, trapped_kg(liquor, ph, plan.trap_share))
    protons_l = 10.0**-ph
    over_mol = free_protons_mol(fallen) - protons_l * liquor.water_t * LITRES_PER_M3
    weak_mol = np.zeros(len(liquor))
    for name, constant in ACID_CONSTANTS_MOL_L.items():
        weak_mol += fallen.dissolved_kg[:, AT[name]] / MOLAR_KG[AT[name]] * constant / (constant + protons_l)
    naoh_mol = np.where(over_mol > 0.0, over_mol + weak_mol, 0.0)
    lacking_mol = np.maximum(-over_mol, 0.0) if plan.route == "direct" else np.zeros(len(liquor))
    acid_mol = lacking_mol / protons_of(plan.acid)
    content = fallen.content_kg.copy()
    content[:, DISSOLVED, AT["Na"]] += naoh_mol * MOLAR_KG[AT["Na"]]
    content[:, DISSOLVED, AT[ANION[plan.acid]]] += acid_mol * MOLAR_KG[AT[ANION[plan.acid]]]
    return replace(fallen, content_kg=content), naoh_mol, acid_mol * ACID_KG_MOL[plan.acid]


def _filtered(batch: Lot, plan: Purification, kept_share: float = 1.0) -> tuple[Lot, Lot, Floats]:
    """Return a share of the solids as a washed cake, the filtrate with the wash water, and that water [t]."""
    held_t = plan.cake_water_t_t * batch.dry_t
    mother_t = np.minimum(held_t * plan.wash_residual, batch.water_t)
    kept = np.divide(mother_t, batch.water_t, out=np.zeros_like(mother_t), where=batch.water_t > 0.0)
    cake, filtrate = split(batch, kept_share, kept)
    wash_t = plan.wash_water_t_t * batch.dry_t
    stays_t = np.minimum(held_t - mother_t, wash_t)
    cake = replace(cake, water_t=cake.water_t + stays_t)
    return cake, replace(filtrate, water_t=filtrate.water_t + wash_t - stays_t), wash_t


def _thorium(liquor: Lot, bled: float) -> Lot:
    """Return the thorium that is bled off, as it is dissolved."""
    content = empty(len(liquor)).content_kg
    content[:, DISSOLVED, AT["Th"]] = liquor.dissolved_kg[:, AT["Th"]] * bled
    dissolved_t = np.minimum(oxides_t(content[:, DISSOLVED]), liquor.dissolved_t)
    return replace(empty(len(liquor)), dissolved_t=dissolved_t, content_kg=content)


def _oxalate_kg(liquor: Lot, plan: Purification) -> tuple[Floats, Floats]:
    """Return what oxalic acid precipitates [kg], shape (n, constituents), and the oxalate left over [mol]."""
    fed_mol = plan.oxalic_dose_g_l / OXALIC_ACID_G_MOL * liquor.water_t * LITRES_PER_M3
    yields = np.where(_FALLS, oxalate_yield(plan.oxalic_dose_g_l, _E * plan.dose_factor, _N), 0.0)
    if plan.oxalic_dose_g_l > 0.0:
        yields[[AT["Fe"], AT["Ca"]]] = plan.iron_carry_share, plan.calcium_carry_share
    wanted = liquor.dissolved_kg * yields
    needed_mol = oxalate_for(wanted / MOLAR_KG, np.where(_FALLS, CHARGE, 0.0))
    enough = np.divide(fed_mol, needed_mol, out=np.ones_like(fed_mol), where=needed_mol > fed_mol)
    return wanted * enough[:, np.newaxis], np.maximum(fed_mol - needed_mol, 0.0)


def _acid_back(spent: Lot, plan: Purification) -> tuple[Lot, Floats]:
    """Return the spent liquor without the acid that goes back, and that acid [kg of 100 %]."""
    anion, protons = AT[ANION[plan.acid]], protons_of(plan.acid)
    there_mol = spent.dissolved_kg[:, anion] / MOLAR_KG[anion]
    acid_mol = plan.acid_recycle_share * np.minimum(free_protons_mol(spent) / protons, there_mol)
    content = spent.content_kg.copy()
    content[:, DISSOLVED, anion] -= acid_mol * MOLAR_KG[anion]
    np.maximum(content, 0.0, out=content)
    return replace(spent, content_kg=content), acid_mol * ACID_KG_MOL[plan.acid]


def _neutralised(spent: Lot, oxalic_mol: Floats, part: float) -> tuple[Lot, Floats]:
    """Return the spent liquor with its sludge and its soda, a part of it neutralised, and the NaOH that took [mol].

    Calcium goes with oxalate first, then with fluorine, then with the phosphate that iron and aluminium leave;
    phosphate without partner stays dissolved.
    """
    mol = spent.dissolved_kg / MOLAR_KG
    strong_mol = -protons_used_mol(spent.dissolved_kg) - SALT_EQ_PER_KG * spent.salt_t * KG_PER_TONNE  # or below 0
    with_oxalate = np.minimum(oxalic_mol, mol[:, AT["Ca"]])
    with_fluorine = np.minimum(0.5 * mol[:, AT["F"]], mol[:, AT["Ca"]] - with_oxalate)
    with_metals = np.minimum(mol[:, AT["Fe"]] + mol[:, AT["Al"]], mol[:, AT["P"]])
    left_mol = mol[:, AT["Ca"]] - with_oxalate - with_fluorine
    with_phosphate = np.minimum(1.5 * (mol[:, AT["P"]] - with_metals), left_mol)
    stays_mol = np.maximum(mol[:, AT["P"]] - with_metals - with_phosphate / 1.5, 0.0)
    needed_mol = strong_mol + mol @ _BASE + 2.0 * oxalic_mol - (_BASE[AT["P"]] - STAYING_BASE) * stays_mol
    naoh_mol = part * np.maximum(needed_mol, 0.0)
    sludge_mol = np.where(_SLUDGE, mol, 0.0)
    sludge_mol[:, AT["Ca"]] = with_oxalate + with_fluorine + with_phosphate
    sludge_mol[:, AT["P"]] -= stays_mol
    sludge_mol[:, AT["F"]] = 2.0 * with_fluorine
    sludge = part * sludge_mol * MOLAR_KG
    settled = precipitate(spent, np.minimum(sludge, spent.dissolved_kg))
    content = settled.content_kg.copy()
    content[:, DISSOLVED, AT["Na"]] += naoh_mol * MOLAR_KG[AT["Na"]]
    return replace(settled, content_kg=content), naoh_mol


def _mol_l(batch: Lot) -> Floats:
    """Return what is dissolved [mol per litre of water], shape (n, constituents); 0 in a lot without water."""
    moles, litres = batch.dissolved_kg / MOLAR_KG, batch.water_t[:, np.newaxis] * LITRES_PER_M3
    found: Floats = np.divide(moles, litres, out=np.zeros_like(moles), where=litres > 0.0)
    return found


def oxalic_kg_per_kg_oxide(done: Stepped) -> Floats:
    """Return oxalic acid dihydrate per rare-earth oxide in the cake [kg/kg], shape (n,); nan without any."""
    oxide_kg = done.product.total_kg[:, REY] @ OXIDE_FACTOR[REY]
    fed = done.utilities["oxalic_acid_kg"]
    found: Floats = np.divide(fed, oxide_kg, out=np.full_like(fed, np.nan), where=oxide_kg > 0.0)
    return found
