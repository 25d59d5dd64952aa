"""Programs: the method statement of an asset as named steps, assembled into the integer tables a stretch plays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from twin.operations import codes as c

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
    volume, rate_l_h : state slot [l] and rate [l/h] of a step whose duration is a volume moved.
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
    rate_l_h: int = 1
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
    """

    origin_s: int
    hours: int
    values: Ints
    observed: Mapping[str, int]
    forecast: Mapping[str, int]


@dataclass(frozen=True)
class Assembled:
    """The integer tables of one asset: what `stretch.play` takes, and the labels to read them by."""

    prog: Ints
    conf: Ints
    draws: Ints
    state: Ints
    pc: Mapping[str, int]
    labels: tuple[str, ...] = field(repr=False)


def assemble(
    steps: Sequence[Step],
    laws: Mapping[str, Ints],
    components: Sequence[Component],
    sea: SeaTables,
    configuration: Mapping[int, int],
    state: Mapping[int, int],
    entries: Mapping[int, str],
) -> Assembled:
    """Return the tables of a program.

    Parameters
    ----------
    steps : the program, in the order of its rows.
    laws : duration draws [s] and other draws by name; a length of one makes a constant that never runs out.
    components : what may fail, and during which activities each part wears.
    sea : tables whose starts the limits refer to.
    configuration, state : values of `codes` configuration and state fields that are not zero.
    entries : configuration field of a decision's step → label.

    Raises
    ------
    ValueError : a label, law or limit name that does not exist, or too many components wearing in one step.
    """
    pc = {step.label: i for i, step in enumerate(steps)}
    names = list(laws)
    for component in components:
        names += [f"{component.name}/{kind}" for kind in ("life", "repair", "escalate")]
    slot_of_law = {name: c.FIELDS + i for i, name in enumerate(names)}
    first_left = c.FIELDS + len(names)
    first_life = first_left + len(steps)

    values = dict(laws)
    for component in components:
        values[f"{component.name}/life"] = component.life_s
        values[f"{component.name}/repair"] = component.repair_s
        values[f"{component.name}/escalate"] = component.escalates
    ends = np.cumsum([len(values[n]) for n in names], dtype=np.int64)
    starts = {n: int(end) - len(values[n]) for n, end in zip(names, ends, strict=True)}
    draws = np.concatenate([np.zeros(0, np.int64), *(np.asarray(values[n], np.int64) for n in names)])

    prog = np.zeros((len(steps) + len(components), c.STEP_FIELDS), dtype=np.int64)
    for i, step in enumerate(steps):
        row = prog[i]
        row[c.KIND] = step.kind
        row[c.CODE] = c.ACTIVITY[step.activity] + step.state * c.STATE_UNIT + c.CAUSE[step.cause] * c.CAUSE_UNIT
        row[c.LAW] = c.NONE
        if step.law is not None:
            many = len(values[step.law])
            row[c.LAW], row[c.AT] = slot_of_law[step.law], starts[step.law]
            row[c.COUNT], row[c.STRIDE] = (many, 1) if many > 1 else (c.FAR, 0)
        row[c.VOLUME], row[c.RATE_L_H] = step.volume, step.rate_l_h
        row[c.LEFT] = first_left + i
        row[c.LIMIT] = row[c.FORECAST] = c.NONE
        if step.limit is not None:
            row[c.LIMIT] = sea.observed[step.limit]
            row[c.FORECAST] = sea.forecast.get(step.limit, row[c.LIMIT]) if step.whole else row[c.LIMIT]
        row[c.WHOLE], row[c.CUT], row[c.MERGE], row[c.CHILLS] = step.whole, step.cut, step.merge, step.mining
        row[c.BURN_G_S], row[c.EFFECT], row[c.GOAL] = step.burn_g_s, step.effect, step.goal
        row[c.NEXT] = c.DECIDE if step.then == "DECIDE" else pc[step.then]
        row[c.BACK] = c.DECIDE if step.back == "DECIDE" else pc[step.back]
        wearing = [k for k, part in enumerate(components) if step.activity in part.wears and step.kind == c.WORK]
        if len(wearing) > c.MAX_WEAR:
            raise ValueError(f"step '{step.label}': {len(wearing)} components wear in it; at most {c.MAX_WEAR} can")
        row[c.N_WEAR] = len(wearing)
        for j, k in enumerate(wearing):
            row[c.WEAR + j] = first_life + 2 * k

    vector = np.zeros(first_life + 2 * len(components), dtype=np.int64)
    for slot, value in ((c.ROW, c.NONE), (c.RESUME, c.NONE), (c.FAULT, c.NONE), (c.CALL, c.FAR), (c.CREW_DUE, c.FAR)):
        vector[slot] = value
    vector[c.RELEASE_T] = c.FAR
    for k, component in enumerate(components):
        row = prog[len(steps) + k]
        for kind, law, at, count in (
            ("life", c.LIFE_LAW, c.LIFE_AT, c.LIFE_COUNT),
            ("repair", c.REPAIR_LAW, c.REPAIR_AT, c.REPAIR_COUNT),
            ("escalate", c.ESCALATE_LAW, c.ESCALATE_AT, c.ESCALATE_COUNT),
        ):
            name = f"{component.name}/{kind}"
            row[law], row[at], row[count] = slot_of_law[name], starts[name], len(values[name])
        row[c.LIFE], row[c.SPARES] = first_life + 2 * k, first_life + 2 * k + 1
        row[c.CLASS], row[c.RESUPPLY_S] = component.repair_class, component.resupply_s
        vector[row[c.LIFE]] = component.life_s[0]
        vector[slot_of_law[f"{component.name}/life"]] = 1
        vector[row[c.SPARES]] = component.spares
    for slot, value in state.items():
        vector[slot] = value

    conf = np.zeros(c.CONFIGURATION_FIELDS, dtype=np.int64)
    conf[c.ORIGIN] = sea.origin_s
    conf[c.COMPONENTS], conf[c.FIRST_LIFE] = len(steps), first_life
    for entry in range(c.E_TRANSIT_OUT, c.LAST_MINING + 1):
        conf[entry] = c.NONE
    for slot, value in configuration.items():
        conf[slot] = value
    for entry, label in entries.items():
        conf[entry] = pc[label]
    for slot, law in ((c.MASS_AT, "mass"), (c.LOSS_AT, "string_loss")):
        if law in starts:
            conf[slot] = starts[law]
    if "mass" in values:
        conf[c.MASS_STRIDE] = 1 if len(values["mass"]) > 3 else 0
    if "string_loss" in values:
        conf[c.LOSS_LAW], conf[c.LOSS_COUNT] = slot_of_law["string_loss"], len(values["string_loss"])
    return Assembled(prog, conf, draws, vector, pc, tuple(step.label for step in steps))
