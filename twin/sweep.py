"""A sweep: a scenario at every point of a grid of settings and numbers, played on the same weather and luck."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from ops_data.errors import ScenarioError, UnknownNameError, UsageError, did_you_mean
from ops_data.units import JST_OFFSET_S, SECONDS_PER_DAY
from twin.indicators.comparison import RunOutcomes, basis_note, difference
from twin.indicators.registry import ON_BASIS
from twin.indicators.summary import spread
from twin.lift_system import check
from twin.outcome_names import Outcome, values_of
from twin.scenario import Scenario, load_scenario, setting_keys
from twin.scenario_file import HEADINGS, parse_set

if TYPE_CHECKING:
    import pandas as pd

MOST_POINTS: Final = 400
START: Final = "campaign.start"
SPAN: Final = (START, "campaign.charter_end", "campaign.end")
JST: Final = timezone(timedelta(seconds=JST_OFFSET_S))
FORM: Final = "write key=a:b:n (n values from a to b) or key=v1,v2,v3"
RANGE: Final = re.compile(r"([^:]+):([^:]+):([^:]+)")
DAY: Final = r"\d{4}-\d{2}-\d{2}"
DAY_LETTERS: Final = 10  # between two such dates a sweep takes whole days
MOMENT: Final = rf"{DAY}(?:[T ]\d{{2}}:\d{{2}}(?::\d{{2}})?(?:Z|[+-]\d{{2}}:\d{{2}})?)?"
DATES: Final = re.compile(rf"({MOMENT}):({MOMENT}):([^:]+)")
NUMBERS: Final = ("p10", "p50", "p90", "mean", "difference", "standard_error")  # columns in the outcome's unit
DIGITS: Final = 12  # significant digits of the values between a and b: 0.3 and not 0.30000000000000004

Kind = Literal["number", "whole", "date", "word"]


@dataclass(frozen=True, slots=True)
class Axis:
    """One swept key: what kind of values it takes, the values as texts for ``key=value``, and as people read them."""

    key: str
    kind: Kind
    values: tuple[str, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Point:
    """One point of the grid: its value on every axis, the scenario there, and its name: ``key=value, …``."""

    values: tuple[str, ...]
    scenario: Scenario
    name: str


@dataclass(frozen=True, eq=False)
class Grid:
    """All points, the last axis changing fastest, and what their reader should know."""

    axes: tuple[Axis, ...]
    points: tuple[Point, ...]
    notes: tuple[str, ...]


def read_axis(text: str, scenario: Scenario) -> Axis:
    """Return one swept key of ``key=a:b:n`` or ``key=v1,v2,…``.

    Parameters
    ----------
    text : as typed; ``start`` stands for ``campaign.start``. Dates without a time take that of the scenario's own
        start, in Japan time.
    scenario : the scenario without the sweep.

    Raises
    ------
    UsageError
        Text, key or values break a rule; one line.
    """
    key, equals, spec = (part.strip() for part in text.partition("="))
    if not key or not equals or not spec:
        raise UsageError(f"sweep '{text}': no key and values found; {FORM}")
    key = START if key == "start" else key
    kind = _kind(key, scenario)
    if kind == "date":
        values = _dates(text, spec, scenario)
    elif kind == "word":
        values = _words(text, spec)
    else:
        values = _numbers(text, spec, kind)
    if len(set(values)) < len(values):
        raise UsageError(f"sweep '{text}': a value stands in it twice; every point is played once; leave one out")
    if len(values) < 2:
        raise UsageError(f"sweep '{text}': one value found; a sweep needs two or more; fix it with --set {key}={spec}")
    return Axis(key, kind, tuple(values), _labels(values, kind))


def _labels(values: Sequence[str], kind: Kind) -> tuple[str, ...]:
    """Return values for people: dates without the time of day if all have the same one, short numbers."""
    if kind == "date":
        same = len({value[10:] for value in values}) == 1
        return tuple(value[:10] if same else value[:16].replace("T", " ") for value in values)
    return tuple(f"{float(value):g}" if kind == "number" else value for value in values)


def _kind(key: str, scenario: Scenario) -> Kind:
    """Return what kind of values a key takes."""
    if key in scenario.quantities:
        return "number"
    known = [name for name in setting_keys() if name not in HEADINGS]
    if key not in known:
        remedy = did_you_mean(key, ["start", *known, *scenario.quantities])
        raise UnknownNameError(f"sweep key '{key}': unknown; keys are those of --set; {remedy}")
    section, _, name = key.partition(".")
    value = getattr(getattr(scenario, section), name)
    if isinstance(value, datetime):
        return "date"
    if isinstance(value, tuple):
        raise UsageError(f"sweep key '{key}': it is a list; a sweep takes numbers, words and dates; choose another key")
    if isinstance(value, bool | str):
        return "word"
    return "whole" if isinstance(value, int) else "number"


def _count(text: str, count: str) -> int:
    if not re.fullmatch(r"\d{1,25}", count.strip()) or int(count) < 2:
        raise UsageError(f"sweep '{text}': '{count.strip()}' values asked for; a whole number from 2 is needed; {FORM}")
    if int(count) > MOST_POINTS:
        raise UsageError(f"sweep '{text}': {int(count):,} values; at most {MOST_POINTS} points are swept; take fewer")
    return int(count)


def _words(text: str, spec: str) -> list[str]:
    if RANGE.fullmatch(spec) and "," not in spec:
        raise UsageError(f"sweep '{text}': words have no range from a to b; list them; write key=v1,v2,v3")
    return _listed(text, spec)


def _listed(text: str, spec: str) -> list[str]:
    values = [value.strip() for value in spec.split(",")]
    if "" in values:
        raise UsageError(f"sweep '{text}': an empty value found; {FORM}")
    if any(mark in spec for mark in "[]{}"):
        raise UsageError(f"sweep '{text}': a list or table found; a sweep takes numbers, words and dates; {FORM}")
    return values


def _numbers(text: str, spec: str, kind: Kind) -> list[str]:
    if match := RANGE.fullmatch(spec):
        first, last = (_number(text, match[place]) for place in (1, 2))
        found = np.linspace(first, last, _count(text, match[3])).tolist()
    elif ":" in spec:
        raise UsageError(f"sweep '{text}': '{spec}' not understood; {FORM}")
    else:
        found = [_number(text, value) for value in _listed(text, spec)]
    rounded = [float(f"{value:.{DIGITS}g}") for value in found]
    if kind == "whole":
        broken = [value for value in rounded if not value.is_integer()]
        if broken:
            key = text.partition("=")[0].strip()
            raise UsageError(
                f"sweep '{text}': '{key}' would be {broken[0]:g}; it takes whole numbers; choose n so that the steps "
                "from a to b are whole, or list the values"
            )
        return [str(int(value)) for value in rounded]
    return [repr(value) for value in rounded]


def _number(text: str, word: str) -> float:
    try:
        found = float(word)
    except ValueError:
        found = np.nan
    if not np.isfinite(found):
        raise UsageError(f"sweep '{text}': '{word.strip()}' is no number; {FORM}")
    return found


def _dates(text: str, spec: str, scenario: Scenario) -> list[str]:
    if match := DATES.fullmatch(spec):
        first, last = (_moment(text, match[place], scenario) for place in (1, 2))
        steps = np.linspace(0.0, (last - first).total_seconds(), _count(text, match[3]))
        grain = SECONDS_PER_DAY if len(match[1]) == len(match[2]) == DAY_LETTERS else 1
        moments = [first + timedelta(seconds=grain * round(step / grain)) for step in steps.tolist()]
    else:
        moments = [_moment(text, value, scenario) for value in _listed(text, spec)]
    return [moment.isoformat() for moment in moments]


def _moment(text: str, word: str, scenario: Scenario) -> datetime:
    example = "write dates like 2027-01-08 or 2027-01-08T09:00:00+09:00, as in start=2027-01-01:2027-03-01:5"
    if not re.fullmatch(MOMENT, word):
        raise UsageError(f"sweep '{text}': '{word}' is no date; {example}")
    try:
        found = datetime.fromisoformat(word)
    except ValueError as error:
        raise UsageError(f"sweep '{text}': '{word}' is no date ({error}); {example}") from None
    if len(word) == DAY_LETTERS:
        found = datetime.combine(found.date(), scenario.campaign.start.astimezone(JST).time())
    return found.replace(tzinfo=found.tzinfo or JST).astimezone(JST)


def grid(name: str, sets: Sequence[str], texts: Sequence[str]) -> Grid:
    """Return every point of a sweep, each with its scenario, all of them valid.

    Parameters
    ----------
    name, sets : scenario and overrides, as `twin.scenario.load_scenario` takes them.
    texts : one ``key=values`` per swept key.

    Raises
    ------
    UsageError
        A text breaks a rule, there are too many points, or a point breaks a rule of scenarios or has a lift system
        that cannot work at the stated values: it is named.
    """
    base = load_scenario(name, sets)
    axes = tuple(read_axis(text, base) for text in texts)
    keys = [axis.key for axis in axes]
    given = {parse_set(text).key for text in sets}
    for place, key in enumerate(keys):
        if key in keys[:place]:
            raise UsageError(f"sweep key '{key}': given twice; each key is one side of the grid; leave one out")
        if key in given:
            raise UsageError(f"sweep key '{key}': given by --set too; a point has one value; leave one out")
    count = int(np.prod([len(axis.values) for axis in axes]))
    if count > MOST_POINTS:
        said = " × ".join(str(len(axis.values)) for axis in axes)
        raise UsageError(f"sweep: {said} = {count:,} points; at most {MOST_POINTS} are swept; take fewer values")
    points = []
    labels = itertools.product(*(axis.labels for axis in axes))
    for values, told in zip(itertools.product(*(axis.values for axis in axes)), labels, strict=True):
        said = ", ".join(f"{key}={label}" for key, label in zip(keys, told, strict=True))
        try:
            scenario = load_scenario(name, [*sets, *_sets(base, keys, values)])
            check(scenario)
        except ScenarioError as error:
            raise ScenarioError(f"point {said}: {error}") from None
        points.append(Point(values, scenario, said))
    return Grid(axes, tuple(points), _notes(base, keys, points))


def _sets(base: Scenario, keys: Sequence[str], values: Sequence[str]) -> list[str]:
    """Return the overrides of a point; a new start takes the end of the charter and the horizon with it."""
    sets = [f"{key}={value}" for key, value in zip(keys, values, strict=True) if key != START]
    if START not in keys:
        return sets
    start = datetime.fromisoformat(values[list(keys).index(START)])
    shift = start - base.campaign.start
    for key in SPAN:
        if key == START or key not in keys:
            moment = getattr(base.campaign, key.partition(".")[2]) + shift
            sets.append(f"{key}={moment.astimezone(UTC).isoformat()}")
    first, last = start.date(), (base.campaign.end + shift).astimezone(JST).date()
    kept = [day.isoformat() for day in base.campaign.target_by if first <= day <= last]
    return sets if len(kept) == len(base.campaign.target_by) else [*sets, f"campaign.target_by=[{', '.join(kept)}]"]


def _notes(base: Scenario, keys: Sequence[str], points: Sequence[Point]) -> tuple[str, ...]:
    if START not in keys:
        return ()
    moved = [name for name in ("campaign.charter_end", "campaign.end") if name not in keys]
    notes = [f"With the start, {' and '.join(moved)} move by as many days: the campaign keeps its length."] * bool(
        moved
    )
    dropped = {day for point in points for day in set(base.campaign.target_by) - set(point.scenario.campaign.target_by)}
    if dropped:
        days = ", ".join(day.isoformat() for day in sorted(dropped))
        notes.append(
            f"Target dates stay where they are; where the moved campaign does not span them they are left out: {days}."
        )
    return tuple(notes)


def table(grid_: Grid, runs: Sequence[RunOutcomes], wanted: Sequence[Outcome], replicates: int) -> "pd.DataFrame":
    """Return one row per point and outcome: percentiles, and the paired difference to the first point.

    Parameters
    ----------
    grid_ : the sweep.
    runs : what each of its points gave, in their order.
    wanted : the outcomes to tell.
    replicates : of every run.

    Returns
    -------
    A column per swept key (as typed), run_id, outcome, title, unit, p10, p50, p90 (of a probability: itself with its
    80 % interval), mean, difference, standard_error, pairs, note. Infinite: it never happened in so many replicates.
    """
    import pandas as pd

    keys = [axis.key for axis in grid_.axes]
    known = {run.run_id: values_of(run.outcomes, wanted, replicates) for run in runs}
    rows = []
    for one in wanted:
        first = known[runs[0].run_id][one.label]
        for point, run in zip(grid_.points, runs, strict=True):
            values = known[run.run_id][one.label]
            whole = values[np.isfinite(values)]
            over_all = spread(one.name, one.item, "", whole, replicates)
            note = basis_note(runs[0], run) if one.name in ON_BASIS else ""
            gap = difference(one.name, one.item, "", first, values, note)
            rows.append(
                dict(zip(keys, point.values, strict=True))
                | {"run_id": run.run_id, "outcome": one.label, "title": one.title, "unit": one.unit}
                | {"p10": over_all.low, "p50": over_all.value, "p90": over_all.high}
                | {"mean": float(whole.mean()) if len(whole) else np.nan}
                | {"difference": gap.mean, "standard_error": gap.standard_error, "pairs": gap.pairs, "note": note}
            )
    return pd.DataFrame(rows)
