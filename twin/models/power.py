"""Power and fuel of a mining vessel: the force of the sea on the hull, the thrusters against it, the generators behind.

Symbols: U wind at 10 m [m/s], H significant wave height [m], V current [m/s], F force [N], T thrust of one thruster
[N], P power, C generator capacity on line, L load of a running set over its rating.
"""

from dataclasses import dataclass, fields
from functools import cached_property
from math import pi, sqrt
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.constants import g

from ops_data.errors import ModelError
from ops_data.units import KG_PER_TONNE, WATTS_PER_MW

Floats = NDArray[np.float64]

AIR_KG_M3: Final = 1.2  # air at sea level, 20 °C
SEA_WATER_KG_M3: Final = 1_025.0  # at the surface
FUEL_CURVE: Final = (0.455, -0.710, 1.280)  # coefficients of L^2, L and 1


def _refuse_below(record: object, lowest: float, *names: str) -> None:
    for name in names:
        value = getattr(record, name)
        if not value > lowest:
            place = f"{type(record).__name__}.{name}"
            raise ModelError(f"{place}: {value:g} found; above {lowest:g} is needed; correct the parameter")


@dataclass(frozen=True)
class Hull:
    """What wind, waves and current push against.

    Attributes
    ----------
    wind_drag_area_m2 : drag coefficient times area above water on the heading kept [m2].
    current_drag_area_m2 : the same under water, hanging string included [m2].
    beam_m : width that reflects the waves [m], above 0.
    drift_coefficient : share of the mean wave-drift force of a wall of that width [-], 0 or more.
    """

    wind_drag_area_m2: float
    current_drag_area_m2: float
    beam_m: float
    drift_coefficient: float


@dataclass(frozen=True)
class Thrusters:
    """The thrusters that hold the ship, all alike and all running.

    Attributes
    ----------
    count : how many, above 0.
    rated_mw : electrical power of one at full thrust [MW], above 0.
    diameter_m : diameter of its propeller [m], above 0.
    efficiency : power of the ideal actuator disc over electrical power spent on thrust [-], above 0.
    no_load_share : electrical power at no thrust over rated power [-], 0 or more.
    dynamic_factor : thrust given over mean force: gusts, slow drift, thrusters that work against each other [-].
    """

    count: float
    rated_mw: float
    diameter_m: float
    efficiency: float
    no_load_share: float
    dynamic_factor: float

    def __post_init__(self) -> None:
        """Refuse a thruster that is none."""
        _refuse_below(self, 0.0, "count", "rated_mw", "diameter_m", "efficiency")


@dataclass(frozen=True)
class Plant:
    """Diesel generators of two sizes that share the load in proportion to their rating.

    Attributes
    ----------
    large_mw, small_mw : rating of a set of either size [MW]; large above 0 and not below small.
    large_sets, small_sets : how many there are; at least one large one.
    highest_load_share : load of a running set above which another is started [-], above 0 to 1.
    fuel_g_kwh : specific fuel consumption near the best load [g/kWh], above 0.
    """

    large_mw: float
    large_sets: int
    small_mw: float
    small_sets: int
    highest_load_share: float
    fuel_g_kwh: float

    def __post_init__(self) -> None:
        """Refuse a plant that is none."""
        _refuse_below(self, 0.0, *(field.name for field in fields(self) if field.name[:5] != "small"))

    @cached_property
    def steps(self) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
        """Large sets, small sets and capacity [MW] of every choice worth running, capacity rising.

        Of choices with one capacity the one with fewest sets is kept.
        """
        large, small = np.divmod(np.arange((self.large_sets + 1) * (self.small_sets + 1)), self.small_sets + 1)
        capacity = large * self.large_mw + small * self.small_mw
        order = np.lexsort((large + small, capacity))
        kept = order[np.append(capacity[order[0]] > 0.0, np.diff(capacity[order]) > 1e-9)]
        return large[kept], small[kept], capacity[kept]

    @property
    def installed_mw(self) -> float:
        """Rating of all sets [MW]."""
        return float(self.steps[2][-1])

    @property
    def fuel_t_mwh(self) -> float:
        """Specific fuel consumption near the best load [t/MWh]."""
        return self.fuel_g_kwh / KG_PER_TONNE


