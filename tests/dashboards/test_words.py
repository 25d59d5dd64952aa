"""The words of pages (truth: the two languages hold each other complete)."""

import re
import string
from pathlib import Path

import pytest

from dashboards.words import LANGS, TEXT, Words, lang_of, read_words
from ops_data.errors import UnknownNameError

JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
NO_WORDS = re.compile(r"%?\{+[^{}]*\}+|<[^>]*>|https?:\S+")
ENGLISH_WORD = re.compile(r"[a-z]{3}")


def test_both_languages_have_the_same_files() -> None:
    names = {lang: {path.stem.removesuffix(f"_{lang}") for path in TEXT.glob(f"*_{lang}.toml")} for lang in LANGS}
    assert names["en"] == names["ja"]
    assert {path.name for path in TEXT.iterdir()} == {f"{name}_{lang}.toml" for name in names["en"] for lang in LANGS}


def test_both_languages_have_the_same_keys() -> None:
    english, japanese = (set(read_words(lang).texts) for lang in LANGS)
    assert english == japanese


def test_a_text_has_the_same_braces_in_both_languages() -> None:
    def braces(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}

    english, japanese = (read_words(lang).texts for lang in LANGS)
    assert {key for key in english if braces(english[key]) != braces(japanese[key])} == set()


def test_japanese_texts_are_japanese() -> None:
    english, japanese = (read_words(lang).texts for lang in LANGS)  # no English word stands alone
    assert [
        f"{key}: {text}"
        for key, text in japanese.items()
        if not JAPANESE.search(text) and ENGLISH_WORD.search(NO_WORDS.sub("", text))
    ] == []
    assert [f"{key}: {text}" for key, text in english.items() if JAPANESE.search(text)] == []


def test_no_text_holds_two_spaces_or_the_end_of_a_line() -> None:
    for lang in LANGS:
        assert [key for key, text in read_words(lang).texts.items() if "  " in text or "\n" in text] == []


def test_a_missing_text_is_an_error_that_names_the_closest_key() -> None:
    words = Words("en", {"common.run": "Run"})
    with pytest.raises(UnknownNameError, match=r"common\.run"):
        words("common.rum")


@pytest.mark.parametrize(
    ("asked", "accepted", "lang"),
    [("ja", "en", "ja"), ("", "ja-JP,ja;q=0.9", "ja"), ("", "de", "en"), ("xx", "ja", "ja"), ("", "jav", "en")],
)
def test_the_language_is_the_one_asked_for_else_the_browsers(asked: str, accepted: str, lang: str) -> None:
    """Derived: by hand."""
    assert lang_of(asked, accepted) == lang


def test_numbers_and_shares_never_pretend_to_nought_or_all() -> None:
    """Derived: by hand."""
    words = read_words("en")
    assert [words.percent(share) for share in (0.0, 0.004, 0.5, 0.996, 1.0)] == [
        "0 %",
        "under 1 %",
        "50 %",
        "over 99 %",
        "100 %",
    ]
    assert [words.number(value) for value in (0.0, 4.35e-12, 0.000435, 0.00435, 12.34, 1234.5)] == [
        "0",
        "almost 0",
        "0.000435",
        "0.00435",
        "12.3",
        "1,234",
    ]
    assert words.percent(float("nan")) == words.number(float("nan")) == "no value"


def test_every_text_file_is_read(root: Path) -> None:
    assert {path.parent for path in (root / "dashboards").rglob("*.toml")} == {TEXT}
