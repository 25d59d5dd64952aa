"""The background sea keeps the persistence of the real record and takes the level of the site.

Truth: *published* = facts of the packaged record (share, durations, windows per year); *derived* = closed forms and
made-up records small enough to see through.
"""

import math

import numpy as np
import pytest

from ops_data.observations import load_sea_record
from twin.models.sea_state import (
    MAXIMUM_SHIFT_H,
    RankedRecord,
    SiteMarginals,
    background,
    block_start,
    lognormal_parameters,
    month_hours,
    rank_record,
    window_statistics,
)

JANUARY_2027 = 57 * 12
YEARS = 31
LIMITS_M = (1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5)
# limit: share open, mean open h, mean closed h, windows of at least 24, 72, 168 h a year
PUBLISHED = {
    1.5: (0.3339, 45.9, 91.5, 32.32, 12.71, 3.03),
    2.0: (0.6294, 93.5, 55.0, 37.65, 18.87, 8.48),
    2.5: (0.8008, 166.6, 41.4, 30.26, 17.03, 8.26),
    3.0: (0.8958, 271.1, 31.5, 22.20, 14.23, 8.23),
    4.5: (0.9899, 1_486.0, 15.3, 4.48, 3.74, 2.87),
}
SITE = SiteMarginals(
    hs_mean_m=(2.6, 2.5, 2.3, 2.0, 1.7, 1.6, 1.6, 1.8, 2.0, 2.1, 2.3, 2.6),
    hs_sd_m=tuple(0.35 * mean + 0.1 for mean in (2.6, 2.5, 2.3, 2.0, 1.7, 1.6, 1.6, 1.8, 2.0, 2.1, 2.3, 2.6)),
    wind_mean_m_s=(8.0, 7.8, 7.4, 6.8, 6.3, 6.0, 6.0, 6.2, 6.5, 7.0, 7.5, 8.0),
    wind_weibull_shape=2.2,
)


@pytest.fixture(scope="module")
def record() -> RankedRecord:
    loaded = load_sea_record("era5-41N-125W")
    return rank_record(loaded.origin_s, loaded.hs_m, loaded.wind_m_s)


@pytest.fixture(scope="module")
def generated(record: RankedRecord) -> list[np.ndarray]:
    """Eight generated seas of 31 years with the record's own values."""
    last = JANUARY_2027 + 12 * YEARS - 1
    return [background(record, None, 20_270_101, replicate, JANUARY_2027, last)[0] for replicate in range(8)]


@pytest.mark.parametrize("limit_m", sorted(PUBLISHED))
def test_the_packaged_record_has_the_published_windows(record: RankedRecord, limit_m: float) -> None:
    """Published: ERA5 41N 125W, to the printed digits."""
    found = window_statistics(record.hs_m, limit_m)
    share, open_h, closed_h, *windows = PUBLISHED[limit_m]
    assert round(found.share_open, 4) == share
    assert round(found.mean_open_h, 0 if open_h > 1_000 else 1) == open_h
    assert round(found.mean_closed_h, 1) == closed_h
    assert [round(per_year, 2) for per_year in found.windows_per_year] == windows


def test_window_statistics_of_a_sea_one_can_count() -> None:
    """Derived: 100 h open, 10 h closed, 30 h open."""
    hs_m = np.repeat(np.array([1.0, 3.0, 2.0], np.float32), [100, 10, 30])
    found = window_statistics(hs_m, 2.0)
    assert (found.mean_open_h, found.mean_closed_h, found.windows) == (65.0, 10.0, (2, 1, 0))
    assert found.share_open == 130 / 140
    assert window_statistics(hs_m, 9.0).mean_closed_h == 0.0


