"""The error tree of the project, drawn once.

    TwinError                    everything this project raises on purpose
    ├── UsageError    (exit 2)   the person can mend it by typing something else
    │   ├── ScenarioError        a scenario file or --set value breaks a rule
    │   ├── CoreError            a file of cores breaks a rule
    │   └── UnknownNameError     a run, table, scenario, indicator or key that does not exist
    └── FailedError   (exit 1)   the request was right, the world was not
        ├── ObservationError     a weather or track file breaks a rule
        ├── StoreError           a run cannot be written, found whole, or read
        ├── ModelError           a formula is asked beyond what it can answer
        └── SimulationError      a campaign cannot be played to its end

Every message is one line: place, what was found, the rule, the remedy.
"""

import difflib
from collections.abc import Iterable


class TwinError(Exception):
    """Anything this project raises on purpose; ``exit_code`` is what the command returns."""

    exit_code = 1


class UsageError(TwinError):
    """The person can mend it by typing something else."""

    exit_code = 2


class ScenarioError(UsageError):
    """A scenario file or an override breaks a rule."""


class CoreError(UsageError):
    """A file of cores breaks a rule."""


class UnknownNameError(UsageError):
    """A run, table, scenario, indicator or key that does not exist."""


class FailedError(TwinError):
    """The request was right, the world was not."""


class ObservationError(FailedError):
    """A weather or track file breaks a rule."""


class StoreError(FailedError):
    """A run cannot be written, found whole, or read."""


class ModelError(FailedError):
    """A formula is asked beyond what it can answer."""


class SimulationError(FailedError):
    """A campaign cannot be played to its end."""


def did_you_mean(found: str, allowed: Iterable[str]) -> str:
    """Return a remedy sentence naming the closest allowed words.

    Parameters
    ----------
    found : the word that was not recognised.
    allowed : every word that would have been.

    Returns
    -------
    ``did you mean 'x'?`` when something is close, else a list of what is allowed (at most twelve).

    Examples
    --------
    >>> did_you_mean("pilot-2072", ["pilot-2027", "calm"])
    "did you mean 'pilot-2027'?"
    """
    words = sorted(set(allowed))
    close = difflib.get_close_matches(found, words, n=1, cutoff=0.6)
    if close:
        return f"did you mean '{close[0]}'?"
    shown = ", ".join(words[:12])
    more = f" … and {len(words) - 12} more" if len(words) > 12 else ""
    return f"allowed: {shown}{more}"
