"""The lift system in the campaign: what its numbers change, in the direction of physics (derived: by hand, calm)."""

import numpy as np
import pytest

from ops_data.units import SECONDS_PER_HOUR
from tests.twin.operations.test_decisions import calm_sea, played
from twin.operations import codes as c
from twin.operations.campaign import Played, simulate
from twin.operations.laws import Luck
from twin.scenario import draw_parameters, load_scenario

PUMPED = 'lift.system="surface_pumps"'


def luck_of(*sets: str) -> Luck:
    scenario = load_scenario("calm", (PUMPED, *sets))
    return Luck(scenario, draw_parameters(scenario, 1, 0, "fixed"), 1, 0)


def in_calm(*sets: str) -> Played:
    return simulate(load_scenario("calm", (PUMPED, *sets)), 1, 0, parameters="fixed")


def hours_of(run: Played, activity: str) -> np.ndarray:
    rows = run.rows["chikyu"]
    does = rows[rows[:, c.R_CODE] % c.STATE_UNIT == c.ACTIVITY[activity]]
    hours: np.ndarray = (does[:, c.R_END] - does[:, c.R_START]) / SECONDS_PER_HOUR
    return hours


def lifted_t(run: Played) -> float:
    rows = run.rows["chikyu"]
    return float(rows[rows[:, c.R_CODE] % c.STATE_UNIT == c.ACTIVITY["lift"], c.R_DRY_G].sum()) / 1e6


def dumped_t(*sets: str) -> float:
    """Return what an emergency dumps that comes while the last insertion is still in the pipe."""
    luck = luck_of(*sets)
    sea = calm_sea(luck)
    lifts = in_calm(*sets).rows["chikyu"]
    ends = lifts[lifts[:, c.R_CODE] % c.STATE_UNIT == c.ACTIVITY["lift"], c.R_END]
    since_s = (-ends) % SECONDS_PER_HOUR  # the sea turns at full hours
    at = int(np.flatnonzero((since_s < 900) & (ends > ends[20]))[0])
    first = int((ends[at] + since_s[at] - sea.origin_s) // SECONDS_PER_HOUR)
    sea.hs_m[first : first + 24] = 7.0
    rows = played(luck, sea).rows["chikyu"]
    dumps = rows[rows[:, c.R_CODE] % c.STATE_UNIT == c.ACTIVITY["disconnect"]]
    return float(dumps[0, c.R_DRY_G]) / 1e6


def test_a_lift_takes_the_slurry_of_one_insertion_over_the_flow() -> None:
    slurry_m3 = np.pi / 4 * 3.0**2 * 3.0 * 0.55 / 2.5 / 0.05
    np.testing.assert_allclose(hours_of(in_calm("riser.flow_m3_h=100"), "lift"), slurry_m3 / 100.0, atol=1 / 3600)


def test_flushing_and_circulating_take_one_transit_of_the_pipe() -> None:
    pipe_m3 = np.pi / 4 * 0.20**2 * 5_600
    luck = luck_of("riser.flow_m3_h=100")
    assert luck.clearing("chikyu", 1)["circulate"][0] == pytest.approx(pipe_m3 / 100.0 * 3600, abs=1)
    flushed = hours_of(in_calm("riser.flow_m3_h=100"), "flush")
    assert flushed[0] >= pipe_m3 / 100.0 - 1 / 3600


def test_a_higher_flow_limit_lifts_more_and_takes_more_energy_a_tonne() -> None:
    slow, fast = luck_of("riser.flow_m3_h=90"), luck_of("riser.flow_m3_h=140")
    assert slow.lift is not None
    assert fast.lift is not None
    assert lifted_t(in_calm("riser.flow_m3_h=140")) > lifted_t(in_calm("riser.flow_m3_h=90"))
    assert fast.lift.power_mw / fast.lift.dry_t_h > slow.lift.power_mw / slow.lift.dry_t_h


def test_a_thicker_slurry_lifts_more_until_the_trip_limit_and_then_no_more() -> None:
    thin, middle, thick = (f"slurry.solids_volume_fraction={share}" for share in (0.03, 0.05, 0.08))
    trip = ("slurry.max_solids_fraction=0.06",)
    assert lifted_t(in_calm(thin)) < lifted_t(in_calm(middle)) < lifted_t(in_calm(thick))
    assert luck_of(thick, *trip).solids_fraction == 0.06
    at_trip = in_calm("slurry.solids_volume_fraction=0.06", *trip)
    assert lifted_t(in_calm(thick, *trip)) == lifted_t(at_trip)


def test_a_wider_pipe_needs_less_pressure_and_energy_and_dumps_more_at_an_emergency() -> None:
    narrow, wide = luck_of("riser.bore_m=0.18").lift, luck_of("riser.bore_m=0.25").lift
    assert narrow is not None
    assert wide is not None
    assert wide.pressure_mpa < narrow.pressure_mpa
    assert wide.power_mw < narrow.power_mw
    assert wide.pipe_m3 > narrow.pipe_m3
    thin = ("slurry.solids_volume_fraction=0.03",)  # an insertion fills more than the pipe: the pipe binds
    assert dumped_t("riser.bore_m=0.25", *thin) > dumped_t("riser.bore_m=0.18", *thin) > 0.0


def test_pumps_that_cannot_hold_the_pressure_thin_the_slurry_and_lift_less() -> None:
    weak, strong = luck_of("pump.pressure_limit_mpa=4"), luck_of("pump.pressure_limit_mpa=10")
    assert weak.lift is not None
    assert weak.lift.pressure_mpa <= 4.0 + 1e-9
    assert weak.lift.binding == "pressure"
    assert lifted_t(in_calm("pump.pressure_limit_mpa=4")) < lifted_t(in_calm("pump.pressure_limit_mpa=10"))
    assert strong.solids_fraction >= weak.solids_fraction


def test_blockages_come_sooner_when_the_slurry_is_thicker() -> None:
    def first_life_s(share: float) -> int:
        scenario = load_scenario("pilot-2027", [f"slurry.solids_volume_fraction={share}"])
        luck = Luck(scenario, draw_parameters(scenario, 1, 0, "fixed"), 1, 0)
        return next(int(p.life_s[0]) for p in luck.components("mining", "chikyu", 3) if p.name == "riser_blockage")

    assert first_life_s(0.085) < first_life_s(0.05)


def test_overlapping_holes_lift_less_each_and_every_hole_is_mined_once() -> None:
    """Derived: the first hole is whole, one in the middle of its row loses lenses to the holes made before it."""
    rows = in_calm("mine.spacing_bores=0.95").rows["chikyu"]
    lifts = rows[rows[:, c.R_CODE] % c.STATE_UNIT == c.ACTIVITY["lift"]]
    assert lifts[0, c.R_DRY_G] > lifts[1, c.R_DRY_G] >= lifts[300, c.R_DRY_G] > 0
    assert (np.diff(lifts[:, c.R_HOLE]) == 1).all()
    apart = in_calm("mine.spacing_bores=1.0").rows["chikyu"]
    dry_g = apart[apart[:, c.R_CODE] % c.STATE_UNIT == c.ACTIVITY["lift"], c.R_DRY_G]
    assert len(set(dry_g.tolist())) == 1
