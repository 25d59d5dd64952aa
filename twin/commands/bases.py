"""The same campaign with its target read as wet mud and as dry solids: two paired runs, side by side."""

import json
from typing import TYPE_CHECKING, Final

from twin.commands.output import console, paragraph, plain_table
from twin.commands.summary import MAIN, missing, scaled

if TYPE_CHECKING:
    from ops_data.sealed import Run
    from twin.indicators.summary import Spread
    from twin.scenario import Scenario

BASES: Final = ("wet", "dry")
# what the basis changes, then what it does not: indicator, item, title where the indicator's own does not name the item
ROWS: Final = (
    ("days_at_target", "", ""),
    ("lifted_per_day_t", "", ""),
    ("best_day_t", "", ""),
    *(("oxide_at_target_kg_d", name, f"{name} oxide, day at target") for name in ("Nd", "Pr", "Dy", "Tb")),
    *((name, item, title) for name, item, title in MAIN if name in ("lifted_wet_t", "lifted_dry_t", "oxide_kg")),
)


def other_basis(scenario: "Scenario") -> "Scenario":
    """Return the scenario with its target read on the other mass basis; nothing else differs."""
    from twin.scenario import Scenario

    document = scenario.model_dump(mode="json")
    document["campaign"]["mass_basis"] = "dry" if scenario.campaign.mass_basis == "wet" else "wet"
    return Scenario.from_json(json.dumps(document))  # anew, for a copy would keep the hash of the first


def print_side_by_side(runs: "dict[str, Run]", target_t_d: float) -> None:
    """Print what two paired runs say that read one target on the two bases.

    Parameters
    ----------
    runs : basis → run, on the same seed and replicates.
    target_t_d : the target as published [t/d].
    """
    from ops_data.reference.indicator_rows import indicator_rows
    from twin.indicators.summary import read_spreads

    found = {basis: _by_key(read_spreads(runs[basis].table("indicators"))) for basis in BASES}
    heads = [f"read as {basis}" for basis in BASES]
    table = plain_table("P50 (P10 to P90)", *heads, "unit", right=tuple(heads))
    for name, item, title in ROWS:
        pair = [found[basis].get((name, item)) for basis in BASES]
        known = [one for one in pair if one is not None]
        if known:
            unit = scaled(known[0].unit)[1]
            table.add_row(title or indicator_rows()[name].title, *map(_cell, pair), unit)
    out = console()
    out.print()
    out.print(f"{target_t_d:,.6g} t/day read as wet mud and as dry solids", style="bold")
    out.print(table)
    paragraph(
        out,
        "Two runs on the same weather and luck; the basis says how the target is read and rescales nothing that was "
        "simulated, so what is lifted is the same. The readings are never averaged.",
    )
    for basis in BASES:
        out.print(f"  {basis}: {runs[basis].run_id}", soft_wrap=True)


def _by_key(spreads: "list[Spread]") -> "dict[tuple[str, str], Spread]":
    return {(one.name, one.item): one for one in spreads if not one.period}


def _cell(one: "Spread | None") -> str:
    from twin.indicators.words import number

    if one is None:
        return "-"
    scale, _ = scaled(one.unit)
    low, middle, high = (number(value / scale, missing(one)) for value in (one.low, one.value, one.high))
    return f"{middle} ({low} to {high})"
