"""Deviations (truth: simulated campaigns, as they were planned or with a fault put into them; closed forms)."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from scipy import stats

from ops_data.errors import FailedError
from ops_data.units import SECONDS_PER_DAY
from tests.twin.made_faults import faulty
from twin.calibration.calibrating import calibrate
from twin.campaign_log import CampaignLog, Series
from twin.deviation import LEVEL, compared, comparisons, deviating, deviations, holm, severity_of
from twin.deviation_found import NOT_EXPLAINED, Deviation
from twin.deviation_lost import CUT_MEAN, CUT_SD, LEAST_OFF, chance_of, count_chance, failures
from twin.deviation_output import OUTPUT
from twin.deviation_week import Expected, Floats, Week, members_of
from twin.deviation_work import FLOW, HEAD, LIFT, SHIFT, SOLIDS, TOOL
from twin.forecast import SERIES
from twin.forecast_view import ForecastDays, measured_days
from twin.rehearsal.truth import Truth, known
from twin.scenario import load_scenario

DAY_S = SECONDS_PER_DAY
BEFORE_D = 40  # the log of so many days is calibrated with; then the fault comes
LIMITS = ("limits.mining_hs_m", "limits.string_hs_m", "limits.transfer_hose_hs_m")


@cache
def truth(seed: int) -> Truth:
    return Truth.drawn(load_scenario("pilot-2027"), seed)


def at(one: Truth, days: float) -> int:
    return one.scenario.start_s + round(days * DAY_S)


@cache
def draws(seed: int) -> dict[str, Floats]:
    """Return the calibrated draws of the log before the fault."""
    return dict(calibrate(known(truth(seed), at(truth(seed), BEFORE_D)), seed, 200).draws)


@cache
def with_fault(seed: int, fault: str) -> CampaignLog:
    v = truth(seed).values
    changed = {
        "cycle": {"mining.cycle_h": 1.25 * v["mining.cycle_h"]},
        "solids": {"slurry.solids_volume_fraction": 0.7 * v["slurry.solids_volume_fraction"]},
        "flow": {"riser.flow_m3_h": 0.8 * v["riser.flow_m3_h"]},
        "limit": {key: v[key] - 0.5 for key in LIMITS},
    }[fault]
    return faulty(truth(seed), at(truth(seed), BEFORE_D), changed)


def found_in(seed: int, fault: str, days: int) -> list[Deviation]:
    return deviations(with_fault(seed, fault).up_to(at(truth(seed), BEFORE_D + days)), draws(seed))


def test_of_a_model_that_is_right_hardly_any_week_has_a_deviation() -> None:
    """Derived: 60 weeks of the prior's own campaigns; of one look in 140 something is told at most, so of one here."""
    members = members_of(load_scenario("pilot-2027"), {})
    weeks = [
        Week(known(truth(seed), at(truth(seed), 7 * week)), 7, members)
        for seed in range(500, 512)
        for week in (5, 6, 7, 8, 9)
    ]
    assert len(weeks) == 60
    assert sum(len(deviating(week)) > 0 for week in weeks) <= 1


def test_chances_of_durations_are_even_when_the_draws_are_the_truth() -> None:
    """Derived: with the true numbers known, the chance of what is measured is evenly spread."""
    chances = []
    for seed in range(500, 512):
        exact = {key: np.array([value]) for key, value in truth(seed).values.items()}
        members = members_of(truth(seed).scenario, exact, 20)
        for week in (6, 8):
            for one in compared(Week(known(truth(seed), at(truth(seed), 7 * week)), 7, members), None):
                if one.subject in (TOOL, SHIFT):
                    chances.append(one.p_value)
    assert len(chances) > 25
    assert stats.kstest(chances, "uniform").pvalue > 0.01


@pytest.mark.parametrize("seed", [301, 306])
@pytest.mark.parametrize(
    ("fault", "subject", "cause"),
    [("cycle", TOOL, "stiffer mud"), ("solids", SOLIDS, "slurry thinner than expected")],
)
def test_a_fault_is_found_within_a_week_with_its_cause_among_the_first_two(
    seed: int, fault: str, subject: str, cause: str
) -> None:
    found = {one.subject: one for one in found_in(seed, fault, 7)}
    assert cause in [one.name for one in found[subject].causes[:2]]


