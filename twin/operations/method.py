"""Method statements: what each kind of asset does, as named steps. Durations, limits and burn rates come by name."""

from collections.abc import Mapping
from dataclasses import replace

from twin.operations import codes as c
from twin.operations.program import Step

Burn = Mapping[str, int]  # g/s by operation: station and every activity of a mining vessel; sail, idle; plant


def mining_steps(burn: Burn, joints: int, transfer_rate_l_h: int) -> list[Step]:
    """Return the program of a mining vessel from port to port; `decisions` chooses between its parts."""

    def mining(label: str, then: str) -> Step:
        return Step(label, label, law=label, limit="mining", whole=True, mining=True, then=then)

    steps = [
        Step("transit_out", "transit_out", law="transit", limit="transit", effect=c.FX_ARRIVE),
        Step("set_up", "set_up", law="set_up", limit="setup", cut=True, effect=c.FX_SET_UP),
        Step("run_joint", "run_string", law="run_joint", limit="string", whole=True, merge=True,
             effect=c.FX_JOINT, goal=joints, back="run_joint"),
        Step("first_land", "land_string", law="first_land", limit="mining", cut=True, effect=c.FX_LAND),
        Step("land", "land_string", law="land", limit="mining", cut=True, effect=c.FX_LAND),
        Step("relocate", "relocate", law="relocate", limit="mining", effect=c.FX_RELOCATE),
        Step("circulate", "restart", law="circulate", limit="mining", cut=True, effect=c.FX_CIRCULATE),
        mining("shift", "insert"),
        mining("insert", "disaggregate"),
        mining("disaggregate", "lift"),
        Step("lift", "lift", law="lift", limit="mining", whole=True, mining=True, effect=c.FX_LIFT,
             then="meet", back="shift"),
        Step("meet", "offload", kind=c.MEET, state=c.WAITING, cause="shuttle", then="moor"),
        Step("offer", "offload", kind=c.OFFER, back="shift"),
        Step("moor", "offload", law="moor", limit="transfer", whole=True, then="pump_over"),
        Step("pump_over", "offload", volume=c.LOAD_L, rate_h=transfer_rate_l_h, limit="transfer",
             effect=c.FX_TRANSFER),
        Step("flush", "flush", law="flush", effect=c.FX_FLUSH),
        Step("recover_joint", "recover_string", law="recover_joint", limit="string", whole=True, merge=True,
             effect=c.FX_JOINT, goal=0, back="recover_joint"),
        Step("secure", "secure", law="secure", effect=c.FX_SECURE),
        Step("hang_off", "hang_off", kind=c.HOLD_ON, limit="alert", state=c.WAITING, cause="storm"),
        Step("restart", "restart", law="restart", limit="mining", cut=True, effect=c.FX_RESTART),
        Step("evade", "evade", law="evade", effect=c.FX_EVADE),
        Step("stay_clear", "evade", kind=c.HOLD_ON, limit="alert", state=c.WAITING, cause="storm"),
        Step("return", "return_to_site", law="evade", limit="transit", effect=c.FX_RETURN),
        Step("disconnect", "disconnect", law="disconnect", cause="emergency", effect=c.FX_DISCONNECT),
        Step("ride", "hang_off", kind=c.HOLD_ON, limit="hang_off", state=c.WAITING, cause="emergency"),
        Step("reconnect", "reconnect", law="reconnect", limit="string", cause="emergency", effect=c.FX_RECONNECT),
        Step("await_spare", "repair", state=c.WAITING, cause="failure", cut=True, effect=c.FX_AWAIT),
        Step("repair", "repair", state=c.REPAIRING, cause="failure", cut=True, effect=c.FX_REPAIR),
        Step("rov_repair", "repair", limit="rov", state=c.REPAIRING, cause="failure", cut=True, effect=c.FX_REPAIR),
        Step("port", "port_call", law="port", effect=c.FX_PORT),
        Step("bunker", "bunker", law="bunker", limit="bunker", cut=True, cause="bunkering", effect=c.FX_BUNKER),
        Step("crew_change", "crew_change", law="crew_change", limit="crew_change", cut=True, cause="crew_change",
             effect=c.FX_CREW),
        Step("leave", "transit_home", kind=c.MEET, then="transit_home"),
        Step("transit_home", "transit_home", law="transit", limit="transit", effect=c.FX_LEAVE),
        Step("end", "off_hire", kind=c.END, state=c.IDLE),
    ]  # fmt: skip
    return [replace(step, burn_g_s=burn["station" if step.state == c.WAITING else step.activity]) for step in steps]


