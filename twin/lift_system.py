"""From a scenario's values and settings to its lift circuit: units, sea water, laws of the slurry."""

from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import Final, assert_never

from scipy.constants import atm, zero_Celsius

from ops_data.errors import ModelError, ScenarioError
from ops_data.units import KG_PER_TONNE, SECONDS_PER_HOUR
from twin.models import slurry
from twin.models.airlift import AirLift
from twin.models.blockage import BlockageLaw
from twin.models.circuit_parts import Mud, Pipes, Rules, Water
from twin.models.lift_circuit import DeckPumps, Drive, LiftCircuit, SubseaPump
from twin.models.lift_point import OperatingPoint
from twin.models.limits import FloatArray
from twin.models.mud import pore_water_density
from twin.models.pipe_turbulent import Turbulence
from twin.models.pumps import Pump
from twin.models.seawater import SeawaterColumn, column
from twin.models.settling import ruby_zanke
from twin.models.slurry import HerschelBulkley
from twin.scenario import Scenario
from twin.settings import Lift

__all__ = ["MEGA", "LiftCircuit", "OperatingPoint", "Values", "circuit", "sea_column"]

MEGA: Final = 1e6
MILLI: Final = 1e-3
WATER: Final = (
    "surface_temperature_c",
    "bottom_temperature_c",
    "surface_salinity_g_kg",
    "bottom_salinity_g_kg",
    "thermocline_m",
)

Values = Mapping[str, float]


def circuit(values: Values, lift: Lift, latitude_deg: float, pore_water_t_m3: float | None = None) -> LiftCircuit:
    """Return the lift circuit of one replicate.

    Parameters
    ----------
    values : central value of every quantity, by key, in its own unit.
    lift : the scenario's settings of the lift.
    latitude_deg : of the site [deg].
    pore_water_t_m3 : density of the mud's pore water [t/m3]; left out, that which follows from ``values``. Give that of
        the stated densities where ``values`` are drawn: densities drawn apart do not agree with one another.

    Raises
    ------
    ModelError : for values no circuit can have, one line naming key, value and remedy; and where the settings state
        the lift's duration, so that there is no circuit.

    Examples
    --------
    >>> from twin.scenario import load_scenario
    >>> pilot = load_scenario("pilot-2027")
    >>> values = {key: quantity.value for key, quantity in pilot.quantities.items()}
    >>> point = circuit(values, pilot.lift, pilot.site.latitude_deg).operating_point()
    >>> round(point.flow_m3_h, 3), point.solids_fraction, point.binding
    (105.0, 0.05, 'flow')
    """
    _check_concentration(values)
    sea, mean = _sea(latitude_deg, values["site.water_depth_m"], tuple(values[f"water.{key}"] for key in WATER))
    water = Water(
        density_kg_m3=float(mean.density_kg_m3),
        viscosity_pa_s=float(mean.viscosity_pa_s),
        temperature_k=float(mean.temperature_c) + zero_Celsius,
        bottom_pa=float(sea.pressure_pa[-1]) + atm,
    )
    return LiftCircuit(
        pipes=_pipes(values),
        mud=_mud(values, lift, sea, water, pore_water_t_m3 or stated_pore_water_t_m3(values)),
        water=water,
        drive=_drive(values, lift),
        rules=Rules(
            flow_limit_m3_s=values["riser.flow_m3_h"] / SECONDS_PER_HOUR,
            target_fraction=values["slurry.solids_volume_fraction"],
            trip_fraction=values["slurry.max_solids_fraction"],
            velocity_margin=values["riser.velocity_margin"],
            flush_volumes=values["riser.flush_volumes"],
        ),
        tool_pa=values["lift.tool_loss_mpa"] * MEGA,
        turbulence=_turbulence(lift),
        blockage=BlockageLaw(
            velocity_ratio=values["blockage.velocity_ratio"],
            concentration_margin=values["blockage.concentration_margin"],
            velocity_exponent=values["blockage.velocity_exponent"],
            concentration_exponent=values["blockage.concentration_exponent"],
            greatest_factor=values["blockage.greatest_factor"],
        ),
    )


def check(scenario: Scenario) -> None:
    """Raise ScenarioError if there is a lift system and it cannot work at the stated values."""
    if scenario.lift.system == "stated":
        return
    stated = {key: quantity.value for key, quantity in scenario.quantities.items()}
    try:
        circuit(stated, scenario.lift, scenario.site.latitude_deg).operating_point()
    except ModelError as error:
        raise ScenarioError(f"scenario '{scenario.name}', at its stated values: {error}") from None


def sea_column(values: Values, latitude_deg: float) -> SeawaterColumn:
    """Return the sea water of the site against depth; made once per site and process."""
    return _sea(latitude_deg, values["site.water_depth_m"], tuple(values[f"water.{key}"] for key in WATER))[0]


@lru_cache(maxsize=64)
def _sea(latitude_deg: float, depth_m: float, shape: tuple[float, ...]) -> tuple[SeawaterColumn, SeawaterColumn]:
    """Return the column and its mean."""
    found = column(
        latitude_deg,
        depth_m,
        surface_temperature_c=shape[0],
        bottom_temperature_c=shape[1],
        surface_salinity_g_kg=shape[2],
        bottom_salinity_g_kg=shape[3],
        thermocline_m=shape[4],
    )
    return found, found.mean()


def _check_concentration(values: Values) -> None:
    packing = values["slurry.packing_fraction"]
    for key in ("slurry.solids_volume_fraction", "slurry.max_solids_fraction"):
        if not 0.0 < values[key] < packing:
            raise ModelError(
                f"lift system: {key} is {values[key]:g}; it must be above 0 and below slurry.packing_fraction "
                f"{packing:g}, where the grains lock: dilute the slurry"
            )


