"""A bank of hydrocyclones after Plitt: pressure, cut size, sharpness and split from geometry and flow."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from ops_data.units import KG_PER_TONNE, LITRES_PER_M3, PERCENT, SECONDS_PER_MINUTE
from twin.models.limits import FloatArray, not_negative, positive, refuse_where
from twin.models.settling import GRAVITY_M_S2

# Plitt's regressions are in cm, L/min, kPa, g/cm3, per cent by volume and um
_CM: Final = 100.0
_CUT: Final = 50.5
_UM: Final = 1e-6
_PA_PER_KPA: Final = 1e3
PLACE: Final = "hydrocyclone"


@dataclass(frozen=True, slots=True)
class Geometry:
    """A hydrocyclone; all lengths [m], above 0.

    Attributes
    ----------
    diameter_m : of the cyclone D_c.
    inlet_m, overflow_m, underflow_m : diameters of inlet, vortex finder and apex D_i, D_o, D_u.
    height_m : free height of the vortex, vortex finder to apex h.
    """

    diameter_m: float
    inlet_m: float
    overflow_m: float
    underflow_m: float
    height_m: float

    def __post_init__(self) -> None:
        for name in self.__slots__:
            positive(PLACE, name, getattr(self, name), "measure the cyclone")

    @property
    def in_cm(self) -> tuple[float, float, float, float, float]:
        """D_c, D_i, D_o, D_u, h [cm]."""
        lengths = (self.diameter_m, self.inlet_m, self.overflow_m, self.underflow_m, self.height_m)
        D_c, D_i, D_o, D_u, h = (_CM * length for length in lengths)
        return D_c, D_i, D_o, D_u, h


def pressure_drop_pa(cyclone: Geometry, flow_m3_s: ArrayLike, solids_volume_fraction: ArrayLike) -> FloatArray:
    """Return the pressure that drives a flow through one cyclone.

    Parameters
    ----------
    cyclone : its geometry.
    flow_m3_s : slurry per cyclone Q [m3/s], above 0, any shape.
    solids_volume_fraction : phi [1], 0 to 1; the regression holds for 0 to about 0.3.

    Returns
    -------
    Pressure drop [Pa], broadcast shape.

    Notes
    -----
    P = 1.88 Q^1.78 e^(0.0055 phi)/(D_c^0.37 D_i^0.94 h^0.28 (D_u^2 + D_o^2)^0.87), kPa, L/min, cm, per cent.

    References
    ----------
    Plitt (1976), CIM Bull. 69 (776), 114-123, metric form as printed by A. Ghasemi, mineral-processing-functions,
    Docs/PlittP.md (2025). From memory, fitted to cyclones of 32 to 508 mm.

    Examples
    --------
    >>> small = Geometry(0.10, 0.10 / 7, 0.02, 0.01, 0.50)
    >>> round(float(pressure_drop_pa(small, 108 / 60_000, 0.03)) / 1000)
    200
    """
    Q = positive(PLACE, "flow [m3/s]", flow_m3_s, "count it along the flow")
    return np.asarray(_resistance(cyclone, solids_volume_fraction) * _l_min(Q) ** 1.78 * _PA_PER_KPA)


def flow_m3_s(cyclone: Geometry, pressure_pa: ArrayLike, solids_volume_fraction: ArrayLike) -> FloatArray:
    """Return the slurry that a pressure drives through one cyclone; the inverse of :func:`pressure_drop_pa`.

    Examples
    --------
    >>> small = Geometry(0.10, 0.10 / 7, 0.02, 0.01, 0.50)
    >>> round(float(flow_m3_s(small, 200e3, 0.03)) * 60_000)
    108
    """
    P = positive(PLACE, "pressure drop [Pa]", pressure_pa, "100 to 300 kPa is usual")
    litres = (P / _PA_PER_KPA / _resistance(cyclone, solids_volume_fraction)) ** (1.0 / 1.78)
    return np.asarray(litres / LITRES_PER_M3 / SECONDS_PER_MINUTE)


def cut_size_m(
    cyclone: Geometry,
    flow_m3_s: ArrayLike,
    solids_volume_fraction: ArrayLike,
    solids_density_kg_m3: ArrayLike,
    liquid_density_kg_m3: ArrayLike,
    factor: ArrayLike = 1.0,
    constant: float = _CUT,
) -> FloatArray:
    """Return the corrected cut size: half of such grains are sorted into the underflow.

    Parameters
    ----------
    cyclone : its geometry.
    flow_m3_s : slurry per cyclone Q [m3/s], above 0, any shape.
    solids_volume_fraction : phi [1], 0 to 1.
    solids_density_kg_m3, liquid_density_kg_m3 : rho_s, rho_l, the solids heavier.
    factor : calibration of a plant F [1], above 0; 0.5 to 2.
    constant : leading constant of the regression [um in the units below].

    Returns
    -------
    d50c [m], broadcast shape.

    Notes
    -----
    d50c = F k D_c^0.46 D_i^0.6 D_o^1.21 e^(0.063 phi)/(D_u^0.71 h^0.38 Q^0.45 (rho_s - rho_l)^0.5) with k = 50.5 in
    um, cm, L/min, per cent and g/cm3. Water of about 1 mPa s; a mud with a yield stress cuts coarser than this.

    References
    ----------
    Plitt (1976), CIM Bull. 69 (776), 114-123. A. Ghasemi, mineral-processing-functions, Docs/PlittD50.md (2025) prints
    50.21 in place of 50.5.

    Examples
    --------
    >>> small = Geometry(0.10, 0.10 / 7, 0.02, 0.01, 0.50)
    >>> round(float(cut_size_m(small, 108 / 60_000, 0.03, 3100.0, 1025.0)) * 1e6, 1)
    9.6
    """
    D_c, D_i, D_o, D_u, h = cyclone.in_cm
    Q = positive(PLACE, "flow [m3/s]", flow_m3_s, "count it along the flow")
    rho_s = positive(PLACE, "solids density [kg/m3]", solids_density_kg_m3, "quartz has 2650")
    rho_l = positive(PLACE, "liquid density [kg/m3]", liquid_density_kg_m3, "sea water has 1025")
    refuse_where(rho_s <= rho_l, PLACE, "solids density [kg/m3]", rho_s, "must exceed the liquid's", "it would float")
    F = positive(PLACE, "calibration factor [1]", factor, "1 is Plitt's regression")
    heavier = (rho_s - rho_l) / KG_PER_TONNE
    numerator = D_c**0.46 * D_i**0.6 * D_o**1.21 * np.exp(0.063 * _percent(solids_volume_fraction))
    denominator = D_u**0.71 * h**0.38 * _l_min(Q) ** 0.45 * np.sqrt(heavier)
    return np.asarray(F * constant * numerator / denominator * _UM)


def flow_split(
    cyclone: Geometry,
    pressure_pa: ArrayLike,
    solids_volume_fraction: ArrayLike,
    slurry_density_kg_m3: ArrayLike,
    gravity_m_s2: float = GRAVITY_M_S2,
) -> FloatArray:
    """Return the volume of slurry in the underflow per volume in the overflow.

    Parameters
    ----------
    cyclone : its geometry.
    pressure_pa : pressure drop [Pa], above 0, any shape.
    solids_volume_fraction : phi [1], 0 to 1.
    slurry_density_kg_m3 : of the feed rho_p, above 0.
    gravity_m_s2 : turns the pressure into a head of slurry g [m/s2].

    Returns
    -------
    Split S [1], broadcast shape.

    Notes
    -----
    S = 1.9 (D_u/D_o)^3.31 h^0.54 (D_u^2 + D_o^2)^0.36 e^(0.0054 phi)/(D_c^1.11 H^0.24), cm, H in metres of slurry.

    References
    ----------
    Plitt (1976), CIM Bull. 69 (776), 114-123, metric form as printed by A. Ghasemi, mineral-processing-functions,
    Docs/PlittS.md (2025).

    Examples
    --------
    >>> small = Geometry(0.10, 0.10 / 7, 0.02, 0.01, 0.50)
    >>> round(float(flow_split(small, 200e3, 0.03, 1070.0)), 2)
    0.11
    """
    D_c, _, D_o, D_u, h = cyclone.in_cm
    P = positive(PLACE, "pressure drop [Pa]", pressure_pa, "100 to 300 kPa is usual")
    rho_p = positive(PLACE, "slurry density [kg/m3]", slurry_density_kg_m3, "water has 1000")
    head_m = P / (rho_p * gravity_m_s2)
    thick = np.exp(0.0054 * _percent(solids_volume_fraction))
    shape = (D_u / D_o) ** 3.31 * h**0.54 * (D_u**2 + D_o**2) ** 0.36 / D_c**1.11
    return np.asarray(1.9 * shape * thick / head_m**0.24)


def sharpness(cyclone: Geometry, flow_m3_s: ArrayLike, underflow_volume_share: ArrayLike) -> FloatArray:
    """Return the exponent of the partition curve.

    Parameters
    ----------
    cyclone : its geometry.
    flow_m3_s : slurry per cyclone Q [m3/s], above 0, any shape.
    underflow_volume_share : slurry volume that leaves in the underflow R_v [1], 0 to 1.

    Returns
    -------
    m of :func:`twin.models.classification.rosin_rammler_efficiency` [1], broadcast shape.

    Notes
    -----
    m = 1.94 e^(-1.58 R_v) (D_c^2 h/Q)^0.15, cm and L/min.

    References
    ----------
    Plitt (1976), CIM Bull. 69 (776), 114-123, metric form as printed by A. Ghasemi, mineral-processing-functions,
    Docs/PlittM.md (2025).

    Examples
    --------
    >>> small = Geometry(0.10, 0.10 / 7, 0.02, 0.01, 0.50)
    >>> round(float(sharpness(small, 108 / 60_000, 0.1)), 2)
    2.94
    """
    D_c, _, _, _, h = cyclone.in_cm
    Q = positive(PLACE, "flow [m3/s]", flow_m3_s, "count it along the flow")
    R_v = not_negative(PLACE, "underflow volume share [1]", underflow_volume_share, "0.1 is 10 %")
    refuse_where(R_v > 1.0, PLACE, "underflow volume share [1]", R_v, "must be at most 1", "0.1 is 10 %")
    return np.asarray(1.94 * np.exp(-1.58 * R_v) * (D_c**2 * h / _l_min(Q)) ** 0.15)


def water_to_underflow(
    underflow_volume_share: ArrayLike, solids_volume_fraction: ArrayLike, sorted_share: ArrayLike
) -> FloatArray:
    """Return the share of the feed's water that leaves in the underflow, which carries unsorted grains along.

    Parameters
    ----------
    underflow_volume_share : slurry volume that leaves in the underflow R_v [1], 0 to 1, any shape.
    solids_volume_fraction : of the feed phi [1], 0 to below 1.
    sorted_share : solids that the corrected curve sorts into the underflow C [1], 0 to 1.

    Returns
    -------
    R_f [1], broadcast shape.

    Raises
    ------
    ModelError : the sorted solids need more volume than the underflow has; the apex ropes.

    Notes
    -----
    The underflow holds water and solids: R_v = (1 - phi) R_f + phi (R_f + (1 - R_f) C), so
    R_f = (R_v - phi C)/(1 - phi C).

    References
    ----------
    Plitt (1976), CIM Bull. 69 (776), 114-123; derived here from the volumes.

    Examples
    --------
    >>> round(float(water_to_underflow(0.1, 0.03, 0.3)), 4)
    0.0918
    """
    R_v = not_negative(PLACE, "underflow volume share [1]", underflow_volume_share, "0.1 is 10 %")
    refuse_where(R_v > 1.0, PLACE, "underflow volume share [1]", R_v, "must be at most 1", "0.1 is 10 %")
    solids = _percent(solids_volume_fraction) * PERCENT * np.asarray(sorted_share, np.float64)
    rule = "must exceed the volume of the sorted solids, or the apex ropes"
    refuse_where(R_v <= solids, PLACE, "underflow volume share [1]", R_v, rule, "widen the apex or dilute the feed")
    return np.asarray((R_v - solids) / (1.0 - solids))


def cyclones_needed(total_m3_s: ArrayLike, each_m3_s: ArrayLike) -> FloatArray:
    """Return how many cyclones in parallel take a flow: the next whole number.

    Examples
    --------
    >>> cyclones_needed([0.0, 0.0209, 0.0209], [0.0018, 0.0018, 0.0005]).tolist()
    [0.0, 12.0, 42.0]
    """
    total = not_negative(PLACE, "total flow [m3/s]", total_m3_s, "count it along the flow")
    each = positive(PLACE, "flow per cyclone [m3/s]", each_m3_s, "count it along the flow")
    return np.ceil(total / each * (1.0 - 1e-12))


def _l_min(flow: FloatArray) -> FloatArray:
    return flow * LITRES_PER_M3 * SECONDS_PER_MINUTE


def _percent(solids_volume_fraction: ArrayLike) -> FloatArray:
    name = "solids volume fraction [1]"
    phi = not_negative(PLACE, name, solids_volume_fraction, "0.03 is 3 %")
    refuse_where(phi >= 1.0, PLACE, name, phi, "must be below 1", "0.03 is 3 %")
    return phi / PERCENT


def _resistance(cyclone: Geometry, solids_volume_fraction: ArrayLike) -> FloatArray:
    """Return the pressure [kPa] at 1 L/min."""
    D_c, D_i, D_o, D_u, h = cyclone.in_cm
    thick = np.exp(0.0055 * _percent(solids_volume_fraction))
    return np.asarray(1.88 * thick / (D_c**0.37 * D_i**0.94 * h**0.28 * (D_u**2 + D_o**2) ** 0.87))
