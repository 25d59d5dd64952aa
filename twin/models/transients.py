"""What happens in the pipe when the slurry changes, stops, starts or is shut in.

The mud itself does not slip, so concentration moves as a plug: what enters at the foot leaves at the top one pipe
volume later. :class:`PipeContent` is that pipe as a queue of parcels.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from twin.models.limits import FloatArray, not_negative, positive


@dataclass(frozen=True, eq=False)
class PipeContent:
    """Parcels of slurry in a pipe, foot first, shape (parcels,).

    Attributes
    ----------
    volume_m3 : volume of each parcel [m3], above 0; together the volume of the pipe.
    solids_fraction : solids by volume in each [-].
    """

    volume_m3: FloatArray
    solids_fraction: FloatArray

    @property
    def pipe_m3(self) -> float:
        """Volume of all parcels [m3]."""
        return float(self.volume_m3.sum())

    @property
    def solids_m3(self) -> float:
        """Volume of the solids in all parcels [m3]: what an emergency disconnect would dump."""
        return float((self.volume_m3 * self.solids_fraction).sum())

    def profile(self, cells: int) -> FloatArray:
        """Return the mean concentration of equal cells of the pipe, foot first, shape (cells,)."""
        edges = np.linspace(0.0, self.pipe_m3, cells + 1)
        solids = np.concatenate(([0.0], np.cumsum(self.volume_m3 * self.solids_fraction)))
        at = np.concatenate(([0.0], np.cumsum(self.volume_m3)))
        return np.asarray(np.diff(np.interp(edges, at, solids)) / np.diff(edges))


def filled(pipe_m3: float, solids_fraction: float) -> PipeContent:
    """Return a pipe of a volume [m3], above 0, full of slurry of one concentration."""
    positive("pipe", "volume [m3]", pipe_m3, "give area times length")
    return PipeContent(np.array([pipe_m3]), np.array([float(solids_fraction)]))


def push(content: PipeContent, volume_m3: float, solids_fraction: float) -> tuple[PipeContent, PipeContent]:
    """Return the pipe after slurry was pushed in at its foot, and what came out at its top.

    Parameters
    ----------
    content : the pipe before.
    volume_m3 : volume pushed in [m3], 0 or above; may exceed that of the pipe.
    solids_fraction : solids by volume of it [-].

    Returns
    -------
    The pipe after, of the same volume, and the delivered parcels, of the volume pushed in, the last to leave first.

    Notes
    -----
    First in, first out, without mixing: volume and solids are conserved to rounding, for any size of step. Fronts stay
    sharp; a real front is spread by turbulence over some tens of bores, little against kilometres.

    Examples
    --------
    >>> after, out = push(filled(176.0, 0.0), 100.0, 0.05)
    >>> round(after.solids_m3, 9), out.solids_m3, round(out.pipe_m3, 9)
    (5.0, 0.0, 100.0)
    """
    not_negative("pipe", "volume pushed in [m3]", volume_m3, "nothing flows down the riser")
    if volume_m3 == 0.0:
        return content, PipeContent(np.empty(0), np.empty(0))
    volume = np.concatenate(([volume_m3], content.volume_m3))
    fraction = np.concatenate(([float(solids_fraction)], content.solids_fraction))
    kept = np.clip(content.pipe_m3 - np.concatenate(([0.0], np.cumsum(volume[:-1]))), 0.0, volume)
    out = volume - kept
    return PipeContent(kept[kept > 0.0], fraction[kept > 0.0]), PipeContent(out[out > 0.0], fraction[out > 0.0])


def transit_s(pipe_m3: ArrayLike, flow_m3_s: ArrayLike) -> FloatArray:
    """Return the time from the foot to the top of a pipe [s]: its volume over the flow, both above 0.

    Examples
    --------
    5,600 m at 1.5 m/s take 62 minutes, whatever the bore:

    >>> float(transit_s(5600.0 * 0.0314, 1.5 * 0.0314).round())
    3733.0
    """
    flow = positive("transit", "flow [m3/s]", flow_m3_s, "slurry that stands does not arrive")
    return np.asarray(positive("transit", "volume [m3]", pipe_m3, "give area times length") / flow)


def gel_pressure(gel_pa: ArrayLike, length_m: ArrayLike, diameter_m: ArrayLike) -> FloatArray:
    """Return the pressure that breaks the gel of slurry at rest along a whole pipe.

    Parameters
    ----------
    gel_pa : gel strength, the yield stress after rest [Pa], 0 or above, any shape.
    length_m, diameter_m : length and bore of the pipe [m], above 0, broadcast.

    Returns
    -------
    Pressure [Pa]; the static head of the slurry comes on top.

    Notes
    -----
    4 tau_gel L / D: the stress acts on the whole wall at once. An upper bound, since the front that breaks the gel
    travels with the pressure wave and need not hold everywhere at the same time.

    Examples
    --------
    >>> float(gel_pressure(1.0, 5600.0, 0.2))
    112000.0
    """
    gel = not_negative("restart", "gel strength [Pa]", gel_pa, "a slurry without one has 0")
    bore = positive("restart", "bore [m]", diameter_m, "give the inner diameter of the pipe")
    return np.asarray(4.0 * gel * np.asarray(length_m, dtype=np.float64) / bore)


def joukowsky(density_kg_m3: ArrayLike, wave_speed_m_s: ArrayLike, change_m_s: ArrayLike) -> FloatArray:
    """Return the surge of pressure when the velocity in a pipe changes at once.

    Parameters
    ----------
    density_kg_m3, wave_speed_m_s : of the slurry and of pressure waves in the pipe, above 0, any shape.
    change_m_s : change of velocity [m/s].

    Returns
    -------
    Surge [Pa], rho a dV. It is reached when a valve closes faster than :func:`reflection_s`.

    References
    ----------
    Joukowsky (1900); Wylie and Streeter (1993), Fluid Transients in Systems.

    Examples
    --------
    >>> round(float(joukowsky(1106.0, 1150.0, 1.5)) / 1e6, 1)
    1.9
    """
    speed = positive("surge", "wave speed [m/s]", wave_speed_m_s, "water in a steel pipe has 1,000 to 1,400")
    density = positive("surge", "density [kg/m3]", density_kg_m3, "slurry has 1,030 to 1,200")
    return np.asarray(density * speed * np.asarray(change_m_s, dtype=np.float64))


def reflection_s(length_m: ArrayLike, wave_speed_m_s: ArrayLike) -> FloatArray:
    """Return the time of a pressure wave along a pipe and back [s], 2 L / a, any shape.

    Examples
    --------
    >>> float(reflection_s(5600.0, 1150.0).round(1))
    9.7
    """
    speed = positive("surge", "wave speed [m/s]", wave_speed_m_s, "water in a steel pipe has 1,000 to 1,400")
    return np.asarray(2.0 * np.asarray(length_m, dtype=np.float64) / speed)
