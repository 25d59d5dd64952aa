"""Solvents and single circuits (truth: derived, from charge and mass balances, closed forms and what was aimed at)."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from ops_data.elements import ELEMENTS
from ops_data.errors import ModelError
from ops_data.reference.extraction_rows import extraction
from tests.twin.processing.mixed_oxides import owned
from twin.models.distribution import log10_d
from twin.processing import extraction_circuit
from twin.processing.circuit_design import Design, design, heavy_side
from twin.processing.extraction_circuit import Run, run
from twin.processing.lot import Floats
from twin.processing.solvents import chemistry, extractant, refuse_extrapolated

FEEDS = {
    "Pr/Nd": {"Pr": 0.2, "Nd": 0.8},
    "Nd/Sm": {"La": 0.3, "Pr": 0.1, "Nd": 0.35, "Sm": 0.1, "Gd": 0.1, "Dy": 0.05},
    "Tb/Dy": {"Gd": 0.01, "Tb": 0.14, "Dy": 0.85},
    "Dy/Ho": {"Dy": 0.3, "Y": 0.7},
}
FEED_L, FEED_ACID_MOL = 1.0, 0.05  # 1 mol/L of rare earths


def at(name: str) -> int:
    return ELEMENTS.index(name)


def shares(cut: str) -> Floats:
    """Return what is fed to a cut [mol/mol], shape (15,)."""
    found = np.array([FEEDS[cut].get(name, 0.0) for name in ELEMENTS])
    share: Floats = found / found.sum()
    return share


def laid_out(cut: str, name: str) -> Design:
    plan = design(cut, shares(cut), extractant(name).a, owned(name).aim)
    assert plan is not None
    return plan


@cache
def worked(cut: str, name: str = "pc88a", efficiency: float = 0.92) -> Run:
    """Return a circuit at work on one mol."""
    layout = replace(owned(name).layout, efficiency=efficiency)
    return run(laid_out(cut, name), shares(cut), FEED_L, FEED_ACID_MOL, extractant(name), layout)


@pytest.mark.parametrize("name", ["pc88a", "d2ehpa"])
def test_the_law_of_a_solvent_is_that_of_its_rows(name: str) -> None:
    """Derived: log10 D = a + 3 pH at the reference concentration; D [H+]^3 is the strength at any other."""
    solvent = extractant(name)
    law = chemistry(solvent).law
    found = log10_d(law, 1.0, solvent.reference_mol_l)
    np.testing.assert_allclose(found[:-1], [extraction()[name][element].a + 3.0 for element in ELEMENTS])
    thin = log10_d(law, 0.5, 0.1)
    np.testing.assert_allclose(10.0 ** (thin[:-1] - 1.5), solvent.strength(0.1), rtol=1e-9)
    assert solvent.strength(0.1).max() < solvent.strength(0.2).max()


def test_selectivity_is_the_power_of_every_separation_factor() -> None:
    whole, part = extractant("pc88a"), extractant("pc88a", selectivity=0.7)
    np.testing.assert_allclose(np.diff(part.a), 0.7 * np.diff(whole.a), atol=1e-12)
    assert part.a[at("Gd")] == whole.a[at("Gd")]


@pytest.mark.parametrize("name", ["pc88a", "d2ehpa"])
def test_the_decade_of_heavies_moves_only_what_nobody_published(name: str) -> None:
    moved = extractant(name, heavy_decade=0.1).a - extractant(name).a
    for element, by in zip(ELEMENTS, moved.tolist(), strict=True):
        kind = extraction()[name][element].kind
        assert by == pytest.approx(0.1 if kind == "extrapolated" else 0.0, abs=1e-12), element


def test_an_unknown_extractant_and_a_selectivity_out_of_range_are_named() -> None:
    with pytest.raises(ModelError, match=r"cyanex.*pc88a, d2ehpa"):
        extractant("cyanex")
    for selectivity in (0.0, -1.0, float("nan"), float("inf")):
        with pytest.raises(ModelError, match=r"circuit\.selectivity"):
            extractant("pc88a", selectivity)


@pytest.mark.parametrize(("name", "refused"), [("pc88a", "Ho Er Tm Yb Lu"), ("d2ehpa", "Ho Er Yb")])
def test_without_extrapolation_an_element_nobody_published_is_refused_by_name(name: str, refused: str) -> None:
    for element in ELEMENTS:
        present = np.array([other == element for other in ELEMENTS])
        if element in refused.split():
            with pytest.raises(ModelError, match=f"element '{element}' with extractant '{name}'"):
                refuse_extrapolated(name, present)
        else:
            refuse_extrapolated(name, present)
    refuse_extrapolated(name, np.zeros(len(ELEMENTS), dtype=bool))


@pytest.mark.parametrize("cut", list(FEEDS))
@pytest.mark.parametrize("name", ["pc88a", "d2ehpa"])
class TestEveryCircuit:
    def test_gives_at_both_ends_what_was_fed(self, cut: str, name: str) -> None:
        done = worked(cut, name)
        np.testing.assert_allclose(done.raffinate_mol + done.extract_mol, shares(cut), rtol=1e-12, atol=1e-15)
        assert min(done.raffinate_mol.min(), done.extract_mol.min()) >= 0.0

    def test_reaches_what_it_was_laid_out_for(self, cut: str, name: str) -> None:
        """The design holds for keys and constant mixed extraction: a factor of 1.5 on each impurity is allowed."""
        done, plan, heavy = worked(cut, name), laid_out(cut, name), heavy_side(cut)
        stray = 1.5 * max(plan.light_in_extract, plan.heavy_in_raffinate)
        light_in_extract, heavy_in_raffinate = (
            float(done.extract_mol @ (1.0 - heavy)),
            float(done.raffinate_mol @ heavy),
        )
        assert max(light_in_extract, heavy_in_raffinate) <= stray
        if light_in_extract > plan.light_in_extract or heavy_in_raffinate > plan.heavy_in_raffinate:
            assert done.extract_mol.sum() == pytest.approx(plan.extracted_mol, abs=0.1 * stray)

    def test_gives_out_the_acid_it_got_less_what_its_base_took(self, cut: str, name: str) -> None:
        """Charge: rare earths come and go with three chlorides each, so acid in less base is acid out."""
        done = worked(cut, name)
        into = FEED_ACID_MOL + done.hcl_mol - done.naoh_mol
        assert into == pytest.approx(done.raffinate_acid_mol + done.strip_acid_mol, abs=2e-3 * done.hcl_mol)

    def test_takes_no_less_base_and_acid_than_metal_moves(self, cut: str, name: str) -> None:
        """Derived: three equivalents of each per mol extracted and scrubbed are the floor of any circuit."""
        done, plan = worked(cut, name), laid_out(cut, name)
        floor = 3.0 * (plan.extracted_mol + plan.wash_mol)
        assert done.hcl_mol >= 0.95 * floor and done.naoh_mol >= 0.9 * (3.0 * plan.extracted_mol)

    def test_strips_its_solvent(self, cut: str, name: str) -> None:
        done = worked(cut, name)
        assert 3.0 * done.recycled_mol_l.sum() < 0.1 * owned(name).layout.extractant_mol_l


def test_less_efficient_stages_are_more_stages() -> None:
    """Derived: the ideal stages over the efficiency, rounded up, in each part; the strip is as stated."""
    plan = laid_out("Pr/Nd", "pc88a")
    for efficiency in (1.0, 0.92, 0.8):
        done = worked("Pr/Nd", "pc88a", efficiency)
        expected = tuple(int(np.ceil(n / efficiency)) for n in (plan.extraction_stages, plan.scrub_stages))
        assert done.stages[:2] == expected
        assert done.stages[2] == owned().layout.strip_stages
    assert sum(worked("Pr/Nd", "pc88a", 0.8).stages) > sum(worked("Pr/Nd", "pc88a", 1.0).stages)


def test_a_search_begun_from_a_like_run_ends_where_one_from_nothing_does() -> None:
    cold = worked("Nd/Sm")
    plan = laid_out("Nd/Sm", "pc88a")
    again = run(plan, shares("Nd/Sm"), FEED_L, FEED_ACID_MOL, extractant("pc88a"), owned().layout, cold)
    stray = max(plan.light_in_extract, plan.heavy_in_raffinate)
    np.testing.assert_allclose(again.extract_mol, cold.extract_mol, atol=2.0 * stray)
    assert again.naoh_mol == pytest.approx(cold.naoh_mol, rel=0.02)


def test_a_cut_that_is_not_reached_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extraction_circuit, "TRIALS", 1)
    with pytest.raises(ModelError, match=r"cut Nd/Sm: extracts .* mol per mol fed after 1 trials, .* is aimed at"):
        run(laid_out("Nd/Sm", "pc88a"), shares("Nd/Sm"), FEED_L, 0.3, extractant("pc88a"), owned().layout)
