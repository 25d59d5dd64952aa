"""The decision log (truth: the rules of its docstring, by hand)."""

import sqlite3
from pathlib import Path

import pytest

from ops_data.decision_log import (
    BOOK,
    Decision,
    decisions,
    record_decision,
    standing_set_points,
    to_csv,
    withdraw_decision,
)
from ops_data.errors import StoreError, TwinError, UnknownNameError, UsageError


def two(store: Path) -> tuple[Decision, Decision]:
    first = record_decision(
        store, "Sato", "Lift slower", 100, "lift at 90 m3/h", "pilot-2027-measured-forecast-0a1b2c3d",
        {"lift flow": "90 m3/h", "mining limit": "3.0 m"},
    )  # fmt: skip
    return first, record_decision(store, "Mori", "流量を上げる", 200, set_points={"lift flow": "100 m3/h"})


def test_a_decision_says_what_was_advised_who_decided_what_and_when(tmp_path: Path) -> None:
    first, second = two(tmp_path)
    assert (first.number, first.decided_utc, first.by, first.what) == (1, 100, "Sato", "Lift slower")
    assert (first.advised, first.basis) == ("lift at 90 m3/h", "pilot-2027-measured-forecast-0a1b2c3d")
    assert dict(first.set_points) == {"lift flow": "90 m3/h", "mining limit": "3.0 m"}
    assert decisions(tmp_path) == [second, first]


def test_a_withdrawn_decision_stays_with_who_withdrew_it_and_why(tmp_path: Path) -> None:
    two(tmp_path)
    gone = withdraw_decision(tmp_path, 1, "Mori", "pump mended", 300)
    assert (gone.withdrawn_utc, gone.withdrawn_by, gone.withdrawn_note) == (300, "Mori", "pump mended")
    assert [one.withdrawn_utc for one in decisions(tmp_path)] == [None, 300]


def test_what_was_decided_at_an_earlier_second_can_be_told(tmp_path: Path) -> None:
    two(tmp_path)
    withdraw_decision(tmp_path, 1, "Mori", "pump mended", 300)
    assert [one.number for one in decisions(tmp_path, 99)] == []
    assert [one.number for one in decisions(tmp_path, 150)] == [1]
    assert [one.withdrawn_utc for one in decisions(tmp_path, 299)] == [None, None]
    assert [one.withdrawn_by for one in decisions(tmp_path, 300)] == ["", "Mori"]


def test_the_newest_decision_that_is_not_withdrawn_holds_for_a_set_point(tmp_path: Path) -> None:
    two(tmp_path)
    assert {key: one.number for key, one in standing_set_points(decisions(tmp_path)).items()} == {
        "lift flow": 2, "mining limit": 1,
    }  # fmt: skip
    withdraw_decision(tmp_path, 2, "Sato", "too fast", 300)
    assert {key: one.number for key, one in standing_set_points(decisions(tmp_path)).items()} == {
        "lift flow": 1, "mining limit": 1,
    }  # fmt: skip


def test_the_export_has_a_row_for_each_set_point_and_decision(tmp_path: Path) -> None:
    two(tmp_path)
    record_decision(tmp_path, "Sato", "Wait, and see", 250)
    lines = to_csv(decisions(tmp_path)).splitlines()
    assert lines[0].startswith("number,decided_utc,by,what,set_point,value,advised,basis,withdrawn_utc")
    assert lines[1] == (
        "1,1970-01-01T00:01:40Z,Sato,Lift slower,lift flow,90 m3/h,lift at 90 m3/h,"
        "pilot-2027-measured-forecast-0a1b2c3d,,,"
    )
    assert [line.split(",")[0] for line in lines[1:]] == ["1", "1", "2", "3"]
    assert lines[4] == '3,1970-01-01T00:04:10Z,Sato,"Wait, and see",,,,,,,'


@pytest.mark.parametrize(
    ("by", "what", "points", "message"),
    [
        ("", "Lift slower", {}, "'by' is empty"),
        ("Sato", "  ", {}, "'what' is empty"),
        ("Sato", "Lift slower", {"flow": " "}, "set-point 'flow'' is empty"),
        ("Sato", "Lift slower", {"": "1"}, "name of a set-point' is empty"),
    ],
)
def test_a_decision_without_a_person_a_text_or_a_value_is_refused(
    tmp_path: Path, by: str, what: str, points: dict[str, str], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        record_decision(tmp_path, by, what, 100, set_points=points)
    assert decisions(tmp_path) == []


@pytest.mark.parametrize(
    ("number", "by", "error", "message"),
    [
        (3, "Sato", UnknownNameError, "decision 3: not in the decision log; allowed: 1 to 2"),
        (0, "Sato", UnknownNameError, "decision 0: not in the decision log"),
        (1, "Sato", UsageError, "decision 1: Mori withdrew it at 1970-01-01T00:05:00Z"),
        (2, "", UsageError, "'by' is empty"),
    ],
)
def test_what_cannot_be_withdrawn_is_told_in_one_line(
    tmp_path: Path, number: int, by: str, error: type[TwinError], message: str
) -> None:
    two(tmp_path)
    withdraw_decision(tmp_path, 1, "Mori", "pump mended", 300)
    with pytest.raises(error, match=message) as caught:
        withdraw_decision(tmp_path, number, by, "why", 400)
    assert "\n" not in str(caught.value)


def test_an_empty_log_says_how_to_begin(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="record one with 'twin decisions --record'"):
        withdraw_decision(tmp_path, 1, "Sato", "why", 100)


def test_what_stands_in_the_log_cannot_be_changed_and_a_newer_one_is_refused(tmp_path: Path) -> None:
    two(tmp_path)
    log = sqlite3.connect(BOOK.path(tmp_path), isolation_level=None)
    for asked in ("UPDATE decisions SET by = ''", "DELETE FROM decisions"):
        with pytest.raises(sqlite3.IntegrityError, match="never changed"):
            log.execute(asked)
    log.execute("PRAGMA user_version = 9")
    log.close()
    with pytest.raises(StoreError, match=r"decisions\.sqlite: written by a newer version"):
        decisions(tmp_path)


def test_what_somebody_typed_cannot_become_a_formula_of_a_spreadsheet(tmp_path: Path) -> None:
    record_decision(tmp_path, "=HYPERLINK()", "+stop", 1_800_000_000, set_points={"-limit": "3.2 m"})
    text = to_csv(decisions(tmp_path))
    assert "'=HYPERLINK()" in text and "'+stop" in text and "'-limit,3.2 m" in text
