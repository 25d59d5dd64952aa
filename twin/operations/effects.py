"""What completing a step changes in the state of an asset."""

from twin.operations.codes import *  # noqa: F403  (integer names only; numba bakes them in)
from twin.operations.decisions import uncouple
from twin.operations.engine import compilable


@compilable
def disconnect(s, conf, draws):
    """Dump the pipe, let the tool go; a draw decides whether the string is lost."""
    if s[LANDED]:
        s[LOST_DRY_G] += conf[PIPE_DRY_G]
    s[LANDED] = 0
    s[DISCONNECTED] = 2
    lost = draws[conf[LOSS_AT] + s[conf[LOSS_LAW]]]
    s[conf[LOSS_LAW]] += 1
    if lost:
        s[STRINGS] -= 1
        s[DEPTH] = 0
        s[DISCONNECTED] = 0
        s[SECURED] = 0
        if s[STRINGS] == 0:
            s[LEAVING] = 1


@compilable
def repaired(s, prog, draws):
    """Put the repaired component back to work: one spare less, a new life."""
    component = prog[s[FAULT]]
    if component[RESUPPLY_S] > 0:
        s[component[SPARES]] -= 1
    s[component[LIFE]] = draws[component[LIFE_AT] + s[component[LIFE_LAW]]]
    s[component[LIFE_LAW]] += 1
    s[FAULT] = NONE


@compilable
def finish(s, prog, conf, draws, rows, step):
    """Apply what completing a step changes, and return the step that follows (or DECIDE)."""
    t = s[T]
    fx = step[EFFECT]
    if fx == FX_JOINT:
        s[DEPTH] += 1 if step[GOAL] > 0 else -1
        if s[DEPTH] == step[GOAL] or s[DEPTH] == 1:
            return step[NEXT]
        return step[BACK]
    if fx == FX_LIFT:
        at = conf[MASS_AT] + 3 * s[LIFTS] * conf[MASS_STRIDE]
        s[HOLD_L] += draws[at]
        s[HOLD_DRY_G] += draws[at + 1]
        s[HOLD_WATER_G] += draws[at + 2]
        rows[s[N_ROWS] - ROW_FIELDS + R_DRY_G] = draws[at + 1]
        s[LIFTS] += 1
        s[LIFTS_HERE] += 1
        if (
            s[LIFTS_HERE] >= conf[INSERTIONS_HERE]
            or t >= min(s[CALL], s[CREW_DUE])
            or s[FUEL_G] < conf[FUEL_RESERVE_G]
        ):
            return DECIDE
        if s[HOLD_L] >= conf[FULL_L]:
            return step[NEXT]
        if s[OFFERED] == 0 and s[HOLD_L] >= conf[OFFER_L]:
            return conf[E_OFFER]
        return step[BACK]
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
        s[prog[s[FAULT]][SPARES]] = 1
    elif fx == FX_REPAIR:
        repaired(s, prog, draws)
    elif fx == FX_PORT:
        s[PORT] = 0
        s[FUEL_G] = conf[FUEL_CAPACITY_G]
        s[CREW_DUE] = t + conf[CREW_INTERVAL_S]
    elif fx == FX_BUNKER:
        s[FUEL_G] = conf[FUEL_CAPACITY_G]
    elif fx == FX_CREW:
        s[CREW_DUE] = t + conf[CREW_INTERVAL_S]
    elif fx == FX_CIRCULATE:
        s[COLD] = 0
    elif fx == FX_COUNT:
        s[LOCATIONS] += 1
        if s[LOCATIONS] % step[GOAL] != 0:
            return step[BACK]
    return step[NEXT]
