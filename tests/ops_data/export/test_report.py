"""The review report as PDF. Truth: derived (what the made-up data says must be read back from the pages)."""

import io
import re
import tomllib
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pikepdf
import pypdfium2
import pytest

from ops_data.errors import FailedError
from ops_data.export.report import report_pdf
from ops_data.export.report_data import FIGURES, Language, SummaryRow
from ops_data.export.report_text import FOLDER, words
from ops_data.export.typesetting import font_folders
from ops_data.reference.indicator_rows import indicator_rows
from tests.ops_data.export.made_up_report import report_data
from tests.ops_data.export.validators import pdf_metadata, squeezed, words_of

PICTURE = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="400pt" height="120pt" viewBox="0 0 400 120">'
    b'<text x="20" y="60" style="font: 12px \'DejaVu Sans\'">words in a picture</text></svg>'
)
LANGUAGES: tuple[Language, ...] = get_args(Language)
LABEL = {"en": "screening levels, not rules", "ja": "スクリーニング水準であり規制値ではない"}
FILL = {"en": "To be filled by the proponent", "ja": "事業者が記入する"}


@cache
def pdf(language: Language) -> bytes:
    return report_pdf(report_data(), dict.fromkeys(FIGURES, PICTURE), language)


def leaves(table: dict[str, Any], place: str = "") -> dict[str, Any]:
    """Return a nested table flat: path → word."""
    found: dict[str, Any] = {}
    for key, value in table.items():
        found |= leaves(value, f"{place}{key}/") if isinstance(value, dict) else {f"{place}{key}": value}
    return found