def environmental_force(wind_m_s: ArrayLike, hs_m: ArrayLike, current_m_s: ArrayLike, hull: Hull) -> Floats:
    """Return the mean force of wind, waves and current on a ship that holds its position [N].

    Parameters
    ----------
    wind_m_s, hs_m, current_m_s : 10-m wind [m/s], significant wave height [m], surface current [m/s], 0 or more, any
        shapes that broadcast.
    hull : what they push against.

    Returns
    -------
    Force [N], the broadcast shape.

    Notes
    -----
    F = rho_a/2 (C A)_a U^2 + c rho g B H^2 / 16 + rho/2 (C A)_w V^2. The middle term is the drift force rho g a^2 / 2
    per metre of a wall that reflects waves of amplitude a, in an irregular sea (mean a^2 = H^2 / 8), times the part c
    that this hull reflects. All three are taken to act in one direction and the ship to keep one angle to them: no
    wind or wave direction is known for the site. Valid for a ship that does not surge or yaw much.

    References
    ----------
    Faltinsen, O. M. (1990): Sea Loads on Ships and Offshore Structures. Cambridge University Press, chapter 5.
    Maruo, H. (1960): The drift of a body floating on waves. J. Ship Res. 4(3), 1-10.

    Examples
    --------
    A trade wind of 8 m/s with 2.5 m of sea on 0.3 m/s of current, in kilonewtons:

    >>> hull = Hull(wind_drag_area_m2=2500.0, current_drag_area_m2=600.0, beam_m=38.0, drift_coefficient=0.5)
    >>> (environmental_force([8.0, 0.0, 0.0], [0.0, 2.5, 0.0], [0.0, 0.0, 0.3], hull) / 1e3).round(1).tolist()
    [96.0, 74.6, 27.7]
    """
    wind, hs, current = (np.asarray(x, dtype=np.float64) for x in (wind_m_s, hs_m, current_m_s))
    force: Floats = (
        AIR_KG_M3 / 2.0 * hull.wind_drag_area_m2 * wind * wind
        + hull.drift_coefficient * SEA_WATER_KG_M3 * g * hull.beam_m / 16.0 * hs * hs
        + SEA_WATER_KG_M3 / 2.0 * hull.current_drag_area_m2 * current * current
    )
    return force


def thruster_mw(force_n: ArrayLike, thrusters: Thrusters) -> Floats:
    """Return the electrical power that thrusters take to hold a ship against a mean force [MW].

    Parameters
    ----------
    force_n : mean force [N], 0 or more, any shape.
    thrusters : what holds it.

    Returns
    -------
    Power of all thrusters [MW], the shape of `force_n`; at most that of all at their rating: beyond it the ship cannot
    hold its position.

    Notes
    -----
    One of n thrusters gives T = f F / n. The ideal actuator disc of area A = pi D^2 / 4 in water at rest asks
    T^1.5 / sqrt(2 rho A); divided by the efficiency, plus what turns without thrust, P = n min(P_r, p_0 P_r + T^1.5 /
    (eta sqrt(2 rho A))). Current through the disc and losses by thrusters in each other's wake are left to eta and f.

    References
    ----------
    Faltinsen, O. M. (1990): Sea Loads on Ships and Offshore Structures. Cambridge University Press, chapter 9.

    Examples
    --------
    Six thrusters of 3.8 m without load and against 200 kN:

    >>> six = Thrusters(6.0, 4.15, 3.8, 0.65, 0.1, 1.5)
    >>> thruster_mw([0.0, 200e3], six).round(2).tolist()
    [2.49, 3.17]
    """
    rated_w = thrusters.rated_mw * WATTS_PER_MW
    thrust = np.asarray(force_n, dtype=np.float64) * (thrusters.dynamic_factor / thrusters.count)
    disc = sqrt(2.0 * SEA_WATER_KG_M3 * pi / 4.0) * thrusters.diameter_m
    one: Floats = np.minimum(
        thrusters.no_load_share * rated_w + thrust * np.sqrt(thrust) / (thrusters.efficiency * disc), rated_w
    )
    return one * (thrusters.count / WATTS_PER_MW)


