"""The calm campaign against what a person computes from the reference rows (truth: derived, arithmetic below)."""

import math
from dataclasses import dataclass, field

import numpy as np
import pytest

from ops_data.reference import parameters, vessels
from tests.twin.indicators.made_up import mud_of
from twin.indicators.record import Replicate, read_replicate
from twin.indicators.registry import outcomes
from twin.operations.campaign import simulate
from twin.scenario import draw_parameters, load_scenario

HOUR, DAY = 3_600, 86_400
START = 1_799_366_400  # 2027-01-08 00:00 UTC
CHARTER_END = START + 94 * DAY


def value(key: str) -> float:
    """Return a reference row's value."""
    return parameters()[key].value


def whole(hours: float) -> int:
    """Return hours as whole seconds."""
    return round(hours * HOUR)


@dataclass
class ByHand:
    """A campaign walked through with pencil and paper: one ship, a shuttle always there, nothing ever goes wrong."""

    lifts_s: list[int] = field(default_factory=list)
    transfers: int = 0
    crew_changes: int = 0
    home_s: int = 0


def factor(n: int) -> float:
    """Return the learning factor of insertion n = 1, 2, …: Wright's law, never below 1."""
    return max(1.0, value("learning.first_factor") * math.pow(n, math.log2(value("learning.rate"))))


def steps(n: int) -> list[int]:
    """Return the seconds of shift, insert, disaggregate and lift of insertion n = 1, 2, …"""
    insert, disaggregate = value("mining.insert_share"), value("mining.disaggregate_share")
    cycle = value("mining.cycle_h") * factor(n)
    shift = value("mining.shift_h") * factor(n)
    return [whole(h) for h in (shift, cycle * insert, cycle * disaggregate, cycle * (1.0 - insert - disaggregate))]


def mud_by_hand() -> tuple[float, float]:
    """Return dry solids [t] and slurry [m3] of one insertion."""
    dry_t = math.pi / 4.0 * 3.0**2 * 3.0 * 0.55
    return dry_t, dry_t / 2.5 / 0.05


def walk() -> ByHand:
    """Walk from Shimizu and back."""
    done = ByHand()
    joints = 560
    slurry_l = round(mud_by_hand()[1] * 1_000)
    ship_l, shuttle_l = (round(vessels()[name].hold_m3 * 1_000) for name in ("chikyu", "shuttle-2000"))
    assert shuttle_l < ship_l - slurry_l
    back_h = 120.0 + joints * 0.22 * value("departure.recovery_factor")
    latest = CHARTER_END - whole(value("departure.margin_h") + back_h)
    at = START + 120 * HOUR + whole(value("setup.survey_h")) + whole(value("setup.rig_up_h"))
    at += joints * whole(value("string.run_joint_h")) + whole(value("setup.first_mud_h"))
    crew_due, hold_l = START + 28 * DAY, 0
    while at < latest:
        for step in steps(len(done.lifts_s) + 1):
            at += step
            if at >= latest:
                break
        else:
            done.lifts_s.append(at)
            hold_l += slurry_l
            assert not (at >= crew_due and hold_l >= shuttle_l), "the walk does not know what comes first"
            if hold_l >= shuttle_l:
                at += whole(value("transfer.mooring_h")) + math.ceil(shuttle_l * HOUR / 250_000)
                hold_l -= shuttle_l
                done.transfers += 1
            if at >= crew_due:
                at += whole(value("crew.change_h"))
                crew_due = at + 28 * DAY
                done.crew_changes += 1
    at += whole(value("string.flush_h")) + joints * whole(value("string.recover_joint_h"))
    done.home_s = at + 120 * HOUR
    return done


@pytest.fixture(scope="module")
def one() -> Replicate:
    """Return the calm campaign as simulated."""
    calm = load_scenario("calm")
    return read_replicate(calm, draw_parameters(calm, 1, 0, "drawn"), simulate(calm, 1, 0))


@pytest.fixture(scope="module")
def found() -> dict[tuple[str, str], float]:
    """Return every indicator of it."""
    calm = load_scenario("calm")
    return {(name, item): number for name, item, number in outcomes(mud_of(calm, 0, simulate(calm, 1, 0)))}


