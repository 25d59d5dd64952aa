"""Readings from a broker of messages (MQTT 3.1.1): kept on disk first, acknowledged to the broker after that.

The session at the broker outlives the connection: what was published with QoS 1 and is not acknowledged comes again,
whoever was killed and whenever, and what comes again changes nothing, for the key of a reading makes it a duplicate.
How much waits at the broker meanwhile is the broker's: a mosquitto wants ``persistence true`` and, for more than a
thousand messages, ``max_queued_messages 0``. Numbers that are timed by their arrival may neither wait nor come again:
they are asked for without session, with QoS 0. Sparkplug B is not read.
"""

import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from ops_data.errors import UsageError
from ops_data.ingest.mapping import Mapping_
from ops_data.ingest.mqtt_messages import Message, rows_of, timed_by_arrival
from ops_data.ingest.streaming import Stream

KEEP_ALIVE_S: Final = 30  # a broker that is silent for longer is taken to be gone
ANSWER_S: Final = 10.0  # it has to accept a connection and the topics
TURN_S: Final = 0.5  # a wish to stop is heard as often
TOGETHER: Final = 2_000  # messages that are kept in one transaction
TOGETHER_S: Final = 0.25  # and how long more of them are waited for
PAUSES_S: Final = (1.0, 2.0, 5.0, 10.0, 30.0)  # between attempts to connect; the last one stays
STEADY_S: Final = 10.0  # a connection that stood so long begins with the first pause again
_BUSY: Final = "Server unavailable"  # names of reasons in the client library
_UNKNOWN: Final = "Unspecified error"
_HUNG_UP: Final = "it hung up"


@dataclass(frozen=True)
class Broker:
    """A broker and how one is known to it; without ``tls_ca`` nothing is encrypted.

    Attributes
    ----------
    client_id : under which the broker keeps the session; two at once under one id push each other out.
    topics : filters, with ``+`` for one level and ``#`` for all below.
    tls_ca : file of the certificates that may vouch for the broker.
    """

    host: str
    port: int
    client_id: str
    topics: tuple[str, ...]
    username: str | None = None
    password: str | None = None
    tls_ca: Path | None = None

    @property
    def place(self) -> str:
        """Host and port in one word."""
        return f"{self.host}:{self.port}"


@dataclass
class Account:
    """What has come so far; the counts of the readings are in the batch of the stream.

    Attributes
    ----------
    messages : that came, again and again ones included.
    acknowledged : of these, to the broker.
    unkept : that came with QoS 0: the broker keeps none of them for who is away.
    connections : how often the broker let us in.
    waited_s, longest_s : from arrival to disk, in sum and at most.
    next_row : number of the next row within the stream.
    """

    messages: int = 0
    acknowledged: int = 0
    unkept: int = 0
    connections: int = 0
    waited_s: float = 0.0
    longest_s: float = 0.0
    next_row: int = 1


@dataclass(frozen=True)
class Listener:
    """Who listens: told of each batch on disk, told in words of the connection, asked whether to go on."""

    heard: Callable[[Account], None]
    said: Callable[[str], None]
    stopped: Callable[[], bool]


class _RefusedError(UsageError):
    """The broker refuses what it is told: no waiting mends that."""


