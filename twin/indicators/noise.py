"""Underwater noise of one mining vessel with her guard vessel, lift and tool: levels, and ranges to screening levels.

All sources are taken to be in one place and to work all the time, so the ranges are those of a busy day. An animal is
taken to stay at its range for 24 hours. Two mining vessels are two such circles.
"""

import math
from collections.abc import Mapping
from functools import cache
from typing import Final

import numpy as np

from ops_data.reference.noise_group_rows import noise_groups
from ops_data.units import METRES_PER_KM
from twin.indicators.record import Replicate
from twin.models.limits import FloatArray
from twin.models.sound_absorption import absorption_db_km
from twin.models.sound_range import BANDS_HZ, Heard, machinery_bands_db, range_to_level_m, tone_bands_db
from twin.models.underwater_sound import BETWEEN, DAY_DB, SPHERICAL, energy_sum_db, image_phase, weighting_db

Values = Mapping[str, float]
MACHINES: Final = {
    "drillship": "noise.ship_db",
    "support_ship": "noise.support_ship_db",
    "lift": "noise.lift_db",
    "tool": "noise.tool_db",
}
POSITIONING: Final = "positioning"
SOUND_SPEED_M_S: Final = 1_530.0  # of warm surface water; the image in the surface hangs on it by per cents only
IMAGE: Final = "20 lg R with surface image"
SPREADING: Final = {"20 lg R": SPHERICAL, "15 lg R": BETWEEN, IMAGE: SPHERICAL}
OF_HEARING: Final = {"": SPHERICAL, " 15 lg R": BETWEEN}  # end of items of loss of hearing


def source_levels_db(values: Values) -> dict[str, float]:
    """Return source levels by source, mean over time [dB re 1 uPa at 1 m]."""
    found = {name: values[key] for name, key in MACHINES.items()}
    return found | {POSITIONING: values["noise.usbl_db"] + 10.0 * math.log10(values["noise.usbl_duty_share"])}


def source_bands_db(values: Values) -> FloatArray:
    """Return the source level of everything together by decidecade band [dB re 1 uPa at 1 m], shape (36,)."""
    machines_db = float(energy_sum_db([values[key] for key in MACHINES.values()]))
    pings = values["noise.usbl_db"], values["noise.usbl_hz"], values["noise.usbl_duty_share"]
    return energy_sum_db([machinery_bands_db(machines_db, values["noise.corner_hz"]), tone_bands_db(*pings)], axis=0)


def noise_source_db(one: Replicate) -> dict[str, float]:
    """Return source levels, mean over time [dB re 1 uPa at 1 m], of each source and of all together."""
    levels = source_levels_db(one.values)
    return levels | {"total": float(energy_sum_db(list(levels.values())))}


@cache
def _ears() -> tuple[tuple[str, ...], FloatArray, FloatArray]:
    """Return names of thresholds of injury and temporary loss, the thresholds [dB] and weights by band [dB]."""
    names, levels, weights = [], [], []
    for code, group in noise_groups().items():
        weight = weighting_db(
            BANDS_HZ, a=group.a, b=group.b, f1_khz=group.f1_khz, f2_khz=group.f2_khz, gain_db=group.gain_db
        )
        for harm, level in (("TTS", group.tts_db), ("injury", group.injury_db)):
            names.append(f"{code} {harm}")
            levels.append(level)
            weights.append(weight)
    return tuple(names), np.array(levels), np.array(weights)


def noise_range_km(one: Replicate) -> dict[str, float]:
    """Return ranges to the level of disturbance, with three ways of spreading, and to loss of hearing by group [km].

    Losses of hearing are weighted exposures of 24 hours, with 20 lg R and with 15 lg R ("LF TTS", "LF TTS 15 lg R").
    Absorption is in all of them.
    """
    v = one.values
    names, levels, weights = _ears()
    lost = [f"{name}{how}" for how in OF_HEARING for name in names]
    source = source_bands_db(v)
    ears = np.tile(source + weights + DAY_DB, (len(OF_HEARING), 1))
    phase = image_phase(BANDS_HZ, v["noise.source_depth_m"], v["noise.receiver_depth_m"], SOUND_SPEED_M_S)
    none = np.full(len(BANDS_HZ), np.inf)
    water = v["water.surface_temperature_c"], v["water.surface_salinity_g_kg"]
    heard = Heard(
        bands_db=np.vstack([np.tile(source, (len(SPREADING), 1)), ears]),
        per_decade_db=np.array([*SPREADING.values(), *np.repeat([*OF_HEARING.values()], len(names))]),
        absorption_db_km=absorption_db_km(BANDS_HZ, *water, v["noise.receiver_depth_m"], v["noise.ph"]),
        image_m=np.vstack([phase if name == IMAGE else none for name in (*SPREADING, *lost)]),
    )
    behaviour = v["noise.behaviour_db"]
    ranges_m = range_to_level_m(heard, np.array([*[behaviour] * len(SPREADING), *np.tile(levels, len(OF_HEARING))]))
    items = (*(f"disturbance {how}" for how in SPREADING), *lost)
    return dict(zip(items, (ranges_m / METRES_PER_KM).tolist(), strict=True))
