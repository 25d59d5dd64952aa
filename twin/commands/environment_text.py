"""The answer of ``twin environment``: text for people, CSV, a JSON document, and what its page shows."""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ops_data.reference.fauna_rows import recovery_clocks
from ops_data.reference.indicator_rows import indicator_row
from twin.commands.output import console, paragraph, plain_table
from twin.environment.zone_check import UNITS, Quantity
from twin.environment_view import StudyView
from twin.indicators.summary import SURROUNDINGS, Spread, finite, read_spreads
from twin.indicators.words import number, percent

if TYPE_CHECKING:
    from rich.console import Console

    from ops_data.sealed import Run

NOT_A_RULE: Final = "screening levels, not a rule: no binding number exists"
SUMS: Final = (
    ("lifted_t", "Dry solids lifted"),
    ("seabed_loss_t", "Stirred up by insertions"),
    ("emergency_dump_t", "Let go in emergencies"),
    ("return_water_t", "Returned with water at sea"),
    ("near_field_t", "Settled near the holes"),
    ("deposited_t", "Settled from plumes on the maps"),
    ("beyond_t", "Gone beyond the maps"),
    ("afloat_t", "Still afloat at the end"),
)
METRICS: Final = (
    ("plume_furthest_km", "furthest, km"),
    ("plume_area_km2", "area, km2"),
    ("plume_area_time_km2_d", "area × time, km2 d"),
    ("plume_longest_hours", "longest, h"),
)
OTHERS: Final = (
    ("seabed_cut_m2", ""),
    ("seabed_m2_per_dry_t", ""),
    ("organic_carbon_t", "total"),
    ("oxygen_demand_t", "total"),
    ("noise_source_db", "total"),
    ("noise_range_km", "disturbance 20 lg R"),
    ("noise_range_km", "disturbance 15 lg R"),
    ("noise_range_km", "LF TTS"),
    ("noise_range_km", "VHF TTS"),
    ("air_emissions_t", "co2"),
    ("air_emissions_t", "co2e_well_to_wake"),
    ("air_emissions_t", "nox"),
    ("deck_light_hours", ""),
    ("lamp_kwh", ""),
    ("return_water_heat_k", ""),
    ("return_water_metal_nmol_l", "Cu"),
)
DEPOSITS: Final = (("deposit_furthest_km", "furthest, km"), ("deposit_area_km2", "area, km2"))


def page_of(view: StudyView) -> str:
    """Return the page of maps."""
    from dashboards.figures.environment_layers import atlas, maps_of
    from dashboards.figures.environment_page import environment_page
    from dashboards.words import read_words

    chosen = view.scenario.environment
    note = (
        f"{view.members} members of run {view.artefact.identity.run_id}; concentration is the mean of a layer of "
        f"{chosen.bed_layer_m:g} m at the sea bed."
    )
    title = f"{view.scenario.title}: where the sediment goes"
    return environment_page(atlas(maps_of(view)), title, note, read_words("en"))


def surroundings(run: "Run", view: StudyView) -> list[Spread]:
    """Return the other proxies: sea bed, recovery, noise, air, light, return water; with the study's settings."""
    if view.own_surroundings:
        return view.own_surroundings
    told = read_spreads(run.table("indicators"))
    return [one for one in told if indicator_row(one.name).group == SURROUNDINGS]


def as_csv(run: "Run", view: StudyView) -> str:
    """Return every indicator of the study, and the run's other proxies, as CSV: name, item, P10, P50, P90, unit."""
    lines = ["name,item,p10,p50,p90,unit"]
    lines += [
        f"{one.name},{one.item},{one.low!r},{one.value!r},{one.high!r},{one.unit}"
        for one in (*view.spreads, *surroundings(run, view))
    ]
    return "\n".join(lines) + "\n"


def as_document(run: "Run", view: StudyView) -> dict[str, object]:
    """Return the study for JSON."""
    sums = {name: dict(zip(("p10", "p50", "p90"), map(finite, values.tolist()), strict=True))
            for name, values in view.sums().items()}  # fmt: skip
    return {
        "run_id": run.run_id,
        "study_id": view.artefact.artefact_id,
        "members": view.members,
        "closure": {"unit": "t", "residual": view.residual, "sums": sums},
        "indicators": {
            one.label: {"p10": finite(one.low), "p50": finite(one.value), "p90": finite(one.high), "unit": one.unit}
            for one in (*view.spreads, *surroundings(run, view))
        },
        "probability_above": {
            f"{level:g} {unit}": share for quantity, unit in _KINDS for level, share in view.exceeded(quantity)
        },
        "zones": [
            {
                "zone": one.zone,
                "kind": one.kind,
                "level": f"{one.level:g} {one.unit}",
                "touched": one.touches,
                "probability": finite(one.probability),
                "highest": one.highest,
            }
            for one in view.contacts
        ],
        "notes": list(view.artefact.notes),
    }


