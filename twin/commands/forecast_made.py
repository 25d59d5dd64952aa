"""Making a forecast: calibrates, plays the members from the state of the log, seals the artefact."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ops_data.errors import SimulationError
from twin.commands.calibrated import calibration_of
from twin.commands.output import note
from twin.commands.progress import progress
from twin.commands.run import asked_to_stop

if TYPE_CHECKING:
    from ops_data.artefacts import Artefact
    from ops_data.parts import PartWriter
    from twin.campaign_log import CampaignLog
    from twin.forecast import ForecastJob
    from twin.logged import Logged
    from twin.operations.weather_now import SeaNow

TABLE: Final = "daily"


class InterruptedForecastError(Exception):
    """A stop was asked for before all members were played."""


@dataclass(frozen=True)
class Asked:
    """What a forecast is to be.

    Attributes
    ----------
    days, members, seed : how far (the end of the campaign cuts it), how many, whose luck.
    values : ``calibrated`` or ``planned``.
    as_of_utc : what was known then; None: all. Told in a note: equal knowledge gives the same forecast.
    storm : latitude [°N], longitude [°E] and wind [kn] of an active tropical cyclone, then if known its course [deg]
        and speed [kn]; None: none is known.
    sea_forecast : file of waves and wind ahead; None: none.
    workers, quiet : how it is played.
    """

    days: int
    members: int
    seed: int
    values: str
    as_of_utc: int | None = None
    storm: tuple[float, ...] | None = None
    sea_forecast: str | None = None
    workers: int = 1
    quiet: bool = False


def forecast_of(store: Path, logged: "Logged", asked: Asked) -> "Artefact | None":
    """Return the sealed forecast that is asked for, made if there is none yet; None when a stop was asked for."""
    from ops_data.artefacts import ArtefactIdentity, find, make
    from twin.calibration.calibrating import MEMBERS
    from twin.forecast import ForecastJob, lean, log_sha256
    from twin.measured_results import FORECAST, basis_id, read_calibration
    from twin.run import software_version

    log, scenario = logged.log, logged.log.scenario
    calibration = None
    if asked.values == "calibrated":
        calibration = calibration_of(store, log, asked.seed, max(MEMBERS, asked.members))
    draws = {} if calibration is None else dict(read_calibration(calibration).draws)
    now, told_sea = _sea_of(logged, asked)
    asked = replace(asked, days=min(asked.days, days_left(log)))
    job = ForecastJob(scenario, lean(log), now, draws, asked.seed, asked.days)
    choices = {
        "origin_utc": log.until_s,
        "values": asked.values,
        "calibration": "" if calibration is None else calibration.artefact_id,
        "days": asked.days,
        "members": asked.members,
        "seed": asked.seed,
        "scenario_sha256": scenario.hash,
        **told_sea,
    }
    identity = ArtefactIdentity(FORECAST, basis_id(scenario.name), log_sha256(log), choices, software_version(scenario))
    found = find(store, identity)
    if found is not None:
        return found
    with asked_to_stop() as stop:
        making = Making(job, logged, calibration, asked, stop)
        try:
            return make(store, identity, scenario.model_dump(mode="json"), making.fill)
        except InterruptedForecastError:
            note("interrupted: nothing of the forecast is kept; repeat the command")
            return None


def days_left(log: "CampaignLog") -> int:
    """Return how many days in Japan the campaign still touches after the one in which its log ends."""
    from twin.forecast import jst_day_of

    return max(0, jst_day_of(log.scenario.end_s - 1) - jst_day_of(log.until_s))


def _sea_of(logged: "Logged", asked: Asked) -> "tuple[SeaNow, dict[str, Any]]":
    """Return what is known of the sea at the end of a log, and what was given of it beside the log."""
    from ops_data.files import told
    from ops_data.ingest.mapping import Mapping_
    from ops_data.sea_forecasts import read_sea_forecast
    from twin.forecast import sea_now
    from twin.operations.storms_now import StormNow

    now, sha256 = sea_now(logged.log), ""
    if asked.storm is not None:
        now = replace(now, storm=StormNow(logged.log.until_s, *asked.storm))
    if asked.sea_forecast is not None:
        path = Path(asked.sea_forecast).expanduser()
        now = replace(now, forecast=read_sea_forecast(path, Mapping_()))
        with told(path, "read the sea forecast", "--sea-forecast"):
            sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return now, {"storm": asked.storm and list(asked.storm), "sea_forecast_sha256": sha256}


@dataclass(frozen=True)
class MembersWriter:
    """What workers write members with; it can be pickled."""

    parts: "PartWriter"

    def __call__(self, first: int, last: int, played: Mapping[str, Any], /) -> None:
        """Write some successive members, whole or not at all."""
        self.parts.write(first, last, {TABLE: played})


@dataclass(frozen=True)
class Making:
    """A forecast being made.

    Parameters
    ----------
    job, asked, stop : what is played, and how.
    logged : all that is known; its sums and the forecast of persistence are kept with the members.
    calibration : whose draws are used; None: none.
    """

    job: "ForecastJob"
    logged: "Logged"
    calibration: "Artefact | None"
    asked: Asked
    stop: Callable[[], bool]

    def fill(self, folder: Path) -> tuple[str, ...]:
        """Write the members, what was known, and the calibration into a folder; return notes for the reader."""
        from ops_data.files import remove_tree, write_whole
        from ops_data.manifest import canonical_json
        from ops_data.parts import PartWriter, coverage, read_part, sound_parts
        from ops_data.tables import write_parquet
        from twin.ensemble import play_ensemble
        from twin.forecast_view import KNOWN, known_then
        from twin.measured_results import WHOLE, as_known

        members, parts = self.asked.members, folder / "parts"
        parts.mkdir()
        write = MembersWriter(PartWriter(parts))
        with progress(0, members, self.asked.quiet, "members") as on_done:
            play_ensemble(self.job, range(members), write, workers=self.asked.workers, on_done=on_done, stop=self.stop)
        if self.stop():
            raise InterruptedForecastError
        stretches, missing = coverage(sound_parts(parts), 0, members - 1)
        if missing:
            raise SimulationError(f"forecast: {len(missing)} members are missing; repeat the command")
        write_parquet(folder / f"{TABLE}.parquet", TABLE, (read_part(parts, part, TABLE) for part, _, _ in stretches))
        remove_tree(parts)
        write_whole(folder / KNOWN, canonical_json(known_then(self.logged.log, self.job.days)).encode())
        if self.calibration is not None:
            write_whole(folder / WHOLE, self.calibration.file(WHOLE).read_bytes())
        known = () if self.asked.as_of_utc is None else (as_known(self.asked.as_of_utc),)
        return (*known, *(f"{note.asset}, {note.what}: {note.how}" for note in self.logged.notes))
