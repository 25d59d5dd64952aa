"""Mud as the plants receive it (derived: constituents by host; published: sea salt of the reference composition)."""

import numpy as np
import pytest

from ops_data.elements import CONSTITUENTS, ELEMENTS
from twin.processing.lot import APATITE, AT, DISSOLVED, MANGANESE_OXIDE, MATRIX, REY, SOLID, oxides_t
from twin.processing.received import hosts, received, salt_kg, sea_salt_t, solids_kg
from twin.resource import reference_shares
from twin.scenario import draw_parameters, load_scenario

PLAN = load_scenario("pilot-2027")
VALUES = draw_parameters(PLAN, 1, 0, "fixed")
WHERE = hosts(VALUES)
GRADES = np.array([500.0, 2_000.0, 5_000.0, 0.0])
DRY_T = np.array([100.0, 100.0, 100.0, 100.0])
SOLIDS = solids_kg(DRY_T, GRADES, reference_shares(VALUES), WHERE)
MUD = received(DRY_T * 2.4, DRY_T, DRY_T * 0.8, DRY_T * 0.028, SOLIDS, WHERE)


def test_every_constituent_of_solids_and_salt_is_in_one_phase() -> None:
    np.testing.assert_allclose(MUD.solid_kg, SOLIDS, rtol=1e-12)
    np.testing.assert_allclose(MUD.dissolved_kg, salt_kg(DRY_T * 0.028), rtol=1e-12)
    assert (MUD.content_kg >= 0.0).all()


def test_rare_earths_are_the_grade_and_sit_in_phosphate_except_cerium_which_sits_in_manganese_oxide() -> None:
    np.testing.assert_allclose(SOLIDS[:, REY].sum(axis=1), GRADES * 0.1, rtol=1e-12)
    for name in ELEMENTS:
        share = MUD.content_kg[1, APATITE, AT[name]] / SOLIDS[1, AT[name]]
        assert share == pytest.approx(0.3 if name == "Ce" else 0.873)
    assert MUD.content_kg[1, MANGANESE_OXIDE, AT["Ce"]] / SOLIDS[1, AT["Ce"]] == pytest.approx(0.62)


def test_phosphate_of_rich_mud_is_that_of_published_mud_and_none_is_in_barren_mud() -> None:
    """Published (facts, from memory of CaO and P2O5 in the mud): 4/3, 6/4.5 and 9/7 % CaO/P2O5 from poor to rich."""
    p2o5, cao = SOLIDS[:, AT["P"]] * 2.2914 / 1e5, SOLIDS[:, AT["Ca"]] * 1.3992 / 1e5
    assert 0.06 < p2o5[2] < 0.09 and 0.07 < cao[2] < 0.13
    assert 0.02 < p2o5[1] < 0.045
    assert SOLIDS[3, AT["P"]] == SOLIDS[3, AT["F"]] == 0.0
    atoms = SOLIDS[1, AT["P"]] / 30.974
    assert MUD.content_kg[1, APATITE, AT["Ca"]] / 40.078 / atoms == pytest.approx(5 / 3)
    assert SOLIDS[1, AT["F"]] / 18.998 / atoms == pytest.approx(1 / 3)


def test_the_solids_weigh_more_than_the_oxides_that_are_counted() -> None:
    assert (oxides_t(MUD.content_kg[:, SOLID].sum(axis=1)) < MUD.dry_t).all()


def test_sea_salt_is_mostly_chlorine_and_sodium_in_published_proportion() -> None:
    """Published: Millero et al. 2008, 19.35 g Cl, 10.78 g Na, 0.412 g Ca, 0.905 g S per kg of sea water."""
    salt = dict(zip(CONSTITUENTS, salt_kg([0.035165])[0], strict=True))
    for name, kilograms in (("Cl", 19.353), ("Na", 10.782), ("Ca", 0.4121), ("S", 0.905)):
        assert salt[name] == pytest.approx(kilograms, rel=2e-3)
    assert salt["U"] == pytest.approx(3.2e-6, rel=0.01)
    assert sea_salt_t([100.0], VALUES) == pytest.approx(3.487)
    assert MUD.content_kg[0, DISSOLVED, AT["Nd"]] == 0.0


def test_what_no_host_claims_is_in_the_matrix() -> None:
    aluminium, iron = MUD.content_kg[1, :, AT["Al"]], MUD.content_kg[1, :, AT["Fe"]]
    assert aluminium[MATRIX] == pytest.approx(7_500.0) and aluminium.sum() == pytest.approx(7_500.0)
    assert iron[MANGANESE_OXIDE] / iron.sum() == pytest.approx(0.2)
