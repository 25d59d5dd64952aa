"""Night and day at a place: how long of some time the sun is down."""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from ops_data.units import DAYS_PER_YEAR, SECONDS_PER_DAY
from twin.models.limits import FloatArray, refuse_where

SUNSET_DEG: Final = -0.833  # centre of the sun when its upper edge, lifted by refraction, is on the horizon
POLAR_S: Final = 60.0  # by which days without a night overlap, so that no noon a little late leaves a gap
EPOCH_DAY: Final = 10_957  # 2000-01-01, days after 1970-01-01


def day_length_s(day: ArrayLike, latitude_deg: float) -> FloatArray:
    """Return the time from sunrise to sunset.

    Parameters
    ----------
    day : days after 1970-01-01, any shape.
    latitude_deg : latitude [deg], -90 to 90.

    Returns
    -------
    Length of the day [s], 0 to 86,400, the shape of ``day``.

    Notes
    -----
    cos H = (sin h - sin phi sin d)/(cos phi cos d) with h of `SUNSET_DEG`; declination d after Spencer's series, to
    0.01 rad. Good to about two minutes up to middle latitudes.

    References
    ----------
    Spencer (1971), Search 2, 172.

    Examples
    --------
    The longest and the shortest day at 23.2 N in hours:

    >>> (day_length_s([172, 355], 23.2) / 3600.0).round(1).tolist()
    [13.6, 10.7]
    """
    declination, _ = _sun(np.asarray(day, dtype=np.float64))
    return _half_day(declination, latitude_deg) * 2.0


def _sun(day: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return declination [rad] and equation of time [s] after Spencer."""
    angle = 2.0 * np.pi * ((day - EPOCH_DAY) % DAYS_PER_YEAR) / DAYS_PER_YEAR
    declination = (
        0.006918 - 0.399912 * np.cos(angle) + 0.070257 * np.sin(angle) - 0.006758 * np.cos(2 * angle)
        + 0.000907 * np.sin(2 * angle) - 0.002697 * np.cos(3 * angle) + 0.00148 * np.sin(3 * angle)
    )  # fmt: skip
    turn = (
        0.000075 + 0.001868 * np.cos(angle) - 0.032077 * np.sin(angle) - 0.014615 * np.cos(2 * angle)
        - 0.040849 * np.sin(2 * angle)
    )  # fmt: skip
    return declination, turn / (2.0 * np.pi) * SECONDS_PER_DAY


def _half_day(declination: FloatArray, latitude_deg: float) -> FloatArray:
    latitude = np.asarray(latitude_deg, dtype=np.float64)
    refuse_where(
        ~(np.abs(latitude) <= 90.0), "daylight", "latitude [deg]", latitude, "must be -90 to 90", "north is above 0"
    )
    phi = np.radians(np.clip(latitude, -89.999, 89.999))
    cosine = (np.sin(np.radians(SUNSET_DEG)) - np.sin(phi) * np.sin(declination)) / (np.cos(phi) * np.cos(declination))
    return np.asarray(np.arccos(np.clip(cosine, -1.0, 1.0)) / (2.0 * np.pi) * SECONDS_PER_DAY)


def night_s(start_s: ArrayLike, end_s: ArrayLike, latitude_deg: float, longitude_deg: float) -> FloatArray:
    """Return how long of each stretch of time the sun is down at a place.

    Parameters
    ----------
    start_s, end_s : Unix UTC seconds, ends not before starts, one shape, at least one stretch.
    latitude_deg, longitude_deg : the place [deg], north and east above 0.

    Returns
    -------
    Night within each stretch [s], the same shape.

    Notes
    -----
    Each day has its noon at 12 h less longitude/15 and less the equation of time; the sun is up half a day's length
    before and after. The light summed from the first noon on is piecewise linear, so that stretches add up exactly.

    Examples
    --------
    A March day at 150 E: the sun rises at about 20 h UTC of the day before and sets after 8 h.

    >>> day = 20_534 * 86_400
    >>> (night_s([day, day + 12 * 3600], [day + 12 * 3600, day + 24 * 3600], 23.2, 150.0) / 3600.0).round(1).tolist()
    [3.8, 8.0]
    """
    start, end = np.asarray(start_s, dtype=np.float64), np.asarray(end_s, dtype=np.float64)
    refuse_where(end < start, "night", "end [s]", end, "must not be before the start", "order the ends")
    first, last = np.floor(start.min() / SECONDS_PER_DAY) - 1.0, np.floor(end.max() / SECONDS_PER_DAY) + 1.0
    day = np.arange(first, last + 1.0)
    declination, turn = _sun(day)
    noon = (day + 0.5 - longitude_deg / 360.0) * SECONDS_PER_DAY - turn
    half = _half_day(declination, latitude_deg)
    half = np.where(half >= 0.5 * SECONDS_PER_DAY, half + POLAR_S, half)
    edges = np.maximum.accumulate(np.column_stack([noon - half, noon + half]).ravel())
    light = np.concatenate([[0.0], np.cumsum(np.diff(edges) * (np.arange(len(edges) - 1) % 2 == 0))])
    lit = np.interp(end, edges, light) - np.interp(start, edges, light)
    return np.asarray(end - start - lit)
