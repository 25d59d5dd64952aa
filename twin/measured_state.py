"""Where a campaign stands by its log and its instruments: a state for each replicate that goes on from here."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from ops_data.reference.sensor_rows import sensors
from ops_data.units import GRAMS_PER_TONNE, LITRES_PER_M3
from twin.campaign_log import CampaignLog
from twin.operations import codes as c
from twin.operations.campaign import State, roles_of, tables_of
from twin.operations.inference import Inferred, infer
from twin.operations.inferred import Gauged, Note
from twin.operations.laws import Luck
from twin.operations.program import Ints, SeaTables
from twin.operations.standing import Standing
from twin.scenario import draw_parameters
from twin.state import CampaignState

TAGS: Final = ("string.depth", "fuel.stock", "hold.volume")
MOVING: Final = tuple(c.ACTIVITY[name] for name in ("lift", "offload", "load", "unload", "dewater", "repair"))
FAR_OFF: Final = 3.0  # a gauge that differs by more standard deviations from the account is told


def latest(log: CampaignLog, tag: str) -> tuple[int, float] | None:
    """Return time and value of the last reading of a tag, None where the last is older than the tag's gap allows."""
    series = log.measured.get(tag)
    if series is None or not len(series.time_s):
        return None
    at_s = int(series.time_s[-1])
    if log.until_s - at_s > sensors()[tag].gap_after_s:
        return None
    return at_s, float(series.value[-1])


def gauges(log: CampaignLog, luck: Luck) -> dict[str, Gauged]:
    """Return what the instruments of each mining vessel say at the end of the log."""
    found = {}
    for name in (name for name, role in roles_of(log.scenario).items() if role == "mining"):
        depth_m, fuel_t, hold_m3 = (latest(log, f"{name}.{what}") for what in TAGS)
        found[name] = Gauged(
            None if depth_m is None else round(depth_m[1] / luck.values["string.joint_m"]),
            None if fuel_t is None else round(fuel_t[1] * GRAMS_PER_TONNE),
            None if hold_m3 is None or _in_motion(log, name) else round(hold_m3[1] * LITRES_PER_M3),
        )
    return found


def state_of_log(log: CampaignLog, luck: Luck, sea: SeaTables) -> Inferred:
    """Return the state at the end of a log, from which a replicate goes on, and what was not measured."""
    return infer(luck, log.rows, log.lots, log.until_s, gauges(log, luck), sea)


def measured_state(log: CampaignLog, seed: int, replicate: int) -> tuple[CampaignState, tuple[Note, ...]]:
    """Return the state at the end of a log with the luck of a replicate, and what of it was inferred or looks odd."""
    luck = Luck(log.scenario, draw_parameters(log.scenario, seed, replicate, "drawn"), seed, replicate)
    found = state_of_log(log, luck, tables_of(luck))
    state = CampaignState(log.scenario, seed, replicate, "drawn", "measured", "", found.state)
    return state, (*found.notes, *_against_gauges(log, found.state))


def as_logged(log: CampaignLog, standings: Sequence[Standing]) -> list[Standing]:
    """Return standings that do what the log says last, since when: a replicate's own sea does not say who waits.

    Rows of one activity, state and cause that follow one another are one.
    """
    return [_as_row_says(log.rows.get(one.name), one) for one in standings]


def _as_row_says(rows: Ints | None, standing: Standing) -> Standing:
    if rows is None or not len(rows):
        return standing
    code = int(rows[-1, c.R_CODE])
    other = np.flatnonzero((rows[:-1, c.R_CODE] != code) | (rows[:-1, c.R_END] != rows[1:, c.R_START]))
    first = int(other[-1]) + 1 if len(other) else 0
    return replace(
        standing,
        activity=c.ACTIVITIES[code % c.STATE_UNIT],
        state=c.STATES[code % c.CAUSE_UNIT // c.STATE_UNIT],
        cause=c.CAUSES[code // c.CAUSE_UNIT],
        since_utc=int(rows[first, c.R_START]),
    )


def _in_motion(log: CampaignLog, name: str) -> bool:
    """Say whether an asset's contents change while what is under way lasts: the account books them at its end."""
    rows = log.rows.get(name)
    return rows is not None and len(rows) > 0 and int(rows[-1, c.R_CODE]) % c.STATE_UNIT in MOVING


def _against_gauges(log: CampaignLog, state: State) -> list[Note]:
    """Return a note for each ship whose gauge does not fit what was handed over to it and by it.

    The gauge of a mining vessel is believed (see `gauges`): what it lifted is not told in litres.
    """
    notes = []
    ships = [name for name, role in roles_of(log.scenario).items() if role != "mining"]
    for name in ships:
        tag = f"{name}.hold.volume"
        read = latest(log, tag)
        if read is None or _in_motion(log, name):
            continue
        account_m3 = state.assets[name][c.HOLD_L] / LITRES_PER_M3
        off = (read[1] - account_m3) / float(sensors()[tag].error(read[1]))
        if abs(off) > FAR_OFF:
            said = f"its gauge says {read[1]:,.0f} m3, what was handed over to it and by it {account_m3:,.0f} m3"
            notes.append(Note(name, "hold", said))
    return notes
