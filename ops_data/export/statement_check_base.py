"""What every part of the check of a supply statement shares: its lines, how near is the same, and spreads of draws."""

import math
from collections.abc import Iterator, Mapping, Sequence
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

Frames: TypeAlias = Mapping[str, "pd.DataFrame"]
Floats: TypeAlias = NDArray[np.float64]
Key: TypeAlias = tuple[str, str, str]
Three: TypeAlias = tuple[float, float, float]

OK: Final = "OK         "
DIFFERENT: Final = "DIFFERENT  "
FAILED: Final = "FAILED     "
BY_HASH: Final = "BY HASH    "  # told, but not added up again: only its hash is known
RELATIVE: Final = 1e-9
ABSOLUTE: Final = 1e-12
MOST: Final = 5  # wrong rows of a table that are told one by one
KEYS: Final = ("name", "item", "period")
SPREAD: Final = ("value", "low", "high")
CHANCE: Final = "probability"  # unit of what is told as a share of draws
NORMAL_90: Final = NormalDist().inv_cdf(0.9)  # ends of an interval of 80 %


def line(what: str, fits: bool, otherwise: str) -> str:
    """Return the line of one number or sum."""
    return f"{OK}{what}" if fits else f"{DIFFERENT}{what}: {otherwise}"


def lines(what: str, wrong: Sequence[str]) -> Iterator[str]:
    """Yield the line of many numbers of one kind, or one for each of the first that are wrong.

    Examples
    --------
    >>> list(lines("2 rows", [])), list(lines("9 rows", ["a is 1, not 2"]))
    (['OK         2 rows'], ['DIFFERENT  9 rows: a is 1, not 2'])
    """
    if not wrong:
        yield f"{OK}{what}"
    more = [] if len(wrong) <= MOST else [f"and {len(wrong) - MOST} more"]
    for one in [*wrong[:MOST], *more]:
        yield f"{DIFFERENT}{what}: {one}"


def near(one: Any, other: Any) -> bool:
    """Say whether numbers are the same but for rounding; what is not a number equals itself."""
    return bool(np.all(alike(one, other)))


def alike(one: Any, other: Any) -> NDArray[np.bool_]:
    """Say of each pair of numbers whether it is `near`."""
    found: NDArray[np.bool_] = np.asarray(np.isclose(one, other, rtol=RELATIVE, atol=ABSOLUTE, equal_nan=True))
    return found


def label(key: Key) -> str:
    """Return name, item and period as one word.

    Examples
    --------
    >>> label(("hhi", "Nd ore", "2030")), label(("hhi", "", ""))
    ('hhi[Nd ore; 2030]', 'hhi')
    """
    name, item, period = key
    inside = "; ".join(part for part in (item, period) if part)
    return f"{name}[{inside}]" if inside else name


def spreads(indicators: "pd.DataFrame") -> dict[Key, Three]:
    """Return value, low and high of every indicator by name, item and period."""
    cells = (indicators[name].tolist() for name in (*KEYS, *SPREAD))
    return {
        (str(name), str(item), str(period)): (float(value), float(low), float(high))
        for name, item, period, value, low, high in zip(*cells, strict=True)
    }


def draws_of(outcomes: "pd.DataFrame") -> "dict[Key, tuple[NDArray[np.int64], Floats]]":
    """Return the numbers of the draws, and their values, of every name, item and period."""
    found: dict[Key, tuple[NDArray[np.int64], Floats]] = {}
    draw, value = outcomes["replicate"].to_numpy(np.int64), outcomes["value"].to_numpy(np.float64)
    for key, at in outcomes.groupby(list(KEYS), sort=False, observed=True).indices.items():
        name, item, period = key if isinstance(key, tuple) else (key, "", "")
        found[str(name), str(item), str(period)] = draw[at], value[at]
    return found


def chance(values: Floats, trials: int) -> Three:
    """Return the share of draws in which something happened, and the ends of its interval of 80 % (Wilson 1927).

    Examples
    --------
    >>> [round(one, 4) for one in chance(np.array([1.0, 1.0, 0.0, 0.0]), 4)]
    [0.5, 0.2302, 0.7698]
    """
    z, successes = NORMAL_90, round(float(values.sum()))
    p = successes / trials
    middle, scale = p + z * z / (2.0 * trials), 1.0 + z * z / trials
    half = z * math.sqrt(p * (1.0 - p) / trials + z * z / (4.0 * trials * trials))
    low = 0.0 if successes == 0 else (middle - half) / scale
    return float(values.sum()) / trials, low, 1.0 if successes == trials else (middle + half) / scale
