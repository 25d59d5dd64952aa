"""Solvent extraction against published solutions (cases P7, P8, P9, P11 and P12 of the processing facts)."""

from dataclasses import replace
from typing import Final

import numpy as np
import pytest

from twin.models.distribution import Floats, dosage_law, linear_law
from twin.models.extraction import Chemistry, Circuit, Liquor, Solved, Solvent, extraction, solve
from twin.models.stage_theory import (
    fenske_stages,
    ideal_stages,
    kremser_unextracted,
    least_solvent,
    least_wash,
    pinch_wash,
    reagent_floor,
)

NAMES: Final = ("Al", "Ca", "Fe", "Sc", "Y", "La", "Ce", "Pr", "Nd", "Sm", "Gd", "Dy")
FED_MG_L: Final = (422.375, 109.542, 688.266, 0.032, 0.124, 0.986, 2.277, 0.303, 0.946, 0.097, 0.2584, 0.047)
FED_ORGANIC_MG_L: Final = (
    *(1.267e-5, 2.684e-5, 2.873e-6, 1.734, 2.179e-5, 1.05e-4),
    *(3.1e-4, 3.711e-5, 1.65e-4, 1.701e-5, 3.357e-5, 8.008e-6),
)
MASS_G_MOL: Final = np.array(
    [26.982, 40.078, 55.845, 44.946, 88.905, 138.905, 140.116, 140.907, 144.242, 150.36, 157.25, 162.50]
)
DEHPA_G_MOL: Final = 322.431
DEHPA_MG_L: Final = 48_790.0
PURE_DEHPA_MG_L: Final = 975.8e3
RAFFINATE_MG_L: Final = {
    **{"Nd": 0.88099, "Dy": 1.1699e-3, "Y": 6.2927e-6, "Gd": 0.19246, "Ce": 2.1095, "La": 0.91421, "Pr": 0.27631},
    **{"Sm": 0.086579, "Fe": 585.59, "Al": 399.95, "Ca": 102.34, "Sc": 2.7415e-3},
}
LOADED_MG_L: Final = {
    **{"Nd": 6.5178e-2, "Dy": 4.5838e-2, "Y": 1.2402e-1, "Gd": 6.5974e-2, "Ce": 1.6778e-1, "La": 7.1891e-2},
    **{"Pr": 2.6727e-2, "Sm": 1.0438e-2, "Fe": 102.67, "Al": 22.425, "Ca": 7.2059, "Sc": 1.7633},
}


def sulfate_circuit() -> Circuit:
    """Return the three stages of prommis 1.1.0, solvent_extraction_steady.py, coefficients of its reaction package."""
    nothing = [0.0] * 4  # Al, Ca, Fe and Sc have one number each
    law = dosage_law(
        m0=[*nothing, 1.63166, 0.54, 0.30916, 0.29, 0.31183, 0.81233, 1.0225, 1.70783],
        m1=[*nothing, 0.15166, 0.0, 0.04816, 0.0, 0.03763, -0.02247, 0.0195, 0.06443],
        b0=[*nothing, -2.12601, -1.93, -1.66021, -1.48, -1.62372, -2.12172, -2.24143, -2.42226],
        b1=[*nothing, 0.26612, 0.0, -0.38599, 0.0, -0.38096, 0.17414, 0.03065, -0.02538],
        constant_d=[0.0531, 0.0658, 0.1496, 632.4976, *([np.nan] * 8)],
        dosage_per_mol_l=100.0 * DEHPA_G_MOL * 1e3 / PURE_DEHPA_MG_L,
    )
    charge = np.array([2.0 if name == "Ca" else 3.0 for name in NAMES])
    organic = np.array(FED_ORGANIC_MG_L) / MASS_G_MOL / 1e3
    total = DEHPA_MG_L / DEHPA_G_MOL / 1e3 + float(charge @ organic)  # what is given is free
    bisulfate, sulfate = 1e4 / 97e3, 100.0 / 96e3
    liquor = Liquor(62.01, np.array(FED_MG_L) / MASS_G_MOL / 1e3, 10.75e-3 + bisulfate, bisulfate + sulfate)
    return extraction(Chemistry(NAMES, charge, charge, law), Solvent(62.01, total, organic), liquor, 3)


def mg_l(mol_l: Floats) -> dict[str, float]:
    return dict(zip(NAMES, mol_l * MASS_G_MOL * 1e3, strict=True))


def test_p7_three_sulfate_stages_give_what_prommis_gives() -> None:
    """Published: prommis 1.1.0, tests/test_solvent_extraction_steady.py, 12 metals at both ends, to its 1e-4."""
    found = solve(sulfate_circuit())
    assert mg_l(found.aqueous_mol_l[0]) == pytest.approx(RAFFINATE_MG_L, rel=1e-4)
    assert mg_l(found.organic_mol_l[-1]) == pytest.approx(LOADED_MG_L, rel=1e-4)
    proton = 10.0 ** -found.ph[0]
    assert proton == pytest.approx(0.039513, rel=1e-4)
    bisulfate = found.acid_mol_l[0] - proton
    assert bisulfate * 97e3 == pytest.approx(8023.2, rel=1e-4)
    assert found.free_mol_l[-1] * DEHPA_G_MOL * 1e3 == pytest.approx(46_087.0, rel=1e-4)


