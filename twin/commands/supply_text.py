"""The answer of ``twin supply``: text for people, CSV and a JSON document."""

import math
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from ops_data.supply_names import BASES, SUPPLY_ELEMENTS
from twin.commands.output import console, paragraph
from twin.commands.supply_money_text import print_finance
from twin.commands.supply_registers import (
    print_coverage,
    print_inputs,
    print_kpis,
    print_levers,
    print_logistics,
    print_published,
)
from twin.commands.supply_sections import print_contribution, print_demand, print_network, print_shock
from twin.commands.supply_tables_text import (
    contribution_table,
    dependency_table,
    kpi_counts,
    project_table,
    read,
    shock_table,
    worth_table,
    worth_words,
)
from twin.indicators.summary import finite
from twin.indicators.words import percent
from twin.supply_sentences import FEW, how_sure, runs_sentence, why_sentences
from twin.supply_view import SupplyView
from twin.supply_words import NO_FIGURE, figure, mass, share_words

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

PRINTERS: Final[Mapping[str, Callable[["Console", SupplyView], None]]] = {
    "contribution": print_contribution,
    "demand": print_demand,
    "network": print_network,
    "shock": print_shock,
    "kpis": print_kpis,
    "levers": print_levers,
    "finance": print_finance,
    "logistics": print_logistics,
    "published": print_published,
    "inputs": print_inputs,
    "coverage": lambda out, view: print_coverage(out, rows_of(view, "coverage")),
}
SHOWN: Final = tuple(PRINTERS)
COVERAGE: Final = ("item", "text", "scopes", "where", "note")
LEADING: Final = ("Nd", "Dy")  # elements of the short answer; --show contribution tells all
TABLES: Final[Mapping[str, str]] = {  # what --csv and --json tell of a part
    "contribution": "indicators",
    "demand": "supply_demand",
    "network": "supply_dependency",
    "shock": "indicators",
    "kpis": "supply_kpis",
    "levers": "supply_levers",
    "finance": "indicators",
    "logistics": "supply_logistics",
    "published": "supply_published",
    "inputs": "supply_inputs",
}
NAMES: Final[Mapping[str, tuple[str, ...]]] = {  # beginnings of the names of the indicators of a part
    "contribution": ("contribution_", "mud_needed_", "mud_grade_", "mud_recovery", "mud_days", "mud_dry_"),
    "shock": (
        "fill_rate",
        "worst_month_fill",
        "line_down_days",
        "survive_days",
        "recover_days",
        "shock_still_on",
        "stops_within_year",
        "lost_",
        "cover_days",
        "licence_delay_d",
        "mud_in_embargo_",
        "mud_worth_",
        "mud_insurance_",
        "weighted_lost_",
    ),
    "finance": ("oxide_cost_", "project_", "price_", "revenue_gap_"),
}
DOCUMENT: Final = ("drivers", "dependency", "cuts", "weights", "kpis", "conflicts", "levers", "closure")


def rows_of(view: SupplyView, asked: str) -> "pd.DataFrame":
    """Return the rows that stand for one part: of its table, or its indicators."""
    if asked == "coverage":
        import pandas as pd

        from ops_data.reference.supply.policy_rows import read_policy

        rows = read_policy(None).coverage.values()
        return pd.DataFrame(
            [(one.key, one.text, one.scopes, one.where, one.note) for one in rows], columns=list(COVERAGE)
        )
    frame = view.table(TABLES[asked])
    begins = NAMES.get(asked)
    return frame if begins is None else frame[frame["name"].str.startswith(begins)]


def as_csv(view: SupplyView, asked: str | None = None) -> str:
    """Return every indicator as CSV: name, item, period, P10, P50, P90, unit; or the rows of one part."""
    if asked is not None:
        return str(rows_of(view, asked).to_csv(index=False, lineterminator="\n"))
    lines = ["name,item,period,p10,p50,p90,unit"]
    lines += [
        f"{one.name},{one.item},{one.period},{one.low!r},{one.value!r},{one.high!r},{one.unit}"
        for one in view.spreads.values()
    ]
    return "\n".join(lines) + "\n"


