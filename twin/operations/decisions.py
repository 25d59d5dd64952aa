"""What a vessel does next when something falls due: the campaign's rules, by priority.

Order: emergency, storm, fault in place, fault that needs port or a string trip, going home, going on with the step
under way, and last the goals of a mining vessel (get there, set up, run the string, land, mine). The rules read the
state and the tables that exist before the run; they never look at what has not been forecast or observed.
"""

from twin.operations.codes import *
from twin.operations.engine import Ints, Row, Steps, compilable
from twin.operations.rows import end_merged_row


@compilable
def hour_of(s: Ints, conf: Row) -> int:
    """Return the hour of the sea tables in which the asset's clock stands."""
    return (s[T] - conf.origin) // 3600


@compilable
def watch(s: Ints, conf: Row, sea: Ints) -> None:
    """Set when the next decision is due (SOFT, at the end of a step) and when even a step is cut (HARD)."""
    t = s[T]
    soft = conf.horizon
    hard = conf.horizon
    if conf.mining:
        if s[PLACE] != HOME:
            soft = min(soft, abs(sea[conf.alert_table + hour_of(s, conf)]))
        if s[LEAVING] == 0 and conf.depart_at > t:
            soft = min(soft, conf.depart_at)
        if s[DEPTH] > 0 and s[DISCONNECTED] == 0:
            hang = sea[conf.hang_table + hour_of(s, conf)]
            if hang > 0:
                hard = min(hard, hang)
    s[SOFT] = soft
    s[HARD] = hard


@compilable
def uncouple(s: Ints, prog: Steps, conf: Row, moved_l: int) -> None:
    """Let the partner go with the part of the agreed parcel that was moved."""
    dry_g = s[LOAD_DRY_G] * moved_l // s[LOAD_L] if s[LOAD_L] > 0 else 0
    water_g = s[LOAD_WATER_G] * moved_l // s[LOAD_L] if s[LOAD_L] > 0 else 0
    s[RELEASE_T] = s[T]
    s[RELEASE_L] = moved_l
    s[RELEASE_DRY_G] = dry_g
    s[RELEASE_WATER_G] = water_g
    s[HOLD_L] -= moved_l
    s[HOLD_DRY_G] -= dry_g
    s[HOLD_WATER_G] -= water_g
    s[COUPLED] = 0


@compilable
def lift_under_way(s: Ints, prog: Steps, conf: Row, draws: Ints) -> tuple[int, int]:
    """Return (seconds a lift has been under way, seconds it takes); (0, 1) when none is."""
    step = prog[conf.e_lift]
    left_s = s[step.left]
    if left_s == 0:
        return 0, 1
    whole_s = step.fixed_s if step.fixed_s > 0 else draws[step.at + s[step.law] - 1]
    return whole_s - left_s, whole_s


