"""Which reader a file gets: by the mapping, by its first bytes, by its name."""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ops_data.errors import ObservationError, UsageError, did_you_mean
from ops_data.ingest.mapping import Mapping_
from ops_data.ingest.rows import Reader

HEAD_BYTES: Final = 4_096


@dataclass(frozen=True)
class Format:
    """A kind of file: the module of its reader in `ops_data.ingest`, its name there, suffixes and first bytes."""

    module: str
    reader: str
    suffixes: tuple[str, ...] = ()
    first_bytes: tuple[bytes, ...] = ()


FORMATS: Final[Mapping[str, Format]] = {
    "parquet": Format("parquet_files", "read_parquet_file", (".parquet", ".pq"), (b"PAR1",)),
    "sea": Format("sea_files", "read_sea", (".nc",), (b"CDF", b"\x89HDF")),
    "wits": Format("wits", "read_wits", (".wits", ".wit"), (b"&&",)),
    "iso19848": Format("iso19848", "read_iso19848", (".json",)),
    "csv": Format("csv_files", "read_csv_file", (".csv", ".tsv", ".txt", ".dat", "")),
}


def format_of(path: Path, mapping: Mapping_) -> str:
    """Return the name of a file's format.

    Raises
    ------
    UsageError
        The mapping names a format that is not known.
    ObservationError
        The file is of no kind that is read; OSError if it cannot be opened.
    """
    if mapping.format:
        if mapping.format not in FORMATS:
            raise UsageError(f"mapping key 'format' is '{mapping.format}'; {did_you_mean(mapping.format, FORMATS)}")
        return mapping.format
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    for name, one in FORMATS.items():
        if head.startswith(one.first_bytes):
            return name
    for name, one in FORMATS.items():
        if path.suffix.lower() in one.suffixes:
            return name
    kinds = ", ".join(FORMATS)
    raise ObservationError(f"{path}: no kind of file that is read ({kinds}); name its format in a mapping (--mapping)")


def reader_of(name: str) -> Reader:
    """Return the reader of a format."""
    one = FORMATS[name]
    found: Reader = getattr(importlib.import_module(f"ops_data.ingest.{one.module}"), one.reader)
    return found
