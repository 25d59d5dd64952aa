"""What a scenario does on each day: flows let out, licence rules, buying ahead, and how demand and supply respond."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from ops_data.supply_names import SECTORS, SUPPLY_ELEMENTS
from ops_data.units import DAYS_PER_YEAR
from twin.models.limits import FloatArray
from twin.supply.shock_case import ShockCase, inputs_of

BEFORE_D: Final = 168  # days played before the shock, so that files and ships are under way when it comes
THRIFTED: Final = np.array([element in ("Dy", "Tb") for element in SUPPLY_ELEMENTS])


@dataclass(frozen=True, slots=True, eq=False)
class Regime:
    """The rules of each day; entry i is day i - BEFORE_D, shape (BEFORE_D + days,).

    Attributes
    ----------
    controlled, others : share of the usual flow China lets out to Japan, by whether the element is under licence [1].
    third_controlled, third_others : share of the usual goods of third countries made of Chinese material [1].
    competing : share of free supply from elsewhere that other buyers take [1].
    ahead : orders over the usual [1].
    acute : whether the scenario's licence rules hold.
    start_d, end_d : first day of the shock, and the day it ends, from the first day of the case.
    """

    controlled: FloatArray
    others: FloatArray
    third_controlled: FloatArray
    third_others: FloatArray
    competing: FloatArray
    ahead: FloatArray
    acute: np.ndarray[tuple[int], np.dtype[np.bool_]]
    start_d: float
    end_d: float


def regime(case: ShockCase) -> Regime:
    """Return what a scenario does on each day.

    Notes
    -----
    Let out: 1 before; during the shock max(floor, f - decline × years); after its end back to 1 on a straight line
    over ``recovery_d``. Goods of third countries follow later, and by the share of the cut that reaches them.
    """
    given, values = inputs_of(case), case.values
    day = np.arange(-BEFORE_D, case.days, dtype=np.float64)
    start, end = given["start_day"], given["start_day"] + given["duration_d"]
    acute = (day >= start) & (day < end)
    flows = []
    for name in ("flow_controlled", "flow_others"):
        flows.append(
            _flow(day, start, end, given[name], given["decline_per_year"], given["floor"], given["recovery_d"])
        )
    lag = round(values["shock.third_country_lag_d"])
    reach = values["shock.third_country_share"]
    third = [1.0 - reach * (1.0 - np.concatenate((np.ones(lag), flow))[: len(flow)]) for flow in flows]
    back = np.clip((day - end) / max(given["recovery_d"], 1.0), 0.0, 1.0)
    competing = given["competing_offtake"] * np.where(day >= start, 1.0 - back, 0.0)
    early = (day < start) & (day >= start - values["shock.preemptive_d"])
    ahead = np.where(early, given["preemptive"], 0.0)
    return Regime(flows[0], flows[1], third[0], third[1], competing, ahead, acute, start, end)


def _flow(
    day: FloatArray, start: float, end: float, share: float, decline: float, floor: float, recovery: float
) -> FloatArray:
    during = np.maximum(share - decline * np.maximum(day - start, 0.0) / DAYS_PER_YEAR, min(floor, share))
    last = max(share - decline * (end - start) / DAYS_PER_YEAR, min(floor, share))
    after = last + (1.0 - last) * np.clip((day - end + 1.0) / max(recovery, 1.0), 0.0, 1.0)
    return np.where(day < start, 1.0, np.where(day < end, during, after))


@dataclass(frozen=True, slots=True, eq=False)
class Responses:
    """How the usual changes, day by day.

    Attributes
    ----------
    demand : demand over the usual, shape (days, 9) [1].
    content : content over the usual, shape (days, 8) [1].
    new : new supply over the usual need, shape (days,) [1].
    """

    demand: FloatArray
    content: FloatArray
    new: FloatArray


def responses(case: ShockCase) -> Responses:
    """Return how demand and new supply react from ``shock.response_lag_d`` after the start on.

    Notes
    -----
    Demand: (1 - min(a t, most)) × (1 - σ(1 - exp(-t/τ))) × premium^elasticity; content of Dy and Tb: (1 - h)^t; new
    supply (b (1 - competing) + r) t, with t in years. A premium acts while the scenario lasts. Plants, parts and mines
    that have changed stay changed after the shock. Without responses all are 1, and there is no new supply.
    """
    values, given = case.values, inputs_of(case)
    day = np.arange(case.days, dtype=np.float64)
    begin = given["start_day"] + values["shock.response_lag_d"]
    since_yr = np.maximum(day + 0.5 - begin, 0.0) * (day >= begin) / DAYS_PER_YEAR
    if case.choices.responses == "none":
        since_yr = np.zeros(case.days)
    replaced = np.minimum(values["shock.substitution_per_year"] * since_yr, values["shock.substitution_most"])
    switched = values["shock.ab_share"] * -np.expm1(-since_yr * DAYS_PER_YEAR / values["shock.ab_time_d"])
    acute = (day >= given["start_day"]) & (day < given["start_day"] + given["duration_d"])
    answering = acute & (case.choices.responses == "ramps")
    dear = np.where(answering, given["premium"] ** values["shock.elasticity"], 1.0)
    demand = np.repeat(((1.0 - replaced) * (1.0 - switched) * dear)[:, np.newaxis], len(SECTORS), axis=1)
    if case.lumps is not None:
        demand = demand * case.lumps
    thrift = (1.0 - values["shock.heavy_thrift_per_year"]) ** since_yr
    content = np.where(THRIFTED[np.newaxis, :], thrift[:, np.newaxis], 1.0)
    fresh = values["shock.new_supply_per_year"] * (1.0 - given["competing_offtake"])
    return Responses(demand, content, (fresh + values["shock.recycling_per_year"]) * since_yr)
