"""Reading tables of the supply chain (truth: derived; every rule broken once, by hand)."""

import re
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest

from ops_data.errors import FailedError
from ops_data.reference.rows import CsvRow
from ops_data.reference.supply import reading
from ops_data.reference.supply.reading import HERE, Rules, check_own, check_sums, read_table, uncertain
from ops_data.reference.supply.tables import read_tables

HEAD = "key,kind,value,low,high,unit,count,option,source,confidence,note"
GOOD = "a,big,0.5,0.4,0.6,share,3,,a survey of our own of 2026,D,"
RULES = Rules(words={"kind": ("big", "small")}, bounds={"value": (0.0, 1.0)})


@dataclass(frozen=True)
class Row:
    """A row with every sort of cell."""

    key: str
    kind: str
    value: float
    low: float
    high: float
    unit: str
    count: int
    option: float | None
    source: str
    confidence: str
    note: str


def written(folder: Path, *lines: str, head: str = HEAD, name: str = "sectors.csv") -> Path:
    (folder / name).write_text("\n".join((head, *lines)) + "\n", encoding="utf-8")
    return folder


def complaint(folder: Path, *lines: str, head: str = HEAD, rules: Rules = RULES) -> str:
    with pytest.raises(FailedError) as caught:
        read_table("sectors", Row, rules, written(folder, *lines, head=head))
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_cells_become_what_the_record_says_in_the_order_of_the_file(tmp_path: Path) -> None:
    found = read_table("sectors", Row, RULES, written(tmp_path, GOOD, "b" + GOOD[1:].replace(",3,,", ",4,1.5,")))
    assert list(found) == ["a", "b"]
    assert found["a"] == Row("a", "big", 0.5, 0.4, 0.6, "share", 3, None, "a survey of our own of 2026", "D", "")
    assert (found["b"].count, found["b"].option) == (4, 1.5)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("big", "bigg", "sectors.csv:2: key 'a': kind 'bigg' found; one of big, small; did you mean 'big'?"),
        ("0.5", "1.5", "sectors.csv:2: key 'a': value 1.5 found; 0 to 1; correct the cell"),
        ("0.5", "-0.5", "value -0.5 found; 0 to 1; correct the cell"),
        ("0.4", "-0.4", "low -0.4 found; 0 or more; correct the cell"),
        ("0.5", "half", "value 'half' found; a finite number is needed; correct the cell"),
        ("0.5", "nan", "value 'nan' found; a finite number is needed"),
        ("0.5", "inf", "value 'inf' found; a finite number is needed"),
        ("0.5", "", "value '' found; a finite number is needed"),
        ("0.4", "0.55", "low 0.55, value 0.5, high 0.6 found; low ≤ value ≤ high; order the cells"),
        (",3,", ",3.5,", "count 3.5 found; a whole number; correct the cell"),
        (",3,", ",-3,", "count -3 found; 0 or more"),
        (",3,,", ",3,some,", "option 'some' found; a finite number is needed"),
        ("a survey of our own of 2026", "", "no source found; every row has one"),
        (",D,", ",A,", "confidence A found; A and only A is an assumption"),
        (",D,", ",E,", "confidence 'E' found; one of H, M, L, D, A"),
        (",share,", ",", "a wrong number of cells found; 11 per line; quote cells that hold commas"),
        ("a,big", ",big", "an empty or repeated key found; keys are unique"),
    ],
)
def test_a_broken_cell_is_told_with_file_line_key_rule_and_remedy(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    assert message in complaint(tmp_path, GOOD.replace(old, new, 1))


def test_a_header_that_is_not_the_columns_is_told_with_the_columns(tmp_path: Path) -> None:
    told = complaint(tmp_path, GOOD, head=HEAD.replace("low", "lower"))
    assert told.startswith("sectors.csv:1: header 'key,kind,value,lower")
    assert told.endswith(f"columns are fixed; write {HEAD}")
    (tmp_path / "sectors.csv").write_text("")
    with pytest.raises(FailedError, match=r"sectors\.csv:1: header '' found; columns are fixed; write key,"):
        read_table("sectors", Row, RULES, tmp_path)


def test_a_key_that_stands_there_twice_is_told_with_its_second_line(tmp_path: Path) -> None:
    assert complaint(tmp_path, GOOD, GOOD).startswith("sectors.csv:3: key 'a': an empty or repeated key found")


def test_a_table_may_have_a_rule_of_its_own(tmp_path: Path) -> None:
    def check(row: CsvRow) -> None:
        if row.cells["key"] == "a":
            raise row.fail("an a", "no a", "write b")

    assert complaint(tmp_path, GOOD, rules=Rules(RULES.words, RULES.bounds, check)).endswith(
        "an a found; no a; write b"
    )


def test_a_file_of_ones_own_takes_the_place_of_its_namesake_alone(tmp_path: Path) -> None:
    """One row changed: that table is the person's own, every other the packaged one."""
    text = (HERE / "origins.csv").read_text(encoding="utf-8")
    (tmp_path / "origins.csv").write_text(text.replace("china,China,中国,no,270,", "china,China,中国,no,280,"))
    mine, packaged = read_tables(tmp_path), read_tables()
    assert (mine.network.origins["china"].mine_kt, packaged.network.origins["china"].mine_kt) == (280.0, 270.0)
    assert mine.network.nodes == packaged.network.nodes
    assert [one == two for one, two in zip(mine.topics, packaged.topics, strict=True)] == [
        True,
        False,
        True,
        True,
        True,
    ]
    assert reading.path_of("nodes.csv", tmp_path) == reading.path_of("nodes.csv", None) == HERE / "nodes.csv"


def test_quantities_of_ones_own_replace_a_topic(tmp_path: Path) -> None:
    text = (HERE / "quantities_contribution.csv").read_text(encoding="utf-8")
    (tmp_path / "quantities_contribution.csv").write_text(
        text.replace("contribution.operating_days_d,230", "contribution.operating_days_d,240")
    )
    assert reading.read_quantities("contribution", tmp_path)["contribution.operating_days_d"].value == 240.0
    assert reading.read_quantities("contribution")["contribution.operating_days_d"].value == 230.0


def test_a_missing_quantity_of_a_topic_of_ones_own_is_named(tmp_path: Path) -> None:
    """A misspelt key is one that is missing."""
    text = (HERE / "quantities_shock.csv").read_text(encoding="utf-8")
    (tmp_path / "quantities_shock.csv").write_text(text.replace("shock.minimum_share", "shock.minimum_shares"))
    with pytest.raises(FailedError, match=r"quantities_shock\.csv: no row 'shock\.minimum_share' found; .*; add it"):
        reading.read_topic("shock", tmp_path)
    assert reading.read_topic("shock", None) == reading.read_quantities("shock")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("sector_share.csv", b"", r"sector_share\.csv: no table of this name; did you mean 'sector_shares\.csv'\?"),
        ("Sectors.CSV", b"", r"Sectors\.CSV: no table of this name; did you mean 'sectors\.csv'\?"),
        ("sectors.csv", b"\xff\xfe\x00", r"sectors\.csv: not UTF-8 text; .*save it as CSV UTF-8"),
        ("sectors.csv", "キー".encode("cp932"), r"sectors\.csv: not UTF-8 text"),
        ("readme.txt", b"", r"no table in it; files named as those in "),
    ],
)
def test_a_folder_with_a_file_that_would_be_left_unread_is_refused(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(FailedError, match=message) as caught:
        check_own(tmp_path)
    assert str(caught.value).startswith(str(tmp_path))
    assert "\n" not in str(caught.value)


def test_a_folder_that_is_none_or_in_the_place_of_a_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FailedError, match="nowhere: no such folder; a folder of tables is needed; check the path"):
        check_own(tmp_path / "nowhere")
    (tmp_path / "sectors.csv").mkdir()
    with pytest.raises(FailedError, match=r"sectors\.csv: cannot be read: Is a directory; a CSV file is needed"):
        check_own(tmp_path)


