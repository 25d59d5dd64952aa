"""Formulas of the contribution: limits, inverses, and what is refused."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops_data.errors import ModelError
from twin.models.contribution import (
    demand_behind,
    element_t,
    fiscal_year,
    import_dependence,
    net_import_reliance,
    share_of,
    tonnes_for_share,
    variance_shares,
)


def test_wet_and_dry_differ_by_the_solids_alone() -> None:
    """Derived: a tonne of mud as it lies holds 0.41 t of solids."""
    wet, dry = element_t(350.0, [0.41, 1.0], 2652.0, 0.195, 0.7)
    assert wet / dry == pytest.approx(0.41, rel=1e-15)
    assert element_t(0.0, 1.0, 1000.0, 1.0, 1.0) == 0.0


@given(
    st.floats(0.001, 1.0), st.floats(1.0, 1e5), st.floats(1.0, 366.0), st.floats(0.1, 1.0), st.floats(100.0, 1e4),
    st.floats(0.001, 1.0), st.floats(0.1, 1.0),
)  # fmt: skip
def test_the_mud_for_a_share_gives_that_share(
    share: float, demand_t: float, days: float, solids: float, grade: float, part: float, recovery: float
) -> None:
    """Derived: one formula is the inverse of the other."""
    mud_t_d = tonnes_for_share(share, demand_t, days, solids, grade, part, recovery)
    made = element_t(mud_t_d * days, solids, grade, part, recovery)
    assert share_of(made, demand_t) == pytest.approx(share, rel=1e-12)


def test_no_figure_stays_no_figure() -> None:
    """Derived: a share of an unknown demand is unknown, not 0 and not 1."""
    assert np.isnan(share_of(3.0, np.nan))


def test_import_dependence_falls_by_what_is_made_at_home() -> None:
    """Derived: by hand; covering a quarter lowers the dependence by 25 points."""
    assert import_dependence(0.0, 0.0, 4200.0) - import_dependence(1050.0, 0.0, 4200.0) == pytest.approx(0.25)
    assert import_dependence(100.0, 50.0, 100.0) == pytest.approx(-0.5)
    assert net_import_reliance(90.0, 10.0, 20.0, 100.0) == pytest.approx(1.0)


def test_demand_behind_a_share_is_the_part_over_the_share() -> None:
    """Derived: by hand."""
    assert demand_behind(50.0, 0.1) == pytest.approx(500.0)


def test_variance_shares_of_independent_factors_are_those_of_their_logarithms() -> None:
    """Derived: a full factorial plan has no correlation; variances of the logarithms are 1, 4 and 9 parts."""
    plan = np.array(np.meshgrid([-1.0, 1.0], [-2.0, 2.0], [-3.0, 3.0], indexing="ij")).reshape(3, -1)
    found = variance_shares(dict(zip(("a", "b", "c"), np.exp(plan), strict=True)))
    assert list(found.values()) == pytest.approx([1 / 14, 4 / 14, 9 / 14], rel=1e-12)


@given(st.integers(0, 10_000))
def test_variance_shares_of_dependent_factors_sum_to_one(seed: int) -> None:
    """Derived: the covariances with the product add up to its variance."""
    generator = np.random.default_rng(seed)
    logs = generator.normal(size=(4, 60))
    logs[1] += 0.5 * logs[0]
    found = variance_shares({str(at): np.exp(row) for at, row in enumerate(logs)})
    assert sum(found.values()) == pytest.approx(1.0, abs=1e-12)


def test_a_factor_against_the_rest_may_have_a_negative_share_and_a_divisor_is_its_reciprocal() -> None:
    """Derived: product x² of x³ and 1/x: shares 1.5 and -0.5."""
    x = np.array([1.0, 2.0, 4.0])
    found = variance_shares({"cube": x**3, "divisor": 1.0 / x})
    assert list(found.values()) == pytest.approx([1.5, -0.5], rel=1e-12)


def test_a_mask_takes_the_draws_that_count_and_a_fixed_product_has_no_shares() -> None:
    """Derived: without the last draw only the grade varies; of a product that does not vary no share is told."""
    factors = {"grade": np.array([1.0, 2.0, 2.0]), "days": np.array([3.0, 3.0, 9.0])}
    assert variance_shares(factors, np.array([True, True, False])) == pytest.approx({"grade": 1.0, "days": 0.0})
    assert np.isnan(list(variance_shares({"fixed": [2.0, 2.0]}).values())).all()


def test_the_fiscal_year_changes_on_the_first_of_april_and_only_then() -> None:
    """Derived: Japan's fiscal year, day by day over four years."""
    day, changes = date(2026, 1, 1), []
    while day < date(2030, 1, 1):
        if fiscal_year(day) != fiscal_year(day - timedelta(days=1)):
            changes.append(day)
        day += timedelta(days=1)
    assert changes == [date(year, 4, 1) for year in range(2026, 2030)]
    assert fiscal_year(date(2028, 3, 31)) == 2027


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: element_t(-1.0, 1.0, 1.0, 1.0, 1.0), r"mud \[t\] is -1; it must be 0 or above"),
        (lambda: element_t(1.0, 41.0, 1.0, 1.0, 1.0), r"solids share \[1\] is 41; it must be at most 1: 0.41 is 41 %"),
        (lambda: element_t(1.0, 1.0, 2e6, 1.0, 1.0), r"grade \[ppm\] is 2e\+06; it must be at most a million"),
        (lambda: element_t(1.0, 1.0, 1.0, 1.0, 1.5), r"recovery \[1\] is 1.5; it must be at most 1"),
        (lambda: share_of(1.0, 0.0), r"demand \[t\] is 0; it must be above 0: write not a number for no figure"),
        (lambda: tonnes_for_share(0.25, 1.0, 1.0, 1.0, 0.0, 1.0, 1.0), r"element per mud \[t/t\] is 0"),
        (lambda: demand_behind(1.0, 0.0), r"share of demand \[1\] is 0"),
        (lambda: import_dependence(0.0, 0.0, 0.0), r"apparent use \[t\] is 0"),
        (lambda: variance_shares({}), "no factor to share a variance out to"),
        (lambda: variance_shares({"grade": [1.0, 0.0]}), "factor grade is 0 at state 1; it must be above 0"),
        (lambda: variance_shares({"grade": [1.0]}), "1 draws to take a variance of; two or more are needed"),
    ],
)
def test_what_cannot_be_is_refused_in_words(call: object, message: str) -> None:
    """Derived: each rule broken once, by hand."""
    assert callable(call)
    with pytest.raises(ModelError, match=message):
        call()
