"""Named outputs of a draw: each can be had, and each lever moves the one it names in the stated direction."""

from dataclasses import replace
from math import isnan

import numpy as np
import pytest

from ops_data.errors import FailedError
from ops_data.supply_names import SUPPLY_ELEMENTS
from tests.twin.supply.made_chain import GRADE_PPM, RECOVERY, SHARE, SOLIDS, TARGET_T_D, made_chain, made_study
from twin.supply import kpis
from twin.supply.chain import Chain
from twin.supply.criteria import BETTER
from twin.supply.levers import LeverEffect, effects
from twin.supply.outputs import members, output
from twin.supply.published import asked, beside
from twin.supply_case import SupplyCase, load_case

CASE = load_case()
POLICY = CASE.tables.policy
NAMES = list(POLICY.outputs)


@pytest.fixture(scope="module")
def chain() -> Chain:
    return made_chain(CASE, CASE.central, CASE.choices)


@pytest.fixture(scope="module")
def moved() -> dict[str, LeverEffect]:
    units = {key: row.unit for key, row in POLICY.outputs.items()}
    found = effects(POLICY.levers, units, CASE.central, CASE.choices, made_study(CASE))
    return {one.lever: one for one in found}


@pytest.mark.parametrize("name", NAMES)
def test_every_declared_output_can_be_had(name: str, chain: Chain) -> None:
    """Derived: a number, in its range."""
    found = output(chain, name, 2031)
    assert not isnan(found)
    if POLICY.outputs[name].unit == "share":
        assert 0.0 <= found <= 1.0


def test_every_declared_output_is_held_against_something() -> None:
    """Derived: a target, lever, published figure, comparison, criterion or named item asks for it."""
    used = (
        {row.output for row in POLICY.levers.values()} | {name for name, _ in asked(POLICY, CASE.central)} | set(BETTER)
    )
    used |= {name for name, _ in kpis.needed(POLICY, CASE.central)}
    used |= {name for row in POLICY.coverage.values() for kind, name in row.references if kind == "output"}
    assert set(POLICY.outputs) - used == set()


def test_a_published_figure_stands_beside_an_output_of_its_unit() -> None:
    """Derived: units of both rows."""
    rows = [row for row in POLICY.published.values() if row.output]
    assert [row.key for row in rows if POLICY.outputs[row.output].unit != row.unit] == []
    found = beside(POLICY, dict.fromkeys(asked(POLICY, CASE.central), 1.0))
    assert len(found) == len(POLICY.published)
    assert sum(row.computed == 1.0 for row in found) == len(rows)


@pytest.mark.parametrize("key", POLICY.levers)
def test_each_lever_at_full_strength_moves_its_output_as_stated(key: str, moved: dict[str, LeverEffect]) -> None:
    """Derived: the study is played without and with it."""
    effect = moved[key]
    assert effect.as_stated == "yes", (effect.output, effect.without, effect.with_lever, effect.direction)


def test_modern_refining_lowers_dependency_on_oxide_and_not_on_ore() -> None:
    """Published: what a refinery changes is where oxide is made, not where ore is mined."""
    lever = POLICY.levers["refinery_modernisation"]
    before, after = (
        made_chain(CASE, values, CASE.choices)
        for values in (CASE.central, {**CASE.central, lever.parameter: float(lever.full)})
    )
    oxide, ore = "import_dependence[light separated_oxide]", "import_dependence[light ore]"
    assert output(after, oxide, 2040) < 0.5 * output(before, oxide, 2040)
    assert output(after, ore, 2040) == output(before, ore, 2040) > 0.95


def test_mud_at_the_target_is_the_product_of_its_factors(chain: Chain) -> None:
    """Derived: 350 t/d wet, 41 % solids, 2,652 ppm, 4.2 % dysprosium, 70 % recovered, 230 days."""
    days = CASE.central["contribution.operating_days_d"]
    by_hand = TARGET_T_D * SOLIDS * GRADE_PPM * 1e-6 * SHARE["Dy"] * RECOVERY * days
    assert output(chain, "mud_t[Dy]", 2031) == pytest.approx(by_hand)
    assert output(chain, "share_current[Dy]", 2031) == pytest.approx(by_hand / 500.0)
    assert output(chain, "extrapolation_share[Nd]", 2031) == pytest.approx(
        10.0 * output(chain, "mud_t[Nd]", 2031) / CASE.central["demand_figures.Nd.current"]
    )


def test_import_dependence_on_ore_is_what_mud_and_recycling_leave(chain: Chain) -> None:
    """Derived: 1 - (mud + recycled) / demand."""
    home = output(chain, "mud_t[light]", 2031) + output(chain, "recycled_t[light]", 2031)
    left = 1.0 - home / output(chain, "demand_t[light]", 2031)
    assert output(chain, "import_dependence[light ore]", 2031) == pytest.approx(left)


def test_a_project_that_nobody_ran_has_no_number() -> None:
    """Derived: without a run at full scale there is no such project."""
    without = replace(made_chain(CASE, CASE.central, CASE.choices), projects={}, _kept={})
    assert isnan(output(without, "oxide_cost_usd_kg[3500]", 2031))
    assert np.isfinite(output(without, "project_npv_jpy[two_node_chain china]", 2031))


def test_a_rule_that_is_not_played_has_no_number() -> None:
    """Derived: without pro rata there is no fill under it, while the rules that are played keep theirs."""
    choices = CASE.choices.model_copy(update={"rules": ("strict_priority", "minimum_shares")})
    other = made_chain(CASE, CASE.central, choices)
    assert isnan(output(other, "fill_rate[S3 pro_rata defence]", 2031))
    assert output(other, "survive_days[S3 strict_priority]", 2031) > 0.0


@pytest.mark.parametrize("name", ["demand_t[Dz]", "demand[Dy]"])
def test_an_output_that_is_not_declared_is_told(name: str, chain: Chain) -> None:
    """Derived: not declared, or of all draws together."""
    with pytest.raises(FailedError, match="one that is declared is needed"):
        output(chain, name, 2031)


def test_every_target_is_computed_from_the_outputs_of_a_draw(chain: Chain) -> None:
    """Derived: only the gain on no ore has no number."""
    asked = kpis.needed(POLICY, CASE.central)
    results = kpis.check(POLICY, CASE.central, {place: output(chain, *place) for place in asked})
    assert {row.kpi for row in results if row.met == "not computed"} == {"002-07"}


def test_elements_and_groups_stand_for_their_members() -> None:
    """Derived: two light, six under licence, eight in all."""
    assert [int(members(item).sum()) for item in ("Dy", "light", "heavy", "all")] == [1, 2, 6, len(SUPPLY_ELEMENTS)]


def test_the_case_is_left_as_it_was() -> None:
    """Derived: levers work on copies."""
    again: SupplyCase = load_case()
    assert again.central == CASE.central and again.choices == CASE.choices
