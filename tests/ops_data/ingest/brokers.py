"""A mosquitto on a loopback port of its own, somebody who publishes to it, and the command that listens."""

import getpass
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from ops_data.ingest.buffer import closing, existing_buffer
from ops_data.ingest.sealing import all_readings
from tests.ops_data.ingest.made_up_files import BEGIN, HS, Said

WAIT_S = 60.0
TOPIC = "site/deck/readings"
FILTER = "site/+/readings"


def mosquitto_path() -> str:
    """Return the path of the broker; without one the test is left out, but never in CI."""
    found = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if found is None:
        missing = "no mosquitto here: 'make test' installs it where it may (Debian: apt-get install mosquitto)"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    return found


def wait_until(true: Callable[[], bool], what: str, pause_s: float = 0.02) -> None:
    """Wait until something is true, within `WAIT_S`."""
    until = time.monotonic() + WAIT_S
    while not true():
        assert time.monotonic() < until, f"waited {WAIT_S:.0f} s for {what}"
        time.sleep(pause_s)


@dataclass
class Mosquitto:
    """A broker that keeps its sessions in a folder while it is down."""

    folder: Path
    more: str = ""
    anonymous: bool = True
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            self.port = one.getsockname()[1]

    def start(self) -> None:
        """Start it, and wait until it answers."""
        (self.folder / "mosquitto.conf").write_text(
            f"listener {self.port} 127.0.0.1\nuser {getpass.getuser()}\npersistence true\n"
            f"persistence_location {self.folder}/\nmax_queued_messages 0\n"
            f"allow_anonymous {str(self.anonymous).lower()}\n{self.more}"
        )
        with (self.folder / "mosquitto.log").open("ab") as log:
            words = [mosquitto_path(), "-c", str(self.folder / "mosquitto.conf")]
            self.process = subprocess.Popen(words, stdout=log, stderr=log)
        wait_until(self._answers, "mosquitto")

    def stop(self) -> None:
        """Stop it as an operator does; it writes its sessions down."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=WAIT_S)
            self.process = None

    def _answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, (self.folder / "mosquitto.log").read_text()
        with socket.socket() as one:
            return one.connect_ex(("127.0.0.1", self.port)) == 0


@contextmanager
def running(folder: Path, more: str = "", anonymous: bool = True) -> Iterator[Mosquitto]:
    """Give a started broker."""
    folder.mkdir()
    broker = Mosquitto(folder, more, anonymous)
    broker.start()
    try:
        yield broker
    finally:
        broker.stop()


@dataclass
class Publisher:
    """Somebody who publishes with QoS 1 and connects again when the broker was away."""

    port: int
    client: Client = field(init=False)
    sent: int = 0
    acknowledged: int = 0

    def __post_init__(self) -> None:
        self.client = Client(CallbackAPIVersion.VERSION2, "deck", clean_session=False)
        self.client.max_queued_messages_set(0)
        self.client.reconnect_delay_set(1, 1)
        self.client.on_publish = self._published
        self.client.connect("127.0.0.1", self.port)
        self.client.loop_start()

    def send(self, payload: bytes | str, topic: str = TOPIC, qos: int = 1, retain: bool = False) -> None:
        """Hand over a message."""
        self.client.publish(topic, payload, qos=qos, retain=retain)
        self.sent += 1

    def send_all(self, readings: Iterable[Said], pause_s: float = 0.0) -> None:
        """Hand over readings, each in a message of its own."""
        for reading in readings:
            self.send(payload_of(reading))
            if pause_s:
                time.sleep(pause_s)

    def end(self) -> None:
        """Wait until the broker has all of it, and leave."""
        wait_until(lambda: self.acknowledged >= self.sent, "the broker to take what was published")
        self.client.disconnect()
        self.client.loop_stop()

    def _published(self, *_: object) -> None:
        self.acknowledged += 1


@contextmanager
def publishing(port: int) -> Iterator[Publisher]:
    """Give a publisher whose messages the broker has taken at the end of the block."""
    one = Publisher(port)
    yield one
    one.end()


@contextmanager
def meanwhile(work: Callable[[], None]) -> Iterator[None]:
    """Do some work in a thread beside the block, and wait for its end."""
    thread = threading.Thread(target=work)
    thread.start()
    yield
    thread.join()


@dataclass
class Ingester:
    """The command as a person starts it."""

    store: Path
    place: str
    words: Sequence[str] = ()
    process: subprocess.Popen[bytes] | None = None
    told: int = 0

    @property
    def _log(self) -> Path:
        return self.store.with_suffix(".log")

    def start(self) -> "Ingester":
        """Start it, and return when it is connected."""
        before = self.said().count("connected to broker")
        self.begin()
        wait_until(lambda: self.said().count("connected to broker") > before or self._ended(), "the connection")
        return self

    def begin(self) -> None:
        """Start it."""
        command = [sys.executable, "-m", "twin", "ingest", "--mqtt", self.place, "--store", str(self.store), "--json"]
        topics = () if "--topic" in self.words else ("--topic", FILTER)
        with self._log.open("ab") as log:
            self.process = subprocess.Popen([*command, *topics, *self.words], stdout=subprocess.PIPE, stderr=log)

    def _ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def kill(self) -> None:
        """Kill it as the machine does that runs out of power."""
        self._finish(signal.SIGKILL)

    def stop(self) -> dict[str, Any]:
        """Interrupt it and return its account."""
        out = self._finish(signal.SIGINT)
        account: dict[str, Any] = json.loads(out)
        return account

    def _finish(self, number: int) -> bytes:
        assert self.process is not None
        self.process.send_signal(number)
        out, _ = self.process.communicate(timeout=WAIT_S)
        return out

    def said(self) -> str:
        """Return all it has said so far, of every start."""
        return self._log.read_text() if self._log.exists() else ""

    def count(self) -> int:
        """Return how many readings are kept."""
        buffer = existing_buffer(self.store)
        if buffer is None:
            return 0
        with closing(buffer):
            return buffer.count()

    def readings(self) -> list[Said]:
        """Return the kept readings, in order."""
        table = all_readings(self.store, None, 0, 1 << 40)
        columns = [table.column(name).to_pylist() for name in ("tag", "time_utc", "value")]
        return sorted(zip(*columns, strict=True))

    def wait_for(self, count: int) -> None:
        """Wait until so many readings are kept."""
        wait_until(lambda: self.count() >= count, f"{count} readings, found {self.count()}\n{self.said()}")


def readings_of_the_deck(count: int) -> list[Said]:
    """Return readings, one a second."""
    return [(HS, BEGIN + at, round(2.0 + at % 7 / 10, 1)) for at in range(count)]


def payload_of(reading: Said) -> str:
    """Return a reading as a message."""
    tag, at, value = reading
    return json.dumps({"tag": tag, "time_utc": at, "value": value, "unit": "m"})


def some_twice(readings: Sequence[Said], again: int, seed: int) -> list[Said]:
    """Return readings in a random order, some of them twice."""
    luck = random.Random(seed)
    found = [*readings, *luck.sample(readings, again)]
    luck.shuffle(found)
    return found
