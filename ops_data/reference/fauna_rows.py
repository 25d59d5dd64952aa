"""How long life and chemistry of the sea bed take to recover: one row of ``fauna.csv`` per clock, always a range."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from ops_data.reference.rows import CsvRow, collect

FILE: Final = Path(__file__).with_name("fauna.csv")
YES_NO: Final = ("yes", "no")
AFTER: Final = ("removal", "deposit", "mixing")


@dataclass(frozen=True, slots=True)
class RecoveryClock:
    """Range of the time one class takes to recover [years] after removal, under a deposit, or where only mixed.

    Where ``open_ended`` the upper end is no bound: the studies ended before recovery did.
    """

    name: str
    title: str
    low_y: float
    high_y: float
    open_ended: bool
    after: str
    source: str
    confidence: str
    note: str

    @property
    def told(self) -> str:
        """The range in words for people."""
        return f"{self.low_y:g} to {self.high_y:g} years{' or more' if self.open_ended else ''}"


def read_recovery_clocks(path: Path) -> dict[str, RecoveryClock]:
    """Return the rows of a file of recovery clocks by name.

    Raises
    ------
    FailedError
        The header, a word or a number breaks a rule; one line with file, line, name, rule and remedy.
    """
    return collect(path, RecoveryClock, _clock)


def _clock(row: CsvRow) -> RecoveryClock:
    row.ordered(["low_y", "high_y"])
    if row.number("low_y") <= 0.0:
        raise row.fail(f"low_y {row.cells['low_y']}", "recovery takes time: above zero", "correct the cell")
    return RecoveryClock(
        row.cells["name"], row.cells["title"], row.number("low_y"), row.number("high_y"),
        row.word("open_ended", YES_NO) == "yes", row.word("after", AFTER),
        row.source(), row.cells["confidence"], row.cells["note"],
    )  # fmt: skip


@cache
def recovery_clocks() -> dict[str, RecoveryClock]:
    """Return the packaged clocks by name; treat the dictionary as read-only."""
    return read_recovery_clocks(FILE)
