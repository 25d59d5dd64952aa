"""What the mud becomes, in plain words: oxides with their range and date, and what upgrading would have to save."""

import math
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from ops_data.elements import oxide_name
from twin.indicators.statistics import percentiles
from twin.indicators.summary import SHARES, by_indicator, with_never
from twin.indicators.words import number
from twin.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

TOLD: Final = ("Nd", "Dy")
_ROUTES: Final = {"toll": "by toll treatment", "own_circuit": "in solvent extraction of one's own"}


def oxide_sentences(scenario: Scenario, outcomes: "pd.DataFrame", replicates: int) -> list[str]:
    """Return what the mud of a run becomes, and when, and what beneficiation must save; nothing without oxides.

    Parameters
    ----------
    scenario : the campaign.
    outcomes : rows of the table ``outcomes``.
    replicates : how many replicates the run has.
    """
    words = scenario.processing
    if "separate" not in words.steps:
        last = words.steps[-1].replace("_", "-") if words.steps else "delivery"
        return [f"The chain ends with {last}: no separated oxide is made."]
    found = by_indicator(outcomes)

    def spread(name: str, item: str) -> list[float]:
        values = with_never(found.get((name, item, ""), np.zeros(0)), replicates)
        return [float(value) for value in percentiles(values, SHARES)]

    masses = [_spread(spread("oxide_kg", element), f"kg of {oxide_name(element)}") for element in TOLD]
    days = [_day(scenario, day) for day in spread("last_oxide_day", "")]
    lines = [
        f"Becomes: {' and '.join(masses)}, {_ROUTES[words.separation]}; the last of it on {days[1]} (P10 {days[0]}, "
        f"P90 {days[2]})."
    ]
    saving = spread("beneficiation_must_save_jpy", "fed")
    cost = spread("processing_cost_per_dry_t_jpy", "")
    if math.isfinite(saving[1]):
        upgrade, kept = (scenario.quantities[f"beneficiate.{name}"].value for name in ("upgrade", "recovery"))
        done = "is in the chain" if "beneficiate" in words.steps else "is off"
        lines.append(
            f"Beneficiation {done}: with upgrade {upgrade:g} and recovery {kept:g} it must save "
            f"{_spread(saving, 'JPY per dry tonne')} in shipping, acid and filtration to make up for the oxides it "
            f"loses; the plants cost {_spread(cost, 'JPY per dry tonne')} as it is."
        )
    return lines


def _spread(values: list[float], unit: str) -> str:
    low, middle, high = (number(value, "none") for value in values)
    return f"{middle} {unit} (P10 {low}, P90 {high})"


def _day(scenario: Scenario, day: float) -> str:
    if not math.isfinite(day):
        return "never"
    when = (scenario.campaign.start + timedelta(days=day, hours=9)).date()
    return f"{when.day} {when:%B %Y}"
