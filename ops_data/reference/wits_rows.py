"""Items of WITS records as the specification predefines them: one row of ``wits_items.csv`` per record and item."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from ops_data.reference.rows import CsvRow, collect

FILE: Final = Path(__file__).with_name("wits_items.csv")
SYSTEMS: Final = ("metric", "fps")


@dataclass(frozen=True, slots=True)
class WitsItem:
    """One item: four digits (record, then item), title, mnemonic, its unit in both systems (``-``: plain number)."""

    item: str
    title: str
    mnemonic: str
    metric_unit: str
    fps_unit: str
    source: str
    confidence: str
    note: str

    def unit(self, system: str) -> str:
        """Return the unit in a system, ``metric`` or ``fps`` (foot, pound, second)."""
        return self.metric_unit if system == "metric" else self.fps_unit


def _item(row: CsvRow) -> WitsItem:
    cells = row.cells
    if not (len(cells["item"]) == 4 and cells["item"].isascii() and cells["item"].isdigit()):
        raise row.fail(f"item '{cells['item']}'", "record and item are two digits each", "correct the cell")
    for column in ("metric_unit", "fps_unit"):
        if not cells[column]:
            raise row.fail(f"no {column}", "every item has one in both systems", "write it, or - for a plain number")
    return WitsItem(
        cells["item"], cells["title"], cells["mnemonic"], cells["metric_unit"], cells["fps_unit"],
        row.source(), cells["confidence"], cells["note"],
    )  # fmt: skip


@cache
def wits_items() -> dict[str, WitsItem]:
    """Return the predefined items by their four digits; treat the dictionary as read-only."""
    return collect(FILE, WitsItem, _item)
