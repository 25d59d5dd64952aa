"""The stage model of solvent extraction: balances, limits, refusals (derived). Published: test_extraction.py there."""

from dataclasses import replace
from typing import Final

import numpy as np
import pytest
from numpy.typing import ArrayLike

from ops_data.errors import ModelError
from tests.twin.models.random_circuits import KINDS, random_circuit
from twin.models.distribution import Floats, LawValue, linear_law, log10_d, power_law
from twin.models.extraction import (
    Chemistry,
    Circuit,
    Liquor,
    Solved,
    Solvent,
    extraction,
    extraction_scrub,
    extraction_scrub_strip,
    saponified,
    solve,
)
from twin.models.stage_theory import kremser_unextracted

THREE: Final = np.full(3, 3.0)
PROTONS: Final = np.array([3.0, 3.0, 1.0])
LIGHT_TO_HEAVY: Final = Chemistry(("Nd", "Dy", "Na"), PROTONS, PROTONS, power_law([-3.1, -0.4, -2.5], PROTONS, PROTONS))
NOTHING: Final = np.zeros(3)
TRACE_MOL_L: Final = 1e-80  # what is less than that is none


def uncoupled(log_d: list[float]) -> Chemistry:
    """Return metals of constant D that bind no extractant."""
    count = len(log_d)
    names = tuple(f"metal {number}" for number in range(1, count + 1))
    return Chemistry(names, np.full(count, 3.0), np.zeros(count), linear_law(np.zeros(count), log_d))


def stage_errors(circuit: Circuit, found: Solved) -> dict[str, float]:
    """Return the largest relative error of the four balances over all stages, written out from the records."""
    chemistry, flow = circuit.chemistry, circuit.solvent.flow_l_h
    passed = found.liquor_l_h - found.drawn_l_h
    metal_in = flow * np.vstack([circuit.solvent.metals_mol_l, found.organic_mol_l[:-1]])
    metal_in[:-1] += (passed[:, np.newaxis] * found.aqueous_mol_l)[1:]
    charge_in, liquor_in = np.zeros(circuit.stages), np.append(passed[1:], 0.0)
    charge = found.acid_mol_l + found.aqueous_mol_l @ chemistry.charge
    charge_in[:-1] += (passed * charge)[1:]
    for number, liquor in circuit.feeds.items():
        metal_in[number - 1] += liquor.flow_l_h * liquor.metals_mol_l
        charge_in[number - 1] += liquor.flow_l_h * (liquor.acid_mol_l + liquor.metals_mol_l @ chemistry.charge)
        liquor_in[number - 1] += liquor.flow_l_h
    metal_out = found.liquor_l_h[:, np.newaxis] * found.aqueous_mol_l + flow * found.organic_mol_l
    d = 10.0 ** log10_d(chemistry.law, found.ph, found.free_mol_l)
    efficiency = np.broadcast_to(np.asarray(circuit.efficiency, np.float64), circuit.stages)[:, np.newaxis]
    arrives = np.vstack([circuit.solvent.metals_mol_l, found.organic_mol_l[:-1]])
    reached = efficiency * d * found.aqueous_mol_l + (1.0 - efficiency) * arrives
    extractant = found.free_mol_l + found.organic_mol_l @ chemistry.extractant
    size = found.liquor_l_h * (np.abs(found.acid_mol_l) + found.aqueous_mol_l @ chemistry.charge)
    return {
        "liquor": float(np.abs(liquor_in / found.liquor_l_h - 1.0).max()),
        "metals": float((np.abs(metal_out - metal_in) / (metal_in + TRACE_MOL_L * flow)).max()),
        "charge": float((np.abs(charge_in - found.liquor_l_h * charge) / size).max()),
        "equilibrium": float((np.abs(found.organic_mol_l - reached) / (reached + TRACE_MOL_L)).max()),
        "extractant": float(np.abs(extractant / circuit.solvent.extractant_mol_l - 1.0).max()),
    }


@pytest.mark.parametrize("kind", KINDS)
def test_every_stage_of_random_circuits_keeps_every_balance(kind: str) -> None:
    """Derived: flows, metals, charge, equilibrium and extractant to 1e-9, over stages and over the circuit."""
    for seed in range(30):
        circuit = random_circuit(seed, kind)
        found = solve(circuit, f"{kind} {seed}")
        errors = stage_errors(circuit, found)
        assert max(errors.values()) < 1e-9, (seed, errors)
        fed = circuit.solvent.flow_l_h * circuit.solvent.metals_mol_l
        fed = fed + sum(liquor.flow_l_h * liquor.metals_mol_l for liquor in circuit.feeds.values())
        assert found.drawn_mol_h.sum(axis=0) + found.solvent_out_mol_h == pytest.approx(fed, rel=1e-9)
        assert found.closure <= 1e-9
        assert np.all(found.free_mol_l > 0.0) and np.all(found.aqueous_mol_l >= 0.0)


