"""The fast kernel against the naive oracle of `tests/oracle`: the same rows and lots, to the second and the gram.

Truth: derived; the oracle is written from docs/campaign.md alone.
"""

from collections import Counter
from functools import cache

import pytest

from tests.oracle.asset import Row
from tests.oracle.campaign import simulate as play_naively
from tests.oracle.chain import Lot
from tests.oracle.configurations import configuration
from twin.operations import codes as c
from twin.operations.campaign import Played, simulate
from twin.scenario import load_scenario

CI = (*range(100), 223, 229)  # the last two for a storm that is over before the vessel is secured
ALL = range(900)
SHARDS = 4
SHORT_LIVES = [
    f"components.{part}.mtbf_h={mtbf_h}"
    for part, mtbf_h in (
        ("riser_blockage", 60), ("disaggregation_drive", 150), ("umbilical", 300), ("subsea_slurry_pump", 300),
        ("azimuth_thruster_gear", 900), ("transfer_hose", 40), ("shuttle_cargo_pump", 60), ("filter_press", 20),
        ("carrier_cargo_gear", 20), ("carrier_main_engine", 90),
    )
]  # fmt: skip
STATED = {
    "calm": ("calm", []),
    "connection test": ("connection-test-2026", []),
    "pilot": ("pilot-2027", []),
    "storm season": ("storm-season", []),
    "a year: crew changes and bunkering": ("annual-pilot", []),
    "bunkering in port": ("annual-pilot", ['bunkering.method="port"']),
    "recover and evade": ("storm-season", ['storms.policy="recover_and_evade"']),
    "ride out": ("storm-season", ['storms.policy="ride_out"']),
    "side by side": ("pilot-2027", ['transfer.method="side_by_side"']),
    "perfect foresight": ("pilot-2027", ['weather.foresight="perfect"']),
    "three vessels, five shuttles, small holds": (
        "pilot-2027",
        ["mining.vessels=3", "shuttles.count=5", "mining.hold_m3=900", "shuttle.hold_m3=300"],
    ),
    "short lives": ("annual-pilot", SHORT_LIVES),
    "tight tank and stock": (
        "storm-season",
        ["island.slurry_tank_m3=2100", "island.cake_stock_t=4100", "island.dewatering_rate_t_h=4", "carriers.count=2"],
    ),
    "small scale-up": (
        "scale-up-3500",
        [
            "mining.vessels=2",
            "campaign.end=2032-12-01T00:00:00Z",
            "campaign.charter_end=2032-10-01T00:00:00Z",
            "campaign.target_by=[]",
        ],
    ),
}
Events = tuple[dict[str, list[Row]], list[Lot]]


