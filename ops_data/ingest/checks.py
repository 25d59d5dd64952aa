"""Checks of single rows: what is refused, what is flagged and kept, what is counted. Whole columns at a time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ops_data.errors import UsageError, did_you_mean
from ops_data.ingest.coverage import Coverage
from ops_data.ingest.kept import BAD, FUTURE, GOOD, OUT_OF_RANGE, QUALITIES, UNCERTAIN
from ops_data.ingest.mapping import SAID
from ops_data.ingest.rows import TEXT_LETTERS, RawRows, Refused, Whole, Words
from ops_data.reference.sensor_rows import Sensor
from ops_data.unit_conversion import Conversion, conversion
from ops_data.units import SECONDS_PER_DAY

FIRST_UTC: Final = int(datetime(2000, 1, 1, tzinfo=UTC).timestamp())  # assumption: older is a clock not set
LAST_UTC: Final = int(datetime(2100, 1, 1, tzinfo=UTC).timestamp())
AHEAD_S: Final = 300  # assumption: clocks on board agree to five minutes
LATE_S: Final = 2 * SECONDS_PER_DAY  # assumption: the file of a day is read in the night after it
_UNITS_REMEDY: Final = "declare it (column unit, header 'name [unit]', mapping), or say --assume-register-units"
_FAR: Final = 1 << 40  # more seconds than any time that is taken


@dataclass(frozen=True, eq=False)
class Checked:
    """Rows that were taken, sorted by tag, time and number; ``code`` counts ``tags``, ``quality`` `QUALITIES`."""

    tags: tuple[str, ...]
    code: Whole
    time_utc: Whole
    seq: Whole
    value: NDArray[np.float64]
    quality: Whole
    row: Whole

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.row)

    def part(self, places: NDArray[Any]) -> "Checked":
        """Return some of the rows."""
        columns = (self.code, self.time_utc, self.seq, self.value, self.quality, self.row)
        code, time_utc, seq, value, quality, row = (column[places] for column in columns)
        return Checked(self.tags, code, time_utc, seq, value, quality, row)

    def refused(self, place: int, reason: str) -> Refused:
        """Return the row at a place as refused."""
        return Refused(
            int(self.row[place]), reason,
            _text(self.tags[int(self.code[place])], int(self.time_utc[place]), float(self.value[place]), ""),
        )  # fmt: skip


@dataclass
class Checks:
    """The checks of one file; remembers of its earlier rows how far each tag had come.

    Attributes
    ----------
    register : tags with unit and range.
    received_utc : when the file became available.
    assume_register_units : take values without a declared unit as in the register's.
    late, out_of_order : rows so far; facts of arrival, not of a value.
    coverage : per tag, when it was heard.
    """

    register: Mapping[str, Sensor]
    received_utc: int
    assume_register_units: bool
    late: int = 0
    out_of_order: int = 0
    coverage: dict[str, Coverage] = field(default_factory=dict)
    _reached: dict[str, int] = field(default_factory=dict)
    _known: dict[tuple[str, str], Conversion | str] = field(default_factory=dict)

    def check(self, raw: RawRows) -> tuple[Checked, list[Refused]]:
        """Return the rows of a chunk that are taken, and those that are refused, each with its reason."""
        tag_code, tags = _coded(raw.tag)
        unit_code, units = _coded(raw.unit)
        both = tag_code * max(len(units), 1) + unit_code
        found, kind = np.unique(both, return_inverse=True)
        rules = [self._rule(tags[one // len(units)], units[one % len(units)]) for one in found.tolist()]
        known = np.array([not isinstance(rule, str) for rule in rules], dtype=bool)[kind]
        value = _converted(raw.value, kind, rules)
        said, words = _coded(raw.quality)
        wrong_word = ~np.array([word in ("", *SAID) for word in words], dtype=bool)[said]
        flagged = np.array([word in ("bad", "uncertain") for word in words], dtype=bool)[said]
        seq = np.zeros(len(raw), dtype=np.int64) if raw.seq is None else raw.seq
        refusals: list[tuple[NDArray[np.bool_], Callable[[int], str]]] = [
            (~known, lambda place: str(rules[int(kind[place])])),
            (
                (raw.time_utc < FIRST_UTC) | (raw.time_utc >= LAST_UTC),
                lambda place: (
                    f"time {_iso(int(raw.time_utc[place]))} is not of the years 2000 to 2099; correct the clock"
                ),
            ),
            (wrong_word, lambda place: f"quality '{raw.quality[place]}'; {did_you_mean(raw.quality[place], SAID)}"),
            (
                np.isnan(value) & ~flagged,
                lambda _: "no value, and the source does not flag it: nothing to keep",
            ),
            (np.isinf(value), lambda _: "value is not a finite number; correct it, or flag the row as bad without one"),
            (seq < 0, lambda place: f"sequence number {seq[place]} is below 0; number from 0"),
        ]
        bad = np.zeros(len(raw), dtype=bool)
        refused = []
        for wrong, reason in refusals:
            for place in np.flatnonzero(wrong & ~bad).tolist():
                row_text = _text(raw.tag[place], int(raw.time_utc[place]), float(raw.value[place]), raw.unit[place])
                refused.append(Refused(int(raw.row[place]), reason(place), row_text))
            bad |= wrong
        taken = np.flatnonzero(~bad)
        quality = self._quality(tags, tag_code, raw.time_utc, value, words, said, taken)
        checked = Checked(tags, tag_code[taken], raw.time_utc[taken], seq[taken], value[taken], quality, raw.row[taken])
        return self._in_order(checked), refused

    def _rule(self, tag: str, unit: str) -> Conversion | str:
        """Return how values of a tag in a unit are converted, or why they are refused."""
        if (tag, unit) not in self._known:
            self._known[tag, unit] = self._new_rule(tag, unit)
        return self._known[tag, unit]

    def _new_rule(self, tag: str, unit: str) -> Conversion | str:
        sensor = self.register.get(tag)
        if sensor is None:
            return f"tag '{tag}' is not in the register of sensors; {did_you_mean(tag, self.register)}"
        if not unit and not self.assume_register_units:
            return f"tag '{tag}': no unit is declared (the register has '{sensor.unit}'); {_UNITS_REMEDY}"
        try:
            return conversion(unit or sensor.unit, sensor.unit, sensor.quantity)
        except UsageError as error:
            return f"tag '{tag}': {error}"

    def _quality(
        self, tags: tuple[str, ...], code: Whole, time_utc: Whole, value: NDArray[np.float64],
        words: tuple[str, ...], said: Whole, taken: NDArray[np.intp],
    ) -> Whole:  # fmt: skip
        """Return the quality codes of the rows taken: the first that holds of bad, out_of_range, future, uncertain."""
        sensors = [self.register.get(tag) for tag in tags]
        low = np.array([-np.inf if one is None else one.low for one in sensors])[code[taken]]
        high = np.array([np.inf if one is None else one.high for one in sensors])[code[taken]]
        spoken = np.array([QUALITIES.index(word) if word in SAID else GOOD for word in words], dtype=np.int64)[
            said[taken]
        ]
        outside = (value[taken] < low) | (value[taken] > high)
        ahead = time_utc[taken] > self.received_utc + AHEAD_S
        choices = [spoken == BAD, outside, ahead, spoken == UNCERTAIN]
        return np.select(choices, [BAD, OUT_OF_RANGE, FUTURE, UNCERTAIN], GOOD).astype(np.int64)

    def _in_order(self, rows: Checked) -> Checked:
        """Return the rows sorted, after counting the late ones and those that come after a later one of their tag."""
        self.late += int((self.received_utc - rows.time_utc > LATE_S).sum())
        by_tag = np.argsort(rows.code, kind="stable")
        code, times = rows.code[by_tag], rows.time_utc[by_tag]
        before = np.array([self._reached.get(tag, 0) for tag in rows.tags], dtype=np.int64)
        reached = np.maximum.accumulate(code * _FAR + times)
        earlier = np.full(len(rows), -1, dtype=np.int64)
        earlier[1:] = reached[:-1]
        own = np.where(earlier // _FAR == code, earlier % _FAR, 0)
        self.out_of_order += int((times < np.maximum(own, before[code])).sum())
        order = np.lexsort((rows.seq, rows.time_utc, rows.code))
        sorted_rows = rows.part(order)
        present, starts = np.unique(sorted_rows.code, return_index=True)
        for start, end in zip(starts.tolist(), [*starts[1:].tolist(), len(rows)][: len(present)], strict=True):
            tag = rows.tags[int(sorted_rows.code[start])]
            self._reached[tag] = max(self._reached.get(tag, 0), int(sorted_rows.time_utc[end - 1]))
            heard = self.coverage.setdefault(tag, Coverage(self.register[tag].gap_after_s))
            heard.add(sorted_rows.time_utc[start:end])
        return sorted_rows


def _converted(value: NDArray[np.float64], kind: Whole, rules: list[Conversion | str]) -> NDArray[np.float64]:
    found = value
    for number, rule in enumerate(rules):
        if isinstance(rule, Conversion) and rule != _SAME:
            places = np.flatnonzero(kind == number)
            found = found.copy() if found is value else found
            found[places] = rule(value[places])
    return found


_SAME: Final = Conversion(1.0, 1.0, 0.0)


def _coded(words: Words) -> tuple[Whole, tuple[str, ...]]:
    """Return codes and names of an array of words."""
    import pandas as pd

    codes, names = pd.factorize(words)
    return codes.astype(np.int64), tuple(str(name) for name in names)


def _iso(time_utc: int) -> str:
    try:
        return datetime.fromtimestamp(time_utc, UTC).isoformat().replace("+00:00", "Z")
    except (OverflowError, ValueError, OSError):
        return f"{time_utc} s"


def _text(tag: str, time_utc: int, value: float, unit: str) -> str:
    return f"{tag},{_iso(time_utc)},{value!r},{unit}"[:TEXT_LETTERS]
