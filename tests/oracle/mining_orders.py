"""The steps and the orders of the oracle's mining vessel. Truth: docs/campaign.md, section 4."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.oracle.asset import AWAIT, REPAIR, ROV_REPAIR, Step

STEPS = {
    step.name: step
    for step in (
        Step("transit_out", "transit_out", "transit", "transit"),
        Step("set_up", "set_up", "set_up", "setup", cut=True),
        Step("run_joint", "run_string", "run_joint", "string", whole=True, joints=True),
        Step("first_land", "land_string", "first_land", "mining", cut=True),
        Step("land", "land_string", "land", "mining", cut=True),
        Step("relocate", "relocate", "relocate", "mining"),
        Step("circulate", "restart", "circulate", "mining", cut=True),
        Step("shift", "shift", "shift", "mining", whole=True, mining=True),
        Step("insert", "insert", "insert", "mining", whole=True, mining=True),
        Step("disaggregate", "disaggregate", "disaggregate", "mining", whole=True, mining=True),
        Step("lift", "lift", "lift", "mining", whole=True, mining=True),
        Step("meet", "offload"),
        Step("moor", "offload", "moor", "transfer", whole=True),
        Step("pump_over", "offload", None, "transfer"),
        Step("flush", "flush", "flush"),
        Step("recover_joint", "recover_string", "recover_joint", "string", whole=True, joints=True),
        Step("secure", "secure", "secure"),
        Step("hang_off", "hang_off", limit="alert", cause="storm"),
        Step("restart", "restart", "restart", "mining", cut=True),
        Step("evade", "evade", "evade"),
        Step("stay_clear", "evade", limit="alert", cause="storm"),
        Step("return", "return_to_site", "evade", "transit"),
        Step("disconnect", "disconnect", "disconnect", cause="emergency"),
        Step("ride", "hang_off", limit="hang_off", cause="emergency"),
        Step("reconnect", "reconnect", "reconnect", "string", cause="emergency"),
        AWAIT,
        REPAIR,
        ROV_REPAIR,
        Step("port", "port_call", "port"),
        Step("bunker", "bunker", "bunker", "bunker", cut=True, cause="bunkering"),
        Step("crew_change", "crew_change", "crew_change", "crew_change", cut=True, cause="crew_change"),
        Step("transit_home", "transit_home", "transit", "transit"),
    )
}
DROPPED = ("first_land", "land", "relocate", "circulate", "shift", "insert", "disaggregate", "lift", "moor")
UNTIL_OPEN = ("hang_off", "stay_clear", "ride")
STANDING = ("meet", "hang_off", "stay_clear", "ride", "await_spare")  # burn what keeping the place takes, and no more


@dataclass(frozen=True)
class Orders:
    """What a mining vessel is told: numbers of the scenario in seconds, grams and litres."""

    policy: str
    joints: int
    recover_joint_s: int
    full_l: int
    offer_l: int | None
    pipe_l: int
    flow_l_h: int
    insertions_per_location: int
    locations: int
    departure_s: int
    crew_interval_s: int
    crew_slack_s: int
    fuel_reserve_g: int
    fuel_capacity_g: int
    bunker_in_port: bool
    pump_l_h: int
    strings: int
    burn_g_s: Mapping[str, int]
    lifts: Sequence[tuple[int, int, int]]  # slurry [l], dry [g], water [g]
