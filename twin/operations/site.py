"""Meeting points at the mining site: mud goes from mining vessels to shuttles."""

import simpy

from twin.operations import codes as c
from twin.operations.player import Player
from twin.operations.world import Process, World


class MiningSite:
    """Pairs mining vessels with shuttles, in order of arrival."""

    def __init__(self, world: World) -> None:
        self.world = world
        world.matches.append(self.match)
        for vessel in world.fleet.mining:
            world.hand_overs[vessel.name] = self.let_shuttle_go

    def match(self) -> None:
        """Give waiting vessels a shuttle, and let shuttles that are left call for what is offered."""
        world = self.world
        ready = world.queues["wait_at_site"]
        if not ready:
            return
        if len(world.gone) == len(world.fleet.mining):
            for shuttle in list(ready):
                shuttle.wait_until(world.now())
                world.go_on(shuttle, "off_hire")
            return
        waiting = world.queues["meet"]
        if waiting:
            waiting[:] = [vessel for vessel in waiting if not self.served(vessel)]
        for vessel in world.fleet.mining if world.offers else ():
            free = [s for s in ready if s.name not in world.called]
            if free and vessel.name in world.offers:
                self.call(vessel, free[0])

    def shuttle_for(self, vessel: Player) -> Player | None:
        """Return the shuttle that waits for this vessel, else the first that waits for none."""
        called = self.world.called
        ready = self.world.queues["wait_at_site"]
        if called:
            for shuttle in ready:
                if called.get(shuttle.name) == vessel.name:
                    return shuttle
            ready = [s for s in ready if s.name not in called]
        return ready[0] if ready else None

    def call(self, vessel: Player, shuttle: Player) -> None:
        """Let a shuttle call for the parcel a vessel has offered: it finishes the insertion under way, then meets."""
        world = self.world
        world.called[shuttle.name] = vessel.name
        vessel.restore(world.offers.pop(vessel.name))
        vessel.view[c.CALL] = world.now()
        world.set_out(vessel)

    def offer(self, vessel: Player) -> simpy.Event:
        """Let a vessel with a parcel ready take a shuttle that waits, or mine on with the offer out.

        While the sea is above the transfer limit a shuttle that waits has called, and the vessel mines on until it is
        below.
        """
        event = self.world.expect(vessel)
        open_now = vessel.limit_open("moor")
        if not (open_now and self.served(vessel)):
            shuttle = None if open_now else self.shuttle_for(vessel)
            if shuttle is not None:
                self.world.called[shuttle.name] = vessel.name
                vessel.view[c.CALL] = self.world.now()
            vessel.view[c.OFFERED] = 1
            vessel.go_on("shift")
            self.world.set_out(vessel)
        return event

    def wait(self, vessel: Player) -> simpy.Event:
        """Let a vessel take a shuttle that waits, or wait for one; when a decision falls due before, it decides."""
        event = self.world.expect(vessel)
        if not self.served(vessel):
            self.world.queues["meet"].append(vessel)
            self.watch(vessel)
        return event

    def served(self, vessel: Player) -> bool:
        """Couple a vessel with a shuttle and let it go on, if one waits for it."""
        shuttle = self.shuttle_for(vessel)
        if shuttle is None:
            return False
        self.couple(vessel, shuttle)
        vessel.go_on("moor")
        self.world.set_out(vessel)
        return True

    def watch(self, vessel: Player) -> None:
        """Wake a vessel that waits for a shuttle when a decision falls due."""
        world, queue = self.world, self.world.queues["meet"]
        due_s = min(vessel.view[c.SOFT], vessel.view[c.HARD])
        if due_s >= world.until_s:
            return
        event = world.arrivals[vessel.name]

        def decide() -> None:
            if vessel in queue and world.arrivals[vessel.name] is event:
                vessel.wait_until(world.now())
                queue.remove(vessel)
                world.set_out(vessel)

        world.do_at(due_s, 2 * vessel.rank + 1, decide)

    def couple(self, vessel: Player, shuttle: Player) -> None:
        """Agree a parcel: what the hold has and the shuttle takes."""
        world, v = self.world, vessel.view
        now = world.now()
        vessel.wait_until(now)
        hold_l, load_l = v[c.HOLD_L], world.fleet.shuttle_l
        if hold_l <= load_l:
            vessel.take(hold_l, v[c.HOLD_DRY_G], v[c.HOLD_WATER_G])
        else:
            vessel.take(load_l, v[c.HOLD_DRY_G] * load_l // hold_l, v[c.HOLD_WATER_G] * load_l // hold_l)
        v[c.COUPLED], v[c.OFFERED], v[c.CALL] = 1, 0, c.FAR
        world.queues["wait_at_site"].remove(shuttle)
        shuttle.wait_until(now)
        shuttle.go_on("alongside")
        self.free_called(vessel)
        world.partner[vessel.name] = shuttle.name

    def free_called(self, vessel: Player) -> None:
        """Free the shuttles that wait for a vessel."""
        world = self.world
        if world.called:
            world.called = {s: name for s, name in world.called.items() if name != vessel.name}

    def let_shuttle_go(self, vessel: Player) -> None:
        """Hand the parcel moved so far to the shuttle alongside; with nothing in it, it waits again."""
        world, v = self.world, vessel.view
        at_s = v[c.RELEASE_T]
        shuttle = world.by_name[world.partner.pop(vessel.name)]
        parcel = (v[c.RELEASE_L], v[c.RELEASE_DRY_G], v[c.RELEASE_WATER_G])
        shuttle.wait_until(at_s)
        if parcel[0] == 0:
            shuttle.go_on("wait_at_site")
            world.at(at_s, 2 * vessel.rank, world.arrivals[shuttle.name])
            return
        world.stocks.afloat_l += parcel[0]
        shuttle.fill(*parcel)
        shuttle.go_on("sail_to_island")
        world.note("product", "transfer", at_s, (vessel.name, shuttle.name), parcel)
        world.set_out(shuttle)

    def leave(self, vessel: Player) -> simpy.Event:
        """Let a mining vessel sail home, for good or for a port call: its offer ends, a shuttle that waited is free."""
        world = self.world
        event = world.expect(vessel)
        vessel.view[c.OFFERED], vessel.view[c.CALL] = 0, c.FAR
        vessel.go_on("transit_home")
        self.free_called(vessel)
        if vessel.view[c.LEAVING]:
            world.gone.add(vessel.name)
        world.match()
        world.set_out(vessel)
        return event

    def land(self, vessel: Player) -> None:
        """Land the mud a mining vessel brings home in its own hold."""
        world, v, stocks = self.world, vessel.view, self.world.stocks
        if v[c.HOLD_L] > 0:
            parcel = (v[c.HOLD_L], v[c.HOLD_DRY_G], v[c.HOLD_WATER_G])
            world.note("product", "landed", world.now(), (vessel.name, "mainland"), parcel)
            stocks.landed_dry_g += v[c.HOLD_DRY_G]
            stocks.landed_water_g += v[c.HOLD_WATER_G]
            vessel.fill(0, 0, 0)
        if vessel.name not in world.gone:
            world.gone.add(vessel.name)
            world.match()


def mining_vessel(site: MiningSite, vessel: Player, arrival: simpy.Event) -> Process:
    """Mine alone; offer each parcel; hand mud over when a shuttle waits or the hold is full; go home and land the rest.

    `arrival` is the vessel's next arrival at a meeting point.
    """
    while True:
        yield arrival
        if vessel.at("end"):
            site.land(vessel)
            return
        if vessel.at("offer"):
            arrival = site.offer(vessel)
        elif vessel.at("leave"):
            arrival = site.leave(vessel)
        else:
            arrival = site.wait(vessel)


def ship(world: World, player: Player, arrival: simpy.Event) -> Process:
    """Play alone from one meeting point to the next: shuttle, plant, carrier."""
    while True:
        yield arrival
        arrival = world.meet(player)
