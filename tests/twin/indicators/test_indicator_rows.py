"""Indicator rows and functions belong together (truth: the CSV and the code must agree)."""

from pathlib import Path

import pytest

from ops_data.errors import FailedError, UnknownNameError
from ops_data.reference.indicator_rows import FILE, PROBABILITY, indicator_row, indicator_rows, read_indicator_rows
from twin.indicators.registry import FUNCTIONS, ON_BASIS
from twin.indicators.supply_registry import SUPPLY_FUNCTIONS
from twin.scenario import load_scenario, setting_keys
from twin.supply_case import load_case


def test_rows_and_functions_are_the_same_in_the_same_order() -> None:
    assert list(indicator_rows()) == [*FUNCTIONS, *SUPPLY_FUNCTIONS]


def test_every_function_says_what_it_returns_and_lives_under_its_own_name() -> None:
    for name, function in [*FUNCTIONS.items(), *SUPPLY_FUNCTIONS.items()]:
        assert function.__name__ == name
        assert (function.__doc__ or "").startswith("Return"), name


def test_indicators_read_on_the_mass_basis_say_so_and_no_others() -> None:
    said = {name for name, row in indicator_rows().items() if "mass basis" in row.description}
    assert said == ON_BASIS


def test_thresholds_are_keys_of_a_scenario() -> None:
    known = {*setting_keys(), *load_scenario("calm").quantities, *load_case().quantities}
    assert {row.threshold for row in indicator_rows().values()} - {""} <= known


def test_names_end_in_their_unit_where_they_have_one() -> None:
    endings = {
        "t": ("_t",),
        "JPY": ("_jpy",),
        "JPY/t": ("_jpy",),
        "h": ("_hours",),
        "MW": ("_mw",),
        "MWh": ("_mwh",),
        "kWh/t": ("_kwh",),
        "d": ("_day", "_days", "days_at_target", "_d"),
    }
    for name, row in indicator_rows().items():
        if row.unit in endings:
            assert name.endswith(endings[row.unit]) or name == "best_rolling_24h_t", name


def test_probabilities_tell_the_reader_how_they_are_shown() -> None:
    for row in indicator_rows().values():
        assert ("80 % interval" in row.description) == (row.unit == PROBABILITY), row.name


def test_an_unknown_indicator_is_answered_with_the_closest_one() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'first_mud_day'"):
        indicator_row("first_mud_days")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("name,title", "title,name"), "header 'title,name"),
        (("lifted_dry_t,", "lifted_wet_t,"), r"indicators.csv:3: name 'lifted_wet_t': an empty, odd or repeated name"),
        (("Mud lifted, wet", ""), r"indicators.csv:2: name 'lifted_wet_t': no title"),
        (('"Mud lifted, wet"', "Mud lifted, wet"), "8 cells found; 7 per line"),
    ],
)
def test_a_broken_row_is_one_line_with_file_line_and_rule(
    tmp_path: Path, change: tuple[str, str], message: str
) -> None:
    path = tmp_path / "indicators.csv"
    path.write_text(FILE.read_text(encoding="utf-8").replace(*change, 1), encoding="utf-8")
    with pytest.raises(FailedError, match=message) as caught:
        read_indicator_rows(path)
    assert "\n" not in str(caught.value)
