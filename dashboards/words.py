"""The words of pages in English and Japanese, and how numbers and times are written in either."""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from ops_data.errors import UnknownNameError, did_you_mean
from ops_data.units import PERCENT
from twin.indicators.words import number

Lang = Literal["en", "ja"]
LANGS: Final[tuple[Lang, ...]] = ("en", "ja")
TEXT: Final = Path(__file__).with_name("text")
JST: Final = timezone(timedelta(hours=9), "JST")
NOTHING: Final[Mapping[str, str]] = {}
LEAST: Final = 5e-6  # smaller numbers are told as almost nothing
POSITIONAL: Final = 1e-3  # smaller ones would be written with a power of ten
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, eq=False)
class Words:
    """Every text of the pages in one language; call it with a dotted key, and with what its braces hold.

    Examples
    --------
    >>> read_words("en")("common.replicates", {"count": "40"})
    '40 replicates'
    """

    lang: Lang
    texts: Mapping[str, str]

    def __call__(self, key: str, fill: Mapping[str, str] = NOTHING) -> str:
        """Return the text of a key; UnknownNameError when there is none."""
        if key not in self.texts:
            raise UnknownNameError(f"text '{key}' ({self.lang}): not there; {did_you_mean(key, self.texts)}")
        text = self.texts[key]
        return text.format_map(fill) if fill else text

    def has(self, key: str) -> bool:
        """Say whether there is a text of a key."""
        return key in self.texts

    def number(self, value: float) -> str:
        """Return a number as people read it; a word where there is none."""
        size = abs(value)
        if 0.0 < size < LEAST:
            return self("common.tiny")
        if size < POSITIONAL:
            return f"{value:.6f}".rstrip("0") if size else "0"
        return number(value, self("common.no_value"))

    def percent(self, share: float) -> str:
        """Return a share of 0 to 1 as per cent, without pretending to zero or all."""
        if not math.isfinite(share):
            return self("common.no_value")
        if 0.0 < share < 0.01:
            return self("common.under_percent")
        if 0.99 < share < 1.0:
            return self("common.over_percent")
        return f"{share / PERCENT:.0f} %"

    def spread(self, low: float, value: float, high: float, unit: str = "") -> str:
        """Return a median with its range from P10 to P90."""
        fill = {"value": self.number(value), "low": self.number(low), "high": self.number(high)}
        return self("common.spread", fill | {"unit": f" {unit}" if unit else ""})

    def day(self, day: date) -> str:
        """Return a day."""
        month = _MONTHS[day.month - 1] if self.lang == "en" else str(day.month)
        return self("common.day", {"year": str(day.year), "month": month, "day": str(day.day)})

    def instant(self, when: datetime) -> str:
        """Return an instant in UTC and in Japan's time."""
        utc, jst = when.astimezone(UTC), when.astimezone(JST)
        there = f"{jst:%H:%M}" if jst.date() == utc.date() else f"{jst:%m-%d %H:%M}"
        return f"{utc:%Y-%m-%d %H:%M} UTC ({there} JST)"


@cache
def read_words(lang: Lang) -> Words:
    """Return the words of a language, read from ``text/<page>_<lang>.toml``; keys begin with the page's name."""
    texts: dict[str, str] = {}
    for path in sorted(TEXT.glob(f"*_{lang}.toml")):
        page = path.stem.removesuffix(f"_{lang}")
        texts |= _flat(page, tomllib.loads(path.read_text(encoding="utf-8")))
    return Words(lang, texts)


def _flat(head: str, table: Mapping[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in table.items():
        name = f"{head}.{key}"
        found |= _flat(name, value) if isinstance(value, Mapping) else {name: str(value)}
    return found


def lang_of(asked: str, accept_language: str) -> Lang:
    """Return the language of a page: the one asked for, else what the browser prefers, else English.

    Examples
    --------
    >>> lang_of("", "ja,en;q=0.8"), lang_of("en", "ja"), lang_of("fr", "de")
    ('ja', 'en', 'en')
    """
    if asked in LANGS:
        return asked
    first = accept_language.split(",")[0].strip().lower()
    return "ja" if first == "ja" or first.startswith("ja-") else "en"
