"""The steps of insertions, pieced together from the rows of a log: what was finished, broken off or is under way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from twin.campaign_log import CampaignLog
from twin.operations import codes as c
from twin.operations.inferred import activity_of, begun, cause_of, state_code_of
from twin.operations.program import Ints

STEPS: Final = ("shift", "insert", "disaggregate", "lift")
FOLLOWS: Final = {"shift": "insert", "insert": "disaggregate", "disaggregate": "lift"}
BETWEEN: Final = frozenset({"repair", "restart"})  # what a step goes on after


@dataclass(frozen=True, eq=False)
class VesselRows:
    """The rows of one asset up to the end of the log, in order of time, with their codes taken apart."""

    name: str
    rows: Ints
    activity: tuple[str, ...]
    state: NDArray[np.int64]
    cause: NDArray[np.int64]

    @property
    def start_s(self) -> Ints:
        """UTC second at which each row begins."""
        return np.asarray(self.rows[:, c.R_START])

    @property
    def end_s(self) -> Ints:
        """UTC second at which each row ends."""
        return np.asarray(self.rows[:, c.R_END])


def rows_of(log: CampaignLog, name: str) -> VesselRows:
    """Return the rows of an asset; none for one the log does not have."""
    found = begun(log.rows.get(name, np.zeros((0, c.ROW_FIELDS), np.int64)), log.until_s)
    words = tuple(c.ACTIVITIES[code] for code in activity_of(found).tolist())
    return VesselRows(name, found, words, state_code_of(found), cause_of(found))


@dataclass
class Job:
    """One step of one insertion.

    Attributes
    ----------
    step, number : which, and how many of the kind were begun before on this vessel.
    worked_s : seconds worked on it.
    done : whether it was finished; else it lasts longer than was worked.
    first_s, last_s : when it was begun and last worked on, UTC seconds.
    dry_g : dry solids that it brought up.
    spans : rows in which it was worked on, as (start, end).
    """

    step: str
    number: int
    first_s: int
    last_s: int = 0
    worked_s: int = 0
    done: bool = False
    dry_g: int = 0
    spans: list[tuple[int, int]] = field(default_factory=list)


def jobs_of(vessel: VesselRows) -> dict[str, list[Job]]:
    """Return the steps of insertions of a vessel by kind, in order.

    A step goes on after waits, repairs and renewed circulation. It is finished when the next step of the insertion
    follows, a lift when it brought something up; whatever else follows broke it off.
    """
    found: dict[str, list[Job]] = {step: [] for step in STEPS}
    current: Job | None = None
    states, rows = vessel.state.tolist(), vessel.rows.tolist()
    for activity, state, row in zip(vessel.activity, states, rows, strict=True):
        if activity in BETWEEN:
            continue
        if activity not in found:
            current = None
            continue
        if current is None or current.step != activity:
            if current is not None and FOLLOWS.get(current.step) == activity:
                current.done = True
            current = Job(activity, len(found[activity]), row[c.R_START])
            found[activity].append(current)
        current.last_s = row[c.R_END]
        if state == c.WORKING:
            current.worked_s += row[c.R_END] - row[c.R_START]
            current.spans.append((row[c.R_START], row[c.R_END]))
            if activity == "lift" and row[c.R_DRY_G] > 0:
                current.done, current.dry_g = True, row[c.R_DRY_G]
                current = None
    return found


def lifts(jobs: Mapping[str, list[Job]]) -> list[Job]:
    """Return the lifts that were finished."""
    return [job for job in jobs["lift"] if job.done]


def is_weighed(log: CampaignLog, vessel: str, job: Job) -> bool:
    """Say whether the dry solids of a lift were logged, not filled in from another basis or a typical lift."""
    return not any((vessel, int(start_s)) in log.unweighed for start_s, _ in job.spans)
