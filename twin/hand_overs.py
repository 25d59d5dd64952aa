"""What log entries say was lifted and handed over, in every basis they may use, as dry solids and as lots.

An entry may name dry solids, in-situ mud or slurry; one basis is turned into the other with the campaign's central
values. A parcel leaves its giver at the end of the entry that names it. A ship that sails loaded although no entry says
what it took is told: nothing is made up for it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np

from ops_data.ingest.log_entries import LogEntry
from ops_data.observations.record_files import stamp
from ops_data.units import GRAMS_PER_TONNE, LITRES_PER_M3
from twin.operations.campaign import island_of, roles_of
from twin.operations.inferred import Note
from twin.operations.island import PPM
from twin.operations.laws import Luck
from twin.operations.program import Ints
from twin.operations.world import Island, Lot

LIFT: Final = "lift"
# By role of the giver: activity → stage of the chain that the parcel reaches.
STAGES: Final = {
    "mining": {"offload": "transfer", "transit_home": "landed", "port_call": "landed", "repair": "landed"},
    "shuttle": {"unload": "island"},
    "island": {"dewater": "cake"},
    "carrier": {"unload": "delivered"},
}
PRESSES: Final = "dewater"
LEAST_CAPTURE: Final = 0.8  # assumption: a filter press that loses more than a fifth of the solids is not run
RECEIVERS: Final = {"landed": "mainland", "island": "island", "cake": "stock", "delivered": "mainland"}


@dataclass(frozen=True)
class Basis:
    """What turns one basis of mass into another.

    Attributes
    ----------
    wet_per_dry : in-situ mud per dry solids [t/t].
    dry_t_m3 : dry solids in a volume of slurry [t/m3].
    grain_t_m3, water_t_m3 : densities of grains and of the water between them.
    stroke_dry_t : dry solids of a typical lift, where an entry says nothing.
    island : capacities and rules.
    """

    wet_per_dry: float
    dry_t_m3: float
    grain_t_m3: float
    water_t_m3: float
    stroke_dry_t: float
    island: Island

    @classmethod
    def of(cls, luck: Luck) -> "Basis":
        """Return the basis of a replicate's values."""
        stroke, grain_t_m3 = luck.typical_stroke(), luck.values["mud.grain_density_t_m3"]
        slurry_m3, dry_t, water_t = float(stroke.slurry_m3), float(stroke.dry_t), float(stroke.water_t)
        water_t_m3 = water_t / (slurry_m3 - dry_t / grain_t_m3)
        return cls(luck.wet_per_dry(), dry_t / slurry_m3, grain_t_m3, water_t_m3, dry_t, island_of(luck))

    def dry_t(self, entry: LogEntry) -> float | None:
        """Return the dry solids that an entry names, in whichever basis; None where it names none."""
        if entry.dry_t is not None:
            return entry.dry_t
        if entry.wet_t is not None:
            return entry.wet_t / self.wet_per_dry
        return None if entry.slurry_m3 is None else entry.slurry_m3 * self.dry_t_m3

    def slurry_m3(self, entry: LogEntry) -> float:
        """Return the slurry of an entry that names a quantity [m3]."""
        if entry.slurry_m3 is not None:
            return entry.slurry_m3
        return (self.dry_t(entry) or 0.0) / self.dry_t_m3


def with_dry_t(basis: Basis, entry: LogEntry) -> tuple[LogEntry, str]:
    """Return a lift with its dry solids, and how they are known; other entries, and what is said, stay."""
    if entry.activity != LIFT or entry.dry_t is not None or entry.state != "working":
        return entry, ""
    named = basis.dry_t(entry)
    said = "mud in situ" if entry.wet_t is not None else "slurry" if named is not None else "a typical lift"
    return replace(entry, dry_t=basis.stroke_dry_t if named is None else named), said


def lots_of(basis: Basis, luck: Luck, entries: Sequence[LogEntry], until_s: int) -> tuple[list[Lot], list[Note]]:
    """Return the parcels that entries hand over by a second, in order of time, and what is not known of them.

    Parameters
    ----------
    basis : how masses follow from one another.
    luck : of the scenario; names the assets and their roles.
    entries : of all assets, none covered by a better one.
    until_s : UTC second; parcels of entries that end later are not handed over yet.
    """
    roles = roles_of(luck.scenario)
    ordered = sorted(entries, key=lambda one: (one.end_utc, one.asset))
    loads = _Loads.among(ordered, roles)
    pressing = _Pressing()
    lots: list[Lot] = []
    notes: list[Note] = []
    for entry in ordered:
        pressing.see(entry, lots)
        stage = STAGES.get(roles.get(entry.asset, ""), {}).get(entry.activity)
        if stage is None or entry.end_utc > until_s or basis.dry_t(entry) is None:
            continue
        receiver = RECEIVERS.get(stage) or loads.during(entry)
        if receiver:
            lots += _parcels(basis, entry, stage, receiver, pressing.batch_g(entry, basis))
        else:
            said = f"no shuttle is logged as loading at {stamp(entry.end_utc)}: log its 'load'"
            notes.append(Note(entry.asset, "hand-over", said))
    lots = [lot._replace(lot_id=number) for number, lot in enumerate(lots)]
    return lots, notes + _sailed_unsaid(roles, ordered, lots, until_s)


