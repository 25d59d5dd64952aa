"""``twin scenarios`` and ``twin parameters``: what can be run, and the numbers behind it."""

from argparse import Namespace
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from twin.commands.output import console, document, note, paragraph

if TYPE_CHECKING:
    from twin.parameters_table import ParameterLine

CONFIDENCE: Final = {"H": "high", "M": "medium", "L": "low", "D": "derived", "A": "none (assumption)"}


def scenarios(options: Namespace) -> int:
    """Obey ``twin scenarios``."""
    from twin.scenario import list_scenarios

    found = list_scenarios()
    if options.json:
        document([{"name": one.name, "title": one.title, "description": one.description} for one in found])
        return 0
    out = console()
    for place, one in enumerate(found):
        out.print(f"{one.name}{' (default)' if place == 0 else ''}", style="bold")
        paragraph(out, f"{one.title}. {one.description}", indent=4)
    out.print()
    paragraph(out, "Run one with 'twin run NAME'; a path to your own TOML file works wherever a name does.")
    return 0


def parameters(options: Namespace) -> int:
    """Obey ``twin parameters``."""
    from twin.parameters_table import parameter_lines
    from twin.scenario import load_scenario

    scenario = load_scenario(options.scenario, options.sets)
    lines = [line for line in parameter_lines(scenario) if _holds(line, options.filter)]
    if options.json:
        document({"scenario": scenario.name, "parameters": [asdict(line) for line in lines]})
        return 0
    if not lines:
        note(f"nothing in '{scenario.name}' holds '{options.filter}'")
        return 0
    out = console()
    for line in lines:
        spread = f"  ({line.range})" if line.range else ""
        out.print(f"{line.key} = {line.value} {line.unit if line.unit != '1' else ''}{spread}".rstrip(), style="bold")
        facts = [f"confidence {CONFIDENCE.get(line.confidence, line.confidence)}"]
        facts += [f"set by {line.origin}"] if line.origin != "reference" else []
        facts += [f"law {line.law}"] if line.range else []
        facts += [f"event to event {line.events}"] if line.events else []
        paragraph(out, f"{', '.join(facts)}; {line.source}", indent=4)
    shown = f"{len(lines)} of {len(scenario.quantities)} numbers" if options.filter else f"{len(lines)} numbers"
    out.print()
    paragraph(out, f"{shown} of '{scenario.name}'; put your own in place with --set KEY=VALUE.")
    return 0


def _holds(line: "ParameterLine", text: str) -> bool:
    searched = "\n".join((line.key, line.source, line.note, line.origin, CONFIDENCE.get(line.confidence, "")))
    return text.lower() in searched.lower()
