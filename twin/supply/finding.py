"""What a comparison finds: two numbers and a verdict."""

import math
from dataclasses import dataclass
from typing import Final

CONFLICT: Final = "conflict"
CONSISTENT: Final = "consistent"
NOTE: Final = "note"
CLOSE: Final = 1.5  # factor within which two estimates of a grade, a demand or a price agree


@dataclass(frozen=True, slots=True)
class Finding:
    """What a comparison finds: the claim or need, what stands against it, and the verdict."""

    left: float
    right: float
    verdict: str


def judged(left: float, right: float, holds: bool) -> Finding:
    """Return the verdict on two numbers; a note where one of them is not known.

    Examples
    --------
    >>> judged(1.0, 2.0, True).verdict, judged(math.nan, 2.0, False).verdict
    ('consistent', 'note')
    """
    if math.isnan(left) or math.isnan(right):
        return Finding(left, right, NOTE)
    return Finding(left, right, CONSISTENT if holds else CONFLICT)


def two_estimates(left: float, right: float) -> Finding:
    """Compare two estimates of one thing, in one unit, above 0; a conflict where one is half as much again.

    Examples
    --------
    >>> two_estimates(1705.0, 4041.5).verdict, two_estimates(900.0, 1010.0).verdict
    ('conflict', 'consistent')
    """
    return judged(left, right, max(left, right) <= CLOSE * min(left, right))
