"""What parcels are made of (derived: conservation through the whole chain, and grades known beforehand)."""

from dataclasses import replace

import numpy as np
import pytest

from ops_data.elements import ELEMENTS
from twin.indicators import composition, production
from twin.indicators.record import Replicate, read_replicate
from twin.operations.campaign import Played, simulate
from twin.processing.lot import REY
from twin.scenario import draw_parameters, load_scenario


def graded(name: str, number: int, rising: bool) -> tuple[Replicate, Played]:
    """Return a replicate whose lifts have one grade, or grades that rise from hole to hole."""
    plan = load_scenario(name)
    what = simulate(plan, 3, number)
    grades = {
        vessel: np.linspace(500.0, 6_000.0, len(own)) if rising else np.full(len(own), 2_000.0)
        for vessel, own in what.lift_grades_ppm.items()
    }
    what = replace(what, lift_grades_ppm=grades)
    return read_replicate(plan, draw_parameters(plan, 3, number, "drawn"), what), what


@pytest.mark.parametrize(("name", "number"), [("calm", 0), ("pilot-2027", 0), ("storm-season", 1)])
def test_mud_of_one_grade_keeps_it_in_every_parcel_to_the_mainland(name: str, number: int) -> None:
    one, what = graded(name, number, rising=False)
    lots_kg = composition.mixed_lots(one, what).lots_kg[:, REY]
    dry_kg = np.array([lot.dry_g for lot in what.lots]) / 1e3
    np.testing.assert_allclose(lots_kg.sum(axis=1), dry_kg * 2_000e-6, rtol=1e-9, atol=1e-9)
    grade = composition.mean_grade_ppm(one)
    assert grade is None or grade == pytest.approx(2_000.0)


def test_every_element_that_was_lifted_arrives_or_is_lost_on_the_way_when_all_mud_is_delivered() -> None:
    one, what = graded("calm", 0, rising=True)
    assert production.waiting_dry_t(one) == 0.0
    lots_kg = composition.mixed_lots(one, what).lots_kg[:, REY]
    ends = [lot.stage in ("delivered", "landed", "filtrate") for lot in what.lots]
    np.testing.assert_allclose(lots_kg[ends].sum(axis=0), composition.lifted_element_kg(one), rtol=1e-9)


def test_parcels_follow_the_grade_of_the_holes_in_the_order_of_mining() -> None:
    one, what = graded("calm", 0, rising=True)
    lots_kg = composition.mixed_lots(one, what).lots_kg[:, REY]
    for stage in ("transfer", "island", "cake", "delivered"):
        at = [n for n, lot in enumerate(what.lots) if lot.stage == stage]
        grade = lots_kg[at].sum(axis=1) / np.array([what.lots[n].dry_g for n in at])
        assert len(at) >= 2, stage
        assert (np.diff(grade) > 0).all(), stage


def test_neodymium_and_dysprosium_are_parts_of_the_rare_earths_lifted() -> None:
    one, _ = graded("calm", 0, rising=True)
    parts = composition.lifted_element_kg(one)
    assert composition.lifted_nd_kg(one) == parts[ELEMENTS.index("Nd")]
    assert composition.lifted_dy_kg(one) == parts[ELEMENTS.index("Dy")]
    assert composition.lifted_rey_kg(one) == pytest.approx(parts.sum())
    assert 0.03 < composition.lifted_dy_kg(one) / composition.lifted_rey_kg(one) < 0.05
