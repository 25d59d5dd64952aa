"""Levers of policy and of firms: each moves one number or one setting, from its start year, along its ramp."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias, get_args

import numpy as np

from ops_data.errors import FailedError, ModelError, did_you_mean
from ops_data.reference.supply.policy_rows import LeverRow
from twin.supply_settings import Supply

SETTINGS: Final = "supply."  # how the name of a setting begins
BOOLEANS: Final[Mapping[str, bool]] = {"true": True, "false": False}
SAME: Final = 1e-9  # relative; an output that moves by no more has not moved
Output: TypeAlias = Callable[[str, int], float]  # name and year → one output of a study
Study: TypeAlias = Callable[[Mapping[str, float], Supply], Output]  # numbers and choices → what they lead to


def ramp(year: float, start_year: float, ramp_years: float) -> float:
    """Return which share of its full strength a lever has reached in a year.

    Parameters
    ----------
    year : calendar year.
    start_year : first year in which it counts.
    ramp_years : years from the start to full strength [a], 0 or more; 0: at once.

    Notes
    -----
    0 before the start; then (year - start) / ramp up to 1.

    Examples
    --------
    >>> ramp(2025, 2026, 4), ramp(2028, 2026, 4), ramp(2035, 2026, 4), ramp(2026, 2026, 0)
    (0.0, 0.5, 1.0, 1.0)
    """
    if year < start_year:
        return 0.0
    return 1.0 if ramp_years <= 0.0 else min(1.0, (year - start_year) / ramp_years)


def is_setting(lever: LeverRow) -> bool:
    """Say whether a lever moves a setting rather than a number of the study."""
    return lever.parameter.startswith(SETTINGS)


def moved(before: float, lever: LeverRow, strength: float, year: float) -> float:
    """Return a number after a lever has moved it.

    Parameters
    ----------
    before : the number without the lever, in its own unit.
    lever : the lever; its ``change`` is ``to``, ``times`` or ``add``.
    strength : of the lever, 0 to 1.
    year : calendar year.

    Raises
    ------
    ModelError
        The strength is below 0 or above 1.

    Notes
    -----
    before + strength ramp (full - before), where full is the stated number, the stated multiple of what was before, or
    what was before and the stated number on top. Strength 0 leaves the number as it was.

    Examples
    --------
    >>> from ops_data.reference.supply.policy_rows import read_policy
    >>> lever = read_policy().levers["human_capital"]
    >>> moved(0.0, lever, 1.0, 2035), moved(0.0, lever, 0.5, 2035), moved(0.0, lever, 1.0, 2020)
    (200.0, 100.0, 0.0)
    """
    if not 0.0 <= strength <= 1.0:
        raise ModelError(f"lever '{lever.key}': strength {strength:g} found; 0 to 1; choose a number in between")
    number = float(lever.full)
    full = {"to": number, "times": before * number, "add": before + number}[lever.change]
    return before + strength * ramp(year, lever.start_year, lever.ramp_years) * (full - before)


def apply(values: Mapping[str, float], lever: LeverRow, strength: float, year: float) -> dict[str, float]:
    """Return the numbers of the study with a lever pulled; a lever of settings changes none of them.

    Parameters
    ----------
    values : numbers of the study by key.
    lever, strength, year : as for `moved`.

    Raises
    ------
    FailedError
        The lever names a number that the study does not have.
    ModelError
        The strength is below 0 or above 1.

    Examples
    --------
    >>> from ops_data.reference.supply.policy_rows import read_policy
    >>> lever = read_policy().levers["human_capital"]
    >>> apply({"policy.engineers_per_year": 0.0}, lever, 1.0, 2035)
    {'policy.engineers_per_year': 200.0}
    """
    if is_setting(lever):
        return dict(values)
    if lever.parameter not in values:
        raise _unknown(lever, values)
    return {**values, lever.parameter: moved(values[lever.parameter], lever, strength, year)}


def apply_choices(choices: Supply, lever: LeverRow, strength: float, year: float) -> Supply:
    """Return the choices of the study with a lever pulled; a lever of numbers changes none of them.

    Parameters
    ----------
    choices : of the study.
    lever, strength, year : as for `moved`. A choice between words has no half-way: it is made from the start year at
        any strength above 0. A number is moved as by `moved`.

    Raises
    ------
    FailedError
        The lever names a setting that does not exist, or a word it may not hold.
    """
    if not is_setting(lever):
        return choices
    name = lever.parameter.removeprefix(SETTINGS)
    if name not in Supply.model_fields:
        raise _unknown(lever, [SETTINGS + field for field in Supply.model_fields])
    before = getattr(choices, name)
    if lever.change != "setting":
        return choices.model_copy(update={name: moved(before, lever, strength, year)})
    wanted = _word(lever, Supply.model_fields[name].annotation)
    on = strength > 0.0 and ramp(year, lever.start_year, 0.0) > 0.0
    return choices.model_copy(update={name: wanted}) if on else choices


def _word(lever: LeverRow, kind: Any) -> str | bool:
    allowed = tuple(BOOLEANS) if kind is bool else get_args(kind)
    if lever.full not in allowed:
        raise FailedError(
            f"levers.csv: key '{lever.key}': full '{lever.full}' found; one of {', '.join(allowed)}; correct the cell"
        )
    return BOOLEANS[lever.full] if kind is bool else lever.full


def _unknown(lever: LeverRow, known: Iterable[str]) -> FailedError:
    return FailedError(
        f"levers.csv: key '{lever.key}': parameter '{lever.parameter}' found; a number or a setting of the study is "
        f"needed; {did_you_mean(lever.parameter, known)}"
    )


def check_levers(levers: Iterable[LeverRow], values: Mapping[str, float], choices: Supply) -> None:
    """Refuse a lever that moves nothing there is; FailedError naming file, row, parameter and remedy."""
    for lever in levers:
        apply(values, lever, 1.0, lever.start_year)
        apply_choices(choices, lever, 1.0, lever.start_year)


@dataclass(frozen=True, slots=True)
class LeverEffect:
    """One lever at full strength and the output it moves; the fields are the columns of ``supply_levers``.

    ``from_value`` and ``to_value`` of a choice between words are 0 and 1.
    """

    lever: str
    title: str
    owners: str
    parameter: str
    from_value: float
    to_value: float
    start_year: int
    ramp_years: float
    cost_jpy: float
    output: str
    direction: str
    without: float
    with_lever: float
    unit: str
    as_stated: str
    note: str


def effects(
    levers: Mapping[str, LeverRow],
    units: Mapping[str, str],
    values: Mapping[str, float],
    choices: Supply,
    study: Study,
) -> list[LeverEffect]:
    """Return what each lever does at full strength, one at a time.

    Parameters
    ----------
    levers : to pull, by key.
    units : output → its unit.
    values, choices : numbers and choices of the study without any lever.
    study : gives what numbers and choices lead to; only the outputs that levers name are asked for.

    Raises
    ------
    FailedError
        A lever moves nothing there is.

    Notes
    -----
    Each lever is judged in its own year, against the study without it. A lever that bites only together with another
    one is judged with that one pulled on both sides; the note says so.
    """
    starts: dict[tuple[str, int], tuple[Mapping[str, float], Supply, Output]] = {
        ("", 0): (values, choices, study(values, choices))
    }
    found = []
    for lever in levers.values():
        place = (lever.given, lever.year if lever.given else 0)
        if place not in starts:
            other = levers[lever.given]
            pulled, chosen = apply(values, other, 1.0, lever.year), apply_choices(choices, other, 1.0, lever.year)
            starts[place] = pulled, chosen, study(pulled, chosen)
        found.append(_effect(lever, units, study, *starts[place]))
    return found


def _effect(
    lever: LeverRow,
    units: Mapping[str, str],
    study: Study,
    values: Mapping[str, float],
    choices: Supply,
    without: Output,
) -> LeverEffect:
    pulled, chosen = apply(values, lever, 1.0, lever.year), apply_choices(choices, lever, 1.0, lever.year)
    before, then = without(lever.output, lever.year), study(pulled, chosen)(lever.output, lever.year)
    from_value, to_value = _numbers(lever, values, pulled, choices, chosen)
    judged = f"Judged in {lever.year}" + (f" with '{lever.given}' pulled on both sides." if lever.given else ".")
    return LeverEffect(
        lever.key, lever.title, lever.owners, lever.parameter, from_value, to_value, lever.start_year, lever.ramp_years,
        np.nan if lever.cost_jpy is None else lever.cost_jpy, lever.output, lever.direction, before, then,
        units[lever.output], "yes" if moves_as_stated(before, then, lever.direction) else "no",
        f"{lever.note} {judged}".strip(),
    )  # fmt: skip


def _numbers(
    lever: LeverRow, values: Mapping[str, float], pulled: Mapping[str, float], choices: Supply, chosen: Supply
) -> tuple[float, float]:
    if not is_setting(lever):
        return values[lever.parameter], pulled[lever.parameter]
    name = lever.parameter.removeprefix(SETTINGS)
    if lever.change != "setting":
        return float(getattr(choices, name)), float(getattr(chosen, name))
    return 0.0, 1.0


def moves_as_stated(without: float, with_lever: float, direction: str) -> bool:
    """Say whether an output moves up or down as stated; one that does not move does not.

    Parameters
    ----------
    without, with_lever : the output, any unit. A lever may bring a number where there was none, or an infinite one.
    direction : ``up`` or ``down``.

    Examples
    --------
    >>> moves_as_stated(1.0, 2.0, "up"), moves_as_stated(1.0, 1.0, "up"), moves_as_stated(1.0, float("nan"), "up")
    (True, False, False)
    >>> moves_as_stated(90.0, float("inf"), "up")
    True
    """
    if np.isnan(with_lever):
        return False
    if np.isnan(without):
        return True
    rises = with_lever > without if direction == "up" else with_lever < without
    if np.isinf(without) or np.isinf(with_lever):
        return rises
    return rises and abs(with_lever - without) > SAME * max(abs(without), abs(with_lever))
