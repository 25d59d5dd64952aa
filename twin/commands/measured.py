"""Reads a measured campaign out of a store: its log book and its readings, as known at an instant."""

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from twin.logged import Logged
    from twin.scenario import Scenario


def planned(options: Namespace) -> "Scenario":
    """Return the scenario that the measured campaign was planned with."""
    from twin.scenario import load_scenario

    return load_scenario(options.scenario, options.sets)


def read_measured(options: Namespace, scenario: "Scenario", at_s: int) -> "Logged":
    """Return what the options' store knows of a campaign up to a second; FailedError where its log says nothing."""
    from ops_data.store import folder_of

    return measured_of(folder_of(options.store), scenario, at_s, options.as_of)


def measured_of(store: Path, scenario: "Scenario", at_s: int, as_of_utc: int | None = None) -> "Logged":
    """Return what a store knows of a campaign up to a second, as known at an instant."""
    from ops_data.ingest.log_book import entries
    from ops_data.ingest.sealing import all_readings
    from twin.logged import campaign_log

    kept = entries(store, scenario.start_s, at_s, as_of_utc)
    readings = all_readings(store, None, scenario.start_s, at_s, as_of_utc).to_pandas()
    return campaign_log(scenario, kept, readings, at_s)
