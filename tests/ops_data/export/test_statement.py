"""The supply statement as PDF. Truth: derived (what the made-up tables say must be read back from the pages)."""

import io
import re
import tomllib
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pandas as pd
import pikepdf
import pypdfium2
import pytest

from dashboards.figures.statement import statement_figures
from ops_data.errors import FailedError
from ops_data.export.report_data import Language
from ops_data.export.report_text import FOLDER, number
from ops_data.export.statement import statement_pdf, statement_sections
from ops_data.export.statement_contribution import ELEMENT_T, TOLD
from ops_data.export.statement_data import READINGS, StatementData
from ops_data.export.statement_words import between, inline, named, pair, share, statement_words
from ops_data.supply_names import SECTORS, STAGES, SUPPLY_ELEMENTS
from ops_data.supply_tables import DEMAND, DEPENDENCY, LOGISTICS
from tests.ops_data.export.made_up_statement import frame, statement_data, tables
from tests.ops_data.export.validators import pdf_metadata, squeezed, words_of

LANGUAGES: tuple[Language, ...] = get_args(Language)
DECLARED = ("elements", "sectors", "stages", "flows", "bases", "rules", "scenarios", "readings", "measures", "worlds")


@cache
def data() -> StatementData:
    return statement_data()


@cache
def pdf(language: Language) -> bytes:
    return statement_pdf(data(), statement_figures(data(), statement_words(language)), language)


def printed(given: StatementData, language: Language) -> str:
    """Return all that the blocks of a statement say, one piece after the other."""
    return " ".join(str(asdict(block)) for block in statement_sections(given, {}, statement_words(language)))


def leaves(table: dict[str, Any], place: str = "") -> dict[str, Any]:
    """Return a nested table flat: path → word."""
    found: dict[str, Any] = {}
    for key, value in table.items():
        found |= leaves(value, f"{place}{key}/") if isinstance(value, dict) else {f"{place}{key}": value}
    return found


def texts(language: Language) -> dict[str, Any]:
    return leaves(tomllib.loads((FOLDER / f"statement_{language}.toml").read_text(encoding="utf-8")))


def test_both_languages_have_the_same_words_with_the_same_gaps() -> None:
    english, japanese = texts("en"), texts("ja")
    assert english.keys() == japanese.keys()
    gaps = {key: [sorted(re.findall(r"\{\w+\}", str(t[key]))) for t in (english, japanese)] for key in english}
    assert {key: found for key, found in gaps.items() if found[0] != found[1]} == {}
    assert len(english["terms/own"]) == len(japanese["terms/own"])
    assert [row[:2] for row in english["terms/own"]] == [row[:2] for row in japanese["terms/own"]]


def test_japanese_sentences_are_japanese() -> None:
    groups = ("text/", "captions/", "headings/", "sentences/", "cover/what", "cover/honest")
    prose = {key: value for key, value in texts("ja").items() if key.startswith(groups)}
    kana = re.compile("[ぁ-んァ-ヶ一-龠]")
    gaps_only = {key for key, value in prose.items() if not kana.search(re.sub(r"\{\w+\}", "", str(value)))}
    assert gaps_only == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_declared_code_has_a_word(language: Language) -> None:
    words = statement_words(language).table
    allowed = {column.name: column.allowed for table in (DEMAND, DEPENDENCY, LOGISTICS) for column in table.columns}
    wanted = {"sectors": SECTORS, "stages": STAGES, "element_names": SUPPLY_ELEMENTS, "flows": allowed["flow"],
              "bases": allowed["basis"], "panels": allowed["panel"], "sources": allowed["origin"],
              "readings": READINGS, "reading_sentences": READINGS, "no_demand_lines": READINGS}  # fmt: skip
    assert [code for kind, codes in wanted.items() for code in codes if code not in words[kind]] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_pages_tell_three_readings_wet_and_dry_with_their_spread(language: Language) -> None:
    told = "".join(_text_of_pages(pdf(language), 3, 5))
    for reading in TOLD:
        for basis in ("wet", "dry"):
            for element in ("Nd", "Dy", "Lu"):
                one = data().spread(ELEMENT_T, f"{reading} {basis} {element}")
                said = statement_words(language)
                assert squeezed(number(one.value)) in told, (reading, basis, element)
                assert squeezed(between(one, said)) in told, (reading, basis, element)


def _text_of_pages(document: bytes, first: int, last: int) -> list[str]:
    pages = list(pypdfium2.PdfDocument(document))[first - 1 : last]
    return [squeezed(page.get_textpage().get_text_range()) for page in pages]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_source_and_heading_can_be_read_back_as_text(language: Language) -> None:
    """Truth: derived; 30, 40, 15 and 10 % brought to a sum of one."""
    given, said, text = data(), statement_words(language), words_of(pdf(language))
    wanted = [str(title) for title in said.table["headings"].values()]
    wanted += given.table("supply_inputs")["source"].tolist() + given.table("supply_published")["study"].tolist()
    wanted += [given.study_id, *given.run_ids.values(), given.lock_sha256, *given.notes]
    wanted += [named(said, "sectors", sector) for sector in SECTORS] + [named(said, "stages", one) for one in STAGES]
    wanted += [named(said, "rules", rule) for rule in ("strict_priority", "pro_rata")] + [
        "31.6 %",
        "42.1 %",
        "15.8 %",
        "10.5 %",
    ]
    assert [word for word in wanted if squeezed(word) not in text] == []


