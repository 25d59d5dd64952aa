"""The current that carries the plumes of a replicate: made up, blocks of a person's record, or still water."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from ops_data.units import SECONDS_PER_DAY, SECONDS_PER_HOUR
from twin.models.currents import Synthetic, resampled, still, synthetic
from twin.models.plume import Current
from twin.scenario import Scenario

MADE_UP_STEP_S: Final = SECONDS_PER_HOUR // 2  # of the series kept with the study: the tide is 0.5 % weaker


def current_of(
    scenario: Scenario,
    values: Mapping[str, float],
    seed: int,
    replicate: int,
    start_s: int,
    end_s: int,
    record: Current | None,
) -> Current:
    """Return the current near the bed of one replicate.

    Parameters
    ----------
    scenario, values : the campaign and the quantity values of the replicate by key.
    seed, replicate : choose phases and turns, or the blocks of the record.
    start_s, end_s : Unix UTC seconds it must cover.
    record : for ``environment.current = "record"``.
    """
    if scenario.environment.current == "none":
        return still(start_s, end_s)
    if record is not None:
        return resampled(record, start_s, end_s, values["current.block_d"] * SECONDS_PER_DAY, seed, replicate)
    parts = Synthetic(
        mean_m_s=values["current.mean_m_s"],
        towards_deg=values["current.towards_deg"],
        turning_deg=values["current.turning_deg"],
        turning_d=values["current.turning_d"],
        m2_m_s=values["current.m2_m_s"],
        m2_minor_share=values["current.m2_minor_share"],
        inertial_m_s=values["current.inertial_m_s"],
        inertial_d=values["current.inertial_d"],
        latitude_deg=scenario.site.latitude_deg,
    )
    return synthetic(parts, start_s, end_s, seed, replicate, MADE_UP_STEP_S)


def mean_speed_m_s(current: Current) -> float:
    """Return the mean speed of a current [m/s]."""
    return float(np.hypot(current.u_m_s, current.v_m_s).mean())
