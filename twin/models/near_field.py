"""The first minutes of a release: what share of it goes on as a passive plume, where the rest comes down, how far
return water falls or rises, and how much it is thinned on the way.
"""

import math
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy.fft import irfft2, next_fast_len, rfft2

from twin.models.limits import FloatArray, not_negative, positive, refuse_where
from twin.models.plume import Floats, Grid
from twin.models.settling import GRAVITY_M_S2

CROSS_FLOW: Final = 1.8  # rise or fall of a plume in a cross-flow, per (B/(U N2))^(1/3)
REACH: Final = 12.0  # e-fold lengths that a radial deposit is followed: (1 + 12) exp(-12) = 8e-5 lie beyond
FINE: Final = 4  # squares to an e-fold length, at least, on which a radial deposit is worked out


def passive_share(
    concentration_kg_m3: ArrayLike,
    share_of_dense: ArrayLike,
    clear_kg_m3: float = 0.1,
    dense_kg_m3: float = 1.0,
) -> FloatArray:
    """Return the share of a release that goes on as a passive plume; the rest comes down as a dense flow.

    Parameters
    ----------
    concentration_kg_m3 : solids in the released water C [kg/m3], 0 or above, any shape.
    share_of_dense : share f that leaves a dense release [1], above 0 to 1.
    clear_kg_m3 : concentration below which nothing sinks as a whole C1 [kg/m3], above 0.
    dense_kg_m3 : concentration above which a release behaves as a dense one C2 [kg/m3], above C1.

    Returns
    -------
    Share [1], broadcast shape: 1 below C1, f above C2, between them a power of C.

    Notes
    -----
    f^q, q = log(C/C1)/log(C2/C1) between 0 and 1. Excess density is about 0.6 C; below 0.1 kg/m3 that is less than
    what the water's own mixing carries, above 1 kg/m3 a release of a nodule collector spread as a turbidity current
    of which 2 to 8 % was found above 2 m. Both bounds are choices to be seen and changed: no insertion tool has been
    measured. The sibling without a near field is f = 1.

    References
    ----------
    Muñoz-Royo et al. (2022), Sci. Adv. 8, eabn1219 (share); bounds by excess density, facts of the environment 1.2.

    Examples
    --------
    >>> passive_share([0.0, 0.1, 0.3, 1.0, 500.0], 0.05).round(3).tolist()
    [1.0, 1.0, 0.239, 0.05, 0.05]
    """
    place = "near field"
    C = not_negative(place, "concentration [kg/m3]", concentration_kg_m3, "clear water is 0")
    f = positive(place, "passive share of a dense release [1]", share_of_dense, "0.05 is 5 %")
    refuse_where(f > 1.0, place, "passive share of a dense release [1]", f, "must be at most 1", "0.05 is 5 %")
    C1 = positive(place, "clear threshold [kg/m3]", clear_kg_m3, "0.1 is usual")
    C2 = positive(place, "dense threshold [kg/m3]", dense_kg_m3, "1 is usual")
    refuse_where(C2 <= C1, place, "dense threshold [kg/m3]", C2, "must be above the clear one", "raise it")
    power = np.log(np.maximum(C, C1) / C1) / np.log(C2 / C1)
    return np.asarray(f ** np.clip(power, 0.0, 1.0))


