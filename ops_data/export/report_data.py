"""What the review report says, as plain records: numbers with their spread, names that the text tables translate.

``name`` and ``section`` are keys of the text tables (``text/en.toml``, ``text/ja.toml``), so that one `ReportData`
serves every language. ``detail`` says which of several (``0.1 mg/L``, ``LF injury``, ``co2``); it is translated where
the tables know it and printed as it is where they do not. ``low``, ``value``, ``high`` are P10, P50, P90 over the
members; low and high are None for a number without spread, nan prints as a dash.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

Language: TypeAlias = Literal["en", "ja"]
Quantity: TypeAlias = Literal["concentration", "deposit"]
ProxyGroup: TypeAlias = Literal["seabed", "recovery", "noise", "air", "light", "water", "stewardship"]
Figures: TypeAlias = Mapping[str, bytes]  # SVG by name, drawn in the language of the report

FIGURES: tuple[str, ...] = (
    "site",
    "concentration_max",
    "concentration_hours",
    "concentration_exceedance",
    "return_max",
    "return_exceedance",
    "deposit",
    "deposit_exceedance",
    "thresholds",
    "noise",
    "emissions",
)


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """One number of the summary page; ``id`` is its row in summary.csv, from which recheck.py rebuilds it."""

    id: str
    section: str
    name: str
    detail: str
    low: float | None
    value: float
    high: float | None
    unit: str


@dataclass(frozen=True, slots=True)
class ThresholdRow:
    """One metric above one screening level; ``probability`` is the share of members that exceed the level at all.

    ``layer`` is a detail, ``return water`` for what floats far above the bed, and empty at the bed.
    """

    quantity: Quantity
    level: float
    level_unit: str
    layer: str
    metric: str
    low: float
    value: float
    high: float
    unit: str
    probability: float


@dataclass(frozen=True, slots=True)
class ZoneRow:
    """Whether a level is exceeded inside a zone: in how many of the members; ``kind`` is PRZ, IRZ or other.

    ``layer`` is empty at the bed, else a detail.

    ``at_most`` is the upper end of the probability at 95 % confidence, which few members leave well above what is seen.
    """

    zone: str
    kind: str
    quantity: Quantity
    level: float
    level_unit: str
    touched: int
    members: int
    at_most: float
    layer: str = ""


@dataclass(frozen=True, slots=True)
class ClosureRow:
    """One term of a mass balance; ``section`` is ``releases`` (against lifted tonnes) or ``plume`` (where it went)."""

    section: Literal["releases", "plume"]
    name: str
    low: float | None
    value: float
    high: float | None
    unit: str


@dataclass(frozen=True, slots=True)
class ProxyRow:
    """One proxy other than plumes: an indicator, or one item of it; ``threshold`` is empty where there is none."""

    group: ProxyGroup
    name: str
    detail: str
    low: float | None
    value: float
    high: float | None
    unit: str
    threshold: str
    source: str


@dataclass(frozen=True, slots=True)
class AssumptionRow:
    """One input: its value and range, whose it is, and how sure; ``given`` if the scenario states it itself."""

    key: str
    value: float
    low: float
    high: float
    law: str
    unit: str
    source: str
    confidence: str
    given: bool


@dataclass(frozen=True, slots=True)
class ComparisonRow:
    """Model against a field study, ratio as it is; ``within`` is None where nothing can be judged."""

    id: str
    study: str
    quantity: str
    field: float
    model: float
    ratio: float
    unit: str
    factor: float | None
    within: bool | None
    remark: str


@dataclass(frozen=True, slots=True)
class VerificationRow:
    """One case with a known answer, computed with this build."""

    id: str
    what: str
    expected: float
    found: float
    tolerance: str
    passed: bool
    source: str


@dataclass(frozen=True, slots=True)
class FactRow:
    """One line of the project description: ``name`` is a key of the text tables, ``value`` is printed as it is."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class FileRow:
    """One file of the package; ``name`` is a key of the text tables, or empty."""

    path: str
    name: str


@dataclass(frozen=True, eq=False)
class ReportData:
    """All that a report says.

    Attributes
    ----------
    title : of the scenario; ``description`` its sentence or two, printed as written.
    run_id, seed, members : which run, and how many replicates have been followed.
    sealed : when the run was sealed, with time zone; the report bears this time and no other.
    version, lock_sha256 : of the software that made it, and the digest of its lock file.
    lifting : False for a run that never lifted: the report then says that its maps are empty for that reason.
    facts : the project in section 3, in this order.
    notes : warnings of this run, sentences printed as they are.
    """

    title: str
    description: str
    run_id: str
    seed: int
    members: int
    sealed: datetime
    version: str
    lock_sha256: str
    lifting: bool
    facts: tuple[FactRow, ...]
    summary: tuple[SummaryRow, ...]
    thresholds: tuple[ThresholdRow, ...]
    zones: tuple[ZoneRow, ...]
    closure: tuple[ClosureRow, ...]
    proxies: tuple[ProxyRow, ...]
    assumptions: tuple[AssumptionRow, ...]
    comparison: tuple[ComparisonRow, ...]
    verification: tuple[VerificationRow, ...]
    files: tuple[FileRow, ...]
    notes: tuple[str, ...]
