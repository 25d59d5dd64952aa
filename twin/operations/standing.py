"""What a state vector says in a planner's words: where each asset is, what it does, what it holds, how worn it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ops_data.units import GRAMS_PER_TONNE, LITRES_PER_M3, SECONDS_PER_HOUR
from twin.operations import codes as c
from twin.operations.campaign import State, roles_of
from twin.operations.laws import Luck
from twin.operations.player import plain_rows
from twin.operations.program import Assembled, SeaTables
from twin.operations.stretch import opening, work_left
from twin.operations.yard import Yard

PLACES: Final = ("home", "site", "clear")  # by codes.HOME, SITE, CLEAR


@dataclass(frozen=True)
class Wear:
    """A component: operating seconds since it was new or mended, spares on board, whether it is out of order."""

    component: str
    age_s: int
    spares: int
    faulty: bool


@dataclass(frozen=True)
class Standing:
    """One asset at a second.

    Attributes
    ----------
    name, role : the asset; ``mining``, ``shuttle``, ``island`` or ``carrier``.
    place : of a mining vessel: ``home``, ``site`` or ``clear`` (evading); empty of others.
    activity, state, cause : words of the ``intervals`` table of what is under way.
    since_utc : second at which the part of it that is not logged yet began.
    depth_m : lower end of the lift string below the rotary table.
    landed, coupled : tool at the sea bed with circulation; a shuttle alongside.
    holes, locations : insertions used up, and locations finished, since departure.
    hold_m3, hold_dry_t : slurry in the hold, or what a ship or plant works on, and its dry solids.
    fuel_t, crew_due_utc : of a mining vessel; None of others.
    wear : components that can fail.
    """

    name: str
    role: str
    place: str
    activity: str
    state: str
    cause: str
    since_utc: int
    depth_m: float
    landed: bool
    coupled: bool
    holes: int
    locations: int
    hold_m3: float
    hold_dry_t: float
    fuel_t: float | None
    crew_due_utc: int | None
    wear: tuple[Wear, ...]


def standings(luck: Luck, sea: SeaTables, state: State) -> list[Standing]:
    """Return how each asset of a campaign stands.

    Parameters
    ----------
    luck : the replicate that the state is of.
    sea : its tables.
    state : where it stands.
    """
    return [_standing(luck, sea, name, role, state.assets[name]) for name, role in roles_of(luck.scenario).items()]


def _standing(luck: Luck, sea: SeaTables, name: str, role: str, vector: tuple[int, ...]) -> Standing:
    tables = _with_draws(luck, sea, name, role, vector)
    mining = role == "mining"
    code = _code(tables, sea, vector)
    merged = vector[c.ROW] >= 0 and code == vector[c.ROW_CODE]  # a wait ends a row that is being put together
    return Standing(
        name=name,
        role=role,
        place=PLACES[vector[c.PLACE]] if mining else "",
        activity=c.ACTIVITIES[code % c.STATE_UNIT],
        state=c.STATES[code % c.CAUSE_UNIT // c.STATE_UNIT],
        cause=c.CAUSES[code // c.CAUSE_UNIT],
        since_utc=vector[c.ROW] if merged else vector[c.T],
        depth_m=vector[c.DEPTH] * luck.values["string.joint_m"] if mining else 0.0,
        landed=bool(vector[c.LANDED]),
        coupled=bool(vector[c.COUPLED]),
        holes=vector[c.LIFTS],
        locations=vector[c.LOCATIONS],
        hold_m3=vector[c.HOLD_L] / LITRES_PER_M3,
        hold_dry_t=vector[c.HOLD_DRY_G] / GRAMS_PER_TONNE,
        fuel_t=vector[c.FUEL_G] / GRAMS_PER_TONNE if mining else None,
        crew_due_utc=vector[c.CREW_DUE] if mining else None,
        wear=_wear(luck, tables, name, role, vector),
    )


def _code(tables: Assembled, sea: SeaTables, vector: tuple[int, ...]) -> int:
    """Return activity, state and cause of what is under way as its row will say; a step that waits is waiting.

    Between two steps it is the one to come back to, if there is one.
    """
    pc = vector[c.PC] if vector[c.PC] >= 0 else max(vector[c.RESUME], 0)
    step, conf = plain_rows(tables.prog[pc : pc + 1])[0], plain_rows(tables.conf)[0]
    near = sea.values[conf.near_table + (vector[c.T] - conf.origin) // SECONDS_PER_HOUR] < 0
    if step.kind == c.WORK and step.limit >= 0:
        work_s, _ = work_left(list(vector), step, tables.draws)
        if opening(step, conf, sea.values, vector[c.T], int(work_s), conf.horizon) > vector[c.T]:
            cause = vector[c.REASON]
            if cause not in (c.C_STORM, c.C_EMERGENCY):
                cause = c.C_STORM if near else c.C_WEATHER
            return int(step.code % c.STATE_UNIT + c.WAITING * c.STATE_UNIT + cause * c.CAUSE_UNIT)
    return int(step.code + vector[c.REASON] * c.CAUSE_UNIT if step.code < c.CAUSE_UNIT else step.code)


def _with_draws(luck: Luck, sea: SeaTables, name: str, role: str, vector: tuple[int, ...]) -> Assembled:
    """Return the tables of an asset with at least as many draws of each life as the state has taken."""
    doublings = 0
    while True:
        tables = Yard(luck, sea).build(role, name, doublings)
        if all(vector[row["life_law"]] <= row["life_count"] for row in tables.parts):
            return tables
        doublings += 1


def _wear(luck: Luck, tables: Assembled, name: str, role: str, vector: tuple[int, ...]) -> tuple[Wear, ...]:
    names = [part.name for part in luck.components(role, name, 1)]
    found = []
    for number, (component, row) in enumerate(zip(names, tables.parts, strict=True)):
        drawn_s = int(tables.draws[row["life_at"] + vector[row["life_law"]] - 1])
        faulty = vector[c.FAULT] == number
        found.append(Wear(component, drawn_s - vector[row["life"]], vector[row["spares"]], faulty))
    return tuple(found)


def stocks_in_units(stocks: Mapping[str, Any]) -> dict[str, float]:
    """Return the stocks of a state with units in their names: volumes in m³, masses in tonnes, counts as they are."""
    scale = {"l": ("m3", LITRES_PER_M3), "g": ("t", GRAMS_PER_TONNE)}
    told: dict[str, float] = {}
    for name, value in stocks.items():
        stem, _, unit = name.rpartition("_")
        if stem and unit in scale:
            told[f"{stem}_{scale[unit][0]}"] = value / scale[unit][1]
        else:
            told[name] = value
    return told
