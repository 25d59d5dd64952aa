"""Runs side by side: which can be paired, what they do differently, what was changed between them."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from dashboards.data import SealedRun
from dashboards.forms import Draft, draft_values, text_of
from dashboards.page import View
from dashboards.pages.plan_check import field_of
from dashboards.pages.plan_form import unit_of
from dashboards.state import PageState, address
from ops_data.errors import UsageError
from ops_data.reference.indicator_rows import PROBABILITY, indicator_row
from ops_data.reference.japanese import item_title, known, title
from ops_data.units import PERCENT
from twin.changes import words_for
from twin.indicators.comparison import Difference, RunOutcomes, compare
from twin.indicators.record import Floats
from twin.indicators.statistics import percentiles
from twin.indicators.summary import SHARES, with_never
from twin.parameters_table import number
from twin.scenario import RESOLVED

if TYPE_CHECKING:
    import pandas as pd

WITH: Final = "with"
MOST_RUNS: Final = 5  # besides the baseline, in figures and tables
LETTERS: Final = "ABCDEF"
MILLION: Final = 1e6
RANGE_FIELDS: Final = ("value", "low", "high", "law")


@dataclass(frozen=True)
class Against:
    """One run against the baseline.

    Attributes
    ----------
    letter : what it is called in figures.
    run : the sealed run.
    differences : run minus baseline, by indicator; None where the two cannot be paired.
    trouble : why not; empty where they can.
    """

    letter: str
    run: SealedRun
    differences: list[Difference] | None
    trouble: str

    @property
    def name(self) -> str:
        """Letter and id."""
        return f"{self.letter} {self.run.run_id}"


def baseline_name(view: View) -> str:
    """Return what the baseline is called in figures."""
    return f"{LETTERS[0]} {view.run.run_id}"


def outcomes_of(view: View, run: SealedRun) -> RunOutcomes:
    """Return a run as it is compared."""
    who = run.manifest.identity
    return RunOutcomes(run.run_id, who.seed, who.parameters, who.mass_basis, view.data.outcomes(run))


def against(view: View) -> list[Against]:
    """Return the chosen runs, each with its differences from the baseline; of very many the first few."""
    names = [name for name in view.several(WITH) if name != view.run.run_id][:MOST_RUNS]
    return [_against(view, letter, view.data.run(name)) for letter, name in zip(LETTERS[1:], names, strict=False)]


def _against(view: View, letter: str, other: SealedRun) -> Against:
    key = ("compared", other.manifest.sha256)

    def differences() -> list[Difference]:
        return compare(outcomes_of(view, view.run), outcomes_of(view, other))

    try:
        return Against(letter, other, view.data.derived(view.run, key, differences), "")
    except UsageError as error:
        return Against(letter, other, None, str(error))


@dataclass(frozen=True)
class Scale:
    """How an indicator's numbers are shown: what they are multiplied by, and the unit they then have."""

    factor: float
    unit: str


def scale_of(view: View, name: str) -> Scale:
    """Return how the numbers of an indicator are shown: yen in millions, probabilities in per cent."""
    unit = indicator_row(name).unit
    if unit == PROBABILITY:
        return Scale(PERCENT**-1, "%")
    shown = title("unit", unit, view.state.lang) if known("unit", unit) else unit
    if unit.startswith("JPY"):
        return Scale(1.0 / MILLION, view.text("million", {"unit": shown}))
    return Scale(1.0, "" if unit == "1" else shown)


def label_of(name: str, item: str, period: str, lang: str) -> str:
    """Return what an outcome is called: indicator, item, period."""
    parts = [title("indicator", name, lang) if known("indicator", name) else indicator_row(name).title]
    parts += [item_title(name, item, lang)] if item else []
    return (": " if lang == "en" else "：").join(parts) + (f" ({period})" if period else "")  # noqa: RUF001


def spread_of(view: View, run: SealedRun, name: str, item: str, period: str = "") -> Floats:
    """Return P10, P50 and P90 of an outcome over all replicates of a run; +inf where it never happened in so many."""
    rows = view.data.outcomes(run)
    values = rows.loc[(rows["name"] == name) & (rows["item"] == item) & (rows["period"] == period), "value"]
    who = run.manifest.identity
    return percentiles(with_never(values.to_numpy(np.float64), who.last_replicate - who.first_replicate + 1), SHARES)


@dataclass(frozen=True)
class ValueChange:
    """One setting or number that two scenarios have differently, as people read it."""

    key: str
    label: str
    before: str
    after: str
    unit: str


