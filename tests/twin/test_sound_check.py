"""Simple spreading beside the parabolic equation (derived: two methods; the facts' own run of a like case)."""

import sys

import pytest

from ops_data.errors import ModelError
from twin.scenario import load_scenario
from twin.sound_check import RANGES_KM, sound_check

SCENARIO = load_scenario("pilot-2027")


def test_near_the_surface_simple_spreading_is_too_loud_and_the_image_mends_that_close_by() -> None:
    found = sound_check(SCENARIO, [50.0])
    assert [one.range_km for one in found] == list(RANGES_KM)
    assert [one.spherical_db for one in found] == pytest.approx([60.0, 73.98, 80.0, 86.02], abs=0.01)
    assert all(one.parabolic_db - one.spherical_db > 8.0 for one in found)
    assert all(abs(one.parabolic_db - one.image_db) < 6.0 for one in found[:2])


def test_losses_lie_near_those_of_a_like_case_in_the_facts() -> None:
    """Recorded in the facts: 77, 97, 86 and 93 dB at 1, 5, 10 and 20 km, another bed and profile."""
    found = [one.parabolic_db for one in sound_check(SCENARIO, [50.0])]
    assert found == pytest.approx([77.0, 97.0, 86.0, 93.0], abs=6.0)


def test_without_the_library_one_line_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyram.PyRAM", None)
    with pytest.raises(ModelError, match=r"pyram is not installed; it is an optional extra; install .* \[acoustics\]"):
        sound_check(SCENARIO, [50.0])