@dataclass
class _Link:
    """One connection; its private methods are called by the client library within `turn`."""

    broker: Broker
    keeps: bool
    waiting: list[tuple[Message, int, int]] = field(default_factory=list)  # message, its number, its QoS
    session_present: bool = False
    ready: bool = False
    lost: str = ""
    refusal: str = ""

    def __post_init__(self) -> None:
        self.client = Client(
            CallbackAPIVersion.VERSION2, self.broker.client_id, clean_session=not self.keeps,
            reconnect_on_failure=False, manual_ack=True,
        )  # fmt: skip
        self.client.on_connect = self._connected
        self.client.on_subscribe = self._subscribed
        self.client.on_message = self._came
        self.client.on_disconnect = self._gone
        if self.broker.username is not None:
            self.client.username_pw_set(self.broker.username, self.broker.password)

    def open(self, stopped: Callable[[], bool]) -> None:
        """Connect and ask for the topics; OSError when the broker is not there, UsageError when it refuses."""
        try:
            if self.broker.tls_ca is not None:
                self.client.tls_set(ca_certs=str(self.broker.tls_ca))
            self.client.connect(self.broker.host, self.broker.port, KEEP_ALIVE_S)
        except (ssl.SSLEOFError, ssl.SSLZeroReturnError) as error:
            raise ConnectionError("it hung up while encryption was agreed on") from error
        except ssl.SSLError as error:
            why = getattr(error, "verify_message", "") or error.reason or str(error)
            raise _RefusedError(
                f"broker {self.broker.place}: no encrypted connection: {why}; check the port and the file of --tls-ca"
            ) from error
        until = time.monotonic() + ANSWER_S
        while not self.ready and not stopped():
            alive = self.turn(TURN_S)
            if self.refusal:
                raise _RefusedError(f"broker {self.broker.place}: {self.refusal}")
            if not alive:
                raise ConnectionError(f"{self.lost} before it had answered")
            if time.monotonic() > until:
                raise TimeoutError(f"it did not answer for {ANSWER_S:.0f} s")

    def turn(self, wait_s: float) -> bool:
        """Send and receive for a moment; False when the connection is gone."""
        code = self.client.loop(wait_s)
        if code != MQTTErrorCode.MQTT_ERR_SUCCESS and not self.lost:
            self.lost = str(code.name).removeprefix("MQTT_ERR_").replace("_", " ").lower()
        return not self.lost

    def gather(self) -> bool:
        """Wait for messages, and for those right behind the first; False when the connection is gone."""
        alive = bool(self.waiting) or self.turn(TURN_S)
        until, before = time.monotonic() + TOGETHER_S, 0
        while alive and before < len(self.waiting) < TOGETHER and time.monotonic() < until:
            before = len(self.waiting)
            alive = self.turn(0.0)
        return alive

    def close(self) -> None:
        """Take leave; the session stays."""
        until = time.monotonic() + ANSWER_S
        while self.client.want_write() and time.monotonic() < until and self.turn(0.1):
            pass  # acknowledgements on their way
        self.client.disconnect()

    def _connected(
        self, client: Client, _data: object, flags: ConnectFlags, code: ReasonCode, _properties: Properties | None
    ) -> None:
        if code.is_failure:
            remedy = "check --username, --password-file and --client-id"
            if str(code) == _BUSY:
                self.lost = str(code).lower()
            else:
                self.refusal = f"it refuses the connection ({str(code).lower()}); {remedy}"
            return
        self.session_present = flags.session_present
        client.subscribe([(topic, 1 if self.keeps else 0) for topic in self.broker.topics])

    def _subscribed(
        self, _client: Client, _data: object, _number: int, codes: list[ReasonCode], _properties: Properties | None
    ) -> None:
        pairs = zip(self.broker.topics, codes, strict=True)
        refused = [topic for topic, code in pairs if code.is_failure]
        if refused:
            self.refusal = f"it refuses topic '{refused[0]}'; let its access list allow it, or name another --topic"
        self.ready = not refused

    def _came(self, _client: Client, _data: object, found: MQTTMessage) -> None:
        message = Message(found.topic, bytes(found.payload), time.time_ns() // 1_000, found.retain)
        self.waiting.append((message, found.mid, found.qos))

    def _gone(
        self, _client: Client, _data: object, _flags: DisconnectFlags, code: ReasonCode, _properties: Properties | None
    ) -> None:
        self.lost = _HUNG_UP if str(code) == _UNKNOWN else str(code).lower()


def listen(broker: Broker, stream: Stream, mapping: Mapping_, listener: Listener) -> Account:
    """Keep what comes until told to stop, connecting again whenever the connection is lost.

    Parameters
    ----------
    broker : and the topics.
    stream : open; who called ends it.
    mapping : of the messages.

    Raises
    ------
    UsageError
        The broker refuses the first connection: name, password, client id, topic or certificate.
    StoreError
        The buffer cannot be used; nothing is acknowledged that is not on disk.
    """
    keeps = not timed_by_arrival(mapping)
    account, failures = Account(), 0
    down = ""
    while not listener.stopped():
        link = _Link(broker, keeps)
        try:
            link.open(listener.stopped)
        except (OSError, _RefusedError) as error:
            link.client.disconnect()
            if isinstance(error, _RefusedError) and not account.connections:
                raise
            if isinstance(error, _RefusedError):
                why = str(error)
            else:
                why = f"broker {broker.place} cannot be reached: {error.strerror or error}"
            if why != down:
                listener.said(f"{why}; trying again, in the end every {PAUSES_S[-1]:.0f} s")
            down = why
        else:
            if not link.ready:  # told to stop meanwhile
                link.client.disconnect()
                break
            account.connections += 1
            listener.said(_welcome(link, account))
            down, begun = "", time.monotonic()
            _serve(link, stream, mapping, account, listener)
            if listener.stopped():
                link.close()
                break
            steady = time.monotonic() - begun > STEADY_S
            failures = 0 if steady else failures
            hint = "" if steady else f"; if it goes on, another listens as {broker.client_id}: give one a --client-id"
            listener.said(f"connection to broker {broker.place} lost: {link.lost}; trying again{hint}")
        _pause(PAUSES_S[min(failures, len(PAUSES_S) - 1)], listener.stopped)
        failures += 1
    return account


def _serve(link: _Link, stream: Stream, mapping: Mapping_, account: Account, listener: Listener) -> None:
    """Keep what comes over one connection, until it is lost or it is time to stop."""
    alive = True
    while alive and not listener.stopped():
        alive = link.gather()
        if link.waiting:
            _keep(link, stream, mapping, account)
        listener.heard(account)


def _keep(link: _Link, stream: Stream, mapping: Mapping_, account: Account) -> None:
    """Put the waiting messages on disk, then acknowledge them."""
    taken, link.waiting = link.waiting, []
    (raw, refused), account.next_row = rows_of([message for message, _, _ in taken], account.next_row, mapping)
    stream.take(raw, refused, int(time.time()))
    now_us = time.time_ns() // 1_000
    for message, number, qos in taken:
        waited_s = max(now_us - message.arrived_us, 0) / 1e6
        account.waited_s += waited_s
        account.longest_s = max(account.longest_s, waited_s)
        account.messages += 1
        if not qos:
            account.unkept += 1
        elif link.client.ack(number, qos) == MQTTErrorCode.MQTT_ERR_SUCCESS:
            account.acknowledged += 1  # else the connection is gone, and it comes again


def _welcome(link: _Link, account: Account) -> str:
    """Return what the broker's answer means for what was published before."""
    broker = link.broker
    known = f"connected to broker {broker.place} as {broker.client_id}"
    if not link.keeps:
        return f"{known}, without a session: readings are timed by their arrival, and none while this is away"
    if link.session_present:
        return f"{known}: the broker has kept the session, and what came meanwhile follows"
    if account.connections > 1:
        return (
            f"{known}: the broker has forgotten the session, and with it what it had not delivered; "
            "turn on its persistence, and publish again what is missing"
        )
    return f"{known}: a new session; from now on the broker keeps for it what is published with QoS 1"


def _pause(wait_s: float, stopped: Callable[[], bool]) -> None:
    until = time.monotonic() + wait_s
    while not stopped() and time.monotonic() < until:
        time.sleep(min(TURN_S, wait_s))


def checked_topic(topic: str) -> str:
    """Return a topic filter if it is one.

    Raises
    ------
    UsageError
        A wildcard does not stand alone in its level, ``#`` is not the last, or the text is empty or too long.

    Examples
    --------
    >>> checked_topic("site/+/readings")
    'site/+/readings'
    """
    levels = topic.split("/")
    alone = all(level in ("+", "#") or not {"+", "#"} & set(level) for level in levels)
    if not topic or len(topic.encode("utf-8", "replace")) > 0xFFFF or "\0" in topic or not alone or "#" in levels[:-1]:
        raise UsageError(
            f"--topic '{topic}': is no topic filter; '+' stands for one whole level, '#' at the end for all below, "
            "as in site/+/readings"
        )
    return topic