@pytest.mark.parametrize("limit_m", LIMITS_M)
def test_generated_seas_keep_the_persistence_of_the_record(
    record: RankedRecord, generated: list[np.ndarray], limit_m: float
) -> None:
    """Published tolerance: 15 % or 3 standard errors, wherever the source has at least 100 windows."""
    source = window_statistics(record.hs_m, limit_m)
    for hs_m in generated:
        found = window_statistics(hs_m, limit_m)
        assert found.share_open == pytest.approx(source.share_open, rel=0.15)
        for ours, theirs in ((found.open_h, source.open_h), (found.closed_h, source.closed_h)):
            error = math.hypot(ours.std(ddof=1) / math.sqrt(len(ours)), theirs.std(ddof=1) / math.sqrt(len(theirs)))
            assert abs(ours.mean() - theirs.mean()) <= max(0.15 * theirs.mean(), 3 * error)
        for ours_n, theirs_n in zip(found.windows, source.windows, strict=True):
            if theirs_n >= 100:
                error = math.sqrt(ours_n + theirs_n)
                assert abs(ours_n - theirs_n) <= max(0.15 * theirs_n, 3 * error)


@pytest.mark.parametrize("limit_m", [1.5, 2.0, 2.5, 3.0, 3.5])
def test_the_mean_of_many_generated_seas_is_closer_still(
    record: RankedRecord, generated: list[np.ndarray], limit_m: float
) -> None:
    """Recorded: joints between months cost at most a tenth, whatever the seed."""
    source = window_statistics(record.hs_m, limit_m)
    found = [window_statistics(hs_m, limit_m) for hs_m in generated]
    assert np.mean([one.share_open for one in found]) == pytest.approx(source.share_open, rel=0.02)
    assert np.mean([one.mean_open_h for one in found]) == pytest.approx(source.mean_open_h, rel=0.10)
    assert np.mean([one.mean_closed_h for one in found]) == pytest.approx(source.mean_closed_h, rel=0.10)
    for length in range(3):
        if source.windows[length] >= 100:
            mean = np.mean([one.windows[length] for one in found])
            assert mean == pytest.approx(source.windows[length], rel=0.10)


def test_the_sea_takes_the_monthly_level_of_the_site(record: RankedRecord) -> None:
    """Derived: mean over every year and shift a block can have; shifting costs at most 2.5 % of what was asked for."""
    for month in range(12):
        mu, sigma = lognormal_parameters(SITE.hs_mean_m[month], SITE.hs_sd_m[month])
        scale = SITE.wind_mean_m_s[month] / math.gamma(1 + 1 / SITE.wind_weibull_shape)
        hs_m = np.exp(mu + sigma * record.hs_score.astype(np.float64))
        wind_m_s = scale * np.exp(record.wind_log_hazard.astype(np.float64) / SITE.wind_weibull_shape)
        year_draws, shift_draws = (np.arange(YEARS) + 0.5) / YEARS, (np.arange(91) + 0.5) / 91
        starts = np.array(
            [[block_start(record, JANUARY_2027 + month, year, shift) for shift in shift_draws] for year in year_draws]
        )
        for values, asked in ((hs_m, SITE.hs_mean_m[month]), (wind_m_s, SITE.wind_mean_m_s[month])):
            total = np.concatenate([[0.0], np.cumsum(values)])
            length = month_hours(JANUARY_2027 + month)
            assert ((total[starts + length] - total[starts]) / length).mean() == pytest.approx(asked, rel=0.025)


def test_a_drawn_sea_has_the_monthly_spread_of_the_site(record: RankedRecord) -> None:
    """Derived: standard deviation over 300 drawn Januaries and Julys, within three standard errors (12 %)."""
    for month in (0, 6):
        first = JANUARY_2027 + month
        seas = [background(record, SITE, 1, replicate, first, first)[0] for replicate in range(300)]
        assert np.stack(seas).std() == pytest.approx(SITE.hs_sd_m[month], rel=0.12)


def test_waves_and_wind_stay_paired(record: RankedRecord) -> None:
    """Derived: the mapping is monotone hour by hour, so the rank correlation of the record stays."""
    hs_m, wind_m_s = background(record, SITE, 1, 0, JANUARY_2027, JANUARY_2027)
    own_hs_m, own_wind_m_s = background(record, None, 1, 0, JANUARY_2027, JANUARY_2027)
    assert np.corrcoef(hs_m, wind_m_s)[0, 1] == pytest.approx(np.corrcoef(own_hs_m, own_wind_m_s)[0, 1], abs=0.1)
    assert np.corrcoef(hs_m, own_hs_m)[0, 1] > 0.9


