"""What the island's plant, the steps and separation used, lot by lot."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np

from ops_data.units import GRAMS_PER_TONNE
from twin.indicators.record import Ints
from twin.operations import codes as c
from twin.operations.world import Lot as Parcel
from twin.processing.dewater import dewater, parameters
from twin.processing.ledger import Entry, entries
from twin.processing.lot import Lot, Stepped, empty, lot
from twin.processing.refinery import Refined

ISLAND: Final = "island_dewater"
ISLAND_POWER: Final = "power_of_island_fuel"  # its cost and emission are those of the island's fuel, counted there


class Used(NamedTuple):
    """What one step used of one item, lot by lot: an entry, parcels worked on (-1: a batch) and when it was done."""

    entry: Entry
    lot_id: Ints
    time_s: Ints


def used(parcels: Sequence[Parcel], arrived: Ints, refined: Refined, values: Mapping[str, float]) -> list[Used]:
    """Return what the island's plant, the steps and separation used.

    Parameters
    ----------
    parcels : of a replicate; arrived : numbers of those that the plants received.
    refined : what they made of them.
    values : quantity values by key.
    """
    ids = np.array([parcel.lot_id for parcel in parcels], dtype=np.int64)
    times = np.array([parcel.time_s for parcel in parcels], dtype=np.int64)
    pressed = pressings(parcels)
    cakes = np.array([cake for cake, _ in pressed], dtype=np.int64)
    found = [Used(entry, ids[cakes], times[cakes]) for entry in on_island(parcels, pressed, values)]
    if refined.plan is not None:
        for step in refined.steps:
            of_step = entries(step.step, step.made, values)
            found += [Used(entry, ids[arrived], refined.plan.done_s) for entry in of_step]
    if refined.separation is not None and refined.batches is not None:
        none = np.full(len(refined.batches), c.NONE)
        of_batches = entries(refined.separation.step, refined.separation.made, values)
        found += [Used(entry, none, refined.batches.date_s) for entry in of_batches]
    return found


def pressings(parcels: Sequence[Parcel]) -> list[tuple[int, int]]:
    """Return the numbers of each cake and of the filtrate that left the same plant in the same second."""
    filtrates = {(lot.time_s, lot.from_asset): at for at, lot in enumerate(parcels) if lot.stage == "filtrate"}
    cakes = [(at, lot) for at, lot in enumerate(parcels) if lot.stage == "cake"]
    return [(at, filtrates[lot.time_s, lot.from_asset]) for at, lot in cakes]


def slurry_pressed(parcels: Sequence[Parcel], pressed: Sequence[tuple[int, int]]) -> Lot:
    """Return the slurry that became each pair of cake and filtrate, masses only."""
    pairs = [(parcels[cake], parcels[filtrate]) for cake, filtrate in pressed]
    dry_t, water_t = (
        np.array([sum(getattr(parcel, name) for parcel in pair) for pair in pairs], dtype=np.float64) / GRAMS_PER_TONNE
        for name in ("dry_g", "water_g")
    )
    return lot(dry_t, dry_t, water_t, 0.0 * water_t, empty(len(pairs)).content_kg, "slurry on the island")


def on_island(
    parcels: Sequence[Parcel], pressed: Sequence[tuple[int, int]], values: Mapping[str, float]
) -> list[Entry]:
    """Return what pressing each cake used; its electricity is paid with the island's fuel."""
    utilities = dewater(slurry_pressed(parcels, pressed), parameters(values)).utilities
    bought = {name: amount for name, amount in utilities.items() if name != "power_kwh"}
    power_kwh = utilities["power_kwh"]
    nothing = np.zeros_like(power_kwh)
    power = Entry(ISLAND, ISLAND_POWER, "kwh", power_kwh, nothing, nothing)
    return [*entries(ISLAND, Stepped({}, {}, bought), values), power]
