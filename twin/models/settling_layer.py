"""One settling class in a layer of water under a reflecting lid: the column of ``settling_column`` with a top.

Near the bed water is mixed up to some height; above it mixing all but ends. A lid at that height lets nothing through,
so that fine grains, whose cloud would else grow without end, stay in the layer and settle sooner.
"""

import math
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from twin.models import settling_column as open_column
from twin.models.limits import FloatArray, positive, refuse_where
from twin.models.plume import BedRule, Layer, Water

UNSEEN: Final = 6.0  # distance to the lid in √(4Kt) beyond which a cloud does not notice it: erfc(6) = 2e-17
TERMS: Final = 2000  # of the series at most
SMALLEST: Final = 36.0  # exponent beyond which a term is left out: exp(-36) = 2e-16
STEEP: Final = 25.0  # ws h/2K above which grains hug the bed and the series would lose its digits
BISECTIONS: Final = 60


def share_above(
    height_m: float,
    age_s: ArrayLike,
    release_m: float,
    settling_m_s: float,
    kz_m2_s: float,
    lid_m: float,
    bed: BedRule,
) -> FloatArray:
    """Return the share of the released mass of one class that is up above a height.

    Parameters
    ----------
    height_m : height above the bed z [m], 0 or above; from the lid upwards there is nothing.
    age_s : time since release t [s], 0 or above, any shape.
    release_m : height of release H [m], 0 to the lid.
    settling_m_s : settling velocity ws [m/s], 0 or above.
    kz_m2_s : vertical diffusivity K [m2/s], 0 or above.
    lid_m : height of the lid h [m]; infinity for none.
    bed : rule of the bed.

    Returns
    -------
    Share [1], the shape of ``age_s``.

    Notes
    -----
    exp(β(H - z) - β²Kt) times a series of cosines (flux) or sines (first_touch) with β = ws/2K, integrated over
    height; wave numbers from k h = nπ + 2 arctan(β/k), or k h = nπ + π/2 + arctan(β/k). The open column is taken
    while the cloud has not reached the lid (farther than 6 √(4Kt)), and where ws h/2K > 25: such grains stay within
    a fiftieth of the layer of where they settle to, and a lid acts only on a release right under it.

    References
    ----------
    Separation of variables, derived here; checked against a numerical column in the tests.

    Examples
    --------
    Fine mud in a layer of 20 m: after two weeks 3 % of it is still up; without the lid it would be 11 %.

    >>> two_weeks = 14 * 86_400.0
    >>> share_above(0.0, [two_weeks], 5.0, 5e-5, 1e-3, 20.0, "flux").round(3).tolist()
    [0.026]
    >>> share_above(0.0, [two_weeks], 5.0, 5e-5, 1e-3, math.inf, "flux").round(3).tolist()
    [0.113]
    """
    t = np.asarray(age_s, dtype=np.float64)
    free = open_column.share_above(height_m, t, release_m, settling_m_s, kz_m2_s, bed)
    place = "layer of water"
    positive(place, "lid [m]", min(lid_m, 1e300), "infinity is no lid")
    H = np.asarray(float(release_m))
    refuse_where(lid_m < H, place, "release height [m]", H, f"must be at most the lid, {lid_m:g} m", "raise the lid")
    if kz_m2_s == 0.0 or math.isinf(lid_m):
        return free
    begin = _series_from_s(release_m, kz_m2_s, lid_m)
    felt = t > begin
    if height_m >= lid_m:
        return np.zeros_like(free)
    if settling_m_s * lid_m / (2.0 * kz_m2_s) > STEEP or not felt.any():
        return free
    return np.where(
        felt, _series(height_m, np.where(felt, t, begin), release_m, settling_m_s, kz_m2_s, lid_m, bed), free
    )


def deposited_share(
    age_s: ArrayLike, release_m: float, settling_m_s: float, kz_m2_s: float, lid_m: float, bed: BedRule
) -> FloatArray:
    """Return the share of the released mass of one class that lies on the bed.

    Parameters
    ----------
    age_s, release_m, settling_m_s, kz_m2_s, lid_m, bed : as in :func:`share_above`.

    Returns
    -------
    Share [1], the shape of ``age_s``; one less the share above the bed.

    Examples
    --------
    >>> deposited_share([0.0, 1e5, 1e9], 5.0, 1e-4, 1e-3, 20.0, "flux").round(3).tolist()
    [0.0, 0.577, 1.0]
    """
    t = np.asarray(age_s, dtype=np.float64)
    free = open_column.deposited_share(t, release_m, settling_m_s, kz_m2_s, bed)
    if kz_m2_s == 0.0 or math.isinf(lid_m) or settling_m_s * lid_m / (2.0 * kz_m2_s) > STEEP:
        return free
    felt = t > _series_from_s(release_m, kz_m2_s, lid_m)
    return np.where(felt, 1.0 - share_above(0.0, t, release_m, settling_m_s, kz_m2_s, lid_m, bed), free)


