"""The answer of ``twin balance``: text for people, and a JSON document."""

import math
import shlex
from typing import TYPE_CHECKING, Any

from ops_data.elements import CONSTITUENTS
from twin.balance import CLOSED, Balance, closure, frame, recovered, spread, sums
from twin.commands.output import console, paragraph, plain_table
from twin.commands.readers import STORE_DEFAULT
from twin.commands.summary import replicate_count
from twin.indicators.words import number, percent
from twin.models.composition import SEA_SALT

if TYPE_CHECKING:
    from rich.console import Console

    from ops_data.sealed import Run

FIGURES = ("P10", "P50", "P90", "share")


def as_document(run: "Run", found: Balance, element: str) -> dict[str, object]:
    """Return the balance of one element, and of all elements what is recovered and how it closes, for JSON."""
    who, told, part = run.manifest.identity, closure(found), recovered(found)
    return {
        "run_id": run.run_id,
        "scenario": who.scenario,
        "replicates": replicate_count(who),
        "seed": who.seed,
        "mass_basis": who.mass_basis,
        "element": element,
        "unit": "kg",
        "sums": [{"name": name, **_spread(mass_kg)} for name, mass_kg in sums(found, element).items()],
        "ways": [
            {
                "source": row["source"],
                "target": row["target"],
                "kind": row["kind"],
                "p10": row["low_kg"],
                "p50": row["mass_kg"],
                "p90": row["high_kg"],
                "mean": row["mean_kg"],
                "share": _finite(row["share"]),
            }
            for row in frame(found, [element]).to_dict("records")
        ],
        "closing_error": told.worst,
        "elements": [
            {
                "element": name,
                "recovered": _spread(part[at]),
                "closing_error": float(told.whole[at]),
                "closing_error_of_a_place": max((float(one[at]) for one in told.places.values()), default=0.0),
            }
            for at, name in enumerate(CONSTITUENTS)
            if found.mass_kg[at].any()
        ],
    }


def _spread(values: Any) -> dict[str, float | None]:
    return dict(zip(("p10", "p50", "p90"), (_finite(value) for value in spread(values).tolist()), strict=True))


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def print_answer(run: "Run", found: Balance, element: str, store: str) -> None:
    """Print the answer in plain words."""
    who = run.manifest.identity
    out = console()
    out.print(f"{run.manifest.scenario['title']}: {run.run_id}", style="bold")
    count = replicate_count(who)
    many = f"{count:,} replicate{'' if count == 1 else 's'}"
    paragraph(out, f"Where the {element} of the sea bed goes; {many}, seed {who.seed}")
    if not found.mass_kg[CONSTITUENTS.index(element)].any():
        paragraph(out, f"No {element} leaves the sea bed in any of them.")
        return
    _print_ways(out, found, element)
    _print_sums(out, found, element)
    _print_closure(out, found)
    there = "" if store == STORE_DEFAULT else f" --store {shlex.quote(store)}"
    out.print("\nNext:")
    other = "Nd" if element == "Dy" else "Dy"
    for words, meaning in (
        (f"--element {other}", "another element"),
        (f"--element {element} --figure balance.html", "the same as a picture"),
        ("--csv balance.csv", "every element"),
    ):
        out.print(f"  twin balance {run.run_id} {words}{there}", soft_wrap=True)
        out.print(f"      {meaning}", soft_wrap=True)


def _print_ways(out: "Console", found: Balance, element: str) -> None:
    table = plain_table("from → to", "", *FIGURES, right=FIGURES)
    for row in frame(found, [element]).to_dict("records"):
        kind = "" if row["kind"] == "flow" else row["kind"]
        figures = (number(row[name]) for name in ("low_kg", "mass_kg", "high_kg"))
        table.add_row(f"{row['source']} → {row['target']}", kind, *figures, _share(row["share"]))
    out.print(f"\nEvery way, kg of {element} (as element)", style="bold")
    out.print(table)
    out.print()
    paragraph(
        out,
        "Share: of what left the sea bed, all replicates together; shares add up in every place. P10, P50 and P90 are "
        "of each way by itself and need not.",
    )
    if element in SEA_SALT:
        paragraph(
            out,
            f"Up to delivery only the {element} of the solids is followed; that of the sea water in the mud comes in "
            "on the mainland, so shares may exceed all that left the sea bed. The salt that returns to the sea with "
            "the island's water is in the lots, not here.",
        )


def _print_sums(out: "Console", found: Balance, element: str) -> None:
    at = CONSTITUENTS.index(element)
    bed_kg = float(found.from_sea_bed_kg[at].sum())
    table = plain_table("sum", *FIGURES, right=FIGURES)
    for name, mass_kg in sums(found, element).items():
        share = float(mass_kg.sum()) / bed_kg if bed_kg > 0.0 else math.nan
        table.add_row(name, *(number(value) for value in spread(mass_kg).tolist()), _share(share))
    out.print(f"\nThe sum, kg of {element}", style="bold")
    out.print(table)
    part = spread(recovered(found)[at])
    if math.isfinite(float(part[1])):
        low, middle, high = (percent(value) for value in part.tolist())
        out.print()
        paragraph(out, f"Sea bed to product: {middle} of the {element} (P10 {low}, P90 {high}) where any is lifted.")


def _print_closure(out: "Console", found: Balance) -> None:
    told = closure(found)
    judged = "closes" if told.worst <= CLOSED else "does not close"
    counted = sum(1 for one in found.mass_kg if one.any())
    out.print()
    paragraph(
        out,
        f"The balance {judged}: added up again from its rows, no element of {counted} and no place of "
        f"{len(found.inner)} is open by more than {told.worst:.1e} of what passes, in any replicate "
        f"({CLOSED:g} is allowed).",
    )


def _share(share: float) -> str:
    return percent(share) if math.isfinite(share) else "–"
