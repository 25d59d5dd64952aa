"""What ``twin plant`` says of choices: oxalic acid, pH, beneficiation, waste, separation."""

from typing import TYPE_CHECKING, Final

from ops_data.units import KG_PER_TONNE
from twin.commands.output import paragraph, plain_table
from twin.commands.plant_answer import USD, Answer, share
from twin.indicators.words import number
from twin.models.radioactivity import EXEMPT_BQ_G
from twin.plant_service import WATCHED
from twin.processing.accounts import STEP_PLACES

if TYPE_CHECKING:
    from rich.console import Console

RULES: Final = {
    "curve": "yield curves",
    "stoichiometric": "1.25 x REY and Ca",
    "efficiency": "60 % into REY",
}


def print_doses(out: "Console", answer: Answer) -> None:
    """Print what each rule for oxalic acid asks for."""
    out.print("Oxalic acid: three rules for its dose", style="bold")
    headings = ("g/L", "kg/t dry", "kg/kg REO", *WATCHED)
    table = plain_table("  Rule", *headings, "", right=headings)
    for dose in answer.doses:
        per_oxide = "–" if dose.acid_kg_kg is None else number(dose.acid_kg_kg)
        shares = [share(dose.recovery[name]) for name in WATCHED]
        used = "used" if dose.used else ""
        table.add_row(f"  {RULES[dose.rule]}", number(dose.dose_g_l), number(dose.acid_kg_t), per_oxide, *shares, used)
    out.print(table)
    sizes = [dose.dose_g_l for dose in answer.doses]
    apart = f"by a factor of {number(max(sizes) / min(sizes))}" if min(sizes) > 0.0 else "without bound"
    paragraph(
        out,
        f"They disagree {apart}. Yield curves: the dose stated (purify.oxalic_dose_g_l). Others: 1.25 times what rare "
        "earths and calcium can bind; as much that 60 % of the acid ends with rare earths. g/L without water of "
        "crystals; kg as sold, with it; REO: rare earths in the liquor, as oxides. Nd and Dy: what the step would "
        "recover at that dose by the yield curves, which were fitted to a sulfuric liquor of coal waste; the 60 % come "
        "from clay liquors with hardly any calcium. None was tested on a liquor of fish-bone phosphate.",
        indent=2,
    )
    out.print()


def print_trap(out: "Console", answer: Answer) -> None:
    """Print what phosphate keeps of the rare earths by pH, and what the routes lose to it."""
    out.print("Phosphate trap: what stays in solution at equilibrium, by pH", style="bold")
    names = [*WATCHED, *(f"{name}, no phosphate" for name in WATCHED)]
    table = plain_table("  pH", *names, "", right=names)
    for point in answer.trap:
        cells = [share(side[name]) for side in (point.left, point.left_without) for name in WATCHED]
        table.add_row(f"  {point.ph:.2g}", *cells, "← this step" if point.of_step else "")
    out.print(table)
    reached = answer.values["purify.trap_share"]
    paragraph(
        out,
        f"The liquor holds {number(answer.phosphorus_mol_l)} mol/L of phosphorus. Equilibria of a cached PHREEQC "
        f"table; the step counts {share(reached)} of the way to them (purify.trap_share, an assumption: such liquors "
        "can stay supersaturated for hours).",
        indent=2,
    )
    for route in answer.routes:
        shares = " and ".join(f"{share(1.0 - route.recovery[name])} of {name}" for name in WATCHED)
        verb = ("loses" if route.chosen else "would lose") + f" {shares}"
        paragraph(
            out,
            f'Route "{route.name}"{" (this one)" if route.chosen else ""}, filtered at pH {route.ph:.2g}, {verb} in '
            f"the step, with {number(route.naoh_kg_t)} kg of NaOH and {number(route.cost_usd_t)} USD per tonne of dry "
            "solids.",
            indent=2,
        )
    out.print()


def print_saving(out: "Console", answer: Answer) -> None:
    """Print what beneficiation would have to save; nothing without separate oxides."""
    saving, rate, values = answer.saving, answer.jpy_per_usd, answer.values
    if saving is None or answer.toggled_usd_t is None:
        return
    out.print("Beneficiation: what it would have to save", style="bold")
    out_t = float(saving.needed_usd_t_discarded)
    fed_t = out_t * float(saving.discarded_share)
    done = "It is in the chain" if answer.beneficiated else "It is not in the chain (processing.steps)"
    how = (
        f"with upgrade {values['beneficiate.upgrade']:g} and recovery {values['beneficiate.recovery']:g} in mud of "
        f"{number(values['beneficiate.reference_grade_ppm'])} ppm"
        if answer.scenario.processing.classifier == "stated"
        else "as grain sizes and cyclones give it"
    )
    would = "" if answer.beneficiated else "would "
    paragraph(
        out,
        f"{done}. On this mud, {how}, it {would}{'leaves' if answer.beneficiated else 'leave'} out "
        f"{share(float(saving.discarded_share))} of the solids and oxides worth {number(float(saving.lost_usd_t))} "
        f"USD per tonne fed. To pay, it must save {number(fed_t)} USD ({number(fed_t * rate)} JPY) per tonne fed to "
        f"it, that is {number(out_t)} USD ({number(out_t * rate)} JPY) per tonne it leaves out, in shipping, "
        "reagents and filtration.",
        indent=2,
    )
    here, there = (answer.per_t(USD), answer.value_usd_t), answer.toggled_usd_t
    (cost, value), (cost_without, value_without) = (here, there) if answer.beneficiated else (there, here)
    paragraph(
        out,
        f"With it the steps use up {number(cost)} USD and the oxides sell for {number(value)} USD per tonne of dry "
        f"solids fed, without it {number(cost_without)} and {number(value_without)}: "
        f"{_verdict(cost_without - cost, value_without - value)}",
        indent=2,
    )
    out.print()


