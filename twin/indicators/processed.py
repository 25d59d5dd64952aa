"""A replicate together with what became of its mud: from the hole to the oxide, constituent by constituent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from ops_data.units import GRAMS_PER_TONNE
from twin.indicators.composition import mixed_lots
from twin.indicators.record import Floats, Ints, Replicate
from twin.indicators.usage import Used, pressings, used
from twin.models.dewatering import wash_residual
from twin.operations.campaign import Played
from twin.operations.world import Lot as Parcel
from twin.processing.mixing import Mixed
from twin.processing.received import hosts, received, sea_salt_t
from twin.processing.refinery import Refined, refine

AT_THE_PLANT: Final = ("delivered", "landed")  # stages of the parcels that the plants receive
WASHED: Final = ("cake", "delivered")  # stages of the parcels that the island's plant may have washed


@dataclass(frozen=True, eq=False)
class Processed:
    """A replicate and what became of its mud.

    Attributes
    ----------
    campaign : the replicate.
    parcels : transfer parcels in the order in which they were made.
    mixed : what each constituent of the solids went through, from the hold to the mainland.
    water_t, salt_t : water of each parcel, and the sea salt in it [t], shape (parcels,).
    arrived : which parcels reached the plants, numbers of ``parcels``.
    refined : what the plants made of them.
    """

    campaign: Replicate
    parcels: tuple[Parcel, ...]
    mixed: Mixed
    water_t: Floats
    salt_t: Floats
    arrived: Ints
    refined: Refined

    @property
    def values(self) -> Mapping[str, float]:
        """Quantity values of the replicate by key."""
        return self.campaign.values

    @cached_property
    def used(self) -> list[Used]:
        """What the island's plant, the steps and separation used."""
        return used(self.parcels, self.arrived, self.refined, self.values)


def processed(one: Replicate, played: Played) -> Processed:
    """Return a replicate with what became of its mud."""
    mix = mixed_lots(one, played)
    parcels = tuple(played.lots)
    dry_t = np.array([parcel.dry_g for parcel in parcels], dtype=np.float64) / GRAMS_PER_TONNE
    water_t, salt_t = parcel_water_t(parcels, one.values)
    there = [at for at, parcel in enumerate(parcels) if parcel.stage in AT_THE_PLANT]
    arrived = np.array(there, dtype=np.int64)
    mud = received(
        dry_t[arrived] * one.wet_per_dry,
        dry_t[arrived],
        water_t[arrived],
        salt_t[arrived],
        mix.lots_kg[arrived],
        hosts(one.values),
    )
    arrive_s = np.array([parcels[at].time_s for at in there], dtype=np.int64)
    refined = refine(arrive_s, mud, one.values, one.scenario.processing)
    return Processed(one, parcels, mix, water_t, salt_t, arrived, refined)


def parcel_water_t(parcels: Sequence[Parcel], values: Mapping[str, float]) -> tuple[Floats, Floats]:
    """Return water of each parcel and its sea salt [t]; washing on the island moves salt from cake to filtrate."""
    water_t = np.array([parcel.water_g for parcel in parcels], dtype=np.float64) / GRAMS_PER_TONNE
    salt_t = sea_salt_t(water_t, values)
    left = float(wash_residual(values["dewater.wash_ratio"], values["dewater.wash_cells"]))
    for cake, filtrate in pressings(parcels):
        salt_t[filtrate] += salt_t[cake] * (1.0 - left)
        water_t[filtrate] += water_t[cake] * values["dewater.wash_ratio"]
    salt_t[[parcel.stage in WASHED for parcel in parcels]] *= left
    return water_t, salt_t
