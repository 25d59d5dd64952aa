"""``twin envelope``: where a scenario's lift system works, what binds it, and what else it could do."""

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from ops_data.errors import FailedError, UsageError
from twin.commands.output import document, note

if TYPE_CHECKING:
    from twin.commands.envelope_text import Answer
    from twin.scenario import Scenario


def envelope(options: Namespace) -> int:
    """Obey ``twin envelope``."""
    from twin.commands import envelope_text as text
    from twin.scenario import load_scenario

    _check_file("--csv", options.csv)
    _check_file("--figure", options.figure)
    if options.json and options.csv == "-":
        raise UsageError("--csv -: standard output holds the JSON document already; name a file, or leave out --json")
    scenario = load_scenario(options.scenario, options.sets)
    answer = _answer(options, scenario)
    if options.figure is not None:
        from dashboards.figures.envelope import envelope_figure

        figure = envelope_figure(answer.grid, answer.point, scenario.title, answer.basis, text.target_lines(answer))
        _write("--figure", options.figure, figure.to_html(include_plotlyjs=True))
    if options.csv is not None:
        lines = text.grid_lines(answer.grid)
        if options.csv == "-":
            print(lines, end="")
            return 0
        _write("--csv", options.csv, lines)
    if options.json:
        document(text.as_document(answer))
    else:
        text.print_answer(answer)
    return 0


def _answer(options: Namespace, scenario: "Scenario") -> "Answer":
    from twin.commands.envelope_text import Answer
    from twin.lift_service import grid_axes, insertion, needs, spread, swing
    from twin.lift_system import circuit

    shown = scenario
    if scenario.lift.system == "stated":
        pumps = scenario.lift.model_copy(update={"system": "surface_pumps"})
        shown = scenario.model_copy(update={"lift": pumps})
    values = {key: quantity.value for key, quantity in shown.quantities.items()}
    lift = circuit(values, shown.lift, shown.site.latitude_deg)
    point = lift.operating_point()
    one = insertion(shown, values, point)
    return Answer(
        scenario=scenario,
        system=shown.lift.system,
        values=values,
        lift=lift,
        point=point,
        insertion=one,
        needs=needs(shown, one, point),
        swing=swing(values, shown.site.latitude_deg, one, point),
        spread=spread(shown, options.draws, options.seed) if options.draws else None,
        grid=lift.envelope(*grid_axes(lift, values, options.points)),
    )


def _check_file(option: str, file: str | None) -> None:
    """Refuse a file that cannot be written before any work is done."""
    if file is None or (file == "-" and option == "--csv"):
        return
    path = Path(file).expanduser()
    if path.exists() and not path.is_file():
        raise UsageError(f"{option} {file}: it is not a plain file; name a file")
    if not path.parent.is_dir():
        raise UsageError(f"{option} {file}: there is no folder {path.parent}; make it, or name a file elsewhere")


def _write(option: str, file: str, text: str) -> None:
    from ops_data.files import write_whole

    try:
        write_whole(Path(file).expanduser(), text.encode())
    except OSError as error:
        reason = error.strerror or str(error)
        raise FailedError(f"{option} {file}: cannot be written: {reason}; name another file") from error
    note(f"{option.removeprefix('--')} written to {file}")
