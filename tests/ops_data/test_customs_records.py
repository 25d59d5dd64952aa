"""A person's own records of shipments: what is kept, what is left out and why, what is refused.

Truth: *derived* = small files written by hand.
"""

import csv
import io
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ops_data.customs_records import HEADER, CustomsRecords, read_customs, rejected_csv
from ops_data.errors import ObservationError

ORIGINS = ("china", "australia_malaysia", "vietnam")
TODAY = date(2027, 6, 30)
GOOD = "A-1,2846.90,china,Dy,1200.5,2027-01-04,2027-03-01,2027-03-05,2027-03-09,2027-03-12"
FIELDS = GOOD.split(",")


def changed(field: str, cell: str, name: str = "A-2") -> str:
    """Return the good line with another name and one other cell."""
    cells = dict(zip(HEADER, FIELDS, strict=True)) | {"shipment_id": name} | {field: cell}
    return ",".join(cells.values())


def read(folder: Path, *lines: str, head: str = ",".join(HEADER), codec: str = "utf-8") -> CustomsRecords:
    file = folder / "mine.csv"
    file.write_bytes("\n".join([head, *lines, ""]).encode(codec))
    return read_customs(file, ORIGINS, TODAY)


def complaint(folder: Path, *lines: str, head: str = ",".join(HEADER)) -> str:
    """Return the reader's message, which is one line and starts with the file."""
    with pytest.raises(ObservationError) as caught:
        read(folder, *lines, head=head)
    message = str(caught.value)
    assert "\n" not in message and message.startswith(f"{folder / 'mine.csv'}:")
    return message.removeprefix(f"{folder / 'mine.csv'}:")


def test_a_good_line_is_read_with_its_dates_and_its_mass(tmp_path: Path) -> None:
    records = read(tmp_path, GOOD)
    (one,) = records.accepted
    assert (one.line, one.shipment_id, one.hs_code, one.origin, one.element) == (2, "A-1", "2846.90", "china", "Dy")
    assert one.mass_kg == 1200.5
    assert (one.licence_applied, one.cleared) == (date(2027, 1, 4), date(2027, 3, 12))
    assert records.told() == "mine.csv (UTF-8): 1 lines, 1 accepted, 0 rejected."


def test_blank_dates_are_not_known_yet_and_columns_may_stand_in_any_order(tmp_path: Path) -> None:
    order = (*HEADER[5:], *HEADER[:5])
    cells = dict(zip(HEADER, FIELDS, strict=True)) | {"arrived": "", "cleared": ""}
    (one,) = read(tmp_path, ",".join(cells[name] for name in order), head=",".join(order).upper()).accepted
    assert (one.shipped, one.arrived, one.cleared) == (date(2027, 3, 5), None, None)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("280530", "2805.30"), ("2805.3", "2805.30"), ("2846.1", "2846.10"), ("2846.90-290", "2846.90"),
        ("8505.11.000", "8505.11"), ("850511000", "8505.11"), ("2846 90", "2846.90"),
    ],
)  # fmt: skip
def test_a_code_is_read_as_customs_and_spreadsheets_write_it(tmp_path: Path, cell: str, code: str) -> None:
    assert read(tmp_path, changed("hs_code", cell)).accepted[0].hs_code == code


@pytest.mark.parametrize("cell", ["Australia Malaysia", "AUSTRALIA-MALAYSIA", " australia_malaysia "])
def test_an_origin_is_known_in_capitals_and_with_spaces(tmp_path: Path, cell: str) -> None:
    assert read(tmp_path, changed("origin", cell)).accepted[0].origin == "australia_malaysia"


