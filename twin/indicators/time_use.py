"""Where the days of the mining vessels go. Days are vessel-days: two vessels have two of them a day."""

import numpy as np

from ops_data.units import SECONDS_PER_DAY, SECONDS_PER_HOUR
from twin.indicators.categories import CATEGORIES, CATEGORY, LOST, LOST_CAUSES, OFF_HIRE, PLANNED, PRODUCTIVE
from twin.indicators.record import Replicate, Rows
from twin.operations import codes as c

_TRIP_HOME = c.ACTIVITY["transit_home"]
_LOST_CODES = [c.CAUSE[cause] for cause in LOST_CAUSES]


def time_use(one: Replicate) -> dict[str, float]:
    """Return the share of every category in the calendar of the mining vessels; the shares sum to 1."""
    shares = one.category_s / one.category_s.sum()
    return dict(zip(CATEGORIES, shares.tolist(), strict=True))


def calendar_days(one: Replicate) -> dict[str, float]:
    """Return vessel-days by what they were: productive, planned, lost and off hire; together the calendar."""
    days = dict(zip(CATEGORIES, (one.category_s / SECONDS_PER_DAY).tolist(), strict=True))
    return {
        "productive": sum(days[name] for name in PRODUCTIVE),
        "planned": sum(days[name] for name in PLANNED),
        "lost": sum(days[name] for name in LOST),
        "off_hire": days[OFF_HIRE],
    }


def _lost_s(rows: Rows) -> np.ndarray:
    cause = np.where((rows.activity == _TRIP_HOME) & (rows.cause == c.C_EMERGENCY), c.C_NONE, rows.cause)
    return np.bincount(cause, weights=rows.duration_s, minlength=len(c.CAUSES))


def lost_days(one: Replicate) -> dict[str, float]:
    """Return vessel-days lost by cause; the trip home after an emergency is none."""
    days = np.sum([_lost_s(rows) for rows in one.mining], axis=0) / SECONDS_PER_DAY
    return dict(zip(LOST_CAUSES, days[_LOST_CODES].tolist(), strict=True))


def _category_days(one: Replicate, name: str) -> float:
    return float(one.category_s[CATEGORY[name]]) / SECONDS_PER_DAY


def weather_days(one: Replicate) -> float:
    """Return vessel-days lost to sea or wind above a limit, storms apart [d]."""
    return _category_days(one, "weather")


def storm_days(one: Replicate) -> float:
    """Return vessel-days lost to tropical cyclones and what they brought about [d]."""
    return _category_days(one, "storm")


def waiting_shuttle_days(one: Replicate) -> float:
    """Return vessel-days with a full hold and no shuttle [d]."""
    return _category_days(one, "waiting_shuttle")


def on_site_s(rows: Rows) -> int:
    """Return seconds on site: from every arrival to the next departure for the home port, or to the end of the rows."""
    leg = np.flatnonzero(rows.does("transit_out", "transit_home"))
    out = rows.activity[leg] == c.ACTIVITY["transit_out"]
    until_s = np.append(rows.start_s[leg[1:]], rows.end_s[-1:] if rows.off_hire_s is None else rows.off_hire_s)
    stays = out & ~np.append(out[1:], False)
    return int((until_s - rows.end_s[leg])[stays].sum())


def lifting_share_on_site(one: Replicate) -> float:
    """Return the time spent shifting, inserting, disaggregating and lifting, over the time on site; 0 without any."""
    site_s = sum(on_site_s(rows) for rows in one.mining)
    return float(one.category_s[CATEGORY["lifting"]]) / site_s if site_s else 0.0


def over_limit_hours(one: Replicate) -> float:
    """Return hours that whole-window work of any asset ran above its sea limit, misled by a forecast [h]."""
    over_s = sum(int(rows.over_s.sum()) for assets in one.rows.values() for rows in assets)
    return over_s / SECONDS_PER_HOUR


def overruns(one: Replicate) -> float:
    """Return the number of intervals that ran above their sea limit for some time."""
    return float(sum(int(np.count_nonzero(rows.over_s)) for assets in one.rows.values() for rows in assets))
