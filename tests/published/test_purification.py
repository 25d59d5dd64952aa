"""Published cases of purification: oxalate curves (P15) and the phosphate titration (P14)."""

from pathlib import Path

import numpy as np
import pytest

from ops_data.elements import ATOMIC_MASS_G_MOL
from ops_data.errors import FailedError, ModelError
from ops_data.reference.oxalate_rows import oxalate, read_oxalate
from ops_data.reference.titration_rows import FILE, SOLUTES, read_titration, titration
from tests.published import phosphate_liquor
from twin.models.phosphate import left_in_solution, solubility
from twin.models.precipitation import (
    DIHYDRATE_G_MOL,
    OXALIC_ACID_G_MOL,
    dose_for_yield,
    efficiency_dose_g_l,
    oxalate_for,
    oxalate_yield,
    stoichiometric_dose_g_l,
)
from twin.models.radioactivity import activity_bq_g

# NaOH added [mol/kg] → left in solution [%]: pH, Nd, Dy, Fe, Al, as the reference results of the titration print them
WITH_PHOSPHATE = {
    0.15: (1.21, 37.5, 99.9, 99.8, 99.8),
    0.20: (1.50, 7.2, 99.7, 65, 99.7),
    0.25: (1.98, 0.6, 9.4, 20, 99.7),
    0.29: (2.72, 0.02, 0.3, 3.6, 99.6),
}
WITHOUT = {0.20: (1.98, 99.7, 99.7, 99.7, 99.7), 0.25: (4.30, 99.7, 99.7, 2.2, 61)}
HALF_DIGIT = {0.02: 0.005, 65: 0.5, 20: 0.5, 61: 0.5}  # of what is not printed to a tenth
AWRY = (2.72, "Dy")  # printed 0.3 %; the recipe gives 0.23 %: see the test of this one number


@pytest.mark.parametrize(
    ("dose", "expected"),
    [
        (3.0, {"Nd": 0.9307, "Dy": 0.0001, "Fe": 0.0, "Ca": 0.0}),
        (6.0, {"Nd": 0.9867, "Dy": 0.6912, "Fe": 0.0060, "Ca": 0.0}),
        (12.0, {"Nd": 0.9975, "Dy": 0.9862, "Fe": 0.7914, "Ca": 0.1365}),
    ],
)
def test_oxalate_curves_give_what_prommis_coefficients_give(dose: float, expected: dict[str, float]) -> None:
    """Published: prommis 1.1.0, precipitate_reactions.py (P15), to 1e-3."""
    rows = oxalate()
    for name, share in expected.items():
        assert float(oxalate_yield(dose, rows[name].dose_g_l, rows[name].exponent)) == pytest.approx(share, abs=1e-3)


@pytest.mark.parametrize(("phosphorus", "printed"), [(0.07, WITH_PHOSPHATE), (1e-9, WITHOUT)])
def test_the_titration_gives_the_reference_results(phosphorus: float, printed: dict[float, tuple[float, ...]]) -> None:
    """Published (P14, PHREEQC with llnl.dat): 2 % of the value or half of the last printed digit.

    The reference results count from the first addition, 0.05 mol/kg.
    """
    doses = [0.05, *printed]
    found = phosphate_liquor.titrate(phosphorus, doses)
    for place, (_, row) in enumerate(printed.items(), start=2):
        assert found["pH"][place] == pytest.approx(row[0], abs=0.005)
        for name, percent in zip(("Nd", "Dy", "Fe", "Al"), row[1:], strict=True):
            total = found[f"{name}(mol/kgw)"]
            if (row[0], name) != AWRY:
                within = max(0.02 * percent, HALF_DIGIT.get(percent, 0.05))
                assert 100.0 * total[place] / total[1] == pytest.approx(percent, abs=within)


def test_dysprosium_at_the_last_point_is_a_quarter_below_its_print() -> None:
    """Recorded: 0.233 % against 0.3 % printed, outside of half a digit; neodymium beside it agrees."""
    found = phosphate_liquor.titrate(0.07, [0.05, 0.29])["Dy(mol/kgw)"]
    assert 100.0 * found[2] / found[1] == pytest.approx(0.233, abs=0.002)


def test_the_packaged_table_is_what_the_program_gives() -> None:
    """Derived: points drawn from all over the table, run again; 1e-3 of a decade."""
    table = titration()
    assert tuple(table.phosphorus_mol_kg) == phosphate_liquor.PHOSPHORUS_MOL_KG
    assert tuple(table.ph) == phosphate_liquor.PH
    for at_p, at_ph in np.random.default_rng(1).integers((0, 0), table.log_solubility.shape[:2], (25, 2)):
        again = phosphate_liquor.solubility(float(table.phosphorus_mol_kg[at_p]), float(table.ph[at_ph]))
        np.testing.assert_allclose([again[name] for name in SOLUTES], table.log_solubility[at_p, at_ph], atol=1e-3)


def test_interpolation_in_the_table_meets_the_titration() -> None:
    """Published (P14) at the exact pH of the titration; 3 % of what is left, from interpolation over 0.1 pH."""
    table = titration()
    steps = [0.15, 0.20, 0.25, 0.29]
    found = phosphate_liquor.titrate(0.07, steps)
    ph = np.array(found["pH"][1:])
    held = solubility(ph, np.full(len(ph), 0.07), table.ph, table.phosphorus_mol_kg, table.log_solubility)
    for name in ("Nd", "Dy", "Fe"):
        start, *total = found[f"{name}(mol/kgw)"]
        left = left_in_solution(start, held[:, SOLUTES.index(name)])
        np.testing.assert_allclose(left, np.array(total) / start, rtol=0.03)


