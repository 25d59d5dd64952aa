"""Adds up again what a supply statement allows; one line per number or group of numbers, OK or DIFFERENT.

CSV and Parquet of every table say the same, and so does the workbook; indicators follow from their draws, and the
tables that show them from the indicators; contributions, rates and extrapolations hang together in every draw; flows
balance at every node; shares and weights sum to one; and no reading, mass basis or rule of allocation stands alone.
What cannot be rebuilt from the folder is told in lines that begin with BY HASH.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ops_data.export import statement_check_chain as chain
from ops_data.export import statement_check_draws as drawn
from ops_data.export import statement_check_tables as single
from ops_data.export.statement_check_base import BY_HASH, DIFFERENT, FAILED, OK, line
from ops_data.export.statement_check_shown import Policy, shown_lines
from ops_data.export.statement_check_workbook import workbook_lines

if TYPE_CHECKING:
    import pandas as pd

STATEMENT: Final = "statement.json"  # by which the folder of a supply statement is known
SAME: Final = 1e-14  # of a number read back from text
COUNTED: Final = (OK, DIFFERENT, FAILED)
NOT_TRIED: Final = (
    "statement PDFs, their pictures, the first sheet of the workbook, software and crate: hash only",
    "published figures, notes, levers and other central values, beyond what other tables tell of them: hash only",
)


def recheck_statement(folder: Path) -> tuple[str, ...]:
    """Return one line per number or group of numbers that was added up again, and a last line with their count.

    A line begins with OK or DIFFERENT; one that begins with FAILED tells why a part could not be tried, one that begins
    with BY HASH what is not tried at all.
    """
    told: list[str] = []
    try:
        about = json.loads((folder / STATEMENT).read_text(encoding="utf-8"))
        frames: dict[str, pd.DataFrame] = {}
        for name in sorted(path.stem for path in (folder / "tables").glob("*.parquet")):
            frames[name], one = _read(folder / "tables", name)
            told.append(one)
        told += table_lines(frames, about)
        told += workbook_lines(folder, frames)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        first = (str(error).splitlines() or ["no word"])[0]
        told.append(f"{FAILED}the tables cannot be read: {type(error).__name__}: {first}")
    told += [f"{BY_HASH}{what}" for what in NOT_TRIED]
    counted = [one for one in told if one.startswith(COUNTED)]
    wrong = sum(not one.startswith(OK) for one in counted)
    return *told, f"{len(counted)} numbers, {wrong} different"


def table_lines(frames: "Mapping[str, pd.DataFrame]", about: Mapping[str, Any]) -> Iterator[str]:
    """Yield one line per number or group of numbers that follows from others.

    Parameters
    ----------
    frames : every table of the folder by name.
    about : what statement.json says.
    """
    draws = int(about.get("draws", frames["outcomes"]["replicate"].nunique()))
    policy = Policy(frames, draws)
    yield from drawn.indicator_lines(frames, draws)
    yield from drawn.shock_lines(frames)
    yield from drawn.contribution_lines(frames, about)
    yield from drawn.together_lines(frames)
    yield from drawn.rule_lines(frames)
    yield from drawn.extrapolation_lines(frames, about)
    yield from shown_lines(frames)
    yield from policy.target_lines()
    yield from policy.lever_lines()
    yield from policy.conflict_lines()
    yield from chain.flow_lines(frames)
    yield from chain.cut_lines(frames)
    yield from chain.month_lines(frames, draws)
    yield from single.range_lines(frames)
    yield from single.source_lines(frames)
    yield from single.weight_lines(frames, about)
    yield from single.driver_lines(frames, draws)
    yield from single.balance_lines(frames)
    yield from single.account_lines(frames)
    yield from single.other_lines(frames)


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
    return frame, line(what, same and not unlike, f"differ in {', '.join(map(str, unlike)) or 'rows or columns'}")


def _equal(one: "pd.Series[Any]", other: "pd.Series[Any]") -> bool:
    if one.dtype.kind in "iuf" and other.dtype.kind in "iuf":
        return bool(np.allclose(one.to_numpy(np.float64), other.to_numpy(np.float64), SAME, 0.0, equal_nan=True))
    return one.astype(str).tolist() == other.astype(str).tolist()
