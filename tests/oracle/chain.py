"""What happens between the assets of the oracle: parcels, meeting point, island, shuttles, plant and carriers.

Truth: docs/campaign.md, section 6.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import simpy

from tests.oracle.asset import Life, Ship, Step
from twin.operations.world import Island as Limits

if TYPE_CHECKING:
    from tests.oracle.mining_rules import MiningRules

PPM = 1_000_000
Lot = tuple[str, int, str, str, int, int, int]  # stage, time, from, to, volume [l], dry [g], water [g]


@dataclass
class Parcel:
    """Mud, slurry or cake."""

    volume_l: int = 0
    dry_g: int = 0
    water_g: int = 0

    def add(self, other: "Parcel") -> None:
        self.volume_l += other.volume_l
        self.dry_g += other.dry_g
        self.water_g += other.water_g

    def remove(self, other: "Parcel") -> None:
        self.volume_l -= other.volume_l
        self.dry_g -= other.dry_g
        self.water_g -= other.water_g

    def share(self, part: int, whole: int) -> "Parcel":
        """Return a part of it, rounded down."""
        return Parcel(self.volume_l * part // whole, self.dry_g * part // whole, self.water_g * part // whole)


class Site:
    """The meeting point of mining vessels and shuttles; books all lots."""

    def __init__(self, env: simpy.Environment, shuttle_l: int) -> None:
        self.env, self.shuttle_l = env, shuttle_l
        self.vessels: list[MiningRules] = []
        self.shore: Shore | None = None
        self.standing: list[MiningRules] = []
        self.waiting: list[Shuttle] = []
        self.offers: list[MiningRules] = []
        self.calls: dict[Shuttle, MiningRules] = {}
        self.gone: list[MiningRules] = []
        self.lots: list[Lot] = []

    def book(self, stage: str, giver: str, taker: str, parcel: Parcel) -> None:
        self.lots.append((stage, int(self.env.now), giver, taker, parcel.volume_l, parcel.dry_g, parcel.water_g))

    def called(self, vessel: "MiningRules") -> bool:
        return vessel in self.calls.values()

    def offered(self, vessel: "MiningRules") -> bool:
        return vessel in self.offers

    def shuttle_for(self, vessel: "MiningRules") -> "Shuttle | None":
        """Return the shuttle that called a vessel, else the first free one."""
        for shuttle in self.waiting:
            if self.calls.get(shuttle) is vessel:
                return shuttle
        for shuttle in self.waiting:
            if shuttle not in self.calls:
                return shuttle
        return None

    def offer(self, vessel: "MiningRules") -> bool:
        """Tell whether a vessel with an offer meets at once; else note the offer."""
        shuttle = self.shuttle_for(vessel)
        if shuttle is not None and vessel.calm_for("transfer"):
            return True
        self.offers.append(vessel)
        if shuttle is not None:
            self.calls[shuttle] = vessel
            vessel.happened["shuttle kept for calmer water"] += 1
        return False

    def stand(self, vessel: "MiningRules") -> None:
        self.standing.append(vessel)
        self.match()

    def stop_standing(self, vessel: "MiningRules") -> None:
        self.standing.remove(vessel)

    def arrive(self, shuttle: "Shuttle") -> None:
        """Let a shuttle wait at the site."""
        self.waiting.append(shuttle)
        self.call(shuttle)
        self.send_off()

    def call(self, shuttle: "Shuttle") -> None:
        """Give a free shuttle to a vessel that stands waiting; else let it call one with an offer."""
        self.match()
        if shuttle in self.waiting and not self.standing:
            for vessel in self.vessels:
                if self.offered(vessel) and not self.called(vessel):
                    self.calls[shuttle] = vessel
                    vessel.happened["called by a shuttle"] += 1
                    break

    def match(self) -> None:
        for vessel in list(self.standing):
            shuttle = self.shuttle_for(vessel)
            if shuttle is not None:
                self.couple(vessel, shuttle)

    def couple(self, vessel: "MiningRules", shuttle: "Shuttle") -> None:
        self.standing.remove(vessel)
        self.waiting.remove(shuttle)
        self.withdraw(vessel)
        load_l = min(vessel.hold.volume_l, self.shuttle_l)
        load = vessel.hold.share(load_l, vessel.hold.volume_l)
        vessel.couple(shuttle, load)
        shuttle.go_on()

    def withdraw(self, vessel: "MiningRules") -> None:
        """Forget a vessel's offer and the shuttles that wait for it."""
        if vessel in self.offers:
            self.offers.remove(vessel)
        self.calls = {s: v for s, v in self.calls.items() if v is not vessel}

    def let_go(self, vessel: "MiningRules", shuttle: "Shuttle", parcel: Parcel) -> None:
        if parcel.volume_l:
            self.book("transfer", vessel.name, shuttle.name, parcel)
        shuttle.cargo = parcel
        shuttle.go_on()
        if parcel.volume_l == 0:
            self.arrive(shuttle)

    def leave(self, vessel: "MiningRules") -> None:
        """Take note that a vessel leaves for good."""
        if vessel in self.gone:
            return
        self.gone.append(vessel)
        self.sail_home(vessel)
        self.send_off()
        if self.shore is not None:
            self.shore.settle()

    def sail_home(self, vessel: "MiningRules") -> None:
        """End the offer of a vessel; the shuttle that waits for it counts as arriving."""
        freed = [shuttle for shuttle in self.waiting if self.calls.get(shuttle) is vessel]
        self.withdraw(vessel)
        for shuttle in freed:
            self.call(shuttle)

    @property
    def deserted(self) -> bool:
        return len(self.gone) == len(self.vessels)

    def send_off(self) -> None:
        if self.deserted:
            for shuttle in self.waiting:
                shuttle.off_hire = True
                shuttle.go_on()
            self.waiting = []


