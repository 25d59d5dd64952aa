"""Streams between the steps. Truth: derived; what enters a place leaves it."""

from collections import defaultdict

import numpy as np
import pytest

from ops_data.elements import CONSTITUENTS
from twin.plant_feed import feed
from twin.plant_service import made_of
from twin.processing.accounts import MAINLAND, STEP_PLACES, plant_streams, recovered_kg
from twin.scenario import load_scenario


@pytest.mark.parametrize(
    "sets",
    [
        (),
        ("processing.acid=sulfuric", "processing.purification=neutralise"),
        ("purify.acid_recycle_share=0.8", "processing.reductant=hydrogen_peroxide"),
        ('processing.steps=["beneficiate","leach","solid_liquid","purify","calcine"]',),
        ("processing.steps=[]",),
    ],
)
def test_what_enters_a_place_leaves_it_constituent_by_constituent(sets: tuple[str, ...]) -> None:
    scenario = load_scenario("pilot-2027", sets)
    refined = made_of(scenario, feed(scenario, 1_000.0, "dry", None, None))
    into: dict[str, np.ndarray] = defaultdict(lambda: np.zeros(len(CONSTITUENTS)))
    out: dict[str, np.ndarray] = defaultdict(lambda: np.zeros(len(CONSTITUENTS)))
    for stream in plant_streams(refined):
        into[stream.target] = into[stream.target] + stream.mass_kg
        out[stream.source] = out[stream.source] + stream.mass_kg
    into[MAINLAND] = into[MAINLAND] + refined.received.solid_kg.sum(axis=0)
    places = [MAINLAND, *(STEP_PLACES[step.step] for step in refined.done)]
    for place in places:
        assert out[place] == pytest.approx(into[place], rel=1e-9, abs=1e-6)
    ends = {stream.target for stream in plant_streams(refined) if stream.kind in ("product", "loss", "held")}
    assert not ends & set(places)


def test_the_leach_recovers_what_is_dissolved_and_washing_what_goes_on() -> None:
    """Derived: with nothing lost to the residue's water, washing recovers all that the leach did."""
    scenario = load_scenario("pilot-2027", ["wash.soluble_loss=0"])
    refined = made_of(scenario, feed(scenario, 1_000.0, "dry", None, None))
    leach, washing = (next(step for step in refined.done if step.step == name) for name in ("leach", "solid_liquid"))
    assert recovered_kg(leach)[1] == pytest.approx(recovered_kg(washing)[0])
    assert recovered_kg(washing)[1] == pytest.approx(recovered_kg(washing)[0])
