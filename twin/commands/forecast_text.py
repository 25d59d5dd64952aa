"""A sealed forecast for people, as JSON and as CSV."""

from typing import TYPE_CHECKING, Any, Final

from ops_data.units import JST_OFFSET_S, SECONDS_PER_DAY, SECONDS_PER_HOUR
from twin.commands.output import console, paragraph, plain_table

if TYPE_CHECKING:
    from ops_data.artefacts import Artefact

SHOWN_LEADS: Final = (0, 1, 2, 3, 5, 7, 10, 14, 21, 30, 45, 60, 90)


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
    basis = "mud in situ" if found.wet_basis else "dry solids"
    dry = "lifted, t dry: P10"
    headings = ["day (Japan)", dry, "P50", "P90", f"{found.target_t_d:g} t/d reached"]
    if total_t is not None:
        headings.append(f"{total_t:,.0f} t lifted")
    table = plain_table(*headings, right=headings[1:])
    fan, reached = found.fan("lifted_dry_t"), found.reached()
    sure = None if total_t is None else found.chance_of_total(found.basis, total_t)
    for place in [lead for lead in SHOWN_LEADS if lead < len(found.days)]:
        cells = [found.days[place], *(f"{point:,.0f}" for point in fan[:, place]), f"{100 * reached[place]:.0f} %"]
        if sure is not None:
            cells.append(f"{100 * sure[place]:.0f} %")
        table.add_row(*cells)
    out.print()
    out.print(table)
    out.print()
    left_h = ((found.first_day + 1) * SECONDS_PER_DAY - JST_OFFSET_S - origin_s) / SECONDS_PER_HOUR
    said = f"Sums since the start of the campaign; {known['before']['lifted_dry_t']:,.0f} t dry were lifted before "
    said += f"{found.days[0]}, of which {left_h:.0f} h are forecast. The target counts {basis}"
    paragraph(out, f"{said} on one day{'; it was reached before' if found.reached_before else ''}.")
    if sealed.notes:
        out.print()
        out.print("Of the log", style="bold")
        for text in sealed.notes:
            paragraph(out, text, 2, "- ")


def to_csv(sealed: "Artefact") -> str:
    """Return every member, day and series of a forecast as CSV."""
    frame = sealed.table("daily").rename(columns={"replicate": "member"})
    text: str = frame.to_csv(index=False, lineterminator="\n")
    return text
