"""A shock to supply: what reaches Japan, what stocks and plants make of it, and how well each sector is served."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from ops_data.reference.supply.shock_rows import ShockTables
from ops_data.supply_names import CONTROLLED, SECTORS, STAGES, SUPPLY_ELEMENTS
from twin.models.allocation import RULE_NUMBERS, order_of
from twin.models.limits import FloatArray
from twin.models.stock_chain import Chain, Tally, followed, worst_gap
from twin.supply.shock_case import CATEGORIES, ShockCase, check, needs, plan, stage_needs, stage_supply
from twin.supply.shock_measures import Measures, measures
from twin.supply.shock_paths import Regime, Responses, regime, responses
from twin.supply.shock_stream import Consignments, Stream, drawn_stream, even_stream

RESERVE_STAGE: Final = STAGES.index("separated_oxide")
NEVER: Final = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What a shock does under one allocation rule.

    Attributes
    ----------
    rule : the rule.
    fill : share of its need each sector gets on each day, shape (9, days) [1]; nan for a sector without demand.
    lost_t : need that is not served, shape (9 sectors, 8 elements) [t].
    measures : fill rates, line-down days, times to survive and to recover, cover.
    tally : stocks and flows of every day.
    closure : largest gap of the daily balances, over the largest term [1].
    """

    rule: str
    fill: FloatArray
    lost_t: FloatArray
    measures: Measures
    tally: Tally
    closure: float


@dataclass(frozen=True, slots=True, eq=False)
class ShockResult:
    """A scenario of one draw under each rule asked for; they share one stream of consignments.

    Attributes
    ----------
    scenario, draw : which.
    outcomes : by rule, in the order asked for.
    surviving : what clears customs on each day over the usual, as separated oxide, shape (days, 8) [1]; nan for an
        element without supply. It comes in lumps of a week: take means.
    consignments : every consignment, for the logistics panels.
    start_d, end_d : first day of the shock and the day it ends, from the first day of the case.
    chain : what the days were reckoned with.
    """

    scenario: str
    draw: int
    outcomes: dict[str, Outcome]
    surviving: FloatArray
    consignments: Consignments
    start_d: float
    end_d: float
    chain: Chain


def shock(case: ShockCase) -> ShockResult:
    """Return what a scenario does to Japan's supply.

    Parameters
    ----------
    case : supply, demand, stocks, choices and numbers of one draw.

    Raises
    ------
    FailedError, UsageError, ModelError : the case cannot be played; one line.

    Notes
    -----
    First the consignments: orders, the queue for licences, quota and leakage in events (SimPy); days at sea and in
    customs are drawn with each order. They do not depend on how a shortage is shared out, so all rules see the same
    ones. Then the days: arrivals fill the stocks of five stages, plants in Japan work them up, sectors are served by
    the rule, and the state reserve steps in where it may. Orders make up for what was lost up to what the stocks hold;
    they do not look at the stocks themselves.
    """
    check(case)
    rules, reaction = regime(case), responses(case)
    drawn = case.choices.logistics == "drawn"
    stream = drawn_stream(case, rules) if drawn else even_stream(case, rules)
    chain = chain_of(case, rules, reaction, stream)
    surviving = _surviving(case, chain)
    outcomes = {rule: _outcome(case, rules, rule, chain) for rule in case.rules}
    return ShockResult(
        case.scenario, case.draw, outcomes, surviving, stream.consignments, rules.start_d, rules.end_d, chain
    )