def test_p7_fails_where_the_solvent_is_not_used_up() -> None:
    """Derived in the facts: all extractant taken as free leaves 13 % too little Dy and 32 % too little Y."""
    circuit = sulfate_circuit()
    blind = replace(circuit, chemistry=replace(circuit.chemistry, extractant=np.zeros(len(NAMES))))
    found = mg_l(solve(blind).aqueous_mol_l[0])
    assert found["Dy"] / RAFFINATE_MG_L["Dy"] - 1.0 == pytest.approx(-0.13, abs=0.005)
    assert found["Y"] / RAFFINATE_MG_L["Y"] - 1.0 == pytest.approx(-0.32, abs=0.005)


# D2EHPA [v/v]: slopes and intercepts of Nd and Sm
BENCH: Final = {
    0.06: ([0.8569, 1.1924], [-1.9035, -1.2654]),
    0.10: ([1.0539, 1.5262], [-1.7022, -1.1515]),
}
# D2EHPA, stages, liquor per solvent, pH of the feed; purity of Nd, its recovery and pH of the raffinate
SAMARIUM_CUTS: Final = [
    (0.06, 7, 0.5, 1.5, 0.99917056211414057, 0.76569659926350131, 0.76924848456448447),
    (0.06, 14, 1.0, 1.9, 0.99965810854978254, 0.82713811790967295, 0.90945601175518898),
    (0.06, 15, 1.7, 1.9, 0.99698402360183813, 0.87674842115054374, 1.0024475821095009),
    (0.10, 5, 1.1, 1.8, 0.99870575393587835, 0.73244200892469302, 0.77110885955566),
    (0.10, 12, 1.6, 1.7, 0.99995287080353312, 0.77700536755912708, 0.81373215944410682),
    (0.10, 9, 0.6, 1.8, 0.99998162539523427, 0.60734006491025494, 0.64404425867057458),
]
DILUTE_SAMARIUM_CUTS: Final = [
    (0.06, 7, 0.5, 1.5, 0.99990802128087686, 0.70195014303190628, 0.93719253702040139),
    (0.06, 14, 1.0, 1.9, 0.99999898672525922, 0.76700421639490635, 1.0878658870271889),
    (0.06, 15, 1.7, 1.9, 0.99996908569676513, 0.8421023833678879, 1.1902641263318781),
    (0.10, 5, 1.1, 1.8, 0.99982584816596343, 0.63196609370269563, 0.93644425179447366),
    (0.10, 12, 1.6, 1.7, 0.9999998086935139, 0.68963050864638986, 0.97176150155848662),
    (0.10, 9, 0.6, 1.8, 0.99999966938019536, 0.46683267236115888, 0.81389484155897251),
]


def samarium_cut(dosage: float, stages: int, liquor_per_solvent: float, ph: float, feed_mol_l: Floats) -> Solved:
    chemistry = Chemistry(("Nd", "Sm"), np.full(2, 3.0), np.zeros(2), linear_law(*BENCH[dosage]))
    feed = Liquor(liquor_per_solvent, feed_mol_l, 10.0**-ph)
    return solve(extraction(chemistry, Solvent(1.0, 1.0, np.zeros(2)), feed, stages))


def raffinate(found: Solved, feed_mol_l: Floats) -> list[float]:
    neodymium, samarium = found.aqueous_mol_l[0]
    return [neodymium / (neodymium + samarium), neodymium / feed_mol_l[0], found.ph[0]]


@pytest.mark.parametrize("case", SAMARIUM_CUTS)
def test_p8_neodymium_is_freed_of_samarium_as_batista_has_it(case: tuple[float, ...]) -> None:
    """Published: Batista (2022), etr-optimization, concentrated.xlsx and nd_sm_cut.py; feed as printed in the facts."""
    feed = np.array([0.152259, 0.0105873])
    found = raffinate(samarium_cut(case[0], int(case[1]), case[2], case[3], feed), feed)
    assert found[:2] == pytest.approx(case[4:6], abs=2e-6)
    assert found[2] == pytest.approx(case[6], abs=5e-6)  # the sixth digit of the feed moves it


