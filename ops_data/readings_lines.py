"""A sensor's readings as a line that can be drawn: gaps stay gaps, and a thinned line keeps its extremes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from tsdownsample import MinMaxDownsampler, MinMaxLTTBDownsampler

GAP_STEPS: Final = 5  # assumption: a pause of more than five usual steps is a gap, not a late reading
POINTS_PER_WINDOW: Final = 20  # of a thinned line; the least and greatest value of each window are always kept
POINTS_PER_GAP: Final = 16  # of a thinned line; so many gaps of the longest keep both their ends
LEAST_POINTS: Final = 40
_EXTREMES: Final = MinMaxDownsampler()  # type: ignore[no-untyped-call]
_SHAPE: Final = MinMaxLTTBDownsampler()  # type: ignore[no-untyped-call]

Times: TypeAlias = NDArray[np.int64]
Values: TypeAlias = NDArray[np.float64]
Places: TypeAlias = NDArray[np.intp]
Bools: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Line:
    """Points of a line in order of time; one whose value is NaN is a break."""

    time_utc: Times
    value: Values
    thinned: bool


def line(time_utc: Times, value: Values, good: Bools, points: int) -> Line:
    """Return the line through the good readings, broken where they pause, of at most so many points and its breaks.

    Parameters
    ----------
    time_utc, value : every reading of the range, in order of time; shape (rows,).
    good : which of them the line goes through; the others count for nothing but the usual step.
    points : most points of the line; fewer than `LEAST_POINTS` is taken as that.

    Returns
    -------
    The line breaks where a value is missing (not a finite number) and where two good readings are further apart than
    `GAP_STEPS` times the usual step, which is the median of all steps. A thinned line holds the first and last reading,
    the least and greatest value of the range and of each of its windows of equal length (one for every
    `POINTS_PER_WINDOW` points), both ends of the longest gaps (one for every `POINTS_PER_GAP`; shorter ones may close),
    and for the rest what MinMaxLTTB chooses.

    Examples
    --------
    >>> times = np.array([0, 10, 20, 30, 200, 210])
    >>> line(times, np.ones(6), np.ones(6, dtype=bool), 100).value
    array([ 1.,  1.,  1.,  1., nan,  1.,  1.])
    """
    finite = np.isfinite(value)
    drawn = np.flatnonzero(good & finite)
    times, values = time_utc[drawn], value[drawn]
    missing = np.cumsum(~finite)[drawn]
    broken = np.zeros(len(drawn), dtype=bool)
    broken[1:] = (np.diff(times) > _longest_step_s(time_utc)) | (np.diff(missing) > 0)
    chosen = kept(times, values, points, np.flatnonzero(broken))
    after = np.flatnonzero((np.diff(chosen) == 1) & broken[chosen[1:]]) + 1
    times, values = times[chosen], values[chosen]
    middles = times[after - 1] + (times[after] - times[after - 1]) // 2
    return Line(np.insert(times, after, middles), np.insert(values, after, np.nan), len(chosen) < len(drawn))


def _longest_step_s(time_utc: Times) -> float:
    """Return how long a step may be before it is a gap [s]."""
    steps = np.diff(time_utc)
    steps = steps[steps > 0]
    return GAP_STEPS * float(np.median(steps)) if len(steps) else np.inf


def kept(time_utc: Times, value: Values, points: int, breaks: Places) -> Places:
    """Return the places of the points that a line keeps, ascending; all when there are no more than `points`.

    Parameters
    ----------
    time_utc, value : the line, in order of time, values finite.
    points : most points.
    breaks : places before which the line is broken.
    """
    most = max(points, LEAST_POINTS)
    rows = len(time_utc)
    if rows <= most:
        return np.arange(rows)
    pauses = time_utc[breaks] - time_utc[breaks - 1]
    longest = breaks[np.argsort(-pauses, kind="stable")[: most // POINTS_PER_GAP]]
    asked = [value] if time_utc[0] == time_utc[-1] else [time_utc.astype(np.float64), value]
    fixed = np.union1d(
        np.concatenate([longest - 1, longest]),
        _EXTREMES.downsample(*asked, n_out=2 * (most // POINTS_PER_WINDOW)).astype(np.intp),
    )
    rest = _SHAPE.downsample(*asked, n_out=most - len(fixed)).astype(np.intp)
    return np.union1d(fixed, rest)


def flagged(time_utc: Times, value: Values, quality: Sequence[str], points: int) -> Places:
    """Return the places of flagged readings to mark: those with a finite value, each flag thinned to its share.

    Parameters
    ----------
    time_utc, value, quality : flagged readings, in order of time.
    points : most marks, shared evenly between the flags; none gets fewer than `LEAST_POINTS`.
    """
    if not quality:
        return np.arange(0)
    names, codes = np.unique(np.asarray(quality, dtype=str), return_inverse=True)
    finite = np.isfinite(value)
    marks = []
    for code in range(len(names)):
        places = np.flatnonzero((codes == code) & finite)
        marks.append(places[kept(time_utc[places], value[places], points // len(names), np.arange(0))])
    return np.sort(np.concatenate(marks))