def chain_of(case: ShockCase, rules: Regime, reaction: Responses, stream: Stream) -> Chain:
    """Return what the stocks are reckoned with."""
    values, demand, made = case.values, needs(case), plan(case)
    used = [STAGES.index(stage) for stage in dict.fromkeys(case.uptake)]
    stage_of = np.repeat(np.array(sorted(used), np.int64), len(SUPPLY_ELEMENTS))
    element_of = np.tile(np.arange(len(SUPPLY_ELEMENTS)), len(used))
    need = np.zeros((len(SECTORS), len(stage_of)))
    for k, stage in enumerate(case.uptake):
        mine = stage_of == STAGES.index(stage)
        need[k, mine] = demand[k, element_of[mine]]
    asked = need.any(axis=0) if need.any() else np.ones(need.shape[1], np.bool_)
    need, stage_of, element_of = need[:, asked].copy(), stage_of[asked], element_of[asked]
    wanted = stage_needs(demand, case.uptake)
    target = firm_stock_t(case) + values["shock.working_stock_d"] * stage_supply(case.sources)
    arrivals = stream.arrivals_t.copy()
    arrivals[:, RESERVE_STAGE] += reaction.new[:, np.newaxis] * as_oxide(wanted, case.yields).sum(axis=0)
    reserve, category_of = reserves(case, wanted)
    release = rules.start_d + values["shock.release_delay_d"] if case.choices.release == "on_shortage" else np.inf
    rank = np.asarray(case.priority, np.float64)
    alone = np.zeros(len(stage_of), np.int64) if case.choices.complementary else element_of.astype(np.int64)
    return Chain(
        arrivals, need, stage_of, element_of.astype(np.int64), reaction.demand, reaction.content,
        made, made * (1.0 + values["shock.spare_line_share"]), np.asarray(case.yields, np.float64), target,
        values["shock.smoothing_d"], np.maximum(target + stream.early_t, 0.0), reserve, RESERVE_STAGE,
        _day(release, case.days), _day(rules.end_d, case.days), category_of,
        order_of(case.priority, len(SECTORS)), rank.max() + 1.0 - rank,
        np.full(len(SECTORS), values["shock.minimum_share"]), alone, int(alone.max()) + 1,
    )  # fmt: skip


def _day(day: float, days: int) -> int:
    return min(round(day), days) if np.isfinite(day) else days


def firm_stock_t(case: ShockCase) -> FloatArray:
    """Return what firms keep in stock beside what they need to bridge two ships, by stage, shape (5, 8) [t].

    Notes
    -----
    Days of what passes a stage. As most goods enter the chain late, all stages together hold fewer days of demand than
    the sum of their days, and never more.
    """
    through = stage_needs(needs(case), case.uptake)
    through[:-1] += plan(case) / np.asarray(case.yields)[:, np.newaxis]
    days = np.array([case.values[f"shock.private_{stage}_days"] for stage in STAGES])
    return np.asarray(through * days[:, np.newaxis])


