"""Rates of pumping and dewatering and what the plant keeps, from parcels handed over and the time that they took."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

import numpy as np

from ops_data.units import GRAMS_PER_TONNE, LITRES_PER_M3, SECONDS_PER_HOUR
from twin.calibration.block import Block, Check, nothing, span
from twin.calibration.jobs import VesselRows, rows_of
from twin.calibration.prior import Floats, grid_posterior, open_keys, prior_of
from twin.campaign_log import CampaignLog
from twin.models.event_ratio import OUTSIDE_DENSITY, OUTSIDE_SHARE
from twin.operations import codes as c
from twin.operations.campaign import roles_of
from twin.scenario import Scenario

NAME: Final = "hand-overs"
SYSTEMATIC: Final = 0.005  # assumption: volumes and tonnes of parcels are gauged to half a percent as a whole
KEYS: Final = {
    "transfer.hose_rate_m3_h": "pumping to a shuttle",
    "shuttle.unload_rate_m3_h": "unloading a shuttle",
    "island.dewatering_rate_t_h": "dewatering",
    "island.solids_capture": "solids kept by the plant",
}
PUMPS: Final = {"mining": ("offload", "transfer.hose_rate_m3_h"), "shuttle": ("unload", "shuttle.unload_rate_m3_h")}


def rates(log: CampaignLog) -> dict[str, list[tuple[int, float]]]:
    """Return what single parcels say, as (UTC second, value), by key.

    A parcel counts where the whole of its pumping or dewatering is one row that ends with the hand-over: what waited
    or was repaired in between does not.
    """
    found: dict[str, list[tuple[int, float]]] = {key: [] for key in KEYS}
    roles = roles_of(log.scenario)
    for name, role in roles.items():
        vessel = rows_of(log, name)
        if role in PUMPS:
            activity, key = PUMPS[role]
            volume = {lot.time_s: lot.volume_l for lot in log.lots if lot.from_asset == name}
            for number, end_s in _ends(vessel, activity):
                before = number - 1
                moored = before >= 0 and vessel.activity[before] == activity and vessel.state[before] == c.WORKING
                if moored and volume.get(end_s, 0) > 0:
                    hours = (end_s - int(vessel.start_s[number])) / SECONDS_PER_HOUR
                    found[key].append((end_s, volume[end_s] / LITRES_PER_M3 / hours))
        elif role == "island":
            _plant(log, vessel, found)
    return found


def _ends(vessel: VesselRows, activity: str) -> Iterator[tuple[int, int]]:
    """Yield number and end of the rows in which an activity was worked on."""
    for number, word in enumerate(vessel.activity):
        if word == activity and vessel.state[number] == c.WORKING:
            yield number, int(vessel.end_s[number])


def _plant(log: CampaignLog, vessel: VesselRows, found: dict[str, list[tuple[int, float]]]) -> None:
    """Add what parcels of the plant say: cake and what was lost in the filtrate, made in one row without a break."""
    made: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for lot in log.lots:
        if lot.from_asset == vessel.name and lot.stage in ("cake", "filtrate"):
            made[lot.time_s][lot.stage] = lot.dry_g
    for number, end_s in _ends(vessel, "dewater"):
        parts = made.get(end_s, {})
        if len(parts) < 2:
            continue
        whole_g = sum(parts.values())
        found["island.solids_capture"].append((end_s, parts["cake"] / whole_g))
        unbroken = number == 0 or vessel.activity[number - 1] == "idle" or int(vessel.end_s[number - 1]) in made
        if unbroken:
            hours = (end_s - int(vessel.start_s[number])) / SECONDS_PER_HOUR
            found["island.dewatering_rate_t_h"].append((end_s, whole_g / GRAMS_PER_TONNE / hours))


def calibrate_rates(
    scenario: Scenario, told: dict[str, list[tuple[int, float]]], members: int, random: np.random.Generator
) -> Iterator[Block]:
    """Yield what parcels say of each rate: normal round the median of the parcels, half a percent wide."""
    for key in open_keys(scenario, list(KEYS)):
        name = f"{NAME}, {KEYS[key]}"
        if not told[key]:
            yield nothing(name, [key], "no parcel was handed over without a break")
            continue
        prior, values = prior_of(scenario, key), np.array([value for _, value in told[key]])
        middle = float(np.median(values))

        def log_likelihood(u: Floats, middle: float = middle, key: str = key) -> Floats:
            z = (middle / prior_of(scenario, key).values(u) - 1.0) / SYSTEMATIC
            density = np.exp(-0.5 * z**2) / (SYSTEMATIC * np.sqrt(2.0 * np.pi))
            return np.asarray(np.log((1.0 - OUTSIDE_SHARE) * density + OUTSIDE_SHARE * OUTSIDE_DENSITY))

        draws = prior.values(grid_posterior(log_likelihood).draws(members, random))
        off = (middle / float(np.median(draws)) - 1.0) / SYSTEMATIC
        far = int((np.abs(values / middle - 1.0) > 5.0 * SYSTEMATIC).sum()) + int(abs(off) > 5.0)
        check = Check(name, "parcels against the rate", len(values), float(np.exp(-0.5 * off**2)), far)
        yield Block(
            name, f"{len(values)} parcels {span(told[key][0][0], told[key][-1][0])}", {key: draws}, checks=(check,)
        )
