"""The language and the memory: names, units, sources, observations, sealed runs."""
