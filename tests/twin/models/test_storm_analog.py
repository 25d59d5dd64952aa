"""An active storm gone on with as storms before it: hindcasts on the real tracks, motion by hand.

Truth: *published* = the packaged tracks, each storm kept out of its own analogs; *derived* = two straight tracks.
"""

import dataclasses

import numpy as np
import pytest

from ops_data.errors import ModelError
from ops_data.units import SECONDS_PER_HOUR
from twin.models.cyclones import HourlyTracks
from twin.models.scores import brier
from twin.models.storm_analog import MOTION_MEMORY_H, WIND_MEMORY_H, continued_storm, storm_analogs
from twin.operations.weather import site_tracks


def made_tracks() -> HourlyTracks:
    """Return two storms that go north at 20 km/h, 100 km apart, 50 hours each, from the same hour of two years."""
    hours, start = 50, np.array([0, 365 * 24], np.int64)
    north = np.tile(20.0 * np.arange(hours) - 600.0, 2)
    east = np.repeat([0.0, 100.0], hours)
    return HourlyTracks(
        storm_id=("one", "two"),
        first_point=np.array([0, hours, 2 * hours]),
        start_hour=start,
        east_km=east,
        north_km=north,
        distance_km=np.hypot(east, north),
        latitude_deg=23.0 + north / 111.2,
        wind_kn=np.full(2 * hours, 60.0),
        wind_period_min=1,
        first_year=1970,
        last_year=1971,
    )


def test_a_storm_goes_on_from_where_it_is_stated_with_the_motion_of_its_analog() -> None:
    """Derived: at half past the tenth hour both storms are at 390 km south; ours is 40 km east and 30 km farther."""
    tracks, time_s = made_tracks(), 10 * SECONDS_PER_HOUR + 1_800
    analogs = storm_analogs(tracks, time_s, 40.0, -420.0, 80.0)
    for draw in (0.0, 0.999):
        one, placed = continued_storm(tracks, analogs, time_s, draw)
        at = time_s / SECONDS_PER_HOUR - placed.start_hour[0]
        points = np.arange(len(one.wind_kn))
        assert np.interp(at, points, one.east_km) == pytest.approx(40.0)
        assert np.interp(at, points, one.north_km) == pytest.approx(-420.0)
        assert np.interp(at, points, one.wind_kn) == pytest.approx(80.0, abs=0.2)
        assert np.diff(one.north_km) == pytest.approx(20.0)
        assert one.distance_km == pytest.approx(np.hypot(one.east_km, one.north_km))
        day = int(np.ceil(at)) + 24
        assert one.wind_kn[day] == pytest.approx(60.0 + 20.0 * np.exp(-(day - at) / WIND_MEMORY_H))


def test_a_stated_motion_is_followed_and_returns_to_the_analogs() -> None:
    """Derived: 12 km/h to the west more than the analog, of which exp(-1) is left after the memory."""
    tracks, time_s = made_tracks(), 10 * SECONDS_PER_HOUR
    analogs = storm_analogs(tracks, time_s, 0.0, -400.0, 60.0, (-12.0, 20.0))
    one, placed = continued_storm(tracks, analogs, time_s, 0.0)
    at = 10 - placed.start_hour[0]
    assert (one.east_km[at], one.north_km[at]) == pytest.approx((0.0, -400.0))
    assert one.east_km[at + 1] - one.east_km[at] == pytest.approx(-12.0, rel=0.02)
    gone = at + 30
    expected = -12.0 * MOTION_MEMORY_H * (1.0 - np.exp(-30 / MOTION_MEMORY_H))
    assert one.east_km[gone] == pytest.approx(expected)
    assert np.diff(one.north_km) == pytest.approx(20.0)


def test_hindcasts_of_real_storms_tell_which_come_near() -> None:
    """Published: 60 storm hours, each gone on with by the other storms; the base rate is what no knowledge gives."""
    tracks, random = site_tracks("jtwc", 23.2, 154.9), np.random.default_rng(3)
    owner = np.repeat(np.arange(len(tracks.storm_id)), np.diff(tracks.first_point))
    age = np.arange(len(owner)) - tracks.first_point[owner]
    at_sea = (tracks.distance_km < 1_500.0) & (tracks.wind_kn >= 34.0) & (age >= 6)
    points = random.choice(np.flatnonzero(at_sea), 60, replace=False)
    came, chance = np.zeros(60, np.bool_), np.zeros(60)
    for number, point in enumerate(points.tolist()):
        storm = int(owner[point])
        time_s = int(tracks.start_hour[storm] + age[point]) * SECONDS_PER_HOUR
        place = float(tracks.east_km[point]), float(tracks.north_km[point])
        past = float(tracks.east_km[point - 6]), float(tracks.north_km[point - 6])
        motion = (place[0] - past[0]) / 6, (place[1] - past[1]) / 6
        analogs = storm_analogs(tracks, time_s, *place, float(tracks.wind_kn[point]), motion)
        weight = np.where(analogs.storm == storm, 0.0, np.diff(analogs.running_chance, prepend=0.0))
        analogs = dataclasses.replace(analogs, running_chance=np.cumsum(weight / weight.sum()))
        came[number] = comes_near(tracks, int(point), int(tracks.first_point[storm + 1]))
        found = []
        for draw in np.linspace(0.01, 0.99, 25):
            one, placed = continued_storm(tracks, analogs, time_s, float(draw))
            found.append(comes_near(one, int(time_s // SECONDS_PER_HOUR - placed.start_hour[0]), len(one.wind_kn)))
        chance[number] = np.mean(found)
    assert 0.1 < came.mean() < 0.9
    assert brier(chance, came).mean() < 0.6 * came.mean() * (1.0 - came.mean())


def comes_near(tracks: HourlyTracks, point: int, end: int) -> bool:
    """Say whether a storm of 34 kn comes within 500 km in the five days from a point."""
    ahead = slice(point, min(end, point + 120))
    return bool(((tracks.distance_km[ahead] <= 500.0) & (tracks.wind_kn[ahead] >= 34.0)).any())


def test_a_storm_where_none_ever_was_is_not_made_up() -> None:
    with pytest.raises(ModelError, match="correct its position"):
        storm_analogs(made_tracks(), 0, 3_000.0, 0.0, 60.0)
