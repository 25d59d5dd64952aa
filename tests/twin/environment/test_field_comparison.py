"""Ratios of model and field study: all told, whether they please or not (derived; values *recorded* where said)."""

import math

import pytest

from ops_data.reference.field_study_rows import field_studies
from twin.environment.field_comparison import Comparison, comparisons


@pytest.fixture(scope="module")
def found() -> dict[str, Comparison]:
    rows = [key for key, row in field_studies().items() if row.role == "field"]
    return dict(zip(rows, comparisons(), strict=True))


def test_every_field_row_of_every_study_is_compared_with_what_was_assumed(found: dict[str, Comparison]) -> None:
    assert list(dict.fromkeys(row.id for row in found.values())) == ["V15", "V16", "V17", "V18", "V19"]
    assert all(math.isfinite(row.model_value) and row.inputs and row.source for row in found.values())
    assert "discharged flow 0.58 m3/s (assumed)" in found["v15.fall_5_m"].inputs


def test_the_books_of_the_benthic_impact_experiment_close(found: dict[str, Comparison]) -> None:
    """Published: 1,427 t at 4.2 kg/s are 94.4 h."""
    assert found["v18.mass_t"].ratio == pytest.approx(1.0, rel=1e-12)
    assert found["v18.hours"].model_value == pytest.approx(94.4, abs=0.05)


def test_a_turning_tide_brings_the_plume_back_to_the_lander(found: dict[str, Comparison]) -> None:
    """Published: a second peak after the turn of the tide (Baeye et al. 2022)."""
    assert found["v17.visits"].agrees


def test_ratios_are_those_of_the_defaults_and_disagreement_is_told() -> None:
    """Recorded: 5 %; a change of a default or of a formula shows here and is no error in itself."""
    told = [(row.id, row.quantity.split(" ")[0], round(row.ratio, 2), row.agrees) for row in comparisons()]
    recorded = [
        ("V15", "fall", 1.27, True), ("V15", "fall", 0.71, True),
        ("V15", "dilution", 3.13, False), ("V15", "dilution", 2.82, False),
        ("V16", "deposit", 2.02, True), ("V16", "deposit", 1.70, True), ("V16", "deposit", math.nan, False),
        ("V17", "concentration", 1.89, True), ("V17", "peaks", 1.0, True),
        ("V18", "hours", 1.0, True), ("V18", "released", 1.0, True),
        ("V19", "run-out", 0.88, True), ("V19", "height", 0.35, False), ("V19", "distance", 2.99, True),
    ]  # fmt: skip
    assert [(case, what, agrees) for case, what, _, agrees in told] == [(c, w, a) for c, w, _, a in recorded]
    ratios, known = [row[2] for row in told], [row[2] for row in recorded]
    assert ratios == pytest.approx(known, rel=0.05, nan_ok=True)
