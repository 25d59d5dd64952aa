"""A deliberately naive campaign, written from docs/campaign.md alone: the oracle of the fast kernel.

It takes from the project only what exists before a campaign is played: the scenario, the draws, the tables of the sea.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import simpy

from tests.oracle.asset import Asset, Row
from tests.oracle.chain import Carrier, Lot, Plant, Shore, Shuttle, Site
from tests.oracle.mining_orders import Orders
from tests.oracle.mining_vessel import MiningVessel
from tests.oracle.sea import HOUR_S, Sea
from twin.assets import sailing_factor
from twin.operations.campaign import island_of, shuttle_load_l, tables_of
from twin.operations.laws import Luck
from twin.operations.loads import activity_burn, demand_of
from twin.operations.program import Component, Ints
from twin.operations.yard import MINING_LAWS, joints
from twin.scenario import Scenario, draw_parameters

DAY_S = 24 * HOUR_S
LAWS = MINING_LAWS | {
    "transit": "transit.home_h",
    "run_joint": "string.run_joint_h",
    "recover_joint": "string.recover_joint_h",
    "disconnect": "emergency.disconnect_h",
}


@dataclass(frozen=True)
class Played:
    """Rows by asset, lots, and how often each word and each branch of the rules occurred."""

    rows: dict[str, list[Row]]
    lots: list[Lot]
    happened: Counter[str]


def whole(draws: Ints) -> list[int]:
    return [int(x) for x in draws]


def mining_laws(luck: Luck, name: str, many: int) -> dict[str, list[int]]:
    laws = {law: whole(draws) for law, draws in luck.insertion(name, many).items()}
    for law, key in LAWS.items():
        laws[law] = whole(luck.durations(key, name, many, mining_sail(luck) if law == "transit" else 1.0))
    laws |= {law: whole(draws) for law, draws in luck.clearing(name, many).items()}
    survey, rig_up = (luck.durations(f"setup.{what}_h", name, many) for what in ("survey", "rig_up"))
    return laws | {"set_up": whole(survey + rig_up), "string_loss": whole(luck.string_losses(name, many))}


def mining_sail(luck: Luck) -> float:
    return sailing_factor(luck.scenario, "mining")


def orders_of(luck: Luck, name: str, many: int, burn: Mapping[str, int]) -> Orders:
    s, v = luck.scenario, luck.values
    n = joints(v)
    full_l = round(v["mining.hold_m3"] * 1000) - luck.largest_lift_l() + 1
    home_h = v["transit.home_h"] * mining_sail(luck)
    back_h = home_h + n * v["string.recover_joint_h"] * v["departure.recovery_factor"]
    return Orders(
        policy=s.storms.policy,
        joints=n,
        recover_joint_s=round(v["string.recover_joint_h"] * HOUR_S),
        full_l=full_l,
        offer_l=None if s.transfer.method == "none" else min(round(v["shuttle.hold_m3"] * 1000), full_l),
        pipe_l=luck.pipe_l,
        flow_l_h=luck.flow_l_h,
        insertions_per_location=s.campaign.insertions_per_location,
        locations=s.campaign.locations,
        departure_s=s.charter_end_s - round((v["departure.margin_h"] + back_h) * HOUR_S),
        crew_interval_s=round(v["crew.interval_d"] * DAY_S),
        crew_slack_s=round(v["crew.slack_d"] * DAY_S),
        fuel_reserve_g=round(v["bunkering.reserve_d"] * DAY_S) * burn["station"],
        fuel_capacity_g=round(s.fleet["mining"].fuel_capacity_t * 1e6),
        bunker_in_port=s.bunkering.method == "port",
        pump_l_h=round(v["transfer.hose_rate_m3_h"] * 1000),
        strings=1 + round(v["string.spare_strings"]),
        burn_g_s=burn,
        lifts=[(int(a), int(b), int(c)) for a, b, c in luck.masses(name, many).reshape(-1, 3)],
    )


def vessel_name(scenario: Scenario, i: int) -> str:
    return scenario.mining.vessel if i == 0 else f"{scenario.mining.vessel}-{i + 1}"


Common = tuple[simpy.Environment, str, int, int, Sea, dict[str, list[int]], Sequence[Component]]


class Builder:
    """Builds the assets of a campaign in the order of their ranks."""

    def __init__(self, luck: Luck, many: int) -> None:
        s = luck.scenario
        self.luck, self.many = luck, many
        self.env = simpy.Environment(initial_time=s.start_s)
        issue_s = round(luck.values["weather.issue_interval_h"] * HOUR_S)
        tables = tables_of(luck)
        self.burn_g_s = activity_burn(demand_of(luck, tables))
        self.sea = Sea(tables, issue_s)
        self.site = Site(self.env, shuttle_load_l(luck))
        self.assets: list[Asset] = []

    def common(self, kind: str, name: str, laws: dict[str, list[int]]) -> Common:
        parts = self.luck.components(kind, name, self.many)
        return self.env, name, len(self.assets), self.luck.scenario.end_s, self.sea, laws, parts

    def mining(self) -> None:
        s = self.luck.scenario
        for i in range(s.mining.vessels):
            name = vessel_name(s, i)
            common = self.common("mining", name, mining_laws(self.luck, name, self.many))
            vessel = MiningVessel(*common, orders_of(self.luck, name, self.many, self.burn_g_s), self.site)
            self.assets.append(vessel)
            self.site.vessels.append(vessel)

    def chain(self) -> None:
        s, v = self.luck.scenario, self.luck.values
        shore = Shore(self.site, island_of(self.luck))
        for i in range(s.shuttles.count):
            name = f"shuttle-{i + 1}"
            laws = {
                "sail": whole(self.luck.durations("shuttle.sail_h", name, self.many, sailing_factor(s, "shuttle"))),
                "berthing": whole(self.luck.durations("shuttle.berthing_h", name, self.many)),
            }
            shuttle = Shuttle(*self.common("shuttle", name, laws))
            shuttle.set_up(self.site, shore, round(v["shuttle.unload_rate_m3_h"] * 1000))
            self.assets.append(shuttle)
            shore.shuttles.append(shuttle)
        plant = Plant(*self.common("island", "island", {}))
        plant.set_up(self.site, shore, round(v["island.dewatering_rate_t_h"] * 1e6))
        shore.plant = plant
        self.assets.append(plant)
        for i in range(s.carriers.count):
            name = f"carrier-{i + 1}"
            sail = whole(self.luck.durations("carrier.sail_h", name, self.many, sailing_factor(s, "carrier")))
            carrier = Carrier(*self.common("carrier", name, {"sail": sail}))
            rates = (round(v[f"carrier.{way}_rate_t_h"] * 1000) for way in ("load", "unload"))
            carrier.set_up(self.site, shore, *rates)
            self.assets.append(carrier)
            shore.carriers.append(carrier)


def simulate(
    scenario: Scenario, seed: int, replicate: int, parameters: Literal["fixed", "drawn"] = "drawn", many: int = 0
) -> Played:
    """Play one replicate with `many` draws of each law (two for every hour if not said)."""
    luck = Luck(scenario, draw_parameters(scenario, seed, replicate, parameters), seed, replicate)
    builder = Builder(luck, many or 2 * (scenario.end_s - scenario.start_s) // HOUR_S)
    builder.mining()
    if scenario.transfer.method != "none":
        builder.chain()
    for asset in builder.assets:
        builder.env.process(asset.live())
    builder.env.run(until=scenario.end_s)
    for asset in builder.assets:
        if asset.row is not None:
            asset.end(scenario.end_s)
    rows = {asset.name: asset.rows for asset in builder.assets}
    lots = sorted(builder.site.lots, key=lambda lot: (lot[1], lot))
    happened: Counter[str] = Counter()
    for asset in builder.assets:
        happened.update({f"branch {what}": times for what, times in asset.happened.items()})
    for row in (row for asset_rows in rows.values() for row in asset_rows):
        happened.update((f"activity {row[0]}", f"state {row[1]}", f"cause {row[2]}"))
    happened.update(f"lot {lot[0]}" for lot in lots)
    return Played(rows, lots, happened)
