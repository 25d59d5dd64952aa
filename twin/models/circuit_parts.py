"""What a lift circuit is made of: pipes, slurry of two classes of grains, sea water, and the rules the crew keeps."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from ops_data.errors import ModelError
from twin.models.limits import FloatArray, not_negative, positive, refuse_where
from twin.models.settling import GRAVITY_M_S2, delivered_to_in_situ, richardson_zaki
from twin.models.slurry import HerschelBulkley

TIGHT: Final = 1e-9  # gap over bore that is taken as none
SLOWEST_CARRY: Final = 1.1  # velocity over coarse slip below which the in-situ share is held: it has no steady state


@dataclass(frozen=True)
class Pipes:
    """The riser and, round it, the outer pipe of a double pipe.

    Attributes
    ----------
    length_m : from the tool to the deck, taken as the water depth [m], above 0.
    bore_m : inner diameter of the riser [m], above 0.
    wall_m : its wall [m], 0 or above.
    outer_bore_m : inner diameter of the pipe round it [m], wider than riser and wall.
    roughness_m : of the walls [m], 0 or above.
    wave_speed_m_s : of pressure waves in the slurry in the riser [m/s], above 0.

    Raises
    ------
    ModelError : where a value breaks its rule, naming the scenario's key.

    Examples
    --------
    >>> pipes = Pipes(5600.0, 0.20, 0.010, 0.32, 4.5e-5, 1150.0)
    >>> round(pipes.volume_m3), round(pipes.gap_m, 3)
    (176, 0.1)
    """

    length_m: float
    bore_m: float
    wall_m: float
    outer_bore_m: float
    roughness_m: float
    wave_speed_m_s: float

    def __post_init__(self) -> None:
        place = "riser"
        positive(place, "length (site.water_depth_m) [m]", self.length_m, "give the water depth")
        positive(place, "bore (riser.bore_m) [m]", self.bore_m, "give the inner diameter of the pipe")
        not_negative(place, "wall (riser.wall_mm) [m]", self.wall_m, "a steel pipe has about 0.01")
        not_negative(place, "roughness (riser.roughness_mm) [m]", self.roughness_m, "new steel has 4.5e-5")
        positive(place, "wave speed (riser.wave_speed_m_s) [m/s]", self.wave_speed_m_s, "1,000 to 1,400 is usual")
        if self.gap_m <= TIGHT * self.bore_m:
            raise ModelError(
                f"riser: the outer bore is {self.outer_bore_m:g} m and leaves no annulus round a pipe of "
                f"{self.bore_m:g} m with a wall of {self.wall_m:g} m; raise riser.outer_bore_ratio"
            )

    @property
    def area_m2(self) -> float:
        """Open area of the riser [m2]."""
        return float(np.pi / 4.0 * self.bore_m**2)

    @property
    def volume_m3(self) -> float:
        """Volume of the riser [m3]."""
        return self.area_m2 * self.length_m

    @property
    def gap_m(self) -> float:
        """Hydraulic diameter of the annulus [m]: outer bore less outer diameter of the riser."""
        return self.outer_bore_m - self.bore_m - 2.0 * self.wall_m

    @property
    def annulus_m2(self) -> float:
        """Open area of the annulus [m2]."""
        return float(np.pi / 4.0 * (self.outer_bore_m**2 - (self.bore_m + 2.0 * self.wall_m) ** 2))


@dataclass(frozen=True, eq=False)
class Mud:
    """The slurry: fine solids that move with the water, coarse ones that lag behind, and its flow law.

    Attributes
    ----------
    solids_kg_m3, coarse_kg_m3 : density of all grains together and of the coarse ones [kg/m3].
    coarse_share : coarse grains over all solids, by volume [-], 0 to below 1.
    terminal_m_s, coarse_reynolds : velocity of a coarse grain falling alone [m/s] and its Reynolds number [-].
    flow_law : gives the flow law at concentrations of solids by volume.
    gel_factor : gel strength after rest over yield stress [-], at least 1.
    wet_per_dry : mud in place over its dry solids [t/t], above 1.
    """

    solids_kg_m3: float
    coarse_kg_m3: float
    coarse_share: float
    terminal_m_s: float
    coarse_reynolds: float
    flow_law: Callable[[FloatArray], HerschelBulkley]
    gel_factor: float
    wet_per_dry: float

    def __post_init__(self) -> None:
        share = not_negative("slurry", "coarse share (slurry.coarse_share) [-]", self.coarse_share, "none is 0")
        refuse_where(share >= 1.0, "slurry", "coarse share [-]", share, "must be below 1", "the rest is fine mud")

    def slip_m_s(self, solids_fraction: FloatArray) -> FloatArray:
        """Return how much the coarse grains lag behind the slurry [m/s], hindered by all solids."""
        return richardson_zaki(self.terminal_m_s, solids_fraction, self.coarse_reynolds)

    def excess_kg_m3(self, solids_fraction: FloatArray, velocity_m_s: FloatArray, water_kg_m3: float) -> FloatArray:
        """Return by how much slurry in the pipe is denser than the water [kg/m3], arrays of one shape.

        Notes
        -----
        C_f (rho_f - rho_w) + C_c (rho_c - rho_w): fines in the concentration delivered, coarse grains in the higher
        one in the pipe. The density of the fines is such that all grains together have the stated one. Below 1.1
        times the slip the coarse share is held at its value there: no steady flow carries it.
        """
        coarse = self.coarse_share * solids_fraction
        carried = np.maximum(velocity_m_s, SLOWEST_CARRY * self.slip_m_s(solids_fraction))
        in_situ = delivered_to_in_situ(
            coarse, carried, self.terminal_m_s, self.coarse_reynolds, solids_fraction - coarse
        )
        fines = self.solids_kg_m3 - self.coarse_share * self.coarse_kg_m3 - (1.0 - self.coarse_share) * water_kg_m3
        return np.asarray(solids_fraction * fines + in_situ * (self.coarse_kg_m3 - water_kg_m3))


@dataclass(frozen=True)
class Water:
    """Sea water of the column.

    Attributes
    ----------
    density_kg_m3, viscosity_pa_s, temperature_k : means over the depth.
    bottom_pa : absolute pressure at the sea bed [Pa].
    """

    density_kg_m3: float
    viscosity_pa_s: float
    temperature_k: float
    bottom_pa: float


@dataclass(frozen=True)
class Rules:
    """What the crew keeps to.

    Attributes
    ----------
    flow_limit_m3_s : most slurry it pumps, and its target [m3/s], above 0.
    target_fraction : solids by volume it aims at [-], above 0.
    trip_fraction : solids by volume at which it trips [-], above 0.
    velocity_margin : least velocity over the hindered slip of the coarse grains [-], above 0.
    flush_volumes : pipe volumes of water that clear the pipe [-], above 0.
    """

    flow_limit_m3_s: float
    target_fraction: float
    trip_fraction: float
    velocity_margin: float
    flush_volumes: float

    def __post_init__(self) -> None:
        place = "lift rules"
        positive(place, "flow limit (riser.flow_m3_h) [m3/s]", self.flow_limit_m3_s, "slurry that stands lifts nothing")
        positive(place, "target concentration (slurry.solids_volume_fraction) [-]", self.target_fraction, "5 % is 0.05")
        positive(place, "trip concentration (slurry.max_solids_fraction) [-]", self.trip_fraction, "9 % is 0.09")
        positive(place, "velocity margin (riser.velocity_margin) [-]", self.velocity_margin, "2 to 3 is usual")
        positive(place, "flush volumes (riser.flush_volumes) [-]", self.flush_volumes, "one pipe volume is 1")


def static_head(excess_kg_m3: ArrayLike, cell_m: float) -> FloatArray:
    """Return the pressure by which columns of slurry outweigh the sea water beside them, from their profiles.

    Parameters
    ----------
    excess_kg_m3 : density of slurry less that of the water, per cell of equal height, shape (…, cells) [kg/m3].
    cell_m : height of a cell [m], above 0.

    Returns
    -------
    g * sum of excess * height [Pa], shape (…). In a closed circuit the two legs of water cancel, in an open one the
    sea outside does; either way only the excess counts.

    Examples
    --------
    5,700 m at 5 % of 2,500 kg/m3 in 1,030 kg/m3:

    >>> round(float(static_head(np.full(57, 0.05 * (2500.0 - 1030.0)), 100.0)) / 1e6, 2)
    4.11
    """
    height = positive("static head", "height of a cell [m]", cell_m, "give length over number of cells")
    return np.asarray(GRAVITY_M_S2 * np.sum(np.asarray(excess_kg_m3, dtype=np.float64), axis=-1) * height)
