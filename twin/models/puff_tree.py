"""Releases cut into puffs: short ones while they are narrow, few long ones when they have grown wider than their path.

What a release gives off between two moments lies along a curve that the current carries along without changing it:
east and north of x₀ - X(s), X the path of the water and s the moment of release. A puff stands for a piece of that
curve by its middle and its variance along each axis.
"""

from typing import Final, NamedTuple

import numpy as np

from twin.models.currents import travelled
from twin.models.plume import Bools, Current, Floats, Ints
from twin.models.puff_records import PUFF_ROW, Rows

MERGE_SHARE: Final = 0.2  # variance of a piece of the curve per variance of the puff, at most; 0.2 is 1.5 sigma long


class _Pieces(NamedTuple):
    """Pieces of the releases' curves, in order of release and time."""

    release: Ints
    begin_s: Floats
    end_s: Floats
    x_m: Floats
    y_m: Floats
    xx_m2: Floats
    yy_m2: Floats
    first: Ints  # step from which on the piece may stand for its parts


def puffs(releases: Rows, current: Current, frame: Rows) -> Rows:
    """Return the puffs of releases in the order of the steps at which each begins to stand for its piece.

    Parameters
    ----------
    releases : rows of `RELEASE_ROW`.
    current : what carries them; releases lie inside its time.
    frame : one row of `FRAME_ROW`.

    Returns
    -------
    Rows of `PUFF_ROW`: at each time step every moment of a release that has passed belongs to exactly one puff whose
    ``first`` is at or before the step and whose ``until`` is after it.

    Notes
    -----
    Releases are cut at the time steps. Two neighbouring pieces become one as soon as the variance of the longer piece
    along either axis is at most `MERGE_SHARE` of the variance of the puff (spread, 2 Kh age of its youngest grain,
    and that of a cell).
    """
    pieces = _shortest(releases, current, frame)
    found: list[Rows] = []
    while True:
        odd, above = _pairs(pieces.release)
        longer = _merged(pieces, odd, releases, frame)
        last = len(longer.release) == len(pieces.release)
        until = np.full(len(pieces.release), int(frame["steps"][0]) + 1) if last else longer.first[above]
        found.append(_rows(pieces, until))
        if last:
            rows = np.concatenate(found)
            return rows[np.lexsort((rows["begin_s"], rows["release"], rows["first"]))]
        pieces = longer


def _shortest(releases: Rows, current: Current, frame: Rows) -> _Pieces:
    step, origin = float(frame["step_s"][0]), float(current.time_s[0])
    low = np.floor(releases["begin_s"] / step).astype(np.int64)
    high = np.maximum(np.ceil(releases["end_s"] / step).astype(np.int64), low + 1)
    release = np.repeat(np.arange(len(releases)), high - low)
    cut = np.arange(len(release)) - np.repeat(np.cumsum(high - low) - (high - low), high - low) + low[release]
    begin = np.maximum(releases["begin_s"][release], cut * step)
    end = np.minimum(releases["end_s"][release], (cut + 1) * step)
    x, y = travelled(current, origin + np.stack([begin, 0.5 * (begin + end), end]))
    return _Pieces(
        release,
        begin,
        end,
        releases["x_m"][release] - (x[0] + 4.0 * x[1] + x[2]) / 6.0,
        releases["y_m"][release] - (y[0] + 4.0 * y[1] + y[2]) / 6.0,
        (x[2] - x[0]) ** 2 / 12.0,
        (y[2] - y[0]) ** 2 / 12.0,
        cut + 1,
    )


def _pairs(release: Ints) -> tuple[Bools, Ints]:
    """Return which pieces are the first of a pair of the same release, and the number of each piece's pair."""
    new = np.diff(release, prepend=-1) != 0
    place = np.arange(len(release))
    inside = place - np.maximum.accumulate(np.where(new, place, 0))
    starts = inside % 2 == 0
    return starts, np.cumsum(starts) - 1


def _merged(pieces: _Pieces, starts: Bools, releases: Rows, frame: Rows) -> _Pieces:
    """Return pairs of pieces as one; a piece without a partner stays as it is."""
    left = np.flatnonzero(starts)
    right = np.minimum(left + 1, len(starts) - 1)
    right = np.where(starts[right], left, right)
    lone = right == left
    weight = pieces.end_s - pieces.begin_s
    a = np.where(lone, 1.0, weight[left] / (weight[left] + weight[right]))
    x, xx = _mixed(pieces.x_m, pieces.xx_m2, a, left, right)
    y, yy = _mixed(pieces.y_m, pieces.yy_m2, a, left, right)
    release, end = pieces.release[left], pieces.end_s[right]
    wanted = np.maximum(xx, yy) / MERGE_SHARE - float(frame["cell_m"][0]) ** 2 / 12.0 - releases["spread_m2"][release]
    growth, steps = float(frame["growth_m2_s"][0]), int(frame["steps"][0])
    never = float(steps + 1)
    age = wanted / growth if growth > 0.0 else np.where(wanted > 0.0, np.inf, 0.0)
    due = np.ceil((end + np.maximum(age, 0.0)) / float(frame["step_s"][0]))
    wide = np.minimum(due, never).astype(np.int64)
    first = np.maximum(pieces.first[left], pieces.first[right])
    return _Pieces(release, pieces.begin_s[left], end, x, y, xx, yy, np.where(lone, first, np.maximum(first, wide)))


def _mixed(mean: Floats, variance: Floats, a: Floats, left: Ints, right: Ints) -> tuple[Floats, Floats]:
    """Return mean and variance of mixtures of two, the first with weight a."""
    gap = mean[right] - mean[left]
    return mean[left] + (1.0 - a) * gap, a * variance[left] + (1.0 - a) * variance[right] + a * (1.0 - a) * gap**2


def _rows(pieces: _Pieces, until: Ints) -> Rows:
    used = pieces.first < until
    rows = np.zeros(int(used.sum()), dtype=PUFF_ROW)
    rows["until"] = until[used]
    for name in _Pieces._fields:
        rows[name] = getattr(pieces, name)[used]
    return rows
