"""What water, light and heat of the campaign do to the sea: discharge of the island, return water, lamps and decks."""

import numpy as np

from ops_data.units import GRAMS_PER_TONNE, SECONDS_PER_HOUR
from twin.indicators.load_pieces import load_groups
from twin.indicators.processed import Processed
from twin.indicators.record import Floats, Replicate
from twin.models.daylight import night_s
from twin.models.dewatering import solids_mg_l
from twin.models.discharge import diluted_excess
from twin.operations.loads import HAS_DP

FILTRATE = "filtrate"
TOOL_AT_THE_BED = ("land_string", "shift", "insert", "disaggregate", "lift")
METALS = {"Cu": "metal.cu", "Co": "metal.co", "Mn": "metal.mn"}


def _filtrate(one: Processed) -> tuple[float, float]:
    """Return dry solids and water of the filtrate [t] that runs off at the island; nothing if it is returned at sea."""
    if one.campaign.scenario.environment.return_water != "none":
        return 0.0, 0.0
    at = [number for number, parcel in enumerate(one.parcels) if parcel.stage == FILTRATE]
    return sum(one.parcels[number].dry_g for number in at) / GRAMS_PER_TONNE, float(one.water_t[at].sum())


def island_discharge_dry_t(one: Processed) -> float:
    """Return dry solids in the filtrate that runs off at the island [t]."""
    return _filtrate(one)[0]


def island_discharge_mg_l(one: Processed) -> float:
    """Return suspended solids of the filtrate that runs off at the island, its mean [mg/L]; 0 without any."""
    dry_t, water_t = _filtrate(one)
    return float(solids_mg_l(dry_t, water_t, one.values["dewater.water_density_t_m3"]))


def return_water_heat_k(one: Replicate) -> float:
    """Return how much warmer the sea is where return water is diluted [K]; 0 where none is returned at sea."""
    if one.scenario.environment.return_water == "none":
        return 0.0
    return float(diluted_excess(one.values["metal.excess_kelvin"], one.values["metal.dilution"]))


def return_water_metal_nmol_l(one: Replicate) -> dict[str, float]:
    """Return dissolved metals above those of the sea where return water is diluted [nmol/L]; 0 without return water."""
    if one.scenario.environment.return_water == "none":
        return dict.fromkeys(METALS, 0.0)
    v = one.values
    excess = {metal: v[f"{key}_return_nmol_l"] - v[f"{key}_bottom_nmol_l"] for metal, key in METALS.items()}
    return {metal: float(diluted_excess(above, v["metal.dilution"])) for metal, above in excess.items()}


def lamp_kwh(one: Replicate) -> float:
    """Return the energy of the lamps at the tool while it works at the sea bed [kWh]."""
    lit_s = sum(int(rows.duration_s[rows.does(*TOOL_AT_THE_BED)].sum()) for rows in one.mining)
    return lit_s / SECONDS_PER_HOUR * one.values["light.lamp_kw"]


def _on_station_s(one: Replicate) -> list[tuple[Floats, Floats]]:
    """Return starts and ends [UTC s] of the rows in which each mining vessel keeps its position."""
    held = [(rows, HAS_DP[load_groups(rows)]) for rows in one.mining]
    return [(rows.start_s[at].astype(np.float64), rows.end_s[at].astype(np.float64)) for rows, at in held]


def station_hours(one: Replicate) -> float:
    """Return vessel-hours in which thrusters hold a mining vessel in place [h]: how long the noise of a ship lasts."""
    return sum(float((end_s - start_s).sum()) for start_s, end_s in _on_station_s(one)) / SECONDS_PER_HOUR


def deck_light_hours(one: Replicate) -> float:
    """Return vessel-hours of night in which a mining vessel keeps its position with its decks lit [h]."""
    site = one.scenario.site
    held = [stretch for stretch in _on_station_s(one) if len(stretch[0])]
    dark_s = [night_s(start_s, end_s, site.latitude_deg, site.longitude_deg).sum() for start_s, end_s in held]
    return float(sum(dark_s)) / SECONDS_PER_HOUR
