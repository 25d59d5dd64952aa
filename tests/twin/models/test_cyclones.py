"""Storm geometry, climatology and fields.

Truth: *published* = facts 3.2 and 3.4, calculated once from the whole archive with 45 years of tracks; here they are
reproduced from the packaged cut. *derived* = spheres, vortices and tails by hand.
"""

import math

import numpy as np
import pytest

from ops_data.observations import load_tracks
from ops_data.units import EARTH_RADIUS_KM, KNOT_M_S
from twin.models.cyclones import (
    HourlyTracks,
    StormField,
    great_circle_km,
    hourly_tracks,
    project_km,
    radius_of_maximum_wind_km,
    storm_wave_m,
    storm_wind_m_s,
)
from twin.models.storm_statistics import (
    chance_of_passage,
    lost_days_per_year,
    monthly_counts,
    monthly_share_of_time,
    passages,
    share_of_time,
    yearly_counts,
)
from twin.models.storm_years import place_storms

ISLAND = (24.3, 153.98)
MINING_POINT = (23.2, 154.9)
FIELD = StormField(ten_minute_factor=0.93, decay_exponent=0.5, radius_km=1_000.0, wave_s=0.235, swell_decay_h=18.0)
# agency, radius km: storms/yr, of them >= 64 kn, years without, most in a year, % of time (None: not published)
PUBLISHED = {
    ("jtwc", 200): (0.60, 0.22, 25, 3, 0.10),
    ("jtwc", 300): (1.33, 0.58, 11, 4, 0.25),
    ("jtwc", 500): (2.33, 1.04, 7, 8, 0.77),
    ("jtwc", 800): (3.89, 2.11, 1, 10, 1.94),
    ("jtwc", 1_000): (5.38, 2.82, 1, 13, 3.09),
    ("wmo", 200): (0.62, 0.22, None, None, None),
    ("wmo", 300): (1.24, 0.51, None, None, None),
    ("wmo", 500): (2.11, 0.87, None, None, None),
    ("wmo", 800): (3.91, 1.67, None, None, None),
    ("wmo", 1_000): (5.13, 2.38, None, None, None),
}
STAY_H = {200: (14, 12, 25), 300: (17, 14, 28), 500: (31, 24, 60), 800: (45, 36, 89), 1_000: (55, 39, 116)}


def seen_from(agency: str, site: tuple[float, float]) -> HourlyTracks:
    tracks = load_tracks(agency)
    return hourly_tracks(
        tracks.storm_id,
        tracks.first_row,
        tracks.time_s,
        tracks.lat_deg,
        tracks.lon_deg,
        tracks.wind_kn,
        wind_period_min=tracks.wind_period_min,
        site_lat_deg=site[0],
        site_lon_deg=site[1],
    )


@pytest.fixture(scope="module")
def island() -> dict[str, HourlyTracks]:
    return {agency: seen_from(agency, ISLAND) for agency in ("jtwc", "wmo")}


@pytest.fixture(scope="module")
def mining_point() -> HourlyTracks:
    return seen_from("jtwc", MINING_POINT)


@pytest.mark.parametrize(("agency", "radius_km"), sorted(PUBLISHED))
def test_storm_counts_are_the_published_ones(island: dict[str, HourlyTracks], agency: str, radius_km: int) -> None:
    found = passages(island[agency], radius_km, 34.0)
    storms, typhoons, none, most, percent = PUBLISHED[agency, radius_km]
    assert round(len(found.storm) / 45, 2) == storms
    assert round(float((found.peak_kn >= 64.0).sum()) / 45, 2) == typhoons
    counts = yearly_counts(found)
    assert len(counts) == 45
    if percent is not None:
        assert (int((counts == 0).sum()), int(counts.max())) == (none, most)
        assert round(100 * share_of_time(found), 2) == percent


@pytest.mark.parametrize("radius_km", sorted(STAY_H))
def test_storms_stay_as_long_as_published(island: dict[str, HourlyTracks], radius_km: int) -> None:
    """Published: mean, median, 90th percentile of the hours from the first to the last one inside (JTWC)."""
    found = passages(island["jtwc"], radius_km, 34.0)
    stay = found.exit_hour - found.entry_hour + 1
    mean, median, p90 = STAY_H[radius_km]
    assert (round(stay.mean()), round(float(np.median(stay))), round(float(np.percentile(stay, 90)))) == (
        mean,
        median,
        p90,
    )


