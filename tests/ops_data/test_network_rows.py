"""Tables of the network are refused with one line that helps (truth: derived; one cell broken at a time)."""

import csv
from pathlib import Path

import pytest

from ops_data.elements import oxide_factor
from ops_data.errors import FailedError
from ops_data.reference.supply.network_rows import ContractRow, read_network
from ops_data.reference.supply.reading import HERE, read_quantities, uncertain
from ops_data.supply_names import GROUPS, STAGES

NAMES = ("origins", "nodes", "feeds", "feeds_2010", "contracts", "dependency_figures")


def broken(folder: Path, name: str, key: str, column: str, cell: str) -> Path:
    """Write a packaged table with one cell changed and return the folder."""
    with (HERE / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert key in {row["key"] for row in rows}
    for row in rows:
        if row["key"] == key:
            row[column] = cell
    with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return folder


def without(folder: Path, name: str, begin: str) -> Path:
    """Write a packaged table without the rows whose key begins so."""
    lines = (HERE / f"{name}.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / f"{name}.csv").write_text("".join(line for line in lines if not line.startswith(begin)), "utf-8")
    return folder


def test_the_packaged_tables_are_whole() -> None:
    """Derived: every origin named in the task, every stage and group, every number with a source."""
    found = read_network()
    named = {
        *("china", "australia", "malaysia", "vietnam", "india", "thailand", "myanmar", "france", "us", "canada"),
        *("south_africa", "nigeria", "madagascar", "russia", "kazakhstan", "other", "japan_mud", "recycling"),
    }
    assert named <= set(found.origins)
    assert all(row.title_en and row.title_ja for row in found.origins.values())
    assert {row.stage for row in found.feeds.values()} == set(STAGES)
    assert {row.group for row in found.nodes.values()} == set(GROUPS)
    for name in NAMES:
        assert all(row.source and row.confidence for row in getattr(found, name).values()), name


def test_a_reserve_channel_and_deposits_that_nobody_has_counted_are_at_zero() -> None:
    """Derived: Central Asia gives nothing today; deposits in Hokkaido and Kyushu carry a warning."""
    found = read_network()
    assert found.nodes["kazakhstan.separated_oxide.light"].high == 0.0
    assert not any(row.origin == "japan_deposits" for row in found.nodes.values())
    assert found.origins["japan_deposits"].note.startswith("Warning:")


def test_numbers_with_a_range_become_quantities_of_the_study() -> None:
    """Derived: keys are table and row; shares end at one."""
    found = read_network()
    feeds = uncertain("feeds", found.feeds)
    phi = feeds["feeds.separated_oxide.vietnam.light.china"]
    assert (phi.low, phi.value, phi.high, phi.maximum, phi.law) == (0.3, 0.5, 0.7, 1.0, "triangular")
    assert set(read_quantities("network")) >= {f"network.wgi_{name}" for name in ("china", "japan", "other")}


def test_contracts_are_read_as_element() -> None:
    """Derived: a tonne of Dy and Tb oxide, half and half, by hand."""
    row = read_network().contracts["caremag"]
    half = ContractRow(**{**{name: getattr(row, name) for name in row.__slots__}, "elements": "Dy:0.5;Tb:0.5"})
    assert half.per_unit() == {
        "Dy": pytest.approx(0.5 / oxide_factor("Dy")),
        "Tb": pytest.approx(0.5 / oxide_factor("Tb")),
    }


@pytest.mark.parametrize(
    ("name", "key", "column", "cell", "message"),
    [
        ("feeds", "metal.japan.light.vietnam", "value", "0.55",
         r"feeds\.csv: 'metal\.japan\.light': shares sum to 1\.01; they sum to 1; correct .*light\.china"),
        ("feeds", "metal.japan.light.vietnam", "value", "1.2", r"feeds\.csv:\d+: key 'metal\.japan\.light\.vietnam'"),
        ("feeds", "metal.japan.light.vietnam", "seller", "vietnan", r"'vietnan' found; .*did you mean 'vietnam'"),
        ("feeds", "metal.japan.light.vietnam", "seller", "thailand", "a key that is not its cells"),
        ("feeds", "metal.japan.light.vietnam", "buyer", "atlantis", "buyer 'atlantis' found"),
        ("nodes", "china.metal.light", "value", "-5", r"key 'china\.metal\.light': value -5 found; 0 or more"),
        ("nodes", "france.separated_oxide.heavy.caremag", "success_probability", "1.5",
         r"success_probability 1\.5 found; 0 to 1"),
        ("nodes", "china.metal.light", "success_probability", "0.5", "a plant that is running has succeeded"),
        ("nodes", "china.metal.light", "origin", "chine", "did you mean 'china'"),
        ("nodes", "china.metal.light", "low", "9e9", "low ≤ value ≤ high"),
        ("nodes", "france.separated_oxide.heavy.caremag", "elements", "Nd:1", "element 'Nd' found; one of Dy"),
        ("contracts", "caremag", "elements", "Dy:0.9;Tb:0.2", "sum to 1.1 found"),
        ("contracts", "caremag", "elements", "Dz:1", "element 'Dz' found; one of Nd, Pr, Dy"),
        ("contracts", "caremag", "elements", "Dy", "element:share"),
        ("contracts", "caremag", "taken_by", "korea", "taken_by 'korea' found"),
        ("contracts", "caremag", "end_year", "2020", "an end before the start"),
        ("contracts", "caremag", "binding", "option", "only a firm one has it"),
        ("contracts", "caremag", "source", "", "no source found"),
        ("contracts", "caremag", "confidence", "A", "A and only A is an assumption"),
        ("origins", "china", "mine_kt", "-1", "mine_kt -1 found; 0 or more"),
        ("origins", "china", "availability_rank", "7", "0 to 3"),
        ("dependency_figures", "heavies_2025", "item", "heavies", "did you mean 'heavy'"),
        ("dependency_figures", "heavies_2025", "measure", "", "an item or a measure alone"),
        ("dependency_figures", "heavies_2025", "measure", "china_shares", "did you mean 'china_share'"),
        ("dependency_figures", "heavies_2025", "basis", "world", "basis 'world' found; one of mass direct"),
        ("dependency_figures", "heavies_2025", "stage", "all", "an item at all stages"),
        ("dependency_figures", "heavies_2025", "year", "2060", "2050 or before"),
        ("contracts", "caremag", "first_year_share", "1.2", "first_year_share 1.2 found; 0 to 1"),
        ("contracts", "caremag", "ramp_years", "0", "ramp_years 0 found; 0.1 to 50"),
        ("feeds_2010", "metal.japan.light.china", "value", "0.61", r"feeds_2010\.csv: 'metal\.japan\.light'"),
        ("feeds_2010", "metal.japan.light.china", "seller", "chine", "did you mean 'china'"),
    ],
)  # fmt: skip
def test_a_broken_cell_is_named_with_its_rule(
    tmp_path: Path, name: str, key: str, column: str, cell: str, message: str
) -> None:
    """Derived: file, row, value, rule, remedy."""
    with pytest.raises(FailedError, match=message) as raised:
        read_network(broken(tmp_path, name, key, column, cell))
    assert "\n" not in str(raised.value)
    assert str(raised.value).startswith(f"{name}.csv:")


@pytest.mark.parametrize(
    ("name", "begin", "message"),
    [
        ("origins", "japan_mud,", "origins.csv: key 'japan_mud': no row found"),
        ("feeds", "separated_oxide.vietnam.light", "'vietnam' hands over metal that it makes of nothing"),
        ("feeds", "magnet.japan_use.heavy", "'magnet.japan_use.heavy': no row found; it is bought"),
        ("nodes", "vietnam.metal.light", "seller without a node; nodes.csv needs vietnam, metal, light"),
    ],
)
def test_a_missing_counterpart_is_named(tmp_path: Path, name: str, begin: str, message: str) -> None:
    """Derived: what is bought must be made, of something, somewhere."""
    with pytest.raises(FailedError, match=message.replace(".", r"\.")):
        read_network(without(tmp_path, name, begin))
