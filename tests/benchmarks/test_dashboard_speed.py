"""How long people wait for the dashboard; run by 'make bench'. Times are printed with the machine's load, not asserted.

All on a store with 50 runs of 200 replicates and ten million readings (see `dashboard_store`), served by two processes
of four threads, in headless Chromium on the same machine.
"""

import asyncio
import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

import numpy as np
import pytest

from dashboards.app import PAGES
from ops_data.store import open_store
from tests.benchmarks import dashboard_driving as driving
from tests.benchmarks.dashboard_store import add_readings, make_full_store
from tests.benchmarks.dashboard_viewers import Crowd, Seen, Viewer, watched
from tests.benchmarks.test_readings_speed import BEGIN, DAYS
from tests.browser.driving import served

pytestmark = pytest.mark.benchmark
TRIES, ROUNDS, CHOICES, OTHER_RUNS = 3, 3, 1, 4
NAMES = [page.name for page in PAGES]
S = timedelta(seconds=1)


@pytest.fixture(scope="module")
def full_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return the store, removed at the end: it is large."""
    folder = tmp_path_factory.mktemp("dashboard") / "runs"
    begin = time.perf_counter()
    make_full_store(folder)
    rows = add_readings(folder)
    tell("store", {"made_s": round(time.perf_counter() - begin, 1), "readings": rows})
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def address(full_store: Path) -> Iterator[str]:
    """Return where the store is served to the tests that need no fresh server."""
    with serve(full_store) as found:
        yield found


@pytest.fixture(scope="module")
def visits(address: str) -> list[driving.Visit]:
    """Return what a browser asks for on a walk through all pages."""
    return driving.recorded(f"{address}/{NAMES[0]}", NAMES)


def serve(store: Path) -> AbstractContextManager[str]:
    """Serve a store by two processes, without workers that play."""
    return served(store, "--workers", "0", "--http-workers", "2")


def tell(what: str, found: Mapping[str, object]) -> None:
    """Print figures with the load of the machine over the last minute."""
    print("\n" + json.dumps({"what": what, "load": round(os.getloadavg()[0], 2), **found}))


def spread_ms(found_s: Sequence[float]) -> dict[str, float]:
    """Return how many, median, 95th percentile and most, in milliseconds."""
    at_95 = float(np.percentile(found_s, 95))
    told = {"median": median(found_s), "p95": at_95, "max": max(found_s)}
    return {"n": len(found_s), **{name: round(1e3 * value, 1) for name, value in told.items()}}


def run_ids(store: Path) -> list[str]:
    """Return the runs of the store, newest first, which has the studies; without what a study was made with."""
    return [one.run_id for one in open_store(store).runs()[::-1] if not one.linked]


def test_a_fresh_browser_at_a_fresh_server_shows_a_first_chart(full_store: Path) -> None:
    for name in ("overview", "operations", "supply"):
        found, started = [], []
        for _ in range(TRIES):
            begin = time.perf_counter()
            with serve(full_store) as base:
                started.append(time.perf_counter() - begin)
                found.append(driving.first_chart_ms(f"{base}/{name}"))
        told = {"min_ms": min(found), "median_ms": median(found), "max_ms": max(found)}
        tell(f"cold first chart, {name}", {key: round(value) for key, value in told.items()} | {
            "server_ready_s": round(median(started), 1)})  # fmt: skip


def test_pages_are_turned(address: str) -> None:
    """The first round is of a server that has not shown these pages yet; the medians are of the rounds after it."""
    found: dict[str, list[dict[str, float | None]]] = {name: [] for name in NAMES}
    with driving.chromium() as browser, driving.fresh_page(browser) as page:
        page.goto(f"{address}/{NAMES[0]}")
        driving.settle(page)
        for _ in range(ROUNDS + 1):
            for name in [*NAMES[1:], NAMES[0]]:
                found[name].append(driving.turn_ms(page, name))
    for part in ("title", "panel", "chart"):
        pages = {name: [one[part] or 0.0 for one in rounds] for name, rounds in found.items() if rounds[0][part]}
        medians = {name: round(median(times[1:])) for name, times in pages.items()}
        first = {name: round(times[0]) for name, times in pages.items()}
        middle = median(medians.values())
        tell(f"page switch to {part}", {"median_ms": middle, "pages_ms": medians, "first_ms": first})


def test_panels_follow_what_is_chosen(address: str) -> None:
    first: dict[str, float] = {}
    last: dict[str, float] = {}
    with driving.chromium() as browser, driving.fresh_page(browser) as page:
        for name in NAMES:
            page.goto(f"{address}/{name}")
            driving.settle(page)
            for number, control in enumerate(driving.controls_of(page)):
                for place in range(1, CHOICES + 1):
                    redrawn = driving.choose_ms(page, number, place)
                    if redrawn:
                        first[f"{name} {control} {place}"] = min(redrawn.values())
                        last[f"{name} {control} {place}"] = max(redrawn.values())
    for what, found in (("first panel", first), ("all panels", last)):
        slowest = {key: round(found[key]) for key in sorted(found, key=lambda key: found[key])[-3:]}
        tell(f"choice to {what} redrawn", spread_ms([one / 1e3 for one in found.values()]) | {"slowest_ms": slowest})


def test_the_server_answers_callbacks(address: str, full_store: Path, visits: list[driving.Visit]) -> None:
    """One question at a time: fresh of runs that nobody has looked at yet, kept when all were asked for before."""
    run_from, *others = run_ids(full_store)
    assert all(run_from in body for visit in visits for body in visit.bodies[:1])
    times: dict[str, dict[str, list[float]]] = {}

    async def ask() -> list[str]:
        seen = Seen()
        for number, word in enumerate(("fresh", *["kept"] * 5)):
            for run in others[:OTHER_RUNS]:
                viewer = Viewer(urlsplit(address).netloc, run_from, run, seen)
                for visit in visits:
                    for body in visit.bodies:
                        await viewer.visit(driving.Visit(visit.name, (body,)))
                        if number in (0, 4, 5):  # between: until both processes keep them
                            times.setdefault(asked_of(visit, body), {}).setdefault(word, []).append(seen.pages_s[-1])
                viewer.close()
        return seen.errors

    assert asyncio.run(ask()) == []
    for word in ("fresh", "kept"):
        every = [one for kinds in times.values() for one in kinds[word]]
        medians = {key: round(1e3 * median(kinds[word]), 1) for key, kinds in times.items()}
        slowest = {key: medians[key] for key in sorted(medians, key=lambda key: medians[key])[-6:]}
        tell(f"callback at the server, {word}", spread_ms(every) | {"slowest_medians_ms": slowest})


def asked_of(visit: driving.Visit, body: str) -> str:
    """Return which callback a question is for: a panel, or else what it changes."""
    question = json.loads(body)
    ids = [one["id"] for one in question["inputs"] if isinstance(one, dict) and isinstance(one["id"], dict)]
    panel = next((one["panel"] for one in ids if "panel" in one), None)
    return f"{visit.name} {panel or question['output'][:40]}"


def test_the_line_follows_a_zoom_into_ten_million_readings(address: str) -> None:
    begin, whole = datetime.fromtimestamp(BEGIN, UTC), timedelta(days=DAYS)
    lengths = [timedelta(days=14), timedelta(days=7), timedelta(days=2), timedelta(hours=6), timedelta(hours=1)]
    middle = begin + whole / 2
    ranges = [(middle - length / 2, middle + length / 2) for length in lengths]
    ranges += [(begin + timedelta(days=1), begin + timedelta(days=8)), (begin + S, begin + whole)]
    with driving.chromium() as browser, driving.fresh_page(browser) as page:
        page.goto(f"{address}/operations")
        driving.settle(page)
        found = [driving.zoom_ms(page, f"{start:%F %T}", f"{end:%F %T}") for start, end in ranges]
    drawn = [one for one in found if one is not None]
    assert len(drawn) == len(ranges), found
    tell("zoom to redrawn line", spread_ms([one / 1e3 for one in drawn]) | {"each_ms": [round(one) for one in drawn]})


def test_fifty_people_look_for_two_minutes(full_store: Path, visits: list[driving.Visit]) -> None:
    """Half of them look at the newest run, the others at four older ones."""
    run_from, *others = run_ids(full_store)
    runs = [run for other in others[:OTHER_RUNS] for run in (run_from, other)]
    crowd = Crowd()
    with serve(full_store) as base:
        seen, memory_mb = asyncio.run(watched(crowd, base, visits, run_from, runs))
    found = {
        "viewers": crowd.viewers,
        "errors": len(seen.errors),
        "answers_ms": spread_ms(seen.answers_s),
        "pages_ms": spread_ms(seen.pages_s),
        "memory_mb": [round(one) for one in memory_mb],
        "growth_percent": round(100.0 * (memory_mb[1] / memory_mb[0] - 1.0), 1),
    }
    tell("crowd", found)
    assert seen.errors == []
