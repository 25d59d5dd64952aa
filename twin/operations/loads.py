"""What a mining vessel asks of its generators: which activity runs which loads, said once for tank and ledger.

Nothing in a campaign waits for power. The kernel's tank loses fuel at one rate per step (`activity_burn`), with the
mean station-keeping power of the replicate's own sea, and decides from it when to bunker. What people read comes from
the same table hour by hour (`twin.indicators.energy`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ops_data.units import GRAMS_PER_TONNE, HOURS_PER_DAY, SECONDS_PER_HOUR
from twin.models.power import Hull, Plant, Thrusters, environmental_force, fuel_t_h, thruster_mw
from twin.operations import codes as c
from twin.operations.laws import Luck
from twin.operations.program import SeaTables
from twin.operations.weather import Sea

Floats = NDArray[np.float64]

USES: Final = ("hotel", "dp", "handling", "tool", "lift", "circulation", "processing", "propulsion")
HOTEL, DP = USES.index("hotel"), USES.index("dp")

_SAILING: Final = ("transit_out", "transit_home", "return_to_site", "evade")
_ON_STATION: Final[Mapping[str, tuple[str, ...]]] = {  # what a working activity runs, besides hotel and dp
    **dict.fromkeys(("set_up", "run_string", "land_string", "relocate", "recover_string"), ("handling",)),
    **dict.fromkeys(("secure", "disconnect", "reconnect"), ("handling",)),
    **dict.fromkeys(("shift", "restart"), ("handling", "circulation")),
    **dict.fromkeys(("insert", "disaggregate"), ("tool", "circulation")),
    "lift": ("lift", "processing"),
    "flush": ("circulation",),  # the head of what is in the pipe was counted when it was lifted
    "offload": ("processing",),
}


def uses_of(activity: str, state: str) -> tuple[str, ...]:
    """Return what a mining vessel runs while it does something; nothing once it is off hire.

    A vessel at sea that waits or mends something keeps its position and no more; one that waits for calmer water on
    passage goes on burning as on passage. In port it has its hotel load only (a repair in port: see `IN_PORT`).

    Examples
    --------
    >>> uses_of("lift", "working"), uses_of("lift", "waiting"), uses_of("evade", "waiting")
    (('hotel', 'dp', 'lift', 'processing'), ('hotel', 'dp'), ('hotel', 'dp'))
    """
    if activity == "off_hire":
        return ()
    if activity == "port_call":
        return ("hotel",)
    if activity in _SAILING and (state == "working" or activity != "evade"):
        return ("hotel", "propulsion")
    return ("hotel", "dp", *(_ON_STATION.get(activity, ()) if state == "working" else ()))


GROUPS: Final = tuple(dict.fromkeys(uses_of(activity, state) for state in c.STATES for activity in c.ACTIVITIES))
IN_PORT: Final = GROUPS.index(("hotel",))
STANDING: Final = GROUPS.index(("hotel", "dp"))
OFF_HIRE: Final = GROUPS.index(())
HAS_DP: Final = np.array(["dp" in uses for uses in GROUPS])
STATED: Final = ~HAS_DP  # in port and on passage the reference rows state the fuel, and the load was made of it
OF_STATE_AND_ACTIVITY: Final = np.array(
    [[GROUPS.index(uses_of(activity, state)) for activity in c.ACTIVITIES] for state in c.STATES]
)  # place in GROUPS, shape (states, activities)


@dataclass(frozen=True, eq=False)
class Demand:
    """What the mining vessels of one replicate need.

    Attributes
    ----------
    origin_s : Unix UTC second of hour 0.
    dp_mw : station-keeping power of one vessel hour by hour [MW], shape (hours,).
    mean_dp_mw : its mean over the campaign [MW].
    use_mw : every other use by name [MW], propulsion on passage included.
    port_mw : hotel load in port [MW].
    plant : the generators of one vessel.
    """

    origin_s: int
    dp_mw: Floats
    mean_dp_mw: float
    use_mw: Mapping[str, float]
    port_mw: float
    plant: Plant

    @cached_property
    def constant_mw(self) -> Floats:
        """Power of every use in every group of `GROUPS`, dp left out [MW], shape (groups, uses)."""
        table = np.array([[self.use_mw.get(use, 0.0) * (use in uses) for use in USES] for uses in GROUPS])
        table[IN_PORT, HOTEL] = self.port_mw
        return table


def hull_of(values: Mapping[str, float]) -> Hull:
    """Return what wind, waves and current push against."""
    return Hull(
        wind_drag_area_m2=values["dp.wind_drag_area_m2"],
        current_drag_area_m2=values["dp.current_drag_area_m2"],
        beam_m=values["dp.beam_m"],
        drift_coefficient=values["dp.drift_coefficient"],
    )


def thrusters_of(values: Mapping[str, float]) -> Thrusters:
    """Return the thrusters of a mining vessel."""
    return Thrusters(
        count=values["dp.thrusters"],
        rated_mw=values["dp.thruster_rated_mw"],
        diameter_m=values["dp.thruster_diameter_m"],
        efficiency=values["dp.thruster_efficiency"],
        no_load_share=values["dp.no_load_share"],
        dynamic_factor=values["dp.dynamic_factor"],
    )


def dp_mw(values: Mapping[str, float], sea: Sea) -> Floats:
    """Return the power that keeps a mining vessel in place hour by hour [MW], shape of the sea's hours."""
    force_n = environmental_force(sea.wind_m_s, sea.hs_m, values["dp.current_m_s"], hull_of(values))
    return thruster_mw(force_n, thrusters_of(values))


