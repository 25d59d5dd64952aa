"""Fields of grade: what they must honour (exactly) and what they must be on average (statistics of many)."""

from dataclasses import replace
from functools import cache

import gstools
import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import kstest

from twin.models.core_fit import known_places
from twin.models.grade_field import (
    FieldLaw,
    GradeField,
    KnownPlaces,
    cut_edges,
    layer_edges,
    simulate,
    stroke_grades,
    widened,
    window_grades,
)
from twin.models.grade_profile import GradeProfile, layer_means, levelled, window_mean

Floats = NDArray[np.float64]

LAW = FieldLaw(2.0, 8.0, 964.0, 0.35, 20.0, 0.0, 0.2, 1.0)
SHAPE = GradeProfile(450.0, 900.0, 1.0, 4.0, 5250.0, 3.0, 0.7)
EDGES = layer_edges(0.5, 10.0)
HERE = np.zeros(1)


def made_up_cores(count: int, layers: int = 20) -> tuple[KnownPlaces, Floats, Floats, Floats]:
    """Return what random cores say, their places and their layers' grades."""
    rng = np.random.default_rng(4)
    x, y = rng.uniform(-25.0, 25.0, (2, count))
    grades = np.empty((count, layers))
    for core in range(count):
        profile = levelled(replace(SHAPE, peak_depth_m=rng.uniform(2.0, 8.0)), rng.uniform(500.0, 1_500.0), 10.0)
        noise = np.exp(0.2 * rng.standard_normal(layers))
        grades[core] = window_mean(profile, EDGES[:layers], EDGES[1 : layers + 1]) * noise
    pieces = [(EDGES[:layers], EDGES[1 : layers + 1], grades[core]) for core in range(count)]
    return known_places(x, y, pieces, SHAPE, 10.0), x, y, grades


@pytest.mark.parametrize("seed", [None, 1, 2])
@pytest.mark.parametrize("layers", [20, 9])
def test_a_field_has_the_cores_layers_at_the_cores(seed: int | None, layers: int) -> None:
    """Derived: conditioning is exact; of short cores in the layers they have."""
    known, x, y, grades = made_up_cores(25, layers)
    field = simulate(x, y, LAW, SHAPE, EDGES, seed, known)
    assert window_grades(SHAPE, field, EDGES)[:, :layers] == pytest.approx(grades, rel=1e-8)


def test_far_from_cores_and_near_them_a_field_scatters_as_the_kriging_variance_says() -> None:
    """Derived: score of the mean at r km from one core has variance 1 - exp(-2 r / L)."""
    known, _, _, _ = made_up_cores(1)
    away = np.array([0.0, 5.0, 20.0, 400.0])
    x, y = known.x_km[0] + away, np.full(4, known.y_km[0])
    logs = np.log([simulate(x, y, LAW, SHAPE, EDGES, seed, known, 0).mean_ppm for seed in range(600)])
    wanted = LAW.log_sd * np.sqrt(1.0 - np.exp(-2.0 * away / 20.0))
    assert logs.std(axis=0) == pytest.approx(wanted, rel=0.1, abs=1e-9)
    expected = LAW.log_mean + (np.log(known.mean_ppm[0]) - LAW.log_mean) * np.exp(-away / 20.0)
    assert logs.mean(axis=0) == pytest.approx(expected, abs=0.05)


def test_the_estimate_is_the_simple_kriging_of_gstools() -> None:
    """Published code as oracle: GSTools' own kriging of the same scores, at other places."""
    known, x, y, _ = made_up_cores(12)
    there = np.array([[1.0, -7.0, 30.0], [2.0, 11.0, -3.0]])
    scores = (np.log(known.mean_ppm) - LAW.log_mean) / LAW.log_sd
    model = gstools.Exponential(dim=2, var=1.0, len_scale=20.0)
    wanted, _ = gstools.krige.Simple(model, cond_pos=(x, y), cond_val=scores, mean=0.0)(there)
    found = simulate(there[0], there[1], LAW, SHAPE, EDGES, None, known, 0)
    assert (np.log(found.mean_ppm) - LAW.log_mean) / LAW.log_sd == pytest.approx(wanted, abs=1e-8)


@cache
def many() -> list[GradeField]:
    """Return 800 fields without cores at places 0, 20 and 200 km from the first."""
    x = np.array([0.0, 20.0, 200.0])
    return [simulate(x, np.zeros(3), LAW, SHAPE, EDGES, seed, None, 6) for seed in range(800)]


def test_without_cores_peak_depth_is_uniform_and_the_mean_lognormal() -> None:
    """Derived: the laws; Kolmogorov-Smirnov, mean within 3 standard errors."""
    depth = np.array([field.peak_depth_m[0] for field in many()])
    mean = np.array([field.mean_ppm[0] for field in many()])
    assert kstest((depth - 2.0) / 6.0, "uniform").pvalue > 0.01
    assert kstest((np.log(mean) - LAW.log_mean) / LAW.log_sd, "norm").pvalue > 0.01
    assert mean.mean() == pytest.approx(964.0, abs=3.0 * mean.std() / np.sqrt(len(mean)))
    assert mean.std() / mean.mean() == pytest.approx(0.35, abs=0.04)
    assert abs(np.corrcoef(depth, mean)[0, 1]) < 0.1