def test_constant_distribution_is_kremser_for_each_of_many_metals() -> None:
    """Derived: 60 random trains with six metals of extraction factors from a thousandth to a thousand."""
    rng = np.random.default_rng(4)
    for _ in range(60):
        log_d, stages, flow = rng.uniform(-3.0, 3.0, 6), int(rng.integers(1, 31)), 10.0 ** rng.uniform(0.0, 3.0)
        fed = 10.0 ** rng.uniform(-8.0, -1.0, 6)
        circuit = extraction(uncoupled(log_d.tolist()), Solvent(flow, 0.5, np.zeros(6)), Liquor(30.0, fed, 0.1), stages)
        left = solve(circuit).aqueous_mol_l[0] / fed
        assert left == pytest.approx(kremser_unextracted(10.0**log_d * flow / 30.0, stages), rel=1e-9)


@pytest.mark.parametrize("sulfate", [0.0, 0.3])
@pytest.mark.parametrize("efficiency", [0.3, 1.0])
def test_one_stage_is_one_equilibrium(sulfate: float, efficiency: float) -> None:
    """Derived by hand from the end: pH, free extractant and liquor are chosen, the feed that leads there follows."""
    ph, free, left = 1.2, 0.3, np.array([0.02, 1e-4, 0.05])
    proton, constant, brought = 10.0**-ph, LIGHT_TO_HEAVY.bisulfate_mol_l, np.array([0.001, 0.0, 0.02])
    d = 10.0 ** log10_d(LIGHT_TO_HEAVY.law, ph, free)
    loaded = efficiency * d * left + (1.0 - efficiency) * brought
    solvent = Solvent(50.0, free + float(LIGHT_TO_HEAVY.extractant @ loaded), brought)
    moved = 0.5 * (loaded - brought)  # per litre of liquor, of which there is twice as much
    acid = proton + sulfate * proton / (proton + constant) - 1e-14 / proton
    feed = Liquor(100.0, left + moved, acid - float(LIGHT_TO_HEAVY.charge @ moved), sulfate)
    found = solve(extraction(LIGHT_TO_HEAVY, solvent, feed, 1, efficiency))
    assert found.ph == pytest.approx([ph], rel=1e-9)
    assert found.free_mol_l == pytest.approx([free], rel=1e-9)
    assert found.aqueous_mol_l[0] == pytest.approx(left, rel=1e-9)
    assert found.organic_mol_l[0] == pytest.approx(loaded, rel=1e-9)
    assert found.acid_mol_l == pytest.approx([acid], rel=1e-9)


def test_traces_change_neither_acidity_nor_solvent_and_do_not_see_each_other() -> None:
    """Derived: next to no charge; pH is that of the feed, metals together do what each does alone."""
    law = power_law([-3.1, -2.4, -0.4], activity=0.473)
    chemistry = Chemistry(("Nd", "Sm", "Dy"), THREE, THREE, law)
    solvent, traces = Solvent(80.0, 0.5, NOTHING), np.array([1e-12, 3e-12, 2e-12])
    found = solve(extraction(chemistry, solvent, Liquor(100.0, traces, 0.1), 7))
    assert found.ph == pytest.approx(np.ones(7), abs=1e-9)
    assert found.free_mol_l == pytest.approx(np.full(7, 0.5), rel=1e-9)
    factor = 0.8 * 10.0 ** log10_d(law, 1.0, 0.5)
    assert found.aqueous_mol_l[0] / traces == pytest.approx(kremser_unextracted(factor, 7), rel=1e-8)
    for metal in range(3):
        alone = solve(
            extraction(chemistry, solvent, Liquor(100.0, np.where(np.arange(3) == metal, traces, 0.0), 0.1), 7)
        )
        assert alone.aqueous_mol_l[:, metal] == pytest.approx(found.aqueous_mol_l[:, metal], rel=1e-8)


