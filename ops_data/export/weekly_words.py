"""How numbers, chances and days are printed in a weekly summary of one language."""

import math
import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final

from ops_data.export.report_data import Language
from ops_data.export.report_text import DASH, Words, number, words
from ops_data.export.weekly_data import Chance, IsoWeek, Percentiles, WeekFacts
from ops_data.units import JST_OFFSET_S, PERCENT

DOCUMENT: Final = "weekly_"
JST: Final = timezone(timedelta(seconds=JST_OFFSET_S))
CLOCK: Final = "%Y-%m-%d %H:%M"
MANY: Final = 1e6  # from here on masses are printed in thousands
THOUSAND: Final = 1e3
HOUR: Final = "%H:%M"
_UNIT: Final = re.compile(r"(?<=\d) (?=(?:t|h|kg|d|t/d|%)(?![A-Za-z]))")


def weekly_words(language: Language) -> Words:
    """Return the words of the weekly summary in a language."""
    return words(language, DOCUMENT)


def amount(value: float, said: Words) -> str:
    """Return a number with three significant digits, all digits before the point; a word where it never comes.

    Examples
    --------
    >>> [amount(x, weekly_words("en")) for x in (0.0, 2.0, 96.23, 2449.8, 11_234_567.8, math.inf)]
    ['0', '2', '96.2', '2,450', '11,234,568', 'never']
    """
    if math.isinf(value):
        return said.text("document", "never")
    return f"{value:,.0f}" if float(value).is_integer() or value >= 100.0 else number(value)


def unit_of(unit: str, largest: float, said: Words) -> tuple[float, str]:
    """Return what to divide masses by so that a cell has room for them, and the unit they then have.

    Examples
    --------
    >>> unit_of("mass", 9_580.0, weekly_words("en")), unit_of("mass", 9_579_316.0, weekly_words("en"))
    ((1.0, 't'), (1000.0, '1,000 t'))
    """
    if not MANY <= largest < math.inf:
        return 1.0, said.text("units", unit)
    return THOUSAND, said.text("units", f"{unit}_thousand")


def divided(found: Percentiles, size: float) -> Percentiles:
    """Return percentiles in a unit so many times as large."""
    return Percentiles(found.p10 / size, found.p50 / size, found.p90 / size)


def percent(share: float) -> str:
    """Return a chance in whole per cent, without pretending to none or all.

    Examples
    --------
    >>> [percent(x) for x in (0.0, 0.004, 0.394, 0.996, 1.0, math.nan)]
    ['0 %', '< 1 %', '39 %', '> 99 %', '100 %', '–']
    """
    return "> 99 %" if 0.99 < share < 1.0 else portion(share)


def portion(share: float) -> str:
    """Return a part of a whole, or of a target, in whole per cent; a little is not printed as nothing.

    Examples
    --------
    >>> [portion(x) for x in (0.0, 0.004, 0.996, 1.2)]
    ['0 %', '< 1 %', '100 %', '120 %']
    """
    if math.isnan(share):
        return DASH
    return "< 1 %" if 0.0 < share < 0.01 else f"{share / PERCENT:,.0f} %"


def days(value: float) -> str:
    """Return days to a tenth.

    Examples
    --------
    >>> days(0.0), days(3.1), days(7.0)
    ('0', '3.1', '7')
    """
    return f"{value:.1f}".removesuffix(".0")


def hours(value: float) -> str:
    """Return hours to a tenth; what is less is told as less.

    Examples
    --------
    >>> [hours(x) for x in (0.0, 0.02, 6.47, 168.0, 1176.0)]
    ['0', '< 0.1', '6.5', '168.0', '1,176.0']
    """
    if value == 0.0:
        return "0"
    return f"{value:,.1f}" if value >= 0.05 else "< 0.1"


