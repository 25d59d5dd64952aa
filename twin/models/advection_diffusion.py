"""Closed forms of transport by a steady current and constant mixing: truths for the plume models, quick checks.

Symbols: U current [m/s], K diffusivity [m2/s], t time [s], x downstream, y across, z up [m].
"""

import math

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import erfc, erfcx, ndtr

from twin.models.limits import FloatArray, not_negative, positive


def ogata_banks(
    distance_m: ArrayLike, time_s: ArrayLike, speed_m_s: ArrayLike, diffusivity_m2_s: ArrayLike
) -> FloatArray:
    """Return the concentration ahead of a boundary that is held at 1, per that of the boundary.

    Parameters
    ----------
    distance_m : distance from the boundary x [m], 0 or above, any shape.
    time_s : time since the boundary was set t [s], above 0.
    speed_m_s : current away from the boundary U [m/s], 0 or above.
    diffusivity_m2_s : longitudinal diffusivity D [m2/s], above 0.

    Returns
    -------
    C/C0 [1], broadcast shape.

    Notes
    -----
    ½ erfc(a) + ½ exp(Ux/D) erfc(b), a = (x - Ut)/2√(Dt), b = (x + Ut)/2√(Dt); the product is written as
    exp(-a²) erfcx(b), which does not overflow. One dimension, half-infinite, uniform.

    References
    ----------
    Ogata and Banks (1961), USGS Prof. Paper 411-A; Wexler (1992), USGS TWRI 3-B7, eq. 60. Cases V1 and V2 of the
    facts of the environment.

    Examples
    --------
    >>> ogata_banks([0.5, 2.5], 5.0, 0.6, 0.6).round(5).tolist()
    [0.97244, 0.7316]
    """
    place = "boundary"
    x = not_negative(place, "distance [m]", distance_m, "count it downstream")
    t = positive(place, "time [s]", time_s, "count it from when the boundary is set")
    U = not_negative(place, "speed [m/s]", speed_m_s, "the solution is for a current away from the boundary")
    D = positive(place, "diffusivity [m2/s]", diffusivity_m2_s, "without it a front is a step")
    s = np.sqrt(4.0 * D * t)
    a, b = (x - U * t) / s, (x + U * t) / s
    return np.asarray(0.5 * erfc(a) + 0.5 * np.exp(-(a**2)) * erfcx(b))


def instantaneous_point(
    x_m: ArrayLike, y_m: ArrayLike, z_m: ArrayLike, time_s: ArrayLike, speed_m_s: float, k_m2_s: tuple[float, ...]
) -> FloatArray:
    """Return the concentration of a unit of mass that was let go at one point at time 0, in water without end.

    Parameters
    ----------
    x_m, y_m, z_m : distance from that point downstream, across and up [m], any shape.
    time_s : time since t [s], above 0.
    speed_m_s : current along x, U [m/s].
    k_m2_s : diffusivities along x, y, z [m2/s], above 0.

    Returns
    -------
    Concentration per mass [1/m3], broadcast shape.

    Notes
    -----
    exp(-[(x - Ut)²/Kx + y²/Ky + z²/Kz]/4t) / ((4πt)^1.5 √(Kx Ky Kz)); a settling grain has z + ws t for z.

    References
    ----------
    Carslaw and Jaeger (1959), Conduction of Heat in Solids, section 10.2, moved with the current.

    Examples
    --------
    >>> float(instantaneous_point(360.0, 0.0, 0.0, 7200.0, 0.05, (1.0, 1.0, 1e-3)).round(9))
    1.162e-06
    """
    place = "point"
    t = positive(place, "time [s]", time_s, "count it from the release")
    K = positive(place, "diffusivities [m2/s]", k_m2_s, "without them the mass stays a point")
    x, y, z = (np.asarray(one, dtype=np.float64) for one in (x_m, y_m, z_m))
    power = ((x - speed_m_s * t) ** 2 / K[0] + y**2 / K[1] + z**2 / K[2]) / (4.0 * t)
    return np.asarray(np.exp(-power) / ((4.0 * math.pi * t) ** 1.5 * math.sqrt(K.prod())))


def continuous_point(
    x_m: ArrayLike, y_m: ArrayLike, z_m: ArrayLike, speed_m_s: float, diffusivity_m2_s: float
) -> FloatArray:
    """Return the steady concentration per rate of a point that gives off mass without end, in water without end.

    Parameters
    ----------
    x_m, y_m, z_m : distance from the point downstream, across and up [m], not all 0, any shape.
    speed_m_s : current along x, U [m/s], 0 or above.
    diffusivity_m2_s : the same in all directions, K [m2/s], above 0.

    Returns
    -------
    Concentration per kg/s [s/m3], broadcast shape.

    Notes
    -----
    exp(U(x - R)/2K)/(4πKR), R the distance. Mixing along the current is in it.

    References
    ----------
    Roberts (1923), Proc. R. Soc. A 104, 640-654, as in Stockie (2011), SIAM Rev. 53, 349-372.

    Examples
    --------
    Upstream there is next to nothing:

    >>> [f"{value:.3g}" for value in continuous_point([100.0, -100.0], 0.0, 0.0, 0.05, 0.1)]
    ['0.00796', '1.53e-24']
    """
    K = positive("point", "diffusivity [m2/s]", diffusivity_m2_s, "without it the mass stays on a line")
    x, y, z = (np.asarray(one, dtype=np.float64) for one in (x_m, y_m, z_m))
    R = positive("point", "distance [m]", np.sqrt(x**2 + y**2 + z**2), "at the point itself it has no bound")
    return np.asarray(np.exp(speed_m_s * (x - R) / (2.0 * K)) / (4.0 * math.pi * K * R))


