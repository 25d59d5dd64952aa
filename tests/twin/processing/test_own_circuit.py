"""An own separation plant (truth: derived, from conservation, stoichiometry, aims and directions)."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

import numpy as np
import pytest

from ops_data.elements import ELEMENTS
from ops_data.errors import ModelError
from tests.twin.processing.mixed_oxides import LIGHT, VALUES, YTTRIUM, mud_kg, owned, oxide
from twin.processing.lot import AT, CLOSED, OXIDE_FACTOR, REY, Floats, Lot, Stepped, balance_error, empty
from twin.processing.own_circuit import (
    HCL_KG_MOL,
    MASS_KG_MOL,
    NAOH_KG_MOL,
    OXALIC_KG_MOL,
    cascade,
    own_circuit,
    plant,
)
from twin.processing.oxides import PRODUCTS, named, purity, reo_kg

TRACERS = MappingProxyType({"Ca": 50.0, "Fe": 5.0, "Th": 0.5, "U": 0.1, "Al": 3.0, "P": 2.0})
AS_STATED: Mapping[str, float] = MappingProxyType({})
ODD: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {
        "nothing": {},
        "tracers only": TRACERS,
        "one element": {"Dy": 3.0},
        "a trace beside one": {"Nd": 1.0, "Sm": 1e-9},
        "yttrium and dysprosium": YTTRIUM,
        "no heavies": LIGHT,
        "no lights": {"Tb": 1.0, "Dy": 9.0, "Y": 50.0, "Er": 5.0},
        "grams": {name: 1e-6 * mass for name, mass in LIGHT.items()},
        "next to nothing": {name: 1e-280 * mass for name, mass in LIGHT.items()},
        "hundred tonnes": {name: 1e5 * mass for name, mass in YTTRIUM.items()},
    }
)


@cache
def mud_with_tracers(name: str) -> tuple[Lot, Stepped]:
    """Return mixed oxide of the pilot's mud, and what a plant makes of it."""
    fed = oxide({**mud_kg(), **TRACERS})
    return fed, own_circuit(fed, owned(name))


def moles(masses_kg: Mapping[str, float]) -> Floats:
    """Return rare earths [mol], shape (15,), from masses by name."""
    return np.array([masses_kg.get(name, 0.0) for name in ELEMENTS]) / MASS_KG_MOL


def stages(masses_kg: Mapping[str, float], changed: Mapping[str, float] = AS_STATED) -> int:
    """Return the stages of all circuits that part these rare earths."""
    return sum(sum(one.run.stages) for one in cascade(moles(masses_kg), owned(changed=changed))[1])


@pytest.mark.parametrize("name", ["pc88a", "d2ehpa"])
def test_feed_is_products_and_losses_of_a_realistic_batch(name: str) -> None:
    fed, done = mud_with_tracers(name)
    assert balance_error(fed, done) <= CLOSED
    assert all(part.content_kg.min() >= 0.0 for part in (*done.products.values(), *done.losses.values()))


@pytest.mark.parametrize("name", ["pc88a", "d2ehpa"])
@pytest.mark.parametrize("kind", list(ODD))
def test_feed_is_products_and_losses_of_odd_batches(kind: str, name: str) -> None:
    fed = oxide(ODD[kind])
    done = own_circuit(fed, owned(name))
    assert balance_error(fed, done) <= CLOSED
    named_kg = sum(float(part.total_kg[0, REY] @ named(product)) for product, part in done.products.items())
    assert named_kg >= 0.95 * float(fed.total_kg[0, REY].sum())


@pytest.mark.parametrize("seed", range(4))
def test_feed_is_products_and_losses_whatever_the_mixture_and_the_parameters(seed: int) -> None:
    luck = np.random.default_rng(seed)
    feed = {name: mass * 10.0 ** luck.normal(0.0, 0.3) for name, mass in {**LIGHT, **TRACERS}.items()}
    shares = ("circuit.dissolution_share", "circuit.cleaning_share", "circuit.finish_share")
    changed = {key: luck.uniform() for key in (*shares, "separation.ndpr_split_share")} | {
        "circuit.stage_efficiency": luck.uniform(0.85, 1.0)
    }
    fed = oxide(feed)
    assert balance_error(fed, own_circuit(fed, owned(changed=changed))) <= CLOSED


