"""The emission ledger of some replicates of a sealed run, played again and checked against what was sealed."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from ops_data.columns import TableData
from ops_data.errors import FailedError
from twin.indicators.emission_ledger import emission_ledger
from twin.run import Job, joined

if TYPE_CHECKING:
    import pandas as pd

CLOSE: Final = 1e-9  # relative: sealed and replayed fuel are sums of the same numbers


def emission_rows(job: Job, replicates: Sequence[int], run_id: str, outcomes: "pd.DataFrame") -> TableData:
    """Return fuel and emissions of every interval of some replicates.

    Parameters
    ----------
    job : the run's own job.
    replicates : which.
    run_id : name of the run, for messages.
    outcomes : rows of its table ``outcomes``.

    Raises
    ------
    FailedError
        The fuel differs from what was sealed, for another version of the software made the run.
    """
    rows = outcomes[(outcomes["name"] == "fuel_t") & (outcomes["item"] == "total")]
    sealed = dict(zip(rows["replicate"].tolist(), rows["value"].tolist(), strict=True))
    pieces = []
    for number in replicates:
        piece = emission_ledger(number, job.processed(number).campaign)
        fuel_t = float(np.sum(np.asarray(piece["fuel_t"], dtype=np.float64)))
        if abs(fuel_t - sealed[number]) > CLOSE * max(fuel_t, sealed[number]):
            raise FailedError(
                f"run '{run_id}': replicate {number} burns {fuel_t:.6g} t of fuel when played again, "
                f"{sealed[number]:.6g} t were sealed; another version made the run: make it again, then export it"
            )
        pieces.append(piece)
    return joined(pieces)