def radial_deposit_kg_m2(
    mass_kg: Floats, x_m: Floats, y_m: Floats, length_m: float, grid: Grid
) -> tuple[Floats, float]:
    """Return what comes down round some places, thinning by e over a length in every direction.

    Parameters
    ----------
    mass_kg : dry mass that comes down at each place M [kg], 0 or above, shape (n,).
    x_m, y_m : the places, east and north of the site's origin [m], shape (n,).
    length_m : e-fold length L [m], above 0.
    grid : where the deposit is told, as means of its cells.

    Returns
    -------
    Dry mass per area [kg/m2], shape of the grid, and the mass beyond the grid [kg]; together the whole mass.

    Notes
    -----
    M/(2πL²) exp(-r/L), cut off at 12 L, where 8e-5 of it is left, and scaled to the mass. It stands in for a flow
    that runs out on flat ground; slopes and currents are left out. It is worked out on squares of L/4 or less that
    fill the cells, the places split between the four nearest squares, by a convolution: thousands of places cost
    little more than one.

    Examples
    --------
    >>> grid = Grid(west_m=-500.0, south_m=-500.0, cell_m=20.0, columns=50, rows=50)
    >>> field, beyond_kg = radial_deposit_kg_m2(np.array([1000.0]), np.array([0.0]), np.array([0.0]), 60.0, grid)
    >>> round(float(field.sum() * grid.cell_m2) + beyond_kg, 9), round(beyond_kg, 1), float(field.max().round(3))
    (1000.0, 1.1, 0.034)
    """
    mass = not_negative("near field", "mass [kg]", mass_kg, "what rises does not come down")
    positive("near field", "e-fold length [m]", length_m, "a deposit at a point has no thickness")
    total = float(mass.sum())
    if total == 0.0:
        return np.zeros(grid.shape), 0.0
    parts = math.ceil(FINE * grid.cell_m / length_m)
    side_m = grid.cell_m / parts
    margin = math.ceil(REACH * length_m / grid.cell_m) + 1
    column = math.floor((x_m.min() - grid.west_m) / grid.cell_m) - margin
    row = math.floor((y_m.min() - grid.south_m) / grid.cell_m) - margin
    columns = math.floor((x_m.max() - grid.west_m) / grid.cell_m) + margin + 1 - column
    rows = math.floor((y_m.max() - grid.south_m) / grid.cell_m) + margin + 1 - row
    at_x = (x_m - grid.west_m) / side_m - column * parts - 0.5
    at_y = (y_m - grid.south_m) / side_m - row * parts - 0.5
    sources = _split(mass, at_x, at_y, (rows * parts, columns * parts))
    fine = _convolve(sources, _radial_kernel(length_m, side_m))
    cells = fine.reshape(rows, parts, columns, parts).sum(axis=(1, 3))
    cells *= total / cells.sum()
    field = np.zeros(grid.shape)
    inside = _add(field, cells, row, column)
    return field / grid.cell_m2, total - inside


def cross_flow_rise_m(
    buoyancy_flux_m4_s3: ArrayLike, speed_m_s: ArrayLike, stratification_per_s: ArrayLike
) -> FloatArray:
    """Return how far a plume rises, or falls, in a current before it floats at its level.

    Parameters
    ----------
    buoyancy_flux_m4_s3 : buoyancy flux B [m4/s3], above 0 for water lighter than that around, below 0 for heavier.
    speed_m_s : current U [m/s], above 0.
    stratification_per_s : buoyancy frequency of the water around N [1/s], above 0.

    Returns
    -------
    Rise [m], negative for a fall, broadcast shape.

    Notes
    -----
    1.8 (|B|/(U N²))^(1/3) with the sign of B. Measured on hydrothermal plumes in 1 to 10 cm/s; it needs a plume bent
    over by the current, so that it is no bound in nearly still water, where B^(1/4) N^(-3/4) takes over. Particles
    that fall out of the plume on the way are left out (Mingotti and Woods 2022).

    References
    ----------
    Xu and Di Iorio (2012), Geochem. Geophys. Geosyst. 13, 10.1029/2012GC004188.

    Examples
    --------
    0.1 m3/s of water 5 kg/m3 too heavy, at 5 cm/s and N = 1e-3 1/s:

    >>> flux = buoyancy_flux_m4_s3(0.1, 5.0, 1040.0)
    >>> float(cross_flow_rise_m(flux, 0.05, 1e-3).round(1))
    -81.9
    """
    place = "plume in a current"
    B = np.asarray(buoyancy_flux_m4_s3, dtype=np.float64)
    refuse_where(~np.isfinite(B), place, "buoyancy flux [m4/s3]", B, "must be finite", "check the densities")
    U = positive(place, "speed [m/s]", speed_m_s, "in still water a plume is not bent over")
    N = positive(place, "buoyancy frequency [1/s]", stratification_per_s, "without it a plume never stops")
    return np.asarray(np.sign(B) * CROSS_FLOW * np.cbrt(np.abs(B) / (U * N**2)))


