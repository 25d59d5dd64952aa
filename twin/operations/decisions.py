"""What a vessel does next when something falls due: the campaign's rules, by priority.

Order: emergency, storm, fault in place, fault that needs port or a string trip, going home, going on with the step
under way, and last the goals of a mining vessel (get there, set up, run the string, land, mine). The rules read the
state and the tables that exist before the run; they never look at what has not been forecast or observed.
"""

from twin.operations.codes import *  # noqa: F403  (integer names only; numba bakes them in)
from twin.operations.engine import compilable
from twin.operations.rows import end_merged_row


@compilable
def hour_of(s, conf):
    """Return the hour of the sea tables in which the asset's clock stands."""
    return (s[T] - conf[ORIGIN]) // 3600


@compilable
def watch(s, conf, sea):
    """Set when the next decision is due (SOFT, at the end of a step) and when even a step is cut (HARD)."""
    t = s[T]
    soft = conf[HORIZON]
    hard = conf[HORIZON]
    if conf[MINING]:
        if s[PLACE] != HOME:
            soft = min(soft, abs(sea[conf[ALERT_TABLE] + hour_of(s, conf)]))
        if s[LEAVING] == 0 and conf[DEPART_AT] > t:
            soft = min(soft, conf[DEPART_AT])
        if s[DEPTH] > 0 and s[DISCONNECTED] == 0:
            hang = sea[conf[HANG_TABLE] + hour_of(s, conf)]
            if hang > 0:
                hard = min(hard, hang)
    s[SOFT] = soft
    s[HARD] = hard


