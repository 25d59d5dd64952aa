"""The mining vessel of the oracle. Truth: docs/campaign.md, sections 3 to 5."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import simpy

from tests.oracle.asset import (
    AWAIT,
    COLD_AFTER_S,
    CUT,
    DONE,
    IN_PORT,
    REPAIR,
    ROV_REPAIR,
    STRING_TRIP,
    Asset,
    Life,
    Playing,
    Step,
    Turn,
    moving_s,
)
from tests.oracle.chain import Parcel, Shuttle, Site
from tests.oracle.sea import Sea
from twin.operations.program import Component

STEPS = {
    step.name: step
    for step in (
        Step("transit_out", "transit_out", "transit", "transit"),
        Step("set_up", "set_up", "set_up", "setup", cut=True),
        Step("run_joint", "run_string", "run_joint", "string", whole=True, joints=True),
        Step("first_land", "land_string", "first_land", "mining", cut=True),
        Step("land", "land_string", "land", "mining", cut=True),
        Step("relocate", "relocate", "relocate", "mining"),
        Step("circulate", "restart", "circulate", "mining", cut=True),
        Step("shift", "shift", "shift", "mining", whole=True, mining=True),
        Step("insert", "insert", "insert", "mining", whole=True, mining=True),
        Step("disaggregate", "disaggregate", "disaggregate", "mining", whole=True, mining=True),
        Step("lift", "lift", "lift", "mining", whole=True, mining=True),
        Step("meet", "offload"),
        Step("moor", "offload", "moor", "transfer", whole=True),
        Step("pump_over", "offload", None, "transfer"),
        Step("flush", "flush", "flush"),
        Step("recover_joint", "recover_string", "recover_joint", "string", whole=True, joints=True),
        Step("secure", "secure", "secure"),
        Step("hang_off", "hang_off", limit="alert", cause="storm"),
        Step("restart", "restart", "restart", "mining", cut=True),
        Step("evade", "evade", "evade"),
        Step("stay_clear", "evade", limit="alert", cause="storm"),
        Step("return", "return_to_site", "evade", "transit"),
        Step("disconnect", "disconnect", "disconnect", cause="emergency"),
        Step("ride", "hang_off", limit="hang_off", cause="emergency"),
        Step("reconnect", "reconnect", "reconnect", "string", cause="emergency"),
        AWAIT,
        REPAIR,
        ROV_REPAIR,
        Step("port", "port_call", "port"),
        Step("bunker", "bunker", "bunker", "bunker", cut=True, cause="bunkering"),
        Step("crew_change", "crew_change", "crew_change", "crew_change", cut=True, cause="crew_change"),
        Step("transit_home", "transit_home", "transit", "transit"),
    )
}
DROPPED = ("first_land", "land", "relocate", "circulate", "shift", "insert", "disaggregate", "lift", "moor")
UNTIL_OPEN = ("hang_off", "stay_clear", "ride")
HARDER_LABOUR = ("lift", "disaggregate", "circulate", "flush")  # burn the extra fuel of lifting


@dataclass(frozen=True)
class Orders:
    """What a mining vessel is told: numbers of the scenario in seconds, grams and litres."""

    policy: str
    joints: int
    recover_joint_s: int
    full_l: int
    offer_l: int | None
    pipe_dry_g: int
    insertions_per_location: int
    locations: int
    departure_s: int
    crew_interval_s: int
    fuel_reserve_g: int
    fuel_capacity_g: int
    bunker_in_port: bool
    pump_l_h: int
    strings: int
    burn_g_s: Mapping[str, int]
    lifts: Sequence[tuple[int, int, int]]  # slurry [l], dry [g], water [g]


class MiningVessel(Asset):
    """Mines, meets shuttles, flees storms, mends and goes home."""

    def __init__(
        self,
        env: simpy.Environment,
        name: str,
        rank: int,
        horizon_s: int,
        sea: Sea,
        laws: dict[str, list[int]],
        parts: Sequence[Component],
        orders: Orders,
        site: Site,
    ) -> None:
        super().__init__(env, name, rank, horizon_s, sea, laws, parts)
        self.orders, self.site = orders, site
        self.place = "port"
        self.ready = self.landed = self.cold = self.secured = False
        self.disconnected = self.leaving = self.port_asked = False
        self.storm: str | None = None
        self.under_way: str | None = None
        self.depth = self.landings = self.lifted = self.lifted_here = self.locations_done = 0
        self.port_reason = "none"
        self.strings = orders.strings
        self.fuel_g = orders.fuel_capacity_g
        self.crew_due_s = self.now + orders.crew_interval_s
        self.hold = Parcel()
        self.load = Parcel()
        self.partner: Shuttle | None = None
        self.burning = 0
        hours = range(sea.origin_s, sea.origin_s + 3600 * sea.hours, 3600)
        self.alert_changes = [b for a, b in pairwise(hours) if self.alert(a) != self.alert(b)]

    # --- what it looks at -------------------------------------------------------------------------------------------

    def alert(self, t: int) -> bool:
        return not self.sea.is_open("alert", t)

    def hard(self, before: int) -> int:
        if self.depth == 0 or self.disconnected:
            return before
        return self.sea.next_second("hang_off", False, self.now, before)

    def next_decision(self) -> int:
        soon = [self.horizon_s]
        if self.place != "port":
            soon += [t for t in self.alert_changes if t > self.now]
        if self.orders.departure_s > self.now and not self.leaving:
            soon.append(self.orders.departure_s)
        return min(soon)

    def hole(self) -> int:
        return self.lifted

    def dry_of(self, step: Step) -> int:
        if step.name == "disconnect":
            return self.orders.pipe_dry_g if self.landed else 0
        return self.orders.lifts[self.lifted][1] if step.name == "lift" else 0

    @property
    def homeward(self) -> bool:
        return "transit_home" in self.left

    @property
    def past_departure(self) -> bool:
        return self.now >= self.orders.departure_s

    @property
    def has_offer(self) -> bool:
        return self.orders.offer_l is not None and self.hold.volume_l >= self.orders.offer_l

    @property
    def short_of_fuel(self) -> bool:
        return self.fuel_g < self.orders.fuel_reserve_g

    def end(self, t: int, dry_g: int = 0) -> None:
        assert self.row is not None
        self.fuel_g -= (t - self.row.start_s) * self.burning
        super().end(t, dry_g)

    def waited(self, step: Step, wait_s: int) -> None:
        if step.mining and wait_s >= COLD_AFTER_S:
            self.cold = True
            self.happened["cold circulation"] += 1

    def must_circulate(self, step: Step) -> bool:
        return step.mining and self.cold

    # --- its life ---------------------------------------------------------------------------------------------------

    def live(self) -> Life:
        name: str | None = None
        while True:
            if name is None:
                name = self.decide()
            if name == "end":
                self.come_to_rest()
                return
            result = yield from self.play(name)
            name = self.follow(name, result)

    def come_to_rest(self) -> None:
        self.site.leave(self)
        self.land_hold()
        self.burning = 0
        self.begin("off_hire", "idle", "none")

    def play(self, name: str) -> Playing:
        step = STEPS[name]
        self.burning = self.burn(name)
        if name == "meet":
            return (yield from self.stand())
        if name in UNTIL_OPEN:
            assert step.limit and step.cause
            stop = self.sea.next_second(step.limit, True, self.now, min(self.soft, self.horizon_s))
            stop = self.hard(stop)
            self.begin(step.activity, "waiting", step.cause)
            yield self.until(stop)
            self.end(stop)
            return DONE
        return (yield from self.work(step))

    def burn(self, name: str) -> int:
        rates = self.orders.burn_g_s
        if name in HARDER_LABOUR:
            return rates["lift"]
        if name in ("transit_out", "transit_home", "evade", "return"):
            return rates["transit"]
        return rates["port"] if name == "port" else rates["station"]

    def duration(self, step: Step) -> int:
        if step.name == "pump_over":
            return moving_s(self.load.volume_l, self.orders.pump_l_h)
        return super().duration(step)

    def follow(self, name: str, result: str) -> str | None:
        """Return the fixed successor of a step played, None to look at the rules."""
        if result != DONE:
            return None
        successor = self.complete(name)
        if name == self.under_way:
            self.under_way = successor
        if name in UNTIL_OPEN or self.now >= self.soft or self.hard(self.now + 1) == self.now:
            return None
        return successor

    # --- the rules of section 5 -------------------------------------------------------------------------------------

    def decide(self) -> str:
        self.soft = self.next_decision()
        rules = (self.in_emergency, self.in_storm, self.mend_here, self.mend_far, self.go_home, self.warm_up)
        while True:
            for rule in rules:
                step = rule()
                if step:
                    return step
            if self.under_way is None:
                self.under_way = self.goal()
            if self.under_way is not None:
                return self.under_way

    def abandon(self, reason: str) -> None:
        if self.partner is not None:
            self.let_go()
        for name in DROPPED:
            self.left.pop(name, None)
        self.under_way = None
        self.reason = reason

    def string_up(self) -> str | None:
        """Return the next step of getting the string on board, None when it is."""
        if self.landed:
            return "flush"
        return "recover_joint" if self.depth else None

    def in_emergency(self) -> str | None:
        if self.place == "port" or self.homeward or self.depth == 0:
            return None
        open_now = self.sea.is_open("hang_off", self.now)
        if self.disconnected:
            return "reconnect" if open_now else "ride"
        if open_now:
            return None
        self.happened["emergency with a shuttle alongside"] += self.partner is not None
        self.abandon("emergency")
        self.disconnected = True
        return "disconnect"

    def in_storm(self) -> str | None:
        if self.place == "port" or self.homeward:
            return None
        if (self.leaving or self.past_departure) and self.depth == 0:
            return None
        alert = self.alert(self.now)
        if self.storm == "hanging off" and self.depth == 0 and alert:
            self.storm = "evading"  # the string was lost meanwhile
        if self.storm is None:
            if not alert:
                return None
            self.storm = self.answer_to_alert()
            manner = "" if self.storm == "hanging off" else " with string" if self.depth else " without string"
            self.happened[f"alert: {self.storm}{manner}"] += 1
        self.abandon("storm")
        step = self.hanging_off(alert) if self.storm == "hanging off" else self.evading(alert)
        if step is None:
            if self.storm == "hanging off" and not self.secured:
                self.happened["storm over before secured"] += 1
            self.storm_over()
        return step

    def answer_to_alert(self) -> str:
        if self.depth == 0:
            return "evading"
        if self.orders.policy == "hang_off":
            return "hanging off"
        arrival_s = self.sea.arrival_s[self.sea.hour(self.now)] - self.now
        return "evading" if arrival_s >= self.depth * self.orders.recover_joint_s else "hanging off"

    def storm_over(self) -> None:
        self.storm, self.secured = None, False

    def hanging_off(self, alert: bool) -> str | None:
        if alert:
            if self.landed:
                return "flush"
            return "hang_off" if self.secured else "secure"
        return "restart" if self.secured and self.landings and self.depth == self.orders.joints else None

    def evading(self, alert: bool) -> str | None:
        if alert:
            return self.string_up() or ("stay_clear" if self.place == "clear" else "evade")
        return "return" if self.place == "clear" else None

    def mend_here(self) -> str | None:
        if self.fault is None or self.fault.repair_class >= STRING_TRIP:
            return None
        return self.mending().name

    def mend_far(self) -> str | None:
        far = self.fault is not None
        if not (far or self.port_asked) or ((self.leaving or self.past_departure) and self.place != "port"):
            return None
        if self.place == "port":
            return self.mending().name if far else "port"
        if self.fault and self.fault.repair_class == STRING_TRIP and not self.depth:
            self.under_way = None  # no string out: mended on the spot, for the reason in force
            return self.mending().name
        if self.fault and self.fault.repair_class == IN_PORT:
            self.happened["port asked by a fault"] += 1
            self.port_asked, self.port_reason = True, "failure"
        self.abandon("failure" if far else self.port_reason)
        return self.string_up() or "transit_home"

    def go_home(self) -> str | None:
        if not (self.leaving or self.past_departure) or self.partner is not None:
            return None
        if self.place == "port":
            return "end"
        if not self.leaving:
            self.happened["latest departure"] += 1
        self.leaving = True
        if self.homeward:
            return "transit_home"
        self.abandon("none" if self.strings else "emergency")
        step = self.string_up()
        if step is None:
            self.site.leave(self)
        return step or "transit_home"

    def warm_up(self) -> str | None:
        return "circulate" if self.cold and self.landed and self.under_way else None

    # --- the goals of section 3 -------------------------------------------------------------------------------------

    def goal(self) -> str | None:
        """Return what to do when nothing is under way; None to ask the rules again."""
        if self.place == "port":
            return "transit_out"
        if not self.ready:
            return "set_up"
        if self.now >= self.crew_due_s:
            return "crew_change"
        if self.short_of_fuel:
            if not self.orders.bunker_in_port:
                return "bunker"
            self.happened["port asked by the tank"] += 1
            self.port_asked, self.port_reason = True, "bunkering"
            return None
        if self.depth < self.orders.joints:
            return "run_joint"
        if not self.landed:
            return "land" if self.landings else "first_land"
        self.reason = "none"
        if self.cold:
            return "circulate"
        if self.location_done:
            if self.orders.locations and self.locations_done + 1 >= self.orders.locations:
                self.happened["last location"] += 1
                self.leaving = True
                return None
            return "relocate"
        if self.hold.volume_l >= self.orders.full_l or (self.has_offer and self.site.called(self)):
            return "meet"
        return "shift"

    @property
    def location_done(self) -> bool:
        return bool(self.orders.insertions_per_location) and self.lifted_here >= self.orders.insertions_per_location

    def after_lift(self) -> str | None:
        if self.location_done or self.site.called(self) or self.now >= self.crew_due_s or self.short_of_fuel:
            return None
        if self.hold.volume_l >= self.orders.full_l:
            return "meet"
        if self.has_offer and not self.site.offered(self) and self.site.offer(self):
            self.happened["met at an offer"] += 1
            return "meet"
        return "shift"

    # --- what a step changes ----------------------------------------------------------------------------------------

    def complete(self, name: str) -> str | None:
        """Take note that a step is done; return its fixed successor."""
        if name in ("await_spare", "repair", "rov_repair"):
            self.mended(STEPS[name])
            return None
        if name in ("shift", "insert", "disaggregate"):
            return {"shift": "insert", "insert": "disaggregate", "disaggregate": "lift"}[name]
        if name == "meet":
            return "moor"
        if name == "moor":
            return "pump_over"
        change = getattr(self, f"done_{name}", None)
        if change is None:
            return None
        successor: str | None = change()
        return successor

    def done_transit_out(self) -> None:
        self.place = "site"

    def done_set_up(self) -> None:
        self.ready = True

    def done_run_joint(self) -> str | None:
        self.depth += 1
        return "run_joint" if 1 < self.depth < self.orders.joints else None

    def done_recover_joint(self) -> str | None:
        self.depth -= 1
        return "recover_joint" if self.depth > 1 else None

    def done_first_land(self) -> None:
        self.landed, self.cold = True, False
        self.landings += 1

    done_land = done_first_land

    def done_relocate(self) -> None:
        self.locations_done += 1
        self.lifted_here = 0
        self.landed = False

    def done_circulate(self) -> None:
        self.cold = False

    def done_lift(self) -> str | None:
        self.hold.add(Parcel(*self.orders.lifts[self.lifted]))
        self.lifted += 1
        self.lifted_here += 1
        return self.after_lift()

    def done_pump_over(self) -> None:
        self.hand_over(self.load)

    def done_flush(self) -> None:
        self.landed = False

    def done_secure(self) -> None:
        self.secured = True

    def done_restart(self) -> None:
        self.happened["restart after storm"] += 1
        self.storm_over()
        self.done_first_land()

    def done_evade(self) -> None:
        self.place = "clear"

    def done_return(self) -> None:
        self.place = "site"
        self.storm_over()

    def done_disconnect(self) -> None:
        self.landed = False
        lost = bool(self.draw("string_loss"))
        self.happened["emergency, string lost" if lost else "emergency, string kept"] += 1
        if lost:
            self.depth = 0
            self.disconnected = False
            self.strings -= 1
            if self.strings == 0:
                self.happened["last string lost"] += 1
                self.leaving = True

    def done_reconnect(self) -> None:
        self.disconnected = False

    def done_port(self) -> None:
        self.port_asked = False
        self.done_bunker()
        self.done_crew_change()

    def done_bunker(self) -> None:
        self.fuel_g = self.orders.fuel_capacity_g

    def done_crew_change(self) -> None:
        self.crew_due_s = self.now + self.orders.crew_interval_s

    def done_transit_home(self) -> None:
        self.place = "port"

    def land_hold(self) -> None:
        if self.hold.volume_l:
            self.site.book("landed", self.name, "mainland", self.hold)
            self.hold = Parcel()

    # --- alongside a shuttle ----------------------------------------------------------------------------------------

    def stand(self) -> Playing:
        """Wait at the meeting point until a shuttle is alongside or a decision falls due."""
        self.site.stand(self)
        if self.partner is not None:
            return DONE
        self.happened["stood waiting"] += 1
        stop = self.hard(min(max(self.now, self.soft), self.horizon_s))
        self.begin("offload", "waiting", "shuttle")
        self.wake = Turn(self.env)
        yield self.wake | self.until(stop)
        self.end(self.now)
        if self.partner is None:
            self.site.stop_standing(self)
            return CUT
        return DONE

    def couple(self, shuttle: Shuttle, load: Parcel) -> None:
        self.partner, self.load = shuttle, load
        self.wake.come(self.rank)

    def let_go(self) -> None:
        """Let the shuttle go with what has been pumped so far."""
        pumped = Parcel()
        if "pump_over" in self.left:
            needed_s = moving_s(self.load.volume_l, self.orders.pump_l_h)
            pumped_l = self.load.volume_l * (needed_s - self.left.pop("pump_over")) // needed_s
            pumped = self.load.share(pumped_l, self.load.volume_l)
        self.happened["parcel partly pumped" if pumped.volume_l else "parcel empty"] += 1
        self.hand_over(pumped)

    def hand_over(self, parcel: Parcel) -> None:
        assert self.partner is not None
        self.hold.remove(parcel)
        shuttle, self.partner = self.partner, None
        self.load = Parcel()
        self.site.let_go(self, shuttle, parcel)
