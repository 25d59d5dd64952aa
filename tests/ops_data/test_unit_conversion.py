"""Units of measured values.

Truth: published (NIST Special Publication 811, 2008, appendix B.8) where a case says so; derived otherwise.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops_data.errors import UsageError
from ops_data.reference.sensor_rows import sensors
from ops_data.unit_conversion import ALIASES, DIMENSIONS, conversion, unit_name

CASES = (  # value, unit, unit, value; published to the digits given
    (1.0, "ft", "m", 0.3048),
    (1.0, "nmi", "km", 1.852),
    (1.0, "kn", "m/s", 0.5144444444444445),
    (36.0, "km/h", "m/s", 10.0),
    (1.0, "psi", "Pa", 6894.757293168361),
    (1.0, "psi", "bar", 0.06894757293168361),
    (2.5, "MPa", "bar", 25.0),
    (1.0, "bbl", "m3", 0.158987294928),
    (1.0, "gpm(US)", "L/min", 3.785411784),
    (60_000.0, "L/min", "m3/h", 3_600.0),
    (1.0, "m3/s", "m3/h", 3_600.0),
    (1.0, "bbl/h", "m3/h", 0.158987294928),
    (1.0, "lb/gal(US)", "kg/m3", 119.82642731689663),
    (1.3, "sg", "kg/m3", 1_300.0),
    (1.025, "g/cm3", "kg/m3", 1_025.0),
    (1.0, "lb", "kg", 0.45359237),
    (1.0, "hp", "kW", 0.7456998715822702),
    (250.0, "kW", "MW", 0.25),
    (100.0, "degC", "degF", 212.0),
    (-40.0, "degF", "degC", -40.0),
    (0.0, "degC", "K", 273.15),
    (1.0, "g/L", "mg/L", 1_000.0),
    (0.5, "%", "ppm", 5_000.0),
    (7.0, "mg/kg", "ppm", 7.0),
    (np.pi, "rad", "deg", 180.0),
    (1.5, "h", "min", 90.0),
)


@pytest.mark.parametrize(("value", "declared", "wanted", "expected"), CASES)
def test_a_value_becomes_what_the_definitions_say(value: float, declared: str, wanted: str, expected: float) -> None:
    assert conversion(declared, wanted)(np.array([value]))[0] == pytest.approx(expected, rel=4e-16, abs=1e-12)


def test_a_hook_load_in_thousand_pounds_force_becomes_tonnes_and_a_mass_in_newtons_does_not() -> None:
    assert conversion("klbf", "t", "force")(np.array([1_000.0]))[0] == pytest.approx(453.59237, rel=1e-15)
    assert conversion("kN", "t", "force")(np.array([9.80665]))[0] == pytest.approx(1.0, rel=1e-15)
    with pytest.raises(UsageError, match=r"unit 'kN' \(force\) cannot become 't'"):
        conversion("kN", "t", "mass")


@pytest.mark.parametrize(
    ("written", "name"),
    [("m³/h", "m3/h"), ("kts", "kn"), ("Kts", "kn"), ("°C", "degC"), ("°", "deg"), ("µg/L", "ug/L"), ("BAR", "bar"),
     ("kpa", "kPa"), ("M3/H", "m3/h"), ("mW", "mW"), ("gpm", "gpm(US)"), ("ppg", "lb/gal(US)"), ("t", "t")],
)  # fmt: skip
def test_a_unit_is_known_as_people_write_it_and_milli_is_never_taken_for_mega(written: str, name: str) -> None:
    assert unit_name(written) == name


def test_every_alias_leads_to_a_unit_and_every_unit_of_the_register_is_one() -> None:
    known = {name for units in DIMENSIONS.values() for name in units}
    assert set(ALIASES.values()) <= known
    assert not set(ALIASES) & known
    assert {sensor.unit for sensor in sensors().values()} <= known


def test_no_two_units_differ_only_in_their_capitals_unless_capitals_are_heeded() -> None:
    from ops_data.unit_conversion import _CASE_MATTERS

    written = [*ALIASES, *{name for units in DIMENSIONS.values() for name in units}]
    meant: dict[str, set[str]] = {}
    for name in written:
        meant.setdefault(name.casefold(), set()).add(ALIASES.get(name, name))
    assert {name for name, units in meant.items() if len(units) > 1} <= _CASE_MATTERS


def test_another_dimension_and_a_word_that_is_no_unit_are_refused_with_both_named() -> None:
    with pytest.raises(UsageError, match=r"unit 'm' \(length\) cannot become 'bar'"):
        conversion("m", "bar")
    with pytest.raises(UsageError, match=r"unit 'barr' is not known; did you mean 'bar'"):
        conversion("barr", "bar")


def test_values_of_one_unit_keep_their_bits() -> None:
    values = np.array([0.1, np.nan, -0.0])
    assert conversion("bar", "bar")(values) is values


@given(st.data())
def test_there_and_back_is_where_one_began(data: st.DataObject) -> None:
    dimension = data.draw(st.sampled_from(sorted(DIMENSIONS)))
    one, other = data.draw(st.lists(st.sampled_from(sorted(DIMENSIONS[dimension])), min_size=2, max_size=2))
    value = np.array([data.draw(st.floats(-1e6, 1e6))])
    there = conversion(one, other, dimension)(value)
    assert conversion(other, one, dimension)(there)[0] == pytest.approx(value[0], rel=1e-13, abs=1e-9)
