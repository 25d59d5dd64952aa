"""What every asset of the oracle does: write rows, take draws, wait for the sea, work, fail and mend.

Truth: docs/campaign.md, sections 1 and 2.
"""

from collections import Counter
from collections.abc import Generator, Sequence
from dataclasses import dataclass

import simpy

from tests.oracle.sea import HOUR_S, Sea
from twin.operations.program import Component

IN_PLACE, ROV, STRING_TRIP, IN_PORT = range(4)
MENDED = ("in place", "by ROV", "after a string trip", "in port")
DONE, FAULT, CUT = "done", "fault", "cut"
COLD_AFTER_S = 6 * HOUR_S

Row = tuple[str, str, str, int, int, int, int, int]
Life = Generator[simpy.Event, None, None]
Playing = Generator[simpy.Event, None, str]


class Turn(simpy.Event):
    """An event that happens in the order of ranks among those of its second."""

    def come(self, rank: int, delay: int = 0) -> "Turn":
        """Let it happen after a delay; a second call changes nothing."""
        if not self.triggered:
            self._ok, self._value = True, None
            self.env.schedule(self, priority=simpy.events.EventPriority(10 + rank), delay=delay)
        return self


@dataclass(frozen=True)
class Step:
    """A line of the table of section 4."""

    name: str
    activity: str
    law: str | None = None
    limit: str | None = None
    whole: bool = False
    cut: bool = False
    mining: bool = False
    joints: bool = False
    cause: str | None = None
    state: str = "working"


@dataclass
class Part:
    """A component on board."""

    drawn: Component
    life_s: int
    spares: int
    faults: int = 0


@dataclass
class Fault:
    """A component out of order."""

    part: Part
    repair_class: int
    repair_s: int


@dataclass
class OpenRow:
    """A row under way."""

    activity: str
    state: str
    cause: str
    start_s: int
    hole: int
    limit: str | None
    joints: bool


AWAIT = Step("await_spare", "repair", cause="failure", state="waiting", cut=True)
REPAIR = Step("repair", "repair", cause="failure", state="repairing", cut=True)
ROV_REPAIR = Step("rov_repair", "repair", limit="rov", cause="failure", state="repairing", cut=True)


