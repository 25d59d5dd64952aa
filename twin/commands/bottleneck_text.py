"""The answer of ``twin bottleneck``: text for people, a JSON document, a frame by day."""

import math
import shlex
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

from twin.bottleneck import MET, OUTCOMES, spells
from twin.bottleneck_gains import ranked
from twin.bottleneck_pieces import CONSTRAINTS, OVER
from twin.commands.output import console, paragraph, plain_table
from twin.commands.readers import STORE_DEFAULT
from twin.easing import TOGETHER
from twin.indicators.words import number, percent

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

    from ops_data.sealed import Run
    from twin.bottleneck import Explained
    from twin.bottleneck_gains import Gain
    from twin.scenario import Scenario


def basis(run: "Run") -> str:
    """Return how the tonnes of a run are read: wet or dry."""
    return run.manifest.identity.mass_basis


def _column(kind: str, name: str, unit: str = "") -> str:
    return f"{kind}_{name.replace(' ', '_').replace('-', '_')}{unit}"


def day_frame(explained: "Explained", gains: "list[Gain]") -> "pd.DataFrame":
    """Return one row per day: date, target, mud on deck, gap, shares bound, charges and gains; tonnes on the basis."""
    import pandas as pd

    columns: dict[str, Any] = {
        "date": explained.calendar.dates,
        "target_t": explained.calendar.target_t,
        "lifted_t": explained.lifted_t,
        "gap_t": explained.gap_t,
    }
    columns |= {_column("share", name): explained.share[:, place] for place, name in enumerate(OUTCOMES)}
    columns |= {_column("short", name, "_t"): explained.short_t[:, place] for place, name in enumerate(CONSTRAINTS)}
    columns |= {_column("gain", one.easing.constraint, "_t"): one.day_t for one in gains}
    return pd.DataFrame(columns)


def gain_frame(gains: "list[Gain]") -> "pd.DataFrame":
    """Return one row per easing, the largest first and all together last: constraint, how, mean and error [t]."""
    import pandas as pd

    ordered = [*ranked(gains), *(one for one in gains if one.easing.constraint == TOGETHER)]
    return pd.DataFrame(
        {
            "constraint": [one.easing.constraint for one in ordered],
            "how": [one.easing.how for one in ordered],
            "mean_t": [one.total_t.mean for one in ordered],
            "standard_error_t": [one.total_t.standard_error for one in ordered],
        }
    )


def as_document(run: "Run", scenario: "Scenario", explained: "Explained", gains: "list[Gain]") -> dict[str, object]:
    """Return everything as one JSON document; names that are nought on a day are left out of it."""
    who = run.manifest.identity
    days = [
        {
            "date": day,
            "target_t": float(explained.calendar.target_t[at]),
            "lifted_t": float(explained.lifted_t[at]),
            "gap_t": float(explained.gap_t[at]),
            "share_bound": _nonzero(OUTCOMES, explained.share[at].tolist()),
            "short_t": _nonzero(tuple(CONSTRAINTS), explained.short_t[at].tolist()),
            "gain_t": {one.easing.constraint: float(one.day_t[at]) for one in gains},
        }
        for at, day in enumerate(explained.calendar.dates)
    ]
    return {
        "run_id": run.run_id,
        "scenario": who.scenario,
        "replicates": explained.replicates,
        "seed": who.seed,
        "mass_basis": who.mass_basis,
        "target_t_d": scenario.campaign.target_t_d,
        "lift_system": scenario.lift.system,
        "constraints": dict(CONSTRAINTS),
        "summary": [
            {"bound_by": name, "days": days_bound, "short_t": short_t} for name, days_bound, short_t in _sums(explained)
        ],
        "days": days,
        "gains": [_gain_document(one) for one in gains],
    }


def _nonzero(names: tuple[str, ...], values: list[float]) -> dict[str, float]:
    return {name: value for name, value in zip(names, values, strict=True) if value}


def _gain_document(one: "Gain") -> dict[str, object]:
    told = {k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in asdict(one.total_t).items()}
    return {
        "constraint": one.easing.constraint,
        "how": one.easing.how,
        "sets": list(one.easing.sets),
        "run_id": one.run_id,
        "gain_t": told,
    }


def _sums(explained: "Explained") -> list[tuple[str, float, float]]:
    """Return name, mean days bound and mean charge [t] of what binds or costs anything.

    The target met stands first and the days at home last; between them the largest charge comes first.
    """
    days = explained.share.sum(axis=0).tolist()
    short_t = [*explained.short_t.sum(axis=0).tolist(), 0.0]
    found = [row for row in zip(OUTCOMES, days, short_t, strict=True) if row[1] or row[2]]
    return sorted(found, key=lambda row: (row[0] == OVER, row[0] != MET, -row[2]))