def test_a_batch_of_nothing_at_all_is_none() -> None:
    done = own_circuit(empty(0), owned())
    assert all(len(part) == 0 for part in (*done.products.values(), *done.losses.values()))


def test_batches_together_give_what_they_give_alone() -> None:
    """A search begun at the batch before ends within what the aims allow (1 % recovery), not at the same digit."""
    batches = (LIGHT, {**LIGHT, "Nd": 30.0})
    together = own_circuit(oxide(*batches), owned())
    for row, alone in enumerate(batches):
        found = own_circuit(oxide(alone), owned())
        for product, part in found.products.items():
            near = 0.01 * float(part.total_kg.sum())
            np.testing.assert_allclose(together.products[product].total_kg[row], part.total_kg[0], atol=near)
        np.testing.assert_allclose(together.utilities["hcl_kg"][row], found.utilities["hcl_kg"], rtol=0.02)


@pytest.mark.parametrize("name", ["pc88a", "d2ehpa"])
def test_both_extractants_come_near_the_aims_with_the_oxide_of_the_pilot(name: str) -> None:
    """Aims: 99.5 % pure, 99 % recovered in each of at most three cuts, then 0.995 dissolved and 0.985 finished."""
    fed, done = mud_with_tracers(name)
    for product, elements in PRODUCTS.items():
        if product == "NdPr":
            continue
        made = done.products[product]
        oxides_kg = made.total_kg[0, REY] * OXIDE_FACTOR[REY]
        assert oxides_kg @ named(product) / oxides_kg.sum() >= 0.993, product  # of the rare earths; tracers come on top
        recovered = made.total_kg[0, REY] @ named(product) / (fed.total_kg[0, REY] @ named(product))
        assert 0.99**3 * 0.995 * 0.985 <= recovered <= 0.995 * 0.985 + 1e-12, elements
    for product in ("Nd", "Pr", "Tb", "Dy", "Y", "SEG"):  # no tracer comes with these
        assert purity(product, done.products[product])[0] >= 0.993


def test_the_strong_extractant_costs_several_times_the_acid_where_there_are_heavies() -> None:
    """D2EHPA holds heavy elements so hard that a thin solvent and much strong acid must take them off."""
    acid = {name: mud_with_tracers(name)[1].utilities["hcl_kg"][0] for name in ("pc88a", "d2ehpa")}
    assert acid["d2ehpa"] > 3.0 * acid["pc88a"]
    light = {name: own_circuit(oxide(LIGHT), owned(name)).utilities["hcl_kg"][0] for name in acid}
    assert light["d2ehpa"] / light["pc88a"] < 0.5 * acid["d2ehpa"] / acid["pc88a"]


def test_all_acid_ends_neutralised_and_oxalic_acid_is_in_excess_of_what_binds() -> None:
    """Derived: three mol of acid dissolve one mol and come back at precipitation; 1.5 mol of oxalic acid bind it."""
    fed, done = mud_with_tracers("pc88a")
    used, mol = done.utilities, float(fed.total_kg[0, REY] @ (1.0 / MASS_KG_MOL)) * VALUES["circuit.dissolution_share"]
    oxalic = 1.5 * VALUES["circuit.oxalic_excess"] * mol
    excess = 2.0 * (oxalic - 1.5 * mol)
    assert used["naoh_kg"][0] / NAOH_KG_MOL == pytest.approx(used["hcl_kg"][0] / HCL_KG_MOL + excess)
    assert used["oxalic_acid_kg"][0] / OXALIC_KG_MOL == pytest.approx(oxalic)
    assert min(float(amount[0]) for amount in used.values()) > 0.0


def test_one_element_alone_is_dissolved_and_precipitated_without_a_circuit() -> None:
    fed = oxide({"Dy": 10.0})
    done = own_circuit(fed, owned())
    mol = 10.0 / float(MASS_KG_MOL[ELEMENTS.index("Dy")]) * VALUES["circuit.dissolution_share"]
    assert done.utilities["hcl_kg"][0] == pytest.approx(3.0 * mol * HCL_KG_MOL)
    assert done.utilities["extractant_kg"][0] == 0.0
    assert purity("Dy", done.products["Dy"])[0] == 1.0


