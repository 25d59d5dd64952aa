"""The clock, the queues and the stocks of one replicate: SimPy carries the meeting points and nothing else."""

from collections import defaultdict
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import NamedTuple

import simpy
from simpy.events import EventPriority

from twin.operations import codes as c
from twin.operations.player import Player

Process = Generator[simpy.Event, None, None]


class Lot(NamedTuple):
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

    afloat_l: int = 0
    pressing_dry_g: int = 0
    carriers_coming: int = 0
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


class World:
    """One replicate: every asset plays alone to its next meeting point and comes there as one event.

    Whatever changes a queue or a stock calls `match`, which pairs what can be paired in order of arrival (rank breaks
    ties), so the outcome depends on the state only, never on the order in which events were scheduled. What an asset
    does alone is known when it sets out, so setting out and arriving are one event, and a shuttle alongside a mining
    vessel sets out as soon as the vessel's stretch says when it is let go.
    """

    def __init__(self, fleet: Fleet, island: Island, stocks: Stocks, start_s: int, until_s: int) -> None:
        self.fleet, self.island, self.stocks, self.until_s = fleet, island, stocks, until_s
        self.env = simpy.Environment(initial_time=start_s)
        self.lots: list[Lot] = []
        self.queues: defaultdict[str, list[Player]] = defaultdict(list)  # step at a meeting point → who stands there
        self.arrivals: dict[str, simpy.Event] = {}  # asset → its next arrival
        self.matches: list[Callable[[], None]] = []  # what pairs the queues
        self.hand_overs: dict[str, Callable[[Player], None]] = {}  # asset → what happens to the parcel it lets go
        self.partner: dict[str, str] = {}  # mining vessel → shuttle alongside
        self.called: dict[str, str] = {}  # shuttle → mining vessel that it waits for
        self.offers: dict[str, list[int]] = {}  # mining vessel with an offer out → its state when it set out with it
        self.berthed: list[str] = []
        self.gone: set[str] = set()
        self.by_name = {player.name: player for player in fleet.all()}

    def now(self) -> int:
        """Return the clock [UTC s]."""
        return int(self.env.now)

    def at(self, time_s: int, priority: int, event: simpy.Event) -> None:
        """Trigger an event at a second; among events of one second the lower priority number comes first."""
        event._ok, event._value = True, None
        self.env.schedule(event, EventPriority(priority), time_s - self.env.now)

    def do_at(self, time_s: int, priority: int, action: Callable[[], None]) -> None:
        """Do something at a second."""
        event = simpy.Event(self.env)
        assert event.callbacks is not None
        event.callbacks.append(lambda _: action())
        self.at(time_s, priority, event)

    def match(self) -> None:
        """Pair what can be paired."""
        for pair in self.matches:
            pair()

    # --- playing and meeting ------------------------------------------------------------------------------------

    def begin(self, player: Player) -> simpy.Event:
        """Let an asset begin, or go on from the state it was given; return its next arrival."""
        event = self.expect(player)
        if c.FAR > player.view[c.RELEASE_T] >= self.env.now:
            self.hand_overs[player.name](player)
        self.set_out(player)
        return event

    def set_out(self, player: Player) -> None:
        """Let an asset play alone and come to its next meeting point (or its end) as its awaited arrival."""
        view = player.view
        offered = view[c.OFFERED] and view[c.CALL] == c.FAR
        if offered:
            self.offers[player.name] = list(view)
        why = player.play(self.until_s)
        if view[c.RELEASE_T] < self.until_s:
            self.hand_overs[player.name](player)
        if why != c.PAUSED and view[c.T] < self.env.now:  # stood there before the clock began
            self.offers.pop(player.name, None)
            self.queues[player.label()].append(player)
        elif offered and why != c.PAUSED:
            event = self.arrivals[player.name]
            self.do_at(view[c.T], 2 * player.rank + 1, lambda: self._arrive_with_offer(player, event))
        elif why != c.PAUSED:
            self.at(view[c.T], 2 * player.rank + 1, self.arrivals[player.name])

    def _arrive_with_offer(self, player: Player, event: simpy.Event) -> None:
        """Let a vessel arrive that nobody has called since it set out with its offer."""
        if self.arrivals[player.name] is event and self.offers.pop(player.name, None) is not None:
            self.at(self.now(), 2 * player.rank + 1, event)

    def expect(self, player: Player) -> simpy.Event:
        """Return the event of an asset's next arrival at a meeting point."""
        event = self.arrivals[player.name] = simpy.Event(self.env)
        return event

    def meet(self, player: Player) -> simpy.Event:
        """Put an asset at its meeting point and pair what can be paired; return its next arrival."""
        event = self.expect(player)
        self.queues[player.label()].append(player)
        self.match()
        return event

    def go_on(self, player: Player, label: str) -> None:
        """Let a paired asset leave its queue for the step `label`."""
        self.queues[player.label()].remove(player)
        player.go_on(label)
        self.set_out(player)

    def note(self, kind: str, stage: str, time_s: int, route: tuple[str, str], parcel: tuple[int, int, int]) -> None:
        """Write a lot: volume [l], dry solids [g] and water [g] from one asset to another."""
        self.lots.append(Lot(0, kind, stage, time_s, *route, *parcel))

    def numbered_lots(self) -> list[Lot]:
        """Return the lots in order of time, numbered on from those before the clock began."""
        ordered = sorted(self.lots, key=lambda lot: lot[3:] + lot[:3])
        first = self.stocks.lots
        self.stocks.lots += len(ordered)
        return [lot._replace(lot_id=first + i) for i, lot in enumerate(ordered)]
