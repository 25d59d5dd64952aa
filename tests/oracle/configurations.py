"""Made-up scenarios for the comparison of kernel and oracle: small campaigns in which everything happens."""

from typing import Literal

import numpy as np

MINING_PARTS = (
    "riser_blockage", "disaggregation_drive", "umbilical", "subsea_control_module", "subsea_slurry_pump",
    "surface_mud_pump", "work_rov", "heave_compensation_and_top_drive", "dynamic_positioning", "azimuth_thruster_gear",
    "transfer_hose",
)  # fmt: skip
OTHER_PARTS = (
    "shuttle_main_engine", "shuttle_cargo_pump", "carrier_main_engine", "carrier_cargo_gear", "filter_press",
    "island_generator",
)  # fmt: skip
Parameters = Literal["drawn", "fixed"]
Configuration = tuple[str, list[str], int, int, Parameters]  # scenario, overrides, seed, replicate, parameters


def configuration(number: int) -> Configuration:
    """Return a scenario, its overrides and its luck, all drawn from a number."""
    luck = np.random.default_rng(number)

    def chance(probability: float) -> bool:
        return bool(luck.random() < probability)

    def one_of(*choices: object) -> str:
        return str(choices[int(luck.integers(len(choices)))])

    def between(low: float, high: float) -> str:
        return f"{float(np.exp(luck.uniform(np.log(low), np.log(high)))):.4g}"

    base = one_of("pilot-2027", "pilot-2027", "storm-season", "storm-season", "annual-pilot", "connection-test-2026")
    sets: list[str] = []
    method = one_of("hose", "hose", "side_by_side", "none") if base != "connection-test-2026" else "none"
    sets.append(f'transfer.method="{method}"')
    sets.append(f'storms.policy="{one_of("ride_out", "hang_off", "recover_and_evade")}"')
    if method != "none":
        sets += [f"shuttles.count={one_of(1, 2, 3, 5)}", f"carriers.count={one_of(0, 1, 2, 3)}"]
        sets += [f"island.berths={one_of(1, 1, 2)}"]
    else:
        sets += ["shuttles.count=0", "carriers.count=0"]
    if chance(0.6):
        sets.append(f"mining.vessels={one_of(2, 3, 4)}")
    if chance(0.5):
        sets += [f"site.water_depth_m={between(150, 3000)}"]  # a short string: more comes to pass in a season
    if chance(0.5):
        sets += [f"mining.hold_m3={between(250, 1500)}", f"shuttle.hold_m3={between(80, 1500)}"]
    if chance(0.5):
        sets += [f"island.slurry_tank_m3={between(2000, 4000)}", f"island.cake_stock_t={between(3800, 6000)}"]
        sets += [f"carrier.payload_t={between(200, 3000)}", f"island.dewatering_rate_t_h={between(1, 30)}"]
    if chance(0.3):
        sets.append(f"carrier.minimum_load_fraction={between(0.05, 1)}")
        sets.append(f"carrier.call_fraction={between(0.02, 1)}")
    if chance(0.5):
        sets += [f"crew.interval_d={between(3, 40)}", f"crew.slack_d={one_of(0, 2, 7)}"]
        sets += [f'bunkering.method="{one_of("at_sea", "port")}"']
        sets += [f"bunkering.reserve_d={between(10, 100)}", f"power.hotel_mw={between(3, 70)}"]
    if chance(0.4):
        sets += [f"campaign.insertions_per_location={one_of(1, 3, 20)}", f"campaign.locations={one_of(0, 2, 5, 40)}"]
    if chance(0.6):
        sets += [f"limits.hang_off_hs_m={between(2.8, 5.5)}", f"limits.mining_hs_m={between(2, 4)}"]
        sets += [f"limits.string_hs_m={between(2, 4)}", f"emergency.string_loss_probability={one_of(0, 0.3, 1)}"]
        sets += [f"string.spare_strings={one_of(0, 1, 3)}"]
    if chance(0.4):
        sets += [f"storms.alert_radius_km={between(400, 1300)}", f"storms.hang_off_lead_h={between(6, 100)}"]
    if chance(0.3):
        sets += [f"limits.transit_hs_m={between(2, 6)}", f"limits.shuttle_sail_hs_m={between(1.5, 5)}"]
        sets += [f"limits.carrier_sail_hs_m={between(1.5, 6)}", f"limits.rov_hs_m={between(1.5, 3)}"]
    if chance(0.5):
        sets += [f"components.{part}.mtbf_h={between(20, 2000)}" for part in MINING_PARTS if chance(0.5)]
        sets += [f"components.{part}.mtbf_h={between(20, 2000)}" for part in OTHER_PARTS if chance(0.5)]
        sets.append(f"components.azimuth_thruster_gear.repair_h={between(10, 1000)}")
    if chance(0.2):
        sets.append('weather.foresight="perfect"')
    if chance(0.2):
        sets.append(f"weather.issue_interval_h={one_of(3, 6, 8, 24)}")
    if chance(0.15):
        sets.append("mining.cycle_includes_shift=true")
    if chance(0.1):
        sets.append('campaign.variability="central"')
    sets += lift_and_ground(number)
    return base, sets, int(luck.integers(1000)), int(luck.integers(50)), "fixed" if chance(1 / 3) else "drawn"


def lift_and_ground(number: int) -> list[str]:
    """Return overrides of what drives the lift and where the holes lie, from a stream of their own."""
    luck = np.random.default_rng((number, 3))
    systems = ("surface_pumps", "surface_pumps", "stated", "subsea_pump")
    sets = [f'lift.system="{systems[int(luck.integers(len(systems)))]}"']
    if luck.random() < 0.3:
        sets += [
            f"riser.flow_m3_h={luck.uniform(80, 200):.4g}",
            f"slurry.solids_volume_fraction={luck.uniform(0.02, 0.1):.3g}",
        ]
    if luck.random() < 0.1:
        sets.append(f"mine.spacing_bores={luck.uniform(0.87, 1.2):.3g}")
    return sets
