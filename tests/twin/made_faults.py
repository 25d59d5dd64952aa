"""A simulated campaign in which something goes wrong from a day on that nobody planned: for tests of what finds it."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from twin.campaign_log import CampaignLog
from twin.operations import codes as c
from twin.operations.campaign import play_campaign, tables_of
from twin.operations.inferred import activity_of
from twin.operations.program import Ints
from twin.rehearsal.instruments import measured
from twin.rehearsal.truth import Truth

GRADE_PPM = 5_000.0


def faulty(truth: Truth, at_s: int, values: Mapping[str, float]) -> CampaignLog:
    """Return what an ideal log and the sensors say of a whole campaign whose numbers change at a second.

    Parameters
    ----------
    truth : the campaign as it would have gone.
    at_s : second from which on the numbers are others.
    values : those that are, by key; a work under way keeps what was drawn.
    """
    scenario = truth.scenario
    luck = replace(truth.luck, values={**truth.values, **values})
    tables = tables_of(luck)
    before = play_campaign(truth.luck, truth.tables, None, at_s, True)
    after = play_campaign(luck, tables, before.state, scenario.end_s, True)
    rows = {name: np.concatenate([own, after.rows[name]]) for name, own in before.rows.items()}
    lots = [*before.lots, *after.lots]
    grades = {name: np.full(_lifts(rows[name]), GRADE_PPM) for name in after.lift_grades_ppm}  # not looked at
    played = replace(after, rows=rows, lots=lots, lift_grades_ppm=grades)
    changed = measured(luck, truth.sea, tables, played)
    series = {
        tag: replace(
            one,
            time_s=np.concatenate([one.between(0, at_s).time_s, changed[tag].between(at_s, scenario.end_s).time_s]),
            value=np.concatenate([one.between(0, at_s).value, changed[tag].between(at_s, scenario.end_s).value]),
        )
        for tag, one in truth.measured.items()
    }
    return CampaignLog(scenario, scenario.end_s, rows, tuple(lots), series)


def _lifts(rows: Ints) -> int:
    return int(((activity_of(rows) == c.ACTIVITY["lift"]) & (rows[:, c.R_DRY_G] > 0)).sum())
