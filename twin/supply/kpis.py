"""Targets of the published roadmaps against what is computed: value, gap, met or not, year by year."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ops_data.elements import oxide_factor
from ops_data.errors import FailedError, did_you_mean
from ops_data.reference.supply.policy_rows import BASE, MARK, YEARS, KpiRow, PolicyTables
from ops_data.units import DAYS_PER_YEAR

Floats: TypeAlias = NDArray[np.float64]
Outputs: TypeAlias = Mapping[tuple[str, int], ArrayLike]  # name and year → over draws; year 0: of the whole study

WHOLE_STUDY: Final = 0
LEVELS: Final = (0.1, 0.5, 0.9)


def _floats(value: ArrayLike) -> Floats:
    return np.asarray(value, np.float64)


def _divided(part: ArrayLike, whole: ArrayLike) -> Floats:
    top, bottom = np.broadcast_arrays(_floats(part), _floats(whole))
    found: Floats = np.divide(top, bottom, out=np.full(top.shape, np.nan), where=bottom != 0.0)
    return found


def as_computed(value: ArrayLike) -> Floats:
    """Return an output as it is, any unit and shape.

    Examples
    --------
    >>> float(as_computed(0.7))
    0.7
    """
    return _floats(value)


def part_of(part: ArrayLike, whole: ArrayLike) -> Floats:
    """Return a part over its whole, both in the same unit and broadcast; not a number where the whole is 0.

    Examples
    --------
    15 % of 5,500 t of neodymium and praseodymium:

    >>> float(part_of(825.0, 5500.0))
    0.15
    """
    return _divided(part, whole)


def tonnes_to_close(china_share: ArrayLike, supply_t: ArrayLike, target: ArrayLike) -> Floats:
    """Return the tonnes a year that must come from elsewhere for a dependency to reach its target [t].

    Parameters
    ----------
    china_share : share of the supply that depends on China, 0 to 1.
    supply_t : the supply [t/a], 0 or more.
    target : share aimed at, 0 to 1.

    Notes
    -----
    (share - target) supply; negative where the target is met with room to spare.

    Examples
    --------
    >>> round(float(tonnes_to_close(0.70, 1000.0, 0.30)), 9)
    400.0
    """
    found: Floats = (_floats(china_share) - _floats(target)) * _floats(supply_t)
    return found


def added(now: ArrayLike, base: ArrayLike) -> Floats:
    """Return what has come on top of the base year, in the unit of the two, broadcast.

    Examples
    --------
    >>> float(added(13.4, 12.4).round(9))
    1.0
    """
    found: Floats = _floats(now) - _floats(base)
    return found


def ndpr_oxide_factor(nd_share: ArrayLike) -> Floats:
    """Return the mass of oxide per mass of neodymium and praseodymium together.

    Parameters
    ----------
    nd_share : neodymium in the two, by mass of element, 0 to 1.

    Examples
    --------
    >>> float(ndpr_oxide_factor(0.79).round(3))
    1.175
    """
    nd = _floats(nd_share)
    found: Floats = nd * oxide_factor("Nd") + (1.0 - nd) * oxide_factor("Pr")
    return found


def added_oxide_t(now_t: ArrayLike, base_t: ArrayLike, nd_share: ArrayLike) -> Floats:
    """Return the capacity for neodymium and praseodymium added since the base year, as oxide [t/a].

    Parameters
    ----------
    now_t, base_t : capacity as element [t/a], broadcast.
    nd_share : neodymium in the two, by mass of element, 0 to 1.

    Examples
    --------
    >>> float(added_oxide_t(1600.0, 600.0, 1.0).round(1))
    1166.4
    """
    return _floats(added(now_t, base_t) * ndpr_oxide_factor(nd_share))


def points_gained(part: ArrayLike, whole: ArrayLike, base_part: ArrayLike, base_whole: ArrayLike) -> Floats:
    """Return by how much a share has risen since the base year, as a difference of shares.

    Examples
    --------
    From 1 in 100 to 32 in 200:

    >>> float(points_gained(32.0, 200.0, 1.0, 100.0).round(9))
    0.15
    """
    return added(_divided(part, whole), _divided(base_part, base_whole))


def reduction(now: ArrayLike, base: ArrayLike) -> Floats:
    """Return by which share of its base a quantity has fallen; not a number where the base is 0.

    Examples
    --------
    >>> float(reduction(0.7, 1.0).round(9))
    0.3
    """
    found: Floats = 1.0 - _divided(now, base)
    return found


def relative_gain(now: ArrayLike, base: ArrayLike) -> Floats:
    """Return by which share of its base a quantity has risen; not a number where the base is 0.

    Examples
    --------
    Nothing grows by a quarter of nothing:

    >>> float(relative_gain(5.0, 4.0)), float(relative_gain(5.0, 0.0))
    (0.25, nan)
    """
    found: Floats = _divided(now, base) - 1.0
    return found


def days_of_demand(stock_t: ArrayLike, demand_t: ArrayLike) -> Floats:
    """Return for how many days of ordinary demand a stock lasts [d]; not a number where there is no demand.

    Parameters
    ----------
    stock_t : stock [t]; demand_t : demand [t/a], broadcast.

    Notes
    -----
    S / (D / 365.25): without any supply. With some, see the cover S / (D - s).

    Examples
    --------
    >>> float(days_of_demand(123.2, 500.0).round())
    90.0
    """
    found: Floats = _divided(stock_t, demand_t) * DAYS_PER_YEAR
    return found


def engineers_added(per_year: ArrayLike, years: ArrayLike) -> Floats:
    """Return how many engineers have been trained [1].

    Parameters
    ----------
    per_year : trained a year; years : since the start of the plan [a], counted as 0 before it.

    Examples
    --------
    >>> float(engineers_added(200.0, 5.0))
    1000.0
    """
    found: Floats = _floats(per_year) * np.maximum(_floats(years), 0.0)
    return found


def staffed_capacity_t(capacity_t: ArrayLike, engineers: ArrayLike, per_engineer_t: ArrayLike) -> Floats:
    """Return the capacity that can be run with the engineers there are [t/a].

    Parameters
    ----------
    capacity_t : capacity built [t/a], 0 or more.
    engineers : trained for it [1], 0 or more; infinite: staff is no limit.
    per_engineer_t : capacity one engineer runs [t/a], above 0.

    Examples
    --------
    >>> float(staffed_capacity_t(6000.0, 400.0, 8.0)), float(staffed_capacity_t(6000.0, float("inf"), 8.0))
    (3200.0, 6000.0)
    """
    found: Floats = np.minimum(_floats(capacity_t), _floats(engineers) * _floats(per_engineer_t))
    return found


FORMULAS: Final[Mapping[str, Callable[..., Floats]]] = {
    formula.__name__: formula
    for formula in (
        as_computed, part_of, tonnes_to_close, added, added_oxide_t, points_gained, reduction, relative_gain,
        days_of_demand, engineers_added,
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class KpiResult:
    """One target of one year against what is computed; the fields are the columns of ``supply_kpis``.

    ``value``, ``low`` and ``high`` are P50, P10 and P90 over draws, ``gap`` is value less target.
    """

    kpi: str
    title: str
    item: str
    year: int
    target: float
    value: float
    low: float
    high: float
    unit: str
    gap: float
    met: str
    note: str


def calendar_line(row: KpiRow, plan_start_year: float) -> tuple[tuple[float, float], ...]:
    """Return the points of a target line by calendar year.

    Examples
    --------
    >>> from ops_data.reference.supply.policy_rows import read_policy
    >>> calendar_line(read_policy().kpis["004-K6"], 2026.0)
    ((2026.0, 0.0), (2031.0, 1000.0))
    """
    shift = plan_start_year if row.clock == "plan" else 0.0
    return tuple((year + shift, target) for year, target in row.line)


def target_in(row: KpiRow, plan_start_year: float, year: float) -> float:
    """Return the target of a year: straight between the points of the line, flat before the first and after the last.

    Examples
    --------
    >>> from ops_data.reference.supply.policy_rows import read_policy
    >>> target_in(read_policy().kpis["004-K6"], 2026.0, 2028.0)
    400.0
    """
    years, targets = zip(*calendar_line(row, plan_start_year), strict=True)
    return float(np.interp(year, years, targets))


def years_of(row: KpiRow, plan_start_year: float) -> tuple[int, ...]:
    """Return the calendar years in which a target line is checked: each whole year from its first to its last point."""
    line = calendar_line(row, plan_start_year)
    return tuple(range(round(line[0][0]), round(line[-1][0]) + 1))


def _place(tables: PolicyTables, name: str, year: int, base_year: int) -> tuple[str, int]:
    plain = name.removesuffix(BASE)
    if tables.outputs[plain].by_year == "no":
        return plain, WHOLE_STUDY
    return plain, base_year if name.endswith(BASE) else year


def needed(tables: PolicyTables, values: Mapping[str, float]) -> frozenset[tuple[str, int]]:
    """Return every output, by name and year, that the targets are checked with; year 0: of the whole study.

    Parameters
    ----------
    tables : of policy.
    values : numbers of the study, with ``policy.plan_start_year`` and ``policy.base_year``.
    """
    start, base = values["policy.plan_start_year"], round(values["policy.base_year"])
    return frozenset(
        _place(tables, name, year, base)
        for row in tables.kpis.values()
        for year in years_of(row, start)
        for name in row.given
        if name.removesuffix(BASE) in tables.outputs
    )


def check(tables: PolicyTables, values: Mapping[str, float], outputs: Outputs) -> list[KpiResult]:
    """Return every target of every year against what is computed.

    Parameters
    ----------
    tables : of policy.
    values : numbers of the study, with ``policy.plan_start_year`` and ``policy.base_year``.
    outputs : name and year → over draws, shape (draws,) or a single number; year 0: of the whole study.

    Notes
    -----
    A target whose output is missing or not a number is told as not computed; it is never counted as met.

    Raises
    ------
    FailedError
        A row of ``kpis.csv`` names a formula that does not exist.
    """
    return [
        _result(tables, row, year, values, outputs)
        for row in tables.kpis.values()
        for year in years_of(row, values["policy.plan_start_year"])
    ]


def _result(tables: PolicyTables, row: KpiRow, year: int, values: Mapping[str, float], outputs: Outputs) -> KpiResult:
    if row.function not in FORMULAS:
        raise FailedError(
            f"kpis.csv: key '{row.key}': function '{row.function}' found; a formula of twin.supply.kpis is needed; "
            f"{did_you_mean(row.function, FORMULAS)}"
        )
    start, base = values["policy.plan_start_year"], round(values["policy.base_year"])
    target = target_in(row, start, year)
    given: list[ArrayLike] = []
    missing: list[str] = []
    for name in row.given:
        if name == YEARS:
            given.append(year - start)
        elif name.startswith(MARK):
            given.append(target_in(tables.kpis[name.removeprefix(MARK)], start, year))
        elif name in values:
            given.append(values[name])
        elif (place := _place(tables, name, year, base)) in outputs:
            given.append(outputs[place])
        else:
            missing.append(f"{place[0]} of {place[1]}" if place[1] else place[0])
    found = np.full(1, np.nan) if missing else np.atleast_1d(FORMULAS[row.function](*given))
    finite = found[np.isfinite(found)]
    low, value, high = (float(one) for one in np.quantile(finite, LEVELS)) if finite.size else (np.nan,) * 3
    note = row.note if not missing else f"{row.note} Not given: {', '.join(missing)}."
    return KpiResult(
        row.kpi, row.title, row.item, year, target, value, low, high, row.unit,
        value - target, _met(row.sense, value, target), note,
    )  # fmt: skip


def _met(sense: str, value: float, target: float) -> str:
    if not np.isfinite(value):
        return "not computed"
    return "yes" if (value >= target if sense == "at_least" else value <= target) else "no"
