"""Readings through a real mosquitto: nothing lost and nothing twice, whoever is killed, stopped or wrong.

Truth: derived; the published readings themselves.
"""

import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ops_data.ingest.buffer import closing, open_buffer
from tests.ops_data.ingest.brokers import (
    FILTER,
    TOPIC,
    WAIT_S,
    Ingester,
    Mosquitto,
    meanwhile,
    mosquitto_path,
    payload_of,
    publishing,
    readings_of_the_deck,
    running,
    some_twice,
    wait_until,
)  # fmt: skip
from tests.ops_data.ingest.certificates import write_certificates
from tests.ops_data.ingest.made_up_files import HS

pytestmark = pytest.mark.broker

Start = Callable[..., Ingester]


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    """Return a broker of its own."""
    with running(tmp_path / "broker") as one:
        yield one


@pytest.fixture
def listener(broker: Mosquitto, tmp_path: Path) -> Iterator[Ingester]:
    """Return the command, not started; nobody is left behind."""
    one = Ingester(tmp_path / "store", f"127.0.0.1:{broker.port}")
    yield one
    if one.process is not None and one.process.poll() is None:
        one.kill()


def test_two_thousand_messages_with_some_twice_are_all_there_once(broker: Mosquitto, listener: Ingester) -> None:
    readings = readings_of_the_deck(2_000)
    listener.start()
    with publishing(broker.port) as deck:
        deck.send_all([*some_twice(readings[:-1], 300, seed=1), readings[-1]])
    listener.wait_for(2_000)  # the last of all is the last message, too
    account = listener.stop()
    counts = account["batch"]["counts"]
    assert listener.readings() == readings
    assert (account["messages"], account["acknowledged"], account["unkept"]) == (2_300, 2_300, 0)
    assert (counts["accepted"], counts["duplicate"], counts["refused"]) == (2_000, 300, 0)
    again = listener.start()
    time.sleep(1.0)
    assert "the broker has kept the session" in again.said()
    assert again.stop()["messages"] == 0


@pytest.mark.heavy
def test_who_listens_is_killed_at_random_moments_and_every_published_reading_is_there_once(
    broker: Mosquitto, listener: Ingester
) -> None:
    luck, readings = random.Random(8), readings_of_the_deck(8_000)
    listener.start()
    with publishing(broker.port) as deck, meanwhile(lambda: deck.send_all(readings, pause_s=0.001)):
        for _ in range(5):
            time.sleep(luck.uniform(0.1, 1.2))
            listener.kill()
            assert listener.count() < len(readings)
            listener.start()
    listener.wait_for(len(readings))
    time.sleep(1.0)
    last = listener.stop()
    assert listener.readings() == readings
    assert last["messages"] == last["acknowledged"] > 0


def test_the_broker_is_stopped_and_started_again_and_nothing_is_lost(broker: Mosquitto, listener: Ingester) -> None:
    readings = readings_of_the_deck(3_000)
    listener.start()
    with publishing(broker.port) as deck, meanwhile(lambda: deck.send_all(readings, pause_s=0.001)):
        listener.wait_for(500)
        broker.stop()
        wait_until(lambda: "cannot be reached" in listener.said(), "a word about it")
        broker.start()
    listener.wait_for(len(readings))
    listener.stop()
    assert listener.readings() == readings
    lines = listener.said().splitlines()
    place = f"broker 127.0.0.1:{broker.port}"
    assert len(lines) == 4, lines
    assert f"connection to {place} lost: it hung up; trying again" in lines[1]
    assert f"{place} cannot be reached: Connection refused; trying again" in lines[2]
    assert "the broker has kept the session" in lines[3]


def test_a_broker_that_is_down_at_the_beginning_is_waited_for(broker: Mosquitto, listener: Ingester) -> None:
    broker.stop()
    listener.begin()
    wait_until(lambda: "cannot be reached: Connection refused" in listener.said(), "a word about it")
    broker.start()
    wait_until(lambda: "a new session" in listener.said(), "the connection")
    assert listener.stop()["connections"] == 1


def test_a_broker_that_forgot_the_session_is_told(broker: Mosquitto, listener: Ingester) -> None:
    listener.start()
    broker.stop()
    (broker.folder / "mosquitto.db").unlink()
    broker.start()
    wait_until(lambda: "the broker has forgotten the session" in listener.said(), "a word about it")
    listener.stop()


