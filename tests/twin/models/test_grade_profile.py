"""The layered profile of grade: derived by hand and by numerical integration."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.models.grade_profile import GradeProfile, accumulated, grade, levelled, window_mean

LAYERED = GradeProfile(450.0, 900.0, 1.0, 4.0, 5250.0, 3.0, 0.7)
COVERED = replace(LAYERED, cover_m=0.8, cover_ppm=250.0)

ppm = st.floats(1.0, 8_000.0)
metres = st.floats(0.05, 6.0)


@given(ppm, ppm, metres, metres, ppm, st.floats(0.0, 12.0), metres, st.floats(0.0, 3.0), ppm)
def test_the_closed_form_is_the_integral_of_the_grade(
    bg: float, tail: float, up: float, down: float, peak: float, at: float, width: float, cover: float, poor: float
) -> None:
    """Derived: midpoint sums over 5,000 steps that meet the peak and the foot of the cover."""
    profile = GradeProfile(bg, tail, up, down, peak, at, width, cover, poor)
    edges = np.union1d(np.linspace(0.0, 10.0, 5_001), [cover, min(at, 10.0)])
    middles = 0.5 * (edges[1:] + edges[:-1])
    step = np.diff(edges)
    assert float(accumulated(profile, 10.0)) == pytest.approx(float(grade(profile, middles) @ step), rel=1e-5)


@given(st.floats(0.0, 5.0), st.floats(0.01, 3.0), st.floats(0.01, 3.0))
def test_windows_that_follow_each_other_add_up(top: float, first: float, second: float) -> None:
    """Derived: an integral is additive."""
    middle, bottom = top + first, top + first + second
    parts = window_mean(COVERED, [top, middle], [middle, bottom]) @ np.array([middle - top, bottom - middle])
    assert parts == pytest.approx(float(window_mean(COVERED, top, bottom)) * (bottom - top), rel=1e-9)


def test_the_cover_replaces_the_profile_above_its_foot_only() -> None:
    """Derived by hand: poor mud down to 0.8 m, the profile below."""
    assert grade(COVERED, [0.0, 0.79, 0.81]).tolist() == pytest.approx([250.0, 250.0, float(grade(LAYERED, 0.81))])
    assert float(window_mean(COVERED, 0.0, 0.8)) == pytest.approx(250.0)
    assert float(window_mean(COVERED, 0.8, 10.0)) == pytest.approx(float(window_mean(LAYERED, 0.8, 10.0)))


def test_the_tails_have_fallen_to_1_e_at_their_reach() -> None:
    """Derived by hand: without the bell, 450 + 900 / e at 1 m above and 4 m below the peak."""
    tails = replace(LAYERED, peak_ppm=0.0)
    assert grade(tails, [2.0, 3.0, 7.0]).tolist() == pytest.approx([450 + 900 / np.e, 1350.0, 450 + 900 / np.e])


def test_a_profile_of_arrays_is_the_profile_of_each_place() -> None:
    """Derived: vector equals scalar."""
    depths = np.array([2.0, 3.0, 8.0])
    many = window_mean(replace(LAYERED, peak_depth_m=depths), 0.0, 3.0)
    each = [float(window_mean(replace(LAYERED, peak_depth_m=float(z)), 0.0, 3.0)) for z in depths]
    assert many.tolist() == pytest.approx(each)
    assert window_mean(LAYERED, 0.0, 3.0).shape == ()


def test_a_tool_of_three_metres_takes_ever_less_of_a_deeper_peak() -> None:
    """Derived: a stroke above the peak sees tail and background only."""
    grades = window_mean(replace(LAYERED, peak_depth_m=np.array([2.0, 3.0, 4.0, 5.0, 8.0])), 0.0, 3.0)
    assert (np.diff(grades) < 0.0).all()
    assert grades[-1] == pytest.approx(450.0, rel=1e-3)


@given(st.floats(50.0, 5_000.0), st.floats(0.0, 9.0), st.floats(0.0, 2.0))
def test_a_levelled_profile_has_the_mean_that_is_asked_for(mean: float, at: float, cover: float) -> None:
    """Derived: by construction, above and below the mean of background and cover."""
    profile = replace(LAYERED, peak_depth_m=at, cover_m=cover, cover_ppm=250.0)
    found = levelled(profile, mean, 10.0)
    assert float(window_mean(found, 0.0, 10.0)) == pytest.approx(mean, rel=1e-9)
    assert (grade(found, np.linspace(0.0, 10.0, 101)) >= 0.0).all()


def test_places_differ_in_their_enriched_layer_and_share_the_background() -> None:
    """Derived: background is kept unless the mean lies below it."""
    rich, poor = levelled(LAYERED, 1_500.0, 10.0), levelled(LAYERED, 200.0, 10.0)
    assert float(np.asarray(rich.background_ppm)) == 450.0
    assert grade(poor, [0.5, 3.0, 9.0]).tolist() == pytest.approx([200.0] * 3)
