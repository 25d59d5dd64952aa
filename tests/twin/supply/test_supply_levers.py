"""Levers move what they say, from when they say, as far as they say, and nothing else."""

from dataclasses import replace
from math import inf, nan

import pytest

from ops_data.errors import FailedError, ModelError
from ops_data.reference.supply.policy_rows import LeverRow, read_policy
from twin.supply.levers import (
    SETTINGS,
    Study,
    apply,
    apply_choices,
    check_levers,
    effects,
    is_setting,
    moves_as_stated,
    ramp,
)
from twin.supply_case import SupplyCase, load_case

LEVERS = read_policy().levers
AGENCIES = ("blended_finance", "price_floor", "standardisation", "stockpiling", "human_capital", "recycling")


@pytest.fixture(scope="module")
def case() -> SupplyCase:
    return load_case()


def test_the_six_levers_of_the_report_are_there_with_their_agencies() -> None:
    """Published: strategy report, table of levers."""
    owners = {key: LEVERS[key].owners.split(";") for key in AGENCIES}
    assert owners["blended_finance"] == ["METI", "JOGMEC", "JBIC", "NEXI"]
    assert owners["price_floor"] == ["METI", "JOGMEC", "industry"]
    assert owners["standardisation"] == ["METI", "JIS", "consortia"]
    assert owners["stockpiling"] == ["Cabinet Office", "METI", "trading houses"]
    assert owners["human_capital"] == ["MEXT", "METI", "academia"]
    assert owners["recycling"] == ["METI", "Ministry of the Environment", "municipalities"]
    assert all("004-23" in LEVERS[key].ids.split(";") for key in AGENCIES)


def test_every_lever_moves_a_number_or_a_setting_that_exists(case: SupplyCase) -> None:
    """Derived: each parameter is looked up in the packaged case."""
    check_levers(LEVERS.values(), case.central, case.choices)
    known = {*case.central, *(SETTINGS + field for field in type(case.choices).model_fields)}
    assert {lever.parameter for lever in LEVERS.values()} <= known


@pytest.mark.parametrize("key", LEVERS)
def test_a_lever_changes_one_thing_at_full_strength_and_nothing_at_none(key: str, case: SupplyCase) -> None:
    """Derived: keys and fields before and after are compared."""
    lever, values, choices = LEVERS[key], case.central, case.choices
    for strength, changed in ((1.0, 1), (0.0, 0)):
        after = apply(values, lever, strength, lever.year)
        chosen = apply_choices(choices, lever, strength, lever.year)
        numbers = [name for name in values if after[name] != values[name]]
        settings = [name for name in type(choices).model_fields if getattr(chosen, name) != getattr(choices, name)]
        assert len(numbers) + len(settings) == changed
        assert (len(settings) == changed) if is_setting(lever) else (len(numbers) == changed)


@pytest.mark.parametrize("key", LEVERS)
def test_full_strength_stays_within_what_the_number_may_be(key: str, case: SupplyCase) -> None:
    """Derived: minimum and maximum of the quantity."""
    lever = LEVERS[key]
    if not is_setting(lever):
        quantity = case.quantities[lever.parameter]
        full = apply(case.central, lever, 1.0, lever.year)[lever.parameter]
        assert quantity.minimum <= full <= quantity.maximum


@pytest.mark.parametrize("key", LEVERS)
def test_before_its_start_a_lever_does_nothing(key: str, case: SupplyCase) -> None:
    """Derived: the year before the start."""
    lever = LEVERS[key]
    early = lever.start_year - 1
    assert apply(case.central, lever, 1.0, early) == case.central
    assert apply_choices(case.choices, lever, 1.0, early) == case.choices


def test_a_ramp_is_straight_and_stops_at_one() -> None:
    """Derived: quarters of four years."""
    assert [ramp(year, 2026, 4.0) for year in (2025, 2026, 2027, 2028, 2029, 2030, 2040)] == [
        0.0, 0.0, 0.25, 0.5, 0.75, 1.0, 1.0,
    ]  # fmt: skip


