"""Routes to Japan: which one a consignment takes, and how long its legs and customs take."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from ops_data.reference.supply.shock_rows import LegRow
from ops_data.units import DAYS_PER_YEAR
from twin.models.limits import FloatArray
from twin.models.streams import generator

FALLBACK: Final = "other"


@dataclass(frozen=True, slots=True)
class Route:
    """A route with its legs: shortest, most likely and longest days of each, and what it can carry [t/d]."""

    name: str
    legs: tuple[tuple[float, float, float], ...]
    most_t_d: float


def routes(
    legs: Mapping[str, LegRow], values: Mapping[str, float], closed: Collection[str], opened: Collection[str]
) -> dict[str, Route | None]:
    """Return the route each origin takes: the first of its routes that is open; None: all are closed.

    Parameters
    ----------
    legs : rows of the routes by key, in the order in which routes are preferred.
    values : drawn days of the legs, ``routes.<key>``; the most likely days of every consignment of the draw.
    closed, opened : names of routes closed, or open though the table has them closed. A route is closed if a leg is.
    """
    by_origin: dict[str, dict[str, list[tuple[str, LegRow]]]] = {}
    for key, leg in legs.items():
        by_origin.setdefault(leg.origin, {}).setdefault(leg.route, []).append((key, leg))
    return {origin: _first(found, values, closed, opened) for origin, found in by_origin.items()}


def _first(
    found: Mapping[str, list[tuple[str, LegRow]]],
    values: Mapping[str, float],
    closed: Collection[str],
    opened: Collection[str],
) -> Route | None:
    for name, legs in found.items():
        shut = any(leg.state == "closed" for _, leg in legs) and name not in opened
        if shut or name in closed:
            continue
        days = tuple(_ordered(leg, values[f"routes.{key}"]) for key, leg in legs)
        capacities = [leg.capacity_t_yr / DAYS_PER_YEAR for _, leg in legs if leg.capacity_t_yr is not None]
        return Route(name, days, min(capacities, default=float("inf")))
    return None


def _ordered(leg: LegRow, likely: float) -> tuple[float, float, float]:
    return min(leg.low, likely), likely, max(leg.high, likely)


def route_of(origin: str, known: Mapping[str, Route | None]) -> Route | None:
    """Return the route of an origin; one that is not listed takes that of ``other``."""
    return known[origin] if origin in known else known.get(FALLBACK)


def days_under_way(route: Route, uniform: FloatArray) -> FloatArray:
    """Return days on a route of consignments, whole days.

    Parameters
    ----------
    route : with its legs, each triangular.
    uniform : draws on [0, 1), shape (consignments, at least legs).
    """
    total = np.zeros(len(uniform))
    for number, (low, likely, high) in enumerate(route.legs):
        total += _triangular(uniform[:, number], low, likely, high)
    return np.rint(total)


def _triangular(u: FloatArray, low: float, likely: float, high: float) -> FloatArray:
    """Return quantiles of a triangular law."""
    if high <= low:
        return np.full(len(u), low)
    at = (likely - low) / (high - low)
    up = low + np.sqrt(u * (high - low) * (likely - low))
    down = high - np.sqrt((1.0 - u) * (high - low) * (high - likely))
    return np.where(u < at, up, down)


def customs_days(seed: int, draw: int, owner: str, count: int, median_d: float, spread: float) -> FloatArray:
    """Return whole days in customs of consignments, lognormal with a median and a spread of the logarithm."""
    normal = generator(seed, draw, "customs", owner).standard_normal(count)
    return np.rint(median_d * np.exp(spread * normal))


def transit_days(seed: int, draw: int, owner: str, count: int, route: Route) -> FloatArray:
    """Return days on a route of consignments, drawn by name."""
    return days_under_way(route, generator(seed, draw, "transit", owner).random((count, max(len(route.legs), 1))))


def closed_origins(known: Mapping[str, Route | None], origins: Iterable[str]) -> list[str]:
    """Return origins all of whose routes are closed."""
    return [origin for origin in origins if route_of(origin, known) is None]
