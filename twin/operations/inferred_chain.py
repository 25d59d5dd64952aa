"""Shuttles, island and carriers from their logs and the parcels handed over: what each holds, what is in between."""

from collections.abc import Mapping, Sequence
from typing import Final

from twin.operations import codes as c
from twin.operations.inferred import Draft
from twin.operations.island import PPM
from twin.operations.world import Island, Lot, Stocks

FIRST_LABELS: Final = {
    "shuttle": {"load": "alongside"},
    "carrier": {"idle": "call"},
    "island": {"idle": "mud"},
}
MEETING: Final = frozenset({"wait_at_site", "alongside", "berth", "mud", "call", "cake", "cast_off"})
Parcel = tuple[int, int, int]  # slurry [l] or mass [kg], dry [g], water [g]
NOTHING: Final[Parcel] = (0, 0, 0)


def label_of(draft: Draft, number: int) -> str:
    """Return the step that a row of a ship or plant is of."""
    activity, waiting, cause = draft.label(number), draft.is_waiting(number), int(draft.cause[number])
    if activity == "repair":
        return "await_spare" if waiting else "repair"
    if draft.role == "shuttle" and activity == "unload":
        if waiting and cause == c.CAUSE["berth"]:
            return "berth"
        return "unload" if _worked_before(draft, number) else "berthing"
    if draft.role == "carrier" and activity == "load":
        return "cake" if waiting and cause == c.CAUSE["cake"] else "load"
    return FIRST_LABELS[draft.role].get(activity, activity)


def _worked_before(draft: Draft, number: int) -> bool:
    """Say whether a working row of the same activity came right before a row, waits and repairs in between left out."""
    before = number - 1
    while before >= 0 and draft.label(before) in (draft.label(number), "repair"):
        if draft.label(before) == draft.label(number) and int(draft.state[before]) == c.WORKING:
            return True
        before -= 1
    return False


def ship_vector(draft: Draft, cargo: Parcel) -> list[int]:
    """Return the state vector of a shuttle, a plant or a carrier that holds a cargo."""
    s = draft.vector
    if not len(draft.rows):
        return s
    s[c.HOLD_L], s[c.HOLD_DRY_G], s[c.HOLD_WATER_G] = cargo
    s[c.LOAD_L], s[c.LOAD_DRY_G], s[c.LOAD_WATER_G] = cargo
    draft.wear()
    last = draft.last_work()
    here = draft.tables.pc[label_of(draft, last)] if draft.label(last) != "repair" else 0
    if draft.ended():
        here = draft.tables.pc["sail_to_island"] if draft.label(-1) == "load" else draft.steps[here].next
        s[c.PC], s[c.T] = here, draft.time_s
        return s
    label = draft.tables.labels[here]
    if label not in MEETING:
        draft.leave(here, draft.worked_s())
    s[c.PC], s[c.T] = here, draft.time_s
    if draft.label(-1) == "repair":
        draft.fault(c.IN_PORT, {})
        s[c.RESUME] = here
    elif label in MEETING:
        s[c.T] = int(draft.rows[-1, c.R_START])
    return s


