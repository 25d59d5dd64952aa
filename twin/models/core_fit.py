"""What sediment cores say about the field of grade: their samples, and the profile that fits each one best."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from twin.models.grade_field import KnownPlaces
from twin.models.grade_profile import GradeProfile, window_mean

Floats = NDArray[np.float64]

FIT_STEP_M: Final = 0.05  # steps of the peak depth that are tried on a core
NOISE: Final = 0.2  # relative scatter of samples about a smooth profile, as stated for resource.layer_sd
LAYER_WIDTHS: Final = 4.0  # thickness of the enriched layer in standard deviations of its bell
COVERED: Final = 0.9  # share of the mud that samples cover for their mean to be that of the column


def known_places(
    x_km: ArrayLike,
    y_km: ArrayLike,
    pieces: Sequence[tuple[Floats, Floats, Floats]],
    shape: GradeProfile,
    thickness_m: float,
) -> KnownPlaces:
    """Return what cores say: their samples, and the peak depth and mean of the profile that fits each one best.

    Parameters
    ----------
    x_km, y_km : place of each core [km], shape (c,).
    pieces : per core the top and bottom of its samples [m] and their grades [mass ppm, above 0].
    shape : the profile whose peak depth and level are fitted.
    thickness_m : thickness of the mud [m].

    Returns
    -------
    What :func:`twin.models.grade_field.simulate` honours.

    Notes
    -----
    The peak depth is searched in steps of 5 cm; for each, the level of the enriched layer on its background follows
    by least squares weighted with the length of the samples. Depths fit as well as the best one where their misfit is
    larger by less than that of a scatter of 20 % in all samples. Peak depth and mean count as known where all depths
    that fit as well lie within the thickness of one layer (four standard deviations), and where the samples begin above
    the peak found and reach at least one standard deviation below it. Otherwise the peak depth is not known, and the
    mean is that of the samples if they cover nine tenths of the mud.

    Examples
    --------
    Four samples of one core at the site, its peak between 2 and 4 m:

    >>> layered = GradeProfile(450.0, 900.0, 1.0, 4.0, 5250.0, 3.0, 0.7)
    >>> top, bottom = np.array([0.0, 2.0, 3.0, 4.0]), np.array([2.0, 3.0, 4.0, 6.0])
    >>> core = known_places([0.0], [0.0], [(top, bottom, np.array([500.0, 900.0, 2200.0, 900.0]))], layered, 10.0)
    >>> round(float(core.peak_depth_m[0]), 2), round(float(core.mean_ppm[0]))
    (3.55, 822)

    One sample of the whole column tells its mean but no peak:

    >>> core = known_places([0.0], [0.0], [(np.array([0.0]), np.array([10.0]), np.array([1800.0]))], layered, 10.0)
    >>> core.peak_depth_m.tolist(), core.mean_ppm.tolist()
    ([nan], [1800.0])
    """
    told = np.array([_peak_and_mean(*piece, shape, thickness_m) for piece in pieces])
    return KnownPlaces(
        x_km=np.asarray(x_km, np.float64),
        y_km=np.asarray(y_km, np.float64),
        peak_depth_m=told[:, 0],
        mean_ppm=told[:, 1],
        samples=tuple(pieces),
    )


def _peak_and_mean(
    top: Floats, bottom: Floats, ppm: Floats, shape: GradeProfile, thickness_m: float
) -> tuple[float, float]:
    """Return what a core tells of the depth of the peak and of the mean of the column, NaN for what it does not."""
    fit = _fit(top, bottom, ppm, shape, thickness_m)
    if fit is not None:
        return float(fit.peak_depth_m), float(window_mean(fit, 0.0, thickness_m))
    length = bottom - top
    mean = float(ppm @ length / length.sum())
    return math.nan, mean if length.sum() >= COVERED * thickness_m else math.nan


def _fit(top: Floats, bottom: Floats, ppm: Floats, shape: GradeProfile, thickness_m: float) -> GradeProfile | None:
    """Return the profile that fits samples best, None where they do not hold its peak or do not tell its depth."""
    tried, length = np.arange(0.0, thickness_m + 0.5 * FIT_STEP_M, FIT_STEP_M), bottom - top
    poor = window_mean(replace(shape, tail_ppm=0.0, peak_ppm=0.0), top, bottom)
    layer = window_mean(replace(shape, peak_depth_m=tried[:, np.newaxis]), top, bottom) - poor
    weight = (layer**2 * length).sum(axis=1)
    level = np.divide(((ppm - poor) * layer * length).sum(axis=1), weight, out=np.zeros(len(tried)), where=weight > 0.0)
    level = np.maximum(level, 0.0)
    misfit = ((poor + level[:, np.newaxis] * layer - ppm) ** 2 * length).sum(axis=1)
    best, width_m = int(np.argmin(misfit)), float(np.asarray(shape.peak_width_m))
    peak_m, factor = float(tried[best]), float(level[best])
    as_good = tried[misfit <= misfit[best] + ((NOISE * ppm) ** 2 * length).sum()]
    if as_good[-1] - as_good[0] > LAYER_WIDTHS * width_m or not top.min() <= peak_m <= bottom.max() - width_m:
        return None
    return replace(shape, peak_depth_m=peak_m, tail_ppm=shape.tail_ppm * factor, peak_ppm=shape.peak_ppm * factor)
