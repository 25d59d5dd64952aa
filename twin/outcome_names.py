"""Outcomes as people name them: ``lifted_wet_t``, ``fuel_t`` (the total), ``fuel_t[mining]``."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from ops_data.errors import UnknownNameError, UsageError, did_you_mean
from ops_data.reference.indicator_rows import indicator_row, indicator_rows
from twin.indicators.record import Floats

if TYPE_CHECKING:
    import pandas as pd

LABEL: Final = re.compile(r"([^\[\]]+)(?:\[([^\[\]]*)\])?")
WHOLE: Final = ("", "total")  # items that a bare name stands for


@dataclass(frozen=True, slots=True)
class Outcome:
    """One outcome: the name of an indicator, and the item it is about (empty: the whole)."""

    name: str
    item: str

    @property
    def label(self) -> str:
        """Name, with the item in brackets if there is one."""
        return f"{self.name}[{self.item}]" if self.item else self.name

    @property
    def unit(self) -> str:
        """Unit of its values."""
        return indicator_row(self.name).unit

    @property
    def title(self) -> str:
        """What people call it."""
        title = indicator_row(self.name).title
        return f"{title}: {self.item}" if self.item not in WHOLE else title


def read_labels(text: str) -> list[tuple[str, str | None]]:
    """Return (name, item) of labels separated by commas; the item is None where none is given.

    Raises
    ------
    UnknownNameError
        A name that is no indicator.
    UsageError
        A label of another form, or one given twice.
    """
    found: list[tuple[str, str | None]] = []
    for label in (part.strip() for part in text.split(",")):
        match = LABEL.fullmatch(label)
        if match is None:
            raise UsageError(
                f"outcome '{label}': not understood; the form is name or name[item]; give for example "
                "lifted_wet_t,fuel_t[mining]"
            )
        name, item = match[1].strip(), match[2]
        if name not in indicator_rows():
            raise UnknownNameError(f"outcome '{label}': no indicator '{name}'; {did_you_mean(name, indicator_rows())}")
        if (name, item) in found:
            raise UsageError(f"outcome '{label}': given twice; name each once; leave one out")
        found.append((name, item))
    return found


def resolve(labels: Sequence[tuple[str, str | None]], available: Collection[tuple[str, str]]) -> list[Outcome]:
    """Return the outcomes that labels mean.

    Parameters
    ----------
    labels : from `read_labels`.
    available : (name, item) of the outcomes of a campaign; a name without any is one that never happened in it.

    Raises
    ------
    UnknownNameError
        An item the indicator does not have, or none given where it has several and no total.
    """
    return [_resolved(name, item, [other for known, other in available if known == name]) for name, item in labels]


def _resolved(name: str, item: str | None, items: Sequence[str]) -> Outcome:
    wanted = WHOLE if item is None else (item,)
    for one in wanted:
        if one in items or not items:
            return Outcome(name, one)
    if item is None:
        remedy = f"give one, for example {Outcome(name, items[0]).label}"
        raise UnknownNameError(f"outcome '{name}': it has no total but items {', '.join(items)}; {remedy}")
    raise UnknownNameError(f"outcome '{name}[{item}]': '{name}' has no item '{item}'; {did_you_mean(item, items)}")


def values_of(outcomes: "pd.DataFrame", wanted: Iterable[Outcome], count: int) -> dict[str, Floats]:
    """Return label → value in replicate (or case) 0 … `count` - 1, NaN where there is none.

    Parameters
    ----------
    outcomes : rows of the table ``outcomes``.
    wanted : the outcomes to take.
    count : how many replicates or cases there are, numbered from 0.
    """
    found = {}
    for one in wanted:
        rows = outcomes[(outcomes["name"] == one.name) & (outcomes["item"] == one.item)]
        values = np.full(count, np.nan)
        values[rows["replicate"].to_numpy()] = rows["value"].to_numpy()
        found[one.label] = values
    return found
