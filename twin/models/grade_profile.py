"""How ΣREY changes with depth in the mud: one enriched layer with its tails on a background, below a poor cover."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import erf

Floats = NDArray[np.float64]
Number = float | Floats


@dataclass(frozen=True, eq=False)
class GradeProfile:
    """Parameters of the profile; scalars, or arrays of one shape for many places.

    Attributes
    ----------
    background_ppm : grade far from the layer, ΣREY per dry solids [mass ppm].
    tail_ppm : grade that the tails add at the peak [mass ppm].
    tail_above_m, tail_below_m : distances at which the tails have fallen to 1/e above and below the peak [m], above 0.
    peak_ppm : grade that the layer itself adds at the peak [mass ppm].
    peak_depth_m : depth of the peak below the sea bed [m].
    peak_width_m : standard deviation of the layer's bell shape [m], above 0.
    cover_m : thickness of poor mud on top that replaces the profile [m], 0 or more.
    cover_ppm : grade of that cover [mass ppm].
    """

    background_ppm: Number
    tail_ppm: Number
    tail_above_m: Number
    tail_below_m: Number
    peak_ppm: Number
    peak_depth_m: Number
    peak_width_m: Number
    cover_m: Number = 0.0
    cover_ppm: Number = 0.0


def profile_of(values: Mapping[str, float]) -> GradeProfile:
    """Return the profile whose parameters stand under ``resource.<name of the attribute>``."""
    return GradeProfile(*(values[f"resource.{field.name}"] for field in fields(GradeProfile)))


def grade(profile: GradeProfile, depth_m: ArrayLike) -> Floats:
    """Return the grade at depths below the sea bed.

    Parameters
    ----------
    profile : its parameters broadcast with the depths.
    depth_m : depth [m], 0 or more.

    Returns
    -------
    ΣREY per dry solids [mass ppm].

    Notes
    -----
    g(z) = g_bg + g_tail exp(-((z - z_pk) / d)²) + g_pk exp(-((z - z_pk) / s)² / 2), where d is the reach of the tail
    above or below the peak; for z < cover the grade is g_cover. The shape is fitted to published anchors (peak of
    6,596 ppm near 3 m; grades above 5,000 ppm within 1-2 m; mean of the best block), not to core data. Cores of the
    area show up to three enriched layers; this profile has one, the highest.

    References
    ----------
    JAMSTEC and University of Tokyo, press release 2013-03-21 (peak). Tanaka et al. (2020), Ore Geol. Rev. 119, 103392.

    Examples
    --------
    >>> layered = GradeProfile(450.0, 900.0, 1.0, 4.0, 5250.0, 3.0, 0.7)
    >>> grade(layered, [0.0, 3.0, 10.0]).round().tolist()
    [451.0, 6600.0, 492.0]
    """
    z = np.asarray(depth_m, dtype=np.float64)
    below = z - profile.peak_depth_m
    tail = np.exp(-((below / np.where(below < 0.0, profile.tail_above_m, profile.tail_below_m)) ** 2))
    bell = np.exp(-0.5 * (below / profile.peak_width_m) ** 2)
    layered = profile.background_ppm + profile.tail_ppm * tail + profile.peak_ppm * bell
    found: Floats = np.where(z < profile.cover_m, profile.cover_ppm, layered)
    return found


def accumulated(profile: GradeProfile, depth_m: ArrayLike) -> Floats:
    """Return the grade summed from the sea bed to depths.

    Parameters
    ----------
    profile : its parameters broadcast with the depths.
    depth_m : depth [m], 0 or more.

    Returns
    -------
    G(z), the integral of the grade from 0 to z [ppm m].

    Notes
    -----
    In closed form: a tail gives d √π/2 erf((z - z_pk) / d), the bell s √(π/2) erf((z - z_pk) / (s √2)), each less its
    value at the foot of the cover.

    Examples
    --------
    >>> layered = GradeProfile(450.0, 900.0, 1.0, 4.0, 5250.0, 3.0, 0.7)
    >>> float(accumulated(layered, 3.0).round()), float(accumulated(layered, 0.0))
    (6753.0, 0.0)
    """
    z = np.asarray(depth_m, dtype=np.float64)
    cover = np.asarray(profile.cover_m, dtype=np.float64)
    layered = _primitive(profile, np.maximum(z, cover)) - _primitive(profile, cover)
    found: Floats = np.asarray(profile.cover_ppm) * np.minimum(z, cover) + layered
    return found


def _primitive(profile: GradeProfile, z: Floats) -> Floats:
    below = z - profile.peak_depth_m
    reach = np.where(below < 0.0, profile.tail_above_m, profile.tail_below_m)
    tail = reach * (0.5 * math.sqrt(math.pi)) * erf(below / reach)
    s = np.asarray(profile.peak_width_m)
    bell = s * math.sqrt(0.5 * math.pi) * erf(below / (s * math.sqrt(2.0)))
    found: Floats = profile.background_ppm * z + profile.tail_ppm * tail + profile.peak_ppm * bell
    return found


def window_mean(profile: GradeProfile, top_m: ArrayLike, bottom_m: ArrayLike) -> Floats:
    """Return the mean grade between two depths.

    Parameters
    ----------
    profile : its parameters broadcast with the depths.
    top_m, bottom_m : upper and lower depth [m], 0 or more, the lower one greater.

    Returns
    -------
    Mean ΣREY per dry solids [mass ppm].

    Notes
    -----
    (G(bottom) - G(top)) / (bottom - top): a mean by thickness, which is the mean by dry mass where the dry bulk
    density does not change with depth (water content is nearly constant over the upper 7-8 m of red clay: Bruevich
    and Kulik 1967).

    Examples
    --------
    A stroke of 3 m ends in the middle of the layer, one of 5 m takes it whole:

    >>> layered = GradeProfile(450.0, 900.0, 1.0, 4.0, 5250.0, 3.0, 0.7)
    >>> window_mean(layered, 0.0, [3.0, 5.0]).round().tolist()
    [2251.0, 2780.0]
    """
    top, bottom = np.asarray(top_m, dtype=np.float64), np.asarray(bottom_m, dtype=np.float64)
    found: Floats = (accumulated(profile, bottom) - accumulated(profile, top)) / (bottom - top)
    return found


def levelled(profile: GradeProfile, mean_ppm: ArrayLike, thickness_m: float) -> GradeProfile:
    """Return the profile with another mean over the mud.

    Parameters
    ----------
    profile : its parameters broadcast with the means.
    mean_ppm : wanted mean from the sea bed down to ``thickness_m`` [mass ppm], above 0.
    thickness_m : thickness of the mud [m], above 0.

    Notes
    -----
    Richer and poorer places differ in their enriched layer: layer and tails take the factor (M - M_0) / (M_1 - M_0),
    M_1 the mean of the profile and M_0 that of its background and cover alone. Where M lies below M_0 there is no
    enriched layer, and background and cover take the factor M / M_0.

    Examples
    --------
    An average place of the area, its peak 3 m down:

    >>> average = levelled(GradeProfile(450.0, 900.0, 1.0, 4.0, 5250.0, 3.0, 0.7), 964.0, 10.0)
    >>> grade(average, [0.0, 3.0]).round().tolist(), float(window_mean(average, 0.0, 10.0).round())
    ([450.0, 2853.0], 964.0)
    """
    wanted = np.asarray(mean_ppm, dtype=np.float64)
    cover = np.minimum(profile.cover_m, thickness_m)
    poor = (profile.cover_ppm * cover + profile.background_ppm * (thickness_m - cover)) / thickness_m
    rich = window_mean(profile, 0.0, thickness_m) - poor
    layer = np.maximum(wanted - poor, 0.0) / rich
    rest = np.minimum(wanted / poor, 1.0)
    return replace(
        profile,
        background_ppm=profile.background_ppm * rest,
        cover_ppm=profile.cover_ppm * rest,
        tail_ppm=profile.tail_ppm * layer,
        peak_ppm=profile.peak_ppm * layer,
    )


def layer_means(profile: GradeProfile, top_m: Floats, bottom_m: Floats, ppm: Floats, edges_m: Floats) -> Floats:
    """Return the mean grade that samples give each layer; within a sample the grade follows a profile.

    Parameters
    ----------
    profile : of one place.
    top_m, bottom_m, ppm : samples that do not overlap [m, mass ppm], shape (s,).
    edges_m : depths that part the layers [m], shape (L + 1,).

    Returns
    -------
    Mean ΣREY per dry solids of each layer [mass ppm], shape (L,); NaN where samples cover less than half of it.

    Examples
    --------
    A sample of 4 m keeps its mean over its two layers:

    >>> layered = GradeProfile(450.0, 900.0, 1.0, 4.0, 5250.0, 3.0, 0.7)
    >>> top, bottom, edges = np.array([0.0]), np.array([4.0]), np.array([0.0, 2.0, 4.0, 6.0])
    >>> layer_means(layered, top, bottom, np.array([3000.0]), edges).round().tolist()
    [866.0, 5134.0, nan]
    """
    above, below = np.maximum(top_m, edges_m[:-1, np.newaxis]), np.minimum(bottom_m, edges_m[1:, np.newaxis])
    below = np.maximum(above, below)
    covered = (below - above).sum(axis=1)
    summed = (accumulated(profile, below) - accumulated(profile, above)) @ (ppm / window_mean(profile, top_m, bottom_m))
    has = covered >= 0.5 * np.diff(edges_m)
    found: Floats = np.divide(summed, covered, out=np.full(len(has), np.nan), where=has)
    return found
