"""``twin state``: where a campaign stands at an instant, asset by asset."""

from argparse import Namespace
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from ops_data.units import JST_OFFSET_S, SECONDS_PER_DAY, SECONDS_PER_HOUR
from twin.commands.files import STANDARD_OUTPUT, check_file, write_text
from twin.commands.measured import planned, read_measured
from twin.commands.output import console, document, paragraph, plain_table
from twin.commands.runs import opened

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ops_data.sealed import Run
    from twin.operations.inferred import Note
    from twin.operations.standing import Standing
    from twin.state import Begins, CampaignState

JAPAN: Final = timezone(timedelta(seconds=JST_OFFSET_S))
PLACES: Final = {"home": "at home", "site": "at the site", "clear": "clear of the storm", "": ""}


def state(options: Namespace) -> int:
    """Obey ``twin state``."""
    from twin.state import cut, to_text

    check_file("--out", options.out)
    if options.run:
        run = opened(options).open(options.run)
        kept = partial(kept_begins, run, options.replicate, options.at)
        found, basis = cut(run.manifest, options.replicate, options.at, kept), None
    else:
        found, basis = measured(options)
    if options.out == STANDARD_OUTPUT:
        print(to_text(found), end="")
        return 0
    if options.out is not None:
        write_text("--out", options.out, to_text(found))
    if options.json:
        told = found.standings() if basis is None else basis.standings
        document(as_document(found, told) | ({} if basis is None else basis.as_document()))
    else:
        print_state(found, basis)
    return 0


@dataclass(frozen=True)
class Basis:
    """What a measured state rests on: when it was asked for, what each asset does, how far its log reaches, notes."""

    asked_s: int
    until_s: int
    standings: "Sequence[Standing]"
    heard_s: "Mapping[str, int]"
    notes: "Sequence[Note]"

    def as_document(self) -> dict[str, Any]:
        """Return it for one JSON document."""
        return {
            "asked_utc": _utc(self.asked_s),
            "stale_s": self.asked_s - self.until_s,
            "log_reaches_utc": {name: _utc(second) for name, second in self.heard_s.items()},
            "inferred": [{"asset": note.asset, "what": note.what, "how": note.how} for note in self.notes],
        }


def measured(options: Namespace) -> "tuple[CampaignState, Basis]":
    """Return the state at the end of the log before the instant asked for, and what it rests on."""
    from twin.measured_state import as_logged, measured_state

    logged = read_measured(options, planned(options), options.at)
    found, notes = measured_state(logged.log, options.seed, options.replicate)
    log = logged.log
    standings = as_logged(log, found.standings())
    return found, Basis(options.at, log.until_s, standings, logged.heard_s, (*logged.notes, *notes))


def kept_begins(run: "Run", replicate: int, time_s: int) -> "Begins | None":
    """Return when the intervals of a replicate that had ended by a second began, by asset; None where none are kept."""
    if "intervals" not in run.manifest.tables:
        return None
    rows = run.table("intervals", ["asset", "start_utc", "duration_s"], replicates=[replicate])
    rows = rows[rows["start_utc"] + rows["duration_s"] <= time_s]
    return {str(name): found["start_utc"].to_numpy() for name, found in rows.groupby("asset", observed=True)}


def as_document(found: "CampaignState", standings: "Sequence[Standing]") -> dict[str, Any]:
    """Return a state as one JSON document: units in the names, instants in UTC and Japan time."""
    from dataclasses import asdict

    from twin.operations.standing import stocks_in_units

    assets = []
    for one in standings:
        told = asdict(one)
        told |= {"since_utc": _utc(one.since_utc), "age_s": found.state.time_s - one.since_utc}
        told["crew_due_utc"] = None if one.crew_due_utc is None else _utc(one.crew_due_utc)
        assets.append(told)
    return {
        "at_utc": _utc(found.state.time_s),
        "at_jst": _jst(found.state.time_s),
        "run": found.run_id,
        "replicate": found.replicate,
        "origin": found.origin,
        "assets": assets,
        "stocks": stocks_in_units(found.state.stocks),
    }


