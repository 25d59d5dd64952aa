"""Interval rows as the kernel writes them: six whole numbers a row (`codes.R_…`), one row when an activity ends.

The buffer is zero where nothing has been written; holes are written plus one, so that 0 says none.
"""

from twin.operations.codes import *
from twin.operations.engine import Ints, Row, compilable


@compilable
def row_code(s: Ints, step: Row) -> int:
    """Return the activity, state and cause of a step in one number; planned work inherits the cause in force."""
    if step.code < CAUSE_UNIT:
        return step.code + s[REASON] * CAUSE_UNIT
    return step.code


@compilable
def append_row(s: Ints, rows: Ints, code: int, start: int, end: int, hole: int, over_s: int) -> None:
    """Append one interval row; an interval of no length is none."""
    if end > start:
        n = s[N_ROWS]
        rows[n] = code
        rows[n + 1] = start
        rows[n + 2] = end
        rows[n + 3] = hole + 1
        rows[n + 5] = over_s
        s[N_ROWS] = n + ROW_FIELDS


@compilable
def end_merged_row(s: Ints, rows: Ints) -> None:
    """Write the merged row under way, if there is one: it ends now."""
    if s[ROW] >= 0:
        append_row(s, rows, s[ROW_CODE], s[ROW], s[T], NONE, 0)
        s[ROW] = NONE


@compilable
def emit_merged(s: Ints, rows: Ints, step: Row) -> None:
    """Begin a merged row, or let the one under way go on when it says the same."""
    code = row_code(s, step)
    if s[ROW] >= 0 and s[ROW_CODE] != code:
        end_merged_row(s, rows)
    if s[ROW] < 0:
        s[ROW] = s[T]
        s[ROW_CODE] = code


@compilable
def over_limit(conf: Row, sea: Ints, limit: int, start: int, end: int) -> int:
    """Return the seconds of [start, end) during which the observed sea is above a limit."""
    over_s = 0
    t = start
    while t < end:
        run = sea[limit + (t - conf.origin) // 3600]
        if run < 0:
            over_s += min(-run, end) - t
        t = min(abs(run), end)
    return over_s


@compilable
def emit(s: Ints, conf: Row, sea: Ints, rows: Ints, step: Row, state: int, end: int) -> None:
    """Write the row from now to `end` and move the clock there, burning fuel; `state` NONE takes the step's own.

    A step that waits for its sea limit is logged under its own activity. Its cause is that of the emergency or storm
    response it belongs to, else storm while a tropical cyclone (or its swell) is near, else weather.
    """
    t = s[T]
    if end > t:
        s[FUEL_G] -= step.burn_g_s * (end - t)
        if state == WAITING:
            end_merged_row(s, rows)
            cause = s[REASON]
            if cause != C_STORM and cause != C_EMERGENCY:
                near = sea[conf.near_table + (t - conf.origin) // 3600] < 0
                cause = C_STORM if near else C_WEATHER
            code = step.code % STATE_UNIT + WAITING * STATE_UNIT + cause * CAUSE_UNIT
            append_row(s, rows, code, t, end, s[LIFTS] if step.mining else NONE, 0)
        elif step.merge:
            emit_merged(s, rows, step)
        else:
            end_merged_row(s, rows)
            over_s = over_limit(conf, sea, step.limit, t, end) if step.limit >= 0 and step.whole else 0
            append_row(s, rows, row_code(s, step), t, end, s[LIFTS] if step.mining else NONE, over_s)
    s[T] = end
