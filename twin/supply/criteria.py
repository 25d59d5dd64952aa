"""Criteria side by side, and capacity that can be staffed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ops_data.errors import ModelError, did_you_mean
from twin.supply.kpis import engineers_added, ndpr_oxide_factor, staffed_capacity_t

Floats: TypeAlias = NDArray[np.float64]

BETTER: Final[Mapping[str, str]] = {
    "share_current[Dy]": "up",
    "cost_gap_usd_kg[3500]": "down",
    "hhi[heavy separated_oxide]": "down",
    "line_down_days[S3 strict_priority ev]": "down",
}


def staffed_separation_t(values: Mapping[str, float], capacity_t: float, year: float) -> float:
    """Return the separation of neodymium and praseodymium that engineers can run, as oxide [t/a].

    Parameters
    ----------
    values : with the quantities of the topic ``policy``: engineers today and trained, capacity per engineer, neodymium
        in the two metals, start and length of the plan.
    capacity_t : capacity there is or is planned, as element [t/a]; infinite: staff alone decides.
    year : calendar year; training goes on for the years of the plan.
    """
    years = min(year - values["policy.plan_start_year"], values["policy.plan_years"])
    engineers = values["policy.engineers_today"] + engineers_added(values["policy.engineers_per_year"], years)
    oxide_t = capacity_t * ndpr_oxide_factor(values["policy.nd_in_ndpr_share"])
    return float(staffed_capacity_t(oxide_t, engineers, values["policy.capacity_per_engineer_t"]))


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion of a choice: its output without and with it, and which way is better."""

    output: str
    without: float
    with_choice: float
    better: str

    @property
    def gain(self) -> float:
        """By how much the choice is better, in the unit of the output; below 0: worse."""
        rise = self.with_choice - self.without
        return rise if self.better == "up" else -rise


def panel(without: Mapping[str, float], with_choice: Mapping[str, float]) -> tuple[Criterion, ...]:
    """Return the criteria side by side; what is not given is not a number, and nothing is added up.

    Parameters
    ----------
    without, with_choice : outputs by name, see ``outputs.csv``.

    Examples
    --------
    >>> rows = panel({"share_current[Dy]": 0.0}, {"share_current[Dy]": 0.01})
    >>> rows[0].gain, len(rows)
    (0.01, 4)
    """
    return tuple(
        Criterion(name, without.get(name, np.nan), with_choice.get(name, np.nan), better)
        for name, better in BETTER.items()
    )


def composite(criteria: Sequence[Criterion], weights: Mapping[str, float]) -> float:
    """Return the weighted gain of a choice, each gain over the larger of its two outputs [1].

    Parameters
    ----------
    criteria : from `panel`; weights : output → weight, 0 or more, a person's own, summing to 1. There is no default.

    Raises
    ------
    ModelError
        A weight names no criterion, is negative, or the weights do not sum to 1.

    Notes
    -----
    Σ w · gain / max(|without|, |with|), from -1 to 1 for outputs of one sign; 0 where both outputs are 0. Not a number
    if an output that has a weight is not known.

    Examples
    --------
    >>> composite([Criterion("a", 2.0, 1.0, "down"), Criterion("b", 0.0, 0.0, "up")], {"a": 0.5, "b": 0.5})
    0.25
    """
    by_name = {one.output: one for one in criteria}
    for name, weight in weights.items():
        if name not in by_name:
            raise ModelError(f"weight '{name}' found; a criterion is needed; {did_you_mean(name, by_name)}")
        if weight < 0.0:
            raise ModelError(f"weight '{name}': {weight:g} found; 0 or more; correct it")
    total = sum(weights.values())
    if not np.isclose(total, 1.0):
        raise ModelError(f"weights sum to {total:g}; they sum to 1; correct {', '.join(sorted(weights))}")
    found = 0.0
    for name, weight in weights.items():
        one = by_name[name]
        scale = max(abs(one.without), abs(one.with_choice))
        found += weight * (one.gain / scale if scale != 0.0 else 0.0)
    return found
