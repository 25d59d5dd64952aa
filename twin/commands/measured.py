"""Reads a measured campaign out of a store: its log book and its readings, as known at an instant."""

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from ops_data.errors import FailedError, UsageError
from ops_data.observations.record_files import stamp

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
    """Return what a store knows of a campaign up to a second, as known at an instant.

    Raises
    ------
    UsageError : the campaign begins later.
    FailedError : the log says nothing of it up to there, or nothing of that had been received by that instant.
    """
    from ops_data.ingest.log_book import entries
    from ops_data.ingest.sealing import all_readings
    from twin.logged import campaign_log

    if at_s <= scenario.start_s:
        raise UsageError(
            f"{stamp(at_s)}: the campaign of scenario '{scenario.name}' begins {stamp(scenario.start_s)}; ask for "
            "a later instant, or choose another scenario with --scenario"
        )
    kept = entries(store, scenario.start_s, at_s, as_of_utc)
    if not kept and as_of_utc is not None:
        _refuse_unheard(store, scenario.start_s, at_s, as_of_utc)
    readings = all_readings(store, None, scenario.start_s, at_s, as_of_utc).to_pandas()
    return campaign_log(scenario, kept, readings, at_s)


def _refuse_unheard(store: Path, begin_s: int, at_s: int, as_of_utc: int) -> None:
    """Raise FailedError where a log says something of a range of time that was received only later, and when first."""
    from ops_data.ingest.log_book import entries

    first_s, known = None, entries(store, begin_s, at_s)
    while known:  # what was received first may have been corrected since
        first_s = min(one.received_utc for one in known)
        known = entries(store, begin_s, at_s, first_s - 1)
    if first_s is not None:
        raise FailedError(
            f"log book: nothing from {stamp(begin_s)} to {stamp(at_s)} had been received by {stamp(as_of_utc)}, the "
            f"first was at {stamp(first_s)}; give --as-of from then on, or leave it out"
        )