def test_a_folder_of_known_tables_is_let_in_whatever_else_lies_there(tmp_path: Path) -> None:
    (tmp_path / "readme.txt").write_text("mine")
    own = written(tmp_path, GOOD)
    check_own(own)
    assert list(read_table("sectors", Row, RULES, own)) == ["a"]


def test_shares_that_do_not_sum_are_told_with_their_sum_and_their_keys() -> None:
    check_sums("shares.csv", {"Nd": {"Nd.ev": 0.1 + 0.2, "Nd.wind": 0.7}, "Dy": {"Dy.ev": 1.0}})
    message = "shares.csv: 'Nd': shares sum to 0.9; they sum to 1; correct Nd.ev, Nd.wind"
    with pytest.raises(FailedError, match=re.escape(message)):
        check_sums("shares.csv", {"Nd": {"Nd.wind": 0.7, "Nd.ev": 0.2}})


def test_rows_with_a_range_are_drawn_and_shares_stay_within_one() -> None:
    told = {"source": "a survey of our own of 2026", "confidence": "D", "note": ""}
    rows = {
        "a": SimpleNamespace(value=0.5, low=0.4, high=0.6, unit="share", **told),
        "b": SimpleNamespace(value=5.0, low=5.0, high=5.0, unit="t/yr", **told),
        "c": SimpleNamespace(value=-1.0, low=-2.0, high=0.0, unit="1", **told),
    }
    found = uncertain("shares", rows)
    assert list(found) == ["shares.a", "shares.b", "shares.c"]
    assert [one.law for one in found.values()] == ["triangular", "fixed", "triangular"]
    assert (found["shares.a"].minimum, found["shares.a"].maximum) == (0.0, 1.0)
    assert found["shares.b"].maximum == 1e12
    assert found["shares.c"].minimum == -2.0
