"""The validation cases a review package carries: all pass with this build, and a failing one would show (derived)."""

import math

import pytest

from twin.environment.verification import Case, cases


@pytest.fixture(scope="module")
def found() -> list[Case]:
    return cases()


def test_every_case_passes(found: list[Case]) -> None:
    """Published or calculated by others, as each case's source says."""
    assert [case for case in found if not case.passed] == []


def test_the_cases_asked_for_are_there_in_order_each_with_its_source(found: list[Case]) -> None:
    assert list(dict.fromkeys(case.id for case in found)) == [
        "V1", "V2", "V5", "V7", "V8", "V10", "V11", "V14", "V20", "V21", "V22",
    ]  # fmt: skip
    assert len({case.what for case in found}) == len(found)
    assert all(case.source and case.unit and case.tolerance >= 0.0 for case in found)


def test_the_cases_give_the_same_numbers_twice(found: list[Case]) -> None:
    assert cases() == found


def test_a_value_outside_its_tolerance_or_missing_does_not_pass() -> None:
    def case(value: float) -> Case:
        return Case("V0", "made up", 1.0, value, 0.1, "1", "by hand")

    assert case(1.05).passed and not case(1.2).passed and not case(0.8).passed and not case(math.nan).passed
