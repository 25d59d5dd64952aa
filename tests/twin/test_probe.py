"""How long a campaign takes is told from several (truth: derived, by hand)."""

import numpy as np
import pytest

from ops_data.columns import TableData
from twin.commands.probe import probe
from twin.run import Job
from twin.scenario import load_scenario


def test_neither_compiling_nor_one_campaign_held_up_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Derived: campaigns of 90, 2, 30, 1, 2 and 3 seconds; the first is not timed, the median of the others is 2."""
    clock = [0.0]
    lengths = [90.0, 2.0, 30.0, 1.0, 2.0, 3.0]

    def played(_job: Job, first: int, _last: int) -> dict[str, TableData]:
        clock[0] += lengths[first]
        return {"outcomes": {"name": np.array(["lifted_wet_t"]), "item": np.array([""])}}

    monkeypatch.setattr(Job, "play", played)
    monkeypatch.setattr("time.perf_counter", lambda: clock[0])
    found = probe(load_scenario("calm"), 1)
    assert (found.seconds, found.outcomes) == (2.0, frozenset({("lifted_wet_t", "")}))