def holding_force(thrusters: Thrusters) -> float:
    """Return the mean force that thrusters at their rating hold a ship against [N]: the inverse of `thruster_mw`.

    Examples
    --------
    >>> six = Thrusters(6.0, 4.15, 3.8, 0.65, 0.1, 1.5)
    >>> round(holding_force(six) / 1e3)
    2062
    """
    disc = sqrt(2.0 * SEA_WATER_KG_M3 * pi / 4.0) * thrusters.diameter_m
    spent = max(0.0, 1.0 - thrusters.no_load_share) * thrusters.rated_mw * WATTS_PER_MW
    thrust: float = (thrusters.efficiency * spent * disc) ** (2.0 / 3.0)
    return thrust * thrusters.count / thrusters.dynamic_factor


def _step(load_mw: Floats, plant: Plant) -> NDArray[np.int64]:
    large, _, capacity = plant.steps
    spare = plant.large_mw if large[-1] > 1 else 0.0
    wanted = np.maximum(load_mw / plant.highest_load_share, load_mw + spare)
    return np.minimum(np.searchsorted(capacity, wanted - 1e-9), len(capacity) - 1)


def sets_online(load_mw: ArrayLike, plant: Plant) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return how many large and how many small sets run for a load.

    Parameters
    ----------
    load_mw : electrical load [MW], 0 or more, any shape.
    plant : the generators.

    Notes
    -----
    The least capacity C that keeps every set at or below its highest load (P <= a C) and carries the load when the
    largest running set drops out (P <= C - P_large; a plant with one large set has no such reserve). With more asked
    than that, all sets run.

    Examples
    --------
    Six sets of 5 MW and two of 2.5 MW: 10 MW keep three large ones busy at two thirds.

    >>> plant = Plant(5.0, 6, 2.5, 2, 0.85, 200.0)
    >>> large, small = sets_online([7.0, 10.0, 28.0], plant)
    >>> large.tolist(), small.tolist()
    ([2, 3, 6], [1, 0, 2])
    """
    large, small, _ = plant.steps
    step = _step(np.asarray(load_mw, dtype=np.float64), plant)
    return large[step], small[step]


def online_mw(load_mw: ArrayLike, plant: Plant) -> Floats:
    """Return the capacity of the sets that run for a load [MW]; see `sets_online`.

    Examples
    --------
    >>> online_mw([7.0, 10.0, 50.0], Plant(5.0, 6, 2.5, 2, 0.85, 200.0)).tolist()
    [12.5, 15.0, 35.0]
    """
    capacity = plant.steps[2][_step(np.asarray(load_mw, dtype=np.float64), plant)]
    return np.asarray(capacity)


def fuel_factor(load_share: ArrayLike) -> Floats:
    """Return specific fuel consumption at a load over that near the best load [-].

    Parameters
    ----------
    load_share : load over rating L, 0 to 1, any shape; above 1 it counts as 1.

    Notes
    -----
    0.455 L^2 - 0.710 L + 1.280: a parabola through makers' curves of diesel engines, lowest (1.003) at L = 0.78.

    References
    ----------
    Jalkanen, J.-P. et al. (2012): Extension of an assessment model of ship traffic exhaust emissions for particulate
    matter and carbon monoxide. Atmos. Chem. Phys. 12, 2641-2659. Used by the IMO greenhouse gas studies of 2014 and
    2020.

    Examples
    --------
    >>> fuel_factor([0.25, 0.5, 0.78, 1.0]).round(3).tolist()
    [1.131, 1.039, 1.003, 1.025]
    """
    square, linear, constant = FUEL_CURVE
    load = np.minimum(np.asarray(load_share, dtype=np.float64), 1.0)
    return np.asarray((square * load + linear) * load + constant)


def fuel_t_h(load_mw: ArrayLike, plant: Plant) -> Floats:
    """Return the fuel that a load takes [t/h], generators started and stopped as `sets_online` says.

    Parameters
    ----------
    load_mw : electrical load [MW], 0 or more, any shape.
    plant : the generators.

    Notes
    -----
    b P k(P / C) with b the specific fuel consumption and k of `fuel_factor`; C takes steps, so that the fuel of a
    slightly higher load may be a tenth of a per cent lower where another set starts.

    Examples
    --------
    Ten megawatts for a day at 200 g/kWh, three sets at two thirds of their rating (48 t at the best load):

    >>> round(24.0 * float(fuel_t_h(10.0, Plant(5.0, 6, 2.5, 2, 0.85, 200.0))), 1)
    48.4
    """
    load = np.asarray(load_mw, dtype=np.float64)
    return plant.fuel_t_mwh * load * fuel_factor(load / online_mw(load, plant))
