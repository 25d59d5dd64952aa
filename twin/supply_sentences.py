"""What a supply study says of itself in sentences, for the command line and the page of pictures."""

import math
from collections.abc import Iterator
from typing import Final

from twin.indicators.words import number, percent
from twin.supply_view import SupplyView

BASE_YEAR: Final = 2024  # of the published demand figures


def runs_sentence(view: SupplyView) -> str:
    """Return which runs the study rests on, and how often what is not known was drawn."""
    runs = ", ".join(f"{basis} {run}" for basis, run in view.run_ids.items())
    return f"{view.draws:,} draws, seed {view.seed}, of the paired runs: {runs}."


def extrapolated_sentence(view: SupplyView) -> str:
    """Return the rate of the extrapolation."""
    return f"Extrapolated rate: {number(float(view.choices['extrapolation_t_d']))} t/d, on the mass basis of each run."


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
