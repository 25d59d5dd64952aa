"""Plausibility of separation plants against two published ones (cases P18 and P19 of the processing facts).

P18, published: Avalon and SNC-Lavalin (2012), prefeasibility study of a separation plant for 10,000 t/yr of products,
press release reprinted by MINING.com, figures as quoted in difflow 0.2.2, difflow_ree/data/sources.yaml: 98 % is
recovered, reagents cost 3,934 USD per tonne of product, there are over 1,000 mixer-settlers. Feed assumed here: the
slate of products of that release, all as oxides, over the recovery; Tm, Yb and Lu in equal parts; no tracers.

P19, published: Singh et al. (2008), Desalination 232, 49: a crude oxide of 67 % Y2O3 and 22 % Dy2O3 becomes Dy2O3 of
more than 99.5 % in two cycles with PC88A (EHEHPA): yttrium and what is heavier first, then dysprosium. The other 11 %
are assumed here: Tb 3, Gd 2, Ho 3, Er 2, Yb 1.
"""

from functools import cache

import numpy as np
import pytest

from ops_data.elements import ELEMENTS
from tests.twin.processing.mixed_oxides import VALUES, owned, oxide
from twin.processing.circuit_design import design, heavy_side
from twin.processing.extraction_circuit import Run, run
from twin.processing.lot import AT, OXIDE_FACTOR, REY, Floats, Stepped
from twin.processing.own_circuit import CUTS, MASS_KG_MOL, cascade, own_circuit
from twin.processing.oxides import named, reo_kg

AVALON_T = {
    **{"La": 1583.0, "Ce": 3572.0, "Pr": 451.0, "Nd": 1783.0, "Sm": 391.0, "Eu": 49.0, "Gd": 371.0, "Tb": 54.0},
    **{"Dy": 271.0, "Y": 1169.0, "Ho": 48.0, "Er": 126.0, "Tm": 44.0, "Yb": 44.0, "Lu": 44.0},
}
AVALON_CUTS = 12  # of its thirteen products; ours are nine
REAGENTS = (
    *(("hcl", "kg"), ("naoh", "kg"), ("oxalic_acid", "kg"), ("extractant", "kg"), ("diluent", "kg")),
    ("fresh_water", "t"),
)
CRUDE = {"Y": 67.0, "Dy": 22.0, "Tb": 3.0, "Gd": 2.0, "Ho": 3.0, "Er": 2.0, "Yb": 1.0}


def elements_kg(oxides: dict[str, float]) -> dict[str, float]:
    """Return elements by name from their oxides of trade, in the same unit."""
    return {name: mass / float(OXIDE_FACTOR[AT[name]]) for name, mass in oxides.items()}


@cache
def avalon(selectivity: float) -> tuple[Stepped, float, int]:
    """Return what a plant makes of a day of that feed, oxide sold [kg] and stages built."""
    plant = owned(changed={"circuit.selectivity": selectivity})
    fed = oxide({name: mass / 0.98 * 1e3 / 365.0 for name, mass in elements_kg(AVALON_T).items()})
    done = own_circuit(fed, plant)
    sold = sum(float(lots.total_kg[0, REY] @ (OXIDE_FACTOR[REY] * named(name))) for name, lots in done.products.items())
    assert float(reo_kg(fed)[0]) == pytest.approx(1e7 / 365.0 / 0.98, rel=1e-9)
    worked = cascade(fed.total_kg[0, REY] / MASS_KG_MOL, plant)[1]
    return done, sold, sum(sum(one.run.stages) for one in worked)


def test_p18_the_plant_recovers_as_much_as_the_published_one() -> None:
    _, sold, _ = avalon(1.0)
    assert sold / (1e7 / 365.0 / 0.98) == pytest.approx(0.98, abs=0.01)


@pytest.mark.parametrize("selectivity", [1.0, 0.7])
def test_p18_reagents_cost_what_those_of_the_published_plant_do_within_a_factor_of_two(selectivity: float) -> None:
    """Prices of 2019 to 2023 (price rows) against quotations of 2011; acid and soda lead in both."""
    done, sold, _ = avalon(selectivity)
    usd = {
        item: float(done.utilities[f"{item}_{unit}"][0]) * VALUES[f"price.{item}_usd_{unit}"] for item, unit in REAGENTS
    }
    assert 3.934 / 2.0 < sum(usd.values()) / sold < 3.934 * 2.0
    assert usd["hcl"] + usd["naoh"] > 0.5 * sum(usd.values())


def test_p18_stages_per_cut_are_those_of_the_published_plant_within_a_factor_of_two() -> None:
    """A deviation, stated: our eight cuts have fewer than half of its stages in all.

    It parts twelve pairs, we eight (La/Ce, Sm/Eu/Gd and Ho to Lu stay together); its parallel trains and purities are
    not published; our separation factors were measured on traces. Per cut, both agree within a factor of two.
    """
    stages = {power: avalon(power)[2] for power in (1.0, 0.7)}
    assert 300 < stages[1.0] < 500  # recorded: not within a factor of two of 1,000
    assert stages[0.7] > 1.2 * stages[1.0]  # loaded chloride circuits: nearer to it
    for total in stages.values():
        assert 500.0 < total / len(CUTS) * AVALON_CUTS < 2_000.0


def worked(cut: str, feed_mol: Floats) -> tuple[Run, Floats, Floats]:
    """Return a circuit on a feed, and moles in its raffinate and its extract."""
    plant, total = owned(), float(feed_mol.sum())
    plan = design(cut, feed_mol, plant.solvent.a, plant.aim)
    assert plan is not None
    done = run(plan, feed_mol / total, 1.0 / plant.layout.liquor_mol_l, 0.05, plant.solvent, plant.layout)
    return done, done.raffinate_mol * total, done.extract_mol * total


def dysprosium_share(mol: Floats) -> float:
    """Return the mass share of Dy2O3 in the oxides of rare earths."""
    oxides = mol * MASS_KG_MOL * OXIDE_FACTOR[REY]
    return float(oxides @ named("Dy") / oxides.sum())


def crude_mol() -> Floats:
    """Return the crude [mol], shape (15,)."""
    masses = elements_kg(CRUDE)
    return np.array([masses.get(name, 0.0) for name in ELEMENTS]) / MASS_KG_MOL


def test_p19_two_cycles_make_dysprosium_oxide_of_99_5_percent_of_the_yttrium_crude() -> None:
    first, dysprosium_and_lighter, yttrium = worked("Dy/Ho", crude_mol())
    second, _, dysprosium = worked("Tb/Dy", dysprosium_and_lighter)
    assert dysprosium_share(dysprosium) >= 0.995
    assert dysprosium @ named("Dy") > 0.97 * float(crude_mol() @ named("Dy"))
    assert yttrium @ named("Y") > 0.98 * float(crude_mol() @ named("Y"))
    assert sum(first.stages) > sum(second.stages)  # holmium is the harder neighbour


@pytest.mark.parametrize("cut", ["Dy/Ho", "Tb/Dy"])
def test_p19_one_cycle_leaves_the_neighbours_of_one_side_with_the_dysprosium(cut: str) -> None:
    """Derived: a circuit has two ends; what is on the same side of its cut stays, however many stages it has."""
    fed, heavy = crude_mol(), heavy_side(cut)
    ends = worked(cut, fed)[1:]
    whole = [fed * (1.0 - heavy), fed * heavy]  # a perfect cut
    best = max(dysprosium_share(end) for end in (*ends, *whole) if end.any())
    assert best < 0.9
