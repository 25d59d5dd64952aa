"""What binds a day (truth: derived; rows made up by hand, and calm campaigns in which one thing is made to bind)."""

from collections.abc import Sequence

import numpy as np
import pytest

from ops_data.units import SECONDS_PER_DAY, SECONDS_PER_HOUR
from tests.twin.indicators.made_up import Line, rows_from
from twin.bottleneck import (
    MET,
    OUTCOMES,
    Calendar,
    Explained,
    binding,
    calendar_of,
    charges,
    circumstances,
    explain,
    hours_by_day,
    spells,
)
from twin.bottleneck_pieces import CONSTRAINTS, NUMBER, OF_CAUSE_AND_ACTIVITY, Circumstances, pieces_of, traced
from twin.indicators.record import Floats, Rows, read_replicate, rows_of
from twin.operations import codes as c
from twin.operations.campaign import simulate
from twin.operations.laws import Luck
from twin.scenario import draw_parameters, load_scenario

START = 1_799_334_000  # 2027-01-08 00:00 JST, so that hours of the made-up days are hours of the clock
ABOUT = Circumstances("tool cycle", True, 1.0, 1.0, "shuttle", START + 50 * SECONDS_PER_DAY)
ASKED_T_H = 350.0 / 24.0


def rows(*lines: Line, days: int, off_hire: bool = False) -> Rows:
    """Return rows that follow one another from the start and fill the days."""
    end_s = START + days * SECONDS_PER_DAY
    found = rows_from(START, lines, end_s)
    assert off_hire or found[-1, c.R_CODE] % c.STATE_UNIT != c.ACTIVITY["off_hire"], "the lines do not fill the days"
    return rows_of(found)


