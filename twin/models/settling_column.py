"""One settling class in a column of water: what is still up, what has reached the bed; exact, without a lid.

A grain is let go at height H above the bed, settles with ws and is mixed by a diffusivity K that is the same at every
height. Two rules of the bed: under ``flux`` the bed takes ws times the concentration at it and mixing carries nothing
through it; under ``first_touch`` a grain stays where it first meets the bed.
"""

import math
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import erfc, erfcx

from twin.models.limits import FloatArray, not_negative, positive
from twin.models.plume import BedRule

LEAST_SPREAD_M: Final = 1e-9  # below it a cloud is a point; keeps 0 s and still water without a division by 0
FAR: Final = 30.0  # argument beyond which the gap of erfcx is its series


def concentration_per_m(
    height_m: ArrayLike, age_s: ArrayLike, release_m: ArrayLike, settling_m_s: ArrayLike, kz_m2_s: float, bed: BedRule
) -> FloatArray:
    """Return how a unit of mass lies over height.

    Parameters
    ----------
    height_m : height above the bed z [m], 0 or above, any shape.
    age_s : time since release t [s], 0 or above; 0 gives 0, the cloud being a point.
    release_m : height of release H [m], 0 or above.
    settling_m_s : settling velocity ws [m/s], 0 or above.
    kz_m2_s : vertical diffusivity K [m2/s], above 0.
    bed : rule of the bed.

    Returns
    -------
    Share of the released mass per metre of height [1/m], broadcast shape.

    Notes
    -----
    With s = √(4Kt), a = (z - H + ws t)/s and X = (z + H + ws t)/s,

    flux: [exp(-a²) + g]/(s√π) - (ws/2K) g erfcx(X); first_touch: [exp(-a²) - g]/(s√π),
    g = exp(-[(z + H - ws t)² + 4 ws t z]/s²),

    which is the square bracket of Ermak (1977) with deposition velocity ws, the exponentials joined so that none of
    them can overflow. K is constant and there is no lid; see ``settling_layer`` for one.

    References
    ----------
    Ermak (1977), Atmos. Environ. 11, 231-237; Stockie (2011), SIAM Rev. 53, 349-372, eq. 3.23.

    Examples
    --------
    >>> concentration_per_m([0.0, 5.0], 1000.0, 5.0, 1e-3, 1e-3, "flux").round(4).tolist()
    [0.0087, 0.2197]
    """
    z, t, H, w, s = _state(height_m, age_s, release_m, settling_m_s, kz_m2_s)
    positive("column", "diffusivity [m2/s]", kz_m2_s, "without mixing the cloud is a point; use share_above")
    direct = np.exp(-(((z - H + w * t) / s) ** 2))
    image = _image(z, t, H, w, s)
    both = image if bed == "flux" else -image
    found = (direct + both) / (s * math.sqrt(math.pi))
    if bed == "flux":
        found = found - w / (2.0 * kz_m2_s) * image * erfcx((z + H + w * t) / s)
    return np.where(t > 0.0, np.maximum(found, 0.0), 0.0)


def share_above(
    height_m: ArrayLike, age_s: ArrayLike, release_m: ArrayLike, settling_m_s: ArrayLike, kz_m2_s: float, bed: BedRule
) -> FloatArray:
    """Return the share of the released mass that is up above a height.

    Parameters
    ----------
    height_m, age_s, release_m, settling_m_s, kz_m2_s, bed : as in :func:`concentration_per_m`; kz_m2_s may be 0.

    Returns
    -------
    Share [1], broadcast shape; at height 0 all that is in suspension.

    Notes
    -----
    The integral of the concentration from z upwards: flux ½ erfc(a) + g [½ erfcx(X) - (2 ws t/s)(1/√π - X erfcx(X))],
    first_touch ½ erfc(a) - ½ g erfcx(X); symbols of :func:`concentration_per_m`.

    References
    ----------
    Derived here by integration of Ermak's column; checked against a numerical column in the tests.

    Examples
    --------
    >>> share_above([0.0, 2.0, 20.0], 1000.0, 5.0, 1e-3, 1e-3, "flux").round(4).tolist()
    [0.9988, 0.9214, 0.0]
    """
    z, t, H, w, s = _state(height_m, age_s, release_m, settling_m_s, kz_m2_s)
    X = (z + H + w * t) / s
    half = 0.5 * erfcx(X)
    up = half - 2.0 * w * t / s * _gap(X) if bed == "flux" else -half
    return np.asarray(np.clip(0.5 * erfc((z - H + w * t) / s) + _image(z, t, H, w, s) * up, 0.0, 1.0))