def events_of(played: Played) -> Events:
    """Return rows in words and lots in the order of time."""
    rows: dict[str, list[Row]] = {}
    for asset, table in played.rows.items():
        rows[asset] = [
            (
                c.ACTIVITIES[code % c.STATE_UNIT],
                c.STATES[code // c.STATE_UNIT % (c.CAUSE_UNIT // c.STATE_UNIT)],
                c.CAUSES[code // c.CAUSE_UNIT],
                start_s, end_s, hole, dry_g, over_s,
            )
            for code, start_s, end_s, hole, dry_g, over_s in table.tolist()
        ]  # fmt: skip
    lots = [
        (lot.stage, lot.time_s, lot.from_asset, lot.to_asset, lot.volume_l, lot.dry_g, lot.water_g)
        for lot in played.lots
    ]
    return rows, sorted(lots, key=lambda lot: (lot[1], lot))


def first_difference(fast: Events, naive: Events) -> str:
    """Return the earliest row or lot in which two campaigns differ, an empty text if they are equal."""
    found = []
    for asset in sorted(set(fast[0]) | set(naive[0])):
        for ours, theirs in zip_longest_rows(fast[0].get(asset, []), naive[0].get(asset, [])):
            if ours != theirs:
                ends = [row[4] for row in (ours, theirs) if row is not None]
                found.append((min(ends), f"{asset}: kernel {ours}, oracle {theirs}"))
                break
    if found:
        return min(found)[1]
    odd = sorted(set(fast[1]) ^ set(naive[1]), key=lambda lot: lot[1])
    return f"lot of {'kernel' if odd[0] in fast[1] else 'oracle'}: {odd[0]}" if fast[1] != naive[1] else ""


def zip_longest_rows(ours: list[Row], theirs: list[Row]) -> list[tuple[Row | None, Row | None]]:
    length = max(len(ours), len(theirs))
    pad: list[None] = [None]
    return list(zip([*ours, *pad * (length - len(ours))], [*theirs, *pad * (length - len(theirs))], strict=True))


@cache
def seen_in(number: int) -> tuple[str, Counter[str]]:
    """Return the difference found in a made-up configuration, and what happened in it."""
    base, sets, seed, replicate, parameters = configuration(number)
    scenario = load_scenario(base, sets)
    naive = play_naively(scenario, seed, replicate, parameters)
    fast = events_of(simulate(scenario, seed, replicate, parameters=parameters))
    return first_difference(fast, (naive.rows, naive.lots)), naive.happened


@pytest.mark.parametrize("compiled", [False, True], ids=["interpreted", "compiled"])
@pytest.mark.parametrize("name", STATED)
def test_kernel_and_oracle_play_the_same_campaign(name: str, compiled: bool) -> None:
    base, sets = STATED[name]
    scenario = load_scenario(base, sets)
    for seed, replicate in ((1, 0), (1, 1), (20270108, 7)):
        naive = play_naively(scenario, seed, replicate)
        fast = events_of(simulate(scenario, seed, replicate, compiled=compiled))
        assert first_difference(fast, (naive.rows, naive.lots)) == ""


@pytest.mark.parametrize("shard", range(SHARDS))
def test_kernel_and_oracle_agree_on_made_up_configurations(shard: int) -> None:
    differences = {number: seen_in(number)[0] for number in CI if number % SHARDS == shard}
    assert {number: text for number, text in differences.items() if text} == {}


@pytest.mark.heavy
@pytest.mark.parametrize("shard", range(SHARDS))
def test_kernel_and_oracle_agree_on_many_made_up_configurations(shard: int) -> None:
    differences = {number: seen_in(number)[0] for number in ALL if number not in CI and number % SHARDS == shard}
    assert {number: text for number, text in differences.items() if text} == {}


def test_the_comparison_is_not_empty_everything_happens_at_least_once() -> None:
    happened: Counter[str] = Counter()
    for number in CI:
        happened += seen_in(number)[1]
    assert [what for what in EXPECTED if not happened[what]] == []


EXPECTED = [
    *(
        f"activity {name}"
        for name in (
            "transit_out", "set_up", "run_string", "land_string", "shift", "insert", "disaggregate", "lift",
            "relocate", "offload", "flush", "recover_string", "secure", "hang_off", "restart", "evade",
            "return_to_site", "disconnect", "reconnect", "repair", "port_call", "bunker", "crew_change",
            "transit_home", "off_hire", "wait_at_site", "load", "sail_to_island", "unload", "sail_to_site",
            "sail_to_mainland", "dewater", "idle",
        )
    ),
    *(
        f"cause {name}"
        for name in (
            "none", "weather", "storm", "failure", "shuttle", "berth", "mud", "cake", "crew_change", "bunkering",
            "emergency",
        )
    ),
    *(f"state {name}" for name in c.STATES),
    *(
        f"branch {name}"
        for name in (
            "mended in place", "mended by ROV", "mended after a string trip", "mended in port", "waited for a spare",
            "alert: hanging off", "alert: evading with string", "alert: evading without string", "restart after storm",
            "storm over before secured", "emergency, string kept", "emergency, string lost", "last string lost",
            "emergency with a shuttle alongside", "parcel partly pumped", "parcel empty", "cold circulation",
            "called by a shuttle", "met at an offer", "stood waiting",
            "shuttle kept for calmer water", "last location", "latest departure",
            "port asked by the tank", "port asked by a fault",
        )
    ),
    *(f"lot {name}" for name in ("transfer", "island", "cake", "filtrate", "delivered", "landed")),
]  # fmt: skip
