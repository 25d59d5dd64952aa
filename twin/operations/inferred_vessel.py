"""The state of a mining vessel from its log: each row that was finished changes the state as the kernel's step would.

What the rules of the campaign decide in a simulation, somebody decided on board: it is read from what was done next.
"""

from typing import Final

from ops_data.units import SECONDS_PER_HOUR
from twin.operations import codes as c
from twin.operations.effects import change, clear_pipe
from twin.operations.inferred import UNGAUGED, Draft, Gauged

MINING: Final = frozenset({"shift", "insert", "disaggregate", "lift"})
AFTER_SET_UP: Final = MINING | {"run_string", "land_string", "relocate", "offload", "flush", "recover_string"}
ON_SITE: Final = AFTER_SET_UP | {"set_up"}
DUTIES: Final = frozenset({"repair", "bunker", "crew_change"})
BROKEN_OFF: Final = frozenset({"disconnect", "secure", "hang_off", "evade", "flush", "recover_string"})
FIRST_LABELS: Final = {
    "run_string": "run_joint", "recover_string": "recover_joint", "return_to_site": "return", "port_call": "port",
    "off_hire": "end",
}  # fmt: skip
STORM_STEPS: Final = frozenset({"secure", "hang_off", "evade", "stay_clear", "return", "flush", "recover_joint"})
HEAVY: Final = frozenset({"flush", "recover_string", "transit_home", "port_call"})
KEPT: Final = frozenset({"disconnect", "hang_off", "reconnect"})


def vessel_vector(draft: Draft, gauged: Gauged = UNGAUGED) -> list[int]:
    """Return the state vector of a mining vessel but for what it hands over (see `inferred_chain`).

    Parameters
    ----------
    draft : its rows and tables; the vector is built in it.
    gauged : what its instruments say; without them string depth follows from how long joints were run, fuel from
        what was burnt.
    """
    s = draft.vector
    if not len(draft.rows):
        return s
    for number in range(len(draft.rows)):
        _presume(draft, number)
        label = label_of(draft, number)
        _decided(draft, number, label)
        if label in ("run_joint", "recover_joint"):
            _run(draft, number, label)
        elif label == "disconnect":
            _let_go(draft, number)
        elif label == "lift":
            _lift(draft, number)
        elif _finished(draft, number):
            step = draft.steps[draft.tables.pc[label]]
            s[c.T] = int(draft.rows[number, c.R_END])
            if step.effect not in (c.FX_TRANSFER, c.FX_REPAIR, c.FX_AWAIT):
                change(s, draft.steps, draft.parts, draft.conf, draft.tables.draws, [], step)
        if draft.is_waiting(number) and label in MINING:
            waited_s = int(draft.rows[number, c.R_END] - draft.rows[number, c.R_START])
            s[c.COLD] = int(s[c.COLD] or waited_s >= draft.conf.cold_after_s)
    if gauged.depth_joints is not None:
        s[c.DEPTH] = min(max(gauged.depth_joints, 0), draft.conf.joints)
    elif 0 < s[c.DEPTH] < draft.conf.joints:
        draft.note("string depth", "from how long joints were run, at the usual pace of one")
    if gauged.fuel_g is not None:
        s[c.FUEL_G] = min(gauged.fuel_g, draft.conf.fuel_capacity_g)
    else:
        _fuel(draft)
    draft.wear()
    _under_way(draft)
    return s


def _presume(draft: Draft, number: int) -> None:
    """Presume what must have been before a row although the log does not tell it: sailed out, set up, tool landed."""
    s, activity = draft.vector, draft.label(number)
    missing = []
    if activity in ON_SITE and s[c.PLACE] == c.HOME:
        s[c.PLACE] = c.SITE
        missing.append("the way out")
    if activity in AFTER_SET_UP and not s[c.SET_UP]:
        s[c.SET_UP] = 1
        missing.append("setting up")
    if activity in MINING and not s[c.LANDED] and s[c.LANDINGS] == 0:
        s[c.DEPTH], s[c.LANDED], s[c.LANDINGS] = draft.conf.joints, 1, 1
        missing.append("running and landing the string")
    if missing:
        draft.note("log", f"it does not tell {', '.join(missing)}; taken to have been before {activity}")


def label_of(draft: Draft, number: int) -> str:
    """Return the step that a row is of, given the state at its beginning."""
    s, activity, waiting = draft.vector, draft.label(number), draft.is_waiting(number)
    if activity == "land_string":
        return "first_land" if s[c.LANDINGS] == 0 else "land"
    if activity == "restart":
        return "restart" if s[c.STORMY] else "circulate"
    if activity == "hang_off":
        return "ride" if s[c.DISCONNECTED] or int(draft.cause[number]) == c.C_EMERGENCY else "hang_off"
    if activity == "evade":
        return "stay_clear" if s[c.PLACE] == c.CLEAR else "evade"
    if activity == "repair":
        return "await_spare" if waiting else "repair"
    if activity == "offload":
        if waiting and int(draft.cause[number]) == c.CAUSE["shuttle"]:
            return "meet"
        return "pump_over" if _moored(draft, number) else "moor"
    return FIRST_LABELS.get(activity, activity)