def plant_of(values: Mapping[str, float]) -> Plant:
    """Return the generators of a mining vessel."""
    return Plant(
        large_mw=values["power.large_set_mw"],
        large_sets=round(values["power.large_sets"]),
        small_mw=values["power.small_set_mw"],
        small_sets=round(values["power.small_sets"]),
        highest_load_share=values["power.highest_load_share"],
        fuel_g_kwh=values["power.fuel_g_kwh"],
    )


def demand_of(luck: Luck, sea: SeaTables) -> Demand:
    """Return what the mining vessels of one replicate need, in the sea of its tables.

    Propulsion is what the stated fuel on passage leaves beside the hotel load. Where the lift is stated, nothing is
    known of the friction of clear water and its circulation counts as nothing.
    """
    v, scenario = luck.values, luck.scenario
    plant = plant_of(v)
    per_t_d = 1.0 / (HOURS_PER_DAY * plant.fuel_t_mwh)  # MW of a fuel rate in t/d
    first, last = ((second - sea.origin_s) // SECONDS_PER_HOUR for second in (scenario.start_s, scenario.end_s))
    return Demand(
        origin_s=sea.origin_s,
        dp_mw=sea.dp_mw,
        mean_dp_mw=float(sea.dp_mw[first : last + 1].mean()),
        use_mw={
            "hotel": v["power.hotel_mw"],
            "handling": v["power.handling_mw"],
            "tool": v["power.tool_mw"],
            "lift": luck.lift.power_mw if luck.lift else v["lift.stated_power_mw"],
            "circulation": luck.lift.circulation_mw if luck.lift else 0.0,
            "processing": v["power.processing_mw"],
            "propulsion": max(0.0, v["fuel.transit_t_d"] * per_t_d - v["power.hotel_mw"]),
        },
        port_mw=v["fuel.port_t_d"] * per_t_d,
        plant=plant,
    )


def activity_burn(demand: Demand) -> dict[str, int]:
    """Return the fuel a mining vessel burns while it works [g/s] by activity, and as `station` while it only stands.

    Station keeping is taken at its mean over the campaign.
    """
    load_mw = demand.constant_mw.sum(axis=1) + HAS_DP * demand.mean_dp_mw
    t_h = np.where(STATED, demand.plant.fuel_t_mwh * load_mw, fuel_t_h(load_mw, demand.plant))
    g_s = np.rint(t_h * (GRAMS_PER_TONNE / SECONDS_PER_HOUR)).astype(np.int64).tolist()
    groups = OF_STATE_AND_ACTIVITY[c.WORKING].tolist()
    return {name: g_s[group] for name, group in zip(c.ACTIVITIES, groups, strict=True)} | {"station": g_s[STANDING]}
