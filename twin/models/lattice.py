"""Masses on a lattice of squares: put there from places, spread by a kernel, added to a field that overlaps."""

import numpy as np
from scipy.fft import irfft2, next_fast_len, rfft2

from twin.models.plume import Floats


def split(mass: Floats, at_x: Floats, at_y: Floats, shape: tuple[int, int]) -> Floats:
    """Return masses on a lattice, each shared linearly between the four nodes round its place.

    Parameters
    ----------
    mass : masses, shape (n,).
    at_x, at_y : places in lattice steps from node (0, 0) [1], 0 to the last node but one, shape (n,).
    shape : rows and columns of the lattice.

    Examples
    --------
    >>> split(np.array([8.0]), np.array([0.25]), np.array([1.0]), (3, 2)).tolist()
    [[0.0, 0.0], [6.0, 2.0], [0.0, 0.0]]
    """
    left, below = np.floor(at_x).astype(np.int64), np.floor(at_y).astype(np.int64)
    right_share, above_share = at_x - left, at_y - below
    found = np.zeros(shape)
    for dx, share_x in ((0, 1.0 - right_share), (1, right_share)):
        for dy, share_y in ((0, 1.0 - above_share), (1, above_share)):
            np.add.at(found, (below + dy, left + dx), mass * share_x * share_y)
    return found


def convolve(sources: Floats, kernel: Floats) -> Floats:
    """Return every source spread by a kernel of numbers 0 or above, on the lattice that holds all of it.

    Parameters
    ----------
    sources : shape (a, b).
    kernel : shape (c, d).

    Returns
    -------
    Shape (a + c - 1, b + d - 1); node (i, j) has what sources (p, q) send over (i - p, j - q). By Fourier transform, so
    good to 1e-15 of the largest, with what falls below 0 by that set to 0.

    Examples
    --------
    >>> convolve(np.array([[1.0, 2.0]]), np.array([[1.0, 1.0, 0.5]])).round(9).tolist()
    [[1.0, 3.0, 2.5, 1.0]]
    """
    rows, columns = (have + more - 1 for have, more in zip(sources.shape, kernel.shape, strict=True))
    shape = [next_fast_len(rows, real=True), next_fast_len(columns, real=True)]
    spread = irfft2(rfft2(sources, shape) * rfft2(kernel, shape), shape)
    found: Floats = np.maximum(spread[:rows, :columns], 0.0)
    return found


def add(field: Floats, patch: Floats, row: int, column: int) -> float:
    """Add to a field, in place, the part of a patch that lies on it, and return the sum of that part.

    Parameters
    ----------
    field, patch : arrays of two dimensions.
    row, column : where on the field the first node of the patch lies; either may be outside.

    Examples
    --------
    >>> field = np.zeros((2, 2))
    >>> add(field, np.ones((3, 3)), -2, 1), field.tolist()
    (1.0, [[0.0, 1.0], [0.0, 0.0]])
    """
    rows, columns = field.shape
    top, left = max(0, row), max(0, column)
    bottom, right = min(rows, row + patch.shape[0]), min(columns, column + patch.shape[1])
    if top >= bottom or left >= right:
        return 0.0
    part = patch[top - row : bottom - row, left - column : right - column]
    field[top:bottom, left:right] += part
    return float(part.sum())
