"""Every table of the supply chain together."""

from dataclasses import dataclass
from pathlib import Path

from ops_data.reference.supply.demand_rows import DemandTables, read_demand
from ops_data.reference.supply.finance_rows import FinanceTables, read_finance
from ops_data.reference.supply.network_rows import NetworkTables, read_network
from ops_data.reference.supply.policy_rows import PolicyTables, read_policy
from ops_data.reference.supply.shock_rows import ShockTables, check_origins, read_shock


@dataclass(frozen=True)
class SupplyTables:
    """Every table of the supply chain, by topic."""

    demand: DemandTables
    network: NetworkTables
    shock: ShockTables
    finance: FinanceTables
    policy: PolicyTables

    @property
    def topics(self) -> tuple[DemandTables, NetworkTables, ShockTables, FinanceTables, PolicyTables]:
        """The tables of each topic."""
        return self.demand, self.network, self.shock, self.finance, self.policy


def read_tables(own: Path | None = None) -> SupplyTables:
    """Return every table, packaged or from a folder of one's own; FailedError for the first broken rule."""
    network, shock = read_network(own), read_shock(own)
    check_origins(shock.routes.values(), network.origins)
    return SupplyTables(read_demand(own), network, shock, read_finance(own), read_policy(own))
