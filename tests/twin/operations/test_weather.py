"""The sea of a replicate: tables by hand, the same sea in every span, calm siblings, plain errors, speed.

Truth: *derived* = tables of a few hours by hand, identities between settings.
"""

import dataclasses
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ops_data.errors import ScenarioError
from twin.models.sea_forecast import SeaForecastErrors
from twin.operations.weather import FAR, Sea, build_forecast_errors, build_sea, forecast_table, limit_table
from twin.operations.weather_settings import WeatherSettings, weather_settings

HS_M = (2.6, 2.5, 2.3, 2.0, 1.7, 1.6, 1.6, 1.8, 2.0, 2.1, 2.3, 2.6)
VALUES = {
    "weather.hs_factor": 1.0,
    "weather.hs_sd_ratio": 0.35,
    "weather.hs_sd_offset_m": 0.1,
    "weather.wind_weibull_shape": 2.2,
    "weather.issue_interval_h": 12.0,
    "weather.forecast_error_24h": 0.10,
    "weather.forecast_error_72h": 0.20,
    "weather.forecast_error_correlation": 0.8,
    "storms.alert_radius_km": 500.0,
    "storms.wind_kn": 34.0,
    "storms.swell_tail_h": 24.0,
    "storms.forecast_horizon_h": 120.0,
    "storms.issue_interval_h": 6.0,
    "storms.track_error_24h_km": 75.0,
    "storms.track_error_48h_km": 140.0,
    "storms.track_error_72h_km": 210.0,
    "storms.track_error_120h_km": 375.0,
    "storms.track_error_correlation": 0.7,
    "storms.ten_minute_factor": 0.93,
    "storms.wind_decay_exponent": 0.5,
    "storms.field_radius_km": 1_000.0,
    "storms.wave_s": 0.235,
    "storms.swell_decay_h": 18.0,
    **{f"weather.hs_mean_{month:02d}_m": mean for month, mean in enumerate(HS_M, 1)},
    **{f"weather.wind_mean_{month:02d}_m_s": 7.0 for month in range(1, 13)},
}


def settings(**values: float) -> WeatherSettings:
    """Return the default weather, with some values changed (``__`` stands for the dot)."""
    changed = {key.replace("__", ".", 1): value for key, value in values.items()}
    return weather_settings(
        VALUES | changed,
        kind="resampled",
        record="era5-41N-125W",
        marginals="site",
        foresight="forecast",
        storms="resampled",
        tracks="jtwc",
        latitude_deg=23.2,
        longitude_deg=154.9,
    )


def perfect(start: WeatherSettings) -> WeatherSettings:
    alert = dataclasses.replace(start.alert, perfect=True)
    return dataclasses.replace(start, alert=alert, spread_24h=0.0, spread_72h=0.0)


def second(stamp: str) -> int:
    return int(np.datetime64(stamp, "s").astype(np.int64))


def made_sea(hs_m: list[float], origin_s: int = 0) -> Sea:
    hours = len(hs_m)
    return Sea(
        origin_s=origin_s,
        hs_m=np.array(hs_m, np.float32),
        wind_m_s=np.zeros(hours, np.float32),
        storm_near=np.zeros(hours, np.bool_),
        arrival_s=np.full(hours, FAR, np.int64),
        clear_s=np.zeros(hours, np.int64),
    )


def best_ms(work: Callable[[], object]) -> float:
    """Return the best of nine runs [ms]."""
    times = []
    for _ in range(9):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return 1_000 * min(times)


def test_the_limit_table_by_hand() -> None:
    """Derived: open, open, closed, open, closed, closed; an hour at the limit is open."""
    table = limit_table(made_sea([1.0, 2.4, 2.5, 1.0, 9.0, 9.0], origin_s=7_200), 2.4, 23.0)
    hours = [7_200 + 3_600 * hour for hour in range(6)]
    assert table.tolist() == [hours[2], hours[2], -hours[3], hours[4], -FAR, -FAR]
    assert limit_table(made_sea([1.0, 1.0]), 2.4, 23.0).tolist() == [FAR, FAR]


def test_the_wind_closes_hours_too() -> None:
    sea = dataclasses.replace(made_sea([1.0, 1.0, 1.0]), wind_m_s=np.array([5.0, 23.5, 5.0], np.float32))
    assert limit_table(sea, 2.4, 23.0).tolist() == [3_600, -7_200, FAR]


