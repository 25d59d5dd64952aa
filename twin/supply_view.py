"""A sealed supply study, read back: what the command line, the pictures, the statement and the pages are made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ops_data.artefacts import Artefact
from ops_data.supply_names import BASES
from twin.indicators.summary import Spread, read_spreads
from twin.supply.contribution import SCALE

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class SupplyView:
    """A sealed supply study and what can be read from it."""

    artefact: Artefact

    @property
    def artefact_id(self) -> str:
        """Name of the study."""
        return self.artefact.artefact_id

    @property
    def draws(self) -> int:
        """How often what is not known was drawn."""
        return int(self.artefact.identity.choices["draws"])

    @property
    def seed(self) -> int:
        """Seed of the draws."""
        return int(self.artefact.identity.choices["seed"])

    @property
    def run_ids(self) -> dict[str, str]:
        """Basis → run id, wet first; and ``scale`` → the run at full scale if there is one."""
        told: Mapping[str, str] = self.artefact.identity.choices["runs"]
        return {name: told[name] for name in (*BASES, SCALE) if name in told}

    @property
    def basis(self) -> str:
        """Mass basis of the run that was asked for."""
        return str(self.artefact.identity.choices["basis"])

    @property
    def title(self) -> str:
        """Title of the scenario of that run."""
        return str(self.artefact.scenario["title"])

    @property
    def choices(self) -> Mapping[str, Any]:
        """Settings of the study as JSON values."""
        told: Mapping[str, Any] = self.artefact.scenario["supply"]
        return told

    @property
    def quantities(self) -> Mapping[str, Any]:
        """Every number of the study by key, as JSON values."""
        told: Mapping[str, Any] = self.artefact.scenario["quantities"]
        return told

    @property
    def campaign_years(self) -> float:
        """How long the campaign of the run is, in years."""
        return float(self.artefact.scenario["campaign_years"])

    @property
    def changes(self) -> tuple[str, ...]:
        """What the person who asked changed against the packaged case, in words."""
        return tuple(self.artefact.scenario["changes"])

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader must know of a person's own files."""
        return self.artefact.notes

    def table(self, name: str) -> "pd.DataFrame":
        """Return the rows of one of its tables, text columns as plain text."""
        import pandas as pd

        frame = self.artefact.table(name)
        texts = [column for column in frame.columns if isinstance(frame[column].dtype, pd.CategoricalDtype)]
        return frame.astype(dict.fromkeys(texts, "str"))

    @cached_property
    def spreads(self) -> dict[tuple[str, str, str], Spread]:
        """(name, item, period) → P10, P50 and P90 of its indicators."""
        return {(one.name, one.item, one.period): one for one in read_spreads(self.table("indicators"))}
