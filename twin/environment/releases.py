"""Source terms of one replicate: which sediment its simulated operations gave to the water, when, where and how much.

Three kinds: sediment stirred up at each insertion, the content of the pipe let go by an emergency disconnect, and the
water of dewatering where a scenario returns it at sea. All come from rows of the run: intervals and lots.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ops_data.environment_tables import RELEASE_KINDS
from ops_data.units import KG_PER_TONNE
from twin.models import mine_plan
from twin.models.plume import Floats, Ints
from twin.resource import pattern
from twin.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

KINDS: Final = tuple(RELEASE_KINDS)
SEABED_LOSS, EMERGENCY_DUMP, RETURN_WATER = range(3)
INTERVAL_COLUMNS: Final = ("replicate", "asset", "activity", "state", "hole", "dry_t", "start_utc", "duration_s")
LOT_COLUMNS: Final = ("replicate", "stage", "time_utc", "dry_t", "water_t", "salt_t", "from_asset")
PUSHING: Final = ("insert", "disaggregate")  # activities during which an insertion stirs up the sea bed
LIFT: Final = "lift"
WORKING: Final = "working"
PRESSING: Final = "dewater"
FILTRATE: Final = "filtrate"
_WHOLE: Final = ("kind", "start_s", "duration_s", "hole")


@dataclass(frozen=True, eq=False)
class Sources:
    """Releases of a replicate before the near field, one row per release, in the order of time.

    Attributes
    ----------
    kind : number of `KINDS`, shape (n,).
    start_s, duration_s : begin [UTC s] and length [s], shape (n,).
    x_m, y_m : east and north of the first place of the mine plan [m], shape (n,).
    height_m : height above the bed at which it leaves the tool, the pipe or the outlet [m], shape (n,).
    mass_kg : dry solids given off [kg], shape (n,).
    water_kg : water that comes with them [kg], shape (n,).
    hole : number of the hole in the mine plan, shape (n,).
    """

    kind: Ints
    start_s: Ints
    duration_s: Ints
    x_m: Floats
    y_m: Floats
    height_m: Floats
    mass_kg: Floats
    water_kg: Floats
    hole: Ints

    @property
    def concentration_kg_m3(self) -> Floats:
        """Solids per volume of water they come with [kg/m3], the water at 1,000 kg/m3; 0 without water."""
        return KG_PER_TONNE * np.divide(
            self.mass_kg, self.water_kg, out=np.zeros_like(self.mass_kg), where=self.water_kg > 0.0
        )


@dataclass(frozen=True, eq=False)
class Closure:
    """What the releases of a replicate must add up to, dry solids [t].

    Attributes
    ----------
    lifted_t : lifted to deck, from the interval rows.
    unlifted_t : stirred up in holes of which nothing came on deck, at the mean of the lifted ones.
    loss_share : share of both that an insertion leaves in the water.
    dumped_t : let go from the pipe.
    filtrate_t, filtrate_water_t : solids in the water of dewatering on the island, and that water with its salt.
    released_t : in the releases, by kind, shape (len(KINDS),).
    """

    lifted_t: float
    unlifted_t: float
    loss_share: float
    dumped_t: float
    filtrate_t: float
    filtrate_water_t: float
    released_t: Floats

    def expected_t(self, scenario: Scenario) -> Floats:
        """Return what the releases of each kind add up to when nothing is lost or made, shape (len(KINDS),)."""
        chosen = scenario.environment
        whole = np.array([self.loss_share * (self.lifted_t + self.unlifted_t), self.dumped_t, self.filtrate_t])
        asked = [chosen.seabed_loss != "none", chosen.emergency_dump != "none", chosen.return_water != "none"]
        return np.where(asked, whole, 0.0)


def sources(
    scenario: Scenario,
    values: Mapping[str, float],
    seed: int,
    replicate: int,
    intervals: "pd.DataFrame",
    lots: "pd.DataFrame",
) -> tuple[Sources, Closure]:
    """Return the source terms of one replicate, and what they must add up to.

    Parameters
    ----------
    scenario, values : the campaign and the quantity values of the replicate by key.
    seed, replicate : choose the obstacles of the mine plan, as they did in the run.
    intervals : rows of the replicate, columns `INTERVAL_COLUMNS`, in the order of the table.
    lots : rows of the replicate, columns `LOT_COLUMNS`.

    Notes
    -----
    An insertion stirs up ``seabed.loss_share`` of the dry solids of its hole, evenly while the tool is pushed in and
    the mud broken up; a hole from which nothing came on deck counts like the mean of those from which something did
    (or, where none did, like a full stroke). An emergency lets go what the disconnect's row says. The water of
    dewatering is that of the island's filtrate lots, given off while the cake of the lot is pressed, pauses left out;
    returned at sea it leaves at the hole worked on last, as if the press stood on the ship.
    """
    work = _work(scenario, intervals)
    at = _places(values, seed, replicate, work)
    parts = [
        _insertions(values, work, at),
        _dumps(values, work, at),
        _returns(scenario, values, work, intervals, lots, at),
    ]
    chosen = scenario.environment
    asked = (chosen.seabed_loss != "none", chosen.emergency_dump != "none", chosen.return_water != "none")
    given = _in_order([part for part, wanted in zip(parts, asked, strict=True) if wanted])
    closure = Closure(
        lifted_t=float(work.lifted_kg.sum()) / KG_PER_TONNE,
        unlifted_t=float(_hole_kg(values, work)[work.lifted_kg == 0.0].sum()) / KG_PER_TONNE,
        loss_share=values["seabed.loss_share"],
        dumped_t=float(work.dump_kg.sum()) / KG_PER_TONNE,
        filtrate_t=float(lots["dry_t"][lots["stage"] == FILTRATE].sum()),
        filtrate_water_t=float(lots["water_t"][lots["stage"] == FILTRATE].sum()),
        released_t=np.bincount(given.kind, weights=given.mass_kg, minlength=len(KINDS)) / KG_PER_TONNE,
    )
    return given, closure


@dataclass(frozen=True, eq=False)
class _Work:
    """What the mining vessels did at the sea bed.

    Attributes
    ----------
    holes : different holes the tool was pushed into, ascending, shape (h,).
    lifted_kg : dry solids of each that came on deck, shape (h,).
    push_at : place in ``holes`` of each uninterrupted push, shape (n,), in the order of time; start and end [UTC s].
    dump_at : place in ``holes`` of each emergency that let mud go, shape (d,); its start [UTC s] and dry mass.
    """

    holes: Ints
    lifted_kg: Floats
    push_at: Ints
    push_start_s: Ints
    push_end_s: Ints
    dump_at: Ints
    dump_start_s: Ints
    dump_kg: Floats


def _work(scenario: Scenario, intervals: "pd.DataFrame") -> _Work:
    """Read rows: the first assets of the table are the mining vessels, who take the holes of the plan in turn."""
    count = scenario.mining.vessels
    ranks = {str(name): rank for rank, name in enumerate(list(dict.fromkeys(intervals["asset"]))[:count])}
    mining = intervals[intervals["asset"].isin(list(ranks))]
    rank: Ints = np.asarray(mining["asset"].map(ranks), dtype=np.int64)
    own = mining["hole"].to_numpy(np.int64)
    hole = np.where(own >= 0, own * count + rank, -1)
    start_s = mining["start_utc"].to_numpy(np.int64)
    end_s = start_s + mining["duration_s"].to_numpy(np.int64)
    dry_kg = mining["dry_t"].to_numpy(np.float64) * KG_PER_TONNE
    lifts = (mining["activity"] == LIFT).to_numpy()
    pushes = mining["activity"].isin(PUSHING).to_numpy() & (mining["state"] == WORKING).to_numpy() & (hole >= 0)
    holes, found = np.unique(hole[pushes], return_inverse=True)
    push_at: Ints = found.astype(np.int64, copy=False)
    raised = lifts & (dry_kg > 0.0)
    lifted_kg = np.zeros(len(holes))
    np.add.at(lifted_kg, np.searchsorted(holes, hole[raised]), dry_kg[raised])
    dumped = ~lifts & (dry_kg > 0.0)
    begins = _begins(rank[pushes], push_at, start_s[pushes], end_s[pushes])
    order = np.argsort(start_s[pushes][begins], kind="stable")
    last = np.append(begins[1:], len(push_at))[: len(begins)] - 1
    return _Work(
        holes=holes,
        lifted_kg=lifted_kg,
        push_at=push_at[begins][order],
        push_start_s=start_s[pushes][begins][order],
        push_end_s=end_s[pushes][last][order],
        dump_at=_last_before(rank[pushes], push_at, start_s[pushes], rank[dumped], start_s[dumped]),
        dump_start_s=start_s[dumped],
        dump_kg=dry_kg[dumped],
    )


def _begins(rank: Ints, at: Ints, start_s: Ints, end_s: Ints) -> Ints:
    """Return the rows that do not go on with the row before: another vessel, another hole, or a break."""
    if not len(at):
        return np.zeros(0, dtype=np.int64)
    fresh = (np.diff(rank) != 0) | (np.diff(at) != 0) | (start_s[1:] != end_s[:-1])
    return np.flatnonzero(np.append(True, fresh))


def _last_before(rank: Ints, at: Ints, start_s: Ints, whose: Ints, when_s: Ints) -> Ints:
    """Return where each vessel pushed last before a second."""
    found = [at[(rank == one) & (start_s <= second)] for one, second in zip(whose, when_s, strict=True)]
    return np.array([places[-1] for places in found], dtype=np.int64)


def _places(values: Mapping[str, float], seed: int, replicate: int, work: _Work) -> tuple[Floats, Floats]:
    """Return east and north of the holes of `_Work` [m]."""
    count = int(work.holes[-1]) + 1 if len(work.holes) else 0
    laid = mine_plan.plan(pattern(values), count, seed, replicate)
    return laid.x_m[work.holes], laid.y_m[work.holes]


def _hole_kg(values: Mapping[str, float], work: _Work) -> Floats:
    """Return the dry solids that an insertion had to do with, hole by hole [kg]."""
    raised = work.lifted_kg > 0.0
    stroke_m3 = 0.25 * np.pi * values["tool.bore_m"] ** 2 * values["tool.stroke_m"]
    whole_kg = stroke_m3 * values["mud.dry_bulk_density_t_m3"] * KG_PER_TONNE
    usual_kg = float(work.lifted_kg[raised].mean()) if raised.any() else whole_kg
    return np.where(raised, work.lifted_kg, usual_kg)


def _insertions(values: Mapping[str, float], work: _Work, at: tuple[Floats, Floats]) -> Sources:
    duration_s = work.push_end_s - work.push_start_s
    whole_s = np.bincount(work.push_at, weights=duration_s, minlength=len(work.holes))
    part = duration_s / whole_s[work.push_at]
    mass_kg = values["seabed.loss_share"] * _hole_kg(values, work)[work.push_at] * part
    water_kg = mass_kg * KG_PER_TONNE / values["plume.loss_concentration_kg_m3"]
    height_m = values["plume.source_height_m"]
    return _part(SEABED_LOSS, work.push_start_s, duration_s, work, at, work.push_at, height_m, mass_kg, water_kg)


def _dumps(values: Mapping[str, float], work: _Work, at: tuple[Floats, Floats]) -> Sources:
    lasts_s = np.full(len(work.dump_at), round(values["plume.dump_s"]), dtype=np.int64)
    slurry_kg_m3 = values["slurry.solids_volume_fraction"] * values["mud.grain_density_t_m3"] * KG_PER_TONNE
    water_kg = work.dump_kg * KG_PER_TONNE / slurry_kg_m3
    height_m = values["plume.dump_height_m"]
    return _part(EMERGENCY_DUMP, work.dump_start_s, lasts_s, work, at, work.dump_at, height_m, work.dump_kg, water_kg)


def _returns(
    scenario: Scenario,
    values: Mapping[str, float],
    work: _Work,
    intervals: "pd.DataFrame",
    lots: "pd.DataFrame",
    at: tuple[Floats, Floats],
) -> Sources:
    filtrate = lots[lots["stage"] == FILTRATE].sort_values("time_utc", kind="stable")
    done_s = filtrate["time_utc"].to_numpy(np.int64)
    rows = intervals[(intervals["activity"] == PRESSING) & (intervals["state"] == WORKING)].sort_values("start_utc")
    start_s = rows["start_utc"].to_numpy(np.int64)
    lasts_s = rows["duration_s"].to_numpy(np.int64)
    lot = np.searchsorted(done_s, start_s, side="right")  # the lot whose cake a row presses: the next one that is done
    kept = lot < len(done_s)
    start_s, lasts_s, lot = start_s[kept], lasts_s[kept], lot[kept]
    part = lasts_s / np.bincount(lot, weights=lasts_s, minlength=len(done_s))[lot]
    pushed = np.searchsorted(work.push_start_s, start_s, side="right") - 1
    height_m = values["site.water_depth_m"] - outlet_depth_m(scenario, values)
    mass_kg, water_kg = (
        filtrate[name].to_numpy(np.float64)[lot] * part * KG_PER_TONNE for name in ("dry_t", "water_t")
    )
    holes = work.push_at[np.maximum(pushed, 0)]
    return _part(RETURN_WATER, start_s, lasts_s, work, at, holes, height_m, mass_kg, water_kg)


def outlet_depth_m(scenario: Scenario, values: Mapping[str, float]) -> float:
    """Return the depth at which return water leaves its pipe [m]; that near the bed where none is returned at sea."""
    chosen = scenario.environment
    if chosen.return_water == "mid_water":
        return values["discharge.mid_water_depth_m"]
    if chosen.return_water == "depth":
        return chosen.return_depth_m
    return values["site.water_depth_m"] - values["discharge.near_bed_height_m"]


def _part(
    kind: int,
    start_s: Ints,
    duration_s: Ints,
    work: _Work,
    at: tuple[Floats, Floats],
    holes: Ints,
    height_m: float,
    mass_kg: Floats,
    water_kg: Floats,
) -> Sources:
    return Sources(
        kind=np.full(len(start_s), kind, dtype=np.int64),
        start_s=start_s,
        duration_s=duration_s,
        x_m=at[0][holes],
        y_m=at[1][holes],
        height_m=np.full(len(start_s), height_m),
        mass_kg=mass_kg,
        water_kg=water_kg,
        hole=work.holes[holes],
    )


def _in_order(parts: Sequence[Sources]) -> Sources:
    """Return several parts as one, in the order of time."""
    columns: dict[str, Any] = {}
    for name in (field.name for field in fields(Sources)):
        none = np.zeros(0, dtype=np.int64 if name in _WHOLE else np.float64)
        columns[name] = np.concatenate([none, *(getattr(part, name) for part in parts)])
    order = np.argsort(columns["start_s"], kind="stable")
    return Sources(**{name: column[order] for name, column in columns.items()})
