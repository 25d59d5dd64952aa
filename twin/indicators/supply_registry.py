"""Every indicator of a supply study by name: the function that calculates it for one draw."""

from typing import Final

from twin.indicators.supply import OF_SUPPLY
from twin.indicators.supply_shock import OF_SHOCKS
from twin.supply.chain import Chain

SUPPLY_FUNCTIONS: Final = {function.__name__: function for function in (*OF_SUPPLY, *OF_SHOCKS)}


def outcomes(one: Chain) -> list[tuple[str, str, str, float]]:
    """Return (name, item, period, value) of every indicator of a draw; what never happened is left out."""
    return [
        (name, item, period, value)
        for name, function in SUPPLY_FUNCTIONS.items()
        for (item, period), value in function(one).items()
    ]
