"""Which archived calibration and forecast the last days of a log are compared with."""

from collections.abc import Sequence

from ops_data.artefacts import Artefact
from ops_data.observations.record_files import stamp
from ops_data.units import SECONDS_PER_DAY
from twin.campaign_log import CampaignLog


def calibration_before(archived: Sequence[Artefact], log: CampaignLog, days: int) -> Artefact | None:
    """Return the calibration that says what the last days of a log should have been; None where there is none.

    The newest that was told nothing of those days: one that was has learnt from them what they would show. Where there
    is none, the newest that is not later than the end of the log.

    Parameters
    ----------
    archived : sealed calibrations of the campaign; those of another plan are passed over.
    log, days : what is compared.
    """
    own = [one for one in _of(archived, log) if _origin_s(one) <= log.until_s]
    begin_s = log.until_s - days * SECONDS_PER_DAY
    before = [one for one in own if _origin_s(one) <= begin_s]
    return max(before or own, key=lambda one: (_origin_s(one), one.created), default=None)


def forecast_before(archived: Sequence[Artefact], log: CampaignLog, days: int) -> Artefact | None:
    """Return the forecast that the last days of a log are compared with: the oldest issued for them; None for none.

    Parameters
    ----------
    archived : sealed forecasts of the campaign; those of another plan are passed over.
    log, days : what is compared.
    """
    begin_s, end_s = log.until_s - (days + 1) * SECONDS_PER_DAY, log.until_s - SECONDS_PER_DAY
    own = [one for one in _of(archived, log) if begin_s <= _origin_s(one) <= end_s]
    calibrated = [one for one in own if one.identity.choices["values"] == "calibrated"]
    return min(calibrated or own, key=lambda one: (_origin_s(one), one.created), default=None)


def basis_words(calibration: Artefact | None, log: CampaignLog, days: int) -> str:
    """Return what is expected rests on, as a sentence."""
    if calibration is None:
        return "Nothing was calibrated: what the plan's ranges allow is expected, so only gross deviations show."
    origin_s = _origin_s(calibration)
    said = f"Expected is what calibration {calibration.artefact_id} says, told the log up to {stamp(origin_s)}"
    if origin_s <= log.until_s - days * SECONDS_PER_DAY:
        return f"{said}, before these days."
    return f"{said}: it has learnt from these days, so less shows."


def _of(archived: Sequence[Artefact], log: CampaignLog) -> list[Artefact]:
    return [one for one in archived if one.identity.choices["scenario_sha256"] == log.scenario.hash]


def _origin_s(sealed: Artefact) -> int:
    return int(sealed.identity.choices["origin_utc"])