@compilable
def spill(s: Ints, prog: Steps, conf: Row, draws: Ints) -> None:
    """Note the dry solids that a lift, broken off now by an emergency, has in the pipe."""
    done_s, whole_s = lift_under_way(s, prog, conf, draws)
    at = conf.mass_at + 3 * s[LIFTS] * conf.mass_stride
    whole_l = draws[at]
    if done_s > 0 and whole_l > 0:
        s[SPILL_DRY_G] = draws[at + 1] * min(whole_l * done_s // whole_s, conf.pipe_l) // whole_l


@compilable
def abandon(s: Ints, prog: Steps, conf: Row, draws: Ints) -> None:
    """Break off what is under way: a coupled shuttle is let go with what it has, an insertion is lost.

    A lift that is broken off uses its hole up.
    """
    done_s, _ = lift_under_way(s, prog, conf, draws)
    if done_s > 0:
        s[LIFTS] += 1
        s[LIFT_3_T], s[LIFT_2_T], s[LIFT_T] = s[LIFT_2_T], s[LIFT_T], NONE
    if s[COUPLED]:
        step = prog[conf.e_offload]
        left_s = s[step.left]
        moved_l = 0
        if left_s > 0:
            whole_s = max(1, -(-s[LOAD_L] * 3600 // step.rate_h))
            moved_l = s[LOAD_L] * (whole_s - left_s) // whole_s
            s[step.left] = 0
        uncouple(s, prog, conf, moved_l)
    for pc in range(conf.first_mining, conf.last_mining + 1):
        s[prog[pc].left] = 0
    s[RESUME] = NONE


@compilable
def storm_rule(s: Ints, prog: Steps, conf: Row, sea: Ints, draws: Ints) -> int:
    """Return the step a tropical-cyclone alert asks for, or NONE."""
    alert = sea[conf.alert_table + hour_of(s, conf)] < 0
    if s[STORMY] == 0:
        if not alert:
            return NONE
        expected_s = sea[conf.arrival_table + hour_of(s, conf)] - s[T]
        s[STORMY] = conf.policy
        if s[DEPTH] == 0:
            s[STORMY] = EVADING
        elif expected_s < s[DEPTH] * conf.recover_plan_s:
            s[STORMY] = HANGING_OFF
    abandon(s, prog, conf, draws)
    s[REASON] = C_STORM
    if s[DEPTH] == 0:
        s[STORMY] = EVADING
    if s[STORMY] == HANGING_OFF:
        if alert:
            if s[LANDED]:
                return conf.e_flush
            return conf.e_hang_off if s[SECURED] else conf.e_secure
        if s[SECURED] and s[LANDINGS] > 0 and s[DEPTH] == conf.joints:
            return conf.e_restart
    elif s[PLACE] == CLEAR:
        return conf.e_stay_clear if alert else conf.e_return
    elif alert:
        if s[LANDED]:
            return conf.e_flush
        return conf.e_recover if s[DEPTH] > 0 else conf.e_evade
    s[STORMY] = 0
    s[SECURED] = 0
    return NONE


@compilable
def emergency_rule(s: Ints, prog: Steps, conf: Row, sea: Ints, draws: Ints) -> int:
    """Return the step asked for by a sea above the hang-off limit with the string out, or NONE."""
    if s[DEPTH] == 0:
        return NONE
    too_rough = sea[conf.hang_table + hour_of(s, conf)] < 0
    if s[DISCONNECTED] == 0:
        if not too_rough:
            return NONE
        spill(s, prog, conf, draws)
        abandon(s, prog, conf, draws)
        s[REASON] = C_EMERGENCY
        s[DISCONNECTED] = 1
    if s[DISCONNECTED] == 1:
        return conf.e_disconnect
    return conf.e_ride if too_rough else conf.e_reconnect


@compilable
def mend(s: Ints, prog: Steps, parts: Steps, conf: Row) -> int:
    """Return the repair step of the fault in hand, waiting first for a spare that is not on board."""
    component = parts[s[FAULT]]
    if component.resupply_s > 0 and s[component.spares] == 0:
        slot = prog[conf.e_await].left
        if s[slot] == 0:
            s[slot] = component.resupply_s
        return conf.e_await
    pc = conf.e_rov_repair if s[FAULT_CLASS] == ROV else conf.e_repair
    slot = prog[pc].left
    if s[slot] == 0:
        s[slot] = s[REPAIR_S]
    return pc


@compilable
def mend_here(s: Ints, prog: Steps, parts: Steps, conf: Row, here: int) -> int:
    """Return the repair step and remember the step to come back to, unless it is the repair itself."""
    pc = mend(s, prog, parts, conf)
    if here != conf.e_await and here != conf.e_repair and here != conf.e_rov_repair:
        s[RESUME] = here
    return pc


@compilable
def go_home(s: Ints, conf: Row) -> int:
    """Return the next step of getting the string in and the ship home."""
    if s[LANDED]:
        return conf.e_flush
    if s[DEPTH] > 0:
        return conf.e_recover
    return conf.e_leave


@compilable
def heavy_fault_rule(s: Ints, prog: Steps, parts: Steps, conf: Row, draws: Ints) -> int:
    """Return the step a fault beyond repair on station (or an empty tank) asks for, or NONE."""
    faulty = s[FAULT] >= 0
    if s[PLACE] == HOME:
        if faulty:
            return mend(s, prog, parts, conf)
        return conf.e_port if s[PORT] else NONE
    if faulty and s[FAULT_CLASS] == STRING_TRIP and s[DEPTH] == 0:
        return mend(s, prog, parts, conf)
    if not (faulty or s[PORT]):
        return NONE
    abandon(s, prog, conf, draws)
    s[REASON] = C_FAILURE if faulty else C_BUNKERING
    if faulty and s[FAULT_CLASS] == STRING_TRIP:
        return conf.e_flush if s[LANDED] else conf.e_recover
    s[PORT] = 1
    return go_home(s, conf)


@compilable
def open_now(s: Ints, conf: Row, sea: Ints, table: int) -> bool:
    """Tell whether a limit is observed open in the current hour."""
    return sea[table + hour_of(s, conf)] > 0


@compilable
def duty(s: Ints, conf: Row, sea: Ints) -> int:
    """Return the crew change or bunkering that is due and that the sea allows or time forces, or NONE."""
    late_s = s[T] - s[CREW_DUE]
    if late_s >= conf.crew_slack_s or (late_s >= 0 and open_now(s, conf, sea, conf.crew_table)):
        return conf.e_crew
    if s[FUEL_G] < conf.fuel_reserve_g:
        if conf.bunker_in_port:
            s[PORT] = 1
            s[REASON] = C_BUNKERING
            return go_home(s, conf)
        if 2 * s[FUEL_G] < conf.fuel_reserve_g or open_now(s, conf, sea, conf.bunker_table):
            return conf.e_bunker
    return NONE


@compilable
def goal(s: Ints, conf: Row, sea: Ints) -> int:
    """Return the next step towards the next tonne; nothing is under way."""
    if s[PLACE] == HOME:
        return conf.e_transit_out
    if s[SET_UP] == 0:
        return conf.e_set_up
    due = duty(s, conf, sea)
    if due >= 0:
        return due
    if s[DEPTH] < conf.joints:
        return conf.e_run
    if s[LANDED] == 0:
        return conf.e_first_land if s[LANDINGS] == 0 else conf.e_land
    s[REASON] = C_NONE
    if s[COLD]:
        return conf.e_circulate
    if s[LIFTS_HERE] >= conf.insertions_here:
        if s[LOCATIONS] + 1 >= conf.locations_goal:
            s[LEAVING] = 1
            return go_home(s, conf)
        return conf.e_relocate
    called = s[HOLD_L] >= conf.offer_l and s[CALL] <= s[T]
    if s[HOLD_L] >= conf.full_l or (called and open_now(s, conf, sea, conf.transfer_table)):
        return conf.e_meet
    return conf.e_shift


@compilable
def next_step(s: Ints, prog: Steps, parts: Steps, conf: Row, sea: Ints, draws: Ints, here: int) -> int:
    """Return the step to play now; `here` is the one under way, NONE when there is none."""
    urgent = NONE
    going = s[LEAVING] or s[T] >= conf.depart_at
    if s[PLACE] != HOME and here != conf.e_transit_home:
        urgent = emergency_rule(s, prog, conf, sea, draws)
        if urgent < 0 and not (going and s[DEPTH] == 0):
            was_stormy = s[STORMY]
            urgent = storm_rule(s, prog, conf, sea, draws)
            if was_stormy and urgent < 0:
                here = NONE
    if urgent >= 0:
        return urgent
    if s[FAULT] >= 0 and s[FAULT_CLASS] <= ROV:
        return mend_here(s, prog, parts, conf, here)
    if s[PLACE] == HOME or not going:
        urgent = heavy_fault_rule(s, prog, parts, conf, draws)
        if urgent >= 0:
            return urgent
    if going and not s[COUPLED]:
        s[LEAVING] = 1
        if s[PLACE] == HOME:
            return conf.e_end
        if here == conf.e_transit_home:
            return here
        abandon(s, prog, conf, draws)
        if s[STRINGS] > 0:
            s[REASON] = C_NONE
        return go_home(s, conf)
    if s[COLD] and s[LANDED] and here >= 0 and here != conf.e_circulate:
        s[RESUME] = here
        return conf.e_circulate
    if here >= 0:
        return here
    return goal(s, conf, sea)


@compilable
def decide(s: Ints, prog: Steps, parts: Steps, conf: Row, sea: Ints, draws: Ints, rows: Ints) -> int:
    """Return the step to play now and set when the next decision is due.

    Called when a decision falls due or a step says DECIDE; the step under way is s[PC], or s[RESUME] after a repair.
    """
    here = s[PC]
    if here == DECIDE:
        here = s[RESUME]
        s[RESUME] = NONE
    if conf.mining:
        pc = next_step(s, prog, parts, conf, sea, draws, here)
    elif s[FAULT] >= 0:
        pc = mend_here(s, prog, parts, conf, here)
    else:
        pc = here
    if prog[pc].merge == 0:
        end_merged_row(s, rows)
    watch(s, conf, sea)
    return pc
