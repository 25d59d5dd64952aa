"""How a file of readings is to be understood: a TOML file of the operator's, or what can be told without one.

source = "rig-scada"            # who speaks; without it the name of the file
format = "csv"                  # else told by the name and the first bytes
encoding = "cp932"              # of text files; else UTF-8, UTF-16 with its mark, or safely recognised CP932
delimiter = ";"
decimal = ","
missing = ["-999.25", "---"]    # cells that mean: no value
assume_register_units = true    # values without a unit of their own are in the units of the register
[time]
column = "Zeit"
zone = "Asia/Tokyo"             # of times that carry none
format = "%d.%m.%Y %H:%M:%S"    # else ISO 8601; or "epoch_s", "epoch_ms"
[columns]                       # of files with one reading a row
tag = "Name"
value = "Wert"
[tags]                          # name in the file → tag of the register, with its unit; "" = leave it out
PUMP_P = { tag = "chikyu.lift.pressure", unit = "kPa" }
HKLD = "chikyu.string.hook_load"
[quality]                       # word of the file → good, uncertain or bad
"192" = "good"
[reader]                        # what only the reader of this format asks for
"""

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from ops_data.errors import UsageError, did_you_mean
from ops_data.manifest import json_sha256
from ops_data.reference.sensor_rows import Sensor

SAID: Final = ("good", "uncertain", "bad")  # what a source may say of a reading
EPOCHS: Final = ("epoch_s", "epoch_ms")
_TEXTS: Final = ("source", "format", "encoding", "delimiter", "decimal")
_COLUMNS: Final = ("tag", "value", "unit", "quality", "seq")
_TIME: Final = ("column", "zone", "format")
_KEYS: Final = (*_TEXTS, "missing", "assume_register_units", "time", "columns", "tags", "quality", "reader")


@dataclass(frozen=True)
class Target:
    """What a name in a file stands for: a tag of the register ("": left out), and its unit ("": none declared)."""

    tag: str
    unit: str = ""


@dataclass(frozen=True)
class Mapping_:  # noqa: N801 - a mapping of files, not one of Python
    """How a file is to be understood; empty texts: not said. ``reader`` is checked by the reader it is for."""

    source: str = ""
    format: str = ""
    encoding: str = ""
    delimiter: str = ""
    decimal: str = "."
    missing: tuple[str, ...] = ()
    assume_register_units: bool = False
    time_column: str = ""
    time_zone: str = ""
    time_format: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, Target] = field(default_factory=dict)
    quality: Mapping[str, str] = field(default_factory=dict)
    reader: Mapping[str, Any] = field(default_factory=dict)

    def target(self, name: str) -> Target:
        """Return what a name in the file stands for: itself, if nothing else is said."""
        return self.tags.get(name) or Target(name)

    def with_choices(self, source: str | None, assume_register_units: bool) -> "Mapping_":
        """Return the mapping with what was typed on the command line put above it."""
        return replace(
            self,
            source=source or self.source,
            assume_register_units=assume_register_units or self.assume_register_units,
        )

    def sha256(self, register: Mapping[str, Sensor]) -> str:
        """Return the hash of all that decides how a file is read: the mapping, and the register it is checked with."""
        return json_sha256({"mapping": asdict(self), "register": {tag: asdict(one) for tag, one in register.items()}})


def read_mapping(path: Path) -> Mapping_:
    """Read a mapping file.

    Raises
    ------
    UsageError
        It cannot be read, is not TOML, or a key is unknown or of the wrong kind; one line with file, key and remedy.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror or error}; name a mapping file in TOML") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{path}: not TOML in UTF-8: {error}; correct the line") from error
    try:
        return _mapping(document)
    except UsageError as error:
        raise UsageError(f"{path}: {error}") from error


def _mapping(document: Mapping[str, Any]) -> Mapping_:
    _known("", document, _KEYS)
    texts = {key: _text(key, document[key]) for key in _TEXTS if key in document}
    time = _table("time", document)
    _known("time.", time, _TIME)
    columns = {key: _text(f"columns.{key}", word) for key, word in _table("columns", document).items()}
    _known("columns.", columns, _COLUMNS)
    missing, assumed = document.get("missing", []), document.get("assume_register_units", False)
    if not isinstance(missing, list) or not isinstance(assumed, bool):
        raise UsageError("key 'missing' is a list of texts and 'assume_register_units' true or false; correct it")
    found = Mapping_(
        **texts,
        missing=tuple(_text("missing", word) for word in missing),
        assume_register_units=assumed,
        time_column=_text("time.column", time.get("column", "")),
        time_zone=_text("time.zone", time.get("zone", "")),
        time_format=_text("time.format", time.get("format", "")),
        columns=columns,
        tags={name: _target(name, one) for name, one in _table("tags", document).items()},
        quality={word: _said(word, one) for word, one in _table("quality", document).items()},
        reader=_table("reader", document),
    )
    _check(found)
    return found


def _check(mapping: Mapping_) -> None:
    if mapping.encoding:
        try:
            "a".encode(mapping.encoding)
        except LookupError as error:
            raise UsageError(
                f"key 'encoding' is '{mapping.encoding}', not an encoding; give for example cp932"
            ) from error
    if mapping.time_zone:
        try:
            ZoneInfo(mapping.time_zone)
        except (ValueError, OSError, KeyError) as error:  # ZoneInfoNotFoundError is a KeyError
            raise UsageError(
                f"key 'time.zone' is '{mapping.time_zone}', not a zone of the IANA list; give for example Asia/Tokyo"
            ) from error
    if len(mapping.decimal) != 1 or len(mapping.delimiter) > 1 or mapping.decimal == mapping.delimiter:
        raise UsageError("keys 'decimal' and 'delimiter' are one letter each, not the same; correct them")


def _known(place: str, table: Mapping[str, object], allowed: tuple[str, ...]) -> None:
    for key in table:
        if key not in allowed:
            raise UsageError(f"key '{place}{key}' is not known; {did_you_mean(key, allowed)}")


def _table(key: str, document: Mapping[str, Any]) -> dict[str, Any]:
    found = document.get(key, {})
    if not isinstance(found, dict):
        raise UsageError(f"key '{key}' is not a table; write [{key}] above its lines")
    return found


def _text(key: str, found: object) -> str:
    if not isinstance(found, str):
        raise UsageError(f"key '{key}' is {found!r}, a text is needed; put it in quotes")
    return found


def _target(name: str, found: object) -> Target:
    if isinstance(found, dict):
        _known(f"tags.{name}.", found, ("tag", "unit"))
        return Target(
            _text(f"tags.{name}.tag", found.get("tag", name)), _text(f"tags.{name}.unit", found.get("unit", ""))
        )
    return Target(_text(f"tags.{name}", found))


def _said(word: str, found: object) -> str:
    said = _text(f"quality.{word}", found)
    if said not in SAID:
        raise UsageError(f"key 'quality.{word}' is '{said}'; {did_you_mean(said, SAID)}")
    return said
