"""What follows from the draws of a supply statement: its indicators, and how contributions hang together in a draw."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ops_data.export.statement_check_base import (
    CHANCE,
    RELATIVE,
    SPREAD,
    Floats,
    Frames,
    Three,
    alike,
    chance,
    draws_of,
    label,
    line,
    lines,
    near,
    spreads,
)
from ops_data.export.statement_tables import SHOCK_KEYS, percentiles, shock_spread
from ops_data.supply_names import BASES, SUPPLY_ELEMENTS

if TYPE_CHECKING:
    import pandas as pd

IN_TIME: Final = ("survive_days", "recover_days", "cover_days")  # a draw without one never came to it
OF_MUD: Final = "contribution_"
CAMPAIGN: Final = "campaign"
TOGETHER: Final = (CAMPAIGN, "run_rate", "extrapolation")
ALL: Final = "all"
RATE: Final = "finance.jpy_per_usd"
BOUNDED: Final = ("triangular", "uniform")  # laws that give nothing beyond their ends
IN_ONE_DRAW: Final = ("replicate", "element")
RATIOS: Final = (  # over, under, what it is, and within what it is one number
    ("contribution_oxide_t", "contribution_element_t", "oxide per element", ("element",)),
    ("contribution_element_t", "contribution_share_current", "current demand", IN_ONE_DRAW),
    ("contribution_element_t", "contribution_share_future", "future demand", IN_ONE_DRAW),
    ("contribution_value_usd", "contribution_oxide_t", "price", IN_ONE_DRAW),
)
SUMMED: Final = ("contribution_oxide_t", "contribution_element_t", "contribution_value_usd", "contribution_value_jpy")


def indicator_lines(frames: Frames, draws: int) -> Iterator[str]:
    """Rebuild every indicator from its draws.

    A probability is a mean with its interval; of `IN_TIME` a draw without a number counts as beyond every number, and
    of the others it is left out. An indicator without any draw is not a number, or told once, as never.
    """
    rows = frames["indicators"]
    told = spreads(rows)
    chances = set(rows.loc[rows["unit"].astype(str) == CHANCE, "name"].astype(str))
    found = draws_of(frames["outcomes"])
    wrong = [key for key, (which, _) in found.items() if len(np.unique(which)) != len(which)]
    wrong += [key for key, (which, _) in found.items() if which.min() < 0 or which.max() >= draws]
    twice = [f"{label(key)} has a draw twice, or one beyond the last" for key in wrong]
    yield from lines(f"draws of {len(found):,} indicators, {draws} at most", twice)
    yield line("names of indicators", len(told) == len(rows), "one stands twice")
    rebuilt = {key: _rebuilt(key[0], values, draws, key[0] in chances) for key, (_, values) in found.items()}
    alone = (np.nan,) * 3
    same = alike([told.get(key, alone) for key in rebuilt], list(rebuilt.values())).reshape(-1, 3)
    for key, fit in zip(rebuilt, (bool(row.all()) for row in same), strict=True):
        if key in told:
            yield line(label(key), fit, f"told {told[key]}, of its draws {rebuilt[key]}")
        else:
            yield line(label(key), False, "has draws but is no indicator")
    for key in sorted(told.keys() - found.keys()):
        never = chance(np.zeros(0), draws) if key[0] in chances else (np.inf,) * 3
        nothing = bool(np.isnan(told[key]).all()) or (key[1:] == ("", "") and near(told[key], never))
        yield line(label(key), nothing, f"told {told[key]}, but has no draw")


def _rebuilt(name: str, values: Floats, draws: int, is_chance: bool) -> Three:
    if is_chance:
        return chance(values, len(values))
    missing = max(draws - len(values), 0) if name in IN_TIME else 0
    return percentiles(np.concatenate([values, np.full(missing, np.inf)]))


def shock_lines(frames: Frames) -> Iterator[str]:
    """Rebuild the percentiles of every month of a shock from its draws."""
    import pandas as pd

    if "supply_shock_months" not in frames:
        return
    found = pd.DataFrame(dict(shock_spread(frames["supply_shock_months"])))
    told = frames["supply_shock_spread"]
    keys = [name for name in SHOCK_KEYS if name in told]
    same = len(found) == len(told) and found[keys].astype(str).equals(told[keys].astype(str))
    fits = same and near(found[[*SPREAD, "draws"]], told[[*SPREAD, "draws"]])
    yield line(f"{len(told):,} months of shocks", fits, "are not the percentiles of their draws")


def contribution_lines(frames: Frames, about: Mapping[str, Any]) -> Iterator[str]:
    """Check in every draw what one contribution says of another: ratios, sums, years, and the rate of exchange."""
    rows = _contributions(frames["outcomes"])
    wide = rows.pivot_table(index=["replicate", "reading", "basis", "element", "period"], columns="name",
                            values="value", observed=True)  # fmt: skip
    for over, under, what, within in RATIOS:
        if over in wide and under in wide:
            pair = wide[(wide[under] > 0.0) & (wide.index.get_level_values("element") != ALL)]
            ratio = (pair[over] / pair[under]).groupby(level=list(within), observed=True)
            apart = ratio.max() > ratio.min() * (1.0 + RELATIVE)
            wrong = [f"not one number for {key}" for key in apart.index[apart]]
            zero = wide[wide[under] == 0.0]
            wrong += [f"{over} of {key} is not 0 as {under} is" for key in zero.index[zero[over].abs() > 0.0]]
            yield from lines(f"{what} in {len(pair):,} contributions", wrong)
    for name in SUMMED:
        if name in wide:
            yield from _sum_lines(name, wide[name].dropna())
    yield from _exchange(wide, frames, about)


def _contributions(outcomes: "pd.DataFrame") -> "pd.DataFrame":
    """Return the draws of what the mud contributes, with reading, basis and element apart."""
    import pandas as pd

    rows = outcomes[outcomes["name"].astype(str).str.startswith(OF_MUD)]
    parts = rows["item"].astype(str).str.split(" ", expand=True).reindex(columns=range(4))
    words = parts[[0, 1, 2]].set_axis(["reading", "basis", "element"], axis=1)
    known = parts[3].isna() & words["basis"].isin(BASES) & words["element"].isin((*SUPPLY_ELEMENTS, ALL))
    return pd.concat([rows, words], axis=1)[known].astype({"name": str, "period": str})


def _sum_lines(name: str, values: "pd.Series[Any]") -> Iterator[str]:
    """Check that all elements are the sum of each, and that the years of a campaign sum to it."""
    rows = values.rename("value").reset_index()
    keys = ["replicate", "reading", "basis", "period"]
    whole = rows[rows["element"] == ALL].set_index(keys)["value"]
    if len(whole):
        parts = rows[rows["element"] != ALL].groupby(keys, observed=True)["value"].sum().reindex(whole.index)
        wrong = [f"{key} is not their sum" for key in whole.index[~alike(whole, parts)]]
        yield from lines(f"{name} of all elements in {len(whole):,} rows", wrong)
    keys = ["replicate", "reading", "basis", "element"]
    whole = rows[rows["period"] == ""].set_index(keys)["value"]
    for kind, years in (("calendar", rows["period"].str.isdigit()), ("fiscal", rows["period"].str.startswith("FY"))):
        if years.any():
            parts = rows[years].groupby(keys, observed=True)["value"].sum()
            wrong = [
                f"{key} is not the sum of its years" for key in parts.index[~alike(whole.reindex(parts.index), parts)]
            ]
            yield from lines(f"{name} by {kind} year in {len(parts):,} rows", wrong)


def _exchange(wide: "pd.DataFrame", frames: Frames, about: Mapping[str, Any]) -> Iterator[str]:
    """Check values in yen against those in dollars: at the stated rate, or in its range if it is drawn."""
    rate = float(about["jpy_per_usd"])
    stated = _input(frames, RATE)
    low = high = rate
    if stated is not None:
        yield line("stated rate of exchange", near(rate, stated["value"]), f"told {rate}, input {stated['value']}")
        if stated["law"] in BOUNDED:
            low, high = float(stated["low"]), float(stated["high"])
        elif stated["law"] != "fixed":
            low, high = 0.0, np.inf
    if "contribution_value_jpy" not in wide or "contribution_value_usd" not in wide:
        return
    usd, jpy = wide["contribution_value_usd"], wide["contribution_value_jpy"]
    ratio = (jpy / usd)[usd > 0.0]
    inside = (ratio >= low * (1.0 - RELATIVE)) & (ratio <= high * (1.0 + RELATIVE))
    wrong = [f"{ratio[key]:.9g} JPY/USD of {key}, {low:g} to {high:g} stated" for key in ratio.index[~inside]]
    by_draw = ratio.groupby(level="replicate")
    apart = by_draw.max() > by_draw.min() * (1.0 + RELATIVE)
    wrong += [f"draw {draw} has two rates" for draw in apart.index[apart]]
    wrong += [f"{key} is worth yen and no dollars" for key in jpy.index[(usd == 0.0) & (jpy != 0.0)]]
    yield from lines(f"rate of exchange in {len(ratio):,} contributions", wrong)


def _input(frames: Frames, key: str) -> "dict[str, Any] | None":
    rows = frames["supply_inputs"]
    found = rows[rows["key"].astype(str) == key].to_dict("records")
    return {str(name): cell for name, cell in found[0].items()} if found else None


def together_lines(frames: Frames) -> Iterator[str]:
    """Check that campaign, run-rate and extrapolation stand together, wet beside dry.

    A run that never lifts has no grade and so no rate at the target: its campaign, all of it 0, stands without.
    """
    rows = frames["indicators"]
    rows = rows[rows["name"].astype(str).str.startswith(OF_MUD) & (rows["period"].astype(str) == "")]
    words = [(str(name), str(item).split(" ")) for name, item in zip(rows["name"], rows["item"], strict=True)]
    parts = [(name, *item) for name, item in words if len(item) == 3 and item[1] in BASES]
    drawn = _contributions(frames["outcomes"])
    idle = not drawn[drawn["reading"] == CAMPAIGN]["value"].any()
    readings = {reading for _, reading, *_ in parts}
    if idle and CAMPAIGN in readings and not readings & set(TOGETHER[1:]):
        yield line("no draw brings any oxide: campaigns of 0 stand without a rate at the target", True, "")
        return
    for name in dict.fromkeys(name for name, *_ in parts):
        mine = {tuple(item) for of, *item in parts if of == name}
        for element in dict.fromkeys(item[2] for item in mine):
            wanted = [(reading, basis, element) for reading in TOGETHER for basis in BASES]
            missing = [" ".join(item) for item in wanted if item not in mine]
            yield line(f"readings of {name}, {element}", not missing, f"{', '.join(missing)} is missing")


def rule_lines(frames: Frames) -> Iterator[str]:
    """Check that every shock is told under two rules at least."""
    rows = frames["indicators"]
    found: dict[str, set[str]] = {}
    for item in rows[rows["name"].astype(str) == "fill_rate"]["item"].astype(str):
        words = item.split(" ")
        found.setdefault(words[0], set()).update(words[1:2])
    for scenario, rules in found.items():
        yield line(f"rules of {scenario}", len(rules) > 1, "it is told under one rule alone")


def extrapolation_lines(frames: Frames, about: Mapping[str, Any]) -> Iterator[str]:
    """Check draw by draw that the extrapolation is the run-rate times the ratio of the rates."""
    rows = _contributions(frames["outcomes"])
    rows = rows[rows["name"] == "contribution_oxide_t"]
    keys = ["replicate", "element"]
    for basis, target in about["target_t_d"].items():
        ratio = float(about["extrapolation_t_d"]) / float(target)
        of_basis = rows[rows["basis"] == basis].set_index(keys)
        once, more = (of_basis[of_basis["reading"] == reading]["value"].sort_index() for reading in TOGETHER[1:])
        fits = once.index.equals(more.index) and near(more.to_numpy(), ratio * once.to_numpy())
        yield line(f"extrapolation, {basis}", fits, f"is not {ratio:g} times the run-rate in every draw")
