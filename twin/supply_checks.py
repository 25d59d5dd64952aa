"""What must hold between the tables of a case, found before anything is played."""

from typing import TYPE_CHECKING

from ops_data.errors import FailedError
from ops_data.reference.supply.finance_rows import price_set
from ops_data.supply_names import SUPPLY_ELEMENTS
from twin.supply import conflicts, kpis, levers

if TYPE_CHECKING:
    from twin.supply_case import SupplyCase


def check_case(case: "SupplyCase") -> None:
    """Refuse levers, targets and comparisons that name what is not there, and elements without a quote.

    Raises
    ------
    FailedError
        One line with file, row, what is named, rule and remedy.
    """
    policy, values = case.tables.policy, case.central
    levers.check_levers(policy.levers.values(), values, case.choices)
    kpis.check(policy, values, {})
    conflicts.check(policy, values, {})
    basket = case.choices.price_set
    found = price_set(case.tables.finance, basket, values["finance.cny_per_usd"], values["finance.china_vat"])
    missing = [element for element in SUPPLY_ELEMENTS if element not in found]
    if missing:
        raise FailedError(
            f"prices.csv: no quote of {missing[0]} in the set '{basket}'; a contribution of every element is valued; "
            "add the row or choose another supply.price_set"
        )