MINING_ENTRIES = {f"e_{entry}": entry for entry in c.ENTRIES} | {
    "e_run": "run_joint", "e_recover": "recover_joint", "e_offload": "pump_over", "e_await": "await_spare",
    "e_crew": "crew_change", "first_mining": "first_land", "last_mining": "moor",
}  # fmt: skip
REPAIR_ENTRIES = {"e_await": "await_spare", "e_repair": "repair"}


def repair_steps(burn_g_s: int) -> list[Step]:
    """Return how a ship or plant without a string mends what fails: it waits for a spare, then repairs."""
    return [
        Step("await_spare", "repair", state=c.WAITING, cause="failure", burn_g_s=burn_g_s, effect=c.FX_AWAIT),
        Step("repair", "repair", state=c.REPAIRING, cause="failure", burn_g_s=burn_g_s, effect=c.FX_REPAIR),
        Step("off_hire", "off_hire", kind=c.END, state=c.IDLE),
    ]


def shuttle_steps(burn: Burn, unload_rate_l_h: int) -> list[Step]:
    """Return the round of a shuttle: wait, load, sail, berth, unload, sail back."""
    sail, idle = burn["sail"], burn["idle"]
    return [
        Step("wait_at_site", "wait_at_site", kind=c.MEET, state=c.WAITING, cause="mud", burn_g_s=idle),
        Step("alongside", "load", kind=c.MEET, burn_g_s=idle),
        Step("sail_to_island", "sail_to_island", law="sail", limit="shuttle_sail", whole=True, burn_g_s=sail,
             then="berth"),
        Step("berth", "unload", kind=c.MEET, state=c.WAITING, cause="berth", burn_g_s=idle),
        Step("berthing", "unload", law="berthing", limit="shuttle_unload", burn_g_s=idle, then="unload"),
        Step("unload", "unload", volume=c.LOAD_L, rate_h=unload_rate_l_h, limit="shuttle_unload", burn_g_s=idle,
             effect=c.FX_TRANSFER, then="sail_to_site"),
        Step("sail_to_site", "sail_to_site", law="sail", limit="shuttle_sail", whole=True, burn_g_s=sail,
             then="wait_at_site"),
        *repair_steps(idle),
    ]  # fmt: skip


def plant_steps(burn: Burn, rate_g_h: int) -> list[Step]:
    """Return the round of the dewatering plant: wait for mud, dewater the lot."""
    return [
        Step("mud", "idle", kind=c.MEET, state=c.WAITING, cause="mud"),
        Step("dewater", "dewater", volume=c.LOAD_DRY_G, rate_h=rate_g_h, burn_g_s=burn["plant"],
             effect=c.FX_TRANSFER, then="mud"),
        *repair_steps(0),
    ]  # fmt: skip


def carrier_steps(burn: Burn, load_rate_kg_h: int, unload_rate_kg_h: int) -> list[Step]:
    """Return the round of a carrier: wait for a call, sail out, load cake, sail home, unload."""
    sail, idle = burn["sail"], burn["idle"]
    return [
        Step("call", "idle", kind=c.MEET, state=c.WAITING, cause="cake", burn_g_s=idle),
        Step("sail_to_island", "sail_to_island", law="sail", limit="carrier_sail", burn_g_s=sail, then="cake"),
        Step("cake", "load", kind=c.MEET, state=c.WAITING, cause="cake", burn_g_s=idle),
        Step("load", "load", volume=c.LOAD_L, rate_h=load_rate_kg_h, limit="carrier_load", burn_g_s=idle,
             then="cast_off"),
        Step("cast_off", "load", kind=c.MEET, burn_g_s=idle),
        Step("sail_to_mainland", "sail_to_mainland", law="sail", limit="carrier_sail", burn_g_s=sail, then="unload"),
        Step("unload", "unload", volume=c.LOAD_L, rate_h=unload_rate_kg_h, limit="carrier_unload", burn_g_s=idle,
             effect=c.FX_TRANSFER, then="call"),
        *repair_steps(idle),
    ]  # fmt: skip
