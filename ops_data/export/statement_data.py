"""What the supply statement says: the tables of a sealed supply study, and which study it is.

Nothing is computed here. Numbers are those of the tables (`ops_data.supply_tables`, ``outcomes``, ``indicators``);
names become words by the text tables, and titles that only a table knows by ``japanese``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import numpy as np

from ops_data.errors import FailedError, did_you_mean
from ops_data.export.report_data import FileRow
from ops_data.schemas import INDICATORS, OUTCOMES
from ops_data.supply_names import BASES, SUPPLY_ELEMENTS
from ops_data.supply_tables import SUPPLY_TABLES
from ops_data.table_records import Table

if TYPE_CHECKING:
    import pandas as pd

Basis: TypeAlias = Literal["wet", "dry"]
READINGS: Final = ("campaign", "achieved_rate", "run_rate", "extrapolation")
FULL_SCALE: Final = "full_scale_run"  # a reading beside them, where a run at full scale was played
ALL: Final = "all"
SHARE: Final = "share"  # unit of what is printed in per cent; a plain ratio has the unit 1
PER_ONE: Final = ("1", "1/a", "probability")
OF_SHARES: Final = (
    "contribution_share_current",
    "contribution_share_future",
    "china_share",
    "fill_rate",
    "fill_rate_in_shock",
    "worst_month_fill",
    "shock_still_on",
    "mud_recovery",
    "end_of_life_recycling_rate",
    "recycling_input_rate",
    "clusters_working",
    "project_irr",
)
ELEMENTS: Final = (*SUPPLY_ELEMENTS, ALL)
STATEMENT_TABLES: Final[Mapping[str, Table]] = {
    table.name: table for table in (INDICATORS, OUTCOMES, *SUPPLY_TABLES)
}  # fmt: skip
SOURCED: Final = ("supply_inputs", "supply_published", "supply_conflicts", "supply_notes", "supply_replays")
FIGURES: Final = ("contribution", "drivers", "fill_rate", "prices")


@dataclass(frozen=True, slots=True)
class Spread:
    """P10, P50 and P90 of one number; nan where there is none."""

    low: float
    value: float
    high: float
    unit: str

    def as_share(self) -> "Spread":
        """Return it as a share, printed in per cent, if it has no other unit."""
        return Spread(self.low, self.value, self.high, SHARE) if self.unit in PER_ONE else self

    @property
    def known(self) -> bool:
        """Whether there is a number."""
        return not np.isnan(self.value)


def _spread(name: str, low: float, value: float, high: float, unit: str) -> Spread:
    found = Spread(float(low), float(value), float(high), str(unit))
    return found.as_share() if name in OF_SHARES or unit == PER_ONE[-1] else found


NOTHING: Final = Spread(np.nan, np.nan, np.nan, "")


@dataclass(frozen=True, eq=False)
class StatementData:
    """All that a statement says.

    Attributes
    ----------
    title, description : of the scenario, printed as written.
    study_id : name of the sealed study.
    run_ids : the paired runs, by how they read the target (``wet``, ``dry``).
    target_t_d : target of each run, tonnes a day on its own basis.
    extrapolation_t_d : rate of the extrapolation.
    jpy_per_usd : stated rate of exchange.
    seed, draws : of the study.
    sealed : when the later of the runs was sealed, with time zone; the statement bears this time and no other.
    version, lock_sha256 : of the software that made it, and the digest of its list of libraries.
    tables : rows by name of the table, each with its declared columns, words as plain text; a missing one is empty.
    titles : English titles of codes that only the study's tables know: origins, outputs.
    japanese : Japanese for titles and notes of the tables, by the English as it stands in them.
    files : what lies in the folder.
    notes : warnings of this study, sentences printed as they are.
    changes : what the person who asked changed against the packaged case, in words.
    shock_months : how long a shock is followed; 0: not told.
    """

    title: str
    description: str
    study_id: str
    run_ids: Mapping[str, str]
    target_t_d: Mapping[str, float]
    extrapolation_t_d: float
    jpy_per_usd: float
    seed: int
    draws: int
    sealed: datetime
    version: str
    lock_sha256: str
    tables: Mapping[str, "pd.DataFrame"]
    titles: Mapping[str, str]
    japanese: Mapping[str, str]
    files: tuple[FileRow, ...]
    notes: tuple[str, ...]
    changes: tuple[str, ...] = ()
    shock_months: int = 0

    def table(self, name: str) -> "pd.DataFrame":
        """Return the rows of a table; no rows if the study has none.

        Raises
        ------
        FailedError
            No table of a statement is called so.
        """
        import pandas as pd

        if name not in STATEMENT_TABLES:
            raise FailedError(f"statement: table '{name}' found; {did_you_mean(name, STATEMENT_TABLES)}")
        if name in self.tables:
            return self.tables[name]
        return pd.DataFrame({column.name: [] for column in STATEMENT_TABLES[name].columns})

    def rows(self, name: str) -> list[dict[str, Any]]:
        """Return the rows of a table as records."""
        return [{str(key): value for key, value in row.items()} for row in self.table(name).to_dict("records")]

    @property
    def bases(self) -> tuple[str, ...]:
        """How the target is read in the runs that there are, wet first."""
        return tuple(basis for basis in BASES if basis in self.run_ids)

    @cached_property
    def indicators(self) -> Mapping[tuple[str, str, str], Spread]:
        """P10, P50 and P90 by name, item and period."""
        rows = self.table("indicators")
        columns = (rows[name].tolist() for name in ("name", "item", "period", "low", "value", "high", "unit"))
        return {
            (str(name), str(item), str(period)): _spread(str(name), low, value, high, unit)
            for name, item, period, low, value, high, unit in zip(*columns, strict=True)
        }

    @cached_property
    def nothing_lifted(self) -> bool:
        """Whether no draw of any of the paired runs lifted anything."""
        keys = [("contribution_element_t", f"{READINGS[0]} {basis}") for basis in self.bases]
        lifted = [key for key in self.indicators if (key[0], key[1].rpartition(" ")[0]) in keys]
        if not lifted or any(self.indicators[key].high > 0.0 for key in lifted):
            return False
        drawn = self.table("outcomes")
        mine = drawn[drawn["name"].isin([keys[0][0]]) & drawn["item"].isin([item for _, item, _ in lifted])]
        return not bool((mine["value"] > 0.0).any())

    @cached_property
    def source_numbers(self) -> Mapping[str, int]:
        """Every source of a figure with its number, in alphabetical order."""
        every = {str(source) for name in SOURCED for source in self.table(name)["source"].tolist()} - {""}
        return {source: place for place, source in enumerate(sorted(every, key=str.casefold), 1)}

    def cited(self, source: str) -> str:
        """Return the number of a source as it stands beside a figure; nothing where none is given."""
        return f"[{self.source_numbers[source]}]" if source in self.source_numbers else ""

    def spread(self, name: str, item: str, period: str = "") -> Spread:
        """Return an indicator; nothing but nan if there is none."""
        return self.indicators.get((name, item, period), NOTHING)

    def items(self, name: str) -> list[str]:
        """Return the items of an indicator over the whole period, in the order of the table; none if none is told."""
        return [item for known, item, period in self.indicators if known == name and item and not period]

    def periods(self, name: str) -> list[str]:
        """Return the periods of an indicator: calendar years, then fiscal years."""
        found = {period for known, _, period in self.indicators if known == name and period}
        return sorted(found, key=lambda period: (not period.isdigit(), period))
