"""The validation cases of the environmental models, worked out with this build, for the review package.

Every expected value was found by others or by another method than the function it checks; ``source`` says which. Cases
of field studies, which no model meets to a digit, are in ``field_comparison``.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from ops_data.reference import parameters
from ops_data.reference.noise_group_rows import noise_groups
from twin.models import advection_diffusion as transport
from twin.models.air_emissions import Factors, emissions_t
from twin.models.currents import M2_PERIOD_S, Synthetic, displacement, still, synthetic
from twin.models.ermak import Source, bed_flux_kg_m2_s, concentration_kg_m3, deposited_share
from twin.models.plume import BedRule, Current, Floats, Grid, Layer, Releases, Water
from twin.models.puffs import puff_field, walked
from twin.models.random_walk import random_walk, vertical_walk
from twin.models.settling_column import deposited_share as column_deposited
from twin.models.underwater_sound import weighting_db

MG_L: Final = 1e3  # per kg/m3
SEED: Final = 20_260_922  # of the sampled cases
GRAINS: Final = 40_000
FACTS: Final = "two independent calculations that agree, made for this project's facts"
WEXLER: Final = "Wexler 1992, USGS TWRI 3-B7, type-1 boundary"
NMFS: Final = "NMFS 2024, NOAA Tech. Memo. NMFS-OPR-71, tables ES2, ES3 and 5"
V5_X_M: Final = (50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0)
V5_BED: Final = (4.9052, 37.8965, 44.1366, 6.49631, 0.232829, 5.3728e-4)
V5_5_M: Final = (123.95, 48.2663, 14.6502, 1.31113, 0.049308, 1.27165e-4)
V5_DOWN: Final = (0.0012, 0.0496, 0.3364, 0.8778, 0.9937, 0.99998)
V7_CDF: Final = ((0.8, 0.0143), (1.0, 0.5199), (1.2, 0.9698))
V8_TIMES: Final = (0.25, 0.5, 1.0, 2.0, 4.0)
V8: Final[tuple[tuple[float, BedRule, tuple[float, ...]], ...]] = (
    (1e-3, "first_touch", (0.4008, 0.5999, 0.7616, 0.8763, 0.9476)),
    (1e-3, "flux", (0.0941, 0.2101, 0.3758, 0.5729, 0.7660)),
    (1e-4, "first_touch", (0.0146, 0.1909, 0.6162, 0.9273, 0.9969)),
    (1e-4, "flux", (0.0052, 0.1070, 0.4838, 0.8778, 0.9937)),
)


@dataclass(frozen=True)
class Case:
    """One number that is known and was worked out again.

    Attributes
    ----------
    id : number of the case in the project's list; several rows share one.
    what : what is worked out, by which model.
    expected, found : value known and value of this build.
    tolerance : largest difference that passes, in the same unit.
    unit : of all three.
    source : where the known value comes from.
    """

    id: str
    what: str
    expected: float
    found: float
    tolerance: float
    unit: str
    source: str

    @property
    def passed(self) -> bool:
        """Whether the value found is the value known within the tolerance; never for nan."""
        return abs(self.found - self.expected) <= self.tolerance


def cases() -> list[Case]:
    """Return all cases, worked out now; a few seconds once the sampled models are compiled.

    Notes
    -----
    V12 (parabolic equation) needs an optional library and is left to the test suite.
    """
    return [
        *_boundary(),
        *_steady_plume(),
        *_first_passage(),
        *_bed_rules(),
        *_brownian(),
        *_tide(),
        *_hearing(),
        *_fuel(),
        *_closure(),
        *_reserve(),
    ]


def _boundary() -> list[Case]:
    v1 = transport.ogata_banks([0.5, 2.5], 5.0, 0.6, 0.6)
    v2 = transport.ogata_banks([500.0, 1000.0], 6 * 3600.0, 0.03, 1.0)
    return [
        Case("V1", "held boundary, x = 0.5", 0.97244, float(v1[0]), 1e-5, "1", WEXLER),
        Case("V1", "held boundary, x = 2.5", 0.73160, float(v1[1]), 1e-5, "1", WEXLER),
        Case("V2", "held boundary, 500 m after 6 h", 0.816161, float(v2[0]), 1e-6, "1", FACTS),
        Case("V2", "held boundary, 1,000 m after 6 h", 0.0569839, float(v2[1]), 1e-6, "1", FACTS),
    ]


def _silt() -> tuple[Source, Water]:
    water = Water(np.array([1e-3]), kz_m2_s=1e-3, kh_m2_s=0.1, lid_m=math.inf, bed="flux")
    return Source(np.array([1.0]), height_m=5.0, spread_m=0.0, speed_m_s=0.05), water


def _steady_plume() -> list[Case]:
    """Return Ermak's plume, and grains that walk in the same current."""
    source, water = _silt()
    x = np.array(V5_X_M)
    rows = []
    for z, known in ((0.0, V5_BED), (5.0, V5_5_M)):
        found = MG_L * concentration_kg_m3(x, 0.0, z, source, water)
        for at, value, here in zip(V5_X_M, known, found.tolist(), strict=True):
            rows.append(Case("V5", f"Ermak, x = {at:g} m, z = {z:g} m", value, here, 1e-3 * value, "mg/L", FACTS))
    down = deposited_share(x, source, water)
    for at, value, here in zip(V5_X_M, V5_DOWN, down.tolist(), strict=True):
        rows.append(Case("V5", f"Ermak, share deposited to {at:g} m", value, here, 1e-3, "1", FACTS))
    sampled = _walked(Water(water.settling_m_s, 1e-3, 0.0, math.inf, "flux"), 5.0, 72_000)
    reached = [float(np.mean(sampled <= at)) for at in V5_X_M]
    for at, value, here in zip(V5_X_M, down.tolist(), reached, strict=True):
        rows.append(Case("V5", f"grains, share deposited to {at:g} m", value, here, 0.01, "1", "Ermak's closed form"))
    return rows


