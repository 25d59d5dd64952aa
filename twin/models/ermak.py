"""Ermak's plume: what a steady release leaves in a steady current above a bed that takes grains; closed form.

Downstream distance x stands for age x/U: mixing along the current is left out, which holds where U x is large against
the horizontal diffusivity. The value of a steady release is a mean; maxima of a pulsed one come from particles.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from twin.models import settling_column as column
from twin.models import settling_layer
from twin.models.limits import FloatArray, not_negative, positive, refuse_where
from twin.models.plume import Floats, Layer, Water


@dataclass(frozen=True, eq=False)
class Source:
    """A steady release into a steady current.

    Attributes
    ----------
    rate_kg_s : dry mass given off per settling class [kg/s], 0 or above, shape (classes,) as ``Water.settling_m_s``.
    height_m : height above the bed at which it becomes passive [m], 0 or above.
    spread_m : standard deviation of its extent across the current there [m], 0 or above.
    speed_m_s : speed of the current [m/s], above 0.
    """

    rate_kg_s: Floats
    height_m: float
    spread_m: float
    speed_m_s: float


def concentration_kg_m3(x_m: ArrayLike, y_m: ArrayLike, z_m: ArrayLike, source: Source, water: Water) -> FloatArray:
    """Return the concentration downstream of a steady release, all classes together.

    Parameters
    ----------
    x_m : distance downstream x [m], any shape; 0 at and upstream of the source.
    y_m : distance across the current y [m].
    z_m : height above the bed z [m], 0 or above.
    source : the release and the speed U of the current.
    water : settling velocities, diffusivities, rule of the bed.

    Returns
    -------
    Concentration above background [kg/m3], broadcast shape of x, y and z. Arrays that broadcast (x a column, y a row)
    cost far less than full ones: height and settling then enter once per x.

    Notes
    -----
    Σ Q/(U √(2π) σy) exp(-y²/2σy²) c(z; t = x/U), σy² = spread² + 2 Kh x/U, with c of
    :func:`twin.models.settling_column.concentration_per_m`: for the flux rule Ermak's solution with deposition
    velocity = settling velocity, written with the scaled erfc, so that it never overflows. Diffusivities are constant.
    **The lid is not in it**: it holds while √(2 Kz x/U) stays well below the lid; :func:`layer_mean_kg_m3` has it.

    References
    ----------
    Ermak (1977), Atmos. Environ. 11, 231-237, with the two misprints that Stockie (2011), SIAM Rev. 53, 349-372,
    eq. 3.23 mends. Facts of the environment, case V5.

    Examples
    --------
    1 kg/s of silt at 5 m in 5 cm/s, on the centreline at the bed [mg/L]:

    >>> silt = Water(np.array([1e-3]), kz_m2_s=1e-3, kh_m2_s=0.1, lid_m=math.inf, bed="flux")
    >>> source = Source(np.array([1.0]), height_m=5.0, spread_m=0.0, speed_m_s=0.05)
    >>> (1e3 * concentration_kg_m3([50.0, 200.0, 1000.0], 0.0, 0.0, source, silt)).round(4).tolist()
    [4.9052, 44.1366, 0.2328]
    """
    age_s, across = _downstream(x_m, y_m, source, water)
    up = [
        rate * column.concentration_per_m(z_m, age_s, source.height_m, settling, water.kz_m2_s, water.bed)
        for rate, settling in zip(*_classes(source, water), strict=True)
    ]
    return np.asarray(across * sum(up, np.zeros(())))


def layer_mean_kg_m3(x_m: ArrayLike, y_m: ArrayLike, layer: Layer, source: Source, water: Water) -> FloatArray:
    """Return the mean concentration over a layer, all classes together, under the lid of the water.

    Parameters
    ----------
    x_m, y_m, source, water : as in :func:`concentration_kg_m3`; the lid may be infinite.
    layer : heights between which the mean is taken.

    Returns
    -------
    Concentration above background [kg/m3], broadcast shape of x and y.

    Notes
    -----
    The integral over height is exact, without a lid and under one; see ``settling_layer``.

    Examples
    --------
    >>> silt = Water(np.array([1e-3]), kz_m2_s=1e-3, kh_m2_s=0.1, lid_m=65.0, bed="flux")
    >>> source = Source(np.array([1.0]), height_m=5.0, spread_m=0.0, speed_m_s=0.05)
    >>> (1e3 * layer_mean_kg_m3([50.0, 200.0, 1000.0], 0.0, Layer(0.0, 5.0), source, silt)).round(2).tolist()
    [85.65, 33.0, 0.14]
    """
    positive("plume", "thickness of the layer [m]", layer.thickness_m, "the top lies above the bottom")
    age_s, across = _downstream(x_m, y_m, source, water)
    held = np.zeros(())
    for rate, settling in zip(*_classes(source, water), strict=True):
        above = [
            settling_layer.share_above(z, age_s, source.height_m, settling, water.kz_m2_s, water.lid_m, water.bed)
            for z in (layer.bottom_m, layer.top_m)
        ]
        held = held + rate * (above[0] - above[1])
    return np.asarray(across * held / layer.thickness_m)


def bed_flux_kg_m2_s(x_m: ArrayLike, y_m: ArrayLike, source: Source, water: Water) -> FloatArray:
    """Return the mass that reaches the bed per area and time, all classes together.

    Parameters
    ----------
    x_m, y_m, source, water : as in :func:`concentration_kg_m3`; without a lid.

    Returns
    -------
    Flux [kg/(m2 s)], broadcast shape of x and y; times a duration it is a deposit.

    Examples
    --------
    A month of it 300 m away, in kg/m2:

    >>> silt = Water(np.array([1e-3]), kz_m2_s=1e-3, kh_m2_s=0.1, lid_m=math.inf, bed="flux")
    >>> source = Source(np.array([0.01]), height_m=3.0, spread_m=0.0, speed_m_s=0.05)
    >>> float((30 * 86_400 * bed_flux_kg_m2_s(300.0, 0.0, source, silt)).round(3))
    0.383
    """
    age_s, across = _downstream(x_m, y_m, source, water)
    down = [
        rate * column.deposition_per_s(age_s, source.height_m, settling, water.kz_m2_s, water.bed)
        for rate, settling in zip(*_classes(source, water), strict=True)
    ]
    return np.asarray(across * sum(down, np.zeros(())))


def deposited_share(x_m: ArrayLike, source: Source, water: Water) -> FloatArray:
    """Return the share of the released mass that lies on the bed up to a distance, under the lid of the water.

    Parameters
    ----------
    x_m : distance downstream [m], any shape.
    source, water : as in :func:`concentration_kg_m3`.

    Returns
    -------
    Share [1], the shape of ``x_m``; 0 upstream, 1 far away.

    Notes
    -----
    Closed form, of all classes by their mass: nothing is integrated numerically. That the flux to the bed sums to it
    to 1e-3 is tested.

    Examples
    --------
    >>> silt = Water(np.array([1e-3]), kz_m2_s=1e-3, kh_m2_s=0.1, lid_m=math.inf, bed="flux")
    >>> source = Source(np.array([1.0]), height_m=5.0, spread_m=0.0, speed_m_s=0.05)
    >>> deposited_share([100.0, 200.0, 500.0], source, silt).round(4).tolist()
    [0.0496, 0.3364, 0.8778]
    """
    age_s, _ = _downstream(x_m, 0.0, source, water)
    rates, settlings = _classes(source, water)
    total = positive("plume", "released rate [kg/s]", rates.sum(), "a source without mass has no shares")
    found = np.zeros(())
    for rate, settling in zip(rates, settlings, strict=True):
        found = found + rate * settling_layer.deposited_share(
            age_s, source.height_m, settling, water.kz_m2_s, water.lid_m, water.bed
        )
    return np.asarray(found / total)


def _classes(source: Source, water: Water) -> tuple[Floats, Floats]:
    rates = not_negative("plume", "released rate [kg/s]", source.rate_kg_s, "a sink is no source")
    settling = positive("plume", "settling velocity [m/s]", water.settling_m_s, "grains fall; leave out what floats")
    differ = np.asarray(rates.shape != settling.shape)
    refuse_where(differ, "plume", "classes", np.asarray(float(rates.size)), "must be as many as in the water", "align")
    return np.atleast_1d(rates), np.atleast_1d(settling)


def _downstream(x_m: ArrayLike, y_m: ArrayLike, source: Source, water: Water) -> tuple[FloatArray, FloatArray]:
    """Return the age at each x [s] and what the spread across the current does, per speed [s/m2]; 0 upstream."""
    place = "plume"
    U = positive(place, "speed [m/s]", source.speed_m_s, "still water has no plume but a cloud; use particles")
    Kh = not_negative(place, "horizontal diffusivity [m2/s]", water.kh_m2_s, "0 is no mixing")
    spread = not_negative(place, "spread [m]", source.spread_m, "a point has 0")
    x, y = np.asarray(x_m, dtype=np.float64), np.asarray(y_m, dtype=np.float64)
    age = np.maximum(x, 0.0) / U
    variance = spread**2 + 2.0 * Kh * age
    refuse_where((variance <= 0.0) & (x > 0.0), place, "spread [m]", spread, "must be above 0", "nothing mixes here")
    safe = np.where(x > 0.0, variance, 1.0)
    peak = np.where(x > 0.0, 1.0 / (U * np.sqrt(2.0 * math.pi * safe)), 0.0)
    return age, np.asarray(peak * np.exp(-0.5 / safe * y**2))
