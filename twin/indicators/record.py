"""One replicate as plain arrays: what every indicator is calculated from."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ops_data.units import GRAMS_PER_TONNE, JST_OFFSET_S, SECONDS_PER_DAY
from twin.indicators.categories import CATEGORIES, OF_CAUSE_AND_ACTIVITY
from twin.indicators.ledger import Ledger, together, vessel_ledger
from twin.operations import codes as c
from twin.operations.campaign import Played
from twin.operations.loads import Demand
from twin.processing.mixing import Feed
from twin.processing.received import hosts, solids_kg
from twin.resource import reference_shares
from twin.scenario import Scenario

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
KINDS = ("mining", "shuttle", "island", "carrier")


def jst_day(time_s: Ints) -> Ints:
    """Return the number of the calendar day in Japan standard time, counted from 1970-01-01.

    Examples
    --------
    A second before midnight in Japan, and midnight (15:00 UTC):

    >>> jst_day(np.array([53_999, 54_000])).tolist()
    [0, 1]
    """
    return (time_s + JST_OFFSET_S) // SECONDS_PER_DAY


@dataclass(frozen=True, eq=False)
class Rows:
    """Interval rows of one asset in the order of time, arrays of shape (n,).

    Attributes
    ----------
    activity, state, cause : numbers of `twin.operations.codes`.
    start_s, end_s : Unix UTC seconds.
    dry_g : dry solids at the row's end [g]: lifted to deck by a lift, dumped from the pipe by a disconnect.
    over_s : seconds worked above the sea limit.
    """

    activity: Ints
    state: Ints
    cause: Ints
    start_s: Ints
    end_s: Ints
    dry_g: Ints
    over_s: Ints

    @cached_property
    def duration_s(self) -> Ints:
        """How long each row lasts [s]."""
        return self.end_s - self.start_s

    @cached_property
    def category(self) -> NDArray[np.int8]:
        """Category of time of each row, a number of `categories.CATEGORIES`; of use for mining vessels only."""
        found: NDArray[np.int8] = OF_CAUSE_AND_ACTIVITY[self.cause, self.activity]
        return found

    @cached_property
    def lifted(self) -> NDArray[np.bool_]:
        """Tell for each row whether mud came on deck at its end."""
        found: NDArray[np.bool_] = (self.activity == c.ACTIVITY["lift"]) & (self.dry_g > 0)
        return found

    @cached_property
    def off_hire_s(self) -> int | None:
        """Second from which the asset is off hire for good; None if it still is on hire at the end."""
        if len(self.activity) and self.activity[-1] == c.ACTIVITY["off_hire"]:
            return int(self.start_s[-1])
        return None

    @cached_property
    def home_s(self) -> int | None:
        """Second at which the asset is in its home port for good; a repair there afterwards only delays off hire."""
        if self.off_hire_s is None:
            return None
        sailed = np.flatnonzero(self.activity == c.ACTIVITY["transit_home"])
        return int(self.end_s[sailed[-1]]) if len(sailed) else self.off_hire_s

    def does(self, *activities: str) -> NDArray[np.bool_]:
        """Tell for each row whether its activity is one of these."""
        wanted = np.zeros(len(c.ACTIVITIES), dtype=np.bool_)
        wanted[[c.ACTIVITY[name] for name in activities]] = True
        found: NDArray[np.bool_] = wanted[self.activity]
        return found


def rows_of(numbers: Ints) -> Rows:
    """Return the rows of an asset from the kernel's array of shape (n, ROW_FIELDS)."""
    columns = np.ascontiguousarray(numbers.T)
    code = columns[c.R_CODE]
    return Rows(
        activity=code % c.STATE_UNIT,
        state=(code // c.STATE_UNIT) % (c.CAUSE_UNIT // c.STATE_UNIT),
        cause=code // c.CAUSE_UNIT,
        start_s=columns[c.R_START],
        end_s=columns[c.R_END],
        dry_g=columns[c.R_DRY_G],
        over_s=columns[c.R_OVER_S],
    )


@dataclass(frozen=True, eq=False)
class Replicate:
    """What one replicate did, ready for the indicators.

    Attributes
    ----------
    scenario, values : the campaign, and the quantity values of this replicate by key.
    names : names of the assets by kind (mining, shuttle, island, carrier).
    rows : their rows, in the same order.
    fields : state vectors at the end by kind, in the same order (first `codes.FIELDS` numbers).
    stocks : what has left the chain (`operations.world.Stocks`), grams and litres.
    wet_per_dry : in-situ mud per dry solids [t/t].
    lift_grades_ppm : ΣREY in the dry solids of each lift, one array per mining vessel.
    demand : power its mining vessels need.
    """

    scenario: Scenario
    values: Mapping[str, float]
    names: Mapping[str, tuple[str, ...]]
    rows: Mapping[str, tuple[Rows, ...]]
    fields: Mapping[str, tuple[tuple[int, ...], ...]]
    stocks: Mapping[str, int]
    wet_per_dry: float
    lift_grades_ppm: tuple[Floats, ...]
    demand: Demand

    @property
    def start_s(self) -> int:
        """Departure [UTC s]."""
        return self.scenario.start_s

    @property
    def end_s(self) -> int:
        """Horizon [UTC s]."""
        return self.scenario.end_s

    @property
    def mining(self) -> tuple[Rows, ...]:
        """Rows of the mining vessels."""
        return self.rows["mining"]

    @cached_property
    def lifts(self) -> tuple[Ints, Ints]:
        """Seconds at which mud came on deck, in order, and its dry solids [g], all vessels together."""
        kept = [(rows.end_s[at], rows.dry_g[at]) for rows in self.mining for at in [rows.lifted]]
        time_s, dry_g = (np.concatenate(parts) for parts in zip(*kept, strict=True))
        if len(self.mining) > 1:
            order = np.argsort(time_s, kind="stable")
            return time_s[order], dry_g[order]
        return time_s, dry_g

    @cached_property
    def feeds(self) -> tuple[Feed, ...]:
        """What each mining vessel lifted, with the mass of each constituent in the solids [kg]."""
        found, reference, where = [], reference_shares(self.values), hosts(self.values)
        for rows, grade_ppm in zip(self.mining, self.lift_grades_ppm, strict=True):
            dry_g = rows.dry_g[rows.lifted]
            content_kg = solids_kg(dry_g / GRAMS_PER_TONNE, grade_ppm, reference, where)
            found.append(Feed(rows.end_s[rows.lifted], dry_g, content_kg))
        return tuple(found)

    @cached_property
    def lifted_kg(self) -> Floats:
        """Mass of each constituent lifted in solids [kg], shape (len(CONSTITUENTS),)."""
        return np.asarray(np.sum([feed.content_kg.sum(axis=0) for feed in self.feeds], axis=0))

    @cached_property
    def basis_t_per_g(self) -> float:
        """Tonnes on the scenario's mass basis per gram of dry solids."""
        wet = self.scenario.campaign.mass_basis == "wet"
        return (self.wet_per_dry if wet else 1.0) / GRAMS_PER_TONNE

    @cached_property
    def first_day(self) -> int:
        """Number of the JST day of departure."""
        return (self.start_s + JST_OFFSET_S) // SECONDS_PER_DAY

    @cached_property
    def n_days(self) -> int:
        """Number of JST days that the calendar touches, the first and the last may be cut."""
        return (self.end_s - 1 + JST_OFFSET_S) // SECONDS_PER_DAY - self.first_day + 1

    @cached_property
    def day_dry_g(self) -> Floats:
        """Dry solids lifted to deck per JST day [g], shape (n_days,); whole numbers."""
        time_s, dry_g = self.lifts
        day = np.minimum(jst_day(time_s) - self.first_day, self.n_days - 1)
        return np.bincount(day, weights=dry_g, minlength=self.n_days).astype(np.float64, copy=False)

    @cached_property
    def day_t(self) -> Floats:
        """Mud on deck per JST day [t on the mass basis], shape (n_days,)."""
        return self.day_dry_g * self.basis_t_per_g

    @cached_property
    def ledger(self) -> Ledger:
        """Energy and fuel of the mining vessels."""
        return together([vessel_ledger(rows, self.demand, self.first_day, self.n_days) for rows in self.mining])

    @cached_property
    def category_s(self) -> Floats:
        """Seconds per category of time, all mining vessels together, shape (categories,)."""
        sums = [np.bincount(r.category, weights=r.duration_s, minlength=len(CATEGORIES)) for r in self.mining]
        return np.asarray(np.sum(sums, axis=0), dtype=np.float64)

    @cached_property
    def away_s(self) -> tuple[int, ...]:
        """Seconds from departure until each mining vessel is home for good, or until the horizon."""
        ends = (self.end_s if rows.home_s is None else rows.home_s for rows in self.mining)
        return tuple(end - self.start_s for end in ends)


def read_replicate(scenario: Scenario, values: Mapping[str, float], played: Played) -> Replicate:
    """Return a replicate from what the campaign played.

    Parameters
    ----------
    scenario : the campaign.
    values : quantity values of the replicate, as `scenario.draw_parameters` gave them.
    played : its rows, lots and state; assets in rank order (mining vessels, shuttles, plant, carriers).
    """
    transfers = scenario.transfer.method != "none"
    counts = (
        scenario.mining.vessels,
        scenario.shuttles.count if transfers else 0,
        int(transfers),
        scenario.carriers.count if transfers else 0,
    )
    in_order = iter(played.rows)
    assets = {kind: tuple(next(in_order) for _ in range(count)) for kind, count in zip(KINDS, counts, strict=True)}
    return Replicate(
        scenario=scenario,
        values=values,
        names=assets,
        rows={kind: tuple(rows_of(played.rows[name]) for name in found) for kind, found in assets.items()},
        fields={kind: tuple(played.state.assets[name][: c.FIELDS] for name in found) for kind, found in assets.items()},
        stocks=played.state.stocks,
        wet_per_dry=played.wet_per_dry,
        lift_grades_ppm=tuple(played.lift_grades_ppm[name] for name in assets["mining"]),
        demand=played.demand,
    )
