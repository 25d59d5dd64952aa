"""A sealed forecast for people, as JSON and as CSV."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from ops_data.units import SECONDS_PER_HOUR
from twin.commands.output import console, paragraph, plain_table

if TYPE_CHECKING:
    from rich.table import Table

    from ops_data.artefacts import Artefact
    from twin.forecast_view import ForecastDays

SHOWN_LEADS: Final = (0, 1, 2, 3, 5, 7, 10, 14, 21, 30, 45, 60, 90)


def ends_s(sealed: "Artefact") -> tuple[int, int]:
    """Return the UTC seconds at which the charter and the campaign of a forecast end."""
    campaign = sealed.scenario["campaign"]
    charter, whole = (datetime.fromisoformat(campaign[name]) for name in ("charter_end", "end"))
    return int(charter.timestamp()), int(whole.timestamp())


def as_document(sealed: "Artefact", total_t: float | None) -> dict[str, Any]:
    """Return a forecast as one JSON document: sums since the campaign's start at the end of each JST day."""
    from ops_data.observations.record_files import stamp
    from twin.forecast import SERIES
    from twin.measured_results import read_forecast

    found, known = read_forecast(sealed)
    choices = sealed.identity.choices
    days = []
    reached = found.reached()
    sure = None if total_t is None else found.chance_of_total(found.basis, total_t)
    fans = {name: found.fan(name) for name in SERIES}
    for place, day in enumerate(found.days):
        one: dict[str, Any] = {"date_jst": day, "lead_d": place, "target_reached": float(reached[place])}
        if sure is not None:
            one["total_reached"] = float(sure[place])
        for name, fan in fans.items():
            one[name] = dict(zip(("p10", "p50", "p90"), fan[:, place].tolist(), strict=True))
        days.append(one)
    return {
        "forecast": sealed.artefact_id,
        "issued_utc": sealed.created,
        "origin_utc": stamp(known["origin_utc"]),
        "charter_end_utc": stamp(ends_s(sealed)[0]),
        "campaign_end_utc": stamp(ends_s(sealed)[1]),
        "values": choices["values"],
        "calibration": choices["calibration"],
        "members": choices["members"],
        "basis": found.basis,
        "target_t_d": found.target_t_d,
        "measured_before": known["before"],
        "days": days,
        "notes": list(sealed.notes),
    }


def print_forecast(sealed: "Artefact", asked_s: int, total_t: float | None) -> None:
    """Print a forecast for people."""
    from ops_data.observations.record_files import stamp
    from twin.measured_results import read_forecast

    out = console()
    found, known = read_forecast(sealed)
    choices, origin_s = sealed.identity.choices, int(known["origin_utc"])
    out.print(f"{sealed.scenario['title']}: forecast from {stamp(origin_s)}", style="bold")
    values = "values learnt from its log" if choices["values"] == "calibrated" else "values as planned"
    old_h = (asked_s - origin_s) / SECONDS_PER_HOUR
    stale = f" The log ends {old_h:,.0f} h before the instant asked for." if old_h >= 1.0 else ""
    paragraph(
        out, f"{choices['members']:,} campaigns go on from there, {values}. Sealed as {sealed.artefact_id}.{stale}"
    )
    out.print()
    out.print(_table(found, total_t))
    out.print()
    for said in _remarks(sealed, found, known, total_t):
        paragraph(out, said)
    if sealed.notes:
        out.print()
        out.print("Of the log", style="bold")
        for text in sealed.notes:
            paragraph(out, text, 2, "- ")


def _table(found: "ForecastDays", total_t: float | None) -> "Table":
    """Return the days of a forecast as a table: some leads and always the last."""
    headings = ["day (Japan)", "dry t: P10", "P50", "P90"]
    headings += ["wet P50"] if found.wet_basis else []
    headings.append(f"{found.target_t_d:g} t/d reached")
    if total_t is not None:
        headings.append(f"{total_t:,.0f} t")
    table = plain_table(*headings, right=headings[1:])
    table.columns[0].no_wrap = True
    fan, wet, reached = found.fan("lifted_dry_t"), found.fan("lifted_wet_t")[1], found.reached()
    sure = None if total_t is None else found.chance_of_total(found.basis, total_t)
    last = len(found.days) - 1
    for place in sorted({*(lead for lead in SHOWN_LEADS if lead < last), last}):
        cells = [found.days[place], *(f"{point:,.0f}" for point in fan[:, place])]
        cells += [f"{wet[place]:,.0f}"] if found.wet_basis else []
        cells.append(f"{100 * reached[place]:.0f} %")
        if sure is not None:
            cells.append(f"{100 * sure[place]:.0f} %")
        table.add_row(*cells)
    return table


def _remarks(sealed: "Artefact", found: "ForecastDays", known: Mapping[str, Any], total_t: float | None) -> list[str]:
    """Return what must be said of the table: what its sums hold, what the target counts, where the campaign ends."""
    from ops_data.observations.record_files import stamp
    from twin.forecast import day_start_s

    before, first, origin_s = known["before"], found.days[0], int(known["origin_utc"])
    lifted = f"{before['lifted_dry_t']:,.0f} t dry"
    if found.wet_basis:
        lifted += f" ({before['lifted_wet_t']:,.0f} t wet)"
    left_h = (day_start_s(found.first_day + 1) - origin_s) / SECONDS_PER_HOUR
    basis = "mud in situ" if found.wet_basis else "dry solids"
    said = [
        f"What is lifted, summed since the start of the campaign; {lifted} were lifted before {first}. The log ends at "
        f"{stamp(origin_s)}, so the last {left_h:.0f} h of {first} are forecast.",
        f"The target counts {basis} on one day{'; it was reached before' if found.reached_before else ''}.",
    ]
    if total_t is not None:
        said.append(f"The last column is the chance that {total_t:,.0f} t ({basis}) were lifted in all by then.")
    charter_s, end_s = ends_s(sealed)
    if day_start_s(found.first_day + len(found.days)) >= end_s:
        said.append(
            f"The charter ends at {stamp(charter_s)} and the campaign at {stamp(end_s)}; no day after that is forecast."
        )
    elif day_start_s(found.first_day + len(found.days)) > charter_s:
        said.append(f"The charter ends at {stamp(charter_s)}, the campaign at {stamp(end_s)}.")
    return said


def to_csv(sealed: "Artefact") -> str:
    """Return every member, day and series of a forecast as CSV."""
    frame = sealed.table("daily").rename(columns={"replicate": "member"})
    text: str = frame.to_csv(index=False, lineterminator="\n")
    return text
