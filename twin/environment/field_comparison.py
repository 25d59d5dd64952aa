"""What the plume models say of field studies, beside what was found there: ratios, reported and never tuned away.

The models run with this project's own default parameters; what a study must add (how much was given off, in which
current) is an input row of ``field_studies.csv`` and mostly an assumption, for the studies' own inputs were not read.
So a ratio near 1 is no proof and one far from 1 no disproof; the table shows the order of the error to expect.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from ops_data.reference import parameters
from ops_data.reference.field_study_rows import FieldStudyRow, field_studies
from ops_data.units import KG_PER_TONNE, METRES_PER_KM, METRES_PER_MM, SECONDS_PER_HOUR
from twin.models import cross_flow
from twin.models.currents import M2_PERIOD_S
from twin.models.ermak import Source, bed_flux_kg_m2_s, concentration_kg_m3, layer_mean_kg_m3
from twin.models.plume import Current, Floats, Grid, Layer, Releases, Water
from twin.models.puffs import puff_field, walked

MG_L: Final = 1e3  # per kg/m3
SEA_WATER_KG_M3: Final = 1_030.0
BESIDE_M: Final = 25.0  # where "beside the tracks" and "at the source" are told
SEED: Final = 20_260_922
INNER_SHARE: Final = 0.99  # of a radial deposit that counts as its run-out


@dataclass(frozen=True)
class Comparison:
    """One number of a field study and what the models say.

    Attributes
    ----------
    id : case of the project's list, V15 to V19.
    study, quantity, unit : what is compared.
    field_value, model_value : what was found there and here.
    ratio : model per field; nan where the field value is 0.
    rule : what counts as agreement, in words.
    agrees : whether the model keeps the rule.
    inputs : what the model was given beside the project's defaults, in words.
    remark : what to know when reading it.
    source : of the field value.
    """

    id: str
    study: str
    quantity: str
    unit: str
    field_value: float
    model_value: float
    ratio: float
    rule: str
    agrees: bool
    inputs: str
    remark: str
    source: str


def comparisons() -> list[Comparison]:
    """Return all comparisons in the order of the rows, worked out now; a second or two."""
    model = {**_discharge(), **_dredge(), **_disturbance(), **_books(), **_collector()}
    return [_compared(row, model[row.key]) for row in field_studies().values() if row.role == "field"]


def _compared(row: FieldStudyRow, model_value: float) -> Comparison:
    given = [each for each in field_studies().values() if each.case == row.case and each.role == "input"]
    assumed = "; ".join(
        f"{each.quantity} {each.value:g} {each.unit}{' (assumed)' if each.confidence == 'A' else ''}" for each in given
    )
    return Comparison(
        id=row.case,
        study=row.study,
        quantity=row.quantity,
        unit=row.unit,
        field_value=row.value,
        model_value=model_value,
        ratio=model_value / row.value if row.value else math.nan,
        rule=_rule(row),
        agrees=_agrees(row, model_value),
        inputs=assumed,
        remark=row.note,
        source=row.source,
    )


def _rule(row: FieldStudyRow) -> str:
    words = {"factor": "within a factor of", "at_least": "at least", "at_most": "at most"}
    return f"{words[row.rule]} {row.factor:g}"


def _agrees(row: FieldStudyRow, model_value: float) -> bool:
    if row.rule == "at_least":
        return model_value >= row.factor
    if row.rule == "at_most":
        return model_value <= row.factor
    return row.value / row.factor <= model_value <= row.value * row.factor


def _given(key: str) -> float:
    return field_studies()[key].value


def _default(key: str) -> float:
    return parameters()[key].value


def _water(lid: bool = True) -> tuple[Water, Floats]:
    """Return bottom water and class shares of the project's defaults."""
    settling = np.array([_default(f"plume.settling_{number}_mm_s") * METRES_PER_MM for number in range(1, 5)])
    share = np.array([_default(f"plume.share_{number}") for number in range(1, 5)])
    lid_m = _default("plume.mixed_layer_m") if lid else math.inf
    water = Water(settling, _default("plume.kz_m2_s"), _default("plume.kh_m2_s"), lid_m, "flux")
    return water, share / share.sum()


def _discharge() -> dict[str, float]:
    """V15: how far a commercial discharge falls in a current, and how much it is thinned."""
    found = {}
    flow = _given("v15.flow_m3_s")
    flux = cross_flow.buoyancy_flux_m4_s3(flow, _given("v15.excess_kg_m3"), SEA_WATER_KG_M3)
    for name, speed in (("5", 0.05), ("10", 0.10)):
        rise = cross_flow.rise_or_fall_m(flux, speed, _given("v15.stratification_per_s"))
        found[f"v15.fall_{name}_m"] = -float(rise)
        thinned = cross_flow.dilution(rise, speed, flow, _default("discharge.entrainment"))
        found[f"v15.dilution_{name}"] = float(thinned)
    return found