def test_tracers_that_slip_through_end_where_chemistry_takes_them() -> None:
    done = mud_with_tracers("pc88a")[1]
    left = (1.0 - VALUES["circuit.cleaning_share"]) * VALUES["circuit.finish_share"]
    for tracer, product in (("Ca", "LaCe"), ("Fe", "heavy"), ("Th", "heavy"), ("U", "heavy")):
        assert done.products[product].total_kg[0, AT[tracer]] == pytest.approx(left * TRACERS[tracer])
        removed = done.losses["circuit_residue"].total_kg[0, AT[tracer]]
        assert removed == pytest.approx(VALUES["circuit.cleaning_share"] * TRACERS[tracer])
    for tracer in ("Al", "P"):
        assert sum(part.total_kg[0, AT[tracer]] for part in done.products.values()) == 0.0


def test_mixed_didymium_saves_the_circuit_between_praseodymium_and_neodymium() -> None:
    fed = oxide(LIGHT)
    split, mixed = (own_circuit(fed, owned(changed={"separation.ndpr_split_share": part})) for part in (1.0, 0.0))
    assert not split.products["NdPr"].total_kg.any()
    assert not mixed.products["Nd"].total_kg.any() and not mixed.products["Pr"].total_kg.any()
    assert purity("NdPr", mixed.products["NdPr"])[0] > 0.993
    assert mixed.utilities["hcl_kg"][0] < split.utilities["hcl_kg"][0]
    half = own_circuit(fed, owned(changed={"separation.ndpr_split_share": 0.5}))
    assert half.products["NdPr"].total_kg[0, AT["Nd"]] == pytest.approx(
        0.5 * mixed.products["NdPr"].total_kg[0, AT["Nd"]], rel=1e-3
    )


def test_loaded_selectivity_and_poor_stages_need_more_stages() -> None:
    usual = stages(LIGHT)
    assert stages(LIGHT, {"circuit.selectivity": 0.7}) > usual
    assert stages(LIGHT, {"circuit.stage_efficiency": 0.8}) > usual


def test_without_extrapolation_elements_nobody_measured_are_refused_by_name() -> None:
    """Derived: each coefficient of Ho, Er, Tm, Yb, Lu with PC88A is an assumption row."""
    known = {name: mass for name, mass in mud_kg().items() if name not in ("Ho", "Er", "Tm", "Yb", "Lu")}
    strict = owned(extrapolate=False)
    for element in ("Ho", "Lu"):
        with pytest.raises(ModelError, match=f"element '{element}' with extractant 'pc88a'"):
            own_circuit(oxide(LIGHT, {**LIGHT, element: 0.1}), strict)
    with pytest.raises(ModelError, match=r"element 'Ho'.*'extrapolate' is false"):
        own_circuit(oxide(mud_kg()), strict)
    done = own_circuit(oxide(known), strict)
    assert reo_kg(done.products["Dy"])[0] > 0.0 and not done.products["heavy"].total_kg[0, AT["Ho"]]
    assert balance_error(oxide(known), done) <= CLOSED


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("circuit.purity", 1.0),
        ("circuit.purity", 0.3),
        ("circuit.purity", float("nan")),
        ("circuit.recovery", 1.2),
        ("circuit.wash_factor", 1.0),
        ("circuit.least_beta", 0.9),
        ("circuit.most_stages", 1.0),
        ("circuit.extractant_mol_l", 0.0),
        ("circuit.saponified_share", 1.1),
        ("circuit.liquor_mol_l", -1.0),
        ("circuit.most_acid_mol_l", 0.0),
        ("circuit.strip_stages", 0.0),
        ("circuit.stage_efficiency", 1.5),
        ("circuit.selectivity", 0.0),
        ("circuit.feed_acid_mol_l", -0.1),
        ("circuit.dissolution_share", 1.1),
        ("circuit.cleaning_share", -0.1),
        ("circuit.finish_share", float("nan")),
        ("circuit.oxalic_excess", 0.0),
        ("circuit.mixing_min", float("nan")),
        ("separation.ndpr_split_share", 2.0),
    ],
)
def test_a_parameter_out_of_range_is_named_with_its_value(key: str, value: float) -> None:
    with pytest.raises(ModelError) as error:
        plant({**VALUES, key: value}, "pc88a", True)
    assert f"'{key}'" in str(error.value) and f"{value:g}" in str(error.value) and "\n" not in str(error.value)
