"""What Japan usually gets, as a shock needs it (truth: derived; the network of a year added up by hand)."""

import numpy as np
import pytest

from ops_data.supply_names import SECTORS, STAGES, SUPPLY_ELEMENTS
from ops_data.units import DAYS_PER_YEAR
from tests.twin.supply import network_case
from twin.supply.network import Network, purchases_t
from twin.supply.network_structure import MAGNET, METAL, OXIDE
from twin.supply.shock_case import Source, balanced
from twin.supply.shock_sources import firm_t, needs_t_d, passed_china, sources_of

ND, DY, Y = (SUPPLY_ELEMENTS.index(name) for name in ("Nd", "Dy", "Y"))
PHOSPHORS = SECTORS.index("phosphors")
MUD = network_case.of(Nd=30.0, Dy=6.0, Y=60.0)
RECYCLED = network_case.of(Nd=20.0, Dy=4.0)


@pytest.fixture(scope="module")
def served() -> Network:
    return network_case.year(2030, MUD, RECYCLED)


@pytest.fixture(scope="module")
def base() -> Network:
    """Return the base year, in which no contract has moved Vietnam's oxide away from China yet."""
    return network_case.year(2024)


def by_name(found: tuple[Source, ...]) -> dict[tuple[str, str], Source]:
    return {(one.origin, one.stage): one for one in found}


def test_a_day_needs_a_365th_of_a_year_in_the_material_of_the_sector(served: Network) -> None:
    """Derived: metal that enters magnet making leaves as magnets by the yield; phosphors take oxide as it is."""
    demand = network_case.demand_t()
    found = needs_t_d(served, demand)
    assert found[0, ND] == pytest.approx(demand[0, ND] * served.yields[MAGNET] / DAYS_PER_YEAR)
    assert found[PHOSPHORS, Y] == pytest.approx(1010.0 / DAYS_PER_YEAR)
    for element in ("Gd", "Lu"):
        assert np.isnan(found[:, SUPPLY_ELEMENTS.index(element)]).all()


def test_sources_are_purchases_but_for_what_plants_at_home_make(served: Network) -> None:
    """Derived: every purchase of a day is in them once; of home, only separated oxide of the mud and of recycling."""
    found = by_name(sources_of(served))
    bought = purchases_t(served) / DAYS_PER_YEAR
    names = served.structure.origins
    for (origin, stage), source in found.items():
        np.testing.assert_allclose(source.t_d, bought[STAGES.index(stage), names.index(origin)])
    homes = {key for key in found if served.structure.home[names.index(key[0])]}
    assert homes == {("japan_mud", "separated_oxide"), ("recycling", "separated_oxide")}
    abroad = np.where(served.structure.home[:, np.newaxis], 0.0, bought).sum()
    told = sum(one.t_d.sum() for key, one in found.items() if key not in homes)
    assert told == pytest.approx(abroad, rel=1e-9)


def test_the_mud_and_recycling_come_with_what_the_network_takes_of_them(served: Network) -> None:
    """Derived: all of both is needed in this year."""
    found = by_name(sources_of(served))
    np.testing.assert_allclose(found["japan_mud", "separated_oxide"].t_d * DAYS_PER_YEAR, MUD)
    np.testing.assert_allclose(found["recycling", "separated_oxide"].t_d * DAYS_PER_YEAR, RECYCLED)
    assert found["japan_mud", "separated_oxide"].china_share.tolist() == [0.0] * 8


def test_without_mud_there_is_no_source_of_that_name() -> None:
    """Derived: nothing handed on is no source."""
    found = by_name(sources_of(network_case.year(2030)))
    assert not [key for key in found if key[0] in ("japan_mud", "recycling")]


def test_metal_of_a_partner_carries_the_part_of_its_oxide_that_was_made_in_china(base: Network) -> None:
    """Derived: Vietnam's oxide by seller; what China separated counts wholly, the rest by what it passed before."""
    passed = passed_china(base)
    names = base.structure
    vietnam, china = names.number("vietnam"), names.number("china")
    taken = base.handed_t[OXIDE, vietnam]
    share = taken[:, ND] / taken[:, ND].sum()
    before = passed[OXIDE, :, ND].copy()
    before[china] = 1.0
    assert passed[METAL, vietnam, ND] == pytest.approx(float(share @ before))
    assert 0.0 < passed[METAL, vietnam, ND] < 1.0
    source = by_name(sources_of(base))["vietnam", "metal"]
    assert source.china_share[ND] == pytest.approx(passed[METAL, vietnam, ND])


def test_shares_of_china_are_shares_and_ore_has_passed_nothing(served: Network) -> None:
    """Derived: a share lies in 0 to 1; nothing comes before ore."""
    passed = passed_china(served)
    assert (passed >= -1e-12).all()
    assert (passed <= 1.0 + 1e-12).all()
    assert not passed[0].any()


def test_firm_contracts_cover_separated_oxide_and_nothing_else(served: Network) -> None:
    """Derived: what was taken under contracts of a seller over what is bought of it; no more than all."""
    firm = firm_t(served)
    offtakes = served.structure.offtakes
    by_contract = sum(served.used_t.get(key, np.zeros(8)).sum() for key in offtakes.keys)
    assert firm.sum() == pytest.approx(by_contract)
    assert by_contract > 0.0
    found = sources_of(served)
    assert all(not one.firm_share.any() for one in found if one.stage != "separated_oxide")
    assert all(((one.firm_share >= 0.0) & (one.firm_share <= 1.0)).all() for one in found)
    malaysia = by_name(found)["malaysia", "separated_oxide"]
    sold = firm[served.structure.number("malaysia"), ND] / DAYS_PER_YEAR
    assert malaysia.firm_share[ND] == pytest.approx(min(1.0, sold / malaysia.t_d[ND]))


def test_sources_serve_the_need_but_for_metal_that_comes_back_in_magnets_of_others(base: Network) -> None:
    """Derived: metal that Japan sells to makers abroad returns in their magnets and counts twice: under 1 %."""
    need = needs_t_d(base, network_case.demand_t())
    _, factors = balanced(sources_of(base), need, base.yields[1:], ("magnet",) * 8 + ("separated_oxide",))
    names = base.structure
    abroad = [place for place, home in enumerate(names.home) if not home]
    sold = base.handed_t[METAL, abroad, names.number("japan")].sum(axis=0) / DAYS_PER_YEAR * base.yields[MAGNET]
    needed = need.sum(axis=0)
    assert factors[[ND, DY]].tolist() == pytest.approx((needed / (needed + sold))[[ND, DY]].tolist(), rel=1e-9)
    assert (factors[np.isfinite(factors)] > 0.99).all()
