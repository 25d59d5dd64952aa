"""Values of finance for tests: every quantity as stated, the packaged choices, and projects made of them."""

import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np

from ops_data.reference.rows import Parameter
from ops_data.reference.supply.finance_rows import FinanceTables, read_finance
from ops_data.reference.supply.reading import HERE, read_quantities, uncertain
from ops_data.supply_names import SUPPLY_ELEMENTS
from twin.supply.price_worlds import middle_paths, price_paths
from twin.supply.project_inputs import ProjectInputs, chain_inputs, mud_inputs, operation_years
from twin.supply_settings import Supply

SHARES = {"Nd": 0.189, "Pr": 0.046, "Dy": 0.040, "Tb": 0.0070, "Sm": 0.042, "Gd": 0.047, "Lu": 0.003, "Y": 0.287}


@cache
def tables() -> FinanceTables:
    return read_finance()


@cache
def parameters() -> Mapping[str, Parameter]:
    return read_quantities("finance") | uncertain("capital", dict(tables().capital))


def central() -> dict[str, float]:
    return {key: row.value for key, row in parameters().items()}


def choices(**changes: Any) -> Supply:
    with (HERE / "base.toml").open("rb") as file:
        told = tomllib.load(file)["supply"]
    plain = {"price_floor": "none", "take_or_pay": False, "depreciation": "straight_line", "tax_credit": False,
             "subsidy": False}  # fmt: skip
    lists = {name: tuple(value) if isinstance(value, list) else value for name, value in told.items()}
    return Supply.model_validate(lists | plain | changes)


def mine(values: Mapping[str, float], world: str = "china", regime: str = "none", draw: int = 0) -> ProjectInputs:
    """Return the mine of 3,500 t/d with 3,340 t of oxides a year, at METI's yearly cost without depreciation."""
    years = operation_years(values, "3500")
    oxides_t = 3_340.0
    sold = oxides_t * np.array([SHARES[element] for element in SUPPLY_ELEMENTS])
    prices = price_paths(values, tables(), world, years, regime, 7, draw)
    inside = prices if world == "flat" else price_paths(values, tables(), "china", years, "none", 7, draw)
    return mud_inputs(values, "3500", sold, oxides_t - sold.sum(), 0.0, 50.2e9, prices, inside)


def chain(values: Mapping[str, float], world: str = "ex_china", regime: str = "S3") -> ProjectInputs:
    """Return the template of two places at prices that return to their means."""
    years = operation_years(values, "two_node_chain")
    prices = middle_paths(values, tables(), world, years, regime)
    return chain_inputs(values, prices, middle_paths(values, tables(), "china", years, "none"))
