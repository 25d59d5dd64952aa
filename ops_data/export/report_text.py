"""Words and numbers of a report in one language, from files of `text` that have the same keys in every language.

`en.toml` and `ja.toml` are of the review report; `statement_en.toml` and `statement_ja.toml` of the supply statement.
"""

import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from ops_data.errors import FailedError, did_you_mean
from ops_data.export.report_data import Language

FOLDER: Final = Path(__file__).with_name("text")
DASH: Final = "–"
SUPERSCRIPT: Final = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
POWER: Final = re.compile(r"(?<=[a-z])([23])\b")  # km2, m3/s; not CO2


@dataclass(frozen=True, eq=False)
class Words:
    """One language's words, by table and key; ``file`` is where they stand."""

    language: Language
    table: Mapping[str, Mapping[str, Any]]
    file: str

    def text(self, table: str, key: str) -> str:
        """Return a word; FailedError names file, table and the closest key if it is not there."""
        words = self.table[table]
        if key not in words:
            place = f"{self.file}: table '{table}'"
            raise FailedError(
                f"{place}: no word for '{key}'; every name in a report has one; add it or {did_you_mean(key, words)}"
            )
        return str(words[key])

    def lines(self, table: str, key: str) -> tuple[str, ...]:
        """Return the lines of a list."""
        return tuple(self.table[table][key])

    def name(self, key: str) -> str:
        """Return what a metric, indicator or term of a balance is called."""
        return self.text("names", key)

    def detail(self, word: str) -> str:
        """Return a detail in this language, such as ``within 5 km``; what no table knows is a code, the same in all."""
        if word in self.table["details"]:
            return str(self.table["details"][word])
        for pattern, said in self.table["patterns"].items():
            before, after = pattern.split("*")
            if word.startswith(before) and word.endswith(after) and len(word) > len(pattern) - 1:
                return str(said.replace("*", self.detail(word[len(before) : len(word) - len(after)])))
        return word

    def unit(self, unit: str) -> str:
        """Return a unit as it is printed: ``km2`` becomes km²."""
        found = self.table["units"].get(unit)
        raised = POWER.sub(lambda match: match[1].translate(SUPERSCRIPT), unit)
        return str(found) if found else raised.replace("uPa", "μPa")


@cache
def words(language: Language, document: str = "") -> Words:
    """Return the words of a language; treat the tables as read-only.

    ``document`` is the beginning of the file's name: ``statement_`` for the supply statement, empty for the review
    report.
    """
    name = f"{document}{language}.toml"
    with (FOLDER / name).open("rb") as file:
        return Words(language, tomllib.load(file), name)


def number(value: float | None) -> str:
    """Return a number with three significant digits, all digits before the point, and a dash for none.

    Examples
    --------
    >>> [number(x) for x in (0.0, 12345.6, 153.98, 0.0421, 2.0, 1.5e-5, -3.25e-16, 4.2e7, float("nan"))]
    ['0', '12,346', '154', '0.0421', '2.00', '1.5×10⁻⁵', '−3.3×10⁻¹⁶', '4.2×10⁷', '–']
    """
    if value is None or math.isnan(value):
        return DASH
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if value == 0.0:
        return "0"
    size = abs(value)
    sign = "−" if value < 0 else ""
    if size >= 1e7 or size < 1e-3:
        mantissa, exponent = f"{size:.1e}".split("e")
        return f"{sign}{mantissa}×10{str(int(exponent)).translate(SUPERSCRIPT)}"
    digits = max(0, 2 - math.floor(math.log10(float(f"{size:.2e}"))))
    return f"{sign}{size:,.{digits}f}"


def plain(value: float) -> str:
    """Return a number that was chosen, not computed, such as a level: no more digits than it has.

    Examples
    --------
    >>> [plain(x) for x in (0.1, 1.0, 10.0, 3206.0, 0.00025)]
    ['0.1', '1', '10', '3,206', '2.5×10⁻⁴']
    """
    if value == 0.0 or math.isnan(value) or math.isinf(value) or not 1e-3 <= abs(value) < 1e7:
        return number(value)
    text = f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.0f}"
    return text.replace("-", "−")


def percent(share: float) -> str:
    """Return a share as a percentage without false certainty.

    Examples
    --------
    >>> [percent(x) for x in (0.0, 0.0001, 0.004, 0.125, 0.9999, 1.0, float("nan"))]
    ['0 %', '< 0.1 %', '0.4 %', '12.5 %', '> 99.9 %', '100 %', '–']
    """
    if math.isnan(share):
        return DASH
    if 0.0 < share < 0.001:
        return "< 0.1 %"
    if 0.999 < share < 1.0:
        return "> 99.9 %"
    text = f"{100.0 * share:.1f}"
    return f"{text.removesuffix('.0')} %"
