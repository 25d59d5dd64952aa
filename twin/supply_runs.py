"""What a sealed run says of the oxides it makes, replicate by replicate: the beginning of a supply study."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from ops_data.elements import oxide_factor
from ops_data.supply_names import SUPPLY_ELEMENTS
from ops_data.units import KG_PER_TONNE, PPM
from twin.models.contribution import FISCAL_YEAR_STARTS

if TYPE_CHECKING:
    import pandas as pd

    from ops_data.manifest import Manifest

Floats = NDArray[np.float64]
COSTS: Final[Mapping[str, tuple[str, ...]]] = {  # of the marine ledger; the plants stand beside them
    "vessels": ("mining_vessel", "guard_vessel", "shuttle", "carrier"),
    "island": ("island",),
    "fuel": ("fuel",),
    "mobilisation": ("mobilisation",),
}
PLANTS: Final = "plants"
OTHERS: Final = {
    "La": "price.oxide_lace_usd_kg", "Ce": "price.oxide_lace_usd_kg", "Eu": "price.oxide_seg_usd_kg",
    **dict.fromkeys(("Ho", "Er", "Tm", "Yb"), "price.oxide_heavy_usd_kg"),
}  # fmt: skip
FACTORS: Final = np.array([oxide_factor(element) for element in SUPPLY_ELEMENTS])


@dataclass(frozen=True, eq=False)
class RunNumbers:
    """What the replicates of one run gave; n replicates, the eight elements of `SUPPLY_ELEMENTS`.

    Attributes
    ----------
    run_id, run_sha256, scenario, basis, target_t_d : of the run.
    days : length of its campaign, from departure to the horizon [d].
    oxide_kg : oxide that its mud becomes, shape (n, 8).
    at_target_kg_d : oxide of a day on which the target is held, shape (n, 8); nan where no mud arrived.
    by_year : ("calendar", 2027) or ("fiscal", 2027) → oxide of the year [kg], shape (n, 8). Days are days in Japan.
    lifting_days : days on which mud came on deck, shape (n,).
    solids : dry solids per tonne of the target, shape (n,); nan where nothing was lifted.
    grade_ppm : ΣREY in the dry solids lifted, shape (n,); nan likewise.
    element_share : element in ΣREY lifted, shape (n, 8); nan likewise.
    kept : dry solids that reach the plants of those lifted at the target, shape (n,).
    recovery : element sold of that received, shape (n, 8); nan where no mud arrived.
    marine_jpy, processing_jpy : what the campaign and the plants cost, shape (n,).
    other_kg, other_usd : oxides of the other rare earths, and what they fetch at the run's stated prices, shape (n,).
    dry_t : dry solids lifted in the whole campaign, shape (n,).
    cost_jpy : what the campaign and the plants were paid for, by group of `COSTS` → its part, shape (n,).
    lifted_t_d : mud on deck a lifting day, on the mass basis of the run, shape (n,); 0 where nothing was lifted.
    toll_share : of the value of oxides what a toll plant keeps, as stated by the run; 0 with a plant of one's own.
    """

    run_id: str
    run_sha256: str
    scenario: str
    basis: str
    target_t_d: float
    days: float
    oxide_kg: Floats
    at_target_kg_d: Floats
    by_year: Mapping[tuple[str, int], Floats]
    lifting_days: Floats
    solids: Floats
    grade_ppm: Floats
    element_share: Floats
    kept: Floats
    recovery: Floats
    marine_jpy: Floats
    processing_jpy: Floats
    other_kg: Floats
    other_usd: Floats
    toll_share: float
    dry_t: Floats
    cost_jpy: Mapping[str, Floats]
    lifted_t_d: Floats

    @property
    def replicates(self) -> int:
        """How many replicates the run has."""
        return len(self.lifting_days)


def run_numbers(manifest: "Manifest", outcomes: "pd.DataFrame", daily: "pd.DataFrame") -> RunNumbers:
    """Return what the replicates of a sealed run gave.

    Parameters
    ----------
    manifest, outcomes, daily : of the run, and its tables of these names.

    Notes
    -----
    The factors multiply to the oxide of a day at the target, exactly: target · solids · kept · grade · element share ·
    recovery · oxide per element.
    """
    who, campaign = manifest.identity, manifest.scenario["campaign"]
    told = Outcomes(outcomes, who.first_replicate, who.last_replicate - who.first_replicate + 1)
    basis, target_t_d = str(campaign["mass_basis"]), float(campaign["target_t_d"])
    oxide_kg = told.by_element("oxide_kg")
    at_target = told.by_element("oxide_at_target_kg_d", missing=np.nan)
    wet_t, dry_t, received_t = (told.single(name) for name in ("lifted_wet_t", "lifted_dry_t", "received_dry_t"))
    with np.errstate(divide="ignore", invalid="ignore"):
        solids = np.where(dry_t > 0.0, dry_t / wet_t if basis == "wet" else 1.0, np.nan)
        lifted_kg = oxide_kg / FACTORS / told.by_element("recovery", missing=np.nan)
        grade = told.single("lifted_rey_kg") / KG_PER_TONNE / dry_t
        share = lifted_kg / told.single("lifted_rey_kg")[:, None]
        per_dry = oxide_kg / KG_PER_TONNE / FACTORS / received_t[:, None]
        recovery = per_dry / (grade[:, None] * share)
        kept = (at_target / KG_PER_TONNE / FACTORS / per_dry)[:, 0] / (target_t_d * solids)
    other = {name: told.item("oxide_kg", name) for name in OTHERS}
    stated = manifest.scenario["quantities"]
    toll = manifest.scenario["processing"]["separation"] == "toll"
    return RunNumbers(
        manifest.run_id, manifest.sha256, who.scenario, basis, target_t_d, campaign_days(campaign), oxide_kg, at_target,
        yearly_kg(daily, who.first_replicate, told.count), told.single("lifting_days"), solids,
        grade / PPM, share, kept, recovery,
        told.item("marine_cost_jpy", "total"), told.item("processing_cost_jpy", "total"),
        np.sum(list(other.values()), axis=0),
        np.sum([kg * float(stated[OTHERS[name]]["value"]) for name, kg in other.items()], axis=0),
        1.0 - float(stated["toll.payability"]["value"]) if toll else 0.0,
        dry_t,
        cost_groups(told),
        told.single("lifted_per_lifting_day_t"),
    )  # fmt: skip


def cost_groups(told: "Outcomes") -> dict[str, Floats]:
    """Return what a campaign and its plants cost by what it is paid for [JPY], shape (count,) each."""
    found = {
        group: np.sum([told.item("marine_cost_jpy", item) for item in items], axis=0) for group, items in COSTS.items()
    }
    return found | {PLANTS: told.item("processing_cost_jpy", "total")}


def campaign_days(campaign: Mapping[str, str]) -> float:
    """Return how long a campaign is, from departure to the horizon [d], by its settings as JSON values."""
    begin, end = (np.datetime64(campaign[name].rstrip("Z"), "s") for name in ("start", "end"))
    return float((end - begin) / np.timedelta64(1, "D"))


@dataclass(frozen=True)
class Outcomes:
    """The outcomes of a run by name and item; `count` replicates from `first` on."""

    frame: "pd.DataFrame"
    first: int
    count: int

    def item(self, name: str, item: str, missing: float = 0.0) -> Floats:
        """Return one value per replicate, `missing` where there is no row."""
        rows = self.frame[(self.frame["name"] == name) & (self.frame["item"] == item)]
        found = np.full(self.count, missing)
        found[rows["replicate"].to_numpy() - self.first] = rows["value"].to_numpy()
        return found

    def single(self, name: str) -> Floats:
        """Return one value per replicate of an indicator without items, 0 where there is no row."""
        return self.item(name, "")

    def by_element(self, name: str, missing: float = 0.0) -> Floats:
        """Return the values of the eight elements, shape (count, 8)."""
        return np.stack([self.item(name, element, missing) for element in SUPPLY_ELEMENTS], axis=1)


def yearly_kg(daily: "pd.DataFrame", first: int, count: int) -> dict[tuple[str, int], Floats]:
    """Return the oxide of each calendar and each Japanese fiscal year, shape (count, 8) each.

    Parameters
    ----------
    daily : rows of the table ``daily``; days are days in Japan.
    first, count : replicates.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"replicate": 0, "date": ["2028-02-01", "2028-04-01"], "name": "oxide_nd_kg", "value": 2.0})
    >>> sorted(yearly_kg(rows, 0, 1))
    [('calendar', 2028), ('fiscal', 2027), ('fiscal', 2028)]
    """
    names = {f"oxide_{element.lower()}_kg": place for place, element in enumerate(SUPPLY_ELEMENTS)}
    rows = daily[daily["name"].astype("str").isin(list(names))]
    year = rows["date"].astype("str").str[:4].astype("int64").to_numpy()
    month = rows["date"].astype("str").str[5:7].astype("int64").to_numpy()
    place = rows["name"].astype("str").map(names).to_numpy(np.int64)
    who, value = rows["replicate"].to_numpy(np.int64) - first, rows["value"].to_numpy(np.float64)
    found: dict[tuple[str, int], Floats] = {}
    for kind, which in (("calendar", year), ("fiscal", year - (month < FISCAL_YEAR_STARTS))):
        for one in np.unique(which).tolist():
            some = which == one
            masses = np.zeros((count, len(SUPPLY_ELEMENTS)))
            np.add.at(masses, (who[some], place[some]), value[some])
            found[kind, int(one)] = masses
    return found
