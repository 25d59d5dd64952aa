"""``twin alarms``: what deviates from what is expected, recorded as alarms, acknowledged by people."""

import time
from argparse import Namespace
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, Final

from ops_data.errors import UsageError
from ops_data.store import folder_of
from ops_data.units import JST_OFFSET_S
from twin.commands.measured import planned, read_measured
from twin.commands.output import console, document, note, paragraph

if TYPE_CHECKING:
    from rich.console import Console

    from ops_data.alarm_book import Alarm
    from twin.deviation_found import Deviation
    from twin.scenario import Scenario

JAPAN: Final = timezone(timedelta(seconds=JST_OFFSET_S))


def alarms(options: Namespace) -> int:
    """Obey ``twin alarms``."""
    from ops_data import alarm_book

    store = folder_of(options.store)
    if options.acknowledge is not None:
        done = alarm_book.acknowledge(store, options.acknowledge, options.by, options.note, int(time.time()))
        if options.json:
            document({"acknowledged": as_document(done)})
        else:
            console().print(f"{done.alarm_id} is acknowledged by {done.acknowledged_by}: {done.note}")
        return 0
    if options.by or options.note:
        raise UsageError("--by, --note: they say who acknowledges an alarm and why; name it with --acknowledge ID")
    scenario = planned(options)
    found: list[Deviation] = []
    basis = ""
    if options.at is not None:
        found, basis = look(options, scenario)
    as_of_s = options.as_of if options.at is None else None
    known = alarm_book.alarms(store, as_of_s, scenario.name)
    shown = [one for one in known if options.all or one.state != "over"]
    if options.json:
        told = [deviation_document(one) for one in found]
        document({"basis": basis, "deviations": told, "alarms": [as_document(one) for one in shown]})
    else:
        print_alarms(scenario, shown, found, basis)
    return 0


def look(options: Namespace, scenario: "Scenario") -> "tuple[list[Deviation], str]":
    """Compare the days before an instant with what is expected, and record what deviates.

    A look at an instant before the last one that is recorded, or at what was known earlier, is a look back: it is shown
    and not recorded.

    Returns
    -------
    What deviates, and what the expectation rests on in words.
    """
    from ops_data.alarm_book import Found, last_look_utc, record_alarms
    from ops_data.artefacts import of_run
    from twin.deviation import deviations, severity_of
    from twin.deviation_basis import basis_words, calibration_before, forecast_before
    from twin.measured_results import CALIBRATION, FORECAST, basis_id, read_calibration, read_forecast

    store, name = folder_of(options.store), basis_id(scenario.name)
    log = read_measured(options, scenario, options.at).log
    calibration = calibration_before(of_run(store, name, CALIBRATION), log, options.days)
    forecast = forecast_before(of_run(store, name, FORECAST), log, options.days)
    draws = {} if calibration is None else read_calibration(calibration).draws
    found = deviations(log, draws, options.days, None if forecast is None else read_forecast(forecast)[0])
    last_s = last_look_utc(store, scenario.name)
    if options.as_of is not None or (last_s is not None and options.at < last_s):
        note("a look back: what deviates is shown, nothing is recorded")
    else:
        told = [Found(one.key, severity_of(one), one.told()) for one in found]
        record_alarms(store, told, options.at, scenario.name)
    return found, basis_words(calibration, log, options.days)


def as_document(alarm: "Alarm") -> dict[str, Any]:
    """Return an alarm as JSON values, instants in UTC and Japan time."""
    from dataclasses import asdict

    told = asdict(alarm)
    for name in ("first_utc", "last_utc", "acknowledged_utc", "over_utc"):
        second = told[name]
        told[name] = None if second is None else utc(second)
        told[name.replace("_utc", "_jst")] = None if second is None else jst(second)
    return told


def deviation_document(one: "Deviation") -> dict[str, Any]:
    """Return a deviation as JSON values."""
    from dataclasses import asdict

    told = asdict(one) | {"key": one.key}
    begin_s, end_s = told.pop("begin_s"), told.pop("end_s")
    return told | {"begin_utc": utc(begin_s), "end_utc": utc(end_s), "begin_jst": jst(begin_s), "end_jst": jst(end_s)}


def print_alarms(scenario: "Scenario", shown: "list[Alarm]", found: "list[Deviation]", basis: str) -> None:
    """Print alarms for people, each with the candidate causes that the look found."""
    out = console()
    out.print(f"{scenario.title}: {len(shown)} alarms", style="bold")
    if basis:
        paragraph(out, basis)
    by_key = {one.key: one for one in found}
    for alarm in shown:
        out.print()
        out.print(f"{alarm.alarm_id}  {alarm.severity}, {alarm.state}", style="bold")
        paragraph(out, f"Found first {when(alarm.first_utc)}, last {when(alarm.last_utc)}.", 2, "  ")
        if alarm.acknowledged_utc is not None:
            seen = f"Acknowledged by {alarm.acknowledged_by}, {when(alarm.acknowledged_utc)}: {alarm.note}"
            paragraph(out, seen, 2, "  ")
        if alarm.over_utc is not None:
            paragraph(out, f"Not found any more {when(alarm.over_utc)}.", 2, "  ")
        _print_causes(out, by_key.pop(alarm.key, None), alarm.said)
    for one in by_key.values():
        out.print()
        out.print("not recorded", style="bold")
        _print_causes(out, one, one.told())


def _print_causes(out: "Console", one: "Deviation | None", said: str) -> None:
    if one is None or not one.causes:
        paragraph(out, said, 2, "  ")
        return
    from dataclasses import replace

    paragraph(out, replace(one, causes=()).told(), 2, "  ")
    for cause in one.causes:
        paragraph(out, f"{cause.name} ({100 * cause.weight:.0f} %): {cause.evidence}", 4, "  - ")


def when(time_s: int) -> str:
    """Return an instant in UTC and Japan time.

    Examples
    --------
    >>> when(1_800_000_000)
    '2027-01-15T08:00:00Z (17:00 JST on 2027-01-15)'
    """
    japan = jst(time_s)
    return f"{utc(time_s)} ({japan[11:16]} JST on {japan[:10]})"


def utc(time_s: int) -> str:
    """Return a second as an instant in UTC."""
    return datetime.fromtimestamp(time_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def jst(time_s: int) -> str:
    """Return a second as an instant in Japan time."""
    return datetime.fromtimestamp(time_s, JAPAN).isoformat()