@pytest.fixture(scope="module")
def hand() -> ByHand:
    """Return the same campaign on paper."""
    return walk()


def test_every_lift_of_the_calm_campaign_is_on_deck_to_the_second(one: Replicate, hand: ByHand) -> None:
    """Derived: the learning curve shortens the first insertions, shuttles and crew changes stop the work."""
    assert one.lifts[0].tolist() == hand.lifts_s


def test_first_mud_insertions_and_mass_of_the_calm_campaign_are_those_of_paper(
    found: dict[tuple[str, str], float], hand: ByHand
) -> None:
    dry_g = round(mud_by_hand()[0] * 1e6)
    assert found["first_mud_day", ""] == (hand.lifts_s[0] - START) / DAY
    assert found["insertions", ""] == len(hand.lifts_s)
    assert found["lifted_dry_t", ""] == pytest.approx(len(hand.lifts_s) * dry_g / 1e6, rel=1e-12)
    assert found["lifted_wet_t", ""] == pytest.approx(found["lifted_dry_t", ""] * 1.35 / 0.55, rel=1e-12)


def test_the_phases_of_the_calm_campaign_are_those_of_paper(found: dict[tuple[str, str], float], hand: ByHand) -> None:
    joints_s = 560 * whole(value("string.run_joint_h"))
    assert found["on_site_day", ""] == 5.0
    assert found["string_down_day", ""] == 6.0 + joints_s / DAY
    assert found["last_lift_day", ""] == (hand.lifts_s[-1] - START) / DAY
    assert found["home_day", ""] == (hand.home_s - START) / DAY
    assert found["charter_overrun_days", ""] == 0.0


def test_the_time_of_the_calm_campaign_goes_where_paper_says(found: dict[tuple[str, str], float], hand: ByHand) -> None:
    away_d = (hand.home_s - START) / DAY
    pump_s = math.ceil(2_000_000 * HOUR / 250_000)
    calendar_d = 122.0
    assert found["time_use", "offloading"] * calendar_d == pytest.approx(hand.transfers * (2 * HOUR + pump_s) / DAY)
    assert found["time_use", "crew_change"] * calendar_d == pytest.approx(hand.crew_changes * 0.5)
    assert found["time_use", "transit"] * calendar_d == pytest.approx(10.0)
    assert found["time_use", "off_hire"] * calendar_d == pytest.approx(calendar_d - away_d)
    handled_s = 560 * (whole(value("string.run_joint_h")) + whole(value("string.recover_joint_h")))
    assert found["time_use", "string_handling"] * calendar_d == pytest.approx(handled_s / DAY)
    assert found["lost_days", "crew_change"] == pytest.approx(hand.crew_changes * 0.5)
    assert (
        sum(number for (name, _), number in found.items() if name == "lost_days") == found["lost_days", "crew_change"]
    )


def test_the_best_day_of_the_calm_campaign_is_the_fullest_day_of_paper(
    found: dict[tuple[str, str], float], hand: ByHand
) -> None:
    days = np.bincount([(at + 9 * HOUR) // DAY - START // DAY for at in hand.lifts_s])
    wet_t = round(mud_by_hand()[0] * 1e6) / 1e6 * 1.35 / 0.55
    assert found["best_day_t", ""] == pytest.approx(days.max() * wet_t, rel=1e-9)
    assert found["lifting_days", ""] == np.count_nonzero(days)
    assert found["lifted_per_lifting_day_t", ""] == pytest.approx(found["lifted_wet_t", ""] / np.count_nonzero(days))
    assert found["days_at_target", ""] == 0.0


def test_the_cost_of_the_calm_mining_vessel_is_days_times_rate(
    found: dict[tuple[str, str], float], hand: ByHand
) -> None:
    days = (hand.home_s - START) / DAY
    assert found["marine_cost_jpy", "mining_vessel"] == pytest.approx(days * value("cost.mining_vessel_day_jpy"))
    assert found["marine_cost_jpy", "mobilisation"] == value("cost.mobilisation_jpy")
    assert found["marine_cost_jpy", "fuel"] == pytest.approx(found["fuel_t", "total"] * value("cost.fuel_jpy_per_t"))
    assert found["co2_t", ""] == pytest.approx(found["fuel_t", "total"] * value("fuel.co2_t_per_t"))
