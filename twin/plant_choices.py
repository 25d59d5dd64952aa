"""Choices of purification on the liquor of a chain: doses of oxalic acid, the pH, the route."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from ops_data.elements import ATOMIC_MASS_G_MOL
from twin.plant_service import part, watched
from twin.processing import purify
from twin.processing.ledger import entries
from twin.processing.lot import AT, DISSOLVED, concentration_g_l, take
from twin.processing.oxides import reo_kg
from twin.processing.refinery import Done, Refined, Values
from twin.settings import Processing

TRAP_PH: Final = (0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5)


@dataclass(frozen=True)
class Dose:
    """What a rule for oxalic acid asks for, and what the step would make of it.

    Attributes
    ----------
    rule : its name in :func:`twin.processing.purify.dose_rules_g_l`.
    used : whether the step goes by it.
    dose_g_l : per litre of liquor, without water of crystals.
    acid_kg_t : as it is sold (dihydrate), per tonne of dry solids fed to the chain.
    acid_kg_kg : the same per rare earths in the liquor, as oxides; None if it has none.
    recovery : of the step at this dose, by watched element [1].
    """

    rule: str
    used: bool
    dose_g_l: float
    acid_kg_t: float
    acid_kg_kg: float | None
    recovery: Mapping[str, float]


@dataclass(frozen=True)
class TrapPoint:
    """Share of each watched element that stays dissolved at a pH [1], with the liquor's phosphate and without any."""

    ph: float
    of_step: bool
    left: Mapping[str, float]
    left_without: Mapping[str, float]


@dataclass(frozen=True)
class Route:
    """A route of purification on the same liquor: its pH, its recovery by watched element [1], NaOH and its cost."""

    name: str
    chosen: bool
    ph: float
    recovery: Mapping[str, float]
    naoh_kg_t: float
    cost_usd_t: float


def purification(refined: Refined) -> Done | None:
    """Return the step of purification, None where the chain ends before it."""
    return next((done for done in refined.steps if done.step == "purify"), None)


def doses(done: Done, dry_t: float, values: Values, words: Processing) -> list[Dose]:
    """Return what each rule for the dose of oxalic acid asks for, on the liquor of a step of purification.

    Parameters
    ----------
    done : the step.
    dry_t : dry solids fed to the chain [t].
    values, words : the scenario's quantity values by key, and its settings of processing.
    """
    plan = purify.parameters(values, purification=words.purification, acid=words.acid)
    rules = {name: float(dose[0]) for name, dose in purify.dose_rules_g_l(done.fed, plan).items()}
    oxide = float(reo_kg(done.fed)[0])
    found = []
    for rule, dose_g_l in rules.items():
        made = purify.purify(done.fed, replace(plan, oxalic_dose_g_l=dose_g_l))
        acid_kg = float(made.utilities["oxalic_acid_kg"][0])
        recovery = watched(np.nan_to_num(part(made.product.total_kg[0], done.fed.total_kg[0])))
        found.append(
            Dose(rule, rule == "curve", dose_g_l, acid_kg / dry_t, acid_kg / oxide if oxide else None, recovery)
        )
    return found


def trap(done: Done, values: Values, words: Processing) -> list[TrapPoint]:
    """Return what the liquor of a step of purification can hold by pH, and at the pH of the step.

    Notes
    -----
    At equilibrium (``purify.trap_share`` 1), which the step reaches only in part; without phosphate: the same liquor
    with all its phosphorus taken out.
    """
    plan = purify.parameters(values, purification=words.purification, acid=words.acid)
    of_step = float(purify.liquor_ph(done.fed, plan)[0])
    ph = np.array(sorted({*TRAP_PH, of_step}))
    liquor = take(done.fed, np.zeros(len(ph), dtype=np.int64))
    content = liquor.content_kg.copy()
    content[:, DISSOLVED, AT["P"]] = 0.0
    left, without = (
        1.0 - np.nan_to_num(part(purify.trapped_kg(some, ph, 1.0), some.dissolved_kg))
        for some in (liquor, replace(liquor, content_kg=content))
    )
    return [
        TrapPoint(float(acid), float(acid) == of_step, watched(left[at]), watched(without[at]))
        for at, acid in enumerate(ph)
    ]


def phosphorus_mol_l(done: Done) -> float:
    """Return the phosphorus in the liquor of a step of purification [mol/L]; 0 without water."""
    return float(concentration_g_l(done.fed)[0, AT["P"]]) / ATOMIC_MASS_G_MOL["P"]


def routes(done: Done, dry_t: float, values: Values, words: Processing) -> list[Route]:
    """Return what each route of purification would do with the liquor of the step."""
    found = []
    for name in purify.ROUTES:
        plan = purify.parameters(values, purification=name, acid=words.acid)
        made = purify.purify(done.fed, plan)
        cost_usd = sum(float(row.cost_usd.sum()) for row in entries("purify", made, values))
        recovery = watched(np.nan_to_num(part(made.product.total_kg[0], done.fed.total_kg[0])))
        naoh = float(made.utilities["naoh_kg"][0]) / dry_t
        ph = float(purify.liquor_ph(done.fed, plan)[0])
        found.append(Route(name, name == words.purification, ph, recovery, naoh, cost_usd / dry_t))
    return found