def _dredge() -> dict[str, float]:
    """V16: how a deposit thins with distance, near field and passive plume together, along the current."""
    water, share = _water()
    length = _default("near_field.deposit_length_m")
    passive = _default("near_field.passive_share")
    source = Source(passive * share, _given("v16.height_m"), _default("plume.source_spread_m"), _given("v16.speed_m_s"))

    def deposit(x_m: float) -> float:
        dense = (1.0 - passive) / (2.0 * math.pi * length**2) * math.exp(-abs(x_m) / length)
        return dense + float(bed_flux_kg_m2_s(x_m, 0.0, source, water))

    return {
        "v16.ratio_320": deposit(320.0) / deposit(BESIDE_M),
        "v16.ratio_500": deposit(500.0) / deposit(320.0),
        "v16.up_current": deposit(-320.0) / deposit(320.0),
    }


def _disturbance() -> dict[str, float]:
    """V17: how thin a plume is at a lander, and whether a turning tide brings it back."""
    water, share = _water()
    lander, tide = _given("v17.lander_m"), _given("v17.tide_m_s")
    source = Source(share, _given("v17.height_m"), _default("plume.source_spread_m"), tide)
    edge, there = layer_mean_kg_m3([_given("v17.edge_m"), lander], 0.0, Layer(0.0, 5.0), source, water).tolist()
    day_s = round(2.0 * M2_PERIOD_S)
    times = np.arange(0, day_s + 600, 600)
    turning = Current(times, tide * np.sin(2.0 * math.pi * times / M2_PERIOD_S), np.zeros(times.size))
    one = np.ones(1)
    pulse = Releases(
        np.zeros(1, dtype=np.int64), SECONDS_PER_HOUR * one, 0.0 * one, 0.0 * one, source.height_m * one,
        source.spread_m * one, share[np.newaxis, :],
    )  # fmt: skip
    grid = Grid(lander - 25.0, -25.0, 50.0, 1, 1)
    level = np.array([1e-5])
    layer = Layer(0.0, 5.0)
    field = puff_field(pulse, water, turning, grid, layer, level, walked(pulse, water, layer, turning, 10_000, SEED))
    twice = float(field.above_s[0, 0, 0]) > float(field.longest_s[0, 0, 0])
    return {"v17.ratio": there / edge, "v17.visits": 2.0 if twice else 1.0}


def _books() -> dict[str, float]:
    """V18: whether releases at the stated rate, tow by tow, add up to the stated mass."""
    tows, rate = round(_given("v18.tows")), _given("v18.rate_kg_s")
    mass_kg = field_studies()["v18.mass_t"].value * KG_PER_TONNE
    duration_s = np.full(tows, mass_kg / rate / tows)
    zero = np.zeros(tows)
    given = Releases(np.arange(tows) * 30_000, duration_s, zero, zero, zero, zero, np.full((tows, 1), rate))
    return {
        "v18.hours": float(given.duration_s.sum()) / SECONDS_PER_HOUR,
        "v18.mass_t": float(given.mass_kg.sum()) / KG_PER_TONNE,
    }


def _collector() -> dict[str, float]:
    """V19: how far a collector's dense flow and its plume reach, and how high."""
    water, share = _water(lid=False)
    rate = _given("v19.rate_kg_s") * _default("near_field.passive_share") * share
    height, speed = _given("v19.height_of_release_m"), _given("v19.speed_m_s")
    source = Source(rate, height, _default("plume.source_spread_m"), speed)
    background = _given("v19.background_mg_l") / MG_L
    z = np.linspace(0.0, 300.0, 3001)
    above_z = np.flatnonzero(concentration_kg_m3(500.0, 0.0, z, source, water) > background)
    x = np.geomspace(100.0, 1e5, 20_001)
    above_x = np.flatnonzero(concentration_kg_m3(x, 0.0, 0.0, source, water) > background)
    return {
        "v19.run_out_m": _inner_radius(INNER_SHARE) * _default("near_field.deposit_length_m"),
        "v19.height_m": float(z[above_z[-1]]) if above_z.size else 0.0,
        "v19.distance_km": float(x[above_x[-1]]) / METRES_PER_KM if above_x.size else 0.0,
    }


def _inner_radius(share: float) -> float:
    """Return the radius that holds a share of exp(-r)/(2π), by halving: (1 + r) exp(-r) = 1 - share."""
    low, high = 0.0, 50.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if (1.0 + middle) * math.exp(-middle) > 1.0 - share else (low, middle)
    return 0.5 * (low + high)
