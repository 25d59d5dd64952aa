"""``twin ingest --mqtt``: readings from a broker of messages, until interrupted."""

import hashlib
import ipaddress
import platform
import signal
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Final

from ops_data.errors import UsageError
from twin.commands.output import console, document, note, paragraph

if TYPE_CHECKING:
    from ops_data.ingest.buffer import Batch, Counts
    from ops_data.ingest.ingesting import Setting
    from ops_data.ingest.mqtt import Account, Broker
    from ops_data.ingest.rows import Refused

PORT: Final = 1883
TLS_PORT: Final = 8883
SAID_EVERY_S: Final = 10.0
SHOWN: Final = 5
_WITH_MQTT: Final = ("topics", "client_id", "username", "password_file", "tls_ca")
_NOT_WITH_MQTT: Final = {"paths": "files", "seal": "--seal", "watch": "--watch", "received": "--received"}


def check_options(options: Namespace) -> None:
    """Raise UsageError when an option of messages stands without ``--mqtt``, or ``--mqtt`` with one of files."""
    if options.mqtt is None:
        for name in _WITH_MQTT:
            if getattr(options, name):
                word = "topic" if name == "topics" else name.replace("_", "-")
                raise UsageError(f"--{word}: it is about a broker of messages; name it with --mqtt HOST[:PORT]")
        return
    for name, word in _NOT_WITH_MQTT.items():
        if getattr(options, name) not in (None, False, []):
            raise UsageError(
                f"--mqtt: it takes what comes as messages, when it comes; leave out {word} and do that in a command of "
                "its own: two at once do not disturb each other"
            )
    if not options.topics:
        raise UsageError("--mqtt: no topic is named; add --topic with a filter, as in --topic 'site/+/readings'")


def ingest_messages(options: Namespace, store: Path, setting: "Setting") -> int:
    """Keep the readings that come from a broker until interrupted, saying now and then how many; then the account."""
    try:
        from ops_data.ingest.mqtt import Listener, listen
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "paho":
            raise
        raise UsageError(
            "--mqtt: the library paho-mqtt is not installed; it is an optional extra; install the project with [mqtt], "
            "or pip install paho-mqtt"
        ) from error
    from ops_data.ingest.buffer import closing, open_buffer
    from ops_data.ingest.mqtt_messages import FORMAT, timed_by_arrival
    from ops_data.ingest.streaming import open_stream

    timed_by_arrival(setting.mapping)  # a mapping that breaks a rule is told at once
    broker = _broker(options, store)
    if broker.password is not None and broker.tls_ca is None and not _stays_here(broker.host):
        note(f"broker {broker.place}: the password goes over the network unencrypted; give --tls-ca")
    with closing(open_buffer(store)) as buffer, _asked_to_stop() as stopped:
        stream = open_stream(buffer, f"{FORMAT} {broker.place}", FORMAT, setting)
        said = time.monotonic()
        told = 0

        def heard(account: "Account") -> None:
            nonlocal said, told
            if account.messages > told and time.monotonic() - said > SAID_EVERY_S:
                said, told = time.monotonic(), account.messages
                note(f"{', '.join(_words(account, stream.batch.counts))} so far")

        account = listen(broker, stream, setting.mapping, Listener(heard, note, stopped))
        batch = stream.end()
        first = buffer.first_refused(batch, SHOWN)
    if options.json:
        document({"broker": broker.place, "client_id": broker.client_id, **asdict(account), "batch": asdict(batch)})
    else:
        _print_answer(batch, account, first)
    return 0 if account.connections else 1


