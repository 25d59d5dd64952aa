"""Values of demand for tests: central, or drawn by a plain sampler."""

from collections.abc import Mapping
from functools import cache

import numpy as np

from ops_data.reference.rows import Parameter
from ops_data.reference.supply.demand_rows import DemandTables, read_demand
from ops_data.reference.supply.reading import uncertain


@cache
def tables() -> DemandTables:
    return read_demand()


@cache
def quantities() -> Mapping[str, Parameter]:
    mine = tables()
    return {
        **mine.quantities_demand,
        **mine.quantities_contribution,
        **uncertain("demand_figures", mine.demand_figures),
        **uncertain("sector_shares", mine.sector_shares),
        **uncertain("global_shares", mine.global_shares),
    }


def central() -> dict[str, float]:
    return {key: row.value for key, row in quantities().items()}


def drawn(seed: int) -> dict[str, float]:
    generator = np.random.default_rng(seed)
    return {
        key: row.value if row.law == "fixed" else float(generator.triangular(row.low, row.value, row.high))
        for key, row in quantities().items()
    }