def test_no_stage_that_reaches_nothing_extracts_and_none_reaches_more_than_an_ideal_one() -> None:
    """Derived: what is left falls from all of it to that of ideal stages as efficiency grows from next to nothing."""
    feed, solvent = Liquor(100.0, np.array([0.02, 0.01, 0.0]), 0.05), Solvent(100.0, 0.5, NOTHING)
    left = [
        solve(extraction(LIGHT_TO_HEAVY, solvent, feed, 6, efficiency)).aqueous_mol_l[0, 1] / 0.01
        for efficiency in (1e-9, 0.1, 0.3, 0.6, 0.85, 0.95, 1.0)
    ]
    assert left[0] == pytest.approx(1.0, abs=1e-4)
    assert np.all(np.diff(left) < 0.0)
    each = solve(extraction(LIGHT_TO_HEAVY, solvent, feed, 6, np.full(6, 0.6)))
    assert each.aqueous_mol_l[0, 1] / 0.01 == pytest.approx(left[3], rel=1e-12)


def test_more_stages_leave_less() -> None:
    feed, solvent = Liquor(100.0, np.array([0.02, 0.01, 0.0]), 0.05), Solvent(60.0, 0.5, NOTHING)
    left = [solve(extraction(LIGHT_TO_HEAVY, solvent, feed, stages)).aqueous_mol_l[0, 1] for stages in range(1, 12)]
    assert np.all(np.diff(left) < 0.0)


def washed_and_stripped() -> Circuit:
    solvent = saponified(Solvent(60.0, 0.5, NOTHING), 2, 0.35)
    feed, scrub = Liquor(100.0, np.array([0.04, 0.03, 0.0]), 0.01), Liquor(8.0, NOTHING, 0.6)
    return extraction_scrub_strip(LIGHT_TO_HEAVY, solvent, feed, scrub, Liquor(15.0, NOTHING, 4.0), 10, 8, 6, 0.1, 0.9)


def test_only_ratios_of_flows_matter() -> None:
    """Derived: every balance is of the first degree in flows."""
    circuit = washed_and_stripped()
    larger = replace(
        circuit,
        solvent=replace(circuit.solvent, flow_l_h=7.0 * circuit.solvent.flow_l_h),
        feeds={number: replace(liquor, flow_l_h=7.0 * liquor.flow_l_h) for number, liquor in circuit.feeds.items()},
    )
    one, other = solve(circuit), solve(larger)
    assert other.ph == pytest.approx(one.ph, rel=1e-9)
    assert other.drawn_mol_h == pytest.approx(7.0 * one.drawn_mol_h, rel=1e-8)


def test_the_order_of_metals_and_a_metal_that_is_not_there_change_nothing() -> None:
    circuit = washed_and_stripped()
    order = np.array([3.0, 3.0, 3.0, 1.0])
    chemistry = Chemistry(("Dy", "Yb", "Nd", "Na"), order, order, power_law([-0.4, 3.0, -3.1, -2.5], order, order))
    place = np.array([2, 0, 3])

    def placed(metals: Floats) -> Floats:
        found = np.zeros(4)
        found[place] = metals
        return found

    other = replace(
        circuit,
        chemistry=chemistry,
        solvent=replace(circuit.solvent, metals_mol_l=placed(circuit.solvent.metals_mol_l)),
        feeds={
            number: replace(liquor, metals_mol_l=placed(liquor.metals_mol_l))
            for number, liquor in circuit.feeds.items()
        },
    )
    one, found = solve(circuit), solve(other)
    assert found.aqueous_mol_l[:, place] == pytest.approx(one.aqueous_mol_l, rel=1e-8)
    assert np.all(found.aqueous_mol_l[:, 1] == 0.0) and np.all(found.organic_mol_l[:, 1] == 0.0)


def test_a_start_changes_the_time_taken_only() -> None:
    """Derived: the steady state of a circuit fed 1 % more, from nothing and from that of its neighbour."""
    circuit = washed_and_stripped()
    nearby = solve(replace(circuit, solvent=replace(circuit.solvent, flow_l_h=1.01 * circuit.solvent.flow_l_h)))
    cold, warm = solve(circuit), solve(circuit, start=nearby)
    assert warm.aqueous_mol_l == pytest.approx(cold.aqueous_mol_l, rel=1e-8)
    assert warm.ph == pytest.approx(cold.ph, rel=1e-9)


def test_the_product_is_drawn_behind_the_scrub_and_heavy_ends_there() -> None:
    """Derived: dysprosium, 500 times as extractable, leaves with the strip liquor, neodymium with the raffinate."""
    found = solve(washed_and_stripped())
    raffinate, product = found.drawn_mol_h[0], found.drawn_mol_h[18]
    assert np.flatnonzero(found.drawn_l_h).tolist() == [0, 18]
    assert product[1] / 3.0 > 0.99
    assert raffinate[0] / 4.0 > 0.99


