"""Rebuild every number of summary.csv from the other files of this package.

    python recheck.py [FOLDER]        without a folder: the package that this script lies in

Needs Python 3.11 with numpy, pandas and xarray (with netCDF4), not the software that made the package. One line is
printed per number, OK or DIFFERENT; the script ends with 1 when any is different, else with 0.

A row of summary.csv names a file and a rule: a word, then keys, separated by semicolons.

    value        the number of the one row                             column
    sum          sum of a column                                       column [scale] [by]
    count        how many rows                                         [by]
    ratio        sum of a column over the sum of another               column per [scale] [by]
    percentile   P50, P10 and P90 of a column                          column [scale]
    probability  share of rows above a number, Wilson's interval       column above|at_least [confidence]
    residual     largest | total - parts | / total of the rows         total parts
    metric       a measure of each member's map, then percentiles      name variable [level …, see below]
    map          largest difference of a map from the members' maps    variable of reduce [from] [level]

``where.<column>=<text>`` takes only some rows. ``by`` names a column of groups (replicate, member): the rule is worked
out for each of them, and value, low and high are then P50, P10 and P90 over the groups. ``scale`` multiplies.

Measures of a map, values in the unit of the file: maximum, longest_h (highest value, s to h), area_time_km2_d (sum
of seconds times cell area), area_km2 (cells above the level), furthest_km (of these cells from the nearest hole),
mass_within_t (sum of kg m-2 times cell area within within_km of a hole). ``holes`` is a table with x_m, y_m and perhaps
replicate; ``factor`` one with replicate, key and value: the measure times the value of the row whose key is ``key``;
with ``released``, a table with replicate and released_t, tonnes become a share. Reduce: max, mean, p50, p90,
probability (share of members above the level). In a rule %3B stands for a semicolon and %25 for a per cent sign.
"""

import sys
from collections.abc import Callable, Mapping
from functools import lru_cache, reduce
from pathlib import Path
from statistics import NormalDist
from typing import Any
from urllib.parse import unquote

import numpy as np
import pandas as pd
import xarray as xr

RELATIVE = 1e-9  # how far a rebuilt number may lie off, of itself: the order of additions
ABSOLUTE = 1e-12
SINGLE = 1e-6  # maps are kept in single precision
LEVELS = {"concentration_level", "deposit_level"}
Numbers = tuple[float, float, float]  # value, low, high; nan where there is none
Keys = Mapping[str, str]


@lru_cache(maxsize=8)
def read_table(path: Path) -> pd.DataFrame:
    """Return a CSV file of the package; an empty field is a missing number or an empty word."""
    frame = pd.read_csv(path, keep_default_na=False, na_values=[""], dtype={"zone": str})  # 007 is a name
    for name in frame.columns:
        if not pd.api.types.is_numeric_dtype(frame[name]):
            frame[name] = frame[name].fillna("").astype(str)
    return frame


def chosen(frame: pd.DataFrame, keys: Keys) -> pd.DataFrame:
    """Return the rows that the rule's ``where`` keys ask for."""
    for key, wanted in keys.items():
        if key.startswith("where."):
            column = frame[key.removeprefix("where.")]
            if wanted == "":
                frame = frame[column.isna() | (column.astype(str) == "")]
            else:
                frame = frame[column == (float(wanted) if pd.api.types.is_numeric_dtype(column) else wanted)]
    return frame


def percentiles(values: Any) -> Numbers:
    """Return P50, P10 and P90, interpolated between ordered values; infinity stands above every number."""
    ordered = np.sort(np.asarray(values, dtype=float))
    if not len(ordered):
        raise ValueError("there is no member or group")
    found = []
    for share in (0.5, 0.1, 0.9):
        place = share * (len(ordered) - 1)
        low, high = ordered[int(np.floor(place))], ordered[int(np.ceil(place))]
        between = np.isfinite(high) and high > low
        found.append(float(low + (place - np.floor(place)) * (high - low) if between else high))
    return found[0], found[1], found[2]


def alone(value: float) -> Numbers:
    """Return a number that has no percentiles."""
    return float(value), float("nan"), float("nan")


