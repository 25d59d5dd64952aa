"""Sealed runs made up for supply studies: outcomes and days of a few replicates, every number chosen by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from ops_data.columns import Coded
from ops_data.elements import oxide_factor
from ops_data.manifest import Manifest, RunIdentity
from ops_data.supply_names import SUPPLY_ELEMENTS
from twin.supply_case import SupplyCase, load_case
from twin.supply_runs import RunNumbers, run_numbers
from twin.supply_study import Background, SupplyJob

SHARE = {"Nd": 0.195, "Pr": 0.046, "Dy": 0.042, "Tb": 0.0072, "Sm": 0.044, "Gd": 0.049, "Lu": 0.0031, "Y": 0.272}
TARGET_T_D = 350.0
OTHER_PRICES = {"price.oxide_lace_usd_kg": 1.0, "price.oxide_seg_usd_kg": 5.0, "price.oxide_heavy_usd_kg": 20.0}
PAYABILITY = 0.6
DAYS = ("2026-12-31", "2027-01-01", "2027-03-31", "2027-04-01")  # New Year, and the turn of a fiscal year
DAY_SHARE = (0.1, 0.2, 0.3, 0.4)
ON_DECK = "lifted_rey_kg"


@dataclass(frozen=True)
class Made:
    """One replicate: wet tonnes lifted, dry over wet, ΣREY in the dry, what arrives of it, what is sold of that.

    ``at_target`` is what arrives of a day's solids at the target, which a campaign with lots on the way misses.
    """

    wet_t: float = 5_000.0
    solids: float = 0.4
    grade: float = 2.5e-3
    arrives: float = 0.9
    sold: float = 0.7
    at_target: float = 0.95
    days: float = 20.0


NOTHING = Made(wet_t=0.0, days=0.0)
STRANDED = Made(arrives=0.0)  # on deck, and never landed


def rows(number: int, made: Made, basis: str) -> list[tuple[int, str, str, float]]:
    """Return the outcomes of a replicate; what there is none of has no row."""
    dry_t = made.wet_t * made.solids
    found = [
        (number, "lifted_wet_t", "", made.wet_t),
        (number, "lifted_dry_t", "", dry_t),
        (number, "received_dry_t", "", dry_t * made.arrives),
        (number, "lifting_days", "", made.days),
        (number, "marine_cost_jpy", "total", 4e9),
        (number, "processing_cost_jpy", "total", 1e9),
    ]
    if dry_t == 0.0:
        return found
    on_deck_kg = dry_t * 1e3 * made.grade
    found += [(number, ON_DECK, "", on_deck_kg)]
    found += [(number, "lifted_per_lifting_day_t", "", (made.wet_t if basis == "wet" else dry_t) / made.days)]
    if made.arrives > 0.0:
        found += [(number, "oxide_kg", name, 100.0) for name in ("La", "Eu", "Yb")]
    target_dry_t = TARGET_T_D * (made.solids if basis == "wet" else 1.0)
    for element, share in SHARE.items():
        sold_kg = on_deck_kg * share * made.arrives * made.sold
        found.append((number, "oxide_kg", element, sold_kg * oxide_factor(element)))
        found.append((number, "recovery", element, made.arrives * made.sold))
        if made.arrives > 0.0:
            a_day = target_dry_t * 1e3 * made.at_target * made.grade * share * made.sold * oxide_factor(element)
            found.append((number, "oxide_at_target_kg_d", element, a_day))
    return found


def frames(replicates: Sequence[Made], basis: str, first: int = 0) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the tables ``outcomes`` and ``daily`` of some replicates."""
    found = [row for number, made in enumerate(replicates, first) for row in rows(number, made, basis)]
    outcomes = pd.DataFrame(found, columns=["replicate", "name", "item", "value"])
    oxide = outcomes[(outcomes["name"] == "oxide_kg") & outcomes["item"].isin(SUPPLY_ELEMENTS)]
    daily = [
        (row.replicate, day, f"oxide_{str(row.item).lower()}_kg", share * float(str(row.value)))
        for row in oxide.itertuples()
        for day, share in zip(DAYS, DAY_SHARE, strict=True)
    ]
    daily += [(number, DAYS[0], "lifted_dry_t", 7.0) for number in range(first, first + len(replicates))]
    return outcomes, pd.DataFrame(daily, columns=["replicate", "date", "name", "value"])


def manifest(basis: str, count: int, first: int = 0, separation: str = "toll") -> Manifest:
    """Return the manifest of a made-up run of 73 days."""
    who = RunIdentity(
        scenario="made", scenario_sha256="0" * 64, seed=1, first_replicate=first, last_replicate=first + count - 1,
        parameters="drawn", detail="daily", mass_basis=basis, code_version="0",
    )  # fmt: skip
    stated = {key: {"value": price} for key, price in OTHER_PRICES.items()}
    scenario = {
        "title": "Made by hand",
        "campaign": {
            "mass_basis": basis, "target_t_d": TARGET_T_D, "start": "2027-01-01T00:00:00Z",
            "end": "2027-03-15T00:00:00Z",
        },
        "processing": {"separation": separation},
        "quantities": stated | {"toll.payability": {"value": PAYABILITY}},
    }  # fmt: skip
    return Manifest(who, scenario, {}, {}, "2026-01-01T00:00:00+00:00", 1.0)


def numbers(replicates: Sequence[Made], basis: str = "wet", first: int = 0, separation: str = "toll") -> RunNumbers:
    """Return what the made-up run gave."""
    return run_numbers(manifest(basis, len(replicates), first, separation), *frames(replicates, basis, first))


SPREAD = (Made(), Made(solids=0.45, grade=3e-3, days=25.0), Made(wet_t=3_000.0, sold=0.6))


def background(replicates: Sequence[Made] = SPREAD, scale: RunNumbers | None = None) -> Background:
    """Return a wet run and its dry pair, in which 2.4 times as much mud is lifted."""
    dry = [Made(**{**vars(made), "wet_t": 2.4 * made.wet_t}) for made in replicates]
    runs: Mapping[str, RunNumbers] = {"wet": numbers(replicates, "wet"), "dry": numbers(dry, "dry")}
    return Background(1, "wet", runs, scale)


@cache
def case(*sets: str) -> SupplyCase:
    """Return the packaged case with some settings changed."""
    return load_case(None, sets)


def job(*sets: str, replicates: Sequence[Made] = SPREAD, scale: RunNumbers | None = None) -> SupplyJob:
    """Return a study of the made-up runs."""
    return SupplyJob(case(*sets), background(replicates, scale))


def element_t_yr(made: Made, element: str, days: float, basis: str = "wet") -> float:
    """Return an element of so many days at the target, worked out from what was chosen [t]."""
    solids = made.solids if basis == "wet" else 1.0
    return TARGET_T_D * solids * made.at_target * made.grade * SHARE[element] * made.sold * days


def same(left: Mapping[str, object], right: Mapping[str, object]) -> bool:
    """Return whether two tables hold the same columns, number by number and word by word."""
    return list(left) == list(right) and all(plain(left[name]) == plain(right[name]) for name in left)


def plain(column: object) -> list[object]:
    """Return a column as plain values; nan as a word, for it is not equal to itself."""
    if isinstance(column, Coded):
        return [column.names[code] for code in column.codes.tolist()]
    values = np.asarray(column, dtype=object).tolist()
    return ["nan" if isinstance(value, float) and np.isnan(value) else value for value in values]