def _verdict(saved_usd: float, lost_usd: float) -> str:
    """Return whether beneficiation pays within the plants."""
    gain = saved_usd - lost_usd
    if gain >= 0.0:
        return f"in the plants alone it gains {number(gain)} USD."
    return f"in the plants alone it falls short by {number(-gain)} USD; done ahead of the ship, shipping may save that."


def print_heaps(out: "Console", answer: Answer) -> None:
    """Print the radioactivity of solids and the hydrogen fluoride let go."""
    if not answer.heaps and not answer.fluoride_kg:
        return
    out.print(f"Uranium, thorium and fluorine; the level is {EXEMPT_BQ_G:g} Bq/g", style="bold")
    headings = ("kg/t dry", "Bq/g")
    table = plain_table("  Solids", *headings, "", right=headings)
    for heap in answer.heaps:
        mass = number(heap.dry_t * KG_PER_TONNE / answer.fed.dry_t)
        verdict = "U-238 and Th-232 each below" if heap.exempt else "above: regulated"
        table.add_row(f"  {heap.name}", mass, number(heap.activity_bq_g), verdict)
    if answer.heaps:
        out.print(table)
    where = ", ".join(f"{number(mass)} kg in {STEP_PLACES[step]}" for step, mass in answer.fluoride_kg.items())
    paragraph(
        out,
        "Daughters that part from uranium and thorium in the leach are not followed. Hydrogen fluoride that this "
        f"parcel lets go as gas: {where or 'none'}.",
        indent=2,
    )
    out.print()


def print_separation(out: "Console", answer: Answer) -> None:
    """Print who separates the oxides and how; nothing where nobody does."""
    values = answer.values
    if not answer.products:
        return
    if answer.toll:
        out.print("Separation: toll treatment", style="bold")
        paragraph(
            out,
            f"Another company gives back {share(values['toll.recovery'])} of each rare earth at "
            f"{share(values['toll.purity'])} purity, {values['toll.lag_d']:g} days after the last of a batch was "
            f"handed over, for {number(values['price.toll_usd_kg'])} USD per kg of oxides given; "
            f"{share(values['toll.payability'])} of the price of oxides is paid. processing.separation=own_circuit "
            "shows solvent extraction of one's own.",
            indent=2,
        )
        out.print()
        return
    _print_circuits(out, answer)


def _print_circuits(out: "Console", answer: Answer) -> None:
    out.print(f"Separation: own circuits with {answer.scenario.processing.extractant}", style="bold")
    headings = ("fed", "beta", "Fenske", "least scrub", "scrub", "stages", "pH")
    table = plain_table("  Cut", *headings, right=headings)
    for one in answer.circuits:
        plan = one.design
        table.add_row(
            f"  {plan.cut}",
            share(one.feed_share),
            f"{plan.beta:.2f}",
            f"{plan.least_stages:.1f}",
            f"{plan.least_wash_mol:.2f}",
            f"{plan.wash_mol:.2f}",
            "+".join(str(count) for count in one.stages),
            f"{one.ph_low:.1f}–{one.ph_high:.1f}",
        )
    out.print(table)
    built = sum(sum(one.stages) for one in answer.circuits)
    paragraph(
        out,
        f"{built} stages built in all: extraction + scrub + strip, at stage efficiency "
        f"{answer.values['circuit.stage_efficiency']:g}. Fed: moles of what is dissolved. Beta: of the two neighbours "
        "at the cut. Fenske: ideal stages at total reflux, the floor. Scrub: metal in the scrub liquor per mole fed, "
        "at least and as chosen (circuit.wash_factor). Laid out for this mud's mixed oxide.",
        indent=2,
    )
    beyond = [one.design.cut for one in answer.circuits if one.beyond_data]
    if beyond:
        low, high = answer.circuits[0].ph_of_data
        paragraph(
            out,
            f"Beyond the data: distribution was measured at pH {low:g} to {high:g} and is carried on with its slope in "
            f"the cuts {', '.join(beyond)}, and in every strip.",
            indent=2,
        )
    out.print()
