"""The first minutes of a release: what share of it goes on as a passive plume, where the rest comes down, how far
return water falls or rises, and how much it is thinned on the way.
"""

import math
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from twin.models.limits import FloatArray, not_negative, positive, refuse_where
from twin.models.plume import Floats, Grid
from twin.models.settling import GRAVITY_M_S2

CROSS_FLOW: Final = 1.8  # rise or fall of a plume in a cross-flow, per (B/(U N2))^(1/3)
REACH: Final = 18.0  # e-fold lengths that a radial deposit is followed: (1 + 18) exp(-18) = 3e-7 lie beyond
FINE: Final = 8  # points to an e-fold length, at least, when a cell of a radial deposit is averaged


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
    Dry mass per area [kg/m2], shape of the grid, and the mass beyond the grid [kg]. Together they hold the whole mass
    to the last digits: each place's deposit is cut off at 18 L and scaled to its mass.

    Notes
    -----
    M/(2πL²) exp(-r/L), as a stand-in for a flow that runs out on flat ground; slopes and currents are left out.
    Cells are averaged over points not farther apart than L/8.

    Examples
    --------
    >>> grid = Grid(west_m=-500.0, south_m=-500.0, cell_m=20.0, columns=50, rows=50)
    >>> field, beyond_kg = radial_deposit_kg_m2(np.array([1000.0]), np.array([0.0]), np.array([0.0]), 60.0, grid)
    >>> round(float(field.sum() * grid.cell_m2) + beyond_kg, 9), round(beyond_kg, 1), float(field.max().round(4))
    (1000.0, 1.0, 0.0367)
    """
    place = "near field"
    mass = not_negative(place, "mass [kg]", mass_kg, "what rises does not come down")
    positive(place, "e-fold length [m]", length_m, "a deposit at a point has no thickness")
    field = np.zeros(grid.shape)
    beyond = 0.0
    reach = math.ceil(REACH * length_m / grid.cell_m)
    points = math.ceil(FINE * grid.cell_m / length_m)
    for kg, x, y in zip(mass, x_m, y_m, strict=True):
        column = math.floor((x - grid.west_m) / grid.cell_m)
        row = math.floor((y - grid.south_m) / grid.cell_m)
        away_x = _points(column, reach, points, grid.west_m, grid.cell_m) - x
        away_y = _points(row, reach, points, grid.south_m, grid.cell_m) - y
        dense = np.exp(-np.hypot(away_x[np.newaxis, :], away_y[:, np.newaxis]) / length_m)
        side = 2 * reach + 1
        cells = dense.reshape(side, points, side, points).sum(axis=(1, 3))
        cells *= kg / cells.sum()
        inside = _add(field, cells, row - reach, column - reach)
        beyond += kg - inside
    return field / grid.cell_m2, float(beyond)


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
    -82.4
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


def _points(cell: int, reach: int, points: int, edge_m: float, cell_m: float) -> Floats:
    """Return evenly spread points of the cells round one, along an axis [m]."""
    first = (cell - reach) * points
    return np.asarray(edge_m + cell_m / points * (first + np.arange((2 * reach + 1) * points) + 0.5))


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
