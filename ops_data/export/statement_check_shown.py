"""Tables of a supply statement that show its draws: demand, prices, dependency and targets; levers and conflicts."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, TypeAlias

import numpy as np

from ops_data.elements import oxide_factor
from ops_data.export.statement_check_base import (
    BY_HASH,
    RELATIVE,
    SPREAD,
    Floats,
    Frames,
    Key,
    Three,
    alike,
    draws_of,
    label,
    lines,
    near,
    spreads,
)
from ops_data.export.statement_tables import percentiles
from ops_data.reference.supply.policy_rows import BASE, MARK, YEARS, KpiRow, PolicyTables, read_policy
from ops_data.units import DAYS_PER_YEAR

Row: TypeAlias = Mapping[Any, Any]
ALL: Final = "all"
FLOWS: Final = {
    "demand": "demand_t", "stock": "stock_in_use_t", "end_of_life": "end_of_life_t", "recycled": "recycled_t",
}  # fmt: skip
TARGET_OUTPUT: Final = "target_output"
BOTH_SIDES: Final = "pulled on both sides"
CLOSE: Final = 1.5  # factor within which two estimates agree
LINEAR: Final = 0.02
ALMOST: Final = 0.9
NOTE: Final = "note"


def shown_lines(frames: Frames) -> Iterator[str]:
    """Hold every row of demand, prices and dependency against its indicator."""
    told = spreads(frames["indicators"])
    yield from _held(frames, "supply_demand", _of_demand, SPREAD, told)
    yield from _held(frames, "supply_prices", _of_price, SPREAD, told)
    yield from _held(frames, "supply_dependency", _of_dependency, SPREAD[1:], told)


def _of_demand(row: Row) -> Key:
    item = row["element"] if row["sector"] == ALL else f"{row['element']} {row['sector']}"
    return FLOWS.get(row["flow"], str(row["flow"])), item, str(row["year"])


def _of_price(row: Row) -> Key:
    return "price_usd_kg", f"{row['world']} {row['element']}", str(row["year"])


def _of_dependency(row: Row) -> Key:
    return str(row["measure"]), f"{row['element']} {row['stage']} {row['basis']}", str(row["year"])


def _held(
    frames: Frames, table: str, key_of: Callable[[Row], Key], columns: Sequence[str], told: Mapping[Key, Three]
) -> Iterator[str]:
    """Yield what comes of one table; a row without draws has no range."""
    rows = frames[table].to_dict("records")
    keys = [key_of(row) for row in rows]
    if not any(key in told for key in keys):
        yield f"{BY_HASH}{table}: no indicator has its draws"
        return
    stated = frames[table][list(columns)].to_numpy(np.float64)
    of_draws = np.array([told.get(key, (math.nan,) * 3) for key in keys])[:, -len(columns) :]
    wrong = [f"{label(keys[at])} has {', '.join(columns)} {stated[at].tolist()}, of its draws {of_draws[at].tolist()}"
             for at in np.flatnonzero(~alike(stated, of_draws).all(axis=1))]  # fmt: skip
    yield from lines(f"{len(rows):,} rows of {table}", wrong)


@dataclass(frozen=True, eq=False)
class Policy:
    """Targets and conflicts as told, beside the formulas and comparisons that this software has for them."""

    frames: Frames
    draws: int

    @cached_property
    def known(self) -> PolicyTables:
        """Formulas and comparisons of this software; a row of the statement that is not theirs is left alone."""
        return read_policy()

    @cached_property
    def inputs(self) -> Mapping[str, float]:
        """Value of every input."""
        rows = self.frames["supply_inputs"]
        return dict(zip(rows["key"].astype(str), rows["value"].astype(float), strict=True))

    @cached_property
    def targets(self) -> Mapping[tuple[str, str, str, int], Row]:
        """Rows told of targets."""
        rows = self.frames["supply_kpis"].to_dict("records")
        return {(str(row["kpi"]), str(row["title"]), str(row["item"]), int(row["year"])): row for row in rows}

    @cached_property
    def outputs(self) -> Mapping[tuple[str, str], Floats]:
        """Outputs that targets are checked with, by name and period, over the draws."""
        rows = self.frames["outcomes"]
        found = {}
        for (_, item, period), (which, values) in draws_of(rows[rows["name"].astype(str) == TARGET_OUTPUT]).items():
            every = np.full(self.draws, np.nan)
            every[which] = values
            found[item, period] = every
        return found

    def target_lines(self) -> Iterator[str]:
        """Yield what comes of targets: spread, gap, and whether it is met."""
        wrong, others, tried = [], 0, 0
        for (*names, year), row in self.targets.items():
            what = f"gap of {row['kpi']} {row['item']} {year}"
            if not near(row["gap"], row["value"] - row["target"]):
                wrong.append(f"{what} is not value less target")
            if (row["met"] == "not computed") != bool(np.isnan(row["value"])):
                wrong.append(f"{what}: '{row['met']}' is told of {row['value']}")
            source = self._formula(row, names)
            if source is None or not self.outputs:
                others += 1
                continue
            tried += 1
            wrong += self._target(source, row, year)
        yield from lines(f"{len(self.targets):,} targets, {tried:,} by their draws", wrong)
        if others:
            yield f"{BY_HASH}supply_kpis: the spread of {others:,} targets that have no formula or draws here"

    def _formula(self, row: Row, names: Sequence[str]) -> KpiRow | None:
        same = [one for one in self.known.kpis.values() if [one.kpi, one.title, one.item] == list(names)]
        same = [one for one in same if str(row["note"]).startswith(one.note) and one.unit == row["unit"]]
        return same[0] if len(same) == 1 and same[0].function in FORMULAS else None

    def _target(self, source: KpiRow, row: Row, year: int) -> Iterator[str]:
        given = [self._given(name, year) for name in source.given]
        found = np.full(1, np.nan)
        if not any(one is None for one in given):
            with np.errstate(divide="ignore", invalid="ignore"):
                found = np.atleast_1d(FORMULAS[source.function](*(one for one in given if one is not None)))
        finite = found[np.isfinite(found)]
        of_draws = percentiles(finite) if len(finite) else (np.nan,) * 3
        stated = [float(row[name]) for name in SPREAD]
        what = f"{row['kpi']} {row['item']} {year}"
        if not near(stated, of_draws):
            yield f"{what} is told {stated}, of its draws {of_draws}"
        met = stated[0] >= row["target"] if source.sense == "at_least" else stated[0] <= row["target"]
        if not np.isnan(stated[0]) and row["met"] != ("yes" if met else "no"):
            yield f"{what}: whether it is met is told '{row['met']}'"

    def _given(self, name: str, year: int) -> Floats | float | None:
        """Return what a formula is given: over the draws, or one number; None: there is none."""
        if name == YEARS:
            return year - self.inputs["policy.plan_start_year"]
        if name.startswith(MARK):
            other = self.known.kpis[name.removeprefix(MARK)]
            row = self.targets.get((other.kpi, other.title, other.item, year))
            return None if row is None else float(row["target"])
        if name in self.inputs:
            return self.inputs[name]
        plain = name.removesuffix(BASE)
        when = round(self.inputs["policy.base_year"]) if name.endswith(BASE) else year
        by_year = plain in self.known.outputs and self.known.outputs[plain].by_year == "yes"
        return self.outputs.get((plain, str(when) if by_year else ""))

    def lever_lines(self) -> Iterator[str]:
        """Yield whether levers move their outputs as stated, from the value that is an input."""
        wrong = []
        rows = self.frames["supply_levers"].to_dict("records")
        for row in rows:
            moves = _moves(float(row["without"]), float(row["with_lever"]), str(row["direction"]))
            if row["as_stated"] != ("yes" if moves else "no"):
                wrong.append(f"{row['lever']}: '{row['as_stated']}' is told of {row['without']} to {row['with_lever']}")
            before = self.inputs.get(str(row["parameter"]))
            if before is not None and BOTH_SIDES not in row["note"] and not near(before, row["from_value"]):
                wrong.append(f"{row['lever']}: begins at {row['from_value']}, but {row['parameter']} is {before}")
        yield from lines(f"{len(rows)} levers", wrong)

    def conflict_lines(self) -> Iterator[str]:
        """Yield whether verdicts follow from the two numbers, and whether these are those of the other tables."""
        rows = self.frames["supply_conflicts"].to_dict("records")
        wrong, sides, others = [], 0, 0
        for row in rows:
            known = self.known.conflicts.get(str(row["conflict"]))
            if known is None or known.statement != row["statement"] or known.function not in VERDICTS:
                others += 1
                continue
            if row["verdict"] not in _verdicts(known.function, float(row["left"]), float(row["right"])):
                wrong.append(f"{row['conflict']}: '{row['verdict']}' is told of {row['left']} and {row['right']}")
            if known.function in PLAIN:
                given = [self._number(name) for name in known.given]
                for side, number in zip(("left", "right"), given, strict=True):
                    sides += number is not None
                    if number is not None and not near(number, row[side]):
                        wrong.append(f"{row['conflict']}: {side} is told {row[side]}, elsewhere {number}")
        yield from lines(f"{len(rows) - others} verdicts, {sides} of their numbers", wrong)
        if others:
            yield f"{BY_HASH}supply_conflicts: {others} verdicts of comparisons that are not known here"

    def _number(self, name: str) -> float | None:
        """Return a number of a comparison as another table tells it; None: none does."""
        kind, _, key = name.partition(".")
        if kind == "kpis":
            of = self.known.kpis[key]
            years = [year for *names, year in self.targets if names == [of.kpi, of.title, of.item]]
            return float(self.targets[of.kpi, of.title, of.item, max(years)]["target"]) if years else None
        if kind == "published":
            key, _, end = key.partition(":")
            told = self.frames["supply_published"]
            one = self.known.published[key]
            at = (told["study"].astype(str) == one.study) & (told["quantity"].astype(str) == one.quantity)
            same = told[at & (told["topic"].astype(str) == one.topic)][end or "value"].tolist()
            return float(same[0]) if len(same) == 1 else None
        return self.inputs.get(name)


def _moves(without: float, with_lever: float, direction: str) -> bool:
    """Say whether an output moves as stated: a lever may bring a number where there was none, or an infinite one."""
    if math.isnan(with_lever) or math.isnan(without):
        return not math.isnan(with_lever)
    moves = with_lever > without if direction == "up" else with_lever < without
    ends = max(abs(without), abs(with_lever))
    return moves and (math.isinf(ends) or abs(with_lever - without) > RELATIVE * ends)


def _ndpr_oxide(nd_share: Floats | float) -> Any:
    return nd_share * oxide_factor("Nd") + (1.0 - nd_share) * oxide_factor("Pr")


def _over(part: Any, whole: Any) -> Floats:
    top, bottom = np.broadcast_arrays(np.asarray(part, np.float64), np.asarray(whole, np.float64))
    return np.asarray(np.where(bottom != 0.0, top / np.where(bottom != 0.0, bottom, 1.0), np.nan))


FORMULAS: Final[Mapping[str, Callable[..., Any]]] = {
    "as_computed": lambda value: value,
    "part_of": _over,
    "tonnes_to_close": lambda share, supply, target: (share - target) * supply,
    "added": lambda now, base: now - base,
    "added_oxide_t": lambda now, base, nd_share: (now - base) * _ndpr_oxide(nd_share),
    "points_gained": lambda part, whole, base, base_whole: _over(part, whole) - _over(base, base_whole),
    "reduction": lambda now, base: 1.0 - _over(now, base),
    "relative_gain": lambda now, base: _over(now, base) - 1.0,
    "days_of_demand": lambda stock, demand: _over(stock, demand) * DAYS_PER_YEAR,
    "engineers_added": lambda per_year, years: per_year * max(years, 0.0),
}
PLAIN: Final = ("at_most", "at_least", "side_by_side", "spread", "two_estimates")  # of their two inputs as they are


def _at_most(left: float, right: float) -> bool:
    return left <= right


def _twofold(left: float, right: float) -> bool:
    return max(left, right) <= CLOSE * min(left, right)


def _same(left: float, right: float) -> bool:
    return math.isclose(left, right, rel_tol=LINEAR)


VERDICTS: Final[Mapping[str, Callable[[float, float], bool] | None]] = {  # None: two numbers without a verdict
    "at_most": _at_most, "separation_for_magnets": _at_most, "contract_against_target": _at_most,
    "separation_against_demand": _at_most, "at_least": lambda left, right: left >= right,
    "product_of": _same, "loss_scales": _same,
    "probabilities_sum": lambda left, right: abs(left - right) <= RELATIVE,
    "spread": lambda left, right: left <= CLOSE * right,
    "two_estimates": _twofold, "grade_if_dry": _twofold, "grade_if_wet": _twofold, "yttrium_years": _twofold,
    "terbium_years": _twofold, "dysprosium_future": _twofold,
    "side_by_side": None, "told_only": None, "recycled_content_t": None, "grade_as_lifted": None,
    "gain_on_base": None, "campaign_of_year": None, "cover_with_mud": None, "substitution_t": None,
}  # fmt: skip


def _verdicts(function: str, left: float, right: float) -> tuple[str, ...]:
    """Return what may come of two numbers; what nearly takes all of a demand may be told as a note."""
    holds = VERDICTS[function]
    if holds is None or math.isnan(left) or math.isnan(right):
        return (NOTE,)
    nearly = function == "separation_against_demand" and ALMOST * right < left <= right
    return ("consistent" if holds(left, right) else "conflict", *([NOTE] if nearly else []))
