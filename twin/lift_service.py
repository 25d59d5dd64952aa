"""The lift in service: what the target asks of tool and pipe, insertion by insertion, and how sure its numbers are."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ops_data.errors import ModelError
from ops_data.units import HOURS_PER_DAY, KG_PER_TONNE
from twin.lift_system import MEGA, LiftCircuit, OperatingPoint, Values, circuit, sea_column, stated_pore_water_t_m3
from twin.models.circuit_parts import static_head
from twin.models.mud import stroke
from twin.models.transients import filled, push
from twin.scenario import Scenario, draw_parameters

UPTIMES: Final = (1.0, 0.6)  # share of the day in which tool and lift work: all of it, and what a year may give
BASES: Final = ("wet", "dry")
MET: Final = "none"
PUSHES: Final = 24  # parcels into which slurry and water of one round are divided
CELLS: Final = 56  # of a pipe when its head is summed up
TENTH: Final = 0.1  # least share of a cycle that is left for the tool where the cycle includes the shift


@dataclass(frozen=True)
class Insertion:
    """One insertion of the practised crew: its mud, its slurry, the hours of tool and lift."""

    wet_t: float
    dry_t: float
    slurry_m3: float
    tool_h: float
    lift_h: float

    @property
    def cycle_h(self) -> float:
        """Hours from one insertion to the next, tool and lift in turn."""
        return self.tool_h + self.lift_h

    def mass_t(self, basis: str) -> float:
        """Return its mud on a basis, wet or dry [t]."""
        return self.wet_t if basis == "wet" else self.dry_t


@dataclass(frozen=True)
class Need:
    """What a target asks of one vessel on a basis and at an uptime, and what it can give.

    ``tool_t_d`` with no time for lifting, ``lift_t_d`` lifting without a pause, ``both_t_d`` in turn as in the
    campaign. ``binding`` is "none" if that is enough, else "tool cycle" or the limit of the lift, whichever of the two
    gives less alone.
    """

    basis: str
    uptime: float
    target_t_d: float
    insertions_d: float
    cycle_h: float
    tool_t_d: float
    lift_t_d: float
    both_t_d: float
    binding: str


@dataclass(frozen=True)
class Swing:
    """Static head in service: least and most over a round of slurry and water, and with the pipe full of slurry."""

    filled_share: float
    least_mpa: float
    most_mpa: float
    full_mpa: float


@dataclass(frozen=True, eq=False)
class Spread:
    """Operating points of drawn parameter sets, shape (allowed draws,), and how many draws each limit binds.

    ``none_allowed`` counts the draws in which no flow is allowed, ``no_restart`` those of the others in which a full
    pipe at rest cannot be started.
    """

    draws: int
    dry_t_h: NDArray[np.float64]
    wet_t_h: NDArray[np.float64]
    pressure_mpa: NDArray[np.float64]
    power_mw: NDArray[np.float64]
    binding: Mapping[str, int]
    none_allowed: int
    no_restart: int


def insertion(scenario: Scenario, values: Values, point: OperatingPoint) -> Insertion:
    """Return one insertion, without learning and event spread.

    Parameters
    ----------
    scenario : its settings and stated densities.
    values : central values by key.
    point : where the lift works.

    Notes
    -----
    Tool hours are the cycle's shares of inserting and disaggregating, and the shift; the lift takes slurry over flow.
    """
    one = stroke(
        values["tool.bore_m"],
        values["tool.stroke_m"],
        values["tool.extraction_fraction"],
        values["mud.dry_bulk_density_t_m3"],
        values["mud.grain_density_t_m3"],
        _pore_water_t_m3(scenario),
        point.solids_fraction,
    )
    cycle_h, shift_h = values["mining.cycle_h"], values["mining.shift_h"]
    if scenario.mining.cycle_includes_shift:
        cycle_h = max(cycle_h - shift_h, TENTH * cycle_h)
    share = values["mining.insert_share"] + values["mining.disaggregate_share"]
    slurry_m3 = float(one.slurry_m3)
    return Insertion(
        wet_t=float(one.wet_t),
        dry_t=float(one.dry_t),
        slurry_m3=slurry_m3,
        tool_h=cycle_h * share + shift_h,
        lift_h=slurry_m3 / point.flow_m3_h,
    )


def _pore_water_t_m3(scenario: Scenario) -> float:
    """Return the density of pore water by the stated densities, which agree where drawn ones do not [t/m3]."""
    return stated_pore_water_t_m3({key: quantity.value for key, quantity in scenario.quantities.items()})


def needs(scenario: Scenario, one: Insertion, point: OperatingPoint) -> list[Need]:
    """Return what the scenario's target asks of one vessel, for both bases at each of the uptimes.

    The target is shared evenly by the mining vessels.
    """
    return [_need(scenario, one, point, basis, uptime) for basis in BASES for uptime in UPTIMES]


def _need(scenario: Scenario, one: Insertion, point: OperatingPoint, basis: str, uptime: float) -> Need:
    target_t_d = scenario.campaign.target_t_d / scenario.mining.vessels
    hours = HOURS_PER_DAY * uptime
    insertions_d = target_t_d / one.mass_t(basis)
    tool_t_d, lift_t_d, both_t_d = (hours / h * one.mass_t(basis) for h in (one.tool_h, one.lift_h, one.cycle_h))
    binding = "tool cycle" if tool_t_d <= lift_t_d else point.binding
    return Need(
        basis=basis,
        uptime=uptime,
        target_t_d=target_t_d,
        insertions_d=insertions_d,
        cycle_h=hours / insertions_d,
        tool_t_d=tool_t_d,
        lift_t_d=lift_t_d,
        both_t_d=both_t_d,
        binding=MET if both_t_d >= target_t_d else binding,
    )


def swing(values: Values, latitude_deg: float, one: Insertion, point: OperatingPoint) -> Swing:
    """Return how the static head rises and falls when slurry of insertions and clear water follow each other.

    Notes
    -----
    While the tool works the pumps keep water going at the same flow, so a round is one insertion of slurry and
    ``tool_h`` of water. The head is summed over the pipe as it stands after every parcel, against the sea water of
    each depth; coarse grains are taken to move with the slurry.
    """
    length_m, grains_kg_m3 = values["site.water_depth_m"], values["mud.grain_density_t_m3"] * KG_PER_TONNE
    cell_m = length_m / CELLS
    depth_m = length_m - cell_m * (np.arange(CELLS) + 0.5)  # foot first
    excess_kg_m3 = grains_kg_m3 - sea_column(values, latitude_deg).at(depth_m).density_kg_m3
    water_m3 = one.tool_h * point.flow_m3_h
    rounds = 1 + int(np.ceil(point.pipe_m3 / (one.slurry_m3 + water_m3)))
    content = filled(point.pipe_m3, 0.0)
    for _ in range(rounds):
        heads_pa: list[float] = []
        for volume_m3, fraction in ((one.slurry_m3, point.solids_fraction), (water_m3, 0.0)):
            for _ in range(PUSHES):
                content, _ = push(content, volume_m3 / PUSHES, fraction)
                heads_pa.append(float(static_head(content.profile(CELLS) * excess_kg_m3, cell_m)))
    full_pa = float(static_head(point.solids_fraction * excess_kg_m3, cell_m))
    share = one.slurry_m3 / point.pipe_m3
    return Swing(min(share, 1.0), min(heads_pa) / MEGA, max(heads_pa) / MEGA, full_pa / MEGA)


def spread(scenario: Scenario, draws: int, seed: int) -> Spread:
    """Return the operating points of drawn parameter sets, the same that replicates 0, 1, … of a run have."""
    points: list[OperatingPoint] = []
    latitude_deg, water_t_m3 = scenario.site.latitude_deg, _pore_water_t_m3(scenario)
    binding: dict[str, int] = {}
    for replicate in range(draws):
        values = draw_parameters(scenario, seed, replicate, "drawn")
        try:
            point = circuit(values, scenario.lift, latitude_deg, water_t_m3).operating_point()
        except ModelError:
            continue
        points.append(point)
        binding[point.binding] = binding.get(point.binding, 0) + 1
    columns = (
        [getattr(point, name) for point in points] for name in ("dry_t_h", "wet_t_h", "pressure_mpa", "power_mw")
    )
    dry, wet, pressure, power = (np.array(column, dtype=np.float64) for column in columns)
    no_restart = sum(point.restart_use > 1.0 for point in points)
    return Spread(draws, dry, wet, pressure, power, binding, draws - len(points), no_restart)


def grid_axes(lift: LiftCircuit, values: Values, points: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return concentrations [-] and flows [m3/h], shape (points,) each, that show every limit of the crew.

    Concentrations reach a fifth beyond the trip limit, and stay below packing; flows half as far again as the flow
    limit. Neither begins at 0.
    """
    most = min(1.2 * lift.rules.trip_fraction, 0.98 * values["slurry.packing_fraction"])
    steps = np.arange(1, points + 1) / points
    return most * steps, 1.5 * values["riser.flow_m3_h"] * steps
