"""Concentration and offtakes of the published record (cases V16, V17, V18 and V24 of the supply-chain facts).

V16, published: Investopedia, Herfindahl-Hirschman Index, example of eight firms (1,296); the example of the US
horizontal merger guidelines of four firms (2,600), its wording from memory, its arithmetic certain.
V17, V18, published: U.S. Geological Survey, Mineral Commodity Summaries 2025, rare earths: mine production 2024 and US
import sources 2020-23. The HHI of the table and China's 68.5 % are derived from it.
V24, published: JOGMEC and Iwatani on Caremag via Argus and Reuters, March 2025: 250 t Dy and 45 t Tb are about 20 % of
Japan's future demand. The demand of 1,250 t and 225 t is derived from it.
"""

import numpy as np
import pytest

from ops_data.reference.supply.network_rows import read_network
from ops_data.reference.supply.reading import read_quantities
from tests.twin.supply.made_chain import made_chain
from tests.twin.supply.network_case import BASE_YEAR, FULL, PRICES, central, packaged, year
from twin.models.concentration import hhi, supply_risk
from twin.supply.dependency import dependency
from twin.supply.network import purchases_t
from twin.supply_case import load_case

USGS_KT = {"china": 270, "us": 45, "myanmar": 31, "australia": 13, "nigeria": 13, "thailand": 13, "india": 2.9}


@pytest.mark.parametrize(("shares", "expected"), [((10, 9, 12, 15, 12, 11, 15, 16), 1_296), ((30, 30, 20, 20), 2_600)])
def test_the_index_of_textbook_markets(shares: tuple[float, ...], expected: float) -> None:
    """Published: V16."""
    assert float(hhi(shares)) == pytest.approx(expected)


def test_the_index_of_world_mines_2024() -> None:
    """Published table, derived index: V17, 4,924 with the own sum of 393.95 kt."""
    rows = read_network().origins
    assert {name: rows[name].mine_kt for name in USGS_KT} == USGS_KT
    mines = np.array([row.mine_kt for row in rows.values()])
    assert mines.sum() == pytest.approx(393.95)
    assert round(float(hhi(mines))) == 4_924
    assert 270 / mines.sum() == pytest.approx(0.685, abs=5e-4)  # V18


def test_the_index_of_us_imports() -> None:
    """Published shares: V17, 70, 13, 6 and 5 %; the last 6 % spread thin or in one hand: 5,130 to 5,166."""
    thin, one = [70, 13, 6, 5, *[0.001] * 6_000], [70, 13, 6, 5, 6]
    shares_of_100 = [float(np.square(part).sum()) for part in (np.array([70, 13, 6, 5.0]), np.array([*one]))]
    assert shares_of_100 == [5_130, 5_166]
    assert float(hhi(one)) == pytest.approx(5_166)
    assert float(hhi(thin)) == pytest.approx(5_130, abs=0.1)


def test_the_index_of_refining_2023() -> None:
    """Published shares, derived index: IEA, 92 % in the first and 98 % in the first three; the facts print ~8,490."""
    figure = read_network().dependency_figures["refined_hhi_2023"]
    spread = [float(hhi([92, second, 6 - second, *[0.01] * 200])) for second in np.linspace(3.0, 6.0, 31)]
    assert figure.value == pytest.approx(8_490)
    assert figure.low <= min(spread) + 1.0
    assert max(spread) <= figure.high
    assert min(spread) <= figure.value <= max(spread)


def test_caremags_volumes_are_a_fifth_of_the_future_demand() -> None:
    """Published: V24; 250 t and 45 t over 0.20 are 1,250 t and 225 t."""
    row = read_network().contracts["caremag"]
    volumes = {name: row.value * share for name, share in row.element_shares().items()}
    assert volumes == {"Dy": pytest.approx(250.0), "Tb": pytest.approx(45.0)}
    assert {name: mass / 0.20 for name, mass in volumes.items()} == {
        "Dy": pytest.approx(1_250.0), "Tb": pytest.approx(225.0),
    }  # fmt: skip


def test_the_terms_of_the_2026_offtake_are_as_printed() -> None:
    """Published: Lynas announcement, 10 March 2026."""
    row = read_network().contracts["lynas_jare_2026"]
    assert (row.value, row.value + row.option, row.floor_usd_kg, row.end_year) == (5_000, 7_200, 110, 2038)


