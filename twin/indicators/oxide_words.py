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
NEVER: Final = "never"
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
    found = by_indicator(outcomes)

    def spread(name: str, item: str) -> list[float]:
        values = with_never(found.get((name, item, ""), np.zeros(0)), replicates)
        return [float(value) for value in percentiles(values, SHARES)]

    if "separate" not in words.steps:
        last = words.steps[-1].replace("_", "-") if words.steps else "delivery"
        made = f"; mixed oxide holds {_spread(spread('mixed_oxide_kg', ''), 'kg of rare-earth oxides')}"
        return [f"The chain ends with {last}: no oxide is separated{made if 'calcine' in words.steps else ''}."]
    masses = [_spread(spread("oxide_kg", element), f"kg of {oxide_name(element)}") for element in TOLD]
    days = [_day(scenario, day) for day in spread("last_oxide_day", "")]
    when = f"the last of it on {days[1]} (P10 {days[0]}, P90 {days[2]})"
    if days[1] == NEVER:
        when = f"in half of the replicates or more there is none (P10 of the last day: {days[0]})"
    lines = [f"Becomes: {' and '.join(masses)}, {_ROUTES[words.separation]}; {when}."]
    saving, cost = spread("beneficiation_must_save_jpy", "fed"), spread("processing_cost_per_dry_t_jpy", "")
    if math.isfinite(saving[1]):
        upgrade, kept = (scenario.quantities[f"beneficiate.{name}"].value for name in ("upgrade", "recovery"))
        stated = f"with upgrade {upgrade:g} and recovery {kept:g}" if words.classifier == "stated" else "in cyclones"
        done = "is in the chain" if "beneficiate" in words.steps else "is off"
        lines.append(
            f"Beneficiation {done}: {stated} it must save {_spread(saving, 'JPY per dry tonne')} in shipping, acid and "
            f"filtration to make up for the oxides it loses; the plants cost {_spread(cost, 'JPY per dry tonne')} as "
            "it is. 'twin plant' shows both chains."
        )
    return lines


def _spread(values: list[float], unit: str) -> str:
    low, middle, high = (number(value, "no mud") for value in values)
    return f"{middle} {unit} (P10 {low}, P90 {high})"


def _day(scenario: Scenario, day: float) -> str:
    if not math.isfinite(day):
        return NEVER
    when = (scenario.campaign.start + timedelta(days=day, hours=9)).date()
    return f"{when.day} {when:%B %Y}"