@pytest.mark.parametrize(("grams", "cases"), [(2.0, SAMARIUM_CUTS), (1.0, DILUTE_SAMARIUM_CUTS)])
def test_p8_both_feeds_of_batista_to_eight_digits(grams: float, cases: list[tuple[float, ...]]) -> None:
    """Published: the same with all digits; feeds of 12.808 g/L Nd2O3 and 0.923 g/L Sm2O3, and of twice as much."""
    feed = grams * np.array([12.808 * 2.0 / 336.48, 0.923 * 2.0 / 348.72])
    for case in cases:
        found = raffinate(samarium_cut(case[0], int(case[1]), case[2], case[3], feed), feed)
        assert found == pytest.approx(case[4:], abs=1e-8)


def test_p9_kremser() -> None:
    """Published: Kremser (1930); values of the facts."""
    found = kremser_unextracted([2.0, 1.5, 1.0, 0.5, 5.0], [5, 3, 10, 5, 3])
    assert found == pytest.approx([0.0158730, 0.1230769, 0.0909091, 0.5079365, 0.00641026], abs=1e-7)


@pytest.mark.parametrize(("factor", "stages"), [(2.0, 5), (1.5, 3), (1.0, 10), (0.5, 5), (5.0, 3)])
def test_p9_the_stage_solver_at_constant_distribution_is_kremser(factor: float, stages: int) -> None:
    """Derived: solvent at half the flow of liquor, so D is twice the factor."""
    law = linear_law([0.0], [np.log10(2.0 * factor)])
    chemistry = Chemistry(("Nd",), np.array([3.0]), np.array([0.0]), law)
    feed = Liquor(100.0, np.array([0.05]), 0.2)
    found = solve(extraction(chemistry, Solvent(50.0, 0.5, np.zeros(1)), feed, stages))
    assert found.aqueous_mol_l[0, 0] / 0.05 == pytest.approx(float(kremser_unextracted(factor, stages)), rel=1e-10)


def test_p11_fenske_floors() -> None:
    """Published: Fenske (1932); values of the facts, Nd/Pr at two separation factors and Dy/Tb with PC88A."""
    found = fenske_stages([2.14, 1.5, 3.91], [0.99, 0.999, 0.99], [0.99, 0.999, 0.99])
    assert found == pytest.approx([12.1, 34.1, 6.7], abs=0.1)


def test_p12_least_wash_and_least_solvent() -> None:
    """Derived in the facts: aqueous feed, separation factor 1.5, 80 % to be extracted, clean split."""
    assert float(least_wash(1.5)) == pytest.approx(2.0, rel=1e-12)
    assert float(least_solvent(1.5, 0.8)) == pytest.approx(2.80, rel=1e-12)


# pair, separation factor, share extracted; stages at 99, 99.9 and 99.99 % and 1.2 | 1.5 times the least wash; solvent
IDEAL_STAGES: Final = {
    "Nd/Pr bench": (1.5, 0.8, (45, 36, 71, 56, 97, 76), 3.19),
    "Nd/Pr": (2.14, 0.8, (25, 20, 40, 31, 55, 43), 1.84),
    "Sm/Nd": (5.17, 0.15, (13, 11, 19, 16, 25, 21), 0.44),
    "Tb/Gd": (3.3, 0.12, (17, 13, 26, 21, 36, 28), 0.64),
    "Dy/Tb loaded": (2.0, 0.85, (26, 21, 43, 34, 61, 46), 2.04),
    "Dy/Tb": (3.91, 0.85, (14, 11, 24, 18, 35, 26), 1.25),
    "Ho/Dy": (1.8, 0.2, (32, 26, 49, 40, 66, 53), 1.69),
    "Y/Ho": (1.3, 0.9, (62, 51, 106, 82, 153, 115), 4.85),
}


@pytest.mark.parametrize("pair", IDEAL_STAGES)
def test_p12_ideal_stages_of_eight_pairs(pair: str) -> None:
    """Derived in the facts by stepping; the wash is a multiple of that at which the stated purity takes no end."""
    beta, share, expected, solvent = IDEAL_STAGES[pair]
    purity, factor = np.repeat([0.99, 0.999, 0.9999], 2), np.tile([1.2, 1.5], 3)
    extracted = (share - (1.0 - purity)) / (2.0 * purity - 1.0)
    lost, taken = (1.0 - extracted) * (1.0 - purity), extracted * (1.0 - purity)
    wash = factor * pinch_wash(beta, share, lost, taken)
    extraction_stages, scrub_stages = ideal_stages(beta, share, lost, taken, wash)
    assert tuple(extraction_stages + scrub_stages) == expected
    assert float((extracted + wash)[2]) == pytest.approx(solvent, abs=0.005)


def test_reagent_floor_of_three_oxides() -> None:
    """Derived in the facts: three equivalents each way; Nd, Dy and Y per unit of metal in the solvent."""
    base, acid = reagent_floor(1.0, [0.33648 / 2.0, 0.373 / 2.0, 0.22581 / 2.0])
    assert base == pytest.approx([0.713, 0.643, 1.063], abs=5e-4)
    assert acid == pytest.approx([0.650, 0.587, 0.969], abs=6e-4)
