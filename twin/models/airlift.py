"""Air lift: compressed air let into the riser makes the column above lighter than the sea, and the sea pushes it up.

A one-dimensional drift-flux model of gas in slurry. Below the inlet the riser carries slurry alone. Above it pressure
is the running variable: the height on which it falls from the inlet to the separator follows by adding up steps, and
the air needed is what makes that height the depth of the inlet.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy.constants import R, atm

from twin.models.limits import FloatArray, positive
from twin.models.pumps import Duty
from twin.models.settling import GRAVITY_M_S2

AIR_KG_MOL: Final = 0.0289652  # molar mass of dry air
SURFACE_TENSION_N_M: Final = 0.075  # sea water near 5 degrees C; the drift depends on its fourth root
NODES, WEIGHTS = np.polynomial.legendre.leggauss(16)
TRIALS: Final = np.linspace(0.0, 1.2, 9)  # roots of the shares of the air capacity between which a root is looked for
ITERATIONS: Final = 5


def void_fraction(
    quality: ArrayLike, liquid_density_kg_m3: ArrayLike, gas_density_kg_m3: ArrayLike, mass_flux_kg_m2_s: ArrayLike
) -> FloatArray:
    """Return the share of the pipe's volume that gas takes in upward flow with liquid.

    Parameters
    ----------
    quality : gas over total mass flow x [-], 0 to 1, any shape.
    liquid_density_kg_m3, gas_density_kg_m3 : densities [kg/m3], above 0; the slurry counts as the liquid.
    mass_flux_kg_m2_s : mass flow of both over the area of the pipe G [kg/(m2 s)], above 0.

    Returns
    -------
    Void fraction [-], broadcast shape.

    Notes
    -----
    Drift flux: alpha = (x/rho_g) / (C_0 (x/rho_g + (1-x)/rho_l) + v_gm/G), C_0 = 1 + 0.2 (1-x),
    v_gm = 1.18 (1-x) (g sigma (rho_l - rho_g))^(1/4) / rho_l^(1/2). The same relation as ``fluids.Rouhani_1``, which
    takes one state at a time; a test holds the two together. Measured on water and steam in pipes of a few
    centimetres; fine solids are taken to change it only through the density.

    References
    ----------
    Rouhani and Axelsson (1970), Int. J. Heat Mass Transfer 13(2), 383-393.

    Examples
    --------
    >>> round(float(void_fraction(0.01, 1100.0, 10.0, 2000.0)), 3)
    0.422
    """
    x, rho_l, rho_g = (np.asarray(v, dtype=np.float64) for v in (quality, liquid_density_kg_m3, gas_density_kg_m3))
    drift = 1.18 * (1.0 - x) * (GRAVITY_M_S2 * SURFACE_TENSION_N_M * (rho_l - rho_g)) ** 0.25 / np.sqrt(rho_l)
    gas = x / rho_g
    spread = 1.0 + 0.2 * (1.0 - x)
    return np.asarray(gas / (spread * (gas + (1.0 - x) / rho_l) + drift / np.asarray(mass_flux_kg_m2_s)))


@dataclass(frozen=True, eq=False)
class Column:
    """The slurry that has to be lifted, arrays of one shape.

    Attributes
    ----------
    flow_m3_s : slurry up the riser [m3/s], above 0.
    area_m2 : open area of the riser.
    density_kg_m3 : of the slurry.
    friction_pa_m : wall friction of the slurry without gas [Pa/m].
    inlet_pa : absolute pressure in the riser at the air inlet [Pa].
    height_m : from the inlet to the deck [m], above 0.
    separator_pa, temperature_k : absolute pressure at the top, temperature of gas and slurry.
    """

    flow_m3_s: FloatArray
    area_m2: float
    density_kg_m3: FloatArray
    friction_pa_m: FloatArray
    inlet_pa: FloatArray
    height_m: float
    separator_pa: float
    temperature_k: float

    def climb(self, gas_kg_s: ArrayLike) -> tuple[FloatArray, FloatArray]:
        """Return the height [m] over which pressure falls from inlet to separator, and the slurry's time on it [s].

        Parameters
        ----------
        gas_kg_s : mass flow of air [kg/s], 0 or above, shape of the column.

        Notes
        -----
        dz = dp / (rho_m (g + f j^2 / (2 D))), rho_m the density of the mixture by :func:`void_fraction`, j the
        velocity of gas and slurry together, f the friction factor of the slurry alone below the inlet (cautious: of a
        yield-stress fluid it falls with velocity). Isothermal ideal gas; acceleration is left out (some 0.01 of the
        pressure at the inlet, all in the last metres). Sixteen Gauss points in the logarithm of pressure.
        """
        gas = np.asarray(gas_kg_s, dtype=np.float64)[..., None]
        flow, rho_l = self.flow_m3_s[..., None], self.density_kg_m3[..., None]
        lifted = np.maximum(self.inlet_pa, self.separator_pa)[..., None]
        half = 0.5 * np.log(lifted / self.separator_pa)
        pressure = self.separator_pa * np.exp(half * (1.0 + NODES))
        rho_g = pressure * AIR_KG_MOL / (R * self.temperature_k)
        mass = gas + flow * rho_l
        alpha = void_fraction(gas / mass, rho_l, rho_g, mass / self.area_m2)
        mixture = (1.0 - alpha) * rho_l + alpha * rho_g
        together = (gas / rho_g + flow) / self.area_m2
        below = flow / self.area_m2
        factor = (self.friction_pa_m / self.density_kg_m3)[..., None] * (together / below) ** 2
        steps = WEIGHTS * half * pressure / (mixture * (GRAVITY_M_S2 + factor))
        return steps.sum(axis=-1), (steps * (1.0 - alpha)).sum(axis=-1) / below[..., 0]

    def air_needed(self, capacity_kg_s: float) -> FloatArray:
        """Return the least air that lifts the slurry [kg/s]; infinite where 1.44 times the capacity does not.

        Notes
        -----
        The height grows with the air, up to where friction takes over; trials over the capacity bracket the first
        root, regula falsi (Illinois) on the square root of the air closes in to 1e-5 of the height.
        """

        def surplus(root: FloatArray) -> FloatArray:
            return self.climb(capacity_kg_s * root * root)[0] - self.height_m

        tried = surplus(TRIALS.reshape(-1, *(1,) * self.flow_m3_s.ndim))
        above = tried >= 0.0
        upper = np.maximum(np.argmax(above, axis=0), 1)
        low, high = TRIALS[upper - 1], TRIALS[upper]
        at_low, at_high = (np.take_along_axis(tried, place[None], axis=0)[0] for place in (upper - 1, upper))
        for _ in range(ITERATIONS):
            width = at_high - at_low
            middle = np.where(width > 0.0, high - at_high * (high - low) / np.where(width > 0.0, width, 1.0), high)
            at = surplus(middle)
            up = at >= 0.0
            at_low, at_high = np.where(up, 0.5 * at_low, at), np.where(up, at, 0.5 * at_high)
            low, high = np.where(up, low, middle), np.where(up, middle, high)
        lifts = above.any(axis=0) & (self.inlet_pa > self.separator_pa)
        return np.where(lifts, np.where(above[0], 0.0, capacity_kg_s * high * high), np.inf)


@dataclass(frozen=True)
class AirLift:
    """Compressors on deck that feed air into the riser at a share of its depth.

    Attributes
    ----------
    inlet_share : depth of the air inlet over the depth of the sea [-], 0 to 1.
    capacity_m3_s : free air the compressors deliver, at one atmosphere and the temperature of the column [m3/s].
    pressure_limit_pa : most pressure they deliver, absolute [Pa].
    power_limit_w : most electrical power there is for them [W].
    efficiency : isothermal work over electrical energy, 0 to 1.
    separator_pa : absolute pressure at the top of the riser [Pa].
    """

    inlet_share: float
    capacity_m3_s: float
    pressure_limit_pa: float
    power_limit_w: float
    efficiency: float
    separator_pa: float

    def __post_init__(self) -> None:
        positive("air lift", "depth share of the inlet [-]", self.inlet_share, "half of the depth is usual")
        positive("air lift", "air capacity [m3/s]", self.capacity_m3_s, "give the free air of the compressors")
        positive("air lift", "pressure limit [Pa]", self.pressure_limit_pa, "give the rating of the compressors")
        positive("air lift", "power limit [W]", self.power_limit_w, "give what the compressors may draw")
        positive("air lift", "efficiency [-]", self.efficiency, "compressors have 0.5 to 0.65, isothermal")
        positive("air lift", "separator pressure [Pa]", self.separator_pa, "one atmosphere is 101,325 Pa")

    def capacity_kg_s(self, temperature_k: float) -> float:
        """Return the most air the compressors deliver [kg/s] at a temperature [K]."""
        return float(self.capacity_m3_s * atm * AIR_KG_MOL / (R * temperature_k))

    def delivery_pa(self, inlet_pa: ArrayLike, height_m: float, temperature_k: float) -> FloatArray:
        """Return the delivery pressure [Pa] that gives a pressure in the riser [Pa] at the inlet, any shape.

        Notes
        -----
        Inlet pressure / exp(M g h / (R T)): the weight of the air in its own line helps. Pressure loss in that line is
        left out.
        """
        weight = np.exp(GRAVITY_M_S2 * height_m * AIR_KG_MOL / (R * temperature_k))
        return np.asarray(np.maximum(inlet_pa, atm) / weight)

    def restart_use(self, column_pa: float, height_m: float, temperature_k: float) -> float:
        """Return the use of the pressure limit when air first enters a riser of slurry at rest [-].

        Parameters
        ----------
        column_pa : weight and gel of the slurry over the inlet [Pa], 0 or above.
        height_m, temperature_k : of the inlet below the deck [m], of the gas [K].
        """
        first = self.delivery_pa(self.separator_pa + column_pa, height_m, temperature_k)
        return float(first) / self.pressure_limit_pa

    def duty(self, column: Column) -> Duty:
        """Return what the compressors show when they lift a column.

        Notes
        -----
        Electrical power = mass flow R T/M ln(delivery/atmosphere) / efficiency. Where no
        air is enough, the use of the power limit is that of the most air tried.
        """
        specific = R * column.temperature_k / AIR_KG_MOL
        capacity = self.capacity_kg_s(column.temperature_k)
        gas = column.air_needed(capacity)
        delivery = self.delivery_pa(column.inlet_pa, column.height_m, column.temperature_k)
        work_j_kg = specific * np.log(np.maximum(delivery / atm, 1.0)) / self.efficiency
        power = np.minimum(gas, capacity * TRIALS[-1] ** 2) * work_j_kg
        power_use = power / self.power_limit_w
        power = np.where(np.isfinite(gas), power, np.inf)
        return Duty(delivery, power, gas / capacity, delivery / self.pressure_limit_pa, power_use)
