"""Calibration of whole logs (truth: the numbers that the played campaigns were drawn with)."""

import re
import time
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ops_data.errors import FailedError, UsageError
from tests.twin.calibration.made_logs import made_log
from twin.calibration.calibrating import calibrate
from twin.calibration.result import IDENTIFIED_FROM, Calibration, read_text, to_text, values_of_member
from twin.calibration.scenario_text import calibrated_scenario_text
from twin.calibration.strokes import POWERS, PRODUCT
from twin.campaign_log import CampaignLog
from twin.scenario import Scenario, load_scenario


@pytest.fixture(scope="module")
def pilot() -> Scenario:
    return load_scenario("pilot-2027")


@pytest.fixture(scope="module")
def log(pilot: Scenario) -> CampaignLog:
    return made_log(pilot, 1, 0, 60.0)[0]


@pytest.fixture(scope="module")
def found(log: CampaignLog) -> Calibration:
    return calibrate(log, 1)


def test_intervals_of_played_campaigns_hold_the_truth(pilot: Scenario) -> None:
    """Of 18 campaigns cut at day 60 the 90 % intervals hold the truth in as many as chance allows (99.9 %)."""
    inside: defaultdict[str, list[bool]] = defaultdict(list)
    for replicate in range(18):
        told, truth = made_log(pilot, 3, replicate, 60.0)
        result = calibrate(told, 1, 200)
        for number in result.numbers:
            if number.key in result.draws:
                low, _, high = number.posterior
                inside[number.key].append(low <= truth[number.key] <= high)
    for key, hits in inside.items():
        if len(hits) >= 10:
            assert np.mean(hits) >= 0.9 - 3.3 * np.sqrt(0.9 * 0.1 / len(hits)), key
    assert np.mean([hit for hits in inside.values() for hit in hits]) > 0.86


def test_a_log_without_rows_leaves_every_prior_and_says_why(pilot: Scenario) -> None:
    empty = calibrate(CampaignLog(pilot, pilot.start_s, {}, (), {}), 1)
    assert empty.draws == {}
    assert {number.identified for number in empty.numbers} == {False}
    assert all(number.prior == number.posterior for number in empty.numbers)
    assert all(number.reason.startswith("not identified: ") for number in empty.numbers)
    assert "no readings of site.sea.hs" in empty.number("limits.mining_hs_m").reason
    assert (
        load_scenario("pilot-2027").quantities["mining.cycle_h"].value
        == values_of_member(empty, {"mining.cycle_h": 1.8}, 0)["mining.cycle_h"]
    )


def test_the_same_log_and_seed_give_the_same_text_and_another_seed_the_same_belief(
    log: CampaignLog, found: Calibration
) -> None:
    assert to_text(calibrate(log, 1)) == to_text(found)
    other = calibrate(log, 2)
    assert to_text(other) != to_text(found)
    for key in ("mining.cycle_h", "string.run_joint_h", "riser.flow_m3_h"):
        assert other.number(key).posterior == pytest.approx(found.number(key).posterior, rel=0.01)


def test_the_order_of_rows_does_not_matter(log: CampaignLog, found: Calibration) -> None:
    shuffled = {name: np.random.default_rng(1).permutation(rows) for name, rows in log.rows.items()}
    assert to_text(calibrate(replace(log, rows=shuffled), 1)) == to_text(found)


def test_a_longer_log_says_more(pilot: Scenario) -> None:
    early: list[float] = []
    late: list[float] = []
    for replicate in range(5):
        told, _ = made_log(pilot, 5, replicate, 70.0)
        for days, kept in ((35, early), (70, late)):
            result = calibrate(told.up_to(pilot.start_s + days * 86_400), 1, 200)
            kept.append(float(np.mean([number.contraction for number in result.numbers])))
    assert np.mean(late) > np.mean(early)


def test_what_only_a_product_identifies_is_said(found: Calibration) -> None:
    product = found.number(PRODUCT)
    assert product.identified
    assert product.contraction > 0.99
    whole = np.pi / 4.0 * np.prod([found.draws[key] ** power for key, power in POWERS.items()], axis=0)
    assert np.quantile(whole, 0.5) == pytest.approx(product.posterior[1])
    assert not found.number("tool.stroke_m").identified
    assert "only the product" in found.number("tool.stroke_m").note
    with pytest.raises(UsageError, match="none of its numbers"):
        found.number("mining.cycle")


def test_a_number_is_identified_from_its_contraction(found: Calibration) -> None:
    for number in found.numbers:
        assert number.identified == (number.contraction >= IDENTIFIED_FROM)


