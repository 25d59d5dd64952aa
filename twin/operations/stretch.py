"""A stretch: what one asset does alone, from one meeting point to the next, as a pure walk over plain arrays.

``play`` runs a program (rows of `codes` fields) from a state until a meeting point, the end of the program or a given
second. It is written once, in Python that numba compiles: interpreted it takes lists and memory views, compiled it
takes int64 arrays, and both give the same rows to the last bit. All times are Unix UTC seconds, whole numbers.
"""

from twin.operations.codes import *
from twin.operations.decisions import decide
from twin.operations.effects import finish
from twin.operations.engine import Ints, Row, Steps, compilable
from twin.operations.rows import emit, emit_merged, end_merged_row

HALT = -3  # instead of a step: the next segment ends after `until`
SHORT_OF_DRAWS = -4


@compilable
def opening(step: Row, conf: Row, sea: Ints, t: int, work_s: int, stop: int) -> int:
    """Return the first second >= t at which the step may start or go on; the search gives up at `stop`."""
    while t < stop:
        hour = (t - conf.origin) // 3600
        run = sea[step.limit + hour]
        if run < 0:
            t = -run
        elif step.whole == 0 or sea[step.forecast + hour] >= t + work_s:
            return t
        else:  # too short: look again when the open run ends or when the next forecast comes, whichever is first
            t = min(run, t - (t - conf.origin) % conf.issue_s + conf.issue_s)
    return t


@compilable
def first_failure(s: Ints, step: Row, draws: Ints, work_s: int) -> tuple[int, int]:
    """Return (seconds until the first worn component fails, its life slot), or (work_s, -1) when none does.

    While one fault is being dealt with a second one waits: components age on and fail at once afterwards.
    """
    soonest = work_s
    slot = NONE
    if s[FAULT] >= 0:
        return soonest, slot
    for j in range(step.wear_from, step.wear_to):
        life = max(0, s[draws[j]])
        if life < soonest:
            soonest = life
            slot = draws[j]
    return soonest, slot


@compilable
def fail(s: Ints, parts: Steps, conf: Row, draws: Ints, slot: int) -> None:
    """Note the fault of the component whose life slot is given: its repair time and class, drawn by ordinal."""
    s[FAULT] = (slot - conf.first_life) // 2
    component = parts[s[FAULT]]
    s[REPAIR_S] = draws[component.repair_at + s[component.repair_law]]
    s[FAULT_CLASS] = component.repair_class
    if draws[component.escalate_at + s[component.escalate_law]] == 1:
        s[FAULT_CLASS] = STRING_TRIP if component.repair_class < STRING_TRIP else IN_PORT
    s[component.repair_law] += 1
    s[component.escalate_law] += 1


