"""A whole campaign of one replicate: from a scenario, its luck and its sea to interval rows, lots and a state."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ops_data.units import GRAMS_PER_TONNE, LITRES_PER_M3, SECONDS_PER_HOUR
from twin.assets import quay_load_fraction, vessel_name
from twin.operations import codes as c
from twin.operations import stretch
from twin.operations.engine import compiled_play
from twin.operations.island import PPM, IslandSide
from twin.operations.laws import Luck
from twin.operations.loads import Demand, demand_of, dp_mw
from twin.operations.player import Player
from twin.operations.program import Ints, SeaTables
from twin.operations.sea_tables import LIMITS, sea_tables
from twin.operations.site import MiningSite, mining_vessel, ship
from twin.operations.weather import build_forecast_errors, build_sea
from twin.operations.weather_now import SeaNow, build_sea_now
from twin.operations.weather_settings import WeatherSettings, weather_settings
from twin.operations.world import Fleet, Island, Lot, Stocks, World
from twin.operations.yard import Yard, joints
from twin.resource import hole_grades
from twin.scenario import Scenario, draw_parameters

Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True)
class State:
    """Where a campaign stands at a second: everything `simulate` needs to go on from it.

    Attributes
    ----------
    time_s : UTC second.
    assets : state vector (see `codes`) of every asset by name.
    stocks : what stands on the island and has left the chain.
    partner, called : mining vessel → shuttle alongside; shuttle → mining vessel that it waits for.
    berthed, gone : ships at the quay; mining vessels that have left for good.
    """

    time_s: int
    assets: Mapping[str, tuple[int, ...]]
    stocks: Mapping[str, int]
    partner: Mapping[str, str]
    called: Mapping[str, str]
    berthed: tuple[str, ...]
    gone: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Played:
    """What one replicate did.

    Attributes
    ----------
    rows : interval rows of every asset by name, shape (n, ROW_FIELDS) int64 (see `codes`).
    lots : parcels handed over.
    state : where the campaign stands at the end.
    wet_per_dry : in-situ mud per dry solids of this replicate [t/t].
    lift_grades_ppm : ΣREY in the dry solids of each lift of the rows, by mining vessel, shape (lifts,).
    demand : power its mining vessels need, by use and hour.
    """

    rows: Mapping[str, Ints]
    lots: Sequence[Lot]
    state: State
    wet_per_dry: float
    lift_grades_ppm: Mapping[str, Floats]
    demand: Demand


def weather_of(luck: Luck) -> WeatherSettings:
    """Return the weather settings of a replicate."""
    s = luck.scenario
    return weather_settings(
        luck.values,
        kind=s.weather.kind,
        record=s.weather.record,
        marginals=s.weather.marginals,
        foresight=s.weather.foresight,
        storms=s.storms.kind,
        tracks=s.storms.tracks,
        latitude_deg=s.site.latitude_deg,
        longitude_deg=s.site.longitude_deg,
    )


def tables_of(luck: Luck, now: SeaNow | None = None) -> SeaTables:
    """Return the sea limit, alert and forecast tables of a replicate, and the power that keeps a ship in place.

    Parameters
    ----------
    luck : the replicate.
    now : what is known of the sea at the origin of a forecast; None: nothing, the sea is the replicate's own.
    """
    s, v = luck.scenario, luck.values
    settings = weather_of(luck)
    if now is None:
        sea = build_sea(settings, luck.seed, luck.replicate, s.start_s, s.end_s)
    else:
        sea = build_sea_now(settings, luck.seed, luck.replicate, s.start_s, s.end_s, now)
    limits_m = {name: v[f"limits.{name}_hs_m"] for name in LIMITS if name != "transfer"}
    side = s.transfer.method == "side_by_side"
    limits_m["transfer"] = v["limits.transfer_side_by_side_hs_m" if side else "limits.transfer_hose_hs_m"]
    lead_h = {
        "ride_out": -1.0,
        "hang_off": v["storms.hang_off_lead_h"],
        "recover_and_evade": joints(v) * v["string.recover_joint_h"] + v["storms.recover_margin_h"],
    }[s.storms.policy]
    rough = settings.kind != "calm" and s.weather.foresight == "forecast"
    errors = build_forecast_errors(settings, luck.seed, luck.replicate, sea) if rough else None
    lead_s = -c.FAR if lead_h < 0 else round(lead_h * SECONDS_PER_HOUR)
    return sea_tables(sea, limits_m, v["limits.wind_m_s"], lead_s, errors, dp_mw(v, sea))


def island_of(luck: Luck) -> Island:
    """Return the capacities of the island and the rules of the carriers."""
    s, v = luck.scenario, luck.values
    water = v["island.cake_water_fraction"]
    carrier = s.fleet["carrier"]
    most_t = v["carrier.payload_t"] * quay_load_fraction(carrier, v["island.quay_depth_m"]) * (1.0 - water)
    return Island(
        berths=s.island.berths,
        tank_l=round(v["island.slurry_tank_m3"] * LITRES_PER_M3),
        cake_dry_g=round(v["island.cake_stock_t"] * (1.0 - water) * GRAMS_PER_TONNE),
        capture_ppm=round(v["island.solids_capture"] * PPM),
        cake_water_ppm=round(water / (1.0 - water) * PPM),
        least_dry_g=round(most_t * v["carrier.minimum_load_fraction"] * GRAMS_PER_TONNE),
        call_dry_g=round(most_t * v["carrier.call_fraction"] * GRAMS_PER_TONNE),
        most_dry_g=round(most_t * GRAMS_PER_TONNE),
    )


def roles_of(scenario: Scenario) -> dict[str, str]:
    """Return the assets of a campaign by name, in rank order: ``mining``, ``shuttle``, ``island`` or ``carrier``."""
    mining = {vessel_name(scenario.mining.vessel, i): "mining" for i in range(scenario.mining.vessels)}
    if scenario.transfer.method == "none":
        return mining
    shuttles = {f"shuttle-{i + 1}": "shuttle" for i in range(scenario.shuttles.count)}
    carriers = {f"carrier-{i + 1}": "carrier" for i in range(scenario.carriers.count)}
    return {**mining, **shuttles, "island": "island", **carriers}


def fleet_of(luck: Luck, sea: SeaTables, compiled: bool) -> Fleet:
    """Return the assets of a replicate; names are the vessel row's name with a number."""
    yard = Yard(luck, sea)
    play = compiled_play() if compiled else stretch.play
    players: dict[str, list[Player]] = {"mining": [], "shuttle": [], "island": [], "carrier": []}
    for rank, (name, role) in enumerate(roles_of(luck.scenario).items()):
        players[role].append(Player(name, rank, partial(yard.build, role, name), sea, play, compiled))
    return Fleet(
        mining=players["mining"],
        shuttles=players["shuttle"],
        plants=players["island"],
        carriers=players["carrier"],
        shuttle_l=shuttle_load_l(luck),
    )


