"""Words of a log that are not of the asset (truth: derived by hand; rows and programs of simulated campaigns)."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pandas as pd
import pytest

from ops_data.errors import FailedError
from ops_data.ingest.log_entries import LogEntry
from ops_data.ingest.log_tiling import KeptEntry
from ops_data.schemas import ACTIVITIES, STATES
from tests.twin.made_logs import entries_of, kept
from twin.log_words import allowed, understood
from twin.logged import campaign_log
from twin.operations import codes as c
from twin.operations.campaign import play_campaign, roles_of, tables_of
from twin.operations.inference import infer
from twin.operations.laws import Luck
from twin.operations.program import SeaTables
from twin.scenario import Scenario, draw_parameters, load_scenario

NOTHING = pd.DataFrame({"tag": [], "time_utc": [], "value": [], "quality": []})
DAYS = 43
H = 3_600
ROLES = {"chikyu": "mining", "shuttle-1": "shuttle", "island": "island", "carrier-1": "carrier"}


@cache
def world() -> tuple[Scenario, Luck, SeaTables, tuple[LogEntry, ...], int]:
    """Return a campaign, its luck and tables, and what its ideal log says until a second."""
    scenario = load_scenario("calm")
    luck = Luck(scenario, draw_parameters(scenario, 7, 0, "fixed"), 7, 0)
    sea = tables_of(luck)
    until_s = scenario.start_s + DAYS * 86_400
    played = play_campaign(luck, sea, None, scenario.end_s, True)
    return scenario, luck, sea, tuple(entries_of(played, until_s)), until_s


def test_every_word_that_a_campaign_logs_is_allowed_to_its_role() -> None:
    for name in ("pilot-2027", "storm-season"):
        scenario = load_scenario(name)
        luck = Luck(scenario, draw_parameters(scenario, 7, 0, "fixed"), 7, 0)
        played = play_campaign(luck, tables_of(luck), None, scenario.end_s, True)
        for asset, role in roles_of(scenario).items():
            codes = set((played.rows[asset][:, c.R_CODE] % c.STATE_UNIT).tolist())
            assert {c.ACTIVITIES[code] for code in codes} <= allowed(role)


def test_a_sound_log_stays_as_it_is() -> None:
    scenario, _, _, entries, _ = world()
    found = kept(entries)
    assert understood(found, roles_of(scenario)) == (found, [])


def logged(*said: tuple[str, str, str, str]) -> list[KeptEntry]:
    """Return entries of an hour each: asset, activity, state, cause."""
    return kept([LogEntry(*words, number * H, H, row=number + 2) for number, words in enumerate(said)])


def words_of(found: list[KeptEntry]) -> list[tuple[str, str, str]]:
    return [(one.entry.activity, one.entry.state, one.entry.cause) for one in found]


def test_an_idle_mining_vessel_waits_before_what_comes_next() -> None:
    found, notes = understood(
        logged(
            ("chikyu", "shift", "working", "none"),
            ("chikyu", "idle", "idle", "none"),
            ("chikyu", "wait_at_site", "waiting", "storm"),
            ("chikyu", "repair", "repairing", "failure"),
            ("chikyu", "insert", "working", "none"),
            ("chikyu", "moor", "working", "none"),
            ("chikyu", "idle", "waiting", "shuttle"),
        ),
        ROLES,
    )
    assert words_of(found) == [
        ("shift", "working", "none"),
        ("insert", "waiting", "weather"),
        ("insert", "waiting", "storm"),
        ("repair", "repairing", "failure"),
        ("insert", "working", "none"),
        ("offload", "working", "none"),
        ("offload", "waiting", "shuttle"),
    ]
    assert [(one.asset, one.what, one.how) for one in notes] == [
        ("chikyu", "words", "1 entry 'idle' is taken as waits before what came next"),
        ("chikyu", "words", "1 entry 'wait_at_site' is taken as waits before what came next"),
        ("chikyu", "words", "1 entry 'moor' is taken as 'offload'"),
        ("chikyu", "words", "1 entry 'idle' is taken as waits before what comes next"),
    ]
    alone, _ = understood(logged(("chikyu", "idle", "idle", "none")), ROLES)
    assert words_of(alone) == [("transit_out", "waiting", "weather")]


def test_a_ship_without_cargo_waits_for_its_round_and_a_loaded_one_before_what_comes_next() -> None:
    found, notes = understood(
        logged(
            ("shuttle-1", "crew_change", "working", "crew_change"),
            ("shuttle-1", "idle", "idle", "none"),
            ("shuttle-1", "load", "working", "none"),
            ("shuttle-1", "bunker", "working", "none"),
            ("shuttle-1", "sail_to_island", "working", "none"),
            ("shuttle-1", "idle", "waiting", "berth"),
            ("shuttle-1", "unload", "working", "none"),
            ("carrier-1", "load", "working", "none"),
            ("carrier-1", "port_call", "working", "none"),
            ("island", "crew_change", "idle", "none"),
            ("elsewhere", "lift", "working", "none"),
        ),
        ROLES,
    )
    assert words_of(found) == [
        ("wait_at_site", "waiting", "crew_change"),
        ("wait_at_site", "waiting", "mud"),
        ("load", "working", "none"),
        ("sail_to_island", "waiting", "bunkering"),
        ("sail_to_island", "working", "none"),
        ("unload", "waiting", "berth"),
        ("unload", "working", "none"),
        ("load", "working", "none"),
        ("sail_to_mainland", "waiting", "port"),
        ("idle", "waiting", "crew_change"),
        ("lift", "working", "none"),
    ]
    assert "1 entry 'crew_change' is taken as 'wait_at_site' for the cause crew_change" in [one.how for one in notes]


def test_many_entries_are_one_note() -> None:
    work = [("chikyu", word, "working", "none") for word in ("idle", "lift") * 3]
    _, notes = understood(logged(*work), ROLES)
    assert [one.how for one in notes] == ["3 entries 'idle' are taken as waits before what came next"]


def test_what_an_asset_cannot_do_and_waits_that_move_something_are_refused_in_one_line() -> None:
    with pytest.raises(
        FailedError,
        match=r"^log.csv, row 2: asset 'island' \(island\): it cannot 'lift'; "
        r"allowed: dewater, idle, off_hire, repair; correct the log, or the words of its mapping$",
    ):
        understood(logged(("island", "lift", "working", "none")), ROLES)
    (one,) = logged(("chikyu", "idle", "waiting", "none"))
    with pytest.raises(FailedError, match=r"row 2: asset 'chikyu' \(mining\): 'idle' is a wait, .* names a quantity"):
        understood([replace(one, entry=replace(one.entry, dry_t=7.0))], ROLES)


def altered(asset: str) -> Iterator[tuple[LogEntry, ...]]:
    """Give logs of which one entry of an asset, the first, the middle or the last one, has other words."""
    entries = world()[3]
    places = [number for number, one in enumerate(entries) if one.asset == asset]
    for place in (places[0], places[len(places) // 2], places[-1]):
        for activity in ACTIVITIES:
            for state in STATES:
                strange = replace(
                    entries[place], activity=activity, state=state, dry_t=None, wet_t=None, slurry_m3=None
                )
                yield (*entries[:place], strange, *entries[place + 1 :])


@pytest.mark.parametrize("asset", sorted(ROLES))
def test_any_word_anywhere_is_understood_or_refused(asset: str) -> None:
    """Inferring knows no other failure, whatever a log says that an asset does."""
    scenario, luck, sea, _, until_s = world()
    roles, done = roles_of(scenario), 0
    for entries in altered(asset):
        try:
            found, _ = understood(kept(entries), roles)
        except FailedError:
            continue
        log = campaign_log(scenario, found, NOTHING, until_s).log
        infer(luck, log.rows, log.lots, log.until_s, sea=sea)
        done += 1
    assert done >= 3 * len(allowed(roles[asset])) * len(STATES)