def print_answer(run: "Run", scenario: "Scenario", explained: "Explained", gains: "list[Gain]", store: str) -> None:
    """Print the answer in plain words."""
    who, target_t = run.manifest.identity, scenario.campaign.target_t_d
    out = console()
    out.print(f"{scenario.title}: {run.run_id}", style="bold")
    many = f"{explained.replicates:,} replicate{'' if explained.replicates == 1 else 's'}"
    paragraph(out, f"What keeps it from {number(target_t)} t/day ({who.mass_basis}); {many}, seed {who.seed}")
    _print_sums(out, explained, who.mass_basis)
    if scenario.lift.system == "stated":
        stated = "The lift's duration is stated in this scenario: its hours count as tool cycle"
        paragraph(out, f'{stated} (lift.system = "stated").')
    _print_spells(out, explained)
    if gains:
        _print_gains(out, gains, who.mass_basis)
        plan = scenario.campaign
        if plan.insertions_per_location and plan.locations:
            most = plan.insertions_per_location * plan.locations
            text = f"The campaign ends after {most:,} insertions: easing makes it sooner, hardly larger."
            paragraph(out, text)
    there = "" if store == STORE_DEFAULT else f" --store {shlex.quote(store)}"
    out.print("\nNext:")
    for words, meaning in (
        ("--figure bottleneck.html", "the same as a picture"),
        ("--csv bottleneck.csv", "every day: shares, tonnes short, tonnes gained"),
    ):
        out.print(f"  twin bottleneck {run.run_id} {words}{there}", soft_wrap=True)
        out.print(f"      {meaning}", soft_wrap=True)


def _print_sums(out: "Console", explained: "Explained", mass_basis: str) -> None:
    table = plain_table("bound by", "days", "t short", "", right=("days", "t short"))
    for name, days, short_t in _sums(explained):
        meaning = "mud on deck reaches the target" if name == MET else CONSTRAINTS[name]
        table.add_row(name, number(days), "" if name == MET else number(short_t), meaning)
    out.print(f"\nDays by what binds them, and tonnes ({mass_basis}) short of the target", style="bold")
    out.print(table)
    total_t = explained.calendar.target_t.sum()
    out.print()
    paragraph(
        out,
        f"Means over replicates. The target asks for {number(total_t)} t in {len(explained.lifted_t)} days; "
        f"{number(float(explained.lifted_t.sum()))} t come on deck.",
    )


def _print_spells(out: "Console", explained: "Explained") -> None:
    figures = ("days", "share", "t/day", "gap")
    table = plain_table("mostly bound by", "from", "to", *figures, right=figures)
    for one in spells(explained):
        table.add_row(
            str(one["bound_by"]),
            _date(str(one["from"])),
            _date(str(one["to"])),
            str(one["days"]),
            percent(float(one["share"])),
            number(float(one["lifted_t_d"])),
            number(float(one["gap_t_d"])),
        )
    out.print("\nDay by day", style="bold")
    out.print(table)
    out.print()
    paragraph(
        out,
        "Days in a row that more replicates give to this than to anything else; share of replicates, mud on deck and "
        "gap to the target in t/day are means over these days.",
    )


def _date(text: str) -> str:
    day = date.fromisoformat(text)
    return f"{day.day} {day:%b %y}"


def _print_gains(out: "Console", gains: "list[Gain]", mass_basis: str) -> None:
    pairs = gains[0].total_t.pairs
    table = plain_table("eased", "gain t", "± s.e.", "how", right=("gain t", "± s.e."))
    last = [one for one in gains if one.easing.constraint == TOGETHER]
    for one in [*ranked(gains), *last]:
        found = one.total_t
        sign = "+" if found.mean > 0.0 else ""
        table.add_row(
            one.easing.constraint, f"{sign}{number(found.mean)}", number(found.standard_error, "?"), one.easing.how
        )
    out.print(f"\nWhat easing one constraint gives over the campaign ({mass_basis})", style="bold")
    out.print(table)
    out.print()
    single_t = sum(one.total_t.mean for one in ranked(gains))
    words = "replicate" if pairs == 1 else "replicates"
    text = f"Paired reruns of {pairs} {words} with the same weather and luck; s.e.: standard error of the mean."
    if last:
        text += (
            f" Gains do not add up: one by one they sum to {number(single_t)} t, all together give "
            f"{number(last[0].total_t.mean)} t."
        )
    paragraph(out, text)