def shuttle_load_l(luck: Luck) -> int:
    """Return what a shuttle may load [l]: its hold, less where the island quay is too shallow for it."""
    v = luck.values
    return round(
        v["shuttle.hold_m3"]
        * quay_load_fraction(luck.scenario.fleet["shuttle"], v["island.quay_depth_m"])
        * LITRES_PER_M3
    )


def simulate(
    scenario: Scenario,
    seed: int,
    replicate: int,
    *,
    parameters: Literal["fixed", "drawn"] = "drawn",
    start: State | None = None,
    until_s: int | None = None,
    compiled: bool = True,
) -> Played:
    """Return what one replicate of a campaign does.

    Parameters
    ----------
    scenario : the campaign.
    seed, replicate : which luck; the same two give the same rows, whatever else runs.
    parameters : whether uncertain parameters take their stated value or are drawn once for the replicate.
    start : a state to go on from, of the same scenario, seed and replicate; None starts at the campaign's start.
    until_s : UTC second to stop at, for a state to go on from; None plays to the horizon.
    compiled : run the kernel compiled by numba, or interpreted; the rows are the same.

    Returns
    -------
    The rows of intervals that ended (at `until_s` an activity under way is not a row yet), lots and the state.
    """
    luck = Luck(scenario, draw_parameters(scenario, seed, replicate, parameters), seed, replicate)
    return play_campaign(luck, tables_of(luck), start, until_s or scenario.end_s, compiled)