def as_document(view: SupplyView, asked: str | None = None) -> dict[str, object]:
    """Return the study for JSON; with a part, only that beside what the study is."""
    what: dict[str, object] = {
        "study_id": view.artefact_id,
        "run_ids": view.run_ids,
        "draws": view.draws,
        "seed": view.seed,
        "choices": dict(view.choices),
        "notes": [*why_sentences(view), *view.notes],
    }
    if asked is not None:
        return what | {asked: _records(rows_of(view, asked))}
    indicators = {
        one.label: {"p10": finite(one.low), "p50": finite(one.value), "p90": finite(one.high), "unit": one.unit}
        for one in view.spreads.values()
    }
    return what | {"indicators": indicators} | {name: _records(view.table(f"supply_{name}")) for name in DOCUMENT}


def _records(frame: "pd.DataFrame") -> list[dict[str, Any]]:
    """Return rows for JSON: null for what is not a finite number."""
    return [
        {str(name): finite(cell) if isinstance(cell, float) else cell for name, cell in row.items()}
        for row in frame.to_dict("records")
    ]


def print_answer(view: SupplyView, asked: str | None = None, repeated: str | None = None) -> None:
    """Print the answer in plain words.

    Parameters
    ----------
    view : the study.
    asked : one part of `SHOWN`, or None for the short answer.
    repeated : run and options that ask for this study again, as one types them; None: the run alone.
    """
    out = console()
    out.print(f"{view.title}: what the mud is to Japan's supply", style="bold")
    paragraph(out, runs_sentence(view))
    if view.changes:
        told = "; ".join(view.changes[:CHANGES]) + (
            f"; and {len(view.changes) - CHANGES} more" if len(view.changes) > CHANGES else ""
        )
        paragraph(out, f"Changed against the packaged case: {told}.")
    if asked in (None, "contribution"):
        for line in why_sentences(view):
            paragraph(out, line)
    if asked is not None:
        PRINTERS[asked](out, view)
        return
    for line in _leading(view):
        paragraph(out, line, indent=3, mark=" -")
    for element in LEADING:
        out.print()
        out.print(contribution_table(view, element))
    paragraph(out, CONTRIBUTION)
    out.print()
    out.print(dependency_table(view))
    paragraph(out, "Share that comes from China, P50, by mass; there is no single number (--show network).")
    out.print()
    out.print(shock_table(view))
    paragraph(out, f"{scenario_names(view)} {SHOCK}")
    worth = worth_table(view)
    if worth.row_count:
        out.print()
        out.print(worth)
        paragraph(out, worth_words(view))
    out.print()
    out.print(project_table(view))
    paragraph(out, MONEY)
    out.print()
    for line in kpi_counts(view):
        paragraph(out, line)
    out.print()
    out.print("How sure", style="bold")
    for line in how_sure(view):
        paragraph(out, line, indent=3, mark=" -")
    _print_next(out, view, view.run_ids[view.basis] if repeated is None else repeated)


CONTRIBUTION: Final = (
    "P50 (P10–P90) of all draws, as element. The campaign is what was simulated; the rates are what a year of it would "
    "give; the pilot's mud times a number is arithmetic, the run at full scale another simulation with other gear. "
    "Other elements, years and values: --show contribution."
)
MONEY: Final = (
    "P50 (P10–P90), constant money, not weighed by scenarios; NPV < 0: share of draws that lose money; IRR: ordinary "
    "equity; JPY/kg: levelised cost of oxide. Published figures that disagree stand beside it: --show published."
)
LONG_D: Final = 3_650.0  # cover beyond which a number of days says nothing
CHANGES: Final = 12  # that are told one by one
SHOCK: Final = (
    "Medians over draws. Met: least-supplied sector's mean share of demand while the shock lasts; worst mo.: its worst "
    "month; survives: days until a first sector falls below its threshold; recovers: days after the shock until demand "
    "is met again (goes on: the shock itself is not over); lost: sector-days. Same shock under each rule; sectors: "
    "--show shock."
)