_KINDS: Final[tuple[tuple[Quantity, str], ...]] = (("concentration", "mg/L"), ("deposit", "mm"))


def print_answer(run: "Run", view: StudyView, asked: str) -> None:
    """Print the answer in plain words; ``asked`` are the options that ask for this study again."""
    out = console()
    out.print(f"{view.scenario.title}: {run.run_id}", style="bold")
    paragraph(out, f"Where the sediment goes; {view.members} members, seed {run.manifest.identity.seed}.")
    for line in _leading(run, view):
        paragraph(out, line, indent=3, mark=" -")
    _print_sums(out, view)
    if view.releases.empty:
        _print_surroundings(out, run, view)
        return
    out.print()
    paragraph(out, PASSIVE)
    for _, words in view.layers:
        title = "In the layer of return water" if words else "At the sea bed"
        _print_levels(out, view, title, "concentration", words, METRICS)
    _print_levels(out, view, "Fresh deposit", "deposit", "", DEPOSITS)
    paragraph(out, f"P50 (P10–P90) of all members, above background; {NOT_A_RULE}.")
    _print_shares(out, view)
    _print_zones(out, view)
    _print_surroundings(out, run, view)
    _print_notes(out, run, view)
    out.print()
    out.print(f"Kept in {view.artefact.folder}. Next:", soft_wrap=True)
    out.print(f"  twin environment {run.run_id} --figure maps.html{asked}", soft_wrap=True)
    out.print("      the maps, in any browser", soft_wrap=True)
    out.print(f"  twin export environmental-review {run.run_id} --out review{asked}", soft_wrap=True)
    out.print("      one folder that a reviewer can re-check", soft_wrap=True)


PASSIVE: Final = (
    "Concentrations are those of what drifts. Within some hundred metres of a hole a dense flow runs out for minutes "
    "to hours first, far above every level here; only its deposit is on the maps."
)


def _leading(run: "Run", view: StudyView) -> Iterator[str]:
    """Return the sentences that say most."""
    if view.releases.empty:
        yield "No sediment is released in any member: nothing was lifted, or every source is switched off."
        return
    level = view.scenario.environment.concentration_levels_mg_l[0]
    furthest = view.spread("plume_furthest_km", f"{level:g} mg/L")
    share = dict(view.exceeded("concentration"))[level]
    if furthest is not None:
        yield (
            f"Water at the sea bed is at some time above {level:g} mg/L in {percent(share)} of the members; the "
            f"furthest such place lies {number(furthest.value)} km from a hole (P10 {number(furthest.low)}, P90 "
            f"{number(furthest.high)}; members without any count as 0)."
        )
    thickest = view.spread("deposit_thickest_mm")
    if thickest is not None:
        yield (
            f"The fresh deposit is {number(thickest.value)} mm thick where it is thickest (P10 {number(thickest.low)}, "
            f"P90 {number(thickest.high)}), as a mean of a cell of {view.grid.cell_m:g} m."
        )
    returned = view.releases[view.releases["kind"] == "return_water"]
    if len(returned):
        depth_m = view.site.depth_m
        outlet_m, drifts_m = (float(returned[name].median()) for name in ("outlet_height_m", "height_m"))
        yield (
            f"Return water leaves its pipe at {number(depth_m - outlet_m)} m and drifts at "
            f"{number(depth_m - drifts_m)} m of depth in the median, {number(drifts_m)} m above the bed; what is gone "
            "beyond the maps is mostly afloat."
        )
    water = view.sums()["filtrate_water_t"]
    solids = view.sums()["filtrate_t"]
    if view.scenario.environment.return_water == "none" and solids[2] > 0.0:
        mean = next(one.value for one in surroundings(run, view) if one.name == "island_discharge_mg_l")
        yield (
            f"Dewatering on the island lets {number(water[1])} t of water run off with {number(solids[1])} t of solids "
            f"({number(mean)} mg/L in the median): reported, its way in shallow water is not modelled."
        )


