"""Writers of finished replicates that fail on purpose in workers, which import them from here."""

import os
import signal
from collections.abc import Mapping
from multiprocessing import parent_process

from ops_data.columns import TableData
from ops_data.errors import StoreError
from twin.run import WriteTables


def dies(write: WriteTables, first: int, last: int, tables: Mapping[str, TableData]) -> None:
    """Write, or have the system kill this process if it is a worker."""
    if parent_process() is not None:
        os.kill(os.getpid(), signal.SIGKILL)
    write(first, last, tables)


def refuses(write: WriteTables, first: int, last: int, tables: Mapping[str, TableData]) -> None:
    """Write, or raise what the store raises if this is a worker."""
    if parent_process() is not None:
        raise StoreError("here: the disk is full; free some space")
    write(first, last, tables)
