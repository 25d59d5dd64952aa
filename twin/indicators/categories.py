"""What people call the time of a mining vessel: one category for every activity, state and cause.

Time with a cause is lost to that cause. Time without one is productive (mud comes up or is handed over), planned (what
a campaign needs before and after) or off hire. The trip home at the end of a campaign is planned, whatever ended it.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from twin.operations import codes as c

PRODUCTIVE: Final = ("lifting", "offloading")
PLANNED: Final = ("string_handling", "transit", "set_up", "port", "other")
LOST: Final = (
    "weather",
    "storm",
    "failure",
    "emergency",
    "waiting_shuttle",
    "crew_change",
    "bunkering",
    "waiting_other",
)
OFF_HIRE: Final = "off_hire"
CATEGORIES: Final = (*PRODUCTIVE, *PLANNED, *LOST, OFF_HIRE)
CATEGORY: Final = {name: number for number, name in enumerate(CATEGORIES)}

LIFTING_ACTIVITIES: Final = ("shift", "insert", "disaggregate", "lift")
_OF_ACTIVITY: Final = {
    **dict.fromkeys(LIFTING_ACTIVITIES, "lifting"),
    "offload": "offloading",
    **dict.fromkeys(("run_string", "recover_string"), "string_handling"),
    **dict.fromkeys(("transit_out", "transit_home", "evade", "return_to_site"), "transit"),
    **dict.fromkeys(("set_up", "land_string", "relocate", "flush", "restart"), "set_up"),
    "port_call": "port",
    "off_hire": OFF_HIRE,
}
_OF_CAUSE: Final = {
    "weather": "weather",
    "storm": "storm",
    "failure": "failure",
    "emergency": "emergency",
    "shuttle": "waiting_shuttle",
    "crew_change": "crew_change",
    "bunkering": "bunkering",
}
LOST_CAUSES: Final = tuple(cause for cause in c.CAUSES if cause != "none")


def category(activity: str, cause: str) -> str:
    """Return the category of a mining vessel's time.

    Examples
    --------
    >>> category("lift", "none"), category("lift", "weather"), category("transit_home", "emergency")
    ('lifting', 'weather', 'transit')
    """
    if planned_trip_home(activity, cause) or cause == "none":
        return _OF_ACTIVITY.get(activity, "other")
    return _OF_CAUSE.get(cause, "waiting_other")


def planned_trip_home(activity: str, cause: str) -> bool:
    """Tell whether a row is the trip home after an emergency, which the campaign would have made anyway."""
    return activity == "transit_home" and cause == "emergency"


def _of_code() -> NDArray[np.int8]:
    table = np.empty((len(c.CAUSES), len(c.ACTIVITIES)), dtype=np.int8)
    for k, cause in enumerate(c.CAUSES):
        for a, activity in enumerate(c.ACTIVITIES):
            table[k, a] = CATEGORY[category(activity, cause)]
    return table


OF_CAUSE_AND_ACTIVITY: Final = _of_code()  # shape (causes, activities)