def changes_between(first: Mapping[str, Any], second: Mapping[str, Any], lang: str) -> list[ValueChange]:
    """Return settings and numbers that two resolved scenarios have differently, settings first.

    Parameters
    ----------
    first, second : resolved scenarios as manifests hold them.
    lang : language of the labels.
    """
    found = []
    for section, values in second.items():
        if section in RESOLVED or not isinstance(values, dict):
            continue
        for key, value in values.items():
            before, name = first.get(section, {}).get(key), f"{section}.{key}"
            if value != before:
                label = title("setting", name, lang) if known("setting", name) else name
                found.append(ValueChange(name, label, _setting(name, before), _setting(name, value), _unit(name, lang)))
    old = first["quantities"]
    for key, quantity in second["quantities"].items():
        if any(quantity[name] != old.get(key, {}).get(name) for name in RANGE_FIELDS):
            label = title("parameter", key, lang) if known("parameter", key) else key
            unit = unit_of(quantity["unit"], lang)
            found.append(ValueChange(key, label, _quantity(old.get(key)), _quantity(quantity), unit))
    return found


def _setting(key: str, value: Any) -> str:
    one = field_of(key)
    return "–" if value is None else text_of(one, value) if one is not None else str(value)


def _unit(key: str, lang: str) -> str:
    one = field_of(key)
    return "" if one is None else unit_of(one.unit, lang)


def _quantity(quantity: Mapping[str, Any] | None) -> str:
    if quantity is None:
        return "–"
    drawn = quantity["law"] != "fixed" and quantity["low"] < quantity["high"]
    spread = f" ({number(quantity['low'])}–{number(quantity['high'])})" if drawn else ""
    return f"{number(quantity['value'])}{spread}"


def plan_address(view: View, run: SealedRun, seed: int, replicates: int) -> str:
    """Return the address of the form that plays a run's scenario again with another seed; empty where it cannot say."""
    words = words_for(run.manifest.scenario)
    if words is None:
        return ""
    base, *rest = shlex.split(words)
    pairs = [text.partition("=") for text in rest if text != "--set"]
    draft = Draft(base, {key: value for key, _, value in pairs}, str(replicates), str(seed))
    draft = replace(draft, parameters=run.manifest.identity.parameters)
    return address(PageState("plan", view.state.lang, view.run.run_id, draft_values(draft)))


def daily_paths(view: View, run: SealedRun, series: str) -> "pd.DataFrame":
    """Return P10, P50 and P90 of what has come up by the end of each day, by days since departure.

    Parameters
    ----------
    view : of the page.
    run : a sealed run.
    series : ``lifted_wet_t`` or ``lifted_dry_t``.

    Returns
    -------
    Columns day, date, p10, p50, p90 [t].
    """
    return view.data.derived(run, ("cumulative", series), lambda: _paths(view, run, series))


def _paths(view: View, run: SealedRun, series: str) -> "pd.DataFrame":
    import pandas as pd

    rows = view.data.daily(run, [series])
    wide = rows.pivot_table(index="date", columns="replicate", values="value", aggfunc="sum").fillna(0.0)
    who = run.manifest.identity
    wide = wide.reindex(columns=range(who.first_replicate, who.last_replicate + 1), fill_value=0.0).sort_index()
    total = wide.to_numpy(np.float64).cumsum(axis=0)
    ends = np.array([percentiles(row, SHARES) for row in total]).reshape(-1, 3)
    dates = [str(day) for day in wide.index]
    start = date.fromisoformat(dates[0]) if dates else date.min
    days = [(date.fromisoformat(day) - start).days for day in dates]
    return pd.DataFrame({"day": days, "date": dates, "p10": ends[:, 0], "p50": ends[:, 1], "p90": ends[:, 2]})


def remarks(view: View, others: Sequence[Against]) -> list[str]:
    """Return what a reader must know of runs that differ from the baseline in more than their scenario."""
    own, found = view.run.manifest.identity, list[str]()
    lang, manifests = view.state.lang, {one.letter: one.run.manifest.identity for one in others}

    def differing(name: str) -> str:
        return ", ".join(letter for letter, who in manifests.items() if getattr(who, name) != getattr(own, name))

    if letters := differing("mass_basis"):
        named = {"own": title("basis", own.mass_basis, lang).lower(), "baseline": LETTERS[0], "runs": letters}
        other = "dry" if own.mass_basis == "wet" else "wet"
        found.append(view.text("basis", named | {"other": title("basis", other, lang).lower()}))
    if letters := differing("last_replicate"):
        found.append(view.text("counts", {"runs": letters}))
    if letters := differing("parameters"):
        found.append(view.text("parameters", {"runs": letters}))
    return found
