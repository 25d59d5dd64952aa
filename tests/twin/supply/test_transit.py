"""Routes, legs and customs (truth: derived, by hand)."""

from dataclasses import replace

import numpy as np

from tests.twin.supply.shock_cases import case, tables
from twin.supply.shock import shock
from twin.supply.shock_case import central_values
from twin.supply.transit import Route, closed_origins, customs_days, days_under_way, route_of, routes, transit_days

NOBODY: frozenset[str] = frozenset()


def test_the_first_open_route_of_an_origin_is_taken() -> None:
    """Derived: Suez is closed in the table, the Cape follows; opened, Suez is taken."""
    values, legs = central_values(tables()), tables().routes
    found = routes(legs, values, NOBODY, NOBODY)["france"]
    assert found is not None
    assert found.name == "Le Havre–Cape–Japan"
    opened = routes(legs, values, NOBODY, frozenset({"Le Havre–Suez–Japan"}))["france"]
    assert opened is not None
    assert opened.name == "Le Havre–Suez–Japan"
    both = routes(legs, values, frozenset({"Le Havre–Cape–Japan"}), NOBODY)
    assert both["france"] is None
    assert closed_origins(both, ["france", "china"]) == ["france"]


def test_an_origin_that_is_not_listed_takes_the_way_of_others() -> None:
    """Derived: the rule."""
    known = routes(tables().routes, central_values(tables()), NOBODY, NOBODY)
    assert route_of("atlantis", known) is known["other"]


def test_the_middle_corridor_has_four_legs_and_a_capacity() -> None:
    """Derived: the rows; the smallest capacity of the legs counts."""
    corridor = routes(tables().routes, central_values(tables()), NOBODY, NOBODY)["kazakhstan"]
    assert corridor is not None
    assert (corridor.name, len(corridor.legs)) == ("Middle Corridor", 4)
    assert round(corridor.most_t_d * 365.25) == 20_000


def test_days_stay_within_their_legs_and_have_the_middle_of_a_triangle() -> None:
    """Derived: bounds, and the mean (low + likely + high)/3 of each leg."""
    route = Route("two", ((3.0, 4.0, 5.0), (10.0, 12.0, 14.0)), float("inf"))
    days = transit_days(1, 2, "x", 4_000, route)
    assert days.min() >= 13.0
    assert days.max() <= 19.0
    assert abs(days.mean() - 16.0) < 0.1
    assert transit_days(1, 2, "x", 10, route).tolist() == days[:10].tolist()
    assert days_under_way(Route("still", ((2.0, 2.0, 2.0),), 1.0), np.zeros((3, 1))).tolist() == [2.0, 2.0, 2.0]


def test_customs_have_their_median() -> None:
    """Derived: half of the consignments are through by then; without a spread all are."""
    days = customs_days(1, 2, "x", 4_001, 3.0, 0.6)
    assert np.median(days) == 3.0
    assert (customs_days(1, 2, "x", 5, 3.0, 0.0) == 3.0).all()


def test_a_drawn_leg_moves_its_consignments() -> None:
    """Derived: likely days at the lower or upper end of the leg."""
    means = []
    for likely in (40.0, 55.0):
        rows = shock(case("S1", changes={"routes.france_cape": likely})).consignments
        origin = np.array([trade.origin for trade in rows.trades])[rows.trade]
        means.append(float((rows.arrived_d - rows.shipped_d)[origin == "france"].mean()))
    assert means[0] < 46.5 < 48.5 < means[1]


def test_a_route_carries_no_more_than_its_capacity() -> None:
    """Derived: a leg of 100 t a year for all of China's yttrium oxide that needs no licence."""
    played = case("S1")
    legs = dict(played.tables.routes)
    legs["malaysia_direct"] = replace(legs["malaysia_direct"], capacity_t_yr=100.0)
    narrow = replace(played, tables=replace(played.tables, routes=legs))
    rows = shock(narrow).consignments
    total = 0.0
    for number, trade in enumerate(rows.trades):
        if trade.origin == "malaysia":
            mine = (rows.trade == number) & (rows.shipped_d >= 0) & (rows.shipped_d < 365)
            total = max(total, float(rows.amount_d[mine].sum() * trade.t_d.sum()))
    assert total <= 101.0 * 53 / 52
