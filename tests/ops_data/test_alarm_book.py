"""The alarm book (truth: the rules of its docstring, by hand)."""

import sqlite3
from pathlib import Path

import pytest

from ops_data.alarm_book import BOOK, Found, acknowledge, alarms, last_look_utc, record_alarms
from ops_data.errors import StoreError, UnknownNameError, UsageError

SLOW = Found("duration/chikyu/shift", "notice", "longer")
THIN = Found("concentration/chikyu/solids", "warning", "thinner")
CAMPAIGN = "pilot-2027"


def states(store: Path, as_of_utc: int | None = None) -> dict[str, str]:
    return {one.alarm_id: one.state for one in alarms(store, as_of_utc)}


def test_a_deviation_with_the_same_key_goes_on_as_the_same_alarm(tmp_path: Path) -> None:
    record_alarms(tmp_path, [SLOW], 100, CAMPAIGN)
    (found,) = record_alarms(tmp_path, [Found(SLOW.key, "notice", "still longer")], 200, CAMPAIGN)
    assert (found.alarm_id, found.first_utc, found.last_utc, found.said) == ("A1", 100, 200, "still longer")


def test_an_alarm_that_is_not_found_any_more_is_over_and_comes_back_as_a_new_one(tmp_path: Path) -> None:
    for now_s, told in ((100, [SLOW]), (200, []), (300, [SLOW])):
        record_alarms(tmp_path, told, now_s, CAMPAIGN)
    assert states(tmp_path) == {"A2": "open", "A1": "over"}
    assert alarms(tmp_path)[1].over_utc == 200


def test_what_stood_at_an_earlier_second_can_be_told(tmp_path: Path) -> None:
    record_alarms(tmp_path, [SLOW], 100, CAMPAIGN)
    acknowledge(tmp_path, "A1", "Sato", "new crew", 150)
    record_alarms(tmp_path, [THIN], 200, CAMPAIGN)
    assert states(tmp_path, 99) == {}
    assert states(tmp_path, 120) == {"A1": "open"}
    assert states(tmp_path, 150) == {"A1": "acknowledged"}
    assert states(tmp_path) == {"A2": "open", "A1": "over"}


def test_an_acknowledgement_says_who_when_and_why_and_lasts_while_the_alarm_does(tmp_path: Path) -> None:
    record_alarms(tmp_path, [SLOW], 100, CAMPAIGN)
    acknowledge(tmp_path, "A1", " Sato ", "new crew", 150)
    (found,) = record_alarms(tmp_path, [SLOW], 200, CAMPAIGN)
    assert (found.state, found.acknowledged_by, found.acknowledged_utc, found.note) == (
        "acknowledged", "Sato", 150, "new crew",
    )  # fmt: skip


def test_an_acknowledged_alarm_that_gets_worse_is_open_again(tmp_path: Path) -> None:
    record_alarms(tmp_path, [SLOW], 100, CAMPAIGN)
    acknowledge(tmp_path, "A1", "Sato", "new crew", 150)
    (found,) = record_alarms(tmp_path, [Found(SLOW.key, "alarm", "much longer")], 200, CAMPAIGN)
    assert (found.state, found.acknowledged_by) == ("open", "Sato")


def test_a_look_at_one_campaign_leaves_the_alarms_of_another(tmp_path: Path) -> None:
    record_alarms(tmp_path, [SLOW], 100, CAMPAIGN)
    record_alarms(tmp_path, [], 200, "storm-season")
    assert [one.state for one in alarms(tmp_path, None, CAMPAIGN)] == ["open"]
    assert (last_look_utc(tmp_path, CAMPAIGN), last_look_utc(tmp_path, "storm-season")) == (100, 200)


def test_a_look_before_the_last_one_is_refused(tmp_path: Path) -> None:
    record_alarms(tmp_path, [SLOW], 200, CAMPAIGN)
    with pytest.raises(UsageError, match="looks are recorded in order of time"):
        record_alarms(tmp_path, [], 100, CAMPAIGN)
    assert states(tmp_path) == {"A1": "open"}


def test_a_key_that_comes_twice_is_refused_and_nothing_is_kept(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="comes twice"):
        record_alarms(tmp_path, [SLOW, Found(SLOW.key, "alarm", "again")], 100, CAMPAIGN)
    assert alarms(tmp_path) == []


@pytest.mark.parametrize(
    ("alarm_id", "by", "note", "error", "message"),
    [
        ("A11", "Sato", "seen", UnknownNameError, "alarm 'A11': not in the alarm book; did you mean 'A1'?"),
        ("A1", " ", "seen", UsageError, "'by' is empty"),
        ("A1", "Sato", "", UsageError, "'note' is empty"),
        ("A2", "Sato", "seen", UsageError, "it is over"),
    ],
)
def test_what_cannot_be_acknowledged_is_told_in_one_line(
    tmp_path: Path, alarm_id: str, by: str, note: str, error: type[Exception], message: str
) -> None:
    record_alarms(tmp_path, [SLOW, THIN], 100, CAMPAIGN)
    record_alarms(tmp_path, [SLOW], 200, CAMPAIGN)
    with pytest.raises(error, match=message.replace("?", r"\?")) as caught:
        acknowledge(tmp_path, alarm_id, by, note, 300)
    assert "\n" not in str(caught.value)


def test_an_empty_book_says_how_to_begin(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="look with 'twin alarms --at TIME'"):
        acknowledge(tmp_path, "A1", "Sato", "seen", 100)
    assert not BOOK.path(tmp_path).exists()


def test_what_stands_in_the_book_cannot_be_changed(tmp_path: Path) -> None:
    record_alarms(tmp_path, [SLOW], 100, CAMPAIGN)
    book = sqlite3.connect(BOOK.path(tmp_path), isolation_level=None)
    for asked in ("UPDATE events SET said = ''", "DELETE FROM alarms"):
        with pytest.raises(sqlite3.IntegrityError, match="never changed"):
            book.execute(asked)
    book.close()


def test_a_book_of_a_newer_version_and_a_damaged_one_are_refused(tmp_path: Path) -> None:
    record_alarms(tmp_path, [SLOW], 100, CAMPAIGN)
    book = sqlite3.connect(BOOK.path(tmp_path), isolation_level=None)
    book.execute("PRAGMA user_version = 2")
    book.close()
    with pytest.raises(StoreError, match="written by a newer version; this one reads up to 1"):
        alarms(tmp_path)
    for path in BOOK.path(tmp_path).parent.iterdir():
        path.unlink()
    BOOK.path(tmp_path).write_bytes(b"this is no book" * 100)
    with pytest.raises(StoreError, match="the alarm book is damaged"):
        alarms(tmp_path)
