"""Rows of field studies: sourced, and every broken row an error in words."""

from pathlib import Path

import pytest

from ops_data.errors import FailedError
from ops_data.reference.field_study_rows import field_studies, read_field_studies

HEADER = "key,case,role,study,quantity,value,unit,rule,factor,source,confidence,note\n"
FIELD = "a.x,A,field,study,thickness,2,mm,factor,3,a paper with its journal and year,H,note\n"
GIVEN = "a.q,A,input,study,rate,1,kg/s,none,0,assumption: nothing better is known here,A,note\n"


def complaint(tmp_path: Path, text: str) -> str:
    path = tmp_path / "studies.csv"
    path.write_text(HEADER + text, encoding="utf-8")
    with pytest.raises(FailedError) as caught:
        read_field_studies(path)
    return str(caught.value)


def test_every_number_has_a_source_and_a_note() -> None:
    for row in field_studies().values():
        assert len(row.source) > 20 and row.note and row.unit, row.key
        assert row.key.startswith(row.case.lower()), row.key


def test_values_published_in_the_studies_stand_in_the_rows() -> None:
    """Published: facts V15 to V19 with their sources."""
    value = {key: row.value for key, row in field_studies().items()}
    assert (value["v15.dilution_5"], value["v15.dilution_10"]) == (200.0, 280.0)
    assert (value["v15.fall_5_m"], value["v15.fall_10_m"]) == (1063.0 - 1000.0, 1090.0 - 1000.0)
    assert value["v16.ratio_320"] == pytest.approx(0.07 / 9.0, rel=1e-3)
    assert value["v16.ratio_500"] == pytest.approx(0.01 / 0.07, rel=1e-3)
    assert value["v18.hours"] == pytest.approx(1.427e6 / 4.2 / 3600.0, abs=0.05)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        (FIELD.replace("factor,3", "none,0"), "field rows have a rule and inputs have none"),
        (FIELD + GIVEN.replace("none,0", "factor,2"), "field rows have a rule and inputs have none"),
        (FIELD.replace("factor,3", "factor,0.5"), "a factor is 1 or more"),
        (FIELD.replace(",mm,", ",,"), "no unit found"),
        (FIELD.replace(",field,", ",feld,"), "role 'feld' found; one of field, input; did you mean 'field'?"),
        (GIVEN, "case A has no field row"),
    ],
)
def test_a_broken_row_is_told_with_its_rule(tmp_path: Path, text: str, part: str) -> None:
    assert part in complaint(tmp_path, text)