def test_a_calm_world_has_no_waves_no_wind_no_storms() -> None:
    calm = dataclasses.replace(settings(), kind="calm")
    sea = build_sea(calm, 1, 0, second("2027-07-15"), second("2027-09-02"))
    assert sea.origin_s == second("2027-07-01") and len(sea.hs_m) == (31 + 31 + 30) * 24
    assert not sea.hs_m.any() and not sea.wind_m_s.any() and not sea.storm_near.any()
    assert (sea.arrival_s == FAR).all() and (sea.clear_s == 0).all()
    errors = build_forecast_errors(calm, 1, 0, sea)
    assert (limit_table(sea, 1.0, 1.0) == FAR).all() and (forecast_table(sea, 1.0, 1.0, errors) == FAR).all()


def test_without_storms_the_background_is_the_same_and_with_them_it_is_never_lower() -> None:
    span = (1, 4, second("2027-07-01"), second("2027-12-01"))
    with_storms, without = (
        build_sea(settings(), *span),
        build_sea(dataclasses.replace(settings(), storms="none"), *span),
    )
    assert (with_storms.hs_m >= without.hs_m).all() and (with_storms.wind_m_s >= without.wind_m_s).all()
    assert not without.storm_near.any() and (without.arrival_s == FAR).all()
    far_from_storms = with_storms.hs_m == without.hs_m
    assert 0.5 < far_from_storms.mean() < 1.0


