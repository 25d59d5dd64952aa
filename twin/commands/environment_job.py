"""What members of an environmental study are played from: rows of a sealed run, and a person's own current record."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from ops_data.sealed import Run
    from twin.environment.zone_check import PlacedZone
    from twin.environment_study import MembersJob
    from twin.models.plume import Current
    from twin.scenario import Scenario


RESUSPENDING_M_S: Final = 0.12  # Thomsen and Gust 2000 and flume work on red clay: fresh deposit moves above it


def members_job(
    run: "Run", scenario: "Scenario", numbers: Sequence[int], zones: "tuple[PlacedZone, ...]" = ()
) -> "tuple[MembersJob, list[str]]":
    """Return what some members are played from, and what a reader must know of the current record.

    Parameters
    ----------
    run, scenario : the sealed run, and its scenario with the settings of the study.
    numbers : the members' replicates.
    zones : zones on the grid; no plume depends on them.
    """
    from twin.environment_study import MembersJob

    record, notes = _recorded(scenario)
    who = run.manifest.identity
    parameters: Any = who.parameters
    other = run.manifest.scenario["environment"] != scenario.environment.model_dump(mode="json")
    rows = _rows(run, numbers)
    return MembersJob(scenario.to_json(), who.seed, parameters, record, zones, rows, surroundings=other), notes


def _recorded(scenario: "Scenario") -> "tuple[Current | None, list[str]]":
    """Return a person's own current record where the scenario uses one, and what was mended in it."""
    from ops_data.current_records import read_current_file
    from twin.models.plume import Current

    if scenario.environment.current != "record":
        return None, []
    read = read_current_file(Path(scenario.environment.current_record).expanduser())
    notes = [f"{read.name}: {text}" for text in read.notes]
    strong = int((np.hypot(read.u_m_s, read.v_m_s) > RESUSPENDING_M_S).sum())
    if strong:
        notes.append(
            f"{read.name}: {strong:,} values above {RESUSPENDING_M_S:g} m/s, where fresh deposit may be lifted again; "
            "that is not modelled"
        )
    return Current(read.time_s, read.u_m_s, read.v_m_s), notes


def _rows(run: "Run", numbers: Sequence[int]) -> "dict[int, tuple[pd.DataFrame, pd.DataFrame]]":
    """Return intervals and lots of each member."""
    from twin.environment.releases import INTERVAL_COLUMNS, LOT_COLUMNS

    read = [
        run.table(name, columns, numbers) for name, columns in (("intervals", INTERVAL_COLUMNS), ("lots", LOT_COLUMNS))
    ]
    parts = [dict(tuple(frame.groupby("replicate", sort=True))) for frame in read]
    empty = [frame.iloc[:0] for frame in read]
    return {number: (parts[0].get(number, empty[0]), parts[1].get(number, empty[1])) for number in numbers}


def median_member(closure: "pd.DataFrame") -> int | None:
    """Return the replicate whose released mass is the median of those that release any; None where none does.

    Parameters
    ----------
    closure : replicate and released_t of each member.

    Examples
    --------
    >>> import pandas as pd
    >>> median_member(pd.DataFrame({"replicate": [0, 1, 2, 3], "released_t": [3.0, 0.0, 1.0, 2.0]}))
    3
    """
    some = closure[closure["released_t"] > 0.0].sort_values("released_t", kind="stable")
    return None if some.empty else int(some["replicate"].iloc[len(some) // 2])
