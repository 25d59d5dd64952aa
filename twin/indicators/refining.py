"""What the plants use, cost, emit and leave behind, from the ledger and the lots of a replicate."""

from collections import defaultdict
from typing import Final

import numpy as np

from ops_data.units import KG_PER_TONNE
from twin.indicators.cost import marine_cost_jpy
from twin.indicators.oxides import TOTAL, oxide_kg, received_dry_t
from twin.indicators.processed import Processed
from twin.indicators.production import lifted_wet_t
from twin.processing.ledger import AIRBORNE, activity, fluoride_released_kg, oxide_value_usd
from twin.processing.lot import Lot, pool
from twin.processing.valuation import beneficiation_saving, payable_share

SERVICES: Final = ("toll",)  # counted by weight, but nothing that is used up
SPENT: Final = "effluent"


def _sums(one: Processed, what: str) -> dict[str, float]:
    """Return a column of the ledger summed by item, and in total; nothing where the ledger is empty."""
    found: dict[str, float] = defaultdict(float)
    for row in one.used:
        found[row.entry.item] += float(getattr(row.entry, what).sum())
    return dict(found) | {TOTAL: sum(found.values())} if found else {}


def processing_cost_jpy(one: Processed) -> dict[str, float]:
    """Return what reagents, energy, services and waste of the plants cost [JPY] by item, and in total.

    Capital, labour and upkeep are not in it; those of a toll plant are in its fee.
    """
    rate = one.values["cost.jpy_per_usd"]
    return {item: usd * rate for item, usd in _sums(one, "cost_usd").items()}


def processing_cost_per_dry_t_jpy(one: Processed) -> float | None:
    """Return that cost per dry solids received [JPY/t]; no value when none was received."""
    dry_t = received_dry_t(one)
    return processing_cost_jpy(one).get(TOTAL, 0.0) / dry_t if dry_t else None


def chain_cost_per_wet_t_jpy(one: Processed) -> float | None:
    """Return marine and processing cost per wet mud lifted [JPY/t]; no value when nothing was lifted."""
    lifted_t = lifted_wet_t(one.campaign)
    return _chain_cost_jpy(one) / lifted_t if lifted_t else None


def chain_cost_per_oxide_kg_jpy(one: Processed) -> float | None:
    """Return marine and processing cost per oxide of any rare earth sold [JPY/kg]; no value when none is made."""
    sold = oxide_kg(one).get(TOTAL, 0.0)
    return _chain_cost_jpy(one) / sold if sold else None


def _chain_cost_jpy(one: Processed) -> float:
    return marine_cost_jpy(one.campaign)["total"] + processing_cost_jpy(one).get(TOTAL, 0.0)


def processing_co2e_t(one: Processed) -> dict[str, float]:
    """Return greenhouse gases of what the plants use [t CO2e] by item, and in total."""
    return {item: kg / KG_PER_TONNE for item, kg in _sums(one, "co2e_kg").items()}


def reagent_kg(one: Processed) -> dict[str, float]:
    """Return what the plants use by weight [kg] by item, acid that is given back taken off."""
    found: dict[str, float] = defaultdict(float)
    for row in one.used:
        if row.entry.unit == "kg" and row.entry.item not in SERVICES:
            found[row.entry.item] += float(row.entry.amount.sum())
    return dict(found)


def reagent_per_oxide_kg(one: Processed) -> dict[str, float]:
    """Return that per oxide of any rare earth sold [kg/kg]; nothing when none is made."""
    sold = oxide_kg(one).get(TOTAL, 0.0)
    return {item: mass / sold for item, mass in reagent_kg(one).items()} if sold else {}


def plant_power_kwh(one: Processed) -> float:
    """Return electricity of the plants on the mainland [kWh]."""
    return float(sum(row.entry.amount.sum() for row in one.used if row.entry.item == "power"))


def residue_dry_t(one: Processed) -> float:
    """Return solids left to be dumped [t], dry, as the ledger counts them."""
    return _amount(one, "residue")


def effluent_t(one: Processed) -> float:
    """Return spent liquor and other water to be treated [t]."""
    return _amount(one, SPENT)


def _amount(one: Processed, item: str) -> float:
    return float(sum(row.entry.amount.sum() for row in one.used if row.entry.item == item))


def hf_released_kg(one: Processed) -> float:
    """Return hydrogen fluoride that leaves as gas [kg]."""
    return float(sum(fluoride_released_kg(step.made).sum() for step in one.refined.done))


def activity_bq_g(one: Processed) -> dict[str, float]:
    """Return uranium and thorium of all solids left and of mixed oxide as activity [Bq/g], each as one heap."""
    refined = one.refined
    heaps = {name: lots for step in refined.done for name, lots in step.made.losses.items() if name not in AIRBORNE}
    if any(step.step == "calcine" for step in refined.steps):
        heaps["mixed_oxide"] = refined.last
    return {name: float(activity(_heap(lots))[0][0]) for name, lots in heaps.items() if lots.dry_t.any()}


def _heap(lots: Lot) -> Lot:
    return pool(lots, np.zeros(len(lots), dtype=np.int64), 1)


def oxide_value_jpy(one: Processed) -> dict[str, float]:
    """Return what the oxides would sell for [JPY] by product, and in total; of toll-treated oxide the payable share."""
    if one.refined.separation is None:
        return {}
    payable = payable_share(one.values, one.campaign.scenario.processing.separation)
    found = oxide_value_usd(one.refined.separation.made.products, one.values, payable)
    value = {name: float(usd.sum()) * one.values["cost.jpy_per_usd"] for name, usd in found.items()}
    return value | {TOTAL: sum(value.values())}


def beneficiation_must_save_jpy(one: Processed) -> dict[str, float]:
    """Return what beneficiation must save to pay [JPY per dry tonne]: of all mud fed to it, and of mud it leaves out.

    Notes
    -----
    The step as the scenario states it, on the mud received, whether the chain has the step or not. It must make up for
    the value of the oxides lost with its tailings and for its own cost. No value without separation or mud.
    """
    needed = beneficiation_saving(one.refined, one.values, one.campaign.scenario.processing)
    if needed is None:
        return {}
    rate, left_out = one.values["cost.jpy_per_usd"], float(needed.needed_usd_t_discarded)
    return {"fed": left_out * float(needed.discarded_share) * rate, "left_out": left_out * rate}
