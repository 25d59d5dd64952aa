"""What completing a step changes in the state of an asset."""

from twin.operations.codes import *  # noqa: F403  (integer names only; numba bakes them in)
from twin.operations.decisions import uncouple
from twin.operations.engine import compilable


@compilable
def disconnect(s, conf, draws):
    """Dump the pipe, let the tool go; a draw decides whether the string is lost."""
    if s[LANDED]:
        s[LOST_DRY_G] += conf.pipe_dry_g
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
def repaired(s, parts, draws):
    """Put the repaired component back to work: one spare less, a new life."""
    component = parts[s[FAULT]]
    if component.resupply_s > 0:
        s[component.spares] -= 1
    s[component.life] = draws[component.life_at + s[component.life_law]]
    s[component.life_law] += 1
    s[FAULT] = NONE


@compilable
def finish(s, prog, parts, conf, draws, rows, step):
    """Apply what completing a step changes, and return the step that follows (or DECIDE)."""
    t = s[T]
    fx = step.effect
    if fx == FX_JOINT:
        s[DEPTH] += 1 if step.goal > 0 else -1
        if s[DEPTH] == step.goal or s[DEPTH] == 1:
            return step.next
        return step.back
    if fx == FX_LIFT:
        at = conf.mass_at + 3 * s[LIFTS] * conf.mass_stride
        s[HOLD_L] += draws[at]
        s[HOLD_DRY_G] += draws[at + 1]
        s[HOLD_WATER_G] += draws[at + 2]
        rows[s[N_ROWS] - ROW_FIELDS + R_DRY_G] = draws[at + 1]
        s[LIFTS] += 1
        s[LIFTS_HERE] += 1
        if (
            s[LIFTS_HERE] >= conf.insertions_here
            or t >= min(s[CALL], s[CREW_DUE])
            or s[FUEL_G] < conf.fuel_reserve_g
        ):
            return DECIDE
        if s[HOLD_L] >= conf.full_l:
            return step.next
        if s[OFFERED] == 0 and s[HOLD_L] >= conf.offer_l:
            return conf.e_offer
        return step.back
    if fx == FX_TRANSFER:
        uncouple(s, prog, conf, s[LOAD_L])
    elif fx == FX_ARRIVE:
        s[PLACE] = SITE
    elif fx == FX_LEAVE:
        s[PLACE] = HOME
    elif fx == FX_SET_UP:
        s[SET_UP] = 1
    elif fx == FX_LAND:
        s[LANDED] = 1
        s[LANDINGS] += 1
        s[COLD] = 0
    elif fx == FX_RELOCATE:
        s[LOCATIONS] += 1
        s[LIFTS_HERE] = 0
        s[LANDED] = 0
    elif fx == FX_FLUSH:
        s[LANDED] = 0
    elif fx == FX_SECURE:
        s[SECURED] = 1
    elif fx == FX_RESTART:
        s[SECURED] = 0
        s[STORMY] = 0
        s[LANDED] = 1
        s[COLD] = 0
    elif fx == FX_EVADE:
        s[PLACE] = CLEAR
    elif fx == FX_RETURN:
        s[PLACE] = SITE
        s[STORMY] = 0
    elif fx == FX_DISCONNECT:
        disconnect(s, conf, draws)
    elif fx == FX_RECONNECT:
        s[DISCONNECTED] = 0
    elif fx == FX_AWAIT:
        s[parts[s[FAULT]].spares] = 1
    elif fx == FX_REPAIR:
        repaired(s, parts, draws)
    elif fx == FX_PORT:
        s[PORT] = 0
        s[FUEL_G] = conf.fuel_capacity_g
        s[CREW_DUE] = t + conf.crew_interval_s
    elif fx == FX_BUNKER:
        s[FUEL_G] = conf.fuel_capacity_g
    elif fx == FX_CREW:
        s[CREW_DUE] = t + conf.crew_interval_s
    elif fx == FX_CIRCULATE:
        s[COLD] = 0
    elif fx == FX_COUNT:
        s[LOCATIONS] += 1
        if s[LOCATIONS] % step.goal != 0:
            return step.back
    return step.next
