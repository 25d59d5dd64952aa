"""What one block of a calibration finds: draws, what they rest on, what is missing, and whether the law still fits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray
from scipy.special import kolmogorov

from twin.scenario import Scenario

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Check:
    """Whether data look as the calibrated law says.

    Attributes
    ----------
    block, what : what was compared, in words.
    data : how many numbers.
    p_value : chance of data as far off or further if the law is right; NaN where none is computed.
    excluded : data that the law of the scenario excludes; they count with a floor.
    """

    block: str
    what: str
    data: int
    p_value: float
    excluded: int


@dataclass(frozen=True, eq=False)
class Block:
    """What one block finds.

    Attributes
    ----------
    name : of the block, in words.
    used : the data it rests on, in words; the source of what it finds.
    draws : members of the posterior by key, shape (members,) each; together they are joint draws.
    missing : why nothing was learnt, by key.
    notes : what to know about a key.
    checks : whether the laws still fit.
    products : what only together is identified, by name with its unit: prior and posterior draws.
    """

    name: str
    used: str
    draws: Mapping[str, Floats] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    checks: tuple[Check, ...] = ()
    products: Mapping[str, tuple[Floats, Floats]] = field(default_factory=dict)


def nothing(name: str, keys: list[str], why: str) -> Block:
    """Return the block of keys about which nothing is known."""
    return Block(name, f"nothing: {why}", missing=dict.fromkeys(keys, why))


def kolmogorov_p(chances: Floats) -> float:
    """Return the chance that so uneven a sample comes from an even law on 0 to 1; NaN for fewer than two numbers.

    Examples
    --------
    >>> round(kolmogorov_p((np.arange(100) + 0.5) / 100), 3)
    1.0
    """
    n = len(chances)
    if n < 2:
        return float("nan")
    order = np.sort(chances)
    above, below = np.arange(1, n + 1) / n - order, order - np.arange(n) / n
    distance = float(max(above.max(), below.max()))
    return float(kolmogorov((np.sqrt(n) + 0.12 + 0.11 / np.sqrt(n)) * distance))


def day(time_s: float) -> str:
    """Return the UTC day of a second, as 2027-01-20."""
    return datetime.fromtimestamp(int(time_s), UTC).strftime("%Y-%m-%d")


def span(first_s: float, last_s: float) -> str:
    """Return two days as words."""
    return f"{day(first_s)} to {day(last_s)}"


def mining_vessels(scenario: Scenario) -> list[str]:
    """Return the names of the mining vessels."""
    from twin.operations.campaign import roles_of

    return [name for name, role in roles_of(scenario).items() if role == "mining"]
