"""The order of the steps of the chain (derived: every rule broken once, and every chain that is allowed)."""

import pytest

from ops_data.errors import ScenarioError
from twin.processing_rules import step_problems
from twin.scenario import load_scenario
from twin.settings import STEPS


def test_every_chain_that_ends_after_any_step_is_allowed_with_and_without_the_first_two() -> None:
    train = STEPS[2:]
    for end in range(len(train) + 1):
        for first in ((), ("dewater",), ("beneficiate",), ("dewater", "beneficiate")):
            assert step_problems((*first, *train[:end])) == []


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ('["leach", "leech"]', "\"leech\" found; one of dewater, .*did you mean 'leach'"),
        ('["leach", "leach"]', '"leach" found twice; a step is named once; leave one of the two out'),
        (
            '["leach", "dewater"]',
            '"leach" before "dewater" found; steps go in the order .*put "dewater" before "leach"',
        ),
        ('["leach", "purify"]', '"purify" without "solid_liquid"; .*add "solid_liquid", or end the chain before'),
        ('["separate"]', '"separate" without "calcine"'),
        ('"leach"', "a list"),
    ],
)
def test_a_broken_chain_is_one_line_with_key_value_rule_and_remedy(steps: str, said: str) -> None:
    with pytest.raises(ScenarioError, match=said) as error:
        load_scenario("pilot-2027", [f"processing.steps={steps}"])
    assert "--set: key 'processing.steps'" in str(error.value)
    assert "\n" not in str(error.value)


def test_words_of_the_plants_are_checked_with_the_nearest_one_named() -> None:
    with pytest.raises(ScenarioError, match="one of toll, own_circuit; did you mean 'own_circuit'"):
        load_scenario("pilot-2027", ["processing.separation=own_circuits"])