def test_less_flow_is_pump_wear_or_a_blocked_pipe_and_which_of_the_two_is_not_claimed() -> None:
    found = {one.subject: one for one in found_in(301, "flow", 7)}
    names = {one.name for one in found[FLOW].causes[:2]}
    assert names == {"pump wear", "pipe partly blocked"}
    assert all("not measured" in one.evidence for one in found[FLOW].causes[:2])


def pressed(log: CampaignLog, since_s: int, before: float, since: float) -> CampaignLog:
    time_s = np.arange(log.scenario.start_s, log.until_s, 600, dtype=np.int64)
    series = Series(time_s, np.where(time_s < since_s, before, since))
    return replace(log, measured={**log.measured, "chikyu.lift.pressure": series})


@pytest.mark.parametrize(("factor", "cause"), [(2.5, "pipe partly blocked"), (1.0, "pump wear")])
def test_a_pressure_that_is_measured_tells_a_blocked_pipe_from_a_worn_pump(factor: float, cause: str) -> None:
    log = with_fault(301, "flow").up_to(at(truth(301), BEFORE_D + 8))
    lift = truth(301).luck.lift
    assert lift is not None
    usual = 10.0 * lift.pressure_mpa
    log = pressed(log, at(truth(301), BEFORE_D), usual, factor * usual)
    found = {one.subject: one for one in deviations(log, draws(301))}
    assert found[FLOW].causes[0].name == cause
    assert (HEAD in found) == (factor > 1.0)


def test_a_densitometer_that_drifts_is_told_from_thin_slurry() -> None:
    """Truth: 15 kg/m3 less in every reading, in clear water too; the log of tonnes is as it was."""
    one = truth(301)
    log = known(one, at(one, BEFORE_D + 7))
    series = log.measured["chikyu.lift.density"]
    off = series.value - 15.0 * (series.time_s >= at(one, BEFORE_D))
    log = replace(log, measured={**log.measured, "chikyu.lift.density": Series(series.time_s, off)})
    (found,) = [each for each in deviations(log, draws(301)) if each.subject == SOLIDS]
    assert found.causes[0].name == "sensor drift"
    assert "clear water" in found.causes[0].evidence
    assert LIFT not in {each.subject for each in deviations(log, draws(301))}


def test_a_sea_limit_used_lower_than_planned_is_a_conservative_limit() -> None:
    found = {one.kind: one for one in found_in(301, "limit", 14)}
    assert "time_lost" in found
    assert "conservative limit" in [one.name for one in found["time_lost"].causes[:2]]
    assert found["time_lost"].sign == 1


def ahead(log: CampaignLog, first: int, factor: float) -> ForecastDays:
    """Return a forecast whose members scatter by a tenth round a factor of what was done."""
    begin, measured = measured_days(log)
    days = measured[:, first - begin :]
    members = 1.0 + 0.1 * np.random.default_rng(1).standard_normal((2_000, 1, 1))
    return ForecastDays(first, factor * members * days, np.zeros(len(SERIES)), 350.0, True, False)


def test_output_off_a_forecast_is_told_and_a_right_one_is_not() -> None:
    one = truth(301)
    log = known(one, at(one, BEFORE_D + 7))
    first = measured_days(log)[0] + BEFORE_D
    right = deviations(log, draws(301), 7, ahead(log, first, 1.0))
    wrong = deviations(log, draws(301), 7, ahead(log, first, 1.6))
    assert OUTPUT not in {each.subject for each in right}
    (found,) = [each for each in wrong if each.subject == OUTPUT]
    assert found.measured < found.low
    assert found.causes


def test_a_log_without_readings_compares_what_it_has() -> None:
    log = replace(known(truth(301), at(truth(301), 50)), measured={})
    subjects = {one.subject for one in comparisons(log, {})}
    assert {TOOL, SHIFT, LIFT} <= subjects
    assert not {SOLIDS, FLOW, HEAD, "weather"} & subjects


def test_a_log_before_the_first_work_compares_nothing() -> None:
    assert deviations(known(truth(301), at(truth(301), 1)), {}) == []