def buoyancy_flux_m4_s3(
    flow_m3_s: ArrayLike, excess_density_kg_m3: ArrayLike, ambient_density_kg_m3: ArrayLike
) -> FloatArray:
    """Return the buoyancy flux of a discharge, below 0 for one that is heavier than the water around it.

    Parameters
    ----------
    flow_m3_s : volume flow Q [m3/s], 0 or above, any shape.
    excess_density_kg_m3 : density of the discharge less that of the water around Δρ [kg/m3], either sign.
    ambient_density_kg_m3 : density of the water around ρ [kg/m3], above 0.

    Returns
    -------
    Buoyancy flux [m4/s3], broadcast shape.

    Notes
    -----
    -g Q Δρ/ρ.

    Examples
    --------
    >>> buoyancy_flux_m4_s3(0.1, [5.0, 0.0, -5.0], 1040.0).round(5).tolist()
    [-0.00471, -0.0, 0.00471]
    """
    Q = not_negative("discharge", "flow [m3/s]", flow_m3_s, "nothing is 0")
    rho = positive("discharge", "density [kg/m3]", ambient_density_kg_m3, "sea water has about 1,030")
    return np.asarray(-GRAVITY_M_S2 * Q * np.asarray(excess_density_kg_m3, dtype=np.float64) / rho)


def excess_density_kg_m3(
    water_kg_m3: ArrayLike, solids_kg_m3: ArrayLike, grain_kg_m3: ArrayLike, ambient_kg_m3: ArrayLike
) -> FloatArray:
    """Return how much denser a discharge is than the water around it.

    Parameters
    ----------
    water_kg_m3 : density of the discharged water without its solids, at the pressure of the outlet ρw [kg/m3], above 0,
        any shape.
    solids_kg_m3 : dry solids per volume of discharge C [kg/m3], 0 or above.
    grain_kg_m3 : density of the grains ρs [kg/m3], above 0.
    ambient_kg_m3 : density of the water around ρ [kg/m3], above 0.

    Returns
    -------
    Excess density [kg/m3], below 0 for a light discharge, broadcast shape.

    Notes
    -----
    ρw + C (1 - ρw/ρs) - ρ. Warm water from the deck is lighter by some kg/m3, which only solids of as much again make
    up for; both densities are taken at one pressure.

    Examples
    --------
    Water of 27 degrees with 1 kg/m3 of mud, in water of 3 degrees at 1,200 m:

    >>> excess_density_kg_m3(1028.1, [1.0, 10.0], 2500.0, 1033.0).round(2).tolist()
    [-4.31, 0.99]
    """
    rho_w = positive("discharge", "density of the water [kg/m3]", water_kg_m3, "sea water has about 1,030")
    C = not_negative("discharge", "solids [kg/m3]", solids_kg_m3, "clear water is 0")
    rho_s = positive("discharge", "density of the grains [kg/m3]", grain_kg_m3, "mud has 2,500")
    rho = positive("discharge", "density of the water around [kg/m3]", ambient_kg_m3, "sea water has about 1,030")
    return np.asarray(rho_w + C * (1.0 - rho_w / rho_s) - rho)


