"""The life of the oracle's mining vessel. Truth: docs/campaign.md, sections 3 to 6."""

from tests.oracle.asset import CUT, DONE, Life, Playing, Step, Turn, moving_s
from tests.oracle.chain import Parcel, Shuttle
from tests.oracle.mining_orders import STANDING, STEPS, UNTIL_OPEN
from tests.oracle.mining_rules import MiningRules


class MiningVessel(MiningRules):
    """Mines, meets shuttles, flees storms, mends and goes home."""

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
        if name == "offer":
            return DONE
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
        return rates["station"] if name in STANDING else rates[STEPS[name].activity]

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

    # --- what a step changes ----------------------------------------------------------------------------------------

    def complete(self, name: str) -> str | None:
        """Take note that a step is done; return its fixed successor."""
        if name in ("await_spare", "repair", "rov_repair"):
            self.mended(STEPS[name])
            return None
        if name in ("shift", "insert", "disaggregate"):
            return {"shift": "insert", "insert": "disaggregate", "disaggregate": "lift"}[name]
        if name == "offer":
            return self.make_offer()
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
        self.pipe_is_clear()
        self.landings += 1

    done_land = done_first_land

    def done_relocate(self) -> None:
        self.locations_done += 1
        self.lifted_here = 0
        self.landed = False

    def done_circulate(self) -> None:
        self.cold = False
        self.pipe_is_clear()

    def done_lift(self) -> str | None:
        mud = Parcel(*self.orders.lifts[self.hole()])
        self.hold.add(mud)
        self.rising.append((self.now, mud))
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
        self.hold.remove(self.dumped)
        self.pipe_is_clear()
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
