"""The archive of measured campaigns as pages read it: calibrations and forecasts, kept while nothing changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from dashboards.data import Data
from ops_data.artefacts import FOLDER as ARTEFACTS
from ops_data.artefacts import Artefact, of_run
from ops_data.errors import UnknownNameError
from ops_data.files import told
from ops_data.manifest import MANIFEST, canonical_json
from twin.calibration.result import Calibration
from twin.forecast_view import ForecastDays
from twin.measured_results import CALIBRATION, FORECAST, basis_id, read_calibration, read_forecast
from twin.scenario import Scenario, load_scenario
from twin.scenario_file import packaged_names

DEFAULT: Final = "pilot-2027"  # as for 'twin calibrate'
KINDS: Final = (CALIBRATION, FORECAST)


@dataclass(frozen=True)
class Asked:
    """Which measured campaign, and as known at which UTC second; None: now."""

    campaign: str
    as_of_s: int | None


def campaigns(data: Data) -> list[str]:
    """Return the campaigns that can be looked at: those in the archive, the newest first, then the packaged ones."""
    end = basis_id("")
    found: dict[str, int] = {}
    for kind in KINDS:
        for path in (data.folder / ARTEFACTS).glob(f"[!.]*{end}-{kind}-*/{MANIFEST}"):
            name = path.parent.name.rsplit(f"{end}-{kind}-", 1)[0]
            with told(path, "read the archive"):
                found[name] = max(found.get(name, 0), path.stat().st_mtime_ns)
    packaged = sorted(packaged_names(), key=lambda name: (name != DEFAULT, name))
    return list(dict.fromkeys([*sorted(found, key=lambda name: -found[name]), *packaged]))


def scenario_of(data: Data, campaign: str) -> Scenario:
    """Return a campaign as planned: as its newest calibration or forecast has it, else the packaged one.

    Raises
    ------
    UnknownNameError
        There is nothing of that name.
    """
    found = [one for kind in KINDS for one in sealed_of(data, campaign, kind)]
    if found:
        newest = max(found, key=lambda one: one.created)
        key = ("measured", "scenario", newest.artefact_id)
        return data.memory.get(key, lambda: Scenario.from_json(canonical_json(dict(newest.scenario))))
    if campaign not in packaged_names():
        raise UnknownNameError(f"campaign '{campaign}': nothing of it is in the archive; choose another on the page")
    return data.memory.get(("measured", "packaged", campaign), lambda: load_scenario(campaign))


def archived(data: Data, one: Asked, kind: str) -> list[Artefact]:
    """Return the calibrations or forecasts of a campaign that were there, oldest origin first."""
    there = [sealed for sealed in sealed_of(data, one.campaign, kind) if _was_there(sealed, one.as_of_s)]
    return sorted(there, key=lambda sealed: (origin_s(sealed), sealed.created))


def origin_s(sealed: Artefact) -> int:
    """Return the UTC second up to which the log was told for a calibration or a forecast."""
    return int(sealed.identity.choices["origin_utc"])


def forecast(data: Data, sealed: Artefact) -> tuple[ForecastDays, Mapping[str, Any]]:
    """Return the days of a sealed forecast and what was known at its origin."""
    return data.memory.get(("measured", "forecast", sealed.artefact_id), lambda: read_forecast(sealed))


def calibration(data: Data, sealed: Artefact) -> Calibration:
    """Return what a sealed calibration found."""
    return data.memory.get(("measured", "calibration", sealed.artefact_id), lambda: read_calibration(sealed))


def _was_there(sealed: Artefact, as_of_s: int | None) -> bool:
    """Say whether an artefact was sealed, and what it rests on over, by an instant."""
    if as_of_s is None:
        return True
    return max(datetime.fromisoformat(sealed.created).timestamp(), origin_s(sealed)) <= as_of_s


def sealed_of(data: Data, campaign: str, kind: str) -> list[Artefact]:
    """Return every calibration or forecast of a campaign, oldest first."""
    folder = data.folder / ARTEFACTS
    there = stats(sorted(folder.glob(f"{basis_id(campaign)}-{kind}-*/{MANIFEST}")))
    key = ("measured", "archive", campaign, kind, there)
    return data.memory.get(key, lambda: of_run(data.folder, basis_id(campaign), kind)) if there else []


def stats(paths: Sequence[Path]) -> tuple[tuple[str, int, int], ...]:
    """Return name, size and time of the files that are there and not empty."""
    found = []
    for path in paths:
        if path.exists():
            with told(path, "look at the store"):
                its = path.stat()
            found.append((str(path), its.st_size, its.st_mtime_ns))
    return tuple(one for one in found if one[1])
