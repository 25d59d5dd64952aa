"""Every table of the project, declared once: columns, types, units, allowed words, meaning.

Validation, files on disk, the SQL catalogue, ``twin describe`` and the documentation all derive from these rows. To add
an activity, a cause or a table, add it here (tables of the environment: in `environment_tables`, of the supply chain:
in `supply_tables`) and nowhere else.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from ops_data.elements import CONSTITUENTS
from ops_data.environment_tables import CLOSURE, CONTACTS, CURRENTS, DRAWN, RELEASES
from ops_data.errors import UnknownNameError, did_you_mean
from ops_data.supply_tables import SUPPLY_TABLES
from ops_data.table_records import NO_UNIT as NO_UNIT
from ops_data.table_records import REPLICATE, UTC_S
from ops_data.table_records import Column as Column
from ops_data.table_records import Table as Table

if TYPE_CHECKING:
    import pyarrow as pa

ACTIVITIES: Final[Mapping[str, str]] = {
    # mining vessel
    "transit_out": "sail from the home port to the site",
    "set_up": "survey and rig up at the site",
    "run_string": "run the lift string joint by joint towards the sea bed",
    "land_string": "land the string and establish circulation",
    "shift": "move the tool to the next insertion",
    "insert": "push the tool into the sea bed",
    "disaggregate": "break the mud up inside the tool",
    "lift": "lift the slurry of one insertion to the deck",
    "relocate": "move to the next location",
    "offload": "pump slurry to a shuttle",
    "flush": "clear the string with sea water",
    "recover_string": "pull the lift string joint by joint",
    "secure": "make the vessel ready for a storm",
    "hang_off": "hang on the string disconnected from the sea bed",
    "restart": "re-establish work after a storm or a long wait",
    "evade": "sail clear of a storm",
    "return_to_site": "sail back after a storm or a port call",
    "disconnect": "let the string go in an emergency",
    "reconnect": "reconnect after an emergency disconnect",
    "repair": "mend a failed component",
    "port_call": "turn round in port",
    "bunker": "take on fuel",
    "crew_change": "change the crew",
    "transit_home": "sail from the site to the home port",
    "off_hire": "after the campaign, or before it",
    # shuttle, carrier, island
    "wait_at_site": "shuttle waiting near the mining vessel",
    "moor": "moor alongside or connect the hose",
    "load": "take cargo on",
    "sail_to_island": "sail towards the island",
    "unload": "give cargo off",
    "sail_to_site": "sail towards the mining vessel",
    "sail_to_mainland": "sail towards the mainland port",
    "dewater": "press slurry into cake on the island",
    "idle": "nothing to do",
}

STATES: Final[Mapping[str, str]] = {
    "working": "doing planned work",
    "waiting": "able to work, held up by the cause",
    "repairing": "not able to work until mended",
    "idle": "nothing to do",
}

CAUSES: Final[Mapping[str, str]] = {
    "none": "productive or planned",
    "weather": "sea or wind above the limit of the activity",
    "storm": "tropical cyclone near or expected, and what it brings about",
    "failure": "a component failed",
    "shuttle": "no shuttle alongside",
    "berth": "no free berth",
    "stock": "a hold, tank or stock is full",
    "mud": "no mud to take or to press yet",
    "cake": "not enough cake for a voyage yet",
    "crew_change": "crew change",
    "bunkering": "taking on fuel",
    "emergency": "emergency disconnect, and what it brings about",
    "charter": "the charter does not leave time for more work",
    "commissioning": "first mud and learning",
    "port": "in port or on the way to it",
}

INTERVALS: Final = Table(
    "intervals",
    "an asset doing one thing from start to end; the intervals of an asset tile its time without gap or overlap",
    (
        REPLICATE,
        Column("asset", "text", NO_UNIT, "name of the vessel, shuttle, carrier or plant"),
        Column("activity", "text", NO_UNIT, "what it does", tuple(ACTIVITIES)),
        Column("state", "text", NO_UNIT, "how it does it", tuple(STATES)),
        Column("cause", "text", NO_UNIT, "why time is lost; none when it is not", tuple(CAUSES)),
        Column("hole", "int32", NO_UNIT, "number of the hole worked on; -1: none"),
        Column(
            "batch_id",
            "int32",
            NO_UNIT,
            "lot_id of the first parcel that leaves the hold after a lift; -1: no lift, or none has",
        ),
        Column("dry_t", "float64", "t", "dry solids lifted to deck or moved by the interval"),
        Column("start_utc", "int64", UTC_S, "when it starts"),
        Column("duration_s", "int32", "s", "how long it lasts"),
        Column("over_limit_s", "int32", "s", "part of it worked above the sea limit"),
    ),
)

LOTS: Final = Table(
    "lots",
    "a transfer parcel: what one shuttle load, cake batch, carrier voyage or oxide batch holds, or a loss",
    (
        REPLICATE,
        Column("lot_id", "int32", NO_UNIT, "number of the lot within its replicate"),
        Column(
            "batch_id",
            "int32",
            NO_UNIT,
            "its own lot_id where it leaves a mining vessel; of a lot of the plants the delivered parcel; else -1",
        ),
        Column("kind", "text", NO_UNIT, "what became of it", ("product", "loss")),
        Column("stage", "text", NO_UNIT, "where in the chain it was made"),
        Column("time_utc", "int64", UTC_S, "when it was made"),
        Column("wet_t", "float64", "t", "in-situ mud as mined"),
        Column("dry_t", "float64", "t", "salt-free dry solids"),
        Column("dissolved_t", "float64", "t", "what was solid and is dissolved in the water, as oxides"),
        Column("water_t", "float64", "t", "water carried, with its sea salt"),
        Column("salt_t", "float64", "t", "sea salt in that water"),
        *(Column(f"{name}_kg", "float64", "kg", f"{name}, as element, in solids and water") for name in CONSTITUENTS),
        Column("from_asset", "text", NO_UNIT, "who gave it"),
        Column("to_asset", "text", NO_UNIT, "who received it"),
    ),
)

LEDGER: Final = Table(
    "ledger",
    "what one step used, or gave back (negative), to process one lot",
    (
        REPLICATE,
        Column("lot_id", "int32", NO_UNIT, "parcel that was worked on; -1: a separation batch"),
        Column("time_utc", "int64", UTC_S, "when the step was done with it"),
        Column("step", "text", NO_UNIT, "step of the processing chain"),
        Column("item", "text", NO_UNIT, "what was used: reagent, water, power, service"),
        Column("amount", "float64", "unit of the row", "how much; negative: given back"),
        Column("unit", "text", NO_UNIT, "unit of the amount"),
        Column("cost_jpy", "float64", "JPY", "what that costs; negative: saved"),
        Column("co2e_kg", "float64", "kg", "greenhouse gases of making it, as carbon dioxide"),
    ),
)

BALANCE: Final = Table(
    "balance",
    "mass of one constituent that went from one place to another in a replicate; what enters a place within the chain "
    "leaves it, or is held there",
    (
        REPLICATE,
        Column("constituent", "text", NO_UNIT, "element", CONSTITUENTS),
        Column("source", "text", NO_UNIT, "place it came from"),
        Column("target", "text", NO_UNIT, "place it went to"),
        Column(
            "kind",
            "text",
            NO_UNIT,
            "flow: on to the next place; held: still there at the end; reagent: brought from outside the sea bed",
            ("flow", "product", "loss", "held", "reagent"),
        ),
        Column("mass_kg", "float64", "kg", "mass as element, in solids; from delivery on in solids and water"),
    ),
)

READINGS: Final = Table(
    "readings",
    "one sensor value",
    (
        Column("source", "text", NO_UNIT, "file or stream it came from"),
        Column("tag", "text", NO_UNIT, "name of the sensor"),
        Column("time_utc", "int64", UTC_S, "when it was measured"),
        Column("value", "float64", "unit of the tag", "measured value"),
        Column("quality", "text", NO_UNIT, "quality flag given by the source or by a check"),
        Column("received_utc", "int64", UTC_S, "when it became available"),
        Column("seq", "int64", NO_UNIT, "sequence number at the source"),
    ),
)

DAILY: Final = Table(
    "daily",
    "one replicate-day of a series that people plot",
    (
        REPLICATE,
        Column("date", "text", NO_UNIT, "calendar day in Japan standard time, ISO 8601"),
        Column("name", "text", NO_UNIT, "name of the series; ends in its unit"),
        Column("value", "float64", "unit in the name", "value of the day"),
    ),
)

INDICATORS: Final = Table(
    "indicators",
    "a number meant for people, over all replicates of the run",
    (
        Column("name", "text", NO_UNIT, "name of the indicator"),
        Column("item", "text", NO_UNIT, "asset, element, cause … it is about; empty: the whole"),
        Column("period", "text", NO_UNIT, "period it is about; empty: the whole campaign"),
        Column("value", "float64", "unit of the row", "median over replicates (P50)"),
        Column("low", "float64", "unit of the row", "exceeded by nine replicates in ten (P10)"),
        Column("high", "float64", "unit of the row", "exceeded by one replicate in ten (P90)"),
        Column("unit", "text", NO_UNIT, "unit of value, low and high"),
    ),
)

OUTCOMES: Final = Table(
    "outcomes",
    "an indicator's value in one replicate: what percentiles and paired comparisons are made of",
    (
        REPLICATE,
        Column("name", "text", NO_UNIT, "name of the indicator"),
        Column("item", "text", NO_UNIT, "asset, element, cause … it is about; empty: the whole"),
        Column("period", "text", NO_UNIT, "period it is about; empty: the whole campaign"),
        Column("value", "float64", "unit of the indicator", "value in this replicate"),
    ),
)

RUNS: Final = Table(
    "runs",
    "one sealed run, or one batch of measurements",
    (
        Column("run_id", "text", NO_UNIT, "name of the run: scenario and the first digits of its identity's hash"),
        Column("origin", "text", NO_UNIT, "where its rows come from", ("simulated", "measured", "forecast")),
        Column("scenario", "text", NO_UNIT, "name of the scenario"),
        Column("scenario_sha256", "text", NO_UNIT, "hash of the resolved scenario"),
        Column("code_version", "text", NO_UNIT, "version of this software"),
        Column("seed", "int64", NO_UNIT, "seed of the ensemble"),
        Column("first_replicate", "int32", NO_UNIT, "first replicate"),
        Column("last_replicate", "int32", NO_UNIT, "last replicate, included"),
        Column("parameters", "text", NO_UNIT, "central values, or drawn once per replicate", ("fixed", "drawn")),
        Column("detail", "text", NO_UNIT, "whether the interval log is kept", ("intervals", "daily")),
        Column("mass_basis", "text", NO_UNIT, "how the target mass is read", ("wet", "dry")),
        Column("created", "text", NO_UNIT, "when it was sealed, ISO 8601 UTC"),
        Column("wall_s", "float64", "s", "wall time it took"),
        Column("state", "text", NO_UNIT, "sealed: complete and unchanging", ("sealed",)),
        Column("path", "text", NO_UNIT, "where it is, relative to a catalogue inside the store"),
        Column("linked", "text", NO_UNIT, "run ids it is to be read with, separated by spaces"),
    ),
)

TABLES: Final[Mapping[str, Table]] = {
    table.name: table
    for table in (
        INTERVALS, LOTS, LEDGER, BALANCE, READINGS, DAILY, OUTCOMES, INDICATORS, RUNS,
        RELEASES, CURRENTS, CLOSURE, DRAWN, CONTACTS, *SUPPLY_TABLES,
    )
}  # fmt: skip


def table(name: str) -> Table:
    """Return the declaration of a table; raise `UnknownNameError` naming the closest one."""
    if name not in TABLES:
        raise UnknownNameError(f"no table '{name}'; {did_you_mean(name, TABLES)}")
    return TABLES[name]


def arrow_schema(name: str) -> "pa.Schema":
    """Return the pyarrow schema of a table: no nulls, text as dictionaries of int32 codes, units as field metadata."""
    import pyarrow as pa

    types = {
        "int32": pa.int32(),
        "int64": pa.int64(),
        "float64": pa.float64(),
        "text": pa.dictionary(pa.int32(), pa.string()),
    }
    return pa.schema(
        [
            pa.field(column.name, types[column.type], nullable=False, metadata={"unit": column.unit})
            for column in table(name).columns
        ]
    )


def describe(name: str) -> str:
    """Return what ``twin describe`` prints: one line on the table, then one line per column, and the allowed words."""
    declared = table(name)
    rows = [("column", "type", "unit", "meaning")]
    rows += [(column.name, column.type, column.unit, column.description) for column in declared.columns]
    widths = [max(len(row[place]) for row in rows) for place in range(3)]
    lines = [f"{name}: {declared.row}", ""]
    lines += [
        "  ".join([*(word.ljust(width) for word, width in zip(row, widths, strict=False)), row[3]]) for row in rows
    ]
    for column in declared.columns:
        if column.allowed:
            lines += ["", f"{column.name} is one of: {', '.join(column.allowed)}"]
    return "\n".join(lines)
