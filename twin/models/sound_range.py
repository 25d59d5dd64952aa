"""How far a sound is above a level: bands of a source, weighted, spread, absorbed and added up."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from ops_data.units import METRES_PER_KM
from twin.models.limits import FloatArray, not_negative, positive
from twin.models.roots import increasing_root
from twin.models.underwater_sound import energy_sum_db

BANDS_HZ: Final[FloatArray] = 10.0 ** (np.arange(10, 46) / 10.0)  # decidecade centres, 10 Hz to 31.6 kHz
FURTHEST: Final = 8.0  # lg of the longest range [m]; twice and a half round the Earth
LN10: Final = float(np.log(10.0))


def machinery_bands_db(level_db: float, corner_hz: float) -> FloatArray:
    """Return the levels of the decidecade bands of a ship's or a machine's broadband level.

    Parameters
    ----------
    level_db : broadband level, 10 Hz to 31.6 kHz [dB].
    corner_hz : frequency up to which the spectrum is flat f_c [Hz], above 0.

    Returns
    -------
    Levels of the bands of `BANDS_HZ` [dB], shape (36,); their energies sum to the level.

    Notes
    -----
    Energy per hertz is flat up to f_c and falls by 20 dB per tenfold frequency beyond, 1/(1 + (f/f_c)^2): the shape of
    cavitation without its tones. The energy of a band is that times its width, which is in proportion to f.

    References
    ----------
    Ross (1976), Mechanics of Underwater Noise, chapter 8 (slope of cavitation noise).

    Examples
    --------
    The loudest band of a ship of 190 dB is that of the corner, where energy begins to fall:

    >>> bands = machinery_bands_db(190.0, 100.0)
    >>> round(float(BANDS_HZ[bands.argmax()])), round(float(bands.max()), 1), round(float(bands[20]), 1)
    (100, 178.9, 171.9)
    """
    f_c = float(positive("machinery noise", "corner [Hz]", corner_hz, "ships have about 100"))
    shape = 10.0 * np.log10(BANDS_HZ / (1.0 + (BANDS_HZ / f_c) ** 2))
    return np.asarray(level_db + shape - energy_sum_db(shape))


def tone_bands_db(level_db: float, frequency_hz: float, duty_share: float) -> FloatArray:
    """Return the levels of the decidecade bands of a pulsed tone, its energy spread over time.

    Parameters
    ----------
    level_db : level while it sounds [dB].
    frequency_hz : frequency [Hz], above 0; counted in the nearest band.
    duty_share : share of the time it sounds [1], above 0 to 1.

    Returns
    -------
    Levels of the bands of `BANDS_HZ` [dB], shape (36,), -infinity but in one.

    Examples
    --------
    >>> bands = tone_bands_db(190.0, 26e3, 0.01)
    >>> round(float(BANDS_HZ[bands.argmax()])), round(float(bands.max()), 1)
    (25119, 170.0)
    """
    f = positive("pulsed tone", "frequency [Hz]", frequency_hz, "give hertz")
    share = positive("pulsed tone", "duty share [1]", duty_share, "a tone that never sounds is no source")
    bands = np.full(len(BANDS_HZ), -np.inf)
    bands[np.argmin(np.abs(np.log(BANDS_HZ / f)))] = level_db + 10.0 * np.log10(share)
    return bands


@dataclass(frozen=True, eq=False)
class Heard:
    """Sources and ears, case by case; arrays broadcast against (cases, bands) or (cases,).

    Attributes
    ----------
    bands_db : source level of each band as it is heard: weighted, and with the gain of an exposure added [dB], shape
        (cases, bands).
    per_decade_db : spreading n of each case [dB per tenfold range], above 0, shape (cases,).
    absorption_db_km : of each band [dB/km], 0 or above, shape (bands,).
    image_m : `underwater_sound.image_phase` of each case and band [m rad], infinity where no surface image is counted,
        shape (cases, bands).
    """

    bands_db: FloatArray
    per_decade_db: FloatArray
    absorption_db_km: FloatArray
    image_m: FloatArray


def received_db(range_m: ArrayLike, heard: Heard) -> FloatArray:
    """Return the level of each case at its range.

    Parameters
    ----------
    range_m : range of each case R [m], at least 1, shape (cases,) or one for all.
    heard : sources and ears.

    Returns
    -------
    Level [dB], shape (cases,).

    Notes
    -----
    10 lg of the sum over bands of 10^((S + I(R) - a R)/10), less n lg R; I as `underwater_sound.surface_image_db`
    without its +3 dB near by where no image is counted.

    Examples
    --------
    >>> one = Heard(np.array([[190.0]]), np.array([20.0]), np.array([0.0]), np.array([[np.inf]]))
    >>> received_db(1e3, one).tolist()
    [130.0]
    """
    x = np.log10(positive("sound range", "range [m]", range_m, "give metres"))
    return _level(np.broadcast_to(x, heard.per_decade_db.shape), heard)[0]


def _level(x: FloatArray, heard: Heard) -> tuple[FloatArray, FloatArray]:
    """Return level [dB] and its slope [dB per unit of lg R] at lg R, both shape (cases,)."""
    R = 10.0 ** x[:, np.newaxis]
    p = np.minimum(heard.image_m / R, 1e100)  # a case without image stays at the far end of the fringes
    double = 2.0 * p**2
    image = np.where(np.isinf(heard.image_m), 0.0, 10.0 * np.log10(2.0 * double / (1.0 + double)))
    image_slope = np.where(np.isinf(heard.image_m), 0.0, -20.0 / (1.0 + double))
    absorbed = heard.absorption_db_km * R / METRES_PER_KM
    bands = heard.bands_db + image - absorbed
    level = energy_sum_db(bands)
    part = 10.0 ** ((bands - level[:, np.newaxis]) / 10.0)
    slope = np.sum(part * (image_slope - absorbed * LN10), axis=1)
    return level - heard.per_decade_db * x, slope - heard.per_decade_db


def range_to_level_m(heard: Heard, threshold_db: ArrayLike) -> FloatArray:
    """Return how far the level of each case stays at or above its threshold.

    Parameters
    ----------
    heard : sources and ears, no case silent.
    threshold_db : the thresholds [dB], shape (cases,) or one for all.

    Returns
    -------
    Range [m], shape (cases,); 0 where the level is below the threshold at 1 m already.

    Raises
    ------
    ModelError : where a level still is above its threshold at 1e8 m.

    Notes
    -----
    The level falls with range in every case, so the root in lg R is the only one; it is found in a bracket.

    Examples
    --------
    Where a ship of 190 dB is at 120 dB, all around and half-way to cylindrical:

    >>> ship = Heard(np.full((2, 1), 190.0), np.array([20.0, 15.0]), np.zeros(1), np.full((2, 1), np.inf))
    >>> (range_to_level_m(ship, 120.0) / 1e3).round(1).tolist()
    [3.2, 46.4]
    """
    threshold = np.broadcast_to(np.asarray(threshold_db, dtype=np.float64), heard.per_decade_db.shape)
    not_negative("sound range", "absorption [dB/km]", heard.absorption_db_km, "use sound_absorption")
    zero = np.zeros(len(threshold))
    above = np.flatnonzero(_level(zero, heard)[0] >= threshold)
    some = Heard(heard.bands_db[above], heard.per_decade_db[above], heard.absorption_db_km, heard.image_m[above])

    def missing(x: FloatArray) -> tuple[FloatArray, FloatArray]:
        level, slope = _level(x, some)
        return threshold[above] - level, -slope

    def describe(at: int) -> str:
        return f"sound range: case {above[at]}, threshold {threshold[above[at]]:g} dB"

    ranges = zero.copy()
    if len(above):
        ends = np.zeros(len(above)), np.full(len(above), FURTHEST)
        ranges[above] = 10.0 ** increasing_root(missing, *ends, describe)
    return ranges
