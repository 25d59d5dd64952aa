"""The look-up tables of one replicate: sea limits by operation, storm alerts, and where each table starts."""

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ops_data.units import SECONDS_PER_HOUR
from twin.models.sea_forecast import SeaForecastErrors
from twin.operations.program import Ints, SeaTables
from twin.operations.weather import Sea, forecast_table, limit_table, run_table

LIMITS: Final = (
    "transit", "setup", "string", "mining", "hang_off", "transfer", "rov", "bunker", "crew_change",
    "shuttle_sail", "shuttle_unload", "carrier_sail", "carrier_load", "carrier_unload",
)  # fmt: skip
FORECAST: Final = ("mining", "transfer", "shuttle_sail")  # limits of steps that need a whole window: judged by forecast


def sea_tables(
    sea: Sea,
    limits_m: Mapping[str, float],
    wind_limit_m_s: float,
    alert_lead_s: int,
    errors: SeaForecastErrors | None,
    dp_mw: NDArray[np.float64],
) -> SeaTables:
    """Return every table a campaign looks up.

    Parameters
    ----------
    sea : the sea of the replicate.
    limits_m : significant wave height [m] above which each operation of `LIMITS` stops.
    wind_limit_m_s : 10-m wind [m/s] above which all of them stop.
    alert_lead_s : an alert is in force while a storm is expected inside the alert radius within this time [s].
    errors : errors of the sea forecasts; None for perfect foresight.
    dp_mw : power that keeps a mining vessel in place in each hour of the sea [MW].
    """
    tables: dict[str, Ints] = {name: limit_table(sea, limits_m[name], wind_limit_m_s) for name in LIMITS}
    tables["alert"] = alert_table(sea, alert_lead_s)
    tables["arrival"] = sea.arrival_s
    tables["near"] = run_table(~sea.storm_near, sea.origin_s)
    if errors is not None:
        for name in FORECAST:
            tables[f"{name} forecast"] = forecast_table(sea, limits_m[name], wind_limit_m_s, errors)
    hours = len(sea.hs_m)
    starts = {name: i * hours for i, name in enumerate(tables)}
    forecast = {name: starts[f"{name} forecast"] for name in FORECAST} if errors is not None else {}
    return SeaTables(sea.origin_s, hours, np.concatenate(list(tables.values())), starts, forecast, dp_mw)


def alert_table(sea: Sea, alert_lead_s: int) -> NDArray[np.int64]:
    """Return a run table that is closed in the hours in which a storm is expected within `alert_lead_s` seconds."""
    hour_s = sea.origin_s + SECONDS_PER_HOUR * np.arange(len(sea.hs_m), dtype=np.int64)
    return run_table(sea.arrival_s - hour_s > alert_lead_s, sea.origin_s)
