"""What must hold between the steps of the processing chain of a scenario."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from ops_data.errors import did_you_mean
from twin.settings import STEPS

KEY: Final = "processing.steps"
# the steps that each need the product of the one before; the others may be left out
_TRAIN: Final = ("leach", "solid_liquid", "purify", "calcine", "separate")


def step_problems(steps: Sequence[str]) -> list[tuple[tuple[str, ...], str, str, str]]:
    """Return (keys, found, rule, remedy) of the first broken rule on the steps of the chain, or nothing.

    Parameters
    ----------
    steps : names in the order in which the mud goes through them; none: the mud is stored as it comes.

    Notes
    -----
    A step is named once, in the order of ``settings.STEPS``. Leaching, solid-liquid separation, purification,
    calcination and separation each take the product of the one before: the chain may end after any of them, but it
    leaves none out. Dewatering and beneficiation may be left out.

    Examples
    --------
    >>> step_problems(["leach", "solid_liquid", "purify"])
    []
    >>> step_problems(["leach", "purify"])[0][1:3]
    ('"purify" without "solid_liquid"', '"purify" takes the product of "solid_liquid"')
    """
    for place, name in enumerate(steps):
        if name not in STEPS:
            return [((KEY,), f'"{name}" found', f"one of {', '.join(STEPS)}", did_you_mean(name, STEPS))]
        if name in steps[:place]:
            return [((KEY,), f'"{name}" found twice', "a step is named once", "leave one of the two out")]
    for before, after in pairwise(steps):
        if STEPS.index(before) > STEPS.index(after):
            found, rule = f'"{before}" before "{after}" found', f"steps go in the order {', '.join(STEPS)}"
            return [((KEY,), found, rule, f'put "{after}" before "{before}"')]
    for before, after in pairwise(_TRAIN):
        if after in steps and before not in steps:
            found, rule = f'"{after}" without "{before}"', f'"{after}" takes the product of "{before}"'
            return [((KEY,), found, rule, f'add "{before}", or end the chain before "{after}"')]
    return []