def scenario_names(view: SupplyView) -> str:
    """Return what the codes of the scenarios stand for."""
    rows = view.table("supply_weights")
    told = [f"{code}: {title.lower()}" for code, title in zip(rows["scenario"], rows["title"], strict=True)]
    return f"{', '.join(told)}; R2010 and R2025: the events of those years played again."


def _leading(view: SupplyView) -> Iterator[str]:
    """Return the sentences that say most."""
    told = [(name, read(view, "contribution_element_t", "campaign", view.basis, name)) for name in LEADING]
    parts = [f"{mass(one)} of {name}" for name, one in told if one is not None]
    if parts:
        span = f" in {view.campaign_years:.3g} years" if view.campaign_years > 1.0 else ""
        yield f"The campaign itself gives {' and '.join(parts)}{span}, however its target is read."
    for element in LEADING:
        masses, shares = [], []
        for basis in BASES:
            made = read(view, "contribution_element_t", "run_rate", basis, element)
            share = read(view, "contribution_share_current", "run_rate", basis, element)
            if made is not None:
                masses.append(f"{mass(made)} on the {basis} basis")
            if share is not None and math.isfinite(share.value):
                shares.append(share_words(share.value))
        if masses:
            compared = f": {' or '.join(shares)} of Japan's demand now" if shares else f"; {NO_FIGURE}"
            yield f"A year at the target rate gives, of {element}, {' or '.join(masses)}{compared}."
    largest = _largest(view)
    if largest is not None:
        yield f"Against present demand it is largest for {largest[0]}: {share_words(largest[1])} on the dry basis."
    rows = view.table("supply_drivers")
    rows = rows[(rows["basis"] == "both") & (rows["element"] == LEADING[-1])].sort_values("share", ascending=False)
    if len(rows) and view.draws >= FEW:
        parts = [f"{name} {percent(share)}" for name, share in zip(rows["factor"], rows["share"], strict=True)]
        yield f"What the spread of {LEADING[-1]} comes from: {', '.join(parts[:3])}."
    cover = [
        f"{one.item.split(' ')[0]} {figure(one.value, 'without end') if not LONG_D < one.value < math.inf else 'years'}"
        for (name, item, _), one in view.spreads.items()
        if name == "cover_days" and item.endswith(f" {LEADING[-1]}")
    ]
    if cover:
        yield f"Stocks of {LEADING[-1]} last, in days from the start of a shock: {', '.join(cover)}."


def _largest(view: SupplyView) -> tuple[str, float] | None:
    """Return the element of which a year at the target rate meets most of present demand, and that share."""
    told = {
        element: read(view, "contribution_share_current", "run_rate", "dry", element) for element in SUPPLY_ELEMENTS
    }
    known = {name: one.value for name, one in told.items() if one is not None and math.isfinite(one.value)}
    return max(known.items(), key=lambda entry: entry[1]) if known else None


def _print_next(out: "Console", view: SupplyView, repeated: str) -> None:
    out.print()
    out.print(f"Kept in {view.artefact.folder}. Next:", soft_wrap=True)
    out.print(f"  twin supply {repeated} --show PART", soft_wrap=True)
    paragraph(out, f"one part in full: {', '.join(SHOWN)}", indent=6)
    out.print(f"  twin supply {repeated} --figure supply.html", soft_wrap=True)
    out.print("      the pictures, in any browser", soft_wrap=True)
    out.print(f"  twin export supply-statement {repeated} --out statement", soft_wrap=True)
    out.print("      one folder with tables, workbook and report in English and Japanese", soft_wrap=True)