def test_the_table_holds_less_with_more_phosphate_and_with_less_acid() -> None:
    """Derived: what a phosphate trap is, for neodymium and dysprosium of 3 to 300 mmol/L of phosphorus."""
    table = titration()
    acid = table.ph <= 2.5
    for name in ("Nd", "Dy"):
        held = table.log_solubility[3:9, acid, SOLUTES.index(name)]
        assert (np.diff(held, axis=1) < 0.0).all()
        assert (np.diff(held[:, table.ph[acid] <= 1.5], axis=0) < 0.0).all()


def test_interpolation_goes_through_the_points_and_refuses_what_lies_above() -> None:
    table = titration()
    axes = (table.ph, table.phosphorus_mol_kg, table.log_solubility)
    every_ph = np.tile(table.ph, len(table.phosphorus_mol_kg))
    every_p = np.repeat(table.phosphorus_mol_kg, len(table.ph))
    np.testing.assert_allclose(
        solubility(every_ph, every_p, *axes), 10.0 ** table.log_solubility.reshape(len(every_p), -1), rtol=1e-9
    )
    one_by_one = [solubility([ph], [p], *axes)[0] for ph, p in zip(every_ph[:40], every_p[:40], strict=True)]
    np.testing.assert_array_equal(one_by_one, solubility(every_ph[:40], every_p[:40], *axes))
    np.testing.assert_array_equal(solubility([-1.0], [0.0], *axes), solubility([0.3], [1e-6], *axes))
    with pytest.raises(ModelError, match=r"phosphate trap: pH \[-\] is 5"):
        solubility([5.0], [0.07], *axes)
    with pytest.raises(ModelError, match=r"phosphorus \[mol/L\] is 2"):
        solubility([1.0], [2.0], *axes)


def test_no_dose_precipitates_nothing_and_an_endless_one_all() -> None:
    assert oxalate_yield([0.0, 1e9], 4.8608, 4.73106).round(12).tolist() == [0.0, 1.0]


def test_the_dose_for_a_yield_is_the_curve_the_other_way_round() -> None:
    dose = np.linspace(0.5, 20.0, 50)
    np.testing.assert_allclose(dose_for_yield(oxalate_yield(dose, 3.0, 2.4), 3.0, 2.4), dose, rtol=1e-9)
    assert float(dose_for_yield(0.0, 3.0, 2.4)) == 0.0
    with pytest.raises(ModelError, match="must be below 1"):
        dose_for_yield(1.0, 3.0, 2.4)


def test_stoichiometry_is_that_of_the_reference_results() -> None:
    """Published: 1.5 mol per mol, 0.80 kg of acid or 1.12 kg of dihydrate per kg of Nd2O3."""
    oxide_kg = 2 * ATOMIC_MASS_G_MOL["Nd"] + 3 * ATOMIC_MASS_G_MOL["O"]
    mol = float(oxalate_for([2.0], [3.0]))
    assert mol == 3.0
    assert mol * OXALIC_ACID_G_MOL / oxide_kg == pytest.approx(0.80, abs=0.005)
    assert mol * DIHYDRATE_G_MOL / oxide_kg == pytest.approx(1.12, abs=0.005)


def test_dose_rules_are_by_hand() -> None:
    """Derived; vector is scalar."""
    assert float(efficiency_dose_g_l(0.004, 0.6)) == pytest.approx(0.01 * OXALIC_ACID_G_MOL)
    assert float(stoichiometric_dose_g_l([0.004, 0.1], [3.0, 2.0])) == pytest.approx(1.25 * 0.106 * OXALIC_ACID_G_MOL)
    batch = stoichiometric_dose_g_l([[0.004, 0.1], [0.002, 0.0]], [3.0, 2.0])
    assert batch.tolist() == [float(stoichiometric_dose_g_l(row, [3.0, 2.0])) for row in ([0.004, 0.1], [0.002, 0.0])]


def test_activity_of_mud_is_that_of_the_reference_results() -> None:
    """Published: U 3 ppm and Th 10 ppm are about 0.08 Bq/g; specific activities 12.4 and 4.06 kBq/g."""
    assert float(activity_bq_g(3e-6, 10e-6)) == pytest.approx(0.08, abs=0.005)
    assert float(activity_bq_g(1.0, 0.0)) == pytest.approx(12_440.0, rel=0.002)
    assert float(activity_bq_g(0.0, 1.0)) == pytest.approx(4_060.0, rel=0.005)


def test_a_table_that_lacks_an_element_or_a_point_is_refused(tmp_path: Path) -> None:
    short = tmp_path / "oxalate.csv"
    short.write_text("constituent,dose_g_l,exponent,source,confidence,note\nNd,1,2,prommis,M,\n", encoding="utf-8")
    with pytest.raises(FailedError, match="element 'La': no row found"):
        read_oxalate(short)
    lines = FILE.read_text(encoding="utf-8").splitlines(keepends=True)
    holed = tmp_path / "titration.csv"
    holed.write_text("".join([*lines[:5], *lines[6:]]), encoding="utf-8")
    with pytest.raises(FailedError, match="every phosphorus with every pH"):
        read_titration(holed)