def between(low: str, high: str, said: Words) -> str:
    """Return a range, the sign of per cent once; one number where its ends are printed alike.

    Examples
    --------
    >>> [between(low, "8 %", weekly_words("en")) for low in ("8 %", "3 %", "< 1 %")]
    ['8 %', '3–8 %', '< 1 % to 8 %']
    """
    if low == high:
        return low
    if low.startswith("<") or high.startswith(">"):
        return said.text("document", "to").format(first=low, last=high)
    first = low.removesuffix(" %") if high.endswith(" %") else low
    return said.text("document", "range").format(low=first, high=high)


def spread(found: Percentiles, said: Words) -> str:
    """Return P10 to P90; nothing where all replicates are alike."""
    low, middle, high = (amount(value, said) for value in (found.p10, found.p50, found.p90))
    return "" if low == middle == high else between(low, high, said)


def cell(found: Percentiles, said: Words) -> str:
    """Return P50 and, on a line below it, P10 to P90."""
    return _lines(amount(found.p50, said), spread(found, said))


def days_cell(found: Percentiles, said: Words) -> str:
    """Return days, P50 and, on a line below it, P10 to P90."""
    low, middle, high = (days(value) for value in (found.p10, found.p50, found.p90))
    return _lines(middle, "" if low == middle == high else between(low, high, said))


def share_cell(found: Percentiles, target_t: float, said: Words) -> str:
    """Return tonnes as a share of a target, P50 and, on a line below it, P10 to P90."""
    low, middle, high = (portion(value / target_t) for value in (found.p10, found.p50, found.p90))
    return _lines(middle, "" if low == middle == high else between(low, high, said))


def chance(found: Chance, said: Words) -> str:
    """Return a share of the replicates; of a single one, whether it is so."""
    return percent(found.share) if found.of > 1 else said.text("document", "yes" if found.count else "no")


def interval(found: Chance, said: Words) -> str:
    """Return the 80 % interval of a chance; nothing for a single replicate."""
    return between(percent(found.low), percent(found.high), said) if found.of > 1 else ""


def chance_cell(found: Chance, said: Words) -> str:
    """Return a chance and, on a line below it, its interval."""
    return _lines(chance(found, said), interval(found, said))


def _lines(first: str, below: str) -> str:
    return f"{first}\n{below}" if below else first


def full_day(day: date, said: Words, pattern: str = "full") -> str:
    """Return a day with its weekday and year; as ``plain`` without the weekday.

    Examples
    --------
    >>> full_day(date(2027, 2, 1), weekly_words("en"))
    'Mon 1 Feb 2027'
    """
    names = said.lines("dates", "weekdays")
    return said.text("dates", pattern).format(
        weekday=names[day.weekday()], day=day.day, month=said.lines("dates", "months")[day.month - 1], year=day.year
    )


def brief_day(day: date, said: Words) -> str:
    """Return day and month."""
    return said.text("dates", "brief").format(day=day.day, month=said.lines("dates", "months")[day.month - 1])


def brief_week(week: IsoWeek, said: Words) -> str:
    """Return a week with its first and last day.

    Examples
    --------
    >>> brief_week(IsoWeek(2027, 5), weekly_words("en"))
    '2027-W05, 1 Feb–7 Feb'
    """
    days = said.text("document", "range").format(low=brief_day(week.monday, said), high=brief_day(week.sunday, said))
    return f"{week.label}{said.text('document', 'comma')}{days}"


def sealed(when: datetime, said: Words) -> str:
    """Return a moment in Japan and in UTC."""
    jst, utc = when.astimezone(JST), when.astimezone(UTC)
    there = utc.strftime(HOUR if jst.date() == utc.date() else CLOCK)
    return said.text("document", "sealed").format(jst=jst.strftime(CLOCK), utc=there)


def unbroken(text: str) -> str:
    """Return a text in which no line ends between a number and its unit."""
    return _UNIT.sub("\N{NO-BREAK SPACE}", text)


def basis(facts: WeekFacts, said: Words) -> str:
    """Return how the target is read."""
    return said.text("basis", facts.basis)