def _broker(options: Namespace, store: Path) -> "Broker":
    """Return the broker that the options name."""
    from ops_data.ingest.mqtt import Broker, checked_topic

    topics = tuple(checked_topic(topic) for topic in options.topics)
    host, port = _host_and_port(options.mqtt, TLS_PORT if options.tls_ca else PORT)
    password = None
    if options.password_file is not None:
        if options.username is None:
            raise UsageError("--password-file: a password belongs to a name; add --username")
        lines = _text("--password-file", options.password_file).splitlines()
        if not lines or not lines[0]:
            raise UsageError(f"--password-file {options.password_file}: its first line is empty; write it there")
        password = lines[0]
    tls_ca = None
    if options.tls_ca is not None:
        _text("--tls-ca", options.tls_ca)
        tls_ca = Path(options.tls_ca).expanduser()
    place = "\n".join((platform.node(), str(store.resolve()), *sorted(topics)))
    client_id = options.client_id or f"twin-{hashlib.sha256(place.encode()).hexdigest()[:16]}"
    return Broker(host, port, client_id, topics, options.username, password, tls_ca)


def _host_and_port(text: str, port: int) -> tuple[str, int]:
    """Return host and port of ``HOST``, ``HOST:PORT``, ``[IPV6]`` or ``[IPV6]:PORT``."""
    host, colon, number = text.rpartition(":") if ":" in text.rpartition("]")[2] else (text, "", "")
    bare = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    port_is_right = not colon or (number.isascii() and number.isdigit() and 0 < int(number[:6]) < 65_536)
    if not bare or not port_is_right or set(bare) & set("/@ []") or (":" in bare and bare == host):
        raise UsageError(
            f"--mqtt '{text}': host and port of a broker are needed; give for example localhost:{PORT}, or [::1]:{PORT}"
        )
    return bare, int(number) if colon else port


def _text(option: str, name: str) -> str:
    path = Path(name).expanduser()
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"{option} {name}: cannot be read: {error.strerror or error}; check path and rights"
        ) from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{option} {name}: is not text in UTF-8; name another file") from error


def _stays_here(host: str) -> bool:
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"


@contextmanager
def _asked_to_stop() -> Iterator[Callable[[], bool]]:
    """Give what tells whether somebody has interrupted; who does it twice need not wait for the end of a batch."""
    asked = False

    def hear(_number: int, _frame: FrameType | None) -> None:
        nonlocal asked
        if asked:
            raise KeyboardInterrupt
        asked = True

    before = {number: signal.signal(number, hear) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: asked
    finally:
        for number, old in before.items():
            signal.signal(number, old)


def _words(account: "Account", counts: "Counts") -> list[str]:
    """Return what came and what became of it, in words."""
    words = [f"{account.messages:,} messages", f"{counts.read:,} rows", f"{counts.accepted:,} accepted"]
    words += [
        f"{found:,} {word}"
        for word, found in (
            ("duplicates", counts.duplicate), ("conflicting", counts.conflicting), ("refused", counts.refused),
            ("late", counts.late), ("out of order", counts.out_of_order),
        )
        if found
    ]  # fmt: skip
    return words


def _print_answer(batch: "Batch", account: "Account", first: "list[Refused]") -> None:
    """Print what came, and what was refused of it."""
    out = console()
    out.print(f"{batch.name}: source {batch.source}", soft_wrap=True, style="bold")
    paragraph(out, "  " + ", ".join(_words(account, batch.counts)))
    if batch.counts.flags:
        flags = ", ".join(f"{found:,} {word}" for word, found in batch.counts.flags.items())
        paragraph(out, f"  flagged and kept: {flags}")
    if account.messages:
        mean_s = account.waited_s / account.messages
        paragraph(out, f"  from arrival to disk {mean_s:.3f} s on average, {account.longest_s:.3f} s at most")
    if account.unkept:
        paragraph(out, f"  {account.unkept:,} came with QoS 0: a broker keeps none of these while nobody listens")
    if first:
        out.print("  first refused rows:")
        for row in first:
            paragraph(out, f"row {row.row}: {row.reason}", 4, "    ")
        paragraph(out, f"all of them: twin ingest --rejected '{batch.name}'", 2, "  ")
    sys.stdout.flush()