def shares(age_s: FloatArray, release_m: float, layer: Layer, water: Water) -> tuple[FloatArray, FloatArray]:
    """Return which share of each class is afloat in a layer and which lies on the bed, age by age.

    Parameters
    ----------
    age_s : time since release [s], 0 or above, shape (ages,).
    release_m : height of release [m], 0 to the lid of the water.
    layer : heights between which mass is counted.
    water : settling velocities, vertical diffusivity, lid and rule of the bed.

    Returns
    -------
    Share in the layer and share on the bed [1], each of shape (classes, ages).

    Examples
    --------
    >>> water = Water(np.array([1e-4, 1e-3]), kz_m2_s=1e-3, kh_m2_s=0.1, lid_m=65.0, bed="flux")
    >>> afloat, down = shares(np.array([1e3, 1e4]), 3.0, Layer(0.0, 5.0), water)
    >>> afloat.round(3).tolist(), down.round(3).tolist()
    ([[0.929, 0.586], [0.932, 0.044]], [[0.002, 0.138], [0.051, 0.952]])
    """
    K, lid, bed = water.kz_m2_s, water.lid_m, water.bed
    afloat = [
        share_above(layer.bottom_m, age_s, release_m, w, K, lid, bed)
        - share_above(layer.top_m, age_s, release_m, w, K, lid, bed)
        for w in water.settling_m_s.tolist()
    ]
    down = [deposited_share(age_s, release_m, w, K, lid, bed) for w in water.settling_m_s.tolist()]
    return np.array(afloat), np.array(down)


def _series_from_s(H: float, K: float, h: float) -> float:
    """Return the age from which the series is used: the lid is felt and the terms are enough."""
    felt_s = ((h - H) / UNSEEN) ** 2 / (4.0 * K)
    enough_s = SMALLEST * (h / (math.pi * TERMS)) ** 2 / K
    return max(felt_s, enough_s)


def _series(z: float, t: FloatArray, H: float, w: float, K: float, h: float, bed: BedRule) -> FloatArray:
    """Return the share above a height by the series, for ages that are all above 0."""
    beta = w / (2.0 * K)
    count = min(TERMS, 2 + math.ceil(h / math.pi * math.sqrt(SMALLEST / (K * float(t.min())))))
    k = _wave_numbers(count, beta, h, bed)
    if bed == "flux":
        at_release = np.cos(k * H) + beta / k * np.sin(k * H)
        norm = (h * (k**2 + beta**2) + 2.0 * beta) / (2.0 * k**2)
    else:
        at_release = np.sin(k * H)
        norm = 0.5 * h - np.sin(2.0 * k * h) / (4.0 * k)
    weight = at_release / norm * (_antiderivative(h, H, k, beta, bed) - _antiderivative(z, H, k, beta, bed))
    decay = np.exp(-np.multiply.outer(t, K * (k**2 + beta**2)))
    return np.asarray(np.clip(decay @ weight, 0.0, 1.0))


def _wave_numbers(count: int, beta: float, h: float, bed: BedRule) -> FloatArray:
    """Return the first wave numbers [1/m], by halving the interval in which each must lie."""
    order = np.arange(count, dtype=np.float64)
    low, high = order * math.pi / h, (order + 1.0) * math.pi / h
    turns, phase = (2.0, 0.0) if bed == "flux" else (1.0, 0.5 * math.pi)
    for _ in range(BISECTIONS):
        middle = 0.5 * (low + high)
        above = middle * h - order * math.pi - phase - turns * np.arctan2(beta, middle) > 0.0
        low, high = np.where(above, low, middle), np.where(above, middle, high)
    return np.asarray(0.5 * (low + high))


def _antiderivative(z: float, H: float, k: FloatArray, beta: float, bed: BedRule) -> FloatArray:
    """Return an integral over z of exp(β(H - z)) times the wave."""
    both = k**2 + beta**2
    if bed == "flux":
        cosine, sine = -2.0 * beta / both, (k**2 - beta**2) / (k * both)
    else:
        cosine, sine = -k / both, -beta / both
    return np.asarray(math.exp(beta * (H - z)) * (cosine * np.cos(k * z) + sine * np.sin(k * z)))
