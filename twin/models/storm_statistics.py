"""How often storms pass a site, when, for how long, with what notice, and what a storm policy costs in days."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ops_data.units import DAYS_PER_YEAR, HOURS_PER_DAY
from twin.models.cyclones import HourlyTracks


@dataclass(frozen=True, eq=False)
class Passages:
    """Storms that come within a radius at or above a wind, one entry each, arrays of shape (passages,).

    Attributes
    ----------
    storm : index of the storm.
    entry_hour, exit_hour : first and last such Unix UTC hour of the storm.
    inside_h : hours spent inside [h].
    peak_kn : highest wind inside [kn].
    notice_h : hours from the storm's first hourly point to its entry [h].
    hours : every Unix UTC hour with at least one such storm, sorted.
    years : calendar years the tracks cover.
    """

    storm: NDArray[np.int64]
    entry_hour: NDArray[np.int64]
    exit_hour: NDArray[np.int64]
    inside_h: NDArray[np.int64]
    peak_kn: NDArray[np.float64]
    notice_h: NDArray[np.int64]
    hours: NDArray[np.int64]
    years: NDArray[np.int64]


def passages(tracks: HourlyTracks, radius_km: float, wind_kn: float) -> Passages:
    """Return every storm that is within a radius with at least a wind.

    Parameters
    ----------
    tracks : hourly tracks seen from the site.
    radius_km : radius of the circle around the site [km].
    wind_kn : least maximum wind while inside [kn].
    """
    inside = (tracks.distance_km <= radius_km) & (tracks.wind_kn >= wind_kn)
    storm = np.repeat(np.arange(len(tracks.start_hour)), np.diff(tracks.first_point))[inside]
    hour = (
        np.arange(len(inside)) - np.repeat(tracks.first_point[:-1] - tracks.start_hour, np.diff(tracks.first_point))
    )[inside]
    first = np.flatnonzero(np.r_[True, storm[1:] != storm[:-1]]) if len(storm) else np.empty(0, np.int64)
    last = np.r_[first[1:], len(storm)][: len(first)] - 1
    index = storm[first]
    return Passages(
        storm=index,
        entry_hour=hour[first],
        exit_hour=hour[last],
        inside_h=last - first + 1,
        peak_kn=np.maximum.reduceat(tracks.wind_kn[inside], first) if len(storm) else np.empty(0),
        notice_h=hour[first] - tracks.start_hour[index],
        hours=np.unique(hour),
        years=np.arange(tracks.first_year, tracks.last_year + 1),
    )


def yearly_counts(found: Passages) -> NDArray[np.int64]:
    """Return the number of passages of each calendar year, by entry, shape (years,)."""
    year = found.entry_hour.astype("datetime64[h]").astype("datetime64[Y]").astype(np.int64) + 1970
    return np.bincount(year - found.years[0], minlength=len(found.years))


def monthly_counts(found: Passages) -> NDArray[np.int64]:
    """Return the number of passages of each calendar month, by entry, January first, shape (12,)."""
    return np.bincount(_calendar_month(found.entry_hour), minlength=12)


def monthly_share_of_time(found: Passages) -> NDArray[np.float64]:
    """Return the share of each calendar month's hours with a storm inside, January first, shape (12,)."""
    starts = np.arange((found.years[0] - 1970) * 12, (found.years[-1] - 1969) * 12 + 1)
    lengths = np.diff(starts.astype("datetime64[M]").astype("datetime64[h]").astype(np.int64))
    inside_h = np.bincount(_calendar_month(found.hours), minlength=12)
    return np.asarray(inside_h / lengths.reshape(-1, 12).sum(axis=0))


def chance_of_passage(found: Passages, days: int) -> NDArray[np.float64]:
    """Return, per calendar month, the share of years with an entry within some days from the 1st, shape (12,)."""
    starts = np.arange((found.years[0] - 1970) * 12, (found.years[-1] - 1969) * 12)
    begin = starts.astype("datetime64[M]").astype("datetime64[h]").astype(np.int64)
    entries = np.sort(found.entry_hour)
    count = np.searchsorted(entries, begin + days * HOURS_PER_DAY) - np.searchsorted(entries, begin)
    return np.asarray((count > 0).reshape(-1, 12).mean(axis=0))


def lost_days_per_year(found: Passages, before_d: float, after_d: float, months: tuple[int, ...]) -> float:
    """Return the days lost per year when every passage stops work from before its entry until after its exit.

    Parameters
    ----------
    found : the passages that trigger the policy, known in advance.
    before_d, after_d : days lost before the entry and after the exit [d]; the exit includes the last hour inside.
    months : calendar months (1 … 12) whose entries count.

    Notes
    -----
    Overlapping stops are merged. Passages are taken by the month of their entry.
    """
    counted = np.isin(_calendar_month(found.entry_hour) + 1, months)
    order = np.argsort(found.entry_hour[counted])
    begin = found.entry_hour[counted][order] - before_d * HOURS_PER_DAY
    end = found.exit_hour[counted][order] + after_d * HOURS_PER_DAY
    reached = np.r_[-np.inf, np.maximum.accumulate(end)[:-1]] if len(end) else end
    lost_h = np.maximum(end - np.maximum(begin, reached), 0.0).sum()
    return float(lost_h / HOURS_PER_DAY / len(found.years))


def share_of_time(found: Passages) -> float:
    """Return the share of all hours of the covered years with a storm inside [-]."""
    return float(len(found.hours) / (len(found.years) * DAYS_PER_YEAR * HOURS_PER_DAY))


def _calendar_month(hour: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.asarray(hour.astype("datetime64[h]").astype("datetime64[M]").astype(np.int64) % 12)
