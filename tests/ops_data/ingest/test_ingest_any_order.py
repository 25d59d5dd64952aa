"""Any division of readings into files, any order of them, any of them again, sealing in between: the same store.

Truth: derived; the readings themselves, each once, judged as one sorted table.
"""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from ops_data.ingest.sealing import seal_days
from ops_data.reference.sensor_rows import sensors
from tests.ops_data.ingest.made_up_files import BEGIN, DAY_S, FLOW, HS, LATER, Said, ingested, rows_in, write_csv

STEP_S = 1_800
READING = st.tuples(st.sampled_from([FLOW, HS]), st.integers(0, 3 * DAY_S // STEP_S), st.sampled_from([0.0, 2.5, 40.0]))


@st.composite
def deliveries(draw: st.DrawFn) -> tuple[list[list[Said]], list[bool]]:
    """Draw readings, each key with one value, files that hold each of them at least once, and when days are sealed."""
    keyed = {
        (tag, BEGIN + step * STEP_S): value for tag, step, value in draw(st.lists(READING, min_size=1, max_size=60))
    }
    readings = [(tag, at, value) for (tag, at), value in keyed.items()]
    count = draw(st.integers(1, 4))
    files: list[list[Said]] = [[] for _ in range(count)]
    for reading in draw(st.permutations(readings)):
        for number in draw(st.sets(st.integers(0, count - 1), min_size=1)):
            files[number].append(reading)
    return files, draw(st.lists(st.booleans(), min_size=count, max_size=count))


@settings(max_examples=40)
@given(deliveries())
def test_the_store_is_a_function_of_the_readings_alone(given_files: tuple[list[list[Said]], list[bool]]) -> None:
    files, seals = given_files
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        whole = write_csv(base / "whole.csv", sorted({row for rows in files for row in rows}))
        ingested(base / "one", whole, received_utc=LATER)
        for number, (rows, seal) in enumerate(zip(files, seals, strict=True)):
            counts = ingested(base / "many", write_csv(base / f"{number}.csv", rows), received_utc=LATER)[0].counts
            assert (counts.refused, counts.conflicting) == (0, 0)
            if seal:
                seal_days(base / "many", LATER, sensors())
        assert rows_in(base / "many") == rows_in(base / "one")
        seal_days(base / "many", LATER, sensors())
        assert rows_in(base / "many") == rows_in(base / "one")