def reserves(case: ShockCase, wanted_t_d: FloatArray) -> tuple[FloatArray, np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """Return the state reserve by category, as separated oxide, shape (categories, 8) [t], and each sector's category.

    Notes
    -----
    Days of the usual need of a category's sectors; the controlled elements ``shock.reserve_heavy_factor`` times as
    many. Without ring fences it is one pool of the same size.
    """
    values, demand = case.values, needs(case)
    heavy = np.array([element in CONTROLLED for element in SUPPLY_ELEMENTS])
    factor = np.where(heavy, values["shock.reserve_heavy_factor"], 1.0)
    names = list(CATEGORIES)
    kept = np.zeros((len(names), len(SUPPLY_ELEMENTS)))
    category_of = np.zeros(len(SECTORS), np.int64)
    for k, sector in enumerate(SECTORS):
        c = next(n for n, name in enumerate(names) if sector in CATEGORIES[name])
        category_of[k] = c
        one = np.zeros_like(wanted_t_d)
        one[STAGES.index(case.uptake[k])] = demand[k]
        kept[c] += values[f"shock.reserve_{names[c]}_days"] * factor * as_oxide(one, case.yields).sum(axis=0)
    if case.choices.ring_fence == "none":
        return kept.sum(axis=0, keepdims=True), np.zeros(len(SECTORS), np.int64)
    return kept, category_of


def as_oxide(amount: FloatArray, yields: FloatArray) -> FloatArray:
    """Return amounts by stage, shape (..., 5, 8), as what they are or were as separated oxide."""
    whole = np.cumprod(np.concatenate(([1.0], np.asarray(yields, np.float64))))
    return np.asarray(amount * (whole[RESERVE_STAGE] / whole)[:, np.newaxis])


def _surviving(case: ShockCase, chain: Chain) -> FloatArray:
    """Return what clears over the usual need, by day and element."""
    came = as_oxide(chain.arrivals_t, case.yields).sum(axis=1)
    usual = as_oxide(stage_needs(needs(case), case.uptake), case.yields).sum(axis=0)
    none = np.full(came.shape, np.nan)
    return np.asarray(np.divide(came, usual, out=none, where=usual > 0.0))


def _outcome(case: ShockCase, rules: Regime, rule: str, chain: Chain) -> Outcome:
    tally = followed(RULE_NUMBERS[rule], chain)
    demand = needs(case)
    if chain.bundles == 1:
        fill = tally.fill[:, :, 0].T.copy()
        lost = demand * (((1.0 - fill) * chain.demand.T) @ chain.content)
    else:
        today = demand[np.newaxis] * chain.demand[:, :, np.newaxis] * chain.content[:, np.newaxis, :]
        whole, served = today.sum(axis=2), (tally.fill * today).sum(axis=2)
        fill = np.divide(served, whole, out=np.full(whole.shape, np.nan), where=whole > 0.0).T.copy()
        lost = ((1.0 - tally.fill) * today).sum(axis=0)
    fill[demand.sum(axis=1) == 0.0] = np.nan
    found = measures(case, rules, fill, lost, _oxide_stock(case, chain, tally), _oxide_flows(case, chain))
    return Outcome(rule, fill, lost, found, tally, worst_gap(chain, tally))


def _oxide_stock(case: ShockCase, chain: Chain, tally: Tally) -> FloatArray:
    """Return all stock at the start of each day, as separated oxide, shape (days, 8) [t]."""
    before = np.concatenate((chain.stock_t[np.newaxis], tally.stock_t[:-1]))
    kept = np.concatenate((chain.reserve_t[np.newaxis], tally.reserve_t[:-1])).sum(axis=1)
    return np.asarray(as_oxide(before, case.yields).sum(axis=1) + kept)


def _oxide_flows(case: ShockCase, chain: Chain) -> tuple[FloatArray, FloatArray]:
    """Return need and arrivals of each day, as separated oxide, shape (days, 8) [t/d]."""
    whole = np.cumprod(np.concatenate(([1.0], np.asarray(case.yields, np.float64))))
    worth = np.array([whole[RESERVE_STAGE] / whole[STAGES.index(stage)] for stage in case.uptake])
    need = (chain.demand * worth) @ needs(case) * chain.content
    return need, as_oxide(chain.arrivals_t, case.yields).sum(axis=1)


def printed_chances(tables: ShockTables) -> dict[str, tuple[float, float]]:
    """Return the printed probability of each scenario that has one: its lower and its upper end [1]."""
    return {
        key: (row.printed_low, row.printed_high)
        for key, row in tables.shock_scenarios.items()
        if row.printed_low is not None and row.printed_high is not None
    }


def normalised(printed: Mapping[str, tuple[float, float]], end: str) -> dict[str, float]:
    """Return printed probabilities brought to a sum of one.

    Parameters
    ----------
    printed : scenario → lower and upper end as printed [1].
    end : ``low``, ``middle`` or ``high`` end of the ranges; ``none``: every weight is nan, nothing is weighted.

    Examples
    --------
    >>> four = {"S1": (0.30, 0.35), "S2": (0.40, 0.40), "S3": (0.15, 0.15), "S4": (0.10, 0.10)}
    >>> [round(100.0 * weight, 1) for weight in normalised(four, "low").values()]
    [31.6, 42.1, 15.8, 10.5]
    """
    if end == "none":
        return dict.fromkeys(printed, float("nan"))
    part = {"low": 0.0, "middle": 0.5, "high": 1.0}[end]
    raw = {name: low + part * (high - low) for name, (low, high) in printed.items()}
    total = sum(raw.values())
    return {name: value / total for name, value in raw.items()}


def weighted(results: Mapping[str, FloatArray], weights: Mapping[str, float]) -> FloatArray:
    """Return the weighted mean of results of scenarios; nan where weights are; infinite if one with weight is."""
    parts = [results[name] * weight for name, weight in weights.items() if weight != 0.0]
    return np.asarray(np.sum(parts, axis=0))
