"""Circuits for tests: the reference results' numbers by default, every part replaceable."""

from functools import partial

from twin.models.airlift import AirLift
from twin.models.blockage import BlockageLaw
from twin.models.circuit_parts import Mud, Pipes, Rules, Water
from twin.models.lift_circuit import DeckPumps, Drive, LiftCircuit
from twin.models.pumps import Pump
from twin.models.slurry import herschel_bulkley

WATER = Water(density_kg_m3=1042.0, viscosity_pa_s=1.75e-3, temperature_k=277.0, bottom_pa=57.3e6)
PUMP = Pump(shutoff_pa=14e6, free_flow_m3_s=300 / 3600, pressure_limit_pa=10e6, power_limit_w=1e6, efficiency=0.6)
AIR = AirLift(0.5, 12_000 / 3600, 30e6, 4e6, 0.6, 0.2e6)
LAW = BlockageLaw(2.9, 0.44, 1.0, 1.0, 5.0)


def made_up_mud(
    solids_kg_m3: float = 2650.0, coarse_share: float = 0.0, terminal_m_s: float = 0.09, yield_pa: float = 2e4
) -> Mud:
    """Return mud of the reference results: Bingham, yield stress a C^3, twice the viscosity of Thomas."""
    law = partial(
        herschel_bulkley,
        water_viscosity_pa_s=WATER.viscosity_pa_s,
        yield_coefficient_pa=yield_pa,
        yield_exponent=3.0,
        index=1.0,
        viscosity_factor=2.0,
        packing_fraction=0.22,
    )
    return Mud(solids_kg_m3, 2000.0, coarse_share, terminal_m_s, 53.0, law, 2.0, 2.43)


def made_up_circuit(
    bore_m: float = 0.20,
    depth_m: float = 5600.0,
    flow_m3_h: float = 105.0,
    target: float = 0.05,
    trip: float = 0.09,
    mud: Mud | None = None,
    drive: Drive | None = None,
) -> LiftCircuit:
    """Return a circuit with pumps on deck unless told otherwise."""
    return LiftCircuit(
        pipes=Pipes(depth_m, bore_m, 0.010, 1.6 * bore_m, 4.5e-5, 1150.0),
        mud=mud or made_up_mud(),
        water=WATER,
        drive=drive or DeckPumps(PUMP),
        rules=Rules(flow_m3_h / 3600.0, target, trip, 2.0, 1.0),
        tool_pa=0.5e6,
        turbulence="wilson_thomas",
        blockage=LAW,
    )
