"""A sealed supply study made up for tests, as a statement sees it: the tables of `made_up_statement`."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ops_data.errors import UnknownNameError
from tests.ops_data.export.made_up_statement import EXTRAPOLATION_T_D, JPY_PER_USD, TARGET_T_D, tables

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class MadeUpStudy:
    """Answers as a sealed study does."""

    artefact_id: str = "supply-0123abcd"
    title: str = "Pilot campaign 2027"
    description: str = "350 t/d for three weeks."
    run_ids: Mapping[str, str] = field(
        default_factory=lambda: {"wet": "pilot-wet-11112222", "dry": "pilot-dry-33334444", "scale": "scale-55556666"}
    )
    targets_t_d: Mapping[str, float] = field(default_factory=lambda: dict.fromkeys(("wet", "dry"), TARGET_T_D))
    choices: Mapping[str, Any] = field(
        default_factory=lambda: {"extrapolation_t_d": EXTRAPOLATION_T_D, "shock_months": 24}
    )
    quantities: Mapping[str, Any] = field(default_factory=lambda: {"finance.jpy_per_usd": {"value": JPY_PER_USD}})
    seed: int = 1
    draws: int = 40
    created: str = "2026-09-20T04:05:06.123456+00:00"
    code_version: str = "0.9.0"
    changes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ("The record of customs is a person's own.",)
    refused: bytes = b""
    held: "Mapping[str, pd.DataFrame]" = field(default_factory=tables)

    def table(self, name: str) -> "pd.DataFrame":
        """Return the rows of a table."""
        if name not in self.held:
            raise UnknownNameError(f"artefact '{self.artefact_id}' has no table '{name}'")
        return self.held[name]


if __name__ == "__main__":
    from twin.commands.supply_statement import export_statement

    raise SystemExit(export_statement(MadeUpStudy(), sys.argv[1], as_json=False))
