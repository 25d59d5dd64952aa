"""Integer names shared by programs, stretches and meeting points: what stands where in a state or a step row.

A *state* is one int64 vector per asset: the fields below, then one slot per law (draws taken so far), one per program
step (seconds of work left, 0 when not under way) and two per component (life left in operating seconds, spares on
board). A *step row* is one line of a program. Times are Unix UTC seconds, masses grams, volumes litres.
"""

from typing import Final

from ops_data import schemas

FAR: Final = 2**62  # "never": later than any simulated second
NONE: Final = -1

# --- activities, states and causes: the words of the interval table ------------------------------------------------
ACTIVITIES: Final = tuple(schemas.ACTIVITIES)
STATES: Final = tuple(schemas.STATES)
CAUSES: Final = tuple(schemas.CAUSES)

ACTIVITY: Final = {name: code for code, name in enumerate(ACTIVITIES)}
CAUSE: Final = {name: code for code, name in enumerate(CAUSES)}
WORKING, WAITING, REPAIRING, IDLE = range(4)
STATE_UNIT: Final = 1 << 8  # a row's code = activity + state * STATE_UNIT + cause * CAUSE_UNIT
CAUSE_UNIT: Final = 1 << 12

C_NONE: Final = CAUSE["none"]
C_WEATHER: Final = CAUSE["weather"]
C_STORM: Final = CAUSE["storm"]
C_FAILURE: Final = CAUSE["failure"]
C_BUNKERING: Final = CAUSE["bunkering"]
C_EMERGENCY: Final = CAUSE["emergency"]

# --- state vector ---------------------------------------------------------------------------------------------------
(
    T,  # local clock: everything before it is decided
    PC,  # step under way, or DECIDE
    RESUME,  # step to come back to after a repair
    ROW, ROW_CODE,  # start of a merged row under way (NONE if there is none) and its code
    REASON,  # cause that planned work inherits (storm, failure, …)
    SOFT,  # second from which the next decision is due, at the end of a step
    HARD,  # second at which even a whole-window step is cut: emergency or end of the horizon
    CALL,  # second from which a shuttle waits for mud, FAR if none does
    PLACE,  # one of HOME, SITE, CLEAR (evading)
    SET_UP,
    DEPTH,  # joints below the rotary table
    LANDED,  # tool at the seabed and circulation established
    LANDINGS,
    COLD,  # circulation stopped for long: re-establish it before mining on
    STORMY,  # 0 no alert in force, else HANGING_OFF or EVADING
    SECURED,
    DISCONNECTED,  # 0 no, 1 being done, 2 done
    STRINGS,  # strings left, the one in use included
    LEAVING,  # no more mining: go home
    LIFTS,  # holes used up: insertions lifted, and lifts broken off; also the number of the hole under way
    LIFTS_HERE,  # insertions lifted at this location
    LIFT_T, LIFT_2_T, LIFT_3_T,  # when the last three insertions had entered the pipe; NONE: nothing of it is there
    OFFERED,  # 1 while a parcel is ready and mining goes on
    LOCATIONS,  # locations finished
    HOLD_L, HOLD_DRY_G, HOLD_WATER_G,
    LOAD_L, LOAD_DRY_G, LOAD_WATER_G,  # parcel agreed at a meeting point
    COUPLED,  # a shuttle is alongside
    RELEASE_T,  # when the partner was let go or a parcel handed over in this stretch, FAR if it was not
    RELEASE_L, RELEASE_DRY_G, RELEASE_WATER_G,
    LOST_DRY_G, LOST_WATER_G,  # of what was lifted, dumped from the pipe at emergency disconnects
    SPILL_DRY_G, SPILT_DRY_G,  # of lifts broken off by emergencies: in the pipe now, dumped so far
    FAULT,  # component out of order, NONE if there is none
    FAULT_CLASS,
    REPAIR_S,  # repair time drawn for that fault
    FUEL_G,
    CREW_DUE,
    PORT,  # 1 when the vessel must go to port
    N_ROWS,
    FIELDS,  # how many fields there are: law ordinals follow
) = range(50)  # fmt: skip

HOME, SITE, CLEAR = range(3)  # PLACE
HANGING_OFF, EVADING = 1, 2  # STORMY

