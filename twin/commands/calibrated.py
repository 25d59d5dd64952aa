"""Calibrations as artefacts of a store: made once for what a log says and a seed, then used again."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ops_data.artefacts import Artefact
    from twin.campaign_log import CampaignLog


def calibration_of(store: Path, log: "CampaignLog", seed: int, members: int) -> "Artefact":
    """Return the sealed calibration of a log, made now if there is none yet."""
    from ops_data.artefacts import ArtefactIdentity, find, make
    from ops_data.files import write_whole
    from twin.calibration.calibrating import calibrate
    from twin.calibration.result import to_text
    from twin.calibration.scenario_text import calibrated_scenario_text
    from twin.changes import base_of
    from twin.forecast import log_sha256
    from twin.measured_results import CALIBRATION, SCENARIO, WHOLE, basis_id
    from twin.run import software_version

    scenario = log.scenario
    told = scenario.model_dump(mode="json")
    choices = {"origin_utc": log.until_s, "seed": seed, "members": members, "scenario_sha256": scenario.hash}
    identity = ArtefactIdentity(
        CALIBRATION, basis_id(scenario.name), log_sha256(log), choices, software_version(scenario)
    )

    def fill(folder: Path) -> tuple[str, ...]:
        found = calibrate(log, seed, members)
        write_whole(folder / WHOLE, to_text(found).encode())
        if base_of(told) is None:
            return (f"{SCENARIO} is not kept: the plan extends no packaged scenario; 'twin calibrate --out' writes it",)
        write_whole(folder / SCENARIO, calibrated_scenario_text(found).encode())
        return ()

    return find(store, identity) or make(store, identity, told, fill)
