"""Rows of the extractants: every coefficient sourced, in the order of the series, broken rows an error in words."""

import re
from pathlib import Path

import pytest

from ops_data.elements import ELEMENTS
from ops_data.errors import FailedError
from ops_data.reference.extraction_rows import EXTRACTANTS, FILE, SODIUM, ExtractionRow, extraction, read_extraction

HEAVY = ("Ho", "Er", "Tm", "Yb", "Lu")
SERIES = ("La", "Ce", "Pr", "Nd", "Sm", "Eu", "Gd", "Tb", "Dy", "Ho", "Y", "Er", "Tm", "Yb", "Lu")


def rows() -> list[ExtractionRow]:
    """Return the rows of all extractants."""
    return [row for own in extraction().values() for row in own.values()]


def beta(extractant: str, pair: str) -> float:
    """Return a separation factor, heavier over lighter, from the rows."""
    heavier, lighter = pair.split("/")
    own = extraction()[extractant]
    return float(10.0 ** (own[heavier].a - own[lighter].a))


def test_every_extractant_has_every_element_and_sodium() -> None:
    assert tuple(extraction()) == EXTRACTANTS
    for own in extraction().values():
        assert tuple(own) == (*ELEMENTS, SODIUM)


def test_every_coefficient_has_a_full_source_or_an_assumption_with_its_reason() -> None:
    for row in rows():
        assert len(row.source) > 40, row.key
        assert row.source.startswith("assumption:") == (row.confidence == "A"), row.key
        assert (row.kind in ("extrapolated", "assumed")) == (row.confidence == "A"), row.key
        if row.confidence != "A":
            assert re.search(r"difflow 0\.2\.2, difflow_ree/data/", row.source), f"{row.key}: package, version, file"


def test_what_nobody_published_is_an_assumption_of_fifteen_hundredths_of_a_decade() -> None:
    open_rows = [row for row in rows() if row.kind == "extrapolated"]
    assert {row.element for row in open_rows} <= set(HEAVY)
    assert {row.element for row in open_rows if row.extractant == "pc88a"} == set(HEAVY)
    for row in open_rows:
        assert row.high - row.a == pytest.approx(0.15) and row.a - row.low == pytest.approx(0.15), row.key


def test_the_extractants_take_the_series_in_order() -> None:
    for own in extraction().values():
        levels = [own[name].a for name in SERIES]
        assert levels == sorted(levels)
        assert own[SODIUM].a < 0.0


PUBLISHED = {
    "pc88a": {"Ce/La": 2.19, "Nd/Pr": 2.14, "Sm/Nd": 5.17, "Tb/Gd": 3.3, "Dy/Tb": 3.91, "Y/Dy": 3.14, "Dy/Nd": 487.0},
    "d2ehpa": {"Ce/La": 2.58, "Nd/Pr": 2.61, "Sm/Nd": 6.24, "Tb/Gd": 2.51, "Dy/Tb": 2.49, "Y/Dy": 4.01, "Dy/Nd": 243.0},
}


@pytest.mark.parametrize("extractant", EXTRACTANTS)
def test_separation_factors_are_those_published(extractant: str) -> None:
    """Published: difflow 0.2.2, after Tanaka 2021 (PC88A), Mason 1976 and Peppard 1957 (D2EHPA)."""
    for pair, value in PUBLISHED[extractant].items():
        assert beta(extractant, pair) == pytest.approx(value, rel=3e-3), pair


def test_assumed_separation_factors_lie_between_what_other_sources_say() -> None:
    """Published: Ho/Dy 1.68 to 2.05 (bench fits of P507), Er/Y 1.4 to 1.6 (Li 2019 in difflow 0.2.2)."""
    assert 1.68 <= beta("pc88a", "Ho/Dy") <= 2.05
    assert 1.4 <= beta("pc88a", "Er/Y") <= 1.6


HEADER, FIRST, *REST = FILE.read_text(encoding="utf-8").splitlines(keepends=True)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("pc88a.La,pc88a,La", "pc88a.La,pc88a,Ce", "the key is extractant.element"),
        ("pc88a.La,pc88a,La", "cyanex.La,cyanex,La", "cyanex"),
        (",measured,", ",guessed,", "guessed"),
        ("-4.0795,-4.1695", "-4.0795,-4.0", "low"),
        ("-4.0795", "lots", "lots"),
        ("-3.9895,3,3,0.473", "-3.9895,3,0,0.473", "above zero"),
        ("-3.9895,3,3,0.473", "-3.9895,3,3,-1", "0 or more"),
        ("-3.9895,3,3,0.473", "-3.9895,0,3,0.473", "above zero"),
        ("0.1,2.5,measured", "2.6,2.5,measured", "ph_low"),
    ],
)
def test_a_broken_row_is_named_with_line_and_rule(old: str, new: str, message: str, tmp_path: Path) -> None:
    assert old in FIRST
    broken = tmp_path / "extraction.csv"
    broken.write_text("".join([HEADER, FIRST.replace(old, new, 1), *REST]), encoding="utf-8")
    with pytest.raises(FailedError) as error:
        read_extraction(broken)
    assert message in str(error.value) and "extraction.csv" in str(error.value) and "\n" not in str(error.value)


def test_a_missing_element_is_named(tmp_path: Path) -> None:
    short = tmp_path / "extraction.csv"
    short.write_text("".join([HEADER, FIRST, *(row for row in REST if not row.startswith("d2ehpa.Ho"))]), "utf-8")
    with pytest.raises(FailedError, match=r"d2ehpa\.Ho"):
        read_extraction(short)
