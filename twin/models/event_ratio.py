"""Laws of an event over its central value: density and survival of the ratio, with a floor for what a law excludes.

Durations and masses scatter in proportion to their central value, so one law of the ratio r = x / central serves all
central values. Densities are per natural logarithm of the ratio: r p(r).
"""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from ops_data.errors import ModelError
from twin.models.limits import FloatArray

EventLaw = Literal["none", "triangular", "exponential", "lognormal"]

PLACE: Final = "law of a ratio"
Z95: Final = 1.6448536269514722  # standard normal quantile at 0.95
OUTSIDE_SHARE: Final = 1e-3  # of data that follow no law: a slip of the pen, an event nobody thought of
OUTSIDE_DENSITY: Final = 0.2  # of such a datum: anywhere within a factor of 150, even in the logarithm
EXACT_SD: Final = 0.01  # of the logarithm of what has no event law: no duration is logged better than to 1 %
REACH: Final = 4.0  # of tables in the logarithm of the ratio
STEP: Final = 2e-4


@dataclass(frozen=True)
class RatioLaw:
    """Law of the ratio of an event to its central value.

    Attributes
    ----------
    law : triangular (mode 1), exponential (mean 1), lognormal (low and high its 5 % and 95 % points) or none.
    low, high : bounds as ratios; of triangular and lognormal laws.
    """

    law: EventLaw
    low: float = 1.0
    high: float = 1.0

    def __post_init__(self) -> None:
        wide = self.law in ("triangular", "lognormal") and self.low < self.high
        if self.law in ("triangular", "lognormal") and not (wide and 0.0 <= self.low <= 1.0 <= self.high):
            raise ModelError(
                f"{PLACE}: {self.law} from {self.low:g} to {self.high:g}; it holds 1 and has width: take law none"
            )

    def density(self, log_ratio: ArrayLike) -> FloatArray:
        """Return r p(r) at logarithms of ratios, any shape, without the floor.

        Examples
        --------
        >>> float(RatioLaw("triangular", 0.5, 1.5).density(0.0))
        2.0
        """
        z = np.asarray(log_ratio, dtype=np.float64)
        if self.law == "exponential":
            return np.asarray(np.exp(z - np.exp(z)))
        if self.law == "triangular":
            r, a, b = np.exp(z), self.low, self.high
            up = (r - a) / (1.0 - a) if a < 1.0 else np.where(r >= 1.0, 1.0, 0.0)
            down = (b - r) / (b - 1.0) if b > 1.0 else np.where(r <= 1.0, 1.0, 0.0)
            return np.asarray(r * 2.0 / (b - a) * np.maximum(np.where(r < 1.0, up, down), 0.0))
        middle, sd = self._normal()
        return np.asarray(np.exp(-0.5 * ((z - middle) / sd) ** 2) / (sd * np.sqrt(2.0 * np.pi)))

    def chance_below(self, log_ratio: ArrayLike) -> FloatArray:
        """Return the chance of a smaller ratio.

        Examples
        --------
        >>> float(RatioLaw("triangular", 0.5, 1.5).chance_below(0.0))
        0.5
        """
        z = np.asarray(log_ratio, dtype=np.float64)
        if self.law == "exponential":
            return np.asarray(-np.expm1(-np.exp(z)))
        if self.law == "triangular":
            r, a, b = np.exp(z), self.low, self.high
            up = (np.clip(r, a, 1.0) - a) ** 2 / (1.0 - a) if a < 1.0 else 0.0
            down = ((b - 1.0) ** 2 - (b - np.clip(r, 1.0, b)) ** 2) / (b - 1.0) if b > 1.0 else 0.0
            return np.asarray((up + down) / (b - a))
        middle, sd = self._normal()
        return np.asarray(ndtr((z - middle) / sd))

    def _normal(self) -> tuple[float, float]:
        if self.law == "none":
            return 0.0, EXACT_SD
        return 0.5 * np.log(self.low * self.high), 0.5 * np.log(self.high / self.low) / Z95

    @property
    def mean(self) -> float:
        """Mean of the ratio."""
        if self.law == "triangular":
            return (self.low + 1.0 + self.high) / 3.0
        middle, sd = self._normal() if self.law == "lognormal" else (0.0, 0.0)
        return float(np.exp(middle + 0.5 * sd**2))

    @property
    def variance(self) -> float:
        """Variance of the ratio; 0 without an event law."""
        if self.law == "triangular":
            a, b = self.low, self.high
            return (a * a + 1.0 + b * b - a - b - a * b) / 18.0
        if self.law == "lognormal":
            return float(self.mean**2 * np.expm1(self._normal()[1] ** 2))
        return 1.0 if self.law == "exponential" else 0.0


def log_density(law: RatioLaw, log_ratio: ArrayLike) -> FloatArray:
    """Return the logarithm of r p(r) with the floor: one datum in a thousand follows no law."""
    floor = OUTSIDE_SHARE * OUTSIDE_DENSITY
    return np.asarray(np.log((1.0 - OUTSIDE_SHARE) * law.density(log_ratio) + floor))


def log_survival(law: RatioLaw, log_ratio: ArrayLike) -> FloatArray:
    """Return the logarithm of the chance of a greater ratio, with the same floor."""
    return np.asarray(np.log((1.0 - OUTSIDE_SHARE) * (1.0 - law.chance_below(log_ratio)) + 0.5 * OUTSIDE_SHARE))


def table_points() -> FloatArray:
    """Return the logarithms of ratios at which tables of a law are made: even steps from -REACH to REACH."""
    return np.arange(-REACH, REACH + 0.5 * STEP, STEP)


def learned_total(
    log_x: FloatArray, log_n: FloatArray, log_centre: FloatArray, log_first: FloatArray, exponent: FloatArray,
    table: FloatArray, reach: float, step: float,
) -> FloatArray:  # fmt: skip
    """Return the summed table values of data that get faster with practice, for each member, shape (N,).

    Parameters
    ----------
    log_x, log_n : logarithm of each datum and of its number in the order of practice, shape (n,).
    log_centre, log_first, exponent : of each member: logarithm of the practised value, of the factor of the first
        repetition, and exponent of the number, shape (N,).
    table : values at :func:`table_points`, `reach` and `step` those of the table.

    Notes
    -----
    z = log x - log c - max(0, log a + b log n); linear between the points, the end values beyond them. Compiled by
    `twin.models.compiled` where it is called.
    """
    total = np.zeros(len(log_centre))
    last = len(table) - 1
    for m in range(len(log_centre)):
        for i in range(len(log_x)):
            learning = log_first[m] + exponent[m] * log_n[i]
            z = log_x[i] - log_centre[m]
            if learning > 0.0:
                z -= learning
            place = (z + reach) / step
            if place <= 0.0:
                total[m] += table[0]
            elif place >= last:
                total[m] += table[last]
            else:
                k = int(place)
                total[m] += table[k] + (place - k) * (table[k + 1] - table[k])
    return total
