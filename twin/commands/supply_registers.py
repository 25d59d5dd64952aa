"""Targets, levers, money, lead times, published figures, inputs and coverage, as ``twin supply --show`` prints them."""

import json
import math
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final, get_args

from ops_data.reference.rows import ASSUMPTION
from twin.commands.output import paragraph, plain_table
from twin.commands.supply_tables_text import kpi_counts
from twin.supply_settings import Supply
from twin.supply_view import SupplyView
from twin.supply_words import (
    JPY_BN,
    between,
    brief,
    figure,
    plain,
    told_in,
)

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

REFERENCE: Final = "reference"
CASH_YEARS: Final = (0, 1, 5, 10, 15, 20)


def print_kpis(out: "Console", view: SupplyView) -> None:
    """Print every target of every year with what is computed and the gap, then the contradictions."""
    out.print()
    rows = view.table("supply_kpis")
    for (kpi, title, item, unit), part in rows.groupby(["kpi", "title", "item", "unit"], sort=False):
        name = f"{kpi} {title}, {plain(str(item))}" if str(item) else f"{kpi} {title}"
        shown = told_in(0.0, str(unit))[1]
        years = "; ".join(_against(one, str(unit)) for one in part.sort_values("year").to_dict("records"))
        note = next((f" {words}" for words in part["note"] if words), "")
        paragraph(out, f"{name}{f' [{shown}]' if shown else ''}: {years}.{note}", indent=3, mark=" -")
    out.print()
    for line in kpi_counts(view):
        paragraph(out, line)
    out.print()
    out.print("Targets and claims against each other and the data", style="bold")
    for one in view.table("supply_conflicts").to_dict("records"):
        (left, unit), (right, _) = (told_in(one[side], one["unit"]) for side in ("left", "right"))
        told = f" {figure(left)} against {figure(right)} {unit}".rstrip() + "." if math.isfinite(left) else ""
        note = f" {one['note']}" if one["note"] else ""
        paragraph(out, f"{one['verdict']}: {one['statement']}.{told}{note}".replace("..", "."), indent=3, mark=" -")


def _against(one: dict[Any, Any], unit: str) -> str:
    """Return one year of a target line: what is computed against the target, the gap, and whether it is met."""
    names = ("target", "value", "low", "high", "gap")
    target, value, low, high, gap = (told_in(one[name], unit)[0] for name in names)
    if one["met"] == "not computed":
        return f"{one['year']} target {figure(target)}, not computed"
    met = "met" if one["met"] == "yes" else "not met"
    return f"{one['year']} {between(value, low, high)} against {figure(target)}, gap {brief(gap)}, {met}"


def print_levers(out: "Console", view: SupplyView) -> None:
    """Print each lever at full strength: the output it moves, whether as stated, and what it is."""
    out.print()
    rows = view.table("supply_levers").to_dict("records")
    for one in rows:
        (without, unit), (with_it, _) = (told_in(one[name], one["unit"]) for name in ("without", "with_lever"))
        stated = "as stated" if one["as_stated"] == "yes" else "not as stated"
        cost = f"{figure(one['cost_jpy'] / JPY_BN)} JPY bn" if math.isfinite(one["cost_jpy"]) else "cost not known"
        moved = f"{figure(without)} to {figure(with_it)} {unit}".rstrip()
        note = f" {one['note']}" if one["note"] else ""
        paragraph(
            out,
            f"{one['title']} ({one['owners']}): {plain(one['output'])} from {moved} ({one['direction']}, {stated}). "
            f"Sets {one['parameter']} from {figure(one['from_value'])} to {figure(one['to_value'])}, from "
            f"{one['start_year']} over {figure(one['ramp_years'])} years; {cost}.{note}",
            indent=3,
            mark=" -",
        )
    done = sum(one["as_stated"] == "yes" for one in rows)
    out.print()
    paragraph(out, f"{done} of {len(rows)} levers at full strength move their output as stated.")


