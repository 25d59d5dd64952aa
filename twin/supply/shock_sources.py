"""What Japan usually gets, by origin and stage, as a shock needs it: read off the network of a year."""

import numpy as np
from numpy.typing import NDArray

from ops_data.supply_names import STAGES
from ops_data.units import DAYS_PER_YEAR
from twin.supply.network import TAKES_OXIDE, Network, purchases_t, traced_shares
from twin.supply.network_structure import MAGNET
from twin.supply.shock_case import Source

Floats = NDArray[np.float64]
SMALLEST_T_D = 1e-9


def needs_t_d(network: Network, demand_t: Floats) -> Floats:
    """Return what sectors take up a day, in the material of their stage [t/d as element], shape (9, 8).

    Parameters
    ----------
    network : of the year.
    demand_t : demand as figures count it: metal into magnet making, or oxide, shape (9, 8) [t/yr].
    """
    made = np.where(TAKES_OXIDE[:, np.newaxis], 1.0, network.yields[MAGNET])
    return np.asarray(demand_t * made / DAYS_PER_YEAR)


def passed_china(network: Network) -> Floats:
    """Return the share of what each node hands on that went through a Chinese node earlier, shape (5, origins, 8)."""
    shares_of, china = traced_shares(network), network.structure.named[0]
    found = np.zeros((len(STAGES), *shares_of.shape[1:2], shares_of.shape[3]))
    for stage in range(1, len(STAGES)):
        before = found[stage - 1].copy()
        before[china] = 1.0
        found[stage] = np.einsum("bse,se->be", shares_of[stage - 1], before)
    return found


def firm_t(network: Network) -> Floats:
    """Return separated oxide under firm contracts by seller [t/yr], shape (origins, 8)."""
    found = np.zeros((len(network.structure.origins), network.handed_t.shape[3]))
    offtakes = network.structure.offtakes
    for key, seller in zip(offtakes.keys, offtakes.seller.tolist(), strict=True):
        found[seller] += network.used_t.get(key, 0.0)
    return found


def sources_of(network: Network) -> tuple[Source, ...]:
    """Return what Japan usually gets of each origin at each stage [t/d], without what its own plants make.

    The mud and recycling come as separated oxide.
    """
    bought, passed, firm = purchases_t(network) / DAYS_PER_YEAR, passed_china(network), firm_t(network) / DAYS_PER_YEAR
    japan = network.structure.named[1]
    found = []
    for stage, origin in np.argwhere(bought.sum(axis=2) > SMALLEST_T_D).tolist():
        name = network.structure.origins[origin]
        if origin == japan or (network.structure.home[origin] and STAGES[stage] != "separated_oxide"):
            continue
        flow = bought[stage, origin]
        share = np.divide(firm[origin], flow, out=np.zeros_like(flow), where=flow > 0.0)
        contracted = np.minimum(share, 1.0) if STAGES[stage] == "separated_oxide" else np.zeros_like(flow)
        found.append(Source(name, STAGES[stage], flow, passed[stage, origin], contracted))
    return tuple(found)
