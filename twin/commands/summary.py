"""A sealed run for people: the answer in sentences, the main numbers, where the days go, what to do next."""

import json
import math
import shlex
from typing import TYPE_CHECKING, Any, Final

from twin.changes import base_of, changed, words_for
from twin.commands.output import console, paragraph, plain_table

if TYPE_CHECKING:
    from rich.console import Console

    from ops_data.manifest import RunIdentity
    from ops_data.sealed import Run
    from twin.indicators.summary import Spread
    from twin.scenario import Scenario

MAIN: Final = (  # rows of the table: indicator, item, and a title where the indicator's own does not name the item
    ("lifted_wet_t", "", ""),
    ("lifted_dry_t", "", ""),
    ("lifted_nd_kg", "", ""),
    ("lifted_dy_kg", "", ""),
    ("mean_grade_ppm", "", ""),
    ("lifted_per_day_t", "", ""),
    ("lifted_per_lifting_day_t", "", ""),
    ("best_day_t", "", ""),
    ("lifting_days", "", ""),
    ("days_at_target", "", ""),
    ("first_mud_day", "", ""),
    ("home_day", "", ""),
    ("lifting_share_calendar", "", ""),
    ("calendar_days", "productive", "Productive days"),
    ("calendar_days", "planned", "Planned days"),
    ("calendar_days", "lost", "Lost days"),
    ("weather_days", "", ""),
    ("storm_days", "", ""),
    ("waiting_shuttle_days", "", ""),
    ("string_trips", "failure", "String trips after a failure"),
    ("emergency_disconnects", "", ""),
    ("failures", "mining", "Repairs on mining vessels"),
    ("energy_mwh", "total", "All loads"),
    ("energy_mwh", "dp", "of that keeping the ship in place"),
    ("energy_per_dry_t_kwh", "total", ""),
    ("energy_per_dry_t_kwh", "lift", "of that lifting the slurry"),
    ("energy_per_dry_t_kwh", "circulation", "of that clear water between lifts"),
    ("generator_load_mean_mw", "", ""),
    ("fuel_t", "total", ""),
    ("co2_t", "", ""),
    ("marine_cost_jpy", "total", ""),
    ("cost_per_dry_t_jpy", "", ""),
    ("delivered_cake_t", "", ""),
    ("lost_dry_t", "filtrate", "Dry solids lost with the filtrate"),
    ("lost_dry_t", "pipe", "Dry solids dumped from the pipe"),
    ("oxide_kg", "Nd", "Nd2O3"),
    ("oxide_kg", "Dy", "Dy2O3"),
    ("oxide_kg", "total", "All rare-earth oxides"),
    ("first_oxide_day", "", "Days until the first of it"),
    ("last_oxide_day", "", "Days until the last of it"),
    ("recovery", "Nd", "Nd lifted that is sold"),
    ("recovery", "Dy", "Dy lifted that is sold"),
    ("product_purity", "NdPr", "Purity of mixed NdPr oxide"),
    ("product_purity", "Nd", "Purity of neodymium oxide"),
    ("product_purity", "Dy", "Purity of dysprosium oxide"),
    ("oxide_at_target_kg_d", "Nd", "Nd2O3 of a day at the target"),
    ("oxide_at_target_kg_d", "Dy", "Dy2O3 of a day at the target"),
    ("processing_cost_jpy", "total", ""),
    ("processing_cost_per_dry_t_jpy", "", ""),
    ("chain_cost_per_oxide_kg_jpy", "", ""),
    ("oxide_value_jpy", "total", ""),
    ("reagent_per_oxide_kg", "hcl", "Hydrochloric acid per kg of oxide"),
    ("reagent_per_oxide_kg", "h2so4", "Sulfuric acid per kg of oxide"),
    ("reagent_per_oxide_kg", "naoh", "Caustic soda per kg of oxide"),
    ("reagent_per_oxide_kg", "oxalic_acid", "Oxalic acid per kg of oxide"),
    ("plant_power_kwh", "", ""),
    ("hf_released_kg", "", ""),
    ("processing_co2e_t", "total", ""),
    ("residue_dry_t", "", ""),
    ("effluent_t", "", ""),
    ("activity_bq_g", "residue", "U and Th of the residue"),
    ("activity_bq_g", "mixed_oxide", "U and Th of the mixed oxide"),
)
GROUPS: Final = {
    "production": "Production",
    "target": "Target",
    "phases": "Days after departure",
    "time": "Use of time",
    "events": "Events",
    "energy": "Energy of the mining vessels",
    "cost": "Fuel and marine cost",
    "chain": "To the mainland",
    "oxide": "Oxides",
    "refining": "Refining",
}
MILLION: Final = 1e6
IN_PERCENT: Final = ("recovery", "step_recovery")
OF_OXIDE: Final = ("oxide", "refining")  # groups of indicators


def replicate_count(identity: "RunIdentity") -> int:
    """Return how many replicates a run has."""
    return identity.last_replicate - identity.first_replicate + 1


def run_document(run: "Run") -> dict[str, Any]:
    """Return the run as one JSON document."""
    from twin.indicators.summary import json_document, read_spreads

    who, spreads = run.manifest.identity, read_spreads(run.table("indicators"))
    return json_document(
        run.run_id, who.scenario, replicate_count(who), who.seed, who.mass_basis, run.manifest.wall_s, spreads
    )


