"""Elements, oxides and their shares: derived by hand, and the rules of composition.csv."""

from pathlib import Path

import pytest

from ops_data.elements import (
    ATOMIC_MASS_G_MOL,
    CONSTITUENTS,
    ELEMENTS,
    HEAVY,
    OXIDE_FACTORS,
    TRACERS,
    oxide_factor,
    oxide_name,
    packaged_shares,
)
from ops_data.errors import FailedError
from ops_data.reference.composition_rows import FILE, composition, read_composition


def test_every_element_has_a_mass_an_oxide_and_a_share() -> None:
    assert len(ELEMENTS) == len(set(ELEMENTS)) == len(OXIDE_FACTORS) == 15
    assert set(CONSTITUENTS) | {"H", "C", "O"} == set(ATOMIC_MASS_G_MOL)
    assert CONSTITUENTS == ELEMENTS + TRACERS and len(set(CONSTITUENTS)) == 26
    assert set(HEAVY) < set(ELEMENTS)
    assert tuple(composition()) == ELEMENTS
    assert [oxide_name(element) for element in ("La", "Ce", "Pr", "Tb", "Y")] == [
        "La2O3",
        "CeO2",
        "Pr6O11",
        "Tb4O7",
        "Y2O3",
    ]


@pytest.mark.parametrize(
    ("constituent", "formula", "factor"),
    [("P", "P2O5", 2.2914), ("Ca", "CaO", 1.3992), ("Fe", "Fe2O3", 1.4297), ("U", "U3O8", 1.1792), ("Cl", "Cl", 1.0)],
)
def test_tracers_are_reported_as_their_usual_oxides(constituent: str, formula: str, factor: float) -> None:
    """Published: conversion factors of geochemical tables, to the fourth decimal."""
    assert oxide_factor(constituent) == pytest.approx(factor, abs=1e-4)
    assert oxide_name(constituent) == formula


def test_shares_sum_to_a_hundred_per_cent_within_rounding() -> None:
    poor, rich = packaged_shares()
    assert sum(poor) == pytest.approx(100.0, abs=0.1)
    assert [element for element, a, b in zip(ELEMENTS, poor, rich, strict=True) if a != b] == ["Ce"]


def test_every_share_has_a_source_or_an_assumption_with_its_reason() -> None:
    for row in composition().values():
        assert len(row.source) > 40 and row.note
        assert row.source.startswith("assumption:") == (row.confidence == "A")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "element,percent",
            "name,percent",
            r"composition\.csv:1: header 'name,percent.*' found; .*write element,percent",
        ),
        ("Nd,19.5", "Nd,lots", r"composition\.csv:5: key 'Nd': percent 'lots' found; a finite number is needed"),
        ("Nd,19.5", "Nd,25", r"key 'Nd': low 17, percent 25, high 21 found; low ≤ percent ≤ high"),
        ("Nd,19.5", "Pm,19.5", r"key 'Pm': element 'Pm' found; one of La, Ce"),
        ("Nd,19.5,17,21,19.5", "Nd,19.5,17,21,120", r"key 'Nd': .*rich 120 found; shares lie between 0 and 100"),
        ("Nd,19.5,17,21,19.5", "Nd,19.5,-1,21,19.5", r"key 'Nd': low -1, .*; shares lie between 0 and 100"),
        ("Nd,19.5", "Pr,4.6", r"key 'Pr': an empty or repeated key found; keys are unique"),
        ("Tb,0.72,0.6,0.9,0.72", "Dy,4.2,3.5,5,4.2", r"key 'Dy': an empty or repeated key found; keys are unique"),
        (",A,", ",H,", r"confidence H found; A and only A is an assumption"),
        ("Nd,19.5,17", "Nd,19.5", r"key 'Nd': a wrong number of cells found; 8 per line"),
    ],
)
def test_a_broken_row_is_said_with_line_element_rule_and_remedy(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "composition.csv"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(FailedError, match=said):
        read_composition(path)


def test_an_element_without_a_row_is_named(tmp_path: Path) -> None:
    path = tmp_path / "composition.csv"
    path.write_text("\n".join(FILE.read_text(encoding="utf-8").splitlines()[:-1]) + "\n", encoding="utf-8")
    with pytest.raises(FailedError, match="element 'Y': no row found; every element has one; add it"):
        read_composition(path)
