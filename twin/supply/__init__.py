"""What the mud contributes: demand, network, shocks, policy and finance of Japan's rare earths."""