def _moored(draft: Draft, number: int) -> bool:
    """Say whether mooring was finished before an offloading row: a working one came before it."""
    before = number - 1
    while before >= 0 and draft.label(before) in ("offload", "repair"):
        if draft.label(before) == "offload" and draft.ends_parcel(before):
            return False
        if draft.label(before) == "offload" and int(draft.state[before]) == c.WORKING:
            return True
        before -= 1
    return False


def _following(draft: Draft, number: int) -> int:
    """Return the number of the next row that is no repair, len(rows) if there is none."""
    return next((n for n in range(number + 1, len(draft.rows)) if draft.label(n) != "repair"), len(draft.rows))


def _finished(draft: Draft, number: int) -> bool:
    """Say whether the step of a row was finished with it: something else followed that does not break it off."""
    activity, then = draft.label(number), _following(draft, number)
    if activity == "repair":
        return number < len(draft.rows) - 1 and draft.label(number + 1) != activity
    if then == len(draft.rows):
        return activity == "transit_home" and number < then - 1 and _sailed_home(draft, number)
    following = draft.label(then)
    if activity == "reconnect":
        return following not in KEPT
    if activity == "evade":
        return draft.vector[c.PLACE] != c.CLEAR and not draft.is_waiting(number)
    if following == activity or draft.is_waiting(number):
        return False
    broken = following in BROKEN_OFF and int(draft.cause[then]) not in (c.C_NONE, c.CAUSE["charter"])
    return activity in BROKEN_OFF or not broken


def _sailed_home(draft: Draft, number: int) -> bool:
    """Say whether a vessel that repairs something had come home before: it had sailed as long as the shortest draw."""
    step = draft.steps[draft.tables.pc["transit_home"]]
    sails = (draft.activity[: number + 1] == c.ACTIVITY["transit_home"]) & (draft.state[: number + 1] == c.WORKING)
    worked_s = (draft.rows[: number + 1, c.R_END] - draft.rows[: number + 1, c.R_START])[sails].sum()
    shortest_s = step.fixed_s or draft.tables.draws[step.at : step.at + step.count].min()
    return bool(worked_s >= shortest_s)


def _decided(draft: Draft, number: int, label: str) -> None:
    """Set what must have been decided before a row: a storm or an emergency in hand, the cause in force, going home."""
    s, cause = draft.vector, int(draft.cause[number])
    if label in DUTIES or label == "await_spare":
        return
    step = draft.steps[draft.tables.pc[label]]
    if step.code < c.CAUSE_UNIT and not draft.is_waiting(number):
        s[c.REASON] = cause
    if cause == c.C_STORM and label in STORM_STEPS:
        if label in ("evade", "recover_joint", "stay_clear", "return"):
            s[c.STORMY] = c.EVADING
        elif s[c.STORMY] == 0:
            s[c.STORMY] = draft.conf.policy or c.HANGING_OFF
    elif label in MINING or label in ("run_joint", "recover_joint", "first_land", "land", "relocate"):
        s[c.STORMY], s[c.SECURED] = 0, 0
    if label == "disconnect":
        s[c.DISCONNECTED], s[c.REASON] = 1, c.C_EMERGENCY
    elif label in ("ride", "reconnect"):
        s[c.DISCONNECTED], s[c.REASON] = 2, c.C_EMERGENCY
    if label == "recover_joint" and cause in (c.C_NONE, c.CAUSE["charter"]):
        s[c.LEAVING] = 1
    if label == "transit_home":
        s[c.PORT] = int(cause in (c.C_FAILURE, c.C_BUNKERING))
        s[c.LEAVING] = int(not s[c.PORT])


def _run(draft: Draft, number: int, label: str) -> None:
    """Move the string for as long as it was run or recovered, at the usual pace of a joint."""
    s, joints, values = draft.vector, draft.conf.joints, draft.luck.values
    if draft.is_waiting(number):
        return
    down, following = label == "run_joint", _following(draft, number)
    done = following < len(draft.rows) and draft.label(following) != draft.label(number)
    ends_in = draft.label(following) if done else ""
    if done and down and ends_in in ("land_string", "restart", "bunker", "crew_change", *MINING):
        s[c.DEPTH] = joints
        return
    if done and not down and ends_in not in ("run_string", "disconnect", "hang_off", "secure"):
        s[c.DEPTH] = 0
        return
    hours = values["string.run_joint_h"] if down else values["string.recover_joint_h"]
    moved = int((draft.rows[number, c.R_END] - draft.rows[number, c.R_START]) / (hours * SECONDS_PER_HOUR))
    s[c.DEPTH] = min(s[c.DEPTH] + moved, joints - 1) if down else max(s[c.DEPTH] - moved, 1)


