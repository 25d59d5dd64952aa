"""Over all replicates: percentiles of every indicator, whether there are enough replicates, and the JSON document.

A probability is a mean with its 80 % interval. Anything else is P10, P50 and P90 over *all* replicates; one in which
the thing never happened has no row and counts as beyond every value, so that "home by day 95 in nine of ten" is never
said of the seven that came home. A percentile that lies there is infinite in the table and null in JSON.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ops_data.columns import TableData
from ops_data.reference.indicator_rows import PROBABILITY, indicator_row, indicator_rows
from twin.indicators.record import Floats
from twin.indicators.statistics import median_interval, percentiles, wilson_interval

if TYPE_CHECKING:
    import pandas as pd

SHARES: Final = (0.1, 0.5, 0.9)
SURROUNDINGS: Final = "environment"  # group of the other proxies of the environment, which a run makes
PLUME: Final = "plume"  # group of the indicators that an environmental study makes, not a run
SUPPLY: Final = "supply"  # group of those that a supply study makes
STUDIES: Final = (PLUME, SUPPLY)
IN_TIME: Final = ("survive_days", "recover_days", "cover_days")  # of a study, but never coming to it is an answer
CONFIDENCE: Final = 0.8
FEWEST: Final = 30  # replicates below which P10 and P90 rest on the three lowest and highest values
NARROW: Final = 0.1  # the median's interval over the median above which more replicates would help


@dataclass(frozen=True, slots=True)
class Spread:
    """One row of the table ``indicators``: median (or probability) with its P10 and P90 (or 80 % interval)."""

    name: str
    item: str
    period: str
    value: float
    low: float
    high: float
    unit: str

    @property
    def label(self) -> str:
        """Name, with the item in brackets if there is one."""
        inside = "; ".join(part for part in (self.item, self.period) if part)
        return f"{self.name}[{inside}]" if inside else self.name


def by_indicator(outcomes: "pd.DataFrame") -> dict[tuple[str, str, str], Floats]:
    """Return the values of every (name, item, period) over the replicates that have one, in the order of first row."""
    keys = ["name", "item", "period"]
    plain = outcomes.astype(dict.fromkeys(keys, "str"))
    groups = plain.groupby(keys, sort=False, observed=True)["value"]
    found: dict[tuple[str, str, str], Floats] = {}
    for (name, item, period), values in groups:
        found[str(name), str(item), str(period)] = values.to_numpy(np.float64)
    return found


def names_of(study: str | None) -> list[str]:
    """Return the indicators of a kind of study (its group), or those of a run (None), in the order of the rows."""
    if study is None:
        return [name for name, row in indicator_rows().items() if row.group not in STUDIES]
    return [name for name, row in indicator_rows().items() if row.group == study]


def summarise(outcomes: "pd.DataFrame", replicates: int, study: str | None = None) -> list[Spread]:
    """Return every indicator over all replicates.

    Parameters
    ----------
    outcomes : rows of the table ``outcomes`` of one run or study.
    replicates : how many replicates it has; one without a row for an indicator counts as "never". Of the indicators of
        a study it is left out where nothing could be told (no release, no rate of return), but for `IN_TIME`.
    study : group of the study whose outcomes these are; None: a run.

    Returns
    -------
    One entry per name, item and period, in the order of ``indicators.csv``; an indicator without any row has one entry
    that is "never".

    Raises
    ------
    UnknownNameError
        A name that `ops_data/reference/indicators.csv` does not have.
    """
    found = by_indicator(outcomes)
    seen = {name for name, _, _ in found}
    found |= {(name, "", ""): np.zeros(0) for name in names_of(study) if name not in seen}
    order = {name: place for place, name in enumerate(indicator_rows())}
    rows = sorted(found.items(), key=lambda entry: order.get(entry[0][0], -1))
    of_some = {name for group in STUDIES for name in names_of(group) if name not in IN_TIME}
    return [
        spread(*key, values, len(values) if key[0] in of_some and len(values) else replicates) for key, values in rows
    ]


def spread(name: str, item: str, period: str, values: Floats, replicates: int) -> Spread:
    """Return one indicator over all replicates from the values of those that have one."""
    unit = indicator_row(name).unit
    if unit == PROBABILITY:
        low, high = wilson_interval(round(float(values.sum())), replicates, CONFIDENCE)
        return Spread(name, item, period, float(values.sum()) / replicates, low, high, unit)
    low, middle, high = percentiles(with_never(values, replicates), SHARES).tolist()
    return Spread(name, item, period, middle, low, high, unit)


def with_never(values: Floats, replicates: int) -> Floats:
    """Return the values with +inf for every replicate that has none, shape (replicates,)."""
    return np.concatenate([values, np.full(replicates - len(values), np.inf)])


def indicator_columns(spreads: Sequence[Spread]) -> TableData:
    """Return the rows of the table ``indicators``."""
    names = ("name", "item", "period", "unit")
    texts = {name: [str(getattr(one, name)) for one in spreads] for name in names}
    numbers = {name: np.array([getattr(one, name) for one in spreads]) for name in ("value", "low", "high")}
    return texts | numbers


def read_spreads(indicators: "pd.DataFrame") -> list[Spread]:
    """Return the rows of the table ``indicators``, read back from a sealed run."""
    names = [field.name for field in fields(Spread)]
    return [Spread(*cells) for cells in indicators[names].itertuples(index=False, name=None)]


def finite(number: float) -> float | None:
    """Return a number for JSON: None (null) when it is beyond the horizon or undefined."""
    return number if math.isfinite(number) else None


def json_document(
    run_id: str,
    scenario: str,
    replicates: int,
    seed: int,
    mass_basis: str,
    wall_s: float,
    indicators: Iterable[Spread],
) -> dict[str, Any]:
    """Return what ``twin run --json`` prints, ready for `json.dumps` with ``allow_nan=False``.

    Returns
    -------
    ``{run_id, scenario, replicates, seed, mass_basis, wall_s, indicators: {label: {p10, p50, p90, unit}}}`` with
    finite numbers or null. For a probability p50 is the probability, p10 and p90 its 80 % interval.
    """
    return {
        "run_id": run_id,
        "scenario": scenario,
        "replicates": replicates,
        "seed": seed,
        "mass_basis": mass_basis,
        "wall_s": finite(wall_s),
        "indicators": {
            one.label: {"p10": finite(one.low), "p50": finite(one.value), "p90": finite(one.high), "unit": one.unit}
            for one in indicators
        },
    }


def convergence_notes(outcomes: "pd.DataFrame", replicates: int, name: str = "lifted_wet_t") -> list[str]:
    """Return plain sentences on whether there are enough replicates, judged by one indicator; empty when there are.

    Notes
    -----
    P10 and P90 of fewer than 30 replicates rest on the lowest and highest two or three of them. How well the median is
    known is read from the order statistics that enclose it with 80 % confidence, without assuming a distribution.
    """
    if replicates == 1:
        return ["One replicate says nothing about spread: P10, P50 and P90 are the same number."]
    row = indicator_row(name)
    values = with_never(by_indicator(outcomes[outcomes["name"] == name])[(name, "", "")], replicates)
    if values.min() == values.max():
        return [f"All {replicates} replicates have the same {_lower(row.title)}; more of them add nothing to it."]
    notes = []
    if replicates < FEWEST:
        rest = max(1, round(0.1 * replicates))
        ends = "lowest and the highest value" if rest == 1 else f"{rest} lowest and highest values"
        notes.append(f"{replicates} replicates are few: P10 and P90 rest on the {ends}; run {FEWEST} or more.")
    interval = median_interval(values, CONFIDENCE)
    middle = float(percentiles(values, [0.5])[0])
    if interval is not None and not (interval[1] - interval[0] <= NARROW * abs(middle)):
        low, high = (f"{limit:,.0f}" if math.isfinite(limit) else "never" for limit in interval)
        notes.append(
            f"The median of {_lower(row.title)} lies between {low} and {high} {row.unit} with 80 % confidence; "
            "four times the replicates halve that."
        )
    return notes


def _lower(title: str) -> str:
    return title[0].lower() + title[1:]