@compilable
def uncouple(s, prog, conf, moved_l):
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
def abandon(s, prog, conf):
    """Break off what is under way: a coupled shuttle is let go with what it has, an insertion is lost."""
    if s[COUPLED]:
        step = prog[conf[E_OFFLOAD]]
        left_s = s[step[LEFT]]
        moved_l = 0
        if left_s > 0:
            whole_s = max(1, -(-s[LOAD_L] * 3600 // step[RATE_L_H]))
            moved_l = s[LOAD_L] * (whole_s - left_s) // whole_s
            s[step[LEFT]] = 0
        uncouple(s, prog, conf, moved_l)
    for pc in range(conf[FIRST_MINING], conf[LAST_MINING] + 1):
        s[prog[pc][LEFT]] = 0


@compilable
def storm_rule(s, prog, conf, sea):
    """Return the step a tropical-cyclone alert asks for, or NONE."""
    alert = sea[conf[ALERT_TABLE] + hour_of(s, conf)] < 0
    if s[STORMY] == 0:
        if not alert:
            return NONE
        expected_s = sea[conf[ARRIVAL_TABLE] + hour_of(s, conf)] - s[T]
        s[STORMY] = conf[POLICY]
        if s[DEPTH] == 0:
            s[STORMY] = EVADING
        elif expected_s < s[DEPTH] * conf[RECOVER_PLAN_S]:
            s[STORMY] = HANGING_OFF
    abandon(s, prog, conf)
    s[REASON] = C_STORM
    if s[DEPTH] == 0:
        s[STORMY] = EVADING
    if s[STORMY] == HANGING_OFF:
        if alert:
            if s[LANDED]:
                return conf[E_FLUSH]
            return conf[E_HANG_OFF] if s[SECURED] else conf[E_SECURE]
        if s[SECURED] and s[LANDINGS] > 0 and s[DEPTH] == conf[JOINTS]:
            return conf[E_RESTART]
    elif s[PLACE] == CLEAR:
        return conf[E_STAY_CLEAR] if alert else conf[E_RETURN]
    elif alert:
        if s[LANDED]:
            return conf[E_FLUSH]
        return conf[E_RECOVER] if s[DEPTH] > 0 else conf[E_EVADE]
    s[STORMY] = 0
    s[SECURED] = 0
    return NONE


@compilable
def emergency_rule(s, prog, conf, sea):
    """Return the step asked for by a sea above the hang-off limit with the string out, or NONE."""
    if s[DEPTH] == 0:
        return NONE
    too_rough = sea[conf[HANG_TABLE] + hour_of(s, conf)] < 0
    if s[DISCONNECTED] == 0:
        if not too_rough:
            return NONE
        abandon(s, prog, conf)
        s[REASON] = C_EMERGENCY
        s[DISCONNECTED] = 1
    if s[DISCONNECTED] == 1:
        return conf[E_DISCONNECT]
    return conf[E_RIDE] if too_rough else conf[E_RECONNECT]


@compilable
def mend(s, prog, conf):
    """Return the repair step of the fault in hand, waiting first for a spare that is not on board."""
    component = prog[s[FAULT]]
    if component[RESUPPLY_S] > 0 and s[component[SPARES]] == 0:
        slot = prog[conf[E_AWAIT]][LEFT]
        if s[slot] == 0:
            s[slot] = component[RESUPPLY_S]
        return conf[E_AWAIT]
    pc = conf[E_ROV_REPAIR] if s[FAULT_CLASS] == ROV else conf[E_REPAIR]
    slot = prog[pc][LEFT]
    if s[slot] == 0:
        s[slot] = s[REPAIR_S]
    return pc


@compilable
def mend_here(s, prog, conf, here):
    """Return the repair step and remember the step to come back to, unless it is the repair itself."""
    pc = mend(s, prog, conf)
    if here != conf[E_AWAIT] and here != conf[E_REPAIR] and here != conf[E_ROV_REPAIR]:
        s[RESUME] = here
    return pc


@compilable
def go_home(s, conf):
    """Return the next step of getting the string in and the ship home."""
    if s[LANDED]:
        return conf[E_FLUSH]
    if s[DEPTH] > 0:
        return conf[E_RECOVER]
    return conf[E_LEAVE]


@compilable
def heavy_fault_rule(s, prog, conf):
    """Return the step a fault beyond repair on station (or an empty tank) asks for, or NONE."""
    faulty = s[FAULT] >= 0
    if s[PLACE] == HOME:
        if faulty:
            return mend(s, prog, conf)
        return conf[E_PORT] if s[PORT] else NONE
    if faulty and s[FAULT_CLASS] == STRING_TRIP and s[DEPTH] == 0:
        return mend(s, prog, conf)
    if not (faulty or s[PORT]):
        return NONE
    abandon(s, prog, conf)
    s[REASON] = C_FAILURE if faulty else C_BUNKERING
    if faulty and s[FAULT_CLASS] == STRING_TRIP:
        return conf[E_FLUSH] if s[LANDED] else conf[E_RECOVER]
    s[PORT] = 1
    return go_home(s, conf)


@compilable
def goal(s, conf):
    """Return the next step towards the next tonne; nothing is under way."""
    if s[PLACE] == HOME:
        return conf[E_TRANSIT_OUT]
    if s[SET_UP] == 0:
        return conf[E_SET_UP]
    if s[T] >= s[CREW_DUE]:
        return conf[E_CREW]
    if s[FUEL_G] < conf[FUEL_RESERVE_G]:
        if conf[BUNKER_IN_PORT] == 0:
            return conf[E_BUNKER]
        s[PORT] = 1
        s[REASON] = C_BUNKERING
        return go_home(s, conf)
    if s[DEPTH] < conf[JOINTS]:
        return conf[E_RUN]
    if s[LANDED] == 0:
        return conf[E_FIRST_LAND] if s[LANDINGS] == 0 else conf[E_LAND]
    s[REASON] = C_NONE
    if s[COLD]:
        return conf[E_CIRCULATE]
    if s[LIFTS_HERE] >= conf[INSERTIONS_HERE]:
        if s[LOCATIONS] + 1 >= conf[LOCATIONS_GOAL]:
            s[LEAVING] = 1
            return go_home(s, conf)
        return conf[E_RELOCATE]
    if s[HOLD_L] >= conf[FULL_L] or (s[HOLD_L] >= conf[OFFER_L] and s[CALL] <= s[T]):
        return conf[E_MEET]
    return conf[E_SHIFT]


@compilable
def next_step(s, prog, conf, sea, here):
    """Return the step to play now; `here` is the one under way, NONE when there is none."""
    urgent = NONE
    going = s[LEAVING] or s[T] >= conf[DEPART_AT]
    if s[PLACE] != HOME and here != conf[E_TRANSIT_HOME]:
        urgent = emergency_rule(s, prog, conf, sea)
        if urgent < 0 and not (going and s[DEPTH] == 0):
            was_stormy = s[STORMY]
            urgent = storm_rule(s, prog, conf, sea)
            if was_stormy and urgent < 0:
                here = NONE
    if urgent >= 0:
        return urgent
    if s[FAULT] >= 0 and s[FAULT_CLASS] <= ROV:
        return mend_here(s, prog, conf, here)
    if s[PLACE] == HOME or not going:
        urgent = heavy_fault_rule(s, prog, conf)
        if urgent >= 0:
            return urgent
    if going and not s[COUPLED]:
        s[LEAVING] = 1
        if s[PLACE] == HOME:
            return conf[E_END]
        if here == conf[E_TRANSIT_HOME]:
            return here
        abandon(s, prog, conf)
        if s[REASON] != C_EMERGENCY:
            s[REASON] = C_NONE
        return go_home(s, conf)
    if s[COLD] and s[LANDED] and here >= 0 and here != conf[E_CIRCULATE]:
        s[RESUME] = here
        return conf[E_CIRCULATE]
    if here >= 0:
        return here
    return goal(s, conf)


@compilable
def decide(s, prog, conf, sea, draws, rows):
    """Return the step to play now and set when the next decision is due.

    Called when a decision falls due or a step says DECIDE; the step under way is s[PC], or s[RESUME] after a repair.
    """
    here = s[PC]
    if here == DECIDE:
        here = s[RESUME]
        s[RESUME] = NONE
    if conf[MINING]:
        pc = next_step(s, prog, conf, sea, here)
    elif s[FAULT] >= 0:
        pc = mend_here(s, prog, conf, here)
    else:
        pc = here
    if prog[pc][MERGE] == 0:
        end_merged_row(s, rows)
    watch(s, conf, sea)
    return pc