def print_logistics(out: "Console", view: SupplyView) -> None:
    """Print each panel of each source: its first, worst and last month."""
    rows = view.table("supply_logistics")
    if not len(rows):
        paragraph(out, "No lead times: nothing was shipped in any scenario, and no records were given.")
        return
    heads = ("months", "lowest", "highest", "when", "P95 then")
    for (origin, scenario), source in rows.groupby(["origin", "scenario"], sort=False):
        name = f"{origin}: {scenario}" if str(scenario) else str(origin)
        table = plain_table(name, *heads, right=("lowest", "highest", "P95 then"))
        for (panel, item), part in source.groupby(["panel", "item"], sort=False):
            lines = part.sort_values("month").to_dict("records")
            worst = max(lines, key=lambda one: float(one["median"]))
            least = min(float(one["median"]) for one in lines)
            table.add_row(
                f"{panel}, {plain(str(item))}", f"{lines[0]['month']} – {lines[-1]['month']}", figure(least),
                figure(worst["median"]), worst["month"], figure(worst["p95"]),
            )  # fmt: skip
        out.print()
        out.print(table)
    simulated = bool((rows["origin"] == "simulated").any())
    own = bool((rows["origin"] != "simulated").any())
    said = " Simulated: from the events of the shock engine, not live data." if simulated else ""
    said += " Own records: from the file that was given." if own else ""
    paragraph(
        out,
        "Monthly medians in calendar days, of a backlog in applications that wait; P95: exceeded by one in twenty. "
        f"Told in the month in which a time ended.{said}",
    )


def print_published(out: "Console", view: SupplyView) -> None:
    """Print published figures beside each other and beside what is computed, then the dated notes."""
    rows = view.table("supply_published").to_dict("records")
    for topic in dict.fromkeys(one["topic"] for one in rows):
        table = plain_table(topic, "published", "computed here", "unit", "grade", right=("published", "computed here"))
        for one in rows:
            if one["topic"] == topic:
                words = f"{one['study']}: {one['quantity']}"
                table.add_row(words, _value_range(one), figure(one["computed"]), one["unit"], one["confidence"])
        out.print()
        out.print(table)
    paragraph(out, "None is picked. Grades: H primary, M secondary, L weak, D derived, A assumption.")
    notes = view.table("supply_notes").sort_values("date", kind="stable").to_dict("records")
    if notes:
        out.print()
        out.print("Context, computed nowhere", style="bold")
    for one in notes:
        paragraph(out, f"{one['date']}: {one['text']} ({one['source']}; {one['confidence']})", indent=3, mark=" -")


def print_inputs(out: "Console", view: SupplyView) -> None:
    """Print every number the study rests on: value, range, unit, grade, and where a person changed it."""
    _print_settings(out, view)
    rows = view.table("supply_inputs").to_dict("records")
    for topic, mine in groupby(rows, key=lambda one: str(one["key"]).partition(".")[0]):
        out.print()
        table = plain_table(f"{topic}.", "value", "range", "unit", "", right=("value", "range"))
        table.columns[0].overflow = "fold"  # a key is there to be copied
        for one in mine:
            low, high = one["low"], one["high"]
            width = "fixed" if low == high else f"{brief(low)}–{brief(high)}"
            mark = "" if one["origin"] == REFERENCE else " *"
            name = str(one["key"]).partition(".")[2]
            table.add_row(f"{name}{mark}", figure(one["value"]), width, one["unit"], one["confidence"])
        out.print(table)
    out.print()
    changed = [f"{one['key']} ({one['origin']})" for one in rows if one["origin"] != REFERENCE]
    if changed:
        paragraph(out, f"* changed: {', '.join(changed)}.")
    assumed = [one for one in rows if str(one["source"]).startswith(ASSUMPTION)]
    paragraph(
        out, f"{len(assumed)} of {len(rows)} are assumptions (grade A). Sources and notes: --show inputs --csv FILE."
    )


def _print_settings(out: "Console", view: SupplyView) -> None:
    """Print every choice of the study, what it may be, and what it is."""
    out.print()
    out.print("supply.", style="bold")
    for name, field in Supply.model_fields.items():
        words = get_args(field.annotation)
        allowed = f" ({', '.join(map(str, words))})" if words and all(isinstance(one, str) for one in words) else ""
        paragraph(
            out,
            f"{name} = {json.dumps(view.choices[name], ensure_ascii=False)}{allowed}: {field.description}",
            indent=3,
        )


def print_coverage(out: "Console", coverage: "pd.DataFrame") -> None:
    """Print each named item of the plans and articles, and where it lives here.

    Parameters
    ----------
    out : where to.
    coverage : columns item, text, scopes, where.
    """
    for one in coverage.to_dict("records"):
        paragraph(
            out,
            f"{one['item']} {one['text']} [{one['scopes']}] → {one['where'].replace(';', '; ')}",
            indent=3,
            mark=" -",
        )
    paragraph(out, f"{len(coverage)} items; CTX: told as context, computed nowhere.")


def _known(value: Any) -> bool:
    return isinstance(value, float | int) and math.isfinite(value)


def _value_range(one: dict[Any, Any]) -> str:
    """Return the value of a row with its range, if it has one."""
    return between(one["value"], one["low"], one["high"])