def play_campaign(luck: Luck, sea: SeaTables, start: State | None, until_s: int, compiled: bool) -> Played:
    """Return what one replicate does on tables made before (see `simulate`)."""
    scenario = luck.scenario
    fleet = fleet_of(luck, sea, compiled)
    stocks = Stocks(**start.stocks) if start else Stocks()
    world = World(fleet, island_of(luck), stocks, start.time_s if start else scenario.start_s, until_s)
    if start:
        resume(world, start)
    start_processes(world)
    world.env.run(until=until_s)
    if until_s >= scenario.end_s:
        for player in fleet.all():
            player.wait_until(scenario.end_s)
    rows = {p.name: p.take_rows() for p in fleet.all()}
    return Played(
        rows=rows,
        lots=world.numbered_lots(),
        state=state_of(world, until_s),
        wet_per_dry=luck.wet_per_dry(),
        lift_grades_ppm=lift_grades([(vessel.name, rows[vessel.name]) for vessel in fleet.mining], luck),
        demand=demand_of(luck, sea),
    )


def lift_grades(vessels: Sequence[tuple[str, Ints]], luck: Luck) -> dict[str, Floats]:
    """Return ΣREY in the dry solids [ppm] of each lift, by mining vessel.

    The holes of the mine plan are dealt out in turn: of n vessels the i-th takes holes i, i + n, i + 2n, …, each once.
    """
    holes = {}
    for name, rows in vessels:
        lifts = (rows[:, c.R_CODE] % c.STATE_UNIT == c.ACTIVITY["lift"]) & (rows[:, c.R_DRY_G] > 0)
        holes[name] = rows[lifts, c.R_HOLE]
    deepest = max((int(own[-1]) + 1 for own in holes.values() if len(own)), default=0)
    plan = hole_grades(luck.scenario, luck.values, luck.seed, luck.replicate, deepest * len(vessels))
    return {name: plan[first :: len(vessels)][own] for first, (name, own) in enumerate(holes.items())}


def state_of(world: World, time_s: int) -> State:
    """Return where a campaign stands."""
    assets = {}
    for player in world.fleet.all():
        vector = [int(x) for x in player.view]
        vector[c.N_ROWS] = 0
        if vector[c.RELEASE_T] < time_s:  # handed over before
            vector[c.RELEASE_T] = c.FAR
        assets[player.name] = tuple(vector)
    return State(
        time_s, assets, asdict(world.stocks), dict(world.partner), dict(world.called), tuple(world.berthed),
        tuple(sorted(world.gone)),
    )  # fmt: skip


def resume(world: World, start: State) -> None:
    """Put every asset, queue and parcel back where a state has them."""
    world.partner, world.called = dict(start.partner), dict(start.called)
    world.berthed, world.gone = list(start.berthed), set(start.gone)
    for player in world.fleet.all():
        player.restore(start.assets[player.name])


def start_processes(world: World) -> None:
    """Start every asset: those that stood at a meeting point before the clock began take their places in order."""
    site = MiningSite(world)
    IslandSide(world)
    fleet = world.fleet

    def arrived(player: Player) -> tuple[int, int]:
        return player.view[c.T], player.rank

    for player in sorted((*fleet.shuttles, *fleet.plants, *fleet.carriers), key=arrived):
        world.env.process(ship(world, player, world.begin(player)))
    for vessel in sorted(fleet.mining, key=arrived):
        world.env.process(mining_vessel(site, vessel, world.begin(vessel)))
        if vessel in world.queues["meet"]:
            site.watch(vessel)
