"""What the page Processing shows, worked out from the tables of a run; each kept while the run is looked at."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from dashboards.page import View
from ops_data.elements import CONSTITUENTS, ELEMENTS
from ops_data.units import JST_OFFSET_S, SECONDS_PER_DAY
from twin.balance import COLUMNS, Balance, balance_of, frame, spread
from twin.indicators.record import Floats
from twin.indicators.statistics import percentiles
from twin.indicators.summary import SHARES
from twin.processing.lot import OXIDE_FACTOR
from twin.processing.oxides import named

OXIDE: Final = "oxide "  # begins the stages of what separation makes
MAINLAND: Final = "mainland"
WHOLE: Final = "chain"
TO_MAINLAND: Final = "to_mainland"
REPLICATE, NAME = "replicate", "name"
# what each item of the ledger is for
GROUP_OF: Final = {
    **dict.fromkeys(
        (
            "hcl", "h2so4", "naoh", "oxalic_acid", "hydrogen_peroxide", "flocculant", "extractant", "diluent",
        ),
        "reagents",
    ),
    **dict.fromkeys(("power", "power_of_island_fuel", "heat"), "energy"),
    "fresh_water": "water",
    "toll": "service",
    **dict.fromkeys(("residue", "effluent"), "waste"),
}  # fmt: skip


def replicates_of(view: View) -> tuple[int, int]:
    """Return the number of the first replicate of the run, and how many there are."""
    who = view.run.manifest.identity
    return who.first_replicate, who.last_replicate - who.first_replicate + 1


def balance(view: View) -> Balance:
    """Return the element balance of the run."""
    first, count = replicates_of(view)
    return view.data.derived(
        view.run, "balance", lambda: balance_of(view.data.table(view.run, "balance", COLUMNS), first, count)
    )


def ways(view: View, element: str) -> pd.DataFrame:
    """Return the ways of one element, as `twin.balance.frame`."""
    return view.data.derived(view.run, ("ways", element), lambda: frame(balance(view), [element]))


def outcomes_of(view: View, name: str) -> pd.DataFrame:
    """Return an indicator replicate by replicate: replicate, item, period, value; no row where it has none."""

    def read() -> pd.DataFrame:
        rows = view.data.table(view.run, "outcomes")
        kept = rows.loc[rows[NAME] == name, [REPLICATE, "item", "period", "value"]]
        return kept.astype({"item": "str", "period": "str"}).reset_index(drop=True)

    return view.data.derived(view.run, ("outcomes of", name), read)


@dataclass(frozen=True)
class Recovered:
    """What share of an element a step recovers [1], over the replicates in which anything was fed to it."""

    step: str
    p10: float
    p50: float
    p90: float
    replicates: int


def recoveries(view: View, element: str) -> list[Recovered]:
    """Return what share of an element each step recovers: sea bed to mainland first, the whole chain last."""
    told: list[tuple[str, Floats]] = [(TO_MAINLAND, _to_mainland(balance(view), element))]
    by_step, whole = outcomes_of(view, "step_recovery"), outcomes_of(view, "recovery")
    told += [(step, _of_item(by_step, f"{step} {element}")) for step in view.scenario.processing.steps]
    told.append((WHOLE, _of_item(whole, element)))
    found = []
    for step, values in told:
        low, middle, high = spread(values).tolist()
        found.append(Recovered(step, low, middle, high, int(np.isfinite(values).sum())))
    return found


def _of_item(rows: pd.DataFrame, item: str) -> Floats:
    return rows.loc[rows["item"] == item, "value"].to_numpy(np.float64)


def _to_mainland(found: Balance, element: str) -> Floats:
    """Return the share of what left the sea bed that came to the mainland, replicate by replicate."""
    at = CONSTITUENTS.index(element)
    arrives = [link.target == MAINLAND and link.kind == "flow" for link in found.links]
    bed_kg, came_kg = found.from_sea_bed_kg[at], found.mass_kg[at][arrives].sum(axis=0)
    part: Floats = np.divide(came_kg, bed_kg, out=np.full_like(bed_kg, np.nan), where=bed_kg > 0.0)
    return part


def oxide_by_day(view: View, element: str) -> pd.DataFrame:
    """Return oxide of an element made up to each day, over all replicates; no rows where none is ever made.

    Returns
    -------
    Columns date (ISO 8601, Japan), p10_kg, p50_kg, p90_kg: a row for each day on which any replicate makes some, one
    before the first, and one for the departure.

    Notes
    -----
    An element counts in the products that are named after it, as in the indicator ``oxide_kg``.
    """
    lots = view.data.table(view.run, "lots", [REPLICATE, "stage", "time_utc", f"{element}_kg"])
    stages = [str(stage) for stage in lots["stage"].cat.categories if str(stage).startswith(OXIDE)]
    sold = [stage for stage in stages if named(stage.removeprefix(OXIDE))[ELEMENTS.index(element)]]
    made = lots[lots["stage"].isin(sold) & (lots[f"{element}_kg"] > 0.0)]
    columns = ["date", "p10_kg", "p50_kg", "p90_kg"]
    if made.empty:
        return pd.DataFrame(columns=columns)
    first, count = replicates_of(view)
    day = ((made["time_utc"].to_numpy(np.int64) + JST_OFFSET_S) // SECONDS_PER_DAY).astype(np.int64)
    begin = int((view.scenario.campaign.start.timestamp() + JST_OFFSET_S) // SECONDS_PER_DAY)
    days = np.unique(np.concatenate([[begin], day, [day.min() - 1]]))
    kg = np.zeros((len(days), count))
    factor = float(OXIDE_FACTOR[ELEMENTS.index(element)])
    places = np.searchsorted(days, day), made[REPLICATE].to_numpy(np.int64) - first
    np.add.at(kg, places, made[f"{element}_kg"].to_numpy(np.float64) * factor)
    fan = np.array([percentiles(one, SHARES) for one in kg.cumsum(axis=0)])
    dates = days.astype("datetime64[D]").astype(str)
    return pd.DataFrame({"date": dates} | dict(zip(columns[1:], fan.T, strict=True)))


def ledger(view: View) -> pd.DataFrame:
    """Return what each step uses over all replicates; one in which it does nothing counts as 0.

    Returns
    -------
    One row per step and item, in the order of the chain, the dearest first: step, item, group, unit; then with the ends
    _p10, _p50 and _p90: amount, per_oxide_kg (amount per kg of oxide sold, over replicates with any; nan without),
    cost_jpy, co2e_kg; and the means cost_jpy_mean and co2e_kg_mean, which add up.
    """
    return view.data.derived(view.run, "ledger summed", lambda: _ledger(view))


def _ledger(view: View) -> pd.DataFrame:
    first, count = replicates_of(view)
    keys = ["step", "item", "unit"]
    rows = view.data.table(view.run, "ledger")
    rows = rows[~((rows["amount"] == 0.0) & (rows["cost_jpy"] == 0.0))]
    sums = rows.groupby([*keys, REPLICATE], observed=True)[["amount", "cost_jpy", "co2e_kg"]].sum()
    sold = outcomes_of(view, "oxide_kg")
    sold = sold[(sold["item"] == "total") & (sold["value"] > 0.0)]
    oxide_kg = np.full(count, np.nan)
    oxide_kg[sold[REPLICATE].to_numpy(np.int64) - first] = sold["value"].to_numpy(np.float64)
    found = []
    for (step, item, unit), part in sums.groupby(level=keys, observed=True):
        at = part.index.get_level_values(REPLICATE).to_numpy(np.int64) - first
        whole = np.zeros((3, count))
        whole[:, at] = part.to_numpy(np.float64).T
        per_kg = spread(whole[0] / oxide_kg)
        ranges = [percentiles(values, SHARES).tolist() for values in whole]
        means = whole.mean(axis=1).tolist()
        group = GROUP_OF.get(str(item), "reagents")
        found.append(
            (str(step), str(item), group, str(unit), *ranges[0], *per_kg.tolist(), *ranges[1], *ranges[2], *means[1:])
        )
    columns = ["step", "item", "group", "unit"]
    for name in ("amount", "per_oxide_kg", "cost_jpy", "co2e_kg"):
        columns += [f"{name}_{end}" for end in ("p10", "p50", "p90")]
    table = pd.DataFrame(found, columns=[*columns, "cost_jpy_mean", "co2e_kg_mean"])
    order = {step: place for place, step in enumerate(("island_dewater", *view.scenario.processing.steps))}
    largest = -table["cost_jpy_mean"].abs()
    return (
        table.assign(place=table["step"].map(order), largest=largest)
        .sort_values(["place", "largest"], ignore_index=True)
        .drop(columns=["place", "largest"])
    )


@dataclass(frozen=True)
class Lost:
    """How much of an element is lost to a place [kg], and its share of what left the sea bed over all replicates."""

    place: str
    p10_kg: float
    p50_kg: float
    p90_kg: float
    mean_kg: float
    share: float


def losses(view: View, element: str) -> list[Lost]:
    """Return where an element is lost, most first."""
    found, at = balance(view), CONSTITUENTS.index(element)
    bed_kg = float(found.from_sea_bed_kg[at].sum())
    told = []
    for place in dict.fromkeys(link.target for link in found.links if link.kind == "loss"):
        kg = found.mass_kg[at][[link.target == place and link.kind == "loss" for link in found.links]].sum(axis=0)
        if kg.any():
            share = float(kg.sum()) / bed_kg if bed_kg else np.nan
            low, middle, high = percentiles(kg, SHARES).tolist()
            told.append(Lost(place, low, middle, high, float(kg.mean()), share))
    return sorted(told, key=lambda one: -one.mean_kg)
