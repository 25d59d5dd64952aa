"""Blocks on data drawn from the laws themselves (truth: the numbers they were drawn with)."""

import numpy as np
import pytest
from numpy.typing import NDArray

from twin.calibration.insertion import KEYS, Durations, InsertionData, calibrate_insertions
from twin.calibration.jobs import Job
from twin.calibration.lift import RATE, Reading, calibrate_lift, expected
from twin.calibration.prior import columns, open_keys, prior_of
from twin.calibration.strings import Trip, calibrate_string
from twin.calibration.strokes import POWERS, PRODUCT, calibrate_strokes
from twin.campaign_log import CampaignLog
from twin.models.learning import learning_factors
from twin.models.scores import coverage, ranks, uniformity
from twin.quantities import event_draws
from twin.scenario import Scenario, load_scenario

Floats = NDArray[np.float64]
MEMBERS = 199


@pytest.fixture(scope="module")
def pilot() -> Scenario:
    return load_scenario("pilot-2027")


def drawn(scenario: Scenario, keys: tuple[str, ...], random: np.random.Generator) -> dict[str, float]:
    """Return one value per key from the prior."""
    learnt = open_keys(scenario, keys)
    return {key: float(v[0]) for key, v in columns(scenario, keys, learnt, random.random((1, len(learnt)))).items()}


def hold(found: list[Floats], truth: list[float], cases: int, at_least: float = 0.01) -> None:
    """Say that ranks are even and that 90 % intervals hold the truth as often as they say."""
    draws, true = np.array(found), np.array(truth)
    assert len(true) == cases
    assert uniformity(ranks(draws, true, np.random.default_rng(1)), MEMBERS, 10).p_value > at_least
    low, high = np.quantile(draws, [0.05, 0.95], axis=1)
    told = coverage(low, high, true, 0.99)
    assert told.low <= 0.9 <= told.high


def insertions(scenario: Scenario, values: dict[str, float], count: int, random: np.random.Generator) -> InsertionData:
    """Return durations as `Luck.insertion` draws them, the last insertion broken off half way."""
    factor = learning_factors(count, values[KEYS[2]], values[KEYS[3]])
    hours = [event_draws(scenario.quantities[key], values[key], random.random(count)) * factor for key in KEYS[:2]]
    number = np.arange(1.0, count + 1)
    told = [Durations(h[:-1], number[:-1], 0.5 * h[-1:], number[-1:]) for h in hours]
    return InsertionData(told[0], told[1], scenario.start_s, scenario.end_s)


def test_ranks_of_cycle_shift_and_learning_are_even(pilot: Scenario) -> None:
    cases, found, truth = 200, [], []
    for case in range(cases):
        random = np.random.default_rng([11, case])
        values = drawn(pilot, KEYS, random)
        block = calibrate_insertions(pilot, insertions(pilot, values, 40, random), MEMBERS, random)
        found.append([block.draws[key] for key in KEYS])
        truth.append([values[key] for key in KEYS])
    for place in range(len(KEYS)):
        hold([own[place] for own in found], [own[place] for own in truth], cases)


def test_ranks_of_the_time_of_a_joint_are_even(pilot: Scenario) -> None:
    cases, found, truth, key = 300, [], [], "string.run_joint_h"
    for case in range(cases):
        random = np.random.default_rng([12, case])
        central = drawn(pilot, (key,), random)[key]
        joints = event_draws(pilot.quantities[key], central, random.random((2, 560)))
        told = [Trip("run_string", 560, 0.0, int(joints[0].sum() * 3600), True, 0, 1)]
        told.append(Trip("run_string", 560, 0.0, int(joints[1, :300].sum() * 3600), False, 1, 2))
        found.append(calibrate_string(pilot, told, MEMBERS, random)[0].draws[key])
        truth.append(central)
    hold(found, truth, cases)