@pytest.mark.parametrize(
    ("field", "cell", "words"),
    [
        ("shipment_id", "", "every shipment has a name"),
        ("hs_code", "2846.20", "none of 2805.30, 2846.10, 2846.90, 8505.11"),
        ("hs_code", "28053", "none of"),
        ("origin", "chine", "did you mean 'china'?"),
        ("element", "Dx", "symbol"),
        ("mass_kg", "-5", "above 0"),
        ("mass_kg", "0", "above 0"),
        ("mass_kg", "nan", "not a number"),
        ("mass_kg", "1_200", "not a number"),
        ("mass_kg", "", "not a number"),
        ("shipped", "5 March 2027", "write it as 2027-04-01"),
        ("shipped", "2027-02-30", "not a date"),
        ("cleared", "2027-07-01", "later than 2027-06-30"),
        ("licence_applied", "0207-01-04", "before 1990-01-01"),
        ("licence_decided", "2027-01-03", "earlier than licence_applied 2027-01-04"),
        ("arrived", "2027-03-04", "earlier than shipped 2027-03-05"),
    ],
)
def test_a_bad_line_is_left_out_with_field_value_rule_and_remedy(
    tmp_path: Path, field: str, cell: str, words: str
) -> None:
    records = read(tmp_path, GOOD, changed(field, cell))
    assert [one.shipment_id for one in records.accepted] == ["A-1"]
    (one,) = records.rejected
    assert (one.line, one.field, one.value) == (3, field, cell)
    told = one.words("mine.csv")
    assert words in told and told.startswith(f"mine.csv:3: {field} '{cell}': ") and "\n" not in told


def test_dates_are_compared_across_blank_ones(tmp_path: Path) -> None:
    line = "A-2,2846.90,china,Dy,10,2027-03-10,,,,2027-03-09"
    (one,) = read(tmp_path, line).rejected
    assert (one.field, one.rule) == ("cleared", "it is earlier than licence_applied 2027-03-10")


def test_the_first_accepted_line_keeps_a_name_and_the_others_say_where_it_stands(tmp_path: Path) -> None:
    records = read(tmp_path, changed("mass_kg", "-1", "A-1"), GOOD, GOOD)
    assert [one.line for one in records.accepted] == [3]
    assert [(one.line, one.field) for one in records.rejected] == [(2, "mass_kg"), (4, "shipment_id")]
    assert "line 3 already" in records.rejected[1].rule


def test_a_line_with_a_wrong_number_of_cells_or_an_open_quotation_costs_only_itself(tmp_path: Path) -> None:
    records = read(tmp_path, '"A-2,2846.90,china', f"{GOOD},", GOOD, ",,,")
    assert [one.shipment_id for one in records.accepted] == ["A-1"]
    assert [one.field for one in records.rejected] == ["line", "line", "line"]
    assert [one.value for one in records.rejected[1:]] == ["11 cells", "4 cells"]


def test_quoted_cells_may_hold_commas_and_masses_thousands_marks(tmp_path: Path) -> None:
    records = read(tmp_path, changed("shipment_id", '"lot 7, part 2"'), changed("mass_kg", '"1,200.5"', "A-2"))
    assert records.accepted[0].shipment_id == "lot 7, part 2"
    assert records.accepted[1].mass_kg == 1200.5
    assert read(tmp_path, changed("mass_kg", '"1,20"')).rejected[0].value == "1,20"


def test_dates_are_read_as_a_japanese_spreadsheet_writes_them(tmp_path: Path) -> None:
    (one,) = read(tmp_path, changed("shipped", "2027/3/5")).accepted
    assert one.shipped == date(2027, 3, 5)
    bad = read(tmp_path, changed("shipped", "2027/13/1")).rejected[0]
    assert (bad.value, bad.rule) == ("2027/13/1", "it is not a date")


@pytest.mark.parametrize(("codec", "told"), [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("cp932", "Shift_JIS")])
def test_japanese_names_are_read_in_each_encoding(tmp_path: Path, codec: str, told: str) -> None:
    records = read(tmp_path, changed("shipment_id", "南鳥島①"), codec=codec)
    assert (records.encoding, records.accepted[0].shipment_id) == (told, "南鳥島①")