def test_the_monthly_table_is_the_published_one(island: dict[str, HourlyTracks]) -> None:
    near, wide = passages(island["jtwc"], 500.0, 34.0), passages(island["jtwc"], 1_000.0, 34.0)
    per_century = [round(100 * count / 45) for count in monthly_counts(near).tolist()]
    assert per_century == [2, 0, 2, 7, 4, 0, 29, 64, 64, 33, 18, 9]
    percent = np.round(100 * monthly_share_of_time(wide), 1).tolist()
    assert percent == [0.3, 0.0, 0.4, 0.7, 0.9, 0.1, 4.9, 10.9, 9.4, 6.5, 2.0, 0.5]
    chance = np.round(chance_of_passage(near, 35), 2).tolist()
    assert chance == [0.02, 0.02, 0.04, 0.07, 0.04, 0.0, 0.38, 0.53, 0.42, 0.29, 0.16, 0.09]


def test_more_than_a_third_of_storms_is_first_recorded_less_than_three_days_out(
    island: dict[str, HourlyTracks],
) -> None:
    """Published: shares < 72 h 35–44 %, < 120 h 57–64 %; p10 17–30, p25 38–48, median 87–103, p75 161–182 h."""
    notice = {agency: passages(tracks, 500.0, 34.0).notice_h for agency, tracks in island.items()}
    shares = {
        agency: [round(float((hours < lead).mean()), 2) for lead in (72, 120)] for agency, hours in notice.items()
    }
    assert shares == {"jtwc": [0.44, 0.64], "wmo": [0.35, 0.57]}
    quantiles = {agency: np.percentile(hours, [10, 25, 50, 75]).tolist() for agency, hours in notice.items()}
    assert quantiles["jtwc"] == [17.0, 38.0, 87.0, 161.0]
    assert quantiles["wmo"] == [30.0, 48.0, 103.0, 182.5]


def test_the_mining_point_sees_most_storms_in_summer_and_autumn(mining_point: HourlyTracks) -> None:
    """Published: 2.16 a year; 0.18 January–June, 1.91 July–November, 0.07 December."""
    months = monthly_counts(passages(mining_point, 500.0, 34.0)) / 45
    assert [round(float(part.sum()), 2) for part in (months, months[:6], months[6:11], months[11:])] == [
        2.16,
        0.18,
        1.91,
        0.07,
    ]


@pytest.mark.parametrize(
    ("before_d", "after_d", "published"), [(7.5, 1.0 + 10.0, (36.4, 7.5, 3.5)), (1.0, 1.0 + 1.5, (9.9, 1.7, 0.8))]
)
def test_lost_days_of_both_storm_policies_are_the_published_ones(
    mining_point: HourlyTracks, before_d: float, after_d: float, published: tuple[float, ...]
) -> None:
    """Published: full recovery, and hang-off; all year, November–June, January–June; one day of swell tail."""
    found = passages(mining_point, 500.0, 34.0)
    seasons = (tuple(range(1, 13)), (11, 12, 1, 2, 3, 4, 5, 6), tuple(range(1, 7)))
    lost = [lost_days_per_year(found, before_d, after_d, months) for months in seasons]
    assert lost == pytest.approx(published, abs=0.051)


def test_overlapping_stops_are_counted_once() -> None:
    """Derived: two storms, ten hours inside each, five hours apart: 1 d before to 1 d after is 25 + 48 hours."""
    tracks = straight_tracks([0, 15])
    lost = lost_days_per_year(passages(tracks, 100.0, 34.0), 1.0, 1.0, tuple(range(1, 13)))
    assert lost * 24 == pytest.approx(24 + 24 + 24)
    assert lost_days_per_year(passages(tracks, 100.0, 99.0), 1.0, 1.0, (1,)) == 0.0


def straight_tracks(starts_h: list[int], hours: int = 10) -> HourlyTracks:
    """Return storms of 50 kn that stay ten hours at the site, from the given hours of 1970 on."""
    count = len(starts_h)
    return hourly_tracks(
        tuple(f"S{number}" for number in range(count)),
        np.arange(0, 2 * count + 1, 2),
        np.array([[start, start + hours - 1] for start in starts_h]).ravel() * 3_600,
        np.full(2 * count, 20.0),
        np.full(2 * count, 150.0),
        np.full(2 * count, 50.0),
        wind_period_min=10,
        site_lat_deg=20.0,
        site_lon_deg=150.0,
    )


def test_distances_on_the_sphere() -> None:
    """Derived: quarter circles, and one degree of latitude."""
    quarter = math.pi / 2 * EARTH_RADIUS_KM
    assert float(great_circle_km(0.0, 179.0, 0.0, -91.0)) == pytest.approx(quarter)
    assert float(great_circle_km(90.0, 12.0, 0.0, 77.0)) == pytest.approx(quarter)
    assert float(great_circle_km(24.0, 154.0, 25.0, 154.0)) == pytest.approx(math.radians(1.0) * EARTH_RADIUS_KM)


