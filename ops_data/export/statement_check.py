"""Adds up again what the tables of a supply statement allow; one line per number or sum, OK or DIFFERENT.

CSV and Parquet of every table say the same; percentiles follow from the draws; shares and weights sum to one; gaps are
value less target; the extrapolation is the run-rate times the ratio of the rates; balances close; and no reading, mass
basis or rule of allocation stands alone.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ops_data.export.statement_tables import SHOCK_KEYS, percentiles, shock_spread
from ops_data.supply_names import BASES

if TYPE_CHECKING:
    import pandas as pd

STATEMENT: Final = "statement.json"  # by which the folder of a supply statement is known
RELATIVE: Final = 1e-9
ABSOLUTE: Final = 1e-12
SAME: Final = 1e-14  # of a number read back from text
CHANCE: Final = "probability"  # unit of what is told as a share of draws
CLOSED: Final = 1e-9  # largest gap of a balance over its largest term
KEYS: Final = ("name", "item", "period")
SPREAD: Final = ("value", "low", "high")
TOGETHER: Final = ("campaign", "run_rate", "extrapolation")
OF_MUD: Final = "contribution_"
Frames = Mapping[str, "pd.DataFrame"]


def recheck_statement(folder: Path) -> tuple[str, ...]:
    """Return one line per number that was added up again, and a last line with their count.

    A line begins with OK or DIFFERENT; one that begins with FAILED tells why a part could not be tried.
    """
    lines: list[str] = []
    try:
        about = json.loads((folder / STATEMENT).read_text(encoding="utf-8"))
        names = sorted(path.stem for path in (folder / "tables").glob("*.parquet"))
        frames: dict[str, pd.DataFrame] = {}
        for name in names:
            frames[name], told = _read(folder / "tables", name)
            lines.append(told)
        for part in (_indicators, _shock_months, _drivers, _weights, _targets, _balances, _together, _rules):
            lines += part(frames)
        lines += _extrapolations(frames, about)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        lines.append(f"FAILED     the tables cannot be read: {type(error).__name__}: {str(error).splitlines()[0]}")
    wrong = sum(not line.startswith("OK ") for line in lines)
    return *lines, f"{len(lines)} numbers, {wrong} different"


def _line(what: str, fits: bool, otherwise: str) -> str:
    return f"OK         {what}" if fits else f"DIFFERENT  {what}: {otherwise}"


def _near(one: Any, other: Any) -> bool:
    return bool(np.all(np.isclose(one, other, rtol=RELATIVE, atol=ABSOLUTE, equal_nan=True)))


def _read(folder: Path, name: str) -> "tuple[pd.DataFrame, str]":
    """Return the rows of a table from its Parquet file, and whether its CSV file says the same."""
    import pandas as pd

    frame = pd.read_parquet(folder / f"{name}.parquet")
    texts = {str(column): str for column in frame if frame[column].dtype.kind not in "iuf"}
    other = pd.read_csv(
        folder / f"{name}.csv",
        keep_default_na=False,
        na_values=[""],
        dtype=texts,
        encoding="utf-8-sig",
    )
    frame, other = frame.astype(texts), other.fillna(dict.fromkeys(texts, "")).astype(texts)
    same = list(frame.columns) == list(other.columns) and len(frame) == len(other)
    unlike = [] if not same else [column for column in frame if not _equal(frame[column], other[column])]
    what = f"{name}.csv and {name}.parquet"
    return frame, _line(what, same and not unlike, f"differ in {', '.join(map(str, unlike)) or 'rows or columns'}")


def _equal(one: "pd.Series[Any]", other: "pd.Series[Any]") -> bool:
    if one.dtype.kind in "iuf" and other.dtype.kind in "iuf":
        return bool(np.allclose(one.to_numpy(np.float64), other.to_numpy(np.float64), SAME, 0.0, equal_nan=True))
    return one.astype(str).tolist() == other.astype(str).tolist()


def _indicators(frames: Frames) -> Iterator[str]:
    """Rebuild every indicator from its draws; a draw without a number is left out, or counts as never."""
    rows = frames["indicators"]
    told = {tuple(row[:3]): row[3:] for row in rows[[*KEYS, *SPREAD]].itertuples(index=False)}
    chances = set(rows.loc[rows["unit"] == CHANCE, "name"])
    outcomes = frames["outcomes"]
    draws = outcomes["replicate"].nunique()
    for key, values in outcomes.groupby(list(KEYS), sort=False, observed=True)["value"]:
        name = _label(key)
        if key not in told:
            yield _line(name, False, "has draws but is no indicator")
            continue
        drawn = values.to_numpy(np.float64)
        if key[0] in chances:  # the interval about it is Wilson's, and not rebuilt here
            mean = float(drawn.sum()) / draws
            yield _line(name, _near(told[key][0], mean), f"told {told[key][0]}, of its draws {mean}")
            continue
        every = np.concatenate([drawn, np.full(max(draws - len(drawn), 0), np.inf)])
        found = [percentiles(drawn[~np.isnan(drawn)]) if not np.isnan(drawn).all() else (np.nan,) * 3]
        found.append(percentiles(every))
        yield _line(name, any(_near(told[key], one) for one in found), f"told {told[key]}, of its draws {found[0]}")


def _label(key: Any) -> str:
    name, item, period = (str(part) for part in key)
    inside = "; ".join(part for part in (item, period) if part)
    return f"{name}[{inside}]" if inside else name


def _shock_months(frames: Frames) -> Iterator[str]:
    """Rebuild the percentiles of every month of a shock from its draws."""
    import pandas as pd

    if "supply_shock_months" not in frames:
        return
    found = pd.DataFrame(dict(shock_spread(frames["supply_shock_months"])))
    told = frames["supply_shock_spread"]
    same = len(found) == len(told) and found[list(SHOCK_KEYS)].astype(str).equals(told[list(SHOCK_KEYS)].astype(str))
    fits = same and _near(found[list(SPREAD)], told[list(SPREAD)])
    yield _line(f"{len(told):,} months of shocks", fits, "are not the percentiles of their draws")


def _drivers(frames: Frames) -> Iterator[str]:
    for key, shares in frames["supply_drivers"].groupby(["basis", "element"], sort=False)["share"]:
        if shares.isna().all():
            continue
        total = float(shares.sum())
        yield _line(
            f"shares of the spread, {' '.join(map(str, key))}", _near(total, 1.0), f"sum to {total:.9g}, not to 1"
        )


def _weights(frames: Frames) -> Iterator[str]:
    weights = frames["supply_weights"]
    for name in ("weight", "weight_low_end", "weight_high_end"):
        known = weights[name].dropna()
        if len(known):
            total = float(known.sum())
            yield _line(f"scenario probabilities, {name}", _near(total, 1.0), f"sum to {total:.9g}, not to 1")


def _targets(frames: Frames) -> Iterator[str]:
    for row in frames["supply_kpis"].to_dict("records"):
        what = f"gap of {row['kpi']} {row['item']} {row['year']}"
        yield _line(what, _near(row["gap"], row["value"] - row["target"]), "is not value less target")


def _balances(frames: Frames) -> Iterator[str]:
    for row in frames["supply_closure"].to_dict("records"):
        fits = float(row["worst"]) <= CLOSED
        yield _line(f"balance {row['balance']}", fits, f"{row['worst']:.3g} is left, {CLOSED:g} at most")


def _together(frames: Frames) -> Iterator[str]:
    """Check that campaign, run-rate and extrapolation stand together, wet beside dry."""
    rows = frames["indicators"]
    rows = rows[rows["name"].str.startswith(OF_MUD) & (rows["period"] == "")]
    for name, of in rows.groupby("name", sort=False):
        items = set(of["item"])
        elements = dict.fromkeys(item.split(" ")[-1] for item in of["item"])
        for element in elements:
            wanted = [f"{reading} {basis} {element}" for reading in TOGETHER for basis in BASES]
            missing = [item for item in wanted if item not in items]
            yield _line(f"readings of {name}, {element}", not missing, f"{', '.join(missing)} is missing")


def _rules(frames: Frames) -> Iterator[str]:
    """Check that every shock is told under two rules at least."""
    rows = frames["indicators"]
    found: dict[str, set[str]] = {}
    for item in rows[rows["name"] == "fill_rate"]["item"]:
        scenario, rule, *_ = str(item).split(" ")
        found.setdefault(scenario, set()).add(rule)
    for scenario, rules in found.items():
        yield _line(f"rules of {scenario}", len(rules) > 1, "it is told under one rule alone")


def _extrapolations(frames: Frames, about: Mapping[str, Any]) -> Iterator[str]:
    """Check draw by draw that the extrapolation is the run-rate times the ratio of the rates."""
    outcomes = frames["outcomes"]
    outcomes = outcomes[outcomes["name"] == "contribution_oxide_t"]
    for basis, target in about["target_t_d"].items():
        ratio = float(about["extrapolation_t_d"]) / float(target)
        parts = {}
        for reading in ("run_rate", "extrapolation"):
            rows = outcomes[outcomes["item"].str.startswith(f"{reading} {basis} ")]
            element = rows["item"].str.rsplit(" ", n=1).str[-1]
            parts[reading] = rows.assign(element=element).set_index(["replicate", "element"])["value"].sort_index()
        same = parts["run_rate"].index.equals(parts["extrapolation"].index)
        fits = same and _near(parts["extrapolation"].to_numpy(), ratio * parts["run_rate"].to_numpy())
        yield _line(f"extrapolation, {basis}", fits, f"is not {ratio:g} times the run-rate in every draw")
