"""How fast readings come out of a mosquitto onto the disk; run by 'make bench'. Figures are printed, not asserted.

Each message is acknowledged after it is on disk.
"""

import statistics
import time
from pathlib import Path

import pytest

from ops_data.ingest.buffer import closing, open_buffer
from tests.ops_data.ingest.brokers import Ingester, payload_of, publishing, readings_of_the_deck, running, wait_until

pytestmark = [pytest.mark.benchmark, pytest.mark.broker]

MESSAGES = 20_000
LISTED = 100  # readings in a message that is a list
ONE_BY_ONE = 300


def test_messages_a_second_and_the_time_from_publishing_to_disk(tmp_path: Path) -> None:
    readings = readings_of_the_deck(MESSAGES * 11 + ONE_BY_ONE)
    slow, single, listed = readings[:ONE_BY_ONE], readings[ONE_BY_ONE:][:MESSAGES], readings[ONE_BY_ONE + MESSAGES :]
    with running(tmp_path / "broker") as broker:
        listener = Ingester(tmp_path / "store", f"127.0.0.1:{broker.port}").start()
        lags_s = []
        with publishing(broker.port) as deck, closing(open_buffer(listener.store)) as buffer:
            for number, reading in enumerate(slow, 1):
                begun = time.perf_counter()
                deck.send(payload_of(reading))
                wait_until(lambda count=number: buffer.count() >= count, "a reading", 0.001)  # type: ignore[misc]
                lags_s.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        with publishing(broker.port) as deck:
            deck.send_all(single)
            published_s = time.perf_counter() - begun
        listener.wait_for(ONE_BY_ONE + MESSAGES)
        single_s = time.perf_counter() - begun
        begun = time.perf_counter()
        with publishing(broker.port) as deck:
            for at in range(0, len(listed), LISTED):
                deck.send(f"[{','.join(map(payload_of, listed[at : at + LISTED]))}]")
        listener.wait_for(len(readings))
        listed_s = time.perf_counter() - begun
        account = listener.stop()
    print(f"\n{MESSAGES:,} messages of one reading: {MESSAGES / single_s:,.0f}/s ({published_s:.1f} s to publish)")
    print(f"messages of {LISTED} readings: {len(listed) / listed_s:,.0f} readings/s")
    print(f"one by one, publishing to disk: median {statistics.median(lags_s):.3f} s, longest {max(lags_s):.3f} s")
    print(f"arrival to disk, under load: {account['waited_s'] / account['messages']:.3f} s on average")
