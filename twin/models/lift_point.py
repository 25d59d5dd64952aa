"""What a lift circuit answers: its state at flows and concentrations, where it is run, and its envelope."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twin.models.limits import FloatArray
from twin.models.pumps import Duty


@dataclass(frozen=True, eq=False)
class CircuitState:
    """The circuit at flows and concentrations, arrays of one shape, SI units.

    ``use`` has one row per word of ``LIMITS``: need over what is allowed; a state is allowed where none is above 1.
    """

    flow_m3_s: FloatArray
    solids_fraction: FloatArray
    velocity_m_s: FloatArray
    density_kg_m3: FloatArray
    static_pa: FloatArray
    up_pa: FloatArray
    down_pa: FloatArray
    duty: Duty
    use: FloatArray


@dataclass(frozen=True)
class PressurePoint:
    """Pressure inside the circuit at a place [MPa absolute] and above the sea beside it [MPa]."""

    place: str
    depth_m: float
    pressure_mpa: float
    above_sea_mpa: float


@dataclass(frozen=True)
class OperatingPoint:
    """Where a crew that keeps to its limits runs the lift.

    ``binding`` is the limit more tonnes per hour would meet first, ``use`` what is used of each limit (1: all of it).
    ``pressure_mpa`` is what the drive shows at its outlet. ``pipe_m3`` is the slurry in the riser, with air less than
    the riser's volume. ``restart_mpa`` starts a pipe full of gelled slurry, ``restart_use`` is that start over what the
    drive can give at rest. ``circulation_mw`` is drawn while clear water circulates at the same flow between lifts.
    """

    flow_m3_h: float
    solids_fraction: float
    binding: str
    use: dict[str, float]
    dry_t_h: float
    wet_t_h: float
    pressure_mpa: float
    power_mw: float
    circulation_mw: float
    velocity_m_s: float
    least_velocity_m_s: float
    static_mpa: float
    friction_up_mpa: float
    friction_down_mpa: float
    tool_mpa: float
    pipe_m3: float
    pipe_dry_t: float
    transit_s: float
    flush_s: float
    gel_mpa: float
    restart_mpa: float
    restart_use: float
    surge_mpa: float
    reflection_s: float
    blockage_factor: float


@dataclass(frozen=True, eq=False)
class Envelope:
    """What the circuit does over a grid, arrays of shape (concentrations, flows); axes of shape (…,).

    ``margin`` is 1 - use per limit, shape (limits, concentrations, flows); ``limiting`` the index of the smallest.
    """

    solids_fraction: FloatArray
    flow_m3_h: FloatArray
    dry_t_h: FloatArray
    wet_t_h: FloatArray
    velocity_m_s: FloatArray
    pressure_mpa: FloatArray
    power_mw: FloatArray
    margin: FloatArray
    limiting: NDArray[np.int64]
    feasible: NDArray[np.bool_]
