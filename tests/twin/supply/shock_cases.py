"""A made-up country for the tests of shocks: round flows of Japan's size, every kind of trade, all sectors."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Final

import numpy as np

from ops_data.reference.supply.shock_rows import ShockTables, read_shock
from ops_data.supply_names import SECTORS, SUPPLY_ELEMENTS
from ops_data.units import DAYS_PER_YEAR
from twin.models.limits import FloatArray
from twin.supply.shock_case import ShockCase, ShockChoices, Source, balanced, central_values

YEARLY_T: Final = (4200.0, 1100.0, 500.0, 90.0, 80.0, np.nan, np.nan, 1000.0)
SPLIT: Final = (0.38, 0.09, 0.18, 0.13, 0.14, 0.04, 0.02, 0.02)  # of the sectors that take magnets
YIELDS: Final = (0.8, 0.95, 0.93, 0.9)
UPTAKE: Final = ("magnet",) * 8 + ("separated_oxide",)
PRIORITY: Final = (3, 5, 4, 8, 7, 6, 2, 1, 9)
SALES: Final = (  # origin, stage, share of light, share of heavy, part of it made in China before
    ("china", "magnet", 0.2, 0.2, 0.0),
    ("china", "metal", 0.25, 0.35, 0.0),
    ("china", "separated_oxide", 0.15, 0.3, 0.0),
    ("vietnam", "metal", 0.2, 0.05, 0.5),
    ("malaysia", "separated_oxide", 0.25, 0.05, 0.0),
    ("france", "separated_oxide", 0.02, 0.02, 0.1),
    ("us", "mixed_oxide", 0.01, 0.01, 0.0),
    ("japan_mud", "separated_oxide", 0.005, 0.01, 0.0),
    ("recycling", "separated_oxide", 0.02, 0.01, 0.0),
    ("other", "magnet", 0.02, 0.02, 0.3),
)
DRAWN: Final = ShockChoices()
EVEN: Final = ShockChoices(logistics="none", responses="none")


@cache
def tables() -> ShockTables:
    """Return the packaged tables."""
    return read_shock()


def demand() -> FloatArray:
    """Return needs of a day, shape (9, 8) [t]: phosphors take yttrium and a little terbium, motors no yttrium."""
    found = np.zeros((len(SECTORS), len(SUPPLY_ELEMENTS)))
    found[:8] = np.outer(SPLIT, YEARLY_T) / DAYS_PER_YEAR
    found[:8, 7], found[8, 3], found[8, 7] = 0.0, 0.1 * found[:8, 3].sum(), YEARLY_T[7] / DAYS_PER_YEAR
    return found


def sources() -> tuple[Source, ...]:
    """Return supply that just meets the need."""
    whole = np.nan_to_num(np.array(YEARLY_T), nan=0.0) / DAYS_PER_YEAR
    ones, given = np.ones(len(whole)), []
    for origin, stage, light, heavy, china in SALES:
        share = np.where(np.arange(len(whole)) < 2, light, heavy)
        given.append(Source(origin, stage, whole * share, ones * china, ones * 0.5))
    return balanced(tuple(given), demand(), np.array(YIELDS), UPTAKE)[0]


def case(
    scenario: str = "S3",
    draw: int = 0,
    choices: ShockChoices = DRAWN,
    changes: Mapping[str, float] | None = None,
    rules: tuple[str, ...] = ("strict_priority", "pro_rata"),
    days: int = 730,
    closed_routes: frozenset[str] = frozenset(),
    bought: tuple[Source, ...] | None = None,
    seed: int = 1,
) -> ShockCase:
    """Return a case at central values, some of them changed."""
    values = {**central_values(tables()), **(changes or {})}
    return ShockCase(
        scenario, seed, draw, date(2027, 4, 1), days, values, tables(), demand(),
        sources() if bought is None else bought, np.array(YIELDS), UPTAKE, PRIORITY, np.full(9, 0.8), rules, choices,
        closed_routes,
    )  # fmt: skip


def scenario_changes(scenario: str, changes: Mapping[str, float]) -> dict[str, float]:
    """Return changes of a scenario's numbers by the names a draw gives them."""
    return {f"shock_inputs.{scenario}.{name}": value for name, value in changes.items()}
