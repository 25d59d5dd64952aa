"""The sea as seen from an origin: what was measured stays, what lies ahead starts there, later it is the replicate's.

Truth: *derived* = identities between seas, tables by hand, statements that must hold for every replicate.
"""

import dataclasses
import time
from collections.abc import Callable
from functools import cache

import numpy as np
import pytest

from ops_data.errors import FailedError, ModelError, ObservationError, ScenarioError
from ops_data.sea_forecasts import SeaForecast
from ops_data.units import SECONDS_PER_HOUR
from tests.twin.operations.test_weather import perfect, second, settings
from twin.models.cyclones import project_km
from twin.models.sea_analog import CONDITIONED_H
from twin.operations.campaign import tables_of, weather_of
from twin.operations.laws import Luck
from twin.operations.sea_ahead import file_spread
from twin.operations.storms_now import StormNow, active_storm
from twin.operations.weather import FAR, Sea, build_sea, sea_with_alerts
from twin.operations.weather_now import EXACT, LED_H, ReadingError, SeaNow, build_sea_now, measured_hours
from twin.operations.weather_settings import WeatherSettings
from twin.scenario import draw_parameters, load_scenario

SEED = 1
NOW_S = second("2027-09-10T05:20")
SPAN = second("2027-08-20"), second("2027-12-10")
STORM = StormNow(second("2027-09-10T03:30"), 17.5, 157.0, 75.0)
NO_TIMES, NO_VALUES = np.empty(0, np.int64), np.empty(0)
Series = tuple[np.ndarray, np.ndarray]


@cache
def truth() -> Sea:
    """Return a sea that is no replicate's: what is measured, and what a perfect file would say."""
    return build_sea(dataclasses.replace(settings(), storms="none"), 999, 0, *SPAN)


