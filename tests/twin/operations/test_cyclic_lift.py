"""Derived: the kernel, compiled and interpreted, writes the rows of a plain SimPy script of the same case."""

import numpy as np
import pytest

from tests.benchmarks import cyclic_lift, plain_simpy
from twin.operations import codes as c
from twin.operations import stretch
from twin.operations.engine import compiled_play
from twin.operations.program import Ints


def in_words(asset: str, rows: Ints) -> list[plain_simpy.Row]:
    return [
        (
            asset,
            c.ACTIVITIES[code % c.STATE_UNIT],
            c.STATES[code % c.CAUSE_UNIT // c.STATE_UNIT],
            c.CAUSES[code // c.CAUSE_UNIT],
            start,
            end,
        )
        for code, start, end in rows[:, :3].tolist()
    ]


@pytest.mark.parametrize("compiled", [True, False], ids=["compiled", "interpreted"])
@pytest.mark.parametrize("replicate", [0, 1])
def test_the_cyclic_lift_campaign_has_the_rows_of_the_plain_script(compiled: bool, replicate: int) -> None:
    sea = cyclic_lift.tables(years=5)
    luck = cyclic_lift.draws(1, replicate)
    horizon_s = sea.hours * 3_600
    play = compiled_play() if compiled else stretch.play
    fast = cyclic_lift.run(cyclic_lift.prepare(sea, luck), play, compiled)
    log, lifts = plain_simpy.run(
        cyclic_lift.plain_windows(sea), luck.life_s.tolist(), luck.repair_s.tolist(), horizon_s
    )
    assert lifts == int((fast["vessel"][:, c.R_DRY_G] > 0).sum()) > 3_000
    for asset, rows in fast.items():
        ended = rows[rows[:, c.R_END] < horizon_s]
        assert in_words(asset, ended) == [row for row in log if row[0] == asset and row[5] < horizon_s], asset
        np.testing.assert_array_equal(rows[1:, c.R_START], rows[:-1, c.R_END])
