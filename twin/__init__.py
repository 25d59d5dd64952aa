"""The verbs: a lift campaign simulated on real weather, and the numbers people read from it."""