def first_passage_share(
    time_s: ArrayLike, height_m: ArrayLike, settling_m_s: ArrayLike, diffusivity_m2_s: ArrayLike
) -> FloatArray:
    """Return the share of settling grains that have met the bed for the first time.

    Parameters
    ----------
    time_s : time since release t [s], above 0, any shape.
    height_m : height of release h [m], above 0.
    settling_m_s : settling velocity ws [m/s], above 0.
    diffusivity_m2_s : vertical diffusivity K [m2/s], above 0.

    Returns
    -------
    Share [1], broadcast shape.

    Notes
    -----
    Φ((ws t - h)/√(2Kt)) + exp(ws h/K) Φ(-(ws t + h)/√(2Kt)), the second term scaled: the inverse Gaussian law.

    References
    ----------
    Schrödinger (1915), Phys. Z. 16, 289-295; case V7 of the facts of the environment.

    Examples
    --------
    >>> first_passage_share([16e3, 20e3, 24e3], 20.0, 1e-3, 1e-4).round(4).tolist()
    [0.0143, 0.5199, 0.9698]
    """
    t, h, w, K = _fall(time_s, height_m, settling_m_s, diffusivity_m2_s)
    s = np.sqrt(4.0 * K * t)
    b = (h - w * t) / s
    return np.asarray(ndtr(-b * math.sqrt(2.0)) + 0.5 * np.exp(-(b**2)) * erfcx((h + w * t) / s))


def first_passage_s(
    height_m: ArrayLike, settling_m_s: ArrayLike, diffusivity_m2_s: ArrayLike
) -> tuple[FloatArray, FloatArray]:
    """Return mean and standard deviation of the time at which a settling grain first meets the bed.

    Parameters
    ----------
    height_m, settling_m_s, diffusivity_m2_s : as in :func:`first_passage_share`.

    Returns
    -------
    h/ws and √(2Kh/ws³) [s], broadcast shape.

    Examples
    --------
    Times a current of 5 cm/s, how far grains are carried and how much that scatters [m]:

    >>> mean_s, sd_s = first_passage_s(20.0, 1e-3, 1e-4)
    >>> float(0.05 * mean_s), round(float(0.05 * sd_s), 6)
    (1000.0, 100.0)
    """
    _, h, w, K = _fall(1.0, height_m, settling_m_s, diffusivity_m2_s)
    return np.asarray(h / w), np.asarray(np.sqrt(2.0 * K * h / w**3))


def well_mixed_deposited_share(
    distance_m: ArrayLike, speed_m_s: ArrayLike, layer_m: ArrayLike, settling_m_s: ArrayLike
) -> FloatArray:
    """Return the share deposited up to a distance from a layer that stays mixed from bed to lid.

    Parameters
    ----------
    distance_m : distance downstream x [m], 0 or above, any shape.
    speed_m_s : current U [m/s], above 0.
    layer_m : thickness of the layer h [m], above 0.
    settling_m_s : settling velocity ws [m/s], 0 or above.

    Returns
    -------
    Share [1], broadcast shape.

    Notes
    -----
    1 - exp(-ws x/(U h)): the length U h/ws is the quickest estimate of how far fine mud goes. It holds where mixing
    fills the layer sooner than the mud falls through it, h ws/K well below 1.

    References
    ----------
    Hazen (1904), Trans. ASCE 53, 45-88, of settling basins.

    Examples
    --------
    >>> well_mixed_deposited_share([10e3, 45.5e3], 0.035, 65.0, 5e-5).round(3).tolist()
    [0.197, 0.632]
    """
    place = "mixed layer"
    x = not_negative(place, "distance [m]", distance_m, "count it downstream")
    U = positive(place, "speed [m/s]", speed_m_s, "in still water count time, not distance")
    h = positive(place, "thickness [m]", layer_m, "a layer has one")
    w = not_negative(place, "settling velocity [m/s]", settling_m_s, "count it downwards")
    return np.asarray(-np.expm1(-w * x / (U * h)))


def _fall(
    time_s: ArrayLike, height_m: ArrayLike, settling_m_s: ArrayLike, diffusivity_m2_s: ArrayLike
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    place = "first passage"
    return (
        positive(place, "time [s]", time_s, "count it from the release"),
        positive(place, "height [m]", height_m, "at the bed it is already there"),
        positive(place, "settling velocity [m/s]", settling_m_s, "a grain that does not settle has no mean"),
        positive(place, "diffusivity [m2/s]", diffusivity_m2_s, "without it all arrive at once, after h/ws"),
    )
