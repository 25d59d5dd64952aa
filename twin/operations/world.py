"""Meeting points: the only discrete events. SimPy keeps the clock; queues and stocks are plain data."""

from collections.abc import Callable, Generator
from dataclasses import dataclass, field

import simpy

from twin.operations import codes as c
from twin.operations.player import Player

Process = Generator[simpy.Event, None, None]


@dataclass
class Lot:
    """A transfer parcel as it was handed over (masses in grams, volume in litres)."""

    lot_id: int
    kind: str
    stage: str
    time_s: int
    from_asset: str
    to_asset: str
    volume_l: int
    dry_g: int
    water_g: int


@dataclass
class Stocks:
    """What stands on the island and what has left the chain; grams and litres, all non-negative."""

    tank_l: int = 0
    tank_dry_g: int = 0
    tank_water_g: int = 0
    reserved_l: int = 0
    cake_dry_g: int = 0
    cake_water_g: int = 0
    delivered_dry_g: int = 0
    delivered_water_g: int = 0
    landed_dry_g: int = 0
    landed_water_g: int = 0
    lost_dry_g: int = 0
    filtrate_g: int = 0
    lots: int = 0


@dataclass(frozen=True)
class Island:
    """Capacities of the island and rules of the carriers.

    Attributes
    ----------
    berths : ships that can lie alongside at once.
    tank_l, cake_dry_g : capacities of the slurry tank [l] and the cake stock [g dry].
    capture_ppm : share of the dry solids kept in the cake [parts per million].
    cake_water_ppm : water in the cake per dry mass [parts per million].
    least_dry_g, call_dry_g, most_dry_g : cake that makes a carrier load, that calls one, that fills one [g dry].
    """

    berths: int
    tank_l: int
    cake_dry_g: int
    capture_ppm: int
    cake_water_ppm: int
    least_dry_g: int
    call_dry_g: int
    most_dry_g: int


@dataclass
class Fleet:
    """The assets of a campaign by role; the order within a role is its order of preference."""

    mining: list[Player]
    shuttles: list[Player] = field(default_factory=list)
    plants: list[Player] = field(default_factory=list)
    carriers: list[Player] = field(default_factory=list)
    shuttle_l: int = 0

    def all(self) -> list[Player]:
        """Return every asset in rank order."""
        return [*self.mining, *self.shuttles, *self.plants, *self.carriers]


def fire(env: simpy.Environment, event: simpy.Event, priority: int) -> None:
    """Trigger an event now, in its place among the events of this second."""
    event._ok, event._value = True, None
    env.schedule(event, priority=simpy.core.EventPriority(priority))