def texts(language: Language) -> dict[str, Any]:
    return leaves(tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8")))


def test_both_languages_have_the_same_words_with_the_same_gaps() -> None:
    english, japanese = texts("en"), texts("ja")
    assert english.keys() == japanese.keys()
    gaps = {key: [sorted(re.findall(r"\{\w+\}|\*", str(t[key]))) for t in (english, japanese)] for key in english}
    assert {key: found for key, found in gaps.items() if found[0] != found[1]} == {}
    lists = {key: len(value) for key, value in english.items() if isinstance(value, list)}
    assert lists == {key: len(value) for key, value in japanese.items() if isinstance(value, list)}


def test_japanese_sentences_are_japanese() -> None:
    prose = {key: value for key, value in texts("ja").items() if key.startswith(("text/", "captions/", "headings/"))}
    assert [key for key, value in prose.items() if not re.search("[ぁ-んァ-ヶ一-龠]", str(value))] == []


def test_every_indicator_of_the_environment_has_a_name_in_both_languages() -> None:
    wanted = [name for name, row in indicator_rows().items() if row.group == "environment"]
    for language in LANGUAGES:
        assert [name for name in wanted if name not in words(language).table["names"]] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_name_source_and_heading_can_be_read_back_as_text(language: Language) -> None:
    data, said, text = report_data(), words(language), words_of(pdf(language))
    wanted = [str(title) for title in said.table["headings"].values()]
    wanted += [row.source for row in data.assumptions] + [row.study for row in data.comparison]
    wanted += [row.key for row in data.assumptions] + [data.run_id, data.lock_sha256, *data.notes]
    wanted += ["9,640", "4.20", "8.82", "2.0×10⁻¹³", "10,400", "km²", "93.5%", "words in a picture"]
    wanted += [said.name(row.name) for row in data.summary] + [said.text("kinds", "PRZ"), FILL[language]]
    assert [word for word in wanted if squeezed(word) not in text] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_levels_are_called_screening_levels_and_the_law_of_japan_is_named(language: Language) -> None:
    text = words_of(pdf(language))
    assert text.count(squeezed(LABEL[language])) >= 4
    assert all(word in text for word in ("鉱業法", "鉱山保安法", "ISBA/31/C/CRP.2"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_declares_pdf_a_2a_its_language_title_and_the_sealing_time_only(language: Language) -> None:
    part, letter, made, changed, title = pdf_metadata(
        pdf(language), "pdfaid:part", "pdfaid:conformance", "xmp:CreateDate", "xmp:ModifyDate", "dc:title"
    )
    assert (part, letter) == ("2", "A")
    assert made.startswith("2026-09-20T04:05:06")
    assert changed == made
    assert report_data().title in title
    with pikepdf.open(io.BytesIO(pdf(language))) as document:
        assert str(document.Root.Lang).startswith(language)
        assert document.Root.MarkInfo.Marked


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_typeface_is_embedded_and_comes_from_a_wheel(language: Language) -> None:
    named, embedded = set(), set()
    with pikepdf.open(io.BytesIO(pdf(language))) as document:
        for thing in document.objects:
            if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/FontDescriptor":
                named.add(str(thing.FontName).split("+")[-1])
                embedded |= {str(thing.FontName).split("+")[-1]} if {"/FontFile2", "/FontFile3"} & set(thing) else set()
    assert named == embedded != set()
    assert {name.split("-")[0] for name in named} <= {"IPAexGothic", "LibertinusSerif", "DejaVuSans"}
    assert all("site-packages" in folder.parts for folder in font_folders())


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_cut_off_by_the_edge_of_a_page(language: Language) -> None:
    for page in pypdfium2.PdfDocument(pdf(language)):
        width, height = page.get_size()
        sheet = page.get_textpage()
        for number in range(sheet.count_chars()):
            left, bottom, right, top = sheet.get_charbox(number)
            assert 30.0 < left <= right < width - 30.0 and 20.0 < bottom <= top < height - 20.0


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_key_or_number_does_not_run_into_its_neighbour(language: Language) -> None:
    data = report_data()
    wide = replace(data.assumptions[0], key="discharge.stratification_of_some_water_per_s", value=3.2e-5, low=1e-5)
    document = pypdfium2.PdfDocument(report_pdf(replace(data, assumptions=(wide,)), {}, language))
    found = [page.get_textpage() for page in document]
    lines = [line for sheet in found for line in sheet.get_text_range().splitlines() if wide.key in line]
    assert any(re.search(rf"{re.escape(wide.key)}\s*3\.2×10⁻⁵", line) for line in lines) or lines == [wide.key]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_data_gives_the_same_bytes_and_another_time_other_bytes(language: Language) -> None:
    data = report_data()
    assert report_pdf(data, dict.fromkeys(FIGURES, PICTURE), language) == pdf(language)
    later = replace(data, sealed=data.sealed.replace(minute=6))
    assert report_pdf(later, dict.fromkeys(FIGURES, PICTURE), language) != pdf(language)


def test_a_run_without_lifting_says_so_and_a_run_without_zones_too() -> None:
    text = words_of(report_pdf(report_data(lifting=False, zones=False), {}, "en"))
    assert squeezed("Nothing was lifted in this run.") in text
    assert squeezed("No zones were given with this run.") in text
    assert squeezed("Figure 1") not in text


def test_a_report_of_no_rows_at_all_is_set_and_says_that_there_are_none() -> None:
    nothing: dict[str, Any] = dict.fromkeys(
        ("facts", "summary", "thresholds", "zones", "closure", "proxies", "assumptions", "comparison", "files"), ()
    )
    empty = replace(report_data(lifting=False), verification=(), notes=(), **nothing)
    for language in LANGUAGES:
        assert squeezed(words(language).text("text", "empty")) in words_of(report_pdf(empty, {}, language))


def test_text_that_looks_like_markup_is_printed_as_it_is() -> None:
    odd = '#strong[x] *y* $z$ <w> \\ & "q" @r'
    assert squeezed(odd) in words_of(report_pdf(replace(report_data(), notes=(odd,)), {}, "en")).replace("’", "'")


def test_a_name_without_a_word_is_refused_with_the_file_and_the_nearest_name() -> None:
    row = SummaryRow("1", "production", "lifted_dri_t", "", 1.0, 2.0, 3.0, "t")
    with pytest.raises(FailedError, match=r"ja\.toml: table 'names': no word for 'lifted_dri_t'.*'lifted_dry_t'"):
        report_pdf(replace(report_data(), summary=(row,)), {}, "ja")


def test_an_unknown_figure_is_refused() -> None:
    with pytest.raises(FailedError, match=r"report: figure 'depositt' found; did you mean 'deposit'"):
        report_pdf(report_data(), {"depositt": PICTURE}, "en")


def test_details_are_translated_piece_by_piece_and_codes_stay() -> None:
    japanese = words("ja")
    assert japanese.detail("within 5 km") == "5 km 以内"
    assert japanese.detail("disturbance 20 lg R") == "行動影響、20 lg R"
    assert japanese.detail("LF TTS 15 lg R") == "LF 一時的閾値移動、15 lg R"
    assert words("en").detail("LF injury") == "LF injury, 20 lg R"
    assert japanese.detail("return water 0.1 mg/L") == "余水の層、0.1 mg/L"
    assert japanese.detail("sea bed") == "海底付近"
    assert japanese.detail("Zr") == "Zr"


def test_units_are_printed_with_raised_figures_and_chemistry_is_left_alone() -> None:
    english = words("en")
    printed = [english.unit(unit) for unit in ("km2", "m3/s", "km2 d", "kg/m3", "t CO2", "1", "dB re 1 uPa m")]
    assert printed == ["km²", "m³/s", "km²·d", "kg/m³", "t CO2", "–", "dB re 1 μPa m"]


def test_the_template_and_the_words_lie_beside_the_program(root: Path) -> None:
    packaged = (root / "pyproject.toml").read_text(encoding="utf-8")
    assert all(pattern in packaged for pattern in ("export/*.typ", "export/text/*.toml"))
