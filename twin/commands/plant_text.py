"""What ``twin plant`` says to people."""

from typing import TYPE_CHECKING, Final

import numpy as np

from ops_data.elements import ELEMENTS, oxide_name
from ops_data.reference.rows import ASSUMPTION
from ops_data.units import KG_PER_TONNE, PERCENT
from twin.commands.output import console, paragraph, plain_table
from twin.commands.plant_answer import CO2E, USD, Answer, per_dry_t, share
from twin.commands.plant_choices_text import print_doses, print_heaps, print_saving, print_separation, print_trap
from twin.indicators.words import number
from twin.plant_service import WATCHED
from twin.processing.accounts import STEP_PLACES, plain
from twin.processing.lot import AT
from twin.processing.oxides import PRODUCTS
from twin.settings import Step

if TYPE_CHECKING:
    from rich.console import Console

SHOWN: Final = ("Nd", "Dy", "Ce")
ITEMS: Final = {
    "hcl": "hydrochloric acid, as HCl", "h2so4": "sulfuric acid", "naoh": "caustic soda, as NaOH",
    "oxalic_acid": "oxalic acid, dihydrate", "hydrogen_peroxide": "hydrogen peroxide", "flocculant": "flocculant",
    "extractant": "extractant", "diluent": "diluent", "fresh_water": "fresh water", "power": "electricity",
    "heat": "heat of fuel", "toll": "toll treatment, oxides", "residue": "residue to be dumped",
    "effluent": "effluent to be treated",
}  # fmt: skip
# where the numbers of a step are: first parts of keys; separation besides by who does it
KEYS: Final[dict[Step, tuple[str, ...]]] = {
    "dewater": ("dewater",), "beneficiate": ("beneficiate",), "leach": ("leach",), "solid_liquid": ("wash",),
    "purify": ("purify",), "calcine": ("calcine",), "separate": ("separation",),
}  # fmt: skip
SEPARATION_KEYS: Final = {"toll": "toll", "own_circuit": "circuit"}
ALWAYS: Final = ("host", "tracer", "composition", "price", "emission")
LITTLE: Final = 0.01  # of cost and of gases: what uses less is told as one row
KWH: Final = "kWh"


def print_answer(answer: Answer) -> None:
    """Print the answer for people."""
    out = console()
    out.print(f"Plants of {answer.scenario.name}", style="bold")
    _print_fed(out, answer)
    if not answer.steps:
        paragraph(out, "The chain has no steps (processing.steps): the mud is stored as it comes.", indent=2)
        return
    _print_steps(out, answer)
    _print_ledger(out, answer)
    _print_oxides(out, answer)
    _print_losses(out, answer)
    if answer.doses:
        print_doses(out, answer)
        print_trap(out, answer)
    print_saving(out, answer)
    print_heaps(out, answer)
    print_separation(out, answer)
    paragraph(out, _assumed(answer))


def _print_fed(out: "Console", answer: Answer) -> None:
    fed, words, held = answer.fed, answer.scenario.processing, answer.fed.mud
    which = "its own, of the tool's stroke" if fed.own_grade else "as asked"
    if fed.grade_basis == "wet":
        which += f"; {number(fed.grade_ppm)} ppm per in-situ mud"
    paragraph(
        out,
        f"Fed: {number(fed.dry_t)} t of dry solids ({number(float(held.wet_t[0]))} t of in-situ mud) as "
        f"{'slurry, for no island presses it,' if fed.slurry else 'cake'} with {number(float(held.water_t[0]))} t of "
        f"water, {number(float(held.salt_t[0]))} t of sea salt in it. Grade {number(fed.dry_ppm)} ppm ΣREY per dry "
        f"solids ({which}): {_content(answer, 'Nd')}, {_content(answer, 'Dy')}. {share(fed.apatite_share)} of the "
        f"solids is fish-bone phosphate, {number(_percent_of_solids(answer, 'P'))} % phosphorus.",
        indent=2,
    )
    if words.steps:
        chain = " → ".join(STEP_PLACES[step] for step in words.steps)
        paragraph(out, f"Chain: {chain}. Switches: {_switches(answer)}.", indent=2)
    out.print()


def _switches(answer: Answer) -> str:
    """Return the choices that the steps of the chain depend on."""
    words = answer.scenario.processing
    solvent = f" with {words.extractant}" if words.separation == "own_circuit" else ""
    of_steps: dict[Step, str] = {
        "beneficiate": f"classifier {words.classifier}",
        "leach": f"acid {words.acid}, reductant {plain(words.reductant)}",
        "solid_liquid": f"washing {plain(words.washing)}",
        "purify": f"purification {words.purification}",
        "separate": f"separation {plain(words.separation)}{solvent}",
    }
    return ", ".join(text for step, text in of_steps.items() if step in words.steps) or "none"


def _content(answer: Answer, element: str) -> str:
    return f"{number(float(answer.fed.mud.total_kg[0, ELEMENTS.index(element)]))} kg {element}"


def _percent_of_solids(answer: Answer, constituent: str) -> float:
    return float(answer.fed.mud.solid_kg[0, AT[constituent]]) / (answer.fed.dry_t * KG_PER_TONNE) / PERCENT


