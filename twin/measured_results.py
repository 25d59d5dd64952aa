"""What is kept of a measured campaign: calibrations and forecasts as sealed artefacts, read back and scored."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from ops_data.artefacts import Artefact
from twin.calibration.result import Calibration, read_text
from twin.campaign_log import CampaignLog
from twin.forecast_scores import Score, score
from twin.forecast_view import KNOWN, ForecastDays, days_of

CALIBRATION, FORECAST = "calibration", "forecast"  # kinds of artefacts
WHOLE, SCENARIO = "calibration.json", "scenario.toml"  # files of a calibration
LEADS: Final = (1, 3, 7, 14, 30)  # days at which forecasts are scored


def basis_id(scenario: str) -> str:
    """Return the name under which what rests on the measured campaign of a scenario is kept."""
    return f"{scenario}-measured"


def read_calibration(sealed: Artefact) -> Calibration:
    """Return what a sealed calibration found; StoreError or FailedError if it is damaged."""
    path = sealed.file(WHOLE)
    return read_text(path.read_text(encoding="utf-8"), str(path))


def read_forecast(sealed: Artefact) -> tuple[ForecastDays, dict[str, Any]]:
    """Return the days of a sealed forecast and what was known at its origin; StoreError if it is damaged."""
    known: dict[str, Any] = json.loads(sealed.file(KNOWN).read_text(encoding="utf-8"))
    return days_of(known, sealed.table("daily")), known


def scores_of(sealed: Artefact, log: CampaignLog) -> list[Score]:
    """Return the scores of one archived forecast for the leads whose day is over by the end of a later log."""
    found, known = read_forecast(sealed)
    return score(found, known["persistence"], log, LEADS)


def mean_scores(archived: Sequence[Artefact], scored: Mapping[str, Sequence[Score]]) -> list[dict[str, Any]]:
    """Return means over forecasts by values (calibrated or planned), series and lead.

    Parameters
    ----------
    archived : sealed forecasts.
    scored : their scores, by artefact id.
    """
    groups: dict[tuple[str, str, int], list[Score]] = {}
    for sealed in archived:
        for one in scored[sealed.artefact_id]:
            groups.setdefault((sealed.identity.choices["values"], one.series, one.lead_d), []).append(one)
    return [
        {
            "values": values,
            "series": series,
            "lead_d": lead,
            "forecasts": len(own),
            "crps": float(np.mean([one.crps for one in own])),
            "persistence": float(np.mean([one.persistence for one in own])),
            "inside_90": float(np.mean([one.inside for one in own])),
            "bias": float(np.mean([one.bias for one in own])),
        }
        for (values, series, lead), own in sorted(groups.items())
    ]
