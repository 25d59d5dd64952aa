"""What is kept of a measured campaign: calibrations and forecasts as sealed artefacts, read back and scored."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np

from ops_data.artefacts import Artefact
from ops_data.observations.record_files import stamp
from twin.calibration.result import Calibration, read_text
from twin.campaign_log import CampaignLog
from twin.forecast_scores import Score, score
from twin.forecast_view import KNOWN, ForecastDays, days_of

CALIBRATION, FORECAST = "calibration", "forecast"  # kinds of artefacts
WHOLE, SCENARIO = "calibration.json", "scenario.toml"  # files of a calibration
LEADS: Final = (1, 3, 7, 14, 30)  # days at which forecasts are scored
AS_KNOWN: Final = "as known at "  # begins the note of a forecast that says what of the log was known


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


def as_known(as_of_utc: int) -> str:
    """Return the note that says what of the log a forecast knew: what had been received by a UTC second."""
    return f"{AS_KNOWN}{stamp(as_of_utc)}"


def known_at_s(sealed: Artefact) -> int | None:
    """Return the UTC second as of which the log of a forecast was known; None: all that had been received."""
    own = [note.removeprefix(AS_KNOWN) for note in sealed.notes if note.startswith(AS_KNOWN)]
    return int(datetime.fromisoformat(own[0]).timestamp()) if own else None


@dataclass(frozen=True)
class Chosen:
    """Which archived forecasts are scored.

    Attributes
    ----------
    forecasts : one by origin and values, oldest origin first.
    paired : every origin has a calibrated and a planned one.
    left_out : how many others there are, by the reason.
    """

    forecasts: tuple[Artefact, ...]
    paired: bool
    left_out: Mapping[str, int]


def why_not(sealed: Artefact, scenario_sha256: str) -> str:
    """Return why a forecast is not scored beside those of a plan: it is of another one, or a what-if; empty: it is."""
    choices = sealed.identity.choices
    if choices["scenario_sha256"] != scenario_sha256:
        return "of another plan"
    return "told a storm or a sea forecast" if choices["storm"] or choices["sea_forecast_sha256"] else ""


def chosen(archived: Sequence[Artefact], scenario_sha256: str) -> Chosen:
    """Return those forecasts whose scores compare: of one plan, without what-ifs, over the same origins.

    Parameters
    ----------
    archived : sealed forecasts, oldest first.
    scenario_sha256 : of the plan.

    Notes
    -----
    Of an origin and values the one with most members counts, the newest of those. Where some origin has a calibrated
    and a planned forecast only such origins count.
    """
    left_out: Counter[str] = Counter()
    best: dict[tuple[int, str], Artefact] = {}
    for sealed in archived:
        choices = sealed.identity.choices
        if reason := why_not(sealed, scenario_sha256):
            left_out[reason] += 1
        else:
            key = int(choices["origin_utc"]), str(choices["values"])
            before = best.get(key)
            left_out["of the same origin and values, with fewer members or older"] += before is not None
            if before is None or choices["members"] >= before.identity.choices["members"]:
                best[key] = sealed
    origins = [{origin for origin, values in best if values == one} for one in ("calibrated", "planned")]
    common = origins[0] & origins[1]
    kept = tuple(best[key] for key in sorted(best) if not common or key[0] in common)
    if len(kept) < len(best):
        left_out["of an origin without the other values"] = len(best) - len(kept)
    return Chosen(kept, bool(common), +left_out)


def mean_scores(
    archived: Sequence[Artefact], scored: Mapping[str, Sequence[Score]], paired: bool = False
) -> list[dict[str, Any]]:
    """Return means over forecasts by values (calibrated or planned), series and lead.

    Parameters
    ----------
    archived : sealed forecasts.
    scored : their scores, by artefact id.
    paired : count at each lead only origins that have a score of both values there.
    """
    own_of: dict[tuple[str, str, int], dict[int, list[Score]]] = {}
    for sealed in archived:
        choices = sealed.identity.choices
        for one in scored[sealed.artefact_id]:
            by_origin = own_of.setdefault((choices["values"], one.series, one.lead_d), {})
            by_origin.setdefault(int(choices["origin_utc"]), []).append(one)
    groups = {}
    for (values, series, lead), by_origin in own_of.items():
        other = own_of.get(("planned" if values == "calibrated" else "calibrated", series, lead), {})
        own = [one for origin, scores in by_origin.items() if not paired or origin in other for one in scores]
        if own:
            groups[values, series, lead] = own
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
