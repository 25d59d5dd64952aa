"""What differs between two review packages, in one line per difference."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ops_data.errors import StoreError
from ops_data.export.package import file_hashes, read_manifest
from ops_data.files import told

if TYPE_CHECKING:
    import pandas as pd

SUMMARY: Final = "summary.csv"
_LISTED: Final = 5  # names told of a long list


def compare(first: Path, second: Path) -> list[str]:
    """Return one line per difference between two packages, files in the order of their names; empty: none.

    A table is told by rows, columns and the largest difference of each column; the summary number by number; maps
    variable by variable; any other file by its bytes. Where a CSV file differs, its Parquet twin is not told again.

    Raises
    ------
    StoreError
        One of the folders is no review package, or a file cannot be read.
    """
    for folder in (first, second):
        read_manifest(folder)  # it is a package; what its files are now counts, not what was sealed
    one, two = (_files_now(folder) for folder in (first, second))
    lines = [f"{name}: only in {first}" for name in sorted(set(one) - set(two))]
    lines += [f"{name}: only in {second}" for name in sorted(set(two) - set(one))]
    other = {name for name in set(one) & set(two) if one[name] != two[name]}
    for name in sorted(other):
        if name.endswith(".parquet") and name.removesuffix(".parquet") + ".csv" in other:
            continue
        with told(first / name, "compare the file"):
            lines += [f"{name}: {line}" for line in _differences(first / name, second / name, name)]
    return lines


def _files_now(folder: Path) -> dict[str, str]:
    with told(folder, "read the package"):
        return file_hashes(folder)


def _differences(first: Path, second: Path, name: str) -> list[str]:
    found: list[str] = []
    try:
        if name == SUMMARY:
            found = list(_numbers(_table(first), _table(second)))
        elif name.endswith(".csv"):
            found = list(_columns(_table(first), _table(second)))
        elif name.endswith(".nc"):
            found = list(_variables(first, second))
    except (ValueError, KeyError) as error:
        reason = str(error).splitlines()[0]
        raise StoreError(f"{first}: cannot be compared with {second}: {reason}; see 'twin verify'") from error
    return found or ["the bytes differ"]


def _table(path: Path) -> "pd.DataFrame":
    import pandas as pd

    return pd.read_csv(path, keep_default_na=False, na_values=[""])


def _numbers(one: "pd.DataFrame", two: "pd.DataFrame") -> Iterator[str]:
    """Yield the numbers of two summaries that differ."""
    one, two = one.set_index("id"), two.set_index("id")
    for name in one.index.difference(two.index):
        yield f"{name}: only in the first"
    for name in two.index.difference(one.index):
        yield f"{name}: only in the second"
    for name in [name for name in one.index if name in two.index]:
        left, right = one.loc[name], two.loc[name]
        for column in ("value", "low", "high"):
            if not _same(left[column], right[column]):
                yield f"{name}: {column} {left[column]:.6g} and {right[column]:.6g} {left['unit']}"


def _columns(one: "pd.DataFrame", two: "pd.DataFrame") -> Iterator[str]:
    """Yield what differs between two tables."""
    for here, there, place in ((one, two, "first"), (two, one, "second")):
        alone = [str(name) for name in here.columns if name not in there.columns]
        if alone:
            yield f"columns only in the {place}: {_listed(alone)}"
    if len(one) != len(two):
        yield f"{len(one)} and {len(two)} rows"
        return
    for name in [name for name in one.columns if name in two.columns]:
        line = _unlike(one[name].to_numpy(), two[name].to_numpy())
        if line:
            yield f"column {name}: {line}"


def _variables(first: Path, second: Path) -> Iterator[str]:
    """Yield what differs between two files of maps, one slice in memory at a time."""
    import xarray as xr

    with xr.open_dataset(first, decode_timedelta=False) as one, xr.open_dataset(second, decode_timedelta=False) as two:
        for here, there, place in ((one, two, "first"), (two, one, "second")):
            alone = sorted(str(name) for name in set(here.variables) - set(there.variables))
            if alone:
                yield f"variables only in the {place}: {_listed(alone)}"
        for name in sorted(str(name) for name in set(one.variables) & set(two.variables)):
            left, right = one.variables[name], two.variables[name]
            if left.shape != right.shape:
                yield f"variable {name}: shape {left.shape} and {right.shape}"
                continue
            slices = range(left.shape[0]) if left.ndim > 2 else [...]
            for part in slices:
                line = _unlike(np.ravel(left[part].to_numpy()), np.ravel(right[part].to_numpy()))
                if line:
                    yield f"variable {name}{'' if part is ... else f' {left.dims[0]} {part}'}: {line}"
                    break
        unlike = sorted(key for key in {*one.attrs, *two.attrs} if one.attrs.get(key) != two.attrs.get(key))
        if unlike:
            yield f"attributes differ: {_listed(unlike)}"


def _unlike(one: Any, two: Any) -> str:
    """Say how two columns of one length differ; empty when they do not."""
    if one.dtype.kind in "iuf" and two.dtype.kind in "iuf":
        left, right = one.astype(float), two.astype(float)
        differ = ~((left == right) | (np.isnan(left) & np.isnan(right)))
        with np.errstate(invalid="ignore"):
            gap = np.abs(left - right)[differ]
        size = "" if not len(gap) else f", largest difference {np.max(np.where(np.isnan(gap), np.inf, gap)):.6g}"
    else:
        differ, size = one.astype(str) != two.astype(str), ""
    count = int(np.count_nonzero(differ))
    return f"{count} of {len(one)} values differ{size}" if count else ""


def _same(one: float, two: float) -> bool:
    return one == two or (bool(np.isnan(one)) and bool(np.isnan(two)))


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return ", ".join(names[:_LISTED]) + more
