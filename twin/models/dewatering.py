"""Dewatering of mud: what a slurry and its cake take up, what a press holds, how washing frees it of salt."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaincc

from ops_data.units import GRAMS_PER_TONNE
from twin.models.limits import FloatArray, not_negative, positive, refuse_where


def volume_per_dry_m3_t(
    solids_mass_share: ArrayLike, grain_density_t_m3: ArrayLike, water_density_t_m3: ArrayLike
) -> FloatArray:
    """Return the volume of a suspension or a saturated cake per mass of dry solids.

    Parameters
    ----------
    solids_mass_share : dry solids per mass x [1], above 0 to 1, any shape.
    grain_density_t_m3, water_density_t_m3 : densities of grains and of the water with its salt rho_s, rho_w [t/m3].

    Returns
    -------
    Volume [m3/t dry], broadcast shape.

    Notes
    -----
    1/rho_s + (1 - x)/(x rho_w); no air.

    Examples
    --------
    Slurry, cake and the share of its volume that the slurry loses:

    >>> slurry, cake = volume_per_dry_m3_t([0.20, 0.65], 2.65, 1.028).round(2)
    >>> float(slurry), float(cake), round(float(1 - cake / slurry), 2)
    (4.27, 0.9, 0.79)
    """
    place = "volume of a suspension"
    x = positive(place, "solids mass share [1]", solids_mass_share, "water without solids has no volume per solids")
    refuse_where(x > 1.0, place, "solids mass share [1]", x, "must be at most 1", "0.2 is 20 %")
    rho_s = positive(place, "grain density [t/m3]", grain_density_t_m3, "quartz has 2.65")
    rho_w = positive(place, "water density [t/m3]", water_density_t_m3, "sea water has 1.025")
    return np.asarray(1.0 / rho_s + (1.0 - x) / (x * rho_w))


def cake_water_t(dry_t: ArrayLike, water_t: ArrayLike, cake_water_fraction: ArrayLike) -> FloatArray:
    """Return the water that stays with solids in a cake.

    Parameters
    ----------
    dry_t : dry solids of the cake D [t], 0 or above, any shape.
    water_t : water with its salt that was fed W [t], 0 or above.
    cake_water_fraction : water by mass in the cake w [1], 0 to below 1.

    Returns
    -------
    Water with its salt in the cake [t], broadcast shape.

    Notes
    -----
    min(W, D w/(1 - w)): a cake holds no more water than came with the feed.

    Examples
    --------
    >>> cake_water_t([6.0, 6.0], [24.0, 3.0], 0.4).round(9).tolist()
    [4.0, 3.0]
    """
    place = "cake"
    dry = not_negative(place, "dry solids [t]", dry_t, "nothing is 0")
    water = not_negative(place, "water [t]", water_t, "nothing is 0")
    w = not_negative(place, "water fraction [1]", cake_water_fraction, "0.4 is 40 % by mass")
    refuse_where(w >= 1.0, place, "water fraction [1]", w, "must be below 1", "0.4 is 40 % by mass")
    return np.minimum(water, dry * w / (1.0 - w))


def wash_residual(wash_ratio: ArrayLike, cells: ArrayLike) -> FloatArray:
    """Return the share of the dissolved matter of a cake that stays in it after a wash.

    Parameters
    ----------
    wash_ratio : wash water per water held in the cake n [1], 0 or above, any shape.
    cells : mixed cells in series that the cake behaves like N [1], 1 or above; 1 is a mixed vessel, many are a plug.

    Returns
    -------
    Share left [1], broadcast shape, 1 without a wash.

    Notes
    -----
    The wash pushes the liquor through N equal mixed cells; of cell i the share P(Poisson(nN) < i) is left. The mean of
    the cells is Q(N, nN) - n Q(N - 1, nN) with Q the regularised upper incomplete gamma function, which also serves
    N between whole numbers. Limits: exp(-n) for N = 1, max(0, 1 - n) for N without bound. Nothing sorbs on the
    grains and no liquor hides in closed pores, so clay does no better than this.

    References
    ----------
    Derived here from the balance of mixed cells; the cells stand for axial dispersion, as in Wakeman and Tarleton
    (2005), Solid/Liquid Separation: Principles of Industrial Filtration, chapter on washing.

    Examples
    --------
    >>> wash_residual([0.0, 1.0, 1.0, 1.0, 2.0], [3.0, 1.0, 3.0, 300.0, 3.0]).round(3).tolist()
    [1.0, 0.368, 0.224, 0.023, 0.027]
    """
    place = "cake wash"
    n = not_negative(place, "wash ratio [1]", wash_ratio, "no wash is 0")
    N = positive(place, "cells [1]", cells, "1 is a mixed vessel")
    refuse_where(N < 1.0, place, "cells [1]", N, "must be 1 or more", "1 is a mixed vessel")
    n, N = np.broadcast_arrays(n, N)
    volumes = n * N
    left = gammaincc(N, volumes) - n * gammaincc(N - 1.0, volumes)
    return np.asarray(np.where(n > 0.0, np.clip(left, 0.0, 1.0), 1.0))


def solids_mg_l(dry_t: ArrayLike, water_t: ArrayLike, water_density_t_m3: ArrayLike) -> FloatArray:
    """Return the suspended solids of a return water.

    Parameters
    ----------
    dry_t, water_t : dry solids and water with its salt [t], 0 or above, any shape.
    water_density_t_m3 : of the water with its salt [t/m3], above 0.

    Returns
    -------
    Solids per volume of water [mg/L], broadcast shape; 0 where there is no water.

    Examples
    --------
    What 1.5 % of the solids of a slurry of 20 % makes of its filtrate, cake of 60 % solids:

    >>> float(solids_mg_l(0.015, 4.0 - 0.985 * 0.4 / 0.6, 1.028).round(0))
    4612.0
    """
    dry = not_negative("return water", "dry solids [t]", dry_t, "nothing is 0")
    water = not_negative("return water", "water [t]", water_t, "nothing is 0")
    rho = positive("return water", "water density [t/m3]", water_density_t_m3, "sea water has 1.025")
    grams, m3 = np.broadcast_arrays(dry * GRAMS_PER_TONNE, water / rho)
    return np.asarray(np.divide(grams, m3, out=np.zeros_like(m3), where=m3 > 0.0))
