"""What a shock is played on: usual supply and demand, stocks, choices, and the scenario's numbers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

import numpy as np

from ops_data.errors import FailedError, UsageError, did_you_mean
from ops_data.reference.supply.shock_rows import SCENARIO_INPUTS, ShockTables
from ops_data.supply_names import CONTROLLED, SECTORS, STAGES, SUPPLY_ELEMENTS
from twin.models.allocation import RULES
from twin.models.limits import FloatArray, not_negative

CHINA: Final = "china"
DOMESTIC: Final = ("japan", "japan_mud", "japan_deposits", "recycling")
CATEGORIES: Final[Mapping[str, tuple[str, ...]]] = {
    "mobility": ("ev", "automotive"),
    "industry": ("industrial_motors", "air_conditioning", "electronics"),
    "energy": ("wind",),
    "critical": ("medical", "defence"),
    "materials": ("phosphors",),
}
UNDER_LICENCE: Final = np.array([element in CONTROLLED for element in SUPPLY_ELEMENTS])
MATCH: Final = 1e-6  # relative; supply that misses demand by no more than this matches it


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """What Japan usually gets of one origin at one stage.

    Attributes
    ----------
    origin, stage : where from, and what it is.
    t_d : usual flow of each element [t/d], shape (8,).
    china_share : share of it that was made in China at an earlier stage, shape (8,); of no meaning for China itself.
    firm_share : share of the rest that is under a firm contract, which other buyers cannot take, shape (8,).
    """

    origin: str
    stage: str
    t_d: FloatArray
    china_share: FloatArray = field(default_factory=lambda: np.zeros(len(SUPPLY_ELEMENTS)))
    firm_share: FloatArray = field(default_factory=lambda: np.zeros(len(SUPPLY_ELEMENTS)))


@dataclass(frozen=True, slots=True)
class ShockChoices:
    """Effects that can be left out.

    Attributes
    ----------
    release : whether the state reserve is released in a shortage.
    ring_fence : whether a reserve is kept for the category it was bought for; none: one pool.
    logistics : drawn: orders, licences, ships and customs; none: flows arrive at once, evenly, as the scenario says.
    responses : whether substitution, thrifting, the second standard and new supply react.
    complementary : whether a sector needs its elements together; False: each element is shared out alone, and the fill
        of a sector is the mean over what it needs, by mass.
    """

    release: Literal["on_shortage", "none"] = "on_shortage"
    ring_fence: Literal["by_category", "none"] = "by_category"
    logistics: Literal["drawn", "none"] = "drawn"
    responses: Literal["ramps", "none"] = "ramps"
    complementary: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class ShockCase:
    """One scenario of one draw.

    Attributes
    ----------
    scenario : key of the scenario.
    seed, draw : of the study; every scenario of a draw sees the same luck.
    start : first day of the shock.
    days : how long it is followed [d].
    values : drawn numbers, ``shock.*``, ``shock_inputs.*`` and ``routes.*``.
    tables : tables of the shocks.
    demand_t_d : usual demand, shape (9 sectors, 8 elements) [t/d as element]; nan: no demand figure, left out.
    sources : usual supply, domestic included; together it meets the demand (see :func:`balanced`).
    yields : output over input from each stage to the next, shape (4,) [1].
    uptake : stage at which each sector takes elements up, 9 names.
    priority : rank of each sector, 9 different numbers; the smallest is served first.
    threshold : fill below which the lines of a sector stop, shape (9,) [1].
    rules : allocation rules to play, in this order.
    choices : effects that can be left out.
    lumps : what sectors take of their usual need on each day, mean 1, shape (days, 9); None: the same every day.
    closed_routes, opened_routes : names of routes that are closed, or open though the table has them closed.
    """

    scenario: str
    seed: int
    draw: int
    start: date
    days: int
    values: Mapping[str, float]
    tables: ShockTables
    demand_t_d: FloatArray
    sources: tuple[Source, ...]
    yields: FloatArray
    uptake: tuple[str, ...]
    priority: tuple[int, ...]
    threshold: FloatArray
    rules: tuple[str, ...] = ("strict_priority", "pro_rata")
    choices: ShockChoices = ShockChoices()
    closed_routes: frozenset[str] = frozenset()
    opened_routes: frozenset[str] = frozenset()
    lumps: FloatArray | None = None


def central_values(tables: ShockTables) -> dict[str, float]:
    """Return the central value of every number of the shocks, by the names a draw gives them."""
    rows = {f"shock_inputs.{key}": row.value for key, row in tables.shock_inputs.items()}
    rows |= {f"routes.{key}": row.value for key, row in tables.routes.items()}
    return rows | {key: row.value for key, row in tables.quantities.items()}


def started(tables: ShockTables, scenario: str, asked: date) -> date:
    """Return the first day of a scenario: that of the event for a replay, else the day asked for; UsageError."""
    if scenario not in tables.shock_scenarios:
        raise UsageError(
            f"scenario '{scenario}' found; one of the scenarios is needed; "
            f"{did_you_mean(scenario, tables.shock_scenarios)}"
        )
    own = tables.shock_scenarios[scenario].start
    return date.fromisoformat(own) if own else asked


def inputs_of(case: ShockCase) -> dict[str, float]:
    """Return the drawn numbers of a case's scenario by quantity; shares are kept within 0 and 1."""
    return {name: case.values[f"shock_inputs.{case.scenario}.{name}"] for name in SCENARIO_INPUTS}


