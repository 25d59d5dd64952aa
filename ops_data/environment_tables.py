"""The tables of an environmental study: where sediment came from, what carried it, where it went."""

from collections.abc import Mapping
from typing import Final

from ops_data.table_records import NO_UNIT, REPLICATE, UTC_S, Column, Table

RELEASE_KINDS: Final[Mapping[str, str]] = {
    "seabed_loss": "stirred up by an insertion",
    "emergency_dump": "content of the pipe, let go by an emergency disconnect",
    "return_water": "solids in the water of dewatering, returned at sea",
}

RELEASES: Final = Table(
    "releases",
    "sediment given to the water by one piece of work of a replicate, before and after the near field",
    (
        REPLICATE,
        Column("kind", "text", NO_UNIT, "what gave it off", tuple(RELEASE_KINDS)),
        Column("start_utc", "int64", UTC_S, "when it starts"),
        Column("duration_s", "int32", "s", "how long it lasts"),
        Column("hole", "int32", NO_UNIT, "number of the hole in the mine plan"),
        Column("x_m", "float64", "m", "east of the first place of the mine plan"),
        Column("y_m", "float64", "m", "north of it"),
        Column("latitude_deg", "float64", "deg", "latitude of the hole, WGS 84"),
        Column("longitude_deg", "float64", "deg", "longitude of the hole, WGS 84"),
        Column("outlet_height_m", "float64", "m", "height above the bed at which it leaves tool, pipe or outlet"),
        Column("height_m", "float64", "m", "height above the bed at which it is passive, after the near field"),
        Column("spread_m", "float64", "m", "standard deviation of its horizontal extent there"),
        Column("concentration_kg_m3", "float64", "kg/m3", "solids in the water it comes with, at the outlet"),
        Column("dry_kg", "float64", "kg", "dry solids given off"),
        Column("near_kg", "float64", "kg", "of these, settled near the hole by a dense flow"),
        Column("rate_1_kg_s", "float64", "kg/s", "of the rest, first settling class"),
        Column("rate_2_kg_s", "float64", "kg/s", "of the rest, second settling class"),
        Column("rate_3_kg_s", "float64", "kg/s", "of the rest, third settling class"),
        Column("rate_4_kg_s", "float64", "kg/s", "of the rest, fourth settling class"),
    ),
)

CURRENTS: Final = Table(
    "currents",
    "the current that carried the plumes of a replicate, linear between rows",
    (
        REPLICATE,
        Column("time_utc", "int64", UTC_S, "when"),
        Column("east_m_s", "float64", "m/s", "towards east, near the bed"),
        Column("north_m_s", "float64", "m/s", "towards north, near the bed"),
    ),
)

CLOSURE: Final = Table(
    "closure",
    "where the sediment of a replicate came from and where it went, dry solids",
    (
        REPLICATE,
        Column("lifted_t", "float64", "t", "lifted to deck, from the intervals"),
        Column("unlifted_t", "float64", "t", "in holes that were broken up and of which nothing came on deck"),
        Column("loss_share", "float64", "1", "share of both that an insertion leaves in the water"),
        Column("stirred_up_t", "float64", "t", "that share of both, 0 where the scenario counts none"),
        Column("dumped_t", "float64", "t", "let go from the pipe, from the intervals"),
        Column("filtrate_t", "float64", "t", "in the water of dewatering on the island, from the lots"),
        Column("filtrate_water_t", "float64", "t", "that water, with its salt"),
        Column("seabed_loss_t", "float64", "t", "released by insertions"),
        Column("emergency_dump_t", "float64", "t", "released by emergencies"),
        Column("return_water_t", "float64", "t", "released with return water at sea"),
        Column("released_t", "float64", "t", "released in all"),
        Column("near_field_t", "float64", "t", "of it settled near the holes within the maps"),
        Column("deposited_t", "float64", "t", "of it settled from plumes within the maps"),
        Column("beyond_t", "float64", "t", "of it gone beyond the maps, on the bed or afloat"),
        Column("afloat_t", "float64", "t", "of it still afloat over the maps at the end"),
    ),
)

DRAWN: Final = Table(
    "drawn",
    "a value that a replicate's plumes were calculated with",
    (
        REPLICATE,
        Column("key", "text", NO_UNIT, "key of the quantity"),
        Column("value", "float64", "unit of the quantity", "its value"),
    ),
)

CONTACTS: Final = Table(
    "contacts",
    "the most that reached a zone in a replicate",
    (
        REPLICATE,
        Column("zone", "text", NO_UNIT, "name of the zone"),
        Column("kind", "text", NO_UNIT, "kind of the zone: PRZ, IRZ, other"),
        Column("quantity", "text", NO_UNIT, "what reached it", ("concentration", "deposit")),
        Column("layer", "text", NO_UNIT, "of a concentration; empty: at the sea bed; return water: far above the bed"),
        Column("highest", "float64", "mg/L; mm", "highest value in the zone: concentration mg/L, deposit mm"),
    ),
)