@pytest.mark.parametrize("foresight", [lambda start: start, perfect])
def test_two_spans_see_the_same_sea_where_they_overlap(
    foresight: Callable[[WeatherSettings], WeatherSettings],
) -> None:
    chosen = foresight(settings())
    for replicate in range(30):
        long = build_sea(chosen, 9, replicate, second("2027-11-20"), second("2028-10-05"))
        short = build_sea(chosen, 9, replicate, second("2028-01-01"), second("2028-09-30"))
        first = (short.origin_s - long.origin_s) // 3_600
        for name in ("hs_m", "wind_m_s", "storm_near", "arrival_s", "clear_s"):
            assert np.array_equal(getattr(long, name)[first : first + len(short.hs_m)], getattr(short, name)), name
        scores = build_forecast_errors(chosen, 9, replicate, long).score[first // 12 :]
        ours = build_forecast_errors(chosen, 9, replicate, short).score
        assert np.array_equal(scores[: len(ours)], ours)


def one_storm(folder: Path, stamps: list[str], lat_deg: list[float]) -> str:
    """Write tracks with one storm of 80 kn (10-min) on the site's meridian; it comes every simulated year."""
    rows = len(stamps)
    table = pa.table(
        {
            "storm_id": ["A"] * rows,
            "time_utc": pa.array(np.array(stamps, "datetime64[s]"), pa.timestamp("s", "UTC")),
            "lat_deg": lat_deg,
            "lon_deg": [154.9] * rows,
            "wind_kn": [80.0] * rows,
        }
    ).replace_schema_metadata({"wind_period_min": "10"})
    pq.write_table(table, folder / "one.parquet")
    return str(folder / "one.parquet")


@pytest.mark.parametrize("foresight", [lambda start: start, perfect])
def test_a_storm_alive_at_new_year_is_not_cut(
    tmp_path: Path, foresight: Callable[[WeatherSettings], WeatherSettings]
) -> None:
    """Derived: one storm every year, 28 December to 5 January, at the site on 1 January 00:00."""
    tracks = one_storm(tmp_path, ["1990-12-28T00", "1991-01-01T00", "1991-01-05T00"], [5.0, 23.2, 40.0])
    chosen = foresight(dataclasses.replace(settings(), tracks=tracks))
    january = build_sea(chosen, 1, 0, second("2028-01-01"), second("2028-02-01"))
    winter = build_sea(chosen, 1, 0, second("2027-12-01"), second("2028-01-01") + 1)
    december = 31 * 24
    assert january.storm_near[0] and winter.storm_near[december - 1]
    assert np.flatnonzero(january.storm_near)[-1] == 25 + 24  # 4.4966° at 16.8° in four days: hour 25 is the last
    for name in ("hs_m", "wind_m_s", "storm_near", "arrival_s", "clear_s"):
        assert np.array_equal(getattr(winter, name)[december:], getattr(january, name)), name


def test_perfect_foresight_looks_into_the_next_year_from_a_span_that_ends_in_december(tmp_path: Path) -> None:
    """Derived: a storm born at the site on 3 January 00:00 is known from 29 December 00:00, 120 h ahead."""
    tracks = one_storm(tmp_path, ["1990-01-03T00", "1990-01-05T00"], [23.2, 23.2])
    chosen = dataclasses.replace(settings(), tracks=tracks)
    span = (1, 0, second("2027-12-01"), second("2028-01-01"))
    arrival_s = build_sea(perfect(chosen), *span).arrival_s
    assert np.flatnonzero(arrival_s < FAR).tolist() == list(range(28 * 24, 31 * 24))
    assert set(arrival_s[28 * 24 :].tolist()) == {second("2028-01-03")}
    assert (build_sea(chosen, *span).arrival_s == FAR).all()


def test_a_storm_leaves_its_swell_behind(tmp_path: Path) -> None:
    """Derived: when a storm dies near the site its sea falls by a factor e in 18 h, its wind at once."""
    tracks = one_storm(tmp_path, ["1990-08-03T00", "1990-08-05T00"], [23.7, 23.7])
    flat = dataclasses.replace(settings(weather__hs_factor=1e-6), tracks=tracks)
    sea = build_sea(flat, 1, 0, second("2027-08-01"), second("2027-09-01"))
    last = 4 * 24
    assert sea.hs_m[last - 1] == pytest.approx(float(sea.hs_m[last]))
    assert 4.0 < float(sea.hs_m[last]) < 9.0
    assert float(sea.hs_m[last + 18]) == pytest.approx(float(sea.hs_m[last]) / np.e, rel=1e-3)
    assert float(sea.wind_m_s[last]) == pytest.approx(float(sea.hs_m[last]) / 0.235, rel=1e-3)
    assert float(sea.wind_m_s[last + 1]) < 0.8 * float(sea.wind_m_s[last])


def test_replicates_and_seeds_differ_and_repeat() -> None:
    span = (second("2027-01-10"), second("2027-03-01"))
    first, again = build_sea(settings(), 1, 0, *span), build_sea(settings(), 1, 0, *span)
    assert np.array_equal(first.hs_m, again.hs_m)
    assert not np.array_equal(first.hs_m, build_sea(settings(), 1, 1, *span).hs_m)
    assert not np.array_equal(first.hs_m, build_sea(settings(), 2, 0, *span).hs_m)


def test_other_parameters_change_the_level_not_the_luck() -> None:
    """Derived: a factor on the monthly mean keeps the order of the hours within a month."""
    span = (1, 0, second("2027-02-01"), second("2027-02-28"))
    low, high = build_sea(settings(weather__hs_factor=0.9), *span), build_sea(settings(), *span)
    assert (high.hs_m > low.hs_m).all()
    assert np.array_equal(np.argsort(low.hs_m, kind="stable")[:50], np.argsort(high.hs_m, kind="stable")[:50])


@pytest.mark.parametrize("hs_limit_m", [1.5, 2.5, 3.5, 5.0, 30.0])
def test_under_perfect_foresight_the_forecast_is_the_observed_table(hs_limit_m: float) -> None:
    chosen = perfect(settings())
    sea = build_sea(chosen, 1, 0, second("2027-01-01"), second("2029-01-01"))
    errors = build_forecast_errors(chosen, 1, 0, sea)
    observed = limit_table(sea, hs_limit_m, 23.0)
    assert np.array_equal(forecast_table(sea, hs_limit_m, 23.0, errors), np.maximum(observed, 0))


def test_an_hour_at_the_limit_is_open_in_the_forecast_too() -> None:
    """Derived: 2.4 m at a limit of 2.4 m, then 2.5 m; no forecast error."""
    sea = made_sea([2.4, 2.4, 2.5] + [2.4] * 21)
    errors = SeaForecastErrors(12, 0.1, 0.2, np.zeros(2))
    assert forecast_table(sea, 2.4, 23.0, errors).tolist() == [7_200, 7_200, 0] + [FAR] * 21


def test_an_imperfect_forecast_errs_both_ways_and_never_about_the_hour_itself() -> None:
    sea = build_sea(settings(), 1, 0, second("2027-01-01"), second("2031-01-01"))
    errors = build_forecast_errors(settings(), 1, 0, sea)
    observed, forecast = limit_table(sea, 2.5, 23.0), forecast_table(sea, 2.5, 23.0, errors)
    open_hour = observed > 0
    assert (forecast[~open_hour] == 0).all() and (forecast[open_hour] > 0).all()
    too_early, too_late = (forecast < observed)[open_hour].mean(), (forecast > observed)[open_hour].mean()
    assert 0.1 < too_early < 0.6 and 0.1 < too_late < 0.6


def test_storms_stand_in_the_tables_as_in_the_sea() -> None:
    """Derived: where a storm is near at an issue the alert is "now", and it is cleared later than now."""
    sea = build_sea(settings(), 1, 2, second("2027-01-01"), second("2037-01-01"))
    at = sea.origin_s + 3_600 * np.arange(len(sea.hs_m))
    issue = at % (6 * 3_600) == 0
    assert np.array_equal((sea.arrival_s == at)[issue], sea.storm_near[issue])
    alert = sea.arrival_s < FAR
    assert (sea.clear_s[alert] >= sea.arrival_s[alert]).all() and (sea.clear_s[~alert] == 0).all()
    assert 0.005 < sea.storm_near.mean() < alert.mean() < 0.06


def test_words_of_the_scenario_choose_the_siblings() -> None:
    made = weather_settings(
        VALUES,
        kind="calm",
        record="era5-41N-125W",
        marginals="record",
        foresight="perfect",
        storms="none",
        tracks="wmo",
        latitude_deg=23.2,
        longitude_deg=154.9,
    )
    assert made.site is None and made.alert.perfect and (made.spread_24h, made.spread_72h) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        (
            "weather__hs_mean_03_m",
            0.0,
            "weather.hs_mean_03_m times weather.hs_factor is 0 m: a mean sea is above 0; for no waves at all set "
            'weather.kind = "calm"',
        ),
        (
            "weather__issue_interval_h",
            5.0,
            "weather.issue_interval_h is 5: it must divide the day; use 3, 6, 8, 12 or 24",
        ),
        (
            "storms__alert_radius_km",
            1_400.0,
            "storms.alert_radius_km is 1400: with the site 154 km from Minamitorishima the circle reaches 1554 km, the "
            "packaged tracks hold storms within 1500 km; take a smaller radius or give your own storms.tracks file",
        ),
    ],
)
def test_values_that_cannot_be_used_together_are_explained(key: str, value: float, message: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        settings(**{key: value})
    assert str(caught.value) == message


def test_a_sea_has_the_level_of_like_climates() -> None:
    """Published: facts give 0.44, 0.71, 0.87, 0.99 of the time below 2.0, 2.5, 3.0, 4.5 m at a mean of 2.2 m; the
    site's prior mean is 2.1 m."""
    seas = [build_sea(settings(), 5, number, second("2027-01-01"), second("2030-01-01")).hs_m for number in range(20)]
    hs_m = np.concatenate(seas)
    assert float(hs_m.mean()) == pytest.approx(2.12, abs=0.06)
    below = [float((hs_m <= limit).mean()) for limit in (2.0, 2.5, 3.0, 4.5)]
    assert below == pytest.approx([0.52, 0.72, 0.85, 0.98], abs=0.03)


@pytest.mark.benchmark
def test_ten_years_of_sea_take_less_than_60_ms_and_their_tables_less_than_5() -> None:
    """Derived: the budget of the campaign model; best of nine."""
    ten_years = (1, 3, second("2027-01-01"), second("2037-01-01"))
    sea = build_sea(settings(), *ten_years)
    errors = build_forecast_errors(settings(), 1, 3, sea)
    assert best_ms(lambda: build_sea(settings(), *ten_years)) < 60.0
    assert best_ms(lambda: build_sea(settings(), 1, 3, second("2027-01-10"), second("2027-05-01"))) < 5.0
    assert best_ms(lambda: limit_table(sea, 2.5, 23.0)) < 5.0
    assert best_ms(lambda: forecast_table(sea, 2.5, 23.0, errors)) < 5.0
