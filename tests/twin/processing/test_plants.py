"""Plants in time (truth: derived, by hand and from conservation)."""

from collections.abc import Mapping

import numpy as np
import pytest

from ops_data.errors import ModelError
from ops_data.reference import parameters
from ops_data.units import SECONDS_PER_DAY
from twin.processing import plants

DAY = SECONDS_PER_DAY
ZERO_JST = -9 * 3_600  # midnight in Japan that begins 1970-01-01 there
VALUES: Mapping[str, float] = {
    "plant.capacity_t_d": 100.0,
    "plant.batch_t": 500.0,
    "plant.lag_d": 2.0,
    "separation.batch_kg": 2_000.0,
    "separation.capacity_kg_d": 1_000.0,
    "toll.lag_d": 60.0,
    "circuit.lag_d": 10.0,
}


def random_lots(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return arrivals, dry solids and rare-earth oxides of lots, some of them empty, in any order."""
    random = np.random.default_rng(seed)
    n = int(random.integers(1, 30))
    dry_t = random.lognormal(5.0, 2.0, n) * (random.random(n) < 0.85)
    return random.integers(0, 200 * DAY, n), dry_t, dry_t * random.uniform(0.5, 5.0, n)


def test_a_voyage_of_many_days_feed_is_worked_on_evenly_and_dated_by_its_last_tonne() -> None:
    plan = plants.hydromet([0, 10 * DAY], [2_300.0, 400.0], VALUES)
    assert (plan.start_s / DAY).tolist() == [0.0, 23.0]
    assert (plan.finish_s / DAY).tolist() == [23.0, 27.0]
    assert (plan.done_s / DAY).tolist() == [25.0, 29.0]
    assert plan.campaign.tolist() == [0, 0]


def test_a_small_lot_waits_for_more_and_is_worked_on_when_no_more_comes() -> None:
    plan = plants.hydromet([0, 30 * DAY, 90 * DAY], [300.0, 300.0, 100.0], VALUES)
    assert (plan.start_s / DAY).tolist() == [30.0, 33.0, 90.0]
    assert plan.campaign.tolist() == [0, 0, 1]


def test_batches_close_when_they_hold_enough_and_the_last_one_with_what_there_is() -> None:
    made = plants.separation([10 * DAY, 0, 20 * DAY, 40 * DAY], [900.0, 1_500.0, 5_000.0, 10.0], VALUES)
    assert made.group.tolist() == [0, 0, 1, 2]
    assert made.reo_kg.tolist() == [2_400.0, 5_000.0, 10.0]
    assert (made.start_s / DAY).tolist() == [10.0, 20.0, 40.0]
    assert (made.date_s / DAY) == pytest.approx(np.array([72.4, 85.0, 100.01]))


def test_lots_that_hold_nothing_keep_no_batch_waiting() -> None:
    made = plants.separation([0, 50 * DAY], [3_000.0, 0.0], VALUES)
    assert (made.group.tolist(), (made.ready_s / DAY).tolist()) == ([0, 0], [0.0])
    empty = plants.separation([DAY, 2 * DAY], [0.0, 0.0], VALUES)
    assert (empty.group.tolist(), empty.reo_kg.tolist()) == ([0, 0], [0.0])


def test_an_own_circuit_is_dated_by_three_time_constants_and_toll_by_its_terms() -> None:
    toll = plants.separation([0], [1e-6], VALUES)
    own = plants.separation([0], [1e-6], VALUES, "own_circuit")
    assert toll.date_s.tolist() == [60 * DAY]
    assert float(own.date_s[0]) == pytest.approx(10 * DAY * np.log(20.0), abs=1.0)


def test_nothing_delivered_is_nothing_made() -> None:
    none = np.zeros(0)
    plan, made = plants.hydromet(none, none, VALUES), plants.separation(none, none, VALUES)
    assert (len(plan.done_s), len(made)) == (0, 0)
    stock = plants.inventory(plan, made, none, none, none, 0, 3)
    assert {name: values.tolist() for name, values in stock.items()} == dict.fromkeys(plants.STOCKS, [0.0] * 3)


def test_the_order_in_which_lots_are_named_changes_no_date() -> None:
    for seed in range(100):
        arrive, dry, _ = random_lots(seed)
        arrive = np.unique(arrive)  # of two in one second the one named first goes first
        dry = dry[: len(arrive)]
        turned = np.random.default_rng(seed).permutation(len(arrive))
        one, other = plants.hydromet(arrive, dry, VALUES), plants.hydromet(arrive[turned], dry[turned], VALUES)
        assert one.done_s[turned].tolist() == other.done_s.tolist()
        assert one.campaign[turned].tolist() == other.campaign.tolist()


@pytest.mark.parametrize("separation", plants.SEPARATIONS)
def test_every_lot_is_in_one_stage_every_day(separation: str) -> None:
    for seed in range(150):
        arrive, dry, reo = random_lots(seed)
        plan = plants.hydromet(arrive, dry, VALUES)
        made = plants.separation(plan.done_s, reo, VALUES, separation)
        first, days = plants.jst_days(0, int(made.date_s.max()))
        stock = plants.inventory(plan, made, dry, reo, made.reo_kg, first, days)
        assert all((values >= 0.0).all() and len(values) == days for values in stock.values())
        ends = (first + 1 + np.arange(days)) * DAY - 9 * 3_600
        length = np.maximum(plan.finish_s - plan.start_s, 1)
        share = np.clip((ends[:, np.newaxis] - plan.start_s) / length, 0.0, 1.0)
        in_chain = sum(stock[name] for name in plants.STOCKS if name != "plant_stock_dry_t")
        slack = 1e-9 * max(1.0, reo.sum())
        assert in_chain == pytest.approx(share @ reo, rel=1e-9, abs=slack)
        there = (ends[:, np.newaxis] >= plan.arrive_s) @ dry
        assert stock["plant_stock_dry_t"] == pytest.approx(
            there - share @ dry, rel=1e-9, abs=1e-6 * max(1.0, dry.sum())
        )
        assert stock["oxide_made_kg"][-1] >= 0.95 * reo.sum() - slack


def test_stock_falls_evenly_while_a_lot_is_worked_on_and_is_told_at_midnight_in_japan() -> None:
    plan = plants.hydromet([ZERO_JST + DAY // 2], [1_000.0], VALUES)
    made = plants.separation(plan.done_s, [500.0], VALUES)
    assert plants.jst_days(ZERO_JST, ZERO_JST + DAY - 1) == (0, 1)
    stock = plants.inventory(plan, made, [1_000.0], [500.0], [480.0], 0, 80)
    assert stock["plant_stock_dry_t"][:12] == pytest.approx(
        np.array([950.0, 850.0, 750.0, 650.0, 550.0, 450.0, 350.0, 250.0, 150.0, 50.0, 0.0, 0.0])
    )
    assert stock["plant_work_reo_kg"][:13] == pytest.approx(
        np.array([25.0, 75.0, 125.0, 175.0, 225.0, 275.0, 325.0, 375.0, 425.0, 475.0, 500.0, 500.0, 0.0])
    )
    assert stock["mixed_oxide_reo_kg"].tolist() == [0.0] * 80  # separation takes it in half a day
    assert stock["separation_reo_kg"][12:15].tolist() == [500.0, 500.0, 500.0]
    assert (stock["separation_reo_kg"][-1], stock["oxide_made_kg"][-1]) == (0.0, 480.0)


def test_the_packaged_values_serve_both_ways_of_separation() -> None:
    packaged = {key: row.value for key, row in parameters().items()}
    plan = plants.hydromet([0], [2_300.0], packaged)
    dates = [int(plants.separation(plan.done_s, [5_000.0], packaged, way).date_s[0]) for way in plants.SEPARATIONS]
    assert dates[0] != dates[1]
    assert min(dates) > plan.done_s[0]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"plant.capacity_t_d": 0.0}, "plant.capacity_t_d: 0 found"),
        ({"plant.batch_t": -1.0}, "plant.batch_t is -1"),
        ({"plant.lag_d": float("nan")}, "plant.lag_d is nan"),
    ],
)
def test_a_value_out_of_its_range_is_named(changed: Mapping[str, float], words: str) -> None:
    with pytest.raises(ModelError) as error:
        plants.hydromet([0], [1.0], {**VALUES, **changed})
    assert words in str(error.value)


def test_bad_lots_and_unknown_words_are_named() -> None:
    with pytest.raises(ModelError, match=r"dry_t is -3 at state 1"):
        plants.hydromet([0, 1], [1.0, -3.0], VALUES)
    with pytest.raises(ModelError, match=r"arrive_s is nan"):
        plants.hydromet([float("nan")], [1.0], VALUES)
    with pytest.raises(ModelError, match=r"'tol' found; toll or own_circuit is needed; did you mean 'toll'"):
        plants.separation([0], [1.0], VALUES, "tol")