def test_places_are_correlated_by_1_e_at_the_correlation_length() -> None:
    """Derived: exponential model; standard error of a correlation 0.03."""
    found = np.corrcoef(np.log([field.mean_ppm for field in many()]).T)
    assert found[0, 1] == pytest.approx(np.exp(-1.0), abs=0.1)
    assert found[0, 2] == pytest.approx(0.0, abs=0.1)


def test_layers_scatter_about_the_profile_and_resemble_their_neighbours() -> None:
    """Derived: mean factor 1, log standard deviation 0.2, correlation exp(-0.5) from layer to layer."""
    logs = np.log([field.layer_factor[0] for field in many()])
    assert np.exp(logs).mean() == pytest.approx(1.0, abs=0.015)
    assert logs.std(axis=0) == pytest.approx(np.full(6, 0.2), rel=0.1)
    assert np.corrcoef(logs[:, 4], logs[:, 5])[0, 1] == pytest.approx(np.exp(-0.5), abs=0.08)


def test_mean_and_peak_depth_are_correlated_as_asked() -> None:
    """Derived: Gaussian scores with correlation 0.8; the uniform depth has 0.8 sqrt(3 / pi) of it."""
    law = replace(LAW, mean_peak_correlation=0.8)
    fields = [simulate(HERE, HERE, law, SHAPE, EDGES, seed, None, 0) for seed in range(600)]
    logs = [np.log(field.mean_ppm[0]) for field in fields]
    found = np.corrcoef([field.peak_depth_m[0] for field in fields], logs)[0, 1]
    assert found == pytest.approx(0.8 * np.sqrt(3.0 / np.pi), abs=0.06)


def test_fewer_places_or_layers_are_part_of_the_same_field() -> None:
    """Derived: a field is a function of the seed."""
    known, _, _, _ = made_up_cores(3)
    x, y = np.array([1.0, 4.0, -9.0]), np.array([0.0, 8.0, 2.0])
    whole, part = simulate(x, y, LAW, SHAPE, EDGES, 9, known), simulate(x[1:2], y[1:2], LAW, SHAPE, EDGES, 9, known, 6)
    assert part.peak_depth_m[0] == pytest.approx(whole.peak_depth_m[1])
    assert part.layer_factor[0] == pytest.approx(whole.layer_factor[1, :6])


def test_a_stroke_takes_the_layers_it_reaches_and_part_of_the_last() -> None:
    """Derived: sum of whole and cut layers by hand."""
    field = simulate(HERE, HERE, LAW, SHAPE, EDGES, 3)
    profile = levelled(replace(SHAPE, peak_depth_m=float(field.peak_depth_m[0])), field.mean_ppm[0], 10.0)
    tops, bottoms = np.array([0.0, 0.5, 1.0]), np.array([0.5, 1.0, 1.2])
    wanted = window_mean(profile, tops, bottoms) * field.layer_factor[0, :3] @ (bottoms - tops) / 1.2
    assert stroke_grades(SHAPE, field, EDGES, 1.2)[0] == pytest.approx(wanted)
    assert cut_edges(EDGES, 1.5).tolist() == [0.0, 0.5, 1.0, 1.5]


def test_a_core_of_the_smooth_profile_is_found_again() -> None:
    """Derived: samples of unequal length from a known profile; 5 cm and 1 %."""
    top = np.array([0.0, 0.3, 1.0, 2.2, 3.0, 4.5, 5.0, 7.0])
    bottom = np.append(top[1:], 9.0)
    profile = levelled(replace(SHAPE, peak_depth_m=4.6), 1_300.0, 10.0)
    found = known_places(HERE, HERE, [(top, bottom, window_mean(profile, top, bottom))], SHAPE, 10.0)
    assert found.peak_depth_m[0] == pytest.approx(4.6, abs=0.051)
    assert found.mean_ppm[0] == pytest.approx(1_300.0, rel=0.01)


def test_a_long_sample_keeps_its_mean_and_the_shape_of_the_profile_inside() -> None:
    """Derived: samples of 2 m of a known profile give back its layers of 0.5 m; any means are kept exactly."""
    top, bottom = np.arange(0.0, 10.0, 2.0), np.arange(2.0, 12.0, 2.0)
    profile = levelled(replace(SHAPE, peak_depth_m=4.6), 1_300.0, 10.0)
    ppm = window_mean(profile, top, bottom)
    field = simulate(HERE, HERE, LAW, SHAPE, EDGES, 7, known_places(HERE, HERE, [(top, bottom, ppm)], SHAPE, 10.0))
    assert window_grades(SHAPE, field, EDGES)[0] == pytest.approx(window_mean(profile, EDGES[:-1], EDGES[1:]), rel=0.02)
    odd = ppm * np.array([1.3, 0.8, 1.1, 0.7, 1.0])
    field = simulate(HERE, HERE, LAW, SHAPE, EDGES, 7, known_places(HERE, HERE, [(top, bottom, odd)], SHAPE, 10.0))
    assert window_grades(SHAPE, field, EDGES)[0].reshape(5, 4).mean(axis=1) == pytest.approx(odd, rel=1e-9)