def test_a_month_is_the_same_sea_whatever_the_span(record: RankedRecord) -> None:
    whole, _ = background(record, SITE, 7, 3, JANUARY_2027, JANUARY_2027 + 3)
    march, _ = background(record, SITE, 7, 3, JANUARY_2027 + 2, JANUARY_2027 + 2)
    other, _ = background(record, SITE, 7, 4, JANUARY_2027 + 2, JANUARY_2027 + 2)
    start = month_hours(JANUARY_2027) + month_hours(JANUARY_2027 + 1)
    assert np.array_equal(whole[start : start + len(march)], march)
    assert not np.array_equal(march, other)


def test_blocks_come_from_the_same_season_and_from_every_year(record: RankedRecord) -> None:
    """Derived: extremes of both draws."""
    for month in range(JANUARY_2027, JANUARY_2027 + 12):
        middle = record.month_hour[15, month % 12]
        year_draw = 15.5 / YEARS
        assert block_start(record, month, year_draw, 0.0) == middle - MAXIMUM_SHIFT_H
        assert block_start(record, month, year_draw, 1.0 - 1e-12) == middle + MAXIMUM_SHIFT_H
    assert block_start(record, JANUARY_2027, 0.0, 0.0) == 0
    last = block_start(record, JANUARY_2027 + 11, 1.0 - 1e-12, 1.0 - 1e-12)
    assert last == len(record.hs_m) - 31 * 24


def test_a_record_of_one_year_that_starts_in_mid_month_serves_every_month() -> None:
    hours = np.arange(365 * 24)
    sea = rank_record(1_579_046_400, (1.0 + hours / 8_760).astype(np.float32), np.ones(len(hours), np.float32))
    for month in range(JANUARY_2027, JANUARY_2027 + 14):
        start = block_start(sea, month, 0.99, 0.99)
        assert 0 <= start <= len(hours) - month_hours(month)


def test_ranks_lie_inside_their_month_and_their_median_is_the_median(record: RankedRecord) -> None:
    """Derived: normal scores are symmetric, and ln(-ln(1/2)) is the Weibull median's."""
    assert float(np.median(record.hs_score)) == pytest.approx(0.0, abs=1e-3)
    assert float(np.median(record.wind_log_hazard)) == pytest.approx(math.log(math.log(2.0)), abs=1e-3)
    assert np.isfinite(record.hs_score).all() and np.isfinite(record.wind_log_hazard).all()


def test_the_lognormal_lies_nearer_to_the_record_than_gamma_where_limits_lie(record: RankedRecord) -> None:
    """Derived: monthly fits by mean and standard deviation, share of hours above 2.5 … 5.5 m, relative error."""
    from scipy import stats

    worst = {"lognormal": 0.0, "gamma": 0.0}
    months = np.repeat(np.arange(372) % 12, [month_hours(month) for month in range(19 * 12, 50 * 12)])
    for limit_m in (2.5, 3.5, 4.0, 5.0, 5.5):
        above = {"lognormal": 0.0, "gamma": 0.0}
        for month in range(12):
            values = record.hs_m[months == month].astype(np.float64)
            mean, sd, share = values.mean(), values.std(), len(values) / len(record.hs_m)
            mu, sigma = lognormal_parameters(mean, sd)
            above["lognormal"] += share * stats.norm.sf((math.log(limit_m) - mu) / sigma)
            above["gamma"] += share * stats.gamma.sf(limit_m, (mean / sd) ** 2, scale=sd**2 / mean)
        observed = float((record.hs_m > limit_m).mean())
        for family, share_above in above.items():
            worst[family] = max(worst[family], abs(share_above / observed - 1))
    assert worst["lognormal"] < 0.25 < worst["gamma"]
