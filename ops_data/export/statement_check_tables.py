"""What must hold inside single tables of a supply statement: inputs, sources, weights, drivers, accounts, balances."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ops_data.export.statement_check_base import BY_HASH, RELATIVE, SPREAD, Frames, alike, line, lines, near

if TYPE_CHECKING:
    import pandas as pd

CLOSED: Final = 1e-9  # largest gap of a balance over its largest term
ASSUMPTION: Final = "assumption:"
GRADES: Final = ("H", "M", "L", "D", "A")
GRADED: Final = ("supply_inputs", "supply_published", "supply_notes")
RANGED: Final = ("supply_inputs", "supply_published", "supply_demand", "supply_prices", "supply_kpis",
                 "supply_cash_flow")  # fmt: skip
ENDS: Final = {"low": 0.0, "middle": 0.5, "high": 1.0}  # settings of the weights of scenarios
FEWEST: Final = 50  # draws below which there may be no shares of a spread
REVENUE: Final = "revenue"
INVESTED: Final = ("yes", "no")


def range_lines(frames: Frames) -> Iterator[str]:
    """Check low ≤ value ≤ high in every table of central values and medians."""
    for name in RANGED:
        rows = frames[name]
        value, low, high = (rows[column].to_numpy(np.float64) for column in SPREAD)
        slack = RELATIVE * np.abs(value)
        outside = (low > value + slack) | (high < value - slack)
        wrong = [f"row {at + 1} is told {value[at]}, from {low[at]} to {high[at]}" for at in np.flatnonzero(outside)]
        yield from lines(f"{len(rows):,} ranges of {name}", wrong)


def source_lines(frames: Frames) -> Iterator[str]:
    """Check that every figure has a source and a grade, A for assumptions alone, and that sources are counted right."""
    for name in GRADED:
        rows = frames[name]
        source, grade = rows["source"].astype(str), rows["confidence"].astype(str)
        bad = (source.str.strip() == "") | ~grade.isin(GRADES) | ((grade == "A") != source.str.startswith(ASSUMPTION))
        wrong = [f"row {at + 1}: grade '{grade.iloc[at]}' of '{source.iloc[at]}'" for at in np.flatnonzero(bad)]
        yield from lines(f"{len(rows):,} sources of {name}", wrong)
    if "sources" in frames:
        yield from _counted(frames, frames["sources"])


def _counted(frames: Frames, told: "pd.DataFrame") -> Iterator[str]:
    wrong = []
    keys = ["source", "confidence"]
    for name in dict.fromkeys(told["table"].astype(str)):
        mine = told[told["table"].astype(str) == name].set_index(keys)
        if name not in frames or not set(keys) <= set(frames[name]):
            wrong.append(f"{name} has no sources")
            continue
        rows = frames[name]
        groups = rows.astype(dict.fromkeys(keys, str)).groupby(keys)["key" if "key" in rows else "quantity"]
        same = mine.index.is_unique and set(groups.size().index) == set(mine.index)
        if not same:
            wrong.append(f"sources of {name} are not those of its rows")
            continue
        off = mine.index[(mine["figures"] != groups.size()[mine.index]) | (mine["first"] != groups.first()[mine.index])]
        wrong += [f"{name}: figures or the first of them differ for '{key[0]}'" for key in off]
    yield from lines(f"{len(told):,} sources counted again", wrong)


def weight_lines(frames: Frames, about: Mapping[str, Any]) -> Iterator[str]:
    """Bring printed probabilities to a sum of one again."""
    rows = frames["supply_weights"]
    low, high = rows["printed_low"], rows["printed_high"]
    choice = about.get("settings", {}).get("weights")
    printed = {"weight_low_end": low, "weight_high_end": high}
    if choice in ENDS:
        printed["weight"] = low + ENDS[choice] * (high - low)
    for name in ("weight", "weight_low_end", "weight_high_end"):
        known = rows[name].dropna()
        if len(known):
            total = float(known.sum())
            yield line(f"scenario probabilities, {name}", near(total, 1.0), f"sum to {total:.9g}, not to 1")
        if name in printed:
            wanted = printed[name] / printed[name].sum()
            wrong = [f"{rows['scenario'].iloc[at]} is told {rows[name].iloc[at]}, as printed {wanted.iloc[at]}"
                     for at in np.flatnonzero(~alike(rows[name], wanted))]  # fmt: skip
            yield from lines(f"{name} by printed probabilities", wrong)


def driver_lines(frames: Frames, draws: int) -> Iterator[str]:
    """Check that shares of a spread sum to one; where too few draws brought mud there are none, and that is told."""
    rows = frames["supply_drivers"].dropna(subset=["share"])
    if not len(rows):
        few = f"; {draws} draws are few, {FEWEST} would do" if draws < FEWEST else ""
        yield f"{BY_HASH}supply_drivers: no share of a spread is told{few}"
    for key, shares in rows.groupby(["basis", "element"], sort=False, observed=True)["share"]:
        total = float(shares.sum())
        yield line(
            f"shares of the spread, {' '.join(map(str, key))}", near(total, 1.0), f"sum to {total:.9g}, not to 1"
        )


def balance_lines(frames: Frames) -> Iterator[str]:
    """Check that no balance is left open."""
    for row in frames["supply_closure"].to_dict("records"):
        fits = 0.0 <= float(row["worst"]) <= CLOSED and row["places"] > 0
        yield line(f"balance {row['balance']}", fits, f"{row['worst']:.3g} is left, {CLOSED:g} at most")


def account_lines(frames: Frames) -> Iterator[str]:
    """Check that accounts have every year of every line, and that sums hold where every draw says the same.

    Lines are medians over draws, which need not add up; where low and high are one number they are no medians.
    """
    rows = frames["supply_cash_flow"]
    project = ["project", "world"]
    wrong = []
    for key, mine in rows.groupby(project, sort=False, observed=True):
        table = mine.pivot_table(index="year", columns="line", values="value", observed=True)
        years = sorted(table.index)
        if table.isna().to_numpy().any() or len(mine) != table.size or years != list(range(len(years))):
            wrong.append(f"{' '.join(map(str, key))}: a year of a line is missing or stands twice")
            continue
        sure = (mine["low"] == mine["high"]).groupby([mine["year"], mine["line"]], observed=True).all().unstack("line")
        parts = [name for name in table if str(name).startswith(f"{REVENUE}_")]
        if parts and REVENUE in table:
            firm = sure[[*parts, REVENUE]].all(axis=1)
            off = firm.to_numpy() & ~alike(table[parts].sum(axis=1), table[REVENUE])
            wrong += [f"{' '.join(map(str, key))} year {years[at]}: revenue is not its parts" for at in
                      np.flatnonzero(off)]  # fmt: skip
    yield from lines(f"{len(rows):,} lines of accounts", wrong)
    yield f"{BY_HASH}supply_cash_flow: medians of draws that are not in the folder, beyond range and balance"


def other_lines(frames: Frames) -> Iterator[str]:
    """Check what small tables say of themselves: lead times, the investment trap, replays."""
    rows = frames.get("supply_logistics")
    if rows is not None:
        off = (rows["median"] > rows["p95"] * (1.0 + RELATIVE)) | (rows["count"] < 0) | (rows["median"] < 0.0)
        wrong = [f"row {at + 1}: median {rows['median'].iloc[at]:g}, p95 {rows['p95'].iloc[at]:g}, "
                 f"count {rows['count'].iloc[at]}" for at in np.flatnonzero(off)]  # fmt: skip
        yield from lines(f"{len(rows):,} lead times", wrong)
    rows = frames.get("supply_investment_trap")
    if rows is not None and len(rows):
        yield from lines(f"{len(rows):,} years of the investment trap", list(_trap(rows)))
    rows = frames.get("supply_replays")
    if rows is not None:
        seen, low, high = (rows[name].to_numpy(np.float64) for name in ("observed", "low", "high"))
        outside = np.flatnonzero((low > seen) | (high < seen))
        wrong = [f"row {at + 1}: {seen[at]:g} was published, from {low[at]:g} to {high[at]:g}" for at in outside]
        yield from lines(f"{len(rows):,} figures of replays", wrong)


def _trap(rows: "pd.DataFrame") -> Iterator[str]:
    told = rows["invests"].astype(str)
    for at in np.flatnonzero(~told.isin(INVESTED) | ((told == "yes") != rows["expected_usd_kg"].notna())):
        yield f"row {at + 1}: '{told.iloc[at]}' is told with a margin of {rows['expected_usd_kg'].iloc[at]:g}"
    for element, mine in rows.groupby("element", observed=True):
        if mine["cost_usd_kg"].nunique() != 1:
            yield f"{element} has more than one cost"
