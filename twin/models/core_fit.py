"""What sediment cores say about the field of grade: their layers, and the profile that fits each one best."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from twin.models.grade_field import KnownPlaces
from twin.models.grade_profile import GradeProfile, accumulated, window_mean

Floats = NDArray[np.float64]

FIT_STEP_M: Final = 0.05  # steps of the peak depth that are tried on a core


def known_places(
    x_km: ArrayLike,
    y_km: ArrayLike,
    pieces: Sequence[tuple[Floats, Floats, Floats]],
    shape: GradeProfile,
    edges_m: Floats,
) -> KnownPlaces:
    """Return what cores say: their layers, and the peak depth and mean of the profile that fits each one best.

    Parameters
    ----------
    x_km, y_km : place of each core [km], shape (c,).
    pieces : per core the top and bottom of its samples [m] and their grades [mass ppm, above 0].
    shape : the profile whose peak depth and level are fitted.
    edges_m : depths that part the layers [m].

    Returns
    -------
    What :func:`twin.models.grade_field.simulate` honours.

    Notes
    -----
    The peak depth is searched in steps of 5 cm; for each, the level of the enriched layer on its background follows
    by least squares weighted with the length of the samples. Peak depth and mean count as known where the samples
    begin above the peak found and reach at least one width of the layer below it; a core that ends before tells its
    layers only. A layer counts as known where samples cover at least half of it; a sample longer than a layer keeps its
    mean and, inside, the shape of the fitted profile.

    Examples
    --------
    Four samples of one core at the site, its peak between 2 and 4 m:

    >>> layered, edges = GradeProfile(450.0, 900.0, 1.0, 4.0, 5250.0, 3.0, 0.7), np.array([0.0, 2.0, 4.0, 10.0])
    >>> top, bottom = np.array([0.0, 2.0, 3.0, 4.0]), np.array([2.0, 3.0, 4.0, 6.0])
    >>> core = known_places([0.0], [0.0], [(top, bottom, np.array([500.0, 900.0, 2200.0, 900.0]))], layered, edges)
    >>> round(float(core.peak_depth_m[0]), 2), round(float(core.mean_ppm[0])), core.layer_ppm.round().tolist()
    (3.55, 822, [[500.0, 1550.0, nan]])
    """
    thickness = float(edges_m[-1])
    fits = [_fit(*piece, shape, thickness) for piece in pieces]
    layers = [_layer_means(*piece, fit, edges_m) for piece, fit in zip(pieces, fits, strict=True)]
    return KnownPlaces(
        x_km=np.asarray(x_km, np.float64),
        y_km=np.asarray(y_km, np.float64),
        peak_depth_m=np.array([math.nan if fit is None else fit.peak_depth_m for fit in fits], np.float64),
        mean_ppm=np.array([math.nan if fit is None else float(window_mean(fit, 0.0, thickness)) for fit in fits]),
        layer_ppm=np.array(layers),
    )


def _fit(top: Floats, bottom: Floats, ppm: Floats, shape: GradeProfile, thickness_m: float) -> GradeProfile | None:
    """Return the profile that fits samples best, None where they do not hold its peak."""
    tried, length = np.arange(0.0, thickness_m + 0.5 * FIT_STEP_M, FIT_STEP_M), bottom - top
    poor = window_mean(replace(shape, tail_ppm=0.0, peak_ppm=0.0), top, bottom)
    layer = window_mean(replace(shape, peak_depth_m=tried[:, np.newaxis]), top, bottom) - poor
    weight = (layer**2 * length).sum(axis=1)
    level = np.divide(((ppm - poor) * layer * length).sum(axis=1), weight, out=np.zeros(len(tried)), where=weight > 0.0)
    level = np.maximum(level, 0.0)
    best = int(np.argmin(((poor + level[:, np.newaxis] * layer - ppm) ** 2 * length).sum(axis=1)))
    peak_m, factor = float(tried[best]), float(level[best])
    if not top.min() <= peak_m <= bottom.max() - float(np.asarray(shape.peak_width_m)):
        return None
    return replace(shape, peak_depth_m=peak_m, tail_ppm=shape.tail_ppm * factor, peak_ppm=shape.peak_ppm * factor)


def _layer_means(top: Floats, bottom: Floats, ppm: Floats, fit: GradeProfile | None, edges_m: Floats) -> Floats:
    """Return the mean grade of the samples in each layer, NaN where they cover less than half of it.

    Within a sample the grade follows the fitted profile, if there is one, at the level of the sample.
    """
    above, below = np.maximum(top, edges_m[:-1, np.newaxis]), np.minimum(bottom, edges_m[1:, np.newaxis])
    below = np.maximum(above, below)
    covered = (below - above).sum(axis=1)
    if fit is None:
        summed = (below - above) @ ppm
    else:
        summed = (accumulated(fit, below) - accumulated(fit, above)) @ (ppm / window_mean(fit, top, bottom))
    has = covered >= 0.5 * np.diff(edges_m)
    found: Floats = np.divide(summed, covered, out=np.full(len(has), np.nan), where=has)
    return found
