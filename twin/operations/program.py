"""Programs: the method statement of an asset as named steps, assembled into the integer tables a stretch plays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from twin.operations import codes as c
from twin.operations.engine import COMPONENT_ROW, CONFIGURATION_ROW, STEP_ROW

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Step:
    """One line of a program.

    Attributes
    ----------
    label : name that other steps and the configuration refer to.
    activity : word of `codes.ACTIVITIES` under which it is logged.
    kind : WORK, MEET, OFFER, HOLD_ON or END.
    law : name of the draws that give its duration [s]; None when a decision or a volume sets the work left.
    volume, rate_h : state slot and rate per hour of a step whose duration is an amount moved (litres, grams, kg).
    limit : name of the sea limit (or alert) table it obeys; None for none.
    whole : needs one open window for its whole duration; otherwise it pauses while the limit is exceeded.
    cut : a decision that falls due may cut it.
    merge : repetitions without a gap are logged as one row.
    mining : part of an insertion: logged with the hole, and a long weather wait makes circulation cold.
    state, cause : logged state and its own cause; without one it inherits the cause in force.
    burn_g_s : fuel burnt [g/s].
    effect, goal : what completing it changes, with that effect's number.
    then, back : labels of the following steps ("DECIDE" asks the decision rules).
    """

    label: str
    activity: str
    kind: int = c.WORK
    law: str | None = None
    volume: int = c.NONE
    rate_h: int = 1
    limit: str | None = None
    whole: bool = False
    cut: bool = False
    merge: bool = False
    mining: bool = False
    state: int = c.WORKING
    cause: str = "none"
    burn_g_s: int = 0
    effect: int = c.FX_NONE
    goal: int = 0
    then: str = "DECIDE"
    back: str = "DECIDE"


@dataclass(frozen=True)
class Component:
    """A part that fails: life draws [operating s], repair draws [s], escalation draws (0 or 1)."""

    name: str
    wears: frozenset[str]
    life_s: Ints
    repair_s: Ints
    escalates: Ints
    repair_class: int
    spares: int
    resupply_s: int


@dataclass(frozen=True)
class SeaTables:
    """Hourly limit and alert tables of one replicate in one vector.

    Attributes
    ----------
    values : all tables, one after the other, `hours` numbers each (see `weather.limit_table`).
    observed, forecast : where the table of each name starts; names without a forecast use the observed one.
    dp_mw : power that keeps a mining vessel in place in each hour [MW]; empty where nobody asks for it.
    """

    origin_s: int
    hours: int
    values: Ints
    observed: Mapping[str, int]
    forecast: Mapping[str, int]
    dp_mw: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))


Rows = NDArray[np.void]


@dataclass(frozen=True)
class Assembled:
    """The integer tables of one asset: what `stretch.play` takes, and the labels to read them by.

    Attributes
    ----------
    prog, parts, conf : rows of steps, of components, and one configuration row (fields in `codes`).
    draws : all draws, then the lists of life slots that steps wear.
    state : the state vector at the start.
    pc, labels : step of a label, label of a step.
    """

    prog: Rows
    parts: Rows
    conf: Rows
    draws: Ints
    state: Ints
    pc: Mapping[str, int]
    labels: tuple[str, ...] = field(repr=False)


class Vector:
    """Gives out the slots of a state vector in order, after its fixed fields."""

    def __init__(self) -> None:
        self.size = c.FIELDS

    def take(self, count: int = 1) -> int:
        """Return the first of `count` new slots."""
        self.size += count
        return self.size - count


class Drawer:
    """Lays draws of many laws end to end and remembers where each starts and which state slot counts it."""

    def __init__(self, slots: Vector) -> None:
        self._slots = slots
        self._pieces: list[Ints] = []
        self.length = 0
        self.place: dict[str, tuple[int, int, int]] = {}  # law → counting slot, start, count

    def add(self, name: str, values: Ints) -> tuple[int, int, int]:
        """Add a law; return its counting slot, its start and how many draws it has."""
        self.place[name] = (self._slots.take(), self.length, len(values))
        self.append(values)
        return self.place[name]

    def append(self, values: Ints) -> int:
        """Add numbers that are no law; return where they start."""
        self._pieces.append(np.asarray(values, dtype=np.int64))
        self.length += len(values)
        return self.length - len(values)

    def all(self) -> Ints:
        """Return everything as one vector, never empty."""
        return np.concatenate([*self._pieces, np.zeros(1, np.int64)])


def assemble(
    steps: Sequence[Step],
    laws: Mapping[str, Ints],
    components: Sequence[Component],
    sea: SeaTables,
    configuration: Mapping[str, int],
    state: Mapping[int, int],
    entries: Mapping[str, str],
) -> Assembled:
    """Return the tables of a program.

    Parameters
    ----------
    steps : the program, in the order of its rows.
    laws : duration draws [s] and other draws by name; a length of one makes a constant that never runs out. The laws
        `mass` (three numbers a lift) and `string_loss` are known by name.
    components : what may fail, and during which activities each part wears.
    sea : tables whose starts the limits refer to.
    configuration, state : configuration fields by name and state fields by slot that are not zero.
    entries : configuration field of a decision's step → label.

    Raises
    ------
    KeyError : a label, law or limit name that does not exist.
    """
    slots = Vector()
    drawer = Drawer(slots)
    for name, values in laws.items():
        drawer.add(name, values)
    pc = {step.label: i for i, step in enumerate(steps)}
    first_left = slots.take(len(steps))
    parts, lives = component_rows(components, slots, drawer)
    prog = np.zeros(len(steps), dtype=STEP_ROW)
    for i, step in enumerate(steps):
        wearing = [lives[part.name] for part in components if step.kind == c.WORK and step.activity in part.wears]
        wear_from = drawer.append(np.array(wearing, dtype=np.int64))
        fields = step_fields(step, laws, drawer, sea, pc)
        fields |= {"left": first_left + i, "wear_from": wear_from, "wear_to": wear_from + len(wearing)}
        fields |= {"life": wearing[0] if wearing else 0, "wear_more": int(len(wearing) > 1)}
        prog[i] = tuple(fields[name] for name in c.STEP_FIELDS)

    vector = np.zeros(slots.size, dtype=np.int64)
    vector[[c.ROW, c.RESUME, c.FAULT, c.LIFT_T, c.LIFT_2_T, c.LIFT_3_T]] = c.NONE
    vector[[c.CALL, c.CREW_DUE, c.RELEASE_T]] = c.FAR
    for part, row in zip(components, parts, strict=True):
        vector[row["life"]], vector[row["life_law"]] = part.life_s[0], 1
        vector[row["spares"]] = part.spares
    for slot, value in state.items():
        vector[slot] = value

    conf = np.zeros(1, dtype=CONFIGURATION_ROW)
    for name in (*(f"e_{entry}" for entry in c.ENTRIES), "first_mining", "last_mining"):
        conf[name] = c.NONE
    conf["origin"] = sea.origin_s
    conf["first_life"] = parts["life"][0] if len(parts) else c.NONE
    for name, value in configuration.items():
        conf[name] = value
    for name, label in entries.items():
        conf[name] = pc[label]
    if "mass" in drawer.place:
        conf["mass_at"] = drawer.place["mass"][1]
        conf["mass_stride"] = int(len(laws["mass"]) > 3)
    if "string_loss" in drawer.place:
        conf["loss_law"], conf["loss_at"], conf["loss_count"] = drawer.place["string_loss"]
    return Assembled(prog, parts, conf, drawer.all(), vector, pc, tuple(step.label for step in steps))


def component_rows(components: Sequence[Component], slots: Vector, drawer: Drawer) -> tuple[Rows, dict[str, int]]:
    """Return the component rows and the life slot of each component by name."""
    lives = {part.name: slots.take(2) for part in components}  # life, spares
    rows = np.zeros(len(components), dtype=COMPONENT_ROW)
    for row, part in zip(rows, components, strict=True):
        row["life"], row["spares"] = lives[part.name], lives[part.name] + 1
        for kind, values in (("life", part.life_s), ("repair", part.repair_s), ("escalate", part.escalates)):
            row[f"{kind}_law"], row[f"{kind}_at"], row[f"{kind}_count"] = drawer.add(f"{part.name}/{kind}", values)
        row["repair_class"], row["resupply_s"] = part.repair_class, part.resupply_s
    return rows, lives


def step_fields(
    step: Step, laws: Mapping[str, Ints], drawer: Drawer, sea: SeaTables, pc: Mapping[str, int]
) -> dict[str, int]:
    """Return the fields of a step row but those that depend on its place."""
    law, at, count = drawer.place[step.law] if step.law else (c.NONE, 0, 0)
    limit = sea.observed[step.limit] if step.limit else c.NONE
    forecast = sea.forecast.get(step.limit, limit) if step.limit and step.whole else limit
    return {
        "kind": step.kind,
        "code": c.ACTIVITY[step.activity] + step.state * c.STATE_UNIT + c.CAUSE[step.cause] * c.CAUSE_UNIT,
        "fixed_s": int(laws[step.law][0]) if step.law and count == 1 else 0,
        "law": law if count > 1 else c.NONE,
        "at": at,
        "count": count,
        "volume": step.volume,
        "rate_h": step.rate_h,
        "limit": limit,
        "forecast": forecast,
        "whole": int(step.whole),
        "cut": int(step.cut),
        "merge": int(step.merge),
        "mining": int(step.mining),
        "burn_g_s": step.burn_g_s,
        "effect": step.effect,
        "goal": step.goal,
        "next": c.DECIDE if step.then == "DECIDE" else pc[step.then],
        "back": c.DECIDE if step.back == "DECIDE" else pc[step.back],
    }
