"""What the mud becomes: oxides by element and date, what each step recovers, and what a target would give."""

from typing import Final

import numpy as np

from ops_data.elements import ELEMENTS
from ops_data.supply_names import SUPPLY_ELEMENTS
from ops_data.units import SECONDS_PER_DAY
from twin.indicators.processed import Processed
from twin.indicators.record import Floats
from twin.processing.accounts import recovered_kg, sold_kg
from twin.processing.lot import OXIDE_FACTOR, REY
from twin.processing.oxides import purity, reo_kg

TOTAL: Final = "total"


def oxide_masses_kg(one: Processed) -> Floats | None:
    """Return the oxide of each element that the replicate gives [kg], shape (len(ELEMENTS),); None if none is made."""
    separation = one.refined.separation
    return None if separation is None else sold_kg(separation.made.products).sum(axis=0)


def oxide_kg(one: Processed) -> dict[str, float]:
    """Return the oxide that the mud of the replicate becomes [kg], by element and in all; nothing without separation.

    An element counts in the products that are named after it (neodymium as Nd2O3 in Nd and in mixed NdPr oxide).
    """
    masses = oxide_masses_kg(one)
    if masses is None:
        return {}
    return dict(zip(ELEMENTS, masses.tolist(), strict=True)) | {TOTAL: float(masses.sum())}


def product_kg(one: Processed) -> dict[str, float]:
    """Return the mass of each product of separation [kg], its impurities as oxides included."""
    if one.refined.separation is None:
        return {}
    made = one.refined.separation.made.products
    return {name: float((lots.total_kg @ OXIDE_FACTOR).sum()) for name, lots in made.items()}


def product_purity(one: Processed) -> dict[str, float]:
    """Return the purity of each product of separation [1]: oxides of the elements it is named after per all oxides."""
    if one.refined.separation is None:
        return {}
    found = {}
    for name, lots in one.refined.separation.made.products.items():
        mass_kg = lots.total_kg @ OXIDE_FACTOR
        if mass_kg.sum() > 0.0:
            found[name] = float(np.average(np.nan_to_num(purity(name, lots)), weights=mass_kg))
    return found


def recovery(one: Processed) -> dict[str, float]:
    """Return the share of each rare earth lifted that is sold as its oxide [1]; nothing when none was lifted."""
    masses = oxide_masses_kg(one)
    lifted = one.campaign.lifted_kg[REY] * OXIDE_FACTOR[REY]
    if masses is None or not lifted.any():
        return {}
    return {name: float(masses[at] / lifted[at]) for at, name in enumerate(ELEMENTS) if lifted[at] > 0.0}


def step_recovery(one: Processed) -> dict[str, float]:
    """Return the share of each rare earth fed to a step that it recovers [1], by step and element ("leach Nd").

    What a step recovers: see `twin.processing.accounts.recovered_kg`.
    """
    found: dict[str, float] = {}
    for step in one.refined.done:
        fed, kept = recovered_kg(step)
        found |= {f"{step.step} {name}": float(kept[at] / fed[at]) for at, name in enumerate(ELEMENTS) if fed[at] > 0.0}
    return found


def first_oxide_day(one: Processed) -> float | None:
    """Return when the first batch of separated oxide is there [days after departure]; no value without any."""
    return _oxide_day(one, 0)


def last_oxide_day(one: Processed) -> float | None:
    """Return when the last batch of separated oxide is there [days after departure]; no value without any."""
    return _oxide_day(one, -1)


def _oxide_day(one: Processed, place: int) -> float | None:
    batches = one.refined.batches
    if batches is None or not batches.reo_kg.any():
        return None
    dates = np.sort(batches.date_s[batches.reo_kg > 0.0])
    return float(dates[place] - one.campaign.start_s) / SECONDS_PER_DAY


def received_dry_t(one: Processed) -> float:
    """Return dry solids that the plants on the mainland received [t]."""
    return float(one.refined.received.dry_t.sum())


def mixed_oxide_kg(one: Processed) -> float | None:
    """Return rare earths in the mixed oxide [kg, as oxides]; no value when the chain ends before calcination."""
    calcined = any(step.step == "calcine" for step in one.refined.steps)
    return float(reo_kg(one.refined.last).sum()) if calcined else None


def oxide_at_target_kg_d(one: Processed) -> dict[str, float]:
    """Return the oxide a day on which the target is held would become [kg/d], on the scenario's mass basis.

    Notes
    -----
    Target as dry solids, times what the pressing on the island keeps, times oxide per dry solids received, at the
    grade and the recovery of the replicate.
    """
    masses, dry_t = oxide_masses_kg(one), received_dry_t(one)
    if masses is None or dry_t == 0.0:
        return {}
    campaign = one.campaign.scenario.campaign
    target_t_d = campaign.target_t_d / (one.campaign.wet_per_dry if campaign.mass_basis == "wet" else 1.0)
    pressed = one.campaign.scenario.transfer.method != "none"
    kept = one.values["island.solids_capture"] if pressed else 1.0
    per_dry_t = masses / dry_t
    return {name: float(target_t_d * kept * per_dry_t[ELEMENTS.index(name)]) for name in SUPPLY_ELEMENTS}
