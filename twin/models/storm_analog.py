"""A storm that is there now, gone on with as storms before it went on.

The analog of an active storm is a storm of the tracks at the hour at which it was nearest to today's in place, motion,
strength and season; one is drawn by a Gaussian kernel over the best hour of each storm. It is moved as a whole, on the
plane of the site, so that it passes through the stated position at the stated time. Where the motion is stated too, the
difference of the motions is added and dies off with an e-folding time of `MOTION_MEMORY_H`; else the analog keeps its
own. Its wind is raised or lowered to the stated one, which dies off with `WIND_MEMORY_H`.

The widths of the kernel were chosen by hindcasts of 300 storm hours within 1,500 km of the site on the other storms of
the packaged tracks; the scores are flat about them. With the motion stated, the energy score of the position is 143 km
after 24 h and 335 km after 48 h (without it about 230 and 425), the Brier score of coming within 500 km in 120 h is
0.066 (without it 0.07 to 0.08, climatology 0.166). `WIND_MEMORY_H` is read off these tracks: a knot more now is 0.54 kn
more 48 h later and 0.31 kn after 72 h, e-folding times of 78 and 61 h. Known limits: the packaged tracks hold only
storms that come within 1,500 km of Minamitorishima, so a storm far from there is drawn towards it.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ops_data.errors import ModelError
from ops_data.units import DAYS_PER_YEAR, EARTH_RADIUS_KM, HOURS_PER_DAY, SECONDS_PER_HOUR
from twin.models.cyclones import Floats, HourlyTracks
from twin.models.storm_years import PlacedStorms

PLACE_KM: Final = 400.0
MOTION_KM_H: Final = 8.0
STRENGTH_KN: Final = 25.0
SEASON_DAYS: Final = 45.0
FARTHEST_KM: Final = 750.0  # twice the kernel's width: beyond it nothing counts as near
MOTION_WINDOW_H: Final = 6  # a track's motion is over so many hours, as its records are apart
MOTION_MEMORY_H: Final = 60.0
WIND_MEMORY_H: Final = 72.0
STORM_ID: Final = "now"


@dataclass(frozen=True, eq=False)
class StormAnalogs:
    """Storms like one that is there now, shape (storms,) each.

    Attributes
    ----------
    storm : index into the tracks.
    age_h : hours from its first hourly point to the whole hour at or before the hour of the match.
    east_km, north_km, wind_kn : what is added to position and wind, so that it is as stated.
    east_km_h, north_km_h : what is added to the motion; 0 where none is stated.
    running_chance : running sum of the chances to be drawn.
    past_s : seconds from that whole hour to the stated time.
    """

    storm: NDArray[np.int64]
    age_h: NDArray[np.int64]
    east_km: Floats
    north_km: Floats
    wind_kn: Floats
    east_km_h: Floats
    north_km_h: Floats
    running_chance: Floats
    past_s: int


def storm_analogs(
    tracks: HourlyTracks,
    time_s: int,
    east_km: float,
    north_km: float,
    wind_kn: float,
    motion_km_h: tuple[float, float] | None = None,
) -> StormAnalogs:
    """Return the storms that were once like one that is there now.

    Parameters
    ----------
    tracks : hourly tracks on the plane of the site.
    time_s : Unix UTC second at which the storm is where it is stated.
    east_km, north_km : that place on the plane [km].
    wind_kn : its maximum sustained wind then, in the averaging period of the tracks [kn].
    motion_km_h : how fast it moves east and north [km/h]; None: not stated.

    Raises
    ------
    ModelError
        No storm of the tracks was ever within `FARTHEST_KM` of that place.
    """
    past_s = time_s % SECONDS_PER_HOUR
    part = past_s / SECONDS_PER_HOUR
    points = np.arange(len(tracks.wind_kn) - 1)
    owner = np.searchsorted(tracks.first_point, points, side="right") - 1
    points, owner = (
        points[points + 1 < tracks.first_point[owner + 1]],
        owner[points + 1 < tracks.first_point[owner + 1]],
    )
    off = [
        stated - (1 - part) * series[points] - part * series[points + 1]
        for stated, series in ((east_km, tracks.east_km), (north_km, tracks.north_km), (wind_kn, tracks.wind_kn))
    ]
    away_km = np.hypot(off[0], off[1])
    if away_km.min() > FARTHEST_KM:
        raise ModelError(
            f"the active storm is {away_km.min():.0f} km from every storm of the tracks; it is gone on with as storms "
            f"within {FARTHEST_KM:.0f} km went on: correct its position, or leave it out while it is that far"
        )
    age = points - tracks.first_point[owner]
    year_h = DAYS_PER_YEAR * HOURS_PER_DAY
    season_h = (tracks.start_hour[owner] + age - time_s // SECONDS_PER_HOUR + year_h / 2) % year_h - year_h / 2
    squared = (away_km / PLACE_KM) ** 2 + (off[2] / STRENGTH_KN) ** 2
    squared += (season_h / (SEASON_DAYS * HOURS_PER_DAY)) ** 2
    faster = np.zeros((2, len(points)))
    if motion_km_h is not None:
        back = np.minimum(age, MOTION_WINDOW_H - 1)
        for row, (stated, series) in enumerate(zip(motion_km_h, (tracks.east_km, tracks.north_km), strict=True)):
            faster[row] = stated - (series[points + 1] - series[points - back]) / (back + 1)
        squared += (faster**2).sum(axis=0) / MOTION_KM_H**2
    best = np.lexsort((squared, owner))
    best = best[np.r_[True, np.diff(owner[best]) > 0]]
    chance = np.exp(-(squared[best] - squared[best].min()) / 2)
    return StormAnalogs(
        storm=owner[best],
        age_h=age[best],
        east_km=off[0][best],
        north_km=off[1][best],
        wind_kn=off[2][best],
        east_km_h=faster[0, best],
        north_km_h=faster[1, best],
        running_chance=np.cumsum(chance / chance.sum()),
        past_s=past_s,
    )


def continued_storm(
    tracks: HourlyTracks, analogs: StormAnalogs, time_s: int, draw: float
) -> tuple[HourlyTracks, PlacedStorms]:
    """Return one storm that passes through the stated place at the stated time, and where it stands in time.

    Parameters
    ----------
    tracks, analogs, time_s : see :func:`storm_analogs`.
    draw : uniform on [0, 1); it chooses the analog.
    """
    last = len(analogs.storm) - 1
    chosen = min(int(np.searchsorted(analogs.running_chance, draw, side="right")), last)
    storm, age = int(analogs.storm[chosen]), int(analogs.age_h[chosen])
    life = slice(int(tracks.first_point[storm]), int(tracks.first_point[storm + 1]))
    hours = life.stop - life.start
    since_h = np.arange(hours) - age - analogs.past_s / SECONDS_PER_HOUR
    moved_h = np.sign(since_h) * MOTION_MEMORY_H * -np.expm1(-np.abs(since_h) / MOTION_MEMORY_H)
    east_km = tracks.east_km[life] + analogs.east_km[chosen] + analogs.east_km_h[chosen] * moved_h
    shift_km = analogs.north_km[chosen] + analogs.north_km_h[chosen] * moved_h
    north_km = tracks.north_km[life] + shift_km
    kept = np.exp(-np.abs(since_h) / WIND_MEMORY_H)
    start_hour = time_s // SECONDS_PER_HOUR - age
    year = int(np.datetime64(start_hour, "h").astype("datetime64[Y]").astype(np.int64)) + 1970
    one = HourlyTracks(
        storm_id=(STORM_ID,),
        first_point=np.array([0, hours], np.int64),
        start_hour=np.array([start_hour], np.int64),
        east_km=east_km,
        north_km=north_km,
        distance_km=np.hypot(east_km, north_km),
        latitude_deg=tracks.latitude_deg[life] + np.degrees(shift_km / EARTH_RADIUS_KM),
        wind_kn=np.maximum(tracks.wind_kn[life] + analogs.wind_kn[chosen] * kept, 0.0),
        wind_period_min=tracks.wind_period_min,
        first_year=year,
        last_year=year,
    )
    return one, PlacedStorms(np.zeros(1, np.int64), np.array([start_hour], np.int64), np.array([year], np.int64))
