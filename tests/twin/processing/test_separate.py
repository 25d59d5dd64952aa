"""The switch between toll treatment and an own circuit (truth: derived; whole replicates are the model's own)."""

from functools import cache

import pandas as pd
import pytest

from ops_data.errors import ModelError
from ops_data.tables import to_arrow
from tests.twin.processing.mixed_oxides import LIGHT, VALUES, mud_kg, oxide
from twin.processing.lot import CLOSED, balance_error
from twin.processing.oxides import PRODUCTS
from twin.processing.separate import Separation, parameters, separate
from twin.run import Job
from twin.scenario import load_scenario

ROUTES = ("toll", "own_circuit")
SCENARIOS = ("calm", "pilot-2027")
SAME = (("mixed_oxide_kg", ""), ("received_dry_t", ""))  # ahead of separation


def plan(separation: str = "own_circuit", extractant: str = "pc88a", extrapolate: bool = True) -> Separation:
    return parameters(VALUES, separation=separation, extractant=extractant, extrapolate=extrapolate)


@cache
def outcomes(scenario: str, route: str) -> dict[tuple[str, str], float]:
    """Return the outcomes of one replicate at stated values by name and item."""
    chosen = load_scenario(scenario, (f"processing.separation={route}",))
    table = Job(chosen.to_json(), 3, "fixed").play(0, 0)["outcomes"]
    rows: pd.DataFrame = to_arrow("outcomes", table).to_pandas()
    return {(str(n), str(i)): float(v) for n, i, v in zip(rows["name"], rows["item"], rows["value"], strict=True)}


def items(scenario: str, route: str, name: str) -> dict[str, float]:
    """Return one outcome by item."""
    return {item: value for (its_name, item), value in outcomes(scenario, route).items() if its_name == name}


def test_both_routes_close_and_name_the_same_products() -> None:
    fed = oxide(LIGHT)
    for route in ROUTES:
        done = separate(fed, plan(route))
        assert tuple(done.products) == tuple(PRODUCTS)
        assert balance_error(fed, done) <= CLOSED


def test_the_switch_changes_what_is_made_and_what_is_used() -> None:
    fed = oxide(LIGHT)
    toll, own = (separate(fed, plan(route)) for route in ROUTES)
    assert set(toll.utilities) == {"toll_kg"} and "toll_kg" not in own.utilities
    assert {"hcl_kg", "naoh_kg", "oxalic_acid_kg", "extractant_kg"} <= set(own.utilities)
    assert toll.product.total_kg.sum() != pytest.approx(own.product.total_kg.sum(), rel=1e-3)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_switching_changes_oxides_purity_and_reagents_of_a_run(scenario: str) -> None:
    for element in ("Nd", "Dy", "Tb", "Y", "total"):
        toll, own = (items(scenario, route, "oxide_kg")[element] for route in ROUTES)
        assert own > 1.01 * toll > 0.0, element  # 98 % recovered against 95 %
    for product in ("Nd", "Pr", "Dy", "Tb", "Y", "SEG", "LaCe", "heavy"):
        toll, own = (items(scenario, route, "product_purity")[product] for route in ROUTES)
        assert own != pytest.approx(toll, abs=1e-5), product
    given, used = (items(scenario, route, "reagent_kg") for route in ROUTES)
    assert "toll" not in given and "toll" not in used  # a service
    assert used["extractant"] > 0.0 and "extractant" not in given
    for reagent in ("hcl", "naoh", "oxalic_acid"):
        assert used[reagent] > 1.01 * given[reagent]
    for name in SAME:
        assert outcomes(scenario, "toll")[name] == outcomes(scenario, "own_circuit")[name]


def test_a_run_without_extrapolation_says_which_element_nobody_measured() -> None:
    words = ("processing.separation=own_circuit", "processing.extrapolate=false")
    job = Job(load_scenario("calm", words).to_json(), 3, "fixed")
    with pytest.raises(ModelError, match="element 'Ho' with extractant 'pc88a'"):
        job.play(0, 0)


def test_toll_treatment_asks_for_no_coefficient() -> None:
    assert separate(oxide(mud_kg()), plan("toll", extrapolate=False)).product.total_kg.any()


def test_an_unknown_word_is_named_with_the_words_there_are() -> None:
    with pytest.raises(ModelError, match="'separation' is 'tolled'; toll or own_circuit"):
        plan("tolled")
    with pytest.raises(ModelError, match="'extractant' is 'p507'; pc88a or d2ehpa"):
        plan(extractant="p507")