def test_the_product_of_a_stroke_is_identified_and_its_factors_stay_calibrated(pilot: Scenario) -> None:
    cases, found, truth = 200, [], []
    names = (*POWERS, PRODUCT)
    for case in range(cases):
        random = np.random.default_rng([213, case])
        values = drawn(pilot, tuple(POWERS), random)
        whole = np.pi / 4.0 * float(np.prod([values[key] ** power for key, power in POWERS.items()]))
        key = "tool.extraction_fraction"
        dry_t = whole / values[key] * event_draws(pilot.quantities[key], values[key], random.random(30))
        lifts = [Job("lift", i, i, i + 1, 3600, True, round(t * 1e6)) for i, t in enumerate(dry_t.tolist())]
        block = calibrate_strokes(pilot, lifts, MEMBERS, random)
        again = np.pi / 4.0 * np.prod([block.draws[key] ** power for key, power in POWERS.items()], axis=0)
        np.testing.assert_allclose(again, block.products[PRODUCT][1], rtol=1e-9)
        found.append([*(block.draws[key] for key in POWERS), block.products[PRODUCT][1]])
        truth.append([*(values[key] for key in POWERS), whole])
    for place in range(len(names)):
        hold([own[place] for own in found], [own[place] for own in truth], cases)
    assert block.products[PRODUCT][1].std() < 0.01 * whole


def test_ranks_of_flow_concentration_and_grain_density_are_even(pilot: Scenario) -> None:
    keys = ("riser.flow_m3_h", "slurry.solids_volume_fraction", "mud.grain_density_t_m3")
    log = CampaignLog(pilot, pilot.end_s, {}, (), {})
    cases, found, truth = 200, [], []
    for case in range(cases):
        random = np.random.default_rng([14, case])
        values = drawn(pilot, keys, random)
        shown = {
            what: float(v[0]) for what, v in expected(pilot, {k: np.array([x]) for k, x in values.items()}).items()
        }
        sd = {"flow": 0.5, "density": 1.0, RATE: 0.005 * shown[RATE]}
        told = {what: Reading(shown[what] + sd[what] * random.standard_normal(), sd[what], 9) for what in shown}
        block = calibrate_lift(log, told, MEMBERS, random)
        found.append([block.draws[key] for key in keys])
        truth.append([values[key] for key in keys])
    for place in range(len(keys)):
        hold([own[place] for own in found], [own[place] for own in truth], cases)


def test_priors_are_the_draws_of_replicates(pilot: Scenario) -> None:
    """The quantile of a row gives the very number that a replicate with that quantile draws."""
    from twin.quantities import at_quantiles

    u = np.random.default_rng(3).random(len(pilot.ignorance.keys))
    values = at_quantiles(pilot.ignorance, u)
    for key, quantile in zip(pilot.ignorance.keys, u, strict=True):
        assert float(prior_of(pilot, key).values(quantile)) == pytest.approx(values[key], rel=1e-12)


def test_durations_that_the_prior_excludes_give_a_statement_and_no_crash(pilot: Scenario) -> None:
    """Derived: cycles of 40 h, where 3 h with every allowance is the longest the rows allow."""
    number = np.arange(1.0, 31.0)
    far, usual = Durations(np.full(30, 40.0), number, number[:0], number[:0]), np.full(30, 1.0)
    data = InsertionData(far, Durations(usual, number, number[:0], number[:0]), 0, 1)
    block = calibrate_insertions(pilot, data, MEMBERS, np.random.default_rng(1))
    assert block.checks[0].excluded == 30
    assert block.checks[0].p_value < 1e-6
    trip = [Trip("run_string", 560, 0.0, 560 * 36_000, True, 0, 1)]
    (run, _) = calibrate_string(pilot, trip, MEMBERS, np.random.default_rng(1))
    assert run.checks[0].excluded == 1
    heavy = calibrate_strokes(pilot, [Job("lift", 0, 0, 1, 1, True, 10**9)], MEMBERS, np.random.default_rng(1))
    assert heavy.draws == {}
    assert "outside what the rows allow" in heavy.missing["tool.bore_m"]