@dataclass(frozen=True, eq=False)
class _Loads:
    """Loading of shuttles: who, and from when to when."""

    assets: list[str]
    begin_s: Ints
    end_s: Ints

    @classmethod
    def among(cls, entries: Sequence[LogEntry], roles: Mapping[str, str]) -> "_Loads":
        own = [one for one in entries if one.activity == "load" and roles.get(one.asset) == "shuttle"]
        begin_s, end_s = (np.array([getattr(one, name) for one in own], np.int64) for name in ("start_utc", "end_utc"))
        return cls([one.asset for one in own], begin_s, end_s)

    def during(self, entry: LogEntry) -> str:
        """Return the shuttle that loads while an entry lasts, of several the one that ends nearest to it; else ""."""
        found = np.flatnonzero((self.begin_s <= entry.end_utc) & (self.end_s >= entry.start_utc))
        if not len(found):
            return ""
        nearest = int(found[np.argmin(np.abs(self.end_s[found] - entry.end_utc))])
        return self.assets[nearest]


class _Pressing:
    """What the plant took from the tank for the batch in hand: all that shuttles had given by when it began."""

    def __init__(self) -> None:
        self.taken_g = 0
        self.in_hand_g = -1  # none in hand

    def see(self, entry: LogEntry, lots: Sequence[Lot]) -> None:
        """Take what is in the tank when an entry begins a batch; `lots` are those handed over until its end."""
        if entry.activity == PRESSES and self.in_hand_g < 0:
            given_g = sum(lot.dry_g for lot in lots if lot.stage == "island" and lot.time_s <= entry.start_utc)
            self.in_hand_g = given_g - self.taken_g

    def batch_g(self, entry: LogEntry, basis: Basis) -> int:
        """Return the dry solids of the batch whose cake an entry names, and end it.

        Where that would mean a share of solids kept that no filter has, the scenario's own share is taken.
        """
        if entry.activity != PRESSES:
            return 0
        batch_g, cake_g = self.in_hand_g, round((basis.dry_t(entry) or 0.0) * GRAMS_PER_TONNE)
        self.in_hand_g = -1
        if not LEAST_CAPTURE * batch_g <= cake_g <= batch_g:
            batch_g = round(cake_g * PPM / basis.island.capture_ppm)
        self.taken_g += batch_g
        return batch_g


def _parcels(basis: Basis, entry: LogEntry, stage: str, receiver: str, pressed_g: int) -> list[Lot]:
    """Return the lots of one hand-over; cake leaves filtrate behind."""
    dry_t, at_s, island = basis.dry_t(entry) or 0.0, entry.end_utc, basis.island
    dry_g = round(dry_t * GRAMS_PER_TONNE)
    if stage in ("transfer", "landed", "island"):
        slurry_m3 = basis.slurry_m3(entry)
        water_t = max(0.0, slurry_m3 - dry_t / basis.grain_t_m3) * basis.water_t_m3
        parcel = (round(slurry_m3 * LITRES_PER_M3), dry_g, round(water_t * GRAMS_PER_TONNE))
        return [Lot(0, "product", stage, at_s, entry.asset, receiver, *parcel)]
    cake = Lot(0, "product", stage, at_s, entry.asset, receiver, 0, dry_g, dry_g * island.cake_water_ppm // PPM)
    if stage == "delivered":
        return [cake]
    slurry_m3 = entry.slurry_m3 if entry.slurry_m3 is not None else pressed_g / GRAMS_PER_TONNE / basis.dry_t_m3
    water_t = max(0.0, slurry_m3 - pressed_g / GRAMS_PER_TONNE / basis.grain_t_m3) * basis.water_t_m3
    lost = (round(slurry_m3 * LITRES_PER_M3), pressed_g - dry_g, round(water_t * GRAMS_PER_TONNE) - cake.water_g)
    return [cake, Lot(0, "loss", "filtrate", at_s, entry.asset, "sea", *lost)]


def _sailed_unsaid(
    roles: Mapping[str, str], entries: Sequence[LogEntry], lots: Sequence[Lot], until_s: int
) -> list[Note]:
    """Return a note for each time a shuttle sailed loaded although nothing says what it took."""
    notes = []
    for asset in (name for name, role in roles.items() if role == "shuttle"):
        own = [one for one in entries if one.asset == asset and one.start_utc < until_s]
        taken = [lot.time_s for lot in lots if lot.to_asset == asset]
        since_s = 0
        for before, one in pairwise(own):
            if before.activity == "load" and one.activity == "sail_to_island":
                if not any(since_s < at_s <= one.start_utc for at_s in taken):
                    said = "and no entry says what it took: give slurry_m3 or dry_t where the giver ends"
                    notes.append(Note(asset, "cargo", f"it sailed at {stamp(one.start_utc)} {said}"))
                since_s = one.start_utc
    return notes
