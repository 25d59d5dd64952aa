"""The tables of a review package that a run does not have: what each row is, its columns and units."""

from typing import Final

from ops_data.schemas import ACTIVITIES, STATES
from ops_data.table_records import NO_UNIT, REPLICATE, UTC_S, Column, Table

_OF_ROW: Final = "unit of the row"

HOLES: Final = Table(
    "holes",
    "a place where a replicate released sediment",
    (
        REPLICATE,
        Column("hole", "int32", NO_UNIT, "number of the hole in the mine plan"),
        Column("x_m", "float64", "m", "east of the first place of the mine plan"),
        Column("y_m", "float64", "m", "north of it"),
        Column("latitude_deg", "float64", "deg", "latitude, WGS 84"),
        Column("longitude_deg", "float64", "deg", "longitude, WGS 84"),
    ),
)

THRESHOLDS: Final = Table(
    "thresholds",
    "one metric above one screening level; a screening level is not a rule",
    (
        Column("quantity", "text", NO_UNIT, "what is compared with the level", ("concentration", "deposit")),
        Column("layer", "text", NO_UNIT, "empty: at the sea bed; return water: far above the bed"),
        Column("level", "float64", "unit of the level", "screening level above background"),
        Column("level_unit", "text", NO_UNIT, "unit of the level"),
        Column("metric", "text", NO_UNIT, "indicator"),
        Column("low", "float64", _OF_ROW, "P10 over members"),
        Column("value", "float64", _OF_ROW, "P50 over members"),
        Column("high", "float64", _OF_ROW, "P90 over members"),
        Column("unit", "text", NO_UNIT, "unit of low, value and high"),
        Column("probability", "float64", "1", "share of members that exceed the level anywhere"),
    ),
)

ZONE_CHECK: Final = Table(
    "zone_check",
    "whether a level is exceeded anywhere in a zone",
    (
        Column("zone", "text", NO_UNIT, "name of the zone"),
        Column("kind", "text", NO_UNIT, "PRZ: preservation reference zone; IRZ: impact reference zone; other"),
        Column("quantity", "text", NO_UNIT, "what reaches it", ("concentration", "deposit")),
        Column("layer", "text", NO_UNIT, "empty: at the sea bed; return water: far above the bed"),
        Column("level", "float64", "unit of the level", "screening level, not a rule"),
        Column("level_unit", "text", NO_UNIT, "unit of the level"),
        Column("touched", "int32", "1", "members in which the level is exceeded in the zone"),
        Column("members", "int32", "1", "members"),
        Column("at_most", "float64", "1", "upper end of the probability at 95 % confidence"),
    ),
)

EMISSIONS: Final = Table(
    "emissions",
    "fuel and emissions to the air of one interval of one asset",
    (
        REPLICATE,
        Column("asset", "text", NO_UNIT, "name of the vessel, shuttle, carrier or plant"),
        Column("activity", "text", NO_UNIT, "what it does", tuple(ACTIVITIES)),
        Column("state", "text", NO_UNIT, "how it does it", tuple(STATES)),
        Column("start_utc", "int64", UTC_S, "when it starts"),
        Column("duration_s", "int32", "s", "how long it lasts"),
        Column("energy_kwh", "float64", "kWh", "energy made; of all but mining vessels reckoned from the fuel"),
        Column("fuel_t", "float64", "t", "fuel burnt"),
        Column("co2_t", "float64", "t", "carbon dioxide"),
        Column("ch4_t", "float64", "t", "methane"),
        Column("n2o_t", "float64", "t", "nitrous oxide"),
        Column("nox_t", "float64", "t", "nitrogen oxides"),
        Column("so2_t", "float64", "t", "sulfur dioxide"),
        Column("co2e_t", "float64", "t", "greenhouse gases at the funnel, as carbon dioxide"),
        Column("co2e_well_to_wake_t", "float64", "t", "the same with the making of the fuel"),
    ),
)

INPUTS: Final = Table(
    "parameters",
    "one number that went in, with its range and source; defaults that nobody gave are filled in",
    (
        Column("key", "text", NO_UNIT, "dotted key"),
        Column("value", "float64", _OF_ROW, "central value"),
        Column("low", "float64", _OF_ROW, "low end of what is not known about it"),
        Column("high", "float64", _OF_ROW, "high end"),
        Column("law", "text", NO_UNIT, "how it is drawn once per replicate"),
        Column("unit", "text", NO_UNIT, "unit"),
        Column("source", "text", NO_UNIT, "source, or 'assumption:' with its reason"),
        Column("confidence", "text", NO_UNIT, "H read in the source, M secondary, L memory, D derived, A assumption"),
        Column("note", "text", NO_UNIT, "what it means"),
        Column("origin", "text", NO_UNIT, "reference, a scenario file, or --set"),
    ),
)

VERIFICATION: Final = Table(
    "verification",
    "one case with a known answer, worked out with the build that made this package",
    (
        Column("id", "text", NO_UNIT, "number of the case"),
        Column("what", "text", NO_UNIT, "what is worked out"),
        Column("expected", "float64", _OF_ROW, "value known"),
        Column("found", "float64", _OF_ROW, "value found"),
        Column("tolerance", "float64", _OF_ROW, "largest difference that passes"),
        Column("unit", "text", NO_UNIT, "unit of all three"),
        Column("passed", "text", NO_UNIT, "whether it passes", ("yes", "no")),
        Column("source", "text", NO_UNIT, "where the known value comes from"),
    ),
)

FIELD_STUDIES: Final = Table(
    "field_studies",
    "what the models say of a field study, beside what was found there; ratios as they are, nothing tuned",
    (
        Column("id", "text", NO_UNIT, "number of the case"),
        Column("study", "text", NO_UNIT, "field study"),
        Column("quantity", "text", NO_UNIT, "what is compared"),
        Column("unit", "text", NO_UNIT, "unit of both values"),
        Column("field_value", "float64", _OF_ROW, "found in the field"),
        Column("model_value", "float64", _OF_ROW, "found by the model"),
        Column("ratio", "float64", "1", "model over field"),
        Column("rule", "text", NO_UNIT, "what counts as agreement"),
        Column("agrees", "text", NO_UNIT, "whether it is kept", ("yes", "no")),
        Column("inputs", "text", NO_UNIT, "what the model was given beside the defaults"),
        Column("remark", "text", NO_UNIT, "what to know when reading it"),
        Column("source", "text", NO_UNIT, "source of the field value"),
    ),
)

SETTINGS: Final = Table(
    "settings",
    "one environmental choice of the scenario",
    (
        Column("key", "text", NO_UNIT, "dotted key"),
        Column("value", "text", NO_UNIT, "its value"),
        Column("description", "text", NO_UNIT, "what it means"),
    ),
)
