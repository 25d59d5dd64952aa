"""The summary in plain words (truth: derived, arithmetic on the stated values)."""

import pandas as pd
import pytest

from tests.twin.indicators.made_up import mud_of_doing, scenario
from twin.indicators import words
from twin.indicators.registry import outcomes
from twin.indicators.summary import Spread
from twin.scenario import draw_parameters, load_scenario


def of_voyages(*hours_lost: float) -> pd.DataFrame:
    """Return outcomes of replicates that lift once and then lose these hours to weather and a tenth to failures."""
    rows = []
    for number, hours in enumerate(hours_lost):
        one = mud_of_doing(
            ("transit_out", "working", "none", 120),
            ("lift", "working", "none", 2),
            ("shift", "waiting", "weather", hours),
            ("repair", "repairing", "failure", hours / 10),
            ("transit_home", "working", "none", 120),
        )
        rows += [(number, name, item, "", value) for name, item, value in outcomes(one)]
    return pd.DataFrame(rows, columns=["replicate", "name", "item", "period", "value"])


STATED = 'lift.system="stated"'


def test_the_tool_cycle_alone_bounds_the_pilot_below_its_target() -> None:
    """Derived: 24 / (1.8 + 0.8) insertions of 28.63 t wet or 11.66 t dry."""
    pilot = load_scenario("pilot-2027", [STATED])
    assert words.cycle(pilot).hours == pytest.approx(2.6)
    assert words.cycle(pilot).rate_t_d == pytest.approx(24 / 2.6 * 21.2058 * 1.35, rel=1e-4)
    dry = load_scenario("dry-basis", [STATED])
    assert words.cycle(dry).rate_t_d == pytest.approx(24 / 2.6 * 21.2058 * 0.55, rel=1e-4)


def test_the_lift_takes_its_slurry_over_the_flow_and_the_words_say_what_binds_it() -> None:
    """Derived: 21.2058 m3 of mud with 0.55 t/m3 are 93.3 m3 of slurry at 5 % solids of 2.5 t/m3."""
    one = words.cycle(load_scenario("pilot-2027"))
    assert one.steps_h["lift"] == pytest.approx(21.2058 * 0.55 / 2.5 / 0.05 / 105.0, rel=1e-4)
    assert one.hours == pytest.approx(0.5 * 1.8 + 0.8 + one.steps_h["lift"], rel=1e-9)
    assert one.binding == "flow"


def test_a_cycle_that_includes_the_shift_is_not_lengthened_by_it() -> None:
    pilot = load_scenario("pilot-2027", ["mining.cycle_includes_shift=true", STATED])
    assert words.cycle(pilot).hours == pytest.approx(1.8)
    assert words.cycle(pilot).rate_t_d > 350.0


def test_several_vessels_bring_up_several_times_as_much() -> None:
    assert words.cycle(load_scenario("pilot-2027", ["mining.vessels=3"])).rate_t_d == pytest.approx(
        3 * words.cycle(load_scenario("pilot-2027")).rate_t_d
    )


def test_the_top_causes_are_the_ones_that_lose_most_and_none_that_lose_nothing() -> None:
    """Derived: 240 and 480 hours of weather are 15 days on average, a tenth of it failures."""
    lines = words.top_causes(of_voyages(240, 480), 2)
    assert lines == [
        "sea or wind above the limit: 15 days on average (P10 11, P90 19), 91 % of what is lost",
        "failures and their repair: 1.5 days on average (P10 1.1, P90 1.9), 9 % of what is lost",
    ]
    assert words.top_causes(of_voyages(240, 480), 2, count=1) == lines[:1]


def test_the_summary_says_what_was_lifted_whether_the_target_is_held_why_not_and_what_is_assumed() -> None:
    said = words.sentences(scenario(), of_voyages(240, 480), 2)
    assert said[0].startswith("Lifted: 20 t of wet mud (P10 20, P90 20), 10 t of dry solids;")
    assert said[1].startswith("350 t/day (wet) held by 28 February 2027, probability (80 % interval): 1 d 0 % (0 % to ")
    assert said[2].startswith("350 t/day (wet) held by 31 March 2027")
    assert said[3] == (
        "At the stated values tool and lift in turn give 264 t/day without a lost hour "
        "(1 × 24 h / 2.6 h × 28.6 t per insertion), below the target."
    )
    assert said[4].startswith("Assumed: ")
    assert "the tool cycle" in said[4]


def test_a_target_within_the_cycle_blames_the_cause_that_loses_most() -> None:
    said = words.sentences(scenario("campaign.target_t_d=100"), of_voyages(240, 480), 2)
    assert "enough for the target; most days are lost to sea or wind above the limit: 15 days" in said[3]


def test_the_rate_at_drawn_values_is_told_as_a_range() -> None:
    said = words.sentences(scenario(), of_voyages(240, 480), 2, rates_t_d=[100.0, 150.0, 200.0])
    assert said[3].endswith(
        ", below the target; with the uncertain values drawn, P10–P90 of that rate is 110–190 t/day."
    )


def test_drawn_rates_are_those_of_the_replicates_own_values() -> None:
    pilot = load_scenario("pilot-2027")
    found = words.drawn_rates_t_d(pilot, 1, range(3, 6))
    own = [words.cycle(pilot, draw_parameters(pilot, 1, number, "drawn")).rate_t_d for number in range(3, 6)]
    assert found == own
    assert len(set(found)) == 3
    assert words.drawn_rates_t_d(load_scenario("calm"), 1, range(3)) == []


def test_equal_replicates_get_a_plain_answer_instead_of_a_probability() -> None:
    """Derived: nothing differs between two equal voyages, nor in a single one of the calm scenario."""
    for hours in ((240, 240), (240,)):
        said = words.sentences(scenario(), of_voyages(*hours), len(hours))
        assert said[1] == (
            "350 t/day (wet) held by 28 February 2027 (every replicate is the same): 1 d no, 3 d no, 7 d no."
        )
    one_of_many = words.sentences(load_scenario("pilot-2027"), of_voyages(240), 1)
    assert "probability (80 % interval): 1 d 0 % (0 % to " in one_of_many[1]


def test_replicates_without_mud_are_mentioned() -> None:
    frame = of_voyages(240, 480)
    frame.loc[(frame["name"] == "mud_by_horizon") & (frame["replicate"] == 1), "value"] = 0.0
    assert words.sentences(scenario(), frame, 2)[0].endswith("In 50 % of the replicates no mud comes on deck at all.")


def test_lines_for_a_table_say_never_where_a_percentile_is_beyond_the_horizon() -> None:
    spread = Spread("home_day", "", "", 95.0, 90.25, float("inf"), "d")
    assert words.lines_of([spread]) == [("home_day", "90.2", "95", "never", "d")]
