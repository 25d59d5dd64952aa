"""A process that watches a drop folder, to be killed while it does.

Writes the name and the text of each file it is handed to standard output. Run: python -m
tests.ops_data.ingest.folder_watcher FOLDER
"""

import sys
from pathlib import Path

from ops_data.ingest.drop_folder import DropFolder, watch


def ingest(path: Path) -> str:
    """Say the file; those with an odd number are refused."""
    text = path.read_text()
    print(text, flush=True)
    return "odd" if int(text) % 2 else ""


if __name__ == "__main__":
    for _ in watch(DropFolder(Path(sys.argv[1]), ingest, settle_s=0.0), poll_s=0.01):
        pass
