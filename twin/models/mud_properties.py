"""What follows from the densities of a saturated mud, and how strong it is with depth."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def porosity(dry_bulk_density_t_m3: ArrayLike, grain_density_t_m3: ArrayLike) -> Floats:
    """Return the share of a mud's volume that is pores.

    Parameters
    ----------
    dry_bulk_density_t_m3 : dry solids per volume of mud [t/m3], 0 to the grain density.
    grain_density_t_m3 : density of the grains [t/m3], above 0.

    Returns
    -------
    Porosity [1].

    Notes
    -----
    n = 1 - ρ_d / ρ_s.

    References
    ----------
    Bruevich, S. V., Kulik, E. Z. (1967): porosities of 0.75-0.80 in red clay of the Pacific.

    Examples
    --------
    >>> round(float(porosity(0.55, 2.5)), 2)
    0.78
    """
    found: Floats = 1.0 - np.asarray(dry_bulk_density_t_m3, np.float64) / np.asarray(grain_density_t_m3, np.float64)
    return found


def solids_mass_share(dry_bulk_density_t_m3: ArrayLike, bulk_density_t_m3: ArrayLike) -> Floats:
    """Return the dry solids per mass of mud in place.

    Parameters
    ----------
    dry_bulk_density_t_m3, bulk_density_t_m3 : dry solids, and everything, per volume of mud [t/m3], above 0.

    Returns
    -------
    Share [1]; one less it is the water content on a wet basis.

    Notes
    -----
    w = ρ_d / ρ_b.

    Examples
    --------
    >>> round(float(solids_mass_share(0.55, 1.35)), 2)
    0.41
    """
    found: Floats = np.asarray(dry_bulk_density_t_m3, np.float64) / np.asarray(bulk_density_t_m3, np.float64)
    return found


def shear_strength(depth_m: ArrayLike, surface_kpa: ArrayLike, gradient_kpa_m: ArrayLike) -> Floats:
    """Return the undrained shear strength of the mud at depths.

    Parameters
    ----------
    depth_m : depth below the sea bed [m], 0 or more.
    surface_kpa : strength at the sea bed [kPa], 0 or more.
    gradient_kpa_m : its rise with depth [kPa/m], 0 or more.

    Returns
    -------
    Strength [kPa].

    Notes
    -----
    s_u = s_0 + k z. Deep-sea clay loses much of it when remoulded, and does not follow correlations of clay on land.

    References
    ----------
    Richards, A. F. (1961): Investigations of deep-sea sediment cores, I. US Navy Hydrographic Office TR-63
    (0.4-23 kPa in 30 cores of three oceans).

    Examples
    --------
    >>> shear_strength([0.0, 3.0], 3.0, 2.0).tolist()
    [3.0, 9.0]
    """
    found: Floats = np.asarray(surface_kpa, np.float64) + np.asarray(gradient_kpa_m, np.float64) * np.asarray(
        depth_m, np.float64
    )
    return found
