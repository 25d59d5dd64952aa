"""Levels of underwater sound: sums, exposure, hearing, spreading, and what the sea surface takes away.

Levels are root-mean-square sound pressure re 1 uPa, source levels the same at 1 m, exposures re 1 uPa2 s, all in dB.
Absorption is in `sound_absorption`, ranges to a level in `sound_range`. Screening formulas: they know neither the
profile of sound speed nor the sea bed.
"""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from ops_data.units import METRES_PER_KM, SECONDS_PER_DAY
from twin.models.limits import FloatArray, not_negative, positive, refuse_where

SPHERICAL: Final = 20.0  # dB per tenfold range
BETWEEN: Final = 15.0  # half way between spherical and cylindrical
DAY_DB: Final = float(10.0 * np.log10(SECONDS_PER_DAY))  # gain of a day's exposure over the level held for that day


def energy_sum_db(levels_db: ArrayLike, axis: int = -1) -> FloatArray:
    """Return the level of sources or bands together, their energies added.

    Parameters
    ----------
    levels_db : levels [dB]; -infinity is silence, any shape of at least one dimension.
    axis : along which to add.

    Returns
    -------
    Level [dB], the shape without that axis.

    Notes
    -----
    10 lg(sum of 10^(L/10)): sources that are not in step with one another.

    Examples
    --------
    Twice the same source is 3 dB more, a much weaker one changes nothing:

    >>> energy_sum_db([[190.0, 190.0], [190.0, 160.0]]).round(2).tolist()
    [193.01, 190.0]
    """
    levels = np.asarray(levels_db, dtype=np.float64)
    highest = np.max(levels, axis=axis, keepdims=True)
    shift = np.where(np.isfinite(highest), highest, 0.0)
    with np.errstate(divide="ignore"):  # the sum of silences is silence
        total = 10.0 * np.log10(np.sum(10.0 ** ((levels - shift) / 10.0), axis=axis))
    return np.asarray(total + np.squeeze(shift, axis=axis))


def exposure_db(level_db: ArrayLike, duration_s: ArrayLike) -> FloatArray:
    """Return the sound exposure level of a steady level held for some time.

    Parameters
    ----------
    level_db : level [dB], any shape.
    duration_s : how long [s], above 0.

    Returns
    -------
    Exposure level [dB re 1 uPa2 s], broadcast shape.

    Notes
    -----
    L + 10 lg(t / 1 s). A day adds 49.4 dB.

    Examples
    --------
    >>> float(exposure_db(127.6, 86_400.0).round(1))
    177.0
    """
    time = positive("sound exposure", "duration [s]", duration_s, "no time is no exposure")
    return np.asarray(np.asarray(level_db, dtype=np.float64) + 10.0 * np.log10(time))


def weighting_db(
    frequency_hz: ArrayLike,
    *,
    a: ArrayLike,
    b: ArrayLike,
    f1_khz: ArrayLike,
    f2_khz: ArrayLike,
    gain_db: ArrayLike,
) -> FloatArray:
    """Return how a hearing group weighs sound of a frequency.

    Parameters
    ----------
    frequency_hz : frequency f [Hz], above 0, any shape.
    a, b : exponents below the low and above the high corner, above 0.
    f1_khz, f2_khz : the corners f1, f2 [kHz], above 0.
    gain_db : C [dB], which makes the highest weight 0.

    Returns
    -------
    Weight W [dB], 0 or below but for rounding of C, broadcast shape.

    Notes
    -----
    W = C + 10 lg[(f/f1)^2a / ((1 + (f/f1)^2)^a (1 + (f/f2)^2)^b)], worked in logarithms so that nothing overflows.
    Numbers of the groups: ``ops_data/reference/noise_groups.csv``. Codes of groups differ between editions.

    References
    ----------
    NMFS (2024), NOAA Technical Memorandum NMFS-OPR-71; the form is that of Finneran (2016), SPAWAR TR 3026.

    Examples
    --------
    Baleen whales (2024) hardly hear 10 Hz, best about 2 kHz and lose above 20 kHz:

    >>> weighting_db([10.0, 2e3, 40e3], a=0.99, b=5, f1_khz=0.168, f2_khz=26.6, gain_db=0.12).round(1).tolist()
    [-24.2, -0.0, -25.5]
    """
    place, remedy = "hearing weight", "take the row of the group"
    f = positive(place, "frequency [Hz]", frequency_hz, "give hertz") / METRES_PER_KM
    a, b = positive(place, "exponent a", a, remedy), positive(place, "exponent b", b, remedy)
    low = 2.0 * np.log10(f / positive(place, "corner f1 [kHz]", f1_khz, remedy))
    high = 2.0 * np.log10(f / positive(place, "corner f2 [kHz]", f2_khz, remedy))
    rise, fall = np.log10(1.0 + 10.0**low), np.log10(1.0 + 10.0**high)
    return np.asarray(np.asarray(gain_db, dtype=np.float64) + 10.0 * (a * (low - rise) - b * fall))


