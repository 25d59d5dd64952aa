"""Flows of a supply statement node by node, what dependency follows from them, cuts, and the months of its shocks."""

import math
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from ops_data.export.statement_check_base import ABSOLUTE, BY_HASH, RELATIVE, Floats, Frames, lines
from ops_data.supply_names import STAGES, SUPPLY_ELEMENTS, group_of

if TYPE_CHECKING:
    import pandas as pd

LOSS: Final = "loss"
USE: Final = "japan_use"  # what the sectors take
JAPAN: Final = "japan"  # how the name of what lies in Japan begins
MUD: Final = "japan_mud"
CHINA: Final = "china"
SOURCES: Final = ("recycling",)  # give what they did not take in
SMALLEST_T: Final = 1e-7  # of a gap; flows below 1e-9 t are not told
CLOSED: Final = 1e-8  # of a gap, over the largest flow of its element and year
INDEX: Final = 1e4  # of one origin alone
DIRECT: Final = "mass direct"
NODE: Final = ["element", "year", "node"]
SHARES: Final = ("china_share", "china_import_share", "china_ore_share", "use_china_step_share", "largest_share",
                 "import_dependence", "evenness")  # fmt: skip
MONTHS: Final = ["replicate", "scenario", "rule", "item"]


def flow_lines(frames: Frames) -> Iterator[str]:
    """Check that every node hands on what it takes in less what it loses, at one yield of a stage and year.

    What a node takes in at a stage it hands on at the next one, or loses; ore and recycling begin, use in Japan ends.
    """
    words = ("element", "stage", "seller", "buyer")
    flows = frames["supply_flows"].astype(dict.fromkeys(words, str))
    if not (flows["buyer"] == LOSS).any():
        yield f"{BY_HASH}supply_flows: no loss is told, so no node can be balanced"
        return
    wrong = [f"{len(flows[~(flows['mass_t'] > 0.0)])} flows are not above 0"] if (flows["mass_t"] <= 0.0).any() else []
    nodes = 0
    largest = flows.groupby(["element", "year"])["mass_t"].max().rename("most")
    for before, stage in pairwise(STAGES):
        kept = _node_balance(flows, before, stage).join(largest)
        nodes += len(kept)
        gap = (kept["in"] - kept["out"] - kept["loss"]).abs()
        limit = np.maximum(SMALLEST_T, CLOSED * kept["most"])
        wrong += [f"{' '.join(map(str, key))}: {gap[key]:.6g} t between {before} and {stage} are not told"
                  for key in kept.index[gap > limit]]  # fmt: skip
        yields = (kept["out"] / kept["in"])[kept["in"] > 1e-3].groupby(level="year")
        apart = yields.max() - yields.min() > 1e-5
        wrong += [f"two yields from {before} to {stage} in {year}" for year in apart.index[apart]]
    yield from lines(f"{nodes:,} nodes of supply_flows", wrong)
    yield from _dependency(frames, flows[flows["buyer"] != LOSS])


def _node_balance(flows: "pd.DataFrame", before: str, stage: str) -> "pd.DataFrame":
    """Return what each node takes in of one stage, and hands on or loses on its way to the next [t]."""
    import pandas as pd

    lost = flows["buyer"] == LOSS
    parts = {
        "in": flows[(flows["stage"] == before) & ~lost & (flows["buyer"] != USE)].rename(columns={"buyer": "node"}),
        "out": flows[(flows["stage"] == stage) & ~lost & ~flows["seller"].isin(SOURCES)].rename(
            columns={"seller": "node"}
        ),
        "loss": flows[(flows["stage"] == before) & lost].rename(columns={"seller": "node"}),
    }
    sums = {name: rows.groupby(NODE)["mass_t"].sum() for name, rows in parts.items()}
    return pd.DataFrame(sums).fillna(0.0)


def _dependency(frames: Frames, flows: "pd.DataFrame") -> Iterator[str]:
    """Rebuild direct measures by mass from what Japan takes over; of the others check that they are shares."""
    table = frames["supply_dependency"].astype(dict.fromkeys(("element", "stage", "basis", "measure"), str))
    bought = flows[flows["buyer"].str.startswith(JAPAN)]
    taken = bought.pivot_table(index=["element", "year", "stage"], columns="seller", values="mass_t", aggfunc="sum")
    sellers, amounts = np.array(taken.columns, dtype=str), np.nan_to_num(taken.to_numpy())
    at = {key: place for place, key in enumerate(taken.index.tolist())}
    wrong = []
    rebuilt = 0
    direct = table[table["basis"] == DIRECT]
    for (item, year, stage), told in direct.groupby(["element", "year", "stage"]):
        members = [name for name in SUPPLY_ELEMENTS if item in (name, group_of(name), "all")]
        known = [at[name, year, stage] for name in members if (name, year, stage) in at]
        found = _measures(sellers, amounts[known].sum(axis=0)) if known else {}
        for measure, value in zip(told["measure"], told["value"].astype(float), strict=True):
            what = f"{measure} of {item} {stage} {year} is told {value}"
            if not known and not np.isnan(value):
                wrong.append(f"{what}, but nothing flows")
            rebuilt += measure in found
            if measure in found and not math.isclose(value, found[measure], rel_tol=RELATIVE, abs_tol=RELATIVE):
                wrong.append(f"{what}, of its flows {found[measure]}")
    shares = table[table["measure"].isin(SHARES)]["value"].astype(float)
    outside = shares[(shares < -ABSOLUTE) | (shares > 1.0 + 1e-9)]
    wrong += [f"{share} is no share" for share in outside]
    wrong += _index_change(table)
    yield from lines(f"{rebuilt:,} measures of dependency by the flows", wrong)
    yield f"{BY_HASH}supply_dependency: central values by worth or by origin, but that they are shares"