def _print_sums(out: "Console", view: StudyView) -> None:
    table = plain_table("t of dry solids", "P10", "P50", "P90", right=("P10", "P50", "P90"))
    sums = view.sums()
    for name, title in SUMS:
        if sums[name][2] > 0.0 or name in ("lifted_t", "seabed_loss_t"):
            table.add_row(title, *(number(value) for value in sums[name]))
    out.print()
    out.print(table)
    paragraph(out, f"What is released is found again to {view.residual:.0e} of it in every member.")


def _print_levels(
    out: "Console", view: StudyView, title: str, quantity: Quantity, layer: str, metrics: tuple[tuple[str, str], ...]
) -> None:
    exceeded = view.exceeded(quantity, layer)
    heads = [f"{level:g} {UNITS[quantity]}" for level, _ in exceeded]
    table = plain_table(f"{title}, above", *heads, right=heads)
    table.add_row("members", *(percent(share) for _, share in exceeded))
    for name, words in metrics:
        found = [view.spread(name, f"{layer} {item}".strip()) for item in heads]
        told = ["–" if one is None else f"{number(one.value)} ({number(one.low)}–{number(one.high)})" for one in found]
        table.add_row(words, *told)
    out.print()
    out.print(table)


def _print_shares(out: "Console", view: StudyView) -> None:
    told = [one for one in view.spreads if one.name == "deposited_share"]
    if told:
        parts = [f"{one.item} {_share(one.value)} ({_share(one.low)}–{_share(one.high)})" for one in told]
        out.print()
        paragraph(out, f"Deposited, of what was released: {', '.join(parts)}.")
    afloat = view.spread("suspended_highest_t")
    if afloat is not None:
        title = indicator_row(afloat.name).title.lower()
        paragraph(out, f"At any hour, {title}: {number(afloat.value)} t ({number(afloat.low)}–{number(afloat.high)}).")


def _share(value: float) -> str:
    return percent(value) if math.isfinite(value) else "no mud"


def _print_zones(out: "Console", view: StudyView) -> None:
    if not view.contacts:
        return
    table = plain_table("zone", "kind", "level", "touched", "members", "at most", right=("members", "at most"))
    for one in view.contacts:
        level, touched = f"{one.level:g} {one.unit} {one.layer}".strip(), "yes" if one.touches else "no"
        table.add_row(one.zone, one.kind, level, touched, percent(one.probability), percent(one.at_most))
    out.print()
    out.print(table)
    paragraph(
        out,
        "At most: upper end of the probability at 95 % confidence, for this "
        f"number of members. Levels are {NOT_A_RULE}.",
    )


def _print_surroundings(out: "Console", run: "Run", view: StudyView) -> None:
    told = {(one.name, one.item): one for one in surroundings(run, view)}
    table = plain_table("What else the run gives off", "P10", "P50", "P90", "unit", right=("P10", "P50", "P90"))
    for name, item in OTHERS:
        one = told.get((name, item))
        if one is not None and one.high > 0.0:
            title = indicator_row(name).title
            words = f"{title}: {item.replace('_', ' ')}" if item else title
            table.add_row(words, *(number(value, "no mud") for value in (one.low, one.value, one.high)), one.unit)
    out.print()
    out.print(table)
    paragraph(out, "Ranges of noise are screening, not a rule; --csv and --json tell all of them.")
    clocks = ", ".join(f"{one.title[0].lower()}{one.title[1:]} {one.told}" for one in recovery_clocks().values())
    paragraph(out, f"Recovery elsewhere took: {clocks}.")


def _print_notes(out: "Console", run: "Run", view: StudyView) -> None:
    chosen = view.scenario.environment
    what = "settling, the share an insertion loses and the density of the deposit"
    if chosen.current == "synthetic":
        what = f"the current near the bed, {what}"
    drawn = run.manifest.identity.parameters == "drawn" and view.scenario.campaign.variability != "central"
    how = "drawn for every member" if drawn else "here at their stated values, so that their spread is not shown"
    lines = [
        f"{what[0].upper()}{what[1:]} are assumptions with wide ranges, {how}; no measurement at the site is public.",
        *([f"The current is made of blocks of {Path(chosen.current_record).name}."] if chosen.current_record else []),
        *view.artefact.notes,
    ]
    if view.cut_off:
        lines.append(
            f"In {view.cut_off} of {view.members} members a plume or deposit above the lowest level reaches the edge "
            "of the maps: distances and areas are at least what is told; enlarge environment.grid_km."
        )
    out.print()
    out.print("How sure", style="bold")
    for line in lines:
        paragraph(out, line, indent=3, mark=" -")
