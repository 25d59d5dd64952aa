"""From what a replicate played to the rows of the store: intervals, lots, daily series and outcomes."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from ops_data.columns import Coded, TableData
from ops_data.elements import ELEMENTS
from ops_data.units import GRAMS_PER_TONNE, JST_OFFSET_S, SECONDS_PER_DAY, SECONDS_PER_HOUR
from twin.indicators.balance_rows import balance_columns
from twin.indicators.categories import CATEGORIES
from twin.indicators.ledger_rows import ledger_columns
from twin.indicators.lot_rows import FROM_THE_HOLD, lot_columns
from twin.indicators.outcome_rows import outcome_rows
from twin.indicators.processed import Processed, processed
from twin.indicators.record import Floats, Ints, Replicate, jst_day, read_replicate
from twin.indicators.registry import outcomes
from twin.indicators.stocks import ROUNDED, days_spanned, oxides_by_day, stocks
from twin.operations import codes as c
from twin.operations.campaign import Played
from twin.operations.loads import USES
from twin.operations.world import Lot
from twin.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

EPOCH: Final = date(1970, 1, 1)


def replicate_tables(
    scenario: Scenario, values: Mapping[str, float], replicate: int, played: Played
) -> dict[str, TableData]:
    """Return the rows of one replicate for every table that has a replicate column.

    Parameters
    ----------
    scenario, values : the campaign and the quantity values of this replicate by key.
    replicate : its number.
    played : what `operations.campaign.simulate` returned, played to the horizon.

    Returns
    -------
    Table name → columns as `ops_data.schemas` declares them; without ``intervals`` when ``campaign.detail`` is daily.
    Intervals come by asset in rank order (mining vessels, shuttles, plant, carriers), then by start.
    """
    one = read_replicate(scenario, values, played)
    made = processed(one, played)
    tables = {
        "lots": lot_columns(replicate, made),
        "ledger": ledger_columns(replicate, made),
        "balance": balance_columns(replicate, made),
        "daily": daily_columns(replicate, made),
        "outcomes": outcome_columns(replicate, made),
    }
    if scenario.campaign.detail == "intervals":
        tables["intervals"] = interval_columns(replicate, played)
    return tables


def interval_columns(replicate: int, played: Played) -> TableData:
    """Return the interval log of a replicate; a lift's batch is the first parcel that leaves the hold after it."""
    rows = np.concatenate(list(played.rows.values()))
    batch = np.concatenate([lift_batches(asset, own, played.lots) for asset, own in played.rows.items()])
    counts = [len(own) for own in played.rows.values()]
    code = rows[:, c.R_CODE]
    return {
        "replicate": np.full(len(rows), replicate, dtype=np.int32),
        "asset": Coded(np.repeat(np.arange(len(counts)), counts), tuple(played.rows)),
        "activity": Coded(code % c.STATE_UNIT, c.ACTIVITIES),
        "state": Coded((code // c.STATE_UNIT) % (c.CAUSE_UNIT // c.STATE_UNIT), c.STATES),
        "cause": Coded(code // c.CAUSE_UNIT, c.CAUSES),
        "hole": rows[:, c.R_HOLE].astype(np.int32),
        "batch_id": batch,
        "dry_t": rows[:, c.R_DRY_G] / GRAMS_PER_TONNE,
        "start_utc": rows[:, c.R_START],
        "duration_s": (rows[:, c.R_END] - rows[:, c.R_START]).astype(np.int32),
        "over_limit_s": rows[:, c.R_OVER_S].astype(np.int32),
    }


def lift_batches(asset: str, rows: Ints, lots: Sequence[Lot]) -> Ints:
    """Return, for every row of an asset, the lot its mud went into, shape (n,) int32; -1 for rows that lift none.

    Mud mixes in the hold: the lot named is the first parcel that leaves the hold at or after the end of the lift, -1
    while none has.
    """
    parcels = [lot for lot in lots if lot.from_asset == asset and lot.stage in FROM_THE_HOLD]
    ids = np.array([*(lot.lot_id for lot in parcels), c.NONE], dtype=np.int32)
    left_s = np.array([lot.time_s for lot in parcels], dtype=np.int64)
    lifts = (rows[:, c.R_DRY_G] > 0) & (rows[:, c.R_CODE] % c.STATE_UNIT == c.ACTIVITY["lift"])
    return np.where(lifts, ids[np.searchsorted(left_s, rows[:, c.R_END])], np.int32(c.NONE))


def daily_columns(replicate: int, made: Processed) -> TableData:
    """Return the daily series of a replicate, by name, then by JST day.

    ``lifted_wet_t``, ``lifted_dry_t`` and ``hold_dry_t`` (in the holds of the mining vessels when the day ends) have a
    row for every day of the calendar. Other series only have rows for days on which they are not zero:
    ``<category>_h`` (hours of all mining vessels together), ``<use>_mwh`` (energy of all mining vessels by use, to the
    kWh), ``mining_fuel_t`` (to the kg), the other stocks at the end of the day (`indicators.stocks`, to the gram or
    the milligram) and ``oxide_<element>_kg``, the oxide of that day. The last two go on after the horizon, until all
    that was delivered is oxide.
    """
    one = made.campaign
    lifted_t = one.day_dry_g / GRAMS_PER_TONNE
    every, stock = np.arange(one.n_days), stocks(made)
    series = [
        ("lifted_wet_t", every, lifted_t * one.wet_per_dry),
        ("lifted_dry_t", every, lifted_t),
        ("hold_dry_t", every, stock.pop("hold_dry_t")[: one.n_days]),
    ]
    sparse = [(f"{name}_h", hours) for name, hours in zip(CATEGORIES, category_hours(one).T, strict=True)]
    sparse += [(f"{use}_mwh", used.round(3)) for use, used in zip(USES, one.ledger.energy_mwh.T, strict=True)]
    sparse += [("mining_fuel_t", one.ledger.fuel_t.round(3))]
    sparse += [(name, held.round(ROUNDED)) for name, held in stock.items()]
    for name, values in sparse:
        days = np.flatnonzero(values)
        series.append((name, days, values[days]))
    oxide_days, oxides_kg = oxides_by_day(made)
    series += [(f"oxide_{name.lower()}_kg", oxide_days, oxides_kg[:, at]) for at, name in enumerate(ELEMENTS)]
    lengths = [len(days) for _, days, _ in series]
    dates = tuple((EPOCH + timedelta(days=one.first_day + day)).isoformat() for day in range(days_spanned(made)))
    return {
        "replicate": np.full(sum(lengths), replicate, dtype=np.int32),
        "date": Coded(np.concatenate([days for _, days, _ in series]), dates),
        "name": Coded(np.repeat(np.arange(len(series)), lengths), tuple(name for name, _, _ in series)),
        "value": np.concatenate([values for _, _, values in series]),
    }


def category_hours(one: Replicate) -> Floats:
    """Return hours by JST day and category of time, all mining vessels together, shape (n_days, categories)."""
    midnights = (one.first_day + np.arange(1, one.n_days)) * SECONDS_PER_DAY - JST_OFFSET_S
    cells = np.zeros(one.n_days * len(CATEGORIES))
    for rows in one.mining:
        cut = np.searchsorted(rows.start_s, midnights, side="right")  # the row that a midnight falls in, plus one
        start_s = np.insert(rows.start_s, cut, midnights)
        duration_s = np.diff(start_s, append=rows.end_s[-1:])
        category = np.insert(rows.category, cut, rows.category[cut - 1])
        place = (jst_day(start_s) - one.first_day) * len(CATEGORIES) + category
        cells += np.bincount(place, weights=duration_s, minlength=len(cells))
    return cells.reshape(one.n_days, len(CATEGORIES)) / SECONDS_PER_HOUR


def outcome_columns(replicate: int, one: Processed) -> TableData:
    """Return the value of every indicator in a replicate; what never happened has no row."""
    return outcome_rows(replicate, outcomes(one))


def calendar_rows(intervals: "pd.DataFrame", replicate: int) -> "pd.DataFrame":
    """Return a replicate's calendar for people: what each asset did from when to when.

    Parameters
    ----------
    intervals : rows of the table ``intervals``, of any replicates.
    replicate : the one wanted.

    Returns
    -------
    Columns asset, start_utc, end_utc, start_jst, end_jst (ISO 8601), hours, activity, state, cause, hole (empty when
    there is none), dry_t; assets and rows in the order of the table.
    """
    import pandas as pd

    rows = intervals[intervals["replicate"] == replicate]
    start_s = rows["start_utc"].to_numpy(np.int64)
    end_s = start_s + rows["duration_s"].to_numpy(np.int64)
    hole = rows["hole"].to_numpy(np.int64)
    return pd.DataFrame(
        {
            "asset": rows["asset"].astype(str).to_numpy(),
            "start_utc": _iso(start_s, 0, "Z"),
            "end_utc": _iso(end_s, 0, "Z"),
            "start_jst": _iso(start_s, JST_OFFSET_S, "+09:00"),
            "end_jst": _iso(end_s, JST_OFFSET_S, "+09:00"),
            "hours": (end_s - start_s) / SECONDS_PER_HOUR,
            "activity": rows["activity"].astype(str).to_numpy(),
            "state": rows["state"].astype(str).to_numpy(),
            "cause": rows["cause"].astype(str).to_numpy(),
            "hole": pd.Series(hole).where(hole >= 0).astype("Int64"),
            "dry_t": rows["dry_t"].to_numpy(np.float64),
        }
    )


def _iso(time_s: Ints, offset_s: int, zone: str) -> list[str]:
    texts = np.datetime_as_string((time_s + offset_s).astype("datetime64[s]"))
    return [f"{text}{zone}" for text in texts.tolist()]
