"""Terms of the field in both languages. Truth: derived (rules every row keeps) and the words the reports must use."""

import re
from pathlib import Path

import pytest

from ops_data.errors import FailedError
from ops_data.reference.glossary_rows import FILE, glossary, read_glossary


def test_every_term_stands_once_in_each_language() -> None:
    for column in ("key", "en", "ja"):
        terms = [getattr(row, column) for row in glossary()]
        assert len(set(terms)) == len(terms)


def test_the_terms_of_the_field_are_the_usual_ones() -> None:
    japanese = {row.key: row.ja for row in glossary()}
    assert japanese["lifting"] == "揚泥" and japanese["rare_earth_mud"] == "レアアース泥"
    assert japanese["deposit_thickness"] == "堆積厚" and japanese["underwater_noise"] == "水中騒音"
    assert japanese["irz"].startswith("影響参照区域") and japanese["prz"].startswith("保全参照区域")
    assert japanese["eia"].startswith("環境影響評価") and japanese["suspended_matter"].startswith("懸濁物質")


def test_japanese_cells_are_japanese_and_meanings_are_sentences() -> None:
    for row in glossary():
        assert row.key == "percentiles" or re.search("[ぁ-んァ-ヶ一-龠]", row.ja), row.key
        assert row.meaning_ja.endswith("。") and row.meaning_en.endswith("."), row.key


def test_a_row_with_an_empty_cell_is_refused_by_file_line_and_key(tmp_path: Path) -> None:
    path = tmp_path / "glossary.csv"
    path.write_text(FILE.read_text(encoding="utf-8") + "new,new term,,What it is.,意味。\n", encoding="utf-8")
    with pytest.raises(FailedError, match=r"glossary.csv:\d+: key 'new': no ja found; every term has both languages"):
        read_glossary(path)
