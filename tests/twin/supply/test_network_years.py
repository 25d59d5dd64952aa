"""How contracts and the mix of sellers change from year to year (truth: derived; parts by hand)."""

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ops_data.errors import FailedError
from ops_data.reference.supply.reading import HERE
from ops_data.supply_names import SUPPLY_ELEMENTS
from tests.twin.supply.made_chain import made_chain
from tests.twin.supply.network_case import BASE_YEAR, FULL, NOTHING, PLAIN, central, handed, packaged, year
from twin.supply.dependency import NO_DEMAND
from twin.supply.network import closure
from twin.supply.network_market import market
from twin.supply.network_structure import METAL, MIXED, OXIDE
from twin.supply_case import load_case
from twin.supply_central import NO_SET, cut_table

ND = SUPPLY_ELEMENTS.index("Nd")


def mix_of(at: int, seller: str) -> float:
    """Return the share of a seller in the light metal that Japan buys, central values."""
    found = market(central(), packaged(), at, NOTHING, NOTHING).mix
    names = packaged()
    return float(found[METAL, names.number("japan"), names.number(seller), 0])


def test_the_mix_goes_from_that_of_2010_to_that_of_the_base_year_in_a_straight_line() -> None:
    """Derived: 0.60 of light metal from China in 2010 and 0.20 in 2024; 2012 is halfway to 2014."""
    assert mix_of(1995, "china") == mix_of(2010, "china") == pytest.approx(0.60)
    assert mix_of(2012, "china") == pytest.approx(0.5 * (0.60 + 0.20))
    assert mix_of(2014, "china") == mix_of(BASE_YEAR, "china") == mix_of(2045, "china") == pytest.approx(0.20)
    assert mix_of(2010, "thailand") == 0.0


def test_a_buyer_that_the_mix_of_2010_does_not_name_buys_as_in_the_base_year() -> None:
    """Derived: magnets have no row of 2010; all shares still sum to one or to none."""
    early, late = (market(central(), packaged(), at, NOTHING, NOTHING).mix for at in (2010, BASE_YEAR))
    np.testing.assert_array_equal(early[4], late[4])
    total = early.sum(axis=2)
    assert np.all((np.abs(total - 1.0) < 1e-12) | (total == 0.0))
    assert closure(year(2010)) < 1e-9


def test_what_is_kept_stays_with_the_usual_sellers_whatever_is_contracted() -> None:
    """Derived: all light oxide contracted; China's part of what is kept is its part of the mix."""
    for kept in (0.0, 0.4):
        found = year(2034, changed=FULL | PLAIN | {"network.kept_sellers_share": kept})
        bought = found.handed_t[OXIDE, found.structure.number("japan"), :, ND]
        china = handed(found, OXIDE, "japan", "china", "Nd") / bought.sum()
        assert china == pytest.approx(0.28 * kept, abs=1e-9)


def test_japan_and_viet_nam_share_a_contract_by_what_each_needs() -> None:
    """Derived: in the first year the contract is short of the need; both get the same part of it."""
    values = FULL | PLAIN | {"contracts.toyotsu_india": 0.0, "feeds.separated_oxide.japan.light.malaysia": 0.0}
    found = year(2026, changed=values | {"feeds.separated_oxide.vietnam.light.malaysia": 0.0})
    parts = [
        handed(found, OXIDE, buyer, "malaysia", "Nd")
        / found.handed_t[OXIDE, found.structure.number(buyer), :, ND].sum()
        for buyer in ("japan", "vietnam")
    ]
    assert parts[0] == pytest.approx(parts[1], rel=1e-9)
    assert 0.2 < parts[0] < 0.9


def test_a_contract_goes_on_after_its_end_as_far_as_it_is_renewed() -> None:
    """Derived: of what Lynas delivers in 2038, none or half is on offer in 2039."""
    key = "contracts.lynas_jare_2026"
    last = year(2038).offered_t[key]
    assert key not in year(2039, changed={"network.contract_renewed_share": 0.0}).offered_t
    np.testing.assert_allclose(year(2039, changed={"network.contract_renewed_share": 0.5}).offered_t[key], 0.5 * last)


def test_cuts_say_whether_there_is_no_set_or_no_demand_figure() -> None:
    """Derived: gadolinium and lutetium have no figure; all of an element cannot be stopped from abroad."""
    case = load_case()
    told = pd.DataFrame(cut_table(made_chain(case, case.central, case.choices)))
    unknown = told["element"].isin(["Gd", "Lu"])
    assert set(told["note"][unknown]) == {NO_DEMAND}
    assert set(told["note"][~unknown & (told["size"] < 0)]) == {NO_SET}
    assert set(told["note"][told["size"] >= 0]) == {""}


def copied(folder: Path, name: str, extra: dict[str, str]) -> Path:
    """Write a packaged table with one more row, the first one but for some cells."""
    with (HERE / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows([*rows, rows[0] | extra])
    return folder


def test_an_origin_without_a_governance_score_is_one_line(tmp_path: Path) -> None:
    """Derived: file, row, what is missing, rule, remedy."""
    own = copied(tmp_path, "origins", {"key": "greenland", "title_en": "Greenland"})
    with pytest.raises(FailedError, match=r"origins\.csv: key 'greenland': no number 'network\.wgi_greenland' found"):
        load_case(own=str(own))
    copied(tmp_path, "quantities_network", {"key": "network.wgi_greenland"})
    assert load_case(own=str(own)).central["network.wgi_greenland"] > 0.0


def test_a_route_of_an_unknown_origin_is_one_line(tmp_path: Path) -> None:
    """Derived: file, row, value, rule, remedy."""
    own = copied(tmp_path, "routes", {"key": "vietnan.sea.1", "origin": "vietnan", "route": "sea", "step": "1"})
    with pytest.raises(FailedError, match=r"routes\.csv: key 'vietnan\.sea\.1': origin 'vietnan' found; .*'vietnam'"):
        load_case(own=str(own))


def test_carbonate_of_the_first_lots_over_the_border_is_burmese() -> None:
    """Derived: 0.03 of China's heavy carbonate in 2010, 0.50 in the base year."""
    names = packaged()
    china, myanmar = names.number("china"), names.number("myanmar")
    found = [market(central(), names, at, NOTHING, NOTHING).mix[MIXED, china, myanmar, 1] for at in (2010, BASE_YEAR)]
    assert found == pytest.approx([0.03, 0.50])