class Chain:
    """The way of mud from the mining vessels to the mainland, followed in order of time.

    Parameters
    ----------
    drafts : shuttles, plants and carriers by name.
    lots : parcels handed over until then, in order of time.
    island : capacities and rules.
    """

    def __init__(self, drafts: Mapping[str, Draft], lots: Sequence[Lot], island: Island) -> None:
        self.drafts, self.lots, self.island = drafts, lots, island
        self.stocks = Stocks(lots=len(lots))
        self.cargo: dict[str, Parcel] = dict.fromkeys(drafts, NOTHING)
        self.follow()

    def follow(self) -> None:
        """Go through hand-overs and beginnings of work in order of time; of one second hand-overs come first."""
        events: list[tuple[int, int, int, object]] = [
            (lot.time_s, 0, number, lot) for number, lot in enumerate(self.lots)
        ]
        for place, draft in enumerate(self.drafts.values()):
            label = {"island": "dewater", "carrier": "load"}.get(draft.role)
            for number in range(len(draft.rows)):
                if label and label_of(draft, number) == label and not _same_work(draft, number):
                    events.append((int(draft.rows[number, c.R_START]), 1, place, draft))
        for _, _, _, event in sorted(events, key=lambda one: one[:3]):
            if isinstance(event, Lot):
                self.hand_over(event)
            elif isinstance(event, Draft):
                self.take_up(event)

    def hand_over(self, lot: Lot) -> None:
        """Book a parcel."""
        s, parcel = self.stocks, (lot.volume_l, lot.dry_g, lot.water_g)
        if lot.stage == "transfer":
            s.afloat_l += lot.volume_l
            self.cargo[lot.to_asset] = parcel
        elif lot.stage == "landed":
            s.landed_dry_g += lot.dry_g
            s.landed_water_g += lot.water_g
        elif lot.stage == "island":
            s.afloat_l -= lot.volume_l
            s.tank_l += lot.volume_l
            s.tank_dry_g += lot.dry_g
            s.tank_water_g += lot.water_g
            self.cargo[lot.from_asset] = NOTHING
        elif lot.stage == "cake":  # of a batch what is not cake is lost, whatever a log makes of the filtrate
            batch_g = max(self.cargo[lot.from_asset][1], lot.dry_g)
            s.cake_dry_g += lot.dry_g
            s.cake_water_g += lot.water_g
            s.lost_dry_g += batch_g - lot.dry_g
            s.pressing_dry_g = max(0, s.pressing_dry_g - batch_g)
            self.cargo[lot.from_asset] = NOTHING
        elif lot.stage == "filtrate":
            s.filtrate_g += lot.water_g
        elif lot.stage == "delivered":
            s.delivered_dry_g += lot.dry_g
            s.delivered_water_g += lot.water_g
            self.cargo[lot.from_asset] = NOTHING

    def take_up(self, draft: Draft) -> None:
        """Book what a plant or a carrier takes when it begins: all there is, as far as there is room."""
        s, island = self.stocks, self.island
        if draft.role == "island" and s.tank_dry_g > 0:
            room_g = (island.cake_dry_g - s.cake_dry_g) * PPM // island.capture_ppm - s.pressing_dry_g
            dry_g = min(s.tank_dry_g, max(room_g, 0))
            parcel = (s.tank_l * dry_g // s.tank_dry_g, dry_g, s.tank_water_g * dry_g // s.tank_dry_g)
            s.tank_l, s.tank_dry_g, s.tank_water_g = (
                have - taken for have, taken in zip((s.tank_l, s.tank_dry_g, s.tank_water_g), parcel, strict=True)
            )
            s.pressing_dry_g += dry_g
            self.cargo[draft.name] = parcel
        elif draft.role == "carrier" and s.cake_dry_g > 0:
            dry_g = min(s.cake_dry_g, island.most_dry_g)
            water_g = s.cake_water_g * dry_g // s.cake_dry_g
            s.cake_dry_g -= dry_g
            s.cake_water_g -= water_g
            self.cargo[draft.name] = ((dry_g + water_g) // 1_000, dry_g, water_g)


def _same_work(draft: Draft, number: int) -> bool:
    """Say whether a row goes on with what an earlier one began: a load after a wait for the sea, any after a repair."""
    before = number - 1
    while before >= 0 and draft.label(before) == "repair":
        before -= 1
    if before < 0 or label_of(draft, before) != label_of(draft, number):
        return False
    return draft.role == "carrier" or before < number - 1


def berthed(drafts: Mapping[str, Draft]) -> tuple[str, ...]:
    """Return the ships at the quay of the island, in order of arrival."""
    found = []
    for name, draft in drafts.items():
        if not len(draft.rows):
            continue
        last = draft.last_work()
        if draft.ended():
            continue
        if label_of(draft, last) in ("berthing", "load", "cast_off") or (
            draft.role == "shuttle" and label_of(draft, last) == "unload"
        ):
            found.append((int(draft.rows[last, c.R_START]), name))
    return tuple(name for _, name in sorted(found))


def coming(drafts: Mapping[str, Draft]) -> int:
    """Return how many carriers are on their way to load: called, and not loading yet."""
    on_the_way = ("sail_to_island", "cake")
    ships = [draft for draft in drafts.values() if draft.role == "carrier" and len(draft.rows)]
    return sum(label_of(draft, draft.last_work()) in on_the_way for draft in ships)
