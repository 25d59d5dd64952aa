"""From the tables of a sealed run to what `twin.bottleneck` reads of each replicate."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from ops_data.units import GRAMS_PER_TONNE
from twin.indicators.record import Floats, Ints, Rows
from twin.operations import codes as c
from twin.operations.laws import Luck
from twin.run import Parameters
from twin.scenario import Scenario, draw_parameters

if TYPE_CHECKING:
    import pandas as pd

COLUMNS: Final = (
    "replicate",
    "asset",
    "activity",
    "state",
    "cause",
    "dry_t",
    "start_utc",
    "duration_s",
    "over_limit_s",
)
DAY_COLUMNS: Final = ("replicate", "name", "value")


def replicate_rows(intervals: "pd.DataFrame", scenario: Scenario) -> Iterator[tuple[int, list[Rows], list[Rows]]]:
    """Yield each replicate's number, the rows of its mining vessels and the rows of its shuttles.

    Parameters
    ----------
    intervals : the columns `COLUMNS` of the table ``intervals``, in its order.
    scenario : the campaign.
    """
    vessels = scenario.mining.vessels
    ships = vessels + (scenario.shuttles.count if scenario.transfer.method != "none" else 0)
    number = intervals["replicate"].to_numpy()
    asset = intervals["asset"].cat.codes.to_numpy()
    edges = np.flatnonzero(np.diff(number, prepend=-1) | np.diff(asset, prepend=-1))
    columns = Rows(
        activity=_codes(intervals["activity"], c.ACTIVITIES),
        state=_codes(intervals["state"], c.STATES),
        cause=_codes(intervals["cause"], c.CAUSES),
        start_s=intervals["start_utc"].to_numpy(np.int64),
        end_s=intervals["start_utc"].to_numpy(np.int64) + intervals["duration_s"].to_numpy(np.int64),
        dry_g=np.rint(intervals["dry_t"].to_numpy(np.float64) * GRAMS_PER_TONNE).astype(np.int64),
        over_s=intervals["over_limit_s"].to_numpy(np.int64),
    )
    assets = [_part(columns, slice(a, b)) for a, b in zip(edges, [*edges[1:], len(number)], strict=True)]
    first = np.flatnonzero(np.diff(number[edges], prepend=-1))
    for at in first.tolist():  # assets stand in rank order: mining vessels, shuttles, plant, carriers
        yield int(number[edges[at]]), assets[at : at + vessels], assets[at + vessels : at + ships]


def _codes(column: "pd.Series", names: Sequence[str]) -> Ints:
    place = {name: code for code, name in enumerate(names)}
    codes = np.array([place[word] for word in column.cat.categories], dtype=np.int64)
    found: Ints = codes[column.cat.codes.to_numpy()]
    return found


def _part(whole: Rows, some: slice) -> Rows:
    return Rows(
        activity=whole.activity[some],
        state=whole.state[some],
        cause=whole.cause[some],
        start_s=whole.start_s[some],
        end_s=whole.end_s[some],
        dry_g=whole.dry_g[some],
        over_s=whole.over_s[some],
    )


def lifted_by_day(daily: "pd.DataFrame", mass_basis: str) -> tuple[Ints, Floats]:
    """Return the replicates and their mud on deck by day [t on the mass basis], shape (replicates, days).

    Parameters
    ----------
    daily : the columns `DAY_COLUMNS` of the table ``daily``, in its order.
    mass_basis : wet or dry.
    """
    rows = daily[daily["name"] == f"lifted_{mass_basis}_t"]
    number = rows["replicate"].to_numpy(np.int64)
    first = np.flatnonzero(np.diff(number, prepend=-1))
    return number[first], rows["value"].to_numpy(np.float64).reshape(len(first), -1)


def with_luck(
    scenario: Scenario, seed: int, parameters: Parameters, intervals: "pd.DataFrame", day_t: dict[int, Floats]
) -> Iterator[tuple[Luck, Sequence[Rows], Sequence[Rows], Floats]]:
    """Yield what `bottleneck.explain` asks of each replicate in a table of intervals.

    Parameters
    ----------
    scenario, seed, parameters : of the run.
    intervals : as for `replicate_rows`.
    day_t : mud on deck by day of each replicate [t on the mass basis].
    """
    for number, mining, shuttles in replicate_rows(intervals, scenario):
        luck = Luck(scenario, draw_parameters(scenario, seed, number, parameters), seed, number)
        yield luck, mining, shuttles, day_t[number]