class Asset:
    """A ship or plant; `soft` and `hard` are the seconds of the next decisions, the horizon when there are none."""

    def __init__(
        self,
        env: simpy.Environment,
        name: str,
        rank: int,
        horizon_s: int,
        sea: Sea,
        laws: dict[str, list[int]],
        parts: Sequence[Component],
    ) -> None:
        self.env, self.name, self.rank, self.horizon_s, self.sea, self.laws = env, name, rank, horizon_s, sea, laws
        self.taken = dict.fromkeys(laws, 0)
        self.left: dict[str, int] = {}
        self.parts = [Part(part, int(part.life_s[0]), part.spares) for part in parts]
        self.fault: Fault | None = None
        self.rows: list[Row] = []
        self.row: OpenRow | None = None
        self.joined = False
        self.soft = horizon_s
        self.reason = "none"
        self.happened: Counter[str] = Counter()  # branches taken: the tests ask that none is missing
        self.wake = Turn(env)
        self.signals = 0

    def live(self) -> Life:
        """Play the asset's life; every kind of asset has its own."""
        raise NotImplementedError

    # --- time and rows ----------------------------------------------------------------------------------------------

    @property
    def now(self) -> int:
        return int(self.env.now)

    def until(self, t: int) -> simpy.Event:
        return Turn(self.env).come(self.rank, t - self.now)

    def hard(self, before: int) -> int:
        """Return the next second that cuts everything, `before` if it is not before that."""
        return before

    def hole(self) -> int:
        return -1

    def begin(
        self, activity: str, state: str, cause: str, hole: int = -1, limit: str | None = None, joints: bool = False
    ) -> None:
        self.row = OpenRow(activity, state, cause, self.now, hole, limit, joints)

    def end(self, t: int, dry_g: int = 0) -> None:
        row, self.row = self.row, None
        assert row is not None
        if t <= row.start_s:
            return
        over = self.sea.closed_seconds(row.limit, row.start_s, t) if row.limit else 0
        new: Row = (row.activity, row.state, row.cause, row.start_s, t, row.hole, dry_g, over)
        last = self.rows[-1] if self.rows else None
        if row.joints and self.joined and last and last[:3] == new[:3] and last[4] == new[3]:
            self.rows[-1] = (*last[:4], t, last[5], dry_g, last[7] + over)
        else:
            self.rows.append(new)
        self.joined = row.joints

    # --- work -------------------------------------------------------------------------------------------------------

    def draw(self, law: str) -> int:
        """Return the next draw of a law; a law with one draw is a constant."""
        n = self.taken[law]
        self.taken[law] = n + 1
        draws = self.laws[law]
        return draws[0] if len(draws) == 1 else draws[n]

    def duration(self, step: Step) -> int:
        assert step.law is not None
        return self.draw(step.law)

    def start_of(self, step: Step, left: int) -> int:
        if step.limit is None:
            return self.now
        if step.whole:
            return self.sea.window_start(step.limit, self.now, left, self.horizon_s)
        return self.sea.next_second(step.limit, True, self.now, self.horizon_s)

    def wait(self, step: Step, start: int) -> Playing:
        """Wait for the sea; cut when a decision falls due before work can start."""
        begun = self.now
        stop = min(start, max(begun, self.soft))
        stop = self.hard(stop)
        cause = "weather" if self.sea.is_open("near", begun) else "storm"
        if self.reason in ("emergency", "storm"):
            cause = self.reason
        self.begin(step.activity, "waiting", cause, self.hole() if step.mining else -1)
        yield self.until(stop)
        self.end(stop)
        self.waited(step, stop - begun)
        return DONE if stop == start and stop < self.soft else CUT

    def waited(self, step: Step, wait_s: int) -> None:
        """Take note of a wait for the sea."""

    def dry_of(self, step: Step) -> int:
        return 0

    def work(self, step: Step) -> Playing:
        """Play a working step until it is done, a component fails or a decision cuts it."""
        if step.name not in self.left:
            self.left[step.name] = self.duration(step)
        while True:
            start = self.start_of(step, self.left[step.name])
            if start > self.now:
                if (yield from self.wait(step, start)) == CUT or self.must_circulate(step):
                    return CUT
                continue
            stop = self.now + self.left[step.name]
            if step.limit and not step.whole:
                stop = self.sea.next_second(step.limit, False, self.now, stop)
            if step.cut:
                stop = min(stop, self.soft)
            stop = self.hard(min(stop, self.horizon_s))
            failing = self.failing(step, stop - self.now)
            if failing:
                stop = self.now + max(0, failing.life_s)
            worked = stop - self.now
            over = step.limit if step.whole else None
            hole = self.hole() if step.mining else -1
            self.begin(step.activity, step.state, step.cause or self.reason, hole, over, step.joints)
            yield self.until(stop)
            self.left[step.name] -= worked
            finished = self.left[step.name] == 0 and not failing
            self.end(stop, self.dry_of(step) if finished else 0)
            for part in self.wearing(step):
                part.life_s -= worked
            if failing:
                self.fail(failing)
                return FAULT
            if finished:
                del self.left[step.name]
                return DONE
            if (step.cut and self.now >= self.soft) or self.hard(self.now + 1) == self.now:
                return CUT

    def must_circulate(self, step: Step) -> bool:
        """Tell whether a wait has made it necessary to look at the rules before a step goes on."""
        return False

    # --- failures ---------------------------------------------------------------------------------------------------

    def wearing(self, step: Step) -> list[Part]:
        return [part for part in self.parts if step.activity in part.drawn.wears and step.state == "working"]

    def failing(self, step: Step, work_s: int) -> Part | None:
        """Return the component that fails before so much work is done."""
        if self.fault is not None:
            return None
        weakest = min(self.wearing(step), key=lambda part: max(0, part.life_s), default=None)
        return weakest if weakest and weakest.life_s < work_s else None

    def fail(self, part: Part) -> None:
        n = part.faults
        repair_class = part.drawn.repair_class
        if part.drawn.escalates[n]:
            repair_class = IN_PORT if repair_class >= STRING_TRIP else STRING_TRIP
        self.fault = Fault(part, repair_class, int(part.drawn.repair_s[n]))

    def mending(self) -> Step:
        """Return the step that the open fault needs next."""
        assert self.fault is not None
        if self.fault.part.drawn.spares > 0 and self.fault.part.spares == 0:
            self.left.setdefault(AWAIT.name, self.fault.part.drawn.resupply_s)
            return AWAIT
        step = ROV_REPAIR if self.fault.repair_class == ROV else REPAIR
        self.left.setdefault(step.name, self.fault.repair_s)
        return step

    def mended(self, step: Step) -> None:
        """Take note that a step of mending is done."""
        assert self.fault is not None
        part = self.fault.part
        if step is AWAIT:
            self.happened["waited for a spare"] += 1
            part.spares += 1
            return
        self.happened[f"mended {MENDED[self.fault.repair_class]}"] += 1
        if part.drawn.spares > 0:
            part.spares -= 1
        part.faults += 1
        part.life_s = int(part.drawn.life_s[part.faults])
        self.fault = None


class Ship(Asset):
    """An asset that only follows its round: a shuttle, a carrier or the plant."""

    def carry_out(self, step: Step) -> Life:
        """Finish a step, whatever fails in between."""
        while (yield from self.work(step)) != DONE:
            while self.fault:
                mending = self.mending()
                yield from self.work(mending)
                self.mended(mending)

    def carry_over(self, step: Step, volume: int, per_hour: int) -> Life:
        """Finish a step whose length is a volume (or mass) at an hourly rate."""
        self.left[step.name] = moving_s(volume, per_hour)
        yield from self.carry_out(step)

    def rest(self, activity: str, state: str, cause: str) -> Life:
        """Wait until somebody lets it go on."""
        self.begin(activity, state, cause)
        if self.signals == 0:
            self.wake = Turn(self.env)
            yield self.wake
        self.signals -= 1
        self.end(self.now)

    def go_on(self) -> None:
        """End a rest, or the next one if it has not begun, at this second."""
        self.signals += 1
        self.wake.come(self.rank)


def moving_s(volume: int, per_hour: int) -> int:
    """Return how long it takes to move a volume, in whole seconds, at least 1."""
    return max(1, -(-volume * 3600 // per_hour))