def test_yen_are_told_in_the_unit_of_each_language_and_fiscal_years_by_their_names() -> None:
    """Truth: derived; −39 billion yen is −390 hundred-million yen."""
    english, japanese = words_of(pdf("en")), words_of(pdf("ja"))
    assert squeezed("−39.0") in english and "JPYbn" in english and "FY2027" in english
    assert squeezed("−390") in japanese and "億円" in japanese and "2027年度" in japanese and "年度" not in english


def test_an_element_without_demand_figure_says_so_and_tells_its_tonnes() -> None:
    text = words_of(pdf("en"))
    tonnes = [data().spread(ELEMENT_T, f"run_rate {basis} Gd") for basis in ("wet", "dry")]
    said = statement_words("en")
    line = f"no demand figure; a year at run-rate yields {inline(tonnes[0], said)} wet; {inline(tonnes[1], said)} dry"
    assert squeezed(line) in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_dependency_is_never_told_as_one_number(language: Language) -> None:
    said = statement_words(language)
    given = [block for block in statement_sections(data(), {}, said) if block.table is not None]
    [china] = [
        block.table for block in given if block.table and block.table.caption == said.text("tables", "china_share")
    ]
    assert china is not None
    bands = [row for row in china.rows if len(row) == 1]
    assert len(bands) == 8  # four bases in the first and the last year
    assert all(len(row) == 1 + len(STAGES) for row in china.rows if len(row) > 1)
    assert squeezed(said.text("text", "no_headline")) in words_of(pdf(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_logistics_are_labelled_as_simulated_or_as_a_persons_own(language: Language) -> None:
    text, said = words_of(pdf(language)), statement_words(language)
    for code in ("simulated", "own records"):
        assert squeezed(named(said, "sources", code)) + "·" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_statement_declares_pdf_a_2a_its_language_title_and_the_sealing_time_only(language: Language) -> None:
    part, letter, made, changed, title = pdf_metadata(
        pdf(language), "pdfaid:part", "pdfaid:conformance", "xmp:CreateDate", "xmp:ModifyDate", "dc:title"
    )
    assert (part, letter) == ("2", "A")
    assert made.startswith("2026-09-20T04:05:06")
    assert changed == made
    assert data().title in title
    with pikepdf.open(io.BytesIO(pdf(language))) as document:
        assert str(document.Root.Lang).startswith(language)
        assert document.Root.MarkInfo.Marked


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_cut_off_by_the_edge_of_a_page(language: Language) -> None:
    for page in pypdfium2.PdfDocument(pdf(language)):
        width, height = page.get_size()
        sheet = page.get_textpage()
        for place in range(sheet.count_chars()):
            left, bottom, right, top = sheet.get_charbox(place)
            assert 30.0 < left <= right < width - 30.0 and 20.0 < bottom <= top < height - 20.0


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_data_gives_the_same_bytes(language: Language) -> None:
    again = statement_data()
    assert statement_pdf(again, statement_figures(again, statement_words(language)), language) == pdf(language)


def test_titles_and_notes_of_tables_are_told_in_japanese_where_it_is_known() -> None:
    text = words_of(pdf("ja"))
    assert all(word in text for word in ("中国依存度", "国内の分離能力", "磁石の回収と再資源化", "再資源化Nd"))
    said = statement_words("ja")
    nodes = [said.text("document", "with_range").format(value=one, range="金属・合金") for one in ("中国", "ベトナム")]
    assert squeezed(said.text("document", "separator").join(nodes)) in text
    assert "磁石" not in words_of(pdf("en")).replace("分離酸化物", "")


def test_a_statement_of_one_basis_alone_is_set_without_the_other() -> None:
    alone = replace(data(), run_ids={"dry": "pilot-dry-33334444"})
    text = words_of(statement_pdf(alone, {}, "en"))
    assert squeezed("Run, target read as dry solids") in text
    assert squeezed("Run, target read as wet mud") not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_statement_without_any_rows_is_set_and_says_that_there_are_none(language: Language) -> None:
    empty = replace(data(), tables={}, notes=(), files=())
    assert statement_figures(empty, statement_words(language)) == {}
    text = words_of(statement_pdf(empty, {}, language))
    assert squeezed(statement_words(language).text("text", "empty")) in text


def test_a_campaign_that_lifted_nothing_is_told_as_nought() -> None:
    nothing = tables()
    rows = nothing["indicators"].copy()
    mud = rows["name"].str.startswith("contribution_")
    rows.loc[mud, ["value", "low", "high"]] = 0.0
    still = replace(data(), tables={**nothing, "indicators": rows})
    assert "contribution" not in statement_figures(still, statement_words("en"))
    assert squeezed("the campaign yields 0 t; a year at the target rate 0 t, which is 0 %") in words_of(
        statement_pdf(still, {}, "en")
    )


def test_minus_signs_infinite_and_missing_numbers_are_printed_as_such() -> None:
    rows = [
        {"name": name, "item": item, "period": "", "value": value, "low": low, "high": high, "unit": unit}
        for name, item, value, low, high, unit in (
            ("survive_days", "S3 pro_rata", np.inf, 100.0, np.inf, "d"),
            ("project_npv_jpy", "pilot china", -1e9, -2e9, 3e9, "JPY"),
        )
    ]
    given = replace(data(), tables={"indicators": frame("indicators", rows)})
    said = statement_words("en")
    assert pair(given.spread("survive_days", "S3 pro_rata"), said) == "∞\n100–∞"
    assert pair(given.spread("project_npv_jpy", "pilot china"), said) == "−1.00\n−2.00 to 3.00"
    assert pair(given.spread("project_npv_jpy", "no such"), said) == "–"
    assert (share(0.999), share(0.9999999), share(1.0)) == ("99.9 %", "> 99.9 %", "100 %")


def test_answers_come_first_and_leave_out_what_the_study_has_not() -> None:
    said = statement_words("en")
    blocks = statement_sections(data(), {}, said)
    assert (blocks[0].text, blocks[2].kind) == ("1  The answer", "list")
    # 2 elements wet and dry, 2 at full scale, 3 on why, drivers, 2 shares, shock, worth, targets, 2 values
    assert len(blocks[2].lines) == 17
    bare = statement_sections(replace(data(), tables={}), {}, said)
    assert bare[2].lines == ()


def test_an_unknown_figure_and_an_unknown_table_are_refused() -> None:
    with pytest.raises(FailedError, match=r"statement: figure 'pricess' found; did you mean 'prices'"):
        statement_pdf(data(), {"pricess": b""}, "en")
    with pytest.raises(FailedError, match=r"statement: table 'supply_kpi' found; did you mean 'supply_kpis'"):
        data().table("supply_kpi")


def test_text_that_looks_like_markup_is_printed_as_it_is() -> None:
    odd = '#strong[x] *y* $z$ <w> \\ & "q" @r'
    given = replace(data(), tables={}, notes=(odd,))
    assert squeezed(odd) in words_of(statement_pdf(given, {}, "en")).replace("’", "'")


def test_the_words_lie_beside_the_program(root: Path) -> None:
    assert (root / "ops_data" / "export" / "text" / "statement_en.toml").is_file()
    assert "export/text/*.toml" in (root / "pyproject.toml").read_text(encoding="utf-8")


def test_the_run_at_full_scale_stands_beside_the_extrapolation_and_is_told_apart() -> None:
    """Derived: 60 times the run-rate of the made-up study, ten times of it for the extrapolation."""
    words = printed(data(), "en")
    assert "mud × 10 (3,500 t/d), t/yr" in words and "Run at full scale, mean year, t/yr" in words
    assert "Neodymium (Nd), run at full scale, target read as dry solids: its mean year gives" in words
    assert "the pilot lifts mud of" in words and "2,652 ppm (METI 2016)" in words and "by choice of gear" in words
    alone = replace(data(), tables={name: rows for name, rows in data().tables.items() if name != "indicators"})
    assert "Run at full scale, mean year" not in printed(alone, "en")


def test_supports_the_trap_criteria_and_the_cost_of_a_year_are_told_shortly() -> None:
    words = printed(data(), "en")
    for text in (
        "Grant",
        "Investing by past prices",
        "2 / 3",
        "Criteria without and with the mud",
        "METI 2016",
        "Ships at day rates",
        "Chance that 2 of three clusters",
        "carries no debt",
        "Weighed by the chances",
    ):
        assert text in words, text
    japanese = printed(data(), "ja")
    for text in ("補助金", "過去の価格による投資", "用船料", "負債を負えない"):
        assert text in japanese, text


def test_the_worth_of_the_mud_is_told_for_each_published_loss() -> None:
    """Derived: one line a study where the loss is valued by several, one line where it is by one."""
    rows = data().table("indicators")
    worth = rows["name"] == "mud_worth_in_embargo_jpy"
    several = pd.concat(
        [rows[~worth], *(rows[worth].assign(item=rows["item"] + f" {who}") for who in ("NRI", "Daiwa"))]
    )
    words = printed(replace(data(), tables={**data().tables, "indicators": several}), "en")
    assert "Strict priority, NRI" in words and "pro rata, Daiwa" in words
    assert "Strict priority, NRI" not in printed(data(), "en")
