"""What completing a step changes in the state of an asset."""

from twin.operations.codes import *
from twin.operations.decisions import uncouple
from twin.operations.engine import Ints, Row, Steps, compilable


@compilable
def clear_pipe(s: Ints) -> None:
    """Note that nothing of what was lifted is in the pipe."""
    s[LIFT_T], s[LIFT_2_T], s[LIFT_3_T], s[SPILL_DRY_G] = NONE, NONE, NONE, 0


@compilable
def dump(s: Ints, conf: Row, draws: Ints, rows: Ints) -> None:
    """Dump what is in the pipe: of the last three insertions out of the hold's account, and of a lift broken off.

    Mud travels up the pipe as a plug, pushed on by sea water after its insertion; the pumps run until the emergency
    begins, at the start of the row just written, which gets the dry solids dumped.
    """
    begin = rows[s[N_ROWS] - ROW_FIELDS + R_START]
    dumped_g = 0
    for back in range(1, 4):
        entered = s[LIFT_T + back - 1]
        if entered >= 0:
            at = conf.mass_at + 3 * (s[LIFTS] - back) * conf.mass_stride
            whole_l = draws[at]
            left_l = min(whole_l, conf.pipe_l - conf.flow_l_h * (begin - entered) // 3600, s[HOLD_L])
            if left_l > 0:
                dry_g = min(draws[at + 1] * left_l // whole_l, s[HOLD_DRY_G])
                water_g = min(draws[at + 2] * left_l // whole_l, s[HOLD_WATER_G])
                s[HOLD_L] -= left_l
                s[HOLD_DRY_G] -= dry_g
                s[HOLD_WATER_G] -= water_g
                s[LOST_WATER_G] += water_g
                dumped_g += dry_g
    s[LOST_DRY_G] += dumped_g
    s[SPILT_DRY_G] += s[SPILL_DRY_G]
    rows[s[N_ROWS] - ROW_FIELDS + R_DRY_G] = dumped_g + s[SPILL_DRY_G]


@compilable
def disconnect(s: Ints, conf: Row, draws: Ints, rows: Ints) -> None:
    """Dump the pipe, let the tool go; a draw decides whether the string is lost.

    A pipe in which circulation has gone cold was flushed before.
    """
    if s[LANDED] and s[COLD] == 0:
        dump(s, conf, draws, rows)
    clear_pipe(s)
    s[LANDED] = 0
    s[DISCONNECTED] = 2
    lost = draws[conf.loss_at + s[conf.loss_law]]
    s[conf.loss_law] += 1
    if lost:
        s[STRINGS] -= 1
        s[DEPTH] = 0
        s[DISCONNECTED] = 0
        s[SECURED] = 0
        if s[STRINGS] == 0:
            s[LEAVING] = 1


@compilable
def repaired(s: Ints, parts: Steps, draws: Ints) -> None:
    """Put the repaired component back to work: one spare less, a new life."""
    component = parts[s[FAULT]]
    if component.resupply_s > 0:
        s[component.spares] -= 1
    s[component.life] = draws[component.life_at + s[component.life_law]]
    s[component.life_law] += 1
    s[FAULT] = NONE


@compilable
def lifted(s: Ints, conf: Row, draws: Ints, rows: Ints, step: Row) -> int:
    """Take one insertion's mud into the hold; return the step that follows."""
    at = conf.mass_at + 3 * s[LIFTS] * conf.mass_stride
    s[HOLD_L] += draws[at]
    s[HOLD_DRY_G] += draws[at + 1]
    s[HOLD_WATER_G] += draws[at + 2]
    rows[s[N_ROWS] - ROW_FIELDS + R_DRY_G] = draws[at + 1]
    s[LIFTS] += 1
    s[LIFTS_HERE] += 1
    s[LIFT_3_T], s[LIFT_2_T], s[LIFT_T] = s[LIFT_2_T], s[LIFT_T], s[T]
    due = s[T] >= min(s[CALL], s[CREW_DUE]) or s[FUEL_G] < conf.fuel_reserve_g
    if due or s[LIFTS_HERE] >= conf.insertions_here:
        return DECIDE
    if s[HOLD_L] >= conf.full_l:
        return step.next
    if s[OFFERED] == 0 and s[HOLD_L] >= conf.offer_l:
        return conf.e_offer
    return step.back


@compilable
def change(s: Ints, prog: Steps, parts: Steps, conf: Row, draws: Ints, rows: Ints, step: Row) -> None:
    """Change the state of the asset as completing the step does."""
    fx = step.effect
    if fx == FX_TRANSFER:
        uncouple(s, prog, conf, s[LOAD_L])
    elif fx == FX_ARRIVE:
        s[PLACE] = SITE
    elif fx == FX_LEAVE:
        s[PLACE] = HOME
    elif fx == FX_SET_UP:
        s[SET_UP] = 1
    elif fx == FX_LAND:
        s[LANDED], s[COLD] = 1, 0
        clear_pipe(s)
        s[LANDINGS] += 1
    elif fx == FX_RELOCATE:
        s[LOCATIONS] += 1
        s[LIFTS_HERE], s[LANDED] = 0, 0
    elif fx == FX_FLUSH:
        s[LANDED] = 0
    elif fx == FX_SECURE:
        s[SECURED] = 1
    elif fx == FX_RESTART:
        s[SECURED], s[STORMY], s[LANDED], s[COLD] = 0, 0, 1, 0
        clear_pipe(s)
    elif fx == FX_EVADE:
        s[PLACE] = CLEAR
    elif fx == FX_RETURN:
        s[PLACE], s[STORMY] = SITE, 0
    elif fx == FX_DISCONNECT:
        disconnect(s, conf, draws, rows)
    elif fx == FX_RECONNECT:
        s[DISCONNECTED] = 0
    elif fx == FX_AWAIT:
        s[parts[s[FAULT]].spares] = 1
    elif fx == FX_REPAIR:
        repaired(s, parts, draws)
    elif fx == FX_PORT:
        s[PORT], s[FUEL_G] = 0, conf.fuel_capacity_g
        s[CREW_DUE] = s[T] + conf.crew_interval_s
    elif fx == FX_BUNKER:
        s[FUEL_G] = conf.fuel_capacity_g
    elif fx == FX_CREW:
        s[CREW_DUE] = s[T] + conf.crew_interval_s
    elif fx == FX_CIRCULATE:
        s[COLD] = 0
        clear_pipe(s)


@compilable
def finish(s: Ints, prog: Steps, parts: Steps, conf: Row, draws: Ints, rows: Ints, step: Row) -> int:
    """Apply what completing a step changes, and return the step that follows (or DECIDE)."""
    if step.effect == FX_LIFT:
        return lifted(s, conf, draws, rows, step)
    if step.effect == FX_JOINT:
        s[DEPTH] += 1 if step.goal > 0 else -1
        return step.next if s[DEPTH] == step.goal or s[DEPTH] == 1 else step.back
    if step.effect == FX_COUNT:
        s[LOCATIONS] += 1
        return step.next if s[LOCATIONS] % step.goal == 0 else step.back
    change(s, prog, parts, conf, draws, rows, step)
    return step.next
