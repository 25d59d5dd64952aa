"""What lies where at the end of each day, from the hold to the oxide, and the oxide of each day."""

from typing import Final

import numpy as np

from ops_data.elements import ELEMENTS
from ops_data.units import GRAMS_PER_TONNE
from twin.indicators.processed import Processed
from twin.indicators.record import Floats, Ints, jst_day
from twin.processing import plants
from twin.processing.accounts import sold_kg
from twin.processing.oxides import reo_kg

# series of dry solids on the way → stages of the parcels that bring them there, and that take them away
ON_THE_WAY: Final = {
    "shuttle_dry_t": (("transfer",), ("island",)),
    "island_slurry_dry_t": (("island",), ("cake", "filtrate")),
    "cake_dry_t": (("cake",), ("delivered",)),  # in the stock and on carriers
}
ROUNDED: Final = 6  # decimals kept in the daily series of masses


def days_spanned(one: Processed) -> int:
    """Return how many days (Japan) the replicate spans: its calendar, or until the last oxide is made."""
    refined, campaign = one.refined, one.campaign
    last = [campaign.end_s - 1]
    if refined.plan is not None:
        last += refined.plan.done_s.tolist()
    if refined.batches is not None:
        last += refined.batches.date_s.tolist()
    return plants.jst_days(campaign.start_s, max(last))[1]


def stocks(one: Processed) -> dict[str, Floats]:
    """Return what lies in each stage at the end of each day, shape (days,) of :func:`days_spanned`.

    Notes
    -----
    ``hold_dry_t`` in the holds of the mining vessels, `ON_THE_WAY` up to the mainland, then `plants.STOCKS` where the
    scenario names any step. What is at sea or on the island at the horizon stays there.
    """
    days = days_spanned(one)
    lifted_g = np.zeros(days)
    lifted_g[: one.campaign.n_days] = one.campaign.day_dry_g
    given_g = _by_day(one, ("transfer", "landed"), days)
    found = {"hold_dry_t": np.cumsum(lifted_g - given_g) / GRAMS_PER_TONNE}
    for name, (came, went) in ON_THE_WAY.items():
        found[name] = np.cumsum(_by_day(one, came, days) - _by_day(one, went, days)) / GRAMS_PER_TONNE
    return found | _in_plants(one, days)


def _by_day(one: Processed, stages: tuple[str, ...], days: int) -> Floats:
    """Return dry solids of parcels by the day they were made [g], shape (days,)."""
    some = [(parcel.time_s, parcel.dry_g) for parcel in one.parcels if parcel.stage in stages]
    day = np.minimum(jst_day(np.array([at for at, _ in some], dtype=np.int64)) - one.campaign.first_day, days - 1)
    weights = np.array([dry_g for _, dry_g in some], dtype=np.float64)
    return np.bincount(day, weights=weights, minlength=days).astype(np.float64, copy=False)


def _in_plants(one: Processed, days: int) -> dict[str, Floats]:
    refined = one.refined
    if refined.plan is None:
        return {}
    mixed_kg = reo_kg(refined.last)
    batches = refined.batches
    if batches is None or refined.separation is None:  # the mixed oxide is kept
        batches = plants.separation(refined.plan.done_s, np.zeros(len(mixed_kg)), one.values)
        made_kg = np.zeros(len(batches))
    else:
        made = refined.separation.made.products.values()
        made_kg = np.asarray(np.sum([reo_kg(lots) for lots in made], axis=0))
    first_day = one.campaign.first_day
    found = plants.inventory(refined.plan, batches, refined.received.dry_t, mixed_kg, made_kg, first_day, days)
    calcined = any(step.step == "calcine" for step in refined.steps)
    return found if calcined else {name: found[name] for name in found if name.endswith("_dry_t")}


def oxides_by_day(one: Processed) -> tuple[Ints, Floats]:
    """Return days (from the first of the calendar) on which a batch of oxide is dated, and its oxides [kg].

    Returns
    -------
    Days, shape (n,), ascending, and oxide of each element in products named after it, shape (n, len(ELEMENTS)).
    """
    refined = one.refined
    if refined.batches is None or refined.separation is None:
        return np.zeros(0, dtype=np.int64), np.zeros((0, len(ELEMENTS)))
    day, at = np.unique(jst_day(refined.batches.date_s) - one.campaign.first_day, return_inverse=True)
    found = np.zeros((len(day), len(ELEMENTS)))
    np.add.at(found, at, sold_kg(refined.separation.made.products))
    return day, found
