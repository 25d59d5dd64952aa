"""``twin plant``: what the plants of a scenario make of a parcel of mud, step by step."""

from argparse import Namespace
from typing import TYPE_CHECKING

from ops_data.errors import ModelError, UsageError
from twin.commands.files import STANDARD_OUTPUT, check_outputs, write_text
from twin.commands.output import document

if TYPE_CHECKING:
    from twin.commands.plant_answer import Answer
    from twin.processing.refinery import Refined
    from twin.scenario import Scenario


def plant(options: Namespace) -> int:
    """Obey ``twin plant``."""
    from twin.commands import plant_answer, plant_text
    from twin.scenario import load_scenario

    check_outputs(options)
    scenario = load_scenario(options.scenario, options.sets)
    answer = answered(options, scenario)
    if options.csv is not None:
        lines = balance_lines(answer.refined)
        if options.csv == STANDARD_OUTPUT:
            print(lines, end="")
            return 0
        write_text("--csv", options.csv, lines)
    if options.json:
        document(plant_answer.as_document(answer))
    else:
        plant_text.print_answer(answer)
    return 0


def answered(options: Namespace, scenario: "Scenario") -> "Answer":
    """Return all that the options ask of a scenario; UsageError where mass and grade do not go together."""
    from twin import plant_choices as choices
    from twin import plant_service as service
    from twin.commands.plant_answer import Answer
    from twin.plant_feed import feed
    from twin.processing.valuation import beneficiation_saving

    try:
        fed = feed(scenario, options.mass, options.mass_basis, options.grade, options.grade_basis)
    except ModelError as error:
        raise UsageError(f"--mass and --grade: {error}") from error
    refined = service.made_of(scenario, fed)
    values = {key: quantity.value for key, quantity in scenario.quantities.items()}
    words, purified = scenario.processing, choices.purification(refined)
    saving = beneficiation_saving(refined, values, words)
    other = None
    if saving is not None:
        otherwise = service.made_of(service.toggled(scenario), fed)
        used_usd = sum(step.cost_usd_t for step in service.steps_done(otherwise, values))
        other = used_usd, service.value_usd(otherwise, values, words.separation) / fed.dry_t
    return Answer(
        scenario=scenario,
        values=values,
        fed=fed,
        refined=refined,
        steps=service.steps_done(refined, values),
        recovery=service.chain_recovery(refined),
        products=service.products(refined, values, words.separation),
        oxide_kg=service.oxide_kg(refined),
        losses=service.losses(refined),
        phosphorus_mol_l=choices.phosphorus_mol_l(purified) if purified else 0.0,
        doses=choices.doses(purified, fed.dry_t, values, words) if purified else [],
        trap=choices.trap(purified, values, words) if purified else [],
        routes=choices.routes(purified, fed.dry_t, values, words) if purified else [],
        saving=saving,
        toggled_usd_t=other,
        heaps=service.heaps(refined),
        fluoride_kg=service.fluoride_kg(refined),
        circuits=service.circuits(refined, values, words),
        days=service.days(refined),
    )


def balance_lines(refined: "Refined") -> str:
    """Return every stream between the steps as CSV, one row for each constituent that has mass [kg of the parcel]."""
    from ops_data.elements import CONSTITUENTS
    from twin.processing.accounts import plant_streams

    lines = ["constituent,source,target,kind,mass_kg"]
    for at, name in enumerate(CONSTITUENTS):
        for stream in plant_streams(refined):
            if stream.mass_kg[at] != 0.0:
                lines.append(f"{name},{stream.source},{stream.target},{stream.kind},{stream.mass_kg[at]:.10g}")
    return "\n".join(lines) + "\n"