def test_what_cannot_be_read_is_kept_with_topic_and_reason_and_the_rest_goes_on(
    broker: Mosquitto, listener: Ingester
) -> None:
    (one, two) = readings_of_the_deck(2)
    listener.start()
    with publishing(broker.port) as deck:
        unknown = payload_of(one).replace(HS, "site.sea.hsx")
        for payload in ("{", "12", b"\xff", '{"tag": "site.sea.hs"}', unknown):
            deck.send(payload)
        deck.send(payload_of(one).replace('"m"', '"kg"'))
        deck.send(f"[{payload_of(one)}, 5]", "site/rig/readings")
        deck.send(payload_of(two), qos=0)
    listener.wait_for(2)
    account = listener.stop()
    assert (account["batch"]["counts"]["refused"], account["unkept"]) == (7, 1)
    with closing(open_buffer(listener.store)) as buffer:
        rows = list(buffer.refused(f"mqtt {listener.place}"))
    assert [row.row for row in rows] == [1, 2, 3, 4, 5, 6, 8]
    reasons = ("not JSON", "a number without a tag", "not UTF-8", "no 'time_utc'", "site.sea.hsx", "kg", "5 in a list")
    for row, why in zip(rows, reasons, strict=True):
        assert why in row.reason
    assert [row.reason.startswith(f"topic '{TOPIC}': ") for row in rows[:4]] == [True] * 4
    assert rows[6].reason.startswith("topic 'site/rig/readings': ")


def test_plain_numbers_of_topics_in_the_mapping_are_of_their_arrival_and_leave_no_session(
    broker: Mosquitto, tmp_path: Path
) -> None:
    mapping = tmp_path / "topics.toml"
    lines = ('source = "buoy"', "[tags]", f'"site/hs" = {{ tag = "{HS}", unit = "m" }}', "[reader]", 'time = "arrival"')
    mapping.write_text("\n".join(lines))
    words = ("--topic", "site/hs", "--mapping", str(mapping))
    listener = Ingester(tmp_path / "store", f"127.0.0.1:{broker.port}", words)
    with publishing(broker.port) as deck:
        deck.send("9.9", "site/hs", retain=True)
    before = int(time.time())
    listener.start()
    with publishing(broker.port) as deck:
        deck.send("2.5", "site/hs")
    listener.wait_for(1)
    assert "without a session" in listener.said()
    assert listener.stop()["batch"]["counts"]["refused"] == 1  # the retained one
    ((tag, at, value),) = listener.readings()
    assert (tag, value) == (HS, 2.5)
    assert before <= at <= time.time()


def refusal(root: Path, store: Path, port: int, *words: str) -> tuple[int, str]:
    """Return exit code and words of a command that ends by itself."""
    command = [sys.executable, "-m", "twin", "ingest", "--mqtt", f"127.0.0.1:{port}", "--topic", FILTER, *words]
    done = subprocess.run(
        [*command, "--store", str(store)], cwd=root, capture_output=True, text=True, timeout=WAIT_S, check=False
    )
    return done.returncode, done.stderr


def test_a_wrong_password_is_one_line_and_the_right_one_lets_in(root: Path, tmp_path: Path) -> None:
    passwords, secret, wrong = tmp_path / "passwords", tmp_path / "secret", tmp_path / "wrong"
    passwords.write_text("deck:abyss\n")
    subprocess.run([Path(mosquitto_path()).with_name("mosquitto_passwd").name, "-U", str(passwords)], check=True)
    secret.write_text("abyss\n")
    wrong.write_text("abbys\n")
    named = ("--username", "deck", "--password-file")
    with running(tmp_path / "broker", f"password_file {passwords}\n", anonymous=False) as broker:
        code, told = refusal(root, tmp_path / "store", broker.port, *named, str(wrong))
        assert (code, told.count("\n")) == (2, 1)
        assert "refuses the connection (not authorized); check --username, --password-file" in told
        listener = Ingester(tmp_path / "store", f"127.0.0.1:{broker.port}", (*named, str(secret))).start()
        assert listener.stop()["connections"] == 1


def test_an_encrypted_broker_is_believed_only_with_the_certificate_that_vouches_for_it(
    root: Path, tmp_path: Path
) -> None:
    ours, others = write_certificates(tmp_path / "ours"), write_certificates(tmp_path / "others")
    tls = f"cafile {ours.authority}\ncertfile {ours.certificate}\nkeyfile {ours.key}\n"
    with running(tmp_path / "broker", tls) as broker:
        code, told = refusal(root, tmp_path / "store", broker.port, "--tls-ca", str(others.authority))
        assert (code, told.count("\n")) == (2, 1)
        assert "no encrypted connection: " in told
        words = ("--tls-ca", str(ours.authority))
        listener = Ingester(tmp_path / "store", f"127.0.0.1:{broker.port}", words).start()
        assert listener.stop()["connections"] == 1
