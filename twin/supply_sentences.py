"""What a supply study says of itself in sentences, for the command line and the page of pictures."""

import math
from collections.abc import Iterator
from typing import Final

from ops_data.units import PERCENT
from twin.indicators.words import number, percent
from twin.supply.contribution import SCALE
from twin.supply_view import SupplyView
from twin.supply_words import figure, ranged

BASE_YEAR: Final = 2024  # of the published demand figures
RATES: Final = ("run_rate", "extrapolation")
FEW: Final = 50  # draws below which ranges rest on single ones
AREA_MEAN_PPM: Final = 964.0  # Takaya and others 2018
PUBLISHED_GRADES: Final = "964 ppm (mean of the area), 2,652 ppm (METI 2016) or 5,000 ppm (rich layer)"


def runs_sentence(view: SupplyView) -> str:
    """Return which runs the study rests on, and how often what is not known was drawn."""
    runs = ", ".join(f"{basis} {run}" for basis, run in view.run_ids.items())
    return f"{view.draws:,} draws, seed {view.seed}, of the paired runs: {runs}."


def extrapolated_sentence(view: SupplyView) -> str:
    """Return the rate of the extrapolation."""
    rate = number(float(view.choices["extrapolation_t_d"]))
    return f"Extrapolation: the pilot's mud × {times_sentence(view)} ({rate} t/d), on the mass basis of each run."


def times_sentence(view: SupplyView) -> str:
    """Return by how much the extrapolation multiplies the target, as a word: 10; nothing where it is not told."""
    for basis in view.run_ids:
        pair = [view.spreads.get(("contribution_oxide_t", f"{reading} {basis} all", "")) for reading in RATES]
        if all(one is not None and one.value > 0.0 for one in pair):
            smaller, larger = (one.value for one in pair if one is not None)
            return number(larger / smaller)
    return ""


def why_sentences(view: SupplyView) -> Iterator[str]:
    """Yield why the contribution is what it is: grade lifted, recovery and days, beside grades that others count on."""
    grade = view.spreads.get(("mud_grade_ppm", view.basis, ""))
    if grade is None or math.isnan(grade.value):
        return
    told = [f"the pilot lifts mud of {_pilot(view, view.basis, ranged(grade))}"]
    scale = view.spreads.get(("mud_grade_ppm", SCALE, ""))
    if scale is not None and math.isfinite(scale.value):
        told.append(f"the run at full scale {_pilot(view, SCALE, ranged(scale))}")
    yield f"Why: {'; '.join(told)}. Others count on {PUBLISHED_GRADES}."
    if grade.value < AREA_MEAN_PPM:
        deeper = scale is not None and scale.value > AREA_MEAN_PPM
        reach = ", while the longer stroke at full scale reaches it" if deeper else ""
        yield (
            f"Most strokes of the pilot's tool end above the rich layer{reach}. So the mud is poorer than the mean of "
            "the area by choice of gear and not by geology; hand cases at the published grades give several times as "
            "much."
        )


def _pilot(view: SupplyView, run: str, grade: str) -> str:
    kept, days = (
        view.spreads.get((name, item, "")) for name, item in (("mud_recovery", f"{run} Nd"), ("mud_days", run))
    )
    words = f"{grade} ppm rare earths in dry solids"
    if kept is not None and math.isfinite(kept.value):
        words += f", of which {ranged(kept, PERCENT)} % becomes oxide (Nd)"
    return words if days is None else f"{words}, on {ranged(days)} days a year"


def demand_now_t(view: SupplyView) -> dict[str, float]:
    """Return demand by element in the study's first year from 2024 on [t/yr]; only of elements with a figure."""
    table = view.table("supply_demand")
    rows = table[(table["flow"] == "demand") & (table["sector"] == "all") & (table["year"] >= BASE_YEAR)]
    rows = rows[rows["year"] == rows["year"].min()]
    told = zip(rows["element"], rows["value"], strict=True)
    return {str(element): float(value) for element, value in told if math.isfinite(value)}


def how_sure(view: SupplyView) -> Iterator[str]:
    """Yield what a reader must know of the numbers."""
    inputs = view.table("supply_inputs")
    assumed = int((inputs["confidence"] == "A").sum())
    yield f"{assumed} of {len(inputs)} numbers are assumptions without a published figure (--show inputs)."
    rate = view.quantities["finance.jpy_per_usd"]["value"]
    yield f"Yen are counted at {figure(rate)} to the dollar (finance.jpy_per_usd)."
    if view.draws < FEW:
        yield f"{view.draws} draws are few: P10 and P90 rest on the outermost of them; ask for {FEW} or more (--draws)."
    yield "No source says whether the target is meant wet or dry; both are run and shown, and neither is preferred."
    weights = view.table("supply_weights")
    told = weights[weights["weight"].notna()]
    if len(told):
        parts = [f"{name} {percent(weight)}" for name, weight in zip(told["scenario"], told["weight"], strict=True)]
        yield f"Probabilities of the scenarios are one author's, brought to a sum of one: {', '.join(parts)}."
    closure = view.table("supply_closure")
    if len(closure):
        yield f"Every balance was added up again; the largest gap is {closure['worst'].max():.0e} of its largest term."
    yield from view.notes
