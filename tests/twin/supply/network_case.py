"""A made-up year of Japan's supply on the packaged tables, and single numbers of it changed."""

from functools import cache

import numpy as np

from ops_data.reference.supply.network_rows import NetworkTables, read_network
from ops_data.reference.supply.reading import read_quantities, uncertain
from ops_data.supply_names import SECTORS, SUPPLY_ELEMENTS
from twin.supply.network import Network, network
from twin.supply.network_structure import Floats, Structure, structure

DEMAND_T = {"Nd": 4200.0, "Pr": 1100.0, "Dy": 500.0, "Tb": 90.0, "Sm": 80.0, "Y": 1010.0}  # Gd, Lu: no figure
PRICES = {"Nd": 56.0, "Pr": 56.0, "Dy": 260.0, "Tb": 810.0, "Sm": 3.0, "Y": 8.0}
BASE_YEAR = 2024
NOTHING = np.zeros(len(SUPPLY_ELEMENTS))
PLAIN = {"network.follow_contracts_share": 0.0, "network.new_supply_share": 0.0}
FULL = {  # contracts are delivered in full, everybody takes them and metal making follows
    "network.contract_delivered_share": 1.0, "network.kept_sellers_share": 0.0, "network.follow_contracts_share": 1.0,
}  # fmt: skip


@cache
def tables() -> NetworkTables:
    return read_network()


@cache
def packaged() -> Structure:
    return structure(tables())


def central() -> dict[str, float]:
    """Return the central value of every number of the network."""
    found = {key: row.value for key, row in read_quantities("network").items()}
    for name in ("feeds", "feeds_2010", "nodes", "contracts"):
        found |= {key: row.value for key, row in uncertain(name, getattr(tables(), name)).items()}
    return found


def demand_t() -> Floats:
    """Return a demand by sector and element: yttrium for phosphors, all others in equal parts in magnets."""
    found = np.full((len(SECTORS), len(SUPPLY_ELEMENTS)), np.nan)
    for name, mass in DEMAND_T.items():
        column = SUPPLY_ELEMENTS.index(name)
        found[:, column] = 0.0
        if name == "Y":
            found[-1, column] = mass
        else:
            found[:-1, column] = mass / (len(SECTORS) - 1)
    return found


def of(**masses: float) -> Floats:
    """Return tonnes by element."""
    return np.array([masses.get(name, 0.0) for name in SUPPLY_ELEMENTS])


def year(
    at: int, mud_t: Floats = NOTHING, recycled_t: Floats = NOTHING, changed: dict[str, float] | None = None
) -> Network:
    """Return a year's network, central values but for some."""
    return network(central() | (changed or {}), packaged(), at, demand_t(), mud_t, recycled_t)


def handed(found: Network, stage: int, buyer: str, seller: str, element: str) -> float:
    """Return what a seller hands to a buyer [t]."""
    names = found.structure
    place = SUPPLY_ELEMENTS.index(element)
    return float(found.handed_t[stage, names.buyers.index(buyer), names.number(seller), place])
