"""Targets against what is computed: lines, gaps, what is missing, and what draws make of it."""

from dataclasses import replace

import numpy as np
import pytest

from ops_data.errors import FailedError
from ops_data.reference.supply.policy_rows import KpiRow, PolicyTables, read_policy
from twin.supply.kpis import FORMULAS, check, needed, target_in, years_of

TABLES = read_policy()
VALUES = {key: row.value for key, row in TABLES.quantities_policy.items()}
DRAWS = np.linspace(0.0, 1.0, 11)


def only(*rows: KpiRow) -> PolicyTables:
    return replace(TABLES, kpis={row.key: row for row in rows})


def k1() -> KpiRow:
    return next(row for row in TABLES.kpis.values() if row.kpi == "004-K1" and row.item.startswith("light separated"))


def test_the_dependency_line_falls_from_50_to_30_to_20_in_two_and_five_years() -> None:
    """Published: strategy report, dependency 50, 30 and 20 %; straight in between."""
    start = VALUES["policy.plan_start_year"]
    assert [target_in(k1(), start, start + year) for year in (0, 2, 5)] == [0.5, 0.3, 0.2]
    assert target_in(k1(), start, start + 1) == pytest.approx(0.4)
    assert target_in(k1(), start, start + 50) == 0.2
    assert years_of(k1(), start) == tuple(range(2026, 2032))


def test_lines_on_the_calendar_do_not_move_with_the_start_of_the_plan() -> None:
    """Published: 15,000 t of recycling by 2027."""
    row = TABLES.kpis["002-06"]
    assert target_in(row, 2026.0, 2027.0) == target_in(row, 2030.0, 2027.0) == 15000.0


def test_value_gap_and_verdict_come_from_the_draws() -> None:
    """Derived: eleven draws 0 to 1 have P10 0.1, P50 0.5 and P90 0.9; 0.5 less 0.2 is 0.3 too much."""
    row = k1()
    outputs = {(row.given[0], year): DRAWS for year in years_of(row, 2026.0)}
    last = check(only(row), VALUES, outputs)[-1]
    assert (last.year, last.target) == (2031, 0.2)
    assert [last.low, last.value, last.high] == pytest.approx([0.1, 0.5, 0.9])
    assert last.gap == pytest.approx(0.3) and last.met == "no"


def test_what_is_at_least_and_what_is_at_most_are_judged_apart() -> None:
    """Derived: 0.25 is above 0.2: too much of a dependency, enough of a domestic share."""
    most, least = k1(), TABLES.kpis["002-04-Nd"]
    given = {(most.given[0], 2031): 0.25}
    assert check(only(most), VALUES, given)[-1].met == "no"
    given = {("mud_t[Nd]", 0): 1300.0, ("demand_t[Nd]", 2028): 5000.0}
    assert check(only(least), VALUES, given)[-1].met == "yes"


def test_an_output_that_is_missing_is_told_and_never_counts_as_met() -> None:
    """Derived: no outputs at all."""
    results = check(TABLES, VALUES, {})
    computed = {row.kpi for row in results if row.met != "not computed"}
    assert computed == {"004-K6"}
    missing = next(row for row in results if row.kpi == "004-K5")
    assert np.isnan(missing.value) and "Not given: recycled_t[light] of 2026" in missing.note


def test_engineers_are_counted_from_the_start_of_the_plan() -> None:
    """Published: 200 a year are 1,000 in five years; without a programme none."""
    row = TABLES.kpis["004-K6"]
    assert [one.value for one in check(only(row), VALUES, {})] == [0.0] * 6
    trained = check(only(row), {**VALUES, "policy.engineers_per_year": 200.0}, {})
    assert [one.value for one in trained] == [0.0, 200.0, 400.0, 600.0, 800.0, 1000.0]
    assert trained[-1].met == "yes" and trained[-1].gap == 0.0


def test_tonnes_to_close_use_the_dependency_line_of_the_same_item() -> None:
    """Derived: in the fifth year (0.5 - 0.2) of 1,000 t."""
    row = next(one for one in TABLES.kpis.values() if one.kpi == "004-02" and one.item.startswith("light"))
    outputs = {(row.given[0], 2031): 0.5, (row.given[1], 2031): 1000.0}
    line = TABLES.kpis[row.given[2].removeprefix("@")]
    assert line.item == row.item
    assert check(only(row, line), VALUES, outputs)[-len(years_of(line, 2026.0)) - 1].value == pytest.approx(300.0)


def test_an_addition_is_counted_from_the_base_year() -> None:
    """Derived: 12,400 t in 2024 and 42,400 t in 2031 are 30,000 t more."""
    row = TABLES.kpis["004-K3-low"]
    outputs = {("magnet_output_t", 2024): 12400.0, ("magnet_output_t", 2031): 42400.0}
    last = check(only(row), VALUES, outputs)[-1]
    assert last.value == 30000.0 and last.met == "yes"


def test_a_gain_on_nothing_is_not_computed() -> None:
    """Derived: no ore in the base year."""
    row = TABLES.kpis["002-07"]
    outputs = {("domestic_ore_t", year): 0.0 if year == 2024 else 20.0 for year in range(2024, 2029)}
    assert {one.met for one in check(only(row), VALUES, outputs)} == {"not computed"}


def test_everything_asked_for_is_declared_and_answers_every_target() -> None:
    """Derived: with all that is needed given, nothing is left out but what has no base."""
    asked = needed(TABLES, VALUES)
    assert {name for name, _ in asked} <= set(TABLES.outputs)
    results = check(TABLES, VALUES, dict.fromkeys(asked, 1.0))
    assert {row.kpi for row in results if row.met == "not computed"} == set()


def test_every_formula_of_the_table_exists_and_is_used() -> None:
    """Derived: the names on both sides."""
    assert {row.function for row in TABLES.kpis.values()} == set(FORMULAS)


def test_an_unknown_formula_is_told_with_its_row() -> None:
    """Derived: a row with a wrong name."""
    broken = replace(k1(), function="as_compted")
    with pytest.raises(FailedError, match=r"kpis\.csv: key '004-K1-3': function 'as_compted'.*did you mean"):
        check(only(broken), VALUES, {})
