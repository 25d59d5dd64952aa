"""Numbers of the supply chain: demand, network, shocks, finance, policy; each row with range, unit and source."""
