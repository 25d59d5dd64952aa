"""What a supply study reads off a sealed run (truth: derived; frames made by hand, and the run's own rows)."""

import numpy as np
import pytest

from ops_data.elements import oxide_factor
from ops_data.supply_names import SUPPLY_ELEMENTS
from tests.twin import supply_runs_by_hand as by_hand
from tests.twin.supply_runs_by_hand import NOTHING, SHARE, STRANDED, TARGET_T_D, Made
from twin.supply_runs import FACTORS, Floats, RunNumbers, yearly_kg

ONE = Made()


def product(run: RunNumbers) -> Floats:
    """Return the factors of a run multiplied to the oxide of a day at the target [kg/d]."""
    solids_kg = run.target_t_d * run.solids * run.kept * 1e3
    return np.asarray((solids_kg * run.grade_ppm / 1e6)[:, np.newaxis] * run.element_share * run.recovery * FACTORS)


def test_the_factors_are_those_the_run_was_made_with() -> None:
    """Derived: the numbers chosen for the replicate."""
    run = by_hand.numbers([ONE])
    assert (run.basis, run.target_t_d, run.scenario, run.replicates) == ("wet", TARGET_T_D, "made", 1)
    assert run.solids.tolist() == pytest.approx([0.4])
    assert run.grade_ppm.tolist() == pytest.approx([2500.0])
    assert run.element_share[0].tolist() == pytest.approx([SHARE[name] for name in SUPPLY_ELEMENTS])
    assert run.kept.tolist() == pytest.approx([0.95])
    assert run.recovery[0].tolist() == pytest.approx([0.7] * 8)
    assert run.lifting_days.tolist() == [20.0]
    assert run.lifted_t_d.tolist() == [250.0]


@pytest.mark.parametrize("basis", ["wet", "dry"])
def test_the_factors_multiply_to_the_oxide_of_a_day_at_the_target(basis: str) -> None:
    """Derived: target · solids · kept · grade · share · recovery · oxide per element, exactly."""
    run = by_hand.numbers(by_hand.SPREAD, basis)
    assert product(run) == pytest.approx(run.at_target_kg_d, rel=1e-12)
    nd_kg = TARGET_T_D * (0.4 if basis == "wet" else 1.0) * 0.95 * 2.5 * 0.195 * 0.7 * oxide_factor("Nd")
    assert run.at_target_kg_d[0, 0] == pytest.approx(nd_kg, rel=1e-12)


def test_on_a_dry_basis_a_tonne_of_the_target_is_a_tonne_of_solids() -> None:
    """Derived: the definition of the basis; mud on deck is then counted dry."""
    run = by_hand.numbers([ONE], "dry")
    assert run.solids.tolist() == [1.0]
    assert run.lifted_t_d.tolist() == [100.0]


def test_calendar_and_fiscal_years_part_at_new_year_and_on_the_first_of_april() -> None:
    """Derived: a tenth on 31 December 2026, two on 1 January, three on 31 March and four on 1 April 2027."""
    run = by_hand.numbers([ONE, Made(wet_t=2_500.0)])
    parts = {key: kg / run.oxide_kg for key, kg in run.by_year.items()}
    assert {key: round(float(part.mean()), 12) for key, part in parts.items()} == {
        ("calendar", 2026): 0.1,
        ("calendar", 2027): 0.9,
        ("fiscal", 2026): 0.6,
        ("fiscal", 2027): 0.4,
    }
    for kind in ("calendar", "fiscal"):
        whole = np.sum([kg for (one, _), kg in run.by_year.items() if one == kind], axis=0)
        assert whole == pytest.approx(run.oxide_kg, rel=1e-12)


def test_days_of_other_names_are_left_out_and_replicates_may_begin_anywhere() -> None:
    """Derived: ``lifted_dry_t`` stands in the same table; the run has replicates 5 and 6."""
    outcomes, daily = by_hand.frames([ONE, Made(wet_t=2_500.0)], "wet", first=5)
    found = yearly_kg(daily, 5, 2)
    assert found["calendar", 2027][0] == pytest.approx(2.0 * found["calendar", 2027][1])
    run = by_hand.numbers([ONE, Made(wet_t=2_500.0)], first=5)
    assert run.oxide_kg[0] == pytest.approx(2.0 * run.oxide_kg[1])
    assert run.at_target_kg_d[0] == pytest.approx(run.at_target_kg_d[1])
    assert sorted(set(outcomes["replicate"])) == [5, 6]


def test_what_is_sold_beside_the_eight_and_what_it_fetches() -> None:
    """Derived: 100 kg each of La, Eu and Yb at 1, 5 and 20 dollars; the others of the list are not there."""
    run = by_hand.numbers([ONE])
    assert run.other_kg.tolist() == [300.0]
    assert run.other_usd.tolist() == [2_600.0]


def test_a_toll_plant_keeps_what_the_run_states_and_ones_own_nothing() -> None:
    """Derived: payability 60 %."""
    assert by_hand.numbers([ONE]).toll_share == pytest.approx(0.4)
    assert by_hand.numbers([ONE], separation="own_circuit").toll_share == 0.0


def test_a_campaign_lasts_from_departure_to_the_horizon() -> None:
    """Derived: 1 January to 15 March is 73 days."""
    assert by_hand.numbers([ONE]).days == 73.0


@pytest.mark.parametrize("basis", ["wet", "dry"])
def test_a_replicate_that_lifts_nothing_has_no_grade_and_leaves_the_others_theirs(basis: str) -> None:
    """Derived: no oxide, no rate and no factors; costs remain."""
    run = by_hand.numbers([NOTHING, ONE], basis)
    assert run.oxide_kg[0].tolist() == [0.0] * 8
    assert run.lifted_t_d[0] == run.lifting_days[0] == run.other_kg[0] == 0.0
    for values in (run.solids, run.grade_ppm, run.kept, run.element_share, run.recovery, run.at_target_kg_d):
        assert np.isnan(values[0]).all()
        assert np.isfinite(values[1]).all()
    assert run.marine_jpy.tolist() == [4e9, 4e9]
    assert product(run)[1] == pytest.approx(run.at_target_kg_d[1], rel=1e-12)


def test_mud_that_never_lands_has_a_grade_and_no_rate() -> None:
    """Derived: on deck, so its grade is known; nothing was received, so what a day would become is not."""
    run = by_hand.numbers([STRANDED])
    assert run.oxide_kg.tolist() == [[0.0] * 8]
    assert run.grade_ppm.tolist() == pytest.approx([2500.0])
    assert np.isnan(run.at_target_kg_d).all()
    assert np.isnan(run.recovery).all()


def test_a_run_without_oxide_has_no_years() -> None:
    """Derived: no day made any."""
    assert by_hand.numbers([NOTHING]).by_year == {}