def print_state(found: "CampaignState", basis: Basis | None) -> None:
    """Print a state for people."""
    from twin.operations.standing import stocks_in_units

    out = console()
    at_s = found.state.time_s
    whose = f"replicate {found.replicate} of run {found.run_id}" if basis is None else "measured"
    out.print(f"{found.scenario.title}: {whose}", style="bold")
    said = "Simulated: cut out of the run, nothing is inferred." if basis is None else _of_log(basis)
    paragraph(out, f"{_utc(at_s)} UTC, {_jst(at_s)} JST. {said}")
    table = plain_table("asset", "does", "because of", "for", "holds", right=("for", "holds"))
    table.columns[0].no_wrap, table.columns[1].no_wrap = True, False  # what an asset does may take two lines
    every = found.standings() if basis is None else basis.standings
    for one in every:
        cause = "" if one.cause == "none" else one.cause
        holds = f"{one.hold_m3:,.0f} m3, {one.hold_dry_t:,.0f} t dry"
        doing = one.activity if one.state in ("working", "idle") else f"{one.activity}, {one.state}"
        table.add_row(one.name, doing, cause, _age(at_s - one.since_utc), holds)
    out.print()
    out.print(table)
    for one in every:
        if one.role == "mining":
            out.print()
            paragraph(out, _of_vessel(one, at_s))
    stocks = stocks_in_units(found.state.stocks)
    out.print()
    paragraph(
        out,
        f"On the island: {stocks['tank_m3']:,.0f} m3 of slurry in the tank, {stocks['cake_dry_t']:,.0f} t (dry) of "
        f"cake. Delivered so far: {stocks['delivered_dry_t']:,.0f} t dry; brought home by mining vessels: "
        f"{stocks['landed_dry_t']:,.0f} t dry.",
    )
    worn = [(one.name, part) for one in every for part in one.wear if part.age_s > 0 or part.faulty]
    if worn:
        ages = plain_table("component", "of", "run since new or mended", "spares", right=("run since new or mended",))
        for name, part in worn:
            said = "out of order" if part.faulty else f"{part.age_s / SECONDS_PER_HOUR:,.0f} h"
            ages.add_row(part.component, name, said, str(part.spares))
        out.print()
        out.print(ages)
    if basis is not None and basis.notes:
        out.print()
        out.print("Not measured", style="bold")
        for note in basis.notes:
            paragraph(out, f"{note.asset}, {note.what}: {note.how}", 2, "- ")


def _of_log(basis: Basis) -> str:
    """Return how old a measured state is."""
    stale_s = basis.asked_s - basis.until_s
    old = f"{_age(stale_s)} before the instant asked for" if stale_s > 0 else "the instant asked for"
    return f"Inferred from the log book and readings; the log ends here, {old}."


def _of_vessel(one: "Standing", at_s: int) -> str:
    string = f"string {one.depth_m:,.0f} m down" if one.depth_m else "no string out"
    landed = ", on the sea bed with circulation" if one.landed else ""
    shuttle = " A shuttle is alongside." if one.coupled else ""
    crew = ""
    if one.crew_due_utc is not None and one.place != "home":
        days = (one.crew_due_utc - at_s) / SECONDS_PER_DAY
        crew = f" Crew change due in {days:.1f} d." if days > 0 else f" Crew change overdue by {-days:.1f} d."
    return (
        f"{one.name}: {PLACES[one.place]}, {string}{landed}; {one.holes:,} holes used up, {one.locations:,} locations "
        f"finished; {one.fuel_t or 0.0:,.0f} t of fuel.{crew}{shuttle}"
    )


def _age(seconds: int) -> str:
    if seconds < 2 * SECONDS_PER_DAY:
        return f"{seconds / SECONDS_PER_HOUR:.1f} h"
    return f"{seconds / SECONDS_PER_DAY:.1f} d"


def _utc(time_s: int) -> str:
    return datetime.fromtimestamp(time_s, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _jst(time_s: int) -> str:
    return datetime.fromtimestamp(time_s, JAPAN).isoformat(timespec="seconds")