def from_table(word: str, keys: Keys, frame: pd.DataFrame) -> Numbers:
    """Return the numbers of a rule about a table."""
    rows, scale = chosen(frame, keys), float(keys.get("scale", "1"))
    measures: dict[str, Callable[[pd.DataFrame], float]] = {
        "count": len,
        "sum": lambda part: float(part[keys["column"]].sum()),
        "ratio": lambda part: float(part[keys["column"]].sum() / part[keys["per"]].sum()),
    }
    if word in measures and "by" in keys:
        return percentiles([measures[word](part) * scale for _, part in rows.groupby(keys["by"])])
    if word in measures:
        return alone(measures[word](rows) * scale)
    if rows.empty or (word == "value" and len(rows) > 1):
        raise ValueError(f"{len(rows)} rows fit the rule")
    if word == "value":
        return alone(float(rows[keys["column"]].iloc[0]) * scale)
    if word == "percentile":
        return percentiles(rows[keys["column"]].to_numpy(float) * scale)
    if word == "probability":
        values = rows[keys["column"]]
        return probability(
            values > float(keys["above"]) if "above" in keys else values >= float(keys["at_least"]), keys
        )
    if word == "residual":
        total = sum(rows[name].to_numpy(float) for name in keys["total"].split("+"))
        parts = sum(rows[name].to_numpy(float) for name in keys["parts"].split(","))
        size = np.where(np.abs(total) > 0.0, np.abs(total), 1.0)
        return alone(float(np.max(np.abs(total - parts) / size, initial=0.0)))
    raise ValueError(f"unknown rule '{word}'")


def probability(happened: Any, keys: Keys) -> Numbers:
    """Return the share of cases in which something happened, and Wilson's interval (Wilson 1927) about it."""
    trials, share = len(happened), float(np.mean(happened))
    if "confidence" not in keys:
        return alone(share)
    z = NormalDist().inv_cdf(0.5 + float(keys["confidence"]) / 2.0)
    middle, scale = share + z * z / (2.0 * trials), 1.0 + z * z / trials
    half = z * np.sqrt(share * (1.0 - share) / trials + z * z / (4.0 * trials * trials))
    return share, max(0.0, float((middle - half) / scale)), min(1.0, float((middle + half) / scale))


@lru_cache(maxsize=2)
def maps_of(path: Path, variable: str, level: str) -> tuple[Any, Any, Any, list[int]]:
    """Return maps of shape (members, rows, columns), x, y and members of a file; at the level if they have levels."""
    with xr.open_dataset(path, decode_timedelta=False) as file:
        maps = file[variable]
        for axis in LEVELS & set(maps.dims):
            place = np.flatnonzero(np.isclose(maps[axis].to_numpy(), float(level), rtol=1e-9, atol=0.0))
            if len(place) != 1:
                raise ValueError(f"no level {level} in the file")
            maps = maps.isel({axis: int(place[0])})
        members = file["member"].to_numpy().tolist() if "member" in maps.dims else [0]
        values = maps.to_numpy().reshape(len(members), file.sizes["y"], file.sizes["x"])
        return values, file["x"].to_numpy(), file["y"].to_numpy(), members


def nearest_m(x: Any, y: Any, holes: Any) -> Any:
    """Return the distance from each place to the nearest hole [m]."""
    return reduce(np.minimum, (np.hypot(x - hole_x, y - hole_y) for hole_x, hole_y in holes))


def around_holes(values: Any, x: Any, y: Any, keys: Keys, table: pd.DataFrame, cell_m2: float) -> float:
    """Return a measure of one member's map about holes; distances are worked out only of cells that may matter."""
    name = keys["name"]
    holes = np.unique(table[["x_m", "y_m"]].to_numpy(float), axis=0)
    rows, columns = np.nonzero(values > (float(keys["level"]) if name == "furthest_km" else 0.0))
    if not len(rows) or not len(holes):
        return 0.0
    x, y, middle = x[columns], y[rows], holes.mean(axis=0)
    reach = np.max(np.hypot(*(holes - middle).T)) + 1e-6
    distance = np.hypot(x - middle[0], y - middle[1])
    if name == "furthest_km":
        far = distance >= np.max(distance) - 2.0 * reach
        return float(np.max(nearest_m(x[far], y[far], holes))) / 1000.0
    within_m = float(keys["within_km"]) * 1000.0
    near, unsure = distance < within_m - reach, np.abs(distance - within_m) <= reach
    near[unsure] = nearest_m(x[unsure], y[unsure], holes) <= within_m
    return float(np.sum(values[rows, columns][near])) * cell_m2 / 1000.0


