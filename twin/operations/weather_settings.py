"""What the weather of a replicate depends on: a scenario's words and one drawn value per parameter key."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ops_data.errors import ScenarioError
from ops_data.observations import STORM_TRACKS, TRACKS_LATITUDE_DEG, TRACKS_LONGITUDE_DEG, TRACKS_RADIUS_KM
from ops_data.units import HOURS_PER_DAY
from twin.models.cyclones import StormField, great_circle_km
from twin.models.sea_state import SiteMarginals
from twin.models.storm_forecast import AlertRule


@dataclass(frozen=True)
class WeatherSettings:
    """Everything the sea of a replicate depends on, besides seed and replicate.

    Attributes
    ----------
    kind : ``resampled`` real sea, or ``calm`` (no waves, no wind, no storms).
    record : packaged sea record or path of a file.
    site : the site's monthly marginals; None keeps the record's own values.
    storms : ``resampled`` real years, or ``none``.
    tracks : packaged storm tracks or path of a file.
    latitude_deg, longitude_deg : the site [°N, °E].
    field : coefficients of a storm's wind and waves.
    alert : what makes a storm alert, and how good storm forecasts are.
    issue_interval_h : hours between sea forecasts; divides 24.
    spread_24h, spread_72h : relative standard deviation of the sea forecast at 24 and 72 h lead [-].
    forecast_correlation : correlation of that error from issue to issue [-].
    """

    kind: Literal["resampled", "calm"]
    record: str
    site: SiteMarginals | None
    storms: Literal["resampled", "none"]
    tracks: str
    latitude_deg: float
    longitude_deg: float
    field: StormField
    alert: AlertRule
    issue_interval_h: int
    spread_24h: float
    spread_72h: float
    forecast_correlation: float


def weather_settings(
    values: Mapping[str, float],
    *,
    kind: Literal["resampled", "calm"],
    record: str,
    marginals: Literal["site", "record"],
    foresight: Literal["forecast", "perfect"],
    storms: Literal["resampled", "none"],
    tracks: str,
    latitude_deg: float,
    longitude_deg: float,
) -> WeatherSettings:
    """Return the settings from a scenario's words and one value per parameter key.

    Parameters
    ----------
    values : one number per key, as drawn for a replicate; the keys ``weather.*`` and ``storms.*`` are read.
    kind, record, marginals, foresight, storms, tracks, latitude_deg, longitude_deg : the scenario's own words.

    Raises
    ------
    ScenarioError
        A monthly mean Hs of 0, a forecast interval that does not divide the day, or an alert circle that reaches
        beyond the storms the packaged tracks hold.
    """
    hs_mean_m = tuple(values["weather.hs_factor"] * values[f"weather.hs_mean_{month:02d}_m"] for month in range(1, 13))
    site = SiteMarginals(
        hs_mean_m=hs_mean_m,
        hs_sd_m=tuple(values["weather.hs_sd_ratio"] * mean + values["weather.hs_sd_offset_m"] for mean in hs_mean_m),
        wind_mean_m_s=tuple(values[f"weather.wind_mean_{month:02d}_m_s"] for month in range(1, 13)),
        wind_weibull_shape=values["weather.wind_weibull_shape"],
    )
    leads = ("24h", "48h", "72h", "120h")
    error_24h, error_48h, error_72h, error_120h = (values[f"storms.track_error_{lead}_km"] for lead in leads)
    perfect = foresight == "perfect"
    alert = AlertRule(
        radius_km=values["storms.alert_radius_km"],
        wind_kn=values["storms.wind_kn"],
        swell_tail_h=round(values["storms.swell_tail_h"]),
        horizon_h=round(values["storms.forecast_horizon_h"]),
        issue_interval_h=round(values["storms.issue_interval_h"]),
        track_error_km=(error_24h, error_48h, error_72h, error_120h),
        correlation=values["storms.track_error_correlation"],
        perfect=perfect,
    )
    field = StormField(
        ten_minute_factor=values["storms.ten_minute_factor"],
        decay_exponent=values["storms.wind_decay_exponent"],
        radius_km=values["storms.field_radius_km"],
        wave_s=values["storms.wave_s"],
        swell_decay_h=values["storms.swell_decay_h"],
    )
    settings = WeatherSettings(
        kind=kind,
        record=record,
        site=site if marginals == "site" else None,
        storms=storms,
        tracks=tracks,
        latitude_deg=latitude_deg,
        longitude_deg=longitude_deg,
        field=field,
        alert=alert,
        issue_interval_h=round(values["weather.issue_interval_h"]),
        spread_24h=0.0 if perfect else values["weather.forecast_error_24h"],
        spread_72h=0.0 if perfect else values["weather.forecast_error_72h"],
        forecast_correlation=values["weather.forecast_error_correlation"],
    )
    _check(settings)
    return settings


def _check(settings: WeatherSettings) -> None:
    """Raise :class:`ScenarioError` for values that are in range one by one but cannot be used together."""
    if settings.site is not None and min(settings.site.hs_mean_m) <= 0.0:
        month = settings.site.hs_mean_m.index(min(settings.site.hs_mean_m)) + 1
        raise ScenarioError(
            f"weather.hs_mean_{month:02d}_m times weather.hs_factor is {min(settings.site.hs_mean_m):g} m: "
            'a mean sea is above 0; for no waves at all set weather.kind = "calm"'
        )
    if HOURS_PER_DAY % settings.issue_interval_h:
        raise ScenarioError(
            f"weather.issue_interval_h is {settings.issue_interval_h}: it must divide the day; use 3, 6, 8, 12 or 24"
        )
    away_km = great_circle_km(settings.latitude_deg, settings.longitude_deg, TRACKS_LATITUDE_DEG, TRACKS_LONGITUDE_DEG)
    reach_km = float(away_km) + settings.alert.radius_km
    if settings.storms == "resampled" and settings.tracks in STORM_TRACKS and reach_km > TRACKS_RADIUS_KM:
        raise ScenarioError(
            f"storms.alert_radius_km is {settings.alert.radius_km:g}: with the site {float(away_km):.0f} km from "
            f"Minamitorishima the circle reaches {reach_km:.0f} km, the packaged tracks hold storms within "
            f"{TRACKS_RADIUS_KM:.0f} km; take a smaller radius or give your own storms.tracks file"
        )