def _walked(water: Water, height_m: float, window_s: int) -> Floats:
    """Return how far east grains come down in 5 cm/s [m]; infinity for those still afloat at the end."""
    one = np.ones(1)
    pulse = Releases(np.zeros(1, dtype=np.int64), one, 0.0 * one, 0.0 * one, height_m * one, 0.0 * one, np.ones((1, 1)))
    east = Current(np.array([0, window_s]), np.full(2, 0.05), np.zeros(2))
    grid = Grid(-100.0, -100.0, 100.0, 60, 2)
    found = random_walk(pulse, water, east, grid, Layer(0.0, 5.0), np.array([1e-3]), GRAINS, SEED, substep_s=20.0)
    return np.where(np.isnan(found.settled_s), np.inf, found.x_m)


def _first_passage() -> list[Case]:
    water = Water(np.array([1e-3]), 1e-4, 0.0, math.inf, "first_touch")
    ages = np.array([20.0 / 1e-3 * part for part, _ in V7_CDF])
    exact = transport.first_passage_share(ages, 20.0, 1e-3, 1e-4)
    sampled = vertical_walk(water, 20.0, Layer(0.0, 5.0), ages, GRAINS, SEED, 60.0).deposited[0]
    far = _walked(water, 20.0, 43_200)
    law = "inverse Gaussian law of first passage"
    rows = []
    for (part, known), here, down in zip(V7_CDF, exact.tolist(), sampled.tolist(), strict=True):
        rows.append(Case("V7", f"closed form, share down at {part:g} h/ws", known, here, 1e-4, "1", law))
        rows.append(Case("V7", f"grains, first touch, share down at {part:g} h/ws", known, down, 0.01, "1", law))
    rows.append(Case("V7", "grains, first touch, mean run-out", 1000.0, float(far.mean()), 10.0, "m", law))
    rows.append(Case("V7", "grains, first touch, sd of the run-out", 100.0, float(far.std()), 2.0, "m", law))
    return rows


