"""Tables of demand: sourced, whole, and each broken rule an error with file, row, value, rule and remedy."""

import csv
import re
from pathlib import Path

import pytest

from ops_data.elements import oxide_factor
from ops_data.errors import FailedError
from ops_data.reference.supply import reading
from ops_data.reference.supply.demand_rows import figure_of, read_demand
from ops_data.supply_names import SECTOR_TITLES, SECTORS, SUPPLY_ELEMENTS

FILES = (
    "demand_figures", "sectors", "sector_shares", "global_shares", "quantities_demand", "quantities_contribution",
)  # fmt: skip


def broken(folder: Path, name: str, old: str, new: str) -> Path:
    text = (reading.HERE / f"{name}.csv").read_text(encoding="utf-8")
    assert text.count(old) >= 1, old
    (folder / f"{name}.csv").write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", FILES)
def test_every_row_is_sourced_in_words(name: str) -> None:
    """Derived: the rule that a number without a source is not kept."""
    with (reading.HERE / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert rows
    for row in rows:
        assert len(row["source"]) > 25, row
        assert (row["confidence"] == "A") == row["source"].startswith("assumption:"), row


def test_there_is_no_figure_where_none_is_published() -> None:
    """Published: the facts know no demand of gadolinium and lutetium, and a future one of Dy and Tb only."""
    tables = read_demand()
    current = [element for element in SUPPLY_ELEMENTS if figure_of(tables, element, "current") is not None]
    future = [element for element in SUPPLY_ELEMENTS if figure_of(tables, element, "future") is not None]
    assert current == ["Nd", "Pr", "Dy", "Tb", "Sm", "Y"]
    assert future == ["Dy", "Tb"]


def test_figures_in_oxide_become_element_and_products_count_as_element() -> None:
    """Derived: 1,250 t of Dy2O3 by atomic masses; products by the rule of the row."""
    rows = read_demand().demand_figures
    assert rows["Dy.future"].element_t(1250.0) == pytest.approx(1250.0 / oxide_factor("Dy"), rel=1e-15)
    assert rows["Y.current"].element_t(1010.0) == 1010.0


def test_wind_and_electric_vehicles_take_more_than_a_fifth_of_the_worlds_magnets() -> None:
    """Published: more than 20 %, as told in the strategy article of 2025 (named item 000-08 of the coverage table)."""
    shares = read_demand().global_shares
    assert shares["wind"].value + shares["ev"].value > 0.20
    assert shares["wind"].low + shares["ev"].low > 0.20


def test_sectors_stand_in_their_order_with_a_strict_priority_and_phosphors_take_oxide() -> None:
    """Derived: defence first, medical second and electric vehicles third as in the allocation example of the facts."""
    sectors = read_demand().sectors
    assert tuple(sectors) == SECTORS
    assert {name: row.title for name, row in sectors.items()} == SECTOR_TITLES
    assert sorted(row.priority for row in sectors.values()) == list(range(1, 10))
    assert [sectors[name].priority for name in ("defence", "medical", "ev")] == [1, 2, 3]
    assert {name for name, row in sectors.items() if row.uptake_stage == "separated_oxide"} == {"phosphors"}


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("demand_figures", "Nd.current,Nd,", "Nd.current,Nb,", "element 'Nb' found; one of Nd, Pr"),
        ("demand_figures", "Nd.current,Nd,2024,current", "Nd.current,NdPr,2024,current", "element 'NdPr' found"),
        ("demand_figures", "Tb.current,Tb", "Tb.current,Dy", "a second current figure of Dy after 'Dy.current'"),
        ("demand_figures", ",500,350,660,", ",500,0,660,", "low 0 found; demand is above zero"),
        ("demand_figures", ",500,350,660,", ",-500,350,660,", "value -500 found; 0 or more"),
        ("demand_figures", ",500,350,660,", ",500,650,660,", "low 650, value 500, high 660 found; low ≤ value ≤ high"),
        ("demand_figures", "current,500", "now,500", "scope 'now' found; one of current, future, history"),
        ("sectors", "ev,electric", "evs,electric", "key 'evs' found; one of ev,"),
        ("sectors", "magnet,3,", "magnet,1,", "priority 1 found; 'ev' has it; give each its own"),
        ("sectors", "magnet,3,0.85", "magnet,3,1.85", "line_stop_fill 1.85 found; 0 to 1"),
        ("sectors", "magnet,3,0.85", "magnet,3.5,0.85", "priority 3.5 found; a whole number"),
        ("sector_shares", "Nd.ev,Nd,ev,0.25", "Nd.ev,Nd,ev,0.26", "'Nd': shares sum to 1.01; they sum to 1; correct"),
        ("sector_shares", "Nd.ev,Nd,ev,", "Nd.ev,Nd,wind,", "key 'Nd.ev' found; element and sector joined by a point"),
        ("sector_shares", "Nd.ev,Nd,ev,0.25,0.17,0.35", "Nd.ev,Nd,ev,0.25,0.17,1.35", "high 1.35 found; 0 to 1"),
        ("global_shares", "ev,ev,0.2", "ev,ev,0.3", "'world': shares sum to 1.1"),
        ("quantities_demand", "demand.ev_domestic_share", "demand.ev_domestic_part", "no such quantity; did you mean"),
        ("quantities_contribution", "contribution.operating_days_d,230", "contribution.operating_days_d,99",
         "minimum 0, low 100, value 99"),
    ],
)  # fmt: skip
def test_a_broken_table_is_refused_by_name(tmp_path: Path, name: str, old: str, new: str, message: str) -> None:
    """Derived: each rule broken once, by hand."""
    with pytest.raises(FailedError, match=re.escape(message)) as caught:
        read_demand(broken(tmp_path, name, old, new))
    assert str(caught.value).startswith(f"{name}.csv")
    assert "\n" not in str(caught.value)


def test_a_figure_of_an_element_without_shares_asks_for_them(tmp_path: Path) -> None:
    """Derived: a person adds a demand of gadolinium and leaves out who takes it."""
    path = broken(tmp_path, "demand_figures", "Ce.2024", "Ce.2024") / "demand_figures.csv"
    with path.open("a", encoding="utf-8") as file:
        file.write("Gd.current,Gd,2024,current,40,30,50,t/y,element,a survey of our own of 2026,D,\n")
    with pytest.raises(FailedError, match=r"sector_shares\.csv: no row of Gd, which has a figure of current demand"):
        read_demand(tmp_path)


def test_a_missing_sector_or_quantity_is_named(tmp_path: Path) -> None:
    """Derived: one line taken out of each file."""
    for name, key in (("sectors", "wind"), ("quantities_demand", "demand.swarf_share")):
        folder = tmp_path / name
        folder.mkdir()
        lines = (reading.HERE / f"{name}.csv").read_text(encoding="utf-8").splitlines(keepends=True)
        (folder / f"{name}.csv").write_text(
            "".join(line for line in lines if not line.startswith(f"{key},")), encoding="utf-8"
        )
        with pytest.raises(FailedError, match=f"{name}.csv: no row '{re.escape(key)}'"):
            read_demand(folder)