def _pump_height_m(values: Values) -> float:
    height_m, depth_m = values["subsea_pump.height_m"], values["site.water_depth_m"]
    if height_m >= depth_m:
        raise ModelError(
            f"lift system: subsea_pump.height_m is {height_m:g} m above the sea bed in {depth_m:g} m of water; a "
            "subsea pump lies below the surface: lower it, or choose lift.system surface_pumps"
        )
    return height_m


def _pipes(values: Values) -> Pipes:
    return Pipes(
        length_m=values["site.water_depth_m"],
        bore_m=values["riser.bore_m"],
        wall_m=values["riser.wall_mm"] * MILLI,
        outer_bore_m=values["riser.bore_m"] * values["riser.outer_bore_ratio"],
        roughness_m=values["riser.roughness_mm"] * MILLI,
        wave_speed_m_s=values["riser.wave_speed_m_s"],
    )


def stated_pore_water_t_m3(values: Values) -> float:
    """Return the density of pore water [t/m3] that stated densities of the mud agree on."""
    keys = ("mud.bulk_density_t_m3", "mud.dry_bulk_density_t_m3", "mud.grain_density_t_m3")
    return pore_water_density(*(values[key] for key in keys))


def _mud(values: Values, lift: Lift, sea: SeawaterColumn, water: Water, pore_water_t_m3: float) -> Mud:
    """Return the slurry: coarse grains fall as in bottom water, the flow law is that of the column's mean viscosity."""
    bottom_kg_m3 = float(sea.density_kg_m3[-1])
    bottom_pa_s = float(sea.viscosity_pa_s[-1])
    coarse_kg_m3 = values["slurry.coarse_density_t_m3"] * KG_PER_TONNE
    diameter_m = values["slurry.coarse_diameter_mm"] * MILLI
    fall = float(ruby_zanke(diameter_m, coarse_kg_m3, bottom_kg_m3, bottom_pa_s))
    dry_t_m3, solids_t_m3 = values["mud.dry_bulk_density_t_m3"], values["mud.grain_density_t_m3"]
    return Mud(
        solids_kg_m3=solids_t_m3 * KG_PER_TONNE,
        coarse_kg_m3=coarse_kg_m3,
        coarse_share=values["slurry.coarse_share"],
        terminal_m_s=fall,
        coarse_reynolds=bottom_kg_m3 * fall * diameter_m / bottom_pa_s,
        flow_law=_flow_law(values, lift, water.viscosity_pa_s),
        gel_factor=values["slurry.gel_factor"],
        wet_per_dry=1.0 + (1.0 / dry_t_m3 - 1.0 / solids_t_m3) * pore_water_t_m3,
    )


def _flow_law(values: Values, lift: Lift, water_pa_s: float) -> Callable[[FloatArray], HerschelBulkley]:
    packing = values["slurry.packing_fraction"]
    if lift.rheology == "power_law":
        return partial(
            slurry.power_law,
            water_viscosity_pa_s=water_pa_s,
            consistency_pa_sn=values["slurry.power_law_consistency_pa_sn"],
            growth=values["slurry.power_law_growth"],
            index_slope=values["slurry.power_law_index_slope"],
            index_least=values["slurry.power_law_index_least"],
            packing_fraction=packing,
        )
    return partial(
        slurry.herschel_bulkley,
        water_viscosity_pa_s=water_pa_s,
        yield_coefficient_pa=values["slurry.yield_coefficient_pa"],
        yield_exponent=values["slurry.yield_exponent"],
        index=values["slurry.flow_index"],
        viscosity_factor=values["slurry.viscosity_factor"],
        packing_fraction=packing,
    )


def _turbulence(lift: Lift) -> Turbulence:
    """Return the family of turbulent friction; Darby-Melson's is for Bingham fluids, a power law takes its own."""
    if lift.rheology == "power_law" and lift.turbulence == "darby_melson":
        return "dodge_metzner"
    return lift.turbulence


def _pump(values: Values, section: str) -> Pump:
    return Pump(
        shutoff_pa=values[f"{section}.shutoff_mpa"] * MEGA,
        free_flow_m3_s=values[f"{section}.free_flow_m3_h"] / SECONDS_PER_HOUR,
        pressure_limit_pa=values[f"{section}.pressure_limit_mpa"] * MEGA,
        power_limit_w=values[f"{section}.power_limit_mw"] * MEGA,
        efficiency=values[f"{section}.efficiency"],
    )


def _drive(values: Values, lift: Lift) -> Drive:
    match lift.system:
        case "surface_pumps":
            return DeckPumps(_pump(values, "pump"))
        case "subsea_pump":
            return SubseaPump(_pump(values, "subsea_pump"), _pump_height_m(values))
        case "air_lift":
            return AirLift(
                inlet_share=values["airlift.inlet_share"],
                capacity_m3_s=values["airlift.capacity_m3_h"] / SECONDS_PER_HOUR,
                pressure_limit_pa=values["airlift.pressure_limit_mpa"] * MEGA,
                power_limit_w=values["airlift.power_limit_mw"] * MEGA,
                efficiency=values["airlift.efficiency"],
                separator_pa=values["airlift.separator_mpa"] * MEGA,
            )
        case "stated":
            raise ModelError(
                'lift system: lift.system is "stated", durations come from the reference rows and no circuit is made; '
                "choose surface_pumps, subsea_pump or air_lift"
            )
        case _:
            assert_never(lift.system)
