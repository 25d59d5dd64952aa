"""The yard: builds the assets of one replicate from a scenario, its drawn values and its sea."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ops_data.errors import SimulationError
from ops_data.units import (
    GRAMS_PER_TONNE,
    HOURS_PER_DAY,
    KG_PER_TONNE,
    LITRES_PER_M3,
    SECONDS_PER_DAY,
    SECONDS_PER_HOUR,
)
from twin.assets import sailing_factor
from twin.operations import codes as c
from twin.operations.laws import Luck
from twin.operations.loads import activity_burn, demand_of
from twin.operations.method import (
    MINING_ENTRIES,
    REPAIR_ENTRIES,
    carrier_steps,
    mining_steps,
    plant_steps,
    shuttle_steps,
)
from twin.operations.program import Assembled, Component, Ints, SeaTables, Step, assemble

ROUNDS_PER_DAY = 3  # first guesses of how many draws an asset needs: rounds of a ship, days between string trips
DAYS_PER_TRIP = 30


def joints(values: Mapping[str, float]) -> int:
    """Return how many joints reach the sea bed."""
    return max(1, round(values["site.water_depth_m"] / values["string.joint_m"]))


def burn_rates(values: Mapping[str, float], kind: str) -> dict[str, int]:
    """Return fuel burnt by operation [g/s] for a kind of asset; of a mining vessel see `loads.activity_burn`."""
    t_d = {
        "shuttle": {"sail": values["fuel.shuttle_sail_t_d"], "idle": values["fuel.shuttle_idle_t_d"]},
        "carrier": {"sail": values["fuel.carrier_sail_t_d"], "idle": values["fuel.carrier_idle_t_d"]},
        "island": {"plant": values["fuel.island_t_d"]},
    }[kind]
    return {name: round(rate * GRAMS_PER_TONNE / SECONDS_PER_DAY) for name, rate in t_d.items()}


def full_hold_l(luck: Luck) -> int:
    """Return the slurry in the hold of a mining vessel from which on one more lift may not fit [l]."""
    hold_m3, lift_l = luck.values["mining.hold_m3"], luck.largest_lift_l()
    hold_l = round(hold_m3 * LITRES_PER_M3)
    if hold_l < lift_l:
        raise SimulationError(
            f"mining.hold_m3 is {hold_m3:g} m3: one lift brings {lift_l / LITRES_PER_M3:.0f} m3 of slurry and a hold "
            "must take at least one; enlarge the hold or raise slurry.solids_volume_fraction"
        )
    return hold_l - lift_l + 1


def latest_departure_s(luck: Luck) -> int:
    """Return the second at which a mining vessel must begin to go home to be there at the end of the charter."""
    v = luck.values
    back_h = v["transit.home_h"] * sailing_factor(luck.scenario, "mining")
    back_h += joints(v) * v["string.recover_joint_h"] * v["departure.recovery_factor"]
    return luck.scenario.charter_end_s - round((v["departure.margin_h"] + back_h) * SECONDS_PER_HOUR)


@dataclass(frozen=True)
class Yard:
    """Builds the assets of one replicate: tables with as many draws as asked for."""

    luck: Luck
    sea: SeaTables

    def _assemble(
        self,
        steps: Sequence[Step],
        laws: Mapping[str, Ints],
        parts: Sequence[Component],
        configuration: Mapping[str, int],
        state: Mapping[int, int],
        entries: Mapping[str, str],
    ) -> Assembled:
        scenario = self.luck.scenario
        shared = {
            "horizon": scenario.end_s,
            "issue_s": round(self.luck.values["weather.issue_interval_h"] * SECONDS_PER_HOUR),
            "hang_table": self.sea.observed["hang_off"],
            "alert_table": self.sea.observed["alert"],
            "arrival_table": self.sea.observed["arrival"],
            "near_table": self.sea.observed["near"],
            "transfer_table": self.sea.observed["transfer"],
            "crew_table": self.sea.observed["crew_change"],
            "bunker_table": self.sea.observed["bunker"],
            "cold_after_s": 6 * SECONDS_PER_HOUR,
        }
        if not self.sea.forecast:
            shared["issue_s"] = c.FAR
        begin = {c.T: scenario.start_s, c.SOFT: scenario.end_s, c.HARD: scenario.end_s}
        return assemble(steps, laws, parts, self.sea, {**shared, **configuration}, {**begin, **state}, entries)

    def _count(self, doublings: int, per_day: float) -> int:
        days = (self.luck.scenario.end_s - self.luck.scenario.start_s) / SECONDS_PER_DAY
        return max(2, int(days * per_day)) << doublings

    def build(self, role: str, name: str, doublings: int) -> Assembled:
        """Return the tables of an asset of a role, with 2**doublings times as many draws as at first."""
        builders = {"mining": self.mining, "shuttle": self.shuttle, "island": self.plant, "carrier": self.carrier}
        return builders[role](name, doublings)

    def mining(self, name: str, doublings: int) -> Assembled:
        """Return the tables of a mining vessel."""
        luck, v, s = self.luck, self.luck.values, self.luck.scenario
        n_joints = joints(v)
        cycle_h = v["mining.cycle_h"] + (0.0 if s.mining.cycle_includes_shift else v["mining.shift_h"])
        many = self._count(doublings, 1.1 * HOURS_PER_DAY / cycle_h)
        some = self._count(doublings, 0.5)
        trips = 2 + self._count(doublings, 1.0 / DAYS_PER_TRIP)
        sail = sailing_factor(s, "mining")
        laws = luck.insertion(name, many) | {
            "mass": luck.masses(name, many),
            "transit": luck.durations("transit.home_h", name, some, sail),
            "set_up": luck.durations("setup.survey_h", name, some) + luck.durations("setup.rig_up_h", name, some),
            "run_joint": luck.durations("string.run_joint_h", name, n_joints * trips),
            "recover_joint": luck.durations("string.recover_joint_h", name, n_joints * trips),
            "disconnect": luck.durations("emergency.disconnect_h", name, some),
            "string_loss": luck.string_losses(name, some),
        }
        laws |= {law: luck.durations(key, name, some) for law, key in MINING_LAWS.items()}
        laws |= luck.clearing(name, some)
        full_l = full_hold_l(luck)
        burn = activity_burn(demand_of(luck, self.sea))
        policy = {"ride_out": 0, "hang_off": c.HANGING_OFF, "recover_and_evade": c.EVADING}[s.storms.policy]
        capacity_g = round(s.fleet["mining"].fuel_capacity_t * GRAMS_PER_TONNE)
        configuration = {
            "mining": 1,
            "policy": policy,
            "joints": n_joints,
            "recover_plan_s": round(v["string.recover_joint_h"] * SECONDS_PER_HOUR),
            "full_l": full_l,
            "offer_l": min(round(v["shuttle.hold_m3"] * LITRES_PER_M3), full_l)
            if s.transfer.method != "none"
            else c.FAR,
            "pipe_l": luck.pipe_l,
            "flow_l_h": luck.flow_l_h,
            "insertions_here": s.campaign.insertions_per_location or c.FAR,
            "locations_goal": s.campaign.locations or c.FAR,
            "depart_at": latest_departure_s(luck),
            "crew_interval_s": round(v["crew.interval_d"] * SECONDS_PER_DAY),
            "crew_slack_s": round(v["crew.slack_d"] * SECONDS_PER_DAY),
            "fuel_reserve_g": round(v["bunkering.reserve_d"] * SECONDS_PER_DAY) * burn["station"],
            "fuel_capacity_g": capacity_g,
            "bunker_in_port": int(s.bunkering.method == "port"),
        }
        rate_l_h = round(v["transfer.hose_rate_m3_h"] * LITRES_PER_M3)
        state = {
            c.PC: 0,
            c.STRINGS: 1 + round(v["string.spare_strings"]),
            c.FUEL_G: capacity_g,
            c.CREW_DUE: s.start_s + configuration["crew_interval_s"],
        }
        steps = mining_steps(burn, n_joints, rate_l_h)
        parts = luck.components("mining", name, some)
        return self._assemble(steps, laws, parts, configuration, state, MINING_ENTRIES)

    def shuttle(self, name: str, doublings: int) -> Assembled:
        """Return the tables of a shuttle."""
        luck, v = self.luck, self.luck.values
        some = self._count(doublings, ROUNDS_PER_DAY)
        laws = {
            "sail": luck.durations("shuttle.sail_h", name, some, sailing_factor(luck.scenario, "shuttle")),
            "berthing": luck.durations("shuttle.berthing_h", name, some),
        }
        steps = shuttle_steps(burn_rates(v, "shuttle"), round(v["shuttle.unload_rate_m3_h"] * LITRES_PER_M3))
        return self._assemble(steps, laws, luck.components("shuttle", name, some), {}, {}, REPAIR_ENTRIES)

    def plant(self, name: str, doublings: int) -> Assembled:
        """Return the tables of the dewatering plant."""
        luck, v = self.luck, self.luck.values
        parts = luck.components("island", name, self._count(doublings, 1))
        steps = plant_steps(burn_rates(v, "island"), round(v["island.dewatering_rate_t_h"] * GRAMS_PER_TONNE))
        return self._assemble(steps, {}, parts, {}, {}, REPAIR_ENTRIES)

    def carrier(self, name: str, doublings: int) -> Assembled:
        """Return the tables of a carrier."""
        luck, v = self.luck, self.luck.values
        some = self._count(doublings, 1)
        laws = {"sail": luck.durations("carrier.sail_h", name, some, sailing_factor(luck.scenario, "carrier"))}
        rates = (round(v[f"carrier.{way}_rate_t_h"] * KG_PER_TONNE) for way in ("load", "unload"))
        steps = carrier_steps(burn_rates(v, "carrier"), *rates)
        return self._assemble(steps, laws, luck.components("carrier", name, some), {}, {}, REPAIR_ENTRIES)


MINING_LAWS = {
    "first_land": "setup.first_mud_h",
    "land": "setup.land_h",
    "relocate": "mining.relocate_h",
    "moor": "transfer.mooring_h",
    "secure": "storms.secure_h",
    "restart": "storms.restart_h",
    "evade": "storms.evade_h",
    "reconnect": "emergency.reconnect_h",
    "port": "port.turnaround_h",
    "bunker": "bunkering.hours",
    "crew_change": "crew.change_h",
}