def test_the_plane_keeps_distance_and_bearing_from_the_site(island: dict[str, HourlyTracks]) -> None:
    tracks = island["jtwc"]
    assert np.hypot(tracks.east_km, tracks.north_km) == pytest.approx(tracks.distance_km)
    east, north = project_km(np.array([25.3, 24.3]), np.array([153.98, 154.98]), *ISLAND)
    assert east[0] == pytest.approx(0.0, abs=1e-9) and north[0] > 0.0
    assert east[1] > 0.0 and abs(north[1]) < 1.0


def test_tracks_are_interpolated_across_the_date_line() -> None:
    """Derived: from 179E to 179W in two hours passes 180, not Greenwich."""
    tracks = hourly_tracks(
        ("A",),
        np.array([0, 2]),
        np.array([0, 7_200]),
        np.array([20.0, 20.0]),
        np.array([179.0, -179.0]),
        np.array([40.0, 60.0]),
        wind_period_min=1,
        site_lat_deg=20.0,
        site_lon_deg=180.0,
    )
    assert tracks.distance_km[1] == pytest.approx(0.0, abs=1e-6)
    assert tracks.wind_kn.tolist() == [40.0, 50.0, 60.0]


def test_the_wind_peaks_at_the_radius_of_maximum_wind() -> None:
    """Derived: modified Rankine vortex; half the radius gives half the wind, four radii give half at exponent 1/2."""
    peak_kn = 100.0
    radius = float(radius_of_maximum_wind_km(np.array(peak_kn * KNOT_M_S), np.array(24.0)))
    distance = radius * np.array([0.0, 0.5, 1.0, 4.0])
    wind = storm_wind_m_s(distance, np.full(4, peak_kn), np.full(4, 24.0), 1, FIELD)
    assert wind == pytest.approx(0.93 * peak_kn * KNOT_M_S * np.array([0.0, 0.5, 1.0, 0.5]), abs=1e-4)
    ten_minutes = storm_wind_m_s(distance, np.full(4, peak_kn), np.full(4, 24.0), 10, FIELD)
    assert wind == pytest.approx(0.93 * ten_minutes)
    assert storm_wind_m_s(np.array([1_000.1]), np.array([100.0]), np.array([24.0]), 1, FIELD)[0] == 0.0


def test_the_radius_of_maximum_wind_is_the_published_formula() -> None:
    """Published: Willoughby et al. (2006): 46.4 km at zero wind on the equator."""
    assert float(radius_of_maximum_wind_km(np.array(0.0), np.array(0.0))) == 46.4
    assert float(radius_of_maximum_wind_km(np.array(50.0), np.array(-25.0))) == pytest.approx(
        46.4 * math.exp(-0.775 + 0.4225)
    )


def test_swell_decays_by_a_factor_e_in_its_time_and_never_cuts_a_growing_sea() -> None:
    """Derived: 20 m/s make 4.7 m; one decay time later 4.7 / e."""
    wave = storm_wave_m(np.array([10.0, 20.0, 0.0]), FIELD, 40)
    assert wave[:2] == pytest.approx([2.35, 4.7])
    assert wave[1 + 18] == pytest.approx(4.7 / math.e)
    assert len(wave) == 43
    growing = storm_wave_m(np.linspace(5.0, 30.0, 26), FIELD, 0)
    assert growing == pytest.approx(0.235 * np.linspace(5.0, 30.0, 26))


def test_a_year_keeps_its_dates_in_the_simulated_year() -> None:
    """Derived: a storm of 31 December runs on into January; one of 29 February starts on 1 March when there is none."""
    leap = (np.datetime64("1980-02-29T06", "h") - np.datetime64("1970-01-01T00", "h")).astype(int)
    december = (np.datetime64("1980-12-31T18", "h") - np.datetime64("1970-01-01T00", "h")).astype(int)
    placed = place_storms(straight_tracks([int(leap), int(december)]), 1, 0, 2027, 2028)
    starts = [str(hour) for hour in placed.start_hour.astype("datetime64[h]")]
    assert starts == [
        f"{y}-{d}" for y, feb in ((2026, "03-01"), (2027, "03-01"), (2028, "02-29")) for d in (f"{feb}T06", "12-31T18")
    ]
    assert placed.year.tolist() == [2026, 2026, 2027, 2027, 2028, 2028]


def test_every_real_year_is_drawn_about_as_often(island: dict[str, HourlyTracks]) -> None:
    """Derived: 2.33 storms a year within 500 km, also among 2,000 drawn years (3 standard errors)."""
    tracks = island["jtwc"]
    near = set(passages(tracks, 500.0, 34.0).storm.tolist())
    counts = []
    for replicate in range(20):
        placed = place_storms(tracks, 5, replicate, 2027, 2126)
        counts.append(sum(int(storm) in near for storm in placed.storm[placed.year >= 2027]) / 100)
    assert np.mean(counts) == pytest.approx(105 / 45, abs=3 * float(np.std(counts, ddof=1)) / math.sqrt(20))