def _bed_rules() -> list[Case]:
    ages = np.array(V8_TIMES) * 5.0 / 1e-4
    rows = []
    for kz, bed, known in V8:
        exact = column_deposited(ages, 5.0, 1e-4, kz, bed)
        water = Water(np.array([1e-4]), kz, 0.0, math.inf, bed)
        sampled = vertical_walk(water, 5.0, Layer(0.0, 5.0), ages, GRAINS, SEED, 60.0).deposited[0]
        for part, value, here, down in zip(V8_TIMES, known, exact.tolist(), sampled.tolist(), strict=True):
            name = f"{bed} rule, ws h/K = {1e-4 * 5.0 / kz:g}, share down at {part:g} h/ws"
            rows.append(Case("V8", f"closed form, {name}", value, here, 1e-4, "1", FACTS))
            rows.append(Case("V8", f"grains, {name}", value, down, 0.01, "1", FACTS))
    return rows


def _brownian() -> list[Case]:
    rows = []
    one = np.ones(1)
    pulse = Releases(np.zeros(1, dtype=np.int64), one, 0.0 * one, 0.0 * one, 1e3 * one, 0.0 * one, np.ones((1, 1)))
    for kh, known in ((100.0, 1200.0), (50.0, 848.528)):
        water = Water(np.array([1e-6]), 0.0, kh, math.inf, "flux")
        grid = Grid(-1e4, -1e4, 1e3, 20, 20)
        found = random_walk(pulse, water, still(0, 7200), grid, Layer(0.0, 2e3), np.array([1e-3]), GRAINS, SEED)
        for axis, spread in (("x", found.x_m), ("y", found.y_m)):
            bound = 3.0 * known / math.sqrt(2.0 * GRAINS)  # three standard errors of a standard deviation
            what = f"grains, sd along {axis} after 2 h, K = {kh:g} m2/s"
            rows.append(Case("V10", what, known, float(spread.std()), bound, "m", "√(2Kt); Parcels' own test setting"))
    return rows


def _tide() -> list[Case]:
    parts = Synthetic(0.0, 0.0, 0.0, 10.0, 0.03, 0.0, 0.0, 10.0, 24.3)
    current = synthetic(parts, 0, 90_000, SEED, 0, step_s=600)
    since = np.linspace(0.0, M2_PERIOD_S, 20_001)
    east, north = displacement(current, 0.0, since)
    span = float(np.hypot(east[:, np.newaxis] - east[::500], north[:, np.newaxis] - north[::500]).max())
    back = float(math.hypot(east[-1], north[-1]))
    return [
        Case("V11", "tide of 3 cm/s, distance from the start after 12.42 h", 0.0, back, 1.0, "m", "exact, 2U/ω"),
        Case("V11", "tide of 3 cm/s, span of the excursion", 426.99, span, 1.0, "m", "exact, 2U/ω"),
    ]


def _hearing() -> list[Case]:
    known = {"LF": (177, 197), "HF": (181, 201), "VHF": (161, 181), "PW": (175, 195), "OW": (179, 199)}
    frequency = np.geomspace(10.0, 2e5, 20_001)
    rows = []
    for code, (tts, injury) in known.items():
        group = noise_groups()[code]
        weight = weighting_db(
            frequency, a=group.a, b=group.b, f1_khz=group.f1_khz, f2_khz=group.f2_khz, gain_db=group.gain_db
        )
        rows += [
            Case("V14", f"{code}, onset of TTS, 24 h", tts, group.tts_db, 0.0, "dB re 1 uPa2 s", NMFS),
            Case("V14", f"{code}, onset of injury, 24 h", injury, group.injury_db, 0.0, "dB re 1 uPa2 s", NMFS),
            Case("V14", f"{code}, K + C, rounded", tts, float(round(group.k_db + group.gain_db)), 0.0, "dB", NMFS),
            Case("V14", f"{code}, highest weight", 0.0, float(weight.max()), 0.02, "dB", NMFS),
        ]
    return rows


