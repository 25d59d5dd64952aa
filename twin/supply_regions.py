"""Origins as plans rank them beside what figures show: mine output, reserves, governance, purchases, open routes."""

import math
from typing import Any, Final

from ops_data.columns import TableData
from twin.supply.chain import Chain
from twin.supply.network import purchases_t
from twin.supply.transit import closed_origins, routes
from twin.supply_columns import columns

TOLD_YEAR: Final = 2030


def region_table(one: Chain) -> TableData:
    """Return every origin: ranks of an article, figures, its part in what Japan takes in, whether a route is open."""
    values, rows = one.values, one.tables.network.origins
    bought = purchases_t(one.network(TOLD_YEAR))[1:].sum(axis=(0, 2))
    share = dict(zip(one.structure.origins, (bought / bought.sum()).tolist(), strict=True))
    mined = math.fsum(row.mine_kt for row in rows.values())
    ways = routes(
        one.tables.shock.routes, values, frozenset(one.choices.closed_routes), frozenset(one.choices.opened_routes)
    )
    shut = closed_origins(ways, rows)
    told: list[dict[str, Any]] = [
        {
            "origin": key, "title": row.title_en, "availability_rank": _or_nan(row.availability_rank),
            "readiness_rank": _or_nan(row.readiness_rank), "mine_kt": row.mine_kt, "mine_share": row.mine_kt / mined,
            "reserves_kt": values.get(f"network.reserves_{key}_kt", math.nan),
            "governance": values.get(f"network.wgi_{key}", math.nan), "supply_share": share[key],
            "route": "closed" if key in shut else "open",
        }
        for key, row in rows.items()
    ]  # fmt: skip
    return columns("supply_regions", told)


def _or_nan(value: float | None) -> float:
    return math.nan if value is None else value