# --- step rows, component rows and the configuration row: fields, all int64 ----------------------------------------
STEP_FIELDS: Final = (
    "kind", "code",
    "fixed_s",  # duration of a constant law, 0 otherwise
    "law",  # state slot that counts the draws taken; NONE: constant, a volume, or work left set by a decision
    "at", "count",  # where its draws start, how many there are
    "volume",  # state slot: duration = what is there * 3600 / rate_h instead of a draw, NONE otherwise
    "rate_h",
    "left",  # state slot of the work left
    "limit", "forecast",  # where the observed and the forecast sea limit tables start, NONE without a limit
    "whole",  # 1: needs one open window for its whole duration; 0: pauses while the limit is exceeded
    "cut",  # 1: a decision due may cut it
    "merge",  # 1: repetitions without a gap make one row
    "mining",  # 1: part of an insertion; a long weather wait makes circulation cold
    "burn_g_s", "effect", "next", "back", "goal",
    "life",  # life slot of the first component that wears in it, 0 if none does
    "wear_from", "wear_to", "wear_more",  # where in the draws all life slots are listed; 1 if there is more than one
)  # fmt: skip
COMPONENT_FIELDS: Final = (
    "life",  # state slot of the operating seconds left
    "spares",  # state slot of the spares on board
    "life_law", "life_at", "life_count",
    "repair_law", "repair_at", "repair_count",
    "escalate_law", "escalate_at", "escalate_count",  # draws of 0 or 1: does this failure need one class more?
    "repair_class", "resupply_s",
)  # fmt: skip
ENTRIES: Final = (
    "transit_out", "set_up", "run", "first_land", "land", "shift", "lift", "relocate", "meet", "offer", "offload",
    "flush", "recover", "secure", "hang_off", "restart", "evade", "stay_clear", "return", "disconnect", "ride",
    "reconnect", "await", "repair", "rov_repair", "port", "bunker", "crew", "circulate", "leave", "transit_home",
    "end",
)  # fmt: skip
CONFIGURATION_FIELDS: Final = (
    "origin",  # UTC second of hour 0 of the sea tables
    "horizon",
    "issue_s",  # interval between sea forecasts, FAR under perfect foresight
    "mining",  # 1 for a mining vessel: the decision rules apply
    "first_life",  # life slot of the first component
    "hang_table", "alert_table", "arrival_table", "near_table",  # starts in the sea tables
    "transfer_table", "crew_table", "bunker_table",
    "policy",  # HANGING_OFF, EVADING or 0 to ride out
    "joints", "recover_plan_s",  # full string; planned seconds to recover one joint
    "full_l", "offer_l",  # mud in the hold that stops mining, that is worth a shuttle
    "mass_at", "mass_stride",  # slurry [l], dry [g], water [g] of lift 0, 1, …
    "pipe_l", "flow_l_h",  # volume of the pipe, flow of the lift: what is still on its way up
    "loss_law", "loss_at", "loss_count",  # draws of 0 or 1: does an emergency disconnect lose the string?
    "insertions_here", "locations_goal",  # FAR when unlimited
    "depart_at", "crew_interval_s", "crew_slack_s",
    "fuel_reserve_g", "fuel_capacity_g", "bunker_in_port",
    "cold_after_s",
    *(f"e_{entry}" for entry in ENTRIES),  # steps that decisions choose, NONE where the program has none
    "first_mining", "last_mining",  # program rows of one insertion, for abandoning it
)  # fmt: skip

WORK, MEET, OFFER, HOLD_ON, END = range(5)  # KIND
DECIDE: Final = -2  # as PC or NEXT: ask the decision rules

FX_NONE, FX_JOINT, FX_LIFT, FX_TRANSFER, FX_ARRIVE, FX_LEAVE, FX_SET_UP, FX_LAND, FX_RELOCATE, FX_FLUSH, FX_SECURE, \
    FX_RESTART, FX_EVADE, FX_RETURN, FX_DISCONNECT, FX_RECONNECT, FX_REPAIR, FX_AWAIT, FX_PORT, FX_BUNKER, FX_CREW, \
    FX_CIRCULATE, FX_COUNT = range(23)  # EFFECT  # fmt: skip

IN_PLACE, ROV, STRING_TRIP, IN_PORT = range(4)  # CLASS

# --- row of the interval log ----------------------------------------------------------------------------------------
R_CODE, R_START, R_END, R_HOLE, R_DRY_G, R_OVER_S = range(6)
ROW_FIELDS: Final = 6

# --- why a stretch ended --------------------------------------------------------------------------------------------
PAUSED, MET, OFFERS, ENDED, NEEDS_ROWS, NEEDS_DRAWS = range(6)
