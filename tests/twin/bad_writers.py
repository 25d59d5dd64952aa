"""Writers of finished replicates that fail on purpose; in a module of their own, for workers import them."""

import os
import signal
from collections.abc import Mapping

from ops_data.columns import TableData
from ops_data.errors import StoreError
from twin.run import WriteTables


def dies(write: WriteTables, fatal: int, first: int, last: int, tables: Mapping[str, TableData]) -> None:
    """Write, or have the system kill this process when replicate `fatal` or a later one comes."""
    if last >= fatal:
        os.kill(os.getpid(), signal.SIGKILL)
    write(first, last, tables)


def refuses(write: WriteTables, fatal: int, first: int, last: int, tables: Mapping[str, TableData]) -> None:
    """Write, or raise what the store raises when replicate `fatal` or a later one comes."""
    if last >= fatal:
        raise StoreError("here: the disk is full; free some space")
    write(first, last, tables)
