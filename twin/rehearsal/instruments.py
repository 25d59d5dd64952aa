"""What the sensors of the register would have measured of a campaign that was played: the truth, and white noise on it.

Tank gauges and integrators follow what is pumped: a lift fills the hold evenly while it is worked on, offloading and
unloading move their parcel while they last. The plant takes a batch out of the tank when it begins to press it.
Readings come at the register's rhythm, but not more often than each `RHYTHM_S`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

import numpy as np

from ops_data.reference.sensor_rows import sensors
from ops_data.units import GRAMS_PER_TONNE, KG_PER_TONNE, LITRES_PER_M3, SECONDS_PER_HOUR
from twin.campaign_log import Series
from twin.models.slurry import mixture_density
from twin.models.streams import generator
from twin.operations import codes as c
from twin.operations.campaign import Played, roles_of
from twin.operations.inferred import activity_of
from twin.operations.laws import Luck
from twin.operations.program import Ints, SeaTables
from twin.operations.weather import Sea
from twin.operations.world import Lot
from twin.operations.yard import joints
from twin.rehearsal.fuel import fuel_t
from twin.rehearsal.levels import Floats, Move, Worked, level

RHYTHM_S: Final = 300  # a reading each five minutes at most: enough for every use, a fifth of the rows
DECIMALS: Final = 3  # of a reading, in the unit of its tag
STREAM: Final = "instrument"
WATER: Final = "dewater.water_density_t_m3"  # of the slurry's water
GRAINS: Final = "mud.grain_density_t_m3"


def measured(luck: Luck, sea: Sea, tables: SeaTables, played: Played) -> dict[str, Series]:
    """Return the readings of a whole campaign by tag, in the unit of the register, in order of time.

    A reading is the truth of its second and normal noise with the register's standard deviation, independent from
    reading to reading, cut off where the register says that no value is possible, rounded to `DECIMALS`. Tags of
    assets that the scenario does not have are left out.

    Parameters
    ----------
    luck : the replicate.
    sea, tables : its hourly sea, and what the campaign looked up in it.
    played : what was done, to the end of the campaign.
    """
    found = {}
    for tag, true in true_series(luck, sea, tables, played).items():
        one = sensors()[tag]
        noise = generator(luck.seed, luck.replicate, STREAM, tag).standard_normal(len(true.value))
        said = np.clip(true.value + noise * one.error(true.value), one.low, one.high)
        found[tag] = replace(true, value=np.round(said, DECIMALS))
    return found


def true_series(luck: Luck, sea: Sea, tables: SeaTables, played: Played) -> dict[str, Series]:
    """Return what `measured` would say of a campaign if no instrument had an error."""
    return dict(_Scene(luck, sea, tables, played).all_series())


def slurry_density_kg_m3(values: Mapping[str, float], solids_fraction: float) -> float:
    """Return the density of lifted slurry [kg/m3] with solids by volume [-], at the densities of some values."""
    return float(mixture_density(solids_fraction, values[WATER] * KG_PER_TONNE, values[GRAINS] * KG_PER_TONNE))


@dataclass(frozen=True, eq=False)
class _Scene:
    luck: Luck
    sea: Sea
    tables: SeaTables
    played: Played
    worked: dict[tuple[str, str], Worked] = field(default_factory=dict)  # by asset and activity

    def all_series(self) -> Iterator[tuple[str, Series]]:
        """Yield tag and true series of everything that is measured."""
        yield from self._site()
        for name, role in roles_of(self.luck.scenario).items():
            if role == "mining" and f"{name}.string.depth" in sensors():
                yield from self._vessel(name)
            elif role == "shuttle" and f"{name}.hold.volume" in sensors():
                tag = f"{name}.hold.volume"
                yield tag, self._level(tag, self._shuttle_moves(name))
            elif role == "island":
                yield from self._island(name)

    def _work(self, asset: str, activity: str) -> Worked:
        if (asset, activity) not in self.worked:
            self.worked[asset, activity] = Worked.of(self.played.rows[asset], activity)
        return self.worked[asset, activity]

    def _times(self, tag: str) -> Ints:
        step_s = max(sensors()[tag].interval_s, RHYTHM_S)
        first_s, end_s = self.luck.scenario.start_s, self.luck.scenario.end_s
        return np.arange(-(-first_s // step_s) * step_s, end_s, step_s, dtype=np.int64)

    def _level(self, tag: str, moves: list[Move], first: float = 0.0) -> Series:
        time_s = self._times(tag)
        return Series(time_s, np.maximum(first + level(moves, time_s), 0.0))

    def _site(self) -> Iterator[tuple[str, Series]]:
        for tag, hourly in (("site.sea.hs", self.sea.hs_m), ("site.wind.speed", self.sea.wind_m_s)):
            time_s = self._times(tag)
            yield tag, Series(time_s, hourly[(time_s - self.sea.origin_s) // SECONDS_PER_HOUR].astype(np.float64))

    def _vessel(self, name: str) -> Iterator[tuple[str, Series]]:
        luck, rows = self.luck, self.played.rows[name]
        lifts = Lifts(luck, rows, name)
        time_s = self._times(f"{name}.string.depth")
        depth_m = string_joints(luck, rows, name, time_s) * luck.values["string.joint_m"]
        yield f"{name}.string.depth", Series(time_s, depth_m)
        time_s = self._times(f"{name}.lift.flow")
        flow_m3_h = np.where(lifts.worked.at(time_s), luck.flow_l_h / LITRES_PER_M3, 0.0)
        yield f"{name}.lift.flow", Series(time_s, flow_m3_h)
        time_s = self._times(f"{name}.lift.density")
        full, clear = (slurry_density_kg_m3(luck.values, share) for share in (luck.solids_fraction, 0.0))
        yield f"{name}.lift.density", Series(time_s, np.where(lifts.worked.at(time_s), full, clear))
        tag = f"{name}.lift.dry_total"
        yield tag, self._level(tag, lifts.moves(1, GRAMS_PER_TONNE))
        tag = f"{name}.hold.volume"
        handed = [self._pumped(lot, "offload", -1) for lot in self.played.lots if lot.from_asset == name]
        yield tag, self._level(tag, [*lifts.moves(0, LITRES_PER_M3), *lifts.dumped(), *handed])
        time_s = self._times(f"{name}.fuel.stock")
        yield f"{name}.fuel.stock", Series(time_s, fuel_t(luck, self.tables, rows, name, time_s))
        yield f"{name}.grade.rey", self._grade(f"{name}.grade.rey", name, lifts)

    def _grade(self, tag: str, name: str, lifts: "Lifts") -> Series:
        """Return the mean grade of what was lifted since the sample before, by mass; no sample of nothing."""
        time_s, step_s = self._times(tag), max(sensors()[tag].interval_s, RHYTHM_S)
        ended = lifts.ended
        dry_g = np.concatenate(([0.0], np.cumsum(ended[:, c.R_DRY_G].astype(np.float64))))
        metal = np.concatenate(([0.0], np.cumsum(ended[:, c.R_DRY_G] * self.played.lift_grades_ppm[name])))
        first, last = (np.searchsorted(ended[:, c.R_END], at, side="right") for at in (time_s - step_s, time_s))
        some = last > first
        first, last = first[some], last[some]
        return Series(time_s[some], (metal[last] - metal[first]) / (dry_g[last] - dry_g[first]))

    def _pumped(self, lot: Lot, activity: str, sign: int) -> Move:
        """Return the move of a parcel's volume [m3] while its giver pumped it over."""
        begin_s, end_s = self._work(lot.from_asset, activity).ending(lot.time_s)
        return begin_s, end_s, sign * lot.volume_l / LITRES_PER_M3

    def _shuttle_moves(self, name: str) -> list[Move]:
        lots = self.played.lots
        taken = [self._pumped(lot, "offload", 1) for lot in lots if lot.to_asset == name]
        return taken + [self._pumped(lot, "unload", -1) for lot in lots if lot.from_asset == name]

    def _island(self, name: str) -> Iterator[tuple[str, Series]]:
        lots, held = self.played.lots, self.played.state.assets
        moves = [self._pumped(lot, "unload", 1) for lot in lots if lot.to_asset == name]
        plant = self._work(name, "dewater")
        pressed = [(lot.time_s, lot.volume_l) for lot in lots if lot.stage == "filtrate"]
        pressed.append((self.luck.scenario.end_s, held[name][c.HOLD_L]))  # in the presses at the end
        moves += _taken(plant, [(time_s, volume_l / LITRES_PER_M3) for time_s, volume_l in pressed], at_once=True)
        yield f"{name}.tank.volume", self._level(f"{name}.tank.volume", moves)
        heap = [
            (lot.time_s, lot.time_s, (lot.dry_g + lot.water_g) / GRAMS_PER_TONNE) for lot in lots if lot.stage == "cake"
        ]
        for ship, role in roles_of(self.luck.scenario).items():
            if role == "carrier":
                gone = [(lot.time_s, lot.dry_g + lot.water_g) for lot in lots if lot.from_asset == ship]
                gone.append((self.luck.scenario.end_s, held[ship][c.HOLD_DRY_G] + held[ship][c.HOLD_WATER_G]))
                loads = self._work(ship, "load")
                heap += _taken(loads, [(time_s, mass_g / GRAMS_PER_TONNE) for time_s, mass_g in gone], at_once=False)
        yield f"{name}.cake.stock", self._level(f"{name}.cake.stock", heap)