def _measures(sellers: NDArray[np.str_], taken: Floats) -> dict[str, float]:
    """Return what follows from purchases by seller, both shape (sellers,)."""
    part = taken / taken.sum()
    home = np.char.startswith(sellers, JAPAN) | np.isin(sellers, SOURCES)
    rest = taken[sellers != MUD]
    found = {"china_share": float(part[sellers == CHINA].sum()), "largest_share": float(part.max()),
             "hhi": float((part**2).sum()) * INDEX, "import_dependence": float(part[~home].sum())}  # fmt: skip
    if rest.sum() > 0.0:
        found["hhi_without_mud"] = float(((rest / rest.sum()) ** 2).sum()) * INDEX
    return found


def _index_change(table: "pd.DataFrame") -> Iterator[str]:
    keys = ["element", "stage", "basis", "year"]
    named = {name: table[table["measure"] == name].set_index(keys)["value"].astype(float)
             for name in ("hhi", "hhi_without_mud", "hhi_change")}  # fmt: skip
    change = (named["hhi"] - named["hhi_without_mud"]).reindex(named["hhi_change"].index)
    off = ~np.isclose(named["hhi_change"], change, rtol=0.0, atol=1e-6, equal_nan=True)
    for key, told, parts in zip(change.index[off], named["hhi_change"][off], change[off], strict=True):
        yield f"hhi_change of {key} is told {told}, of its parts {parts}"


def cut_lines(frames: Frames) -> Iterator[str]:
    """Check that a cut names as many nodes as told and stops as much as was asked."""
    wrong = []
    rows = frames["supply_cuts"].to_dict("records")
    for row in rows:
        nodes = [name for name in re.split("[,;]", str(row["nodes"])) if name.strip()]
        enough = row["size"] < 0 or row["lost_share"] >= row["asked_share"] - 1e-9
        inside = np.isnan(row["lost_share"]) or -1e-9 <= row["lost_share"] <= 1.0 + 1e-9
        if len(nodes) != max(row["size"], 0) or not enough or not inside:
            wrong.append(f"{row['element']} {row['year']} {row['asked_share']:g}: {row['size']} nodes, "
                         f"'{row['nodes']}', stop {row['lost_share']:g}")  # fmt: skip
    yield from lines(f"{len(rows)} cuts", wrong)


def month_lines(frames: Frames, draws: int) -> Iterator[str]:
    """Check that fills are shares, nothing is below 0, no month is left out and every rule has the same months."""
    if "supply_shock_months" not in frames:
        return
    rows = frames["supply_shock_months"]
    series, value = rows["series"].astype(str), rows["value"]
    most = np.where(series == "fill_rate", 1.0 + 1e-9, np.inf)
    outside = rows[~((value >= -ABSOLUTE) & (value <= most))]
    wrong = [f"{' '.join(map(str, row[:-1]))}: {row[-1]:g} cannot be" for row in outside.itertuples(index=False)]
    wrong += ["a draw is beyond the last"] if not rows["replicate"].between(0, draws - 1).all() else []
    fills = rows[series == "fill_rate"]
    by_series = fills.groupby(MONTHS, observed=True)["month"].agg(["min", "max", "size", "nunique"])
    per_case = by_series.groupby(level=["scenario", "item"], observed=True)
    length = per_case["max"].transform("max") + 1
    holes = (by_series["min"] != 0) | (by_series["size"] != length) | (by_series["nunique"] != length)
    wrong += [f"{' '.join(map(str, key))}: a month is missing or stands twice" for key in by_series.index[holes]]
    rules = fills.groupby(["replicate", "scenario", "item"], observed=True)["rule"].nunique()
    wrong += [f"{' '.join(map(str, key))}: told under one rule alone" for key in rules.index[rules < rules.max()]]
    wrong += ["every month is told under one rule alone"] if len(rules) and rules.max() < 2 else []
    yield from lines(f"{len(rows):,} draws of months of shocks", wrong)
