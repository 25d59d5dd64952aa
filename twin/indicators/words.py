"""The summary of a run in plain words: what was lifted, whether the target is held, why not, what is assumed."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

import numpy as np

from ops_data.reference.rows import ASSUMPTION
from ops_data.schemas import CAUSES
from ops_data.units import HOURS_PER_DAY
from twin.indicators.record import Floats
from twin.indicators.statistics import percentiles, wilson_interval
from twin.indicators.summary import CONFIDENCE, SHARES, Spread, by_indicator, with_never
from twin.operations.laws import Luck
from twin.quantities import draw_quantities
from twin.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

_PLAIN_CAUSES: Final = {
    "weather": "sea or wind above the limit",
    "storm": "tropical cyclones and what they bring about",
    "failure": "failures and their repair",
    "shuttle": "waiting for a shuttle",
    "crew_change": "crew changes",
    "bunkering": "taking on fuel",
    "emergency": "emergency disconnects and getting back to work",
}
_TELLING: Final = {  # assumptions that a result hangs on most, in plain words
    "mining.cycle_h": "the tool cycle",
    "mining.shift_h": "the shift to the next hole",
    "learning.first_factor": "learning",
    "resource.peak_depth_m": "the depth of the rich layer",
    "riser.flow_m3_h": "the flow up the riser",
    "slurry.solids_volume_fraction": "the solids in the slurry",
    "limits.string_hs_m": "the sea limit for handling the string",
    "limits.mining_hs_m": "the sea limit for mining",
    "emergency.string_loss_probability": "the chance of losing a string",
    "cost.mining_vessel_day_jpy": "the day rate",
}
MOST_RATES: Final = 200  # replicates that tell how the rate of the tool cycle spreads


def number(value: float, missing: str = "never") -> str:
    """Return a number for people: three significant digits or whole, thousands separated; a word if not finite.

    Examples
    --------
    >>> number(14371.14), number(3.456), number(0.0), number(float("inf"))
    ('14,371', '3.46', '0', 'never')
    """
    if not math.isfinite(value):
        return missing
    return f"{value:,.0f}" if abs(value) >= 100.0 or value == 0.0 else f"{value:.3g}"


def percent(share: float) -> str:
    """Return a share as per cent, without pretending to zero or all.

    Examples
    --------
    >>> percent(0.0), percent(0.004), percent(0.314), percent(0.998)
    ('0 %', 'under 1 %', '31 %', 'over 99 %')
    """
    if 0.0 < share < 0.01:
        return "under 1 %"
    if 0.99 < share < 1.0:
        return "over 99 %"
    return f"{share:.0%}".replace("%", " %")


def mean_lost_days(outcomes: "pd.DataFrame", replicates: int) -> dict[str, float]:
    """Return mean vessel-days lost by cause over all replicates, most first."""
    lost = by_indicator(outcomes[outcomes["name"] == "lost_days"])
    means = {item: float(values.sum()) / replicates for (_, item, _), values in lost.items()}
    return dict(sorted(means.items(), key=lambda entry: -entry[1]))


def top_causes(outcomes: "pd.DataFrame", replicates: int, count: int = 3) -> list[str]:
    """Return the causes that lose most days, in plain words; causes that lose none are left out.

    Parameters
    ----------
    outcomes : rows of the table ``outcomes`` of one run.
    replicates : how many replicates the run has.
    """
    means = mean_lost_days(outcomes, replicates)
    total = sum(means.values())
    values = by_indicator(outcomes[outcomes["name"] == "lost_days"])
    lines = []
    for cause in [cause for cause, days in means.items() if days > 0.0][:count]:
        low, _, high = percentiles(with_never(values["lost_days", cause, ""], replicates), SHARES).tolist()
        said = _PLAIN_CAUSES.get(cause, CAUSES[cause])
        lines.append(
            f"{said}: {number(means[cause])} days on average (P10 {number(low)}, P90 {number(high)}), "
            f"{percent(means[cause] / total)} of what is lost"
        )
    return lines


@dataclass(frozen=True)
class Cycle:
    """One insertion after the other without a lost hour, at the values of one replicate.

    Attributes
    ----------
    steps_h : hours of shift, insert, disaggregate and lift.
    mass_t : mud of one insertion [t on the mass basis].
    vessels : mining vessels at it.
    binding : what the lift's flow is bound by; empty where the scenario states the duration of the lift.
    """

    steps_h: Mapping[str, float]
    mass_t: float
    vessels: int
    binding: str

    @property
    def hours(self) -> float:
        """Time from one insertion to the next without learning [h]."""
        return sum(self.steps_h.values())

    @property
    def rate_t_d(self) -> float:
        """What the tools bring up, no wait, no transfer of mud, no learning [t/d on the mass basis]."""
        return self.mass_t * HOURS_PER_DAY / self.hours * self.vessels


def cycle(scenario: Scenario, drawn: Mapping[str, float] | None = None) -> Cycle:
    """Return the cycle of insertions at the stated values, or at drawn ones [each in its quantity's unit]."""
    stated = {key: quantity.value for key, quantity in scenario.quantities.items()}
    luck = Luck(scenario, stated if drawn is None else drawn, 0, 0)
    one = luck.typical_stroke()
    mass_t = one.wet_t if scenario.campaign.mass_basis == "wet" else one.dry_t
    binding = luck.lift.binding if luck.lift else ""
    return Cycle(luck.typical_insertion_h(), float(mass_t), scenario.mining.vessels, binding)


def drawn_rates_t_d(scenario: Scenario, seed: int, replicates: Sequence[int]) -> list[float]:
    """Return the rate of the cycle at the drawn values of replicates [t/d]; empty when the scenario draws nothing.

    Parameters
    ----------
    scenario : the campaign.
    seed, replicates : of a run with drawn parameters; of very many replicates the first two hundred are taken.
    """
    if scenario.campaign.variability == "central":
        return []
    some = replicates[:MOST_RATES]
    return [cycle(scenario, draw_quantities(scenario.ignorance, seed, number)).rate_t_d for number in some]


def sentences(
    scenario: Scenario, outcomes: "pd.DataFrame", replicates: int, rates_t_d: Sequence[float] = ()
) -> list[str]:
    """Return the summary of a run in plain words, a few sentences.

    Parameters
    ----------
    scenario : the campaign.
    outcomes : rows of the table ``outcomes``.
    replicates : how many replicates the run has.
    rates_t_d : of `drawn_rates_t_d` where the run's parameters are drawn.
    """
    found = by_indicator(outcomes)
    return [
        _lifted(scenario, found, replicates),
        *_held(scenario, found, replicates),
        *_reason(scenario, outcomes, replicates, rates_t_d),
        _assumed(scenario),
    ]


def _spread(found: dict[tuple[str, str, str], Floats], name: str, replicates: int) -> Floats:
    return percentiles(with_never(found.get((name, "", ""), np.zeros(0)), replicates), SHARES)


def _lifted(scenario: Scenario, found: dict[tuple[str, str, str], Floats], replicates: int) -> str:
    wet, dry, rate = (_spread(found, name, replicates) for name in ("lifted_wet_t", "lifted_dry_t", "lifted_per_day_t"))
    text = (
        f"Lifted: {number(wet[1])} t of wet mud (P10 {number(wet[0])}, P90 {number(wet[2])}), "
        f"{number(dry[1])} t of dry solids; {number(rate[1])} t/day over the whole campaign "
        f"({scenario.campaign.mass_basis} basis)."
    )
    some = float(found["mud_by_horizon", "", ""].sum())
    if some < replicates:
        text += f" In {percent(1.0 - some / replicates)} of the replicates no mud comes on deck at all."
    return text


def _held(scenario: Scenario, found: dict[tuple[str, str, str], Floats], replicates: int) -> list[str]:
    lines = []
    same = _all_same(scenario, found, replicates)
    for day in scenario.campaign.target_by:
        said = []
        for days in (1, 3, 7):
            yes = round(float(found[f"held_target_{days}d", day.isoformat(), ""].sum()))
            if same:
                said.append(f"{days} d {'yes' if yes else 'no'}")
                continue
            low, high = wilson_interval(yes, replicates, CONFIDENCE)
            said.append(f"{days} d {percent(yes / replicates)} ({percent(low)} to {percent(high)})")
        how = " (every replicate is the same)" if same else ", probability (80 % interval)"
        lines.append(f"{_target(scenario)} held by {_date(day)}{how}: {', '.join(said)}.")
    return lines


def _all_same(scenario: Scenario, found: dict[tuple[str, str, str], Floats], replicates: int) -> bool:
    """Say whether luck plays no part: every replicate has the same values; a single one must have nothing to draw."""
    if replicates == 1:
        without_sea = (scenario.weather.kind, scenario.storms.kind) == ("calm", "none")
        return scenario.campaign.variability == "central" and without_sea and not scenario.failures.enabled
    return all(len(values) == replicates and values.min() == values.max() for values in found.values())


def _reason(scenario: Scenario, outcomes: "pd.DataFrame", replicates: int, rates_t_d: Sequence[float]) -> list[str]:
    one, target = cycle(scenario), scenario.campaign.target_t_d
    rate = one.rate_t_d
    judged = "below the target" if rate < target else "enough for the target"
    text = (
        f"At the stated values tool and lift in turn give {number(rate)} t/day without a lost hour "
        f"({one.vessels} × 24 h / {one.hours:.3g} h × {number(one.mass_t)} t per insertion), {judged}"
    )
    if one.binding:
        tool_h = one.hours - one.steps_h["lift"]
        text += f"; the tool takes {tool_h:.2g} h of the {one.hours:.3g} h, the lift {one.steps_h['lift']:.2g} h"
        text += f", bound by {one.binding}"
    if len(rates_t_d) > 1:
        low, _, high = percentiles(np.array(rates_t_d), SHARES).tolist()
        text += f"; with the uncertain values drawn, P10–P90 of that rate is {number(low)}–{number(high)} t/day"
    causes = top_causes(outcomes, replicates, 1) if rate >= target else []
    return [f"{text}; most days are lost to {causes[0]}." if causes else f"{text}."]


def _assumed(scenario: Scenario) -> str:
    used = list(scenario.quantities.values())
    assumed = [q.key for q in used if q.source.startswith(ASSUMPTION)]
    telling = [said for key, said in _TELLING.items() if key in assumed]
    among = f", among them {', '.join(telling)}" if telling else ""
    return f"Assumed: {len(assumed)} of {len(used)} values have no published number{among}."


def _target(scenario: Scenario) -> str:
    return f"{number(scenario.campaign.target_t_d)} t/day ({scenario.campaign.mass_basis})"


def _date(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def lines_of(spreads: Iterable[Spread]) -> list[tuple[str, str, str, str, str]]:
    """Return (label, P10, P50, P90, unit) of indicators for a table, numbers as people read them."""
    return [(one.label, number(one.low), number(one.value), number(one.high), one.unit) for one in spreads]