def test_a_log_without_sensors_still_says_what_its_rows_say(log: CampaignLog) -> None:
    result = calibrate(replace(log, measured={}), 1)
    assert result.number("mining.cycle_h").identified
    assert "no reading of the grade" in result.number("resource.peak_ppm").reason
    assert not result.number("limits.mining_hs_m").identified


def test_members_replace_the_draws_of_a_replicate_together(found: Calibration) -> None:
    values = {"mining.cycle_h": 9.0, "island.cake_water_fraction": 0.4}
    member = values_of_member(found, values, 7)
    assert member["mining.cycle_h"] == found.draws["mining.cycle_h"][7]
    assert member["tool.bore_m"] == found.draws["tool.bore_m"][7]
    assert member["island.cake_water_fraction"] == 0.4
    with pytest.raises(UsageError, match="member 1000 of 1000"):
        values_of_member(found, values, 1000)


def test_a_calibration_survives_its_text_and_a_changed_text_is_refused(found: Calibration) -> None:
    text = to_text(found)
    back = read_text(text, "a.json")
    assert to_text(back) == text
    np.testing.assert_array_equal(back.draws["mining.cycle_h"], found.draws["mining.cycle_h"])
    for wrong, why in (
        (text.replace('"seed":1', '"seed":2'), "changed"),
        ("{", "not JSON"),
        ("{}", "not a calibration"),
        (text.replace('"format":1', '"format":9'), "format"),
    ):
        with pytest.raises(FailedError, match=why):
            read_text(wrong, "a.json")


@pytest.mark.parametrize("name", ["pilot-2027", "calm", "connection-test-2026", "scale-up-3500"])
def test_the_scenario_of_a_calibration_loads_and_names_its_data(name: str, tmp_path: Path) -> None:
    scenario = load_scenario(name)
    result = calibrate(made_log(scenario, 1, 0, 45.0)[0], 1)
    path = tmp_path / "calibrated.toml"
    path.write_text(calibrated_scenario_text(result), encoding="utf-8")
    loaded = load_scenario(str(path))
    assert loaded.name == f"{name}-calibrated"
    run = loaded.quantities["string.run_joint_h"]
    number = result.number("string.run_joint_h")
    if number.identified:
        assert re.match(r"calibrated from \d+ joints in \d+ stretches 20\d\d-", run.source)
        assert run.value == pytest.approx(number.posterior[1], rel=1e-5)
    if PRODUCT in {one.key for one in result.products}:
        whole = np.pi / 4.0 * np.prod([loaded.quantities[key].value ** power for key, power in POWERS.items()])
        assert whole == pytest.approx(result.number(PRODUCT).posterior[1], rel=1e-3)


def test_what_a_campaign_changed_is_in_its_calibrated_scenario(tmp_path: Path) -> None:
    scenario = load_scenario("pilot-2027", ["mining.vessels=2", "transfer.hose_rate_m3_h=240"])
    result = calibrate(made_log(scenario, 1, 0, 30.0)[0], 1)
    path = tmp_path / "calibrated.toml"
    path.write_text(calibrated_scenario_text(result), encoding="utf-8")
    loaded = load_scenario(str(path))
    assert loaded.mining.vessels == 2
    assert loaded.quantities["transfer.hose_rate_m3_h"].value == 240
    with pytest.raises(UsageError, match="extends no packaged scenario"):
        calibrated_scenario_text(replace(result, scenario=scenario.model_copy(update={"name": "x", "description": ""})))


def test_a_campaign_of_six_vessels_is_calibrated_in_seconds() -> None:
    log, truth = made_log(load_scenario("scale-up-3500"), 1, 1, 100.0)
    calibrate(log, 1)
    begin = time.perf_counter()
    result = calibrate(log, 1)
    assert time.perf_counter() - begin < 10.0
    low, _, high = result.number("mining.cycle_h").posterior
    assert low - 0.05 < truth["mining.cycle_h"] < high + 0.05


def test_rates_of_pumps_and_plant_are_read_from_parcels(pilot: Scenario) -> None:
    told, truth = made_log(pilot, 1, 11, 75.0)
    result = calibrate(told, 1, 200)
    for key in (
        "transfer.hose_rate_m3_h", "shuttle.unload_rate_m3_h", "island.dewatering_rate_t_h", "island.solids_capture",
    ):  # fmt: skip
        low, middle, high = result.number(key).posterior
        assert low < truth[key] < high
        assert middle == pytest.approx(truth[key], rel=0.005)
        assert result.number(key).identified