@compilable
def draws_left(s: Ints, parts: Steps, conf: Row, draws: Ints, step: Row) -> bool:
    """Tell whether one more draw of everything this step may ask for is there."""
    if step.law >= 0 and s[step.law] >= step.count:
        return False
    for j in range(step.wear_from, step.wear_to):
        component = parts[(draws[j] - conf.first_life) // 2]
        if (
            s[component.repair_law] >= component.repair_count
            or s[component.life_law] >= component.life_count
            or s[component.escalate_law] >= component.escalate_count
        ):
            return False
    return not (step.effect == FX_DISCONNECT and s[conf.loss_law] >= conf.loss_count)


@compilable
def work_left(s: Ints, step: Row, draws: Ints) -> tuple[int, bool]:
    """Return (seconds of work left of a step, whether it begins now)."""
    left = s[step.left]
    if left > 0:
        return left, False
    if step.fixed_s > 0:
        return step.fixed_s, True
    if step.law >= 0:
        return draws[step.at + s[step.law]], True
    if step.volume >= 0:
        return max(1, -(-s[step.volume] * 3600 // step.rate_h)), True
    return 0, False


@compilable
def begin(s: Ints, step: Row, work_s: int) -> None:
    """Keep the draw of a step that begins, so that interrupted work goes on with it."""
    s[step.left] = work_s
    if step.law >= 0:
        s[step.law] += 1


@compilable
def segment(s: Ints, prog: Steps, parts: Steps, conf: Row, sea: Ints, draws: Ints, rows: Ints, until: int) -> int:
    """Play one waiting or working segment of the step under way, whatever may disturb it; return the next step."""
    t = s[T]
    pc = s[PC]
    step = prog[pc]
    if not draws_left(s, parts, conf, draws, step):
        return SHORT_OF_DRAWS
    work_s, begins = work_left(s, step, draws)
    cut = s[HARD]
    stop = min(cut, s[SOFT]) if step.cut else cut
    if step.limit >= 0:
        wait_stop = min(cut, s[SOFT])
        start = min(opening(step, conf, sea, t, work_s, wait_stop), wait_stop)
        if start > t:
            if start > until:
                return HALT
            if begins:
                begin(s, step, work_s)
            emit(s, conf, sea, rows, step, WAITING, start)
            if step.mining and start - t >= conf.cold_after_s:
                s[COLD] = 1
                s[RESUME] = pc
                return DECIDE
            return pc
        if step.whole == 0:
            stop = min(stop, sea[step.limit + (t - conf.origin) // 3600])
    end = min(t + work_s, stop)
    lasts_s, slot = first_failure(s, step, draws, end - t)
    end = t + lasts_s
    if end > until:
        return HALT
    if begins:
        begin(s, step, work_s)
    emit(s, conf, sea, rows, step, NONE, end)
    for j in range(step.wear_from, step.wear_to):
        s[draws[j]] -= lasts_s
    s[step.left] = work_s - lasts_s
    if slot >= 0:
        fail(s, parts, conf, draws, slot)
        s[RESUME] = pc
        return DECIDE
    if work_s > lasts_s:
        return pc
    return finish(s, prog, parts, conf, draws, rows, step)


@compilable
def hold_on(s: Ints, prog: Steps, conf: Row, sea: Ints, rows: Ints, until: int) -> int:
    """Wait until the table a step names is open (alert over, sea below the hang-off limit) or a decision is due."""
    step = prog[s[PC]]
    run = sea[step.limit + (s[T] - conf.origin) // 3600]
    if run > 0:
        return step.next
    end = min(-run, s[HARD], s[SOFT])
    if end > until:
        return HALT
    emit(s, conf, sea, rows, step, NONE, end)
    return step.next


@compilable
def wear_rest(s: Ints, step: Row, draws: Ints, work_s: int) -> bool:
    """Use up the lives of all wearing components but the first; if one does not last, give all of them back."""
    lasts = True
    for j in range(step.wear_from + 1, step.wear_to):
        s[draws[j]] -= work_s
        if s[draws[j]] < 0:
            lasts = False
    if not lasts:
        for j in range(step.wear_from, step.wear_to):
            s[draws[j]] += work_s
    return lasts


@compilable
def dash(s: Ints, prog: Steps, parts: Steps, conf: Row, sea: Ints, draws: Ints, rows: Ints, until: int) -> None:
    """Play on while all is clear: the window is open, everything lasts, nothing falls due, there is room for rows.

    This is `segment` for the common case, and commits the same numbers.
    """
    origin = conf.origin
    room = len(rows) - 4 * ROW_FIELDS
    reason = s[REASON] * CAUSE_UNIT
    bound = min(s[SOFT], s[HARD], until)
    t, pc, n, fuel_g = s[T], s[PC], s[N_ROWS], s[FUEL_G]
    while pc != DECIDE and n <= room:
        step = prog[pc]
        if step.kind != WORK:
            break
        left_slot = step.left
        work_s = s[left_slot]
        if work_s == 0:
            work_s = step.fixed_s
            if work_s == 0 and step.law >= 0 and s[step.law] < step.count:
                work_s = draws[step.at + s[step.law]]
        end = t + work_s
        if work_s == 0 or end > bound:
            break
        limit = step.limit
        if limit >= 0:
            hour = (t - origin) // 3600
            if sea[limit + hour] < end or (step.forecast != limit and sea[step.forecast + hour] < end):
                break
        if step.life > 0:
            life = s[step.life] - work_s
            if life < 0:
                break
            s[step.life] = life
            if step.wear_more and not wear_rest(s, step, draws, work_s):
                break
        if s[left_slot] > 0:
            s[left_slot] = 0
        elif step.fixed_s == 0:
            s[step.law] += 1
        fuel_g -= step.burn_g_s * work_s
        if step.merge:
            s[T], s[N_ROWS] = t, n
            emit_merged(s, rows, step)
            n = s[N_ROWS]
        else:
            code = step.code
            rows[n] = code + reason if code < CAUSE_UNIT else code
            rows[n + 1] = t
            rows[n + 2] = end
            if step.mining:
                rows[n + 3] = s[LIFTS] + 1
            n += ROW_FIELDS
        t = end
        if step.effect == FX_NONE:
            pc = step.next
        else:
            s[T], s[N_ROWS], s[FUEL_G] = t, n, fuel_g
            pc = finish(s, prog, parts, conf, draws, rows, step)
            fuel_g = s[FUEL_G]
    s[T], s[PC], s[N_ROWS], s[FUEL_G] = t, pc, n, fuel_g


@compilable
def play(s: Ints, prog: Steps, parts: Steps, confs: Steps, sea: Ints, draws: Ints, rows: Ints, until: int) -> int:
    """Play a program until a meeting point, its end or `until`; return why it stopped.

    Parameters
    ----------
    s : state vector (see `codes`); changed in place, always consistent at a segment boundary.
    prog, parts, confs : step rows, component rows, and one configuration row.
    sea : sea limit and alert tables of the replicate, one after the other, hourly.
    draws : draws of this asset, already in seconds, grams or litres.
    rows : buffer for interval rows, ROW_FIELDS numbers each; s[N_ROWS] counts the numbers in use.
    until : UTC second; a segment that would end later is left for the next call.

    Returns
    -------
    PAUSED, MET (waits at a meeting point), OFFERS (a parcel is ready, mining may go on), ENDED, NEEDS_ROWS or
    NEEDS_DRAWS (call again with a longer buffer or more draws).
    """
    conf = confs[0]
    room = len(rows) - 4 * ROW_FIELDS
    while True:
        dash(s, prog, parts, conf, sea, draws, rows, until)
        if s[N_ROWS] > room:
            return NEEDS_ROWS
        if s[PC] == DECIDE or s[T] >= min(s[SOFT], s[HARD]):
            if s[T] >= conf.horizon:
                end_merged_row(s, rows)
                return ENDED
            s[PC] = decide(s, prog, parts, conf, sea, draws, rows)
            continue
        kind = prog[s[PC]].kind
        if kind == WORK:
            following = segment(s, prog, parts, conf, sea, draws, rows, until)
        elif kind == HOLD_ON:
            following = hold_on(s, prog, conf, sea, rows, until)
        else:
            return MET if kind == MEET else OFFERS if kind == OFFER else ENDED
        if following == HALT:
            return PAUSED
        if following == SHORT_OF_DRAWS:
            return NEEDS_DRAWS
        s[PC] = following