class Shore:
    """The island: berths, tank, cake stock, and who is called when."""

    def __init__(self, site: Site, limits: Limits) -> None:
        self.site, self.limits = site, limits
        self.tank, self.cake = Parcel(), Parcel()
        self.reserved_l = 0
        self.berthed = 0
        self.shuttles: list[Shuttle] = []
        self.carriers: list[Carrier] = []
        self.plant: Plant | None = None
        self.for_berth: list[Shuttle] = []
        self.for_cake: list[Carrier] = []
        self.on_call: list[Carrier] = []
        self.coming: list[Carrier] = []
        site.shore = self

    @property
    def winding_up(self) -> bool:
        assert self.plant is not None
        empty = self.tank.volume_l == 0 and self.reserved_l == 0 and not any(s.cargo.volume_l for s in self.shuttles)
        return self.site.deserted and empty and self.plant.pressing is None

    def settle(self) -> None:
        """Let go on whoever can, until nobody can."""
        changed = True
        while changed:
            changed = False
            for pair in (self.give_berth, self.give_mud, self.give_cake, self.call_carrier):
                while pair():
                    changed = True

    def give_berth(self) -> bool:
        for shuttle in self.for_berth:
            room_l = self.limits.tank_l - self.tank.volume_l - self.reserved_l
            if self.berthed < self.limits.berths and shuttle.cargo.volume_l <= room_l:
                self.for_berth.remove(shuttle)
                self.berthed += 1
                self.reserved_l += shuttle.cargo.volume_l
                shuttle.go_on()
                return True
        return False

    def give_mud(self) -> bool:
        plant = self.plant
        assert plant is not None
        if plant.pressing is not None or not plant.idle:
            return False
        room_g = (self.limits.cake_dry_g - self.cake.dry_g) * PPM // self.limits.capture_ppm
        dry_g = min(self.tank.dry_g, room_g)
        lot = self.tank.share(dry_g, self.tank.dry_g) if dry_g > 0 else Parcel()
        if lot.volume_l == 0:
            return False
        self.tank.remove(lot)
        plant.pressing = lot
        plant.go_on()
        return True

    def give_cake(self) -> bool:
        for carrier in self.for_cake:
            enough = self.cake.dry_g >= self.limits.least_dry_g or (self.winding_up and self.cake.dry_g > 0)
            if enough and self.berthed < self.limits.berths:
                self.for_cake.remove(carrier)
                self.coming.remove(carrier)
                self.berthed += 1
                carrier.cargo = self.cake.share(min(self.cake.dry_g, self.limits.most_dry_g), self.cake.dry_g)
                self.cake.remove(carrier.cargo)
                carrier.go_on()
                return True
        return False

    def call_carrier(self) -> bool:
        promised_g = len(self.coming) * self.limits.most_dry_g
        left_g = self.cake.dry_g - promised_g
        if self.on_call and (left_g >= self.limits.call_dry_g or (self.winding_up and left_g > 0)):
            carrier = self.on_call.pop(0)
            self.coming.append(carrier)
            carrier.go_on()
            return True
        return False