WHOLE = (np.array([0.0]), np.array([10.0]), np.array([1_800.0]))  # one sample of the whole column
BARREN = (np.arange(0.0, 10.0), np.arange(1.0, 11.0), np.full(10, 450.0))
RICH_TOP = (np.array([0.0, 5.0]), np.array([5.0, 10.0]), np.array([2_000.0, 600.0]))


@pytest.mark.parametrize("samples", [WHOLE, BARREN, RICH_TOP], ids=["one sample", "background", "two samples"])
def test_a_core_that_no_peak_depth_fits_best_tells_its_mean_and_no_peak(samples: tuple[Floats, Floats, Floats]) -> None:
    """Derived: one sample is fitted by every depth, background by none better, two by any within some 4 m."""
    found = known_places(HERE, HERE, [samples], SHAPE, 10.0)
    assert np.isnan(found.peak_depth_m[0])
    assert found.mean_ppm[0] == pytest.approx(samples[2].mean())
    assert widened(LAW, found) == LAW


@pytest.mark.parametrize("rho", [0.0, 0.5])
def test_a_field_at_a_core_without_a_peak_has_the_samples_mean_and_its_own_peak_depth(rho: float) -> None:
    """Derived: the mean exactly in every field; peak depths between 2 and 8 m; a stroke of 3 m differs with them."""
    known, law = known_places(HERE, HERE, [WHOLE], SHAPE, 10.0), replace(LAW, mean_peak_correlation=rho)
    fields = [simulate(HERE, HERE, law, SHAPE, EDGES, seed, known) for seed in range(40)]
    assert [window_grades(SHAPE, one, EDGES)[0].mean() for one in fields] == pytest.approx([1_800.0] * 40)
    assert [one.mean_ppm[0] for one in fields] == pytest.approx([1_800.0] * 40)
    peaks = np.array([one.peak_depth_m[0] for one in fields])
    assert 2.0 < peaks.min() < 3.5 and 6.5 < peaks.max() < 8.0
    strokes = [stroke_grades(SHAPE, one, EDGES, 3.0)[0] for one in fields]
    assert min(strokes) < 500.0 and max(strokes) > 2_000.0


def test_a_core_that_ends_above_the_peak_tells_its_layers_only() -> None:
    """Derived: the same profile, samples to 4 m of a peak at 4.6 m."""
    top, bottom = np.arange(0.0, 4.0, 0.5), np.arange(0.5, 4.5, 0.5)
    profile = levelled(replace(SHAPE, peak_depth_m=4.6), 1_300.0, 10.0)
    ppm = window_mean(profile, top, bottom)
    found = known_places(HERE, HERE, [(top, bottom, ppm)], SHAPE, 10.0)
    assert np.isnan(found.peak_depth_m[0]) and np.isnan(found.mean_ppm[0])
    field = simulate(HERE, HERE, LAW, SHAPE, EDGES, 4, found)
    assert window_grades(SHAPE, field, EDGES)[0, :8] == pytest.approx(ppm, rel=1e-9)


def test_a_layer_counts_as_known_where_samples_cover_half_of_it() -> None:
    """Derived by hand: samples to 1.2 m leave the third layer of 0.5 m with 0.2 m; the second has 0.2 of the first."""
    top, bottom = np.array([0.0, 0.7]), np.array([0.7, 1.2])
    even = replace(SHAPE, tail_ppm=0.0, peak_ppm=0.0)
    found = layer_means(even, top, bottom, np.array([500.0, 900.0]), EDGES)
    assert found[:2].tolist() == pytest.approx([500.0, (0.2 * 500.0 + 0.3 * 900.0) / 0.5])
    assert np.isnan(found[2:]).all()


def test_the_law_widens_to_hold_cores_with_shallower_or_deeper_peaks() -> None:
    """Derived by hand: a tenth of 6 m beyond the core; above the sea bed where a core has its peak there."""
    known, _, _, _ = made_up_cores(2)
    wide = widened(LAW, replace(known, peak_depth_m=np.array([1.0, 9.0])))
    assert (wide.peak_shallow_m, wide.peak_deep_m) == pytest.approx((0.4, 9.6))
    assert widened(LAW, replace(known, peak_depth_m=np.array([0.2, 5.0]))).peak_shallow_m == pytest.approx(-0.4)
    assert widened(LAW, replace(known, peak_depth_m=np.array([np.nan, 5.0]))) == LAW
    assert widened(LAW, None) == LAW


def test_a_field_without_scatter_is_the_profile() -> None:
    """Derived: one place, factor one."""
    plain = GradeField(np.array([3.0]), window_mean(SHAPE, 0.0, [10.0]), np.ones((1, 20)))
    assert window_grades(SHAPE, plain, EDGES)[0] == pytest.approx(window_mean(SHAPE, EDGES[:-1], EDGES[1:]))
