"""The scores of archived forecasts as the page Forecast skill groups them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dashboards.figures.skill import ByLead
from dashboards.measured import asked, days_done, known, scores
from dashboards.measured_archive import archived, forecast, origin_s
from dashboards.page import View
from ops_data.artefacts import Artefact
from twin.forecast import SERIES
from twin.forecast_scores import Score
from twin.measured_results import FORECAST, LEADS, why_not
from twin.models.scores import coverage

CONFIDENCE = 0.9  # of Wilson's range
VALUES = ("calibrated", "planned")


@dataclass(frozen=True)
class Scored:
    """One archived forecast with its scores.

    Attributes
    ----------
    sealed : the forecast.
    values : ``calibrated`` or ``planned``.
    origin_s : UTC second at which its log ended.
    scores : of the leads that are over, all series.
    """

    sealed: Artefact
    values: str
    origin_s: int
    scores: tuple[Score, ...]

    def of(self, series: str, lead_d: int) -> Score | None:
        """Return the score of a series at a lead; None where it is not over."""
        return next((one for one in self.scores if one.series == series and one.lead_d == lead_d), None)


def scored(view: View) -> list[Scored]:
    """Return the archived forecasts with their scores, oldest origin first; of one origin and kind the last made.

    Left out are those of another plan and those that were told a storm or a sea forecast, as `chosen` does.
    """
    one, latest = asked(view), dict[tuple[int, str], Scored]()
    plan = known(view.data, one).scenario.hash
    for sealed in archived(view.data, one, FORECAST):
        if why_not(sealed, plan):
            continue
        values = str(sealed.identity.choices["values"])
        latest[origin_s(sealed), values] = Scored(
            sealed, values, origin_s(sealed), tuple(scores(view.data, one, sealed))
        )
    return [latest[key] for key in sorted(latest)]


def leads_of(found: Sequence[Scored], series: str) -> list[int]:
    """Return the leads at which a forecast of a series has a score."""
    return [lead for lead in LEADS if any(one.of(series, lead) is not None for one in found)]


def at_lead(found: Sequence[Scored], values: str, series: str, lead_d: int) -> list[Score]:
    """Return the scores of all forecasts of a kind for a series at a lead."""
    own = (one.of(series, lead_d) for one in found if one.values == values)
    return [one for one in own if one is not None]


def losses(found: Sequence[Scored], series: str) -> list[ByLead]:
    """Return the mean loss by lead of calibrated and planned forecasts, and of persistence over the same origins."""
    groups = [_means(found, values, series, "crps") for values in VALUES]
    steady: dict[int, list[float]] = {}
    for lead in leads_of(found, series):
        by_origin = {one.origin_s: score.persistence for one in found if (score := one.of(series, lead)) is not None}
        steady[lead] = list(by_origin.values())
    means = [float(np.mean(own)) for own in steady.values()]
    groups.append(ByLead("persistence", list(steady), means, [len(own) for own in steady.values()]))
    return [one for one in groups if one.leads_d]


def biases(found: Sequence[Scored], series: str) -> list[ByLead]:
    """Return the mean bias by lead of calibrated and planned forecasts."""
    return [one for values in VALUES if (one := _means(found, values, series, "bias")).leads_d]


def _means(found: Sequence[Scored], values: str, series: str, what: str) -> ByLead:
    own = {lead: at_lead(found, values, series, lead) for lead in LEADS}
    some = {lead: [float(getattr(one, what)) for one in scores] for lead, scores in own.items() if scores}
    means = [float(np.mean(one)) for one in some.values()]
    return ByLead(values, list(some), means, [len(one) for one in some.values()])


def coverages(found: Sequence[Scored], series: str) -> list[ByLead]:
    """Return the share of forecasts whose 90 % range held what came, with Wilson's range, by lead, in per cent."""
    groups = []
    for values in VALUES:
        own = {lead: at_lead(found, values, series, lead) for lead in LEADS}
        some = {
            lead: coverage(
                [one.low for one in scores], [one.high for one in scores], [one.observed for one in scores], CONFIDENCE
            )
            for lead, scores in own.items()
            if scores
        }
        if some:
            parts = ([100.0 * getattr(one, name) for one in some.values()] for name in ("share", "low", "high"))
            share, low, high = parts
            groups.append(ByLead(values, list(some), share, [one.count for one in some.values()], low, high))
    return groups


def same_origins(found: Sequence[Scored], series: str) -> bool:
    """Say whether calibrated and planned forecasts are scored over the same origins at each lead."""
    for lead in leads_of(found, series):
        origins = [
            {one.origin_s for one in found if one.values == values and one.of(series, lead) is not None}
            for values in VALUES
        ]
        if all(origins) and origins[0] != origins[1]:
            return False
    return True


def places(view: View, found: Sequence[Scored], series: str, lead_d: int) -> list[tuple[Scored, float]]:
    """Return where what came lay among the members of each calibrated forecast, 0 below all to 1 above all.

    Notes
    -----
    (members below + half of those equal + 1/2) / (members + 1): the probability integral transform with ties halved.
    """
    done = days_done(view.data, asked(view))
    if done is None:
        return []
    first, measured = done
    row, shown = SERIES.index(series), list[tuple[Scored, float]]()
    for one in found:
        if one.values != VALUES[0] or one.of(series, lead_d) is None:
            continue
        days, _ = forecast(view.data, one.sealed)
        start = days.first_day - first
        came = float(measured[row, start : start + lead_d + 1].sum())
        sums = days.of(series)[:, : lead_d + 1].sum(axis=1)
        below, equal = int((sums < came).sum()), int((sums == came).sum())
        shown.append((one, (below + 0.5 * equal + 0.5) / (len(sums) + 1)))
    return shown