def sail(name: str, whole: bool, limit: str) -> Step:
    return Step(name, name, "sail", limit, whole)


class Shuttle(Ship):
    """Takes mud to the island."""

    def set_up(self, site: Site, shore: Shore, unload_l_h: int) -> None:
        self.site, self.shore, self.unload_l_h = site, shore, unload_l_h
        self.cargo = Parcel()
        self.off_hire = False

    def live(self) -> Life:
        self.site.arrive(self)
        while True:
            yield from self.rest("wait_at_site", "waiting", "mud")
            if self.off_hire:
                self.begin("off_hire", "idle", "none")
                return
            yield from self.rest("load", "working", "none")
            if self.cargo.volume_l == 0:
                continue  # it waits at the site since it was let go
            yield from self.carry_out(sail("sail_to_island", True, "shuttle_sail"))
            self.shore.for_berth.append(self)
            self.shore.settle()
            yield from self.rest("unload", "waiting", "berth")
            yield from self.carry_out(Step("berthing", "unload", "berthing", "shuttle_unload"))
            pumping = Step("unload", "unload", None, "shuttle_unload")
            yield from self.carry_over(pumping, self.cargo.volume_l, self.unload_l_h)
            self.unloaded()
            yield from self.carry_out(sail("sail_to_site", True, "shuttle_sail"))
            self.site.arrive(self)

    def unloaded(self) -> None:
        self.site.book("island", self.name, "island", self.cargo)
        self.shore.tank.add(self.cargo)
        self.shore.reserved_l -= self.cargo.volume_l
        self.shore.berthed -= 1
        self.cargo = Parcel()
        self.shore.settle()


class Plant(Ship):
    """Presses mud into cake."""

    def set_up(self, site: Site, shore: Shore, rate_g_h: int) -> None:
        self.site, self.shore, self.rate_g_h = site, shore, rate_g_h
        self.pressing: Parcel | None = None
        self.idle = False

    def live(self) -> Life:
        while True:
            self.idle = True
            self.shore.settle()
            yield from self.rest("idle", "waiting", "mud")
            self.idle = False
            assert self.pressing is not None
            yield from self.carry_over(Step("dewater", "dewater"), self.pressing.dry_g, self.rate_g_h)
            self.pressed(self.pressing)

    def pressed(self, mud: Parcel) -> None:
        limits = self.shore.limits
        dry_g = mud.dry_g * limits.capture_ppm // PPM
        cake = Parcel(0, dry_g, min(dry_g * limits.cake_water_ppm // PPM, mud.water_g))
        mud.remove(cake)
        self.shore.cake.add(cake)
        self.site.book("cake", "island", "stock", cake)
        self.site.book("filtrate", "island", "sea", mud)
        self.pressing = None


class Carrier(Ship):
    """Takes cake to the mainland."""

    def set_up(self, site: Site, shore: Shore, load_kg_h: int, unload_kg_h: int) -> None:
        self.site, self.shore, self.load_kg_h, self.unload_kg_h = site, shore, load_kg_h, unload_kg_h
        self.cargo = Parcel()

    def live(self) -> Life:
        while True:
            self.shore.on_call.append(self)
            self.shore.settle()
            yield from self.rest("idle", "waiting", "cake")
            yield from self.carry_out(sail("sail_to_island", False, "carrier_sail"))
            self.shore.for_cake.append(self)
            self.shore.settle()
            yield from self.rest("load", "waiting", "cake")
            cargo_kg = (self.cargo.dry_g + self.cargo.water_g) // 1000
            yield from self.carry_over(Step("load", "load", None, "carrier_load"), cargo_kg, self.load_kg_h)
            self.shore.berthed -= 1
            self.shore.settle()
            yield from self.carry_out(sail("sail_to_mainland", False, "carrier_sail"))
            unloading = Step("unload", "unload", None, "carrier_unload")
            yield from self.carry_over(unloading, cargo_kg, self.unload_kg_h)
            self.site.book("delivered", self.name, "mainland", self.cargo)
            self.cargo = Parcel()
