"""Priors: the law of ignorance of each row of a scenario, in quantiles; and the law of its events as a ratio."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from twin.models.event_ratio import RatioLaw
from twin.models.grid_posterior import GridPosterior, grid_posterior
from twin.quantities import Quantity, lognormal, triangular
from twin.scenario import Scenario

Floats = NDArray[np.float64]
FINE: Final = 4001  # points of the table that turns values into quantiles


@dataclass(frozen=True)
class Prior:
    """What is believed of one number before the campaign: the law of ignorance of its row."""

    quantity: Quantity

    @property
    def key(self) -> str:
        """Dotted key of the row."""
        return self.quantity.key

    @property
    def is_known(self) -> bool:
        """Whether the row leaves nothing to learn: a fixed law, or a range without width."""
        return self.quantity.law == "fixed" or not self.quantity.low < self.quantity.high

    def values(self, u: Floats) -> Floats:
        """Return the values at quantiles, any shape: the very numbers that a replicate with those quantiles draws."""
        q = self.quantity
        if self.is_known:
            return np.full(np.shape(u), q.value)
        low, mode, high = np.array(q.low), np.array(q.value), np.array(q.high)
        if q.law == "uniform":
            drawn = low + u * (high - low)
        elif q.law == "lognormal":
            drawn = lognormal(low, high, np.clip(u, 1e-12, 1.0 - 1e-12))
        else:
            drawn = triangular(low, mode, high, u)
        return np.asarray(np.clip(drawn, q.minimum, q.maximum))

    @cached_property
    def _table(self) -> tuple[Floats, Floats]:
        u = np.linspace(0.0, 1.0, FINE)
        return self.values(u), u

    def density(self, values: Floats) -> Floats:
        """Return the density at values, 0 outside; from the table of quantiles, the same for every law."""
        points, u = self._table
        slope = np.diff(u) / np.maximum(np.diff(points), 1e-300)
        cell = np.searchsorted(points, values, side="right") - 1
        inside = (values >= points[0]) & (values <= points[-1])
        return np.where(inside, slope[np.clip(cell, 0, len(slope) - 1)], 0.0)

    @cached_property
    def spread(self) -> float:
        """Variance of the prior."""
        u = (np.arange(FINE) + 0.5) / FINE
        return float(self.values(u).var())


def prior_of(scenario: Scenario, key: str) -> Prior:
    """Return the prior of a row of a scenario."""
    return Prior(scenario.quantities[key])


def open_keys(scenario: Scenario, keys: Sequence[str]) -> list[str]:
    """Return those keys whose rows leave something to learn."""
    return [key for key in keys if key in scenario.quantities and not prior_of(scenario, key).is_known]


def columns(scenario: Scenario, keys: Sequence[str], learnt: Sequence[str], u: Floats) -> dict[str, Floats]:
    """Return the value of each key for members: at the quantiles of column i for `learnt[i]`, else as stated.

    Parameters
    ----------
    u : quantiles, shape (N, at least len(learnt)).
    """
    found = {key: np.full(len(u), scenario.quantities[key].value) for key in keys}
    return found | {key: prior_of(scenario, key).values(u[:, i]) for i, key in enumerate(learnt)}


def ratio_law(quantity: Quantity) -> RatioLaw:
    """Return the law of an event of a row over its central value."""
    if quantity.event_law in ("none", "exponential") or quantity.event_low is None or quantity.event_high is None:
        return RatioLaw("exponential" if quantity.event_law == "exponential" else "none")
    if quantity.value == 0.0 or not quantity.event_low < quantity.event_high:
        return RatioLaw("none")
    return RatioLaw(quantity.event_law, quantity.event_low / quantity.value, quantity.event_high / quantity.value)


__all__ = [
    "Floats", "GridPosterior", "Prior", "columns", "grid_posterior", "open_keys", "prior_of", "ratio_law",
]  # fmt: skip