def spreading_loss_db(range_m: ArrayLike, per_decade_db: ArrayLike = SPHERICAL) -> FloatArray:
    """Return what spreading takes between 1 m and a range.

    Parameters
    ----------
    range_m : range R [m], at least 1, any shape.
    per_decade_db : n [dB per tenfold range], 10 (between surface and bed) to 20 (to all sides).

    Returns
    -------
    Loss n lg R [dB], broadcast shape.

    Notes
    -----
    Between ships and animals far away the true loss lies above or below it by tens of dB: in deep water near the
    surface a low frequency is cancelled by its image (:func:`surface_image_db`), and where rays meet it is louder.

    Examples
    --------
    >>> spreading_loss_db([1.0, 1e3, 1e3], [20.0, 20.0, 15.0]).tolist()
    [0.0, 60.0, 45.0]
    """
    R = positive("sound spreading", "range [m]", range_m, "give metres")
    refuse_where(R < 1.0, "sound spreading", "range [m]", R, "must be at least 1", "source levels are told at 1 m")
    n = positive("sound spreading", "loss per tenfold range [dB]", per_decade_db, "20 is spherical, 10 cylindrical")
    return np.asarray(n * np.log10(R))


def image_phase(
    frequency_hz: ArrayLike, source_depth_m: ArrayLike, receiver_depth_m: ArrayLike, sound_speed_m_s: ArrayLike
) -> FloatArray:
    """Return the phase between a source and its image in the surface, times the range.

    Parameters
    ----------
    frequency_hz : frequency f [Hz], above 0, any shape.
    source_depth_m, receiver_depth_m : depths z_s, z_r [m], above 0.
    sound_speed_m_s : c [m/s], above 0.

    Returns
    -------
    2 pi f z_s z_r / c [m rad]: half the difference of the two paths as a phase, at ranges far above the depths, is
    this over the range.

    Examples
    --------
    >>> float(image_phase(50.0, 10.0, 50.0, 1500.0).round(1))
    104.7
    """
    place = "surface image"
    f = positive(place, "frequency [Hz]", frequency_hz, "give hertz")
    z_s = positive(place, "source depth [m]", source_depth_m, "at the surface nothing is heard")
    z_r = positive(place, "receiver depth [m]", receiver_depth_m, "at the surface nothing is heard")
    c = positive(place, "sound speed [m/s]", sound_speed_m_s, "sea water has about 1,500")
    return np.asarray(2.0 * np.pi * f * z_s * z_r / c)


def surface_image_db(range_m: ArrayLike, phase_m: ArrayLike) -> FloatArray:
    """Return what the sea surface adds to spherical spreading of a shallow source, fringes smoothed.

    Parameters
    ----------
    range_m : range R [m], far above both depths, any shape.
    phase_m : of :func:`image_phase` q [m rad].

    Returns
    -------
    Change of level [dB]: +3 where source and image add up, ever further below 0 where they cancel; broadcast shape.

    Notes
    -----
    A flat surface turns the sign of its reflection (Lloyd's mirror): |1 - exp(2 i p)|^2 = 4 sin^2 p with p = q/R,
    here 4 p^2/(1 + 2 p^2), which has the same far end 4 p^2, a loss of 40 lg R in all, and the mean 2 of the fringes
    near by. No refraction, no bed: rays that the depth bends back, or the bed reflects, fill the shadow in.

    References
    ----------
    Urick (1983), Principles of Underwater Sound, 3rd ed., section 5.4; ISO 17208-2:2019 smooths alike.

    Examples
    --------
    50 Hz from 10 m to 50 m depth is down by 14 dB at 1 km and by twice 20 lg R further out:

    >>> q = image_phase(50.0, 10.0, 50.0, 1500.0)
    >>> surface_image_db([10.0, 1e3, 1e4], q).round(1).tolist()
    [3.0, -13.7, -33.6]
    """
    R = positive("surface image", "range [m]", range_m, "give metres")
    p = not_negative("surface image", "phase [m rad]", phase_m, "use image_phase") / R
    refuse_where(p == 0.0, "surface image", "phase [m rad]", p, "must be above 0", "use image_phase")
    return np.asarray(10.0 * np.log10(4.0 * p**2 / (1.0 + 2.0 * p**2)))
