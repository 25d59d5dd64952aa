"""Words of a log that are allowed, but not of this asset: waits by another name are understood, the rest is refused.

Any log may use any word of the ``intervals`` table. What an asset of a role can do is what its program has steps for;
from anything else no state can be inferred.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Final

from ops_data.errors import FailedError
from ops_data.ingest.log_entries import LogEntry
from ops_data.ingest.log_tiling import KeptEntry
from twin.operations import codes as c
from twin.operations.inferred import Note
from twin.operations.method import carrier_steps, mining_steps, plant_steps, shuttle_steps
from twin.operations.program import Step

MINING: Final = "mining"
WAITS: Final = frozenset({"idle", "wait_at_site"})
# What a ship or plant does besides its round, and why it waits then.
BESIDES: Final[Mapping[str, str]] = {
    "crew_change": "crew_change", "bunker": "bunkering", "port_call": "port", "moor": "port", "transit_out": "port",
    "transit_home": "port", "evade": "storm", "return_to_site": "storm",
}  # fmt: skip
CARGO: Final = ("load", "unload")
_UNSAID: Final = "none"
_NO_BURN: Final[Mapping[str, int]] = defaultdict(int)
_PROGRAMS: Final[Mapping[str, Callable[[], list[Step]]]] = {
    MINING: lambda: mining_steps(_NO_BURN, 1, 1),
    "shuttle": lambda: shuttle_steps(_NO_BURN, 1),
    "island": lambda: plant_steps(_NO_BURN, 1),
    "carrier": lambda: carrier_steps(_NO_BURN, 1, 1),
}


@cache
def _program(role: str) -> tuple[Step, ...]:
    return tuple(_PROGRAMS[role]())


@cache
def allowed(role: str) -> frozenset[str]:
    """Return the activities that an asset of a role can log: those of the steps of its program.

    Examples
    --------
    >>> sorted(allowed("island"))
    ['dewater', 'idle', 'off_hire', 'repair']
    """
    return frozenset(step.activity for step in _program(role))


@cache
def _renamed(role: str) -> Mapping[str, str]:
    """Return word → activity of the words by which a program calls a step that it logs under another one."""
    return {
        step.label: step.activity
        for step in _program(role)
        if step.label in c.ACTIVITY and step.label not in allowed(role)
    }


def understood(entries: Sequence[KeptEntry], roles: Mapping[str, str]) -> tuple[list[KeptEntry], list[Note]]:
    """Return entries in words from which a state can be inferred, and what was taken for what.

    Parameters
    ----------
    entries : of the log book, in any order.
    roles : asset → role (see `campaign.roles_of`); entries of other assets stay as they are.

    Returns
    -------
    The entries in the order they came, and a note for each asset, word and what it is taken for.

    Raises
    ------
    FailedError
        An asset does what none of its role does, or a wait names a quantity.
    """
    by_asset: dict[str, list[KeptEntry]] = {}
    for one in sorted(entries, key=lambda one: one.entry.start_utc):
        if one.entry.asset in roles:
            by_asset.setdefault(one.entry.asset, []).append(one)
    meant: dict[int, LogEntry] = {}
    counts: dict[tuple[str, str, str], int] = {}
    for asset, own in by_asset.items():
        words = [_work(one.entry.activity, roles[asset]) for one in own]
        for number, one in _strange(own, roles[asset]):
            entry, said = _meaning(one.entry, words, number, roles[asset])
            meant[id(one)] = entry
            counts[asset, one.entry.activity, said] = counts.get((asset, one.entry.activity, said), 0) + 1
    notes = [Note(asset, "words", f"{_counted(n, word)} taken as {said}") for (asset, word, said), n in counts.items()]
    return [replace(one, entry=meant[id(one)]) if id(one) in meant else one for one in entries], notes


def _counted(n: int, word: str) -> str:
    return f"1 entry '{word}' is" if n == 1 else f"{n:,} entries '{word}' are"


def _strange(own: Sequence[KeptEntry], role: str) -> list[tuple[int, KeptEntry]]:
    """Return number and entry where a word is none of the role's; none of them says what cannot be."""
    found = [(number, one) for number, one in enumerate(own) if one.entry.activity not in allowed(role)]
    for _, one in found:
        word, quantities = one.entry.activity, (one.entry.dry_t, one.entry.wet_t, one.entry.slurry_m3)
        place = f"{one.file}, row {one.entry.row}: asset '{one.entry.asset}' ({role})"
        remedy = "correct the log, or the words of its mapping"
        if word in _renamed(role):
            continue
        if word not in WAITS and (role == MINING or word not in BESIDES):
            words = ", ".join(sorted(allowed(role)))
            raise FailedError(f"{place}: it cannot '{word}'; allowed: {words}; {remedy}")
        if any(quantities):
            raise FailedError(f"{place}: '{word}' is a wait, which moves nothing, and it names a quantity; {remedy}")
    return found


def _meaning(entry: LogEntry, words: Sequence[str], number: int, role: str) -> tuple[LogEntry, str]:
    """Return an entry in words of its role, and what it is taken for; `words` are those of the asset, see `_work`."""
    if other := _renamed(role).get(entry.activity):
        return replace(entry, activity=other), f"'{other}'"
    before, after = range(number - 1, -1, -1), range(number + 1, len(words))
    first = _program(role)[0]
    if role == MINING or _first(words, before, CARGO) == "load":  # a ship has its cargo on board
        cause = BESIDES.get(entry.activity, "weather" if entry.cause == _UNSAID else entry.cause)
        activity, said = _first(words, after), "waits before what came next"
        if not activity:
            activity, said = _going_on(_first(words, before), role), "waits before what comes next"
    else:
        cause = BESIDES.get(entry.activity, first.cause if entry.cause == _UNSAID else entry.cause)
        activity, said = first.activity, f"'{first.activity}' for the cause {cause}"
    return replace(entry, activity=activity, state="waiting", cause=cause), said


def _work(word: str, role: str) -> str:
    """Return a word as the role's, "" for one that is none, and for repairs: nobody waits in order to mend."""
    own = _renamed(role).get(word, word)
    return own if own in allowed(role) and own != "repair" else ""


def _first(words: Sequence[str], places: Iterable[int], among: Collection[str] = ()) -> str:
    """Return the first word at some places, of some words only where they are named; "" if there is none."""
    return next((words[place] for place in places if (words[place] in among if among else words[place])), "")


def _going_on(last: str, role: str) -> str:
    """Return what an asset waits for at the end of a log: to go on with what it did, to sail once it has loaded."""
    activities = list(dict.fromkeys(step.activity for step in _program(role)))
    if last == "load":
        return activities[activities.index("load") + 1]
    return last or activities[0]
