"""Tropical cyclones as seen from one point: distance, hourly tracks, wind and waves of a passing storm.

Positions are kept on a plane centred on the site (azimuthal equidistant projection): the distance from the origin is
the great-circle distance, exactly.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ops_data.units import EARTH_RADIUS_KM, KNOT_M_S, SECONDS_PER_HOUR

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class HourlyTracks:
    """Storms interpolated to whole UTC hours, one storm after another.

    Attributes
    ----------
    storm_id : name of each storm, length n.
    first_point : index of each storm's first hourly point, and the number of points, int64, shape (n + 1,).
    start_hour : Unix UTC hour of each storm's first hourly point, int64, shape (n,).
    east_km, north_km : position on the plane centred on the site [km], shape (points,).
    distance_km : great-circle distance to the site [km].
    latitude_deg : latitude of the centre [°N].
    wind_kn : maximum sustained wind as the agency reports it [kn].
    wind_period_min : averaging period of that wind [min], 1 or 10.
    first_year, last_year : calendar years the set of tracks covers, by each storm's first record.
    """

    storm_id: tuple[str, ...]
    first_point: NDArray[np.int64]
    start_hour: NDArray[np.int64]
    east_km: Floats
    north_km: Floats
    distance_km: Floats
    latitude_deg: Floats
    wind_kn: Floats
    wind_period_min: int
    first_year: int
    last_year: int


@dataclass(frozen=True)
class StormField:
    """Coefficients of the parametric wind and waves of a storm.

    Attributes
    ----------
    ten_minute_factor : 10-min mean wind over 1-min mean wind at sea [-].
    decay_exponent : how wind falls outside the radius of maximum wind, V ∝ r^-x [-].
    radius_km : beyond this distance a storm leaves the background as it is [km].
    wave_s : significant wave height over local 10-min wind [m per m/s = s].
    swell_decay_h : e-folding time of the waves a storm leaves behind [h].
    """

    ten_minute_factor: float
    decay_exponent: float
    radius_km: float
    wave_s: float
    swell_decay_h: float


def great_circle_km(lat1_deg: Floats | float, lon1_deg: Floats | float, lat2_deg: float, lon2_deg: float) -> Floats:
    """Return the great-circle distance [km] on a sphere of the mean Earth radius (haversine).

    Examples
    --------
    >>> round(float(great_circle_km(0.0, 0.0, 0.0, 90.0)), 1)  # a quarter of the equator
    10007.6
    """
    lat1, lat2 = np.radians(lat1_deg), np.radians(lat2_deg)
    half = np.sin((lat1 - lat2) / 2) ** 2
    half = half + np.cos(lat1) * np.cos(lat2) * np.sin((np.radians(lon1_deg) - np.radians(lon2_deg)) / 2) ** 2
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(half)))


def project_km(lat_deg: Floats, lon_deg: Floats, site_lat_deg: float, site_lon_deg: float) -> tuple[Floats, Floats]:
    """Return east and north [km] on the azimuthal equidistant plane centred on the site.

    Parameters
    ----------
    lat_deg, lon_deg : positions [°N, °E], any shape.
    site_lat_deg, site_lon_deg : the plane's centre.
    """
    lat, site_lat = np.radians(lat_deg), np.radians(site_lat_deg)
    turn = np.radians(lon_deg) - np.radians(site_lon_deg)
    east = np.cos(lat) * np.sin(turn)
    north = np.cos(site_lat) * np.sin(lat) - np.sin(site_lat) * np.cos(lat) * np.cos(turn)
    bearing = np.arctan2(east, north)
    distance = great_circle_km(lat_deg, lon_deg, site_lat_deg, site_lon_deg)
    return distance * np.sin(bearing), distance * np.cos(bearing)


def hourly_tracks(
    storm_id: tuple[str, ...],
    first_row: NDArray[np.int64],
    time_s: NDArray[np.int64],
    lat_deg: Floats,
    lon_deg: Floats,
    wind_kn: Floats,
    *,
    wind_period_min: int,
    site_lat_deg: float,
    site_lon_deg: float,
) -> HourlyTracks:
    """Interpolate every track linearly to whole UTC hours and place it on the plane of the site.

    Parameters
    ----------
    storm_id : name of each storm, length n.
    first_row : row where each storm starts, and the number of rows, shape (n + 1,).
    time_s : Unix UTC seconds of the records, increasing within a storm, shape (rows,).
    lat_deg, lon_deg : position of the centre [°N, °E].
    wind_kn : maximum sustained wind [kn]; 0 where unknown, so that the wind fades linearly towards such a record.
    wind_period_min : averaging period of that wind [min], 1 or 10.
    site_lat_deg, site_lon_deg : the site [°N, °E].

    Notes
    -----
    A storm whose records hold no whole hour is left out.
    """
    hour = time_s / SECONDS_PER_HOUR
    points, lat, lon, wind = [], [], [], []
    for first, after in pairwise(first_row):
        rows = slice(first, after)
        whole = np.arange(np.ceil(hour[rows][0]), np.floor(hour[rows][-1]) + 1)
        points.append(whole)
        lat.append(np.interp(whole, hour[rows], lat_deg[rows]))
        lon.append(np.interp(whole, hour[rows], np.unwrap(lon_deg[rows], period=360.0)))
        wind.append(np.interp(whole, hour[rows], wind_kn[rows]))
    kept = [n for n, whole in enumerate(points) if len(whole)]
    all_lat, all_lon = np.concatenate(lat), np.concatenate(lon)
    east, north = project_km(all_lat, all_lon, site_lat_deg, site_lon_deg)
    start_hour = np.array([points[n][0] for n in kept], np.int64)
    years = start_hour.astype("datetime64[h]").astype("datetime64[Y]").astype(np.int64) + 1970
    return HourlyTracks(
        storm_id=tuple(storm_id[n] for n in kept),
        first_point=np.r_[0, np.cumsum([len(points[n]) for n in kept])].astype(np.int64),
        start_hour=start_hour,
        east_km=east,
        north_km=north,
        distance_km=great_circle_km(all_lat, all_lon, site_lat_deg, site_lon_deg),
        latitude_deg=all_lat,
        wind_kn=np.concatenate(wind),
        wind_period_min=wind_period_min,
        first_year=int(years.min()),
        last_year=int(years.max()),
    )


def radius_of_maximum_wind_km(wind_m_s: Floats, latitude_deg: Floats) -> Floats:
    """Return the radius of maximum wind [km] from intensity and latitude.

    Parameters
    ----------
    wind_m_s : maximum wind [m/s], 0 … 90.
    latitude_deg : latitude of the centre [°], its size counts.

    Notes
    -----
    R = 46.4 exp(-0.0155 V + 0.0169 |φ|), fitted to flight-level winds of Atlantic and eastern Pacific hurricanes.

    References
    ----------
    Willoughby, H. E., Darling, R. W. R., Rahn, M. E. (2006): Parametric representation of the primary hurricane
    vortex. Part II. Monthly Weather Review 134, 1102-1120.
    """
    return np.asarray(46.4 * np.exp(-0.0155 * wind_m_s + 0.0169 * np.abs(latitude_deg)))


def storm_wind_m_s(
    distance_km: Floats, wind_kn: Floats, latitude_deg: Floats, wind_period_min: int, field: StormField
) -> Floats:
    """Return the 10-min, 10 m wind [m/s] a storm makes at a distance (modified Rankine vortex).

    Parameters
    ----------
    distance_km : distance from the storm's centre [km], 0 or more.
    wind_kn : maximum sustained wind [kn].
    latitude_deg : latitude of the centre [°].
    wind_period_min : averaging period of ``wind_kn`` [min], 1 or 10.
    field : the coefficients.

    Notes
    -----
    V(r) = Vm r / R inside the radius of maximum wind R, Vm (R / r)^x outside, 0 beyond the field's radius. Symmetric:
    the storm's own motion is not added.
    """
    factor = field.ten_minute_factor if wind_period_min == 1 else 1.0
    peak = wind_kn * KNOT_M_S
    ratio = np.maximum(distance_km, 1e-6) / radius_of_maximum_wind_km(peak, latitude_deg)
    wind = factor * peak * np.where(ratio < 1.0, ratio, ratio**-field.decay_exponent)
    return np.where(distance_km <= field.radius_km, wind, 0.0)


def storm_wave_m(wind_m_s: Floats, field: StormField, tail_h: int) -> Floats:
    """Return the significant wave height [m] of a storm, hour by hour, and of the swell it leaves.

    Parameters
    ----------
    wind_m_s : the storm's wind at the site, hourly [m/s], shape (hours,).
    field : the coefficients.
    tail_h : hours to add after the last one.

    Returns
    -------
    Hs(t) = max over earlier hours s of wave_s * wind(s) * exp(-(t - s) / swell_decay_h), shape (hours + tail_h,).

    Notes
    -----
    Inside the wind field Hs grows with the local wind (Ochi, M. K. (2003): Hurricane-Generated Seas, Elsevier); a
    falling sea follows the e-folding tail.
    """
    wave = np.r_[field.wave_s * wind_m_s, np.zeros(tail_h)]
    grown = np.exp(np.arange(len(wave)) / field.swell_decay_h)
    return np.asarray(np.maximum.accumulate(wave * grown) / grown)
