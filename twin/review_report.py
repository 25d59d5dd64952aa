"""What the report of a review package says: rows from a sealed run and its environmental study."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

import numpy as np

from ops_data.export.report_data import (
    AssumptionRow,
    ClosureRow,
    ComparisonRow,
    FactRow,
    FileRow,
    ProxyGroup,
    ProxyRow,
    Quantity,
    ReportData,
    SummaryRow,
    ThresholdRow,
    VerificationRow,
    ZoneRow,
)
from ops_data.manifest import Manifest
from ops_data.reference.indicator_rows import indicator_row
from ops_data.reference.noise_group_rows import noise_group
from twin.environment.field_comparison import Comparison
from twin.environment.verification import Case
from twin.environment_choices import PLUME_ONLY
from twin.environment_view import StudyView
from twin.indicators.statistics import percentiles
from twin.indicators.summary import SHARES
from twin.review_numbers import GROUPS, Number
from twin.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

ON_PAGE: Final = frozenset(
    (
        "lifted_dry_t", "lifted_wet_t", "released_t", "exceedance", "plume_highest_mg_l", "plume_furthest_km",
        "plume_longest_hours", "deposit_thickest_mm", "deposit_furthest_km", "deposited_share", "zone_contact",
        "seabed_cut_m2", "seabed_m2_per_dry_t", "noise_range_km", "air_emissions_t", "plume_residual",
    )
)  # fmt: skip
LEADING: Final = {  # of the many items of an indicator, those that the summary page tells
    "noise_range_km": ("disturbance 20 lg R", "disturbance 15 lg R", "LF TTS", "VHF TTS"),
    "air_emissions_t": ("co2", "nox", "co2e_well_to_wake"),
}
PER_TONNE: Final = ("seabed_m2_per_wet_t", "seabed_m2_per_dry_t", "air_co2_per_dry_t")
INPUTS: Final = (*PLUME_ONLY, "seabed.", "noise.", "air.", "light.", "metal.")
METRICS: Final = (
    "plume_furthest_km", "plume_area_km2", "plume_area_time_km2_d", "plume_longest_hours",
    "deposit_furthest_km", "deposit_area_km2",
)  # fmt: skip
OF_RELEASES: Final = ("lifted_t", "unlifted_t", "loss_share", "seabed_loss_t", "dumped_t", "emergency_dump_t",
                      "filtrate_t", "filtrate_water_t", "return_water_t")  # fmt: skip
OF_PLUME: Final = ("released_t", "near_field_t", "deposited_t", "beyond_t", "afloat_t")


@dataclass(frozen=True)
class Material:
    """What a review package is made of.

    Attributes
    ----------
    run : manifest of the sealed run.
    view : its environmental study.
    numbers : the numbers of summary.csv.
    outcomes : rows of ``tables/run_outcomes``.
    cases, comparisons : verification with this build, and field studies.
    version, lock_sha256 : of this software, and of its lock file or list of libraries.
    """

    run: Manifest
    view: StudyView
    numbers: Sequence[Number]
    outcomes: "pd.DataFrame"
    cases: Sequence[Case]
    comparisons: Sequence[Comparison]
    version: str
    lock_sha256: str


def report_data(given: Material, files: Sequence[tuple[str, str]]) -> ReportData:
    """Return what the report says; ``files`` are paths with the key of what each is."""
    scenario = given.view.scenario
    return ReportData(
        title=scenario.title,
        description=scenario.description,
        run_id=given.run.run_id,
        seed=given.run.identity.seed,
        members=given.view.members,
        sealed=datetime.fromisoformat(given.run.created).replace(microsecond=0),
        version=given.version,
        lock_sha256=given.lock_sha256,
        lifting=not given.view.releases.empty,
        facts=tuple(FactRow(name, value) for name, value in _facts(given)),
        summary=tuple(_summary(given.numbers)),
        thresholds=tuple(thresholds(given.view)),
        zones=tuple(zone_rows(given.view)),
        closure=tuple(_closure(given)),
        proxies=tuple(_proxies(given)),
        assumptions=tuple(_assumptions(given)),
        comparison=tuple(_comparison(one) for one in given.comparisons),
        verification=tuple(_verification(one) for one in given.cases),
        files=tuple(FileRow(path, name) for path, name in files),
        notes=given.view.artefact.notes,
    )


def _none(value: float) -> float | None:
    return None if np.isnan(value) else value


def _summary(numbers: Sequence[Number]) -> Iterator[SummaryRow]:
    for one in numbers:
        if one.name in ON_PAGE and one.detail in LEADING.get(one.name, (one.detail,)):
            section = "plume" if one.name == "plume_residual" else one.section
            yield SummaryRow(
                one.id, section, one.name, one.detail, _none(one.low), one.value, _none(one.high), one.unit
            )


def _facts(given: Material) -> Iterator[tuple[str, str]]:
    scenario = given.view.scenario
    chosen, site, campaign = scenario.environment, scenario.site, scenario.campaign
    depth_m = scenario.quantities["site.water_depth_m"]
    yield "site", f"{site.latitude_deg:.2f}° N, {site.longitude_deg:.2f}° E"
    yield "depth", f"{depth_m.value:,.0f} m ({depth_m.low:,.0f}–{depth_m.high:,.0f} m)"
    yield "period", f"{campaign.start:%Y-%m-%d} – {campaign.end:%Y-%m-%d} (UTC)"
    yield "target", f"{campaign.target_t_d:,.0f} t/d, {campaign.mass_basis}"
    yield "vessels", f"{scenario.mining.vessels} × {scenario.mining.vessel}"
    yield "lift_system", scenario.lift.system
    for name in ("seabed_loss", "return_water", "emergency_dump", "current", "near_field", "discharge_plume",
                 "bed_rule"):  # fmt: skip
        yield name, str(getattr(chosen, name))
    yield "grid", f"{chosen.grid_km:g} km × {chosen.grid_km:g} km, {chosen.cell_m:g} m"
    yield "step", f"{chosen.step_s} s"
    yield "layer", f"0–{chosen.bed_layer_m:g} m"
    yield "levels_concentration", f"{', '.join(f'{level:g}' for level in chosen.concentration_levels_mg_l)} mg/L"
    yield "levels_deposit", f"{', '.join(f'{level:g}' for level in chosen.deposit_levels_mm)} mm"


def thresholds(view: StudyView) -> Iterator[ThresholdRow]:
    """Return every metric above every screening level, with the share of members that exceed it at all."""
    chosen = view.scenario.environment
    asked: list[tuple[Quantity, float, str, str]] = [
        ("concentration", level, "mg/L", words)
        for _, words in view.layers
        for level in chosen.concentration_levels_mg_l
    ]
    asked += [("deposit", level, "mm", "") for level in chosen.deposit_levels_mm]
    for quantity, level, unit, layer in asked:
        item = f"{layer} {level:g} {unit}".strip()
        area = "plume_area_km2" if quantity == "concentration" else "deposit_area_km2"
        values = view.outcomes[(view.outcomes["name"] == area) & (view.outcomes["item"] == item)]["value"]
        share = float((values > 0.0).sum()) / view.members
        for name in METRICS:
            one = view.spread(name, item)
            if one is not None:
                yield ThresholdRow(quantity, level, unit, layer, name, one.low, one.value, one.high, one.unit, share)


def zone_rows(view: StudyView) -> Iterator[ZoneRow]:
    """Return whether each level is exceeded in each zone, zone by zone."""
    for zone in view.zones:
        for one in view.contacts:
            if one.zone == zone.name:
                yield ZoneRow(
                    one.zone,
                    one.kind,
                    one.quantity,
                    one.level,
                    one.unit,
                    one.touched,
                    one.members,
                    one.at_most,
                    one.layer,
                )


def _closure(given: Material) -> Iterator[ClosureRow]:
    sums = given.view.sums()
    for name in OF_RELEASES:
        low, middle, high = sums[name].tolist()
        yield ClosureRow("releases", name, low, middle, high, "1" if name == "loss_share" else "t")
    for name in OF_PLUME:
        low, middle, high = sums[name].tolist()
        yield ClosureRow("plume", name, low, middle, high, "t")
    yield ClosureRow("plume", "residual_share", None, given.view.residual, None, "1")


def _proxies(given: Material) -> Iterator[ProxyRow]:
    quantities = given.view.scenario.quantities
    for (name, item), rows in given.outcomes.groupby(["name", "item"], sort=False):
        row = indicator_row(str(name))
        if row.group != "environment":
            continue
        group = _group(str(name))
        low, middle, high = percentiles(rows["value"].to_numpy(np.float64), SHARES).tolist()
        told = _threshold(str(name), str(item), quantities["noise.behaviour_db"].value)
        yield ProxyRow(group, str(name), str(item), low, middle, high, row.unit, told, row.source)


def _threshold(name: str, item: str, behaviour_db: float) -> str:
    """Return the level that a range of noise is told for; nothing else has a threshold."""
    if name != "noise_range_km":
        return ""
    code, _, effect = item.partition(" ")
    if code == "disturbance":
        return f"{behaviour_db:g} dB"
    group = noise_group(code)
    return f"{group.tts_db if effect.startswith('TTS') else group.injury_db:g} dB SEL"


def _group(name: str) -> ProxyGroup:
    if name in PER_TONNE:
        return "stewardship"
    found: dict[str, ProxyGroup] = {
        "seabed": "seabed", "recovery": "recovery", "noise": "noise", "air": "air", "light": "light", "water": "water",
    }  # fmt: skip
    return found[GROUPS[name.split("_")[0]]]


def _assumptions(given: Material) -> Iterator[AssumptionRow]:
    for key, one in sorted(given.view.scenario.quantities.items()):
        if key.startswith(INPUTS):
            yield AssumptionRow(
                key, one.value, one.low, one.high, one.law, one.unit, one.source, one.confidence,
                one.origin != "reference",
            )  # fmt: skip


def _comparison(one: Comparison) -> ComparisonRow:
    remark = "; ".join(text for text in (one.rule, one.inputs, one.remark) if text)
    return ComparisonRow(
        one.id, one.study, one.quantity, one.field_value, one.model_value, one.ratio, one.unit, None, one.agrees, remark
    )


def _verification(one: Case) -> VerificationRow:
    tolerance = "exact" if one.tolerance == 0.0 else f"{one.tolerance:.2g}"
    return VerificationRow(one.id, one.what, one.expected, one.found, tolerance, one.passed, one.source)


def input_rows(scenario: Scenario) -> "dict[str, list[str] | list[float]]":
    """Return every quantity of a scenario with its range, source and confidence, column by column."""
    every = sorted(scenario.quantities.items())
    words = ("law", "unit", "source", "confidence", "note", "origin")
    found: dict[str, list[str] | list[float]] = {"key": [key for key, _ in every]}
    found |= {name: [float(getattr(one, name)) for _, one in every] for name in ("value", "low", "high")}
    return found | {name: [str(getattr(one, name)) for _, one in every] for name in words}
