"""Pumps that drive the slurry: pressure against flow, the limits of pressure and power, what is used of each."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from twin.models.limits import FloatArray, positive


@dataclass(frozen=True)
class Duty:
    """What a drive shows at given flows, arrays of one shape.

    Attributes
    ----------
    pressure_pa : pressure at the drive's outlet that counts against its limit [Pa].
    power_w : electrical power it draws [W].
    curve_use, pressure_use, power_use : need over what is allowed, by the drive's curve and its two limits [-]; above 1
        the drive cannot do it.
    """

    pressure_pa: FloatArray
    power_w: FloatArray
    curve_use: FloatArray
    pressure_use: FloatArray
    power_use: FloatArray


@dataclass(frozen=True)
class Pump:
    """A pump, or several in series and parallel taken as one.

    Attributes
    ----------
    shutoff_pa : pressure rise at no flow [Pa], above 0.
    free_flow_m3_s : flow at no pressure rise [m3/s], above 0.
    pressure_limit_pa : most it may add: its own rating or that of pipe and swivel at its outlet [Pa], above 0.
    power_limit_w : most electrical power there is for it [W], above 0.
    efficiency : hydraulic over electrical power, drive and cable included, 0 to 1.

    Raises
    ------
    ModelError : where a value breaks its rule.

    Notes
    -----
    Pressure rise p(Q) = p_0 (1 - (Q/Q_0)^2), the usual shape of a centrifugal pump from shut-off to free flow; the
    limits stand beside it, as a relief valve and a breaker do. Water and slurry get the same pressure: no derating for
    solids, which at below 10 % of fine solids is within the range of the efficiency. Power = Q p / efficiency.

    Examples
    --------
    >>> pump = Pump(14e6, 300 / 3600, 10e6, 1e6, 0.6)
    >>> duty = pump.duty(105 / 3600, 5.2e6)
    >>> round(float(duty.power_w) / 1e6, 3), round(float(duty.pressure_use), 2), round(float(duty.curve_use), 2)
    (0.253, 0.52, 0.42)
    """

    shutoff_pa: float
    free_flow_m3_s: float
    pressure_limit_pa: float
    power_limit_w: float
    efficiency: float

    def __post_init__(self) -> None:
        positive("pump", "shut-off pressure [Pa]", self.shutoff_pa, "a lift of 5,600 m needs some 5e6")
        positive("pump", "free flow [m3/s]", self.free_flow_m3_s, "give its flow at no pressure rise")
        positive("pump", "pressure limit [Pa]", self.pressure_limit_pa, "give the rating of pump and pipe")
        positive("pump", "power limit [W]", self.power_limit_w, "give what its drive may draw")
        positive("pump", "efficiency [-]", self.efficiency, "slurry pumps have 0.55 to 0.70")

    @property
    def at_rest_pa(self) -> float:
        """Most pressure it gives while nothing flows [Pa]: its limit, or shut-off where that is lower."""
        return min(self.pressure_limit_pa, self.shutoff_pa)

    def curve_pa(self, flow_m3_s: ArrayLike) -> FloatArray:
        """Return the pressure rise [Pa] it gives at a flow [m3/s], any shape; 0 beyond the free flow."""
        share = np.asarray(flow_m3_s, dtype=np.float64) / self.free_flow_m3_s
        return np.asarray(self.shutoff_pa * np.maximum(1.0 - share * share, 0.0))

    def duty(self, flow_m3_s: ArrayLike, rise_pa: ArrayLike) -> Duty:
        """Return what it shows when it adds a pressure [Pa] to a flow [m3/s]; the two broadcast."""
        flow, rise = np.broadcast_arrays(np.asarray(flow_m3_s, dtype=np.float64), np.asarray(rise_pa, dtype=np.float64))
        power = flow * rise / self.efficiency
        can = self.curve_pa(flow)
        curve_use = np.divide(rise, can, out=np.full(flow.shape, np.inf), where=can > 0.0)
        return Duty(rise, power, curve_use, rise / self.pressure_limit_pa, power / self.power_limit_w)
