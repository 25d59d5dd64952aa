"""From a log book and readings to what is known of a campaign, with what is missing or old in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from ops_data.errors import FailedError, did_you_mean
from ops_data.ingest.log_tiling import KeptEntry, as_intervals
from ops_data.observations.record_files import stamp
from ops_data.units import GRAMS_PER_TONNE, SECONDS_PER_HOUR
from twin.campaign_log import CampaignLog, Series
from twin.hand_overs import Basis, lots_of, with_dry_t
from twin.log_words import understood
from twin.operations import codes as c
from twin.operations.campaign import roles_of
from twin.operations.inferred import Note
from twin.operations.laws import Luck
from twin.operations.program import Ints
from twin.scenario import Scenario, draw_parameters

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

USABLE: Final = ("good", "uncertain")  # quality words of readings from which something may be concluded
OLD_S: Final = 2 * SECONDS_PER_HOUR  # an asset whose log ends so long before the others' is told


@dataclass(frozen=True, eq=False)
class Logged:
    """What is known, and how well.

    Attributes
    ----------
    log : the campaign up to the last logged second that was asked for.
    heard_s : UTC second up to which the log of each asset reaches, by name; assets without an entry are not in it.
    notes : what was not said or was filled in.
    """

    log: CampaignLog
    heard_s: Mapping[str, int]
    notes: tuple[Note, ...]


def campaign_log(scenario: Scenario, kept: Sequence[KeptEntry], readings: "pd.DataFrame", at_s: int) -> Logged:
    """Return what a log book and readings say of a campaign up to a second.

    Parameters
    ----------
    scenario : the campaign as planned; names the assets and gives the values by which masses are converted.
    kept : entries of the log book, as known when it matters.
    readings : the ``readings`` table, sorted by tag and time; bad, impossible and stuck ones are left out.
    at_s : UTC second; the log is told up to the last entry before it.

    Raises
    ------
    FailedError
        The log names an asset that the campaign does not have, or says nothing of the campaign before that second.
    """
    roles = roles_of(scenario)
    begun, worded = understood(_of_the_campaign(scenario, kept, at_s), roles)
    luck = Luck(scenario, draw_parameters(scenario, 0, 0, "fixed"), 0, 0)
    basis = Basis.of(luck)
    filled, notes, unweighed = _with_masses(basis, begun, at_s)
    heard_s: dict[str, int] = {}
    for one in filled:
        heard_s[one.entry.asset] = max(heard_s.get(one.entry.asset, 0), min(one.entry.end_utc, at_s))
    until_s = max(heard_s.values())
    tiled = as_intervals(filled, scenario.start_s, until_s + 1)
    covered = {id(one) for one in tiled.covered}
    lots, said = lots_of(basis, luck, [one.entry for one in filled if id(one) not in covered], until_s)
    notes = [*worded, *notes, *said]
    for gap in tiled.gaps:
        if gap.end_utc < heard_s[gap.asset]:
            span = f"{stamp(gap.begin_utc)} to {stamp(gap.end_utc)}"
            notes.append(Note(gap.asset, "gap", f"nothing is logged from {span}"))
    for name in roles:
        if name not in heard_s:
            notes.append(Note(name, "log", "nothing is logged of it; it is taken to stand as at the start"))
        elif until_s - heard_s[name] > OLD_S:
            notes.append(Note(name, "log", f"it ends at {stamp(heard_s[name])}; what was under way is taken to last"))
    told = CampaignLog(scenario, until_s, _rows(tiled.table), tuple(lots), series_of(readings, until_s), unweighed)
    return Logged(told.up_to(until_s), heard_s, tuple(notes))  # of what is under way then, end and mass are not known


def _of_the_campaign(scenario: Scenario, kept: Sequence[KeptEntry], at_s: int) -> list[KeptEntry]:
    """Return the entries that begin within the campaign and before a second; none is of a strange asset."""
    roles = roles_of(scenario)
    begun = [one for one in kept if one.entry.end_utc > scenario.start_s and one.entry.start_utc < at_s]
    for one in begun:
        if one.entry.asset not in roles:
            raise FailedError(
                f"{one.file}, row {one.entry.row}: asset '{one.entry.asset}' is none of scenario "
                f"'{scenario.name}'; {did_you_mean(one.entry.asset, roles)}, or choose the scenario with --scenario"
            )
    if not begun:
        span = f"from {stamp(scenario.start_s)} to {stamp(at_s)}"
        raise FailedError(
            f"log book: it says nothing {span}; take in shift logs of the campaign with 'twin ingest', or choose "
            "another scenario or time"
        )
    return begun


def _with_masses(
    basis: Basis, kept: Sequence[KeptEntry], at_s: int
) -> tuple[list[KeptEntry], list[Note], frozenset[tuple[str, int]]]:
    """Return entries whose lifts name dry solids, how many were filled in from what, and which (asset and start).

    What is under way at the second is left as it is: an entry that ends later, or the last one of an asset that names
    no quantity.
    """
    last_s: dict[str, int] = {}
    for one in kept:
        last_s[one.entry.asset] = max(last_s.get(one.entry.asset, 0), one.entry.start_utc)
    filled: list[KeptEntry] = []
    counts: dict[tuple[str, str], int] = {}
    unweighed = set()
    for one in kept:
        last = one.entry.start_utc == last_s[one.entry.asset]
        under_way = one.entry.end_utc > at_s or (last and basis.dry_t(one.entry) is None)
        entry, said = (one.entry, "") if under_way else with_dry_t(basis, one.entry)
        filled.append(replace(one, entry=entry))
        if said:
            counts[entry.asset, said] = counts.get((entry.asset, said), 0) + 1
            unweighed.add((entry.asset, entry.start_utc))
    notes = [Note(asset, "lifts", f"dry solids of {n} lifts are from {said}") for (asset, said), n in counts.items()]
    return filled, notes, frozenset(unweighed)


def _rows(table: "pa.Table") -> dict[str, Ints]:
    """Return interval rows by asset of an ``intervals`` table."""
    names = np.array(table["asset"].to_pylist(), dtype=object)
    rows = np.zeros((len(names), c.ROW_FIELDS), np.int64)
    state = {"working": c.WORKING, "waiting": c.WAITING, "repairing": c.REPAIRING, "idle": c.IDLE}
    words = (table[name].to_pylist() for name in ("activity", "state", "cause"))
    rows[:, c.R_CODE] = [
        c.ACTIVITY[activity] + state[how] * c.STATE_UNIT + c.CAUSE[cause] * c.CAUSE_UNIT
        for activity, how, cause in zip(*words, strict=True)
    ]
    rows[:, c.R_START] = table["start_utc"].to_numpy()
    rows[:, c.R_END] = rows[:, c.R_START] + table["duration_s"].to_numpy()
    rows[:, c.R_HOLE] = table["hole"].to_numpy()
    rows[:, c.R_DRY_G] = np.rint(np.nan_to_num(table["dry_t"].to_numpy()) * GRAMS_PER_TONNE)
    rows[:, c.R_OVER_S] = table["over_limit_s"].to_numpy()
    return {str(name): rows[names == name] for name in dict.fromkeys(names.tolist())}


def series_of(readings: "pd.DataFrame", until_s: int) -> dict[str, Series]:
    """Return the usable readings of each tag before a second."""
    value = readings["value"].to_numpy(np.float64)
    usable = readings["quality"].isin(USABLE).to_numpy() & (readings["time_utc"].to_numpy() < until_s)
    found = readings[usable & np.isfinite(value)]
    return {
        str(tag): Series(own["time_utc"].to_numpy(np.int64), own["value"].to_numpy(np.float64))
        for tag, own in found.groupby("tag", observed=True)
    }