def measured(values: Any, x: Any, y: Any, keys: Keys, holes: pd.DataFrame | None) -> float:
    """Return one measure of one member's map; x and y are centres of columns and rows [m]."""
    name, cell_m2 = keys["name"], float((x[1] - x[0]) * (y[1] - y[0]))
    if name in ("maximum", "longest_h"):
        return float(np.max(values)) / (1.0 if name == "maximum" else 3600.0)
    if name == "area_time_km2_d":
        return float(np.sum(values)) * cell_m2 / 1e6 / 86400.0
    if name == "area_km2":
        return float(np.count_nonzero(values > float(keys["level"]))) * cell_m2 / 1e6
    if name not in ("furthest_km", "mass_within_t") or holes is None:
        raise ValueError(f"unknown measure '{name}'" if holes is not None else "the key holes is missing")
    return around_holes(values, x, y, keys, holes, cell_m2)


def from_members(keys: Keys, folder: Path, path: Path) -> Numbers:
    """Return P50, P10 and P90 over members of a measure of their maps."""
    maps, x, y, members = maps_of(path, keys["variable"], keys.get("level", ""))
    tables = {name: read_table(folder / keys[name]) for name in ("holes", "released", "factor") if name in keys}
    found = []
    for values, member in zip(maps, members, strict=True):
        own = {name: t[t["replicate"] == member] if "replicate" in t else t for name, t in tables.items()}
        value = measured(values.astype(float), x, y, keys, own.get("holes")) * float(keys.get("scale", "1"))
        if "factor" in own:  # what the member was calculated with, such as the density that makes metres a mass
            value *= float(own["factor"]["value"][own["factor"]["key"] == keys["key"]].iloc[0])
        if "released" in own:  # tonnes as a share of what the member released; a member without a release has none
            released_t = float(own["released"]["released_t"].sum())
            value = value / released_t if released_t else np.nan
        found.append(value)
    return percentiles([value for value in found if not np.isnan(value)])


def from_map(keys: Keys, folder: Path, path: Path) -> Numbers:
    """Return the largest difference between a map and what the members' maps say, 0 when it is but rounding."""
    told = maps_of(path, keys["variable"], keys.get("level", ""))[0][0].astype(float)
    maps = maps_of(folder / keys["of"], keys.get("from", keys["variable"]), keys.get("level", ""))[0]
    how = keys["reduce"]
    if how in ("probability", "mean"):
        made = np.mean(maps.astype(float) > float(keys["level"]) if how == "probability" else maps, axis=0, dtype=float)
    else:
        made = np.quantile(maps.astype(float), {"max": 1.0, "p90": 0.9, "p50": 0.5}[how], axis=0)
    gap = float(np.max(np.abs(made - told), initial=0.0))
    return alone(gap if gap > SINGLE * np.max(np.abs(made), initial=0.0) else 0.0)


def rebuilt(folder: Path, file: str, rule: str) -> Numbers:
    """Return value, low and high that the rule makes of the file."""
    word, *parts = rule.split("; ")
    keys = {key: unquote(text) for key, text in (part.split("=", 1) for part in parts)}
    if word == "metric":
        return from_members(keys, folder, folder / file)
    if word == "map":
        return from_map(keys, folder, folder / file)
    return from_table(word, keys, read_table(folder / file))


def main(folder: Path) -> int:
    """Check every row of summary.csv, print a line for each, return 1 if any is different."""
    wrong = 0
    summary = read_table(folder / "summary.csv")
    for row, again in zip(summary.to_dict("records"), summary["id"].duplicated(), strict=True):
        told = (float(row["value"]), float(row["low"]), float(row["high"]))
        try:
            if again:
                raise ValueError("the id stands twice")
            found = rebuilt(folder, row["file"], row["rule"])
            near = np.isclose(told, found, rtol=RELATIVE, atol=ABSOLUTE, equal_nan=True)
            fits = bool(np.all(near | np.isnan([0.0, *told[1:]])))  # a low or high that is not told is not compared
            words = f"summary {told}, rebuilt {found}"
        except (OSError, KeyError, ValueError, TypeError, IndexError) as error:
            fits, words = False, f"cannot be rebuilt: {error}"
        wrong += not fits
        print(f"OK         {row['id']} = {told[0]:.6g} {row['unit']}" if fits else f"DIFFERENT  {row['id']}: {words}")
    print(f"{len(summary)} numbers, {wrong} different")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent))