def _taken(work: Worked, parcels: list[tuple[int, float]], at_once: bool) -> list[Move]:
    """Return when parcels were taken that were handed on later: in the work since the one before was handed on."""
    moves: list[Move] = []
    since_s = 0
    for time_s, amount in parcels:
        span = work.between(since_s, time_s)
        if span is not None and amount:
            moves.append((span[0], span[0] if at_once else span[1], -amount))
        since_s = time_s
    return moves


class Lifts:
    """The lifts of a mining vessel: which were brought up, and what each brought.

    Parameters
    ----------
    luck : the replicate.
    rows : rows of the vessel.
    name : of the vessel.
    """

    def __init__(self, luck: Luck, rows: Ints, name: str) -> None:
        self._luck, self._rows, self._name = luck, rows, name
        self.worked = Worked.of(rows, "lift")

    @cached_property
    def ended(self) -> Ints:
        """Rows that ended a lift, in order of time."""
        rows = self.worked.rows
        return np.asarray(rows[rows[:, c.R_DRY_G] > 0])

    @cached_property
    def masses(self) -> Ints:
        """Slurry [l], dry solids [g] and water [g] of each hole, shape (holes, 3); 0 of holes that were broken off."""
        holes = int(self.worked.rows[:, c.R_HOLE].max()) + 1 if len(self.worked.rows) else 0
        found = np.zeros((holes, 3), np.int64)
        if holes:
            own = self.ended[:, c.R_HOLE]
            found[own] = self._luck.masses(self._name, holes).reshape(-1, 3)[own]
        return found

    def moves(self, column: int, per_unit: float) -> list[Move]:
        """Return what comes on board while lifts are worked on: a column of `masses`, divided by `per_unit`."""
        rows = self.worked.rows
        hole = rows[:, c.R_HOLE]
        whole_s = np.bincount(hole, weights=self.worked.length_s) if len(rows) else np.zeros(0)
        amount = self.masses[hole, column] / per_unit * self.worked.length_s / whole_s[hole]
        return list(zip(rows[:, c.R_START].tolist(), rows[:, c.R_END].tolist(), amount.tolist(), strict=True))

    def dumped(self) -> list[Move]:
        """Return what emergencies took out of the hold's account [m3]: at the concentration of the lifts before."""
        rows = Worked.of(self._rows, "disconnect").rows
        rows = rows[rows[:, c.R_DRY_G] > 0]
        moves: list[Move] = []
        for row in rows:
            before = self.ended[self.ended[:, c.R_END] <= row[c.R_START]]
            if len(before):
                slurry_l, dry_g, _ = self.masses[before[-1, c.R_HOLE]]
                moves.append(
                    (int(row[c.R_END]), int(row[c.R_END]), -float(row[c.R_DRY_G] * slurry_l / dry_g) / LITRES_PER_M3)
                )
        return moves


