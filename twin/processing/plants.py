"""The plants on the mainland in time: when lots become mixed oxide and batches oxide, and what lies where each day.

The hydrometallurgical plant takes what is delivered first in, first out, at its capacity, in campaigns. Separation
takes mixed oxide in batches: by another's plant for a fee (toll) or in an own circuit. Dates may lie long after the
last ship is home.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ops_data.errors import ModelError, did_you_mean
from ops_data.units import JST_OFFSET_S, SECONDS_PER_DAY
from twin.models.limits import not_negative, refuse_where
from twin.models.queueing import batches, campaigns, fifo, first_order_date, first_order_passed, passed

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LAG_KEY: Final[Mapping[str, str]] = {"toll": "toll.lag_d", "own_circuit": "circuit.lag_d"}
SEPARATIONS: Final = tuple(LAG_KEY)
DATED_SHARE: Final = 0.95  # of a batch that must have left an own circuit for its oxide to count as made
STOCKS: Final[Mapping[str, str]] = {
    "plant_stock_dry_t": "dry solids delivered and not yet taken in by the plant",
    "plant_work_reo_kg": "rare-earth oxide taken in by the plant, its lot not done",
    "mixed_oxide_reo_kg": "rare-earth oxide in mixed oxide that waits for separation",
    "separation_reo_kg": "rare-earth oxide in separation",
    "oxide_made_kg": "separated oxide made so far",
}


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """When the plant works on each lot, Unix UTC seconds, shape (n,), in the order in which lots were given.

    Attributes
    ----------
    arrive_s : when the lot is there.
    start_s, finish_s : from its first tonne to its last.
    done_s : when its mixed oxide is packed and assayed: the date of the lot.
    campaign : number of the plant's campaign, from 0.
    """

    arrive_s: Ints
    start_s: Ints
    finish_s: Ints
    done_s: Ints
    campaign: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Batches:
    """What is separated together, and when; Unix UTC seconds, shape (batches,), in the order of time.

    Attributes
    ----------
    group : number of the batch that each lot goes into, from 0, shape (n,), in the order in which lots were given.
    ready_s : when the last lot of the batch is done.
    start_s, finish_s : from the first kilogram fed to separation to the last.
    date_s : the date of the batch's oxides.
    reo_kg : rare-earth oxide fed.
    separation : "toll" or "own_circuit".
    lag_s : between feed and oxide.
    """

    group: Ints
    ready_s: Ints
    start_s: Ints
    finish_s: Ints
    date_s: Ints
    reo_kg: Floats
    separation: str
    lag_s: float

    def __len__(self) -> int:
        return len(self.date_s)


def hydromet(arrive_s: ArrayLike, dry_t: ArrayLike, values: Mapping[str, float]) -> Plan:
    """Return when each lot is leached and becomes mixed oxide.

    Parameters
    ----------
    arrive_s : when lots are at the plant, Unix UTC seconds, any order, shape (n,).
    dry_t : dry solids of each [t], 0 or more, shape (n,).
    values : ``plant.capacity_t_d`` dry solids a calendar day, stops included [t/d], above 0; ``plant.batch_t`` dry
        solids in stock that a campaign begins with [t]; ``plant.lag_d`` from a lot's last tonne to its packed and
        assayed mixed oxide [d].

    Raises
    ------
    ModelError : a time is not finite, a mass or a value is out of its range; the message names it.

    Notes
    -----
    First in, first out (`twin.models.queueing.campaigns`). A lot is as long in work as its dry solids need at
    capacity; a voyage of several days' feed is taken in evenly over those days, and the lot is dated by its last
    tonne. A plant that is idle begins with ``plant.batch_t`` in stock, or when no more is to come.

    Examples
    --------
    2,300 t at 100 t/d are in work for 23 days, and dated 2 days later:

    >>> plan = hydromet([0], [2_300.0], {"plant.capacity_t_d": 100.0, "plant.batch_t": 500.0, "plant.lag_d": 2.0})
    >>> (plan.finish_s // 86_400).tolist(), (plan.done_s // 86_400).tolist()
    ([23], [25])
    """
    capacity_t_d = _above_zero(values, "plant.capacity_t_d")
    least_t, lag_s = _at_least_zero(values, "plant.batch_t"), _lag_s(values, "plant.lag_d")
    arrived, mass_t = _times("arrive_s", arrive_s), not_negative("plant", "dry_t", dry_t, "correct the lot")
    order = np.argsort(arrived, kind="stable")
    served = campaigns(arrived[order], mass_t[order], mass_t[order] / capacity_t_d * SECONDS_PER_DAY, least_t)
    back = np.argsort(order, kind="stable")
    finish_s = served.finish_s[back]
    return Plan(
        arrive_s=_seconds(arrived),
        start_s=_seconds(served.start_s[back]),
        finish_s=_seconds(finish_s),
        done_s=_seconds(finish_s + lag_s),
        campaign=served.campaign[back],
    )


def separation(done_s: ArrayLike, reo_kg: ArrayLike, values: Mapping[str, float], separation: str = "toll") -> Batches:
    """Return which lots of mixed oxide are separated together, and when.

    Parameters
    ----------
    done_s : when the mixed oxide of each lot is there, Unix UTC seconds, any order, shape (n,).
    reo_kg : rare-earth oxide in it [kg], 0 or more, shape (n,).
    values : ``separation.batch_kg`` that a batch is closed with [kg REO]; ``separation.capacity_kg_d`` [kg REO/d],
        above 0; ``toll.lag_d`` or ``circuit.lag_d`` [d].
    separation : "toll" or "own_circuit".

    Raises
    ------
    ModelError : a time is not finite, a mass or a value is out of its range, a way of separation unknown.

    Notes
    -----
    A batch is closed by the lot that brings it to ``separation.batch_kg``, or by the last lot of all; lots are not
    cut. Batches are fed first in, first out, at capacity. Toll: oxide comes back a fixed time after the last kilogram
    was handed over. Own circuit: a first-order hold-up with time constant ``circuit.lag_d``; the oxide of a batch is
    dated when 95 % of it is out, about three time constants after a quick feed, and the rest flows on.

    Examples
    --------
    >>> values = {"separation.batch_kg": 1_000.0, "separation.capacity_kg_d": 500.0, "toll.lag_d": 60.0}
    >>> made = separation([0, 86_400, 864_000], [600.0, 600.0, 100.0], values)
    >>> made.group.tolist(), made.reo_kg.tolist(), (made.date_s / 86_400).tolist()
    ([0, 0, 1], [1200.0, 100.0], [63.4, 70.2])
    """
    if separation not in SEPARATIONS:
        known = did_you_mean(separation, SEPARATIONS)
        raise ModelError(f"separation: '{separation}' found; {' or '.join(SEPARATIONS)} is needed; {known}")
    capacity_kg_d = _above_zero(values, "separation.capacity_kg_d")
    least_kg, lag_s = _at_least_zero(values, "separation.batch_kg"), _lag_s(values, LAG_KEY[separation])
    done, mass_kg = _times("done_s", done_s), not_negative("separation", "reo_kg", reo_kg, "correct the lot")
    order = np.argsort(done, kind="stable")
    group = batches(mass_kg[order], least_kg)[np.argsort(order, kind="stable")]
    count = int(group.max()) + 1 if len(group) else 0
    fed_kg = np.zeros(count)
    np.add.at(fed_kg, group, mass_kg)
    ready_s = np.full(count, -np.inf)
    holds = (mass_kg > 0.0) | (fed_kg[group] == 0.0)  # a lot that holds nothing keeps no batch waiting
    np.maximum.at(ready_s, group[holds], done[holds])
    start_s, finish_s = fifo(ready_s, fed_kg / capacity_kg_d * SECONDS_PER_DAY)
    date_s = finish_s + lag_s if separation == "toll" else first_order_date(start_s, finish_s, lag_s, DATED_SHARE)
    return Batches(
        group=group,
        ready_s=_seconds(ready_s),
        start_s=_seconds(start_s),
        finish_s=_seconds(finish_s),
        date_s=_seconds(date_s),
        reo_kg=fed_kg,
        separation=separation,
        lag_s=lag_s,
    )


def jst_days(first_s: int, last_s: int) -> tuple[int, int]:
    """Return the number of the first day in Japan standard time, from 1970-01-01, and how many days two times span.

    Examples
    --------
    From a second before midnight in Japan (15:00 UTC) to midnight:

    >>> jst_days(53_999, 54_000)
    (0, 2)
    """
    first = (first_s + JST_OFFSET_S) // SECONDS_PER_DAY
    return first, max(0, (last_s + JST_OFFSET_S) // SECONDS_PER_DAY - first + 1)


def inventory(
    plan: Plan, made: Batches, dry_t: ArrayLike, reo_kg: ArrayLike, oxide_kg: ArrayLike, first_day: int, days: int
) -> dict[str, Floats]:
    """Return what lies in each stage at the end of each day.

    Parameters
    ----------
    plan, made : of `hydromet` and `separation`, of the same n lots.
    dry_t, reo_kg : dry solids delivered [t], and rare-earth oxide in the mixed oxide [kg], of each lot, shape (n,).
    oxide_kg : separated oxides of each batch, all products together [kg], shape (batches,).
    first_day, days : days in Japan standard time, as `jst_days` gives them.

    Returns
    -------
    Name of `STOCKS` → amounts at the midnight that ends each day, shape (days,).

    Notes
    -----
    A stock is what has entered less what has left. A lot enters the plant's stock at once and leaves it evenly from
    start to finish; its rare earths (those that it gives as mixed oxide: losses are not in any stock) are in work
    until the lot is done, then wait as mixed oxide, enter separation evenly while their batch is fed, and leave it as
    the way of separation says. At every moment each lot's rare earths are in one stage or made.
    """
    solids_t, rare_kg = (not_negative("inventory", name, x, "correct it") for name, x in _named(dry_t, reo_kg))
    ends_s = (first_day + 1 + np.arange(days)) * SECONDS_PER_DAY - JST_OFFSET_S
    there = passed(ends_s, plan.arrive_s, plan.arrive_s)
    taken_in = passed(ends_s, plan.start_s, plan.finish_s)
    done_kg = passed(ends_s, plan.done_s, plan.done_s) @ rare_kg
    fed_kg = passed(ends_s, made.start_s, made.finish_s) @ made.reo_kg
    if made.separation == "toll":
        out = passed(ends_s, made.date_s, made.date_s)
    else:
        out = first_order_passed(ends_s, made.start_s, made.finish_s, made.lag_s)
    found = (
        (there - taken_in) @ solids_t,
        taken_in @ rare_kg - done_kg,
        done_kg - fed_kg,
        fed_kg - out @ made.reo_kg,
        out @ not_negative("inventory", "oxide_kg", oxide_kg, "correct it"),
    )
    return {name: np.maximum(values, 0.0) for name, values in zip(STOCKS, found, strict=True)}


def _named(dry_t: ArrayLike, reo_kg: ArrayLike) -> tuple[tuple[str, ArrayLike], tuple[str, ArrayLike]]:
    return ("dry_t", dry_t), ("reo_kg", reo_kg)


def _times(name: str, time_s: ArrayLike) -> Floats:
    found = np.asarray(time_s, np.float64)
    refuse_where(~np.isfinite(found), "plants", name, found, "must be a finite number of seconds", "correct the lot")
    return found


def _seconds(time_s: Floats) -> Ints:
    return np.rint(time_s).astype(np.int64)


def _above_zero(values: Mapping[str, float], key: str) -> float:
    found = _at_least_zero(values, key)
    if found == 0.0:
        raise ModelError(f"{key}: 0 found; a plant that does nothing never finishes; give more than 0")
    return found


def _at_least_zero(values: Mapping[str, float], key: str) -> float:
    return float(not_negative("plants", key, values[key], "correct the value"))


def _lag_s(values: Mapping[str, float], key: str) -> float:
    return _at_least_zero(values, key) * SECONDS_PER_DAY