def cross_flow_dilution(
    rise_m: ArrayLike, speed_m_s: ArrayLike, flow_m3_s: ArrayLike, entrainment: ArrayLike = 0.6
) -> FloatArray:
    """Return by how much a plume in a current is thinned when it has risen or fallen so far.

    Parameters
    ----------
    rise_m : rise or fall Δz [m], either sign, any shape.
    speed_m_s : current U [m/s], above 0.
    flow_m3_s : discharged volume flow Q [m3/s], above 0.
    entrainment : entrainment coefficient of a bent-over plume β [1], above 0.

    Returns
    -------
    Dilution [1], at least 1, broadcast shape.

    Notes
    -----
    A bent-over plume moves with the current, its radius β|Δz|: volume flow π β² Δz² U, per Q. β is 0.6 where the
    current blows through the plume (and 0.1 along it).

    References
    ----------
    Xu and Di Iorio (2012) for the coefficients; the cross-section is that of Briggs (1969), Plume Rise, USAEC
    TID-25075.

    Examples
    --------
    >>> cross_flow_dilution([-60.0, 0.0], 0.05, 0.5).round(1).tolist()
    [407.2, 1.0]
    """
    place = "dilution"
    U = positive(place, "speed [m/s]", speed_m_s, "in still water a plume is not bent over")
    Q = positive(place, "flow [m3/s]", flow_m3_s, "nothing discharged is not thinned")
    beta = positive(place, "entrainment [1]", entrainment, "0.6 for a plume across a current")
    dz = np.asarray(rise_m, dtype=np.float64)
    return np.asarray(np.maximum(1.0, math.pi * beta**2 * dz**2 * U / Q))


def plume_radius_m(rise_m: ArrayLike, entrainment: ArrayLike = 0.6) -> FloatArray:
    """Return the radius of a bent-over plume after a rise or fall, β|Δz|; see :func:`cross_flow_dilution`.

    Examples
    --------
    >>> float(plume_radius_m(-60.0))
    36.0
    """
    beta = positive("dilution", "entrainment [1]", entrainment, "0.6 for a plume across a current")
    return np.asarray(beta * np.abs(np.asarray(rise_m, dtype=np.float64)))


def _split(mass: Floats, at_x: Floats, at_y: Floats, shape: tuple[int, int]) -> Floats:
    """Return masses on a lattice, each split linearly between the four nodes round its place."""
    left, below = np.floor(at_x).astype(np.int64), np.floor(at_y).astype(np.int64)
    right_share, above_share = at_x - left, at_y - below
    found = np.zeros(shape)
    for dx, share_x in ((0, 1.0 - right_share), (1, right_share)):
        for dy, share_y in ((0, 1.0 - above_share), (1, above_share)):
            np.add.at(found, (below + dy, left + dx), mass * share_x * share_y)
    return found


def _radial_kernel(length_m: float, side_m: float) -> Floats:
    """Return exp(-r/L) on a lattice round its centre, 0 beyond the reach; the centre is the mean over its square."""
    reach = math.ceil(REACH * length_m / side_m)
    away = side_m * np.arange(-reach, reach + 1)
    r = np.hypot(away[np.newaxis, :], away[:, np.newaxis])
    kernel = np.where(r <= REACH * length_m, np.exp(-r / length_m), 0.0)
    inner = side_m * ((np.arange(32) + 0.5) / 32.0 - 0.5)
    kernel[reach, reach] = np.exp(-np.hypot(inner[np.newaxis, :], inner[:, np.newaxis]) / length_m).mean()
    return np.asarray(kernel / kernel.sum())


def _convolve(sources: Floats, kernel: Floats) -> Floats:
    """Return the sources, each spread by a kernel; what leaves the lattice is lost (here nothing does)."""
    half = kernel.shape[0] // 2
    shape = [next_fast_len(have + kernel.shape[0] - 1, real=True) for have in sources.shape]
    spread = irfft2(rfft2(sources, shape) * rfft2(kernel, shape), shape)
    found: Floats = np.maximum(spread[half : half + sources.shape[0], half : half + sources.shape[1]], 0.0)
    return found


def _add(field: Floats, patch: Floats, row: int, column: int) -> float:
    """Add a patch to a field with its first cell at a row and column, either of which may be outside; the sum added."""
    rows, columns = field.shape
    top, left = max(0, row), max(0, column)
    bottom, right = min(rows, row + patch.shape[0]), min(columns, column + patch.shape[1])
    if top >= bottom or left >= right:
        return 0.0
    part = patch[top - row : bottom - row, left - column : right - column]
    field[top:bottom, left:right] += part
    return float(part.sum())
