"""What a project earns: oxides under contract and beside it, a price floor, take-or-pay, thin markets."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from ops_data.supply_names import LIGHT, SUPPLY_ELEMENTS
from ops_data.units import KG_PER_TONNE
from twin.models.price_contracts import Floored, shared_upside_floor, take_or_pay, two_way_floor
from twin.supply.price_worlds import Floats, Values, per_element, prices_after_sales
from twin.supply.project_inputs import ProjectInputs
from twin.supply_settings import Supply

NO_FLOOR: Final = "none"
TWO_WAY: Final = "two_way"


@dataclass(frozen=True, eq=False)
class Revenue:
    """Earnings of a project [JPY/a].

    Attributes
    ----------
    contract, spot : at market prices, under contract and beside it, by element, shape (8, n).
    topped_up, given_back : by the floor, all elements, 0 or more, shape (n,).
    other : by-products, shape (n,).
    make_up_t, paid_not_taken_t : take-or-pay: handed over free, and paid without being taken [t/a], shape (n,).
    volume_gap_t : largest gap of the volume balance of the contract [t].
    """

    contract: Floats
    spot: Floats
    topped_up: Floats
    given_back: Floats
    other: Floats
    make_up_t: Floats
    paid_not_taken_t: Floats
    volume_gap_t: float

    @property
    def market(self) -> Floats:
        """Oxides at market prices by element, shape (8, n)."""
        found: Floats = self.contract + self.spot
        return found

    @property
    def total(self) -> Floats:
        """All earnings, shape (n,)."""
        found: Floats = self.market.sum(axis=0) + self.topped_up - self.given_back + self.other
        return found

    @property
    def contracted(self) -> Floats:
        """Earnings under contract with its floor, shape (n,)."""
        found: Floats = self.contract.sum(axis=0) + self.topped_up - self.given_back
        return found


def inflation(values: Values, count: int) -> Floats:
    """Return by what prices and running cost have risen in each year of operation, 1 in the first, shape (count,).

    Examples
    --------
    >>> inflation({"finance.inflation_per_year": 0.5}, 3).tolist()
    [1.0, 1.5, 2.25]
    """
    found: Floats = (1.0 + values["finance.inflation_per_year"]) ** np.arange(count, dtype=np.float64)
    return found


def floors_usd_kg(values: Values) -> Floats:
    """Return the floor of each element [USD/kg oxide], 0: none, shape (8,)."""
    small = values["finance.floor_small_share"] * per_element(values, "mean_usd_kg")
    given = {"Dy": values["finance.floor_dy_usd_kg"], "Tb": values["finance.floor_tb_usd_kg"]}
    light = values["finance.floor_light_usd_kg"]
    return np.array([
        light if element in LIGHT else given.get(element, float(small[at]))
        for at, element in enumerate(SUPPLY_ELEMENTS)
    ])  # fmt: skip


def revenue(values: Values, choices: Supply, inputs: ProjectInputs) -> Revenue:
    """Return what a project earns.

    Parameters
    ----------
    values : quantities by key.
    choices : price floor and take-or-pay.
    inputs : the project.

    Notes
    -----
    Own sales first weigh on thin markets (``inputs.depth``). ``finance.contracted_share`` of the mean output is under
    contract; buyers call ``finance.nomination_share`` of it. With take-or-pay they pay
    ``finance.take_or_pay_share`` of the contract whether they call or not. What is not under contract, called or
    held sells at ``finance.spot_discount`` below the market. The floor is part of the contract: it applies to what is
    paid under it. The mix of elements of a year is that of its output.
    """
    sales_t, prices = inputs.sales_t, inputs.prices_usd_kg
    if inputs.depth:
        prices = prices_after_sales(values, prices, inputs.china_usd_kg, sales_t)
    prices = prices * inflation(values, len(inputs.years))
    made_t = sales_t.sum(axis=0)
    contract_t = values["finance.contracted_share"] * float(made_t.mean())
    called_t = values["finance.nomination_share"] * contract_t
    share = values["finance.take_or_pay_share"] if choices.take_or_pay else 0.0
    taken = take_or_pay(
        made_t, called_t, contract_t, share, round(values["finance.make_up_years"]), inputs.force_majeure
    )
    mean_mix = sales_t.sum(axis=1, keepdims=True)
    mean_mix = np.divide(mean_mix, mean_mix.sum(), out=np.zeros_like(mean_mix), where=mean_mix.sum() > 0.0)
    mix = np.where(made_t > 0.0, np.divide(sales_t, made_t, out=np.zeros_like(sales_t), where=made_t > 0.0), mean_mix)
    paid_kg = KG_PER_TONNE * taken.paid * mix
    free_kg = KG_PER_TONNE * taken.free * mix
    floored = _floored(values, choices, prices, paid_kg)
    rate = values["finance.jpy_per_usd"]
    return Revenue(
        contract=rate * paid_kg * prices,
        spot=rate * free_kg * prices * (1.0 - values["finance.spot_discount"]),
        topped_up=rate * floored.topped_up.sum(axis=0),
        given_back=rate * floored.given_back.sum(axis=0),
        other=inputs.other_jpy * inflation(values, len(inputs.years)),
        make_up_t=taken.make_up,
        paid_not_taken_t=taken.shortfall,
        volume_gap_t=taken.gap(made_t),
    )


def _floored(values: Values, choices: Supply, prices: Floats, paid_kg: Floats) -> Floored:
    """Return what the chosen floor does; the rebate's threshold stands to the floor as it does for Nd and Pr."""
    if choices.price_floor == NO_FLOOR:
        return two_way_floor(prices, paid_kg, 0.0, 0.0)
    floors = floors_usd_kg(values)[:, np.newaxis]
    if choices.price_floor == TWO_WAY:
        return two_way_floor(prices, paid_kg, floors, values["finance.floor_upside_share"])
    light = values["finance.floor_light_usd_kg"]
    over = values["finance.rebate_threshold_usd_kg"] / light if light > 0.0 else 1.0
    return shared_upside_floor(
        prices, paid_kg, floors, over * floors, values["finance.rebate_share"], values["finance.rebate_cap_usd"]
    )