def _let_go(draft: Draft, number: int) -> None:
    """Let the tool go: the pipe is dumped; the string is lost unless it is ridden out and connected again."""
    s = draft.vector
    if number == len(draft.rows) - 1:
        return
    s[c.HOLD_DRY_G] -= int(draft.rows[number, c.R_DRY_G])
    clear_pipe(s)
    s[c.LANDED], s[c.DISCONNECTED] = 0, 2
    following = _following(draft, number)
    if following < len(draft.rows) and draft.label(following) not in KEPT:
        s[c.STRINGS] -= 1
        s[c.DEPTH], s[c.DISCONNECTED], s[c.SECURED] = 0, 0, 0
        s[c.LEAVING] = int(s[c.STRINGS] == 0)


def _lift(draft: Draft, number: int) -> None:
    """Take what a lift brought into the hold; a lift that was broken off uses its hole up."""
    s, row = draft.vector, draft.rows[number]
    if int(row[c.R_DRY_G]) > 0:
        s[c.HOLD_DRY_G] += int(row[c.R_DRY_G])
        s[c.LIFTS] += 1
        s[c.LIFTS_HERE] += 1
        s[c.LIFT_3_T], s[c.LIFT_2_T], s[c.LIFT_T] = s[c.LIFT_2_T], s[c.LIFT_T], int(row[c.R_END])
    elif not draft.is_waiting(number) and number < len(draft.rows) - 1:
        following = _following(draft, number)
        if following < len(draft.rows) and draft.label(following) != "lift":
            s[c.LIFTS] += 1
            s[c.LIFT_3_T], s[c.LIFT_2_T], s[c.LIFT_T] = s[c.LIFT_2_T], s[c.LIFT_T], c.NONE


def _fuel(draft: Draft) -> None:
    """Set the fuel on board: full tanks at departure and after bunkering, less what each activity burns."""
    s, rows = draft.vector, draft.rows
    full_g, fuel_g = draft.conf.fuel_capacity_g, draft.conf.fuel_capacity_g
    kinds = set(zip(draft.activity.tolist(), draft.state.tolist(), strict=True))
    burns_g_s = {kind: _burn_g_s(draft, *kind) for kind in kinds}
    for number in range(len(rows)):
        kind = int(draft.activity[number]), int(draft.state[number])
        fuel_g -= burns_g_s[kind] * int(rows[number, c.R_END] - rows[number, c.R_START])
        if draft.label(number) in ("bunker", "port_call") and _finished(draft, number):
            fuel_g = full_g
    s[c.FUEL_G] = fuel_g
    draft.note("fuel", "from full tanks and what each activity burns")


def _burn_g_s(draft: Draft, activity: int, state: int) -> int:
    """Return the fuel that an activity burns [g/s]: of the step with it, of the same state where there are two."""
    found = [step for step in draft.steps if step.code % c.STATE_UNIT == activity]
    same = [one for one in found if one.code % c.CAUSE_UNIT // c.STATE_UNIT == state]
    return int((same or found)[0].burn_g_s)


def _under_way(draft: Draft) -> None:
    """Set the step under way and what is left of it; the rules look at it first, and decide whether it goes on."""
    s, pc, last = draft.vector, draft.tables.pc, len(draft.rows) - 1
    for label in MINING:
        step = draft.steps[pc[label]]
        if step.law >= 0:
            s[step.law] = s[c.LIFTS]
    repairs, last = draft.label(last) == "repair", draft.last_work()
    here = pc[label_of(draft, last)] if draft.label(last) != "repair" else c.NONE
    if draft.ended():
        here = c.DECIDE
    elif here >= 0 and draft.steps[here].effect != c.FX_JOINT:  # of a joint in hand nothing is known
        draft.leave(here, draft.worked_s())
    s[c.T] = s[c.SOFT] = s[c.HARD] = draft.time_s  # the rules look at once
    s[c.PC] = here if here >= 0 else c.DECIDE
    if repairs:
        draft.fault(c.ROV, {c.ROV: "rov_repair"})
        s[c.RESUME] = here
    elif s[c.REASON] == c.C_FAILURE and draft.label(last) in HEAVY:
        _heavy_fault(draft)


def _heavy_fault(draft: Draft) -> None:
    """Set a fault for which the string comes in, or the ship goes to port: of the component most due."""
    s, due = draft.vector, draft.most_due()
    if due is None:
        return
    s[c.FAULT], part = due
    s[c.FAULT_CLASS] = c.IN_PORT if s[c.PORT] else c.STRING_TRIP
    s[c.REPAIR_S] = int(part.repair_s[0])
    draft.note("fault", f"the component most due is taken to be out of order: {part.name}")