def _print_steps(out: "Console", answer: Answer) -> None:
    out.print("Step by step, recovery of what each step is fed", style="bold")
    headings = (*SHOWN, "all REY", "solids", "USD", "kg CO2e")
    table = plain_table("  Step", *headings, right=headings)
    for step in answer.steps:
        shares = [share(float(step.recovery[ELEMENTS.index(name)])) for name in SHOWN]
        figures = (number(step.solids_kg_t), number(step.cost_usd_t), number(step.co2e_kg_t))
        table.add_row(f"  {STEP_PLACES[step.step]}", *shares, share(step.recovery_all), *figures)
    whole = [share(float(answer.recovery[ELEMENTS.index(name)])) for name in SHOWN]
    received = answer.fed.mud.total_kg[0, : len(ELEMENTS)]
    everything = float(np.nansum(answer.recovery * received) / received.sum())
    sums = (number(answer.per_t(USD)), number(answer.per_t(CO2E)))
    table.add_row("  chain", *whole, share(everything), "", *sums)
    out.print(table)
    paragraph(
        out,
        "Solids that go on (kg), cost and gases are per tonne of dry solids fed to the chain. Cost: reagents, "
        f"energy, services and waste, {number(answer.per_t(USD) * answer.jpy_per_usd)} JPY in all; no capital, "
        "labour or upkeep.",
        indent=2,
    )
    out.print()


def _print_ledger(out: "Console", answer: Answer) -> None:
    out.print("What is used, per tonne of dry solids", style="bold")
    headings = ("amount", "unit", "USD", "kg CO2e")
    table = plain_table("  Step", "of what", *headings, right=("amount", "USD", "kg CO2e"))
    dry_t = answer.fed.dry_t
    limits = [LITTLE * abs(answer.per_t(column)) for column in (USD, CO2E)]
    left_usd = left_co2e = 0.0
    for step in answer.steps:
        for row in step.ledger:
            amount, usd, co2e = (float(values.sum()) / dry_t for values in (row.amount, row.cost_usd, row.co2e_kg))
            if abs(usd) <= limits[0] and abs(co2e) <= limits[1]:
                left_usd, left_co2e = left_usd + usd, left_co2e + co2e
                continue
            unit = KWH if row.unit == "kwh" else row.unit
            table.add_row(
                f"  {STEP_PLACES[step.step]}", ITEMS[row.item], number(amount), unit, number(usd), number(co2e)
            )
    table.add_row("  all else", "", "", "", number(left_usd), number(left_co2e))
    out.print(table)
    out.print()


def _print_oxides(out: "Console", answer: Answer) -> None:
    if not answer.products:
        last = STEP_PLACES[answer.steps[-1].step]
        paragraph(out, f"The chain ends with {last}: no separate oxides are made.")
        out.print()
        return
    out.print("Oxides", style="bold")
    headings = ("kg", "purity", "USD")
    table = plain_table("  Product", "named after", *headings, right=headings)
    for product in answer.products:
        if product.purity is None:
            continue
        pure = f"{100 * product.purity:.2f} %"
        elements = " ".join(PRODUCTS[product.name])
        table.add_row(f"  {product.name}", elements, number(product.mass_kg), pure, number(product.value_usd))
    out.print(table)
    grams = " and ".join(f"{number(mass)} g of {oxide_name(name)}" for name, mass in per_dry_t(answer).items())
    payable = answer.values["toll.payability"]
    paid = f"the {share(payable)} of their price that is paid" if answer.toll else "their price"
    paragraph(
        out,
        f"A tonne of dry solids gives {grams}. Its oxides are worth {number(answer.value_usd_t)} USD at {paid}, "
        f"against {number(answer.per_t(USD))} USD that the plants use up; mining and shipping come on top.",
        indent=2,
    )
    mixed, separate = answer.days
    if mixed is not None and separate is not None:
        paragraph(
            out,
            f"A parcel that finds the plants idle is mixed oxide after {mixed:.0f} days and separate oxides after "
            f"{separate:.0f}.",
            indent=2,
        )
    out.print()


def _print_losses(out: "Console", answer: Answer) -> None:
    if not answer.losses:
        return
    out.print("Where Nd and Dy are lost, share of what was fed", style="bold")
    table = plain_table("  Step", "loss", *WATCHED, right=WATCHED)
    for loss in answer.losses:
        table.add_row(f"  {loss.place}", loss.stream, *(share(loss.share[name]) for name in WATCHED))
    kept = [share(float(answer.recovery[ELEMENTS.index(name)])) for name in WATCHED]
    table.add_row("  recovered", "", *kept)
    out.print(table)
    out.print()


def _assumed(answer: Answer) -> str:
    """Return how many of the numbers behind the answer nobody has published."""
    words = answer.scenario.processing
    heads = {head for step in words.steps for head in KEYS[step]} | set(ALWAYS)
    if "separate" in words.steps:
        heads.add(SEPARATION_KEYS[words.separation])
    used = [one for key, one in answer.scenario.quantities.items() if key.partition(".")[0] in heads]
    guessed = sum(one.source.startswith(ASSUMPTION) for one in used)
    return (
        f"At stated values: of the {len(used)} numbers of these steps, {guessed} are assumptions, for no plant has "
        "treated this mud. 'twin parameters SCENARIO --filter KEY' with leach, wash, purify, toll … shows each with "
        "its range and source; 'twin run' draws them."
    )
