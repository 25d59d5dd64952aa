"""How circuits are laid out (truth: derived, from the closed forms of stage theory and by hand)."""

from dataclasses import replace

import numpy as np
import pytest

from ops_data.elements import ELEMENTS
from tests.twin.processing.mixed_oxides import LIGHT, mud_kg
from twin.processing.circuit_design import SERIES, Aim, Design, design, heavy_side
from twin.processing.lot import Floats
from twin.processing.own_circuit import CUTS, MASS_KG_MOL
from twin.processing.solvents import extractant

USUAL = Aim(0.995, 0.99, 1.15, 1.3, 120)
LOG_D = extractant("pc88a").a


def moles(masses_kg: dict[str, float]) -> Floats:
    """Return rare earths [mol], shape (15,), from masses by name."""
    return np.array([masses_kg.get(name, 0.0) for name in ELEMENTS]) / MASS_KG_MOL


def laid_out(cut: str, masses_kg: dict[str, float], aim: Aim = USUAL, log_d: Floats = LOG_D) -> Design:
    """Return the circuit of a cut that has one."""
    found = design(cut, moles(masses_kg), log_d, aim)
    assert found is not None
    return found


def test_every_cut_parts_the_series_between_two_neighbours() -> None:
    for cut, *_ in CUTS:
        lighter, heavier = cut.split("/")
        place = SERIES.index(heavier)
        assert SERIES[place - 1] == lighter
        heavy = {name for name, side in zip(ELEMENTS, heavy_side(cut), strict=True) if side}
        assert heavy == set(SERIES[place:])


def test_an_even_pair_is_laid_out_as_by_hand() -> None:
    """Derived: β 2.14, half of an impurity of 0.5 % to each end: ln(399²)/ln 2.14 = 15.7; scrub 1.3/(β - 1)."""
    found = laid_out("Pr/Nd", {"Pr": MASS_KG_MOL[ELEMENTS.index("Pr")], "Nd": MASS_KG_MOL[ELEMENTS.index("Nd")]})
    assert found.beta == pytest.approx(2.143, abs=2e-3)
    assert found.heavy_share == pytest.approx(0.5)
    assert found.light_in_extract == pytest.approx(0.5 * 0.005 * 0.5)
    assert found.least_stages == pytest.approx(2.0 * np.log(399.0) / np.log(found.beta), rel=1e-9)
    assert found.least_wash_mol == pytest.approx(1.0 / (found.beta - 1.0))
    assert found.wash_mol == pytest.approx(1.3 * found.least_wash_mol)
    assert found.extraction_stages + found.scrub_stages > found.least_stages
    assert found.extracted_mol == pytest.approx(0.5)


def test_what_strays_is_measured_by_the_product_next_to_the_cut() -> None:
    """By hand: terbium is 2 % of what heavies are; gadolinium that comes with them all ends in the terbium."""
    feed = {"Gd": 50.0, "Tb": 1.0, "Dy": 49.0}
    found, share = laid_out("Gd/Tb", feed), moles(feed) / moles(feed).sum()
    terbium = share[ELEMENTS.index("Tb")]
    assert found.light_in_extract == pytest.approx(0.5 * 0.005 * terbium)
    assert found.heavy_in_raffinate == pytest.approx(0.5 * 0.01 * terbium)


def test_the_amount_fed_changes_nothing() -> None:
    for scale in (1e-290, 1e-3, 1e6):
        scaled = {name: scale * mass for name, mass in LIGHT.items()}
        assert laid_out("Nd/Sm", scaled).extraction_stages == laid_out("Nd/Sm", LIGHT).extraction_stages


@pytest.mark.parametrize("feed", [{}, {"Nd": 1.0}, {"Nd": 1.0, "La": 1.0}, {"Sm": 1.0}, {"Nd": 1.0, "Sm": 5e-5}])
def test_a_cut_with_nothing_on_one_side_gets_no_circuit(feed: dict[str, float]) -> None:
    assert design("Nd/Sm", moles(feed), LOG_D, USUAL) is None


def test_the_keys_are_the_nearest_elements_that_are_there() -> None:
    found = laid_out("Nd/Sm", {"La": 1.0, "Pr": 1.0, "Gd": 1.0, "Y": 1.0})
    assert (found.lighter, found.heavier) == ("Pr", "Gd")
    near = laid_out("Nd/Sm", {"Nd": 1.0, "Sm": 1.0})
    assert found.beta > near.beta and found.least_stages < near.least_stages


def test_keys_that_are_too_much_alike_or_in_the_wrong_order_get_no_circuit() -> None:
    log_d = LOG_D.copy()
    for decade in (0.05, 0.0, -0.5):
        log_d[ELEMENTS.index("Nd")] = log_d[ELEMENTS.index("Pr")] + decade
        assert design("Pr/Nd", moles({"Pr": 1.0, "Nd": 4.0}), log_d, USUAL) is None


@pytest.mark.parametrize("cut", [cut for cut, *_ in CUTS])
@pytest.mark.parametrize("name", ["pc88a", "d2ehpa"])
def test_smaller_separation_factors_take_more_stages_and_more_scrub(cut: str, name: str) -> None:
    sharp, loaded = (laid_out(cut, mud_kg(), log_d=extractant(name, power).a) for power in (1.0, 0.7))
    assert loaded.beta == pytest.approx(sharp.beta**0.7)
    assert loaded.least_stages == pytest.approx(sharp.least_stages / 0.7)
    assert loaded.wash_mol > sharp.wash_mol
    assert loaded.extraction_stages + loaded.scrub_stages > sharp.extraction_stages + sharp.scrub_stages


def test_higher_aims_take_more_stages_and_more_scrub_takes_fewer() -> None:
    def stages(aim: Aim) -> int:
        found = laid_out("Pr/Nd", mud_kg(), aim)
        return found.extraction_stages + found.scrub_stages

    usual = stages(USUAL)
    assert stages(replace(USUAL, purity=0.9999)) > usual
    assert stages(replace(USUAL, recovery=0.9999)) > usual
    assert stages(replace(USUAL, wash_factor=2.0)) < usual


def test_a_circuit_has_at_most_the_stages_allowed_in_the_proportion_of_the_ideal_ones() -> None:
    usual = laid_out("Ho/Y", mud_kg())
    part = usual.extraction_stages / (usual.extraction_stages + usual.scrub_stages)
    for most in (2, 3, 10, 40):
        short = laid_out("Ho/Y", mud_kg(), replace(USUAL, most_stages=most))
        assert short.extraction_stages + short.scrub_stages == most
        assert short.extraction_stages == pytest.approx(part * most, abs=0.51)
        assert min(short.extraction_stages, short.scrub_stages) >= 1