def test_the_base_year_lies_within_the_published_figures() -> None:
    """Published: heavies about 100 % (METI, 2025), yttrium oxide 98.7 % (customs, 2024), Viet Nam's metal by value.

    The figures of the press for all products, 60 to 80 %, bracket the share by any step of Nd in magnets and metal.
    """
    found = dependency(central(), year(BASE_YEAR), PRICES)
    assert found.value("Dy", "separated_oxide", "mass direct", "china_import_share") == pytest.approx(1.0, abs=0.01)
    assert found.value("Y", "separated_oxide", "mass direct", "china_import_share") == pytest.approx(0.987, abs=0.005)
    for stage in ("metal", "magnet"):
        assert 0.55 <= found.value("Nd", stage, "mass origin-adjusted", "china_share") <= 0.80
    by_value = found.value("all", "metal", "value direct", "china_import_share")
    assert by_value == pytest.approx(0.296, abs=0.05)  # GTAIC, of HS 2805


def test_the_contract_alone_brings_light_metal_below_a_fifth() -> None:
    """Derived in the facts, 004-K1: with 5,000 t firm against some 5,500 t, NdPr goes below 20 % of China.

    That holds where all of it is delivered and taken at once; as the study counts it, it does not in the first years.
    """
    found = dependency(central(), year(2027, changed=FULL), PRICES)
    assert found.value("light", "metal", "mass origin-adjusted", "china_share") < 0.20
    assert found.value("heavy", "separated_oxide", "mass origin-adjusted", "china_share") > 0.70
    for at in (2026, 2027):
        counted = dependency(central(), year(at), PRICES)
        assert 0.20 < counted.value("light", "metal", "mass origin-adjusted", "china_share") < 0.55


@pytest.mark.parametrize(
    ("at", "published", "tolerance"), [(2009, 0.8549, 0.05), (2010, 0.8161, 0.01), (2011, 0.6837, 0.08)]
)
def test_chinas_share_of_imports_around_the_halt_of_2010(at: int, published: float, tolerance: float) -> None:
    """Published: Ministry of Finance statistics, imports of all rare earths by mass.

    The mix of 2010 was set by the figure of that year, so that one shows no more than that the mix is played; those of
    the years beside it were not used. Eight elements in carbonate, oxide and metal stand for all products.
    """
    case = load_case()
    found = made_chain(case, case.central, case.choices).dependency(at)
    assert found.china_in_imports == pytest.approx(published, abs=tolerance)
    assert read_network().dependency_figures[f"imports_{at}"].value == published


def test_malaysia_sells_nothing_before_2013() -> None:
    """Published: Ministry of Finance statistics: no imports from Malaysia in 2012, 1,218 t of all products in 2014."""
    case = load_case()
    chain = made_chain(case, case.central, case.choices)
    malaysia = chain.structure.number("malaysia")
    sold = {at: float(purchases_t(chain.network(at))[:, malaysia].sum()) for at in (2010, 2012, 2014, 2024)}
    assert sold[2010] == sold[2012] == 0.0
    assert 0.0 < sold[2014] <= 1218.0
    vietnam = chain.structure.number("vietnam")
    assert purchases_t(chain.network(2010))[3, vietnam].sum() < 100.0


def test_benchmarks_share_of_processing_is_in_the_capacities() -> None:
    """Published: Benchmark via Foreign Policy: China processes 89 % of NdPr and 99 % of Dy."""
    network = year(BASE_YEAR)
    capacity = network.capacity_t[2]
    china = capacity[packaged().number("china")] / capacity.sum(axis=0)
    assert china.tolist() == pytest.approx([0.89, 0.99], abs=0.015)


def test_the_eu_type_index_is_named_as_unchecked_and_follows_its_form() -> None:
    """Derived: [W IR/2 + D (1 - IR/2)] (1 - R) SI by hand; the exact form of the EU is from memory in the facts."""
    assert float(supply_risk(4.0, 5.0, 0.9, 0.1, 0.95)) == pytest.approx((4 * 0.45 + 5 * 0.55) * 0.9 * 0.95)
    assert "unverified" in read_quantities("network")["network.substitution_index_light"].source
