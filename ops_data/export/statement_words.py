"""How numbers, money, periods and names are printed in a supply statement of one language."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from ops_data.export.report_data import Language
from ops_data.export.report_text import DASH, Words, number, words
from ops_data.export.statement_data import SHARE, Spread, StatementData
from ops_data.units import PERCENT

DOCUMENT: Final = "statement_"
FISCAL: Final = "FY"
Cells = tuple[str, ...]
LEAST_SHARE: Final = 1e-5  # a smaller one is told as smaller
MONEY: Final = ("JPY", "USD", "円", "ドル")  # in the name of a unit of money
LEAST_MONEY: Final = 1e-3


def statement_words(language: Language) -> Words:
    """Return the words of the statement in a language."""
    return words(language, DOCUMENT)


def named(words: Words, kind: str, code: str) -> str:
    """Return what a code is called, by the table of its kind; a code without a word is printed as words."""
    return str(words.table[kind].get(code, code.replace("_", " ")))


def reading_title(data: StatementData, words: Words, reading: str, kind: str = "readings") -> str:
    """Return what a reading of the contribution is called, with the rates of the study."""
    targets = [data.target_t_d[basis] for basis in data.bases if basis in data.target_t_d]
    times = f"{data.extrapolation_t_d / targets[0]:,.3g}" if targets else DASH
    return named(words, kind, reading).format(times=times, rate=f"{data.extrapolation_t_d:,.0f}")


def translated(text: str, data: StatementData, words: Words) -> str:
    """Return a title or note of a table in the language of the statement; as it stands where no Japanese is known."""
    return data.japanese.get(text, text) if words.language == "ja" else text


def noted(note: str, texts: Iterable[str], data: StatementData, words: Words) -> str:
    """Return the small print of a table, and that some of its words are there in English only if they are."""
    english = words.language == "ja" and any(text.strip() and text not in data.japanese for text in texts)
    return note + words.text("document", "english_note") if english else note


def english_only(words: Words, english: str) -> str:
    """Return a text that is there in English only, marked so where the statement is not in English."""
    return f"{english}{words.text('document', 'english_only')}" if english else ""


def titled(code: str, data: StatementData, words: Words) -> str:
    """Return the title of a code that a table of the study names, such as an origin or an output."""
    if code in data.titles:
        return translated(data.titles[code], data, words)
    element, _, rest = code.partition(" ")
    stage, _, basis = rest.partition(" ")
    if stage in words.table["stages"] and basis in words.table["bases"]:
        parts = (named(words, "elements", element), named(words, "stages", stage), named(words, "bases", basis))
        return words.text("document", "comma").join(parts)
    return named(words, "items", code)


def share(value: float) -> str:
    """Return a share as a percentage with two significant digits, more where it has more before the point.

    Examples
    --------
    >>> [share(x) for x in (0.0, 6e-33, 0.00037, 0.0046, 0.127, 0.9961, 1.0, 12.5, -0.031, float("nan"))]
    ['0 %', '< 0.001 %', '0.037 %', '0.46 %', '13 %', '99.6 %', '100 %', '1,250 %', '−3.1 %', '–']
    """
    if math.isnan(value):
        return DASH
    if math.isinf(value):
        return number(value)
    size = abs(value) / PERCENT
    if size == 0.0:
        return "0 %"
    if abs(value) < LEAST_SHARE:
        return "< 0.001 %" if value > 0.0 else "> −0.001 %"
    digits = max(0, 1 - math.floor(math.log10(float(f"{size:.1e}"))))
    near_whole = 0.99 < abs(value) < 1.0  # a share short of all is not printed as all
    text = f"{size:.1f}" if near_whole else f"{size:,.{digits}f}"
    return f"{'−' if value < 0 else ''}{'> 99.9' if text == '100.0' else text} %"


def printed(value: float, unit: str) -> str:
    """Return a number of a unit, shares in per cent, money without powers of ten.

    Examples
    --------
    >>> printed(0.127, "share"), printed(2.1e7, "JPY m"), printed(-2e-5, "億円"), printed(2.1e7, "t")
    ('13 %', '21,000,000', '> −0.001', '2.1×10⁷')
    """
    if unit == SHARE:
        return share(value)
    if any(word in unit for word in MONEY) and math.isfinite(value) and value != 0.0:
        if abs(value) < LEAST_MONEY:
            return "< 0.001" if value > 0.0 else "> −0.001"
        if abs(value) >= 1e7:
            return f"{value:,.0f}".replace("-", "−")
    return number(value)


def scaled(spread: Spread, words: Words) -> Spread:
    """Return money in the unit in which people speak of it in this language, everything else as it is.

    Examples
    --------
    >>> scaled(Spread(-5.3e10, -3.9e10, 1.7e10, "JPY"), statement_words("ja"))
    Spread(low=-530.0, value=-390.0, high=170.0, unit='億円')
    >>> scaled(Spread(-5.3e10, -3.9e10, 1.7e10, "JPY"), statement_words("en"))
    Spread(low=-53.0, value=-39.0, high=17.0, unit='JPY bn')
    >>> scaled(Spread(6.8e6, 2.1e7, 5.5e7, "JPY/kg"), statement_words("ja"))
    Spread(low=680.0, value=2100.0, high=5500.0, unit='万円/kg')
    """
    return alike([spread], words)[0]


def alike(spreads: Sequence[Spread], words: Words) -> list[Spread]:
    """Return money of one unit as people speak of it, all in the unit of the largest; everything else as it is."""
    sizes = (abs(size) for one in spreads for size in (one.low, one.value, one.high) if math.isfinite(size))
    largest = max(sizes, default=0.0)
    return [_scaled(one, words.table["money"].get(one.unit), largest) for one in spreads]


def in_full(spread: Spread, words: Words) -> Spread:
    """Return money in a unit in which the smallest of a long table can be read too."""
    return _scaled(spread, words.table["money_in_full"].get(spread.unit), 0.0)


def _scaled(spread: Spread, known: Mapping[str, Any] | None, largest: float) -> Spread:
    """Return a spread in another unit: the one given, or the last of several steps that begins at the largest."""
    if known is None:
        return spread
    if "steps" in known:
        known = [step for step in known["steps"] if float(step["from"]) <= largest][-1]
    size = float(known["scale"])
    return Spread(spread.low / size, spread.value / size, spread.high / size, str(known["unit"]))


def fitted(spread: Spread, words: Words) -> Spread:
    """Return money in the unit that fits its size, for a line that has its own unit; everything else as it is."""
    return _small(spread, words) or scaled(spread, words)


def _small(spread: Spread, words: Words) -> Spread | None:
    """Return a small sum of money in a smaller unit; nothing where it is not small."""
    known = words.table["money"].get(spread.unit, {})
    largest = max(abs(size) for size in (spread.low, spread.value, spread.high))
    if "small" not in known or not 0.0 < largest < float(known["scale"]):
        return None
    size = float(known["small_scale"])
    return Spread(spread.low / size, spread.value / size, spread.high / size, str(known["small"]))


def unit_of(spread: Spread, words: Words) -> str:
    """Return the unit as printed; that of a share is in its numbers."""
    return words.unit(scaled(spread, words).unit)


def between(spread: Spread, words: Words) -> str:
    """Return P10 to P90; nothing where there is no spread."""
    one = scaled(spread, words)
    if math.isnan(one.low) or math.isnan(one.high) or one.low == one.high:
        return ""
    low, high = printed(one.low, one.unit), printed(one.high, one.unit)
    if low == high:
        return ""
    key = "range_below_nought" if one.low < 0.0 else "range"
    shown = low.removesuffix(" %") if one.unit == SHARE and not low.startswith("<") else low
    return words.text("document", key).format(low=shown, high=high)


def pair(spread: Spread, words: Words) -> str:
    """Return P50 and, on a line below it, P10 to P90."""
    one = scaled(spread, words)
    below = between(spread, words)
    return f"{printed(one.value, one.unit)}\n{below}" if below else printed(one.value, one.unit)


def inline(spread: Spread, words: Words) -> str:
    """Return P50 with its unit and P10 to P90 in brackets, for a sentence."""
    one = fitted(spread, words)
    below = between(one, words)
    text = _with_unit(printed(one.value, one.unit), one.unit, words)
    return words.text("document", "with_range").format(value=text, range=below) if below else text


def _with_unit(value: str, unit: str, words: Words) -> str:
    """Return a number with its unit; a currency that has a size, such as ``JPY bn``, stands on both sides."""
    if unit == SHARE or not unit:
        return value
    space = words.text("document", "space")
    currency, _, size = unit.partition(" ")
    return (
        f"{currency}{space}{value}{space}{size}" if currency in MONEY and size else f"{value}{space}{words.unit(unit)}"
    )


def three(spread: Spread, words: Words) -> Cells:
    """Return P10, P50 and P90, one cell each."""
    one = scaled(spread, words)
    return tuple(printed(value, one.unit) for value in (one.low, one.value, one.high))


def when(period: str, words: Words) -> str:
    """Return a calendar or fiscal year as people write it.

    Examples
    --------
    >>> [when(period, statement_words("ja")) for period in ("2027", "FY2027", "")]
    ['2027年', '2027年度', '全期間']
    """
    if period.startswith(FISCAL):
        return words.text("document", "fiscal_year").format(year=period.removeprefix(FISCAL))
    return words.text("document", "calendar_year" if period else "whole_period").format(year=period)


def lower(text: str) -> str:
    """Return a name as it stands inside a sentence.

    Examples
    --------
    >>> lower("Strict priority"), lower("優先順位")
    ('strict priority', '優先順位')
    """
    return text[:1].lower() + text[1:]


def ordered(found: Iterable[str], order: Iterable[str]) -> list[str]:
    """Return the distinct words of a column, those of an order first and in that order, others as they come.

    Examples
    --------
    >>> ordered(["magnet", "slag", "ore", "ore"], ("ore", "metal", "magnet"))
    ['ore', 'magnet', 'slag']
    """
    there = dict.fromkeys(found)
    first = [word for word in order if word in there]
    return [*first, *(word for word in there if word not in first)]


def joined(lines: Iterable[str], words: Words) -> str:
    """Return words one after the other with the separator of the language."""
    return words.text("document", "separator").join(lines)