def print_summary(run: "Run", store: str, asked: str | None = None) -> None:
    """Print the run in plain words.

    Parameters
    ----------
    run : a sealed run.
    store : folder of the runs, as typed.
    asked : scenario and overrides as typed, where they are known.
    """
    from twin.indicators.oxide_words import oxide_sentences
    from twin.indicators.summary import convergence_notes, read_spreads
    from twin.indicators.words import drawn_rates_t_d, sentences, top_causes
    from twin.scenario import Scenario

    scenario = Scenario.from_json(json.dumps(run.manifest.scenario))
    outcomes = run.table("outcomes")
    replicates = replicate_count(run.manifest.identity)
    who = run.manifest.identity
    out = console()
    out.print(f"{scenario.title}: {run.run_id}", style="bold")
    drawn = _spread_of(scenario, who.parameters)
    out.print(f"{_counted(replicates, 'replicate')}, seed {who.seed}, {drawn}, target read as {who.mass_basis} mass")
    if changes := changed(run.manifest.scenario):
        paragraph(out, f"Changed against the packaged {base_of(run.manifest.scenario)}: {', '.join(changes)}")
    played = range(who.first_replicate, who.last_replicate + 1)
    rates_t_d = drawn_rates_t_d(scenario, who.seed, played) if who.parameters == "drawn" else []
    told = sentences(scenario, outcomes, replicates, rates_t_d)
    _print_list(out, "", [told[0], *oxide_sentences(scenario, outcomes, replicates), *told[1:]])
    _print_table(out, read_spreads(run.table("indicators")))
    _print_list(out, "Most days are lost to", top_causes(outcomes, replicates), numbered=True)
    _print_list(out, "How sure", convergence_notes(outcomes, replicates))
    _print_next(out, run, store, asked or words_for(run.manifest.scenario))


def _spread_of(scenario: "Scenario", parameters: str) -> str:
    if scenario.campaign.variability == "central":
        return "central values"
    return "uncertain parameters drawn" if parameters == "drawn" else "parameters as stated"


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _print_list(out: "Console", heading: str, lines: list[str], numbered: bool = False) -> None:
    if lines:
        out.print()
    if lines and heading:
        out.print(heading, style="bold")
    for place, line in enumerate(lines, start=1):
        paragraph(out, line, indent=3, mark=f"{place}." if numbered else " -")


def _print_table(out: "Console", spreads: "list[Spread]") -> None:
    from rich.padding import Padding

    from ops_data.reference.indicator_rows import indicator_rows

    by_key = {(one.name, one.item): one for one in spreads if not one.period}
    table = plain_table("", "P10", "P50", "P90", "unit", right=("P10", "P50", "P90"))
    group = ""
    for name, item, title in MAIN:
        if (name, item) not in by_key:
            continue
        row = indicator_rows()[name]
        if row.group != group:
            group = row.group
            table.add_row(GROUPS.get(group, group), style="italic")
        table.add_row(Padding(title or row.title, (0, 0, 0, 2)), *_cells(by_key[name, item]))
    out.print()
    out.print(table)


def _cells(one: "Spread") -> tuple[str, str, str, str]:
    from twin.indicators.words import number, percent

    values = (one.low, one.value, one.high)
    if one.unit == "1" and ("share" in one.name or one.name in IN_PERCENT):
        low, middle, high = (percent(value) if math.isfinite(value) else missing(one) for value in values)
        return low, middle, high, ""
    if one.name == "product_purity":
        low, middle, high = (f"{100.0 * value:.2f} %" if math.isfinite(value) else missing(one) for value in values)
        return low, middle, high, ""
    scale, unit = scaled(one.unit)
    low, middle, high = (number(value / scale, missing(one)) for value in values)
    return low, middle, high, unit if any(map(math.isfinite, values)) else ""


def missing(one: "Spread") -> str:
    """Return what is said of a value that a replicate does not have."""
    from ops_data.reference.indicator_rows import indicator_row

    if one.unit.endswith("/t") or one.name == "mean_grade_ppm":  # per tonne: no number where nothing is lifted
        return "no mud"
    if indicator_row(one.name).group in OF_OXIDE and one.unit != "d":
        return "no oxide"
    return "never"


def scaled(unit: str) -> tuple[float, str]:
    """Return what to divide a number by so that people can read it, and the unit it then has; no word for "1"."""
    if unit.startswith("JPY"):
        return MILLION, f"million {unit}"
    return 1.0, "" if unit == "1" else unit


def _print_next(out: "Console", run: "Run", store: str, scenario: str | None) -> None:
    from twin.commands.readers import STORE_DEFAULT

    there = "" if store == STORE_DEFAULT else f" --store {shlex.quote(store)}"
    steps = [
        (f"twin show {run.run_id}{there}", "this summary again"),
        (f"twin show {run.run_id} --csv calendar.csv{there}", "who did what when in the first replicate"),
        (f"twin balance {run.run_id}{there}", "where every kilogram of an element went"),
        (f"twin compare {run.run_id} OTHER{there}", "differences on the same weather and luck"),
    ]
    if scenario is not None:
        steps.append((f"twin parameters {scenario}", "every number behind it, with its source"))
    out.print()
    out.print(f"Kept in {run.folder}. Next:", soft_wrap=True)
    for command, meaning in steps:
        out.print(f"  {command}", soft_wrap=True)
        out.print(f"      {meaning}", soft_wrap=True)
