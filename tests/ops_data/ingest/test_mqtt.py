"""What messages of a broker say, and what the command says of its options; no broker is asked.

Truth: derived, by hand.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops_data.errors import UsageError
from ops_data.ingest.checks import Checks
from ops_data.ingest.mapping import Mapping_, Target
from ops_data.ingest.mqtt import checked_topic
from ops_data.ingest.mqtt_messages import LARGEST_BYTES, Message, rows_of, timed_by_arrival
from ops_data.ingest.rows import Refused
from ops_data.reference.sensor_rows import sensors
from tests.ops_data.ingest.made_up_files import BEGIN, FLOW, HS, RECEIVED, iso
from twin.__main__ import main

ARRIVED_US = BEGIN * 1_000_000 + 250_000
HS_TOPIC = "site/buoy/hs"
TABLE = Mapping_(tags={HS_TOPIC: Target(HS, "m"), "site/spare": Target("")})
BY_ARRIVAL = Mapping_(tags=TABLE.tags, reader={"time": "arrival"})


def said(
    payload: object, mapping: Mapping_ = TABLE, topic: str = "site/a/readings", retained: bool = False
) -> tuple[list[tuple[str, int, int, float, str, str]], list[Refused]]:
    """Return rows as (tag, second, seq, value, unit, quality), and what is refused of one message."""
    sent = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    (raw, refused), _ = rows_of([Message(topic, sent, ARRIVED_US, retained)], 1, mapping)
    if raw.seq is None:
        return [], list(refused)
    columns = (raw.tag, raw.time_utc, raw.seq, raw.value, raw.unit, raw.quality)
    return list(zip(*(column.tolist() for column in columns), strict=True)), list(refused)


def reason(payload: object, mapping: Mapping_ = TABLE, topic: str = "site/a/readings", retained: bool = False) -> str:
    """Return why the only row of a message is refused."""
    rows, refused = said(payload, mapping, topic, retained)
    assert rows == []
    (one,) = refused
    assert one.reason.startswith(f"topic '{topic}': ")
    assert one.text.startswith(f"{topic} ")
    return one.reason.removeprefix(f"topic '{topic}': ")


def reading(**other: object) -> dict[str, object]:
    """Return a sound reading with some keys of its own; None takes a key away."""
    whole = {"tag": HS, "time_utc": iso(BEGIN), "value": 2.5, "unit": "m", **other}
    return {key: value for key, value in whole.items() if value is not None}


def test_an_object_is_a_reading_with_the_microseconds_of_its_time_as_its_number() -> None:
    found = reading(time_utc="2027-01-05T09:00:00.25+09:00", quality="uncertain")
    assert said(found) == ([(HS, BEGIN, 250_000, 2.5, "m", "uncertain")], [])
    assert said(reading(seq=7)) == ([(HS, BEGIN, 7, 2.5, "m", "")], [])


@pytest.mark.parametrize(
    ("time", "form"),
    [
        (BEGIN, ""),
        (BEGIN + 0.0, "epoch_s"),
        (BEGIN * 1_000, "epoch_ms"),
        ("05.01.2027 00:00:00+0000", "%d.%m.%Y %H:%M:%S%z"),
    ],
)
def test_a_time_is_a_number_or_a_text_as_declared(time: object, form: str) -> None:
    assert said(reading(time_utc=time), Mapping_(time_format=form)) == ([(HS, BEGIN, 0, 2.5, "m", "")], [])


def test_a_time_without_a_zone_is_of_the_zone_of_the_mapping() -> None:
    tokyo = Mapping_(time_zone="Asia/Tokyo")
    assert said(reading(time_utc="2027-01-05T09:00:00"), tokyo) == ([(HS, BEGIN, 0, 2.5, "m", "")], [])
    assert "has no zone" in reason(reading(time_utc="2027-01-05T09:00:00"))
    berlin = Mapping_(time_zone="Europe/Berlin")
    assert "comes twice in Europe/Berlin" in reason(reading(time_utc="2026-10-25T02:30:00"), berlin)


def test_a_list_holds_readings_and_what_is_wrong_in_it_costs_that_row_alone() -> None:
    rows, refused = said([reading(), reading(time_utc="soon"), 5, reading(time_utc=iso(BEGIN + 1))])
    assert [row[1] for row in rows] == [BEGIN, BEGIN + 1]
    assert [one.row for one in refused] == [2, 3]
    assert "'time_utc' is 'soon'" in refused[0].reason


def test_rows_are_counted_through_the_messages() -> None:
    messages = [Message("a", json.dumps(one).encode(), ARRIVED_US) for one in ([reading()] * 2, "x", reading())]
    (raw, refused), next_row = rows_of(messages, 11, Mapping_())
    assert (raw.row.tolist(), [one.row for one in refused], next_row) == ([11, 12, 14], [13], 15)


def test_keys_words_tags_and_numbers_are_as_the_mapping_says() -> None:
    mapping = Mapping_(
        columns={"tag": "name", "value": "v"}, time_column="ts", time_format="epoch_ms", missing=("-999.25",),
        tags={"HS1": Target(HS, "ft")}, quality={"192": "good", "Bad": "bad"},
    )  # fmt: skip
    found = {"name": "HS1", "ts": BEGIN * 1_000 + 1, "v": 8, "quality": 192}
    assert said(found, mapping) == ([(HS, BEGIN, 1_000, 8.0, "ft", "good")], [])
    ((*_, value, _, quality),), _ = said({**found, "v": -999.25, "quality": "Bad"}, mapping)
    assert (value != value, quality) == (True, "bad")


def test_the_topic_gives_the_tag_and_the_unit_of_an_object_that_names_none() -> None:
    assert said(reading(tag=None, unit=None), topic=HS_TOPIC) == ([(HS, BEGIN, 0, 2.5, "m", "")], [])
    assert "no 'tag' in it" in reason(reading(tag=None))
    assert said(b"17", topic="site/spare") == ([], [])


def test_a_plain_number_is_of_its_arrival_if_the_mapping_says_so_and_else_refused() -> None:
    assert said(b" 2.5\n", BY_ARRIVAL, HS_TOPIC) == ([(HS, BEGIN, 250_000, 2.5, "m", "")], [])
    assert 'time = "arrival"' in reason(b"2.5", TABLE, HS_TOPIC)
    assert "nobody knows of when it is" in reason(b"2.5", BY_ARRIVAL, HS_TOPIC, retained=True)
    assert "'high' is not a number" in reason(b"high", BY_ARRIVAL, HS_TOPIC)
    assert "a number without a tag" in reason(b"2.5", BY_ARRIVAL)


@pytest.mark.parametrize(
    ("payload", "why"),
    [
        (b"", "the message is empty"),
        (b"\xff\xfe", "its bytes are not UTF-8"),
        (b"{", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "the list is empty"),
        (b'"text"', '"text" is no reading'),
        (b" " * (LARGEST_BYTES + 1), "are read; publish shorter lists"),
        (reading(time_utc=None), "no 'time_utc' in it"),
        (reading(time_utc=1e300), "which is no time"),
        (reading(time_utc=True), "a text is needed"),
        (reading(time_utc=None, time=BEGIN), "say what it counts in a mapping"),
        (reading(value="2.5"), "a number is needed, without quotes"),
        ({key: one for key, one in reading().items() if key != "value"}, "no 'value' in it"),
        (reading(tag=5), "'tag' is 5; a text is needed"),
        (reading(tag="\ud800"), "is not Unicode"),
        (reading(seq=1.5), "'seq' is 1.5"),
        (reading(seq=1 << 63), "'seq' is 9223372036854775808"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_its_topic_the_reason_and_the_text(payload: object, why: str) -> None:
    assert why in reason(payload)


def test_sparkplug_is_refused_in_words() -> None:
    assert "Sparkplug B is not read" in reason(b"\x08\x01", topic="spBv1.0/site/DDATA/edge/rig")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["tag", "time_utc", "time", "value", "unit", "quality", "seq"]), inner)
    ),
    max_leaves=20,
)


@given(payload=st.binary(max_size=40) | json_values.map(lambda one: json.dumps(one).encode()), table=st.booleans())
def test_no_payload_breaks_the_reading_and_each_leaves_rows_or_a_reason(payload: bytes, table: bool) -> None:
    topic = HS_TOPIC if table else "site/a"
    chunk, next_row = rows_of([Message(topic, payload, ARRIVED_US)], 1, BY_ARRIVAL)
    raw, refused = chunk
    checked, unfit = Checks(sensors(), RECEIVED, False).check(raw)
    assert len(checked) + len(unfit) + len(refused) == next_row - 1 >= 1
    for one in (*refused, *unfit):
        (one.reason + one.text).encode()  # the database asks for Unicode


@pytest.mark.parametrize(
    "mapping", [Mapping_(format="csv"), Mapping_(reader={"when": 1}), Mapping_(reader={"time": 1})]
)
def test_a_mapping_that_is_not_of_messages_is_told(mapping: Mapping_) -> None:
    with pytest.raises(UsageError, match=r"key '(format|reader\.when|reader\.time)'"):
        timed_by_arrival(mapping)


@pytest.mark.parametrize("topic", ["", "a/#/b", "a#", "+a/b", "a\0b"])
def test_a_topic_filter_is_checked_before_the_broker_is_asked(topic: str) -> None:
    with pytest.raises(UsageError, match="is no topic filter"):
        checked_topic(topic)
    assert checked_topic("#") == "#"


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--mqtt", "localhost"], "no topic is named"),
        (["--topic", "a"], "name it with --mqtt"),
        (["--mqtt", "localhost", "--topic", "a", "night.csv"], "leave out files"),
        (["--mqtt", "localhost", "--topic", "a", "--seal"], "leave out --seal"),
        (["--mqtt", "mqtt://localhost", "--topic", "a"], "host and port of a broker are needed"),
        (["--mqtt", "localhost:0", "--topic", "a"], "host and port of a broker are needed"),
        (["--mqtt", "::1", "--topic", "a"], "host and port of a broker are needed"),
        (["--mqtt", "localhost", "--topic", "a", "--password-file", "p"], "add --username"),
        (["--mqtt", "localhost", "--topic", "a", "--username", "u", "--password-file", "none"], "cannot be read"),
        (["--mqtt", "localhost", "--topic", "a", "--tls-ca", "none"], "cannot be read"),
    ],
)
def test_options_that_do_not_fit_are_told_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: list[str], line: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["ingest", *words]) == 2
    told = capsys.readouterr().err
    assert line in told
    assert told.count("\n") == 1


def test_without_the_extra_the_command_says_how_to_install_it(root: Path, tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['paho'] = None; from twin.__main__ import main; "
        f"sys.exit(main(['ingest', '--mqtt', 'localhost', '--topic', 'a', '--store', {str(tmp_path)!r}]))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "install the project with [mqtt], or pip install paho-mqtt" in done.stderr
    assert done.stderr.count("\n") == 1


def test_flow_in_other_units_is_converted_as_from_files() -> None:
    (raw, _), _ = rows_of([Message("a", json.dumps(reading(tag=FLOW, value=6000, unit="L/min")).encode(), 0)], 1, TABLE)
    checked, refused = Checks(sensors(), RECEIVED, False).check(raw)
    assert (checked.value.tolist(), refused) == ([360.0], [])
