"""Many people at once: what their browsers ask of the server, without the browsers.

Each viewer opens a page as a browser does, then goes from page to page: first the callback of the address, then those
of all panels, over at most six connections that stay open. Answers are asked for in gzip, which this library can read.
"""

import asyncio
import gzip
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from tests.benchmarks.dashboard_driving import UPDATE, Visit

CONNECTIONS: Final = 6  # of a browser to one server
FIRST: Final = ("/_dash-layout", "/_dash-dependencies")
FAILED: Final = ("message wrong", '"sideUpdate":{"alert"')  # in a panel, or in the banner above all
KB_PER_MB: Final = 1024.0


@dataclass(eq=False)
class Seen:
    """What viewers saw: times of single answers and of whole pages [s], and what went wrong."""

    answers_s: list[float] = field(default_factory=list)
    pages_s: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@dataclass(frozen=True, eq=False)
class Viewer:
    """One browser.

    Attributes
    ----------
    netloc : host and port of the server.
    run_from, run_to : run in the recorded questions, and the one this viewer looks at.
    seen : where all viewers write what they saw.
    """

    netloc: str
    run_from: str
    run_to: str
    seen: Seen
    idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = field(default_factory=list)
    turn: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(CONNECTIONS))

    async def open(self, name: str) -> None:
        """Load a page as a browser that was never here."""
        await self._ask("GET", f"/{name}?run={self.run_to}&lang=en")
        await asyncio.gather(*(self._ask("GET", path) for path in FIRST))

    async def visit(self, one: Visit) -> None:
        """Go to a page: its address first, then all that it shows."""
        begin = time.perf_counter()
        bodies = [body.replace(self.run_from, self.run_to) for body in one.bodies]
        await self._ask("POST", f"/{UPDATE}", bodies[0])
        await asyncio.gather(*(self._ask("POST", f"/{UPDATE}", body) for body in bodies[1:]))
        self.seen.pages_s.append(time.perf_counter() - begin)

    def close(self) -> None:
        """Close the connections."""
        for _, writer in self.idle:
            writer.close()

    async def _ask(self, method: str, path: str, body: str = "") -> None:
        async with self.turn:
            begin = time.perf_counter()
            try:
                status, answer = await self._answer(method, path, body.encode())
            except (OSError, asyncio.IncompleteReadError, ValueError) as error:
                self.seen.errors.append(f"{path}: {error!r}")
                return
            self.seen.answers_s.append(time.perf_counter() - begin)
        if status not in (200, 204):
            self.seen.errors.append(f"{path}: {status}")
        elif method == "POST" and any(word in answer for word in FAILED):
            self.seen.errors.append(f"{path}: {answer[:300]}")

    async def _answer(self, method: str, path: str, body: bytes) -> tuple[int, str]:
        host, _, port = self.netloc.partition(":")
        reader, writer = self.idle.pop() if self.idle else await asyncio.open_connection(host, int(port))
        head = {
            "Host": self.netloc,
            "Accept-Encoding": "gzip",
            "Content-Type": "application/json",
            "Origin": f"http://{self.netloc}",
            "Sec-Fetch-Site": "same-origin",
            "Content-Length": str(len(body)),
        }
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in head.items()), "", ""]
        writer.write("\r\n".join(lines).encode() + body)
        await writer.drain()
        status, names = await _head(reader)
        answer = await reader.readexactly(int(names.get("content-length", "0")))
        self.idle.append((reader, writer))
        return status, (gzip.decompress(answer) if names.get("content-encoding") == "gzip" else answer).decode()


async def _head(reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
    first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in lines if line)
    return int(first.split()[1]), {name.lower(): value.strip() for name, _, value in pairs}


@dataclass(frozen=True)
class Crowd:
    """How many look, how long, how often.

    Attributes
    ----------
    viewers : how many.
    for_s : how long each stays.
    every_s : how long each looks at a page.
    settled_s : after how long memory is looked at for the first time.
    """

    viewers: int = 50
    for_s: float = 120.0
    every_s: float = 10.0
    settled_s: float = 30.0


async def watched(
    crowd: Crowd, address: str, visits: Sequence[Visit], run_from: str, runs: Sequence[str]
) -> tuple[Seen, list[float]]:
    """Return what a crowd saw, and the memory of the server once settled and at the end [MB].

    Parameters
    ----------
    crowd : how many, how long.
    address : of the server.
    visits : what a browser asks for on each page.
    run_from : run in these questions.
    runs : what the viewers look at, in turn.
    """
    netloc, seen = urlsplit(address).netloc, Seen()
    memory_mb: list[float] = []

    async def one(number: int) -> None:
        viewer = Viewer(netloc, run_from, runs[number % len(runs)], seen)
        await asyncio.sleep(crowd.every_s * number / crowd.viewers)
        end = time.perf_counter() + crowd.for_s
        place = number // len(runs)  # those who look at one run begin at different pages
        await viewer.open(visits[place % len(visits)].name)
        while (begin := time.perf_counter()) < end:
            await viewer.visit(visits[place % len(visits)])
            place += 1
            await asyncio.sleep(max(0.0, begin + crowd.every_s - time.perf_counter()))
        viewer.close()

    async def memory() -> None:
        for wait_s in (crowd.settled_s, crowd.for_s - crowd.settled_s):
            await asyncio.sleep(wait_s)
            memory_mb.append(resident_mb(netloc))

    await asyncio.gather(memory(), *(one(number) for number in range(crowd.viewers)))
    return seen, memory_mb


def resident_mb(netloc: str) -> float:
    """Return the resident memory of all processes that serve at a host and port [MB]; shared pages count in each."""
    port = netloc.partition(":")[2]
    mine = {f"--bind=127.0.0.1:{port}", f"--port={port}"}
    return sum(_resident_mb(process) for process in Path("/proc").glob("[0-9]*") if mine & set(_words(process)))


def _words(process: Path) -> Iterable[str]:
    try:
        words = (process / "cmdline").read_text().split("\0")
    except (OSError, UnicodeDecodeError):
        return []
    return [*words, *(f"{name}={value}" for name, value in pairwise(words))]


def _resident_mb(process: Path) -> float:
    try:
        told = (process / "status").read_text()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / KB_PER_MB for line in told.splitlines() if line.startswith("VmRSS:")), 0.0)
