"""The weekly summary as PDF. Truth: derived (what the made-up week says must be read back from the pages)."""

import io
import re
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any, get_args

import pikepdf
import pypdfium2
import pytest

from dashboards.figures.weekly import hours_chart, mud_chart, weekly_figures
from ops_data.errors import FailedError
from ops_data.export.report_data import Language
from ops_data.export.report_text import FOLDER
from ops_data.export.weekly import weekly_pdf
from ops_data.export.weekly_data import Chance, Mud, Oxide, Percentiles, Sampling, Verdict, WeekNumbers
from ops_data.export.weekly_words import amount, full_day, weekly_words
from tests.ops_data.export.made_up_weekly import GROUPS, REPLICATES, fullest, hours, mud, numbers
from tests.ops_data.export.validators import pdf_metadata, squeezed, words_of
from twin.indicators.categories import CATEGORIES, LOST, PLANNED, PRODUCTIVE

LANGUAGES: tuple[Language, ...] = get_args(Language)
SIMULATED = {"en": "simulated, not measured", "ja": "シミュレーションの結果であり、実測値ではない"}
NO_DATA = {"en": "no data", "ja": "データなし"}


def drawn(given: WeekNumbers, language: Language) -> bytes:
    return weekly_pdf(given, weekly_figures(given, weekly_words(language)), language)


@cache
def pdf(language: Language) -> bytes:
    return drawn(numbers(), language)


def said(given: WeekNumbers, language: Language) -> str:
    """Return the words of a summary without its pictures."""
    return words_of(weekly_pdf(given, {}, language))


def leaves(table: dict[str, Any], place: str = "") -> dict[str, Any]:
    """Return a nested table flat: path → word."""
    found: dict[str, Any] = {}
    for key, value in table.items():
        found |= leaves(value, f"{place}{key}/") if isinstance(value, dict) else {f"{place}{key}": value}
    return found


def texts(language: Language) -> dict[str, Any]:
    return leaves(tomllib.loads((FOLDER / f"weekly_{language}.toml").read_text(encoding="utf-8")))


def with_mud(lifted_t: Percentiles, none: int) -> WeekNumbers:
    """Return the week with other mud, and how many replicates lift none."""
    found = numbers()
    own = replace(found.this.mud, wet_t=lifted_t, lifted_t=lifted_t, none=Chance(none, REPLICATES, 0.0, 0.1))
    return replace(found, this=replace(found.this, mud=own))


def alone(one: Mud, reached: bool) -> Mud:
    """Return mud of a single replicate."""
    same = Percentiles(900.0, 900.0, 900.0)
    yes = Chance(int(reached), 1, 0.0, 1.0)
    return replace(one, wet_t=same, dry_t=same, lifted_t=same, reached=yes, none=Chance(0, 1, 0.0, 1.0))


def test_both_languages_have_the_same_words_with_the_same_gaps() -> None:
    english, japanese = texts("en"), texts("ja")
    assert english.keys() == japanese.keys()
    gaps = {key: [set(re.findall(r"\{\w+\}", str(text[key]))) for text in (english, japanese)] for key in english}
    assert {key: found for key, found in gaps.items() if found[0] != found[1]} == {}
    lists = {key: len(value) for key, value in english.items() if isinstance(value, list)}
    assert lists == {key: len(value) for key, value in japanese.items() if isinstance(value, list)}


def test_japanese_sentences_are_japanese_and_plain() -> None:
    prose = {key: str(text) for key, text in texts("ja").items() if key.startswith(("text/", "honest/", "unsure/"))}
    assert [key for key, text in prose.items() if not re.search("[ぁ-んァ-ヶ一-龠]", text)] == []
    assert [key for key, text in texts("ja").items() if re.search("です|ます。", str(text))] == []


