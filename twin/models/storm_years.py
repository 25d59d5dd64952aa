"""Storm seasons of a simulated span: each calendar year repeats the storms of a drawn real year, dates kept.

A storm belongs to the calendar year of its first hour and keeps its whole life: one alive at New Year goes on into the
next simulated year, uncut, beside the storms drawn for that year. Every storm is moved by one constant time, from its
first hour's date to the same date of the simulated year; a storm born on 29 February starts on 1 March when the
simulated year has none.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twin.models.cyclones import HourlyTracks
from twin.models.streams import uniforms


@dataclass(frozen=True, eq=False)
class PlacedStorms:
    """Storms set into simulated years, shape (storms,) each.

    Attributes
    ----------
    storm : index into the tracks.
    start_hour : Unix UTC hour of the storm's first hourly point in the simulated span.
    year : simulated calendar year the storm belongs to.
    """

    storm: NDArray[np.int64]
    start_hour: NDArray[np.int64]
    year: NDArray[np.int64]


def place_storms(tracks: HourlyTracks, seed: int, replicate: int, first_year: int, last_year: int) -> PlacedStorms:
    """Return the storms of every simulated year, and of the year before for those alive at New Year.

    Parameters
    ----------
    tracks : hourly tracks; every calendar year from their first to their last can be drawn, also one without a storm.
    seed, replicate : which luck; stream ``storms``, owner ``YYYY``.
    first_year, last_year : simulated calendar years, both included.
    """
    born_month = tracks.start_hour.astype("datetime64[h]").astype("datetime64[M]")
    since_month = tracks.start_hour - born_month.astype("datetime64[h]").astype(np.int64)
    month = born_month.astype(np.int64)
    storms, hours, years = [], [], []
    for year in range(first_year - 1, last_year + 1):
        draw = float(uniforms(seed, replicate, "storms", f"{year:04d}", 1)[0])
        source = tracks.first_year + int(draw * (tracks.last_year - tracks.first_year + 1))
        chosen = np.flatnonzero(month // 12 == source - 1970)
        moved = ((year - 1970) * 12 + month[chosen] % 12).astype("datetime64[M]").astype("datetime64[h]")
        storms.append(chosen)
        hours.append(moved.astype(np.int64) + since_month[chosen])
        years.append(np.full(len(chosen), year))
    return PlacedStorms(np.concatenate(storms), np.concatenate(hours), np.concatenate(years))