def gap(ph: ArrayLike, free_mol_l: ArrayLike) -> LawValue:
    """Return a law that no stage can obey between pH 1 below and pH 1 above."""
    acidity, _free = np.broadcast_arrays(np.asarray(ph, np.float64), np.asarray(free_mol_l, np.float64))
    log_d = np.where(acidity > 1.0, 2.0, -2.0)[..., np.newaxis]
    return log_d, np.zeros_like(log_d), np.zeros_like(log_d)


def test_what_has_no_steady_state_is_an_error_that_names_circuit_stage_and_balance() -> None:
    """Derived: D jumps at pH 1; above it the metal makes the liquor more acid than that, below it does not."""
    chemistry = Chemistry(("Nd",), np.array([3.0]), np.array([3.0]), gap)
    circuit = extraction(chemistry, Solvent(100.0, 0.5, np.zeros(1)), Liquor(100.0, np.array([0.05]), 0.05), 1)
    with pytest.raises(ModelError, match=r"^cut Pr/Nd: no steady state was reached: at stage 1 the .* of Nd is off by"):
        solve(circuit, "cut Pr/Nd")


def test_bad_input_is_refused_by_name() -> None:
    metals, acid = np.array([0.02, 0.01, 0.0]), 0.05
    feed, solvent = Liquor(100.0, metals, acid), Solvent(100.0, 0.5, NOTHING)
    good = extraction(LIGHT_TO_HEAVY, solvent, feed, 4)
    cases = {
        r"cut: 'stages' is 0; a circuit has 1 or more": replace(good, stages=0),
        r"cut: solvent flow \[L/h\] is 0": replace(good, solvent=replace(solvent, flow_l_h=0.0)),
        r"cut: extractant \[mol/L\] is nan": replace(good, solvent=replace(solvent, extractant_mol_l=float("nan"))),
        r"metals of the liquor fed to stage 4 \[mol/L\] is -0.02 at state 0": replace(
            good, feeds={4: replace(feed, metals_mol_l=-metals)}
        ),
        r"metals of the liquor fed to stage 4 have shape \(2,\); \(3,\) is needed": replace(
            good, feeds={4: replace(feed, metals_mol_l=metals[:2])}
        ),
        r"the solvent brings metals that bind 0.6 mol/L of extractant; it has 0.5": replace(
            good, solvent=replace(solvent, metals_mol_l=np.array([0.2, 0.0, 0.0]))
        ),
        r"cut: stage 5 does not exist; there are 1 to 4": replace(good, feeds={5: feed}),
        r"acid fed to stage 4 is inf": replace(good, feeds={4: replace(feed, acid_mol_l=float("inf"))}),
        r"sulfate fed to stage 4 \[mol/L\] is -1": replace(good, feeds={4: replace(feed, sulfate_mol_l=-1.0)}),
        r"share drawn \[1\] is 1.5": replace(good, drawn={3: 1.5}),
        r"stage efficiency \[1\] is 1.2; it must be at most 1": replace(good, efficiency=1.2),
        r"stage efficiency \[1\] is 0": replace(good, efficiency=0.0),
        r"'efficiency' has shape \(3,\); give one value or one per stage": replace(good, efficiency=np.full(3, 0.9)),
        r"cut: no liquor reaches stage 2; every stage needs some": replace(good, drawn={3: 1.0}),
        r"cut: no metal is fed": replace(good, feeds={4: replace(feed, metals_mol_l=NOTHING)}),
    }
    for message, circuit in cases.items():
        with pytest.raises(ModelError, match=message):
            solve(circuit, "cut")
    with pytest.raises(ModelError, match=r"saponification: 'share' is 1; it lies from 0 to below 1"):
        saponified(solvent, 2, 1.0)


def test_a_scrub_without_metal_leaves_nothing_behind() -> None:
    """Derived: the loaded solvent and the raffinate hold what was fed."""
    feed, scrub = Liquor(100.0, np.array([0.02, 0.01, 0.0]), 0.05), Liquor(20.0, NOTHING, 0.3)
    found = solve(extraction_scrub(LIGHT_TO_HEAVY, Solvent(100.0, 0.5, NOTHING), feed, scrub, 6, 4))
    assert found.drawn_mol_h[0] + found.solvent_out_mol_h == pytest.approx([2.0, 1.0, 0.0], rel=1e-9)
    assert found.liquor_l_h.tolist() == [120.0] * 6 + [20.0] * 4