def _fuel() -> list[Case]:
    factors = Factors(parameters()["fuel.co2_t_per_t"].value, 0.0, 0.0, 0.0, 0.0, 28.0, 265.0, 42.7, 0.0)
    found = float(emissions_t(1.0, 0.0, factors).co2)
    return [Case("V20", "carbon dioxide of 1 t of marine gas oil", 3.206, found, 0.0, "t", "IMO MEPC.364(79), 2.2.1")]


def _pulses() -> tuple[Releases, Water, Current, Grid, Layer]:
    """Return three pulses of four classes in a turning tide, some of which leaves the grid or is afloat at the end."""
    one = np.ones(3)
    given = Releases(
        np.array([0, 9000, 50_000]), 4000.0 * one, np.array([0.0, 3.0, 6.0]), 0.0 * one, 3.0 * one, 5.0 * one,
        0.05 * one[:, np.newaxis] * np.array([0.2, 0.4, 0.3, 0.1]),
    )  # fmt: skip
    water = Water(np.array([5e-5, 2e-4, 1e-3, 5e-3]), 1e-3, 0.1, 65.0, "flux")
    parts = Synthetic(0.02, 45.0, 30.0, 10.0, 0.03, 0.3, 0.02, 10.0, 24.3)
    current = synthetic(parts, 0, 120_000, SEED, 0)
    return given, water, current, Grid(-1000.0, -1000.0, 50.0, 40, 40), Layer(0.0, 5.0)


def _closure() -> list[Case]:
    given, water, current, grid, layer = _pulses()
    levels, whole = np.array([1e-4, 1e-3]), float(given.mass_kg.sum())
    rows = []
    for name, field in (
        ("grains", random_walk(given, water, current, grid, layer, levels, 500, SEED).field),
        (
            "puffs",
            puff_field(given, water, current, grid, layer, levels, walked(given, water, layer, current, 2000, SEED)),
        ),
    ):
        total = field.deposited_kg + field.beyond_kg + field.afloat_kg
        what = f"{name}, deposited + beyond + afloat per released"
        rows.append(Case("V21", what, 1.0, total / whole, 1e-12, "1", "conservation of mass"))
    source, silt = _silt()
    x, y = np.linspace(0.0, 3e3, 3001), np.linspace(-600.0, 600.0, 241)
    down = float(np.trapezoid(np.trapezoid(bed_flux_kg_m2_s(x[:, np.newaxis], y, source, silt), y, axis=1), x))
    rows.append(Case("V21", "Ermak, flux to the bed over all x and y", 1.0, down, 1e-3, "1", "conservation of mass"))
    return rows


def _reserve() -> list[Case]:
    """Return how often a reserve 20 km downstream of a steady release of fine mud is above 0.1 mg/L."""
    water = Water(np.array([1e-4]), 1e-3, 0.1, math.inf, "flux")
    x = np.linspace(20e3, 100e3, 4001)
    closed = concentration_kg_m3(x, 0.0, 0.0, Source(np.array([0.1]), 3.0, 0.0, 0.035), water)
    days = 864_000
    one = np.ones(1)
    steady = Releases(
        np.zeros(1, dtype=np.int64), days * one, 0.0 * one, 0.0 * one, 3.0 * one, 5.0 * one, np.full((1, 1), 0.1)
    )
    east = Current(np.array([0, days]), np.full(2, 0.035), np.zeros(2))
    grid = Grid(-1e3, -2e3, 200.0, 120, 20)
    layer = Layer(0.0, 1.0)
    columns = walked(steady, water, layer, east, 2000, SEED)
    field = puff_field(steady, water, east, grid, layer, np.array([1e-4]), columns, 1200.0)
    known = "table of orders of magnitude in this project's facts"
    above_h = float(field.above_s[0][:, grid.x_m > 20e3].max()) / 3600.0
    return [
        Case(
            "V22",
            "Ermak, points above 0.1 mg/L at 20 km and beyond",
            0.0,
            float((closed > 1e-4).sum()),
            0.0,
            "1",
            known,
        ),
        Case("V22", "puffs, longest time above 0.1 mg/L at 20 km", 0.0, above_h, 0.0, "h", known),
    ]