def test_every_category_of_time_has_a_name_and_a_group() -> None:
    """The groups of the made-up week are those of the indicators."""
    groups = {"productive": PRODUCTIVE, "planned": PLANNED, "lost": LOST, "off_hire": ("off_hire",)}
    assert {name: group for group, names in groups.items() for name in names} == GROUPS
    for language in LANGUAGES:
        assert set(weekly_words(language).table["categories"]) == set(CATEGORIES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_of_the_week_stand_on_its_pages(language: Language) -> None:
    found = numbers()
    words = weekly_words(language)
    text = words_of(pdf(language))
    wanted = ["made-up-0123abcd", "2027-W05", "2027-W04", "2027-W06", found.facts.version, found.facts.title]
    wanted += [
        "1,234",
        "617",
        "1,851",
        "494",
        "2,450",
        "176",
        "50%",
        "20%",
        "15%",
        "78%",
        "4,321",
        "10,850",
        "1,334",
        "222",
        "426",
        "544",
        "1,111",
        "1,357",
    ]
    wanted += ["168.0", "94.0", "15.0", "59.0"]  # hours: all of a week, productive, planned, lost
    wanted += ["2026-09-20 13:05 JST", "04:05 UTC"]
    wanted += [words.text("categories", one.category) for one in found.this.hours if one.mean]
    wanted += [SIMULATED[language], words.text("origins", "simulated")]
    wanted += [str(title) for title in words.table["headings"].values()]
    assert [word for word in wanted if squeezed(word) not in text] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_summary_fills_two_pages_of_a4_whatever_the_week_holds(language: Language) -> None:
    for document in (pdf(language), drawn(fullest(), language)):
        pages = pypdfium2.PdfDocument(document)
        assert [[round(side) for side in page.get_size()] for page in pages] == [[595, 842], [595, 842]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_week_gives_the_same_bytes_and_bears_the_sealing_time_only(language: Language) -> None:
    assert drawn(numbers(), language) == pdf(language)
    part, letter, made, changed = pdf_metadata(
        pdf(language), "pdfaid:part", "pdfaid:conformance", "xmp:CreateDate", "xmp:ModifyDate"
    )
    assert (part, letter) == ("2", "A")
    assert made == changed
    assert made.startswith("2026-09-20T04:05:06")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_typeface_is_embedded_and_comes_from_a_wheel(language: Language) -> None:
    named, embedded = set(), set()
    with pikepdf.open(io.BytesIO(pdf(language))) as document:
        assert str(document.Root.Lang).startswith(language)
        for thing in document.objects:
            if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/FontDescriptor":
                named.add(str(thing.FontName).split("+")[-1])
                embedded |= {str(thing.FontName).split("+")[-1]} if {"/FontFile2", "/FontFile3"} & set(thing) else set()
    assert named == embedded != set()
    assert {name.split("-")[0] for name in named} <= {"IPAexGothic", "LibertinusSerif", "DejaVuSans"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_week_without_data_is_said_in_words_and_not_as_nought(language: Language) -> None:
    words, missing = weekly_words(language), squeezed(NO_DATA[language])
    whole = said(numbers(), language).count(missing)
    before = said(replace(numbers(), before=None), language)
    after = said(replace(numbers(), after=None), language)
    assert before.count(missing) > whole + 20
    assert squeezed(words.text("weeks", "no_before")) in before
    assert squeezed(words.text("weeks", "no_after")) in after
    assert squeezed(words.text("text", "next_none").split("{")[0]) in after


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_mud_is_told_as_a_result_of_nought_and_some_as_a_share(language: Language) -> None:
    words = weekly_words(language)
    nothing = said(with_mud(Percentiles(0.0, 0.0, 0.0), 40), language)
    assert squeezed(words.text("text", "nothing").split("{")[0]) in nothing
    rarely = said(with_mud(Percentiles(0.0, 0.0, 77.7), 26), language)
    assert "65%" in rarely and "77.7" in rarely
    always = said(with_mud(Percentiles(100.0, 200.0, 300.0), 0), language)
    some = max(words.text("text", "some_nothing").split("{none}"), key=len)
    assert squeezed(some) in said(with_mud(Percentiles(0.0, 200.0, 300.0), 5), language)
    assert squeezed(some) not in always


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_single_replicate_has_no_ranges_and_no_chances(language: Language) -> None:
    found, words = numbers(), weekly_words(language)
    facts = replace(found.facts, replicates=1)
    this = replace(
        found.this, mud=alone(found.this.mud, True), to_date=alone(found.this.to_date, False),
        storm=Chance(0, 1, 0.0, 1.0), days_at_target=Percentiles(2.0, 2.0, 2.0),
    )  # fmt: skip
    given = replace(
        found, facts=facts, this=this, before=None, after=None, held=(), sampling=Sampling(None, None, "one")
    )
    text = said(given, language)
    wanted = [words.text("sampling", "one"), words.text("text", "no_dates"), words.text("document", "yes")]
    wanted += [words.text("facts", "played_once").split("{")[0]]
    assert [word for word in wanted if squeezed(word) not in text] == []
    assert squeezed(words.text("text", "reached").split("{")[0]) not in text


@pytest.mark.parametrize("verdict", get_args(Verdict))
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_reader_is_told_whether_there_are_enough_replicates(language: Language, verdict: Verdict) -> None:
    sentence = weekly_words(language).text("sampling", verdict).format(replicates="40", low="1,111", high="1,357")
    assert squeezed(sentence) in said(replace(numbers(), sampling=Sampling(1111.0, 1357.0, verdict)), language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_oxide_is_told_as_finished_as_expected_or_as_none(language: Language) -> None:
    found, words = numbers(), weekly_words(language)
    none = replace(found.this, oxide_kg=Percentiles(0.0, 0.0, 0.0))
    later = said(replace(found, this=none), language)
    assert {"en": "25Jan2027", "ja": "2027年1月25日"}[language] in later
    first = date(2027, 3, 4)
    alike = replace(found, this=none, oxide=Oxide(Percentiles(9.0, 9.0, 9.0), (first, first, first)))
    assert squeezed(words.text("text", "oxide_later").format(first=full_day(first, words))) in said(alike, language)
    never = replace(found, this=none, oxide=Oxide(Percentiles(0.0, 0.0, 0.0), (None, None, None)))
    assert squeezed(words.text("text", "oxide_never")) in said(never, language)
    chain = replace(found, this=replace(found.this, oxide_kg=None), oxide=None)
    assert squeezed(words.text("text", "no_chain")) in said(chain, language)
    assert squeezed(words.text("rows", "oxide")) not in said(chain, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_week_without_lost_hours_has_no_chart_of_them_and_says_so(language: Language) -> None:
    found = numbers()
    kept = tuple(replace(one, mean=0.0) if one.group == "lost" else one for one in hours(every=False))
    given = replace(found, this=replace(found.this, hours=kept))
    assert list(weekly_figures(given, weekly_words(language))) == ["mud"]
    assert squeezed(weekly_words(language).text("text", "lost_nothing")) in said(given, language)


def test_measured_weeks_are_not_called_simulated() -> None:
    for origin in ("measured", "forecast"):
        given = replace(numbers(), facts=replace(numbers().facts, origin=origin))
        assert squeezed(SIMULATED["en"]) not in said(given, "en")
        assert squeezed(weekly_words("ja").text("honest", origin)) in said(given, "ja")


def test_large_masses_are_printed_in_thousands_and_never_in_powers_of_ten() -> None:
    found = numbers()
    many = mud(1600, 7.8e6)
    given = replace(found, this=replace(found.this, to_date=many, oxide_kg=Percentiles(3.0e6, 5.2e6, 1.1e7)))
    text = said(given, "en")
    assert "1,000t" in text and "7,8003,900–11,700" in text and "5,2003,000–11,000" in text
    assert "×10" not in text
    assert amount(11_234_567.8, weekly_words("en")) == "11,234,568"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_charts_carry_their_words_as_text_and_repeat(language: Language) -> None:
    words, found = weekly_words(language), numbers()
    chart = mud_chart(found, words)
    assert chart == mud_chart(found, words)
    shown = [words.text("axes", key) for key in ("mud", "spread", "median", "this", "outlook")]
    shown += [words.text("axes", "target").format(target="350"), {"en": "1 Feb", "ja": "2/1"}[language]]
    assert [word for word in shown if word not in chart.decode()] == []
    bars = hours_chart(found.this.lost, words).decode()
    assert [one.category for one in found.this.lost if words.text("categories", one.category) not in bars] == []


def test_two_languages_at_a_time_do_not_mix() -> None:
    """Pages are served by threads; each document has the bytes it has alone."""
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda language: (language, drawn(numbers(), language)), LANGUAGES * 6))
    assert [language for language, document in found if document != pdf(language)] == []


def test_of_a_long_campaign_the_last_half_year_is_drawn() -> None:
    """A year of days; the marks on the axis begin in August at the earliest."""
    found = numbers()
    first = found.days[0]
    long = tuple(replace(first, day=day) for day in days_before(found, 365))
    chart = mud_chart(replace(found, days=long), weekly_words("en")).decode()
    assert "Aug" in chart and "Jun" not in chart
    assert "26" in said_caption(replace(found, days=long))


def days_before(found: WeekNumbers, count: int) -> list[date]:
    """Return so many days up to the end of the week after."""
    last = found.days[-1].day.toordinal()
    return [date.fromordinal(last - count + 1 + at) for at in range(count)]


def said_caption(given: WeekNumbers) -> str:
    """Return what stands below the chart of mud."""
    words = weekly_words("en")
    text = words_of(weekly_pdf(given, {"mud": mud_chart(given, words)}, "en"))
    return text[text.index(squeezed("Mud on deck per day")) :][:80]


def test_a_figure_of_an_unknown_name_is_refused() -> None:
    with pytest.raises(FailedError, match="weekly summary: figure 'mudd' found; did you mean 'mud'"):
        weekly_pdf(numbers(), {"mudd": b"<svg/>"}, "en")