class World:
    """The clock, the queues and the stocks of one replicate.

    Every asset sleeps until the end of its stretch, then stands at a meeting point. Whatever changes a queue or a stock
    calls `match`, which pairs what can be paired in the order of arrival (rank breaks ties), so the outcome depends on
    the state only, never on the order in which events were scheduled.
    """

    def __init__(self, fleet: Fleet, island: Island, stocks: Stocks, start_s: int, until_s: int) -> None:
        self.fleet, self.island, self.stocks, self.until_s = fleet, island, stocks, until_s
        self.env = simpy.Environment(initial_time=start_s)
        self.lots: list[Lot] = []
        self.standing: dict[str, simpy.Event] = {}  # asset at a meeting point → what wakes it
        self.partner: dict[str, str] = {}  # mining vessel → shuttle alongside
        self.called: dict[str, str] = {}  # shuttle → mining vessel that it waits for
        self.berthed: list[str] = []
        self.gone: set[str] = set()
        self.asleep: dict[str, simpy.Event] = {}  # mining vessel with an offer out → what wakes it early
        self.arriving = ""
        self.by_name = {player.name: player for player in fleet.all()}

    # --- clock --------------------------------------------------------------------------------------------------

    def now(self) -> int:
        """Return the clock [UTC s]."""
        return int(self.env.now)

    def alarm(self, at_s: int, priority: int) -> simpy.Event:
        """Return an event at a second; among events of one second the lower priority number comes first."""
        event = simpy.Event(self.env)
        event._ok, event._value = True, None
        self.env.schedule(event, priority=simpy.core.EventPriority(priority), delay=at_s - self.env.now)
        return event

    def sleep(self, player: Player) -> simpy.Event:
        """Return an event at the asset's own clock; events of one second come in rank order."""
        return self.alarm(player.view[c.T], 2 * player.rank + 1)

    def sleep_or_call(self, vessel: Player, at_s: int) -> simpy.Event:
        """Return an event at a second, or earlier if a shuttle calls for the parcel the vessel has offered."""
        if not vessel.view[c.OFFERED]:
            return self.sleep(vessel)
        return self._or_alarm(self.asleep, vessel, simpy.Event(self.env), at_s)

    def or_due(self, vessel: Player, met: simpy.Event) -> simpy.Event:
        """Return the event of a meeting, which also comes when the waiting vessel has something to decide."""
        due_s = min(vessel.view[c.SOFT], vessel.view[c.HARD])
        if due_s >= self.until_s:
            return met
        return self._or_alarm(self.standing, vessel, met, due_s)

    def _or_alarm(
        self, book: dict[str, simpy.Event], vessel: Player, event: simpy.Event, at_s: int
    ) -> simpy.Event:
        book[vessel.name] = event

        def ring(_: simpy.Event) -> None:
            if book.get(vessel.name) is event:
                del book[vessel.name]
                if book is self.standing:
                    vessel.wait_until(self.now())
                fire(self.env, event, 2 * vessel.rank + 1)

        alarm = self.alarm(at_s, 2 * vessel.rank + 1)
        assert alarm.callbacks is not None
        alarm.callbacks.append(ring)
        return event

    def on_release(self, player: Player, hand_over: Callable[[Player], None]) -> None:
        """Call `hand_over` at the second the asset lets a parcel go in the stretch it has just played."""
        at_s = player.view[c.RELEASE_T]
        if at_s < self.until_s:
            event = self.alarm(at_s, 2 * player.rank)
            assert event.callbacks is not None
            event.callbacks.append(lambda _: hand_over(player))

    # --- meeting points -----------------------------------------------------------------------------------------

    def stand(self, player: Player) -> simpy.Event | None:
        """Put an asset at its meeting point and pair what can be paired.

        Returns the event that wakes it, or None when it was paired at once. An asset that has stood there since before
        the clock began (a restart) only takes its place in the queue: what could be paired was.
        """
        event = simpy.Event(self.env)
        self.standing[player.name] = event
        if self.env.now == player.view[c.T]:
            self.arriving = player.name
            self.match()
            self.arriving = ""
        return event if player.name in self.standing else None

    def wake(self, player: Player) -> None:
        """Wake an asset that stands at a meeting point; the one just arriving goes on by itself."""
        event = self.standing.pop(player.name)
        if player.name != self.arriving:
            fire(self.env, event, 2 * player.rank + 1)

    def queue(self, players: list[Player], label: str) -> list[Player]:
        """Return the assets standing at a step, first come first."""
        here = [p for p in players if p.name in self.standing and p.at(label)]
        return sorted(here, key=lambda p: (p.view[c.T], p.rank)) if len(here) > 1 else here

    def match(self) -> None:
        """Pair mud with shuttles, ships with berths, slurry with the plant and cake with carriers."""
        self._match_shuttles()
        if self.fleet.plants:
            self._match_berths()
            self._match_plants()
            self._match_carriers()

    def _match_shuttles(self) -> None:
        ready = self.queue(self.fleet.shuttles, "wait_at_site")
        if not ready:
            return
        if len(self.gone) == len(self.fleet.mining):
            for shuttle in ready:
                shuttle.wait_until(self.now())
                shuttle.go_on("off_hire")
                self.wake(shuttle)
            return
        for vessel in self.queue(self.fleet.mining, "meet"):
            mine = [s for s in ready if self.called.get(s.name, vessel.name) == vessel.name]
            mine.sort(key=lambda s: s.name not in self.called)
            if mine:
                ready.remove(mine[0])
                self.couple(vessel, mine[0])
                self.wake(vessel)
        for vessel in self.fleet.mining:
            free = [s for s in ready if s.name not in self.called]
            if free and vessel.name in self.asleep and vessel.view[c.CALL] == c.FAR:
                self.called[free[0].name] = vessel.name
                vessel.view[c.CALL] = self.now()
                fire(self.env, self.asleep.pop(vessel.name), 2 * vessel.rank + 1)

    def leave(self, vessel: Player) -> None:
        """Note that a mining vessel leaves the site for good; a shuttle that waited for it is free."""
        self.gone.add(vessel.name)
        self.called = {s: name for s, name in self.called.items() if name != vessel.name}
        self.match()

    def offer(self, vessel: Player) -> None:
        """Couple a vessel that has a parcel ready with a shuttle that waits, or note the offer and let it mine on."""
        waiting = self.queue(self.fleet.shuttles, "wait_at_site")
        free = [s for s in waiting if self.called.get(s.name, vessel.name) == vessel.name]
        if free:
            self.couple(vessel, free[0])
        else:
            vessel.view[c.OFFERED] = 1
            vessel.go_on("shift")
        self.match()

    def couple(self, vessel: Player, shuttle: Player) -> None:
        """Agree a parcel: what the hold has and the shuttle takes."""
        now, v = self.now(), vessel.view
        vessel.wait_until(now)
        load_l = min(v[c.HOLD_L], self.fleet.shuttle_l)
        share = (v[c.HOLD_DRY_G] * load_l // v[c.HOLD_L], v[c.HOLD_WATER_G] * load_l // v[c.HOLD_L])
        if load_l == v[c.HOLD_L]:
            share = (v[c.HOLD_DRY_G], v[c.HOLD_WATER_G])
        vessel.take(load_l, *share)
        v[c.COUPLED], v[c.OFFERED], v[c.CALL] = 1, 0, c.FAR
        vessel.go_on("moor")
        self.called = {s: name for s, name in self.called.items() if name != vessel.name}
        shuttle.wait_until(now)
        shuttle.go_on("alongside")
        self.partner[vessel.name] = shuttle.name

    def let_shuttle_go(self, vessel: Player) -> None:
        """Hand the parcel moved so far to the shuttle alongside; with nothing in it, it waits again."""
        shuttle = self.by_name[self.partner.pop(vessel.name)]
        v = vessel.view
        parcel = (v[c.RELEASE_L], v[c.RELEASE_DRY_G], v[c.RELEASE_WATER_G])
        shuttle.wait_until(self.now())
        if parcel[0] == 0:
            shuttle.go_on("wait_at_site")
            self.match()
            return
        shuttle.fill(*parcel)
        shuttle.go_on("sail_to_island")
        self.note("product", "transfer", vessel.name, shuttle.name, *parcel)
        self.wake(shuttle)

    def _match_berths(self) -> None:
        for shuttle in self.queue(self.fleet.shuttles, "berth"):
            space_l = self.island.tank_l - self.stocks.tank_l - self.stocks.reserved_l
            if len(self.berthed) < self.island.berths and shuttle.view[c.HOLD_L] <= space_l:
                self.berthed.append(shuttle.name)
                self.stocks.reserved_l += shuttle.view[c.HOLD_L]
                shuttle.wait_until(self.now())
                shuttle.go_on("berthing")
                self.wake(shuttle)

    def unload_shuttle(self, shuttle: Player) -> None:
        """Take a shuttle's parcel into the tank and free its berth."""
        v, stocks = shuttle.view, self.stocks
        parcel = (v[c.RELEASE_L], v[c.RELEASE_DRY_G], v[c.RELEASE_WATER_G])
        stocks.reserved_l -= parcel[0]
        stocks.tank_l += parcel[0]
        stocks.tank_dry_g += parcel[1]
        stocks.tank_water_g += parcel[2]
        self.berthed.remove(shuttle.name)
        self.note("product", "island", shuttle.name, "island", *parcel)
        self.match()

    def _match_plants(self) -> None:
        stocks, island = self.stocks, self.island
        for plant in self.queue(self.fleet.plants, "mud"):
            under_way = sum(p.view[c.LOAD_DRY_G] for p in self.fleet.plants if not p.at("mud"))
            room_g = (island.cake_dry_g - stocks.cake_dry_g - under_way) * 1_000_000 // island.capture_ppm
            if stocks.tank_l == 0 or room_g <= 0:
                continue
            share = min(stocks.tank_dry_g, room_g)
            load_l = stocks.tank_l * share // stocks.tank_dry_g
            water_g = stocks.tank_water_g * share // stocks.tank_dry_g
            stocks.tank_l -= load_l
            stocks.tank_dry_g -= share
            stocks.tank_water_g -= water_g
            plant.wait_until(self.now())
            plant.fill(load_l, share, water_g)
            plant.go_on("dewater")
            self.wake(plant)

    def store_cake(self, plant: Player) -> None:
        """Split a dewatered lot into cake, filtrate and the solids lost with it."""
        v, island, stocks = plant.view, self.island, self.stocks
        dry_g, water_g = v[c.RELEASE_DRY_G], v[c.RELEASE_WATER_G]
        kept_g = dry_g * island.capture_ppm // 1_000_000
        cake_water_g = min(water_g, kept_g * island.cake_water_ppm // 1_000_000)
        stocks.cake_dry_g += kept_g
        stocks.cake_water_g += cake_water_g
        stocks.lost_dry_g += dry_g - kept_g
        stocks.filtrate_g += water_g - cake_water_g
        self.note("product", "cake", plant.name, "stock", 0, kept_g, cake_water_g)
        self.note("loss", "filtrate", plant.name, "sea", v[c.RELEASE_L], dry_g - kept_g, water_g - cake_water_g)
        self.match()

    def winding_up(self) -> bool:
        """Tell whether no more slurry will come: every mining vessel gone, every parcel dewatered."""
        return (
            len(self.gone) == len(self.fleet.mining)
            and self.stocks.tank_l == 0
            and all(s.view[c.HOLD_L] == 0 for s in self.fleet.shuttles)
            and all(p.at("mud") for p in self.fleet.plants)
        )

    def _match_carriers(self) -> None:
        stocks, island = self.stocks, self.island
        last = self.winding_up()
        for carrier in self.queue(self.fleet.carriers, "cake"):
            enough = stocks.cake_dry_g >= island.least_dry_g or (last and stocks.cake_dry_g > 0)
            if enough and len(self.berthed) < island.berths:
                dry_g = min(stocks.cake_dry_g, island.most_dry_g)
                water_g = stocks.cake_water_g * dry_g // stocks.cake_dry_g
                stocks.cake_dry_g -= dry_g
                stocks.cake_water_g -= water_g
                self.berthed.append(carrier.name)
                carrier.wait_until(self.now())
                carrier.fill((dry_g + water_g) // 1_000, dry_g, water_g)
                carrier.go_on("load")
                self.wake(carrier)
        coming = sum(island.most_dry_g for p in self.fleet.carriers if p.at("sail_to_island") or p.at("cake"))
        for carrier in self.queue(self.fleet.carriers, "call"):
            ahead_g = stocks.cake_dry_g - coming
            if ahead_g >= island.call_dry_g or (last and ahead_g > 0):
                coming += island.most_dry_g
                carrier.wait_until(self.now())
                carrier.go_on("sail_to_island")
                self.wake(carrier)

    def cast_off(self, carrier: Player) -> None:
        """Free the berth of a loaded carrier."""
        self.berthed.remove(carrier.name)
        self.match()

    def deliver(self, carrier: Player) -> None:
        """Count a carrier's cake as delivered on the mainland."""
        v = carrier.view
        self.stocks.delivered_dry_g += v[c.RELEASE_DRY_G]
        self.stocks.delivered_water_g += v[c.RELEASE_WATER_G]
        self.note("product", "delivered", carrier.name, "mainland", 0, v[c.RELEASE_DRY_G], v[c.RELEASE_WATER_G])

    def land(self, vessel: Player) -> None:
        """Land the mud a mining vessel brings home in its own hold."""
        v = vessel.view
        if v[c.HOLD_L] > 0:
            self.note("product", "landed", vessel.name, "mainland", v[c.HOLD_L], v[c.HOLD_DRY_G], v[c.HOLD_WATER_G])
            self.stocks.landed_dry_g += v[c.HOLD_DRY_G]
            self.stocks.landed_water_g += v[c.HOLD_WATER_G]
            vessel.fill(0, 0, 0)

    def note(self, kind: str, stage: str, source: str, target: str, volume_l: int, dry_g: int, water_g: int) -> None:
        """Write a lot."""
        self.lots.append(Lot(self.stocks.lots, kind, stage, self.now(), source, target, volume_l, dry_g, water_g))
        self.stocks.lots += 1
