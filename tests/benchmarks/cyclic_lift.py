"""The public case *cyclic lift campaign* as a program of the project's kernel.

20 years hourly; lower the pipe 36 h, then 40 × (position 1 h, disaggregate 2 h, lift 3 h); hold of 20 lifts; offload
8 h to one of two shuttles that sail 72 h, unload 24 h and sail back 72 h; every activity needs its sea limit for its
whole duration; exponential failures of the spread (MTBF 400 operating hours, MTTR 48 h), work resumes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from ops_data.observations import load_sea_record
from ops_data.units import SECONDS_PER_HOUR
from twin.models.streams import generator
from twin.operations import codes as c
from twin.operations.player import Player
from twin.operations.program import Assembled, Component, Ints, SeaTables, Step, assemble
from twin.operations.site import MiningSite, mining_vessel, ship
from twin.operations.weather import run_table
from twin.operations.world import Fleet, Island, Stocks, World

HOURS: Final = 20 * 8766
HORIZON_S: Final = HOURS * SECONDS_PER_HOUR
LIMITS_M: Final = {"lower": 2.0, "mine": 2.5, "offload": 2.0, "sail": 5.0, "unload": 9.0}
NO_ISLAND: Final = Island(1, 1, 1, 1, 1, 1, 1, 1)


@dataclass(frozen=True)
class Draws:
    """Lives [operating s] and repairs [s] of the spread, in the order in which they are used."""

    life_s: Ints
    repair_s: Ints


def tables(years: int = 20) -> SeaTables:
    """Return the limit tables of the first years of the packaged sea record, hour 0 at second 0."""
    hs_m = load_sea_record("era5-41N-125W").hs_m[: years * 8766]
    found = {name: run_table(hs_m <= limit, 0) for name, limit in LIMITS_M.items()}
    found["near"] = np.full(len(hs_m), c.FAR)
    starts = {name: i * len(hs_m) for i, name in enumerate(found)}
    return SeaTables(0, len(hs_m), np.concatenate(list(found.values())), starts, {})


def draws(seed: int, replicate: int, count: int = 1_000) -> Draws:
    """Return exponential lives and repairs, whole seconds."""
    rng = generator(seed, replicate, "cyclic lift", "spread")
    hours = rng.exponential(1.0, (count, 2)) * (400.0, 48.0)
    whole = np.maximum(1, np.rint(hours * SECONDS_PER_HOUR)).astype(np.int64)
    return Draws(whole[:, 0].copy(), whole[:, 1].copy())


def constant(hours: int) -> Ints:
    """Return a law of one duration."""
    return np.array([hours * SECONDS_PER_HOUR], dtype=np.int64)


def vessel_tables(sea: SeaTables, luck: Draws, horizon_s: int) -> Assembled:
    """Return the mining vessel's program: the spread wears while the pipe is lowered and mud is lifted."""

    def mine(label: str, then: str) -> Step:
        return Step(label, label, law=label, limit="mine", whole=True, mining=True, then=then)

    steps = [
        Step("lower", "run_string", law="lower", limit="lower", whole=True, then="shift"),
        mine("shift", "disaggregate"),
        mine("disaggregate", "lift"),
        Step("lift", "lift", law="lift", limit="mine", whole=True, mining=True, effect=c.FX_LIFT, then="meet",
             back="shift"),
        Step("meet", "offload", kind=c.MEET, state=c.WAITING, cause="shuttle"),
        Step("moor", "offload", law="moor", limit="offload", whole=True, effect=c.FX_TRANSFER, then="trips"),
        Step("trips", "offload", effect=c.FX_COUNT, goal=2, then="lower", back="shift"),
        Step("repair", "repair", state=c.REPAIRING, cause="failure", effect=c.FX_REPAIR),
    ]  # fmt: skip
    laws = {"lower": constant(36), "shift": constant(1), "disaggregate": constant(2), "lift": constant(3)}
    laws |= {"moor": constant(8), "mass": np.array([1, 1, 1], dtype=np.int64)}
    never = np.zeros(len(luck.life_s), np.int64)
    wears = frozenset({"run_string", "shift", "disaggregate", "lift"})
    spread = Component("spread", wears, luck.life_s, luck.repair_s, never, c.IN_PLACE, 0, 0)
    configuration = {
        "horizon": horizon_s, "issue_s": c.FAR, "near_table": sea.observed["near"], "full_l": 20, "offer_l": c.FAR,
        "insertions_here": c.FAR, "fuel_reserve_g": -c.FAR, "cold_after_s": c.FAR,
    }  # fmt: skip
    state = {c.SOFT: horizon_s, c.HARD: horizon_s}
    return assemble(steps, laws, [spread], sea, configuration, state, {"e_repair": "repair"})


def shuttle_tables(sea: SeaTables, horizon_s: int) -> Assembled:
    """Return a shuttle's round."""
    steps = [
        Step("wait_at_site", "wait_at_site", kind=c.MEET, state=c.WAITING, cause="mud"),
        Step("alongside", "load", kind=c.MEET),
        Step("sail_to_island", "sail_to_island", law="sail", limit="sail", whole=True, then="unload"),
        Step("unload", "unload", law="unload", limit="unload", whole=True, then="sail_to_site"),
        Step("sail_to_site", "sail_to_site", law="sail", limit="sail", whole=True, then="wait_at_site"),
    ]
    configuration = {"horizon": horizon_s, "issue_s": c.FAR, "near_table": sea.observed["near"]}
    state = {c.SOFT: horizon_s, c.HARD: horizon_s}
    return assemble(steps, {"sail": constant(72), "unload": constant(24)}, [], sea, configuration, state, {})


@dataclass(frozen=True)
class Prepared:
    """Tables and draws of every asset, ready to play."""

    sea: SeaTables
    vessel: Assembled
    shuttle: Assembled


def prepare(sea: SeaTables, luck: Draws) -> Prepared:
    """Return what a run needs, made beforehand."""
    horizon_s = sea.hours * SECONDS_PER_HOUR
    return Prepared(sea, vessel_tables(sea, luck, horizon_s), shuttle_tables(sea, horizon_s))


def plain_windows(sea: SeaTables) -> dict[str, list[int]]:
    """Return the same limit tables as lists, for the plain script."""
    return {name: sea.values[sea.observed[name] :][: sea.hours].tolist() for name in LIMITS_M}


def run(ready: Prepared, play: Callable[..., int], compiled: bool) -> dict[str, Ints]:
    """Play the case with SimPy at the meeting points; return the full interval log of every asset."""
    sea = ready.sea
    horizon_s = sea.hours * SECONDS_PER_HOUR
    vessel = Player("vessel", 0, lambda _: ready.vessel, sea, play, compiled)
    shuttles = [Player(f"shuttle-{i}", i, lambda _: ready.shuttle, sea, play, compiled) for i in (1, 2)]
    world = World(Fleet([vessel], shuttles, shuttle_l=20), NO_ISLAND, Stocks(), 0, horizon_s)
    site = MiningSite(world)
    for shuttle in shuttles:
        world.env.process(ship(world, shuttle, world.begin(shuttle)))
    world.env.process(mining_vessel(site, vessel, world.begin(vessel)))
    world.env.run(until=horizon_s)
    for player in (vessel, *shuttles):
        player.wait_until(horizon_s)
    return {player.name: player.take_rows() for player in (vessel, *shuttles)}