def needs(case: ShockCase) -> FloatArray:
    """Return the usual demand without elements that have no figure, shape (9, 8) [t/d]."""
    return np.nan_to_num(np.asarray(case.demand_t_d, np.float64), nan=0.0)


def stage_needs(demand_t_d: FloatArray, uptake: tuple[str, ...]) -> FloatArray:
    """Return demand by the stage at which it is taken up, shape (5, 8) [t/d]."""
    found = np.zeros((len(STAGES), demand_t_d.shape[1]))
    for k, stage in enumerate(uptake):
        found[STAGES.index(stage)] += demand_t_d[k]
    return found


def stage_supply(sources: tuple[Source, ...]) -> FloatArray:
    """Return usual arrivals by stage, shape (5, 8) [t/d]."""
    found = np.zeros((len(STAGES), len(SUPPLY_ELEMENTS)))
    for source in sources:
        found[STAGES.index(source.stage)] += source.t_d
    return found


def plan(case: ShockCase) -> FloatArray:
    """Return what the plants in Japan usually make from each stage for the next, shape (4, 8) [t/d].

    Raises
    ------
    FailedError : usual supply does not meet usual demand.
    """
    wanted, supply = stage_needs(needs(case), case.uptake), stage_supply(case.sources)
    made = np.zeros((len(STAGES) - 1, len(SUPPLY_ELEMENTS)))
    rest = wanted - supply
    for s in range(len(STAGES) - 1, 0, -1):
        made[s - 1] = np.maximum(rest[s], 0.0)
        made[s - 1, made[s - 1] < MATCH * wanted.sum(axis=0)] = 0.0
        rest[s - 1] += made[s - 1] / case.yields[s - 1]
    scale = np.maximum(wanted.sum(axis=0), 1e-12)
    left = np.minimum(rest, 0.0).sum(axis=0) + np.maximum(rest[0], 0.0)
    wrong = np.flatnonzero(np.abs(left) > 10.0 * MATCH * scale)
    if len(wrong):
        e = int(wrong[0])
        raise FailedError(
            f"shock {case.scenario}: usual supply of {SUPPLY_ELEMENTS[e]} misses usual demand by "
            f"{left[e] / scale[e]:+.3g} of it; they match before a shock; "
            "bring the sources to the demand with 'balanced'"
        )
    return made