def readings(series: np.ndarray, begin_s: int, end_s: int, step_s: int = 600) -> Series:
    """Return readings of a sea from one second up to another."""
    time_s = np.arange(begin_s, end_s, step_s, dtype=np.int64)
    return time_s, series[(time_s - truth().origin_s) // SECONDS_PER_HOUR].astype(np.float64)


def sea_now(storm: StormNow | None = None, forecast: SeaForecast | None = None, now_s: int = NOW_S) -> SeaNow:
    begin_s = max(now_s - 20 * 86_400, truth().origin_s)
    hs, wind = readings(truth().hs_m, begin_s, now_s), readings(truth().wind_m_s, begin_s, now_s)
    return SeaNow(now_s, *hs, *wind, storm, forecast, EXACT, EXACT)


def file_of(hours: int = 120, step_h: int = 3, factor: float = 1.0, issued_s: int | None = None) -> SeaForecast:
    issued_s = NOW_S // 21_600 * 21_600 if issued_s is None else issued_s
    time_s = issued_s + SECONDS_PER_HOUR * np.arange(0, hours + 1, step_h, dtype=np.int64)
    place = (time_s - truth().origin_s) // SECONDS_PER_HOUR
    hs_m, wind_m_s = (series[place].astype(np.float64) * factor for series in (truth().hs_m, truth().wind_m_s))
    return SeaForecast(issued_s, time_s, hs_m, wind_m_s)


def seas(now: SeaNow, count: int = 40, weather: WeatherSettings | None = None) -> list[Sea]:
    return [build_sea_now(weather or settings(), SEED, replicate, *SPAN, now) for replicate in range(count)]


def spread_of_logs(found: list[Sea], lead_h: int) -> float:
    place = (NOW_S - found[0].origin_s) // SECONDS_PER_HOUR + lead_h
    return float(np.log([one.hs_m[place] for one in found]).std())


def same(one: Sea, other: Sea, begin: int = 0) -> bool:
    fields = ("hs_m", "wind_m_s", "storm_near", "arrival_s", "clear_s")
    return all(np.array_equal(getattr(one, name)[begin:], getattr(other, name)[begin:]) for name in fields)


def place_of(sea: Sea, time_s: int) -> int:
    return (time_s - sea.origin_s) // SECONDS_PER_HOUR


def test_tables_without_anything_known_are_those_of_the_replicates_own_sea() -> None:
    scenario = load_scenario("pilot-2027")
    luck = Luck(scenario, draw_parameters(scenario, SEED, 0, "drawn"), SEED, 0)
    plain, none = tables_of(luck), tables_of(luck, None)
    assert np.array_equal(plain.values, none.values)
    own = build_sea(weather_of(luck), SEED, 0, scenario.start_s, scenario.end_s)
    assert plain.origin_s == own.origin_s
    begin = plain.observed["arrival"]
    assert np.array_equal(plain.values[begin : begin + len(own.arrival_s)], own.arrival_s)


def test_tables_of_an_origin_close_where_the_measured_sea_is_too_high() -> None:
    scenario = load_scenario("pilot-2027")
    luck = Luck(scenario, draw_parameters(scenario, SEED, 0, "drawn"), SEED, 0)
    now_s = scenario.start_s + 40 * 86_400
    time_s = np.arange(scenario.start_s, now_s, 600, dtype=np.int64)
    high = SeaNow(now_s, time_s, np.full(len(time_s), 9.0), time_s, np.full(len(time_s), 5.0))
    tables = tables_of(luck, high)
    first = tables.observed["mining"] + (scenario.start_s - tables.origin_s) // SECONDS_PER_HOUR
    assert (tables.values[first : first + 40 * 24] < 0).all()


def test_a_sea_of_which_nothing_is_known_is_the_replicates_own() -> None:
    nothing = SeaNow(NOW_S, NO_TIMES, NO_VALUES, NO_TIMES, NO_VALUES)
    weather = dataclasses.replace(settings(), storms="none")
    for replicate in range(5):
        own = build_sea(weather, SEED, replicate, *SPAN)
        assert same(build_sea_now(weather, SEED, replicate, *SPAN, nothing), own)


def test_a_calm_sea_stays_calm() -> None:
    calm = dataclasses.replace(settings(), kind="calm")
    assert same(build_sea_now(calm, SEED, 0, *SPAN, sea_now()), build_sea(calm, SEED, 0, *SPAN))


def test_hours_before_the_origin_are_what_was_measured() -> None:
    for sea in seas(sea_now(), 5):
        begin, end = place_of(sea, NOW_S - 20 * 86_400) + 1, place_of(sea, NOW_S)
        assert sea.hs_m[begin:end] == pytest.approx(truth().hs_m[begin:end])
        assert sea.wind_m_s[begin:end] == pytest.approx(truth().wind_m_s[begin:end])


def test_an_hour_is_the_mean_of_its_readings_and_a_short_gap_is_bridged() -> None:
    """Derived: hours of 2 and 4 m, then six without a reading, then 11 m; then seven without one, then 3 m."""
    time_s = np.array([0, 1_800, 3_600, 8 * 3_600, 16 * 3_600], np.int64)
    hs_m = np.array([1.0, 3.0, 4.0, 11.0, 3.0])
    now = SeaNow(20 * 3_600, time_s, hs_m, NO_TIMES, NO_VALUES)
    known = measured_hours(now, 0, 24)
    assert known[0, LED_H : LED_H + 9].tolist() == pytest.approx([2.0, *range(4, 12)])
    assert np.isnan(known[0, LED_H + 9 : LED_H + 16]).all()
    assert known[0, LED_H + 16] == 3.0
    assert np.isnan(known[0, LED_H + 17 :]).all()
    assert np.isnan(known[1]).all()


def test_the_first_hours_are_near_todays_sea_and_spread_with_the_lead() -> None:
    found = seas(sea_now())
    today = truth().hs_m[place_of(truth(), NOW_S)]
    first = np.array([sea.hs_m[place_of(sea, NOW_S) + 1] for sea in found])
    assert np.abs(np.log(first / today)).max() < 0.15
    spreads = [spread_of_logs(found, lead_h) for lead_h in (1, 6, 24)]
    assert spreads == sorted(spreads)
    assert spreads[0] < 0.05 < 0.15 < spreads[-1]


def test_readings_that_may_be_off_widen_the_first_hours_and_not_the_later_ones() -> None:
    """Derived: of a reading every 10 min the hourly mean of one that is 30 % off is 12 % off; the day before helps."""
    exact = sea_now()
    rough = dataclasses.replace(exact, hs_error=ReadingError(0.0, 0.3))
    registered = dataclasses.replace(exact, hs_error=dataclasses.replace(rough.hs_error, absolute=0.1, relative=0.05))
    now = SeaNow(exact.time_s, exact.hs_time_s, exact.hs_m, exact.wind_time_s, exact.wind_m_s)
    assert now.hs_error == registered.hs_error
    both = [seas(one, 80) for one in (exact, rough)]
    first, later = ([spread_of_logs(found, lead_h) for found in both] for lead_h in (1, 72))
    assert 1.2 * first[0] < first[1] < 0.12
    assert later[1] == pytest.approx(later[0], rel=0.3)


@pytest.mark.parametrize("marginals", ["site", "record"])
def test_hours_beyond_the_blend_are_the_replicates_own_to_the_last_bit(marginals: str) -> None:
    weather = settings() if marginals == "site" else dataclasses.replace(settings(), site=None)
    weather = dataclasses.replace(weather, storms="none")
    for replicate in range(10):
        sea = build_sea_now(weather, SEED, replicate, *SPAN, sea_now())
        own = build_sea(weather, SEED, replicate, *SPAN)
        after = place_of(sea, NOW_S) + CONDITIONED_H
        assert same(sea, own, after)
        assert not np.array_equal(sea.hs_m[after - 48 : after - 24], own.hs_m[after - 48 : after - 24])


def test_a_replicate_depends_on_its_seed_and_number_alone() -> None:
    now = sea_now(STORM, file_of())
    alone = build_sea_now(settings(), SEED, 7, *SPAN, now)
    assert same(alone, seas(now, 8)[7])
    longer = build_sea_now(settings(), SEED, 7, SPAN[0], SPAN[1] + 40 * 86_400, now)
    hours = len(alone.hs_m)
    assert np.array_equal(longer.hs_m[:hours], alone.hs_m)
    assert not np.array_equal(build_sea_now(settings(), SEED + 1, 7, *SPAN, now).hs_m, alone.hs_m)


def test_the_levels_ahead_follow_the_replicates_own_parameters() -> None:
    """Derived: where the same measured sea is a low one, the days after rise; where it is a high one, they fall."""

    def later(hs_factor: float) -> float:
        found = seas(sea_now(), 40, dataclasses.replace(settings(weather__hs_factor=hs_factor), storms="none"))
        return float(
            np.mean([sea.hs_m[place_of(sea, NOW_S) + 96 : place_of(sea, NOW_S) + 168].mean() for sea in found])
        )

    assert later(0.7) < later(1.0) < later(1.4)


def test_an_origin_in_the_first_hours_of_the_span_or_before_it_is_conditioned_too() -> None:
    for now_s in (SPAN[0] - 20 * 86_400, second("2027-08-01")):
        time_s = np.arange(now_s - 30 * 3_600, now_s, 600, dtype=np.int64)
        now = SeaNow(now_s, time_s, np.full(len(time_s), 5.0), time_s, np.full(len(time_s), 12.0))
        sea = build_sea_now(settings(), SEED, 0, *SPAN, now)
        assert sea.hs_m[max(place_of(sea, now_s), 0)] == pytest.approx(5.0, rel=0.1)


def test_a_month_that_begins_ahead_makes_no_step() -> None:
    """Derived: the mean sea of August is twice that of July here, the first hour of August is not."""
    weather = dataclasses.replace(settings(weather__hs_mean_08_m=3.2), storms="none")
    now_s = second("2027-07-31T20:00")
    time_s = np.arange(now_s - 30 * 3_600, now_s, 600, dtype=np.int64)
    now = SeaNow(now_s, time_s, np.full(len(time_s), 1.6), time_s, np.full(len(time_s), 7.0))
    found = [build_sea_now(weather, SEED, replicate, *SPAN, now) for replicate in range(40)]
    place = place_of(found[0], second("2027-08-01"))
    steps = [sea.hs_m[place] / sea.hs_m[place - 1] for sea in found]
    assert np.median(steps) == pytest.approx(1.0, abs=0.04)
    week = [sea.hs_m[place + 170] for sea in found]
    assert np.median(week) > 2.2


def test_an_old_wave_reading_gives_way_to_a_fresh_wind() -> None:
    time_s = np.arange(NOW_S - 30 * 3_600, NOW_S, 600, dtype=np.int64)
    hs_time_s = time_s - 15 * 86_400
    storm_wind = np.full(len(time_s), 17.0)
    now = SeaNow(NOW_S, hs_time_s, np.full(len(time_s), 1.0), time_s, storm_wind)
    found = seas(now, 30, dataclasses.replace(settings(), storms="none"))
    place = place_of(found[0], NOW_S) + 6
    assert np.median([sea.hs_m[place] for sea in found]) > 2.3
    assert np.median([sea.wind_m_s[place] for sea in found]) > 11.0


def test_a_file_is_followed_with_a_spread_that_grows_as_the_settings_say() -> None:
    file = file_of(issued_s=NOW_S // 3_600 * 3_600)
    found = seas(sea_now(None, file), 150, dataclasses.replace(settings(), storms="none"))
    measured = [spread_of_logs(found, lead_h) for lead_h in (6, 24, 72)]
    assert measured == pytest.approx([0.025, 0.10, 0.20], rel=0.25)
    place = place_of(found[0], NOW_S) + 48
    said = truth().hs_m[place]
    assert np.median([sea.hs_m[place] for sea in found]) == pytest.approx(said, rel=0.1)
    assert file_spread(settings(), np.array([0.0, 24.0, 72.0, 120.0])).tolist() == pytest.approx([0, 0.1, 0.2, 0.3])


def test_a_file_without_errors_is_the_sea_to_its_last_hour() -> None:
    file = file_of(hours=96, step_h=1)
    weather = dataclasses.replace(perfect(settings()), storms="none")
    for sea in seas(sea_now(None, file), 3, weather):
        begin, end = place_of(sea, NOW_S), place_of(sea, int(file.time_s[-1])) + 1
        assert sea.hs_m[begin:end] == pytest.approx(truth().hs_m[begin:end], rel=1e-5)


def test_how_far_a_file_is_off_today_is_taken_along_and_forgotten() -> None:
    """Derived: a file twice too high at the origin; at correlation 0.8 per 12 h half of it is gone after 37 h."""
    weather = dataclasses.replace(settings(), storms="none", spread_24h=0.0, spread_72h=0.0)
    file = file_of(step_h=1, factor=2.0)
    (sea,) = seas(sea_now(None, file), 1, weather)
    place = place_of(sea, NOW_S)
    for lead_h in (1, 12, 36):
        ratio = sea.hs_m[place + lead_h] / truth().hs_m[place + lead_h]
        assert ratio == pytest.approx(2.0 ** (1.0 - 0.8 ** (lead_h / 12)), rel=2e-2)


def test_a_file_is_left_where_its_error_is_as_wide_as_the_sea_itself() -> None:
    weather = dataclasses.replace(settings(), storms="none", spread_24h=0.30, spread_72h=0.60)
    found = seas(sea_now(None, file_of(hours=240, factor=3.0)), 60, weather)
    place = place_of(found[0], NOW_S) + 150
    assert np.median([sea.hs_m[place] for sea in found]) < 1.8 * truth().hs_m[place]


def test_a_file_serves_without_anything_measured() -> None:
    now = SeaNow(NOW_S, NO_TIMES, NO_VALUES, NO_TIMES, NO_VALUES, None, file_of())
    found = seas(now, 60, dataclasses.replace(settings(), storms="none"))
    place = place_of(found[0], NOW_S) + 24
    assert np.median([sea.hs_m[place] for sea in found]) == pytest.approx(truth().hs_m[place], rel=0.1)


def test_no_storm_is_there_at_the_origin_when_none_is_known() -> None:
    own = [build_sea(settings(), SEED, replicate, *SPAN) for replicate in range(60)]
    place = place_of(own[0], NOW_S)
    assert any(sea.storm_near[place] or sea.arrival_s[place] < FAR for sea in own)
    for sea, plain in zip(seas(sea_now(), 60), own, strict=True):
        assert not sea.storm_near[place]
        assert sea.arrival_s[place] == FAR
        later = place_of(sea, second("2027-11-15"))
        assert same(sea, plain, later)


def test_under_perfect_foresight_no_storm_comes_before_the_horizon_when_none_is_known() -> None:
    for sea in seas(sea_now(), 40, perfect(settings())):
        place = place_of(sea, NOW_S)
        assert not sea.storm_near[place : place + 114].any()


def test_an_active_storm_passes_through_the_stated_place_at_the_stated_time() -> None:
    stated = project_km(np.array([STORM.latitude_deg]), np.array([STORM.longitude_deg]), 23.2, 154.9)
    tracks = [active_storm(settings(), SEED, replicate, STORM) for replicate in range(30)]
    for one, placed in tracks:
        at = STORM.time_s / SECONDS_PER_HOUR - placed.start_hour[0]
        points = np.arange(len(one.wind_kn))
        assert np.interp(at, points, one.east_km) == pytest.approx(float(stated[0][0]))
        assert np.interp(at, points, one.north_km) == pytest.approx(float(stated[1][0]))
        assert np.interp(at, points, one.wind_kn) == pytest.approx(STORM.wind_kn, abs=1.0)
    assert len({len(one.wind_kn) for one, _ in tracks}) > 5


def test_a_storm_that_moves_towards_the_site_comes_near_more_often_than_one_that_leaves() -> None:
    shares = []
    for course_deg in (340.0, 160.0):
        storm = dataclasses.replace(STORM, course_deg=course_deg, speed_kn=12.0)
        found = seas(sea_now(storm), 40)
        place = place_of(found[0], NOW_S)
        shares.append(np.mean([sea.storm_near[place + 36 : place + 96].any() for sea in found]))
    assert shares[0] > 0.8 > 0.4 > shares[1]


def test_an_active_storm_is_alerted_and_raises_the_sea_of_those_it_reaches() -> None:
    found, without = seas(sea_now(STORM), 60), seas(sea_now(), 60)
    place = place_of(found[0], NOW_S)
    near = np.array([sea.storm_near[place : place + 120].any() for sea in found])
    assert near.mean() > 0.5
    assert np.mean([sea.arrival_s[place] < FAR for sea in found]) > 0.5
    close = seas(sea_now(dataclasses.replace(STORM, latitude_deg=21.0, longitude_deg=156.0, wind_kn=95.0)), 60)
    highest = [[sea.hs_m[place : place + 120].max() for sea in some] for some in (close, without)]
    assert np.median(highest[0]) > 1.3 * np.median(highest[1])
    today = truth().hs_m[place]
    assert max(sea.hs_m[place + 1] for sea in close) < 1.25 * today


def test_a_storm_raises_no_hour_that_a_file_tells() -> None:
    file = file_of()
    with_storm, without = seas(sea_now(STORM, file), 3), seas(sea_now(None, file), 3)
    for one, other in zip(with_storm, without, strict=True):
        begin, end = place_of(one, NOW_S), place_of(one, int(file.time_s[-1]))
        assert np.array_equal(one.hs_m[begin:end], other.hs_m[begin:end])


def test_alerts_of_several_sets_of_storms_are_joined() -> None:
    """Derived: the same storm told twice gives the tables of the storm told once."""
    storm = active_storm(settings(), SEED, 0, STORM)
    origin_h = SPAN[0] // SECONDS_PER_HOUR
    quiet = np.zeros((2, 2_000), np.float32)
    once, twice = (
        sea_with_alerts(settings(), SEED, 0, origin_h, quiet[0], quiet[1], [storm] * times) for times in (1, 2)
    )
    assert same(once, twice)
    assert (once.arrival_s < FAR).any()


def rule(build: Callable[[], object], kind: type[FailedError] | type[ScenarioError], words: str) -> None:
    with pytest.raises(kind) as told:
        build()
    assert words in str(told.value)
    assert "\n" not in str(told.value)


def test_what_cannot_be_known_is_refused_in_one_line() -> None:
    times = np.array([NOW_S - 7_200, NOW_S - 3_600], np.int64)
    fine = np.array([1.0, 2.0])

    def one(hs_time_s: np.ndarray, hs_m: np.ndarray, **other: object) -> Callable[[], object]:
        given = {"storm": None, "forecast": None} | other
        return lambda: SeaNow(NOW_S, hs_time_s, hs_m, NO_TIMES, NO_VALUES, given["storm"], given["forecast"])  # type: ignore[arg-type]

    rule(one(times, -fine), ObservationError, "measured Hs: Hs at 2027-09-10T03:20:00Z is -1")
    rule(one(times, fine * np.nan), ObservationError, "is nan; it must be 0 … 30 m")
    rule(one(times[::-1], fine), ObservationError, "not later than the one before")
    rule(one(times, fine[:1]), ObservationError, "2 times and 1 values")
    rule(one(times + 7_200, fine), ObservationError, "after the origin")
    rule(one(times, fine, forecast=file_of(24, issued_s=NOW_S - 2 * 86_400)), ObservationError, "must lie between")
    rule(one(times, fine, forecast=file_of(issued_s=NOW_S + 3_600)), ObservationError, "issued before it")
    late = dataclasses.replace(file_of(), issued_s=NOW_S - 3_600, time_s=file_of().time_s + 86_400)
    rule(one(times, fine, forecast=late), ObservationError, "that covers the origin")
    rule(one(times, fine, storm=StormNow(NOW_S + 60, 20.0, 150.0, 50.0)), ObservationError, "the last report before it")
    rule(lambda: StormNow(NOW_S, 95.0, 150.0, 50.0), ObservationError, "latitude_deg is 95")
    rule(lambda: StormNow(NOW_S, 20.0, 150.0, float("nan")), ObservationError, "wind_kn is nan")
    rule(lambda: StormNow(NOW_S, 20.0, 150.0, 50.0, 400.0, 5.0), ObservationError, "course_deg is 400")
    rule(lambda: StormNow(NOW_S, 20.0, 150.0, 50.0, 40.0), ObservationError, "give both or none")


def test_what_cannot_be_played_is_refused_in_one_line() -> None:
    none = dataclasses.replace(settings(), storms="none")
    rule(lambda: seas(sea_now(STORM), 1, none), ScenarioError, 'storms.kind is "none"')
    rule(lambda: build_sea_now(settings(), SEED, 0, SPAN[0], NOW_S, sea_now()), ScenarioError, "not before the end")
    far = StormNow(NOW_S, -40.0, -60.0, 60.0)
    rule(lambda: seas(sea_now(far), 1), ModelError, "correct its position")


def test_a_replicate_takes_a_few_milliseconds_more_than_its_own_sea() -> None:
    now = sea_now(STORM, file_of())
    seas(now, 3)
    begin = time.process_time()
    seas(now, 40)
    assert (time.process_time() - begin) / 40 < 0.05
