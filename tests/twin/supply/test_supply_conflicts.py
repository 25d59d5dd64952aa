"""Targets and claims against each other and the data: both numbers and the verdict."""

from dataclasses import replace
from math import isnan, nan

import pytest

from ops_data.errors import FailedError
from ops_data.reference.supply.policy_rows import read_policy
from twin.supply.comparisons import COMPARISONS, at_least, at_most, spread
from twin.supply.conflicts import ConflictResult, check
from twin.supply.finding import CONFLICT, CONSISTENT, NOTE
from twin.supply_case import load_case

TABLES = read_policy()
CONTRADICTED = {  # the claims that the data contradict, and how each is shown
    "share_2010": CONSISTENT,
    "baseline": CONFLICT,
    "recycling_waste": CONFLICT,
    "separation_magnets": CONFLICT,
    "axial_flux": NOTE,
    "land_deposits": NOTE,
    "largest_consumer": NOTE,
    "trial_date": CONFLICT,
}


@pytest.fixture(scope="module")
def found() -> dict[str, ConflictResult]:
    return {
        row.conflict: row
        for row in check(
            TABLES,
            load_case().central,
            {("mud_t[Dy]", 0): 4.3, ("end_of_life_t[all]", 2030): 2000.0, ("end_of_life_t[all]", 2031): 1.0},
        )
    }


def test_every_claim_that_data_contradict_has_its_comparison(found: dict[str, ConflictResult]) -> None:
    """Published: the list of contradicted claims, each with its treatment."""
    assert {key: found[key].verdict for key in CONTRADICTED} == CONTRADICTED


def test_every_comparison_of_the_table_exists_and_is_used() -> None:
    """Derived: the names on both sides."""
    assert {row.function for row in TABLES.conflicts.values()} == set(COMPARISONS)


def test_computed_outputs_enter_a_comparison(found: dict[str, ConflictResult]) -> None:
    """Derived: one per cent of 500 t against 4.3 t; 15,000 t against 2,000 t at end of life."""
    assert (found["substitution"].left, found["substitution"].right) == (5.0, 4.3)
    assert found["recycling_potential"].verdict == CONFLICT


def test_without_the_output_there_is_no_verdict() -> None:
    """Derived: nothing computed."""
    plain = {row.conflict: row for row in check(TABLES, load_case().central, {})}
    assert isnan(plain["recycling_potential"].right) and plain["recycling_potential"].verdict == NOTE


def test_every_row_tells_its_source(found: dict[str, ConflictResult]) -> None:
    """Derived: house rule."""
    assert [key for key, row in found.items() if len(row.source) < 12 or not row.statement] == []


def test_verdicts_follow_the_numbers() -> None:
    """Derived: both sides of each rule, and no verdict without a number."""
    assert (at_most(1.0, 1.0).verdict, at_most(1.1, 1.0).verdict) == (CONSISTENT, CONFLICT)
    assert (at_least(1.0, 1.0).verdict, at_least(0.9, 1.0).verdict) == (CONSISTENT, CONFLICT)
    assert (spread(1.5, 1.0).verdict, spread(1.6, 1.0).verdict) == (CONSISTENT, CONFLICT)
    assert at_most(nan, 1.0).verdict == NOTE


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"function": "at_mots"}, "function 'at_mots' found; a comparison of twin.supply.comparisons is needed"),
        ({"inputs": "published.nri_yaer;published.nri_year"}, "input 'published.nri_yaer' found.*did you mean"),
    ],
)
def test_a_row_that_names_nothing_is_told(change: dict[str, str], message: str) -> None:
    """Derived: rows with a wrong name."""
    row = replace(TABLES.conflicts["recycling_waste"], **change)
    with pytest.raises(FailedError, match=rf"conflicts\.csv: key 'recycling_waste': {message}"):
        check(replace(TABLES, conflicts={row.key: row}), load_case().central, {})


def test_a_comparison_reads_an_output_of_the_year_it_names() -> None:
    """Derived: waste of 2050 against a forecast of 2050, though all else is read of 2030."""
    given = {("end_of_life_t[Nd]", 2030): 600.0, ("end_of_life_t[Nd]", 2050): 1705.0, ("demand_t[Dy]", 2030): 456.0}
    rows = {row.conflict: row for row in check(TABLES, load_case().central, given)}
    assert rows["neodymium_waste_2050"].left == 1705.0
    assert rows["neodymium_waste_2050"].right == 4041.5
    assert rows["dysprosium_2030"].right == pytest.approx(1250.0 / 1.1477, rel=1e-3)  # oxide as element
    assert rows["neodymium_waste_2050"].verdict == rows["dysprosium_2030"].verdict == CONFLICT
