"""``twin calibrate``: what the log of a campaign says about the numbers of its scenario."""

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ops_data.store import folder_of
from twin.commands.calibrated import calibration_of
from twin.commands.files import STANDARD_OUTPUT, check_file, write_text
from twin.commands.measured import planned, read_measured
from twin.commands.output import console, document, paragraph, plain_table

if TYPE_CHECKING:
    from twin.calibration.result import Calibration
    from twin.logged import Logged


def calibrate(options: Namespace) -> int:
    """Obey ``twin calibrate``."""
    from twin.calibration.scenario_text import calibrated_scenario_text
    from twin.measured_results import read_calibration

    check_file("--out", options.out)
    logged = read_measured(options, planned(options), options.at)
    sealed = calibration_of(folder_of(options.store), logged.log, options.seed, options.members)
    found = read_calibration(sealed)
    if options.out is not None:
        text = calibrated_scenario_text(found, _extended(options.scenario))
        if options.out == STANDARD_OUTPUT:
            print(text, end="")
            return 0
        write_text("--out", options.out, text)
    if options.json:
        document(as_document(found, sealed.artefact_id) | of_log(logged))
    else:
        print_calibration(found, sealed.artefact_id)
        _print_log(logged)
    return 0


def _extended(scenario: str) -> str:
    """Return what a calibrated scenario extends: a packaged name, or the whole path of a person's own file."""
    from twin.scenario_file import packaged_names

    return scenario if scenario in packaged_names() else str(Path(scenario).expanduser().resolve())


def as_document(found: "Calibration", name: str) -> dict[str, Any]:
    """Return a calibration as one JSON document, the draws left out."""
    from twin.calibration.result import to_document

    told = to_document(found)
    return {"calibration": name} | {key: told[key] for key in ("origin_s", "used", "numbers", "products", "checks")}


def of_log(logged: "Logged") -> dict[str, Any]:
    """Return what a log says beside numbers, as JSON values: the regime of each day, and what had to be filled in."""
    from twin.regimes import REGIMES, regimes

    found = regimes(logged.log)
    days: list[dict[str, Any]] = []
    if found is not None:
        for day, chances, likeliest in zip(found.days, found.then.tolist(), found.likeliest, strict=True):
            then = dict(zip(REGIMES, chances, strict=True))
            days.append({"date_jst": day, "likeliest": likeliest, "as_known_that_day": then})
    notes = [{"asset": note.asset, "what": note.what, "how": note.how} for note in logged.notes]
    return {"regimes": days, "notes": notes}


def _print_log(logged: "Logged") -> None:
    from twin.regimes import REGIMES, regimes

    out, found = console(), regimes(logged.log)
    if found is not None:
        counts = ", ".join(f"{found.likeliest.count(name)} {name}" for name in REGIMES)
        last = ", ".join(f"{day[5:]} {name}" for day, name in zip(found.days[-7:], found.likeliest[-7:], strict=True))
        out.print()
        out.print("Days by regime", style="bold")
        paragraph(out, f"{counts} (likeliest of each day, by the exact regime filter). The last ones: {last}.")
    if logged.notes:
        out.print()
        out.print("Of the log", style="bold")
        for note in logged.notes:
            paragraph(out, f"{note.asset}, {note.what}: {note.how}", 2, "- ")


def print_calibration(found: "Calibration", name: str) -> None:
    """Print a calibration for people."""
    from ops_data.observations.record_files import stamp

    out = console()
    out.print(f"{found.scenario.title}: calibrated with the log up to {stamp(found.origin_s)}", style="bold")
    said = (
        "Medians with 5 % and 95 % points, as planned and as learnt; gone: part of the variance that the log took away"
    )
    paragraph(out, f"Sealed as {name}. {said}.")
    known = [one for one in (*found.numbers, *found.products) if one.identified]
    out.print()
    if known:
        table = plain_table("number", "planned", "learnt", "gone", right=("gone",))
        table.columns[0].no_wrap, table.columns[0].overflow, table.columns[0].min_width = False, "fold", 30
        for one in known:
            gone = f"{100.0 * one.contraction:.0f} %"
            table.add_row(one.key, _ends(one.prior), f"{_figures(one.posterior[1])} ({_ends(one.posterior)})", gone)
        out.print(table)
    else:
        paragraph(out, "The log identifies none of the numbers yet.")
    out.print()
    out.print("What it rests on", style="bold")
    for used in found.used:
        paragraph(out, f"{used.block}: {used.data}", 2, "- ")
    unknown = [one for one in found.numbers if not one.identified]
    if unknown:
        out.print()
        out.print("Not identified; as planned", style="bold")
        reasons: dict[str, list[str]] = {}
        for one in unknown:
            reasons.setdefault(one.reason.removeprefix("not identified: "), []).append(one.key)
        for reason, keys in reasons.items():
            paragraph(out, f"{', '.join(keys)}: {reason}", 2, "- ")
    odd = [one for one in found.checks if one.p_value < 0.01 or one.excluded]
    if odd:
        out.print()
        out.print("The model does not fit", style="bold")
        for check in odd:
            chance = f"chance {check.p_value:.2g}" if check.p_value == check.p_value else "no test"
            shut = f", {check.excluded} that the law excludes" if check.excluded else ""
            paragraph(out, f"{check.block}, {check.what}: {check.data} data{shut}; {chance}", 2, "- ")


def _ends(points: tuple[float, float, float]) -> str:
    return f"{_figures(points[0])} to {_figures(points[2])}"


def _figures(value: float) -> str:
    """Return a number with three figures, never in powers of ten."""
    return f"{value:,.0f}" if abs(value) >= 100.0 else f"{value:.3g}"
