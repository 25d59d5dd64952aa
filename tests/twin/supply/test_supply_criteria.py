"""Criteria side by side, capacity that can be staffed."""

from math import inf, isnan, nan

import pytest

from ops_data.errors import ModelError
from ops_data.reference.supply.policy_rows import read_policy
from twin.supply.criteria import BETTER, Criterion, composite, panel, staffed_separation_t

TABLES = read_policy()
VALUES = {key: row.value for key, row in TABLES.quantities_policy.items()}


def test_staff_limits_capacity_until_enough_are_trained() -> None:
    """Derived: 300 engineers run 2,400 t of oxide, 200 a year for five years 10,400 t; the rest is what is built."""
    assert staffed_separation_t(VALUES, inf, 2031) == 2400.0
    trained = {**VALUES, "policy.engineers_per_year": 200.0}
    assert staffed_separation_t(trained, inf, 2031) == staffed_separation_t(trained, inf, 2040) == 10400.0
    assert staffed_separation_t(trained, inf, 2020) == 2400.0
    assert staffed_separation_t(trained, 1000.0, 2031) == pytest.approx(1175.0, rel=1e-3)


def test_the_panel_shows_every_criterion_and_what_is_missing() -> None:
    """Derived: an output that is not given is not a number."""
    rows = panel({"hhi[heavy separated_oxide]": 6000.0}, {"hhi[heavy separated_oxide]": 5000.0})
    gains = {row.output: row.gain for row in rows}
    assert set(gains) == set(BETTER) <= set(TABLES.outputs)
    assert gains["hhi[heavy separated_oxide]"] == 1000.0
    assert isnan(gains["share_current[Dy]"])


def test_a_composite_needs_a_persons_own_weights() -> None:
    """Derived: half the gain of a halved index; weights that do not sum, are negative or unknown are refused."""
    rows = (Criterion("a", 2.0, 1.0, "down"), Criterion("b", 1.0, nan, "up"))
    assert composite(rows, {"a": 1.0}) == 0.5
    assert isnan(composite(rows, {"a": 0.5, "b": 0.5}))
    for weights, message in (({"a": 0.5}, "sum to 0.5"), ({"a": -1.0}, "0 or more"), ({"c": 1.0}, "a criterion is")):
        with pytest.raises(ModelError, match=message):
            composite(rows, weights)