def test_every_line_ending_gives_the_same_lines(tmp_path: Path) -> None:
    for end in ("\n", "\r\n", "\r"):
        file = tmp_path / "mine.csv"
        file.write_bytes(end.join([",".join(HEADER), GOOD, "", changed("mass_kg", "-1"), ""]).encode())
        records = read_customs(file, ORIGINS, TODAY)
        assert ([one.line for one in records.accepted], [one.line for one in records.rejected]) == ([2], [4])


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (",".join(HEADER[:-1]), "1: header: column 'cleared' is missing"),
        (",".join((*HEADER, "port")), "1: header: column 'port' is not known"),
        (",".join(HEADER).replace("mass_kg", "mas_kg"), "did you mean 'mass_kg'?"),
        (",".join((*HEADER, "origin")), "1: header: column 'origin' stands twice"),
        (";".join(HEADER), "parted by ';'"),
        ("\t".join(HEADER), "parted by a tab"),
        ("", "header"),
    ],
)
def test_a_wrong_header_is_refused(tmp_path: Path, head: str, words: str) -> None:
    assert words in complaint(tmp_path, GOOD, head=head)


def test_a_file_that_is_missing_or_empty_or_no_text_is_refused(tmp_path: Path) -> None:
    assert "no line below the header" in complaint(tmp_path)
    file = tmp_path / "mine.csv"
    for data in (f"{','.join(HEADER)}\n{GOOD}\n".encode("utf-16"), b"PK\x03\x04\x00\x00"):
        file.write_bytes(data)
        with pytest.raises(ObservationError, match="not text in UTF-8 or Shift_JIS"):
            read_customs(file, ORIGINS, TODAY)
    with pytest.raises(ObservationError, match="no such file"):
        read_customs(tmp_path / "other.csv", ORIGINS, TODAY)


def test_rejected_lines_are_written_out_as_they_were(tmp_path: Path) -> None:
    bad = changed("mass_kg", '"1,20"')
    (row,) = csv.DictReader(io.StringIO(rejected_csv(read(tmp_path, bad))))
    assert (row["line"], row["field"], row["value"], row["text"]) == ("2", "mass_kg", "1,20", bad)


def test_without_origins_those_of_the_packaged_network_are_known(tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    lines = [
        GOOD,
        changed("origin", "atlantis"),
        changed("origin", "Viet Nam", "A-3"),
        changed("shipped", "2999-01-01"),
    ]
    file.write_text("\n".join([",".join(HEADER), *lines]), encoding="utf-8")
    records = read_customs(file, today=TODAY)
    assert [(one.shipment_id, one.origin) for one in records.accepted] == [("A-1", "china"), ("A-3", "vietnam")]
    assert [one.field for one in records.rejected] == ["origin", "shipped"]


def test_without_a_day_nothing_may_be_later_than_today(tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_text("\n".join([",".join(HEADER), "A-1,2846.90,china,Dy,1,,,2999-01-01,,"]), encoding="utf-8")
    assert read_customs(file, ORIGINS).rejected[0].rule == f"it is later than {date.today()}"


LINES = st.lists(
    st.one_of(st.just(GOOD), st.just(changed("mass_kg", "-1")), st.text(alphabet='A1,"\t .-\u3042', max_size=40))
)


@settings(max_examples=60, deadline=None)
@given(lines=LINES)
def test_nothing_is_lost_whatever_the_lines_hold(tmp_path_factory: pytest.TempPathFactory, lines: list[str]) -> None:
    """Derived: every line with something on it is accepted or rejected, once."""
    told = [place for place, line in enumerate(lines, start=2) if line.strip()]
    if not told:
        return
    records = read(tmp_path_factory.mktemp("records"), *lines)
    assert sorted([*(one.line for one in records.accepted), *(one.line for one in records.rejected)]) == told
    assert records.lines == len(told)
