"""Cells of tables as times and numbers, a whole column at a time; what cannot be understood is told with its reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ops_data.ingest.mapping import EPOCHS, Mapping_

_HAS_ZONE: Final = r"\d:\d{2}.*(?:[zZ]|[+-]\d{2}(?::?\d{2})?)$"
_COUNTED: Final = r"^\d+(\.\d+)?$"
_MICROSECONDS: Final = 1_000_000
_NO_ZONE: Final = (
    "time '{cell}' carries no zone; give the zone of the clock in a mapping (time.zone), or write it with Z or +09:00"
)
_NO_TIME: Final = "time '{cell}' is not a time as ISO 8601 writes it; correct it, or give time.format in a mapping"


@dataclass(frozen=True, eq=False)
class Times:
    """Moments of a column: whole seconds, microseconds within them; of places without one the reason."""

    time_utc: NDArray[np.int64]
    microseconds: NDArray[np.int64]
    wrong: Mapping[int, str]


@dataclass(frozen=True, eq=False)
class Numbers:
    """Numbers of a column; NaN where there is none, and the places of cells that hold something else."""

    value: NDArray[np.float64]
    missing: NDArray[np.bool_]
    wrong: Sequence[int]


def times_of(column: pa.Array, name: str, mapping: Mapping_) -> Times:
    """Return the moments that a column of texts, whole seconds or timestamps holds.

    Parameters
    ----------
    column : cells.
    name : of the column; numbers in ``time_utc`` are seconds since 1970.
    mapping : says the zone of times that carry none, and their format.
    """
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_timestamp(column.type):
        return _stamps(column, mapping)
    epoch = mapping.time_format if mapping.time_format in EPOCHS else "epoch_s" if name == "time_utc" else ""
    if pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
        return _seconds(column.cast(pa.float64()), epoch, column)
    texts = pc.utf8_trim_whitespace(column.cast(pa.string()))
    if mapping.time_format in EPOCHS or (
        epoch and bool(pc.all(pc.match_substring_regex(texts, r"^\d+(\.\d+)?$")).as_py())
    ):
        return _seconds(pa.array(numbers_of(texts, mapping).value), epoch, texts)
    if not mapping.time_format:
        try:
            return _parts(texts.cast(pa.timestamp("us", tz="UTC")).cast(pa.int64()).to_numpy(zero_copy_only=False))
        except pa.ArrowInvalid:
            pass  # some cell is none, or carries no zone: one by one
    return _written(texts, mapping)


def _parts(microseconds: NDArray[np.int64], wrong: Mapping[int, str] | None = None) -> Times:
    seconds, rest = np.divmod(microseconds, _MICROSECONDS)
    return Times(seconds, rest, wrong or {})


def _seconds(numbers: pa.Array, epoch: str, cells: pa.Array) -> Times:
    """Return moments counted from 1970."""
    value = numbers.to_numpy(zero_copy_only=False).astype(np.float64)
    sound = np.isfinite(value) & (np.abs(value) < 1e13) & (epoch != "")
    why = (
        _NO_TIME
        if epoch
        else ('time \'{cell}\' is a number; say in a mapping what it counts (time.format = "epoch_s" or "epoch_ms")')
    )
    wrong = {place: why.format(cell=cells[place]) for place in np.flatnonzero(~sound).tolist()}
    scale = 1_000 if epoch == "epoch_ms" else _MICROSECONDS
    return _parts(np.round(np.where(sound, value, 0.0) * scale).astype(np.int64), wrong)


def _written(texts: pa.Array, mapping: Mapping_) -> Times:
    """Return the moments of texts, some of which may be none."""
    cells = texts.to_numpy(zero_copy_only=False)
    form = mapping.time_format
    zoned = (
        np.full(len(cells), "%z" in form)
        if form
        else np.array(pc.fill_null(pc.match_substring_regex(texts, _HAS_ZONE), False))
    )
    found = np.zeros(len(cells), dtype=np.int64)
    wrong: dict[int, str] = {}
    for with_zone in (True, False):
        places = np.flatnonzero(zoned == with_zone)
        if len(places):
            moments = pd.to_datetime(pd.Series(cells[places]), format=form or "ISO8601", utc=with_zone, errors="coerce")
            zone = "UTC" if with_zone else mapping.time_zone
            found[places] = _placed(moments, places, cells, zone, wrong)
    return _parts(found, wrong)


def _stamps(column: pa.Array, mapping: Mapping_) -> Times:
    """Return the moments of a column of timestamps."""
    if column.type.tz is not None and not column.null_count:
        return _parts(column.cast(pa.timestamp("us", tz="UTC"), safe=False).cast(pa.int64()).to_numpy())
    cells = column.cast(pa.timestamp("us", tz=column.type.tz), safe=False).to_pandas()
    wrong: dict[int, str] = {}
    zone = mapping.time_zone if column.type.tz is None else "UTC"
    moments = pd.Series(cells) if column.type.tz is None else pd.Series(cells).dt.tz_convert("UTC")
    return _parts(_placed(moments, np.arange(len(cells)), np.asarray(cells.astype(str)), zone, wrong), wrong)


def _placed(
    moments: "pd.Series[Any]", places: NDArray[np.intp], cells: NDArray[Any], zone: str, wrong: dict[int, str]
) -> NDArray[np.int64]:
    """Return microseconds since 1970 of moments, those without a zone in the one given; 0 where there is none."""
    none = moments.isna().to_numpy()
    for place in places[none].tolist():
        wrong[place] = _NO_TIME.format(cell=cells[place])
    if moments.dt.tz is None:
        if not zone:
            for place in places[~none].tolist():
                wrong[place] = _NO_ZONE.format(cell=cells[place])
            return np.zeros(len(moments), dtype=np.int64)
        moments = moments.dt.tz_localize(zone, ambiguous="NaT", nonexistent="NaT")
        doubtful = moments.isna().to_numpy() & ~none
        for place in places[doubtful].tolist():
            wrong[place] = (
                f"time '{cells[place]}' comes twice or never in {zone}, whose clock changes then; write its offset"
            )
    filled = moments.fillna(pd.Timestamp(0, tz="UTC")).dt.tz_convert("UTC").dt.tz_localize(None)
    microseconds: NDArray[np.int64] = filled.to_numpy().astype("datetime64[us]").astype(np.int64)
    return microseconds


def numbers_of(column: pa.Array, mapping: Mapping_) -> Numbers:
    """Return the numbers of a column of texts or numbers; empty cells and words of ``missing`` are no numbers."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        value = column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
        if mapping.missing:
            absent = {float(word) for word in mapping.missing if _is_number(word)}
            value = np.where(np.isin(value, list(absent)), np.nan, value)
        return Numbers(value, np.isnan(value), ())
    texts = pc.utf8_trim_whitespace(column)
    if mapping.decimal != ".":
        texts = pc.replace_substring(texts, mapping.decimal, ".")
    absent_words = pa.array(["", *(word.strip() for word in mapping.missing)])
    missing = pc.or_(pc.is_null(texts), pc.is_in(pc.utf8_trim_whitespace(column), value_set=absent_words))
    filled = pc.if_else(missing, pa.scalar(None, pa.string()), texts)
    gone = np.asarray(missing)
    try:
        return Numbers(filled.cast(pa.float64()).to_numpy(zero_copy_only=False), gone, ())
    except pa.ArrowInvalid:
        cells = filled.to_numpy(zero_copy_only=False)
        value = pd.to_numeric(pd.Series(cells, dtype=object), errors="coerce").to_numpy(dtype=np.float64)
        said_nan = np.array([isinstance(cell, str) and cell.casefold() == "nan" for cell in cells])
        return Numbers(value, gone, np.flatnonzero(np.isnan(value) & ~gone & ~said_nan).tolist())


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True
