"""``twin envelope``: where a scenario's lift system works, what binds it, and what else it could do."""

from argparse import Namespace
from typing import TYPE_CHECKING

from twin.commands.files import STANDARD_OUTPUT, check_outputs, write_text
from twin.commands.output import document

if TYPE_CHECKING:
    from twin.commands.envelope_text import Answer
    from twin.scenario import Scenario


def envelope(options: Namespace) -> int:
    """Obey ``twin envelope``."""
    from twin.commands import envelope_text as text
    from twin.scenario import load_scenario

    check_outputs(options)
    scenario = load_scenario(options.scenario, options.sets)
    answer = _answer(options, scenario)
    if options.figure is not None:
        from dashboards.figures.envelope import envelope_figure

        head = f"Operating envelope: {scenario.title}"
        figure = envelope_figure(answer.grid, answer.point, head, answer.basis, text.target_lines(answer))
        write_text("--figure", options.figure, figure.to_html(include_plotlyjs=True))
    if options.csv is not None:
        lines = text.grid_lines(answer.grid)
        if options.csv == STANDARD_OUTPUT:
            print(lines, end="")
            return 0
        write_text("--csv", options.csv, lines)
    if options.json:
        document(text.as_document(answer))
    else:
        text.print_answer(answer)
    return 0


def _answer(options: Namespace, scenario: "Scenario") -> "Answer":
    from twin.commands.envelope_text import Answer
    from twin.lift_service import grid_axes, insertion, needs, spread, swing
    from twin.lift_system import check, circuit

    shown = scenario
    if scenario.lift.system == "stated":
        pumps = scenario.lift.model_copy(update={"system": "surface_pumps"})
        shown = scenario.model_copy(update={"lift": pumps})
    check(shown)
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
        headroom=lift.headroom(point),
        insertion=one,
        needs=needs(shown, one, point),
        swing=swing(values, shown.site.latitude_deg, one, point),
        spread=spread(shown, options.draws, options.seed) if options.draws else None,
        grid=lift.envelope(*grid_axes(lift, values, options.points)),
    )