def test_weights_of_causes_sum_to_1_and_every_cause_has_evidence() -> None:
    for fault in ("cycle", "solids", "limit"):
        for one in found_in(301, fault, 14):
            assert sum(cause.weight for cause in one.causes) == pytest.approx(1.0)
            assert all(cause.evidence for cause in one.causes)
            assert one.causes[-1].name == NOT_EXPLAINED
            weights = [cause.weight for cause in one.causes[:-1]]
            assert weights == sorted(weights, reverse=True)
            assert one.p_value < LEVEL
            assert one.told().count("\n") == 0
            assert one.key == f"{one.kind}/{one.asset}/{one.subject}"


def test_holm_is_the_step_down_procedure() -> None:
    """Published: Holm (1979): p times 4, 3, 2, 1, never falling."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []


def test_the_chance_of_normal_members_is_that_of_their_sum() -> None:
    """Derived: a normal number whose mean is normal is normal with both variances; the bandwidth adds a little."""
    random = np.random.default_rng(2)
    expected = Expected(random.standard_normal(20_000), np.full(20_000, 2.0))
    for measured in (0.0, 2.0, -4.0):
        assert expected.p_value(measured) == pytest.approx(2 * stats.norm.sf(abs(measured), scale=5**0.5), rel=0.1)
    assert expected.points() == pytest.approx(stats.norm.ppf([0.05, 0.5, 0.95], scale=5**0.5), abs=0.1)


def test_runs_at_their_limits_have_an_even_chance_of_being_off() -> None:
    """Derived: mean and error of a normal number above the cut, from scipy; of runs far inside nothing is said."""
    cut = stats.truncnorm(LEAST_OFF, np.inf)
    assert pytest.approx((cut.mean(), cut.std()), abs=1e-4) == (CUT_MEAN, CUT_SD)
    assert chance_of(np.full(20, -5.0)) == 1.0
    random = np.random.default_rng(3)
    chances = [chance_of(random.standard_normal(8)) for _ in range(2_000)]
    assert np.mean(np.array(chances) < 0.01) < 0.015


def test_a_doubled_failure_rate_takes_twenty_expected_failures_to_be_told() -> None:
    """Derived: Poisson law; ten comparisons in one look, so a chance of a tenth of the level is told."""

    def power(expected: float) -> float:
        told = [n for n in range(200) if count_chance(n, np.full(3, expected)) < LEVEL / 10 and n > expected]
        return float(stats.poisson.sf(told[0] - 1, 2 * expected))

    assert power(4.0) < 0.15
    assert power(20.0) > 0.6


def test_failures_of_simulated_campaigns_are_as_many_as_their_rates_say() -> None:
    """Derived: summed over campaigns whose rates are known, a Poisson number."""
    count, expected = 0, 0.0
    for seed in range(500, 512):
        one = truth(seed)
        members = members_of(one.scenario, {key: np.array([value]) for key, value in one.values.items()}, 1)
        for told in failures(Week(known(one, at(one, 80)), 7, members)):
            count, expected = count + told.count, expected + float(told.expected[0])
    assert count_chance(count, np.array([expected])) > 0.01


@pytest.mark.parametrize(
    ("kind", "measured", "expected", "severity"),
    [("rate", 95.0, 100.0, "notice"), ("rate", 88.0, 100.0, "warning"), ("duration", 130.0, 100.0, "alarm"),
     ("time_lost", 30.0, 4.0, "warning"), ("rate", 1.0, 0.0, "alarm")],
)  # fmt: skip
def test_how_bad_a_deviation_is_says_how_far_it_is_off(
    kind: str, measured: float, expected: float, severity: str
) -> None:
    one = Deviation(kind, "a", "b", 0, 7 * DAY_S, measured, 0.0, expected, 0.0, "h", 1e-6)  # type: ignore[arg-type]
    assert severity_of(one) == severity


def test_draws_that_no_lift_system_works_with_are_refused_in_one_line() -> None:
    with pytest.raises(FailedError, match="deviations: the lift system works in 0 of 60 members"):
        members_of(load_scenario("pilot-2027"), {"riser.bore_m": np.array([0.02])}, 60)
