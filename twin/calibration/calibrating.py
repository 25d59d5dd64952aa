"""From a campaign log to a calibration: every block on its own data, then all of them together."""

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from twin.calibration.block import Block, mining_vessels
from twin.calibration.failures import calibrate_failures
from twin.calibration.grade import calibrate_grade, grade_data
from twin.calibration.insertion import calibrate_insertions, insertion_data
from twin.calibration.jobs import is_weighed, jobs_of, lifts, rows_of
from twin.calibration.lift import calibrate_lift, lift_data
from twin.calibration.limits import calibrate_limits
from twin.calibration.prior import prior_of
from twin.calibration.rates import calibrate_rates, rates
from twin.calibration.result import Calibration, put_together
from twin.calibration.strings import calibrate_string, trips
from twin.calibration.strokes import calibrate_strokes
from twin.campaign_log import CampaignLog
from twin.models.streams import generator

MEMBERS: Final = 1000
STREAM: Final = "calibration"


def calibrate(log: CampaignLog, seed: int, members: int = MEMBERS) -> Calibration:
    """Return what a campaign log says about the numbers of its scenario.

    Parameters
    ----------
    log : what is known of the campaign up to a second.
    seed : of the draws; the same log and seed give the same calibration.
    members : joint draws wanted, at least 100.

    Notes
    -----
    The prior of a number is the law of ignorance of its row, the likelihood the law by which a campaign draws what the
    log shows: of logs of the model the posterior is exact, up to the draws. A datum that a law excludes counts with a
    small floor (`twin.models.event_ratio`) and is counted in the checks. Blocks share no number but the stroke, whose
    draws the grade weights anew.
    """
    scenario = log.scenario
    names = mining_vessels(scenario)
    vessels = [rows_of(log, name) for name in names]
    jobs = {vessel.name: jobs_of(vessel) for vessel in vessels}
    weighed = (job for name, own in jobs.items() for job in lifts(own) if is_weighed(log, name, job))
    lifted = sorted(weighed, key=lambda job: job.last_s)

    def random(block: str) -> np.random.Generator:
        return generator(seed, 0, STREAM, block)

    blocks = [
        calibrate_insertions(scenario, insertion_data(scenario, jobs), members, random("insertions")),
        *calibrate_string(
            scenario, [one for vessel in vessels for one in trips(log, vessel)], members, random("string")
        ),
        *calibrate_rates(scenario, rates(log), members, random("rates")),
        *calibrate_limits(log, vessels, members, random("limits")),
    ]
    lift = calibrate_lift(log, lift_data(log, jobs), members, random("lift"))
    strokes = calibrate_strokes(scenario, lifted, members, random("strokes"))
    strokes_m = strokes.draws.get("tool.stroke_m")
    if strokes_m is None:
        strokes_m = prior_of(scenario, "tool.stroke_m").values(random("stroke").random(members))
    grade, chosen = calibrate_grade(scenario, grade_data(log, names), strokes_m, random("grade"))
    strokes = _reordered(strokes, chosen)
    failures = calibrate_failures(log, lift.draws, seed, members, random("failures"))
    return put_together(scenario, log.until_s, seed, members, [*blocks, lift, strokes, grade, *failures])


def _reordered(block: Block, chosen: NDArray[np.int64]) -> Block:
    """Return a block with other of its members."""
    draws = {key: values[chosen] for key, values in block.draws.items()}
    products = {name: (before, after[chosen]) for name, (before, after) in block.products.items()}
    return replace(block, draws=draws, products=products)
