"""What one stroke of the tool lifts: in-situ mud, dry solids and slurry, from geometry and densities."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True)
class Stroke:
    """Masses and volume of lifted strokes, arrays of one shape.

    Attributes
    ----------
    wet_t : in-situ mud [t].
    dry_t : salt-free dry solids [t].
    slurry_m3 : lifted slurry [m3].
    water_t : water in that slurry, pore water and added sea water together [t].
    """

    wet_t: NDArray[np.float64]
    dry_t: NDArray[np.float64]
    slurry_m3: NDArray[np.float64]
    water_t: NDArray[np.float64]


def pore_water_density(bulk_density_t_m3: float, dry_bulk_density_t_m3: float, grain_density_t_m3: float) -> float:
    """Return the density of pore water [t/m3] that makes the three densities of a saturated mud agree.

    Notes
    -----
    With porosity n = 1 - rho_d / rho_s, a saturated mud has rho_b = rho_d + n rho_w.

    Examples
    --------
    >>> round(pore_water_density(1.35, 0.55, 2.5), 4)
    1.0256
    """
    return (bulk_density_t_m3 - dry_bulk_density_t_m3) / (1.0 - dry_bulk_density_t_m3 / grain_density_t_m3)


def stroke(
    bore_m: float,
    stroke_m: float,
    extraction_fraction: ArrayLike,
    dry_bulk_density_t_m3: float,
    grain_density_t_m3: float,
    water_density_t_m3: float,
    solids_volume_fraction: float,
) -> Stroke:
    """Return what strokes of a cylindrical tool lift.

    Parameters
    ----------
    bore_m, stroke_m : inner diameter and penetration of the tool [m], above 0.
    extraction_fraction : share of the cylinder that reaches the deck, 0 to 1, any shape.
    dry_bulk_density_t_m3, grain_density_t_m3 : dry solids per volume of mud, density of the grains [t/m3].
    water_density_t_m3 : density of pore water and sea water [t/m3].
    solids_volume_fraction : solids in the lifted slurry by volume, above 0; at most the mud's own.

    Notes
    -----
    V = pi/4 D^2 L e; dry = V rho_d; wet = V (rho_d + (1 - rho_d/rho_s) rho_w); slurry = dry / (rho_s C_v);
    water = (slurry - dry/rho_s) rho_w.

    Examples
    --------
    The pilot tool, 3 m by 3 m (21.2 m3, 28.6 t wet, 11.7 t dry):

    >>> one = stroke(3.0, 3.0, 1.0, 0.55, 2.5, 1.02564, 0.05)
    >>> round(float(one.wet_t), 1), round(float(one.dry_t), 2), round(float(one.slurry_m3), 1)
    (28.6, 11.66, 93.3)
    """
    in_situ_m3 = np.pi / 4.0 * bore_m**2 * stroke_m * np.asarray(extraction_fraction, dtype=np.float64)
    dry_t = in_situ_m3 * dry_bulk_density_t_m3
    grains_m3 = dry_t / grain_density_t_m3
    slurry_m3 = grains_m3 / solids_volume_fraction
    return Stroke(
        wet_t=dry_t + (in_situ_m3 - grains_m3) * water_density_t_m3,
        dry_t=dry_t,
        slurry_m3=slurry_m3,
        water_t=(slurry_m3 - grains_m3) * water_density_t_m3,
    )
