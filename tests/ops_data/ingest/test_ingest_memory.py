"""A file far larger than a chunk needs no more memory than a few chunks. Truth: derived; what the system counted."""

import json
import subprocess
import sys
from pathlib import Path

from tests.ops_data.ingest.made_up_files import BEGIN, FLOW, PRESSURE, iso, write_csv

MEGABYTE = 1 << 20
SCRIPT = """
import json, resource, sys
from pathlib import Path
from tests.ops_data.ingest.made_up_files import LATER, ingested
peaks = []
for name in sys.argv[2:]:
    counts = ingested(Path(sys.argv[1]), Path(name), received_utc=LATER)[0].counts
    peaks.append([counts.accepted, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024])
print(json.dumps(peaks))
"""


def test_eighty_megabytes_are_read_in_hardly_more_memory_than_six(root: Path, tmp_path: Path) -> None:
    small = write_csv(tmp_path / "small.csv", [(PRESSURE, BEGIN + at, 5.0) for at in range(120_000)])
    lines = "".join(f"{FLOW},{iso(BEGIN + at)},{300 + at % 7}.5,m3/h\n" for at in range(100_000))
    with (tmp_path / "large.csv").open("w") as file:
        file.write("tag,time,value,unit\n")
        for hour in range(16):
            file.write(lines.replace("2027-01-0", f"20{30 + hour}-01-0"))
    assert (tmp_path / "large.csv").stat().st_size > 78_000_000
    command = [sys.executable, "-c", SCRIPT, str(tmp_path), str(small), str(tmp_path / "large.csv")]
    asked = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=120, check=True)
    (rows, before), (more, after) = json.loads(asked.stdout)
    assert (rows, more) == (120_000, 1_600_000)
    assert after - before < 128 * MEGABYTE  # the cache of the database fills, and what the allocators keep