def deposited_share(
    age_s: ArrayLike, release_m: ArrayLike, settling_m_s: ArrayLike, kz_m2_s: float, bed: BedRule
) -> FloatArray:
    """Return the share of the released mass that lies on the bed.

    Parameters
    ----------
    age_s, release_m, settling_m_s, kz_m2_s, bed : as in :func:`share_above`.

    Returns
    -------
    Share [1], broadcast shape.

    Notes
    -----
    ½ erfc(b) + g [(2 ws t/s)(1/√π - Y erfcx(Y)) ∓ ½ erfcx(Y)] with b = (H - ws t)/s, Y = (H + ws t)/s, g = exp(-b²);
    minus for flux, and for first_touch ½ erfc(b) + ½ g erfcx(Y), the distribution of the time of first passage
    (inverse Gaussian). A share above at height 0 is one less this, but this keeps its digits where it is small.

    References
    ----------
    Derived here from the Laplace transform of the column: the density of deposition under flux is
    2 ws/(ws + R) exp((ws - R) H/2K), R² = ws² + 4 K p. Facts of the environment, case V8, for both rules.

    Examples
    --------
    Half the grains after the time they need in still water, and fewer where the bed lets them rise again:

    >>> deposited_share(50_000.0, 5.0, 1e-4, 1e-3, "first_touch").round(4).tolist()
    0.7616
    >>> deposited_share(50_000.0, 5.0, 1e-4, 1e-3, "flux").round(4).tolist()
    0.3758
    """
    _, t, H, w, s = _state(0.0, age_s, release_m, settling_m_s, kz_m2_s)
    Y = (H + w * t) / s
    half = 0.5 * erfcx(Y)
    down = 2.0 * w * t / s * _gap(Y) - half if bed == "flux" else half
    return np.asarray(np.clip(0.5 * erfc((H - w * t) / s) + _image(np.zeros(()), t, H, w, s) * down, 0.0, 1.0))


def deposition_per_s(
    age_s: ArrayLike, release_m: ArrayLike, settling_m_s: ArrayLike, kz_m2_s: float, bed: BedRule
) -> FloatArray:
    """Return the share of the released mass that reaches the bed per second.

    Parameters
    ----------
    age_s, release_m, settling_m_s, kz_m2_s, bed : as in :func:`concentration_per_m`.

    Returns
    -------
    Share per second [1/s], broadcast shape.

    Notes
    -----
    flux: ws times the concentration at the bed; first_touch: the diffusive flux there, H/(t s√π) exp(-b²).

    Examples
    --------
    >>> deposition_per_s([1000.0, 5000.0], 5.0, 1e-3, 1e-3, "flux").round(6).tolist()
    [9e-06, 0.000136]
    """
    if bed == "flux":
        found = concentration_per_m(0.0, age_s, release_m, settling_m_s, kz_m2_s, bed)
        return np.asarray(np.asarray(settling_m_s, dtype=np.float64) * found)
    _, t, H, w, s = _state(0.0, age_s, release_m, settling_m_s, kz_m2_s)
    positive("column", "diffusivity [m2/s]", kz_m2_s, "without mixing the cloud is a point; use deposited_share")
    spread = s * math.sqrt(math.pi) * np.where(t > 0.0, t, 1.0)
    return np.where(t > 0.0, H / spread * np.exp(-(((H - w * t) / s) ** 2)), 0.0)


def _state(
    height_m: ArrayLike, age_s: ArrayLike, release_m: ArrayLike, settling_m_s: ArrayLike, kz_m2_s: float
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return z, t, H, ws and s = √(4Kt) as arrays, checked."""
    place = "column"
    z = not_negative(place, "height [m]", height_m, "count it upwards from the bed")
    t = not_negative(place, "age [s]", age_s, "count it from the release")
    H = not_negative(place, "release height [m]", release_m, "count it upwards from the bed")
    w = not_negative(place, "settling velocity [m/s]", settling_m_s, "count it downwards; a rising grain has no bed")
    K = not_negative(place, "vertical diffusivity [m2/s]", kz_m2_s, "0 is no mixing")
    return z, t, H, w, np.maximum(np.sqrt(4.0 * K * t), LEAST_SPREAD_M)


def _image(z: FloatArray, t: FloatArray, H: FloatArray, w: FloatArray, s: FloatArray) -> FloatArray:
    """Return exp(ws H/K - X²): the image of the source below the bed, written so that it never overflows."""
    return np.asarray(np.exp(-((z + H - w * t) ** 2 + 4.0 * w * t * z) / s**2))


def _gap(X: FloatArray) -> FloatArray:
    """Return 1/√π - X erfcx(X), 0 or above, with its digits also where X is large."""
    inverse = 1.0 / np.maximum(X, FAR) ** 2
    series = 0.5 * inverse * (1.0 - 1.5 * inverse * (1.0 - 2.5 * inverse))
    root = 1.0 / math.sqrt(math.pi)
    return np.asarray(np.where(X > FAR, series * root, root - X * erfcx(X)))
