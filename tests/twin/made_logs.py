"""What an ideal log-keeper writes of a simulated campaign: entries of a log book, with the parcels where they leave."""

from collections.abc import Mapping, Sequence

from ops_data.ingest.log_entries import LogEntry
from ops_data.ingest.log_tiling import KeptEntry
from ops_data.units import GRAMS_PER_TONNE, LITRES_PER_M3
from twin.operations import codes as c
from twin.operations.campaign import Played
from twin.operations.program import Ints

STATES = ("working", "waiting", "repairing", "idle")


def entries_of(played: Played, until_s: int) -> list[LogEntry]:
    """Return the entries of every asset that begin before a second; those under way are cut there."""
    named = _named(played)
    return [
        _entry(asset, row, named.get((asset, int(row[c.R_END])), {}), until_s)
        for asset, rows in played.rows.items()
        for row in rows
        if row[c.R_START] < until_s
    ]


def kept(entries: Sequence[LogEntry]) -> list[KeptEntry]:
    """Return entries as a log book gives them back."""
    return [KeptEntry(one, "ideal", one.end_utc, "log.csv") for one in entries]


def _named(played: Played) -> dict[tuple[str, int], dict[str, float]]:
    """Return what is said of the parcel that leaves an asset at a second."""
    found: dict[tuple[str, int], dict[str, float]] = {}
    for lot in played.lots:
        said = found.setdefault((lot.from_asset, lot.time_s), {})
        if lot.stage == "filtrate":
            said["slurry_m3"] = lot.volume_l / LITRES_PER_M3
        else:
            said["dry_t"] = lot.dry_g / GRAMS_PER_TONNE
            if lot.volume_l:
                said["slurry_m3"] = lot.volume_l / LITRES_PER_M3
    return found


def _entry(asset: str, row: Ints, said: Mapping[str, float], until_s: int) -> LogEntry:
    code, end_s = int(row[c.R_CODE]), int(row[c.R_END])
    activity = c.ACTIVITIES[code % c.STATE_UNIT]
    ended = end_s <= until_s
    masses = dict(said) if ended else {}
    if activity == "lift" and ended:
        masses["dry_t"] = int(row[c.R_DRY_G]) / GRAMS_PER_TONNE
    return LogEntry(
        asset,
        activity,
        STATES[code % c.CAUSE_UNIT // c.STATE_UNIT],
        c.CAUSES[code // c.CAUSE_UNIT],
        int(row[c.R_START]),
        min(end_s, until_s) - int(row[c.R_START]),
        int(row[c.R_HOLE]),
        masses.get("dry_t"),
        None,
        masses.get("slurry_m3"),
        min(int(row[c.R_OVER_S]), min(end_s, until_s) - int(row[c.R_START])),
    )