def string_joints(luck: Luck, rows: Ints, name: str, time_s: Ints) -> Floats:
    """Return the joints below the rotary table of a mining vessel at seconds, the one in hand in part.

    The replicate's own draws say how long each joint took; what was worked says how many were run and recovered. A
    string that an emergency lost is gone from the end of the disconnection.
    """
    lost_s = _losses_s(luck, rows, name)
    at_s = np.concatenate((time_s, lost_s))
    run = _moved(luck, "string.run_joint_h", name, Worked.of(rows, "run_string").done_s(at_s))
    depth = run - _moved(luck, "string.recover_joint_h", name, Worked.of(rows, "recover_string").done_s(at_s))
    for number, second in enumerate(lost_s, start=len(time_s)):
        depth = depth - np.where(at_s >= second, depth[number], 0.0)
    return np.maximum(depth[: len(time_s)], 0.0)


def _moved(luck: Luck, key: str, name: str, done_s: Ints) -> Floats:
    """Return how many joints were moved in seconds of work, by the draws of how long each takes."""
    count = joints(luck.values)
    while True:
        took_s = np.cumsum(np.broadcast_to(luck.durations(key, name, count), count))
        if took_s[-1] > done_s.max(initial=0):
            return np.interp(done_s, np.concatenate(([0], took_s)), np.arange(count + 1))
        count *= 2


def _losses_s(luck: Luck, rows: Ints, name: str) -> Ints:
    """Return the seconds at which the string was lost: of each disconnection that was finished, its draw says so."""
    lets_go = activity_of(rows) == c.ACTIVITY["disconnect"]
    ends = rows[:-1][lets_go[:-1] & ~lets_go[1:], c.R_END]
    return np.asarray(ends[luck.string_losses(name, len(ends)) == 1])
