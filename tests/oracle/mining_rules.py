"""How the oracle's mining vessel decides. Truth: docs/campaign.md, sections 3 and 5."""

from collections.abc import Sequence
from itertools import pairwise

import simpy

from tests.oracle.asset import COLD_AFTER_S, IN_PORT, STRING_TRIP, Asset, Step
from tests.oracle.chain import Parcel, Shuttle, Site
from tests.oracle.mining_orders import DROPPED, Orders
from tests.oracle.sea import Sea
from twin.operations.program import Component


class MiningRules(Asset):
    """What a mining vessel knows, and how it decides what to do next."""

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
        self.rising: list[tuple[int, Parcel]] = []  # when each insertion had entered the pipe since it was clear
        self.dumped = Parcel()
        self.broken_off = 0  # lifts that used a hole up and were never finished
        self.unfinished_g = 0  # dry solids that such a lift has in the pipe when an emergency begins
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
        return self.lifted + self.broken_off

    def dry_of(self, step: Step) -> int:
        if step.name == "disconnect":
            assert self.row is not None
            self.dumped = self.let_fall(self.row.start_s) if self.landed and not self.cold else Parcel()
            return self.dumped.dry_g + (self.unfinished_g if self.landed and not self.cold else 0)
        return self.orders.lifts[self.hole()][1] if step.name == "lift" else 0

    def let_fall(self, t: int) -> Parcel:
        """Return what of the last three insertions is below the deck, at most what the hold accounts for."""
        gone = Parcel()
        for entered_s, mud in reversed(self.rising[-3:]):
            room_l = self.orders.pipe_l - (t - entered_s) * self.orders.flow_l_h // 3600
            litres = min(mud.volume_l, room_l, self.hold.volume_l - gone.volume_l)
            if litres > 0:
                part = mud.share(litres, mud.volume_l)
                gone.add(Parcel(litres, min(part.dry_g, self.hold.dry_g - gone.dry_g),
                                min(part.water_g, self.hold.water_g - gone.water_g)))  # fmt: skip
        return gone

    @property
    def homeward(self) -> bool:
        return "transit_home" in self.left

    @property
    def past_departure(self) -> bool:
        return self.now >= self.orders.departure_s

    @property
    def has_offer(self) -> bool:
        return self.orders.offer_l is not None and self.hold.volume_l >= self.orders.offer_l

    def calm_for(self, limit: str) -> bool:
        return self.sea.is_open(limit, self.now)

    @property
    def crew_overdue(self) -> bool:
        return self.now >= self.crew_due_s + self.orders.crew_slack_s

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

    def pipe_is_clear(self) -> None:
        self.rising.clear()
        self.unfinished_g = 0

    def lift_worked(self) -> tuple[int, int]:
        """Return seconds worked and needed of a lift under way; nothing worked when there is none."""
        if "lift" not in self.left:
            return 0, 1
        draws = self.laws["lift"]
        needed_s = draws[0] if len(draws) == 1 else draws[self.taken["lift"] - 1]
        return needed_s - self.left["lift"], needed_s

    def abandon(self, reason: str) -> None:
        if self.partner is not None:
            self.let_go()
        worked_s, needed_s = self.lift_worked()
        if worked_s:
            litres, dry_g, _ = self.orders.lifts[self.hole()]
            in_pipe_l = min(litres * worked_s // needed_s, self.orders.pipe_l)
            self.unfinished_g = dry_g * in_pipe_l // litres if reason == "emergency" and litres else 0
            self.broken_off += 1
            self.rising.append((self.now, Parcel()))
            self.happened["lift broken off, emergency" if reason == "emergency" else "lift broken off"] += 1
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
        step = self.string_up()
        if step is None and not self.homeward:
            self.site.sail_home(self)
        return step or "transit_home"

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
        if self.now >= self.crew_due_s and (self.calm_for("crew_change") or self.crew_overdue):
            return "crew_change"
        if self.short_of_fuel and not self.orders.bunker_in_port:
            if self.calm_for("bunker") or 2 * self.fuel_g < self.orders.fuel_reserve_g:
                return "bunker"
        elif self.short_of_fuel:
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
        if self.hold.volume_l >= self.orders.full_l or (
            self.has_offer and self.site.called(self) and self.calm_for("transfer")
        ):
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
        return "offer" if self.has_offer and not self.site.offered(self) else "shift"

    def make_offer(self) -> str:
        if not self.site.offer(self):
            return "shift"
        self.happened["met at an offer"] += 1
        return "meet"

    # --- what the life of the vessel does ---------------------------------------------------------------------------

    def let_go(self) -> None:
        """Let the shuttle go with what has been pumped so far."""
        raise NotImplementedError

    def couple(self, shuttle: Shuttle, load: Parcel) -> None:
        """Take a shuttle alongside, with what it is to load."""
        raise NotImplementedError