def balanced(
    sources: tuple[Source, ...], demand_t_d: FloatArray, yields: FloatArray, uptake: tuple[str, ...]
) -> tuple[tuple[Source, ...], FloatArray]:
    """Return sources scaled per element so that they just meet a demand, and the factors.

    Parameters
    ----------
    sources : usual supply, any amounts.
    demand_t_d : shape (9, 8) [t/d]; nan counts as none.
    yields, uptake : as of :class:`ShockCase`.

    Returns
    -------
    Scaled sources; factor of each element, shape (8,), nan where there is supply but no demand figure.

    Raises
    ------
    FailedError : an element is in demand and nobody supplies it, or a stage is given more than is used from it on.

    Notes
    -----
    Both sides are counted in the material of the first stage: x tonnes at a stage stand for x over the yields before
    it. A surplus at a late stage cannot be undone, so it is cut back and the earlier stages are raised instead.
    """
    demand = np.nan_to_num(np.asarray(demand_t_d, np.float64), nan=0.0)
    wanted, supply = stage_needs(demand, uptake), stage_supply(sources)
    worth = 1.0 / np.cumprod(np.concatenate(([1.0], yields)))[:, np.newaxis]
    factor = np.zeros(supply.shape)
    for e in range(supply.shape[1]):
        factor[:, e] = _stage_factors(wanted[:, e], supply[:, e], worth[:, 0], e)
    scaled = tuple(
        Source(one.origin, one.stage, one.t_d * factor[STAGES.index(one.stage)], one.china_share, one.firm_share)
        for one in sources
    )
    overall = np.divide(
        (wanted * worth).sum(axis=0), (supply * worth).sum(axis=0),
        out=np.full(supply.shape[1], np.nan), where=(supply.sum(axis=0) > 0.0) & (wanted.sum(axis=0) > 0.0),
    )  # fmt: skip
    return scaled, overall


def _stage_factors(wanted: FloatArray, supply: FloatArray, worth: FloatArray, element: int) -> FloatArray:
    """Return factors per stage of one element: one factor for all, cut back where a late stage would overflow."""
    factor = np.zeros(len(wanted))
    fixed = np.zeros(len(wanted), np.bool_)
    for _ in range(len(wanted)):
        need = float(((wanted - np.where(fixed, factor * supply, 0.0)) * worth).sum())
        have = float(np.where(fixed, 0.0, supply * worth).sum())
        if need > MATCH * float((wanted * worth).sum()) and have == 0.0:
            raise FailedError(
                f"shock: {SUPPLY_ELEMENTS[element]} is in demand and no source can supply it at a stage early enough; "
                "every demand has a source; add one"
            )
        factor[~fixed] = max(need, 0.0) / have if have > 0.0 else 0.0
        over = _overflow(wanted * worth, factor * supply * worth, fixed)
        if over < 0:
            return factor
        later = float((wanted * worth)[over:].sum() - (factor * supply * worth)[over + 1 :].sum())
        factor[over] = max(later, 0.0) / float((supply * worth)[over])
        fixed[over] = True
    return factor


def _overflow(wanted: FloatArray, supply: FloatArray, fixed: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> int:
    """Return the last stage from which on more is supplied than used, -1 for none."""
    for s in range(len(wanted) - 1, 0, -1):
        if not fixed[s] and supply[s:].sum() > wanted[s:].sum() * (1.0 + MATCH / 10.0) and supply[s] > 0.0:
            return s
    return -1


def check(case: ShockCase) -> None:
    """Refuse a case that cannot be played; FailedError or UsageError, one line."""
    started(case.tables, case.scenario, case.start)
    for rule in case.rules:
        if rule not in RULES:
            raise UsageError(f"rule '{rule}' found; one of the allocation rules is needed; {did_you_mean(rule, RULES)}")
    for source in case.sources:
        if source.stage not in STAGES:
            raise FailedError(
                f"source '{source.origin}': stage '{source.stage}' found; {did_you_mean(source.stage, STAGES)}"
            )
        not_negative(f"source '{source.origin}' {source.stage}", "flow [t/d]", source.t_d, "correct the network")
    not_negative("shock", "demand [t/d]", needs(case), "correct the demand")
    sizes = {
        "sectors of demand": (len(case.demand_t_d), len(SECTORS)),
        "uptake stages": (len(case.uptake), len(SECTORS)),
    }
    sizes["days"] = (case.days, max(case.days, 1))
    for what, (found, wanted) in sizes.items():
        if found != wanted:
            raise FailedError(f"shock {case.scenario}: {found} {what} found; {wanted} are needed; correct the case")