def of_days(days: int) -> Calendar:
    return Calendar(START // SECONDS_PER_DAY + 1, np.full(days, 350.0), ASKED_T_H)


def hours(
    *lines: Line, days: int = 1, about: Circumstances = ABOUT, shuttles: Sequence[Rows] = ()
) -> list[dict[str, float]]:
    """Return hours by constraint of each day, zeros left out."""
    table = hours_by_day([rows(*lines, days=days, off_hire=True)], shuttles, about, of_days(days))
    return [{name: float(day[at]) for name, at in NUMBER.items() if day[at]} for day in table]


def bound_by(day_t: float, *lines: Line, about: Circumstances = ABOUT, shuttles: Sequence[Rows] = ()) -> str:
    """Return what binds one made-up day on which so much mud came on deck."""
    table = hours_by_day([rows(*lines, days=1)], shuttles, about, of_days(1))
    lifted_t = np.array([day_t])
    return OUTCOMES[int(binding(charges(table, lifted_t, ASKED_T_H), lifted_t, np.array([350.0]))[0])]


CYCLE: tuple[Line, ...] = (
    ("shift", "working", "none", 0.8),
    ("insert", "working", "none", 0.2),
    ("disaggregate", "working", "none", 0.6),
    ("lift", "working", "none", 0.8),
)


# --- rows made up by hand ---------------------------------------------------------------------------------------------


def test_every_row_of_a_mining_vessel_has_a_constraint_and_the_words_of_the_two_tables_fit() -> None:
    assert set(np.unique(OF_CAUSE_AND_ACTIVITY)) <= set(NUMBER.values())
    of_cause = {cause: CONSTRAINTS_OF[cause] for cause in CONSTRAINTS_OF}
    for cause, name in of_cause.items():
        assert OF_CAUSE_AND_ACTIVITY[c.CAUSE[cause], c.ACTIVITY["run_string"]] == NUMBER[name]


CONSTRAINTS_OF = {"weather": "weather", "storm": "storm", "failure": "failure", "emergency": "emergency",
                  "crew_change": "crew change", "bunkering": "bunkering", "none": "string"}  # fmt: skip


def test_the_trip_home_after_an_emergency_is_sailing_as_in_the_use_of_time() -> None:
    assert OF_CAUSE_AND_ACTIVITY[c.C_EMERGENCY, c.ACTIVITY["transit_home"]] == NUMBER["transit"]


def test_hours_are_cut_at_midnight_in_japan() -> None:
    lines: tuple[Line, ...] = (
        ("transit_out", "working", "none", 30.0),
        ("run_string", "waiting", "weather", 15.0),
        ("run_string", "working", "none", 27.0),
    )
    assert hours(*lines, days=3) == [
        {"transit": 24.0},
        {"transit": 6.0, "weather": 15.0, "string": 3.0},
        {"string": 24.0},
    ]


def test_the_hours_of_any_day_sum_to_the_hours_of_its_vessels() -> None:
    one = rows(*CYCLE * 15, ("run_string", "waiting", "weather", 12.0), days=2)
    table = hours_by_day([one, one], [], ABOUT, of_days(2))
    assert table.sum(axis=1) == pytest.approx([48.0, 48.0])


def test_a_day_of_mining_that_misses_the_target_is_bound_by_the_tool_cycle_when_the_lift_is_stated() -> None:
    assert bound_by(286.0, *CYCLE * 10) == "tool cycle"


def test_a_day_of_mining_is_bound_by_the_pump_when_the_lift_takes_longer_than_the_tool() -> None:
    pump = Circumstances("pump", False, 1.0, 1.0, "shuttle", ABOUT.departure_s)
    slow: tuple[Line, ...] = (
        ("shift", "working", "none", 0.4),
        ("insert", "working", "none", 0.6),
        ("lift", "working", "none", 1.4),
    )
    assert bound_by(286.0, *slow * 10, about=pump) == "pump"
    assert bound_by(286.0, *CYCLE * 10, about=pump) == "tool cycle"  # 1.6 h of tool against 0.8 h of lift


def test_a_day_that_meets_the_target_is_bound_by_nothing() -> None:
    assert bound_by(350.0, *CYCLE * 10) == MET


@pytest.mark.parametrize(
    ("activity", "state", "cause", "name"),
    [
        ("lift", "waiting", "weather", "weather"),
        ("hang_off", "waiting", "storm", "storm"),
        ("repair", "repairing", "failure", "failure"),
        ("reconnect", "working", "emergency", "emergency"),
        ("offload", "working", "none", "transfer"),
        ("crew_change", "working", "crew_change", "crew change"),
        ("set_up", "working", "none", "set-up"),
    ],
)
def test_the_larger_loss_binds(activity: str, state: str, cause: str, name: str) -> None:
    """Derived: 9.6 h of mining at 286 t in 24 h, i.e. 114 t, fall 26 t short; 14.4 h of the other thing 210 t."""
    assert bound_by(114.4, *CYCLE * 4, (activity, state, cause, 14.4)) == name
    assert (
        bound_by(273.0, *CYCLE * 9, ("lift", "waiting", "weather", 1.4), (activity, state, cause, 1.0)) == "tool cycle"
    )


def test_charges_sum_to_the_target_less_the_mud_on_deck() -> None:
    lines: tuple[Line, ...] = (
        *CYCLE * 6,
        ("offload", "working", "none", 7.6),
        ("crew_change", "working", "crew_change", 2.0),
    )
    table = hours_by_day([rows(*lines, days=1)], [], ABOUT, of_days(1))
    assert charges(table, np.array([171.6]), ASKED_T_H).sum() == pytest.approx(350.0 - 171.6, rel=1e-12)


def test_mining_that_outruns_the_target_is_charged_nothing() -> None:
    table = hours_by_day([rows(*CYCLE * 5, ("offload", "working", "none", 12.0), days=1)], [], ABOUT, of_days(1))
    found = charges(table, np.array([200.0]), ASKED_T_H)[0]
    assert found[NUMBER["tool cycle"]] == 0.0
    assert found[NUMBER["transfer"]] == pytest.approx(175.0)


def test_learning_is_what_an_insertion_takes_beyond_a_practised_one() -> None:
    """Derived: first factor 2 and rate 0.5, so factors 2 and 1: half of the first insertion is learning."""
    about = Circumstances("tool cycle", True, 2.0, 0.5, "shuttle", ABOUT.departure_s)
    assert hours(*CYCLE * 10, about=about) == [{"tool cycle": pytest.approx(22.8), "learning": pytest.approx(1.2)}]
    about = Circumstances("pump", False, 2.0, 0.5, "shuttle", ABOUT.departure_s)
    expected = {"tool cycle": pytest.approx(15.2), "learning": pytest.approx(0.8), "pump": pytest.approx(8.0)}
    assert hours(*CYCLE * 10, about=about) == [expected]


def test_days_at_home_after_a_lost_string_are_the_emergencys_until_the_latest_departure() -> None:
    lines: tuple[Line, ...] = (
        ("disconnect", "working", "emergency", 24.0),
        ("transit_home", "working", "emergency", 24.0),
    )
    about = Circumstances("tool cycle", True, 1.0, 1.0, "shuttle", START + 3 * SECONDS_PER_DAY)
    assert hours(*lines, days=4, about=about) == [
        {"emergency": 24.0}, {"transit": 24.0}, {"emergency": 24.0}, {"campaign over": 24.0}
    ]  # fmt: skip
    planned: tuple[Line, ...] = (("run_string", "working", "none", 24.0), ("transit_home", "working", "none", 24.0))
    assert hours(*planned, days=4, about=about)[2:] == [{"campaign over": 24.0}] * 2


# --- waits for a shuttle ----------------------------------------------------------------------------------------------

WAIT: tuple[Line, ...] = (("offload", "waiting", "shuttle", 10.0), ("offload", "working", "none", 14.0))


def wait_shares(*shuttles: Rows, held: str = "shuttle") -> dict[str, float]:
    """Return the shares of the wait from hour 0 to hour 10."""
    found = traced(START, START + 10 * SECONDS_PER_HOUR, shuttles, held)
    assert found.share.sum() == pytest.approx(1.0)
    return {tuple(CONSTRAINTS)[what]: float(share) for what, share in zip(found.what, found.share, strict=True)}


def shuttle(*lines: Line, before_h: float) -> Rows:
    """Return rows of a shuttle that begin so many hours before the wait."""
    return rows_of(rows_from(START - round(before_h * SECONDS_PER_HOUR), lines, START + SECONDS_PER_DAY))


def test_a_wait_for_a_shuttle_that_nothing_delayed_is_the_shuttles_or_the_holds() -> None:
    round_trip: tuple[Line, ...] = (("load", "working", "none", 10.0), ("sail_to_island", "working", "none", 8.0),
                                    ("unload", "working", "none", 9.5), ("sail_to_site", "working", "none", 8.0),
                                    ("load", "working", "none", 10.0))  # fmt: skip
    assert wait_shares(shuttle(*round_trip, before_h=25.5)) == {"shuttle": 1.0}
    assert wait_shares(shuttle(*round_trip, before_h=25.5), held="hold") == {"hold": 1.0}
    assert wait_shares(held="hold") == {"hold": 1.0}


def test_a_wait_is_shared_out_by_what_delayed_the_shuttle_that_ends_it() -> None:
    """Derived: three hours at sea and five for the berth of ten; two are left to the shuttle itself."""
    late = shuttle(("load", "working", "none", 10.0), ("sail_to_island", "waiting", "weather", 3.0),
                   ("sail_to_island", "working", "none", 8.0), ("unload", "waiting", "berth", 5.0),
                   ("unload", "working", "none", 8.0), ("sail_to_site", "working", "none", 8.0),
                   ("load", "working", "none", 10.0), before_h=32.0)  # fmt: skip
    assert wait_shares(late) == {"dewatering": 0.5, "weather": 0.3, "shuttle": pytest.approx(0.2)}


def test_delays_longer_than_the_wait_share_it_in_proportion() -> None:
    late = shuttle(("load", "working", "none", 10.0), ("repair", "repairing", "failure", 30.0),
                   ("unload", "waiting", "berth", 10.0), ("load", "working", "none", 10.0), before_h=40.0)  # fmt: skip
    assert wait_shares(late) == {"dewatering": 0.25, "failure": 0.75}


def test_the_shuttle_that_comes_alongside_is_the_one_that_counts() -> None:
    stuck = shuttle(("unload", "waiting", "berth", 40.0), before_h=20.0)
    comes = shuttle(("load", "working", "none", 10.0), ("sail_to_site", "working", "none", 20.0),
                    ("load", "working", "none", 8.0), before_h=20.0)  # fmt: skip
    assert wait_shares(stuck, comes) == {"shuttle": 1.0}


def test_a_wait_that_a_decision_cuts_is_traced_to_the_next_shuttle_or_to_one_that_never_comes() -> None:
    later = shuttle(("load", "working", "none", 10.0), ("unload", "waiting", "berth", 22.0),
                    ("wait_at_site", "waiting", "mud", 8.0), before_h=20.0)  # fmt: skip
    assert wait_shares(later) == {"dewatering": 1.0}
    never = shuttle(("unload", "waiting", "berth", 5.0), ("unload", "waiting", "weather", 39.0), before_h=20.0)
    assert wait_shares(never) == {"dewatering": pytest.approx(5 / 30), "weather": pytest.approx(25 / 30)}


def test_the_pieces_of_a_vessel_tile_its_time() -> None:
    one = rows(*WAIT, *CYCLE * 10, days=2)
    total = sum(float(((p.end_s - p.start_s) * p.share).sum()) for p in pieces_of(one, [], ABOUT))
    assert total == pytest.approx(2 * SECONDS_PER_DAY)


# --- played campaigns in which one thing is made to bind --------------------------------------------------------------


def played(*sets: str, scenario: str = "calm") -> Explained:
    """Return what binds each day of one replicate."""
    plan = load_scenario(scenario, sets)
    values = draw_parameters(plan, 1, 0, "fixed")
    one = read_replicate(plan, values, simulate(plan, 1, 0, parameters="fixed"))
    return explain(plan, [(Luck(plan, values, 1, 0), one.mining, one.rows["shuttle"], one.day_t)])


def days_bound(found: Explained) -> dict[str, int]:
    """Return the days that each outcome binds."""
    return {name: int(days) for name, days in zip(OUTCOMES, found.bound.sum(axis=0), strict=True) if days}


def while_mining(found: Explained) -> dict[str, int]:
    """Return the same for the days from the first mud to the last."""
    lifting = np.flatnonzero(found.lifted_t)
    inside = found.bound[lifting[0] : lifting[-1] + 1]
    return {name: int(days) for name, days in zip(OUTCOMES, inside.sum(axis=0), strict=True) if days}


QUICK_TOOL = ("lift.system=surface_pumps", "mining.cycle_h=0.8", "mining.shift_h=0.1")
NO_TRANSFER_TIME = ("transfer.hose_rate_m3_h=20000", "transfer.mooring_h=0")
PUMPS_FAIL = (
    "failures.enabled=true",
    "components.surface_mud_pump.mtbf_h=3",
    "components.surface_mud_pump.repair_h=30",
)


@pytest.mark.parametrize(
    ("sets", "name"),
    [
        (NO_TRANSFER_TIME, "tool cycle"),
        (("transfer.hose_rate_m3_h=20",), "transfer"),
        (("shuttles.count=1", "shuttle.sail_h=300"), "shuttle"),
        (("shuttles.count=1", "mining.hold_m3=200", "shuttle.sail_h=30"), "hold"),
        (("island.dewatering_rate_t_h=0.3", "island.slurry_tank_m3=2000", "mining.hold_m3=2100"), "dewatering"),
        (("weather.kind=resampled", "limits.mining_hs_m=1.8", "limits.hang_off_hs_m=30"), "weather"),
        (("learning.first_factor=20", "learning.rate=0.98"), "learning"),
        (("campaign.target_t_d=150",), MET),
        (PUMPS_FAIL, "failure"),
        ((*QUICK_TOOL, *NO_TRANSFER_TIME, "riser.flow_m3_h=60"), "pump"),
        ((*QUICK_TOOL, *NO_TRANSFER_TIME, "slurry.max_solids_fraction=0.02"), "concentration"),
        (("setup.land_h=1", "campaign.insertions_per_location=1", "mining.relocate_h=40"), "set-up"),
    ],
)
def test_a_campaign_made_to_be_bound_by_one_thing_says_so(sets: tuple[str, ...], name: str) -> None:
    found = while_mining(played(*sets))
    assert max(found, key=lambda one: found[one]) == name
    assert found[name] > 0.6 * sum(found.values())


def test_a_vessel_without_shuttles_is_bound_by_its_hold() -> None:
    found = days_bound(played("transfer.method=none", "shuttles.count=0", "carriers.count=0", "mining.hold_m3=500"))
    assert found["hold"] > 40
    assert "shuttle" not in found


def test_the_calm_campaign_is_bound_as_its_calendar_on_paper_says() -> None:
    """Derived: five days out, one of set-up, 560 joints of 0.28 h, mud 30 h later; 560 joints up, five days home."""
    found = played()
    first = {day["bound_by"]: day for day in reversed(spells(found))}
    assert (first["transit"]["from"], first["transit"]["days"]) == ("2027-01-08", 5)
    assert first["set-up"]["from"] == "2027-01-13"
    assert first["string"]["from"] == "2027-01-14"
    assert first["campaign over"]["to"] == "2027-05-10"
    assert first["tool cycle"]["share"] == 1.0


def test_charges_of_a_played_campaign_sum_to_the_target_less_mud_on_every_day() -> None:
    found = played(scenario="pilot-2027")
    more_t = (
        found.short_t.sum(axis=1) - found.gap_t
    )  # above nought where a lift begun the day before outruns the target
    assert more_t.min() > -1e-9
    assert np.count_nonzero(more_t < 1e-9) > 115
    assert found.calendar.target_t.sum() == pytest.approx(350.0 * 122.0)
    assert found.bound.sum(axis=1).tolist() == [1] * 123


def test_the_latest_departure_is_the_second_at_which_the_calm_vessel_leaves() -> None:
    plan = load_scenario("calm")
    values = draw_parameters(plan, 1, 0, "fixed")
    about = circumstances(Luck(plan, values, 1, 0))
    vessel = read_replicate(plan, values, simulate(plan, 1, 0, parameters="fixed")).mining[0]
    flushed_s = vessel.start_s[vessel.does("flush")]
    assert 0 <= int(flushed_s[-1]) - about.departure_s < 3 * SECONDS_PER_HOUR


def test_a_hold_smaller_than_a_shuttles_load_is_what_holds() -> None:
    for hold_m3, held in ((500, "hold"), (4000, "shuttle")):
        plan = load_scenario("calm", [f"mining.hold_m3={hold_m3}"])
        assert circumstances(Luck(plan, draw_parameters(plan, 1, 0, "fixed"), 1, 0)).held == held


def central(*sets: str) -> Luck:
    """Return the pilot at stated values."""
    plan = load_scenario("pilot-2027", sets)
    return Luck(plan, draw_parameters(plan, 1, 0, "fixed"), 1, 0)


@pytest.mark.parametrize(
    ("sets", "word", "lift"),
    [
        (("slurry.solids_volume_fraction=0.12",), "concentration", "concentration"),
        (("pump.pressure_limit_mpa=4",), "pressure", "pump"),
        ((), "flow", "pump"),
        (("riser.flow_m3_h=180",), "flow", "concentration"),
        (("slurry.max_solids_fraction=0.051",), "flow", "pump"),
    ],
)
def test_the_lift_is_charged_to_the_limit_it_meets(sets: tuple[str, ...], word: str, lift: str) -> None:
    luck = central(*sets)
    assert luck.lift is not None and luck.lift.binding == word
    assert circumstances(luck).lift == lift


@pytest.mark.parametrize("flow_m3_h", [70.0, 105.0, 180.0])
def test_at_full_flow_the_lift_is_charged_to_what_gives_more_tonnes_an_hour_when_it_is_raised(flow_m3_h: float) -> None:
    """Derived: target concentration and flow limit raised one at a time, as far as the operating point follows."""
    sets = (f"riser.flow_m3_h={flow_m3_h}",)
    thick = [central(*sets, f"slurry.solids_volume_fraction={share}").lift for share in np.linspace(0.05, 0.0899, 41)]
    fast = [central(f"riser.flow_m3_h={flow}").lift for flow in np.linspace(flow_m3_h, 290.0, 41)]
    thick_t_h, fast_t_h = (max(p.dry_t_h for p in one if p and p.binding == "flow") for one in (thick, fast))
    assert circumstances(central(*sets)).lift == ("concentration" if thick_t_h > fast_t_h else "pump")


def test_drawn_replicates_of_the_pilot_are_charged_to_flow_and_to_concentration() -> None:
    plan = load_scenario("pilot-2027")
    words = {circumstances(Luck(plan, draw_parameters(plan, 1, one, "drawn"), 1, one)).lift for one in range(40)}
    assert words == {"pump", "concentration"}


def test_the_first_and_last_day_ask_for_the_part_that_the_campaign_has_of_them() -> None:
    calendar = calendar_of(load_scenario("pilot-2027"))
    assert (calendar.dates[0], calendar.dates[-1]) == ("2027-01-08", "2027-05-10")
    assert calendar.target_t[[0, 1, -1]].tolist() == [350.0 * 15 / 24, 350.0, 350.0 * 9 / 24]


def test_shares_are_of_replicates_and_spells_join_days_of_the_same_leader() -> None:
    bound = np.zeros((3, len(OUTCOMES)), dtype=np.int64)
    bound[0, NUMBER["weather"]], bound[0, NUMBER["string"]] = 3, 1
    bound[1, NUMBER["weather"]], bound[1, NUMBER["string"]] = 4, 0
    bound[2, NUMBER["string"]] = 4
    mud_t: Floats = np.array([0.0, 50.0, 10.0])
    found = spells(Explained(of_days(3), 4, mud_t, np.zeros((3, len(CONSTRAINTS))), bound))
    assert [(one["bound_by"], one["days"], one["share"]) for one in found] == [
        ("weather", 2, 0.875),
        ("string", 1, 1.0),
    ]
    assert (found[0]["lifted_t_d"], found[0]["gap_t_d"]) == (25.0, 325.0)
