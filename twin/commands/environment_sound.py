"""``twin environment RUN --sound``: simple spreading of sound beside the parabolic equation."""

from argparse import Namespace
from dataclasses import asdict
from typing import TYPE_CHECKING

from twin.commands.output import console, document, paragraph, plain_table

if TYPE_CHECKING:
    from ops_data.sealed import Run

WAYS = ("parabolic", "20 lg R", "with surface image", "15 lg R")


def answer_sound(options: Namespace, run: "Run") -> int:
    """Print losses of sound at the site of a run, counted in four ways."""
    from twin.environment_choices import with_choices
    from twin.sound_check import sound_check

    scenario = with_choices(run.manifest.scenario, run.run_id, options.sets)
    found = sound_check(scenario)
    if options.json:
        document({"run_id": run.run_id, "unit": "dB re 1 m", "losses": [asdict(one) for one in found]})
        return 0
    depths = [scenario.quantities[f"noise.{end}_depth_m"].value for end in ("source", "receiver")]
    out = console()
    out.print(f"{scenario.title}: {run.run_id}", style="bold")
    paragraph(
        out, f"Loss of sound from {depths[0]:g} m to {depths[1]:g} m of depth, in dB re 1 m, over a soft flat bed."
    )
    table = plain_table("Hz", "km", *WAYS, right=("km", *WAYS))
    for one in found:
        losses = (one.parabolic_db, one.spherical_db, one.image_db, one.practical_db)
        table.add_row(f"{one.frequency_hz:g}", f"{one.range_km:g}", *(f"{loss_db:.0f}" for loss_db in losses))
    out.print()
    out.print(table)
    paragraph(
        out,
        "A smaller loss is a louder sound. The ranges of noise that a run tells use the simple ways: they are "
        "screening, not a rule, and where their loss is smaller than the parabolic one they are too far.",
    )
    return 0
