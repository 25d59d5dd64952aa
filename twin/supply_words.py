"""Numbers of a supply study as people read them in narrow columns, and the words of its rules, readings and flows."""

import math
from collections.abc import Mapping
from typing import Final

from ops_data.units import KG_PER_TONNE, PERCENT
from twin.indicators.summary import Spread
from twin.indicators.words import number

UNKNOWN: Final = "–"
LEAST: Final = 1e-3  # smaller numbers are told as less than it
LEAST_T: Final = 0.1  # smaller masses are told in kg
JPY_BN: Final = 1e9
NO_FIGURE: Final = "no demand figure"
READINGS: Final[Mapping[str, str]] = {
    "campaign": "campaign",
    "achieved_rate": "achieved rate",
    "run_rate": "target rate",
    "extrapolation": "pilot's mud × {times} ({rate} t/d)",
    "full_scale_run": "run at full scale, mean year",
}
RULES: Final[Mapping[str, str]] = {
    "strict_priority": "priority",
    "pro_rata": "pro rata",
    "minimum_shares": "minimum",
    "linear_programme": "programme",
}
PROJECTS: Final[Mapping[str, str]] = {
    "pilot": "campaign as if run all year",
    "3500": "run at 3,500 t/d",
    "two_node_chain": "two-node chain",
}
COSTS: Final[Mapping[str, str]] = {
    "vessels": "ships at day rates",
    "island": "island",
    "fuel": "fuel",
    "mobilisation": "mobilisation",
    "plants": "plants, toll and residue",
    "total": "all running cost",
}
WORLDS: Final[Mapping[str, str]] = {"china": "in China", "ex_china": "outside China"}
FLOWS: Final[Mapping[str, str]] = {
    "demand": "demand",
    "domestic_inflow": "into use in Japan",
    "stock": "in use in Japan",
    "end_of_life": "end of life",
    "recycled": "recycled",
}


def figure(value: float, never: str = "never") -> str:
    """Return a number for people; a dash for what is unknown, a word for what never happens.

    Examples
    --------
    >>> figure(4.321), figure(-0.0), figure(float("nan")), figure(float("inf"))
    ('4.32', '0', '–', 'never')
    """
    return UNKNOWN if math.isnan(value) else number(value + 0.0, never)


def brief(value: float) -> str:
    """Return a number with two significant digits, three decimals at most, or whole, for ranges in narrow columns.

    Examples
    --------
    >>> brief(0.0123), brief(4.32), brief(12.6), brief(1254.0), brief(0.0), brief(float("nan"))
    ('0.012', '4.3', '13', '1,254', '0', '–')
    >>> brief(0.0054), brief(0.00054), brief(-0.00002)
    ('0.005', '<0.001', '-<0.001')
    """
    if not math.isfinite(value):
        return figure(value)
    if abs(value) >= 9.95:
        return f"{value:,.0f}"
    if 0.0 < abs(value) < LEAST:
        return f"{'-' if value < 0.0 else ''}<{LEAST:g}"
    return f"{value + 0.0:.2g}" if abs(value) >= 10.0 * LEAST else f"{value + 0.0:.1g}"


def ranged(one: Spread | None, unit: float = 1.0, missing: str = UNKNOWN) -> str:
    """Return P50 (P10–P90) of an indicator in a unit, a word where there is none.

    Examples
    --------
    >>> ranged(Spread("x", "", "", 4.3, 1.5, 11.7, "t")), ranged(None)
    ('4.3 (1.5–12)', '–')
    """
    if one is None or math.isnan(one.value):
        return missing
    return between(one.value / unit, one.low / unit, one.high / unit)


def between(value: float, low: float, high: float) -> str:
    """Return a number with its range; without one that has no width or is not known.

    Examples
    --------
    >>> between(4.3, 1.5, 11.7), between(-300.0, -400.0, 20.0), between(3.0, 3.0, 3.0)
    ('4.3 (1.5–12)', '-300 (-400 to 20)', '3')
    >>> between(6.0, float("nan"), 12.0), between(float("nan"), 1.0, 2.0)
    ('6 (to 12)', '–')
    """
    if math.isnan(value) or low == high or (math.isnan(low) and math.isnan(high)):
        return brief(value)
    if brief(low) == brief(value) == brief(high):
        return brief(value)
    ends = f"{'' if math.isnan(low) else brief(low)}{'–' if low >= 0.0 else ' to '}"
    ends += "" if math.isnan(high) else brief(high)
    return f"{brief(value)} ({ends.strip()})"


def mass(one: Spread | None) -> str:
    """Return a mass in t as P50 (P10–P90), small ones in kg.

    Examples
    --------
    >>> mass(Spread("x", "", "", 4.3, 1.5, 11.7, "t")), mass(Spread("x", "", "", 0.0023, 0.0018, 0.0085, "t"))
    ('4.3 t (1.5–12)', '2.3 kg (1.8–8.5)')
    """
    if one is None or math.isnan(one.value):
        return UNKNOWN
    unit, scale = ("kg", 1.0 / KG_PER_TONNE) if abs(one.value) < LEAST_T else ("t", 1.0)
    first, *rest = ranged(one, scale).split(" ", 1)
    return " ".join([first, unit, *rest])


def told_in(value: float, unit: str) -> tuple[float, str]:
    """Return a number and its unit as people tell them: shares in per cent, large sums of money in thousand millions.

    Examples
    --------
    >>> told_in(0.2, "share"), told_in(-3e11, "JPY"), told_in(60.0, "d"), told_in(2.0, "1")
    ((20.0, '%'), (-300.0, 'JPY bn'), (60.0, 'd'), (2.0, ''))
    """
    if unit == "share":
        return value / PERCENT, "%"
    if unit == "JPY":
        return value / JPY_BN, "JPY bn"
    return value, "" if unit == "1" else unit


def share_words(share: float) -> str:
    """Return a share as per cent with two significant digits, however small.

    Examples
    --------
    >>> share_words(0.0056), share_words(0.30), share_words(2.25), share_words(float("nan"))
    ('0.56 %', '30 %', '225 %', '–')
    """
    return f"{brief(share / PERCENT)} %" if math.isfinite(share) else UNKNOWN


def project_title(project: str, world: str) -> str:
    """Return what a project in a price world is called.

    Examples
    --------
    >>> project_title("3500", "ex_china")
    'run at 3,500 t/d, prices outside China'
    """
    return f"{PROJECTS.get(project, plain(project))}, prices {WORLDS.get(world, plain(world))}"


def plain(name: str) -> str:
    """Return a name of several words as people write it.

    Examples
    --------
    >>> plain("separated_oxide")
    'separated oxide'
    """
    return name.replace("_", " ")
