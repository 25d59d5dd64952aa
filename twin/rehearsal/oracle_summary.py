"""What many rehearsals say of the loop: how often ranges held the truth, and how much learning improved forecasts."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np

from twin.models.scores import coverage
from twin.models.skill import compare
from twin.rehearsal.oracle import Came, Learnt, Rehearsed

FAR: Final = 1.0  # prior standard deviations of the pace from which a truth counts as far from what was planned
LEAST: Final = 2  # rehearsals from which losses are compared
NO_LOSS: Final = 1e-3  # of the mean of what came: a planned loss below it leaves nothing to gain but noise


@dataclass(frozen=True)
class Held:
    """How often the 90 % range of a number held the truth, with Wilson's range of that chance; mean contraction."""

    key: str
    inside: int
    count: int
    low: float
    high: float
    contraction: float


@dataclass(frozen=True)
class Gained:
    """Mean losses over rehearsals, and what learning gained.

    Attributes
    ----------
    which : ``all``, or ``far`` for truths at least `FAR` prior standard deviations of the pace away.
    series, lead_d, count : what was forecast, how far ahead, over how many rehearsals.
    calibrated, planned, persistence : mean losses; CRPS of two ensembles, absolute error of persistence.
    gain, gain_error : share of the planned model's loss that learning took away, and its standard error; None where the
        planned model had none to speak of (below `NO_LOSS` of the mean of what came).
    against_persistence : mean loss less that of persistence in standard errors; above 2 it would lose.
    inside : share of calibrated 90 % ranges that held what came.
    """

    which: str
    series: str
    lead_d: int
    count: int
    calibrated: float
    planned: float
    persistence: float
    gain: float | None
    gain_error: float | None
    against_persistence: float
    inside: float


def held(found: Sequence[Rehearsed], least_contraction: float = -np.inf) -> list[Held]:
    """Return coverage by number, then of all numbers together (key "all").

    Parameters
    ----------
    found : rehearsals.
    least_contraction : leave out what was learnt less of.
    """
    by_key: dict[str, list[Learnt]] = {}
    for one in found:
        for learnt in one.learnt:
            if learnt.contraction >= least_contraction:
                by_key.setdefault(learnt.key, []).append(learnt)
    groups = [*sorted(by_key.items()), ("all", [learnt for own in by_key.values() for learnt in own])]
    return [_held(key, own) for key, own in groups if own]


def _held(key: str, own: Sequence[Learnt]) -> Held:
    inside = np.array([one.inside for one in own], dtype=np.float64)
    sure = coverage(np.zeros(len(own)), np.ones(len(own)), np.where(inside, 0.5, 2.0))
    return Held(key, sure.inside, sure.count, sure.low, sure.high, float(np.mean([one.contraction for one in own])))


def gained(found: Sequence[Rehearsed]) -> list[Gained]:
    """Return mean losses by series and lead, over all rehearsals and over those far from what was planned."""
    chosen: list[tuple[str, Callable[[Rehearsed], bool]]] = [
        ("all", lambda _one: True),
        ("far", lambda one: abs(one.pace_off) >= FAR),
    ]
    rows = []
    for which, is_in in chosen:
        groups: dict[tuple[str, int], list[Came]] = {}
        for one in found:
            for came in one.came if is_in(one) else ():
                groups.setdefault((came.series, came.lead_d), []).append(came)
        rows += [_gained(which, *key, own) for key, own in sorted(groups.items()) if len(own) >= LEAST]
    return rows


def _gained(which: str, series: str, lead_d: int, own: Sequence[Came]) -> Gained:
    losses = {name: np.array([getattr(one, name) for one in own]) for name in ("calibrated", "planned", "persistence")}
    learnt = compare(losses["calibrated"], losses["planned"], 0)
    steady = compare(losses["calibrated"], losses["persistence"], 0)
    error = steady.difference_error
    means = {name: float(one.mean()) for name, one in losses.items()}
    lost = means["planned"] > NO_LOSS * float(np.mean([abs(one.observed) for one in own]))
    return Gained(
        which, series, lead_d, len(own), means["calibrated"], means["planned"], means["persistence"],
        learnt.skill if lost else None, learnt.skill_error if lost else None,
        steady.difference / error if error > 0.0 else 0.0,
        float(np.mean([one.inside for one in own])),
    )  # fmt: skip


def as_document(found: Sequence[Rehearsed]) -> dict[str, Any]:
    """Return the summary as JSON values."""
    return {
        "rehearsals": len(found),
        "far": sum(abs(one.pace_off) >= FAR for one in found),
        "held": [asdict(one) for one in held(found)],
        "gained": [asdict(one) for one in gained(found)],
    }