def test_half_strength_is_half_the_way_for_each_kind_of_change() -> None:
    """Derived: from 10 to 20, to 10 times 3, to 10 and 8 on top; half the way."""
    lever = replace(LEVERS["human_capital"], ramp_years=0.0)
    values = {"policy.engineers_per_year": 10.0}
    for change, full, half in (("to", "20", 15.0), ("times", "3", 20.0), ("add", "8", 14.0)):
        changed = apply(values, replace(lever, change=change, full=full), 0.5, 2030)
        assert changed == {"policy.engineers_per_year": half}


@pytest.mark.parametrize("strength", [-0.1, 1.1])
def test_a_strength_outside_0_to_1_is_refused(strength: float) -> None:
    """Derived: the rule."""
    with pytest.raises(ModelError, match="lever 'human_capital': strength"):
        apply({"policy.engineers_per_year": 0.0}, LEVERS["human_capital"], strength, 2030)


@pytest.mark.parametrize(
    ("key", "change", "message"),
    [
        ("human_capital", {"parameter": "policy.enginers_per_year"}, "did you mean 'policy.engineers_per_year'"),
        ("take_or_pay", {"parameter": "supply.take_or_play"}, "did you mean 'supply.take_or_pay'"),
        ("price_floor", {"full": "both"}, "full 'both' found; one of none, two_way, shared_upside"),
        ("take_or_pay", {"full": "yes"}, "full 'yes' found; one of true, false"),
    ],
)
def test_a_lever_that_moves_nothing_there_is_is_told(
    key: str, change: dict[str, str], message: str, case: SupplyCase
) -> None:
    """Derived: rows with a wrong word."""
    broken = {field: getattr(LEVERS[key], field) for field in LeverRow.__slots__} | change
    with pytest.raises(FailedError, match=message):
        check_levers([LeverRow(**broken)], case.central, case.choices)


def test_an_output_moves_as_stated_only_if_it_moves() -> None:
    """Derived: the cases by hand; a lever may bring a number where there was none, or make a time endless."""
    assert moves_as_stated(1.0, 1.1, "up") and moves_as_stated(1.0, 0.9, "down")
    assert not moves_as_stated(1.0, 1.0, "up") and not moves_as_stated(1.0, 1.0, "down")
    assert not moves_as_stated(1.0, 1.0 + 1e-12, "up")
    assert moves_as_stated(nan, 0.1, "up") and not moves_as_stated(0.1, nan, "up")
    assert moves_as_stated(10.0, inf, "up") and not moves_as_stated(inf, inf, "up")


def study_of(parameter: str) -> Study:
    return lambda values, choices: lambda name, year: 100.0 - values[parameter]


def test_effects_tell_what_a_lever_does_and_whether_it_does_what_it_says(case: SupplyCase) -> None:
    """Derived: an output of 100 less the number falls by what the lever adds; said to rise, it does not as stated."""
    lever = replace(LEVERS["human_capital"], output="demand_t[Dy]", direction="down")
    levers = {"a": replace(lever, key="a"), "b": replace(lever, key="b", direction="up")}
    units = {"demand_t[Dy]": "t/y"}
    found = effects(levers, units, case.central, case.choices, study_of(lever.parameter))
    assert [(one.without, one.with_lever, one.as_stated) for one in found] == [
        (100.0, -100.0, "yes"), (100.0, -100.0, "no"),
    ]  # fmt: skip
    assert (found[0].from_value, found[0].to_value, found[0].unit) == (0.0, 200.0, "t/y")


def test_a_lever_given_another_is_judged_with_that_one_on_both_sides(case: SupplyCase) -> None:
    """Derived: the other lever adds 200 on both sides, this one 50 more."""
    lever = replace(LEVERS["human_capital"], output="demand_t[Dy]", direction="down")
    more = replace(lever, key="more", change="add", full="50", given="human_capital")
    levers = {"human_capital": lever, "more": more}
    found = effects(levers, {"demand_t[Dy]": "t/y"}, case.central, case.choices, study_of(lever.parameter))[1]
    assert (found.without, found.with_lever, found.from_value, found.to_value) == (-100.0, -150.0, 200.0, 250.0)
    assert "with 'human_capital' pulled on both sides" in found.note
