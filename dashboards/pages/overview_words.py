"""The story of a run in plain words, from its numbers: what is lifted, when, how sure, why not more."""

import math

import numpy as np
import pandas as pd

from dashboards.page import View
from ops_data.reference.japanese import title
from twin.indicators.statistics import wilson_interval
from twin.indicators.summary import CONFIDENCE, Spread, read_spreads
from twin.indicators.words import cycle, mean_lost_days
from twin.supply_view import SupplyView

FEW: int = 30  # replicates below which P10 and P90 rest on two or three of them
MOST_CAUSES: int = 3
ELEMENTS = ("Nd", "Dy", "Tb", "Sm", "Y")
Told = list[tuple[str, list[str]]]


def spread_of(view: View) -> dict[tuple[str, str, str], Spread]:
    """Return the indicators of the run by name, item and period."""
    return view.data.derived(
        view.run,
        "spreads",
        lambda: {
            (one.name, one.item, one.period): one for one in read_spreads(view.data.table(view.run, "indicators"))
        },
    )


def replicates_of(view: View) -> int:
    """Return how many replicates the run has."""
    who = view.run.manifest.identity
    return who.last_replicate - who.first_replicate + 1


def answers(view: View) -> Told:
    """Return questions a reader has, each with its answer in sentences."""
    return [
        (view.text("question.what"), _what(view)),
        (view.text("question.target"), _target(view)),
        (view.text("question.why"), _why(view)),
        (view.text("question.sure"), _sure(view)),
    ]


def _range(view: View, one: Spread | None, unit: str) -> str:
    if one is None:
        return view.words("common.no_value")
    return view.words.spread(one.low, one.value, one.high, unit)


def _what(view: View) -> list[str]:
    spreads, campaign, say = spread_of(view), view.scenario.campaign, view.text
    first = {
        "start": view.words.day(campaign.start.date()),
        "end": view.words.day(campaign.charter_end.date()),
        "vessels": str(view.scenario.mining.vessels),
    }
    lifted = {
        "wet": _range(view, spreads.get(("lifted_wet_t", "", "")), "t"),
        "dry": _range(view, spreads.get(("lifted_dry_t", "", "")), "t"),
        "days": _range(view, spreads.get(("lifting_days", "", "")), "d"),
    }
    lines = [say("what.plan", first), say("what.lifted", lifted)]
    some = spreads.get(("mud_by_horizon", "", ""))
    if some is not None and some.value < 1.0:
        lines.append(say("what.none", {"share": view.words.percent(1.0 - some.value)}))
    oxide = {element: _range(view, spreads.get(("oxide_kg", element, "")), "kg") for element in ("Nd", "Dy")}
    if ("oxide_kg", "Nd", "") in spreads:
        lines.append(say("what.oxide", {"nd": oxide["Nd"], "dy": oxide["Dy"]}))
    return lines


def _target(view: View) -> list[str]:
    campaign, say, words = view.scenario.campaign, view.text, view.words
    outcomes, count = view.data.outcomes(view.run), replicates_of(view)
    basis = title("basis", campaign.mass_basis, view.state.lang)
    lines = []
    for day in campaign.target_by:
        held = outcomes[(outcomes["name"] == "held_target_3d") & (outcomes["period"] == day.isoformat())]["value"]
        yes = round(float(held.sum()))
        low, high = wilson_interval(yes, count, CONFIDENCE)
        fill = {
            "target": words.number(campaign.target_t_d),
            "basis": basis,
            "day": words.day(day),
            "share": words.percent(yes / count),
            "low": words.percent(low),
            "high": words.percent(high),
            "yes": str(yes),
            "count": str(count),
        }
        lines.append(say("target.held", fill))
    best = spread_of(view).get(("best_day_t", "", ""))
    lines.append(say("target.best", {"best": _range(view, best, "t"), "basis": basis}))
    return lines


def _why(view: View) -> list[str]:
    say, words, scenario = view.text, view.words, view.scenario
    one = view.data.derived(view.run, "cycle", lambda: cycle(scenario))
    fill = {
        "rate": words.number(one.rate_t_d),
        "hours": f"{one.hours:.2g}",
        "mass": words.number(one.mass_t),
        "basis": title("basis", scenario.campaign.mass_basis, view.state.lang),
        "target": words.number(scenario.campaign.target_t_d),
    }
    lines = [say("why.below" if one.rate_t_d < scenario.campaign.target_t_d else "why.enough", fill)]
    means = mean_lost_days(view.data.outcomes(view.run), replicates_of(view))
    total = sum(means.values())
    lost = [
        say("why.cause", {"cause": title("cause", cause, view.state.lang), "days": words.number(days)})
        for cause, days in list(means.items())[:MOST_CAUSES]
        if days > 0.0
    ]
    if lost:
        lines.append(say("why.lost", {"causes": say("comma").join(lost), "days": words.number(total)}))
    return lines


def _sure(view: View) -> list[str]:
    say, words, count = view.text, view.words, replicates_of(view)
    who = view.run.manifest.identity
    lines = [
        say("sure.origin"),
        say(f"sure.{who.parameters}", {"count": str(count), "seed": str(who.seed)}),
    ]
    values = view.data.outcomes(view.run)
    lifted = values[values["name"] == "lifted_wet_t"]["value"].to_numpy(np.float64)
    if count > 1 and lifted.std() > 0.0:
        error = float(lifted.std(ddof=1)) / math.sqrt(count)
        lines.append(say("sure.mean", {"mean": words.number(float(lifted.mean())), "error": words.number(error)}))
    if 1 < count < FEW:
        lines.append(say("sure.few", {"count": str(count)}))
    return lines


def supply_answers(view: View, study: SupplyView) -> pd.DataFrame:
    """Return contribution and share of present demand by element at the target rate, wet and dry, for people."""
    say, words = view.text, view.words
    head = [
        say("supply.element"),
        *(say(f"supply.{kind}_{basis}") for basis in ("wet", "dry") for kind in ("t", "share")),
    ]
    rows = []
    for element in ELEMENTS:
        cells = [f"{title('element', element, view.state.lang)} ({element})"]
        for basis in ("wet", "dry"):
            mass = study.spreads.get(("contribution_element_t", f"run_rate {basis} {element}", ""))
            share = study.spreads.get(("contribution_share_current", f"run_rate {basis} {element}", ""))
            cells.append(words("common.no_value") if mass is None else words.number(mass.value))
            known = share is not None and math.isfinite(share.value)
            cells.append(_share(share.value) if known and share is not None else say("supply.no_demand"))
        rows.append(cells)
    return pd.DataFrame(rows, columns=head)


def _share(share: float) -> str:
    return f"{100.0 * share:.2g} %"
