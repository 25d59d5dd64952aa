"""The only conversion factors of the project. Values are exact unless a comment says otherwise."""

from typing import Final

SECONDS_PER_MINUTE: Final = 60
SECONDS_PER_HOUR: Final = 3_600
SECONDS_PER_DAY: Final = 86_400
HOURS_PER_DAY: Final = 24
DAYS_PER_YEAR: Final = 365.25
JST_OFFSET_S: Final = 9 * SECONDS_PER_HOUR  # Japan standard time, no daylight saving

GRAMS_PER_TONNE: Final = 1_000_000
KG_PER_TONNE: Final = 1_000
GRAMS_PER_KG: Final = 1_000
LITRES_PER_M3: Final = 1_000
METRES_PER_KM: Final = 1_000
METRES_PER_MM: Final = 1e-3
M2_PER_KM2: Final = 1_000_000
M2_PER_HECTARE: Final = 10_000
WATTS_PER_MW: Final = 1_000_000
KWH_PER_MWH: Final = 1_000

KG_M3_PER_MG_L: Final = 1e-3  # milligrams per litre as kilograms per cubic metre
PPM: Final = 1e-6  # parts per million as a fraction
PERCENT: Final = 1e-2

KNOT_M_S: Final = 1_852 / 3_600
EARTH_RADIUS_KM: Final = 6_371.0088  # mean radius R1, IUGG
