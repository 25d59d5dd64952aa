"""A careful check of sound spreading: the parabolic equation, solved by an optional library (extra ``acoustics``)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ops_data.errors import ModelError
from twin.models.limits import FloatArray, positive, refuse_where
from twin.models.seawater import SeawaterColumn


@dataclass(frozen=True, eq=False)
class Waveguide:
    """Water over a fluid sea bed.

    Attributes
    ----------
    depth_m, sound_speed_m_s : profile of the water, depths from 0 down [m], speeds of shape (depths, ranges) [m/s].
    from_m : ranges at which the profiles begin, first 0 [m], shape (ranges,).
    bed_m : range and water depth of points of the bed [m], shape (points, 2), first at range 0.
    bed_speed_m_s, bed_density_t_m3, bed_attenuation_db : of the bed, above 0; the last per wavelength.
    """

    depth_m: FloatArray
    sound_speed_m_s: FloatArray
    from_m: FloatArray
    bed_m: FloatArray
    bed_speed_m_s: float
    bed_density_t_m3: float
    bed_attenuation_db: float


@dataclass(frozen=True)
class Steps:
    """How finely a waveguide is solved: reference sound speed [m/s], steps in range and depth, furthest range [m]."""

    reference_m_s: float
    range_m: float
    depth_m: float
    furthest_m: float


def flat_site(
    column: SeawaterColumn,
    bed_speed_m_s: float = 1_520.0,
    bed_density_t_m3: float = 1.35,
    bed_attenuation_db: float = 0.1,
) -> Waveguide:
    """Return the waveguide of a site with a flat bed of soft mud under its water column.

    Parameters
    ----------
    column : water from the surface to the bed.
    bed_speed_m_s, bed_density_t_m3, bed_attenuation_db : of the mud; soft pelagic clay is about as fast as the water.
    """
    depth = float(column.depth_m[-1])
    return Waveguide(
        column.depth_m, column.sound_speed_m_s[:, np.newaxis], np.zeros(1), np.array([[0.0, depth]]),
        bed_speed_m_s, bed_density_t_m3, bed_attenuation_db,
    )  # fmt: skip


def parabolic_loss_db(
    frequency_hz: float, source_depth_m: float, receiver_depth_m: float, guide: Waveguide, steps: Steps
) -> tuple[FloatArray, FloatArray]:
    """Return the transmission loss of a tone with range, by the split-step Padé solution of the parabolic equation.

    Parameters
    ----------
    frequency_hz : frequency [Hz], above 0.
    source_depth_m, receiver_depth_m : depths [m], above 0 and within the water.
    guide : water and bed.
    steps : how finely to solve; a few steps per wavelength in depth.

    Returns
    -------
    Ranges [m] and losses re 1 m [dB], both shape (n,).

    Raises
    ------
    ModelError
        The library is not installed, or a depth lies outside the water.

    Notes
    -----
    A coherent loss: fringes of source and image, of surface and bed, are in it; compare means over a few wavelengths
    with the formulas of `underwater_sound`. Sound goes out only, never back. A run of 50 Hz over 20 km of 5,600 m takes
    about a second, the first one several for compilation.

    References
    ----------
    Collins (1993), J. Acoust. Soc. Am. 93, 1736-1742; the library is PyRAM (M. Donnelly), BSD licence, after RAM 1.5.
    """
    try:
        from pyram.PyRAM import PyRAM  # an optional extra
    except ModuleNotFoundError as error:
        raise ModelError(
            "parabolic check: the library pyram is not installed; it is an optional extra; install the project with "
            "[acoustics], or pip install pyram"
        ) from error
    place, shallowest = "parabolic check", float(guide.bed_m[:, 1].min())
    positive(place, "frequency [Hz]", frequency_hz, "give hertz")
    for name, depth_m in (("source depth [m]", source_depth_m), ("receiver depth [m]", receiver_depth_m)):
        depth = positive(place, name, depth_m, "count it downwards")
        rule = f"must be above the sea bed at {shallowest:g}"
        refuse_where(depth >= shallowest, place, name, depth, rule, "raise it")
    solver = PyRAM(
        frequency_hz, source_depth_m, receiver_depth_m,
        guide.depth_m, guide.from_m, guide.sound_speed_m_s,
        np.zeros(1), np.zeros(1), np.array([[guide.bed_speed_m_s]]), np.array([[guide.bed_density_t_m3]]),
        np.array([[guide.bed_attenuation_db]]), guide.bed_m,
        rmax=steps.furthest_m, dr=steps.range_m, dz=steps.depth_m, c0=steps.reference_m_s,
    )  # fmt: skip
    solver.run()
    return np.asarray(solver.vr, dtype=np.float64), np.asarray(solver.tll, dtype=np.float64)


def mean_loss_db(range_m: ArrayLike, loss_db: ArrayLike, low_m: float, high_m: float) -> float:
    """Return the loss between two ranges, its energy averaged over the fringes.

    Examples
    --------
    >>> round(mean_loss_db([900.0, 1_000.0, 5_000.0], [60.0, 70.0, 20.0], 800.0, 1_200.0), 1)
    62.6
    """
    inside = (np.asarray(range_m) >= low_m) & (np.asarray(range_m) <= high_m)
    return float(-10.0 * np.log10(np.mean(10.0 ** (-np.asarray(loss_db)[inside] / 10.0))))
