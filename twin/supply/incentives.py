"""What each support of a project is worth, and how a shortfall of revenue splits into price and volume."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from ops_data.units import KG_PER_TONNE
from twin.models.finance import discount_factors
from twin.models.inventory_finance import Split, price_and_volume
from twin.supply.price_worlds import Values
from twin.supply.project import ProjectResult, project
from twin.supply.project_inputs import ProjectInputs
from twin.supply.project_revenue import inflation
from twin.supply_settings import Supply

OFF: Final[Mapping[str, Any]] = {
    "price_floor": "none", "take_or_pay": False, "depreciation": "straight_line", "tax_credit": False, "subsidy": False,
}  # fmt: skip
SUPPORTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "accelerated depreciation": {"depreciation": "declining_balance"},
    "tax credit": {"tax_credit": True},
    "subsidy": {"subsidy": True},
    "two-way price floor": {"price_floor": "two_way"},
    "floor with rebate": {"price_floor": "shared_upside"},
    "take-or-pay": {"take_or_pay": True},
}


@dataclass(frozen=True, slots=True)
class Gain:
    """What one support adds to a project without any.

    Attributes
    ----------
    irr : yearly rate of return of the project after tax, ``equity_irr`` of ordinary equity [1/a]; nan where either
        rate does not exist.
    npv_jpy : present value of the project [JPY].
    public_jpy : present value of what the public pays for it [JPY]; lower tax is not counted but for the credit.
    """

    irr: float
    equity_irr: float
    npv_jpy: float
    public_jpy: float


def gains(values: Values, choices: Supply, inputs: ProjectInputs) -> dict[str, Gain]:
    """Return what each support alone adds to a project without support, by name of `SUPPORTS`.

    Parameters
    ----------
    values, choices, inputs : as in :func:`twin.supply.project.project`; the five choices of support are set here.
    """
    bare = project(values, choices.model_copy(update=dict(OFF)), inputs)
    found = {}
    for name, change in SUPPORTS.items():
        with_it = project(values, choices.model_copy(update={**OFF, **change}), inputs)
        found[name] = Gain(
            with_it.irr["project"] - bare.irr["project"],
            with_it.irr["ordinary"] - bare.irr["ordinary"],
            with_it.npv_jpy - bare.npv_jpy,
            with_it.public_cost_jpy - bare.public_cost_jpy,
        )
    return found


def cost_gap_usd_kg(values: Values, result: ProjectResult, inputs: ProjectInputs) -> float:
    """Return levelised cost less what the same oxides bring inside China [USD/kg oxide]: the premium or floor needed.

    Parameters
    ----------
    values : quantities by key.
    result, inputs : a project and its accounts; by-products count on both sides, at what they earn.

    Notes
    -----
    Price of the mix: present value of what it would bring inside China over present value of its mass. nan without
    output.
    """
    factors = discount_factors(values["finance.discount_rate"], len(inputs.years) + 1)[1:]
    risen = inflation(values, len(inputs.years))
    worth = values["finance.jpy_per_usd"] * KG_PER_TONNE * (inputs.china_usd_kg * inputs.sales_t).sum(axis=0)
    made = float(inputs.output_kg @ factors)
    brought = float(((worth + inputs.other_jpy) * risen) @ factors)
    if made == 0.0:
        return float("nan")
    return (result.lco_jpy_per_kg["all"] - brought / made) / values["finance.jpy_per_usd"]


def loss_by_cause(values: Values, plan: ProjectInputs, met: ProjectInputs) -> Split:
    """Return how much of the revenue missed comes from price and how much from volume [JPY], shape (8, years).

    Parameters
    ----------
    values : quantities by key.
    plan, met : the project as planned and as it went, same years; their market prices, before own sales weigh on them.

    Notes
    -----
    Negative: less than planned. The two parts add up to the whole exactly.
    """
    rate = values["finance.jpy_per_usd"]
    per_tonne = [rate * KG_PER_TONNE * one.prices_usd_kg for one in (plan, met)]
    split = price_and_volume(per_tonne[0], plan.sales_t, per_tonne[1], met.sales_t)
    return Split(np.asarray(split.price), np.asarray(split.volume))
